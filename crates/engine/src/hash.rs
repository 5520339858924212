//! A quick hash of texts, for tables that live and die within a run. It has no random seed: two runs do the same.
//!
//! Where it can be fooled: on purpose. Who knows it can make texts of the same hash; all that they win is
//! a slower table, or a line taken for one that stood before.

use std::hash::{BuildHasher as _, Hasher as _};

/// For maps and sets.
pub(crate) use foldhash::fast::FixedState;

/// The hash of a text.
pub(crate) fn hash(text: &[u8]) -> u64 {
    let mut hasher = FixedState::default().build_hasher();
    hasher.write(text);
    hasher.finish()
}
