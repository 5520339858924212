//! [`Context`]: what every worker of a run needs.

use std::ffi::OsString;
use std::num::NonZero;

use dehusk::io::parquet::ListColumn;
use dehusk::pipeline::SampleShare;
use dehusk::{Lang, Warning};

use super::cleaner::{Cleaned, Cleaner};
use super::job::Job;
use crate::read::read_args::Reading;
use crate::ui::messages::{Limit, Notice, Severity, say};

/// What every worker needs.
pub struct Context {
    /// The compiled rules.
    pub cleaner: Cleaner,
    /// What is written for each document.
    pub view: View,
    /// The language of messages.
    pub lang: Lang,
    /// How documents are read.
    pub reading: Reading,
    /// `--backup`.
    pub backup: Option<OsString>,
    /// Names for reports.
    pub profile: String,
    /// How many threads.
    pub threads: NonZero<usize>,
    /// `--line-buffered`.
    pub line_buffered: bool,
    /// `--sample`.
    pub sample: Option<SampleShare>,
    /// Whether rows of the record of removals are asked for.
    pub record: bool,
    /// `--removed-column`.
    pub removed_column: Option<ListColumn>,
    /// The checksum of the rules, for that record.
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
        /// Colour rather than marks.
        styled: bool,
    },
    /// `dehusk explain --json`.
    ExplainJson,
}

impl Context {
    /// Whether a record is taken: whether it is in the sample, if there is one. `offset` is where it begins, or
    /// its number where records have no place of their own.
    pub fn takes(&self, job: &Job, id: Option<&str>, offset: u64) -> bool {
        let name = || SampleShare::name_of(id, &job.input.mirrored_name(), offset);
        self.sample.is_none_or(|sample| sample.takes(&name()))
    }

    /// What to say if the rules would have left almost nothing.
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
