//! [`Batches`]: whole lines of a stream, some megabytes at a time.
//!
//! Lines are kept as bytes with their terminators, so that a line which is passed
//! through comes out as it went in, whatever it holds. A line longer than a batch makes
//! one batch of its own: memory is bounded by the batch or the longest line.

use std::io::{BufRead, Result};

/// Reads whole lines in batches.
#[derive(Debug)]
pub struct Batches<R> {
    reader: R,
    next: usize,
}

/// Some lines in a row.
#[derive(Debug)]
pub struct Batch {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    first: usize,
}

impl<R: BufRead> Batches<R> {
    /// Reads from `reader`; its first line is number 1.
    pub fn new(reader: R) -> Self {
        Self { reader, next: 1 }
    }

    /// The next lines, until they are `size` bytes or more; `None` at the end.
    ///
    /// # Errors
    /// When the reader fails.
    pub fn next_batch(&mut self, size: usize) -> Result<Option<Batch>> {
        let mut batch = Batch { bytes: Vec::new(), ends: Vec::new(), first: self.next };
        while batch.bytes.len() < size && self.reader.read_until(b'\n', &mut batch.bytes)? > 0 {
            batch.ends.push(batch.bytes.len());
        }
        self.next += batch.ends.len();
        Ok((!batch.ends.is_empty()).then_some(batch))
    }
}

impl Batch {
    /// Number (from 1) and bytes of each line, with its terminator if it has one.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &[u8])> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).enumerate().map(|(i, (start, &end))| (self.first + i, &self.bytes[start..end]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_whole_numbered_and_unchanged() {
        let input: &[u8] = b"ab\r\n\nc\xffd\nlast";
        for size in [1, 4, 5, 100] {
            let mut batches = Batches::new(input);
            let mut seen = Vec::new();
            while let Some(batch) = batches.next_batch(size).unwrap() {
                seen.extend(batch.lines().map(|(n, line)| (n, line.to_vec())));
            }
            let expected: [(usize, &[u8]); 4] = [(1, b"ab\r\n"), (2, b"\n"), (3, b"c\xffd\n"), (4, b"last")];
            assert_eq!(seen, expected.map(|(n, line)| (n, line.to_vec())), "size {size}");
        }
    }
}
