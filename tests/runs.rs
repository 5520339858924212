//! Runs over whole collections, through the real binary: a run that is stopped and resumed gives the same
//! results as an uninterrupted one, and the number of threads does not matter.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use dehusk::io::packed::{Packing, pack};

/// The binary with the rules of the command tests.
pub fn dehusk() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dehusk"));
    command.env("LC_ALL", "C").args(["--lang", "en", "--no-shipped-rules", "--rules"]);
    command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cmd/rules"));
    command
}

/// An article with boilerplate, different for each number.
pub fn article(i: usize) -> String {
    let day = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"][i % 5];
    let mut text = String::new();
    if i.is_multiple_of(3) {
        text += &format!("Previous: Rain in the hills, part {i}\n");
    }
    text += &format!("On {day} the river rose in the night and fell again before noon, as it has done {i} times. ");
    text += &"The ferry ran all day and nobody was late for the market. ".repeat(3 + i % 40);
    text += "\n第二天人们回到岸边，渡船整天都在开，河水已经退了下去。\n";
    match i % 4 {
        0 => text += "Next: Sun over the valley\n",
        1 => text += "上一篇：山里下雨\n",
        2 => text += "\n\nPrevious: one\n\n\nNext: two\n",
        _ => {}
    }
    text
}

/// A record of JSON Lines, written in one of several styles.
pub fn record(i: usize) -> String {
    let text = article(i).replace('"', "\\\"").replace('\n', "\\n");
    match i % 50 {
        7 => format!("{{\"id\": {i}, \"text\": null}}\n"),
        13 => "\n".to_owned(),
        23 => format!("{{\"id\": {i}, \"text\": \"not closed\n"),
        // Line ends are escaped in two ways, which must be preserved.
        31 => format!("{{\"text\": \"{}\", \"id\": {i}}}\n", text.replacen("\\n", "\\u000a", 1)),
        _ => format!("{{\"id\": {i}, \"url\": \"https://news.example/{i}\", \"text\": \"{text}\", \"n\": 1.50}}\n"),
    }
}

