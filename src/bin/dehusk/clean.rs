//! The filter: texts in, bodies out.

use std::ffi::OsString;
use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::num::NonZero;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use clap::Args;
use dehusk::{Fields, Lang, Repairer, Warning};

use crate::args::{CommonArgs, FormatArg, PageArgs, name_of};
use crate::exit::ExitCode;
use crate::inputs::{Input, Leave, expand};
use crate::jobs::{all_cores, in_order};
use crate::jsonl::{self, Stop};
use crate::page::{Cleaner, Page};
use crate::save::Pending;
use crate::say::{Console, Level, Limit, Message, reason, say};
use crate::{json, rules, text};

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
    /// Files that end in .jsonl or .ndjson are JSON Lines, all else is text. A line of JSON
    /// Lines comes out as it went in but for the text; one whose text cannot be taken is
    /// reported and passed through.
    #[arg(long, value_enum, value_name = "FORMAT", help_heading = "Formats")]
    pub from: Option<FormatArg>,

    /// Format of the results; that of the input if not given
    ///
    /// Text files become records of two fields. Records become texts with an empty line
    /// after each.
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

    /// How many threads; all cores if not given
    #[arg(short, long, value_name = "N", help_heading = "Formats")]
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
            jobs: None,
        }
    }
}

/// Where a result goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Standard output.
    Stdout,
    /// A file below `--out`.
    File(PathBuf),
    /// The input's own place.
    InPlace,
}

/// One input, its formats and its target.
#[derive(Debug)]
pub struct Todo {
    /// What to read.
    pub input: Input,
    /// Its format.
    pub from: FormatArg,
    /// The format of the result.
    pub to: FormatArg,
    /// Where the result goes.
    pub target: Target,
}

impl Job {
    /// A text file's body as a record.
    pub fn record(&self, id: &str, body: &str) -> String {
        json::record(&self.fields.id, id, &self.fields.text, body)
    }

    /// What to say if the rules would have left almost nothing.
    pub fn emptied(&self, page: &Page<'_>, place: &str) -> Option<Message> {
        let emptied = page.outcome.warnings.contains(&Warning::WouldBeEmpty);
        emptied.then(|| {
            let text = say!(
                self.lang,
                "按规则几乎不剩正文，原样通过；用 --explain 看是哪些规则",
                "the rules would leave almost nothing, so it passes unchanged; --explain shows which"
            );
            Message::limited(Level::Warning, place, text, Limit::Emptied)
        })
    }
}

/// Runs the filter.
pub fn run(args: &CleanArgs, common: &CommonArgs) -> Result<ExitCode> {
    let lang = common.lang();
    args.check(lang)?;
    let job = args.job(common)?;
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

    let mut stdout = BufWriter::new(io::stdout().lock());
    let mut tally = Tally::default();
    // JSON Lines are worked on by all threads one file at a time, texts many files at a time.
    for group in todos.chunk_by(|a, b| a.from == FormatArg::Text && b.from == FormatArg::Text) {
        match group {
            [todo] if todo.from == FormatArg::Jsonl => stream(&job, todo, &mut stdout, &mut console, &mut tally)?,
            _ => {
                for some in group.chunks(job.jobs.get() * 8) {
                    for done in in_order(some, job.jobs, |todo| text::run(&job, todo)) {
                        stdout.write_all(&done.stdout)?;
                        done.messages.iter().for_each(|message| console.tell(message));
                        tally.changed += usize::from(done.changed);
                    }
                    stdout.flush()?;
                }
            }
        }
    }
    stdout.flush()?;
    if args.out.is_some() || args.in_place {
        let (all, changed) = (todos.len(), tally.changed);
        let files = if all == 1 { "file" } else { "files" };
        let text = say!(lang, "{all} 个文件，{changed} 个有改动", "{all} {files}, {changed} changed");
        console.tell(&Message::new(Level::Note, "dehusk", text));
    }
    Ok(console.finish())
}

/// What the runs came to.
#[derive(Debug, Default)]
struct Tally {
    changed: usize,
    /// Standard output ends in the middle of a line.
    open_line: bool,
}

