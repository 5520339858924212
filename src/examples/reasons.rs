//! Why an example does not hold: the conditions that decided, in words.

use super::{ExampleFailure, Expected, alone};
use crate::engine::{Fact, Verdict};
use crate::error::Result;
use crate::explain::{next_step, verdict};
use crate::rule::{Message, Rule, RuleId, RuleSet, say};
use crate::text::{Cues, fold};

/// Why an example does not hold: of a line that stayed the conditions that do not hold, with the
/// phrase that comes nearest; of a line that went those that do. The last sentence says what to try.
///
/// # Errors
/// When the rule cannot be compiled.
pub fn reasons(rules: &RuleSet, failure: &ExampleFailure) -> Result<Vec<Message>> {
    let goes = matches!(failure.expected, Expected::Kept | Expected::ArticleKept);
    // The rule that is to blame, alone, on the article of the example.
    let id = if goes { failure.taken_by.unwrap_or(failure.rule) } else { failure.rule };
    let rule = rules.rule(id);
    let document = failure.document(rules);
    let engine = alone(rules, id)?;
    let only = RuleId(0);
    let mut verdicts = engine.why(&document, failure.article_line, only);
    verdicts.retain(|one| one.holds == goes && (!goes || tells(one)));
    let marked = |one: &Verdict| {
        let Message { zh, en } = verdict(engine.rules(), only, one);
        let sign = if one.holds { '✔' } else { '✘' };
        say!("{sign} {zh}", "{sign} {en}")
    };
    let mut said: Vec<Message> = verdicts.iter().map(marked).collect();
    if goes {
        said.extend(lacking(rule, document.line_text(failure.article_line)));
    } else if let Some(step) = next_step(engine.rules(), only, &verdicts) {
        let Message { zh, en } = step.message;
        said.push(say!("可以：{zh}", "you could {en}"));
    }
    Ok(said)
}

/// Whether a condition that holds says why the line went.
fn tells(verdict: &Verdict) -> bool {
    match verdict.fact {
        Fact::Text(_) | Fact::Shapes(_) => !verdict.condition.starts_with("unless"),
        Fact::Length { .. } | Fact::Count { .. } => true,
        _ => false,
    }
}

/// What no condition says about a sentence that went.
fn lacking(rule: &Rule, line: &str) -> Option<Message> {
    let c = &rule.conditions;
    let asked = !c.looks_like.is_empty() || !c.unless_looks_like.is_empty();
    if asked || !Cues::of(line, &fold(line)).any(Cues::SENTENCE) {
        return None;
    }
    Some(say!(
        "没有条件说明“这一行不是完整的句子”。可以：加一行 unless_looks_like = 'sentence'",
        "no condition says that the line is no sentence; you could add unless_looks_like = 'sentence'"
    ))
}
