//! [`Live`]: the lines that are still there in a round, and questions about them.
//!
//! Positions ("the last five lines"), shares and runs are asked of the text that is left, so
//! this view is made anew in every round, in one pass. Lines are addressed by *rank*: their
//! place among the lines that are neither blank nor removed.

use std::cell::OnceCell;
use std::ops::Sub;

use super::matcher::Facts;
use crate::rule::{Position, RuleId};
use crate::text::Cues;

/// A stretch of ranks, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) first: usize,
    pub(crate) last: usize,
}

impl Block {
    pub(crate) fn one(rank: usize) -> Self {
        Self { first: rank, last: rank }
    }
}

/// How much text stays on one side of a line, as far as the round has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rest {
    pub(crate) lines: usize,
    pub(crate) chars: u64,
}

impl Sub for Rest {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self { lines: self.lines - other.lines, chars: self.chars - other.chars }
    }
}

pub(crate) struct Live<'f> {
    facts: &'f Facts,
    /// By rank: the line.
    pub(crate) lines: Vec<u32>,
    /// By line: its rank, or `GONE`.
    ranks: Vec<u32>,
    /// By rank: what stands before it; one longer than `lines`.
    sums: Vec<Sum>,
    /// Prefix counts of kept lines; empty if there is none.
    kept: Vec<u32>,
    /// By shape mask: the run of such lines that was asked for last.
    runs: Vec<Run>,
    /// By rank: the paragraph; made when one is asked for.
    paragraphs: OnceCell<Vec<Block>>,
    /// Ranks of lines without a letter or digit; found when one is asked for.
    separators: OnceCell<Vec<u32>>,
}

/// Sums over ranks. A document has less than 2³² bytes, so no sum is greater.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    chars: u32,
    /// Long sentences that no rule claims, and their characters.
    long: u32,
    long_chars: u32,
}

/// Ranks in a row of which the lines have one of some shapes.
struct Run {
    shapes: u16,
    first: usize,
    /// Exclusive.
    end: usize,
}

const GONE: u32 = u32::MAX;

/// Lines of `head` and `tail`, and the first lines that are never `tail` (rule format, `where`).
const HEAD_LINES: usize = 6;
const HEAD_SHARE: f64 = 0.25;
const TAIL_LINES: usize = 5;
const TAIL_SHARE: f64 = 0.5;
const NEVER_TAIL: usize = 3;

impl<'f> Live<'f> {
    /// `taken` says by line who took it, 0 for nobody; `claimed`, whether some rule would.
    pub(crate) fn new(facts: &'f Facts, taken: &[u32], claimed: &[bool]) -> Self {
        let total = facts.cues.len();
        let (mut lines, mut ranks, mut sums) = (vec![0; total], vec![0; total], vec![Sum::default(); total + 1]);
        // Blank lines come as they like, and a wrong guess of the processor costs more than to write a line that
        // does not stay: the next one is written over it.
        let (mut rank, mut sum) = (0, Sum::default());
        let all = facts.cues.iter().zip(taken).zip(claimed).zip(&mut ranks);
        for (line, (((cues, &taken), &claimed), its_rank)) in all.enumerate() {
            let stays = u32::from(!cues.any(Cues::BLANK) & (taken == 0));
            let long = u32::from(cues.any(Cues::LONG_SENTENCE) & !claimed) & stays;
            *its_rank = rank as u32 | stays.wrapping_sub(1);
            lines[rank] = line as u32;
            sum.chars += cues.chars * stays;
            sum.long += long;
            sum.long_chars += cues.chars * long;
            rank += stays as usize;
            sums[rank] = sum;
        }
        lines.truncate(rank);
        sums.truncate(rank + 1);
        Self {
            facts,
            lines,
            ranks,
            sums,
            kept: Vec::new(),
            runs: Vec::new(),
            paragraphs: OnceCell::new(),
            separators: OnceCell::new(),
        }
    }

