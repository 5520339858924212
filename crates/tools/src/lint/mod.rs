//! What is probably not meant in rules that can be loaded: conditions that exclude one another, phrases
//! that are too common, rules that do nothing that others do not do already.
//!
//! Reading ([`RuleSet::check`]) says what is wrong with each file; here the rules are looked at as a
//! whole, run over their own examples and over texts of which every line is body ([`Body`]). One
//! file for each kind of finding; [`SLUGS`] says of every one, those of reading among them, what it
//! means, with a bad and a good example.
//!
//! Where it can be fooled: the linter knows the rules, their examples and the known bodies, and no
//! crawled page. That a rule never hits anything is for `dehusk stats` to say.

mod allow;
mod broad;
mod covered;
mod examples;
mod files;
mod finding;
mod guards;
mod impossible;
mod known;
mod meant;
mod phrases;
mod regexes;
mod repairs;
mod shadowed;
mod slugs;
mod texts;

pub use slugs::{SLUGS, Slug, SlugExample, slug};

use dehusk_engine::{Body, Engine};
use dehusk_rules::{Action, Profile, RuleSet, Source, first_ones};
use dehusk_text::{Diagnostic, Level};
use finding::Lint;
use texts::RuleTexts;

/// Rules and what was found in them.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The rules that can be used.
    pub rules: RuleSet,
    /// Everything that was found, file by file.
    pub found: Vec<Diagnostic>,
    /// What was looked at.
    pub counts: Counts,
}

/// What was looked at, for the summary.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[allow(missing_docs)]
pub struct Counts {
    pub rules: usize,
    pub keeps: usize,
    pub repairs: usize,
    pub regexes: usize,
    pub examples: usize,
    pub bodies: usize,
    /// Lines of the known bodies that are not blank.
    pub body_lines: usize,
    /// How many of them the rules remove.
    pub removed_lines: usize,
}

/// Reads the sources and looks at the rules in them.
pub fn check(sources: &[Source], bodies: &[Body]) -> Checked {
    check_beside(sources, bodies, None)
}

/// The same for rules that are used beside others, the shipped ones: an engine of these, in the widest profile.
pub fn check_beside(sources: &[Source], bodies: &[Body], beside: Option<&Engine>) -> Checked {
    let (rules, mut found) = RuleSet::check(sources);
    let (more, counts) = run(&rules, sources, bodies, beside);
    found.extend(more);
    let order = |one: &Diagnostic| sources.iter().position(|source| source.path == one.source);
    found.sort_by_cached_key(|one| (order(one), one.code == "and-more", one.line, one.column, one.level));
    Checked { rules, found, counts }
}

/// What is found in rules that were read from these sources, beside what reading them has said.
pub fn lint(rules: &RuleSet, sources: &[Source], bodies: &[Body]) -> Vec<Diagnostic> {
    run(rules, sources, bodies, None).0
}

fn run(rules: &RuleSet, sources: &[Source], bodies: &[Body], beside: Option<&Engine>) -> (Vec<Diagnostic>, Counts) {
    let mut lint = Lint::new(rules, sources, bodies);
    impossible::check(&mut lint);
    guards::check(&mut lint);
    meant::check(&mut lint);
    regexes::check(&mut lint);
    files::check(&mut lint);
    repairs::check(&mut lint);
    let mut counts = counts(rules, bodies);
    let texts = RuleTexts::new(rules).ok();
    if let Some(texts) = &texts {
        phrases::check(&mut lint, texts);
    }
    // All rules at once, in the profile in which most of them act.
    if let Ok(engine) = Engine::builder().profile(Profile::Body).rules_only().build(rules) {
        counts.removed_lines = known::check(&mut lint, &engine);
        examples::check(&mut lint, &engine);
        shadowed::check(&mut lint, &engine);
    }
    if let Some(beside) = beside {
        covered::check(&mut lint, beside);
    }
    if let Some(texts) = &texts {
        broad::check(&mut lint, texts);
    }
    allow::check(&mut lint);
    (lint.finish(), counts)
}

fn counts(rules: &RuleSet, bodies: &[Body]) -> Counts {
    let keeps = rules.rules.iter().filter(|rule| rule.action == Action::Keep).count();
    let examples: usize = rules.rules.iter().map(|rule| rule.removes.len() + rule.keeps.len()).sum();
    let pairs: usize = rules.repairs.iter().map(|repair| repair.before.len()).sum();
    Counts {
        rules: rules.rules.len() - keeps,
        keeps,
        repairs: rules.repairs.len(),
        regexes: rules.rules.iter().map(|rule| rule.conditions.regex.len()).sum(),
        examples: examples + pairs,
        bodies: bodies.len(),
        body_lines: bodies.iter().map(|body| body.text.lines().filter(|line| !line.trim().is_empty()).count()).sum(),
        removed_lines: 0,
    }
}

impl Lint<'_> {
    /// The findings, at most ten of a level for each file.
    fn finish(self) -> Vec<Diagnostic> {
        let mut by_source: Vec<Vec<Diagnostic>> = self.sources.iter().map(|_| Vec::new()).collect();
        for (source, one) in self.found {
            by_source[source].push(one);
        }
        by_source.into_iter().flat_map(|found| first_ones(found, 0)).collect()
    }
}

impl Checked {
    /// How many findings there are of this level.
    pub fn count(&self, level: Level) -> usize {
        self.found.iter().filter(|one| one.level == level && one.code != "and-more").count()
    }
}
