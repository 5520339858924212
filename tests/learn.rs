//! `dehusk learn` on collections of every shape, through the real binary.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::json;

/// Prose that is different for each number.
fn prose(number: usize) -> String {
    const WORDS: [&str; 16] = [
        "river", "ferry", "market", "captain", "harbor", "county", "engine", "morning", "bridge", "council", "winter",
        "school", "garden", "letter", "window", "story",
    ];
    let mut state = number as u64 + 1;
    let mut word = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        WORDS[(state >> 60) as usize]
    };
    let mut paragraph = || format!("The {}.", (0..30).map(|_| word()).collect::<Vec<_>>().join(" "));
    (0..5).map(|_| paragraph()).collect::<Vec<_>>().join("\n\n")
}

/// A page of a site: its furniture around an article, whose headline is a part of its prose.
fn page(site: &str, number: usize) -> String {
    let article = prose(number);
    let headline = article.split(' ').skip(1).take(6).collect::<Vec<_>>().join(" ");
    format!(
        "Home of {site}\nAbout {site}\n\nThe {headline}\n\n{article}\n\nSubscribe to {site} today\nPrinted by {site}"
    )
}

fn write(path: &Path, records: impl IntoIterator<Item = serde_json::Value>) {
    fs::write(path, records.into_iter().map(|record| format!("{record}\n")).collect::<String>()).unwrap();
}

/// Learns from a file of records; what is said, and the names of the files of sites.
fn learn(folder: &Path, more: &[&str]) -> (Output, BTreeSet<String>) {
    let out = folder.join("sites");
    let _ = fs::remove_dir_all(&out);
    let mut command = Command::new(env!("CARGO_BIN_EXE_dehusk"));
    command.env("LC_ALL", "C").args(["--lang", "en", "learn", "--input", "page", "--out"]).arg(&out);
    let output = command.args(more).arg(folder.join("pages.jsonl")).output().expect("it runs");
    let names =
        fs::read_dir(&out).map_or_else(|_| BTreeSet::new(), |dir| dir.map(|entry| name_of(&entry.unwrap())).collect());
    (output, names.into_iter().filter(|name| name.ends_with(".toml")).collect())
}

fn name_of(entry: &fs::DirEntry) -> String {
    entry.file_name().into_string().expect("names of files of sites are Unicode")
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn pages_that_name_no_site_are_counted_and_the_mend_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pages.jsonl");
    write(&path, (0..20).map(|i| json!({"id": i, "text": page("Valley", i)})));
    let (output, names) = learn(folder.path(), &[]);
    assert!(names.is_empty(), "{names:?}");
    assert!(said(&output).contains("no URL or host: 20"), "{}", said(&output));
    assert!(said(&output).contains("--url-field") && said(&output).contains("--by-folder"), "{}", said(&output));

    let (output, names) = learn(folder.path(), &["--by-folder"]);
    assert_eq!(names.len(), 1, "{}", said(&output));
}

#[test]
fn a_host_with_nine_tenths_of_all_pages_leaves_the_others_their_files() {
    let folder = tempfile::tempdir().unwrap();
    let large = (0..1800).map(|i| json!({"url": format!("https://large.example/{i}"), "text": page("Large", i)}));
    let small = (0..200).map(|i| {
        let host = format!("small{}.example", i % 20);
        json!({"url": format!("https://{host}/{i}"), "text": page(&format!("Small{}", i % 20), i)})
    });
    write(&folder.path().join("pages.jsonl"), large.chain(small));
    let (output, names) = learn(folder.path(), &[]);
    assert_eq!(names.len(), 21, "{}", said(&output));
    let small = fs::read_to_string(folder.path().join("sites/small7.example.toml")).unwrap();
    assert!(small.contains("Printed by Small7") && !small.contains("The "), "{small}");
}

#[test]
fn sites_with_one_page_each_teach_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let pages = (0..5000).map(|i| json!({"url": format!("https://host{i}.example/"), "text": page("Valley", i)}));
    write(&folder.path().join("pages.jsonl"), pages);
    let (output, names) = learn(folder.path(), &[]);
    assert!(output.status.success() && names.is_empty(), "{}", said(&output));
}

#[test]
fn one_article_a_thousand_times_is_one_page() {
    let folder = tempfile::tempdir().unwrap();
    let pages = (0..1000).map(|i| json!({"url": format!("https://same.example/{i}"), "text": page("Same", 1)}));
    write(&folder.path().join("pages.jsonl"), pages);
    let (output, names) = learn(folder.path(), &[]);
    assert!(names.is_empty(), "{names:?}");
    assert!(said(&output).contains("1000 pages of 1 site, 0 of them"), "{}", said(&output));
}

