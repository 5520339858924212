//! [`Collection`]: many documents from files and folders, one after the other.
//!
//! A collection is what `preview`, `stats` and `suggest` look at: texts in any encoding, and JSON
//! Lines with the fields `text`, `id`, `url` or `host`, and where they are known `gold` (the body),
//! `lang` and `view`; both may be packed. Documents come in batches, all cores work
//! on a batch, and results are handed over in the order of the input, so memory is bounded by a
//! batch and the longest document, and the result is the same on every machine.
//!
//! What cannot be read is said with its place and counted; the rest goes on.
//!
//! A sample is chosen by the names of documents (their `id`, else the path below the folder that
//! was given), so it is the same on every run, and a larger sample holds the smaller one.

use std::collections::{BTreeSet, HashSet};
use std::fs::File;
use std::io::{self, Read as _};
use std::num::NonZero;
use std::ops::ControlFlow;
use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use dehusk::io::packed::Unpacked;
use dehusk::{Document, Fields, Lang, Record};
use serde::Deserialize;
use serde_json::Value;

use crate::read::args::CommonArgs;
use crate::read::corpus::{self, BATCH, batches_until, scattered};
use crate::read::files::{Exclude, Input, expand};
use crate::read::parallel::{all_cores, parallel_map};
use crate::read::text::{decoded, replaced};
use crate::ui::messages::{Console, Notice, Severity, json_reason, reason, record_reason, say};
use crate::ui::progress::Progress;

/// Which documents a command looks at.
#[derive(Clone, Debug, Args)]
pub struct CollectionArgs {
    /// Files and folders of texts, or JSON Lines; also packed (.gz, .zst, .bz2, .xz)
    ///
    /// Records have text, id, url or host, and perhaps gold (the body), lang and view.
    #[arg(value_name = "COLLECTION", required = true)]
    pub collection: Vec<PathBuf>,

    /// Only N documents, always the same ones
    ///
    /// They are chosen by their names, from all parts of the collection. A larger sample holds the
    /// smaller one.
    #[arg(long, value_name = "N", help_heading = "Pages")]
    pub sample: Option<NonZero<usize>>,

    /// Stop after N documents
    #[arg(long, value_name = "N", help_heading = "Pages")]
    pub limit: Option<NonZero<usize>>,

    /// Only records with one of these views, with commas between
    #[arg(long, value_name = "VIEWS", value_delimiter = ',', help_heading = "Pages")]
    pub view: Vec<String>,

    /// Only records in these languages
    #[arg(long, value_name = "LANGUAGES", value_delimiter = ',', help_heading = "Pages")]
    pub language: Vec<String>,

    /// Host or URL that the texts come from, where they do not say it
    #[arg(long, value_name = "HOST", help_heading = "Pages")]
    pub host: Option<String>,

    /// Encoding of the texts, such as gbk or big5; found out if not given
    #[arg(long, value_name = "LABEL", help_heading = "Pages")]
    pub encoding: Option<String>,

    /// Field with the text
    #[arg(long, value_name = "NAME", default_value = "text", help_heading = "Pages")]
    pub text_field: String,

    /// How many threads; all cores if not given
    #[arg(short, long, value_name = "N", help_heading = "Output")]
    pub jobs: Option<NonZero<usize>>,
}

impl CollectionArgs {
    /// All documents of these files and folders.
    pub fn of(paths: &[PathBuf]) -> Self {
        Self {
            collection: paths.to_vec(),
            sample: None,
            limit: None,
            view: Vec::new(),
            language: Vec::new(),
            host: None,
            encoding: None,
            text_field: "text".into(),
            jobs: None,
        }
    }
}

/// One document of a collection and what is known of it.
#[derive(Clone, Debug, Default)]
pub struct Doc {
    /// The file, as named on the command line or found in a folder.
    pub file: String,
    /// The line of the file (from 1) on which the record stands; `None` for a file of text.
    pub line: Option<usize>,
    /// What the record calls itself.
    pub id: Option<String>,
    /// The text.
    pub text: String,
    /// The host or URL that it came from.
    pub host: Option<String>,
    /// The body, if it is known.
    pub gold: Option<String>,
    /// The language, if the record says it; empty if not.
    pub lang: String,
}

