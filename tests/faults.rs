//! Faults and hostile input: what is promised in docs/faults.md and SECURITY.md, through the real binary.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::runs::{article, dehusk, said};

/// Rewriting files with a record of what went.
mod in_place;
/// A fault at every step that a run takes on disk.
mod injection;
/// Records, packed files and rules beyond a limit.
mod limits;
/// Names, links, pipes and what reaches the terminal.
mod names;
/// Outputs that are inputs or each other.
mod outputs;
/// Parquet files that promise more than they have.
mod parquet;
/// Results that were changed after a run; encodings.
mod results;
/// The table docs/faults.md names tests that exist.
mod table;

/// A folder with texts and records to clean, in `in`.
fn collection() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("in")).unwrap();
    for i in 0..6 {
        fs::write(folder.path().join(format!("in/{i}.txt")), article(i)).unwrap();
    }
    let records: String = (0..8).map(crate::runs::record).collect();
    fs::write(folder.path().join("in/records.jsonl"), records).unwrap();
    folder
}

/// Runs the program in a folder.
fn run(folder: &Path, args: &[&str]) -> Output {
    command(folder, args).output().unwrap()
}

fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = dehusk();
    command.current_dir(folder).args(args);
    command
}

/// Every file below a folder with its bytes; what a run leaves for itself aside.
fn tree(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(here) = folders.pop() {
        let Ok(entries) = fs::read_dir(&here) else { continue };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() && path.file_name().is_some_and(|name| name != ".dehusk") {
                folders.push(path);
            } else if path.is_file() {
                found.insert(path.strip_prefix(folder).unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    found
}

#[track_caller]
fn assert_code(output: &Output, code: i32) {
    assert_eq!(output.status.code(), Some(code), "{}", said(output));
}
