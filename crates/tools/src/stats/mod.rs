//! What the rules do over a collection: hits, lines, shares, what guards held back.
//!
//! One document gives an [`OfDocument`], made on any thread; a [`StatsTally`] adds them up in the order of
//! the collection, so that the result is the same whatever the threads do. Tallies can be added too.
//! Rules are known by name, so that two runs, with rules that have changed between them, can be
//! [compared](StatsTally::jumps).
//!
//! Where it can be fooled: where several rules take a line, only the one that the engine names counts.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use dehusk_engine::explain::reason_name;
use dehusk_engine::{Cause, Outcome, SparedReason, Warning};
use dehusk_rules::{Rule, RuleSet, Status};
use dehusk_text::{Document, fold};

/// What one rule did.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StatsOfRule {
    /// Documents in which it took something.
    pub documents: usize,
    /// Lines that it took, or took words of; blank lines do not count.
    pub lines: usize,
    /// Characters that it took, spaces not counted.
    pub chars: u64,
    /// Documents in which it would have, were it not on trial.
    pub trial_documents: usize,
    /// Lines that it would have taken as said.
    pub trial_lines: usize,
    /// Lines of known bodies that it took.
    pub body_lines: usize,
    /// How often guards held it back, by reason.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub blocked: BTreeMap<String, usize>,
    /// Whether it is `on` or on `trial`.
    #[serde(default)]
    pub status: String,
    /// The languages that it is for; none for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<String>,
    /// Microseconds for a document, where that was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub micros: Option<f64>,
}

/// A place where a guard held a rule back.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Blocked {
    /// The rule.
    pub rule: String,
    /// Why, in a word: see `spared` in the JSON of a document.
    pub reason: String,
    /// The document and the line.
    pub place: String,
    /// The line.
    pub text: String,
    /// Why, in words.
    pub zh: String,
    /// The same in English.
    pub en: String,
}

/// What happened to one document.
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

/// Sums over a collection.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StatsTally {
    /// Documents.
    pub documents: usize,
    /// Characters that are not space.
    pub chars: u64,
    /// Those of them that went.
    pub removed: u64,
    /// Lines that the body finder took, and their characters.
    #[serde(default)]
    pub finder: (usize, u64),
    /// By full name: every rule that is not off.
    pub rules: BTreeMap<String, StatsOfRule>,
    /// Documents that passed unchanged because almost nothing would have been left: how many.
    #[serde(default)]
    pub emptied_documents: usize,
    /// The first of them, no more than [`EMPTIED`].
    pub emptied: Vec<String>,
    /// Documents by language, as far as it is known.
    #[serde(default)]
    pub languages: BTreeMap<String, usize>,
    /// Where guards held rules back.
    #[serde(default)]
    pub blocked: Vec<Blocked>,
    /// It was counted from what went, by a record of removals: rules that took nothing have no row,
    /// and of rules on trial nothing is known.
    #[serde(skip)]
    pub only_hits: bool,
}

/// A rule that does something else than in an earlier run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Jump {
    /// The rule.
    pub rule: String,
    /// Hits in a thousand documents, then and now; `None` if the rule was not there.
    pub before: Option<f64>,
    /// The same, now.
    pub now: Option<f64>,
}

/// Hits in a thousand documents, and hits in all, that a rule must have for a jump to mean something,
/// and how many times as many or as few make one.
const ENOUGH: f64 = 5.0;
const HITS: usize = 3;
const TIMES: f64 = 2.0;

/// Names of documents without a body that are remembered.
pub const EMPTIED: usize = 1_000;

/// Of a language with fewer documents in a thousand than this there is nothing in the collection: a
/// guess goes wrong as often.
const PRESENT: usize = 10;

impl OfDocument {
    /// What happened to a document. `gold` is its body, where that is known; `place` says where a line
    /// (from 0) stands.
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

    /// Lines of a known body that went, as loss of the rules that took them and nothing else.
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
    /// Nothing yet; a row for every rule that is not off.
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

    /// Adds a document. Of places where guards held rules back no more than `most` are kept.
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

    /// Adds what another part of the collection came to.
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
            for (reason, count) in one.blocked {
                *row.blocked.entry(reason).or_default() += count;
            }
        }
    }

    /// Adds lines of known bodies that went.
    pub fn add_body_loss(&mut self, lost: BTreeMap<String, usize>) {
        for (rule, lines) in lost {
            self.rules.entry(rule).or_default().body_lines += lines;
        }
    }

    /// Rules that took nothing, and would have taken nothing, though the collection has documents in a
    /// language that they are for.
    pub fn never_hit(&self) -> impl Iterator<Item = &str> {
        self.never().filter(|(_, row)| self.has_language_of(row)).map(|(name, _)| name)
    }

    /// How many rules could take nothing, by the languages that they are for: the collection has none.
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

    /// Rules that hit at least twice, or at most half, as many documents in a thousand as in an earlier
    /// run, if that is many enough to mean something; new ones with hits, and gone ones that had some.
    pub fn jumps(&self, before: &Self) -> Vec<Jump> {
        let hits = |tally: &Self, name: &str| tally.rules.get(name).map(|row| row.documents + row.trial_documents);
        // A record of removals says nothing of a rule that was on trial then, or took nothing.
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
