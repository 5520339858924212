//! [`CsvBatches`] and [`CsvRecord`]: tables as text, RFC 4180, with `,` or `;` or a tab between fields.
//!
//! ```text
//! id,url,text                       the header line names the columns
//! 1,https://a.example,"第一行        a quoted field may hold delimiters, line ends and, doubled, quotes
//! 他说""好"""                        ◀ the record ends here: the quote is closed
//! ```
//!
//! A quote opens a field only at the start of the field; elsewhere it is an ordinary character, as in Python's
//! reader. When the text changes, only its field is written again, quoted if it was quoted or needs quotes now. Every
//! other byte stays.
//!
//! A quote that is never closed would make the rest of the file one field. So at the end of the file, or at the limit
//! for records, the lines after the one with the opening quote are checked. If there are some and every one is a good
//! row, only that one line is the broken record, and cutting goes on after it. Otherwise everything that was read so
//! far is the broken record.
//!
//! Where it can be fooled: quotes escaped by a backslash are not understood (such rows are reported and passed
//! through); a bare carriage return does not end a line; in a file without a header the first row is taken for one,
//! unless [`CsvTable`] says that there is none.
//!
//! A table may be in any encoding in which the bytes of a character are never those of a delimiter, a quote or a line
//! end: GB18030, Big5, Shift_JIS and the like. Fields are decoded one by one, and a new text is written in the same
//! encoding.

use std::borrow::Cow;
use std::io::{self, BufRead};
use std::ops::Range;
use std::sync::Arc;

use super::batch::{Batch, Cutting};
use super::error::FormatError;
use super::jsonl::Fields;
use super::limits::{CutEnd, ReadLimits};
use super::unread::Unread;
use encoding_rs::Encoding;

/// How many bytes of a line are read at a time.
const PIECE: usize = 1 << 20;
/// How many good rows must follow a broken line before only that line counts as broken. A line of prose can have the
/// right number of commas by accident, but several in a row rarely do.
const WITNESSES: usize = 4;

/// What must be said about a table, as the file itself does not say it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CsvTable {
    /// The delimiter. `None`: the one of comma, semicolon and tab that occurs most often in the first line.
    pub delimiter: Option<u8>,
    /// The first row is data, not a header. Columns are then named by their numbers, from `1`.
    pub no_header: bool,
    /// The encoding; `None` for UTF-8.
    pub encoding: Option<&'static Encoding>,
}

/// Cuts a table into rows. The header is read by the constructor and is not handed out as a row.
#[derive(Debug)]
pub struct CsvBatches<R> {
    reader: Unread<R>,
    cutting: Cutting,
    header: Vec<u8>,
    names: Vec<String>,
    delimiter: u8,
    no_header: bool,
    is_empty: bool,
    encoding: Option<&'static Encoding>,
    limit: usize,
    /// The state of a row that comes in pieces because it is longer than the limit.
    long: Option<RowScan>,
}

impl<R: BufRead> CsvBatches<R> {
    /// Reads the header of a table in UTF-8. Without a delimiter, the one of comma, semicolon and tab is taken that
    /// occurs most often in the header.
    ///
    /// # Errors
    /// When the reader fails.
    pub fn new(reader: R, delimiter: Option<u8>) -> io::Result<Self> {
        Self::of(reader, CsvTable { delimiter, ..CsvTable::default() })
    }

