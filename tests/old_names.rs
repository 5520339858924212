//! Former names of shipped rule files, from before there was a folder for each language: in folders of
//! users, in settings, in options and in records of removals.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use dehusk::{Diagnostic, Engine, Lang, RuleSet, Status, layered, shipped_sources, sources_in};

use crate::util::body;

/// A body that is long enough to be kept as a text.
const BODY: &str =
    "渡口的新桥通车了，两岸的人在桥上来来回回走了整整一个上午。\n老船工把缆绳收进屋里，说明天还要来看看河上的雾。\n";

const FOLDER: &str = "tests/fixtures/old-names";

fn shipped() -> RuleSet {
    RuleSet::shipped().unwrap_or_else(|error| panic!("{error}"))
}

/// The shipped rules merged with a folder that uses old names.
fn merged() -> RuleSet {
    shipped().merged_with(RuleSet::from_dir(FOLDER).unwrap_or_else(|error| panic!("{error}")))
}

fn files(rules: &RuleSet) -> BTreeSet<&str> {
    rules.rules.iter().map(|rule| rule.file.as_str()).collect()
}

#[test]
fn a_file_with_an_old_name_replaces_what_it_always_replaced() {
    let (ours, all) = (shipped(), merged());
    let (ours, all) = (files(&ours), files(&all));
    let gone: BTreeSet<&str> = ours.difference(&all).copied().collect();
    let german = ours.iter().filter(|file| file.starts_with("de/")).copied();
    let expected: BTreeSet<&str> = german.chain(["zh/copyright"]).collect();
    assert!(expected.len() > 5, "{expected:?}");
    assert_eq!(gone, expected);
    let new: Vec<&str> = all.difference(&ours).copied().collect();
    assert_eq!(new, ["copyright", "de", "ferry"]);
}

#[test]
fn sources_are_layered_as_rules_are_merged() {
    let sources = layered(shipped_sources(), sources_in(Path::new(FOLDER)).expect("the folder is there"));
    let (rules, _) = RuleSet::check(&sources);
    assert_eq!(files(&rules), files(&merged()));
}

/// The messages about old names, in both languages: `diagnostics/old-names.zh.txt`.
#[test]
fn old_names_are_told_with_the_new_ones() {
    let sources = layered(shipped_sources(), sources_in(Path::new(FOLDER)).expect("the folder is there"));
    let (_, found) = RuleSet::check(&sources);
    for (lang, ending) in [(Lang::Zh, "zh"), (Lang::En, "en")] {
        let said = |found: &[Diagnostic]| found.iter().map(|one| one.render(lang, false)).collect::<Vec<_>>();
        let text = said(&found).join("\n\n") + "\n";
        let golden = format!("tests/diagnostics/old-names.{ending}.txt");
        if std::env::var_os("DEHUSK_BLESS").is_some() {
            fs::write(&golden, &text).expect("the golden file can be written");
        }
        assert_eq!(fs::read_to_string(&golden).unwrap_or_default(), text, "{golden}");
        // A run gives the same messages as `dehusk check`.
        let sorted = |found: &[Diagnostic]| said(found).into_iter().collect::<BTreeSet<_>>();
        assert_eq!(sorted(&merged().warnings), sorted(&found));
    }
}

#[test]
fn a_file_of_another_name_replaces_nothing_and_nothing_is_said() {
    let own = RuleSet::from_dir(Path::new(FOLDER).join("ferry.toml")).unwrap_or_else(|error| panic!("{error}"));
    let all = shipped().merged_with(own);
    assert_eq!(all.rules.len(), shipped().rules.len() + 1);
    assert!(all.warnings.is_empty(), "{:?}", all.warnings);
}

#[test]
fn settings_switch_rules_off_by_their_old_names() {
    let off: Vec<String> =
        merged().rules.iter().filter(|rule| rule.status == Status::Off).map(|rule| rule.full_name()).collect();
    let expected = ["fr/nav › Skip links, back to top, previous and next", "zh/nav › 返回顶部", "zh/widget › 关闭按钮"];
    let before: Vec<String> =
        shipped().rules.iter().filter(|rule| rule.status == Status::Off).map(|rule| rule.full_name()).collect();
    let new: Vec<&String> = off.iter().filter(|name| !before.contains(name)).collect();
    assert_eq!(new, expected.iter().collect::<Vec<_>>());
}

#[test]
fn rules_are_chosen_by_old_names_and_by_folders() {
    let rules = shipped();
    let text = format!("{BODY}X 关闭\nZum Inhalt springen\n");
    let left = |only: &[&str], skip: &[&str]| {
        let engine = Engine::builder().rules_only().only(only).skip(skip).build(&rules);
        body(&engine.unwrap_or_else(|error| panic!("{error}")), &text)
    };
    let (close, jump) = (format!("{BODY}X 关闭\n"), format!("{BODY}Zum Inhalt springen\n"));
    assert_eq!(left(&[], &[]), BODY);
    for german in ["de", "de/nav", "de › Skip links, back to top, previous and next"] {
        assert_eq!(left(&[german], &[]), close, "{german}");
    }
    for chinese in ["zh", "zh/widget", "widget › 关闭按钮", "zh/widget > 关闭按钮"] {
        assert_eq!(left(&[chinese], &[]), jump, "{chinese}");
    }
    assert_eq!(left(&[], &["widget › 关闭按钮", "de"]), text);
}

/// A record from before the files were renamed is compared rule by rule.
#[cfg(feature = "cli")]
#[test]
fn an_old_record_is_compared_by_the_names_of_today() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |args: &[&str]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_dehusk"))
            .args(args)
            .args(["--lang", "en"])
            .current_dir(folder.path())
            .output()
            .expect("it runs");
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    fs::write(folder.path().join("page.txt"), format!("{BODY}X 关闭\n")).expect("written");
    run(&["--removed", "now.jsonl", "--out", "out", "page.txt"]);
    let now = fs::read_to_string(folder.path().join("now.jsonl")).expect("the record was written");
    assert!(now.contains("zh/widget › 关闭按钮"), "{now}");
    fs::write(folder.path().join("old.jsonl"), now.replace("zh/widget › ", "widget › ")).expect("written");
    let said = run(&["stats", "--removed", "now.jsonl", "--compare", "old.jsonl"]);
    assert!(said.contains("Each rule took as much in both"), "{said}");
    // The counts of a collection can be compared with an old record, too.
    let text = run(&["stats", "page.txt", "--compare", "old.jsonl"]);
    assert!(!text.contains("→ 0"), "{text}");
}
