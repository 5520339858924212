//! [`format`]: gives rule files the usual layout, without changing a word of them.
//!
//! The `=` of a rule stand in one column, lists become `'''` blocks, `"` becomes `'` where nothing is escaped, and
//! the first line names the JSON Schema. Not changed are comments, blank lines, the order of settings and how a value
//! is spelt (`整行` for `line`). The column is the one in which most `=` of the rule stand already; names that are too
//! long for it are left out of the count. If there is no such column, the `=` go behind the longest name.
//!
//! The result is read again before it is given back and must hold exactly the same rules.

use crate::{
    Action, FieldKind, RemoveKind, RuleSet, SettingPlace, Source, TableKind, TablePlace, places, takes_several,
};
use dehusk_text::{Error, Level, Result, say};
use std::ops::Range;

use super::raw::RawFile;
use super::value::block;
use super::{NewValue, refused, same_rules};

type TextEdit = (Range<usize>, String);

/// What [`format()`] made of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formatted {
    /// The file as it should be.
    pub text: String,
    /// Whether `text` differs from the input.
    pub changed: bool,
}

/// The file in the usual layout. `schema` is the path of the JSON Schema for the first line; without it that line is
/// left as it is. Plain lists are returned unchanged.
///
/// # Errors
/// When the file has a mistake: its diagnostics. Nothing is formatted then.
pub fn format(file: &str, text: &str, schema: Option<&str>) -> Result<Formatted> {
    let raw = RawFile::new(file, text);
    let source = &raw.source;
    if source.list().is_some() {
        return Ok(Formatted { text: text.to_string(), changed: false });
    }
    let before = rules(source)?;
    let tables = places(source);
    let first = schema.filter(|_| !source.is_settings()).and_then(|path| schema_line(&source.text, path));
    let shape = |values: bool| {
        let mut edits: Vec<TextEdit> = first.iter().cloned().collect();
        for table in &tables {
            align(source, table, &mut edits);
            if values {
                let blocks = examples_are_blocks(table, &before);
                edits.extend(table.settings.iter().filter_map(|setting| simpler(source, setting, blocks)));
            }
        }
        edits.sort_by_key(|(range, _)| (range.start, range.end));
        let text = raw.with(&edits);
        let after = Source::from_bytes(source.path.clone(), source.name.clone(), text.as_bytes());
        let same = rules(&after).is_ok_and(|after| same_rules(&before, &after));
        same.then_some(Formatted { changed: text != raw.with(&[]), text })
    };
    // A value stays as it is written if another way of writing it would change its meaning.
    shape(true).or_else(|| shape(false)).ok_or_else(|| {
        let message = say!(
            "这个文件排版以后规则会变，所以没有动它",
            "formatting this file would change its rules, so it was not touched"
        );
        refused(source, "format-refused", 0..0, message, None)
    })
}

/// The rules of one file. Mistakes that only the other files can decide do not count here.
fn rules(source: &Source) -> Result<RuleSet> {
    let (set, found) = RuleSet::check(std::slice::from_ref(source));
    let errors: Vec<_> =
        found.into_iter().filter(|one| one.level == Level::Error && one.code != "unknown-rule").collect();
    if errors.is_empty() { Ok(set) } else { Err(Error::rules(errors)) }
}

/// The edit that makes the first line name the schema.
fn schema_line(text: &str, path: &str) -> Option<TextEdit> {
    let line = text.lines().next().unwrap_or("");
    let wanted = format!("#:schema {path}");
    match line.starts_with("#:schema") {
        true if line.trim_end() == wanted => None,
        true => Some((0..line.len(), wanted)),
        false => Some((0..0, wanted + "\n")),
    }
}

/// Puts the `=` of a table into one column, unless they already stand in one.
fn align(source: &Source, table: &TablePlace, edits: &mut Vec<TextEdit>) {
    let text = &source.text;
    let settings: Vec<_> = table.settings.iter().filter_map(|setting| Gap::of(text, setting)).collect();
    let longest = settings.iter().map(|gap| gap.width + 1).max().unwrap_or(0);
    // A column counts if most names fit before it and most `=` of those stand in it.
    let stands = |column: usize| {
        let fit = settings.iter().filter(|gap| gap.width < column).count();
        let there = settings.iter().filter(|gap| gap.column == column).count();
        (fit * 2 > settings.len() && there * 2 > fit).then_some(there)
    };
    let columns = settings.iter().map(|gap| gap.column);
    let common = columns.filter_map(|column| Some((stands(column)?, column))).max().map_or(longest, |(_, c)| c);
    for gap in &settings {
        let column = gap.column_for(common);
        if gap.is_at(column) {
            continue;
        }
        if gap.line < gap.range.start - gap.key_bytes {
            edits.push((gap.line..gap.range.start - gap.key_bytes, String::new()));
        }
        edits.push((gap.range.clone(), format!("{}= ", " ".repeat(column - gap.width))));
    }
}

/// What stands between a key and its value.
struct Gap {
    range: Range<usize>,
    /// Where the line of the key starts.
    line: usize,
    key_bytes: usize,
    /// Width of the key, in characters.
    width: usize,
    /// Distance from the start of the key to the `=`, in characters.
    column: usize,
    tidy: bool,
}

