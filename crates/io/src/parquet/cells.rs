//! [`TableReader`]: reads chosen columns of a Parquet file row by row.

use std::fmt;
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

use ::parquet::basic::Type;
use ::parquet::errors::Result;
use ::parquet::file::metadata::ParquetMetaData;

use super::read::{CellValue, GroupColumn, bytes_of, page_limit};
use super::{Cell, guarded, is_text, kind_of, metadata};
use crate::error::FormatError;
use crate::limits::ReadLimits;

/// How many rows are read at a time. Their texts are in memory together.
const STEP: usize = 256;

/// Reads rows of texts and counts, as [`TableWriter`](super::TableWriter) writes them.
pub struct TableReader {
    metadata: Arc<ParquetMetaData>,
    file: Arc<File>,
    /// For each column its leaf; `None` if the file does not have it.
    places: Vec<Option<usize>>,
    /// The next row group to be opened.
    next_group: usize,
    /// How many rows of the open group were not read yet, and its columns.
    left: usize,
    leaves: Vec<Option<GroupColumn>>,
    /// The rows that were read, column by column, and their number.
    cells: Vec<Vec<Option<CellValue>>>,
    rows: usize,
    /// The index of the next row in them.
    at: usize,
}

impl TableReader {
    /// Finds these columns, which hold texts or whole numbers. A column that the file does not have is always empty.
    ///
    /// # Errors
    /// When the file cannot be read, is not a complete Parquet file, or such a column holds something else.
    pub fn open(path: &Path, columns: &[&str]) -> io::Result<Self> {
        let metadata = metadata(path)?;
        let leaves = metadata.file_metadata().schema_descr().columns();
        let place = |&name: &&str| leaves.iter().position(|leaf| leaf.path().string() == name);
        let places: Vec<Option<usize>> = columns.iter().map(place).collect();
        for leaf in places.iter().flatten().map(|&place| &leaves[place]) {
            let number = matches!(leaf.physical_type(), Type::INT32 | Type::INT64);
            if leaf.max_rep_level() > 0 || !number && !is_text(leaf) {
                return Err(FormatError::NotText { name: leaf.path().string(), kind: kind_of(leaf) }.into());
            }
        }
        let file = Arc::new(File::open(path)?);
        let (leaves, cells) = (Vec::new(), Vec::new());
        Ok(Self { metadata: Arc::new(metadata), file, places, next_group: 0, left: 0, leaves, cells, rows: 0, at: 0 })
    }

    /// The next row, with a cell for each column; `None` at the end.
    ///
    /// # Errors
    /// When the file cannot be read or is damaged, or a text is not UTF-8.
    pub fn next_row(&mut self) -> io::Result<Option<Vec<Cell<'_>>>> {
        while self.at == self.rows {
            if self.left == 0 {
                if self.next_group == self.metadata.num_row_groups() {
                    return Ok(None);
                }
                guarded(|| self.open_group())?;
                self.next_group += 1;
            } else {
                guarded(|| self.step())?;
            }
        }
        let at = self.at;
        self.at += 1;
        self.cells.iter().map(|column| cell(column.get(at))).collect::<io::Result<_>>().map(Some)
    }

    fn open_group(&mut self) -> Result<()> {
        let limit = page_limit(ReadLimits::default());
        let leaf = |place: &Option<usize>| {
            place
                .map(|column| GroupColumn::new(&self.metadata, &self.file, (self.next_group, column), limit))
                .transpose()
        };
        self.leaves = self.places.iter().map(leaf).collect::<Result<_>>()?;
        self.left = usize::try_from(self.metadata.row_group(self.next_group).num_rows()).unwrap_or(0);
        Ok(())
    }

    fn step(&mut self) -> Result<()> {
        let rows = self.left.min(STEP);
        self.cells.clear();
        for leaf in &mut self.leaves {
            let values = leaf.as_mut().map(|leaf| leaf.read(rows)).transpose()?.unwrap_or_default();
            self.cells.push(values.into_iter().map(|(value, _)| value).collect());
        }
        (self.left, self.rows, self.at) = (self.left - rows, rows, 0);
        Ok(())
    }
}

/// The cell of one column of a row.
fn cell(value: Option<&Option<CellValue>>) -> io::Result<Cell<'_>> {
    match value {
        None | Some(None) => Ok(Cell::Null),
        // Parquet stores unsigned numbers as signed ones with the same bits.
        Some(Some(CellValue::Number(number))) => Ok(Cell::Count(*number as u64)),
        Some(Some(CellValue::Bytes(bytes))) => match str::from_utf8(bytes_of(bytes)) {
            Ok(text) => Ok(Cell::Text(text)),
            Err(e) => Err(FormatError::NotUtf8 { at: e.valid_up_to() }.into()),
        },
    }
}

impl fmt::Debug for TableReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TableReader").field("next_group", &self.next_group).finish_non_exhaustive()
    }
}
