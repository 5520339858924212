//! Restores the inputs, byte for byte, from results and the record of removals.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::Command;

use dehusk::io::packed::{self, Packing, pack};
use dehusk::io::parquet::{Cell, ParquetFile, TableWriter};
use serde_json::Value;

use crate::runs::{article, dehusk, record, said};
use crate::util::collection;

type Files = BTreeMap<String, Vec<u8>>;

fn write(folder: &Path, files: &Files) {
    for (name, bytes) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

fn unpacked(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut all = Vec::new();
    packed::open(std::io::Cursor::new(bytes.to_vec()), Packing::of_name(name).0).read_to_end(&mut all).unwrap();
    all
}

/// The rows of a record in any format.
fn rows(path: &Path) -> Vec<Value> {
    let mut rows = dehusk::pipeline::Rows::open(path).unwrap();
    let next = || rows.next_row().unwrap().map(|row| serde_json::to_value(row).unwrap());
    std::iter::from_fn(next).collect()
}

/// Runs `command` over the files, restores them, and compares. Returns the rows of the record.
#[track_caller]
fn there_and_back(files: &Files, command: Command) -> Vec<Value> {
    by_record(files, command, "rows.jsonl.zst")
}

/// The same with a record of this file name.
#[track_caller]
fn by_record(files: &Files, mut command: Command, record: &str) -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(&folder.join("in"), files);
    let run =
        command.current_dir(folder).args(["--quiet", "--out", "out", "--removed", record, "in"]).output().unwrap();
    assert!(run.status.code().is_some_and(|code| code < 2), "{}", said(&run));
    let back =
        dehusk().current_dir(folder).args(["restore", "out", "--removed", record, "--out", "back"]).output().unwrap();
    assert_eq!(back.status.code(), Some(0), "{}", said(&back));
    for (name, bytes) in files {
        let there = |place: &str| folder.join(place).join(name);
        let (Ok(back), Ok(_)) = (fs::read(there("back")), fs::read(there("out"))) else {
            panic!("{name} is not there: {}", said(&run))
        };
        // Parquet files are compared by rows, because the bytes differ.
        let same = match name.ends_with(".parquet") {
            true => parquet_rows(&there("back")) == parquet_rows(&there("in")),
            false => unpacked(name, &back) == unpacked(name, bytes),
        };
        assert!(same, "{name} is not what it was");
        assert_eq!(Packing::of_bytes(&back), Packing::of_bytes(bytes), "{name}");
    }
    rows(&folder.join(record))
}

fn shipped() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dehusk"));
    command.env("LC_ALL", "C");
    command
}

/// WARC records: an info record, then texts, some with wrong digests.
fn wet(texts: &[String]) -> Vec<u8> {
    let mut all = b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 5\r\n\r\na: b\n\r\n\r\n".to_vec();
    for (i, text) in texts.iter().enumerate() {
        let length = text.len();
        let digest = if i % 3 == 0 { "WARC-Block-Digest: sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n" } else { "" };
        let head = format!(
            "WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: https://news.example/{i}\r\n{digest}\
             content-length:   {length}\r\nContent-Type: text/plain\r\n\r\n"
        );
        all.extend([head.as_bytes(), text.as_bytes(), b"\r\n\r\n"].concat());
    }
    all
}

/// A table in which every third text is quoted unnecessarily, and one row is broken.
fn csv(texts: &[String], delimiter: char) -> Vec<u8> {
    let mut all = format!("id{delimiter}text{delimiter}url\r\n");
    for (i, text) in texts.iter().enumerate() {
        let quoted = format!("\"{}\"", text.replace('"', "\"\""));
        all += &format!("{i}{delimiter}{quoted}{delimiter}https://news.example/{i}\r\n");
    }
    all += &format!("x{delimiter}Next: one{delimiter}y\r\nonly one field\r\n");
    all.into_bytes()
}

