//! [`changes`]: all changes of a text, as spans of the *original* text; [`restored`]: undoes them.
//!
//! The engine's removals are spans of the text that it read, which after repairs is not the original.
//! This module combines both, so that each byte of the original is either kept or in exactly one change:
//!
//! ```text
//! original   ABCpinyinDE 上一篇：X⏎
//! changes       ^^^^^^   repair, replaced by ""
//!                       ^^^^^^^^^^ rule, replaced by ""
//! body       ABCDE
//! ```
//!
//! If a removal covers all of a repaired stretch, the stretch belongs to the removal alone. If it covers
//! only part of the replacement, the change is the repair's, and its replacement is the part that is left.

use std::borrow::Cow;

use dehusk_engine::{Cause, Outcome, Repaired};
use dehusk_text::Span;

/// A stretch of the original text that is different in the result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change<'a> {
    /// Bytes of the original text. Empty where a repair only added something.
    pub span: Span,
    /// What replaces it in the result.
    pub instead: Cow<'a, str>,
    /// Why it was changed.
    pub why: Why,
}

/// Why a stretch was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It was removed.
    Removed(Cause),
    /// It was changed by the repair of this index in [`RuleSet::repairs`](dehusk_rules::RuleSet::repairs).
    Repaired(usize),
}

/// All changes, in the order of the text, without overlaps. The bytes between them are kept. If each span is
/// replaced by `instead`, the original becomes the body.
pub fn changes<'a>(repaired: Option<&'a Repaired>, outcome: &Outcome) -> Vec<Change<'a>> {
    let removed = |span, cause| Change { span, instead: Cow::Borrowed(""), why: Why::Removed(cause) };
    let Some(repaired) = repaired.filter(|repaired| !repaired.edits.is_empty()) else {
        return outcome.removals.iter().map(|removal| removed(removal.span, removal.cause)).collect();
    };
    let edits = placed(repaired);
    let mut all = Vec::with_capacity(edits.len() + outcome.removals.len());
    for removal in &outcome.removals {
        let start = to_original(&edits, removal.span.start, true);
        let end = to_original(&edits, removal.span.end, false);
        // Empty if the removal covers only text that a repair had inserted.
        if start < end {
            all.push(removed(Span::new(start, end), removal.cause));
        }
    }
    let mut removals = outcome.removals.as_slice();
    for edit in &edits {
        let behind = removals.partition_point(|r| r.span.end <= edit.at);
        removals = &removals[behind..];
        let mut instead = String::new();
        let (mut at, mut swallowed) = (edit.at, false);
        for removal in removals.iter().take_while(|r| r.span.start < edit.end.max(edit.at + 1)) {
            let (start, end) = (removal.span.start, removal.span.end);
            swallowed |= if edit.at < edit.end { start <= edit.at && edit.end <= end } else { start < edit.at };
            instead.push_str(&repaired.text[at..start.clamp(at, edit.end)]);
            at = end.clamp(at, edit.end);
        }
        if !swallowed {
            instead.push_str(&repaired.text[at..edit.end]);
            all.push(Change { span: edit.original, instead: instead.into(), why: Why::Repaired(edit.repair) });
        }
    }
    // Of changes that start at the same byte, an empty one (a repair that only added text) comes first.
    all.sort_by_key(|change| (change.span.start, change.span.end));
    all
}

/// The original of `body`, before these changes: `(first byte in the original, original text, text that replaced
/// it)`, in order. `None` if `body` does not fit the changes, because it was edited since.
pub fn restored<'a>(body: &str, removed: impl IntoIterator<Item = (usize, &'a str, &'a str)>) -> Option<String> {
    let mut text = String::with_capacity(body.len() * 5 / 4);
    let mut rest = body;
    for (start, was, instead) in removed {
        let kept = start.checked_sub(text.len())?;
        text.push_str(rest.get(..kept)?);
        rest = rest[kept..].strip_prefix(instead)?;
        text.push_str(was);
    }
    text.push_str(rest);
    Some(text)
}

