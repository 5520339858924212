//! [`Tally`] and [`Summary`]: what a run did, in numbers.
//!
//! Workers count in a [`Tally`], by the places of rules; what is kept of a finished file is a
//! [`Summary`], by their names. Summaries are added up in any order and come to the same, so that
//! a run which was stopped and resumed tells what an uninterrupted one tells.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

use super::change::{Change, Why};
use super::record::Decided;
use dehusk_engine::{Cause, Warning};
use dehusk_rules::RuleSet;

/// Most failures that a summary names; those beyond are counted.
pub const FAILURES: usize = 1000;

/// What some documents came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Summary {
    /// Files that were done.
    pub files: u64,
    /// Those of which the result is not what came in.
    pub files_changed: u64,
    /// Documents whose text was taken.
    pub documents: u64,
    /// Those that were taken for whole pages.
    pub pages: u64,
    /// Those of which something went or was repaired.
    pub changed: u64,
    /// Records whose text could not be taken.
    pub failed: u64,
    /// Documents that passed unchanged because the rules would have left almost nothing.
    pub emptied: u64,
    /// The texts, in bytes of UTF-8.
    pub bytes_in: u64,
    /// What is left of them.
    pub bytes_out: u64,
    /// What went, by category; `finder`, `seam` and `repair` for what no rule took.
    pub categories: BTreeMap<String, Count>,
    /// What went, by rule and by repair.
    pub rules: BTreeMap<String, Count>,
    /// The first records that could not be taken.
    pub failures: Vec<Failure>,
    /// How many more there are.
    pub failures_beyond: u64,
}

/// How much one rule or category took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// Stretches.
    pub times: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// A record that could not be taken.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The file.
    pub file: String,
    /// The number of the record in it, from 1; `None` for the file as a whole.
    pub record: Option<u64>,
    /// Where it begins in the unpacked file, in bytes from 0.
    pub offset: Option<u64>,
    /// What was wrong, in the language of the run.
    pub reason: String,
}

/// Counts by the places of rules: no names, so that adding is cheap.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    counts: Vec<Count>,
    plain: Summary,
}

impl Tally {
    /// Counts a document.
    pub fn document(&mut self, decided: &Decided<'_>, changes: &[Change<'_>]) {
        let rules = decided.rules;
        let (finder, seam) = (rules.rules.len() + rules.repairs.len(), rules.rules.len() + rules.repairs.len() + 1);
        self.counts.resize(seam + 1, Count::default());
        let mut bytes_out = decided.original.len();
        for one in changes {
            bytes_out = bytes_out + one.instead.len() - one.span.len();
            let place = match one.why {
                Why::Removed(Cause::Rule { rule, .. }) => rule.0 as usize,
                Why::Repaired(repair) => rules.rules.len() + repair,
                Why::Removed(Cause::Finder { .. }) => finder,
                Why::Removed(Cause::Seam) => seam,
            };
            self.counts[place] += Count { times: 1, bytes: one.span.len() as u64 };
        }
        self.plain.documents += 1;
        self.plain.pages += u64::from(decided.outcome.input == dehusk_engine::Input::Page);
        self.plain.changed += u64::from(!changes.is_empty());
        self.plain.emptied += u64::from(decided.outcome.warnings.contains(&Warning::WouldBeEmpty));
        self.plain.bytes_in += decided.original.len() as u64;
        self.plain.bytes_out += bytes_out as u64;
    }

    /// Counts a record that could not be taken.
    pub fn failure(&mut self, failure: Failure) {
        self.plain.failed += 1;
        self.plain.failures.push(failure);
    }

    /// Counts a file that was done.
    pub fn file(&mut self, changed: bool) {
        self.plain.files += 1;
        self.plain.files_changed += u64::from(changed);
    }

    /// How many documents were counted.
    pub fn documents(&self) -> u64 {
        self.plain.documents
    }

    /// How many records could not be taken.
    pub fn failed(&self) -> u64 {
        self.plain.failed
    }

    /// Adds what another one counted with the same rules.
    pub fn add(&mut self, other: &Tally) {
        self.counts.resize(self.counts.len().max(other.counts.len()), Count::default());
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count += *more;
        }
        self.plain += &other.plain;
    }

    /// The same with names.
    pub fn summary(&self, rules: &RuleSet) -> Summary {
        let mut summary = self.plain.clone();
        let (first_repair, finder) = (rules.rules.len(), rules.rules.len() + rules.repairs.len());
        for (place, count) in self.counts.iter().enumerate().filter(|(_, count)| count.times > 0) {
            let (category, name) = match place {
                _ if place < first_repair => (rules.rules[place].category.name(), Some(rules.rules[place].full_name())),
                _ if place < finder => ("repair", Some(rules.repairs[place - first_repair].full_name())),
                _ => (if place == finder { "finder" } else { "seam" }, None),
            };
            *summary.categories.entry(category.to_owned()).or_default() += *count;
            if let Some(name) = name {
                *summary.rules.entry(name).or_default() += *count;
            }
        }
        summary
    }
}

