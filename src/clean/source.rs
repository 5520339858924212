//! [`Source`]: the records and texts of a shard, in items for workers.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use dehusk::io::packed::{self, Packing, Unpacked, Watch};
use dehusk::io::parquet::{ParquetBatch, ParquetBatches, ParquetFile, ParquetRow};
use dehusk::io::{Batch, Cutter, Format, Parser};
use dehusk::pipeline::{Checksum, Stamp};

use super::records;
use super::run::{Run, locked};

/// Bytes of records that a worker gets at a time: many milliseconds of work, so that threads seldom
/// meet, and few enough that a handful for each of them is nothing.
const BATCH: usize = 1 << 20;
/// Text files that a worker gets at a time, and their bytes.
const TEXTS: (usize, u64) = (32, 1 << 20);

/// Hands out the records and texts of a shard.
pub(super) struct Source {
    pub(super) jobs: Range<usize>,
    pub(super) stream: Option<Stream>,
    /// Set by the sink when nothing more of this lane is of use.
    pub(super) dead: Arc<AtomicBool>,
}

/// A file of records that is being read.
pub(super) struct Stream {
    pub(super) job: usize,
    pub(super) records: Records,
    pub(super) sum: Checksum,
    pub(super) stamp: Option<Stamp>,
    /// The limit was reached in it.
    pub(super) cut_off: bool,
}

/// How its records are read.
// One for each open file: its size matters to nobody.
#[allow(clippy::large_enum_variant)]
pub(super) enum Records {
    Stream(Cutter<Unpacked>, Arc<Parser>, Watch),
    Parquet(Arc<ParquetFile>, ParquetBatches),
}

impl Stream {
    fn end(self) -> Ended {
        let Self { sum, stamp, cut_off, records, .. } = self;
        let (padding, parquet) = match records {
            Records::Stream(_, _, watch) => (watch.padding(), None),
            Records::Parquet(file, _) => (0, Some(file)),
        };
        Ended { sum, stamp, padding, cut_off, parquet }
    }
}

/// What a worker gets at a time.
// Some hundred bytes are moved for each megabyte of records.
#[allow(clippy::large_enum_variant)]
pub(super) enum Item {
    Texts(Range<usize>),
    Records(usize, Arc<Parser>, Batch),
    Rows(usize, Arc<ParquetFile>, ParquetBatch),
    /// The end of a file of records.
    End(usize, io::Result<Ended>),
}

/// A file of records that was read to its end.
pub(super) struct Ended {
    pub(super) sum: Checksum,
    pub(super) stamp: Option<Stamp>,
    pub(super) padding: u64,
    pub(super) cut_off: bool,
    pub(super) parquet: Option<Arc<ParquetFile>>,
}