#[test]
fn every_format_comes_back() {
    let texts: Vec<String> = (0..60).map(article).collect();
    let lines: String = (0..400).map(record).collect();
    let gzip = |bytes: &[u8], packing| pack(bytes, packing, None).unwrap();
    let files = Files::from([
        ("a.jsonl".to_owned(), lines.clone().into_bytes()),
        ("no-end.jsonl".to_owned(), lines.trim_end().as_bytes().to_vec()),
        ("packed.jsonl.gz".to_owned(), gzip(lines.as_bytes(), Packing::Gzip)),
        ("packed.jsonl.xz".to_owned(), gzip(lines.as_bytes(), Packing::Xz)),
        ("a.wet".to_owned(), wet(&texts)),
        ("packed.warc.wet.gz".to_owned(), gzip(&wet(&texts), Packing::Gzip)),
        ("a.csv".to_owned(), csv(&texts, ';')),
        ("a.tsv".to_owned(), csv(&texts, '\t')),
        ("deep/a.txt".to_owned(), article(8).into_bytes()),
        ("deep/b.txt.zst".to_owned(), gzip(article(9).as_bytes(), Packing::Zstd)),
        ("deep/empty.txt".to_owned(), Vec::new()),
        ("deep/damaged.txt".to_owned(), [article(4).as_bytes(), b"\xff\xfe\n"].concat()),
    ]);
    let rows = there_and_back(&files, dehusk());
    assert!(by_record(&files, dehusk(), "rows.parquet") == rows, "the record says the same in every format");
    let of = |file: &str, kind: &str| rows.iter().filter(|r| r["file"] == file && r["kind"] == kind).count();
    for file in files.keys() {
        assert_eq!(of(file, "file"), 1, "{file}");
        assert_eq!(of(file, "rule") == 0, file == "deep/empty.txt", "{file}");
    }
    assert!(rows.iter().any(|r| r["file"] == "a.jsonl" && r["record"] == 82 && r["raw"].is_string()), "mixed escapes");
    let first = rows.iter().find(|r| r["file"] == "a.wet" && r["kind"] == "rule").unwrap();
    assert_eq!(
        (first["host"].as_str(), first["rule"].as_str()),
        (Some("news.example"), Some("test › previous and next"))
    );
}

#[test]
fn every_encoding_comes_back() {
    let stays = "河水在夜里上涨，中午之前又退了下去，渡船整天都在开，没有人误了集市。\n".repeat(4);
    let zh: &str = &format!("上一篇：山里下雨\n{stays}\n\n上一篇：晴\n");
    let ja = "前の記事：雨\n川の水は夜に上がり、昼前にはまた下がった。渡し船は一日中動いていた。\nNext: 晴れ\n";
    let ko = "Previous: 비\n강물은 밤에 불어났다가 정오 전에 다시 줄었고, 나룻배는 하루 종일 다녔다.\nNext: 맑음\n";
    let ru =
        "Previous: дождь\nНочью река поднялась, а к полудню вода снова спала, и паром ходил весь день.\nNext: солнце\n";
    let mut files = Files::new();
    for (label, text) in [
        ("gbk", zh),
        ("gb18030", zh),
        ("big5", zh),
        ("shift_jis", ja),
        ("euc-jp", ja),
        ("iso-2022-jp", ja),
        ("euc-kr", ko),
        ("windows-1251", ru),
        ("koi8-r", ru),
    ] {
        // Big5 lacks these simplified characters.
        let text = if label == "big5" {
            text.replace(['里', '涨', '后', '开', '渡'], "。").replace("网", "網")
        } else {
            text.to_owned()
        };
        let text: String = text.chars().filter(|c| dehusk::encode(&c.to_string(), label, false).is_ok()).collect();
        files.insert(format!("{label}.txt"), dehusk::encode(&text, label, false).unwrap());
    }
    for label in ["utf-16le", "utf-16be", "utf-8"] {
        files.insert(format!("{label}-bom.txt"), dehusk::encode(zh, label, true).unwrap());
    }
    // A second code for a character, which an encoder would not produce.
    files.insert("twice.txt".to_owned(), [&dehusk::encode(zh, "gbk", false).unwrap()[..], b"\x80\n"].concat());
    let rows = there_and_back(&files, dehusk());
    for encoding in ["GB18030", "Shift_JIS", "windows-1251", "UTF-16LE"] {
        assert!(rows.iter().any(|r| r["encoding"] == encoding && r["kind"] == "rule"), "{encoding}: {rows:#?}");
    }
    assert!(rows.iter().any(|r| r["file"] == "twice.txt" && r["raw"].is_string()), "no encoder writes it like this");
}

