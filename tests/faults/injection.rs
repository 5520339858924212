//! The n-th change of the disk fails, for all n: what SQLite's tests do. After each fault the inputs are what
//! they were, no result is half a file, and `--resume` comes to what an undisturbed run comes to.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::{assert_code, collection, command, run, tree};
use crate::runs::said;

const ARGS: [&str; 7] = ["--out", "out", "--removed", "rows.jsonl", "--report", "report.json", "in"];

/// The files of results and of the record; the report has times in it.
fn results(path: &Path) -> (BTreeMap<PathBuf, Vec<u8>>, Vec<u8>) {
    (tree(&path.join("out")), fs::read(path.join("rows.jsonl")).unwrap_or_default())
}

fn inject(what: &str, more: &[&str]) {
    if !dehusk::pipeline::disk::FAULTS {
        return crate::util::skipped("faults are not made in a release build");
    }
    let whole = collection();
    assert_code(&run(whole.path(), &[&ARGS[..], more].concat()), 1);
    let (expected, rows) = results(whole.path());
    for number in 1.. {
        let folder = collection();
        let path = folder.path();
        let inputs = tree(&path.join("in"));
        let fault = format!("{what}:{number}");
        let args = [&ARGS[..], more, &["--jobs", "1"]].concat();
        let output = command(path, &args).env("DEHUSK_FAULT", &fault).output().unwrap();
        assert!(tree(&path.join("in")) == inputs, "{fault}: an input was changed");
        for (name, bytes) in tree(&path.join("out")) {
            let is_unfinished = name.file_name().is_some_and(|name| name.to_string_lossy().starts_with(".dehusk-"));
            assert!(is_unfinished || expected.get(&name) == Some(&bytes), "{fault}: {} is not whole", name.display());
        }
        if results(path) == (expected.clone(), rows.clone()) && path.join("report.json").exists() {
            if what == "kill" && output.status.code() == Some(137) {
                continue;
            }
            assert!(number > 20, "{what}: only {number} steps");
            break;
        }
        assert_ne!(output.status.code(), Some(0), "{fault}: {}", said(&output));
        let again = run(path, &[&args[..], &["--resume"]].concat());
        assert_code(&again, 1);
        assert!(results(path) == (expected.clone(), rows.clone()), "{fault}: --resume comes to something else");
    }
}

#[test]
fn a_run_that_is_killed_at_any_step_goes_on() {
    inject("kill", &[]);
}

#[test]
fn a_run_whose_disk_is_full_from_any_step_on_goes_on() {
    inject("full", &[]);
}

#[test]
fn a_run_that_syncs_and_is_killed_at_any_step_goes_on() {
    inject("kill", &["--sync"]);
}

/// Any step fails once: the run says so, or what it wrote is right.
#[test]
fn no_step_fails_in_silence() {
    if !dehusk::pipeline::disk::FAULTS {
        return crate::util::skipped("faults are not made in a release build");
    }
    let whole = collection();
    assert_code(&run(whole.path(), &ARGS), 1);
    let (expected, rows) = results(whole.path());
    for number in 1..400 {
        let folder = collection();
        let path = folder.path();
        let fault = format!("fail:{number}");
        let output = command(path, &ARGS).args(["--jobs", "1"]).env("DEHUSK_FAULT", &fault).output().unwrap();
        let told = said(&output).contains("a fault that a test asked for");
        let is_right = results(path) == (expected.clone(), rows.clone()) && path.join("report.json").exists();
        assert!(told || is_right, "{fault}: {}", said(&output));
        if !told {
            assert!(number > 20, "only {number} steps");
            return;
        }
    }
    panic!("a run takes fewer steps than that");
}

