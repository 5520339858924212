//! What stands beside the line: neighbours, runs of one shape, how many dated, repeated or
//! boilerplate lines are near.

use super::own::each;
use super::size_l;
use crate::finder::layout::{Family, PHRASES};
use crate::finder::line::{Line, flag};
use crate::finder::page::{FinderPage, NEAR, Steps, share_step};

/// By kind of nearby lines: its place among those that are also told by the size of the line.
const BY_SIZE: [Option<u8>; 14] =
    [Some(0), Some(1), Some(2), Some(3), Some(4), None, None, None, None, None, None, Some(5), None, None];
static LENGTHS: Steps<17> = Steps::new(&[2, 4, 8, 16]);
static COUNTS: Steps<8> = Steps::new(&[2, 4, 7]);
/// How many lines above and below have their mean length told.
const WIDTHS: [usize; 2] = [2, 6];
/// By number of lines: their units in all, as steps of the mean.
static MEANS: [Steps<{ 38 * 6 + 1 }>; 7] = {
    const fn of(lines: u32) -> Steps<{ 38 * 6 + 1 }> {
        Steps::scaled(&[4, 8, 14, 24, 38], lines)
    }
    [of(1), of(1), of(2), of(3), of(4), of(5), of(6)]
};

#[inline(always)]
pub(super) fn cues(page: &FinderPage<'_>, i: usize, emit: &mut impl FnMut(u32)) {
    let line = &page.lines[i];
    let n = page.len();
    let look = page.looks[i];
    let (length, boil) = page.runs[i];
    let run = usize::from(look.run);
    emit(Family::Run.two(run, LENGTHS.of(length)));
    emit(Family::RunBoil.two(run, share_step(boil, [0.01, 0.15, 0.4, f32::INFINITY])));

    let size_l = size_l(line);
    let [from, here, next, to] = [i.saturating_sub(NEAR), i, i + 1, (i + NEAR + 1).min(n)].map(|at| page.nearby[at]);
    let counts = ((to - from) - (next - here)).to_array();
    for (half, counts) in counts.as_chunks::<8>().0.iter().enumerate() {
        let mut left = u64::from_le_bytes(*counts);
        while left != 0 {
            let lane = left.trailing_zeros() as usize / 8;
            left &= !(0xff << (lane * 8));
            let (kind, count) = (half * 8 + lane, counts[lane]);
            emit(Family::Nearby.two(kind, COUNTS.of(u32::from(count))));
            if count >= 2
                && let Some(at) = BY_SIZE[kind]
            {
                emit(Family::NearbyAt.two(usize::from(at), size_l));
            }
        }
    }
    for (at, width) in WIDTHS.into_iter().enumerate() {
        let (low, high) = (i.saturating_sub(width), (i + width + 1).min(n));
        let mean = |from: usize, to: usize| MEANS[to - from].of(page.capped[to] - page.capped[from]);
        emit(Family::MeanAbove.two(at, mean(low, i)));
        emit(Family::MeanBelow.two(at, mean(i + 1, high)));
    }

    let above = i.checked_sub(1).map(|j| (&page.lines[j], page.looks[j]));
    let below = page.lines.get(i + 1).map(|line| (line, page.looks[i + 1]));
    // At the edge of the page stands nothing: the shape and the size 0.
    let [(shape_above, size_above), (shape_below, size_below)] = [above, below].map(|beside| match beside {
        Some((_, look)) => (usize::from(look.shape), 1 + usize::from(look.size)),
        None => (0, 0),
    });
    emit(Family::Above.one(shape_above));
    emit(Family::Below.one(shape_below));
    emit(Family::Triple.three(size_above, usize::from(look.size) * 4 + look.tail(), size_below));
    let phrases = |line: &Line| line.classes & ((1 << PHRASES) - 1);
    if let Some((above, look)) = above {
        each(phrases(above), |class| emit(Family::AbovePhrase.one(class)));
        each(u32::from(look.marks), |mark| emit(Family::AboveMark.one(mark)));
    }
    if let Some((below, look)) = below {
        each(phrases(below), |class| emit(Family::BelowPhrase.one(class)));
        each(u32::from(look.marks), |mark| emit(Family::BelowMark.one(mark)));
    }
    let other = usize::from(!line.has(flag::LONG));
    each(page.under[i], |class| emit(Family::Under.two(class, other)));
}
