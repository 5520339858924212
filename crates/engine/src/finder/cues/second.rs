//! The cues of the second pass: the scores that the first pass gave the lines around.
//!
//! A link list of two sentences in the middle of a menu looks like body line by line; the lines
//! around it do not. All numbers here come from additions and multiplications in one fixed
//! order, so every machine computes the same.

use crate::finder::layout::Family;
use crate::finder::page::{FractionSteps, Steps, bucket};

/// What the first pass left for a line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scored {
    /// Points in hundredths.
    pub(crate) score: i32,
    pub(crate) units: u32,
}

/// The surroundings of a line, in scores.
#[derive(Clone, Copy, Debug, Default)]
struct Surroundings {
    /// The points of the line itself, in hundredths, and its units.
    points: i32,
    units: u32,
    /// Sums of the scores above and below, fading near and wide.
    above: [f64; 2],
    below: [f64; 2],
    /// The same, weighted by length.
    weighted_above: [f64; 2],
    weighted_below: [f64; 2],
    /// The share of the likely body above and below.
    body_above: f64,
    body_below: f64,
    /// Lines to the core, negative above it, and what lies between.
    to_core: i64,
    path: f64,
    gap_above: u32,
    gap_below: u32,
}

/// The best score that counts, and the worst.
const MOST: f64 = 4.0;
const DECAYS: [f64; 2] = [0.6, 0.9];

/// What the first pass found around each line.
pub(crate) struct AroundLines {
    lines: Vec<Surroundings>,
    /// The share of the page that is likely body, and of that what is in the core, in steps.
    body_share: usize,
    core_share: usize,
}

impl AroundLines {
    pub(super) fn new(lines: &[Scored]) -> Self {
        let n = lines.len();
        let score: Vec<f64> = lines.iter().map(|l| (f64::from(l.score) / 100.0).clamp(-MOST, MOST)).collect();
        let units: Vec<f64> = lines.iter().map(|l| f64::from(l.units)).collect();
        let weight: Vec<f64> =
            lines.iter().map(|l| f64::from(l.score) / 100.0).zip(&units).map(|(s, u)| s * u.min(60.0) / 20.0).collect();
        let mut contexts: Vec<Surroundings> = Vec::with_capacity(n);
        contexts.extend(lines.iter().map(|line| Surroundings {
            points: line.score,
            units: line.units,
            ..Surroundings::default()
        }));
        fading(&mut contexts, &score, &weight);
        let (best, body) = core(&mut contexts, &score, &weight, &units);
        gaps(&mut contexts, &score, &units);
        let all: f64 = 1e-9 + units.iter().sum::<f64>();
        Self {
            lines: contexts,
            body_share: bucket(body / all, &[0.2, 0.4, 0.6, 0.8]),
            core_share: bucket(best / (body / 20.0 + 1e-9), &[1.0, 2.0, 3.0]),
        }
    }

    #[inline(always)]
    pub(super) fn cues(&self, i: usize, emit: &mut impl FnMut(u32)) {
        let line = &self.lines[i];
        // Beyond the edges of the page all counts as dropped.
        let near = |line: Option<&Surroundings>| line.map_or(0, |line| 1 + bucket(line.points, &[-100, 100]));
        let (above, below) = (near(i.checked_sub(1).map(|j| &self.lines[j])), near(self.lines.get(i + 1)));
        let own = bucket(line.points, &[-250, -100, 0, 100, 250]);
        let own3 = bucket(line.points, &[-100, 100]);
        let size = bucket(line.units, &[14, 30]);
        let (above_sums, below_sums) = (line.above.map(|sum| FADING.of(sum)), line.below.map(|sum| FADING.of(sum)));
        for at in 0..2 {
            let (above, below) = (above_sums[at], below_sums[at]);
            emit(Family::ScoreAbove.two(at, FINE[above]));
            emit(Family::ScoreBelow.two(at, FINE[below]));
            emit(Family::ScoreAboveOwn.four(at, 0, COARSE[above], own));
            emit(Family::ScoreBelowOwn.four(at, 0, COARSE[below], own));
            emit(Family::WeightedAbove.two(at, WEIGHTED.of(line.weighted_above[at])));
            emit(Family::WeightedBelow.two(at, WEIGHTED.of(line.weighted_below[at])));
        }
        let side = |at: usize| (SIDE[above_sums[at]], SIDE[below_sums[at]]);
        let ((near_above, near_below), (wide_above, wide_below)) = (side(0), side(1));
        emit(Family::BothWide.three(wide_above, wide_below, own));
        emit(Family::BothNear.four(near_above, near_below, own3, size));
        let (body_above, body_below) = (SHARES.of(line.body_above), SHARES.of(line.body_below));
        emit(Family::BodyAbove.two(body_above, own));
        emit(Family::BodyBelow.two(body_below, own));
        emit(Family::BodyAboveSize.two(body_above, size));
        emit(Family::BodyBelowSize.two(body_below, size));
        let core = CORE.of((line.to_core + CORE_BELOW).max(0) as u32);
        emit(Family::Core.one(core));
        emit(Family::CoreOwn.two(core, own3));
        let path = if line.to_core == 0 { 6 } else { PATH.of(line.path) };
        emit(Family::Path.one(path));
        emit(Family::PathOwn.two(path, own));
        emit(Family::PathSide.two(path, (line.to_core.signum() + 1) as usize));
        let gap = |lines: u32| GAPS.of(lines);
        let (gap_above, gap_below) = (gap(line.gap_above), gap(line.gap_below));
        emit(Family::Gap.two(gap_above, gap_below));
        emit(Family::NearerGap.two(gap_above.min(gap_below), own));
        emit(Family::FartherGap.two(gap_above.max(gap_below), own));
        emit(Family::BodyShare.two(self.body_share, own));
        emit(Family::CoreShare.two(self.core_share, own));
        emit(Family::Neighbours.three(above, below, own));
    }
}

