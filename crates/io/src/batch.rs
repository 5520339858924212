//! [`Batches`]: whole lines of a stream, some megabytes at a time.
//!
//! Lines are kept as bytes with their terminators, so a line that is passed through is unchanged, whatever bytes it
//! has. A line longer than a batch makes a batch of its own. A line longer than the limit comes in pieces. So memory
//! is bounded by the batch size or the limit.

use std::io::{BufRead, Error, ErrorKind, Result};

use super::limits::{CutEnd, PIECE, ReadLimits, RecordPiece};

/// Reads whole lines in batches.
#[derive(Debug)]
pub struct Batches<R> {
    reader: R,
    cutting: Cutting,
    limit: usize,
}

/// Some consecutive records as bytes: lines, rows of a table, or whatever the records of the format are.
#[derive(Debug)]
pub struct Batch {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    first: usize,
    offset: u64,
    piece: RecordPiece,
}

/// One record of a [`Batch`], not yet parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Raw<'b> {
    /// Its number in the stream, from 1.
    pub number: usize,
    /// Where its first byte stands in the (unpacked) stream, in bytes from 0.
    pub offset: u64,
    /// All its bytes, terminator included; of a record longer than the limit, one piece.
    pub bytes: &'b [u8],
    /// Which part of the record `bytes` is.
    pub piece: RecordPiece,
}

impl<R: BufRead> Batches<R> {
    /// Reads from `reader`. The first line has number 1.
    pub fn new(reader: R) -> Self {
        Self { reader, cutting: Cutting::new(1, 0), limit: ReadLimits::default().record }
    }

    /// Sets the limit in bytes. Longer lines come in pieces.
    #[must_use]
    pub fn with_limit(self, limit: usize) -> Self {
        Self { limit, ..self }
    }

    /// The next lines, until they have `size` bytes or more; `None` at the end.
    ///
    /// # Errors
    /// When the reader fails. Whole lines before the failure are returned first.
    pub fn next_batch(&mut self, size: usize) -> Result<Option<Batch>> {
        let (reader, limit) = (&mut self.reader, self.limit);
        self.cutting.batch(size, limit, |out, goes_on| {
            read_line(reader, out, if goes_on { PIECE } else { limit.saturating_add(1) })
        })
    }
}

/// Appends the bytes up to the end of the line, at most `most`. Like `read_until`, but with a faster search.
fn read_line(reader: &mut impl BufRead, out: &mut Vec<u8>, most: usize) -> Result<CutEnd> {
    let start = out.len();
    loop {
        let available = match reader.fill_buf() {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            available => available?,
        };
        if available.is_empty() {
            return Ok(if out.len() > start { CutEnd::Whole } else { CutEnd::End });
        }
        let room = most - (out.len() - start);
        let available = &available[..available.len().min(room)];
        let end = memchr::memchr(b'\n', available);
        let taken = end.map_or(available.len(), |at| at + 1);
        out.extend_from_slice(&available[..taken]);
        reader.consume(taken);
        if end.is_some() {
            return Ok(CutEnd::Whole);
        }
        if taken == room {
            return Ok(CutEnd::Piece);
        }
    }
}

impl Batch {
    /// A batch whose first record has the number `first` (from 1) and begins at `offset` in the stream. Record `i`
    /// ends before `bytes[ends[i]]`, where the next one starts.
    pub fn new(first: usize, offset: u64, bytes: Vec<u8>, ends: Vec<usize>) -> Self {
        Self { bytes, ends, first, offset, piece: RecordPiece::Whole }
    }

    /// A piece of a record, as a batch of its own.
    fn of_piece(number: usize, offset: u64, bytes: Vec<u8>, piece: RecordPiece) -> Self {
        let ends = vec![bytes.len()];
        Self { bytes, ends, first: number, offset, piece }
    }

    /// Each record with its place.
    pub fn records(&self) -> impl Iterator<Item = Raw<'_>> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).enumerate().map(|(i, (start, &end))| Raw {
            number: self.first + i,
            offset: self.offset + start as u64,
            bytes: &self.bytes[start..end],
            piece: self.piece,
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

