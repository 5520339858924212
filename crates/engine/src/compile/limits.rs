//! [`Limits`]: on which lines a rule, a pattern or a literal can matter.

use serde::{Deserialize, Serialize};

use crate::packed::FixedEntry;
use crate::slots::Digits;
use dehusk_text::Cues;

/// Shape and length of the lines that a rule, or one of several, can match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
            Digits::Ascii => Cues::NO_DIGIT,
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

impl FixedEntry<12> for Limits {
    fn to_bytes(&self) -> [u8; 12] {
        let mut bytes = [0; 12];
        bytes[..2].copy_from_slice(&self.shapes.to_le_bytes());
        bytes[2..4].copy_from_slice(&self.not_shapes.to_le_bytes());
        bytes[4..8].copy_from_slice(&self.min_length.to_le_bytes());
        bytes[8..].copy_from_slice(&self.max_length.to_le_bytes());
        bytes
    }

    #[inline]
    fn from_bytes(&[a, b, c, d, e, f, g, h, i, j, k, l]: &[u8; 12]) -> Self {
        Self {
            shapes: u16::from_le_bytes([a, b]),
            not_shapes: u16::from_le_bytes([c, d]),
            min_length: u32::from_le_bytes([e, f, g, h]),
            max_length: u32::from_le_bytes([i, j, k, l]),
        }
    }
}
