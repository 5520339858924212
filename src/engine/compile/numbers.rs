//! [`Numbers`]: each literal once, by number.
//!
//! An open table of numbers beside the list of literals. A map that owned the literals would be four times as
//! large, and every page of memory that a start touches for the first time costs it a microsecond.

use crate::engine::hash::hash;
use crate::engine::literals::Place;

/// Literals in the order in which they first came.
pub(super) struct Numbers {
    texts: Vec<(String, Place)>,
    /// Numbers plus one; 0 is free. More than twice as many as there are literals, a power of two.
    slots: Vec<u32>,
}

impl Numbers {
    /// An empty list with room for so many.
    pub(super) fn with_capacity(literals: usize) -> Self {
        Self { texts: Vec::with_capacity(literals), slots: vec![0; slots_for(literals)] }
    }

    /// The number of a literal, an earlier one if it came before.
    pub(super) fn number(&mut self, literal: String, place: Place) -> u32 {
        if slots_for(self.texts.len() + 1) > self.slots.len() {
            self.slots = vec![0; slots_for(2 * self.texts.len())];
            for number in 0..self.texts.len() {
                let (text, place) = &self.texts[number];
                if let Err(free) = self.find(text, *place, number) {
                    self.slots[free] = number as u32 + 1;
                }
            }
        }
        match self.find(&literal, place, self.texts.len()) {
            Ok(number) => number,
            Err(free) => {
                self.texts.push((literal, place));
                self.slots[free] = self.texts.len() as u32;
                self.slots[free] - 1
            }
        }
    }

    /// The number of a literal among the first `known`, or the slot that is free for it.
    fn find(&self, literal: &str, place: Place, known: usize) -> Result<u32, usize> {
        let mask = self.slots.len() - 1;
        // The high bits are the best mixed.
        let mut at = ((hash(literal.as_bytes()) >> 32) as usize).wrapping_add(place as usize) & mask;
        loop {
            match self.slots[at] {
                0 => return Err(at),
                number => {
                    let (text, its_place) = &self.texts[..known][number as usize - 1];
                    if *its_place == place && text == literal {
                        return Ok(number - 1);
                    }
                }
            }
            at = (at + 1) & mask;
        }
    }

    /// The literals, by number.
    pub(super) fn into_texts(self) -> Vec<(String, Place)> {
        self.texts
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
                let place = if i % 2 == 0 { Place::Whole } else { Place::Inside };
                assert_eq!(numbers.number(format!("版权{}", i / 2), place), i, "{round}");
            }
        }
        let texts = numbers.into_texts();
        assert_eq!(texts.len(), 2_000);
        assert_eq!(texts[7], ("版权3".to_string(), Place::Inside));
    }
}
