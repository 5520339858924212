//! How to get a [`RuleSet`]: from the shipped files, a folder or texts.

use std::path::Path;
use std::sync::Arc;

use super::model::{Category, Rule, RuleId, RuleSet};
use super::source::Source;
use super::{load, old_names, plain_name, validate};
use dehusk_text::{Diagnostic, Message, Result, say};

impl RuleSet {
    /// The rules that ship with the crate, parsed from their texts. Programs use `shipped_rules` of the crate
    /// `dehusk` instead: the same rules, parsed when the program was built.
    ///
    /// # Errors
    /// When a shipped rule has a mistake. Tests make sure that none has.
    pub fn shipped() -> Result<Self> {
        Self::from_sources(&load::shipped())
    }

    /// The rules of a folder: `*.toml`, `lists/*.txt`, `sites/*.toml`, `settings.toml`. Of a folder that `dehusk learn`
    /// wrote, the files are read when documents of their sites come.
    ///
    /// # Errors
    /// When the folder cannot be read, or with every mistake in every file at once.
    pub fn from_dir(dir: impl AsRef<Path>) -> Result<Self> {
        let (sources, site_files) = load::dir_with_sites(dir.as_ref())?;
        Ok(Self { site_files: Arc::new(site_files), ..Self::from_sources(&sources)? })
    }

    /// The rules of texts that are already in memory.
    ///
    /// # Errors
    /// With every mistake in every source at once.
    pub fn from_sources(sources: &[Source]) -> Result<Self> {
        validate::rule_set(sources)
    }

    /// The rules without a mistake, and everything that was found in the texts.
    pub fn check(sources: &[Source]) -> (Self, Vec<Diagnostic>) {
        validate::check(sources)
    }

    /// These rules and those of `other`; a file of `other` replaces the file of that name here.
    pub fn merged_with(self, other: Self) -> Self {
        validate::merge(self, other)
    }

    /// The name that a rule has now, if `full_name` is its old name. `None` for a current name.
    pub fn name_today(&self, full_name: &str) -> Option<String> {
        let (file, name) = full_name.split_once(" › ")?;
        let is_of_today = self.rules.iter().any(|rule| rule.file == file && rule.name == name);
        let moved = |rule: &&Rule| old_names::is_old_full_name(full_name, &rule.file, &rule.name);
        self.rules.iter().find(moved).filter(|_| !is_of_today).map(Rule::full_name)
    }

    /// The one rule that somebody names: `file › name` (`>` may stand for `›`, an old name counts), or the name
    /// alone. Without a rule, or with several, the message says what to write.
    ///
    /// # Errors
    /// When no rule is called so, or several are.
    pub fn named(&self, typed: &str) -> std::result::Result<RuleId, Message> {
        let full = plain_name(typed);
        let full = self.name_today(&full).unwrap_or(full);
        let called = |rule: &Rule| rule.full_name() == full || rule.name == typed;
        let mut found = (0u32..).zip(&self.rules).filter(|(_, rule)| called(rule));
        match (found.next(), found.next()) {
            (Some((id, _)), None) => Ok(RuleId(id)),
            (Some((_, first)), Some(_)) => {
                let first = first.full_name();
                Err(say!(
                    "有几条规则都叫“{typed}”；写上文件名，例如“{first}”",
                    "several rules are called '{typed}'; say the file, such as '{first}'"
                ))
            }
            (None, _) => {
                let distance = |name: &String| strsim::normalized_damerau_levenshtein(name, &full);
                let names = self.rules.iter().flat_map(|rule| [rule.full_name(), rule.name.clone()]);
                let near = names.max_by(|a, b| distance(a).total_cmp(&distance(b)));
                Err(match near.filter(|name| distance(name) > 0.5) {
                    Some(near) => {
                        say!(
                            "没有规则“{typed}”。是不是“{near}”？",
                            "there is no rule '{typed}'; did you mean '{near}'?"
                        )
                    }
                    None => say!(
                        "没有规则“{typed}”；名字照 dehusk explain 里显示的写，例如 'zh/related › 相关新闻'",
                        "there is no rule '{typed}'; write it as dehusk explain shows it, such as 'en/related › Related'"
                    ),
                })
            }
        }
    }

    /// The rule with this id.
    pub fn rule(&self, id: RuleId) -> &Rule {
        match id.in_site() {
            None => &self.rules[id.0 as usize],
            Some(_) => self.site_files.rule(id).expect("the rule was found in its file"),
        }
    }
}

/// A test whether a choice names a rule. A choice is a category, a folder, a file, or `file › name` (`>` may stand
/// for `›`). A file may have the name that it had before the shipped files were moved.
pub fn chosen_by(choice: &str) -> impl Fn(&Rule) -> bool {
    let category = Category::ALL.into_iter().find(|(_, name)| *name == choice).map(|(category, _)| category);
    // The choice is read once, because it is compared with every rule.
    let full = plain_name(choice);
    let full = full.split_once(" › ").map(|(file, name)| (File::named(file), name.to_string()));
    let (file, folder) = (File::named(choice), format!("{choice}/"));
    move |rule| {
        category == Some(rule.category)
            || file.is_of(rule)
            || rule.file.starts_with(&folder)
            || full.as_ref().is_some_and(|(file, name)| rule.name == *name && file.is_of(rule))
    }
}

/// A file that a choice names, perhaps by its old name.
struct File {
    name: String,
    is_old: bool,
}

impl File {
    fn named(name: &str) -> Self {
        Self { name: name.to_string(), is_old: old_names::is_old_file(name) }
    }

    fn is_of(&self, rule: &Rule) -> bool {
        rule.file == self.name || (self.is_old && old_names::old_file(&rule.file) == Some(&self.name))
    }
}
