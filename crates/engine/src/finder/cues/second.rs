//! The cues of the second pass: the scores that the first pass gave the lines around.
//!
//! A link list of two sentences in the middle of a menu looks like body line by line; the lines
//! around it do not. All numbers here come from additions and multiplications in one fixed
//! order, so every machine computes the same.

use crate::finder::layout::Family;
use crate::finder::page::bucket;

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

/// Emits the cues of all lines: `emit(line, cue)`.
pub(crate) fn cues(lines: &[Scored], mut emit: impl FnMut(usize, u32)) {
    let n = lines.len();
    let score: Vec<f64> = lines.iter().map(|l| (f64::from(l.score) / 100.0).clamp(-MOST, MOST)).collect();
    let units: Vec<f64> = lines.iter().map(|l| f64::from(l.units)).collect();
    let weight: Vec<f64> =
        lines.iter().map(|l| f64::from(l.score) / 100.0).zip(&units).map(|(s, u)| s * u.min(60.0) / 20.0).collect();
    let mut contexts = vec![Surroundings::default(); n];
    fading(&mut contexts, &score, &weight);
    let (best, body) = core(&mut contexts, &score, &weight, &units);
    gaps(&mut contexts, &score, &units);
    let all: f64 = 1e-9 + units.iter().sum::<f64>();
    let body_share = bucket(body / all, &[0.2, 0.4, 0.6, 0.8]);
    let core_share = bucket(best / (body / 20.0 + 1e-9), &[1.0, 2.0, 3.0]);
    for (i, context) in contexts.iter().enumerate() {
        let above = i.checked_sub(1).map_or(-5.0, |j| score[j]);
        let below = score.get(i + 1).copied().unwrap_or(-5.0);
        let own = bucket(score[i], &[-2.5, -1.0, 0.0, 1.0, 2.5]);
        context.cues(score[i], lines[i].units, &mut |cue| emit(i, cue));
        emit(i, Family::BodyShare.two(body_share, own));
        emit(i, Family::CoreShare.two(core_share, own));
        let near = [-4.5, -1.0, 1.0];
        emit(i, Family::Neighbours.three(bucket(above, &near), bucket(below, &near), own));
    }
}

impl Surroundings {
    fn cues(&self, score: f64, units: u32, emit: &mut impl FnMut(u32)) {
        let own = bucket(score, &[-2.5, -1.0, 0.0, 1.0, 2.5]);
        let own3 = bucket(score, &[-1.0, 1.0]);
        let size = bucket(units, &[14, 30]);
        const FINE: [f64; 8] = [-3.0, -2.0, -1.0, -0.3, 0.3, 1.0, 2.0, 3.0];
        const COARSE: [f64; 4] = [-2.0, -0.5, 0.5, 2.0];
        const WEIGHTED: [f64; 7] = [-1.5, -0.7, -0.2, 0.2, 0.7, 2.0, 5.0];
        for at in 0..2 {
            emit(Family::ScoreAbove.two(at, bucket(self.above[at], &FINE)));
            emit(Family::ScoreBelow.two(at, bucket(self.below[at], &FINE)));
            emit(Family::ScoreAboveOwn.four(at, 0, bucket(self.above[at], &COARSE), own));
            emit(Family::ScoreBelowOwn.four(at, 0, bucket(self.below[at], &COARSE), own));
            emit(Family::WeightedAbove.two(at, bucket(self.weighted_above[at], &WEIGHTED)));
            emit(Family::WeightedBelow.two(at, bucket(self.weighted_below[at], &WEIGHTED)));
        }
        let side = |sum: f64| bucket(sum, &[-1.5, 0.5]);
        emit(Family::BothWide.three(side(self.above[1]), side(self.below[1]), own));
        emit(Family::BothNear.four(side(self.above[0]), side(self.below[0]), own3, size));
        const SHARES: [f64; 5] = [0.001, 0.02, 0.1, 0.3, 0.6];
        let (above, below) = (bucket(self.body_above, &SHARES), bucket(self.body_below, &SHARES));
        emit(Family::BodyAbove.two(above, own));
        emit(Family::BodyBelow.two(below, own));
        emit(Family::BodyAboveSize.two(above, size));
        emit(Family::BodyBelowSize.two(below, size));
        let core = bucket(self.to_core, &[-30, -12, -5, -2, 0, 1, 3, 6, 13, 31]);
        emit(Family::Core.one(core));
        emit(Family::CoreOwn.two(core, own3));
        let path = if self.to_core == 0 { 6 } else { bucket(self.path, &[-60.0, -30.0, -12.0, -4.0, -0.01]) };
        emit(Family::Path.one(path));
        emit(Family::PathOwn.two(path, own));
        emit(Family::PathSide.two(path, (self.to_core.signum() + 1) as usize));
        let gap = |lines: u32| bucket(lines, &[2, 4, 8, 20]);
        let (above, below) = (gap(self.gap_above), gap(self.gap_below));
        emit(Family::Gap.two(above, below));
        emit(Family::NearerGap.two(above.min(below), own));
        emit(Family::FartherGap.two(above.max(below), own));
    }
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
