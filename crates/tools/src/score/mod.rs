//! Scores: how near a text that was cleaned comes to the body that people marked.
//!
//! The figures are those of the scorer that the collections of pages are published with: every
//! rate is taken per document first, "macro" is the mean over the documents where it is defined,
//! "micro" pools the counts. `tokens` says what a word is, `document` judges one output,
//! `tally` sums up, `lines` says of each line whether it is body.
//!
//! Nothing here knows rules or the engine: the output of any other tool is judged alike.

mod document;
mod lines;
mod tally;
mod tokens;

pub use document::{Bag, BodyScore, Prf, Reference, Score};
pub use lines::{LineVerdict, verdicts};
pub use tally::{Macro, Micro, Rates, ScoreTally};
pub use tokens::{each_token, folded};
