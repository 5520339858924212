//! Where the line stands: before, among or behind the long sentences, below which headings, on
//! what kind of page.

use super::own::each;
use super::{size, size_l};
use crate::finder::layout::{ANCHORS, Family, class};
use crate::finder::line::{End, flag};
use crate::finder::page::{FinderPage, Steps, bucket, indent_step, share_step};

/// The headings of each anchor class above the line.
#[derive(Debug)]
pub(crate) struct Anchors {
    /// By anchor: its line, how many long lines stood above it, and whether half of the text did.
    last: [(usize, u8, bool); ANCHORS.len()],
    /// Anchors seen, and those seen since the first long line.
    seen: u32,
    passed: u32,
}

/// The class of each anchor.
const ANCHOR_CLASSES: [usize; ANCHORS.len()] = {
    let mut classes = [0; ANCHORS.len()];
    let mut i = 0;
    while i < ANCHORS.len() {
        classes[i] = class(ANCHORS[i]);
        i += 1;
    }
    classes
};

const ANCHOR_SET: u32 = {
    let mut set = 0;
    let mut i = 0;
    while i < ANCHORS.len() {
        set |= 1 << ANCHOR_CLASSES[i];
        i += 1;
    }
    set
};

impl Anchors {
    pub(crate) fn new() -> Self {
        Self { last: [(0, 0, false); ANCHORS.len()], seen: 0, passed: 0 }
    }

    /// Goes on to the next line.
    #[inline]
    pub(super) fn pass(&mut self, page: &FinderPage<'_>, i: usize) {
        let line = &page.lines[i];
        if line.classes & ANCHOR_SET == 0 {
            return;
        }
        let above = page.long[i];
        for (anchor, &class) in ANCHOR_CLASSES.iter().enumerate() {
            let long_too = matches!(ANCHORS[anchor], "bio" | "copyright");
            if line.in_class(class) && (line.units < 30 || long_too) {
                self.last[anchor] = (i, bucket(above, &[1, 3, 7]) as u8, share_above(page, i) >= 0.5);
                self.seen |= 1 << anchor;
                self.passed |= u32::from(above > 0) << anchor;
            }
        }
    }
}

/// Units at which the distance to an edge of the page, or to a long sentence, changes its label; and how many of these
/// stand within some lines.
static FROM_EDGE: Steps<17> = Steps::new(&[1, 2, 4, 8, 16]);
static FAR: Steps<18> = Steps::new(&[2, 3, 5, 9, 17]);
static FAR_OF_BOTH: Steps<18> = Steps::new(&[2, 5, 17]);
static THIRDS: Steps<18> = Steps::new(&[4, 17]);
static WITHIN: Steps<13> = Steps::new(&[1, 2, 4, 7, 12]);

/// The share of the long sentences above a line.
fn share_above(page: &FinderPage<'_>, i: usize) -> f32 {
    page.mass[i] as f32 / page.mass[page.len()].max(1) as f32
}

#[inline(always)]
pub(super) fn cues(page: &FinderPage<'_>, i: usize, anchors: &Anchors, emit: &mut impl FnMut(u32)) {
    let line = &page.lines[i];
    let n = page.len();
    let (size, size_l, is_long) = (size(line), size_l(line), line.has(flag::LONG));
    let all_long = page.all_long();
    let above = page.long[i];
    let below = all_long - page.long[i + 1];
    let before = share_above(page, i);
    let zone = match (all_long, above, below) {
        (0, ..) => 0,
        (_, 0, _) if !is_long => 1,
        (_, _, 0) if !is_long => 2,
        _ => 3,
    };
    let inside = if zone < 3 { zone } else { 3 + bucket(before, &[0.001, 0.1, 0.5, 0.9, 0.98]) };
    emit(Family::Zone.one(inside));
    emit(Family::ZoneSize.two(inside, size));
    emit(Family::ZoneEnd.three(zone, size, line.end as usize));
    if line.cjk * 2 > line.units {
        emit(Family::HanZone.three(zone, size, usize::from(line.end != End::Sentence)));
    }
    emit(Family::Tenth.one(10 * i / n));

    emit(Family::FromStart.two(FROM_EDGE.of(i as u32), size_l));
    emit(Family::FromEnd.two(FROM_EDGE.of((n - 1 - i) as u32), size_l));
    let indent = indent_step(line);
    if indent != page.indent {
        emit(Family::IndentOther.two(usize::from(indent > page.indent), size_l));
    }

    let (up, down) = (page.up[i], page.down[i]);
    emit(Family::SentenceAbove.one(FAR.of(up)));
    emit(Family::SentenceBelow.one(FAR.of(down)));
    emit(Family::SentenceBoth.two(FAR_OF_BOTH.of(up), FAR_OF_BOTH.of(down)));
    emit(Family::SentenceBothSize.three(THIRDS.of(up), THIRDS.of(down), size));
    for (at, width) in [3, 10, 25].into_iter().enumerate() {
        let (low, high) = (i.saturating_sub(width), (i + width + 1).min(n));
        let count = page.long[high] - page.long[low] - u32::from(is_long);
        emit(Family::Within.two(at, WITHIN.of(count)));
    }
    let (side, share) = page.cluster[i];
    emit(Family::Cluster.three(usize::from(side), usize::from(share), size_l));

    // Headings above.
    each(anchors.seen, |anchor| {
        let (at, group, late) = anchors.last[anchor];
        let away = bucket(i - at, &[4, 13]);
        emit(Family::After.four(anchor, usize::from(group), usize::from(late), away));
    });
    emit(Family::Passed.two((anchors.passed.count_ones() as usize).min(5), size_l));
    let share = |from: usize, to: usize| page.boil(from, to) as f32 / (to - from).max(1) as f32;
    const LIMITS: [f32; 4] = [0.01, 0.1, 0.2, 0.35];
    emit(Family::BoilBelow.two(share_step(share(i + 1, n), LIMITS), size_l));
    emit(Family::BoilAbove.two(share_step(share(0, i), LIMITS), size_l));

    // The page.
    let kind = page.kind;
    emit(Family::PageKind.two(kind.density, size_l));
    each(kind.traits, |at| emit(Family::PageKind.two(3 + at, size_l)));
    emit(Family::PageZone.three(kind.density, 0, zone));
}
