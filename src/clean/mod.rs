//! The filter (`dehusk FILE`): reads texts, writes their bodies.

pub mod args;
pub mod cleaner;
mod collisions;
pub mod context;
pub mod explain;
mod folder;
mod invalid_bytes;
mod job;
mod json;
mod learnt;
mod ordered_messages;
mod output;
mod plan;
mod processed;
pub mod records;
mod removed;
mod report;
mod run;
mod sink;
mod source;
mod texts;

pub use plan::run;
