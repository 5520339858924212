//! [`decode`]: turns the bytes of a page into text.
//!
//! The order is that of browsers (byte order mark, HTTP header, `meta`, guess), with one difference: labels are often
//! wrong. So bytes that are valid UTF-8 are read as UTF-8 whatever the labels say, and if a page is not in the
//! encoding that it names, the encoding is guessed.

use dehusk_text::{Decoded, Result};

/// How many bytes of a page are searched for a `meta` with the encoding.
const HEAD: usize = 4096;
/// The label is not believed if there is more than one damaged character in so many bytes.
const DAMAGE: usize = 200;

/// The text of a page. `header` is the encoding by the HTTP header or an option.
///
/// # Errors
/// Only if no encoding can be found at all. What the page says never leads to an error.
pub fn decode<'b>(bytes: &'b [u8], header: Option<&str>) -> Result<Decoded<'b>> {
    let guessed = dehusk_text::decode(bytes, None)?;
    if guessed.bom || (guessed.encoding == "UTF-8" && guessed.replaced.is_empty() && !says_7_bit(bytes)) {
        return Ok(guessed);
    }
    let meta = meta_label(&bytes[..bytes.len().min(HEAD)]);
    for label in header.into_iter().chain(meta.as_deref()) {
        // A `meta` in ASCII cannot be part of a text in UTF-16.
        if label.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("utf-16")) && meta.as_deref() == Some(label) {
            continue;
        }
        if let Ok(labelled) = dehusk_text::decode(bytes, Some(label))
            && labelled.replaced.len() * DAMAGE <= bytes.len()
        {
            return Ok(labelled);
        }
    }
    Ok(guessed)
}

/// Whether there is an ESC byte. Encodings that use only ASCII bytes (ISO-2022-JP and the like) need it.
fn says_7_bit(bytes: &[u8]) -> bool {
    bytes.contains(&0x1b)
}

/// The encoding that a `meta` names: `<meta charset=gbk>`, `content="text/html; charset=gbk"`.
fn meta_label(head: &[u8]) -> Option<String> {
    let lower = head.to_ascii_lowercase();
    let mut at = 0;
    while let Some(found) = find(&lower[at..], b"charset") {
        let start = at + found + b"charset".len();
        at = start;
        let rest = lower[start..].trim_ascii_start();
        let Some(rest) = rest.strip_prefix(b"=") else { continue };
        let rest = rest.trim_ascii_start();
        let rest = rest.strip_prefix(b"\"").or_else(|| rest.strip_prefix(b"'")).unwrap_or(rest).trim_ascii_start();
        let end = rest.iter().position(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':' | b'.')));
        let label = &rest[..end.unwrap_or(rest.len())];
        if !label.is_empty() {
            return String::from_utf8(label.to_vec()).ok();
        }
    }
    None
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

/// Whether a text is a web page in HTML, judged by its first tag.
pub fn is_html(text: &str) -> bool {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    // Skips what may stand before the first tag.
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

    #[test]
    fn labels_are_believed_where_they_can_be_true() {
        let gbk = dehusk_text::encode("<meta charset='gb2312'><p>老码头昨天重新开航。", "gbk", false).unwrap();
        assert!(decode(&gbk, None).unwrap().text.contains("重新开航"));
        assert!(decode(&gbk, Some("utf-8")).unwrap().text.contains("重新开航"), "the header is wrong");
        let utf8 = "<meta charset=gbk><p>老码头昨天重新开航。".as_bytes();
        assert!(decode(utf8, Some("iso-8859-1")).unwrap().text.contains("重新开航"));
        let latin = b"<p>caf\xe9 cr\xe8me";
        assert!(decode(latin, Some("latin1")).unwrap().text.contains("café crème"));
        assert!(decode(latin, Some("no such label")).unwrap().text.contains("caf"));
    }
}
