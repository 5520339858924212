//! What a run writes to `DIR/.dehusk/`, so that it can be resumed after it was stopped.
//!
//! ```text
//! .dehusk/lock       held while a run is at work; the system lets go of it when the run dies
//! .dehusk/run.json   what was asked for, and whether the run came to its end
//! .dehusk/journal    a line for each shard that is finished and in its place, or of which a part failed
//! .dehusk/parts/     the record of removals, by shard, until they are joined
//! ```
//!
//! A *shard* is the unit of progress: one file of records, or several text files. Its line is written when its
//! results are in their places, so a shard without a line is done again.
//!
//! Where it can be fooled: by an input that was changed but has its old size and time. After a loss of power the
//! journal is as reliable as the file system. With the option to sync, a line of the journal reaches the disk only
//! after the files that it names.
//!
//! No part of `.dehusk` may be a link. Otherwise, anyone who can create a link there could make a run empty another
//! file.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::{self, File, TryLockError};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use super::disk;
use super::names::path_of_name;
use super::record::{Checksum, checksum};
use super::tally::Summary;
use dehusk_text::say;

/// The name of the folder inside `--out`.
pub const FOLDER: &str = ".dehusk";

/// `run.json`: the options of the run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunFile {
    /// Whether the run has finished.
    pub finished: bool,
    /// Everything on which the result depends: version, rules, options.
    pub asked: BTreeMap<String, String>,
}

/// A line of the journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JournalEntry {
    /// The shard: the name of its first file.
    pub shard: String,
    /// [`stamp_of`] its inputs; empty if a part of them failed, so that it is done again.
    pub stamp: String,
    /// The counts.
    pub summary: Summary,
    /// The files that were written. Journals of earlier versions do not have this field.
    #[serde(default)]
    pub results: Option<Vec<ResultFile>>,
}

/// A result file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultFile {
    /// Its path below the folder of results, as [`name_of_path`](super::name_of_path) writes it.
    pub name: String,
    /// In bytes.
    pub size: u64,
    /// When it was written: nanoseconds since 1970.
    pub changed: u64,
    /// xxh3, 128 bits, hexadecimal.
    pub checksum: String,
}

impl ResultFile {
    /// Whether the file below `out` is still as it was written. Its content is read only if its time has changed.
    pub fn is_whole(&self, out: &Path) -> bool {
        let path = out.join(path_of_name(&self.name));
        match Stamp::of(&path) {
            Ok(stamp) if stamp.size != self.size => false,
            Ok(stamp) => stamp.changed as u64 == self.changed || self.is_same(out),
            Err(_) => false,
        }
    }

    /// Whether the content of the file below `out` is still the same.
    pub fn is_same(&self, out: &Path) -> bool {
        let sum = Checksum::of_file(&out.join(path_of_name(&self.name)));
        sum.is_ok_and(|sum| sum.bytes() == self.size && sum.digits() == self.checksum)
    }
}

/// The folder of a run, locked: while this lives, no other run can use the folder.
#[derive(Debug)]
pub struct Journal {
    folder: PathBuf,
    file: File,
    done: HashMap<String, JournalEntry>,
    /// What [`begin`](Self::begin) has to do first.
    before: OldLines,
    sync: bool,
    _lock: File,
}

/// What stands in the journal before a run begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OldLines {
    /// Lines of another run, which go.
    Other,
    /// Whole lines of the run that is resumed.
    Whole,
    /// The same, and a last one that was not written to its end.
    Torn,
}

/// What was found in a folder.
#[derive(Debug)]
pub enum Found {
    /// No run.
    Nothing,
    /// A run that has finished, perhaps with failures.
    Finished(RunFile),
    /// A run that was stopped.
    Unfinished(RunFile),
}

/// Size and time of change of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// In bytes.
    pub size: u64,
    /// Nanoseconds since 1970.
    pub changed: u128,
}

impl Stamp {
    /// The stamp of this file.
    ///
    /// # Errors
    /// When the metadata of the file cannot be read.
    pub fn of(path: &Path) -> io::Result<Self> {
        fs::metadata(path).map(|meta| Self::of_meta(&meta))
    }

