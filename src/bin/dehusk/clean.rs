//! The filter: texts in, bodies out. What is asked for stands here; [`run`](crate::run) does it.

use std::ffi::OsString;
use std::io::{self, IsTerminal as _};
use std::mem::ManuallyDrop;
use std::num::NonZero;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use dehusk::Fields;
use dehusk::io::Format;
use dehusk::io::packed::Packing;
use dehusk::io::parquet::ListColumn;
use dehusk::pipeline::{Row, Sample};
use dehusk::{Lang, Repairer, Warning};

use crate::args::{CommonArgs, FormatArg, PackArg, PageArgs, name_of};
use crate::exit::ExitCode;
use crate::inputs::{Input, Leave, expand};
use crate::jobs::all_cores;
use crate::page::{Cleaner, Page};
use crate::rules;
use crate::say::{Console, Level, Limit, Message, say};
use crate::todo::{Target, Todo, renamed};

/// Texts in, bodies out.
#[derive(Debug, Args)]
pub struct CleanArgs {
    /// Files and folders to read; none, or -, for standard input
    ///
    /// The body goes to standard output. Several files, or a folder, need --out or
    /// --in-place, unless the result is JSON Lines. A folder is walked with everything in
    /// it; files in it that are not text are left out.
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,

    /// Write each result into this folder, under the name of its file
    ///
    /// A file of a folder that was given keeps its path below that folder. Results are UTF-8.
    #[arg(short, long, value_name = "DIR", help_heading = "Output", conflicts_with = "in_place")]
    pub out: Option<PathBuf>,

    /// Rewrite each file
    ///
    /// A file is replaced in one step or not at all, keeps its permissions and its
    /// encoding, and is not touched if nothing changes.
    #[arg(short, long, help_heading = "Output")]
    pub in_place: bool,

    /// Keep the old file beside the new one
    ///
    /// The ending is put after the name; an older copy of that name is replaced.
    #[arg(long, value_name = "ENDING", num_args = 0..=1, require_equals = true, default_missing_value = ".bak", requires = "in_place", help_heading = "Output")]
    pub backup: Option<OsString>,

    /// Write all there is to know as JSON, one object a document
    ///
    /// file, line and id of a record, encoding, profile, input, body, metadata, removed,
    /// repaired, spared, warnings. Each stretch has its rule, category and phrase, and its
    /// place in the text as it came in: bytes (of its UTF-8) and chars from 0, end
    /// exclusive; lines from 1.
    #[arg(long, help_heading = "Output", conflicts_with_all = ["out", "in_place", "explain"])]
    pub json: bool,

    /// Show the page with what goes marked, and the rule that takes it
    ///
    /// What goes is struck through. Without colour, a mark stands before each line: = stays,
    /// - goes, ~ loses words, ! a rule was held back, # about the page.
    #[arg(short, long, help_heading = "Output", conflicts_with_all = ["out", "in_place"])]
    pub explain: bool,

    #[command(flatten)]
    pub page: PageArgs,

    /// Mend damage first: inserted pinyin, lost indents, shifted bytes
    #[arg(long, help_heading = "Cleaning")]
    pub repair: bool,

    /// Format of the inputs; from the file's ending if not given
    ///
    /// .jsonl and .ndjson are JSON Lines, .warc and .wet are WARC, .csv and .tsv are tables with a
    /// header, .parquet is Parquet, all else is text; .gz, .zst, .bz2 or .xz may follow. A record comes out as it went in but for the text; one whose text
    /// cannot be taken is reported and passed through.
    #[arg(long, value_enum, value_name = "FORMAT", help_heading = "Formats")]
    pub from: Option<FormatArg>,

    /// Format of the results; that of the input if not given
    ///
    /// Text files become records of two fields, other records of up to three: id, url and text.
    /// Records become texts with an empty line after each. A record whose text cannot be taken
    /// is left out then.
    #[arg(long, value_enum, value_name = "FORMAT", help_heading = "Formats")]
    pub to: Option<FormatArg>,

