//! `dehusk explain`: cleans like `dehusk FILE`, but prints every line with what happened to it.

use anyhow::Result;
use clap::Args;

use crate::clean::args::CleanArgs;
use crate::read::args::{CommonArgs, EngineArgs};
use crate::read::read_args::{ReadArgs, ShareArgs};
use crate::ui::exit::ExitCode;

/// Show every line of pages with its fate, and the rule that takes it
///
/// = stays, - goes, ~ loses words, ! a rule was held back, # about the page. Below what goes stand
/// the rule, its place and the texts of it that were found; with the body finder, the points that
/// decided.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 all went well, 1 some input failed, 2 the arguments or rules cannot be taken")]
pub struct ExplainArgs {
    /// Files and folders to read; none, or -, for standard input
    #[arg(value_name = "FILE")]
    pub files: Vec<std::path::PathBuf>,

    /// One JSON object a document
    ///
    /// file, line and id of a record, profile, input, lines, passages. A passage has lines (first and
    /// last, from 1), fate (stays, goes, part), text, reasons (rule, place, conditions; for the body finder
    /// its points and cues, also where a line stays) and spared.
    #[arg(long, help_heading = "Output")]
    pub json: bool,

    #[command(flatten)]
    pub engine: EngineArgs,

    #[command(flatten)]
    pub read: ReadArgs,

    #[command(flatten)]
    pub share: ShareArgs,

    /// Mend damage first: inserted pinyin, lost indents, shifted bytes
    #[arg(long, help_heading = "Cleaning")]
    pub repair: bool,
}

/// Runs the filter with `explain` set.
pub fn run(args: &ExplainArgs, common: &CommonArgs) -> Result<ExitCode> {
    let clean = CleanArgs {
        files: args.files.clone(),
        explain: true,
        json: args.json,
        engine: args.engine.clone(),
        read: args.read.clone(),
        share: args.share.clone(),
        repair: args.repair,
        ..CleanArgs::default()
    };
    crate::clean::run(&clean, common)
}
