//! Rules of a run: the shipped ones, those of folders, and what to say if they have mistakes.

use std::path::{Path, PathBuf};

use anyhow::anyhow;
use dehusk::{
    Engine, EngineBuilder, RuleSet, Source, layered, shipped_engine, shipped_rules, shipped_sources, sources_in,
};

use crate::read::args::CommonArgs;
use crate::read::config::{Config, VARIABLE};
use crate::ui::errors::{message, styled_stderr, tell};
use crate::ui::messages::{say, say_line};

/// Loads the rules that the arguments name.
///
/// Mistakes of all folders are said before this gives up.
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
    Ok(if only_shipped(args) { shipped_engine(choices)? } else { choices.build_from(load(args)?)? })
}

/// The same where the rules have been loaded.
pub fn engine_of(args: &CommonArgs, rules: &RuleSet, choices: EngineBuilder) -> anyhow::Result<Engine> {
    Ok(if only_shipped(args) { shipped_engine(choices)? } else { choices.build(rules)? })
}

/// Whether the rules are those that were compiled when the program was built.
fn only_shipped(args: &CommonArgs) -> bool {
    args.rules.is_empty() && !args.no_shipped_rules
}

/// A second engine of a run: mistakes and warnings of its rules were said when the first was made.
///
/// # Errors
/// When the rules cannot be compiled.
pub fn engine_again(args: &CommonArgs, choices: EngineBuilder) -> dehusk::Result<Engine> {
    if only_shipped(args) {
        return shipped_engine(choices);
    }
    let mut rules = if args.no_shipped_rules { RuleSet::default() } else { shipped_rules() };
    for dir in &args.rules {
        rules = rules.merged_with(RuleSet::from_dir(dir)?);
    }
    choices.build_from(rules)
}

/// The sources of the rules that the arguments name: the shipped ones, with the folders over them.
pub fn sources(args: &CommonArgs) -> anyhow::Result<Vec<Source>> {
    sources_of(args, &args.rules)
}

/// The shipped rules, if they count, and those of these folders.
pub fn sources_of(args: &CommonArgs, folders: &[PathBuf]) -> anyhow::Result<Vec<Source>> {
    let mut sources = if args.no_shipped_rules { Vec::new() } else { shipped_sources() };
    for dir in folders {
        sources = layered(sources, folder(args, dir)?);
    }
    Ok(sources)
}
