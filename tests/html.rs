//! Pages of HTML: rules that ask the markup, and the quality on real pages.

use std::fs;
use std::io::{BufRead, BufReader, Write};

use dehusk::io::packed::{self, Packing};
use dehusk::{Document, Engine, Fact, Input, Profile, RuleSet, Source};
use serde_json::Value;

use crate::eval::{group, json_of, path};
use crate::util::{collection, shared};

const RULES: &str = "
[[rule]]
name = 'a line in the footer'
contains = 'Harbour Post'
inside = ['footer', 'sidebar']
removes = 'Published by the Harbour Post'
keeps = 'The ferry sails again.'

[[rule]]
name = 'links to more'
starts_with = 'More'
inside = 'link'
removes = 'More about the ferry'
keeps = 'The ferry sails again.'

[[keep]]
name = 'quotations stay'
contains = 'Harbour Post'
inside = 'quote'
keeps = 'Nobody but the Harbour Post'
";

const PAGE: &str = "<body class='has-sidebar'><article><h1>The ferry</h1>\
    <p>The Harbour Post was the first to say that the ferry sails again, and everybody in the town read it at once.</p>\
    <p>More than forty people stood on the bank that morning, and most of them had waited for a week.</p>\
    <p><a href=/more>More about the ferry</a></p></article>\
    <div class='page-sidebar'><p>Read the Harbour Post</p></div>\
    <footer><p>Published by the Harbour Post</p><blockquote>Nobody but the Harbour Post</blockquote></footer>";

fn rules() -> RuleSet {
    RuleSet::from_sources(&[Source::new("a.toml", RULES.to_owned())]).expect("the rules are right")
}

fn engine(input: Input) -> Engine {
    Engine::builder().profile(Profile::Article).input(input).rules_only().build(&rules()).expect("they compile")
}

#[test]
fn rules_may_ask_where_on_the_page_a_line_stands() {
    let engine = engine(Input::Html);
    // Names of elements are read by the words of the finder, which an engine of rules alone does not have.
    let reader = Engine::builder().input(Input::Html).build(&rules()).expect("they compile");
    let page = reader.read_html(PAGE, false);
    let document = page.document().expect("a page is short");
    let body = engine.clean(&document).body(&document);
    for (line, stays) in [
        ("The Harbour Post was the first", true),
        ("More than forty people", true),
        ("More about the ferry", false),
        ("Read the Harbour Post", false),
        ("Published by the Harbour Post", false),
        ("Nobody but the Harbour Post", true),
    ] {
        assert_eq!(body.contains(line), stays, "{line}: {body}");
    }
    // The question why has the elements of the line.
    let line = page.text().lines().position(|line| line.starts_with("The Harbour Post")).expect("it is there");
    let first = engine.rules().rules.iter().position(|rule| rule.name.contains("footer")).expect("it is there");
    let verdicts = engine.inspect(&document).why(line, dehusk::RuleId(first as u32));
    let inside = verdicts.iter().find(|verdict| verdict.condition == "inside").expect("the rule asks for it");
    let Fact::Inside(Some(names)) = &inside.fact else { panic!("{inside:?}") };
    let names: Vec<&str> = names.iter().map(|name| name.name()).collect();
    assert!(!inside.holds && names.contains(&"article") && !names.contains(&"sidebar"), "{names:?}");
}

#[test]
fn a_table_of_the_article_stays_whole() {
    let table = "<table><tr><th>Day</th><th>Boats</th></tr><tr><td>Monday</td><td>3</td></tr><tr><td>Tuesday</td><td>4</td></tr></table>";
    let prose = "<p>The ferry left before dawn, and the whole village stood on the pier to watch it go into the fog.</p>\
        <p>Nobody had told them how long the crossing would take, or who would meet them on the other side of the river.</p>";
    let page = |article: &str, footer: &str| {
        format!(
            "<body><nav><ul><li><a href=/>Home</a><li><a href=/n>News</a></ul></nav><article><h1>The ferry sails again</h1>\
             {article}</article><footer>{footer}<p>© 2024 The River Paper. All rights reserved.</p></footer>"
        )
    };
    let engine =
        Engine::builder().input(Input::Html).build(&RuleSet::shipped().expect("they are right")).expect("they compile");
    let rows_of = |html: &str| {
        let page = engine.read_html(html, false);
        let document = page.document().expect("a page is short");
        let body = engine.clean(&document).body(&document);
        assert!(body.contains("Nobody had told them"), "{body}");
        body.lines().filter(|line| line.starts_with('|')).count()
    };
    assert_eq!(rows_of(&page(&format!("{prose}{table}"), "")), 3);
    assert_eq!(rows_of(&page(&format!("{table}{prose}"), "")), 3);
    assert_eq!(rows_of(&page(prose, table)), 0, "a footer has tables of its own");
}

#[test]
fn in_plain_text_such_rules_do_nothing() {
    let engine = engine(Input::Text);
    let text = "Published by the Harbour Post\nMore about the ferry\n";
    let document = Document::new(text).expect("a text is short");
    assert_eq!(engine.clean(&document).body(&document), text);
}

