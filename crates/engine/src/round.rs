//! One round of the decision: every candidate is judged on the text that is left.

mod runs;

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use super::hash::FixedState;
use super::matcher::Match;
use super::outcome::SparedReason;
use super::remaining::{Block, Extent, Followers, Remaining};
use super::removal::{Cause, Evidence};
use super::removed_ranks::{RemovedRanks, free};
use super::state::{Decider, LineMatches, RefusedCandidate, State, percent};
use super::thread::ThreadFrames;
use dehusk_rules::{Action, Position, Remove, RemoveKind, RuleId, Status};
use dehusk_text::{Cues, work};
use runs::{RuleRun, runs};

/// Which way a sweep goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// Lines that go are no longer counted behind the earlier ones.
    FromEnd,
    /// Lines that go are no longer counted ahead of the later ones.
    FromStart,
}

/// The removal of a block of lines, accepted.
#[derive(Clone, Copy, Debug)]
struct Accepted {
    block: Block,
    rule: RuleId,
    evidence: Option<Evidence>,
    anchor: u32,
}

/// A line that is left, with its matches.
#[derive(Clone, Copy)]
struct LiveLine {
    rank: u32,
    matches: LineMatches,
}

impl LiveLine {
    /// Its matches.
    fn indices(&self) -> Range<usize> {
        self.matches.first as usize..self.matches.end as usize
    }
}

/// A table by rule.
type ByRule<T> = HashMap<RuleId, T, FixedState>;

pub(crate) struct Round<'a, 'd> {
    decider: &'a Decider<'d>,
    pub(crate) remaining: Remaining<'a>,
    /// The lines that match a rule and are left, in the order of lines.
    live: Vec<LiveLine>,
    /// Which way the sweep goes, and what it has taken so far.
    direction: Option<Direction>,
    removed: RemovedRanks,
    /// The runs, in the order of the matches at which they begin.
    runs: Vec<RuleRun>,
    /// By number of a rule that takes lines or words one by one: how many characters all of them have. Made when it is
    /// asked for.
    own_chars: OnceCell<Vec<u64>>,
    /// By rule: where its `lines_contain` and its `until` hold.
    containing: ByRule<Followers>,
    ending: ByRule<Followers>,
    /// By rule: its `frames`.
    frames: ByRule<ThreadFrames>,
    /// Whether a keep matched at all.
    has_keeps: bool,
    /// By rank: the keep rule that protects it; empty if there is none.
    keepers: Vec<Option<RuleId>>,
    /// Ranks that a keep protects only in the text that the sweep has left, and the keep.
    late_keepers: BTreeMap<usize, RuleId>,
    accepted: Vec<Accepted>,
    words: Vec<usize>,
    /// The matches that a guard held back in this sweep, and which.
    held: Vec<(usize, SparedReason)>,
    /// The sweep took no line: so nothing of it need be undone before more is asked.
    pub(crate) is_last: bool,
}

impl<'a, 'd> Round<'a, 'd> {
    pub(crate) fn new(decider: &'a Decider<'d>, state: &State) -> Self {
        let all = decider.lines.iter().map(|&matches| LiveLine { rank: 0, matches }).collect();
        Self::with(decider, all, Remaining::new(decider.matches, &state.taken, &state.claimed))
    }

    /// The round of the text that is left now.
    pub(crate) fn next(self, state: &State) -> Self {
        Self::with(self.decider, self.live, self.remaining.next(&state.taken))
    }

