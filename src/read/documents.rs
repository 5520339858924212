//! [`Documents`]: reads the documents of files and folders one after the other, in any format.
//!
//! Every command reads its documents here: texts in any encoding, JSON Lines, WARC, tables and Parquet, packed or
//! not. Documents come in batches in the order of the input. One thread reads and unpacks; all cores first find the
//! texts and then work on them. So memory is bounded by two batches and the longest document, and the result is the
//! same on every machine.
//!
//! What cannot be read is reported with its place and counted; reading goes on.
//!
//! A collection may be read more than once, so standard input is first copied into a file.

mod walk;

use walk::DocumentWalk;

use std::io;
use std::num::NonZero;
use std::path::Path;

use anyhow::{Context as _, bail};
use dehusk::io::packed::{self, Packing};
use dehusk::io::parquet::ParquetRow;
use dehusk::io::{Format, FormatError, Parser, Raw};
use dehusk::pipeline::SampleShare;
use dehusk::{Engine, HtmlReader, Input, Lang, all_cores, parallel_map};
use tempfile::NamedTempFile;

use crate::read::args::CommonArgs;
use crate::read::document::{Doc, Known};
use crate::read::files::{Exclude, InputFile, expand};
use crate::read::read_args::{CollectionArgs, Reading};
use crate::read::reason::{ReasonText, entry_reason};
use crate::read::stream::Records;
use crate::read::text::{bytes_of, decoded, replaced};
use crate::ui::messages::{Console, Notice, Severity, json_reason, reason, say};
use crate::ui::progress::Progress;

/// How many bytes of records a batch has for each worker thread.
const BATCH: usize = 4 << 20;

/// The counts of one pass over documents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadCounts {
    /// Documents that were worked on.
    pub documents: u64,
    /// Files and records that could not be read.
    pub failed: u64,
}

/// The files found in the arguments, and which of their documents are wanted.
#[derive(Debug)]
pub struct Documents {
    inputs: Vec<InputFile>,
    args: CollectionArgs,
    reading: Reading,
    /// `--source` of `dehusk eval`.
    sources: Vec<String>,
    /// Whether documents that were not asked for are handed out too, with `counts` = false.
    others: bool,
    /// Whether a record is refused if a field besides its text holds something else than it should.
    needs_fields: bool,
    /// HTML stays HTML.
    keeps_html: bool,
    /// The reader of HTML, and the kind of input that the engine expects.
    html: Option<(HtmlReader, Input)>,
    /// The copy of standard input; it is deleted when this is dropped.
    _spooled: Option<NamedTempFile>,
    missing: u64,
    threads: NonZero<usize>,
    lang: Lang,
    quiet: bool,
}

impl Documents {
    /// Finds the files.
    ///
    /// # Errors
    /// When there is no input at all.
    pub fn open(args: &CollectionArgs, common: &CommonArgs, console: &mut Console) -> anyhow::Result<Self> {
        let lang = common.lang();
        let reading = args.read.reading()?;
        let mut inputs = expand(&args.collection, &Exclude { out: None, in_place: false, backup: None });
        let mut found = std::mem::take(&mut inputs.found);
        inputs.tell_missing(console);
        if found.is_empty() {
            bail!(say!(lang, "没有可读的文件", "there is no file to read"));
        }
        let mut spooled = None;
        if let Some(stdin) = found.iter_mut().find(|input| input.path.is_none()) {
            let mut file = NamedTempFile::new().with_context(|| std::env::temp_dir().display().to_string())?;
            io::copy(&mut io::stdin().lock(), &mut file).context("<stdin>")?;
            stdin.path = Some(file.path().to_owned());
            spooled = Some(file);
        }
        Ok(Self {
            inputs: found,
            args: args.clone(),
            reading,
            sources: Vec::new(),
            others: false,
            needs_fields: false,
            keeps_html: false,
            html: None,
            _spooled: spooled,
            missing: inputs.failed.len() as u64,
            threads: args.jobs.unwrap_or_else(all_cores),
            lang,
            quiet: common.quiet,
        })
    }

