//! `dehusk restore`: recreates the inputs of a run from its results and its record of removals.
//!
//! Files are restored in the order of the record. Results and rows of the record are read in
//! parallel, so neither is held in memory as a whole.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::Args;
use dehusk::io::csv::CsvTable;
use dehusk::io::packed::{self, Packing, Unpacked};
use dehusk::io::parquet::ParquetFile;
use dehusk::io::{Cutter, Format, FormatError, ReadLimits};
use dehusk::pipeline::restore::{self, Differs};
use dehusk::pipeline::{Checksum, Kind, Row, Rows, name_of_path, path_of_name};
use dehusk::{Fields, Lang};
use encoding_rs::Encoding;

use crate::clean::records::sum_row;
use crate::read::args::CommonArgs;
use crate::read::files::{Exclude, InputFile, expand};
use crate::read::read_args::size;
use crate::read::text::is_html_name;
use crate::ui::atomic_file::AtomicFile;
use crate::ui::exit::ExitCode;
use crate::ui::messages::{Console, Notice, Severity, reason, say};
use crate::ui::progress::Progress;

/// How many bytes are read, and compressed, at a time.
const BLOCK: usize = 1 << 20;
/// How many records of one file are named, at most, that cannot be restored. Such a file is not written.
const NAMED: usize = 20;

/// Make the inputs of a run again from its results and the record of what went
///
/// The record is what --removed wrote. Files come out as they went in, byte for byte when unpacked, in
/// their old encoding, and packed as they were; every checksum is compared. Of a run with --limit, the
/// part that was taken comes out. Runs with --sample, and those that changed the format, cannot be
/// restored.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 all is as it was, 1 something differs or could not be read or written, 2 the arguments cannot be taken"
)]
pub struct RestoreArgs {
    /// The results: the folder of --out, or files of it
    #[arg(value_name = "RESULT", required = true)]
    pub results: Vec<PathBuf>,

    /// The record of the run
    #[arg(long, value_name = "FILE", required = true, help_heading = "Input")]
    pub removed: PathBuf,

    /// The longest record that is taken, if the run was told another
    #[arg(long, value_name = "SIZE", value_parser = size, help_heading = "Input")]
    pub max_record: Option<usize>,

    /// Write the inputs into this folder
    #[arg(short, long, value_name = "DIR", required = true, help_heading = "Output")]
    pub out: PathBuf,
}

/// Runs the command.
pub fn run(args: &RestoreArgs, common: &CommonArgs) -> anyhow::Result<ExitCode> {
    let lang = common.lang();
    let mut console = Console::new(lang, common.quiet);
    let mut inputs = expand(&args.results, &Exclude { out: Some(&args.out), in_place: false, backup: None });
    let mut found = std::mem::take(&mut inputs.found);
    // The record may be in the folder of the results.
    let record = args.removed.canonicalize().ok();
    found.retain(|input| record.is_none() || input.path.as_ref().and_then(|p| p.canonicalize().ok()) != record);
    inputs.tell_missing(&mut console);
    if found.iter().any(|input| input.path.is_none()) {
        bail!(say!(lang, "结果要从文件读，不能从标准输入", "results are read from files, not from standard input"));
    }
    let place = args.removed.display().to_string();
    let rows = Rows::open(&args.removed).map_err(|error| anyhow::anyhow!("{place}: {}", reason(lang, &error)))?;
    let bytes = found.iter().filter_map(|input| input.path.as_ref()?.metadata().ok()).map(|meta| meta.len()).sum();
    let mut results = Results::new(found);
    if let [input] = results.inputs.as_slice() {
        let named = named_in(&args.removed, input).unwrap_or_default();
        results.only = named.is_none();
        results.names.extend(named.map(|name| (name, 0)));
    }
    let progress = Progress::new(bytes, lang, common.quiet);
    let mut walk = RecordWalk { rows, args, lang, progress, console, restored: 0, others: 0, written: HashSet::new() };
    if let Err(error) = walk.all(&results) {
        let line = walk.rows.line();
        let why = match error.kind() {
            io::ErrorKind::InvalidData if FormatError::of(&error).is_none() => say!(
                lang,
                "这一行不是删除记录；文件要由 --removed 写出",
                "this line is no row of a record that --removed writes"
            ),
            _ => reason(lang, &error),
        };
        walk.console.tell(&Notice::new(Severity::Error, format!("{place}:{line}"), why));
    }
    walk.progress.finish();
    let RecordWalk { mut console, restored, others, .. } = walk;
    for input in results.unused() {
        let notice = match results.backed_up(&input) {
            Some(of) => {
                let text = say!(lang, "像是 {of} 的备份，没有动", "left alone, as it looks like a backup of {of}");
                Notice::new(Severity::Note, input, text)
            }
            None => {
                let text = say!(lang, "删除记录里没有这个文件", "the record does not know this file");
                Notice::new(Severity::Error, input, text)
            }
        };
        console.tell(&notice);
    }
    let files = if restored == 1 { "file" } else { "files" };
    let more = if others == 0 {
        String::new()
    } else {
        say!(
            lang,
            "；记录里另有 {others} 个文件没有给出结果",
            "; the record has {others} more, of which no result was given"
        )
    };
    let text = say!(lang, "还原了 {restored} 个文件{more}", "{restored} {files} restored{more}");
    console.tell(&Notice::new(Severity::Note, "dehusk", text));
    Ok(console.finish())
}

