//! What is one thing stays as one thing: a list, a paragraph of a short text.
//!
//! Points are summed line by line, and one line of a list may miss the limit by a little. To a reader that is a hole in
//! the text. So lines that missed the limit are looked at once more beside those that did not: each cue here
//! (`whole_…` in `points.toml`) adds its points to such a line. Nothing here takes a line.

use std::ops::Range;

use super::layout::{Family, class};
use super::line::{End, Line, flag};
use super::model::Model;
use super::page::FinderPage;

/// Items that a list has at least.
const LEAST_ITEMS: usize = 3;
/// Lines that a dialogue has at least.
const LEAST_SPEECH: usize = 2;
/// Phrases of these classes say that a sentence is a notice or a comment.
const NOTICES: u32 = 1 << class("copyright")
    | 1 << class("cookie")
    | 1 << class("subscribe")
    | 1 << class("share")
    | 1 << class("comments")
    | 1 << class("login")
    | 1 << class("ads")
    | 1 << class("cta")
    | 1 << class("widget")
    | 1 << class("spam")
    | 1 << class("voice");
/// A paragraph has as many units at least.
const PARAGRAPH_UNITS: u32 = 12;

/// Adds the points of lines that belong to what stays: `emit(line, cue)`. A line gets each cue once at most.
pub(crate) fn cues(page: &FinderPage<'_>, points: &[i32], model: &Model, limit: i32, mut emit: impl FnMut(usize, u32)) {
    let [item, paragraph, between, last, amount] = [0, 1, 4, 5, 6].map(|at| Family::Whole.one(at));
    let worth = |cue: u32| model.points[cue as usize];
    if [item, paragraph, between, last, amount].iter().all(|&cue| worth(cue) == 0) {
        return;
    }
    let mut now = points.to_vec();
    let stays = |line: usize, now: &[i32]| {
        !page.lines[line].has(flag::TAKEN) && (page.lines[line].has(flag::KEPT) || now[line] > limit)
    };
    let mut add = |line: usize, cue: u32, now: &mut [i32]| {
        if !page.lines[line].has(flag::TAKEN) && !stays(line, now) {
            now[line] += worth(cue);
            emit(line, cue);
        }
    };
    let is_body = |line: Option<usize>, now: &[i32]| {
        line.is_some_and(|line| line < page.len() && stays(line, now) && page.lines[line].has(flag::LONG))
    };
    for items in lists(page.lines) {
        let staying = items.iter().filter(|&&line| stays(line, &now)).count();
        // A list without a gap that ends at a sentence of the body, and of which an item stays, is within the body.
        let (first, last) = (items[0], items[items.len() - 1]);
        let is_within = last - first + 1 == items.len() && staying > 0 && is_body(Some(last + 1), &now);
        // Nor does the body end with the colon that announces a list.
        let is_announced = last - first + 1 == items.len()
            && first.checked_sub(1).is_some_and(|line| stays(line, &now) && page.lines[line].end == End::Colon);
        if staying * 2 >= items.len() || is_within || is_announced {
            items.iter().for_each(|&line| add(line, item, &mut now));
        }
    }
    // What a recipe asks for, with its heading: `Ingredients`.
    for row in amounts(page.lines) {
        let above = (row.start.saturating_sub(HEADING_LINES)..row.start).rev();
        let heading = above.take_while(|&line| !stays(line, &now) && is_plain(&page.lines[line])).last();
        let start = heading.unwrap_or(row.start);
        let is_announced = start.checked_sub(1).is_some_and(|line| stays(line, &now));
        if is_announced && (is_body(start.checked_sub(1), &now) || page.lines[start - 1].end == End::Colon) {
            (start..row.end).for_each(|line| add(line, amount, &mut now));
        } else if is_body(Some(row.end), &now) || row.clone().filter(|&line| stays(line, &now)).count() * 2 >= row.len()
        {
            row.for_each(|line| add(line, amount, &mut now));
        }
    }
    for speech in speeches(page.lines) {
        let is_beside = is_body(speech.start.checked_sub(1), &now) || is_body(Some(speech.end), &now);
        // The line that it begins with, which often has neither end nor quotation mark: `The rain stopped`.
        let lead = speech.start.checked_sub(1).filter(|&line| is_plain(&page.lines[line]));
        if is_beside || speech.clone().filter(|&line| stays(line, &now)).count() * 2 >= speech.len() {
            let cue_of_lead = if page.kind.few { paragraph } else { item };
            lead.into_iter().for_each(|line| add(line, cue_of_lead, &mut now));
            speech.for_each(|line| add(line, item, &mut now));
        }
    }
    for hole in holes(page.lines, |line| stays(line, &now)) {
        hole.for_each(|line| add(line, between, &mut now));
    }
    if let Some(ending) = ending(page.lines, |line| stays(line, &now)) {
        ending.for_each(|line| add(line, last, &mut now));
    }
    // In a short text each paragraph counts, and its neighbours say little about it.
    if !page.kind.few {
        return;
    }
    // A single phrase of a class may be part of any sentence; two are seldom chance.
    let goes_on = |line: &Line| {
        line.end == End::Sentence
            && line.units >= PARAGRAPH_UNITS
            && (line.function > 0 || line.commas > 0)
            && line.classes & NOTICES == 0
            && line.classes.count_ones() <= 1
    };
    let body = |line: usize, now: &[i32]| stays(line, now) && page.lines[line].end == End::Sentence;
    for line in 1..page.len() {
        if body(line - 1, &now) && goes_on(&page.lines[line]) {
            add(line, paragraph, &mut now);
        }
    }
    for line in (0..page.len().saturating_sub(1)).rev() {
        if body(line + 1, &now) && now[line] == points[line] && goes_on(&page.lines[line]) {
            add(line, paragraph, &mut now);
        }
    }
}