    /// Keeps only records of these sources, if any are given.
    #[must_use]
    pub fn of_sources(self, sources: &[String]) -> Self {
        Self { sources: sources.to_vec(), ..self }
    }

    /// Also hands out documents that were not asked for.
    #[must_use]
    pub fn with_others(self) -> Self {
        Self { others: true, ..self }
    }

    /// Refuses records in which the body, the language or the like is not what it should be, for who works with them. For
    /// others it is unknown then.
    #[must_use]
    pub fn needing_fields(self) -> Self {
        Self { needs_fields: true, ..self }
    }

    /// Reads texts as HTML if the engine was built for HTML, or if the text is HTML.
    #[must_use]
    pub fn for_engine(self, engine: &Engine) -> Self {
        Self { html: Some((engine.html_reader(), engine.input())), ..self }
    }

    /// Leaves HTML as it is, marked, for who reads it later.
    #[must_use]
    pub fn keeping_html(self) -> Self {
        Self { keeps_html: true, ..self }
    }

    /// A document as it was read; HTML is turned into text.
    fn made(&self, doc: Doc) -> Doc {
        match &self.html {
            _ if self.keeps_html => doc,
            Some((reader, Input::Html)) => doc.of_html(reader),
            Some((reader, Input::Auto)) if dehusk::is_html(&doc.text) => doc.of_html(reader),
            Some((reader, _)) if doc.is_html => doc.of_html(reader),
            None if doc.is_html => doc.of_html(&HtmlReader::default()),
            _ => doc,
        }
    }

    /// The number of worker threads.
    pub fn threads(&self) -> NonZero<usize> {
        self.threads
    }

    /// Calls `take` with all documents, one batch at a time, and reports what cannot be read.
    ///
    /// # Errors
    /// The first error of `take`.
    pub fn each_batch(
        &self,
        console: &mut Console,
        mut take: impl FnMut(Vec<Doc>, &mut Console) -> anyhow::Result<()>,
    ) -> anyhow::Result<ReadCounts> {
        let mut walk = self.walk();
        let mut counts = ReadCounts { documents: 0, failed: self.missing };
        while let Some(step) = walk.next() {
            counts.failed += step.failed;
            counts.documents += step.documents.iter().filter(|doc| doc.counts).count() as u64;
            walk.progress.aside(|| step.messages.iter().for_each(|message| console.tell(message)));
            walk.progress.documents(counts.documents as usize);
            take(step.documents, console)?;
        }
        walk.progress.finish();
        Ok(counts)
    }

    /// Calls `work` on all cores for every document, and `take` with the results in the order of the input.
    pub fn each<R: Send>(
        &self,
        console: &mut Console,
        work: impl Fn(&Doc) -> R + Sync,
        mut take: impl FnMut(R),
    ) -> ReadCounts {
        let all = self.each_batch(console, |documents, _| {
            parallel_map(&documents, self.threads, &work).into_iter().for_each(&mut take);
            Ok(())
        });
        all.expect("taking a result cannot fail")
    }

    /// The record of this number in the first file; the text of the file if it has no records.
    ///
    /// # Errors
    /// The reason in words, when there is no such record or it cannot be read.
    pub fn one(&self, record: Option<u64>, messages: &mut Vec<Notice>) -> Result<Doc, String> {
        let mut walk = self.walk();
        let Some(number) = record else {
            let mut step = walk.texts(1);
            messages.append(&mut step.messages);
            if let Some(at) = messages.iter().position(|message| message.severity == Severity::Error) {
                return Err(messages.remove(at).text);
            }
            return Ok(step.documents.pop().unwrap_or_default());
        };
        let input = &self.inputs[0];
        let io_reason = |error: io::Error| reason(self.lang, &error);
        let mut stream = walk.open(input).map_err(io_reason)?;
        while let Some(records) = stream.next_batch(BATCH).map_err(io_reason)? {
            let found = match &records {
                Records::Bytes(parser, batch) => {
                    let raw = batch.records().find(|raw| raw.number as u64 == number);
                    raw.map(|raw| self.of_raw(input, parser, raw))
                }
                Records::Rows(_, batch) => {
                    let at = number.checked_sub(batch.first()).map(|at| at as usize);
                    at.and_then(|at| batch.rows().get(at)).map(|row| self.of_row(input, row, number))
                }
            };
            let lang = self.lang;
            match found {
                None => {}
                Some(None) => return Err(say!(lang, "第 {number} 条不是文档", "record {number} is no document")),
                Some(Some(Err(why))) => return Err(why.text),
                Some(Some(Ok(doc))) => return Ok(doc),
            }
        }
        Err(say!(self.lang, "没有第 {number} 条记录", "there is no record {number}"))
    }

