//! JSON Lines: one document a line, the field with the text replaced.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};

use dehusk::{Batches, Record};

use crate::args::FormatArg;
use crate::clean::{Job, Todo, View};
use crate::explain;
use crate::jobs::in_order;
use crate::json::{Origin, failure, report};
use crate::say::{Console, Level, Message, record_reason, say};

/// Lines that one thread gets at a time, in bytes; a batch is some of these for each thread.
const PIECE: usize = 256 << 10;
/// Pieces for each thread between two writes: few enough to bound memory, enough that
/// threads seldom wait for the slowest.
const PIECES: usize = 16;

/// What came of one file.
#[derive(Debug, Default)]
pub struct Stats {
    /// Lines with a record, taken or not.
    pub records: usize,
    /// Lines whose text could not be taken.
    pub failed: usize,
    /// At least one line is not as it was.
    pub changed: bool,
    /// The output ends in the middle of a line.
    pub open_line: bool,
}

/// Why a file was given up.
#[derive(Debug)]
pub enum Stop {
    /// It could not be read (further).
    Read(io::Error),
    /// The result could not be written.
    Write(io::Error),
}

/// Cleans a stream of records into `out`, in order.
pub fn run(job: &Job, todo: &Todo, out: &mut dyn Write, console: &mut Console) -> Result<Stats, Stop> {
    let reader: Box<dyn BufRead> = match &todo.input.path {
        Some(path) => Box::new(BufReader::with_capacity(1 << 16, File::open(path).map_err(Stop::Read)?)),
        None => Box::new(io::stdin().lock()),
    };
    let mut batches = Batches::new(reader);
    let mut stats = Stats::default();
    let size = PIECE * PIECES * job.jobs.get();
    while let Some(batch) = batches.next_batch(size).map_err(Stop::Read)? {
        let lines: Vec<(usize, &[u8])> = batch.lines().collect();
        for piece in in_order(&pieces(&lines), job.jobs, |lines| clean(job, todo, lines)) {
            for message in &piece.messages {
                console.tell(message);
            }
            out.write_all(&piece.out).map_err(Stop::Write)?;
            stats.records += piece.records;
            stats.failed += piece.failed;
            stats.changed |= piece.changed;
            stats.open_line = piece.out.last().map_or(stats.open_line, |&b| b != b'\n');
        }
    }
    Ok(stats)
}

/// Cuts lines into runs of about [`PIECE`] bytes.
fn pieces<'a, 'l>(lines: &'a [(usize, &'l [u8])]) -> Vec<&'a [(usize, &'l [u8])]> {
    let mut pieces = Vec::new();
    let (mut start, mut bytes) = (0, 0);
    for (i, (_, line)) in lines.iter().enumerate() {
        bytes += line.len();
        if bytes >= PIECE || i + 1 == lines.len() {
            pieces.push(&lines[start..=i]);
            (start, bytes) = (i + 1, 0);
        }
    }
    pieces
}

#[derive(Default)]
struct Piece {
    out: Vec<u8>,
    messages: Vec<Message>,
    records: usize,
    failed: usize,
    changed: bool,
}

fn clean(job: &Job, todo: &Todo, lines: &[(usize, &[u8])]) -> Piece {
    let mut piece = Piece::default();
    for &(number, line) in lines {
        if line.trim_ascii().is_empty() {
            if job.view == View::Body && todo.to == FormatArg::Jsonl {
                piece.out.extend_from_slice(line);
            }
            continue;
        }
        piece.records += 1;
        if let Err(reason) = clean_line(job, todo, number, line, &mut piece) {
            piece.failed += 1;
            piece.fail(job, todo, number, line, &reason);
        }
    }
    piece
}

/// The error is the reason, in the reader's language.
fn clean_line(job: &Job, todo: &Todo, number: usize, line: &[u8], piece: &mut Piece) -> Result<(), String> {
    let record = Record::parse(line, &job.fields).map_err(|e| record_reason(job.lang, &e, &job.fields.text))?;
    let name = todo.input.name();
    let place = || format!("{name}:{number}");
    let emptied = job
        .cleaner
        .page(record.text(), record.url(), |page| {
            match job.view {
                View::Body if todo.to == FormatArg::Jsonl => {
                    let body = page.body();
                    piece.changed |= body != record.text();
                    piece.out.extend_from_slice(record.with_text(&body).as_bytes());
                }
                View::Body => {
                    // An empty line between bodies, so that they can be told apart.
                    let body = page.body();
                    let end = if body.ends_with('\n') { "\n" } else { "\n\n" };
                    piece.out.extend([body.as_bytes(), end.as_bytes()].concat());
                    piece.changed = true;
                }
                View::Json => {
                    let origin =
                        Origin { line: Some(number), id: record.id(), encoding: Some("UTF-8"), ..Origin::file(&name) };
                    piece.out.extend_from_slice(report(page, &origin, job).as_bytes());
                }
                View::Explain { styled } => {
                    let title = record.id().map_or_else(place, |id| format!("{} ({id})", place()));
                    let said = explain::page(&job.cleaner.engine, page, &title, job.lang, styled);
                    piece.out.extend_from_slice(said.as_bytes());
                }
                View::ExplainJson => {
                    let origin = Origin { line: Some(number), id: record.id(), ..Origin::file(&name) };
                    let said = explain::page_json(&job.cleaner.engine, page, &origin, &job.profile);
                    piece.out.extend_from_slice(said.as_bytes());
                }
            }
            job.emptied(page, &place())
        })
        .map_err(|e| e.to_string())?;
    piece.messages.extend(emptied);
    Ok(())
}

impl Piece {
    /// A line without a text that can be taken: it passes through where lines come out,
    /// and is left out where only texts do.
    fn fail(&mut self, job: &Job, todo: &Todo, number: usize, line: &[u8], reason: &str) {
        let name = todo.input.name();
        let text = match job.view {
            View::Body if todo.to == FormatArg::Jsonl => {
                self.out.extend_from_slice(line);
                say!(job.lang, "{reason}；原样通过", "{reason}; passed through unchanged")
            }
            View::Json | View::ExplainJson => {
                let origin = Origin { line: Some(number), ..Origin::file(&name) };
                self.out.extend_from_slice(failure(&origin, reason).as_bytes());
                reason.to_owned()
            }
            _ => say!(job.lang, "{reason}；略去", "{reason}; left out"),
        };
        self.messages.push(Message::new(Level::Error, format!("{name}:{number}"), text));
    }
}
