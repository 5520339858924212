//! [`WarcBatches`] and [`WarcRecord`]: WARC 1.0 and 1.1, and the WET files of Common Crawl.
//!
//! ```text
//! WARC/1.0                                          head: a version line, headers, an empty line
//! WARC-Type: conversion
//! WARC-Target-URI: https://example.com/a
//! WARC-Block-Digest: sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ
//! Content-Length: 6                                 ◀ length of the block in bytes
//!
//! 正文                                               block, then two line ends
//! ```
//!
//! Records of the type `conversion` hold extracted text. Those of the types `response` and `resource` hold pages:
//! their HTML is the text, and they are written as records of the type `conversion`. All others (requests, metadata,
//! pictures, and the redirects and errors of servers) are passed through as bytes. When the text changes, `Content-Length` and the digests of the block are
//! updated; every other byte of the head stays.
//!
//! A length is wrong if no record (or the end of the file) follows after it. Such a record is reported and ends at
//! the next version line, so no record after it is lost. The block of a page that is longer than the limit has the length that it says. Bytes between records make a record of their own, which
//! cannot be parsed and is passed through.
//!
//! Where it can be fooled: if foreign bytes follow a good record, its length seems wrong, and it is reported; a wrong
//! length may happen to end at a version line inside a text. The segments of a segmented record are cleaned one by
//! one.

use std::borrow::Cow;
use std::io::{self, BufRead, Read};
use std::ops::Range;

mod http;

pub use http::NoPage;

use super::batch::{Batch, Cutting};
use super::digest::Digest;
use super::error::FormatError;
use super::limits::{CutEnd, PIECE, ReadLimits};
use super::unread::Unread;

/// The most bytes of a head, and of a record of foreign bytes; the rest becomes a record of its own.
const LIMIT: usize = 1 << 20;

/// Cuts a stream into WARC records.
#[derive(Debug)]
pub struct WarcBatches<R> {
    reader: Unread<R>,
    cutting: Cutting,
    limit: usize,
    long: Option<LongBlock>,
}

/// The rest of a block that is longer than the limit and comes in pieces.
#[derive(Debug)]
struct LongBlock {
    left: u64,
    /// Whether the last piece ended in the middle of a line.
    in_line: bool,
    /// Whether a version line ends it. It may be part of what a server sent: a WARC file, say.
    ends_at_version: bool,
}

impl<R: BufRead> WarcBatches<R> {
    /// Reads from `reader`, which must give unpacked bytes.
    pub fn new(reader: R) -> Self {
        let limit = ReadLimits::default().record;
        Self { reader: Unread::new(reader), cutting: Cutting::new(1, 0), limit, long: None }
    }

    /// Sets the limit in bytes for a block. Longer blocks come in pieces.
    #[must_use]
    pub fn with_limit(self, limit: usize) -> Self {
        Self { limit, ..self }
    }

    /// The next records, until they have `size` bytes or more; `None` at the end.
    ///
    /// # Errors
    /// When the reader fails. Whole records before the failure are returned first.
    pub fn next_batch(&mut self, size: usize) -> io::Result<Option<Batch>> {
        let (reader, limit, long) = (&mut self.reader, self.limit, &mut self.long);
        self.cutting.batch(size, limit, |out, _| {
            let goes_on = long.is_some();
            if !goes_on && !cut(reader, out, limit, long)? {
                return Ok(CutEnd::End);
            }
            let Some(block) = long else { return Ok(CutEnd::Whole) };
            let ended = block.piece(reader, out)?;
            if ended {
                *long = None;
            }
            Ok(match (ended, goes_on) {
                (false, _) => CutEnd::Piece,
                (true, false) => CutEnd::Long,
                (true, true) => CutEnd::Whole,
            })
        })
    }
}

