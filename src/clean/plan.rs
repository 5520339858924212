//! Makes the [`Context`] and the jobs of a run from the arguments, and refuses arguments that would lose data.

use std::io::{self, IsTerminal as _};
use std::mem::ManuallyDrop;
use std::num::NonZero;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use dehusk::io::Format;
use dehusk::io::packed::Packing;
use dehusk::pipeline::Row;
use dehusk::{Lang, Repairer, all_cores};

use super::args::CleanArgs;
use super::cleaner::{Cleaner, HtmlEngine};
use super::collisions;
use super::context::{Context, View};
use super::job::{Job, Target, renamed};
use super::texts::html_in_place;
use crate::read::args::{CommonArgs, FormatArg, name_of};
use crate::read::files::{Exclude, InputFile, expand};
use crate::read::rules;
use crate::read::text::is_html_name;
use crate::ui::exit::ExitCode;
use crate::ui::messages::{Console, Notice, Severity, say};

/// Runs the filter.
pub fn run(args: &CleanArgs, common: &CommonArgs) -> Result<ExitCode> {
    let lang = common.lang();
    args.check(lang)?;
    let learnt = args.learn_first(common)?;
    let common = learnt.as_ref().map_or(common, |learnt| &learnt.common);
    // Never dropped: the program ends after the run, and freeing the compiled rules takes as long as cleaning a text.
    let context = ManuallyDrop::new(args.context(common)?);
    let mut console = Console::new(lang, common.quiet);
    let leave = Exclude { out: args.out_folder(), in_place: args.in_place, backup: args.backup.as_deref() };
    let mut inputs = expand(&args.files, &leave);
    let jobs = args.jobs(std::mem::take(&mut inputs.found), lang)?;
    collisions::check(args, &jobs, lang)?;
    inputs.tell_missing(&mut console);
    if jobs.iter().any(|job| job.input.path.is_none()) && io::stdin().is_terminal() {
        let text = say!(
            lang,
            "请输入文本，以 Ctrl-D 结束（用法见 dehusk -h）",
            "reading what you type, until Ctrl-D (dehusk -h tells more)"
        );
        console.tell(&Notice::new(Severity::Note, "dehusk", text));
    }
    crate::clean::run::run(args, common, &context, &jobs, console)
}

