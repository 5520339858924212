//! Points that make the bodies come out right: gradient ascent on a soft F1.
//!
//! Each line is taken to stay with a probability, the logistic function of its points; F1 of a
//! document is then smooth in the points and can be climbed (Adam, all documents at once). A
//! little logistic loss keeps the slope where F1 is flat. Cues that explain little are dropped
//! in steps and the rest is fitted again, until as many are left as wanted.

use dehusk_text::{all_cores, parallel_map};

/// Lines with their cues, and what is known about them.
#[derive(Debug, Default)]
pub(super) struct FitRows {
    /// All cues of all lines in a row, and where the cues of each line begin.
    pub(super) cues: Vec<u16>,
    pub(super) starts: Vec<u32>,
    pub(super) lines: Vec<FitRow>,
    /// Where the lines of each document begin.
    pub(super) documents: Vec<u32>,
    pub(super) about: Vec<FitDocument>,
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct FitRow {
    /// Points that it has already.
    pub(super) offset: f64,
    /// Share of the body in it, and tokens.
    pub(super) share: f64,
    pub(super) tokens: f64,
    /// Weights of snippets that must stay and must go.
    pub(super) stay: f64,
    pub(super) go: f64,
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct FitDocument {
    /// Tokens of the body; 0 where only snippets are known.
    pub(super) gold: f64,
    pub(super) weight: f64,
    /// Above 1, what is lost weighs more than what stays too much.
    pub(super) beta: f64,
    /// Tokens of all its lines, those the rules took too.
    pub(super) tokens: f64,
}

/// How to fit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fit {
    pub(super) logistic: f64,
    pub(super) decay: f64,
    pub(super) steps: usize,
    pub(super) rate: f64,
}

/// Pieces into which the documents are cut; fixed, so that sums come out the same on any machine.
const PIECES: usize = 16;

impl FitRows {
    pub(super) fn new() -> Self {
        Self { starts: vec![0], documents: vec![0], ..Self::default() }
    }

    /// The points of each cue, all but `keep` of them zero, and none where `live` says so.
    pub(super) fn fit(&self, mut live: Vec<bool>, keep: usize, fit: Fit) -> Vec<f64> {
        let cues = live.len();
        let mut points = vec![0.0; cues];
        self.ascend(&mut points, &live, fit);
        let often = self.frequencies(cues);
        let again = Fit { steps: 50, rate: fit.rate * 0.65, ..fit };
        loop {
            let count = live.iter().zip(&points).filter(|(l, p)| **l && **p != 0.0).count();
            if count <= keep {
                break;
            }
            let wanted = keep.max(count * 3 / 5);
            // The variance that the cue explains.
            let worth = |i: usize| points[i] * points[i] * often[i] * (1.0 - often[i]);
            let mut order: Vec<usize> = (0..cues).filter(|&i| live[i]).collect();
            order.sort_by(|&a, &b| worth(b).total_cmp(&worth(a)).then(a.cmp(&b)));
            for &i in &order[wanted.min(order.len())..] {
                live[i] = false;
                points[i] = 0.0;
            }
            let reduced = self.only(&live);
            reduced.ascend(&mut points, &live, again);
        }
        points
    }

    /// These rows with some of the cues.
    fn only(&self, live: &[bool]) -> Self {
        let mut rows = Self {
            lines: self.lines.clone(),
            documents: self.documents.clone(),
            about: self.about.clone(),
            ..Self::new()
        };
        for i in 0..self.lines.len() {
            rows.cues.extend(self.cues_of(i).iter().filter(|&&c| live[c as usize]));
            rows.starts.push(rows.cues.len() as u32);
        }
        rows
    }

    fn cues_of(&self, line: usize) -> &[u16] {
        &self.cues[self.starts[line] as usize..self.starts[line + 1] as usize]
    }

