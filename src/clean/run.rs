//! A run of the filter over all inputs, in parallel [lanes](dehusk::pipeline::Lanes), with resuming, the record of
//! removals and the summary.
//!
//! With `--out` and `--in-place` a lane is a *shard*: one file of records, or several consecutive text
//! files. If the results go to standard output, all inputs are one lane. Messages are printed in the order
//! of the inputs.

use std::io::{self, BufWriter, IsTerminal as _, Stdout, Write as _};
use std::num::NonZero;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use dehusk::io::Format;
use dehusk::io::packed::Packing;
use dehusk::io::parquet::ParquetFile;
use dehusk::pipeline::{self, Lanes, Sums};

use super::args::CleanArgs;
use super::context::{Context, View};
use super::folder::Folder;
use super::job::Job;
use super::ordered_messages::OrderedMessages;
use super::processed::Processed;
use super::removed::Removed;
use super::sink::{Sink, compress};
use super::source::{Ended, ShardSource, WorkItem};
use super::{records, report, texts};
use crate::read::args::CommonArgs;
use crate::read::stream::Records;
use crate::ui::errors::tell;
use crate::ui::exit::ExitCode;
use crate::ui::messages::{Console, Notice, Severity, reason, say};
use crate::ui::progress::Progress;

/// Most text files in a shard, and most bytes of them.
const SHARD: (usize, u64) = (1024, 64 << 20);

/// Why a run stopped before its end.
pub(super) enum Stop {
    /// Standard output cannot be written.
    Stdout(io::Error),
    /// A file that the whole run needs cannot be written, or the disk is full.
    File(String, io::Error),
    /// There were as many errors as `--max-errors` allows.
    TooMany,
}

