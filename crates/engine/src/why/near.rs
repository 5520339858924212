//! The text of a rule that comes nearest to a line.
//!
//! The texts of a field are laid on the line one after the other, each at the end that its field
//! asks for, part by part as the matcher does: literals character by character, slots by the
//! matcher's own choices. What agrees has a weight; names and stars agree with nearly anything and
//! weigh nothing.

use std::ops::Range;

use super::super::pattern::{Check, Pattern};
use super::super::removal::Evidence;
use super::super::slots::{self, PatternPart, Slot, Slotted};
use super::Inspector;
use dehusk_rules::{Rule, RuleId, TextField};
use dehusk_text::{Anchor, core, is_wide};

/// A text of a rule that nearly stands on a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Near {
    /// Which text.
    pub evidence: Evidence,
    /// The part of the line, as it is compared, that agrees with the text.
    pub agrees: String,
    /// How many characters of the line agree, spaces not counted.
    pub chars: u32,
    /// How much that says, and how much the whole text would: a Han character counts two, another
    /// one, a date or address some; names and stars nothing.
    pub weight: u32,
    /// The weight of the whole text.
    pub of: u32,
    /// All of the text stands on the line, but not where the field asks for it, or as part of a
    /// longer word.
    pub elsewhere: bool,
    /// The weight of the whole line.
    line: u32,
}

impl Near {
    /// Whether enough agrees to be worth telling: half of the text, and more than any line has. What
    /// stands at another place, or is to be the whole line, must be a good part of the line, too.
    pub fn says_something(&self) -> bool {
        let whole = self.evidence.field == TextField::Is || self.elsewhere;
        self.weight >= 4 && 2 * self.weight >= self.of && (!whole || 3 * self.weight >= self.line)
    }
}

/// More of a line than this is not compared.
const LONGEST: usize = 2_000;
/// How many ways to lay a text with slots on a line are tried.
const BUDGET: u32 = 400;

/// What agrees: its weight, and the stretch of the line.
type Agreement = (u32, Range<usize>);

/// The text of a field (or of `contains_all` the one asked for) that agrees most with the line.
pub(super) fn nearest(
    inspector: &Inspector<'_>,
    rule: &Rule,
    field: TextField,
    index: Option<u32>,
    folded: &str,
) -> Option<Near> {
    let id = inspector.rules().rules.iter().position(|other| std::ptr::eq(other, rule))?;
    let patterns = inspector.everything.patterns_of_rule(RuleId(id as u32));
    let mut end = folded.len().min(LONGEST);
    while !folded.is_char_boundary(end) {
        end -= 1;
    }
    let line = &folded[..end];
    let of_field = patterns.filter(|p| p.field == field && index.is_none_or(|index| p.index == index));
    let near = of_field.filter_map(|pattern| near(rule, pattern, line));
    // Of equals the first text.
    near.max_by_key(|near| (near.weight, std::cmp::Reverse(near.of), std::cmp::Reverse(near.evidence.index)))
}

fn near(rule: &Rule, pattern: &Pattern, line: &str) -> Option<Near> {
    let phrase = pattern.field.texts(rule).get(pattern.index as usize)?;
    let parts = slots::parse(&phrase.text);
    let of = parts.iter().map(part_weight).sum();
    let ((weighs, stretch), elsewhere) = match (&pattern.check, parts.as_slice()) {
        (_, [PatternPart::Literal(literal)]) => literal_on(literal, pattern.anchor, line),
        (Check::Slots(slotted), _) => slotted_on(slotted, pattern.anchor, line),
        _ => return None,
    };
    let agrees = line[stretch].trim().to_string();
    let chars = agrees.chars().filter(|c| !c.is_whitespace()).count() as u32;
    let evidence = Evidence { field: pattern.field, index: pattern.index };
    Some(Near { evidence, agrees, chars, weight: weighs, of, elsewhere, line: weight(line) })
}

fn part_weight(part: &PatternPart) -> u32 {
    match part {
        PatternPart::Literal(text) => weight(text),
        PatternPart::Slot(slot) => slot_weight(*slot),
        PatternPart::Anything => 0,
    }
}

/// How much a text that stands on a line says: marks, names and stars stand on any line.
pub(super) fn meaning(text: &str) -> u32 {
    let of_part = |part: &PatternPart| match part {
        PatternPart::Literal(text) => {
            text.chars().filter(|c| c.is_alphanumeric()).map(|c| if is_wide(c) { 2 } else { 1 }).sum()
        }
        other => part_weight(other),
    };
    slots::parse(text).iter().map(of_part).sum()
}