    /// Keeps only the first `records`.
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

/// Counts records and bytes, and makes batches of the records that a cutter finds.
#[derive(Debug)]
pub(super) struct Cutting {
    next: usize,
    offset: u64,
    /// A piece that was read after whole records, which are returned first. True: more of its record follows.
    held: Option<(Vec<u8>, bool)>,
    /// Whether the record of the last piece is not at its end yet.
    goes_on: bool,
    /// An error that came after whole records, which are returned first.
    error: Option<Error>,
    ended: bool,
}

impl Cutting {
    /// `next` is the number of the next record, `offset` the byte at which it starts.
    pub(super) fn new(next: usize, offset: u64) -> Self {
        Self { next, offset, held: None, goes_on: false, error: None, ended: false }
    }

    /// Cuts records until they are `size` bytes or more. `cut` appends one record, or a piece of one that is longer
    /// than `limit`; its last argument says whether the record of the last piece goes on.
    pub(super) fn batch(
        &mut self,
        size: usize,
        limit: usize,
        mut cut: impl FnMut(&mut Vec<u8>, bool) -> Result<CutEnd>,
    ) -> Result<Option<Batch>> {
        if let Some((piece, goes_on)) = self.held.take() {
            return Ok(Some(self.piece(piece, limit, goes_on)));
        }
        if let Some(error) = self.error.take() {
            return Err(error);
        }
        // With room for the last record too, so that nothing must be moved. Memory that is not written to costs
        // nothing.
        let (mut bytes, mut ends) = (Vec::new(), Vec::new());
        if !self.ended && !self.goes_on {
            bytes.reserve(size + size / 4);
        }
        while !self.ended && bytes.len() < size {
            let start = bytes.len();
            match cut(&mut bytes, self.goes_on) {
                Ok(CutEnd::End) => self.ended = true,
                Ok(found) if self.goes_on || matches!(found, CutEnd::Piece | CutEnd::Long) => {
                    let piece = bytes.split_off(start);
                    let goes_on = found == CutEnd::Piece;
                    if !ends.is_empty() {
                        self.held = Some((piece, goes_on));
                        break;
                    }
                    if piece.is_empty() && !goes_on {
                        self.goes_on = false;
                        self.next += 1;
                        continue;
                    }
                    return Ok(Some(self.piece(piece, limit, goes_on)));
                }
                Ok(_) => ends.push(bytes.len()),
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

    /// The next piece of a record. It has the number of the record.
    fn piece(&mut self, bytes: Vec<u8>, limit: usize, goes_on: bool) -> Batch {
        let piece = if self.goes_on { RecordPiece::More } else { RecordPiece::Start(limit) };
        let batch = Batch::of_piece(self.next, self.offset, bytes, piece);
        self.offset += batch.bytes.len() as u64;
        self.goes_on = goes_on;
        self.next += usize::from(!goes_on);
        batch
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

    #[test]
    fn a_line_beyond_the_limit_comes_in_pieces_and_counts_once() {
        let long = "x".repeat(3 * PIECE);
        for end in ["\nlast\n", "\n", ""] {
            let input = format!("ab\n{long}{end}");
            let mut batches = Batches::new(input.as_bytes()).with_limit(10);
            let (mut all, mut seen) = (Vec::new(), Vec::new());
            while let Some(batch) = batches.next_batch(100).unwrap() {
                assert_eq!(batch.offset(), all.len() as u64);
                all.extend_from_slice(batch.bytes());
                seen.extend(batch.records().map(|raw| (raw.number, raw.piece)));
            }
            assert_eq!(all, input.as_bytes());
            assert_eq!(seen[..2], [(1, RecordPiece::Whole), (2, RecordPiece::Start(10))]);
            let more = seen.iter().filter(|&&(number, piece)| number == 2 && piece == RecordPiece::More).count();
            assert!((3..5).contains(&more), "{seen:?}");
            assert_eq!(seen.last() == Some(&(3, RecordPiece::Whole)), end.len() > 1, "{seen:?}");
        }
        // A line exactly as long as the limit is not cut.
        let mut batches = Batches::new(&b"0123456789"[..]).with_limit(10);
        assert_eq!(batches.next_batch(100).unwrap().unwrap().records().next().unwrap().piece, RecordPiece::Whole);
    }
}
