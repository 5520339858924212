//! [`Processed`]: the results of some records or texts, which a worker passes to the output.

use std::io;

use dehusk::io::parquet::{Lists, ParquetBatch};
use dehusk::pipeline::{ResultFile, Stamp, Tally};

use super::context::Context;
use crate::ui::atomic_file::ClosedFile;
use crate::ui::messages::Notice;

/// The results of some records or texts.
#[derive(Default)]
pub struct Processed {
    /// The bytes for the output.
    pub out: Vec<u8>,
    /// The offsets in `out` at which records end.
    pub ends: Vec<usize>,
    /// Rows of a Parquet file, with their new texts.
    pub batch: Option<ParquetBatch>,
    /// Rows of a new Parquet file.
    pub table: Vec<TableRow>,
    /// What was removed from each row of `batch` or `table`, for `--removed-column`.
    pub removed: Option<Lists>,
    /// Rows of the record of removals.
    pub rows: Vec<u8>,
    /// Messages, in order.
    pub messages: Vec<Notice>,
    /// The counts.
    pub tally: Tally,
    /// Whether the output differs from the input.
    pub changed: bool,
    /// Whether a record says its URL.
    pub has_url: bool,
    /// Files that were already put into their places.
    pub results: Vec<ResultFile>,
    /// Complete files, with the names and stamps of their inputs. They are put into their places after the record of
    /// removals has their rows.
    pub pending: Vec<(String, ClosedFile, Option<Stamp>)>,
    /// The stamps of files that were read as a whole.
    pub stamps: Vec<(String, Stamp)>,
    /// For text files: whether none of them failed.
    pub is_whole: bool,
    /// Whether `out` ends without a line break.
    pub open_line: bool,
    /// Whether the disk is full.
    pub disk_full: bool,
}

impl Processed {
    /// Empty results; with lists of removals if `--removed-column` is given.
    pub fn new(context: &Context) -> Self {
        Self { removed: context.removed_column.as_ref().map(Lists::new), ..Self::default() }
    }

    /// Sets `disk_full` if a write error means that; returns the error.
    pub fn full(&mut self, error: io::Error) -> io::Error {
        self.disk_full |= is_full(&error);
        error
    }
}

/// A document as a row of a new Parquet file.
pub struct TableRow {
    /// The id that the record has itself.
    pub id: Option<String>,
    /// Its URL.
    pub url: Option<String>,
    /// The body.
    pub text: String,
}

/// Whether the error means that the disk, or the user's quota, is full.
pub fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}