#[test]
fn repairs_come_back_and_each_byte_is_recorded_once() {
    let damaged = "上一篇：讓服務(wù)業(yè)與工業(yè)一樣唱主角\n讓服務(wù)業(yè)與工業(yè)一樣唱“主角”，這是今年的要務(wù)。會議(yì)提出，服務(wù)業(yè)要與製造業(yè)一起發展。\n";
    let line = |text: &str| format!("{}\n", serde_json::json!({ "text": text, "id": text.len() }));
    let lines: String = (0..20).map(|i| line(&(damaged.repeat(1 + i % 3) + &article(i)))).collect();
    let files = Files::from([
        ("a.jsonl".to_owned(), lines.clone().into_bytes()),
        ("b.txt".to_owned(), damaged.as_bytes().to_vec()),
    ]);
    let mut command = shipped();
    command.arg("--repair");
    let rows = there_and_back(&files, command);
    assert!(rows.iter().any(|r| r["kind"] == "repair" && r["instead"] == ""), "{rows:#?}");

    // Kept and recorded parts together are the original, in bytes and in characters.
    for (number, line) in lines.lines().enumerate() {
        let text = serde_json::from_str::<Value>(line).unwrap()["text"].as_str().unwrap().to_owned();
        let mut at = 0;
        for row in rows.iter().filter(|r| r["file"] == "a.jsonl" && r["record"] == number + 1) {
            let place = |name: &str| row[name].as_u64().unwrap() as usize;
            assert!(place("bytes_start") >= at, "{row}");
            at = place("bytes_end");
            assert_eq!(&text[place("bytes_start")..at], row["text"].as_str().unwrap());
            let chars: String = text.chars().take(place("chars_end")).skip(place("chars_start")).collect();
            assert_eq!(chars, row["text"].as_str().unwrap());
        }
        assert!(at <= text.len());
    }
}

#[test]
fn results_that_were_changed_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let lines: String = (0..6).map(|i| record(i * 50 + 4)).collect();
    write(
        &folder.join("in"),
        &Files::from([("a.jsonl".to_owned(), lines.into_bytes()), ("b.txt".to_owned(), article(4).into_bytes())]),
    );
    let ran =
        dehusk().current_dir(folder).args(["-q", "--out", "out", "--removed", "rows.jsonl", "in"]).status().unwrap();
    assert!(ran.success());
    let good = fs::read_to_string(folder.join("out/a.jsonl")).unwrap();
    let restore = |more: &[&str]| {
        let output = dehusk()
            .current_dir(folder)
            .args(["restore", "out", "--removed", "rows.jsonl", "--out", "back"])
            .args(more)
            .output()
            .unwrap();
        (output.status.code(), said(&output))
    };
    let changed = |new: String, expected: &str| {
        fs::write(folder.join("out/a.jsonl"), new).unwrap();
        let _ = fs::remove_dir_all(folder.join("back"));
        let (code, said) = restore(&[]);
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains(expected), "{expected}\n{said}");
        assert!(!folder.join("back/a.jsonl").exists() && folder.join("back/b.txt").exists(), "{said}");
    };
    changed(good.replacen("the river", "the RIVER", 1), "out/a.jsonl:1: error: what comes out has another checksum");
    changed(good.replacen("1.50", "2.50", 1), "a.jsonl: error: what comes out has another checksum");
    changed(good.lines().take(2).map(|l| format!("{l}\n")).collect(), "the result ends before record 3");
    fs::write(folder.join("out/a.jsonl"), good).unwrap();
    fs::write(folder.join("out/c.jsonl"), "").unwrap();
    let (code, said) = restore(&[]);
    assert_eq!(code, Some(1));
    assert!(said.contains("out/c.jsonl: error: the record does not know this file"), "{said}");
    fs::write(folder.join("rows.jsonl"), "not a row\n").unwrap();
    let (code, said) = restore(&[]);
    assert!(code == Some(1) && said.contains("rows.jsonl:1: error: this line is no row of a record"), "{said}");
}