impl Gap {
    /// None for a setting that is not simply `key = value` on a line of its own, such as `a.b = 1`
    /// or one in an inline table.
    fn of(text: &str, setting: &SettingPlace) -> Option<Self> {
        let range = setting.key.end..setting.value.start;
        let between = text.get(range.clone())?;
        let line = text[..setting.key.start].rfind('\n').map_or(0, |at| at + 1);
        let indent = &text[line..setting.key.start];
        if between.trim_matches([' ', '\t']) != "=" || !indent.trim_matches([' ', '\t']).is_empty() {
            return None;
        }
        let width = text[setting.key.clone()].chars().count();
        let column = width + between.find('=').unwrap_or(0);
        let tidy = between.ends_with("= ") && indent.is_empty() && !between.contains('\t');
        Some(Self { range, line, key_bytes: setting.key.len(), width, column, tidy })
    }

    /// The column for its `=`. `column` is the one for names that are short enough.
    fn column_for(&self, column: usize) -> usize {
        column.max(self.width + 1)
    }

    fn is_at(&self, column: usize) -> bool {
        self.tidy && self.column == column
    }
}

/// Whether this table takes a whole block as one example (and not each line as one).
fn examples_are_blocks(table: &TablePlace, rules: &RuleSet) -> bool {
    let name = table.name.as_deref().unwrap_or_default();
    let lines = |action: &Action| match action {
        Action::Remove(remove) => matches!(remove.kind, RemoveKind::Line | RemoveKind::Phrase),
        Action::Keep => true,
    };
    table.kind == TableKind::Repair || rules.rules.iter().any(|rule| rule.name == name && !lines(&rule.action))
}

/// The edit that writes a value in the simplest way.
fn simpler(source: &Source, setting: &SettingPlace, blocks: bool) -> Option<TextEdit> {
    let field = setting.field?;
    let raw = &source.text[setting.value.clone()];
    let new = if let Some(inside) = raw.strip_prefix("\"\"\"").and_then(|raw| raw.strip_suffix("\"\"\"")) {
        let plain = !inside.contains(['\\']) && !inside.contains("'''") && !inside.ends_with('\'');
        plain.then(|| format!("'''{inside}'''"))
    } else if let Some(inside) = raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"')) {
        (!inside.contains(['\\', '\''])).then(|| format!("'{inside}'"))
    } else if raw.starts_with('[') && takes_several(field.kind) {
        let separator = if blocks && matches!(field.kind, FieldKind::Examples) { "\n~~~\n" } else { "\n" };
        let texts = texts_of_list(raw)?;
        match texts.as_slice() {
            [] => None,
            [one] => Some(NewValue::Plain(one.clone()).written(field)),
            several => Some(block(&several.join(separator))),
        }
    } else {
        None
    };
    new.map(|new| (setting.value.clone(), new))
}

/// The texts of a list; nothing if there is a comment in it.
fn texts_of_list(raw: &str) -> Option<Vec<String>> {
    let value = toml::de::DeValue::parse(raw).ok()?;
    let mut texts = Vec::new();
    let mut done = 0;
    for item in value.get_ref().as_array()?.iter() {
        if raw[done..item.span().start].contains('#') {
            return None;
        }
        done = item.span().end;
        texts.push(item.get_ref().as_str()?.to_string());
    }
    (!raw[done..].contains('#')).then_some(texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn formatted(text: &str) -> String {
        let once = format("a.toml", text, None).unwrap_or_else(|error| panic!("{error}"));
        let twice = format("a.toml", &once.text, None).unwrap_or_else(|error| panic!("{error}"));
        assert!(!twice.changed, "twice is not once:\n{}\n{}", once.text, twice.text);
        once.text
    }

    #[test]
    fn a_column_that_stands_is_left() {
        let text = "[[rule]]\nname    = 'a'\nis      = 'b'\nunless_contains = 'c'\nremoves = 'b'\n";
        assert_eq!(formatted(text), text);
        let wide = "[[rule]]\nname          = 'a'\nis            = 'b'\nremoves       = 'b'\n";
        assert_eq!(formatted(wide), wide);
    }

    #[test]
    fn lists_become_blocks_and_comments_stay() {
        let text =
            "# top\n[[rule]] # h\n  name='a' # n\nis = [\"b c\", 'd']\nremove = '整行'\nremoves = [\n'b c' # why\n]\n";
        let wanted = "# top\n[[rule]] # h\nname    = 'a' # n\nis      = '''\nb c\nd\n'''\nremove  = '整行'\nremoves = [\n'b c' # why\n]\n";
        assert_eq!(formatted(text), wanted);
    }

    #[test]
    fn examples_of_several_lines_stay_apart() {
        let text = "[[rule]]\nname = 'a'\nremove = 'list'\nis = 'b'\nremoves = ['b\nx', \"c\"]\n"
            .replace("'b\nx'", "'''b\n- x'''");
        assert!(formatted(&text).contains("removes = '''\nb\n- x\n~~~\nc\n'''"), "{}", formatted(&text));
    }
}
