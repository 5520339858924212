//! Describes the changes of the rules in words.

use std::collections::BTreeMap;

use dehusk_rules::{
    Action, Conditions, ElementName, Phrase, Position, Remove, Rule, RuleSet, Shape, Status, TextField,
};
use dehusk_text::{Message, say};

/// A changed rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleChange {
    /// Its full name.
    pub rule: String,
    /// What was changed: `is + '热点聚焦'`.
    pub what: Message,
}

/// The rules that are new, deleted or changed, as far as that can change what is removed. Examples and
/// notes cannot.
pub fn changes(before: &RuleSet, after: &RuleSet) -> Vec<RuleChange> {
    let by_name = |set: &RuleSet| -> BTreeMap<String, Rule> {
        set.rules.iter().map(|rule| (rule.full_name(), rule.clone())).collect()
    };
    let (old, new) = (by_name(before), by_name(after));
    let mut found = Vec::new();
    for (name, rule) in &new {
        match old.get(name) {
            None => found.push(RuleChange { rule: name.clone(), what: say!("新规则", "a new rule") }),
            Some(was) => {
                let parts = differences(was, rule);
                if !parts.is_empty() {
                    let zh = parts.iter().map(|part| part.zh.as_str()).collect::<Vec<_>>().join("；");
                    let en = parts.iter().map(|part| part.en.as_str()).collect::<Vec<_>>().join("; ");
                    found.push(RuleChange { rule: name.clone(), what: Message { zh, en } });
                }
            }
        }
    }
    for name in old.keys().filter(|name| !new.contains_key(*name)) {
        found.push(RuleChange { rule: name.clone(), what: say!("删去了这条规则", "the rule is gone") });
    }
    found.sort_by(|a, b| a.rule.cmp(&b.rule));
    found
}

fn differences(old: &Rule, new: &Rule) -> Vec<Message> {
    let mut found = Vec::new();
    let (a, b) = (&old.conditions, &new.conditions);
    let of_line = |field: &TextField| field.in_conditions(&mut Conditions::default()).is_some();
    for field in TextField::ALL.into_iter().filter(of_line) {
        texts(field.name(), field.texts(old), field.texts(new), &mut found);
    }
    let shapes = |shapes: &[Shape]| shapes.iter().map(|shape| shape.name()).collect::<Vec<_>>().join(", ");
    value("looks_like", &shapes(&a.looks_like), &shapes(&b.looks_like), &mut found);
    value("unless_looks_like", &shapes(&a.unless_looks_like), &shapes(&b.unless_looks_like), &mut found);
    let names = |names: &[ElementName]| names.iter().map(|name| name.name()).collect::<Vec<_>>().join(", ");
    value("inside", &names(&a.inside), &names(&b.inside), &mut found);
    let number = |n: Option<u32>| n.map_or(String::new(), |n| n.to_string());
    value("min_length", &number(a.min_length), &number(b.min_length), &mut found);
    value("max_length", &number(a.max_length), &number(b.max_length), &mut found);
    let position = |position: Position| match position {
        Position::Anywhere => String::new(),
        other => dehusk_engine::explain::position_in_toml(other),
    };
    value("where", &position(a.position), &position(b.position), &mut found);
    value("sites", &old.sites.join(", "), &new.sites.join(", "), &mut found);
    value("except_sites", &old.except_sites.join(", "), &new.except_sites.join(", "), &mut found);
    value("languages", &old.languages.join(", "), &new.languages.join(", "), &mut found);
    let yes = |yes: bool| if yes { "true" } else { "" };
    value("exact", yes(old.exact), yes(new.exact), &mut found);
    let status = |status: Status| match status {
        Status::On => "on",
        Status::Trial => "trial",
        Status::Off => "off",
    };
    value("status", status(old.status), status(new.status), &mut found);
    let profile = |rule: &Rule| format!("{:?}", rule.profile).to_lowercase();
    value("profile", &profile(old), &profile(new), &mut found);
    match (&old.action, &new.action) {
        (Action::Remove(a), Action::Remove(b)) => removals(a, b, &mut found),
        (a, b) if a != b => found.push(say!("[[rule]] 和 [[keep]] 换了", "[[rule]] and [[keep]] changed places")),
        _ => {}
    }
    found
}

fn removals(a: &Remove, b: &Remove, found: &mut Vec<Message>) {
    let kind = |remove: &Remove| format!("{:?}", remove.kind);
    if a.kind != b.kind {
        let (a, b) = (snake(&kind(a)), snake(&kind(b)));
        value("remove", &a, &b, found);
    }
    value("at_least", &a.at_least.to_string(), &b.at_least.to_string(), found);
    value("max_share", &a.max_share.to_string(), &b.max_share.to_string(), found);
    texts("lines_contain", &a.lines_contain, &b.lines_contain, found);
    texts("until", &a.until, &b.until, found);
    texts("frames", &a.frames, &b.frames, found);
    texts("unless_page_has", &a.unless_page_has, &b.unless_page_has, found);
    let shapes = |remove: &Remove| remove.lines_look_like.iter().map(|s| s.name()).collect::<Vec<_>>().join(", ");
    value("lines_look_like", &shapes(a), &shapes(b), found);
}

/// `ToEnd` as `to_end`.
fn snake(name: &str) -> String {
    let mut out = String::new();
    for (at, c) in name.char_indices() {
        if c.is_uppercase() && at > 0 {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}

fn texts(field: &str, old: &[Phrase], new: &[Phrase], found: &mut Vec<Message>) {
    let has = |list: &[Phrase], text: &str| list.iter().any(|phrase| phrase.text == text);
    let list = |of: &[Phrase], other: &[Phrase]| -> Vec<String> {
        of.iter().filter(|phrase| !has(other, &phrase.text)).map(|phrase| format!("'{}'", phrase.text)).collect()
    };
    for (mark, list) in [('+', list(new, old)), ('−', list(old, new))] {
        if !list.is_empty() {
            let few = list.iter().take(5).cloned().collect::<Vec<_>>().join(" ");
            let count = list.len();
            let more = if count > 5 { format!(" … ({count})") } else { String::new() };
            found.push(say!("{field} {mark} {few}{more}", "{field} {mark} {few}{more}"));
        }
    }
}

fn value(field: &str, old: &str, new: &str, found: &mut Vec<Message>) {
    match (old, new) {
        (old, new) if old == new => {}
        (old, "") => found.push(say!("删去 {field}（原来是 {old}）", "{field} is gone (it was {old})")),
        ("", new) => found.push(say!("加上 {field} = {new}", "{field} = {new} is new")),
        (old, new) => found.push(say!("{field} {old} → {new}", "{field} {old} → {new}")),
    }
}
