//! [`Removal`]: one stretch of text that goes, and why.

use dehusk_rules::{Phrase, RuleId, RuleSet, TextField};
use dehusk_text::Span;

/// One stretch of text that goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Removal {
    /// Bytes of the original text.
    pub span: Span,
    /// Why.
    pub cause: Cause,
}

/// Why a stretch of text goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// A rule matched.
    Rule {
        /// Which.
        rule: RuleId,
        /// The text of the rule that decided, where one did.
        evidence: Option<Evidence>,
        /// The line (from 0) that the rule matched: the heading of a list, the anchor of a cut.
        anchor: u32,
    },
    /// The body finder: the line's points say that it is no body.
    Finder {
        /// Its points, in hundredths.
        points: i32,
    },
    /// Blank lines beside a removal, folded to one.
    Seam,
}

/// Which text of a rule matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence {
    /// The field.
    pub field: TextField,
    /// Which text of that field, from 0.
    pub index: u32,
}

impl Evidence {
    /// The text as the rule says it.
    pub fn phrase<'r>(&self, rules: &'r RuleSet, rule: RuleId) -> Option<&'r Phrase> {
        self.field.texts(rules.rule(rule)).get(self.index as usize)
    }
}