    /// `live`: those lines that match a rule that were left before.
    fn with(decider: &'a Decider<'d>, mut live: Vec<LiveLine>, mut remaining: Remaining<'a>) -> Self {
        let matches = decider.matches;
        live.retain_mut(|line| match remaining.rank(line.matches.line) {
            Some(rank) => {
                line.rank = rank as u32;
                true
            }
            None => false,
        });
        let mut keepers = Vec::new();
        // Lines that match a rule for runs: rule, rank and match.
        let mut of_runs = Vec::new();
        let asked = if decider.has_keeps || decider.has_runs { live.as_slice() } else { &[] };
        for (rank, index) in asked.iter().flat_map(|line| line.indices().map(|index| (line.rank as usize, index))) {
            let (m, rule) = (&matches.by_line[index], decider.rule(index));
            match &rule.action {
                Action::Remove(remove) if remove.kind == RemoveKind::Run => of_runs.push((m.rule, rank, index)),
                Action::Remove(_) => {}
                Action::Keep if rule.status == Status::On => {
                    let (ahead, behind) = (remaining.ahead(rank), remaining.behind(rank));
                    if remaining.in_position(rule.position, Block::one(rank), ahead, behind) {
                        keepers.resize(remaining.len(), None);
                        keepers[rank].get_or_insert(m.rule);
                    }
                }
                Action::Keep => {}
            }
        }
        remaining.protect(&keepers);
        Self {
            decider,
            direction: None,
            removed: RemovedRanks::default(),
            runs: if of_runs.is_empty() { Vec::new() } else { runs(&of_runs, &remaining) },
            own_chars: OnceCell::new(),
            containing: ByRule::default(),
            ending: ByRule::default(),
            frames: ByRule::default(),
            remaining,
            accepted: Vec::with_capacity(live.len()),
            live,
            has_keeps: decider.has_keeps,
            keepers,
            late_keepers: BTreeMap::new(),
            words: Vec::new(),
            held: Vec::new(),
            is_last: false,
        }
    }

    /// The keep rule that protects a rank.
    pub(crate) fn keeper(&self, rank: usize) -> Option<RuleId> {
        self.keepers.get(rank).copied().flatten()
    }

    /// Judges every candidate once, line by line, counting what stays behind (or ahead of) it.
    pub(crate) fn sweep(&mut self, direction: Direction, state: &State) {
        self.sweep_to(direction, state, None);
    }

    /// Sweeps until it is the turn of the line at `stop`, whose candidates may then be judged.
    pub(crate) fn sweep_to(&mut self, direction: Direction, state: &State, stop: Option<usize>) {
        self.direction = Some(direction);
        let count = self.remaining.len();
        work::count(self.live.len());
        for at in 0..self.live.len() {
            let line = match direction {
                Direction::FromEnd => self.live[self.live.len() - 1 - at],
                Direction::FromStart => self.live[at],
            };
            let (rank, range) = (line.rank as usize, line.indices());
            let is_past = |stop| if direction == Direction::FromEnd { rank < stop } else { rank > stop };
            if stop.is_some_and(is_past) {
                return;
            }
            if self.has_keeps {
                self.keep_late(rank, range.clone());
            }
            if stop == Some(rank) {
                return;
            }
            let accepted = self.accepted.len();
            self.judge_line(rank, range, state);
            for one in &self.accepted[accepted..] {
                self.removed.take(one.block, count, |rank| self.remaining.cues(rank).chars);
            }
        }
    }

    /// What guards held back in a sweep that took no line: matches, in their order. `None` if there was no such sweep.
    pub(crate) fn take_held(&mut self) -> Option<Vec<(usize, SparedReason)>> {
        let mut held = std::mem::take(&mut self.held);
        held.sort_unstable_by_key(|&(index, _)| index);
        self.is_last.then_some(held)
    }

    /// Judges the candidates of one line; all of them see the same text.
    fn judge_line(&mut self, rank: usize, matches: Range<usize>, state: &State) {
        let decider = self.decider;
        for index in matches {
            let m = &decider.matches.by_line[index];
            let rule = decider.rule(index);
            let Action::Remove(remove) = &rule.action else { continue };
            if rule.status != Status::On || state.words[index] || !state.turn.is_of(|| decider.is_of_site(index)) {
                continue;
            }
            let block = match self.judge(index, m, remove, rank, state) {
                Ok(block) => block,
                Err(RefusedCandidate::Silent) => continue,
                Err(RefusedCandidate::Guard(reason)) => {
                    self.held.push((index, reason));
                    continue;
                }
            };
            if remove.kind == RemoveKind::Phrase {
                self.words.push(index);
                continue;
            }
            self.accepted.push(Accepted { block, rule: m.rule, evidence: m.evidence, anchor: m.line });
        }
    }