fn slot_weight(slot: Slot) -> u32 {
    match slot {
        Slot::Date | Slot::Url | Slot::Email | Slot::Phone => 6,
        Slot::Time => 4,
        Slot::Number => 1,
        Slot::Name | Slot::Site | Slot::Source | Slot::Author | Slot::Editor => 0,
    }
}

fn weight(text: &str) -> u32 {
    text.chars().map(|c| if is_wide(c) { 2 } else { u32::from(!c.is_whitespace()) }).sum()
}

/// How far two texts are the same from their start.
fn same(a: &str, b: &str) -> usize {
    let pairs = a.chars().zip(b.chars());
    pairs.take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum()
}

fn same_from_end(a: &str, b: &str) -> usize {
    let pairs = a.chars().rev().zip(b.chars().rev());
    pairs.take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum()
}

fn literal_on(literal: &str, anchor: Anchor, line: &str) -> (Agreement, bool) {
    let whole = if anchor == Anchor::Whole { core(literal) } else { literal };
    if let Some(at) = line.find(whole) {
        return ((weight(literal), at..at + whole.len()), true);
    }
    let inner = core(line);
    let lead = inner.as_ptr() as usize - line.as_ptr() as usize;
    let stretch = match anchor {
        Anchor::Whole | Anchor::Start => {
            lead..lead + same(inner, whole.trim_start_matches(|c: char| !c.is_alphanumeric()))
        }
        Anchor::End => {
            let end = lead + inner.len();
            let trimmed = whole.trim_end_matches(|c: char| !c.is_alphanumeric());
            end - same_from_end(inner, trimmed)..end
        }
        Anchor::Inside => {
            let starts = line.char_indices().map(|(at, _)| at..at + same(&line[at..], whole));
            starts.max_by_key(|range| (range.len(), std::cmp::Reverse(range.start))).unwrap_or(0..0)
        }
    };
    ((weight(&line[stretch.clone()]), stretch), false)
}

fn slotted_on(slotted: &Slotted, anchor: Anchor, line: &str) -> (Agreement, bool) {
    let lead = line.find(char::is_alphanumeric).unwrap_or(0);
    let starts: Vec<usize> = match anchor {
        Anchor::Whole | Anchor::Start => vec![0, lead],
        Anchor::End | Anchor::Inside => line.char_indices().map(|(at, _)| at).collect(),
    };
    let laid = starts.into_iter().map(|start| {
        let mut budget = BUDGET;
        let laid = lay(slotted, line, 0, start, 0, &mut budget);
        (laid, start..laid.end)
    });
    let best = laid.max_by_key(|(laid, range)| (laid.complete, laid.said, range.len(), std::cmp::Reverse(range.start)));
    best.map_or(((0, 0..0), false), |(laid, range)| ((laid.said, range), laid.complete))
}

/// How far parts could be laid on a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Laid {
    /// All of them could.
    complete: bool,
    /// The weight of what agrees.
    said: u32,
    /// Where agreement ends.
    end: usize,
}

/// Lays the parts from `part` on at byte `at`; what came before weighs `said`.
fn lay(slotted: &Slotted, line: &str, part: usize, at: usize, said: u32, budget: &mut u32) -> Laid {
    let here = Laid { complete: false, said, end: at };
    let Some(this) = slotted.parts().get(part) else { return Laid { complete: true, ..here } };
    if *budget == 0 {
        return here;
    }
    *budget -= 1;
    let at = if part > 0 && line[at..].starts_with(' ') { at + 1 } else { at };
    match this {
        PatternPart::Literal(text) => {
            let len = same(&line[at..], text);
            let said = said + weight(&text[..len]);
            match len == text.len() {
                true => lay(slotted, line, part + 1, at + len, said, budget),
                false => Laid { said, end: at + len, ..here },
            }
        }
        PatternPart::Anything => {
            let found = match slotted.parts().get(part + 1) {
                Some(PatternPart::Literal(text)) => line[at..].find(text.as_str()),
                _ => Some(0),
            };
            found.map_or(here, |ahead| lay(slotted, line, part + 1, at + ahead, said, budget))
        }
        PatternPart::Slot(slot) => {
            let with_slot = said + slot_weight(*slot);
            let ends = slotted.slot_ends(*slot, line, at);
            ends.into_iter().map(|end| lay(slotted, line, part + 1, end, with_slot, budget)).max().unwrap_or(here)
        }
    }
}
