//! [`ExitCode`]: the exit codes of the program.

/// How a run ended. `--help` documents these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExitCode {
    /// All went well.
    Fine = 0,
    /// Some input failed; the rest was done.
    Failed = 1,
    /// The arguments or the rules cannot be used; nothing was done.
    Unusable = 2,
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code as u8)
    }
}
