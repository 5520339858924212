//! A quick hash of texts, for tables that live and die within a run.
//!
//! Where it can be fooled: on purpose. Who knows it can make texts of the same hash; all that they win is
//! a slower table, or a line taken for one that stood before.

use std::hash::Hasher;

const ODD: u64 = 0x9E37_79B9_7F4A_7C15;

/// Eight bytes at a time are multiplied in; the high half of a product, which depends on all of
/// them, is folded back.
pub(crate) fn hash(text: &[u8]) -> u64 {
    let (chunks, rest) = text.as_chunks::<8>();
    let hash = chunks.iter().fold(text.len() as u64 ^ ODD, |hash, chunk| mix(hash, u64::from_le_bytes(*chunk)));
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    mix(mix(hash, u64::from_le_bytes(last)), ODD)
}

fn mix(hash: u64, bytes: u64) -> u64 {
    let wide = u128::from(hash ^ bytes) * u128::from(ODD);
    (wide >> 64) as u64 ^ wide as u64
}

/// Hashes the parts of a key one after the other.
#[derive(Default)]
pub(crate) struct TextHasher(u64);

impl Hasher for TextHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = mix(self.0, hash(bytes));
    }

    fn write_u8(&mut self, byte: u8) {
        self.write_u64(u64::from(byte));
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }

    fn write_isize(&mut self, number: isize) {
        self.write_u64(number as u64);
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = mix(self.0, number ^ ODD);
    }
}
