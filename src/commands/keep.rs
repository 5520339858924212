//! `dehusk keep FILE:LINE`: makes a line stay that is removed now.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use dehusk::docs::sentence;
use dehusk::explain::{Fate, passages};
use dehusk::suggest::{Draft, HowMuch};
use dehusk::{Document, Lang, RuleSet, Source};
use serde_json::json;

use crate::read::args::{CommonArgs, EngineArgs};
use crate::read::place::LinePlace;
use crate::read::read_args::ReadArgs;
use crate::read::rule_file::RuleFile;
use crate::read::rules;
use crate::ui::exit::ExitCode;
use crate::ui::messages::{Console, say};

/// Make a line stay that goes: adds a [[keep]] to a rule file
///
/// Dates, times and numbers in the line may be others on the next page. What protects the line holds from
/// now on, and the page is cleaned again to see that it does. A line that stays already is left alone.
///
/// Exit codes: 0 the lines stay; 1 they still go, or there are no such lines: nothing was written;
/// 2 the rules cannot be read.
#[derive(Debug, Args)]
pub struct KeepArgs {
    /// The lines: page.txt:12, page.txt:12-15, pages.jsonl:3:12
    #[arg(value_name = "FILE:LINE", required = true)]
    pub places: Vec<String>,

    /// Only on this site
    #[arg(long, value_name = "HOST", help_heading = "The rule")]
    pub site: Option<String>,

    /// What the rule is called; made from the line if not given
    #[arg(long, value_name = "NAME", help_heading = "The rule")]
    pub name: Option<String>,

    /// The rule file to add to; own.toml in the folder of --rules if not given
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub file: Option<PathBuf>,

    /// Say what happened as a JSON object a place: place, file, name, rule, written, why
    #[arg(long, help_heading = "Output")]
    pub json: bool,

    #[command(flatten)]
    pub engine: EngineArgs,

    #[command(flatten)]
    pub read: ReadArgs,
}

/// Runs the command for all places.
pub fn run(args: &KeepArgs, common: &CommonArgs) -> Result<ExitCode> {
    let lang = common.lang();
    let places = LinePlace::parse_all(&args.places, &args.read, lang)?;
    // Makes the folder of --rules, if that is not there yet.
    let is_new = RuleFile::is_first(common);
    RuleFile::open(args.file.as_deref(), common)?;
    let mut console = Console::new(lang, common.quiet);
    let common = &CommonArgs { quiet: common.quiet || is_new, ..common.clone() };
    let mut code = ExitCode::Fine;
    let engine = rules::engine(common, args.engine.builder())?;
    // What is wrong with the rules has been said.
    let common = &CommonArgs { quiet: true, ..common.clone() };
    for (place, given) in places.iter().zip(&args.places) {
        let done = match place.read(&args.read, common, &engine, &mut console) {
            Ok(doc) => keep(args, common, &doc.document()?, place)?,
            Err(why) => KeepOutcome { why: Some(why), ..KeepOutcome::default() },
        };
        code = code.max(if done.why.is_some() { ExitCode::Failed } else { ExitCode::Fine });
        done.tell(given, args.json, lang)?;
    }
    Ok(code.max(console.finish()))
}

/// The result for one place.
#[derive(Debug, Default)]
struct KeepOutcome {
    file: String,
    name: String,
    /// The table that was written; empty if none was needed.
    toml: String,
    /// What it says, as a sentence.
    reading: String,
    /// Where it went, and from when on it acts.
    added: String,
    /// Why nothing was written, where something should have been.
    why: Option<String>,
}

/// Which of the lines are removed, as a whole or in part.
fn going(rules: RuleSet, args: &KeepArgs, document: &Document<'_>, place: &LinePlace) -> Result<Vec<usize>> {
    let engine = args.engine.builder().build_from(rules)?;
    let inspector = engine.inspect(document);
    let passages = passages(&inspector, document);
    let goes = |line: &usize| {
        let line = line - 1;
        let is_blank = document.line_text(line).trim().is_empty();
        !is_blank && passages.iter().any(|passage| passage.lines.contains(&line) && passage.fate != Fate::Stays)
    };
    Ok(place.lines.clone().filter(goes).collect())
}

