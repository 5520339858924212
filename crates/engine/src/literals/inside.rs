//! [`Inside`]: the literals that may stand anywhere, sought wherever a word can begin.
//!
//! Nearly every place is done with after one look ([`Begins`]). Han characters are hashed one after the other; in
//! ASCII the places are chosen without a branch, sixty-four bytes at a time, as no processor guesses where the
//! next word begins.

use serde::{Deserialize, Serialize};

use super::FoundLiteral;
use super::begins::{Begins, Wide};
use super::index::{Index, LiteralEnd, first_bytes};

/// The literals that may stand anywhere.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Inside {
    index: Index,
    begins: Begins,
    /// Whether a literal begins with a space or a control character.
    spaces: bool,
}

impl Inside {
    pub(super) fn new(literals: Vec<(u32, &[u8])>) -> Self {
        let spaces = literals.iter().any(|(_, text)| text.first().is_some_and(|&first| first <= b' '));
        let begins = Begins::new(literals.iter().map(|(_, text)| (first_bytes(text, 0), text.len())));
        Self { index: Index::new(&literals, LiteralEnd::First), begins, spaces }
    }

    /// Calls `each` for every literal in the text. Those that begin with characters of one kind come in the order
    /// of their places.
    pub(super) fn each_in(&self, bytes: &[u8], each: &mut impl FnMut(FoundLiteral)) {
        // Most sites have none.
        if self.index.is_empty() {
            return;
        }
        let mut at = 0;
        while let Some(&first) = bytes.get(at) {
            at = match first {
                0xE0..=0xEF => self.wide(bytes, at, each),
                0..=0x7F => self.ascii(bytes, at, each),
                _ => {
                    if self.begins.may_begin(first_bytes(bytes, at)) {
                        self.index.at(bytes, at, each);
                    }
                    at + if first < 0xE0 { 2 } else { 4 }
                }
            };
        }
    }

    /// Characters of three bytes, which are those of Chinese, with single marks between them.
    #[inline(never)]
    fn wide(&self, bytes: &[u8], at: usize, each: &mut impl FnMut(FoundLiteral)) -> usize {
        let Begins { wide, ascii, .. } = &self.begins;
        let mut rest = &bytes[at..];
        let mut character = Wide::hash(first_bytes(rest, 0) as u32);
        loop {
            // This character and the next two, whose bytes are one number.
            while let Some(&[_, _, _, a, b, c, d, e, f, g, h]) = rest.first_chunk() {
                let both = u64::from_le_bytes([a, b, c, d, e, f, g, h]);
                if both & 0xF000_00F0 != 0xE000_00E0 {
                    break;
                }
                let (second, third) = (Wide::hash(both as u32), Wide::hash((both >> 24) as u32));
                if wide.has(character, second) | wide.has(second, third) {
                    for (at, first, next) in [(0, character, second), (3, second, third)] {
                        if wide.has(first, next) {
                            self.index.at(bytes, bytes.len() - rest.len() + at, each);
                        }
                    }
                }
                rest = &rest[6..];
                character = third;
            }
            // This character and four bytes.
            let Some(&[_, _, _, a, b, c, d]) = rest.first_chunk() else { break };
            let next = Wide::hash(u32::from_le_bytes([a, b, c, d]));
            if wide.has(character, next) {
                self.index.at(bytes, bytes.len() - rest.len(), each);
            }
            rest = &rest[3..];
            character = next;
            if !is_wide(a) {
                // A comma, and Chinese goes on.
                match rest.first_chunk() {
                    Some(&[mark, a, b, c]) if mark.is_ascii() && !ascii.has_first(mark) && is_wide(a) => {
                        character = Wide::hash(u32::from_le_bytes([a, b, c, 0]));
                        rest = &rest[1..];
                    }
                    _ => return bytes.len() - rest.len(),
                }
            }
        }
        // The last one, or two.
        let at = bytes.len() - rest.len();
        if self.begins.may_begin(first_bytes(rest, 0)) {
            self.index.at(bytes, at, each);
        }
        at + 3
    }

