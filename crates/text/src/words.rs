//! Where a text stands in a folded line: at the start or end ([`Anchor`]), at word boundaries
//! ([`at_word_boundaries`]), inside the punctuation around the line ([`core`]).

use super::count::is_alphanumeric;
use super::fold::table::is_word;
use serde::{Deserialize, Serialize};

/// Where in a line a text must stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Anchor {
    /// The whole line is the text, ignoring punctuation around it.
    Whole,
    /// The text is at the start of the line, ignoring punctuation before it.
    Start,
    /// The text is at the end of the line, ignoring punctuation behind it.
    End,
    /// The text is anywhere, but at the start of a word if it begins with an ASCII letter.
    Inside,
}

impl Anchor {
    /// Whether the bytes `start..end` of a folded line satisfy the anchor; `core` is the byte range of [`core()`] in it.
    pub fn holds(self, line: &str, core: (usize, usize), start: usize, end: usize) -> bool {
        match self {
            Anchor::Whole => (start, end) == core || (start, end) == (0, line.len()),
            Anchor::Start => start <= core.0,
            Anchor::End => end >= core.1,
            Anchor::Inside => {
                let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
                !(letter(line[..start].chars().next_back()) && letter(line[start..].chars().next()))
            }
        }
    }
}

/// The part of a folded text between its first and its last letter or digit; all of it if it has none.
pub fn core(folded: &str) -> &str {
    // Most lines begin and end with a letter of ASCII, or with a Han character of which the first byte is one of these.
    const HAN: std::ops::RangeInclusive<u8> = 0xE5..=0xE9;
    let bytes = folded.as_bytes();
    let mut start = 0;
    while let Some(&byte) = bytes.get(start).filter(|b| !b.is_ascii_alphanumeric() && !HAN.contains(b)) {
        start += match folded[start..].chars().next() {
            Some(c) if !byte.is_ascii() && is_alphanumeric(c) => break,
            c => c.map_or(1, char::len_utf8),
        };
    }
    let mut end = bytes.len();
    while let Some(&byte) = bytes[start..end].last().filter(|b| !b.is_ascii_alphanumeric()) {
        if matches!(bytes[start..end], [.., first, _, 0x80..=0xBF] if HAN.contains(&first)) {
            break;
        }
        end -= match folded[start..end].chars().next_back() {
            Some(c) if !byte.is_ascii() && is_alphanumeric(c) => break,
            c => c.map_or(1, char::len_utf8),
        };
    }
    if start == end { folded } else { &folded[start..end] }
}

/// Whether the bytes `start..end` of a folded line begin and end at word boundaries of scripts with spaces:
/// `av` is not found in "travel", but is found between two Han characters.
pub fn at_word_boundaries(folded: &str, start: usize, end: usize) -> bool {
    let bytes = folded.as_bytes();
    let edge = |left: Option<char>, right: Option<char>, inner: Option<char>| match (left, right) {
        (Some(left), Some(right)) => is_word(left) && is_word(right) && inner.is_some_and(char::is_alphabetic),
        _ => false,
    };
    // Fast path: beside an ASCII byte that is neither letter nor digit, no word is cut.
    let apart = |at: usize| {
        let is_apart = |b: u8| b.is_ascii() && !b.is_ascii_alphanumeric();
        at == 0 || at == bytes.len() || is_apart(bytes[at - 1]) || is_apart(bytes[at])
    };
    if apart(start) && apart(end) {
        return true;
    }
    let inside = &folded[start..end];
    let (first, last) = (inside.chars().next(), inside.chars().next_back());
    !edge(folded[..start].chars().next_back(), first, first) && !edge(last, folded[end..].chars().next(), last)
}

/// The byte offsets of all occurrences of a literal, overlapping ones included.
pub fn overlapping<'a>(text: &'a [u8], literal: &'a str) -> impl Iterator<Item = usize> + use<'a> {
    let step = literal.chars().next().map_or(1, char::len_utf8);
    let mut from = 0;
    std::iter::from_fn(move || {
        let rest = text.get(from..)?;
        let at = from
            + match literal.as_bytes() {
                [byte] => memchr::memchr(*byte, rest)?,
                bytes => memchr::memmem::find(rest, bytes)?,
            };
        from = at + step;
        Some(at)
    })
}
