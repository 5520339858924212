//! `too-broad`: phrases so short or so common that they occur in ordinary sentences.
//!
//! Whether a phrase is short depends on the phrase alone; whether it is common is counted in the known
//! bodies. Both are reported only where the phrase is the rule's only condition on the line: `av` with
//! `looks_like = 'keywords'` is fine. A position is not enough, because a short article is all head and tail.

use super::finding::{At, Finding, Lint, quoted};
use super::texts::{RuleTexts, TextRef};
use dehusk_rules::{Action, RemoveKind, Rule, TextField, TextRole};
use dehusk_text::{Level, fold, is_wide, say};

const CODE: &str = "too-broad";

/// A phrase in more than this share of the lines of the known bodies is too common.
const COMMON: f64 = 0.005;

/// With fewer known lines than this, nothing is reported.
const ENOUGH: usize = 200;

pub(super) fn check(lint: &mut Lint<'_>, texts: &RuleTexts<'_>) {
    let alone: Vec<Option<Guard>> = texts.all.iter().map(|text| guard(text)).collect();
    for (text, guard) in texts.all.iter().zip(&alone) {
        if let Some(guard) = guard {
            short(lint, text, *guard);
        }
    }
    common(lint, texts, &alone);
}

/// What else limits a rule that requires only one field of texts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Guard {
    Nothing,
    /// The line must be short, or several must stand in a row.
    Length,
}

/// The guard of a rule whose texts of this field decide alone; `None` if another field, a shape or a regex must hold
/// too.
fn guard(text: &TextRef<'_>) -> Option<Guard> {
    let c = &text.rule.conditions;
    let asked = TextField::asked().chain(TextField::of_role(TextRole::Regex));
    let others = asked.filter(|field| !field.texts(text.rule).is_empty()).count() > 1;
    let decides = matches!(text.field, TextField::StartsWith | TextField::EndsWith | TextField::Contains);
    if !decides || others || !c.looks_like.is_empty() || text.rule.action == Action::Keep {
        return None;
    }
    let in_a_row = matches!(&text.rule.action, Action::Remove(remove) if remove.kind == RemoveKind::Run);
    Some(if in_a_row || c.max_length.is_some() { Guard::Length } else { Guard::Nothing })
}

/// How specific a phrase is: 2 for a Han, kana or Hangul character, 1 for any other letter or digit, a date as four Han
/// characters. At the start or end of a line, punctuation counts 1, too: `图：` is not a word in a sentence.
fn weight(phrase: &str, inside: bool) -> usize {
    let mut plain = phrase.to_string();
    for (slot, stands_for) in [
        ("{date}", "年月日时"),
        ("{time}", "时分"),
        ("{url}", "网址网址"),
        ("{email}", "邮箱邮箱"),
        ("{phone}", "电话电话"),
    ] {
        plain = plain.replace(slot, stands_for);
    }
    while let (Some(open), Some(close)) = (plain.find('{'), plain.find('}')) {
        if close < open {
            break;
        }
        plain.replace_range(open..=close, "");
    }
    let says = |c: char| if is_wide(c) { 2 } else { usize::from(c.is_alphanumeric() || (!inside && c != ' ')) };
    fold(&plain).chars().map(says).sum()
}

fn short(lint: &mut Lint<'_>, text: &TextRef<'_>, guard: Guard) {
    let inside = text.field == TextField::Contains;
    let weight = weight(&text.phrase.text, inside);
    let has_han = text.phrase.text.chars().any(is_wide);
    let level = match (guard, inside) {
        (Guard::Nothing, _) | (Guard::Length, true) if weight < 3 => Level::Error,
        (Guard::Nothing, true) if has_han && weight < 8 => Level::Warning,
        _ => return,
    };
    let (name, phrase) = (text.field.name(), &text.phrase.text);
    let message = match level {
        Level::Error => say!(
            "{name} 的“{phrase}”太短了，到处都会有，又没有别的条件，会误删正文",
            "'{phrase}' in {name} is too short: it stands everywhere, and nothing else must hold"
        ),
        _ => say!(
            "{name} 只有“{phrase}”这么短的词，没有别的条件，容易误删正文",
            "'{phrase}' in {name} is short, and nothing else must hold: body may go"
        ),
    };
    let fix = say!(
        "多写几个字；或者用 is（整行），或者加上 max_length、looks_like",
        "write more of the line; or use is (the whole line), or add max_length or looks_like"
    );
    lint.add(text.id, Finding::new(level, CODE, At::Text(text.phrase), message).with_fix(fix));
}

/// Reports phrases in many lines of the known bodies.
fn common(lint: &mut Lint<'_>, texts: &RuleTexts<'_>, alone: &[Option<Guard>]) {
    let lines: Vec<(usize, usize, &str)> = lint
        .bodies
        .iter()
        .enumerate()
        .flat_map(|(body, text)| text.text.lines().enumerate().map(move |(at, line)| (body, at + 1, line)))
        .filter(|(_, _, line)| !line.trim().is_empty())
        .collect();
    if lines.len() < ENOUGH {
        return;
    }
    let joined: Vec<&str> = lines.iter().map(|(_, _, line)| *line).collect();
    let mut found: Vec<Vec<usize>> = vec![Vec::new(); texts.all.len()];
    for (line, text) in texts.find(&joined.join("\n")) {
        if alone[text] == Some(Guard::Nothing)
            && is_for_language(texts.all[text].rule, lint.bodies[lines[line].0].language())
        {
            found[text].push(line);
        }
    }
    for (text, found) in texts.all.iter().zip(found) {
        if found.len() as f64 <= COMMON * lines.len() as f64 {
            continue;
        }
        let (phrase, count, all, bodies) = (&text.phrase.text, found.len(), lines.len(), lint.bodies.len());
        let message = say!(
            "“{phrase}”太常见：{bodies} 篇已知正文的 {all} 行里有 {count} 行含有它",
            "'{phrase}' is too common: of {all} lines of {bodies} known bodies, {count} have it"
        );
        let three = found.iter().take(3).map(|&line| {
            let (body, at, text) = lines[line];
            let (path, text) = (&lint.bodies[body].path, quoted(text));
            say!("{path}:{at}  “{text}”", "{path}:{at}  '{text}'")
        });
        let notes = three.collect();
        let fix = say!(
            "多写几个字，或者加上别的条件（max_length、looks_like、unless_contains）",
            "write more of the line, or add a condition: max_length, looks_like, unless_contains"
        );
        let finding = Finding::warning(CODE, At::Text(text.phrase), message).with_notes(notes).with_fix(fix);
        lint.add(text.id, finding);
    }
}

/// Whether the rule applies to texts of this language; true if the language is unknown.
fn is_for_language(rule: &Rule, language: Option<&str>) -> bool {
    rule.languages.is_empty() || language.is_none_or(|language| rule.languages.iter().any(|l| l == language))
}
