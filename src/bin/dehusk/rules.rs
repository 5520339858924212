//! Rules of a run: the shipped ones, those of folders, and what to say if they have mistakes.

use anyhow::anyhow;
use dehusk::{Error, Lang, RuleSet, Source, layered, shipped_sources, sources_in};

use crate::args::CommonArgs;
use crate::say::{say, say_line};

/// Loads the rules that the arguments name.
///
/// Mistakes of all folders are said before this gives up.
pub fn load(args: &CommonArgs) -> anyhow::Result<RuleSet> {
    let mut rules = if args.no_shipped_rules { RuleSet::default() } else { RuleSet::shipped()? };
    let mut mistakes = 0;
    for dir in &args.rules {
        match RuleSet::from_dir(dir) {
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

/// The sources of the rules that the arguments name: the shipped ones, with the folders over them.
pub fn sources(args: &CommonArgs) -> anyhow::Result<Vec<Source>> {
    let mut sources = if args.no_shipped_rules { Vec::new() } else { shipped_sources() };
    for dir in &args.rules {
        sources = layered(sources, sources_in(dir)?);
    }
    Ok(sources)
}

/// Says every mistake; how many there are.
fn tell(lang: Lang, error: &Error) -> usize {
    let styled = styled_stderr();
    for diagnostic in error.diagnostics() {
        say_line(diagnostic.render(lang, styled).trim_end());
    }
    error.diagnostics().len()
}

/// An error that ends the run, in one line or as the diagnostics it holds.
pub fn message(lang: Lang, error: &anyhow::Error) -> String {
    if let Some(io) = error.downcast_ref::<std::io::Error>() {
        let reason = crate::say::reason(lang, io);
        return say!(lang, "无法写到标准输出：{reason}", "standard output: {reason}");
    }
    match error.downcast_ref::<Error>() {
        Some(found) if !found.diagnostics().is_empty() => {
            tell(lang, found);
            say!(lang, "规则有误，没有处理任何文件", "the rules have mistakes; nothing was cleaned")
        }
        Some(found) => found.message(lang),
        None => chain(lang, error),
    }
}

/// An error and its causes, each in the reader's language.
fn chain(lang: Lang, error: &anyhow::Error) -> String {
    let one = |cause: &(dyn std::error::Error + 'static)| {
        if let Some(io) = cause.downcast_ref::<std::io::Error>() {
            crate::say::reason(lang, io)
        } else if let Some(ours) = cause.downcast_ref::<Error>() {
            ours.message(lang)
        } else if let Some(json) = cause.downcast_ref::<serde_json::Error>() {
            crate::say::json_reason(lang, json)
        } else {
            cause.to_string()
        }
    };
    let mut said: Vec<String> = Vec::new();
    for cause in error.chain() {
        said.push(one(cause));
        // An error of the library says its cause itself.
        if cause.is::<Error>() {
            break;
        }
    }
    said.join(": ")
}

pub fn styled_stderr() -> bool {
    anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never
}
