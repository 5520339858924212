//! The command line. The doc comments here are the help text; the first paragraph of
//! each is what `-h` shows.
//!
//! Without a subcommand dehusk is a filter, so every argument of [`CleanArgs`](crate::clean::args::CleanArgs)
//! stands at the top level. A subcommand is one only in the first place, or behind options that
//! every command takes: a file of that name is given as `./check`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use clap_complete::Shell;
use dehusk::Lang;

use crate::help::TEXTS;
use crate::read::args::CommonArgs;
use crate::read::config::{Config, ConfigMistake, VARIABLE};
use crate::read::place::stdin_named;
use crate::ui::language::locale;
use crate::ui::messages::say_line;

/// Gives back the article body of crawled pages
///
/// dehusk reads the text of an article or web page and writes its body: navigation,
/// related links, copyright notices, share buttons, spam and the like are taken out by
/// rules that people can read and change. It never changes a word of what it keeps,
/// unless --repair is given.
#[derive(Debug, Parser)]
#[command(name = "dehusk", bin_name = "dehusk", version, long_version = long_version(), max_term_width = 100)]
#[command(after_help = AFTER_HELP, after_long_help = AFTER_LONG_HELP)]
// `dehusk help` is a command of ours.
#[command(args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
pub struct Cli {
    /// Something other than the filter.
    #[command(subcommand)]
    pub command: Option<Command>,

    /// The filter.
    #[command(flatten)]
    pub clean: crate::clean::args::CleanArgs,

    /// What every command takes.
    #[command(flatten)]
    pub common: CommonArgs,

    /// Write the completions for a shell and stop
    #[arg(long, value_name = "SHELL", exclusive = true)]
    pub completions: Option<Shell>,

    /// Write the manual page, or those of all commands into a folder, and stop
    #[arg(long, value_name = "FOLDER", hide = true, exclusive = true, num_args = 0..=1)]
    pub man: Option<Option<PathBuf>>,
}

/// What `--version` says: a result can be had again by the same version, commit and rules.
fn long_version() -> String {
    let commit = match env!("DEHUSK_COMMIT") {
        "" => String::new(),
        commit => format!("\ncommit {commit}"),
    };
    format!("{}{commit}\nrules {}", env!("CARGO_PKG_VERSION"), dehusk::SHIPPED_RULES_SUM)
}

/// What dehusk does beside filtering.
#[derive(Debug, Subcommand)]
pub enum Command {
    Explain(Box<crate::commands::explain::ExplainArgs>),
    Why(Box<crate::commands::why::WhyArgs>),
    Import(crate::commands::import::ImportArgs),
    Keep(Box<crate::commands::keep::KeepArgs>),
    Test(crate::commands::test::TestArgs),
    Check(crate::commands::check::CheckArgs),
    Preview(Box<crate::commands::preview::PreviewArgs>),
    New(Box<crate::commands::new::NewArgs>),
    Learn(Box<crate::commands::learn::LearnArgs>),
    Suggest(Box<crate::commands::suggest::SuggestArgs>),
    Restore(Box<crate::commands::restore::RestoreArgs>),
    Verify(Box<crate::commands::verify::VerifyArgs>),
    Stats(Box<crate::commands::stats::StatsArgs>),
    #[cfg(feature = "studio")]
    Studio(Box<crate::commands::studio::StudioArgs>),
    Fmt(Box<crate::commands::fmt::FmtArgs>),
    Docs(Box<crate::commands::docs::DocsArgs>),
    Schema(Box<crate::commands::schema::SchemaArgs>),
    Pack(Box<crate::commands::pack::PackArgs>),
    Config(crate::commands::config::ConfigArgs),
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
    /// Reads the command line and the configuration; help and mistakes end the program here.
    pub fn read() -> (Self, Config) {
        let own = spoken(std::env::args_os().skip(1));
        let config = config().unwrap_or_else(|mistake| {
            let lang = own.unwrap_or_else(locale);
            let error = if lang == Lang::Zh { "错误" } else { "error" };
            say_line(&format!("dehusk: {error}: {}", mistake.message(lang)));
            std::process::exit(2);
        });
        let lang = own.or_else(|| config.lang()).unwrap_or_else(locale);
        let parse = |help| {
            let command = config.defaults(Self::spoken_command(help));
            let named = |arg: OsString| arg.to_str().and_then(stdin_named).map_or(arg, OsString::from);
            let args = command_first(std::env::args_os().map(named).collect(), &command);
            let args = with_import_kind(args, &command);
            let word = first_word(&args, 1, &command).map(|at| &args[at]);
            if let Some((typed, meant)) = word.and_then(|word| mistyped(word, &command)) {
                let (error, text) = match lang {
                    Lang::Zh => ("错误", format!("没有命令“{typed}”，也没有这个文件；你是不是想写 dehusk {meant}？")),
                    Lang::En => (
                        "error",
                        format!("there is no command '{typed}' and no such file; did you mean dehusk {meant}?"),
                    ),
                };
                say_line(&format!("dehusk: {error}: {text}"));
                std::process::exit(2);
            }
            command.try_get_matches_from(args).and_then(|matches| Self::from_arg_matches(&matches))
        };
        // The Chinese texts are read only where help or a mistake is to be shown.
        let cli = parse(Lang::En).unwrap_or_else(|error| match lang {
            Lang::En => crate::help::print_and_exit(&error),
            Lang::Zh => crate::help::exit(&parse(lang).err().unwrap_or(error)),
        });
        (cli, config)
    }