fn keep(args: &KeepArgs, common: &CommonArgs, document: &Document<'_>, place: &LinePlace) -> Result<KeepOutcome> {
    let lang = common.lang();
    // A named file may lie outside the folders of `--rules`; its rules are used nevertheless.
    let file = RuleFile::open(args.file.as_deref(), common)?;
    let going_now = going(rules::load(common)?, args, document, place)?;
    let mut done = KeepOutcome { file: file.shown(), ..KeepOutcome::default() };
    if going_now.is_empty() {
        return Ok(done);
    }
    let lines: Vec<String> = going_now.iter().map(|line| document.line_text(line - 1).trim().to_owned()).collect();
    let name = args.name.clone().unwrap_or_else(|| file.free_name(&dehusk::suggest::name_of_line(&lines[0])));
    let site = args.site.clone().unwrap_or_default();
    let draft = Draft { lines, how_much: HowMuch::Stays, site, name, ..Draft::default() };
    let mut table = draft.table(lang);
    table.comment = match lang {
        Lang::Zh => "由 dehusk keep 生成。改完后运行  dehusk test --rules 这个文件夹",
        Lang::En => "made by dehusk keep; after a change run  dehusk test --rules THIS-FOLDER",
    };
    done.name = draft.name.trim().to_owned();
    let changed = match file.with(&table, lang) {
        Ok(changed) => changed,
        Err(why) => return Ok(KeepOutcome { why: Some(why), ..done }),
    };
    let toml = table.written()?;
    let kept = RuleSet::from_sources(&[Source::new("keep-on-trial.toml", toml.clone())])?;
    done.reading = kept.rules.first().map(sentence).map(|said| said.get(lang).to_owned()).unwrap_or_default();
    let still = going(rules::load(common)?.merged_with(kept), args, document, place)?;
    if let (Some(_), Some(site), None) = (still.first(), &args.site, document.host()) {
        let why = say!(
            lang,
            "--site {site} 的规则只管这个网站的页面，而这一页不知道是哪个网站的，没有写入；加 --host {site}",
            "a rule for {site} acts on pages of that site, and nothing says that this page is from there, so nothing was written; add --host {site}"
        );
        return Ok(KeepOutcome { why: Some(why), ..done });
    }
    if let Some(line) = still.first() {
        let why = say!(
            lang,
            "第 {line} 行有了 [[keep]] 还是会删，没有写入；看是谁删的：dehusk why {place}",
            "line {line} still goes with a [[keep]] for it, so nothing was written; dehusk why {place} says what takes it"
        );
        return Ok(KeepOutcome { why: Some(why), ..done });
    }
    file.write(&changed, lang)?;
    Ok(KeepOutcome { toml, added: file.acts(common), ..done })
}

impl KeepOutcome {
    fn tell(&self, given: &str, as_json: bool, lang: Lang) -> Result<()> {
        let Self { file, name, toml, reading, added, why } = self;
        let mut out = anstream::stdout().lock();
        if as_json {
            let written = !toml.is_empty();
            let object = json!({
                "place": given, "file": file, "name": name, "rule": toml, "written": written, "why": why,
            });
            writeln!(out, "{object}")?;
            return Ok(());
        }
        let text = match (why, toml.as_str()) {
            (Some(why), _) => say!(lang, "{given}：{why}", "{given}: {why}"),
            (None, "") => say!(lang, "{given}：本来就留下，不用写规则", "{given}: it stays already; nothing to write"),
            (None, toml) => say!(
                lang,
                "{toml}\n读作：{reading}\n{added}；{given} 加上它再清理一遍，留下了。",
                "{toml}\nIt says: {reading}\n{added}, and with it {given} stays when the page is cleaned again."
            ),
        };
        writeln!(out, "{text}")?;
        Ok(())
    }
}
