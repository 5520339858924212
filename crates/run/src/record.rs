//! [`Row`]: the record of removals, a flat table that DuckDB, jq and Spark can read.
//!
//! A row is one span that was removed or repaired, or (`kind` = `file`) the end of a file with the checksum of the
//! whole file. Rows are in the order of the inputs, of their records and of their texts, so a reader needs only the
//! rows of one document at a time. From the rows and the output, the input can be restored byte for byte
//! ([`restore`](super::restore)).
//!
//! Sometimes the original bytes of a record do not follow from its text (mixed escapes in JSON, an encoding with two
//! ways to write a character). The last row of the document then has the original record in base64 ([`Row::raw`]).
//! The code that writes rows tests this first.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufRead, Read};
use std::path::{Path, PathBuf};

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::change::{Change, Why, changes};
use dehusk_engine::{Cause, Engine, Outcome, Repaired};
use dehusk_io::packed::{self, Packing, Unpacked};
use dehusk_io::parquet::{Cell, Holds, ListColumn, Lists, TableReader};
use dehusk_io::{Format, FormatError};

/// One row. Fields without a value are left out of the JSON. Numbers count from 0 unless stated otherwise; ends are
/// exclusive.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Row<'a> {
    /// What the row is about.
    pub kind: Kind,
    /// The file: its path below the folder that was given, or its own name.
    pub file: Cow<'a, str>,
    /// Its format: `text`, `jsonl`, `warc`, `csv`, `tsv`, `parquet`.
    pub format: Cow<'a, str>,
    /// The format of the output, if it is not `format`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Cow<'a, str>>,
    /// The field with the text, if it is not `text`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_field: Option<Cow<'a, str>>,
    /// The encoding of a text, if it is not UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Cow<'a, str>>,
    /// Whether the text began with a byte order mark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bom: Option<bool>,
    /// Whether the output was written in `encoding` too (a file that was rewritten in its place).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_place: Option<bool>,
    /// The number of the record in its file, from 1: for lines that hold a record each, the line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<u64>,
    /// Where the record begins in the unpacked file, in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// The id of the record, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Cow<'a, str>>,
    /// The host that it came from, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<Cow<'a, str>>,
    /// The rule or repair, by its full name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<Cow<'a, str>>,
    /// The category of the rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Cow<'a, str>>,
    /// The text in the rule that matched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phrase: Option<Cow<'a, str>>,
    /// Where the span begins in the original text, in bytes of UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes_start: Option<u64>,
    /// Where it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes_end: Option<u64>,
    /// Where it begins, in characters (code points).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chars_start: Option<u64>,
    /// Where it ends, in characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chars_end: Option<u64>,
    /// The text of the span.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Cow<'a, str>>,
    /// The text that a repair put in its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead: Option<Cow<'a, str>>,
    /// The checksum of the original text in UTF-8; in a row `file`, of the whole unpacked file. xxh3, 128 bits, 32
    /// hexadecimal digits. For Parquet, of all texts (each after its length in bytes).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checksum: Option<Cow<'a, str>>,
    /// The original record in base64, if it does not follow from the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<String>,
    /// In a row `file`: the number of its documents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub documents: Option<u64>,
    /// In a row `file`: its length when unpacked, in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// True if only a part of the file was read: in a row `file`, its beginning (`--limit`); in other rows, a sample.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partial: Option<bool>,
    /// The checksum of the rules and their texts: 32 hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<Cow<'a, str>>,
}

/// What a [`Row`] is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A rule removed the span.
    Rule,
    /// Blank lines beside a removal.
    Seam,
    /// The body finder removed a line.
    Finder,
    /// A repair changed the span.
    Repair,
    /// A whole file; the last of its rows.
    #[default]
    File,
}

impl Kind {
    /// Its name in rows.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rule => "rule",
            Self::Seam => "seam",
            Self::Finder => "finder",
            Self::Repair => "repair",
            Self::File => "file",
        }
    }
}

/// A document, and the decision about it.
#[derive(Clone, Copy, Debug)]
pub struct Decided<'a> {
    /// The original text.
    pub original: &'a str,
    /// The repaired text, if there were repairs.
    pub repaired: Option<&'a Repaired>,
    /// The decision of the engine.
    pub outcome: &'a Outcome,
    /// The engine that decided it. Its rules are asked only for names.
    pub engine: &'a Engine,
}

