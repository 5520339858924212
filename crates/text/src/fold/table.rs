//! The full table: for every character, what it folds to and its [`Class`].
//!
//! Two stages, as Unicode tables usually are: the upper bits of a code point choose a
//! block of 128, the lower seven an entry in it. Most of the code space shares one block.
//! The data is `fold.tsv`, written by `scripts/fold-table.py` (see there for its sources), of which
//! `parse.rs` makes the table when the crate is built.

use super::class::{CLASSES, Class};

/// What a character folds to (the low 21 bits; in the table itself 0 means "to itself", so
/// that blocks can be shared) and its [`Class`] (the high 8).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct FoldEntry(u32);

impl FoldEntry {
    pub(super) fn class(self) -> Class {
        CLASSES[(self.0 >> 24) as usize % CLASSES.len()]
    }

    /// The character that it folds to.
    pub(super) fn to(self) -> char {
        char::from_u32(self.0 & 0x1f_ffff).unwrap_or(char::REPLACEMENT_CHARACTER)
    }
}

const BLOCK: usize = 128;

pub(super) struct FoldTable {
    blocks: &'static [u16],
    entries: &'static [u32],
    /// Letter, mark, and the letter that they compose to; sorted.
    compositions: &'static [(char, char, char)],
}

impl FoldTable {
    pub(super) fn get(&self, c: char) -> FoldEntry {
        let cp = c as usize;
        let block = self.blocks.get(cp / BLOCK).map_or(0, |&b| b as usize);
        let raw = self.entries[block * BLOCK + cp % BLOCK];
        FoldEntry(if raw & 0x1f_ffff == 0 { raw | c as u32 } else { raw })
    }

    /// The letter that `letter` and the combining `mark` compose to, if the table has one.
    pub(super) fn compose(&self, letter: char, mark: char) -> Option<char> {
        let at = self.compositions.binary_search_by_key(&(letter, mark), |&(letter, mark, _)| (letter, mark)).ok()?;
        Some(self.compositions[at].2)
    }
}

/// Compiled from `fold.tsv` by `build.rs`, so that nothing has to be parsed at start.
static TABLE: FoldTable = include!(concat!(env!("OUT_DIR"), "/fold.rs"));

pub(super) fn table() -> &'static FoldTable {
    &TABLE
}

/// Whether `c` is a Han character.
pub fn is_han(c: char) -> bool {
    table().get(c).class() == Class::Han
}

/// Whether `c` is a letter or digit of a script that writes spaces between words, and so can
/// be part of a longer word: Latin, Cyrillic, Greek, Arabic, digits …, not Han, kana, Hangul, Thai.
pub fn is_word(c: char) -> bool {
    table().get(c).class() == Class::Word
}
