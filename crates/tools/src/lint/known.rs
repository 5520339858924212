//! `removes-known-body`: rules that remove a line of a known body, a text in which every line is body.

use super::finding::{At, Finding, Lint, quoted};
use dehusk_engine::{Cause, Engine, Evidence, SparedReason};
use dehusk_rules::{RuleId, RuleSet};
use dehusk_text::{Cues, Document, Level, Message, fold, say};

/// A line of a known body that a rule removes.
struct Loss<'a> {
    rule: RuleId,
    evidence: Option<Evidence>,
    body: usize,
    /// The number of the line, from 1.
    line: usize,
    text: &'a str,
}

/// A loss is an error if it is more than this share of all known lines and more than `FEW` lines…
const MANY: f64 = 0.001;
const FEW: usize = 2;

/// …or if it contains a sentence of more characters than this.
const LONG: u32 = 40;

/// How many lines are quoted for each rule.
const SHOWN: usize = 3;

/// Reports the rules that remove known lines; returns the rule of each line that is removed.
pub(super) fn check(lint: &mut Lint<'_>, engine: &Engine) -> Vec<RuleId> {
    let mut losses = Vec::new();
    for (index, body) in lint.bodies.iter().enumerate() {
        let Ok(document) = Document::new(&body.text) else { continue };
        let document = match body.language() {
            Some(language) => document.with_language(language),
            None => document,
        };
        losses.extend(lost(engine, &document, index));
    }
    losses.sort_by_key(|loss| loss.rule);
    let lines = lint.bodies.iter().flat_map(|body| body.text.lines()).filter(|line| !line.trim().is_empty()).count();
    for of_rule in losses.chunk_by(|a, b| a.rule == b.rule) {
        say_loss(lint, of_rule, lines);
    }
    losses.iter().map(|loss| loss.rule).collect()
}

fn lost<'t>(engine: &Engine, document: &Document<'t>, body: usize) -> Vec<Loss<'t>> {
    let outcome = engine.clean(document);
    let removed = outcome.removals.iter().filter_map(|removal| match removal.cause {
        Cause::Rule { rule, evidence, .. } => Some((removal.span, rule, evidence)),
        Cause::Seam | Cause::Finder { .. } => None,
    });
    // A text that would be left empty is kept as a whole, but the rule removes too much all the same.
    let spared = outcome.spared.iter().filter(|one| one.reason == SparedReason::NothingLeft);
    let mut losses = Vec::new();
    for (span, rule, evidence) in removed.chain(spared.map(|one| (one.span, one.rule, None))) {
        let (first, last) = (document.line_of(span.start), document.line_of(span.end.max(span.start + 1) - 1));
        for line in first..=last {
            let text = document.line_text(line);
            if !text.trim().is_empty() {
                losses.push(Loss { rule, evidence, body, line: line + 1, text });
            }
        }
    }
    losses
}

fn say_loss(lint: &mut Lint<'_>, losses: &[Loss<'_>], lines: usize) {
    let (id, count, bodies) = (losses[0].rule, losses.len(), lint.bodies.len());
    let rule = lint.rules.rule(id);
    let is_long_sentence = |loss: &Loss| {
        let cues = Cues::of(loss.text, &fold(loss.text));
        cues.any(Cues::SENTENCE) && cues.chars > LONG
    };
    let many = count > FEW && count as f64 > MANY * lines as f64;
    let level = if many || losses.iter().any(is_long_sentence) { Level::Error } else { Level::Warning };
    let name = &rule.name;
    let message = say!(
        "规则“{name}”在 {bodies} 篇已知正文里删掉了 {count} 行",
        "'{name}' removes lines of the {bodies} known bodies: {count}"
    );
    let mut notes: Vec<Message> =
        losses.iter().take(SHOWN).map(|loss| shown(lint.rules, &lint.bodies[loss.body].path, loss)).collect();
    if count > SHOWN {
        let more = count - SHOWN;
        notes.push(say!("……还有 {more} 行", "… and {more} more"));
    }
    let fix = say!(
        "加 unless_contains 或 max_length，或先设 status = 'trial'",
        "add unless_contains or max_length, or set status = 'trial' for now"
    );
    lint.add(id, Finding::new(level, "removes-known-body", At::Rule, message).with_notes(notes).with_fix(fix));
}

fn shown(rules: &RuleSet, path: &str, loss: &Loss<'_>) -> Message {
    let (line, text) = (loss.line, quoted(loss.text));
    let found = loss.evidence.and_then(|evidence| Some((evidence.field.name(), evidence.phrase(rules, loss.rule)?)));
    match found {
        Some((field, phrase)) => {
            let (phrase, at) = (&phrase.text, phrase.line);
            say!(
                "{path}:{line}  “{text}”  ← {field} '{phrase}'（第 {at} 行）",
                "{path}:{line}  '{text}'  ← {field} '{phrase}' (line {at})"
            )
        }
        None => say!("{path}:{line}  “{text}”", "{path}:{line}  '{text}'"),
    }
}
