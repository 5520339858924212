//! Texts that are designed to be slow: very long lines, a million headings, only phrases of rules.
//!
//! The tests count steps of work (`work.rs` in `crates/text`), not seconds. Four times the text takes four
//! times the steps if the work is linear, sixteen times if it is quadratic. Six times is allowed, because a longer text
//! may need one more sweep of the decision.

use dehusk::{Action, Document, Engine, Profile, RemoveKind, Rule, RuleSet, steps_taken};

use crate::util::{assert_sound, skipped};

/// Most steps per byte of any text: an upper limit for work that budgets allow.
const STEPS_A_BYTE: u64 = 30;
/// Most memory of the process in bytes, including other tests that run at the same time.
const MEMORY: u64 = 3 << 30;

const PROFILES: [Profile; 3] = [Profile::Archive, Profile::Article, Profile::Body];

fn shipped() -> RuleSet {
    RuleSet::shipped().expect("the shipped rules have no mistakes")
}

fn engine(rules: &RuleSet, profile: Profile) -> Engine {
    Engine::builder().profile(profile).build(rules).expect("the shipped rules compile")
}

/// The number of steps that cleaning a text takes.
fn steps(engine: &Engine, text: &str) -> u64 {
    let before = steps_taken();
    let document = Document::new(text).expect("less than 4 GiB");
    let outcome = engine.clean(&document);
    let taken = steps_taken() - before;
    assert_sound(&document, &outcome);
    taken
}

/// Cleans a text of `bytes` bytes and one of a quarter of that, both made of consecutive `piece`s, and asserts that the
/// steps grow linearly.
fn assert_linear(name: &str, engine: &Engine, bytes: usize, piece: impl Fn(usize) -> String) {
    let text = |bytes: usize| {
        let mut text = String::with_capacity(bytes + 100);
        let mut number = 0;
        while text.len() < bytes {
            text.push_str(&piece(number));
            number += 1;
        }
        text
    };
    let (short, long) = (text(bytes / 4), text(bytes));
    let (once, four) = (steps(engine, &short), steps(engine, &long));
    assert_memory(name);
    if !cfg!(debug_assertions) {
        return skipped("steps are not counted in a release build");
    }
    eprintln!("{name}: {once} and {four} steps for {bytes} bytes");
    assert!(once >= short.len() as u64, "{name}: every byte is looked at, and counted");
    assert!(four <= once * 6, "{name}: {once} steps for {} bytes and {four} for {}", short.len(), long.len());
    assert!(four <= long.len() as u64 * STEPS_A_BYTE, "{name}: {four} steps for {} bytes", long.len());
}

/// Asserts that the peak memory of the process is below the limit, if the system reports it.
fn assert_memory(name: &str) {
    let Ok(status) = std::fs::read_to_string("/proc/self/status") else { return };
    let peak =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    if let Some(peak) = peak {
        assert!(peak << 10 < MEMORY, "{name}: the process took {} MB", peak >> 10);
    }
}

/// A line in which a text of a rule is found: slots are replaced by values.
fn said(text: &str) -> String {
    let mut said = text.replace("{*}", "*").replace("{{", "{");
    for (slot, value) in [
        ("{date}", "2022-03-05"),
        ("{time}", "09:19"),
        ("{number}", "12"),
        ("{name}", "林一鸣"),
        ("{site}", "河湾新闻网"),
        ("{url}", "https://www.example.com/a"),
        ("{email}", "a.b@mail.example.com"),
        ("{phone}", "0536-8888888"),
        ("{source}", "河湾日报"),
        ("{author}", "林一鸣"),
        ("{editor}", "林一鸣"),
    ] {
        said = said.replace(slot, value);
    }
    said
}

/// The texts of a rule that make a line a candidate.
fn texts(rule: &Rule) -> Vec<String> {
    let c = &rule.conditions;
    let fields = [&c.is, &c.starts_with, &c.ends_with, &c.contains, &c.contains_all];
    fields.into_iter().flatten().map(|phrase| said(&phrase.text)).collect()
}

