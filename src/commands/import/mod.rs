//! `dehusk import`: turns rules of other programs, or phrases of a table, into rules on trial.

mod legado;
pub mod phrases;

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use dehusk::import::{ImportedRule, NotImported};
use dehusk::shipped_bodies;
use serde_json::json;

use crate::read::args::CommonArgs;
use crate::read::rule_file::RuleFile;
use crate::ui::exit::ExitCode;
use crate::ui::messages::say;

/// Make rules on trial of rules for another program, or of a table of phrases
///
/// Every rule is tried on its own example and on known bodies before it is written. What cannot be taken
/// is said with the reason.
///
/// Exit codes: 0 all was taken; 1 something could not be taken, the rest was written; 2 the file cannot be
/// read, or there is nothing in it.
#[derive(Debug, Args)]
pub struct ImportArgs {
    #[command(subcommand)]
    pub from: ImportFrom,
}

/// The command for a file, by what stands in it: `dehusk import FILE` alone says enough.
pub fn kind_of(file: &Path) -> &'static str {
    let mut start = [0; 64];
    let length = std::fs::File::open(file).and_then(|mut file| file.read(&mut start)).unwrap_or_default();
    let text = String::from_utf8_lossy(&start[..length]);
    let is_json = match text.trim_start_matches(|c: char| c == '\u{feff}' || c.is_whitespace()) {
        "" => file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json")),
        text => text.starts_with('['),
    };
    if is_json { "legado" } else { "phrases" }
}

/// What is imported.
#[derive(Debug, Subcommand)]
pub enum ImportFrom {
    Legado(legado::LegadoArgs),
    Phrases(Box<phrases::PhrasesArgs>),
}

/// Where rules are written, and in which form the result is printed.
#[derive(Debug, Args)]
pub struct ImportTarget {
    /// The rule file to add to; own.toml in the folder of --rules if not given
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub file: Option<PathBuf>,

    /// One JSON object: file, rules (names), refused (what, zh, en)
    #[arg(long, help_heading = "Output")]
    pub json: bool,
}

/// Runs the command.
pub fn run(args: &ImportArgs, common: &CommonArgs) -> Result<ExitCode> {
    let target = match &args.from {
        ImportFrom::Legado(args) => &args.target,
        ImportFrom::Phrases(args) => &args.target,
    };
    // Makes the folder of --rules, if that is not there yet.
    let is_new = RuleFile::is_first(common);
    RuleFile::open(target.file.as_deref(), common)?;
    let common = &CommonArgs { quiet: common.quiet || is_new, ..common.clone() };
    let (rules, refused) = match &args.from {
        ImportFrom::Legado(args) => legado::read(args, common)?,
        ImportFrom::Phrases(args) => phrases::read(args, common)?,
    };
    write(args, target, rules, refused, common)
}

fn write(
    args: &ImportArgs,
    target: &ImportTarget,
    rules: Vec<ImportedRule>,
    mut refused: Vec<NotImported>,
    common: &CommonArgs,
) -> Result<ExitCode> {
    let lang = common.lang();
    if rules.is_empty() && refused.is_empty() {
        bail!(say!(lang, "文件里没有规则，也没有词句", "there are no rules and no phrases in the file"));
    }
    let bodies = shipped_bodies();
    let mut file = RuleFile::open(target.file.as_deref(), common)?;
    let mut names = Vec::new();
    let mut changed = false;
    for rule in rules {
        if let Some(why) = rule.objection(&bodies, lang)? {
            refused.push(NotImported { what: rule.name, why });
            continue;
        }
        match file.with(&rule.table(&rule.name, lang), lang) {
            Ok(text) => {
                file.replace(text);
                changed = true;
                names.push(rule.name);
            }
            Err(why) => {
                let (zh, en) = match (&args.from, file.has(&rule.name)) {
                    (ImportFrom::Phrases(_), true) => ("；用 --name 另起名字", "; give another with --name"),
                    _ => ("", ""),
                };
                let why = dehusk::Message { zh: format!("{why}{zh}"), en: format!("{why}{en}") };
                refused.push(NotImported { what: rule.name, why });
            }
        }
    }
    if changed {
        file.save(lang)?;
    }
    let mut out = anstream::stdout().lock();
    let shown = file.shown();
    if target.json {
        let refused: Vec<_> =
            refused.iter().map(|one| json!({ "what": one.what, "zh": one.why.zh, "en": one.why.en })).collect();
        writeln!(out, "{}", json!({ "file": shown, "rules": names, "refused": refused }))?;
    } else {
        let (n, folder) = (names.len(), file.folder());
        let (rules, they) =
            if n == 1 { ("rule was", "it counts and removes") } else { ("rules were", "they count and remove") };
        let added = if n == 0 {
            say!(lang, "没有写入任何文件：", "Nothing was written:")
        } else {
            say!(
                lang,
                "{n} 条规则加到了 {shown} 的末尾，全部试用：只统计，不删除。",
                "{n} {rules} added to the end of {shown}, on trial: {they} nothing."
            )
        };
        writeln!(out, "{added}")?;
        for one in &refused {
            let (what, why) = (&one.what, one.why.get(lang));
            writeln!(out, "{}", say!(lang, "  没有采用 {what}：{why}", "  not taken, {what}: {why}"))?;
        }
        if n > 0 {
            let text = say!(
                lang,
                "下一步，看它们会删什么：dehusk stats 文章夹 --rules {folder}",
                "Next, see what they would take: dehusk stats ARTICLES --rules {folder}"
            );
            writeln!(out, "{text}")?;
        }
    }
    Ok(if refused.is_empty() { ExitCode::Fine } else { ExitCode::Failed })
}
