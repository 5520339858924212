//! The one integration test binary.

/// The command line: every case of `cmd/`.
#[cfg(feature = "cli")]
mod cli;
/// What is said about every mistake in a rule file.
mod diagnostics;
/// Who may use whom among the modules of `src`.
mod layers;
/// The real documents and pages beside the repository, where they exist.
mod real;
/// The shipped rules: their examples hold.
mod rules;
/// Rules, a text and the body it must give, as data.
mod suite;
/// Invented documents and the bodies they must give.
mod twins;
mod util;
