//! Cleans records: many documents in one file. The text is replaced, and everything else stays.

use dehusk::Document;
use dehusk::io::parquet::{Lists, ParquetBatch};
use dehusk::io::{Batch, Format, FormatError, NoPage, Parser, Raw};
use dehusk::pipeline::{FAILURES, Failure, Row};

use super::cleaner::Cleaned;
use super::context::{Context, View};
use super::explain;
use super::job::{Job, Target};
use super::json::{Origin, document, failure, report};
use super::processed::{Processed, TableRow};
use super::texts::html_in_place;
use crate::read::reason::{ReasonText, entry_reason};
use crate::ui::messages::{Limit, Notice, Severity, say};

/// Cleans the records of a batch.
pub fn clean(context: &Context, job: &Job, parser: &Parser, batch: &Batch) -> Processed {
    let mut processed = Processed::new(context);
    processed.out.reserve(batch.bytes().len());
    let file = job.input.name();
    for raw in batch.records() {
        let place = RecordPlace { context, job, file: &file, number: raw.number as u64, offset: Some(raw.offset) };
        match parser.parse(raw) {
            Ok(None) => {
                if let Some(why) = parser.no_page(raw).filter(|_| place.is_chosen(None)) {
                    processed.tally.no_page();
                    processed.messages.push(place.no_page(why));
                }
                // A record that is not a document must still be written.
                if place.passes() {
                    processed.out.extend_from_slice(raw.bytes);
                }
            }
            Ok(Some(entry)) => {
                let document = || entry.document();
                let is_html = entry.is_html();
                let doc = RecordDocument { document: &document, is_html, url: entry.url(), id: entry.id() };
                let keep = |page: &Cleaned<'_>, processed: &mut Processed| {
                    let start = processed.out.len();
                    match page.repaired.is_some() || page.page.is_some() {
                        true => processed.out.extend_from_slice(&entry.with_text(&page.body())),
                        false => entry.write_without(page.outcome.removals.iter().map(|r| r.span), &mut processed.out),
                    }
                    // The whole record is kept for HTML: it cannot be restored from the body and the removals.
                    !context.record
                        || page.page.is_none()
                            && record_is_reversible(parser, raw, &processed.out[start..], entry.text())
                };
                place.clean(&doc, raw.bytes, &mut processed, keep);
            }
            Err(error) => {
                let why = entry_reason(context.lang, &error, raw.bytes, &context.reading.fields, &file);
                place.fail(why, raw.bytes, &mut processed);
            }
        }
        processed.ends.push(processed.out.len());
    }
    processed
}

/// Cleans the rows of a batch of a Parquet file.
pub fn clean_rows(context: &Context, job: &Job, mut batch: ParquetBatch) -> Processed {
    let mut processed = Processed::new(context);
    let file = job.input.name();
    let (first, limit) = (batch.first(), context.reading.limits.record);
    for (i, row) in batch.rows_mut().iter_mut().enumerate() {
        let place = RecordPlace { context, job, file: &file, number: first + i as u64, offset: None };
        if !place.is_chosen(row.id()) {
            row.leave_out();
            continue;
        }
        let listed = processed.removed.as_ref().map(Lists::len);
        match row.text() {
            // A missing text is not an error: the value stays missing.
            Ok(None) => {}
            Ok(Some(text)) if text.len() > limit => {
                let error = FormatError::TooLong { limit };
                place.fail(ReasonText::of(error.message().get(context.lang)), &[], &mut processed);
            }
            Ok(Some(text)) => {
                let mut new = None;
                let document = || Document::new(text);
                let doc = RecordDocument { document: &document, is_html: false, url: row.url(), id: row.id() };
                place.clean(&doc, &[], &mut processed, |page, _| {
                    new = page.is_changed().then(|| page.body());
                    true
                });
                if let Some(new) = new {
                    row.set_text(new);
                }
            }
            Err(error) => place.fail(ReasonText::of(error.message().get(context.lang)), &[], &mut processed),
        }
        if let Some(lists) = processed.removed.as_mut().filter(|lists| Some(lists.len()) == listed) {
            // A row that was not cleaned has no removals.
            lists.row(!matches!(row.text(), Ok(None)));
        }
    }
    if let Some(lists) = processed.removed.take() {
        batch.set_lists(lists);
    }
    processed.batch = Some(batch);
    processed
}

/// The bytes of a row that go into the checksum of all texts of a Parquet file.
pub fn sum_row(text: Result<Option<&str>, FormatError>, mut add: impl FnMut(&[u8])) {
    match text {
        Ok(Some(text)) => {
            add(&(text.len() as u64).to_le_bytes());
            add(text.as_bytes());
        }
        _ => add(&u64::MAX.to_le_bytes()),
    }
}

/// The parts of a record that are needed for cleaning.
struct RecordDocument<'d> {
    /// Makes the document. It is only called for records that are processed.
    document: &'d dyn Fn() -> dehusk::Result<Document<'d>>,
    /// Whether the text is HTML, whatever the user said about texts.
    is_html: bool,
    url: Option<&'d str>,
    id: Option<&'d str>,
}

/// The place of a record.
struct RecordPlace<'p> {
    context: &'p Context,
    job: &'p Job,
    file: &'p str,
    number: u64,
    offset: Option<u64>,
}

