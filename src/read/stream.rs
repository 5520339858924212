//! [`Stream`]: reads the records of one file, some megabytes at a time, in any format and packing.
//!
//! The filter and all other commands read records through it. Records come as they are in the file; while one thread
//! reads, all threads find their texts ([`Parser`]).

use std::fs::File;
use std::io::{self, Read};
use std::num::NonZero;
use std::path::Path;
use std::sync::Arc;

use dehusk::io::packed::{self, Packing, Unpacked, Watch};
use dehusk::io::parquet::{ParquetBatch, ParquetBatches, ParquetFile};
use dehusk::io::{Batch, Cutter, Format, Parser};
use dehusk::pipeline::Stamp;

use crate::read::files::InputFile;
use crate::read::read_args::Reading;
use crate::ui::progress::Progress;

/// Opens a file, and unpacks it if its name says that it is packed.
///
/// # Errors
/// When it cannot be opened.
pub fn unpacked(path: &Path) -> io::Result<Unpacked> {
    Ok(packed::open(File::open(path)?, Packing::of_name(&path.to_string_lossy()).0))
}

/// A file of records that is being read.
// There is one for each open file, so its size does not matter.
#[allow(clippy::large_enum_variant)]
pub enum Stream {
    /// A stream of bytes: the cutter, the parser for its records, and the state of unpacking.
    Bytes(Cutter<Unpacked>, Arc<Parser>, Watch),
    /// A Parquet file.
    Parquet(Arc<ParquetFile>, ParquetBatches),
}

/// Some consecutive records.
// Moving some hundred bytes is nothing compared with a megabyte of records.
#[allow(clippy::large_enum_variant)]
pub enum Records {
    /// As bytes, with the parser that finds their texts.
    Bytes(Arc<Parser>, Batch),
    /// Rows of a Parquet file.
    Rows(Arc<ParquetFile>, ParquetBatch),
}

impl Stream {
    /// Opens a file, and returns its stamp; there is none for standard input. So many threads unpack it side by side.
    ///
    /// # Errors
    /// When it cannot be read, or has no field with that name.
    pub fn open(
        input: &InputFile,
        (format, packing): (Format, Option<Packing>),
        reading: &Reading,
        threads: NonZero<usize>,
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
        let unpacked = packed::open_parallel(progress.reading(reader), packing, reading.limits.ratio, threads);
        let watch = unpacked.watch();
        let (cutter, parser) = Cutter::of(format, unpacked, &reading.fields, reading.table)?;
        let cutter = cutter.with_limit(reading.limits.record);
        let parser = parser.with_limit(reading.limits.record);
        Ok((Self::Bytes(cutter, Arc::new(parser), watch), stamp))
    }

    /// Reads the rows of a Parquet file.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn rows(file: ParquetFile) -> io::Result<Self> {
        let batches = file.batches()?;
        Ok(Self::Parquet(Arc::new(file), batches))
    }

    /// The next records, until they have `size` bytes or more; `None` at the end.
    ///
    /// # Errors
    /// When reading the file fails.
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
    /// The number of records, including those that are not documents.
    pub fn len(&self) -> usize {
        match self {
            Self::Bytes(_, batch) => batch.len(),
            Self::Rows(_, batch) => batch.rows().len(),
        }
    }
}
