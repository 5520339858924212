//! `dehusk preview COLLECTION`: shows the effect of a change of the rules on a collection.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Result, anyhow, bail};
use clap::Args;
use dehusk::preview::{ChangeTally, Refused, Sheet, changes, html, set};
use dehusk::{Lang, RuleSet, Status};
use serde_json::json;

use crate::read::args::{CommonArgs, EngineArgs};
use crate::read::compare::{Asked, Held, SHEETS, committed, hold, moves, said};
use crate::read::documents::Documents;
use crate::read::read_args::CollectionArgs;
use crate::read::rules::{sources, sources_of};
use crate::ui::exit::ExitCode;
use crate::ui::lines::visible;
use crate::ui::messages::{Console, say};

/// The most sites that are named.
const SITES: usize = 3;

/// Show what a change of the rules does to a collection
///
/// The rules as they are (of --rules, and the shipped ones) are held against those before: of the last
/// commit of the rules folder, of another folder (--before), or of the same folder without the changes
/// that --set tries. A folder that was never committed is held against the rules without it. Lines that look like
/// sentences, and headlines, come first: these one should look at. Rules on trial are named with the command that tries them.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 all went well, 1 known bodies lose lines or some input failed, 2 the arguments or rules cannot be taken"
)]
pub struct PreviewArgs {
    #[command(flatten)]
    pub collection: CollectionArgs,

    /// The rules before, in a folder, instead of those of the last commit
    #[arg(long, value_name = "DIR", help_heading = "Rules", conflicts_with = "set")]
    pub before: Option<PathBuf>,

    /// Try a change: 'file > rule.field=value' (can be given more than once)
    ///
    /// The file can be left out where the name is enough. The value is TOML, or plain words. No file
    /// is touched.
    #[arg(long, value_name = "CHANGE", help_heading = "Rules")]
    pub set: Vec<String>,

    /// Texts that are known to be body in every line, beside those that ship with dehusk
    #[arg(long, value_name = "DIR", help_heading = "Rules")]
    pub bodies: Option<PathBuf>,

    /// Write a page that shows documents before and after
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub html: Option<PathBuf>,

    /// How many lines of each rule to show
    #[arg(long, value_name = "N", default_value_t = 5, help_heading = "Output")]
    pub show: usize,

    /// One JSON object
    ///
    /// changes, documents, changed, more, less, titles, dated, sentences, headlines, rules (by name: more, less,
    /// samples with place, text and looks), bodies (the same for known bodies).
    #[arg(long, help_heading = "Output")]
    pub json: bool,

    #[command(flatten)]
    pub engine: EngineArgs,
}