/// Writes files of several formats.
fn collection(folder: &Path, records: usize) {
    let lines = |range: std::ops::Range<usize>| range.map(record).collect::<String>();
    fs::create_dir_all(folder.join("texts/deep")).unwrap();
    fs::write(folder.join("a.jsonl"), lines(0..records)).unwrap();
    fs::write(folder.join("b.jsonl.gz"), pack(lines(records..records * 2).as_bytes(), Packing::Gzip, None).unwrap())
        .unwrap();
    fs::write(folder.join("c.jsonl.zst"), pack(lines(0..records / 2).as_bytes(), Packing::Zstd, None).unwrap())
        .unwrap();
    fs::write(folder.join("empty.jsonl.gz"), pack(b"", Packing::Gzip, None).unwrap()).unwrap();
    for i in 0..40 {
        let bytes = match i % 3 {
            0 => article(i).into_bytes(),
            1 => dehusk::encode(&article(i), "gbk", false).unwrap(),
            _ => dehusk::encode(&article(i), "utf-16le", true).unwrap(),
        };
        fs::write(folder.join(format!("texts/deep/{i}.txt")), bytes).unwrap();
    }
    fs::write(folder.join("texts/image.png"), b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0").unwrap();
}

/// All files below a folder with their bytes, without `.dehusk`.
fn tree(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder_here) = folders.pop() {
        for entry in fs::read_dir(&folder_here).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                if path.file_name().unwrap() != ".dehusk" {
                    folders.push(path);
                }
            } else {
                found.insert(path.strip_prefix(folder).unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// The report without its time.
fn summary(path: &Path) -> serde_json::Value {
    let report: serde_json::Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    assert_eq!(report["finished"], true);
    report["summary"].clone()
}

pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A run with the results in `name`, and the record and the report next to it.
fn run(folder: &Path, name: &str, more: &[&str]) -> Command {
    let mut command = dehusk();
    command.current_dir(folder).args(["--out", name, "in", "--removed", &format!("{name}.rows.jsonl.gz")]);
    command.args(["--report", &format!("{name}.json")]).args(more);
    command
}

struct Result {
    tree: BTreeMap<PathBuf, Vec<u8>>,
    rows: Vec<u8>,
    summary: serde_json::Value,
}

fn result(folder: &Path, name: &str) -> Result {
    Result {
        tree: tree(&folder.join(name)),
        rows: fs::read(folder.join(format!("{name}.rows.jsonl.gz"))).unwrap(),
        summary: summary(&folder.join(format!("{name}.json"))),
    }
}

#[track_caller]
fn assert_same(one: &Result, other: &Result, what: &str) {
    let names = |result: &Result| result.tree.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(one), names(other), "{what}");
    for (name, bytes) in &one.tree {
        assert!(*bytes == other.tree[name], "{what}: {} differs", name.display());
    }
    assert!(one.rows == other.rows, "{what}: the record of removals differs");
    assert!(one.summary == other.summary, "{what}: the summary differs");
}

#[test]
fn threads_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    collection(&folder.join("in"), 1500);
    let first = run(folder, "out1", &["--jobs", "1"]).output().unwrap();
    assert_eq!(first.status.code(), Some(1), "records without a text: {}", said(&first));
    let expected = result(folder, "out1");
    assert!(expected.tree.len() == 44, "{:?}", expected.tree.keys());
    for jobs in ["2", "3", "8"] {
        let name = format!("out{jobs}");
        let output = run(folder, &name, &["--jobs", jobs]).output().unwrap();
        let untimed = |text: String, name: &str| {
            text.replace(name, "out")
                .lines()
                .filter(|l| !l.starts_with("  time"))
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert_eq!(untimed(said(&output), &name), untimed(said(&first), "out1"), "messages with {jobs} jobs");
        assert_same(&result(folder, &name), &expected, &format!("{jobs} jobs"));
    }
}

/// The number of bytes of all files below a folder, including unfinished ones.
fn written(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    // A file may be renamed or deleted meanwhile.
    let size = |entry: fs::DirEntry| match entry.metadata() {
        Ok(about) if about.is_dir() => written(&entry.path()),
        Ok(about) => about.len(),
        Err(_) => 0,
    };
    entries.map(size).sum()
}

/// Kills a run as soon as it has written this many bytes; returns whether it was killed before its end.
fn kill_after(mut child: std::process::Child, folder: &Path, bytes: u64) -> bool {
    while child.try_wait().unwrap().is_none() && written(folder) < bytes {
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap().code().is_none()
}

#[test]
fn a_run_that_was_killed_goes_on_to_the_same_result() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    collection(&folder.join("in"), 2500);
    run(folder, "whole", &[]).output().unwrap();
    let expected = result(folder, "whole");
    let all = written(&folder.join("whole"));
    let mut stopped = 0;
    for turn in 0..10u32 {
        let name = format!("killed{turn}");
        // Stop at different moments of the run, measured by the bytes written.
        let share = all * u64::from(turn) / 11;
        let child = run(folder, &name, &["--jobs", "3"]).stderr(Stdio::null()).spawn().unwrap();
        stopped += usize::from(kill_after(child, &folder.join(&name), share));
        // Kill it a second time, while it is resumed.
        if turn % 2 == 1 {
            let child = run(folder, &name, &["--resume"]).stderr(Stdio::null()).spawn().unwrap();
            kill_after(child, &folder.join(&name), share + all / 22);
        }
        let output = run(folder, &name, &["--resume"]).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "records without a text: {}", said(&output));
        assert_same(&result(folder, &name), &expected, &format!("killed after {share} of {all} bytes"));
    }
    assert!(stopped >= 5, "only {stopped} of ten runs were stopped before their end");
}

#[test]
fn a_run_that_was_stopped_is_not_started_over_by_accident() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::create_dir(folder.join("in")).unwrap();
    fs::write(folder.join("in/a.jsonl"), record(1)).unwrap();
    fs::write(folder.join("in/b.jsonl"), record(23) + &record(24)).unwrap();
    let stop = run(folder, "out", &["--max-errors", "1", "--jobs", "1"]).output().unwrap();
    assert_eq!(stop.status.code(), Some(1));
    assert!(
        said(&stop).contains("as many errors as --max-errors allows") && said(&stop).contains("--resume"),
        "{}",
        said(&stop)
    );
    assert!(folder.join("out/a.jsonl").exists() && !folder.join("out/b.jsonl").exists());

    let again = run(folder, "out", &[]).output().unwrap();
    assert_eq!(again.status.code(), Some(2));
    assert!(said(&again).contains("go on with --resume"), "{}", said(&again));
    let other = run(folder, "out", &["--resume", "--profile", "body"]).output().unwrap();
    assert_eq!(other.status.code(), Some(2));
    assert!(said(&other).contains("--profile article → body"), "{}", said(&other));
    let resumed = run(folder, "out", &["--resume"]).output().unwrap();
    assert!(said(&resumed).contains("1 of 2 parts are finished"), "{}", said(&resumed));
    assert!(folder.join("out/b.jsonl").exists());
    assert_eq!(fs::read_dir(folder.join("out")).unwrap().count(), 3, "nothing unfinished is left");

    let rows = fs::read(folder.join("out.rows.jsonl.gz")).unwrap();
    let resumed = run(folder, "out", &["--resume"]).output().unwrap();
    assert!(said(&resumed).contains("nothing to do"), "{}", said(&resumed));
    assert_eq!(resumed.status.code(), Some(1), "its failures are still failures");
    assert!(fs::read(folder.join("out.rows.jsonl.gz")).unwrap() == rows, "the record stays");
    fs::remove_file(folder.join("out.rows.jsonl.gz")).unwrap();
    let resumed = run(folder, "out", &["--resume"]).output().unwrap();
    assert!(said(&resumed).contains("all is done again"), "{}", said(&resumed));
    assert!(fs::read(folder.join("out.rows.jsonl.gz")).unwrap() == rows, "it is made again");

    // A finished run can be repeated; with `--resume`, only an input that changed is processed again.
    let done = run(folder, "out", &[]).output().unwrap();
    assert_eq!(done.status.code(), Some(1), "{}", said(&done));
    fs::write(folder.join("in/a.jsonl"), record(2)).unwrap();
    // The record of removals was joined and its parts were deleted, so everything is processed again.
    let resumed = run(folder, "out", &["--resume"]).output().unwrap();
    assert!(said(&resumed).contains("all is done again"), "{}", said(&resumed));
    assert_eq!(fs::read_to_string(folder.join("out/a.jsonl")).unwrap().len(), {
        let whole = dehusk().current_dir(folder).arg("in/a.jsonl").output().unwrap();
        whole.stdout.len()
    });
}

