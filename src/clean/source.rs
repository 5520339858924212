//! [`ShardSource`]: reads the records and texts of a shard, in items for workers.

use std::io;
use std::num::NonZero;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use dehusk::io::Format;
use dehusk::io::parquet::{ParquetFile, ParquetRow};
use dehusk::pipeline::{Checksum, Stamp};

use super::records;
use super::run::{Run, locked};
use crate::read::stream::{Records, Stream};

/// How many bytes of records a worker gets at a time. It is enough for many milliseconds of work, so threads rarely
/// wait for each other; and it is so little that several batches per thread need little memory.
const BATCH: usize = 1 << 20;
/// How many text files a worker gets at a time, at most, and of how many bytes.
const TEXTS: (usize, u64) = (32, 1 << 20);

/// The input side of a lane: the files of a shard that are not read yet.
pub(super) struct ShardSource {
    pub(super) jobs: Range<usize>,
    /// The file of records that is being read.
    pub(super) stream: Option<OpenFile>,
    /// Set by the sink if the current file failed, so that reading on is useless.
    pub(super) abandoned: Arc<AtomicBool>,
}

/// A file of records that is being read.
pub(super) struct OpenFile {
    pub(super) job: usize,
    pub(super) records: Stream,
    /// How many records were read.
    pub(super) count: u64,
    pub(super) sum: Checksum,
    pub(super) stamp: Option<Stamp>,
    /// Whether `--limit` ended the file early.
    pub(super) cut_off: bool,
}

impl OpenFile {
    fn end(self) -> Ended {
        let Self { sum, stamp, cut_off, records, count, .. } = self;
        let (padding, parquet) = match records {
            Stream::Bytes(_, _, watch) => (watch.padding(), None),
            Stream::Parquet(file, _) => (0, Some(file)),
        };
        Ended { sum, stamp, padding, cut_off, parquet, count }
    }
}

/// What a worker gets at a time.
// The size of the variants does not matter: moving some hundred bytes is nothing beside a megabyte of records.
#[allow(clippy::large_enum_variant)]
pub(super) enum WorkItem {
    /// Text files, by their indexes.
    Texts(Range<usize>),
    /// Records of the file with this index.
    Records(usize, Records),
    /// The end of the file of records with this index, or the error that ended it.
    End(usize, io::Result<Ended>),
}

/// What is known about a file of records when it was read to its end, or to the limit.
pub(super) struct Ended {
    pub(super) sum: Checksum,
    pub(super) stamp: Option<Stamp>,
    /// The number of NUL bytes after the gzip data.
    pub(super) padding: u64,
    pub(super) cut_off: bool,
    pub(super) parquet: Option<Arc<ParquetFile>>,
    pub(super) count: u64,
}

impl Run<'_> {
    /// The next item of a lane; `None` at its end. The failure of one file is an item, too.
    pub(super) fn next_item(&self, source: &mut ShardSource) -> Option<WorkItem> {
        while !source.abandoned.load(Relaxed) {
            if let Some(mut stream) = source.stream.take() {
                let job = stream.job;
                let item = match self.read(&mut stream) {
                    Ok(Some(item)) => {
                        source.stream = Some(stream);
                        item
                    }
                    Ok(None) => WorkItem::End(job, Ok(stream.end())),
                    Err(error) => WorkItem::End(job, Err(error)),
                };
                return Some(item);
            }
            if source.jobs.is_empty() || self.limit_is_reached() {
                break;
            }
            let index = source.jobs.start;
            if !self.jobs[index].from.has_records() {
                return Some(WorkItem::Texts(self.texts(&mut source.jobs)));
            }
            source.jobs.start += 1;
            match self.open_stream(index) {
                Ok(stream) => source.stream = Some(stream),
                Err(error) => return Some(WorkItem::End(index, Err(error))),
            }
        }
        None
    }

    fn open_stream(&self, index: usize) -> io::Result<OpenFile> {
        let job = &self.jobs[index];
        let reading = &self.context.reading;
        let (records, stamp) = if let (Format::Parquet, Some(path)) = (job.from, &job.input.path) {
            let stamp = Some(Stamp::of(path)?);
            let mut file = ParquetFile::open(path, &reading.fields)?.with_limits(reading.limits);
            if let (Some(column), Some(target)) = (&self.context.removed_column, job.path()) {
                file.add_lists(column, target.parent().unwrap_or(Path::new("")))?;
            }
            (Stream::rows(file)?, stamp)
        } else {
            let progress = locked(&self.messages).progress.clone();
            // Other files are unpacked at the same time, each on the thread that reads it.
            let threads = self.context.threads.get() / self.jobs.len().clamp(1, self.context.threads.get());
            let threads = NonZero::new(threads).unwrap_or(NonZero::<usize>::MIN);
            Stream::open(&job.input, (job.from, job.packing), reading, threads, &progress)?
        };
        Ok(OpenFile { job: index, records, count: 0, sum: Checksum::default(), stamp, cut_off: false })
    }

    /// Applies `--limit` to a batch: the number of records to keep, or `None` for all. `counts` tells for each record
    /// whether it counts towards the limit, which means that it is a document that is processed.
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

    /// The next records of a file; `None` at its end or at the limit.
    fn read(&self, stream: &mut OpenFile) -> io::Result<Option<WorkItem>> {
        if stream.cut_off {
            return Ok(None);
        }
        let job = &self.jobs[stream.job];
        // A batch of at least one byte: exactly one line.
        let size = if self.context.line_buffered { 1 } else { BATCH };
        let Some(mut records) = stream.records.next_batch(size)? else { return Ok(None) };
        stream.count += records.len() as u64;
        match &mut records {
            Records::Bytes(parser, batch) => {
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
            }
            Records::Rows(_, batch) => {
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
            }
        }
        Ok(Some(WorkItem::Records(stream.job, records)))
    }

    /// Takes some consecutive text files from `jobs`, and counts them towards the limit.
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
