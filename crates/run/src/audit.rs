//! [`Audit`]: what a record of removals holds, for whoever answers for what went.
//!
//! Counts by category, rule and host, with some of the stretches of each rule, chosen evenly from the
//! whole record and the same on every reading. Memory: rules, and at most [`HOSTS`] hosts.

use std::collections::BTreeMap;

use serde::Serialize;

use super::record::{Kind, Row};
use super::tally::Count;

/// Stretches that are kept of each rule.
const EXAMPLES: usize = 5;
/// Hosts that are counted by themselves; those that come later are counted together.
const HOSTS: usize = 100_000;

/// The sums of a record.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Audit {
    /// Files.
    pub files: u64,
    /// Documents in them.
    pub documents: u64,
    /// Documents of which something went.
    pub changed: u64,
    /// Stretches and their bytes, by category; `finder`, `seam` and `repair` for what no rule took.
    pub categories: BTreeMap<String, Count>,
    /// By rule and repair.
    pub rules: BTreeMap<String, AuditOfRule>,
    /// By host.
    pub hosts: BTreeMap<String, Count>,
    /// Of hosts that came when there was no more room.
    pub other_hosts: Count,
    /// Which rules there were: their checksums.
    pub rule_sets: Vec<String>,
    #[serde(skip)]
    last: (String, Option<u64>),
}

/// What one rule took.
#[derive(Clone, Debug, Default, Serialize)]
pub struct AuditOfRule {
    /// Its category.
    pub category: String,
    /// How much.
    pub count: Count,
    /// Documents.
    pub documents: u64,
    /// Some of it.
    pub examples: Vec<AuditExample>,
    #[serde(skip)]
    last: (String, Option<u64>),
}

/// A stretch that went, and where it stood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AuditExample {
    /// The file.
    pub file: String,
    /// The record in it, from 1.
    pub record: Option<u64>,
    /// What the record calls itself.
    pub id: Option<String>,
    /// The stretch.
    pub text: String,
}

impl Audit {
    /// Adds the next row.
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
        // The first, and then ever rarer ones over the oldest: from all parts, and never by chance.
        let place = match rule.count.times as usize {
            n if n <= EXAMPLES => Some(n - 1),
            n if n.is_power_of_two() => Some(n.ilog2() as usize % EXAMPLES),
            _ => None,
        };
        if let Some(place) = place {
            let example = AuditExample {
                file: row.file.clone().into_owned(),
                record: row.record,
                id: row.id.as_deref().map(str::to_owned),
                text: row.text.as_deref().unwrap_or_default().to_owned(),
            };
            match rule.examples.get_mut(place) {
                Some(old) => *old = example,
                None => rule.examples.push(example),
            }
        }
    }
}

/// Whether the row is of another document than the last one.
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
