#![cfg(unix)]

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use super::{assert_code, command, run, tree};
use crate::runs::{article, said};

fn named(bytes: &[u8]) -> &Path {
    Path::new(OsStr::from_bytes(bytes))
}

/// What a command says and prints.
fn all(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &said(output)
}

#[test]
fn names_that_are_not_utf8_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::create_dir(path.join("in")).unwrap();
    for (i, name) in [&b"a\xff.txt"[..], b"a\xfe.txt", b"\xe6\xb8\xa1.txt", b"\xe6\xb8.txt", "\u{fffd}.txt".as_bytes()]
        .iter()
        .enumerate()
    {
        fs::write(path.join("in").join(named(name)), article(i * 3)).unwrap();
    }
    let before = tree(&path.join("in"));
    let args = ["--out", "out", "--removed", "rows.jsonl", "in"];
    assert_code(&run(path, &args), 0);
    assert_eq!(tree(&path.join("out")).len(), 5);
    assert!(said(&run(path, &[&args[..], &["--resume"]].concat())).contains("finished already"));
    assert_code(&run(path, &["verify", "out"]), 0);
    assert_code(&run(path, &["restore", "out", "--removed", "rows.jsonl", "--out", "back"]), 0);
    assert!(tree(&path.join("back")) == before);
}

/// Names, records and rule texts that would act on a terminal, colour on or off.
#[test]
fn nothing_acts_on_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let evil = "\u{1b}]0;x\u{7}\u{1b}[2J\u{202e}\u{2066}";
    let name = format!("a{evil}.txt");
    let text = format!("The ferry {evil} ran all day and nobody was late for the market at all.\nPrevious: {evil}\n");
    fs::write(path.join(&name), &text).unwrap();
    fs::write(path.join("b.jsonl"), format!("{{\"id\": \"{}\", \"text\": 1}}\n", "\\u001b[2J\\u202e")).unwrap();
    fs::create_dir(path.join("rules")).unwrap();
    fs::write(path.join("rules/a.toml"), format!("[[rule]]\nname = 'x{evil}'\nis = 'y{evil}\nremoves = 'z'\n"))
        .unwrap();
    let missing = format!("no{evil}.txt");
    let place = format!("{name}:1");
    let colours = regex::Regex::new("\u{1b}\\[[0-9;]*m").unwrap();
    for color in ["always", "never"] {
        let commands: [&[&str]; 9] = [
            &["--out", "out", &name],
            &["--in-place", &missing],
            &[&missing],
            &["explain", &name],
            &["why", &place],
            &["b.jsonl"],
            &["check", "rules"],
            &["stats", &name],
            &["--profile", evil],
        ];
        for args in commands {
            let output = command(path, &["--color", color]).args(args).output().unwrap();
            // Bodies and records come out as they went in; all else is for people.
            let said = if args == ["b.jsonl"] { said(&output) } else { all(&output) };
            let ours = colours.replace_all(&said, "").into_owned();
            let acts = |c: char| c.is_control() && c != '\n' && c != '\t' || matches!(c, '\u{202e}' | '\u{2066}');
            assert!(!ours.contains(acts), "{args:?} {color}: {ours:?}");
        }
    }
}

#[test]
fn a_pipe_among_rules_does_not_hang() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::create_dir(path.join("rules")).unwrap();
    fs::write(path.join("rules/a.toml"), "[[rule]]\nname = 'a'\nis = 'X'\nremoves = 'X'\n").unwrap();
    assert!(Command::new("mkfifo").arg(path.join("rules/b.toml")).status().unwrap().success());
    let output = run(path, &["check", "rules"]);
    assert_code(&output, 1);
    assert!(all(&output).contains("a pipe or a device"), "{}", all(&output));
}

#[test]
fn links_that_lead_out_of_the_rules_are_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::create_dir_all(path.join("rules/zh")).unwrap();
    fs::write(path.join("secret"), "PASSWORD\n").unwrap();
    fs::write(path.join("rules/zh/a.toml"), "[[rule]]\nname = 'a'\nis = 'X'\nremoves = 'X'\n").unwrap();
    symlink("zh/a.toml", path.join("rules/inside.toml")).unwrap();
    symlink("../secret", path.join("rules/b.toml")).unwrap();
    let output = run(path, &["check", "rules"]);
    assert_code(&output, 1);
    let said = all(&output);
    assert!(said.contains("leads out of the folder of rules") && !said.contains("PASSWORD"), "{said}");
    assert!(!said.contains("inside.toml:1:1  error  this is a link"), "{said}");
}

