//! dehusk takes the text of crawled articles and web pages and gives back the article body.
#![warn(missing_docs)]

mod engine;
mod error;
mod examples;
mod io;
mod repair;
mod rule;
mod span;
mod text;

pub use engine::{
    Cause, Engine, EngineBuilder, Evidence, Input, Metadata, Outcome, Removal, Spared, SparedReason, TextField, Warning,
};
pub use error::{Error, Result};
pub use examples::{Expected, ExampleFailure, check_examples};
pub use io::{Batch, Batches, Fields, JsonKind, Record, RecordError, json_string};
pub use repair::{Edit, Repaired, Repairer};
pub use rule::{
    Action, Category, Choice, Conditions, Diagnostic, Example, FIELDS, Field, FieldKind, Fix, Lang, Level, Message,
    Phrase, Position, Profile, Remove, RemoveKind, Repair, RepairAction, RepairAt, Rule, RuleId, RuleSet, SLOTS,
    Settings, Shape, Source, Status, TableKind, shipped_sources, sources_in,
};
pub use span::Span;
pub use text::{Cues, Decoded, Document, FoldedLine, decode, encode, fold};
