//! Formats: how texts come out of files and go back into them.
//!
//! A reader hands out texts with their place; a writer puts a text back and leaves every
//! other byte as it was. Nothing here knows rules. Plain text needs no code of its own
//! (bytes are decoded by [`crate::decode`]), so what stands here is JSON Lines.

mod batch;
mod jsonl;

pub use batch::{Batch, Batches, Raw};
pub use jsonl::{Fields, JsonKind, Record, RecordError, json_string};
