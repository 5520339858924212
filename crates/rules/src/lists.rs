//! Plain lists, `lists/NAME.is.txt`: one phrase a line, one rule a file.
//!
//! ```text
//! # category: widget
//! X 关闭
//! 关闭窗口
//! ```
//!
//! Lines `# setting: value` at the top are settings of the rule; other lines that begin with `# ` are comments. Each
//! phrase is its own example.

use super::fields::{SLOTS, TableKind, closest, field, meant_field, plain_word};
use super::report::Report;
use super::schema::{SettingEntry, Table};
use super::source::LIST_SUFFIXES;
use super::texts::Text;
use super::values::{Value, read_bare};
use dehusk_text::{Fix, say};

/// The one table of a plain list. If the suffix of its name is no field: a warning, and `None`.
pub(super) fn parse(stem: &str, suffix: &str, report: &mut Report) -> Option<Table> {
    let name = stem.rsplit('/').next().unwrap_or(stem);
    let (kind, main) = match suffix {
        "keep" => (TableKind::Keep, "contains"),
        suffix if LIST_SUFFIXES.contains(&suffix) => (TableKind::Rule, suffix),
        _ => {
            wrong_suffix(name, suffix, report);
            return None;
        }
    };
    let source = report.source;
    let mut table = Table::new(kind, 0..0, 1);
    let mut phrases = Vec::new();
    let mut start = 0;
    for line in source.text.split('\n') {
        let at = start;
        start += line.len() + 1;
        let text = line.trim();
        if text.is_empty() {
            continue;
        }
        let at = at + (line.len() - line.trim_start().len());
        let remark = text.starts_with("# ") || text == "#";
        match text.strip_prefix('#') {
            Some(rest) if phrases.is_empty() && setting(rest, at + 1, main, &mut table, report) => {}
            _ if remark => {}
            _ => phrases.push(Text::bare(text, at)),
        }
    }
    if phrases.is_empty() {
        let message = say!("这个清单是空的，没有规则可用", "this list is empty");
        report.warning("empty-list", 0..0, message, None);
        return None;
    }
    let mut add = |name: &str, texts: Vec<Text>| {
        if let (Some(field), false) = (field(kind, name), table.has(name)) {
            table.add(SettingEntry { field, key: 0..0, span: 0..0, value: Value::Texts(texts) });
        }
    };
    add("name", vec![Text::standing_for(name.to_string(), 0)]);
    if kind == TableKind::Rule {
        add("removes", phrases.iter().map(|text| Text::standing_for(sample(&text.text), text.span.start)).collect());
    }
    add(main, phrases);
    Some(table)
}

/// Reads a line `# setting: value`. Gives false if the line is a comment or a phrase.
fn setting(line: &str, at: usize, main: &str, table: &mut Table, report: &mut Report) -> bool {
    let Some((word, value)) = line.split_once([':', '：', '=']) else { return false };
    let Some(field) = meant_field(table.kind, word.trim()) else { return false };
    if field.name == main || value.trim().is_empty() {
        return false;
    }
    let from = at + (value.as_ptr() as usize - line.as_ptr() as usize);
    let from = from + (value.len() - value.trim_start().len());
    let text = Text::bare(value.trim(), from);
    let (key, span) = (at..at + word.len(), text.span.clone());
    match read_bare(field, text, report) {
        Some(value) => table.add(SettingEntry { field, key, span, value }),
        None => table.broken.push(field.name),
    }
    true
}

fn wrong_suffix(name: &str, suffix: &str, report: &mut Report) {
    let all = LIST_SUFFIXES.join(" ");
    let plain = plain_word(suffix);
    let meant = closest(&plain, LIST_SUFFIXES.iter().copied())
        .or_else(|| {
            meant_field(TableKind::Rule, suffix).map(|field| field.name).filter(|name| LIST_SUFFIXES.contains(name))
        })
        .or_else(|| (suffix == "保留").then_some("keep"));
    let stem = if meant.is_some() || suffix.is_empty() { name.to_string() } else { format!("{name}.{suffix}") };
    let meant = meant.unwrap_or("is");
    let message = say!(
        "这个清单没有被读取：文件名要说明怎么比较（{all}）",
        "this list was not read: its name must say how to compare ({all})"
    );
    let fix = say!("把文件名改成 {stem}.{meant}.txt", "rename it to {stem}.{meant}.txt");
    report.warning("list-suffix", 0..0, message, Some(Fix::Advice(fix)));
}

/// A line that the phrase matches: its slots and stars are replaced with samples.
pub fn sample(phrase: &str) -> String {
    let mut text = phrase.replace("{*}", "\u{1}").replace('*', "某某").replace("{{", "\u{2}");
    for (slot, _, sample) in SLOTS {
        text = text.replace(&format!("{{{slot}}}"), sample);
    }
    text.replace('\u{1}', "*").replace('\u{2}', "{")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_have_no_slots() {
        assert_eq!(sample("发布时间：{date} {time}*{*}{{"), "发布时间：2021-10-29 09:19某某*{");
    }
}
