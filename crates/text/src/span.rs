//! [`Span`]: a range of bytes of the original document.
//!
//! Every offset that the library returns is in bytes of the text as it was given.
//! Offsets in any other text (a folded line, say) never carry this type, so that
//! the two cannot be mixed up; only `FoldedLine::to_original` converts from one to the other.

use serde::Serialize;

/// A half-open range of bytes of the original document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The span from `start` to `end` (exclusive), in bytes.
    pub fn new(start: usize, end: usize) -> Self {
        debug_assert!(start <= end, "span {start}..{end} runs backwards");
        Self { start, end }
    }

    /// Its length in bytes.
    pub fn len(&self) -> usize {
        self.end - self.start
    }

    /// Whether it covers no byte.
    pub fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// The bytes as a range, for slicing.
    pub fn range(&self) -> std::ops::Range<usize> {
        self.start..self.end
    }
}
