//! From points to lines that go, and the guards on the way.

use super::headline::{self, Headline, HeadlineIs};
use super::line::{Line, flag};
use super::model::Model;
use super::page::FinderPage;
use super::{score, whole};

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

/// What the finder makes of a document.
pub(crate) struct Found {
    /// The lines that go.
    pub(crate) dropped: Vec<Dropped>,
    /// The number of the line that is the headline.
    pub(crate) headline: Option<u32>,
}

/// What is body, and what is not.
pub(crate) fn found(page: &FinderPage<'_>, model: &Model, headline: HeadlineIs) -> Found {
    let mut points = score::points(page, model);
    let limit = model.limit(page.kind.language);
    whole(page, &mut points, model, limit);
    let mut stays = body(page, &points, limit);
    let found = headline::find(page, &stays);
    if let Some(found) = &found {
        with_headline(page, found, headline, &mut stays);
    }
    let goes = |&i: &usize| !stays[i] && !page.lines[i].has(flag::TAKEN);
    Found {
        dropped: (0..page.len()).filter(goes).map(|i| Dropped { line: page.lines[i].number, points: points[i] }).collect(),
        headline: found.map(|found| page.lines[found.line].number),
    }
}

/// Keeps the headline and what belongs to it, or drops it.
pub(crate) fn with_headline(page: &FinderPage<'_>, found: &Headline, headline: HeadlineIs, stays: &mut [bool]) {
    let is = |flags: u32, i: usize| page.lines[i].has(flags);
    for &i in found.belongs.iter().chain([&found.line]) {
        match headline {
            HeadlineIs::Kept => stays[i] = stays[i] || !is(flag::TAKEN, i),
            HeadlineIs::Dropped if found.is_sure => stays[i] = stays[i] && is(flag::KEPT, i),
            HeadlineIs::Dropped => {}
        }
    }
}

/// Adds the points of lines that belong to what stays.
pub(crate) fn whole(page: &FinderPage<'_>, points: &mut [i32], model: &Model, limit: i32) {
    let before = points.to_vec();
    whole::cues(page, &before, model, limit, |line, cue| points[line] += model.points[cue as usize]);
}

/// By line: whether it is body. Where almost nothing would be, every line that the rules left is.
pub(crate) fn body(page: &FinderPage<'_>, points: &[i32], limit: i32) -> Vec<bool> {
    let untaken = |line: &Line| !line.has(flag::TAKEN);
    let stays = |(line, &points): (&Line, &i32)| untaken(line) && (line.has(flag::KEPT) || points > limit);
    let stays: Vec<bool> = page.lines.iter().zip(points).map(stays).collect();
    let units = |holds: &dyn Fn(usize) -> bool| -> u64 {
        (0..page.len()).filter(|&i| holds(i)).map(|i| u64::from(page.lines[i].units)).sum()
    };
    let (kept, all) = (units(&|i| stays[i]), units(&|i| untaken(&page.lines[i])));
    if kept == 0 || (kept < LEAST_UNITS && kept * 100 < all * LEAST_PERCENT) {
        return page.lines.iter().map(untaken).collect();
    }
    stays
}