    /// Reads the header, or the first row if there is no header.
    ///
    /// # Errors
    /// When the reader fails, or a table in this encoding cannot be cut into rows.
    pub fn of(reader: R, table: CsvTable) -> io::Result<Self> {
        let CsvTable { delimiter, no_header, encoding } = table;
        if let Some(encoding) = encoding.filter(|encoding| !encoding.is_ascii_compatible()) {
            return Err(FormatError::TableEncoding { encoding: encoding.name() }.into());
        }
        let encoding = encoding.filter(|&encoding| encoding != encoding_rs::UTF_8);
        let mut reader = Unread::new(reader);
        let mut header = Vec::new();
        reader.line(&mut header, PIECE)?;
        let bom = if header.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let delimiter = delimiter.unwrap_or_else(|| {
            let fields = |delimiter: u8| {
                let mut scan = RowScan::new(delimiter);
                scan.feed(&header[bom..], |_| {});
                scan.fields
            };
            // If several are equally frequent, the last one is taken: so the comma.
            [b';', b'\t', b','].into_iter().max_by_key(|&delimiter| fields(delimiter)).unwrap_or(b',')
        });
        let mut scan = RowScan::new(delimiter);
        let mut ends = Vec::new();
        let mut fed = bom;
        while scan.feed(&header[fed..], |end| ends.push(end)).is_none() && header.len() < PIECE {
            fed = header.len();
            if reader.line(&mut header, PIECE)? == 0 {
                scan.finish(|end| ends.push(end));
                break;
            }
        }
        let row = &header[bom..];
        let name = |place: Range<usize>| {
            let name = value(&row[place]);
            match encoding {
                Some(encoding) => encoding.decode_without_bom_handling(&name).0.into_owned(),
                None => String::from_utf8_lossy(&name).into_owned(),
            }
        };
        let mut names: Vec<String> = ranges(row, &ends).map(name).collect();
        let is_empty = header.is_empty();
        let mut cutting = Cutting::new(2, header.len() as u64);
        if no_header {
            names = (1..=names.len()).map(|number| number.to_string()).collect();
            reader.give_back(&header[bom..]);
            // A byte order mark alone is not a row.
            header.truncate(bom);
            cutting = Cutting::new(1, bom as u64);
        }
        Ok(Self {
            reader,
            cutting,
            header,
            names,
            delimiter,
            no_header,
            is_empty,
            encoding,
            limit: ReadLimits::default().record,
            long: None,
        })
    }

    /// Sets the limit in bytes for a row. A quoted field may stay open up to this limit.
    #[must_use]
    pub fn with_limit(mut self, bytes: usize) -> Self {
        self.limit = bytes;
        self
    }

    /// The header as it stands in the file, byte order mark and line end included: record 1. In a table
    /// without one, the byte order mark, if there is one.
    pub fn header(&self) -> &[u8] {
        &self.header
    }

    /// Whether the first row is data, not a header.
    pub fn has_no_header(&self) -> bool {
        self.no_header
    }

    /// Whether there is nothing at all in the table.
    pub fn is_empty(&self) -> bool {
        self.is_empty
    }

    /// Finds the columns by name.
    ///
    /// # Errors
    /// When there is not exactly one column for the text, or the header is not UTF-8.
    pub fn columns(&self, fields: &Fields) -> Result<CsvColumns, FormatError> {
        let place = |name: &str| self.names.iter().position(|found| found == name);
        let Some(text) = place(&fields.text) else {
            // Wrong names may come from a wrong encoding, most often UTF-16.
            if self.encoding.is_none() {
                str::from_utf8(&self.header).map_err(|e| FormatError::NotUtf8 { at: e.valid_up_to() })?;
            }
            return Err(FormatError::MissingColumn { name: fields.text.clone(), columns: self.names.clone() });
        };
        if self.names[text + 1..].contains(&fields.text) {
            return Err(FormatError::RepeatedColumn { name: fields.text.clone() });
        }
        Ok(CsvColumns {
            delimiter: self.delimiter,
            has_header: !self.no_header,
            encoding: self.encoding,
            names: self.names.as_slice().into(),
            text,
            url: fields.url.iter().filter_map(|name| place(name)).collect(),
            id: place(&fields.id),
        })
    }