/// Runs the command.
pub fn run(args: &PreviewArgs, common: &CommonArgs) -> Result<ExitCode> {
    let lang = common.lang();
    let mut console = Console::new(lang, common.quiet);
    let now = sources(common)?;
    let (old, new) = if !args.set.is_empty() {
        let rules = RuleSet::from_sources(&now)?;
        let mut changed = now.clone();
        for given in &args.set {
            set(&mut changed, &rules, given).map_err(|refused| match refused {
                Refused::Words(message) => anyhow!(message.get(lang).to_owned()),
                Refused::Mistakes(error) => error.into(),
            })?;
        }
        (now, changed)
    } else if let Some(folder) = &args.before {
        (sources_of(common, std::slice::from_ref(folder))?, now)
    } else {
        (committed(common, &mut console)?, now)
    };
    let (old, new) = (RuleSet::from_sources(&old)?, RuleSet::from_sources(&new)?);
    let differences = changes(&old, &new);
    let mut console = Console::new(lang, common.quiet);
    let collection = Documents::open(&args.collection, common, &mut console)?;
    let engine = args.engine.for_files(args.collection.collection.iter().map(std::path::PathBuf::as_path));
    let asked = Asked { engine: &engine, bodies: args.bodies.as_deref(), show: args.show };
    let mut sheets = args.html.is_some().then(Vec::new);
    let Held { tally, bodies } = hold(&old, &new, &asked, Some(&collection), sheets.as_mut(), &mut console)?;
    if tally.documents == 0 {
        bail!(say!(lang, "语料里没有可读的文章", "there is no document to read in the collection"));
    }
    let said = said(&differences, lang);
    // The changed rules that are on trial: they remove nothing yet.
    let on_trial = |name: &String| new.rules.iter().any(|r| r.status == Status::Trial && r.full_name() == *name);
    let trials: Vec<String> = differences.iter().map(|change| change.rule.clone()).filter(on_trial).collect();
    if let Some(path) = &args.html {
        let sheets: Vec<Sheet> = sheets.into_iter().flatten().take(SHEETS).map(|(_, sheet)| sheet).collect();
        let mut file = crate::ui::atomic_file::AtomicFile::new(path)?;
        file.write_all(html(&tally, &bodies, &sheets, &said, lang).as_bytes())?;
        file.commit(None)?;
    }
    let mut stdout = anstream::stdout().lock();
    if args.json {
        let changed: Vec<_> = differences
            .iter()
            .map(|change| json!({ "rule": change.rule, "zh": change.what.zh, "en": change.what.en }))
            .collect();
        let mut value = json!({
            "changes": changed, "more": tally.more(), "less": tally.less(), "titles": tally.titles(),
            "dated": tally.dated(), "sentences": tally.sentences(), "headlines": tally.headlines(), "bodies": bodies,
        });
        if let (Some(value), serde_json::Value::Object(more)) = (value.as_object_mut(), serde_json::to_value(&tally)?) {
            value.extend(more);
        }
        writeln!(stdout, "{value}")?;
    } else {
        write!(stdout, "{}", text(&tally, &bodies, &said, &trials, args.show, lang))?;
        let of_sites: BTreeSet<&str> = differences
            .iter()
            .filter_map(|change| new.rules.iter().find(|rule| rule.full_name() == change.rule))
            .flat_map(|rule| rule.sites.iter().map(String::as_str))
            .collect();
        if let Some(first) = of_sites.first()
            && tally.changed == 0
            && args.collection.read.host.is_none()
        {
            let more = of_sites.len().saturating_sub(SITES);
            let sites: Vec<&str> = of_sites.iter().copied().take(SITES).collect();
            let (zh_sites, en_sites) = match more {
                0 => (sites.join("、"), sites.join(", ")),
                _ => (
                    format!("{} 等 {} 个网站", sites.join("、"), of_sites.len()),
                    format!("{} and {more} more", sites.join(", ")),
                ),
            };
            let text = say!(
                lang,
                "改动的规则只管 {zh_sites}；文章没有网站时它们不起作用，所以没有比较。加上 --host {first}",
                "The changed rules are for {en_sites} alone; articles without a host are not touched by them, so nothing was compared. Add --host {first}"
            );
            writeln!(stdout, "{text}")?;
        }
        if let Some(path) = &args.html {
            let path = path.display();
            writeln!(stdout, "{}", say!(lang, "前后对照：{path}", "before and after: {path}"))?;
        }
    }
    stdout.flush()?;
    let code = console.finish();
    Ok(if bodies.more() > 0 { code.max(ExitCode::Failed) } else { code })
}

fn text(
    tally: &ChangeTally,
    bodies: &ChangeTally,
    changed: &[String],
    trials: &[String],
    show: usize,
    lang: Lang,
) -> String {
    let mut out = String::new();
    for (number, change) in changed.iter().enumerate() {
        let word =
            if number == 0 { say!(lang, "改动：", "changed: ") } else { say!(lang, "　　　", "         ") };
        let _ = writeln!(out, "{word}{}", visible(change));
    }
    if changed.is_empty() {
        let _ = writeln!(out, "{}", say!(lang, "规则没有改动。", "The rules are what they were."));
    }
    out.push_str(&moves(tally, bodies, show, lang));
    for trial in trials {
        let _ = writeln!(
            out,
            "{}",
            say!(
                lang,
                "试用，什么也不删：{trial}   →  dehusk preview 文章夹 --rules … --set \"{trial}.status=on\"",
                "on trial, takes nothing: {trial}   →  dehusk preview COLLECTION --rules … --set \"{trial}.status=on\""
            )
        );
    }
    out
}
