//! [`ListPages`]: keeps the pages of a new column of lists until all other columns of the row group are written.
//!
//! A column chunk must be contiguous, and the text column is written directly to the output. So the pages of each
//! leaf of the lists wait, packed: some hundred kilobytes in memory, the rest in a temporary file beside the output.
//! That file has no name and disappears with the program.
//!
//! Numbers and texts are written without a dictionary, so that nothing of them stays in memory. Names
//! ([`Holds::Name`]) get a dictionary, for which the library keeps a byte or two per item of a row group.

use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::sync::{Arc, Mutex};

use ::parquet::column::page::{CompressedPage, PageWriteSpec, PageWriter};
use ::parquet::column::writer::{ColumnCloseResult, ColumnWriter, get_column_writer};
use ::parquet::errors::{ParquetError, Result};
use ::parquet::file::properties::{EnabledStatistics, WriterProperties};
use ::parquet::file::writer::{SerializedPageWriter, TrackedWrite};
use ::parquet::schema::types::ColumnDescPtr;
use tempfile::{SpooledTempFile, spooled_tempfile_in};

use super::lists::{Holds, Lists};
use super::shared_output::lock;

/// How many bytes of each leaf wait in memory.
const MEMORY: usize = 512 << 10;
/// The size of a page in bytes, before packing.
const PAGE: usize = 256 << 10;

/// The leaves of one row group.
pub(super) struct ListPages {
    leaves: Vec<(ColumnWriter<'static>, Pages)>,
}

impl ListPages {
    /// Pages for these leaves, written with the settings `like`; `folder` is the place of the temporary files.
    pub(super) fn new(leaves: &[(ColumnDescPtr, Holds)], like: &WriterProperties, folder: &Path) -> Self {
        let leaf = |(descr, holds): &(ColumnDescPtr, Holds)| {
            let properties = WriterProperties::builder()
                .set_writer_version(like.writer_version())
                .set_compression(like.compression(descr.path()))
                .set_statistics_enabled(EnabledStatistics::Chunk)
                .set_data_page_size_limit(PAGE)
                .set_dictionary_enabled(*holds == Holds::Name)
                .build();
            let pages = Pages(Arc::new(Mutex::new(Some(TrackedWrite::new(spooled_tempfile_in(MEMORY, folder))))));
            (get_column_writer(descr.clone(), Arc::new(properties), Box::new(pages.clone())), pages)
        };
        Self { leaves: leaves.iter().map(leaf).collect() }
    }

    /// Adds the lists of the next rows.
    pub(super) fn write(&mut self, lists: &Lists) -> Result<()> {
        self.leaves.iter_mut().enumerate().try_for_each(|(i, (writer, _))| lists.write_leaf(i, writer))
    }

    /// Calls `take` for each leaf with its metadata (offsets count from its start) and its bytes.
    pub(super) fn finish(self, mut take: impl FnMut(ColumnCloseResult, SpooledTempFile) -> Result<()>) -> Result<()> {
        for (writer, pages) in self.leaves {
            let closed = writer.close()?;
            let mut file = pages.into_inner()?;
            file.seek(SeekFrom::Start(0))?;
            take(closed, file)?;
        }
        Ok(())
    }
}

/// The pages of one leaf, shared with the library.
#[derive(Clone)]
struct Pages(Arc<Mutex<Option<TrackedWrite<SpooledTempFile>>>>);

impl Pages {
    fn into_inner(self) -> Result<SpooledTempFile> {
        let mut tracked = lock(&self.0).take().ok_or_else(closed)?;
        tracked.flush()?;
        tracked.into_inner()
    }
}

fn closed() -> ParquetError {
    io::Error::other("the column is finished").into()
}

impl PageWriter for Pages {
    fn write_page(&mut self, page: CompressedPage) -> Result<PageWriteSpec> {
        SerializedPageWriter::new(lock(&self.0).as_mut().ok_or_else(closed)?).write_page(page)
    }

    fn close(&mut self) -> Result<()> {
        Ok(())
    }
}
