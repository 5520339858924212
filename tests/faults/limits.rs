use std::fs;
use std::io::Write as _;

use dehusk::io::packed::{Packing, pack};

use super::{assert_code, collection, command, run, tree};
use crate::runs::said;

/// A record of 40 MB, which packs into a few kilobytes.
fn long_record() -> Vec<u8> {
    [b"{\"id\": \"long\", \"text\": \"", &b"a".repeat(40 << 20)[..], b"\"}\n"].concat()
}

#[test]
fn a_record_beyond_the_limit_passes_through_and_the_others_are_done() {
    let folder = collection();
    let path = folder.path();
    let records = [crate::runs::record(0).as_bytes(), &long_record(), crate::runs::record(1).as_bytes()].concat();
    fs::write(path.join("in/long.jsonl.zst"), pack(&records, Packing::Zstd, None).unwrap()).unwrap();
    let args = ["--out", "out", "--removed", "rows.jsonl", "in"];
    let first = run(path, &args);
    assert_code(&first, 1);
    assert!(said(&first).contains("long.jsonl.zst:2: error: longer than 32 MiB"), "{}", said(&first));
    assert!(said(&first).contains("--max-record"), "{}", said(&first));
    assert_eq!(tree(&path.join("out")).len(), 8);
    // Nothing is left to do, and it failed all the same.
    let again = run(path, &[&args[..], &["--resume"]].concat());
    assert_code(&again, 1);
    assert!(said(&again).contains("finished already"), "{}", said(&again));
    // Its bytes are in the result, so the input comes back.
    assert_code(&run(path, &["restore", "out", "--removed", "rows.jsonl", "--out", "back"]), 0);
    let mut unpacked = Vec::new();
    let back = fs::File::open(path.join("back/long.jsonl.zst")).unwrap();
    std::io::Read::read_to_end(&mut dehusk::io::packed::open(back, Packing::Zstd), &mut unpacked).unwrap();
    assert!(unpacked == records);
    // With a higher limit it is a record as any other.
    assert_code(&run(path, &["--max-record", "64M", "--out", "out2", "in/long.jsonl.zst"]), 0);
}

#[test]
fn a_text_beyond_the_limit_fails_alone() {
    let folder = collection();
    let path = folder.path();
    fs::write(path.join("in/long.txt"), "a line that is long\n".repeat(100)).unwrap();
    fs::write(path.join("in/packed.txt.gz"), pack(&b"a\n".repeat(5000), Packing::Gzip, None).unwrap()).unwrap();
    let args = ["--max-record", "1900", "--out", "out", "in"];
    let output = run(path, &args);
    assert_code(&output, 1);
    for name in ["in/long.txt: error: longer than 1900 B", "in/packed.txt.gz: error: longer than 1900 B"] {
        assert!(said(&output).contains(name), "{}", said(&output));
    }
    assert!(!path.join("out/long.txt").exists() && path.join("out/0.txt").exists());
    let again = run(path, &[&args[..], &["--resume"]].concat());
    assert!(said(&again).contains("finished already"), "{}", said(&again));
    assert_code(&again, 1);
}

#[test]
fn rows_and_warc_blocks_beyond_the_limit_are_not_held_either() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let text = "a ".repeat(3000);
    fs::write(path.join("t.csv"), format!("id,text\n1,{text}\n2,The ferry ran.\n")).unwrap();
    let record = |kind: &str, text: &str| {
        let length = text.len();
        format!("WARC/1.0\r\nWARC-Type: {kind}\r\nContent-Length: {length}\r\n\r\n{text}\r\n\r\n")
    };
    let warc = [record("conversion", &text), record("response", &text), record("conversion", "The ferry ran.\n")];
    fs::write(path.join("w.warc"), warc.concat()).unwrap();
    let output = run(path, &["--max-record", "2000", "--out", "out", "t.csv", "w.warc"]);
    assert_code(&output, 1);
    let said = said(&output);
    assert!(said.contains("t.csv:2: error: longer than 2000 B"), "{said}");
    assert!(said.contains("w.warc:1: error: longer than 2000 B"), "{said}");
    // A response holds no text, however long it is.
    assert!(!said.contains("w.warc:2"), "{said}");
    for name in ["t.csv", "w.warc"] {
        assert!(fs::read(path.join(name)).unwrap() == fs::read(path.join("out").join(name)).unwrap(), "{name}");
    }
}

#[test]
fn a_length_that_lies_swallows_no_other_record() {
    let folder = tempfile::tempdir().unwrap();
    let text = crate::runs::article(3);
    let record =
        |length: usize| format!("WARC/1.0\r\nWARC-Type: conversion\r\nContent-Length: {length}\r\n\r\n{text}\r\n\r\n");
    fs::write(folder.path().join("w.warc"), record(999_999_999_999) + &record(text.len())).unwrap();
    let output = run(folder.path(), &["w.warc"]);
    assert_code(&output, 1);
    let body = String::from_utf8(output.stdout).unwrap();
    assert_eq!(body.matches("Previous: Rain").count(), 1, "{body}");
    assert_eq!(body.matches("WARC/1.0").count(), 2, "{body}");
}

