//! The output of `dehusk explain` and `--explain`: the page with the removals marked, and the rule of each.
//!
//! Every line has its number. On a terminal with colours, removed lines are struck through. Without
//! colours, each line begins with a mark, so that `grep '^='` gives the lines that stay:
//!
//! ```text
//! # page.txt: 2 of 4 lines go, 1 in part (31 % of the characters)
//! = 1  a line that stays
//! - 2  Previous: a line that goes
//!      zh/nav › previous and next   zh/nav.toml:12
//!      starts_with 'Previous:' (no. 1, line 15)
//! ~ 3  a line that [-loses these words-]
//!      zh/spam › follow us   zh/spam.toml:4
//!      contains 'these words' (no. 1, line 7)
//!   !  zh/credit › reporter at the end   zh/credit.toml:9
//!      would take “(Reporter: A. Lee)”, and did not: on trial (status = 'trial')
//! ```

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use dehusk::explain::{self, Fate, Passage, Reason, passages};
use dehusk::{Engine, Input, Lang, Metadata, RuleSet, Spared, TextField, Verdict, Warning};
use serde_json::{Value, json};

use super::cleaner::Cleaned;
use super::json::Origin;
use crate::ui::lines::{beginning, visible};
use crate::ui::messages::say;

const GONE: Style = Style::new().strikethrough().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Red)));
const ASIDE: Style = Style::new().dimmed();
const TITLE: Style = Style::new().bold();

/// The page as text; with colours if `styled`, otherwise with marks. `name` is its heading.
pub fn page(engine: &Engine, page: &Cleaned<'_>, name: &str, lang: Lang, styled: bool) -> String {
    let document = page.document;
    let inspector = engine.inspect(document);
    let passages = passages(&inspector, document);
    let mut out = String::new();
    let paint = |style: Style| if styled { style } else { Style::new() };
    let (title, aside, gone) = (paint(TITLE), paint(ASIDE), paint(GONE));

    let summary = summary(page, &passages, lang);
    let _ = writeln!(out, "{title}# {}: {summary}{title:#}", visible(name));
    for line in facts(&page.outcome.metadata, page, lang) {
        let _ = writeln!(out, "{aside}# {line}{aside:#}");
    }
    let width = document.len().to_string().len();
    for passage in &passages {
        for i in passage.lines.clone() {
            let text = document.line_text(i);
            let mark = match passage.fate {
                _ if styled => ' ',
                Fate::Stays => '=',
                Fate::Goes => '-',
                Fate::InPart(_) => '~',
            };
            let number = i + 1;
            let said = match &passage.fate {
                Fate::Stays => visible(text).into_owned(),
                Fate::Goes if text.is_empty() => String::new(),
                Fate::Goes => format!("{gone}{}{gone:#}", visible(text)),
                Fate::InPart(pieces) => {
                    let mut at = document.line(i).start;
                    let mut said = String::new();
                    for processed in pieces {
                        let _ = write!(said, "{}", visible(&document.text()[at..processed.start]));
                        let words = visible(&document.text()[processed.clone()]);
                        let _ = match styled {
                            true => write!(said, "{gone}{words}{gone:#}"),
                            false => write!(said, "[-{words}-]"),
                        };
                        at = processed.end;
                    }
                    said + &visible(&document.text()[at..document.line(i).end])
                }
            };
            let start = format!("{mark} {aside}{number:>width$}{aside:#}");
            let _ = writeln!(out, "{}", format!("{start}  {said}").trim_end());
        }
        let mut aside_line = |mark: char, text: &str| {
            let _ = writeln!(out, "  {mark:>width$}  {aside}{text}{aside:#}");
        };
        let lines = passage.lines.clone().filter(|i| !document.line_text(*i).trim().is_empty()).count();
        // For lines that stay, the reasons are only in the JSON and in `dehusk why`.
        let gone = passage.reasons.iter().filter(|_| passage.fate != Fate::Stays);
        for reason in gone {
            for text in &reason_lines(reason, page.engine.rules(), lines, lang) {
                aside_line(' ', text);
            }
        }
        for one in &passage.spared {
            let (rule, what) = spared_lines(one, page, lang);
            aside_line('!', &rule);
            aside_line(' ', &what);
        }
    }
    out
}

