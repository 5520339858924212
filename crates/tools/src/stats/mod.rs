//! Statistics of the rules over a collection: hits, lines, characters, and what guards held back.
//!
//! Each document gives an [`OfDocument`], computed on any thread; a [`StatsTally`] adds them up in the order
//! of the collection, so that the result does not depend on the threads. Tallies can be added, too.
//! Rules are identified by name, so that two runs with different rules can be
//! [compared](StatsTally::jumps).
//!
//! Where it can be fooled: if several rules match a line, only the one that the engine names is counted.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use dehusk_engine::explain::reason_name;
use dehusk_engine::{Cause, Outcome, SparedReason, Warning};
use dehusk_rules::{Rule, RuleSet, Status};
use dehusk_text::{Document, fold};

/// The counts of one rule.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StatsOfRule {
    /// Documents in which it removed something.
    pub documents: usize,
    /// Lines that it removed as a whole or in part, without blank lines.
    pub lines: usize,
    /// Characters that it removed, without spaces.
    pub chars: u64,
    /// Documents in which it would remove something if it were not on trial.
    pub trial_documents: usize,
    /// Lines that it would remove if it were not on trial.
    pub trial_lines: usize,
    /// Lines of known bodies that it removed.
    pub body_lines: usize,
    /// How many of them the author of the rule allows, for he knows of them (`allow = 'removes-known-body'`).
    #[serde(default, skip_serializing_if = "is_zero")]
    pub allowed_body_lines: usize,
    /// How often guards held it back, by the reason (see [`Blocked::reason`]).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub blocked: BTreeMap<String, usize>,
    /// Whether it is `on` or on `trial`.
    #[serde(default)]
    pub status: String,
    /// The languages that it applies to; empty for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<String>,
    /// Microseconds per document, if that was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub micros: Option<f64>,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// A place where a guard held a rule back.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Blocked {
    /// The rule.
    pub rule: String,
    /// The reason as one word: see `spared` in the JSON of a document.
    pub reason: String,
    /// The document and the number of the line.
    pub place: String,
    /// The text of the line.
    pub text: String,
    /// The reason in words, in Chinese.
    pub zh: String,
    /// The reason in words, in English.
    pub en: String,
}

/// The counts of one document.
#[derive(Clone, Debug, Default)]
pub struct OfDocument {
    name: String,
    rules: BTreeMap<String, StatsOfRule>,
    chars: u64,
    removed: u64,
    finder: (usize, u64),
    emptied: bool,
    blocked: Vec<Blocked>,
    language: Option<&'static str>,
}

/// The sums over a collection.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StatsTally {
    /// The number of documents.
    pub documents: usize,
    /// Characters, without spaces.
    pub chars: u64,
    /// Characters that were removed, without spaces.
    pub removed: u64,
    /// Lines that the body finder removed, and their characters.
    #[serde(default)]
    pub finder: (usize, u64),
    /// By full name: every rule that is not off.
    pub rules: BTreeMap<String, StatsOfRule>,
    /// The number of documents that were left unchanged because almost nothing would have been left of them.
    #[serde(default)]
    pub emptied_documents: usize,
    /// The names of the first of them, at most [`EMPTIED`].
    pub emptied: Vec<String>,
    /// Documents by language, as far as it is known.
    #[serde(default)]
    pub languages: BTreeMap<String, usize>,
    /// Places where guards held rules back, as many as [`add`](Self::add) keeps.
    #[serde(default)]
    pub blocked: Vec<Blocked>,
    /// Whether the counts come from a record of removals: then rules that removed nothing have no row,
    /// and nothing is known about rules on trial.
    #[serde(skip)]
    pub only_hits: bool,
}

/// A rule that matches much more or less often than in an earlier run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Jump {
    /// The rule.
    pub rule: String,
    /// Hits per thousand documents in the earlier run; `None` if the rule did not exist.
    pub before: Option<f64>,
    /// Hits per thousand documents now; `None` if the rule does not exist any more.
    pub now: Option<f64>,
}

