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

use std::sync::{Arc, LazyLock};

use super::Engine;
use crate::compile::{Program, repeat_length};
use crate::finder::{ClassSet, Finder};
use crate::matcher::Matches;
use dehusk_rules::{Rule, RuleId, RuleSet};
use dehusk_text::Result;

/// A rule that is compiled alone, and what its place is among the others.
#[derive(Debug)]
pub(crate) struct TriedRule {
    program: Program,
    numbers: RuleNumbers,
    /// By number before: whether anybody asks what the rule matches, where the finder asks too and where it does not.
    of_finder: Vec<bool>,
    of_rules: Vec<bool>,
    /// The classes of the finder that its matches give a line.
    classes: ClassSet,
    /// As [`Program::repeat_length`], of all rules of now.
    repeat_length: u32,
}

/// The numbers of rules before and now.
#[derive(Debug)]
struct RuleNumbers {
    /// By number before; `None` for a rule that is gone. Behind them the number of the tried rule.
    now: Vec<Option<RuleId>>,
    /// By number now. The tried rule stands behind all that were there before.
    before: Vec<u32>,
}

impl Engine {
    /// An engine for `rules` that differ from those of this engine by one, which has the number `tried` there, and
    /// perhaps by some that are gone. All others are as they were. It does what an engine does that was built of
    /// `rules`, and takes a hundredth of the time to make.
    ///
    /// # Errors
    /// As [`EngineBuilder::build`](crate::EngineBuilder::build).
    pub fn with_tried(&self, rules: RuleSet, tried: RuleId) -> Result<Engine> {
        let chosen = &self.choices.chosen;
        // What a user chose by name, or names in files of the finder, is looked up among all rules.
        let is_named = !chosen.only.is_empty() || !chosen.skip.is_empty() || !rules.data.is_empty();
        let numbers = RuleNumbers::of(&self.rules().rules, &rules.rules, tried);
        match numbers.filter(|_| !is_named && self.tried.is_none()) {
            Some(numbers) => self.beside(rules, tried, numbers),
            None => self.choices.clone().build_from(rules),
        }
    }

    fn beside(&self, rules: RuleSet, id: RuleId, numbers: RuleNumbers) -> Result<Engine> {
        let rule = &rules.rules[id.0 as usize];
        let alone = std::slice::from_ref(rule);
        let is_compiled = |rule: &Rule| self.choices.compiles(rule);
        let program = Program::new(alone, &rules.settings, is_compiled, self.choices.is_eager())?;
        let stays = &numbers.now[..numbers.now.len() - 1];
        let of_finder: Vec<bool> = stays.iter().map(Option::is_some).collect();
        let of_rules = of_finder.iter().zip(&self.active).map(|(stays, acts)| *stays && *acts).collect();
        let acts = |&before: &u32| match self.active.get(before as usize) {
            Some(acts) => *acts,
            None => self.choices.chosen.has(rule),
        };
        let active = numbers.before.iter().map(acts).collect();
        let tried = TriedRule {
            program,
            of_finder,
            of_rules,
            classes: self.finder().map_or(0, |finder| finder.classes_of_new_rule(rule)),
            repeat_length: rules.rules.iter().filter(|rule| is_compiled(rule)).map(repeat_length).max().unwrap_or(0),
            numbers,
        };
        let rules: LazyLock<_, Box<dyn FnOnce() -> RuleSet + Send>> = LazyLock::new(Box::new(move || rules));
        Ok(self.choices.clone().engine_of(Arc::clone(&self.parts), rules, active, Some(tried)))
    }
}

impl RuleNumbers {
    /// `None` if more than the tried rule is new.
    fn of(before: &[Rule], now: &[Rule], tried: RuleId) -> Option<Self> {
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

    /// Gives all matches the numbers of now.
    pub(crate) fn number(&self, matches: &mut Matches) {
        let number = |rule: &mut RuleId| {
            if rule.in_site().is_some() {
                return true;
            }
            let now = self.numbers.now[rule.0 as usize];
            now.iter().for_each(|now| *rule = *now);
            now.is_some()
        };
        matches.by_line.retain_mut(|m| number(&mut m.rule));
        matches.lines_contain.retain_mut(|(rule, _)| number(rule));
        matches.until.retain_mut(|(rule, _)| number(rule));
        matches.by_line.sort_unstable();
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