/// Sentences of the body in a row that make a running text, and above a frame that the rules took whole.
const RUNNING: usize = 4;
const RUNNING_ABOVE_FRAME: usize = 3;
/// A hole in it has as many lines at most that do not stay, and as many in all.
const HOLE_MISSES: usize = 3;
const HOLE_LINES: usize = 8;

/// The holes in running text: a few lines that do not stay, between sentences in a row that do. A list may stand there of
/// which the heading alone does not stay.
fn holes(lines: &[Line], stays: impl Fn(usize) -> bool) -> Vec<Range<usize>> {
    let mut holes = Vec::new();
    // Sentences in a row up to here; where the hole begins and ends that they may have above them; its lines that do not
    // stay.
    let (mut row, mut hole, mut misses) = (0, None, 0);
    for (i, line) in lines.iter().enumerate().filter(|(_, line)| !line.has(flag::TAKEN)) {
        let stays = stays(i);
        if stays && line.has(flag::LONG) {
            row += 1;
            if row == RUNNING
                && let Some((start, end)) = hole.take()
                && (1..=HOLE_MISSES).contains(&misses)
                && end - start <= HOLE_LINES
            {
                holes.push(start..end);
            }
            continue;
        }
        match &mut hole {
            Some((_, end)) if row == 0 => *end = i + 1,
            _ => {
                hole = (row >= RUNNING).then_some((i, i + 1));
                misses = 0;
            }
        }
        misses += usize::from(!stays);
        row = 0;
    }
    holes
}

/// More lines than this between running text and the sentences at the end are no list within it.
const LIST_LINES: usize = 8;

