//! The pages word for word: every command that README, the tutorials and the cookbook print is run, in order, in a
//! folder with copies of the examples, and must print what the page says it prints.
//!
//! A page is read as a list of [`Step`]s. What a reader does by hand is in comments of the page:
//!
//! ```text
//! ```sh … ```  <!-- output -->  ```text … ```   run the commands, compare
//! ```sh … ```  <!-- prints nothing -->          run the commands; they succeed without a word
//! <!-- not run: WHY -->  ```sh … ```            neither (what installs things)
//! <!-- file: FILE -->   ```toml … ```           the reader has, or makes, this file
//! <!-- made: FILE -->   ```toml … ```           the file must be this
//! <!-- write: FILE -->  ```toml … ```           the reader writes the file, which is there
//! <!-- change: OLD => NEW -->                   the reader changes the file written last
//! ```
//!
//! Commands are run by `sh`. In an output, a line `…` stands for any
//! lines, and what follows `>` at a line's start is typed, if the command is `dehusk new`. Not compared is what changes with every
//! edit of the shipped rules: their line numbers, also in questions, and how many known bodies there are.
//! `scripts/bless` writes the outputs anew; read them. Blocks of Python are run by `python/tests/test_docs.py`.

use std::fs;
use std::io::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{docs, read};
use crate::util::{blessing, skipped};

/// The pages whose commands are run, below the repository, and the language that their reader has set.
const PAGES: &[(&str, &str)] = &[
    ("README.md", "en_GB.UTF-8"),
    ("README.zh.md", "zh_CN.UTF-8"),
    ("docs/tutorial.en.md", "en_GB.UTF-8"),
    ("docs/tutorial.zh.md", "zh_CN.UTF-8"),
    ("docs/tasks.en.md", "en_GB.UTF-8"),
    ("docs/tasks.zh.md", "zh_CN.UTF-8"),
    ("docs/cookbook.md", "en_GB.UTF-8"),
    ("docs/cookbook.zh.md", "zh_CN.UTF-8"),
    ("docs/record.md", "en_GB.UTF-8"),
    ("docs/learn.en.md", "en_GB.UTF-8"),
    ("docs/learn.zh.md", "zh_CN.UTF-8"),
];

/// Other pages with commands, by the beginning of their path, and who sees to them.
const NOT_FOLLOWED: &[(&str, &str)] = &[
    ("docs/studio.", "what they say is done in a browser"),
    ("python/", "they install the package; python/tests/test_docs.py runs their Python, in a fresh environment too"),
    ("rules/README.md", "it checks and tests the shipped rules, as the tests do"),
];

/// A step of a page; ranges are the lines of the page (from 0) with the expected content.
enum Step {
    Run { command: String, output: Range<usize> },
    RunInSilence { command: String, line: usize },
    Have { file: PathBuf, text: Range<usize> },
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

/// The block of commands at this line, and what the page says about it: the first of our comments behind it, before any
/// other block.
fn commands(lines: &[&str], at: usize) -> Step {
    let (_, inside) = block(lines, at).expect("a block of commands ends");
    let command = lines[inside.clone()].join("\n");
    let is_ours =
        |line: &str| ["```", "<!-- output -->", "<!-- prints nothing -->"].iter().any(|s| line.starts_with(s));
    let behind = (inside.end + 1..lines.len()).find(|&line| is_ours(lines[line]));
    match behind.map(|line| (line, lines[line])) {
        Some((line, "<!-- output -->")) => {
            let (kind, output) = block(lines, line + 1).expect("an output follows");
            assert_eq!(kind, "text", "line {}", line + 1);
            Step::Run { command, output }
        }
        Some((_, "<!-- prints nothing -->")) => Step::RunInSilence { command, line: at + 1 },
        _ => panic!("line {}: nothing says what these commands print:\n{command}", at + 1),
    }
}

fn steps(lines: &[&str]) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut at = 0;
    let mut is_run = true;
    while at < lines.len() {
        let comment = lines[at].strip_prefix("<!-- ").and_then(|rest| rest.strip_suffix(" -->"));
        let said = comment.and_then(|comment| comment.split_once(": "));
        let of_file = || block(lines, at + 1).expect("a block follows").1;
        match said {
            Some(("made", file)) => steps.push(Step::Made { file: file.into(), text: of_file() }),
            Some(("write", file)) => steps.push(Step::Write { file: file.into(), text: of_file() }),
            Some(("file", file)) => steps.push(Step::Have { file: file.into(), text: of_file() }),
            Some(("not run", _)) => is_run = false,
            Some(("change", change)) => {
                let (old, new) = change.split_once(" => ").expect("a change has two sides");
                steps.push(Step::Change { old: old.into(), new: new.into() });
            }
            Some(("figures", _)) => {}
            Some((what, _)) => panic!("line {}: a comment that says {what}", at + 1),
            None if lines[at] == "```sh" => {
                if is_run {
                    steps.push(commands(lines, at));
                }
                is_run = true;
            }
            None => {}
        }
        // What a block holds is no comment of the page.
        at = match lines[at].starts_with("```") {
            true => block(lines, at).expect("a block has a kind and an end").1.end + 1,
            false => at + 1,
        };
    }
    steps
}

