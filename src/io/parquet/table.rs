//! [`TableWriter`]: a new Parquet file of texts and counts, row by row.

use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;

use ::parquet::basic::{Compression, LogicalType, Repetition, Type as Physical, ZstdLevel};
use ::parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use ::parquet::errors::{ParquetError, Result};
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::schema::types::Type;

use super::gate::Gate;
use super::reason;

/// Bytes of a row group, not packed.
const GROUP: usize = 64 << 20;
/// Bytes handed to a column writer at a time.
const SLICE: usize = 64 << 10;

/// What stands in one column of one row. The first row decides nothing: the kind of each column is
/// told to [`TableWriter::new`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell<'a> {
    /// Nothing.
    Null,
    /// Text.
    Text(&'a str),
    /// A number from 0.
    Count(u64),
}

/// Writes rows; a row group each 64 MB.
pub struct TableWriter<W: Write + Send> {
    writer: SerializedFileWriter<Gate<W>>,
    gate: Gate<W>,
    columns: Vec<Column>,
    bytes: usize,
    group: usize,
}

/// The rows of one column that are not written yet.
enum Column {
    Text { values: Vec<ByteArray>, there: Vec<i16> },
    Count { values: Vec<i64>, there: Vec<i16> },
}

impl<W: Write + Send> TableWriter<W> {
    /// A file with these columns; those marked by `true` hold counts, the others texts. Any value
    /// may be missing.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn new(out: W, columns: &[(&str, bool)]) -> io::Result<Self> {
        Self::start(out, columns).map_err(reason)
    }

    fn start(out: W, columns: &[(&str, bool)]) -> Result<Self> {
        let mut fields = Vec::new();
        for &(name, count) in columns {
            let (physical, logical) = if count {
                (Physical::INT64, LogicalType::integer(64, false))
            } else {
                (Physical::BYTE_ARRAY, LogicalType::String)
            };
            let field = Type::primitive_type_builder(name, physical)
                .with_repetition(Repetition::OPTIONAL)
                .with_logical_type(Some(logical))
                .build()?;
            fields.push(Arc::new(field));
        }
        let schema = Type::group_type_builder("schema").with_fields(fields).build()?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
            .set_created_by(concat!("dehusk ", env!("CARGO_PKG_VERSION")).into())
            .build();
        let empty = |&(_, count): &(&str, bool)| match count {
            true => Column::Count { values: Vec::new(), there: Vec::new() },
            false => Column::Text { values: Vec::new(), there: Vec::new() },
        };
        let gate = Gate::new(out);
        Ok(Self {
            writer: SerializedFileWriter::new(gate.clone(), Arc::new(schema), Arc::new(properties))?,
            gate,
            columns: columns.iter().map(empty).collect(),
            bytes: 0,
            group: GROUP,
        })
    }

    /// Makes row groups of that many bytes, before packing.
    #[must_use]
    pub fn with_group_bytes(mut self, bytes: usize) -> Self {
        self.group = bytes;
        self
    }

    /// Appends a row: one cell for each column.
    ///
    /// # Errors
    /// When the output cannot be written, or a cell is of another kind than its column.
    pub fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        if cells.len() != self.columns.len() {
            return Err(io::Error::other(format!("{} cells for {} columns", cells.len(), self.columns.len())));
        }
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            match (column, *cell) {
                (Column::Text { there, .. } | Column::Count { there, .. }, Cell::Null) => there.push(0),
                (Column::Text { values, there }, Cell::Text(text)) => {
                    self.bytes += text.len();
                    values.push(text.as_bytes().to_vec().into());
                    there.push(1);
                }
                (Column::Count { values, there }, Cell::Count(count)) => {
                    // Parquet stores unsigned numbers in signed ones of the same bits.
                    values.push(count as i64);
                    there.push(1);
                }
                _ => return Err(io::Error::other("a cell of another kind than its column")),
            }
            self.bytes += 16;
        }
        if self.bytes >= self.group {
            self.flush().map_err(|error| self.gate.reason(error))?;
        }
        Ok(())
    }

    /// Writes what is left and the footer; gives back the output, flushed.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn finish(mut self) -> io::Result<W> {
        let written = match self.bytes {
            0 => Ok(()),
            _ => self.flush(),
        };
        if let Err(error) = written.and_then(|()| self.writer.finish().map(|_| ())) {
            return Err(self.gate.reason(error));
        }
        drop(self.writer);
        self.gate.into_inner()
    }

    fn flush(&mut self) -> Result<()> {
        let mut group = self.writer.next_row_group()?;
        for column in &mut self.columns {
            let missing = || ParquetError::General("fewer columns than there are".into());
            let mut writer = group.next_column()?.ok_or_else(missing)?;
            match column {
                Column::Text { values, there } => {
                    // In slices: the writer looks only behind each whether a page is full.
                    let (mut value, mut level) = (0, 0);
                    while level < there.len() {
                        let (values_from, levels_from, mut bytes) = (value, level, 0);
                        while level < there.len() && bytes < SLICE {
                            if there[level] == 1 {
                                bytes += values[value].len();
                                value += 1;
                            }
                            bytes += 8;
                            level += 1;
                        }
                        let (values, there) = (&values[values_from..value], &there[levels_from..level]);
                        writer.typed::<ByteArrayType>().write_batch(values, Some(there), None)?;
                    }
                    values.clear();
                    there.clear();
                }
                Column::Count { values, there } => {
                    writer.typed::<Int64Type>().write_batch(values, Some(there), None)?;
                    values.clear();
                    there.clear();
                }
            }
            writer.close()?;
        }
        group.close()?;
        self.bytes = 0;
        Ok(())
    }
}

impl<W: Write + Send> fmt::Debug for TableWriter<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TableWriter").field("bytes", &self.bytes).finish_non_exhaustive()
    }
}
