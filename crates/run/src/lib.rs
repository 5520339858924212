//! Cleans a whole collection on one machine: many inputs in parallel, a record of all removals, and
//! the journal with which a stopped run is resumed.
//!
//! It uses the crates for texts, rules, the engine and formats. It knows no command-line flags and no terminal,
//! and prints nothing.
//!
//! Part of `dehusk`, which re-exports what its users need.
#![warn(missing_docs)]

mod audit;
mod change;
mod choose;
pub mod disk;
mod journal;
mod lanes;
mod names;
mod record;
pub mod restore;
mod tally;

pub use audit::{Audit, AuditExample, AuditOfRule};
pub use change::{Change, Why, changes};
pub use choose::SampleShare;
pub use journal::{FOLDER, Found, Journal, JournalEntry, Locked, ResultFile, RunFile, Stamp, entries, lock, stamp_of};
pub use lanes::{AHEAD, Lanes, Opened, run};
pub use names::{name_of_path, path_of_name};
pub use record::{Checksum, Decided, Kind, Row, Rows, checksum};

pub use tally::{Count, FAILURES, Failure, Summary, Sums, Tally};
