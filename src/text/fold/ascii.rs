//! Stretches of plain ASCII, which the fold takes as they are, but for capitals.
//!
//! Most English goes through here: letters with single spaces between them eight bytes at a time
//! ([`Eight`]), all else byte by byte. There the loop does three things at once and has no branch
//! that text could make the processor guess wrongly: one word of a table says for a byte what is
//! written for it, which state follows, and what it adds to the counts of the line.

use crate::text::count::ascii_sums;

/// The states, as shifts: behind a letter, behind a mark, behind what may stand only between
/// letters (spaces, and what counts once when it stands twice), at the end.
pub(super) const LETTER: u32 = 0;
pub(super) const MARK: u32 = 4;
const BETWEEN: u32 = 8;
const END: u32 = 12;
/// From this bit on a word of the table is what is written, in eight bits…
const WRITTEN: u32 = 12;
/// …and from this one [`ascii_sums`].
const SUMS: u32 = 20;

/// For every byte the state that follows on each state, four bits for each; what is written for the byte;
/// and what it counts.
const NEXT: [u64; 256] = {
    let mut next = [0; 256];
    let mut b = 0;
    while b < 256 {
        let byte = b as u8;
        let [letter, mark, between] = match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'A'..=b'Z' => [LETTER; 3],
            b',' | b';' | b':' | b'!' | b'?' | b'"' | b')' | b'/' | b'%' | b'&' | b'+' | b'*' | b'@' | b'#' | b'$'
            | b'|' | b'\\' | b'^' | b'\'' | b'`' | b']' | b'}' => [MARK, MARK, END],
            // Behind a Han character they may open its pinyin.
            b'(' | b'[' | b'{' => [MARK, END, END],
            b' ' | b'.' | b'-' | b'_' | b'=' | b'<' | b'>' | b'~' => [BETWEEN, END, END],
            _ => [END; 3],
        };
        let written = match byte {
            b'\'' | b'`' => b'"',
            b'[' | b'{' => b'(',
            b']' | b'}' => b')',
            _ => byte.to_ascii_lowercase(),
        };
        let states = (letter << LETTER | mark << MARK | between << BETWEEN) as u64;
        next[b] = states | (written as u64) << WRITTEN | ascii_sums(byte) << SUMS;
        b += 1;
    }
    next
};

/// A stretch: what is written for it, where it ends, and the sums of [`ascii_sums`] over it.
// Aligned, because then it is seen to be ASCII sixteen bytes at a time.
#[repr(C, align(16))]
pub(super) struct Stretch {
    /// ASCII, also behind `len`.
    written: [u8; LONGEST],
    len: usize,
    pub(super) end: usize,
    pub(super) sums: u64,
}

/// Eight bytes of letters with single spaces between them, read as one number.
struct Eight {
    written: [u8; 8],
    sums: u64,
    state: u32,
}

impl Eight {
    /// Reads them in this state, if they are nothing else.
    #[inline]
    fn of(bytes: [u8; 8], state: u32) -> Option<Self> {
        const HIGH: u64 = 0x8080_8080_8080_8080;
        const fn each(byte: u8) -> u64 {
            u64::from_ne_bytes([byte; 8])
        }
        let word = u64::from_le_bytes(bytes);
        if word & HIGH != 0 {
            return None;
        }
        // A space has this bit anyhow. Adding what is missing to 128 sets the high bit of a byte.
        let lower = word | each(0x20);
        let letters = (lower + each(0x80 - b'a')) & !(lower + each(0x7F - b'z')) & HIGH;
        let spaces = !((word ^ each(b' ')) + each(0x7F)) & HIGH;
        // A space behind a space, the first byte counting as behind what was before.
        let behind = spaces << 8 | if state == LETTER { 0 } else { 0x80 };
        if letters | spaces != HIGH || spaces & behind != 0 {
            return None;
        }
        let count = (spaces >> 7).wrapping_mul(each(1)) >> 56;
        let state = if spaces >> 63 == 1 { BETWEEN } else { LETTER };
        let sums = count * ascii_sums(b' ') + (8 - count) * ascii_sums(b'a');
        Some(Self { written: lower.to_le_bytes(), sums, state })
    }
}

/// The longest stretch: sums have eight bits.
const LONGEST: usize = 128;

impl Stretch {
    pub(super) fn new() -> Self {
        Self { end: 0, sums: 0, written: [0; LONGEST], len: 0 }
    }

    /// What is written for the stretch: as many bytes as it has.
    #[inline]
    pub(super) fn written(&self) -> &str {
        let whole = self.len.next_multiple_of(16).min(LONGEST);
        std::str::from_utf8(&self.written[..whole]).map_or("", |written| &written[..self.len])
    }

    /// The byte written last.
    #[inline]
    pub(super) fn last(&self) -> u8 {
        self.written[self.len - 1]
    }

    /// Reads the stretch of ASCII that begins at `at`, in this state ([`LETTER`] or [`MARK`]), of which every byte is
    /// written as one byte; whether there is one. It ends with a letter or a mark, never with something that
    /// the next character could change.
    #[inline]
    pub(super) fn read(&mut self, bytes: &[u8], at: usize, mut state: u32) -> bool {
        let (mut len, mut sums) = (0, 0);
        let bytes = &bytes[at..];
        let bytes = &bytes[..bytes.len().min(LONGEST)];
        'stretch: while len < bytes.len() {
            while let Some(eight) = bytes[len..].first_chunk().and_then(|chunk| Eight::of(*chunk, state))
                && let Some(written) = self.written[len..].first_chunk_mut()
            {
                *written = eight.written;
                sums += eight.sums;
                state = eight.state;
                len += 8;
            }
            // A mark, a digit: one by one, and a new try behind them.
            for (&b, written) in bytes[len..].iter().zip(&mut self.written[len..]).take(8) {
                let entry = NEXT[b as usize];
                let next = (entry >> state) as u32 & 0xf;
                if next == END {
                    break 'stretch;
                }
                state = next;
                *written = (entry >> WRITTEN) as u8;
                sums += entry >> SUMS;
                len += 1;
            }
        }
        if state == BETWEEN {
            len -= 1;
            sums -= ascii_sums(bytes[len]);
        }
        (self.len, self.end, self.sums) = (len, at + len, sums);
        len > 0
    }
}
