//! A whole collection on one machine: many inputs side by side, a record of all that went, and
//! what a run needs to go on where it was stopped.
//!
//! Knows texts, rules, outcomes and formats; knows no flags and no terminals, and prints nothing.

mod lanes;

pub use lanes::{AHEAD, Lanes, run};
