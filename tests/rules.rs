//! The examples of the shipped rules hold.

use std::collections::HashSet;

use dehusk::{Action, Category, RuleSet, check_examples};

fn shipped() -> RuleSet {
    RuleSet::shipped().unwrap_or_else(|e| panic!("the shipped rules have mistakes:\n{e}"))
}

#[test]
fn every_example_of_every_rule_holds() {
    let rules = shipped();
    let failures = check_examples(&rules).expect("the shipped rules compile");
    let report: Vec<String> = failures
        .iter()
        .map(|f| {
            let rule = rules.rule(f.rule);
            let by = f.taken_by.map_or_else(String::new, |by| format!(" (taken by {})", rules.rule(by).full_name()));
            format!("{}:{} {}: {:?}: {}{by}", rule.file, f.line, rule.name, f.expected, f.text)
        })
        .collect();
    let examples: usize = rules.rules.iter().map(|r| r.removes.len() + r.keeps.len()).sum();
    assert!(report.is_empty(), "{} of {examples} examples do not hold:\n{}", report.len(), report.join("\n"));
    eprintln!("{examples} examples of {} rules hold", rules.rules.len());
}

#[test]
fn every_rule_says_why_and_what_it_spares() {
    let rules = shipped();
    let mut names = HashSet::new();
    for rule in &rules.rules {
        assert!(names.insert(rule.full_name()), "{} stands twice", rule.full_name());
        assert!(rule.note.is_some(), "{} has no note", rule.full_name());
        if rule.action != Action::Keep {
            assert!(!rule.removes.is_empty(), "{} shows nothing that it removes", rule.full_name());
            assert!(!rule.keeps.is_empty(), "{} shows nothing that it keeps", rule.full_name());
        }
    }
    for (category, name) in Category::ALL {
        let any = rules.rules.iter().any(|rule| rule.category == category);
        assert!(any || category == Category::Other, "no rule is about {name}");
    }
}
