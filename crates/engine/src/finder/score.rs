//! The points of every line: the first pass looks at cues of the text, the second at what the
//! first has found around each line.

use super::cues::{self, Anchors, Scored, SecondPass};
use super::decode;
use super::headline::HeadlineIs;
use super::line::flag;
use super::model::Model;
use super::page::FinderPage;

/// What a line counts in the second pass if the rules took it.
pub(crate) const TAKEN: i32 = -400;

/// The points of each line after the first pass, in hundredths.
pub(crate) fn first(page: &FinderPage<'_>, model: &Model) -> Vec<i32> {
    let (mut anchors, worth) = (Anchors::new(), model.by_cue());
    let points = |i: usize| {
        let mut sum = 0;
        cues::first(page, i, &mut anchors, &mut |cue| sum += worth[cue as usize]);
        if page.lines[i].has(flag::TAKEN) { TAKEN } else { sum }
    };
    (0..page.len()).map(points).collect()
}

/// By line: the cue that speaks most against it, if one does.
pub(crate) fn against(page: &FinderPage<'_>, model: &Model) -> Vec<Option<u32>> {
    let mut worst: Vec<Option<u32>> = vec![None; page.len()];
    let mut weigh = |line: usize, cue: u32| {
        let least = worst[line].map_or(0, |known| model.points[known as usize]);
        if model.points[cue as usize] < least {
            worst[line] = Some(cue);
        }
    };
    let mut anchors = Anchors::new();
    for line in 0..page.len() {
        cues::first(page, line, &mut anchors, &mut |cue| weigh(line, cue));
    }
    if model.has_second() {
        let second = second_pass(page, &first(page, model));
        (0..page.len()).for_each(|line| second.cues(line, &mut |cue| weigh(line, cue)));
    }
    worst
}

/// The second pass, given the points of the first.
fn second_pass<'p>(page: &'p FinderPage<'_>, first: &[i32]) -> SecondPass<'p> {
    let scored: Vec<Scored> =
        page.lines.iter().zip(first).map(|(line, &score)| Scored { score, units: line.units }).collect();
    SecondPass::new(page.markup.as_ref(), page.lines, &scored)
}

/// The points of each line, in hundredths.
pub(crate) fn points(page: &FinderPage<'_>, model: &Model) -> Vec<i32> {
    let mut points = first(page, model);
    if model.has_second() {
        let (second, worth) = (second_pass(page, &points), model.by_cue());
        for (line, points) in points.iter_mut().enumerate() {
            let mut sum = 0;
            second.cues(line, &mut |cue| sum += worth[cue as usize]);
            *points += sum;
        }
    }
    points
}

/// By line: its cues and their points, where they have any. What the first pass gave, what the second added, and what
/// the line got for belonging to others stand together.
pub(crate) fn reasons(page: &FinderPage<'_>, model: &Model, is: HeadlineIs) -> Vec<Vec<(u32, i32)>> {
    let mut found: Vec<Vec<(u32, i32)>> = vec![Vec::new(); page.len()];
    let mut add = |line: usize, cue: u32| {
        let points = model.points[cue as usize];
        if points != 0 {
            found[line].push((cue, points));
        }
    };
    let mut anchors = Anchors::new();
    for line in 0..page.len() {
        cues::first(page, line, &mut anchors, &mut |cue| add(line, cue));
    }
    if model.has_second() {
        let second = second_pass(page, &first(page, model));
        (0..page.len()).for_each(|line| second.cues(line, &mut |cue| add(line, cue)));
    }
    decode::finish(page, model, model.limit(page.kind.language), is, &mut points(page, model), &mut add);
    found
}
