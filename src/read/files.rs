//! Finds the input files: arguments become [`InputFile`]s, and folders are searched.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use dehusk::Lang;
use dehusk::io::packed::Packing;
use dehusk::pipeline::name_of_path;
use ignore::WalkBuilder;

use crate::ui::atomic_file::is_unfinished;
use crate::ui::messages::{Console, Notice, Severity, reason, say};

/// One input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputFile {
    /// Its path; `None` for standard input.
    pub path: Option<PathBuf>,
    /// Its path below `--out`: its own name, or its path below the folder that was given.
    pub mirrored: PathBuf,
    /// Whether it was found in a folder, and not named on the command line.
    pub walked: bool,
}

impl InputFile {
    /// Its name in messages.
    pub fn name(&self) -> String {
        match &self.path {
            Some(path) if !self.is_stdin() => name_of_path(path),
            _ => "<stdin>".to_owned(),
        }
    }

    /// Its path below `--out` as text, the same on every system.
    pub fn mirrored_name(&self) -> String {
        name_of_path(&self.mirrored).replace(std::path::MAIN_SEPARATOR, "/")
    }

    /// Whether it is standard input, or a copy of it.
    pub fn is_stdin(&self) -> bool {
        self.mirrored.as_os_str().is_empty()
    }
}

/// The result of reading the arguments.
#[derive(Debug, Default)]
pub struct Inputs {
    /// The inputs, each once, in the order of the arguments.
    pub found: Vec<InputFile>,
    /// Places that could not be read, with the error.
    pub failed: Vec<(String, io::Error)>,
    /// Folders without a file in them.
    pub empty: Vec<PathBuf>,
    /// Files that an earlier run kept, see [`is_backup`].
    pub backups: Vec<PathBuf>,
    /// Temporary files of runs that were stopped, or that still write.
    pub unfinished: Vec<PathBuf>,
    seen: HashSet<Option<PathBuf>>,
}

/// What is left out although it lies in an input folder.
#[derive(Debug)]
pub struct Exclude<'a> {
    /// The folder of the results.
    pub out: Option<&'a Path>,
    /// Whether files are rewritten where they are: then backups of earlier runs are left alone.
    pub in_place: bool,
    /// How the names of backups end in this run.
    pub backup: Option<&'a OsStr>,
}

/// Finds the inputs. Without arguments, or with `-`, it is standard input.
pub fn expand(paths: &[PathBuf], leave: &Exclude<'_>) -> Inputs {
    let mut inputs = Inputs::default();
    if paths.is_empty() {
        inputs.add(InputFile { path: None, mirrored: PathBuf::new(), walked: false });
    }
    for path in paths {
        if path.as_os_str() == "-" {
            inputs.add(InputFile { path: None, mirrored: PathBuf::new(), walked: false });
        } else if path.is_dir() {
            inputs.walk(path, leave);
        } else if let Err(error) = path.metadata() {
            inputs.failed.push((path.display().to_string(), error));
        } else {
            let mirrored = path.file_name().map_or_else(|| path.clone(), PathBuf::from);
            inputs.add(InputFile { path: Some(path.clone()), mirrored, walked: false });
        }
    }
    inputs
}

impl Inputs {
    /// Reports files that do not exist and folders without files.
    pub fn tell_missing(&self, console: &mut Console) {
        for (place, error) in &self.failed {
            let text = missing(Path::new(place), error, console.lang);
            console.tell(&Notice::new(Severity::Error, place.as_str(), text));
        }
        for folder in &self.empty {
            let text = say!(console.lang, "文件夹里没有文件", "no files in this folder");
            console.tell(&Notice::new(Severity::Warning, folder.display().to_string(), text));
        }
        if let Some(first) = self.backups.first() {
            let (count, first) = (self.backups.len(), first.display());
            let text = say!(
                console.lang,
                "备份文件不清理：{count} 个，例如 {first}",
                "backups are left alone: {count}, such as {first}"
            );
            console.tell(&Notice::new(Severity::Note, "dehusk", text));
        }
        if let Some(first) = self.unfinished.first() {
            let (count, first) = (self.unfinished.len(), first.display());
            let text = say!(
                console.lang,
                "没有写完的临时文件不清理：{count} 个，例如 {first}；如果没有别的 dehusk 在运行，可以删除",
                "temporary files of a run that did not end are left alone: {count}, such as {first}; delete them if no other dehusk is running"
            );
            console.tell(&Notice::new(Severity::Note, "dehusk", text));
        }
    }