#[test]
fn a_record_never_loses_an_input_that_was_not_named_again() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::create_dir(folder.join("in")).unwrap();
    fs::write(folder.join("in/a.jsonl"), record(1)).unwrap();
    fs::write(folder.join("in/b.jsonl"), record(2)).unwrap();
    assert_eq!(run(folder, "out", &[]).status().unwrap().code(), Some(0));
    let rows = fs::read(folder.join("out.rows.jsonl.gz")).unwrap();
    fs::remove_file(folder.join("in/b.jsonl")).unwrap();
    let resumed = run(folder, "out", &["--resume"]).output().unwrap();
    assert_eq!(resumed.status.code(), Some(2));
    assert!(said(&resumed).contains("b.jsonl is a result of that run"), "{}", said(&resumed));
    assert!(fs::read(folder.join("out.rows.jsonl.gz")).unwrap() == rows, "the record stays");
}

#[test]
fn backups_of_earlier_runs_are_never_rewritten() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::create_dir(folder.join("in")).unwrap();
    fs::write(folder.join("in/a.txt"), article(1)).unwrap();
    let rewrite = |options: &[&str]| dehusk().current_dir(folder).arg("--in-place").args(options).arg("in").output();
    assert_eq!(rewrite(&["--backup=.old"]).unwrap().status.code(), Some(0));
    assert!(fs::read_to_string(folder.join("in/a.txt")).unwrap() != article(1));
    for options in [&[][..], &["--backup"]] {
        let again = rewrite(options).unwrap();
        assert!(said(&again).contains("backups are left alone: 1, such as in"), "{}", said(&again));
        assert_eq!(fs::read_to_string(folder.join("in/a.txt.old")).unwrap(), article(1));
    }
}

#[test]
fn two_runs_into_one_folder_do_not_meet() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::create_dir_all(folder.join("out/.dehusk")).unwrap();
    fs::write(folder.join("in"), "One more line of an article.\n").unwrap();
    let lock = fs::File::create(folder.join("out/.dehusk/lock")).unwrap();
    lock.lock().unwrap();
    let output = run(folder, "out", &[]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("another dehusk is writing into out"), "{}", said(&output));
    drop(lock);
    assert_eq!(run(folder, "out", &[]).output().unwrap().status.code(), Some(0));
}

