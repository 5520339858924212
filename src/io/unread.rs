//! [`Unread`] and [`Cutting`]: what the cutters share.
//!
//! A cutter that finds out late that a record was broken (its length was wrong, its quote is
//! never closed) gives bytes back and cuts them again.

use std::io::{self, BufRead, Read};

use super::batch::Batch;

/// A stream to which bytes can be given back.
#[derive(Debug)]
pub(super) struct Unread<R> {
    reader: R,
    back: Vec<u8>,
    at: usize,
}

impl<R: BufRead> Unread<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader, back: Vec::new(), at: 0 }
    }

    /// Makes `bytes` what is read next.
    pub(super) fn give_back(&mut self, bytes: &[u8]) {
        self.back.splice(..self.at, bytes.iter().copied());
        self.at = 0;
    }

    /// Appends the rest of the line with its terminator, at most `limit` bytes of it. Returns how
    /// many; 0 at the end of the stream.
    pub(super) fn line(&mut self, out: &mut Vec<u8>, limit: usize) -> io::Result<usize> {
        self.take(limit as u64).read_until(b'\n', out)
    }
}

impl<R: BufRead> Read for Unread<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.at == self.back.len() {
            return self.reader.read(buf);
        }
        let n = self.back[self.at..].len().min(buf.len());
        buf[..n].copy_from_slice(&self.back[self.at..self.at + n]);
        self.consume(n);
        Ok(n)
    }
}

impl<R: BufRead> BufRead for Unread<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at < self.back.len() { Ok(&self.back[self.at..]) } else { self.reader.fill_buf() }
    }

    fn consume(&mut self, n: usize) {
        if self.at < self.back.len() {
            self.at += n;
        } else {
            self.reader.consume(n);
        }
    }
}

/// Counts records and bytes, and makes batches of what is cut.
#[derive(Debug)]
pub(super) struct Cutting {
    next: usize,
    offset: u64,
    /// An error behind whole records: they are handed out first.
    error: Option<io::Error>,
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
        mut cut: impl FnMut(&mut Vec<u8>) -> io::Result<bool>,
    ) -> io::Result<Option<Batch>> {
        if let Some(error) = self.error.take() {
            return Err(error);
        }
        let (mut bytes, mut ends) = (Vec::new(), Vec::new());
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
        self.offset += batch.bytes().len() as u64;
        Ok(Some(batch))
    }
}
