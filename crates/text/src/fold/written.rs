//! [`Written`]: what was written of the folded line, and what it counts as.
//!
//! The fast ways write bytes at any place of a small array, which is seen to be text when it is full. The sums
//! are packed: many counts in one word, added up by a single instruction.

use super::near::{NearChar, length_and_kind};
use crate::count::CharCounts;
use crate::kind::CharKind;

/// Bytes that are gathered before they are seen to be text. Sums of eight bits must hold as many.
pub(super) const ROOM: usize = 255;
/// No block of ASCII writes more than this.
const STEP: usize = 1 + 32;

/// With room behind the last place for a block that is written or cleared.
pub(super) type Buffer = [u8; ROOM + CLEARED];
/// A test for text looks at as many bytes at once.
const CLEARED: usize = 64;

/// How much is written, and what of it counts: eight bits each.
#[derive(Clone, Copy)]
pub(super) struct WrittenSums(u64);

const CHARS: u32 = 8;
const WIDE: u32 = 16;
const LETTERS: u32 = 24;
const DIGITS: u32 = 32;
const COMMAS: u32 = 40;
const LINKS: u32 = 48;
const POINTS: u32 = 56;

/// What a character adds to the sums, by its [`NearChar::sort`].
static ADDED: [u64; 256] = {
    let mut added = [0; 256];
    let mut sort = 0;
    while sort < added.len() {
        let (length, kind) = length_and_kind(sort);
        added[sort] = length
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
        sort += 1;
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
    pub(super) fn add(&mut self, near: NearChar) {
        self.0 += ADDED[usize::from(near.sort())];
    }

    /// Counts bytes that are counted as characters elsewhere.
    #[inline]
    pub(super) fn add_bytes(&mut self, bytes: usize) {
        self.0 += bytes as u64;
    }

    fn part(self, at: u32) -> u32 {
        u32::from((self.0 >> at) as u8)
    }
}

/// Where a folded line is written.
// Aligned, because then it is seen to be ASCII sixteen bytes at a time.
#[repr(C, align(16))]
pub(super) struct Written<'o> {
    pub(super) buffer: Buffer,
    pub(super) sums: WrittenSums,
    /// Sums of blocks of ASCII, four times eight bits of commas, and four times of all characters.
    pub(super) blocks: u64,
    /// Letters and digits, digits, links and points that blocks of ASCII have seen: none if zero.
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

    /// Replaces the character written last by one that counts for the same.
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

    /// Hands out what is written, and adds up what was counted.
    fn flush(&mut self) {
        let len = self.sums.len();
        // The tests are quicker with whole blocks. What stands behind is of no use any more.
        self.buffer[len..len + CLEARED].copy_from_slice(&[0; CLEARED]);
        let whole = len.next_multiple_of(CLEARED);
        let text = simdutf8::basic::from_utf8(&self.buffer[..whole]).unwrap_or_default();
        debug_assert_eq!(text.len(), whole, "whole characters are written");
        self.out.push_str(text.get(..len).unwrap_or_default());

        let sums = self.sums;
        let part = |at| sums.part(at);
        // All four bytes come together in the highest one.
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

    /// Hands out the rest; what the whole line counts.
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
