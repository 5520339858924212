//! Finds regular expressions that can never match a folded line, that plain texts could replace, or that are slow.
//!
//! A regex runs on the folded line, which has no traditional character, no full-width sign and no capital
//! letter. A regex that requires one can never match.

use regex_syntax::hir::{Class, Hir, HirKind, Look};

use super::finding::{At, Finding, Lint};
use dehusk_engine::required_literals;
use dehusk_rules::{Phrase, Rule, RuleId, TextField};
use dehusk_text::{Level, fold, say};

pub(super) fn check(lint: &mut Lint<'_>) {
    for (id, rule) in lint.rules() {
        let mut searched_everywhere = false;
        for phrase in &rule.conditions.regex {
            let Ok(hir) = regex_syntax::parse(&phrase.text) else { continue };
            if never(lint, id, phrase, &hir) {
                continue;
            }
            needless(lint, id, rule, phrase, &hir);
            slow(lint, id, phrase, &hir);
            searched_everywhere |= is_unanchored_without_literal(&hir);
        }
        // A regex is tried last, only on lines that meet all other conditions.
        let narrowed =
            TextField::asked().any(|field| !field.texts(rule).is_empty()) || !rule.conditions.looks_like.is_empty();
        if searched_everywhere && !narrowed {
            let message = say!(
                "这个正则里没有一定会出现的词（两个字以上），只好在每一行上从头到尾试一遍",
                "no word of two characters must occur in this regex, so it is tried all along every line"
            );
            let fix = say!(
                "加上 contains，写上这种行里一定有的词；或者以 ^ 开头",
                "add contains with a word that such lines have; or begin with ^"
            );
            let at = rule.conditions.regex.first().map_or(At::Rule, At::Text);
            lint.add(id, Finding::warning("regex-slow", at, message).with_fix(fix));
        }
    }
}

/// Reports a part that can never match a folded line; returns whether there was one.
fn never(lint: &mut Lint<'_>, id: RuleId, phrase: &Phrase, hir: &Hir) -> bool {
    let Some((part, folded, needed)) = unfoldable(hir, true) else { return false };
    let message = match needed {
        true => say!(
            "正则在统一过的文字上比较，那里没有“{part}”，永远对不上",
            "a regex is matched on the folded line, where there is no '{part}': it can never match"
        ),
        false => say!(
            "正则在统一过的文字上比较，那里没有“{part}”，这一部分永远对不上",
            "a regex is matched on the folded line, where there is no '{part}': this part can never match"
        ),
    };
    let fix = match folded.is_empty() {
        true => say!("删掉它：比较时它会被忽略", "delete it: it is ignored when lines are compared"),
        false => say!("写成“{folded}”（简体、半角、小写）", "write '{folded}' (simplified, half-width, lower case)"),
    };
    let level = if needed { Level::Error } else { Level::Warning };
    lint.add(id, Finding::new(level, "never-matches", At::Text(phrase), message).with_fix(fix));
    true
}

/// A part that no folded line contains, its folded form, and whether every match needs it. `needed`: whether every
/// match needs `hir`.
fn unfoldable(hir: &Hir, needed: bool) -> Option<(String, String, bool)> {
    match hir.kind() {
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).ok()?;
            // Whether a space is kept depends on its neighbours, so try a Han character and a letter.
            let stays = ["字", "a"].iter().any(|edge| fold(&format!("{edge}{text}{edge}")).contains(text));
            let folded = fold(text);
            (!stays && !text.trim().is_empty()).then(|| (text.to_string(), folded, needed))
        }
        HirKind::Class(Class::Unicode(class)) => {
            let first = class.iter().next()?.start();
            let mut chars = class.iter().flat_map(|range| range.start()..=range.end()).take(MANY_CHARS);
            let none = chars
                .all(|c| c != ' ' && !fold(&format!("a{c}a")).contains(c) && !fold(&format!("字{c}字")).contains(c));
            none.then(|| (first.to_string(), fold(&first.to_string()), needed))
        }
        HirKind::Capture(capture) => unfoldable(&capture.sub, needed),
        HirKind::Repetition(repetition) => unfoldable(&repetition.sub, needed && repetition.min > 0),
        HirKind::Concat(parts) => parts.iter().find_map(|part| unfoldable(part, needed)),
        HirKind::Alternation(parts) => {
            let found: Vec<_> = parts.iter().map(|part| unfoldable(part, needed)).collect();
            let all = found.iter().all(Option::is_some);
            found.into_iter().flatten().next().map(|(part, folded, needed)| (part, folded, needed && all))
        }
        _ => None,
    }
}

