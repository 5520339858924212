//! `dehusk check` and `dehusk test` on difficult files: in every encoding, damaged, huge.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

/// A rule without a mistake.
const GOOD: &str = "[[rule]]\nname = '关闭按钮'\nis = '关闭窗口'\nremoves = '关闭窗口'\n";

fn dehusk(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dehusk"));
    command.current_dir(folder).env("LC_ALL", "zh_CN.UTF-8");
    command
}

/// The exit code and the output of `dehusk check rules.toml`.
fn check(bytes: &[u8]) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("rules.toml"), bytes).unwrap();
    let output = dehusk(folder.path()).args(["check", "rules.toml"]).output().unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn every_damage_is_named_with_its_mend() {
    let encoded = |label: &str, bom| dehusk::encode(GOOD, label, bom).unwrap();
    let bom = [b"\xef\xbb\xbf", GOOD.as_bytes()].concat();
    let changed = |from: &str, to: &str| GOOD.replacen(from, to, 1).into_bytes();
    let regex = |regex: &str| {
        format!("[[rule]]\nname = '来源'\nregex = '{regex}'\nremoves = '来源'\nkeeps = '水从山上来。'\n").into_bytes()
    };
    for (bytes, code, said) in [
        (GOOD.as_bytes().to_vec(), 0, "全部可用"),
        (bom, 0, "全部可用"),
        (changed("\n", "\r\n"), 0, "全部可用"),
        (GOOD.replace('\n', "\r").into_bytes(), 0, "全部可用"),
        (encoded("gbk", false), 1, "编码选 UTF-8"),
        (encoded("utf-16le", true), 1, "建议另存为 UTF-8"),
        (encoded("utf-16be", true), 1, "建议另存为 UTF-8"),
        (changed("'关闭按钮'", "“关闭按钮”"), 1, "改成：name = '关闭按钮'"),
        (changed("name =", "name ＝"), 1, "改成：name = '关闭按钮'"),
        (changed("[[rule]]", "［［rule］］"), 1, "改成：[[rule]]"),
        (changed("name", "\u{a0}\u{a0}name"), 1, "改成：name = '关闭按钮'"),
        (changed("name", "\u{3000}name"), 1, "改成：name = '关闭按钮'"),
        (regex(r"(?:\w{1,200}){1,200}来源"), 1, "[regex-unsupported]"),
        (regex(r"[\w\W]{0,2000}来源"), 1, "[regex-slow]"),
        (regex("来源：$"), 1, "写成“来源:”"),
        (b"\x00\x01\x02\xff\xfe\x00".repeat(1000), 1, "rules.toml:1:"),
        (Vec::new(), 0, "0 条规则"),
    ] {
        let (found, text) = check(&bytes);
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).into_owned();
        assert!(found == Some(code) && text.contains(said), "exit code {found:?} for\n{shown}\n{text}");
    }
}

/// Six characters, different for each number.
fn phrase(i: usize) -> String {
    let mut number = i * 7919 + 1;
    (0..6)
        .map(|_| {
            number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            char::from_u32(0x4E00 + (number >> 33) as u32 % 0x5000).unwrap()
        })
        .collect()
}

#[test]
fn huge_files_are_checked_all_the_same() {
    let rules: String = (0..50_000)
        .map(|i| format!("[[rule]]\nname = '规则{i}'\nis = '{0}'\nremoves = '{0}'\n\n", phrase(i)))
        .collect();
    let (code, text) = check(rules.as_bytes());
    assert!(code == Some(0) && text.starts_with("50000 条规则"), "{text}");
    let block: String = (0..500_000).map(|i| phrase(i) + "\n").collect();
    assert!(block.len() > 9_000_000);
    let rule = format!("[[rule]]\nname = '一'\nis = '''\n{block}'''\nremoves = '{}'\n", phrase(3));
    let (code, text) = check(rule.as_bytes());
    assert!(text.contains("1 条规则") || text.contains("[duplicate-phrase]"), "{text}");
    assert!(matches!(code, Some(0 | 1)), "{text}");
    // The same text again and again; texts that differ behind a long common beginning.
    let block = "同一句话，写了很多很多遍\n".repeat(30_000);
    let rule = format!("[[rule]]\nname = '一'\nis = '''\n{block}'''\nremoves = '同一句话，写了很多很多遍'\n");
    let (code, text) = check(rule.as_bytes());
    assert!(code == Some(1) && text.contains("[duplicate-phrase]"), "{text}");
    let block: String = (0..30_000).map(|i| format!("关注我们的公众号，回复第{i}号\n")).collect();
    let rule = format!("[[rule]]\nname = '一'\nis = '''\n{block}'''\nremoves = '关注我们的公众号，回复第7号'\n");
    let (code, text) = check(rule.as_bytes());
    assert!(code == Some(0) && text.contains("1 条规则"), "{text}");
}

/// Four times the rules take about four times the work, although each rule is compared with all others.
#[test]
fn checking_grows_with_the_rules_and_no_faster() {
    if !cfg!(debug_assertions) {
        return crate::util::skipped("steps are not counted in a release build");
    }
    let steps = |count: usize| {
        let rule = |i: usize| format!("[[rule]]\nname = '规则{i}'\nis = '{0}'\nremoves = '{0}'\n\n", phrase(i));
        let rules: String = (0..count).map(rule).collect();
        let before = dehusk::steps_taken();
        let checked = dehusk::check(&[dehusk::Source::new("rules.toml", rules)], &[]);
        assert!(checked.found.iter().all(|one| one.level != dehusk::Level::Error), "the rules have no mistake");
        dehusk::steps_taken() - before
    };
    let (once, four) = (steps(1_000), steps(4_000));
    assert!(once > 1_000 && four <= once * 6, "{once} steps for 1,000 rules, {four} for 4,000");
}

#[test]
fn watching_checks_again_when_a_file_is_saved() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rules.toml");
    fs::write(&path, GOOD).unwrap();
    let mut child =
        dehusk(folder.path()).args(["check", "--watch", "rules.toml"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    // A note that the shipped rules do this too may come first.
    assert!(lines.by_ref().any(|line| line.contains("全部可用")));
    // Some file systems know whole seconds only.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    fs::write(&path, GOOD.replace("is =", "iss =")).unwrap();
    let said: Vec<String> = lines.by_ref().take_while(|line| !line.contains("处问题")).collect();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(said.iter().any(|line| line.contains("rules.toml 有改动")), "{said:?}");
    assert!(
        said.iter().any(|line| line.starts_with("rules.toml:3:1") && line.ends_with("[unknown-setting]")),
        "{said:?}"
    );
}

#[test]
fn one_bad_file_does_not_stop_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.toml"), [0xff, 0x00, 0xfe]).unwrap();
    fs::write(folder.path().join("b.toml"), GOOD.replace("is =", "iss =")).unwrap();
    let output = dehusk(folder.path()).args(["check", "."]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text.contains("a.toml:1:") && text.contains("b.toml:3:1"), "{text}");
}
