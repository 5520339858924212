//! Runs the tutorials: every command in them is run, in order, in a copy of their folder, and must print
//! the output that the page shows.
//!
//! A page is read as a list of [`Step`]s. What a reader does by hand is in comments of the page:
//!
//! ```text
//! ```sh … ```  <!-- output -->  ```text … ```   run the command, compare
//! <!-- made: FILE -->   ```toml … ```           the file must be this
//! <!-- write: FILE -->  ```toml … ```           the reader writes the file
//! <!-- change: OLD => NEW -->                   the reader changes the file written last
//! ```
//!
//! A command without output (preparation) is not run. In an output, a line `…` stands for any number of
//! lines, and text behind `>` at the start of a line is typed. Line numbers of shipped rules and the number of
//! known bodies are not compared, because they change with every edit of the shipped rules.
//! `scripts/bless` updates the outputs; read the diff.

use std::fs;
use std::io::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{docs, read};
use crate::util::blessing;

/// A step of a page; ranges are the lines of the page (from 0) with the expected content.
enum Step {
    Run { command: String, output: Range<usize> },
    Made { file: PathBuf, text: Range<usize> },
    Write { file: PathBuf, text: Range<usize> },
    Change { old: String, new: String },
}

/// The fenced block that begins at line `at`, or behind blank lines there: its language and the lines inside.
fn block<'p>(lines: &[&'p str], mut at: usize) -> Option<(&'p str, Range<usize>)> {
    while lines.get(at)?.trim().is_empty() {
        at += 1;
    }
    let kind = lines[at].strip_prefix("```").filter(|kind| !kind.is_empty())?;
    let end = at + 1 + lines[at + 1..].iter().position(|line| *line == "```").expect("a block ends");
    Some((kind, at + 1..end))
}

fn steps(lines: &[&str]) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let comment = lines[at].strip_prefix("<!-- ").and_then(|rest| rest.strip_suffix(" -->"));
        let said = comment.and_then(|comment| comment.split_once(": "));
        let of_file = || block(lines, at + 1).expect("a block follows").1;
        match said {
            Some(("made", file)) => steps.push(Step::Made { file: file.into(), text: of_file() }),
            Some(("write", file)) => steps.push(Step::Write { file: file.into(), text: of_file() }),
            Some(("change", change)) => {
                let (old, new) = change.split_once(" => ").expect("a change has two sides");
                steps.push(Step::Change { old: old.into(), new: new.into() });
            }
            Some((what, _)) => panic!("line {}: a comment that says {what}", at + 1),
            None if comment == Some("output") => {
                let command = lines[..at].iter().rposition(|line| *line == "```sh").expect("a command stands above");
                let (_, command) = block(lines, command).expect("it is a block");
                let (kind, output) = block(lines, at + 1).expect("an output follows");
                assert_eq!((kind, command.len()), ("text", 1), "line {}", at + 1);
                steps.push(Step::Run { command: lines[command.start].into(), output });
            }
            None => {}
        }
        at += 1;
    }
    steps
}

/// The arguments of a command; text in quotes is one argument.
fn words(command: &str) -> Vec<String> {
    let parts = command.split('"').enumerate();
    let words = parts.flat_map(|(i, part)| match i % 2 {
        0 => part.split_whitespace().map(str::to_string).collect(),
        _ => vec![part.to_string()],
    });
    words.collect()
}

/// Runs a command with `typed` as its input; returns its standard error (questions and mistakes) and standard output.
fn run(command: &str, typed: &str, locale: &str, folder: &Path) -> (String, String) {
    let words = words(command);
    assert_eq!(words[0], "dehusk", "{command}");
    let mut child = Command::new(env!("CARGO_BIN_EXE_dehusk"))
        .args(&words[1..])
        .current_dir(folder)
        .env_remove("LC_ALL")
        .env_remove("LC_MESSAGES")
        .env("LANG", locale)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // A command that reads no input may have ended already.
    let _ = child.stdin.take().expect("it is a pipe").write_all(typed.as_bytes());
    let output = child.wait_with_output().expect("the program ends");
    let text = |bytes| String::from_utf8(bytes).expect("messages are UTF-8");
    (text(output.stderr), text(output.stdout))
}

/// A line without what changes with every edit of the shipped rules. `shipped` tells whether the line
/// belongs to a shipped rule.
fn masked(line: &str, shipped: &mut bool) -> String {
    if line.contains(".toml:") {
        *shipped = !line.contains("mine.toml:");
    } else if !line.starts_with("      ") {
        *shipped = false;
    }
    let digits = |c: char| c.is_ascii_digit() || c == '.';
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, number) = rest.split_at(at);
        let len = number.find(|c| !digits(c)).unwrap_or(number.len());
        let after = &number[len..];
        out.push_str(before);
        let of_bodies = [" 篇正文", " 篇已知正文", " 行核对", " lines of", " known bodies"];
        let changes = *shipped
            || of_bodies.iter().any(|words| after.starts_with(words))
            || out.ends_with("已知正文（")
            || out.ends_with("known bodies (")
            || [" 秒", " s"].contains(&after);
        out.push_str(if changes { "N" } else { &number[..len] });
        rest = after;
    }
    out + rest
}

fn compared(lines: &[&str]) -> Vec<String> {
    let mut shipped = false;
    lines.iter().map(|line| masked(line.trim_end(), &mut shipped)).collect()
}

/// Whether an output agrees with the page, in which a line `…` stands for any lines.
fn agrees(printed: &[String], found: &[String]) -> bool {
    match printed {
        [] => found.is_empty(),
        [any, rest @ ..] if any == "…" => (0..=found.len()).any(|skipped| agrees(rest, &found[skipped..])),
        [line, rest @ ..] => found.first() == Some(line) && agrees(rest, &found[1..]),
    }
}

