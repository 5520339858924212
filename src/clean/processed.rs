//! [`Processed`]: what became of some records or texts, on its way from a worker to the output.

use std::io;

use dehusk::io::parquet::{Lists, ParquetBatch};
use dehusk::pipeline::{ResultFile, Stamp, Tally};

use super::context::Context;
use crate::ui::atomic_file::ClosedFile;
use crate::ui::messages::Notice;

/// What became of some records or texts.
#[derive(Default)]
pub struct Processed {
    /// What goes to the output, not yet packed.
    pub out: Vec<u8>,
    /// Where records end in it.
    pub ends: Vec<usize>,
    /// Rows of a Parquet file, with their new texts.
    pub batch: Option<ParquetBatch>,
    /// Rows of a new Parquet file.
    pub table: Vec<TableRow>,
    /// What went from each row of either.
    pub removed: Option<Lists>,
    /// Rows of the record of removals.
    pub rows: Vec<u8>,
    /// What there is to say, in order.
    pub messages: Vec<Notice>,
    /// What was done.
    pub tally: Tally,
    /// The output is not what came in.
    pub changed: bool,
    /// Files in their places.
    pub results: Vec<ResultFile>,
    /// Files that are whole, by the names of their inputs: they take their places when the record tells of them.
    pub pending: Vec<(String, ClosedFile)>,
    /// What the files were that were read whole.
    pub stamps: Vec<(String, Stamp)>,
    /// No file failed.
    pub is_whole: bool,
    /// It ends in the middle of a line.
    pub open_line: bool,
    /// Nothing more can be written.
    pub disk_full: bool,
}

impl Processed {
    /// Nothing yet; of what goes there are lists, if they are asked for.
    pub fn new(context: &Context) -> Self {
        Self { removed: context.removed_column.as_ref().map(Lists::new), ..Self::default() }
    }

    /// Notes whether an error of writing means that nothing more can be written.
    pub fn full(&mut self, error: io::Error) -> io::Error {
        self.disk_full |= is_full(&error);
        error
    }
}

/// A document as a row of a table.
pub struct TableRow {
    /// What it calls itself.
    pub id: Option<String>,
    /// Where it came from.
    pub url: Option<String>,
    /// The body.
    pub text: String,
}

/// Whether nothing more can be written anywhere near.
pub fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}
