//! [`SearchedLine`]: a folded line, and whether a text of a rule stands in it.

use crate::pairs::{LinePairs, TextsByEnds};
use crate::pattern::{Check, Exception, Pattern};
use dehusk_text::{Anchor, at_word_boundaries, core, is_sentence_end, overlapping};

/// The edges of a folded line.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Edges {
    pub(crate) core_start: usize,
    pub(crate) core_end: usize,
    /// Where the last full stop behind the core ends.
    pub(crate) stop_end: usize,
}

impl Edges {
    pub(crate) fn of(folded: &str) -> Self {
        let core = core(folded);
        let core_start = core.as_ptr() as usize - folded.as_ptr() as usize;
        let core_end = core_start + core.len();
        if core_end == folded.len() {
            return Self { core_start, core_end, stop_end: 0 };
        }
        let stop = folded[core_end..].rfind(is_sentence_stop);
        Self { core_start, core_end, stop_end: stop.map_or(0, |at| core_end + at + 1) }
    }
}

/// A folded line and its edges.
pub(crate) struct SearchedLine<'l> {
    pub(crate) original: &'l str,
    pub(crate) folded: &'l str,
    pub(crate) edges: Edges,
    pub(crate) pairs: &'l LinePairs,
}

impl<'l> SearchedLine<'l> {
    /// `pairs` are those of this line, or know of none.
    pub(crate) fn new(original: &'l str, folded: &'l str, pairs: &'l LinePairs) -> Self {
        Self { original, folded, edges: Edges::of(folded), pairs }
    }

    /// Whether one of several exceptions stands on the line.
    pub(crate) fn has_any(&self, exceptions: &TextsByEnds<Exception>) -> bool {
        exceptions.any(self.pairs, self.folded, |exception| self.has(exception, None))
    }

    /// Whether a text may stand in the folded line; a quick no for most.
    pub(crate) fn may_have(&self, text: &str) -> bool {
        self.pairs.may_have(self.folded, text)
    }

    /// The folded line.
    pub(crate) fn folded(&self) -> &'l str {
        self.folded
    }

    /// Whether the pattern holds on the line, given where its literal stands; the part of the
    /// folded line that it covers. A text with slots begins at `from` or later; `dates`: where dates begin, if that
    /// is known.
    pub(crate) fn check(
        &self,
        pattern: &Pattern,
        literal: Option<(usize, usize)>,
        from: usize,
        dates: Option<&[usize]>,
    ) -> Option<(usize, usize)> {
        match &pattern.check {
            Check::Anchored => {
                let (start, end) = literal?;
                (self.in_place(pattern.anchor, end) && at_word_boundaries(self.folded, start, end))
                    .then_some((start, end))
            }
            Check::Slots(slotted) => {
                if !slotted.may_begin_line(self.folded.as_bytes().get(self.edges.core_start).copied()) {
                    return None;
                }
                // Most texts have one, which was found, or none.
                if slotted.has_literals_beside(literal.is_some()) {
                    let pairs = self.pairs.of_line(self.folded);
                    if !slotted.literals().all(|text| pairs.may_have(text)) {
                        return None;
                    }
                }
                let place = literal.map(|(start, end)| start..end);
                slotted.find_from(self.folded, place, from, dates).map(|m| (m.all.start, m.all.end))
            }
            Check::Exact(text) => exact_places(self.original, text, pattern.anchor).next().and(literal),
            Check::Nothing => literal,
        }
    }

    /// Whether an exception stands on the line. `dates`: where dates begin, if that is known.
    pub(crate) fn has(&self, exception: &Exception, dates: Option<&[usize]>) -> bool {
        if let Check::Exact(text) = &exception.pattern.check {
            return exact_places(self.original, text, exception.pattern.anchor).next().is_some();
        }
        let Some((literal, place)) = &exception.literal else {
            return self.check(&exception.pattern, None, 0, dates).is_some();
        };
        if !self.may_have(literal) {
            return false;
        }
        let core = (self.edges.core_start, self.edges.core_end);
        overlapping(self.folded.as_bytes(), literal)
            .map(|start| (start, start + literal.len()))
            .filter(|&(start, end)| place.holds(self.folded, core, start, end))
            .any(|found| self.check(&exception.pattern, Some(found), 0, dates).is_some())
    }

    /// What the place of the literal does not say: no full stop may follow at the end of the line.
    fn in_place(&self, anchor: Anchor, end: usize) -> bool {
        anchor != Anchor::End || end >= self.edges.stop_end
    }
}

/// A mark that ends a sentence; an ellipsis may also be a teaser's.
fn is_sentence_stop(c: char) -> bool {
    c != '…' && is_sentence_end(c)
}

/// Where a text stands without tolerance, whole words as ever; white space around the line does
/// not count.
pub(crate) fn exact_places<'l>(
    original: &'l str,
    text: &'l str,
    anchor: Anchor,
) -> impl Iterator<Item = std::ops::Range<usize>> + 'l {
    let line = original.trim();
    let lead = original.len() - original.trim_start().len();
    let tied = match anchor {
        Anchor::Whole if line == text => Some(0),
        Anchor::Start if line.starts_with(text) => Some(0),
        Anchor::End if line.ends_with(text) => Some(line.len() - text.len()),
        _ => None,
    };
    let inside = (anchor == Anchor::Inside).then(|| line.match_indices(text).map(|(at, _)| at));
    tied.into_iter()
        .chain(inside.into_iter().flatten())
        .filter(move |&at| at_word_boundaries(line, at, at + text.len()))
        .map(move |at| at + lead..at + lead + text.len())
}