    /// The parser, with its help in this language.
    pub fn spoken_command(lang: Lang) -> clap::Command {
        // The commands with a collection that can do without.
        let command = Self::command().mut_subcommand("stats", |stats| {
            stats.mut_arg("collection", |arg| arg.required(false).required_unless_present("removed"))
        });
        #[cfg(feature = "studio")]
        let command =
            command.mut_subcommand("studio", |studio| studio.mut_arg("collection", |arg| arg.required(false)));
        match lang {
            Lang::Zh => crate::help::translate(command),
            Lang::En => command,
        }
    }
}

/// Where the first word from `at` on stands that is no option of every command, and no value of one.
fn first_word(args: &[OsString], mut at: usize, command: &clap::Command) -> Option<usize> {
    loop {
        let arg = args.get(at)?.to_str()?;
        let (name, value) = arg.split_once('=').map_or((arg, None), |(name, value)| (name, Some(value)));
        let is_named = |option: &&clap::Arg| match name.strip_prefix("--") {
            Some(long) => option.get_long() == Some(long),
            None => {
                option.get_short().is_some_and(|short| name.strip_prefix('-') == Some(short.encode_utf8(&mut [0; 4])))
            }
        };
        let Some(option) = command.get_arguments().filter(|option| option.is_global_set()).find(is_named) else {
            return Some(at);
        };
        at += if option.get_action().takes_values() && value.is_none() { 2 } else { 1 };
    }
}

/// Puts a command before the options of every command that stand in front of it:
/// `dehusk --lang zh fmt rules` is `dehusk fmt --lang zh rules`. The parser would take the first
/// for the filter, and `fmt` for a file.
fn command_first(mut args: Vec<OsString>, command: &clap::Command) -> Vec<OsString> {
    if let Some(at) = first_word(&args, 1, command)
        && args[at].to_str().is_some_and(|word| command.find_subcommand(word).is_some())
    {
        args[1..=at].rotate_right(1);
    }
    args
}

/// `dehusk import FILE` with the command that is for this file.
fn with_import_kind(mut args: Vec<OsString>, command: &clap::Command) -> Vec<OsString> {
    let import = command.find_subcommand("import").filter(|_| args.get(1).is_some_and(|word| word == "import"));
    if let Some(import) = import
        && let Some(at) = first_word(&args, 2, command)
        && let Some(word) = args[at].to_str()
        && !word.starts_with('-')
        && import.find_subcommand(word).is_none()
    {
        let kind = crate::commands::import::kind_of(Path::new(word));
        args.insert(at, kind.into());
    }
    args
}

