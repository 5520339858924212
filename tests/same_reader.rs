//! Every command reads documents in the same way, whatever their format: the same 200 documents as
//! texts, JSON Lines, tables, WET and Parquet, compressed or not, give the same figures.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use dehusk::io::packed::{Packing, pack};
use dehusk::io::parquet::{Cell, TableWriter};
use dehusk::json_string;
use serde_json::{Value, json};

const DOCUMENTS: usize = 200;

/// A text and its body: unique sentences, boilerplate that a shipped rule removes, and some that no rule removes.
fn text(i: usize) -> (String, String) {
    let (a, b) = (i % 17 + 2, i * 7 % 113 + 3);
    let mut gold = String::new();
    for line in 0..3 + i % 4 {
        let number = i * 10 + line;
        let _ =
            writeln!(gold, "第{number}号渡船在清晨离开北岸，船上坐着{a}位赶集的老人和{b}个孩子，水面的雾还没有散开。");
    }
    let mut text = gold.clone();
    if i.is_multiple_of(3) {
        let _ = writeln!(text, "责任编辑：王小{}", ["满", "雨", "河"][i % 3]);
    }
    if i.is_multiple_of(2) {
        text.push_str("青石渡口晚报读者俱乐部入会指南\n");
    }
    (text, gold)
}

/// Writes the documents in each format. The ids are those of text files in a folder.
fn collections(folder: &Path) -> Vec<(&'static str, PathBuf)> {
    let (mut jsonl, mut csv, mut wet) = (String::new(), String::from("id,gold,text\n"), String::new());
    let columns = [("id", false), ("gold", false), ("text", false)];
    let mut table = TableWriter::new(Vec::new(), &columns, None).unwrap();
    let texts = folder.join("texts");
    fs::create_dir(&texts).unwrap();
    for i in 0..DOCUMENTS {
        let ((text, gold), id) = (text(i), format!("doc{i:03}"));
        fs::write(texts.join(format!("{id}.txt")), &text).unwrap();
        let line = |text: &str| json_string(text);
        let _ = writeln!(jsonl, r#"{{"id": "{id}", "gold": {}, "text": {}}}"#, line(&gold), line(&text));
        let _ = writeln!(csv, "{id},\"{gold}\",\"{text}\"");
        let length = text.len();
        let _ = write!(
            wet,
            "WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Record-ID: <{id}>\r\nContent-Length: {length}\r\n\r\n{text}\r\n\r\n"
        );
        table.row(&[Cell::Text(&id), Cell::Text(&gold), Cell::Text(&text)]).unwrap();
    }
    let mut all = vec![("texts", texts)];
    let mut add = |name: &'static str, bytes: &[u8]| {
        let path = folder.join(name);
        fs::write(&path, bytes).unwrap();
        all.push((name, path));
    };
    let packed = |bytes: &str, packing| pack(bytes.as_bytes(), packing, None).unwrap();
    add("docs.jsonl", jsonl.as_bytes());
    add("docs.csv", csv.as_bytes());
    add("docs.wet", wet.as_bytes());
    add("docs.parquet", &table.finish().unwrap());
    add("docs.json.gz", &packed(&jsonl, Packing::Gzip));
    add("docs.tsv.zst", &packed(&csv.replace(",\"", "\t\"").replacen(',', "\t", 2), Packing::Zstd));
    add("docs.csv.bz2", &packed(&csv, Packing::Bzip2));
    add("docs.warc.wet.xz", &packed(&wet, Packing::Xz));
    all
}

fn dehusk(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_dehusk")).args(["--lang", "en"]).args(args).output().unwrap()
}

