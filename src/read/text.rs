//! A file of text: its bytes, its text, and what there is to say of its encoding.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use dehusk::io::Format;
use dehusk::io::packed::{self, Packing};
use dehusk::pipeline::Stamp;
use dehusk::{Decoded, Lang};

use crate::read::files::InputFile;
use crate::read::not_text;
use crate::read::read_args::Reading;
use crate::ui::messages::{Limit, Notice, Severity, say};

/// The unpacked bytes of a file, and what it was when it was opened. Without a packing the first bytes tell.
pub fn bytes_of(input: &InputFile, packing: Option<Packing>) -> io::Result<(Vec<u8>, Option<Stamp>)> {
    let mut bytes = Vec::new();
    let Some(path) = &input.path else {
        let (packing, mut reader) = packed::sniff(io::stdin())?;
        match packing {
            Packing::None => reader.read_to_end(&mut bytes)?,
            _ => packed::open(reader, packing).read_to_end(&mut bytes)?,
        };
        return Ok((bytes, None));
    };
    let mut file = File::open(path)?;
    let stamp = Stamp::of_meta(&file.metadata()?);
    match packing.unwrap_or_default() {
        Packing::None => file.read_to_end(&mut bytes)?,
        packing => packed::open(file, packing).read_to_end(&mut bytes)?,
    };
    Ok((bytes, Some(stamp)))
}

/// The text of a file, and whether it is HTML; `None` for a file of a folder that holds no text. The error is
/// the reason.
pub fn decoded<'b>(
    input: &InputFile,
    bytes: &'b [u8],
    reading: &Reading,
    lang: Lang,
    messages: &mut Vec<Notice>,
) -> Result<Option<(Decoded<'b>, bool)>, String> {
    if let Some(what) = not_text::binary(bytes, lang) {
        return Err(what);
    }
    let decoded = dehusk::decode(bytes, reading.encoding.as_deref()).map_err(|e| e.to_string())?;
    let (name, encoding) = (input.name(), decoded.encoding);
    let has_nul = decoded.text.contains('\0');
    if has_nul && input.walked {
        let text = say!(lang, "不是文本文件，跳过", "not a text file; left out");
        messages.push(Notice::new(Severity::Note, name, text));
        return Ok(None);
    }
    let as_text = reading.from == Some(Format::Text);
    let is_html = dehusk::is_html(&decoded.text);
    if !as_text && (is_html || input.path.as_deref().is_some_and(is_html_name)) {
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

/// Whether a name says HTML; a packing may follow.
pub fn is_html_name(path: &Path) -> bool {
    let name = path.to_string_lossy().to_ascii_lowercase();
    let (_, stem) = Packing::of_name(&name);
    [".html", ".htm", ".xhtml"].iter().any(|ending| stem.ends_with(ending))
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
