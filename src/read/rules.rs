//! The rules of a run: the shipped ones and those of folders; reports their mistakes.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::anyhow;
use dehusk::{
    Engine, EngineBuilder, RuleSet, SiteFiles, Source, layered, shipped_engine, shipped_rules, shipped_sources,
    sources_in,
};

use crate::read::args::CommonArgs;
use crate::read::config::{Config, VARIABLE};
use crate::ui::errors::{message, styled_stderr, tell};
use crate::ui::messages::{say, say_line};

/// Loads the rules that the arguments name.
///
/// The mistakes of all folders are reported before this returns an error.
pub fn load(args: &CommonArgs) -> anyhow::Result<RuleSet> {
    let mut rules = if args.no_shipped_rules { RuleSet::default() } else { shipped_rules() };
    let mut mistakes = 0;
    for dir in &args.rules {
        let sources = folder(args, dir)?;
        if sources.is_empty() && !args.quiet {
            let (lang, shown) = (args.lang(), dir.display());
            let word = say!(lang, "警告", "warning");
            let text = say!(
                lang,
                "里面没有规则文件；规则文件叫 *.toml，列表放在 lists/*.txt",
                "there are no rule files in it; they are called *.toml, and lists are lists/*.txt"
            );
            say_line(&format!("{shown}: {word}: {text}"));
        }
        match RuleSet::from_sources(&sources) {
            Ok(more) => rules = rules.merged_with(more),
            Err(error) if error.diagnostics().is_empty() => return Err(error.into()),
            Err(error) => mistakes += tell(args.lang(), &error),
        }
    }
    if mistakes > 0 {
        return Err(anyhow!(say!(
            args.lang(),
            "规则有误，没有处理任何文件",
            "the rules have mistakes; nothing was cleaned"
        )));
    }
    if !args.quiet {
        let styled = styled_stderr();
        for warning in &rules.warnings {
            say_line(warning.render(args.lang(), styled).trim_end());
        }
    }
    Ok(rules)
}

/// The rule files of a folder. Where it cannot be read, the message says who named it, if not the command line.
fn folder(args: &CommonArgs, dir: &Path) -> anyhow::Result<Vec<Source>> {
    sources_in(dir).map_err(|error| {
        let error = anyhow::Error::from(error);
        if args.no_config {
            return error;
        }
        let here = std::env::current_dir().unwrap_or_default();
        let config = Config::find(&here, std::env::var_os(VARIABLE)).unwrap_or_default();
        match config.origin_of_rules(dir, args.lang()) {
            Some(origin) => {
                let said = message(args.lang(), &error);
                anyhow!(say!(args.lang(), "{said}（{origin}）", "{said} ({origin})"))
            }
            None => error,
        }
    })
}

/// An engine for the rules that the arguments name.
pub fn engine(args: &CommonArgs, choices: EngineBuilder) -> anyhow::Result<Engine> {
    if only_shipped(args) {
        return Ok(shipped_engine(choices)?);
    }
    if let Some(site_files) = only_sites(args) {
        return Ok(shipped_engine(choices.site_files(site_files))?);
    }
    Ok(choices.build_from(load(args)?)?)
}

/// The files of sites, if the folders hold nothing else: the rules for all sites are those that were compiled when the
/// program was built.
fn only_sites(args: &CommonArgs) -> Option<Arc<SiteFiles>> {
    let mut all = SiteFiles::default();
    for dir in args.rules.iter().filter(|_| !args.no_shipped_rules) {
        all = all.merged_with(&dehusk::site_files_in(dir)?);
    }
    (!all.is_empty()).then(|| Arc::new(all))
}

/// An engine for rules that are already loaded.
pub fn engine_of(args: &CommonArgs, rules: &RuleSet, choices: EngineBuilder) -> anyhow::Result<Engine> {
    Ok(if only_shipped(args) { shipped_engine(choices)? } else { choices.build(rules)? })
}

/// Whether only the shipped rules are used, which were compiled when the program was built.
fn only_shipped(args: &CommonArgs) -> bool {
    args.rules.is_empty() && !args.no_shipped_rules
}

/// A second engine for the same run. The warnings about its rules were already printed for the first one.
///
/// # Errors
/// When the rules cannot be compiled.
pub fn engine_again(args: &CommonArgs, choices: EngineBuilder) -> dehusk::Result<Engine> {
    if only_shipped(args) {
        return shipped_engine(choices);
    }
    if let Some(site_files) = only_sites(args) {
        return shipped_engine(choices.site_files(site_files));
    }
    let mut rules = if args.no_shipped_rules { RuleSet::default() } else { shipped_rules() };
    for dir in &args.rules {
        rules = rules.merged_with(RuleSet::from_dir(dir)?);
    }
    choices.build_from(rules)
}

/// The sources of the rules that the arguments name: the shipped ones, replaced or extended by those of the folders.
pub fn sources(args: &CommonArgs) -> anyhow::Result<Vec<Source>> {
    sources_of(args, &args.rules)
}

/// The shipped rules, if they are used, and those of these folders.
pub fn sources_of(args: &CommonArgs, folders: &[PathBuf]) -> anyhow::Result<Vec<Source>> {
    let mut sources = if args.no_shipped_rules { Vec::new() } else { shipped_sources() };
    for dir in folders {
        sources = layered(sources, folder(args, dir)?);
    }
    Ok(sources)
}
