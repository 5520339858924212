//! `dehusk eval`: its figures are the same as those of the published scorer.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::util::{collection, shared, skipped};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/eval").join(name)
}

fn eval(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dehusk"));
    command.env("LC_ALL", "C").arg("eval").args(args).output().expect("dehusk starts")
}

pub fn json_of(args: &[&str]) -> Value {
    let output = eval(&[args, &["--json"]].concat());
    let said = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {said}"))
}

pub fn path(path: &Path) -> &str {
    path.to_str().expect("the path is UTF-8")
}

/// The group with these names in the JSON output.
pub fn group<'a>(found: &'a Value, names: [&str; 4]) -> &'a Value {
    let is =
        |group: &&Value| names.iter().zip(["view", "source", "lang", "kind"]).all(|(name, key)| group[key] == *name);
    found["groups"].as_array().and_then(|groups| groups.iter().find(is)).unwrap_or_else(|| panic!("no row {names:?}"))
}

/// Asserts that the figures agree to six digits.
fn assert_rates(found: &Value, expected: &Value) {
    for (key, expected) in expected.as_object().expect("the figures have names") {
        let same = match (found[key].as_f64(), expected.as_f64()) {
            (Some(found), Some(expected)) => (found - expected).abs() < 1e-6,
            _ => found[key] == *expected,
        };
        assert!(same, "{key}: {} instead of {expected}", found[key]);
    }
}

#[test]
fn figures_worked_out_by_hand() {
    let (pages, outputs) = (fixture("pages.jsonl"), fixture("outputs.jsonl"));
    let found = json_of(&[path(&pages), "--pred", path(&outputs), "--worst", "2"]);
    assert_eq!((&found["missing"], &found["unknown"]), (&json!(1), &json!(1)), "kettle has no output, lost no page");

    // mill. Input: home the mill burned in the night nobody was hurt previous the bridge, 13 tokens.
    // Gold: 9 of them, "the" twice. Body in the input: 9; other: 4 (home, previous, the, bridge).
    // Output: the mill burned in the night previous the bridge, 9 tokens, 6 of them gold.
    // P = R = 6/9. Of the others, home is removed: 1/4. Unchanged input: P = 9/13, R = 1.
    let mill = group(&found, ["page", "own", "en", "article"]);
    let id_f1 = 2.0 * (9.0 / 13.0) / (9.0 / 13.0 + 1.0);
    let both = json!({"kept": 6.0 / 9.0, "removed": 0.25, "with": 0.0, "without": 0.0});
    assert_rates(&mill["micro"], &both);
    assert_rates(&mill["macro"], &both);
    assert_rates(&mill["macro"], &json!({"p": 6.0 / 9.0, "r": 6.0 / 9.0, "f1": 6.0 / 9.0, "id_f1": id_f1}));
    assert_rates(mill, &json!({"docs": 1, "gold_docs": 1, "body_docs": 1, "empty": 0, "hurt": 1, "helped": 0}));

    // boat. Input: 10 characters, 6 of them gold. Output: 8, so P = 6/8, R = 1, F1 = 12/14; 2 of 4
    // others are removed. Unchanged input: P = 6/10, F1 = 12/16.
    // kettle. No gold, no output: emptied, because the input has a required snippet. The other
    // snippet is not in the input and does not count.
    // count. The input has 1 of 10 gold tokens: no body to keep, so no "kept", no "hurt". P, R
    // and F1 are 0; its one other token is not removed. Unchanged input: P = 1/2, R = 1/10, F1 = 1/6.
    let left = group(&found, ["left", "ALL", "all", "all"]);
    assert_rates(
        &left["macro"],
        &json!({
            "kept": 1.0, "removed": (0.5 + 0.0) / 2.0, "p": 0.75 / 2.0, "r": 0.5, "f1": 12.0 / 14.0 / 2.0,
            "id_f1": (0.75 + 1.0 / 6.0) / 2.0, "with": 0.0, "without": 1.0,
        }),
    );
    assert_rates(&left["micro"], &json!({"kept": 1.0, "removed": 2.0 / 5.0, "with": 0.0, "without": 1.0}));
    assert_rates(
        left,
        &json!({
            "docs": 3, "gold_docs": 2, "body_docs": 1, "with_n": 1, "without_n": 1, "empty": 1, "hurt": 0, "helped": 1,
        }),
    );
    let kettle = group(&found, ["left", "shop", "other", "other"]);
    assert_rates(&kettle["macro"], &json!({"kept": null, "f1": null, "with": 0.0}));

    // 0 - 1/6 for count, 6/9 - 18/22 for mill.
    let worst: Vec<_> = found["worst"].as_array().into_iter().flatten().map(|doc| &doc["id"]).collect();
    assert_eq!(worst, ["count", "mill"]);
}

