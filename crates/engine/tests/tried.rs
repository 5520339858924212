//! A rule that is tried beside the others does what it does among them: the outcome is that of an engine for which all
//! rules were compiled together.

use dehusk_engine::{Engine, EngineBuilder, Input, shipped_bodies};
use dehusk_rules::{Phrase, Profile, Rule, RuleId, RuleSet, Shape, Status};
use dehusk_text::Document;

/// Without the body finder, with it, and with it for whole pages.
fn choices() -> [EngineBuilder; 3] {
    [
        Engine::builder().profile(Profile::Archive),
        Engine::builder().profile(Profile::Body).input(Input::Auto),
        Engine::builder().input(Input::Page),
    ]
}

fn shipped() -> RuleSet {
    RuleSet::shipped().expect("the shipped rules have no mistakes")
}

/// What an engine does to a text. All of it: numbers of rules, what was spared, metadata.
fn done(engine: &Engine, text: &str, rule: &Rule) -> String {
    let document = Document::new(text).expect("it is short");
    let document = match rule.sites.first() {
        Some(site) => document.with_host(site),
        None => document,
    };
    format!("{:?} {:?}", engine.clean(&document), engine.matches(&document))
}

/// The examples of a rule and of the one behind it, twice, around an article.
fn text_for(rules: &RuleSet, at: usize, body: &str) -> String {
    let examples = |rule: &Rule| -> String {
        rule.removes.iter().chain(&rule.keeps).map(|example| format!("{}\n", example.text)).collect()
    };
    let own = examples(&rules.rules[at]);
    let next = rules.rules.get(at + 1).map(examples).unwrap_or_default();
    format!("{own}\n{body}\n\n{own}{next}")
}

#[test]
fn a_rule_in_its_own_place_changes_nothing() {
    let (rules, bodies) = (shipped(), shipped_bodies());
    for (number, choices) in choices().into_iter().enumerate() {
        let engine = choices.build(&rules).expect("they can be compiled");
        // Each rule with one of the choices.
        for (at, rule) in rules.rules.iter().enumerate().skip(number).step_by(3) {
            let text = text_for(&rules, at, &bodies[at % bodies.len()].text);
            let tried = engine.with_tried(rules.clone(), RuleId(at as u32)).expect("it can be compiled");
            assert_eq!(done(&tried, &text, rule), done(&engine, &text, rule), "{}", rule.full_name());
        }
    }
}

/// What an editor may do to a rule: another place among the others, more lines, fewer, none; the name of another rule,
/// which is gone then.
fn edits() -> [fn(&mut Rule, &Rule); 5] {
    [
        |rule, _| rule.name.insert(0, '~'),
        |rule, _| {
            rule.name.insert(0, ' ');
            rule.conditions.contains.push(Phrase { text: "的".into(), line: 1 });
            rule.status = Status::On;
        },
        |rule, _| rule.conditions.looks_like.push(Shape::Repeated),
        |rule, _| rule.status = Status::Off,
        |rule, other| rule.name.clone_from(&other.name),
    ]
}

#[test]
fn an_edited_rule_does_what_it_does_among_all_others() {
    let (rules, bodies) = (shipped(), shipped_bodies());
    let same = |a: &Rule, b: &Rule| (&a.file, &a.name) == (&b.file, &b.name);
    for (number, choices) in choices().into_iter().enumerate() {
        let engine = choices.clone().build(&rules).expect("they can be compiled");
        for at in (number * 7..rules.rules.len() - 1).step_by(307) {
            for edit in edits() {
                let (mut now, old) = (rules.clone(), &rules.rules[at]);
                let mut rule = old.clone();
                edit(&mut rule, &rules.rules[at + 1]);
                now.rules.retain(|one| !same(one, old) && !same(one, &rule));
                let place = now.rules.partition_point(|one| (&one.file, &one.name) < (&rule.file, &rule.name));
                now.rules.insert(place, rule);
                let tried = engine.with_tried(now.clone(), RuleId(place as u32)).expect("it can be compiled");
                let whole = choices.clone().build(&now).expect("they can be compiled");
                let text = text_for(&rules, at, &bodies[at % bodies.len()].text);
                assert_eq!(done(&tried, &text, old), done(&whole, &text, old), "{}", old.full_name());
                assert_eq!(tried.rules().rules, now.rules);
            }
        }
    }
}

#[test]
fn what_differs_by_more_than_one_rule_is_built_whole() {
    let rules = shipped();
    let engine = Engine::builder().build(&RuleSet::default()).expect("there is nothing to refuse");
    let whole = Engine::builder().build(&rules).expect("they can be compiled");
    let tried = engine.with_tried(rules.clone(), RuleId(3)).expect("they can be compiled");
    let text = text_for(&rules, 40, &shipped_bodies()[0].text);
    assert_eq!(done(&tried, &text, &rules.rules[40]), done(&whole, &text, &rules.rules[40]));
}
