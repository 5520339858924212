//! `--worst`: pages that lost most, line by line, with what the gold says.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use dehusk::score::{Score, Verdict, verdicts};
use dehusk::{Document, Lang, Removal, RuleSet};

use super::rules::Taker;
use crate::corpus::Record;
use crate::explain::visible;
use crate::say::say;

/// A page that may have to be shown.
#[derive(Debug)]
pub struct Case {
    /// The page.
    pub record: Record,
    /// What the output is worth.
    pub score: Score,
    /// The output.
    pub output: String,
    /// What the engine took; `None` for the output of some other tool.
    pub removals: Option<Vec<Removal>>,
}

/// The pages that lost most F1, the worst first.
#[derive(Debug, Default)]
pub struct Worst {
    most: usize,
    /// The pages.
    pub cases: Vec<Case>,
}

impl Worst {
    /// Keeps no more than `most`.
    pub fn new(most: usize) -> Self {
        Self { most, cases: Vec::new() }
    }

    /// Takes a page in if it lost more than one of those there are.
    pub fn add(&mut self, case: Case) {
        let place = self.cases.partition_point(|other| other.gain() <= case.gain());
        if place < self.most {
            self.cases.insert(place, case);
            self.cases.truncate(self.most);
        }
    }
}

/// Characters of a line that are shown.
const WIDTH: usize = 200;
/// Lines in a row that came out right and are shown; of more, these many at each end.
const RIGHT: usize = 8;
const SHOWN: usize = 3;

impl Case {
    /// F1 against that of the untouched input.
    pub fn gain(&self) -> f64 {
        self.score.body.map_or(0.0, |body| body.out.f1 - body.identity.f1)
    }

    /// The page in lines: `=` body that stays, `-` boilerplate that goes, `!` body that goes, `+`
    /// boilerplate that stays.
    pub fn show(&self, rules: &RuleSet, lang: Lang) -> String {
        let mut out = String::new();
        let Ok(document) = Document::new(&self.record.text) else { return out };
        let texts: Vec<&str> = (0..document.len()).map(|line| document.line_text(line)).collect();
        let gold = verdicts(&texts, self.record.gold.as_deref().unwrap_or_default());
        let stays = match &self.removals {
            Some(removals) => stays(&document, removals),
            None => verdicts(&texts, &self.output).into_iter().map(|verdict| verdict == Verdict::Body).collect(),
        };
        let lines: Vec<(usize, char)> = gold
            .iter()
            .zip(&stays)
            .enumerate()
            .filter_map(|(line, known)| match known {
                (Verdict::Blank, _) => None,
                (Verdict::Body, true) => Some((line, '=')),
                (Verdict::Body, false) => Some((line, '!')),
                (Verdict::Boilerplate, true) => Some((line, '+')),
                (Verdict::Boilerplate, false) => Some((line, '-')),
            })
            .collect();
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
                let text = visible(texts[line]);
                let cut = text.char_indices().nth(WIDTH).map(|(at, _)| at);
                let (text, more) = (&text[..cut.unwrap_or(text.len())], if cut.is_some() { "…" } else { "" });
                let label = self.takers(&document, line, rules, lang);
                let _ = writeln!(out, "{style}{mark} {text}{more}{style:#}{label}");
            }
        }
        out
    }

    /// `  ← nav › previous and next`, for whatever took something of a line.
    fn takers(&self, document: &Document<'_>, line: usize, rules: &RuleSet, lang: Lang) -> String {
        let range = document.line(line).range();
        let removals = self.removals.iter().flatten();
        let here = removals.filter(|r| r.span.start < range.end && range.start < r.span.end);
        let mut takers: Vec<Taker> = here.filter_map(Taker::of).collect();
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
