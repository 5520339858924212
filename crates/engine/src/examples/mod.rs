//! The examples inside the rules and the cases beside them, run through the real engine.
//!
//! Each text of `removes` and `keeps` is put into a neutral article, at the place that the
//! rule's `where` asks for, and cleaned by an engine that knows only this rule: every line of
//! `removes` must go, every line of `keeps` and of the article must stay. Then all rules
//! together run over every `keeps`, for a rule must not eat what another one protects.
//! A rule that asks whether the text stands again (`said_again`, `repeated`) finds it beside the
//! example. So a rule's position, share and run conditions are tested without its author having to
//! think of an article. `before` of a repair must become its `after`.
//!
//! All rules together are asked only where one of the others matches a line of the example: the
//! article around it is nobody's, and two thousand rules are tested in seconds.

mod article;
mod cases;
mod reasons;

pub use cases::{Case, CaseFailure, CaseLine, cases_in, check_cases};
pub use reasons::reasons;

use crate::choice::is_named;
use crate::engine::{Engine, unknown_name};
use crate::repair::Repairer;
use article::{Article, document};
use dehusk_rules::{Action, Example, Profile, RemoveKind, Repair, Rule, RuleId, RuleSet, Shape, Status, plain_name};
use dehusk_text::{Document, Result};

/// What came of the examples.
#[derive(Clone, Debug, Default)]
pub struct ExampleRun {
    /// Rules and keeps whose examples were run.
    pub rules: usize,
    /// Repairs whose examples were run.
    pub repairs: usize,
    /// Examples that were run, those of `todo_…` not among them.
    pub examples: usize,
    /// Examples of which something does not hold.
    pub failed: usize,
    /// What does not hold, rule by rule.
    pub failures: Vec<ExampleFailure>,
    /// The same for repairs.
    pub repair_failures: Vec<RepairFailure>,
    /// What came of `todo_removes` and `todo_keeps`.
    pub todo: Vec<Todo>,
}

/// An example that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExampleFailure {
    /// The rule that carries the example.
    pub rule: RuleId,
    /// What should have happened.
    pub expected: Expected,
    /// The example, or the line of it, that did not behave.
    pub text: String,
    /// The line of the rule file on which that text stands.
    pub line: u32,
    /// Where a line went that should stay: the rule that took it. Where a line stayed that should go:
    /// another rule that does take it.
    pub taken_by: Option<RuleId>,
    /// The article with the example in it.
    pub article: String,
    /// The line of the article, from 0, that did not behave.
    pub article_line: usize,
}

/// What an example says should happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// The line goes.
    Gone,
    /// The line stays.
    Kept,
    /// A line of the neutral article stays.
    ArticleKept,
    /// Words go, and this is left.
    Becomes(String),
}

/// A `before` that does not become its `after`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepairFailure {
    /// Which of [`RuleSet::repairs`].
    pub repair: usize,
    /// The damaged text.
    pub before: String,
    /// What it should become.
    pub wanted: String,
    /// What it becomes.
    pub found: String,
    /// The line of the rule file on which `after` stands.
    pub line: u32,
}

/// One example of `todo_removes` or `todo_keeps`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Todo {
    /// The rule that carries it.
    pub rule: RuleId,
    /// The field it stands in.
    pub field: &'static str,
    /// The example.
    pub text: String,
    /// The line of the rule file on which it stands.
    pub line: u32,
    /// Whether it holds already, and may become a real example.
    pub holds: bool,
}

/// What does not hold of the examples of all rules that are not off.
///
/// # Errors
/// When a rule cannot be compiled.
pub fn check_examples(rules: &RuleSet) -> Result<Vec<ExampleFailure>> {
    Ok(run_examples::<&str>(rules, &[])?.failures)
}

/// Runs the examples of the rules and repairs that are not off; of those that `only` names (a
/// category, a file, a name or `file › name`), or of all if it is empty.
///
/// # Errors
/// When a rule cannot be compiled, or `only` names nothing.
pub fn run_examples<S: AsRef<str>>(rules: &RuleSet, only: &[S]) -> Result<ExampleRun> {
    let of_repair =
        |one: &Repair, name: &str| one.file == name || one.name == name || one.full_name() == plain_name(name);
    for name in only.iter().map(AsRef::as_ref) {
        let known = rules.rules.iter().any(|rule| is_named(rule, name));
        if !known && !rules.repairs.iter().any(|repair| of_repair(repair, name)) {
            return Err(unknown_name(rules, name));
        }
    }
    let mut run = ExampleRun::default();
    let everything = Everything::new(rules)?;
    for (index, rule) in rules.rules.iter().enumerate() {
        if only.is_empty() || only.iter().any(|name| is_named(rule, name.as_ref())) {
            of_rule(&everything, RuleId(index as u32), &mut run)?;
        }
    }
    for (index, repair) in rules.repairs.iter().enumerate() {
        if only.is_empty() || only.iter().any(|name| of_repair(repair, name.as_ref())) {
            run_repair(index, repair, &mut run);
        }
    }
    Ok(run)
}

