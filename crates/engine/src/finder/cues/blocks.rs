//! The cues of the second pass that look at elements: what the first pass made of the other lines in the elements
//! around a line, in lines that are made like it, and in the element that is most likely the body.
//!
//! A comment that reads like a paragraph stands among comments; a short line of the article stands in it. Sums go up
//! the tree once, so all of it is linear.

use dehusk_text::markup::inside;

use super::second::Scored;
use crate::finder::layout::Family;
use crate::finder::line::Line;
use crate::finder::markup::MarkupSums;
use crate::finder::outline::steps_from;
use crate::finder::page::bucket;

/// The best score that counts, and the worst.
const MOST: f64 = 4.0;
/// Units of a line that count at most.
const MOST_UNITS: f64 = 60.0;
/// Elements around a line that are looked at.
const BOXES: usize = 3;

/// Points times units, units, and the units of lines that are likely body.
#[derive(Clone, Copy, Debug, Default)]
struct ScoreSum {
    points: f64,
    units: f64,
    body: f64,
}

impl ScoreSum {
    fn of(line: &Scored) -> Self {
        let units = f64::from(line.units).min(MOST_UNITS);
        let score = (f64::from(line.score) / 100.0).clamp(-MOST, MOST);
        Self { points: score * units, units, body: if score > 0.0 { units } else { 0.0 } }
    }

    fn add(&mut self, other: Self) {
        self.points += other.points;
        self.units += other.units;
        self.body += other.body;
    }

    /// The mean of what is in this and not in `part`; 0 where that is nothing.
    fn step_without(self, part: Self) -> usize {
        let units = self.units - part.units;
        if units < 1.0 {
            return 0;
        }
        1 + bucket((self.points - part.points) / units, &[-2.0, -1.0, -0.2, 0.6, 1.8])
    }
}

/// What the first pass found in the elements of a page.
pub(crate) struct Blocks<'p> {
    markup: &'p MarkupSums<'p>,
    lines: &'p [Line],
    /// By line: its own sum, and its points in hundredths.
    own: Vec<ScoreSum>,
    points: Vec<i32>,
    /// By container, by template and by group of kin.
    boxes: Vec<ScoreSum>,
    templates: Vec<ScoreSum>,
    groups: Vec<ScoreSum>,
    /// By container: steps out to the element with the greatest sum; and the first line in that one.
    steps: Vec<u8>,
    first: usize,
    /// Units of the likely body.
    body: f64,
}

impl<'p> Blocks<'p> {
    pub(super) fn new(markup: &'p MarkupSums<'p>, lines: &'p [Line], scored: &[Scored]) -> Self {
        let containers = markup.containers();
        let own: Vec<ScoreSum> = scored.iter().map(ScoreSum::of).collect();
        let mut boxes = vec![ScoreSum::default(); containers.len()];
        let mut templates = vec![ScoreSum::default(); markup.templates().len()];
        for (i, (line, sum)) in lines.iter().zip(&own).enumerate() {
            boxes[markup.line(line).container as usize].add(*sum);
            templates[markup.templates().number(i)].add(*sum);
        }
        // What is in a container is in those around it; these stand before it.
        for i in (1..containers.len()).rev() {
            let inner = boxes[i];
            boxes[containers[i].parent as usize].add(inner);
        }
        let mut groups = vec![ScoreSum::default(); markup.kin_groups()];
        for at in 1..containers.len() as u32 {
            if let Some((group, member)) = markup.kin_group(at)
                && member == at
            {
                groups[group as usize].add(boxes[at as usize]);
            }
        }
        // The innermost of those with the greatest sum.
        let best = (0..boxes.len()).rev().max_by(|&a, &b| boxes[a].points.total_cmp(&boxes[b].points)).unwrap_or(0);
        let steps = steps_from(containers, best as u32);
        let first = lines.iter().position(|line| steps[markup.line(line).container as usize] == 0).unwrap_or(0);
        let body = boxes.first().map_or(0.0, |page| page.body).max(1.0);
        let points = scored.iter().map(|line| line.score).collect();
        Self { markup, lines, own, points, boxes, templates, groups, steps, first, body }
    }

    pub(super) fn cues(&self, i: usize, emit: &mut impl FnMut(u32)) {
        let (markup, line) = (self.markup, &self.lines[i]);
        let facts = markup.line(line);
        let mine = self.own[i];
        let side = bucket(self.points[i], &[-250, -100, 0, 100, 250]);
        let size = bucket(line.units, &[14, 30]);
        let around = markup.around(facts).filter(|&at| {
            let inner = inside::PARAGRAPH | inside::HEADING | inside::ADDRESS;
            markup.container(at).inside & inner == 0
        });
        for (step, at) in around.take(BOXES).enumerate() {
            let sum = self.boxes[at as usize];
            emit(Family::BoxScore.three(step, sum.step_without(mine), side));
            let share = (sum.body - mine.body) / self.body;
            emit(Family::BoxBody.three(step, bucket(share, &[0.01, 0.2, 0.5, 0.9]), side));
        }
        let alike = self.templates[markup.templates().number(i)].step_without(mine);
        emit(Family::TemplateScore.two(alike, side));
        emit(Family::TemplateScoreSize.two(alike, size));
        if let Some((group, member)) = markup.kin_group(facts.container) {
            let beside = self.groups[group as usize].step_without(self.boxes[member as usize]);
            emit(Family::KinScore.two(beside, side));
        }
        let out = bucket(u32::from(self.steps[facts.container as usize]), &[1, 2, 3, 5]);
        emit(Family::BestBox.two(out, side));
        let (other, chosen) = markup.chosen(facts);
        emit(Family::ChosenOwn.three(usize::from(other), chosen, side));
        if out > 0 {
            emit(Family::BestBoxSide.three(usize::from(i > self.first), out, size));
        }
    }
}
