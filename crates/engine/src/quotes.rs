//! Quotations of a line: whether what a rule found is only quoted there.
//!
//! ```text
//! “转载请注明出处”，这句话救了他。     the words are quoted, and the sentence goes on: no notice
//! “未经授权，不得转载。”               nothing stands outside: a notice in quotation marks
//! ```
//!
//! Asked of the original line, as folding makes all quotation marks and apostrophes one. A quotation that does not close
//! on the line is none.

use std::ops::Range;

/// Letters and digits that must stand outside, for the words to be part of a longer sentence.
const OUTSIDE: usize = 4;

/// Whether every one of these stretches stands in one of the quotations, and other words stand outside. False if there
/// is no stretch.
pub(crate) fn are_quoted(line: &str, quotations: &[Range<usize>], words: impl Iterator<Item = Range<usize>>) -> bool {
    let is_inside =
        |words: Range<usize>| quotations.iter().any(|quoted| quoted.start <= words.start && words.end <= quoted.end);
    let mut words = words.peekable();
    if words.peek().is_none() || !words.all(is_inside) {
        return false;
    }
    let outside = line.char_indices().filter(|(at, _)| !quotations.iter().any(|quoted| quoted.contains(at)));
    outside.filter(|(_, c)| c.is_alphanumeric()).nth(OUTSIDE - 1).is_some()
}

/// The quotations of a line that close, with their marks. One inside another is part of it.
pub(crate) fn quotations(line: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut open: Option<(usize, &[char])> = None;
    let mut chars = line.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match open {
            None => open = closing(c).map(|closing| (at, closing)),
            Some((start, closing)) if closing.contains(&c) => {
                // An apostrophe stands inside a word.
                let is_apostrophe = c == '’' && chars.peek().is_some_and(|(_, next)| next.is_alphabetic());
                if !is_apostrophe {
                    found.push(start..at + c.len_utf8());
                    open = None;
                }
            }
            Some(_) => {}
        }
    }
    found
}

/// What closes a quotation that this mark opens.
fn closing(mark: char) -> Option<&'static [char]> {
    Some(match mark {
        '“' => &['”'],
        '"' => &['"'],
        '＂' => &['＂'],
        '„' | '‟' => &['“', '”'],
        '‘' => &['’'],
        '「' => &['」'],
        '『' => &['』'],
        '«' => &['»'],
        '»' => &['«'],
        '‹' => &['›'],
        '〝' => &['〞', '〟'],
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quoted(line: &str, words: &str) -> bool {
        are_quoted(line, &quotations(line), line.match_indices(words).map(|(at, words)| at..at + words.len()))
    }

    #[test]
    fn words_are_quoted_where_the_sentence_goes_on_outside() {
        assert!(quoted("“转载请注明出处”，这句话救了他。", "转载请注明出处"));
        assert!(quoted("墙上写着「未經授權不得轉載」幾個字。", "未經授權"));
        assert!(quoted("Er las „Alle Rechte vorbehalten“ und lachte.", "Alle Rechte"));
        assert!(quoted("« Tous droits réservés », disait la pancarte.", "Tous droits"));
        assert!(!quoted("“未经授权，不得转载。”", "未经授权"));
        assert!(!quoted("凡注明“来源：本网”的作品，转载请注明出处。", "转载请注明出处"));
        assert!(!quoted("“转载请注明出处，这句话救了他。", "转载请注明出处"));
        assert!(!quoted("“联系我们”：转载请联系我们。", "联系我们"));
        assert!(!quoted("no quotation at all", "all rights"));
    }

    #[test]
    fn an_apostrophe_closes_nothing() {
        assert!(quoted("‘Don’t copy this page’ was all it said", "copy this page"));
    }
}