    fn walk(&self) -> DocumentWalk<'_> {
        let bytes = self.inputs.iter().filter_map(|input| input.path.as_ref()?.metadata().ok()).map(|meta| meta.len());
        let progress = Progress::new(bytes.sum(), self.lang, self.quiet);
        let left = self.args.share.limit.map_or(u64::MAX, NonZero::get);
        DocumentWalk::new(self, left, progress)
    }

    fn format_of(&self, input: &InputFile) -> (Format, Packing) {
        let path = if input.is_stdin() { None } else { input.path.as_deref() };
        let (format, packing) = self.args.read.format_of(path.unwrap_or(Path::new("")));
        let packing = match (path, &input.path) {
            (None, Some(kept)) => std::fs::File::open(kept).and_then(packed::sniff).map_or(packing, |(found, _)| found),
            _ => packing,
        };
        (format, packing)
    }

    /// Whether a document is in the sample. `offset` is the byte at which it begins, or its number in formats without
    /// offsets.
    fn is_chosen(&self, input: &InputFile, id: Option<&str>, offset: u64) -> bool {
        let name = || SampleShare::name_of(id, &input.mirrored_name(), offset);
        self.args.share.sample.is_none_or(|sample| sample.takes(&name()))
    }

    /// Whether a record with these fields is wanted.
    fn is_wanted(&self, known: &Known) -> bool {
        let any = |wanted: &[String], is: &str| wanted.is_empty() || wanted.iter().any(|w| w == is);
        any(&self.args.view, known.view())
            && any(&self.args.language, known.lang())
            && any(&self.sources, known.source())
    }

    /// The document of one record; `None` if the record is not a document. The error is the reason in words.
    fn of_raw(&self, input: &InputFile, parser: &Parser, raw: Raw<'_>) -> Option<Result<Doc, ReasonText>> {
        let (file, lang) = (input.name(), self.lang);
        let entry = match parser.parse(raw) {
            Ok(entry) => entry?,
            Err(error) => {
                let why = || entry_reason(lang, &error, raw.bytes, &self.reading.fields, &file);
                return self.is_chosen(input, None, raw.offset).then(|| Err(why()));
            }
        };
        let is_chosen = self.is_chosen(input, entry.id(), raw.offset);
        let value = |column: usize| parser.value(raw, Known::COLUMNS[column]);
        let known = match (&entry, self.needs_fields && is_chosen) {
            (dehusk::io::Entry::Jsonl(_), true) => known_of(raw.bytes, lang),
            (dehusk::io::Entry::Jsonl(_), false) => Ok(Known::of_line(without_mark(raw.bytes))),
            (_, true) => Known::of_row(value).map_err(|name| no_list(name, lang)),
            (_, false) => Ok(Known::of_row_without_lists(value)),
        };
        let known = match known {
            Ok(known) => known,
            Err(text) => return Some(Err(ReasonText { text, limit: None })),
        };
        let counts = is_chosen && self.is_wanted(&known);
        let host = entry.url().map(str::to_owned).or_else(|| self.args.read.host.clone());
        let id = entry.id().map(str::to_owned);
        let (text, is_html) = (entry.text().to_owned(), entry.is_html());
        let doc = Doc { file, record: Some(raw.number as u64), id, text, host, known, counts, page: None, is_html };
        Some(Ok(if counts { self.made(doc) } else { doc }))
    }

    /// The same for a row of a Parquet file.
    fn of_row(&self, input: &InputFile, row: &ParquetRow, number: u64) -> Option<Result<Doc, ReasonText>> {
        let (file, lang) = (input.name(), self.lang);
        let wrong = |text: String| Some(Err(ReasonText { text, limit: None }));
        let limit = self.reading.limits.record;
        let text = match row.text() {
            Ok(Some(text)) if text.len() > limit => {
                return wrong(FormatError::TooLong { limit }.message().get(lang).to_owned());
            }
            Ok(text) => text?.to_owned(),
            Err(error) => return wrong(error.message().get(lang).to_owned()),
        };
        let is_chosen = self.is_chosen(input, row.id(), number);
        let value = |column: usize| row.more(column).map(Into::into);
        let known = match self.needs_fields && is_chosen {
            true => Known::of_row(value),
            false => Ok(Known::of_row_without_lists(value)),
        };
        let known = match known {
            Ok(known) => known,
            Err(name) => return wrong(no_list(name, lang)),
        };
        let counts = is_chosen && self.is_wanted(&known);
        let host = row.url().map(str::to_owned).or_else(|| self.args.read.host.clone());
        let id = row.id().map(str::to_owned);
        Some(Ok(self.made(Doc {
            file,
            record: Some(number),
            id,
            text,
            host,
            known,
            counts,
            page: None,
            is_html: false,
        })))
    }

    /// The document of a text file; `None` for a file in a folder that is not text.
    fn of_text(&self, input: &InputFile, messages: &mut Vec<Notice>) -> Option<Result<Doc, String>> {
        let (bytes, _) = match bytes_of(input, Some(self.format_of(input).1), self.reading.limits) {
            Ok(found) => found,
            Err(error) => return Some(Err(reason(self.lang, &error))),
        };
        let decoded = match decoded(input, &bytes, &self.reading, self.lang, messages) {
            Ok(decoded) => decoded?,
            Err(why) => return Some(Err(why)),
        };
        let (decoded, is_html) = decoded;
        if let Some(text) = replaced(&decoded, false, self.lang) {
            messages.push(Notice::new(Severity::Warning, input.name(), text));
        }
        let host = self.args.read.host.clone();
        let text = decoded.text.into_owned();
        Some(Ok(self.made(Doc { file: input.name(), text, host, counts: true, is_html, ..Doc::default() })))
    }
}