/// What commands say: on the standard error (the questions of a wizard, and mistakes) and output; and whether they went
/// well. `None` where there is no `sh`.
fn run(command: &str, typed: &str, locale: &str, folder: &Path) -> Option<(String, String, bool)> {
    let program = Path::new(env!("CARGO_BIN_EXE_dehusk")).parent().expect("it lies in a folder");
    let mut path = vec![program.to_owned()];
    path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    let mut child = Command::new("sh")
        .args(["-c", command])
        .current_dir(folder)
        .env("PATH", std::env::join_paths(path).expect("folders have no colon"))
        .env_remove("LC_ALL")
        .env_remove("LC_MESSAGES")
        .env("LANG", locale)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .ok()?;
    // A command that reads nothing may be gone already.
    let _ = child.stdin.take().expect("it is a pipe").write_all(typed.as_bytes());
    let output = child.wait_with_output().expect("the program ends");
    let text = |bytes| String::from_utf8(bytes).expect("messages are UTF-8");
    Some((text(output.stderr), text(output.stdout), output.status.success()))
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

/// What was asked and answered, with the questions as they are now. Each answer, or block of answers, stands behind a
/// question, which begins with its number (`2/6`). `None` if there are more or fewer questions than blocks of answers.
fn dialogue(printed: &[&str], questions: &[&str]) -> Option<Vec<String>> {
    let is_answer = |line: &&str| line.starts_with('>');
    let answers: Vec<&[&str]> =
        printed.chunk_by(|a, b| is_answer(a) == is_answer(b)).filter(|lines| is_answer(&lines[0])).collect();
    let is_question = |line: &str| line.starts_with(|c: char| c.is_ascii_digit()) && line[1..].starts_with('/');
    let asked: Vec<&[&str]> = questions.split_inclusive(|line| is_question(line)).collect();
    let all = asked.iter().zip(&answers).flat_map(|(asked, answers)| asked.iter().chain(*answers));
    (asked.len() == answers.len()).then(|| all.map(ToString::to_string).collect())
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("the folder can be read") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("it has a name"));
        if path.is_dir() { copy(&path, &target) } else { fs::copy(&path, &target).map(drop).expect("a copy") }
    }
}

fn no_sh(page: String) -> (Vec<String>, String) {
    skipped("there is no sh, so the commands of the pages are not run");
    (Vec::new(), page)
}