fn trimmed(text: &str) -> Vec<&str> {
    text.trim_end().lines().map(str::trim_end).collect()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("the folder can be read") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("it has a name"));
        if path.is_dir() { copy(&path, &target) } else { fs::copy(&path, &target).map(drop).expect("a copy") }
    }
}

/// Runs a page; returns the differences from the output of the commands, and the page with all
/// outputs updated.
fn follow(page: &str, locale: &str) -> (Vec<String>, String) {
    let folder = tempfile::tempdir().expect("a folder");
    copy(&docs().join("tutorial"), &folder.path().join("docs/tutorial"));
    let text = read(page);
    let lines: Vec<&str> = text.lines().collect();
    let mut faults = Vec::new();
    // Ranges of lines of the page and their correct content.
    let mut anew: Vec<(Range<usize>, Vec<String>)> = Vec::new();
    let mut file = PathBuf::new();
    for step in steps(&lines) {
        match step {
            Step::Run { command, output } => {
                let printed = &lines[output.clone()];
                let last = printed.iter().rposition(|line| line.starts_with('>'));
                let (asked, printed) = printed.split_at(last.map_or(0, |last| last + 1));
                let typed: Vec<&str> =
                    asked.iter().filter_map(|line| line.strip_prefix('>')).map(|line| line.trim_start()).collect();
                let questions: Vec<&str> = asked.iter().filter(|line| !line.starts_with('>')).copied().collect();
                let (err, out) = run(&command, &(typed.join("\n") + "\n"), locale, folder.path());
                let (err, out) = match questions.is_empty() {
                    true => (Vec::new(), [trimmed(&err), trimmed(&out)].concat()),
                    false => (trimmed(&err), trimmed(&out)),
                };
                if questions != err || !agrees(&compared(printed), &compared(&out)) {
                    let place = output.start + 1;
                    faults.push(format!("{page}:{place}: $ {command}\n{}\n", [err, out.clone()].concat().join("\n")));
                }
                if !printed.contains(&"…") {
                    let start = output.start + asked.len();
                    anew.push((start..output.end, out.iter().map(ToString::to_string).collect()));
                }
            }
            Step::Made { file, text } => {
                let made = fs::read_to_string(folder.path().join(&file)).unwrap_or_default();
                if trimmed(&made) != lines[text.clone()] {
                    faults.push(format!("{page}:{}: {} is\n{made}", text.start + 1, file.display()));
                }
                anew.push((text, trimmed(&made).into_iter().map(str::to_string).collect()));
            }
            Step::Write { file: path, text } => {
                file = folder.path().join(path);
                assert!(file.is_file(), "{page}: what the reader changes was made before");
                fs::write(&file, lines[text].join("\n") + "\n").expect("it can be written");
            }
            Step::Change { old, new } => {
                let text = fs::read_to_string(&file).expect("it was written");
                assert_eq!(text.matches(&old).count(), 1, "{page}: the reader looks for {old}");
                fs::write(&file, text.replace(&old, &new)).expect("it can be written");
            }
        }
    }
    let finished = read(format!("tutorial/{}/finished/mine.toml", &page["tutorial.".len().."tutorial.".len() + 2]));
    let at_the_end = fs::read_to_string(&file).unwrap_or_default();
    if !finished.ends_with(&at_the_end) {
        faults.push(format!("{page}: who follows it has another rule than finished/mine.toml:\n{at_the_end}"));
    }
    let mut page: Vec<String> = lines.iter().map(ToString::to_string).collect();
    for (range, text) in anew.into_iter().rev() {
        page.splice(range, text);
    }
    (faults, page.join("\n") + "\n")
}

#[test]
fn every_command_prints_what_the_tutorial_says() {
    let mut all = Vec::new();
    for (page, locale) in [("tutorial.zh.md", "zh_CN.UTF-8"), ("tutorial.en.md", "en_GB.UTF-8")] {
        let (faults, anew) = follow(page, locale);
        if blessing() {
            fs::write(docs().join(page), anew).expect("the page can be written");
        } else {
            all.extend(faults);
        }
    }
    assert!(all.is_empty(), "these are printed now; scripts/bless writes them:\n{}", all.join("\n"));
}

#[test]
fn the_follower_sees_what_differs() {
    let lines = |text: &str| compared(&text.lines().collect::<Vec<_>>());
    let one = "- 12  返回顶部\n      zh/nav › 返回顶部   zh/nav.toml:518\n      is '返回顶部' (第 1 个，第 522 行)\n";
    assert!(agrees(&lines(one), &lines(&one.replace("518", "7").replace("522", "11"))));
    assert!(!agrees(&lines(one), &lines(&one.replace("- 12", "- 13"))));
    let own = "      mine › a   mine.toml:3\n      is 'a' (no. 1, line 8)\n";
    assert!(!agrees(&lines(own), &lines(&own.replace('8', "9"))));
    assert!(agrees(&lines("a\n…\nd"), &lines("a\nb\nc\nd")) && !agrees(&lines("a\n…\nd"), &lines("a\nb\nc")));
    let sum = "3 examples hold; of 1295 lines of 72 known bodies 0 are removed";
    assert!(agrees(&lines(sum), &lines(&sum.replace("72", "90"))));
    assert!(!agrees(&lines(sum), &lines(&sum.replace("bodies 0", "bodies 1"))));
    assert_eq!(words("dehusk a \"b c.d=e\" f"), ["dehusk", "a", "b c.d=e", "f"]);
}
