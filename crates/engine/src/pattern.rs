//! [`Pattern`]: one text of one rule, what makes it worth trying on a line ([`Gate`]), and what is still to be checked
//! where its literal stands ([`Check`]).

use dehusk_rules::{Phrase, TextField};
use dehusk_text::{Anchor, core};
use serde::{Deserialize, Serialize};

use crate::pairs::SoughtText;
use crate::slots::{self, PatternPart, Slotted};

/// Bits of a rule's mask that something other than the line itself is asked for.
pub(crate) mod bit {
    use dehusk_rules::TextField;

    pub(crate) const REGEX: u64 = TextField::Regex.mask();
    pub(crate) const LINES_CONTAIN: u64 = TextField::LinesContain.mask();
    pub(crate) const UNTIL: u64 = TextField::Until.mask();
}

/// One text of one rule.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Pattern {
    pub(crate) rule: u32,
    pub(crate) bit: u64,
    pub(crate) field: TextField,
    pub(crate) index: u32,
    pub(crate) anchor: Anchor,
    pub(crate) check: Check,
}

impl Pattern {
    /// Whether it matters only on lines that the rule can match; the further lines of a block may have
    /// any shape.
    pub(crate) fn asks_line(&self) -> bool {
        self.bit & (bit::LINES_CONTAIN | bit::UNTIL) == 0
    }
}

/// A text of an `unless_` field, and the literal in it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Exception {
    pub(crate) pattern: Pattern,
    pub(crate) literal: Option<(String, Anchor)>,
}

impl Exception {
    pub(crate) fn new(pattern: Pattern, gate: Gate) -> Self {
        let literal = match gate {
            Gate::Literal(literal, place) => Some((literal, place)),
            Gate::Regex(_) | Gate::Digit | Gate::Nothing => None,
        };
        Self { pattern, literal }
    }
}

impl SoughtText for Exception {
    /// None of a text that counts as it is written, which is sought in the line as it is written.
    fn folded_literal(&self) -> Option<&str> {
        let folded = self.literal.as_ref().filter(|_| !matches!(self.pattern.check, Check::Exact(_)));
        folded.map(|(literal, _)| literal.as_str())
    }
}

/// A text that is tried only where other texts of its rule were found.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PutOff {
    pub(crate) pattern: u32,
    pub(crate) gate: Gate,
}

impl SoughtText for PutOff {
    fn folded_literal(&self) -> Option<&str> {
        match &self.gate {
            Gate::Literal(literal, _) => Some(literal),
            Gate::Regex(_) | Gate::Digit | Gate::Nothing => None,
        }
    }
}

/// What is still to be checked where the literal of a pattern occurs.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Check {
    /// Anchor and word boundaries of the literal itself.
    Anchored,
    /// The parts of a text with slots.
    Slots(Box<Slotted>),
    /// The original line, without tolerance.
    Exact(Box<str>),
    /// Nothing: the literal stands in every line on which the rule's `regex` matches.
    Nothing,
}

/// What makes a pattern worth trying on a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Gate {
    Literal(String, Anchor),
    /// The literal stands in every match of a regex, perhaps inside a word.
    Regex(String),
    Digit,
    Nothing,
}

/// A text that is a whole line, outside the index of literals.
pub(crate) fn whole_line_text(exact: bool, phrase: &Phrase, site_names: &[String]) -> (Pattern, Gate) {
    let anchor = Anchor::Whole;
    let (check, gate) = text_pattern(exact, phrase, anchor, site_names, &mut Vec::new());
    (Pattern { rule: 0, bit: 0, field: TextField::Frames, index: 0, anchor, check }, gate)
}

/// What is still to be checked of a text, and what makes it worth trying. `spare` are strings for literals to come.
pub(crate) fn text_pattern(
    exact: bool,
    phrase: &Phrase,
    anchor: Anchor,
    site_names: &[String],
    spare: &mut Vec<String>,
) -> (Check, Gate) {
    let mut parts = Vec::new();
    let literal = slots::plain(&phrase.text, spare).or_else(|| {
        parts = slots::parse(&phrase.text);
        match parts.as_mut_slice() {
            [PatternPart::Literal(literal)] => Some(std::mem::take(literal)),
            _ => None,
        }
    });
    if let Some(literal) = literal {
        if exact {
            let raw = phrase.text.replace("{{", "{").replace("{*}", "*");
            return (Check::Exact(raw.into()), Gate::Literal(literal, Anchor::Inside));
        }
        let (literal, place) = match anchor {
            Anchor::Whole if core(&literal).len() < literal.len() => (core(&literal).to_string(), Anchor::Whole),
            Anchor::Whole => (literal, Anchor::Whole),
            Anchor::Start => (literal, Anchor::Start),
            Anchor::End => (literal, Anchor::End),
            Anchor::Inside => (literal, Anchor::Inside),
        };
        return (Check::Anchored, Gate::Literal(literal, place));
    }
    let slotted = Slotted::new(parts, anchor, site_names);
    let gate = match slotted.literal() {
        Some(literal) => Gate::Literal(literal.to_string(), slotted.place()),
        None if slotted.needs_digit() => Gate::Digit,
        None => Gate::Nothing,
    };
    (Check::Slots(Box::new(slotted)), gate)
}
