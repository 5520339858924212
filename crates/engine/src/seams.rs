//! Removed lines become spans, and the blank lines beside them are folded to one.
//!
//! Where something goes, the blank lines around it would pile up. One of them stays if text
//! stands on both sides, none at the start or the end of the document. They too are recorded.

use super::matcher::Matches;
use super::removal::{Cause, Removal};
use super::state::State;
use dehusk_text::{Cues, Document, Span};

/// All removals in the order of the text: lines that were taken, blank lines at the seams, and
/// `words` (sorted, without overlaps, on lines that stay).
pub(crate) fn removals(document: &Document<'_>, matches: &Matches, state: &State, words: &[Removal]) -> Vec<Removal> {
    let taken = &state.taken;
    let mut found: Vec<Removal> = Vec::new();
    let mut words = words.iter().copied().peekable();
    let is_blank = |line: usize| matches.cues[line].any(Cues::BLANK);
    let mut line = 0;
    while let Some(next) = taken[line..].iter().position(|&by| by != 0) {
        let mut first = line + next;
        let mut end = first;
        while first > line && is_blank(first - 1) {
            first -= 1;
        }
        while end < taken.len() && (taken[end] != 0 || is_blank(end)) {
            end += 1;
        }
        if words.peek().is_some() {
            let start = document.line_with_terminator(first).start;
            while let Some(word) = words.next_if(|word| word.span.start < start) {
                found.push(word);
            }
        }
        gap(document, state, first, end, &mut found);
        line = end;
    }
    found.extend(words);
    found
}

/// A gap: the lines from `first` to `end` (exclusive), all taken or blank.
fn gap(document: &Document<'_>, state: &State, first: usize, end: usize, found: &mut Vec<Removal>) {
    let inside = first > 0 && end < state.taken.len();
    let keeper = (first..end).find(|&line| !state.is_removed(line)).filter(|_| inside);
    // Blank lines whose cause is not yet known: between two lines of one block they belong to it.
    let mut blanks: Option<Span> = None;
    for line in first..end {
        let span = document.line_with_terminator(line);
        match state.removed_by(line) {
            Some(cause) => {
                if let Some(blanks) = blanks.take() {
                    let same = found.last().is_some_and(|last| last.cause == cause && last.span.end == blanks.start);
                    push(found, blanks, if same { cause } else { Cause::Seam });
                }
                push(found, span, cause);
            }
            None => {
                let waiting = blanks.take();
                if keeper == Some(line) {
                    debug_assert!(waiting.is_none(), "the first blank line is the one that stays");
                } else {
                    blanks = Some(waiting.map_or(span, |before| Span::new(before.start, span.end)));
                }
            }
        }
    }
    if let Some(blanks) = blanks {
        push(found, blanks, Cause::Seam);
    }
}

/// Adds a span, or lengthens the last one if it goes on for the same cause.
fn push(found: &mut Vec<Removal>, span: Span, cause: Cause) {
    match found.last_mut() {
        Some(last) if last.cause == cause && last.span.end == span.start => last.span.end = span.end,
        _ => found.push(Removal { span, cause }),
    }
}
