//! [`EngineBuilder`]: what an engine is asked to be, and how it is made.

use std::sync::{Arc, LazyLock, OnceLock};

use super::{Engine, EngineParts};
use crate::choice::{RuleChoice, is_named};
use crate::compile::Program;
use crate::finder::Finder;
use crate::matcher::Prefilter;
use crate::prebuilt::Prebuilt;
use crate::sites::SitePrograms;
use crate::tried::TriedRule;
use dehusk_rules::{Profile, Rule, RuleSet, SiteFiles, Status, plain_name};
use dehusk_text::{Error, Result, nearest};
use regex_automata::util::pool::Pool;

/// What kind of text comes in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Input {
    /// An article as an extractor leaves it: mostly body.
    #[default]
    Text,
    /// The visible text of a whole page: menus, footers, sidebars and all.
    Page,
    /// Decided document by document, by the text itself.
    Auto,
    /// The HTML of a whole page: see [`Engine::read_html`].
    Html,
}

/// The choices for an [`Engine`].
#[derive(Clone, Debug)]
pub struct EngineBuilder {
    pub(super) input: Input,
    pub(super) chosen: RuleChoice,
    pub(crate) site_files: Arc<SiteFiles>,
    /// What `only` and `skip` name was looked up already.
    pub(crate) names_are_known: bool,
    pub(super) prefilter: Prefilter,
    pub(super) rules_only: bool,
}

impl EngineBuilder {
    /// What counts as body; [`Profile::Article`] unless said otherwise.
    pub fn profile(mut self, profile: Profile) -> Self {
        self.chosen.profile = profile;
        self
    }

    /// What kind of text comes in; [`Input::Text`] unless said otherwise.
    pub fn input(mut self, input: Input) -> Self {
        self.input = input;
        self
    }

    /// Only these categories, folders, files or rules (by name or `file › name`); all if empty.
    pub fn only<S: AsRef<str>>(mut self, names: &[S]) -> Self {
        self.chosen.only = names.iter().map(|n| n.as_ref().to_string()).collect();
        self
    }

    /// Not these categories, folders, files or rules (by name or `file › name`). As for `only`, one text may hold several,
    /// with commas between.
    pub fn skip<S: AsRef<str>>(mut self, names: &[S]) -> Self {
        self.chosen.skip = names.iter().map(|n| n.as_ref().to_string()).collect();
        self
    }

    /// Adds the rule files of sites to those that the rules have.
    pub fn site_files(mut self, files: Arc<SiteFiles>) -> Self {
        self.site_files = files;
        self
    }

    /// Switches the automaton off: every text is tried on every line. Slow; for tests, which
    /// hold the fast way against this one.
    pub fn without_prefilter(mut self) -> Self {
        self.prefilter = Prefilter::Off;
        self
    }

    /// Leaves the body finder out. For tests of rules.
    pub fn rules_only(mut self) -> Self {
        self.rules_only = true;
        self
    }

    /// Compiles the rules.
    ///
    /// # Errors
    /// When `only` or `skip` names something that does not exist, or a regex is refused.
    pub fn build(self, rules: &RuleSet) -> Result<Engine> {
        self.build_from(rules.clone())
    }

    /// The same for rules that are needed nowhere else: they are not copied.
    ///
    /// # Errors
    /// As [`EngineBuilder::build`].
    pub fn build_from(self, rules: RuleSet) -> Result<Engine> {
        Ok(self.build_and_say(rules, None)?.0)
    }

    /// The same for rules of which [`prebuild`](crate::prebuild) has made these bytes; what they hold is not made
    /// again. The rules themselves are asked for when somebody needs more of them than cleaning does.
    ///
    /// # Errors
    /// As [`EngineBuilder::build`].
    pub fn build_prebuilt(self, shipped: fn() -> RuleSet, prebuilt: &'static [u8]) -> Result<Engine> {
        let site_files = self.site_files.clone();
        let rules = move || RuleSet { site_files, ..shipped() };
        let prebuilt = Prebuilt::read(prebuilt);
        let chooses = !self.chosen.only.is_empty() || !self.chosen.skip.is_empty() || self.prefilter != Prefilter::On;
        if let Some(prebuilt) = prebuilt.as_ref().filter(|_| !chooses)
            && let Some((program, active)) = prebuilt.chosen(self.chosen.profile, self.has_finder())
        {
            let finder = self.has_finder().then(|| prebuilt.finder().map_or_else(|| Finder::new(&shipped()), Ok));
            return Ok(self.engine(LazyLock::new(Box::new(rules)), program, active, finder.transpose()?));
        }
        Ok(self.build_and_say(rules(), prebuilt.as_ref())?.0)
    }

    /// Whether the body finder may be asked.
    fn has_finder(&self) -> bool {
        !self.rules_only
            && self.chosen.profile != Profile::Archive
            && (self.input != Input::Text || self.chosen.profile == Profile::Body)
    }

    fn engine(
        self,
        rules: LazyLock<RuleSet, Box<dyn FnOnce() -> RuleSet + Send>>,
        program: Program,
        active: Vec<bool>,
        finder: Option<Finder>,
    ) -> Engine {
        let sites = SitePrograms::new(self.site_files.clone(), self.chosen.clone(), program.site_settings());
        let (literals_and_phrases, scratch) = (OnceLock::new(), Pool::new((|| None) as fn() -> _));
        let parts = Arc::new(EngineParts { program, finder, sites, literals_and_phrases, scratch });
        self.engine_of(parts, rules, active, None)
    }

