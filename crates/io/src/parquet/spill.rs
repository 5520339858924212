//! [`ListPages`]: the pages of a new column of lists, until the row group has all its other columns.
//!
//! A column chunk stands in one piece, and the text column is written straight to the output. So the
//! pages of each leaf of the lists wait, packed: some hundred kilobytes in memory, the rest in a
//! temporary file beside the output that has no name and goes with the program.
//!
//! Numbers and texts are written plainly, so that nothing of them stays in memory. Names
//! ([`Holds::Name`]) get a dictionary, for which the library keeps the numbers of a row group's
//! values: a byte or two for each item.

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

use super::gate::lock;
use super::lists::{Holds, Lists};

/// Bytes of each leaf that wait in memory.
const MEMORY: usize = 512 << 10;
/// Bytes of a page, before packing.
const PAGE: usize = 256 << 10;

/// The leaves of one row group.
pub(super) struct ListPages {
    leaves: Vec<(ColumnWriter<'static>, Pages)>,
}

impl ListPages {
    /// For these leaves, packed as `like` says; `folder` is where they wait.
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

    /// Hands out each leaf: what is said of it, with places counted from its start, and its bytes.
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
