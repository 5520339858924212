//! The command line. The doc comments here are the help text; the first paragraph of
//! each is what `-h` shows.
//!
//! Without a subcommand dehusk is a filter, so every argument of [`clean`](crate::clean)
//! stands at the top level. A subcommand is one only in the first place, or behind options that
//! every command takes: a file of that name is given as `./check`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use dehusk::io::Format;
use dehusk::io::packed::Packing;
use dehusk::{Lang, Profile};

/// Gives back the article body of crawled pages
///
/// dehusk reads the text of an article or web page and writes its body: navigation,
/// related links, copyright notices, share buttons, spam and the like are taken out by
/// rules that people can read and change. It never changes a word of what it keeps,
/// unless --repair is given.
#[derive(Debug, Parser)]
#[command(name = "dehusk", bin_name = "dehusk", version, max_term_width = 100)]
#[command(after_help = AFTER_HELP, after_long_help = AFTER_LONG_HELP)]
// `dehusk help` is a command of ours.
#[command(args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
pub struct Cli {
    /// Something other than the filter.
    #[command(subcommand)]
    pub command: Option<Command>,

    /// The filter.
    #[command(flatten)]
    pub clean: crate::clean::CleanArgs,

    /// What every command takes.
    #[command(flatten)]
    pub common: CommonArgs,

    /// Write the completions for a shell and stop
    #[arg(long, value_name = "SHELL", exclusive = true)]
    pub completions: Option<Shell>,

    /// Write the manual page and stop
    #[arg(long, hide = true, exclusive = true)]
    pub man: bool,
}

/// What dehusk does beside filtering.
#[derive(Debug, Subcommand)]
pub enum Command {
    Explain(Box<crate::explain::ExplainArgs>),
    Why(Box<crate::why::WhyArgs>),
    Test(crate::test::TestArgs),
    Check(crate::check::CheckArgs),
    Preview(Box<crate::preview::PreviewArgs>),
    New(Box<crate::new::NewArgs>),
    Suggest(Box<crate::suggest::SuggestArgs>),
    Restore(Box<crate::restore::RestoreArgs>),
    Stats(Box<crate::stats::StatsArgs>),
    Fmt(Box<crate::fmt::FmtArgs>),
    Docs(Box<crate::docs::DocsArgs>),
    Schema(Box<crate::schema::SchemaArgs>),
    Pack(Box<crate::pack::PackArgs>),
    Help(crate::help::HelpArgs),
    Eval(Box<crate::eval::EvalArgs>),
    Tune(Box<crate::tune::TuneArgs>),
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

/// What every command takes.
#[derive(Debug, Args)]
pub struct CommonArgs {
    /// Add the rules of this folder (can be given more than once)
    ///
    /// A file replaces the shipped file of the same name; the rest is added. A folder
    /// holds *.toml, lists/*.txt, sites/*.toml and settings.toml.
    #[arg(global = true, long, value_name = "DIR", help_heading = "Rules")]
    pub rules: Vec<PathBuf>,

    /// Leave the shipped rules out
    #[arg(global = true, long, help_heading = "Rules", requires = "rules")]
    pub no_shipped_rules: bool,

    /// Language of messages; from the locale if not given
    #[arg(
        global = true,
        long,
        value_enum,
        hide_possible_values = true,
        value_name = "zh|en",
        help_heading = "Messages"
    )]
    pub lang: Option<LangArg>,

    /// When to colour
    #[arg(
        global = true,
        long,
        value_enum,
        default_value_t,
        hide_possible_values = true,
        value_name = "auto|always|never",
        help_heading = "Messages"
    )]
    pub color: ColorArg,

    /// Say nothing but errors
    #[arg(global = true, short, long, help_heading = "Messages")]
    pub quiet: bool,
}

/// How texts are cleaned: what every command takes that cleans.
#[derive(Clone, Debug, Default, Args)]
pub struct EngineArgs {
    /// How much counts as body
    #[arg(short, long, value_enum, default_value_t, value_name = "PROFILE", help_heading = "Cleaning")]
    pub profile: ProfileArg,

    /// What the texts are; text if not given
    #[arg(long, value_enum, value_name = "INPUT", help_heading = "Cleaning")]
    pub input: Option<InputArg>,

    /// Only these rules: categories, files or names, with commas between
    #[arg(long, value_name = "NAMES", value_delimiter = ',', help_heading = "Rules")]
    pub only: Vec<String>,

    /// Not these rules
    #[arg(long, value_name = "NAMES", value_delimiter = ',', help_heading = "Rules")]
    pub skip: Vec<String>,
}

impl EngineArgs {
    /// The choices of an engine.
    pub fn builder(&self) -> dehusk::EngineBuilder {
        let input = self.input.unwrap_or_default();
        dehusk::Engine::builder().profile(self.profile.into()).input(input.into()).only(&self.only).skip(&self.skip)
    }
}

/// The same for commands that clean texts which do not say where they come from.
#[derive(Clone, Debug, Default, Args)]
pub struct PageArgs {
    #[command(flatten)]
    pub engine: EngineArgs,

