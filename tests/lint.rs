//! The findings of `dehusk check`: every kind has an example that gives it, and one that does not.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use dehusk::{
    Body, Lang, Level, RuleSet, SLUGS, Source, bodies_in, check, shipped_bodies, shipped_sources, sources_in,
};

/// Writes the file of an example to a temporary folder, and reads that as a folder of rules.
fn read(name: &str, file: &str, bytes: &[u8]) -> Vec<Source> {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join(file);
    fs::create_dir_all(path.parent().expect("it lies in the folder")).expect("a folder can be made");
    fs::write(&path, bytes).expect("the example can be written");
    sources_in(folder.path()).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn bytes(text: &str, encoding: Option<&str>) -> Vec<u8> {
    match encoding {
        Some(label) => dehusk::encode(text, label, label.starts_with("utf-16")).expect("the encoding is known"),
        None => text.as_bytes().to_vec(),
    }
}

#[test]
fn bad_examples_give_their_finding_and_good_ones_none() {
    let bodies = shipped_bodies();
    assert!(bodies.len() >= 60, "the known bodies are there");
    let mut faults = Vec::new();
    let without: Vec<&str> = SLUGS.iter().filter(|slug| !slug.has_examples()).map(|slug| slug.name).collect();
    let elsewhere = include_str!("../crates/tools/src/lint/slugs/elsewhere.txt");
    assert!(without.iter().all(|name| elsewhere.contains(&format!("== {name} "))), "no examples: {without:?}");
    for slug in SLUGS.iter().filter(|slug| slug.has_examples()) {
        for (example, wanted) in [(&slug.bad, Some(slug.name)), (&slug.good, None)] {
            // A file that cannot be opened cannot be given as a text; see the test below.
            if slug.name == "unreadable" && wanted.is_some() {
                continue;
            }
            let sources = read(slug.name, example.file, &bytes(&example.text, example.encoding));
            let checked = check(&sources, &bodies);
            let mut codes: BTreeSet<&str> = checked.found.iter().map(|one| one.code).collect();
            // The example needs more than ten findings of another kind; ignore that kind.
            if slug.name == "and-more" {
                codes.remove("unknown-setting");
            }
            if codes != wanted.into_iter().collect() {
                let said: Vec<String> = checked.found.iter().map(|one| one.render(Lang::Zh, false)).collect();
                let kind = if wanted.is_some() { "bad" } else { "good" };
                faults.push(format!("{} ({kind}) gives {codes:?}\n{}", slug.name, said.join("\n")));
            }
            if let (Some(worst), Some(_)) = (checked.found.iter().map(|one| one.level).min(), wanted)
                && worst < slug.level
            {
                faults.push(format!("{}: {worst:?} is worse than the table says", slug.name));
            }
        }
        assert!(!slug.meaning.zh.is_empty() && !slug.meaning.en.is_empty(), "{}", slug.name);
    }
    assert!(faults.is_empty(), "{} of {}:\n\n{}", faults.len(), SLUGS.len(), faults.join("\n\n"));
}

/// The names of findings look like `two-words`. Every such word in the code must be in the table or in the list of
/// exceptions.
#[test]
fn every_finding_of_the_code_is_in_the_table() {
    const NONE: &[&str] = &[
        "en-gb",
        "en-us",
        "zh-cn",
        "zh-hans",
        "zh-hant",
        "zh-tw",
        "one-rule", // an answer of the editor of one table
        "xdg-open", // a program
        "starts-with",
        "010-12345678",
        "2021-10-29",
        // Words of git, of JSON Schema, and of encodings.
        "ls-tree",
        "x-taplo",
    ];
    const SINGLE: &[&str] =
        &["missing", "backslash", "brackets", "stars", "percent", "redundant", "shadowed", "unreadable"];
    let mut known: BTreeSet<&str> = SLUGS.iter().map(|slug| slug.name).collect();
    assert_eq!(known.len(), SLUGS.len(), "a finding stands twice in the table");
    let mut unknown = Vec::new();
    let mut seen = BTreeSet::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join("src"), root.join("crates")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("src can be listed").flatten() {
            let path = entry.path();
            // These know names of pages' own data and of headers, and have no findings.
            if path.ends_with("crates/html") || path.ends_with("crates/studio") {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") && !path.ends_with("tests.rs") {
                let code = fs::read_to_string(&path).expect("a source file is UTF-8");
                let code = code.split("#[cfg(test)]").next().unwrap_or_default();
                for word in code.split('"') {
                    let plain = !word.is_empty()
                        && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
                    let name = plain
                        && word.contains('-')
                        && !word.starts_with('-')
                        && !word.ends_with('-')
                        // Names of encodings, and fields of archives and headers.
                        && (known.contains(word) || !["windows-", "utf-", "ucs-", "x-", "warc-", "content-"].iter().any(|p| word.starts_with(p)));
                    if (name || SINGLE.contains(&word)) && !NONE.contains(&word) {
                        if known.contains(word) {
                            seen.insert(word.to_string());
                        } else {
                            unknown.push(format!("{}: {word}", path.display()));
                        }
                    }
                }
            }
        }
    }
    assert!(unknown.is_empty(), "not in crates/tools/src/lint/slugs: {unknown:#?}");
    known.retain(|name| !seen.contains(*name));
    assert!(known.is_empty(), "in the table and nowhere in the code: {known:?}");
}

