//! The runs of a round: matching lines in a row.

use super::ByRule;
use crate::remaining::{Block, Remaining};
use dehusk_rules::RuleId;
use dehusk_text::Cues;

/// Matching lines of a rule in a row.
pub(super) struct RuleRun {
    /// The match at which it begins.
    pub(super) start: usize,
    pub(super) block: Block,
    /// How many matching lines it has.
    pub(super) lines: u32,
}

/// The runs of every `run` rule: matching lines in a row, and the separators between and beside them.
/// `members`: rule, rank and match, in the order of matches.
pub(super) fn runs(members: &[(RuleId, usize, usize)], remaining: &Remaining<'_>) -> Vec<RuleRun> {
    let mut found: Vec<RuleRun> = Vec::new();
    // By rule: its last run.
    let mut open: ByRule<usize> = ByRule::default();
    let is_separator = |rank: usize| remaining.cues(rank).any(Cues::SEPARATOR);
    for &(rule, rank, start) in members {
        let last = open.entry(rule).or_insert(usize::MAX);
        match found.get_mut(*last) {
            Some(run) if (run.block.last + 1..rank).all(is_separator) => {
                run.lines += u32::from(rank > run.block.last);
                run.block.last = rank;
            }
            _ => {
                *last = found.len();
                found.push(RuleRun { start, block: Block::one(rank), lines: 1 });
            }
        }
    }
    for RuleRun { block, .. } in &mut found {
        while block.first > 0 && is_separator(block.first - 1) {
            block.first -= 1;
        }
        while block.last + 1 < remaining.len() && is_separator(block.last + 1) {
            block.last += 1;
        }
    }
    found
}
