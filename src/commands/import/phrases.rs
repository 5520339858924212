//! A table or list of phrases, for example exported from a spreadsheet. Each phrase is a line that must go.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use super::{ImportTarget, Imported, NotImported};
use crate::read::args::CommonArgs;
use crate::read::documents::Documents;
use crate::read::read_args::{CollectionArgs, ReadArgs};
use crate::ui::messages::Console;

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

/// Words that are the heading of a column of phrases.
const HEADERS: [&str; 8] = ["phrase", "phrases", "text", "line", "词句", "短语", "文字", "要删的行"];

/// One rule with all usable phrases, and the phrases that cannot be used.
pub(super) fn read(args: &PhrasesArgs, common: &CommonArgs) -> Result<(Vec<Imported>, Vec<NotImported>)> {
    let mut console = Console::new(common.lang(), common.quiet);
    let mut read = args.read.clone();
    if read.text_field == ReadArgs::default().text_field {
        read.no_header = true;
        read.text_field = "1".into();
    }
    let mut phrases: Vec<String> = Vec::new();
    let documents =
        Documents::open(&CollectionArgs::of(std::slice::from_ref(&args.source), read), common, &mut console)?;
    documents.each(
        &mut console,
        |doc| doc.text.clone(),
        |text| phrases.extend(text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty())),
    );
    if phrases.first().is_some_and(|first| HEADERS.contains(&first.to_lowercase().as_str())) {
        phrases.remove(0);
    }
    let stem = args.source.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let name = args.name.clone().unwrap_or(stem);
    let rule = |texts: Vec<String>| Imported {
        name: name.clone(),
        remove: "line",
        field: "is",
        removes: phrases.iter().filter(|one| texts.contains(&text(one))).cloned().collect(),
        texts,
        sites: args.site.iter().cloned().collect(),
    };
    // Each phrase is tested alone, so that a bad one does not block the others.
    let bodies = dehusk::shipped_bodies();
    let (mut texts, mut refused): (Vec<String>, _) = (Vec::new(), Vec::new());
    for phrase in &phrases {
        let one = text(phrase);
        if texts.contains(&one) {
            continue;
        }
        match super::objection(&rule(vec![one.clone()]), &bodies, common.lang())? {
            Some(why) => refused.push(NotImported::new(phrase, why)),
            None => texts.push(one),
        }
    }
    Ok((if texts.is_empty() { Vec::new() } else { vec![rule(texts)] }, refused))
}

/// A phrase as a text of a rule.
fn text(phrase: &str) -> String {
    phrase.replace('{', "{{").replace('*', "{*}")
}