    /// The next rows, until they have `size` bytes or more; `None` at the end. The first row has number 2, in a table
    /// without a header number 1.
    ///
    /// # Errors
    /// When the reader fails. Whole rows before the failure are returned first.
    pub fn next_batch(&mut self, size: usize) -> io::Result<Option<Batch>> {
        let (reader, delimiter, limit, columns) = (&mut self.reader, self.delimiter, self.limit, self.names.len());
        let long = &mut self.long;
        self.cutting.batch(size, limit, |out, _| {
            let start = out.len();
            let goes_on = long.is_some();
            let mut scan = long.take().unwrap_or_else(|| RowScan::new(delimiter));
            loop {
                let fed = out.len();
                let read = reader.line(out, PIECE)?;
                if read > 0 && scan.feed(&out[fed..], |_| {}).is_some() {
                    return Ok(if out.len() - start > limit { CutEnd::Long } else { CutEnd::Whole });
                }
                if read > 0 && !goes_on && out.len() - start < limit {
                    continue;
                }
                // Without an open quote the row ends with its line, however long the line is.
                if read > 0 && (goes_on || !scan.is_open()) {
                    *long = Some(scan);
                    return Ok(CutEnd::Piece);
                }
                if scan.is_open()
                    && let Some(line) = first_line_alone(&out[start..], delimiter, columns, read == 0)
                {
                    reader.give_back(&out[start + line..]);
                    out.truncate(start + line);
                }
                return Ok(if out.len() > start { CutEnd::Whole } else { CutEnd::End });
            }
        })
    }
}

/// The length of the first line, if only this line is wrong: it opens a quote that is never closed.
fn first_line_alone(raw: &[u8], delimiter: u8, columns: usize, at_end: bool) -> Option<usize> {
    let first = memchr::memchr(b'\n', raw)? + 1;
    let mut at = first;
    let mut good = 0;
    while columns > 1 && at < raw.len() {
        let mut scan = RowScan::new(delimiter);
        match scan.feed(&raw[at..], |_| {}) {
            Some(end) => at += end,
            None if at_end && !scan.is_open() => {
                scan.finish(|_| {});
                at = raw.len();
            }
            // The last line is not complete yet.
            None if !at_end => break,
            None => return None,
        }
        if scan.fields != columns || scan.stray.is_some() {
            return None;
        }
        good += 1;
    }
    (good >= WITNESSES).then_some(first)
}

/// The columns that are used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsvColumns {
    delimiter: u8,
    has_header: bool,
    encoding: Option<&'static Encoding>,
    names: Arc<[String]>,
    text: usize,
    url: Vec<usize>,
    id: Option<usize>,
}

impl CsvColumns {
    /// Whether the record of this number (from 1) is not a row but the header or a byte order mark.
    pub fn is_header(&self, number: usize) -> bool {
        number <= usize::from(self.has_header)
    }

    /// The value of the row in the column of this name. `None` if there is no such column or it cannot be decoded.
    pub fn value<'r>(&self, raw: &'r [u8], name: &str) -> Option<Cow<'r, str>> {
        let column = self.names.iter().position(|found| found == name)?;
        let places = self.places(raw).ok()?;
        decoded(&raw[places[column].clone()], self.encoding).ok()
    }

    /// The byte range of each field of a row.
    fn places(&self, raw: &[u8]) -> Result<Vec<Range<usize>>, FormatError> {
        let mut scan = RowScan::new(self.delimiter);
        let mut ends = Vec::with_capacity(self.names.len());
        let end = scan.feed(raw, |end| ends.push(end));
        if scan.is_open() {
            return Err(FormatError::OpenQuote { line: memchr::memchr_iter(b'\n', &raw[..scan.opened]).count() + 1 });
        }
        if let Some(at) = scan.stray {
            return Err(FormatError::StrayQuote { at });
        }
        if end.is_none() {
            scan.finish(|end| ends.push(end));
        }
        if ends.len() != self.names.len() {
            return Err(FormatError::FieldCount { expected: self.names.len(), found: ends.len() });
        }
        Ok(ranges(raw, &ends).collect())
    }
}

