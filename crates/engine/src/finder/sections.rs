//! Sections: where the body may have ended.
//!
//! Below an article stand its byline, a bar to share it, tags, a copyright line; what comes then (comments, teasers of
//! other articles) may be longer than the article. So the mass of sentences alone does not tell which of them are body.
//! Such lines are *end marks*. They cut the long sentences of a page into sections; the first section that is more than
//! a stray sentence is the *opening*, and every line stands above it, in it, in the next one, or further below. How
//! big the opening is beside the biggest section says how much its place counts.

use super::layout::class;
use super::line::{Line, flag};
use super::page::bucket;

/// The classes of short lines that stand below a body.
const END_MARKS: u32 = 1 << class("share")
    | 1 << class("tags")
    | 1 << class("credit")
    | 1 << class("copyright")
    | 1 << class("comments")
    | 1 << class("related")
    | 1 << class("login")
    | 1 << class("bio")
    | 1 << class("subscribe");
/// An end mark is shorter than this; in a long line its words may be part of a sentence.
const MARK_UNITS: u32 = 30;
/// An opening has two long sentences, or one of this length.
const OPENING_UNITS: u32 = 120;

/// Where a line stands to the opening: above, in it, in the next section, further below; and how big the opening is.
pub(crate) type SectionPlace = (u8, u8);

/// The place of each line. Without an opening all stand above.
pub(crate) fn places(lines: &[Line]) -> Vec<SectionPlace> {
    let sections = cut(lines);
    let opening = sections.iter().position(|s| s.long >= 2 || s.units >= OPENING_UNITS);
    let Some(opening) = opening else { return vec![(0, 0); lines.len()] };
    let biggest = sections.iter().map(|s| s.units).max().unwrap_or(1).max(1);
    let size = bucket(sections[opening].units as f32 / biggest as f32, &[0.1, 0.3, 0.6, 0.999]) as u8;
    let mut places = Vec::with_capacity(lines.len());
    places.resize(sections[opening].first, (0, size));
    places.resize(sections[opening].last + 1, (1, size));
    let next = sections.get(opening + 1).map_or(lines.len(), |next| next.last + 1);
    places.resize(next, (2, size));
    places.resize(lines.len(), (3, size));
    places
}

/// Long sentences with no end mark between them.
struct Section {
    /// The first and the last of them.
    first: usize,
    last: usize,
    long: u32,
    units: u32,
}

fn cut(lines: &[Line]) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut ended = true;
    for (i, line) in lines.iter().enumerate() {
        if line.has(flag::LONG) && !line.has(flag::TAKEN) {
            match sections.last_mut() {
                Some(section) if !ended => {
                    (section.last, section.long, section.units) =
                        (i, section.long + 1, section.units.saturating_add(line.units));
                }
                _ => sections.push(Section { first: i, last: i, long: 1, units: line.units }),
            }
            ended = false;
        } else if line.units < MARK_UNITS && line.classes & END_MARKS != 0 {
            ended = true;
        }
    }
    sections
}
