//! The Chinese help: [`translate`] replaces the English texts of the parser by those of `zh.toml`. A test in `cli.rs`
//! checks that no text is missing, and that none stays English.

mod translate;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

#[cfg(test)]
pub use translate::mistake;
pub use translate::{exit, translate};

/// The texts of `zh.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Texts {
    about: String,
    long_about: String,
    after: String,
    after_long: String,
    /// Headings by their English names.
    headings: BTreeMap<String, String>,
    /// Names of values by their English names.
    values: BTreeMap<String, String>,
    /// Arguments by their ids.
    pub args: BTreeMap<String, ArgText>,
    /// Commands by their names: `pack add` for one inside another.
    pub command: BTreeMap<String, CommandText>,
}

/// The help of an argument.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArgText {
    /// For `-h`.
    short: String,
    /// The paragraphs that `--help` adds.
    #[serde(default)]
    more: String,
}

/// The help of a command.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommandText {
    about: String,
    long: String,
    /// Texts of arguments that differ from the shared ones.
    #[serde(default)]
    pub args: BTreeMap<String, ArgText>,
}

/// The texts, parsed when they are first needed, because most runs show no help.
pub static TEXTS: LazyLock<Texts> =
    LazyLock::new(|| toml::from_str(include_str!("zh.toml")).expect("zh.toml is right: a test reads it"));
