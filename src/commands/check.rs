//! `dehusk check`: finds mistakes in rules.

mod fix;

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::{Result, bail};
use clap::Args;
use dehusk::{Body, Checked, Level, Source, bodies_in, check_beside, shipped_bodies, sources_and_sites_in, sources_in};

use crate::read::args::CommonArgs;
use crate::ui::exit::ExitCode;
use crate::ui::messages::say;

/// Say what is wrong with rules
///
/// Looks at each file for mistakes, conditions that exclude one another, phrases that are too
/// broad, rules that do nothing new, examples that do not hold, and runs the rules over texts of
/// which every line is body. Each finding says where it is, what is wrong and how to mend it;
/// `dehusk help` explains the word in brackets at its end.
///
/// Exit codes: 0 nothing found (notes do not count), 1 errors or warnings, 2 a file or folder
/// cannot be read.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Rule files and folders; the shipped rules and those of --rules if none is given
    ///
    /// What is given is checked by itself, without the shipped rules. With --rules the rules are checked
    /// together with the shipped ones, and what is found in yours is said.
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// Check against the bodies of this folder (*.txt) too
    ///
    /// The folder `bodies` in a folder of rules always counts.
    #[arg(long, value_name = "DIR")]
    pub bodies: Vec<PathBuf>,

    /// Write the corrected lines into the files, where a finding has one
    ///
    /// A line is changed only if its mistake is gone then, and nothing else of the file changes. What is
    /// left is printed.
    #[arg(long)]
    pub fix: bool,

    /// Stay, and check again whenever a file is saved
    ///
    /// Ctrl-C ends it.
    #[arg(long)]
    pub watch: bool,

    /// Write everything as one JSON object
    ///
    /// counts (rules, examples, bodies looked at), errors, warnings, notes (how many of each) and
    /// findings: level, code, message (zh and en), source, line, column, span (bytes), line_text,
    /// mark, notes, fix.
    #[arg(long)]
    pub json: bool,
}

pub fn run(args: &CheckArgs, common: &CommonArgs) -> Result<ExitCode> {
    if !args.watch {
        return once(args, common);
    }
    loop {
        let before = times(args, common);
        // An error does not end `--watch`: the next save may correct it.
        if let Err(error) = once(args, common) {
            crate::ui::messages::say_line(&crate::ui::errors::message(common.lang(), &error));
        }
        let changed = loop {
            std::thread::sleep(Duration::from_millis(300));
            let now = times(args, common);
            if now != before {
                break changed(&before, &now);
            }
        };
        let lang = common.lang();
        writeln!(
            io::stdout(),
            "\n{}",
            say!(lang, "—— {changed} 有改动，再检查一遍", "-- {changed} has changed: checking again")
        )?;
    }
}

fn once(args: &CheckArgs, common: &CommonArgs) -> Result<ExitCode> {
    if args.fix {
        let paths = if args.paths.is_empty() { &common.rules } else { &args.paths };
        fix::run(paths, common.lang())?;
    }
    let (sources, bodies) = load(args, common)?;
    // Rules of the user are checked together with the shipped ones.
    let shipped = if args.paths.is_empty() || common.no_shipped_rules {
        None
    } else {
        Some(dehusk::shipped_engine(dehusk::Engine::builder().profile(dehusk::Profile::Body).rules_only())?)
    };
    let mut checked = check_beside(&sources, &bodies, shipped.as_ref());
    if args.paths.is_empty() && !common.rules.is_empty() {
        let mut own = Vec::new();
        for folder in &common.rules {
            own.extend(sources_in(folder)?);
        }
        checked.only(&own);
    }
    let text = match args.json {
        true => json(&checked)?,
        false => {
            let styled = anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never;
            checked.printed(common.lang(), styled, common.quiet)
        }
    };
    let mut stdout = anstream::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()?;
    let found = checked.count(Level::Error) + checked.count(Level::Warning);
    Ok(if found == 0 { ExitCode::Fine } else { ExitCode::Failed })
}

/// The rules to check, and the known bodies to run them on.
fn load(args: &CheckArgs, common: &CommonArgs) -> Result<(Vec<Source>, Vec<Body>)> {
    let mut sources = Vec::new();
    let mut bodies = shipped_bodies();
    for path in &args.paths {
        let found = sources_in(path)?;
        if found.is_empty() {
            let (lang, path) = (common.lang(), path.display());
            bail!(say!(
                lang,
                "{path} 里没有规则文件；规则文件叫 *.toml，列表放在 lists/*.txt",
                "{path} has no rule files; they are called *.toml, and lists are lists/*.txt"
            ));
        }
        sources.extend(found);
    }
    if args.paths.is_empty() {
        sources = crate::read::rules::sources(common)?;
    }
    for folder in if args.paths.is_empty() { &common.rules } else { &args.paths } {
        // What is said of learnt files alone, as a run that reads them says it.
        for warning in sources_and_sites_in(folder)?.1.warnings() {
            if let Some(source) = sources.iter_mut().find(|source| source.path == warning.source) {
                source.found.push(warning);
            }
        }
    }
    for folder in folders(args, common) {
        // The given folder may contain the shipped bodies, too; each text is used once.
        for body in bodies_in(folder)? {
            if !bodies.iter().any(|known| known.text == body.text) {
                bodies.push(body);
            }
        }
    }
    Ok((sources, bodies))
}

/// The folders of bodies: `bodies` inside the folders of rules, then those of `--bodies`.
fn folders(args: &CheckArgs, common: &CommonArgs) -> Vec<PathBuf> {
    let rules = if args.paths.is_empty() { &common.rules } else { &args.paths };
    let own = rules.iter().map(|path| path.join("bodies")).filter(|path| path.is_dir());
    own.chain(args.bodies.iter().cloned()).collect()
}

fn json(checked: &Checked) -> Result<String> {
    let object = serde_json::json!({
        "counts": checked.counts,
        "errors": checked.count(Level::Error),
        "warnings": checked.count(Level::Warning),
        "notes": checked.count(Level::Info),
        "findings": checked.found,
    });
    Ok(serde_json::to_string(&object)? + "\n")
}

/// The time of the last change of each file and folder that the result depends on.
fn times(args: &CheckArgs, common: &CommonArgs) -> BTreeMap<PathBuf, Option<SystemTime>> {
    let mut times = BTreeMap::new();
    for path in args.paths.iter().chain(&common.rules).chain(&args.bodies) {
        walk(path, 0, &mut times);
    }
    times
}

fn walk(path: &Path, depth: u32, times: &mut BTreeMap<PathBuf, Option<SystemTime>>) {
    let about = std::fs::metadata(path).ok();
    times.insert(path.to_path_buf(), about.as_ref().and_then(|about| about.modified().ok()));
    let Ok(entries) = std::fs::read_dir(path) else { return };
    if depth < 16 {
        entries.flatten().for_each(|entry| walk(&entry.path(), depth + 1, times));
    }
}

fn changed(before: &BTreeMap<PathBuf, Option<SystemTime>>, now: &BTreeMap<PathBuf, Option<SystemTime>>) -> String {
    // A folder changes together with a file in it; name the file.
    let differs = |path: &&PathBuf| before.get(*path) != now.get(*path);
    let mut paths: Vec<_> = now.keys().chain(before.keys()).filter(differs).collect();
    paths.sort_by_key(|path| path.is_dir());
    paths.first().map_or_else(String::new, |path| path.display().to_string())
}