/// A jump needs at least this many hits per thousand documents (`ENOUGH`) and hits in total (`HITS`) in the
/// run with the higher rate, and a rate at least `TIMES` as high as that of the other run.
const ENOUGH: f64 = 5.0;
const HITS: usize = 3;
const TIMES: f64 = 2.0;

/// How many names of emptied documents are kept.
pub const EMPTIED: usize = 1_000;

/// A language with fewer documents per thousand than this counts as absent from the collection: so many
/// may be wrong guesses.
const PRESENT: usize = 10;

impl OfDocument {
    /// Counts a document. `gold` is its body, if known; `place` gives the place of a line (from 0) as
    /// text.
    pub fn new(
        name: &str,
        document: &Document<'_>,
        rules: &RuleSet,
        outcome: &Outcome,
        gold: Option<&str>,
        place: impl Fn(usize) -> String,
    ) -> Self {
        let text = document.text();
        let language = document.language();
        let mut of = Self { name: name.to_string(), chars: visible(text), language, ..Self::default() };
        let body: BTreeSet<String> =
            gold.into_iter().flat_map(str::lines).map(fold).filter(|line| !line.trim().is_empty()).collect();
        for removal in &outcome.removals {
            let taken = &text[removal.span.range()];
            let chars = visible(taken);
            of.removed += chars;
            let lines = taken.lines().filter(|line| !line.trim().is_empty());
            match removal.cause {
                Cause::Rule { rule, .. } => {
                    let row = of.rules.entry(rules.rule(rule).full_name()).or_default();
                    row.documents = 1;
                    row.chars += chars;
                    for line in lines {
                        row.lines += 1;
                        row.body_lines += usize::from(body.contains(&fold(line)));
                    }
                }
                Cause::Finder { .. } => {
                    of.finder.0 += lines.count();
                    of.finder.1 += chars;
                }
                Cause::Seam => {}
            }
        }
        of.emptied = outcome.warnings.contains(&Warning::WouldBeEmpty);
        for spared in &outcome.spared {
            let name = rules.rule(spared.rule).full_name();
            let row = of.rules.entry(name.clone()).or_default();
            if spared.reason == SparedReason::Trial {
                row.trial_documents = 1;
                row.trial_lines += 1;
                continue;
            }
            let reason = reason_name(&spared.reason).to_string();
            *row.blocked.entry(reason.clone()).or_default() += 1;
            let line = document.line_of(spared.span.start);
            let said = dehusk_engine::explain::spared(rules, spared);
            let text = document.line_text(line).to_string();
            of.blocked.push(Blocked { rule: name, reason, place: place(line), text, zh: said.zh, en: said.en });
        }
        of
    }

    /// The number of lines of a known body that each rule removed, by full name.
    pub fn of_body(document: &Document<'_>, rules: &RuleSet, outcome: &Outcome) -> BTreeMap<String, usize> {
        let mut lost = BTreeMap::new();
        for removal in &outcome.removals {
            if let Cause::Rule { rule, .. } = removal.cause {
                let taken = &document.text()[removal.span.range()];
                let lines = taken.lines().filter(|line| !line.trim().is_empty()).count();
                *lost.entry(rules.rule(rule).full_name()).or_default() += lines;
            }
        }
        lost
    }
}

impl StatsTally {
    /// An empty tally, with a row for every rule that removes and is not off.
    pub fn new(rules: &RuleSet) -> Self {
        let acting = rules.rules.iter().filter(|rule| rule.status != Status::Off);
        let removing = acting.filter(|rule| rule.action != dehusk_rules::Action::Keep);
        let row = |rule: &Rule| StatsOfRule {
            status: if rule.status == Status::Trial { "trial" } else { "on" }.to_string(),
            languages: rule.languages.clone(),
            ..StatsOfRule::default()
        };
        Self { rules: removing.map(|rule| (rule.full_name(), row(rule))).collect(), ..Self::default() }
    }

