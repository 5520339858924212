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

use super::matcher::Matches;
use super::outcome::SparedReason;
use super::remaining::{Block, Remaining};
use super::round::RefusedCandidate;
use dehusk_rules::{Remove, RuleId};
use dehusk_text::work;

/// A frame is a line of at most so many characters.
pub(crate) const FRAME_LENGTH: u32 = 120;
/// So many lines may stand between the heading and the first frame, and between two frames: a comment of some length.
/// Measured on pages with comments (docs/decisions): at sixty, lines of articles between two headings went too.
const TO_FIRST: usize = 8;
const TO_NEXT: usize = 25;
/// Above the heading must stand sentences of so many characters, or so many sentences.
const TEXT_CHARS: u64 = 300;
const TEXT_LINES: usize = 3;
/// One frame above is the byline of the article; beyond it, one for so many below.
const BELOW_FOR_ONE_ABOVE: usize = 4;

/// The frames of one rule in the lines that are left.
#[derive(Debug, Default)]
pub(crate) struct ThreadFrames {
    ranks: Vec<u32>,
    /// By frame: the last one of its chain, as a place in `ranks`.
    last: Vec<u32>,
    /// The first line that only a forum has.
    forum_line: Option<u32>,
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
        for at in (1..ranks.len()).rev() {
            if (ranks[at] - ranks[at - 1]) as usize <= TO_NEXT + 1 {
                last[at - 1] = last[at];
            }
        }
        Self { ranks, last, forum_line: lines(&matches.forum_lines).first().copied() }
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
        let above = self.ranks.partition_point(|&frame| (frame as usize) < rank);
        let first = self.ranks.partition_point(|&frame| frame as usize <= rank);
        let near = self.ranks.get(first).is_some_and(|&frame| frame as usize - rank <= TO_FIRST + 1);
        let found = if near { self.last[first] as usize - first + 1 } else { 0 };
        if found == 0 || (found as u32) < remove.at_least {
            return held(SparedReason::TooFew { found: found as u32, needed: remove.at_least.max(1) });
        }
        let text = remaining.text_above(rank);
        if text.lines() < TEXT_LINES && text.chars() < TEXT_CHARS {
            return held(SparedReason::LittleAbove);
        }
        if let Some(line) = self.forum_line {
            return held(SparedReason::Forum { line });
        }
        if above > 1 + found / BELOW_FOR_ONE_ABOVE {
            return held(SparedReason::Forum { line: remaining.lines[self.ranks[0] as usize] });
        }
        Ok(Block { first: rank, last: self.ranks[first + found - 1] as usize })
    }
}