    /// Says which ranks a `[[keep]]` protects.
    pub(crate) fn protect(&mut self, keepers: &[Option<RuleId>]) {
        self.kept.clear();
        if keepers.iter().all(Option::is_none) {
            return;
        }
        let mut count = 0;
        self.kept.push(count);
        self.kept.extend(keepers.iter().map(|keeper| {
            count += u32::from(keeper.is_some());
            count
        }));
    }

    pub(crate) fn len(&self) -> usize {
        self.lines.len()
    }

    pub(crate) fn rank(&self, line: u32) -> Option<usize> {
        Some(self.ranks[line as usize]).filter(|&r| r != GONE).map(|r| r as usize)
    }

    pub(crate) fn cues(&self, rank: usize) -> Cues {
        self.facts.cues[self.lines[rank] as usize]
    }

    pub(crate) fn chars(&self, block: Block) -> u64 {
        u64::from(self.sums[block.last + 1].chars - self.sums[block.first].chars)
    }

    pub(crate) fn all_chars(&self) -> u64 {
        self.chars_before(self.len())
    }

    fn chars_before(&self, rank: usize) -> u64 {
        u64::from(self.sums[rank].chars)
    }

    /// The ranks of lines without a letter or digit.
    fn separators(&self) -> &[u32] {
        let is_separator = |&rank: &u32| self.cues(rank as usize).any(Cues::SEPARATOR);
        self.separators.get_or_init(|| (0..self.len() as u32).filter(is_separator).collect())
    }

    /// The first kept rank in the block.
    pub(crate) fn kept_in(&self, block: Block) -> Option<usize> {
        let before = *self.kept.get(block.first)?;
        (self.kept[block.last + 1] > before).then(|| self.kept.partition_point(|&n| n <= before) - 1)
    }

    /// The paragraph (lines between blank lines) around a rank.
    pub(crate) fn paragraph(&self, rank: usize) -> Block {
        self.paragraphs.get_or_init(|| self.all_paragraphs())[rank]
    }

    fn all_paragraphs(&self) -> Vec<Block> {
        let mut paragraphs = Vec::with_capacity(self.len());
        let blank = |line: u32| self.facts.cues[line as usize].any(Cues::BLANK);
        while paragraphs.len() < self.len() {
            let first = paragraphs.len();
            // It ends where a blank line stands between two lines that are left.
            let ends = |&rank: &usize| (self.lines[rank] + 1..self.lines[rank + 1]).any(blank);
            let last = (first..self.len() - 1).find(ends).unwrap_or(self.len() - 1);
            paragraphs.resize(last + 1, Block { first, last });
        }
        paragraphs
    }

    /// Whether real sentences stand in the block: two long ones that no rule claims, or more
    /// than 15 % of the characters of all such. (The threshold is the one measured against
    /// cuts in the middle of articles.)
    pub(crate) fn has_text(&self, block: Block) -> bool {
        let (before, upto) = (self.sums[block.first], self.sums[block.last + 1]);
        let (n, chars) = (upto.long - before.long, upto.long_chars - before.long_chars);
        n >= 2 || f64::from(chars) > 0.15 * f64::from(self.sums[self.len()].long_chars)
    }

    /// The first long sentence that no rule claims, in the block.
    pub(crate) fn first_text(&self, block: Block) -> Option<usize> {
        let before = self.sums[block.first].long;
        (self.sums[block.last + 1].long > before).then(|| self.sums.partition_point(|sum| sum.long <= before) - 1)
    }

    /// Whether the line at `rank` is a sentence that no rule claims.
    pub(crate) fn is_free_sentence(&self, rank: usize, claimed: &[bool]) -> bool {
        self.cues(rank).any(Cues::SENTENCE) && !claimed[self.lines[rank] as usize]
    }

