//! Where in a source the tables and settings of its rules stand.
//!
//! A [`Rule`](super::Rule) knows the line of its table and of each phrase. Code that needs the place of another
//! setting ([`Places`]) or edits the file ([`places`]) reads the source a second time.
//!
//! Places are bytes of [`Source::text`]. An unknown setting, or one with a wrong value, has a place too: an edit must
//! be able to repair it or to leave it alone. For a file that is not valid TOML there are the tables that could still
//! be read.

use std::ops::Range;

use super::fields::{Field, TableKind, field};
use super::lists;
use super::report::Report;
use super::schema;
use super::source::Source;

/// The settings of every table of one source.
#[derive(Debug, Default)]
pub struct Places {
    /// By the line on which the table starts.
    tables: Vec<(u32, TableSettings)>,
}

/// The settings of a table: the name of each, and where its key stands.
type TableSettings = Vec<(&'static str, Range<usize>)>;

impl Places {
    /// Reads the source. Its mistakes are not reported again.
    pub fn of(source: &Source) -> Self {
        let mut report = Report::new(source);
        let tables = match source.list() {
            Some((stem, suffix)) => lists::parse(stem, suffix, &mut report).into_iter().collect(),
            None => schema::parse(source, &mut report),
        };
        let place = |table: schema::Table| {
            (table.line, table.entries.into_iter().map(|entry| (entry.field.name, entry.key)).collect())
        };
        Self { tables: tables.into_iter().map(place).collect() }
    }

    /// The place of the key `setting` in the table that starts on this line, in bytes of the source.
    pub fn setting(&self, table_line: u32, setting: &str) -> Option<Range<usize>> {
        let (_, settings) = self.tables.iter().find(|(line, _)| *line == table_line)?;
        settings.iter().find(|(name, _)| *name == setting).map(|(_, key)| key.clone())
    }
}

/// One `[[rule]]`, `[[keep]]`, `[[repair]]` or `[file]`; for `settings.toml` the file.
#[derive(Clone, Debug)]
pub(crate) struct TablePlace {
    /// The kind of table.
    pub(crate) kind: TableKind,
    /// The value of its setting `name`.
    pub(crate) name: Option<String>,
    /// The place of its header.
    pub(crate) header: Range<usize>,
    /// Its settings in the order of the file.
    pub(crate) settings: Vec<SettingPlace>,
}

impl TablePlace {
    /// The setting of this name.
    pub fn setting(&self, name: &str) -> Option<&SettingPlace> {
        self.settings.iter().find(|setting| setting.name == name)
    }
}

/// One `key = value`.
#[derive(Clone, Debug)]
pub(crate) struct SettingPlace {
    /// The key as written.
    pub(crate) name: String,
    /// The field with this name; `None` for an unknown setting.
    pub(crate) field: Option<&'static Field>,
    /// The place of the key.
    pub(crate) key: Range<usize>,
    /// The place of the value, quotes included.
    pub(crate) value: Range<usize>,
}

/// The tables of a file. A plain list has none.
pub(crate) fn places(source: &Source) -> Vec<TablePlace> {
    if source.list().is_some() {
        return Vec::new();
    }
    let mut report = Report::new(source);
    let tables = schema::parse(source, &mut report);
    let place = |table: schema::Table| TablePlace {
        kind: table.kind,
        name: table.texts("name").first().map(|text| text.text.trim().to_string()),
        header: table.header,
        settings: table
            .written
            .into_iter()
            .map(|(name, key, value)| SettingPlace {
                field: field(table.kind, &name),
                name: name.into_owned(),
                key,
                value,
            })
            .collect(),
    };
    tables.into_iter().map(place).collect()
}