impl CleanArgs {
    fn check(&self, lang: Lang) -> Result<()> {
        self.check_names(lang)?;
        let stdin = self.files.is_empty() || self.files.iter().any(|f| f.as_os_str() == "-");
        if stdin && self.in_place {
            bail!(say!(lang, "--in-place 要有文件名", "--in-place needs files"));
        }
        if stdin && self.out_folder().is_some() {
            bail!(say!(
                lang,
                "读标准输入时，--out 要写一个文件名，例如 -o body.txt",
                "with standard input, --out takes the name of a file, such as -o body.txt"
            ));
        }
        if let Some(out) = self.out_folder().filter(|out| out.exists() && !out.is_dir()) {
            let out = out.display();
            if self.files.len() < 2 {
                bail!(say!(
                    lang,
                    "{out} 是文件，而没有扩展名的名字表示文件夹；要写成文件，请给它扩展名，例如 -o {out}.txt",
                    "{out} is a file, and a name without an ending means a folder; for a file write one, such as -o {out}.txt"
                ));
            }
            bail!(say!(
                lang,
                "有几个文件时 --out 要一个文件夹，{out} 是文件",
                "with several files --out needs a folder; {out} is a file"
            ));
        }
        let asked_lines = |file: &PathBuf| self.format_of(file, None).0 == Format::Jsonl;
        let all_lines =
            if stdin { self.read.from == Some(FormatArg::Jsonl) } else { self.files.iter().all(asked_lines) };
        if self.line_buffered && !all_lines {
            bail!(say!(
                lang,
                "--line-buffered 一行一行地回答 JSON Lines；请加 --from jsonl",
                "--line-buffered answers lines of JSON; add --from jsonl"
            ));
        }
        if self.in_place && self.to.is_some() && self.to != self.read.from {
            bail!(say!(lang, "--in-place 不能改变格式", "--in-place cannot change the format"));
        }
        if self.in_place && self.compress.is_some() {
            bail!(say!(
                lang,
                "--in-place 不改变压缩方式，文件名要和内容相符；请用 --out 文件夹",
                "--in-place does not change the compression, as the names of the files say it; use --out DIR"
            ));
        }
        if let (Some(out), Some(asked)) = (self.out_file(), self.compress) {
            let (named, asked) = (Packing::of_name(&out.to_string_lossy()).0, Packing::from(asked));
            if named != asked {
                let out = out.display();
                bail!(say!(
                    lang,
                    "{out} 这个名字表示 {named}，--compress 要的是 {asked}；名字已经说明压缩方式，去掉 --compress 即可",
                    "the name {out} means {named}, and --compress asks for {asked}; the name alone decides, so leave --compress out"
                ));
            }
        }
        if let Some(label) = &self.read.encoding {
            let encoding = dehusk::decode(b"", Some(label))?.encoding;
            let is_utf8 =
                |file: &PathBuf| matches!(self.format_of(file, None).0, Format::Jsonl | Format::Warc | Format::Parquet);
            if encoding != "UTF-8" && self.files.iter().any(is_utf8) {
                bail!(say!(
                    lang,
                    "JSON Lines、WARC 和 Parquet 总是 UTF-8；--encoding 只用于文本和表格",
                    "JSON Lines, WARC and Parquet are always UTF-8; --encoding is for texts and tables"
                ));
            }
        }
        let apart = self.out.is_some() || self.in_place || self.view() != View::Body;
        // The content of a folder is not known yet. Results of these formats can share one output.
        let joined = |format: Format| matches!(format, Format::Jsonl | Format::Warc);
        let records = self.to.or(self.read.from).is_some_and(|f| joined(f.into()));
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

    /// Refuses names that are no files but were meant as something else: an option, a command, one result of several inputs.
    fn check_names(&self, lang: Lang) -> Result<()> {
        let absent = |file: &&PathBuf| file.as_os_str() != "-" && !file.exists();
        if let Some(file) =
            self.files.iter().filter(absent).find(|file| file.to_string_lossy().starts_with(['—', '–', '－']))
        {
            let shown = file.display();
            let meant = file.to_string_lossy().trim_start_matches(['—', '–', '－', '-']).to_owned();
            bail!(say!(
                lang,
                "没有文件 {shown}；开头是破折号，选项要用两个减号：--{meant}",
                "there is no file {shown}; it begins with a dash, an option with two hyphens: --{meant}"
            ));
        }
        // `dehusk fix a.txt`: what comes first is neither a command nor a file. After an option it was not meant as one.
        if let Some(first) = self.files.first().filter(|_| self.files.len() > 1).filter(absent)
            && std::env::args_os().nth(1).is_some_and(|argument| argument == *first.as_os_str())
            && first.extension().is_none()
            && first.components().count() == 1
        {
            let shown = first.display();
            bail!(say!(
                lang,
                "没有“{shown}”这个命令，也没有这个文件；全部命令：dehusk help",
                "{shown} is neither a command nor a file; dehusk help names all commands"
            ));
        }
        for (option, file) in [("--removed", &self.removed), ("--report", &self.report)] {
            if file.as_ref().is_some_and(|file| file.as_os_str() == "-") {
                bail!(say!(
                    lang,
                    "{option} 要一个文件名；标准输出写的是结果",
                    "{option} takes the name of a file; standard output has the results"
                ));
            }
        }
        if let Some(ending) = &self.backup
            && (ending.is_empty() || ending.as_encoded_bytes().iter().any(|&byte| byte == b'/' || byte == b'\\'))
        {
            bail!(say!(
                lang,
                "--backup 要一个加在文件名后面的后缀，例如 --backup=.bak",
                "--backup takes an ending that is added to the name of a file, such as --backup=.bak"
            ));
        }
        let Some(out) = self.out.as_deref().filter(|out| !out.is_dir()) else { return Ok(()) };
        let ending = out.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
        let shown = out.display();
        if ["doc", "docx", "htm", "html", "pdf", "xls", "xlsx", "xml", "zip"].contains(&ending.as_str()) {
            bail!(say!(
                lang,
                "写不出 .{ending}；-o 可以写 .txt、.md 或输入的格式",
                ".{ending} cannot be written; -o takes .txt, .md, or the format of the input"
            ));
        }
        const ONE_FILE: [&str; 12] =
            ["txt", "md", "json", "jsonl", "ndjson", "csv", "tsv", "parquet", "warc", "wet", "gz", "zst"];
        let is_folder = out.as_os_str().as_encoded_bytes().ends_with(b"/");
        let several = self.files.len() > 1 || self.files.first().is_some_and(|file| file.is_dir());
        if several && !is_folder && !self.resume && ONE_FILE.contains(&ending.as_str()) {
            bail!(say!(
                lang,
                "有几个输入，每个有自己的结果，所以 -o 要一个文件夹，{shown} 像是文件名；写 -o 文件夹/",
                "several inputs have a result each, so -o takes a folder, and {shown} looks like a file; write -o FOLDER/"
            ));
        }
        Ok(())
    }

    /// The folder of the results.
    pub fn out_folder(&self) -> Option<&Path> {
        self.out.as_deref().filter(|_| self.out_file().is_none())
    }

    /// The file of the result: `--out` for a single input, if it is not a folder and its name has an ending. A run
    /// that can be resumed always has a folder.
    pub fn out_file(&self) -> Option<&Path> {
        let one = match self.files.as_slice() {
            [] => true,
            [file] => !file.is_dir(),
            _ => false,
        };
        let is_name = |out: &&Path| {
            let text = out.as_os_str().as_encoded_bytes();
            out.extension().is_some() && !text.ends_with(b"/") && !text.ends_with(b"\\") && !out.is_dir()
        };
        self.out.as_deref().filter(is_name).filter(|_| one && !self.resume)
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

    fn context(&self, common: &CommonArgs) -> Result<Context> {
        let engine = rules::engine(common, self.engine.builder())?;
        let repairer = self.repair.then(|| Repairer::new(&engine.rules().repairs));
        // The checksum of all rule files is only computed if needed: that takes as long as reading them.
        let named = self.removed.is_some() || self.report.is_some() || self.out.is_some();
        let rules_sum = if named { dehusk::rules_sum(&rules::sources(common)?) } else { String::new() };
        let (of_html, args) = (self.engine.builder().input(dehusk::Input::Html), common.clone());
        let html = HtmlEngine::new(move || rules::engine_again(&args, of_html.clone()));
        let is_md = |out: &Path| out.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("md"));
        let markdown = match self.to {
            Some(to) => to == FormatArg::Markdown,
            None => self.out_file().is_some_and(is_md),
        };
        let explains = matches!(self.view(), View::Explain { .. } | View::ExplainJson);
        Ok(Context {
            cleaner: Cleaner { engine, repairer, html, host: self.read.host.clone(), markdown, explains },
            view: self.view(),
            lang: common.lang(),
            reading: self.read.reading()?,
            out: self.out_folder().map(Path::to_owned),
            sync: self.sync,
            backup: self.backup.clone(),
            profile: name_of(&self.engine.profile),
            // With `--line-buffered`, one thread: a second one would read ahead.
            threads: if self.line_buffered { NonZero::<usize>::MIN } else { self.jobs.unwrap_or_else(all_cores) },
            line_buffered: self.line_buffered,
            sample: self.share.sample,
            record: self.removed.is_some(),
            removed_column: self.removed_column.as_ref().map(|name| Row::column(name, self.repair)),
            rules: rules_sum,
        })
    }

    /// The format of a file, or `wanted` if given, and the compression according to its name.
    fn format_of(&self, path: &Path, wanted: Option<FormatArg>) -> (Format, Packing) {
        let (format, packing) = self.read.format_of(path);
        (wanted.map_or(format, Format::from), packing)
    }

    /// Refuses combinations of formats and options that are not possible.
    fn check_formats(&self, input: &InputFile, from: Format, to: Format, lang: Lang) -> Result<()> {
        let becomes = match to {
            Format::Text | Format::Jsonl => true,
            Format::Parquet => from.has_records(),
            _ => false,
        };
        if from != to && !becomes {
            let (from, to) = (from.name(), to.name());
            bail!(say!(
                lang,
                "{from} 不能变成 {to}；--to 可以是 text、jsonl，HTML 可以是 markdown，记录可以是 parquet",
                "{from} cannot become {to}; --to takes text and jsonl, markdown for HTML, and parquet for records"
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
        if self.in_place && from.has_records() && (self.share.limit.is_some() || self.share.sample.is_some()) {
            bail!(say!(
                lang,
                "{name}：--in-place 加 --sample 或 --limit 会丢掉没有取的记录；请用 --out 文件夹",
                "{name}: --in-place with --sample or --limit would lose the records that are not taken; use --out DIR"
            ));
        }
        Ok(())
    }

    /// Determines the target of each input, and refuses targets that would overwrite something.
    fn jobs(&self, inputs: Vec<InputFile>, lang: Lang) -> Result<Vec<Job>> {
        let mut jobs: Vec<Job> = Vec::with_capacity(inputs.len());
        let mut targets = std::collections::HashMap::new();
        for input in inputs {
            let path = input.path.clone().unwrap_or_default();
            let (from, packing) = self.format_of(&path, None);
            let (mut to, _) = self.format_of(&path, self.to);
            // The name of a single result file decides its format and compression, if no option does.
            let named = self.out_file().map(|out| Format::of_name(&out.to_string_lossy()));
            let is_txt = |out: &Path| out.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("txt"));
            let says_format = |format: &Format| format.has_records() || self.out_file().is_some_and(is_txt);
            if let Some((format, _)) = named.filter(|(format, _)| self.to.is_none() && says_format(format)) {
                to = format;
            }
            let packing = input.path.is_some().then_some(packing);
            let kept = match named {
                Some((_, packing)) => packing,
                None if self.out.is_some() || self.in_place => packing.unwrap_or_default(),
                None => Packing::None,
            };
            let compress =
                if to == Format::Parquet { Packing::None } else { self.compress.map_or(kept, Packing::from) };
            self.check_formats(&input, from, to, lang)?;
            let is_html = is_html_name(&path);
            if is_html && self.in_place && from == Format::Text && self.read.from.is_none() {
                bail!("{}: {}", path.display(), html_in_place(lang));
            }
            if self.share.sample.is_some_and(|sample| !from.has_records() && !sample.takes(&input.mirrored_name())) {
                continue;
            }
            let target = match &self.out {
                None if self.in_place => Target::InPlace,
                None => Target::Stdout,
                Some(out) => {
                    let mut target = match self.out_file() {
                        Some(file) => file.to_owned(),
                        None => out.join(renamed(&input.mirrored, (from, packing.unwrap_or_default()), (to, compress))),
                    };
                    let is_made = is_html && to == Format::Text && packing.unwrap_or_default() == Packing::None;
                    if is_made && self.out_file().is_none() {
                        target.set_extension(if self.to == Some(FormatArg::Markdown) { "md" } else { "txt" });
                    }
                    if target.canonicalize().is_ok_and(|t| path.canonicalize().is_ok_and(|p| p == t)) {
                        let file = path.display();
                        bail!(say!(
                            lang,
                            "--out 会盖掉 {file} 本身；要改写原文件请用 --in-place",
                            "--out would overwrite {file} itself; --in-place rewrites files"
                        ));
                    }
                    if let Some(other) = targets.insert(target.clone(), path.clone()) {
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
            jobs.push(Job { input, from, packing, to, compress, target });
        }
        Ok(jobs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsStr;

    #[test]
    fn endings_decide_formats() {
        use clap::{Args as _, FromArgMatches as _};
        let parser = CleanArgs::augment_args(clap::Command::new("dehusk"));
        let args = |line: &[&str]| {
            let matches = parser.clone().get_matches_from([&["dehusk"], line].concat());
            CleanArgs::from_arg_matches(&matches).expect("the line is right")
        };
        let plain = args(&[]);
        assert_eq!(plain.format_of(Path::new("a.JSONL.gz"), None), (Format::Jsonl, Packing::Gzip));
        assert_eq!(plain.format_of(Path::new("jsonl"), None), (Format::Text, Packing::None));
        let forced = args(&["--from", "jsonl"]);
        assert_eq!(forced.format_of(Path::new("a.txt"), forced.to), (Format::Jsonl, Packing::None));
    }

    #[test]
    fn backups_are_no_inputs() {
        let exclude = Exclude { out: None, in_place: true, backup: Some(OsStr::new(".bak")) };
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.txt", "a.txt", ".hidden", "a.txt.bak"] {
            std::fs::write(folder.path().join(name), "x").unwrap();
        }
        let names: Vec<_> =
            expand(&[folder.path().to_owned()], &exclude).found.into_iter().map(|i| i.mirrored).collect();
        assert_eq!(names, [".hidden", "a.txt", "b.txt"].map(PathBuf::from));
    }
}
