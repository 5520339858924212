//! The command line: every case of `cmd/` is a file with a command, its input and the output that it
//! must print. `scripts/bless` updates the outputs; read the diff before you commit it.
//!
//! This file tests what such a case cannot express (closed pipes, permissions).

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

fn dehusk() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dehusk"));
    command.env("LC_ALL", "C").args(["--no-shipped-rules", "--rules"]);
    command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cmd/rules"));
    command
}

#[test]
fn commands() {
    trycmd::TestCases::new().env("LC_ALL", "C").case("tests/cmd/*.toml").case("tests/cmd/*.trycmd");
}

#[test]
fn a_reader_that_stops_early_is_no_failure() {
    let mut child = dehusk().stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let writer =
        std::thread::spawn(move || stdin.write_all("One more line of an article.\n".repeat(1 << 16).as_bytes()));
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    assert_eq!(first, "One more line of an article.\n");
    let _ = writer.join().unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn a_line_is_answered_before_the_next_is_written() {
    let mut child = dehusk()
        .args(["--from", "jsonl", "--line-buffered"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
    for number in 0..3 {
        let body = format!("The river rose in night {number} and fell again before noon.\\n");
        writeln!(stdin, "{{\"text\": \"{body}Previous: Rain\"}}").unwrap();
        // Without an answer to this one the next is never written, and this waits for ever.
        assert_eq!(answers.next().unwrap().unwrap(), format!("{{\"text\": \"{body}\"}}"));
    }
    drop(stdin);
    assert!(answers.next().is_none() && child.wait().unwrap().success());
}

#[test]
fn a_full_disk_is_a_failure() {
    let Ok(full) = std::fs::OpenOptions::new().write(true).open("/dev/full") else {
        return crate::util::skipped("there is no /dev/full");
    };
    let mut child = dehusk().stdin(Stdio::piped()).stdout(full).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"text").unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.starts_with("dehusk: error: standard output: "), "{said}");
}

#[test]
fn completions_and_manual_know_every_flag() {
    for (args, flag) in [
        (&["--completions", "bash"][..], "--explain"),
        (&["--completions", "zsh"], "--explain"),
        (&["--completions", "fish"], "explain"),
        (&["--completions", "powershell"], "--explain"),
        (&["--man"], "explain"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_dehusk")).args(args).output().unwrap();
        let script = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && script.contains(flag), "{args:?}\n{script}");
    }
}

#[test]
fn many_records_come_out_in_order_from_many_threads() {
    let line = |i: usize, text: &str| format!("{{\"id\": {i}, \"text\": \"{text}\", \"n\": 1.50}}\n");
    let stays = "The river rose in the night and fell again before noon, as it does every spring. ".repeat(8);
    let goes = format!("{stays}\\nPrevious: Rain in the hills");
    let input: String = (0..20_000).map(|i| line(i, &goes)).collect();
    let expected: String = (0..20_000).map(|i| line(i, &format!("{stays}\\n"))).collect();
    let mut child =
        dehusk().args(["--from", "jsonl", "--jobs", "3"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stdout == expected.as_bytes(), "a line differs or is out of place");
}

#[test]
fn rewritten_files_keep_their_encoding() {
    let stays = "河水在夜里上涨，中午之前又退了下去，渡船整天都在开。\r\n第二天人们回到岸边。\r\n";
    let page = format!("{stays}上一篇：山里下雨\r\n");
    let utf16 =
        |text: &str| [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let utf8 = |text: &str| [b"\xef\xbb\xbf", text.as_bytes()].concat();
    let gbk = |text: &str| dehusk::encode(text, "gbk", false).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: Vec<u8>| std::fs::write(folder.path().join(name), bytes).unwrap();
    write("utf16.txt", utf16(&page));
    write("utf8.txt", utf8(&page));
    write("gbk.txt", gbk(&page));
    // A byte that is none of the encoding stays as it is.
    let damaged = |text: &str| [text.as_bytes(), b"\xff\r\n"].concat();
    write("damaged.txt", damaged(&page));
    let image = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0".to_vec();
    write("image.png", image.clone());
    write("data.bin", b"\0\x01\x02".to_vec());

    let report = tempfile::NamedTempFile::new().unwrap();
    let output = dehusk().arg("--in-place").arg(folder.path()).arg("--report").arg(report.path()).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    let counts: serde_json::Value = serde_json::from_slice(&std::fs::read(report.path()).unwrap()).unwrap();
    assert_eq!((&counts["summary"]["left_out"], &counts["summary"]["files_changed"]), (&2.into(), &4.into()));
    let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
    assert_eq!(read("utf16.txt"), utf16(stays), "{said}");
    assert_eq!(read("utf8.txt"), utf8(stays), "{said}");
    assert_eq!(read("gbk.txt"), gbk(stays), "{said}");
    assert_eq!((read("damaged.txt"), read("image.png")), (damaged(stays), image), "{said}");
    assert!(said.contains("not UTF-8") && said.contains("not a text file"), "{said}");
    assert!(said.contains("image.png: note: this is a picture") && said.contains("; left out"), "{said}");
    assert_eq!(output.status.code(), Some(0), "what is no text in a folder is left out");
    let output = dehusk().arg(folder.path().join("image.png")).output().unwrap();
    assert!(String::from_utf8(output.stderr).unwrap().contains("image.png: error: this is a picture"));
    assert_eq!(output.status.code(), Some(1), "a picture that is named is a mistake");
}

#[cfg(unix)]
#[test]
fn rewritten_files_keep_permissions_and_links() {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = tempfile::tempdir().unwrap();
    let (page, link) = (folder.path().join("page.txt"), folder.path().join("link.txt"));
    let body = "The river rose in the night and fell again before noon, and the ferry ran all day.\n";
    fs::write(&page, format!("{body}Previous: Rain in the hills\n")).unwrap();
    fs::set_permissions(&page, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("page.txt", &link).unwrap();
    let status = dehusk().arg("--in-place").arg("--quiet").arg(&link).status().unwrap();
    assert!(status.success());
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::read_to_string(&page).unwrap(), body);
    assert_eq!(fs::metadata(&page).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing else is left behind");

    fs::set_permissions(&page, fs::Permissions::from_mode(0o440)).unwrap();
    fs::write(folder.path().join("other.txt"), format!("{body}Next: Sun\n")).unwrap();
    let untouched = dehusk().arg("--in-place").arg("--quiet").arg(&link).status().unwrap();
    assert!(untouched.success(), "nothing to change, nothing to write");
}

/// A command that runs in this folder, with its exit code and what it says.
fn said_in(folder: &std::path::Path, args: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_dehusk")).env("LC_ALL", "C").current_dir(folder).args(args).output();
    let output = output.unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn a_field_that_is_asked_for_twice_is_written_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    std::fs::write(path.join("x.csv"), "id,text\n1,A line of an article.\n").unwrap();
    let (code, out, _) = said_in(path, &["--to", "jsonl", "--text-field", "id", "x.csv"]);
    assert_eq!((code, out.as_str()), (Some(0), "{\"id\": \"1\"}\n"));
    assert_eq!(said_in(path, &["--to", "parquet", "--text-field", "id", "x.csv", "-o", "x.parquet"]).0, Some(0));
    let (code, out, _) = said_in(path, &["--to", "jsonl", "--text-field", "id", "x.parquet"]);
    assert_eq!((code, out.as_str()), (Some(0), "{\"id\": \"1\"}\n"));
}

#[test]
fn what_cannot_be_is_refused_with_what_can() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    std::fs::write(path.join("page.txt"), "A line of an article.\n").unwrap();
    std::fs::write(path.join("body"), "a file\n").unwrap();
    for (args, expected) in [
        (&["-j", "33000", "page.txt"][..], "a whole number from 1 to 1024"),
        (&["--lang", "zh", "-j", "33000", "page.txt"], "1 到 1024"),
        (&["--lang", "zh", "verify", "a", "b"], "多了“b”"),
        (&["--in-place", "--resume", "page.txt"], "cannot be used with"),
        (&["page.txt", "-o", "body"], "such as -o body.txt"),
    ] {
        let (code, _, said) = said_in(path, args);
        assert!(code == Some(2) && said.contains(expected), "{args:?}: {said}");
    }
}

#[test]
fn phrases_of_tables_and_records_are_imported_by_field() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    std::fs::create_dir(path.join("rules")).unwrap();
    std::fs::write(path.join("p.csv"), "id,text\n1,Read the Lantern on your way home\n").unwrap();
    std::fs::write(path.join("p.jsonl"), "{\"text\": \"Sit with the Lantern at noon\"}\n").unwrap();
    for (args, phrase) in [
        (&["import", "phrases", "p.csv", "--text-field", "text"][..], "Read the Lantern on your way home"),
        (&["import", "phrases", "p.jsonl", "--name", "of records"], "Sit with the Lantern at noon"),
    ] {
        let (code, _, said) = said_in(path, &[args, &["--rules", "rules"]].concat());
        let own = std::fs::read_to_string(path.join("rules/own.toml")).unwrap_or_default();
        assert!(code == Some(0) && own.contains(phrase) && !own.contains("'id'"), "{said}{own}");
    }
}

#[test]
fn the_configuration_may_lie_among_the_rules() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    std::fs::write(path.join("dehusk.toml"), "rules = '.'\n").unwrap();
    std::fs::write(
        path.join("own.toml"),
        "[[rule]]\nname = 'x'\nis = 'Read the Lantern'\nremoves = 'Read the Lantern'\n",
    )
    .unwrap();
    let (code, _, said) = said_in(path, &["check"]);
    assert_eq!(code, Some(0), "{said}");
}
