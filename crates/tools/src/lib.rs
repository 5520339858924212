//! Tools for writing and measuring rules: the library side of `dehusk check`, `preview`, `stats`, `suggest`, `import`,
//! `docs` and `eval`, and of the studio.
//!
//! Part of `dehusk`, which re-exports what its users need.
#![warn(missing_docs)]

pub mod docs;
pub mod funnel;
pub mod import;
mod lint;
pub mod preview;
pub mod score;
pub mod stats;
pub mod suggest;
mod test_report;

pub use lint::{Checked, Counts, SLUGS, Slug, SlugExample, check, check_beside, lint, slug};
pub use test_report::TestReport;
