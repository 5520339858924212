//! How many megabytes a second does the engine clean, on one thread?
//!
//! Text in, outcome and body out, no file and no JSON: what a worker does between reading and
//! writing. Four kinds of text, Chinese and English, whole pages and what an extractor leaves of
//! them, from `../shared/eval` where it is there, and otherwise made up; then a text of a hundred
//! bytes, for what a call costs at least. The figures are medians of turns in which the kinds
//! alternate. The removals of each turn are counted: every turn must have the same ones, and of
//! the invented texts the number is known.
//!
//! `cargo bench --bench speed`, or with files of your own, one JSON object with `text` a line:
//! `cargo bench --bench speed -- a.jsonl b.jsonl`.

use std::io::Read;
use std::path::Path;
use std::time::{Duration, Instant};
use std::{env, fs};

use dehusk::{Document, Engine, RuleSet};

/// How much text of each kind is cleaned in a turn, in bytes, and how many turns there are.
const ENOUGH: usize = 10_000_000;

struct Kind {
    name: String,
    texts: Vec<String>,
    /// How many removals there must be, where that is known.
    removals: Option<usize>,
}

fn main() {
    let start = Instant::now();
    let rules = RuleSet::shipped().expect("the shipped rules have no mistakes");
    let engine = Engine::builder().build(&rules).expect("the rules compile");
    println!("{} rules, engine made in {:.1?}", rules.rules.len(), start.elapsed());
    let turns = env::var("DEHUSK_BENCH_TURNS").ok().and_then(|n| n.parse().ok()).unwrap_or(5);

    let files: Vec<String> = env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let kinds = if files.is_empty() { evaluation().unwrap_or_else(invented) } else { given(&files) };
    let mut times = vec![Vec::new(); kinds.len()];
    let mut found = vec![None; kinds.len()];
    for _ in 0..turns {
        for (i, kind) in kinds.iter().enumerate() {
            let (counts, time) = clean(&engine, &kind.texts);
            assert_eq!(*found[i].get_or_insert(counts), counts, "{}: not the same in every turn", kind.name);
            times[i].push(time);
        }
    }
    for ((kind, times), found) in kinds.iter().zip(times).zip(found) {
        let bytes: usize = kind.texts.iter().map(String::len).sum();
        let (removals, gone) = found.unwrap_or_default();
        assert!(removals > 0, "{}: nothing was removed: the text is not what the bench is about", kind.name);
        assert_eq!(kind.removals.unwrap_or(removals), removals, "{}: not the removals that are known", kind.name);
        let (time, megabytes) = (median(times), bytes as f64 / 1e6);
        let speed = megabytes / time.as_secs_f64();
        println!("{:24} {megabytes:6.1} MB  {removals:7} removals, {gone:9} bytes  {speed:7.1} MB/s", kind.name);
    }
    small(&engine);
}

/// What a call costs at least: a text of a hundred bytes.
fn small(engine: &Engine) {
    const CALLS: u32 = 20_000;
    let text = "The first ferry left at six with forty passengers on board.\nNobody had seen the harbour so full.\n";
    let time = (0..5).map(|_| {
        let start = Instant::now();
        let left: usize = (0..CALLS).map(|_| body(engine, text).1.len()).sum();
        assert_eq!(left, CALLS as usize * text.len(), "nothing goes from this text");
        start.elapsed() / CALLS
    });
    println!("a text of {} bytes: {:.2?} a call", text.len(), median(time.collect()));
}

fn body(engine: &Engine, text: &str) -> ((usize, usize), String) {
    let document = Document::new(text).expect("a text is short");
    let outcome = engine.clean(&document);
    ((outcome.removals.len(), outcome.removed_bytes()), outcome.body(&document))
}

/// How many removals of how many bytes there are in the texts, and how long that took.
fn clean(engine: &Engine, texts: &[String]) -> ((usize, usize), Duration) {
    let start = Instant::now();
    let mut sum = (0, 0);
    for text in texts {
        let ((removals, bytes), body) = body(engine, text);
        assert_eq!(body.len() + bytes, text.len());
        sum = (sum.0 + removals, sum.1 + bytes);
    }
    (sum, start.elapsed())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// The texts of the evaluation set, if it is there.
fn evaluation() -> Option<Vec<Kind>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/eval/dev.jsonl.xz");
    let file = fs::File::open(path).ok()?;
    let mut lines = String::new();
    lzma_rust2::XzReader::new(file, true).read_to_string(&mut lines).ok()?;
    let mut kinds: Vec<Kind> = Vec::new();
    for line in lines.lines() {
        let record: serde_json::Value = serde_json::from_str(line).ok()?;
        let (lang, view) = (record["lang"].as_str()?, record["view"].as_str()?);
        let lang = if lang.starts_with("zh") { "zh" } else { lang };
        if !matches!((lang, view), ("zh" | "en", "page" | "trafilatura")) {
            continue;
        }
        let (name, text) = (format!("{lang} {view}"), record["text"].as_str()?.to_string());
        match kinds.iter_mut().find(|kind| kind.name == name) {
            Some(kind) => kind.texts.push(text),
            None => kinds.push(Kind { name, texts: vec![text], removals: None }),
        }
    }
    kinds.sort_by(|a, b| b.name.cmp(&a.name));
    kinds.iter_mut().for_each(repeat);
    Some(kinds)
}

/// The texts of a kind again and again, until there is enough.
fn repeat(kind: &mut Kind) {
    let bytes: usize = kind.texts.iter().map(String::len).sum();
    let once = kind.texts.clone();
    (1..ENOUGH.div_ceil(bytes.max(1))).for_each(|_| kind.texts.extend(once.iter().cloned()));
}

fn given(files: &[String]) -> Vec<Kind> {
    let read = |name: &String| {
        let text = fs::read_to_string(name).unwrap_or_else(|e| panic!("{name}: {e}"));
        let text_of = |line: &str| {
            let record: serde_json::Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{name}: {e}"));
            record["text"].as_str().unwrap_or_else(|| panic!("{name}: no `text`")).to_string()
        };
        Kind { name: name.clone(), texts: text.lines().map(text_of).collect(), removals: None }
    };
    files.iter().map(read).collect()
}

/// Invented texts, where the evaluation set is not there: body and boilerplate in the proportions
/// of an extractor's output and of a whole page.
fn invented() -> Vec<Kind> {
    const ZH: (&str, &[&str]) = (
        "清晨六点，老码头重新开航，第一班渡船载着四十多位乘客驶向对岸，岸上站满了送行的人和举着手机的孩子。\n",
        &["【打印】【关闭】\n", "责任编辑：林一鸣\n", "版权声明：未经授权，不得转载。\n"],
    );
    const EN: (&str, &[&str]) = (
        "The old harbour opened again at six in the morning, and the first ferry carried forty people across.\n",
        &["Print this page\n", "All rights reserved.\n", "Subscribe to our newsletter\n"],
    );
    let kind = |name: &str, (sentence, boilerplate): (&str, &[&str]), sentences: usize| {
        let text = sentence.repeat(sentences) + &boilerplate.concat();
        let texts = vec![text.clone(); ENOUGH / text.len()];
        // The lines stand together at the end; each goes by a rule of its own.
        Kind { name: format!("{name} (invented)"), removals: Some(boilerplate.len() * texts.len()), texts }
    };
    vec![kind("zh page", ZH, 4), kind("zh text", ZH, 20), kind("en page", EN, 4), kind("en text", EN, 20)]
}
