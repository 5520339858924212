//! Checks the text of the files: damaged characters, and hosts that look mistyped.

use std::collections::BTreeMap;

use super::finding::{At, Finding, Lint};
use dehusk_rules::{Rule, RuleId};
use dehusk_text::say;

pub(super) fn check(lint: &mut Lint<'_>) {
    damaged(lint);
    hosts(lint);
}

/// Signs of a text that was opened in the wrong encoding and saved again.
const DAMAGED: [&str; 6] = ["\u{fffd}", "锟斤拷", "â€", "Ã©", "ï»¿", "烫烫烫"];

fn damaged(lint: &mut Lint<'_>) {
    for index in 0..lint.sources.len() {
        let source = &lint.sources[index];
        if !DAMAGED.iter().any(|sign| source.text.contains(sign)) {
            continue;
        }
        let mut in_repair = false;
        for (number, line) in source.text.lines().enumerate() {
            if line.starts_with("[[") {
                in_repair = line.starts_with("[[repair");
            }
            // A `[[repair]]` must contain the damage that it repairs.
            let Some(sign) = DAMAGED.iter().find(|sign| !in_repair && line.contains(**sign)) else { continue };
            let message = say!(
                "这一行有乱码“{sign}”：文件曾经用错误的编码打开并保存过",
                "this line is damaged ('{sign}'): the file was once opened in the wrong encoding and saved"
            );
            let fix = say!(
                "从以前的备份里恢复这一行，或者重新输入；以后用 UTF-8 保存",
                "take the line from a backup, or type it again; save as UTF-8 from now on"
            );
            let number = number as u32 + 1;
            let finding = Finding::warning("encoding-mixed", At::Line(number), message).with_fix(fix);
            match rule_at(lint, source.file(), number) {
                Some(id) => lint.add(id, finding),
                None => lint.add_at(source.file(), 1, finding),
            }
            break;
        }
    }
}

/// The rule that contains a line (from 1) of a file.
fn rule_at(lint: &Lint<'_>, file: &str, line: u32) -> Option<RuleId> {
    lint.rules()
        .filter(|(_, rule)| rule.file == file && rule.line <= line)
        .max_by_key(|(_, rule)| rule.line)
        .map(|(id, _)| id)
}

/// Hosts shorter than this, in bytes, are not compared: they may differ by one letter and both be right.
const LONG_ENOUGH: usize = 8;

/// Reports a host that is one typing mistake away from a host that is named more often.
fn hosts(lint: &mut Lint<'_>) {
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    let named = |rule: &'_ Rule| rule.sites.len() + rule.except_sites.len();
    for (_, rule) in lint.rules().filter(|(_, rule)| named(rule) > 0) {
        rule.sites.iter().chain(&rule.except_sites).for_each(|host| *known.entry(host).or_default() += 1);
    }
    // A host in `settings.toml` counts as two: its owner knows it.
    for (host, _) in &lint.rules.settings.sites {
        *known.entry(host).or_default() += 2;
    }
    for (id, rule) in lint.rules() {
        for (setting, hosts) in [("sites", &rule.sites), ("except_sites", &rule.except_sites)] {
            for host in hosts.iter().filter(|host| host.len() >= LONG_ENOUGH) {
                let count = known.get(host.as_str()).copied().unwrap_or(0);
                let better =
                    |(other, times): &(&&str, &usize)| **times > count && strsim::damerau_levenshtein(host, other) == 1;
                let Some((meant, _)) = known.iter().find(better) else { continue };
                let message = say!(
                    "别处没有 {host} 这个网站。你是不是想写 {meant}？",
                    "{host} is known nowhere else; did you mean {meant}?"
                );
                let fix = say!("改成 {meant}", "write {meant}");
                lint.add(id, Finding::warning("site-unknown", At::Setting(setting), message).with_fix(fix));
            }
        }
    }
}
