//! The runs of a round: matching lines in a row.

use super::ByRule;
use crate::remaining::{Block, Remaining};
use dehusk_rules::RuleId;
use dehusk_text::Cues;

/// The runs of every `run` rule: matching lines in a row, and the separators between and beside them.
/// Stored at the first matching line of each run. `members`: rule, rank and match, in the order of ranks.
pub(super) fn runs(
    members: &[(RuleId, usize, usize)],
    matches: usize,
    remaining: &Remaining<'_>,
) -> Vec<Option<(Block, u32)>> {
    let mut found: Vec<Option<(Block, u32)>> = vec![None; matches];
    // By rule: the match at which its last run begins.
    let mut open: ByRule<usize> = ByRule::default();
    let is_separator = |rank: usize| remaining.cues(rank).any(Cues::SEPARATOR);
    for &(rule, rank, index) in members {
        let first = open.entry(rule).or_insert(index);
        match &mut found[*first] {
            Some((block, lines)) if (block.last + 1..rank).all(is_separator) => {
                *lines += u32::from(rank > block.last);
                block.last = rank;
            }
            _ => {
                *first = index;
                found[index] = Some((Block::one(rank), 1));
            }
        }
    }
    for (block, _) in found.iter_mut().flatten() {
        while block.first > 0 && is_separator(block.first - 1) {
            block.first -= 1;
        }
        while block.last + 1 < remaining.len() && is_separator(block.last + 1) {
            block.last += 1;
        }
    }
    found
}
