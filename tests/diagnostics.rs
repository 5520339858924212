//! Every message about rule files as it is printed, in both languages.
//!
//! `diagnostics/NAME.toml` (or a folder of rules, `NAME/`) is a file with mistakes;
//! `NAME.zh.txt` and `NAME.en.txt` are the messages about it. After changing messages run
//! `scripts/bless`, then read the diff as an editor who does not program would.

use std::fs;
use std::path::{Path, PathBuf};

use dehusk::{Diagnostic, Fix, Lang, RuleSet, SLUGS, Source, check, shipped_bodies, sources_in};

use crate::util::golden;

fn folder() -> PathBuf {
    PathBuf::from("tests/diagnostics")
}

/// The sources of a case, with the paths that messages must show.
fn sources(case: &Path) -> Vec<Source> {
    let mut sources = sources_in(case).expect("the case can be read");
    if case.is_file() {
        let name = case.file_name().expect("a file has a name").to_string_lossy().into_owned();
        let bytes = fs::read(case).expect("the case can be read");
        sources = vec![Source::from_bytes(name.clone(), name, &bytes)];
    }
    sources
}

fn found(case: &Path) -> Vec<Diagnostic> {
    RuleSet::check(&sources(case)).1
}

#[test]
fn messages_are_as_they_were_read_and_found_good() {
    let mut cases: Vec<PathBuf> =
        fs::read_dir(folder()).expect("the folder exists").flatten().map(|e| e.path()).collect();
    // The folder `lint` has no rules.
    cases.retain(|path| {
        (path.is_dir() && !path.ends_with("lint")) || path.extension().is_some_and(|ending| ending == "toml")
    });
    cases.sort();
    assert!(cases.len() > 50, "the cases are there");
    let mut wrong = Vec::new();
    for case in cases {
        let found = found(&case);
        for (lang, ending) in [(Lang::Zh, "zh.txt"), (Lang::En, "en.txt")] {
            let text: Vec<_> = found.iter().map(|one| one.render(lang, false) + "\n").collect();
            let text = text.join("\n");
            wrong.extend(golden(&case.with_extension(ending), &text).err());
        }
    }
    assert!(wrong.is_empty(), "these messages have changed:\n\n{}", wrong.join("\n"));
}

/// The messages of the linter about its own bad examples, about files with many findings of one kind, and about files
/// that were broken by hand, in both languages: `lint/NAME.zh.txt`.
#[test]
fn lints_are_said_as_they_were_read_and_found_good() {
    let bodies = shipped_bodies();
    let mut wrong = Vec::new();
    let slugs = SLUGS.iter().skip_while(|slug| slug.name != "never-matches");
    let mut cases: Vec<(String, Source)> = slugs.map(|slug| (slug.name.to_string(), slug.bad.source())).collect();
    let of_slugs = cases.len();
    for folder in ["tests/fixtures/lints", "tests/fixtures/mutated"] {
        let mut paths: Vec<PathBuf> =
            fs::read_dir(folder).expect("the folder is there").flatten().map(|e| e.path()).collect();
        paths.sort();
        for path in paths {
            let name = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
            let text = fs::read_to_string(&path).expect("it is UTF-8");
            cases.push((name.clone(), Source::new(format!("{name}.toml"), text)));
        }
    }
    for (at, (name, source)) in cases.into_iter().enumerate() {
        let found = check(&[source], &bodies).found;
        if at >= of_slugs && found.is_empty() {
            wrong.push(format!("--- {name}: nothing is found any more"));
        }
        for (lang, ending) in [(Lang::Zh, "zh"), (Lang::En, "en")] {
            let text: Vec<_> = found.iter().map(|one| one.render(lang, false) + "\n").collect();
            let path = folder().join("lint").join(format!("{name}.{ending}.txt"));
            let text = text.join("\n");
            // Findings that do not come from rule files have no message here.
            if !text.is_empty() || path.exists() {
                wrong.extend(golden(&path, &text).err());
            }
        }
    }
    assert!(wrong.is_empty(), "these messages have changed:\n\n{}", wrong.join("\n"));
}