impl LongBlock {
    /// Appends the next piece. Returns whether it was the last one. A text also ends at a version line before its
    /// declared end.
    fn piece<R: BufRead>(&mut self, reader: &mut Unread<R>, out: &mut Vec<u8>) -> io::Result<bool> {
        let start = out.len();
        while self.left > 0 && out.len() - start < PIECE {
            let line = out.len();
            let read = reader.line(out, self.left.min(PIECE as u64) as usize)?;
            if read == 0 {
                return Ok(true);
            }
            if self.ends_at_version && !self.in_line && is_version(&out[line..]) {
                reader.give_back(&out[line..]);
                out.truncate(line);
                return Ok(true);
            }
            self.in_line = !out.ends_with(b"\n");
            self.left -= read as u64;
        }
        if self.left == 0 {
            line_ends(reader, out)?;
        }
        Ok(self.left == 0)
    }
}

/// Appends the line ends that follow.
fn line_ends<R: BufRead>(reader: &mut Unread<R>, out: &mut Vec<u8>) -> io::Result<()> {
    loop {
        let ahead = reader.fill_buf()?;
        let ends = ahead.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        out.extend_from_slice(&ahead[..ends]);
        let more = ends == ahead.len() && ends > 0;
        reader.consume(ends);
        if !more {
            return Ok(());
        }
    }
}

/// Appends the next record, or only the head if the block is longer than the limit.
fn cut<R: BufRead>(
    reader: &mut Unread<R>,
    out: &mut Vec<u8>,
    limit: usize,
    long: &mut Option<LongBlock>,
) -> io::Result<bool> {
    let start = out.len();
    if reader.line(out, LIMIT)? == 0 {
        return Ok(false);
    }
    if !is_version(&out[start..]) {
        to_version(reader, out)?;
        return Ok(true);
    }
    // The head, including the empty line after it.
    loop {
        let line = out.len();
        if reader.line(out, LIMIT)? == 0 || out.len() - start > LIMIT {
            return Ok(true);
        }
        if is_version(&out[line..]) {
            reader.give_back(&out[line..]);
            out.truncate(line);
            return Ok(true);
        }
        if matches!(&out[line..], b"\n" | b"\r\n") {
            break;
        }
    }
    let head = out.len();
    let declared = Head::of(&out[start..head]).and_then(|head| Some((head.length()?, head.is_of_text())));
    let Some((length, is_of_text)) = declared else {
        to_version(reader, out)?;
        return Ok(true);
    };
    if length > limit as u64 {
        *long = Some(LongBlock { left: length, in_line: false, ends_at_version: is_of_text });
        return Ok(true);
    }
    // Memory grows with the bytes that are read, because the declared length may be far too large.
    let whole = reader.take(length).read_to_end(out)? as u64 == length;
    if whole {
        line_ends(reader, out)?;
        let next = out.len();
        if reader.line(out, LIMIT)? == 0 {
            return Ok(true);
        }
        if is_version(&out[next..]) || is_cut_off_version(&out[next..]) {
            reader.give_back(&out[next..]);
            out.truncate(next);
            return Ok(true);
        }
    }
    // The length is wrong. If it is too large, the next record was read too.
    if let Some(next) = version_in(&out[head..]) {
        reader.give_back(&out[head + next..]);
        out.truncate(head + next);
    } else if whole {
        to_version(reader, out)?;
    }
    Ok(true)
}

/// Appends the bytes before the next version line, at most [`LIMIT`].
fn to_version<R: BufRead>(reader: &mut Unread<R>, out: &mut Vec<u8>) -> io::Result<()> {
    let start = out.len();
    while out.len() - start < LIMIT {
        let line = out.len();
        if reader.line(out, LIMIT)? == 0 {
            break;
        }
        if is_version(&out[line..]) {
            reader.give_back(&out[line..]);
            out.truncate(line);
            break;
        }
    }
    Ok(())
}

/// Whether a line is a version line such as `WARC/1.0`.
fn is_version(line: &[u8]) -> bool {
    let Some(number) = line.strip_prefix(b"WARC/") else { return false };
    let Some(number) = number.strip_suffix(b"\n") else { return false };
    let number = number.trim_ascii_end();
    number.len() <= 8
        && number.first().is_some_and(u8::is_ascii_digit)
        && number.contains(&b'.')
        && number.iter().all(|&b| b.is_ascii_digit() || b == b'.')
}

