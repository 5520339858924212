//! `dehusk studio [COLLECTION]`: opens the page on which rules are seen, made and tried.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};
use clap::Args;
use dehusk::pipeline::disk;
use dehusk::{Engine, RuleSet, shipped_engine, shipped_rules};
use dehusk_studio::{DiskAccess, ReadPhrases, Studio, StudioDocument, StudioOptions};

use crate::read::args::{CommonArgs, EngineArgs};
use crate::read::documents::Documents;
use crate::read::phrases::{FIRST_COLUMN, listed};
use crate::read::read_args::{CollectionArgs, ReadArgs};
use crate::ui::atomic_file::AtomicFile;
use crate::ui::exit::ExitCode;
use crate::ui::messages::{Console, say};

/// Open the page on which rules are seen, made and tried
///
/// The page shows each document of the collection with what goes and why, makes rules from lines that are
/// selected, shows what a rule does to all documents while it is written, and writes it into the folder of
/// --rules (the first one; myrules if none is given). Without a collection texts can be pasted into it. It is
/// served on this machine only, and only to whoever has the address that is printed; Ctrl-C ends it.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 it was ended, 1 some input failed, 2 the arguments or rules cannot be taken")]
pub struct StudioArgs {
    #[command(flatten)]
    pub collection: CollectionArgs,

    /// The port; any that is free if not given
    #[arg(long, value_name = "PORT", default_value_t = 0, hide_default_value = true, help_heading = "Output")]
    pub port: u16,

    /// Print the address only, and open no browser
    #[arg(long, help_heading = "Output")]
    pub no_open: bool,

    #[command(flatten)]
    pub engine: EngineArgs,
}

/// Where rules are written if no folder is named.
const FOLDER: &str = "myrules";

/// Reads the collection and serves the page until the program is ended.
pub fn run(args: &StudioArgs, common: &CommonArgs) -> Result<ExitCode> {
    let lang = common.lang();
    let mut console = Console::new(lang, common.quiet);
    let collection = &args.collection.collection;
    let choices = match collection.is_empty() {
        true => args.engine.clone(),
        false => args.engine.for_files(collection.iter().map(PathBuf::as_path)),
    };
    let builder = choices.builder();
    let documents = documents(args, common, &shipped_engine(builder.clone())?, &mut console)?;
    let unread = console.failures();
    let mut others = RuleSet::default();
    for folder in common.rules.iter().skip(1) {
        others = others.merged_with(RuleSet::from_dir(folder)?);
    }
    let options = StudioOptions {
        shipped: if common.no_shipped_rules { RuleSet::default() } else { shipped_rules() },
        folder: common.rules.first().cloned().unwrap_or_else(|| FOLDER.into()),
        others,
        engine: builder,
        lang,
        disk: DiskAccess { write, remove },
        phrases: phrases(common),
        unread,
    };
    let port = args.port;
    let studio = Studio::open(options, documents, port)
        .with_context(|| say!(lang, "端口 {port} 用不了", "the port {port} cannot be used"))?;
    let address = studio.address()?;
    let mut out = anstream::stdout().lock();
    let text = say!(lang, "工作台在这里：{address}\n按 Ctrl-C 结束。", "The studio is at {address}\nCtrl-C ends it.");
    writeln!(out, "{text}")?;
    out.flush()?;
    drop(out);
    if !args.no_open {
        open(&address);
    }
    studio.serve()?;
    Ok(console.finish())
}

/// Reads the whole collection into memory: an editor jumps between documents.
fn documents(
    args: &StudioArgs,
    common: &CommonArgs,
    engine: &Engine,
    console: &mut Console,
) -> Result<Vec<StudioDocument>> {
    let mut documents = Vec::new();
    if args.collection.collection.is_empty() {
        return Ok(documents);
    }
    Documents::open(&args.collection, common, console)?.for_engine(engine).each_batch(console, |batch, _| {
        documents.extend(batch.into_iter().filter(|doc| doc.counts).map(|doc| StudioDocument {
            name: doc.name(),
            language: Some(doc.known.lang().to_owned()).filter(|language| !language.is_empty()),
            text: doc.text,
            page: doc.page,
            host: doc.host,
        }));
        Ok(())
    })?;
    Ok(documents)
}

/// Writes a rule file in one step; the old one stays beside it as `own.toml.bak`.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = AtomicFile::new(path)?;
    file.write_all(bytes)?;
    file.commit(Some(".bak".as_ref()))
}

/// Takes a rule file away that undoing made unnecessary.
fn remove(path: &Path) -> io::Result<()> {
    disk::step()?;
    std::fs::remove_file(path)
}

/// Reads the phrases of a list or table by the one reader of all commands, which reads files.
fn phrases(common: &CommonArgs) -> ReadPhrases {
    let common = CommonArgs { quiet: true, ..common.clone() };
    let read = ReadArgs { text_field: FIRST_COLUMN.into(), ..ReadArgs::default() };
    ReadPhrases::new(move |name, bytes| {
        let ending =
            Path::new(name).extension().map_or_else(|| ".txt".into(), |ending| format!(".{}", ending.display()));
        let phrases = || -> Result<Vec<String>> {
            let mut file = tempfile::Builder::new().suffix(&ending).tempfile()?;
            file.write_all(bytes)?;
            listed(file.path(), &read, &common, &mut Console::mute(common.lang()))
        };
        phrases().map_err(|error| dehusk::say!("读不了 {name}：{error}", "cannot read {name}: {error}"))
    })
}

/// Opens the address in the browser of the user. Where there is none, the address was printed.
fn open(address: &str) {
    let (program, before): (&str, &[&str]) = match std::env::consts::OS {
        "macos" => ("open", &[]),
        "windows" => ("rundll32", &["url.dll,FileProtocolHandler"]),
        _ => ("xdg-open", &[]),
    };
    let quiet = || Stdio::null();
    let _ = Command::new(program).args(before).arg(address).stdin(quiet()).stdout(quiet()).stderr(quiet()).spawn();
}
