//! The TOML as written: every table, every setting, each with its place.
//!
//! The parser of the `toml` crate decides. If it reports an error, the file is cut at its headers ([`recover`]) and
//! each piece is parsed alone, so that a mistake in one rule hides nothing in the others: broken pieces are
//! explained, the rest is read as usual. Values are checked against [`FIELDS`](super::FIELDS): which settings exist,
//! of which kind, and which values are allowed. [`validate`](super::validate) checks whether the settings of a rule
//! fit together.

use std::borrow::Cow;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fields::{Field, TableKind, field, fields_of, hash, meant_field, unknown_words};
use super::recover;
use super::report::Report;
use super::source::Source;
use super::texts::Text;
use super::values::{self, Value};
use dehusk_text::{Fix, Message, say};

/// One table of a file.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) kind: TableKind,
    /// The place of the header, `[[rule]]`.
    pub(super) header: Range<usize>,
    /// The line, from 1, on which it stands.
    pub(super) line: u32,
    /// The settings, in the order of the file; [`Table::add`] adds one.
    pub(super) entries: Vec<SettingEntry>,
    /// One bit for each [`hash`] of a name: most settings that are looked up are absent, and this says so quickly.
    hashes: u64,
    /// Settings that are present but could not be read. No message says that they are missing.
    pub(super) broken: Vec<&'static str>,
    /// Every setting with the places of its key and its value, unknown ones and broken ones too.
    pub(super) written: Vec<(Cow<'static, str>, Range<usize>, Range<usize>)>,
}

/// One setting.
#[derive(Debug)]
pub(super) struct SettingEntry {
    pub(super) field: &'static Field,
    pub(super) key: Range<usize>,
    pub(super) span: Range<usize>,
    pub(super) value: Value,
}

impl Table {
    /// A table without settings; its header stands on this line, from 1.
    pub(super) fn new(kind: TableKind, header: Range<usize>, line: u32) -> Self {
        let (entries, written) = (Vec::with_capacity(8), Vec::with_capacity(8));
        Self { kind, header, line, entries, hashes: 0, broken: Vec::new(), written }
    }

    /// Adds a setting.
    pub(super) fn add(&mut self, entry: SettingEntry) {
        self.hashes |= 1 << hash(entry.field.name);
        self.entries.push(entry);
    }

    /// The setting of this name.
    #[inline]
    pub(super) fn get(&self, name: &str) -> Option<&SettingEntry> {
        if self.hashes >> hash(name) & 1 == 0 {
            return None;
        }
        self.entries.iter().find(|entry| entry.field.name == name)
    }

    /// The texts of the setting of this name.
    pub(super) fn texts(&self, name: &str) -> &[Text] {
        match self.get(name).map(|entry| &entry.value) {
            Some(Value::Texts(texts)) => texts,
            _ => &[],
        }
    }

    /// Whether it is there, readable or not.
    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some() || self.broken.contains(&name)
    }
}

/// The tables of a file, in the order of the file. Mistakes go to the report.
pub(super) fn parse(source: &Source, report: &mut Report) -> Vec<Table> {
    let mut tables = Vec::new();
    let (root, errors) = DeTable::parse_recoverable(&source.text);
    if errors.is_empty() {
        Walk { source, report, offset: 0, homeless: false }.root(root.get_ref(), &mut tables);
        return tables;
    }
    let before = report.errors();
    for piece in recover::scan(&source.text, source.is_settings()) {
        let broken = !piece.problems.is_empty();
        for problem in piece.problems {
            report.error(problem.code, problem.span, problem.message, problem.fix);
        }
        if broken {
            continue;
        }
        let (root, errors) = DeTable::parse_recoverable(&source.text[piece.range.clone()]);
        match errors.first() {
            None => {
                Walk { source, report, offset: piece.range.start, homeless: false }.root(root.get_ref(), &mut tables)
            }
            Some(error) => unexplained(error, piece.range.start, report),
        }
    }
    if report.errors() == before {
        for error in errors.iter().take(3) {
            unexplained(error, 0, report);
        }
    }
    tables
}

/// Reports an error of the parser for which there are no better words.
fn unexplained(error: &toml::de::Error, offset: usize, report: &mut Report) {
    let span = error.span().unwrap_or(0..0);
    let message = recover::parser_words(error.message());
    report.error("toml-syntax", span.start + offset..span.end + offset, message, None);
}

struct Walk<'a, 'r, 's> {
    source: &'a Source,
    report: &'r mut Report<'s>,
    /// What must be added to a span of the parser to get its place in the file.
    offset: usize,
    /// Whether a setting above the first header has been reported.
    homeless: bool,
}

type Item<'a, 'i> = (&'a Spanned<Cow<'i, str>>, &'a Spanned<DeValue<'i>>);

