//! Blocks of ASCII: sixteen or thirty-two bytes at once.
//!
//! English is read here. Each question about a byte (is it a letter, a space, …) is answered for the whole
//! block by a number with one bit a byte, and what depends on neighbours is asked by shifting these numbers. Of
//! spaces, those between two words stay, as one: adding a bit to the first of several carries it to
//! what stands behind the last.
//!
//! A block ends early where it cannot say what to write: before anything that is no ASCII, before control characters and tabs,
//! and before the second of two dashes, dots and other marks of which a row may count as one.

use wide::{i8x16, u8x16};

use super::LineFolder;
use super::class::Class;
use super::plain::near_ascii;
use super::written::Buffer;

/// Bytes that are answered at once.
const LANES: usize = 16;

/// What is written for a block byte by byte, and for each question the answers.
#[derive(Clone, Copy)]
struct AsciiBlock {
    written: [u8; LANES],
    letters: u32,
    digits: u32,
    spaces: u32,
    commas: u32,
    /// `_`, `|` and the like.
    links: u32,
    points: u32,
    /// Marks of which several in a row may count as one.
    rows: u32,
    /// What is not for this place.
    others: u32,
}

impl AsciiBlock {
    #[inline(always)]
    fn of(bytes: [u8; LANES]) -> Self {
        let text = u8x16::new(bytes);
        let all = u8x16::splat;
        // At most `width` above `low`.
        let within = |text: u8x16, low: u8, width: u8| {
            let above = text - all(low);
            above.min(all(width)).simd_eq(above)
        };
        let is = |byte: u8| text.simd_eq(all(byte));
        let small = text | all(0x20);
        let letters = within(small, b'a', 25);
        let digits = within(text, b'0', 9);
        let spaces = is(b' ');
        let commas = is(b',') | is(b';');
        // `^` makes no row, but is next to `_`.
        let signs = within(text, b'<', 2) | within(small, b'~', 1);
        let points = is(b'.');
        // 0x7F and all above become the least numbers.
        let others = i8x16::new(bytes.map(|b| b.wrapping_add(1).cast_signed())).simd_lt(i8x16::splat(0x21));
        // `[` and `{` differ by the same bit as capitals and small letters, and so do `]` and `}`.
        let (open, close) = (small.simd_eq(all(b'{')), small.simd_eq(all(b'}')));
        let base = text | ((letters | open | close) & all(0x20));
        let written = base
            ^ (open & all(b'{' ^ b'('))
            ^ (close & all(b'}' ^ b')'))
            ^ (is(b'\'') & all(b'\'' ^ b'"'))
            ^ (is(b'`') & all(b'`' ^ b'"'));
        Self {
            written: written.to_array(),
            letters: letters.to_bitmask(),
            digits: digits.to_bitmask(),
            spaces: spaces.to_bitmask(),
            commas: commas.to_bitmask(),
            links: (signs | is(b'|')).to_bitmask(),
            points: points.to_bitmask(),
            rows: (signs | points | is(b'-')).to_bitmask(),
            others: others.to_bitmask(),
        }
    }
}

/// How many bits of each byte are set.
#[inline(always)]
fn ones(word: u64) -> u64 {
    let pairs = word - (word >> 1 & 0x5555_5555_5555_5555);
    let fours = (pairs & 0x3333_3333_3333_3333) + (pairs >> 2 & 0x3333_3333_3333_3333);
    (fours + (fours >> 4)) & 0x0f0f_0f0f_0f0f_0f0f
}

