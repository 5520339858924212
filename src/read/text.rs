//! Reads a text file: its bytes, its text, and messages about its encoding.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use dehusk::io::packed::{self, Packing};
use dehusk::io::{Format, FormatError, ReadLimits};
use dehusk::pipeline::Stamp;
use dehusk::{Decoded, Lang};

use crate::read::files::InputFile;
use crate::read::not_text;
use crate::read::read_args::Reading;
use crate::ui::messages::{Limit, Notice, Severity, say};

/// The unpacked bytes of a file, and its stamp from when it was opened. `packing` is that of the file; the packing of
/// standard input is recognised by its first bytes.
pub fn bytes_of(
    input: &InputFile,
    packing: Option<Packing>,
    limits: ReadLimits,
) -> io::Result<(Vec<u8>, Option<Stamp>)> {
    let Some(path) = &input.path else {
        let (packing, reader) = packed::sniff(io::stdin())?;
        let bytes = match packing {
            Packing::None => within(reader, limits)?,
            _ => within(packed::open_within(reader, packing, limits.ratio), limits)?,
        };
        return Ok((bytes, None));
    };
    let file = File::open(path)?;
    let stamp = Stamp::of_meta(&file.metadata()?);
    let bytes = match packing.unwrap_or_default() {
        Packing::None => {
            let mut bytes = Vec::with_capacity((stamp.size as usize).min(limits.record) + 1);
            read_within(file, limits, &mut bytes)?;
            bytes
        }
        packing => within(packed::open_within(file, packing, limits.ratio), limits)?,
    };
    Ok((bytes, Some(stamp)))
}

fn within(reader: impl Read, limits: ReadLimits) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    read_within(reader, limits, &mut bytes)?;
    Ok(bytes)
}

/// Reads everything, but not more than the limit for one text.
fn read_within(reader: impl Read, limits: ReadLimits, bytes: &mut Vec<u8>) -> io::Result<()> {
    reader.take((limits.record as u64).saturating_add(1)).read_to_end(bytes)?;
    if bytes.len() > limits.record {
        return Err(FormatError::TooLong { limit: limits.record }.into());
    }
    Ok(())
}

/// The text of a file, and whether it is HTML; `None` for a file in a folder that is not text. The error is the
/// reason in words.
pub fn decoded<'b>(
    input: &InputFile,
    bytes: &'b [u8],
    reading: &Reading,
    lang: Lang,
    messages: &mut Vec<Notice>,
) -> Result<Option<(Decoded<'b>, bool)>, String> {
    if let Some(what) = not_text::binary(bytes, lang) {
        if input.walked {
            messages.push(Notice::new(Severity::Note, input.name(), say!(lang, "{what}；略去", "{what}; left out")));
            return Ok(None);
        }
        return Err(what);
    }
    let decoded = dehusk::decode(bytes, reading.encoding.as_deref()).map_err(|e| e.to_string())?;
    let (name, encoding) = (input.name(), decoded.encoding);
    if reading.encoding.is_some() && encoding != "UTF-8" && is_utf8(bytes) {
        let text = say!(
            lang,
            "这个文件是 UTF-8，按 {encoding} 读出来是乱码；去掉 --encoding（只提示一次）",
            "the file is UTF-8, and read as {encoding} it becomes other characters; leave --encoding out (said once)"
        );
        messages.push(Notice::limited(Severity::Warning, &name, text, Limit::Encoding(encoding)));
    }
    let has_nul = decoded.text.contains('\0');
    if has_nul && input.walked {
        let text = say!(lang, "不是文本文件，跳过", "not a text file; left out");
        messages.push(Notice::new(Severity::Note, name, text));
        return Ok(None);
    }
    let as_text = reading.from == Some(Format::Text);
    let is_html = dehusk::is_html(&decoded.text);
    // A picture or a program may be named like a page.
    let is_named = !has_nul && input.path.as_deref().is_some_and(is_html_name);
    if !as_text && (is_html || is_named) {
        let decoded = dehusk::decode_html(bytes, reading.encoding.as_deref()).map_err(|e| e.to_string())?;
        return Ok(Some((decoded, true)));
    }
    if has_nul || is_html {
        if !as_text {
            return Err(not_text::nul(lang));
        }
        messages.push(Notice::new(Severity::Warning, &name, not_text::as_text(lang)));
    }
    if decoded.assumed && encoding != "UTF-8" {
        let text = say!(
            lang,
            "没有说明编码，按 {encoding} 读取；不对的话请用 --encoding 指明（同一编码只提示一次）",
            "read as {encoding}, which is a guess; say another with --encoding (said once for each encoding)"
        );
        messages.push(Notice::limited(Severity::Note, &name, text, Limit::Encoding(encoding)));
    }
    Ok(Some((decoded, false)))
}

/// Whether these bytes can hardly be anything but UTF-8: they have some characters of several bytes, and all are right.
fn is_utf8(bytes: &[u8]) -> bool {
    const SIGNS: usize = 8;
    let is_first = |byte: &&u8| **byte >= 0xc0;
    bytes.iter().filter(is_first).take(SIGNS).count() == SIGNS && std::str::from_utf8(bytes).is_ok()
}

/// Whether a name is that of a page of HTML; the ending of a packing may follow.
pub fn is_html_name(path: &Path) -> bool {
    let name = path.to_string_lossy().to_ascii_lowercase();
    let (_, stem) = Packing::of_name(&name);
    [".html", ".htm", ".xhtml"].iter().any(|ending| stem.ends_with(ending))
}

/// The message about bytes that are wrong in this encoding. `kept`: they stay unchanged in the result.
pub fn replaced(decoded: &Decoded, kept: bool, lang: Lang) -> Option<String> {
    let (count, encoding) = (decoded.replaced.len(), decoded.encoding);
    let first: Vec<String> = decoded.replaced.iter().take(3).map(|at| (at + 1).to_string()).collect();
    let (more_zh, more) = if count > 3 { ("……", ", …") } else { ("", "") };
    let (places, bytes) = if count == 1 { ("place is", "byte") } else { ("places are", "bytes") };
    let (first_zh, first) = (first.join("、"), first.join(", "));
    (count > 0).then(|| {
        if kept {
            return say!(
                lang,
                "{count} 处字节不是 {encoding}，原样保留：第 {first_zh}{more_zh} 个字节",
                "{count} {places} not {encoding}, kept unchanged: {bytes} {first}{more}"
            );
        }
        say!(
            lang,
            "{count} 处字节不是 {encoding}，变成了 �：第 {first_zh}{more_zh} 个字节",
            "{count} {places} not {encoding} and became �: {bytes} {first}{more}"
        )
    })
}
