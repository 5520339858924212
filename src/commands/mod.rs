//! The commands beside the filter: a file or folder each, with its arguments and its run.

pub mod check;
pub mod config;
pub mod docs;
pub mod eval;
pub mod explain;
pub mod fmt;
pub mod help;
pub mod import;
pub mod keep;
pub mod new;
pub mod pack;
pub mod preview;
pub mod restore;
pub mod schema;
pub mod stats;
pub mod suggest;
pub mod test;
pub mod tune;
pub mod why;

/// A name for a rule, from the line that it is about.
pub fn name_of_line(line: &str) -> String {
    line.trim().chars().filter(|c| !"'\"{}*".contains(*c)).take(20).collect::<String>().trim().to_owned()
}
