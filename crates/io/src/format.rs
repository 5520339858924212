//! [`Format`]: the format of a file, and one way to read all formats that are streams of records.
//!
//! A [`Cutter`] returns records as bytes; a [`Parser`] finds the text in one of them. Threads share a parser, but not
//! a cutter.

use std::borrow::Cow;
use std::io::{self, BufRead};

use super::batch::{Batch, Batches, Raw};
use super::csv::{CsvBatches, CsvColumns, CsvRecord, CsvTable};
use super::error::FormatError;
use super::jsonl::{Fields, Record, RecordError, left_of};
use super::limits::{ReadLimits, RecordPiece};
use super::packing::Packing;
use super::warc::{NoPage, WarcBatches, WarcRecord};
use dehusk_text::{Document, Error, Span};

/// How the documents of a file are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// One document per file.
    Text,
    /// One JSON object per line.
    Jsonl,
    /// WARC, and WET, which is WARC with texts instead of pages.
    Warc,
    /// One document per row; commas or semicolons between fields.
    Csv,
    /// One document per row; tabs between fields.
    Tsv,
    /// One document per row, stored by columns. It is not a stream, because its end must be read first.
    Parquet,
}

impl Format {
    /// Every format with its name in options.
    pub const ALL: [(Format, &'static str); 6] = [
        (Format::Text, "text"),
        (Format::Jsonl, "jsonl"),
        (Format::Warc, "warc"),
        (Format::Csv, "csv"),
        (Format::Tsv, "tsv"),
        (Format::Parquet, "parquet"),
    ];

    /// The format and the packing by the name of a file; an unknown name is a text.
    pub fn of_name(name: &str) -> (Self, Packing) {
        let (packing, stem) = Packing::of_name(name);
        let ending = stem.rsplit_once('.').map_or(String::new(), |(_, ending)| ending.to_ascii_lowercase());
        let format = match ending.as_str() {
            "jsonl" | "ndjson" | "json" => Self::Jsonl,
            "warc" | "wet" => Self::Warc,
            "csv" => Self::Csv,
            "tsv" | "tab" => Self::Tsv,
            "parquet" | "pq" => Self::Parquet,
            _ => Self::Text,
        };
        (format, packing)
    }

    /// Its name in options and records.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(format, _)| *format == self).map_or("", |(_, name)| name)
    }

    /// The format of that name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(format, _)| *format)
    }

    /// The usual file name ending, without dot.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Text => "txt",
            other => other.name(),
        }
    }

    /// Whether a file is a stream of records that [`Cutter`] cuts.
    pub fn is_stream(self) -> bool {
        !matches!(self, Self::Text | Self::Parquet)
    }

    /// Whether a file may hold more than one document.
    pub fn has_records(self) -> bool {
        self != Self::Text
    }
}

/// Cuts a stream into records.
#[derive(Debug)]
pub enum Cutter<R> {
    /// Lines.
    Lines(Batches<R>),
    /// WARC records.
    Warc(WarcBatches<R>),
    /// Rows. True until the header was returned, which comes first.
    Rows(CsvBatches<R>, bool),
}

impl<R: BufRead> Cutter<R> {
    /// A cutter for this format, and the parser of what it cuts.
    ///
    /// # Errors
    /// When the format has no stream of records, or the reader fails.
    pub fn new(format: Format, reader: R, fields: &Fields) -> io::Result<(Self, Parser)> {
        Self::of(format, reader, fields, CsvTable::default())
    }

