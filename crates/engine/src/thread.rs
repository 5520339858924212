//! Threads: a heading, and the comments of readers under it.
//!
//! ```text
//! 2 Comments                        the heading: the line that the rule matches
//! Mia Lindt says:                   a frame
//! 3 May 2021 at 7:45 pm             a frame
//! The old bridge was nicer.
//! Reply                             a frame, the last one: so far the thread goes
//! ```
//!
//! A comment is prose like the body; what tells it apart is what stands around it. The first frame stands near the
//! heading, each next one not far below the one before. What is above the heading must be an article: a page that has
//! frames up there, or little text, or the words of a forum, is one long thread, and that is its body.

use super::frames::{ROW, may_be_article};
use super::matcher::Matches;
use super::outcome::SparedReason;
use super::remaining::{Block, Remaining};
use super::state::RefusedCandidate;
use dehusk_rules::{Remove, RuleId};
use dehusk_text::work;

/// So many lines may stand between the heading and the first frame, and between two frames: a comment of some length.
/// Measured on pages with comments (docs/decisions): at sixty, lines of articles between two headings went too.
const TO_FIRST: usize = 8;
const TO_NEXT: usize = 25;
/// A long comment: so many lines may stand between two rows of so many frames each.
const TO_NEXT_ROW: usize = 80;
/// One frame above is the byline of the article; beyond it, one for so many below.
const BELOW_FOR_ONE_ABOVE: usize = 4;
/// Within a thread, a word of forums counts if it stands once for so many frames.
const FRAMES_FOR_ONE_FORUM_LINE: usize = 12;

/// The frames of one rule in the lines that are left.
#[derive(Debug, Default)]
pub(crate) struct ThreadFrames {
    ranks: Vec<u32>,
    /// By frame: the last one of its chain, as a place in `ranks`.
    last: Vec<u32>,
    /// The lines that only a forum has.
    forum_lines: Vec<u32>,
}

impl ThreadFrames {
    pub(crate) fn new(remaining: &Remaining<'_>, matches: &Matches, rule: RuleId) -> Self {
        let lines = |list: &[(RuleId, u32)]| -> Vec<u32> {
            let start = list.partition_point(|&(r, _)| r < rule);
            let of_rule = list[start..].iter().take_while(|&&(r, _)| r == rule).map(|&(_, line)| line);
            of_rule.filter(|&line| remaining.rank(line).is_some()).collect()
        };
        let ranks: Vec<u32> =
            lines(&matches.frames).iter().filter_map(|&line| Some(remaining.rank(line)? as u32)).collect();
        work::count(ranks.len());
        let mut last: Vec<u32> = (0..ranks.len() as u32).collect();
        // How many frames the row has that begins at the place looked at.
        let mut row = 1;
        for at in (1..ranks.len()).rev() {
            let gap = (ranks[at] - ranks[at - 1]) as usize;
            let before = ranks[..at].iter().rev().zip(ranks[..at].iter().rev().skip(1));
            let row_before = || 1 + before.take(ROW - 1).take_while(|(b, a)| (*b - *a) as usize <= TO_NEXT + 1).count();
            let goes_on = gap <= TO_NEXT + 1;
            if goes_on || (gap <= TO_NEXT_ROW + 1 && row >= ROW && row_before() >= ROW) {
                last[at - 1] = last[at];
            }
            row = if goes_on { row + 1 } else { 1 };
        }
        Self { ranks, last, forum_lines: lines(&matches.forum_lines) }
    }

    /// How many frames stand in the block.
    pub(crate) fn count_in(&self, block: Block) -> u32 {
        let before = |rank: usize| self.ranks.partition_point(|&frame| (frame as usize) < rank);
        (before(block.last + 1) - before(block.first)) as u32
    }

    /// The lines of the thread whose heading stands at `rank`.
    pub(crate) fn thread(
        &self,
        remove: &Remove,
        rank: usize,
        remaining: &Remaining<'_>,
    ) -> Result<Block, RefusedCandidate> {
        let held = |reason| Err(RefusedCandidate::Guard(reason));
        let text = remaining.text_above(rank);
        if !may_be_article(text.lines(), text.chars()) {
            return held(SparedReason::LittleAbove);
        }
        let above = self.ranks.partition_point(|&frame| (frame as usize) < rank);
        let first = self.ranks.partition_point(|&frame| frame as usize <= rank);
        let near = self.ranks.get(first).is_some_and(|&frame| frame as usize - rank <= TO_FIRST + 1);
        let found = if near { self.last[first] as usize - first + 1 } else { 0 };
        if found == 0 || (found as u32) < remove.at_least {
            return held(SparedReason::TooFew { found: found as u32, needed: remove.at_least.max(1) });
        }
        let thread = Block { first: rank, last: self.ranks[first + found - 1] as usize };
        if let Some(line) = self.forum_line(thread, found, remaining) {
            return held(SparedReason::Forum { line });
        }
        if above > 1 + found / BELOW_FOR_ONE_ABOVE {
            return held(SparedReason::Forum { line: remaining.lines[self.ranks[0] as usize] });
        }
        Ok(thread)
    }

    /// The line that says that the page is a forum. A reader may write such a word in a comment; among the posts of a
    /// forum it stands again and again.
    fn forum_line(&self, thread: Block, frames: usize, remaining: &Remaining<'_>) -> Option<u32> {
        let is_in = |line: u32| remaining.rank(line).is_some_and(|rank| (thread.first..=thread.last).contains(&rank));
        let inside = self.forum_lines.iter().filter(|&&line| is_in(line)).count();
        let counts = |line: u32| !is_in(line) || inside * FRAMES_FOR_ONE_FORUM_LINE >= frames;
        self.forum_lines.iter().copied().find(|&line| counts(line))
    }
}