/// The value of a field, without quotes, decoded.
fn decoded<'r>(field: &'r [u8], encoding: Option<&'static Encoding>) -> Result<Cow<'r, str>, FormatError> {
    let bytes = value(field);
    if let Some(encoding) = encoding {
        let wrong = FormatError::NotInEncoding { encoding: encoding.name() };
        return match bytes {
            Cow::Borrowed(bytes) => encoding.decode_without_bom_handling_and_without_replacement(bytes).ok_or(wrong),
            Cow::Owned(bytes) => encoding
                .decode_without_bom_handling_and_without_replacement(&bytes)
                .map(|text| Cow::Owned(text.into_owned()))
                .ok_or(wrong),
        };
    }
    let text = match bytes {
        Cow::Borrowed(bytes) => simdutf8::compat::from_utf8(bytes).map(Cow::Borrowed).map_err(|e| e.valid_up_to()),
        Cow::Owned(bytes) => String::from_utf8(bytes).map(Cow::Owned).map_err(|e| e.utf8_error().valid_up_to()),
    };
    text.map_err(|at| FormatError::NotUtf8 { at })
}

/// A row whose text was found.
#[derive(Debug)]
pub struct CsvRecord<'r> {
    raw: &'r [u8],
    encoding: Option<&'static Encoding>,
    delimiter: u8,
    /// The field of the text, quotes included.
    field: Range<usize>,
    text: Cow<'r, str>,
    url: Option<Cow<'r, str>>,
    id: Option<Cow<'r, str>>,
}

impl<'r> CsvRecord<'r> {
    /// Finds the text in one row; the row may end with its terminator.
    ///
    /// # Errors
    /// When the row has not as many fields as the header, has wrong quotes, or its text is not in the encoding of the
    /// table. The caller then passes the row through.
    pub fn parse(raw: &'r [u8], columns: &CsvColumns) -> Result<Self, FormatError> {
        let places = columns.places(raw)?;
        let field = places[columns.text].clone();
        let text = decoded(&raw[field.clone()], columns.encoding)?;
        // An encoding may have several byte sequences for one character: such a text could not be written back as it was.
        if let Some(encoding) = columns.encoding
            && *encoding.encode(&text).0 != *value(&raw[field.clone()])
        {
            return Err(FormatError::NotInEncoding { encoding: encoding.name() });
        }
        // If the URL or the id cannot be decoded, the text can still be used.
        let said = |column: usize| decoded(&raw[places[column].clone()], columns.encoding).ok();
        let url = columns.url.iter().filter_map(|&column| said(column)).find(|url| !url.trim().is_empty());
        let id = columns.id.and_then(said).filter(|id| !id.is_empty());
        let (delimiter, encoding) = (columns.delimiter, columns.encoding);
        Ok(Self { raw, encoding, delimiter, field, text, url, id })
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The URL or host, if there is a column with it.
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// The id of the row, if it has one.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The row with `text` in place of its text; the unchanged row if both are equal.
    pub fn with_text(&self, text: &str) -> Cow<'r, [u8]> {
        if text == self.text {
            return Cow::Borrowed(self.raw);
        }
        let old = &self.raw[self.field.clone()];
        let text: Cow<'_, [u8]> = match self.encoding {
            Some(encoding) => encoding.encode(text).0,
            None => text.as_bytes().into(),
        };
        let has = |byte| memchr::memchr(byte, &text).is_some();
        let quoted = old.starts_with(b"\"")
            || text.starts_with(b"\"")
            || [self.delimiter, b'\n', b'\r'].into_iter().any(has)
            // A field without quotes may keep the quotes that are already in it, but must not get new ones.
            || has(b'"') && !old.contains(&b'"')
            // An empty line would not be read as a row.
            || text.is_empty() && self.raw.trim_ascii_end().len() == old.len();
        let mut out = Vec::with_capacity(self.raw.len());
        out.extend_from_slice(&self.raw[..self.field.start]);
        if quoted {
            out.push(b'"');
            let mut rest = &*text;
            while let Some(at) = memchr::memchr(b'"', rest) {
                out.extend_from_slice(&rest[..=at]);
                out.push(b'"');
                rest = &rest[at + 1..];
            }
            out.extend_from_slice(rest);
            out.push(b'"');
        } else {
            out.extend_from_slice(&text);
        }
        out.extend_from_slice(&self.raw[self.field.end..]);
        Cow::Owned(out)
    }
}

