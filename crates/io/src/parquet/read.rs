//! [`ParquetBatches`]: reads the texts of a Parquet file, some rows at a time.

use std::collections::VecDeque;
use std::fmt;
use std::fs::File;
use std::io;
use std::sync::Arc;

use ::parquet::column::reader::{ColumnReader, get_column_reader};
use ::parquet::data_type::ByteArray;
use ::parquet::errors::Result;
use ::parquet::file::metadata::ParquetMetaData;

use super::lists::Lists;
use super::pages::{BoundedPages, shares};
use super::{Columns, guarded};
use crate::error::FormatError;
use crate::limits::ReadLimits;

/// Most rows that are read in one step. How long their texts are is known only afterwards.
const STEP: usize = 256;
/// The longest page of a text is as many times the longest record: writers look at the size of a page only now and then.
const PAGE: usize = 8;
/// What a row takes beside its text, in bytes. Otherwise a batch of rows without a text would be the whole group.
const ROW: usize = 8;

/// Reads the rows of a file, some megabytes at a time.
pub struct ParquetBatches {
    metadata: Arc<ParquetMetaData>,
    columns: Columns,
    file: Arc<File>,
    /// The next row group to be opened.
    next_group: usize,
    open: Option<ReadGroup>,
    /// Number of the next row, from 1.
    next: u64,
    /// An error that came after whole rows, which are returned first.
    error: Option<io::Error>,
    ended: bool,
    limits: ReadLimits,
    /// How many bytes the rows may have, and had so far.
    most: u64,
    given: u64,
}

/// A row group that is being read.
struct ReadGroup {
    index: usize,
    left: usize,
    /// Rows that were read and are not in a batch yet. Their texts are parts of a page or of a dictionary, which they
    /// keep in memory.
    waiting: VecDeque<ParquetRow>,
    /// Most rows of a step.
    step: usize,
    text: GroupColumn,
    url: Vec<GroupColumn>,
    id: Option<GroupColumn>,
    more: Vec<(usize, GroupColumn)>,
    /// The average length of the texts of the last step, in bytes.
    average: usize,
}

/// Some consecutive rows of one row group.
#[derive(Debug)]
pub struct ParquetBatch {
    pub(super) group: usize,
    first: u64,
    rows: Vec<ParquetRow>,
    pub(super) lists: Option<Lists>,
}

/// A row: its text, its id and URL, and the new text.
#[derive(Debug)]
pub struct ParquetRow {
    text: Option<ByteArray>,
    /// The definition level of its value.
    pub(super) level: i16,
    url: Option<ByteArray>,
    id: Option<String>,
    /// The values of further columns, without nulls, each with the number of the column.
    more: Vec<(usize, String)>,
    pub(super) left_out: bool,
}

impl ParquetBatch {
    /// Number of the first row in the file, from 1.
    pub fn first(&self) -> u64 {
        self.first
    }

    /// The rows.
    pub fn rows(&self) -> &[ParquetRow] {
        &self.rows
    }

    /// The rows, so that their texts can be changed.
    pub fn rows_mut(&mut self) -> &mut [ParquetRow] {
        &mut self.rows
    }

    /// Keeps only the first `rows`.
    pub fn truncate(&mut self, rows: usize) {
        self.rows.truncate(rows);
    }

    /// Sets the lists of a new column ([`ParquetFile::add_lists`](super::ParquetFile::add_lists)) for the rows that
    /// are not left out.
    pub fn set_lists(&mut self, lists: Lists) {
        self.lists = Some(lists);
    }
}

impl ParquetRow {
    /// The text; `None` where the column is null.
    ///
    /// # Errors
    /// When it is not UTF-8. Only binary columns and faulty writers have such values.
    pub fn text(&self) -> std::result::Result<Option<&str>, FormatError> {
        let Some(bytes) = &self.text else { return Ok(None) };
        simdutf8::compat::from_utf8(bytes_of(bytes)).map(Some).map_err(|e| FormatError::NotUtf8 { at: e.valid_up_to() })
    }

    /// The URL or host, if a column has it.
    pub fn url(&self) -> Option<&str> {
        str::from_utf8(bytes_of(self.url.as_ref()?)).ok()
    }

    /// The id of the row, if it has one; a number in decimal digits.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The value of the further column of this number ([`ParquetFile::with_more`](super::ParquetFile::with_more));
    /// numbers in decimal digits.
    pub fn more(&self, number: usize) -> Option<&str> {
        self.more.iter().find(|(found, _)| *found == number).map(|(_, value)| value.as_str())
    }

    /// Sets another text. A null stays null.
    pub fn set_text(&mut self, text: String) {
        if self.text.is_some() {
            self.text = Some(text.into_bytes().into());
        }
    }

    /// Leaves the row out of what is written ([`ParquetRewriter::some_rows`](super::ParquetRewriter::some_rows)).
    pub fn leave_out(&mut self) {
        self.left_out = true;
    }

