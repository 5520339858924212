//! The command line. The doc comments here are the help text; the first paragraph of
//! each is what `-h` shows.
//!
//! Without a subcommand dehusk is a filter, so every argument of [`CleanArgs`](crate::clean::args::CleanArgs)
//! is at the top level. A subcommand must come first, or behind options that all commands have in
//! common. A file with the name of a command is given as `./check`.

use std::ffi::OsString;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use clap_complete::Shell;
use dehusk::Lang;

use crate::read::args::CommonArgs;
use crate::ui::language::locale;

/// Gives back the article body of crawled pages
///
/// dehusk reads the text of an article or web page and writes its body: navigation,
/// related links, copyright notices, share buttons, spam and the like are taken out by
/// rules that people can read and change. It never changes a word of what it keeps,
/// unless --repair is given.
#[derive(Debug, Parser)]
#[command(name = "dehusk", bin_name = "dehusk", version, max_term_width = 100)]
#[command(after_help = AFTER_HELP, after_long_help = AFTER_LONG_HELP)]
// `dehusk help` is our own command, not clap's.
#[command(args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
pub struct Cli {
    /// The command; `None` for the filter.
    #[command(subcommand)]
    pub command: Option<Command>,

    /// The arguments of the filter.
    #[command(flatten)]
    pub clean: crate::clean::args::CleanArgs,

    /// The arguments of all commands.
    #[command(flatten)]
    pub common: CommonArgs,

    /// Write the completions for a shell and stop
    #[arg(long, value_name = "SHELL", exclusive = true)]
    pub completions: Option<Shell>,

    /// Write the manual page and stop
    #[arg(long, hide = true, exclusive = true)]
    pub man: bool,
}

/// All commands except the filter.
#[derive(Debug, Subcommand)]
pub enum Command {
    Explain(Box<crate::commands::explain::ExplainArgs>),
    Why(Box<crate::commands::why::WhyArgs>),
    Test(crate::commands::test::TestArgs),
    Check(crate::commands::check::CheckArgs),
    Preview(Box<crate::commands::preview::PreviewArgs>),
    New(Box<crate::commands::new::NewArgs>),
    Suggest(Box<crate::commands::suggest::SuggestArgs>),
    Restore(Box<crate::commands::restore::RestoreArgs>),
    Stats(Box<crate::commands::stats::StatsArgs>),
    Fmt(Box<crate::commands::fmt::FmtArgs>),
    Docs(Box<crate::commands::docs::DocsArgs>),
    Schema(Box<crate::commands::schema::SchemaArgs>),
    Pack(Box<crate::commands::pack::PackArgs>),
    Help(crate::commands::help::HelpArgs),
    Eval(Box<crate::commands::eval::EvalArgs>),
    Tune(Box<crate::commands::tune::TuneArgs>),
}

const AFTER_HELP: &str = "Examples and exit codes: dehusk --help";

const AFTER_LONG_HELP: &str = "\
Examples:
  dehusk < page.txt                        the body of a page
  dehusk --explain page.txt                what goes, and which rule takes it
  dehusk --out bodies pages/               a folder, into another one
  dehusk --in-place --backup *.txt         each file, in place, with a copy beside it
  dehusk in.jsonl > out.jsonl              one record a line, its field \"text\" replaced
  dehusk --json page.txt | jq .removed     what went, with positions
  dehusk --rules myrules page.txt          with rules of your own

Exit codes:
  0  all went well
  1  some input failed; the rest was done
  2  the arguments or the rules cannot be taken; nothing was done

A reader that stops early (`dehusk … | head`) is no failure.
The variable NO_COLOR switches colour off; LC_ALL, LC_MESSAGES and LANG choose the language.";

impl Cli {
    /// Parses the command line. Prints help or a mistake and ends the program, if there is one.
    pub fn read() -> Self {
        let lang = language_of(std::env::args_os().skip(1));
        let parse = |lang| {
            let command = Self::command_in(lang);
            let args = command_first(std::env::args_os().collect(), &command);
            command.try_get_matches_from(args).and_then(|matches| Self::from_arg_matches(&matches))
        };
        // The Chinese texts are only loaded to show help or a mistake.
        parse(Lang::En).unwrap_or_else(|error| match lang {
            Lang::En => error.exit(),
            Lang::Zh => crate::help::exit(&parse(lang).err().unwrap_or(error)),
        })
    }

    /// The command-line parser, with its help in this language.
    pub fn command_in(lang: Lang) -> clap::Command {
        // `stats` is the only command that may omit its collection.
        let command = Self::command().mut_subcommand("stats", |stats| {
            stats.mut_arg("collection", |arg| arg.required(false).required_unless_present("removed"))
        });
        match lang {
            Lang::Zh => crate::help::translate(command),
            Lang::En => command,
        }
    }
}

/// Moves a command before the common options in front of it: `dehusk --lang zh fmt rules` becomes
/// `dehusk fmt --lang zh rules`. Otherwise the parser would use the filter, with `fmt` as a file.
fn command_first(mut args: Vec<OsString>, command: &clap::Command) -> Vec<OsString> {
    let mut at = 1;
    while let Some(arg) = args.get(at).and_then(|arg| arg.to_str()) {
        if command.find_subcommand(arg).is_some() {
            args[1..=at].rotate_right(1);
            break;
        }
        let (name, value) = arg.split_once('=').map_or((arg, None), |(name, value)| (name, Some(value)));
        let is_named = |option: &&clap::Arg| match name.strip_prefix("--") {
            Some(long) => option.get_long() == Some(long),
            None => {
                option.get_short().is_some_and(|short| name.strip_prefix('-') == Some(short.encode_utf8(&mut [0; 4])))
            }
        };
        let Some(option) = command.get_arguments().filter(|option| option.is_global_set()).find(is_named) else {
            break;
        };
        at += if option.get_action().takes_values() && value.is_none() { 2 } else { 1 };
    }
    args
}