    /// A keep for the last line holds what the sweep has made the last line, as a rule for the
    /// last line would take it. `matches` are those of the line.
    fn keep_late(&mut self, rank: usize, matches: Range<usize>) {
        let decider = self.decider;
        for index in matches {
            let (m, rule) = (&decider.matches.by_line[index], decider.rule(index));
            if rule.action == Action::Keep
                && rule.status == Status::On
                && self.keeper(rank).is_none()
                && self.in_position(rule.position, Block::one(rank))
            {
                self.late_keepers.entry(rank).or_insert(m.rule);
            }
        }
    }

    pub(crate) fn in_position(&self, position: Position, block: Block) -> bool {
        match position {
            Position::Anywhere => true,
            Position::FirstLines(n) => self.ahead(block.first).lines() < n as usize,
            Position::LastLines(n) => self.behind(block.last).lines() < n as usize,
            _ => {
                let (ahead, behind) = self.around(block);
                self.remaining.in_position(position, block, ahead, behind)
            }
        }
    }

    /// What stays ahead of the block and behind it.
    pub(crate) fn around(&self, block: Block) -> (Extent, Extent) {
        (self.ahead(block.first), self.behind(block.last))
    }

    fn ahead(&self, rank: usize) -> Extent {
        let ahead = self.remaining.ahead(rank);
        if self.direction == Some(Direction::FromStart) { ahead - self.removed.before(rank) } else { ahead }
    }

    fn behind(&self, rank: usize) -> Extent {
        let behind = self.remaining.behind(rank);
        if self.direction == Some(Direction::FromEnd) { behind - self.removed.behind(rank) } else { behind }
    }

    /// The first protected rank of the block, and the keep.
    pub(crate) fn kept_in(&self, block: Block) -> Option<(usize, RuleId)> {
        if !self.has_keeps {
            return None;
        }
        let early = self.remaining.kept_in(block).and_then(|rank| Some((rank, self.keeper(rank)?)));
        let late = self.late_keepers.range(block.first..=block.last).next().map(|(&rank, &by)| (rank, by));
        [early, late].into_iter().flatten().min()
    }

    /// What the candidate would take, or why it takes nothing.
    pub(crate) fn judge(
        &mut self,
        index: usize,
        m: &Match,
        remove: &Remove,
        rank: usize,
        state: &State,
    ) -> Result<Block, RefusedCandidate> {
        work::count(1);
        let block = self.block(index, m, remove, rank, state)?;
        let position = self.decider.rule(index).position;
        if !self.in_position(position, placed(remove, block)) {
            return Err(RefusedCandidate::Silent);
        }
        if let Some((kept, by)) = self.kept_in(block) {
            return Err(RefusedCandidate::Guard(SparedReason::Kept { by, line: self.remaining.lines[kept] }));
        }
        let share = self.share(index, remove, block);
        if share > remove.max_share {
            return Err(RefusedCandidate::Guard(SparedReason::TooMuch { share, limit: remove.max_share }));
        }
        Ok(block)
    }

    /// How much of the text the rule of a match would take: of the text that is left, like every position, for a
    /// second run sees nothing else.
    pub(crate) fn share(&self, index: usize, remove: &Remove, block: Block) -> f32 {
        let chars = match remove.kind {
            RemoveKind::Line | RemoveKind::Phrase => {
                let chars = self.own_chars.get_or_init(|| own_chars(self.decider, &self.live, &self.remaining));
                chars[self.decider.number(index)]
            }
            _ => self.remaining.chars(block),
        };
        percent(chars, self.remaining.all_chars())
    }

    /// The run of a rule that has the line at `rank` in it: the match at which it begins, and how
    /// many matching lines it has.
    pub(crate) fn run_around(&self, rule: RuleId, rank: usize) -> Option<(usize, u32)> {
        let mut runs = self.runs.iter().filter(|run| self.decider.matches.by_line[run.start].rule == rule);
        let run = runs.find(|run| (run.block.first..=run.block.last).contains(&rank))?;
        Some((run.start, run.lines))
    }

