//! What bytes are: blocks of ASCII, of which each property is a mask, and Han characters and kana.

use wide::u8x16;

use super::line::is_cjk;

/// Bytes of a block. A word of so many letters or more is read character by character.
pub(super) const BLOCK: usize = 32;
/// Zeros behind a block, so that eight bytes can be read from each of its bytes on.
const BEHIND: usize = 8;

/// A block of a text, and what its bytes are: bit `i` belongs to byte `i`.
pub(super) struct LineBlock {
    bytes: [u8; BLOCK + BEHIND],
    /// Letters and digits of ASCII.
    pub(super) words: u64,
    pub(super) digits: u64,
    pub(super) capitals: u64,
    /// White space of ASCII, and the tabs of it.
    pub(super) spaces: u64,
    pub(super) tabs: u64,
    /// What is not ASCII.
    pub(super) beyond: u64,
}

impl LineBlock {
    /// The block that begins at byte `at`; with zeros behind the end.
    #[inline]
    pub(super) fn at(text: &[u8], at: usize) -> Self {
        let mut bytes = [0; BLOCK + BEHIND];
        let behind = &text[at..];
        match behind.first_chunk::<BLOCK>() {
            Some(block) => bytes[..BLOCK].copy_from_slice(block),
            None => bytes[..behind.len()].copy_from_slice(behind),
        }
        let mut block = Self { bytes, words: 0, digits: 0, capitals: 0, spaces: 0, tabs: 0, beyond: 0 };
        for (part, lanes) in bytes[..BLOCK].as_chunks::<16>().0.iter().enumerate() {
            let text = u8x16::new(*lanes);
            // Bytes from `low` to `low + width`.
            let within = |text: u8x16, low: u8, width: u8| {
                let above = text - u8x16::splat(low);
                above.min(u8x16::splat(width)).simd_eq(above)
            };
            let mask = |bytes: u8x16| u64::from(bytes.to_bitmask()) << (part * 16);
            let digits = within(text, b'0', 9);
            block.words |= mask(within(text | u8x16::splat(0x20), b'a', 25) | digits);
            block.digits |= mask(digits);
            block.capitals |= mask(within(text, b'A', 25));
            block.spaces |= mask(text.simd_eq(u8x16::splat(b' ')) | within(text, b'\t', 4));
            block.tabs |= mask(text.simd_eq(u8x16::splat(b'\t')));
            block.beyond |= mask(text);
        }
        block
    }

    /// A hash of a word in it, in small letters.
    #[inline]
    pub(super) fn hash(&self, start: usize, length: usize) -> u64 {
        /// The bit by which small letters differ from capitals; digits have it.
        const SMALL: u64 = 0x2020_2020_2020_2020;
        let (mut hash, mut at, mut left) = (0x9e37_79b9_7f4a_7c15, start, length);
        loop {
            let eight: &[u8; 8] = self.bytes[at % BLOCK..].first_chunk().expect("there are zeros behind");
            let mut eight = u64::from_le_bytes(*eight) | SMALL;
            if left < 8 {
                eight &= (1 << (left * 8)) - 1;
            }
            hash = (hash ^ eight).wrapping_mul(0xff51_afd7_ed55_8ccd);
            hash ^= hash >> 32;
            if left <= 8 {
                return hash;
            }
            (at, left) = (at + 8, left - 8);
        }
    }
}

/// The number of the Han character or kana that is these bytes, if it is one: all of them take three bytes.
#[inline]
pub(super) fn cjk_of([a, b, c]: [u8; 3]) -> Option<u32> {
    let code = u32::from(a & 0x0f) << 12 | u32::from(b & 0x3f) << 6 | u32::from(c & 0x3f);
    // Most are in the rows that hold nothing else.
    let is_one = matches!(a, 0xe5..=0xe9)
        || (a == 0xe4 && b >= 0xb8)
        || ((0xe3..0xf0).contains(&a) && char::from_u32(code).is_some_and(is_cjk));
    is_one.then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_say_what_bytes_are() {
        let all: Vec<u8> = (0..=255).collect();
        for start in 0..256 {
            let block = LineBlock::at(&all, start);
            for (i, byte) in all[start..].iter().take(BLOCK).enumerate() {
                let bits =
                    [block.words, block.digits, block.capitals, block.spaces, block.beyond].map(|b| b >> i & 1 == 1);
                let is_space = byte.is_ascii() && (*byte as char).is_whitespace();
                let expected = [
                    byte.is_ascii_alphanumeric(),
                    byte.is_ascii_digit(),
                    byte.is_ascii_uppercase(),
                    is_space,
                    !byte.is_ascii(),
                ];
                assert_eq!(bits, expected, "byte {byte}");
            }
        }
    }

    #[test]
    fn the_hash_is_that_of_the_word_wherever_it_stands() {
        for length in 1..20 {
            let word: String = "The2ndQuickBrownFoxes".chars().take(length).collect();
            let alone = LineBlock::at(word.as_bytes(), 0).hash(0, length);
            for before in 0..10 {
                for behind in 0..10 {
                    let text = format!("{}{}{}", " ".repeat(before), word.to_uppercase(), ".".repeat(behind));
                    let hash = LineBlock::at(text.as_bytes(), 0).hash(before, length);
                    assert_eq!(hash, alone, "{text:?}");
                }
            }
            if length > 1 {
                assert_ne!(LineBlock::at(word.as_bytes(), 0).hash(0, length - 1), alone, "{word}");
            }
        }
    }

    #[test]
    fn every_han_character_and_kana_is_one() {
        for c in (0x800..=0xffff).filter_map(char::from_u32) {
            let bytes = c.to_string().into_bytes().try_into().expect("it takes three bytes");
            assert_eq!(cjk_of(bytes), is_cjk(c).then_some(u32::from(c)), "{c:?}");
        }
    }
}