/// The results, by the names that the record may have for them.
struct Results {
    inputs: Vec<InputFile>,
    names: HashMap<String, usize>,
    /// By the name without the ending of the compression (`.gz`).
    bares: HashMap<String, usize>,
    /// Whether a single result is that of the first file of the record, whatever its name is.
    only: bool,
    /// For each input, whether the record names it.
    used: std::cell::RefCell<Vec<bool>>,
}

impl Results {
    fn new(inputs: Vec<InputFile>) -> Self {
        let (mut names, mut bares) = (HashMap::new(), HashMap::new());
        // The path below the folder of results may be that of another one as it was given: `clean/a` and `clean/clean/a`.
        // Most records have the path below the folder, so it comes last and counts.
        let from_here = inputs.iter().map(path_from_here).enumerate();
        let given = inputs.iter().map(InputFile::name).enumerate();
        for (i, name) in from_here.chain(given).chain(inputs.iter().map(InputFile::mirrored_name).enumerate()) {
            bares.insert(bare(&name), i);
            names.insert(name, i);
        }
        let used = vec![false; inputs.len()].into();
        Self { inputs, names, bares, only: false, used }
    }

    /// The result of the file of this row. The user chose the name of a result that was printed to standard output: so
    /// for the first file of the record, a single result that the record does not name is used.
    fn of(&self, row: &Row<'_>, first: bool) -> Option<&InputFile> {
        let only = (first && self.only).then_some(&0);
        let bare = bare(&row.file);
        // A result in another format has the ending of that format; what was made of a page is a text, or Markdown.
        let in_other_format = || {
            let endings = match row.to.as_deref().and_then(Format::of) {
                Some(to) => vec![to.ending()],
                None if is_html_name(Path::new(&bare)) => vec!["txt", "md"],
                None => Vec::new(),
            };
            let with = |ending: &&str| self.bares.get(&*Path::new(&bare).with_extension(ending).to_string_lossy());
            endings.iter().find_map(with)
        };
        let &i = self.names.get(&*row.file).or_else(|| self.bares.get(&bare)).or_else(in_other_format).or(only)?;
        self.used.borrow_mut()[i] = true;
        Some(&self.inputs[i])
    }

    /// The names of results that the record does not name.
    fn unused(&self) -> Vec<String> {
        let used = self.used.borrow();
        self.inputs.iter().zip(used.iter()).filter(|(_, used)| !**used).map(|(input, _)| input.name()).collect()
    }

    /// The result of which this one is a backup by its name, as `--in-place --backup` leaves them.
    fn backed_up<'n>(&self, name: &'n str) -> Option<&'n str> {
        let (of, _) = name.rsplit_once('.')?;
        let at = *self.names.get(of)?;
        self.used.borrow()[at].then_some(of)
    }
}

/// The path of an input from the folder in which the program runs, however it was given: `./in/a` and `/data/in/a` are
/// `in/a` in `/data`.
fn path_from_here(input: &InputFile) -> String {
    let of = |path: &Path| {
        let (path, here) = (path.canonicalize().ok()?, std::env::current_dir().ok()?.canonicalize().ok()?);
        Some(name_of_path(path.strip_prefix(here).unwrap_or(&path)))
    };
    input.path.as_deref().and_then(of).unwrap_or_else(|| input.name())
}

/// The name of a file of the record with which the path of a single input ends: the longest, if there are several.
fn named_in(record: &Path, input: &InputFile) -> io::Result<Option<String>> {
    let Some(path) = input.path.as_ref().and_then(|path| path.canonicalize().ok()) else { return Ok(None) };
    let path = PathBuf::from(bare(&path.to_string_lossy()));
    let (mut rows, mut found) = (Rows::open(record)?, None::<String>);
    while let Some(row) = rows.next_row()? {
        let is_longer = found.as_ref().is_none_or(|found| found.len() < row.file.len());
        if is_longer && path.ends_with(bare(&row.file)) {
            found = Some(row.file.into_owned());
        }
    }
    Ok(found)
}

