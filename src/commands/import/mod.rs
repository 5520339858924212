//! `dehusk import`: turns rules of other programs, or phrases of a table, into rules on trial.

mod legado;
mod phrases;

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use dehusk::edit::{NewSetting, NewTable, NewValue};
use dehusk::suggest::body_line_hit;
use dehusk::{Body, Lang, RuleSet, Source, TableKind, check_examples, shipped_bodies};
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

/// A rule that is not tested yet.
pub(crate) struct Imported {
    /// Its name in the source.
    pub name: String,
    /// The value of `remove`.
    pub remove: &'static str,
    /// The name of the field for its texts.
    pub field: &'static str,
    /// Its texts.
    pub texts: Vec<String>,
    /// Its examples, in the form of rule files.
    pub removes: Vec<String>,
    /// The hosts for which it is.
    pub sites: Vec<String>,
}

/// Something that cannot be imported, and the reason.
pub(crate) struct NotImported {
    /// Its name in the source.
    pub what: String,
    /// The reason in Chinese.
    pub zh: String,
    /// The reason in English.
    pub en: String,
}

impl NotImported {
    fn new(what: &str, message: dehusk::Message) -> Self {
        Self { what: what.to_owned(), zh: message.zh, en: message.en }
    }
}

/// Runs the command.
pub fn run(args: &ImportArgs, common: &CommonArgs) -> Result<ExitCode> {
    let (target, (rules, refused)) = match &args.from {
        ImportFrom::Legado(args) => (&args.target, legado::read(args, common)?),
        ImportFrom::Phrases(args) => (&args.target, phrases::read(args, common)?),
    };
    write(args, target, rules, refused, common)
}

fn table(rule: &Imported, name: &str, lang: Lang) -> NewTable<'static> {
    let mut settings = Vec::new();
    let mut set = |field, value: String| {
        settings.push(NewSetting { field, value: NewValue::Plain(value), comment: "" });
    };
    set("name", name.to_owned());
    set("status", "trial".to_owned());
    set("remove", rule.remove.to_owned());
    set(rule.field, rule.texts.join("\n"));
    if !rule.sites.is_empty() {
        set("sites", rule.sites.join("\n"));
    }
    set("removes", rule.removes.join("\n"));
    let comment = if lang == Lang::Zh {
        "由 dehusk import 生成，试用；满意后改成 'on'"
    } else {
        "made by dehusk import, on trial; change to 'on' when it is right"
    };
    NewTable { kind: TableKind::Rule, comment, settings }
}

/// The reason why a rule cannot be imported, if there is one.
fn objection(rule: &Imported, bodies: &[Body], lang: Lang) -> Result<Option<dehusk::Message>> {
    let written = table(rule, &rule.name, lang).written()?;
    let alone = match RuleSet::from_sources(&[Source::new("import.toml", written)]) {
        Ok(alone) => alone,
        Err(error) => {
            let first = error.diagnostics().first().map(|one| one.message.clone());
            return Ok(Some(first.unwrap_or_else(|| dehusk::say!("不成规则", "it makes no rule"))));
        }
    };
    if let Some(hit) = body_line_hit(&alone, bodies)? {
        let (place, line) = (hit.place, hit.line);
        let message = dehusk::say!(
            "会删掉已知正文里的一行（{place}：{line}）",
            "it would remove a line of a known body ({place}: {line})"
        );
        return Ok(Some(message));
    }
    let fails = !check_examples(&alone)?.is_empty();
    Ok(fails.then(|| dehusk::say!("它自己的例子不成立", "its own example does not hold")))
}

fn write(
    args: &ImportArgs,
    target: &ImportTarget,
    rules: Vec<Imported>,
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
        if let Some(why) = objection(&rule, &bodies, lang)? {
            refused.push(NotImported::new(&rule.name, why));
            continue;
        }
        match file.with(&table(&rule, &rule.name, lang), lang) {
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
                refused.push(NotImported { what: rule.name, zh: format!("{why}{zh}"), en: format!("{why}{en}") });
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
            refused.iter().map(|one| json!({ "what": one.what, "zh": one.zh, "en": one.en })).collect();
        writeln!(out, "{}", json!({ "file": shown, "rules": names, "refused": refused }))?;
    } else {
        let (n, folder) = (names.len(), file.folder());
        let (rules, they) =
            if n == 1 { ("rule was", "it counts and removes") } else { ("rules were", "they count and remove") };
        writeln!(
            out,
            "{}",
            say!(
                lang,
                "{n} 条规则加到了 {shown} 的末尾，全部试用：只统计，不删除。",
                "{n} {rules} added to the end of {shown}, on trial: {they} nothing."
            )
        )?;
        for one in &refused {
            let (what, why) = (&one.what, if lang == Lang::Zh { &one.zh } else { &one.en });
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