/// Follows a page; what it prints otherwise than the commands do. With `bless`, the page as it
/// should be.
fn follow(page: &str, locale: &str) -> (Vec<String>, String) {
    let folder = tempfile::tempdir().expect("a folder");
    copy(&docs().join("tutorial"), &folder.path().join("docs/tutorial"));
    copy(&docs().with_file_name("examples"), &folder.path().join("examples"));
    let text = read(Path::new("..").join(page));
    let lines: Vec<&str> = text.lines().collect();
    let mut faults = Vec::new();
    // Ranges of lines of the page and their correct content.
    let mut anew: Vec<(Range<usize>, Vec<String>)> = Vec::new();
    let mut file = PathBuf::new();
    for step in steps(&lines) {
        match step {
            Step::Run { command, output } => {
                let printed = &lines[output.clone()];
                let answers = command.starts_with("dehusk new");
                let last = printed.iter().rposition(|line| answers && line.starts_with('>'));
                let (asked, printed) = printed.split_at(last.map_or(0, |last| last + 1));
                let typed: Vec<&str> =
                    asked.iter().filter_map(|line| line.strip_prefix('>')).map(|line| line.trim_start()).collect();
                let questions: Vec<&str> = asked.iter().filter(|line| !line.starts_with('>')).copied().collect();
                let said = run(&command, &(typed.join("\n") + "\n"), locale, folder.path());
                let Some((err, out, _)) = said else { return no_sh(text) };
                let (err, out) = match questions.is_empty() {
                    true => (Vec::new(), [trimmed(&err), trimmed(&out)].concat()),
                    false => (trimmed(&err), trimmed(&out)),
                };
                let start = output.start + asked.len();
                anew.extend(dialogue(asked, &err).map(|asked| (output.start..start, asked)));
                if compared(&questions) != compared(&err) || !agrees(&compared(printed), &compared(&out)) {
                    let place = output.start + 1;
                    faults.push(format!("{page}:{place}: $ {command}\n{}\n", [err, out.clone()].concat().join("\n")));
                }
                if !printed.contains(&"…") {
                    anew.push((start..output.end, out.iter().map(ToString::to_string).collect()));
                }
            }
            Step::RunInSilence { command, line } => {
                let Some((err, out, fine)) = run(&command, "", locale, folder.path()) else { return no_sh(text) };
                if !fine || !err.is_empty() || !out.is_empty() {
                    faults.push(format!("{page}:{line}: $ {command}\n{err}{out}\n"));
                }
            }
            Step::Have { file: path, text } => {
                file = folder.path().join(path);
                fs::create_dir_all(file.parent().expect("it lies in a folder")).expect("a folder can be made");
                fs::write(&file, lines[text].join("\n") + "\n").expect("it can be written");
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
    if let Some(language) = page.strip_prefix("docs/tutorial.").and_then(|rest| rest.strip_suffix(".md")) {
        let finished = read(format!("tutorial/{language}/finished/mine.toml"));
        let at_the_end = fs::read_to_string(&file).unwrap_or_default();
        if !finished.ends_with(&at_the_end) {
            faults.push(format!("{page}: who follows it has another rule than finished/mine.toml:\n{at_the_end}"));
        }
    }
    let mut page: Vec<String> = lines.iter().map(ToString::to_string).collect();
    for (range, text) in anew.into_iter().rev() {
        page.splice(range, text);
    }
    (faults, page.join("\n") + "\n")
}

#[test]
fn every_command_prints_what_the_page_says() {
    let mut all = Vec::new();
    for (page, locale) in PAGES {
        let (faults, anew) = follow(page, locale);
        if blessing() {
            fs::write(docs().join("..").join(page), anew).expect("the page can be written");
        } else {
            all.extend(faults);
        }
    }
    assert!(all.is_empty(), "these are printed now; scripts/bless writes them:\n{}", all.join("\n"));
}

/// The pages below a folder that show commands.
fn with_commands(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let entry = entry.expect("an entry");
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        // Not through links: the same folder would come twice.
        if entry.file_type().expect("it is there").is_dir() {
            if name != "target" && !name.starts_with('.') {
                with_commands(&path, found);
            }
        } else if name.ends_with(".md") {
            let text = fs::read_to_string(&path).expect("a page is UTF-8");
            if text.lines().any(|line| line.trim_start().starts_with("```sh")) {
                found.push(path);
            }
        }
    }
}

#[test]
fn no_page_with_commands_is_left_out() {
    let root = docs().join("..");
    let mut found = Vec::new();
    with_commands(&root, &mut found);
    let mut names: Vec<String> = Vec::new();
    for page in &found {
        let below = page.strip_prefix(&root).expect("it lies below").to_string_lossy().replace('\\', "/");
        if !NOT_FOLLOWED.iter().any(|(start, _)| below.starts_with(start)) {
            names.push(below);
        }
    }
    names.sort();
    let mut followed: Vec<&str> = PAGES.iter().map(|(page, _)| *page).collect();
    followed.sort_unstable();
    assert_eq!(names, followed);
}

#[test]
#[should_panic(expected = "nothing says what these commands print")]
fn a_command_that_nobody_runs_is_found() {
    steps(&["```sh", "dehusk --version", "```", "", "It says the version."]);
}

#[test]
fn answers_keep_their_questions() {
    let printed = ["1/6 Which?", "> a line", ">", "Stays.", "2/6 How much?", ">"];
    let now = ["It is known.", "1/6 Which lines?", "2/6 How much?"];
    let expected = ["It is known.", "1/6 Which lines?", "> a line", ">", "2/6 How much?", ">"];
    assert_eq!(dialogue(&printed, &now).expect("two questions, two answers"), expected);
    assert_eq!(dialogue(&printed, &now[..2]), None);
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
}
