//! What is learnt of invented sites, and what is not.

use dehusk_engine::{Cause, Engine, Input, Outcome, shipped_bodies};
use dehusk_learn::{FEWEST_PAGES, KnownLines, SiteFile, SiteFindings, learn_site};
use dehusk_rules::{RuleSet, SiteFiles, Source, Status};
use dehusk_text::{Document, Lang};
use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

static RULES: LazyLock<RuleSet> = LazyLock::new(|| RuleSet::shipped().expect("the shipped rules load"));
static ENGINE: LazyLock<Engine> =
    LazyLock::new(|| Engine::builder().input(Input::Page).build(&RULES).expect("the shipped rules compile"));

const NOUNS: [&str; 12] = [
    "ferry",
    "harbour",
    "old captain",
    "bridge",
    "market",
    "river",
    "mill",
    "teacher",
    "orchard",
    "winter",
    "school",
    "boat",
];
const VERBS: [&str; 8] = ["crossed", "remembered", "painted", "measured", "repaired", "left", "described", "counted"];

/// A sentence that stands nowhere else.
fn sentence(i: usize, k: usize) -> String {
    let (a, b) = (NOUNS[(i * 7 + k * 5) % 12], NOUNS[(i * 3 + k * 11 + 1) % 12]);
    let verb = VERBS[(i + k * 3) % 8];
    format!(
        "On the {}th morning of that year the {a} {verb} the {b}, and {} people came to see it before noon.",
        i * 13 + k,
        i + k * 17
    )
}

fn headline(i: usize) -> String {
    format!("How the {} of {} came back", NOUNS[i % 12], ["Alder", "Birk", "Corve", "Dunmere", "Esk"][i % 5])
}

/// Page number `i` of a site whose furniture is these lines above and below.
fn page(i: usize, above: &[&str], below: &[String]) -> String {
    let mut text = String::new();
    above.iter().for_each(|line| text.push_str(&format!("{line}\n")));
    text.push_str(&format!("{}\n\n", headline(i)));
    for paragraph in 0..6 {
        let sentences: Vec<String> = (0..3).map(|k| sentence(i, paragraph * 3 + k)).collect();
        text.push_str(&format!("{}\n\n", sentences.join(" ")));
    }
    below.iter().for_each(|line| text.push_str(&format!("{line}\n")));
    text
}

fn learnt(pages: &[String]) -> SiteFindings {
    let documents: Vec<Document<'_>> =
        pages.iter().map(|page| Document::new(page).expect("it is short").with_host("river.example")).collect();
    learn_site(&documents, &ENGINE, &KnownLines::of(&shipped_bodies()))
}

/// An engine with the file that is made of what was learnt.
fn engine_with(findings: &SiteFindings) -> Engine {
    let file = SiteFile::new("river.example", findings, BTreeSet::new(), Lang::En);
    let source = Source::new("sites/river.example.toml", file.text.expect("something is learnt"));
    Engine::builder()
        .input(Input::Page)
        .site_files(Arc::new(SiteFiles::of_sources(vec![source])))
        .build(&RULES)
        .expect("what was learnt compiles")
}

fn has(findings: &SiteFindings, line: &str) -> bool {
    findings.lines.iter().any(|learnt| learnt.text == line && learnt.status == Status::On)
}

const ABOVE: [&str; 4] = ["Riverside Gazette", "Home", "Ferry times", "Letters"];

fn below(i: usize) -> Vec<String> {
    vec![
        "The Gazette is printed by the Riverside Press in an old boat house and has been since the flood".into(),
        format!("Page {i} of the paper"),
        "Write to the Gazette".into(),
    ]
}

#[test]
fn furniture_is_learnt_and_sentences_are_not() {
    let pages: Vec<String> = (0..12).map(|i| page(i, &ABOVE, &below(i))).collect();
    let findings = learnt(&pages);
    assert_eq!(findings.pages, 12);
    for line in ["Ferry times", "Letters", "Write to the Gazette", "Page {number} of the paper"] {
        assert!(has(&findings, line), "{line} in {findings:#?}");
    }
    for i in 0..12 {
        assert!(!findings.lines.iter().any(|line| line.text == headline(i) || line.text.contains("morning")), "{i}");
    }
}

#[test]
fn order_and_threads_do_not_matter() {
    let mut pages: Vec<String> = (0..12).map(|i| page(i, &ABOVE, &below(i))).collect();
    let first = learnt(&pages);
    pages.reverse();
    assert_eq!(first, learnt(&pages));
}

#[test]
fn a_headline_that_is_a_teaser_elsewhere_stays_on_its_page() {
    // Every page names the five newest articles below.
    let pages: Vec<String> = (0..12)
        .map(|i| {
            let mut lines = vec!["More from the Gazette".to_string()];
            lines.extend((0..5).filter(|&other| other != i).map(headline));
            lines.extend(below(i));
            page(i, &ABOVE, &lines)
        })
        .collect();
    let engine = engine_with(&learnt(&pages));
    for (i, text) in pages.iter().enumerate() {
        let document = Document::new(text).expect("it is short").with_host("www.river.example");
        let body = engine.clean(&document).body(&document);
        assert!(body.contains(&headline(i)), "{i}: {body}");
        assert!(body.contains(&sentence(i, 4)) && !body.contains("Ferry times"), "{i}: {body}");
    }
}

