use std::fs;

use super::{assert_code, collection, run, tree};
use crate::runs::said;

const ARGS: [&str; 5] = ["--out", "out", "--removed", "rows.jsonl", "in"];

#[test]
fn results_that_are_gone_or_cut_are_done_again() {
    let folder = collection();
    let path = folder.path();
    assert_code(&run(path, &ARGS), 1);
    let whole = tree(&path.join("out"));
    let resume = [&ARGS[..], &["--resume"]].concat();
    type Damage<'d> = &'d dyn Fn(&std::path::Path);
    let damages: [(&str, Damage<'_>); 4] = [
        ("0.txt", &|file| fs::remove_file(file).unwrap()),
        ("1.txt", &|file| fs::File::options().write(true).open(file).unwrap().set_len(5).unwrap()),
        ("records.jsonl", &|file| fs::File::options().write(true).open(file).unwrap().set_len(99).unwrap()),
        // As long as before, but other bytes.
        ("records.jsonl", &|file| {
            let mut bytes = fs::read(file).unwrap();
            bytes[20] ^= 1;
            std::thread::sleep(std::time::Duration::from_millis(20));
            fs::write(file, bytes).unwrap();
        }),
    ];
    for (name, damage) in damages {
        damage(&path.join("out").join(name));
        assert_code(&run(path, &resume), 1);
        assert!(tree(&path.join("out")) == whole, "{name} was not done again");
    }
    let output = run(path, &resume);
    assert!(said(&output).contains("finished already"), "{}", said(&output));
}

#[test]
fn verify_names_what_is_missing_cut_or_changed() {
    let folder = collection();
    let path = folder.path();
    assert_code(&run(path, &["verify", "in"]), 2);
    assert_code(&run(path, &["--sync", "--out", "out", "in"]), 1);
    let output = run(path, &["verify", "out"]);
    assert_code(&output, 0);
    assert!(said(&output).contains("7 of 7 results are as they were written"), "{}", said(&output));
    fs::remove_file(path.join("out/0.txt")).unwrap();
    fs::write(path.join("out/1.txt"), "x").unwrap();
    let longer = [fs::read(path.join("out/2.txt")).unwrap(), b"more\n".to_vec()].concat();
    fs::write(path.join("out/2.txt"), longer).unwrap();
    fs::write(path.join("out/other.txt"), "x").unwrap();
    let output = run(path, &["verify", "out"]);
    assert_code(&output, 1);
    for words in
        ["0.txt: error: it is gone", "1.txt: error: it is cut off", "2.txt: error: it was changed", "1 more file is"]
    {
        assert!(said(&output).contains(words), "{words}: {}", said(&output));
    }
    assert!(said(&output).contains("4 of 7"), "{}", said(&output));
}

/// The results of the texts beside one that cannot be read are results, too.
#[test]
fn verify_knows_the_results_beside_a_text_that_failed() {
    let folder = collection();
    let path = folder.path();
    fs::remove_file(path.join("in/records.jsonl")).unwrap();
    fs::write(path.join("in/bad.txt.gz"), b"\x1f\x8b\x08\0\0\0").unwrap();
    let args = ["--out", "out", "in"];
    assert_code(&run(path, &args), 1);
    let count = tree(&path.join("out")).iter().filter(|(name, _)| name.extension().is_some()).count();
    fs::write(path.join("out/2.txt"), "").unwrap();
    let output = run(path, &["verify", "out"]);
    assert_code(&output, 1);
    let text = said(&output);
    assert!(text.contains("2.txt: error: it is cut off"), "{text}");
    let counts = format!("{} of {count} results are as they were written; 1 records or files failed", count - 1);
    assert!(text.contains(&counts), "{counts}: {text}");
    // The shard is done again, and so is what was cut off.
    assert_code(&run(path, &["--resume", "--out", "out", "in"]), 1);
    let output = run(path, &["verify", "out"]);
    assert_code(&output, 0);
    assert!(said(&output).contains(&format!("{count} of {count} results")), "{}", said(&output));
}

#[test]
fn verify_says_that_a_run_was_not_finished() {
    let folder = collection();
    let path = folder.path();
    assert_code(&run(path, &["--max-errors", "1", "--out", "out", "--jobs", "1", "in"]), 1);
    let output = run(path, &["verify", "out"]);
    assert_code(&output, 1);
    assert!(said(&output).contains("was not finished"), "{}", said(&output));
}

/// Bytes that are not UTF-8 in a line that stays are the same bytes in the result.
#[test]
fn invalid_bytes_stay_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let line = "渡船整天都在开，河水已经退了下去，人们回到岸边，没有一个人在集市上迟到。\n";
    let body = line.repeat(6);
    let text = [body.as_bytes(), b"The caf\xff was \xe6\xb8 open.\nPrevious: one\n", body.as_bytes()].concat();
    fs::write(path.join("a.txt"), &text).unwrap();
    let expected = [body.as_bytes(), b"The caf\xff was \xe6\xb8 open.\n", body.as_bytes()].concat();
    let output = run(path, &["--out", "out", "--removed", "rows.jsonl", "a.txt"]);
    assert_code(&output, 0);
    assert!(said(&output).contains("kept unchanged"), "{}", said(&output));
    assert!(fs::read(path.join("out/a.txt")).unwrap() == expected);
    assert!(run(path, &["a.txt"]).stdout == expected);
    assert_code(&run(path, &["restore", "out", "--removed", "rows.jsonl", "--out", "back"]), 0);
    assert!(fs::read(path.join("back/a.txt")).unwrap() == text);
    assert_code(&run(path, &["--in-place", "a.txt"]), 0);
    assert!(fs::read(path.join("a.txt")).unwrap() == expected);
}