#[test]
fn a_result_in_another_format_is_told_from_one_that_is_unknown() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(&folder.join("in"), &Files::from([("a.jsonl".to_owned(), record(4).into_bytes())]));
    let run = |args: &[&str]| dehusk().current_dir(folder).args(args).output().unwrap();
    let made = run(&["--to", "parquet", "--out", "out", "--removed", "rows.jsonl", "in"]);
    assert_eq!(made.status.code(), Some(0), "{}", said(&made));
    // With a second result, the only one is not taken for that of the first file.
    fs::write(folder.join("out/b.jsonl"), "").unwrap();
    let output = run(&["restore", "out", "--removed", "rows.jsonl", "--out", "back"]);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("a.jsonl: error: it went from jsonl to parquet"), "{said}");
    assert!(
        !said.contains("a.parquet: error") && said.contains("out/b.jsonl: error: the record does not know"),
        "{said}"
    );
}

#[test]
fn names_below_the_folder_of_results_and_of_pages_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let html = format!("<html><body><p>{}</p></body></html>", article(4).replace('\n', "</p><p>"));
    let files = Files::from([
        ("z.txt".to_owned(), article(4).into_bytes()),
        ("clean/z.txt".to_owned(), article(8).into_bytes()),
        ("page.html".to_owned(), html.into_bytes()),
    ]);
    write(&folder.join("in"), &files);
    let run = |args: &[&str]| dehusk().current_dir(folder).args(args).output().unwrap();
    assert_eq!(run(&["--out", "clean", "--removed", "rows.jsonl", "in"]).status.code(), Some(0));
    let output = run(&["restore", "clean", "--removed", "rows.jsonl", "--out", "back"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    for (name, bytes) in &files {
        assert!(fs::read(folder.join("back").join(name)).unwrap() == *bytes, "{name}");
    }
}

/// A part of the results, and results whose path is written in another way than in the run.
#[test]
fn results_are_found_however_they_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let files =
        Files::from([("a.txt".to_owned(), article(4).into_bytes()), ("sub/b.txt".to_owned(), article(8).into_bytes())]);
    write(&folder.join("in"), &files);
    let run = |args: &[&str]| dehusk().current_dir(folder).args(args).output().unwrap();
    assert_eq!(run(&["--out", "clean", "--removed", "rows.jsonl", "in"]).status.code(), Some(0));
    let output = run(&["restore", "clean/sub/b.txt", "--removed", "rows.jsonl", "--out", "back"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(fs::read(folder.join("back/sub/b.txt")).unwrap() == files["sub/b.txt"]);
    assert_eq!(run(&["--in-place", "--removed", "places.jsonl", "in"]).status.code(), Some(0));
    let whole = folder.join("in");
    for (n, place) in ["./in", whole.to_str().unwrap(), "clean/../in"].into_iter().enumerate() {
        let out = format!("again{n}");
        let output = run(&["restore", place, "--removed", "places.jsonl", "--out", &out]);
        assert_eq!(output.status.code(), Some(0), "{place}: {}", said(&output));
        for (name, bytes) in &files {
            assert!(fs::read(folder.join(&out).join("in").join(name)).unwrap() == *bytes, "{place}: {name}");
        }
    }
}

#[test]
fn two_files_of_one_name_are_not_restored_into_one() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let paths = ["a", "b"].map(|name| folder.join(name).join("x.txt"));
    for (i, path) in paths.iter().enumerate() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, article(4 * i)).unwrap();
    }
    let run = |args: &[&str]| dehusk().current_dir(folder).args(args).args(&paths).output().unwrap();
    // The record has their paths from the root, which are not used below --out.
    assert_eq!(run(&["--in-place", "--removed", "rows.jsonl"]).status.code(), Some(0));
    let output = run(&["restore", "--removed", "rows.jsonl", "--out", "back"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("was made of another file already"), "{}", said(&output));
    assert_eq!(fs::read_to_string(folder.join("back/x.txt")).unwrap(), article(0));
}

