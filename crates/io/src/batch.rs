//! [`Batches`]: whole lines of a stream, some megabytes at a time.
//!
//! Lines are kept as bytes with their terminators, so that a line which is passed
//! through comes out as it went in, whatever it holds. A line longer than a batch makes
//! one batch of its own: memory is bounded by the batch or the longest line.

use std::io::{BufRead, Error, ErrorKind, Result};

/// Reads whole lines in batches.
#[derive(Debug)]
pub struct Batches<R> {
    reader: R,
    cutting: Cutting,
}

/// Some records in a row, as bytes: lines, rows of a table, whatever the format has.
#[derive(Debug)]
pub struct Batch {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    first: usize,
    offset: u64,
}

/// One record of a [`Batch`], not yet parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Raw<'b> {
    /// Its number in the stream, from 1.
    pub number: usize,
    /// Where its first byte stands in the (unpacked) stream, in bytes from 0.
    pub offset: u64,
    /// All its bytes, terminator included.
    pub bytes: &'b [u8],
}

impl<R: BufRead> Batches<R> {
    /// Reads from `reader`; its first line is number 1.
    pub fn new(reader: R) -> Self {
        Self { reader, cutting: Cutting::new(1, 0) }
    }

    /// The next lines, until they are `size` bytes or more; `None` at the end.
    ///
    /// # Errors
    /// When the reader fails; whole lines before that are handed out first.
    pub fn next_batch(&mut self, size: usize) -> Result<Option<Batch>> {
        let reader = &mut self.reader;
        self.cutting.batch(size, |out| read_line(reader, out))
    }
}

/// Appends the bytes up to the end of the line; `false` at the end of the stream. What `read_until` does,
/// with a quicker search.
fn read_line(reader: &mut impl BufRead, out: &mut Vec<u8>) -> Result<bool> {
    let mut found = false;
    loop {
        let available = match reader.fill_buf() {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            available => available?,
        };
        if available.is_empty() {
            return Ok(found);
        }
        found = true;
        let end = memchr::memchr(b'\n', available);
        let taken = end.map_or(available.len(), |at| at + 1);
        out.extend_from_slice(&available[..taken]);
        reader.consume(taken);
        if end.is_some() {
            return Ok(true);
        }
    }
}

impl Batch {
    /// A batch whose first record has this number (from 1) and stands at this offset in the
    /// stream; record `i` ends before `bytes[ends[i]]`, where the next one starts.
    pub fn new(first: usize, offset: u64, bytes: Vec<u8>, ends: Vec<usize>) -> Self {
        Self { bytes, ends, first, offset }
    }

    /// Each record with its place.
    pub fn records(&self) -> impl Iterator<Item = Raw<'_>> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).enumerate().map(|(i, (start, &end))| Raw {
            number: self.first + i,
            offset: self.offset + start as u64,
            bytes: &self.bytes[start..end],
        })
    }

    /// Number (from 1) and bytes of each record, with its terminator if it has one.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &[u8])> {
        self.records().map(|raw| (raw.number, raw.bytes))
    }

    /// How many records there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Leaves only the first `records`.
    pub fn truncate(&mut self, records: usize) {
        self.ends.truncate(records);
        self.bytes.truncate(self.ends.last().copied().unwrap_or(0));
    }

    /// The bytes of all records in a row.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Where the first record stands in the (unpacked) stream, in bytes from 0.
    pub fn offset(&self) -> u64 {
        self.offset
    }
}

/// Counts records and bytes, and makes batches of what is cut.
#[derive(Debug)]
pub(super) struct Cutting {
    next: usize,
    offset: u64,
    /// An error behind whole records: they are handed out first.
    error: Option<Error>,
    ended: bool,
}

impl Cutting {
    /// The next record will have this number and stand at this offset.
    pub(super) fn new(next: usize, offset: u64) -> Self {
        Self { next, offset, error: None, ended: false }
    }

    /// Cuts records until they are `size` bytes or more. `cut` appends one; `false` at the end.
    pub(super) fn batch(
        &mut self,
        size: usize,
        mut cut: impl FnMut(&mut Vec<u8>) -> Result<bool>,
    ) -> Result<Option<Batch>> {
        if let Some(error) = self.error.take() {
            return Err(error);
        }
        // Room for the last record too, so that nothing is moved; memory that is not written to costs nothing.
        let (mut bytes, mut ends) = (Vec::new(), Vec::new());
        if !self.ended {
            bytes.reserve(size + size / 4);
        }
        while !self.ended && bytes.len() < size {
            let start = bytes.len();
            match cut(&mut bytes) {
                Ok(true) => ends.push(bytes.len()),
                Ok(false) => self.ended = true,
                Err(error) => {
                    bytes.truncate(start);
                    self.error = Some(error);
                    self.ended = true;
                }
            }
        }
        if ends.is_empty() {
            return self.error.take().map_or(Ok(None), Err);
        }
        let batch = Batch::new(self.next, self.offset, bytes, ends);
        self.next += batch.len();
        self.offset += batch.bytes.len() as u64;
        Ok(Some(batch))
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
                seen.extend(batch.records().map(|raw| (raw.number, raw.offset, raw.bytes.to_vec())));
            }
            let expected: [(usize, u64, &[u8]); 4] =
                [(1, 0, b"ab\r\n"), (2, 4, b"\n"), (3, 5, b"c\xffd\n"), (4, 9, b"last")];
            assert_eq!(seen, expected.map(|(n, at, line)| (n, at, line.to_vec())), "size {size}");
        }
    }

    #[test]
    fn an_error_comes_behind_the_whole_lines_before_it() {
        use std::io::{BufReader, Read};

        struct Failing;
        impl Read for Failing {
            fn read(&mut self, _: &mut [u8]) -> Result<usize> {
                Err(Error::other("disk"))
            }
        }
        let mut batches = Batches::new(BufReader::new((&b"a\nb\nhalf"[..]).chain(Failing)));
        let lines = batches.next_batch(100).unwrap().unwrap();
        assert_eq!(lines.lines().collect::<Vec<_>>(), [(1, &b"a\n"[..]), (2, b"b\n")]);
        assert_eq!(batches.next_batch(100).unwrap_err().to_string(), "disk");
        assert!(batches.next_batch(100).unwrap().is_none());
    }
}
