//! A module of `src` uses only the modules that its row allows.
//!
//! Cargo cannot stop `rule` from importing `io`; this test can. It reads the source files as
//! text and looks at every `crate::NAME`, in `use` trees and in expressions.

use std::fs;
use std::path::Path;

/// The program, which is a crate of its own: tests/program.rs looks at it.
const PROGRAM: &[&str] = &["main", "cli", "commands", "clean", "read", "ui", "help"];

/// Module, and the modules it may use.
const ALLOWED: &[(&str, &[&str])] = &[
    ("span", &[]),
    ("message", &[]),
    ("diagnostic", &["message"]),
    // An error of the rules carries their diagnostics.
    ("error", &["message", "diagnostic"]),
    ("text", &["span", "error"]),
    // Whether a phrase is empty after folding is asked of `text::fold`.
    ("rule", &["message", "diagnostic", "span", "error", "text"]),
    ("repair", &["message", "diagnostic", "span", "error", "text", "rule"]),
    // Fixed texts in a line, whoever looks for them.
    ("literals", &[]),
    ("finder", &["message", "diagnostic", "span", "error", "text", "rule", "literals"]),
    ("engine", &["message", "diagnostic", "span", "error", "text", "rule", "literals", "finder"]),
    // What edits a rule file knows rules and no documents.
    ("edit", &["message", "diagnostic", "error", "rule"]),
    ("docs", &["message", "diagnostic", "rule"]),
    ("examples", &["message", "diagnostic", "error", "text", "rule", "engine", "repair", "span", "explain"]),
    ("bodies", &["message", "diagnostic", "error", "text"]),
    ("io", &["message", "diagnostic", "span", "error", "text"]),
    ("lint", &["message", "diagnostic", "span", "error", "text", "rule", "engine", "examples", "repair", "bodies"]),
    // Puts the engine's reasons into words. Its test holds that each family of cues has some.
    ("explain", &["message", "diagnostic", "text", "rule", "engine", "finder"]),
    ("suggest", &["message", "diagnostic", "error", "text", "rule", "engine", "examples", "bodies", "edit", "docs"]),
    ("preview", &["message", "diagnostic", "error", "text", "rule", "engine", "explain", "edit"]),
    ("stats", &["message", "diagnostic", "text", "rule", "engine", "explain"]),
    // A whole collection: texts, rules, outcomes and formats together; no flags, no terminals.
    ("pipeline", &["message", "diagnostic", "span", "text", "rule", "engine", "repair", "io"]),
    // Judges the output of any tool, so it knows none.
    ("score", &[]),
    (
        "lib",
        &[
            "message",
            "diagnostic",
            "bodies",
            "docs",
            "edit",
            "span",
            "error",
            "text",
            "rule",
            "repair",
            "finder",
            "engine",
            "examples",
            "io",
            "lint",
            "score",
            "suggest",
        ],
    ),
];

#[test]
fn modules_use_only_what_stands_below_them() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut faults = Vec::new();
    let mut seen = Vec::new();
    for (path, text) in files(&src) {
        let relative = path.strip_prefix(&src).expect("it was found there");
        let first = relative.components().next().expect("a file has a name");
        let module = Path::new(first.as_os_str()).file_stem().expect("it has a stem").to_string_lossy().into_owned();
        if PROGRAM.contains(&module.as_str()) {
            continue;
        }
        let Some((_, allowed)) = ALLOWED.iter().find(|(name, _)| *name == module) else {
            faults.push(format!("{}: no row for module {module}", relative.display()));
            continue;
        };
        seen.push(module.clone());
        for used in uses(&text) {
            if used != module && !allowed.contains(&used.as_str()) {
                faults.push(format!("{}: {module} may not use {used}", relative.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    for (name, _) in ALLOWED {
        assert!(seen.iter().any(|m| m == name), "the table has a row for {name}, which does not exist");
    }
}

#[test]
fn a_forbidden_use_is_seen() {
    assert_eq!(uses("use crate::{io, span::Span};\nfn f() { crate::engine::g() }"), ["io", "span", "engine"]);
    assert!(uses("// crate::io is not used\n").is_empty());
}

fn files(dir: &Path) -> Vec<(std::path::PathBuf, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).expect("src can be read") {
        let path = entry.expect("src can be listed").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = fs::read_to_string(&path).expect("a source file is UTF-8");
            found.push((path, text));
        }
    }
    found
}

/// The top-level modules named behind `crate::` in the code, comments aside.
fn uses(text: &str) -> Vec<String> {
    let code: String = text.lines().map(|line| line.split("//").next().unwrap_or("")).collect::<Vec<_>>().join("\n");
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(tree) => found.extend(top_names(tree)),
            None => found.push(name(rest)),
        }
    }
    // Items re-exported by the root, such as `crate::Result`, are no modules.
    found.retain(|name| name.chars().next().is_some_and(char::is_lowercase));
    found
}

fn name(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The first name of every branch of a `use` tree whose opening brace is gone.
fn top_names(tree: &str) -> Vec<String> {
    let mut depth = 0;
    let mut names = vec![name(tree.trim_start())];
    for (at, c) in tree.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => names.push(name(tree[at + 1..].trim_start())),
            _ => {}
        }
    }
    names
}
