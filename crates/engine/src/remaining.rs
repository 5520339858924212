//! [`Remaining`]: the lines that are still there in a round, and questions about them.
//!
//! Positions ("the last five lines"), shares and runs are asked of the text that is left, so
//! this view is made anew in every round, in one pass. Lines are addressed by *rank*: their
//! place among the lines that are neither blank nor removed.

use std::cell::OnceCell;
use std::ops::{AddAssign, Sub};

use super::matcher::Matches;
use dehusk_rules::{Position, RuleId};
use dehusk_text::{Cues, work};

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

/// How much text stands somewhere: lines and their characters, in the two halves of one number, as a
/// document has less than 2³² bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Extent(u64);

impl Extent {
    pub(crate) fn of(lines: u32, chars: u32) -> Self {
        Self(u64::from(lines) << 32 | u64::from(chars))
    }

    pub(crate) fn lines(self) -> usize {
        (self.0 >> 32) as usize
    }

    pub(crate) fn chars(self) -> u64 {
        self.0 & u64::from(u32::MAX)
    }

    /// All of it or nothing, without a branch.
    fn when(self, holds: bool) -> Self {
        Self(self.0 & u64::from(holds).wrapping_neg())
    }
}

impl AddAssign for Extent {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sub for Extent {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

pub(crate) struct Remaining<'f> {
    matches: &'f Matches,
    /// By rank: the line.
    pub(crate) lines: Vec<u32>,
    /// By line: its rank, or [`GONE`].
    ranks: Vec<u32>,
    /// By rank: what stands before it; one longer than there are ranks.
    before: Vec<Before>,
    /// Prefix counts of kept lines; empty if there is none.
    kept: Vec<u32>,
    /// By shape mask: the run of such lines that was asked for last.
    runs: Vec<RankRun>,
    /// By rank: the paragraph; made when one is asked for.
    paragraphs: OnceCell<Vec<Block>>,
    /// Ranks of lines without a letter or digit; found when one is asked for.
    separators: OnceCell<Vec<u32>>,
}

/// The rank of a line that is blank or has gone.
const GONE: u32 = u32::MAX;

/// The lists of a view.
struct Buffers {
    lines: Vec<u32>,
    ranks: Vec<u32>,
    before: Vec<Before>,
}

/// What stands before a rank.
#[derive(Clone, Copy, Debug, Default)]
struct Before {
    /// Of the lines that are left.
    left: Extent,
    /// Of long sentences that no rule claims.
    long: Extent,
}

impl Before {
    /// All of it or nothing, without a branch.
    fn when(self, holds: bool) -> Self {
        Self { left: self.left.when(holds), long: self.long.when(holds) }
    }
}

impl AddAssign for Before {
    fn add_assign(&mut self, other: Self) {
        self.left += other.left;
        self.long += other.long;
    }
}

impl Sub for Before {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self { left: self.left - other.left, long: self.long - other.long }
    }
}

/// Ranks in a row of which the lines have one of some shapes.
struct RankRun {
    shapes: u16,
    first: usize,
    /// Exclusive.
    end: usize,
}

/// Lines of `head` and `tail`, and the first lines that are never `tail` (rule format, `where`).
const HEAD_LINES: usize = 6;
const HEAD_SHARE: f64 = 0.25;
const TAIL_LINES: usize = 5;
const TAIL_SHARE: f64 = 0.5;
const NEVER_TAIL: usize = 3;

impl<'f> Remaining<'f> {
    /// The lines that are left. `taken` says by line who took it, 0 for nobody; `claimed`, whether some rule would.
    pub(crate) fn new(matches: &'f Matches, taken: &[u32], claimed: &[bool]) -> Self {
        let total = matches.cues.len();
        work::count(total);
        let (mut lines, mut ranks) = (vec![0; total], Vec::with_capacity(total));
        let mut before = vec![Before::default(); total + 1];
        let (mut rank, mut sum) = (0, Before::default());
        let all = matches.cues.iter().zip(taken).zip(claimed).enumerate();
        ranks.extend(all.map(|(line, ((cues, &taken), &claimed))| {
            // Blank lines come as they like, and a wrong guess of the processor costs more than to write
            // down a line that does not stay: the next one is written over it.
            let stays = !cues.any(Cues::BLANK) & (taken == 0);
            let left = Extent::of(1, cues.chars);
            let long = left.when(cues.any(Cues::LONG_SENTENCE) & !claimed);
            (lines[rank], before[rank]) = (line as u32, sum);
            let of_line = if stays { rank as u32 } else { GONE };
            sum += Before { left, long }.when(stays);
            rank += usize::from(stays);
            of_line
        }));
        Self::with(matches, Buffers { lines, ranks, before }, rank, sum)
    }

    /// Those of them that are left now.
    pub(crate) fn next(self, taken: &[u32]) -> Self {
        let Self { matches, mut lines, mut ranks, mut before, .. } = self;
        work::count(lines.len());
        let (mut rank, mut sum, mut old) = (0, Before::default(), Before::default());
        for at in 0..lines.len() {
            let (line, next) = (lines[at], before[at + 1]);
            let this = next - std::mem::replace(&mut old, next);
            let stays = taken[line as usize] == 0;
            // Without a branch, as above.
            (lines[rank], before[rank]) = (line, sum);
            ranks[line as usize] = if stays { rank as u32 } else { GONE };
            sum += this.when(stays);
            rank += usize::from(stays);
        }
        Self::with(matches, Buffers { lines, ranks, before }, rank, sum)
    }

