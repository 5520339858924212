//! A run of the filter: all inputs, in [lanes](dehusk::pipeline::Lanes), with what belongs to a whole
//! collection: resume, the record of removals, the summary.
//!
//! With `--out` and `--in-place` a lane is a *shard*: a file of records, or some text files in a
//! row. On standard output all inputs are one lane. Messages come in the order of the inputs, in
//! whatever order lanes are worked on.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, IsTerminal as _, Read, Write as _};
use std::num::NonZero;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use dehusk::io::packed::{self, Packing, Unpacked, Watch};
use dehusk::io::{Batch, Cutter, Format, Parser, format_reason};
use dehusk::pipeline::{self, Checksum, Failure, Kind, Lanes, Row, Sample, Stamp, Summary, Tally};

use crate::args::CommonArgs;
use crate::clean::{CleanArgs, Job, Target, Todo, View};
use crate::exit::ExitCode;
use crate::folder::Folder;
use crate::progress::Progress;
use crate::removed::{Part, Removed};
use crate::save::Pending;
use crate::say::{Console, Level, Message, reason, say};
use crate::{records, report, text};

/// Bytes of records that a worker gets at a time. With a quarter of it, threads wait for one another
/// more often; with four times as much, memory is all that grows.
const BATCH: usize = 1 << 20;
/// Text files in a shard, and their bytes, at most.
const SHARD: (usize, u64) = (1024, 64 << 20);
/// Text files that a worker gets at a time, and their bytes.
const TEXTS: (usize, u64) = (32, 1 << 20);
/// Messages that wait until those of earlier inputs are said; beyond, they are said at once.
const WAITING: usize = 100_000;

/// What became of some records or texts.
#[derive(Default)]
pub struct Piece {
    /// What goes to the output, not yet packed.
    pub out: Vec<u8>,
    /// Where records end in it.
    pub ends: Vec<usize>,
    /// Rows of the record of removals.
    pub rows: Vec<u8>,
    /// What there is to say, in order.
    pub messages: Vec<Message>,
    /// What was done.
    pub tally: Tally,
    /// The output is not what came in.
    pub changed: bool,
    /// What the files were that were read whole.
    pub stamps: Vec<(String, Stamp)>,
    /// No file failed.
    pub is_whole: bool,
    open_line: bool,
    disk_full: bool,
}

impl Piece {
    /// Notes whether an error of writing means that nothing more can be written.
    pub fn full(&mut self, error: io::Error) -> io::Error {
        self.disk_full |= is_full(&error);
        error
    }
}

fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

/// Why a run stops before its end.
enum Stop {
    /// Standard output.
    Stdout(io::Error),
    /// A file that is needed for the whole run, or a full disk.
    File(String, io::Error),
    /// `--max-errors`.
    TooMany,
}