    /// Adds a document. At most `most` places where guards held rules back are kept.
    pub fn add(&mut self, of: OfDocument, most: usize) {
        self.documents += 1;
        self.chars += of.chars;
        self.removed += of.removed;
        self.finder.0 += of.finder.0;
        self.finder.1 += of.finder.1;
        if let Some(language) = of.language {
            *self.languages.entry(language.to_string()).or_default() += 1;
        }
        if of.emptied {
            self.emptied_documents += 1;
            if self.emptied.len() < EMPTIED {
                self.emptied.push(of.name);
            }
        }
        self.add_rules(of.rules);
        let room = most.saturating_sub(self.blocked.len());
        self.blocked.extend(of.blocked.into_iter().take(room));
    }

    /// Adds the sums of another part of the collection.
    pub fn merge(&mut self, other: Self) {
        self.documents += other.documents;
        self.chars += other.chars;
        self.removed += other.removed;
        self.finder.0 += other.finder.0;
        self.finder.1 += other.finder.1;
        self.emptied_documents += other.emptied_documents;
        self.emptied.extend(other.emptied);
        self.emptied.truncate(EMPTIED);
        for (language, documents) in other.languages {
            *self.languages.entry(language).or_default() += documents;
        }
        self.blocked.extend(other.blocked);
        self.add_rules(other.rules);
    }

    fn add_rules(&mut self, rules: BTreeMap<String, StatsOfRule>) {
        for (name, one) in rules {
            let row = self.rules.entry(name).or_default();
            row.documents += one.documents;
            row.lines += one.lines;
            row.chars += one.chars;
            row.trial_documents += one.trial_documents;
            row.trial_lines += one.trial_lines;
            row.body_lines += one.body_lines;
            row.allowed_body_lines += one.allowed_body_lines;
            for (reason, count) in one.blocked {
                *row.blocked.entry(reason).or_default() += count;
            }
        }
    }

    /// Adds the result of [`OfDocument::of_body`].
    pub fn add_body_loss(&mut self, lost: BTreeMap<String, usize>, rules: &RuleSet) {
        for (name, lines) in lost {
            let rule = rules.rules.iter().find(|rule| rule.full_name() == name);
            let is_allowed = rule.is_some_and(|rule| rule.allow.iter().any(|one| one == "removes-known-body"));
            let row = self.rules.entry(name).or_default();
            row.body_lines += lines;
            row.allowed_body_lines += if is_allowed { lines } else { 0 };
        }
    }

    /// Rules that removed nothing, also not on trial, although the collection has documents in one of their
    /// languages.
    pub fn never_hit(&self) -> impl Iterator<Item = &str> {
        self.never().filter(|(_, row)| self.has_language_of(row)).map(|(name, _)| name)
    }

    /// The number of rules that removed nothing because the collection has no document in their languages, by
    /// these languages.
    pub fn without_language(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for (_, row) in self.never().filter(|(_, row)| !self.has_language_of(row)) {
            *counts.entry(row.languages.join(" ")).or_default() += 1;
        }
        counts
    }

    fn never(&self) -> impl Iterator<Item = (&str, &StatsOfRule)> {
        let never = |row: &StatsOfRule| row.documents == 0 && row.trial_documents == 0;
        self.rules.iter().filter(move |(_, row)| never(row)).map(|(name, row)| (name.as_str(), row))
    }

    fn has_language_of(&self, row: &StatsOfRule) -> bool {
        let present = |wanted: &String| {
            let documents = self.languages.get(wanted).copied().unwrap_or(0);
            documents > 0 && documents * 1000 >= self.documents * PRESENT
        };
        row.languages.is_empty() || row.languages.iter().any(present)
    }