/// The sum of a run, which does not depend on the order in which parts of it are done.
#[derive(Clone, Debug, Default)]
pub struct Sums {
    total: Summary,
    /// The first failures, by the number of the part.
    failures: BTreeMap<usize, Vec<Failure>>,
    kept: usize,
}

impl Sums {
    /// Adds part number `part`.
    pub fn add(&mut self, part: usize, mut summary: Summary) {
        let failures = std::mem::take(&mut summary.failures);
        self.total += &summary;
        self.kept += failures.len();
        self.failures.entry(part).or_default().extend(failures);
        // What the first parts leave no room for is only counted.
        while let Some(last) = self.failures.last_entry().filter(|last| self.kept - last.get().len() >= FAILURES) {
            let removed = last.remove().len();
            self.kept -= removed;
            self.total.failures_beyond += removed as u64;
        }
    }

    /// How many documents there were.
    pub fn documents(&self) -> u64 {
        self.total.documents
    }

    /// The whole, its failures in the order of the parts.
    pub fn finish(mut self) -> Summary {
        self.total.failures = self.failures.into_values().flatten().collect();
        let beyond = self.total.failures.len().saturating_sub(FAILURES);
        self.total.failures.truncate(FAILURES);
        self.total.failures_beyond += beyond as u64;
        self.total
    }
}

impl AddAssign for Count {
    fn add_assign(&mut self, more: Self) {
        self.times += more.times;
        self.bytes += more.bytes;
    }
}

impl AddAssign<&Summary> for Summary {
    fn add_assign(&mut self, more: &Summary) {
        self.files += more.files;
        self.files_changed += more.files_changed;
        self.documents += more.documents;
        self.pages += more.pages;
        self.changed += more.changed;
        self.failed += more.failed;
        self.emptied += more.emptied;
        self.bytes_in += more.bytes_in;
        self.bytes_out += more.bytes_out;
        for (name, count) in &more.categories {
            *self.categories.entry(name.clone()).or_default() += *count;
        }
        for (name, count) in &more.rules {
            *self.rules.entry(name.clone()).or_default() += *count;
        }
        let room = FAILURES.saturating_sub(self.failures.len()).min(more.failures.len());
        self.failures.extend_from_slice(&more.failures[..room]);
        self.failures_beyond += more.failures_beyond + (more.failures.len() - room) as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_does_not_depend_on_the_order() {
        let part = |i: usize| {
            let failure = |n: usize| Failure { file: format!("{i}:{n}"), ..Failure::default() };
            let failures: Vec<Failure> = (0..(i * 37) % 400).map(failure).collect();
            Summary { documents: i as u64, failed: failures.len() as u64, failures, ..Summary::default() }
        };
        let sum = |order: &mut dyn Iterator<Item = usize>| {
            let mut sums = Sums::default();
            order.for_each(|i| sums.add(i, part(i)));
            sums.finish()
        };
        let whole = sum(&mut (0..20));
        assert_eq!(sum(&mut (0..20).rev()), whole);
        assert_eq!(sum(&mut (0..20).map(|i| i * 7 % 20)), whole);
        assert_eq!(whole.failures.len(), FAILURES);
        assert_eq!(whole.failed, whole.failures_beyond + FAILURES as u64);
        assert_eq!(whole.failures[0].file, "1:0");
    }
}