    /// `sum`: of all `count` lines that are left.
    fn with(matches: &'f Matches, buffers: Buffers, count: usize, sum: Before) -> Self {
        let Buffers { mut lines, ranks, mut before } = buffers;
        lines.truncate(count);
        before.truncate(count + 1);
        before[count] = sum;
        Self {
            matches,
            lines,
            ranks,
            before,
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
        Some(self.ranks[line as usize]).filter(|&rank| rank != GONE).map(|rank| rank as usize)
    }

    /// What stands before a rank.
    fn before(&self, rank: usize) -> Before {
        self.before[rank.min(self.lines.len())]
    }

    fn all(&self) -> Before {
        self.before[self.lines.len()]
    }

    pub(crate) fn cues(&self, rank: usize) -> Cues {
        self.matches.cues[self.lines[rank] as usize]
    }

    pub(crate) fn chars(&self, block: Block) -> u64 {
        (self.before(block.last + 1).left - self.before(block.first).left).chars()
    }

    pub(crate) fn all_chars(&self) -> u64 {
        self.all().left.chars()
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
        let blank = |line: u32| self.matches.cues[line as usize].any(Cues::BLANK);
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
        let long = self.before(block.last + 1).long - self.before(block.first).long;
        long.lines() >= 2 || long.chars() as f64 > 0.15 * self.all().long.chars() as f64
    }

    /// The long sentences above a rank that no rule claims.
    pub(crate) fn text_above(&self, rank: usize) -> Extent {
        self.before(rank).long
    }

    /// The rank behind the last long sentence that no rule claims; 0 if there is none.
    pub(crate) fn behind_text(&self) -> usize {
        let sentences = self.all().long.lines();
        self.before.partition_point(|before| before.long.lines() < sentences)
    }

    /// The first long sentence that no rule claims, in the block.
    pub(crate) fn first_text(&self, block: Block) -> Option<usize> {
        let long = self.before(block.first).long;
        (self.before(block.last + 1).long != long).then(|| {
            let behind = self.before.partition_point(|before| before.long.lines() <= long.lines());
            behind - 1
        })
    }

    /// Whether the line at `rank` is a sentence that no rule claims.
    pub(crate) fn is_free_sentence(&self, rank: usize, claimed: &[bool]) -> bool {
        self.cues(rank).any(Cues::SENTENCE) && !claimed[self.lines[rank] as usize]
    }

    /// One past the last rank of the unbroken run of lines with one of `shapes` from `rank` on.
    pub(crate) fn run_end(&mut self, rank: usize, shapes: u16) -> usize {
        let known = self.runs.iter().position(|run| run.shapes == shapes).unwrap_or_else(|| {
            self.runs.push(RankRun { shapes, first: 0, end: 0 });
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
            work::count(1);
            end = if end == run.first && run.first < run.end { run.end } else { end + 1 };
        }
        self.runs[known] = RankRun { shapes, first: rank, end };
        end
    }

    /// Whether the block stands where the rule asks. `ahead` is what stays before its first
    /// line, `behind` what stays after its last. Several lines are judged by the edge that
    /// matters: the first for positions counted from the start, the last for those counted
    /// from the end.
    pub(crate) fn in_position(&self, position: Position, block: Block, ahead: Extent, behind: Extent) -> bool {
        let before = ahead.chars() as f64;
        let upto = (ahead.chars() + self.chars(block)) as f64;
        let total = upto + behind.chars() as f64;
        match position {
            Position::Anywhere => true,
            Position::Head => ahead.lines() < HEAD_LINES || before < HEAD_SHARE * total,
            Position::Tail => {
                (block.last > 0 && upto > (1.0 - TAIL_SHARE) * total)
                    || (behind.lines() < TAIL_LINES && block.last >= NEVER_TAIL)
            }
            Position::FirstLines(n) => ahead.lines() < n as usize,
            Position::LastLines(n) => behind.lines() < n as usize,
            Position::FirstPercent(p) => before < f64::from(p) / 100.0 * total,
            Position::LastPercent(p) => upto > (1.0 - f64::from(p) / 100.0) * total,
        }
    }

    /// What stays before a rank if nothing goes.
    pub(crate) fn ahead(&self, rank: usize) -> Extent {
        self.before(rank).left
    }

    /// What stays behind a rank if nothing goes.
    pub(crate) fn behind(&self, rank: usize) -> Extent {
        self.all().left - self.before(rank + 1).left
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
    pub(crate) fn new(
        remaining: &Remaining<'_>,
        list: &[(RuleId, u32)],
        rule: RuleId,
        exempt_separators: bool,
    ) -> Self {
        let start = list.partition_point(|&(r, _)| r < rule);
        let having =
            list[start..].iter().take_while(|&&(r, _)| r == rule).filter_map(|&(_, line)| remaining.rank(line));
        let mut ranks: Vec<u32> = having.map(|r| r as u32).collect();
        work::count(ranks.len());
        if exempt_separators {
            ranks.extend(remaining.separators());
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
