//! The cues of the second pass: the scores that the first pass gave the lines around.
//!
//! A link list of two sentences in the middle of a menu looks like body line by line; the lines
//! around it do not. All numbers here come from additions and multiplications in one fixed
//! order, so every machine computes the same.

use crate::finder::layout::Family;
use crate::finder::page::{Steps, bucket};

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
        const FINE: [f64; 8] = [-3.0, -2.0, -1.0, -0.3, 0.3, 1.0, 2.0, 3.0];
        const COARSE: [f64; 4] = [-2.0, -0.5, 0.5, 2.0];
        const WEIGHTED: [f64; 7] = [-1.5, -0.7, -0.2, 0.2, 0.7, 2.0, 5.0];
        for at in 0..2 {
            emit(Family::ScoreAbove.two(at, bucket(line.above[at], &FINE)));
            emit(Family::ScoreBelow.two(at, bucket(line.below[at], &FINE)));
            emit(Family::ScoreAboveOwn.four(at, 0, bucket(line.above[at], &COARSE), own));
            emit(Family::ScoreBelowOwn.four(at, 0, bucket(line.below[at], &COARSE), own));
            emit(Family::WeightedAbove.two(at, bucket(line.weighted_above[at], &WEIGHTED)));
            emit(Family::WeightedBelow.two(at, bucket(line.weighted_below[at], &WEIGHTED)));
        }
        let side = |sum: f64| bucket(sum, &[-1.5, 0.5]);
        emit(Family::BothWide.three(side(line.above[1]), side(line.below[1]), own));
        emit(Family::BothNear.four(side(line.above[0]), side(line.below[0]), own3, size));
        const SHARES: [f64; 5] = [0.001, 0.02, 0.1, 0.3, 0.6];
        let (body_above, body_below) = (bucket(line.body_above, &SHARES), bucket(line.body_below, &SHARES));
        emit(Family::BodyAbove.two(body_above, own));
        emit(Family::BodyBelow.two(body_below, own));
        emit(Family::BodyAboveSize.two(body_above, size));
        emit(Family::BodyBelowSize.two(body_below, size));
        let core = bucket(line.to_core, &[-30, -12, -5, -2, 0, 1, 3, 6, 13, 31]);
        emit(Family::Core.one(core));
        emit(Family::CoreOwn.two(core, own3));
        let path = if line.to_core == 0 { 6 } else { bucket(line.path, &[-60.0, -30.0, -12.0, -4.0, -0.01]) };
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
