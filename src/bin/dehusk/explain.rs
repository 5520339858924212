//! `--explain`: the page with what goes marked, and the rule that takes it.
//!
//! On a terminal with colour a line that goes is struck through. Without colour each line
//! has a mark in front, so that `grep '^='` gives the lines that stay:
//!
//! ```text
//! # page.txt: 2 of 9 lines go, 1 in part (31 % of the characters)
//! = a line that stays
//! - a line that goes                  ← nav › previous and next · starts_with 'Previous:'
//! ~ a line that [-loses these words-]  ← spam › follow us
//! ! credit › reporter at the end would take 1 line: on trial
//! ```

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

use anstyle::{AnsiColor, Style};
use dehusk::{Cause, Lang, Metadata, Removal, RuleSet, Spared, SparedReason, TextField, Warning};

use crate::page::Page;
use crate::say::say;

const GONE: Style = Style::new().strikethrough().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Red)));
const ASIDE: Style = Style::new().dimmed();
const TITLE: Style = Style::new().bold();

/// What happens to one line.
enum Fate<'a> {
    Stays,
    Goes(Vec<&'a Removal>),
    InPart(Vec<&'a Removal>),
}

/// The page in words. `styled` chooses colour over marks.
pub fn page(page: &Page<'_>, name: &str, lang: Lang, styled: bool) -> String {
    let document = page.document;
    let fates: Vec<Fate<'_>> = fates(page);
    let mut out = String::new();
    let paint = |style: Style| if styled { style } else { Style::new() };

    let summary = summary(page, &fates, lang);
    let (title, aside, gone) = (paint(TITLE), paint(ASIDE), paint(GONE));
    let _ = writeln!(out, "{title}# {name}: {summary}{title:#}");
    for line in facts(&page.outcome.metadata, page, lang) {
        let _ = writeln!(out, "{aside}# {line}{aside:#}");
    }

    let mut spared = page.outcome.spared.iter().peekable();
    for (i, fate) in fates.iter().enumerate() {
        let text = document.line_text(i);
        match fate {
            Fate::Stays if styled => {
                let _ = writeln!(out, "{}", visible(text));
            }
            Fate::Stays => mark(&mut out, "=", &visible(text)),
            Fate::Goes(causes) => {
                let label = label(causes, page.rules, i, lang);
                if styled {
                    let _ = write!(out, "{gone}{}{gone:#}", visible(text));
                } else {
                    let _ = write!(out, "-{}{}", if text.is_empty() { "" } else { " " }, visible(text));
                }
                let _ = writeln!(out, "{aside}{label}{aside:#}");
            }
            Fate::InPart(causes) => {
                if !styled {
                    out.push_str("~ ");
                }
                let mut at = document.line(i).start;
                for piece in causes.iter().map(|r| clip(r, &document.line(i).range())) {
                    let _ = write!(out, "{}", visible(&document.text()[at..piece.start]));
                    let words = visible(&document.text()[piece.clone()]);
                    let _ = match styled {
                        true => write!(out, "{gone}{words}{gone:#}"),
                        false => write!(out, "[-{words}-]"),
                    };
                    at = piece.end;
                }
                let rest = visible(&document.text()[at..document.line(i).end]);
                let _ = writeln!(out, "{rest}{aside}{}{aside:#}", label(causes, page.rules, i, lang));
            }
        }
        while let Some(one) = spared.next_if(|s| document.line_of(s.span.start) <= i) {
            let _ = writeln!(out, "{aside}! {}{aside:#}", why_spared(one, page, lang));
        }
    }
    out
}

fn mark(out: &mut String, mark: &str, text: &str) {
    let space = if text.is_empty() { "" } else { " " };
    let _ = writeln!(out, "{mark}{space}{text}");
}

fn fates<'a>(page: &'a Page<'_>) -> Vec<Fate<'a>> {
    let document = page.document;
    let mut rest = page.outcome.removals.as_slice();
    (0..document.len())
        .map(|i| {
            let (line, whole) = (document.line(i), document.line_with_terminator(i));
            while rest.first().is_some_and(|r| r.span.end <= whole.start) {
                rest = &rest[1..];
            }
            let here: Vec<&Removal> = rest.iter().take_while(|r| r.span.start < whole.end).collect();
            let stays_before = here.first().is_none_or(|r| r.span.start > line.start);
            let stays_after = here.last().is_none_or(|r| r.span.end < line.end);
            let gap = here.windows(2).any(|pair| pair[0].span.end < pair[1].span.start);
            // A removal of an earlier line may reach over its terminator only.
            let touches =
                here.iter().any(|r| !clip(r, &line.range()).is_empty()) || line.is_empty() && !here.is_empty();
            match (touches, stays_before || stays_after || gap) {
                (false, _) => Fate::Stays,
                (true, true) => Fate::InPart(here),
                (true, false) => Fate::Goes(here),
            }
        })
        .collect()
}

/// The part of a removal inside a line.
fn clip(removal: &Removal, line: &Range<usize>) -> Range<usize> {
    let start = removal.span.start.clamp(line.start, line.end);
    start..removal.span.end.clamp(start, line.end)
}

/// `  ← nav › previous and next · starts_with 'Previous:'`, for each rule on line `i`.
fn label(causes: &[&Removal], rules: &RuleSet, i: usize, lang: Lang) -> String {
    let mut said: Vec<String> = Vec::new();
    for removal in causes {
        if let Cause::Finder { points } = removal.cause {
            let points = f64::from(points) / 100.0;
            said.push(say!(lang, "正文查找，{points:+.1} 分", "body finder, {points:+.1} points"));
        }
        let Cause::Rule { rule, evidence, anchor } = removal.cause else { continue };
        let mut label = rules.rule(rule).full_name();
        // The text that matched stands on the line that it matched, not on all that goes with it.
        if anchor as usize == i
            && let Some(evidence) = evidence
            && let Some(phrase) = evidence.phrase(rules, rule)
        {
            let _ = write!(label, " · {} '{}'", field_name(evidence.field), phrase.text);
        }
        if !said.contains(&label) {
            said.push(label);
        }
    }
    if said.is_empty() { String::new() } else { format!("  ← {}", said.join(" + ")) }
}

/// The field as it is written in a rule file.
fn field_name(field: TextField) -> &'static str {
    match field {
        TextField::Is => "is",
        TextField::StartsWith => "starts_with",
        TextField::EndsWith => "ends_with",
        TextField::Contains => "contains",
        TextField::ContainsAll => "contains_all",
        TextField::Regex => "regex",
        TextField::UnlessIs => "unless_is",
        TextField::UnlessStartsWith => "unless_starts_with",
        TextField::UnlessEndsWith => "unless_ends_with",
        TextField::UnlessContains => "unless_contains",
        TextField::LinesContain => "lines_contain",
        TextField::Until => "until",
    }
}