/// The language that the arguments ask for. It is needed before they are parsed, because the parser prints help.
fn language_of(args: impl Iterator<Item = OsString>) -> Lang {
    let args: Vec<OsString> = args.take_while(|arg| arg != "--").collect();
    let is_zh = |value: &str| value.eq_ignore_ascii_case("zh");
    args.iter()
        .enumerate()
        .rev()
        .find_map(|(i, arg)| {
            let value = match arg.to_str()? {
                "--lang" => args.get(i + 1)?.to_str()?,
                arg => arg.strip_prefix("--lang=")?,
            };
            Some(if is_zh(value) { Lang::Zh } else { Lang::En })
        })
        .unwrap_or_else(locale)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::help::TEXTS;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_command_may_stand_behind_what_every_command_takes() {
        let order = |line: &str| {
            let args = line.split(' ').map(OsString::from).collect();
            let args = command_first(args, &Cli::command());
            args.iter().map(|arg| arg.to_string_lossy()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(order("dehusk --lang zh fmt rules"), "dehusk fmt --lang zh rules");
        assert_eq!(order("dehusk -q --rules=a --rules b test x"), "dehusk test -q --rules=a --rules b x");
        assert_eq!(order("dehusk fmt --lang zh fmt"), "dehusk fmt --lang zh fmt");
        // Files, options of the filter, and values of options are not commands.
        for line in ["dehusk --lang zh ./fmt", "dehusk page.txt fmt", "dehusk --profile body fmt", "dehusk --rules fmt"]
        {
            assert_eq!(order(line), line);
        }
    }

    fn is_chinese(text: impl ToString) -> bool {
        text.to_string().chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
    }

    /// Asserts that the help of a command and of all commands inside it is Chinese. `path` has their names; empty for
    /// the filter.
    fn check_translated(command: &clap::Command, path: &str) {
        let own = match path {
            "" => &TEXTS.args,
            _ => &TEXTS.command.get(path).unwrap_or_else(|| panic!("{path} is not translated")).args,
        };
        for arg in command.get_arguments() {
            let id = arg.get_id().as_str();
            assert!(own.contains_key(id) || TEXTS.args.contains_key(id), "{path}: {id} is not translated");
            assert!(
                arg.get_help().is_some_and(is_chinese) && arg.get_long_help().is_some_and(is_chinese),
                "{path}: {id}"
            );
            for name in arg.get_value_names().unwrap_or_default().iter().filter(|_| arg.get_action().takes_values()) {
                assert!(!name.starts_with(|c: char| c.is_ascii_uppercase()), "{path}: the value {name} of {id}");
            }
        }
        // The texts of the filter are shared with other commands, so they may name arguments that it does not have.
        for id in own.keys().filter(|_| !path.is_empty()) {
            assert!(command.get_arguments().any(|arg| arg.get_id() == id.as_str()), "{path}: there is no {id}");
        }
        for help in [command.clone().render_help().to_string(), command.clone().render_long_help().to_string()] {
            for english in
                ["[OPTIONS]", "COMMAND", "default:", "possible", "Usage", "Commands", "Options", "Exit codes", "Print"]
            {
                assert!(!help.contains(english), "{path}: {english}\n{help}");
            }
        }
        for inner in command.get_subcommands() {
            check_translated(inner, format!("{path} {}", inner.get_name()).trim());
        }
    }

    #[test]
    fn every_command_and_argument_is_translated() {
        let command = Cli::command_in(Lang::Zh);
        check_translated(&command, "");
        for name in TEXTS.command.keys() {
            let found = name.split(' ').try_fold(&command, |command, word| command.find_subcommand(word));
            assert!(found.is_some(), "there is no command {name}");
        }
        for id in TEXTS.args.keys() {
            let mut all = vec![&command];
            all.extend(command.get_subcommands());
            let is_there = |one: &&clap::Command| one.get_arguments().any(|arg| arg.get_id() == id.as_str());
            assert!(all.iter().any(is_there), "there is no argument {id}");
        }
        command.debug_assert();
    }

    #[test]
    fn mistakes_are_said_in_chinese() {
        for line in [
            "--nope",
            "--lang",
            "--lang fr",
            "--jobs x",
            "--limit 0",
            "--sample 0",
            "check --nope",
            "why",
            "pack",
            "pack nope",
            "--out a --in-place b",
            "--no-shipped-rules",
            "--backup",
            "--completions bash x",
            "docs --html --json",
            "eval",
            "--profile body --profile body",
        ] {
            let args = std::iter::once("dehusk").chain(line.split(' '));
            let error = Cli::command_in(Lang::Zh).try_get_matches_from(args).expect_err(line);
            let said = crate::help::mistake(&error);
            assert!(is_chinese(&said) && !said.contains("error") && !said.contains("Usage"), "{line}: {said}");
        }
    }
}
