//! How long an editor waits: from a letter typed in a rule to the open document shown anew, and for ten thousand articles.
//!
//! `cargo bench -p dehusk-studio` prints both. The articles are the known bodies, again and again, each with a footer.

#[path = "../tests/common/mod.rs"]
mod common;

use std::thread;
use std::time::{Duration, Instant};

use common::{Served, document, edit};
use dehusk_engine::{Engine, shipped_bodies};
use dehusk_rules::{RuleId, RuleSet, shipped_sources};
use serde_json::json;

const ARTICLES: usize = 10_000;
const LETTERS: usize = 200;
/// The longest that an editor should wait for a letter, at the 95th percentile, in milliseconds.
const LIMIT: f64 = 50.0;
const FOOTER: &str = "Riverbend Harbour Gazette weekend print offer 1203";

fn main() {
    let bodies = shipped_bodies();
    let articles = bodies.iter().cycle().take(ARTICLES).map(|body| document(&format!("{}\n{FOOTER}\n", body.text), ""));
    let articles: Vec<_> = articles.collect();
    let bytes: usize = articles.iter().map(|one| one.text.len()).sum();
    let studio = Served::new(articles, &[]);
    let rules = studio.get("api/rules").json()["rules"].as_array().map_or(0, Vec::len);
    while studio.get("api/documents?text=no-such-words").json()["cleaned"] != json!(ARTICLES) {
        thread::sleep(Duration::from_millis(100));
    }

    let mut waited: Vec<Duration> = Vec::new();
    for letter in 0..LETTERS {
        let words = FOOTER.split(' ').take(2 + letter % 5).collect::<Vec<_>>().join(" ");
        let mut asked = edit("own.toml", None, &rule(&words, letter));
        asked["document"] = json!(letter % bodies.len());
        let start = Instant::now();
        let shown = studio.done("api/try", &asked);
        waited.push(start.elapsed());
        assert_eq!(shown["moved"].as_array().map(Vec::len), Some(1), "the footer goes, and nothing else");
    }
    waited.sort();
    let part = |hundredths: usize| waited[waited.len() * hundredths / 100].as_secs_f64() * 1000.0;
    let waited_most = part(95);
    println!("{rules} rules, {LETTERS} letters: median {:.1} ms, 95th percentile {waited_most:.1} ms", part(50));

    // What of this is making the engine, and what is saved: the copy of the rules that the edited one is put into, which
    // is made in advance, and an engine for which all rules are compiled.
    let shipped = RuleSet::from_sources(&shipped_sources()).expect("the shipped rules are right");
    let engine = Engine::builder().build(&shipped).expect("they can be compiled");
    let [mut copied, mut tried, mut built] = [const { Vec::<Duration>::new() }; 3];
    for letter in 0..LETTERS {
        let start = Instant::now();
        let mut copy = shipped.clone();
        copied.push(start.elapsed());
        copy.rules[letter].name.push('x');
        let start = Instant::now();
        engine.with_tried(copy, RuleId(letter as u32)).expect("it can be compiled");
        tried.push(start.elapsed());
        let copy = shipped.clone();
        let start = Instant::now();
        Engine::builder().build_from(copy).expect("they can be compiled");
        built.push(start.elapsed());
    }
    let median = |all: &mut Vec<Duration>| {
        all.sort();
        all[all.len() / 2].as_secs_f64() * 1000.0
    };
    println!(
        "copying the rules {:.2} ms, an engine with one rule tried {:.2} ms, an engine of all {:.2} ms",
        median(&mut copied),
        median(&mut tried),
        median(&mut built)
    );

    let start = Instant::now();
    studio.done("api/job", &edit("own.toml", None, &rule(FOOTER, 0)));
    let mut seen = studio.get("api/job").json();
    while seen["finished"] != true {
        thread::sleep(Duration::from_millis(20));
        seen = studio.get("api/job").json();
    }
    assert_eq!(seen["changed"], json!(ARTICLES));
    let (seconds, megabytes) = (start.elapsed().as_secs_f64(), bytes as f64 / 1e6);
    println!("{ARTICLES} articles, {megabytes:.1} MB: {seconds:.2} s");
    assert!(
        waited_most <= LIMIT,
        "a letter may take {LIMIT} ms at the 95th percentile, on a machine that does nothing else"
    );
}

fn rule(words: &str, number: usize) -> String {
    format!(
        "[[rule]]\nname = 'offers {number}'\nstatus = 'trial'\nremove = 'line'\ncontains = '{words}'\nremoves = '{words}'\n"
    )
}
