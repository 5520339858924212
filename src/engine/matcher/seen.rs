//! [`Seen`]: which lines of a document have stood before.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

/// The lines that have stood before, by a hash of their folded text without the punctuation around it.
#[derive(Debug, Default)]
pub(crate) struct Seen(HashSet<u64, BuildHasherDefault<Same>>);

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

/// Eight bytes at a time are multiplied in; the high half of a product, which depends on all of
/// them, is folded back.
fn hash(text: &[u8]) -> u64 {
    const ODD: u64 = 0x9E37_79B9_7F4A_7C15;
    let mix = |hash: u64, bytes: u64| {
        let wide = u128::from(hash ^ bytes) * u128::from(ODD);
        (wide >> 64) as u64 ^ wide as u64
    };
    let (chunks, rest) = text.as_chunks::<8>();
    let hash = chunks.iter().fold(text.len() as u64 ^ ODD, |hash, chunk| mix(hash, u64::from_le_bytes(*chunk)));
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    mix(mix(hash, u64::from_le_bytes(last)), ODD)
}

/// Takes a hash as it is.
#[derive(Default)]
pub(crate) struct Same(u64);

impl Hasher for Same {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = hash(bytes);
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}