/// A pack of rules is there as it was, or as it becomes.
#[test]
fn a_pack_is_installed_whole_or_not_at_all() {
    if !dehusk::pipeline::disk::FAULTS {
        return crate::util::skipped("faults are not made in a release build");
    }
    let pack = |folder: &Path, version: usize| {
        let from = folder.join(format!("p{version}"));
        fs::create_dir_all(&from).unwrap();
        fs::write(from.join("pack.toml"), format!("name = 'p'\nversion = '{version}.0.0'\n")).unwrap();
        for file in ["a", "b"] {
            let rule = format!("[[rule]]\nname = '{file}{version}'\nis = 'X{version}'\nremoves = 'X{version}'\n");
            fs::write(from.join(format!("{file}.toml")), rule).unwrap();
        }
        from
    };
    let add = |folder: &Path, from: &Path, fault: Option<String>| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_dehusk"));
        command.current_dir(folder).args(["pack", "--rules", "rules"]).env("LC_ALL", "C");
        match from.ends_with("p1") {
            true => command.arg("add").arg(from),
            false => command.args(["update", "p", "--yes", "--from"]).arg(from),
        };
        fault.map(|fault| command.env("DEHUSK_FAULT", fault));
        command.output().unwrap()
    };
    for number in 1..200 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        fs::create_dir(path.join("rules")).unwrap();
        let (first, second) = (pack(path, 1), pack(path, 2));
        assert_code(&add(path, &first, None), 0);
        let output = add(path, &second, Some(format!("fail:{number}")));
        let installed = tree(&path.join("rules/packs/p"));
        let is = |from: &Path| installed == tree(from);
        assert!(is(&first) || is(&second), "fail:{number}: {:?}", installed.keys());
        if output.status.success() {
            assert!(number > 4 && is(&second), "fail:{number}");
            return;
        }
    }
    panic!("a pack takes fewer steps than that");
}

/// What learnt folders hold, whatever a killed run left unfinished.
fn learnt(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = tree(&folder.join("sites"));
    found.retain(|name, _| !name.to_string_lossy().starts_with(".dehusk-"));
    found
}

#[test]
fn learning_that_is_killed_at_any_step_comes_to_the_same_when_it_is_repeated() {
    if !dehusk::pipeline::disk::FAULTS {
        return crate::util::skipped("faults are not made in a release build");
    }
    // The same lines around articles of which no line is another's.
    let crawl = |ends: &str, first: usize| -> String {
        let page = |site: &str, i: usize| {
            let article = format!("On day {i} ferry {i} brought {} crates to pier {}.", i * 7 + 3, i * 11 + 5);
            let text = format!("Home of {site}\n\n{article}\n\nSubscribe to {site} today\n{ends} {site}");
            format!("{}\n", serde_json::json!({"url": format!("https://{site}.example/{i}"), "text": text}))
        };
        ["river", "harbor"].iter().flat_map(|site| (first..first + 6).map(move |i| page(site, i))).collect()
    };
    let learn = |folder: &Path, update: bool, fault: Option<&str>| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_dehusk"));
        command
            .current_dir(folder)
            .args(["--lang", "en", "learn", "--input", "page", "--jobs", "1"])
            .env("LC_ALL", "C");
        command.args(if update { &["--update", "later.jsonl"][..] } else { &["pages.jsonl"] });
        fault.map(|fault| command.env("DEHUSK_FAULT", fault));
        command.output().unwrap()
    };
    let new = || {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("pages.jsonl"), crawl("Printed by", 0)).unwrap();
        fs::write(folder.path().join("later.jsonl"), crawl("Written for", 100)).unwrap();
        folder
    };
    let whole = new();
    assert_code(&learn(whole.path(), false, None), 0);
    let first = learnt(whole.path());
    assert_code(&learn(whole.path(), true, None), 0);
    let second = learnt(whole.path());
    assert!(first.len() == 4 && first != second, "{:?}", second.keys());

    let repeated = |expected: &BTreeMap<PathBuf, Vec<u8>>, update: bool| {
        for number in 1..100 {
            let folder = new();
            let path = folder.path();
            if update {
                assert_code(&learn(path, false, None), 0);
            }
            let fault = format!("kill:{number}");
            if learn(path, update, Some(&fault)).status.success() {
                assert!(number > 12, "only {number} steps");
                return;
            }
            let output = learn(path, update, None);
            if !output.status.success() {
                assert!(!update && said(&output).contains("--update adds"), "{fault}: {}", said(&output));
                fs::rename(path.join("pages.jsonl"), path.join("later.jsonl")).unwrap();
                assert_code(&learn(path, true, None), 0);
            }
            assert!(learnt(path) == *expected, "{fault}: it comes to something else");
        }
        panic!("learning takes fewer steps than that");
    };
    repeated(&first, false);
    repeated(&second, true);
}
