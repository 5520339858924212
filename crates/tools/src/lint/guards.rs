//! `weak-guard`, `useless-where` and `html-only`: checks the conditions that keep a rule from removing too much.

use super::finding::{At, Finding, Lint};
use dehusk_rules::{Action, Conditions, Position, RemoveKind, Rule, RuleId};
use dehusk_text::say;

pub(super) fn check(lint: &mut Lint<'_>) {
    for (id, rule) in lint.rules() {
        if !rule.conditions.inside.is_empty() {
            let message = say!(
                "inside 只对网页（HTML）起作用；处理普通文字时，这一条什么都不做",
                "inside asks for HTML: in plain text this does nothing"
            );
            let fix = say!(
                "普通文字里也要用，就另写一条没有 inside 的；只用于网页，就写 allow = 'html-only'",
                "if plain text needs it too, write another one without inside; if not, allow = 'html-only'"
            );
            lint.add(id, Finding::info("html-only", At::Setting("inside"), message).with_fix(fix));
        }
        let Action::Remove(remove) = &rule.action else { continue };
        let is_cut = matches!(remove.kind, RemoveKind::ToEnd | RemoveKind::ToStart | RemoveKind::Until);
        if is_cut && remove.lines_contain.is_empty() {
            let word = match remove.kind {
                RemoveKind::ToEnd => "to_end",
                RemoveKind::ToStart => "to_start",
                _ => "until",
            };
            let message = say!(
                "{word} 没有 lines_contain：只要开头那一行对上，后面是什么都可能一起删",
                "{word} has no lines_contain: once its first line matches, whatever stands there may go with it"
            );
            let fix = say!(
                "加上 lines_contain，一起删的每一行都要含有其中一个词",
                "add lines_contain: every line that goes must have one of these words"
            );
            lint.add(id, Finding::warning("weak-guard", At::Setting("remove"), message).with_fix(fix));
        } else if !is_cut && remove.kind != RemoveKind::Run && is_guarded_by_where_alone(rule) {
            let message = say!(
                "这条 contains 规则只靠 where 来防误删；短文章里，开头和结尾也是正文",
                "where is all that guards this contains rule; in a short article the start and the end are body too"
            );
            let fix = say!(
                "再加一个内容条件，例如 max_length = 40、looks_like = 'title' 或 unless_contains",
                "add a condition on the words: max_length = 40, looks_like = 'title' or unless_contains"
            );
            lint.add(id, Finding::warning("weak-guard", At::Setting("where"), message).with_fix(fix));
        }
        useless_where(lint, id, rule, remove.kind);
    }
}

/// Whether `contains` and `where` are the only conditions.
fn is_guarded_by_where_alone(rule: &Rule) -> bool {
    let c = &rule.conditions;
    let rest = Conditions { contains: Vec::new(), position: Position::Anywhere, ..c.clone() };
    !c.contains.is_empty() && c.position != Position::Anywhere && rest == Conditions::default()
}

/// Reports a `where` at the end of the text for a cut to the end, which always reaches the end anyway.
fn useless_where(lint: &mut Lint<'_>, id: RuleId, rule: &Rule, kind: RemoveKind) {
    use Position as P;
    let at_end = matches!(rule.conditions.position, P::Tail | P::LastLines(_) | P::LastPercent(_));
    if kind != RemoveKind::ToEnd || !at_end {
        return;
    }
    let message = say!(
        "to_end 总是删到文末，所以这个 where 总是成立，没有作用",
        "to_end always reaches the end of the text, so this where always holds and does nothing"
    );
    let fix = say!("删掉 where；要限制删多少，用 max_share", "delete where; to limit how much goes, use max_share");
    lint.add(id, Finding::info("useless-where", At::Setting("where"), message).with_fix(fix));
}