/// Runs the filter over these inputs.
pub fn run(
    args: &CleanArgs,
    common: &CommonArgs,
    job: &Job,
    todos: &[Todo],
    mut console: Console,
) -> anyhow::Result<ExitCode> {
    let lang = job.lang;
    let started = Instant::now();
    let joined = !(args.out.is_some() || args.in_place);
    let sizes: Vec<u64> = todos.iter().map(|todo| size_of(todo)).collect();
    let all = shards(todos, &sizes, joined);
    let folder = Folder::open(args, common, job)?;
    let removed = args.removed.as_deref().map(|path| Removed::open(path, joined)).transpose();
    let removed = removed.map_err(|(place, error)| anyhow::anyhow!("{place}: {}", reason(lang, &error)))?;

    // What is finished is not done again.
    let mut total = Summary::default();
    let mut left = Vec::new();
    let progress = Progress::new(sizes.iter().sum(), lang, common.quiet || joined && io::stdout().is_terminal());
    for shard in &all {
        match folder.done(&todos[shard.clone()], removed.as_ref()) {
            Some(summary) => {
                total += summary;
                progress.skip(sizes[shard.clone()].iter().sum());
            }
            None => left.push(shard.clone()),
        }
    }
    if args.resume {
        let (done, all) = (all.len() - left.len(), all.len());
        let text = say!(
            lang,
            "接着上次做：{all} 个批次里 {done} 个已经做完",
            "going on: {done} of {all} shards are finished"
        );
        console.tell(&Message::new(Level::Note, "dehusk", text));
    }
    let limit = args.limit.map(|limit| AtomicU64::new(limit.get().saturating_sub(total.documents)));
    let open = if limit.is_some() { NonZero::<usize>::MIN } else { job.jobs };
    let run = Run {
        job,
        todos,
        sizes,
        shards: left,
        limit,
        max_errors: args.max_errors.map(NonZero::get),
        errors: AtomicU64::new(0),
        documents: AtomicU64::new(total.documents),
        folder: Mutex::new(folder),
        removed,
        voices: Mutex::new(Voices { console, progress, front: 0, waiting: BTreeMap::new(), held: 0, closed: BTreeSet::new() }),
        total: Mutex::new(total),
    };
    let went = pipeline::run(&run, run.shards.len(), job.jobs, open);
    let Run { folder, removed, voices, total, .. } = run;
    let mut console = inner(voices).finish();
    let total = inner(total);
    let folder = inner(folder);
    let stopped = went.is_err();
    match went {
        Err(Stop::Stdout(error)) => return Err(error.into()),
        Err(Stop::File(place, error)) => {
            console.tell(&Message::new(Level::Error, place, reason(lang, &error)));
        }
        Err(Stop::TooMany) => {
            let text = say!(lang, "出错的记录到了 --max-errors 的数目，停下", "as many errors as --max-errors allows; stopped");
            console.tell(&Message::new(Level::Error, "dehusk", text));
        }
        Ok(()) => {}
    }
    let mut ended = !stopped;
    if let Some(removed) = removed
        && !stopped
    {
        let parts = all.iter().map(|shard| folder.part(&todos[shard.clone()]));
        if let Err((place, error)) = removed.join(parts) {
            console.tell(&Message::new(Level::Error, place, reason(lang, &error)));
            ended = false;
        }
    }
    let complete = console.is_fine();
    folder.end(ended, complete, &mut console);
    if let Some(path) = &args.report
        && let Err(error) = report::write(path, job, &total, ended, started.elapsed())
    {
        console.tell(&Message::new(Level::Error, path.display().to_string(), reason(lang, &error)));
    }
    if !joined {
        let (all, changed) = (todos.len(), total.files_changed);
        let files = if all == 1 { "file" } else { "files" };
        let text = say!(lang, "{all} 个文件，{changed} 个有改动", "{all} {files}, {changed} changed");
        console.tell(&Message::new(Level::Note, "dehusk", text));
    }
    if args.out.is_some() && !common.quiet {
        report::print(&total, started.elapsed(), lang);
    }
    Ok(console.finish())
}

fn inner<T>(mutex: Mutex<T>) -> T {
    mutex.into_inner().unwrap_or_else(PoisonError::into_inner)
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn size_of(todo: &Todo) -> u64 {
    todo.input.path.as_ref().and_then(|path| path.metadata().ok()).map_or(0, |meta| meta.len())
}

/// Cuts the inputs into shards.
fn shards(todos: &[Todo], sizes: &[u64], joined: bool) -> Vec<Range<usize>> {
    if joined {
        return vec![0..todos.len()];
    }
    let mut shards: Vec<Range<usize>> = Vec::new();
    let mut bytes = 0;
    for (i, todo) in todos.iter().enumerate() {
        let text = !todo.from.is_stream();
        match shards.last_mut() {
            Some(last)
                if text
                    && !todos[last.start].from.is_stream()
                    && last.len() < SHARD.0
                    && bytes + sizes[i] <= SHARD.1 =>
            {
                last.end = i + 1;
                bytes += sizes[i];
            }
            _ => {
                shards.push(i..i + 1);
                bytes = sizes[i];
            }
        }
    }
    shards
}

/// What all threads share.
struct Run<'r> {
    job: &'r Job,
    todos: &'r [Todo],
    sizes: Vec<u64>,
    /// What is left to do.
    shards: Vec<Range<usize>>,
    /// Documents that may still come, if there is a limit. Lanes are open one at a time then.
    limit: Option<AtomicU64>,
    max_errors: Option<u64>,
    errors: AtomicU64,
    documents: AtomicU64,
    folder: Mutex<Folder>,
    removed: Option<Removed>,
    voices: Mutex<Voices>,
    total: Mutex<Summary>,
}

