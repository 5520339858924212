//! Rules suggested from real pages seldom remove a line that people marked as body.

use dehusk::suggest::{Counter, Gathered, Suggestions, Wanted, scan, suggestions};
use dehusk::{Body, Document, Engine, Lang, Profile, RuleSet, Source, Status, shipped_bodies};
use serde::Deserialize;

use crate::util::collection;

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

/// What the pages repeat, whatever rules there are.
fn wanted(pages: &[Page], bodies: &[Body]) -> Wanted {
    let mut counter = Counter::default();
    bodies.iter().for_each(|body| counter.add_body(&body.text));
    // The bodies of these pages are not given, because the suggested rules are tested with them.
    for page in pages {
        counter.add(&scan(&page.document(), None));
    }
    counter.wanted()
}

fn suggested(pages: &[Page], wanted: &Wanted, bodies: &[Body], rules: &RuleSet) -> Suggestions {
    let engine = Engine::builder().build(rules).expect("the shipped rules compile");
    let mut gathered = Gathered::default();
    pages.iter().for_each(|page| gathered.add(wanted, wanted.look(&page.document(), &engine)));
    suggestions(gathered, wanted, bodies, Lang::En).expect("what is proposed compiles")
}

/// The rules of these texts, each in its own file, all of them on.
fn rules_on(texts: &[&str]) -> RuleSet {
    let source = |(i, text): (usize, &&str)| Source::new(format!("{i:05}.toml"), text.to_string());
    let sources: Vec<Source> = texts.iter().enumerate().map(source).collect();
    let mut rules = RuleSet::from_sources(&sources).expect("they are rules");
    assert_eq!(rules.rules.len(), texts.len());
    rules.rules.iter_mut().for_each(|rule| rule.status = Status::On);
    rules
}

fn engine_of(rules: &RuleSet) -> Engine {
    Engine::builder().profile(Profile::Body).rules_only().build(rules).expect("they compile")
}

/// For each suggested rule, the pages with a line that it matches. On the others it does nothing.
fn pages_of_rules<'p>(found: &Suggestions, pages: &'p [Page]) -> Vec<Vec<&'p Page>> {
    let texts: Vec<&str> = found.rules.iter().map(|rule| rule.toml.as_str()).collect();
    let engine = engine_of(&rules_on(&texts));
    let mut of_rules = vec![Vec::new(); texts.len()];
    for page in pages.iter().filter(|page| page.gold.is_some()) {
        let document = page.document();
        let inspector = engine.inspect(&document);
        let mut matching: Vec<_> = (0..document.len()).flat_map(|line| inspector.matching(line)).collect();
        matching.sort_unstable();
        matching.dedup();
        matching.into_iter().for_each(|rule| of_rules[rule.0 as usize].push(page));
    }
    of_rules
}

/// The number of suggested rules that remove no line of a body, each tested alone on every page that it matches.
fn harmless(found: &Suggestions, pages: &[Page]) -> usize {
    let mut good = 0;
    for (rule, pages) in found.rules.iter().zip(pages_of_rules(found, pages)) {
        let engine = engine_of(&rules_on(&[&rule.toml]));
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
    let Some(records) = collection() else { return };
    let mut pages: Vec<Page> = records
        .map(|line| serde_json::from_str(line).expect("it is a page"))
        .filter(|page: &Page| ["zh", "en"].contains(&page.lang.as_str()))
        .collect();
    let bodies = shipped_bodies();
    let shipped = RuleSet::shipped().expect("the shipped rules load");
    let mut faults = Vec::new();
    let mut sums = [("over the shipped rules", 0, 0), ("without rules", 0, 0)];
    for view in ["trafilatura", "resiliparse", "page"] {
        for language in ["zh", "en"] {
            let some: Vec<Page> = pages.extract_if(.., |page| page.lang == language && page.view == view).collect();
            let wanted = wanted(&some, &bodies);
            for (rules, sum) in [&shipped, &RuleSet::default()].into_iter().zip(&mut sums) {
                let found = suggested(&some, &wanted, &bodies, rules);
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
