//! The answer of a web server as archives store it: a head, then the page, perhaps in chunks, perhaps packed.

use std::borrow::Cow;
use std::io::{self, Read};

use crate::error::FormatError;

/// How many packings may lie around each other. Two do occur; more are not real.
const MOST_PACKINGS: usize = 3;

/// A page from the answer of a server.
#[derive(Debug)]
pub(super) struct HttpPage<'r> {
    /// Its bytes, unpacked.
    pub(super) bytes: Cow<'r, [u8]>,
    /// The encoding by the HTTP header.
    pub(super) charset: Option<String>,
}

/// Why the answer of a server is no page, whatever came with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoPage {
    /// A status other than 2xx: a redirect, an error.
    Status(u16),
    /// A page without a byte.
    Empty,
}

/// Why the block of a `response` is no page. Content of another kind, such as a picture, needs no reason.
pub(super) fn no_page(block: &[u8]) -> Option<NoPage> {
    let (head, body) = split_head(block)?;
    let status = head.split(|&b| b == b' ').nth(1)?.get(..3).and_then(|status| str::from_utf8(status).ok());
    match status.and_then(|status| status.parse().ok())? {
        200..300 => {}
        status => return Some(NoPage::Status(status)),
    }
    let is_html = html_charset(field(head, "Content-Type"), body).is_some();
    (is_html && body.trim_ascii().is_empty()).then_some(NoPage::Empty)
}

/// The value of a header.
fn field<'h>(head: &'h [u8], name: &str) -> Option<&'h str> {
    head.split(|&b| b == b'\n').skip(1).filter_map(|line| str::from_utf8(line).ok()).find_map(|line| {
        let (is, value) = line.split_once(':')?;
        is.trim().eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

/// The page in the block of a `response`. `None` if it is no page of HTML: a picture, or what [`no_page`] names. What
/// an error says is no page of the site, even where it is written in HTML.
///
/// `limit`: how many bytes may be unpacked.
///
/// # Errors
/// When the packing is unknown, the data are damaged, or the page is longer than the limit.
pub(super) fn page(block: &[u8], limit: usize) -> Result<Option<HttpPage<'_>>, FormatError> {
    let Some((head, body)) = split_head(block) else { return Ok(None) };
    if no_page(block).is_some() {
        return Ok(None);
    }
    let field = |name: &str| field(head, name);
    let Some(charset) = html_charset(field("Content-Type"), body) else { return Ok(None) };
    let mut bytes = Cow::Borrowed(body);
    if field("Transfer-Encoding").is_some_and(|how| how.to_ascii_lowercase().contains("chunked"))
        && let Some(joined) = chunks(&bytes)
    {
        bytes = Cow::Owned(joined);
    }
    let packings = field("Content-Encoding").unwrap_or_default();
    for packing in packings.rsplit(',').map(str::trim).filter(|p| !p.is_empty()).take(MOST_PACKINGS) {
        // Archives often store pages unpacked although the header says that they are packed.
        if let Some(unpacked) = unpacked(&bytes, packing, limit)? {
            bytes = Cow::Owned(unpacked);
        }
    }
    Ok((!bytes.trim_ascii().is_empty()).then_some(HttpPage { bytes, charset }))
}

/// The same for a `resource`, whose block is the page without a head.
pub(super) fn resource<'r>(block: &'r [u8], content_type: Option<&str>) -> Option<HttpPage<'r>> {
    let charset = html_charset(content_type, block)?;
    (!block.trim_ascii().is_empty()).then_some(HttpPage { bytes: Cow::Borrowed(block), charset })
}

/// Splits the block into head and body.
fn split_head(block: &[u8]) -> Option<(&[u8], &[u8])> {
    if !block.starts_with(b"HTTP/") {
        return None;
    }
    let mut start = 0;
    loop {
        let end = start + memchr::memchr(b'\n', &block[start..])? + 1;
        if matches!(&block[start..end], b"\n" | b"\r\n") {
            return Some((&block[..start], &block[end..]));
        }
        start = end;
    }
}

/// The encoding of a page of HTML by its header (`Some(None)`: not given); `None` for content of another kind.
/// Without a header the content decides.
fn html_charset(content_type: Option<&str>, body: &[u8]) -> Option<Option<String>> {
    let Some(content_type) = content_type else {
        let start = body.trim_ascii_start();
        let tag = start.first() == Some(&b'<') && !start.starts_with(b"<?xml");
        return tag.then_some(None);
    };
    let mut parts = content_type.split(';').map(str::trim);
    let kind = parts.next()?.to_ascii_lowercase();
    let charset = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches(['"', '\'']).to_owned())
    });
    matches!(kind.as_str(), "text/html" | "application/xhtml+xml").then_some(charset)
}

/// The bytes inside the chunks; `None` if there are none. If the end is broken, everything before it counts.
fn chunks(body: &[u8]) -> Option<Vec<u8>> {
    let mut joined = Vec::with_capacity(body.len());
    let mut rest = body;
    loop {
        let Some(end) = memchr::memchr(b'\n', rest) else { return (!joined.is_empty()).then_some(joined) };
        let line = str::from_utf8(rest[..end].trim_ascii()).ok().map(|line| line.split(';').next().unwrap_or_default());
        let Some(size) = line.and_then(|line| usize::from_str_radix(line.trim(), 16).ok()) else {
            return (!joined.is_empty()).then_some(joined);
        };
        if size == 0 {
            return Some(joined);
        }
        rest = &rest[end + 1..];
        let size = size.min(rest.len());
        joined.extend_from_slice(&rest[..size]);
        rest = &rest[size..];
        rest = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).unwrap_or(rest);
    }
}

