//! Text files: one document each.

use std::fs::File;
use std::io::{self, Read as _, Write as _};

use dehusk::io::{Format, packed};
use dehusk::pipeline::{Failure, Kind, Row, Stamp, checksum};
use dehusk::{Decoded, Lang, Removal};

use super::context::{Job, View};
use super::explain;
use super::job::{Target, Todo};
use super::json::{Origin, document, report};
use super::processed::Piece;
use crate::read::text::{decoded, replaced};
use crate::ui::atomic_file::Pending;
use crate::ui::messages::{Level, Message, reason, say};

/// Reads, cleans and writes one file. Runs on any thread: what is to be printed is handed back.
pub fn run(job: &Job, todo: &Todo, piece: &mut Piece) {
    if let Err(reason) = clean(job, todo, piece) {
        let file = todo.input.name();
        piece.messages.push(Message::new(Level::Error, &file, &reason));
        piece.tally.failure(Failure { file, record: None, offset: None, reason });
        piece.is_whole = false;
    }
}

/// The unpacked bytes of a file, and what it was when it was opened.
fn read(todo: &Todo) -> io::Result<(Vec<u8>, Option<Stamp>)> {
    let mut bytes = Vec::new();
    let Some(path) = &todo.input.path else {
        let (packing, mut reader) = packed::sniff(io::stdin())?;
        match packing {
            packed::Packing::None => reader.read_to_end(&mut bytes)?,
            _ => packed::open(reader, packing).read_to_end(&mut bytes)?,
        };
        return Ok((bytes, None));
    };
    let mut file = File::open(path)?;
    let stamp = Stamp::of_meta(&file.metadata()?);
    match todo.packing.unwrap_or_default() {
        packed::Packing::None => file.read_to_end(&mut bytes)?,
        packing => packed::open(file, packing).read_to_end(&mut bytes)?,
    };
    Ok((bytes, Some(stamp)))
}

/// What becomes of a text.
enum Made {
    /// This.
    New(String),
    /// The bytes of the file without these stretches.
    Less(Vec<Removal>),
}

/// The error is the reason, in the reader's language.
fn clean(job: &Job, todo: &Todo, piece: &mut Piece) -> Result<(), String> {
    let lang = job.lang;
    let name = todo.input.name();
    let (mut bytes, stamp) = read(todo).map_err(|e| reason(lang, &e))?;
    if let (Some(path), Some(stamp)) = (&todo.input.path, stamp) {
        if Stamp::of(path).map_err(|e| reason(lang, &e))? != stamp {
            return Err(changed_meanwhile(lang));
        }
        piece.stamps.push((todo.recorded_name(), stamp));
    }
    let Some(decoded) = decoded(&todo.input, &bytes, job.encoding.as_deref(), lang, &mut piece.messages)? else {
        piece.tally.file(false);
        return Ok(());
    };
    let encoding = decoded.encoding;
    if let Some(text) = replaced(&decoded, lang) {
        if matches!(todo.target, Target::InPlace) {
            return Err(say!(lang, "{text}；为免损坏，没有改写", "{text}; not rewritten, as that would lose them"));
        }
        piece.messages.push(Message::new(Level::Warning, &name, text));
    }

    // Where the bytes are the text, what goes is cut out of them, and no second copy is made.
    let is_text = decoded.encoding == "UTF-8" && decoded.text.len() == bytes.len() && decoded.replaced.is_empty();
    let in_place = is_text && todo.to == Format::Text && todo.target != Target::InPlace;
    let mut of_page = Piece::default();
    let (made, mended) = job
        .cleaner
        .page(&decoded.text, None, |page| {
            let gone = page.decided().gone();
            of_page.tally.document(&page.decided(), &gone);
            if job.record {
                let row = Row { host: page.document.host().map(Into::into), ..row(job, todo, &decoded) };
                of_page.rows.extend_from_slice(page.decided().rows(&gone, &row, None).as_bytes());
            }
            of_page.messages.extend(job.emptied(page, || name.clone()));
            let text = match job.view {
                View::Body if in_place && page.repaired.is_none() => {
                    return (Made::Less(page.outcome.removals.clone()), 0);
                }
                View::Body if todo.to == Format::Jsonl => document(&job.fields, Some(&name), None, &page.body()),
                View::Body => page.body(),
                View::Json => report(page, &Origin { encoding: Some(encoding), ..Origin::file(&name) }, job),
                View::Explain { styled } => explain::page(&job.cleaner.engine, page, &name, lang, styled),
                View::ExplainJson => {
                    let origin = Origin { encoding: Some(encoding), ..Origin::file(&name) };
                    explain::page_json(&job.cleaner.engine, page, &origin, &job.profile)
                }
            };
            (Made::New(text), page.repaired.map_or(0, |repaired| repaired.edits.len()))
        })
        .map_err(|e| e.to_string())?;
    // The other views list each place.
    if mended > 0 && matches!(job.view, View::Body) {
        let places = if mended == 1 { "place" } else { "places" };
        let text = say!(lang, "修复了 {mended} 处；--json 列出每一处", "{mended} {places} repaired; --json lists each");
        of_page.messages.push(Message::new(Level::Note, &name, text));
    }

    if job.record {
        let end = Row {
            kind: Kind::File,
            documents: Some(1),
            bytes: Some(bytes.len() as u64),
            checksum: Some(checksum(&bytes).into()),
            raw: (!gives_back(&decoded, &bytes)).then(|| Row::raw_of(&bytes)),
            ..row(job, todo, &decoded)
        };
        of_page.rows.extend_from_slice(end.line().as_bytes());
    }
    let (output, changed) = match made {
        Made::Less(removals) => {
            drop(decoded);
            Removal::cut(&removals, &mut bytes);
            (bytes, !removals.is_empty())
        }
        Made::New(text) if text == decoded.text => (text.into_bytes(), false),
        Made::New(text) if todo.target == Target::InPlace => (encoded_again(&decoded, &bytes, &text, lang)?, true),
        Made::New(text) => (text.into_bytes(), true),
    };
    match (&todo.target, &todo.input.path) {
        (Target::Stdout, _) if piece.out.is_empty() => piece.out = output,
        (Target::Stdout, _) => piece.out.extend_from_slice(&output),
        (Target::File(path), _) => {
            write(todo, path, &output, None)
                .map_err(|e| format!("{}: {}", path.display(), reason(lang, &piece.full(e))))?;
        }
        (Target::InPlace, Some(path)) if changed => {
            write(todo, path, &output, job.backup.as_deref()).map_err(|e| reason(lang, &piece.full(e)))?;
        }
        // Nothing to do; standard input is refused with --in-place.
        (Target::InPlace, _) => {}
    }
    // A file counts when its result is in its place.
    piece.messages.append(&mut of_page.messages);
    piece.tally.add(&of_page.tally);
    piece.tally.file(changed && todo.target != Target::Stdout);
    piece.rows.append(&mut of_page.rows);
    Ok(())
}

