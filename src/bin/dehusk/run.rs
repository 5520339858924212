//! A run of the filter: all inputs, in [lanes](dehusk::pipeline::Lanes), with what belongs to a whole
//! collection: resume, the record of removals, the summary.
//!
//! With `--out` and `--in-place` a lane is a *shard*: a file of records, or some text files in a
//! row. On standard output all inputs are one lane. Messages come in the order of the inputs, in
//! whatever order lanes are worked on.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal as _, Read, Stdout, Write as _};
use std::num::NonZero;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use dehusk::io::packed::{self, Packing, Unpacked, Watch};
use dehusk::io::parquet::{ParquetBatch, ParquetBatches, ParquetFile};
use dehusk::io::{Batch, Cutter, Format, Parser, format_reason};
use dehusk::pipeline::{self, Checksum, Failure, Kind, Lanes, Row, Sample, Stamp, Sums, Tally};

use crate::args::CommonArgs;
use crate::clean::{CleanArgs, Job, Target, Todo, View};
use crate::exit::ExitCode;
use crate::folder::Folder;
use crate::output::{Output, TableRow};
use crate::progress::Progress;
use crate::removed::{Part, Removed};
use crate::save::Pending;
use crate::say::{Console, Level, Message, reason, say};
use crate::voices::Voices;
use crate::{records, report, text};

/// Bytes of records that a worker gets at a time. With a quarter of it, threads wait for one another
/// more often; with four times as much, memory is all that grows.
const BATCH: usize = 1 << 20;
/// Text files in a shard, and their bytes, at most.
const SHARD: (usize, u64) = (1024, 64 << 20);
/// Text files that a worker gets at a time, and their bytes.
const TEXTS: (usize, u64) = (32, 1 << 20);