/// Typical mistakes: the case, the code, the line, and a part of the fix that must be shown.
const PLANTED: &[(&str, &str, u32, &str)] = &[
    ("smart_quote", "smart-quote", 7, "name = '版权'"),
    ("mixed_quotes", "mixed-quotes", 2, "name = '版权'"),
    ("full_width_equals", "full-width-equals", 2, "name = '版权'"),
    ("full_width_bracket", "full-width-bracket", 1, "[[rule]]"),
    ("full_width_bracket", "full-width-bracket", 6, "[[rule]]"),
    ("chinese_comma", "chinese-comma", 3, "['版权所有', '侵权必究', '翻印必究']"),
    ("missing_comma", "missing-comma", 4, "'版权所有',"),
    ("backslash", "backslash", 3, r"'^编辑：\S+$'"),
    ("control_escape", "control-escape", 3, r"'\bcopyright'"),
    ("joined_lines", "joined-lines", 4, "'''"),
    ("no_quotes", "no-quotes", 3, "contains = '版权'"),
    ("inner_quote", "inner-quote", 3, "'注明\"来源\"的作品'"),
    ("two_settings", "two-settings", 2, "把 is 移到下一行"),
    ("several_values", "several-values", 3, "'''\n版权所有\n侵权必究\n'''"),
    ("several_values", "several-values", 8, "'''\n版权所有\n侵权必究\n'''"),
    ("unclosed_block", "unclosed-block", 3, "第 6 行上面"),
    ("unclosed_block_at_end", "unclosed-block", 4, "文件最后"),
    ("unclosed_list", "unclosed-list", 4, "]"),
    ("forgotten_header", "repeated-setting", 6, "[[rule]]\nname = '关闭'"),
    ("single_bracket", "brackets", 1, "[[rule]]"),
    ("single_bracket_twice", "brackets", 6, "[[rule]]"),
    ("unknown_section", "unknown-section", 1, "[[rule]]"),
    ("unknown_setting", "unknown-setting", 2, "name = '版权'"),
    ("unknown_setting", "unknown-setting", 3, "contains = '版权所有'"),
    ("unknown_setting", "unknown-setting", 4, "starts_with = '版权'"),
    ("chinese_setting", "chinese-setting", 3, "contains = \"版权所有\""),
    ("not_a_bool", "not-a-bool", 4, "exact = true"),
    ("not_a_bool", "not-a-bool", 10, "exact = true"),
    ("percent", "percent", 4, "max_share = 40"),
    ("wrong_choice", "wrong-value", 4, "remove = 'to_end'"),
    ("wrong_choice", "wrong-value", 10, "line 整行"),
    ("wrong_type", "wrong-type", 3, "contains = '3'"),
    ("hidden_space", "hidden-space", 2, "name = '版权'"),
    ("hidden_space", "hidden-space", 3, "contains = '版权所有'"),
    ("hidden_space", "hidden-space", 7, "name = '关闭'"),
    ("comment_sign", "comment-sign", 1, "# 备注：版权类"),
    ("comment_sign", "comment-sign", 4, "# 备注"),
    ("comment_sign", "comment-sign", 5, "contains = '版权所有'  # 常见"),
    ("stray_line", "stray-line", 4, "'''\n侵权必究\n翻印必究\n'''"),
    ("two_versions", "two-versions", 3, "删去 <<<<<<<"),
    ("two_versions", "two-versions", 15, "删去 <<<<<<<"),
    ("settings_twice/settings", "repeated-setting", 2, ""),
    ("after_header", "after-header", 1, "[[rule]]\nname = '关闭按钮'"),
    ("not_utf8", "not-utf8", 2, "另存为"),
    ("not_text", "not-utf8", 2, "移出规则文件夹"),
    ("utf16", "utf-16", 1, "另存为"),
];

