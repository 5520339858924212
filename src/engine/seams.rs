//! Removed lines become spans, and the blank lines beside them are folded to one.
//!
//! Where something goes, the blank lines around it would pile up. One of them stays if text
//! stands on both sides, none at the start or the end of the document. They too are recorded.

use super::matcher::Facts;
use super::outcome::{Cause, Removal};
use crate::span::Span;
use crate::text::{Cues, Document};

/// All removals in the order of the text: lines that were taken, blank lines at the seams, and
/// `words` (sorted, without overlaps, on lines that stay).
pub(crate) fn removals(
    document: &Document<'_>,
    facts: &Facts,
    taken: &[Option<Cause>],
    words: &[Removal],
) -> Vec<Removal> {
    let mut found: Vec<Removal> = Vec::new();
    let mut words = words.iter().peekable();
    let is_blank = |line: usize| facts.cues[line].any(Cues::BLANK);
    let mut line = 0;
    while line < taken.len() {
        if taken[line].is_none() && !is_blank(line) {
            if words.peek().is_some() {
                let end = document.line(line).end;
                while let Some(word) = words.next_if(|w| w.span.end <= end) {
                    found.push(*word);
                }
            }
            line += 1;
            continue;
        }
        let first = line;
        while line < taken.len() && (taken[line].is_some() || is_blank(line)) {
            line += 1;
        }
        if taken[first..line].iter().any(Option::is_some) {
            gap(document, taken, first, line, &mut found);
        }
    }
    found
}

/// The removals of a gap: the lines from `first` to `end` (exclusive), all taken or blank.
fn gap(document: &Document<'_>, taken: &[Option<Cause>], first: usize, end: usize, found: &mut Vec<Removal>) {
    let inside = first > 0 && end < taken.len();
    let keeper = (first..end).find(|&line| taken[line].is_none()).filter(|_| inside);
    // Blank lines whose cause is not yet known: between two lines of one block they belong to it.
    let mut blanks: Option<Span> = None;
    for (line, taker) in taken.iter().enumerate().take(end).skip(first) {
        let span = document.line_with_terminator(line);
        match *taker {
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