#[test]
fn a_page_is_no_evidence_against_itself() {
    // A line of two pages is none, however often it stands on them.
    let pages: Vec<String> = (0..8)
        .map(|i| {
            let mut lines = below(i);
            if i < 2 {
                lines.extend(["Only on two pages".to_string(), "Only on two pages".to_string()]);
            }
            page(i, &ABOVE, &lines)
        })
        .collect();
    assert!(!learnt(&pages).lines.iter().any(|line| line.text == "Only on two pages"));
}

#[test]
fn copies_of_an_article_are_one_page() {
    // The same article under ten addresses, each with another date.
    let mut pages: Vec<String> = (0..10).map(|i| format!("{}\n", page(1, &ABOVE, &below(i * 100)))).collect();
    pages.extend((2..6).map(|i| page(i, &ABOVE, &below(i))));
    let findings = learnt(&pages);
    assert_eq!(findings.pages, 5);
    assert!(!findings.lines.iter().any(|line| line.text.contains("morning")), "{findings:#?}");
}

#[test]
fn where_content_repeats_little_is_learnt() {
    // A manual: its headings and notes stand on every page, among its text.
    let pages: Vec<String> = (0..12)
        .map(|i| {
            let mut text = format!("{}\n\n", headline(i));
            for (k, heading) in
                ["What you need", "Before you begin", "Safety", "Steps", "When it fails"].iter().enumerate()
            {
                text.push_str(&format!(
                    "{heading}\n\nAlways switch the pump off and wait until the water has stopped moving.\n\n"
                ));
                text.push_str(&format!("{}\n\n", sentence(i, k)));
            }
            text
        })
        .collect();
    let findings = learnt(&pages);
    for line in ["Safety", "Steps", "Always switch the pump off and wait until the water has stopped moving."] {
        assert!(!has(&findings, line), "{line} in {findings:#?}");
    }
}

/// The lines of a page that go.
fn gone(outcome: &Outcome, document: &Document<'_>) -> BTreeSet<usize> {
    let is_gone = |&line: &usize| {
        let span = document.line(line);
        !span.is_empty() && outcome.removals.iter().any(|removal| removal.span.range().contains(&span.start))
    };
    (0..document.len()).filter(is_gone).collect()
}

#[test]
fn the_finder_takes_no_more_and_why_tells_what_cleaning_did() {
    let pages: Vec<String> = (0..12).map(|i| page(i, &ABOVE, &below(i))).collect();
    let engine = engine_with(&learnt(&pages));
    for text in &pages {
        let document = Document::new(text).expect("it is short").with_host("river.example");
        let (alone, with) = (ENGINE.clean(&document), engine.clean(&document));
        let of_finder = Outcome {
            removals: with.removals.iter().copied().filter(|one| matches!(one.cause, Cause::Finder { .. })).collect(),
            ..with.clone()
        };
        assert!(gone(&of_finder, &document).is_subset(&gone(&alone, &document)), "{text}");
        let asked = engine.for_site(&document).expect("it compiles").expect("there is a file");
        assert_eq!(gone(&asked.clean(&document), &document), gone(&with, &document), "{text}");
        // The second time its lines are remembered.
        assert_eq!(engine.clean(&document).removals, with.removals);
    }
}

#[test]
fn the_frame_is_learnt_where_content_repeats() {
    // Short articles above the lists of a blog, behind an extractor: most of what stays is the same on all pages.
    let text = Engine::builder().build(&RULES).expect("the shipped rules compile");
    let lists: Vec<String> = ["boat", "mill", "ferry", "river", "winter", "school", "bridge", "market"]
        .iter()
        .map(|noun| format!("- {noun}"))
        .collect();
    let article = |i: usize| (0..3).map(|k| sentence(i, k)).collect::<Vec<_>>().join("\n");
    let pages: Vec<String> =
        (0..8).map(|i| format!("{}\n\n{}\n\n{}\n", headline(i), article(i), lists.join("\n"))).collect();
    let documents: Vec<Document<'_>> =
        pages.iter().map(|page| Document::new(page).expect("it is short").with_host("river.example")).collect();
    let findings = learn_site(&documents, &text, &KnownLines::default());
    assert!(has(&findings, &lists[0]) && has(&findings, &lists[7]), "{findings:#?}");
}

#[test]
fn few_pages_teach_nothing() {
    let pages: Vec<String> = (0..2).map(|i| page(i, &ABOVE, &below(i))).collect();
    assert!(pages.len() < FEWEST_PAGES && learnt(&pages).lines.is_empty());
}