/// A word that is no command and no file, and the command that was probably meant: one that is spelt almost
/// like it, or that it names in Chinese.
fn mistyped(word: &OsString, command: &clap::Command) -> Option<(String, String)> {
    let word = word.to_str()?;
    let is_command = command.find_subcommand(word).is_some();
    if is_command || !word.chars().all(char::is_alphabetic) || word.is_empty() || Path::new(word).exists() {
        return None;
    }
    let names = || command.get_subcommands().map(clap::Command::get_name);
    let meant = if word.is_ascii() {
        // A short name is near to too many words.
        dehusk::nearest(&word.to_ascii_lowercase(), names(), |name| if name.len() < 5 { 1 } else { 2 })
    } else {
        let is_called =
            |name: &&str| TEXTS.command.get(*name).is_some_and(|text| text.called.iter().any(|c| c == word));
        names().find(is_called)
    };
    meant.map(|meant| (word.to_owned(), meant.to_owned()))
}

/// What holds where the command line does not say, unless it says to do without.
fn config() -> Result<Config, ConfigMistake> {
    if std::env::args_os().take_while(|arg| arg != "--").any(|arg| arg == "--no-config") {
        return Ok(Config::default());
    }
    // Where there is no working folder, no file lies in it.
    let folder = std::env::current_dir().unwrap_or_default();
    Config::find(&folder, std::env::var_os(VARIABLE))
}

/// The language that the arguments ask for, before they are parsed: help is printed by the parser.
fn spoken(args: impl Iterator<Item = OsString>) -> Option<Lang> {
    let args: Vec<OsString> = args.take_while(|arg| arg != "--").collect();
    args.iter().enumerate().rev().find_map(|(i, arg)| {
        let value = match arg.to_str()? {
            "--lang" => args.get(i + 1)?.to_str()?,
            arg => arg.strip_prefix("--lang=")?,
        };
        // Whoever asks for another language is answered in the one of the system.
        match value.to_ascii_lowercase().as_str() {
            "zh" => Some(Lang::Zh),
            "en" => Some(Lang::En),
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

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
        // Files, options of the filter, and the value of an option are no commands.
        for line in ["dehusk --lang zh ./fmt", "dehusk page.txt fmt", "dehusk --profile body fmt", "dehusk --rules fmt"]
        {
            assert_eq!(order(line), line);
        }
    }

    #[test]
    fn import_takes_a_file_alone() {
        let order = |line: &str| {
            let args = line.split(' ').map(OsString::from).collect();
            let args = with_import_kind(args, &Cli::command());
            args.iter().map(|arg| arg.to_string_lossy()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(order("dehusk import --rules a b.csv --file c"), "dehusk import --rules a phrases b.csv --file c");
        assert_eq!(order("dehusk import b.json"), "dehusk import legado b.json");
        for line in ["dehusk import", "dehusk import legado b.csv", "dehusk import --help", "dehusk check import"] {
            assert_eq!(order(line), line);
        }
    }

    #[test]
    fn a_mistyped_command_is_named() {
        let command = Cli::command();
        let meant = |word: &str| mistyped(&OsString::from(word), &command).map(|(_, meant)| meant);
        for (word, command) in
            [("explian", "explain"), ("Check", "check"), ("whi", "why"), ("restroe", "restore"), ("解释", "explain")]
        {
            assert_eq!(meant(word).as_deref(), Some(command), "{word}");
        }
        // Commands, files that are there, and words that resemble none.
        for word in ["explain", "src", "page", "文章", "explian.txt", "-", ""] {
            assert_eq!(meant(word), None, "{word}");
        }
    }

    fn is_chinese(text: impl ToString) -> bool {
        text.to_string().chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
    }

    /// Holds that all of a command is Chinese, with `own` texts for its arguments.
    fn look_at(command: &clap::Command, path: &str) {
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
        // Arguments of the filter's list may belong to other commands.
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
            look_at(inner, format!("{path} {}", inner.get_name()).trim());
        }
    }

    #[test]
    fn every_command_and_argument_is_translated() {
        let command = Cli::spoken_command(Lang::Zh);
        look_at(&command, "");
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
            "--backup",
            "--completions bash x",
            "docs --html --json",
            "eval",
            "--profile body --profile body",
        ] {
            let args = std::iter::once("dehusk").chain(line.split(' '));
            let error = Cli::spoken_command(Lang::Zh).try_get_matches_from(args).expect_err(line);
            let said = crate::help::mistake(&error);
            assert!(is_chinese(&said) && !said.contains("error") && !said.contains("Usage"), "{line}: {said}");
        }
    }
}
