//! Runs of bytes of one kind: letters and digits of ASCII, read eight at a time, and Han characters and kana.

use super::line::is_cjk;

/// The high bit of each of eight bytes.
const HIGH: u64 = 0x8080_8080_8080_8080;
/// The bit by which small letters differ from capitals; digits have it.
const SMALL: u64 = 0x2020_2020_2020_2020;

/// A run of letters and digits of ASCII.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct AsciiRun {
    pub(super) bytes: usize,
    /// A hash of it in small letters.
    pub(super) hash: u64,
}

/// Which cases of letters were met.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Cases {
    pub(super) upper: bool,
    /// Where it is set, nobody asks for the other.
    pub(super) lower: bool,
}

impl AsciiRun {
    /// The run that begins at byte `at`; empty where no such byte stands there. The cases of its letters are added.
    #[inline]
    pub(super) fn at(bytes: &[u8], at: usize, cases: &mut Cases) -> Self {
        let (mut hash, mut end) = (0x9e37_79b9_7f4a_7c15, at);
        loop {
            let eight = eight_at(bytes, end);
            let (letters, digits) = letters_and_digits(eight);
            let others = !(letters | digits) & HIGH;
            // All bits below the first byte that is no letter or digit.
            let run = if others == 0 { u64::MAX } else { (others ^ (others - 1)) >> 8 };
            if !cases.lower {
                let small = eight << 2;
                cases.upper |= letters & !small & run != 0;
                cases.lower = letters & small & run != 0;
            }
            if run != 0 {
                hash = (hash ^ ((eight | SMALL) & run)).wrapping_mul(0xff51_afd7_ed55_8ccd);
                hash ^= hash >> 32;
            }
            if others != 0 {
                end += others.trailing_zeros() as usize / 8;
                return Self { bytes: end - at, hash };
            }
            end += 8;
        }
    }
}

/// The eight bytes from `at` on, the first in the lowest bits; zeros behind the end.
#[inline]
fn eight_at(bytes: &[u8], at: usize) -> u64 {
    let behind = bytes.get(at..).unwrap_or_default();
    if let Some(eight) = behind.first_chunk() {
        return u64::from_le_bytes(*eight);
    }
    match bytes.last_chunk() {
        // `at` is less than eight bytes before the end.
        Some(eight) if !behind.is_empty() => u64::from_le_bytes(*eight) >> (8 * (8 - behind.len())),
        _ => behind.iter().rev().fold(0, |eight, &byte| eight << 8 | u64::from(byte)),
    }
}

/// Which of eight bytes are letters and which are digits of ASCII, by their high bits.
#[inline]
fn letters_and_digits(eight: u64) -> (u64, u64) {
    const fn each(byte: u8) -> u64 {
        u64::from_le_bytes([byte; 8])
    }
    // In seven bits the sum with 128 - n has the high bit from n on, and no sum reaches into the next byte.
    let low = eight & !HIGH;
    let small = low | SMALL;
    let letters = (small + each(128 - b'a')) & !(small + each(127 - b'z'));
    let digits = (low + each(128 - b'0')) & !(low + each(127 - b'9'));
    (letters & !eight & HIGH, digits & !eight & HIGH)
}

/// The number of the Han character or kana at byte `at`, if one stands there: all of them take three bytes.
#[inline]
pub(super) fn cjk_at(bytes: &[u8], at: usize) -> Option<u32> {
    let three: &[u8; 3] = bytes.get(at..)?.first_chunk()?;
    // Most are in the rows that hold nothing else.
    let is_one = matches!(three[0], 0xe5..=0xe9)
        || (three[0] >= 0xe3 && char::from_u32(code_of(*three)).is_some_and(is_cjk));
    is_one.then(|| code_of(*three))
}

/// The number of a character of three bytes.
#[inline]
fn code_of([a, b, c]: [u8; 3]) -> u32 {
    u32::from(a & 0x0f) << 12 | u32::from(b & 0x3f) << 6 | u32::from(c & 0x3f)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_end_where_letters_and_digits_end() {
        let all: Vec<u8> = (0..=255).collect();
        for start in 0..256 {
            let mut cases = Cases::default();
            let run = AsciiRun::at(&all, start, &mut cases);
            let expected = all[start..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
            assert_eq!(run.bytes, expected, "from byte {start}");
            let inside = &all[start..start + expected];
            assert_eq!(cases.upper, inside.iter().any(u8::is_ascii_uppercase), "from byte {start}");
            assert_eq!(cases.lower, inside.iter().any(u8::is_ascii_lowercase), "from byte {start}");
        }
    }

    #[test]
    fn the_hash_is_that_of_the_word_wherever_it_stands() {
        for length in 1..20 {
            let word: String = "The2ndQuickBrownFoxes".chars().take(length).collect();
            let alone = AsciiRun::at(word.as_bytes(), 0, &mut Cases::default());
            for before in 0..10 {
                for behind in 0..10 {
                    let text = format!("{}{}{}", " ".repeat(before), word.to_uppercase(), ".".repeat(behind));
                    let run = AsciiRun::at(text.as_bytes(), before, &mut Cases::default());
                    assert_eq!((run.bytes, run.hash), (length, alone.hash), "{text:?}");
                }
            }
            let other = AsciiRun::at(&word.as_bytes()[..length - 1], 0, &mut Cases::default());
            assert_ne!(other.hash, alone.hash, "{word}");
        }
    }

    #[test]
    fn every_han_character_and_kana_is_one() {
        for c in (0x800..=0xffff).filter_map(char::from_u32) {
            let text = c.to_string();
            assert_eq!(cjk_at(text.as_bytes(), 0), is_cjk(c).then_some(u32::from(c)), "{c:?}");
        }
    }
}
