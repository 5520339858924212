//! The table: for every character, what it is compared as and how it behaves.
//!
//! Two stages, as Unicode tables usually are: the upper bits of a code point choose a
//! block of 128, the lower seven an entry in it. Most of the code space shares one block.
//! The data is `fold.tsv`, written by `scripts/fold-table.py` (see there for its sources), of which
//! `parse.rs` makes the table when the crate is built.

use super::class::{CLASSES, Class};

/// What a character is compared as (the low 21 bits; in the table itself 0 stands for "as
/// itself", so that blocks can be shared) and its [`Class`] (the high 8).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry(u32);

impl Entry {
    /// Stands for no character: the state before the first one.
    pub(super) const NONE: Self = Self(0);
    /// Stands for any Han character: what follows asks for no more than that.
    pub(super) const HAN: Self = Self((Class::Han as u32) << 24);

    pub(super) fn class(self) -> Class {
        CLASSES[(self.0 >> 24) as usize % CLASSES.len()]
    }

    /// Whether it is of this class.
    #[inline]
    pub(super) fn is(self, class: Class) -> bool {
        self.0 >> 24 == class as u32
    }

    /// The character that stands for it.
    pub(super) fn to(self) -> char {
        char::from_u32(self.0 & 0x1f_ffff).unwrap_or(char::REPLACEMENT_CHARACTER)
    }

    /// Whether a space beside it is kept if the other neighbour is such a character too.
    pub(super) fn keeps_space(self) -> bool {
        self.is(Class::Word) || self.is(Class::Hangul)
    }
}

const BLOCK: usize = 128;

pub(super) struct Table {
    blocks: &'static [u16],
    entries: &'static [u32],
    /// A letter, a mark and what they become; sorted.
    compositions: &'static [(char, char, char)],
    /// One bit a code point: whether it is a common Han character that stands for itself.
    plain_han: [u64; 1 << 10],
}

impl Table {
    pub(super) fn get(&self, c: char) -> Entry {
        let cp = c as usize;
        let block = self.blocks.get(cp / BLOCK).map_or(0, |&b| b as usize);
        let raw = self.entries[block * BLOCK + cp % BLOCK];
        Entry(if raw & 0x1f_ffff == 0 { raw | c as u32 } else { raw })
    }

    /// Where the run of common Han characters that stand for themselves ends that begins at byte `at`.
    #[inline]
    pub(super) fn plain_han_end(&self, bytes: &[u8], mut at: usize) -> usize {
        // The code point is `a & 0x0f`, `b & 0x3f`, `c & 0x3f`; 64 of them share a word.
        let is_plain = |&[a, b, c]: &[u8; 3]| {
            let word = self.plain_han[usize::from(a & 0x0f) << 6 | usize::from(b & 0x3f)];
            a & 0xf0 == 0xe0 && word >> (c & 0x3f) & 1 == 1
        };
        while bytes.get(at..at + 3).and_then(|rest| rest.first_chunk()).is_some_and(is_plain) {
            at += 3;
        }
        at
    }

    /// The character of three bytes that stands at byte `at`, if one does.
    #[inline]
    pub(super) fn wide_at(&self, bytes: &[u8], at: usize) -> Option<(char, Entry)> {
        let &[a @ 0xE0..=0xEF, b, c] = bytes.get(at..).and_then(|rest| rest.first_chunk())? else { return None };
        let c = char::from_u32(u32::from(a & 0x0f) << 12 | u32::from(b & 0x3f) << 6 | u32::from(c & 0x3f))?;
        Some((c, self.get(c)))
    }

    /// The letter that `mark` makes of `letter`, if it makes another one.
    pub(super) fn compose(&self, letter: char, mark: char) -> Option<char> {
        let at = self.compositions.binary_search_by_key(&(letter, mark), |&(letter, mark, _)| (letter, mark)).ok()?;
        Some(self.compositions[at].2)
    }
}

/// Made of `fold.tsv` when the crate is built, so that a program that starts has nothing to read.
static TABLE: Table = include!(concat!(env!("OUT_DIR"), "/fold.rs"));

pub(super) fn table() -> &'static Table {
    &TABLE
}
