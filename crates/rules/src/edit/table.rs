//! [`TableText`]: one rule of a file as text and as values, and how it is put back.
//!
//! A form for rules shows the values; an editor shows the text. Both come from here, so that they cannot disagree. The
//! text of a table reaches from its header to the end of its last setting. Comments above the header belong to the
//! file and are never touched.

use std::ops::Range;

use super::raw::RawFile;
use super::{find, table_name, verified};
use crate::{RuleSet, Source, TableKind, TablePlace, places};
use dehusk_text::{Result, say};

/// One table of a rule file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableText {
    /// `Rule`, `Keep` or `Repair`.
    pub kind: TableKind,
    /// Its name; empty if it has none.
    pub name: String,
    /// The table as it is written, with `\n` at the end of lines.
    pub text: String,
    /// Its settings as a person would type them; `None` for a value that only the text can show.
    pub values: Vec<(String, Option<String>)>,
}

/// The table of this rule.
///
/// # Errors
/// With diagnostics, when the file has no such rule.
pub fn read_table(file: &str, text: &str, rule: &str) -> Result<TableText> {
    let source = Source::new(file, text);
    let tables = places(&source);
    let table = find(&source, &tables, rule)?;
    Ok(table_text(&source, table))
}

/// The first table of a text, if it can be read.
pub fn first_table(file: &str, text: &str) -> Option<TableText> {
    let source = Source::new(file, text);
    let tables = places(&source);
    let with_name = |table: &&TablePlace| matches!(table.kind, TableKind::Rule | TableKind::Keep | TableKind::Repair);
    tables.iter().find(with_name).map(|table| table_text(&source, table))
}

/// The text of every rule of a file, each with the comment directly above it.
pub fn all_tables(file: &str, text: &str) -> Vec<String> {
    let source = Source::new(file, text);
    let named = |table: &TablePlace| matches!(table.kind, TableKind::Rule | TableKind::Keep | TableKind::Repair);
    let with_comment = |table: &TablePlace| {
        let Range { mut start, end } = range(&source, table);
        while start > 0 {
            let above = source.line_range(start - 1);
            if !source.text[above.clone()].starts_with('#') {
                break;
            }
            start = above.start;
        }
        format!("{}\n", &source.text[start..end])
    };
    places(&source).iter().filter(|table| named(table)).map(with_comment).collect()
}

/// The text of the file with the table of one rule replaced by `new`. All other bytes stay.
///
/// # Errors
/// With diagnostics, when there is no such rule, `new` has a mistake, or it would change another rule.
pub fn replace_table(file: &str, text: &str, rule: &str, new: &str) -> Result<String> {
    let raw = RawFile::new(file, text);
    let tables = places(&raw.source);
    let table = find(&raw.source, &tables, rule)?;
    let name = table_name(table);
    let range = range(&raw.source, table);
    let changed = raw.with(&[(range, new.trim_end().to_string())]);
    let renamed = only_name(file, new)?;
    verified(&raw.source, &changed, &[&name, &renamed])?;
    Ok(changed)
}

/// The text of the file with the text of a table added at its end, a blank line before it.
///
/// # Errors
/// With diagnostics, when the table has a mistake or its name is taken.
pub fn append_text(file: &str, text: &str, table: &str) -> Result<String> {
    let raw = RawFile::new(file, text);
    let old = raw.source.text.trim_end_matches('\n');
    let gap = if old.is_empty() { "" } else { "\n\n" };
    let changed = raw.with(&[(old.len()..raw.source.text.len(), format!("{gap}{}\n", table.trim_end()))]);
    let name = only_name(file, table)?;
    verified(&raw.source, &changed, &[&name])?;
    Ok(changed)
}

/// The name of the rule in a text that must hold one rule and no more.
fn only_name(file: &str, text: &str) -> Result<String> {
    let source = Source::new(file, text);
    let (set, _) = RuleSet::check(std::slice::from_ref(&source));
    let tables = places(&source);
    match tables.as_slice() {
        [table] if set.rules.len() + set.repairs.len() <= 1 => Ok(table_name(table)),
        _ => {
            let message = say!("这里要写一条规则，不能多也不能少", "write one rule here, no more and no less");
            Err(super::refused(&source, "one-rule", 0..0, message, None))
        }
    }
}

fn range(source: &Source, table: &TablePlace) -> Range<usize> {
    let start = source.line_range(table.header.start).start;
    let last = table.settings.iter().map(|setting| setting.value.end).max().unwrap_or(table.header.end);
    start..source.line_range(last).end
}

fn table_text(source: &Source, table: &TablePlace) -> TableText {
    let values = table.settings.iter().map(|one| (one.name.clone(), plain_value(&source.text[one.value.clone()])));
    TableText {
        kind: table.kind,
        name: table_name(table),
        text: format!("{}\n", &source.text[range(source, table)]),
        values: values.collect(),
    }
}

/// A value of a file as a person would type it.
pub(super) fn plain_value(written: &str) -> Option<String> {
    let read: toml::Table = toml::from_str(&format!("x = {written}")).ok()?;
    plain(read.get("x")?)
}

/// A value as a person would type it: one text a line.
fn plain(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.trim_matches('\n').to_string()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Float(number) => Some(number.to_string()),
        toml::Value::Boolean(truth) => Some(truth.to_string()),
        toml::Value::Array(all) => {
            let all: Option<Vec<String>> = all.iter().map(plain).collect();
            all.filter(|all| all.iter().all(|text| !text.contains('\n'))).map(|all| all.join("\n"))
        }
        toml::Value::Datetime(_) | toml::Value::Table(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# ours\r\n[[rule]]\r\nname = 'a' # first\r\nis = '关闭'\r\nremoves = '关闭'\r\n\r\n# kept\r\n[[rule]]\r\nname = 'b'\r\nis = '''\r\n打开\r\n返回\r\n'''\r\nremoves = '打开'\r\n";

    #[test]
    fn only_the_bytes_of_the_rule_change() {
        let table = read_table("x.toml", FILE, "a").expect("it is there");
        assert_eq!(table.text, "[[rule]]\nname = 'a' # first\nis = '关闭'\nremoves = '关闭'\n");
        assert_eq!(replace_table("x.toml", FILE, "a", &table.text).expect("it is the same"), FILE);
        let other = table.text.replace("关闭", "收起");
        assert_eq!(replace_table("x.toml", FILE, "a", &other).expect("it is right"), FILE.replace("关闭", "收起"));
        let two = format!("{other}\n[[rule]]\nname = 'c'\nis = 'x y'\nremoves = 'x y'\n");
        assert!(replace_table("x.toml", FILE, "a", &two).is_err());
        assert!(replace_table("x.toml", FILE, "a", "[[rule]]\nname = 'b'\n").is_err());
    }

    #[test]
    fn values_are_as_typed() {
        let table = read_table("x.toml", FILE, "b").expect("it is there");
        assert_eq!(table.values[1], ("is".to_string(), Some("打开\n返回".to_string())));
    }
}