/// What a file holds that is rewritten in its own encoding.
fn encoded_again(decoded: &Decoded<'_>, bytes: &[u8], text: &str, lang: Lang) -> Result<Vec<u8>, String> {
    let encoding = decoded.encoding;
    let encode = |text: &str| {
        decoded.encode(text).map_err(|e| say!(lang, "没有改写，无法写成 {encoding}：{e}", "not rewritten: {e}"))
    };
    // Some encodings have two ways to write a character; what stays must stay byte for byte.
    if encode(&decoded.text)? != bytes {
        return Err(say!(
            lang,
            "没有改写：留下的部分写回 {encoding} 会和原来不同",
            "not rewritten: in {encoding}, what stays would not be written as it was"
        ));
    }
    encode(text)
}

/// What the rows of a file have in common.
fn row<'a>(job: &'a Job, todo: &'a Todo, decoded: &Decoded<'_>) -> Row<'a> {
    Row {
        encoding: (decoded.encoding != "UTF-8").then(|| decoded.encoding.into()),
        bom: decoded.bom.then_some(true),
        in_place: (todo.target == Target::InPlace).then_some(true),
        ..todo.row(job)
    }
}

/// Whether the text, encoded again, gives the bytes that were there.
fn gives_back(decoded: &Decoded<'_>, bytes: &[u8]) -> bool {
    let is_itself = decoded.encoding == "UTF-8" && !decoded.bom && decoded.replaced.is_empty();
    is_itself || decoded.encode(&decoded.text).is_ok_and(|encoded| encoded == bytes)
}

/// What to say of a file that was written to while it was read.
pub fn changed_meanwhile(lang: Lang) -> String {
    say!(
        lang,
        "读的时候文件变了，结果没有写出；等它写完后再运行一次",
        "the file changed while it was read, so no result was written; run again when it is complete"
    )
}

fn write(todo: &Todo, path: &std::path::Path, bytes: &[u8], backup: Option<&std::ffi::OsStr>) -> io::Result<()> {
    let mut file = Pending::new(path)?;
    match todo.pack {
        packed::Packing::None => file.write_all(bytes)?,
        packing => file.write_all(&packed::pack(bytes, packing, None)?)?,
    }
    file.commit(backup)
}
