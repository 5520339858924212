//! Compares phrases with each other: duplicates, phrases that another one covers, phrases that the rule itself
//! excludes.
//!
//! Every phrase is treated as a line, in which all texts are searched. So two phrases are the same if
//! the engine treats them so: simplified or traditional, full or half width, with or without brackets.

use std::collections::HashSet;

use super::finding::{At, Finding, Lint};
use super::texts::{RuleTexts, TextRef, has_slots};
use dehusk_rules::{Action, Conditions, Phrase, RemoveKind, Rule, RuleId, Shape, TextField, TextRole, sample};
use dehusk_text::{Anchor, at_word_boundaries, fold, say};

pub(super) fn check(lint: &mut Lint<'_>, texts: &RuleTexts<'_>) {
    let lines: Vec<String> = texts.searched().iter().map(|&at| sample(&texts.all[at].phrase.text)).collect();
    let mut found = texts.find(&lines.join("\n"));
    found.iter_mut().for_each(|(line, _)| *line = texts.searched()[*line]);
    // Each pair: text `b` was found in the line of phrase `a`.
    let pairs: HashSet<(usize, usize)> = found.iter().copied().collect();
    let mut said = HashSet::new();
    let repeated = texts.repeated.iter().map(|&(a, b)| (a, b, true));
    for (a, b, both_ways) in found.iter().map(|&(a, b)| (a, b, pairs.contains(&(b, a)))).chain(repeated) {
        if a == b {
            continue;
        }
        let (one, other) = (&texts.all[a], &texts.all[b]);
        if one.id == other.id && one.field == other.field {
            within_field(lint, one, other, both_ways, a > b, &mut said);
        } else if one.id == other.id {
            excluded(lint, one, other, &mut said);
        } else if a > b && both_ways && same_but_for(one, other) && said.insert((a, Reported::Twice)) {
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

/// What was reported about a phrase.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Reported {
    Twice,
    Covered,
    Excluded,
}

/// Reports `one` as a duplicate or as redundant: `other`, a text of the same field, was found in it. `both_ways`: and
/// the other way round. `later`: `one` comes after `other`.
fn within_field(
    lint: &mut Lint<'_>,
    one: &TextRef<'_>,
    other: &TextRef<'_>,
    both_ways: bool,
    later: bool,
    said: &mut HashSet<(usize, Reported)>,
) {
    // The key is the rule, the field and the index in it, so each phrase is reported once.
    let key = (one.id.0 as usize) << 32 | (one.field as usize) << 24 | one.index;
    let (phrase, by, line) = (&one.phrase.text, &other.phrase.text, other.phrase.line);
    if both_ways {
        if later && said.insert((key, Reported::Twice)) {
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
        || !said.insert((key, Reported::Covered))
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

/// Whether a longer text does more than match: it yields metadata, removes more words, or ends the label of a repeated
/// text.
fn tells_more(text: &TextRef<'_>) -> bool {
    let reports = ["{date}", "{source}", "{author}", "{editor}"].iter().any(|slot| text.phrase.text.contains(slot));
    let takes_words = matches!(&text.rule.action, Action::Remove(remove) if remove.kind == RemoveKind::Phrase);
    reports || takes_words || text.rule.conditions.looks_like.contains(&Shape::SaidAgain)
}

/// Reports that `one` can never match, if `other`, an exception of the same rule, was found in it and always holds.
fn excluded(lint: &mut Lint<'_>, one: &TextRef<'_>, other: &TextRef<'_>, said: &mut HashSet<(usize, Reported)>) {
    let (asked, forbidden) = (one.field.anchor(), other.field.anchor());
    let always = one.field.is_asked()
        && other.field.role() == TextRole::NoneOf
        && (forbidden == Anchor::Inside || asked == Anchor::Whole || forbidden == asked);
    let key = (one.id.0 as usize) << 32 | (one.field as usize) << 24 | one.index;
    // A text with slots was tested with one sample only, which proves nothing about other lines.
    if !always || has_slots(one.phrase) || has_slots(other.phrase) || !said.insert((key, Reported::Excluded)) {
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

/// Whether the rules of two texts of one field are equal except for the texts of this field. Only within one
/// file, because a user may leave out files (topics, languages). And only for rules that remove lines one by
/// one: the lines of a run or a list must be in one rule.
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
    // The line number of a text makes no difference.
    rest.each_phrase(|phrase| phrase.line = 0);
    if let Some(texts) = field.in_conditions(&mut rest) {
        texts.clear();
    }
    rest
}

/// Reports a phrase that occurs in the examples only inside longer words, where it is never found.
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
            // A longer phrase of the same field shows that the author knows.
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
