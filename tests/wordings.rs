//! Boilerplate in words that no rule lists: invented lines of each kind, and lines of articles that only look like them.
//!
//! `wordings/LANGUAGE.txt` begins with an article (`# article: LINE`). Then each line is a unit, `KIND|PLACE|LINE¶LINE`:
//! lines that stand together in one place of the article (`t0` above the headline, `h` below it, `m` in the middle, `e` at
//! the end). `LANGUAGE.keeps.txt` holds sentences that must stay, `LINE¶LINE`. All of them are made up.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use dehusk::{Engine, Input, Profile, RuleSet};

use crate::util::body;

/// A language, and how many of a hundred lines must go at least.
const FLOORS: &[(&str, usize)] = &[
    ("zh", 93),
    ("zh-second", 85),
    ("zh-third", 89),
    ("zh-fourth", 65),
    ("tw", 95),
    ("tw-second", 87),
    ("tw-third", 87),
    ("tw-fourth", 80),
    ("hk", 98),
    ("en", 97),
    ("en-second", 86),
    ("en-third", 83),
    ("en-fourth", 68),
    ("de", 98),
    ("fr", 98),
    ("es", 98),
    ("it", 98),
    ("pt", 98),
    ("ru", 98),
    ("pl", 98),
    ("vi", 98),
    ("ar", 94),
    ("ja", 92),
    ("ko", 92),
];

/// How many of the sentences the body finder may take from the middle of a whole page, and from its end, where it has no
/// frame below them.
const LOST_FROM_PAGES: usize = 19;
const LOST_FROM_ENDS: usize = 272;

/// A list of whole pages, how many of a hundred lines of their frames the rules take at least, and how many lines of their
/// bodies they may take.
const PAGES: &[(&str, usize, usize)] = &[
    ("zh-fourth", 73, 0),
    ("en-fourth", 61, 0),
    ("zh-fifth", 82, 2),
    ("tw-fifth", 71, 0),
    ("en-fifth", 64, 0),
    ("de-fifth", 54, 0),
    ("fr-fifth", 43, 0),
    ("es-fifth", 61, 0),
    ("ja-fifth", 50, 0),
];

struct Wordings {
    article: Vec<String>,
    /// Kind, place, lines.
    units: Vec<(String, String, Vec<String>)>,
    keeps: Vec<Vec<String>>,
}

fn folder() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "wordings"].iter().collect()
}

fn wordings(language: &str) -> Wordings {
    let read = |name: String| fs::read_to_string(folder().join(&name)).unwrap_or_else(|e| panic!("{name}: {e}"));
    let (mut article, mut units) = (Vec::new(), Vec::new());
    for line in read(format!("{language}.txt")).lines() {
        if let Some(line) = line.strip_prefix("# article: ") {
            article.push(line.to_string());
        } else if !line.starts_with('#') && !line.is_empty() {
            let parts: Vec<&str> = line.splitn(3, '|').collect();
            let [kind, place, lines] = parts[..] else { panic!("{language}.txt: not a unit: {line}") };
            units.push((kind.to_string(), place.to_string(), lines.split('¶').map(String::from).collect()));
        }
    }
    assert!(article.len() >= 5, "{language}.txt has an article of {} lines", article.len());
    let keeps = read(format!("{language}.keeps.txt"));
    let keeps = keeps.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let keeps = keeps.map(|unit| unit.split('¶').map(String::from).collect()).collect();
    Wordings { article, units, keeps }
}

/// The article with these lines at that place.
fn with(article: &[String], place: &str, lines: &[String]) -> String {
    let at = match place {
        "t0" => 0,
        "h" => 1,
        "m" => article.len() / 2,
        "e" => article.len(),
        other => panic!("no place is called {other}"),
    };
    let all = article[..at].iter().chain(lines).chain(&article[at..]);
    all.flat_map(|line| [line.as_str(), "\n"]).collect()
}

fn for_input(profile: Profile, input: Input) -> Engine {
    let rules = RuleSet::shipped().expect("the shipped rules have no mistakes");
    Engine::builder().profile(profile).input(input).build(&rules).expect("the shipped rules compile")
}