    /// One past the last rank of the unbroken run of lines with one of `shapes` from `rank` on.
    pub(crate) fn run_end(&mut self, rank: usize, shapes: u16) -> usize {
        let known = self.runs.iter().position(|run| run.shapes == shapes).unwrap_or_else(|| {
            self.runs.push(Run { shapes, first: 0, end: 0 });
            self.runs.len() - 1
        });
        // A sweep asks in the order of ranks, or against it, so that with the last run at hand no
        // line is looked at twice.
        let run = &self.runs[known];
        if (run.first..run.end).contains(&rank) {
            return run.end;
        }
        let is_item = |rank: usize| {
            let cues = self.cues(rank);
            cues.any(shapes) && !cues.any(Cues::LONG_SENTENCE)
        };
        let mut end = rank;
        while end < self.len() && is_item(end) {
            end = if end == run.first && run.first < run.end { run.end } else { end + 1 };
        }
        self.runs[known] = Run { shapes, first: rank, end };
        end
    }

    /// Whether the block stands where the rule asks. `ahead` is what stays before its first
    /// line, `behind` what stays after its last. Several lines are judged by the edge that
    /// matters: the first for positions counted from the start, the last for those counted
    /// from the end.
    pub(crate) fn in_position(&self, position: Position, block: Block, ahead: Rest, behind: Rest) -> bool {
        let before = ahead.chars as f64;
        let upto = (ahead.chars + self.chars(block)) as f64;
        let total = upto + behind.chars as f64;
        match position {
            Position::Anywhere => true,
            Position::Head => ahead.lines < HEAD_LINES || before < HEAD_SHARE * total,
            Position::Tail => {
                (block.last > 0 && upto > (1.0 - TAIL_SHARE) * total)
                    || (behind.lines < TAIL_LINES && block.last >= NEVER_TAIL)
            }
            Position::FirstLines(n) => ahead.lines < n as usize,
            Position::LastLines(n) => behind.lines < n as usize,
            Position::FirstPercent(p) => before < f64::from(p) / 100.0 * total,
            Position::LastPercent(p) => upto > (1.0 - f64::from(p) / 100.0) * total,
        }
    }

    /// What stays before a rank if nothing goes.
    pub(crate) fn ahead(&self, rank: usize) -> Rest {
        Rest { lines: rank, chars: self.chars_before(rank) }
    }

    /// What stays behind a rank if nothing goes.
    pub(crate) fn behind(&self, rank: usize) -> Rest {
        Rest { lines: self.len() - 1 - rank, chars: self.all_chars() - self.chars_before(rank + 1) }
    }
}

/// The ranks at which a rule's `lines_contain` (or `until`) holds, for questions about stretches.
///
/// A document may have as many cuts to judge as lines, so each question is a binary search.
#[derive(Debug, Default)]
pub(crate) struct Followers {
    /// Ranks at which it holds, and those without a letter or digit, which are not asked.
    ranks: Vec<u32>,
}

impl Followers {
    pub(crate) fn new(live: &Live<'_>, list: &[(RuleId, u32)], rule: RuleId, exempt_separators: bool) -> Self {
        let start = list.partition_point(|&(r, _)| r < rule);
        let having = list[start..].iter().take_while(|&&(r, _)| r == rule).filter_map(|&(_, line)| live.rank(line));
        let mut ranks: Vec<u32> = having.map(|r| r as u32).collect();
        if exempt_separators {
            ranks.extend(live.separators());
            ranks.sort_unstable();
            ranks.dedup();
        }
        Self { ranks }
    }

    /// The first rank behind `rank` at which it holds.
    pub(crate) fn next(&self, rank: usize) -> Option<usize> {
        self.ranks.get(self.ranks.partition_point(|&r| r as usize <= rank)).map(|&r| r as usize)
    }

    /// The first rank from `rank` on at which it does not hold.
    pub(crate) fn stretch_end(&self, rank: usize) -> usize {
        let from = self.ranks.partition_point(|&r| (r as usize) < rank);
        // Ranks grow by at least one, so `rank - index` never falls, and is the same along a stretch.
        let (mut low, mut high) = (0, self.ranks.len() - from);
        while low < high {
            let middle = (low + high) / 2;
            if self.ranks[from + middle] as usize == rank + middle {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        rank + low
    }

    /// The first rank in the block at which it does not hold.
    pub(crate) fn gap_in(&self, block: Block) -> Option<usize> {
        let end = self.stretch_end(block.first);
        (end <= block.last).then_some(end)
    }
}