/// Hands out the records and texts of a shard.
struct Source {
    todos: Range<usize>,
    stream: Option<Stream>,
    /// Set by the sink when nothing more of this lane is of use.
    dead: Arc<AtomicBool>,
}

/// A file of records that is being read.
struct Stream {
    todo: usize,
    cutter: Cutter<Unpacked>,
    parser: Arc<Parser>,
    sum: Checksum,
    watch: Watch,
    stamp: Option<Stamp>,
    /// The limit was reached in it.
    cut_off: bool,
}

enum Item {
    Texts(Range<usize>),
    Records(usize, Arc<Parser>, Batch),
    /// The end of a file of records.
    End(usize, io::Result<Ended>),
}

/// A file of records that was read to its end.
struct Ended {
    sum: Checksum,
    stamp: Option<Stamp>,
    padding: u64,
    cut_off: bool,
}

enum Done {
    Piece(Option<usize>, Piece),
    End(usize, io::Result<Ended>),
}

/// Takes what becomes of a shard.
struct Sink {
    lane: usize,
    /// The file; `None` for standard output, and for texts, which workers write.
    file: Option<Pending>,
    part: Option<Part>,
    tally: Tally,
    stamps: Vec<(String, Stamp)>,
    /// Of the file of records that is being written.
    todo: Option<usize>,
    before: (u64, u64),
    changed: bool,
    wrote: bool,
    /// Standard output ends in the middle of a line.
    open_line: bool,
    failed: bool,
    dead: Arc<AtomicBool>,
}