#[test]
fn packed_collections_are_read() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let plain = fs::read(fixture("pages.jsonl")).expect("the fixture can be read");
    let gz = folder.path().join("pages.jsonl.gz");
    let mut packer = flate2::write::GzEncoder::new(fs::File::create(&gz).unwrap(), flate2::Compression::fast());
    packer.write_all(&plain).unwrap();
    packer.finish().unwrap();
    let xz = folder.path().join("pages.jsonl.xz");
    let options = lzma_rust2::XzOptions::with_preset(1);
    let mut packer = lzma_rust2::XzWriter::new(fs::File::create(&xz).unwrap(), options).unwrap();
    packer.write_all(&plain).unwrap();
    packer.finish().unwrap();
    let expected = json_of(&[path(&fixture("pages.jsonl"))]);
    assert_eq!(json_of(&[path(&gz)]), expected);
    assert_eq!(json_of(&[path(&xz)]), expected);
}

#[test]
fn filters_narrow_and_bad_lines_are_told() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let pages = folder.path().join("pages.jsonl");
    let good = fs::read_to_string(fixture("pages.jsonl")).expect("the fixture can be read");
    fs::write(&pages, format!("{{\"id\": 7}}\n{good}")).unwrap();
    let output = eval(&[path(&pages), "--view", "left", "--source", "own", "--language", "zh,de"]);
    let (table, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("pages.jsonl:1: error: no field \"text\"; there are: id"), "{said}");
    let rows: Vec<&str> = table.lines().skip(2).map(|line| line[..45].trim_end()).collect();
    assert_eq!(
        rows,
        [
            "left        ALL               all   all",
            "left        ALL               zh    all",
            "left        ALL               zh    article",
            "left        own               zh    article",
        ]
    );
    assert_eq!(eval(&[path(&pages), "--view", "none"]).status.code(), Some(2));
    let sampled = json_of(&[path(&pages), "--limit", "2"]);
    let docs = |view| {
        sampled["groups"].as_array().map_or(0, |groups| {
            let all = groups.iter().filter(|g| g["view"] == view && g["source"] == "ALL" && g["lang"] == "all");
            all.filter_map(|g| g["docs"].as_u64()).sum::<u64>()
        })
    };
    assert_eq!(docs("page") + docs("left"), 2);
}

/// A page from which one rule removes boilerplate, and another rule a line of the body.
fn page_with_losses() -> String {
    let body = "The river rose in the night and fell again before noon, as it does every spring.\n\
                Nobody in the lower town had slept, and the bakery opened two hours late.\n\
                The council met in the church, since the hall stood a hand deep in brown water.\n\
                By evening the last pump was carried home, and children sailed paper boats.\n\
                Next: the water reached the school, where the pupils had stacked the chairs.\n";
    let text = format!("Home\n{body}Previous: Rain in the hills\n");
    json!({"id": "river", "view": "x", "lang": "en", "page_type": "article", "source": "own", "text": text,
        "gold": body, "with": ["the water reached the school"], "without": ["Rain in the hills"]})
    .to_string()
}

