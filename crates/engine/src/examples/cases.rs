//! Whole-document cases: `cases/NAME/in.txt` in a folder of rules, and the `body.txt` that it must give.
//!
//! Compared are the lines that are not blank. `case.toml` beside them says what the document is, if
//! the defaults do not fit: `profile`, `input`, `host`, `language`, `repair`.

use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::repair::Repairer;
use crate::{Engine, Input, Outcome};
use dehusk_rules::{Profile, RuleId, RuleSet};
use dehusk_text::{Document, Error, Message, Result, decode, say};

/// One document and the body it must give.
#[derive(Clone, Debug)]
pub struct Case {
    /// The name of its folder.
    pub name: String,
    /// The folder, as messages show it.
    pub path: String,
    input: String,
    body: String,
    settings: CaseSettings,
    /// What is wrong with its files.
    mistake: Option<Message>,
}

/// `case.toml`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct CaseSettings {
    profile: Option<String>,
    input: Option<String>,
    host: Option<String>,
    language: Option<String>,
    repair: bool,
}

/// A case that does not give its body.
#[derive(Clone, Debug)]
pub struct CaseFailure {
    /// Which of the cases.
    pub case: usize,
    /// What is wrong with its files; nothing was compared then.
    pub mistake: Option<Message>,
    /// The lines that differ, in the order of the document.
    pub lines: Vec<CaseLine>,
}

/// A line that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaseLine {
    /// It stands in `body.txt` and did not come out.
    Lost {
        /// The line of `in.txt`, from 1; 0 if it does not stand there.
        line: usize,
        /// Its text.
        text: String,
        /// The rule that took it.
        rule: Option<RuleId>,
    },
    /// It came out and does not stand in `body.txt`.
    Stayed {
        /// The line of `in.txt`, from 1; 0 if it does not stand there.
        line: usize,
        /// Its text.
        text: String,
    },
}

/// The cases of a folder of rules, in the order of their names; none if it has no folder `cases`.
///
/// # Errors
/// When the folder cannot be read. A case whose files cannot be read is reported when it is run.
pub fn cases_in(rules: impl AsRef<Path>) -> Result<Vec<Case>> {
    let folder = rules.as_ref().join("cases");
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut cases = Vec::new();
    for entry in fs::read_dir(&folder).map_err(|error| Error::io(&folder, error))? {
        let path = entry.map_err(|error| Error::io(&folder, error))?.path();
        if path.is_dir() {
            cases.push(Case::read(&path));
        }
    }
    cases.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(cases)
}

impl Case {
    fn read(folder: &Path) -> Self {
        let mut mistake = None;
        let mut text =
            |name: &str| match fs::read(folder.join(name)).map_err(|error| Error::io(folder.join(name), error)) {
                Ok(bytes) => decode(&bytes, None).map(|decoded| decoded.text.into_owned()).unwrap_or_default(),
                Err(_) => {
                    mistake = Some(say!("缺 {name}，或者打不开", "{name} is missing or cannot be read"));
                    String::new()
                }
            };
        let (input, body) = (text("in.txt"), text("body.txt"));
        let settings = match fs::read_to_string(folder.join("case.toml")) {
            Ok(text) => toml::from_str::<CaseSettings>(&text).unwrap_or_else(|error| {
                let reason = error.message().to_string();
                mistake = Some(say!(
                    "case.toml 有错：{reason}（可以写 profile、input、host、language、repair）",
                    "case.toml has a mistake: {reason} (it takes profile, input, host, language, repair)"
                ));
                CaseSettings::default()
            }),
            Err(_) => CaseSettings::default(),
        };
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Self { name, path: folder.display().to_string().replace('\\', "/"), input, body, settings, mistake }
    }

    /// The profile and the kind of input, or what is wrong with the words.
    fn choices(&self) -> std::result::Result<(Profile, Input), Message> {
        let profile = match self.settings.profile.as_deref() {
            Some("archive") => Profile::Archive,
            None | Some("article") => Profile::Article,
            Some("body") => Profile::Body,
            Some(other) => {
                return Err(say!(
                    "case.toml 里的 profile 没有“{other}”；从 archive、article、body 里选",
                    "case.toml: profile cannot be '{other}'; one of archive, article, body"
                ));
            }
        };
        let input = match self.settings.input.as_deref() {
            None | Some("text") => Input::Text,
            Some("page") => Input::Page,
            Some("auto") => Input::Auto,
            Some(other) => {
                return Err(say!(
                    "case.toml 里的 input 没有“{other}”；从 text、page、auto 里选",
                    "case.toml: input cannot be '{other}'; one of text, page, auto"
                ));
            }
        };
        Ok((profile, input))
    }
}