impl Run<'_> {
    fn tell(&self, lane: usize, messages: Vec<Message>) {
        if !messages.is_empty() {
            locked(&self.voices).tell(lane, messages);
        }
    }

    fn is_over(&self) -> bool {
        self.limit.as_ref().is_some_and(|left| left.load(Relaxed) == 0)
    }

    fn open_stream(&self, index: usize) -> io::Result<Stream> {
        let todo = &self.todos[index];
        let (reader, packing, stamp): (Box<dyn Read + Send>, Packing, Option<Stamp>) = match &todo.input.path {
            Some(path) => {
                let file = File::open(path)?;
                let stamp = Stamp::of_meta(&file.metadata()?);
                (Box::new(file), todo.packing.unwrap_or_default(), Some(stamp))
            }
            None => {
                let (packing, reader) = packed::sniff(io::stdin())?;
                (Box::new(reader), packing, None)
            }
        };
        let unpacked = packed::open(locked(&self.voices).progress.reading(reader), packing);
        let watch = unpacked.watch();
        let (cutter, parser) = Cutter::new(todo.from, unpacked, &self.job.fields)?;
        let sum = Checksum::default();
        Ok(Stream { todo: index, cutter, parser: Arc::new(parser), sum, watch, stamp, cut_off: false })
    }

    /// Cuts a batch off behind the last document that may still come.
    fn limited(&self, stream: &mut Stream, batch: &mut Batch) {
        let Some(limit) = &self.limit else { return };
        let mut left = limit.load(Relaxed);
        let file = self.todos[stream.todo].input.mirrored_name();
        let mut records = 0;
        for raw in batch.records() {
            if left == 0 {
                stream.cut_off = true;
                break;
            }
            records += 1;
            let Ok(Some(entry)) = stream.parser.parse(raw) else { continue };
            let name = || Sample::name_of(entry.id(), &file, raw.offset);
            left -= u64::from(self.job.sample.is_none_or(|sample| sample.takes(&name())));
        }
        limit.store(left, Relaxed);
        batch.truncate(records);
    }

    /// Some text files in a row.
    fn texts(&self, todos: &mut Range<usize>) -> Range<usize> {
        let start = todos.start;
        let most = self.limit.as_ref().map_or(TEXTS.0, |left| TEXTS.0.min(left.load(Relaxed) as usize));
        let mut bytes = 0;
        while todos.start < todos.end
            && todos.start - start < most
            && bytes < TEXTS.1
            && !self.todos[todos.start].from.is_stream()
        {
            bytes += self.sizes[todos.start];
            todos.start += 1;
        }
        if let Some(left) = &self.limit {
            left.fetch_sub((todos.start - start) as u64, Relaxed);
        }
        start..todos.start
    }

    /// Gives up on the file of a lane.
    fn fail(&self, sink: &mut Sink, place: String, text: String) {
        // On standard output, other files follow in the same lane.
        if sink.file.take().is_some() {
            sink.dead.store(true, Relaxed);
        }
        sink.failed = true;
        sink.tally.failure(Failure { file: place.clone(), record: None, offset: None, reason: text.clone() });
        self.tell(sink.lane, vec![Message::new(Level::Error, place, text)]);
    }

    /// Turns to the next file of records.
    fn begin(&self, sink: &mut Sink, index: usize) -> Result<(), Stop> {
        sink.todo = Some(index);
        sink.before = (sink.tally.documents(), sink.tally.failed());
        if std::mem::take(&mut sink.open_line) {
            self.write(sink, &pack(b"\n", &[], self.todos[index].pack))?;
        }
        Ok(())
    }

    fn write(&self, sink: &mut Sink, bytes: &[u8]) -> Result<(), Stop> {
        let Some(todo) = sink.todo.map(|i| &self.todos[i]).filter(|todo| todo.target != Target::Stdout) else {
            let mut stdout = io::stdout().lock();
            return stdout.write_all(bytes).and_then(|()| stdout.flush()).map_err(Stop::Stdout);
        };
        let Some(file) = &mut sink.file else { return Ok(()) };
        sink.wrote |= !bytes.is_empty();
        file.write_all(bytes).or_else(|error| self.cannot_write(sink, todo, error))
    }

    fn cannot_write(&self, sink: &mut Sink, todo: &Todo, error: io::Error) -> Result<(), Stop> {
        let place = todo.place();
        if is_full(&error) {
            sink.file = None;
            return Err(Stop::File(place, error));
        }
        let text = reason(self.job.lang, &error);
        self.fail(sink, place, text);
        Ok(())
    }

    /// The last things about a file of records.
    fn end(&self, sink: &mut Sink, index: usize, ended: io::Result<Ended>) -> Result<(), Stop> {
        let (todo, lang) = (&self.todos[index], self.job.lang);
        let name = todo.input.name();
        let ended = match ended {
            Ok(ended) => ended,
            Err(error) => {
                self.fail(sink, name, format_reason(lang, &error));
                return Ok(());
            }
        };
        if let (Some(path), Some(stamp)) = (&todo.input.path, ended.stamp) {
            if Stamp::of(path).ok() != Some(stamp) {
                self.fail(sink, name, text::changed_meanwhile(lang));
                return Ok(());
            }
            sink.stamps.push((todo.recorded_name(), stamp));
        }
        let mut messages = Vec::new();
        if ended.padding > 0 {
            let nuls = ended.padding;
            let text = say!(
                lang,
                "gzip 数据后面还有 {nuls} 个空字节，已忽略",
                "{nuls} NUL bytes behind the gzip data were passed over"
            );
            messages.push(Message::new(Level::Note, &name, text));
        }
        let (documents, failed) = (sink.tally.documents() - sink.before.0, sink.tally.failed() - sink.before.1);
        if failed > 0 {
            let all = documents + failed;
            let text = say!(lang, "{all} 条记录里有 {failed} 条无法处理", "{failed} of {all} records could not be taken");
            messages.push(Message::new(Level::Note, &name, text));
        }
        self.tell(sink.lane, messages);
        if let Some(part) = &mut sink.part {
            let mut row = Row {
                kind: Kind::File,
                documents: Some(documents),
                bytes: Some(ended.sum.bytes()),
                checksum: Some(ended.sum.digits().into()),
                ..todo.row(self.job)
            };
            row.partial = row.partial.or(ended.cut_off.then_some(true));
            part.write(row.line().as_bytes()).map_err(|(place, error)| Stop::File(place, error))?;
        }
        if sink.file.is_some() && !sink.wrote && todo.pack != Packing::None {
            // A packed file of nothing is a member of nothing.
            let empty = packed::pack(b"", todo.pack, None).map_err(|e| Stop::File(todo.place(), e))?;
            self.write(sink, &empty)?;
        }
        sink.tally.file(sink.changed && todo.target != Target::Stdout);
        if let Some(file) = sink.file.take() {
            let keep_old = todo.target == Target::InPlace && !sink.changed;
            if !keep_old && let Err(error) = file.commit(self.job.backup.as_deref()) {
                return self.cannot_write(sink, todo, error);
            }
        }
        Ok(())
    }
}

