//! Finds the input files: arguments become [`InputFile`]s, and folders are searched.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use dehusk::pipeline::name_of_path;
use ignore::WalkBuilder;

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
    seen: HashSet<Option<PathBuf>>,
}

/// What is left out although it lies in an input folder.
#[derive(Debug)]
pub struct Exclude<'a> {
    /// The folder of the results.
    pub out: Option<&'a Path>,
    /// The ending of the names of backups.
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
            let text = reason(console.lang, error);
            console.tell(&Notice::new(Severity::Error, place.as_str(), text));
        }
        for folder in &self.empty {
            let text = say!(console.lang, "文件夹里没有文件", "no files in this folder");
            console.tell(&Notice::new(Severity::Warning, folder.display().to_string(), text));
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
                    _ => {
                        !backup.as_deref().is_some_and(is_backup)
                            && !crate::ui::atomic_file::is_unfinished(entry.path())
                    }
                }
            })
            .build();
        for entry in walk {
            match entry {
                Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => {
                    let path = entry.into_path();
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
    }
}

/// The path in an error of the search.
fn place_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => place_of(err),
        _ => None,
    }
}
