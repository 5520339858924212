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
    /// Whether a rule of a site does.
    pub(crate) has_site: bool,
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
        let (effects, numbers): (Vec<&Effect>, Vec<u32>) = of_match.unzip();
        let rules = known.len();
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
        let has_site = matches.by_line.iter().any(|m| programs.is_of_site(m.rule));
        Self { document, programs, matches, effects, numbers, rules, lines, has_keeps, has_runs, has_site }
    }

    /// What the rule of a match does.
    pub(crate) fn rule(&self, number: usize) -> &'a Effect {
        self.effects[number]
    }

    /// Whether the rule of a match is one of a site.
    pub(crate) fn is_of_site(&self, number: usize) -> bool {
        self.programs.is_of_site(self.matches.by_line[number].rule)
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
    /// Whose rules take lines now.
    pub(crate) turn: RuleTurn,
}

/// Whose turn it is to take lines. Where the body finder judges, the rules of a site take theirs after those for all: a rule
/// for all that stands in the tail of a text would find another tail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RuleTurn {
    /// No rule of a site matches, or all rules are asked together.
    OfAny,
    /// That of the rules for all.
    ForAll,
    /// That of the rules of the site.
    OfSite,
}

impl RuleTurn {
    /// Whether it is the turn of a rule, of a site or not: seldom asked.
    pub(crate) fn is_of(self, is_of_site: impl FnOnce() -> bool) -> bool {
        match self {
            RuleTurn::OfAny => true,
            RuleTurn::ForAll => !is_of_site(),
            RuleTurn::OfSite => is_of_site(),
        }
    }
}

impl State {
    pub(crate) fn is_removed(&self, line: usize) -> bool {
        self.taken[line] != 0
    }

    /// Who took the line, if somebody did.
    pub(crate) fn removed_by(&self, line: usize) -> Option<Cause> {
        self.taken[line].checked_sub(1).map(|at| self.causes[at as usize])
    }

    /// Adds what the rules of the site have taken, who went on from an earlier state of this one: their lines, also those that
    /// the finder took since.
    pub(crate) fn unite(&mut self, of_site: &State) {
        let (mut causes, mut marks) = (std::mem::take(&mut self.causes), vec![0; of_site.causes.len() + 1]);
        for (taken, &by) in self.taken.iter_mut().zip(&of_site.taken) {
            let Some(cause) = by.checked_sub(1).map(|by| of_site.causes[by as usize]) else { continue };
            // What the rules for all took before has the same mark in both.
            if *taken == by && causes[by as usize - 1] == cause {
                continue;
            }
            if marks[by as usize] == 0 {
                causes.push(cause);
                marks[by as usize] = causes.len() as u32;
            }
            *taken = marks[by as usize];
        }
        self.causes = causes;
        self.words.iter_mut().zip(&of_site.words).for_each(|(goes, &of_site)| *goes |= of_site);
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
