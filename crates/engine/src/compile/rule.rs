//! [`Compiled`]: a rule as the matcher and the decision see it.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::limits::Limits;
use super::patterns::is_bar_alone;
use super::regexes::LazyRegex;
use crate::frames::LazyFrames;
use crate::made_of::LineWords;
use crate::pairs::TextsByEnds;
use crate::pattern::{Exception, PutOff};
use dehusk_rules::{
    Action, Category, ElementName, MAX_CONTAINS_ALL, Position, RemoveKind, Rule, Shape, Status, TextField, TextRole,
};
use dehusk_text::markup::LineAround;
use dehusk_text::{Cues, Document};

/// What the decision asks of a rule: all that it has but texts.
#[derive(Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) struct Effect {
    pub(crate) action: Action,
    pub(crate) status: Status,
    pub(crate) category: Category,
    pub(crate) position: Position,
    pub(crate) sites: Vec<String>,
    pub(crate) except_sites: Vec<String>,
    pub(crate) languages: Vec<String>,
}

impl Effect {
    fn of(rule: &Rule) -> Self {
        Self {
            action: rule.action.clone(),
            status: rule.status,
            category: rule.category,
            position: rule.conditions.position,
            sites: rule.sites.clone(),
            except_sites: rule.except_sites.clone(),
            languages: rule.languages.clone(),
        }
    }

    /// Whether only words of a line go.
    pub(crate) fn takes_words(&self) -> bool {
        matches!(&self.action, Action::Remove(remove) if remove.kind == RemoveKind::Phrase)
    }
}

/// A rule as the matcher and the decision see it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) struct Compiled {
    pub(crate) effect: Effect,
    /// Which patterns are its own.
    pub(super) patterns: Range<u32>,
    /// The bits that must all be set.
    pub(crate) required: u64,
    /// Shapes, one of which must hold; 0 for any.
    pub(crate) shapes: u16,
    /// Shapes, none of which may hold.
    pub(crate) not_shapes: u16,
    pub(crate) min_length: u32,
    pub(crate) max_length: u32,
    /// The names of elements, in one of which the line must stand; empty for any.
    pub(crate) inside: Vec<ElementName>,
    /// The shapes that other lines decide, in `looks_like`…
    pub(crate) repeated_below: bool,
    pub(crate) repeated: bool,
    /// …and in `unless_looks_like`.
    pub(crate) not_repeated_below: bool,
    pub(crate) not_repeated: bool,
    /// The shape that depends on what was found, in `looks_like` and in `unless_looks_like`.
    pub(crate) quoted: bool,
    pub(crate) not_quoted: bool,
    /// For lists: the shapes of an item.
    pub(crate) item_shapes: u16,
    /// The `unless_` fields, looked at when all else holds.
    pub(crate) exceptions: TextsByEnds<Exception>,
    /// The words of `made_of`.
    pub(crate) words: LineWords,
    /// The texts around the comments of a thread.
    pub(crate) frames: LazyFrames,
    /// The `regex` field, tried last, when all else holds.
    pub(crate) regexes: Vec<LazyRegex>,
    /// The bits that must be set before the patterns that are put off are tried.
    pub(crate) first: u64,
    /// The patterns that are tried only then.
    pub(crate) put_off: TextsByEnds<PutOff>,
}

impl Compiled {
    /// Whether the line stands in an element that the rule asks for.
    pub(crate) fn is_inside(&self, document: &Document<'_>, line: usize) -> bool {
        let Some(wanted) = self.inside.iter().map(|name| name.around()).reduce(LineAround::and) else { return true };
        document.around(line).is_some_and(|around| around.meets(wanted))
    }

    /// The lines that the rule can match.
    pub(crate) fn limits(&self) -> Limits {
        let any = self.shapes == 0 || self.repeated_below || self.repeated || self.quoted;
        Limits {
            shapes: if any { u16::MAX } else { self.shapes },
            not_shapes: self.not_shapes,
            min_length: self.min_length,
            max_length: self.max_length,
        }
    }
}

/// A rule without its patterns.
pub(super) fn compile_rule(rule: &Rule) -> Compiled {
    let c = &rule.conditions;
    let mut required = 0;
    for field in TextField::ALL {
        let n = field.texts(rule).len();
        match field.role() {
            TextRole::OneOf if n > 0 => required |= field.mask(),
            TextRole::MadeOf if n > 0 && is_bar_alone(rule) => required |= field.mask(),
            TextRole::AllOf => (0..n.min(MAX_CONTAINS_ALL)).for_each(|i| required |= field.mask() << i),
            _ => {}
        }
    }
    let default_items = Cues::LIST_ITEM | Cues::DATED | Cues::TITLE;
    let item_shapes = match &rule.action {
        Action::Remove(remove) if !remove.lines_look_like.is_empty() => shape_bits(&remove.lines_look_like),
        _ => default_items,
    };
    Compiled {
        effect: Effect::of(rule),
        patterns: 0..0,
        required,
        shapes: shape_bits(&c.looks_like),
        not_shapes: shape_bits(&c.unless_looks_like),
        min_length: c.min_length.unwrap_or(0),
        max_length: c.max_length.unwrap_or(u32::MAX),
        inside: c.inside.clone(),
        repeated_below: c.looks_like.contains(&Shape::SaidAgain),
        repeated: c.looks_like.contains(&Shape::Repeated),
        not_repeated_below: c.unless_looks_like.contains(&Shape::SaidAgain),
        not_repeated: c.unless_looks_like.contains(&Shape::Repeated),
        quoted: c.looks_like.contains(&Shape::Quoted),
        not_quoted: c.unless_looks_like.contains(&Shape::Quoted),
        item_shapes,
        exceptions: TextsByEnds::default(),
        words: LineWords::of(rule),
        frames: LazyFrames::new(rule.exact),
        regexes: Vec::new(),
        first: required,
        put_off: TextsByEnds::default(),
    }
}

/// The longest line, in characters, of which a rule asks whether it stood before; 0 if it asks of none.
pub(crate) fn repeat_length(rule: &Rule) -> u32 {
    let c = &rule.conditions;
    let asks = c.looks_like.iter().chain(&c.unless_looks_like).any(|shape| *shape == Shape::Repeated);
    if asks { c.max_length.unwrap_or(u32::MAX) } else { 0 }
}

/// The bits of shapes that one line alone decides; the two that need other lines have none, nor has the one that
/// depends on what was found.
pub fn shape_bits(shapes: &[Shape]) -> u16 {
    shapes.iter().fold(0, |bits, shape| {
        bits | match shape {
            Shape::Title => Cues::TITLE,
            Shape::Sentence => Cues::SENTENCE,
            Shape::ListItem => Cues::LIST_ITEM,
            Shape::Dated => Cues::DATED,
            Shape::Separator => Cues::SEPARATOR,
            Shape::Breadcrumb => Cues::BREADCRUMB,
            Shape::Keywords => Cues::KEYWORDS,
            Shape::Parenthesised => Cues::PARENTHESISED,
            Shape::DateOnly => Cues::DATE_ONLY,
            Shape::Address => Cues::ADDRESS,
            Shape::SaidAgain | Shape::Repeated | Shape::Quoted => 0,
        }
    })
}
