//! Makes an engine with a [`TriedRule`].

use std::sync::{Arc, LazyLock};

use super::Engine;
use crate::compile::{Program, repeat_length};
use crate::tried::{RuleNumbers, TriedRule};
use dehusk_rules::{Rule, RuleId, RuleSet};
use dehusk_text::Result;

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
