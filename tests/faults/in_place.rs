use std::fs;
use std::path::Path;

use super::{assert_code, collection, command, run, tree};
use crate::runs::said;

const ARGS: [&str; 4] = ["--in-place", "--removed", "rows.jsonl.gz", "in"];

#[test]
fn rewritten_files_come_back_from_their_record() {
    let folder = collection();
    let path = folder.path();
    let before = tree(&path.join("in"));
    assert_code(&run(path, &ARGS), 1);
    assert!(tree(&path.join("in")) != before);
    assert!(!path.join("rows.jsonl.gz.parts").exists());
    assert_code(&run(path, &["restore", "in", "--removed", "rows.jsonl.gz", "--out", "back"]), 0);
    assert!(tree(&path.join("back/in")) == before);
}

/// `/dev/full` takes no byte, so nothing may be rewritten.
#[cfg(target_os = "linux")]
#[test]
fn a_record_that_cannot_be_written_changes_no_file() {
    let folder = collection();
    let path = folder.path();
    let before = tree(&path.join("in"));
    // What stands beside the record cannot be made.
    fs::create_dir(path.join("closed")).unwrap();
    fs::write(path.join("closed/rows.jsonl"), "").unwrap();
    fs::write(path.join("closed/rows.jsonl.parts"), "").unwrap();
    let output = run(path, &["--in-place", "--removed", "closed/rows.jsonl", "in"]);
    assert_code(&output, 2);
    assert!(said(&output).contains("put it away first"), "{}", said(&output));
    assert!(tree(&path.join("in")) == before);
}

/// What a killed run leaves is found by the next one, and read by `restore`.
#[test]
fn parts_of_a_run_that_was_killed_are_not_written_over() {
    let folder = collection();
    let path = folder.path();
    assert_code(&run(path, &["--in-place", "--removed", "rows.jsonl", "in/0.txt"]), 0);
    // As if it had been killed before the parts were joined; the last row was being written.
    fs::create_dir(path.join("rows.jsonl.parts")).unwrap();
    let rows = fs::read_to_string(path.join("rows.jsonl")).unwrap();
    fs::write(path.join("rows.jsonl.parts/000000001"), format!("{rows}{{\"kind\":\"ru")).unwrap();
    fs::remove_file(path.join("rows.jsonl")).unwrap();
    let output = run(path, &["--in-place", "--removed", "rows.jsonl", "in"]);
    assert_code(&output, 2);
    assert!(said(&output).contains("rows.jsonl.parts"), "{}", said(&output));
    let output = run(path, &["restore", "in/0.txt", "--removed", "rows.jsonl.parts", "--out", "back"]);
    assert_code(&output, 0);
    assert_eq!(fs::read_to_string(path.join("back/in/0.txt")).unwrap(), crate::runs::article(0));
}

/// The same command a second time finds nothing to remove; its empty record must not take the place of the first one.
#[test]
fn an_earlier_record_is_not_written_over() {
    let folder = collection();
    let path = folder.path();
    let before = tree(&path.join("in"));
    fs::write(path.join("rows.jsonl.gz"), "").unwrap();
    assert_code(&run(path, &ARGS), 1);
    let (rewritten, record) = (tree(&path.join("in")), fs::read(path.join("rows.jsonl.gz")).unwrap());
    let again = run(path, &ARGS);
    assert_code(&again, 2);
    assert!(said(&again).contains("rows.jsonl.gz holds an earlier record"), "{}", said(&again));
    assert!(tree(&path.join("in")) == rewritten && fs::read(path.join("rows.jsonl.gz")).unwrap() == record);
    assert_code(&run(path, &["--in-place", "--removed", "more.jsonl", "in"]), 1);
    assert_code(&run(path, &["restore", "in", "--removed", "rows.jsonl.gz", "--out", "back"]), 0);
    assert!(tree(&path.join("back/in")) == before);
}

#[test]
fn a_file_that_was_noted_and_not_yet_replaced_is_restored_as_it_is() {
    let folder = collection();
    let path = folder.path();
    let original = fs::read(path.join("in/0.txt")).unwrap();
    assert_code(&run(path, &["--in-place", "--removed", "rows.jsonl", "in/0.txt"]), 0);
    fs::write(path.join("in/0.txt"), &original).unwrap();
    assert_code(&run(path, &["restore", "in/0.txt", "--removed", "rows.jsonl", "--out", "back"]), 0);
    assert!(fs::read(path.join("back/in/0.txt")).unwrap() == original);
}

