use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The names of all tests of the project.
fn tests() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders: Vec<PathBuf> = ["tests", "src", "crates", "fuzz"].iter().map(|name| root.join(name)).collect();
    let mut found = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for path in entries.map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                if path.file_name().is_some_and(|name| name != "target") {
                    folders.push(path);
                }
                continue;
            }
            if path.extension().is_some_and(|ending| ending == "trycmd") {
                found.insert(path.file_name().unwrap().to_string_lossy().into_owned());
            }
            let Some(text) = path.extension().filter(|e| *e == "rs").and_then(|_| fs::read_to_string(&path).ok())
            else {
                continue;
            };
            let mut is_test = false;
            for line in text.lines().map(str::trim) {
                match line.strip_prefix("fn ").and_then(|rest| rest.split_once('(')) {
                    Some((name, _)) if is_test => {
                        found.insert(name.to_owned());
                        is_test = false;
                    }
                    Some(_) => is_test = false,
                    None => is_test |= line == "#[test]",
                }
            }
        }
    }
    found
}

#[test]
fn each_fault_in_the_table_has_a_test_that_exists() {
    let table = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/faults.md")).unwrap();
    let tests = tests();
    let mut rows = 0;
    for line in table.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        if cells.len() != 3 || cells[2] == "test" {
            continue;
        }
        rows += 1;
        assert!(!cells[0].is_empty() && !cells[1].is_empty(), "{line}");
        for name in cells[2].split(", ") {
            let name = name.trim_matches('`');
            assert!(tests.contains(name), "docs/faults.md: there is no test {name}");
        }
    }
    assert!(rows >= 80, "{rows} faults");
}
