//! The fast path for characters whose neighbours do not matter, one by one.
//!
//! Most Chinese text takes this path. One table entry says what is written for a character and what it counts as, so
//! a comma between two Han characters, or a traditional character, needs no branch that the processor could
//! mispredict.

use super::LineFolder;
use super::bmp::BmpEntry;
use super::class::Class;
use super::written::ROOM;

/// The entries by code point, and 256 unused ones behind them, so that an index from any three bytes is in range.
static BMP: [[u8; 4]; (1 << 16) + 256] = {
    let bytes: &[u8; 4 << 16] = include_bytes!(concat!(env!("OUT_DIR"), "/bmp.bin"));
    let (words, _) = bytes.as_chunks();
    let mut table = [[0; 4]; (1 << 16) + 256];
    let (start, _) = table.split_at_mut(1 << 16);
    start.copy_from_slice(words);
    table
};

/// The state before the first character.
pub(super) const NOTHING: BmpEntry = BmpEntry::beyond_bmp(Class::Drop);

/// The entry of a code point; `None` outside the Basic Multilingual Plane.
#[inline]
pub(super) fn bmp_entry(code: u32) -> Option<BmpEntry> {
    (code <= 0xffff).then(|| entry_at(code as usize))
}

#[inline]
fn entry_at(index: usize) -> BmpEntry {
    BmpEntry::new(u32::from_le_bytes(BMP[index]))
}

/// The entry of an ASCII character.
#[inline]
pub(super) fn ascii_entry(byte: u8) -> BmpEntry {
    entry_at(usize::from(byte))
}

/// The first two bytes of a three-byte character, as a big-endian number: the smallest one, and how many there are.
const LEAST: u16 = 0xe080;
const PAIRS: usize = 0xefbf - 0xe080 + 1;

/// By the first two bytes of a three-byte character: the index in [`BMP`] to which the third byte is added. That byte
/// is 0x80 or more, so 0x80 is subtracted here.
static ROWS: [u16; PAIRS] = {
    let mut rows = [0u16; PAIRS];
    let mut pair = 0;
    while pair < PAIRS {
        let (lead, next) = (pair >> 8, pair & 0x3f);
        rows[pair] = (lead << 12 | next << 6) as u16;
        // Saturating: the first rows (code points below 0x80) belong to no valid character, but must not overflow.
        rows[pair] = rows[pair].saturating_sub(0x80);
        pair += 1;
    }
    rows
};

/// The entry of a three-byte character, if the bytes are one.
#[inline(always)]
fn three_byte_entry(&[a, b, c]: &[u8; 3]) -> Option<BmpEntry> {
    let row = ROWS.get(usize::from(u16::from_be_bytes([a, b]).wrapping_sub(LEAST)))?;
    Some(entry_at(usize::from(*row) + usize::from(c)))
}

/// The first character and its length in bytes. `None` if it takes four bytes, or if four ASCII bytes stand here, which
/// [`LineFolder::ascii`] folds.
#[inline]
fn first(rest: &[u8]) -> Option<(BmpEntry, usize)> {
    if rest.first_chunk().is_some_and(|&four| u32::from_le_bytes(four) & 0x8080_8080 == 0) {
        return None;
    }
    one(rest)
}

/// The first character and its length in bytes. `None` if it takes four bytes.
#[inline]
fn one(rest: &[u8]) -> Option<(BmpEntry, usize)> {
    match *rest {
        [a @ ..0x80, ..] => Some((ascii_entry(a), 1)),
        [a @ 0xc0..=0xdf, b, ..] => Some((entry_at(usize::from(a & 0x1f) << 6 | usize::from(b & 0x3f)), 2)),
        [a, b, c, ..] => three_byte_entry(&[a, b, c]).map(|entry| (entry, 3)),
        _ => None,
    }
}

/// Whether a pinyin annotation may begin with this byte behind its bracket.
fn begins_pinyin(byte: Option<&u8>) -> bool {
    matches!(byte, Some(b'a'..=b'z' | 0xC3..=0xE1))
}

impl LineFolder<'_> {
    /// Folds characters from byte `at` on; returns the byte to go on from. Leaves four and more bytes of ASCII to
    /// [`LineFolder::ascii`], and what changes or joins characters before it to [`LineFolder::reference`].
    #[inline]
    pub(super) fn plain(&mut self, bytes: &[u8], at: usize) -> usize {
        self.written.make_room();
        let written = &mut self.written;
        let mut sums = written.sums;
        let (mut last, mut gap, mut pending) = (self.last, self.gap, self.pending);
        let mut rest = &bytes[at..];
        while let Some(&lead) = rest.first() {
            let (entry, width) = if lead >= 0xe0 && !pending {
                // A character of three bytes is folded to three bytes at most, so this limit keeps inside the buffer.
                let limit = rest.len().min((ROOM - 4).saturating_sub(sums.len()));
                let mut left = &rest[..limit];
                while let Some((char, behind)) = left.split_first_chunk()
                    && let Some(entry) = three_byte_entry(char).filter(|entry| !entry.needs_context())
                {
                    written.buffer[sums.len()..][..4].copy_from_slice(&entry.written());
                    sums.add(entry);
                    left = behind;
                }
                let (read, unread) = rest.split_at(limit - left.len());
                if let Some(entry) = read.last_chunk().and_then(three_byte_entry) {
                    (last, gap) = (entry, false);
                }
                rest = unread;
                match rest.first_chunk().and_then(three_byte_entry) {
                    Some(entry) if entry.needs_context() => (entry, 3),
                    // No room, or a character of four bytes.
                    _ if read.is_empty() => break,
                    _ => continue,
                }
            } else if let Some(first) = first(rest) {
                first
            } else {
                break;
            };
            if entry.needs_context() {
                let holds = match entry.class() {
                    Class::Run => last != entry,
                    Class::Dot => last.class() != Class::Dot,
                    Class::Open => last.class() != Class::Han || !begins_pinyin(rest.get(width)),
                    Class::Space => {
                        pending |= last.keeps_space();
                        gap = true;
                        rest = &rest[width..];
                        continue;
                    }
                    _ => false,
                };
                if !holds {
                    break;
                }
            }
            if sums.len() > ROOM - 5 {
                break;
            }
            if pending && entry.keeps_space() {
                written.buffer[sums.len()] = b' ';
                sums.add_bytes(1);
            }
            written.buffer[sums.len()..][..4].copy_from_slice(&entry.written());
            sums.add(entry);
            (last, gap, pending) = (entry, false, false);
            rest = &rest[width..];
        }
        written.sums = sums;
        (self.last, self.gap, self.pending) = (last, gap, pending);
        bytes.len() - rest.len()
    }

    /// Reads characters from byte `start` on that fold to as many bytes as they have, and writes only the last one: the
    /// map of offsets needs no text. Returns the bytes where the last one begins and ends; `None` if there is none.
    pub(super) fn pass(&mut self, bytes: &[u8], start: usize) -> Option<(usize, usize)> {
        let (mut last, mut end) = (start, start);
        while !self.pending
            && let Some((entry, width)) = one(&bytes[end..])
            && !entry.needs_context()
            && entry.len() == width
        {
            (last, end) = (end, end + width);
            self.last = entry;
        }
        if end == start {
            return None;
        }
        self.gap = false;
        self.written.make_room();
        self.written.push(self.last.to());
        Some((last, end))
    }
}