impl Doc {
    /// What reports call it: `pages/a.txt`, `pages.jsonl:12`, `pages.jsonl:12 (a31f)`.
    pub fn name(&self) -> String {
        match (self.line, &self.id) {
            (Some(line), Some(id)) => format!("{}:{line} ({id})", self.file),
            (Some(line), None) => format!("{}:{line}", self.file),
            (None, _) => self.file.clone(),
        }
    }

    /// A line of it (from 0), as `dehusk why` takes it: `pages/a.txt:3`, `pages.jsonl:12:3`.
    pub fn place(&self, line: usize) -> String {
        let line = line + 1;
        match self.line {
            Some(record) => format!("{}:{record}:{line}", self.file),
            None => format!("{}:{line}", self.file),
        }
    }

    /// The text as lines, with all that is known of where it came from.
    ///
    /// # Errors
    /// When it is too long.
    pub fn document(&self) -> dehusk::Result<Document<'_>> {
        let document = Document::new(&self.text)?;
        let document = match &self.host {
            Some(host) => document.with_host(host),
            None => document,
        };
        Ok(if self.lang.is_empty() { document } else { document.with_language(&self.lang) })
    }
}

/// What a run over a collection came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Documents that were worked on.
    pub documents: usize,
    /// Files and records that could not be read.
    pub failed: usize,
}

/// Files and folders, found, and which of their documents count.
#[derive(Debug)]
pub struct Collection {
    inputs: Vec<Input>,
    args: CollectionArgs,
    /// The sample: numbers of the names in it.
    chosen: Option<HashSet<u64>>,
    /// Files that are not there.
    missing: usize,
    jobs: NonZero<usize>,
    lang: Lang,
    quiet: bool,
}

/// What a record says beside what [`Record`] reads.
#[derive(Default, Deserialize)]
struct More {
    #[serde(default)]
    gold: Option<String>,
    #[serde(default)]
    lang: Option<String>,
    #[serde(default)]
    view: Option<String>,
}

/// Which record it is. Reading this alone is much faster than reading the texts.
#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    id: Value,
    #[serde(default)]
    lang: String,
    #[serde(default)]
    view: String,
}

impl Collection {
    /// Finds the files, and chooses the sample.
    ///
    /// # Errors
    /// When there is nothing to read at all.
    pub fn open(args: &CollectionArgs, common: &CommonArgs, console: &mut Console) -> anyhow::Result<Self> {
        let lang = common.lang();
        if args.collection.iter().any(|path| path.as_os_str() == "-") {
            bail!(say!(
                lang,
                "语料要读几遍，不能从标准输入来；先存成文件",
                "a collection is read more than once, so it cannot be standard input; save it to a file"
            ));
        }
        if let Some(label) = &args.encoding {
            dehusk::decode(b"", Some(label))?;
        }
        let mut inputs = expand(&args.collection, &Exclude { out: None, backup: None });
        let found = std::mem::take(&mut inputs.found);
        inputs.tell_missing(console);
        if found.is_empty() {
            bail!(say!(lang, "没有可读的文件", "there is no file to read"));
        }
        let mut collection = Self {
            inputs: found,
            args: args.clone(),
            chosen: None,
            missing: inputs.failed.len(),
            jobs: args.jobs.unwrap_or_else(all_cores),
            lang,
            quiet: common.quiet,
        };
        if let Some(count) = args.sample {
            collection.chosen = Some(collection.sample(count.get()));
        }
        Ok(collection)
    }

