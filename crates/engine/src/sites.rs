//! [`SitePrograms`]: the compiled rules of single sites, each made when the first document of its site comes.
//!
//! A document is read with the rules of all sites and those of its own. Thousands of sites cost a document
//! nothing: their texts are not looked for in it.

use std::sync::{Arc, OnceLock};

use super::choice::RuleChoice;
use super::compile::{Compiled, Effect, Program, WholeLines};
use super::pattern::Pattern;
use super::tried::TriedRule;
use dehusk_rules::{Rule, RuleId, RuleSet, Settings, SiteFiles, Status, TextField};
use dehusk_text::Document;

/// The compiled rules of single sites.
#[derive(Debug)]
pub(crate) struct SitePrograms {
    pub(crate) files: Arc<SiteFiles>,
    /// By file.
    made: Vec<OnceLock<SiteProgram>>,
    /// Which rules the engine was asked for; it holds for these too.
    chosen: RuleChoice,
    /// What sites are called, for `{site}`.
    settings: Settings,
}

/// The compiled rules of one file.
#[derive(Debug)]
pub(crate) struct SiteProgram {
    pub(crate) file: u32,
    pub(crate) program: Program,
    /// By rule: whether it acts.
    pub(crate) active: Vec<bool>,
    pub(crate) whole_lines: Option<WholeLines>,
}

impl SitePrograms {
    pub(crate) fn new(files: Arc<SiteFiles>, chosen: RuleChoice, settings: Settings) -> Self {
        let made = (0..files.len()).map(|_| OnceLock::new()).collect();
        Self { files, made, chosen, settings }
    }

    /// The rules for the site of a document. `None` if there are none for it.
    pub(crate) fn rules_for(&self, document: &Document<'_>) -> Option<RuleSet> {
        let files = document.host().map(|host| self.files.of_host(host)).unwrap_or_default();
        let rules = || files.iter().flat_map(|&file| self.files.rules(file).iter().cloned()).collect();
        (!files.is_empty()).then(|| RuleSet { rules: rules(), ..RuleSet::default() })
    }

    /// Those for the site of a document.
    pub(crate) fn of(&self, document: &Document<'_>) -> Vec<&SiteProgram> {
        if self.made.is_empty() {
            return Vec::new();
        }
        let files = document.host().map(|host| self.files.of_host(host)).unwrap_or_default();
        let mut found: Vec<&SiteProgram> = files.into_iter().map(|file| self.get(file)).collect();
        found.retain(|site| !site.active.is_empty());
        found.sort_by_key(|site| site.file);
        found
    }

    fn get(&self, file: u32) -> &SiteProgram {
        self.made[file as usize].get_or_init(|| {
            let rules = self.files.rules(file);
            let is_compiled = |rule: &Rule| rule.status != Status::Off;
            match Program::new(rules, &self.settings, is_compiled, false) {
                Ok(program) => {
                    let active = rules.iter().map(|rule| self.chosen.has(rule)).collect();
                    SiteProgram { file, active, whole_lines: WholeLines::of(&program), program }
                }
                // A regex that is refused: `dehusk check` names it.
                Err(_) => SiteProgram { file, program: Program::none(), active: Vec::new(), whole_lines: None },
            }
        })
    }

    fn of_rule(&self, id: RuleId) -> Option<(&SiteProgram, usize)> {
        let (file, at) = id.in_site()?;
        Some((self.get(file), at as usize))
    }
}

/// All compiled rules that may match in a document.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Programs<'e> {
    /// Those for every document.
    pub(crate) all: &'e Program,
    /// Those of single sites.
    pub(crate) sites: Option<&'e SitePrograms>,
    /// One that is tried in the place of another.
    pub(crate) tried: Option<&'e TriedRule>,
    /// By rule of those for every document: whether it is one of a site all the same; may be empty.
    pub(crate) of_site: &'e [bool],
}

impl<'e> Programs<'e> {
    fn place(self, id: RuleId) -> (&'e Program, RuleId) {
        if let Some((site, at)) = self.sites.and_then(|sites| sites.of_rule(id)) {
            return (&site.program, RuleId(at as u32));
        }
        self.tried.map_or((self.all, id), |tried| tried.place(self.all, id))
    }

    /// What the decision asks of a rule.
    pub(crate) fn effect(self, id: RuleId) -> &'e Effect {
        let (program, id) = self.place(id);
        program.effect(id)
    }

    /// A rule as the matcher sees it.
    pub(crate) fn compiled(self, id: RuleId) -> &'e Compiled {
        let (program, id) = self.place(id);
        &program.rules[id.0 as usize]
    }

    /// The pattern of a text of a rule.
    pub(crate) fn pattern_of(self, id: RuleId, field: TextField, index: u32) -> Option<&'e Pattern> {
        let (program, id) = self.place(id);
        program.pattern_of(id, field, index)
    }

    /// Whether a rule is one of a single site.
    pub(crate) fn is_of_site(self, id: RuleId) -> bool {
        id.in_site().is_some() || self.of_site.get(id.0 as usize).is_some_and(|&is| is)
    }

    /// Whether a rule of a site acts; `None` for one of all documents.
    pub(crate) fn site_rule_acts(self, id: RuleId) -> Option<bool> {
        self.sites.and_then(|sites| sites.of_rule(id)).map(|(site, at)| site.active[at])
    }
}