#[cfg(unix)]
#[test]
fn other_names_of_a_rewritten_file_are_told_of() {
    let folder = collection();
    let path = folder.path();
    fs::hard_link(path.join("in/0.txt"), path.join("other.txt")).unwrap();
    let output = run(path, &["--in-place", "in/0.txt"]);
    assert_code(&output, 0);
    assert!(said(&output).contains("has other names (hard links)"), "{}", said(&output));
    assert_eq!(fs::read_to_string(path.join("other.txt")).unwrap(), crate::runs::article(0));
}

#[cfg(unix)]
#[test]
fn a_backup_does_not_write_through_a_link() {
    let folder = collection();
    let path = folder.path();
    fs::write(path.join("precious"), "mine").unwrap();
    std::os::unix::fs::symlink(path.join("precious"), path.join("in/0.txt.bak")).unwrap();
    assert_code(&run(path, &["--in-place", "--backup", "in/0.txt"]), 0);
    assert_eq!(fs::read_to_string(path.join("precious")).unwrap(), "mine");
    assert_eq!(fs::read_to_string(path.join("in/0.txt.bak")).unwrap(), crate::runs::article(0));
}

/// Whatever moment a run is killed at, each file is what it was, or its record is on disk.
#[test]
fn what_was_rewritten_is_in_the_record_whenever_the_run_is_killed() {
    if !dehusk::pipeline::disk::FAULTS {
        return crate::util::skipped("faults are not made in a release build");
    }
    each_fault("kill", |path, before, output| {
        let ended = output.status.code() != Some(137);
        assert_nothing_lost(path, before);
        ended
    });
}

/// The same for a disk that is full from some moment on.
#[test]
fn what_was_rewritten_is_in_the_record_however_full_the_disk_is() {
    if !dehusk::pipeline::disk::FAULTS {
        return crate::util::skipped("faults are not made in a release build");
    }
    let names_parts =
        |path: &Path, said: &str| !path.join("rows.jsonl.gz.parts").exists() || said.contains("rows.jsonl.gz.parts");
    each_fault("full", |path, before, output| {
        assert_nothing_lost(path, before);
        assert!(names_parts(path, &said(output)), "{}", said(output));
        !said(output).contains("no storage space") && !said(output).contains("full")
    });
}

/// Runs with a fault at the first step, the second, and so on until `is_over` says that it came too late.
fn each_fault(
    what: &str,
    is_over: impl Fn(&Path, &std::collections::BTreeMap<std::path::PathBuf, Vec<u8>>, &std::process::Output) -> bool,
) {
    for number in 1.. {
        let folder = collection();
        let path = folder.path();
        let before = tree(&path.join("in"));
        let fault = format!("{what}:{number}");
        let output = command(path, &ARGS).args(["--jobs", "1"]).env("DEHUSK_FAULT", &fault).output().unwrap();
        if is_over(path, &before, &output) {
            assert!(number > 10, "{what}: only {number} steps");
            return;
        }
        assert_ne!(output.status.code(), Some(0), "{fault}");
    }
}

/// Every file is as it was, or comes back from what there is of the record.
fn assert_nothing_lost(path: &Path, before: &std::collections::BTreeMap<std::path::PathBuf, Vec<u8>>) {
    let now = tree(&path.join("in"));
    let changed = before.iter().filter(|(name, bytes)| now.get(*name) != Some(bytes));
    let parts = path.join("rows.jsonl.gz.parts");
    let record = if parts.exists() { "rows.jsonl.gz.parts" } else { "rows.jsonl.gz" };
    for (name, bytes) in changed {
        let file = format!("in/{}", name.display());
        let output = run(path, &["restore", &file, "--removed", record, "--out", "back"]);
        let back = fs::read(path.join("back").join(&file)).unwrap_or_default();
        assert!(back == *bytes, "{file} cannot be restored\n{}", said(&output));
        fs::remove_dir_all(path.join("back")).unwrap();
    }
}

/// A page of HTML would be gone: text would stand in its place, and where no rule takes anything there is no row.
#[test]
fn records_of_html_are_not_rewritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let page = "<html><body><p>The ferry left at noon, and the whole town came to see it.</p></body></html>";
    let line = serde_json::json!({ "id": 1, "text": page }).to_string() + "\n";
    fs::write(path.join("a.jsonl"), &line).unwrap();
    for more in [&[][..], &["--removed", "rows.jsonl"]] {
        let output = run(path, &[&["--input", "html", "--in-place", "a.jsonl"], more].concat());
        assert_code(&output, 1);
        assert!(said(&output).contains("a.jsonl:1: error: this is HTML"), "{}", said(&output));
        assert_eq!(fs::read_to_string(path.join("a.jsonl")).unwrap(), line);
    }
}

