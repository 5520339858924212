//! Packs: rules of others in a folder of rules.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use dehusk::{RuleSet, Status};

const RULES: &str = "[[rule]]\nname = '编辑署名行'\nis = '本报编辑部'\nremoves = '本报编辑部'\n\n[[rule]]\nname = '校对行'\nis = '本报校对组'\nremoves = '本报校对组'\n";

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("it lies in a folder")).unwrap();
    fs::write(path, text).unwrap();
}

#[test]
fn rules_of_a_pack_are_named_after_it_and_can_be_switched_off() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "credit.toml", "[[rule]]\nname = '编辑署名行'\nis = '主编'\nremoves = '主编'\n");
    write(folder.path(), "packs/cn-news/credit.toml", RULES);
    write(folder.path(), "packs/cn-news/lists/关闭.is.txt", "关闭窗口\n");
    write(folder.path(), "packs/cn-news/pack.toml", "name = 'cn-news'\nversion = '1'\n");
    // A pack does not change the settings of its user.
    write(folder.path(), "packs/cn-news/settings.toml", "min_left = 1\n");
    write(folder.path(), "settings.toml", "off = 'cn-news/credit › 编辑署名行'\n");
    let rules = RuleSet::from_dir(folder.path()).unwrap_or_else(|error| panic!("{error}"));
    let names: Vec<_> = rules.rules.iter().map(|rule| (rule.full_name(), rule.status)).collect();
    let expected = [
        ("cn-news/credit › 校对行", Status::On),
        ("cn-news/credit › 编辑署名行", Status::Off),
        ("cn-news/lists/关闭 › 关闭", Status::On),
        ("credit › 编辑署名行", Status::On),
    ];
    assert_eq!(names, expected.map(|(name, status)| (name.to_string(), status)));
    assert_eq!(rules.settings.min_left, 30);
}

#[test]
fn a_zip_file_is_copied_read_only_and_a_change_by_hand_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    let (own, zip) = (folder.path().join("own"), folder.path().join("cn-news.zip"));
    fs::create_dir(&own).unwrap();
    let mut writer = zip::ZipWriter::new(fs::File::create(&zip).unwrap());
    let options = zip::write::SimpleFileOptions::default();
    for (name, text) in [
        ("cn-news-main/pack.toml", "name = 'cn-news'\nversion = '1.2'\n"),
        ("cn-news-main/credit.toml", RULES),
        ("../evil.toml", "name = 'evil'\n"),
    ] {
        writer.start_file(name, options).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap();
    let run = |args: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_dehusk"))
            .args(args)
            .args(["--lang", "en", "--rules"])
            .arg(&own)
            .output()
            .unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap())
    };
    let (code, said) = run(&["pack", "add", zip.to_str().unwrap()]);
    assert_eq!(code, Some(0), "{said}");
    let rules = own.join("packs/cn-news/credit.toml");
    assert_eq!(fs::read_to_string(&rules).unwrap(), RULES);
    assert!(fs::metadata(&rules).unwrap().permissions().readonly());
    assert!(!folder.path().join("evil.toml").exists() && !own.join("packs/evil.toml").exists());
    assert_eq!(run(&["pack", "list"]), (Some(0), "cn-news 1.2  2 rules\n".into()));
    // The user edits the installed copy.
    fs::remove_file(&rules).unwrap();
    fs::write(&rules, RULES.replace("主编", "副主编").replace("本报编辑部", "本报编辑室")).unwrap();
    let (code, said) = run(&["pack", "list"]);
    assert!(code == Some(1) && said.contains("changed by hand"), "{said}");
}

#[test]
fn a_pack_is_updated_from_where_it_came_wherever_dehusk_is_started() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for (place, version) in [("pack", "1"), ("elsewhere/pack", "6")] {
        write(folder, &format!("{place}/pack.toml"), &format!("name = 'cn-news'\nversion = '{version}'\n"));
        write(folder, &format!("{place}/credit.toml"), RULES);
    }
    fs::create_dir(folder.join("own")).unwrap();
    let run = |below: &str, args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dehusk"));
        command.env("LC_ALL", "C").current_dir(folder.join(below)).args(args).arg("--rules").arg(folder.join("own"));
        String::from_utf8_lossy(&command.output().unwrap().stderr).into_owned()
    };
    run("", &["pack", "add", "pack"]);
    let lock = fs::read_to_string(folder.join("own/packs.lock")).unwrap();
    assert!(lock.contains("from = \"../pack\""), "{lock}");
    assert_eq!(run("elsewhere", &["pack", "update"]), "cn-news 1: nothing new\n");
}
