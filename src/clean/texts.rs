//! Cleans text files, which have one document each.

use std::ffi::OsStr;
use std::io::{self, Write as _};

use dehusk::io::{Format, FormatError, packed};
use dehusk::pipeline::{Failure, Kind, Row, Stamp, checksum};
use dehusk::{Decoded, Lang, Removal};

use super::cleaner::Cleaned;
use super::context::{Context, View};
use super::explain;
use super::invalid_bytes;
use super::job::{Job, Target};
use super::json::{Origin, document, report};
use super::processed::Processed;
use crate::read::text::{bytes_of, decoded, replaced};
use crate::ui::atomic_file::{AtomicFile, ClosedFile, changed_meanwhile};
use crate::ui::messages::{Notice, Severity, reason, say};

/// Reads, cleans and writes one file. It runs on any thread, so messages are returned and not printed.
pub fn run(context: &Context, job: &Job, processed: &mut Processed) {
    if let Err(TextRefusal { reason, is_final }) = clean(context, job, processed) {
        let file = job.input.name();
        processed.messages.push(Notice::new(Severity::Error, &file, &reason));
        processed.tally.failure(Failure { file, record: None, offset: None, reason });
        let stamp = job.input.path.as_deref().filter(|_| is_final).and_then(|path| Stamp::of(path).ok());
        processed.stamps.extend(stamp.map(|stamp| (job.recorded_name(), stamp)));
        processed.is_whole &= stamp.is_some();
    }
}

/// Why a file was not processed.
struct TextRefusal {
    reason: String,
    /// Whether it would fail again in the next run: it exceeds a limit.
    is_final: bool,
}

impl From<String> for TextRefusal {
    fn from(reason: String) -> Self {
        Self { reason, is_final: false }
    }
}

/// The new content of a file.
enum Rewritten {
    /// A new text.
    New(String),
    /// The bytes of the file without these spans.
    Less(Vec<Removal>),
    /// New bytes, without a byte order mark.
    Bytes(Vec<u8>),
}

/// A byte order mark in UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