/// A page in Chinese: boxes, of lines each.
fn chinese_page(boxes: &[&[&str]]) -> String {
    let of = |lines: &&[&str]| {
        let lines = lines.iter().map(|line| format!("<p>{line}</p>"));
        format!("<div><div>{}</div></div>", lines.collect::<String>())
    };
    format!("<body><div>{}</div></body>", boxes.iter().map(of).collect::<String>())
}

#[test]
fn on_a_chinese_page_what_stands_outside_most_paragraphs_goes() {
    const ARTICLE: &[&str] = &[
        "清晨的雾还没有散，渡口已经排起了长队，挑担的、推车的都在等第一班船，谁也不说话。",
        "船老大说，这条水路他走了三十年，闭着眼睛也知道哪里有暗礁，哪里的水流最急。",
        "到了中午，太阳出来了，对岸的集市热闹起来，卖鱼的吆喝声传得很远，连山上的人都听得见。",
        "傍晚收摊的时候，大家把剩下的菜分了分，各自划船回家去了，只有那条老狗还守在渡口。",
    ];
    const TEASER: &[&str] = &["山里的茶园今年收成很好，茶农们从四月起就没有歇过一天，连孩子也上山帮忙。"];
    let engine = Engine::builder().profile(Profile::Body).input(Input::Html);
    let engine = engine.build(&RuleSet::shipped().expect("the shipped rules have no mistakes")).expect("they compile");
    let left = |page: &str| {
        let page = engine.read_html(page, false);
        let document = page.document().expect("a page is short");
        engine.clean(&document).body(&document)
    };
    let body = left(&chinese_page(&[ARTICLE, TEASER]));
    assert!(ARTICLE.iter().all(|line| body.contains(line)), "{body}");
    assert!(!body.contains(TEASER[0]), "{body}");
    // Where as much stands elsewhere, it is not said which is the body.
    let halves = left(&chinese_page(&[&ARTICLE[..2], TEASER, &ARTICLE[2..]]));
    assert!(ARTICLE.iter().all(|line| halves.contains(line)), "{halves}");
}

/// One page of so many is read.
const EVERY: u32 = 12;

/// The same pages on every machine.
fn is_in_sample(id: &str) -> bool {
    let hash = id.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    (hash >> 7).is_multiple_of(EVERY)
}

/// The records of a file of the collections whose ids are in the sample.
fn sampled(file: &std::path::Path, mut visit: impl FnMut(Value)) {
    let unpacked = packed::open(fs::File::open(file).expect("it can be opened"), Packing::Xz);
    for line in BufReader::with_capacity(1 << 20, unpacked).lines() {
        visit_sampled(&line.expect("it is text"), &mut visit);
    }
}

fn visit_sampled(line: &str, visit: &mut impl FnMut(Value)) {
    // Most lines are not parsed: the id is the first field.
    let id = line.split('"').nth(3).unwrap_or_default();
    if is_in_sample(id) {
        visit(serde_json::from_str(line).expect("it is JSON"));
    }
}

/// F1 on sampled pages of each collection, slightly below what the shipped points reach there.
#[test]
fn the_quality_on_html_does_not_fall() {
    let Some(shared) = shared() else { return };
    let mut pages = std::collections::HashMap::new();
    sampled(&shared.join("eval/html.dev.jsonl.xz"), |record| {
        pages.insert(record["id"].to_string(), record["html"].clone());
    });
    let mut joined = tempfile::Builder::new().suffix(".jsonl").tempfile().expect("a file can be made");
    let mut join = |mut record: Value| {
        if record["view"] == "page"
            && let Some(html) = pages.get(&record["id"].to_string())
        {
            record["text"] = html.clone();
            writeln!(joined, "{record}").expect("it can be written");
        }
    };
    collection().expect("there is the folder").for_each(|line| visit_sampled(line, &mut join));
    sampled(&shared.join("eval/third.dev.jsonl.xz"), join);
    let found = json_of(&["--input", "html", "--profile", "body", path(joined.path())]);
    let mut missed = Vec::new();
    for (source, language, kind, figure, floor) in FLOORS {
        let reached = group(&found, ["page", source, language, kind])["macro"][figure].as_f64().unwrap_or(f64::NAN);
        if reached.is_nan() || reached < floor {
            missed.push(format!("{source} {language} {kind} {figure}: {reached:.4}, not {floor}"));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

/// Source, language, kind, and the floor of a figure: F1, or the share of snippets that stay, or go, as they must.
const FLOORS: [(&str, &str, &str, &str, f64); 9] = [
    ("ALL", "en", "article", "f1", 0.948),
    ("ALL", "zh", "article", "f1", 0.998),
    ("dragnet", "en", "article", "f1", 0.960),
    ("l3s-gn1", "en", "article", "f1", 0.953),
    ("cleaneval", "en", "article", "f1", 0.928),
    ("wcxb", "en", "article", "f1", 0.954),
    ("wcxb", "en", "other", "f1", 0.818),
    ("trafilatura-eval", "other", "article", "with", 0.969),
    ("trafilatura-eval", "other", "article", "without", 0.924),
];
