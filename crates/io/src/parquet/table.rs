//! [`TableWriter`]: writes a new Parquet file of texts and counts, row by row.

use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;

use ::parquet::basic::{Compression, LogicalType, ZstdLevel};
use ::parquet::errors::{ParquetError, Result};
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::schema::types::Type;

use super::leaf::{Cell, Leaf, optional};
use super::lists::{ListColumn, Lists};
use super::reason;
use super::shared_output::SharedOutput;

/// The size of a row group in bytes, before packing.
const GROUP: usize = 64 << 20;
/// The definition level of a value.
const TOP: i16 = 1;

/// Writes rows; every 64 MiB they become a row group.
pub struct TableWriter<W: Write + Send> {
    writer: SerializedFileWriter<SharedOutput<W>>,
    gate: SharedOutput<W>,
    columns: Vec<Leaf>,
    lists: Option<Lists>,
    rows: usize,
    bytes: usize,
    group: usize,
}

impl<W: Write + Send> TableWriter<W> {
    /// A file with these columns; those marked `true` hold counts, the others texts. Values may be missing. A column
    /// of lists may follow them ([`TableWriter::lists`]).
    ///
    /// # Errors
    /// When the output cannot be written, or a column has the same name as the lists.
    pub fn new(out: W, columns: &[(&str, bool)], lists: Option<&ListColumn>) -> io::Result<Self> {
        if let Some(lists) = lists {
            lists.check_new(columns.iter().map(|&(name, _)| name))?;
        }
        Self::start(out, columns, lists).map_err(reason)
    }

    fn start(out: W, columns: &[(&str, bool)], lists: Option<&ListColumn>) -> Result<Self> {
        let mut fields = Vec::new();
        for &(name, count) in columns {
            fields.push(optional(name, count, Some(LogicalType::integer(64, false)))?);
        }
        if let Some(lists) = lists {
            fields.push(lists.field()?);
        }
        let schema = Type::group_type_builder("schema").with_fields(fields).build()?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
            .set_created_by(concat!("dehusk ", env!("CARGO_PKG_VERSION")).into())
            .build();
        let gate = SharedOutput::new(out);
        Ok(Self {
            writer: SerializedFileWriter::new(gate.clone(), Arc::new(schema), Arc::new(properties))?,
            gate,
            columns: columns.iter().map(|&(_, count)| Leaf::new(count)).collect(),
            lists: lists.map(Lists::new),
            rows: 0,
            bytes: 0,
            group: GROUP,
        })
    }

    /// Sets the size of row groups in bytes, before packing.
    #[must_use]
    pub fn with_group_bytes(mut self, bytes: usize) -> Self {
        self.group = bytes;
        self
    }

    /// Appends a row: one cell for each column.
    ///
    /// # Errors
    /// When the output cannot be written, or a cell does not fit its column.
    pub fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        if cells.len() != self.columns.len() {
            return Err(io::Error::other(format!("{} cells for {} columns", cells.len(), self.columns.len())));
        }
        for (leaf, &cell) in self.columns.iter_mut().zip(cells) {
            self.bytes += leaf.push(cell, TOP)?;
        }
        self.rows += 1;
        self.flush_if_full()
    }

    /// Appends the lists of the rows that were given since the last call.
    ///
    /// # Errors
    /// As [`TableWriter::row`].
    pub fn lists(&mut self, more: Lists) -> io::Result<()> {
        let lists = self.lists.as_mut().ok_or_else(|| io::Error::other("the table has no column of lists"))?;
        lists.append(more);
        self.flush_if_full()
    }

    fn flush_if_full(&mut self) -> io::Result<()> {
        // Rows whose lists were not given yet wait for them.
        let (bytes, rows) = self.lists.as_ref().map_or((0, self.rows), |lists| (lists.bytes(), lists.len()));
        if self.bytes + bytes >= self.group && rows == self.rows {
            self.flush().map_err(|error| self.gate.reason(error))?;
        }
        Ok(())
    }

    /// Writes the rest and the footer; returns the output, flushed.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn finish(mut self) -> io::Result<W> {
        let written = match self.rows {
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
        let missing = || ParquetError::General("fewer columns than there are".into());
        let mut group = self.writer.next_row_group()?;
        for leaf in &mut self.columns {
            let mut writer = group.next_column()?.ok_or_else(missing)?;
            leaf.write(writer.untyped(), TOP, None)?;
            leaf.clear();
            writer.close()?;
        }
        if let Some(lists) = &mut self.lists {
            for leaf in 0..lists.fields() {
                let mut writer = group.next_column()?.ok_or_else(missing)?;
                lists.write_leaf(leaf, writer.untyped())?;
                writer.close()?;
            }
            lists.clear();
        }
        group.close()?;
        (self.rows, self.bytes) = (0, 0);
        Ok(())
    }
}

impl<W: Write + Send> fmt::Debug for TableWriter<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TableWriter").field("bytes", &self.bytes).finish_non_exhaustive()
    }
}