    /// The lines that the candidate is about, if its own guards let it.
    pub(crate) fn block(
        &mut self,
        index: usize,
        m: &Match,
        remove: &Remove,
        rank: usize,
        state: &State,
    ) -> Result<Block, RefusedCandidate> {
        let end = self.remaining.len() - 1;
        match remove.kind {
            RemoveKind::Line | RemoveKind::Phrase => Ok(Block::one(rank)),
            RemoveKind::Run => {
                let run =
                    self.runs.binary_search_by_key(&index, |run| run.start).map_err(|_| RefusedCandidate::Silent)?;
                enough(self.runs[run].lines, remove.at_least)?;
                Ok(self.runs[run].block)
            }
            RemoveKind::Paragraph => {
                let block = self.remaining.paragraph(rank);
                if rank > block.first {
                    self.all_contain(m.rule, remove, Block { first: block.first, last: rank - 1 })?;
                }
                self.all_contain(m.rule, remove, Block { first: rank + 1, last: block.last })?;
                Ok(block)
            }
            RemoveKind::List => {
                let shapes = self.decider.programs.compiled(m.rule).item_shapes;
                let block = self.heading_and_run(rank, shapes, state)?;
                enough((block.last - block.first) as u32, remove.at_least)?;
                Ok(block)
            }
            RemoveKind::Section => {
                let last = self.containing(m.rule).stretch_end(rank + 1) - 1;
                Ok(Block { first: rank, last })
            }
            RemoveKind::ToEnd => {
                let rest = Block { first: rank + 1, last: end };
                self.cut(m, remove, Block { first: rank, last: end }, rest, state)
            }
            RemoveKind::ToStart => {
                let whole = Block { first: 0, last: rank };
                if rank == 0 {
                    return Ok(whole);
                }
                self.cut(m, remove, whole, Block { first: 0, last: rank - 1 }, state)
            }
            RemoveKind::Until => {
                let last = self.ending(m.rule).next(rank).ok_or(RefusedCandidate::Silent)?;
                let inner = Block { first: rank + 1, last: last - 1 };
                self.cut(m, remove, Block { first: rank, last }, inner, state)
            }
            RemoveKind::Thread => {
                let (remaining, matches) = (&self.remaining, self.decider.matches);
                let frames = self.frames.entry(m.rule).or_insert_with(|| ThreadFrames::new(remaining, matches, m.rule));
                frames.thread(remove, rank, remaining)
            }
        }
    }

    /// A heading and the run of lines with one of `shapes` under it. A short line without a mark
    /// that stands right above a sentence is taken for the sentence's heading and stays; where
    /// nothing but that sentence follows, the heading may be its own.
    fn heading_and_run(&mut self, rank: usize, shapes: u16, state: &State) -> Result<Block, RefusedCandidate> {
        let mut end = self.remaining.run_end(rank + 1, shapes);
        if end < self.remaining.len() && self.remaining.is_free_sentence(end, &state.claimed) {
            let above = end - 1;
            if above > rank && !self.remaining.cues(above).any(Cues::LIST_ITEM | Cues::DATED) {
                end -= 1;
            }
            if end == rank + 1 {
                return Err(RefusedCandidate::Guard(SparedReason::TextResumes { line: self.remaining.lines[end] }));
            }
        }
        Ok(Block { first: rank, last: end - 1 })
    }

    /// A cut over `whole`, whose lines other than the edges are `rest`: it may have none, and then ends before it begins.
    fn cut(
        &mut self,
        m: &Match,
        remove: &Remove,
        whole: Block,
        rest: Block,
        state: &State,
    ) -> Result<Block, RefusedCandidate> {
        if !remove.lines_contain.is_empty() {
            return self.all_contain(m.rule, remove, rest).map(|()| whole);
        }
        if !self.remaining.has_text(rest) {
            return Ok(whole);
        }
        if remove.kind == RemoveKind::ToEnd {
            // The cut is not proven; the heading and its short lines are.
            return self.heading_and_run(whole.first, Cues::TITLE | Cues::LIST_ITEM | Cues::DATED, state);
        }
        let line = self.remaining.lines[self.remaining.first_text(rest).unwrap_or(rest.first)];
        Err(RefusedCandidate::Guard(SparedReason::TextResumes { line }))
    }

    /// Whether every line of the block contains one of the rule's `lines_contain`; lines without
    /// a letter or digit are not asked.
    fn all_contain(&mut self, rule: RuleId, remove: &Remove, block: Block) -> Result<(), RefusedCandidate> {
        if remove.lines_contain.is_empty() {
            return Ok(());
        }
        match self.containing(rule).gap_in(block) {
            Some(gap) => Err(RefusedCandidate::Guard(SparedReason::LineWithout { line: self.remaining.lines[gap] })),
            None => Ok(()),
        }
    }