#[test]
fn what_went_to_standard_output_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let lines: String = (0..80).map(record).collect();
    fs::write(folder.join("a.jsonl"), &lines).unwrap();
    let output = dehusk().current_dir(folder).args(["-q", "--removed", "rows.jsonl.gz", "a.jsonl"]).output().unwrap();
    fs::write(folder.join("clean.jsonl"), output.stdout).unwrap();
    let back = dehusk()
        .current_dir(folder)
        .args(["restore", "clean.jsonl", "--removed", "rows.jsonl.gz", "--out", "back"])
        .output()
        .unwrap();
    assert_eq!(back.status.code(), Some(0), "{}", said(&back));
    assert_eq!(fs::read_to_string(folder.join("back/a.jsonl")).unwrap(), lines);
}

type Rows = Vec<(Option<String>, Option<String>, Option<String>)>;

fn parquet(rows: &Rows) -> Vec<u8> {
    let mut table = TableWriter::new(Vec::new(), &[("id", false), ("text", false), ("url", false)], None)
        .unwrap()
        .with_group_bytes(20_000);
    for (id, url, text) in rows {
        let cells = [id, text, url].map(|value| value.as_deref().map_or(Cell::Null, Cell::Text));
        table.row(&cells).unwrap();
    }
    table.finish().unwrap()
}

fn parquet_rows(path: &Path) -> Rows {
    let mut batches = ParquetFile::open(path, &dehusk::Fields::default()).unwrap().batches().unwrap();
    let mut rows = Vec::new();
    let owned = |value: Option<&str>| value.map(str::to_owned);
    while let Some(batch) = batches.next_batch(10_000).unwrap() {
        rows.extend(batch.rows().iter().map(|row| (owned(row.id()), owned(row.url()), owned(row.text().unwrap()))));
    }
    rows
}

