//! What all other crates of dehusk build on: texts, without any rule, and messages to people.
//!
//! Bytes are decoded to text ([`decode`]) and split into lines ([`Document`]). A line is folded to the form in
//! which it is compared ([`FoldedLine`]), and its shape is described by a few bits ([`Cues`]). A range of bytes of
//! the text is a [`Span`]. A [`Message`] is a sentence in Chinese and English, a [`Diagnostic`] a mistake with its
//! place in a rule file, an [`Error`] the reason why a call failed.
//!
//! Part of `dehusk`, which re-exports what its users need.
#![warn(missing_docs)]

mod count;
mod cues;
mod dates;
mod decode;
mod diagnostic;
mod document;
mod error;
mod fold;
mod kind;
pub mod markup;
mod message;
mod nearest;
mod parallel;
mod span;
mod words;
#[doc(hidden)]
pub mod work;

pub use count::{CharCounts, is_alphanumeric, is_wide};
pub use cues::Cues;
pub use cues::{address_end, is_sentence_end};
pub use dates::{date_at, dates_in, may_begin_date, time_at};
pub use decode::{Decoded, decode, encode};
pub use diagnostic::{Diagnostic, Fix, Level, around, is_hidden};
pub use document::{Document, is_language, is_of_host};
pub use error::{Error, Result};
pub use fold::table::{is_han, is_word};
pub use fold::{FoldedLine, fold};
pub use fold::{annotation_len, fold_counting, fold_into};
pub use message::{Lang, Message, SaidError, io_reason};
pub use nearest::nearest;
pub use parallel::{all_cores, parallel_map};
pub use span::Span;
pub use words::{Anchor, at_word_boundaries, core, overlapping};
