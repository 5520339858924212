//! [`ParquetRewriter`]: writes the file with a new text column and copies of all others.
//!
//! A new column of lists can be added ([`Added`]), and rows can be left out ([`copy_rows`]).
//!
//! The file is put together here and not by the library's own file writer. That one borrows the file for as long as a
//! row group is open, and copies less of a column's metadata.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex};

use ::parquet::basic::{Encoding, PageType, Type};
use ::parquet::column::page::{CompressedPage, PageWriteSpec, PageWriter};
use ::parquet::column::writer::{ColumnCloseResult, ColumnWriter, get_column_writer};
use ::parquet::data_type::ByteArray;
use ::parquet::errors::{ParquetError, Result};
use ::parquet::file::metadata::page_index::PageIndexBuilder;
use ::parquet::file::metadata::{
    ColumnChunkMetaData, FileMetaData, ParquetMetaData, ParquetMetaDataBuilder, ParquetMetaDataWriter, RowGroupMetaData,
};
use ::parquet::file::properties::{EnabledStatistics, WriterProperties, WriterVersion};
use ::parquet::file::writer::{SerializedPageWriter, TrackedWrite};
use tempfile::SpooledTempFile;

use super::added::Added;
use super::footer::keep_column_orders;
use super::leaf::SLICE;
use super::read::{ParquetBatch, ParquetRow, page_limit, reader};
use super::shared_output::{SharedOutput, lock};
use super::spill::ListPages;
use super::thin::copy_rows;
use super::{guarded, start_of};
use crate::limits::ReadLimits;

/// Takes batches of rows in the order in which they were read, and writes the file.
pub struct ParquetRewriter<W: Write + Send + 'static> {
    metadata: Arc<ParquetMetaData>,
    text: usize,
    added: Option<Arc<Added>>,
    source: Arc<File>,
    limits: ReadLimits,
    out: PageOutput<W>,
    /// Whether some rows are left out.
    thin: bool,
    /// The index of the row group of the input that is open, or of the next one.
    next: usize,
    /// For each row of it that was given: whether it is written.
    stay: Vec<bool>,
    /// Finished row groups.
    groups: Vec<RowGroupMetaData>,
    index: PageIndexBuilder,
    open: Option<WrittenGroup>,
}

/// The row group being written.
struct WrittenGroup {
    start: u64,
    columns: Vec<ColumnChunkMetaData>,
    writer: ColumnWriter<'static>,
    lists: Option<ListPages>,
}