    /// Rules that match at least twice, or at most half, as many documents per thousand as in the earlier run
    /// `before`, if they have enough hits; new and deleted rules with enough hits, too.
    pub fn jumps(&self, before: &Self) -> Vec<Jump> {
        let hits = |tally: &Self, name: &str| tally.rules.get(name).map(|row| row.documents + row.trial_documents);
        // A record of removals has no rows for rules that were on trial or removed nothing.
        let is_known = |name: &&String| {
            !before.only_hits
                || before.rules.contains_key(*name)
                || self.rules.get(*name).is_some_and(|row| row.status != "trial")
        };
        let names: BTreeSet<&String> = self.rules.keys().chain(before.rules.keys()).filter(is_known).collect();
        let no_row = before.only_hits.then_some(0);
        let jump = |name: &String| {
            let (then, now) = (hits(before, name).or(no_row), hits(self, name));
            let rate = |hits: Option<usize>, tally: &Self| {
                hits.map(|hits| 1000.0 * hits as f64 / tally.documents.max(1) as f64)
            };
            let (old, new) = (rate(then, before), rate(now, self));
            let (a, b) = (old.unwrap_or(0.0), new.unwrap_or(0.0));
            let most = if a > b { then } else { now };
            let far = a.max(b) >= TIMES * a.min(b) && a.max(b) >= ENOUGH && most.unwrap_or(0) >= HITS;
            far.then(|| Jump { rule: name.clone(), before: old, now: new })
        };
        names.into_iter().filter_map(jump).collect()
    }
}

fn visible(text: &str) -> u64 {
    text.chars().filter(|c| !c.is_whitespace()).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(documents: usize, hits: &[(&str, usize)]) -> StatsTally {
        let row = |hits| StatsOfRule { documents: hits, ..StatsOfRule::default() };
        let rules = hits.iter().map(|&(name, hits)| (name.to_string(), row(hits))).collect();
        StatsTally { documents, rules, ..StatsTally::default() }
    }

    #[test]
    fn parts_in_any_order_make_the_same_sums() {
        let parts = [tally(3, &[("a", 1), ("b", 2)]), tally(5, &[("b", 1)]), tally(2, &[("c", 4)])];
        let sum = |order: [usize; 3]| {
            let mut all = StatsTally::default();
            order.into_iter().for_each(|i| all.merge(parts[i].clone()));
            all
        };
        assert_eq!(sum([0, 1, 2]), sum([2, 1, 0]));
        assert_eq!((sum([0, 1, 2]).documents, sum([1, 0, 2]).rules["b"].documents), (10, 3));
    }

    #[test]
    fn jumps_are_large_and_frequent() {
        let before = tally(1000, &[("same", 50), ("up", 10), ("down", 40), ("rare", 1), ("gone", 9)]);
        let now = tally(100, &[("same", 6), ("up", 3), ("down", 1), ("rare", 0), ("new", 4)]);
        let names: Vec<String> = now.jumps(&before).into_iter().map(|jump| jump.rule).collect();
        assert_eq!(names, ["down", "gone", "new", "up"]);
    }

    #[test]
    fn a_record_of_removals_knows_only_what_went() {
        let before = StatsTally { only_hits: true, ..tally(1000, &[("down", 40), ("gone", 9)]) };
        let mut now = tally(1000, &[("down", 1), ("up", 8), ("idle", 0)]);
        let trial = StatsOfRule { trial_documents: 90, status: "trial".into(), ..StatsOfRule::default() };
        now.rules.insert("on trial".into(), trial);
        let jumps: Vec<_> = now.jumps(&before).into_iter().map(|jump| (jump.rule, jump.before, jump.now)).collect();
        let expected = [("down", Some(40.0), Some(1.0)), ("gone", Some(9.0), None), ("up", Some(0.0), Some(8.0))];
        assert_eq!(jumps, expected.map(|(rule, then, now)| (rule.to_string(), then, now)));
    }
}