    /// An engine of parts that were made for it or for another one.
    pub(super) fn engine_of(
        self,
        parts: Arc<EngineParts>,
        rules: LazyLock<RuleSet, Box<dyn FnOnce() -> RuleSet + Send>>,
        active: Vec<bool>,
        tried: Option<TriedRule>,
    ) -> Engine {
        Engine {
            rules,
            parts,
            tried,
            prefilter: self.prefilter,
            profile: self.chosen.profile,
            input: self.input,
            active,
            of_site: Vec::new(),
            everything: OnceLock::new(),
            choices: self,
        }
    }

    /// Whether a rule is compiled. The finder sees what rules that do not act match. And the profiles article and body
    /// differ by a few rules only, so they share one program, as do runs without some of the rules.
    pub(crate) fn compiles(&self, rule: &Rule) -> bool {
        let all = self.has_finder() || (self.chosen.profile != Profile::Archive && self.chosen.only.is_empty());
        self.chosen.has(rule) || (all && rule.status != Status::Off)
    }

    /// Whether every text is looked for on every line.
    pub(super) fn is_eager(&self) -> bool {
        self.prefilter != Prefilter::On
    }

    /// Builds, and says by rule whether it is compiled.
    pub(crate) fn build_and_say(
        mut self,
        mut rules: RuleSet,
        prebuilt: Option<&Prebuilt<'static>>,
    ) -> Result<(Engine, Vec<bool>)> {
        if self.site_files.is_empty() {
            self.site_files = rules.site_files.clone();
        } else {
            rules.site_files = self.site_files.clone();
        }
        let is_known = |name: &str| {
            let is_site = || plain_name(name).split(" › ").next().is_some_and(|file| rules.site_files.has(file));
            // The rules of sites are read later, so their folder is a name too.
            rules.rules.iter().any(|rule| is_named(rule, name))
                || (name == "sites" && !rules.site_files.is_empty())
                || is_site()
        };
        for names in [&mut self.chosen.only, &mut self.chosen.skip] {
            *names = names.iter().flat_map(|given| names_in(given, is_known)).map(str::to_string).collect();
            if let Some(name) = names.iter().find(|name| !self.names_are_known && !is_known(name)) {
                return Err(unknown_name(&rules, name));
            }
        }
        let is_active = |rule: &Rule| self.chosen.has(rule);
        let has_finder = self.has_finder();
        // Files of a user are judged even where they are not used.
        let make_finder = || prebuilt.and_then(Prebuilt::finder).map_or_else(|| Finder::new(&rules), Ok);
        let finder = (has_finder || !rules.data.is_empty()).then(make_finder).transpose()?;
        let is_compiled = |rule: &Rule| self.compiles(rule);
        let compiled: Vec<bool> = rules.rules.iter().map(is_compiled).collect();
        let eager = self.is_eager();
        let program = match prebuilt.filter(|_| !eager).and_then(|prebuilt| prebuilt.program(&compiled)) {
            Some(program) => program,
            None => Program::new(&rules.rules, &rules.settings, is_compiled, eager)?,
        };
        let active = rules.rules.iter().map(is_active).collect();
        let finder = finder.filter(|_| has_finder);
        let rules: LazyLock<_, Box<dyn FnOnce() -> RuleSet + Send>> = LazyLock::new(Box::new(move || rules));
        Ok((self.engine(rules, program, active, finder), compiled))
    }
}

/// The names in a value that may hold several, with commas between: a name may have commas, too, so of each place the
/// longest stretch that is one counts.
fn names_in(given: &str, is_known: impl Fn(&str) -> bool) -> Vec<&str> {
    // A Chinese keyboard gives a comma of full width.
    let commas = given.match_indices([',', '，']).map(|(at, comma)| (at, at + comma.len()));
    let ends: Vec<(usize, usize)> = commas.chain([(given.len(), given.len())]).collect();
    let (mut names, mut start, mut next) = (Vec::new(), 0, 0);
    while next < ends.len() {
        let name_to = |end: usize| given[start..ends[end].0].trim();
        let end = (next..ends.len()).rev().find(|&end| is_known(name_to(end))).unwrap_or(next);
        names.push(name_to(end));
        (start, next) = (ends[end].1, end + 1);
    }
    names
}

pub(crate) fn unknown_name(rules: &RuleSet, name: &str) -> Error {
    let known = rules
        .rules
        .iter()
        .flat_map(|rule| [rule.category.name().to_string(), rule.file.clone(), rule.name.clone(), rule.full_name()]);
    let typed = plain_name(name);
    // Of equal ones the first by name, whatever the order of the files.
    let known: std::collections::BTreeSet<String> = known.collect();
    let (zh, en) = nearest(&typed, known, |known| (known.chars().count().min(typed.chars().count()) / 2).min(2))
        .map_or_else(Default::default, |meant| {
            (format!("。你是不是想写 {meant}？"), format!("; did you mean '{meant}'?"))
        });
    Error::option(
        format!("没有叫“{name}”的类别、文件或规则{zh}"),
        format!("no category, file or rule is called '{name}'{en}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_may_have_commas() {
        let known = ["share", "r › a,b", "made, read, or told", "read"];
        let names = |given| names_in(given, |name| known.contains(&name));
        assert_eq!(names("share"), ["share"]);
        assert_eq!(names("share, read"), ["share", "read"]);
        assert_eq!(names("r › a,b"), ["r › a,b"]);
        assert_eq!(names("share，made, read, or told ,read"), ["share", "made, read, or told", "read"]);
        assert_eq!(names("other,share"), ["other", "share"]);
        assert_eq!(names(""), [""]);
    }
}