    /// Works on every document by all cores, and hands the results to `take` in the order of the
    /// input.
    pub fn each<R: Send>(&self, console: &mut Console, work: impl Fn(&Doc) -> R + Sync, take: impl FnMut(R)) -> Counts {
        let bytes = self.inputs.iter().filter_map(|input| input.path.as_ref()?.metadata().ok()).map(|m| m.len());
        let progress = Progress::new(bytes.sum(), self.lang, self.quiet);
        let counts = Counts { documents: 0, failed: self.missing };
        let mut run = Run { collection: self, progress, counts, console, work, take };
        for group in self.inputs.chunk_by(|a, b| !a.is_jsonl_packed_or_not() && !b.is_jsonl_packed_or_not()) {
            match group {
                [input] if input.is_jsonl_packed_or_not() => run.records(input),
                texts => run.texts(texts),
            }
            if run.left() == 0 {
                break;
            }
        }
        run.progress.finish();
        run.counts
    }

    /// The numbers of the names in a sample of `count`. What cannot be read is said later.
    fn sample(&self, count: usize) -> HashSet<u64> {
        let mut least = BTreeSet::new();
        let mut add = |key: u64| {
            least.insert(key);
            if least.len() > count {
                least.pop_last();
            }
        };
        for input in &self.inputs {
            if !input.is_jsonl_packed_or_not() {
                add(scattered(&input.mirrored.to_string_lossy()));
                continue;
            }
            let Ok(reader) = open(input) else { continue };
            // An error on the way is said when the file is read for good.
            let _ = batches_until(reader, BATCH, |batch| {
                for (number, line) in batch.lines() {
                    let Some(Ok(head)) = corpus::parse::<Head>(line) else { continue };
                    if self.takes(&head.view, &head.lang) {
                        add(record_key(input, number, id_of(&head.id).as_deref()));
                    }
                }
                ControlFlow::Continue(())
            });
        }
        least.into_iter().collect()
    }

    /// Whether records of this view and language count.
    fn takes(&self, view: &str, language: &str) -> bool {
        let any = |wanted: &[String], is: &str| wanted.is_empty() || wanted.iter().any(|w| w == is);
        any(&self.args.view, view) && any(&self.args.language, language)
    }

    fn is_chosen(&self, key: impl FnOnce() -> u64) -> bool {
        self.chosen.as_ref().is_none_or(|chosen| chosen.contains(&key()))
    }

    /// A file of text; `None` for one that holds none. `messages` gets what else is to be said.
    fn text(&self, input: &Input, bytes: &[u8], messages: &mut Vec<Notice>) -> Option<Result<Doc, Notice>> {
        let name = input.name();
        let decoded = match decoded(input, bytes, self.args.encoding.as_deref(), self.lang, messages) {
            Ok(decoded) => decoded?,
            Err(text) => return Some(Err(Notice::new(Severity::Error, name, text))),
        };
        if let Some(text) = replaced(&decoded, self.lang) {
            messages.push(Notice::new(Severity::Warning, &name, text));
        }
        let text = decoded.text.into_owned();
        Some(Ok(Doc { file: name, text, host: self.args.host.clone(), ..Doc::default() }))
    }

    /// The record on a line; `None` for a blank line, and for one that does not count.
    fn record(&self, input: &Input, number: usize, line: &[u8]) -> Option<Result<Doc, Notice>> {
        if line.trim_ascii().is_empty() {
            return None;
        }
        let name = input.name();
        let fail = |text: String| Notice::new(Severity::Error, format!("{name}:{number}"), text);
        let fields = Fields { text: self.args.text_field.clone(), ..Fields::default() };
        let record = match Record::parse(line, &fields) {
            Ok(record) => record,
            Err(error) => return Some(Err(fail(record_reason(self.lang, &error, &fields.text)))),
        };
        let more: More = match corpus::parse(line)? {
            Ok(more) => more,
            Err(error) => {
                let why = json_reason(self.lang, &error);
                let text =
                    say!(self.lang, "gold、lang 或 view 不是文字：{why}", "gold, lang or view is not a string: {why}");
                return Some(Err(fail(text)));
            }
        };
        let (view, lang) = (more.view.unwrap_or_default(), more.lang.unwrap_or_default());
        if !self.takes(&view, &lang) || !self.is_chosen(|| record_key(input, number, record.id())) {
            return None;
        }
        let host = record.url().map(str::to_owned).or_else(|| self.args.host.clone());
        let id = record.id().map(str::to_owned);
        let text = record.text().to_owned();
        Some(Ok(Doc { file: name, line: Some(number), id, text, host, gold: more.gold, lang }))
    }
}