/// One file of JSON Lines. Only an error of standard output ends the run.
fn stream(job: &Job, todo: &Todo, stdout: &mut impl Write, console: &mut Console, tally: &mut Tally) -> io::Result<()> {
    let name = todo.input.name();
    let fail = |console: &mut Console, place: &str, error: &io::Error| {
        console.tell(&Message::new(Level::Error, place, reason(job.lang, error)));
    };
    let target = match (&todo.target, &todo.input.path) {
        (Target::Stdout, _) => None,
        (Target::File(path), _) | (Target::InPlace, Some(path)) => Some(path),
        (Target::InPlace, None) => unreachable!("standard input is refused with --in-place"),
    };
    let stats = match target {
        None => {
            if std::mem::take(&mut tally.open_line) {
                stdout.write_all(b"\n")?;
            }
            jsonl::run(job, todo, stdout, console)
        }
        Some(path) => {
            let written = Pending::new(path).map_err(Stop::Write).and_then(|mut file| {
                let stats = jsonl::run(job, todo, &mut file, console)?;
                let keep_old = todo.target == Target::InPlace && !stats.changed;
                if !keep_old {
                    file.commit(job.backup.as_deref()).map_err(Stop::Write)?;
                }
                Ok(stats)
            });
            if let Err(Stop::Write(error)) = &written {
                fail(console, &path.display().to_string(), error);
                return Ok(());
            }
            written
        }
    };
    match stats {
        Ok(stats) => {
            tally.open_line = target.is_none() && stats.open_line;
            tally.changed += usize::from(stats.changed && target.is_some());
            if stats.failed > 0 {
                let (all, failed) = (stats.records, stats.failed);
                let text = say!(
                    job.lang,
                    "{all} 条记录里有 {failed} 条无法处理",
                    "{failed} of {all} records could not be taken"
                );
                console.tell(&Message::new(Level::Note, name, text));
            }
            Ok(())
        }
        Err(Stop::Write(error)) => Err(error),
        Err(Stop::Read(error)) => {
            fail(console, &name, &error);
            Ok(())
        }
    }
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
            let jsonl = |file: &PathBuf| self.format_of(file, None) == FormatArg::Jsonl;
            if encoding != "UTF-8" && (self.files.iter().any(jsonl) || self.from == Some(FormatArg::Jsonl)) {
                bail!(say!(
                    lang,
                    "JSON Lines 总是 UTF-8；--encoding 只用于文本",
                    "JSON Lines are always UTF-8; --encoding is for texts"
                ));
            }
        }
        let apart = self.out.is_some() || self.in_place || self.view() != View::Body;
        // What is in a folder is not known yet; records are told apart wherever they come from.
        let records = self.to.or(self.from) == Some(FormatArg::Jsonl);
        let folder = self.files.iter().find(|f| f.is_dir() && !records);
        if !apart
            && (folder.is_some()
                || self.files.len() > 1 && !self.files.iter().all(|f| self.format_of(f, self.to) == FormatArg::Jsonl))
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
        let engine = self.page.engine.builder().build(&rules)?;
        let repairer = self.repair.then(|| Repairer::new(&rules.repairs));
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
        })
    }

    fn format_of(&self, path: &Path, wanted: Option<FormatArg>) -> FormatArg {
        let input = Input { path: Some(path.to_owned()), mirrored: PathBuf::new(), walked: false };
        let by_ending = if input.is_jsonl() { FormatArg::Jsonl } else { FormatArg::Text };
        wanted.or(self.from).unwrap_or(by_ending)
    }

    /// Says for each input where it goes, and refuses what would overwrite something.
    fn todos(&self, inputs: Vec<Input>, lang: Lang) -> Result<Vec<Todo>> {
        let mut todos: Vec<Todo> = Vec::with_capacity(inputs.len());
        let mut taken = std::collections::HashMap::new();
        for input in inputs {
            let path = input.path.clone().unwrap_or_default();
            let (from, to) = (self.format_of(&path, None), self.format_of(&path, self.to));
            let target = match &self.out {
                None if self.in_place => Target::InPlace,
                None => Target::Stdout,
                Some(out) => {
                    let mut target = out.join(&input.mirrored);
                    if from != to {
                        target.set_extension(if to == FormatArg::Jsonl { "jsonl" } else { "txt" });
                    }
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
            todos.push(Todo { input, from, to, target });
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
        assert_eq!(plain.format_of(Path::new("a.JSONL"), None), FormatArg::Jsonl);
        assert_eq!(plain.format_of(Path::new("a.txt"), None), FormatArg::Text);
        assert_eq!(plain.format_of(Path::new("jsonl"), None), FormatArg::Text);
        let forced = args(&["--from", "jsonl"]);
        assert_eq!(forced.format_of(Path::new("a.txt"), forced.to), FormatArg::Jsonl);
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
