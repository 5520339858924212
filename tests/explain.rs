//! Explanations: forty lines of real pages with their reasons, and whole runs of `preview` and
//! `stats` that a case in `cmd/` cannot express.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use dehusk::{Cause, Document, Profile, RuleId};
use serde_json::Value;

use crate::util::{shared, shipped};

/// Lines that are removed: seed, line, the rule that removes it, and the text of the rule that was found on the
/// line that the rule matched.
const GO: [(&str, usize, &str, &str); 20] = [
    ("000", 7, "zh/copyright › 版权与免责声明（删到文末）", "{site}版权与免责声明"),
    ("000", 9, "zh/copyright › “凡本网注明”条款", "凡本网注明"),
    ("000", 11, "zh/copyright › “凡本网注明”条款", "凡本网注明"),
    ("000", 13, "zh/copyright › 侵权请联系（各种说法）", "著作权人"),
    ("001", 18, "zh/copyright › 不代表谁的立场（两类词搭配）", "与本网*无关"),
    ("001", 19, "zh/teaser › 推荐文章摘要（浏览全文>>）", "浏览全文"),
    ("001", 38, "zh/teaser › 单条摘要（省略号加阅读全文）", "...浏览全文"),
    ("002", 6, "zh/related › 文末带日期的新闻列表（没有小标题）", "{date}"),
    ("002", 15, "zh/related › 文末带日期的新闻列表（没有小标题）", "{date}"),
    ("003", 1, "zh/media › 图片标签", "资料图"),
    ("003", 12, "zh/widget › 关闭按钮", "X 关闭"),
    ("003", 13, "zh/widget › 关闭按钮", "X 关闭"),
    ("004", 1, "zh/spam › 垃圾关键词串（成人）", "无码"),
    ("004", 3, "zh/nav › 面包屑导航（您现在的位置）", "您现在的位置："),
    ("004", 5, "zh/meta › 发布时间夹在站名、栏目中间（开头）", "发稿时间"),
    ("004", 6, "zh/meta › 正文前的摘要行（后文重复）", "摘要："),
    ("004", 8, "zh/meta › 原标题行", "原标题："),
    ("004", 64, "zh/credit › 记者署名行（单独一行，括号）", "记者"),
    ("004", 66, "zh/credit › 编辑行（只有“编辑：”）", "编辑：{editor}"),
    ("004", 70, "zh/related › 列表小标题：全由这些词组成", "新闻"),
];

/// Lines that stay: seed, line, a rule that one might expect to remove it, and the conditions that do not hold.
const STAY: [(&str, usize, &str, &[&str]); 20] = [
    // Headlines are removed only in the profile `body`, and only on the first line.
    ("000", 1, "zh/title › 首行标题（正文模式）", &["profile"]),
    ("001", 1, "zh/title › 首行标题（正文模式）", &["profile"]),
    ("002", 1, "zh/title › 首行标题（正文模式）", &["profile"]),
    ("004", 16, "zh/title › 首行标题（正文模式）", &["where", "profile"]),
    ("004", 18, "zh/title › 首行标题（正文模式）", &["where", "profile"]),
    ("004", 36, "zh/title › 首行标题（正文模式）", &["where", "profile"]),
    // A byline at the end of a paragraph: the rule matches, but is on trial.
    ("001", 17, "zh/credit › 段末记者署名（只删括号部分）", &["status"]),
    ("002", 5, "zh/credit › 段末记者署名（只删括号部分）", &["status"]),
    // Sentences of the body.
    ("000", 4, "zh/copyright › 版权与免责声明（删到文末）", &["is", "lines_contain"]),
    ("000", 5, "zh/copyright › “凡本网注明”条款", &["contains"]),
    ("001", 2, "zh/teaser › 推荐文章摘要（浏览全文>>）", &["ends_with", "at_least", "where"]),
    ("001", 4, "zh/copyright › 用户上传免责声明（整行）", &["starts_with", "contains", "unless_ends_with", "where"]),
    // All conditions fail on this line of the body, except the minimum length of 20.
    (
        "002",
        2,
        "zh/related › 文末带日期的新闻列表（没有小标题）",
        &["ends_with", "unless_contains", "unless_looks_like", "max_length", "at_least", "where"],
    ),
    ("002", 4, "zh/copyright › “凡本网注明”条款", &["contains"]),
    ("003", 2, "zh/media › 图片标签", &["is"]),
    ("003", 11, "zh/widget › 关闭按钮", &["is", "unless_ends_with"]),
    ("004", 4, "zh/meta › 原标题行", &["starts_with"]),
    ("004", 12, "zh/meta › 正文前的摘要行（后文重复）", &["starts_with", "looks_like"]),
    // When everything behind it is removed, it is the last line, so `last 3 lines` holds.
    (
        "004",
        62,
        "zh/credit › 编辑行（只有“编辑：”）",
        &["starts_with", "unless_contains", "unless_looks_like", "max_length"],
    ),
    ("004", 10, "zh/nav › 面包屑导航（您现在的位置）", &["starts_with"]),
];

