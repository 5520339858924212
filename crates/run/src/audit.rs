//! [`Audit`]: a summary of a record of removals, for people who must check what was removed.
//!
//! It has counts by category, rule and host, and examples for each rule. The examples come from all parts of
//! the record and are the same on every reading. Memory grows with the number of rules and hosts (at most [`HOSTS`]).

use std::collections::BTreeMap;

use serde::Serialize;

use super::record::{Kind, Row};
use super::tally::Count;

/// Examples that are kept for each rule.
const EXAMPLES: usize = 5;
/// Most hosts that are counted separately; those that come later are counted together.
const HOSTS: usize = 100_000;

/// The counts of a record of removals.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Audit {
    /// The number of files.
    pub files: u64,
    /// The number of documents in these files.
    pub documents: u64,
    /// The number of documents that were changed.
    pub changed: u64,
    /// What was removed, by category; `finder`, `seam` and `repair` for what no rule removed.
    pub categories: BTreeMap<String, Count>,
    /// The same by the full name of the rule or repair.
    pub rules: BTreeMap<String, AuditOfRule>,
    /// The same by host.
    pub hosts: BTreeMap<String, Count>,
    /// The same for all hosts beyond the first 100,000.
    pub other_hosts: Count,
    /// The checksums of the rule sets that were used, without duplicates.
    pub rule_sets: Vec<String>,
    /// The document (file and record) of the last row.
    #[serde(skip)]
    last: (String, Option<u64>),
}

/// What one rule removed.
#[derive(Clone, Debug, Default, Serialize)]
pub struct AuditOfRule {
    /// Its category.
    pub category: String,
    /// How much it removed.
    pub count: Count,
    /// From how many documents.
    pub documents: u64,
    /// At most five removed stretches.
    pub examples: Vec<AuditExample>,
    #[serde(skip)]
    last: (String, Option<u64>),
}

/// A removed stretch and its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AuditExample {
    /// The file.
    pub file: String,
    /// The record in it, from 1.
    pub record: Option<u64>,
    /// The id that the record has itself.
    pub id: Option<String>,
    /// The removed text.
    pub text: String,
}

impl Audit {
    /// Adds the next row of the record.
    pub fn add(&mut self, row: &Row<'_>) {
        if let Some(rules) = row.rules.as_deref()
            && !self.rule_sets.iter().any(|known| known == rules)
        {
            self.rule_sets.push(rules.to_owned());
        }
        if row.kind == Kind::File {
            self.files += 1;
            self.documents += row.documents.unwrap_or_default();
            return;
        }
        let bytes = row.bytes_end.unwrap_or_default().saturating_sub(row.bytes_start.unwrap_or_default());
        let one = Count { times: 1, bytes };
        self.changed += u64::from(is_new(&mut self.last, row));
        let category = row.category.as_deref().unwrap_or(row.kind.name());
        *entry(&mut self.categories, category) += one;
        if let Some(host) = row.host.as_deref() {
            if self.hosts.len() < HOSTS || self.hosts.contains_key(host) {
                *entry(&mut self.hosts, host) += one;
            } else {
                self.other_hosts += one;
            }
        }
        let Some(name) = row.rule.as_deref() else { return };
        let rule = entry(&mut self.rules, name);
        if rule.category.is_empty() {
            rule.category = category.to_owned();
        }
        rule.count += one;
        rule.documents += u64::from(is_new(&mut rule.last, row));
        // The first five rows, then rows number 8, 16, 32 …, which replace the examples in turn: so examples come from
        // all parts of the record, without chance.
        let slot = match rule.count.times as usize {
            n if n <= EXAMPLES => Some(n - 1),
            n if n.is_power_of_two() => Some(n.ilog2() as usize % EXAMPLES),
            _ => None,
        };
        if let Some(slot) = slot {
            let example = AuditExample {
                file: row.file.clone().into_owned(),
                record: row.record,
                id: row.id.as_deref().map(str::to_owned),
                text: row.text.as_deref().unwrap_or_default().to_owned(),
            };
            match rule.examples.get_mut(slot) {
                Some(old) => *old = example,
                None => rule.examples.push(example),
            }
        }
    }
}

/// Whether the row belongs to another document than `last`, which is then updated.
fn is_new(last: &mut (String, Option<u64>), row: &Row<'_>) -> bool {
    let new = last.0 != *row.file || last.1 != row.record;
    if new {
        *last = (row.file.clone().into_owned(), row.record);
    }
    new
}

fn entry<'m, V: Default>(map: &'m mut BTreeMap<String, V>, name: &str) -> &'m mut V {
    if !map.contains_key(name) {
        map.insert(name.to_owned(), V::default());
    }
    map.get_mut(name).expect("it was put there")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_by_document_rule_and_host() {
        let mut audit = Audit::default();
        for i in 0..100u64 {
            for part in 0..2 {
                audit.add(&Row {
                    kind: Kind::Rule,
                    file: "a.jsonl".into(),
                    record: Some(i),
                    host: Some(format!("{}.example", i % 3).into()),
                    rule: Some("nav › next".into()),
                    category: Some("nav".into()),
                    bytes_start: Some(part * 10),
                    bytes_end: Some(part * 10 + 4),
                    text: Some(format!("Next {i}").into()),
                    ..Row::default()
                });
            }
        }
        audit.add(&Row { kind: Kind::File, file: "a.jsonl".into(), documents: Some(120), ..Row::default() });
        assert_eq!((audit.files, audit.documents, audit.changed), (1, 120, 100));
        let rule = &audit.rules["nav › next"];
        assert_eq!((rule.documents, rule.count), (100, Count { times: 200, bytes: 800 }));
        assert_eq!(audit.categories["nav"], rule.count);
        assert_eq!(audit.hosts.len(), 3);
        let records: Vec<_> = rule.examples.iter().map(|e| e.record.unwrap()).collect();
        assert!(records.len() == EXAMPLES && records.iter().any(|&r| r > 50), "{records:?}");
    }
}
