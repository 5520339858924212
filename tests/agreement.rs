//! The engine and the slow reference give the same bodies: on the suite, on real pages if they exist, and on
//! ten thousand invented cases.

use dehusk::{Action, Document, Engine, Position, Profile, Remove, RemoveKind, Rule, RuleSet, Settings};

use crate::generate::{self, Dice};
use crate::reference;
use crate::util::shared;

const CASES: u64 = 10_000;

struct Case {
    rules: RuleSet,
    text: String,
    host: Option<&'static str>,
}

impl Case {
    fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let host = [None, Some("news.hewan.example"), Some("hewan.example")][dice.below(3)];
        let rules = generate::rules(&mut dice);
        let text = generate::document(&mut dice, &rules);
        Self { rules, text, host }
    }

    fn document(&self) -> Document<'_> {
        let document = Document::new(&self.text).expect("a case is short");
        match self.host {
            Some(host) => document.with_host(host),
            None => document,
        }
    }

    /// The bodies of the engine and of the reference, if they differ.
    fn difference(&self) -> Option<(String, String)> {
        let document = self.document();
        let engine = Engine::builder().rules_only().build(&self.rules).expect("the rules compile");
        let engine = engine.clean(&document).body(&document);
        let reference = reference::body(&self.rules, Profile::Article, &document);
        (engine != reference).then_some((engine, reference))
    }

    /// Removes lines and rules from the case as long as the result still differs.
    fn smaller(mut self, differs: impl Fn(&Self) -> bool) -> Self {
        let mut changed = true;
        while changed {
            changed = false;
            let lines: Vec<String> = self.text.split_inclusive('\n').map(str::to_string).collect();
            for at in 0..lines.len() {
                let text: String =
                    lines.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, l)| l.as_str()).collect();
                let case = Case { rules: self.rules.clone(), text, host: self.host };
                if differs(&case) {
                    (self, changed) = (case, true);
                    break;
                }
            }
            for at in 0..self.rules.rules.len() {
                let mut rules = self.rules.clone();
                rules.rules.remove(at);
                let case = Case { rules, text: self.text.clone(), host: self.host };
                if differs(&case) {
                    (self, changed) = (case, true);
                    break;
                }
            }
        }
        self
    }

    fn shown(&self) -> String {
        let rules: Vec<String> = self.rules.rules.iter().map(shown).collect();
        let Settings { min_left, lines_between, .. } = self.rules.settings;
        let rules = rules.join("\n");
        format!("min_left {min_left} lines_between {lines_between} host {:?}\n{rules}\n{:?}", self.host, self.text)
    }
}

/// A rule as text, without empty fields.
fn shown(rule: &Rule) -> String {
    let texts = format!("{:?}", rule.conditions).replace("Phrase { text: ", "").replace(", line: 1 }", "");
    let fields = texts.split_once('{').map_or(texts.as_str(), |(_, rest)| rest).split(", ");
    let fields: Vec<&str> = fields.map(str::trim).filter(|f| !f.ends_with(": []") && !f.ends_with(": None")).collect();
    let action = format!("{:?}", rule.action).replace("Phrase { text: ", "").replace(", line: 1 }", "");
    format!(
        "{} {:?} {:?} exact {}\n    {action}\n    {}",
        rule.full_name(),
        rule.status,
        rule.profile,
        rule.exact,
        fields.join(", ")
    )
}

#[test]
fn invented_cases_give_the_same_body() {
    let mut different = Vec::new();
    let mut removed = 0;
    for seed in 0..CASES {
        let case = Case::new(seed);
        let Some(_) = case.difference() else {
            let document = case.document();
            removed += usize::from(reference::body(&case.rules, Profile::Article, &document) != case.text);
            continue;
        };
        let case = case.smaller(|case| case.difference().is_some());
        let (engine, reference) = case.difference().expect("it differs");
        different.push(format!("seed {seed}: {}\n  engine    {engine:?}\n  reference {reference:?}", case.shown()));
        if different.len() == 12 {
            break;
        }
    }
    assert!(different.is_empty(), "{} cases differ:\n{}", different.len(), different.join("\n\n"));
    assert!(removed > CASES as usize / 4, "in only {removed} cases something goes");
    eprintln!("{CASES} invented cases agree; in {removed} something goes");
}