/// A file name without the ending of the compression, which `--compress` may have changed.
fn bare(name: &str) -> String {
    Packing::of_name(name).1.to_owned()
}

/// Why restoring stopped or a file was not restored.
enum Fault {
    /// The record cannot be read on; restoring stops.
    Record(io::Error),
    /// One file cannot be restored: the place, and what is wrong there.
    File(String, String),
}

/// One pass over the record.
struct RecordWalk<'a> {
    rows: Rows<Unpacked>,
    args: &'a RestoreArgs,
    lang: Lang,
    progress: Progress,
    console: Console,
    restored: usize,
    others: usize,
    /// The files that were written: two results can belong on one path, where the record has names outside of `--out`.
    written: HashSet<PathBuf>,
}

impl RecordWalk<'_> {
    /// Restores all files in the order of the record. Fails only if the record cannot be read.
    fn all(&mut self, results: &Results) -> io::Result<()> {
        let mut first = true;
        while let Some(row) = self.rows.peek()?.cloned() {
            let file = row.file.clone().into_owned();
            match results.of(&row, first) {
                None => self.others += 1,
                Some(input) => match self.file(&row, input) {
                    Ok(()) => self.restored += 1,
                    Err(Fault::Record(error)) => return Err(error),
                    Err(Fault::File(place, why)) => self.console.tell(&Notice::new(Severity::Error, place, why)),
                },
            }
            first = false;
            // Skip the remaining rows of a file that failed or has no result.
            while self.rows.peek()?.is_some_and(|row| *row.file == *file) {
                self.rows.next_row()?;
            }
        }
        Ok(())
    }

    fn file(&mut self, row: &Row<'_>, input: &InputFile) -> Result<(), Fault> {
        let lang = self.lang;
        let file = &*row.file;
        let fault = |text: String| Fault::File(file.to_owned(), text);
        if let Some(to) = &row.to {
            let from = &row.format;
            return Err(fault(say!(
                lang,
                "结果从 {from} 变成了 {to}，记录里只有删去的内容，没有其余部分，不能还原",
                "it went from {from} to {to}; the record has what was removed and not the rest, so it cannot be restored"
            )));
        }
        if row.partial == Some(true) && row.kind != Kind::File {
            return Err(fault(only_a_part(lang)));
        }
        let Some(format) = Format::of(&row.format) else {
            let name = &row.format;
            return Err(fault(say!(lang, "不认识的格式 {name}", "unknown format {name}")));
        };
        let path = input.path.as_deref().unwrap_or(Path::new(""));
        let text_field = row.text_field.as_deref().unwrap_or("text");
        // In a table without a header, the text column is recorded as its number (`#2`).
        let number = text_field.strip_prefix('#').filter(|_| matches!(format, Format::Csv | Format::Tsv));
        let fields = Fields { text: number.unwrap_or(text_field).to_owned(), ..Fields::default() };
        let encoding = row.encoding.as_deref().and_then(|name| Encoding::for_label(name.as_bytes()));
        let table = CsvTable { delimiter: None, no_header: number.is_some(), encoding };
        let read = |error: io::Error| Fault::File(input.name(), reason(lang, &error));
        let (packing, _) = Packing::of_name(&input.name());
        let reader = self.progress.reading(File::open(path).map_err(read)?);
        // The ratio is not limited here, because a run wrote these files.
        let mut result = packed::open_within(reader, packing, u64::MAX);
        let named = path_of_name(file);
        let target = self.args.out.join(if is_unusable_name(&named) { input.mirrored.clone() } else { named });
        if self.written.contains(&target) {
            let shown = target.display();
            return Err(fault(say!(
                lang,
                "{shown} 已经是另一个文件还原出来的，不再盖掉它；同名的文件分开还原，每次换一个 --out",
                "{shown} was made of another file already and is kept; restore files of one name one by one, each with another --out"
            )));
        }
        let same = |other: &Path| target.canonicalize().is_ok_and(|t| other.canonicalize().is_ok_and(|p| p == t));
        if same(&self.args.removed) {
            return Err(fault(say!(lang, "--out 会盖掉删除记录本身", "--out would overwrite the record itself")));
        }
        if target.canonicalize().is_ok_and(|t| path.canonicalize().is_ok_and(|p| p == t)) {
            return Err(fault(say!(lang, "--out 会盖掉结果本身", "--out would overwrite the result itself")));
        }
        let write = |error: io::Error| Fault::File(target.display().to_string(), reason(lang, &error));
        if format == Format::Parquet {
            self.parquet(file, path, &fields, &target, input)?;
            self.written.insert(target);
            return Ok(());
        }
        let mut out = Packed::new(&self.args.out, &target, Packing::of_name(file).0).map_err(write)?;
        if format.is_stream() {
            self.records(file, (format, table), result, &fields, &mut out, input)?;
        } else {
            let mut bytes = Vec::new();
            result.read_to_end(&mut bytes).map_err(read)?;
            let mut rows = Vec::new();
            while self.rows.peek().map_err(Fault::Record)?.is_some_and(|r| *r.file == *file && r.kind != Kind::File) {
                rows.extend(self.rows.next_row().map_err(Fault::Record)?);
            }
            let end = self.end(file)?;
            let original = restore::text(&bytes, &rows, &end).map_err(|e| fault(e.message().get(lang).to_owned()))?;
            out.write_all(&original).map_err(write)?;
        }
        out.commit().map_err(write)?;
        self.written.insert(target);
        Ok(())
    }

    /// The last row of a file, which has its checksum.
    fn end(&mut self, file: &str) -> Result<Row<'static>, Fault> {
        match self.rows.next_row().map_err(Fault::Record)? {
            Some(row) if *row.file == *file && row.kind == Kind::File => Ok(row),
            _ => Err(Fault::File(
                file.to_owned(),
                say!(
                    self.lang,
                    "记录里这个文件没有写完（那次运行中断了），不能还原",
                    "the record of this file has no end (the run was stopped), so it cannot be restored"
                ),
            )),
        }
    }

    /// Moves the rows of record `number` of a file from the record of removals to `rows`.
    fn rows_of(&mut self, file: &str, number: u64, rows: &mut Vec<Row<'static>>) -> Result<(), Fault> {
        rows.clear();
        while let Some(row) = self.rows.peek().map_err(Fault::Record)?
            && *row.file == *file
            && row.kind != Kind::File
            && row.record.is_some_and(|record| record <= number)
        {
            rows.extend(self.rows.next_row().map_err(Fault::Record)?);
        }
        Ok(())
    }

    /// Counts and reports a record that cannot be restored.
    fn differs(&mut self, input: &InputFile, number: u64, differs: &Differs, faults: &mut usize) {
        *faults += 1;
        if *faults <= NAMED {
            let place = format!("{}:{number}", input.name());
            self.console.tell(&Notice::new(Severity::Error, place, differs.message().get(self.lang)));
        }
    }

    fn parquet(
        &mut self,
        file: &str,
        path: &Path,
        fields: &Fields,
        target: &Path,
        input: &InputFile,
    ) -> Result<(), Fault> {
        let lang = self.lang;
        let read = |error: io::Error| Fault::File(input.name(), reason(lang, &error));
        let write = |error: io::Error| Fault::File(target.display().to_string(), reason(lang, &error));
        let mut limits = ReadLimits::default();
        limits.record = self.args.max_record.unwrap_or(limits.record);
        let result = ParquetFile::open(path, fields).map_err(read)?.with_limits(limits);
        let mut batches = result.batches().map_err(read)?;
        let mut out = result.rewrite(AtomicFile::below(&self.args.out, target).map_err(write)?).map_err(read)?;
        let mut sum = Checksum::default();
        let (mut rows, mut faults) = (Vec::new(), 0);
        while let Some(mut batch) = batches.next_batch(BLOCK).map_err(read)? {
            let first = batch.first();
            for (i, row) in batch.rows_mut().iter_mut().enumerate() {
                let number = first + i as u64;
                self.rows_of(file, number, &mut rows)?;
                if let (Ok(Some(text)), false) = (row.text(), rows.is_empty()) {
                    match restore::document(text, &rows) {
                        Ok(original) => row.set_text(original),
                        Err(differs) => self.differs(input, number, &differs, &mut faults),
                    }
                }
                sum_row(row.text(), |bytes| sum.add(bytes));
            }
            out.write(&batch).map_err(write)?;
        }
        self.check_end(file, input, faults, &sum)?;
        out.finish().and_then(|file| file.commit(None)).map_err(write)
    }

    fn records(
        &mut self,
        file: &str,
        (format, table): (Format, CsvTable),
        result: Unpacked,
        fields: &Fields,
        out: &mut Packed,
        input: &InputFile,
    ) -> Result<(), Fault> {
        let lang = self.lang;
        let read = |error: io::Error| Fault::File(input.name(), reason(lang, &error));
        let (cutter, parser) = Cutter::of(format, result, fields, table).map_err(read)?;
        let mut cutter = cutter.with_limit(self.args.max_record.unwrap_or(ReadLimits::default().record));
        let mut sum = Checksum::default();
        let (mut rows, mut faults) = (Vec::new(), 0);
        while let Some(batch) = cutter.next_batch(BLOCK).map_err(read)? {
            for raw in batch.records() {
                self.rows_of(file, raw.number as u64, &mut rows)?;
                match restore::record(&parser, raw, &rows) {
                    Ok(original) => {
                        sum.add(&original);
                        if faults == 0 {
                            let written = out.write_all(&original).and_then(|()| match format {
                                // Packed WARC has one member per record.
                                Format::Warc => out.end_member(),
                                _ => Ok(()),
                            });
                            written.map_err(|e| Fault::File(file.to_owned(), reason(lang, &e)))?;
                        }
                    }
                    Err(differs) => self.differs(input, raw.number as u64, &differs, &mut faults),
                }
            }
        }
        self.check_end(file, input, faults, &sum)
    }

    /// Fails unless all records of a file were restored and have the recorded checksum.
    fn check_end(&mut self, file: &str, input: &InputFile, faults: usize, sum: &Checksum) -> Result<(), Fault> {
        let lang = self.lang;
        if faults > 0 {
            let text = say!(
                lang,
                "{faults} 条记录不能还原，没有写出",
                "not written: {faults} of its records cannot be restored"
            );
            return Err(Fault::File(file.to_owned(), text));
        }
        if let Some(row) = self.rows.peek().map_err(Fault::Record)?
            && *row.file == *file
            && row.kind != Kind::File
        {
            let record = row.record.unwrap_or_default();
            let text = say!(
                lang,
                "结果在第 {record} 条记录之前就到头了；它不完整",
                "the result ends before record {record}: it is not complete"
            );
            return Err(Fault::File(input.name(), text));
        }
        let end = self.end(file)?;
        if end.checksum.as_deref() != Some(sum.digits().as_str()) {
            if end.partial == Some(true) {
                return Err(Fault::File(file.to_owned(), only_a_part(lang)));
            }
            return Err(Fault::File(file.to_owned(), Differs::Checksum.message().get(lang).to_owned()));
        }
        if end.partial == Some(true) {
            let documents = end.documents.unwrap_or_default();
            let text = say!(
                lang,
                "那次运行只做了前 {documents} 篇 (--limit)，还原的是这一部分",
                "the run took the first {documents} documents (--limit); those are restored"
            );
            self.console.tell(&Notice::new(Severity::Note, file, text));
        }
        Ok(())
    }
}