/// Runs the filter over these inputs. An error means that nothing was done, or that standard output cannot be written;
/// other failures are reported on `console`.
pub fn run(
    args: &CleanArgs,
    common: &CommonArgs,
    context: &Context,
    jobs: &[Job],
    mut console: Console,
) -> anyhow::Result<ExitCode> {
    let lang = context.lang;
    let started = Instant::now();
    let joined = !(args.out.is_some() || args.in_place);
    let sizes: Vec<u64> = jobs.iter().map(size_of).collect();
    let all = shards(jobs, &sizes, joined);
    let mut folder = Folder::open(args, common, context)?;
    if args.resume
        && args.removed.is_some()
        && let Some(name) = folder.result_without_input(jobs)
    {
        anyhow::bail!(say!(
            lang,
            "--resume 要和上次一样的输入：{name} 是上次的结果，它的输入这次没有给，删除记录里就会没有它；照上次的输入再运行",
            "--resume needs the inputs of before: {name} is a result of that run, its input was not named now, and the record of removals would lose it; name the same inputs"
        ));
    }
    let has_record = args.removed.as_deref().is_none_or(|path| path.metadata().is_ok_and(|meta| meta.len() > 0));
    let complete = has_record && folder.is_complete(all.iter().map(|shard| &jobs[shard.clone()]));
    let removed = args.removed.as_deref().filter(|_| !complete);
    let removed = removed.map(|path| Removed::open(path, args)).transpose();
    let removed = removed.map_err(|(place, error)| anyhow::anyhow!("{place}: {}", reason(lang, &error)))?;
    folder.begin()?;

    // Skip the shards that an earlier run finished.
    let mut total = Sums::default();
    let mut left = Vec::new();
    let progress = Progress::new(sizes.iter().sum(), lang, common.quiet || joined && io::stdout().is_terminal());
    for (number, shard) in all.iter().enumerate() {
        match folder.done(&jobs[shard.clone()], removed.as_ref()) {
            Some(summary) => {
                total.add(number, summary.clone());
                progress.skip(sizes[shard.clone()].iter().sum());
            }
            None => left.push((number, shard.clone())),
        }
    }
    if args.resume {
        let (done, all) = (all.len() - left.len(), all.len());
        let text = match complete {
            true => say!(lang, "上次已经全部做完，没有要做的", "the run is finished already; nothing to do"),
            // The parts of its record went when they were joined.
            false if done == 0 && removed.is_some() && folder.was_finished() => say!(
                lang,
                "上次已经做完，但有结果、输入或删除记录变了；为了写出完整的删除记录，全部重做",
                "that run was finished, but a result, an input or the record has changed; all is done again, so that the record of removals is whole"
            ),
            false => {
                say!(
                    lang,
                    "接着上次做：{all} 批里 {done} 批已经做完（一批是一个文件，或许多篇小文章）",
                    "going on: {done} of {all} parts are finished (a part is one file, or many small texts)"
                )
            }
        };
        console.tell(&Notice::new(Severity::Note, "dehusk", text));
    }
    let limit = args.share.limit.map(|limit| AtomicU64::new(limit.get().saturating_sub(total.documents())));
    let open = if limit.is_some() { NonZero::<usize>::MIN } else { context.threads };
    let run = Run {
        context,
        jobs,
        sizes,
        joined,
        names_rules: !joined || args.report.is_some(),
        shards: left,
        limit,
        max_errors: args.max_errors.map(NonZero::get),
        errors: AtomicU64::new(0),
        documents: AtomicU64::new(total.documents()),
        folder: Mutex::new(folder),
        removed,
        messages: Mutex::new(OrderedMessages::new(console, progress)),
        total: Mutex::new(total),
        stdout: Mutex::new(BufWriter::with_capacity(64 << 10, io::stdout())),
    };
    let to_do = run.shards.len();
    let result = pipeline::run(&run, to_do, context.threads, open);
    let Run { folder, removed, messages, total, stdout, .. } = run;
    let mut console = inner(messages).finish();
    let total = inner(total).finish();
    let folder = inner(folder);
    let result = result.and_then(|()| inner(stdout).flush().map_err(Stop::Stdout));
    let stopped = result.is_err();
    match result {
        Err(Stop::Stdout(error)) => return Err(error.into()),
        Err(Stop::File(place, error)) => {
            console.tell(&Notice::new(Severity::Error, place, reason(lang, &error)));
        }
        Err(Stop::TooMany) => {
            let text = say!(
                lang,
                "出错的记录到了 --max-errors 的数目，停下",
                "as many errors as --max-errors allows; stopped"
            );
            console.tell(&Notice::new(Severity::Error, "dehusk", text));
        }
        Ok(()) => {}
    }
    let mut code = ExitCode::Fine;
    let mistakes = context.cleaner.engine.site_files().found();
    if !mistakes.is_empty() {
        tell(lang, &dehusk::Error::rules(mistakes));
        code = ExitCode::Failed;
    }
    let mut ended = !stopped;
    // With `--in-place`, files are changed already, so the record is written even if the run was stopped.
    if let Some(removed) = removed
        && (!stopped || args.in_place)
    {
        let parts = all.iter().map(|shard| folder.part(shard.start, &jobs[shard.clone()]));
        let joined = removed.join(parts);
        let left = folder.finish_parts(joined.is_ok());
        if let Err((place, error)) = joined {
            console.tell(&Notice::new(Severity::Error, place, reason(lang, &error)));
            ended = false;
        }
        if let Some(left) = left {
            let left = left.display();
            let text = say!(
                lang,
                "改写过的文件的删除记录还在 {left}；dehusk restore 文件 --removed {left} --out 文件夹 可以用它还原",
                "the record of what was changed is left in {left}; dehusk restore FILE… --removed {left} --out DIR reads it"
            );
            console.tell(&Notice::new(Severity::Error, "dehusk", text));
        }
    }
    let complete = folder.finished() == to_do;
    folder.end(ended, complete, &mut console);
    if let Some(path) = &args.report
        && let Err(error) = report::write(path, context, &total, ended, started.elapsed())
    {
        console.tell(&Notice::new(Severity::Error, path.display().to_string(), reason(lang, &error)));
    }
    if !joined {
        let (all, changed) = (jobs.len(), total.files_changed);
        let files = if all == 1 { "file" } else { "files" };
        let text = say!(lang, "{all} 个文件，{changed} 个有改动", "{all} {files}, {changed} changed");
        console.tell(&Notice::new(Severity::Note, "dehusk", text));
    }
    if args.out_folder().is_some() && !common.quiet {
        report::print(&total, started.elapsed(), lang);
    }
    let code = console.finish().max(code);
    // Failures of an earlier run are not reported again, but they count for the exit code.
    Ok(if total.failed > 0 { code.max(ExitCode::Failed) } else { code })
}