    pub(super) fn value(&self) -> Option<&ByteArray> {
        self.text.as_ref()
    }

    /// The row with bytes of its own.
    fn detached(mut self) -> Self {
        for value in [&mut self.text, &mut self.url].into_iter().flatten() {
            *value = bytes_of(value).to_vec().into();
        }
        self
    }
}

/// The bytes of a value; an empty value may have no buffer.
pub(super) fn bytes_of(value: &ByteArray) -> &[u8] {
    if value.is_empty() { &[] } else { value.data() }
}

impl ParquetBatches {
    /// `most` is how many bytes all rows may have.
    pub(super) fn new(
        metadata: Arc<ParquetMetaData>,
        columns: Columns,
        file: File,
        limits: ReadLimits,
        most: u64,
    ) -> Self {
        let (file, open, error) = (Arc::new(file), None, None);
        Self { metadata, columns, file, next_group: 0, open, next: 1, error, ended: false, limits, most, given: 0 }
    }

    /// The next rows, until their texts have `size` bytes or more or the row group ends; `None` at the end of the
    /// file.
    ///
    /// # Errors
    /// When the file cannot be read or is damaged. Rows before the failure are returned first.
    pub fn next_batch(&mut self, size: usize) -> io::Result<Option<ParquetBatch>> {
        while self.error.is_none() && !self.ended {
            match self.open.take() {
                Some(group) if group.left > 0 || !group.waiting.is_empty() => return self.read(group, size),
                _ if self.next_group < self.metadata.num_row_groups() => {
                    match guarded(|| self.group(self.next_group)) {
                        Ok(group) => self.open = Some(group),
                        Err(error) => self.error = Some(error),
                    }
                    self.next_group += 1;
                }
                _ => self.ended = true,
            }
        }
        self.ended = true;
        self.error.take().map_or(Ok(None), Err)
    }

    /// Reads the next rows of a row group that has some left.
    fn read(&mut self, mut group: ReadGroup, size: usize) -> io::Result<Option<ParquetBatch>> {
        let mut batch = ParquetBatch { group: group.index, first: self.next, rows: Vec::new(), lists: None };
        let mut bytes = 0;
        while bytes < size {
            if group.waiting.is_empty() {
                let step = ((size - bytes) / group.average.max(1)).clamp(1, group.step).min(group.left);
                if step == 0 {
                    break;
                }
                if let Err(error) = guarded(|| group.step(step)) {
                    // After an error the state of the group is unknown, and so are the rows of this step.
                    self.error = Some(error);
                    break;
                }
                let read: usize = group.waiting.iter().filter_map(|row| row.value()).map(ByteArray::len).sum();
                group.average = read / step;
            }
            while bytes < size
                && let Some(row) = group.waiting.pop_front()
            {
                bytes += row.value().map_or(0, ByteArray::len) + ROW;
                batch.rows.push(row.detached());
            }
        }
        self.given += bytes as u64;
        if self.given > self.most && self.error.is_none() {
            self.error = Some(FormatError::TooManyRows { ratio: self.limits.ratio }.into());
        }
        if self.error.is_none() {
            self.open = Some(group);
        } else if batch.rows.is_empty() {
            return self.next_batch(size);
        }
        self.next += batch.rows.len() as u64;
        Ok(Some(batch))
    }

    fn group(&self, index: usize) -> Result<ReadGroup> {
        let metadata = self.metadata.row_group(index);
        let rows = usize::try_from(metadata.num_rows()).unwrap_or(0);
        let most = page_limit(self.limits);
        let leaf = |column: usize| GroupColumn::new(&self.metadata, &self.file, (index, column), most / PAGE);
        let mut read = self.columns.more.iter().map(|&(_, at)| at).chain(self.columns.url.iter().copied());
        let long = metadata.column(self.columns.text);
        let shared = shares(long) || read.any(|column| shares(metadata.column(column)));
        Ok(ReadGroup {
            index,
            left: rows,
            waiting: VecDeque::new(),
            // Where values share their beginnings, each can be as long as its page.
            step: if shared { 1 } else { STEP },
            text: GroupColumn::new(&self.metadata, &self.file, (index, self.columns.text), most)?,
            url: self.columns.url.iter().map(|&column| leaf(column)).collect::<Result<_>>()?,
            id: self.columns.id.map(leaf).transpose()?,
            more: self.columns.more.iter().map(|&(number, at)| Ok((number, leaf(at)?))).collect::<Result<_>>()?,
            // Not known yet: assume long texts, so that the first step is short.
            average: 64 << 10,
        })
    }
}

impl fmt::Debug for ParquetBatches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ParquetBatches").field("next", &self.next).finish_non_exhaustive()
    }
}

