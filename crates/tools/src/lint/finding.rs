//! [`Lint`]: what all checks read, and how they report findings.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use dehusk_engine::Body;
use dehusk_rules::{Action, Phrase, Places, Rule, RuleId, RuleSet, Source, Status};
use dehusk_text::{Diagnostic, Fix, Level, Message};

/// The rules to check, and what was found so far.
pub(super) struct Lint<'a> {
    pub(super) rules: &'a RuleSet,
    pub(super) sources: &'a [Source],
    pub(super) bodies: &'a [Body],
    /// The sources (by index) of each `file` that rules name. Two lists of one name are one file.
    files: HashMap<&'a str, Vec<usize>>,
    places: HashMap<usize, Places>,
    /// The findings, each with the index of its source.
    pub(super) found: Vec<(usize, Diagnostic)>,
    /// Rules that can never match. That their examples are not removed is not reported as well.
    pub(super) dead: HashSet<RuleId>,
    /// The findings that rules silenced with `allow`.
    pub(super) silenced: HashSet<(RuleId, &'static str)>,
    /// The findings that rules tried to silence, but which are errors.
    pub(super) refused: HashSet<(RuleId, &'static str)>,
}

/// Where a finding is marked.
#[derive(Clone, Copy)]
pub(super) enum At<'t> {
    /// The first line of the rule.
    Rule,
    /// A setting, by its name.
    Setting(&'t str),
    /// A phrase.
    Text(&'t Phrase),
    /// A line of the file.
    Line(u32),
}

/// A finding about a rule.
pub(super) struct Finding<'t> {
    pub(super) level: Level,
    pub(super) code: &'static str,
    pub(super) at: At<'t>,
    pub(super) message: Message,
    pub(super) notes: Vec<Message>,
    pub(super) fix: Option<Message>,
}

impl<'t> Finding<'t> {
    pub(super) fn new(level: Level, code: &'static str, at: At<'t>, message: Message) -> Self {
        Self { level, code, at, message, notes: Vec::new(), fix: None }
    }

    pub(super) fn error(code: &'static str, at: At<'t>, message: Message) -> Self {
        Self::new(Level::Error, code, at, message)
    }

    pub(super) fn warning(code: &'static str, at: At<'t>, message: Message) -> Self {
        Self::new(Level::Warning, code, at, message)
    }

    pub(super) fn info(code: &'static str, at: At<'t>, message: Message) -> Self {
        Self::new(Level::Info, code, at, message)
    }

    pub(super) fn with_fix(self, advice: Message) -> Self {
        Self { fix: Some(advice), ..self }
    }

    pub(super) fn with_notes(self, notes: Vec<Message>) -> Self {
        Self { notes, ..self }
    }
}

impl<'a> Lint<'a> {
    pub(super) fn new(rules: &'a RuleSet, sources: &'a [Source], bodies: &'a [Body]) -> Self {
        let mut files: HashMap<&str, Vec<usize>> = HashMap::new();
        for (index, source) in sources.iter().enumerate() {
            files.entry(source.file()).or_default().push(index);
        }
        let (places, found) = (HashMap::new(), Vec::new());
        let (dead, silenced, refused) = (HashSet::new(), HashSet::new(), HashSet::new());
        Self { rules, sources, bodies, files, places, found, dead, silenced, refused }
    }

    /// The rules and keeps that are not off.
    pub(super) fn rules(&self) -> impl Iterator<Item = (RuleId, &'a Rule)> + use<'a> {
        let numbered = self.rules.rules.iter().enumerate();
        numbered.filter(|(_, rule)| rule.status != Status::Off).map(|(id, rule)| (RuleId(id as u32), rule))
    }

    /// Reports a finding about a rule, unless the rule allows it. An error cannot be allowed.
    pub(super) fn add(&mut self, id: RuleId, finding: Finding<'_>) {
        let rule = self.rules.rule(id);
        if rule.allow.iter().any(|slug| slug == finding.code) {
            if finding.level != Level::Error {
                self.silenced.insert((id, finding.code));
                return;
            }
            self.refused.insert((id, finding.code));
        }
        if finding.level == Level::Error && finding.code == "never-matches" {
            self.dead.insert(id);
        }
        let Some(source) = self.source_of(rule) else { return };
        let span = self.span(source, rule.line, finding.at);
        self.push(source, span, finding);
    }

    /// Reports a finding about a repair, or another table that starts on `table_line` of `file`.
    pub(super) fn add_at(&mut self, file: &str, table_line: u32, finding: Finding<'_>) {
        let Some(&source) = self.files.get(file).and_then(|sources| sources.first()) else { return };
        let span = self.span(source, table_line, finding.at);
        self.push(source, span, finding);
    }

    fn push(&mut self, source: usize, span: Range<usize>, finding: Finding<'_>) {
        let Finding { level, code, message, notes, fix, .. } = finding;
        let diagnostic = self.sources[source].diagnostic(level, code, span, message, fix.map(Fix::Advice));
        self.found.push((source, diagnostic.with_notes(notes)));
    }

    /// The place of a line of a rule, as it is printed: `rules/nav.toml:12`.
    pub(super) fn place(&self, rule: &Rule, line: u32) -> String {
        self.source_of(rule).map_or_else(String::new, |source| format!("{}:{line}", self.sources[source].path))
    }

    /// The index of the source that contains a rule.
    pub(super) fn source_of(&self, rule: &Rule) -> Option<usize> {
        let sources = self.files.get(rule.file.as_str())?;
        let is_keep = |&&source: &&usize| self.sources[source].name.ends_with(".keep.txt");
        match rule.action {
            Action::Keep => sources.iter().find(is_keep).or(sources.first()).copied(),
            _ => sources.iter().find(|source| !is_keep(source)).or(sources.first()).copied(),
        }
    }

    fn span(&mut self, source: usize, table_line: u32, at: At<'_>) -> Range<usize> {
        let text = &self.sources[source];
        let setting = match at {
            At::Setting(name) => {
                self.places.entry(source).or_insert_with(|| Places::of(text)).setting(table_line, name)
            }
            _ => None,
        };
        if let Some(span) = setting {
            return span;
        }
        let line = match at {
            At::Rule | At::Setting(_) => table_line,
            At::Text(phrase) => phrase.line,
            At::Line(line) => line,
        };
        let start = text.starts().get(line.saturating_sub(1) as usize).copied().unwrap_or(0);
        let range = text.line_range(start);
        let shown = &text.text[range.clone()];
        if let At::Text(phrase) = at
            && let Some(found) = shown.find(&*phrase.text)
        {
            return range.start + found..range.start + found + phrase.text.len();
        }
        let lead = shown.len() - shown.trim_start().len();
        range.start + lead..range.start + shown.trim_end().len().max(lead)
    }
}

/// A text of a rule or a document for a message, cut so that it fits on a line of a terminal.
pub(super) fn quoted(text: &str) -> String {
    const LONGEST: usize = 40;
    let text = text.trim();
    let mut chars = text.chars();
    let start: String = chars.by_ref().take(LONGEST).collect();
    if chars.next().is_some() { format!("{start}…") } else { start }
}
