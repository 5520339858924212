//! Changes to rule files that touch only the bytes concerned.
//!
//! A rule file belongs to the person who wrote it. Comments, the order of settings, unknown settings, line ends and a
//! byte order mark must survive an edit. So a file is never written anew from the parsed rules. The reader of rule
//! files says where each setting stands, and an edit replaces only those bytes in the file as it lies on the disk
//! (`raw` maps the places).
//!
//! Every edit is checked before it is returned. The new text is read again; it must have no mistake that the old text
//! did not have, and all other rules must be unchanged. An edit that fails this check is refused with a
//! [`Diagnostic`] that points at the mistake.
//!
//! ```
//! # use dehusk_rules as dehusk;
//! use dehusk::edit::{NewValue, set_field};
//!
//! let text = "# ours\n[[rule]]\nname    = '按钮' # buttons\nis      = '关闭'\nremoves = '关闭'\n";
//! let changed = set_field("widget.toml", text, "按钮", "where", &NewValue::read("结尾"))?;
//! assert_eq!(changed, text.replace("removes", "where   = '结尾'\nremoves"));
//! # Ok::<(), dehusk_text::Error>(())
//! ```

mod format;
mod off;
mod raw;
mod table;
mod value;

pub use format::{Formatted, format};
pub use off::{SETTINGS, switch_off};
pub use table::{TableText, all_tables, append_text, first_table, read_table, replace_table};
pub use value::NewValue;

use std::ops::Range;

use crate::{
    Action, FIELDS, Field, Rule, RuleSet, SettingPlace, Source, TableKind, TablePlace, TextField, closest, meant_field,
    places, plain_name, unknown_words,
};
use dehusk_text::{Diagnostic, Error, Fix, Level, Message, Result, say};
use raw::RawFile;

/// The text of the file with one setting of one rule changed or added.
///
/// `file` is the path below the folder of the rules (`widget.toml`), `text` the file as it lies on the disk, `rule` a
/// name with or without `file › ` before it. A new setting is placed in the order of [`FIELDS`].
///
/// # Errors
/// With diagnostics, when there is no such rule or setting, or the value is refused.
pub fn set_field(file: &str, text: &str, rule: &str, field: &str, value: &NewValue) -> Result<String> {
    let raw = RawFile::new(file, text);
    let tables = places(&raw.source);
    let table = find(&raw.source, &tables, rule)?;
    let known = known_field(&raw.source, table, field)?;
    let (range, new) = match table.setting(known.name) {
        Some(old) => (old.value.clone(), value.written(known)),
        None => insertion(&raw.source, table, known, value),
    };
    let changed = raw.with(&[(range, new)]);
    let name = table_name(table);
    let renamed = match (known.name, value) {
        ("name", NewValue::Plain(new)) => new.trim().to_string(),
        ("name", NewValue::Toml(new)) => new.trim_matches(['\'', '"', '\n']).trim().to_string(),
        _ => name.clone(),
    };
    verified(&raw.source, &changed, &[&name, &renamed])?;
    Ok(changed)
}

/// The text of the file without one setting of one rule; the comment behind it on its line goes too.
///
/// # Errors
/// With diagnostics, when there is no such rule or setting, or the rule needs it.
pub fn remove_field(file: &str, text: &str, rule: &str, field: &str) -> Result<String> {
    let raw = RawFile::new(file, text);
    let tables = places(&raw.source);
    let table = find(&raw.source, &tables, rule)?;
    // An unknown setting can be taken out as well.
    let setting = match table.setting(field) {
        Some(setting) => setting,
        None => {
            let known = known_field(&raw.source, table, field)?;
            let Some(setting) = table.setting(known.name) else {
                let (rule, field) = (table_name(table), known.name);
                let message = say!("“{rule}”里没有写 {field}", "'{rule}' has no {field}");
                return Err(refused(&raw.source, "unknown-setting", table.header.clone(), message, None));
            };
            setting
        }
    };
    let first = raw.source.line_range(setting.key.start);
    let last = raw.source.line_range(setting.value.end);
    let changed = raw.with(&[(first.start..(last.end + 1).min(raw.source.text.len()), String::new())]);
    verified(&raw.source, &changed, &[&table_name(table)])?;
    Ok(changed)
}

/// A table to be added to a file.
#[derive(Clone, Debug)]
pub struct NewTable<'a> {
    /// `Rule`, `Keep` or `Repair`.
    pub kind: TableKind,
    /// The comment above the table; empty for none.
    pub comment: &'a str,
    /// Its settings in the order in which they are written.
    pub settings: Vec<NewSetting<'a>>,
}

/// A setting of a [`NewTable`].
#[derive(Clone, Debug)]
pub struct NewSetting<'a> {
    /// The field.
    pub field: &'a str,
    /// The value.
    pub value: NewValue,
    /// The comment behind the value; empty for none.
    pub comment: &'a str,
}