/// The end of running text: the sentences that a text ends with, if running text stands above them, or above a short
/// list that stands above them. A page ends with the lines of its frame instead; where rules took them all,
/// fewer and shorter sentences make a running text.
fn ending(lines: &[Line], stays: impl Fn(usize) -> bool) -> Option<Range<usize>> {
    let is_sentence =
        |line: &Line| line.end == End::Sentence && line.classes & NOTICES == 0 && line.classes.count_ones() <= 1;
    let end = lines.iter().rposition(|line| !line.has(flag::TAKEN))? + 1;
    let start = lines[..end].iter().rposition(|line| !is_sentence(line)).map_or(0, |line| line + 1);
    let has_frame = end < lines.len();
    let is_paragraph = |line: &Line| line.end == End::Sentence && line.units >= PARAGRAPH_UNITS;
    let is_running =
        |line: usize| stays(line) && (lines[line].has(flag::LONG) || (has_frame && is_paragraph(&lines[line])));
    let least = if has_frame { RUNNING_ABOVE_FRAME } else { RUNNING };
    let is_running_text = (start..end).filter(|&line| is_running(line)).count() >= least;
    let above = (start.saturating_sub(LIST_LINES + 1)..start).rev().find(|&line| is_running(line));
    let is_below_it = above.is_some_and(|last| last + 1 >= least && (last + 1 - least..last).all(is_running));
    (start < end && (is_running_text || is_below_it)).then_some(start..end)
}

/// A line that nothing marks as a part of a frame.
fn is_plain(line: &Line) -> bool {
    let marks = flag::DATE | flag::URL | flag::PHONE | flag::PRICE | flag::NAME | flag::HEAD;
    line.classes == 0 && !line.has(marks) && line.bullet == 0 && line.separators == 0 && line.tabs == 0
}

/// The dialogues of a page: rows of lines that each begin with a quotation mark and end as a sentence.
fn speeches(lines: &[Line]) -> Vec<Range<usize>> {
    let is_said = |line: &Line| line.has(flag::QUOTED) && line.end == End::Sentence;
    let mut speeches = Vec::new();
    let mut start = 0;
    for i in 0..=lines.len() {
        if lines.get(i).is_some_and(is_said) {
            continue;
        }
        if i - start >= LEAST_SPEECH {
            speeches.push(start..i);
        }
        start = i + 1;
    }
    speeches
}

/// Lines without an amount that may stand in a row between two with one: `salt to taste`.
const BETWEEN_AMOUNTS: usize = 2;
/// Units that such a line has at most.
const BETWEEN_UNITS: u32 = 40;
/// Lines between the body and the first amount: `Ingredients`, `For the dough`.
const HEADING_LINES: usize = 2;

/// The amounts of a page, as in a recipe: rows of lines that give one, with a few others between them.
fn amounts(lines: &[Line]) -> Vec<Range<usize>> {
    let is_amount = |line: &Line| line.has(flag::AMOUNT) && line.classes & NOTICES == 0;
    let may_stand_between = |line: &Line| is_plain(line) && line.units <= BETWEEN_UNITS && line.end != End::Sentence;
    let mut rows = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let (start, mut end, mut found) = (at, at, 0);
        while let Some(next) = (end..lines.len().min(end + BETWEEN_AMOUNTS + 1)).find(|&i| is_amount(&lines[i]))
            && (found > 0 || next == start)
            && lines[end..next].iter().all(may_stand_between)
        {
            (end, found) = (next + 1, found + 1);
        }
        if found >= LEAST_ITEMS {
            rows.push(start..end);
        }
        at = end.max(at + 1);
    }
    rows
}

/// The lists of a page: items with a bullet in a row, and numbered items, which may have text between them.
fn lists(lines: &[Line]) -> Vec<Vec<usize>> {
    let mut lists = Vec::new();
    let mut bullets: Vec<usize> = Vec::new();
    let mut numbered: Vec<usize> = Vec::new();
    let mut end = |list: &mut Vec<usize>| {
        let list = std::mem::take(list);
        if list.len() >= LEAST_ITEMS {
            lists.push(list);
        }
    };
    for (i, line) in lines.iter().enumerate() {
        if line.bullet == 1 {
            bullets.push(i);
        } else {
            end(&mut bullets);
        }
        if line.item == 1 {
            end(&mut numbered);
        }
        let expected = numbered.last().map_or(1, |&last| lines[last].item + 1);
        if line.item == expected {
            numbered.push(i);
        }
    }
    end(&mut bullets);
    end(&mut numbered);
    lists
}
