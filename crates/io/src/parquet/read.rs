//! [`ParquetBatches`]: reads the texts of a Parquet file, some rows at a time.

use std::fmt;
use std::fs::File;
use std::io;
use std::sync::Arc;

use ::parquet::column::reader::{ColumnReader, get_column_reader};
use ::parquet::data_type::ByteArray;
use ::parquet::errors::Result;
use ::parquet::file::metadata::ParquetMetaData;
use ::parquet::file::serialized_reader::SerializedPageReader;

use super::lists::Lists;
use super::{Columns, guarded};
use crate::error::FormatError;

/// Most rows that are read in one step. How long their texts are is known only afterwards.
const STEP: usize = 256;

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
}

/// A row group that is being read.
struct ReadGroup {
    index: usize,
    left: usize,
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
}

/// The bytes of a value; an empty value may have no buffer.
pub(super) fn bytes_of(value: &ByteArray) -> &[u8] {
    if value.is_empty() { &[] } else { value.data() }
}

impl ParquetBatches {
    pub(super) fn new(metadata: Arc<ParquetMetaData>, columns: Columns, file: File) -> Self {
        Self { metadata, columns, file: Arc::new(file), next_group: 0, open: None, next: 1, error: None, ended: false }
    }

    /// The next rows, until their texts have `size` bytes or more or the row group ends; `None` at the end of the
    /// file.
    ///
    /// # Errors
    /// When the file cannot be read or is damaged. Rows before the failure are returned first.
    pub fn next_batch(&mut self, size: usize) -> io::Result<Option<ParquetBatch>> {
        while self.error.is_none() && !self.ended {
            match self.open.take() {
                Some(group) if group.left > 0 => return self.read(group, size),
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
        while bytes < size && group.left > 0 {
            let step = ((size - bytes) / group.average.max(1)).clamp(1, STEP).min(group.left);
            let start = batch.rows.len();
            if let Err(error) = guarded(|| group.step(step, &mut batch.rows)) {
                // After an error the state of the group is unknown, and so are the rows of this step.
                batch.rows.truncate(start);
                self.error = Some(error);
                break;
            }
            let read: usize = batch.rows[start..].iter().filter_map(|row| row.value()).map(ByteArray::len).sum();
            group.average = read / step;
            // Rows without a text count too, otherwise a batch of them would be the whole group.
            bytes += read + step * 8;
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
        let leaf = |column: usize| GroupColumn::new(&self.metadata, &self.file, index, column);
        Ok(ReadGroup {
            index,
            left: rows,
            text: leaf(self.columns.text)?,
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
    fn step(&mut self, rows: usize, out: &mut Vec<ParquetRow>) -> Result<()> {
        let start = out.len();
        for (text, level) in self.text.read(rows)? {
            let text = text.and_then(CellValue::bytes);
            out.push(ParquetRow { text, level, url: None, id: None, more: Vec::new(), left_out: false });
        }
        for leaf in &mut self.url {
            for (row, (url, _)) in out[start..].iter_mut().zip(leaf.read(rows)?) {
                if row.url.is_none() {
                    row.url = url.and_then(CellValue::bytes).filter(|url| !bytes_of(url).trim_ascii().is_empty());
                }
            }
        }
        if let Some(leaf) = &mut self.id {
            for (row, (id, _)) in out[start..].iter_mut().zip(leaf.read(rows)?) {
                row.id = id.and_then(CellValue::written);
            }
        }
        for (number, leaf) in &mut self.more {
            for (row, (value, _)) in out[start..].iter_mut().zip(leaf.read(rows)?) {
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

/// A reader of one column of a row group.
pub(super) fn reader(
    metadata: &ParquetMetaData,
    file: &Arc<File>,
    group: usize,
    column: usize,
) -> Result<ColumnReader> {
    let group = metadata.row_group(group);
    let chunk = group.column(column);
    // Some writers write 0 for "none".
    let dictionary = chunk.dictionary_page_offset().filter(|&offset| offset > 0);
    let chunk = chunk.clone().into_builder().set_dictionary_page_offset(dictionary).build()?;
    let rows = usize::try_from(group.num_rows()).unwrap_or(0);
    let pages = SerializedPageReader::new(file.clone(), &chunk, rows, None)?;
    let descr = metadata.file_metadata().schema_descr().column(column);
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
    /// The column of a row group.
    pub(super) fn new(metadata: &ParquetMetaData, file: &Arc<File>, group: usize, column: usize) -> Result<Self> {
        let top = metadata.file_metadata().schema_descr().column(column).max_def_level();
        Ok(Self { top, reader: reader(metadata, file, group, column)? })
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
