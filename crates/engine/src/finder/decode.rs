//! From points to lines that go, and the guards on the way.

use super::headline::{self, HeadlineIs};
use super::layout::Family;
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

/// Less body than this, both in units and in percent of the page, is none: then the likeliest lines are body.
const LEAST_UNITS: u64 = 200;
const LEAST_PERCENT: u64 = 10;
/// The same where markup helped to find it.
const LEAST_UNITS_OF_HTML: u64 = 60;
const LEAST_PERCENT_OF_HTML: u64 = 3;

/// What the finder makes of a document.
pub(crate) struct FoundBody {
    /// The lines that go.
    pub(crate) dropped: Vec<Dropped>,
    /// The number of the line that is the headline.
    pub(crate) headline: Option<u32>,
}

/// What is body, and what is not.
pub(crate) fn found(page: &FinderPage<'_>, model: &Model, is: HeadlineIs) -> FoundBody {
    let mut points = score::points(page, model);
    let limit = model.limit(page.kind.language);
    let (stays, headline) = finish(page, model, limit, is, &mut points, &mut |_, _| ());
    let goes = |&i: &usize| !stays[i] && !page.lines[i].has(flag::TAKEN);
    FoundBody {
        dropped: (0..page.len())
            .filter(goes)
            .map(|i| Dropped { line: page.lines[i].number, points: points[i] })
            .collect(),
        headline: headline.map(|line| page.lines[line].number),
    }
}

/// From the points of two passes to the lines that stay, and the headline. Lines that belong to others get points for
/// it, which are added to `points`; `emit` is told of their cues.
pub(crate) fn finish(
    page: &FinderPage<'_>,
    model: &Model,
    limit: i32,
    is: HeadlineIs,
    points: &mut [i32],
    emit: &mut dyn FnMut(usize, u32),
) -> (Vec<bool>, Option<usize>) {
    if let Some(markup) = &page.markup {
        // The markup says what belongs together, and which line is the title.
        let outside = Family::Whole.one(7);
        if model.points[outside as usize] != 0 {
            for line in markup.outside(page.lines, points, limit) {
                points[line] += model.points[outside as usize];
                emit(line, outside);
            }
        }
        let mut stays = body(page, points, limit);
        if is == HeadlineIs::Kept {
            markup.keep_title(page.lines, &mut stays);
        }
        return (stays, None);
    }
    let before = points.to_vec();
    whole::cues(page, &before, model, limit, |line, cue| {
        points[line] += model.points[cue as usize];
        emit(line, cue);
    });
    let stays = body(page, points, limit);
    let is_whole = (0..page.len()).any(|i| stays[i] && points[i] <= limit && !page.lines[i].has(flag::KEPT));
    let Some(headline) = headline::find(page, &stays).filter(|_| !is_whole) else { return (stays, None) };
    let mut changed = false;
    headline::cues(page, &headline, is, &stays, |line, cue| {
        points[line] += model.points[cue as usize];
        changed = true;
        emit(line, cue);
    });
    let stays = if changed { body(page, points, limit) } else { stays };
    (stays, Some(headline.line))
}

/// By line: whether it is body. Where almost nothing would be, the lines with the most points are, so far as the page
/// is text only; with its markup all that is no frame is.
pub(crate) fn body(page: &FinderPage<'_>, points: &[i32], limit: i32) -> Vec<bool> {
    let untaken = |line: &Line| !line.has(flag::TAKEN);
    let stays = |(line, &points): (&Line, &i32)| untaken(line) && (line.has(flag::KEPT) || points > limit);
    let mut stays: Vec<bool> = page.lines.iter().zip(points).map(stays).collect();
    if let Some(markup) = &page.markup {
        markup.keep_lists_whole(page.lines, &mut stays);
        markup.keep_tables_whole(page.lines, &mut stays);
    }
    let units = |holds: &dyn Fn(usize) -> bool| -> u64 {
        (0..page.len()).filter(|&i| holds(i)).map(|i| u64::from(page.lines[i].units)).sum()
    };
    let (kept, all) = (units(&|i| stays[i]), units(&|i| untaken(&page.lines[i])));
    let (least, percent) = match &page.markup {
        Some(_) => (LEAST_UNITS_OF_HTML, LEAST_PERCENT_OF_HTML),
        None => (LEAST_UNITS, LEAST_PERCENT),
    };
    if kept >= least || (kept > 0 && kept * 100 >= all * percent) {
        return stays;
    }
    let frame = |line: &Line| page.markup.as_ref().is_some_and(|markup| markup.is_frame(line));
    let content: Vec<bool> = page.lines.iter().map(|line| untaken(line) && !frame(line)).collect();
    // A page that is nothing but menus stays whole too.
    let content = if content.contains(&true) { content } else { page.lines.iter().map(untaken).collect() };
    if page.markup.is_some() { content } else { most_likely(page, points, content) }
}

/// Of these lines the ones with the most points, as many as are a body at least.
fn most_likely(page: &FinderPage<'_>, points: &[i32], mut lines: Vec<bool>) -> Vec<bool> {
    let all: u64 = (0..page.len()).filter(|&i| lines[i]).map(|i| u64::from(page.lines[i].units)).sum();
    let mut order: Vec<usize> = (0..page.len()).filter(|&i| lines[i]).collect();
    order.sort_by_key(|&i| std::cmp::Reverse(points[i]));
    let mut kept = 0;
    let last = order.iter().find(|&&i| {
        kept += u64::from(page.lines[i].units);
        kept >= LEAST_UNITS && kept * 100 >= all * LEAST_PERCENT
    });
    let least = last.map_or(i32::MIN, |&i| points[i]);
    lines.iter_mut().zip(points).for_each(|(stays, &of)| *stays &= of >= least);
    lines
}
