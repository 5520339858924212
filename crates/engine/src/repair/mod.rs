//! Repair: damage that a crawler or converter did to a text is undone before rules look at it.
//!
//! ```text
//! ??? 讓服務(wù)業(yè)與工業(yè)一樣唱“主角”   →   讓服務業與工業一樣唱“主角”
//! ```
//!
//! Each repair is a pass over the whole text that gives edits; the passes run in a fixed order
//! (bytes, pinyin, pairs, tags, indents, width, blank lines), so the order in which repairs are written changes
//! nothing, and again until none of them finds anything: repairing a repaired text changes
//! nothing. [`Repaired`] keeps the way back: every edit in bytes of the original text.
//!
//! A repair that is not certain is not done. Pinyin goes only where the document as a whole proves
//! that a machine put it there; bytes are shifted back only where common words come out of rare
//! characters. What each can be fooled by stands at the top of its file.

mod gbk;
mod indent;
mod pinyin;
mod replace;
mod tags;
mod width;

use std::ops::Range;

use serde::Serialize;

use dehusk_rules::{Repair, RepairAction, Status};
use dehusk_text::{Span, is_of_host};

/// Repairs, ready to be applied to any number of texts.
#[derive(Clone, Debug)]
pub struct Repairer {
    passes: Vec<RepairPass>,
}

#[derive(Clone, Debug)]
struct RepairPass {
    /// Which of the repairs it was made from.
    repair: usize,
    action: RepairAction,
    sites: Vec<String>,
}

/// A piece of the original text, and what now stands in its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Edit {
    /// Bytes of the original text.
    pub span: Span,
    /// What stands there now; empty where it was taken away.
    pub replacement: String,
    /// Which repair did it: its place in the list the [`Repairer`] was made from. Where several
    /// had a part in it, the last one.
    pub repair: usize,
}

/// A repaired text, and how it came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repaired {
    /// The text.
    pub text: String,
    /// What was changed, in the order of the text, without overlaps.
    pub edits: Vec<Edit>,
    kept: Vec<Kept>,
}

/// A stretch of the repaired text that stands so in the original.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Kept {
    /// Where it starts in the repaired text.
    at: usize,
    /// Where it starts in the original.
    original: usize,
    len: usize,
}

/// Who changed something at a place of the original, and when.
#[derive(Clone, Copy)]
struct Mark {
    place: usize,
    turn: usize,
    repair: usize,
}

/// What a pass wants: bytes of the text it was given, and what to put there.
type LocalEdit = (Range<usize>, String);

/// Most times all passes run. Two rounds are the rule; the limit is for pairs that undo one another.
const ROUNDS: usize = 8;

impl Repairer {
    /// Prepares those of `repairs` that are on.
    pub fn new(repairs: &[Repair]) -> Self {
        let mut passes: Vec<RepairPass> = repairs
            .iter()
            .enumerate()
            .filter(|(_, repair)| repair.status == Status::On)
            .map(|(i, repair)| RepairPass { repair: i, action: repair.action.clone(), sites: repair.sites.clone() })
            .collect();
        passes.sort_by_key(|pass| (order(&pass.action), pass.repair));
        Self { passes }
    }

    /// Whether there is nothing to do on any text.
    pub fn is_empty(&self) -> bool {
        self.passes.is_empty()
    }

    /// Repairs `text`, which came from `host`, if that is known.
    pub fn repair(&self, text: &str, host: Option<&str>) -> Repaired {
        let mut repaired = Repaired {
            text: text.to_string(),
            edits: Vec::new(),
            kept: vec![Kept { at: 0, original: 0, len: text.len() }],
        };
        let mut marks = Vec::new();
        for _ in 0..ROUNDS {
            let mut changed = false;
            for pass in self.passes.iter().filter(|pass| pass.is_for(host)) {
                let edits = pass.edits(&repaired.text);
                changed |= !edits.is_empty();
                repaired.apply(&edits, pass.repair, &mut marks);
            }
            if !changed {
                break;
            }
        }
        marks.sort_by_key(|mark: &Mark| mark.place);
        repaired.edits = edits_between(&repaired.kept, &repaired.text, text.len(), &marks);
        repaired
    }
}

impl RepairPass {
    fn is_for(&self, host: Option<&str>) -> bool {
        self.sites.is_empty() || host.is_some_and(|host| self.sites.iter().any(|site| is_of_host(host, site)))
    }

    fn edits(&self, text: &str) -> Vec<LocalEdit> {
        match &self.action {
            RepairAction::ShiftedGbk => gbk::edits(text),
            RepairAction::InsertedPinyin => pinyin::edits(text),
            RepairAction::Replace { at, find, replace } => replace::edits(text, *at, find, replace),
            RepairAction::LostIndent => indent::lost(text),
            RepairAction::TrimIndent => indent::trim(text),
            RepairAction::StrayTags => tags::edits(text),
            RepairAction::BlankLines => indent::blank_lines(text),
            RepairAction::FullWidthAscii => width::edits(text),
        }
    }
}