impl ReadGroup {
    /// Reads the next rows into those that wait. No others may be there.
    fn step(&mut self, rows: usize) -> Result<()> {
        let waiting = &mut self.waiting;
        for (text, level) in self.text.read(rows)? {
            let text = text.and_then(CellValue::bytes);
            waiting.push_back(ParquetRow { text, level, url: None, id: None, more: Vec::new(), left_out: false });
        }
        for leaf in &mut self.url {
            for (row, (url, _)) in waiting.iter_mut().zip(leaf.read(rows)?) {
                if row.url.is_none() {
                    row.url = url.and_then(CellValue::bytes).filter(|url| !bytes_of(url).trim_ascii().is_empty());
                }
            }
        }
        if let Some(leaf) = &mut self.id {
            for (row, (id, _)) in waiting.iter_mut().zip(leaf.read(rows)?) {
                row.id = id.and_then(CellValue::written);
            }
        }
        for (number, leaf) in &mut self.more {
            for (row, (value, _)) in waiting.iter_mut().zip(leaf.read(rows)?) {
                row.more.extend(value.and_then(CellValue::written).map(|value| (*number, value)));
            }
        }
        self.left -= rows;
        Ok(())
    }
}

/// One column of a row group.
pub(super) struct GroupColumn {
    reader: ColumnReader,
    /// The definition level of a value.
    top: i16,
}

/// The longest page of a text, in bytes.
pub(super) fn page_limit(limits: ReadLimits) -> usize {
    limits.record.max(ReadLimits::default().record).saturating_mul(PAGE)
}

/// A reader of a column of a row group, `place`, with pages of at most `limit` bytes.
pub(super) fn reader(
    metadata: &ParquetMetaData,
    file: &Arc<File>,
    place: (usize, usize),
    limit: usize,
) -> Result<ColumnReader> {
    let (group, column) = (metadata.row_group(place.0), place.1);
    let chunk = group.column(column);
    // Some writers write 0 for "none".
    let dictionary = chunk.dictionary_page_offset().filter(|&offset| offset > 0);
    let chunk = chunk.clone().into_builder().set_dictionary_page_offset(dictionary).build()?;
    let rows = usize::try_from(group.num_rows()).unwrap_or(0);
    let descr = metadata.file_metadata().schema_descr().column(column);
    let pages = BoundedPages::new(file.clone(), &chunk, &descr, rows, limit)?;
    Ok(get_column_reader(descr, Box::new(pages)))
}

pub(super) enum CellValue {
    Bytes(ByteArray),
    Number(i64),
}

impl CellValue {
    fn bytes(self) -> Option<ByteArray> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            Self::Number(_) => None,
        }
    }

    fn written(self) -> Option<String> {
        match self {
            Self::Bytes(bytes) => str::from_utf8(bytes_of(&bytes)).ok().map(str::to_owned),
            Self::Number(number) => Some(number.to_string()),
        }
    }
}

impl GroupColumn {
    /// The column of a row group, with pages of at most `limit` bytes.
    pub(super) fn new(
        metadata: &ParquetMetaData,
        file: &Arc<File>,
        place: (usize, usize),
        limit: usize,
    ) -> Result<Self> {
        let top = metadata.file_metadata().schema_descr().column(place.1).max_def_level();
        Ok(Self { top, reader: reader(metadata, file, place, limit)? })
    }

    /// The values and definition levels of exactly this many rows.
    pub(super) fn read(&mut self, rows: usize) -> Result<Vec<(Option<CellValue>, i16)>> {
        let mut levels = Vec::with_capacity(rows);
        let levels_if = (self.top > 0).then_some(&mut levels);
        let (read, values): (usize, Vec<CellValue>) = match &mut self.reader {
            ColumnReader::ByteArrayColumnReader(reader) => {
                let mut values = Vec::new();
                let (read, ..) = reader.read_records(rows, levels_if, None, &mut values)?;
                (read, values.into_iter().map(CellValue::Bytes).collect())
            }
            ColumnReader::Int64ColumnReader(reader) => {
                let mut values = Vec::new();
                let (read, ..) = reader.read_records(rows, levels_if, None, &mut values)?;
                (read, values.into_iter().map(CellValue::Number).collect())
            }
            ColumnReader::Int32ColumnReader(reader) => {
                let mut values = Vec::new();
                let (read, ..) = reader.read_records(rows, levels_if, None, &mut values)?;
                (read, values.into_iter().map(|n| CellValue::Number(n.into())).collect())
            }
            _ => (0, Vec::new()),
        };
        if self.top == 0 {
            levels.resize(read, 0);
        }
        let there = levels.iter().filter(|&&level| level == self.top).count();
        if read != rows || levels.len() != rows || there != values.len() {
            return Err(::parquet::errors::ParquetError::EOF("a column has fewer rows than its row group".into()));
        }
        let mut values = values.into_iter();
        let value = |level: i16| if level == self.top { (values.next(), level) } else { (None, level) };
        Ok(levels.into_iter().map(value).collect())
    }
}
