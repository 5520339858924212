//! `dehusk stats --removed FILE`: summarises a record of removals, and compares it with another one.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Result, bail};
use dehusk::pipeline::{Audit, AuditExample, AuditOfRule, Count, Kind, Rows};
use dehusk::stats::{self, StatsTally};
use dehusk::{Lang, RuleSet};

use crate::ui::exit::ExitCode;
use crate::ui::lines::thousands;
use crate::ui::lines::{beginning, visible};
use crate::ui::messages::{reason, say};

/// How many rules and hosts are shown; `--json` writes all.
const SHOWN: usize = 20;

/// Reads the record and prints its sums, or how they differ from those of the record `compare`.
pub fn run(path: &Path, compare: Option<&Path>, json: bool, lang: Lang) -> Result<ExitCode> {
    let now = read(path, lang)?;
    let mut before = compare.map(|path| read(path, lang)).transpose()?;
    if let Some(before) = &mut before {
        let rules = dehusk::shipped_rules();
        before.rules = names_of_today(std::mem::take(&mut before.rules), &rules, |name| now.rules.contains_key(name));
    }
    let said = match (&before, json) {
        (None, true) => serde_json::to_string(&now)? + "\n",
        (Some(before), true) => serde_json::json!({ "before": before, "now": now }).to_string() + "\n",
        (None, false) => text(&now, lang),
        (Some(before), false) => changes(before, &now, lang),
    };
    let mut stdout = anstream::stdout().lock();
    stdout.write_all(said.as_bytes())?;
    stdout.flush()?;
    Ok(ExitCode::Fine)
}

/// Reads a record and sums it up.
pub fn read(path: &Path, lang: Lang) -> Result<Audit> {
    let place = path.display();
    let mut rows = Rows::open(path).map_err(|error| anyhow::anyhow!("{place}: {}", reason(lang, &error)))?;
    let mut audit = Audit::default();
    loop {
        match rows.next_row() {
            Ok(Some(row)) => audit.add(&row),
            Ok(None) => return Ok(audit),
            Err(error) => {
                let (line, why) = (rows.line(), reason(lang, &error));
                bail!(say!(
                    lang,
                    "{place}:{line}：不是 --removed 写出的记录，或者不完整（{why}）",
                    "{place}:{line}: no record that --removed wrote, or not all of it ({why})"
                ))
            }
        }
    }
}

/// Replaces old names of rules with their current names. Names for which `is_known` is true stay.
pub fn names_of_today<T>(
    counts: BTreeMap<String, T>,
    rules: &RuleSet,
    is_known: impl Fn(&str) -> bool,
) -> BTreeMap<String, T> {
    let today = |name: String| if is_known(&name) { name } else { rules.name_today(&name).unwrap_or(name) };
    counts.into_iter().map(|(name, count)| (today(name), count)).collect()
}

/// The hits of the rules in a record, in the form that is compared with those over a collection.
pub fn tally(audit: &Audit) -> StatsTally {
    let of_rule =
        |rule: &AuditOfRule| stats::StatsOfRule { documents: rule.documents as usize, ..stats::StatsOfRule::default() };
    // The counts over a collection do not include repairs.
    let rules = audit.rules.iter().filter(|(_, rule)| rule.category != Kind::Repair.name());
    StatsTally {
        documents: audit.documents as usize,
        rules: rules.map(|(name, rule)| (name.clone(), of_rule(rule))).collect(),
        only_hits: true,
        ..StatsTally::default()
    }
}

