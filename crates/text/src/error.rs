//! [`Error`]: its message says what went wrong, where, and what to do next.
//!
//! One opaque type: callers use its methods (`is_io`, `diagnostics`) and never see
//! the errors of the crates underneath. Mistakes in rule files are not one error but
//! many [`Diagnostic`]s, all of them at once.

use std::fmt;
use std::path::PathBuf;

use crate::diagnostic::Diagnostic;
use crate::message::{Lang, Message, io_reason};

/// The result of a fallible call of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// The reason why a call failed. Its message says what went wrong, where, and what to do next, if known.
#[derive(Debug)]
pub struct Error(Box<ErrorDetail>);

#[derive(Debug)]
enum ErrorDetail {
    Io { path: PathBuf, source: std::io::Error },
    Rules(Vec<Diagnostic>),
    Input(Message),
    Option(Message),
}

impl Error {
    /// A file or folder that could not be read or written.
    pub fn io(path: impl Into<PathBuf>, source: std::io::Error) -> Self {
        Self(Box::new(ErrorDetail::Io { path: path.into(), source }))
    }

    /// Rule files with mistakes.
    pub fn rules(diagnostics: Vec<Diagnostic>) -> Self {
        Self(Box::new(ErrorDetail::Rules(diagnostics)))
    }

    /// A record or text that cannot be processed.
    pub fn input(zh: String, en: String) -> Self {
        Self(Box::new(ErrorDetail::Input(Message { zh, en })))
    }

    /// An option that names something that does not exist.
    pub fn option(zh: String, en: String) -> Self {
        Self(Box::new(ErrorDetail::Option(Message { zh, en })))
    }

    /// Whether a file or folder could not be read or written.
    pub fn is_io(&self) -> bool {
        matches!(*self.0, ErrorDetail::Io { .. })
    }

    /// The mistakes in rule files, if there were any; otherwise empty.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        match &*self.0 {
            ErrorDetail::Rules(found) => found,
            _ => &[],
        }
    }

    /// The message in one language.
    pub fn message(&self, lang: Lang) -> String {
        match &*self.0 {
            ErrorDetail::Io { path, source } => format!("{}: {}", path.display(), io_reason(lang, source)),
            ErrorDetail::Rules(found) => found.iter().map(|one| one.render(lang, false)).collect::<Vec<_>>().join("\n"),
            ErrorDetail::Input(message) | ErrorDetail::Option(message) => message.get(lang).to_string(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            ErrorDetail::Io { path, source } => write!(f, "{}: {source}", path.display()),
            ErrorDetail::Rules(found) => {
                for (i, one) in found.iter().enumerate() {
                    if i > 0 {
                        writeln!(f)?;
                    }
                    write!(f, "{one}")?;
                }
                Ok(())
            }
            ErrorDetail::Input(message) | ErrorDetail::Option(message) => f.write_str(&message.en),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &*self.0 {
            ErrorDetail::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}
