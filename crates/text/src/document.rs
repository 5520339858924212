//! [`Document`]: a text as a sequence of lines.
//!
//! A line ends with `\n`, `\r\n` or a lone `\r`; the terminator belongs to the line it
//! ends, so that all lines joined are the text, byte for byte. Only where lines start
//! is stored (4 bytes a line), so a document of ten million empty lines stays small.

use std::sync::OnceLock;

use crate::error::{Error, Result};
use crate::markup::{LineAround, PageMarkup};
use crate::span::Span;

/// A text and where its lines start.
#[derive(Debug)]
pub struct Document<'t> {
    text: &'t str,
    starts: Vec<u32>,
    host: Option<String>,
    language: OnceLock<Option<&'static str>>,
    markup: Option<&'t PageMarkup>,
    stands_in: Option<LineAround>,
}

impl<'t> Document<'t> {
    /// Splits `text` into lines.
    ///
    /// # Errors
    /// When the text is 4 GiB or longer: offsets of lines have 32 bits.
    pub fn new(text: &'t str) -> Result<Self> {
        let bytes = text.as_bytes();
        // A search for two bytes costs twice that for one, and few texts have a `\r`.
        match memchr::memchr(b'\r', bytes) {
            None => Self::with_breaks(text, memchr::memchr_iter(b'\n', bytes)),
            Some(_) => Self::with_breaks(text, memchr::memchr2_iter(b'\n', b'\r', bytes)),
        }
    }

    /// Like [`Document::new`], for a caller who knows the offset of every `\n` and `\r` already.
    /// `breaks` are these offsets in bytes, ascending.
    ///
    /// # Errors
    /// As [`Document::new`].
    pub fn with_breaks(text: &'t str, breaks: impl Iterator<Item = usize>) -> Result<Self> {
        if u32::try_from(text.len()).is_err() {
            let bytes = text.len();
            return Err(Error::input(
                format!("这篇文章有 {bytes} 字节，太长了：最多 4 GiB；请先拆开"),
                format!("a document of {bytes} bytes is too long: the limit is 4 GiB; split it first"),
            ));
        }
        let bytes = text.as_bytes();
        let mut starts = Vec::with_capacity(text.len() / 32 + 1);
        if !text.is_empty() {
            starts.push(0);
        }
        for at in breaks {
            let next = at + 1;
            let ends_line = bytes[at] == b'\n' || bytes.get(next) != Some(&b'\n');
            if ends_line && next < bytes.len() {
                starts.push(next as u32);
            }
        }
        Ok(Self { text, starts, host: None, language: OnceLock::new(), markup: None, stands_in: None })
    }

    /// Sets the host that the text came from, for rules with `sites`. A full URL is accepted, too.
    pub fn with_host(mut self, host_or_url: &str) -> Self {
        self.host = host_of(host_or_url);
        self
    }

    /// Sets the language of the text (ISO 639-1) instead of guessing it; a code that rules may not name becomes
    /// "unknown".
    pub fn with_language(self, language: &str) -> Self {
        let known = LANGUAGES.iter().find(|(_, code)| *code == language).map(|&(_, code)| code);
        Self { language: OnceLock::from(known), ..self }
    }

    /// Says what the markup of the page says about each line, for a text that was made of HTML.
    pub fn with_markup(self, markup: &'t PageMarkup) -> Self {
        debug_assert_eq!(markup.lines.len(), self.len(), "each line has its facts");
        Self { markup: Some(markup), ..self }
    }

    /// Says that all its lines stand in these elements, without the markup of a page: for examples of rules.
    pub fn that_stands_in(self, around: LineAround) -> Self {
        Self { stands_in: Some(around), ..self }
    }

    /// What stands around a line; `None` if nobody knows, as in a text that was not made of HTML.
    pub fn around(&self, line: usize) -> Option<LineAround> {
        self.stands_in.or_else(|| self.markup.map(|markup| markup.around(line)))
    }

    /// Says that the text came from where another did: the same host, the same language.
    pub fn with_origin_of(self, other: &Document<'_>) -> Self {
        Self { host: other.host.clone(), language: OnceLock::from(other.language()), ..self }
    }

    /// The whole text.
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// What the markup of the page says, if the text was made of HTML.
    pub fn markup(&self) -> Option<&'t PageMarkup> {
        self.markup
    }

    /// The host in lower case, if known.
    pub fn host(&self) -> Option<&str> {
        self.host.as_deref()
    }

    /// How many lines there are. A terminator at the very end starts no further line.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Whether there is no line.
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// Line `i` with its terminator.
    pub fn line_with_terminator(&self, i: usize) -> Span {
        let end = self.starts.get(i + 1).map_or(self.text.len(), |&s| s as usize);
        Span::new(self.starts[i] as usize, end)
    }

    /// Line `i` without its terminator.
    #[inline]
    pub fn line(&self, i: usize) -> Span {
        let Span { start, mut end } = self.line_with_terminator(i);
        let bytes = self.text.as_bytes();
        if end > start && bytes[end - 1] == b'\n' {
            end -= 1;
        }
        if end > start && bytes[end - 1] == b'\r' {
            end -= 1;
        }
        Span::new(start, end)
    }

    /// The text of line `i` without its terminator.
    #[inline]
    pub fn line_text(&self, i: usize) -> &'t str {
        &self.text[self.line(i).range()]
    }

    /// The number of the line, from 0, that contains byte `offset`.
    pub fn line_of(&self, offset: usize) -> usize {
        self.starts.partition_point(|&s| s as usize <= offset).saturating_sub(1)
    }

    /// The language as ISO 639-1 (`zh`, `en`, …), guessed once from 3000 bytes
    /// in the middle of the text; `None` where the guess is not reliable.
    pub fn language(&self) -> Option<&'static str> {
        *self.language.get_or_init(|| guess_language(self.text))
    }

    /// Whether that is its language. A text without kana is not Japanese, which is said without a guess: one takes as long
    /// as to clean a page.
    pub fn speaks(&self, code: &str) -> bool {
        let may_be = code != "ja" || self.language.get().is_some() || has_kana(sample(self.text));
        may_be && self.language() == Some(code)
    }
}

