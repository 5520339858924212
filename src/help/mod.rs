//! The Chinese help: `zh.toml`, put into the parser by [`translate`]. A test of `cli.rs` holds that nothing is
//! left out, and that nothing stays English.

mod translate;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

#[cfg(test)]
pub use translate::mistake;
pub use translate::{exit, print_and_exit, translate};

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

/// What is said of an argument.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArgText {
    /// For `-h`.
    short: String,
    /// What `--help` adds.
    #[serde(default)]
    more: String,
}

/// What is said of a command beside the filter.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommandText {
    about: String,
    long: String,
    /// Chinese words for it: whoever types one is told the command.
    #[serde(default)]
    pub called: Vec<String>,
    /// Arguments that mean something else here.
    #[serde(default)]
    pub args: BTreeMap<String, ArgText>,
}

/// The command that a Chinese word names.
pub fn called(word: &str) -> Option<&'static str> {
    let mut commands = TEXTS.command.iter();
    commands.find(|(_, text)| text.called.iter().any(|called| called == word)).map(|(name, _)| name.as_str())
}

/// The texts, read when they are first asked for: most runs show no help.
pub static TEXTS: LazyLock<Texts> =
    LazyLock::new(|| toml::from_str(include_str!("zh.toml")).expect("zh.toml is right: a test reads it"));