/// What became of some records or texts.
#[derive(Default)]
pub struct Piece {
    /// What goes to the output, not yet packed.
    pub out: Vec<u8>,
    /// Where records end in it.
    pub ends: Vec<usize>,
    /// Rows of a Parquet file, with their new texts.
    pub batch: Option<ParquetBatch>,
    /// Rows of a new Parquet file.
    pub table: Vec<TableRow>,
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
    let mut total = Sums::default();
    let mut left = Vec::new();
    let progress = Progress::new(sizes.iter().sum(), lang, common.quiet || joined && io::stdout().is_terminal());
    for (number, shard) in all.iter().enumerate() {
        match folder.done(&todos[shard.clone()], removed.as_ref()) {
            Some(summary) => {
                total.add(number, summary.clone());
                progress.skip(sizes[shard.clone()].iter().sum());
            }
            None => left.push((number, shard.clone())),
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
    let limit = args.limit.map(|limit| AtomicU64::new(limit.get().saturating_sub(total.documents())));
    let open = if limit.is_some() { NonZero::<usize>::MIN } else { job.jobs };
    let run = Run {
        job,
        todos,
        sizes,
        joined,
        shards: left,
        limit,
        max_errors: args.max_errors.map(NonZero::get),
        errors: AtomicU64::new(0),
        documents: AtomicU64::new(total.documents()),
        folder: Mutex::new(folder),
        removed,
        voices: Mutex::new(Voices::new(console, progress)),
        total: Mutex::new(total),
        stdout: Mutex::new(BufWriter::with_capacity(64 << 10, io::stdout())),
    };
    let went = pipeline::run(&run, run.shards.len(), job.jobs, open);
    let Run { folder, removed, voices, total, stdout, .. } = run;
    let mut console = inner(voices).finish();
    let total = inner(total).finish();
    let folder = inner(folder);
    let went = went.and_then(|()| inner(stdout).flush().map_err(Stop::Stdout));
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
        let text = !todo.from.has_records();
        match shards.last_mut() {
            Some(last)
                if text
                    && !todos[last.start].from.has_records()
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
    /// All inputs are one lane.
    joined: bool,
    /// What is left to do, with its number among all shards.
    shards: Vec<(usize, Range<usize>)>,
    /// Documents that may still come, if there is a limit. Lanes are open one at a time then.
    limit: Option<AtomicU64>,
    max_errors: Option<u64>,
    errors: AtomicU64,
    documents: AtomicU64,
    folder: Mutex<Folder>,
    removed: Option<Removed>,
    voices: Mutex<Voices>,
    total: Mutex<Sums>,
    stdout: Mutex<BufWriter<Stdout>>,
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
    records: Records,
    sum: Checksum,
    stamp: Option<Stamp>,
    /// The limit was reached in it.
    cut_off: bool,
}

/// How its records are read.
enum Records {
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

enum Item {
    Texts(Range<usize>),
    Records(usize, Arc<Parser>, Batch),
    Rows(usize, Arc<ParquetFile>, ParquetBatch),
    /// The end of a file of records.
    End(usize, io::Result<Ended>),
}

/// A file of records that was read to its end.
struct Ended {
    sum: Checksum,
    stamp: Option<Stamp>,
    padding: u64,
    cut_off: bool,
    parquet: Option<Arc<ParquetFile>>,
}

enum Done {
    /// Of this file of records, which may be Parquet; of texts, if there is none.
    Piece(Option<(usize, Option<Arc<ParquetFile>>)>, Piece),
    End(usize, io::Result<Ended>),
}

/// Takes what becomes of a shard.
struct Sink {
    lane: usize,
    /// The file; `None` for standard output, and for texts, which workers write.
    file: Option<Output>,
    part: Option<Part>,
    tally: Tally,
    stamps: Vec<(String, Stamp)>,
    /// Of the file of records that is being written.
    todo: Option<usize>,
    before: (u64, u64),
    changed: bool,
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
        if let (Format::Parquet, Some(path)) = (todo.from, &todo.input.path) {
            let stamp = Some(Stamp::of(path)?);
            let file = ParquetFile::open(path, &self.job.fields)?;
            let batches = file.batches()?;
            let records = Records::Parquet(Arc::new(file), batches);
            return Ok(Stream { todo: index, records, sum: Checksum::default(), stamp, cut_off: false });
        }
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
        let records = Records::Stream(cutter, Arc::new(parser), watch);
        Ok(Stream { todo: index, records, sum: Checksum::default(), stamp, cut_off: false })
    }

    /// Cuts a batch off behind the last document that may still come; whether something went.
    fn limited(&self, todo: usize, parser: &Parser, batch: &mut Batch) -> bool {
        let Some(limit) = &self.limit else { return false };
        let mut left = limit.load(Relaxed);
        let file = self.todos[todo].input.mirrored_name();
        let (mut records, mut cut_off) = (0, false);
        for raw in batch.records() {
            if left == 0 {
                cut_off = true;
                break;
            }
            records += 1;
            let Ok(Some(entry)) = parser.parse(raw) else { continue };
            let name = || Sample::name_of(entry.id(), &file, raw.offset);
            left -= u64::from(self.job.sample.is_none_or(|sample| sample.takes(&name())));
        }
        limit.store(left, Relaxed);
        batch.truncate(records);
        cut_off
    }

    /// The next records of a file.
    fn read(&self, stream: &mut Stream) -> io::Result<Option<Item>> {
        if stream.cut_off {
            return Ok(None);
        }
        match &mut stream.records {
            Records::Stream(cutter, parser, _) => {
                let Some(mut batch) = cutter.next_batch(BATCH)? else { return Ok(None) };
                stream.cut_off = self.limited(stream.todo, parser, &mut batch);
                stream.sum.add(batch.bytes());
                Ok(Some(Item::Records(stream.todo, parser.clone(), batch)))
            }
            Records::Parquet(file, batches) => {
                let Some(batch) = batches.next_batch(BATCH)? else { return Ok(None) };
                for row in batch.rows() {
                    records::sum_row(row.text(), |bytes| stream.sum.add(bytes));
                }
                Ok(Some(Item::Rows(stream.todo, file.clone(), batch)))
            }
        }
    }

    /// Some text files in a row.
    fn texts(&self, todos: &mut Range<usize>) -> Range<usize> {
        let start = todos.start;
        let most = self.limit.as_ref().map_or(TEXTS.0, |left| TEXTS.0.min(left.load(Relaxed) as usize));
        let mut bytes = 0;
        while todos.start < todos.end
            && todos.start - start < most
            && bytes < TEXTS.1
            && !self.todos[todos.start].from.has_records()
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
        sink.file = None;
        if !self.joined {
            sink.dead.store(true, Relaxed);
        }
        sink.failed = true;
        sink.tally.failure(Failure { file: place.clone(), record: None, offset: None, reason: text.clone() });
        self.tell(sink.lane, vec![Message::new(Level::Error, place, text)]);
    }

    /// Turns to the next file of records.
    fn begin(&self, sink: &mut Sink, index: usize, parquet: Option<&ParquetFile>) -> Result<(), Stop> {
        let todo = &self.todos[index];
        sink.todo = Some(index);
        sink.before = (sink.tally.documents(), sink.tally.failed());
        let Some(path) = todo.path() else {
            let end = std::mem::take(&mut sink.open_line);
            return if end { self.write(sink, &pack(b"\n", &[], todo.pack)) } else { Ok(()) };
        };
        let output = Pending::new(path).and_then(|file| match (todo.to, parquet) {
            (Format::Parquet, Some(of)) => Output::rewrite(file, of),
            (Format::Parquet, None) => Output::table(file, &self.job.fields),
            _ => Ok(Output::bytes(file, todo.pack)),
        });
        match output {
            Ok(output) => sink.file = Some(output),
            Err(error) => {
                self.cannot_write(sink, todo, error)?;
            }
        }
        Ok(())
    }

    /// Writes to standard output.
    fn write(&self, sink: &mut Sink, bytes: &[u8]) -> Result<(), Stop> {
        let mut stdout = locked(&self.stdout);
        stdout.write_all(bytes).map_err(Stop::Stdout)?;
        // Texts are few and long: whoever waits for one shall not wait for the next.
        if sink.todo.is_none() { stdout.flush().map_err(Stop::Stdout) } else { Ok(()) }
    }

    /// Writes a piece to where the results of its file go.
    fn write_piece(&self, sink: &mut Sink, piece: &Piece) -> Result<(), Stop> {
        let Some(todo) = sink.todo.map(|i| &self.todos[i]).filter(|todo| todo.target != Target::Stdout) else {
            return if piece.out.is_empty() { Ok(()) } else { self.write(sink, &piece.out) };
        };
        let Some(output) = &mut sink.file else { return Ok(()) };
        output.write(&piece.out, piece.batch.as_ref(), &piece.table).or_else(|e| self.cannot_write(sink, todo, e))
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
        sink.tally.file(sink.changed && todo.target != Target::Stdout);
        if let Some(output) = sink.file.take() {
            let keep_old = todo.target == Target::InPlace && !sink.changed;
            let written = if keep_old {
                Ok(())
            } else {
                output.finish().and_then(|file| file.commit(self.job.backup.as_deref()))
            };
            if let Err(error) = written {
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
        let todos = self.shards[lane].1.clone();
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
        let sink = Sink {
            lane,
            file: None,
            part,
            tally: Tally::default(),
            stamps: Vec::new(),
            todo: None,
            before: (0, 0),
            changed: false,
            open_line: false,
            failed: false,
            dead: dead.clone(),
        };
        Ok(Some((Source { todos, stream: None, dead }, sink)))
    }

    fn next(&self, source: &mut Source) -> Result<Option<Item>, Stop> {
        while !source.dead.load(Relaxed) {
            if let Some(mut stream) = source.stream.take() {
                let todo = stream.todo;
                let item = match self.read(&mut stream) {
                    Ok(Some(item)) => {
                        source.stream = Some(stream);
                        item
                    }
                    Ok(None) => Item::End(todo, Ok(stream.end())),
                    Err(error) => Item::End(todo, Err(error)),
                };
                return Ok(Some(item));
            }
            if source.todos.is_empty() || self.is_over() {
                break;
            }
            let index = source.todos.start;
            if !self.todos[index].from.has_records() {
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
                (Some((todo, None)), records::clean(self.job, &self.todos[todo], &parser, &batch))
            }
            Item::Rows(todo, file, batch) => {
                (Some((todo, Some(file))), records::clean_rows(self.job, &self.todos[todo], batch))
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
        let todo = &self.todos[index.as_ref().map_or(0, |(index, _)| *index)];
        piece.open_line = index.is_some() && piece.out.last().is_some_and(|&b| b != b'\n');
        if todo.pack != Packing::None && !piece.out.is_empty() {
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
        let (index, mut piece) = match done {
            Done::End(index, ended) => {
                if sink.todo != Some(index)
                    && let Ok(ended) = &ended
                {
                    self.begin(sink, index, ended.parquet.as_deref())?;
                }
                return self.end(sink, index, ended);
            }
            Done::Piece(index, piece) => (index, piece),
        };
        if let Some((index, parquet)) = &index
            && sink.todo != Some(*index)
        {
            self.begin(sink, *index, parquet.as_deref())?;
        }
        let messages = std::mem::take(&mut piece.messages);
        self.tell(sink.lane, messages);
        let failed = piece.tally.failed();
        let documents = self.documents.fetch_add(piece.tally.documents(), Relaxed) + piece.tally.documents();
        sink.tally.add(&piece.tally);
        sink.changed |= piece.changed;
        sink.failed |= index.is_none() && !piece.is_whole;
        sink.stamps.append(&mut piece.stamps);
        if let Some(part) = &mut sink.part {
            part.write_packed(&piece.rows).map_err(|(place, error)| Stop::File(place, error))?;
        }
        if !piece.out.is_empty() {
            sink.open_line = piece.open_line;
        }
        self.write_piece(sink, &piece)?;
        locked(&self.voices).progress.documents(documents as usize);
        if piece.disk_full {
            let first = &self.todos[self.shards[sink.lane].1.start];
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
        let has_records = self.todos[self.shards[sink.lane].1.start].from.has_records();
        if let Some(part) = sink.part.take().filter(|_| !(sink.failed && has_records) || self.removed.as_ref().is_some_and(Removed::is_streamed)) {
            part.finish().map_err(|(place, error)| Stop::File(place, error))?;
        }
        // A file that failed is done again by --resume.
        if !sink.failed && !self.is_over() {
            let todos = &self.todos[self.shards[sink.lane].1.clone()];
            let stamps = sink.stamps.iter().map(|(name, stamp)| (name.as_str(), *stamp));
            let mut folder = locked(&self.folder);
            folder
                .finish(todos, pipeline::stamp_of(stamps), &summary)
                .map_err(|(place, error)| Stop::File(place, error))?;
        }
        locked(&self.total).add(self.shards[sink.lane].0, summary);
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