    fn containing(&mut self, rule: RuleId) -> &Followers {
        let (remaining, matches) = (&self.remaining, self.decider.matches);
        self.containing.entry(rule).or_insert_with(|| Followers::new(remaining, &matches.lines_contain, rule, true))
    }

    fn ending(&mut self, rule: RuleId) -> &Followers {
        let (remaining, matches) = (&self.remaining, self.decider.matches);
        self.ending.entry(rule).or_insert_with(|| Followers::new(remaining, &matches.until, rule, false))
    }

    /// How many frames of the rule stand in the block, which it has been asked for.
    pub(crate) fn frames_in(&self, rule: RuleId, block: Block) -> u32 {
        self.frames.get(&rule).map_or(0, |frames| frames.count_in(block))
    }

    /// Marks what was accepted as gone; whether lines were. Where several rules take a line,
    /// the first in the order of file and name is named.
    pub(crate) fn apply(&mut self, state: &mut State) -> bool {
        for index in self.words.drain(..) {
            state.words[index] = true;
        }
        if self.accepted.is_empty() {
            return false;
        }
        let Self { accepted, remaining, .. } = self;
        let before = state.causes.len() as u32;
        let order = |a: &Accepted| (a.rule, a.block.first, a.block.last);
        let mut take = |rank: usize, number: usize| {
            let taken = &mut state.taken[remaining.lines[rank] as usize];
            // It was free before this round.
            let by = taken.checked_sub(before + 1).map(|by| &accepted[by as usize]);
            if by.is_none_or(|by| order(&accepted[number]) < order(by)) {
                *taken = before + number as u32 + 1;
            }
        };
        // Nearly all take one line. Of the others the first takes what it can, so that no line is asked for each of them.
        let mut blocks = Vec::new();
        for (number, Accepted { block, .. }) in accepted.iter().enumerate() {
            if block.first == block.last { take(block.first, number) } else { blocks.push(number) }
        }
        if !blocks.is_empty() {
            blocks.sort_by_key(|&number| order(&accepted[number]));
            // By rank: the next rank at or after it that no block of this round has taken.
            let mut next: Vec<u32> = (0..=remaining.len() as u32).collect();
            for number in blocks {
                let block = accepted[number].block;
                let mut rank = free(&mut next, block.first);
                while rank <= block.last {
                    take(rank, number);
                    next[rank] = rank as u32 + 1;
                    rank = free(&mut next, rank);
                }
            }
        }
        state.causes.extend(accepted.iter().map(|&Accepted { rule, evidence, anchor, .. }| Cause::Rule {
            rule,
            evidence,
            anchor,
        }));
        true
    }
}

fn enough(found: u32, needed: u32) -> Result<(), RefusedCandidate> {
    if found < needed {
        return Err(RefusedCandidate::Guard(SparedReason::TooFew { found, needed }));
    }
    Ok(())
}

/// By number of a rule: the characters of all lines (or words) that it takes one by one, position aside.
fn own_chars(decider: &Decider<'_>, live: &[LiveLine], remaining: &Remaining<'_>) -> Vec<u64> {
    work::count(live.len());
    let mut chars = vec![0; decider.rules];
    for line in live {
        let of_line = u64::from(remaining.cues(line.rank as usize).chars);
        for index in line.indices() {
            let Action::Remove(remove) = &decider.rule(index).action else { continue };
            let own = &mut chars[decider.number(index)];
            match remove.kind {
                RemoveKind::Line => *own += of_line,
                RemoveKind::Phrase => *own += decider.visible_chars(decider.matches.by_line[index].span),
                _ => {}
            }
        }
    }
    chars
}

/// The lines of which a position is asked. A cut to the start begins at the start whatever the rule
/// says, so what counts is where its own line stands, the last of the block.
pub(crate) fn placed(remove: &Remove, block: Block) -> Block {
    match remove.kind {
        RemoveKind::ToStart => Block::one(block.last),
        _ => block,
    }
}