    /// The stamp from the metadata of an open file.
    pub fn of_meta(meta: &fs::Metadata) -> Self {
        let changed = meta.modified().ok().and_then(|t| t.duration_since(UNIX_EPOCH).ok());
        Self { size: meta.len(), changed: changed.map_or(0, |d| d.as_nanos()) }
    }
}

/// One stamp for the inputs of a shard, by name and [`Stamp`].
pub fn stamp_of<'a>(inputs: impl IntoIterator<Item = (&'a str, Stamp)>) -> String {
    let mut all = String::new();
    for (name, stamp) in inputs {
        all.push_str(&format!("{name}\0{}\0{}\n", stamp.size, stamp.changed));
    }
    checksum(all.as_bytes())
}

/// Locks the folder for a run. `None` if another run is using it.
///
/// # Errors
/// When nothing can be written there.
pub fn lock(out: &Path) -> io::Result<Option<(Found, Locked)>> {
    let folder = out.join(FOLDER);
    disk::step()?;
    fs::create_dir_all(&folder)?;
    let own = ["", "lock", "run.json", "run.json.new", "journal", "parts"].map(|name| folder.join(name));
    for path in own {
        // A link would be followed if its path ended with a separator; this removes the separator.
        let path = path.components().collect::<PathBuf>();
        if fs::symlink_metadata(&path).is_ok_and(|meta| meta.is_symlink()) {
            let path = path.display();
            return Err(say!(
                "{path} 是一个链接，运行不往里写；请删去它",
                "{path} is a link, and a run writes through none; delete it"
            )
            .into());
        }
    }
    let lock = File::options().write(true).create(true).truncate(false).open(folder.join("lock"))?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        // Some file systems have no locks. The run then goes on without one.
        Err(TryLockError::Error(e)) if e.kind() == io::ErrorKind::Unsupported => {}
        Err(TryLockError::Error(e)) => return Err(e),
    }
    let found = match read_run(&folder)? {
        Some(run) if run.finished => Found::Finished(run),
        Some(run) => Found::Unfinished(run),
        None => Found::Nothing,
    };
    Ok(Some((found, Locked { folder, lock })))
}

/// The journal of a folder, read without locking it; `None` if there was no run.
///
/// # Errors
/// When it cannot be read.
pub fn entries(out: &Path) -> io::Result<Option<(RunFile, Vec<JournalEntry>)>> {
    let folder = out.join(FOLDER);
    let Some(run) = read_run(&folder)? else { return Ok(None) };
    let (all, _) = read_lines(&File::open(folder.join("journal"))?)?;
    Ok(Some((run, current(all))))
}

/// What the folder says of its run; `None` if there was none.
fn read_run(folder: &Path) -> io::Result<Option<RunFile>> {
    let path = folder.join("run.json");
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    serde_json::from_slice(&bytes).map(Some).map_err(|_| {
        let (path, folder) = (path.display(), folder.display());
        say!(
            "{path} 坏了，不知道上次做到哪里；找回这个文件，或者删去 {folder} 重新开始",
            "{path} is damaged, so what was done is not known; bring it back, or delete {folder} to begin anew"
        )
        .into()
    })
}

/// The lines of a journal, and whether the last one is incomplete, because the run was stopped while it was written.
fn read_lines(file: &File) -> io::Result<(Vec<JournalEntry>, bool)> {
    let (mut all, mut line, mut torn) = (Vec::new(), Vec::new(), false);
    let mut reader = BufReader::new(file);
    while reader.read_until(b'\n', &mut line)? > 0 {
        all.extend(serde_json::from_slice::<JournalEntry>(&line).ok());
        torn = !line.ends_with(b"\n");
        line.clear();
    }
    Ok((all, torn))
}

/// What holds of these lines, by shard: the later one of a shard, and of each result the shard that wrote it last. The text
/// files of a shard are others when files came or went before it: then a later shard has written its results anew.
/// A shard of which only some results are left was not finished as it stands there, so it gets a stamp that no input has.
fn current(lines: Vec<JournalEntry>) -> Vec<JournalEntry> {
    let (mut shards, mut names) = (HashSet::new(), HashSet::new());
    let mut all: Vec<JournalEntry> =
        lines.into_iter().rev().filter(|entry| shards.insert(entry.shard.clone())).collect();
    all.retain_mut(|entry| {
        let Some(results) = entry.results.as_mut().filter(|results| !results.is_empty()) else { return true };
        let before = results.len();
        results.retain(|result| names.insert(result.name.clone()));
        if results.len() < before {
            entry.stamp.clear();
        }
        !results.is_empty()
    });
    all.sort_by(|a, b| a.shard.cmp(&b.shard));
    all
}

