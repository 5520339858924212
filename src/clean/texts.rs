//! Cleans text files, which have one document each.

use std::io::{self, Write as _};

use dehusk::io::{Format, packed};
use dehusk::pipeline::{Failure, Kind, Row, Stamp, checksum};
use dehusk::{Decoded, Lang, Removal};

use super::context::{Context, View};
use super::explain;
use super::job::{Job, Target};
use super::json::{Origin, document, report};
use super::processed::Processed;
use crate::read::text::{bytes_of, decoded, replaced};
use crate::ui::atomic_file::AtomicFile;
use crate::ui::messages::{Notice, Severity, reason, say};

/// Reads, cleans and writes one file, and adds the results to `processed`. Runs on any thread; messages and output for
/// standard output are returned in `processed`.
pub fn run(context: &Context, job: &Job, processed: &mut Processed) {
    if let Err(reason) = clean(context, job, processed) {
        let file = job.input.name();
        processed.messages.push(Notice::new(Severity::Error, &file, &reason));
        processed.tally.failure(Failure { file, record: None, offset: None, reason });
        processed.is_whole = false;
    }
}

/// The new content of a file.
enum Rewritten {
    /// This text.
    New(String),
    /// The bytes of the file without these ranges.
    Less(Vec<Removal>),
}

/// Cleans one file. The error is the reason in the user's language.
fn clean(context: &Context, job: &Job, processed: &mut Processed) -> Result<(), String> {
    let lang = context.lang;
    let name = job.input.name();
    let (mut bytes, stamp) = bytes_of(&job.input, job.packing).map_err(|e| reason(lang, &e))?;
    if let (Some(path), Some(stamp)) = (&job.input.path, stamp) {
        if Stamp::of(path).map_err(|e| reason(lang, &e))? != stamp {
            return Err(changed_meanwhile(lang));
        }
        processed.stamps.push((job.recorded_name(), stamp));
    }
    let Some(decoded) = decoded(&job.input, &bytes, &context.reading, lang, &mut processed.messages)? else {
        processed.tally.file(false);
        return Ok(());
    };
    let encoding = decoded.encoding;
    if let Some(text) = replaced(&decoded, lang) {
        if matches!(job.target, Target::InPlace) {
            return Err(say!(lang, "{text}；为免损坏，没有改写", "{text}; not rewritten, as that would lose them"));
        }
        processed.messages.push(Notice::new(Severity::Warning, &name, text));
    }

    // If the bytes of the file are the text, ranges are removed from them in memory without a second copy.
    let is_text = decoded.encoding == "UTF-8" && decoded.text.len() == bytes.len() && decoded.replaced.is_empty();
    let in_place = is_text && job.to == Format::Text && job.target != Target::InPlace;
    let mut of_document = Processed::default();
    let (rewritten, repaired) = context
        .cleaner
        .page(&decoded.text, None, |page| {
            let changes = page.decided().changes();
            of_document.tally.document(&page.decided(), &changes);
            if context.record {
                let row = Row { host: page.document.host().map(Into::into), ..row(context, job, &decoded) };
                of_document.rows.extend_from_slice(page.decided().rows(&changes, &row, None).as_bytes());
            }
            of_document.messages.extend(context.emptied(page, || name.clone()));
            let text = match context.view {
                View::Body if in_place && page.repaired.is_none() => {
                    return (Rewritten::Less(page.outcome.removals.clone()), 0);
                }
                View::Body if job.to == Format::Jsonl => {
                    document(&context.reading.fields, Some(&name), None, &page.body())
                }
                View::Body => page.body(),
                View::Json => report(page, &Origin { encoding: Some(encoding), ..Origin::file(&name) }, context),
                View::Explain { styled } => explain::page(&context.cleaner.engine, page, &name, lang, styled),
                View::ExplainJson => {
                    let origin = Origin { encoding: Some(encoding), ..Origin::file(&name) };
                    explain::page_json(&context.cleaner.engine, page, &origin, &context.profile)
                }
            };
            (Rewritten::New(text), page.repaired.map_or(0, |repaired| repaired.edits.len()))
        })
        .map_err(|e| e.to_string())?;
    // The other views show each repair.
    if repaired > 0 && matches!(context.view, View::Body) {
        let places = if repaired == 1 { "place" } else { "places" };
        let text =
            say!(lang, "修复了 {repaired} 处；--json 列出每一处", "{repaired} {places} repaired; --json lists each");
        of_document.messages.push(Notice::new(Severity::Note, &name, text));
    }

    if context.record {
        let end = Row {
            kind: Kind::File,
            documents: Some(1),
            bytes: Some(bytes.len() as u64),
            checksum: Some(checksum(&bytes).into()),
            raw: (!gives_back(&decoded, &bytes)).then(|| Row::raw_of(&bytes)),
            ..row(context, job, &decoded)
        };
        of_document.rows.extend_from_slice(end.line().as_bytes());
    }
    let (output, changed) = match rewritten {
        Rewritten::Less(removals) => {
            drop(decoded);
            Removal::cut(&removals, &mut bytes);
            (bytes, !removals.is_empty())
        }
        Rewritten::New(text) if text == decoded.text => (text.into_bytes(), false),
        Rewritten::New(text) if job.target == Target::InPlace => (encoded_again(&decoded, &bytes, &text, lang)?, true),
        Rewritten::New(text) => (text.into_bytes(), true),
    };
    match (&job.target, &job.input.path) {
        (Target::Stdout, _) if processed.out.is_empty() => processed.out = output,
        (Target::Stdout, _) => processed.out.extend_from_slice(&output),
        (Target::File(path), _) => {
            write(job, path, &output, None)
                .map_err(|e| format!("{}: {}", path.display(), reason(lang, &processed.full(e))))?;
        }
        (Target::InPlace, Some(path)) if changed => {
            write(job, path, &output, context.backup.as_deref()).map_err(|e| reason(lang, &processed.full(e)))?;
        }
        // Nothing changed. (`--in-place` refuses standard input.)
        (Target::InPlace, _) => {}
    }
    // Count the file only after its result was written.
    processed.messages.append(&mut of_document.messages);
    processed.tally.add(&of_document.tally);
    processed.tally.file(changed && job.target != Target::Stdout);
    processed.rows.append(&mut of_document.rows);
    Ok(())
}

