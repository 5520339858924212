//! How a [`RuleSet`] comes about: from the shipped files, a folder or texts.

use std::path::Path;

use super::model::{Rule, RuleId, RuleSet};
use super::source::Source;
use super::{load, validate};
use dehusk_text::{Diagnostic, Result};

impl RuleSet {
    /// The rules that ship with the crate, parsed at run time from the text compiled in.
    ///
    /// # Errors
    /// When a shipped rule has a mistake, which the tests rule out.
    pub fn shipped() -> Result<Self> {
        validate::proven(load::proven()).map_or_else(|| Self::from_sources(&load::shipped()), Ok)
    }

    /// The rules of a folder: `*.toml`, `lists/*.txt`, `sites/*.toml`, `settings.toml`.
    ///
    /// # Errors
    /// When the folder cannot be read, or with every mistake in every file at once.
    pub fn from_dir(dir: impl AsRef<Path>) -> Result<Self> {
        Self::from_sources(&load::dir(dir.as_ref())?)
    }

    /// The rules of texts that are already in memory.
    ///
    /// # Errors
    /// With every mistake in every source at once.
    pub fn from_sources(sources: &[Source]) -> Result<Self> {
        validate::rule_set(sources)
    }

    /// What can be taken of these texts, and everything that was found in them.
    pub fn check(sources: &[Source]) -> (Self, Vec<Diagnostic>) {
        validate::check(sources)
    }

    /// These rules and those of `other`; a file of `other` replaces the file of that name here.
    pub fn merged_with(self, other: Self) -> Self {
        validate::merge(self, other)
    }

    /// The rule with this id.
    pub fn rule(&self, id: RuleId) -> &Rule {
        &self.rules[id.0 as usize]
    }
}
