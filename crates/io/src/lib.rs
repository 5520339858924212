//! Formats of files: take the texts out, and put them back.
//!
//! A reader returns texts with their places; a writer puts a text back and leaves every other byte as it was. Nothing
//! here knows rules. Plain text needs no code of its own (bytes are decoded by [`dehusk_text::decode`]).
//!
//! A stream format has a *cutter* and a *record*. The cutter only finds the ends of records and returns them in
//! batches. The record finds the text in one of them and puts another in its place. So one thread reads while many
//! threads parse.
//!
//! Part of `dehusk`, which re-exports what its users need.
#![warn(missing_docs)]

mod batch;
#[cfg(feature = "formats")]
pub mod csv;
#[cfg(feature = "formats")]
mod digest;
#[cfg(feature = "formats")]
mod error;
#[cfg(feature = "formats")]
mod format;
mod jsonl;
mod limits;
#[cfg(feature = "formats")]
pub mod packed;
#[cfg(feature = "formats")]
mod packing;
#[cfg(feature = "formats")]
pub mod parquet;
#[cfg(feature = "formats")]
mod unread;
#[cfg(feature = "formats")]
pub mod warc;

pub use batch::{Batch, Batches, Raw};
#[cfg(feature = "formats")]
pub use error::{FormatError, format_reason};
#[cfg(feature = "formats")]
pub use format::{Cutter, Entry, EntryError, Format, Parser};
pub use jsonl::{Fields, JsonKind, Record, RecordError, json_string};
#[cfg(feature = "formats")]
pub use warc::NoPage;

pub use limits::{ReadLimits, RecordPiece, parse_size, size_in_words};
