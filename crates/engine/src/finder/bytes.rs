//! What a byte of a line is, for reading runs of them: letters and digits of ASCII, Han characters and kana.

use super::line::is_cjk;

/// What letters and digits of ASCII a byte is; 0 for none.
#[inline]
pub(super) fn in_word(byte: u8) -> u8 {
    IN_WORD[usize::from(byte)]
}

pub(super) const LOWER: u8 = 1;
pub(super) const UPPER: u8 = 1 << 1;
const NUMBER: u8 = 1 << 2;
static IN_WORD: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut byte = 0;
    while byte < 128 {
        let b = byte as u8;
        kinds[byte] = if b.is_ascii_lowercase() {
            LOWER
        } else if b.is_ascii_uppercase() {
            UPPER
        } else if b.is_ascii_digit() {
            NUMBER
        } else {
            0
        };
        byte += 1;
    }
    kinds
};

/// The Han character or kana at byte `at`: all of them take three bytes.
#[inline]
pub(super) fn cjk_at(bytes: &[u8], at: usize) -> Option<char> {
    let &[a @ 0xe3..=0xef, b, c] = bytes.get(at..)?.first_chunk()? else { return None };
    let code = u32::from(a & 0x0f) << 12 | u32::from(b & 0x3f) << 6 | u32::from(c & 0x3f);
    char::from_u32(code).filter(|&c| is_cjk(c))
}
