//! [`Limits`]: on which lines a rule, a pattern or a literal can matter.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::packed::FixedTable;
use crate::slots::Digits;
use dehusk_text::Cues;

/// Shape and length of the lines that a rule, or one of several, can match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Limits {
    /// Shapes, one of which must hold; all bits for any.
    pub(super) shapes: u16,
    /// Shapes, none of which may hold.
    pub(super) not_shapes: u16,
    pub(super) min_length: u32,
    pub(super) max_length: u32,
}

impl Limits {
    pub(super) const ANY: Self = Self { shapes: u16::MAX, not_shapes: 0, min_length: 0, max_length: u32::MAX };
    /// Of no rule: no line is one of them.
    pub(super) const NONE: Self = Self { shapes: 0, not_shapes: u16::MAX, min_length: u32::MAX, max_length: 0 };

    /// Whether a line of this shape and length is one of them.
    #[inline]
    pub(crate) fn hold(&self, cues: Cues) -> bool {
        (self.min_length..=self.max_length).contains(&cues.chars)
            && (self.shapes == u16::MAX || cues.any(self.shapes))
            && !cues.any(self.not_shapes)
    }

    /// Those of these lines that have such digits.
    pub(super) fn with_digits(self, digits: Digits) -> Self {
        let without = match digits {
            Digits::None => 0,
            Digits::OfDate => Cues::NO_DATE,
            // Where no date can stand, no digit stands.
            Digits::Ascii => Cues::NO_DIGIT | Cues::NO_DATE,
        };
        Self { not_shapes: self.not_shapes | without, ..self }
    }

    /// The lines for which one of the two holds, and perhaps some more.
    pub(super) fn united(self, other: Self) -> Self {
        Self {
            shapes: self.shapes | other.shapes,
            not_shapes: self.not_shapes & other.not_shapes,
            min_length: self.min_length.min(other.min_length),
            max_length: self.max_length.max(other.max_length),
        }
    }
}

/// Limits by number. Tens of thousands of literals share some hundred limits, so only the number of its limits is kept for
/// each: two bytes for twelve.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) struct LimitsTable {
    distinct: Vec<Limits>,
    /// By number, the place among the distinct ones.
    places: FixedTable<u16, 2>,
}

impl LimitsTable {
    /// The limits of this number.
    #[inline]
    pub(crate) fn get(&self, number: usize) -> &Limits {
        &self.distinct[usize::from(self.places.get(number))]
    }
}

impl FromIterator<Limits> for LimitsTable {
    fn from_iter<I: IntoIterator<Item = Limits>>(limits: I) -> Self {
        // Those that find no place any more hold on every line, which costs time and changes nothing.
        let mut distinct = vec![Limits::ANY];
        let mut known = HashMap::from([(Limits::ANY, 0)]);
        let place = |limits: Limits| {
            *known.entry(limits).or_insert_with(|| match u16::try_from(distinct.len()) {
                Ok(place) => {
                    distinct.push(limits);
                    place
                }
                Err(_) => 0,
            })
        };
        let places = limits.into_iter().map(place).collect();
        Self { distinct, places }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_has_its_limits_or_holds_everywhere() {
        let of_length = |max_length| Limits { max_length, ..Limits::ANY };
        let all = || (0..70_000).map(|number| of_length(number / 2)).chain([Limits::NONE, of_length(7)]);
        let table: LimitsTable = all().collect();
        for (number, limits) in all().enumerate() {
            assert_eq!(*table.get(number), limits, "{number}");
        }
        let table: LimitsTable = (0..70_000).map(of_length).collect();
        assert_eq!(*table.get(65_534), of_length(65_534));
        assert_eq!(*table.get(65_535), Limits::ANY);
        assert_eq!(table.distinct.len(), 1 << 16);
    }
}