impl Walk<'_, '_, '_> {
    fn place(&self, span: Range<usize>) -> Range<usize> {
        span.start + self.offset..span.end + self.offset
    }

    fn root(&mut self, root: &DeTable<'_>, tables: &mut Vec<Table>) {
        let from = tables.len();
        if self.source.is_settings() {
            let table = self.table(TableKind::Settings, self.offset..self.offset, root);
            tables.push(table);
            return;
        }
        for (key, value) in in_order(root) {
            self.section(key, value, tables);
        }
        tables[from..].sort_by_key(|table| table.header.start);
    }

    /// Reads one name at the top of a file: it must be a table.
    fn section(&mut self, key: &Spanned<Cow<'_, str>>, value: &Spanned<DeValue<'_>>, tables: &mut Vec<Table>) {
        let name: &str = key.get_ref();
        let kind = TableKind::ALL.into_iter().find(|kind| kind.word() == name && *kind != TableKind::Settings);
        match (kind, value.get_ref()) {
            (Some(kind @ (TableKind::Rule | TableKind::Keep | TableKind::Repair)), DeValue::Array(items))
                if items.iter().all(|item| item.get_ref().is_table()) =>
            {
                for item in items.iter() {
                    if let Some(table) = item.get_ref().as_table() {
                        let header = self.place(item.span());
                        let table = self.table(kind, header, table);
                        tables.push(table);
                    }
                }
            }
            (Some(TableKind::File), DeValue::Table(table)) => {
                let header = self.place(value.span());
                let table = self.table(TableKind::File, header, table);
                tables.push(table);
            }
            (kind, _) => self.no_section(kind, key, value),
        }
    }

    fn no_section(&mut self, kind: Option<TableKind>, key: &Spanned<Cow<'_, str>>, value: &Spanned<DeValue<'_>>) {
        let name: &str = key.get_ref();
        let place = self.place(key.span());
        let line = self.source.line_range(place.start);
        let text = self.source.text[line.clone()].trim();
        if text.starts_with('[') {
            let (message, fix) = recover::header_words(text, name, kind);
            self.report.error(if kind.is_some() { "brackets" } else { "unknown-section" }, line, message, fix);
            return;
        }
        let found = fields_of(TableKind::Rule).chain(fields_of(TableKind::Repair)).find(|field| field.name == name);
        if field(TableKind::Settings, name).is_some() && found.is_none() {
            let message = say!("{name} 是全局设置，只能写在 settings.toml 里", "{name} belongs in settings.toml");
            let near = ["seting", "setting", "settings", "config", "设置", "設置"]
                .iter()
                .any(|word| self.source.name.trim_end_matches(".toml").to_lowercase().starts_with(word));
            let advice = match near {
                true => say!("把文件名改成 settings.toml", "rename the file to settings.toml"),
                false => say!(
                    "把这一行移到规则文件夹里的 settings.toml",
                    "move the line into settings.toml in the folder of rules"
                ),
            };
            self.report.error("wrong-file", place, message, Some(Fix::Advice(advice)));
        } else if found.is_some() || kind.is_some() || !value.get_ref().is_table() {
            let message = say!(
                "{name} 上面没有 [[rule]]，不知道它属于哪条规则",
                "{name} stands above the first [[rule]], so it belongs to no rule"
            );
            let fix = Fix::Line(format!("[[rule]]\n{text}"));
            // One header is missing, so there is one message for all settings above it.
            if !std::mem::replace(&mut self.homeless, true) {
                self.report.error("no-section", place, message, Some(fix));
            }
        } else {
            let (message, fix) = recover::header_words(text, name, kind);
            self.report.error("unknown-section", place, message, fix);
        }
    }

    fn table(&mut self, kind: TableKind, header: Range<usize>, table: &DeTable<'_>) -> Table {
        let mut made = Table::new(kind, header.clone(), self.source.line_of(header.start));
        for (key, value) in in_order(table) {
            let name: &str = key.get_ref();
            let key_place = self.place(key.span());
            made.written.push((Cow::Owned(name.to_string()), key_place.clone(), self.place(value.span())));
            let Some(known) = field(kind, name) else {
                let (message, fix) = self.unknown(kind, name, &key_place);
                if let Some(meant) = meant_field(kind, name) {
                    made.broken.push(meant.name);
                }
                self.report.error("unknown-setting", key_place, message, fix);
                continue;
            };
            let span = self.place(value.span());
            match values::read(known, value, self.offset, self.report) {
                Some(value) => made.add(SettingEntry { field: known, key: key_place, span, value }),
                None => made.broken.push(known.name),
            }
        }
        made
    }

    fn unknown(&self, kind: TableKind, name: &str, place: &Range<usize>) -> (Message, Option<Fix>) {
        if let Some(meant) = meant_field(kind, name) {
            return (unknown_words(kind, name, Some(meant)), Some(self.report.replaced(place, meant.name)));
        }
        if let Some(other) = TableKind::ALL.into_iter().find(|&other| other != kind && field(other, name).is_some()) {
            let (here, there) = (kind.header(), other.header());
            let message = say!(
                "{name} 不能写在 {here} 里，它属于 {there}",
                "{name} has no place in {here}; it belongs in {there}"
            );
            let advice = match kind {
                TableKind::Keep => {
                    say!("保留的行本来就不会删，去掉这一行", "a kept line never goes anyway: delete this")
                }
                _ => say!("去掉这一行，或者挪到 {there} 里", "delete the line, or move it to {there}"),
            };
            return (message, Some(Fix::Advice(advice)));
        }
        let mut known: Vec<_> = fields_of(kind).filter(|field| field.basic).collect();
        if known.len() < 3 {
            known = fields_of(kind).collect();
        }
        let zh: Vec<_> = known.iter().map(|field| format!("{} {}", field.name, field.label())).collect();
        let en: Vec<_> = known.iter().map(|field| field.name).collect();
        let (zh, en) = (zh.join(" / "), en.join(", "));
        let advice = say!("常用的设置有：{zh}", "the usual settings are: {en}");
        (unknown_words(kind, name, None), Some(Fix::Advice(advice)))
    }
}

/// The items of a table in the order of the file.
fn in_order<'a, 'i>(table: &'a DeTable<'i>) -> Vec<Item<'a, 'i>> {
    let mut items: Vec<_> = table.iter().collect();
    items.sort_by_key(|(key, _)| key.span().start);
    items
}
