//! The headline above the body, and the deck and dates under it.
//!
//! To the points a headline is a short line near the head of the page, as a menu item is. What tells it apart is that
//! the body says again what it says. In a short text that need not be so; there the headline is the line right above
//! the body, with nothing but dates and bylines between.

use super::layout::{BOIL_CLASSES, Family, class};
use super::line::{End, Line, flag};
use super::page::FinderPage;

/// What becomes of the headline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HeadlineIs {
    /// A part of the text.
    Kept,
    /// No part of the body.
    Dropped,
}

/// A headline (by place among the lines that are not blank), and the deck and dates that belong to it.
pub(crate) struct Headline {
    pub(crate) line: usize,
    pub(crate) belongs: Vec<usize>,
    /// The body says again what it says.
    pub(crate) is_sure: bool,
}

/// A body may begin with a sentence of so many units.
const SENTENCE_UNITS: u32 = 14;
/// How far above the body its headline may stand.
const HEADLINE_LINES: usize = 15;
/// A headline has as many units at least.
const HEADLINE_UNITS: u32 = 6;
/// The share of a headline's words that the body must have.
const HEADLINE_SHARE: f32 = 0.5;
/// Lines of bylines and buttons between a headline and its body.
const BETWEEN: u32 = 1 << class("byline") | 1 << class("credit") | 1 << class("share");
/// What a headline is not. The rules count a headline itself to the class `meta`.
const NO_HEADLINE: u32 = BOIL_CLASSES & !(1 << class("meta"));

/// The headline above the first long sentence that stays.
pub(crate) fn find(page: &FinderPage<'_>, stays: &[bool]) -> Option<Headline> {
    let lines = page.lines;
    let is_sentence = |line: &Line| line.has(flag::LONG) || (line.end == End::Sentence && line.units >= SENTENCE_UNITS);
    let body = (0..lines.len()).find(|&i| stays[i] && is_sentence(&lines[i]))?;
    let fits = |line: &Line| {
        !line.has(flag::LONG | flag::URL) && (HEADLINE_UNITS..=80).contains(&line.units) && line.end != End::Comma
    };
    // The line whose words the body uses most; of equals the one nearest to the body.
    let said_again = (body.saturating_sub(HEADLINE_LINES)..body)
        .filter(|&i| fits(&lines[i]) && page.shared[i] >= HEADLINE_SHARE && lines[i].classes & NO_HEADLINE == 0)
        .max_by_key(|&i| ((page.shared[i] * lines[i].units.min(30) as f32) as u32, i));
    let line = said_again.or_else(|| right_above(lines, body).filter(|&i| fits(&lines[i])))?;
    let deck = |i: usize| lines[i].units >= 20 && page.shared[i] >= HEADLINE_SHARE && lines[i].classes == 0;
    let date = |i: usize| lines[i].has(flag::DATE) && lines[i].units <= 40;
    let belongs = (line + 1..body.min(line + 3)).filter(|&i| deck(i) || date(i)).collect();
    Some(Headline { line, belongs, is_sure: said_again.is_some() })
}

/// The cues of the headline, deck and dates: where they are a part of the text, on those that do not stay; where they
/// are not, on those that do.
pub(crate) fn cues(
    page: &FinderPage<'_>,
    headline: &Headline,
    is: HeadlineIs,
    stays: &[bool],
    mut emit: impl FnMut(usize, u32),
) {
    for &line in headline.belongs.iter().chain([&headline.line]) {
        match is {
            HeadlineIs::Kept if !stays[line] && !page.lines[line].has(flag::TAKEN) => emit(line, Family::Whole.one(2)),
            HeadlineIs::Dropped if headline.is_sure && stays[line] => emit(line, Family::Whole.one(3)),
            _ => {}
        }
    }
}

/// The line above the body with nothing but dates and bylines between, if it may be a headline.
fn right_above(lines: &[Line], body: usize) -> Option<usize> {
    let is_meta = |line: &Line| {
        let says_so = line.in_class(const { class("meta") }) && (line.numbers > 0 || line.separators > 0);
        line.has(flag::DATE) || says_so || line.classes & BETWEEN != 0 || line.units < 4
    };
    let above = (0..body).rev().take(4).find(|&i| !is_meta(&lines[i]))?;
    let line = &lines[above];
    let may = line.classes & NO_HEADLINE == 0 && line.bullet == 0 && line.separators == 0 && !line.has(flag::NAME);
    (may && line.end != End::Sentence).then_some(above)
}
