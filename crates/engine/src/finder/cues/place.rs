//! Where the line stands: before, among or behind the long sentences, below which headings, on
//! what kind of page.

use super::{size, size_l};
use crate::finder::layout::{ANCHORS, Family, class};
use crate::finder::line::{End, flag};
use crate::finder::page::{FinderPage, Language, bucket, indent_step};

/// The headings of each anchor class above the line.
#[derive(Debug)]
pub(crate) struct Anchors {
    /// By anchor: its line, how many long lines stood above it, and whether half of the text did.
    last: [Option<(usize, u8, bool)>; ANCHORS.len()],
    /// Anchors seen since the first long line.
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
        Self { last: [None; ANCHORS.len()], passed: 0 }
    }
}

pub(super) fn cues(page: &FinderPage<'_>, i: usize, anchors: &mut Anchors, emit: &mut impl FnMut(u32)) {
    let line = &page.lines[i];
    let n = page.len();
    let (size, size_l, is_long) = (size(line), size_l(line), line.has(flag::LONG));
    let all_long = page.all_long();
    let above = page.long[i];
    let below = all_long - page.long[i + 1];
    let before = page.mass[i] as f32 / page.mass[n].max(1) as f32;
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

    const FROM_EDGE: [usize; 5] = [1, 2, 4, 8, 16];
    emit(Family::FromStart.two(bucket(i, &FROM_EDGE), size_l));
    emit(Family::FromEnd.two(bucket(n - 1 - i, &FROM_EDGE), size_l));
    let indent = indent_step(line);
    if indent != page.indent {
        emit(Family::IndentOther.two(usize::from(indent > page.indent), size_l));
    }

    let (up, down) = (page.up[i], page.down[i]);
    const FAR: [u32; 5] = [2, 3, 5, 9, 17];
    emit(Family::SentenceAbove.one(bucket(up, &FAR)));
    emit(Family::SentenceBelow.one(bucket(down, &FAR)));
    emit(Family::SentenceBoth.two(bucket(up, &[2, 5, 17]), bucket(down, &[2, 5, 17])));
    emit(Family::SentenceBothSize.three(bucket(up, &[4, 17]), bucket(down, &[4, 17]), size));
    for (at, width) in [3, 10, 25].into_iter().enumerate() {
        let (low, high) = (i.saturating_sub(width), (i + width + 1).min(n));
        let count = page.long[high] - page.long[low] - u32::from(is_long);
        emit(Family::Within.two(at, bucket(count, &[1, 2, 4, 7, 12])));
    }
    let (side, share) = page.cluster[i];
    emit(Family::Cluster.three(usize::from(side), usize::from(share), size_l));

    // Headings above.
    for (anchor, last) in anchors.last.iter().enumerate() {
        if let Some((at, group, late)) = *last {
            let away = bucket(i - at, &[4, 13]);
            emit(Family::After.four(anchor, usize::from(group), usize::from(late), away));
        }
    }
    emit(Family::Passed.two((anchors.passed.count_ones() as usize).min(5), size_l));
    if line.classes & ANCHOR_SET != 0 {
        for (anchor, &class) in ANCHOR_CLASSES.iter().enumerate() {
            let long_too = matches!(ANCHORS[anchor], "bio" | "copyright");
            if line.in_class(class) && (line.units < 30 || long_too) {
                anchors.last[anchor] = Some((i, bucket(above, &[1, 3, 7]) as u8, before >= 0.5));
                if above > 0 {
                    anchors.passed |= 1 << anchor;
                }
            }
        }
    }
    let share = |from: usize, to: usize| page.boil(from, to) as f32 / (to - from).max(1) as f32;
    emit(Family::BoilBelow.two(bucket(share(i + 1, n), &[0.01, 0.1, 0.2, 0.35]), size_l));
    emit(Family::BoilAbove.two(bucket(share(0, i), &[0.01, 0.1, 0.2, 0.35]), size_l));

    // The page.
    let kind = page.kind;
    emit(Family::PageKind.two(kind.density, size_l));
    let (han, english) = (kind.language == Language::Han, kind.language == Language::English);
    let traits = [kind.few, kind.many, kind.forum, kind.price, han, english];
    for (at, holds) in traits.into_iter().enumerate() {
        if holds {
            emit(Family::PageKind.two(3 + at, size_l));
        }
    }
    emit(Family::PageZone.three(kind.density, 0, zone));
}
