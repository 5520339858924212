//! What rules, rules of a site and the body finder decide together.

use std::sync::Arc;

use dehusk::{Cause, Document, Engine, EngineBuilder, Input, Outcome, Profile, RuleSet, SiteFiles, Source};

const MENU: &str =
    "Home\nBoats\nPiers and bridges\nThe winter of the river\nNews\nSport\nWeather\nSign in\nSubscribe\nSearch\n";

const ARTICLE: &str = "\
The ferry left before dawn, and the whole village stood on the pier to watch it go into the fog.
Nobody had told them how long the crossing would take, or who would meet them on the other side of the river.
By noon the fog had lifted, and the first boats came back with their nets half full of silver fish.
";

const FOOTER: &str = "\
Anna Brook
Rivers and lakes, a walk
Related articles
Ten bridges that were never built
Why the mill had to close
About us
Contact
Privacy
© 2024 The River Paper. All rights reserved.
";

fn page() -> String {
    format!("{MENU}{ARTICLE}{FOOTER}")
}

fn rules() -> RuleSet {
    RuleSet::shipped().expect("the shipped rules have no mistakes")
}

fn clean(choices: EngineBuilder, rules: &RuleSet, text: &str) -> Outcome {
    let engine = choices.build(rules).expect("the rules compile");
    engine.clean(&Document::new(text).expect("it is short").with_host("a.example"))
}

fn body(outcome: &Outcome, text: &str) -> String {
    outcome.body(&Document::new(text).expect("it is short"))
}

/// How many removals the finder is the cause of.
fn by_finder(outcome: &Outcome) -> usize {
    outcome.removals.iter().filter(|removal| matches!(removal.cause, Cause::Finder { .. })).count()
}

#[test]
fn where_both_leave_too_little_the_rules_decide_alone() {
    let page = page();
    let choices = || Engine::builder().profile(Profile::Body).input(Input::Page);
    let shipped = rules();
    let both = clean(choices(), &shipped, &page);
    assert_eq!(body(&both, &page), ARTICLE);
    assert!(by_finder(&both) > 0);

    let mut rules = rules();
    let alone = clean(choices().rules_only(), &rules, &page);
    let visible = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count() as u32;
    let (of_both, of_rules) = (visible(ARTICLE), visible(&body(&alone, &page)));
    assert!(of_both < of_rules, "the finder takes more than the rules");
    rules.settings.min_left = of_rules;
    let outcome = clean(choices(), &rules, &page);
    assert_eq!(body(&outcome, &page), body(&alone, &page));
    assert!(by_finder(&outcome) == 0 && !outcome.removals.is_empty() && outcome.warnings.is_empty());
    // The reasons leave the finder out, too.
    let has_points = |rules: &RuleSet| {
        let engine = choices().build(rules).expect("the rules compile");
        engine.inspect(&Document::new(&page).expect("it is short")).cues(MENU.lines().count()).is_some()
    };
    assert_eq!([has_points(&shipped), has_points(&rules)], [true, false]);
    // Too little even so: all stays.
    rules.settings.min_left = of_rules + 1;
    assert_eq!(body(&clean(choices(), &rules, &page), &page), page);
}

/// Nearly every page has a line that a rule takes, so a text without one is none.
#[test]
fn what_was_cleaned_is_no_page() {
    let page = page();
    let of_rules = body(&clean(Engine::builder().rules_only(), &rules(), &page), &page);
    let asked = |text: &str| clean(Engine::builder().input(Input::Auto), &rules(), text);
    assert_eq!(asked(&page).input, Input::Page);
    let again = asked(&of_rules);
    assert_eq!((again.input, again.removals), (Input::Text, Vec::new()));
}

/// The same holds of a page from which no rule may take a line.
#[test]
fn a_page_of_which_no_rule_takes_a_line_is_a_text() {
    let (page, mut rules) = (page(), rules());
    let own = Source::new("own.toml", "[[rule]]\nname = 'a'\nis = 'Up next'\nremoves = 'Up next'\n");
    rules = rules.merged_with(RuleSet::from_sources(&[own]).unwrap_or_else(|e| panic!("{e}")));
    let asked = |input| clean(Engine::builder().input(input).only(&["own"]), &rules, &page);
    let outcome = asked(Input::Auto);
    assert_eq!((outcome.input, outcome.removals), (Input::Text, Vec::new()));
    assert!(by_finder(&asked(Input::Page)) > 0);
}

/// What the finder takes has a cue that speaks against it.
#[test]
fn something_speaks_against_what_the_finder_takes() {
    let page = page();
    let engine =
        Engine::builder().profile(Profile::Body).input(Input::Page).build(&rules()).expect("the rules compile");
    let document = Document::new(&page).expect("it is short");
    let against = engine.cues_against(&document, Input::Page);
    let outcome = engine.clean(&document);
    assert!(by_finder(&outcome) > 0);
    for removal in outcome.removals.iter().filter(|removal| matches!(removal.cause, Cause::Finder { .. })) {
        let line = document.line_of(removal.span.start) as u32;
        assert!(against.iter().any(|&(known, _)| known == line), "line {line}");
    }
}

