//! [`Tally`] and [`Summary`]: the counts of a run.
//!
//! Workers count in a [`Tally`], which is indexed by rule; the result of a finished file is a
//! [`Summary`] with the names of rules. The sum of summaries does not depend on their order, so a
//! run that was stopped and resumed reports the same counts as an uninterrupted one.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

use super::change::{Change, Why};
use super::record::Decided;
use dehusk_engine::{Cause, Warning};
use dehusk_rules::{RuleId, RuleSet};

/// Most failures that a summary lists; the others are only counted.
pub const FAILURES: usize = 1000;

/// The counts of a file, or of several.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Summary {
    /// Finished files.
    pub files: u64,
    /// Files whose result differs from the input.
    pub files_changed: u64,
    /// Files in folders that are not text. They have no result.
    pub left_out: u64,
    /// Documents that were cleaned.
    pub documents: u64,
    /// Documents that were treated as whole pages.
    pub pages: u64,
    /// Documents from which something was removed, or that were repaired.
    pub changed: u64,
    /// Records that could not be read or cleaned.
    pub failed: u64,
    /// Answers of servers that are no pages: redirects, errors, pages without a byte.
    pub no_pages: u64,
    /// Documents that were left unchanged because the rules would have removed almost everything.
    pub emptied: u64,
    /// The size of the input texts, in bytes of UTF-8.
    pub bytes_in: u64,
    /// The size of the results, in bytes of UTF-8.
    pub bytes_out: u64,
    /// What was removed, by category; `finder`, `seam` and `repair` for what no rule removed.
    pub categories: BTreeMap<String, Count>,
    /// What was removed or repaired, by the full name of the rule or repair.
    pub rules: BTreeMap<String, Count>,
    /// The first records that failed, at most [`FAILURES`].
    pub failures: Vec<Failure>,
    /// How many more failed.
    pub failures_beyond: u64,
}

/// How much one rule or category removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// The number of stretches.
    pub times: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// A record that could not be read or cleaned.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The file.
    pub file: String,
    /// The number of the record in it, from 1; `None` for the file as a whole.
    pub record: Option<u64>,
    /// The byte offset, from 0, at which it begins in the unpacked file.
    pub offset: Option<u64>,
    /// What was wrong, in the language of the run.
    pub reason: String,
}

/// Counts by the index of a rule instead of its name, so that adding is cheap.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// By the number of a rule, as far as rules were counted.
    rules: Vec<Count>,
    /// By the number of a repair.
    repairs: Vec<Count>,
    /// What the body finder took.
    finder: Count,
    /// Blank lines that went with their neighbours.
    seams: Count,
    /// The rules of single sites.
    of_sites: BTreeMap<RuleId, Count>,
    /// Everything that is not counted by rule.
    plain: Summary,
}