impl<W: Write + Send + 'static> ParquetRewriter<W> {
    pub(super) fn new(
        metadata: Arc<ParquetMetaData>,
        text: usize,
        added: Option<Arc<Added>>,
        source: File,
        limits: ReadLimits,
        out: W,
    ) -> Self {
        let new = added.as_ref().map_or(0, |added| added.leaves.len());
        let columns = metadata.file_metadata().schema_descr().num_columns() + new;
        let index = PageIndexBuilder::new(metadata.num_row_groups(), columns);
        Self {
            metadata,
            text,
            added,
            source: Arc::new(source),
            limits,
            out: PageOutput::new(out),
            thin: false,
            next: 0,
            stay: Vec::new(),
            groups: Vec::new(),
            index,
            open: None,
        }
    }

    /// Allows rows to be left out: those marked by [`ParquetRow::leave_out`], and those that are not given.
    #[must_use]
    pub fn some_rows(mut self) -> Self {
        self.thin = true;
        self
    }

    /// The metadata for the footer of the new file.
    fn file_metadata(&self) -> &FileMetaData {
        self.added.as_ref().map_or_else(|| self.metadata.file_metadata(), |added| &added.metadata)
    }

    /// Writes the next rows.
    ///
    /// # Errors
    /// When the output cannot be written, the input cannot be read, rows are missing, or their lists are missing
    /// while the file gets a column of them.
    pub fn write(&mut self, batch: &ParquetBatch) -> io::Result<()> {
        self.try_write(batch).map_err(|error| self.out.reason(error))
    }

    /// Writes the rest and the footer; returns the output, flushed.
    ///
    /// # Errors
    /// As [`ParquetRewriter::write`].
    pub fn finish(mut self) -> io::Result<W> {
        if let Err(error) = self.try_finish() {
            return Err(self.out.reason(error));
        }
        drop(self.open.take());
        self.out.into_inner()
    }

    fn try_write(&mut self, batch: &ParquetBatch) -> Result<()> {
        self.groups_before(batch.group)?;
        let stays = |row: &ParquetRow| !(self.thin && row.left_out);
        let rows: Vec<&ParquetRow> = batch.rows().iter().filter(|row| stays(row)).collect();
        self.stay.extend(batch.rows().iter().map(stays));
        // A row group is begun only when one of its rows stays.
        if self.thin && rows.is_empty() {
            return Ok(());
        }
        let mut group = match self.open.take() {
            Some(group) => group,
            None => self.begin()?,
        };
        let ColumnWriter::ByteArrayColumnWriter(writer) = &mut group.writer else {
            return Err(ParquetError::General("the text column is no byte array".into()));
        };
        let optional = self.metadata.file_metadata().schema_descr().column(self.text).max_def_level() > 0;
        let mut left = &rows[..];
        while !left.is_empty() {
            let mut bytes = 0;
            let over = |row: &&ParquetRow| {
                bytes += row.value().map_or(0, ByteArray::len) + 8;
                bytes > SLICE
            };
            let (some, rest) = left.split_at(left.iter().position(over).unwrap_or(left.len()).max(1));
            let values: Vec<ByteArray> = some.iter().filter_map(|row| row.value().cloned()).collect();
            let levels: Vec<i16> = some.iter().map(|row| row.level).collect();
            writer.write_batch(&values, optional.then_some(&levels[..]), None)?;
            left = rest;
        }
        if let Some(pages) = &mut group.lists {
            let lists = batch.lists.as_ref().filter(|lists| lists.len() == rows.len());
            pages.write(lists.ok_or_else(|| ParquetError::General("rows without lists".into()))?)?;
        }
        self.open = Some(group);
        Ok(())
    }

    fn try_finish(&mut self) -> Result<()> {
        self.groups_before(self.metadata.num_row_groups())?;
        if self.groups.is_empty() {
            self.start_file()?;
        }
        let has_index = self.has_index();
        let index = std::mem::take(&mut self.index).build();
        let metadata = ParquetMetaDataBuilder::new(self.file_metadata().clone())
            .set_row_groups(std::mem::take(&mut self.groups))
            .set_page_index(has_index.then(|| Arc::new(index) as _))
            .build();
        let mut footer = self.out.hold(|tracked| {
            ParquetMetaDataWriter::new_with_tracked(tracked, &metadata)
                .with_preserve_page_index_locations(false)
                .finish()
        })?;
        if let Some(orders) = metadata.file_metadata().column_orders() {
            keep_column_orders(&mut footer, orders);
        }
        Ok(self.out.output.clone().write_all(&footer)?)
    }

    /// Finishes row groups until `index` is the open one or the next. Empty row groups have no batches.
    fn groups_before(&mut self, index: usize) -> Result<()> {
        while self.next < index {
            match self.open.take() {
                Some(group) => self.end(group)?,
                None if self.thin => {}
                None => {
                    let group = self.begin()?;
                    self.end(group)?;
                }
            }
            self.stay.clear();
            self.next += 1;
        }
        Ok(())
    }

    fn start_file(&self) -> Result<()> {
        Ok(self.out.lock(|tracked| tracked.write_all(b"PAR1"))?)
    }

    fn begin(&mut self) -> Result<WrittenGroup> {
        let index = self.next;
        if self.groups.is_empty() {
            self.start_file()?;
        }
        let start = self.out.place()?;
        let mut columns = Vec::new();
        // Which rows stay is known only when all of them have been given.
        if !self.thin {
            for column in 0..self.text {
                columns.push(self.copy(index, column)?);
            }
        }
        let descr = self.metadata.file_metadata().schema_descr().column(self.text);
        let properties = properties(self.metadata.row_group(index).column(self.text), self.has_column_index(index));
        let lists = self.added.as_ref().map(|added| ListPages::new(&added.leaves, &properties, &added.folder));
        let writer = get_column_writer(descr, Arc::new(properties), Box::new(self.out.clone()));
        Ok(WrittenGroup { start, columns, writer, lists })
    }

    fn end(&mut self, group: WrittenGroup) -> Result<()> {
        let index = self.next;
        let old = self.metadata.row_group(index).clone();
        let (rows, given) = (usize::try_from(old.num_rows()).unwrap_or(0), self.stay.len());
        if self.thin && given < rows {
            self.stay.resize(rows, false);
        } else if given != rows {
            return Err(ParquetError::General(format!("row group {index} has {rows} rows, {given} were given")));
        }
        let WrittenGroup { start, mut columns, writer, lists } = group;
        let ColumnCloseResult { metadata: chunk, column_index, offset_index, .. } = writer.close()?;
        if self.has_index() {
            if let Some(found) = column_index.filter(|_| self.has_column_index(index)) {
                self.index.put_column_index(found, index, self.text);
            }
            if let Some(found) = offset_index {
                self.index.put_offset_index(found, index, self.text);
            }
        }
        if self.thin {
            for column in 0..self.text {
                columns.push(self.copy_some(index, column)?);
            }
        }
        columns.push(chunk);
        for column in self.text + 1..old.num_columns() {
            columns.push(if self.thin { self.copy_some(index, column)? } else { self.copy(index, column)? });
        }
        if let Some(lists) = lists {
            lists.finish(|closed, pages| {
                columns.push(self.place(index, columns.len(), closed, pages)?);
                Ok(())
            })?;
        }
        self.copy_bloom_filters(&old, &mut columns)?;
        // Changed texts are no longer in order.
        let sorted = old.sorting_columns().map(|by| {
            let text = |column: &::parquet::file::metadata::SortingColumn| column.column_idx as usize == self.text;
            by.iter().take_while(|column| !text(column)).cloned().collect::<Vec<_>>()
        });
        let new = RowGroupMetaData::builder(self.file_metadata().schema_descr_ptr())
            .set_num_rows(self.stay.iter().filter(|&&stays| stays).count() as i64)
            .set_sorting_columns(sorted.filter(|by| !by.is_empty()))
            .set_total_byte_size(columns.iter().map(ColumnChunkMetaData::uncompressed_size).sum())
            .set_column_metadata(columns)
            .set_ordinal(i32::try_from(self.groups.len()).unwrap_or(i32::MAX))
            .set_file_offset(start as i64)
            .build()?;
        self.groups.push(new);
        Ok(())
    }

    /// Whether page indexes are written. If rows are left out, the copied columns have none, so no column gets one.
    fn has_index(&self) -> bool {
        !self.thin && self.metadata.page_index().is_some()
    }

    fn has_column_index(&self, group: usize) -> bool {
        self.has_index()
            && self.metadata.page_index().is_some_and(|index| index.column_index(group, self.text).is_some())
    }

    /// Copies the bytes of a column chunk. Returns its metadata with the new offsets.
    fn copy(&mut self, group: usize, column: usize) -> Result<ColumnChunkMetaData> {
        let old = self.metadata.row_group(group).column(column).clone();
        let dictionary = old.dictionary_page_offset().filter(|&offset| offset > 0);
        let start = start_of(&old).unwrap_or_else(|| old.data_page_offset());
        let new = self.out.place()?;
        self.copy_bytes(start as u64, old.compressed_size() as u64)?;

        let moved = |offset: i64| offset - start + new as i64;
        let (data, index_page) = (old.data_page_offset().max(start), old.index_page_offset());
        if let Some(index) = self.metadata.page_index() {
            if let Some(found) = index.column_index(group, column) {
                self.index.put_column_index(found.clone(), group, column);
            }
            if let Some(found) = index.offset_index(group, column) {
                let mut found = found.clone();
                for page in &mut found.page_locations {
                    page.offset = moved(page.offset);
                }
                self.index.put_offset_index(found, group, column);
            }
        }
        old.into_builder()
            .set_data_page_offset(moved(data))
            .set_dictionary_page_offset(dictionary.map(moved))
            .set_index_page_offset(index_page.map(moved))
            .build()
    }

    /// Writes those rows of a column that stay.
    fn copy_some(&mut self, group: usize, column: usize) -> Result<ColumnChunkMetaData> {
        let descr = self.metadata.file_metadata().schema_descr().column(column);
        let properties = properties(self.metadata.row_group(group).column(column), false);
        let copied = guarded(|| {
            // A compression that is not supported is an error of the reader; the writer would panic.
            let mut from = reader(&self.metadata, &self.source, (group, column), page_limit(self.limits))?;
            let mut writer = get_column_writer(descr.clone(), Arc::new(properties), Box::new(self.out.clone()));
            copy_rows(&mut from, &mut writer, &descr, &self.stay)?;
            Ok(writer.close()?.metadata)
        });
        copied.map_err(|error| ParquetError::External(Box::new(error)))
    }

    /// Puts the pages of a new column after the others. Returns its metadata.
    fn place(
        &mut self,
        group: usize,
        column: usize,
        closed: ColumnCloseResult,
        mut pages: SpooledTempFile,
    ) -> Result<ColumnChunkMetaData> {
        let new = self.out.place()? as i64;
        self.out.lock(|tracked| io::copy(&mut pages, tracked))?;
        if let Some(mut found) = closed.offset_index.filter(|_| self.has_index()) {
            found.page_locations.iter_mut().for_each(|page| page.offset += new);
            self.index.put_offset_index(found, group, column);
        }
        let (data, dictionary) = (closed.metadata.data_page_offset(), closed.metadata.dictionary_page_offset());
        closed
            .metadata
            .into_builder()
            .set_data_page_offset(data + new)
            .set_dictionary_page_offset(dictionary.map(|offset| offset + new))
            .build()
    }

    /// Copies the bloom filters after the columns of the group. That of the text column is left out.
    fn copy_bloom_filters(&mut self, old: &RowGroupMetaData, columns: &mut [ColumnChunkMetaData]) -> Result<()> {
        for (column, chunk) in columns.iter_mut().enumerate().take(old.num_columns()) {
            let old = old.column(column);
            let place = old.bloom_filter_offset().zip(old.bloom_filter_length()).filter(|_| column != self.text);
            let new = match place {
                Some((offset, length)) if offset >= 0 && length >= 0 => {
                    let new = self.out.place()?;
                    self.copy_bytes(offset as u64, length as u64)?;
                    Some((new as i64, length))
                }
                _ => None,
            };
            *chunk = chunk
                .clone()
                .into_builder()
                .set_bloom_filter_offset(new.map(|(offset, _)| offset))
                .set_bloom_filter_length(new.map(|(_, length)| length))
                .build()?;
        }
        Ok(())
    }

    fn copy_bytes(&mut self, start: u64, length: u64) -> Result<()> {
        let mut source = &*self.source;
        source.seek(SeekFrom::Start(start))?;
        let mut source = io::BufReader::with_capacity(1 << 16, source).take(length);
        let copied = self.out.lock(|tracked| io::copy(&mut source, tracked))?;
        if copied == length {
            Ok(())
        } else {
            Err(ParquetError::EOF(format!("a column of {length} bytes ends after {copied}")))
        }
    }
}