    /// The same, with what is known about tables. The format decides on the delimiter.
    ///
    /// # Errors
    /// When the format has no stream of records, or the reader fails.
    pub fn of(format: Format, reader: R, fields: &Fields, table: CsvTable) -> io::Result<(Self, Parser)> {
        let (cutter, kind) = match format {
            Format::Csv | Format::Tsv => {
                let delimiter = (format == Format::Tsv).then_some(b'\t');
                let batches = CsvBatches::of(reader, CsvTable { delimiter, ..table })?;
                // An empty file is no mistake, although it does not have the column: there is no row without it.
                if batches.is_empty() {
                    return Ok((Self::Rows(batches, false), Parser::new(fields, FormatKind::Jsonl)));
                }
                let columns = batches.columns(fields)?;
                (Self::Rows(batches, true), FormatKind::Rows(columns))
            }
            Format::Warc => (Self::Warc(WarcBatches::new(reader)), FormatKind::Warc),
            Format::Jsonl => (Self::Lines(Batches::new(reader)), FormatKind::Jsonl),
            Format::Text | Format::Parquet => return Err(io::ErrorKind::Unsupported.into()),
        };
        Ok((cutter, Parser::new(fields, kind)))
    }

    /// Sets the limit in bytes for a record. Longer records come in pieces.
    #[must_use]
    pub fn with_limit(self, limit: usize) -> Self {
        match self {
            Self::Lines(batches) => Self::Lines(batches.with_limit(limit)),
            Self::Warc(batches) => Self::Warc(batches.with_limit(limit)),
            Self::Rows(batches, header) => Self::Rows(batches.with_limit(limit), header),
        }
    }

    /// The next records, until they have `size` bytes or more; `None` at the end.
    ///
    /// # Errors
    /// When the reader fails.
    pub fn next_batch(&mut self, size: usize) -> io::Result<Option<Batch>> {
        match self {
            Self::Lines(batches) => batches.next_batch(size),
            Self::Warc(batches) => batches.next_batch(size),
            Self::Rows(batches, header) if *header && !batches.header().is_empty() => {
                *header = false;
                let header = batches.header().to_vec();
                let end = header.len();
                let number = usize::from(!batches.has_no_header());
                Ok(Some(Batch::new(number, 0, header, vec![end])))
            }
            Self::Rows(batches, _) => batches.next_batch(size),
        }
    }
}

/// Finds texts in records.
#[derive(Clone, Debug)]
pub struct Parser {
    fields: Fields,
    kind: FormatKind,
    /// How many bytes a page inside a record may have when it is unpacked.
    limit: usize,
}

#[derive(Clone, Debug)]
enum FormatKind {
    Jsonl,
    Warc,
    Rows(CsvColumns),
}

/// A record whose text was found.
#[derive(Debug)]
pub enum Entry<'r> {
    /// A line of JSON.
    Jsonl(Record<'r>),
    /// A WARC record of type `conversion`.
    Warc(WarcRecord<'r>),
    /// A row.
    Row(CsvRecord<'r>),
}

/// Why the text of a record cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryError {
    /// For a line of JSON.
    Jsonl(RecordError),
    /// For any other format.
    Format(FormatError),
}

impl Parser {
    fn new(fields: &Fields, kind: FormatKind) -> Self {
        Self { fields: fields.clone(), kind, limit: ReadLimits::default().record }
    }

    /// Sets the limit in bytes for unpacked pages inside records.
    #[must_use]
    pub fn with_limit(self, limit: usize) -> Self {
        Self { limit, ..self }
    }

    /// Finds the text. `None` if the record is not a document: a blank line, a header, a request.
    ///
    /// # Errors
    /// When the text of a document cannot be read. The caller then passes the record through.
    pub fn parse<'r>(&self, raw: Raw<'r>) -> Result<Option<Entry<'r>>, EntryError> {
        let (bytes, format) = (raw.bytes, EntryError::Format);
        match (raw.piece, &self.kind) {
            (RecordPiece::Whole, _) => {}
            (RecordPiece::Start(_), FormatKind::Warc) if !super::warc::holds_text(bytes) => return Ok(None),
            (RecordPiece::Start(limit), _) => return Err(format(FormatError::TooLong { limit })),
            (RecordPiece::More, _) => return Ok(None),
        }
        match &self.kind {
            FormatKind::Jsonl if bytes.trim_ascii().is_empty() => Ok(None),
            FormatKind::Jsonl => {
                Record::parse(bytes, &self.fields).map(|r| Some(Entry::Jsonl(r))).map_err(EntryError::Jsonl)
            }
            FormatKind::Warc => WarcRecord::parse(bytes, self.limit).map(|r| r.map(Entry::Warc)).map_err(format),
            // The header, and blank lines between rows.
            FormatKind::Rows(columns) if columns.is_header(raw.number) || bytes.trim_ascii().is_empty() => Ok(None),
            FormatKind::Rows(columns) => CsvRecord::parse(bytes, columns).map(|r| Some(Entry::Row(r))).map_err(format),
        }
    }

    /// Why a record that is not a document is no page, if it is the answer of a server.
    pub fn no_page(&self, raw: Raw<'_>) -> Option<NoPage> {
        let is_whole = matches!(self.kind, FormatKind::Warc) && raw.piece == RecordPiece::Whole;
        is_whole.then(|| WarcRecord::no_page(raw.bytes)).flatten()
    }

    /// The value of a row of a table in the column of this name; `None` in other formats.
    pub fn value<'r>(&self, raw: Raw<'r>, name: &str) -> Option<Cow<'r, str>> {
        match &self.kind {
            FormatKind::Rows(columns) => columns.value(raw.bytes, name),
            FormatKind::Jsonl | FormatKind::Warc => None,
        }
    }
}

