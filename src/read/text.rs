//! The text of a file, and what there is to say of its encoding.

use dehusk::{Decoded, Lang};

use crate::read::files::Input;
use crate::ui::messages::{Limit, Notice, Severity, say};

/// The text of a file; `None` for a file of a folder that holds no text. The error is the reason.
pub fn decoded<'b>(
    input: &Input,
    bytes: &'b [u8],
    encoding: Option<&str>,
    lang: Lang,
    messages: &mut Vec<Notice>,
) -> Result<Option<Decoded<'b>>, String> {
    let decoded = dehusk::decode(bytes, encoding).map_err(|e| e.to_string())?;
    let (name, encoding) = (input.name(), decoded.encoding);
    if input.walked && decoded.text.contains('\0') {
        let text = say!(lang, "不是文本文件，跳过", "not a text file; left out");
        messages.push(Notice::new(Severity::Note, name, text));
        return Ok(None);
    }
    if decoded.assumed && encoding != "UTF-8" {
        let text = say!(
            lang,
            "没有说明编码，按 {encoding} 读取；不对的话请用 --encoding 指明（同一编码只提示一次）",
            "read as {encoding}, which is a guess; say another with --encoding (said once for each encoding)"
        );
        messages.push(Notice::limited(Severity::Note, &name, text, Limit::Encoding(encoding)));
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
