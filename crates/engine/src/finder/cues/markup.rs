//! What the markup says: links, tags and names of the elements around the line, the element that holds most
//! of the prose, what the data of the page say. Nothing for texts that were not made of HTML.

use dehusk_text::markup::{PAGE_KINDS, inside, line as says};

use super::own::each;
use super::{label, size, size_l};
use crate::finder::layout::{Family, PHRASES};
use crate::finder::markup::MarkupSums;
use crate::finder::page::{FinderPage, bucket};

const SAYS: &[&str] =
    &["title", "author", "in_data", "not_in_data", "description", "broken", "in_data_of_other", "not_in_data_of_other"];

pub(super) fn cues(page: &FinderPage<'_>, markup: &MarkupSums<'_>, i: usize, emit: &mut impl FnMut(u32)) {
    let line = &page.lines[i];
    let (size, size_l) = (size(line), size_l(line));
    let facts = markup.line(line);

    emit(Family::Linked.two(bucket(facts.linked, &[1, 20, 50, 90]), size_l));
    each(markup.insides(facts), |bit| emit(Family::Inside.two(bit, size_l)));
    each(markup.container(facts.container).inside, |bit| emit(Family::Own.two(bit, size_l)));
    if facts.heading > 0 {
        emit(Family::HeadingLevel.two(usize::from(facts.heading), size));
    }
    let (near, far) = markup.words(facts);
    each_of(near, |class| emit(Family::NearWord.two(class, size_l)));
    each_of(far, |class| emit(Family::FarWord.two(class, size_l)));

    let is = |bit: u32| facts.says & bit != 0;
    // The data of an article hold its text, those of a product a part of it.
    let is_other = PAGE_KINDS[markup.kind()] != "article";
    let (in_data, not_in_data) = (is(says::IN_DATA), is(says::HAS_DATA) && !is(says::IN_DATA));
    let said = [
        (is(says::TITLE), label!(SAYS, "title")),
        (is(says::AUTHOR), label!(SAYS, "author")),
        (in_data && !is_other, label!(SAYS, "in_data")),
        (not_in_data && !is_other, label!(SAYS, "not_in_data")),
        (in_data && is_other, label!(SAYS, "in_data_of_other")),
        (not_in_data && is_other, label!(SAYS, "not_in_data_of_other")),
        (is(says::DESCRIPTION), label!(SAYS, "description")),
        (is(says::BROKEN), label!(SAYS, "broken")),
    ];
    for (holds, at) in said {
        if holds {
            emit(Family::Says.two(at, size_l));
        }
    }

    // Paragraphs and inline elements are no boxes; what holds them is.
    let boxes = markup.around(facts).filter(|&at| {
        markup.container(at).inside & (inside::PARAGRAPH | inside::HEADING | inside::LIST | inside::ADDRESS) == 0
    });
    for (step, at) in boxes.take(3).enumerate() {
        emit(Family::BoxLinked.three(step, bucket(markup.linked(at), &[0.05, 0.2, 0.4, 0.7]), size_l));
        emit(Family::BoxShare.three(step, bucket(markup.share(at), &[0.001, 0.1, 0.4, 0.8]), size_l));
    }
    let steps = markup.steps(facts);
    for (at, &steps) in steps.iter().enumerate() {
        emit(Family::FromMain.three(at, bucket(steps, &[1, 2, 3, 5, 8]), size_l));
    }
    let (other, chosen) = markup.chosen(facts);
    emit(Family::Chosen.three(usize::from(other), chosen, size_l));
    let (title, main) = markup.places();
    if let Some((first, last)) = main
        && (i < first || i > last)
    {
        let side = usize::from(i > last);
        emit(Family::BeforeMain.three(side, bucket(steps[0], &[1, 2, 4]), size));
    }
    let (kin, prose) = markup.kin(facts);
    emit(Family::Kin.three(bucket(kin, &[2, 4, 8, 20]), bucket(prose, &[1, 60, 250]), size_l));
    emit(Family::DataKind.three(markup.kind(), usize::from(steps[1] > 0), size_l));
    let out = usize::from(markup.insides(facts) & inside::ARTICLE == 0);
    emit(Family::Articles.three(bucket(markup.articles(), &[1, 2, 4]), out, size_l));
    let (share, count, long) = markup.template(i);
    emit(Family::TemplateShare.two(bucket(share, &[0.001, 0.05, 0.2, 0.5]), size_l));
    emit(Family::Template.three(bucket(count, &[2, 4, 10, 30]), bucket(long, &[0.01, 0.3, 0.7]), size_l));
    emit(Family::Deeper.two(bucket(markup.deeper(facts), &[-5, -2, 0, 1, 2, 5]), size_l));
    each_of(markup.page_words(), |class| emit(Family::PageWord.two(class, usize::from(steps[1] > 0))));
    let place = match title {
        None => 0,
        Some(title) if i < title => 1,
        Some(title) if i <= title + 8 => 2,
        Some(_) => 3,
    };
    emit(Family::AfterTitle.two(place, size_l));

    let over = markup.over(i);
    let phrases = u64::from(over.classes) & ((1 << PHRASES) - 1);
    each_of(phrases, |class| emit(Family::Over.two(class, size_l)));
    let rank = usize::from(over.rank);
    emit(Family::OverRank.three(rank, usize::from(!over.title), size_l));
    if let (Some((steps, share)), Some(title)) = (markup.steps_from_title(facts), title) {
        let steps = bucket(steps, &[1, 2, 3, 5, 8]);
        emit(Family::FromTitle.three(steps, usize::from(i > title), size_l));
        emit(Family::FromTitleShare.two(bucket(share, &[0.02, 0.3, 0.8]), size_l));
    }
}

/// Calls `f` with every class of a set.
fn each_of(mut classes: u64, mut f: impl FnMut(usize)) {
    while classes != 0 {
        f(classes.trailing_zeros() as usize);
        classes &= classes - 1;
    }
}
