//! Rules suggested from real pages seldom remove a line that people marked as body.

use dehusk::suggest::{Counter, Gathered, Suggestions, scan, suggestions};
use dehusk::{Body, Document, Engine, Lang, Profile, RuleSet, Source, Status, shipped_bodies};
use serde::Deserialize;
use std::io::{BufRead, BufReader};

use crate::util::shared;

#[derive(Deserialize)]
struct Page {
    text: String,
    gold: Option<String>,
    host: Option<String>,
    #[serde(default)]
    lang: String,
    #[serde(default)]
    view: String,
}

impl Page {
    fn document(&self) -> Document<'_> {
        let document = Document::new(&self.text).expect("a page is short").with_language(&self.lang);
        match &self.host {
            Some(host) => document.with_host(host),
            None => document,
        }
    }
}

fn suggested(pages: &[Page], bodies: &[Body], rules: &RuleSet) -> Suggestions {
    let engine = Engine::builder().build(rules).expect("the shipped rules compile");
    let mut counter = Counter::default();
    bodies.iter().for_each(|body| counter.add_body(&body.text));
    // The bodies of these pages are not given, because the suggested rules are tested with them.
    for page in pages {
        counter.add(&scan(&page.document(), None));
    }
    let wanted = counter.wanted();
    let mut gathered = Gathered::default();
    pages.iter().for_each(|page| gathered.add(&wanted, wanted.look(&page.document(), &engine)));
    suggestions(gathered, &wanted, bodies, Lang::En).expect("what is proposed compiles")
}

/// The number of suggested rules that remove no line of a body, each tested alone on every page.
fn harmless(found: &Suggestions, pages: &[Page]) -> usize {
    let mut good = 0;
    for rule in &found.rules {
        let mut rules = RuleSet::from_sources(&[Source::new("suggested.toml", &rule.toml)]).expect("it is a rule");
        rules.rules.iter_mut().for_each(|rule| rule.status = Status::On);
        let engine = Engine::builder().profile(Profile::Body).rules_only().build(&rules).expect("it compiles");
        let mut hit = None;
        for page in pages {
            let Some(gold) = &page.gold else { continue };
            // A rule for one site is tested only on that site.
            let host = page.host.as_deref().unwrap_or_default();
            if rule.site.as_deref().is_some_and(|site| !host.ends_with(site)) {
                continue;
            }
            let document = page.document();
            let outcome = engine.clean(&document);
            let body = |text: &str| gold.lines().any(|line| line.trim() == text);
            let gone = outcome.removals.iter().flat_map(|r| document.text()[r.span.range()].lines());
            if let Some(line) = gone.map(str::trim).find(|line| !line.is_empty() && body(line)) {
                hit = Some(format!("{} removes “{line}” of {}", rule.name, page.host.as_deref().unwrap_or("?")));
                break;
            }
        }
        match hit {
            None => good += 1,
            Some(hit) => eprintln!("  {hit}"),
        }
    }
    good
}

#[test]
fn nine_of_ten_proposed_rules_hit_no_body() {
    let Some(shared) = shared() else { return };
    let file = std::fs::File::open(shared.join("eval/dev.jsonl.xz")).expect("the collection can be read");
    let reader = BufReader::new(lzma_rust2::XzReader::new(BufReader::new(file), true));
    let mut pages: Vec<Page> = reader
        .lines()
        .map(|line| serde_json::from_str(&line.expect("it is text")).expect("it is a page"))
        .filter(|page: &Page| ["zh", "en"].contains(&page.lang.as_str()))
        .collect();
    let bodies = shipped_bodies();
    let shipped = RuleSet::shipped().expect("the shipped rules load");
    let mut faults = Vec::new();
    let mut sums = [("over the shipped rules", 0, 0), ("without rules", 0, 0)];
    for view in ["trafilatura", "resiliparse", "page"] {
        for language in ["zh", "en"] {
            let some: Vec<Page> = pages.extract_if(.., |page| page.lang == language && page.view == view).collect();
            for (rules, sum) in [&shipped, &RuleSet::default()].into_iter().zip(&mut sums) {
                let found = suggested(&some, &bodies, rules);
                let (proposed, good) = (found.rules.len(), harmless(&found, &some));
                let texts: usize = found.rules.iter().map(|rule| rule.texts).sum();
                let (documents, with) = (found.documents, sum.0);
                eprintln!(
                    "{view}, {language}, {with}: {documents} documents, {proposed} rules of {texts} texts, {good} hit no body line"
                );
                sum.1 += proposed;
                sum.2 += good;
                // With few suggestions the rate means nothing.
                if proposed >= 10 && good * 10 < proposed * 9 {
                    faults.push(format!("{view}, {language}, {with}: {good} of {proposed}"));
                }
            }
        }
    }
    for (with, proposed, good) in sums {
        eprintln!("in all, {with}: {proposed} rules, {good} hit no body line");
        if proposed < 50 || good * 10 < proposed * 9 {
            faults.push(format!("in all, {with}: {good} of {proposed}"));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}