impl LineFolder<'_> {
    /// Reads ASCII from byte `at` on; where it went to. The last three bytes are left over.
    #[inline(never)]
    pub(super) fn ascii(&mut self, bytes: &[u8], mut at: usize) -> usize {
        // A bracket behind a Han character may open its pinyin.
        if self.last.class() == Class::Han && matches!(bytes.get(at), Some(b'(' | b'[' | b'{')) {
            return at;
        }
        loop {
            self.written.make_room();
            let rest = &bytes[at..];
            let (read, size) = if rest.len() > LANES {
                let padded;
                let block = match rest.first_chunk() {
                    Some(whole) => whole,
                    None => {
                        padded = padded_block(rest);
                        &padded
                    }
                };
                (self.block::<2>(block), 2 * LANES)
            } else if let Some(padded) = padded_half(rest) {
                (self.block::<1>(&padded), LANES)
            } else {
                return at;
            };
            at += read;
            if read < size {
                return at;
            }
        }
    }

    /// Reads a block, or the first half of it; how much of it was read.
    #[inline(always)]
    fn block<const HALVES: usize>(&mut self, bytes: &[u8; 2 * LANES]) -> usize {
        let (halves, _) = bytes.as_chunks::<LANES>();
        let first = AsciiBlock::of(halves[0]);
        let second = if HALVES == 2 { Some(AsciiBlock::of(halves[1])) } else { None };
        let joined = |part: fn(&AsciiBlock) -> u32| {
            u64::from(part(&first)) | second.as_ref().map_or(0, |second| u64::from(part(second)) << LANES)
        };
        let (letters, digits, spaces) = (joined(|b| b.letters), joined(|b| b.digits), joined(|b| b.spaces));
        let (commas, rows, others) = (joined(|b| b.commas), joined(|b| b.rows), joined(|b| b.others));
        let (links, points) = (joined(|b| b.links), joined(|b| b.points));
        let words = letters | digits;

        // What stands before the block goes in at the lowest bit.
        let pending = u64::from(self.pending);
        let word_before = u64::from(self.last.keeps_space()) & !pending;
        let row_before = u64::from(self.last.makes_rows());
        // Spaces behind a word, and what stands behind them: they stay if it is a word.
        let first_spaces = spaces & !(spaces << 1);
        let behind_word = first_spaces & (words << 1 | word_before) | spaces & pending;
        let behind = (spaces + behind_word) & !spaces | pending & !spaces;
        let spaced = behind & words;
        let kept = !spaces | spaced >> 1;
        let before = rows << 1 | row_before;
        let repeated = rows & (before | (spaces + (spaces & before)));

        let read = (others | repeated | 1 << (HALVES * LANES)).trailing_zeros();
        if read == 0 {
            return 0;
        }
        let valid = (1u64 << read) - 1;

        let chars = valid & !spaces;
        let written = &mut self.written;
        written.blocks += ones(commas & valid | chars << 32);
        // What stands behind the end is read, too, a little later; 0x7F is next to `~`, but no link.
        for (seen, here) in written.seen.iter_mut().zip([words, digits, links & !others, points]) {
            *seen |= here;
        }
        let start = written.sums.len();
        written.buffer[start] = b' ';
        let mut len = start + (spaced & pending) as usize;
        let mut dropped = valid & !kept;
        let read = read as usize;
        let mut block = [0; 4 * LANES];
        block[..LANES].copy_from_slice(&first.written);
        if let Some(second) = second {
            block[LANES..2 * LANES].copy_from_slice(&second.written);
        }
        // What is dropped is written over by what follows.
        let mut from = 0;
        while dropped != 0 {
            let at = dropped.trailing_zeros() as usize;
            dropped &= dropped - 1;
            write(&mut written.buffer, len, &block, from);
            len += at - from;
            from = at + 1;
        }
        write(&mut written.buffer, len, &block, from);
        len += read - from;
        written.sums.add_bytes(len - start);

        self.pending = behind >> read & 1 != 0;
        self.gap = spaces >> (read - 1) & 1 != 0;
        if chars != 0 {
            self.last = near_ascii(written.buffer[(len - 1) & 0xff]);
        }
        read
    }
}

/// Writes a block from byte `from` on, and some bytes of no use behind it.
#[inline(always)]
fn write(buffer: &mut Buffer, at: usize, block: &[u8; 4 * LANES], from: usize) {
    // Neither mask changes anything, unless nothing is left to write: they spare a test of the bounds.
    let (at, from) = (at & 0xff, from % (2 * LANES));
    buffer[at..at + 2 * LANES].copy_from_slice(&block[from..from + 2 * LANES]);
}

/// Seventeen to thirty-one bytes, and zeros behind them.
#[inline]
fn padded_block(rest: &[u8]) -> [u8; 2 * LANES] {
    let mut padded = [0; 2 * LANES];
    if let (Some(start), Some(end)) = (rest.first_chunk::<LANES>(), rest.last_chunk::<LANES>()) {
        let common = 2 * LANES - rest.len();
        padded[..LANES].copy_from_slice(start);
        padded[LANES..].copy_from_slice(&(u128::from_le_bytes(*end) >> (8 * common)).to_le_bytes());
    }
    padded
}

/// Four to sixteen bytes, and zeros behind them.
#[inline]
fn padded_half(rest: &[u8]) -> Option<[u8; 2 * LANES]> {
    // The start and the end; where both have the same bytes, they are the same.
    let bytes = if let (Some(start), Some(end)) = (rest.first_chunk(), rest.last_chunk()) {
        let behind = 8 * (rest.len() - 8);
        u128::from(u64::from_le_bytes(*start)) | u128::from(u64::from_le_bytes(*end)) << behind
    } else {
        let (start, end) = (rest.first_chunk()?, rest.last_chunk()?);
        let behind = 8 * (rest.len() - 4);
        u128::from(u64::from(u32::from_le_bytes(*start)) | u64::from(u32::from_le_bytes(*end)) << behind)
    };
    let mut padded = [0; 2 * LANES];
    padded[..LANES].copy_from_slice(&bytes.to_le_bytes());
    Some(padded)
}
