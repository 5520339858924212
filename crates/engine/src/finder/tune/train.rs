//! Samples become rows, rows become points, in two passes.

use super::fit::{Fit, FitDocument, FitRow, FitRows};
use super::{CopyKind, Cued, Sample, Tuning, hash};
use crate::finder::cues::{Scored, SecondPass};
use crate::finder::layout::{self, SECOND, WHOLE};
use crate::finder::line::flag;
use crate::finder::markup::MarkupSums;
use crate::finder::model::Model;
use crate::finder::score::TAKEN;

/// Parts into which the samples are cut for the scores that the second pass is fitted to.
const PARTS: u64 = 3;

/// Points this small, in hundredths, are left out of a mean: they say nothing, and the file is read by people.
const LEAST_POINTS: i32 = 5;

/// Points fitted to these samples: the mean of several fits, each without a part of the hosts.
///
/// A single fit trusts cues that held on its samples by chance; these differ from fit to fit, and the mean of points is
/// still one number a cue.
pub(super) fn model(samples: &[&Cued<'_>], tuning: &Tuning) -> Model {
    if tuning.bags <= 1 {
        return one_model(samples, tuning);
    }
    let bags = tuning.bags as u64;
    let mut sum = Model::empty();
    for bag in 0..bags {
        let is_out = |sample: &Sample| hash(&format!("{} in bags", sample.about.group)) % bags == bag;
        let chosen: Vec<&Cued<'_>> = samples.iter().filter(|s| !is_out(s.0)).copied().collect();
        let model = one_model(&chosen, tuning);
        sum.points.iter_mut().zip(model.points).for_each(|(sum, points)| *sum += points);
    }
    for points in &mut sum.points {
        let mean = (f64::from(*points) / bags as f64).round() as i32;
        *points = if mean.abs() < LEAST_POINTS { 0 } else { mean };
    }
    sum
}

/// Points fitted to these samples.
///
/// The second pass is fitted to what the first makes of pages it has not seen: a first pass knows
/// its own samples too well, and the second would trust it too much.
fn one_model(samples: &[&Cued<'_>], tuning: &Tuning) -> Model {
    let fit = Fit { logistic: 0.3, decay: tuning.decay, steps: 90, rate: 0.08 };
    let live = |cue: usize| !tuning.without.iter().any(|group| group == layout::group(cue).0);
    let (first_live, second_live): (Vec<bool>, Vec<bool>) =
        ((0..SECOND).map(live).collect(), (SECOND..WHOLE).map(live).collect());
    let mut model = Model::empty();
    for (points, given) in model.points[WHOLE..].iter_mut().zip(tuning.whole) {
        *points = (given * 100.0).round() as i32;
    }
    let first = first_rows(samples, tuning, |_| true).fit(first_live.clone(), tuning.cues.0, fit);
    model.points[..SECOND].copy_from_slice(&hundredths(&first));
    if tuning.cues.1 == 0 || !second_live.contains(&true) {
        return model;
    }
    let part_of = |sample: &Sample| hash(&format!("{} in parts", sample.about.group)) % PARTS;
    let mut rows = FitRows::new();
    for part in 0..PARTS {
        let (mine, others): (Vec<&Cued<'_>>, Vec<&Cued<'_>>) = samples.iter().partition(|s| part_of(s.0) == part);
        let points = first_rows(&others, tuning, |cue| first[cue] != 0.0).fit(first_live.clone(), tuning.cues.0, fit);
        let points = hundredths(&points);
        for (sample, cues) in mine {
            add_second(&mut rows, sample, cues, &points, tuning);
        }
    }
    let fit = Fit { steps: 80, rate: 0.06, ..fit };
    model.points[SECOND..WHOLE].copy_from_slice(&hundredths(&rows.fit(second_live, tuning.cues.1, fit)));
    model
}

fn hundredths(points: &[f64]) -> Vec<i32> {
    points.iter().map(|p| (p * 100.0).round() as i32).collect()
}

fn first_rows(samples: &[&Cued<'_>], tuning: &Tuning, wanted: impl Fn(usize) -> bool) -> FitRows {
    let mut rows = FitRows::new();
    for (sample, cues) in samples {
        add(&mut rows, sample, tuning, |i, out| {
            out.extend(cues[i].iter().filter(|&&c| wanted(c as usize)));
            0.0
        });
    }
    rows
}

/// Adds a sample with the cues of the second pass, given the points of the first.
fn add_second(rows: &mut FitRows, sample: &Sample, cues: &[Vec<u16>], points: &[i32], tuning: &Tuning) {
    let lines = &sample.lines.lines;
    let score = |cues: &Vec<u16>| cues.iter().map(|&c| points[c as usize]).sum();
    let scored: Vec<Scored> = lines
        .iter()
        .zip(cues)
        .map(|(line, cues)| Scored {
            score: if line.has(flag::TAKEN) { TAKEN } else { score(cues) },
            units: line.units,
        })
        .collect();
    let mut second = vec![Vec::with_capacity(32); lines.len()];
    let markup = sample.lines.markup.as_ref().map(|markup| MarkupSums::new(markup, lines));
    let pass = SecondPass::new(markup.as_ref(), lines, &scored);
    for (line, second) in second.iter_mut().enumerate() {
        pass.cues(line, &mut |cue| second.push((cue as usize - SECOND) as u16));
    }
    add(rows, sample, tuning, |i, out| {
        out.extend_from_slice(&second[i]);
        f64::from(scored[i].score) / 100.0
    });
}

/// Adds a sample; `cues` writes the cues of a line and gives the points that it has already.
/// Lines that the rules took are out of reach and left out.
fn add(rows: &mut FitRows, sample: &Sample, tuning: &Tuning, cues: impl Fn(usize, &mut Vec<u16>) -> f64) {
    let known = &sample.known;
    let is_bare = sample.about.copy == Some(CopyKind::Bare);
    // In a body without its page each line is worth the same: a short one at the end is missed like a long one.
    let worth = |i: usize| if is_bare { 1.0 } else { known.tokens[i].len() as f64 };
    let (stay, go) = snippet_weights(sample);
    for (i, line) in sample.lines.lines.iter().enumerate() {
        if line.has(flag::TAKEN) {
            continue;
        }
        let offset = cues(i, &mut rows.cues);
        rows.starts.push(rows.cues.len() as u32);
        rows.lines.push(FitRow {
            offset,
            share: known.shares[i],
            tokens: worth(i),
            stay: stay[i],
            go: go[i] * tuning.snippets.1,
        });
    }
    rows.documents.push(rows.lines.len() as u32);
    let about = &sample.about;
    let weight = match (known.has_gold, about.language.as_str()) {
        (false, _) => tuning.snippets.0,
        (true, "zh") => tuning.chinese,
        (true, _) if about.kind != "article" => tuning.others,
        _ => 1.0,
    };
    let (of_copy, beta) = match about.copy {
        Some(CopyKind::Shortened) => (tuning.copies.0, tuning.beta.0),
        Some(CopyKind::Bare) => (tuning.copies.1, BETA_OF_BARE),
        None if about.kind == "article" => (1.0, tuning.beta.0),
        None => (1.0, tuning.beta.1),
    };
    let lines = 0..known.tokens.len();
    rows.about.push(FitDocument {
        gold: if is_bare { known.shares.iter().sum() } else { known.gold.len() as f64 },
        weight: weight * of_copy,
        beta,
        tokens: lines.map(worth).sum(),
    });
}

/// In a body without its page a lost line weighs four times a line that stays too much.
const BETA_OF_BARE: f64 = 2.0;

/// By line, the weight of the snippets that must stay and must go, where the body is not known.
fn snippet_weights(sample: &Sample) -> (Vec<f64>, Vec<f64>) {
    let known = &sample.known;
    let n = sample.lines.lines.len();
    let (mut stay, mut go) = (vec![0.0; n], vec![0.0; n]);
    if known.has_gold {
        return (stay, go);
    }
    // A snippet that must stay may stay anywhere; only one that stands once says where.
    let with: Vec<usize> = known.with.iter().filter(|places| places.len() == 1).map(|places| places[0]).collect();
    for &line in &with {
        stay[line] += 1.0 / with.len() as f64;
    }
    let without: Vec<&Vec<usize>> = known
        .without
        .iter()
        .filter(|p| (1..=MANY).contains(&p.len()) && !p.iter().any(|line| with.contains(line)))
        .collect();
    for places in &without {
        for &line in *places {
            go[line] += 1.0 / (without.len() * places.len()) as f64;
        }
    }
    (stay, go)
}

/// A snippet that stands on more lines than this is a common word.
const MANY: usize = 3;
