use std::fs;

use super::{assert_code, collection, run, tree};
use crate::runs::said;

/// Runs, and holds that nothing was done: exit 2, every file as it was.
#[track_caller]
fn refused(args: &[&str], words: &str) {
    let folder = collection();
    let path = folder.path();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("in/0.txt", path.join("link.txt")).unwrap();
        fs::hard_link(path.join("in/1.txt"), path.join("hard.txt")).unwrap();
    }
    fs::copy(path.join("in/records.jsonl"), path.join("records.jsonl")).unwrap();
    let before = tree(path);
    let output = run(path, args);
    assert_code(&output, 2);
    assert!(said(&output).contains(words), "{}", said(&output));
    assert!(tree(path) == before, "{args:?} changed a file");
}

#[test]
fn a_record_or_report_that_is_an_input_is_refused() {
    refused(&["in/0.txt", "--out", "out", "--removed", "in/0.txt"], "is the record (--removed) and also an input");
    refused(&["in", "--out", "out", "--removed", "in/records.jsonl"], "also an input");
    refused(&["records.jsonl", "--removed", "./in/../records.jsonl"], "also an input");
    refused(&["in/0.txt", "--out", "out", "--report", "in/0.txt"], "is the report (--report) and also an input");
}

#[cfg(unix)]
#[test]
fn an_input_under_another_name_is_the_same_file() {
    refused(&["in/0.txt", "--out", "out", "--removed", "link.txt"], "also an input");
    refused(&["in/1.txt", "--out", "out", "--report", "hard.txt"], "also an input");
    refused(&["in/0.txt", "link.txt", "--in-place"], "rewritten twice");
}

#[test]
fn a_record_or_report_that_is_a_result_is_refused() {
    refused(&["in", "--out", "out", "--removed", "out/0.txt"], "also a result");
    refused(&["in", "--out", "out", "--report", "./out/records.jsonl"], "also a result");
    refused(&["in", "--out", "out", "--report", "all", "--removed", "all"], "also the record");
    refused(&["in", "--out", "out", "--removed", "out/.dehusk/journal"], "files of the run itself");
}

#[test]
fn a_result_that_is_another_input_is_refused() {
    refused(&["in/0.txt", "records.jsonl", "--out", "in"], "--out would overwrite");
    refused(&["records.jsonl", "in/records.jsonl", "--out", "in"], "in/records.jsonl");
}

#[test]
fn a_backup_that_is_an_input_is_refused() {
    let folder = collection();
    let path = folder.path();
    fs::copy(path.join("in/0.txt"), path.join("in/1.txt.old")).unwrap();
    let before = tree(path);
    let output = run(path, &["--in-place", "--backup=.old", "in/1.txt", "in/1.txt.old"]);
    assert_code(&output, 2);
    assert!(said(&output).contains("a backup (--backup) and also an input"), "{}", said(&output));
    assert!(tree(path) == before);
}

#[test]
fn a_folder_is_no_record() {
    refused(&["in", "--out", "out", "--removed", "in"], "--removed needs a file");
    refused(&["in", "--out", "out", "--report", "."], "--report needs a file");
}

#[cfg(target_os = "linux")]
#[test]
fn standard_output_that_is_an_input_is_refused() {
    let folder = collection();
    let records = folder.path().join("in/records.jsonl");
    let before = fs::read(&records).unwrap();
    let append = fs::File::options().append(true).open(&records).unwrap();
    let output = super::command(folder.path(), &["in/records.jsonl"]).stdout(append).output().unwrap();
    assert_code(&output, 2);
    assert!(fs::read(&records).unwrap() == before);
}

#[test]
fn restored_files_do_not_replace_the_record() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::create_dir(path.join("in")).unwrap();
    fs::write(path.join("in/rows.jsonl"), crate::runs::record(0)).unwrap();
    assert_code(&run(path, &["--out", "out", "--removed", "rows.jsonl", "in"]), 0);
    let record = fs::read(path.join("rows.jsonl")).unwrap();
    let output = run(path, &["restore", "out", "--removed", "rows.jsonl", "--out", "."]);
    assert_code(&output, 1);
    assert!(said(&output).contains("would overwrite the record itself"), "{}", said(&output));
    assert!(fs::read(path.join("rows.jsonl")).unwrap() == record);
}

/// It would read what it writes.
#[cfg(target_os = "linux")]
#[test]
fn standard_output_appended_to_standard_input_is_refused() {
    let folder = collection();
    let path = folder.path().join("in/records.jsonl");
    let before = fs::read(&path).unwrap();
    let output = super::command(folder.path(), &["--from", "jsonl"])
        .stdin(fs::File::open(&path).unwrap())
        .stdout(fs::File::options().append(true).open(&path).unwrap())
        .output()
        .unwrap();
    assert_code(&output, 2);
    assert!(said(&output).contains("standard output and also an input"), "{}", said(&output));
    assert!(fs::read(&path).unwrap() == before);
}

#[test]
fn a_record_or_report_on_standard_output_is_refused() {
    refused(&["in/0.txt", "--removed", "-"], "--removed takes the name of a file");
    refused(&["in/0.txt", "--report", "-"], "--report takes the name of a file");
    refused(&["in/0.txt", "-o", "a.zip"], ".zip cannot be written");
}
