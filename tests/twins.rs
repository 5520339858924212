//! Five invented documents with the kinds of boilerplate of real ones: notices with inserted pinyin,
//! teasers, dated lists, buttons, keyword headers. They must give exactly their bodies.

use std::fs;
use std::path::Path;

use dehusk::{Profile, Repairer, RuleSet};

use crate::util::{body, lines, shipped};

#[test]
fn twins_give_their_bodies() {
    let engine = shipped(Profile::Article);
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/twins");
    let mut right = 0;
    for entry in fs::read_dir(dir).expect("the twins can be listed") {
        let path = entry.expect("the twins can be listed").path();
        if path.to_string_lossy().ends_with(".body.txt") {
            continue;
        }
        let text = fs::read_to_string(&path).expect("a twin is UTF-8");
        let expected = fs::read_to_string(path.with_extension("body.txt")).expect("a twin has a body");
        let got = body(&engine, &text);
        assert_eq!(lines(&got), lines(&expected), "{}", path.display());
        assert_eq!(body(&engine, &got), got, "{}: twice is not once", path.display());
        right += 1;
    }
    assert_eq!(right, 5);
}

#[test]
fn repairs_take_the_pinyin_out_and_nothing_else() {
    let rules = RuleSet::shipped().expect("the shipped rules have no mistakes");
    let repairer = Repairer::new(&rules.repairs);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/twins/1-notice.txt");
    let text = fs::read_to_string(path).expect("a twin is UTF-8");
    let repaired = repairer.repair(&text, None);
    let expected: String = text.lines().map(without_pinyin).collect::<Vec<_>>().join("\n");
    assert_eq!(repaired.text.trim_end(), expected.trim_end());
    let mut back = String::new();
    let mut at = 0;
    for edit in &repaired.edits {
        back.push_str(&text[at..edit.span.start]);
        back.push_str(&edit.replacement);
        at = edit.span.end;
    }
    back.push_str(&text[at..]);
    assert_eq!(back, repaired.text, "the edits are the difference");
}

/// The line without parentheses that contain only lower-case letters, and without the damaged indent `???`.
fn without_pinyin(line: &str) -> String {
    let line = line.strip_prefix("??? ").unwrap_or(line);
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('(') {
        out.push_str(before);
        match after.split_once(')') {
            Some((inner, behind)) if inner.chars().all(|c| c.is_lowercase()) => rest = behind,
            _ => {
                out.push('(');
                rest = after;
            }
        }
    }
    out + rest
}