#[test]
fn a_link_in_the_folder_of_a_run_empties_nothing() {
    for name in ["lock", "journal", "run.json", "parts", ""] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        fs::write(path.join("a.txt"), article(0)).unwrap();
        fs::create_dir_all(path.join("mine")).unwrap();
        fs::write(path.join("mine/precious"), "mine").unwrap();
        let link = path.join("out/.dehusk").join(name);
        fs::create_dir_all(link.parent().unwrap()).unwrap();
        match name {
            "" => {
                let link = path.join("out/.dehusk");
                let _ = fs::remove_dir(&link);
                symlink(path.join("mine"), link).unwrap();
            }
            "parts" => symlink(path.join("mine"), link).unwrap(),
            _ => symlink(path.join("mine/precious"), link).unwrap(),
        }
        let output = run(path, &["--out", "out", "a.txt"]);
        assert_code(&output, 2);
        assert!(said(&output).contains("is a link"), "{name}: {}", said(&output));
        assert_eq!(fs::read_to_string(path.join("mine/precious")).unwrap(), "mine", "{name}");
        assert_eq!(tree(&path.join("mine")).len(), 1, "{name}");
    }
}

#[test]
fn results_do_not_leave_their_folder_by_a_link() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::create_dir_all(path.join("in/deep")).unwrap();
    fs::write(path.join("in/a.txt"), article(0)).unwrap();
    fs::write(path.join("in/deep/b.txt"), article(3)).unwrap();
    assert_code(&run(path, &["--out", "out", "--removed", "rows.jsonl", "in"]), 0);
    for (command, into) in [
        (&["restore", "out", "--removed", "rows.jsonl", "--out", "back"][..], "back"),
        (&["--out", "other", "in"][..], "other"),
    ] {
        fs::create_dir_all(path.join("mine")).unwrap();
        fs::write(path.join("mine/precious"), "mine").unwrap();
        fs::create_dir_all(path.join(into)).unwrap();
        symlink(path.join("mine/precious"), path.join(into).join("a.txt")).unwrap();
        symlink(path.join("mine"), path.join(into).join("deep")).unwrap();
        let output = run(path, command);
        assert_code(&output, 1);
        assert!(said(&output).contains("leads out of"), "{}", said(&output));
        assert_eq!(fs::read_to_string(path.join("mine/precious")).unwrap(), "mine");
        assert_eq!(tree(&path.join("mine")).len(), 1);
        // A link in place of the file is replaced by the file.
        assert!(!fs::symlink_metadata(path.join(into).join("a.txt")).unwrap().is_symlink());
    }
}

#[test]
fn a_pipe_in_place_of_a_result_is_told_of() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::write(path.join("a.txt"), article(0)).unwrap();
    fs::create_dir(path.join("out")).unwrap();
    assert!(Command::new("mkfifo").arg(path.join("out/a.txt")).status().unwrap().success());
    let output = run(path, &["--out", "out", "a.txt"]);
    assert_code(&output, 1);
    assert!(said(&output).contains("a device or a pipe stands there"), "{}", said(&output));
}

#[test]
fn markdown_of_rules_holds_no_html() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::create_dir(path.join("rules")).unwrap();
    let evil = "<img src=x onerror=alert(1)>";
    let rule = format!("[[rule]]\nname = 'a {evil}'\nnote = 'b {evil}'\nis = 'X {evil}'\nremoves = 'X {evil}'\n");
    fs::write(path.join("rules/a <b>.toml"), rule).unwrap();
    for form in ["--markdown", "--html"] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dehusk"));
        command.current_dir(path).args(["docs", "--no-shipped-rules", "--rules", "rules", form]);
        let output = command.output().unwrap();
        let page = String::from_utf8_lossy(&output.stdout);
        assert!(page.contains("onerror"), "{form}: {}", all(&output));
        assert!(!page.contains("<img") && !page.contains("a <b>"), "{form}: {page}");
    }
}