impl<W: Write + Send> fmt::Debug for ParquetRewriter<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ParquetRewriter").field("groups", &self.groups.len()).finish_non_exhaustive()
    }
}

/// The settings with which a column is written again: those that it had. A file can name an encoding that the type of
/// the column cannot have; it is left out, as the library would panic.
fn properties(old: &ColumnChunkMetaData, with_index: bool) -> WriterProperties {
    let had = |encoding: Encoding| old.encodings().any(|found| found == encoding);
    #[allow(deprecated)]
    let dictionary = had(Encoding::RLE_DICTIONARY) || had(Encoding::PLAIN_DICTIONARY);
    let other = encodings(old.column_type()).iter().copied().find(|&encoding| had(encoding));
    let second =
        old.page_encoding_stats().is_some_and(|pages| pages.iter().any(|p| p.page_type == PageType::DATA_PAGE_V2));
    let statistics = match (with_index, old.statistics()) {
        (true, _) => EnabledStatistics::Page,
        (false, Some(_)) => EnabledStatistics::Chunk,
        (false, None) => EnabledStatistics::None,
    };
    WriterProperties::builder()
        .set_writer_version(if second { WriterVersion::PARQUET_2_0 } else { WriterVersion::PARQUET_1_0 })
        .set_compression(old.compression())
        .set_dictionary_enabled(dictionary)
        .set_encoding(other.unwrap_or(Encoding::PLAIN))
        .set_statistics_enabled(statistics)
        .build()
}