#[test]
fn pounds_and_utf32_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let text = "The ticket cost £5 at the gate, and the ferry left at nine.\nPrevious: one\n";
    fs::write(path.join("pound.txt"), dehusk::encode(text, "windows-1252", false).unwrap()).unwrap();
    for (name, bom) in [("UTF-32LE", true), ("UTF-32BE", true), ("UTF-32LE", false), ("UTF-32BE", false)] {
        fs::write(path.join(format!("{name}{bom}.txt")), dehusk::encode(text, name, bom).unwrap()).unwrap();
    }
    let before = tree(path);
    assert_code(&run(path, &["--out", "out", "--removed", "rows.jsonl", "."]), 0);
    for (name, bytes) in tree(&path.join("out")) {
        let body = String::from_utf8(bytes).unwrap();
        assert_eq!(body, text.lines().next().unwrap().to_owned() + "\n", "{}", name.display());
    }
    assert_code(&run(path, &["restore", "out", "--removed", "rows.jsonl", "--out", "back"]), 0);
    assert!(tree(&path.join("back")) == before);
}

#[cfg(target_os = "linux")]
#[test]
fn help_that_cannot_be_written_is_a_failure() {
    for args in [&["--help"][..], &["-h"], &["--version"], &["--lang", "zh", "--help"], &["help"], &["--man"]] {
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_dehusk"));
        let output = program.args(args).stdout(full).output().unwrap();
        assert_code(&output, 1);
    }
}

#[test]
fn a_run_with_one_more_text_is_whole_and_comes_to_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::create_dir(path.join("in")).unwrap();
    let text = |name: &str| fs::write(path.join("in").join(name), crate::runs::article(name.len())).unwrap();
    for name in ["1.txt", "2.txt", "3.txt"] {
        text(name);
    }
    for record in [&[][..], &["--removed", "rows.jsonl"]] {
        let out = if record.is_empty() { "plain" } else { "recorded" };
        let args = [&["--out", out, "in"], record].concat();
        assert_code(&run(path, &args), 0);
        text("0.txt");
        let resume = [&args[..], &["--resume"]].concat();
        assert_code(&run(path, &resume), 0);
        let output = run(path, &["verify", out]);
        assert_code(&output, 0);
        assert!(said(&output).contains("4 of 4 results"), "{}", said(&output));
        let output = run(path, &resume);
        assert!(said(&output).contains("finished already"), "{}", said(&output));
        fs::remove_file(path.join("in/0.txt")).unwrap();
    }
}

