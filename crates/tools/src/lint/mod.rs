//! Finds probable mistakes in rules that can be loaded: conditions that exclude each other, phrases
//! that are too common, rules that do nothing that others do not do already.
//!
//! [`RuleSet::check`] finds the mistakes in each file; here all rules are checked together, and run
//! over their own examples and over texts in which every line is body ([`Body`]). There is one file for
//! each kind of check. [`SLUGS`] explains every kind of finding, also those of [`RuleSet::check`],
//! with a bad and a good example.
//!
//! Where it can be fooled: the linter reads the rules, their examples and the known bodies, but no
//! crawled page. Rules that never match anything in a collection are found by `dehusk stats`.

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
use dehusk_rules::{Action, Profile, RuleId, RuleSet, Source, first_ones};
use dehusk_text::{Diagnostic, Lang, Level, say};
use finding::Lint;
use texts::RuleTexts;

/// Rules and the findings about them.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The rules that can be used.
    pub rules: RuleSet,
    /// All findings, sorted by file and line.
    pub found: Vec<Diagnostic>,
    /// How much was checked.
    pub counts: Counts,
    /// The rule of each line of a known body that is removed.
    removed_by: Vec<RuleId>,
}

impl Checked {
    /// Keeps what is about these files alone, of rules that were checked together with others.
    pub fn only(&mut self, own: &[Source]) {
        self.found.retain(|one| own.iter().any(|source| source.path == one.source));
        let is_own = |rule: &RuleId| own.iter().any(|source| source.file() == self.rules.rule(*rule).file);
        self.counts.removed_lines = self.removed_by.iter().filter(|rule| is_own(rule)).count();
    }

    /// The findings as `dehusk check` prints them, with a last line that counts. `quiet` leaves out notes and that line.
    pub fn printed(&self, lang: Lang, styled: bool, quiet: bool) -> String {
        let shown = self.found.iter().filter(|one| !quiet || one.level != Level::Info);
        let mut out: String = shown.map(|one| one.render(lang, styled) + "\n").collect();
        if !quiet {
            out.push_str(&self.summary(lang));
            out.push('\n');
        }
        out
    }

    fn summary(&self, lang: Lang) -> String {
        let [errors, warnings, notes] = [Level::Error, Level::Warning, Level::Info].map(|level| self.count(level));
        let c = &self.counts;
        let all = errors + warnings + notes;
        if errors + warnings > 0 {
            let more = self.found.iter().any(|one| one.code == "and-more");
            let (zh, en) = if more { ("至少 ", "at least ") } else { ("", "") };
            let counted = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
            let [found, of_errors, of_warnings, of_notes] =
                [(all, "finding"), (errors, "error"), (warnings, "warning"), (notes, "note")]
                    .map(|(n, w)| counted(n, w));
            return say!(
                "{zh}{all} 处问题：{errors} 个错误、{warnings} 个警告、{notes} 个提示",
                "{en}{found}: {of_errors}, {of_warnings}, {of_notes}"
            )
            .get(lang)
            .to_owned();
        }
        let (rules, keeps, repairs, regexes, examples) = (c.rules, c.keeps, c.repairs, c.regexes, c.examples);
        let (bodies, lines, removed) = (c.bodies, c.body_lines, c.removed_lines);
        let notes = match notes {
            0 => String::new(),
            1 => say!("另有 1 个提示。", " There is 1 note.").get(lang).to_owned(),
            _ => say!("另有 {notes} 个提示。", " There are {notes} notes.").get(lang).to_owned(),
        };
        // Leave out kinds of which there are none, except rules.
        let counted = [
            (rules, "条规则", "rule", "rules"),
            (keeps, "条保留", "keep", "keeps"),
            (repairs, "条修复", "repair", "repairs"),
            (regexes, "个正则", "regex", "regexes"),
        ];
        let counted = counted.into_iter().enumerate().filter(|&(i, (n, ..))| i == 0 || n > 0);
        let counted: Vec<String> = counted
            .map(|(_, (n, zh, one, many))| match lang {
                Lang::Zh => format!("{n} {zh}"),
                Lang::En => format!("{n} {}", if n == 1 { one } else { many }),
            })
            .collect();
        let counted = counted.join(if lang == Lang::Zh { "、" } else { ", " });
        say!("{counted}。全部可用。{notes}（{examples} 个例子都成立；用 {bodies} 篇正文的 {lines} 行核对过，误删 {removed} 行）",
        "{counted}. All can be used.{notes} ({examples} examples hold; of {lines} lines of {bodies} known bodies {removed} are removed)"
    ).get(lang).to_owned()
    }
}

/// How much was checked, for the summary.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[allow(missing_docs)]
pub struct Counts {
    pub rules: usize,
    pub keeps: usize,
    pub repairs: usize,
    pub regexes: usize,
    pub examples: usize,
    pub bodies: usize,
    /// Lines of the known bodies, without blank ones.
    pub body_lines: usize,
    /// How many of them the rules remove.
    pub removed_lines: usize,
}

/// Parses the sources and checks the rules in them.
pub fn check(sources: &[Source], bodies: &[Body]) -> Checked {
    check_beside(sources, bodies, None)
}

/// The same for rules that are used beside others, the shipped ones: an engine of these, in the widest profile.
pub fn check_beside(sources: &[Source], bodies: &[Body], beside: Option<&Engine>) -> Checked {
    let (rules, mut found) = RuleSet::check(sources);
    let (more, counts, removed_by) = run(&rules, sources, bodies, beside);
    found.extend(more);
    let order = |one: &Diagnostic| sources.iter().position(|source| source.path == one.source);
    found.sort_by_cached_key(|one| (order(one), one.code == "and-more", one.line, one.column, one.level));
    Checked { rules, found, counts, removed_by }
}

/// The findings about `rules`, which were parsed from `sources`, without those that parsing has reported.
pub fn lint(rules: &RuleSet, sources: &[Source], bodies: &[Body]) -> Vec<Diagnostic> {
    run(rules, sources, bodies, None).0
}

fn run(
    rules: &RuleSet,
    sources: &[Source],
    bodies: &[Body],
    beside: Option<&Engine>,
) -> (Vec<Diagnostic>, Counts, Vec<RuleId>) {
    let mut lint = Lint::new(rules, sources, bodies);
    impossible::check(&mut lint);
    guards::check(&mut lint);
    meant::check(&mut lint);
    regexes::check(&mut lint);
    files::check(&mut lint);
    repairs::check(&mut lint);
    let mut counts = counts(rules, bodies);
    let mut removed_by = Vec::new();
    let texts = RuleTexts::new(rules).ok();
    if let Some(texts) = &texts {
        phrases::check(&mut lint, texts);
    }
    // All rules together, in the profile in which every rule acts.
    if let Ok(engine) = Engine::builder().profile(Profile::Body).rules_only().build(rules) {
        removed_by = known::check(&mut lint, &engine);
        counts.removed_lines = removed_by.len();
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
    (lint.finish(), counts, removed_by)
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
    /// The findings, at most ten of each level per file.
    fn finish(self) -> Vec<Diagnostic> {
        let mut by_source: Vec<Vec<Diagnostic>> = self.sources.iter().map(|_| Vec::new()).collect();
        for (source, one) in self.found {
            by_source[source].push(one);
        }
        by_source.into_iter().flat_map(|found| first_ones(found, 0)).collect()
    }
}

impl Checked {
    /// The number of findings of this level.
    pub fn count(&self, level: Level) -> usize {
        self.found.iter().filter(|one| one.level == level && one.code != "and-more").count()
    }
}
