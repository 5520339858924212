//! [`Stream`]: the records of one file, some megabytes at a time, whatever format and packing it has.
//!
//! The filter and every other command read records by it. Records come as they stand in the file; their
//! texts are found by all threads ([`Parser`]), while one reads.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use dehusk::io::packed::{self, Packing, Unpacked, Watch};
use dehusk::io::parquet::{ParquetBatch, ParquetBatches, ParquetFile};
use dehusk::io::{Batch, Cutter, Format, Parser};
use dehusk::pipeline::Stamp;

use crate::read::files::InputFile;
use crate::read::read_args::Reading;
use crate::ui::progress::Progress;

/// Opens a file, unpacked if its name says that it is packed.
///
/// # Errors
/// When it cannot be opened.
pub fn unpacked(path: &Path) -> io::Result<Unpacked> {
    Ok(packed::open(File::open(path)?, Packing::of_name(&path.to_string_lossy()).0))
}

/// A file of records that is being read.
// One for each open file: its size matters to nobody.
#[allow(clippy::large_enum_variant)]
pub enum Stream {
    /// A stream of bytes: its cutter, the parser of what it cuts, and what is known of its packing.
    Bytes(Cutter<Unpacked>, Arc<Parser>, Watch),
    /// A Parquet file.
    Parquet(Arc<ParquetFile>, ParquetBatches),
}

/// Some records in a row.
// Some hundred bytes are moved for each megabyte of records.
#[allow(clippy::large_enum_variant)]
pub enum Records {
    /// As bytes, with what finds their texts.
    Bytes(Arc<Parser>, Batch),
    /// Rows of a Parquet file.
    Rows(Arc<ParquetFile>, ParquetBatch),
}

impl Stream {
    /// Opens a file, and what it was then; nothing is known of standard input.
    ///
    /// # Errors
    /// When it cannot be read, or has no field of that name.
    pub fn open(
        input: &InputFile,
        (format, packing): (Format, Option<Packing>),
        reading: &Reading,
        progress: &Progress,
    ) -> io::Result<(Self, Option<Stamp>)> {
        let (reader, packing, stamp): (Box<dyn Read + Send>, Packing, Option<Stamp>) = match &input.path {
            Some(path) => {
                let file = File::open(path)?;
                let stamp = Stamp::of_meta(&file.metadata()?);
                (Box::new(file), packing.unwrap_or_default(), Some(stamp))
            }
            None => {
                let (packing, reader) = packed::sniff(io::stdin())?;
                (Box::new(reader), packing, None)
            }
        };
        let unpacked = packed::open_within(progress.reading(reader), packing, reading.limits.ratio);
        let watch = unpacked.watch();
        let (cutter, parser) = Cutter::of(format, unpacked, &reading.fields, reading.table)?;
        let cutter = cutter.with_limit(reading.limits.record);
        let parser = parser.with_limit(reading.limits.record);
        Ok((Self::Bytes(cutter, Arc::new(parser), watch), stamp))
    }

    /// The rows of a Parquet file.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn rows(file: ParquetFile) -> io::Result<Self> {
        let batches = file.batches()?;
        Ok(Self::Parquet(Arc::new(file), batches))
    }

    /// The next records, until they are `size` bytes or more; `None` at the end.
    ///
    /// # Errors
    /// When the file cannot be read further.
    pub fn next_batch(&mut self, size: usize) -> io::Result<Option<Records>> {
        Ok(match self {
            Self::Bytes(cutter, parser, _) => {
                cutter.next_batch(size)?.map(|batch| Records::Bytes(parser.clone(), batch))
            }
            Self::Parquet(file, batches) => batches.next_batch(size)?.map(|batch| Records::Rows(file.clone(), batch)),
        })
    }
}

impl Records {
    /// How many there are; what is no document counts.
    pub fn len(&self) -> usize {
        match self {
            Self::Bytes(_, batch) => batch.len(),
            Self::Rows(_, batch) => batch.rows().len(),
        }
    }
}