    /// Field with the text
    #[arg(long, value_name = "NAME", default_value = "text", help_heading = "Formats")]
    pub text_field: String,

    /// Field with the URL or host; "url", else "host", if not given
    #[arg(long, value_name = "NAME", help_heading = "Formats")]
    pub url_field: Option<String>,

    /// Field that names the record in reports
    #[arg(long, value_name = "NAME", default_value = "id", help_heading = "Formats")]
    pub id_field: String,

    /// How to pack the results; as the input is if not given
    ///
    /// Without --out or --in-place, results are not packed unless this says so.
    #[arg(long, value_enum, value_name = "PACKING", help_heading = "Formats")]
    pub pack: Option<PackArg>,

    /// Write every byte that went into this file, with its rule and place
    ///
    /// One JSON object a stretch: file, record, id, rule, category, place, text, and what
    /// `dehusk restore` needs to make the inputs again. A name that ends in .gz or .zst is packed; one
    /// that ends in .parquet is a Parquet file.
    #[arg(long, value_name = "FILE", help_heading = "A whole collection")]
    pub removed: Option<PathBuf>,

    /// Add a column of what went from each text to Parquet results
    ///
    /// A list of start, end (characters), byte_start, byte_end (of UTF-8), text, kind, rule, category and
    /// phrase; with --repair also instead. No list where there is no text. For SQL and data frames;
    /// restore reads what --removed writes.
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new(), help_heading = "A whole collection", conflicts_with_all = ["json", "explain"])]
    pub removed_column: Option<String>,

    /// Write the summary of the run into this file, as JSON
    ///
    /// Documents, bytes, what each rule and category took, and the records that could not be
    /// taken with file, line, offset and reason.
    #[arg(long, value_name = "FILE", help_heading = "A whole collection")]
    pub report: Option<PathBuf>,

    /// Go on with a run that was stopped: what is finished is not done again
    ///
    /// Inputs whose size or time changed are done again. Options and rules must be the same.
    #[arg(long, requires = "out", help_heading = "A whole collection")]
    pub resume: bool,

    /// Stop after N documents
    #[arg(long, value_name = "N", help_heading = "A whole collection")]
    pub limit: Option<NonZero<u64>>,

    /// Only about this share of the documents, always the same ones
    ///
    /// Chosen by id, else by file name and place; the rest is left out of the results. A larger
    /// sample holds the smaller one.
    #[arg(long, value_name = "P%", help_heading = "A whole collection")]
    pub sample: Option<Sample>,

    /// Stop after N records or files that could not be taken
    ///
    /// What is finished by then stays; --resume goes on.
    #[arg(long, value_name = "N", help_heading = "A whole collection")]
    pub max_errors: Option<NonZero<u64>>,

    /// How many threads; all cores if not given
    #[arg(short, long, value_name = "N", help_heading = "A whole collection")]
    pub jobs: Option<NonZero<usize>>,
}

/// What every worker needs.
pub struct Job {
    /// The compiled rules.
    pub cleaner: Cleaner,
    /// What is written for each document.
    pub view: View,
    /// The language of messages.
    pub lang: Lang,
    /// Names of the fields of records.
    pub fields: Fields,
    /// `--encoding`.
    pub encoding: Option<String>,
    /// `--backup`.
    pub backup: Option<OsString>,
    /// Names for reports.
    pub profile: String,
    /// How many threads.
    pub jobs: NonZero<usize>,
    /// `--sample`.
    pub sample: Option<Sample>,
    /// Whether rows of the record of removals are asked for.
    pub record: bool,
    /// `--removed-column`.
    pub removed_column: Option<ListColumn>,
    /// The checksum of the rules, for that record.
    pub rules: String,
}

/// What is written for each document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// The body.
    Body,
    /// `--json`.
    Json,
    /// `--explain`.
    Explain {
        /// Colour rather than marks.
        styled: bool,
    },
    /// `dehusk explain --json`.
    ExplainJson,
}