/// The rule changed so that it removes each line that it matches: then the removals show the matches.
fn as_lines(rules: &RuleSet, rule: &Rule) -> RuleSet {
    let mut rule = rule.clone();
    rule.conditions.position = Position::Anywhere;
    rule.status = dehusk::Status::On;
    rule.profile = Profile::Archive;
    rule.action = Action::Remove(Remove {
        kind: RemoveKind::Line,
        at_least: 0,
        max_share: 100.0,
        lines_contain: Vec::new(),
        lines_look_like: Vec::new(),
        until: Vec::new(),
        frames: Vec::new(),
        unless_page_has: Vec::new(),
    });
    let settings = Settings { min_left: 0, lines_between: 0, ..rules.settings.clone() };
    RuleSet { rules: vec![rule], settings, ..RuleSet::default() }
}

/// The lines of the documents on which the engine and the reference do not agree whether the rule matches.
fn matched_otherwise(rules: &RuleSet, rule: &Rule, documents: &[Document<'_>]) -> Vec<String> {
    let alone = as_lines(rules, rule);
    let engine = Engine::builder().rules_only().build(&alone).expect("the rule compiles");
    documents.iter().flat_map(|document| matched_otherwise_in(document, &engine, &alone)).collect()
}

/// The same for one document; `alone` is the only rule, which removes the lines that it matches.
fn matched_otherwise_in(document: &Document<'_>, engine: &Engine, alone: &RuleSet) -> Vec<String> {
    let rule = &alone.rules[0];
    let mut lines: Vec<usize> = Vec::new();
    for removal in engine.clean(document).removals {
        if let dehusk::Cause::Rule { .. } = removal.cause {
            let (first, last) = (document.line_of(removal.span.start), document.line_of(removal.span.end - 1));
            lines.extend((first..=last).filter(|&line| !dehusk::fold(document.line_text(line)).is_empty()));
        }
    }
    let expected = reference::matching_lines(alone, rule, document);
    let here =
        |line: &usize| format!("{:?} engine {} {}", document.line_text(*line), lines.contains(line), shown(rule));
    let mut either: Vec<usize> = lines.iter().chain(&expected).copied().collect();
    either.sort_unstable();
    either.dedup();
    either.iter().filter(|line| lines.contains(line) != expected.contains(line)).map(here).collect()
}

#[test]
fn invented_rules_match_the_same_lines() {
    let mut different = Vec::new();
    for seed in 0..CASES / 2 {
        let case = Case::new(seed + CASES);
        let document = case.document();
        for rule in &case.rules.rules {
            different.extend(
                matched_otherwise(&case.rules, rule, std::slice::from_ref(&document))
                    .into_iter()
                    .map(|d| format!("seed {seed}: {d}")),
            );
        }
        if different.len() > 12 {
            break;
        }
    }
    assert!(different.is_empty(), "{} lines differ:\n{}", different.len(), different.join("\n"));
}

#[test]
fn shipped_rules_match_the_same_lines_of_the_seeds() {
    let Some(shared) = shared() else { return };
    let rules = RuleSet::shipped().expect("the shipped rules have no mistakes");
    let mut different = Vec::new();
    let seeds = std::fs::read_dir(shared.join("seeds")).expect("the seeds can be listed");
    let paths: Vec<_> = seeds.map(|entry| entry.expect("the seeds can be listed").path()).collect();
    let texts: Vec<String> = paths.iter().map(|path| std::fs::read_to_string(path).expect("a seed is UTF-8")).collect();
    let documents: Vec<Document<'_>> = texts.iter().map(|text| Document::new(text).expect("a seed is short")).collect();
    for rule in &rules.rules {
        different.extend(matched_otherwise(&rules, rule, &documents));
    }
    for profile in [Profile::Archive, Profile::Article, Profile::Body] {
        let engine = Engine::builder().profile(profile).rules_only().build(&rules).expect("the shipped rules compile");
        for (path, document) in paths.iter().zip(&documents) {
            let got = engine.clean(document).body(document);
            let expected = reference::body(&rules, profile, document);
            if got != expected {
                different.push(format!("{} {profile:?}\n--- engine\n{got}\n--- reference\n{expected}", path.display()));
            }
        }
    }
    assert!(different.is_empty(), "{} differ:\n{}", different.len(), different.join("\n"));
}