fn summary(page: &Page<'_>, fates: &[Fate<'_>], lang: Lang) -> String {
    let blank = |i: &usize| page.document.line_text(*i).trim().is_empty();
    let count =
        |wanted: fn(&Fate<'_>) -> bool| fates.iter().enumerate().filter(|(i, fate)| wanted(fate) && !blank(i)).count();
    let all = count(|_| true);
    let gone = count(|fate| matches!(fate, Fate::Goes(_)));
    let part = count(|fate| matches!(fate, Fate::InPart(_)));
    let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count();
    let text = page.document.text();
    let taken: usize = page.outcome.removals.iter().map(|r| letters(&text[r.span.range()])).sum();
    let share = (100 * taken).checked_div(letters(text)).unwrap_or(0);
    let emptied = if page.outcome.warnings.contains(&Warning::WouldBeEmpty) {
        say!(
            lang,
            "；按规则几乎不剩正文，所以原样通过",
            "; the rules would leave almost nothing, so it passes unchanged"
        )
    } else {
        String::new()
    };
    let part = match part {
        0 => String::new(),
        part => say!(lang, "，{part} 行删去几个词", ", {part} in part"),
    };
    say!(
        lang,
        "{all} 行里删 {gone} 行{part}（{share}% 的字）{emptied}",
        "{gone} of {all} lines go{part} ({share} % of the characters){emptied}"
    )
}

/// What the text says about itself, and what was mended before.
fn facts(metadata: &Metadata, page: &Page<'_>, lang: Lang) -> Vec<String> {
    let fields = [
        (say!(lang, "标题", "title"), &metadata.title),
        (say!(lang, "日期", "date"), &metadata.date),
        (say!(lang, "来源", "source"), &metadata.source),
        (say!(lang, "作者", "author"), &metadata.author),
        (say!(lang, "编辑", "editor"), &metadata.editor),
    ];
    let mut facts: Vec<String> =
        fields.iter().filter_map(|(name, value)| Some(format!("{name}: {}", visible(value.as_deref()?)))).collect();
    let mut counts: Vec<(usize, usize)> = Vec::new();
    for edit in page.repaired.iter().flat_map(|repaired| &repaired.edits) {
        match counts.iter_mut().find(|(repair, _)| *repair == edit.repair) {
            Some((_, count)) => *count += 1,
            None => counts.push((edit.repair, 1)),
        }
    }
    for (repair, count) in counts {
        let name = page.rules.repairs[repair].full_name();
        facts.push(say!(lang, "修复 {count} 处：{name}", "mended {count}×: {name}"));
    }
    facts
}

/// What a rule would have taken, and what held it back.
fn why_spared(spared: &Spared, page: &Page<'_>, lang: Lang) -> String {
    let name = page.rules.rule(spared.rule).full_name();
    let last = page.document.line_of(spared.span.end.saturating_sub(1).max(spared.span.start));
    let lines = last + 1 - page.document.line_of(spared.span.start);
    let because = match spared.reason {
        SparedReason::Trial => say!(lang, "试用中", "on trial"),
        SparedReason::Kept { by, line } => {
            let (by, line) = (page.rules.rule(by).full_name(), line + 1);
            say!(lang, "第 {line} 行由「{by}」保护", "line {line} is protected by {by}")
        }
        SparedReason::LineWithout { line } => {
            let line = line + 1;
            say!(lang, "第 {line} 行不含 lines_contain 里的任何一个", "line {line} has none of lines_contain")
        }
        SparedReason::TextResumes { line } => {
            let line = line + 1;
            say!(lang, "第 {line} 行起又是正文", "the text goes on at line {line}")
        }
        SparedReason::TooMuch { share, limit } => say!(
            lang,
            "要删掉全文的 {share:.0}%，max_share 只许 {limit:.0}%",
            "that is {share:.0} % of the text, max_share allows {limit:.0} %"
        ),
        SparedReason::TooFew { found, needed } => {
            say!(lang, "只有 {found} 行，at_least 要 {needed} 行", "{found} lines, at_least asks for {needed}")
        }
        SparedReason::NothingLeft => say!(lang, "删了就几乎不剩正文", "almost nothing would be left"),
    };
    let plural = if lines == 1 { "" } else { "s" };
    say!(lang, "{name} 本会删 {lines} 行，没有删：{because}", "{name} would take {lines} line{plural}: {because}")
}

/// `text` without characters that act on a terminal: a crawled page must not move the
/// cursor of whoever looks at it.
pub fn visible(text: &str) -> Cow<'_, str> {
    let acts = |c: char| c.is_control() && c != '\t';
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let picture = |c: char| match u32::from(c) {
        code @ 0..0x20 => char::from_u32(0x2400 + code).unwrap_or('\u{fffd}'),
        0x7f => '\u{2421}',
        _ => '\u{fffd}',
    };
    text.chars().map(|c| if acts(c) { picture(c) } else { c }).collect::<String>().into()
}
