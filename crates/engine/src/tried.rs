//! [`TriedRule`]: a rule that is tried in the place of another, or beside all.
//!
//! An editor types a letter and waits for what the rule does now. To compile all rules for that takes as long as a start
//! without compiled rules does, and it would be the same work again for all but one. So the rules as they were stay
//! compiled; of them only those are passed over that are gone; and the tried rule is compiled alone and matched beside
//! them, on the same folded lines, as the rules of a site are.
//!
//! ```text
//! before     0 a › one    1 b › two    2 c › three           compiled together
//! now        0 a › one    1 b › other  2 b › two    3 c › three
//! numbers    0 → 0        1 → 2        2 → 3        3 → 1    the tried rule counts behind all others until it is numbered
//! ```
//!
//! What is decided is decided by the numbers of now, by the same code and on the same matches. So the outcome is that
//! of an engine for which all rules were compiled together.

use crate::compile::Program;
use crate::finder::{ClassSet, Finder};
use dehusk_rules::{Rule, RuleId};

/// A rule that is compiled alone, and what its place is among the others.
#[derive(Debug)]
pub(crate) struct TriedRule {
    pub(crate) program: Program,
    pub(crate) numbers: RuleNumbers,
    /// By number before: whether anybody asks what the rule matches, where the finder asks too and where it does not.
    pub(crate) of_finder: Vec<bool>,
    pub(crate) of_rules: Vec<bool>,
    /// The classes of the finder that its matches give a line.
    pub(crate) classes: ClassSet,
    /// As [`Program::repeat_length`], of all rules of now.
    pub(crate) repeat_length: u32,
}

/// The numbers of rules before and now.
#[derive(Debug)]
pub(crate) struct RuleNumbers {
    /// By number before; `None` for a rule that is gone. Behind them the number of the tried rule.
    pub(crate) now: Vec<Option<RuleId>>,
    /// By number now. The tried rule stands behind all that were there before.
    pub(crate) before: Vec<u32>,
}

impl RuleNumbers {
    /// `None` if more than the tried rule is new.
    pub(crate) fn of(before: &[Rule], now: &[Rule], tried: RuleId) -> Option<Self> {
        let tried = tried.0 as usize;
        // Both are in the order of file and name.
        let mut others = (0..).zip(now).filter(|(at, _)| *at != tried).peekable();
        let same = |a: &Rule, b: &Rule| (&a.name, &a.file) == (&b.name, &b.file);
        let number = |rule: &Rule| others.next_if(|(_, other)| same(rule, other)).map(|(at, _)| RuleId(at as u32));
        let mut numbers: Vec<Option<RuleId>> = before.iter().map(number).collect();
        if others.next().is_some() || tried >= now.len() {
            return None;
        }
        numbers.push(Some(RuleId(tried as u32)));
        let mut back = vec![0; now.len()];
        for (number, now) in (0..).zip(&numbers) {
            now.iter().for_each(|now| back[now.0 as usize] = number);
        }
        Some(Self { now: numbers, before: back })
    }

    /// How many rules there were before.
    fn len_before(&self) -> u32 {
        self.now.len() as u32 - 1
    }
}

impl TriedRule {
    /// The rule, which has this number until the matches are numbered.
    pub(crate) fn compiled(&self) -> (RuleId, &Program) {
        (RuleId(self.numbers.len_before()), &self.program)
    }

    /// The longest line, in characters, of which one of all rules asks whether it stood before.
    pub(crate) fn repeat_length(&self) -> u32 {
        self.repeat_length
    }

    /// By number before: whether anybody asks what the rule matches.
    pub(crate) fn asked(&self, finder: Option<&Finder>) -> &[bool] {
        if finder.is_some() { &self.of_finder } else { &self.of_rules }
    }

    /// The number of now of a rule that matched; `None` for a rule that is gone.
    pub(crate) fn now(&self, rule: RuleId) -> Option<RuleId> {
        if rule.in_site().is_some() { Some(rule) } else { self.numbers.now[rule.0 as usize] }
    }

    /// Where a rule, by its number of now, is compiled.
    pub(crate) fn place<'e>(&'e self, others: &'e Program, rule: RuleId) -> (&'e Program, RuleId) {
        match self.numbers.before[rule.0 as usize] {
            before if before == self.numbers.len_before() => (&self.program, RuleId(0)),
            before => (others, RuleId(before)),
        }
    }

    /// The classes of the finder that a match of a rule, by its number of now, gives a line.
    pub(crate) fn classes_of(&self, finder: &Finder, rule: RuleId) -> ClassSet {
        match self.numbers.before[rule.0 as usize] {
            before if before == self.numbers.len_before() => self.classes,
            before => finder.classes_of_rule(before),
        }
    }
}
