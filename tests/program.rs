//! Each folder of the program uses only the layers below it. The layers are: cli and main, commands, clean, learn, read, ui.
//!
//! Cargo enforces the layers of the library, which are crates. The program is one crate, so this test enforces its
//! layers: it searches the source files for `crate::NAME`.

use std::fs;
use std::path::{Path, PathBuf};

/// The folders and files of the program, and what each may use besides itself.
const LAYERS: &[(&str, &[&str])] = &[
    ("ui", &[]),
    ("help", &["ui"]),
    ("read", &["ui"]),
    ("learn", &["read", "ui"]),
    ("clean", &["learn", "read", "ui"]),
    ("commands", &["clean", "learn", "read", "ui"]),
    ("cli", &["commands", "clean", "help", "learn", "read", "ui"]),
];

#[test]
fn a_folder_of_the_program_uses_only_those_below_it() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut faults = Vec::new();
    for (layer, allowed) in LAYERS {
        let files = files_of(&src, layer);
        assert!(!files.is_empty(), "there is no {layer} in src");
        for path in files {
            let text = fs::read_to_string(&path).expect("a source file is UTF-8");
            let shown = path.strip_prefix(&src).expect("it was found there").display().to_string();
            for used in uses(&text).filter(|used| used != layer && !allowed.contains(used)) {
                faults.push(format!("{shown}: {layer} may not use {used}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_forbidden_use_is_seen() {
    assert_eq!(
        uses("use crate::ui::say;\nfn f() { crate::cli::g() } // crate::read").collect::<Vec<_>>(),
        ["ui", "cli"]
    );
}

/// The files of a layer: for `ui`, `ui.rs` and every file in `ui/`.
fn files_of(src: &Path, layer: &str) -> Vec<PathBuf> {
    let file = src.join(format!("{layer}.rs"));
    let mut found = Vec::from_iter(file.exists().then_some(file));
    let mut folders = vec![src.join(layer)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.expect("src can be listed").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(path);
            }
        }
    }
    found
}

/// The names behind `crate::`, without comments.
fn uses(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).flat_map(|code| {
        code.match_indices("crate::").filter(|(at, _)| !code[..*at].ends_with('$')).map(|(at, _)| {
            let rest = &code[at + "crate::".len()..];
            &rest[..rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())]
        })
    })
}

#[test]
fn every_file_of_tests_is_compiled() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let main = fs::read_to_string(folder.join("main.rs")).unwrap();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        if path.extension().is_some_and(|ending| ending == "rs") && name != "main" {
            assert!(main.contains(&format!("\nmod {name};\n")), "tests/{name}.rs is no module of tests/main.rs");
        }
    }
}
