//! How long an editor waits: from a letter typed in a rule to the open document shown anew, and for ten thousand articles.
//!
//! `cargo bench -p dehusk-studio` prints both. The articles are the known bodies, again and again, each with a footer.

#[path = "../tests/common/mod.rs"]
mod common;

use std::thread;
use std::time::{Duration, Instant};

use common::{Served, document, edit};
use dehusk_engine::{Engine, shipped_bodies};
use dehusk_rules::{RuleSet, shipped_sources};
use serde_json::json;

const ARTICLES: usize = 10_000;
const LETTERS: usize = 200;
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
    println!("{rules} rules, {LETTERS} letters: median {:.1} ms, 95th percentile {:.1} ms", part(50), part(95));

    // What of this is only the copy of the rules that the edited one is put into, and what is building the engine.
    let shipped = RuleSet::from_sources(&shipped_sources()).expect("the shipped rules are right");
    let (mut copied, mut built): (Vec<Duration>, Vec<Duration>) = (Vec::new(), Vec::new());
    for _ in 0..LETTERS {
        let start = Instant::now();
        let copy = shipped.clone();
        copied.push(start.elapsed());
        let start = Instant::now();
        Engine::builder().build_from(copy).expect("they can be compiled");
        built.push(start.elapsed());
    }
    copied.sort();
    built.sort();
    let median = |all: &[Duration]| all[all.len() / 2].as_secs_f64() * 1000.0;
    println!("copying the rules {:.2} ms, building an engine {:.2} ms", median(&copied), median(&built));

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
}

fn rule(words: &str, number: usize) -> String {
    format!(
        "[[rule]]\nname = 'offers {number}'\nstatus = 'trial'\nremove = 'line'\ncontains = '{words}'\nremoves = '{words}'\n"
    )
}