#[test]
fn rules_and_lines_are_judged() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let pages = folder.path().join("pages.jsonl");
    fs::write(&pages, page_with_losses()).unwrap();
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cmd/rules");
    let args = [path(&pages), "--no-shipped-rules", "--rules", path(&rules), "--rules-report", "--worst", "1"];
    let found = json_of(&args);
    // Two lines are removed, one rightly. Put back, they add 18 tokens. The output lacks only those of the body
    // line: next the water reached the school where the pupils had stacked the chairs.
    // The "in the" of the other line is in the output already.
    let expected = json!({"rule": "test › previous and next", "docs": 1, "hits": 2, "lines": 2, "judged": 2, "right": 1,
        "body_tokens": 13, "hurt": 1, "with_lost": 1, "without_gone": 1});
    assert_eq!(found["rules"], json!([expected]));
    let output = eval(&args);
    let shown = String::from_utf8_lossy(&output.stdout);
    let shown: Vec<&str> = shown.lines().rev().take(8).collect();
    let marks: String = shown.iter().rev().filter_map(|line| line.chars().next()).collect();
    assert_eq!(marks, " +====!-", "{shown:?}");
    let [boiler, lost, .., home, head] = shown.as_slice() else { panic!("{shown:?}") };
    // The body is on the left, the output on the right; a lost line has no right side.
    let sides = |line: &str| line[2..].split_once(" │ ").map(|(l, r)| (l.trim().to_owned(), r.trim().to_owned()));
    let said = |left: &str, right: &str| Some((left.to_owned(), right.to_owned()));
    assert_eq!(sides(head), said("body", "output"));
    assert_eq!(sides(home), said("", "Home"));
    let (left, right) = sides(lost).expect("it has two sides");
    assert!(left.starts_with("Next: the water reached the school"), "{left}");
    assert_eq!(right, "← test › previous and next");
    assert_eq!(*boiler, "- Previous: Rain in the hills  ← test › previous and next");
}

/// Compares both scorers on every eighth page of the collection, with artificial outputs: the tables must be
/// the same to the last character.
#[test]
fn the_table_is_that_of_the_published_scorer() {
    let Some(shared) = shared() else { return };
    let scorer = shared.join("eval/score.py");
    if Command::new("python3").arg("--version").output().is_err() || !scorer.is_file() {
        skipped("there is no python3 or no score.py to compare with");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder can be made");
    let (pages, outputs) = (folder.path().join("pages.jsonl"), folder.path().join("outputs.jsonl"));
    let (mut some_pages, mut some_outputs) = (fs::File::create(&pages).unwrap(), fs::File::create(&outputs).unwrap());
    let all = collection().expect("there is the folder");
    let own = fs::read_to_string(fixture("pages.jsonl")).expect("the fixture can be read");
    let own = own.lines().filter(|line| !line.is_empty()).map(str::to_owned);
    for (i, line) in all.step_by(8).map(str::to_owned).chain(own).enumerate() {
        let page: Value = serde_json::from_str(&line).expect("a record is JSON");
        writeln!(some_pages, "{line}").unwrap();
        // Remove lines in turn, by length, or all, so that pages are helped, hurt and emptied.
        let text = page["text"].as_str().expect("a record has a text");
        let left = text.lines().enumerate().filter(|(n, line)| match i % 7 {
            0 => n % 3 != 0,
            1 => false,
            2 => true,
            _ => line.chars().count() > 40,
        });
        let left: Vec<&str> = left.map(|(_, line)| line).collect();
        let output = json!({"id": page["id"], "view": page["view"], "text": left.join("\n")});
        if i % 11 != 0 {
            writeln!(some_outputs, "{output}").unwrap();
        }
    }
    let theirs =
        Command::new("python3").arg(&scorer).args(["--corpus", path(&pages), "--pred", path(&outputs)]).output();
    let theirs = String::from_utf8(theirs.expect("python3 starts").stdout).unwrap();
    let ours = String::from_utf8(eval(&[path(&pages), "--pred", path(&outputs)]).stdout).unwrap();
    let (note, theirs) = theirs.split_once("\n\n").expect("a note on missing outputs comes first");
    assert!(note.starts_with("note: ") && theirs.lines().count() > 20, "{note}");
    assert_eq!(ours, theirs);
}