#[test]
fn every_planted_mistake_is_named_with_its_place_and_its_fix() {
    let mut missed = Vec::new();
    for (case, code, line, fix) in PLANTED {
        let found = found(&folder().join(case).with_extension("toml"));
        let named = found.iter().any(|one| {
            let shown = match &one.fix {
                Some(Fix::Line(line)) => line.as_str(),
                Some(Fix::Advice(advice)) => advice.zh.as_str(),
                None => "",
            };
            one.code == *code && one.line == *line && shown.contains(*fix)
        });
        if !named {
            let all: Vec<_> = found.iter().map(|one| one.render(Lang::Zh, false)).collect();
            missed.push(format!("{case}: {code} on line {line}, fix {fix}\n{}", all.join("\n")));
        }
    }
    let named = PLANTED.len() - missed.len();
    assert!(missed.is_empty(), "{named} of {} are named; not these:\n{}", PLANTED.len(), missed.join("\n\n"));
}

/// A fix that is shown as a line can be applied: it never adds a mistake, and after the last one
/// the file has no mistake.
#[test]
fn mended_lines_are_right() {
    for (case, ..) in PLANTED.iter().filter(|(case, ..)| !matches!(*case, "not_utf8" | "not_text" | "utf16")) {
        let path = folder().join(case).with_extension("toml");
        let mut source = sources(&path).remove(0);
        for round in 0..12 {
            let (_, found) = RuleSet::check(std::slice::from_ref(&source));
            let Some(one) = found.iter().find(|one| matches!(one.fix, Some(Fix::Line(_)))) else { break };
            // This fix shows the form of a correct line, but not the line itself.
            if matches!(one.code, "stray-line") {
                break;
            }
            let Some(Fix::Line(fix)) = &one.fix else { break };
            let mut lines: Vec<&str> = source.text.lines().collect();
            lines[one.line as usize - 1] = fix;
            let text = lines.join("\n") + "\n";
            let next = Source::new(source.name.clone(), text);
            let (_, after) = RuleSet::check(std::slice::from_ref(&next));
            assert!(
                !after.iter().any(|new| (new.code, new.line) == (one.code, one.line)),
                "{case}, round {round}: the fix does not fix\n{}\n{}",
                one.render(Lang::Zh, false),
                next.text,
            );
            source = next;
        }
    }
}

/// However a file is broken, reading it ends, and all messages have places inside the file.
#[test]
fn broken_files_never_break_the_reader() {
    let mut seed = 0x9e37_79b9_u64;
    let mut random = move |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below.max(1)
    };
    let odd: Vec<char> = "'\"“”‘’[]［］【】=＝，、,{}*\\\n\t　\u{200b}\u{feff}#＃/版a1%：:`\u{1b}".chars().collect();
    let mut cases: Vec<PathBuf> =
        fs::read_dir(folder()).expect("the folder exists").flatten().map(|e| e.path()).collect();
    cases.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
    cases.sort();
    for case in cases {
        let text: Vec<char> = sources(&case)[0].text.chars().take(600).collect();
        for _ in 0..40 {
            let mut text = text.clone();
            for _ in 0..=random(4) {
                let at = random(text.len());
                match random(3) {
                    0 => drop(text.splice(at..(at + random(12)).min(text.len()), [])),
                    1 => text.insert(at, odd[random(odd.len())]),
                    _ => drop(text.splice(at..at, [odd[random(odd.len())]; 3])),
                }
            }
            let text: String = text.into_iter().collect();
            let source = Source::new("a.toml", text);
            for one in RuleSet::check(std::slice::from_ref(&source)).1 {
                assert!(source.text.get(one.span.clone()).is_some(), "{one:?}");
                assert!(one.line_text.get(one.mark.clone()).is_some(), "{one:?}");
                assert!(one.render(Lang::Zh, true).chars().all(|c| !c.is_control() || matches!(c, '\n' | '\u{1b}')));
                assert!(!one.render(Lang::En, false).contains('\u{1b}'));
            }
        }
    }
}