fn inner<T>(mutex: Mutex<T>) -> T {
    mutex.into_inner().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn size_of(job: &Job) -> u64 {
    job.input.path.as_ref().and_then(|path| path.metadata().ok()).map_or(0, |meta| meta.len())
}

/// Divides the inputs into shards; all inputs are one if `joined`.
fn shards(jobs: &[Job], sizes: &[u64], joined: bool) -> Vec<Range<usize>> {
    if joined {
        return std::iter::once(0..jobs.len()).collect();
    }
    let mut shards: Vec<Range<usize>> = Vec::new();
    let mut bytes = 0;
    for (i, job) in jobs.iter().enumerate() {
        let text = !job.from.has_records();
        match shards.last_mut() {
            Some(last)
                if text
                    && !jobs[last.start].from.has_records()
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

/// The state of a run, which all threads share.
pub(super) struct Run<'r> {
    pub(super) context: &'r Context,
    pub(super) jobs: &'r [Job],
    pub(super) sizes: Vec<u64>,
    /// Whether all inputs are one lane, because the results go to standard output.
    pub(super) joined: bool,
    /// Whether the summary counts by rule. Only then their names are read.
    names_rules: bool,
    /// The shards to process, each with its number among all shards.
    pub(super) shards: Vec<(usize, Range<usize>)>,
    /// With `--limit`, how many documents may still be read. Then only one lane is open at a time.
    pub(super) limit: Option<AtomicU64>,
    pub(super) max_errors: Option<u64>,
    /// Failed records and files in this run.
    pub(super) errors: AtomicU64,
    /// Documents so far, with those of the run that is resumed.
    pub(super) documents: AtomicU64,
    pub(super) folder: Mutex<Folder>,
    pub(super) removed: Option<Removed>,
    pub(super) messages: Mutex<OrderedMessages>,
    pub(super) total: Mutex<Sums>,
    pub(super) stdout: Mutex<BufWriter<Stdout>>,
}

#[allow(clippy::large_enum_variant)] // Each is moved once.
pub(super) enum Done {
    /// Results of the file of records with this index (and its Parquet file), or of text files if `None`.
    Processed(Option<(usize, Option<Arc<ParquetFile>>)>, Processed),
    /// The end of the file of records with this index.
    End(usize, io::Result<Ended>),
}

impl Run<'_> {
    pub(super) fn tell(&self, lane: usize, messages: Vec<Notice>) {
        if !messages.is_empty() {
            locked(&self.messages).tell(lane, messages);
        }
    }

    /// Stops the run if there are as many errors as `--max-errors` allows.
    pub(super) fn check_errors(&self) -> Result<(), Stop> {
        let too_many = self.max_errors.is_some_and(|most| self.errors.load(Relaxed) >= most);
        if too_many { Err(Stop::TooMany) } else { Ok(()) }
    }

    /// Whether as many documents were read as `--limit` allows.
    pub(super) fn limit_is_reached(&self) -> bool {
        self.limit.as_ref().is_some_and(|left| left.load(Relaxed) == 0)
    }
}

impl Lanes for Run<'_> {
    type Source = ShardSource;
    type Sink = Sink;
    type Item = WorkItem;
    type Done = Done;
    type Error = Stop;

    fn open(&self, lane: usize) -> Result<Option<(ShardSource, Sink)>, Stop> {
        let jobs = self.shards[lane].1.clone();
        if jobs.is_empty() || self.limit_is_reached() {
            locked(&self.messages).close(lane);
            return Ok(None);
        }
        let abandoned = Arc::new(AtomicBool::new(false));
        let path = || locked(&self.folder).part(jobs.start, &self.jobs[jobs.clone()]);
        let part = self.removed.as_ref().map(|removed| removed.part(path())).transpose();
        let part = part.map_err(|(place, error)| Stop::File(place, error))?;
        let sink = Sink { lane, part, abandoned: abandoned.clone(), ..Sink::default() };
        Ok(Some((ShardSource { jobs, stream: None, abandoned }, sink)))
    }

    fn next(&self, source: &mut ShardSource) -> Result<Option<WorkItem>, Stop> {
        Ok(self.next_item(source))
    }

    fn work(&self, item: WorkItem) -> Done {
        let (index, mut processed) = match item {
            WorkItem::End(job, ended) => return Done::End(job, ended),
            WorkItem::Records(job, Records::Bytes(parser, batch)) => {
                (Some((job, None)), records::clean(self.context, &self.jobs[job], &parser, &batch))
            }
            WorkItem::Records(job, Records::Rows(file, batch)) => {
                (Some((job, Some(file))), records::clean_rows(self.context, &self.jobs[job], batch))
            }
            WorkItem::Texts(jobs) => {
                let mut processed = Processed { is_whole: true, ..Processed::default() };
                for job in &self.jobs[jobs.clone()] {
                    texts::run(self.context, job, &mut processed);
                }
                locked(&self.messages).progress.read(self.sizes[jobs].iter().sum());
                (None, processed)
            }
        };
        // Compress here, in parallel, and not in `put`, which handles one result of a lane at a time.
        let job = &self.jobs[index.as_ref().map_or(0, |(index, _)| *index)];
        processed.open_line = index.is_some() && processed.out.last().is_some_and(|&b| b != b'\n');
        if job.compress != Packing::None && !processed.out.is_empty() {
            // A compressed WARC file has one member per record, so that single records can be read.
            let apart = job.to == Format::Warc && self.context.view == View::Body;
            processed.out = compress(&processed.out, if apart { &processed.ends } else { &[] }, job.compress);
        }
        if let Some(removed) = &self.removed {
            processed.rows = compress(&processed.rows, &[], removed.packing());
        }
        Done::Processed(index, processed)
    }

    fn put(&self, sink: &mut Sink, done: Done) -> Result<(), Stop> {
        // Drop the remaining results of an abandoned file.
        if sink.abandoned.load(Relaxed) {
            return Ok(());
        }
        let (index, mut processed) = match done {
            Done::End(index, ended) => {
                if sink.job != Some(index)
                    && let Ok(ended) = &ended
                {
                    self.begin(sink, index, ended.parquet.as_deref())?;
                }
                self.end(sink, index, ended)?;
                return self.check_errors();
            }
            Done::Processed(index, processed) => (index, processed),
        };
        if let Some((index, parquet)) = &index
            && sink.job != Some(*index)
        {
            self.begin(sink, *index, parquet.as_deref())?;
        }
        let messages = std::mem::take(&mut processed.messages);
        self.tell(sink.lane, messages);
        let failed = processed.tally.failed();
        let documents = self.documents.fetch_add(processed.tally.documents(), Relaxed) + processed.tally.documents();
        sink.tally.add(&processed.tally);
        sink.changed |= processed.changed;
        sink.has_url |= processed.has_url;
        sink.failed |= index.is_none() && !processed.is_whole;
        sink.stamps.append(&mut processed.stamps);
        sink.results.append(&mut processed.results);
        if let Some(part) = &mut sink.part {
            part.write_packed(&processed.rows).map_err(|(place, error)| Stop::File(place, error))?;
        }
        self.put_pending(sink, std::mem::take(&mut processed.pending))?;
        if !processed.out.is_empty() {
            sink.open_line = processed.open_line;
        }
        self.write_piece(sink, &mut processed)?;
        locked(&self.messages).progress.documents(documents as usize);
        if processed.disk_full {
            let first = &self.jobs[self.shards[sink.lane].1.start];
            return Err(Stop::File(first.place(), io::ErrorKind::StorageFull.into()));
        }
        self.errors.fetch_add(failed, Relaxed);
        self.check_errors()
    }

    fn close(&self, _: ShardSource, mut sink: Sink) -> Result<(), Stop> {
        let summary = sink.tally.summary(self.names_rules.then(|| self.context.cleaner.engine.rules()));
        // Of a file that was given up there is no result, so nothing went from it.
        if let Some(part) = sink.part.take() {
            let done = if sink.abandoned.load(Relaxed) { part.discard() } else { part.finish() };
            done.map_err(|(place, error)| Stop::File(place, error))?;
        }
        // Of a shard that `--limit` cut off, nothing is noted.
        if !self.limit_is_reached() {
            let jobs = &self.jobs[self.shards[sink.lane].1.clone()];
            let stamps = sink.stamps.iter().map(|(name, stamp)| (name.as_str(), *stamp));
            let stamp = (!sink.failed).then(|| pipeline::stamp_of(stamps));
            let mut folder = locked(&self.folder);
            folder
                .finish(jobs, stamp, &summary, std::mem::take(&mut sink.results))
                .map_err(|(place, error)| Stop::File(place, error))?;
        }
        locked(&self.total).add(self.shards[sink.lane].0, summary);
        locked(&self.messages).close(sink.lane);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::job::Target;

    #[test]
    fn shards_are_files_of_records_and_runs_of_texts() {
        let job = |name: &str| {
            let (from, packing) = Format::of_name(name);
            let input = crate::read::files::InputFile { path: Some(name.into()), mirrored: name.into(), walked: true };
            Job { input, from, packing: Some(packing), to: from, compress: packing, target: Target::File(name.into()) }
        };
        let jobs = ["a.txt", "b.txt", "c.jsonl", "d.jsonl", "e.txt", "f.txt", "g.txt"].map(job);
        let sizes = [1, 2, 3, 4, SHARD.1, 1, 1];
        assert_eq!(shards(&jobs, &sizes, false), [0..2, 2..3, 3..4, 4..5, 5..7]);
        assert_eq!(shards(&jobs, &sizes, true), std::slice::from_ref(&(0..7)));
    }
}
