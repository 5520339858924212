//! The known bodies of `rules/bodies`: their names and texts, and that they are not read as rules.
//!
//! `dehusk check` tests that the shipped rules remove nothing from them.

use std::fs;
use std::path::{Path, PathBuf};

use dehusk::{RuleSet, sources_in};

/// Languages, some with their script, that a file name may begin with.
const LANGUAGES: &[&str] =
    &["zh-Hans", "zh-Hant", "en", "de", "es", "fr", "pl", "pt", "it", "ja", "ko", "ru", "ar", "vi"];

fn rules() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("rules")
}

/// The name and text of every known body, sorted by name.
fn bodies() -> Vec<(String, String)> {
    let mut bodies: Vec<(String, String)> = fs::read_dir(rules().join("bodies"))
        .expect("rules/bodies can be read")
        .map(|entry| entry.expect("rules/bodies can be listed").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "txt"))
        .map(|path| {
            let name = path.file_stem().expect("it has a name").to_string_lossy().into_owned();
            (name, fs::read_to_string(&path).expect("a known body is UTF-8"))
        })
        .collect();
    bodies.sort();
    bodies
}

#[test]
fn every_known_body_has_the_agreed_form() {
    let bodies = bodies();
    assert!(bodies.len() >= 66, "only {} known bodies", bodies.len());
    let mut faults = Vec::new();
    for (name, text) in &bodies {
        let mut fault = |what: &str| faults.push(format!("{name}: {what}"));
        let parts = name.rsplit_once('-').and_then(|(rest, number)| Some((rest.rsplit_once('-')?, number)));
        match parts {
            Some(((language, kind), number)) => {
                if !LANGUAGES.contains(&language) || kind.is_empty() {
                    fault("the name is not LANG-KIND-NN");
                }
                if number.len() != 2 || number.parse::<u8>().is_err() {
                    fault("the name does not end in two digits");
                }
            }
            None => fault("the name is not LANG-KIND-NN"),
        }
        if text.contains('\r') || text.starts_with('\u{feff}') || !text.ends_with('\n') || text.ends_with("\n\n") {
            fault("lines do not end with a bare line feed, the last one too");
        }
        if text.lines().any(|line| line.ends_with(' ') || line.contains('\t')) {
            fault("a line has a tab or a space at its end");
        }
        let lines = text.lines().filter(|line| !line.trim().is_empty()).count();
        if !(8..=25).contains(&lines) {
            fault(&format!("{lines} lines, not 8 to 25"));
        }
        let characters = text.chars().count();
        if !(500..=2_500).contains(&characters) {
            fault(&format!("{characters} characters, not 500 to 2,500"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_language_has_known_bodies() {
    let bodies = bodies();
    for language in LANGUAGES {
        let count = bodies.iter().filter(|(name, _)| name.starts_with(&format!("{language}-"))).count();
        assert!(count >= 2, "{count} known bodies in {language}");
    }
}

#[test]
fn known_bodies_are_not_read_as_rules() {
    let sources = sources_in(&rules()).expect("rules can be read");
    let read: Vec<&str> = sources.iter().map(|s| s.name.as_str()).filter(|name| name.starts_with("bodies/")).collect();
    assert!(read.is_empty(), "read as rules: {read:?}");
    let rules = RuleSet::from_dir(rules()).unwrap_or_else(|e| panic!("the shipped rules have mistakes:\n{e}"));
    assert!(rules.warnings.iter().all(|w| !w.source.contains("bodies")), "a warning is about a known body");
}