impl Lanes for Run<'_> {
    type Source = Source;
    type Sink = Sink;
    type Item = Item;
    type Done = Done;
    type Error = Stop;

    fn open(&self, lane: usize) -> Result<Option<(Source, Sink)>, Stop> {
        let todos = self.shards[lane].clone();
        if todos.is_empty() || self.is_over() {
            locked(&self.voices).close(lane);
            return Ok(None);
        }
        let dead = Arc::new(AtomicBool::new(false));
        let part = match &self.removed {
            Some(removed) => {
                let path = locked(&self.folder).part(&self.todos[todos.clone()]);
                Some(removed.part(path).map_err(|(place, error)| Stop::File(place, error))?)
            }
            None => None,
        };
        let mut sink = Sink {
            lane,
            file: None,
            part,
            tally: Tally::default(),
            stamps: Vec::new(),
            todo: None,
            before: (0, 0),
            changed: false,
            wrote: false,
            open_line: false,
            failed: false,
            dead: dead.clone(),
        };
        let first = &self.todos[todos.start];
        if first.from.is_stream()
            && let Some(path) = first.path()
        {
            match Pending::new(path) {
                Ok(file) => sink.file = Some(file),
                Err(error) => self.cannot_write(&mut sink, first, error)?,
            }
        }
        Ok(Some((Source { todos, stream: None, dead }, sink)))
    }

    fn next(&self, source: &mut Source) -> Result<Option<Item>, Stop> {
        while !source.dead.load(Relaxed) {
            if let Some(mut stream) = source.stream.take() {
                if !stream.cut_off {
                    match stream.cutter.next_batch(BATCH) {
                        Ok(Some(mut batch)) => {
                            self.limited(&mut stream, &mut batch);
                            stream.sum.add(batch.bytes());
                            let (todo, parser) = (stream.todo, stream.parser.clone());
                            source.stream = Some(stream);
                            return Ok(Some(Item::Records(todo, parser, batch)));
                        }
                        Ok(None) => {}
                        Err(error) => return Ok(Some(Item::End(stream.todo, Err(error)))),
                    }
                }
                let Stream { todo, sum, stamp, cut_off, watch, .. } = stream;
                return Ok(Some(Item::End(todo, Ok(Ended { sum, stamp, padding: watch.padding(), cut_off }))));
            }
            if source.todos.is_empty() || self.is_over() {
                break;
            }
            let index = source.todos.start;
            if !self.todos[index].from.is_stream() {
                return Ok(Some(Item::Texts(self.texts(&mut source.todos))));
            }
            source.todos.start += 1;
            match self.open_stream(index) {
                Ok(stream) => source.stream = Some(stream),
                Err(error) => return Ok(Some(Item::End(index, Err(error)))),
            }
        }
        Ok(None)
    }

    fn work(&self, item: Item) -> Done {
        let (index, mut piece) = match item {
            Item::End(todo, ended) => return Done::End(todo, ended),
            Item::Records(todo, parser, batch) => {
                (Some(todo), records::clean(self.job, &self.todos[todo], &parser, &batch))
            }
            Item::Texts(todos) => {
                let mut piece = Piece { is_whole: true, ..Piece::default() };
                for todo in &self.todos[todos.clone()] {
                    text::run(self.job, todo, &mut piece);
                }
                locked(&self.voices).progress.read(self.sizes[todos].iter().sum());
                (None, piece)
            }
        };
        // Results are packed here, by all threads, and not where they are written in order.
        let todo = index.map_or_else(|| &self.todos[0], |index| &self.todos[index]);
        piece.open_line = index.is_some() && piece.out.last().is_some_and(|&b| b != b'\n');
        if todo.target != Target::InPlace && todo.pack != Packing::None && !piece.out.is_empty() {
            // A WARC file has a member for each record, so that one can be read without the rest.
            let apart = todo.to == Format::Warc && self.job.view == View::Body;
            piece.out = pack(&piece.out, if apart { &piece.ends } else { &[] }, todo.pack);
        }
        if let Some(removed) = &self.removed {
            piece.rows = pack(&piece.rows, &[], removed.packing());
        }
        Done::Piece(index, piece)
    }

    fn put(&self, sink: &mut Sink, done: Done) -> Result<(), Stop> {
        let (index, piece) = match done {
            Done::End(index, ended) => {
                if sink.todo != Some(index) {
                    self.begin(sink, index)?;
                }
                return self.end(sink, index, ended);
            }
            Done::Piece(index, piece) => (index, piece),
        };
        if let Some(index) = index
            && sink.todo != Some(index)
        {
            self.begin(sink, index)?;
        }
        self.tell(sink.lane, piece.messages);
        let failed = piece.tally.failed();
        let documents = self.documents.fetch_add(piece.tally.documents(), Relaxed) + piece.tally.documents();
        sink.tally.add(&piece.tally);
        sink.changed |= piece.changed;
        sink.failed |= index.is_none() && !piece.is_whole;
        sink.stamps.extend(piece.stamps);
        if let Some(part) = &mut sink.part {
            part.write_packed(&piece.rows).map_err(|(place, error)| Stop::File(place, error))?;
        }
        if !piece.out.is_empty() {
            sink.open_line = piece.open_line;
            self.write(sink, &piece.out)?;
        }
        locked(&self.voices).progress.documents(documents as usize);
        if piece.disk_full {
            let first = &self.todos[self.shards[sink.lane].start];
            return Err(Stop::File(first.place(), io::ErrorKind::StorageFull.into()));
        }
        let errors = self.errors.fetch_add(failed, Relaxed) + failed;
        if self.max_errors.is_some_and(|most| errors >= most) {
            return Err(Stop::TooMany);
        }
        Ok(())
    }

    fn close(&self, _: Source, mut sink: Sink) -> Result<(), Stop> {
        let summary = sink.tally.summary(self.job.cleaner.engine.rules());
        // Of a file of records that failed there is no result, so nothing went from it.
        let is_stream = self.todos[self.shards[sink.lane].start].from.is_stream();
        if let Some(part) = sink.part.take().filter(|_| !(sink.failed && is_stream) || self.removed.as_ref().is_some_and(Removed::is_streamed)) {
            part.finish().map_err(|(place, error)| Stop::File(place, error))?;
        }
        // A file that failed is done again by --resume.
        if !sink.failed && !self.is_over() {
            let todos = &self.todos[self.shards[sink.lane].clone()];
            let stamps = sink.stamps.iter().map(|(name, stamp)| (name.as_str(), *stamp));
            let mut folder = locked(&self.folder);
            folder
                .finish(todos, pipeline::stamp_of(stamps), &summary)
                .map_err(|(place, error)| Stop::File(place, error))?;
        }
        *locked(&self.total) += &summary;
        locked(&self.voices).close(sink.lane);
        Ok(())
    }
}

