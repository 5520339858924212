//! [`RawFile`]: a file as it lies on the disk, edited by places in its normalised text.
//!
//! The reader of rule files drops byte order marks and turns every line end into `\n`. Edits are made in the original
//! bytes, so each place in the normalised text must be mapped back to them.

use std::ops::Range;

use crate::Source;

/// The original text of a rule file, with the text that the reader makes of it.
pub(super) struct RawFile<'a> {
    raw: &'a str,
    /// The normalised text: the places of edits are bytes of it.
    pub(super) source: Source,
    /// Where the distance between both texts changes: a byte of the normalised text and its byte in the file.
    steps: Vec<(usize, usize)>,
    crlf: bool,
}

impl<'a> RawFile<'a> {
    pub(super) fn new(file: &str, raw: &'a str) -> Self {
        let source = Source::new(file, raw);
        let mut steps = Vec::new();
        let mut at = 0;
        let mut chars = raw.char_indices().peekable();
        while let Some((here, c)) = chars.next() {
            let next_is_newline = chars.peek().is_some_and(|&(_, next)| next == '\n');
            match c {
                '\u{feff}' => steps.push((at, here + c.len_utf8())),
                '\r' if next_is_newline => {
                    // Both bytes are one line end for the reader.
                    steps.push((at, here));
                    steps.push((at + 1, here + 2));
                    chars.next();
                    at += 1;
                }
                _ => at += c.len_utf8(),
            }
        }
        let crlf = raw.find('\n').is_some_and(|at| raw[..at].ends_with('\r'));
        Self { raw, source, steps, crlf }
    }

    /// The byte of the file that a byte of the normalised text came from.
    fn place(&self, at: usize) -> usize {
        let step = self.steps.partition_point(|&(tidy, _)| tidy <= at);
        match step.checked_sub(1).and_then(|i| self.steps.get(i)) {
            Some((tidy, raw)) => raw + (at - tidy),
            None => at,
        }
    }

    /// The file with each range of the normalised text replaced. The ranges are in order and do not overlap. New text
    /// has `\n` and gets the line ends of the file.
    pub(super) fn with(&self, edits: &[(Range<usize>, String)]) -> String {
        let mut out = String::with_capacity(self.raw.len() + edits.iter().map(|(_, new)| new.len()).sum::<usize>());
        let mut done = 0;
        for (range, new) in edits {
            out.push_str(&self.raw[done..self.place(range.start)]);
            match self.crlf {
                true => out.push_str(&new.replace('\n', "\r\n")),
                false => out.push_str(new),
            }
            done = self.place(range.end);
        }
        out.push_str(&self.raw[done..]);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_found_behind_marks_and_carriage_returns() {
        let raw = RawFile::new("a.toml", "\u{feff}a\r\nb\u{feff}c\r\n\r\nd");
        assert_eq!(raw.source.text, "a\nbc\n\nd");
        assert_eq!(raw.with(&[(0..1, "x".into())]), "\u{feff}x\r\nb\u{feff}c\r\n\r\nd");
        assert_eq!(raw.with(&[(1..1, "\ny".into())]), "\u{feff}a\r\ny\r\nb\u{feff}c\r\n\r\nd");
        assert_eq!(raw.with(&[(3..4, "z".into()), (6..7, String::new())]), "\u{feff}a\r\nb\u{feff}z\r\n\r\n");
        assert_eq!(raw.with(&[(2..5, String::new())]), "\u{feff}a\r\n\r\nd");
    }
}