impl Default for CleanArgs {
    /// What holds when nothing is given.
    fn default() -> Self {
        Self {
            files: Vec::new(),
            out: None,
            in_place: false,
            backup: None,
            json: false,
            explain: false,
            page: PageArgs::default(),
            repair: false,
            from: None,
            to: None,
            text_field: "text".into(),
            url_field: None,
            id_field: "id".into(),
            pack: None,
            removed: None,
            removed_column: None,
            report: None,
            resume: false,
            limit: None,
            sample: None,
            max_errors: None,
            jobs: None,
        }
    }
}

impl Job {
    /// Whether a record is taken: whether it is in the sample, if there is one. `offset` is where it begins, or
    /// its number where records have no place of their own.
    pub fn takes(&self, todo: &Todo, id: Option<&str>, offset: u64) -> bool {
        let name = || Sample::name_of(id, &todo.input.mirrored_name(), offset);
        self.sample.is_none_or(|sample| sample.takes(&name()))
    }

    /// What to say if the rules would have left almost nothing.
    pub fn emptied(&self, page: &Page<'_>, place: impl FnOnce() -> String) -> Option<Message> {
        let emptied = page.outcome.warnings.contains(&Warning::WouldBeEmpty);
        emptied.then(|| {
            let text = say!(
                self.lang,
                "按规则几乎不剩正文，原样通过；用 --explain 看是哪些规则",
                "the rules would leave almost nothing, so it passes unchanged; --explain shows which"
            );
            Message::limited(Level::Warning, place(), text, Limit::Emptied)
        })
    }
}

/// Runs the filter.
pub fn run(args: &CleanArgs, common: &CommonArgs) -> Result<ExitCode> {
    let lang = common.lang();
    args.check(lang)?;
    // The program ends here; taking the tables of the rules apart would cost as much as cleaning.
    let job = ManuallyDrop::new(args.job(common)?);
    let mut console = Console::new(lang, common.quiet);
    let leave = Leave { out: args.out.as_deref(), backup: args.backup.as_deref() };
    let mut inputs = expand(&args.files, &leave);
    let todos = args.todos(std::mem::take(&mut inputs.found), lang)?;
    inputs.tell_missing(&mut console);
    if todos.iter().any(|todo| todo.input.path.is_none()) && io::stdin().is_terminal() {
        let text = say!(
            lang,
            "请输入文本，以 Ctrl-D 结束（用法见 dehusk -h）",
            "reading what you type, until Ctrl-D (dehusk -h tells more)"
        );
        console.tell(&Message::new(Level::Note, "dehusk", text));
    }
    crate::run::run(args, common, &job, &todos, console)
}

impl CleanArgs {
    fn check(&self, lang: Lang) -> Result<()> {
        let stdin = self.files.is_empty() || self.files.iter().any(|f| f.as_os_str() == "-");
        if stdin && self.in_place {
            bail!(say!(lang, "--in-place 要有文件名", "--in-place needs files"));
        }
        if stdin && self.out.is_some() {
            bail!(say!(lang, "--out 要有文件名", "--out needs files"));
        }
        if let Some(out) = self.out.as_ref().filter(|out| out.exists() && !out.is_dir()) {
            let out = out.display();
            bail!(say!(lang, "--out 要一个文件夹，{out} 是文件", "--out needs a folder; {out} is a file"));
        }
        if self.in_place && self.to.is_some() && self.to != self.from {
            bail!(say!(lang, "--in-place 不能改变格式", "--in-place cannot change the format"));
        }
        if let Some(label) = &self.page.encoding {
            let encoding = dehusk::decode(b"", Some(label))?.encoding;
            let records = |file: &PathBuf| self.format_of(file, None).0.has_records();
            if encoding != "UTF-8" && self.files.iter().any(records) {
                bail!(say!(
                    lang,
                    "JSON Lines 总是 UTF-8；--encoding 只用于文本",
                    "JSON Lines are always UTF-8; --encoding is for texts"
                ));
            }
        }
        let apart = self.out.is_some() || self.in_place || self.view() != View::Body;
        // What is in a folder is not known yet; records are told apart wherever they come from.
        let joined = |format: Format| matches!(format, Format::Jsonl | Format::Warc);
        let records = self.to.or(self.from).is_some_and(|f| joined(f.into()));
        let folder = self.files.iter().find(|f| f.is_dir() && !records);
        if !apart
            && (folder.is_some()
                || self.files.len() > 1 && !self.files.iter().all(|f| joined(self.format_of(f, self.to).0)))
        {
            let what = match folder.map(|f| f.display()) {
                Some(folder) => say!(lang, "{folder} 是文件夹", "{folder} is a folder"),
                None => say!(lang, "有几个文件", "there are several files"),
            };
            bail!(say!(
                lang,
                "{what}，正文会混在一起；请加 --out 文件夹（写到那里）或 --in-place（改写原文件）",
                "{what}, and bodies would run together; add --out DIR to write each there, or --in-place to rewrite each"
            ));
        }
        Ok(())
    }