/// A locked folder, before the decision whether the run starts anew or is resumed.
#[derive(Debug)]
pub struct Locked {
    folder: PathBuf,
    lock: File,
}

impl Locked {
    /// The journal of a run from the beginning. Nothing is changed before it [begins](Journal::begin).
    ///
    /// # Errors
    /// When nothing can be written there.
    pub fn start(self) -> io::Result<Journal> {
        self.open(Vec::new(), OldLines::Other)
    }

    /// The journal of the run that was stopped, with what it finished. Nothing is changed before it
    /// [begins](Journal::begin).
    ///
    /// # Errors
    /// When the journal cannot be read or written.
    pub fn resume(self) -> io::Result<Journal> {
        let (lines, torn) = match File::open(self.folder.join("journal")) {
            Ok(file) => read_lines(&file)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => (Vec::new(), false),
            Err(error) => return Err(error),
        };
        // The shard of a torn line is done again.
        self.open(current(lines), if torn { OldLines::Torn } else { OldLines::Whole })
    }

    fn open(self, done: Vec<JournalEntry>, before: OldLines) -> io::Result<Journal> {
        disk::step()?;
        let file = File::options().append(true).create(true).open(self.folder.join("journal"))?;
        let done = done.into_iter().map(|entry| (entry.shard.clone(), entry)).collect();
        Ok(Journal { folder: self.folder, file, done, before, sync: false, _lock: self.lock })
    }
}

impl Journal {
    /// Makes every line of the journal reach the disk at once (sync).
    #[must_use]
    pub fn synced(self, sync: bool) -> Self {
        Self { sync, ..self }
    }

    /// Notes what is asked for, and that the run is not finished. What another run left goes now and not before, so that a
    /// run which is refused changes nothing.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn begin(&mut self, asked: BTreeMap<String, String>) -> io::Result<()> {
        match self.before {
            OldLines::Other => {
                let _ = fs::remove_dir_all(self.folder.join("parts"));
                self.file.set_len(0)?;
            }
            OldLines::Torn => self.file.write_all(b"\n")?,
            OldLines::Whole => {}
        }
        write_run(&self.folder, &RunFile { finished: false, asked })
    }

    /// The entry of this shard, if its inputs have not changed since.
    pub fn done(&self, shard: &str, stamp: &str) -> Option<&JournalEntry> {
        self.done.get(shard).filter(|entry| entry.stamp == stamp)
    }

    /// What was found done.
    pub fn entries(&self) -> impl Iterator<Item = &JournalEntry> {
        self.done.values()
    }

    /// How many shards were found done.
    pub fn found(&self) -> usize {
        self.done.len()
    }

    /// Notes that the results of a shard are in their places.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(&mut self, entry: &JournalEntry) -> io::Result<()> {
        let mut line = serde_json::to_vec(entry).map_err(io::Error::from)?;
        line.push(b'\n');
        disk::step()?;
        self.file.write_all(&line)?;
        if self.sync { disk::sync(&self.file) } else { Ok(()) }
    }

    /// The path for this shard's part of the record of removals.
    pub fn part(&self, shard: &str) -> PathBuf {
        self.folder.join("parts").join(checksum(shard.as_bytes()))
    }

    /// Notes that the run has finished. If it is `complete`, there is nothing to resume, and the parts are deleted.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn end(self, asked: BTreeMap<String, String>, complete: bool) -> io::Result<()> {
        write_run(&self.folder, &RunFile { finished: true, asked })?;
        if !complete {
            return Ok(());
        }
        match fs::remove_dir_all(self.folder.join("parts")) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
            _ => Ok(()),
        }
    }
}

fn write_run(folder: &Path, run: &RunFile) -> io::Result<()> {
    let text = serde_json::to_string_pretty(run).map_err(io::Error::from)? + "\n";
    let new = folder.join("run.json.new");
    disk::step()?;
    fs::write(&new, text)?;
    disk::rename(&new, &folder.join("run.json"))
}

#[cfg(test)]
mod tests;
