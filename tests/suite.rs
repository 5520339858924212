//! Behaviour as data: each case in `suite/*.toml` has rules, a text and the body that it must give.
//!
//! Every case runs with the prefilter on and off, twice in a row, with the rules in reverse order,
//! and through the command line; all must agree. The Python package runs the same files.

use std::fs;

use dehusk::{Document, Engine, EngineBuilder, Outcome, Profile, RuleSet, Source, Span};
use serde::Deserialize;

use crate::util::assert_sound;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Suite {
    case: Vec<Case>,
}

/// One case. Its rules may omit `removes` and `keeps`; because the loader requires examples, the runner
/// adds one that is not tested.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub name: String,
    rules: String,
    #[serde(default)]
    settings: Option<String>,
    pub input: String,
    body: String,
    #[serde(default)]
    profile: Option<String>,
    #[serde(default)]
    host: Option<String>,
    #[serde(default)]
    language: Option<String>,
}

/// All cases of the suite, each with the name of its file.
pub fn cases() -> Vec<(String, Case)> {
    let dir = crate::util::root().join("tests/suite");
    let mut files: Vec<_> =
        fs::read_dir(dir).expect("the suite can be listed").map(|e| e.expect("an entry").path()).collect();
    files.sort();
    let of_file = |path: std::path::PathBuf| {
        let text = fs::read_to_string(&path).expect("a suite file is UTF-8");
        let name = path.display().to_string();
        let suite: Suite = toml::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}"));
        suite.case.into_iter().map(move |case| (name.clone(), case))
    };
    files.into_iter().flat_map(of_file).collect()
}

#[test]
fn every_case_gives_its_body() {
    let cases = cases();
    let ran = cases.len();
    let failed = |(path, case): &(String, Case)| Some(format!("{path}: {}: {}", case.name, run(case).err()?));
    let failures: Vec<String> = cases.iter().filter_map(failed).collect();
    assert!(failures.is_empty(), "{} of {ran} cases fail:\n{}", failures.len(), failures.join("\n"));
    assert!(ran > 40, "only {ran} cases were found");
    eprintln!("{ran} cases of the suite give their body");
}

impl Case {
    /// The options of its engine, and its rules.
    pub fn engine(&self) -> Result<(EngineBuilder, RuleSet), String> {
        let mut sources = vec![Source::new("case.toml", with_examples(&self.rules))];
        if let Some(settings) = &self.settings {
            sources.push(Source::new("settings.toml", settings.clone()));
        }
        let rules = RuleSet::from_sources(&sources).map_err(|e| format!("the rules have mistakes:\n{e}"))?;
        let profile = match self.profile.as_deref() {
            Some("archive") => Profile::Archive,
            Some("body") => Profile::Body,
            Some("article") | None => Profile::Article,
            Some(other) => return Err(format!("no profile is called {other}")),
        };
        Ok((Engine::builder().profile(profile), rules))
    }

    /// A text as a document with the host and the language of the case.
    pub fn document<'t>(&self, text: &'t str) -> Document<'t> {
        let document = Document::new(text).expect("a case is short");
        let document = match &self.host {
            Some(host) => document.with_host(host),
            None => document,
        };
        match &self.language {
            Some(language) => document.with_language(language),
            None => document,
        }
    }
}

fn run(case: &Case) -> Result<(), String> {
    let (builder, rules) = case.engine()?;
    let fast = builder.clone().build(&rules).map_err(|e| e.to_string())?;
    let plain = builder.clone().without_prefilter().build(&rules).map_err(|e| e.to_string())?;
    let clean = |engine: &Engine, text: &str| {
        let document = case.document(text);
        let outcome = engine.clean(&document);
        assert_sound(&document, &outcome);
        (outcome.body(&document), outcome)
    };
    let (got, outcome) = clean(&fast, &case.input);
    if got != case.body {
        return Err(format!("\n--- expected\n{}\n--- got\n{got}\n--- {outcome:?}", case.body));
    }
    if clean(&fast, &got).0 != got {
        return Err("twice is not once".to_string());
    }
    if clean(&plain, &case.input).1 != outcome {
        return Err("without the prefilter the outcome is another".to_string());
    }
    let mut backwards = rules.clone();
    backwards.rules.reverse();
    let backwards = builder.build(&backwards).map_err(|e| e.to_string())?;
    let (other, other_outcome) = clean(&backwards, &case.input);
    // The order of rules decides which of two is named, but not what is removed.
    let spans = |outcome: &Outcome| outcome.removals.iter().map(|removal| removal.span).collect::<Vec<_>>();
    if other != got || covered(&spans(&other_outcome)) != covered(&spans(&outcome)) {
        return Err(format!("with the rules in reverse order another text is left:\n{other}"));
    }
    Ok(())
}

