//! What the line itself says: its length, end, words, marks and phrases; and whether it, or its
//! words, stand elsewhere on the page.

use super::{label, size, size_l};
use crate::finder::layout::{FLAGS, Family, PHRASES, class};
use crate::finder::line::{End, flag};
use crate::finder::page::{FinderPage, Steps, bucket, share_step};

/// Units at which the length of a line changes its label.
static LENGTHS: Steps<101> = Steps::new(&[2, 4, 6, 9, 13, 18, 26, 40, 60, 100]);

#[inline(always)]
pub(super) fn cues(page: &FinderPage<'_>, i: usize, emit: &mut impl FnMut(u32)) {
    let line = &page.lines[i];
    let (units, words) = (line.units, line.words);
    let size = size(line);
    let length = LENGTHS.of(units);
    let open = usize::from(line.end != End::Sentence);
    let mut flag = |holds: bool, at: usize| {
        if holds {
            emit(Family::Flag.one(at));
        }
    };

    // Words.
    let few_capitals = line.capitals * 5 < words * 4 || words < 2;
    flag(!few_capitals, label!(FLAGS, "all_caps_words"));
    flag(few_capitals && line.capitals * 2 >= words && words >= 3, label!(FLAGS, "many_caps_words"));
    flag(line.has(flag::STARTS_LOWER), label!(FLAGS, "starts_lower"));
    flag(line.has(flag::UPPER), label!(FLAGS, "upper"));
    let half_digits = units > 0 && line.numbers * 4 >= units;
    flag(half_digits, label!(FLAGS, "digits_half"));
    flag(!half_digits && units > 0 && line.numbers * 10 >= units, label!(FLAGS, "digits_some"));
    flag(units == 0, label!(FLAGS, "no_word"));
    flag(line.you > 0, label!(FLAGS, "you"));
    flag(line.you * 25 > words.max(1) * 2, label!(FLAGS, "you_much"));
    flag(line.we > 0, label!(FLAGS, "we"));
    flag(line.we * 25 > words.max(1) * 2, label!(FLAGS, "we_much"));
    flag(line.has(flag::NAME), label!(FLAGS, "name_like"));

    // Marks.
    flag(line.has(flag::TABLE), label!(FLAGS, "table"));
    flag(line.has(flag::QUOTED), label!(FLAGS, "quoted"));
    flag(line.tabs >= 2, label!(FLAGS, "tabs"));
    flag(line.has(flag::DATE), label!(FLAGS, "date"));
    flag(line.has(flag::URL), label!(FLAGS, "url"));
    flag(line.has(flag::PHONE), label!(FLAGS, "phone"));
    flag(line.has(flag::PRICE), label!(FLAGS, "price"));
    flag(line.has(flag::CODE), label!(FLAGS, "code"));
    flag(line.separators >= 3, label!(FLAGS, "sep3"));
    flag((1..3).contains(&line.separators), label!(FLAGS, "sep1"));
    let cjk = line.cjk * 2 > units;
    flag(cjk && line.pieces >= 5 && units <= 9 * line.pieces, label!(FLAGS, "cjk_pieces"));
    for (at, mark) in [flag::DATE, flag::URL, flag::PHONE, flag::PRICE, flag::CODE].into_iter().enumerate() {
        if line.has(mark) {
            emit(Family::Mark.two(at, usize::from(units >= 30)));
        }
    }

    // Length and end.
    emit(Family::Length.one(length));
    emit(Family::LengthEnd.two(length, open));
    emit(Family::End.one(line.end as usize));
    let share = if units == 0 { 0.0 } else { line.function as f32 / units as f32 };
    emit(Family::FunctionWords.one(share_step(share, [0.01, 0.1, 0.2, 0.3])));
    if units >= 10 {
        emit(Family::FunctionWordsAt.two(usize::from(share >= 0.1), (length / 2).min(4)));
    }
    emit(Family::Inner.one(line.inner.min(3) as usize));
    emit(Family::Comma.one(line.commas.min(3) as usize));
    emit(Family::Bullet.two(usize::from(line.bullet), size));
    if line.indent >= 2 {
        emit(Family::Indent.two(usize::from(line.indent > 4), usize::from(line.bullet > 0)));
    }
    emit(Family::Blank.two(line.blank_above.min(2) as usize, line.blank_below.min(2) as usize));
    if cjk {
        let length = bucket(units, &[9, 18, 32]);
        emit(Family::Cjk.three(length, open, usize::from(line.commas == 0)));
    }
    if line.has(flag::FLAT) && units >= 26 {
        emit(Family::Flat.one(length));
    }

    // Phrases.
    let phrases = line.classes & ((1 << PHRASES) - 1);
    each(phrases, |class| emit(Family::Phrase.two(class, size)));
    if phrases == 0 {
        emit(Family::NoPhrase.one(size));
    }
    emit(Family::Phrases.two((phrases.count_ones() as usize).min(3), size));
    if line.in_class(const { class("voice") }) {
        emit(Family::Voice.one(size));
    }

    if line.me > 0 {
        emit(Family::FirstPerson.two(usize::from(line.me * 20 >= words), size));
    }

    // Repeats.
    if page.same[i] > 1 {
        emit(Family::Duplicate.two(usize::from(page.seen[i]), size));
        if page.same[i] >= 3 {
            emit(Family::Duplicate.two(2, size));
        }
    }
    if page.same_prefix[i] >= 3 {
        emit(Family::Duplicate.two(3, size));
    }
    if page.shared[i] >= 0.0 {
        emit(Family::WordsShared.two(share_step(page.shared[i], [0.001, 0.3, 0.6, 0.999]), size));
    }
    let said = |from: usize, to: usize| {
        let ((a, all_a), (b, all_b)) = (page.said_above[from], page.said_above[to]);
        (all_b > all_a).then(|| (b - a) as f32 / (all_b - all_a) as f32)
    };
    let steps = [0.15, 0.35, 0.55, 0.8];
    if let Some(share) = said(i, i + 1) {
        emit(Family::WordsAbove.two(share_step(share, steps), size_l(line)));
    }
    let (low, high) = (i.saturating_sub(3), (i + 4).min(page.len()));
    if let Some(share) = said(low, high) {
        emit(Family::TopicAbove.two(share_step(share, steps), size_l(line)));
    }
}

/// Calls `f` with every class of a set.
#[inline]
pub(super) fn each(mut classes: u32, mut f: impl FnMut(usize)) {
    while classes != 0 {
        f(classes.trailing_zeros() as usize);
        classes &= classes - 1;
    }
}
