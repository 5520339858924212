//! [`LiteralNumbers`]: each literal once, by number.
//!
//! A table of numbers beside the list of literals. A map that owned the literals would be four times as large, and
//! every page of memory that a start touches for the first time costs it a microsecond.

use hashbrown::hash_table::{Entry, HashTable};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

use crate::hash::hash;
use crate::packed::{FixedEntry, FixedTable};
use dehusk_text::Anchor;

/// Literals, one behind the other.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct LiteralTexts {
    /// UTF-8. It is looked at only where somebody asks for a literal: a look at all of it takes a good part of a start.
    #[serde(borrow)]
    all: Cow<'static, [u8]>,
    ends: FixedTable<NumberedEnd, 5>,
}

/// Where a literal ends in [`LiteralTexts`], and where in a line it stands.
#[derive(Clone, Copy, Debug)]
struct NumberedEnd {
    end: u32,
    place: Anchor,
}

/// By the byte that stands for each.
const PLACES: [Anchor; 4] = [Anchor::Whole, Anchor::Start, Anchor::End, Anchor::Inside];

impl FixedEntry<5> for NumberedEnd {
    fn to_bytes(&self) -> [u8; 5] {
        let [a, b, c, d] = self.end.to_le_bytes();
        [a, b, c, d, self.place as u8]
    }

    fn from_bytes(&[a, b, c, d, place]: &[u8; 5]) -> Self {
        Self { end: u32::from_le_bytes([a, b, c, d]), place: PLACES[usize::from(place)] }
    }
}

impl LiteralTexts {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The literal of this number, and where in a line it stands.
    pub(crate) fn get(&self, number: usize) -> (&str, Anchor) {
        let (text, place) = self.bytes(number);
        (std::str::from_utf8(text).expect("the literals were texts"), place)
    }

    /// The same as bytes.
    pub(crate) fn bytes(&self, number: usize) -> (&[u8], Anchor) {
        let start = number.checked_sub(1).map_or(0, |before| self.ends.get(before).end);
        let NumberedEnd { end, place } = self.ends.get(number);
        (&self.all[start as usize..end as usize], place)
    }

    /// All of them, in the order of their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, Anchor)> {
        (0..self.len()).map(|number| self.get(number))
    }
}

/// Literals in the order in which they first came.
pub(super) struct LiteralNumbers {
    all: String,
    ends: Vec<NumberedEnd>,
    /// The number of each, by the hash of the literal and its place.
    table: HashTable<u32>,
}

impl LiteralNumbers {
    /// An empty list with room for so many.
    pub(super) fn with_capacity(literals: usize) -> Self {
        /// About what a phrase has, in bytes.
        const LENGTH: usize = 24;
        Self {
            all: String::with_capacity(literals * LENGTH),
            ends: Vec::with_capacity(literals),
            table: HashTable::with_capacity(literals),
        }
    }

    /// The number of a literal, an earlier one if it came before.
    pub(super) fn number(&mut self, literal: &str, place: Anchor) -> u32 {
        let Self { all, ends, table } = self;
        let get = |number: u32| {
            let start = number.checked_sub(1).map_or(0, |before| ends[before as usize].end);
            let NumberedEnd { end, place } = ends[number as usize];
            (&all[start as usize..end as usize], place)
        };
        let hash = |(text, place): (&str, Anchor)| hash(text.as_bytes()).wrapping_add(place as u64);
        let same = |&number: &u32| get(number) == (literal, place);
        match table.entry(hash((literal, place)), same, |&number| hash(get(number))) {
            Entry::Occupied(entry) => *entry.get(),
            Entry::Vacant(entry) => {
                let number = ends.len() as u32;
                entry.insert(number);
                all.push_str(literal);
                ends.push(NumberedEnd { end: all.len() as u32, place });
                number
            }
        }
    }

    /// The literals, by number.
    pub(super) fn into_texts(self) -> LiteralTexts {
        // The room was a guess. Thousands of sites have texts of their own.
        let all = self.all.into_boxed_str().into_boxed_bytes().into_vec();
        LiteralTexts { all: Cow::Owned(all), ends: self.ends.into_iter().collect() }
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