impl Tally {
    /// Counts a document and its changes.
    pub fn document(&mut self, decided: &Decided<'_>, changes: &[Change<'_>]) {
        let mut bytes_out = decided.original.len();
        for one in changes {
            bytes_out = bytes_out + one.instead.len() - one.span.len();
            let count = match one.why {
                Why::Removed(Cause::Rule { rule, .. }) if rule.in_site().is_some() => {
                    self.of_sites.entry(rule).or_default()
                }
                Why::Removed(Cause::Rule { rule, .. }) => at(&mut self.rules, rule.0 as usize),
                Why::Repaired(repair) => at(&mut self.repairs, repair),
                Why::Removed(Cause::Finder { .. }) => &mut self.finder,
                Why::Removed(Cause::Seam) => &mut self.seams,
            };
            *count += Count { times: 1, bytes: one.span.len() as u64 };
        }
        self.plain.documents += 1;
        self.plain.pages += u64::from(decided.outcome.input == dehusk_engine::Input::Page);
        self.plain.changed += u64::from(!changes.is_empty());
        self.plain.emptied += u64::from(decided.outcome.warnings.contains(&Warning::WouldBeEmpty));
        self.plain.bytes_in += decided.original.len() as u64;
        self.plain.bytes_out += bytes_out as u64;
    }

    /// Counts a record that failed.
    pub fn failure(&mut self, failure: Failure) {
        self.plain.failed += 1;
        if self.plain.failures.len() < FAILURES {
            self.plain.failures.push(failure);
        } else {
            self.plain.failures_beyond += 1;
        }
    }

    /// Counts the answer of a server that is no page.
    pub fn no_page(&mut self) {
        self.plain.no_pages += 1;
    }

    /// The number of such answers.
    pub fn no_pages(&self) -> u64 {
        self.plain.no_pages
    }

    /// Counts a finished file.
    pub fn file(&mut self, changed: bool) {
        self.plain.files += 1;
        self.plain.files_changed += u64::from(changed);
    }

    /// Counts a file in a folder that is not text.
    pub fn left_out(&mut self) {
        self.plain.files += 1;
        self.plain.left_out += 1;
    }

    /// The number of documents.
    pub fn documents(&self) -> u64 {
        self.plain.documents
    }

    /// The number of failed records.
    pub fn failed(&self) -> u64 {
        self.plain.failed
    }

    /// Adds the counts of another tally of the same rules.
    pub fn add(&mut self, other: &Tally) {
        for (counts, more) in [(&mut self.rules, &other.rules), (&mut self.repairs, &other.repairs)] {
            for (number, more) in more.iter().enumerate() {
                *at(counts, number) += *more;
            }
        }
        self.finder += other.finder;
        self.seams += other.seams;
        for (&rule, &count) in &other.of_sites {
            *self.of_sites.entry(rule).or_default() += count;
        }
        self.plain += &other.plain;
    }

    /// The counts by the names of `rules`, which must be the rules that were counted; without them only the counts that
    /// need no names.
    pub fn summary(&self, rules: Option<&RuleSet>) -> Summary {
        let mut summary = self.plain.clone();
        let Some(rules) = rules else { return summary };
        let of_rules = self.rules.iter().zip(&rules.rules);
        let of_rules = of_rules.map(|(count, rule)| (count, rule.category.name(), Some(rule.full_name())));
        let of_repairs = self.repairs.iter().zip(&rules.repairs);
        let of_repairs = of_repairs.map(|(count, repair)| (count, "repair", Some(repair.full_name())));
        let others = [(&self.finder, "finder", None), (&self.seams, "seam", None)];
        for (count, category, name) in of_rules.chain(of_repairs).chain(others).filter(|(count, ..)| count.times > 0) {
            *summary.categories.entry(category.to_owned()).or_default() += *count;
            if let Some(name) = name {
                *summary.rules.entry(name).or_default() += *count;
            }
        }
        for (&rule, &count) in &self.of_sites {
            let rule = rules.rule(rule);
            *summary.categories.entry(rule.category.name().to_owned()).or_default() += count;
            *summary.rules.entry(rule.full_name()).or_default() += count;
        }
        summary
    }
}

/// The count of this number; the counts grow as far as it needs.
fn at(counts: &mut Vec<Count>, number: usize) -> &mut Count {
    if counts.len() <= number {
        counts.resize(number + 1, Count::default());
    }
    &mut counts[number]
}

/// The sum of the summaries of a run. It does not depend on the order in which they are added.
#[derive(Clone, Debug, Default)]
pub struct Sums {
    total: Summary,
    /// The first failures, by the number of their part.
    failures: BTreeMap<usize, Vec<Failure>>,
    /// How many failures are in `failures`.
    kept: usize,
}

impl Sums {
    /// Adds the summary of part number `part`, of which each is added once.
    pub fn add(&mut self, part: usize, mut summary: Summary) {
        let failures = std::mem::take(&mut summary.failures);
        self.total += &summary;
        self.kept += failures.len();
        self.failures.entry(part).or_default().extend(failures);
        // The failures of the last parts are dropped, and only counted, while the others alone reach the limit.
        while let Some(last) = self.failures.last_entry().filter(|last| self.kept - last.get().len() >= FAILURES) {
            let removed = last.remove().len();
            self.kept -= removed;
            self.total.failures_beyond += removed as u64;
        }
    }

    /// The number of documents so far.
    pub fn documents(&self) -> u64 {
        self.total.documents
    }

    /// The sum, with its failures in the order of the parts.
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
        self.left_out += more.left_out;
        self.documents += more.documents;
        self.pages += more.pages;
        self.changed += more.changed;
        self.failed += more.failed;
        self.no_pages += more.no_pages;
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
    fn failures_beyond_a_number_are_counted() {
        let mut tally = Tally::default();
        (0..FAILURES + 7).for_each(|n| tally.failure(Failure { record: Some(n as u64), ..Failure::default() }));
        let Summary { failed, failures, failures_beyond, .. } = tally.summary(None);
        assert_eq!((failed, failures.len(), failures_beyond), (FAILURES as u64 + 7, FAILURES, 7));
    }

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