impl<'a> Decided<'a> {
    /// The changes, in the order of the text.
    pub fn changes(&self) -> Vec<Change<'a>> {
        changes(self.repaired, self.outcome)
    }

    /// A line of JSON for each of `changes`, with the fields of `place` added. `raw` goes into the last row.
    pub fn rows(&self, changes: &[Change<'_>], place: &Row<'_>, raw: Option<&[u8]>) -> String {
        let mut lines = String::new();
        if changes.is_empty() {
            return lines;
        }
        let place = Row { checksum: Some(checksum(self.original.as_bytes()).into()), ..place.clone() };
        let mut left = changes.len();
        self.each(changes, &place, |mut row| {
            left -= 1;
            row.raw = raw.filter(|_| left == 0).map(Row::raw_of);
            lines.push_str(&row.line());
        });
        lines
    }

    /// Adds the next row to a [column](Row::column) of removals.
    ///
    /// # Errors
    /// When `lists` is not such a column.
    pub fn list(&self, changes: &[Change<'_>], lists: &mut Lists) -> io::Result<()> {
        lists.row(true);
        let mut done = Ok(());
        let fields = lists.fields().min(Row::ITEMS.len());
        self.each(changes, &Row::default(), |row| {
            if done.is_ok() {
                done = lists.item(&row.items()[..fields]);
            }
        });
        done
    }

    /// Calls `take` with a row for each of `changes`, with the fields of `place` added.
    fn each(&self, changes: &[Change<'_>], place: &Row<'_>, mut take: impl FnMut(Row<'_>)) {
        let (mut at, mut chars) = (0, 0);
        let mut chars_to = |to: usize| {
            chars += self.original[at..to].chars().count() as u64;
            at = to;
            chars
        };
        for one in changes {
            let (start, end) = (one.span.start, one.span.end);
            let mut row = Row {
                bytes_start: Some(start as u64),
                bytes_end: Some(end as u64),
                chars_start: Some(chars_to(start)),
                chars_end: Some(chars_to(end)),
                text: Some(self.original[start..end].into()),
                ..place.clone()
            };
            match one.why {
                Why::Repaired(repair) => {
                    row.kind = Kind::Repair;
                    row.rule = Some(self.engine.rules().repairs[repair].full_name().into());
                    row.instead = Some(Cow::Borrowed(&one.instead));
                }
                Why::Removed(Cause::Rule { rule, evidence, .. }) => {
                    row.kind = Kind::Rule;
                    let rules = self.engine.rules();
                    row.phrase = evidence.and_then(|e| e.phrase(rules, rule)).map(|p| (*p.text).into());
                    let rule = rules.rule(rule);
                    row.rule = Some(rule.full_name().into());
                    row.category = Some(rule.category.name().into());
                }
                Why::Removed(Cause::Finder { .. }) => row.kind = Kind::Finder,
                Why::Removed(Cause::Seam) => row.kind = Kind::Seam,
            }
            take(row);
        }
    }
}

impl Row<'_> {
    /// Every field with its name; true if it holds a number (0 and 1 for no and yes). For a
    /// [`TableWriter`](dehusk_io::parquet::TableWriter).
    pub const COLUMNS: [(&'static str, bool); 27] = [
        ("kind", false),
        ("file", false),
        ("format", false),
        ("to", false),
        ("text_field", false),
        ("encoding", false),
        ("bom", true),
        ("in_place", true),
        ("record", true),
        ("offset", true),
        ("id", false),
        ("host", false),
        ("rule", false),
        ("category", false),
        ("phrase", false),
        ("bytes_start", true),
        ("bytes_end", true),
        ("chars_start", true),
        ("chars_end", true),
        ("text", false),
        ("instead", false),
        ("checksum", false),
        ("raw", false),
        ("documents", true),
        ("bytes", true),
        ("partial", true),
        ("rules", false),
    ];

    /// The values of these columns.
    pub fn cells(&self) -> [Cell<'_>; 27] {
        [
            Cell::Text(self.kind.name()),
            Cell::Text(&self.file),
            Cell::Text(&self.format),
            text(self.to.as_deref()),
            text(self.text_field.as_deref()),
            text(self.encoding.as_deref()),
            count(self.bom.map(u64::from)),
            count(self.in_place.map(u64::from)),
            count(self.record),
            count(self.offset),
            text(self.id.as_deref()),
            text(self.host.as_deref()),
            text(self.rule.as_deref()),
            text(self.category.as_deref()),
            text(self.phrase.as_deref()),
            count(self.bytes_start),
            count(self.bytes_end),
            count(self.chars_start),
            count(self.chars_end),
            text(self.text.as_deref()),
            text(self.instead.as_deref()),
            text(self.checksum.as_deref()),
            text(self.raw.as_deref()),
            count(self.documents),
            count(self.bytes),
            count(self.partial.map(u64::from)),
            text(self.rules.as_deref()),
        ]
    }

    /// The fields of a removal in a column of a Parquet file, named as in the Python package. `instead` is last,
    /// since only repairs need it.
    const ITEMS: [(&'static str, Holds); 10] = [
        ("start", Holds::Count),
        ("end", Holds::Count),
        ("byte_start", Holds::Count),
        ("byte_end", Holds::Count),
        ("text", Holds::Text),
        ("kind", Holds::Name),
        ("rule", Holds::Name),
        ("category", Holds::Name),
        ("phrase", Holds::Text),
        ("instead", Holds::Text),
    ];

    /// The column with the removals of each text: their places in characters and in bytes of UTF-8, and the reasons.
    /// With `repairs`, also the new texts.
    pub fn column(name: &str, repairs: bool) -> ListColumn {
        let fields = if repairs { &Row::ITEMS[..] } else { &Row::ITEMS[..9] };
        ListColumn { name: name.to_owned(), fields: fields.to_vec() }
    }

    fn items(&self) -> [Cell<'_>; 10] {
        [
            count(self.chars_start),
            count(self.chars_end),
            count(self.bytes_start),
            count(self.bytes_end),
            text(self.text.as_deref()),
            Cell::Text(self.kind.name()),
            text(self.rule.as_deref()),
            text(self.category.as_deref()),
            text(self.phrase.as_deref()),
            text(self.instead.as_deref()),
        ]
    }

    /// Makes a row from the cells of these columns.
    ///
    /// # Errors
    /// When they are not the cells of a row (`InvalidData`).
    fn of_cells(cells: &[Cell<'_>]) -> io::Result<Row<'static>> {
        let flags = ["bom", "in_place", "partial"];
        let field = |(&(name, _), cell): (&(&str, bool), &Cell<'_>)| {
            let value = match *cell {
                Cell::Null => return None,
                Cell::Text(text) => Value::from(text),
                Cell::Count(count) if flags.contains(&name) => Value::from(count > 0),
                Cell::Count(count) => Value::from(count),
            };
            Some((name.to_owned(), value))
        };
        let fields = Self::COLUMNS.iter().zip(cells).filter_map(field).collect();
        serde_json::from_value(Value::Object(fields)).map_err(io::Error::from)
    }

    /// The row as a line of JSON.
    pub fn line(&self) -> String {
        let mut line = serde_json::to_string(self).expect("strings and numbers are always JSON");
        line.push('\n');
        line
    }

    /// Encodes the original record for [`Row::raw`].
    pub fn raw_of(bytes: &[u8]) -> String {
        BASE64.encode(bytes)
    }

    /// The original record in [`Row::raw`], decoded.
    pub fn raw_bytes(&self) -> Option<Vec<u8>> {
        BASE64.decode(self.raw.as_deref()?.as_bytes()).ok()
    }
}

fn text(text: Option<&str>) -> Cell<'_> {
    text.map_or(Cell::Null, Cell::Text)
}

fn count<'a>(count: Option<u64>) -> Cell<'a> {
    count.map_or(Cell::Null, Cell::Count)
}

/// The checksum of bytes: xxh3, 128 bits, as hexadecimal digits.
pub fn checksum(bytes: &[u8]) -> String {
    digits(twox_hash::XxHash3_128::oneshot(bytes))
}

/// A checksum of bytes that arrive in several parts.
#[derive(Clone)]
pub struct Checksum {
    hash: twox_hash::XxHash3_128,
    bytes: u64,
}

impl Default for Checksum {
    fn default() -> Self {
        Self { hash: twox_hash::XxHash3_128::new(), bytes: 0 }
    }
}

impl Checksum {
    /// Adds bytes.
    pub fn add(&mut self, bytes: &[u8]) {
        self.hash.write(bytes);
        self.bytes += bytes.len() as u64;
    }

    /// The checksum of a file.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn of_file(path: &Path) -> io::Result<Self> {
        let mut sum = Self::default();
        let mut reader = io::BufReader::with_capacity(1 << 20, File::open(path)?);
        loop {
            let bytes = reader.fill_buf()?;
            if bytes.is_empty() {
                return Ok(sum);
            }
            sum.add(bytes);
            let read = bytes.len();
            reader.consume(read);
        }
    }

    /// The number of bytes.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The same digits as [`checksum`] of all bytes.
    pub fn digits(&self) -> String {
        digits(self.hash.finish_128())
    }
}

impl std::fmt::Debug for Checksum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Checksum").field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

fn digits(hash: u128) -> String {
    format!("{hash:032x}")
}

/// Reads rows one by one.
#[derive(Debug)]
pub struct Rows<R> {
    source: RowSource<R>,
    number: usize,
    ahead: Option<Row<'static>>,
}

#[derive(Debug)]
enum RowSource<R> {
    Lines(R, Vec<u8>),
    Table(Box<TableReader>),
}

impl Rows<Unpacked> {
    /// Reads a file: Parquet if its name says so, otherwise lines, unpacked according to the name. Of a folder, reads
    /// the parts of a record of a stopped run, which were not joined yet.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(path: &Path) -> io::Result<Self> {
        if path.is_dir() {
            return Ok(Self::new(packed::open(PartsReader::new(path)?, Packing::None)));
        }
        let (format, packing) = Format::of_name(&path.to_string_lossy());
        if format == Format::Parquet {
            let table = TableReader::open(path, &Row::COLUMNS.map(|(name, _)| name))?;
            return Ok(Self { source: RowSource::Table(Box::new(table)), number: 0, ahead: None });
        }
        Ok(Self::new(packed::open(File::open(path)?, packing)))
    }
}

/// Reads the complete lines of several files. An incomplete last line was being written when the run was stopped, and
/// is left out.
struct PartsReader {
    files: std::vec::IntoIter<PathBuf>,
    part: Option<Unpacked>,
    line: Vec<u8>,
    given: usize,
}

impl PartsReader {
    fn new(folder: &Path) -> io::Result<Self> {
        let mut files = std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
        files.sort();
        Ok(Self { files: files.into_iter(), part: None, line: Vec::new(), given: 0 })
    }
}

impl Read for PartsReader {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while self.given == self.line.len() {
            self.given = 0;
            self.line.clear();
            let Some(part) = &mut self.part else {
                let Some(path) = self.files.next() else { return Ok(0) };
                let mut start = Vec::new();
                File::open(&path)?.take(6).read_to_end(&mut start)?;
                self.part = Some(packed::open(File::open(&path)?, Packing::of_bytes(&start)));
                continue;
            };
            let is_torn = |error: &io::Error| matches!(FormatError::of(error), Some(FormatError::Truncated { .. }));
            match part.read_until(b'\n', &mut self.line) {
                Err(error) if !is_torn(&error) => return Err(error),
                Ok(_) if self.line.ends_with(b"\n") => {}
                _ => {
                    self.line.clear();
                    self.part = None;
                }
            }
        }
        let count = buf.len().min(self.line.len() - self.given);
        buf[..count].copy_from_slice(&self.line[self.given..self.given + count]);
        self.given += count;
        Ok(count)
    }
}

impl<R: BufRead> Rows<R> {
    /// Reads rows from unpacked lines.
    pub fn new(reader: R) -> Self {
        Self { source: RowSource::Lines(reader, Vec::new()), number: 0, ahead: None }
    }

    /// The number of the last line or row that was read, from 1.
    pub fn line(&self) -> usize {
        self.number
    }

    /// The next row, without moving on.
    ///
    /// # Errors
    /// When the record cannot be read, or a line of it is not a row (`InvalidData`).
    pub fn peek(&mut self) -> io::Result<Option<&Row<'static>>> {
        while self.ahead.is_none() {
            self.ahead = match &mut self.source {
                RowSource::Table(table) => {
                    let Some(cells) = table.next_row()? else { return Ok(None) };
                    self.number += 1;
                    Some(Row::of_cells(&cells)?)
                }
                RowSource::Lines(reader, line) => {
                    line.clear();
                    if reader.read_until(b'\n', line)? == 0 {
                        return Ok(None);
                    }
                    self.number += 1;
                    if line.trim_ascii().is_empty() {
                        continue;
                    }
                    Some(serde_json::from_slice(line).map_err(io::Error::from)?)
                }
            };
        }
        Ok(self.ahead.as_ref())
    }

    /// The next row.
    ///
    /// # Errors
    /// As [`Rows::peek`].
    pub fn next_row(&mut self) -> io::Result<Option<Row<'static>>> {
        self.peek()?;
        Ok(self.ahead.take())
    }
}

#[cfg(test)]
mod tests;
