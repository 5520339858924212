//! [`Report`]: collects the mistakes of one file; [`first_ones`]: of each level at most ten are shown.

use std::ops::Range;

use super::source::Source;
use dehusk_text::{Diagnostic, Fix, Level, Message, around, say};

/// How many messages of one level are shown for one file.
const SHOWN: usize = 10;
/// How many messages are kept to choose the first ones from.
const KEPT: usize = 400;

/// The mistakes of one file.
pub struct Report<'a> {
    /// The file.
    pub source: &'a Source,
    found: Vec<Diagnostic>,
    dropped: usize,
    errors: usize,
}

impl<'a> Report<'a> {
    /// A report that already has what was found while the bytes were read.
    pub fn new(source: &'a Source) -> Self {
        let errors = source.found.iter().filter(|one| one.level == Level::Error).count();
        Self { source, found: source.found.clone(), dropped: 0, errors }
    }

    /// Adds an error at `span`, in bytes of the text of the file.
    pub fn error(&mut self, code: &'static str, span: Range<usize>, message: Message, fix: Option<Fix>) {
        self.add(Level::Error, code, span, message, fix);
    }

    /// Adds a warning at `span`, in bytes of the text of the file.
    pub fn warning(&mut self, code: &'static str, span: Range<usize>, message: Message, fix: Option<Fix>) {
        self.add(Level::Warning, code, span, message, fix);
    }

    fn add(&mut self, level: Level, code: &'static str, span: Range<usize>, message: Message, fix: Option<Fix>) {
        self.errors += usize::from(level == Level::Error);
        if self.found.len() >= KEPT {
            self.dropped += 1;
            return;
        }
        self.found.push(self.source.diagnostic(level, code, span, message, fix));
    }

    /// The number of errors. Warnings do not count.
    pub fn errors(&self) -> usize {
        self.errors
    }

    /// Whether so much was found that looking for more is of no use.
    pub fn is_full(&self) -> bool {
        self.found.len() >= KEPT
    }

    /// The fix that shows the line of `span` with `new` in its place.
    pub fn replaced(&self, span: &Range<usize>, new: &str) -> Fix {
        let first = self.source.line_range(span.start);
        let last = self.source.line_range(span.end.max(span.start));
        let before = &self.source.text[first.start..span.start];
        let after = &self.source.text[span.end..last.end.max(span.end)];
        let line = format!("{before}{new}{after}");
        match line.len() > 400 {
            true => Fix::Line(around(&line, before.len()..before.len() + new.len()).0),
            false => Fix::Line(line),
        }
    }

    /// The messages to show, in the order of the file, and the number of the others.
    pub fn finish(self) -> Vec<Diagnostic> {
        first_ones(self.found, self.dropped)
    }
}

/// The first findings of one file, in the order of the file, and the number of the others, which includes `dropped`.
pub fn first_ones(mut found: Vec<Diagnostic>, dropped: usize) -> Vec<Diagnostic> {
    found.sort_by_key(|a| (a.line, a.column, a.level));
    let mut shown = Vec::new();
    let mut counts = [0usize; 3];
    let mut first_hidden = None;
    let mut hidden = dropped;
    for one in found {
        let count = &mut counts[one.level as usize];
        *count += 1;
        if *count <= SHOWN {
            shown.push(one);
        } else {
            hidden += 1;
            if first_hidden.as_ref().is_none_or(|first: &Diagnostic| first.level > one.level) {
                first_hidden = Some(one);
            }
        }
    }
    if let Some(first) = first_hidden {
        let message = say!(
            "这个文件里还有 {hidden} 处问题没有列出；先改好上面这些，再检查一次",
            "{hidden} more in this file; mend those above and check again"
        );
        let (line_text, mark, notes) = (String::new(), 0..0, Vec::new());
        shown.push(Diagnostic { code: "and-more", message, fix: None, line_text, mark, notes, ..first });
    }
    shown
}
