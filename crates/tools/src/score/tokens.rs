//! Tokens: the words that are counted.
//!
//! A token is a Han or kana character, or a run of other letters, digits and underscores, in
//! lower case. Combining marks are not letters: they end a word, as in Python's `\w`, with
//! which the published figures were counted. The `\w` of the regex crate and `char::is_alphanumeric`
//! cannot be used, because both include marks.

use std::sync::LazyLock;

use regex_syntax::hir::{Class, HirKind};

/// What a character is to the tokenizer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum TokenKind {
    /// Separates words.
    Other,
    /// Part of a word.
    Word,
    /// A word of its own.
    Alone,
}

/// The kinds of all characters below U+40000; there are no letters from there on.
static KINDS: LazyLock<Vec<TokenKind>> = LazyLock::new(|| {
    let mut kinds = vec![TokenKind::Other; 0x4_0000];
    let letters = regex_syntax::parse(r"[\p{L}\p{N}_]").expect("the class is well formed");
    if let HirKind::Class(Class::Unicode(class)) = letters.kind() {
        for range in class.ranges() {
            for code in u32::from(range.start())..=u32::from(range.end()) {
                if let Some(kind) = kinds.get_mut(code as usize) {
                    *kind = TokenKind::Word;
                }
            }
        }
    }
    for (start, end) in ALONE {
        kinds[start..=end].fill(TokenKind::Alone);
    }
    kinds
});

/// Code points of Han with its extensions and compatibility forms, and of kana. Hangul is written with
/// spaces, so its words stay whole.
const ALONE: [(usize, usize); 7] = [
    (0x3005, 0x3007),
    (0x3040, 0x30ff),
    (0x31f0, 0x31ff),
    (0x3400, 0x4dbf),
    (0x4e00, 0x9fff),
    (0xf900, 0xfaff),
    (0x2_0000, 0x3_134f),
];

/// Calls `each` with every token of `text`, in lower case.
pub fn each_token(text: &str, each: impl FnMut(&str)) {
    each_lower_token(&text.to_lowercase(), each);
}

/// [`each_token`] for a text that is in lower case already.
pub(super) fn each_lower_token(lower: &str, mut each: impl FnMut(&str)) {
    let kinds = KINDS.as_slice();
    let mut start = None;
    for (at, c) in lower.char_indices() {
        let kind = kinds.get(c as usize).copied().unwrap_or(TokenKind::Other);
        if kind == TokenKind::Word {
            start.get_or_insert(at);
            continue;
        }
        if let Some(start) = start.take() {
            each(&lower[start..at]);
        }
        if kind == TokenKind::Alone {
            each(&lower[at..at + c.len_utf8()]);
        }
    }
    if let Some(start) = start {
        each(&lower[start..]);
    }
}

/// `text` in lower case with one space for every run of white space and none at the ends: the form
/// in which snippets are compared.
pub fn folded(text: &str) -> String {
    spaced(&text.to_lowercase())
}

/// [`folded`] for a text that is in lower case already.
pub(super) fn spaced(lower: &str) -> String {
    let mut folded = String::with_capacity(lower.len());
    // Like Python's `str.split`, this treats the four ASCII separators (U+001C to U+001F) as spaces.
    for word in lower.split(|c: char| c.is_whitespace() || ('\x1c'..='\x1f').contains(&c)) {
        if !word.is_empty() {
            if !folded.is_empty() {
                folded.push(' ');
            }
            folded.push_str(word);
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        each_token(text, |token| found.push(token.to_owned()));
        found
    }

    /// What Python 3's `re.findall` gives with the published pattern on `text.lower()`.
    #[test]
    fn words_are_those_of_python() {
        for (text, expected) in [
            ("Don't stop_now, v2.0!", &["don", "t", "stop_now", "v2", "0"][..]),
            ("Café Straße ÉCLAIR", &["café", "straße", "éclair"]),
            // A combining accent is no letter: e + U+0301.
            ("cafe\u{301}s", &["cafe", "s"]),
            // İ becomes i and U+0307, which separates the word.
            ("DİYAR", &["di", "yar"]),
            ("ΟΔΟΣ ΣΟΦΙΑΣ", &["οδος", "σοφιας"]),
            ("x² ½ Ⅷ ٣ ①", &["x²", "½", "ⅷ", "٣", "①"]),
            // Vowel signs of Hindi are marks.
            ("हिन्दी", &["ह", "न", "द"]),
            ("한국어 뉴스", &["한국어", "뉴스"]),
            ("日本のニュース2024年", &["日", "本", "の", "ニ", "ュ", "ー", "ス", "2024", "年"]),
            ("〆々〇・", &["〆", "々", "〇", "・"]),
            ("𠮷a\u{200d}b\u{200b}c‿d", &["𠮷", "a", "b", "c", "d"]),
            ("ⓐ…—", &[]),
        ] {
            assert_eq!(tokens(text), expected, "{text}");
        }
    }

    #[test]
    fn white_space_is_that_of_python() {
        assert_eq!(folded("\u{a0} A\u{3000}b\x1cC\u{85}\n\u{200b}d "), "a b c \u{200b}d");
    }
}
