//! [`DocumentWalk`]: one pass over all documents, in batches.

use std::io;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::{self, JoinHandle};

use dehusk::io::parquet::{ParquetFile, ParquetRow};
use dehusk::io::{Format, FormatError, Raw};
use dehusk::parallel_map;

use super::{BATCH, Documents, unread};
use crate::read::document::{Doc, Known};
use crate::read::files::InputFile;
use crate::read::reason::ReasonText;
use crate::read::stream::{Records, Stream};
use crate::ui::messages::{Notice, Severity, reason};
use crate::ui::progress::Progress;

/// Some documents, with the messages about them.
#[derive(Default)]
pub(super) struct WalkStep {
    pub(super) documents: Vec<Doc>,
    pub(super) messages: Vec<Notice>,
    pub(super) failed: u64,
}

/// One pass over all documents.
pub(super) struct DocumentWalk<'d> {
    documents: &'d Documents,
    /// The index of the next input.
    next: usize,
    file: Option<Open<'d>>,
    /// How many more documents are wanted.
    left: u64,
    pub(super) progress: Progress,
}

/// A file of records that is being read.
struct Open<'d> {
    input: &'d InputFile,
    batches: Receiver<io::Result<Records>>,
    /// The thread that reads it.
    reader: Option<JoinHandle<()>>,
    is_warc: bool,
    records: u64,
    found: u64,
    failed: u64,
}

impl Iterator for DocumentWalk<'_> {
    type Item = WalkStep;

    fn next(&mut self) -> Option<WalkStep> {
        if self.left == 0 {
            return None;
        }
        if let Some(file) = &self.file {
            return Some(match file.batches.recv() {
                Ok(Ok(records)) => self.records(&records),
                Ok(Err(error)) => {
                    let file = self.file.take().expect("a file is open");
                    self.failure(file.input, reason(self.documents.lang, &error))
                }
                Err(_) => {
                    // A panic of the thread is handed on: it would look like the end of the file.
                    let reader = self.file.as_mut().and_then(|file| file.reader.take());
                    if let Some(Err(panic)) = reader.map(JoinHandle::join) {
                        std::panic::resume_unwind(panic);
                    }
                    self.end()
                }
            });
        }
        let input = self.documents.inputs.get(self.next)?;
        if !self.documents.format_of(input).0.has_records() {
            return Some(self.texts(self.documents.threads.get() * 8));
        }
        self.next += 1;
        Some(match self.start(input) {
            Ok(file) => {
                self.file = Some(file);
                WalkStep::default()
            }
            Err(error) => self.failure(input, reason(self.documents.lang, &error)),
        })
    }
}

impl<'d> DocumentWalk<'d> {
    pub(super) fn new(documents: &'d Documents, left: u64, progress: Progress) -> Self {
        Self { documents, next: 0, file: None, left, progress }
    }

    /// Opens a file of records.
    pub(super) fn open(&self, input: &InputFile) -> io::Result<Stream> {
        let (format, packing) = self.documents.format_of(input);
        if let (Format::Parquet, Some(path)) = (format, &input.path) {
            let reading = &self.documents.reading;
            let file = ParquetFile::open(path, &reading.fields)?.with_limits(reading.limits);
            return Stream::rows(file.with_more(&Known::COLUMNS));
        }
        let Documents { reading, threads, .. } = self.documents;
        Ok(Stream::open(input, (format, Some(packing)), reading, *threads, &self.progress)?.0)
    }