/// Whether the bytes are the beginning of a version line, cut off by the end of the file.
fn is_cut_off_version(line: &[u8]) -> bool {
    match line.strip_prefix(b"WARC/") {
        Some(number) => number.len() < 9 && number.iter().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'\r')),
        None => b"WARC/".starts_with(line),
    }
}

/// Where the first version line begins, in bytes.
fn version_in(bytes: &[u8]) -> Option<usize> {
    memchr::memmem::find_iter(bytes, b"WARC/").find(|&at| {
        let line_start = at == 0 || bytes[at - 1] == b'\n';
        let end = bytes[at..].iter().take(20).position(|&b| b == b'\n');
        line_start && end.is_some_and(|end| is_version(&bytes[at..=at + end]))
    })
}

/// Whether a record that begins with these bytes would hold a text or a page of HTML if it were complete.
pub(super) fn holds_text(start: &[u8]) -> bool {
    Head::of(start).is_some_and(|head| head.is_of_text() || (head.is_crawled() && names_html(start)))
}

/// Whether a header says that the page is HTML.
fn names_html(start: &[u8]) -> bool {
    let start = start[..start.len().min(16 << 10)].to_ascii_lowercase();
    [&b"text/html"[..], b"application/xhtml"].iter().any(|kind| memchr::memmem::find(&start, kind).is_some())
}

/// A record with a text.
#[derive(Debug)]
pub struct WarcRecord<'r> {
    raw: &'r [u8],
    block: Range<usize>,
    text: Cow<'r, str>,
    /// Whether the text is the HTML of a crawled page.
    is_html: bool,
    url: Option<&'r str>,
    id: Option<&'r str>,
    /// The places of the values that depend on the block, in the order of the head: its length and digests.
    dependent: Vec<(Range<usize>, Dependent)>,
}

#[derive(Clone, Copy, Debug)]
enum Dependent {
    Length,
    Digest(Digest),
}

impl<'r> WarcRecord<'r> {
    /// Finds the text of a record. `None` if its type has no text; it is then passed through. `limit`: how many bytes
    /// a page may have when it is unpacked.
    ///
    /// # Errors
    /// When the record is damaged, its text is not UTF-8, or it has a digest that could not be updated. The caller
    /// then passes it through.
    pub fn parse(raw: &'r [u8], limit: usize) -> Result<Option<Self>, FormatError> {
        let end = memchr::memchr(b'\n', raw).map_or(raw.len(), |at| at + 1);
        if !is_version(&raw[..end]) {
            return Err(FormatError::NotWarc);
        }
        let Some(head) = Head::of(raw) else { return Err(FormatError::NoLength) };
        let declared = head.length().ok_or(FormatError::NoLength)?;
        let rest = &raw[head.end..];
        let wrong = |found: usize| FormatError::WrongLength { declared, found: found as u64 };
        let length = usize::try_from(declared).ok().filter(|&n| n <= rest.len()).ok_or_else(|| wrong(rest.len()))?;
        if !rest[length..].iter().all(|b| matches!(b, b'\r' | b'\n')) {
            return Err(wrong(rest.trim_ascii_end().len()));
        }
        let block = head.end..head.end + length;
        let is_of_type = |wanted: &str| head.says("WARC-Type", |kind| kind.eq_ignore_ascii_case(wanted));
        let crawled = if is_of_type("response") {
            http::page(&raw[block.clone()], limit)?
        } else if is_of_type("resource") {
            let kind = head.field("Content-Type").and_then(|value| str::from_utf8(&raw[value]).ok());
            http::resource(&raw[block.clone()], kind)
        } else {
            None
        };
        let is_html = crawled.is_some();
        let text = match crawled {
            Some(page) => {
                let decoded = dehusk_html::decode(&page.bytes, page.charset.as_deref());
                let decoded = decoded.map_err(|_| FormatError::NotUtf8 { at: 0 })?;
                Cow::Owned(decoded.text.into_owned())
            }
            None if !head.is_of_text() => return Ok(None),
            None => Cow::Borrowed(
                simdutf8::compat::from_utf8(&raw[block.clone()])
                    .map_err(|e| FormatError::NotUtf8 { at: e.valid_up_to() })?,
            ),
        };

        let mut dependent = Vec::new();
        // A page is written with another head.
        let fields = if is_html { &[][..] } else { &head.fields };
        for (name, value) in fields {
            let said = str::from_utf8(&raw[value.clone()]).unwrap_or_default();
            if name.eq_ignore_ascii_case("Content-Length") {
                dependent.push((value.clone(), Dependent::Length));
            } else if name.eq_ignore_ascii_case("WARC-Block-Digest") || name.eq_ignore_ascii_case("WARC-Payload-Digest")
            {
                let (label, sum) = said.split_once(':').unwrap_or((said, ""));
                let digest = Digest::of(label.trim(), sum)
                    .ok_or_else(|| FormatError::UnknownDigest { algorithm: label.trim().to_owned() })?;
                dependent.push((value.end - sum.len()..value.end, Dependent::Digest(digest)));
            }
        }
        let value = |name| head.field(name).and_then(|value| str::from_utf8(&raw[value]).ok());
        // The examples of WARC 1.0 had angle brackets around the URL, and some writers still do.
        let url = value("WARC-Target-URI").map(|url| url.trim_matches(['<', '>']));
        Ok(Some(Self { raw, block, text, is_html, url, id: value("WARC-Record-ID"), dependent }))
    }