/// All rules of a set together.
struct Everything<'r> {
    rules: &'r RuleSet,
    engine: Engine,
}

impl<'r> Everything<'r> {
    fn new(rules: &'r RuleSet) -> Result<Self> {
        Ok(Self { rules, engine: Engine::builder().profile(Profile::Article).build(rules)? })
    }

    /// Whether a rule other than this one matches a line of the example.
    fn others_match(&self, id: RuleId, example: &Example) -> bool {
        let rule = self.rules.rule(id);
        let acts = |other: &RuleId| *other != id && self.rules.rule(*other).status == Status::On;
        let document = document(&example.text, rule);
        // The article around the example decides what language a guess would give.
        let document = if rule.languages.is_empty() { document.with_language("zh") } else { document };
        self.engine.matches(&document).iter().any(|(_, other)| acts(other))
    }
}

/// An engine that knows one rule, and takes it for switched on.
///
/// # Errors
/// When the rule cannot be compiled.
pub fn alone(rules: &RuleSet, id: RuleId) -> Result<Engine> {
    let mut only = RuleSet { settings: rules.settings.clone(), ..RuleSet::default() };
    only.rules.push(Rule { status: Status::On, ..rules.rule(id).clone() });
    Engine::builder().profile(Profile::Body).rules_only().build(&only)
}

/// Whether `engine` takes every line of every `removes` of the rule, and nothing of the articles.
pub fn takes_all_of(engine: &Engine, rule: &Rule) -> bool {
    let mut failures = Vec::new();
    rule.removes.iter().for_each(|example| removes(engine, rule, RuleId(0), example, &mut failures));
    failures.is_empty()
}

/// The names of the rules with which `engine` takes the examples of `removes`, each once.
pub fn takers_of(engine: &Engine, rule: &Rule) -> Vec<String> {
    let mut names = Vec::new();
    for example in &rule.removes {
        let text = Article::around(rule, &example.text).text();
        for removal in engine.clean(&document(&text, rule)).removals {
            if let crate::Cause::Rule { rule, .. } = removal.cause {
                names.push(engine.rules().rule(rule).full_name());
            }
        }
    }
    names.sort();
    names.dedup();
    names
}

/// What holds back the removal of an example of `removes` when all rules act.
pub fn spared_in(engine: &Engine, rule: &Rule, example: &Example) -> Vec<crate::Spared> {
    let text = Article::around(rule, &example.text).text();
    engine.clean(&document(&text, rule)).spared
}

fn of_rule(everything: &Everything<'_>, id: RuleId, run: &mut ExampleRun) -> Result<()> {
    let rule = everything.rules.rule(id);
    if rule.status == Status::Off {
        return Ok(());
    }
    run.rules += 1;
    if rule.action == Action::Keep {
        return keep_examples(everything, id, run);
    }
    let alone = alone(everything.rules, id)?;
    for example in &rule.removes {
        let from = run.failures.len();
        removes(&alone, rule, id, example, &mut run.failures);
        for failure in &mut run.failures[from..] {
            if matches!(failure.expected, Expected::Gone) && everything.others_match(id, example) {
                failure.taken_by = taken_by(everything, rule, failure);
            }
        }
        run.count(from);
    }
    for example in &rule.keeps {
        let from = run.failures.len();
        keeps(&alone, KnownRules::OnlyThis, rule, id, example, &mut run.failures);
        if everything.others_match(id, example) {
            keeps(&everything.engine, KnownRules::All, rule, id, example, &mut run.failures);
        }
        run.count(from);
    }
    for (field, examples) in [("todo_removes", &rule.todo_removes), ("todo_keeps", &rule.todo_keeps)] {
        for example in examples {
            let mut failures = Vec::new();
            match field {
                "todo_removes" => removes(&alone, rule, id, example, &mut failures),
                _ => keeps(&alone, KnownRules::OnlyThis, rule, id, example, &mut failures),
            }
            let holds = failures.is_empty();
            run.todo.push(Todo { rule: id, field, text: example.text.clone(), line: example.line, holds });
        }
    }
    Ok(())
}

/// The `keeps` of a `[[keep]]`: no rule may take them while it protects.
fn keep_examples(everything: &Everything<'_>, id: RuleId, run: &mut ExampleRun) -> Result<()> {
    for example in &everything.rules.rule(id).keeps {
        let from = run.failures.len();
        if everything.others_match(id, example) {
            let rule = everything.rules.rule(id);
            keeps(&everything.engine, KnownRules::All, rule, id, example, &mut run.failures);
        }
        run.count(from);
    }
    Ok(())
}

impl ExampleRun {
    /// Counts an example whose failures begin at `from`.
    fn count(&mut self, from: usize) {
        self.examples += 1;
        self.failed += usize::from(self.failures.len() > from);
    }
}

