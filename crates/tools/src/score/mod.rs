//! Scores: how close a cleaned text is to the body that people marked.
//!
//! The figures are computed like those of the scorer that is published with the collections of pages: each
//! rate is computed per document first, "macro" is its mean over the documents where it is defined, and
//! "micro" is computed from the summed counts. `tokens` splits texts into tokens, `document` scores one
//! output, `tally` sums up, `lines` decides for each line whether it is body.
//!
//! Nothing here depends on rules or the engine: the output of any other tool is scored in the same way.

mod document;
mod lines;
mod tally;
mod tokens;

pub use document::{Bag, BodyScore, Prf, Reference, Score};
pub use lines::{LineVerdict, verdicts};
pub use tally::{Macro, Micro, Rates, ScoreTally};
pub use tokens::{each_token, folded};
