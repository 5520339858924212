//! The examples inside the rules, run through the real engine.
//!
//! Each text of `removes` and `keeps` is put into a neutral article, at the place that the
//! rule's `where` asks for, and cleaned by an engine that knows only this rule: every line of
//! `removes` must go, every line of `keeps` and of the article must stay. Then all rules
//! together run over every `keeps`, for a rule must not eat what another one protects.
//! A rule that asks whether the text stands again (`said_again`, `repeated`) finds it beside the
//! example. So a rule's position, share and run conditions are tested without its author having to
//! think of an article.

use crate::engine::Engine;
use crate::error::Result;
use crate::rule::{Action, Example, Position, Profile, RemoveKind, Rule, RuleId, RuleSet, Shape, Status};
use crate::text::Document;

/// An example that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExampleFailure {
    /// The rule that carries the example.
    pub rule: RuleId,
    /// What should have happened.
    pub expected: Expected,
    /// The example, or the line of it, that did not behave.
    pub text: String,
    /// The line of the rule file on which the example stands.
    pub line: u32,
    /// Another rule that took it, where that is the reason.
    pub taken_by: Option<RuleId>,
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

/// Runs the examples of every rule that is not off; what does not hold.
///
/// # Errors
/// When a rule cannot be compiled.
pub fn check_examples(rules: &RuleSet) -> Result<Vec<ExampleFailure>> {
    let mut failures = Vec::new();
    let everything = Engine::builder().profile(Profile::Article).build(rules)?;
    for (index, rule) in rules.rules.iter().enumerate() {
        let id = RuleId(index as u32);
        if rule.status == Status::Off || rule.action == Action::Keep {
            continue;
        }
        let alone = alone(rules, rule)?;
        for example in &rule.removes {
            removes(&alone, rule, id, example, &mut failures);
        }
        for example in &rule.keeps {
            keeps(&alone, Known::OnlyThis, rule, id, example, &mut failures);
            keeps(&everything, Known::All, rule, id, example, &mut failures);
        }
    }
    Ok(failures)
}

/// An engine that knows one rule, and takes it for switched on.
fn alone(rules: &RuleSet, rule: &Rule) -> Result<Engine> {
    let mut only = RuleSet { settings: rules.settings.clone(), ..RuleSet::default() };
    only.rules.push(Rule { status: Status::On, ..rule.clone() });
    Engine::builder().profile(Profile::Body).rules_only().build(&only)
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
    let failure = |expected, text: &str| ExampleFailure {
        rule: id,
        expected,
        text: text.to_string(),
        line: example.line,
        taken_by: None,
    };
    for line in &article.filler {
        if !body.contains(line) {
            failures.push(failure(Expected::ArticleKept, line));
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
            failures.push(failure(expected, &example.text));
        }
        return;
    }
    for line in example.text.lines().map(str::trim).filter(|l| !l.is_empty()) {
        if body.iter().any(|kept| kept == line) {
            failures.push(failure(Expected::Gone, line));
        }
    }
}

/// Which rules an engine knows, and so what its rule ids mean.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    OnlyThis,
    All,
}

fn keeps(
    engine: &Engine,
    known: Known,
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
        let taken_by = if known == Known::All { article.taken_by(engine, rule, at) } else { Some(id) };
        let failure =
            ExampleFailure { rule: id, expected: Expected::Kept, text: line.to_string(), line: example.line, taken_by };
        if !failures.iter().any(|f| f.rule == failure.rule && f.text == failure.text && f.expected == failure.expected)
        {
            failures.push(failure);
        }
    }
}

/// Six sentences that no rule is about.
const SENTENCES: [&str; 6] = [
    "天刚亮，渡口的老船工已经把缆绳一圈一圈地盘好，等第一批过河的人。",
    "雨下了整整三天，河水漫过石阶，镇上的人把粮食一袋一袋搬到楼上去。",
    "傍晚的时候风停了，孩子们从屋里跑出来，在泥地上踩出一串歪歪扭扭的脚印。",
    "木匠修好了那座小桥，桥面铺的是去年秋天从后山运下来的松木。",
    "老人说，从前这里有一棵大槐树，树荫能盖住半个晒谷场。",
    "夜里有人敲着竹梆子走过巷口，声音很轻，像是怕惊醒了睡着的人。",
];

/// How many times as long as the example the article around it is, at least.
const LONGER: usize = 4;

/// A neutral article with an example in it.
struct Article {
    filler: Vec<String>,
    example: String,
    /// Lines of filler before the example.
    before: usize,
}

impl Article {
    fn around(rule: &Rule, example: &str) -> Self {
        let wanted = LONGER * example.chars().count();
        let mut filler = Vec::new();
        let mut chars = 0;
        while chars < wanted || filler.len() < SENTENCES.len() {
            let round = filler.len() / SENTENCES.len();
            let sentence = SENTENCES[filler.len() % SENTENCES.len()];
            // A line that stands twice would be a case of its own.
            let line = if round == 0 { sentence.to_string() } else { format!("第{}回，{sentence}", round + 1) };
            chars += line.chars().count();
            filler.push(line);
        }
        let before = match place(rule) {
            Place::Start => 0,
            Place::Middle => filler.len() / 2,
            Place::End => filler.len(),
        };
        Self { filler, example: example.to_string(), before }
    }

    /// Puts a sentence behind the example that begins with what the example says behind its label.
    fn say_again(&mut self) {
        let said = self.example.split_once(['：', ':']).map_or(self.example.as_str(), |(_, said)| said).trim();
        self.filler.insert(self.before, format!("{said}这件事后来大家都知道了。"));
    }

    fn text(&self) -> String {
        let mut lines: Vec<&str> = self.filler.iter().map(String::as_str).collect();
        lines.insert(self.before, &self.example);
        let mut text = lines.join("\n");
        text.push('\n');
        text
    }

    fn clean(&self, engine: &Engine, rule: &Rule) -> Vec<String> {
        let text = self.text();
        let document = document(&text, rule);
        let body = engine.clean(&document).body(&document);
        body.lines().map(|l| l.trim().to_string()).collect()
    }

    fn taken_by(&self, engine: &Engine, rule: &Rule, at: usize) -> Option<RuleId> {
        let text = self.text();
        let outcome = engine.clean(&document(&text, rule));
        outcome.removals.iter().find(|r| r.span.range().contains(&at)).and_then(|r| match r.cause {
            crate::engine::Cause::Rule { rule, .. } => Some(rule),
            crate::engine::Cause::Seam | crate::engine::Cause::Finder { .. } => None,
        })
    }
}

fn document<'t>(text: &'t str, rule: &Rule) -> Document<'t> {
    let document = Document::new(text).expect("an example is far shorter than 4 GiB");
    let document = match rule.languages.first() {
        Some(language) => document.with_language(language),
        None => document,
    };
    match rule.sites.first() {
        Some(site) => document.with_host(site),
        None => document,
    }
}

enum Place {
    Start,
    Middle,
    End,
}

fn place(rule: &Rule) -> Place {
    match rule.conditions.position {
        Position::Head | Position::FirstLines(_) | Position::FirstPercent(_) => return Place::Start,
        Position::Tail | Position::LastLines(_) | Position::LastPercent(_) => return Place::End,
        Position::Anywhere => {}
    }
    match &rule.action {
        Action::Remove(remove) => match remove.kind {
            RemoveKind::ToEnd | RemoveKind::List => Place::End,
            RemoveKind::ToStart => Place::Start,
            _ => Place::Middle,
        },
        Action::Keep => Place::Middle,
    }
}