#[test]
fn damaged_inputs_are_named_and_the_rest_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::create_dir(folder.join("in")).unwrap();
    let lines: String = (0..200).map(|i| record(i * 50)).collect();
    let whole = pack(lines.as_bytes(), Packing::Gzip, None).unwrap();
    fs::write(folder.join("in/cut.jsonl.gz"), &whole[..whole.len() / 2]).unwrap();
    fs::write(folder.join("in/good.jsonl.gz"), &whole).unwrap();
    fs::write(
        folder.join("in/bytes.jsonl"),
        b"{\"id\": 1, \"text\": \"caf\xe9\"}\n{\"text\": \"\\ud83d\"}\n[1]\n{\"a\": 1}\n",
    )
    .unwrap();
    fs::write(folder.join("in/no.csv"), "id,body\n1,x\n").unwrap();
    let stopped = run(folder, "stopped", &["--max-errors", "1", "--jobs", "1"]).output().unwrap();
    assert!(!folder.join("stopped/good.jsonl.gz").exists(), "{}", self::said(&stopped));
    let output = run(folder, "out", &[]).output().unwrap();
    let said = said(&output);
    assert_eq!(output.status.code(), Some(1));
    for part in [
        "in/bytes.jsonl:1: error: not UTF-8 from byte 23 on; passed through unchanged",
        "in/bytes.jsonl:2: error: the field \"text\" has half a character",
        "in/bytes.jsonl:3: error: an array instead of an object",
        "in/bytes.jsonl:4: error: no field \"text\"",
        "in/cut.jsonl.gz: error: the gzip file is cut off after byte",
        "in/no.csv: error: no column \"text\"; there are: id, body",
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
    let results = tree(&folder.join("out"));
    assert_eq!(results.keys().map(|p| p.to_str().unwrap()).collect::<Vec<_>>(), ["bytes.jsonl", "good.jsonl.gz"]);
    assert_eq!(results[Path::new("bytes.jsonl")], fs::read(folder.join("in/bytes.jsonl")).unwrap());
    let summary_of_run = summary(&folder.join("out.json"));
    assert_eq!(
        (&summary_of_run["documents"], &summary_of_run["files"]),
        (&200.into(), &2.into()),
        "of files that are there"
    );
    assert_eq!(summary_of_run["failed"], 6, "four records, two files");
    let failures = summary_of_run["failures"].clone();
    let second = failures.as_array().unwrap().iter().find(|f| f["record"] == 2).unwrap();
    assert_eq!((second["file"].as_str(), second["offset"].as_u64()), (Some("in/bytes.jsonl"), Some(26)));

    // The broken files are repaired; only they are processed.
    fs::write(folder.join("in/cut.jsonl.gz"), &whole).unwrap();
    fs::write(folder.join("in/no.csv"), "id,text\n1,x\n").unwrap();
    let output = run(folder, "out", &["--resume"]).output().unwrap();
    assert!(self::said(&output).contains("2 of 4 parts are finished"), "{}", self::said(&output));
    let results = tree(&folder.join("out"));
    assert_eq!(results[Path::new("cut.jsonl.gz")], results[Path::new("good.jsonl.gz")]);
    let fresh = run(folder, "fresh", &[]).output().unwrap();
    assert_eq!(fresh.status.code(), Some(1));
    assert_same(&result(folder, "out"), &result(folder, "fresh"), "mended and resumed");
}