#[test]
fn parquet_comes_back_and_is_made_of_other_formats() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let row = |i: usize| {
        let text = (i % 7 != 3).then(|| article(i));
        (Some(format!("id{i}")), i.is_multiple_of(2).then(|| format!("https://news.example/{i}")), text)
    };
    let rows: Rows = (0..300).map(row).collect();
    write(&folder.join("in"), &Files::from([("deep/a.parquet".to_owned(), parquet(&rows))]));
    let run = |args: &[&str]| {
        let output = dehusk().current_dir(folder).args(args).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{args:?}: {}", said(&output));
        output.stdout
    };
    run(&["--out", "out", "--removed", "rows.jsonl", "--jobs", "3", "in"]);
    let cleaned = parquet_rows(&folder.join("out/deep/a.parquet"));
    assert_eq!(cleaned.len(), 300);
    let lines: Rows = String::from_utf8(run(&["--to", "jsonl", "in/deep/a.parquet"]))
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|v| [&v["id"], &v["url"], &v["text"]].map(|v| v.as_str().map(str::to_owned)))
        .map(|[id, url, text]| (id, url, text))
        .collect();
    let with_text: Rows = cleaned.iter().filter(|row| row.2.is_some()).cloned().collect();
    assert!(lines == with_text && cleaned != rows);
    run(&["restore", "out", "--removed", "rows.jsonl", "--out", "back"]);
    assert!(parquet_rows(&folder.join("back/deep/a.parquet")) == rows);

    // Convert JSON Lines to Parquet, and write the record as Parquet.
    let json: String = rows
        .iter()
        .filter_map(|(id, url, text)| {
            Some(serde_json::json!({ "id": id, "url": url, "text": text.as_ref()? }).to_string() + "\n")
        })
        .collect();
    fs::write(folder.join("a.jsonl"), json).unwrap();
    run(&["--to", "parquet", "--out", "table", "--removed", "rows.parquet", "a.jsonl"]);
    assert!(parquet_rows(&folder.join("table/a.parquet")) == with_text);
    let recorded = self::rows(&folder.join("rows.jsonl"));
    let table = self::rows(&folder.join("rows.parquet"));
    assert_eq!(table.len(), recorded.len());
    for (row, recorded) in table.iter().zip(&recorded).filter(|(row, _)| row["kind"] != "file") {
        assert!(row["text"] == recorded["text"] && row["checksum"] == recorded["checksum"], "{row}");
    }
    let refused = dehusk().current_dir(folder).args(["--sample", "10%", "--in-place", "in"]).output().unwrap();
    assert!(refused.status.code() == Some(2) && said(&refused).contains("would lose the records"));

    // A result that was edited cannot be restored.
    let mut changed = cleaned;
    changed[4].2 = Some("another text".into());
    fs::write(folder.join("out/deep/a.parquet"), parquet(&changed)).unwrap();
    let output = dehusk()
        .current_dir(folder)
        .args(["restore", "out", "--removed", "rows.jsonl", "--out", "back2"])
        .output()
        .unwrap();
    assert!(output.status.code() == Some(1) && said(&output).contains("a.parquet:5: error: "), "{}", said(&output));
    assert!(!folder.join("back2/deep/a.parquet").exists());
}

/// Real pages in every format; in each encoding the pages that it can encode.
fn real(take: usize) -> Option<Files> {
    let lines: Vec<String> = collection()?.step_by((5415 / take).max(1)).map(|line| format!("{line}\n")).collect();
    let texts: Vec<String> =
        lines.iter().map(|l| serde_json::from_str::<Value>(l).unwrap()["text"].as_str().unwrap().to_owned()).collect();
    let table = texts.iter().enumerate().map(|(i, text)| (Some(i.to_string()), None, Some(text.clone()))).collect();
    let mut files = Files::from([
        ("a.jsonl".to_owned(), lines.concat().into_bytes()),
        ("a.parquet".to_owned(), parquet(&table)),
        ("a.csv".to_owned(), csv(&texts, ',')),
        ("a.wet.gz".to_owned(), pack(&wet(&texts), Packing::Gzip, None).unwrap()),
    ]);
    let mut counts = BTreeMap::new();
    for (i, text) in texts.iter().enumerate() {
        for label in ["gbk", "big5", "shift_jis", "euc-kr", "utf-16le", "windows-1251"] {
            let Ok(bytes) = dehusk::encode(text, label, label == "utf-16le") else { continue };
            *counts.entry(label).or_insert(0) += 1;
            files.insert(format!("{label}/{i}.txt"), bytes);
        }
    }
    eprintln!("{} pages; as texts: {counts:?}", texts.len());
    Some(files)
}

#[test]
fn real_pages_come_back() {
    let Some(files) = real(120) else { return };
    by_record(&files, shipped(), "rows.parquet");
}

/// All real pages: `scripts/restores`.
#[test]
#[ignore = "some minutes: scripts/restores"]
fn every_real_page_comes_back() {
    let Some(files) = real(5415) else { return };
    let page = &["--input", "page", "--profile", "body"];
    for (args, record) in [(&[][..], "rows.jsonl.gz"), (&["--repair"], "rows.parquet"), (page, "rows.jsonl.zst")] {
        let mut command = shipped();
        command.args(args);
        let rows = by_record(&files, command, record);
        eprintln!("{args:?}: {} rows in {record}", rows.len());
    }
}
