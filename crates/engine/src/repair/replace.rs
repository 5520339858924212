//! Fixed pairs: `find` becomes `replace`, byte for byte.
//!
//! A place where `find` is already part of `replace` (`会` in `会议`, with `会` → `会议`) is left
//! alone; without that, a second run would repair the repaired text.

use super::{LocalEdit, lines};
use dehusk_rules::RepairAt;

pub(super) fn edits(text: &str, at: RepairAt, find: &str, replace: &str) -> Vec<LocalEdit> {
    if find.is_empty() || find == replace {
        return Vec::new();
    }
    // Where `find` stands inside `replace`, to recognise what is right already.
    let inside: Vec<usize> = replace.match_indices(find).map(|(i, _)| i).collect();
    let is_right = |start: usize| {
        inside
            .iter()
            .any(|&i| start.checked_sub(i).is_some_and(|from| text.as_bytes()[from..].starts_with(replace.as_bytes())))
    };
    let edit = |start: usize| (start..start + find.len(), replace.to_string());
    match at {
        RepairAt::Anywhere => text.match_indices(find).map(|(i, _)| i).filter(|&i| !is_right(i)).map(edit).collect(),
        RepairAt::LineStart => lines(text)
            .filter(|&(start, _, _)| text[start..].starts_with(find) && !is_right(start))
            .map(|(start, _, _)| edit(start))
            .collect(),
        RepairAt::LineEnd => lines(text)
            .filter(|&(start, end, _)| text[start..end].ends_with(find))
            .map(|(_, end, _)| end - find.len())
            .filter(|&i| !is_right(i))
            .map(edit)
            .collect(),
    }
}
