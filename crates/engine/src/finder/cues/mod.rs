//! The cues of the first pass, by family: [`own`] looks at the line itself, [`beside`] at the
//! lines around it, [`place`] at where it stands among the long sentences of the page,
//! [`ending`] at whether the body may have ended above it, [`markup`] at the HTML that the text was made of.
//!
//! One walk over the page emits the numbers of all cues that hold on each line; whoever listens
//! adds up points, or writes the numbers down to fit points to them.

mod beside;
mod blocks;
mod ending;
mod markup;
mod own;
mod place;
mod second;

pub(crate) use place::Anchors;
pub(crate) use second::Scored;

use super::line::{Line, flag};
use super::markup::MarkupSums;
use super::page::FinderPage;

/// The cues of the first pass of line `i`; none for a line that the rules took. Lines must be asked for in order:
/// `anchors` remembers the headings above.
///
/// What adds up points is compiled as one piece with all cues, so sums stay in a register.
#[inline]
pub(crate) fn first(page: &FinderPage<'_>, i: usize, anchors: &mut Anchors, emit: &mut impl FnMut(u32)) {
    if !page.lines[i].has(flag::TAKEN) {
        own::cues(page, i, emit);
        beside::cues(page, i, emit);
        place::cues(page, i, anchors, emit);
        ending::cues(page, i, emit);
        if let Some(markup) = &page.markup {
            markup::cues(page, markup, i, emit);
        }
    }
    anchors.pass(page, i);
}

/// The cues of the second pass, made of the points of the first.
pub(crate) struct SecondPass<'p> {
    lines: &'p [Line],
    around: second::AroundLines,
    blocks: Option<blocks::Blocks<'p>>,
}

impl<'p> SecondPass<'p> {
    pub(crate) fn new(markup: Option<&'p MarkupSums<'p>>, lines: &'p [Line], scored: &[Scored]) -> Self {
        let blocks = markup.map(|markup| blocks::Blocks::new(markup, lines, scored));
        Self { lines, around: second::AroundLines::new(scored), blocks }
    }

    /// The cues of line `i`; none for a line that the rules took.
    #[inline]
    pub(crate) fn cues(&self, i: usize, emit: &mut impl FnMut(u32)) {
        if !self.lines[i].has(flag::TAKEN) {
            self.around.cues(i, emit);
            if let Some(blocks) = &self.blocks {
                blocks.cues(i, emit);
            }
        }
    }
}

/// Short, middling or long.
#[inline]
fn size(line: &Line) -> usize {
    usize::from(line.units >= 14) + usize::from(line.units >= 30)
}

/// As [`size`], with long sentences apart.
#[inline]
fn size_l(line: &Line) -> usize {
    if line.has(flag::LONG) { 3 } else { size(line) }
}

/// The place of a label in a family's set, known when it is compiled.
macro_rules! label {
    ($set:expr, $name:literal) => {{
        const AT: usize = crate::finder::layout::place_of($set, $name);
        AT
    }};
}
pub(crate) use label;