/// Rules of a site look at the text that the finder leaves, after the rules for all, and a line that a rule for all
/// would take is no reason for them to stop.
#[test]
fn rules_of_a_site_come_after_the_finder() {
    let of_site = "\
[[rule]]
name = 'bridges'
remove = 'to_end'
starts_with = 'Ten bridges'
removes = 'Ten bridges that were never built'

[[rule]]
name = 'fish'
ends_with = 'silver fish.'
where = 'anywhere'
removes = 'Nets full of silver fish.'
";
    let files = Arc::new(SiteFiles::of_sources(vec![Source::new("sites/a.example.toml", of_site)]));
    let page = page();
    let mut rules = rules();
    rules.settings.lines_between = 0;
    for (input, profile) in [(Input::Page, Profile::Body), (Input::Text, Profile::Article)] {
        let choices = || Engine::builder().profile(profile).input(input);
        let without = clean(choices(), &rules, &page);
        let with = clean(choices().site_files(files.clone()), &rules, &page);
        let rest: String = body(&without, &page)
            .lines()
            .filter(|line| !line.ends_with("silver fish."))
            .map(|line| format!("{line}\n"))
            .collect();
        assert_eq!(body(&with, &page), rest, "{input:?}");
        assert_eq!(by_finder(&with), by_finder(&without));
    }
}

/// Where a rule takes a line and another one the block around it, the first in the order of file and name is the cause.
#[test]
fn a_line_in_a_block_is_of_the_first_rule() {
    let text = format!("{ARTICLE}Boats of the day\nPiers of the day\nBridges of the day\n");
    let cause = |of_block: &str, of_line: &str| -> Vec<String> {
        let rules = format!(
            "[[rule]]\nname = '{of_block}'\nremove = 'to_end'\nis = 'Boats of the day'\nremoves = 'Boats of the day'\n\n\
             [[rule]]\nname = '{of_line}'\nis = 'Piers of the day'\nremoves = 'Piers of the day'\n"
        );
        let rules = RuleSet::from_sources(&[Source::new("own.toml", rules)]).unwrap_or_else(|e| panic!("{e}"));
        let outcome = clean(Engine::builder(), &rules, &text);
        assert_eq!(body(&outcome, &text), ARTICLE);
        let name = |cause: &Cause| match cause {
            Cause::Rule { rule, .. } => rules.rule(*rule).name.clone(),
            other => panic!("{other:?}"),
        };
        let of = |line: &str| {
            let at = text.find(line).expect("it stands there");
            let found = outcome.removals.iter().find(|removal| removal.span.range().contains(&at));
            name(&found.expect("it goes").cause)
        };
        ["Boats", "Piers", "Bridges"].map(of).to_vec()
    };
    assert_eq!(cause("a", "b"), ["a", "a", "a"]);
    assert_eq!(cause("b", "a"), ["b", "a", "b"]);
}

/// Words that touch are of two rules; of words that overlap, the first rule takes all.
#[test]
fn words_side_by_side_have_each_their_rule() {
    let rule = |name: &str, words: &str| {
        format!("[[rule]]\nname = '{name}'\nremove = 'phrase'\ncontains = '{words}'\nremoves = '{words}'\n")
    };
    let text = format!("{ARTICLE}渡口的雾（打印）（分享）散了。\n");
    let removed = |rules: [String; 2]| -> Vec<(String, String)> {
        let rules = RuleSet::from_sources(&[Source::new("own.toml", rules.concat())]).unwrap_or_else(|e| panic!("{e}"));
        let outcome = clean(Engine::builder(), &rules, &text);
        let one = |removal: &dehusk::Removal| match removal.cause {
            Cause::Rule { rule, .. } => (rules.rule(rule).name.clone(), text[removal.span.range()].to_string()),
            other => panic!("{other:?}"),
        };
        outcome.removals.iter().map(one).collect()
    };
    let pair = |rule: &str, words: &str| (rule.to_string(), words.to_string());
    assert_eq!(removed([rule("a", "（分享）"), rule("b", "（打印）")]), [pair("b", "（打印）"), pair("a", "（分享）")]);
    assert_eq!(removed([rule("a", "）（分享）"), rule("b", "（打印）（")]), [pair("b", "（打印）（分享）")]);
}

/// Blank lines between two lines of one block are of the block; others that go have no rule.
#[test]
fn blank_lines_in_a_block_are_of_the_block() {
    let removed = |rules: &str, text: &str| -> Vec<(String, bool)> {
        let rules = RuleSet::from_sources(&[Source::new("own.toml", rules)]).unwrap_or_else(|e| panic!("{e}"));
        let outcome = clean(Engine::builder(), &rules, text);
        let one = |removal: &dehusk::Removal| (text[removal.span.range()].to_string(), removal.cause == Cause::Seam);
        outcome.removals.iter().map(one).collect()
    };
    let of_block = |text: &str| (text.to_string(), false);
    let seam = ("\n".to_string(), true);
    let to_end = "[[rule]]\nname = 'r'\nis = 'Related'\nremove = 'to_end'\nremoves = 'Related'\n";
    assert_eq!(removed(to_end, &format!("{ARTICLE}Related\n\n- Boats\n")), [of_block("Related\n\n- Boats\n")]);
    let lines = "[[rule]]\nname = 'r'\nis = ['Boats', 'Piers']\nremoves = 'Boats'\n";
    let expected = [of_block("Boats\n"), seam.clone(), of_block("Piers\n")];
    assert_eq!(removed(lines, &format!("{ARTICLE}Boats\n\nPiers\n")), expected);
    // Of two blank lines in the middle of the text the first stays.
    let until = "[[rule]]\nname = 'r'\nis = 'Related'\nremove = 'until'\nuntil = 'Share'\nremoves = 'Related'\n";
    let expected = [of_block("Related\n"), seam, of_block("- Boats\nShare\n")];
    assert_eq!(removed(until, &format!("{ARTICLE}Related\n\n\n- Boats\nShare\n{ARTICLE}")), expected);
}
