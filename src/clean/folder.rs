//! The folder that a run belongs to: `--out DIR`, with its journal in `DIR/.dehusk`.
//!
//! Other runs have no journal. With `--in-place`, the parts of the record of removals are kept in a
//! temporary folder.

use std::collections::{BTreeMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use dehusk::Lang;
use dehusk::pipeline::{self, Found, Journal, JournalEntry, ResultFile, Stamp, Summary, path_of_name};
use tempfile::TempDir;

use super::args::CleanArgs;
use super::context::Context;
use super::job::Job;
use super::removed::Removed;
use crate::read::args::{CommonArgs, name_of};
use crate::ui::atomic_file::is_special;
use crate::ui::messages::{Console, Notice, Severity, reason, say};

/// The journal of a run, and the place for the parts of its record of removals.
pub struct Folder {
    journal: Option<Journal>,
    /// The options on which the results depend, see [`asked`].
    asked: BTreeMap<String, String>,
    parts: Option<RecordParts>,
    out: PathBuf,
    /// Whether an earlier run is resumed.
    resumed: bool,
    /// The number of shards that were finished in this run.
    finished: usize,
    /// Whether the run to be resumed had reached its end.
    was_finished: bool,
    lang: Lang,
}

/// Where the parts of the record are in a run without a journal.
enum RecordParts {
    /// Beside the record, so that they are still there if the run is stopped.
    Beside(PathBuf),
    /// In a temporary folder, because the record goes to a pipe or a device.
    Elsewhere(TempDir),
}

impl RecordParts {
    fn of(record: &Path, lang: Lang) -> anyhow::Result<Self> {
        if is_special(record) {
            return Ok(Self::Elsewhere(
                tempfile::tempdir().with_context(|| std::env::temp_dir().display().to_string())?,
            ));
        }
        let mut name = record.as_os_str().to_owned();
        name.push(".parts");
        let folder = PathBuf::from(name);
        if folder.symlink_metadata().is_ok() {
            let folder = folder.display();
            bail!(say!(
                lang,
                "{folder} 里是一次中断的运行的删除记录，改写过的文件只有它能还原（dehusk restore 改写过的文件 --removed {folder} --out 文件夹）；先收好它再运行",
                "{folder} holds the record of a run that was stopped, and nothing else can restore what it changed (dehusk restore FILE… --removed {folder} --out DIR); put it away first"
            ));
        }
        Ok(Self::Beside(folder))
    }

    fn folder(&self) -> &Path {
        match self {
            Self::Beside(folder) => folder,
            Self::Elsewhere(folder) => folder.path(),
        }
    }
}

impl Folder {
    /// Locks the folder of `--out` and opens its journal. Nothing is changed before [`begin`](Self::begin).
    ///
    /// # Errors
    /// When the folder cannot be written, another run uses it, it has an unfinished run and `--resume` is not given, or
    /// the options differ from those of the run to resume.
    pub fn open(args: &CleanArgs, common: &CommonArgs, context: &Context) -> anyhow::Result<Self> {
        let lang = common.lang();
        let asked = asked(args, context);
        let Some(out) = args.out_folder().map(Path::to_owned) else {
            let record = args.removed.as_deref().filter(|_| args.in_place || args.out.is_some());
            let parts = record.map(|record| RecordParts::of(record, lang)).transpose()?;
            return Ok(Self {
                journal: None,
                asked,
                parts,
                out: PathBuf::new(),
                resumed: false,
                finished: 0,
                was_finished: false,
                lang,
            });
        };
        let place = out.display();
        let failed = |error: io::Error| unwritable(lang, &out, &error);
        let Some((found, locked)) = pipeline::lock(&out).map_err(failed)? else {
            bail!(say!(
                lang,
                "另一个 dehusk 正在往 {place} 写；等它结束，或用别的文件夹",
                "another dehusk is writing into {place}; wait for it, or use another folder"
            ));
        };
        let was_finished = args.resume && matches!(found, Found::Finished(_));
        let (journal, resumed) = match found {
            Found::Unfinished(_) if !args.resume => bail!(say!(
                lang,
                "{place} 里有一次没有做完的运行；加 --resume 接着做，或删去 {place}/.dehusk 从头做起",
                "a run in {place} was not finished; go on with --resume, or delete {place}/.dehusk to start over"
            )),
            Found::Unfinished(run) | Found::Finished(run) if args.resume => {
                let other = differences(&run.asked, &asked);
                if !other.is_empty() {
                    let (zh, en) = (other.join("；"), other.join("; "));
                    bail!(say!(
                        lang,
                        "--resume 要和上次一样，现在不同：{zh}（上次的 → 现在的）；照上次的再运行，或删去 {place}/.dehusk 从头做起",
                        "--resume needs what was asked for before; now different: {en} (before → now); ask for the same, or delete {place}/.dehusk to start over"
                    ));
                }
                (locked.resume().map_err(failed)?, true)
            }
            _ => (locked.start().map_err(failed)?, false),
        };
        let journal = journal.synced(args.sync);
        Ok(Self { journal: Some(journal), asked, parts: None, out, resumed, finished: 0, was_finished, lang })
    }

    /// Begins the run, when nothing can be refused any more.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn begin(&mut self) -> anyhow::Result<()> {
        let Some(journal) = &mut self.journal else { return Ok(()) };
        if self.resumed {
            delete_unfinished(&self.out);
        }
        journal.begin(self.asked.clone()).map_err(|error| unwritable(self.lang, &self.out, &error))
    }

    /// The summary of a shard that an earlier run finished; `None` if it must be done (again) because its inputs
    /// changed, or its result or its part of `record` is missing.
    pub fn done(&self, jobs: &[Job], record: Option<&Removed>) -> Option<&Summary> {
        let journal = self.journal.as_ref().filter(|journal| journal.found() > 0)?;
        let stamp = |job: &Job| Some((job.recorded_name(), Stamp::of(job.input.path.as_deref()?).ok()?));
        let stamps: Vec<(String, Stamp)> = jobs.iter().map(stamp).collect::<Option<_>>()?;
        let stamp = pipeline::stamp_of(stamps.iter().map(|(name, stamp)| (name.as_str(), *stamp)));
        let entry = journal.done(&shard_name(jobs), &stamp)?;
        let is_there = match &entry.results {
            Some(results) => results.iter().all(|result| result.is_whole(&self.out)),
            // A file that is not text has no result. So only the result of a file of records must exist.
            None => !jobs[0].from.has_records() || jobs[0].path().is_some_and(Path::exists),
        };
        // Nothing went from a file that was given up, so it has no part.
        let is_given_up = entry.results.as_ref().is_some_and(Vec::is_empty);
        let has_part = record.is_none() || is_given_up || self.part(0, jobs).exists();
        (is_there && has_part).then_some(&entry.summary)
    }

    /// A result of the run that is resumed whose input is not among these jobs: the first by name.
    pub fn result_without_input(&self, jobs: &[Job]) -> Option<&str> {
        let asked: HashSet<PathBuf> = jobs.iter().filter_map(|job| Some(job.path()?.to_owned())).collect();
        let entries = self.journal.iter().flat_map(Journal::entries);
        let names = entries.filter_map(|entry| entry.results.as_ref()).flatten().map(|result| result.name.as_str());
        names.filter(|name| !asked.contains(&self.out.join(path_of_name(name)))).min()
    }

    /// Whether the run that is resumed had reached its end: then it has joined the parts of the record.
    pub fn was_finished(&self) -> bool {
        self.was_finished
    }

    /// Whether an earlier run finished all of these shards and reached its end, so that nothing is left to do. It
    /// has joined the parts of the record then, so they need not exist.
    pub fn is_complete<'t>(&self, mut shards: impl ExactSizeIterator<Item = &'t [Job]>) -> bool {
        let known = self.journal.as_ref().map_or(0, Journal::found);
        self.was_finished && known == shards.len() && shards.all(|jobs| self.done(jobs, None).is_some())
    }

    /// The path of the part for a shard; `first` is the number of its first job.
    pub fn part(&self, first: usize, jobs: &[Job]) -> PathBuf {
        match (&self.journal, &self.parts, jobs) {
            (Some(journal), _, [_, ..]) => journal.part(&shard_name(jobs)),
            (None, Some(parts), [_, ..]) => parts.folder().join(format!("{:09}", first + 1)),
            _ => PathBuf::new(),
        }
    }

    /// Deletes the parts if they were `joined` to the record. Otherwise they are the only record: returns their path.
    pub fn finish_parts(&self, joined: bool) -> Option<&Path> {
        let Some(RecordParts::Beside(folder)) = &self.parts else { return None };
        if joined {
            let _ = std::fs::remove_dir_all(folder);
        }
        folder.exists().then_some(folder)
    }

    /// How many shards were finished in this run.
    pub fn finished(&self) -> usize {
        self.finished
    }

    /// Notes that a shard is finished. One that failed in a part has no `stamp`: its results are known, and `--resume`
    /// does it again.
    pub fn finish(
        &mut self,
        jobs: &[Job],
        stamp: Option<String>,
        summary: &Summary,
        results: Vec<ResultFile>,
    ) -> Result<(), (String, io::Error)> {
        let Some(journal) = &mut self.journal else { return Ok(()) };
        self.finished += usize::from(stamp.is_some());
        let stamp = stamp.unwrap_or_default();
        let entry = JournalEntry { shard: shard_name(jobs), stamp, summary: summary.clone(), results: Some(results) };
        journal.finish(&entry).map_err(|error| (self.out.display().to_string(), error))
    }

    /// Notes that the run reached its end, if it did. The parts stay while something is left to do.
    pub fn end(self, ended: bool, complete: bool, console: &mut Console) {
        let Some(journal) = self.journal else { return };
        let place = self.out.display();
        if ended {
            if let Err(error) = journal.end(self.asked, complete) {
                console.tell(&Notice::new(Severity::Error, place.to_string(), reason(self.lang, &error)));
            }
        } else {
            let text = say!(
                self.lang,
                "没有做完；做完的部分已在 {place}，加 --resume 再运行就接着做",
                "not finished; what is done stands in {place}, and the same command with --resume goes on"
            );
            console.tell(&Notice::new(Severity::Note, "dehusk", text));
        }
    }
}

