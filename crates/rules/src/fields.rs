//! [`FIELDS`]: the one table of what may be written in a rule file.
//!
//! Reading, "did you mean", the JSON Schema, the reference, the formatter and the web
//! form all read this table, so a field that is added here is known everywhere. A field
//! may stand in several tables; where the same word means something else in another
//! table (`sites` in `settings.toml`), it has a row of its own.

use dehusk_text::nearest;
use std::sync::OnceLock;

use dehusk_text::{Message, say};

mod choices;
mod table;

pub(super) use choices::{ELEMENTS, POSITIONS};
pub use table::FIELDS;

/// Which table of a file a field belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TableKind {
    /// `[[rule]]`
    Rule,
    /// `[[keep]]`
    Keep,
    /// `[[repair]]`
    Repair,
    /// `[file]`: defaults for the rules of the file.
    File,
    /// The file `settings.toml`.
    Settings,
}

impl TableKind {
    /// All of them, in the order of the reference.
    pub const ALL: [TableKind; 5] =
        [TableKind::Rule, TableKind::Keep, TableKind::Repair, TableKind::File, TableKind::Settings];

    /// The word inside the brackets.
    pub fn word(self) -> &'static str {
        match self {
            TableKind::Rule => "rule",
            TableKind::Keep => "keep",
            TableKind::Repair => "repair",
            TableKind::File => "file",
            TableKind::Settings => "settings",
        }
    }

    /// Its fields, in the order of [`FIELDS`].
    pub fn fields(self) -> impl Iterator<Item = &'static Field> {
        fields_of(self)
    }

    /// Its field of this name.
    pub fn field(self, name: &str) -> Option<&'static Field> {
        field(self, name)
    }

    /// The line that opens the table; for the settings, which need none, the file.
    pub fn header(self) -> &'static str {
        match self {
            TableKind::Rule => "[[rule]]",
            TableKind::Keep => "[[keep]]",
            TableKind::Repair => "[[repair]]",
            TableKind::File => "[file]",
            TableKind::Settings => "settings.toml",
        }
    }
}

/// One field.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The word left of the `=`.
    pub name: &'static str,
    /// Where it may stand.
    pub tables: &'static [TableKind],
    /// What may stand right of the `=`.
    pub kind: FieldKind,
    /// Whether the tables of [`Field::tables`] must have it.
    pub required: bool,
    /// One of the few fields that an editor needs at first.
    pub basic: bool,
    /// What holds when it is absent, as it would be written; empty if nothing does.
    pub default: &'static str,
    /// What it means, in Chinese.
    pub zh: &'static str,
    /// What it means, in English.
    pub en: &'static str,
    /// Other names that people use for it: Chinese names first, then English ones. The first is its label.
    pub called: &'static [&'static str],
}

impl Field {
    /// The short Chinese name that forms and lists show.
    pub fn label(&self) -> &'static str {
        self.called.first().copied().unwrap_or(self.name)
    }

    /// The values it is chosen from; empty if it is free.
    pub fn choices(&self) -> &'static [Choice] {
        match self.kind {
            FieldKind::Choice(choices) | FieldKind::Choices(choices) => choices,
            FieldKind::Position => POSITIONS,
            _ => &[],
        }
    }
}

/// What may stand right of the `=`.
#[derive(Clone, Copy, Debug)]
pub enum FieldKind {
    /// One text, kept as written.
    Text,
    /// Texts that are compared with a line: one text, a `'''` block with one a line, or a list.
    Phrases,
    /// Regular expressions, written like phrases.
    Regex,
    /// One or several of a closed list.
    Choices(&'static [Choice]),
    /// A number from `min` to `max`.
    Number {
        /// The least.
        min: u32,
        /// The greatest.
        max: u32,
        /// Whether it must be a whole number.
        whole: bool,
    },
    /// `true` or `false`.
    Bool,
    /// One of a closed list.
    Choice(&'static [Choice]),
    /// A part of the document.
    Position,
    /// Host names, one or several.
    Hosts,
    /// Two-letter language codes, one or several.
    Languages,
    /// Names of checks or of rules, one or several.
    Names,
    /// Examples: see `rules/README.md` for how a block is cut into examples.
    Examples,
    /// A text that is taken byte for byte, spaces and all.
    Literal,
    /// A table from host to the names of the site.
    SiteNames,
}

/// One value of a closed list.
#[derive(Clone, Copy, Debug)]
pub struct Choice {
    /// The value as files have it.
    pub value: &'static str,
    /// The Chinese word that may be written for it.
    pub label: &'static str,
    /// Other words that are understood.
    pub also: &'static [&'static str],
    /// What it means, in Chinese.
    pub zh: &'static str,
    /// What it means, in English.
    pub en: &'static str,
}

/// What stands in braces inside a text: its name, its Chinese label and a sample.
pub const SLOTS: &[(&str, &str, &str)] = &[
    ("date", "日期", "2021-10-29"),
    ("time", "时间", "09:19"),
    ("number", "数字", "12"),
    ("name", "名字", "张三"),
    ("site", "网站名", "新华网"),
    ("url", "网址", "https://example.com/a"),
    ("email", "邮箱", "a@example.com"),
    ("phone", "电话", "010-12345678"),
    ("source", "来源", "新华网"),
    ("author", "作者", "张三"),
    ("editor", "编辑", "李四"),
];

/// The field of this name in this table.
pub(super) fn field(table: TableKind, name: &str) -> Option<&'static Field> {
    static INDEX: OnceLock<[Vec<&'static Field>; 64]> = OnceLock::new();
    let index =
        INDEX.get_or_init(|| std::array::from_fn(|at| FIELDS.iter().filter(|f| hash(f.name) == at as u32).collect()));
    index[hash(name) as usize].iter().copied().find(|field| field.name == name && field.tables.contains(&table))
}

/// A number from 0 to 63, from the length and the last letter. Few names have the same.
#[inline]
pub(super) fn hash(name: &str) -> u32 {
    (name.len() as u32 * 5 + u32::from(name.bytes().last().unwrap_or(0))) % 64
}

/// The fields of a table, in the order of [`FIELDS`].
pub(super) fn fields_of(table: TableKind) -> impl Iterator<Item = &'static Field> {
    FIELDS.iter().filter(move |field| field.tables.contains(&table))
}

