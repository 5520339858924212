//! [`MarkupWords`]: finds words of known classes in the class and id names of elements.
//!
//! `class="post-comments clearfix"` has the word *comments*. Some words count anywhere in a name (`commentlist`,
//! `userComments`). A whole word counts only by itself (`ad` in `ad-box`, not in `header`); a word ends at a
//! character that is no letter, or before a capital.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder};
use serde::{Deserialize, Serialize};

/// A word, its class, and whether it counts only by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkupWord {
    /// In lower case.
    pub text: String,
    /// The number of its class.
    pub class: u8,
    /// Whether it counts only by itself, not as a part of a longer word.
    pub whole: bool,
}

/// The words of all classes, ready for searching.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct MarkupWords {
    words: Vec<MarkupWord>,
    #[serde(skip)]
    automaton: OnceLock<Option<AhoCorasick>>,
}

impl MarkupWords {
    /// Makes the search for these words.
    pub fn new(words: Vec<MarkupWord>) -> Self {
        Self { words, automaton: OnceLock::new() }
    }

    /// The classes of the words in a name, one bit for each.
    pub(crate) fn classes(&self, name: &str) -> u64 {
        let make = || {
            let patterns = self.words.iter().map(|word| &word.text);
            AhoCorasickBuilder::new().ascii_case_insensitive(true).build(patterns).ok()
        };
        let Some(automaton) = self.automaton.get_or_init(make) else { return 0 };
        let mut classes = 0;
        for found in automaton.find_overlapping_iter(name) {
            let word = &self.words[found.pattern().as_usize()];
            if !word.whole || (starts_word(name, found.start()) && ends_word(name, found.end())) {
                classes |= 1 << word.class;
            }
        }
        classes
    }
}

fn starts_word(name: &str, at: usize) -> bool {
    let bytes = name.as_bytes();
    at == 0
        || !bytes[at - 1].is_ascii_alphabetic()
        || (bytes[at].is_ascii_uppercase() && bytes[at - 1].is_ascii_lowercase())
}

fn ends_word(name: &str, at: usize) -> bool {
    let bytes = name.as_bytes();
    at == bytes.len() || !bytes[at].is_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_count_anywhere_and_words_by_themselves() {
        let word = |text: &str, class, whole| MarkupWord { text: text.into(), class, whole };
        let words = MarkupWords::new(vec![word("comment", 0, false), word("ad", 1, true)]);
        for (name, classes) in [
            ("userComments", 1),
            ("header", 0),
            ("top-ad", 2),
            ("topAdBox", 2),
            ("ad comment-list", 3),
            ("", 0),
            ("广告ad", 2),
        ] {
            assert_eq!(words.classes(name), classes, "{name}");
        }
    }
}
