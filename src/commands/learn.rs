//! `dehusk learn`: writes rules for what each site of a collection repeats.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use dehusk::learn::FEWEST_PAGES;
use dehusk::{bodies_in, shipped_bodies};

use crate::learn::Learning;
use crate::read::args::{CommonArgs, EngineArgs};
use crate::read::documents::Documents;
use crate::read::read_args::CollectionArgs;
use crate::ui::exit::ExitCode;
use crate::ui::messages::Console;

/// Learn what each site of a collection repeats, as rules that people read
///
/// A line that stands on three pages of a site and is no sentence of an article is furniture. For every
/// site with enough pages a file of rules is written, each line with the number of its pages; dehusk
/// --rules FOLDER cleans with them, each site with its own. What is doubtful is on trial. At most 64
/// pages of a site are learnt from, always the same ones; copies of an article count once. summary.md
/// names all sites. Lines of known bodies (those that ship with dehusk, and --bodies) are never learnt.
///
/// Exit codes: 0 all went well, also if nothing repeats; 1 some documents could not be read; 2 the
/// rules or the collection cannot be read, or the folder is not empty.
#[derive(Debug, Args)]
pub struct LearnArgs {
    #[command(flatten)]
    pub collection: CollectionArgs,

    /// Write the files into this folder, which must be new or empty
    #[arg(short, long, value_name = "DIR", default_value = "sites", help_heading = "Output")]
    pub out: PathBuf,

    /// Add to what was learnt before
    ///
    /// New lines are added behind those in the files; what people changed or took out stays so. Pages
    /// that were learnt from do not count again. summary.md names what no longer repeats.
    #[arg(long, help_heading = "Output")]
    pub update: bool,

    /// Pages that a site must have
    #[arg(long, value_name = "N", default_value_t = FEWEST_PAGES, help_heading = "Pages")]
    pub fewest: usize,

    /// The folder of each file is its site, for texts that say no URL
    ///
    /// Clean each folder with --host FOLDER then.
    #[arg(long, help_heading = "Pages")]
    pub by_folder: bool,

    /// More texts of which every line is body
    #[arg(long, value_name = "DIR", help_heading = "Pages")]
    pub bodies: Vec<PathBuf>,

    #[command(flatten)]
    pub engine: EngineArgs,
}

/// Runs the command.
pub fn run(args: &LearnArgs, common: &CommonArgs) -> Result<ExitCode> {
    let lang = common.lang();
    let mut console = Console::new(lang, common.quiet);
    let files = args.collection.collection.iter().map(PathBuf::as_path);
    let engine = crate::read::rules::engine(common, args.engine.for_files(files).builder())?;
    let collection = Documents::open(&args.collection, common, &mut console)?.keeping_html();
    let mut bodies = shipped_bodies();
    for folder in &args.bodies {
        bodies.extend(bodies_in(folder)?);
    }
    let learning = Learning {
        engine: &engine,
        bodies,
        out: &args.out,
        fewest: args.fewest,
        by_folder: args.by_folder,
        update: args.update,
        lang,
    };
    let counts = learning.run(&collection, &mut console)?;
    write!(anstream::stdout().lock(), "{}", counts.said(Some(&args.out), args.fewest, lang))?;
    Ok(console.finish())
}