/// The encodings beside plain and dictionary that the library writes for a type.
fn encodings(column: Type) -> &'static [Encoding] {
    match column {
        Type::BYTE_ARRAY => &[Encoding::DELTA_LENGTH_BYTE_ARRAY, Encoding::DELTA_BYTE_ARRAY],
        Type::FIXED_LEN_BYTE_ARRAY => &[Encoding::DELTA_BYTE_ARRAY, Encoding::BYTE_STREAM_SPLIT],
        Type::INT32 | Type::INT64 => &[Encoding::DELTA_BINARY_PACKED, Encoding::BYTE_STREAM_SPLIT],
        Type::FLOAT | Type::DOUBLE => &[Encoding::BYTE_STREAM_SPLIT],
        Type::BOOLEAN | Type::INT96 => &[],
    }
}

/// The output. Pages of the text column and copies of other columns are written to it in turn.
struct PageOutput<W: Write> {
    tracked: Arc<Mutex<Option<TrackedWrite<SharedOutput<W>>>>>,
    output: SharedOutput<W>,
}

impl<W: Write> Clone for PageOutput<W> {
    fn clone(&self) -> Self {
        Self { tracked: self.tracked.clone(), output: self.output.clone() }
    }
}

impl<W: Write + Send> PageOutput<W> {
    fn new(out: W) -> Self {
        let output = SharedOutput::new(out);
        Self { tracked: Arc::new(Mutex::new(Some(TrackedWrite::new(output.clone())))), output }
    }

