//! [`Counts`]: how many characters of which kind a folded line has.
//!
//! They are counted while the line is folded (`fold.rs` tells what it writes), as the shape of a line
//! is asked of every line. [`Counts::of`] counts a text that is folded already.
//!
//! Where it can be fooled: letters that no case nor script of words makes letters (emoji, symbols) are none.

use super::fold::is_han;

/// Counts of characters of a folded line, spaces aside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) chars: u32,
    /// Characters that say as much as half a word, see [`is_wide`].
    pub(crate) han: u32,
    /// Letters and digits.
    pub(crate) letters: u32,
    /// ASCII digits.
    pub(crate) digits: u32,
    /// Commas and semicolons.
    pub(crate) commas: u32,
}

/// What a byte of ASCII adds, eight bits each: spaces, letters, digits, commas.
pub(super) const fn ascii_sums(b: u8) -> u64 {
    match b {
        b' ' => 1,
        b'a'..=b'z' | b'A'..=b'Z' => 1 << 8,
        b'0'..=b'9' => 1 << 16,
        b',' | b';' => 1 << 24,
        _ => 0,
    }
}

impl Counts {
    /// Counts a folded text.
    pub(crate) fn of(folded: &str) -> Self {
        let mut counts = Self::default();
        folded.chars().for_each(|c| counts.add(c));
        counts
    }

    /// Counts a character.
    #[inline]
    pub(super) fn add(&mut self, c: char) {
        self.change(c, |count| *count += 1);
    }

    /// Counts a character no more.
    pub(super) fn take_back(&mut self, c: char) {
        self.change(c, |count| *count -= 1);
    }

    /// Changes what a character counts for.
    #[inline]
    fn change(&mut self, c: char, by: impl Fn(&mut u32)) {
        if c == ' ' {
            return;
        }
        by(&mut self.chars);
        match c {
            '0'..='9' => {
                by(&mut self.digits);
                by(&mut self.letters);
            }
            ',' | ';' | '、' | '،' => by(&mut self.commas),
            '。' | '…' | '·' => {}
            c if c.is_ascii_alphabetic() => by(&mut self.letters),
            '\0'..='\x7f' => {}
            c if is_wide(c) => {
                by(&mut self.han);
                by(&mut self.letters);
            }
            c if c.is_alphanumeric() => by(&mut self.letters),
            _ => {}
        }
    }

    /// Counts Han characters.
    #[inline]
    pub(super) fn add_han(&mut self, count: usize) {
        self.chars += count as u32;
        self.han += count as u32;
        self.letters += count as u32;
    }

    /// Counts as many bytes of ASCII, of which [`ascii_sums`] are these.
    #[inline]
    pub(super) fn add_sums(&mut self, sums: u64, bytes: usize) {
        let part = |at: u32| (sums >> at & 0xff) as u32;
        self.chars += bytes as u32 - part(0);
        self.letters += part(8) + part(16);
        self.digits += part(16);
        self.commas += part(24);
    }
}

/// Characters that say as much as half a word: Han, kana and Hangul.
pub(crate) fn is_wide(c: char) -> bool {
    is_han(c) || matches!(c, '\u{3041}'..='\u{30FF}' | '\u{31F0}'..='\u{31FF}' | '\u{AC00}'..='\u{D7A3}')
}

/// Whether a character is a letter or digit: `char::is_alphanumeric`, quick for the common ones.
#[inline]
pub(crate) fn is_alphanumeric(c: char) -> bool {
    match c {
        '\0'..='\x7f' => c.is_ascii_alphanumeric(),
        '\u{4E00}'..='\u{9FEF}' => true,
        '\u{3001}' | '\u{3002}' | '…' | '·' => false,
        _ => c.is_alphanumeric(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::fold;
    use crate::text::fold::fold_counting;
    use proptest::prelude::*;

    #[test]
    fn the_quick_answer_is_the_right_one() {
        for c in '\0'..=char::MAX {
            assert_eq!(is_alphanumeric(c), c.is_alphanumeric(), "{c:?}");
        }
    }

    #[test]
    fn every_character_is_counted_as_what_it_is_compared_as() {
        for c in '\0'..=char::MAX {
            for text in [c.to_string(), format!("a{c}b"), format!("版{c}权"), format!(".{c}{c}, {c}")] {
                let mut folded = String::new();
                let counts = fold_counting(&text, &mut folded);
                assert_eq!(counts, Counts::of(&folded), "{text:?}");
                assert_eq!(folded, fold(&text));
            }
        }
    }

    proptest! {
        #[test]
        fn counting_while_folding_is_counting_the_folded_line(
            line in "([A-Za-z]{0,90}|[ ,;0-9。、…版權权·é\"'().-]{0,40}|か\u{3099}|\\PC{0,9}){0,9}",
        ) {
            let mut folded = String::new();
            let counts = fold_counting(&line, &mut folded);
            prop_assert_eq!(counts, Counts::of(&folded));
        }
    }
}