impl RecordPlace<'_> {
    fn name(&self) -> String {
        format!("{}:{}", self.file, self.number)
    }

    /// Whether records keep their format and only their texts change.
    fn passes(&self) -> bool {
        self.context.view == View::Body && self.job.keeps_format()
    }

    /// The message about the answer of a server that is no page.
    fn no_page(&self, why: NoPage) -> Notice {
        let lang = self.context.lang;
        let text = match why {
            NoPage::Status(status) => say!(
                lang,
                "服务器的回答是 {status}，不是网页；不清理",
                "the server answered {status}, so it is no page; not cleaned"
            ),
            NoPage::Empty => say!(lang, "服务器的回答是空的；不清理", "the answer of the server is empty; not cleaned"),
        };
        Notice::limited(Severity::Note, self.name(), text, Limit::NoPage)
    }

    fn is_chosen(&self, id: Option<&str>) -> bool {
        self.context.takes(self.job, id, self.offset.unwrap_or(self.number))
    }

    /// Cleans one document. If records keep their format, `keep` writes the new record and says whether `raw` can be
    /// restored from it.
    fn clean(
        &self,
        doc: &RecordDocument<'_>,
        raw: &[u8],
        processed: &mut Processed,
        keep: impl FnOnce(&Cleaned<'_>, &mut Processed) -> bool,
    ) {
        let Self { context, job, file, number, offset } = *self;
        if !self.is_chosen(doc.id) {
            return;
        }
        processed.has_url |= doc.url.is_some();
        let origin = Origin { line: Some(number as usize), id: doc.id, ..Origin::file(file) };
        let text = match (doc.document)() {
            Ok(text) => text,
            Err(error) => return self.fail(ReasonText::of(&error.to_string()), raw, processed),
        };
        let mut is_refused = false;
        let read = |page: &Cleaned<'_>| {
            if job.target == Target::InPlace && page.page.is_some() {
                is_refused = true;
                return;
            }
            let decided = page.decided();
            let changes = decided.changes();
            processed.tally.document(&decided, &changes);
            let mut record_is_reversible = true;
            match context.view {
                View::Body if job.keeps_format() => {
                    processed.changed |= page.is_changed();
                    record_is_reversible = keep(page, processed) || changes.is_empty();
                }
                View::Body => {
                    let body = page.body();
                    match job.to {
                        Format::Jsonl => {
                            let line = document(&context.reading.fields, doc.id, doc.url, &body);
                            processed.out.extend_from_slice(line.as_bytes());
                        }
                        Format::Parquet => {
                            processed.table.push(TableRow {
                                id: doc.id.map(Into::into),
                                url: doc.url.map(Into::into),
                                text: body,
                            });
                        }
                        _ => {
                            // An empty line separates two bodies.
                            let end = if body.ends_with('\n') { "\n" } else { "\n\n" };
                            processed.out.extend([body.as_bytes(), end.as_bytes()].concat());
                        }
                    }
                    processed.changed = true;
                }
                View::Json => {
                    let origin = Origin { encoding: Some("UTF-8"), ..origin };
                    processed.out.extend_from_slice(report(page, &origin, context).as_bytes());
                }
                View::Explain { styled } => {
                    let title = doc.id.map_or_else(|| self.name(), |id| format!("{} ({id})", self.name()));
                    let said = explain::page(page.engine, page, &title, context.lang, styled);
                    processed.out.extend_from_slice(said.as_bytes());
                }
                View::ExplainJson => {
                    let said = explain::page_json(page.engine, page, &origin, &context.profile);
                    processed.out.extend_from_slice(said.as_bytes());
                }
            }
            if context.record && !changes.is_empty() {
                let row = Row {
                    record: Some(number),
                    offset,
                    id: doc.id.map(Into::into),
                    host: page.document.host().map(Into::into),
                    ..job.row(context)
                };
                let original = (!record_is_reversible).then_some(raw);
                processed.rows.extend_from_slice(decided.rows(&changes, &row, original).as_bytes());
            }
            if let Some(lists) = &mut processed.removed {
                decided.list(&changes, lists).expect("the column is the one that lists are made for");
            }
            processed.messages.extend(context.emptied(page, || self.name()));
        };
        let cleaned = match doc.is_html {
            true => context.cleaner.html(text.text(), doc.url, read),
            false => context.cleaner.document(text, doc.url, read),
        };
        if let Err(error) = cleaned {
            self.fail(ReasonText::of(&error.to_string()), raw, processed);
        } else if is_refused {
            let once = Some(Limit::OnceAFile("html", file.to_owned()));
            self.fail(ReasonText { text: html_in_place(context.lang), limit: once }, raw, processed);
        }
    }

    /// Handles a record whose text cannot be read: it is passed through if records keep their format, otherwise it is
    /// left out.
    fn fail(&self, why: ReasonText, raw: &[u8], processed: &mut Processed) {
        let ReasonText { text: reason, limit } = why;
        let Self { context, file, number, offset, .. } = *self;
        if !self.is_chosen(None) {
            return;
        }
        let text = match context.view {
            View::Json | View::ExplainJson => {
                let origin = Origin { line: Some(number as usize), ..Origin::file(file) };
                processed.out.extend_from_slice(failure(&origin, &reason).as_bytes());
                reason.clone()
            }
            _ if self.passes() => {
                processed.out.extend_from_slice(raw);
                say!(context.lang, "{reason}；原样通过", "{reason}; passed through unchanged")
            }
            _ => say!(context.lang, "{reason}；略去", "{reason}; left out"),
        };
        processed.tally.failure(Failure { file: file.to_owned(), record: Some(number), offset, reason });
        // A file of something else fails line by line, and a message takes more memory than its line.
        if processed.tally.failed() <= FAILURES as u64 {
            processed.messages.push(Notice { limit, ..Notice::new(Severity::Error, self.name(), text) });
        }
    }
}

/// Whether writing the original text into the new record gives the old record. This is tried out, because no other
/// test is certain.
fn record_is_reversible(parser: &Parser, old: Raw<'_>, new: &[u8], text: &str) -> bool {
    matches!(parser.parse(Raw { bytes: new, ..old }), Ok(Some(entry)) if *entry.with_text(text) == *old.bytes)
}