impl NewTable<'_> {
    /// The table as it is written into a file, without a blank line before it.
    ///
    /// # Errors
    /// With diagnostics, when it names a setting that does not exist.
    pub fn written(&self) -> Result<String> {
        let width = self.settings.iter().map(|setting| setting.field.len()).max().unwrap_or(0);
        let mut out = String::new();
        for line in self.comment.lines() {
            out.push_str(format!("# {line}").trim_end());
            out.push('\n');
        }
        out.push_str(self.kind.header());
        out.push('\n');
        for setting in &self.settings {
            let Some(known) = self.kind.field(setting.field) else {
                let source = Source::new("", "");
                let message = unknown_words(self.kind, setting.field, meant_field(self.kind, setting.field));
                return Err(refused(&source, "unknown-setting", 0..0, message, None));
            };
            let value = setting.value.written(known);
            let line = format!("{:width$} = {value}", known.name);
            match (setting.comment, value.contains('\n')) {
                ("", _) => out.push_str(&line),
                // Behind an opening ''' a comment would be read as a phrase, so it goes on a line of its own.
                (comment, true) => out.push_str(&format!("# {comment}\n{line}")),
                (comment, false) => out.push_str(&format!("{line}  # {comment}")),
            }
            out.push('\n');
        }
        Ok(out)
    }
}

/// The text of the file with a table added at its end, a blank line before it.
///
/// # Errors
/// With the diagnostics of the new table: a name that is taken, no condition, no example …
pub fn append_table(file: &str, text: &str, table: &NewTable<'_>) -> Result<String> {
    let raw = RawFile::new(file, text);
    let old = raw.source.text.trim_end_matches('\n');
    let gap = match old.is_empty() {
        true => "",
        false => "\n\n",
    };
    let new = format!("{gap}{}", table.written()?);
    let changed = raw.with(&[(old.len()..raw.source.text.len(), new)]);
    let name = table.settings.iter().find(|setting| setting.field == "name");
    let name = match name.map(|setting| &setting.value) {
        Some(NewValue::Plain(name) | NewValue::Toml(name)) => name.trim().trim_matches(['\'', '"']),
        None => "",
    };
    verified(&raw.source, &changed, &[name])?;
    Ok(changed)
}

/// Whether two rule sets have the same rules, repairs and settings. The line numbers of the rules are not compared.
pub fn same_rules(a: &RuleSet, b: &RuleSet) -> bool {
    a.settings == b.settings && a.repairs.len() == b.repairs.len() && a.rules.len() == b.rules.len() && {
        a.rules.iter().zip(&b.rules).all(|(a, b)| without_lines(a) == without_lines(b))
            && a.repairs.iter().zip(&b.repairs).all(|(a, b)| {
                let (mut a, mut b) = (a.clone(), b.clone());
                for repair in [&mut a, &mut b] {
                    repair.line = 0;
                    repair.before.iter_mut().chain(&mut repair.after).for_each(|example| example.line = 0);
                }
                a == b
            })
    }
}

/// What differs between two rule sets, by full names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Differences {
    /// Only in the second.
    pub added: Vec<String>,
    /// In both, but different.
    pub changed: Vec<String>,
    /// Only in the first.
    pub removed: Vec<String>,
}

/// Which rules and repairs differ.
pub fn differences(a: &RuleSet, b: &RuleSet) -> Differences {
    let by_name = |set: &RuleSet| -> std::collections::BTreeMap<String, RuleSet> {
        let rules = set
            .rules
            .iter()
            .map(|rule| (rule.full_name(), RuleSet { rules: vec![rule.clone()], ..RuleSet::default() }));
        let repairs = set.repairs.iter();
        let repairs =
            repairs.map(|one| (one.full_name(), RuleSet { repairs: vec![one.clone()], ..RuleSet::default() }));
        rules.chain(repairs).collect()
    };
    let (a, b) = (by_name(a), by_name(b));
    Differences {
        added: b.keys().filter(|name| !a.contains_key(*name)).cloned().collect(),
        changed: b
            .iter()
            .filter(|(name, new)| a.get(*name).is_some_and(|old| !same_rules(old, new)))
            .map(|(name, _)| name.clone())
            .collect(),
        removed: a.keys().filter(|name| !b.contains_key(*name)).cloned().collect(),
    }
}

/// A copy of the rule with all line numbers set to 0, for comparing.
fn without_lines(rule: &Rule) -> Rule {
    let mut rule = rule.clone();
    rule.line = 0;
    rule.conditions.each_phrase(|phrase| phrase.line = 0);
    if let Action::Remove(remove) = &mut rule.action {
        for field in TextField::ALL {
            field.in_remove(remove).into_iter().flatten().for_each(|phrase| phrase.line = 0);
        }
    }
    for examples in [&mut rule.removes, &mut rule.keeps, &mut rule.todo_removes, &mut rule.todo_keeps] {
        examples.iter_mut().for_each(|example| example.line = 0);
    }
    rule
}