    /// Host or URL that the texts come from, for rules of single sites
    #[arg(long, value_name = "HOST", help_heading = "Cleaning")]
    pub host: Option<String>,

    /// Encoding of the texts, such as gbk or big5; found out if not given
    #[arg(long, value_name = "LABEL", help_heading = "Formats")]
    pub encoding: Option<String>,
}

impl Cli {
    /// Reads the command line; help and mistakes end the program here.
    pub fn read() -> Self {
        let lang = spoken(std::env::args_os().skip(1));
        let command = Self::spoken_command(lang);
        let args = command_first(std::env::args_os().collect(), &command);
        let matches = command.try_get_matches_from(args).and_then(|matches| Self::from_arg_matches(&matches));
        matches.unwrap_or_else(|error| match lang {
            Lang::Zh => crate::help_zh::exit(&error),
            Lang::En => error.exit(),
        })
    }

    /// The parser, with its help in this language.
    pub fn spoken_command(lang: Lang) -> clap::Command {
        // The one command with a collection that can do without.
        let command = Self::command().mut_subcommand("stats", |stats| {
            stats.mut_arg("collection", |arg| arg.required(false).required_unless_present("removed"))
        });
        match lang {
            Lang::Zh => crate::help_zh::translate(command),
            Lang::En => command,
        }
    }
}

/// Puts a command before the options of every command that stand in front of it:
/// `dehusk --lang zh fmt rules` is `dehusk fmt --lang zh rules`. The parser would take the first
/// for the filter, and `fmt` for a file.
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

/// The language that the arguments ask for, before they are parsed: help is printed by the parser.
fn spoken(args: impl Iterator<Item = OsString>) -> Lang {
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

impl CommonArgs {
    /// The language of messages: the flag, else the locale.
    pub fn lang(&self) -> Lang {
        match self.lang {
            Some(LangArg::Zh) => Lang::Zh,
            Some(LangArg::En) => Lang::En,
            None => locale(),
        }
    }
}

/// The language of the locale: the first of these variables that is not empty decides.
fn locale() -> Lang {
    let value =
        ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(std::env::var_os).find(|value| !value.is_empty());
    match value {
        Some(value) if value.to_string_lossy().to_lowercase().starts_with("zh") => Lang::Zh,
        _ => Lang::En,
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum LangArg {
    Zh,
    En,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum ColorArg {
    #[default]
    Auto,
    Always,
    Never,
}

impl ColorArg {
    /// Makes every stream of this run follow the flag.
    pub fn apply(self) {
        match self {
            Self::Auto => anstream::ColorChoice::Auto,
            Self::Always => anstream::ColorChoice::Always,
            Self::Never => anstream::ColorChoice::Never,
        }
        .write_global();
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ProfileArg {
    /// Spam, legal notices and damage go; all else stays
    #[value(alias = "存档")]
    Archive,
    /// Boilerplate goes; headline, dateline, captions and editors' notes stay
    #[default]
    #[value(alias = "文章")]
    Article,
    /// Headline and bylines go too
    #[value(alias = "正文")]
    Body,
}

impl From<ProfileArg> for Profile {
    fn from(arg: ProfileArg) -> Self {
        match arg {
            ProfileArg::Archive => Self::Archive,
            ProfileArg::Article => Self::Article,
            ProfileArg::Body => Self::Body,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum InputArg {
    /// An article's text with some boilerplate left
    #[default]
    Text,
    /// All visible text of a web page
    Page,
    /// Decided for each document
    Auto,
}

impl From<InputArg> for dehusk::Input {
    fn from(arg: InputArg) -> Self {
        match arg {
            InputArg::Text => Self::Text,
            InputArg::Page => Self::Page,
            InputArg::Auto => Self::Auto,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FormatArg {
    /// One document a file
    Text,
    /// One JSON object a line
    Jsonl,
    /// Web archives with texts (WET)
    #[value(alias = "wet")]
    Warc,
    /// Rows with a header, commas or semicolons between fields
    Csv,
    /// Rows with a header, tabs between fields
    Tsv,
    /// Tables stored by columns
    Parquet,
}

impl From<FormatArg> for Format {
    fn from(arg: FormatArg) -> Self {
        match arg {
            FormatArg::Text => Self::Text,
            FormatArg::Jsonl => Self::Jsonl,
            FormatArg::Warc => Self::Warc,
            FormatArg::Csv => Self::Csv,
            FormatArg::Tsv => Self::Tsv,
            FormatArg::Parquet => Self::Parquet,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PackArg {
    /// Not at all
    None,
    /// .gz
    #[value(alias = "gz")]
    Gzip,
    /// .zst
    #[value(alias = "zst")]
    Zstd,
}

impl From<PackArg> for Packing {
    fn from(arg: PackArg) -> Self {
        match arg {
            PackArg::None => Self::None,
            PackArg::Gzip => Self::Gzip,
            PackArg::Zstd => Self::Zstd,
        }
    }
}

/// The name by which a choice is given on the command line.
pub fn name_of<T: ValueEnum>(value: &T) -> String {
    value.to_possible_value().map_or_else(String::new, |v| v.get_name().to_owned())
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
}
