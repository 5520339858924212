//! [`LineScan`]: one line while it is read: what was read so far, and the corrected text.

use std::ops::Range;

use dehusk_text::{Fix, Message, around, say};

/// A line, its mistakes, and the corrected line up to byte `at`.
pub(super) struct LineScan<'t> {
    /// Where the line starts in the file.
    pub(super) start: usize,
    pub(super) line: &'t str,
    pub(super) at: usize,
    pub(super) mistakes: Vec<(&'static str, Range<usize>, Message)>,
    /// Text that the fix puts above the line.
    pub(super) head: String,
    fixed: String,
    /// Advice in words, where no corrected line can be given.
    pub(super) advice: Option<Message>,
}

impl<'t> LineScan<'t> {
    pub(super) fn new(start: usize, line: &'t str) -> Self {
        let head = String::new();
        Self { start, line, at: 0, mistakes: Vec::new(), head, fixed: String::new(), advice: None }
    }

    /// Returns the scan and leaves an empty one in its place.
    pub(super) fn take(&mut self) -> LineScan<'t> {
        std::mem::replace(self, LineScan::new(self.start, self.line))
    }

    /// The part that was not read yet.
    pub(super) fn rest(&self) -> &'t str {
        &self.line[self.at.min(self.line.len())..]
    }

    /// Reads up to byte `to` and leaves it as it is.
    pub(super) fn keep(&mut self, to: usize) {
        let to = to.clamp(self.at, self.line.len());
        self.fixed.push_str(&self.line[self.at..to]);
        self.at = to;
    }

    /// Reads `bytes` and leaves them out.
    pub(super) fn skip(&mut self, bytes: usize) {
        self.at = (self.at + bytes).min(self.line.len());
    }

    /// Reads up to byte `to` and leaves it out.
    pub(super) fn drop(&mut self, to: usize) {
        self.at = to;
    }

    pub(super) fn skip_blank(&mut self) {
        let rest = self.rest();
        self.skip(rest.len() - rest.trim_start().len());
    }

    /// Adds `text` to the corrected line.
    pub(super) fn put(&mut self, text: &str) {
        self.fixed.push_str(text);
    }

    pub(super) fn ends_with_space(&self) -> bool {
        self.fixed.ends_with([' ', '\t'])
    }

    /// Adds a mistake at these bytes of the line.
    pub(super) fn mistake(&mut self, code: &'static str, span: Range<usize>, message: Message) {
        self.mistakes.push((code, self.start + span.start..self.start + span.end, message));
    }

    /// Reports white space that TOML does not allow, or an invisible character.
    pub(super) fn hidden_space(&mut self, span: Range<usize>, text: &str) {
        let first = text.chars().find(|&c| super::is_odd_space(c)).unwrap_or(' ');
        let code = first as u32;
        let (zh, en) = match first {
            '\u{3000}' => ("全角空格".to_string(), "a full-width space".to_string()),
            '\u{a0}' => ("网页里的不断行空格".to_string(), "a no-break space".to_string()),
            '\u{200b}' => ("零宽空格".to_string(), "a zero-width space".to_string()),
            _ => (format!("看不见的字符 U+{code:04X}"), format!("an invisible character, U+{code:04X}")),
        };
        let message = say!("这里有{zh}（看不见），请删掉", "there is {en} here; delete it");
        self.mistake("hidden-space", span, message);
    }

    /// The corrected line, if something was corrected.
    pub(super) fn fix(&self) -> Option<Fix> {
        if let Some(advice) = &self.advice {
            return Some(Fix::Advice(advice.clone()));
        }
        let rest = self.rest();
        let line = format!("{}{}{}", self.head, self.fixed, rest).trim_end().to_string();
        if line == self.line.trim_end() || line.is_empty() {
            return None;
        }
        if line.len() > 600 {
            let same =
                line.char_indices().zip(self.line.chars()).find(|((_, a), b)| a != b).map_or(0, |((at, _), _)| at);
            return Some(Fix::Line(around(&line, same..same).0));
        }
        Some(Fix::Line(line))
    }
}
