//! What is given as text and is none: pictures, archives, PDF, web pages as HTML.
//!
//! Only what is certain is refused: first bytes that a text cannot have, a document type of HTML. Where it
//! can be fooled: a text that begins by quoting a whole HTML page is taken for one; `--from text` lets it pass.

use dehusk::Lang;

use crate::ui::messages::say;

/// What bytes are, in the reader's language, and what to do; nothing if they may be text.
pub fn binary(bytes: &[u8], lang: Lang) -> Option<String> {
    let (zh, en) = match bytes {
        [0x89, b'P', b'N', b'G', ..] | [0xff, 0xd8, 0xff, ..] | [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => {
            ("图片", "a picture")
        }
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => ("图片", "a picture"),
        [b'%', b'P', b'D', b'F', b'-', ..] => {
            return Some(say!(
                lang,
                "这是 PDF，不是文本；请先取出文字，例如用 pdftotext",
                "this is PDF, not text; take the text out of it first, for example with pdftotext"
            ));
        }
        [b'P', b'K', 3, 4, ..] => {
            (" ZIP 压缩包（.docx、.xlsx 和 .epub 也是）", "a ZIP archive (as .docx, .xlsx and .epub are)")
        }
        [b'7', b'z', 0xbc, 0xaf, ..] | [b'R', b'a', b'r', b'!', 0x1a, ..] => ("压缩包", "an archive"),
        [0x1f, 0x8b, 8, ..] | [0x28, 0xb5, 0x2f, 0xfd, ..] | [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => {
            return Some(say!(
                lang,
                "这是压缩文件；文件名要以 .gz、.zst 或 .xz 结尾，才会解压",
                "this is a packed file; it is unpacked if its name ends in .gz, .zst or .xz"
            ));
        }
        [b'P', b'A', b'R', b'1', ..] => {
            return Some(say!(
                lang,
                "这是 Parquet，不是文本；请加 --from parquet",
                "this is Parquet, not text; add --from parquet"
            ));
        }
        [0xd0, 0xcf, 0x11, 0xe0, ..] => ("旧版 Office 文件（.doc、.xls）", "an old Office file (.doc, .xls)"),
        [0x7f, b'E', b'L', b'F', ..] => ("程序", "a program"),
        _ => return None,
    };
    Some(say!(lang, "这是{zh}，不是文本；请先取出文字", "this is {en}, not text; take the text out of it first"))
}

/// Whether a text is a web page as HTML.
pub fn is_html(text: &str) -> bool {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    // What may stand before the first tag.
    loop {
        let end = match rest {
            _ if rest.starts_with("<!--") => "-->",
            _ if rest.starts_with("<?xml") => "?>",
            _ => break,
        };
        let Some(at) = rest.find(end) else { return false };
        rest = rest[at + end.len()..].trim_start();
    }
    let starts = |tag: &str| rest.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag));
    let ends = |tag: &str| rest[tag.len()..].starts_with(|c: char| c == '>' || c.is_whitespace());
    ["<!doctype html", "<html", "<head", "<body"].into_iter().any(|tag| starts(tag) && ends(tag))
}

/// What to say of HTML.
pub fn html(lang: Lang) -> String {
    say!(
        lang,
        "这是 HTML，不是文本；请先取出文字。确实要当文本清理，就加 --from text",
        "this is HTML, not text; take the text out of it first. To clean it as text all the same, add --from text"
    )
}

/// What to say where HTML is cleaned all the same.
pub fn as_text(lang: Lang) -> String {
    say!(
        lang,
        "不像文本（HTML 或有空字节）；因为有 --from text，照文本清理",
        "hardly text (HTML, or NUL bytes in it); cleaned as text because of --from text"
    )
}

/// What to say of a text with bytes that no text has.
pub fn nul(lang: Lang) -> String {
    say!(
        lang,
        "里面有空字节 (NUL)，不像文本；UTF-16 请用 --encoding utf-16le 指明，确实要当文本清理，就加 --from text",
        "there are NUL bytes in it, so it is hardly text; say --encoding utf-16le if it is UTF-16, or --from text to clean it all the same"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_is_told_by_its_first_tag() {
        for page in ["<!DOCTYPE html>\n<p>", "\u{feff}\n<HTML lang=zh>", "<?xml version='1.0'?><!-- x -->\n<html>"] {
            assert!(is_html(page), "{page}");
        }
        for text in ["", "<p>one tag", "The tag <html> begins a page.", "<htmlx>", "<!-- never closed", "《<html>》"]
        {
            assert!(!is_html(text), "{text}");
        }
    }
}
