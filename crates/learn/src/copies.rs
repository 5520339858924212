//! [`Copies`]: which documents are copies of one that was there before.
//!
//! The longest line does not decide: a site's notice may be longer than any paragraph of its articles. A
//! document is a copy if more than half of its long lines, and of their text, stand in one document before.
//! Lines that several documents share which are no copies are the site's, and count for nothing.

use std::collections::HashMap;

use crate::line;
use dehusk_text::{Document, fold};

/// A line that is looked at: its hash, and its bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LongLine {
    hash: u64,
    bytes: usize,
}

/// Lines of a document that are looked at: its longest ones.
const MOST: usize = 32;

/// A line that stands in so many documents is the site's.
const COMMON: u32 = 3;

/// The longest lines of a document.
pub(crate) fn long_lines(document: &Document<'_>) -> Vec<LongLine> {
    let mut lines: Vec<&str> = (0..document.len()).map(|i| document.line_text(i).trim()).collect();
    lines.retain(|line| !line.is_empty());
    lines.sort_unstable_by_key(|line| std::cmp::Reverse(line.len()));
    let mut lines: Vec<LongLine> = lines
        .into_iter()
        .take(MOST)
        .map(|text| LongLine { hash: line::hash(9, &fold(text)), bytes: text.len() })
        .collect();
    lines.sort_unstable_by_key(|line| line.hash);
    lines.dedup_by_key(|line| line.hash);
    lines
}

/// Remembers the lines of documents that were no copies, as hashes.
#[derive(Debug, Default)]
pub(crate) struct Copies {
    /// The first document that has the line, and how many have it.
    seen: HashMap<u64, (u32, u32)>,
    documents: u32,
}

impl Copies {
    /// Whether the document with these lines is a copy; if it is none, it is remembered.
    pub(crate) fn is_copy(&mut self, lines: &[LongLine]) -> bool {
        let mut own = (0, 0);
        let mut shared: HashMap<u32, (usize, usize)> = HashMap::new();
        for line in lines {
            let seen = self.seen.get(&line.hash);
            if seen.is_some_and(|(_, count)| *count >= COMMON) {
                continue;
            }
            own = (own.0 + 1, own.1 + line.bytes);
            if let Some((document, _)) = seen {
                let sum = shared.entry(*document).or_default();
                *sum = (sum.0 + 1, sum.1 + line.bytes);
            }
        }
        // Of a document without a line of its own nothing can be learnt.
        let most = |(lines, bytes): &(usize, usize)| lines * 2 > own.0 && bytes * 2 > own.1;
        if own.0 == 0 || shared.values().any(most) {
            return true;
        }
        for line in lines {
            self.seen.entry(line.hash).or_insert((self.documents, 0)).1 += 1;
        }
        self.documents += 1;
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_copy(copies: &mut Copies, text: &str) -> bool {
        copies.is_copy(&long_lines(&Document::new(text).expect("it is short")))
    }

    #[test]
    fn a_long_notice_makes_no_copies() {
        let mut copies = Copies::default();
        let notice = "本站所有文章版权归河湾日报社所有，未经书面许可任何人不得以任何形式转载、摘编或者建立镜像。";
        for i in 0..30 {
            let text = format!("第{i}天的渡口\n第{i}天，船开得很晚，江上有雾。\n老人第{i}次说起那棵树。\n{notice}\n");
            assert!(!is_copy(&mut copies, &text), "{i}");
        }
    }

    #[test]
    fn an_article_on_other_sites_is_a_copy() {
        let mut copies = Copies::default();
        let article = "渡口的夜\n船到对岸的时候，天已经黑了。\n老人把缆绳系在石柱上。\n他说今年的水比往年大。\n";
        assert!(!is_copy(&mut copies, article));
        for i in 0..6 {
            assert!(is_copy(&mut copies, &format!("第{i}个网站 首页\n{article}第{i}个网站的版权声明\n")), "{i}");
        }
        assert!(!is_copy(&mut copies, "另一篇\n老人把缆绳系在石柱上。\n桥修好以后，渡口就没有人了。\n"));
    }
}