fn clean(context: &Context, job: &Job, processed: &mut Processed) -> Result<(), TextRefusal> {
    let lang = context.lang;
    let name = job.input.name();
    let (mut bytes, stamp) = bytes_of(&job.input, job.packing, context.reading.limits).map_err(|e| TextRefusal {
        reason: reason(lang, &e),
        is_final: FormatError::of(&e).is_some_and(FormatError::is_limit),
    })?;
    if let (Some(path), Some(stamp)) = (&job.input.path, stamp) {
        if Stamp::of(path).map_err(|e| reason(lang, &e))? != stamp {
            return Err(reason(lang, &changed_meanwhile()).into());
        }
        processed.stamps.push((job.recorded_name(), stamp));
    }
    let Some((decoded, is_html)) = decoded(&job.input, &bytes, &context.reading, lang, &mut processed.messages)? else {
        processed.tally.left_out();
        return Ok(());
    };
    if context.reading.from.is_none() && is_json_lines(&decoded.text) {
        let text = say!(
            lang,
            "看起来是 JSON Lines，却当作一篇文字来清理；如果是记录，请加 --from jsonl",
            "looks like JSON Lines, and is cleaned as one text; add --from jsonl if these are records"
        );
        processed.messages.push(Notice::new(Severity::Note, &name, text));
    }
    let encoding = decoded.encoding;
    // Bytes that are not UTF-8 can stay as they are, since the result is UTF-8 too.
    let keeps_bytes = decoded.encoding == "UTF-8"
        && context.cleaner.repairer.is_none()
        && context.view == View::Body
        && job.to == Format::Text;
    if let Some(text) = replaced(&decoded, keeps_bytes, lang) {
        if matches!(job.target, Target::InPlace) && !keeps_bytes {
            let text = say!(lang, "{text}；为免损坏，没有改写", "{text}; not rewritten, as that would lose them");
            return Err(text.into());
        }
        processed.messages.push(Notice::new(Severity::Warning, &name, text));
    }

    // If the text is exactly the bytes, removals are cut out of the bytes, without a second copy.
    let is_text = decoded.encoding == "UTF-8" && decoded.text.len() == bytes.len() && decoded.replaced.is_empty();
    let in_place = is_text && job.to == Format::Text && job.target != Target::InPlace;
    let mut of_document = Processed::default();
    let read = |page: &Cleaned<'_>| {
        let changes = page.decided().changes();
        of_document.tally.document(&page.decided(), &changes);
        if context.record {
            let row = Row { host: page.document.host().map(Into::into), ..row(context, job, &decoded) };
            of_document.rows.extend_from_slice(page.decided().rows(&changes, &row, None).as_bytes());
        }
        of_document.messages.extend(context.emptied(page, || name.clone()));
        let text = match context.view {
            View::Body if in_place && page.repaired.is_none() && page.page.is_none() => {
                return (Rewritten::Less(page.outcome.removals.clone()), 0);
            }
            View::Body if keeps_bytes && !decoded.replaced.is_empty() => {
                let mark = if decoded.bom { MARK.len() } else { 0 };
                let body = page.body();
                return match invalid_bytes::without(&bytes[mark..], &page.outcome.removals, &body) {
                    Some(left) => (Rewritten::Bytes(left), 0),
                    None => (Rewritten::New(body), 0),
                };
            }
            View::Body if job.to == Format::Jsonl => document(&context.reading.fields, Some(&name), None, &page.body()),
            View::Body => page.body(),
            View::Json => report(page, &Origin { encoding: Some(encoding), ..Origin::file(&name) }, context),
            View::Explain { styled } => explain::page(page.engine, page, &name, lang, styled),
            View::ExplainJson => {
                let origin = Origin { encoding: Some(encoding), ..Origin::file(&name) };
                explain::page_json(page.engine, page, &origin, &context.profile)
            }
        };
        (Rewritten::New(text), page.repaired.map_or(0, |repaired| repaired.edits.len()))
    };
    let cleaner = &context.cleaner;
    let cleaned =
        if is_html { cleaner.html(&decoded.text, None, read) } else { cleaner.page(&decoded.text, None, read) };
    let (made, mended) = cleaned.map_err(|e| e.to_string())?;
    // The other views list every repair.
    if mended > 0 && matches!(context.view, View::Body) {
        let places = if mended == 1 { "place" } else { "places" };
        let text = say!(lang, "修复了 {mended} 处；--json 列出每一处", "{mended} {places} repaired; --json lists each");
        of_document.messages.push(Notice::new(Severity::Note, &name, text));
    }

    if context.record {
        let end = Row {
            kind: Kind::File,
            documents: Some(1),
            bytes: Some(bytes.len() as u64),
            checksum: Some(checksum(&bytes).into()),
            raw: (is_html || !encoding_is_reversible(&decoded, &bytes)).then(|| Row::raw_of(&bytes)),
            ..row(context, job, &decoded)
        };
        of_document.rows.extend_from_slice(end.line().as_bytes());
    }
    let (output, changed) = match made {
        Rewritten::Less(removals) => {
            drop(decoded);
            Removal::cut(&removals, &mut bytes);
            (bytes, !removals.is_empty())
        }
        Rewritten::Bytes(left) => {
            let keeps_mark = decoded.bom && job.target == Target::InPlace;
            let left = if keeps_mark { [MARK, &left].concat() } else { left };
            let changed = left != bytes;
            (left, changed)
        }
        Rewritten::New(text) if text == decoded.text => (text.into_bytes(), false),
        Rewritten::New(_) if is_html && job.target == Target::InPlace => return Err(html_in_place(lang).into()),
        Rewritten::New(text) if job.target == Target::InPlace => (encoded_again(&decoded, &bytes, &text, lang)?, true),
        Rewritten::New(text) => (text.into_bytes(), true),
    };
    match (&job.target, &job.input.path) {
        (Target::Stdout, _) if processed.out.is_empty() => processed.out = output,
        (Target::Stdout, _) => processed.out.extend_from_slice(&output),
        (Target::File(path), _) => {
            let written = context.new_file(path).and_then(|file| write(job, file, &output, None)?.put());
            let written = written.map_err(|e| format!("{}: {}", job.place(), reason(lang, &processed.full(e))))?;
            processed.results.push(context.result(&written));
        }
        (Target::InPlace, Some(path)) if changed => {
            let mut rewrite = || {
                let file = context.new_file(path)?;
                if file.has_other_names() {
                    of_document.messages.push(Notice::new(Severity::Warning, &name, other_names(lang)));
                }
                let file = write(job, file, &output, context.backup.as_deref())?;
                // The rows must be in the record first. The code that writes them then puts the file into its place.
                match context.record {
                    true => processed.pending.push((name.clone(), file, stamp)),
                    false => drop(file.replace(stamp)?),
                }
                Ok(())
            };
            let done: io::Result<()> = rewrite();
            done.map_err(|e| reason(lang, &processed.full(e)))?;
        }
        // Nothing to do; standard input is refused with --in-place.
        (Target::InPlace, _) => {}
    }
    // A file counts only when its result is in its place.
    processed.messages.append(&mut of_document.messages);
    processed.tally.add(&of_document.tally);
    processed.tally.file(changed && job.target != Target::Stdout);
    processed.rows.append(&mut of_document.rows);
    Ok(())
}

