//! [`Search`]: the texts of rules that are tried on one folded line.

use super::{Hit, Matcher, Prefilter, Scratch};
use crate::pattern::{Check, Gate, PutOff};
use crate::searched::{Edges, SearchedLine};
use crate::slots::Digits;
use dehusk_text::{Anchor, Cues, dates_in, overlapping, work};

/// The search for the texts of rules in one line.
pub(super) struct Search<'m, 's> {
    pub(super) matcher: &'m Matcher<'m>,
    pub(super) line: SearchedLine<'s>,
    pub(super) cues: Cues,
    pub(super) scratch: &'s mut Scratch,
    /// Where dates begin in the line, if that is known.
    pub(super) dates: Option<Vec<usize>>,
}

impl Search<'_, '_> {
    /// Tries a pattern where its literal stands; whether it holds, and was not known to.
    pub(super) fn try_pattern(&mut self, at: u32, literal: Option<(usize, usize)>) -> bool {
        let Scratch { masks, touched, hits, tried, covered, line: number, .. } = &mut *self.scratch;
        work::count(1);
        if !self.matcher.may_matter(at, self.cues) {
            return false;
        }
        let pattern = &self.matcher.program.patterns[at as usize];
        let once = match &pattern.check {
            Check::Slots(slotted) => {
                let has_digits = match slotted.digits() {
                    Digits::None => true,
                    Digits::OfDate => !self.cues.any(Cues::NO_DATE),
                    Digits::Ascii => self.cues.any(Cues::DIGIT),
                };
                if !has_digits && self.matcher.prefilter != Prefilter::Off {
                    return false;
                }
                if slotted.seeks_dates() {
                    // Where dates begin is found once for all texts.
                    self.dates.get_or_insert_with(|| dates_in(self.line.folded));
                }
                if self.dates.as_ref().is_some_and(Vec::is_empty) && slotted.needs_date() {
                    return false;
                }
                slotted.tied_to_start()
            }
            Check::Exact(_) => true,
            Check::Anchored | Check::Nothing => false,
        };
        if once && std::mem::replace(&mut tried[at as usize], *number) == *number {
            return false;
        }
        // The places of a text do not overlap.
        let from = Some(covered[at as usize]).filter(|last| last.0 == *number).map_or(0, |last| last.1 as usize);
        let Some((start, end)) = self.line.check(pattern, literal, from, self.dates.as_deref()) else { return false };
        if matches!(pattern.check, Check::Slots(_)) {
            covered[at as usize] = (*number, end as u32);
        }
        hits.push(Hit { pattern: at, start: start as u32, end: end as u32 });
        let mask = &mut masks[pattern.rule as usize];
        if *mask == 0 {
            touched.push(pattern.rule);
        }
        *mask |= pattern.bit;
        true
    }

    /// Tries a pattern at every place of its literal.
    pub(super) fn try_everywhere(&mut self, at: u32, literal: &str, place: Anchor) {
        let (folded, Edges { core_start, core_end, .. }) = (self.line.folded, self.line.edges);
        if !self.line.may_have(literal) {
            return;
        }
        work::count(folded.len());
        for start in overlapping(folded.as_bytes(), literal) {
            let end = start + literal.len();
            if place.holds(folded, (core_start, core_end), start, end) {
                self.try_pattern(at, Some((start, end)));
            }
        }
    }

    /// Tries a pattern that has no literal, everywhere if that matters.
    pub(super) fn try_without_literal(&mut self, at: u32) {
        while self.try_pattern(at, None) && self.matcher.takes_every_place(at) {}
    }

    /// Tries the texts that wait for others, where those have been found.
    pub(super) fn try_put_off(&mut self) {
        let program = self.matcher.program;
        for i in 0..self.scratch.touched.len() {
            let index = self.scratch.touched[i] as usize;
            let rule = &program.rules[index];
            if self.scratch.masks[index] & rule.first != rule.first {
                continue;
            }
            let (pairs, folded) = (self.line.pairs, self.line.folded);
            rule.put_off.each(pairs, folded, |PutOff { pattern, gate }| match gate {
                Gate::Literal(literal, place) => self.try_everywhere(*pattern, literal, *place),
                Gate::Digit if self.cues.any(Cues::NO_DATE) => {}
                Gate::Digit | Gate::Nothing | Gate::Regex(_) => self.try_without_literal(*pattern),
            });
        }
    }
}
