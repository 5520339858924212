//! Records: one document of many in a file, its text replaced and all else as it was.

use dehusk::Lang;
use dehusk::io::{Batch, Entry, EntryError, Format, Parser, Raw};
use dehusk::pipeline::{Failure, Row, Sample};

use crate::clean::{Job, Todo, View};
use crate::explain;
use crate::json::{Origin, document, failure, report};
use crate::run::Piece;
use crate::say::{Level, Message, record_reason, say};

/// Cleans the records of a batch.
pub fn clean(job: &Job, todo: &Todo, parser: &Parser, batch: &Batch) -> Piece {
    let mut piece = Piece::default();
    let file = todo.input.name();
    for raw in batch.records() {
        let one = Place { job, todo, file: &file, raw };
        match parser.parse(raw) {
            Ok(None) => {
                // What is no document belongs to the file all the same.
                if one.passes() {
                    piece.out.extend_from_slice(raw.bytes);
                }
            }
            Ok(Some(entry)) if !one.is_chosen(entry.id()) => continue,
            Ok(Some(entry)) => {
                if let Err(reason) = one.clean(parser, &entry, &mut piece) {
                    one.fail(&reason, &mut piece);
                }
            }
            Err(_) if !one.is_chosen(None) => continue,
            Err(error) => one.fail(&entry_reason(job.lang, &error, &job.fields.text), &mut piece),
        }
        piece.ends.push(piece.out.len());
    }
    piece
}

/// Why the text of a record cannot be taken.
pub fn entry_reason(lang: Lang, error: &EntryError, field: &str) -> String {
    match error {
        EntryError::Jsonl(error) => record_reason(lang, error, field),
        EntryError::Format(error) => error.message().get(lang).to_owned(),
    }
}

/// One record and where it stands.
struct Place<'p> {
    job: &'p Job,
    todo: &'p Todo,
    file: &'p str,
    raw: Raw<'p>,
}

impl Place<'_> {
    fn name(&self) -> String {
        format!("{}:{}", self.file, self.raw.number)
    }

    /// Whether records come out as they went in but for their texts.
    fn passes(&self) -> bool {
        self.job.view == View::Body && self.todo.keeps_format()
    }

    fn is_chosen(&self, id: Option<&str>) -> bool {
        let name = || Sample::name_of(id, &self.todo.input.mirrored_name(), self.raw.offset);
        self.job.sample.is_none_or(|sample| sample.takes(&name()))
    }

    /// The error is the reason, in the reader's language.
    fn clean(&self, parser: &Parser, entry: &Entry<'_>, piece: &mut Piece) -> Result<(), String> {
        let Self { job, todo, file, raw } = *self;
        let origin = Origin { line: Some(raw.number), id: entry.id(), ..Origin::file(file) };
        job.cleaner
            .page(entry.text(), entry.url(), |page| {
                let decided = page.decided();
                let gone = decided.gone();
                piece.tally.document(&decided, &gone);
                let mut original = None;
                match job.view {
                    View::Body if todo.keeps_format() => {
                        let body = page.body();
                        let new = entry.with_text(&body);
                        piece.changed |= body != entry.text();
                        if job.record && !gone.is_empty() && !gives_back(parser, raw, &new, entry.text()) {
                            original = Some(raw.bytes);
                        }
                        piece.out.extend_from_slice(&new);
                    }
                    View::Body => {
                        let body = page.body();
                        match todo.to {
                            Format::Jsonl => {
                                let line = document(&job.fields, entry.id(), entry.url(), &body);
                                piece.out.extend_from_slice(line.as_bytes());
                            }
                            _ => {
                                // An empty line between bodies, so that they can be told apart.
                                let end = if body.ends_with('\n') { "\n" } else { "\n\n" };
                                piece.out.extend([body.as_bytes(), end.as_bytes()].concat());
                            }
                        }
                        piece.changed = true;
                    }
                    View::Json => {
                        let origin = Origin { encoding: Some("UTF-8"), ..origin };
                        piece.out.extend_from_slice(report(page, &origin, job).as_bytes());
                    }
                    View::Explain { styled } => {
                        let title = entry.id().map_or_else(|| self.name(), |id| format!("{} ({id})", self.name()));
                        let said = explain::page(&job.cleaner.engine, page, &title, job.lang, styled);
                        piece.out.extend_from_slice(said.as_bytes());
                    }
                    View::ExplainJson => {
                        let said = explain::page_json(&job.cleaner.engine, page, &origin, &job.profile);
                        piece.out.extend_from_slice(said.as_bytes());
                    }
                }
                if job.record && !gone.is_empty() {
                    let row = Row {
                        record: Some(raw.number as u64),
                        offset: Some(raw.offset),
                        id: entry.id().map(Into::into),
                        host: page.document.host().map(Into::into),
                        ..todo.row(job)
                    };
                    piece.rows.extend_from_slice(decided.rows(&gone, &row, original).as_bytes());
                }
                piece.messages.extend(job.emptied(page, &self.name()));
            })
            .map_err(|e| e.to_string())
    }

    /// A record without a text that can be taken: it passes through where records come out,
    /// and is left out where only texts do.
    fn fail(&self, reason: &str, piece: &mut Piece) {
        let Self { job, file, raw, .. } = *self;
        let text = match job.view {
            View::Json | View::ExplainJson => {
                let origin = Origin { line: Some(raw.number), ..Origin::file(file) };
                piece.out.extend_from_slice(failure(&origin, reason).as_bytes());
                reason.to_owned()
            }
            _ if self.passes() => {
                piece.out.extend_from_slice(raw.bytes);
                say!(job.lang, "{reason}；原样通过", "{reason}; passed through unchanged")
            }
            _ => say!(job.lang, "{reason}；略去", "{reason}; left out"),
        };
        piece.tally.failure(Failure {
            file: file.to_owned(),
            record: Some(raw.number as u64),
            offset: Some(raw.offset),
            reason: reason.to_owned(),
        });
        piece.messages.push(Message::new(Level::Error, self.name(), text));
    }
}

/// Whether the original text, written into the new record, gives the old one. It is tried, since
/// only so it is certain.
fn gives_back(parser: &Parser, old: Raw<'_>, new: &[u8], text: &str) -> bool {
    matches!(parser.parse(Raw { bytes: new, ..old }), Ok(Some(entry)) if *entry.with_text(text) == *old.bytes)
}