/// One walk over a collection.
struct Run<'c, W, T> {
    collection: &'c Collection,
    progress: Progress,
    counts: Counts,
    console: &'c mut Console,
    work: W,
    take: T,
}

impl<R: Send, W: Fn(&Doc) -> R + Sync, T: FnMut(R)> Run<'_, W, T> {
    /// How many documents may still come.
    fn left(&self) -> usize {
        self.collection.args.limit.map_or(usize::MAX, |limit| limit.get() - self.counts.documents)
    }

    fn tell(&mut self, message: &Notice) {
        let console = &mut *self.console;
        self.progress.aside(|| console.tell(message));
    }

    fn accept(&mut self, done: Result<R, Notice>) {
        match done {
            Ok(result) => {
                self.counts.documents += 1;
                (self.take)(result);
            }
            Err(message) => {
                self.counts.failed += 1;
                self.tell(&message);
            }
        }
    }

    /// Files of text, some for each core at a time.
    fn texts(&mut self, inputs: &[Input]) {
        let collection = self.collection;
        let key = |input: &Input| scattered(&input.mirrored.to_string_lossy());
        let inputs: Vec<&Input> = inputs.iter().filter(|input| collection.is_chosen(|| key(input))).collect();
        let mut rest = inputs.as_slice();
        while !rest.is_empty() && self.left() > 0 {
            let (some, later) = rest.split_at(rest.len().min(collection.jobs.get() * 8).min(self.left()));
            rest = later;
            let (work, progress) = (&self.work, &self.progress);
            let done = parallel_map(some, collection.jobs, |input| {
                let mut messages = Vec::new();
                let mut bytes = Vec::new();
                let read = open(input).and_then(|mut reader| reader.read_to_end(&mut bytes));
                let doc = match read {
                    Ok(_) => collection.text(input, &bytes, &mut messages),
                    Err(error) => {
                        Some(Err(Notice::new(Severity::Error, input.name(), reason(collection.lang, &error))))
                    }
                };
                progress.read(bytes.len() as u64);
                (doc.map(|doc| doc.map(|doc| work(&doc))), messages)
            });
            for (result, messages) in done {
                messages.iter().for_each(|message| self.tell(message));
                if let Some(result) = result {
                    self.accept(result);
                }
            }
            self.progress.documents(self.counts.documents);
        }
    }

    /// A file of records, batch by batch.
    fn records(&mut self, input: &Input) {
        let collection = self.collection;
        let path = input.path.as_deref().expect("standard input is refused");
        let done = File::open(path).and_then(|file| {
            let reader = corpus::unpack(path, self.progress.reading(file));
            // With a limit little is read ahead.
            let size = if collection.args.limit.is_some() { BATCH / 16 } else { BATCH };
            batches_until(reader, size * collection.jobs.get(), |batch| {
                let lines: Vec<(usize, &[u8])> = batch.lines().collect();
                let mut rest = lines.as_slice();
                while !rest.is_empty() && self.left() > 0 {
                    let (some, later) = rest.split_at(rest.len().min(self.left()));
                    rest = later;
                    let work = &self.work;
                    let done = parallel_map(some, collection.jobs, |&(number, line)| {
                        Some(collection.record(input, number, line)?.map(|doc| work(&doc)))
                    });
                    done.into_iter().flatten().for_each(|result| self.accept(result));
                }
                self.progress.documents(self.counts.documents);
                if self.left() == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            })
        });
        if let Err(error) = done {
            self.accept(Err(Notice::new(Severity::Error, input.name(), reason(collection.lang, &error))));
        }
    }
}

