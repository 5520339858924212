//! [`Numbers`]: each literal once, by number.
//!
//! An open table of numbers beside the list of literals. A map that owned the literals would be four times as
//! large, and every page of memory that a start touches for the first time costs it a microsecond.

use crate::hash::hash;
use dehusk_text::Anchor;

/// Literals, one behind the other.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    all: String,
    /// Where each ends.
    ends: Vec<(u32, Anchor)>,
}

impl Texts {
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
pub(super) struct Numbers {
    texts: Texts,
    /// Numbers plus one; 0 is free. More than twice as many as there are literals, a power of two.
    slots: Vec<u32>,
}

impl Numbers {
    /// An empty list with room for so many.
    pub(super) fn with_capacity(literals: usize) -> Self {
        /// About what a phrase has, in bytes.
        const LENGTH: usize = 24;
        let texts = Texts { all: String::with_capacity(literals * LENGTH), ends: Vec::with_capacity(literals) };
        Self { texts, slots: vec![0; slots_for(literals)] }
    }

    /// The number of a literal, an earlier one if it came before.
    pub(super) fn number(&mut self, literal: &str, place: Anchor) -> u32 {
        if slots_for(self.texts.len() + 1) > self.slots.len() {
            self.slots = vec![0; slots_for(2 * self.texts.len())];
            for (number, (text, place)) in self.texts.iter().enumerate() {
                if let Err(free) = find(&self.texts, &self.slots, text, place) {
                    self.slots[free] = number as u32 + 1;
                }
            }
        }
        match find(&self.texts, &self.slots, literal, place) {
            Ok(number) => number,
            Err(free) => {
                self.texts.all.push_str(literal);
                self.texts.ends.push((self.texts.all.len() as u32, place));
                self.slots[free] = self.texts.len() as u32;
                self.slots[free] - 1
            }
        }
    }

    /// The literals, by number.
    pub(super) fn into_texts(self) -> Texts {
        self.texts
    }
}

/// The number of a literal, or the slot that is free for it.
fn find(texts: &Texts, slots: &[u32], literal: &str, place: Anchor) -> Result<u32, usize> {
    let mask = slots.len() - 1;
    // The high bits are the best mixed.
    let mut at = ((hash(literal.as_bytes()) >> 32) as usize).wrapping_add(place as usize) & mask;
    loop {
        let Some(number) = slots[at].checked_sub(1) else { return Err(at) };
        if texts.get(number as usize) == (literal, place) {
            return Ok(number);
        }
        at = (at + 1) & mask;
    }
}

fn slots_for(literals: usize) -> usize {
    (2 * literals + 2).next_power_of_two()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_literal_has_one_number() {
        let mut numbers = Numbers::with_capacity(3);
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
