//! [`Sink`]: writes the results of a shard in order, and finishes its files.

use std::io::{self, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use dehusk::Fields;
use dehusk::io::packed::{self, Packing};
use dehusk::io::parquet::ParquetFile;
use dehusk::io::{Format, FormatError};
use dehusk::pipeline::{Failure, Kind, ResultFile, Row, Stamp, Tally};

use super::job::{Job, Target};
use super::output::Output;
use super::processed::{Processed, is_full};
use super::removed::Part;
use super::run::{Run, Stop, locked};
use super::source::Ended;
use super::texts;
use crate::read::documents::unread;
use crate::ui::atomic_file::{AtomicFile, ClosedFile, changed_meanwhile};
use crate::ui::messages::{Notice, Severity, reason, say};

/// The output side of a lane: the file being written and the counts of the shard.
#[derive(Default)]
pub(super) struct Sink {
    pub(super) lane: usize,
    /// The file of results; `None` for standard output, and for text files, which workers write.
    pub(super) file: Option<Output>,
    /// The shard's part of the record of removals.
    pub(super) part: Option<Part>,
    pub(super) tally: Tally,
    pub(super) stamps: Vec<(String, Stamp)>,
    pub(super) results: Vec<ResultFile>,
    /// The index of the file of records that is being written.
    pub(super) job: Option<usize>,
    /// The counts of documents, failures, and answers of servers that are no pages, before that file.
    pub(super) before: (u64, u64, u64),
    /// Whether the result of that file differs from the input.
    pub(super) changed: bool,
    /// Whether a record of that file says its URL.
    pub(super) has_url: bool,
    /// Whether what was written to standard output ends without a line break.
    pub(super) open_line: bool,
    /// Whether a file failed, so that the shard is not finished.
    pub(super) failed: bool,
    /// Tells the source of the lane to stop reading. See [`ShardSource`](super::source::ShardSource).
    pub(super) abandoned: Arc<AtomicBool>,
}

impl Run<'_> {
    /// Reports that the current file failed, and abandons it.
    fn fail(&self, sink: &mut Sink, place: String, text: String) {
        sink.file = None;
        sink.failed = true;
        self.errors.fetch_add(1, Relaxed);
        // What was written to standard output cannot be taken back, and other files follow in the same lane.
        if !self.joined {
            sink.tally = Tally::default();
            sink.abandoned.store(true, Relaxed);
        }
        sink.tally.failure(Failure { file: place.clone(), record: None, offset: None, reason: text.clone() });
        self.tell(sink.lane, vec![Notice::new(Severity::Error, place, text)]);
    }

    /// Starts the result of the next file of records.
    pub(super) fn begin(&self, sink: &mut Sink, index: usize, parquet: Option<&ParquetFile>) -> Result<(), Stop> {
        let job = &self.jobs[index];
        (sink.job, sink.has_url) = (Some(index), false);
        sink.before = (sink.tally.documents(), sink.tally.failed(), sink.tally.no_pages());
        let Some(path) = job.path() else {
            let end = std::mem::take(&mut sink.open_line);
            return if end { self.write(sink, &compress(b"\n", &[], job.compress)) } else { Ok(()) };
        };
        let output = self.context.new_file(path).and_then(|file| {
            if job.target == Target::InPlace && file.has_other_names() {
                let text = texts::other_names(self.context.lang);
                self.tell(sink.lane, vec![Notice::new(Severity::Warning, job.input.name(), text)]);
            }
            self.output(job, file, parquet)
        });
        match output {
            Ok(output) => sink.file = Some(output),
            Err(error) => {
                self.cannot_write(sink, job, error)?;
            }
        }
        Ok(())
    }

    fn output(&self, job: &Job, file: AtomicFile, parquet: Option<&ParquetFile>) -> io::Result<Output> {
        match (job.to, parquet) {
            (Format::Parquet, Some(of)) => {
                Output::rewrite(file, of, self.limit.is_some() || self.context.sample.is_some())
            }
            (Format::Parquet, None) => {
                Output::table(file, &self.context.reading.fields, self.context.removed_column.as_ref())
            }
            _ => Ok(Output::bytes(file, job.compress)),
        }
    }

    /// Puts rewritten texts into their places after their rows are in the record on disk.
    pub(super) fn put_pending(
        &self,
        sink: &mut Sink,
        pending: Vec<(String, ClosedFile, Option<Stamp>)>,
    ) -> Result<(), Stop> {
        if pending.is_empty() {
            return Ok(());
        }
        if let Some(part) = &mut sink.part {
            part.sync().map_err(|(place, error)| Stop::File(place, error))?;
        }
        for (place, file, read) in pending {
            if let Err(error) = file.replace(read) {
                if is_full(&error) {
                    return Err(Stop::File(place, error));
                }
                let text = reason(self.context.lang, &error);
                sink.failed = true;
                self.errors.fetch_add(1, Relaxed);
                sink.tally.failure(Failure { file: place.clone(), record: None, offset: None, reason: text.clone() });
                self.tell(sink.lane, vec![Notice::new(Severity::Error, place, text)]);
            }
        }
        Ok(())
    }

    /// Writes to standard output.
    fn write(&self, sink: &mut Sink, bytes: &[u8]) -> Result<(), Stop> {
        let mut stdout = locked(&self.stdout);
        stdout.write_all(bytes).map_err(Stop::Stdout)?;
        // Texts are few and long, so each one is shown at once.
        if sink.job.is_none() || self.context.line_buffered { stdout.flush().map_err(Stop::Stdout) } else { Ok(()) }
    }

    /// Writes results of the current file.
    pub(super) fn write_piece(&self, sink: &mut Sink, processed: &mut Processed) -> Result<(), Stop> {
        let Some(job) = sink.job.map(|i| &self.jobs[i]).filter(|job| job.target != Target::Stdout) else {
            return if processed.out.is_empty() { Ok(()) } else { self.write(sink, &processed.out) };
        };
        let Some(output) = &mut sink.file else { return Ok(()) };
        output.write(processed).or_else(|e| self.cannot_write(sink, job, e))
    }

    /// Reports a write error; stops the run if the disk is full.
    fn cannot_write(&self, sink: &mut Sink, job: &Job, error: io::Error) -> Result<(), Stop> {
        let place = job.place();
        if is_full(&error) {
            sink.file = None;
            return Err(Stop::File(place, error));
        }
        let text = reason(self.context.lang, &error);
        self.fail(sink, place, text);
        Ok(())
    }

    /// Finishes a file of records: checks that it did not change, writes its last row to the record, and commits the
    /// result.
    pub(super) fn end(&self, sink: &mut Sink, index: usize, ended: io::Result<Ended>) -> Result<(), Stop> {
        let (job, lang) = (&self.jobs[index], self.context.lang);
        let name = job.input.name();
        let ended = match ended {
            Ok(ended) => ended,
            Err(error) => {
                self.fail(sink, name, reason(lang, &error));
                // A limit would be exceeded again in the next run, so there is nothing to resume.
                if FormatError::of(&error).is_some_and(FormatError::is_limit)
                    && let Some(stamp) = job.input.path.as_deref().and_then(|path| Stamp::of(path).ok())
                {
                    sink.stamps.push((job.recorded_name(), stamp));
                    sink.failed = false;
                }
                return Ok(());
            }
        };
        if let (Some(path), Some(stamp)) = (&job.input.path, ended.stamp) {
            if Stamp::of(path).ok() != Some(stamp) {
                self.fail(sink, name, reason(lang, &changed_meanwhile()));
                return Ok(());
            }
            sink.stamps.push((job.recorded_name(), stamp));
        }
        let before = sink.before;
        let (documents, failed) = (sink.tally.documents() - before.0, sink.tally.failed() - before.1);
        let no_pages = sink.tally.no_pages() - before.2;
        // A sample may contain no document by chance.
        let whole = self.context.sample.is_none() && !ended.cut_off;
        if job.from == Format::Warc && whole && documents + failed + no_pages == 0 && ended.count > 0 {
            let error = FormatError::NoTexts { records: ended.count };
            self.fail(sink, name, error.message().get(lang).to_owned());
            return Ok(());
        }
        let mut messages = Vec::new();
        if ended.padding > 0 {
            let nuls = ended.padding;
            let text = say!(
                lang,
                "gzip 数据后面还有 {nuls} 个空字节，已忽略",
                "{nuls} NUL bytes behind the gzip data were passed over"
            );
            messages.push(Notice::new(Severity::Note, &name, text));
        }
        if failed > 0 {
            let text = unread(failed, documents + failed, lang);
            messages.push(Notice::new(Severity::Note, &name, text));
        }
        let fields = &self.context.reading.fields;
        if let ([field], true) = (fields.url.as_slice(), documents > 0 && !sink.has_url && job.from != Format::Warc)
            && *fields.url != Fields::default().url
        {
            let text = say!(
                lang,
                "没有一条记录有字段 \"{field}\" (--url-field)，只管某个网站的规则都没有用上",
                "no record has the field \"{field}\" (--url-field), so no rule for a single site was used"
            );
            messages.push(Notice::new(Severity::Warning, &name, text));
        }
        self.tell(sink.lane, messages);
        if let Some(part) = &mut sink.part {
            let mut row = Row {
                kind: Kind::File,
                documents: Some(documents),
                bytes: Some(ended.sum.bytes()),
                checksum: Some(ended.sum.digits().into()),
                ..job.row(self.context)
            };
            row.partial = row.partial.or(ended.cut_off.then_some(true));
            part.write(row.line().as_bytes()).map_err(|(place, error)| Stop::File(place, error))?;
            // A file is replaced only after its rows are on disk.
            if job.target == Target::InPlace {
                part.sync().map_err(|(place, error)| Stop::File(place, error))?;
            }
        }
        // An additional column is a change, even if no text has changed.
        sink.changed |= self.context.removed_column.is_some();
        sink.tally.file(sink.changed && job.target != Target::Stdout);
        if let Some(output) = sink.file.take() {
            let keep_old = job.target == Target::InPlace && !sink.changed;
            if keep_old {
                return Ok(());
            }
            match output.finish().and_then(|file| file.close(self.context.backup.as_deref())?.put()) {
                Ok(written) if self.context.out.is_some() => sink.results.push(self.context.result(&written)),
                Ok(_) => {}
                Err(error) => return self.cannot_write(sink, job, error),
            }
        }
        Ok(())
    }
}