/// The field that `word` most likely means: its name in another case or with `-`, one of its other names, or a name
/// that is at most two typing mistakes away.
pub(crate) fn meant_field(table: TableKind, word: &str) -> Option<&'static Field> {
    let plain = plain_word(word);
    let called = |field: &&Field| field.called.iter().any(|name| plain_word(name) == plain);
    field(table, &plain).or_else(|| fields_of(table).find(called)).or_else(|| {
        let names = fields_of(table).map(|field| field.name);
        closest(&plain, names).and_then(|name| field(table, name))
    })
}

/// The choice that this is, by its value or one of its names.
pub(super) fn choice<'a>(choices: &'a [Choice], word: &str) -> Option<&'a Choice> {
    let by_value = choices.iter().find(|c| c.value == word);
    by_value.or_else(|| choices.iter().find(|c| c.label == word || c.also.contains(&word)))
}

/// The choice that `word` most likely means.
pub(super) fn meant_choice<'a>(choices: &'a [Choice], word: &str) -> Option<&'a Choice> {
    let plain = plain_word(word);
    let same = |name: &str| plain_word(name) == plain;
    let exact = choices.iter().find(|c| same(c.value) || same(c.label) || c.also.iter().any(|name| same(name)));
    exact.or_else(|| {
        let names = choices.iter().flat_map(|c| [c.value, c.label]);
        closest(&plain, names).and_then(|name| choice(choices, name))
    })
}

/// The closest of `names`, if it is at most two edits away. For short words fewer edits are allowed.
pub(crate) fn closest<'a>(word: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let length = word.chars().count();
    let allowed = |name: &str| match length.max(name.chars().count()) {
        0..=2 => 0,
        3..=4 => 1,
        _ => 2,
    };
    nearest(word, names, allowed)
}

/// A word without differences that come from typing only: case, full width, `-` or space for `_`.
pub(super) fn plain_word(word: &str) -> String {
    let narrow = |c: char| match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '-' | ' ' | '\u{3000}' | '\u{a0}' => '_',
        _ => c,
    };
    word.trim().chars().map(narrow).flat_map(char::to_lowercase).map(|c| if c == '-' { '_' } else { c }).collect()
}

/// The message "there is no such setting", with the setting that was probably meant.
pub(crate) fn unknown_words(kind: TableKind, name: &str, meant: Option<&Field>) -> Message {
    let header = kind.header();
    match meant {
        Some(meant) => {
            let (meant, label) = (meant.name, meant.label());
            say!(
                "没有 {name} 这个设置。你是不是想写 {meant}（{label}）？",
                "there is no setting {name}; did you mean {meant}?"
            )
        }
        None => say!("{header} 里没有 {name} 这个设置", "{header} has no setting {name}"),
    }
}

/// Whether the kind takes several texts.
pub fn takes_several(kind: FieldKind) -> bool {
    use FieldKind as K;
    matches!(kind, K::Phrases | K::Regex | K::Choices(_) | K::Hosts | K::Languages | K::Names | K::Examples)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_found_and_names_nothing_twice() {
        for table in TableKind::ALL {
            let names: Vec<_> = fields_of(table).map(|f| f.name).collect();
            let mut unique = names.clone();
            unique.sort_unstable();
            unique.dedup();
            assert_eq!(names.len(), unique.len(), "{table:?} has a field twice");
            for field in fields_of(table) {
                assert!(!field.zh.is_empty() && !field.en.is_empty() && !field.called.is_empty(), "{}", field.name);
                for name in field.called {
                    assert_eq!(meant_field(table, name).map(|f| f.name), Some(field.name), "{table:?} {name}");
                }
            }
        }
    }

    #[test]
    fn slips_are_understood_and_other_words_are_not() {
        let meant = |word| meant_field(TableKind::Rule, word).map(|f| f.name);
        assert_eq!(meant("contain"), Some("contains"));
        assert_eq!(meant("starts-with"), Some("starts_with"));
        assert_eq!(meant("Name"), Some("name"));
        assert_eq!(meant("不含"), Some("unless_contains"));
        assert_eq!(meant("it"), None);
        assert_eq!(meant("colour"), None);
    }
}
