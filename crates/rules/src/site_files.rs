//! [`SiteFiles`]: the rule files of many sites, each read when the first document of its site comes.
//!
//! `dehusk learn` writes a file for each site, and a collection has thousands. Reading them all would take longer
//! than cleaning most inputs, and their texts would all be looked for in every line. So a folder that `dehusk learn`
//! wrote, which is known by the file [`LEARNT`] in it, is listed and not read. A rule of such a file is
//! numbered by its file and its place there, so its number does not depend on which files were read before.
//!
//! A mistake in such a file is found when it is read: its rules are left out, and who runs says so afterwards
//! ([`SiteFiles::found`]). `dehusk check` reads all files.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::OnceLock;

use crate::load;
use crate::model::{Rule, RuleId, RuleSet};
use crate::site_name::host_of_file;
use crate::source::Source;
use dehusk_text::{Diagnostic, Fix, Level, is_of_host, say};

/// The file by which a folder that `dehusk learn` wrote is known. It holds what was counted.
pub const LEARNT: &str = "learnt.jsonl";

/// The rule files of sites.
#[derive(Debug, Default)]
pub struct SiteFiles {
    /// In the order of the folders, and of their names.
    files: Vec<ListedFile>,
    /// By host: its file.
    by_host: HashMap<String, u32>,
}

/// A file, read when somebody asks.
#[derive(Debug)]
struct ListedFile {
    name: String,
    origin: FileOrigin,
    read: OnceLock<ReadSiteFile>,
}

#[derive(Clone, Debug)]
enum FileOrigin {
    Path(PathBuf),
    Text(Source),
}

#[derive(Debug)]
struct ReadSiteFile {
    rules: Vec<Rule>,
    found: Vec<Diagnostic>,
}

/// Rules of a file of a site at most.
const RULES: usize = 1 << 9;

/// The code of what is said when a file has more.
const TOO_MANY: &str = "too-many-rules";

/// Files at most: as many as numbers of rules hold.
const FILES: usize = 1 << 22;

impl RuleId {
    const SITE: u32 = 1 << 31;

    /// The rule at this place of the file of a site.
    pub fn of_site(file: u32, at: u32) -> Self {
        Self(Self::SITE | (file << 9) | at)
    }

    /// For a rule of the file of a site: the file, and its place there.
    pub fn in_site(self) -> Option<(u32, u32)> {
        (self.0 & Self::SITE != 0).then_some(((self.0 & !Self::SITE) >> 9, self.0 & (RULES as u32 - 1)))
    }
}

impl SiteFiles {
    /// The files of a folder by their names and paths.
    pub(crate) fn of_paths(files: Vec<(String, PathBuf)>) -> Self {
        Self::new(files.into_iter().map(|(name, path)| (name, FileOrigin::Path(path))).collect())
    }

    /// The same for texts that are already in memory: `sites/HOST.toml`.
    pub fn of_sources(sources: Vec<Source>) -> Self {
        Self::new(sources.into_iter().map(|source| (source.name.clone(), FileOrigin::Text(source))).collect())
    }

    fn new(mut files: Vec<(String, FileOrigin)>) -> Self {
        files.sort_by(|a, b| a.0.cmp(&b.0));
        files.truncate(FILES);
        let mut all = Self::default();
        for (name, origin) in files {
            all.add(ListedFile { name, origin, read: OnceLock::new() });
        }
        all
    }

    fn add(&mut self, file: ListedFile) {
        let number = u32::try_from(self.files.len()).expect("there are not so many files");
        self.by_host.insert(host_of_name(&file.name), number);
        self.files.push(file);
    }

    /// These files and those of `other`, of which one takes the place of the file of its name here.
    #[must_use]
    pub fn merged_with(&self, other: &Self) -> Self {
        let mut all = Self::default();
        let replaced = |file: &&ListedFile| !other.by_host.contains_key(&host_of_name(&file.name));
        for file in self.files.iter().filter(replaced).chain(&other.files).take(FILES) {
            all.add(ListedFile { name: file.name.clone(), origin: file.origin.clone(), read: OnceLock::new() });
        }
        all
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// The files for a host: its own, and those of the hosts that it is a part of.
    pub fn of_host(&self, host: &str) -> Vec<u32> {
        let mut found = Vec::new();
        if self.files.is_empty() {
            return found;
        }
        let mut rest = Some(host);
        while let Some(name) = rest {
            found.extend(self.by_host.get(name));
            rest = name.split_once('.').map(|(_, rest)| rest);
        }
        found
    }

    /// Whether there is a file of this name: `sites/HOST`.
    pub fn has(&self, name: &str) -> bool {
        self.by_host
            .get(&host_of_name(name))
            .is_some_and(|&file| self.files[file as usize].name.strip_suffix(".toml") == Some(name))
    }

    /// The rules of a file, in the order of their names.
    pub fn rules(&self, file: u32) -> &[Rule] {
        &self.files[file as usize].read().rules
    }

    /// The rule with this id, if it is one of these.
    pub(crate) fn rule(&self, id: RuleId) -> Option<&Rule> {
        let (file, at) = id.in_site()?;
        self.rules(file).get(at as usize)
    }

    /// What was found in the files that have been read.
    pub fn found(&self) -> Vec<Diagnostic> {
        self.files.iter().filter_map(|file| file.read.get()).flat_map(|read| read.found.iter().cloned()).collect()
    }

    /// What is said of learnt files alone, whose rules can be used otherwise. It reads all files.
    pub fn warnings(&self) -> Vec<Diagnostic> {
        let found = self.files.iter().map(|file| &file.read().found);
        found.filter(|found| found.iter().all(|one| one.level != Level::Error)).flatten().cloned().collect()
    }

    /// All files as texts, for who sends them elsewhere.
    pub fn sources(&self) -> Vec<Source> {
        self.files.iter().map(ListedFile::source).collect()
    }
}

impl ListedFile {
    fn source(&self) -> Source {
        match &self.origin {
            FileOrigin::Text(source) => source.clone(),
            FileOrigin::Path(path) => load::site_file(path, self.name.clone()),
        }
    }

