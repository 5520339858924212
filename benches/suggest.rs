//! How long does `dehusk suggest` take over 100,000 documents, and how much memory?
//!
//! Documents as a crawl has them, made by code: 200 hosts, each with a header and a footer of its own,
//! some lines shared by all, and sentences that stand nowhere else. Runs the real binary. Fails above a
//! minute, above 2 GiB (where the system tells), and if hosts get no rules. `cargo bench --bench suggest`.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const DOCUMENTS: u64 = 100_000;
const HOSTS: u64 = 200;
const SECONDS: f64 = 60.0;
const BYTES: u64 = 2 << 30;

fn main() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let collection = folder.path().join("crawl.jsonl");
    let size = crawl(&collection);
    println!("{DOCUMENTS} documents of {HOSTS} hosts, {} MB", size >> 20);
    let begin = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_dehusk"))
        .args(["suggest", "--lang", "en", "--quiet", "--json"])
        .arg(&collection)
        .stdout(File::create(folder.path().join("rules.jsonl")).expect("a file can be made"))
        .stdin(Stdio::null())
        .spawn()
        .expect("the binary runs");
    let mut most = None;
    let status = loop {
        most = peak(child.id()).or(most);
        if let Some(status) = child.try_wait().expect("it can be waited for") {
            break status;
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    let seconds = begin.elapsed().as_secs_f64();
    assert!(status.success(), "{status}");
    let rules = fs::read_to_string(folder.path().join("rules.jsonl")).expect("it was written").lines().count();
    println!("{seconds:.1} s, at most {SECONDS} s; {rules} rules");
    match most {
        Some(bytes) => println!("{} MB at the peak, at most {} MB", bytes >> 20, BYTES >> 20),
        None => println!("the system does not tell the memory"),
    }
    assert!(rules as u64 >= HOSTS, "{rules} rules for {HOSTS} hosts");
    assert!(seconds < SECONDS && most.unwrap_or(0) < BYTES, "too slow or too large");
}

/// The most memory that a process has had so far, in bytes, where there is /proc.
fn peak(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? << 10)
}

/// Writes the collection; how many bytes it has.
fn crawl(path: &Path) -> u64 {
    let mut out = BufWriter::new(File::create(path).expect("a file can be made"));
    let mut dice = Dice(7);
    let sites: Vec<Site> = (0..HOSTS).map(|host| Site::new(host, &mut dice)).collect();
    for number in 0..DOCUMENTS {
        let site = &sites[(number % HOSTS) as usize];
        let mut text = String::new();
        site.header.iter().for_each(|line| push(&mut text, line));
        push(&mut text, &words(&mut dice, site.chinese, 3));
        for _ in 0..12 + dice.below(10) {
            push(&mut text, &sentence(&mut dice, site.chinese));
        }
        site.footer.iter().for_each(|line| push(&mut text, line));
        let host = &site.host;
        writeln!(out, "{{\"id\":{number},\"host\":\"{host}\",\"text\":\"{text}\"}}").expect("the disk has room");
    }
    out.flush().expect("the disk has room");
    fs::metadata(path).expect("it was written").len()
}

fn push(text: &mut String, line: &str) {
    text.push_str(line);
    text.push_str("\\n");
}

struct Site {
    host: String,
    chinese: bool,
    header: Vec<String>,
    footer: Vec<String>,
}

impl Site {
    fn new(number: u64, dice: &mut Dice) -> Self {
        let chinese = number.is_multiple_of(2);
        let lines = |dice: &mut Dice, count| (0..count).map(|_| words(dice, chinese, 2)).collect::<Vec<_>>();
        let header = lines(dice, 12);
        let mut footer = lines(dice, 8);
        footer.push(if chinese { "分享到朋友圈和微博吧" } else { "Share this story with your friends" }.into());
        footer.push(format!("{} {number}", if chinese { "本站版权所有" } else { "All rights reserved" }));
        Self { host: format!("site{number}.example"), chinese, header, footer }
    }
}

/// A few words with a space between, or without one in Chinese.
fn words(dice: &mut Dice, chinese: bool, count: u64) -> String {
    let mut text = String::new();
    for n in 0..count + dice.below(3) {
        if chinese {
            (0..2).for_each(|_| text.push(char::from_u32(0x4e00 + dice.below(3000) as u32).expect("a character")));
        } else {
            let start = if n == 0 { "" } else { " " };
            let _ = write!(text, "{start}");
            (0..3 + dice.below(5)).for_each(|_| text.push((b'a' + dice.below(26) as u8) as char));
        }
    }
    text
}

fn sentence(dice: &mut Dice, chinese: bool) -> String {
    let (first, second) = (words(dice, chinese, 8), words(dice, chinese, 9));
    if chinese { format!("{first}，{second}。") } else { format!("{first}, {second}.") }
}

/// Numbers that are the same on every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}
