//! The explanation of a line agrees with what the engine did.

use std::fs;

use dehusk::{Action, Cause, Document, Engine, Fact, Input, Profile, RuleId, RuleSet, Verdict};

use crate::util::{root, shared, shipped};

fn all_hold(verdicts: &[Verdict]) -> bool {
    verdicts.iter().all(|verdict| verdict.holds)
}

/// How many pairs of a line and a rule are tested in one document, at most: each test runs all rounds of the engine.
const MOST: usize = 400;

/// Compares the explanations of every line and every rule with what the engine did. Returns how many
/// removals, and how many pairs of a line that stays and a rule, were tested.
fn agrees(engine: &Engine, document: &Document<'_>, name: &str, every_rule: bool) -> (usize, usize) {
    let inspector = engine.inspect(document);
    let outcome = engine.clean(document);
    assert_eq!(*inspector.outcome(), outcome, "{name}");
    let mut asked = std::collections::BTreeSet::new();
    for removal in &outcome.removals {
        let Cause::Rule { rule, anchor, .. } = removal.cause else { continue };
        if !asked.insert((anchor, rule)) {
            continue;
        }
        let verdicts = inspector.why(anchor as usize, rule);
        let said =
            || format!("{name}: line {} by {}: {verdicts:#?}", anchor + 1, engine.rules().rule(rule).full_name());
        assert!(!verdicts.is_empty() && all_hold(&verdicts), "{}", said());
    }
    let mut stays = 0;
    for line in 0..document.len() {
        let span = document.line(line);
        let touched = |start: usize, end: usize| start < span.end && end > span.start;
        if span.is_empty() || outcome.removals.iter().any(|r| touched(r.span.start, r.span.end)) {
            continue;
        }
        let all = 0..engine.rules().rules.len() as u32;
        // Of a thousand rules, test only those that match the line.
        let asked = if every_rule { all.map(RuleId).collect() } else { inspector.matching(line) };
        for id in asked {
            let rule = engine.rules().rule(id);
            if rule.action == Action::Keep || stays > MOST {
                continue;
            }
            stays += 1;
            let verdicts = inspector.why(line, id);
            let spared = outcome.spared.iter().any(|s| s.rule == id && touched(s.span.start, s.span.end));
            let said = format!("{name}: line {} and {}: {verdicts:#?}", line + 1, rule.full_name());
            assert!(!all_hold(&verdicts), "stays, and nothing says why: {said}");
            // Conversely, a spared line was matched, so all conditions on the line must hold.
            assert!(!spared || all_hold(&inspector.why_line(line, id)), "spared, but does not match: {said}");
        }
    }
    (asked.len(), stays)
}

#[test]
fn every_removal_of_the_suite_has_its_reasons() {
    let (mut went, mut stayed) = (0, 0);
    for (path, case) in crate::suite::cases() {
        let (builder, rules) = case.engine().unwrap_or_else(|e| panic!("{path}: {e}"));
        let engine = builder.build(&rules).expect("the rules of a case compile");
        let document = case.document(&case.input);
        let (some, others) = agrees(&engine, &document, &format!("{path}: {}", case.name), true);
        went += some;
        stayed += others;
    }
    assert!(went > 90 && stayed > 200, "{went} removals and {stayed} lines that stay");
}

#[test]
fn every_removal_of_the_shipped_rules_has_its_reasons() {
    let dir = root().join("tests/fixtures/twins");
    let rules = RuleSet::shipped().expect("the shipped rules have no mistakes");
    let mut went = 0;
    for profile in [Profile::Archive, Profile::Article, Profile::Body] {
        for input in [Input::Text, Input::Page] {
            let engine = Engine::builder().profile(profile).input(input).build(&rules).expect("they compile");
            for entry in fs::read_dir(&dir).expect("the twins can be listed") {
                let path = entry.expect("an entry").path();
                let text = fs::read_to_string(&path).expect("a twin is UTF-8");
                let document = Document::new(&text).expect("a twin is short");
                let name = format!("{} {profile:?} {input:?}", path.display());
                went += agrees(&engine, &document, &name, false).0;
            }
        }
    }
    assert!(went > 50, "{went} removals");
}

#[test]
fn real_pages_have_reasons() {
    let rules = RuleSet::shipped().expect("the shipped rules have no mistakes");
    let engines = [
        shipped(Profile::Article),
        Engine::builder().profile(Profile::Body).input(Input::Page).build(&rules).expect("they compile"),
    ];
    let (mut went, mut stayed, mut pages) = (0, 0, 0);
    for text in crate::util::pages(200) {
        let document = Document::new(&text).expect("a page is short");
        for engine in &engines {
            let (some, others) = agrees(engine, &document, "a page", false);
            went += some;
            stayed += others;
        }
        pages += 1;
    }
    eprintln!("{pages} pages: reasons for {went} removals, and for {stayed} lines that a rule matched and left");
}