#[test]
fn the_shipped_rules_have_neither_errors_nor_warnings() {
    let checked = check(&shipped_sources(), &shipped_bodies());
    let bad: Vec<String> =
        checked.found.iter().filter(|one| one.level != Level::Info).map(|one| one.render(Lang::Zh, false)).collect();
    assert!(bad.is_empty(), "{} findings:\n{}", bad.len(), bad.join("\n"));
}

/// Texts and cases in a folder of rules are not read as rules, and give no errors.
#[test]
fn folders_of_texts_are_not_read_as_rules() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    for (path, text) in [
        ("a.toml", "[[rule]]\nname = '关闭'\nis = '关闭窗口'\nremoves = '关闭窗口'\n"),
        ("bodies/zh-notes-01.is.txt", "一行\n"),
        ("cases/一/in.txt", "正文\n"),
        ("cases/一/case.toml", "profile = 'body'\n"),
    ] {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("it lies in the folder")).expect("a folder can be made");
        fs::write(path, text).expect("it can be written");
    }
    let rules = RuleSet::from_dir(folder.path()).expect("the rules are good");
    assert_eq!((rules.rules.len(), rules.warnings.len()), (1, 0));
    let bodies = bodies_in(folder.path().join("bodies")).expect("the folder can be read");
    assert_eq!(bodies.len(), 1);
}

/// A rule that removes a known line is reported with the place of the line and the phrase that matched.
#[test]
fn known_lines_are_named() {
    let text =
        "[[rule]]\nname = '太宽'\ncontains = '渡船上的人'\nremoves = '渡船上的人都走了'\nkeeps = '渡船上没有人。'\n";
    let bodies = [Body::new(
        "bodies/zh-river-01.txt",
        "清晨起了雾。\n\n渡船上的人谁也没有说话，只听见船桨一下一下地拨开河水，远处的汽笛响了两声，又安静下来。\n\n老船工说，这条河他走了四十年，哪一段水急，哪一段有暗石，闭着眼睛也知道。\n\n天亮以后雾散了，两岸的稻田一层一层地露出来，像有人把画布慢慢展开。\n\n船靠岸的时候，孩子们已经等在码头上，手里举着刚摘的荷叶，远远地就喊起来了。\n",
    )];
    let checked = check(&[Source::new("a.toml", text)], &bodies);
    let one = checked.found.iter().find(|one| one.code == "removes-known-body").expect("it is found");
    assert_eq!((one.level, one.line, checked.counts.removed_lines), (Level::Error, 1, 1));
    assert!(
        one.notes[0].zh.starts_with("bodies/zh-river-01.txt:3") && one.notes[0].zh.contains("渡船上的人"),
        "{one:?}"
    );
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_opened_does_not_stop_the_rest() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    fs::write(folder.path().join("a.toml"), "[[rule]]\nname = '关闭'\nis = '关闭窗口'\n").expect("it can be written");
    std::os::unix::fs::symlink("nowhere.toml", folder.path().join("b.toml")).expect("a link can be made");
    let checked = check(&sources_in(folder.path()).expect("the folder can be read"), &[]);
    let codes: Vec<&str> = checked.found.iter().map(|one| one.code).collect();
    assert_eq!(codes, ["no-example", "unreadable"]);
}

/// Twenty correct rule files in each of which one condition was broken by hand. The comment `# planted: CODE LINE`
/// at the top tells what must be found.
#[test]
fn planted_faults_are_named() {
    let bodies = shipped_bodies();
    let mut files: Vec<PathBuf> = fs::read_dir("tests/fixtures/mutated")
        .expect("the folder is there")
        .flatten()
        .map(|entry| entry.path())
        .collect();
    files.sort();
    assert_eq!(files.len(), 20);
    let mut missed = Vec::new();
    for path in &files {
        let text = fs::read_to_string(path).expect("it is UTF-8");
        let planted =
            text.lines().next().and_then(|line| line.strip_prefix("# planted: ")).expect("it says what is planted");
        let (code, line) = planted.split_once(' ').expect("a code and a line");
        let line: u32 = line.parse().expect("a number");
        let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
        let checked = check(&[Source::new(name.clone(), text.as_str())], &bodies);
        if !checked.found.iter().any(|one| one.code == code && one.line == line) {
            let said: Vec<String> = checked.found.iter().map(|one| one.render(Lang::Zh, false)).collect();
            missed.push(format!("{name}: {planted}\n{}", said.join("\n")));
        }
    }
    let named = files.len() - missed.len();
    assert!(missed.is_empty(), "{named} of {} are named; not these:\n{}", files.len(), missed.join("\n\n"));
}
