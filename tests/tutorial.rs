//! The documents for editors: their rules can be loaded, their examples hold, and the finished rule of the
//! tutorial removes from its articles what the tutorial says.
//!
//! [`commands`] follows the tutorials command by command.
//!
//! Every block of TOML in `docs/tutorial.*.md` and `docs/cheatsheet.*.md` is read as a rule file.

#[cfg(feature = "cli")]
mod commands;

use std::fs;
use std::path::{Path, PathBuf};

use dehusk::{Document, Engine, RuleSet, Source, Status, check_examples};

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")
}

fn read(path: impl AsRef<Path>) -> String {
    let path = docs().join(path);
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The blocks of TOML in a page.
fn toml_blocks(page: &str) -> Vec<String> {
    let text = read(page);
    text.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap_or("").to_string()).collect()
}

/// The rules of a text, with status `on` so that their examples are run.
fn rules(name: &str, text: &str) -> RuleSet {
    let mut rules =
        RuleSet::from_sources(&[Source::new("mine.toml", text)]).unwrap_or_else(|e| panic!("{name}:\n{e}\n{text}"));
    assert!(rules.warnings.is_empty(), "{name}: {:?}", rules.warnings);
    for rule in &mut rules.rules {
        rule.status = Status::On;
    }
    rules
}

/// The lines of a text that the rules remove.
fn gone(rules: &RuleSet, text: &str) -> Vec<String> {
    let engine = Engine::builder().build(rules).expect("the rules compile");
    let document = Document::new(text).expect("an article is short");
    let body = engine.clean(&document).body(&document);
    text.lines().filter(|line| !body.lines().any(|left| left == *line)).map(str::to_string).collect()
}

#[test]
fn the_examples_of_every_printed_rule_hold() {
    for (page, count) in
        [("tutorial.zh.md", 2), ("tutorial.en.md", 2), ("cheatsheet.zh.md", 3), ("cheatsheet.en.md", 3)]
    {
        let blocks = toml_blocks(page);
        assert_eq!(blocks.len(), count, "{page}: blocks of TOML");
        for block in blocks {
            let failures = check_examples(&rules(page, &block)).expect("the rules compile");
            let failures: Vec<String> = failures.iter().map(|f| format!("{:?}: {}", f.expected, f.text)).collect();
            assert!(failures.is_empty(), "{page}:\n{block}\n{}", failures.join("\n"));
        }
    }
}

#[test]
fn the_finished_rule_is_the_printed_one_switched_on() {
    for language in ["zh", "en"] {
        let page = format!("tutorial.{language}.md");
        let printed = toml_blocks(&page).pop().expect("it has two rules").replace("'trial'", "'on'");
        let finished = read(format!("tutorial/{language}/finished/mine.toml"));
        assert!(finished.ends_with(&printed), "{page} prints another rule than finished/mine.toml:\n{printed}");
    }
}

#[test]
fn the_finished_rule_takes_three_lines_of_the_collection_and_the_line_of_the_page() {
    for language in ["zh", "en"] {
        let folder = format!("tutorial/{language}");
        let text = read(format!("{folder}/finished/mine.toml"));
        let own = rules("finished/mine.toml", &text);
        let page = read(format!("{folder}/page.txt"));
        let line = page.lines().nth(8).expect("the page has nine lines").to_string();
        let shipped = RuleSet::shipped().expect("the shipped rules have no mistakes");
        assert!(!gone(&shipped, &page).contains(&line), "{language}: the shipped rules take the line already");
        assert_eq!(gone(&own, &page), [line]);
        let counts: Vec<usize> =
            (1..=5).map(|n| gone(&own, &read(format!("{folder}/collection/0{n}.txt"))).len()).collect();
        assert_eq!(counts, [1, 1, 0, 1, 0], "{language}: lines that go from the collection");
    }
}