/// The unpacked bytes; `None` if they are not packed in this way.
fn unpacked(bytes: &[u8], packing: &str, limit: usize) -> Result<Option<Vec<u8>>, FormatError> {
    let read = |reader: &mut dyn Read| -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        reader.take((limit as u64).saturating_add(1)).read_to_end(&mut out)?;
        Ok(out)
    };
    let result = match packing.to_ascii_lowercase().as_str() {
        "identity" | "none" | "utf-8" => return Ok(None),
        "gzip" | "x-gzip" if bytes.starts_with(&[0x1f, 0x8b]) => read(&mut flate2::read::MultiGzDecoder::new(bytes)),
        "gzip" | "x-gzip" => return Ok(None),
        "deflate" => {
            // Some servers send deflate data without the zlib header.
            let wrapped = read(&mut flate2::read::ZlibDecoder::new(bytes));
            wrapped.or_else(|_| read(&mut flate2::read::DeflateDecoder::new(bytes)))
        }
        "br" => read(&mut brotli::Decompressor::new(bytes, 4096)),
        "zstd" => zstd::stream::read::Decoder::new(bytes).and_then(|mut reader| read(&mut reader)),
        other => return Err(FormatError::UnknownPacking { packing: other.to_owned() }),
    };
    match result {
        Ok(out) if out.len() > limit => Err(FormatError::TooLong { limit }),
        Ok(out) => Ok(Some(out)),
        Err(_) if bytes.trim_ascii_start().starts_with(b"<") => Ok(None),
        Err(error) => Err(FormatError::DamagedPage { packing: packing.to_owned(), error: error.to_string() }),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn text(block: &[u8]) -> Option<String> {
        page(block, 1 << 20).unwrap().map(|page| String::from_utf8(page.bytes.into_owned()).unwrap())
    }

    #[test]
    fn a_page_that_unpacks_beyond_the_limit_is_an_error_and_not_cut() {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        packed.write_all(format!("<html>{}", "a".repeat(5000)).as_bytes()).unwrap();
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n";
        let block = [head.as_bytes(), &packed.finish().unwrap()].concat();
        assert_eq!(page(&block, 5005).unwrap_err(), FormatError::TooLong { limit: 5005 });
        assert_eq!(page(&block, 5006).unwrap().map(|page| page.bytes.len()), Some(5006));
    }

    #[test]
    fn pages_come_out_of_chunks_and_packings() {
        let html = b"<html><p>The ferry sails again.</html>";
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(html).unwrap();
        let packed = gzip.finish().unwrap();
        let head = |more: &str| format!("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=\"gbk\"\r\n{more}\r\n");
        let whole = |more: &str, body: &[u8]| [head(more).as_bytes(), body].concat();
        let expected = Some(String::from_utf8(html.to_vec()).unwrap());
        assert_eq!(text(&whole("", html)), expected);
        assert_eq!(text(&whole("Content-Encoding: gzip\r\n", &packed)), expected);
        assert_eq!(text(&whole("Content-Encoding: gzip\r\n", html)), expected, "unpacked all the same");
        let (a, b) = packed.split_at(10);
        let chunked = [b"a;x=1\r\n", a, b"\r\n", format!("{:x}\r\n", b.len()).as_bytes(), b, b"\r\n0\r\n\r\n"].concat();
        assert_eq!(text(&whole("Transfer-Encoding: chunked\r\ncontent-encoding: GZIP\r\n", &chunked)), expected);
        assert_eq!(page(&whole("", html), 1 << 20).unwrap().unwrap().charset.as_deref(), Some("gbk"));
        assert!(page(&whole("Content-Encoding: gzip\r\n", &packed[..8]), 1 << 20).is_err(), "cut off");
        assert!(page(&whole("Content-Encoding: x-own\r\n", html), 1 << 20).is_err());
        assert_eq!(text(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n\x89PNG"), None);
        assert_eq!(text(b"HTTP/1.1 302 Found\r\nLocation: /b\r\n\r\n"), None);
    }

    #[test]
    fn errors_and_redirects_are_no_pages() {
        let answer = |status: &str, body: &str| format!("HTTP/1.1 {status}\r\nContent-Type: text/html\r\n\r\n{body}");
        for (status, body, why) in [
            ("200 OK", "<p>The ferry sails.", None),
            ("203", "<p>The ferry sails.", None),
            ("200 OK", " \r\n", Some(NoPage::Empty)),
            ("301 Moved Permanently", "<p>Moved <a href=/b>here</a>.", Some(NoPage::Status(301))),
            ("404 Not Found", "<p>There is no such page.", Some(NoPage::Status(404))),
            ("503", "", Some(NoPage::Status(503))),
        ] {
            let answer = answer(status, body);
            assert_eq!(no_page(answer.as_bytes()), why, "{answer}");
            assert_eq!(text(answer.as_bytes()).is_some(), why.is_none(), "{answer}");
        }
        assert_eq!(no_page(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n"), None, "pictures need no reason");
        assert_eq!(no_page(b"no answer at all"), None);
    }
}
