//! The engine of dehusk: a rule set compiled once, asked many times from any thread.
//!
//! `compile` turns rules into literals and masks, `matcher` finds in one pass which rule
//! matches which line, `decide` weighs positions, keeps and guards in rounds over the text
//! that is left (`remaining`, `round`), `seams` makes spans of it, `render` is the only
//! place that builds output text. Matches and decision are separate values, so what was
//! spared and why is known without a second run. `finder` is asked where whole pages come in.
//!
//! Beside it stands what judges rules by it: `examples`, `bodies`, [`explain`] (its reasons in
//! words) and `repair` (damage undone before any rule looks).
//!
//! Part of `dehusk`, which re-exports what its users need.
#![warn(missing_docs)]

mod between;
mod bodies;
mod choice;
mod compile;
mod decide;
mod engine;
mod examples;
pub mod explain;
mod finder;
mod frames;
mod hash;
mod html;
mod literals;
mod made_of;
mod matcher;
mod metadata;
mod outcome;
mod packed;
mod pairs;
mod pattern;
mod prebuilt;
mod probe;
mod quotes;
mod remaining;
mod removal;
mod removed_ranks;
mod render;
mod repair;
mod round;
mod seams;
mod searched;
mod sites;
mod slots;
mod state;
mod thread;
mod threes;
mod tried;
mod why;

pub use bodies::{Body, bodies_in, shipped_bodies};
pub use compile::{required_literals, shape_bits};
pub use engine::{Engine, EngineBuilder, Input, prebuild};
pub use examples::{
    Case, CaseFailure, CaseLine, ExampleFailure, ExampleRun, Expected, RepairFailure, Todo, alone, cases_in,
    check_cases, check_examples, reasons, run_examples, spared_in, takers_of, takes_all_of,
};
pub use finder::{Cue, tune};
pub use html::{HtmlReader, HtmlText};
pub use outcome::{Metadata, Outcome, Spared, SparedReason, Warning};
pub use probe::Probe;
pub use removal::{Cause, Evidence, Removal};
pub use repair::{Edit, Repaired, Repairer};
pub use why::{CuePoints, Fact, Inspector, Near, NearRule, Verdict};
