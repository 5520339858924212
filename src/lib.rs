//! dehusk takes the text of crawled articles and whole web pages and gives back the article body.
//!
//! Rules in TOML say what goes. They are compared with the text on a *fold view*, where script,
//! width, case, quotes, brackets, spaces and inserted pinyin do not matter, and what stays is
//! byte-identical to what came in.
//!
//! ```text
//! bytes ─ decode ─▶ Document ─ fold, match ─▶ facts ─ decide ─▶ Outcome ─▶ body
//! TOML  ─ load, validate ─▶ RuleSet ─ compile ─▶ Engine
//! ```
//!
//! ```
//! use dehusk::{Document, Engine, RuleSet};
//!
//! let engine = Engine::builder().build(&RuleSet::shipped()?)?; // once
//! let text = "老码头昨天重新开航，清晨六点，第一班渡船载着四十多位乘客驶向对岸。\n责任编辑：王小满\n";
//! let document = Document::new(text)?;
//! let outcome = engine.clean(&document); // many times, from any thread
//! assert_eq!(outcome.body(&document), &text[..text.find('责').unwrap()]);
//! assert_eq!(outcome.metadata.editor.as_deref(), Some("王小满"));
//! # Ok::<(), dehusk::Error>(())
//! ```
//!
//! [`design`] says how it works and why.
#![warn(missing_docs)]

#[doc = include_str!("../docs/design/README.md")]
pub mod design {}

mod bodies;
pub mod docs;
pub mod edit;
mod engine;
mod error;
mod examples;
pub mod explain;
mod finder;
pub mod io;
mod lint;
mod literals;
#[cfg(feature = "formats")]
pub mod pipeline;
pub mod preview;
mod repair;
mod rule;
pub mod score;
mod span;
pub mod stats;
pub mod suggest;
mod text;

pub use bodies::{Body, bodies_in, shipped_bodies};
pub use engine::{
    Cause, CuePoints, Engine, EngineBuilder, Evidence, Fact, Input, Inspector, Metadata, Near, NearRule, Outcome,
    Removal, Spared, SparedReason, TextField, Verdict, Warning,
};
pub use error::{Error, Result, io_reason};
pub use examples::{
    Case, CaseFailure, CaseLine, ExampleFailure, ExampleRun, Expected, RepairFailure, Todo, cases_in, check_cases,
    check_examples, reasons, run_examples,
};
pub use finder::{Cue, tune};
pub use io::{Batch, Batches, Fields, JsonKind, Raw, Record, RecordError, json_string};
pub use lint::{Checked, Counts, SLUGS, Slug, SlugExample, check, lint, slug};
pub use repair::{Edit, Repaired, Repairer};
pub use rule::{
    Action, Category, Choice, Conditions, Diagnostic, Example, FIELDS, Field, FieldKind, Fix, Lang, Level, Message,
    Phrase, Position, Profile, Remove, RemoveKind, Repair, RepairAction, RepairAt, Rule, RuleId, RuleSet, SLOTS,
    Settings, Shape, Source, Status, TableKind, layered, rules_sum, shipped_sources, sources_in,
};
pub use span::Span;
#[doc(hidden)]
pub use text::steps_taken;
pub use text::{Cues, Decoded, Document, FoldedLine, decode, encode, fold};