static GAPS: Steps<21> = Steps::new(&[2, 4, 8, 20]);
/// Lines to the core, from -30 to 31, counted from so many above it.
static CORE: Steps<63> = Steps::new(&[1, 19, 26, 29, 31, 32, 34, 37, 44, 62]);
const CORE_BELOW: i64 = 31;
static WEIGHTED: FractionSteps<112> = FractionSteps::new(16.0, -30, &[-1.5, -0.7, -0.2, 0.2, 0.7, 2.0, 5.0]);
static SHARES: FractionSteps<64> = FractionSteps::new(64.0, 0, &[0.001, 0.02, 0.1, 0.3, 0.6]);
static PATH: FractionSteps<63> = FractionSteps::new(1.0, -61, &[-60.0, -30.0, -12.0, -4.0, -0.01]);

/// The limits of fading sums, all together; one look gives the steps of all three kinds.
const FADING_LIMITS: [f64; 11] = [-3.0, -2.0, -1.5, -1.0, -0.5, -0.3, 0.3, 0.5, 1.0, 2.0, 3.0];
static FADING: FractionSteps<100> = FractionSteps::new(16.0, -50, &FADING_LIMITS);
const FINE: [usize; 12] = among_fading(&[-3.0, -2.0, -1.0, -0.3, 0.3, 1.0, 2.0, 3.0]);
const COARSE: [usize; 12] = among_fading(&[-2.0, -0.5, 0.5, 2.0]);
const SIDE: [usize; 12] = among_fading(&[-1.5, 0.5]);

/// By how many of all limits a sum reaches: how many of these.
const fn among_fading(limits: &[f64]) -> [usize; FADING_LIMITS.len() + 1] {
    let mut reached = [0; FADING_LIMITS.len() + 1];
    let (mut at, mut count) = (0, 0);
    while at < FADING_LIMITS.len() {
        if count < limits.len() && limits[count] == FADING_LIMITS[at] {
            count += 1;
        }
        reached[at + 1] = count;
        at += 1;
    }
    assert!(count == limits.len(), "each limit is one of all");
    reached
}

/// The fading sums. Beyond the edges of the page everything counts as dropped.
fn fading(contexts: &mut [Surroundings], score: &[f64], weight: &[f64]) {
    let n = score.len();
    for (at, decay) in DECAYS.into_iter().enumerate() {
        let (mut sum, mut weighted, mut edge) = (0.0, 0.0, 1.0);
        for i in 0..n {
            contexts[i].above[at] = sum * (1.0 - decay) - MOST * edge;
            contexts[i].weighted_above[at] = weighted * (1.0 - decay);
            sum = sum * decay + score[i];
            weighted = weighted * decay + weight[i];
            edge *= decay;
        }
        (sum, weighted, edge) = (0.0, 0.0, 1.0);
        for i in (0..n).rev() {
            contexts[i].below[at] = sum * (1.0 - decay) - MOST * edge;
            contexts[i].weighted_below[at] = weighted * (1.0 - decay);
            sum = sum * decay + score[i];
            weighted = weighted * decay + weight[i];
            edge *= decay;
        }
    }
}

/// The stretch with the greatest sum is the core of the body. The sum, and the units of the
/// likely body.
fn core(contexts: &mut [Surroundings], score: &[f64], weight: &[f64], units: &[f64]) -> (f64, f64) {
    let n = score.len();
    let (mut best, mut now, mut start, mut first, mut last) = (f64::NEG_INFINITY, 0.0, 0, 0, 0);
    for (i, line) in weight.iter().enumerate() {
        if now <= 0.0 {
            (now, start) = (0.0, i);
        }
        now += line;
        if now > best {
            (best, first, last) = (now, start, i);
        }
    }
    let mass = |i: usize| if score[i] > 0.0 { units[i].min(100.0) } else { 0.0 };
    let body: f64 = 1e-9 + (0..n).map(mass).sum::<f64>();
    let mut above = 0.0;
    for (i, context) in contexts.iter_mut().enumerate() {
        context.body_above = above / body;
        context.body_below = (body - above - mass(i)) / body;
        above += mass(i);
        context.to_core = if i < first {
            i as i64 - first as i64
        } else if i > last {
            i as i64 - last as i64
        } else {
            0
        };
    }
    let mut walk = |order: &mut dyn Iterator<Item = usize>| {
        let mut path = 0.0_f64;
        for i in order {
            contexts[i].path = path;
            if weight[i] < 0.0 {
                path += score[i].min(0.0);
            } else if weight[i] > 0.0 {
                path = (path + weight[i]).min(0.0);
            }
        }
    };
    walk(&mut (0..first).rev());
    walk(&mut (last + 1..n));
    (best, body)
}

/// Lines to the nearest likely body line of some length.
fn gaps(contexts: &mut [Surroundings], score: &[f64], units: &[f64]) {
    const FARTHEST: u32 = 99;
    let body = |i: usize| score[i] > 0.0 && units[i] >= 20.0;
    let mut gap = FARTHEST;
    for (i, context) in contexts.iter_mut().enumerate() {
        context.gap_above = gap;
        gap = if body(i) { 1 } else { (gap + 1).min(FARTHEST) };
    }
    gap = FARTHEST;
    for (i, context) in contexts.iter_mut().enumerate().rev() {
        context.gap_below = gap;
        gap = if body(i) { 1 } else { (gap + 1).min(FARTHEST) };
    }
}
