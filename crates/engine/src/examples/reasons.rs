//! Why an example does not hold: the conditions that decided, in words.

use super::{ExampleFailure, Expected, alone};
use crate::explain::{next_step, shape_names, verdict};
use crate::{Fact, Verdict};
use dehusk_rules::{Action, RemoveKind, Rule, RuleId, RuleSet, TextField};
use dehusk_text::{Cues, Message, Result, fold, say};

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
    } else if let Some(further) = further(rule, document.line_text(failure.article_line)) {
        return Ok(vec![further]);
    } else if takes_much(rule, &verdicts) {
        said.push(say!(
            "它在例子旁边的正文里也找到许多行：条件太宽，多写几个字或者加条件",
            "it matches many lines of the article around its example: its conditions are too broad; write more words, or add a condition"
        ));
    } else if let Some(step) = next_step(engine.rules(), only, &verdicts) {
        let Message { zh, en } = step.message;
        said.push(say!("可以：{zh}", "you could {en}"));
        if rule.exact {
            said.push(say!(
                "注意：exact = true 要求一字不差，繁简体、全角半角、括号都算不同",
                "note that exact = true asks for the very same characters: script, width and brackets count"
            ));
        }
    }
    Ok(said)
}

/// Whether a rule for single lines is held back because it would take much of the article: a higher limit is no mend.
fn takes_much(rule: &Rule, verdicts: &[Verdict]) -> bool {
    let of_lines =
        matches!(&rule.action, Action::Remove(remove) if matches!(remove.kind, RemoveKind::Line | RemoveKind::Phrase));
    of_lines && verdicts.iter().any(|verdict| matches!(verdict.fact, Fact::Share { .. }))
}

/// Why a line below the heading of a list or section does not go with it; `None` if it might be the heading.
fn further(rule: &Rule, line: &str) -> Option<Message> {
    let Action::Remove(remove) = &rule.action else { return None };
    let folded = fold(line);
    let is_heading = TextField::asked().flat_map(|field| field.texts(rule)).any(|phrase| {
        let literal = phrase.text.split(['{', '*']).next().unwrap_or_default();
        folded.contains(&fold(literal))
    });
    match remove.kind {
        _ if is_heading => None,
        RemoveKind::Section => Some(say!(
            "✘ lines_contain：这一行里一个写法也没有，所以不跟着删。可以：加一个这一行里的词",
            "✘ lines_contain: none of its texts is on the line, so it does not go; you could add a word of it"
        )),
        RemoveKind::List => {
            let Message { zh, en } = shape_names(&remove.lines_look_like);
            Some(say!(
                "✘ lines_look_like：这一行不像列表的条目（{zh}），所以不跟着删",
                "✘ lines_look_like: the line is no item of the list ({en}), so it does not go"
            ))
        }
        _ => None,
    }
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
