//! What a decision is made from ([`Decider`]) and how far it has come ([`State`]).

use std::collections::HashMap;

use super::compile::Effect;
use super::hash::FixedState;
use super::matcher::Matches;
use super::outcome::SparedReason;
use super::removal::Cause;
use super::sites::Programs;
use dehusk_rules::{Action, RemoveKind, RuleId, Status};
use dehusk_text::{Document, Span};

/// One document, the compiled rules and what matches where. [`decide`](super::decide) and [`round`](super::round) work on it.
pub(crate) struct Decider<'a> {
    pub(crate) document: &'a Document<'a>,
    pub(crate) programs: Programs<'a>,
    pub(crate) matches: &'a Matches,
    /// By match: what its rule does. Each sweep asks it again.
    effects: Vec<&'a Effect>,
    /// By match: the number of its rule among those that match.
    numbers: Vec<u32>,
    /// How many rules match.
    pub(crate) rules: usize,
    /// The matches by line, in the order of lines.
    pub(crate) lines: Vec<LineMatches>,
    /// Whether a keep matches, and whether a rule for runs does.
    pub(crate) has_keeps: bool,
    pub(crate) has_runs: bool,
}

/// The matches of a line: from `first` up to `end`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LineMatches {
    pub(crate) line: u32,
    pub(crate) first: u32,
    pub(crate) end: u32,
}

impl<'a> Decider<'a> {
    pub(crate) fn new(document: &'a Document<'a>, programs: Programs<'a>, matches: &'a Matches) -> Self {
        /// About as many rules match a page.
        const RULES: usize = 64;
        let room = matches.by_line.len().min(RULES);
        let mut known: HashMap<RuleId, (u32, &Effect), FixedState> =
            HashMap::with_capacity_and_hasher(room, FixedState::default());
        let mut last = None;
        let of_match = matches.by_line.iter().map(|m| {
            // Lines in a row often match the same rule.
            let (number, effect) = match last {
                Some((rule, known)) if rule == m.rule => known,
                _ => {
                    let next = known.len() as u32;
                    *known.entry(m.rule).or_insert_with(|| (next, programs.effect(m.rule)))
                }
            };
            last = Some((m.rule, (number, effect)));
            (effect, number)
        });
        let (effects, numbers) = of_match.unzip();
        Self::of(document, programs, matches, effects, numbers, known.len())
    }

    /// The same with some of its matches only: those in `matches`, whose rules are `wanted`.
    pub(crate) fn with_some(&self, matches: &'a Matches, wanted: impl Fn(RuleId) -> bool) -> Self {
        let all = self.matches.by_line.iter().zip(self.effects.iter().copied().zip(self.numbers.iter().copied()));
        let (effects, numbers) = all.filter(|(m, _)| wanted(m.rule)).map(|(_, of_match)| of_match).unzip();
        Self::of(self.document, self.programs, matches, effects, numbers, self.rules)
    }

    fn of(
        document: &'a Document<'a>,
        programs: Programs<'a>,
        matches: &'a Matches,
        effects: Vec<&'a Effect>,
        numbers: Vec<u32>,
        rules: usize,
    ) -> Self {
        let (mut has_keeps, mut has_runs) = (false, false);
        let mut lines: Vec<LineMatches> = Vec::with_capacity(matches.by_line.len());
        for (at, (m, effect)) in (0..).zip(matches.by_line.iter().zip(&effects)) {
            match &effect.action {
                Action::Keep => has_keeps |= effect.status == Status::On,
                Action::Remove(remove) => has_runs |= remove.kind == RemoveKind::Run,
            }
            match lines.last_mut() {
                Some(last) if last.line == m.line => last.end = at + 1,
                _ => lines.push(LineMatches { line: m.line, first: at, end: at + 1 }),
            }
        }
        Self { document, programs, matches, effects, numbers, rules, lines, has_keeps, has_runs }
    }

    /// What the rule of a match does.
    pub(crate) fn rule(&self, number: usize) -> &'a Effect {
        self.effects[number]
    }

    /// The number of the rule of a match, below [`Decider::rules`].
    pub(crate) fn number(&self, number: usize) -> usize {
        self.numbers[number] as usize
    }

    /// Characters of a stretch that are not space.
    pub(crate) fn visible_chars(&self, span: Span) -> u64 {
        self.document.text()[span.range()].chars().filter(|c| !c.is_whitespace()).count() as u64
    }
}

/// What has gone so far.
#[derive(Clone)]
pub(crate) struct State {
    /// By line: who took it, as a number in `causes`, from 1; 0 for nobody.
    pub(crate) taken: Vec<u32>,
    pub(crate) causes: Vec<Cause>,
    /// By match: words that go.
    pub(crate) words: Vec<bool>,
    /// By line: some active rule would take it, position aside.
    pub(crate) claimed: Vec<bool>,
}

impl State {
    pub(crate) fn is_removed(&self, line: usize) -> bool {
        self.taken[line] != 0
    }

    /// Who took the line, if somebody did.
    pub(crate) fn removed_by(&self, line: usize) -> Option<Cause> {
        self.taken[line].checked_sub(1).map(|at| self.causes[at as usize])
    }

    /// What marks a line as taken for this cause.
    pub(crate) fn mark_of(&mut self, cause: Cause) -> u32 {
        self.causes.push(cause);
        self.causes.len() as u32
    }
}

/// Why a candidate does nothing in this round.
pub(crate) enum RefusedCandidate {
    /// It does not stand where the rule asks, or its block begins at another line.
    Silent,
    /// A guard holds it back.
    Guard(SparedReason),
}

/// `part` of `whole`, in percent; 0 of nothing.
pub(crate) fn percent(part: u64, whole: u64) -> f32 {
    if whole == 0 { 0.0 } else { (100.0 * part as f64 / whole as f64) as f32 }
}
