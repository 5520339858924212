//! `covered-by-shipped`: a rule of one's own for what the shipped rules take already.

use std::collections::HashSet;

use super::finding::{At, Finding, Lint};
use dehusk_engine::{Engine, takers_of, takes_all_of};
use dehusk_rules::{Action, Example, Rule, TextField, TextRole, sample};
use dehusk_text::say;

/// Shipped rules that are named.
const NAMED: usize = 3;

/// Looks at the rules of files that replace none of `shipped`, whose engine has its own rules in the widest profile.
pub(super) fn check(lint: &mut Lint<'_>, shipped: &Engine) {
    let theirs: HashSet<&str> = shipped.rules().rules.iter().map(|rule| rule.file.as_str()).collect();
    for (id, rule) in lint.rules() {
        let is_own = rule.action != Action::Keep && !rule.removes.is_empty() && !theirs.contains(rule.file.as_str());
        let all = with_every_text(rule);
        if !is_own || !takes_all_of(shipped, &all) {
            continue;
        }
        let takers = takers_of(shipped, &all);
        let (more_zh, more) = match takers.len().saturating_sub(NAMED) {
            0 => (String::new(), String::new()),
            more => (format!(" 等 {} 条", more + NAMED), format!(" and {more} more")),
        };
        let names = &takers[..takers.len().min(NAMED)];
        let (zh, en) = (names.join("、"), names.join(", "));
        let word = if takers.len() == 1 { "the shipped rule takes" } else { "shipped rules take" };
        let message = say!(
            "自带的规则已经会删这条规则的例子和每一个写法：{zh}{more_zh}",
            "{word} the examples and every text of this rule already: {en}{more}"
        );
        let fix = say!("用不着就删掉这条规则", "delete this rule if there is no need for it");
        lint.add(id, Finding::info("covered-by-shipped", At::Rule, message).with_fix(fix));
    }
}

/// The rule with each of its texts as one more example.
fn with_every_text(rule: &Rule) -> Rule {
    let mut all = rule.clone();
    let fields = TextField::of_role(TextRole::OneOf);
    for phrase in fields.flat_map(|field| field.texts(rule)) {
        all.removes.push(Example { text: sample(&phrase.text), result: None, line: phrase.line });
    }
    all
}