    fn view(&self) -> View {
        if self.json && self.explain {
            View::ExplainJson
        } else if self.json {
            View::Json
        } else if self.explain {
            let choice = anstream::AutoStream::choice(&io::stdout());
            View::Explain { styled: choice != anstream::ColorChoice::Never }
        } else {
            View::Body
        }
    }

    fn job(&self, common: &CommonArgs) -> Result<Job> {
        let rules = rules::load(common)?;
        let repairer = self.repair.then(|| Repairer::new(&rules.repairs));
        // A checksum of all that rules are made of; it takes as long as reading them.
        let named = self.removed.is_some() || self.report.is_some() || self.out.is_some();
        let rules_sum = if named { dehusk::rules_sum(&rules::sources(common)?) } else { String::new() };
        let engine = self.page.engine.builder().build_from(rules)?;
        let default = Fields::default();
        let fields = Fields {
            text: self.text_field.clone(),
            url: self.url_field.clone().map_or(default.url, |name| vec![name]),
            id: self.id_field.clone(),
        };
        Ok(Job {
            cleaner: Cleaner { engine, repairer, host: self.page.host.clone() },
            view: self.view(),
            lang: common.lang(),
            fields,
            encoding: self.page.encoding.clone(),
            backup: self.backup.clone(),
            profile: name_of(&self.page.engine.profile),
            jobs: self.jobs.unwrap_or_else(all_cores),
            sample: self.sample,
            record: self.removed.is_some(),
            removed_column: self.removed_column.as_ref().map(|name| Row::column(name, self.repair)),
            rules: rules_sum,
        })
    }

