//! Phrases against phrases: the same twice, one that covers another, one that the rule itself excludes.
//!
//! Every phrase is taken for a line, and all texts are looked for in it. So "the same" is what the
//! engine holds for the same: simplified or traditional, full or half width, brackets or none.

use std::collections::HashSet;

use super::finding::{At, Finding, Lint};
use super::texts::{RuleTexts, TextRef, has_slots};
use dehusk_rules::{Action, Conditions, Phrase, RemoveKind, Rule, RuleId, Shape, TextField, TextRole, sample};
use dehusk_text::{Anchor, at_word_boundaries, fold, say};

pub(super) fn check(lint: &mut Lint<'_>, texts: &RuleTexts<'_>) {
    let lines: Vec<String> = texts.all.iter().map(|text| sample(&text.phrase.text)).collect();
    let found = texts.find(&lines.join("\n"));
    let pairs: HashSet<(usize, usize)> = found.iter().copied().collect();
    // Found in the line of phrase `a`: text `b`.
    let mut said = HashSet::new();
    for &(a, b) in &found {
        if a == b {
            continue;
        }
        let (one, other) = (&texts.all[a], &texts.all[b]);
        if one.id == other.id && one.field == other.field {
            within_field(lint, one, other, pairs.contains(&(b, a)), a > b, &mut said);
        } else if one.id == other.id {
            excluded(lint, one, other, &mut said);
        } else if a > b && pairs.contains(&(b, a)) && same_but_for(one, other) && said.insert((a, Said::Twice)) {
            let place = lint.place(other.rule, other.phrase.line);
            let (phrase, name) = (&one.phrase.text, other.rule.full_name());
            let message = say!(
                "“{phrase}”在另一条规则里已经有了，而且别的条件也一样：{name}（{place}）",
                "'{phrase}' stands in another rule whose conditions are the same: {name} ({place})"
            );
            let fix = say!(
                "去掉其中一个；括号、繁简体、全角半角不算不同",
                "take one of them out; brackets, script and width make no difference"
            );
            lint.add(one.id, Finding::warning("duplicate-phrase", At::Text(one.phrase), message).with_fix(fix));
        }
    }
    for (id, rule) in lint.rules() {
        inside_words(lint, id, rule);
    }
}

/// What has been said of a phrase.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Said {
    Twice,
    Covered,
    Excluded,
}

/// `other` stands in the line that is `one`, a text of the same field.
fn within_field(
    lint: &mut Lint<'_>,
    one: &TextRef<'_>,
    other: &TextRef<'_>,
    both_ways: bool,
    later: bool,
    said: &mut HashSet<(usize, Said)>,
) {
    // Known by their places in the rule, not in the list, so that each phrase is named once.
    let key = (one.id.0 as usize) << 32 | (one.field as usize) << 24 | one.index;
    let (phrase, by, line) = (&one.phrase.text, &other.phrase.text, other.phrase.line);
    if both_ways {
        if later && said.insert((key, Said::Twice)) {
            let message = say!(
                "“{phrase}”写了两遍：和第 {line} 行的“{by}”对上的是同样的行",
                "'{phrase}' stands here twice: it matches the same lines as '{by}' on line {line}"
            );
            let fix = say!(
                "删掉这一个；括号、繁简体、全角半角不算不同",
                "delete this one; brackets, script and width make no difference"
            );
            lint.add(one.id, Finding::warning("duplicate-phrase", At::Text(one.phrase), message).with_fix(fix));
        }
        return;
    }
    if one.field == TextField::ContainsAll
        || tells_more(one)
        || has_slots(other.phrase)
        || !said.insert((key, Said::Covered))
    {
        return;
    }
    let message = say!(
        "“{phrase}”是多余的：凡是它对得上的行，第 {line} 行的“{by}”也对得上",
        "'{phrase}' is redundant: every line it matches is matched by '{by}' on line {line}"
    );
    let fix = say!("删掉它；或者短的那个太宽，删掉短的", "delete it; or delete the shorter one, if that is too broad");
    lint.add(one.id, Finding::warning("redundant", At::Text(one.phrase), message).with_fix(fix));
}

/// Whether a longer text does more than match: it reports metadata, takes more words, or ends a label.
fn tells_more(text: &TextRef<'_>) -> bool {
    let reports = ["{date}", "{source}", "{author}", "{editor}"].iter().any(|slot| text.phrase.text.contains(slot));
    let takes_words = matches!(&text.rule.action, Action::Remove(remove) if remove.kind == RemoveKind::Phrase);
    reports || takes_words || text.rule.conditions.looks_like.contains(&Shape::SaidAgain)
}

