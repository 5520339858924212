//! Optimisations do not change results.

use dehusk::{Document, Engine, Outcome, RuleSet, Source, shipped_sources};

/// The shipped rules are not validated at every start, so they are validated here.
#[test]
fn the_shipped_rules_have_no_mistake_and_are_what_a_full_check_gives() {
    let (checked, found) = RuleSet::check(&shipped_sources());
    let messages: Vec<_> = found.iter().map(|one| one.render(dehusk::Lang::En, false)).collect();
    assert!(found.is_empty(), "{}", messages.join("\n"));
    let shipped = RuleSet::shipped().expect("they have no mistakes");
    assert_eq!(shipped.rules, checked.rules);
    assert_eq!(shipped.settings, checked.settings);
    assert!(shipped.warnings.is_empty());
    for rule in &shipped.rules {
        for regex in &rule.conditions.regex {
            regex::Regex::new(&regex.text).unwrap_or_else(|e| panic!("{}: {e}", rule.full_name()));
        }
    }
}

/// The outcome with and without the prefilter, which must be the same.
fn outcome(rules: &RuleSet, text: &str) -> Outcome {
    let document = Document::new(text).expect("it is short");
    let fast = Engine::builder().build(rules).expect("the rules compile").clean(&document);
    let plain = Engine::builder().without_prefilter().build(rules).expect("the rules compile").clean(&document);
    assert_eq!(fast, plain, "{text}");
    fast
}

/// If a rule requires several texts, common ones are searched last; the evidence must be the same.
#[test]
fn texts_that_wait_for_others_are_found_with_the_same_evidence() {
    let rules = Source::new(
        "waiting.toml",
        "[[rule]]\nname = 'tags'\nstarts_with = \"filed under\\ntags for this\"\ncontains = \",\\n|\\n{date}\"\n\
         removes = 'filed under: a, b'\nkeeps = 'filed under water'\n\
         [[rule]]\nname = 'note'\nremove = 'phrase'\nstarts_with = '('\ncontains = '请注明出处'\n\
         removes = '(转载请注明出处)好 => 转载请注明出处)好'\nkeeps = '(转载)好'\n",
    );
    let rules = RuleSet::from_sources(&[rules]).unwrap_or_else(|e| panic!("{e}"));
    // Long enough that one line is only a small share of it.
    let body = "The ferry left at six in the morning, and forty people stood on its deck.\n".repeat(6);
    for (line, goes) in [
        ("Filed under: harbour, ferry", true),
        ("Tags for this article: harbour | ferry", true),
        ("Filed under: 3 March 2024", true),
        ("Filed under harbour", false),
        ("Harbour, ferry", false),
    ] {
        let text = format!("{body}{line}\n");
        assert_eq!(outcome(&rules, &text).removals.len(), usize::from(goes), "{line}");
    }
    // The removal, and the text that is named, are those of the first field.
    let text = format!("{body}（转载请注明出处）渡口\n");
    let removal = outcome(&rules, &text).removals[0];
    assert_eq!(&text[removal.span.start..removal.span.end], "（");
}

/// A regex whose only literal is one sign is tried where the sign occurs.
#[test]
fn a_sign_is_enough_to_try_a_regex() {
    let rules = Source::new(
        "sign.toml",
        "[[rule]]\nname = 'topics'\nregex = '^(?:#[^#]{2,9}#? *)+$'\nremoves = '#渡口# #老码头#'\nkeeps = '第#号'\n",
    );
    let rules = RuleSet::from_sources(&[rules]).unwrap_or_else(|e| panic!("{e}"));
    let body = "清晨六点，老码头重新开航，第一班渡船载着四十多位乘客驶向对岸，岸上站满了送行的人。\n";
    for (line, goes) in [("#渡口# #老码头#", true), ("＃渡口＃", true), ("渡口", false), ("第#号码头", false)]
    {
        assert_eq!(outcome(&rules, &format!("{body}{line}\n")).removals.len(), usize::from(goes), "{line}");
    }
}