/// A line without a byte order mark.
fn without_mark(line: &[u8]) -> &[u8] {
    line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line)
}

/// The further fields of a line of JSON. The error is the reason in words.
fn known_of(line: &[u8], lang: Lang) -> Result<Known, String> {
    serde_json::from_slice(without_mark(line)).map_err(|error| {
        let why = json_reason(lang, &error);
        say!(
            lang,
            "gold、lang 或 view 等字段不合要求：{why}",
            "gold, lang, view or the like is not what it should be: {why}"
        )
    })
}

/// The message for commands that need a body in the records, when none has one.
pub fn no_body(lang: Lang) -> String {
    say!(
        lang,
        "没有一条记录写明正文：要有字段 gold（正文），或 with、without（一定要留、一定要删的片段）",
        "no record says what its body is; it takes the field gold (the body), or with and without (snippets that must stay, must go)"
    )
}

fn no_list(name: &str, lang: Lang) -> String {
    say!(
        lang,
        "列 \"{name}\" 要写成 JSON 的列表，如 [\"…\"]",
        "the column \"{name}\" must hold a JSON list such as [\"…\"]"
    )
}

/// The message about records that could not be read.
pub fn unread(failed: u64, all: u64, lang: Lang) -> String {
    say!(lang, "{all} 条记录里有 {failed} 条无法处理", "{failed} of {all} records could not be taken")
}
