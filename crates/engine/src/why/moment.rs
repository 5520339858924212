//! What depends on the text around a line, asked at the moment at which the engine asked it.

use super::super::matcher::{Match, Matches};
use super::super::outcome::SparedReason;
use super::super::remaining::Block;
use super::super::round::{Direction, Round, placed};
use super::super::sites::Programs;
use super::super::state::{Decider, RefusedCandidate, State};
use super::{Fact, Inspector, Pass, Verdict, verdict};
use dehusk_rules::{Action, Position, Remove, RemoveKind, Rule, RuleId, Status};
use dehusk_text::{Cues, Document};

/// The conditions that the text around the line decides, and whether the rule acts at all.
/// `has_match`: all that the line alone decides holds.
pub(super) fn verdicts(
    inspector: &Inspector<'_>,
    pass: &Pass,
    document: &Document<'_>,
    line: usize,
    id: RuleId,
    has_match: bool,
) -> Vec<Verdict> {
    let engine = inspector.engine;
    let rule = engine.rules().rule(id);
    let mut found = Vec::new();
    if !pass.matches.cues[line].any(Cues::BLANK) {
        let question = Question { inspector, pass, document, line, id, rule };
        found = question.ask(has_match);
    }
    if rule.status != Status::On {
        found.push(verdict("status", false, Fact::Status(rule.status)));
    } else if rule.action != Action::Keep && rule.profile > engine.profile {
        found.push(verdict("profile", false, Fact::Profile { rule: rule.profile, engine: engine.profile }));
    } else if !engine.acts(id) {
        found.push(verdict("only", false, Fact::Plain));
    }
    if pass.would_be_empty && has_match && found.iter().all(|verdict| verdict.holds) {
        let least = engine.rules().settings.min_left;
        let left = u32::try_from(pass.left).unwrap_or(u32::MAX);
        found.push(verdict("min_left", false, Fact::Left { left, least }));
    }
    found
}

struct Question<'a> {
    inspector: &'a Inspector<'a>,
    pass: &'a Pass,
    document: &'a Document<'a>,
    line: usize,
    id: RuleId,
    rule: &'a Rule,
}

