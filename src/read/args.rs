//! Arguments that several commands share. The doc comments here are the help text.

use std::path::{Path, PathBuf};

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use dehusk::io::Format;
use dehusk::io::packed::Packing;
use dehusk::{Lang, Profile};

use crate::ui::color::ColorArg;
use crate::ui::language::{LangArg, locale};

/// What every command takes.
#[derive(Clone, Debug, Args)]
pub struct CommonArgs {
    /// Add the rules of this folder (can be given more than once)
    ///
    /// A file replaces the shipped file of the same name; the rest is added. A folder
    /// holds *.toml, lists/*.txt, sites/*.toml and settings.toml.
    #[arg(global = true, long, value_name = "DIR", help_heading = "Rules")]
    pub rules: Vec<PathBuf>,

    /// Take no notice of dehusk.toml and DEHUSK_RULES
    ///
    /// dehusk.toml, in the working folder or above it, says what holds where the command line does not:
    /// rules, profile, input, lang and names of fields; DEHUSK_RULES names folders of rules. dehusk config
    /// shows them.
    #[arg(global = true, long, help_heading = "Rules")]
    pub no_config: bool,

    /// Leave the shipped rules out
    #[arg(global = true, long, help_heading = "Rules")]
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

/// How texts are cleaned: the arguments of every command that cleans.
#[derive(Clone, Debug, Default, Args)]
pub struct EngineArgs {
    /// How much counts as body
    #[arg(short, long, value_enum, default_value_t, value_name = "PROFILE", help_heading = "Cleaning")]
    pub profile: ProfileArg,

    /// What the texts are; told by each document itself if not given
    #[arg(long, value_enum, value_name = "INPUT", help_heading = "Cleaning")]
    pub input: Option<InputArg>,

    /// Only these rules: categories, files or names, with commas between
    #[arg(long, value_name = "NAMES", help_heading = "Rules")]
    pub only: Vec<String>,

    /// Not these rules
    #[arg(long, value_name = "NAMES", help_heading = "Rules")]
    pub skip: Vec<String>,
}

impl EngineArgs {
    /// A builder with the options of these arguments.
    pub fn builder(&self) -> dehusk::EngineBuilder {
        let input = self.input.unwrap_or_default();
        let builder = dehusk::Engine::builder().profile(self.profile.into()).input(input.into());
        builder.only(&self.only).skip(&self.skip)
    }
}

impl EngineArgs {
    /// The same for these files: they are read as HTML if no option says otherwise and all their names end like HTML.
    #[must_use]
    pub fn for_files<'p>(&self, mut files: impl Iterator<Item = &'p Path>) -> Self {
        let is_html = files.all(crate::read::text::is_html_name);
        let input = self.input.or(is_html.then_some(InputArg::Html));
        Self { input, ..self.clone() }
    }
}

impl CommonArgs {
    /// The language of messages: that of the flag, else that of the locale.
    pub fn lang(&self) -> Lang {
        match self.lang {
            Some(LangArg::Zh) => Lang::Zh,
            Some(LangArg::En) => Lang::En,
            None => locale(),
        }
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
    Text,
    /// All visible text of a web page
    Page,
    /// Decided for each document
    #[default]
    Auto,
    /// The HTML of a web page
    Html,
}

impl From<InputArg> for dehusk::Input {
    fn from(arg: InputArg) -> Self {
        match arg {
            InputArg::Text => Self::Text,
            InputArg::Page => Self::Page,
            InputArg::Auto => Self::Auto,
            InputArg::Html => Self::Html,
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
    /// Of HTML: headings, lists, links, emphasis, code and tables stay (results only)
    Markdown,
}

impl FormatArg {
    /// Reads the value of `--from`: all but Markdown, which only a result can be.
    pub fn of_inputs() -> impl TypedValueParser<Value = Self> {
        let read = Self::value_variants().iter().filter(|one| **one != Self::Markdown);
        let names = PossibleValuesParser::new(read.filter_map(Self::to_possible_value));
        names.map(|name| Self::from_str(&name, true).expect("it is one of the names"))
    }
}

impl From<FormatArg> for Format {
    fn from(arg: FormatArg) -> Self {
        match arg {
            FormatArg::Text | FormatArg::Markdown => Self::Text,
            FormatArg::Jsonl => Self::Jsonl,
            FormatArg::Warc => Self::Warc,
            FormatArg::Csv => Self::Csv,
            FormatArg::Tsv => Self::Tsv,
            FormatArg::Parquet => Self::Parquet,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CompressArg {
    /// Not at all
    None,
    /// .gz
    #[value(alias = "gz")]
    Gzip,
    /// .zst
    #[value(alias = "zst")]
    Zstd,
}

impl From<CompressArg> for Packing {
    fn from(arg: CompressArg) -> Self {
        match arg {
            CompressArg::None => Self::None,
            CompressArg::Gzip => Self::Gzip,
            CompressArg::Zstd => Self::Zstd,
        }
    }
}

/// The name by which a choice is given on the command line.
pub fn name_of<T: ValueEnum>(value: &T) -> String {
    value.to_possible_value().map_or_else(String::new, |v| v.get_name().to_owned())
}
