//! [`Unread`]: a stream to which bytes can be given back.
//!
//! Sometimes a cutter notices late that a record was broken (its length is wrong, or its quote is never closed). It
//! then gives bytes back and cuts them again.

use std::io::{self, BufRead, Read};

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

    /// Puts `bytes` back, to be read next.
    pub(super) fn give_back(&mut self, bytes: &[u8]) {
        self.back.splice(..self.at, bytes.iter().copied());
        self.at = 0;
    }

    /// Appends the rest of the line with its terminator, at most `limit` bytes. Returns how many bytes; 0 at the end
    /// of the stream.
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
