//! Stretches of plain ASCII, which the fold takes as they are, but for capitals.
//!
//! Most English goes through here, byte by byte, so the loop does two things at once and has no branch
//! that text could make the processor guess wrongly: one word of a table says for a byte which
//! state follows and what it adds to the counts of the line.

use crate::text::count::ascii_sums;

/// The states, as shifts: behind a letter, behind a mark, behind what may stand only between
/// letters (spaces, and what counts once when it stands twice), at the end.
pub(super) const LETTER: u32 = 0;
pub(super) const MARK: u32 = 4;
const BETWEEN: u32 = 8;
const END: u32 = 12;
/// From this bit on a word of the table is [`ascii_sums`].
const SUMS: u32 = 12;

/// For every byte the state that follows on each state, four bits for each, and what the byte counts.
const NEXT: [u64; 256] = {
    let mut next = [0; 256];
    let mut b = 0;
    while b < 256 {
        let [letter, mark, between] = match b as u8 {
            b'a'..=b'z' | b'0'..=b'9' | b'A'..=b'Z' => [LETTER; 3],
            b',' | b';' | b':' | b'!' | b'?' | b'"' | b')' | b'/' | b'%' | b'&' | b'+' | b'*' | b'@' | b'#' | b'$'
            | b'|' | b'\\' | b'^' => [MARK, MARK, END],
            // Behind a Han character it may open its pinyin.
            b'(' => [MARK, END, END],
            b' ' | b'.' | b'-' | b'_' | b'=' | b'<' | b'>' | b'~' => [BETWEEN, END, END],
            _ => [END; 3],
        };
        next[b] = (letter << LETTER | mark << MARK | between << BETWEEN) as u64 | ascii_sums(b as u8) << SUMS;
        b += 1;
    }
    next
};

/// A stretch: where it ends, and the sums of [`ascii_sums`] over it.
pub(super) struct Stretch {
    pub(super) end: usize,
    pub(super) sums: u64,
}

/// The longest stretch: sums have eight bits.
const LONGEST: usize = 255;

/// The stretch of ASCII that begins at `at`, in this state ([`LETTER`] or [`MARK`]), and folds to itself, but for
/// capitals. It ends with a letter or a mark, never with something that the next character could change.
#[inline]
pub(super) fn stretch(bytes: &[u8], at: usize, mut state: u32) -> Stretch {
    let (mut end, mut sums) = (at, 0);
    let most = bytes.len().min(at + LONGEST);
    for &b in &bytes[at..most] {
        let entry = NEXT[b as usize];
        let next = (entry >> state) as u32 & 0xf;
        if next == END {
            break;
        }
        state = next;
        sums += entry >> SUMS;
        end += 1;
    }
    if state == BETWEEN {
        end -= 1;
        sums -= ascii_sums(bytes[end]);
    }
    Stretch { end, sums }
}