    /// Opens a file of records and reads it on another thread, one batch ahead.
    fn start(&self, input: &'d InputFile) -> io::Result<Open<'d>> {
        let mut stream = self.open(input)?;
        // With `--limit`, less is read ahead.
        let size = if self.left < u64::MAX { BATCH / 16 } else { BATCH } * self.documents.threads.get();
        let (send, batches) = sync_channel(1);
        let reader = thread::Builder::new().spawn(move || {
            while let Some(records) = stream.next_batch(size).transpose() {
                let failed = records.is_err();
                // The receiver is dropped when it has enough documents.
                if send.send(records).is_err() || failed {
                    return;
                }
            }
        })?;
        let is_warc = self.documents.format_of(input).0 == Format::Warc;
        Ok(Open { input, batches, reader: Some(reader), is_warc, records: 0, found: 0, failed: 0 })
    }

    fn failure(&self, input: &InputFile, why: String) -> WalkStep {
        let messages = vec![Notice::new(Severity::Error, input.name(), why)];
        WalkStep { messages, failed: 1, ..WalkStep::default() }
    }

    /// Finds the documents of some records.
    fn records(&mut self, records: &Records) -> WalkStep {
        let (documents, threads) = (self.documents, self.documents.threads);
        let file = self.file.as_mut().expect("a file is open");
        let input = file.input;
        let found = match records {
            Records::Bytes(parser, batch) => {
                let all: Vec<Raw<'_>> = batch.records().collect();
                parallel_map(&all, threads, |raw| Some((raw.number as u64, documents.of_raw(input, parser, *raw)?)))
            }
            Records::Rows(_, batch) => {
                let all: Vec<(u64, &ParquetRow)> = (batch.first()..).zip(batch.rows()).collect();
                parallel_map(&all, threads, |&(number, row)| Some((number, documents.of_row(input, row, number)?)))
            }
        };
        let mut step = WalkStep::default();
        file.records += records.len() as u64;
        for (number, doc) in found.into_iter().flatten() {
            if self.left == 0 {
                break;
            }
            match doc {
                Ok(doc) => {
                    file.found += 1;
                    self.left -= u64::from(doc.counts && self.left < u64::MAX);
                    if doc.counts || documents.others {
                        step.documents.push(doc);
                    }
                }
                Err(ReasonText { text, limit }) => {
                    file.failed += 1;
                    step.failed += 1;
                    let place = format!("{}:{number}", input.name());
                    step.messages.push(Notice { limit, ..Notice::new(Severity::Error, place, text) });
                }
            }
        }
        step
    }

    /// The messages at the end of a file of records.
    fn end(&mut self) -> WalkStep {
        let file = self.file.take().expect("a file is open");
        let lang = self.documents.lang;
        if file.is_warc && file.found + file.failed == 0 && file.records > 0 {
            let error = FormatError::NoTexts { records: file.records };
            return self.failure(file.input, error.message().get(lang).to_owned());
        }
        let mut step = WalkStep::default();
        if file.failed > 0 {
            let text = unread(file.failed, file.failed + file.found, lang);
            step.messages.push(Notice::new(Severity::Note, file.input.name(), text));
        }
        step
    }

    /// Reads some consecutive text files.
    pub(super) fn texts(&mut self, most: usize) -> WalkStep {
        let documents = self.documents;
        let most = usize::try_from(self.left).unwrap_or(most).min(most);
        let mut some = Vec::new();
        while let Some(input) = documents.inputs.get(self.next)
            && some.len() < most
            && !documents.format_of(input).0.has_records()
        {
            self.next += 1;
            let sample = documents.args.share.sample;
            if sample.is_none_or(|sample| sample.takes(&input.mirrored_name())) {
                some.push(input);
            }
        }
        let mut step = WalkStep::default();
        let found = parallel_map(&some, documents.threads, |input| {
            let mut messages = Vec::new();
            let doc = documents.of_text(input, &mut messages);
            self.progress.read(input.path.as_ref().and_then(|path| path.metadata().ok()).map_or(0, |meta| meta.len()));
            (doc, messages)
        });
        for (input, (doc, mut messages)) in some.iter().zip(found) {
            step.messages.append(&mut messages);
            match doc {
                None => {}
                Some(Ok(doc)) => {
                    self.left -= u64::from(self.left < u64::MAX);
                    step.documents.push(doc);
                }
                Some(Err(why)) => {
                    step.failed += 1;
                    step.messages.push(Notice::new(Severity::Error, input.name(), why));
                }
            }
        }
        step
    }
}