    /// Why a record that has no text, though it is the answer of a server, is no page.
    pub fn no_page(raw: &[u8]) -> Option<NoPage> {
        let head = Head::of(raw)?;
        let is_response = head.says("WARC-Type", |kind| kind.eq_ignore_ascii_case("response"));
        is_response.then(|| http::no_page(&raw[head.end..])).flatten()
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the text is the HTML of a crawled page.
    pub fn is_html(&self) -> bool {
        self.is_html
    }

    /// `WARC-Target-URI`.
    pub fn url(&self) -> Option<&str> {
        self.url
    }

    /// `WARC-Record-ID`, with its angle brackets.
    pub fn id(&self) -> Option<&str> {
        self.id
    }

    /// The record with `text` as its block and the new length and digests; the unchanged record if the text is the
    /// same.
    pub fn with_text(&self, text: &str) -> Cow<'r, [u8]> {
        if self.is_html {
            return Cow::Owned(self.conversion(text));
        }
        if text == self.text {
            return Cow::Borrowed(self.raw);
        }
        let mut out = Vec::with_capacity(self.raw.len() + 8);
        let mut copied = 0;
        for (place, what) in &self.dependent {
            out.extend_from_slice(&self.raw[copied..place.start]);
            match what {
                Dependent::Length => out.extend_from_slice(text.len().to_string().as_bytes()),
                Dependent::Digest(digest) => out.extend_from_slice(digest.value(text.as_bytes()).as_bytes()),
            }
            copied = place.end;
        }
        out.extend_from_slice(&self.raw[copied..self.block.start]);
        out.extend_from_slice(text.as_bytes());
        out.extend_from_slice(&self.raw[self.block.end..]);
        Cow::Owned(out)
    }