#[test]
fn a_run_that_is_refused_leaves_the_finished_one_finished() {
    let folder = collection();
    let path = folder.path();
    assert_code(&run(path, &ARGS), 1);
    let verified = said(&run(path, &["verify", "out"])).to_owned();
    let refused = [
        &["--out", "out", "--removed", "0.txt/rows.jsonl", "in"][..],
        &["--out", "out", "--removed", "rows.jsonl", "--resume", "in/0.txt"],
    ];
    fs::write(path.join("0.txt"), "a file, and no folder").unwrap();
    for args in refused {
        assert_code(&run(path, args), 2);
        assert_eq!(said(&run(path, &["verify", "out"])), verified, "{args:?}");
    }
}

#[test]
fn verify_says_that_a_limited_run_cannot_be_checked() {
    let folder = collection();
    let path = folder.path();
    assert_code(&run(path, &["--limit", "3", "--out", "out", "in"]), 0);
    fs::remove_file(path.join("out/0.txt")).unwrap();
    let output = run(path, &["verify", "out"]);
    assert_code(&output, 1);
    assert!(said(&output).contains("the run was limited (--limit 3)"), "{}", said(&output));
    assert!(!said(&output).contains("no result of the run"), "{}", said(&output));
}

#[test]
fn a_run_file_that_cannot_be_read_is_not_written_over() {
    let folder = collection();
    let path = folder.path();
    assert_code(&run(path, &["--out", "out", "in"]), 1);
    fs::write(path.join("out/.dehusk/run.json"), "").unwrap();
    let before = tree(&path.join("out"));
    for more in [&["--resume"][..], &[]] {
        let output = run(path, &[&["--out", "out", "in"], more].concat());
        assert_code(&output, 2);
        assert!(said(&output).contains("run.json is damaged"), "{}", said(&output));
    }
    let output = run(path, &["verify", "out"]);
    assert!(said(&output).contains("run.json is damaged"), "{}", said(&output));
    assert!(tree(&path.join("out")) == before);
    assert!(!fs::read(path.join("out/.dehusk/journal")).unwrap().is_empty());
}

#[test]
fn a_text_from_standard_input_comes_back() {
    let folder = collection();
    let path = folder.path();
    let output = super::command(path, &["--out", "one.txt", "--removed", "rows.jsonl"])
        .stdin(fs::File::open(path.join("in/0.txt")).unwrap())
        .output()
        .unwrap();
    assert_code(&output, 0);
    assert_code(&run(path, &["restore", "one.txt", "--removed", "rows.jsonl", "--out", "back"]), 0);
    assert!(fs::read(path.join("back/one.txt")).unwrap() == fs::read(path.join("in/0.txt")).unwrap());
}

/// A reader of packed WARC begins at any record.
#[test]
fn packed_warc_comes_back_record_by_record() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let record = |i: usize| {
        let text = crate::runs::article(i);
        let length = text.len();
        format!("WARC/1.0\r\nWARC-Type: conversion\r\nContent-Length: {length}\r\n\r\n{text}\r\n\r\n")
    };
    let pack =
        |text: String| dehusk::io::packed::pack(text.as_bytes(), dehusk::io::packed::Packing::Gzip, None).unwrap();
    let all: Vec<u8> = (0..5).flat_map(|i| pack(record(i))).collect();
    fs::write(path.join("a.warc.gz"), all).unwrap();
    assert_code(&run(path, &["--out", "out", "--removed", "rows.jsonl", "a.warc.gz"]), 0);
    assert_code(&run(path, &["restore", "out", "--removed", "rows.jsonl", "--out", "back"]), 0);
    let back = fs::read(path.join("back/a.warc.gz")).unwrap();
    let members = memchr::memmem::find_iter(&back, b"\x1f\x8b\x08").count();
    assert_eq!(members, 5);
}