/// The rule that takes the line which this failure is about, when all rules act.
fn taken_by(everything: &Everything<'_>, rule: &Rule, failure: &ExampleFailure) -> Option<RuleId> {
    let document = document(&failure.article, rule);
    let at = document.line(failure.article_line).start;
    let outcome = everything.engine.clean(&document);
    outcome.rule_at(at)
}

fn removes(engine: &Engine, rule: &Rule, id: RuleId, example: &Example, failures: &mut Vec<ExampleFailure>) {
    let mut article = Article::around(rule, &example.text);
    let shapes = &rule.conditions.looks_like;
    if shapes.contains(&Shape::SaidAgain) {
        article.say_again();
    }
    let mut body = article.clean(engine, rule);
    if shapes.contains(&Shape::Repeated) {
        // Of two copies the first stays.
        article.before = article.before.max(1);
        article.filler.insert(0, example.text.trim().to_string());
        body = article.clean(engine, rule);
        if let Some(first) = body.iter().position(|line| line == example.text.trim()) {
            body.remove(first);
        }
        article.filler.remove(0);
    }
    let text = article.text();
    let failure = |expected, line: &str| ExampleFailure {
        rule: id,
        expected,
        text: line.to_string(),
        line: place_of(example, line),
        taken_by: None,
        article_line: line_of(&text, line, article.before),
        article: text.clone(),
    };
    for line in &article.filler {
        if !body.contains(line) {
            failures.push(ExampleFailure { taken_by: Some(id), ..failure(Expected::ArticleKept, line) });
        }
    }
    let takes_words = matches!(&rule.action, Action::Remove(r) if r.kind == RemoveKind::Phrase);
    if takes_words {
        let left = example.result.as_deref();
        let holds = match left {
            Some(left) => body.iter().any(|line| line == left.trim()),
            None => !body.contains(&example.text.trim().to_string()),
        };
        if !holds {
            let expected = left.map_or(Expected::Gone, |left| Expected::Becomes(left.to_string()));
            failures.push(failure(expected, example.text.trim()));
        }
        return;
    }
    for line in example.text.lines().map(str::trim).filter(|l| !l.is_empty()) {
        if body.iter().any(|kept| kept == line) {
            failures.push(failure(Expected::Gone, line));
        }
    }
}

/// The line of the rule file on which a line of the example stands.
fn place_of(example: &Example, line: &str) -> u32 {
    let at = example.text.lines().position(|text| text.trim() == line).unwrap_or(0);
    example.line + at as u32
}

/// Where a line of the example stands in the article.
fn line_of(article: &str, line: &str, before: usize) -> usize {
    let mut lines = article.lines().enumerate();
    let found = lines.by_ref().find(|(at, text)| *at >= before && text.trim() == line);
    found.or_else(|| article.lines().enumerate().find(|(_, text)| text.trim() == line)).map_or(before, |(at, _)| at)
}

/// Which rules an engine knows, and so what its rule ids mean.
#[derive(Clone, Copy, PartialEq, Eq)]
enum KnownRules {
    OnlyThis,
    All,
}

fn keeps(
    engine: &Engine,
    known: KnownRules,
    rule: &Rule,
    id: RuleId,
    example: &Example,
    failures: &mut Vec<ExampleFailure>,
) {
    let article = Article::around(rule, &example.text);
    let text = article.text();
    let body = article.clean(engine, rule);
    for line in example.text.lines().map(str::trim).filter(|l| !l.is_empty()) {
        if body.iter().any(|kept| kept == line) {
            continue;
        }
        let at = text.find(line).unwrap_or(0);
        let taken_by = if known == KnownRules::All { article.taken_by(engine, rule, at) } else { Some(id) };
        let failure = ExampleFailure {
            rule: id,
            expected: Expected::Kept,
            text: line.to_string(),
            line: place_of(example, line),
            taken_by,
            article_line: line_of(&text, line, article.before),
            article: text.clone(),
        };
        if !failures.iter().any(|f| f.rule == failure.rule && f.text == failure.text && f.expected == failure.expected)
        {
            failures.push(failure);
        }
    }
}

fn run_repair(index: usize, repair: &Repair, run: &mut ExampleRun) {
    if repair.status == Status::Off {
        return;
    }
    run.repairs += 1;
    let repairer = Repairer::new(&[Repair { status: Status::On, ..repair.clone() }]);
    for (before, after) in repair.before.iter().zip(&repair.after) {
        run.examples += 1;
        let found = repairer.repair(&before.text, repair.sites.first().map(String::as_str)).text;
        if found.trim_end() != after.text.trim_end() {
            run.failed += 1;
            run.repair_failures.push(RepairFailure {
                repair: index,
                before: before.text.clone(),
                wanted: after.text.clone(),
                found,
                line: after.line,
            });
        }
    }
}

impl ExampleFailure {
    /// The article as a document, with the host and language of the rule: what the engine was given.
    pub fn document(&self, rules: &RuleSet) -> Document<'_> {
        document(&self.article, rules.rule(self.rule))
    }
}
