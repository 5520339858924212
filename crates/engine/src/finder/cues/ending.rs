//! Where the body may have ended: the place of the line among the sections that end marks cut.

use super::size_l;
use crate::finder::layout::Family;
use crate::finder::page::FinderPage;

#[inline(always)]
pub(super) fn cues(page: &FinderPage<'_>, i: usize, emit: &mut impl FnMut(u32)) {
    let (place, opening) = page.sections[i];
    emit(Family::Section.three(usize::from(place), usize::from(opening), size_l(&page.lines[i])));
    let (side, share) = page.first_cluster[i];
    emit(Family::FirstCluster.three(usize::from(side), usize::from(share), size_l(&page.lines[i])));
}