/// One member of all bytes, or a member for each stretch that ends at one of `ends`.
fn pack(bytes: &[u8], ends: &[usize], packing: Packing) -> Vec<u8> {
    if packing == Packing::None {
        return bytes.to_vec();
    }
    let all = [bytes.len()];
    let ends = if ends.is_empty() { &all } else { ends };
    let mut packed = Vec::with_capacity(bytes.len() / 3);
    let mut start = 0;
    for &end in ends.iter().filter(|&&end| end > 0) {
        if end > start {
            // Packing into memory fails only where there is none left.
            packed.extend(packed::pack(&bytes[start..end], packing, None).expect("there is memory for a block"));
        }
        start = end;
    }
    packed
}

/// Says messages in the order of the inputs.
struct Voices {
    console: Console,
    progress: Progress,
    /// The first lane that is not closed: its messages are said at once.
    front: usize,
    waiting: BTreeMap<usize, Vec<Message>>,
    /// How many messages wait.
    held: usize,
    closed: BTreeSet<usize>,
}

impl Voices {
    fn tell(&mut self, lane: usize, messages: Vec<Message>) {
        if lane == self.front || self.held > WAITING {
            self.say(messages);
        } else {
            self.held += messages.len();
            self.waiting.entry(lane).or_default().extend(messages);
        }
    }

