//! The arguments of the filter. The doc comments here are the help text.

use std::ffi::OsString;
use std::num::NonZero;
use std::path::PathBuf;

use clap::Args;
use clap::builder::NonEmptyStringValueParser;

use crate::read::args::{CompressArg, EngineArgs, FormatArg};
use crate::read::read_args::{ReadArgs, ShareArgs, counted, threads};

/// Texts in, bodies out.
#[derive(Debug, Args)]
pub struct CleanArgs {
    /// Files and folders to read; none, or -, for standard input
    ///
    /// The body goes to standard output. Several files, or a folder, need --out or
    /// --in-place, unless the result is JSON Lines. A folder is walked with everything in
    /// it; files in it that are not text are left out, and so are links.
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,

    /// Write each result into this folder, under the name of its file; or one result into this file
    ///
    /// A file of a folder that was given keeps its path below that folder. Results are UTF-8. With one
    /// input, a name that has an ending (-o body.txt) is a file, and the ending says its format. A folder
    /// that is there, or a name with / at its end, is a folder.
    #[arg(short, long, value_name = "DIR|FILE", help_heading = "Output", conflicts_with = "in_place")]
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

    /// Answer each JSON line as it comes, before the next is read
    ///
    /// For a program that writes a record and waits for its answer. On one thread, to standard output.
    #[arg(long, help_heading = "Output", conflicts_with_all = ["out", "in_place", "explain", "compress"])]
    pub line_buffered: bool,

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
    pub engine: EngineArgs,

    #[command(flatten)]
    pub read: ReadArgs,

    /// Mend damage first: inserted pinyin, lost indents, shifted bytes
    #[arg(long, help_heading = "Cleaning")]
    pub repair: bool,

    /// First learn what the sites of the inputs repeat, and clean with that too
    ///
    /// Reads the inputs twice. With =DIR the learnt rules are kept there, for people to read, and added to
    /// what is there already; dehusk learn tells more.
    #[arg(long, value_name = "DIR", num_args = 0..=1, require_equals = true, help_heading = "Cleaning")]
    pub learn: Option<Option<PathBuf>>,

    /// Format of the results; that of the input if not given
    ///
    /// Text files become records of two fields, other records of up to three: id, url and text.
    /// Records become texts with an empty line after each. A record whose text cannot be taken
    /// is left out then. warc, csv and tsv only where the inputs are of that format.
    #[arg(long, value_enum, value_name = "FORMAT", help_heading = "Formats")]
    pub to: Option<FormatArg>,

    /// How to compress the results; as the input is if not given
    ///
    /// Without --out or --in-place, results are not compressed unless this says so.
    #[arg(long, alias = "pack", value_enum, value_name = "PACKING", help_heading = "Formats")]
    pub compress: Option<CompressArg>,

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
    #[arg(long, requires = "out", conflicts_with = "in_place", help_heading = "A whole collection")]
    pub resume: bool,

    /// Force what is finished onto the disk, so that it survives a loss of power
    ///
    /// Each result, its part of the record and its line in the journal. Small files take several times
    /// as long.
    #[arg(long, help_heading = "A whole collection")]
    pub sync: bool,

    #[command(flatten)]
    pub share: ShareArgs,

    /// Stop after N records or files that could not be taken
    ///
    /// What is finished by then stays; --resume goes on.
    #[arg(long, value_name = "N", value_parser = counted::<NonZero<u64>>, help_heading = "A whole collection")]
    pub max_errors: Option<NonZero<u64>>,

    /// How many threads; all cores if not given
    #[arg(short, long, value_name = "N", value_parser = threads, help_heading = "A whole collection")]
    pub jobs: Option<NonZero<usize>>,
}

impl Default for CleanArgs {
    /// The values without any argument. They must be equal to the defaults of the command line.
    fn default() -> Self {
        Self {
            files: Vec::new(),
            out: None,
            in_place: false,
            backup: None,
            line_buffered: false,
            json: false,
            explain: false,
            engine: EngineArgs::default(),
            read: ReadArgs::default(),
            repair: false,
            learn: None,
            to: None,
            compress: None,
            removed: None,
            removed_column: None,
            report: None,
            resume: false,
            sync: false,
            share: ShareArgs::default(),
            max_errors: None,
            jobs: None,
        }
    }
}