    /// The format of a file, or what it is turned into, and how its name says that it is packed.
    fn format_of(&self, path: &Path, wanted: Option<FormatArg>) -> (Format, Packing) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let (by_name, packing) = Format::of_name(&name);
        (wanted.or(self.from).map_or(by_name, Format::from), packing)
    }

    /// Refuses what a format cannot do.
    fn check_formats(&self, input: &Input, from: Format, to: Format, lang: Lang) -> Result<()> {
        let becomes = match to {
            Format::Text | Format::Jsonl => true,
            Format::Parquet => from.has_records(),
            _ => false,
        };
        if from != to && !becomes {
            let (from, to) = (from.name(), to.name());
            bail!(say!(
                lang,
                "{from} 不能变成 {to}；--to 可以是 text、jsonl，记录也可以是 parquet",
                "{from} cannot become {to}; --to takes text and jsonl, and parquet for records"
            ));
        }
        let name = input.name();
        if self.removed_column.is_some() && to != Format::Parquet {
            let to = to.name();
            bail!(say!(
                lang,
                "{name}：--removed-column 给 Parquet 结果加一列，这里的结果是 {to}；请用 --removed 文件，或加 --to parquet",
                "{name}: --removed-column adds a column to Parquet results, and this one is {to}; use --removed FILE, or add --to parquet"
            ));
        }
        if from == Format::Parquet && input.path.is_none() {
            bail!(say!(
                lang,
                "Parquet 要从文件读，不能从标准输入",
                "Parquet is read from a file, not from standard input"
            ));
        }
        if to == Format::Parquet && self.out.is_none() && !self.in_place && self.view() == View::Body {
            bail!(say!(
                lang,
                "{name}：Parquet 不能写到标准输出；请加 --out 文件夹，或用 --to jsonl",
                "{name}: Parquet cannot go to standard output; add --out DIR, or --to jsonl"
            ));
        }
        if self.in_place && from.has_records() && (self.limit.is_some() || self.sample.is_some()) {
            bail!(say!(
                lang,
                "{name}：--in-place 加 --sample 或 --limit 会丢掉没有取的记录；请用 --out 文件夹",
                "{name}: --in-place with --sample or --limit would lose the records that are not taken; use --out DIR"
            ));
        }
        Ok(())
    }

    /// Says for each input where it goes, and refuses what would overwrite something.
    fn todos(&self, inputs: Vec<Input>, lang: Lang) -> Result<Vec<Todo>> {
        let mut todos: Vec<Todo> = Vec::with_capacity(inputs.len());
        let mut taken = std::collections::HashMap::new();
        for input in inputs {
            let path = input.path.clone().unwrap_or_default();
            let ((from, packing), (to, _)) = (self.format_of(&path, None), self.format_of(&path, self.to));
            let packing = input.path.is_some().then_some(packing);
            let kept = if self.out.is_some() || self.in_place { packing.unwrap_or_default() } else { Packing::None };
            let pack = if to == Format::Parquet { Packing::None } else { self.pack.map_or(kept, Packing::from) };
            self.check_formats(&input, from, to, lang)?;
            if self.sample.is_some_and(|sample| !from.has_records() && !sample.takes(&input.mirrored_name())) {
                continue;
            }
            let target = match &self.out {
                None if self.in_place => Target::InPlace,
                None => Target::Stdout,
                Some(out) => {
                    let target = out.join(renamed(&input.mirrored, (from, packing.unwrap_or_default()), (to, pack)));
                    if target.canonicalize().is_ok_and(|t| path.canonicalize().is_ok_and(|p| p == t)) {
                        let file = path.display();
                        bail!(say!(
                            lang,
                            "--out 会盖掉 {file} 本身；要改写原文件请用 --in-place",
                            "--out would overwrite {file} itself; --in-place rewrites files"
                        ));
                    }
                    if let Some(other) = taken.insert(target.clone(), path.clone()) {
                        let (file, other, target) = (path.display(), other.display(), target.display());
                        bail!(say!(
                            lang,
                            "{other} 和 {file} 都会写到 {target}；请分两次运行",
                            "{other} and {file} would both go to {target}; run dehusk once for each"
                        ));
                    }
                    Target::File(target)
                }
            };
            todos.push(Todo { input, from, packing, to, pack, target });
        }
        Ok(todos)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsStr;

    #[test]
    fn endings_decide_formats() {
        use clap::Parser as _;
        let args = |line: &[&str]| crate::args::Cli::parse_from([&["dehusk"], line].concat()).clean;
        let plain = args(&[]);
        assert_eq!(plain.format_of(Path::new("a.JSONL.gz"), None), (Format::Jsonl, Packing::Gzip));
        assert_eq!(plain.format_of(Path::new("jsonl"), None), (Format::Text, Packing::None));
        let forced = args(&["--from", "jsonl"]);
        assert_eq!(forced.format_of(Path::new("a.txt"), forced.to), (Format::Jsonl, Packing::None));
    }

    #[test]
    fn backups_are_no_inputs() {
        let leave = Leave { out: None, backup: Some(OsStr::new(".bak")) };
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.txt", "a.txt", ".hidden", "a.txt.bak"] {
            std::fs::write(folder.path().join(name), "x").unwrap();
        }
        let names: Vec<_> = expand(&[folder.path().to_owned()], &leave).found.into_iter().map(|i| i.mirrored).collect();
        assert_eq!(names, [".hidden", "a.txt", "b.txt"].map(PathBuf::from));
    }
}