#[test]
fn an_ending_of_backups_that_is_none_is_refused() {
    let folder = collection();
    let path = folder.path();
    let before = tree(path);
    for ending in ["--backup=", "--backup=/x"] {
        let output = run(path, &["--in-place", ending, "in"]);
        assert_code(&output, 2);
        assert!(said(&output).contains("--backup takes an ending"), "{}", said(&output));
        assert!(tree(path) == before);
    }
}

/// The removals of a file of records are in the record before its result is in its place.
#[test]
fn records_that_were_not_yet_rewritten_are_given_as_they_are() {
    let folder = collection();
    let path = folder.path();
    fs::remove_file(path.join("in/records.jsonl")).unwrap();
    fs::write(path.join("in/r.jsonl"), [0, 1, 2, 3].map(crate::runs::record).concat()).unwrap();
    let before = tree(&path.join("in"));
    assert_code(&run(path, &["--in-place", "--removed", "rows.jsonl", "in"]), 0);
    for (name, bytes) in &before {
        fs::write(path.join("in").join(name), bytes).unwrap();
    }
    assert_code(&run(path, &["restore", "in", "--removed", "rows.jsonl", "--out", "back"]), 0);
    assert!(tree(&path.join("back/in")) == before);
}

#[test]
fn backups_beside_results_are_left_alone() {
    let folder = collection();
    let path = folder.path();
    let before = fs::read(path.join("in/0.txt")).unwrap();
    fs::remove_file(path.join("in/records.jsonl")).unwrap();
    assert_code(&run(path, &["--in-place", "--backup", "--removed", "rows.jsonl", "in"]), 0);
    let output = run(path, &["restore", "in", "--removed", "rows.jsonl", "--out", "back"]);
    assert_code(&output, 0);
    assert!(said(&output).contains("in/0.txt.bak: note: left alone"), "{}", said(&output));
    assert!(fs::read(path.join("back/in/0.txt")).unwrap() == before);
}

/// A run that is killed while it writes leaves a temporary file, which is no input and is named.
#[test]
fn what_a_killed_run_was_writing_is_named() {
    let folder = collection();
    let path = folder.path();
    fs::write(path.join("in/.dehusk-x1"), crate::runs::article(1)).unwrap();
    let output = run(path, &["--in-place", "in/"]);
    assert_code(&output, 1);
    let text = said(&output);
    assert!(
        text.contains("temporary files of a run that did not end are left alone: 1, such as in/.dehusk-x1"),
        "{text}"
    );
    assert_eq!(fs::read_to_string(path.join("in/.dehusk-x1")).unwrap(), crate::runs::article(1));
}

/// The name of a file says how it is packed, and it keeps its name.
#[test]
fn the_compression_of_files_in_their_places_stays() {
    let folder = collection();
    let path = folder.path();
    let before = tree(&path.join("in"));
    let output = run(path, &["--in-place", "--compress", "gzip", "in"]);
    assert_code(&output, 2);
    assert!(said(&output).contains("--in-place does not change the compression"), "{}", said(&output));
    let output = run(path, &["-o", "x.jsonl.zst", "--compress", "gzip", "in/records.jsonl"]);
    assert_code(&output, 2);
    assert!(said(&output).contains("the name x.jsonl.zst means"), "{}", said(&output));
    assert!(tree(&path.join("in")) == before && !path.join("x.jsonl.zst").exists());
}

/// A backup that cannot be written to its end is none: whoever puts it back would lose the file.
#[cfg(target_os = "linux")]
#[test]
fn a_backup_has_its_name_when_it_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let body: String = (0..105)
        .map(|day| {
            format!("On day {day} the ferry left at noon, and the whole town came to see it go, as for years.\n")
        })
        .collect();
    let original = body.clone() + &"Back to top\n".repeat(320);
    fs::write(path.join("a.txt"), &original).unwrap();
    // A file may be as long as the result and not as long as the original. (The blocks of `sh` have 512 bytes or 1,024.)
    let limit = format!("trap '' XFSZ; ulimit -f $(( {} / $1 )); shift; exec \"$@\"", body.len() + 1500);
    for block in ["512", "1024"] {
        let program = command(path, &[]).get_program().to_owned();
        let output = std::process::Command::new("sh")
            .current_dir(path)
            .args(["-c", &limit, "sh", block])
            .arg(program)
            .args(["--lang", "en", "--in-place", "--backup", "a.txt"])
            .output()
            .unwrap();
        if output.status.code() == Some(0) {
            assert_eq!(block, "512", "{}", said(&output));
            assert_eq!(fs::read_to_string(path.join("a.txt.bak")).unwrap(), original);
            fs::rename(path.join("a.txt.bak"), path.join("a.txt")).unwrap();
            continue;
        }
        assert_code(&output, 1);
        assert_eq!(tree(path).into_iter().collect::<Vec<_>>(), [("a.txt".into(), original.clone().into_bytes())]);
        return;
    }
}