/// The bytes of a field without its quotes.
fn value(field: &[u8]) -> Cow<'_, [u8]> {
    let Some(inside) = field.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")) else {
        return Cow::Borrowed(field);
    };
    if memchr::memchr(b'"', inside).is_none() {
        return Cow::Borrowed(inside);
    }
    let mut out = Vec::with_capacity(inside.len());
    let mut rest = inside;
    while let Some(at) = memchr::memchr(b'"', rest) {
        out.extend_from_slice(&rest[..=at]);
        rest = rest.get(at + 2..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
    Cow::Owned(out)
}

/// The byte range of each field, computed from the ends of the fields. The line end belongs to none.
fn ranges(row: &[u8], ends: &[usize]) -> impl Iterator<Item = Range<usize>> {
    let starts = std::iter::once(0).chain(ends.iter().map(|end| end + 1));
    starts.zip(ends).enumerate().map(|(i, (start, &end))| {
        let carriage_return = i + 1 == ends.len() && end > start && row[end - 1] == b'\r';
        start..end - usize::from(carriage_return)
    })
}

/// Reads a row piece by piece and finds its fields.
#[derive(Debug)]
struct RowScan {
    delimiter: u8,
    state: CsvState,
    /// How many bytes of the row were read by earlier calls.
    fed: usize,
    /// How many fields have ended.
    fields: usize,
    /// Where the last opening quote stands, in bytes of the row.
    opened: usize,
    /// Where the first character stands that follows a closing quote but is no delimiter.
    stray: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CsvState {
    /// At the first byte of a field.
    Start,
    /// In a field without quotes, or after a character that must not follow a closing quote.
    Plain,
    /// Between quotes.
    Quoted,
    /// After a quote that closes the field, unless another quote follows.
    Closed,
}

impl RowScan {
    fn new(delimiter: u8) -> Self {
        Self { delimiter, state: CsvState::Start, fed: 0, fields: 0, opened: 0, stray: None }
    }

    fn is_open(&self) -> bool {
        self.state == CsvState::Quoted
    }

    /// Reads the next bytes of the row and calls `field` with the place where each field ends. At the end of the row
    /// it returns how many of these bytes belong to it, line end included.
    fn feed(&mut self, bytes: &[u8], mut field: impl FnMut(usize)) -> Option<usize> {
        let mut at = 0;
        while at < bytes.len() {
            match self.state {
                CsvState::Start if bytes[at] == b'"' => {
                    self.opened = self.fed + at;
                    self.state = CsvState::Quoted;
                    at += 1;
                }
                CsvState::Start => self.state = CsvState::Plain,
                CsvState::Quoted => {
                    let Some(quote) = memchr::memchr(b'"', &bytes[at..]) else { break };
                    at += quote + 1;
                    self.state = CsvState::Closed;
                }
                CsvState::Closed if bytes[at] == b'"' => {
                    self.state = CsvState::Quoted;
                    at += 1;
                }
                CsvState::Closed => {
                    let behind = bytes[at];
                    if behind != self.delimiter && !matches!(behind, b'\r' | b'\n') {
                        self.stray.get_or_insert(self.fed + at);
                    }
                    self.state = CsvState::Plain;
                }
                CsvState::Plain => {
                    let Some(end) = memchr::memchr2(self.delimiter, b'\n', &bytes[at..]) else { break };
                    at += end;
                    self.fields += 1;
                    field(self.fed + at);
                    self.state = CsvState::Start;
                    at += 1;
                    if bytes[at - 1] == b'\n' {
                        return Some(at);
                    }
                }
            }
        }
        self.fed += bytes.len();
        None
    }

    /// Ends a row without a line end.
    fn finish(&mut self, mut field: impl FnMut(usize)) {
        self.fields += 1;
        field(self.fed);
    }
}