/// The covered ranges: spans that touch are joined.
fn covered(spans: &[Span]) -> Vec<Span> {
    let mut joined: Vec<Span> = Vec::new();
    for &span in spans {
        match joined.last_mut() {
            Some(last) if last.end == span.start => last.end = span.end,
            _ => joined.push(span),
        }
    }
    joined
}

/// The binary, with the rules of the case in a folder and its text as a file.
#[cfg(feature = "cli")]
#[test]
fn the_command_line_gives_the_same_bodies() {
    let mut wrong = Vec::new();
    // The command line cannot set the language of a text.
    let cases: Vec<_> = cases().into_iter().filter(|(_, case)| case.language.is_none()).collect();
    assert!(cases.len() > 40, "only {} cases are left", cases.len());
    for (path, case) in cases {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let rules = folder.path().join("rules");
        fs::create_dir(&rules).expect("a folder can be made");
        fs::write(rules.join("case.toml"), with_examples(&case.rules)).expect("it can be written");
        if let Some(settings) = &case.settings {
            fs::write(rules.join("settings.toml"), settings).expect("it can be written");
        }
        // As a record, because the encoding of a text file would be guessed.
        let record = serde_json::json!({"text": case.input});
        let (pages, results) = (folder.path().join("pages.jsonl"), folder.path().join("out"));
        fs::write(&pages, format!("{record}\n")).expect("it can be written");
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_dehusk"));
        command.env("LC_ALL", "C").args(["--no-shipped-rules", "--input", "text", "--out"]);
        command.arg(&results).arg("--rules").arg(&rules).arg(&pages);
        for (option, value) in [("--profile", &case.profile), ("--host", &case.host)] {
            if let Some(value) = value {
                command.args([option, value]);
            }
        }
        let output = command.output().expect("the binary starts");
        let body = fs::read_to_string(results.join("pages.jsonl"))
            .ok()
            .and_then(|line| serde_json::from_str::<serde_json::Value>(&line).ok())
            .and_then(|record| Some(record["text"].as_str()?.to_string()));
        if body.as_ref() != Some(&case.body) {
            let said = String::from_utf8_lossy(&output.stderr);
            wrong.push(format!("{path}: {}: {body:?} instead of {:?}\n{said}", case.name, case.body));
        }
    }
    assert!(wrong.is_empty(), "{} cases give another body:\n{}", wrong.len(), wrong.join("\n"));
}

/// Adds an example to every `[[rule]]` without `removes`, because the loader requires one.
fn with_examples(rules: &str) -> String {
    let mut out = String::new();
    let mut number = 0;
    for (i, table) in rules.split("[[").enumerate() {
        if i > 0 {
            out.push_str("[[");
        }
        out.push_str(table);
        if table.starts_with("rule]]") {
            number += 1;
            if !table.contains("name =") {
                out.push_str(&format!("\nname = 'rule {number}'\n"));
            }
            if !table.contains("removes") {
                out.push_str("\nremoves = 'x'\nkeeps = 'y'\n");
            }
        } else if table.starts_with("keep]]") && !table.contains("name =") {
            out.push_str("\nname = 'a keep'\n");
        }
    }
    out
}

#[test]
fn of_rules_that_take_the_same_line_the_first_by_file_and_name_is_named() {
    let rule = |name: &str, condition: &str| {
        format!("[[rule]]\nname = '{name}'\ncategory = 'nav'\n{condition}\nremoves = 'Up next: the harbour'\n")
    };
    let first = rule("z", "starts_with = 'Up next'") + &rule("m", "starts_with = 'Up next'\nmax_length = 40");
    let sources = [Source::new("b.toml", first), Source::new("c.toml", rule("a", "contains = 'next: the'"))];
    let text = "The ferry ran all day long and it was full at noon.\n".repeat(8) + "Up next: the harbour\n";
    let document = Document::new(&text).expect("the text is short");
    let reversed: Vec<Source> = sources.iter().rev().cloned().collect();
    for sources in [&sources[..], &reversed[..]] {
        let rules = RuleSet::from_sources(sources).unwrap_or_else(|e| panic!("{e}"));
        let engine = Engine::builder().rules_only().build(&rules).expect("the rules compile");
        let removals = engine.clean(&document).removals;
        let [dehusk::Removal { cause: dehusk::Cause::Rule { rule, .. }, .. }] = removals[..] else {
            panic!("one removal by a rule, not {removals:?}")
        };
        assert_eq!(rules.rule(rule).full_name(), "b › m");
    }
}
