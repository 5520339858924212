//! [`LineClasses`]: the classes of a line, by the phrases of `words.toml` that are found in it.

use super::words::{AskedPhrase, ClassSet};
use dehusk_text::{is_alphanumeric, is_word};

/// The classes of a line, as its phrases are found.
pub(crate) struct LineClasses<'w> {
    /// By phrase.
    asked: &'w [AskedPhrase],
    /// By class: the greatest number of units.
    limits: &'w [u32],
    folded: &'w str,
    units: u32,
    /// Where its first and its last letter or digit stand, if they were asked for.
    core: Option<(usize, usize)>,
    pub(crate) found: ClassSet,
}

impl<'w> LineClasses<'w> {
    pub(super) fn new(asked: &'w [AskedPhrase], limits: &'w [u32], folded: &'w str, units: u32) -> Self {
        Self { asked, limits, folded, units, core: None, found: 0 }
    }

    /// A phrase, by its number, stands at these bytes of the line.
    pub(crate) fn add(&mut self, phrase: u32, start: usize, end: usize) {
        let AskedPhrase { class, marks } = self.asked[phrase as usize];
        let bit = 1 << class;
        if self.found & bit != 0 || self.units > self.limits[usize::from(class)] {
            return;
        }
        let folded = self.folded;
        if marks.at_start || marks.at_end {
            let (first, last) = *self.core.get_or_insert_with(|| {
                (folded.find(is_alphanumeric).unwrap_or(0), folded.rfind(is_alphanumeric).unwrap_or(0))
            });
            if (marks.at_start && start > first) || (marks.at_end && end <= last) {
                return;
            }
        }
        if stands_alone(folded, start, end, marks.open) {
            self.found |= bit;
        }
    }
}

/// Whether a stretch of a folded line does not cut a word in two; `open` lets the word go on.
fn stands_alone(folded: &str, start: usize, end: usize, open: bool) -> bool {
    let inside = &folded[start..end];
    let joins = |left: Option<char>, right: Option<char>| matches!((left, right), (Some(l), Some(r)) if is_word(l) && is_word(r));
    !joins(folded[..start].chars().next_back(), inside.chars().next())
        && (open || !joins(inside.chars().next_back(), folded[end..].chars().next()))
}