/// An edit with the bytes `at..end` that its replacement has in the repaired text.
struct PlacedEdit {
    at: usize,
    end: usize,
    original: Span,
    repair: usize,
}

fn placed(repaired: &Repaired) -> Vec<PlacedEdit> {
    let (mut at, mut original) = (0, 0);
    let place = |edit: &dehusk_engine::Edit| {
        at += edit.span.start - original;
        let start = at;
        at += edit.replacement.len();
        original = edit.span.end;
        PlacedEdit { at: start, end: at, original: edit.span, repair: edit.repair }
    };
    repaired.edits.iter().map(place).collect()
}

/// The byte of the original that belongs to byte `at` of the repaired text, where a removal starts (`start`) or ends.
/// A repair directly at that edge, or across it, stays outside the removal.
fn to_original(edits: &[PlacedEdit], at: usize, start: bool) -> usize {
    let before = edits.partition_point(|e| e.at < at || start && e.at == at && e.end == at);
    match before.checked_sub(1).map(|i| &edits[i]) {
        None => at,
        Some(edit) if at < edit.end => {
            if start {
                edit.original.end
            } else {
                edit.original.start
            }
        }
        Some(edit) => edit.original.end + (at - edit.end),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dehusk_engine::{Edit, Removal};
    use proptest::prelude::*;

    fn check(original: &str, repaired: &Repaired, removals: &[Span]) {
        let removals = removals.iter().map(|&span| Removal { span, cause: Cause::Seam }).collect();
        let outcome = Outcome { removals, ..Outcome::default() };
        let body = outcome.body(&dehusk_text::Document::new(&repaired.text).unwrap());
        let changes = changes(Some(repaired), &outcome);
        let mut at = 0;
        let mut made = String::new();
        for one in &changes {
            assert!(at <= one.span.start, "{changes:?}");
            made.push_str(&original[at..one.span.start]);
            made.push_str(&one.instead);
            at = one.span.end;
        }
        made.push_str(&original[at..]);
        assert_eq!(made, body, "{changes:?}");
        let rows = changes.iter().map(|g| (g.span.start, &original[g.span.range()], &*g.instead));
        assert_eq!(restored(&body, rows).as_deref(), Some(original));
    }

    proptest! {
        #[test]
        fn kept_and_gone_make_up_the_original(
            original in "[a-zé]{0,20}",
            edits in proptest::collection::vec((0usize..6, 0usize..4, "[A-Zß]{0,3}"), 0..5),
            cuts in proptest::collection::vec((0usize..5, 1usize..5), 0..6),
        ) {
            let edge = |text: &str, at: usize| (at.min(text.len())..=text.len()).find(|&i| text.is_char_boundary(i)).unwrap();
            let (mut at, mut text, mut list) = (0, String::new(), Vec::new());
            for (skip, len, replacement) in edits {
                // Two edits never touch: at least one kept byte lies between them.
                let start = edge(&original, at + skip + usize::from(!list.is_empty()));
                let end = edge(&original, start + len);
                if start <= at && !list.is_empty() || start == end && replacement.is_empty() {
                    continue;
                }
                text.push_str(&original[at..start]);
                text.push_str(&replacement);
                list.push(Edit { span: Span::new(start, end), replacement, repair: 0 });
                at = end;
            }
            text.push_str(&original[at..]);
            let (mut at, mut spans) = (0, Vec::new());
            for (skip, len) in cuts {
                let start = edge(&text, at + skip);
                let end = edge(&text, start + len);
                if start < end {
                    spans.push(Span::new(start, end));
                }
                at = end;
            }
            check(&original, &Repaired::made_of(text, list), &spans);
        }
    }

    #[test]
    fn a_body_that_is_another_is_seen() {
        assert_eq!(restored("ab", [(1, "X", "")]).as_deref(), Some("aXb"));
        assert_eq!(restored("ab", [(3, "X", "")]), None, "too short");
        assert_eq!(restored("aYb", [(1, "X", "Z")]), None, "another word in its place");
    }
}
