//! Texts of a rule file: what stands between the quotes, and where each part of it stands.
//!
//! A text field takes one text, a `'''` block with one phrase a line, or a list. In every form each phrase keeps its
//! own place. In literal quotes (`'`) the text is the source, byte for byte. In `"` there may be escapes, and the
//! place is found by reading them again.

use std::ops::Range;

use super::model::{Example, Phrase};
use super::source::Source;

/// One quoted text.
#[derive(Clone, Debug)]
pub(super) struct Text {
    /// The text without quotes and escapes.
    pub(super) text: String,
    /// Its place, quotes included.
    pub(super) span: Range<usize>,
    /// Where the text begins behind its opening quote.
    content: usize,
    escaped: bool,
}

/// A part of a text with its place.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) text: String,
    /// Where it begins in its [`Text`].
    pub(super) at: usize,
    /// Its place in the source.
    pub(super) span: Range<usize>,
    pub(super) line: u32,
}

impl Text {
    /// The text at this place of the source. `text` is what the parser made of it.
    pub(super) fn new(source: &str, span: Range<usize>, text: &str) -> Self {
        let raw = &source[span.clone()];
        let triple = raw.len() >= 6 && (raw.starts_with("'''") || raw.starts_with("\"\"\""));
        let mut content = span.start + if triple { 3 } else { 1 };
        if triple && source[content..].starts_with('\n') {
            content += 1;
        }
        let escaped = raw.starts_with('"') && raw.contains('\\');
        Self { text: text.to_string(), span, content, escaped }
    }

    /// A text that stands in the source without quotes.
    pub(super) fn bare(text: &str, at: usize) -> Self {
        Self { text: text.to_string(), span: at..at + text.len(), content: at, escaped: false }
    }

    /// A text that does not stand in the source as it is, but is reported at this place.
    pub(super) fn standing_for(text: String, at: usize) -> Self {
        Self { text, span: at..at, content: at, escaped: false }
    }

    /// Whether it has escapes.
    pub(super) fn is_escaped(&self) -> bool {
        self.escaped
    }

    /// Where in the source each byte of the text stands.
    pub(super) fn places(&self, source: &str) -> BytePlaces {
        let mut map = Vec::new();
        if self.escaped {
            for step in escapes(&source[self.content..self.span.end]) {
                let bytes = step.gives.map_or(0, char::len_utf8);
                map.extend(std::iter::repeat_n(self.content + step.raw.start, bytes));
            }
        }
        BytePlaces { content: self.content, end: self.span.end, map, escaped: self.escaped }
    }

    /// The line on which the text begins, from 1.
    fn first_line(&self, source: &Source) -> u32 {
        source.line_of(self.places(&source.text).at(0))
    }

    /// The phrases: its lines, trimmed, without the empty ones.
    pub(super) fn phrases(&self, source: &Source) -> Vec<Piece> {
        let places = self.places(&source.text);
        let mut pieces = Vec::with_capacity(lines_in(self.text.as_bytes()));
        let mut at = 0;
        // Only a text with escapes may have another number of lines than its source.
        let first = self.first_line(source);
        for (number, line) in (0..).zip(lines(&self.text)) {
            let text = trim(line);
            if !text.is_empty() {
                let start = at + (line.len() - line.trim_start().len());
                let from = places.at(start);
                let span = from..places.at(start + text.len()).max(from);
                let line = if self.escaped { source.line_of(span.start) } else { first + number };
                pieces.push(Piece { text: text.to_string(), at: start, line, span });
            }
            at += line.len() + 1;
        }
        pieces
    }
}

/// The lines of a text.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let ends = memchr::memchr_iter(b'\n', text.as_bytes()).chain(std::iter::once(text.len()));
    ends.scan(0, |start, end| Some(&text[std::mem::replace(start, end + 1)..end]))
}

/// The number of lines, counted in bytes, which the compiler can do for many bytes at once.
pub(super) fn lines_in(text: &[u8]) -> usize {
    let ends = |chunk: &[u8]| usize::from(chunk.iter().map(|&b| u8::from(b == b'\n')).sum::<u8>());
    text.chunks(255).map(ends).sum::<usize>() + 1
}

/// The text without white space at its ends. The quick way is for texts that begin and end with an ASCII letter or a
/// Han character, as most do.
fn trim(text: &str) -> &str {
    let bytes = text.as_bytes();
    let begins = |b: u8| b.is_ascii_graphic() || (0xE4..=0xED).contains(&b);
    if let (Some(&first), Some(&last)) = (bytes.first(), bytes.last())
        && begins(first)
        && (last.is_ascii_graphic() || bytes.len().checked_sub(3).is_some_and(|at| (0xE4..=0xED).contains(&bytes[at])))
    {
        return text;
    }
    text.trim()
}

/// Where the bytes of a text stand in the source.
pub(super) struct BytePlaces {
    content: usize,
    end: usize,
    map: Vec<usize>,
    escaped: bool,
}

impl BytePlaces {
    pub(super) fn at(&self, byte: usize) -> usize {
        match self.escaped {
            true => self.map.get(byte).copied().unwrap_or(self.end),
            false => self.content + byte,
        }
    }
}

impl From<Piece> for Phrase {
    fn from(piece: Piece) -> Self {
        Phrase { text: piece.text.into(), line: piece.line }
    }
}

