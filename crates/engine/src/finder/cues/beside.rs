//! What stands beside the line: neighbours, runs of one shape, how many dated, repeated or
//! boilerplate lines are near.

use super::own::each;
use super::{size, size_l};
use crate::finder::layout::{Family, NEARBY, PHRASES};
use crate::finder::line::{End, Line, flag};
use crate::finder::page::{FinderPage, bucket, run_shape};

/// How far "nearby" reaches.
const NEAR: usize = 6;
/// The kinds of nearby lines that are also told by the size of the line, with their places
/// among all kinds.
const BY_SIZE: [usize; 6] = [0, 1, 2, 3, 4, 11];

pub(super) fn cues(page: &FinderPage<'_>, i: usize, emit: &mut impl FnMut(u32)) {
    let line = &page.lines[i];
    let n = page.len();
    let (length, boil) = page.runs[i];
    let shape = run_shape(line);
    emit(Family::Run.two(shape, bucket(length, &[2, 4, 8, 16])));
    emit(Family::RunBoil.two(shape, bucket(boil, &[0.01, 0.15, 0.4])));

    let (low, high) = (i.saturating_sub(NEAR), (i + NEAR + 1).min(n));
    let size_l = size_l(line);
    let [from, here, next, to] = [low, i, i + 1, high].map(|at| &page.nearby[at]);
    let counts: [u32; NEARBY.len()] = std::array::from_fn(|kind| (to[kind] - from[kind]) - (next[kind] - here[kind]));
    for (kind, count) in counts.into_iter().enumerate() {
        if count > 0 {
            emit(Family::Nearby.two(kind, bucket(count, &[2, 4, 7])));
        }
        if count >= 2
            && let Some(at) = BY_SIZE.iter().position(|&k| k == kind)
        {
            emit(Family::NearbyAt.two(at, size_l));
        }
    }
    for (at, width) in [2, 6].into_iter().enumerate() {
        let (low, high) = (i.saturating_sub(width), (i + width + 1).min(n));
        let mean = |from: usize, to: usize| (page.capped[to] - page.capped[from]) as f32 / (to - from).max(1) as f32;
        const LIMITS: [f32; 5] = [4.0, 8.0, 14.0, 24.0, 38.0];
        emit(Family::MeanAbove.two(at, bucket(mean(low, i), &LIMITS)));
        emit(Family::MeanBelow.two(at, bucket(mean(i + 1, high), &LIMITS)));
    }

    let above = i.checked_sub(1).map(|j| &page.lines[j]);
    let below = page.lines.get(i + 1);
    emit(Family::Above.one(above.map_or(0, neighbour_shape)));
    emit(Family::Below.one(below.map_or(0, neighbour_shape)));
    let edge = |line: Option<&Line>| line.map_or(0, |l| 1 + size3(l));
    emit(Family::Triple.three(edge(above), size3(line) * 4 + tail(line), edge(below)));
    let phrases = |line: &Line| line.classes & ((1 << PHRASES) - 1);
    if let Some(above) = above {
        each(phrases(above), |class| emit(Family::AbovePhrase.one(class)));
        marks(page, i - 1, |at| emit(Family::AboveMark.one(at)));
    }
    if let Some(below) = below {
        each(phrases(below), |class| emit(Family::BelowPhrase.one(class)));
        marks(page, i + 1, |at| emit(Family::BelowMark.one(at)));
    }
    // The nearest short line above is the heading under which the line stands.
    let heading = page.lines[i.saturating_sub(NEAR)..i].iter().rev().find(|l| size(l) == 0 && l.end != End::Sentence);
    if let Some(heading) = heading {
        let other = usize::from(!line.has(flag::LONG));
        each(phrases(heading), |class| emit(Family::Under.two(class, other)));
    }
}

fn marks(page: &FinderPage<'_>, i: usize, mut emit: impl FnMut(usize)) {
    let line = &page.lines[i];
    let marks = [line.has(flag::DATE), line.has(flag::PRICE), page.same[i] > 1, line.has(flag::TAKEN)];
    for (at, holds) in marks.into_iter().enumerate() {
        if holds {
            emit(at);
        }
    }
}

/// 0 short, 1 middling, 2 a long sentence.
fn size3(line: &Line) -> usize {
    if line.has(flag::LONG) { 2 } else { usize::from(line.units >= 14) }
}

/// 0 nothing, 1 bullet, 2 ends a sentence, 3 ends with a colon.
fn tail(line: &Line) -> usize {
    match (line.bullet > 0, line.end) {
        (true, _) => 1,
        (_, End::Sentence) => 2,
        (_, End::Colon) => 3,
        _ => 0,
    }
}

/// Its place among the shapes of neighbours.
fn neighbour_shape(line: &Line) -> usize {
    let end = match line.end {
        End::Sentence => 1,
        End::Colon => 2,
        _ => 0,
    };
    1 + size3(line) * 6 + usize::from(line.bullet > 0) * 3 + end
}