/// An invented page with lines that no rule names.
const PAGE: &str = "\
Home
News
Weather
The last ferry of the river keeps its old timetable
The ferry left before dawn, and the whole village stood on the pier to watch it go into the fog.
Nobody had told them how long the crossing would take, or who would meet them on the other side of the river.
By noon the fog had lifted, and the first boats came back with their nets half full of silver fish.
In the evening the ferry came back with the mail, three passengers and a dog that nobody on the river had seen before.
Anna Brook
Rivers and lakes, 12 pictures
Share this article
Ten bridges that were never built
Why the mill had to close
About us
Contact
";

/// The points that are shown are those that decided.
#[test]
fn cues_add_up_to_the_points_of_the_finder() {
    let rules = RuleSet::shipped().expect("the shipped rules have no mistakes");
    let engine = Engine::builder().profile(Profile::Body).input(Input::Page).build(&rules).expect("they compile");
    let mut texts = vec![PAGE.to_string()];
    if let Some(shared) = shared() {
        for entry in fs::read_dir(shared.join("seeds")).expect("the seeds can be listed") {
            texts.push(fs::read_to_string(entry.expect("an entry").path()).expect("a seed is UTF-8"));
        }
    }
    let mut seen = 0;
    for text in texts {
        let document = Document::new(&text).expect("the texts are short");
        let inspector = engine.inspect(&document);
        for removal in &inspector.outcome().removals {
            if let Cause::Finder { points } = removal.cause {
                for line in document.line_of(removal.span.start)..=document.line_of(removal.span.end - 1) {
                    // A removal may cover several lines, each with its own points.
                    let Some(cues) = inspector.cues(line) else { continue };
                    assert!(cues.points <= cues.keep_above, "line {line}: {cues:?}");
                    assert_eq!(cues.points, cues.cues.iter().map(|cue| cue.2).sum::<i32>());
                    seen += usize::from(cues.points == points);
                }
            }
        }
    }
    assert!(seen > 0, "the finder took no line");
}

fn rules(text: &str) -> RuleSet {
    RuleSet::from_sources(&[dehusk::Source::new("case.toml", text.to_string())]).unwrap_or_else(|e| panic!("{e}"))
}

/// The conditions that fail on the line, and the nearest text.
fn failing(rule: &str, text: &str, line: usize) -> Vec<String> {
    let rules = rules(&format!("[[rule]]\nname = 'r'\n{rule}\nremoves = 'x'\nkeeps = 'y'\n"));
    let engine = Engine::builder().build(&rules).expect("it compiles");
    let document = Document::new(text).expect("it is short");
    let verdicts = engine.why(&document, line, RuleId(0));
    let failed = verdicts.iter().filter(|verdict| !verdict.holds);
    failed
        .map(|verdict| match &verdict.fact {
            Fact::NoText { nearest: Some(near) } => format!("{} {} {}", verdict.condition, near.agrees, near.chars),
            Fact::Place { from, upto, .. } => format!("{} {from:.0} {upto:.0}", verdict.condition),
            Fact::Length { chars, limit } => format!("{} {chars} {limit}", verdict.condition),
            Fact::Count { found, needed } => format!("{} {found} {needed}", verdict.condition),
            Fact::Line(line) => format!("{} {line}", verdict.condition),
            _ => verdict.condition.to_string(),
        })
        .collect()
}

const ARTICLE: &str = "\
渡口的雾散了，第一班船靠了岸，挑担的人先上，推车的人跟在后面。
相关新闻：
我市召开防汛工作会议
傍晚的集市很热闹，卖鱼的吆喝声传得很远很远，一直传到河对岸。
夜里有人敲着竹梆子走过巷口，声音很轻，像是怕惊醒了睡着的人。
木匠修好了那座小桥，桥面铺的是去年秋天从后山运下来的松木。
老人说，从前这里有一棵大槐树，树荫能盖住半个晒谷场。
雨下了整整三天，河水漫过石阶，镇上的人把粮食一袋一袋搬到楼上去。
2021-10-29 09:19 来源：新华网 作者：王小明
";

