//! Text files: one document each.

use std::fs;
use std::io::{self, Read as _, Write as _};

use dehusk::{Decoded, Lang};

use crate::clean::{Job, Target, Todo, View};
use crate::inputs::Input;
use crate::json::{Origin, report};
use crate::save::Pending;
use crate::say::{Level, Limit, Message, reason, say};
use crate::{args::FormatArg, explain};

/// What came of one file.
#[derive(Default)]
pub struct Done {
    /// What goes to standard output.
    pub stdout: Vec<u8>,
    /// What there is to say, in order.
    pub messages: Vec<Message>,
    /// A file was written that differs from the input.
    pub changed: bool,
}

/// Reads, cleans and writes one file. Runs on any thread: what is to be printed is handed back.
pub fn run(job: &Job, todo: &Todo) -> Done {
    let mut done = Done::default();
    if let Err(failure) = clean(job, todo, &mut done) {
        done.messages.push(Message::new(Level::Error, todo.input.name(), failure));
    }
    done
}

fn read(todo: &Todo) -> io::Result<Vec<u8>> {
    match &todo.input.path {
        Some(path) => fs::read(path),
        None => {
            let mut bytes = Vec::new();
            io::stdin().lock().read_to_end(&mut bytes)?;
            Ok(bytes)
        }
    }
}

/// The error is the reason, in the reader's language.
fn clean(job: &Job, todo: &Todo, done: &mut Done) -> Result<(), String> {
    let lang = job.lang;
    let name = todo.input.name();
    let bytes = read(todo).map_err(|e| reason(lang, &e))?;
    let Some(decoded) = decoded(&todo.input, &bytes, job.encoding.as_deref(), lang, &mut done.messages)? else {
        return Ok(());
    };
    let encoding = decoded.encoding;
    if let Some(text) = replaced(&decoded, lang) {
        if matches!(todo.target, Target::InPlace) {
            return Err(say!(lang, "{text}；为免损坏，没有改写", "{text}; not rewritten, as that would lose them"));
        }
        done.messages.push(Message::new(Level::Warning, &name, text));
    }

    let (output, emptied, mended) = job
        .cleaner
        .page(&decoded.text, None, |page| {
            let output = match job.view {
                View::Body if todo.to == FormatArg::Jsonl => job.record(&name, &page.body()),
                View::Body => page.body(),
                View::Json => report(page, &Origin { encoding: Some(encoding), ..Origin::file(&name) }, job),
                View::Explain { styled } => explain::page(&job.cleaner.engine, page, &name, lang, styled),
                View::ExplainJson => {
                    let origin = Origin { encoding: Some(encoding), ..Origin::file(&name) };
                    explain::page_json(&job.cleaner.engine, page, &origin, &job.profile)
                }
            };
            (output, job.emptied(page, &name), page.repaired.map_or(0, |repaired| repaired.edits.len()))
        })
        .map_err(|e| e.to_string())?;
    done.messages.extend(emptied);
    // The other views list each place.
    if mended > 0 && matches!(job.view, View::Body) {
        let places = if mended == 1 { "place" } else { "places" };
        let text = say!(lang, "修复了 {mended} 处；--json 列出每一处", "{mended} {places} repaired; --json lists each");
        done.messages.push(Message::new(Level::Note, &name, text));
    }

    match &todo.target {
        Target::Stdout => done.stdout = output.into_bytes(),
        Target::File(path) => {
            done.changed = output != decoded.text;
            write(path, output.as_bytes(), None).map_err(|e| format!("{}: {}", path.display(), reason(lang, &e)))?;
        }
        Target::InPlace if output == decoded.text => {}
        Target::InPlace => {
            let path = todo.input.path.as_ref().expect("standard input is refused with --in-place");
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
            write(path, &encode(&output)?, job.backup.as_deref()).map_err(|e| reason(lang, &e))?;
            done.changed = true;
        }
    }
    Ok(())
}

/// The text of a file; `None` for a file of a folder that holds no text. The error is the reason.
pub fn decoded<'b>(
    input: &Input,
    bytes: &'b [u8],
    encoding: Option<&str>,
    lang: Lang,
    messages: &mut Vec<Message>,
) -> Result<Option<Decoded<'b>>, String> {
    let decoded = dehusk::decode(bytes, encoding).map_err(|e| e.to_string())?;
    let (name, encoding) = (input.name(), decoded.encoding);
    if input.walked && decoded.text.contains('\0') {
        let text = say!(lang, "不是文本文件，跳过", "not a text file; left out");
        messages.push(Message::new(Level::Note, name, text));
        return Ok(None);
    }
    if decoded.assumed && encoding != "UTF-8" {
        let text = say!(
            lang,
            "没有说明编码，按 {encoding} 读取；不对的话请用 --encoding 指明（同一编码只提示一次）",
            "read as {encoding}, which is a guess; say another with --encoding (said once for each encoding)"
        );
        messages.push(Message::limited(Level::Note, &name, text, Limit::Encoding(encoding)));
    }
    Ok(Some(decoded))
}

/// What to say about bytes that are none of the encoding.
pub fn replaced(decoded: &Decoded, lang: Lang) -> Option<String> {
    let (count, encoding) = (decoded.replaced.len(), decoded.encoding);
    let first: Vec<String> = decoded.replaced.iter().take(3).map(|at| (at + 1).to_string()).collect();
    let (first, more) = (first.join(", "), if count > 3 { ", …" } else { "" });
    let places = if count == 1 { "place is" } else { "places are" };
    (count > 0).then(|| {
        say!(
            lang,
            "{count} 处字节不是 {encoding}，变成了 �：第 {first}{more} 个字节",
            "{count} {places} not {encoding} and became �: byte {first}{more}"
        )
    })
}

fn write(path: &std::path::Path, bytes: &[u8], backup: Option<&std::ffi::OsStr>) -> io::Result<()> {
    let mut file = Pending::new(path)?;
    file.write_all(bytes)?;
    file.commit(backup)
}