    /// Turns the record of a page into one of text, of the type `conversion`, as in WET files. Headers about the page
    /// as it was sent are left out.
    fn conversion(&self, text: &str) -> Vec<u8> {
        let mut out = Vec::with_capacity(text.len() + 512);
        let mut lines = self.raw[..self.block.start].split_inclusive(|&b| b == b'\n');
        out.extend_from_slice(lines.next().unwrap_or_default());
        let mut stays = false;
        for line in lines {
            // A value that is continued on the next line stays or goes as a whole. A line that is no header goes.
            if is_continued(line) {
                out.extend_from_slice(if stays { line } else { b"" });
                continue;
            }
            let name = header(line).map(|(name, _)| name.to_ascii_lowercase());
            stays = false;
            match name.as_deref() {
                Some("warc-type") => out.extend_from_slice(b"WARC-Type: conversion\r\n"),
                Some("content-type") => out.extend_from_slice(b"Content-Type: text/plain\r\n"),
                Some("content-length") => {
                    out.extend_from_slice(format!("Content-Length: {}\r\n", text.len()).as_bytes());
                }
                Some(
                    "warc-block-digest"
                    | "warc-payload-digest"
                    | "warc-truncated"
                    | "warc-identified-payload-type"
                    | "warc-page-id"
                    | "warc-segment-number",
                )
                | None => {}
                Some(_) => {
                    stays = true;
                    out.extend_from_slice(line);
                }
            }
        }
        out.extend_from_slice(b"\r\n");
        out.extend_from_slice(text.as_bytes());
        out.extend_from_slice(b"\r\n\r\n");
        out
    }
}

/// Whether a line of a head, not its empty line, goes on with the value of the line before.
fn is_continued(line: &[u8]) -> bool {
    line[0].is_ascii_whitespace() && !matches!(line, b"\n" | b"\r\n")
}

/// The name of a header and what stands behind its colon; `None` if the line is no header.
fn header(line: &[u8]) -> Option<(&str, &[u8])> {
    let colon = memchr::memchr(b':', line)?;
    let name = str::from_utf8(&line[..colon]).ok()?;
    Some((name.trim(), &line[colon + 1..]))
}

fn is_plain_text(content_type: &str) -> bool {
    content_type.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("text/plain"))
}

/// The headers of a record.
struct Head<'r> {
    raw: &'r [u8],
    /// The offset of the block, after the empty line.
    end: usize,
    /// The names of the headers, and the places of their values.
    fields: Vec<(&'r str, Range<usize>)>,
}

impl<'r> Head<'r> {
    /// Reads the head of a record up to its empty line; `None` if it has none.
    fn of(raw: &'r [u8]) -> Option<Self> {
        let mut fields: Vec<(&str, Range<usize>)> = Vec::new();
        let mut start = memchr::memchr(b'\n', raw)? + 1;
        let mut in_field = false;
        loop {
            let end = start + memchr::memchr(b'\n', &raw[start..])? + 1;
            let line = &raw[start..end];
            if matches!(line, b"\n" | b"\r\n") {
                return Some(Self { raw, end, fields });
            }
            let value_end = start + line.trim_ascii_end().len();
            if is_continued(line) {
                if in_field && let Some((_, value)) = fields.last_mut() {
                    value.end = value_end.max(value.end);
                }
            } else if let Some((name, value)) = header(line) {
                fields.push((name, value_end - value.trim_ascii().len()..value_end));
                in_field = true;
            } else {
                in_field = false;
            }
            start = end;
        }
    }

    /// The place of the value of the first header with that name.
    fn field(&self, name: &str) -> Option<Range<usize>> {
        self.fields.iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone())
    }

    fn says(&self, name: &str, yes: impl Fn(&str) -> bool) -> bool {
        self.field(name).is_some_and(|value| str::from_utf8(&self.raw[value]).is_ok_and(yes))
    }

    /// Whether the block is an extracted text.
    fn is_of_text(&self) -> bool {
        self.says("WARC-Type", |kind| kind.eq_ignore_ascii_case("conversion"))
            && (self.field("Content-Type").is_none() || self.says("Content-Type", is_plain_text))
    }

    /// Whether the block is the answer of a server, or a file.
    fn is_crawled(&self) -> bool {
        self.says("WARC-Type", |kind| kind.eq_ignore_ascii_case("response") || kind.eq_ignore_ascii_case("resource"))
    }

    /// `Content-Length`.
    fn length(&self) -> Option<u64> {
        str::from_utf8(&self.raw[self.field("Content-Length")?]).ok()?.parse().ok()
    }
}