/// How many characters of a class are tested, at most.
const MANY_CHARS: usize = 3000;

/// Reports a regex that plain texts in another field could replace.
fn needless(lint: &mut Lint<'_>, id: RuleId, rule: &Rule, phrase: &Phrase, hir: &Hir) {
    let parts: &[Hir] = match hir.kind() {
        HirKind::Concat(parts) => parts,
        _ => std::slice::from_ref(hir),
    };
    let (starts, parts) = match parts {
        [first, rest @ ..] if *first.kind() == HirKind::Look(Look::Start) => (true, rest),
        parts => (false, parts),
    };
    let (ends, parts) = match parts {
        [rest @ .., last] if *last.kind() == HirKind::Look(Look::End) => (true, rest),
        parts => (false, parts),
    };
    let [only] = parts else { return };
    let HirKind::Literal(literal) = only.kind() else { return };
    let Ok(text) = std::str::from_utf8(&literal.0) else { return };
    let c = &rule.conditions;
    let (field, taken) = match (starts, ends) {
        (true, true) => ("is", !c.is.is_empty()),
        (true, false) => ("starts_with", !c.starts_with.is_empty()),
        (false, true) => ("ends_with", !c.ends_with.is_empty()),
        (false, false) => ("contains", !c.contains.is_empty()),
    };
    // In a field that the rule has already, the text would be an alternative, not an additional condition.
    if taken || c.regex.len() > 1 {
        return;
    }
    let message = say!("这里用不着正则", "words will do here, without a regex");
    let fix = say!("改成 {field} = '{text}'", "write {field} = '{text}'");
    lint.add(id, Finding::info("regex-not-needed", At::Text(phrase), message).with_fix(fix));
}

/// Reports what makes a regex slow, whatever the other conditions are.
fn slow(lint: &mut Lint<'_>, id: RuleId, phrase: &Phrase, hir: &Hir) {
    let parts: &[Hir] = match hir.kind() {
        HirKind::Concat(parts) => parts,
        _ => std::slice::from_ref(hir),
    };
    let is_anything = |part: Option<&Hir>| {
        part.is_some_and(|part| {
            matches!(part.kind(), HirKind::Repetition(r) if r.max.is_none() && r.min <= 1
                && matches!(r.sub.kind(), HirKind::Class(class) if class.minimum_len() == Some(1) && is_wide_class(class)))
        })
    };
    let (message, fix) = if parts.len() > 1 && (is_anything(parts.first()) || is_anything(parts.last())) {
        (
            say!(
                "正则开头或结尾的 .* 没有作用，只会变慢",
                "a .* at the start or the end of a regex does nothing but cost time"
            ),
            say!("去掉它：正则本来就在一行的任何地方找", "delete it: a regex is sought anywhere in the line as it is"),
        )
    } else if states(hir) > MANY_STATES {
        (
            say!(
                "正则里的次数太大，展开以后有几千步，准备和匹配都很慢",
                "the counts in this regex make thousands of steps: slow to prepare and slow to match"
            ),
            say!("把 {{0,2000}} 这样的次数改小，或者写 *", "make counts such as {{0,2000}} smaller, or write *"),
        )
    } else {
        return;
    };
    lint.add(id, Finding::warning("regex-slow", At::Text(phrase), message).with_fix(fix));
}

fn is_wide_class(class: &Class) -> bool {
    let Class::Unicode(class) = class else { return false };
    class.iter().map(|range| range.end() as u32 - range.start() as u32).max().is_some_and(|width| width > 100_000)
}

/// A regex with more states than this takes milliseconds to compile.
const MANY_STATES: u64 = 2_000;

/// The approximate number of states of the regex, with repetitions written out.
fn states(hir: &Hir) -> u64 {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 0,
        HirKind::Literal(literal) => literal.0.len() as u64,
        HirKind::Class(_) => 1,
        HirKind::Capture(capture) => states(&capture.sub),
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or(repetition.min.max(1));
            states(&repetition.sub).saturating_mul(u64::from(times))
        }
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().map(states).fold(0, u64::saturating_add),
    }
}

/// Whether the regex must be tried at every position of every line: it requires no literal of two characters, and is
/// not anchored at the start of the line.
fn is_unanchored_without_literal(hir: &Hir) -> bool {
    let words = required_literals(hir, false).unwrap_or_default();
    let has_words = !words.is_empty() && words.iter().all(|word| word.literal.chars().count() >= 2);
    let tied = hir.properties().look_set_prefix().contains(Look::Start);
    !has_words && !tied
}