    fn read(&self) -> &ReadSiteFile {
        self.read.get_or_init(|| {
            let source = self.source();
            let (set, mut found) = RuleSet::check(std::slice::from_ref(&source));
            let mut rules = set.rules;
            let host = host_of_name(&self.name);
            if let Some(rule) = rules.iter().find(|rule| rule.sites.iter().any(|site| !is_of_host(site, &host))) {
                let site = rule.sites.iter().find(|site| !is_of_host(site, &host)).cloned().unwrap_or_default();
                let message = say!(
                    "学到的文件只管自己的网站 {host}，这条规则写的是 {site}，不起作用",
                    "a learnt file is for its own site, {host}; this rule is for {site} and does nothing"
                );
                let advice = say!("把这条规则移到别的规则文件夹", "move the rule into another folder of rules");
                found.push(source.diagnostic(Level::Warning, "wrong-host", 0..0, message, Some(Fix::Advice(advice))));
            }
            if let Some(first) = rules.get(RULES) {
                let (count, name) = (rules.len(), &first.name);
                let message = say!(
                    "学到的文件最多用 {RULES} 条规则，这里有 {count} 条；按名字排，从“{name}”起都不起作用",
                    "a learnt file has {RULES} rules at most, and this one has {count}; in the order of their names, those from '{name}' on do nothing"
                );
                let advice = say!(
                    "把几条规则的文字合到一条里，或把规则移到别的规则文件夹",
                    "put the texts of several rules into one, or move rules into another folder of rules"
                );
                found.push(source.diagnostic(Level::Warning, TOO_MANY, 0..0, message, Some(Fix::Advice(advice))));
            }
            rules.truncate(RULES);
            // They stay until the run ends.
            rules.shrink_to_fit();
            if found.iter().any(|one| one.level == Level::Error) {
                rules.clear();
            } else {
                let is_wrong_host = |one: &Diagnostic| one.code == "wrong-host" && one.level == Level::Warning;
                found.retain(|one| one.code == TOO_MANY || is_wrong_host(one) && host.contains('.'));
            }
            ReadSiteFile { rules, found }
        })
    }
}

/// The host of `sites/HOST.toml`.
fn host_of_name(name: &str) -> String {
    let file = name.rsplit('/').next().unwrap_or(name);
    host_of_file(file.strip_suffix(".toml").unwrap_or(file)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(names: &[&str]) -> SiteFiles {
        let text = "[[rule]]\nname = '页脚'\nis = '河湾网'\nremoves = '河湾网'\n";
        SiteFiles::of_sources(names.iter().map(|name| Source::new(format!("sites/{name}.toml"), text)).collect())
    }

    #[test]
    fn a_host_has_its_file_and_those_above() {
        let all = files(&["b.com", "a.b.com", "c.net"]);
        assert_eq!(all.of_host("www.a.b.com"), [0, 1]);
        assert_eq!(all.of_host("xb.com"), [] as [u32; 0]);
        let id = RuleId::of_site(1, 0);
        assert_eq!(all.rule(id).map(Rule::full_name).as_deref(), Some("sites/b.com › 页脚"));
        assert_eq!(all.rules(0)[0].sites, ["a.b.com"]);
        assert_eq!(RuleId(7).in_site(), None);
    }

    #[test]
    fn a_later_folder_replaces_a_site() {
        let merged = files(&["a.com", "b.com"]).merged_with(&files(&["b.com"]));
        assert_eq!(merged.len(), 2);
        assert!(merged.has("sites/b.com") && !merged.has("sites/c.com"));
    }

    #[test]
    fn rules_beyond_the_most_are_left_out_and_it_is_told() {
        let rule = |i: usize| format!("[[rule]]\nname = '{i:03}'\nis = '河湾网第{i}页'\nremoves = '河湾网第{i}页'\n");
        let all = |count: usize| {
            let text: String = (1..=count).map(rule).collect();
            SiteFiles::of_sources(vec![Source::new("sites/a.com.toml", text)])
        };
        assert!(all(RULES).warnings().is_empty());
        let more = all(RULES + 2);
        assert_eq!(more.rules(0).len(), RULES);
        let found = more.found();
        assert_eq!(found.iter().map(|one| (one.code, one.level)).collect::<Vec<_>>(), [(TOO_MANY, Level::Warning)]);
        assert!(found[0].message.en.contains("'513'") && found[0].message.zh.contains("“513”"), "{:?}", found[0]);
    }

    #[test]
    fn a_mistake_leaves_the_file_out_and_is_told() {
        let all = SiteFiles::of_sources(vec![Source::new("sites/a.com.toml", "[[rule]]\nname = 'x'\n")]);
        assert!(all.rules(0).is_empty() && !all.found().is_empty());
    }
}