#[test]
fn forty_lines_have_the_reasons_that_people_expect() {
    let Some(shared) = shared() else { return };
    let mut seeds = BTreeMap::new();
    for entry in fs::read_dir(shared.join("seeds")).expect("the seeds can be listed") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
        if !name.ends_with(".body.txt") {
            seeds.insert(name[..3].to_string(), fs::read_to_string(&path).expect("a seed is UTF-8"));
        }
    }
    let engine = shipped(Profile::Article);
    let id = |name: &str| {
        let at = engine.rules().rules.iter().position(|rule| rule.full_name() == name);
        RuleId(at.unwrap_or_else(|| panic!("there is no rule {name}")) as u32)
    };
    let mut wrong = Vec::new();
    for (seed, line, rule, text) in GO {
        let document = Document::new(&seeds[seed]).expect("a seed is short");
        let inspector = engine.inspect(&document);
        let span = document.line(line - 1);
        let took = inspector.outcome().removals.iter().find(|r| r.span.start <= span.start && r.span.end >= span.end);
        let found = took.and_then(|removal| match removal.cause {
            Cause::Rule { rule, anchor, .. } => Some((rule, anchor)),
            _ => None,
        });
        let said = found.map(|(rule, anchor)| {
            let verdicts = inspector.why(anchor as usize, rule);
            let holds = verdicts.iter().all(|verdict| verdict.holds);
            let texts = verdicts.iter().filter_map(|verdict| match &verdict.fact {
                dehusk::Fact::Text(evidence) => evidence.phrase(engine.rules(), rule).map(|p| p.text.clone()),
                _ => None,
            });
            (engine.rules().rule(rule).full_name(), holds, texts.collect::<Vec<_>>())
        });
        let right = said
            .as_ref()
            .is_some_and(|(name, holds, texts)| name == rule && *holds && texts.iter().any(|found| found == text));
        if !right {
            wrong.push(format!("{seed}:{line} should go by {rule} and '{text}': {said:?}"));
        }
    }
    for (seed, line, rule, failing) in STAY {
        let document = Document::new(&seeds[seed]).expect("a seed is short");
        let inspector = engine.inspect(&document);
        let span = document.line(line - 1);
        let stays = !inspector.outcome().removals.iter().any(|r| r.span.start < span.end && r.span.end > span.start);
        let verdicts = inspector.why(line - 1, id(rule));
        let fails: Vec<&str> = verdicts.iter().filter(|v| !v.holds).map(|v| v.condition).collect();
        if !stays || fails != failing {
            wrong.push(format!("{seed}:{line} stays: {stays}; {rule} fails by {fails:?}, not {failing:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of 40 right, wrong:\n{}", 40 - wrong.len(), wrong.join("\n"));
}

fn dehusk(args: &[&str], folder: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dehusk"));
    command.env("LC_ALL", "C").current_dir(folder).args(args).output().expect("dehusk runs")
}

fn git(args: &[&str], folder: &Path) {
    let mut command = Command::new("git");
    // The git settings of the machine must not matter.
    command.current_dir(folder).env("GIT_CONFIG_GLOBAL", folder.join("none")).env("GIT_CONFIG_NOSYSTEM", "1");
    for (key, value) in [("AUTHOR", "a"), ("COMMITTER", "a")] {
        command.env(format!("GIT_{key}_NAME"), value).env(format!("GIT_{key}_EMAIL"), "a@example.com");
    }
    let output = command.args(args).output().expect("git runs");
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

const RULE: &str = "[[rule]]\nname = '按钮'\nis = '返回顶部'\nremoves = '返回顶部'\nkeeps = '请返回顶部。'\n";
const PAGE: &str = "渡口的雾散了，第一班船靠了岸，挑担的人先上，推车的人跟在后面。\n返回顶部\n分享到\n";

#[test]
fn rules_are_held_against_the_last_commit() {
    let folder = tempfile::tempdir().expect("a folder");
    let rules = folder.path().join("deep/我的规则");
    fs::create_dir_all(&rules).expect("it can be made");
    fs::write(rules.join("widget.toml"), RULE).expect("it can be written");
    fs::write(folder.path().join("page.txt"), PAGE).expect("it can be written");
    let preview = |more: &[&str]| {
        let args = ["preview", "--no-shipped-rules", "--rules", "deep/我的规则", "page.txt"];
        let output = dehusk(&[&args[..], more].concat(), folder.path());
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    // Not under git, or never committed: the command reports that, and everything the folder does is new.
    let (code, found, said) = preview(&["--lang", "zh"]);
    assert!(said.contains("--before") && said.contains("没有提交过的版本"), "{said}");
    assert!(code == Some(0) && found.contains("新规则") && found.contains("多删 1 行"), "{found}");
    git(&["init", "-q"], folder.path());
    let (code, found, said) = preview(&[]);
    assert!(code == Some(0) && found.contains("a new rule") && said.contains("no earlier version"), "{found}{said}");
    git(&["add", "."], folder.path());
    git(&["commit", "-q", "-m", "rules"], folder.path());
    let (code, said, _) = preview(&[]);
    assert!(code == Some(0) && said.contains("The rules are what they were"), "{said}");
    fs::write(rules.join("widget.toml"), RULE.replace("is = '返回顶部'", "is = '''\n返回顶部\n分享到\n'''"))
        .expect("written");
    let (code, said, _) = preview(&["--lang", "zh"]);
    assert_eq!(code, Some(0));
    assert!(said.contains("widget › 按钮   is + '分享到'") && said.contains("多删 1 行，少删 0 行"), "{said}");
    assert!(said.contains("page.txt:3  - 分享到"), "{said}");
    // A new file since the commit.
    fs::write(rules.join("nav.toml"), RULE.replace("返回顶部", "第一班船").replace("is =", "contains ="))
        .expect("written");
    let (_, said, _) = preview(&[]);
    assert!(said.contains("nav › 按钮   a new rule"), "{said}");
    // The page is self-contained and shows both sides.
    let (_, _, _) = preview(&["--html", "out.html", "--lang", "zh"]);
    let page = fs::read_to_string(folder.path().join("out.html")).expect("it was written");
    for part in
        ["<html lang=zh>", "分享到", "class='before stay new'", "class='after gone new'", "prefers-color-scheme"]
    {
        assert!(page.contains(part), "no {part} in {page}");
    }
    assert!(!page.contains("http"), "nothing comes from outside");
}

#[test]
fn statistics_are_the_same_by_any_number_of_threads() {
    let folder = tempfile::tempdir().expect("a folder");
    let records: String = (0..300)
        .map(|i| {
            let text = if i % 3 == 0 {
                PAGE.to_string()
            } else {
                format!("{PAGE}第{i}天，渡船整天都在开，人们回到了岸边。\n")
            };
            format!("{}\n", serde_json::json!({ "id": i, "text": text, "gold": PAGE }))
        })
        .collect();
    fs::write(folder.path().join("pages.jsonl"), records).expect("it can be written");
    fs::create_dir(folder.path().join("rules")).expect("it can be made");
    fs::write(folder.path().join("rules/widget.toml"), RULE).expect("it can be written");
    let stats = |jobs: &str| {
        let args = ["stats", "--no-shipped-rules", "--rules", "rules", "--json", "--jobs", jobs, "pages.jsonl"];
        let output = dehusk(&args, folder.path());
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    let (one, four) = (stats("1"), stats("4"));
    assert_eq!(one, four);
    let found: Value = serde_json::from_slice(&one).expect("it is JSON");
    let row = &found["rules"]["widget › 按钮"];
    assert_eq!(found["documents"], 300);
    assert_eq!((&row["documents"], &row["lines"], &row["body_lines"]), (&300.into(), &300.into(), &300.into()));
    // With `--time`, the rule has a time.
    let args = ["stats", "--no-shipped-rules", "--rules", "rules", "--json", "--time", "pages.jsonl"];
    let timed: Value = serde_json::from_slice(&dehusk(&args, folder.path()).stdout).expect("it is JSON");
    assert!(timed["rules"]["widget › 按钮"]["micros"].is_number(), "{timed}");
}