fn printed(args: &[&str]) -> String {
    let output = dehusk(args);
    assert_eq!(output.status.code(), Some(0), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The figures of a command without the places, which differ between formats.
fn figures(printed: &str, places: &[&str]) -> Value {
    let mut value: Value = serde_json::from_str(printed).unwrap_or_else(|e| panic!("{e}: {printed}"));
    strip(&mut value, places);
    value
}

fn strip(value: &mut Value, names: &[&str]) {
    match value {
        Value::Object(fields) => {
            names.iter().for_each(|name| drop(fields.remove(*name)));
            fields.values_mut().for_each(|inner| strip(inner, names));
        }
        Value::Array(items) => items.iter_mut().for_each(|inner| strip(inner, names)),
        _ => {}
    }
}

/// Asserts that all collections give the same figures, and that these are not empty.
fn assert_same(all: &[(&str, PathBuf)], of: impl Fn(&str, &str) -> Value) -> Value {
    let found: Vec<(&str, Value)> =
        all.iter().map(|(name, path)| (*name, of(name, path.to_str().expect("the folder is UTF-8")))).collect();
    for (i, (one, value)) in found.iter().enumerate() {
        for (other, theirs) in &found[i + 1..] {
            assert_eq!(value, theirs, "{one} and {other}");
        }
    }
    found[0].1.clone()
}

#[test]
fn every_command_finds_the_same_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let all = collections(folder.path());
    let stats = assert_same(&all, |_, path| figures(&printed(&["stats", "--json", path]), &["place", "emptied"]));
    assert_eq!(stats["documents"], json!(DOCUMENTS));
    let rules: Value = serde_json::from_str(&printed(&["stats", "--json", all[1].1.to_str().unwrap()])).unwrap();
    let hit = rules["rules"].as_object().unwrap().iter().find(|(_, rule)| rule["documents"].as_u64() > Some(0));
    let (rule, _) = hit.unwrap_or_else(|| panic!("no rule takes anything"));
    let off = format!("{}.status=off", rule.replace(" › ", " > "));
    let preview = assert_same(&all, |_, path| {
        figures(&printed(&["preview", "--json", "--set", &off, path]), &["place", "first"])
    });
    assert!(preview["less"].as_u64() > Some(0), "{preview}");
    let suggest = assert_same(&all, |_, path| {
        let lines = printed(&["suggest", "--json", "--no-gold", path]);
        lines.lines().map(|line| figures(line, &[])).collect()
    });
    assert!(suggest.to_string().contains("青石渡口晚报读者俱乐部"), "{suggest}");
    // Folders of texts and WET cannot contain gold bodies: that is said, and nothing is scored.
    let (with_bodies, without): (Vec<_>, Vec<_>) =
        all.iter().cloned().partition(|(name, _)| *name != "texts" && !name.contains("wet"));
    for (name, path) in &without {
        let output = dehusk(&["eval", "--json", path.to_str().unwrap()]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && said.contains("gold"), "{name}: {said}");
    }
    let eval = assert_same(&with_bodies, |_, path| figures(&printed(&["eval", "--json", "--rules-report", path]), &[]));
    assert!(eval["groups"][0]["macro"]["f1"].as_f64() > Some(0.9), "{eval}");
    assert_eq!(eval["groups"][0]["docs"], json!(DOCUMENTS));
    let body = assert_same(&all, |name, path| match name {
        "texts" => {
            let files = (0..3).map(|i| printed(&[&format!("{path}/doc{i:03}.txt")]));
            json!(files.map(|body| body + "\n").collect::<String>())
        }
        _ => json!(printed(&["--to", "text", "--limit", "3", path])),
    });
    assert!(body.as_str().is_some_and(|body| body.contains("渡船") && !body.contains("责任编辑")), "{body}");
}

#[test]
fn a_line_has_the_same_answer_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let all = collections(folder.path());
    for wanted in [0, 3, 120] {
        let last = text(wanted).0.lines().count();
        assert_same(&all, |name, path| {
            let place = match name {
                "texts" => format!("{path}/doc{wanted:03}.txt:{last}"),
                // The header is row 1.
                _ if name.contains("sv") => format!("{path}:{}:{last}", wanted + 2),
                _ => format!("{path}:{}:{last}", wanted + 1),
            };
            figures(&printed(&["why", "--json", &place]), &["place", "file", "record"])
        });
    }
    // For every format of records, an address without a record is refused, and the message suggests a valid one.
    for (name, path) in all.iter().skip(1) {
        let place = format!("{}:3", path.display());
        let said = String::from_utf8(dehusk(&["why", &place]).stderr).unwrap();
        assert!(said.contains(&format!("{name}:3:1")), "{said}");
    }
}

#[test]
fn standard_input_is_read_as_often_as_needed() {
    let folder = tempfile::tempdir().unwrap();
    let all = collections(folder.path());
    let named: Vec<_> = all.iter().filter(|(name, _)| *name == "docs.json.gz" || *name == "docs.parquet").collect();
    for (name, path) in named {
        let from = if name.contains("json") { "jsonl" } else { "parquet" };
        let output = Command::new(env!("CARGO_BIN_EXE_dehusk"))
            .args(["--lang", "en", "suggest", "--json", "--from", from, "-"])
            .stdin(Stdio::from(fs::File::open(path).unwrap()))
            .output()
            .unwrap();
        let found = String::from_utf8(output.stdout).unwrap();
        assert_eq!(found, printed(&["suggest", "--json", path.to_str().unwrap()]), "{name}");
    }
}