fn open(input: &Input) -> io::Result<Unpacked> {
    corpus::open(input.path.as_deref().expect("standard input is refused"))
}

/// What a sample knows a record by. The views of one page have one `id` and come together.
fn record_key(input: &Input, number: usize, id: Option<&str>) -> u64 {
    match id {
        Some(id) => scattered(id),
        None => scattered(&format!("{}:{number}", input.mirrored.display())),
    }
}

fn id_of(value: &Value) -> Option<String> {
    match value {
        Value::String(id) => Some(id.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;
    use dehusk::io::packed::{Packing, pack};
    use std::fs;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        args: CollectionArgs,
        #[command(flatten)]
        common: CommonArgs,
    }

    fn names(args: &[&std::ffi::OsStr]) -> (Vec<String>, Counts) {
        let line = Line::parse_from([std::ffi::OsStr::new("x")].iter().chain(args));
        let mut console = Console::new(Lang::En, true);
        let collection = Collection::open(&line.args, &line.common, &mut console).unwrap();
        let mut names = Vec::new();
        let work = |doc: &Doc| {
            let file = std::path::Path::new(&doc.file).file_name().unwrap().to_string_lossy().into_owned();
            format!("{file} {} {}", doc.line.unwrap_or(0), doc.text.trim())
        };
        let counts = collection.each(&mut console, work, |name| names.push(name));
        (names, counts)
    }

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("a.txt"), "河水在夜里上涨。\n").unwrap();
        fs::write(path("b.txt"), dehusk::encode("渡船整天都在开，人们回到了岸边。\n", "gbk", false).unwrap()).unwrap();
        let packed = |bytes: &[u8], packing| pack(bytes, packing, None).unwrap();
        fs::write(path("c.txt.gz"), packed(b"packed text\n", Packing::Gzip)).unwrap();
        let mut lines = String::from("{\"text\": \"one\", \"id\": 7, \"view\": \"x\"}\n\n{\"id\": 3}\n");
        for i in 0..200 {
            lines.push_str(&format!("{{\"text\": \"t{i}\", \"id\": \"n{i}\", \"view\": \"page\", \"gold\": null}}\n"));
        }
        fs::write(path("d.jsonl.zst"), packed(lines.as_bytes(), Packing::Zstd)).unwrap();
        fs::write(path("e.png"), b"\x89PNG\r\n\0\0").unwrap();
        folder
    }

    #[test]
    fn everything_is_read_in_order_and_what_is_bad_is_counted() {
        let folder = folder();
        for jobs in ["1", "3"] {
            let (found, counts) = names(&[folder.path().as_os_str(), "--jobs".as_ref(), jobs.as_ref()]);
            let first =
                ["a.txt 0 河水在夜里上涨。", "b.txt 0 渡船整天都在开，人们回到了岸边。", "c.txt.gz 0 packed text"];
            assert_eq!(found[..3], first);
            assert_eq!((found[3].as_str(), found[4].as_str()), ("d.jsonl.zst 1 one", "d.jsonl.zst 4 t0"));
            assert_eq!(found[203], "d.jsonl.zst 203 t199");
            assert_eq!(counts, Counts { documents: 204, failed: 1 });
        }
    }

    #[test]
    fn limits_samples_and_views_choose() {
        let folder = folder();
        let some = |more: &[&str]| {
            let mut args = vec![folder.path().as_os_str()];
            args.extend(more.iter().map(std::ffi::OsStr::new));
            names(&args).0
        };
        assert_eq!(some(&["--limit", "5"]).len(), 5);
        assert_eq!(some(&["--limit", "2"]).len(), 2);
        let (few, many) = (some(&["--sample", "10"]), some(&["--sample", "50"]));
        assert_eq!((few.len(), many.len()), (10, 50));
        assert!(few.iter().all(|name| many.contains(name)));
        // Texts have no view: the choice is among records.
        let of_view = some(&["--view", "x"]);
        assert_eq!((of_view.len(), of_view[3].as_str()), (4, "d.jsonl.zst 1 one"));
    }
}