    fn add(&mut self, input: InputFile) {
        if self.seen.insert(input.path.clone()) {
            self.found.push(input);
        }
    }

    /// Adds every file below `root`, hidden files too. A collection is not a source tree, so `.gitignore` is not
    /// used. Symbolic links are not followed.
    fn walk(&mut self, root: &Path, leave: &Exclude<'_>) {
        let (found, failed) = (self.found.len(), self.failed.len());
        let out = leave.out.and_then(|out| out.canonicalize().ok());
        let backup = leave.backup.map(OsStr::to_owned);
        let walk = WalkBuilder::new(root)
            .standard_filters(false)
            .sort_by_file_path(Path::cmp)
            .filter_entry(move |entry| {
                let is_out = || out.is_some() && entry.path().canonicalize().ok() == out;
                let is_backup =
                    |ending: &OsStr| entry.file_name().as_encoded_bytes().ends_with(ending.as_encoded_bytes());
                match entry.file_type() {
                    // The folder in which a run keeps its journal has no inputs.
                    Some(kind) if kind.is_dir() => {
                        entry.depth() == 0 || entry.file_name() != dehusk::pipeline::FOLDER && !is_out()
                    }
                    _ => !backup.as_deref().is_some_and(is_backup),
                }
            })
            .build();
        for entry in walk {
            match entry {
                Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => {
                    let path = entry.into_path();
                    if is_unfinished(&path) {
                        self.unfinished.push(path);
                        continue;
                    }
                    let mirrored = path.strip_prefix(root).unwrap_or(&path).to_owned();
                    self.add(InputFile { path: Some(path), mirrored, walked: true });
                }
                Ok(_) => {}
                Err(error) => {
                    let place = place_of(&error).unwrap_or(root).display().to_string();
                    let error = error.into_io_error().unwrap_or_else(|| io::Error::other("cannot be walked"));
                    self.failed.push((place, error));
                }
            }
        }
        if self.found.len() == found && self.failed.len() == failed {
            self.empty.push(root.to_owned());
        }
        if leave.in_place {
            self.leave_backups(found);
        }
    }

    /// Takes the backups out of what was found from number `first` on.
    fn leave_backups(&mut self, first: usize) {
        let bytes = |input: &InputFile| Some(input.path.as_deref()?.as_os_str().as_encoded_bytes().to_vec());
        let paths: HashSet<Vec<u8>> = self.found[first..].iter().filter_map(bytes).collect();
        let backups = &mut self.backups;
        let mut number = 0;
        self.found.retain(|input| {
            number += 1;
            let path = input.path.as_deref().filter(|path| number > first && is_backup(path, &paths));
            backups.extend(path.map(Path::to_owned));
            path.is_none()
        });
    }
}

/// Why there is nothing at a place. An address of the web is no file.
pub fn missing(path: &Path, error: &io::Error, lang: Lang) -> String {
    let place = path.to_string_lossy();
    let lower = place.to_ascii_lowercase();
    // The path of `https://a/b` as the system sees it has one `/` too few in some places.
    if !["http:/", "https:/"].iter().any(|start| lower.starts_with(start)) {
        return reason(lang, error);
    }
    say!(
        lang,
        "这是网址；dehusk 不上网。先取下网页再清理：curl -sL '{place}' | dehusk --host '{place}'",
        "this is an address, and dehusk uses no network; fetch the page first: curl -sL '{place}' | dehusk --host '{place}'"
    )
}

/// Whether a file is named like one beside it with something behind: `page.txt.bak` beside `page.txt`. Whatever ending
/// an earlier run gave its backups, cleaning them would lose what they keep. A packed file is no backup. `paths` are bytes,
/// for a name need not be Unicode.
fn is_backup(path: &Path, paths: &HashSet<Vec<u8>>) -> bool {
    let (Some(name), all) = (path.file_name(), path.as_os_str().as_encoded_bytes()) else { return false };
    if Packing::of_name(&name.to_string_lossy()).0 != Packing::None {
        return false;
    }
    // The other file has an ending too: `a` does not make a backup of `ab`.
    let start = all.len() - name.len();
    let dot = all[start..].iter().skip(1).position(|&byte| byte == b'.');
    dot.is_some_and(|dot| (start + dot + 2..all.len()).any(|end| paths.contains(&all[..end])))
}

/// The path in an error of the search.
fn place_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => place_of(err),
        _ => None,
    }
}