fn unwritable(lang: Lang, out: &Path, error: &io::Error) -> anyhow::Error {
    let (place, why) = (out.display(), reason(lang, error));
    anyhow::anyhow!(say!(lang, "{place} 不能写入：{why}", "{place} cannot be written: {why}"))
}

/// The name of a shard in the journal: the number of its files, and the name of the first one.
fn shard_name(jobs: &[Job]) -> String {
    format!("{} {}", jobs.len(), jobs[0].recorded_name())
}

/// The options on which the results depend, by name, for comparing runs.
fn asked(args: &CleanArgs, context: &Context) -> BTreeMap<String, String> {
    let engine = &args.engine;
    let named = |value: &Option<String>| value.clone().unwrap_or_default();
    let all = [
        ("version", env!("CARGO_PKG_VERSION").to_owned()),
        ("rules", context.rules.clone()),
        ("--profile", name_of(&engine.profile)),
        ("--input", engine.input.as_ref().map(name_of).unwrap_or_default()),
        ("--only", engine.only.join(",")),
        ("--skip", engine.skip.join(",")),
        ("--host", named(&args.read.host)),
        ("--encoding", named(&args.read.encoding)),
        ("--repair", args.repair.to_string()),
        ("--from", args.read.from.as_ref().map(name_of).unwrap_or_default()),
        ("--to", args.to.as_ref().map(name_of).unwrap_or_default()),
        ("--compress", args.compress.as_ref().map(name_of).unwrap_or_default()),
        ("--text-field", args.read.text_field.clone()),
        ("--url-field", named(&args.read.url_field)),
        ("--id-field", args.read.id_field.clone()),
        ("--no-header", if args.read.no_header { "true".to_owned() } else { String::new() }),
        ("--limit", args.share.limit.map(|n| n.to_string()).unwrap_or_default()),
        ("--sample", args.share.sample.map(|s| s.to_string()).unwrap_or_default()),
        ("--max-record", args.read.max_record.map(|n| n.to_string()).unwrap_or_default()),
        ("--max-ratio", args.read.max_ratio.map(|n| n.to_string()).unwrap_or_default()),
        ("--removed-column", named(&args.removed_column)),
        ("--removed", args.removed.as_deref().map(pipeline::name_of_path).unwrap_or_default()),
    ];
    all.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The options that differ, each as `--profile article → body`.
fn differences(before: &BTreeMap<String, String>, now: &BTreeMap<String, String>) -> Vec<String> {
    let names = before.keys().chain(now.keys().filter(|name| !before.contains_key(*name)));
    let value = |all: &BTreeMap<String, String>, name: &str| {
        all.get(name)
            .filter(|value| !value.is_empty())
            .map_or_else(|| "–".to_owned(), |value| value.chars().take(40).collect())
    };
    names
        .filter(|name| before.get(*name) != now.get(*name))
        .map(|name| format!("{name} {} → {}", value(before, name), value(now, name)))
        .collect()
}

/// Deletes the unfinished files that a stopped run left in `out`.
fn delete_unfinished(out: &Path) {
    for entry in ignore::WalkBuilder::new(out).standard_filters(false).build().flatten() {
        if entry.file_type().is_some_and(|kind| kind.is_file()) && crate::ui::atomic_file::is_unfinished(entry.path()) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}
