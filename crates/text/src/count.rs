//! [`CharCounts`]: how many characters of which kind a folded line has.
//!
//! They are counted while the line is folded, because every line needs them for its shape
//! ([`Cues`](super::cues::Cues)). [`CharCounts::of`] counts a text that is folded already.
//!
//! Where it can be fooled: a letter is what `char::is_alphanumeric` calls one, so emoji and symbols used as letters do
//! not count.

use super::fold::table::is_han;
use super::kind::{CharKind, is_kana_or_hangul};

/// Counts of characters of a folded line. Spaces are not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CharCounts {
    /// All characters except spaces.
    pub(crate) chars: u32,
    /// Han, kana and Hangul, see [`is_wide`].
    pub(crate) han: u32,
    /// Whether there are letters or digits.
    pub(crate) letters: bool,
    /// Whether there are ASCII digits.
    pub(crate) digits: bool,
    /// Commas and semicolons.
    pub(crate) commas: u32,
    /// Whether there is one of `_`, `|`, `>`, or another [`CharKind::Link`].
    pub(crate) links: bool,
    /// Whether there is a `.` or `…`.
    pub(crate) points: bool,
}

impl CharCounts {
    /// Counts a folded text.
    pub(crate) fn of(folded: &str) -> Self {
        let mut counts = Self::default();
        folded.chars().for_each(|c| counts.add(c));
        counts
    }

    /// Counts a character.
    #[inline]
    pub(super) fn add(&mut self, c: char) {
        let kind = CharKind::of(c, is_han);
        let by = |holds: bool| u32::from(holds);
        self.chars += by(kind != CharKind::Space);
        self.han += by(kind == CharKind::Wide);
        self.letters |= matches!(kind, CharKind::Wide | CharKind::Letter | CharKind::Digit);
        self.digits |= kind == CharKind::Digit;
        self.commas += by(kind == CharKind::Comma);
        self.links |= kind == CharKind::Link;
        self.points |= kind == CharKind::Point;
    }
}

/// Whether a character is Han, kana or Hangul: one such character carries about as much meaning as half a word.
pub fn is_wide(c: char) -> bool {
    is_kana_or_hangul(c) || is_han(c)
}

/// Whether a character is a letter or digit: `char::is_alphanumeric` with a fast path for the common ranges.
#[inline]
pub fn is_alphanumeric(c: char) -> bool {
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
    use crate::fold;
    use crate::fold::fold_counting;
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
                assert_eq!(counts, CharCounts::of(&folded), "{text:?}");
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
            prop_assert_eq!(counts, CharCounts::of(&folded));
        }
    }
}
