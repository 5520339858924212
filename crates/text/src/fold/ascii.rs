//! Blocks of ASCII: sixteen or thirty-two bytes at once.
//!
//! Most English text takes this path. Each property of a byte (letter, space, …) is a bit mask with one bit for each
//! byte of the block; neighbours are compared by shifting the masks. Spaces between two words become one space. To find
//! what follows a row of spaces, the bit of its first space is added to the mask of spaces: the carry runs through
//! the row to the byte behind it.
//!
//! A block ends early before a byte that it cannot fold: any byte that is not ASCII, control characters and tabs,
//! and the second of two dashes, dots and other marks whose repetition is folded to one.

use wide::{i8x16, u8x16};

use super::LineFolder;
use super::class::Class;
use super::plain::ascii_entry;
use super::written::Buffer;

/// Bytes of one SIMD vector.
const LANES: usize = 16;

/// The folded bytes of a vector, and a mask for each property: bit `i` belongs to byte `i`.
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
    /// Marks whose repetition is folded to one.
    rows: u32,
    /// Bytes that this path cannot fold.
    others: u32,
}

impl AsciiBlock {
    #[inline(always)]
    fn of(bytes: [u8; LANES]) -> Self {
        let text = u8x16::new(bytes);
        let all = u8x16::splat;
        // Bytes from `low` to `low + width`.
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
        // `<` `=` `>`, and `^` `_` `~` 0x7F (in `small`, `^` is `~` and `_` is 0x7F). A row of `^` is not folded to
        // one, but ends the block here, which does no harm.
        let signs = within(text, b'<', 2) | within(small, b'~', 1);
        let points = is(b'.');
        // Plus one and signed, 0x7F and all above are negative: one comparison finds them and the control characters.
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
    /// Folds ASCII from byte `at` on; returns the byte to go on from. At most three bytes at the end of the line are
    /// left over.
    #[inline(never)]
    pub(super) fn ascii(&mut self, bytes: &[u8], mut at: usize) -> usize {
        // A bracket behind a Han character may open a pinyin annotation.
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

    /// Folds a block, or the first half of it; returns how many bytes of it were read.
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

        // The state before the block goes in at the lowest bit.
        let pending = u64::from(self.pending);
        let word_before = u64::from(self.last.keeps_space()) & !pending;
        let row_before = u64::from(self.last.makes_rows());
        // Spaces behind a word, and the byte that follows them: one space stays if that is part of a word, too.
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
        // Bytes behind the end of what is read count here, too: they belong to the same line. Of `links`, 0x7F is
        // excluded.
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
        // Copies what lies between dropped bytes; each copy overwrites the unused end of the one before.
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
            self.last = ascii_entry(written.buffer[(len - 1) & 0xff]);
        }
        read
    }
}

/// Copies a block from byte `from` on to byte `at` of the buffer, always 32 bytes; the caller knows how many are valid.
#[inline(always)]
fn write(buffer: &mut Buffer, at: usize, block: &[u8; 4 * LANES], from: usize) {
    // The two reductions change nothing unless nothing is left to write; they let the compiler drop the bounds checks.
    let (at, from) = (at & 0xff, from % (2 * LANES));
    buffer[at..at + 2 * LANES].copy_from_slice(&block[from..from + 2 * LANES]);
}

/// Seventeen to thirty-one bytes, padded with zeros.
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

/// Four to sixteen bytes, padded with zeros; `None` if there are fewer.
#[inline]
fn padded_half(rest: &[u8]) -> Option<[u8; 2 * LANES]> {
    // The first and the last bytes, which overlap; in the overlap both have the same values.
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
