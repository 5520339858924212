//! What people see: messages, progress, colour, exit codes; and how files are written.

pub mod atomic_file;
pub mod color;
pub mod errors;
pub mod exit;
pub mod language;
pub mod lines;
pub mod messages;
pub mod progress;

use std::io::{self, Write as _};

/// Writes to standard output, whole.
pub fn print(bytes: &[u8]) -> anyhow::Result<exit::ExitCode> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes)?;
    stdout.flush()?;
    Ok(exit::ExitCode::Fine)
}
