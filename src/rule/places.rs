//! [`Places`]: where in a source the settings of its rules stand.
//!
//! A [`Rule`](super::Rule) knows the line of its table and of each phrase. What is found later
//! about another setting (`where`, `allow`) is marked at that setting, so the source is read once
//! more, and only when there is something to mark.

use std::ops::Range;

use super::lists;
use super::load::Source;
use super::report::Report;
use super::schema;

/// The settings of every table of one source.
#[derive(Debug, Default)]
pub(crate) struct Places {
    /// By the line on which the table starts.
    tables: Vec<(u32, Vec<(&'static str, Range<usize>)>)>,
}

impl Places {
    /// Reads the source; what is wrong with it has been said before.
    pub(crate) fn of(source: &Source) -> Self {
        let mut report = Report::new(source);
        let tables = match source.list() {
            Some((stem, suffix)) => lists::parse(stem, suffix, &mut report).into_iter().collect(),
            None => schema::parse(source, &mut report),
        };
        let place = |table: schema::Table| {
            let line = source.line_of(table.header.start);
            (line, table.entries.into_iter().map(|entry| (entry.field.name, entry.key)).collect())
        };
        Self { tables: tables.into_iter().map(place).collect() }
    }

    /// Where the table that starts on this line says `setting`, in bytes of the source.
    pub(crate) fn setting(&self, table_line: u32, setting: &str) -> Option<Range<usize>> {
        let (_, settings) = self.tables.iter().find(|(line, _)| *line == table_line)?;
        settings.iter().find(|(name, _)| *name == setting).map(|(_, key)| key.clone())
    }
}