#[test]
fn a_file_that_unfolds_without_end_is_given_up() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    // 1.2 GB of blank lines in a row of members; with a higher ratio they would be read.
    let blank = [&b" ".repeat((1 << 20) - 1)[..], b"\n"].concat();
    let member = pack(&blank.repeat(64), Packing::Zstd, None).unwrap();
    let mut file = fs::File::create(path.join("bomb.jsonl.zst")).unwrap();
    (0..18).for_each(|_| file.write_all(&member).unwrap());
    drop(file);
    fs::write(path.join("good.jsonl"), crate::runs::record(0)).unwrap();
    let args = ["--out", "out", "bomb.jsonl.zst", "good.jsonl"];
    let output = run(path, &args);
    assert_code(&output, 1);
    assert!(said(&output).contains("unpacks to more than 1000 times its size"), "{}", said(&output));
    assert!(path.join("out/good.jsonl").exists() && !path.join("out/bomb.jsonl.zst").exists());
    let again = run(path, &[&args[..], &["--resume"]].concat());
    assert!(said(&again).contains("finished already"), "{}", said(&again));
}

/// Every line is taken by a rule of its own match, which was asked for its reasons line by line once.
#[test]
fn explaining_grows_with_the_text_and_no_faster() {
    if !cfg!(debug_assertions) {
        return crate::util::skipped("steps are not counted in a release build");
    }
    let rules = "[[rule]]\nname = 'a'\nis = 'Close'\nmax_share = 100\nremoves = 'Close'\n";
    let rules = dehusk::RuleSet::from_sources(&[dehusk::Source::new("a.toml", rules)]).unwrap();
    let engine = dehusk::Engine::builder().build(&rules).unwrap();
    let steps = |lines: usize| {
        let text = "Close\nThe ferry ran all day and nobody was late for the market.\n".repeat(lines / 2);
        let document = dehusk::Document::new(&text).unwrap();
        let before = dehusk::steps_taken();
        let inspector = engine.inspect(&document);
        assert_eq!(dehusk::explain::passages(&inspector, &document).len(), lines);
        let one = dehusk::explain::passage_at(&inspector, &document, lines - 2).unwrap();
        assert_eq!(one.fate, dehusk::explain::Fate::Goes);
        dehusk::steps_taken() - before
    };
    let (once, four) = (steps(5_000), steps(20_000));
    assert!(once > 5_000 && four <= once * 6, "{once} steps for 5,000 lines, {four} for 20,000");
}

#[test]
fn sizes_that_make_no_sense_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    for size in ["0", "1.5G", "many", "1T"] {
        let output = run(folder.path(), &["--max-record", size, "x.txt"]);
        assert_code(&output, 2);
        assert!(said(&output).contains("64M"), "{}", said(&output));
    }
}

#[test]
fn a_regex_that_is_a_list_of_words_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let words: Vec<String> = (0..100_000).map(|i| format!("word{i}x")).collect();
    let rules = format!("[[rule]]\nname = 'a'\nregex = '{}'\nremoves = 'word1x'\n", words.join("|"));
    fs::write(folder.path().join("a.toml"), rules).unwrap();
    let output = command(folder.path(), &["check", "a.toml"]).output().unwrap();
    assert_code(&output, 1);
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("too long") && said.contains("contains"), "{said}");
}

#[test]
fn a_rule_file_beyond_the_limit_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let file = fs::File::create(folder.path().join("a.toml")).unwrap();
    file.set_len(33 << 20).unwrap();
    let output = run(folder.path(), &["check", "."]);
    assert_code(&output, 1);
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("a rule file at most 32 MB"), "{said}");
}

#[test]
fn the_greatest_limit_is_none() {
    let folder = collection();
    let path = folder.path();
    let most = u64::MAX.to_string();
    assert_code(&run(path, &["--max-record", &most, "--out", "one.txt", "in/0.txt"]), 0);
    assert!(fs::metadata(path.join("one.txt")).unwrap().len() > 100);
}

/// The record beyond the limit gives up its file, which has no part of the record of removals.
#[test]
fn what_was_given_up_is_not_done_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::create_dir(path.join("in")).unwrap();
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus/parquet/a-page-of-2-gib");
    fs::copy(corpus, path.join("in/a.parquet")).unwrap();
    fs::write(path.join("in/b.jsonl"), crate::runs::record(0)).unwrap();
    let args = ["--out", "out", "--removed", "rows.jsonl", "in"];
    assert_code(&run(path, &args), 1);
    let again = run(path, &[&args[..], &["--resume"]].concat());
    assert!(said(&again).contains("finished already"), "{}", said(&again));
    assert_code(&again, 1);
}

/// A text that is called JSON Lines fails line by line, and the failures must not take more than the text.
#[test]
fn failures_beyond_a_number_are_counted_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::write(path.join("a.jsonl"), "x\n".repeat(30_000)).unwrap();
    let output = run(path, &["--out", "out", "--report", "report.json", "a.jsonl"]);
    assert_code(&output, 1);
    let report: serde_json::Value = serde_json::from_slice(&fs::read(path.join("report.json")).unwrap()).unwrap();
    assert_eq!(report["summary"]["failed"], 30_000);
    assert_eq!(report["summary"]["failures"].as_array().unwrap().len(), dehusk::pipeline::FAILURES);
    assert!(said(&output).lines().count() < 2_000, "{} lines", said(&output).lines().count());
    assert!(fs::read(path.join("out/a.jsonl")).unwrap() == fs::read(path.join("a.jsonl")).unwrap());
}