/// No host leads out of the folder or gives a name that a system refuses, and each file cleans the pages it was learnt from.
#[test]
fn hosts_with_odd_characters_have_files_that_are_read_again() {
    const HOSTS: [&str; 11] = [
        "../../etc/passwd",
        "a b.example",
        "CON",
        "nul.example",
        "müller.example",
        "例子.中国",
        "-rf",
        "a\\b.example",
        "UPPER.example:8080",
        "[2001:db8::1]",
        "user:password@host.example",
    ];
    let folder = tempfile::tempdir().unwrap();
    let pages = HOSTS
        .iter()
        .flat_map(|host| (0..8).map(move |i| json!({"host": host, "text": page(&format!("Site {}", host.len()), i)})));
    write(&folder.path().join("pages.jsonl"), pages);
    let (output, names) = learn(folder.path(), &[]);
    // `..` and an address of IPv6 are no sites.
    assert_eq!(names.len(), HOSTS.len() - 2, "{names:?}\n{}", said(&output));
    for name in &names {
        let stem = name.split('.').next().unwrap_or_default();
        assert!(!name.contains(['/', '\\', ':', ' ', '[']) && !["con", "nul"].contains(&stem), "{name}");
    }
    for host in HOSTS[1..].iter().filter(|host| !host.starts_with('[')) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dehusk"));
        command.args(["--input", "text", &format!("--host={host}"), "--rules"]).arg(folder.path().join("sites"));
        let text = folder.path().join("page.txt");
        fs::write(&text, page(&format!("Site {}", host.len()), 3)).unwrap();
        let output = command.arg(&text).output().expect("it runs");
        assert!(!said(&output).contains("Printed by"), "{host}: {}", said(&output));
        assert!(said(&output).contains("The "), "{host}: {}", said(&output));
    }
}

#[test]
fn records_without_texts_are_reported_and_fail() {
    let folder = tempfile::tempdir().unwrap();
    write(
        &folder.path().join("pages.jsonl"),
        (0..10).map(|i| json!({"url": "https://a.example/", "body": page("A", i)})),
    );
    let (output, names) = learn(folder.path(), &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(names.is_empty() && said(&output).contains("--text-field"), "{}", said(&output));
}

#[test]
fn a_folder_that_is_in_use_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder.path().join("pages.jsonl"), (0..10).map(|i| json!({"host": "a.example", "text": page("A", i)})));
    let out = folder.path().join("other");
    fs::create_dir(&out).unwrap();
    fs::write(out.join("mine.txt"), "mine").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_dehusk"));
    let output = command
        .args(["--lang", "en", "learn", "--out"])
        .arg(&out)
        .arg(folder.path().join("pages.jsonl"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert_eq!(fs::read_dir(&out).unwrap().count(), 1);
}

/// Learns from a file of records into the folder that is there.
fn update(folder: &Path, records: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dehusk"));
    command.env("LC_ALL", "C").args(["--lang", "en", "learn", "--input", "page", "--update", "--out"]);
    command.arg(folder.join("sites")).arg(folder.join(records)).output().expect("it runs")
}

#[test]
fn a_file_that_cannot_be_read_was_not_taken_away() {
    let folder = tempfile::tempdir().unwrap();
    let records = |first: usize, name: &'static str| {
        (first..first + 8).map(move |i| json!({"url": format!("https://a.example/{i}"), "text": page(name, i)}))
    };
    write(&folder.path().join("pages.jsonl"), records(0, "Valley"));
    write(&folder.path().join("later.jsonl"), records(100, "Meadow"));
    assert!(learn(folder.path(), &[]).0.status.success());
    let (file, remembered) = (folder.path().join("sites/a.example.toml"), folder.path().join("sites/learnt.jsonl"));
    let (text, before) = (fs::read_to_string(&file).unwrap(), fs::read(&remembered).unwrap());

    // "河" as an editor saves it in GB18030.
    fs::write(&file, [b"# \xba\xd3\n", text.as_bytes()].concat()).unwrap();
    let output = update(folder.path(), "later.jsonl");
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("a.example.toml is not UTF-8 and was not touched"), "{}", said(&output));
    assert!(fs::read(&remembered).unwrap() == before, "nothing was written, so nothing is remembered");

    // A folder of that name cannot be read by anybody, whatever permissions say.
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    let output = update(folder.path(), "later.jsonl");
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("a.example.toml: "), "{}", said(&output));

    fs::remove_dir(&file).unwrap();
    fs::write(&file, &text).unwrap();
    let output = update(folder.path(), "later.jsonl");
    assert!(output.status.success(), "{}", said(&output));
    let added = fs::read_to_string(&file).unwrap();
    assert!(added.starts_with(&text) && added.contains("Printed by Meadow"), "{added}");
}

#[test]
fn rules_beyond_the_most_of_a_site_are_named_by_the_check_and_by_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let sites = folder.path().join("sites");
    fs::create_dir(&sites).unwrap();
    fs::write(sites.join("learnt.jsonl"), "{\"dehusk_learn\":1}\n").unwrap();
    let rule =
        |i: usize| format!("[[rule]]\nname = '{i:03}'\nis = 'Gate {i} of Valley'\nremoves = 'Gate {i} of Valley'\n\n");
    fs::write(sites.join("a.example.toml"), (1..=513).map(rule).collect::<String>()).unwrap();
    fs::write(folder.path().join("page.txt"), page("Valley", 1)).unwrap();
    let run = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dehusk"));
        let output = command.current_dir(folder.path()).env("LC_ALL", "C").args(args).output().expect("it runs");
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
        said(&output)
    };
    for (lang, words) in [("en", "'513' on do nothing"), ("zh", "从“513”起都不起作用")] {
        let checked = run(&["--lang", lang, "check", "sites"]);
        assert!(checked.contains(words) && checked.contains("[too-many-rules]"), "{checked}");
        let cleaned = run(&["--lang", lang, "--rules", "sites", "--host", "a.example", "page.txt"]);
        assert!(cleaned.contains(words) && cleaned.contains("[too-many-rules]"), "{cleaned}");
    }
}