    /// Characters of ASCII: one block, or up to the first other character in it.
    #[inline]
    fn ascii(&self, bytes: &[u8], at: usize, each: &mut impl FnMut(FoundLiteral)) -> usize {
        let begins = &self.begins.ascii;
        const HIGH: u64 = 0x8080_8080_8080_8080;
        let high = first_bytes(bytes, at) & HIGH;
        if high != 0 {
            // A comma between two Han characters, or a few digits.
            let end = at + high.trailing_zeros() as usize / 8;
            for place in at..end {
                let byte = bytes[place];
                let goes_on = byte.is_ascii_alphabetic() && place > 0 && bytes[place - 1].is_ascii_alphabetic();
                if !goes_on && begins.has_first(byte) && begins.has(first_bytes(bytes, place)) {
                    self.index.at(bytes, place, each);
                }
            }
            return end;
        }
        // The short line gets a short block.
        match bytes.len() - at {
            ..=16 => self.block::<16, { 1 + 16 + 7 }>(bytes, at, each),
            17..=32 => self.block::<32, { 1 + 32 + 7 }>(bytes, at, each),
            _ => self.block::<BLOCK, { 1 + BLOCK + 7 }>(bytes, at, each),
        }
    }

    /// As many characters of ASCII as a block has, or up to the first other character. `READ` is the length of a block with
    /// one byte before its first place, and seven behind its last.
    #[inline]
    fn block<const PLACES: usize, const READ: usize>(
        &self,
        bytes: &[u8],
        at: usize,
        each: &mut impl FnMut(FoundLiteral),
    ) -> usize {
        let begins = &self.begins.ascii;
        let mut copy = [0; READ];
        let block: &[u8; READ] = match at.checked_sub(1).and_then(|before| bytes[before..].first_chunk()) {
            Some(block) => block,
            None => {
                if let Some(before) = at.checked_sub(1) {
                    copy[0] = bytes[before];
                }
                let len = (bytes.len() - at).min(copy.len() - 1);
                copy[1..1 + len].copy_from_slice(&bytes[at..at + len]);
                &copy
            }
        };
        let (places, len) = places_of::<PLACES, READ>(block, self.spaces);
        let len = len.min(bytes.len() - at);
        let mut places = places & if len < BLOCK { (1 << len) - 1 } else { u64::MAX };
        while places != 0 {
            let place = places.trailing_zeros() as usize & (PLACES - 1);
            places &= places - 1;
            let window = block[1 + place..].first_chunk().map_or(0, |chunk| u64::from_le_bytes(*chunk));
            if begins.has(window) {
                self.index.at(bytes, at + place, each);
            }
        }
        at + len
    }
}

/// How many bytes of ASCII are looked at together at most.
const BLOCK: usize = 64;

/// In which places of a block a word can begin, one bit for each, and how many of its bytes are ASCII.
#[inline]
fn places_of<const PLACES: usize, const READ: usize>(block: &[u8; READ], spaces: bool) -> (u64, usize) {
    let is_letter = |b: u8| (b | 0x20).wrapping_sub(b'a') < 26;
    let least = if spaces { 0 } else { b' ' + 1 };
    let mut flags = [0u8; PLACES];
    let mut high = 0;
    for i in 0..PLACES {
        let (before, b) = (block[i], block[i + 1]);
        flags[i] = u8::from((b >= least) & !(is_letter(b) & is_letter(before)));
        high |= b;
    }
    // Eight flags at a time are moved to eight neighbouring bits by one multiplication.
    let (words, _) = flags.as_chunks::<8>();
    let places = words
        .iter()
        .rev()
        .fold(0, |places, word| places << 8 | u64::from_le_bytes(*word).wrapping_mul(0x0102_0408_1020_4080) >> 56);
    let len = if high.is_ascii() { PLACES } else { block[1..=PLACES].iter().take_while(|b| b.is_ascii()).count() };
    (places, len)
}

/// Whether a character of three bytes begins with this one.
#[inline]
fn is_wide(first: u8) -> bool {
    first & 0xF0 == 0xE0
}