/// Whether the first line is a JSON object: then it is hardly an article.
fn is_json_lines(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    first.starts_with('{') && serde_json::from_str::<serde::de::IgnoredAny>(first).is_ok()
}

/// What a file holds that is rewritten in its own encoding.
fn encoded_again(decoded: &Decoded<'_>, bytes: &[u8], text: &str, lang: Lang) -> Result<Vec<u8>, String> {
    let encoding = decoded.encoding;
    let encode = |text: &str| {
        decoded.encode(text).map_err(|e| say!(lang, "没有改写，无法写成 {encoding}：{e}", "not rewritten: {e}"))
    };
    // Some encodings have two ways to write a character. What stays must keep its bytes.
    if encode(&decoded.text)? != bytes {
        return Err(say!(
            lang,
            "没有改写：留下的部分写回 {encoding} 会和原来不同",
            "not rewritten: in {encoding}, what stays would not be written as it was"
        ));
    }
    encode(text)
}

/// The fields that all rows of the file have in common.
fn row<'a>(context: &'a Context, job: &'a Job, decoded: &Decoded<'_>) -> Row<'a> {
    Row {
        encoding: (decoded.encoding != "UTF-8").then(|| decoded.encoding.into()),
        bom: decoded.bom.then_some(true),
        in_place: (job.target == Target::InPlace).then_some(true),
        ..job.row(context)
    }
}

/// Whether encoding the text again gives the same bytes.
fn encoding_is_reversible(decoded: &Decoded<'_>, bytes: &[u8]) -> bool {
    let is_itself = decoded.encoding == "UTF-8" && !decoded.bom && decoded.replaced.is_empty();
    is_itself || decoded.encode(&decoded.text).is_ok_and(|encoded| encoded == bytes)
}

/// Why HTML is not rewritten.
pub fn html_in_place(lang: Lang) -> String {
    say!(
        lang,
        "这是 HTML，--in-place 会用纯文本盖掉它；请加 --out 文件夹",
        "this is HTML, and --in-place would put text in its place; add --out DIR"
    )
}

/// The message about a file that is rewritten and has other names (hard links).
pub fn other_names(lang: Lang) -> String {
    say!(
        lang,
        "这个文件还有别的名字（硬链接）；只有这个名字指向新内容，别的名字下还是旧内容",
        "the file has other names (hard links); this one has the new content, the others keep the old"
    )
}

fn write(job: &Job, mut file: AtomicFile, bytes: &[u8], backup: Option<&OsStr>) -> io::Result<ClosedFile> {
    match job.compress {
        packed::Packing::None => file.write_all(bytes)?,
        packing => file.write_all(&packed::pack(bytes, packing, None)?)?,
    }
    file.close(backup)
}