impl Question<'_> {
    fn ask(&self, has_match: bool) -> Vec<Verdict> {
        let key = (self.line as u32, self.id);
        let real = self.pass.matches.by_line.iter().position(|m| (m.line, m.rule) == key);
        let mut verdicts = Vec::new();
        let mut settled = false;
        let mut last = None;
        let engine = self.inspector.engine;
        let given = self.pass.finder.clone();
        self.inspector.engine.decide(
            self.document,
            &self.pass.matches,
            given,
            &mut |state, direction| {
                if settled || state.is_removed(self.line) || !state.turn.is_of(|| engine.programs().is_of_site(self.id))
                {
                    return;
                }
                match real {
                    Some(index) => {
                        verdicts = self.at(&self.pass.matches, index, state, direction);
                        // It acted here; what comes later is no longer about this line.
                        settled = self.rule.status == Status::On && verdicts.iter().all(|verdict| verdict.holds);
                    }
                    None => last = Some(state.clone()),
                }
            },
            &mut |_| (),
        );
        match (real, last) {
            (None, Some(state)) => self.as_if(state, has_match),
            _ => verdicts,
        }
    }

    /// The same for a rule that the engine did not match here: as if it had, in the text that was
    /// left at the end.
    fn as_if(&self, mut state: State, has_match: bool) -> Vec<Verdict> {
        let all = &self.pass.all;
        let mut matches = Matches {
            cues: all.cues.clone(),
            by_line: self.pass.matches.by_line.clone(),
            lines_contain: all.lines_contain.clone(),
            until: all.until.clone(),
            frames: all.frames.clone(),
            forum_lines: all.forum_lines.clone(),
            ..Matches::default()
        };
        let acts = self.inspector.engine.acts(self.id);
        if !acts {
            // The rule's other matches were forgotten, as it does not act.
            matches.by_line.extend(all.by_line.iter().filter(|m| m.rule == self.id));
        }
        if acts || !has_match {
            let span = self.document.line(self.line);
            matches.by_line.push(Match { line: self.line as u32, rule: self.id, span, evidence: None });
        }
        matches.by_line.sort_unstable();
        // The words that have gone do so still.
        let mut removed = self
            .pass
            .matches
            .by_line
            .iter()
            .zip(&state.words)
            .filter(|(_, removed)| **removed)
            .map(|(m, _)| m)
            .peekable();
        let words = matches.by_line.iter().map(|m| removed.next_if(|g| *g == m).is_some()).collect();
        drop(removed);
        state.words = words;
        let key = (self.line as u32, self.id);
        let Some(index) = matches.by_line.iter().position(|m| (m.line, m.rule) == key) else { return Vec::new() };
        self.at(&matches, index, &state, None)
    }

    /// What holds for a match when it is its turn in a sweep, or in the text that is left at the end.
    fn at(&self, matches: &Matches, index: usize, state: &State, direction: Option<Direction>) -> Vec<Verdict> {
        let programs = Programs {
            all: self.inspector.everything,
            sites: None,
            tried: None,
            of_site: &self.inspector.engine.of_site,
            lines_between: 0,
        };
        let decider = Decider::new(self.document, programs, matches);
        let mut round = Round::new(&decider, state);
        let Some(rank) = round.remaining.rank(self.line as u32) else { return Vec::new() };
        match (&self.rule.action, direction) {
            (Action::Remove(remove), Some(direction)) => {
                // A run is judged when the turn comes to its first line.
                let (index, _) = self.start(&round, index, remove, rank);
                let first = round.remaining.rank(matches.by_line[index].line).unwrap_or(rank);
                round.sweep_to(direction, state, Some(first));
                self.weigh(&mut round, matches, index, remove, rank, state)
            }
            (Action::Remove(remove), None) => self.weigh(&mut round, matches, index, remove, rank, state),
            (Action::Keep, _) => {
                let mut found = Vec::new();
                self.place(&round, Block::one(rank), &mut found);
                found
            }
        }
    }

    /// The match that stands for the line: for a run, the one at which the run begins; and how
    /// many matching lines the run has.
    fn start(&self, round: &Round<'_, '_>, index: usize, remove: &Remove, rank: usize) -> (usize, u32) {
        let run = if remove.kind == RemoveKind::Run { round.run_around(self.id, rank) } else { None };
        run.unwrap_or((index, 1))
    }

    fn weigh(
        &self,
        round: &mut Round<'_, '_>,
        matches: &Matches,
        index: usize,
        remove: &Remove,
        rank: usize,
        state: &State,
    ) -> Vec<Verdict> {
        let mut found = Vec::new();
        let (index, in_run) = self.start(round, index, remove, rank);
        let m = matches.by_line[index];
        let rank = round.remaining.rank(m.line).unwrap_or(rank);
        let last_line = |round: &Round<'_, '_>, block: Block| round.remaining.lines[block.last];
        let block = match round.block(index, &m, remove, rank, state) {
            Ok(block) => {
                let items = (block.last - block.first) as u32;
                let count = match remove.kind {
                    RemoveKind::Run => in_run,
                    RemoveKind::Thread => round.frames_in(m.rule, block),
                    _ => items,
                };
                if matches!(remove.kind, RemoveKind::Run | RemoveKind::List | RemoveKind::Thread) && remove.at_least > 0
                {
                    found.push(verdict("at_least", true, Fact::Count { found: count, needed: remove.at_least }));
                }
                if !remove.lines_contain.is_empty() {
                    found.push(verdict("lines_contain", true, Fact::Line(last_line(round, block))));
                }
                if remove.kind == RemoveKind::Thread {
                    found.push(verdict("frames", true, Fact::Line(last_line(round, block))));
                }
                if remove.kind == RemoveKind::Until {
                    found.push(verdict("until", true, Fact::Line(last_line(round, block))));
                }
                block
            }
            Err(refused) => {
                found.push(match refused {
                    RefusedCandidate::Guard(SparedReason::TooFew { found, needed }) => {
                        verdict("at_least", false, Fact::Count { found, needed })
                    }
                    RefusedCandidate::Guard(SparedReason::LineWithout { line }) => {
                        verdict("lines_contain", false, Fact::Line(line))
                    }
                    RefusedCandidate::Guard(SparedReason::TextResumes { line }) => {
                        verdict("remove", false, Fact::Line(line))
                    }
                    RefusedCandidate::Guard(SparedReason::Forum { line }) => verdict("frames", false, Fact::Line(line)),
                    RefusedCandidate::Guard(SparedReason::LittleAbove) => verdict("frames", false, Fact::Plain),
                    // Of the kinds that a block has, only `until` may find no end.
                    RefusedCandidate::Guard(_) | RefusedCandidate::Silent => {
                        verdict("until", false, Fact::NoText { nearest: None })
                    }
                });
                Block::one(rank)
            }
        };
        self.place(round, placed(remove, block), &mut found);
        if let Some((kept, by)) = round.kept_in(block) {
            found.push(verdict("keep", false, Fact::Kept { by, line: round.remaining.lines[kept] }));
        }
        let share = round.share(index, remove, block);
        let limit = remove.max_share;
        found.push(verdict("max_share", share <= limit, Fact::Share { share, limit }));
        found
    }

    fn place(&self, round: &Round<'_, '_>, block: Block, found: &mut Vec<Verdict>) {
        let position = self.rule.conditions.position;
        if position == Position::Anywhere {
            return;
        }
        let (ahead, behind) = round.around(block);
        let before = ahead.chars() as f32;
        let upto = (ahead.chars() + round.remaining.chars(block)) as f32;
        let all = (upto + behind.chars() as f32).max(1.0);
        let fact = Fact::Place {
            position,
            lines: [round.remaining.lines[block.first], round.remaining.lines[block.last]],
            ahead: ahead.lines() as u32,
            behind: behind.lines() as u32,
            from: 100.0 * before / all,
            upto: 100.0 * upto / all,
        };
        found.push(verdict("where", round.in_position(position, block), fact));
    }
}
