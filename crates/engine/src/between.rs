//! Short lines between lines that go, below the text.
//!
//! ```text
//! The ferry leaves at six, and whoever misses it waits for the next one until noon or walks around the bay.
//! Share this page              a rule takes it
//! The Heron Gazette            no rule knows it; it goes with the line above
//! © 2021 All rights reserved   a rule takes it
//! ```
//!
//! No list of phrases has the names of all sites and the titles of all their pages. Below the last long sentence, where what
//! stands above and below such a line goes, it is furniture as well; on real pages nineteen of twenty were. The line goes with
//! the removal above it, as an item goes with the heading of its list.

use super::remaining::Block;
use super::round::Round;
use super::state::{Decider, State};
use dehusk_text::Cues;

/// So many long sentences that no rule matches stand above: without a text, nothing is below it.
const LEAST_SENTENCES: usize = 2;
/// So many lines that go stand below the text: a single one may be a line between two tables of the text.
const LEAST_GONE: usize = 2;

impl Decider<'_> {
    /// Takes the short lines between lines that went, for whoever took the line above. `round`: of the text that is left.
    /// True if there was one.
    pub(crate) fn take_between(&self, round: &Round<'_, '_>, state: &mut State) -> bool {
        let remaining = &round.remaining;
        let most = self.programs.lines_between as usize;
        let (first, end) = (remaining.behind_text(), remaining.len());
        let text = remaining.text_above(end);
        if most == 0 || first == end || text.lines() < LEAST_SENTENCES {
            return false;
        }
        // More stands below than above: what looks like the end may be the text, a table or a list.
        if remaining.chars(Block { first, last: end - 1 }) > text.chars() {
            return false;
        }
        let line = |rank: usize| remaining.lines[rank] as usize;
        let gone = |from: usize, to: usize| (from + 1..to).rev().find(|&line| state.is_removed(line));
        let below = line(first - 1) + 1..state.taken.len();
        if below.filter(|&line| state.is_removed(line)).take(LEAST_GONE).count() < LEAST_GONE {
            return false;
        }
        let mut found = Vec::new();
        let mut rank = first;
        while rank < end {
            let above = gone(line(rank - 1), line(rank));
            let start = rank;
            rank += 1;
            while rank < end && gone(line(rank - 1), line(rank)).is_none() {
                rank += 1;
            }
            let is_short = |rank: usize| remaining.cues(rank).any(Cues::TITLE) && round.keeper(rank).is_none();
            if let Some(above) = above
                && rank - start <= most
                && (start..rank).all(is_short)
            {
                found.extend((start..rank).map(|rank| (line(rank), state.taken[above])));
            }
        }
        for &(line, by) in &found {
            state.taken[line] = by;
        }
        !found.is_empty()
    }
}
