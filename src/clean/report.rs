//! The summary of a run, as a table for people (on stderr) and as JSON (`--report FILE`).

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::Path;
use std::time::Duration;

use dehusk::Lang;
use dehusk::pipeline::{Count, Summary};
use serde::Serialize;
use unicode_width::UnicodeWidthStr as _;

use super::context::Context;
use crate::ui::atomic_file::AtomicFile;
use crate::ui::lines::thousands;
use crate::ui::messages::{say, say_line};

/// How many rules the table shows.
const RULES: usize = 10;

#[derive(Serialize)]
struct RunReport<'a> {
    dehusk: &'a str,
    /// The checksum of the rules.
    rules: &'a str,
    /// Whether the run reached its end.
    finished: bool,
    seconds: f64,
    summary: &'a Summary,
}

/// Writes the report as JSON.
pub fn write(path: &Path, context: &Context, summary: &Summary, finished: bool, took: Duration) -> io::Result<()> {
    let report = RunReport {
        dehusk: env!("CARGO_PKG_VERSION"),
        rules: &context.rules,
        finished,
        seconds: (took.as_secs_f64() * 100.0).round() / 100.0,
        summary,
    };
    let mut file = AtomicFile::new(path)?;
    serde_json::to_writer_pretty(&mut file, &report)?;
    file.write_all(b"\n")?;
    file.commit(None)
}

/// Prints the table.
pub fn print(summary: &Summary, took: Duration, lang: Lang) {
    for line in table(summary, took, lang) {
        say_line(&line);
    }
}

fn table(summary: &Summary, took: Duration, lang: Lang) -> Vec<String> {
    let mut lines = Vec::new();
    let number = |n: u64| thousands(n as usize);
    let (documents, changed) = (number(summary.documents), number(summary.changed));
    let mut row = |name: String, text: String| {
        let pad = " ".repeat(12usize.saturating_sub(name.width()));
        lines.push(format!("  {name}{pad}  {text}"));
    };
    row(
        say!(lang, "文档", "documents"),
        say!(lang, "{documents} 篇，{changed} 篇有改动", "{documents}, {changed} changed"),
    );
    if summary.pages > 0 {
        let pages = number(summary.pages);
        row(say!(lang, "网页", "pages"), say!(lang, "{pages} 篇当作整个网页", "{pages} taken for whole pages"));
    }
    let (was, is) = (number(summary.bytes_in), number(summary.bytes_out));
    let share = percent(summary.bytes_in.saturating_sub(summary.bytes_out), summary.bytes_in);
    row(
        say!(lang, "文本", "text"),
        say!(lang, "{was} 字节 → {is} 字节（少了 {share}）", "{was} bytes → {is} bytes ({share} less)"),
    );
    let seconds = took.as_secs_f64();
    if seconds >= 1.0 {
        let rate = format!("{:.1}", summary.bytes_in as f64 / 1e6 / seconds);
        row(
            say!(lang, "用时", "time"),
            say!(lang, "{seconds:.0} 秒，每秒 {rate} MB 文本", "{seconds:.0} s, {rate} MB of text a second"),
        );
    }
    if summary.emptied > 0 {
        let emptied = number(summary.emptied);
        row(
            say!(lang, "原样通过", "unchanged"),
            say!(lang, "{emptied} 篇，按规则几乎不剩正文", "{emptied} that the rules would have left almost empty"),
        );
    }
    if summary.no_pages > 0 {
        let answers = number(summary.no_pages);
        let what = if summary.no_pages == 1 { "answer of a server that is" } else { "answers of servers that are" };
        row(
            say!(lang, "不是网页", "no pages"),
            say!(lang, "{answers} 个服务器的回答：跳转、出错、空的", "{answers} {what} a redirect, an error or empty"),
        );
    }
    if summary.left_out > 0 {
        let files = number(summary.left_out);
        let what = if summary.left_out == 1 { "file that is not text" } else { "files that are not text" };
        row(say!(lang, "略去", "left out"), say!(lang, "{files} 个不是文本的文件", "{files} {what}"));
    }
    if summary.failed > 0 {
        let failed = number(summary.failed);
        let what = if summary.failed == 1 { "record or file" } else { "records or files" };
        row(say!(lang, "出错", "failed"), say!(lang, "{failed} 条记录或文件", "{failed} {what}"));
    }
    let gone: u64 = summary.categories.values().map(|count| count.bytes).sum();
    let largest = |counts: &BTreeMap<String, Count>| {
        let mut all: Vec<(String, Count)> = counts.iter().map(|(name, count)| (name.clone(), *count)).collect();
        all.sort_by_key(|(name, count)| (Reverse(count.bytes), name.clone()));
        all
    };
    for (title, counts) in [
        (say!(lang, "按类别", "by category"), largest(&summary.categories)),
        (say!(lang, "按规则", "by rule"), largest(&summary.rules)),
    ] {
        for (i, (name, count)) in counts.iter().take(RULES).enumerate() {
            let (times, bytes, share) = (number(count.times), number(count.bytes), percent(count.bytes, gone));
            let title = if i == 0 { title.clone() } else { String::new() };
            let places = if count.times == 1 { "place" } else { "places" };
            row(
                title,
                say!(
                    lang,
                    "{name}  {times} 处，{bytes} 字节，{share}",
                    "{name}  {times} {places}, {bytes} bytes, {share}"
                ),
            );
        }
        if counts.len() > RULES {
            let more = counts.len() - RULES;
            row(
                String::new(),
                say!(lang, "…… 还有 {more} 条（--report 写出全部）", "… {more} more (--report has all)"),
            );
        }
    }
    lines
}

fn percent(part: u64, whole: u64) -> String {
    let share = if whole == 0 { 0.0 } else { part as f64 * 100.0 / whole as f64 };
    format!("{share:.1} %")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_comes_first_and_shares_add_up() {
        let count = |times, bytes| Count { times, bytes };
        let summary = Summary {
            documents: 1200,
            changed: 3,
            bytes_in: 1000,
            bytes_out: 750,
            left_out: 2,
            categories: BTreeMap::from([("nav".to_owned(), count(2, 50)), ("spam".to_owned(), count(1, 200))]),
            ..Summary::default()
        };
        let lines = table(&summary, Duration::ZERO, Lang::En);
        let expected = [
            "  documents     1,200, 3 changed",
            "  text          1,000 bytes → 750 bytes (25.0 % less)",
            "  left out      2 files that are not text",
            "  by category   spam  1 place, 200 bytes, 80.0 %",
            "                nav  2 places, 50 bytes, 20.0 %",
        ];
        assert_eq!(lines, expected);
    }
}
