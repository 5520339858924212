//! The ground that all of dehusk stands on: text, before any rule, and how people are told of mistakes.
//!
//! Bytes become text ([`decode`]), text becomes lines ([`Document`]), a line becomes what it is
//! compared as ([`FoldedLine`]) and a handful of facts about its shape ([`Cues`]). A stretch of text is
//! a [`Span`]. What people are told is a [`Message`], in both languages; a mistake with its place is a
//! [`Diagnostic`], a call that failed an [`Error`].
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
pub use document::{Document, is_language};
pub use error::{Error, Result};
pub use fold::{FoldedLine, fold};
pub use fold::{annotation_len, fold_counting, fold_into, is_han, is_word};
pub use message::{Lang, Message, SaidError, io_reason};
pub use nearest::nearest;
pub use span::Span;
pub use words::{Anchor, at_word_boundaries, core, overlapping};
