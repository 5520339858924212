//! Checks the examples of rules: they hold, the rule itself removes them, and no two of them contradict each other.

use std::collections::HashSet;

use super::finding::{At, Finding, Lint, quoted};
use dehusk_engine::{Engine, ExampleFailure, Expected, SparedReason, reasons, run_examples, spared_in};
use dehusk_rules::{Action, Example, Phrase, Rule, RuleId, TextField};
use dehusk_text::{Anchor, Document, Level, fold, say};

pub(super) fn check(lint: &mut Lint<'_>, engine: &Engine) {
    if let Ok(run) = run_examples::<&str>(lint.rules, &[]) {
        let mut said = HashSet::new();
        for failure in &run.failures {
            // One finding for each example, however many of its lines fail.
            let stays = matches!(failure.expected, Expected::Gone | Expected::Becomes(_));
            if !said.insert((failure.rule, &failure.article)) || (stays && lint.dead.contains(&failure.rule)) {
                continue;
            }
            match contradiction(lint, failure) {
                Some((by, line)) => contradicts(lint, failure, by, line),
                None => fails(lint, failure),
            }
        }
        for failure in &run.repair_failures {
            let repair = &lint.rules.repairs[failure.repair];
            let (before, found, wanted) = (quoted(&failure.before), quoted(&failure.found), quoted(&failure.wanted));
            let message = say!(
                "例子没有修成 after 的样子：“{before}”变成了“{found}”，应该是“{wanted}”",
                "the example is not mended: '{before}' becomes '{found}', and should become '{wanted}'"
            );
            let fix =
                say!("改 before 和 after，或者改 find 和 replace", "change before and after, or find and replace");
            let finding = Finding::error("example-fails", At::Line(failure.line), message).with_fix(fix);
            lint.add_at(&repair.file, repair.line, finding);
        }
    }
    for (id, rule) in lint.rules() {
        if rule.action == Action::Keep {
            continue;
        }
        protected(lint, engine, id, rule);
        if rule.keeps.is_empty() {
            no_keeps(lint, id, rule);
        }
    }
}

fn fails(lint: &mut Lint<'_>, failure: &ExampleFailure) {
    let text = quoted(&failure.text);
    let other = failure.taken_by.filter(|by| *by != failure.rule).map(|by| lint.rules.rule(by).full_name());
    let (level, code, message, fix) = match (&failure.expected, other) {
        (Expected::Gone, Some(other)) => (
            Level::Warning,
            "example-not-alone",
            say!(
                "removes 里的“{text}”不是这条规则删的，而是“{other}”删的",
                "'{text}' in removes goes by another rule, '{other}', and not by this one"
            ),
            say!(
                "换一个只有这条规则会删的例子，或者改条件",
                "take an example that this rule removes, or change its conditions"
            ),
        ),
        (Expected::Gone, None) => (
            Level::Error,
            "example-fails",
            say!("removes 里的“{text}”没有被删掉", "'{text}' in removes stays"),
            say!("改条件，或者换一个例子", "change the conditions, or take another example"),
        ),
        (Expected::Becomes(left), _) => (
            Level::Error,
            "example-fails",
            say!("“{text}”删完以后不是“{left}”", "what is left of '{text}' is not '{left}'"),
            say!("改 => 后面的文字，或者改要删的词", "change what stands behind =>, or the words that go"),
        ),
        (Expected::Kept, Some(other)) => (
            Level::Error,
            "example-fails",
            say!(
                "keeps 里的“{text}”被另一条规则“{other}”删掉了",
                "'{text}' in keeps is removed by another rule, '{other}'"
            ),
            say!("给“{other}”加上例外（unless_contains 等）", "add an exception to '{other}', such as unless_contains"),
        ),
        (Expected::Kept, None) => (
            Level::Error,
            "example-fails",
            say!("keeps 里的“{text}”被删掉了", "'{text}' in keeps is removed"),
            say!(
                "加一个条件，让它留下：unless_contains、max_length、looks_like",
                "add a condition that lets it stay: unless_contains, max_length, looks_like"
            ),
        ),
        (Expected::ArticleKept, _) => (
            Level::Error,
            "example-fails",
            say!(
                "这条规则连例子旁边的正文也删了：“{text}”",
                "the rule also removes the article around its example: '{text}'"
            ),
            say!(
                "条件太宽，多写几个字或者加条件",
                "its conditions are too broad: write more words, or add a condition"
            ),
        ),
    };
    let notes = if level == Level::Error { reasons(lint.rules, failure).unwrap_or_default() } else { Vec::new() };
    let mut finding = Finding::new(level, code, At::Line(failure.line), message);
    // If a line stays that must be removed, the notes end with advice already.
    if notes.is_empty() || failure.expected == Expected::Kept {
        finding = finding.with_fix(fix);
    }
    lint.add(failure.rule, finding.with_notes(notes));
}

