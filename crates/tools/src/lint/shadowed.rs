//! `shadowed`: a rule whose lines another rule removes already.
//!
//! This is tested with the rule's own examples and phrases: if another rule, alone, removes everything in
//! the examples and matches every phrase that this rule matches, this rule is redundant.

use std::collections::HashMap;

use super::finding::{At, Finding, Lint};
use dehusk_engine::{Engine, alone, takes_all_of};
use dehusk_rules::{Action, Phrase, Position, Rule, RuleId, Status, TextField, TextRole, sample};
use dehusk_text::{Document, say};

/// How many other rules are tried for one rule, at most: the first candidates in the order of the rules.
const TRIED: usize = 3;

pub(super) fn check(lint: &mut Lint<'_>, engine: &Engine) {
    for (id, rule) in lint.rules() {
        if rule.action == Action::Keep || rule.removes.is_empty() {
            continue;
        }
        let Some(others) = candidates(lint, engine, id, rule) else { continue };
        let covers = |other: &RuleId| alone(lint.rules, *other).is_ok_and(|other| takes_all_of(&other, rule));
        let Some(other) = others.into_iter().find(covers) else { continue };
        let other = lint.rules.rule(other);
        let (name, place) = (other.full_name(), lint.place(other, other.line));
        let message = say!(
            "这条规则是多余的：它的例子和词都已经被“{name}”（{place}）删掉了",
            "this rule is redundant: '{name}' ({place}) takes all its examples and phrases already"
        );
        let fix = say!(
            "删掉其中一条；如果它还删别的，加一个只有它会删的例子",
            "delete one of the two; if it takes more, add an example that only it removes"
        );
        lint.add(id, Finding::warning("shadowed", At::Rule, message).with_fix(fix));
    }
}

/// The first rules, at most [`TRIED`], that match a line of every example, and every phrase that the rule matches; `None` if
/// there is none.
fn candidates(lint: &Lint<'_>, engine: &Engine, id: RuleId, rule: &Rule) -> Option<Vec<RuleId>> {
    let mut left: Option<Vec<RuleId>> = None;
    for example in &rule.removes {
        let rules = matching(engine, rule, &example.text);
        let kept: Vec<RuleId> = match left.take() {
            Some(left) => left.into_iter().filter(|other| rules.contains_key(other)).collect(),
            None => rules.keys().copied().filter(|other| *other != id).collect(),
        };
        if kept.is_empty() {
            return None;
        }
        left = Some(kept);
    }
    let mut left = left?;
    left.retain(|other| at_least_as_often(lint.rules.rule(*other), rule));
    if left.is_empty() {
        return None;
    }
    for field in TextField::asked() {
        for phrase in field.texts(rule) {
            let rules = matching(engine, rule, &sample(&phrase.text));
            if rules.contains_key(&id) {
                left.retain(|other| rules.contains_key(other));
            }
        }
    }
    left.sort_unstable();
    // Of two rules that cover each other, only the later one is reported.
    let goes_one_way = |other: &RuleId| *other < id || !covers_back(engine, lint.rules.rule(*other), id, *other);
    let left: Vec<RuleId> = left.into_iter().filter(goes_one_way).take(TRIED).collect();
    (!left.is_empty()).then_some(left)
}

/// The rules that match a line of the text, each with the first line (from 0) that it matches. The text gets the
/// language and the site of `rule`.
fn matching(engine: &Engine, rule: &Rule, text: &str) -> HashMap<RuleId, usize> {
    let Ok(document) = Document::new(text) else { return HashMap::new() };
    let document = document.with_language(rule.languages.first().map_or("zh", String::as_str));
    let document = match rule.sites.first() {
        Some(site) => document.with_host(site),
        None => document,
    };
    let mut found = HashMap::new();
    for (line, other) in engine.matches(&document) {
        found.entry(other).or_insert(line);
    }
    found
}

/// Whether `other` acts wherever `rule` acts.
fn at_least_as_often(other: &Rule, rule: &Rule) -> bool {
    let within = |wide: &[String], narrow: &[String]| {
        wide.is_empty() || (!narrow.is_empty() && narrow.iter().all(|one| wide.contains(one)))
    };
    other.action != Action::Keep
        && other.status == Status::On
        && other.profile <= rule.profile
        && within(&other.sites, &rule.sites)
        && within(&other.languages, &rule.languages)
        && other.except_sites.iter().all(|site| rule.except_sites.contains(site))
        && allows_same_lengths(other, rule)
        && covers_position(other.conditions.position, rule.conditions.position)
        && excludes_no_more(other, rule)
}

/// Whether `other` allows every length that `rule` allows.
fn allows_same_lengths(other: &Rule, rule: &Rule) -> bool {
    let (a, b) = (&other.conditions, &rule.conditions);
    a.max_length.unwrap_or(u32::MAX) >= b.max_length.unwrap_or(u32::MAX)
        && a.min_length.unwrap_or(0) <= b.min_length.unwrap_or(0)
}

/// Whether the position `wide` holds wherever `narrow` holds.
fn covers_position(wide: Position, narrow: Position) -> bool {
    use Position as P;
    match (wide, narrow) {
        (P::Anywhere, _) => true,
        (P::FirstLines(a), P::FirstLines(b)) | (P::LastLines(a), P::LastLines(b)) => a >= b,
        (P::FirstPercent(a), P::FirstPercent(b)) | (P::LastPercent(a), P::LastPercent(b)) => a >= b,
        (P::Head, P::FirstLines(n)) => n <= 6,
        (P::Head, P::FirstPercent(p)) => p <= 25.0,
        (a, b) => a == b,
    }
}

/// Whether `other` has no exception that `rule` does not have.
fn excludes_no_more(other: &Rule, rule: &Rule) -> bool {
    let (a, b) = (&other.conditions, &rule.conditions);
    let within = |a: &[Phrase], b: &[Phrase]| a.iter().all(|one| b.iter().any(|other| other.text == one.text));
    TextField::of_role(TextRole::NoneOf).all(|field| within(field.texts(other), field.texts(rule)))
        && (a.inside.is_empty() || (!b.inside.is_empty() && b.inside.iter().all(|name| a.inside.contains(name))))
        && a.unless_looks_like.iter().all(|shape| b.unless_looks_like.contains(shape))
}

/// Whether rule `id` matches a line of all examples, and all phrases, of `other`.
fn covers_back(engine: &Engine, other: &Rule, id: RuleId, other_id: RuleId) -> bool {
    let own = other.removes.iter().all(|example| matching(engine, other, &example.text).contains_key(&id));
    own && TextField::asked().flat_map(|field| field.texts(other)).all(|phrase| {
        let rules = matching(engine, other, &sample(&phrase.text));
        !rules.contains_key(&other_id) || rules.contains_key(&id)
    })
}