    /// By cue: the share of the tokens of all documents on whose lines it holds, each document the same.
    fn frequencies(&self, cues: usize) -> Vec<f64> {
        let mut often = vec![0.0; cues];
        let mut all = 0.0;
        for (document, about) in self.about.iter().enumerate() {
            for i in self.documents[document] as usize..self.documents[document + 1] as usize {
                let share = self.lines[i].tokens / about.tokens.max(1.0);
                all += share;
                for &cue in self.cues_of(i) {
                    often[cue as usize] += share;
                }
            }
        }
        often.iter().map(|o| o / f64::max(all, 1e-9)).collect()
    }

    fn ascend(&self, points: &mut [f64], live: &[bool], fit: Fit) {
        let (mut mean, mut square) = (vec![0.0; points.len()], vec![0.0; points.len()]);
        let weights: f64 = self.about.iter().map(|d| d.weight).sum();
        for step in 1..=fit.steps {
            let gradient = self.gradient(points, fit);
            let rate = fit.rate * (1.0 - 0.9 * step as f64 / fit.steps as f64);
            let (fresh, fresh_square) = (1.0 - 0.9_f64.powi(step as i32), 1.0 - 0.98_f64.powi(step as i32));
            for i in (0..points.len()).filter(|&i| live[i]) {
                let slope = gradient[i] / weights + if gradient[i] == 0.0 { 0.0 } else { fit.decay * points[i] };
                mean[i] = 0.9 * mean[i] + 0.1 * slope;
                square[i] = 0.98 * square[i] + 0.02 * slope * slope;
                points[i] -= rate * (mean[i] / fresh) / ((square[i] / fresh_square).sqrt() + 1e-6);
            }
        }
    }

    /// The slope of the loss at these points.
    fn gradient(&self, points: &[f64], fit: Fit) -> Vec<f64> {
        let documents = self.about.len();
        let piece = |k: usize| documents * k / PIECES..documents * (k + 1) / PIECES;
        let pieces: Vec<_> = (0..PIECES).map(piece).collect();
        let mut parts = parallel_map(&pieces, all_cores(), |piece| self.part(piece.clone(), points, fit));
        let mut sum = parts.swap_remove(0);
        parts.rotate_right(1);
        for part in parts {
            for (s, p) in sum.iter_mut().zip(part) {
                *s += p;
            }
        }
        sum
    }

    /// The slope over some documents.
    fn part(&self, documents: std::ops::Range<usize>, points: &[f64], fit: Fit) -> Vec<f64> {
        let mut slope = vec![0.0; points.len()];
        let mut stays = Vec::new();
        for document in documents {
            let about = self.about[document];
            let b2 = about.beta * about.beta;
            let range = self.documents[document] as usize..self.documents[document + 1] as usize;
            stays.clear();
            let (mut hit, mut kept) = (0.0, 0.0);
            for i in range.clone() {
                let row = &self.lines[i];
                let score = row.offset + self.cues_of(i).iter().map(|&c| points[c as usize]).sum::<f64>();
                let p = 1.0 / (1.0 + (-score).exp());
                stays.push(p);
                hit += p * row.share * row.tokens;
                kept += p * row.tokens;
            }
            let has = f64::from(u8::from(about.gold > 0.0));
            let whole = kept + b2 * about.gold + 1e-6;
            let f = (1.0 + b2) * hit / whole;
            for (i, &p) in range.zip(&stays) {
                let row = &self.lines[i];
                let rise = has * ((1.0 + b2) * row.share * row.tokens / whole - f / whole * row.tokens);
                let own = has * about.weight * row.tokens / about.tokens.max(1.0);
                let stay = own * row.share * b2 + row.stay * about.weight * 0.5 * b2;
                let go = own * (1.0 - row.share) + row.go * about.weight * 0.5;
                let snippets = 0.5 * about.weight * (row.go - b2 * row.stay);
                let g = (snippets - rise * about.weight) * p * (1.0 - p) + fit.logistic * (p * (stay + go) - stay);
                for &cue in self.cues_of(i) {
                    slope[cue as usize] += g;
                }
            }
        }
        slope
    }
}