#[test]
fn an_input_that_is_written_to_is_not_put_in_place() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::create_dir(folder.join("in")).unwrap();
    let lines: String = (0..6000).map(|i| record(i * 50)).collect();
    fs::write(folder.join("in/a.jsonl"), &lines).unwrap();
    let mut child = run(folder, "out", &["--jobs", "1"]).stderr(Stdio::piped()).spawn().unwrap();
    let mut file = fs::OpenOptions::new().append(true).open(folder.join("in/a.jsonl")).unwrap();
    // Change the input from the moment its result is started until the run ends.
    while child.try_wait().unwrap().is_none() {
        let begun =
            |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name().to_string_lossy().starts_with(".dehusk-");
        if fs::read_dir(folder.join("out")).is_ok_and(|mut entries| entries.any(begun)) {
            file.write_all(record(100).as_bytes()).unwrap();
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    let output = child.wait_with_output().unwrap();
    assert!(said(&output).contains("in/a.jsonl: error: the file changed while it was read"), "{}", said(&output));
    assert_eq!(output.status.code(), Some(1));
    assert!(!folder.join("out/a.jsonl").exists());
    let rows = fs::read(folder.join("out.rows.jsonl.gz")).unwrap();
    assert!(rows.is_empty(), "rows of a result that there is not");
}

#[test]
fn many_texts_are_many_shards() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::create_dir(folder.join("in")).unwrap();
    for i in 0..1500 {
        fs::write(folder.join(format!("in/{i:04}.txt")), article(i)).unwrap();
    }
    fs::write(folder.join("in/2000.csv"), "").unwrap();
    let output = run(folder, "out", &[]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let expected = result(folder, "out");
    let child = run(folder, "killed", &["--jobs", "1"]).stderr(Stdio::null()).spawn();
    let mut child = child.unwrap();
    while !folder.join("killed/1100.txt").exists() {
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let output = run(folder, "killed", &["--resume"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(said(&output).contains("1 of 3 parts are finished"), "{}", said(&output));
    assert_same(&result(folder, "killed"), &expected, "killed in the second shard");
}

#[test]
fn limits_and_samples_are_the_same_however_threads_run() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::create_dir(folder.join("in")).unwrap();
    let lines = |range: std::ops::Range<usize>| range.map(|i| record(i * 50)).collect::<String>();
    fs::write(folder.join("in/a.jsonl"), lines(0..700)).unwrap();
    fs::write(folder.join("in/b.jsonl"), lines(700..2000)).unwrap();
    let records = |args: &[&str]| {
        let output = dehusk().current_dir(folder).args(args).args(["in/a.jsonl", "in/b.jsonl"]).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let all = records(&[]);
    assert_eq!(all.len(), 2000);
    for limit in ["1", "699", "700", "701", "1234"] {
        let n: usize = limit.parse().unwrap();
        for jobs in ["1", "3"] {
            assert_eq!(records(&["--limit", limit, "--jobs", jobs]), all[..n], "{limit} with {jobs} jobs");
        }
    }
    let (small, large) = (records(&["--sample", "5%"]), records(&["--sample", "30%", "--jobs", "3"]));
    assert!((60..140).contains(&small.len()) && (500..700).contains(&large.len()), "{} {}", small.len(), large.len());
    assert!(small.iter().all(|line| large.contains(line)));
    assert_eq!(records(&["--sample", "30%", "--limit", "50"]), large[..50]);

    let output =
        dehusk().current_dir(folder).args(["--out", "few", "--limit", "800", "--jobs", "3", "in"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let few = tree(&folder.join("few"));
    let count = |name: &str| few[Path::new(name)].iter().filter(|&&b| b == b'\n').count();
    assert_eq!((count("a.jsonl"), count("b.jsonl")), (700, 100));
}

#[test]
fn packed_standard_input_is_recognised() {
    let lines: String = (0..20).map(|i| record(i * 50)).collect();
    let through = |input: Vec<u8>, args: &[&str]| {
        let mut child =
            dehusk().args(["--from", "jsonl"]).args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(&input).unwrap();
        child.wait_with_output().unwrap().stdout
    };
    let plain = through(lines.clone().into_bytes(), &[]);
    assert!(plain.len() > 1000);
    for packing in [Packing::Gzip, Packing::Zstd, Packing::Bzip2, Packing::Xz] {
        assert_eq!(through(pack(lines.as_bytes(), packing, None).unwrap(), &[]), plain, "{packing}");
    }
    let packed = through(lines.into_bytes(), &["--pack", "zstd"]);
    assert_eq!(Packing::of_bytes(&packed), Packing::Zstd);
    assert_eq!(through(packed, &[]), plain, "cleaned twice is cleaned once");
}

#[test]
fn a_place_that_cannot_be_written_is_named_before_anything_is_done() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    fs::write(folder.path().join("in"), article(1)).unwrap();
    let output = dehusk().current_dir(folder.path()).args(["--out", "file/out", "in"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("file/out cannot be written: "), "{}", said(&output));
    let Ok(_) = fs::metadata("/dev/full") else { return crate::util::skipped("there is no /dev/full") };
    let output = dehusk().current_dir(folder.path()).args(["--removed", "/dev/full", "in"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("/dev/full: error: "), "{}", said(&output));
    let args = ["--out", "out", "--removed", "/dev/full", "--report", "/dev/null", "in"];
    let output = dehusk().current_dir(folder.path()).args(args).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("/dev/full: error: no space left on device"), "{}", said(&output));
    assert!(!fs::metadata("/dev/full").unwrap().is_file(), "no file may take the place of a device");
}

#[test]
fn a_field_of_urls_that_no_record_has_is_named() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.jsonl"), [0, 1].map(record).concat()).unwrap();
    let run = |field: &str| {
        let output = dehusk().current_dir(&folder).args(["--url-field", field, "a.jsonl"]).output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        said(&output)
    };
    assert!(
        run("link").contains("a.jsonl: warning: no record has the field \"link\" (--url-field)"),
        "{}",
        run("link")
    );
    assert!(!run("url").contains("warning"), "{}", run("url"));
}
