//! The user interface: messages, progress, colours, exit codes; and writing files.

pub mod atomic_file;
pub mod color;
pub mod errors;
pub mod exit;
pub mod language;
pub mod lines;
pub mod messages;
pub mod progress;

use std::io::{self, Write as _};

/// Writes bytes to standard output and flushes it.
pub fn print(bytes: &[u8]) -> anyhow::Result<exit::ExitCode> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes)?;
    stdout.flush()?;
    Ok(exit::ExitCode::Fine)
}
