//! [`Context`]: the data that all workers of a run share.

use std::ffi::OsString;
use std::io;
use std::num::NonZero;
use std::path::{Path, PathBuf};

use dehusk::io::parquet::ListColumn;
use dehusk::pipeline::{ResultFile, SampleShare, name_of_path};
use dehusk::{Lang, Warning};

use super::cleaner::{Cleaned, Cleaner};
use super::job::Job;
use crate::read::read_args::Reading;
use crate::ui::atomic_file::{AtomicFile, WrittenFile};
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
    /// `--out`.
    pub out: Option<PathBuf>,
    /// `--sync`.
    pub sync: bool,
    /// `--backup`.
    pub backup: Option<OsString>,
    /// The name of the profile, for reports.
    pub profile: String,
    /// The number of threads.
    pub threads: NonZero<usize>,
    /// `--line-buffered`.
    pub line_buffered: bool,
    /// `--sample`.
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
    /// Creates the file of a result.
    pub fn new_file(&self, path: &Path) -> io::Result<AtomicFile> {
        let file = match &self.out {
            Some(out) => AtomicFile::below(out, path),
            None => AtomicFile::new(path),
        };
        file.map(|file| file.synced(self.sync))
    }

    /// The entry of a result in the journal.
    pub fn result(&self, written: &WrittenFile) -> ResultFile {
        let below = self.out.as_ref().and_then(|out| written.path.strip_prefix(out).ok());
        ResultFile {
            name: name_of_path(below.unwrap_or(&written.path)).replace(std::path::MAIN_SEPARATOR, "/"),
            size: written.stamp.size,
            changed: written.stamp.changed as u64,
            checksum: written.checksum.clone(),
        }
    }

    /// Whether a record is processed: with `--sample`, whether it is in the sample. `offset` is the byte at which it
    /// begins, or its number in formats without offsets.
    pub fn takes(&self, job: &Job, id: Option<&str>, offset: u64) -> bool {
        let name = || SampleShare::name_of(id, &job.input.mirrored_name(), offset);
        self.sample.is_none_or(|sample| sample.takes(&name()))
    }

    /// The notice for a document that the rules would have left almost empty.
    pub fn emptied(&self, page: &Cleaned<'_>, place: impl FnOnce() -> String) -> Option<Notice> {
        if page.outcome.warnings.contains(&Warning::MadeByScript) {
            let text = say!(
                self.lang,
                "网页的正文由脚本生成，HTML 里没有文字；请用浏览器渲染后再抓取",
                "the page is made by script and holds no text; crawl it with a browser that runs scripts"
            );
            return Some(Notice::limited(Severity::Warning, place(), text, Limit::Script));
        }
        if page.outcome.warnings.contains(&Warning::MadeOfFrames) {
            let text = say!(
                self.lang,
                "网页由框架（frame）组成，自己没有文字；请抓取框架里的网页",
                "the page is made of frames and holds no text; crawl the pages in them"
            );
            return Some(Notice::limited(Severity::Warning, place(), text, Limit::Frames));
        }
        if page.outcome.warnings.contains(&Warning::NotHtml) {
            let text = say!(
                self.lang,
                "没有一个 HTML 标签，当作没有标签的文本处理；如果是记录，用 --text-field 指明 HTML 在哪个字段",
                "there is no tag of HTML in it, so it was taken as text; of records, --text-field names the field that holds HTML"
            );
            return Some(Notice::limited(Severity::Warning, place(), text, Limit::NotHtml));
        }
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
