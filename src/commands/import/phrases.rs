//! The arguments of `dehusk import phrases`, and the phrases of a file.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use dehusk::Engine;
use dehusk::import::{ImportedRule, NotImported, phrases};

use super::ImportTarget;
use crate::read::args::CommonArgs;
use crate::read::phrases::{FIRST_COLUMN, listed};
use crate::read::read_args::ReadArgs;
use crate::ui::messages::Console;

/// Take phrases of a table or list: lines that should go
///
/// FILE is a CSV or TSV file, as a spreadsheet exports it, or a text with a phrase a line. The first column
/// holds the phrases, if --text-field does not say another.
#[derive(Debug, Args)]
#[command(mut_arg("text_field", |arg| arg.default_value(FIRST_COLUMN)))]
pub struct PhrasesArgs {
    /// The file
    #[arg(value_name = "FILE")]
    pub source: PathBuf,

    /// Only for this site
    #[arg(long, value_name = "HOST", help_heading = "The rule")]
    pub site: Option<String>,

    /// What the rule is called; the name of the file if not given
    #[arg(long, value_name = "NAME", help_heading = "The rule")]
    pub name: Option<String>,

    #[command(flatten)]
    pub target: ImportTarget,

    #[command(flatten)]
    pub read: ReadArgs,
}

/// One rule with all usable phrases, and the phrases that cannot be used.
pub(super) fn read(args: &PhrasesArgs, common: &CommonArgs) -> Result<(Vec<ImportedRule>, Vec<NotImported>)> {
    let mut console = Console::new(common.lang(), common.quiet);
    let listed = listed(&args.source, &args.read, common, &mut console)?;
    let stem = args.source.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let name = args.name.clone().unwrap_or(stem);
    let engine = crate::read::rules::engine(common, Engine::builder())?;
    let bodies = dehusk::shipped_bodies();
    Ok(phrases(&listed, &name, args.site.as_deref(), &engine, &bodies, common.lang())?)
}
