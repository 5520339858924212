//! The arguments of `dehusk import phrases`, and the phrases of a file.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use clap::Args;
use dehusk::Engine;
use dehusk::import::{ImportedRule, NotImported, phrases};

use super::ImportTarget;
use crate::read::args::CommonArgs;
use crate::read::documents::Documents;
use crate::read::read_args::{CollectionArgs, ReadArgs};
use crate::ui::messages::{Console, say};

/// Take phrases of a table or list: lines that should go
///
/// FILE is a CSV or TSV file, as a spreadsheet exports it, or a text with a phrase a line. The first column
/// holds the phrases, if --text-field does not say another.
#[derive(Debug, Args)]
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

/// The phrases of a file: lines of a text, or of the first column of a table.
pub fn listed(file: &Path, read: &ReadArgs, common: &CommonArgs, console: &mut Console) -> Result<Vec<String>> {
    let mut read = read.clone();
    if read.text_field == ReadArgs::default().text_field {
        read.no_header = true;
        read.text_field = "1".into();
    }
    if file.is_dir() {
        let (lang, shown) = (common.lang(), file.display());
        bail!(say!(
            lang,
            "{shown} 是文件夹；请写出里面的哪一个文件：一行一个词句的文本，或者表格",
            "{shown} is a folder; name the file in it: a text with a phrase a line, or a table"
        ));
    }
    let mut phrases: Vec<String> = Vec::new();
    let documents = Documents::open(&CollectionArgs::of(&[file.to_owned()], read), common, console)?;
    documents.each(console, |doc| doc.text.clone(), |text| phrases.extend(text.lines().map(str::to_owned)));
    Ok(phrases)
}
