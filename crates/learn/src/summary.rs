//! The page that says what was learnt of all sites.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::site_file::{LearntState, SiteChange};
use dehusk_text::{Lang, say};

/// The name of the page.
pub const SUMMARY: &str = "summary.md";

/// Lines that are shown of a site.
const SHOWN: usize = 3;

/// Characters that are shown of a line.
const CHARS: usize = 40;

/// The page that says what was learnt; `changes` are those of this crawl, by site.
pub fn summary(states: &BTreeMap<String, LearntState>, changes: &[(String, SiteChange)], lang: Lang) -> String {
    let head = say!(
        "# 学到了什么\n\n每个网站一个文件，人可以看、可以改。页数是学过的页，重复的文章只算一次。\n\n| 网站 | 页 | 行 | 例子 |\n|---|---:|---:|---|\n",
        "# What was learnt\n\nOne file a site, which people read and change. Pages are those that were learnt from; copies of an article count once.\n\n| site | pages | lines | for example |\n|---|---:|---:|---|\n"
    );
    let mut out = head.get(lang).to_string();
    for state in states.values().filter(|state| !state.lines.is_empty()) {
        let (site, pages, lines) = (&state.site, state.pages, state.lines.len());
        let some: Vec<String> =
            state.lines.iter().take(SHOWN).map(|line| format!("{} ({})", shown(&line.text), line.pages)).collect();
        let _ = writeln!(out, "| {} | {pages} | {lines} | {} |", shown(site), some.join(" · "));
    }
    let mut changes: Vec<&(String, SiteChange)> = changes.iter().collect();
    changes.sort_by(|a, b| a.0.cmp(&b.0));
    let gone: Vec<_> = changes.iter().filter(|(_, change)| !change.gone.is_empty()).collect();
    if !gone.is_empty() {
        let heading = say!(
            "\n## 不再重复\n\n以前学到、这次不再重复的行；规则还在，是否删掉由人决定。\n\n",
            "\n## No longer repeated\n\nLearnt before and not repeated this time. The rules are still there; a person decides.\n\n"
        );
        out.push_str(heading.get(lang));
        for (site, change) in gone {
            let lines: Vec<String> = change.gone.iter().map(|line| shown(line)).collect();
            let _ = writeln!(out, "* {}: {}", shown(site), lines.join(" · "));
        }
    }
    let dropped: Vec<String> =
        changes.iter().filter(|(_, change)| change.dropped).map(|(site, _)| shown(site)).collect();
    if !dropped.is_empty() {
        let sites = dropped.join(", ");
        let sentence = say!(
            "\n这些网站的文件被人删掉了，没有再写：{sites}\n",
            "\nThe files of these sites were taken away and were not written again: {sites}\n"
        );
        out.push_str(sentence.get(lang));
    }
    out
}

/// A line as a cell of a table shows it.
fn shown(line: &str) -> String {
    let mut short: String = line.chars().take(CHARS).map(|c| if c == '|' || c == '`' { '¦' } else { c }).collect();
    if line.chars().nth(CHARS).is_some() {
        short.push('…');
    }
    short
}