/// One character of a text in `"`: where it stands in the source, and its value.
pub(super) struct TextStep {
    /// Its place in the text that was given to [`escapes`].
    pub(super) raw: Range<usize>,
    /// The character. `None` for a `\` at the end of a line and the white space after it.
    pub(super) gives: Option<char>,
}

/// The characters of a text in `"`, given without the quotes.
pub(super) fn escapes(raw: &str) -> impl Iterator<Item = TextStep> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at;
        let c = raw[at..].chars().next()?;
        at += c.len_utf8();
        if c != '\\' {
            return Some(TextStep { raw: start..at, gives: Some(c) });
        }
        let sign = raw[at..].chars().next()?;
        at += sign.len_utf8();
        let digits = match sign {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        let gives = match sign {
            'b' => Some('\u{8}'),
            't' => Some('\t'),
            'n' => Some('\n'),
            'f' => Some('\u{c}'),
            'r' => Some('\r'),
            'e' => Some('\u{1b}'),
            'x' | 'u' | 'U' => {
                let code = raw.get(at..at + digits).unwrap_or("");
                at += code.len();
                u32::from_str_radix(code, 16).ok().and_then(char::from_u32)
            }
            ' ' | '\t' | '\n' => {
                let rest = &raw[at..];
                at += rest.len() - rest.trim_start_matches([' ', '\t', '\n']).len();
                None
            }
            other => Some(other),
        };
        Some(TextStep { raw: start..at, gives })
    })
}

/// How a block of examples is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// Each line is one example.
    Lines,
    /// Each line is one example, and may give the expected result: `before => after`.
    LinesWithResult,
    /// The whole is one example; a line `~~~` separates several.
    Blocks,
}

/// The examples of a field.
pub(super) fn examples(source: &Source, texts: &[Text], cut: Cut) -> Vec<Example> {
    let mut all = Vec::new();
    for text in texts {
        match cut {
            Cut::Blocks => blocks(source, text, &mut all),
            Cut::Lines | Cut::LinesWithResult => {
                let places = text.places(&source.text);
                let first = text.first_line(source);
                let mut at = 0;
                for (number, line) in (0..).zip(lines(&text.text)) {
                    let trimmed = trim(line);
                    if !trimmed.is_empty() && trimmed != "~~~" {
                        let place = if text.escaped { source.line_of(places.at(at)) } else { first + number };
                        all.push(single(line, place, cut));
                    }
                    at += line.len() + 1;
                }
            }
        }
    }
    all
}

fn single(line: &str, place: u32, cut: Cut) -> Example {
    if cut == Cut::LinesWithResult
        && let Some((before, after)) = line.split_once("=>")
    {
        return Example { text: before.trim().into(), result: Some(after.trim().into()), line: place };
    }
    Example { text: line.into(), result: None, line: place }
}

/// Cuts at lines of `~~~`. Blank lines inside an example count; those at its ends do not.
fn blocks(source: &Source, text: &Text, all: &mut Vec<Example>) {
    let places = text.places(&source.text);
    let first = text.first_line(source);
    let mut at = 0;
    let mut begin = None;
    let mut end = 0;
    let mut close = |begin: &mut Option<(usize, u32)>, end: usize| {
        if let Some((start, number)) = begin.take() {
            let line = if text.escaped { source.line_of(places.at(start)) } else { first + number };
            all.push(Example { text: text.text[start..end].to_string(), result: None, line });
        }
    };
    for (number, line) in (0..).zip(lines(&text.text)) {
        let trimmed = trim(line);
        if trimmed == "~~~" {
            close(&mut begin, end);
        } else if !trimmed.is_empty() {
            begin.get_or_insert((at, number));
            end = at + line.len();
        }
        at += line.len() + 1;
    }
    close(&mut begin, end);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(source: &Source) -> Text {
        let table = toml::de::DeTable::parse(&source.text).expect("the test is TOML");
        let value = table.get_ref().values().next().expect("one value").clone();
        Text::new(&source.text, value.span(), value.get_ref().as_str().expect("a text"))
    }

    #[test]
    fn each_phrase_knows_its_place() {
        for toml in ["is = '''\n甲\n\n  乙丙 \n'''", "is = \"\"\"甲\\u4e01\n\\t乙丙\\\n  丁\"\"\"", "is = \"a\\\\b\""]
        {
            let source = Source::new("a.toml", toml);
            for piece in text(&source).phrases(&source) {
                let raw = &source.text[piece.span.clone()];
                assert_eq!(raw.chars().next(), piece.text.chars().next(), "{toml}");
                let upto = &source.text[..piece.span.start];
                assert_eq!(piece.line as usize, upto.matches('\n').count() + 1, "{toml}");
            }
        }
    }

    #[test]
    fn blocks_are_cut_at_waves_and_keep_their_blank_lines() {
        let source = Source::new("a.toml", "removes = '''\n\n  a\n\nb\n~~~\nc\n\n'''");
        let found = examples(&source, &[text(&source)], Cut::Blocks);
        let texts: Vec<_> = found.iter().map(|e| (e.text.as_str(), e.line)).collect();
        assert_eq!(texts, [("  a\n\nb", 3), ("c", 7)]);
    }
}