impl<'r> Entry<'r> {
    /// The text.
    pub fn text(&self) -> &str {
        match self {
            Self::Jsonl(record) => record.text(),
            Self::Warc(record) => record.text(),
            Self::Row(record) => record.text(),
        }
    }

    /// The text as a document.
    ///
    /// # Errors
    /// When it is too long.
    pub fn document(&self) -> Result<Document<'_>, Error> {
        match self {
            Self::Jsonl(record) => record.document(),
            other => Document::new(other.text()),
        }
    }

    /// Whether the text is the HTML of a page, whatever the user said about texts.
    pub fn is_html(&self) -> bool {
        matches!(self, Self::Warc(record) if record.is_html())
    }

    /// The URL or host, if the record has one.
    pub fn url(&self) -> Option<&str> {
        match self {
            Self::Jsonl(record) => record.url(),
            Self::Warc(record) => record.url(),
            Self::Row(record) => record.url(),
        }
    }

    /// The id of the record, if it has one.
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Jsonl(record) => record.id(),
            Self::Warc(record) => record.id(),
            Self::Row(record) => record.id(),
        }
    }

    /// The record with `text` in place of its text; the unchanged record if both are equal.
    pub fn with_text(&self, text: &str) -> Cow<'r, [u8]> {
        match self {
            Self::Jsonl(record) => match record.with_text(text) {
                Cow::Borrowed(line) => Cow::Borrowed(line.as_bytes()),
                Cow::Owned(line) => Cow::Owned(line.into_bytes()),
            },
            Self::Warc(record) => record.with_text(text),
            Self::Row(record) => record.with_text(text),
        }
    }

    /// Appends the record without these spans of its text (in order, not overlapping). The result is that of
    /// [`Entry::with_text`] with the remaining text.
    pub fn write_without(&self, removed: impl Iterator<Item = Span> + Clone, out: &mut Vec<u8>) {
        match self {
            Self::Jsonl(record) => record.write_without(removed, out),
            other => out.extend_from_slice(&other.with_text(&left_of(other.text(), removed))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_format_and_packing() {
        for (name, expected) in [
            ("a.jsonl", (Format::Jsonl, Packing::None)),
            ("a.NDJSON.gz", (Format::Jsonl, Packing::Gzip)),
            ("CC-MAIN.warc.wet.gz", (Format::Warc, Packing::Gzip)),
            ("a.txt.zst", (Format::Text, Packing::Zstd)),
            ("jsonl", (Format::Text, Packing::None)),
        ] {
            assert_eq!(Format::of_name(name), expected, "{name}");
        }
        for (format, name) in Format::ALL {
            assert_eq!((Format::of(name), format.name()), (Some(format), name));
        }
    }
}
