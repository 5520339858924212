//! [`WordLetters`]: whether the letters of a line are those of the words of a rule.
//!
//! A line that is made of words has no other letters. That is quickly seen, and of most lines no more is asked.
//!
//! ```text
//! words    登录 注册 Log in            letters    录 注 登 册, log, in
//! line     登录后发表                 后 is none of them
//! line     Log out                    nor is `out`
//! ```

use std::collections::BTreeSet;

use crate::hash::hash;
use crate::literals::Filter;

/// Of folded words.
#[derive(Debug, Default)]
pub(super) struct WordLetters {
    han: HanSet,
    /// By hash: words of ASCII with a letter.
    ascii: Filter,
}

/// Bytes of a word of ASCII, about.
const WORD: usize = 8;

impl WordLetters {
    /// Takes what [`letters`] gave.
    pub(super) fn new(letters: &str) -> Self {
        let mut all = Self { han: HanSet::default(), ascii: Filter::new(letters.len() / WORD) };
        han_numbers(letters).for_each(|number| all.han.insert(number));
        ascii_words(letters).for_each(|word| all.ascii.insert(word));
        all
    }

    /// Whether a line may be made of the words; a quick no for most. Marks beyond ASCII may fold to letters, as × does, so of a
    /// line with such only Han characters are asked for.
    pub(super) fn may_make(&self, line: &str, folded: &str) -> bool {
        han_numbers(folded).all(|number| self.han.has(number))
            && (!line.is_ascii() || ascii_words(folded).all(|word| self.ascii.has(word)))
    }
}

/// The different Han characters of folded words, and their different words of ASCII with a letter, with a line feed before each.
pub(super) fn letters(words: &str) -> String {
    let is_han = |c: &char| ('\u{4e00}'..='\u{9fff}').contains(c);
    let han: BTreeSet<char> = words.chars().filter(is_han).collect();
    let ascii: BTreeSet<&str> = words.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let ascii = ascii.into_iter().filter(|word| word.contains(|c: char| c.is_ascii_alphabetic()));
    han.into_iter().map(String::from).chain(ascii.flat_map(|word| ["\n".to_string(), word.to_string()])).collect()
}

/// A set of Han characters by their numbers.
#[derive(Debug)]
struct HanSet(Box<[u64; HAN / 64]>);

/// The first Han character, and how many there are.
const FIRST_HAN: u32 = 0x4E00;
const HAN: usize = 0x5200;

impl Default for HanSet {
    fn default() -> Self {
        Self(Box::new([0; HAN / 64]))
    }
}

impl HanSet {
    fn insert(&mut self, number: usize) {
        self.0[number / 64] |= 1 << (number % 64);
    }

    fn has(&self, number: usize) -> bool {
        self.0[number / 64] >> (number % 64) & 1 == 1
    }
}

/// The number of each Han character of a folded text, from 0.
fn han_numbers(folded: &str) -> impl Iterator<Item = usize> {
    let mut rest = folded.as_bytes();
    std::iter::from_fn(move || {
        loop {
            match *rest {
                [first @ 0xE4..=0xE9, second, third, ref behind @ ..] => {
                    rest = behind;
                    let code = u32::from(first & 0xF) << 12 | u32::from(second & 0x3F) << 6 | u32::from(third & 0x3F);
                    if let Some(number) = code.checked_sub(FIRST_HAN).filter(|&number| (number as usize) < HAN) {
                        return Some(number as usize);
                    }
                }
                [_, ref behind @ ..] => rest = behind,
                [] => return None,
            }
        }
    })
}

/// The hash of each word of ASCII with a letter: words of a list may have spaces and marks, but none ends within such a word.
fn ascii_words(folded: &str) -> impl Iterator<Item = u64> {
    let all = folded.as_bytes().split(|b| !b.is_ascii_alphanumeric());
    all.filter(|word| word.iter().any(u8::is_ascii_alphabetic)).map(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_with_other_letters_is_not_made_of_the_words() {
        let words = WordLetters::new(&letters("登录\n注册\nlog in\na+\nqq空间\n"));
        for line in ["登录 注册", "录", "log", "in a", "(12) log", "× 登录", "空 册"] {
            assert!(words.may_make(line, line), "{line}");
        }
        for line in ["登录后", "log out", "login", "a qqq", "退出 登录"] {
            assert!(!words.may_make(line, line), "{line}");
        }
    }
}
