//! What is suggested on twenty invented collections whose furniture is known.

use dehusk_engine::{Engine, shipped_bodies};
use dehusk_rules::RuleSet;
use dehusk_text::{Document, Lang, fold};
use dehusk_tools::suggest::{Counter, Gathered, Suggestions, scan, suggestions};

/// A document: its host, its lines, and which of these are furniture.
struct Made {
    host: String,
    lines: Vec<(String, bool)>,
}

impl Made {
    fn text(&self) -> String {
        self.lines.iter().map(|(line, _)| format!("{line}\n")).collect()
    }
}

const NOUNS: [&str; 10] =
    ["ferry", "harbour", "captain", "bridge", "market", "river", "mill", "teacher", "orchard", "school"];
const WARES: [&str; 10] = ["渡口", "码头", "老船长", "石桥", "集市", "河水", "磨坊", "老师", "果园", "学校"];

fn sentence(seed: usize, zh: bool) -> String {
    let (a, b, n) = (seed * 7 % 10, (seed * 3 + 1) % 10, seed * 131 % 9973);
    match zh {
        true => format!("第{n}天清晨，{}的人说起{}，来了{seed}位客人，大家听到中午才散去。", WARES[a], WARES[b]),
        false => format!(
            "On day {n} the {} told of the {}, and {seed} guests listened until noon had passed.",
            NOUNS[a], NOUNS[b]
        ),
    }
}

/// A headline that stands on no other page.
fn headline(i: usize, zh: bool) -> String {
    match zh {
        true => format!("{}和{}的旧事", WARES[i % 10], WARES[i / 10]),
        false => format!("What the {} owes the {}", NOUNS[i % 10], NOUNS[i / 10]),
    }
}

/// The furniture of a site, by where it stands.
fn furniture(collection: usize, site: usize, zh: bool) -> (Vec<String>, Vec<String>) {
    let name = format!("{}{}", if zh { "河湾" } else { "Gazette " }, collection * 7 + site);
    match zh {
        true => (
            vec![format!("{name}网首页"), "新闻中心".into(), "当前位置：首页 > 新闻".into()],
            vec![
                format!("{name}网版权所有，未经书面授权不得以任何形式转载本站的文字和图片"),
                "分享到微信朋友圈".into(),
                format!("举报电话由{name}网值班编辑接听"),
            ],
        ),
        false => (
            vec![format!("{name} home page"), "Ferry times".into(), "Skip to the news".into()],
            vec![
                format!("Copyright {name}. All rights reserved, no part of it may be printed elsewhere"),
                "Share this with a neighbour".into(),
                format!("Subscribe to the {name} newsletter"),
            ],
        ),
    }
}

fn collection(number: usize) -> Vec<Made> {
    let zh = number.is_multiple_of(2);
    let sites = 1 + number % 3;
    let pages = 30 + number;
    (0..pages)
        .map(|i| {
            let site = i % sites;
            let (above, below) = furniture(number, site, zh);
            let mut lines: Vec<(String, bool)> = above.into_iter().map(|line| (line, true)).collect();
            lines.push((headline(i, zh), false));
            lines.extend((0..5 + i % 4).map(|k| (sentence(number * 10_000 + i * 20 + k, zh), false)));
            lines.extend(below.into_iter().map(|line| (line, true)));
            Made { host: format!("s{site}.c{number}.example"), lines }
        })
        .collect()
}

fn suggested(documents: &[(String, String)]) -> Suggestions {
    // Without rules, so that all that repeats is to be found.
    let engine = Engine::builder().build(&RuleSet::default()).expect("no rules compile");
    let bodies = shipped_bodies();
    let made: Vec<Document<'_>> =
        documents.iter().map(|(host, text)| Document::new(text).expect("it is short").with_host(host)).collect();
    let mut counter = Counter::default();
    bodies.iter().for_each(|body| counter.add_body(&body.text));
    for document in &made {
        counter.add(&scan(document, None));
    }
    let wanted = counter.wanted();
    let mut gathered = Gathered::default();
    made.iter().for_each(|document| gathered.add(&wanted, wanted.look(document, &engine)));
    suggestions(gathered, &wanted, &bodies, Lang::En).expect("what is suggested compiles")
}

#[test]
fn what_is_suggested_is_furniture() {
    let (mut taken, mut right, mut all) = (0, 0, 0);
    let mut forms = std::collections::BTreeSet::new();
    for number in 0..20 {
        let made = collection(number);
        let documents: Vec<(String, String)> = made.iter().map(|made| (made.host.clone(), made.text())).collect();
        let found = suggested(&documents);
        let text: String =
            found.rules.iter().map(|rule| format!("{}\n", rule.toml.replace("'trial'", "'on'"))).collect();
        let rules =
            RuleSet::from_sources(&[dehusk_rules::Source::new("suggested.toml", text)]).expect("they are rules");
        for rule in &rules.rules {
            if let dehusk_rules::Action::Remove(remove) = &rule.action {
                forms.insert(format!("{:?}", remove.kind));
            }
        }
        let engine = Engine::builder().rules_only().build(&rules).expect("they compile");
        for (made, (host, text)) in made.iter().zip(&documents) {
            let document = Document::new(text).expect("it is short").with_host(host);
            let outcome = engine.clean(&document);
            for (i, (line, is_furniture)) in made.lines.iter().enumerate() {
                let gone = outcome.rule_at(document.line(i).range().start).is_some();
                all += usize::from(*is_furniture);
                taken += usize::from(gone);
                right += usize::from(gone && *is_furniture);
                assert!(*is_furniture || !gone, "{number}: {line}");
            }
        }
    }
    let (precision, recall) = (right as f64 / taken as f64, right as f64 / all as f64);
    eprintln!("precision {precision:.3}, recall {recall:.3}, forms {forms:?}");
    assert!(precision >= 0.95 && recall >= 0.8, "precision {precision:.3}, recall {recall:.3}");
    assert!(forms.contains("ToEnd") || forms.contains("Run"), "lines that stand together are one rule: {forms:?}");
}

#[test]
fn a_long_notice_of_thirty_articles_is_proposed() {
    let notice = "本站所有文章版权归河湾日报社所有，未经书面许可，任何单位和个人不得以任何形式转载、摘编、复制或者建立镜像，违者本社将依法追究其法律责任。";
    let documents: Vec<(String, String)> = (0..30)
        .map(|i| {
            let sentences: Vec<String> = (0..4).map(|k| sentence(i * 20 + k, true)).collect();
            ("river.example".to_string(), format!("第{i}个故事\n{}\n{notice}\n", sentences.join("\n")))
        })
        .collect();
    let found = suggested(&documents);
    assert_eq!(found.documents, 30);
    let has_notice =
        found.rules.iter().any(|rule| fold(&rule.toml).contains(&fold("本站所有文章版权归河湾日报社所有")));
    assert!(has_notice, "{found:#?}");
}