/// `other`, a text of another field of the same rule, stands in the line that is `one`.
fn excluded(lint: &mut Lint<'_>, one: &TextRef<'_>, other: &TextRef<'_>, said: &mut HashSet<(usize, Said)>) {
    let (asked, forbidden) = (one.field.anchor(), other.field.anchor());
    let always = one.field.is_asked()
        && other.field.role() == TextRole::NoneOf
        && (forbidden == Anchor::Inside || asked == Anchor::Whole || forbidden == asked);
    let key = (one.id.0 as usize) << 32 | (one.field as usize) << 24 | one.index;
    // A sample of a slot proves nothing about every line.
    if !always || has_slots(one.phrase) || has_slots(other.phrase) || !said.insert((key, Said::Excluded)) {
        return;
    }
    let (phrase, field, by, name, line) =
        (&one.phrase.text, one.field.name(), &other.phrase.text, other.field.name(), other.phrase.line);
    let message = say!(
        "{field} 的“{phrase}”永远对不上：{name} 的“{by}”（第 {line} 行）总会把它排除",
        "'{phrase}' in {field} can never match: {name} '{by}' (line {line}) always excludes it"
    );
    let fix = say!("去掉其中一个", "take one of the two out");
    lint.add(one.id, Finding::error("never-matches", At::Text(one.phrase), message).with_fix(fix));
}

/// Whether the rules of two texts of one field do the same, all other conditions being equal. Only within
/// a file: files stand for topics and languages, of which some may be left out. And only where each line
/// goes by itself: what makes a run or a list must stand in one rule.
fn same_but_for(one: &TextRef<'_>, other: &TextRef<'_>) -> bool {
    let (a, b) = (one.rule, other.rule);
    let asked = one.field.is_asked() && one.field != TextField::ContainsAll;
    let by_itself =
        matches!(&a.action, Action::Remove(remove) if matches!(remove.kind, RemoveKind::Line | RemoveKind::Phrase));
    asked
        && (by_itself || a.action == Action::Keep)
        && a.file == b.file
        && one.field == other.field
        && a.action == b.action
        && a.exact == b.exact
        && a.profile == b.profile
        && a.status == b.status
        && a.sites == b.sites
        && a.except_sites == b.except_sites
        && a.languages == b.languages
        && without(a, one.field) == without(b, one.field)
}

fn without(rule: &Rule, field: TextField) -> Conditions {
    let mut rest = rule.conditions.clone();
    // Where a text stands in its file makes no difference.
    rest.each_phrase(|phrase| phrase.line = 0);
    if let Some(texts) = field.in_conditions(&mut rest) {
        texts.clear();
    }
    rest
}

/// A phrase that stands in the examples only inside of longer words, where it is never found.
fn inside_words(lint: &mut Lint<'_>, id: RuleId, rule: &Rule) {
    let latin_edge = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_alphabetic()) || text.ends_with(|c: char| c.is_ascii_alphabetic())
    };
    for field in TextField::asked().filter(|field| *field != TextField::Is) {
        for phrase in field.texts(rule).iter().filter(|phrase| !has_slots(phrase) && latin_edge(&phrase.text)) {
            let text = fold(&phrase.text);
            let mut glued = None;
            let mut found = false;
            for line in rule.removes.iter().flat_map(|example| example.text.lines()) {
                let line = fold(line);
                for (at, _) in line.match_indices(&text) {
                    match at_word_boundaries(&line, at, at + text.len()) {
                        true => found = true,
                        false => glued = Some(word_around(&line, at, at + text.len())),
                    }
                }
            }
            // Where a longer phrase of the field has found the line, its author knows.
            let known = |other: &Phrase| other.text != phrase.text && fold(&other.text).contains(&text);
            let Some(word) = glued.filter(|_| !found && !field.texts(rule).iter().any(known)) else { continue };
            let phrase_text = &phrase.text;
            let message = say!(
                "“{phrase_text}”只按整个词找，例子里的“{word}”不算",
                "'{phrase_text}' is looked for as a whole word; '{word}' in the example does not count"
            );
            let fix = say!("要找更长的词，就把它整个写上：{word}", "to find the longer word write it whole: {word}");
            lint.add(id, Finding::info("latin-boundary", At::Text(phrase), message).with_fix(fix));
        }
    }
}

fn word_around(line: &str, start: usize, end: usize) -> String {
    let before = line[..start].trim_end_matches(char::is_alphanumeric).len();
    let after = line.len() - line[end..].trim_start_matches(char::is_alphanumeric).len();
    line[before..after].to_string()
}
