//! From points to lines that go, and the guards on the way.

use super::line::{End, Line, flag};
use super::model::Model;
use super::page::FinderPage;
use super::score;

/// A line that is not body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dropped {
    /// Its number in the document.
    pub(crate) line: u32,
    /// Its points, in hundredths.
    pub(crate) points: i32,
}

/// Less body than this, both in units and in percent of the page, is none: the page stays whole.
const LEAST_UNITS: u64 = 200;
const LEAST_PERCENT: u64 = 10;

/// The lines that go. `headline`: the line above the body that is its headline stays.
pub(crate) fn dropped(page: &FinderPage<'_>, model: &Model, headline: bool) -> Vec<Dropped> {
    let points = score::points(page, model);
    let mut stays = body(page, &points, model.limit(page.kind.language));
    if headline {
        match &page.markup {
            Some(markup) => markup.keep_title(page.lines, &mut stays),
            None => keep_headline(page, &mut stays),
        }
    }
    let goes = |&i: &usize| !stays[i] && !page.lines[i].has(flag::TAKEN);
    (0..page.len()).filter(goes).map(|i| Dropped { line: page.lines[i].number, points: points[i] }).collect()
}

/// By line: whether it is body. Where almost nothing would be, every line that the rules left is.
pub(crate) fn body(page: &FinderPage<'_>, points: &[i32], limit: i32) -> Vec<bool> {
    let untaken = |line: &Line| !line.has(flag::TAKEN);
    let stays = |(line, &points): (&Line, &i32)| untaken(line) && (line.has(flag::KEPT) || points > limit);
    let mut stays: Vec<bool> = page.lines.iter().zip(points).map(stays).collect();
    if let Some(markup) = &page.markup {
        markup.keep_lists_whole(page.lines, &mut stays);
    }
    let units = |holds: &dyn Fn(usize) -> bool| -> u64 {
        (0..page.len()).filter(|&i| holds(i)).map(|i| u64::from(page.lines[i].units)).sum()
    };
    let (kept, all) = (units(&|i| stays[i]), units(&|i| untaken(&page.lines[i])));
    if kept == 0 || (kept < LEAST_UNITS && kept * 100 < all * LEAST_PERCENT) {
        let frame = |line: &Line| page.markup.as_ref().is_some_and(|markup| markup.is_frame(line));
        let content: Vec<bool> = page.lines.iter().map(|line| untaken(line) && !frame(line)).collect();
        // A page that is nothing but menus stays whole too.
        return if content.contains(&true) { content } else { page.lines.iter().map(untaken).collect() };
    }
    stays
}

/// How far above the body its headline may stand.
const HEADLINE_LINES: usize = 15;
/// The share of a headline's words that the body must have.
const HEADLINE_SHARE: f32 = 0.5;

/// Keeps the headline above the first long sentence that stays, and the dateline or deck right under it.
fn keep_headline(page: &FinderPage<'_>, stays: &mut [bool]) {
    let lines = page.lines;
    let Some(body) = (0..lines.len()).find(|&i| stays[i] && lines[i].has(flag::LONG)) else { return };
    let from = body.saturating_sub(HEADLINE_LINES);
    let fits = |line: &Line| {
        !line.has(flag::TAKEN | flag::LONG | flag::URL) && (8..=80).contains(&line.units) && line.end != End::Comma
    };
    // The line whose words the body uses most; of equals the one nearest to the body.
    let best = (from..body)
        .filter(|&i| fits(&lines[i]) && page.shared[i] >= HEADLINE_SHARE)
        .max_by_key(|&i| ((page.shared[i] * lines[i].units.min(30) as f32) as u32, i));
    let Some(headline) = best else { return };
    stays[headline] = true;
    for i in headline + 1..body.min(headline + 3) {
        let deck = lines[i].units >= 20 && page.shared[i] >= HEADLINE_SHARE && lines[i].classes == 0;
        let date = lines[i].has(flag::DATE) && lines[i].units <= 40;
        if !lines[i].has(flag::TAKEN) && (deck || date) {
            stays[i] = true;
        }
    }
}