    /// Locks the writer for one call of `act`.
    fn lock<T>(&self, act: impl FnOnce(&mut TrackedWrite<SharedOutput<W>>) -> io::Result<T>) -> io::Result<T> {
        match &mut *lock(&self.tracked) {
            Some(tracked) => act(tracked),
            None => Err(io::Error::other("the file is finished")),
        }
    }

    /// How many bytes were written so far.
    fn place(&self) -> io::Result<u64> {
        self.lock(|tracked| Ok(tracked.bytes_written() as u64))
    }

    /// Returns the bytes that `act` writes at the end of the file; `act` takes the writer with it.
    fn hold(&self, act: impl FnOnce(TrackedWrite<SharedOutput<W>>) -> Result<()>) -> Result<Vec<u8>> {
        let tracked = lock(&self.tracked).take();
        let mut tracked = tracked.ok_or_else(|| ParquetError::General("finished twice".into()))?;
        tracked.flush()?;
        self.output.hold();
        act(tracked)?;
        Ok(self.output.held())
    }

    /// The error of the output if there was one, because the library reports only its message.
    fn reason(&self, error: ParquetError) -> io::Error {
        self.output.reason(error)
    }

    fn into_inner(self) -> io::Result<W> {
        drop(self.tracked);
        self.output.into_inner()
    }
}

impl<W: Write + Send> PageWriter for PageOutput<W> {
    fn write_page(&mut self, page: CompressedPage) -> Result<PageWriteSpec> {
        match &mut *lock(&self.tracked) {
            Some(tracked) => SerializedPageWriter::new(tracked).write_page(page),
            None => Err(ParquetError::General("the file is finished".into())),
        }
    }

    fn close(&mut self) -> Result<()> {
        Ok(())
    }
}
