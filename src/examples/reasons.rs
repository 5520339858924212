//! Why an example does not hold: the conditions that decided, in words.

use super::{ExampleFailure, Expected, alone};
use crate::engine::{Evidence, Fact, TextField, Verdict};
use crate::error::Result;
use crate::rule::{Message, Rule, RuleId, RuleSet, say};
use crate::text::{Cues, fold};

/// Why an example does not hold: of a line that stayed the conditions that do not hold, with the
/// phrase that comes nearest; of a line that went those that do, and what could be added.
///
/// # Errors
/// When the rule cannot be compiled.
pub fn reasons(rules: &RuleSet, failure: &ExampleFailure) -> Result<Vec<Message>> {
    // The rule that is to blame, alone, on the article of the example.
    let id = match failure.expected {
        Expected::Kept | Expected::ArticleKept => failure.taken_by.unwrap_or(failure.rule),
        Expected::Gone | Expected::Becomes(_) => failure.rule,
    };
    let rule = rules.rule(id);
    let document = failure.document(rules);
    let verdicts = alone(rules, id)?.why(&document, failure.article_line, RuleId(0));
    let mut said = Vec::new();
    match failure.expected {
        Expected::Gone | Expected::Becomes(_) => {
            let deciding = verdicts.iter().filter(|verdict| !verdict.holds && verdict.condition != "status");
            said.extend(deciding.filter_map(|verdict| words(verdict, rule)));
        }
        Expected::Kept | Expected::ArticleKept => {
            let deciding = verdicts.iter().filter(|verdict| verdict.holds && tells(verdict));
            said.extend(deciding.filter_map(|verdict| words(verdict, rule)));
            said.extend(lacking(rule, document.line_text(failure.article_line)));
        }
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
        "没有条件说明“这一行不是完整的句子”。可以加一行 unless_looks_like = 'sentence'",
        "no condition says that the line is no sentence; you could add unless_looks_like = 'sentence'"
    ))
}

fn phrase(rule: &Rule, evidence: Evidence) -> (String, u32) {
    let found = evidence.field.texts(rule).get(evidence.index as usize);
    found.map_or_else(|| (String::new(), 0), |phrase| (phrase.text.clone(), phrase.line))
}

/// One condition in words.
fn words(verdict: &Verdict, rule: &Rule) -> Option<Message> {
    let field = verdict.condition;
    Some(match &verdict.fact {
        Fact::Text(evidence) => {
            let (text, line) = phrase(rule, *evidence);
            match verdict.holds {
                true => say!("{field} '{text}'（第 {line} 行）对上了", "{field} '{text}' (line {line}) stands on it"),
                false => {
                    say!("{field} '{text}'（第 {line} 行）把它排除了", "{field} '{text}' (line {line}) excludes it")
                }
            }
        }
        Fact::NoText { nearest: Some(near) } => {
            let (text, line) = phrase(rule, near.evidence);
            let agrees = &near.agrees;
            match (near.elsewhere, agrees.is_empty() || near.evidence.field == TextField::Regex) {
                (true, _) => say!(
                    "{field}：“{text}”（第 {line} 行）在这一行里有，但不在要求的位置，或者只是一个更长的词的一部分",
                    "{field}: '{text}' (line {line}) stands on the line, but not where it must, or only inside a longer word"
                ),
                (false, true) => say!("{field}：一个也对不上", "{field}: none of its texts stands on the line"),
                (false, false) => say!(
                    "最接近的写法：{field} '{text}'（第 {line} 行），对得上的是“{agrees}”",
                    "nearest: {field} '{text}' (line {line}), which agrees with '{agrees}'"
                ),
            }
        }
        Fact::NoText { nearest: None } => {
            say!("{field}：一个也对不上", "{field}: none of its texts stands on the line")
        }
        Fact::Shapes(shapes) => {
            let names: Vec<&str> = shapes.iter().map(|shape| shape.name()).collect();
            let names = names.join("、");
            let english = names.replace('、', ", ");
            match (verdict.holds, names.is_empty()) {
                (true, _) => say!("{field}：这一行的样子是 {names}", "{field}: the line has the shape {english}"),
                (false, true) => {
                    say!("{field} 不成立：这一行什么样子也不像", "{field} does not hold: the line has no shape")
                }
                (false, false) => {
                    say!(
                        "{field} 不成立：这一行的样子是 {names}",
                        "{field} does not hold: the line has the shape {english}"
                    )
                }
            }
        }
        Fact::Length { chars, limit } => match (verdict.holds, field) {
            (true, "max_length") => say!("长度 {chars} ≤ max_length {limit}", "length {chars} ≤ max_length {limit}"),
            (true, _) => say!("长度 {chars} ≥ {field} {limit}", "length {chars} ≥ {field} {limit}"),
            (false, "max_length") => {
                say!(
                    "太长：{chars} 个字，max_length 只许 {limit}",
                    "too long: {chars} characters, max_length is {limit}"
                )
            }
            (false, _) => {
                say!("太短：{chars} 个字，{field} 要 {limit}", "too short: {chars} characters, {field} is {limit}")
            }
        },
        Fact::Count { found, needed } => {
            say!("{field}：有 {found} 行，要 {needed} 行", "{field}: there are {found} lines, and it takes {needed}")
        }
        Fact::Share { share, limit } => say!(
            "{field}：会删掉全文的 {share:.0}%，最多只许 {limit:.0}%",
            "{field}: it would take {share:.0} % of the text, and may take {limit:.0} %"
        ),
        Fact::Place { from, upto, .. } => say!(
            "{field} 不成立：这一块在全文的 {from:.0}% 到 {upto:.0}% 处",
            "{field} does not hold: the block stands from {from:.0} % to {upto:.0} % of the text"
        ),
        Fact::Line(line) => {
            let line = line + 1;
            say!(
                "{field} 不成立：到例子文章的第 {line} 行为止（那里没有要求的词，或者是正文的句子）",
                "{field} does not hold at line {line} of the article (it lacks the words, or the text goes on there)"
            )
        }
        _ => say!("{field} 不成立", "{field} does not hold"),
    })
}
