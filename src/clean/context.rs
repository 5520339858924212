//! [`Context`]: the data that all workers of a run share.

use std::ffi::OsString;
use std::num::NonZero;

use dehusk::io::parquet::ListColumn;
use dehusk::pipeline::SampleShare;
use dehusk::{Lang, Warning};

use super::cleaner::{Cleaned, Cleaner};
use super::job::Job;
use crate::read::read_args::Reading;
use crate::ui::messages::{Limit, Notice, Severity, say};

/// The data that all workers share, read-only.
pub struct Context {
    /// The compiled rules.
    pub cleaner: Cleaner,
    /// What is written for each document.
    pub view: View,
    /// The language of messages.
    pub lang: Lang,
    /// The options for reading documents.
    pub reading: Reading,
    /// The value of `--backup`.
    pub backup: Option<OsString>,
    /// The name of the profile, for reports.
    pub profile: String,
    /// The number of threads.
    pub threads: NonZero<usize>,
    /// The value of `--sample`.
    pub sample: Option<SampleShare>,
    /// Whether a record of removals is written (`--removed`).
    pub record: bool,
    /// The column of `--removed-column`.
    pub removed_column: Option<ListColumn>,
    /// The checksum of the rules, for the record of removals.
    pub rules: String,
}

/// What is written for each document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// The body.
    Body,
    /// `--json`.
    Json,
    /// `--explain`.
    Explain {
        /// Whether to use colours instead of marks.
        styled: bool,
    },
    /// `dehusk explain --json`.
    ExplainJson,
}

impl Context {
    /// Whether a record is processed: with `--sample`, whether it is in the sample. `offset` is the byte at which it
    /// begins, or its number in formats where records have no offset.
    pub fn takes(&self, job: &Job, id: Option<&str>, offset: u64) -> bool {
        let name = || SampleShare::name_of(id, &job.input.mirrored_name(), offset);
        self.sample.is_none_or(|sample| sample.takes(&name()))
    }

    /// The notice for a document that the rules would have left almost empty.
    pub fn emptied(&self, page: &Cleaned<'_>, place: impl FnOnce() -> String) -> Option<Notice> {
        let emptied = page.outcome.warnings.contains(&Warning::WouldBeEmpty);
        emptied.then(|| {
            let text = say!(
                self.lang,
                "按规则几乎不剩正文，原样通过；用 --explain 看是哪些规则",
                "the rules would leave almost nothing, so it passes unchanged; --explain shows which"
            );
            Notice::limited(Severity::Warning, place(), text, Limit::Emptied)
        })
    }
}
