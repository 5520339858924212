//! `--worst`: shows the pages that lost most, with the known body on the left and the output on the right.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use dehusk::score::{LineVerdict, Score, verdicts};
use dehusk::{Document, Lang, Removal, RuleSet};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::rules::RemovedBy;
use crate::read::document::Doc;
use crate::ui::lines::visible;
use crate::ui::messages::say;

/// A page that is perhaps shown.
#[derive(Debug)]
pub struct WorstCase {
    /// The page.
    pub doc: Doc,
    /// The score of the output.
    pub score: Score,
    /// The output.
    pub output: String,
    /// The removals; `None` for the output of another tool.
    pub removals: Option<Vec<Removal>>,
}

/// The pages that lost most F1, the worst first.
#[derive(Debug, Default)]
pub struct Worst {
    most: usize,
    /// The pages.
    pub cases: Vec<WorstCase>,
}

impl Worst {
    /// Keeps at most `most` pages.
    pub fn new(most: usize) -> Self {
        Self { most, cases: Vec::new() }
    }

    /// Adds a page if it is worse than one of those that are kept.
    pub fn add(&mut self, case: WorstCase) {
        let place = self.cases.partition_point(|other| other.gain() <= case.gain());
        if place < self.most {
            self.cases.insert(place, case);
            self.cases.truncate(self.most);
        }
    }
}

/// The width of a screen of unknown width, in columns. The next constant is the least useful width.
const COLUMNS: usize = 150;
const FEWEST: usize = 60;
/// The sign between the two sides.
const BETWEEN: &str = " │ ";
/// Up to this many correct lines in a row are all shown; of more, the next constant says how many at each end.
const RIGHT: usize = 8;
const SHOWN: usize = 3;

impl WorstCase {
    /// F1 minus the F1 of the unchanged input.
    pub fn gain(&self) -> f64 {
        self.score.body.map_or(0.0, |body| body.out.f1 - body.identity.f1)
    }

    /// The page in two columns, body and output: `=` body that stays, `!` body that goes, `+` boilerplate that stays;
    /// `-` boilerplate that goes, across both columns.
    pub fn show(&self, rules: &RuleSet, lang: Lang) -> String {
        let half = (columns() - 2 - BETWEEN.width()) / 2;
        let mut out = String::new();
        let Ok(document) = Document::new(&self.doc.text) else { return out };
        let texts: Vec<&str> = (0..document.len()).map(|line| document.line_text(line)).collect();
        let gold = verdicts(&texts, self.doc.known.gold.as_deref().unwrap_or_default());
        let stays = match &self.removals {
            Some(removals) => stays(&document, removals),
            None => verdicts(&texts, &self.output).into_iter().map(|verdict| verdict == LineVerdict::Body).collect(),
        };
        let lines: Vec<(usize, char)> = gold
            .iter()
            .zip(&stays)
            .enumerate()
            .filter_map(|(line, known)| match known {
                (LineVerdict::Blank, _) => None,
                (LineVerdict::Body, true) => Some((line, '=')),
                (LineVerdict::Body, false) => Some((line, '!')),
                (LineVerdict::Boilerplate, true) => Some((line, '+')),
                (LineVerdict::Boilerplate, false) => Some((line, '-')),
            })
            .collect();
        let (body, output) = (say!(lang, "正文", "body"), say!(lang, "输出", "output"));
        let _ = writeln!(out, "  {}{BETWEEN}{output}", cell(&body, half));
        for run in lines.chunk_by(|a, b| a.1 == b.1) {
            let (mark, right) = (run[0].1, matches!(run[0].1, '=' | '-'));
            let style = style(mark);
            for (i, &(line, _)) in run.iter().enumerate() {
                if right && run.len() > RIGHT && (SHOWN..run.len() - SHOWN).contains(&i) {
                    if i == SHOWN {
                        let more = run.len() - 2 * SHOWN;
                        let more = say!(lang, "…… 又 {more} 行", "… {more} more lines");
                        let _ = writeln!(out, "{style}{mark} {more}{style:#}");
                    }
                    continue;
                }
                let text = visible(texts[line].trim());
                let label = self.takers(&document, line, rules, lang);
                let row = match mark {
                    '=' => format!("{}{BETWEEN}{}", cell(&text, half), cell(&text, half).trim_end()),
                    '!' => format!("{}{BETWEEN}", cell(&text, half)),
                    '+' => format!("{}{BETWEEN}{}", cell("", half), cell(&text, half).trim_end()),
                    _ => cell(&text, 2 * half + BETWEEN.width()).trim_end().to_owned(),
                };
                let _ = writeln!(out, "{style}{mark} {}{style:#}{label}", row.trim_end());
            }
        }
        out
    }

    /// `  ← zh/nav › previous and next` for everything that removed something from a line.
    fn takers(&self, document: &Document<'_>, line: usize, rules: &RuleSet, lang: Lang) -> String {
        let range = document.line(line).range();
        let removals = self.removals.iter().flatten();
        let here = removals.filter(|r| r.span.start < range.end && range.start < r.span.end);
        let mut takers: Vec<RemovedBy> = here.filter_map(RemovedBy::of).collect();
        takers.sort_unstable();
        takers.dedup();
        if takers.is_empty() {
            return String::new();
        }
        let names: Vec<String> = takers.into_iter().map(|taker| taker.name(rules, lang)).collect();
        let aside = Style::new().dimmed();
        format!("{aside}  ← {}{aside:#}", names.join(" + "))
    }
}

/// The width of the screen in columns.
fn columns() -> usize {
    let told = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    told.unwrap_or(COLUMNS).max(FEWEST)
}

/// A text in exactly this many columns, where a Han character takes two: cut off with `…`, or padded with spaces.
fn cell(text: &str, columns: usize) -> String {
    let mut out = String::new();
    let mut used = 0;
    let whole = text.width() <= columns;
    for c in text.chars() {
        let wide = c.width().unwrap_or(0);
        if !whole && used + wide + 1 > columns {
            out.push('…');
            used += 1;
            break;
        }
        out.push(c);
        used += wide;
    }
    out.extend(std::iter::repeat_n(' ', columns.saturating_sub(used)));
    out
}

/// Whether more of each line stays than goes.
fn stays(document: &Document<'_>, removals: &[Removal]) -> Vec<bool> {
    let mut gone = vec![0; document.len()];
    for removal in removals.iter().filter(|r| !r.span.is_empty()) {
        let (first, last) = (document.line_of(removal.span.start), document.line_of(removal.span.end - 1));
        for (line, gone) in gone.iter_mut().enumerate().take(last + 1).skip(first) {
            let range = document.line(line);
            let end = removal.span.end.min(range.end);
            *gone += end.saturating_sub(removal.span.start.max(range.start));
        }
    }
    gone.iter().enumerate().map(|(line, gone)| 2 * gone < document.line(line).len().max(1)).collect()
}

fn style(mark: char) -> Style {
    let color = |color: AnsiColor| Style::new().fg_color(Some(color.into()));
    match mark {
        '!' => color(AnsiColor::Red).bold(),
        '+' => color(AnsiColor::Yellow),
        '-' => Style::new().dimmed(),
        _ => Style::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_as_wide_as_they_look() {
        for (text, expected) in
            [("abc", "abc   "), ("渡口人", "渡口人"), ("渡口有人", "渡口… "), ("a渡口有", "a渡口…"), ("", "      ")]
        {
            assert_eq!(cell(text, 6), expected);
            assert_eq!(cell(text, 6).width(), 6);
        }
    }
}