/// Compresses bytes: to one member, or, if `ends` is not empty, to one member for each range that ends at one of
/// `ends`.
pub(super) fn compress(bytes: &[u8], ends: &[usize], packing: Packing) -> Vec<u8> {
    if packing == Packing::None {
        return bytes.to_vec();
    }
    let all = [bytes.len()];
    let ends = if ends.is_empty() { &all } else { ends };
    let mut packed = Vec::with_capacity(bytes.len() / 3);
    let mut start = 0;
    for &end in ends.iter().filter(|&&end| end > 0) {
        if end > start {
            // Compressing into memory cannot fail, except for lack of memory.
            packed.extend(packed::pack(&bytes[start..end], packing, None).expect("there is memory for a block"));
        }
        start = end;
    }
    packed
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    #[test]
    fn a_block_is_packed_whole_or_by_record() {
        let unpacked = |packed: Vec<u8>| {
            let mut bytes = Vec::new();
            packed::open(io::Cursor::new(packed), Packing::Gzip).read_to_end(&mut bytes).unwrap();
            bytes
        };
        let (whole, apart) = (compress(b"abcd", &[], Packing::Gzip), compress(b"abcd", &[0, 1, 1, 4], Packing::Gzip));
        assert!(apart.len() > whole.len());
        assert_eq!((unpacked(whole), unpacked(apart)), (b"abcd".to_vec(), b"abcd".to_vec()));
    }
}