impl Run<'_> {
    /// The next item of a lane; what ends one file only is an item too.
    pub(super) fn next_item(&self, source: &mut Source) -> Option<Item> {
        while !source.dead.load(Relaxed) {
            if let Some(mut stream) = source.stream.take() {
                let job = stream.job;
                let item = match self.read(&mut stream) {
                    Ok(Some(item)) => {
                        source.stream = Some(stream);
                        item
                    }
                    Ok(None) => Item::End(job, Ok(stream.end())),
                    Err(error) => Item::End(job, Err(error)),
                };
                return Some(item);
            }
            if source.jobs.is_empty() || self.is_over() {
                break;
            }
            let index = source.jobs.start;
            if !self.jobs[index].from.has_records() {
                return Some(Item::Texts(self.texts(&mut source.jobs)));
            }
            source.jobs.start += 1;
            match self.open_stream(index) {
                Ok(stream) => source.stream = Some(stream),
                Err(error) => return Some(Item::End(index, Err(error))),
            }
        }
        None
    }

    fn open_stream(&self, index: usize) -> io::Result<Stream> {
        let job = &self.jobs[index];
        if let (Format::Parquet, Some(path)) = (job.from, &job.input.path) {
            let stamp = Some(Stamp::of(path)?);
            let mut file = ParquetFile::open(path, &self.context.fields)?;
            if let (Some(column), Some(target)) = (&self.context.removed_column, job.path()) {
                file.add_lists(column, target.parent().unwrap_or(Path::new("")))?;
            }
            let batches = file.batches()?;
            let records = Records::Parquet(Arc::new(file), batches);
            return Ok(Stream { job: index, records, sum: Checksum::default(), stamp, cut_off: false });
        }
        let (reader, packing, stamp): (Box<dyn Read + Send>, Packing, Option<Stamp>) = match &job.input.path {
            Some(path) => {
                let file = File::open(path)?;
                let stamp = Stamp::of_meta(&file.metadata()?);
                (Box::new(file), job.packing.unwrap_or_default(), Some(stamp))
            }
            None => {
                let (packing, reader) = packed::sniff(io::stdin())?;
                (Box::new(reader), packing, None)
            }
        };
        let unpacked = packed::open(locked(&self.messages).progress.reading(reader), packing);
        let watch = unpacked.watch();
        let (cutter, parser) = Cutter::new(job.from, unpacked, &self.context.fields)?;
        let records = Records::Stream(cutter, Arc::new(parser), watch);
        Ok(Stream { job: index, records, sum: Checksum::default(), stamp, cut_off: false })
    }

    /// How many records may still come, if not all of them. Each says whether it counts: whether it is a
    /// document that is taken.
    fn limited(&self, mut counts: impl Iterator<Item = bool>) -> Option<usize> {
        let limit = self.limit.as_ref()?;
        let (mut left, mut records) = (limit.load(Relaxed), 0);
        while left > 0
            && let Some(counts) = counts.next()
        {
            records += 1;
            left -= u64::from(counts);
        }
        limit.store(left, Relaxed);
        (left == 0 && counts.next().is_some()).then_some(records)
    }

    /// The next records of a file.
    fn read(&self, stream: &mut Stream) -> io::Result<Option<Item>> {
        if stream.cut_off {
            return Ok(None);
        }
        let job = &self.jobs[stream.job];
        match &mut stream.records {
            Records::Stream(cutter, parser, _) => {
                let Some(mut batch) = cutter.next_batch(BATCH)? else { return Ok(None) };
                let counts = |raw| match parser.parse(raw) {
                    Ok(Some(entry)) => self.context.takes(job, entry.id(), raw.offset),
                    _ => false,
                };
                let limited = self.limited(batch.records().map(counts));
                if let Some(records) = limited {
                    batch.truncate(records);
                    stream.cut_off = true;
                }
                stream.sum.add(batch.bytes());
                Ok(Some(Item::Records(stream.job, parser.clone(), batch)))
            }
            Records::Parquet(file, batches) => {
                let Some(mut batch) = batches.next_batch(BATCH)? else { return Ok(None) };
                let counts = |(number, row): (u64, &ParquetRow)| {
                    matches!(row.text(), Ok(Some(_))) && self.context.takes(job, row.id(), number)
                };
                let limited = self.limited((batch.first()..).zip(batch.rows()).map(counts));
                if let Some(rows) = limited {
                    batch.truncate(rows);
                    stream.cut_off = true;
                }
                for row in batch.rows() {
                    records::sum_row(row.text(), |bytes| stream.sum.add(bytes));
                }
                Ok(Some(Item::Rows(stream.job, file.clone(), batch)))
            }
        }
    }

    /// Some text files in a row.
    fn texts(&self, jobs: &mut Range<usize>) -> Range<usize> {
        let start = jobs.start;
        let most = self.limit.as_ref().map_or(TEXTS.0, |left| TEXTS.0.min(left.load(Relaxed) as usize));
        let mut bytes = 0;
        while jobs.start < jobs.end
            && jobs.start - start < most
            && bytes < TEXTS.1
            && !self.jobs[jobs.start].from.has_records()
        {
            bytes += self.sizes[jobs.start];
            jobs.start += 1;
        }
        if let Some(left) = &self.limit {
            left.fetch_sub((jobs.start - start) as u64, Relaxed);
        }
        start..jobs.start
    }
}
