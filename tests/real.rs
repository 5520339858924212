//! Real documents outside the repository: the bodies that they must give, and texts that must stay.

use std::fs;

use dehusk::{Document, Engine, EngineBuilder, Input, Profile, RuleSet};
use serde_json::Value;

use crate::util::{body, lines, pages, shared, shipped};

#[test]
fn seeds_give_their_bodies() {
    let Some(shared) = shared() else { return };
    let engine = shipped(Profile::Article);
    let mut right = 0;
    let mut wrong = Vec::new();
    for entry in fs::read_dir(shared.join("seeds")).expect("the seeds can be listed") {
        let path = entry.expect("the seeds can be listed").path();
        let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
        if name.ends_with(".body.txt") {
            continue;
        }
        let text = fs::read_to_string(&path).expect("a seed is UTF-8");
        let expected = fs::read_to_string(path.with_extension("body.txt")).expect("a seed has a body");
        let got = body(&engine, &text);
        if lines(&got) == lines(&expected) {
            right += 1;
        } else {
            wrong.push(format!("{name}\n--- expected\n{expected}\n--- got\n{got}"));
        }
        assert_eq!(body(&engine, &got), got, "{name}: twice is not once");
    }
    assert!(wrong.is_empty(), "{right} right, wrong:\n{}", wrong.join("\n"));
    assert_eq!(right, 5);
}

/// Sentences before and after a trap, so that it is in the middle of an article.
const BEFORE: &str = "清晨的雾还没有散，渡口已经排起了长队，挑担的、推车的都在等第一班船。\n船老大说，这条水路他走了三十年，闭着眼睛也知道哪里有暗礁。\n";
const AFTER: &str = "\n到了中午，太阳出来了，对岸的集市热闹起来，卖鱼的吆喝声传得很远。\n傍晚收摊的时候，大家把剩下的菜分了分，各自划船回家去了。\n";
const BEFORE_EN: &str = "The ferry left before dawn, and the whole village stood on the pier to watch it go.\nNobody had told them how long the crossing would take or who would meet them there.\n";
const AFTER_EN: &str = "\nBy noon the fog had lifted, and the first boats came back with their nets half full.\nShe counted the crates twice, wrote the number in her book, and went home to sleep.\n";

#[test]
fn traps_survive() {
    let Some(shared) = shared() else { return };
    let engine = shipped(Profile::Article);
    let traps = fs::read_to_string(shared.join("traps.jsonl")).expect("the traps can be read");
    let (mut all, mut lost) = (0, Vec::new());
    for line in traps.lines().filter(|l| !l.is_empty()) {
        let trap: Value = serde_json::from_str(line).expect("a trap is JSON");
        let text = trap["text"].as_str().expect("a trap has a text");
        all += 1;
        let alone = body(&engine, text) == text;
        let inside = [(BEFORE, AFTER), (BEFORE_EN, AFTER_EN)].iter().all(|(before, after)| {
            let article = format!("{before}{text}{after}");
            body(&engine, &article) == article
        });
        if !alone || !inside {
            lost.push(format!("{} alone {alone} inside {inside}: {text}", trap["id"]));
        }
    }
    eprintln!("traps: {} of {all} survive", all - lost.len());
    assert!(all >= 100, "only {all} traps were found");
    assert!(lost.len() <= 2, "{} of {all} traps are damaged:\n{}", lost.len(), lost.join("\n"));
}

#[test]
fn pages_keep_the_invariants() {
    let rules = RuleSet::shipped().expect("the shipped rules have no mistakes");
    // In the profile `body` the finder judges the result as a new text, so there the rules are tested without
    // the finder.
    let build = |builder: EngineBuilder| builder.build(&rules).expect("the shipped rules compile");
    let engines = [
        build(Engine::builder().profile(Profile::Archive)),
        build(Engine::builder().profile(Profile::Article)),
        build(Engine::builder().profile(Profile::Body).rules_only()),
    ];
    let mut checked = 0;
    for text in pages(1) {
        for engine in &engines {
            let document = Document::new(&text).expect("a page is short");
            let outcome = engine.clean(&document);
            crate::util::assert_sound(&document, &outcome);
            let once = outcome.body(&document);
            let left = Document::new(&once).expect("a body is no longer than its page");
            let again = engine.clean(&left).removals;
            let lost: Vec<_> = again.iter().map(|r| (&once[r.span.range()], r.cause)).collect();
            assert!(lost.is_empty(), "a second pass takes {lost:?}");
        }
        checked += 1;
    }
    eprintln!("{checked} pages keep the invariants in {} profiles", engines.len());
}

#[test]
fn the_finder_loses_no_byte_and_empties_no_page() {
    let rules = RuleSet::shipped().expect("the shipped rules have no mistakes");
    let build = |input, profile| {
        Engine::builder().input(input).profile(profile).build(&rules).expect("the shipped rules compile")
    };
    let engines = [
        build(Input::Text, Profile::Body),
        build(Input::Page, Profile::Body),
        build(Input::Page, Profile::Article),
        build(Input::Auto, Profile::Article),
    ];
    let mut checked = 0;
    for text in pages(5) {
        let document = Document::new(&text).expect("a page is short");
        for engine in &engines {
            let outcome = engine.clean(&document);
            crate::util::assert_sound(&document, &outcome);
            let body = outcome.body(&document);
            assert!(body.trim().is_empty() == text.trim().is_empty(), "a page was emptied:\n{text}");
        }
        checked += 1;
    }
    eprintln!("{checked} pages come through the finder whole");
}