/// The new bytes of a file that is rewritten in its own encoding; fails if a character cannot be encoded or other bytes
/// would change.
fn encoded_again(decoded: &Decoded<'_>, bytes: &[u8], text: &str, lang: Lang) -> Result<Vec<u8>, String> {
    let encoding = decoded.encoding;
    let encode = |text: &str| {
        decoded.encode(text).map_err(|e| say!(lang, "没有改写，无法写成 {encoding}：{e}", "not rewritten: {e}"))
    };
    // Some encodings have two codes for one character; what stays must stay byte-identical.
    if encode(&decoded.text)? != bytes {
        return Err(say!(
            lang,
            "没有改写：留下的部分写回 {encoding} 会和原来不同",
            "not rewritten: in {encoding}, what stays would not be written as it was"
        ));
    }
    encode(text)
}

/// A row of the record of removals, filled with what all rows of the file have in common.
fn row<'a>(context: &'a Context, job: &'a Job, decoded: &Decoded<'_>) -> Row<'a> {
    Row {
        encoding: (decoded.encoding != "UTF-8").then(|| decoded.encoding.into()),
        bom: decoded.bom.then_some(true),
        in_place: (job.target == Target::InPlace).then_some(true),
        ..job.row(context)
    }
}

/// Whether encoding the text gives the original bytes.
fn gives_back(decoded: &Decoded<'_>, bytes: &[u8]) -> bool {
    let is_itself = decoded.encoding == "UTF-8" && !decoded.bom && decoded.replaced.is_empty();
    is_itself || decoded.encode(&decoded.text).is_ok_and(|encoded| encoded == bytes)
}

/// The message for a file that was changed while it was read.
pub fn changed_meanwhile(lang: Lang) -> String {
    say!(
        lang,
        "读的时候文件变了，结果没有写出；等它写完后再运行一次",
        "the file changed while it was read, so no result was written; run again when it is complete"
    )
}

fn write(job: &Job, path: &std::path::Path, bytes: &[u8], backup: Option<&std::ffi::OsStr>) -> io::Result<()> {
    let mut file = AtomicFile::new(path)?;
    match job.compress {
        packed::Packing::None => file.write_all(bytes)?,
        packing => file.write_all(&packed::pack(bytes, packing, None)?)?,
    }
    file.commit(backup)
}
