//! The arguments of `dehusk import legado`.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Args;
use dehusk::import::{ImportedRule, NotImported, legado};

use super::ImportTarget;
use crate::read::args::CommonArgs;
use crate::ui::messages::say;

/// Take replacement rules of Legado that only delete
///
/// FILE is what the app exports: a JSON list with pattern, replacement, isRegex, scope. A rule with a
/// replacement, or with a regular expression that is no list of words, is named and left out.
#[derive(Debug, Args)]
pub struct LegadoArgs {
    /// The exported file
    #[arg(value_name = "FILE")]
    pub source: PathBuf,

    #[command(flatten)]
    pub target: ImportTarget,
}

/// The rules of the file, and those that cannot be imported.
pub(super) fn read(args: &LegadoArgs, common: &CommonArgs) -> Result<(Vec<ImportedRule>, Vec<NotImported>)> {
    let lang = common.lang();
    let shown = args.source.display();
    let bytes = std::fs::read(&args.source).with_context(|| shown.to_string())?;
    let text = dehusk::decode(&bytes, None)?.text;
    legado(&text).map_err(|error| {
        anyhow::anyhow!(say!(
            lang,
            "{shown} 不是 Legado 导出的替换规则：那是一个 JSON 列表，每一项有 pattern",
            "{shown} is no list of replacement rules as Legado exports it ({error})"
        ))
    })
}