#[test]
fn samples_and_limits_mean_the_same_in_every_command() {
    let folder = tempfile::tempdir().unwrap();
    let path = collections(folder.path())[1].1.to_str().unwrap().to_owned();
    let kept = printed(&["--sample", "20%", &path]).lines().count();
    assert!((20..60).contains(&kept), "{kept}");
    for command in ["stats", "eval"] {
        let documents = |args: &[&str]| {
            let found = figures(&printed(&[&[command, "--json", &path][..], args].concat()), &[]);
            found["documents"].as_u64().or(found["groups"][0]["docs"].as_u64()).unwrap()
        };
        assert_eq!(documents(&["--sample", "20%"]), kept as u64, "{command}");
        assert_eq!(documents(&["--limit", "7"]), 7, "{command}");
        // In former versions, a number was a number of documents.
        let old = dehusk(&[command, "--sample", "500", &path]);
        let said = String::from_utf8(old.stderr).unwrap();
        assert!(old.status.code() == Some(2) && said.contains("--limit N"), "{said}");
    }
}

#[test]
fn one_mistake_is_said_once() {
    let folder = tempfile::tempdir().unwrap();
    let all = collections(folder.path());
    for (name, path) in all.iter().filter(|(name, _)| *name != "texts" && !name.contains("wet")) {
        for command in [&["stats"][..], &["eval"], &["suggest", "--json"], &["--to", "jsonl"]] {
            let output = dehusk(&[command, &["--text-field", "body", path.to_str().unwrap()]].concat());
            let said = String::from_utf8(output.stderr).unwrap();
            assert_ne!(output.status.code(), Some(0), "{name} {command:?}");
            assert_eq!(said.matches("\"body\"").count(), 1, "{name} {command:?}: {said}");
            assert!(["id", "gold", "text"].iter().all(|field| said.contains(field)), "{name}: {said}");
        }
    }
}

/// The result of a table in another encoding, or without a header, keeps that encoding, and the table can be
/// restored.
#[test]
fn tables_keep_their_encoding_and_can_be_restored() {
    let (first, last) = (text(0).0, text(3).0);
    let table = format!("一,\"{first}\",河\n二,\"{last}\",海\n");
    let headed = format!("id,text,地方\n{table}");
    for (name, bare, label) in [("a", false, "gb18030"), ("b", true, "gb18030"), ("c", true, "utf-8")] {
        let folder = tempfile::tempdir().unwrap();
        let file = |path: &str| folder.path().join(path).to_str().expect("the folder is UTF-8").to_owned();
        let table = if bare { &table } else { &headed };
        let bytes = dehusk::encode(table, label, false).unwrap();
        fs::create_dir(file("in")).unwrap();
        fs::write(file("in/x.csv"), &bytes).unwrap();
        let field: &[&str] = if bare { &["--no-header", "--text-field", "2"] } else { &[] };
        let (out, removed) = (file("out"), file("removed.jsonl"));
        printed(&[&["--encoding", label, "--out", &out, "--removed", &removed, &file("in")], field].concat());
        let result = fs::read(file("out/x.csv")).unwrap();
        let body = dehusk::decode(&result, Some(label)).unwrap();
        assert!(body.replaced.is_empty() && body.text.contains("渡船"), "{name}");
        assert!(!body.text.contains("责任编辑") && table.contains("责任编辑"), "{name}: {}", body.text);
        printed(&["restore", "--removed", &removed, "--out", &file("again"), &out]);
        assert_eq!(fs::read(file("again/x.csv")).unwrap(), bytes, "{name}");
    }
}

/// A field that only some commands work with may hold anything for the others, as it may where texts are cleaned.
#[test]
fn a_field_of_another_kind_is_unknown_where_nobody_needs_it() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let record = |i: usize, more: &str| format!("{{\"id\": {i}, {more}, \"text\": {}}}\n", json_string(&text(i).0));
    const MORE: [&str; 4] =
        [r#""source": {"name": "ferry"}"#, r#""lang": ["zh"]"#, r#""gold": 7, "with": "x""#, r#""view": 1, "view": 2"#];
    let lines = write("docs.jsonl", (0..12).map(|i| record(i, MORE[i % MORE.len()])).collect());
    let rows = (0..12).map(|i| format!("{i},not a list,\"{}\"\n", text(i).0)).collect::<String>();
    let table = write("docs.csv", format!("id,without,text\n{rows}"));
    let (rules, out) = (write("own.toml", String::new()), folder.path().join("sites"));
    for path in [&lines, &table] {
        let found = figures(&printed(&["stats", "--json", path]), &[]);
        assert_eq!(found["documents"], 12, "{path}");
        printed(&["suggest", "--json", path]);
        printed(&["preview", path, "--rules", &rules]);
        printed(&["learn", "--out", out.to_str().unwrap(), path]);
    }
    for (path, words) in [(&lines, "gold, lang, view"), (&table, "must hold a JSON list")] {
        let output = dehusk(&["eval", path]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_ne!(output.status.code(), Some(0), "{said}");
        assert_eq!(said.matches(words).count(), 12, "{said}");
        // What is not in the sample is not looked at.
        let sampled = dehusk(&["eval", "--sample", "50%", path]);
        assert!(String::from_utf8(sampled.stderr).unwrap().matches(words).count() < 12);
    }
}
