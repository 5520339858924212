//! `dehusk stats --removed FILE`: what a record of removals holds.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;

use anyhow::Result;
use dehusk::Lang;
use dehusk::io::format_reason;
use dehusk::pipeline::{Audit, Count, Rows};

use crate::exit::ExitCode;
use crate::explain::{beginning, visible};
use crate::preview::thousands;
use crate::say::say;

/// Rules and hosts that are shown; --json has all.
const SHOWN: usize = 20;

/// Reads the record and shows its sums.
pub fn run(path: &Path, json: bool, lang: Lang) -> Result<ExitCode> {
    let place = path.display();
    let fault = |line: usize, error: &io::Error| {
        let why = format_reason(lang, error);
        anyhow::anyhow!(say!(
            lang,
            "{place}:{line}：不是 --removed 写出的记录，或者不完整（{why}）",
            "{place}:{line}: no record that --removed wrote, or not all of it ({why})"
        ))
    };
    let mut rows = Rows::open(path).map_err(|error| anyhow::anyhow!("{place}: {}", format_reason(lang, &error)))?;
    let mut audit = Audit::default();
    loop {
        match rows.next_row() {
            Ok(Some(row)) => audit.add(&row),
            Ok(None) => break,
            Err(error) => return Err(fault(rows.line(), &error)),
        }
    }
    let mut stdout = anstream::stdout().lock();
    if json {
        writeln!(stdout, "{}", serde_json::to_string(&audit)?)?;
    } else {
        write!(stdout, "{}", text(&audit, lang))?;
    }
    stdout.flush()?;
    Ok(ExitCode::Fine)
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
            "{files} files, {documents} documents; from {changed} went {times} stretches, {bytes} bytes"
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
        let words = say!(lang, "{documents} 篇", "in {documents} documents");
        let _ = writeln!(out, "  {}  {times:>9}  {name}  ({words})", share(&rule.count));
        for example in rule.examples.iter().take(3) {
            let record = example.record.map_or(String::new(), |record| format!(":{record}"));
            let text = beginning(example.text.trim(), 60);
            let _ = writeln!(out, "                      {}{record}  {text}", visible(&example.file));
        }
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
