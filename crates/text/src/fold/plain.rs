//! Characters one by one, as long as their neighbours do not matter.
//!
//! Chinese is read here. One word of a table says what is written for a character and what it counts as, so
//! that a comma between two Han characters, or a traditional character, is nothing that
//! the processor could guess wrongly.

use super::LineFolder;
use super::class::Class;
use super::near::NearChar;
use super::written::ROOM;

/// Words by code point, and behind them some that stand for none.
static NEAR: [[u8; 4]; (1 << 16) + 256] = {
    let bytes: &[u8; 4 << 16] = include_bytes!(concat!(env!("OUT_DIR"), "/near.bin"));
    let (words, _) = bytes.as_chunks();
    let mut near = [[0; 4]; (1 << 16) + 256];
    let (start, _) = near.split_at_mut(1 << 16);
    start.copy_from_slice(words);
    near
};

/// The state before the first character: like behind one that is not written.
pub(super) const NOTHING: NearChar = NearChar::far(Class::Drop);

/// The word of a code point, if it has one.
#[inline]
pub(super) fn near(code: u32) -> Option<NearChar> {
    (code <= 0xffff).then(|| at(code as usize))
}

#[inline]
fn at(index: usize) -> NearChar {
    NearChar::new(u32::from_le_bytes(NEAR[index]))
}

/// The word of a character of ASCII.
#[inline]
pub(super) fn near_ascii(byte: u8) -> NearChar {
    at(usize::from(byte))
}

/// The least that the first two bytes of a character of three are as one number, and how many such numbers there are.
const LEAST: u16 = 0xe080;
const PAIRS: usize = 0xefbf - 0xe080 + 1;

/// By the first two bytes of a character of three: where [`NEAR`] has its word, less 0x80 of the third byte.
static ROWS: [u16; PAIRS] = {
    let mut rows = [0u16; PAIRS];
    let mut pair = 0;
    while pair < PAIRS {
        let (lead, next) = (pair >> 8, pair & 0x3f);
        rows[pair] = (lead << 12 | next << 6) as u16;
        // No character of three bytes stands there, and what is subtracted must not be missing.
        rows[pair] = rows[pair].saturating_sub(0x80);
        pair += 1;
    }
    rows
};

/// The word of a character of three bytes, if this is one.
#[inline(always)]
fn wide(&[a, b, c]: &[u8; 3]) -> Option<NearChar> {
    let row = ROWS.get(usize::from(u16::from_be_bytes([a, b]).wrapping_sub(LEAST)))?;
    Some(at(usize::from(*row) + usize::from(c)))
}

/// The first character and its length, unless it takes four bytes or is the first of four letters of ASCII.
#[inline]
fn first(rest: &[u8]) -> Option<(NearChar, usize)> {
    if rest.first_chunk().is_some_and(|&four| u32::from_le_bytes(four) & 0x8080_8080 == 0) {
        return None;
    }
    one(rest)
}

/// The first character and its length, unless it takes four bytes.
#[inline]
fn one(rest: &[u8]) -> Option<(NearChar, usize)> {
    match *rest {
        [a @ ..0x80, ..] => Some((near_ascii(a), 1)),
        [a @ 0xc0..=0xdf, b, ..] => Some((at(usize::from(a & 0x1f) << 6 | usize::from(b & 0x3f)), 2)),
        [a, b, c, ..] => wide(&[a, b, c]).map(|near| (near, 3)),
        _ => None,
    }
}

/// Whether a pinyin annotation may go on with this byte behind its bracket.
fn begins_pinyin(byte: Option<&u8>) -> bool {
    matches!(byte, Some(b'a'..=b'z' | 0xC3..=0xE1))
}

impl LineFolder<'_> {
    /// Reads characters from byte `at` on; where it went to. Leaves four letters of ASCII and more to
    /// [`LineFolder::ascii`], and what takes others back or together to [`LineFolder::reference`].
    #[inline]
    pub(super) fn plain(&mut self, bytes: &[u8], at: usize) -> usize {
        self.written.make_room();
        let written = &mut self.written;
        let mut sums = written.sums;
        let (mut last, mut gap, mut pending) = (self.last, self.gap, self.pending);
        let mut rest = &bytes[at..];
        while let Some(&lead) = rest.first() {
            let (near, width) = if lead >= 0xe0 && !pending {
                // A character of three bytes writes no more than it takes.
                let limit = rest.len().min((ROOM - 4).saturating_sub(sums.len()));
                let mut left = &rest[..limit];
                while let Some((char, behind)) = left.split_first_chunk()
                    && let Some(near) = wide(char).filter(|near| !near.asks())
                {
                    written.buffer[sums.len()..][..4].copy_from_slice(&near.written());
                    sums.add(near);
                    left = behind;
                }
                let (read, unread) = rest.split_at(limit - left.len());
                if let Some(near) = read.last_chunk().and_then(wide) {
                    (last, gap) = (near, false);
                }
                rest = unread;
                match rest.first_chunk().and_then(wide) {
                    Some(near) if near.asks() => (near, 3),
                    // No room, or a character of four bytes.
                    _ if read.is_empty() => break,
                    _ => continue,
                }
            } else if let Some(first) = first(rest) {
                first
            } else {
                break;
            };
            if near.asks() {
                let holds = match near.class() {
                    Class::Run => last != near,
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
            if pending && near.keeps_space() {
                written.buffer[sums.len()] = b' ';
                sums.add_bytes(1);
            }
            written.buffer[sums.len()..][..4].copy_from_slice(&near.written());
            sums.add(near);
            (last, gap, pending) = (near, false, false);
            rest = &rest[width..];
        }
        written.sums = sums;
        (self.last, self.gap, self.pending) = (last, gap, pending);
        bytes.len() - rest.len()
    }

    /// Reads characters that take as many bytes as what is written for them, and writes the last one alone: for the way
    /// back to the line, for which no text is needed. Where the last one begins and ends, if there is any.
    pub(super) fn pass(&mut self, bytes: &[u8], start: usize) -> Option<(usize, usize)> {
        let (mut last, mut end) = (start, start);
        while !self.pending
            && let Some((near, width)) = one(&bytes[end..])
            && !near.asks()
            && near.len() == width
        {
            (last, end) = (end, end + width);
            self.last = near;
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
