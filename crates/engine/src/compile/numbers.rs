//! [`LiteralNumbers`]: each literal once, by number.
//!
//! A table of numbers beside the list of literals. A map that owned the literals would be four times as large, and
//! every page of memory that a start touches for the first time costs it a microsecond.

use hashbrown::hash_table::{Entry, HashTable};
use serde::{Deserialize, Serialize};

use crate::hash::hash;
use dehusk_text::Anchor;

/// Literals, one behind the other.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct LiteralTexts {
    all: String,
    /// Where each ends.
    ends: Vec<(u32, Anchor)>,
}

impl LiteralTexts {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The literal of this number, and where in a line it stands.
    pub(crate) fn get(&self, number: usize) -> (&str, Anchor) {
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before].0);
        let (end, place) = self.ends[number];
        (&self.all[start as usize..end as usize], place)
    }

    /// All of them, in the order of their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, Anchor)> {
        (0..self.len()).map(|number| self.get(number))
    }
}

/// Literals in the order in which they first came.
pub(super) struct LiteralNumbers {
    texts: LiteralTexts,
    /// The number of each, by the hash of the literal and its place.
    table: HashTable<u32>,
}

impl LiteralNumbers {
    /// An empty list with room for so many.
    pub(super) fn with_capacity(literals: usize) -> Self {
        /// About what a phrase has, in bytes.
        const LENGTH: usize = 24;
        let texts = LiteralTexts { all: String::with_capacity(literals * LENGTH), ends: Vec::with_capacity(literals) };
        Self { texts, table: HashTable::with_capacity(literals) }
    }

    /// The number of a literal, an earlier one if it came before.
    pub(super) fn number(&mut self, literal: &str, place: Anchor) -> u32 {
        let Self { texts, table } = self;
        let hash = |(text, place): (&str, Anchor)| hash(text.as_bytes()).wrapping_add(place as u64);
        let same = |&number: &u32| texts.get(number as usize) == (literal, place);
        match table.entry(hash((literal, place)), same, |&number| hash(texts.get(number as usize))) {
            Entry::Occupied(entry) => *entry.get(),
            Entry::Vacant(entry) => {
                let number = texts.len() as u32;
                entry.insert(number);
                texts.all.push_str(literal);
                texts.ends.push((texts.all.len() as u32, place));
                number
            }
        }
    }

    /// The literals, by number.
    pub(super) fn into_texts(self) -> LiteralTexts {
        self.texts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_literal_has_one_number() {
        let mut numbers = LiteralNumbers::with_capacity(3);
        for round in 0..2 {
            for i in 0..2_000 {
                let place = if i % 2 == 0 { Anchor::Whole } else { Anchor::Inside };
                assert_eq!(numbers.number(&format!("版权{}", i / 2), place), i, "{round}");
            }
        }
        let texts = numbers.into_texts();
        assert_eq!(texts.len(), 2_000);
        assert_eq!(texts.get(7), ("版权3", Anchor::Inside));
        assert_eq!(texts.iter().last(), Some(("版权999", Anchor::Inside)));
    }
}
