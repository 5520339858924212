//! Properties of every text and every rule set, tested on invented ones and, if they exist, on the real
//! texts outside the repository.

use dehusk::{Action, Document, Engine, FoldedLine, Outcome, Position, Profile, Rule, RuleSet, Shape, Status, fold};

use crate::generate::{self, Dice};
use crate::reference;
use crate::util::{assert_sound, shared};

const CASES: u64 = 3_000;

/// Invented rules and texts, from consecutive seeds.
fn cases(from: u64) -> impl Iterator<Item = (RuleSet, String, Dice)> {
    (0..CASES).map(move |seed| {
        let mut dice = Dice::new(from + seed);
        let rules = generate::rules(&mut dice);
        let text = generate::document(&mut dice, &rules);
        (rules, text, dice)
    })
}

fn engine(rules: &RuleSet) -> Engine {
    Engine::builder().rules_only().build(rules).expect("the rules compile")
}

fn clean<'t>(engine: &Engine, text: &'t str) -> (Document<'t>, Outcome) {
    let document = Document::new(text).expect("a test text is short");
    let outcome = engine.clean(&document);
    (document, outcome)
}

/// Removals and body together are the text; spans are on character boundaries; a line is removed with its
/// terminator, or the terminator stays, so that no two lines are joined.
fn assert_of_the_text(document: &Document<'_>, outcome: &Outcome) {
    assert_sound(document, outcome);
    for spared in &outcome.spared {
        assert!(document.text().get(spared.span.range()).is_some(), "{spared:?} is no part of the text");
    }
    let mut removals = outcome.removals.iter().peekable();
    for at in 0..document.len() {
        let (line, whole) = (document.line(at), document.line_with_terminator(at));
        let (mut of_line, mut of_end) = (0, 0);
        while let Some(removal) = removals.peek() {
            let span = removal.span;
            let within = |start: usize, end: usize| span.end.min(end).saturating_sub(span.start.max(start));
            of_line += within(line.start, line.end);
            of_end += within(line.end, whole.end);
            if span.end > whole.end {
                break;
            }
            removals.next();
        }
        let ends = whole.end - line.end;
        assert!(of_end == 0 || (of_end == ends && of_line == line.len()), "line {at} loses its end and keeps text");
    }
}

/// The removed ranges, joined if they touch. Rules are ignored: which of several is named depends on their order, by
/// design.
fn spans(outcome: &Outcome) -> Vec<(usize, usize)> {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for removal in &outcome.removals {
        match spans.last_mut() {
            Some(last) if last.1 == removal.span.start => last.1 = removal.span.end,
            _ => spans.push((removal.span.start, removal.span.end)),
        }
    }
    spans
}

#[test]
fn the_body_and_the_removals_are_the_text() {
    for (rules, text, _) in cases(100_000) {
        let (document, outcome) = clean(&engine(&rules), &text);
        assert_of_the_text(&document, &outcome);
    }
}

#[test]
fn twice_is_once() {
    for (seed, (rules, text, _)) in cases(200_000).enumerate() {
        if asks_other_lines(&rules) {
            continue;
        }
        let engine = engine(&rules);
        let (document, outcome) = clean(&engine, &text);
        let once = outcome.body(&document);
        // Set the language: it may be guessed differently after half of the text is removed.
        let language = document.language();
        let mut left = Document::new(&once).expect("it is short");
        if let Some(language) = language {
            left = left.with_language(language);
        }
        let twice = engine.clean(&left).body(&left);
        assert_eq!(twice, once, "seed {seed} of {text:?}");
    }
}

/// Whether a rule depends on other lines (`said_again`, `repeated`) or on the language: these conditions refer to
/// the input and may be different for the result.
fn asks_other_lines(rules: &RuleSet) -> bool {
    rules.rules.iter().any(|rule| asks_others(rule) || !rule.languages.is_empty())
}

fn asks_others(rule: &Rule) -> bool {
    let others = |shapes: &[Shape]| shapes.iter().any(|s| matches!(s, Shape::SaidAgain | Shape::Repeated));
    others(&rule.conditions.looks_like) || others(&rule.conditions.unless_looks_like)
}

/// A line that a keep matches (with a position in lines, or none) is unchanged in the body. Positions in percent
/// are excluded, because they may be different in a shorter text; the comparison with the reference covers
/// them.
#[test]
fn keep_always_wins() {
    let mut kept = 0;
    for (seed, (rules, text, _)) in cases(300_000).enumerate() {
        let (document, outcome) = clean(&engine(&rules), &text);
        let texts: Vec<usize> = (0..document.len()).filter(|&l| !fold(document.line_text(l)).is_empty()).collect();
        for rule in &rules.rules {
            let of_lines = matches!(
                rule.conditions.position,
                Position::Anywhere | Position::FirstLines(_) | Position::LastLines(_)
            );
            if rule.action != Action::Keep || rule.status != Status::On || !of_lines || asks_others(rule) {
                continue;
            }
            for line in reference::matching_lines(&rules, rule, &document) {
                let rank = texts.iter().position(|&l| l == line).expect("a blank line matches no rule");
                let holds = match rule.conditions.position {
                    Position::FirstLines(n) => rank < n as usize,
                    Position::LastLines(n) => texts.len() - rank <= n as usize,
                    _ => true,
                };
                let span = document.line(line);
                let lost = outcome.removals.iter().any(|r| r.span.start < span.end && r.span.end > span.start);
                assert!(!holds || !lost, "seed {seed}: {} does not hold line {line} of {text:?}", rule.full_name());
                kept += usize::from(holds);
            }
        }
    }
    assert!(kept > 500, "only {kept} lines were kept");
}

