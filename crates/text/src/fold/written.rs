//! [`Written`]: the folded line as it is written, and its character counts.
//!
//! The fast paths write bytes into a small buffer, which is validated as UTF-8 and appended to the text when it is
//! full. The counts are packed, eight bits each, into one word, so that a single addition updates all of them.

use super::bmp::{BmpEntry, length_and_kind};
use crate::count::CharCounts;
use crate::kind::CharKind;

/// Most bytes in the buffer. The counts have eight bits, so it must not be more.
pub(super) const ROOM: usize = 255;
/// Most bytes that a block of ASCII writes: a space, then the block.
const STEP: usize = 1 + 32;

/// The buffer, with room behind its end, because blocks are written and cleared as a whole.
pub(super) type Buffer = [u8; ROOM + CLEARED];
/// The UTF-8 validation reads this many bytes at once.
const CLEARED: usize = 64;

/// Eight counts of eight bits each: the bytes in the buffer (lowest), then the character counts at the shifts below.
#[derive(Clone, Copy)]
pub(super) struct WrittenSums(u64);

const CHARS: u32 = 8;
const WIDE: u32 = 16;
const LETTERS: u32 = 24;
const DIGITS: u32 = 32;
const COMMAS: u32 = 40;
const LINKS: u32 = 48;
const POINTS: u32 = 56;

/// What a character adds to the sums, by its [`BmpEntry::key`].
static ADDED: [u64; 256] = {
    let mut added = [0; 256];
    let mut key = 0;
    while key < added.len() {
        let (length, kind) = length_and_kind(key);
        added[key] = length
            | match kind {
                CharKind::Other => 1 << CHARS,
                CharKind::Wide => 1 << CHARS | 1 << WIDE | 1 << LETTERS,
                CharKind::Letter => 1 << CHARS | 1 << LETTERS,
                CharKind::Digit => 1 << CHARS | 1 << LETTERS | 1 << DIGITS,
                CharKind::Comma => 1 << CHARS | 1 << COMMAS,
                CharKind::Link => 1 << CHARS | 1 << LINKS,
                CharKind::Point => 1 << CHARS | 1 << POINTS,
                CharKind::Space => 0,
            };
        key += 1;
    }
    added
};

impl WrittenSums {
    #[inline]
    pub(super) fn len(self) -> usize {
        usize::from(self.0 as u8)
    }

    /// Counts a character and its bytes.
    #[inline]
    pub(super) fn add(&mut self, entry: BmpEntry) {
        self.0 += ADDED[usize::from(entry.key())];
    }

    /// Adds to the length only: the characters are counted elsewhere.
    #[inline]
    pub(super) fn add_bytes(&mut self, bytes: usize) {
        self.0 += bytes as u64;
    }

    fn part(self, at: u32) -> u32 {
        u32::from((self.0 >> at) as u8)
    }
}

/// Where a folded line is written.
// Aligned, so that the validation of ASCII reads sixteen bytes at a time.
#[repr(C, align(16))]
pub(super) struct Written<'o> {
    pub(super) buffer: Buffer,
    pub(super) sums: WrittenSums,
    /// Counts of blocks of ASCII: eight sums of eight bits, the lower four of commas, the upper four of all characters.
    pub(super) blocks: u64,
    /// Masks of blocks of ASCII, joined by OR: letters or digits, digits, links, points. Zero means that there was
    /// none.
    pub(super) seen: [u64; 4],
    counts: CharCounts,
    out: &'o mut String,
}

impl<'o> Written<'o> {
    #[inline]
    pub(super) fn new(out: &'o mut String) -> Self {
        Self {
            buffer: [0; ROOM + CLEARED],
            sums: WrittenSums(0),
            blocks: 0,
            seen: [0; 4],
            counts: CharCounts::default(),
            out,
        }
    }

    /// Writes a character and counts it.
    pub(super) fn push(&mut self, c: char) {
        self.write(c);
        self.counts.add(c);
    }

    /// Replaces the character written last, `old`, by one of the same kind.
    pub(super) fn replace(&mut self, old: char, new: char) {
        if self.sums.len() >= old.len_utf8() {
            self.sums.0 -= old.len_utf8() as u64;
        } else {
            self.out.pop();
        }
        self.write(new);
    }

    fn write(&mut self, c: char) {
        let len = self.sums.len();
        let width = c.encode_utf8(&mut self.buffer[len..len + 4]).len();
        self.sums.add_bytes(width);
    }

    /// Makes room for a block of ASCII, or for some characters.
    #[inline]
    pub(super) fn make_room(&mut self) {
        if self.sums.len() > ROOM - STEP {
            self.flush();
        }
    }

    /// Appends the buffer to the text, adds the counts up, and empties both.
    fn flush(&mut self) {
        let len = self.sums.len();
        // The validation is faster with whole blocks, so the bytes behind the end are cleared.
        self.buffer[len..len + CLEARED].copy_from_slice(&[0; CLEARED]);
        let whole = len.next_multiple_of(CLEARED);
        let text = simdutf8::basic::from_utf8(&self.buffer[..whole]).unwrap_or_default();
        debug_assert_eq!(text.len(), whole, "whole characters are written");
        self.out.push_str(text.get(..len).unwrap_or_default());

        let sums = self.sums;
        let part = |at| sums.part(at);
        // Multiplied so, the highest byte is the sum of all four bytes.
        let add_up = |bytes: u32| bytes.wrapping_mul(0x0101_0101) >> 24;
        self.counts.chars += part(CHARS) + add_up((self.blocks >> 32) as u32);
        self.counts.commas += part(COMMAS) + add_up(self.blocks as u32);
        self.counts.han += part(WIDE);
        self.counts.letters |= part(LETTERS) > 0;
        self.counts.digits |= part(DIGITS) > 0;
        self.counts.links |= part(LINKS) > 0;
        self.counts.points |= part(POINTS) > 0;
        (self.sums, self.blocks) = (WrittenSums(0), 0);
    }

    /// Writes the rest; returns the counts of the whole line.
    #[inline]
    pub(super) fn finish(&mut self) -> CharCounts {
        self.flush();
        let [letters, digits, links, points] = self.seen.map(|seen| seen != 0);
        let counts = self.counts;
        CharCounts {
            letters: counts.letters | letters,
            digits: counts.digits | digits,
            links: counts.links | links,
            points: counts.points | points,
            ..counts
        }
    }
}