#[test]
fn other_words_go_too() {
    let engine = for_input(Profile::Article, Input::Auto);
    let mut missed = Vec::new();
    for &(language, floor) in FLOORS {
        let Wordings { article, units, .. } = wordings(language);
        let (mut all, mut gone) = (0, 0);
        let mut stay: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (kind, place, lines) in &units {
            let left = body(&engine, &with(&article, place, lines));
            // A line below the headline may be taken for a part of the head: what counts is the text.
            for line in &article[1..] {
                assert!(left.lines().any(|l| l == line), "{language}: with {lines:?} the article loses {line}");
            }
            for line in lines {
                all += 1;
                match left.lines().any(|l| l == line) {
                    true => stay.entry(kind).or_default().push(line),
                    false => gone += 1,
                }
            }
        }
        eprintln!("{language}: {gone} of {all} lines go");
        if gone * 100 < floor * all {
            missed.push(format!(
                "{language}: {gone} of {all} lines go, which is less than {floor} %. These stay: {stay:#?}"
            ));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn what_only_looks_like_it_stays() {
    let text = for_input(Profile::Article, Input::Auto);
    let page = for_input(Profile::Body, Input::Page);
    let (mut lost, mut lost_from_pages, mut lost_from_ends) = (Vec::new(), Vec::new(), Vec::new());
    for &(language, _) in FLOORS {
        let Wordings { article, keeps, .. } = wordings(language);
        assert!(keeps.len() >= 15, "{language}.keeps.txt has {} units", keeps.len());
        for keep in &keeps {
            let look = |engine: &Engine, place: &str, lost: &mut Vec<String>| {
                let left = body(engine, &with(&article, place, keep));
                let gone = keep.iter().filter(|&keep| !left.lines().any(|line| line == keep));
                lost.extend(gone.map(|keep| format!("{language}, {place}: {keep}")));
            };
            look(&text, "m", &mut lost);
            look(&text, "e", &mut lost);
            look(&page, "m", &mut lost_from_pages);
            look(&page, "e", &mut lost_from_ends);
        }
    }
    assert!(lost.is_empty(), "{} sentences are lost:\n{}", lost.len(), lost.join("\n"));
    for (lost, most) in [(lost_from_pages, LOST_FROM_PAGES), (lost_from_ends, LOST_FROM_ENDS)] {
        assert!(lost.len() <= most, "pages lose {} sentences, not {most}:\n{}", lost.len(), lost.join("\n"));
    }
}

/// The frames of whole pages of many kinds, by the rules alone: the finder, which sees a page as a page, takes more.
#[test]
fn frames_of_whole_pages_go() {
    let engine = for_input(Profile::Article, Input::Text);
    let mut missed = Vec::new();
    for &(language, floor, most) in PAGES {
        let name = format!("{language}.pages.txt");
        let text = fs::read_to_string(folder().join(&name)).unwrap_or_else(|e| panic!("{name}: {e}"));
        let (mut all, mut gone, mut stay, mut lost) = (0, 0, Vec::new(), Vec::new());
        for page in text.split("# page: ").skip(1) {
            let (kind, page) = page.split_once('\n').expect("a page has lines");
            let rows: Vec<(&str, &str)> =
                page.lines().filter(|line| !line.starts_with('#')).map(|l| l.split_at(2)).collect();
            let whole: String = rows.iter().flat_map(|&(_, line)| [line, "\n"]).collect();
            let left = body(&engine, &whole);
            for (mark, line) in rows {
                let stays = left.lines().any(|l| l == line);
                match mark.trim() {
                    "+" if !stays => lost.push(format!("{kind}: {line}")),
                    "+" => {}
                    "-" => {
                        all += 1;
                        match stays {
                            true => stay.push(format!("{kind}: {line}")),
                            false => gone += 1,
                        }
                    }
                    "?" => {}
                    other => panic!("{name}: no mark is called {other}"),
                }
            }
        }
        assert!(lost.len() <= most, "{language}: {} lines of bodies go, not {most}: {lost:#?}", lost.len());
        eprintln!("{language}: {gone} of {all} lines of frames go");
        if gone * 100 < floor * all {
            missed.push(format!(
                "{language}: {gone} of {all} lines go, which is less than {floor} %. These stay: {stay:#?}"
            ));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}