fn only_a_part(lang: Lang) -> String {
    say!(
        lang,
        "只取了一部分 (--sample)，没有取的不在结果里，不能还原",
        "only a sample was taken; what was not taken is not in the result, so it cannot be restored"
    )
}

/// Whether the name in the record cannot be used for the restored file: it is that of standard input, or a path that
/// could lead out of `--out` (from the root, or with `..`). The restored file then gets the name of its result.
fn is_unusable_name(path: &Path) -> bool {
    path.as_os_str() == "<stdin>" || path.components().any(|part| !matches!(part, std::path::Component::Normal(_)))
}

/// A restored file, which is compressed in blocks as the input was.
struct Packed {
    file: AtomicFile,
    packing: Packing,
    block: Vec<u8>,
    /// Whether a block was written.
    any: bool,
}

impl Packed {
    fn new(root: &Path, target: &Path, packing: Packing) -> io::Result<Self> {
        Ok(Self { file: AtomicFile::below(root, target)?, packing, block: Vec::new(), any: false })
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.packing == Packing::None {
            return self.file.write_all(bytes);
        }
        self.block.extend_from_slice(bytes);
        if self.block.len() >= BLOCK { self.flush() } else { Ok(()) }
    }

    /// A record has ended, and the next one is packed by itself.
    fn end_member(&mut self) -> io::Result<()> {
        if self.packing == Packing::None || self.block.is_empty() { Ok(()) } else { self.flush() }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.any = true;
        let packed = packed::pack(&self.block, self.packing, None)?;
        self.block.clear();
        self.file.write_all(&packed)
    }

    fn commit(mut self) -> io::Result<()> {
        if self.packing != Packing::None && (!self.any || !self.block.is_empty()) {
            self.flush()?;
        }
        self.file.commit(None)
    }
}