#[test]
fn what_failed_is_named_with_its_numbers() {
    let mut wrong = Vec::new();
    for (rule, line, expected) in [
        ("is = '相关新闻'\nwhere = 'tail'", 1, vec!["where 14 16"]),
        ("is = '相关新闻'\nremove = 'list'\nwhere = 'tail'", 1, vec!["remove 2", "where 14 16"]),
        ("is = '相关新闻'\nmax_length = 3", 1, vec!["max_length 5 3"]),
        ("starts_with = '相关新华'", 1, vec!["starts_with 相关新 3"]),
        ("is = '相关新闻列表'", 1, vec!["is 相关新闻 4"]),
        ("starts_with = '{date} {time} 出处'", 8, vec!["starts_with 2021-10-29 09:19 15"]),
        ("contains = '作者:王大明'", 8, vec!["contains 作者:王 4"]),
        ("is = '相关新闻'\nunless_contains = '新闻'", 1, vec!["unless_contains"]),
        ("is = '相关新闻'\nlooks_like = 'sentence'", 1, vec!["looks_like"]),
        ("is = '相关新闻'\nremove = 'run'\nat_least = 2", 1, vec!["at_least 1 2"]),
        ("is = '相关新闻'\nremove = 'to_end'\nlines_contain = '新闻'", 1, vec!["lines_contain 2"]),
        ("is = '相关新闻'\nremove = 'until'\nuntil = '完'", 1, vec!["until"]),
        ("is = '相关新闻'\nstatus = 'trial'", 1, vec!["status"]),
        ("is = '相关新闻'\nstatus = 'off'", 1, vec!["status"]),
        ("is = '相关新闻'\nprofile = 'body'", 1, vec!["profile"]),
        ("is = '相关新闻'\nlanguages = 'en'", 1, vec!["languages"]),
        ("is = '相关新闻'\nsites = 'example.com'", 1, vec!["sites"]),
        ("is = '相关新闻'", 1, vec![]),
    ] {
        let found = failing(rule, ARTICLE, line);
        if found != expected {
            wrong.push(format!("{rule}: {found:?}, not {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is counted of a rule that takes the line: lines of a run, items of a list, frames of a thread.
#[test]
fn what_holds_is_counted_too() {
    let counted = |rule: &str, text: &str, line: usize| -> Vec<(u32, u32)> {
        let rules = rules(&format!("[[rule]]\nname = 'r'\n{rule}\nremoves = 'x'\nkeeps = 'y'\n"));
        let engine = Engine::builder().build(&rules).expect("it compiles");
        let verdicts = engine.why(&Document::new(text).expect("it is short"), line, RuleId(0));
        assert!(all_hold(&verdicts), "{verdicts:#?}");
        let count = |verdict: &Verdict| match verdict.fact {
            Fact::Count { found, needed } => Some((found, needed)),
            _ => None,
        };
        verdicts.iter().filter_map(count).collect()
    };
    let sentences: String = PAGE.lines().filter(|line| line.len() > 80).map(|line| format!("{line}\n")).collect();
    let tail = |lines: &str| format!("{sentences}{lines}");
    let items = tail("Related\n- Boats\n- Piers\n- Bridges\n");
    let run = "starts_with = '-'\nremove = 'run'\nat_least = 2\nmax_share = 100";
    for line in [5, 6, 7] {
        assert_eq!(counted(run, &items, line), [(3, 2)], "line {line}");
    }
    assert_eq!(counted("is = 'Related'\nremove = 'list'\nat_least = 2", &items, 4), [(3, 2)]);
    let comments = tail("2条评论\n阿明 2021-05-03\n小时候坐过这条船。\n回复\n小晴 2021-05-04\n多谢。\n回复\n");
    let thread = "is = '{number}条评论'\nremove = 'thread'\nframes = ['{name} {date}', '回复']";
    assert_eq!(counted(thread, &comments, 4), [(4, 2)]);
}

#[test]
fn a_text_that_would_be_empty_says_how_much_would_be_left() {
    let mut rules = rules("[[rule]]\nname = 'r'\nis = 'Share'\nremoves = 'x'\nkeeps = 'y'\n");
    rules.settings.min_left = 20;
    let engine = Engine::builder().build(&rules).expect("it compiles");
    let document = Document::new("Share\nThe ferry leaves.\n").expect("it is short");
    let verdicts = engine.why(&document, 0, RuleId(0));
    let failed: Vec<_> = verdicts.iter().filter(|verdict| !verdict.holds).collect();
    assert!(
        matches!(failed[..], [Verdict { condition: "min_left", fact: Fact::Left { left: 15, least: 20 }, .. }]),
        "{failed:?}"
    );
}

#[test]
fn a_keep_is_named() {
    let rules = rules(
        "[[rule]]\nname = 'r'\nis = '相关新闻'\nremoves = 'x'\nkeeps = 'y'\n[[keep]]\nname = 'k'\ncontains = '新闻'\n",
    );
    let engine = Engine::builder().build(&rules).expect("it compiles");
    let document = Document::new(ARTICLE).expect("it is short");
    let rule = rules.rules.iter().position(|r| r.name == "r").expect("it is there");
    let keep = rules.rules.iter().position(|r| r.name == "k").expect("it is there");
    let verdicts = engine.why(&document, 1, RuleId(rule as u32));
    let kept = verdicts.iter().find(|v| !v.holds).expect("something fails");
    assert_eq!((kept.condition, &kept.fact), ("keep", &Fact::Kept { by: RuleId(keep as u32), line: 1 }));
}

#[test]
fn the_nearest_rules_come_first() {
    let engine = shipped(Profile::Article);
    let text = ARTICLE.replace("相关新闻：", "相关新闻阅读");
    let document = Document::new(&text).expect("it is short");
    let near = engine.inspect(&document).nearest(1, 3);
    assert!(!near.is_empty());
    let fails: Vec<usize> = near.iter().map(|n| n.verdicts.iter().filter(|v| !v.holds).count()).collect();
    assert!(fails.is_sorted() && fails[0] >= 1, "{fails:?}");
    assert!(engine.inspect(&document).nearest(0, 3).len() <= 3);
}