/// The table of the rule with this name.
fn find<'t>(source: &Source, tables: &'t [TablePlace], rule: &str) -> Result<&'t TablePlace> {
    if source.list().is_some() {
        let message = say!(
            "这是一份清单，一行一个词句；条件写在 .toml 文件里的规则才能这样改",
            "this is a plain list, one phrase a line; only rules in .toml files can be changed this way"
        );
        return Err(refused(source, "plain-list", 0..0, message, None));
    }
    let wanted = rule.trim();
    let typed = plain_name(wanted);
    let bare = match typed.split_once(" › ") {
        Some((file, name)) if file == source.file() => name,
        _ => wanted,
    };
    let named = |name: &str| tables.iter().find(|table| table.name.as_deref() == Some(name));
    // The name of a rule may itself contain `›`.
    if let Some(table) = named(wanted).or_else(|| named(bare)) {
        return Ok(table);
    }
    let names = || tables.iter().filter_map(|table| table.name.as_deref());
    let holds = || names().find(|name| !bare.is_empty() && name.contains(bare));
    let file = source.file();
    let (message, fix) = match closest(bare, names()).or_else(holds) {
        Some(meant) => (
            say!(
                "{file} 里没有叫“{bare}”的规则。你是不是想写 {meant}？",
                "{file} has no rule '{bare}'; did you mean '{meant}'?"
            ),
            None,
        ),
        None => {
            let some: Vec<_> = names().take(8).collect();
            let (zh, en) = (some.join(" / "), some.join(", "));
            let advice = say!("这个文件里有：{zh}", "it has: {en}");
            (
                say!("{file} 里没有叫“{bare}”的规则", "{file} has no rule '{bare}'"),
                (!some.is_empty()).then_some(Fix::Advice(advice)),
            )
        }
    };
    Err(refused(source, "unknown-rule", 0..0, message, fix))
}

fn known_field(source: &Source, table: &TablePlace, field: &str) -> Result<&'static Field> {
    table.kind.field(field).ok_or_else(|| {
        let message = unknown_words(table.kind, field, meant_field(table.kind, field));
        refused(source, "unknown-setting", table.header.clone(), message, None)
    })
}

fn table_name(table: &TablePlace) -> String {
    table.name.clone().unwrap_or_default()
}

/// Where a new setting is inserted, and the text to insert.
fn insertion(source: &Source, table: &TablePlace, field: &Field, value: &NewValue) -> (Range<usize>, String) {
    let rank = |name: &str| FIELDS.iter().position(|f| f.name == name && f.tables.contains(&table.kind));
    let own = rank(field.name);
    let before = table.settings.iter().rfind(|setting| rank(&setting.name).is_some_and(|rank| Some(rank) < own));
    let (after, column) = match before {
        Some(setting) => (setting.value.end, Some(column(source, setting))),
        None => (table.header.end, table.settings.first().map(|setting| column(source, setting))),
    };
    let line = source.line_range(after);
    let width = column.unwrap_or(0).saturating_sub(1);
    let at = line.end;
    (at..at, format!("\n{:width$} = {}", field.name, value.written(field)))
}

/// Characters of the line before its `=`.
fn column(source: &Source, setting: &SettingPlace) -> usize {
    let between = &source.text[setting.key.end..setting.value.start];
    setting.key.len() + between.find('=').unwrap_or(1)
}

/// Refuses a change that adds a mistake, or that changes a rule not named in `touched`.
fn verified(old: &Source, changed: &str, touched: &[&str]) -> Result<()> {
    let new = Source::from_bytes(old.path.clone(), old.name.clone(), changed.as_bytes());
    let (old_set, old_found) = RuleSet::check(std::slice::from_ref(old));
    let (new_set, new_found) = RuleSet::check(std::slice::from_ref(&new));
    let said_before = |one: &Diagnostic| old_found.iter().any(|o| o.code == one.code && o.message == one.message);
    let fresh: Vec<_> = new_found.into_iter().filter(|one| one.level == Level::Error && !said_before(one)).collect();
    if !fresh.is_empty() {
        return Err(Error::rules(fresh));
    }
    let others = |mut set: RuleSet| {
        set.rules.retain(|rule| !touched.contains(&rule.name.as_str()));
        set.repairs.retain(|repair| !touched.contains(&repair.name.as_str()));
        set
    };
    if same_rules(&others(old_set), &others(new_set)) {
        return Ok(());
    }
    let message = say!(
        "这个改动会影响别的规则，没有改。请用记事本打开文件手工修改",
        "the change would touch another rule, so nothing was changed; edit the file by hand"
    );
    Err(refused(old, "edit-refused", 0..0, message, None))
}

fn refused(source: &Source, code: &'static str, span: Range<usize>, message: Message, fix: Option<Fix>) -> Error {
    Error::rules(vec![source.diagnostic(Level::Error, code, span, message, fix)])
}