/// The differences between two records, by rule.
fn changes(before: &Audit, now: &Audit, lang: Lang) -> String {
    let mut out = String::new();
    let number = |n: u64| thousands(n as usize);
    let bytes = |audit: &Audit| audit.categories.values().map(|count| count.bytes).sum::<u64>();
    let mut sums = |zh: &str, en: &str, of: &dyn Fn(&Audit) -> u64| {
        let (then, now) = (number(of(before)), number(of(now)));
        let _ = writeln!(out, "{}", say!(lang, "{zh} {then} → {now}", "{en} {then} → {now}"));
    };
    sums("文章", "documents", &|audit| audit.documents);
    sums("删了内容的", "changed", &|audit| audit.changed);
    sums("删去的字节", "bytes gone", &bytes);

    // Removals of the finder and of blank lines have no rule; use their categories.
    let ruleless = [Kind::Finder.name(), Kind::Seam.name()];
    let of = |audit: &Audit, name: &str| {
        let mut rule = audit.rules.get(name).cloned().unwrap_or_default();
        if ruleless.contains(&name) {
            rule.count = audit.categories.get(name).copied().unwrap_or_default();
        }
        rule
    };
    let names = before.rules.keys().chain(now.rules.keys()).map(String::as_str).chain(ruleless);
    let mut rows: Vec<(&str, AuditOfRule, AuditOfRule)> = BTreeSet::from_iter(names)
        .into_iter()
        .map(|name| (name, of(before, name), of(now, name)))
        .filter(|(_, then, now)| (then.count, then.documents) != (now.count, now.documents))
        .collect();
    if rows.is_empty() {
        let text = say!(lang, "每条规则删的都一样多", "Each rule took as much in both");
        let _ = writeln!(out, "\n{text}");
        return out;
    }
    rows.sort_by_key(|(name, then, now)| (Reverse(then.count.bytes.abs_diff(now.count.bytes)), *name));
    let _ = writeln!(out, "\n{}", say!(lang, "按规则（字节、处）", "By rule (bytes, stretches)"));
    for (name, then, now) in rows.iter().take(SHOWN) {
        let arrow = |then: u64, now: u64| format!("{} → {}", number(then), number(now));
        let (bytes, times) = (arrow(then.count.bytes, now.count.bytes), arrow(then.count.times, now.count.times));
        let _ = writeln!(out, "  {bytes}  {times}  {}", visible(name));
        // Show examples that only the record with more bytes has.
        let (sign, more, less) = if now.count.bytes > then.count.bytes { ('+', now, then) } else { ('-', then, now) };
        let only = more.examples.iter().filter(|one| !less.examples.contains(one));
        examples(only, &format!("    {sign} "), &mut out);
    }
    more(rows.len(), lang, &mut out);
    out
}

fn examples<'e>(examples: impl Iterator<Item = &'e AuditExample>, indent: &str, out: &mut String) {
    for example in examples.take(3) {
        let record = example.record.map_or(String::new(), |record| format!(":{record}"));
        let text = beginning(example.text.trim(), 60);
        let _ = writeln!(out, "{indent}{}{record}  {text}", visible(&example.file));
    }
}

fn text(audit: &Audit, lang: Lang) -> String {
    let mut out = String::new();
    let number = |n: u64| thousands(n as usize);
    let (files, documents, changed) = (number(audit.files), number(audit.documents), number(audit.changed));
    let all: u64 = audit.categories.values().map(|count| count.bytes).sum();
    let (times, bytes) = (number(audit.categories.values().map(|count| count.times).sum()), number(all));
    let _ = writeln!(
        out,
        "{}",
        say!(
            lang,
            "{files} 个文件，{documents} 篇，其中 {changed} 篇删了内容：{times} 处，{bytes} 字节",
            "files: {files}; documents: {documents}, changed: {changed}; stretches that went: {times}, bytes: {bytes}"
        )
    );
    let share = |count: &Count| format!("{:5.1} %", count.bytes as f64 * 100.0 / all.max(1) as f64);
    let mut counts = |title: String, counts: &BTreeMap<String, Count>| {
        let mut sorted: Vec<(&String, &Count)> = counts.iter().collect();
        sorted.sort_by_key(|(name, count)| (Reverse(count.bytes), name.as_str()));
        let _ = writeln!(out, "\n{title}");
        for (name, count) in sorted.iter().take(SHOWN) {
            let (times, name) = (number(count.times), visible(name));
            let _ = writeln!(out, "  {}  {times:>9}  {name}", share(count));
        }
        more(sorted.len(), lang, &mut out);
    };
    counts(say!(lang, "按类别（字节、处）", "By category (share of bytes, stretches)"), &audit.categories);
    if !audit.hosts.is_empty() {
        counts(say!(lang, "按网站", "By host"), &audit.hosts);
    }
    let mut rules: Vec<_> = audit.rules.iter().collect();
    rules.sort_by_key(|(name, rule)| (Reverse(rule.count.bytes), name.as_str()));
    let _ = writeln!(out, "\n{}", say!(lang, "按规则，各举几例", "By rule, with some of what went"));
    for (name, rule) in rules.iter().take(SHOWN) {
        let (times, documents) = (number(rule.count.times), number(rule.documents));
        let words = say!(lang, "{documents} 篇", "documents: {documents}");
        let _ = writeln!(out, "  {}  {times:>9}  {name}  ({words})", share(&rule.count));
        examples(rule.examples.iter(), &" ".repeat(22), &mut out);
    }
    more(rules.len(), lang, &mut out);
    if audit.rule_sets.len() > 1 {
        let count = audit.rule_sets.len();
        let _ = writeln!(
            out,
            "\n{}",
            say!(lang, "⚠ 用过 {count} 套不同的规则", "⚠ {count} different sets of rules were used")
        );
    }
    out
}

fn more(all: usize, lang: Lang, out: &mut String) {
    if all > SHOWN {
        let more = all - SHOWN;
        let _ =
            writeln!(out, "  {}", say!(lang, "…… 还有 {more} 条（--json 写出全部）", "… {more} more (--json has all)"));
    }
}