#[test]
fn the_order_of_rules_changes_nothing() {
    for (seed, (rules, text, mut dice)) in cases(400_000).enumerate() {
        let (_, outcome) = clean(&engine(&rules), &text);
        let mut other = rules.clone();
        for at in (1..other.rules.len()).rev() {
            other.rules.swap(at, dice.below(at + 1));
        }
        let (_, shuffled) = clean(&engine(&other), &text);
        assert_eq!(spans(&shuffled), spans(&outcome), "seed {seed} of {text:?}");
    }
}

#[test]
fn the_order_of_files_changes_nothing() {
    let mut sources = dehusk::shipped_sources();
    let rules = RuleSet::from_sources(&sources).expect("the shipped rules have no mistakes");
    sources.reverse();
    let other = RuleSet::from_sources(&sources).expect("the shipped rules have no mistakes");
    let names = |rules: &RuleSet| rules.rules.iter().map(Rule::full_name).collect::<Vec<_>>();
    assert_eq!(names(&rules), names(&other));
    let (engine, other) = (engine(&rules), engine(&other));
    for (text, ..) in real_texts(40) {
        assert_eq!(clean(&engine, &text).1, clean(&other, &text).1);
    }
}

#[test]
fn the_prefilter_changes_nothing() {
    for (seed, (rules, text, _)) in cases(500_000).enumerate() {
        let plain = Engine::builder().rules_only().without_prefilter().build(&rules).expect("the rules compile");
        assert_eq!(clean(&plain, &text).1, clean(&engine(&rules), &text).1, "seed {seed} of {text:?}");
    }
}

#[test]
fn folding_maps_back_in_order_and_inside_the_line() {
    for (_, text, _) in cases(600_000) {
        text.lines().for_each(assert_maps_back);
    }
    for (text, _) in real_texts(40) {
        text.lines().filter(|line| line.len() < 2_000).for_each(assert_maps_back);
    }
}

fn assert_maps_back(line: &str) {
    let view = FoldedLine::new(line);
    let folded = view.text();
    let mut last = 0..0;
    for (at, c) in folded.char_indices() {
        let original = view.to_original(at..at + c.len_utf8());
        assert!(line.get(original.clone()).is_some(), "{original:?} is no part of {line:?}");
        assert!(
            original.start >= last.start && original.end >= last.end,
            "{original:?} stands before {last:?} in {line:?}"
        );
        last = original;
    }
    assert_eq!(fold(folded), folded, "folding {line:?} twice is not folding once");
}

/// The seeds and every `step`-th record of the collection; `true` for seeds.
fn real_texts(step: usize) -> Vec<(String, bool)> {
    let Some(shared) = shared() else { return Vec::new() };
    let seeds = std::fs::read_dir(shared.join("seeds")).expect("the seeds can be listed");
    let seeds = seeds.map(|entry| std::fs::read_to_string(entry.expect("an entry").path()).expect("a seed is UTF-8"));
    seeds.map(|seed| (seed, true)).chain(crate::util::pages(step).into_iter().map(|page| (page, false))).collect()
}

#[test]
fn real_texts_keep_the_invariants() {
    let rules = RuleSet::shipped().expect("the shipped rules have no mistakes");
    let texts = real_texts(5);
    for profile in [Profile::Archive, Profile::Article, Profile::Body] {
        let builder = Engine::builder().profile(profile).rules_only();
        let engine = builder.clone().build(&rules).expect("the shipped rules compile");
        for (text, _) in &texts {
            let (document, outcome) = clean(&engine, text);
            assert_of_the_text(&document, &outcome);
            let once = outcome.body(&document);
            let (left, again) = clean(&engine, &once);
            assert_eq!(again.body(&left), once, "{profile:?}: twice is not once");
        }
    }
    eprintln!("{} real texts keep the invariants", texts.len());
}

#[test]
fn the_prefilter_changes_nothing_on_real_texts() {
    let rules = RuleSet::shipped().expect("the shipped rules have no mistakes");
    let fast = engine(&rules);
    let plain = Engine::builder().rules_only().without_prefilter().build(&rules).expect("the shipped rules compile");
    let texts = real_texts(100);
    for (text, _) in &texts {
        let text: String = text.chars().take(8_000).collect();
        assert_eq!(clean(&plain, &text).1, clean(&fast, &text).1);
    }
    eprintln!("{} real texts give the same outcome without the prefilter", texts.len());
}