/// The lines below a removed passage of `lines` lines: the rule, its place, and which of its texts were found.
pub fn reason_lines(reason: &Reason, rules: &RuleSet, lines: usize, lang: Lang) -> Vec<String> {
    match reason {
        Reason::Rule { rule, verdicts, .. } => {
            let found = rules.rule(*rule);
            let (name, place) = (found.full_name(), explain::rule_place(found));
            let head = match lines {
                0 | 1 => format!("{name}   {place}"),
                _ => say!(lang, "{lines} 行：{name}   {place}", "{lines} lines: {name}   {place}"),
            };
            let told: Vec<String> = verdicts
                .iter()
                .filter(|verdict| is_evidence(verdict))
                .map(|verdict| explain::verdict(rules, *rule, verdict).get(lang).to_owned())
                .collect();
            std::iter::once(head).chain((!told.is_empty()).then(|| told.join(" + "))).collect()
        }
        Reason::Finder(cues) => vec![explain::cues(cues).get(lang).to_owned()],
        // Blank lines that are removed with their neighbours need no explanation.
        Reason::Seam => Vec::new(),
    }
}

/// Whether a condition was met by something in the line (not by its position, nor by the absence of something).
fn is_evidence(verdict: &Verdict) -> bool {
    verdict.holds
        && (matches!(verdict.condition, "regex" | "looks_like" | "at_least")
            || TextField::by_name(verdict.condition).is_some_and(TextField::is_asked))
}

/// How many characters of a long text are shown.
const SHOWN: usize = 30;

/// The rule and its place, and what it would have removed and why it did not.
fn spared_lines(spared: &Spared, page: &Cleaned<'_>, lang: Lang) -> (String, String) {
    let rule = page.engine.rules().rule(spared.rule);
    let text = beginning(&page.document.text()[spared.span.range()], SHOWN);
    let because = explain::spared(page.engine.rules(), spared);
    let because = because.get(lang);
    let what = say!(lang, "会删“{text}”，没有删：{because}", "would take “{text}”, and did not: {because}");
    (format!("{}   {}", rule.full_name(), explain::rule_place(rule)), what)
}

/// The page as one line of JSON.
pub fn page_json(engine: &Engine, page: &Cleaned<'_>, origin: &Origin<'_>, profile: &str) -> String {
    let document = page.document;
    let inspector = engine.inspect(document);
    let passages: Vec<Value> = passages(&inspector, document)
        .iter()
        .map(|one| explain::passage_json(page.engine.rules(), document, one))
        .collect();
    let mut value = serde_json::to_value(origin).expect("an origin is JSON");
    let more = json!({
        "profile": profile,
        "input": crate::clean::json::input_name(page.outcome.input),
        "lines": document.len(),
        "passages": passages,
    });
    if let (Value::Object(value), Value::Object(more)) = (&mut value, more) {
        value.extend(more);
    }
    format!("{value}\n")
}

fn summary(page: &Cleaned<'_>, passages: &[Passage], lang: Lang) -> String {
    let has_text = |i: &usize| !page.document.line_text(*i).trim().is_empty();
    let count = |wanted: fn(&Fate) -> bool| {
        passages.iter().filter(|p| wanted(&p.fate)).flat_map(|p| p.lines.clone()).filter(has_text).count()
    };
    let all = count(|_| true);
    let gone = count(|fate| *fate == Fate::Goes);
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

/// The metadata of the text, and the number of repairs.
fn facts(metadata: &Metadata, page: &Cleaned<'_>, lang: Lang) -> Vec<String> {
    let fields = [
        (
            say!(lang, "当作", "taken for"),
            &(page.outcome.input == Input::Page).then(|| say!(lang, "整个网页", "a whole page")),
        ),
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
        let name = page.engine.rules().repairs[repair].full_name();
        facts.push(say!(lang, "修复 {count} 处：{name}", "mended {count}×: {name}"));
    }
    facts
}