/// If the line that must stay here is an example of what another rule removes: that rule, and the line of its example.
fn contradiction(lint: &Lint<'_>, failure: &ExampleFailure) -> Option<(RuleId, u32)> {
    let by = failure.taken_by.filter(|_| failure.expected == Expected::Kept)?;
    let kept = fold(&failure.text);
    let line_of = |example: &Example| {
        let at = example.text.lines().position(|line| fold(line) == kept)?;
        Some(example.line + at as u32)
    };
    lint.rules.rule(by).removes.iter().find_map(line_of).map(|line| (by, line))
}

fn contradicts(lint: &mut Lint<'_>, failure: &ExampleFailure, by: RuleId, line: u32) {
    let rule = lint.rules.rule(by);
    let (text, name, place) = (quoted(&failure.text), rule.full_name(), lint.place(rule, line));
    let message = say!(
        "“{text}”在这里必须留下，在“{name}”（{place}）里又必须删掉",
        "'{text}' must stay here and must go in '{name}' ({place})"
    );
    let fix = say!("两个例子去掉一个", "take one of the two examples out");
    lint.add(failure.rule, Finding::error("removes-vs-keeps", At::Line(failure.line), message).with_fix(fix));
}

/// Reports a `[[keep]]` that protects an example in the rule's `removes`.
fn protected(lint: &mut Lint<'_>, engine: &Engine, id: RuleId, rule: &Rule) {
    for example in &rule.removes {
        let Ok(document) = Document::new(&example.text) else { continue };
        let document = document.with_language(rule.languages.first().map_or("zh", String::as_str));
        let is_keep = |other: RuleId| lint.rules.rule(other).action == Action::Keep;
        if !engine.matches(&document).into_iter().any(|(_, other)| is_keep(other)) {
            continue;
        }
        let spared = spared_in(engine, rule, example);
        let by = spared.iter().find_map(|one| match one.reason {
            SparedReason::Kept { by, .. } if one.rule == id => Some(by),
            _ => None,
        });
        let Some(by) = by.map(|by| lint.rules.rule(by)) else { continue };
        let (text, name, place) = (quoted(&example.text), by.full_name(), lint.place(by, by.line));
        let message = say!(
            "removes 里的“{text}”删不掉：保留规则“{name}”（{place}）护着它",
            "'{text}' in removes cannot go: the keep rule '{name}' ({place}) protects it"
        );
        let fix = say!("把保留规则收窄，或者换一个例子", "make the keep rule narrower, or take another example");
        lint.add(id, Finding::warning("keep-conflict", At::Line(example.line), message).with_fix(fix));
        return;
    }
}

/// Reports a rule without `keeps` that finds its texts anywhere in a line.
fn no_keeps(lint: &mut Lint<'_>, id: RuleId, rule: &Rule) {
    let c = &rule.conditions;
    let whole = !c.is.is_empty() || !c.starts_with.is_empty() || !c.ends_with.is_empty();
    if whole || (words_inside(rule).next().is_none() && c.regex.is_empty() && c.looks_like.is_empty()) {
        return;
    }
    let message = say!(
        "没有 keeps：看不出和它最像、又必须留下的是哪一句",
        "there is no keeps: nothing shows which sentence comes closest and must stay"
    );
    let nearest = nearest(lint, rule);
    let fix = match nearest {
        Some(line) => say!("例如 keeps = '{line}'", "for example: keeps = '{line}'"),
        None => say!(
            "加一行 keeps = '…'，写一句含有这些词的正文",
            "add keeps = '…', a sentence of an article that has these words"
        ),
    };
    lint.add(id, Finding::warning("no-keeps", At::Rule, message).with_fix(fix));
}

/// The shortest line of the known bodies with one of the rule's texts.
fn nearest(lint: &Lint<'_>, rule: &Rule) -> Option<String> {
    let words: Vec<String> = words_inside(rule).map(|phrase| fold(&phrase.text)).collect();
    let lines = lint.bodies.iter().flat_map(|body| body.text.lines()).filter(|line| !line.contains('\''));
    lines
        .filter(|line| {
            let line = fold(line);
            words.iter().any(|word| !word.contains(['{', '*']) && line.contains(word))
        })
        .min_by_key(|line| line.chars().count())
        .map(|line| line.trim().to_string())
}

/// The texts that a line must have anywhere, without regexes.
fn words_inside(rule: &Rule) -> impl Iterator<Item = &Phrase> {
    TextField::asked().filter(|field| field.anchor() == Anchor::Inside).flat_map(|field| field.texts(rule))
}
