//! All commands except the filter (`dehusk FILE`): one file or folder each, with its arguments and `run`.

pub mod check;
pub mod config;
pub mod docs;
pub mod eval;
pub mod explain;
pub mod fmt;
pub mod help;
pub mod import;
pub mod keep;
pub mod learn;
pub mod new;
pub mod pack;
pub mod preview;
pub mod restore;
pub mod schema;
pub mod stats;
#[cfg(feature = "studio")]
pub mod studio;
pub mod suggest;
pub mod test;
pub mod tune;
pub mod verify;
pub mod why;
