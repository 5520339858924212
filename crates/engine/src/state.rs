//! What a decision is made from ([`Decider`]) and how far it has come ([`State`]).

use super::compile::Effect;
use super::matcher::Matches;
use super::outcome::SparedReason;
use super::removal::Cause;
use super::sites::Programs;
use dehusk_text::{Document, Span};

/// One document, the compiled rules and what matches where. [`decide`](super::decide) and [`round`](super::round) work on it.
pub(crate) struct Decider<'a> {
    pub(crate) document: &'a Document<'a>,
    pub(crate) programs: Programs<'a>,
    pub(crate) matches: &'a Matches,
    /// By match: what its rule does. Each sweep asks it again.
    effects: Vec<&'a Effect>,
}

impl<'a> Decider<'a> {
    pub(crate) fn new(document: &'a Document<'a>, programs: Programs<'a>, matches: &'a Matches) -> Self {
        let effects = matches.by_line.iter().map(|m| programs.effect(m.rule)).collect();
        Self { document, programs, matches, effects }
    }

    /// What the rule of a match does.
    pub(crate) fn rule(&self, number: usize) -> &'a Effect {
        self.effects[number]
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
