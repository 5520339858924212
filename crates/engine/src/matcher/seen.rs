//! [`Seen`]: which lines of a document have stood before.

use std::collections::HashSet;

use crate::hash::{FixedState, hash};

/// The lines that have stood before, by a hash of their folded text without the punctuation around it.
#[derive(Debug, Default)]
pub(crate) struct Seen(HashSet<u64, FixedState>);

/// A table of more lines is given back, not emptied: emptying costs time for each place in it.
const LARGE: usize = 1 << 12;

impl Seen {
    /// Remembers the core of a line; whether it is new.
    pub(crate) fn insert(&mut self, core: &str) -> bool {
        self.0.insert(hash(core.as_bytes()))
    }

    /// Forgets all lines.
    pub(crate) fn forget(&mut self) {
        if self.0.capacity() > LARGE {
            self.0 = HashSet::default();
        } else {
            self.0.clear();
        }
    }
}