const PIECES: [(&str, &str); 12] = [
    ("sentences", "渡口的雾散了，第一班船靠了岸，挑担的人先上。"),
    ("one button", "X 关闭 "),
    ("English words", "Read more about the ferry and share this page. "),
    ("digits", "0123456789"),
    ("dates", "2022-03-05 09:19 "),
    ("names", "林一鸣/文 王二/图 记者"),
    ("sources", "来源：河湾日报 编辑：林一鸣 "),
    ("marks", "，。、！-（"),
    ("spaces", " \u{3000}\t"),
    ("addresses", "www.example.com/a-b"),
    ("brackets", "(编辑：林一鸣)【"),
    ("letters", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
];

#[test]
fn one_line_of_20_mb() {
    let rules = shipped();
    let engine = engine(&rules, Profile::Article);
    for (name, piece) in PIECES {
        assert_linear(name, &engine, 20 << 20, |_| piece.to_string());
    }
}

#[test]
fn one_line_of_mixed_text_in_every_profile() {
    let rules = shipped();
    for profile in PROFILES {
        assert_linear(&format!("mixed {profile:?}"), &engine(&rules, profile), 20 << 20, |n| {
            PIECES[n * 7 % PIECES.len()].1.to_string()
        });
    }
}

/// Many lines that look like headings, and like the first lines of blocks of every kind.
#[test]
fn a_million_anchors() {
    let rules = shipped();
    let kinds = [
        RemoveKind::Line,
        RemoveKind::Phrase,
        RemoveKind::Paragraph,
        RemoveKind::List,
        RemoveKind::Section,
        RemoveKind::Run,
        RemoveKind::ToEnd,
        RemoveKind::ToStart,
        RemoveKind::Until,
        RemoveKind::Thread,
    ];
    let of_kind = |kind: RemoveKind| -> Vec<String> {
        let rules =
            rules.rules.iter().filter(|rule| matches!(&rule.action, Action::Remove(remove) if remove.kind == kind));
        rules.flat_map(texts).collect()
    };
    let engine = engine(&rules, Profile::Article);
    // Some hundred thousand lines for every kind of block; the test with a million is below.
    for kind in kinds {
        let texts = of_kind(kind);
        if texts.is_empty() {
            eprintln!("no shipped rule removes {kind:?}");
            continue;
        }
        let lines = |n: usize| format!("{}\n", texts[n % texts.len()]);
        assert_linear(&format!("anchors of {kind:?}"), &engine, 2 << 20, lines);
        let with_text = |n: usize| match n % 3 {
            0 => format!("{}\n", texts[n / 3 % texts.len()]),
            1 => "河湾镇新桥通车\n".to_string(),
            _ => "夜里有人敲着竹梆子走过巷口，声音很轻，像是怕惊醒了睡着的人，一直走到河边才停下来。\n".to_string(),
        };
        // The quarter has all texts of the lists, too: those that come last make a sweep more.
        assert_linear(&format!("anchors of {kind:?} with text"), &engine, 4 << 20, with_text);
    }
    for profile in PROFILES {
        let engine = self::engine(&rules, profile);
        assert_linear(&format!("headings {profile:?}"), &engine, 24_000_000, |n| format!("河湾镇的{n}号桥\n"));
        assert_linear(&format!("buttons {profile:?}"), &engine, 10_000_000, |_| "X 关闭\n".to_string());
    }
}

/// Rules for settings that the shipped rules do not use.
const RULES: &str = "
[[rule]]
name = 'paragraph'
remove = 'paragraph'
is = '温馨提示'
removes = 'x'
[[rule]]
name = 'until'
remove = 'until'
is = '广告开始'
until = '广告结束'
max_share = 100
removes = 'x'
[[rule]]
name = 'until a line that does not come'
remove = 'until'
is = '温馨提示'
until = '没有这一行'
removes = 'x'
[[rule]]
name = 'run'
remove = 'run'
starts_with = '来源'
removes = 'x'
[[rule]]
name = 'to the end'
remove = 'to_end'
is = '版权声明'
lines_contain = '版权'
removes = 'x'
[[rule]]
name = 'last lines'
is = '打印'
where = 'last 2 lines'
max_share = 100
removes = 'x'
[[rule]]
name = 'said again'
starts_with = '摘要：'
looks_like = 'said_again'
removes = 'x'
[[rule]]
name = 'exact'
contains = 'ＡＢ'
exact = true
removes = 'x'
[[rule]]
name = 'words of slots'
category = 'credit'
remove = 'phrase'
contains = '''
{name}/文
记者{author}
{date}
'''
max_share = 100
removes = 'x'
[[rule]]
name = 'stars'
contains = '甲*乙{name}丙'
removes = 'x'
[[rule]]
name = 'marks at the end'
ends_with = ','
removes = 'x'
[[keep]]
name = 'the last line'
is = '打印好'
where = 'last line'
";

#[test]
fn rules_that_ask_for_much() {
    let rules = RuleSet::from_sources(&[dehusk::Source::new("a.toml", RULES)]).unwrap_or_else(|e| panic!("{e}"));
    let engine = engine(&rules, Profile::Article);
    for line in [
        "温馨提示\n",
        "温馨提示\n\n",
        "广告开始\n",
        "广告开始\n广告结束\n",
        "广告开始\n甲\n",
        "来源\n",
        "来源\n---\n---\n",
        "---\n",
        "版权声明\n",
        "版权声明\n版权\n甲\n",
        "打印\n",
        "打印\n打印好\n",
        "摘要：木匠修好了那座小桥，桥面铺的是松木。\n",
        "AB\n",
        "林一鸣/文\n",
        "甲乙\n",
    ] {
        assert_linear(&format!("lines of {line:?}"), &engine, 1 << 20, |_| line.to_string());
        assert_linear(&format!("lines of {line:?} and a number"), &engine, 1 << 20, |n| match n % 3 {
            0 => format!("第{n}号\n"),
            _ => line.to_string(),
        });
    }
    for piece in [
        "AB",
        "/文",
        "林一鸣/文",
        "记者",
        "记者林一鸣",
        "2022-03-05",
        "甲",
        "甲乙",
        "乙丙",
        "甲乙林一鸣",
        ",!-",
        "x,/-",
        "{",
        "摘要：",
    ] {
        assert_linear(&format!("a line of {piece:?}"), &engine, 1 << 20, |_| piece.to_string());
        assert_linear(&format!("a letter and {piece:?}"), &engine, 1 << 20, |n| {
            if n == 0 { "字".into() } else { piece.to_string() }
        });
    }
}

#[test]
fn all_phrases_in_a_row() {
    let rules = shipped();
    let texts: Vec<String> = rules.rules.iter().flat_map(texts).collect();
    for profile in PROFILES {
        let engine = engine(&rules, profile);
        assert_linear(&format!("phrases on a line {profile:?}"), &engine, 5 << 20, |n| texts[n % texts.len()].clone());
        assert_linear(&format!("phrases on lines {profile:?}"), &engine, 5 << 20, |n| {
            format!("{}\n", texts[n % texts.len()])
        });
    }
}

#[test]
fn ten_million_empty_lines() {
    let rules = shipped();
    for profile in PROFILES {
        let engine = engine(&rules, profile);
        assert_linear(&format!("empty lines {profile:?}"), &engine, 10_000_000, |_| "\n".to_string());
    }
    let engine = engine(&rules, Profile::Article);
    // A few buttons with gaps of millions of blank lines between them.
    let lines = |n: usize| if n.is_multiple_of(2_000_000) { "X 关闭\n".to_string() } else { "\n".to_string() };
    assert_linear("empty lines and buttons", &engine, 10_000_000, lines);
}