/// Cleans every case with all rules; those that do not give their body.
///
/// # Errors
/// When a rule cannot be compiled.
pub fn check_cases(rules: &RuleSet, cases: &[Case]) -> Result<Vec<CaseFailure>> {
    let mut failures = Vec::new();
    let mut engines: Vec<((Profile, Input), Engine)> = Vec::new();
    for (index, case) in cases.iter().enumerate() {
        let failed = |mistake| CaseFailure { case: index, mistake, lines: Vec::new() };
        let choices = match case.mistake.clone().map_or_else(|| case.choices(), Err) {
            Ok(choices) => choices,
            Err(mistake) => {
                failures.push(failed(Some(mistake)));
                continue;
            }
        };
        if !engines.iter().any(|(known, _)| *known == choices) {
            engines.push((choices, Engine::builder().profile(choices.0).input(choices.1).build(rules)?));
        }
        let engine = engines.iter().find(|(known, _)| *known == choices).map(|(_, engine)| engine);
        let lines = case.differences(rules, engine.expect("it was built above"))?;
        if !lines.is_empty() {
            failures.push(CaseFailure { lines, ..failed(None) });
        }
    }
    Ok(failures)
}

impl Case {
    fn differences(&self, rules: &RuleSet, engine: &Engine) -> Result<Vec<CaseLine>> {
        let repairer = Repairer::new(if self.settings.repair { &rules.repairs } else { &[] });
        let text = repairer.repair(&self.input, self.settings.host.as_deref()).text;
        let mut document = Document::new(&text)?;
        if let Some(host) = &self.settings.host {
            document = document.with_host(host);
        }
        if let Some(language) = &self.settings.language {
            document = document.with_language(language);
        }
        let outcome = engine.clean(&document);
        let body = outcome.body(&document);
        let (wanted, found) = (lines(&self.body), lines(&body));
        let mut differing = Vec::new();
        let (mut lost, mut stayed) = (Vec::new(), Vec::new());
        for (wanted_line, found_line) in aligned(&wanted, &found) {
            match (wanted_line, found_line) {
                (Some(line), None) => lost.push(line),
                (None, Some(line)) => stayed.push(line),
                _ => {}
            }
        }
        for text in lost {
            let (line, rule) = place_of(&document, text, &outcome, true);
            differing.push(CaseLine::Lost { line, text: text.to_string(), rule });
        }
        for text in stayed {
            let (line, _) = place_of(&document, text, &outcome, false);
            differing.push(CaseLine::Stayed { line, text: text.to_string() });
        }
        differing.sort_by_key(|line| match line {
            CaseLine::Lost { line, .. } | CaseLine::Stayed { line, .. } => *line,
        });
        Ok(differing)
    }
}

/// Where the text stands in the document (from 1) as a line that went or stayed, and the rule that took it.
fn place_of(document: &Document<'_>, text: &str, outcome: &Outcome, removed: bool) -> (usize, Option<RuleId>) {
    let same = (0..document.len()).filter(|&line| document.line_text(line).trim() == text);
    let mut places = same.map(|line| (line + 1, outcome.rule_at(document.line(line).start)));
    places.clone().find(|(_, rule)| rule.is_some() == removed).or_else(|| places.next()).unwrap_or((0, None))
}

fn lines(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}

/// Beyond this many pairs of lines the longest common sequence costs too much: what is equal in place is
/// paired then, the rest differs.
const MANY: usize = 4_000_000;

/// Both lists side by side; equal lines stand together.
fn aligned<'t>(a: &[&'t str], b: &[&'t str]) -> Vec<(Option<&'t str>, Option<&'t str>)> {
    let start = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let end = a[start..].iter().rev().zip(b[start..].iter().rev()).take_while(|(x, y)| x == y).count();
    let (x, y) = (&a[start..a.len() - end], &b[start..b.len() - end]);
    let mut pairs = Vec::new();
    if x.len() * y.len() > MANY {
        pairs.extend(x.iter().map(|line| (Some(*line), None)));
        pairs.extend(y.iter().map(|line| (None, Some(*line))));
        return pairs;
    }
    // The length of the longest common sequence of what is left from each pair of places on.
    let width = y.len() + 1;
    let mut longest = vec![0u32; (x.len() + 1) * width];
    for i in (0..x.len()).rev() {
        for j in (0..y.len()).rev() {
            longest[i * width + j] = match x[i] == y[j] {
                true => longest[(i + 1) * width + j + 1] + 1,
                false => longest[(i + 1) * width + j].max(longest[i * width + j + 1]),
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < x.len() || j < y.len() {
        if i < x.len() && j < y.len() && x[i] == y[j] {
            (i, j) = (i + 1, j + 1);
        } else if j == y.len() || (i < x.len() && longest[(i + 1) * width + j] >= longest[i * width + j + 1]) {
            pairs.push((Some(x[i]), None));
            i += 1;
        } else {
            pairs.push((None, Some(y[j])));
            j += 1;
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_named() {
        let pairs = aligned(&["a", "b", "c", "d"], &["a", "x", "c", "d"]);
        assert_eq!(pairs, [(Some("b"), None), (None, Some("x"))]);
        assert!(aligned(&["a"], &["a"]).is_empty());
        assert_eq!(aligned(&[], &["a"]), [(None, Some("a"))]);
    }
}