/// Bytes first, since every other change could hide the damage from them.
fn order(action: &RepairAction) -> u8 {
    match action {
        RepairAction::ShiftedGbk => 0,
        RepairAction::InsertedPinyin => 1,
        RepairAction::Replace { .. } => 2,
        RepairAction::StrayTags => 3,
        RepairAction::LostIndent => 4,
        RepairAction::FullWidthAscii => 5,
        RepairAction::TrimIndent => 6,
        RepairAction::BlankLines => 7,
    }
}

impl Repaired {
    /// A text that these edits made, without the way back that [`Repaired::to_original`] needs: for tests of
    /// what counts edits alone.
    #[doc(hidden)]
    pub fn made_of(text: String, edits: Vec<Edit>) -> Self {
        Self { text, edits, kept: Vec::new() }
    }

    /// Where a span of the repaired text stands in the original. What an edit changed belongs
    /// to the span if the span reaches into it; edits that only touch its edges do not.
    pub fn to_original(&self, span: Span) -> Span {
        if span.is_empty() {
            let at = self.place(span.start).0;
            return Span::new(at, at);
        }
        let start = self.place(span.start).0;
        // The end is where the last byte ends, not where the next one starts.
        let end = self.place(span.end - 1).1;
        Span::new(start, end.max(start))
    }

    /// The original bytes that the repaired byte `at` stands for.
    fn place(&self, at: usize) -> (usize, usize) {
        let next = self.kept.partition_point(|k| k.at <= at);
        match next.checked_sub(1).map(|i| self.kept[i]) {
            Some(k) if at < k.at + k.len => (k.original + (at - k.at), k.original + (at - k.at) + 1),
            before => {
                let from = before.map_or(0, |k| k.original + k.len);
                let to = self.kept.get(next).map(|k| k.original);
                (from, to.unwrap_or_else(|| self.edits.last().map_or(from, |e| e.span.end.max(from))))
            }
        }
    }

    /// Changes the text, and cuts what was changed out of what is kept.
    fn apply(&mut self, edits: &[LocalEdit], repair: usize, marks: &mut Vec<Mark>) {
        if edits.is_empty() {
            return;
        }
        let mut text = String::with_capacity(self.text.len());
        let mut kept = Vec::with_capacity(self.kept.len() + edits.len());
        let mut old = self.kept.iter().copied().peekable();
        let mut from = 0;
        let end = self.text.len();
        for (range, replacement) in edits.iter().map(|(r, s)| (r.clone(), s.as_str())).chain([(end..end, "")]) {
            // What is kept of `from..range.start`, at its new place.
            while let Some(&k) = old.peek() {
                let (start, stop) = (k.at.max(from), (k.at + k.len).min(range.start));
                if start < stop {
                    kept.push(Kept {
                        at: text.len() + (start - from),
                        original: k.original + (start - k.at),
                        len: stop - start,
                    });
                }
                if k.at + k.len > range.start {
                    break;
                }
                old.next();
            }
            if !range.is_empty() || !replacement.is_empty() {
                marks.push(Mark { place: self.place(range.start).0, turn: marks.len(), repair });
            }
            text.push_str(&self.text[from..range.start]);
            text.push_str(replacement);
            from = range.end;
        }
        self.text = text;
        self.kept = kept;
    }
}

/// What lies between the kept stretches: the edits.
fn edits_between(kept: &[Kept], text: &str, original_len: usize, marks: &[Mark]) -> Vec<Edit> {
    let mut edits = Vec::new();
    let (mut at, mut original) = (0, 0);
    for k in kept.iter().copied().chain([Kept { at: text.len(), original: original_len, len: 0 }]) {
        if k.at > at || k.original > original {
            let span = Span::new(original, k.original);
            let from = marks.partition_point(|m| m.place < span.start);
            let by = marks[from..].iter().take_while(|m| m.place <= span.end).max_by_key(|m| m.turn);
            edits.push(Edit { span, replacement: text[at..k.at].to_string(), repair: by.map_or(0, |m| m.repair) });
        }
        (at, original) = (k.at + k.len, k.original + k.len);
    }
    edits
}

/// The lines of `text`: where each starts, where its terminator starts, and where that ends.
fn lines(text: &str) -> impl Iterator<Item = (usize, usize, usize)> + '_ {
    let bytes = text.as_bytes();
    let mut start = 0;
    std::iter::from_fn(move || {
        if start >= bytes.len() {
            return None;
        }
        let end = memchr::memchr2(b'\n', b'\r', &bytes[start..]).map_or(bytes.len(), |i| start + i);
        let next = match bytes.get(end..) {
            Some([b'\r', b'\n', ..]) => end + 2,
            Some([_, ..]) => end + 1,
            _ => end,
        };
        let line = (start, end, next);
        start = next;
        Some(line)
    })
}

#[cfg(test)]
mod tests;