    fn close(&mut self, lane: usize) {
        self.closed.insert(lane);
        while self.closed.remove(&self.front) {
            self.front += 1;
            let waiting = self.waiting.remove(&self.front).unwrap_or_default();
            self.held -= waiting.len();
            self.say(waiting);
        }
    }

    fn say(&mut self, messages: Vec<Message>) {
        let Self { console, progress, .. } = self;
        if !messages.is_empty() {
            progress.aside(|| messages.iter().for_each(|message| console.tell(message)));
        }
    }

    /// Says what is left, if the run was stopped.
    fn finish(mut self) -> Console {
        for (_, messages) in std::mem::take(&mut self.waiting) {
            self.say(messages);
        }
        self.progress.finish();
        self.console
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_are_files_of_records_and_runs_of_texts() {
        let todo = |name: &str| {
            let (from, packing) = Format::of_name(name);
            let input = crate::inputs::Input { path: Some(name.into()), mirrored: name.into(), walked: true };
            Todo { input, from, packing: Some(packing), to: from, pack: packing, target: Target::File(name.into()) }
        };
        let todos = ["a.txt", "b.txt", "c.jsonl", "d.jsonl", "e.txt", "f.txt", "g.txt"].map(todo);
        let sizes = [1, 2, 3, 4, SHARD.1, 1, 1];
        assert_eq!(shards(&todos, &sizes, false), [0..2, 2..3, 3..4, 4..5, 5..7]);
        assert_eq!(shards(&todos, &sizes, true), std::slice::from_ref(&(0..7)));
    }

    #[test]
    fn a_block_is_packed_whole_or_by_record() {
        let unpacked = |packed: Vec<u8>| {
            let mut bytes = Vec::new();
            packed::open(io::Cursor::new(packed), Packing::Gzip).read_to_end(&mut bytes).unwrap();
            bytes
        };
        let (whole, apart) = (pack(b"abcd", &[], Packing::Gzip), pack(b"abcd", &[0, 1, 1, 4], Packing::Gzip));
        assert!(apart.len() > whole.len());
        assert_eq!((unpacked(whole), unpacked(apart)), (b"abcd".to_vec(), b"abcd".to_vec()));
    }
}
