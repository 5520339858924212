//! The language of messages: that of `--lang`, or of the locale.

use clap::ValueEnum;
use dehusk::Lang;

/// The values of `--lang`.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum LangArg {
    Zh,
    En,
}

/// The language of the locale: the first of these variables that is not empty decides.
pub fn locale() -> Lang {
    let value =
        ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(std::env::var_os).find(|value| !value.is_empty());
    match value {
        Some(value) if value.to_string_lossy().to_lowercase().starts_with("zh") => Lang::Zh,
        _ => Lang::En,
    }
}