/// How many bytes the language guess reads.
const SAMPLE_BYTES: usize = 3000;

/// The part of a text that the guess reads.
fn sample(text: &str) -> &str {
    let floor = |at: usize| (0..=at.min(text.len())).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0);
    let start = floor(text.len().saturating_sub(SAMPLE_BYTES) / 2);
    &text[start..floor(start + SAMPLE_BYTES)]
}

fn guess_language(text: &str) -> Option<&'static str> {
    let info = whatlang::detect(sample(text))?;
    LANGUAGES.iter().find(|(lang, _)| *lang == info.lang()).map(|&(_, code)| code)
}

/// Whether a character of Hiragana or Katakana stands in the text: `E3 81` to `E3 83` in UTF-8.
fn has_kana(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr_iter(0xE3, bytes).any(|at| matches!(bytes.get(at + 1), Some(0x81..=0x83)))
}

/// The languages that rules may name, and what the detector calls them.
const LANGUAGES: [(whatlang::Lang, &str); 13] = [
    (whatlang::Lang::Cmn, "zh"),
    (whatlang::Lang::Eng, "en"),
    (whatlang::Lang::Jpn, "ja"),
    (whatlang::Lang::Kor, "ko"),
    (whatlang::Lang::Deu, "de"),
    (whatlang::Lang::Fra, "fr"),
    (whatlang::Lang::Spa, "es"),
    (whatlang::Lang::Por, "pt"),
    (whatlang::Lang::Ita, "it"),
    (whatlang::Lang::Rus, "ru"),
    (whatlang::Lang::Ara, "ar"),
    (whatlang::Lang::Vie, "vi"),
    (whatlang::Lang::Pol, "pl"),
];

/// Whether rules may name this language (ISO 639-1).
pub fn is_language(code: &str) -> bool {
    LANGUAGES.iter().any(|(_, known)| *known == code)
}

/// Whether a host is that of a site or of a part of it: `news.a.example` is of `a.example`.
pub fn is_of_host(host: &str, site: &str) -> bool {
    host.strip_suffix(site).is_some_and(|part| part.is_empty() || part.ends_with('.'))
}

/// The host of a URL, or the host itself, in lower case and without port or user.
fn host_of(host_or_url: &str) -> Option<String> {
    let rest = host_or_url.trim();
    let rest = rest.split_once("://").map_or(rest, |(_, r)| r);
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, h)| h);
    // `[::1]:8080` is an address of IPv6, whose colons are its own.
    let host = match host.strip_prefix('[').and_then(|address| address.split_once(']')) {
        Some((address, _)) => address,
        None => host.split(':').next()?,
    };
    let host = host.trim_end_matches('.');
    (!host.is_empty()).then(|| host.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        let doc = Document::new(text).unwrap();
        let joined: String = (0..doc.len()).map(|i| &text[doc.line_with_terminator(i).range()]).collect();
        assert_eq!(joined, text, "lines in a row are the text");
        (0..doc.len()).map(|i| doc.line_text(i).to_string()).collect()
    }

    #[test]
    fn a_text_speaks_the_language_that_is_guessed() {
        let texts = [
            "",
            "The ferry crosses the river twelve times a day, and old people and pupils travel free of charge.",
            "渡船每天往返十二班，老人和学生免费。码头的栈桥和候船室都按原样修复。",
            "渡し船は一日十二往復で、お年寄りと学生は無料です。カタカナもあります。",
            "渡船每天往返十二班，老人和学生免费。店名叫「さくら」，码头的栈桥和候船室都按原样修复，木料是从后山运来的松木。",
            "Паром ходит через реку двенадцать раз в день, пожилые люди и школьники ездят бесплатно.",
        ];
        for text in texts {
            let guessed = Document::new(text).unwrap().language();
            for (_, code) in LANGUAGES {
                assert_eq!(Document::new(text).unwrap().speaks(code), guessed == Some(code), "{code}: {text}");
            }
        }
        assert_eq!(Document::new(texts[3]).unwrap().language(), Some("ja"));
        let kana = ['\u{303f}', '\u{3040}', '\u{30ff}', '\u{3100}'].map(|c| has_kana(&c.to_string()));
        assert_eq!(kana, [false, true, true, false]);
    }

    #[test]
    fn every_terminator_ends_a_line() {
        assert_eq!(lines("a\nb\r\nc\rd"), ["a", "b", "c", "d"]);
        assert_eq!(lines("a\n\n"), ["a", ""]);
        assert_eq!(lines("\r\r\n"), ["", ""]);
        assert!(lines("").is_empty());
    }

    #[test]
    fn host_is_taken_from_a_url() {
        for given in ["https://WWW.Example.com:8080/a?b", "www.example.com", "http://u:p@www.example.com./"] {
            assert_eq!(host_of(given).as_deref(), Some("www.example.com"), "{given}");
        }
        assert_eq!(host_of("http://[2001:DB8::1]:8080/a").as_deref(), Some("2001:db8::1"));
        assert_eq!(host_of("  "), None);
    }

    #[test]
    fn offsets_find_their_line() {
        let doc = Document::new("ab\ncd\n").unwrap();
        assert_eq!([0, 2, 3, 5].map(|o| doc.line_of(o)), [0, 0, 1, 1]);
    }
}
