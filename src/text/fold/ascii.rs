//! Stretches of plain ASCII, which the fold takes as they are, but for capitals.
//!
//! Most English goes through here, byte by byte, so the loop does three things at once and has no branch
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
        for (&b, written) in bytes[at..].iter().zip(&mut self.written) {
            let entry = NEXT[b as usize];
            let next = (entry >> state) as u32 & 0xf;
            if next == END {
                break;
            }
            state = next;
            *written = (entry >> WRITTEN) as u8;
            sums += entry >> SUMS;
            len += 1;
        }
        if state == BETWEEN {
            len -= 1;
            sums -= ascii_sums(bytes[at + len]);
        }
        (self.len, self.end, self.sums) = (len, at + len, sums);
        len > 0
    }
}
