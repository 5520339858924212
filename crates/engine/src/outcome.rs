//! [`Outcome`]: everything that happened to one document, as data.
//!
//! Printers (the body, JSON, the coloured page, the web page for rule editors) read this
//! one type; none of them runs the engine again.

use serde::Serialize;

use super::removal::{Cause, Removal};
use dehusk_rules::RuleId;
use dehusk_text::{Document, Span};

/// What the engine found and decided on one document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// What goes, in the order of the text, without overlaps.
    pub removals: Vec<Removal>,
    /// What a rule would have taken, and why it stayed.
    pub spared: Vec<Spared>,
    /// What the text says about itself.
    pub metadata: Metadata,
    /// What a reader should know.
    pub warnings: Vec<Warning>,
    /// What the text was taken for: never [`Input::Auto`](crate::Input::Auto).
    pub input: crate::Input,
}

/// A stretch that a rule would have taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Spared {
    /// Bytes of the original text.
    pub span: Span,
    /// The rule that would have taken it.
    pub rule: RuleId,
    /// What held it back.
    pub reason: SparedReason,
}

/// What held a removal back.
#[derive(Clone, Debug, PartialEq)]
pub enum SparedReason {
    /// The rule is on trial.
    Trial,
    /// A `[[keep]]` protects the line (given from 0).
    Kept {
        /// The keep rule.
        by: RuleId,
        /// The protected line, from 0.
        line: u32,
    },
    /// A further line contains none of `lines_contain`.
    LineWithout {
        /// That line, from 0.
        line: u32,
    },
    /// Real sentences follow the place where the cut would begin.
    TextResumes {
        /// The first such line, from 0.
        line: u32,
    },
    /// It would take more of the text than `max_share` allows (percent).
    TooMuch {
        /// What it would take, in percent.
        share: f32,
        /// What it may take, in percent.
        limit: f32,
    },
    /// Fewer lines or items than `at_least`.
    TooFew {
        /// How many there are.
        found: u32,
        /// How many there must be.
        needed: u32,
    },
    /// Too little text stands above the heading of a thread for an article.
    LittleAbove,
    /// The page is a forum: this line, from 0, is one that only a forum has, or a frame above the heading.
    Forum {
        /// That line, from 0.
        line: u32,
    },
    /// Too little body would be left; the document passes unchanged.
    NothingLeft,
}

/// What the text says about itself, found in lines that rules matched.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Metadata {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub editor: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

/// What a reader of the result should know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
    /// The rules would have left fewer characters than `min_left`: the text passed unchanged.
    WouldBeEmpty,
    /// What was given as HTML has no tag: it was taken as text.
    NotHtml,
    /// The page has no text: scripts make it.
    MadeByScript,
    /// The page has no text: it is in the pages that its frames show.
    MadeOfFrames,
}

impl Outcome {
    /// The body: the text without the removals.
    pub fn body(&self, document: &Document<'_>) -> String {
        super::render::body(document.text(), &self.removals)
    }

    /// The rule that took the text at this byte of the document, if one did.
    pub fn rule_at(&self, at: usize) -> Option<RuleId> {
        let next = self.removals.partition_point(|removal| removal.span.end <= at);
        match self.removals.get(next)?.cause {
            Cause::Rule { rule, .. } if self.removals[next].span.start <= at => Some(rule),
            _ => None,
        }
    }

    /// How many bytes go.
    pub fn removed_bytes(&self) -> usize {
        self.removals.iter().map(|r| r.span.len()).sum()
    }
}
