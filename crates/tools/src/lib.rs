//! Tools for people who write rules, and for those who measure them: what `dehusk check`, `preview`, `stats`,
//! `suggest`, `docs` and `eval` work with.
//!
//! Part of `dehusk`, which re-exports what its users need.
#![warn(missing_docs)]

pub mod docs;
mod lint;
pub mod preview;
pub mod score;
pub mod stats;
pub mod suggest;

pub use lint::{Checked, Counts, SLUGS, Slug, SlugExample, check, check_beside, lint, slug};
