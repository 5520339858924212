//! Suggests rules: for repeated lines, those that many documents share and no known body has ([`suggestions`]); and for
//! lines that somebody pasted ([`Draft`]).
//!
//! What repeats is counted by `dehusk-learn`, for a whole collection as for a single site.
//!
//! What fools it: sub-headings of a series ("Ingredients") repeat and are body. A line without a word of boilerplate in
//! it is taken only from a header or footer, a stretch at the edge of the text in which every line repeats. `propose`
//! has the conditions.

mod draft;
mod name;
mod proposal;
mod propose;
mod report;

pub use dehusk_learn::{BodyHit, Counter, FEWEST, Gathered, Scan, Wanted, body_line_hit, scan, slotted};
pub use draft::Draft;
pub use name::{free_name, name_of_line};
pub use proposal::{HowMuch, Proposal};
pub use propose::{RefusedLine, Suggestion, Suggestions, suggestions};
pub use report::too_few;
