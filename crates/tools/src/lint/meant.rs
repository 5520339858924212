//! `phrase-whole-line` and `regex-elsewhere`: settings that can be used, and probably mean something else than
//! their author thinks.

use super::finding::{At, Finding, Lint};
use dehusk_rules::{Action, Phrase, RemoveKind, Rule, RuleId, TextField};
use dehusk_text::say;

pub(super) fn check(lint: &mut Lint<'_>) {
    for (id, rule) in lint.rules() {
        phrase_of_whole_line(lint, id, rule);
        for field in TextField::ALL.into_iter().filter(|field| *field != TextField::Regex) {
            for phrase in field.texts(rule) {
                regex_elsewhere(lint, id, field, phrase);
            }
        }
    }
}

/// `remove = 'phrase'` takes the words of a longer line, and `is` asks for a line that has no others.
fn phrase_of_whole_line(lint: &mut Lint<'_>, id: RuleId, rule: &Rule) {
    let takes_words = matches!(&rule.action, Action::Remove(remove) if remove.kind == RemoveKind::Phrase);
    let others = [TextField::StartsWith, TextField::EndsWith, TextField::Contains, TextField::Regex];
    let asks_parts = others.iter().any(|field| !field.texts(rule).is_empty());
    if !takes_words || rule.conditions.is.is_empty() || asks_parts {
        return;
    }
    let message = say!(
        "remove = 'phrase' 只删行里的几个字，而 is 要求整行就是这几个字：行里还有别的字时什么也不删",
        "remove = 'phrase' takes words of a line, and is asks for a line of these words alone: where there is more on the line nothing goes"
    );
    let fix = say!(
        "把 is 换成 contains（或 starts_with、ends_with）；整行都该删就写 remove = 'line'",
        "write contains (or starts_with, ends_with) for is; or remove = 'line', if the whole line should go"
    );
    lint.add(id, Finding::warning("phrase-whole-line", At::Setting("is"), message).with_fix(fix));
}

/// Signs that mean something in a regular expression and are hardly ever text.
const SIGNS: [&str; 14] =
    ["\\d", "\\s", "\\w", "\\b", "\\.", "\\p{", ".*", ".+", ".{", "(?:", "(?i", "[^", "[0-9", "[a-z"];

fn regex_elsewhere(lint: &mut Lint<'_>, id: RuleId, field: TextField, phrase: &Phrase) {
    let text = &phrase.text;
    let lower = text.to_lowercase();
    // In `www.*` the point is one: it belongs to the word before it.
    let is_word = |before: &str| before.ends_with(|c: char| c.is_ascii_alphanumeric());
    let stands = |sign: &str| lower.match_indices(sign).any(|(at, _)| !sign.starts_with('.') || !is_word(&lower[..at]));
    let sign = SIGNS.into_iter().find(|sign| stands(sign));
    let at_start = || text.strip_prefix('^').filter(|rest| !rest.is_empty()).map(|_| "^");
    let Some(sign) = sign.or_else(at_start) else { return };
    let name = field.name();
    let message = say!(
        "“{text}”里的 {sign} 像正则表达式，而 {name} 里的字原样查找：要一行里真有 {sign} 才对得上",
        "{sign} in '{text}' looks like a regular expression, and {name} takes words as they stand: only a line with {sign} in it matches"
    );
    let fix = say!(
        "随便什么字写 * ，数字写 {{number}}，日期写 {{date}}；真要正则就用 regex",
        "write * for anything, {{number}} for a number, {{date}} for a date; or use regex"
    );
    lint.add(id, Finding::warning("regex-elsewhere", At::Text(phrase), message).with_fix(fix));
}
