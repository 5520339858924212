//! How documents are read: the same arguments for every command that reads some. The doc comments here are
//! the help text.

use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::Args;
use dehusk::Fields;
use dehusk::io::csv::CsvTable;
use dehusk::io::packed::Packing;
use dehusk::io::{Format, ReadLimits, parse_size};
use dehusk::pipeline::SampleShare;
use encoding_rs::Encoding;

use crate::read::args::FormatArg;

/// What files hold.
#[derive(Clone, Debug, Args)]
pub struct ReadArgs {
    /// Host or URL that the texts come from, for rules of single sites
    #[arg(long, value_name = "HOST", value_parser = host, help_heading = "Cleaning")]
    pub host: Option<String>,

    /// Format of the inputs; from the file's ending if not given
    ///
    /// .jsonl, .ndjson and .json are JSON Lines, .warc and .wet are WARC, .csv and .tsv are tables with a
    /// header, .parquet is Parquet, all else is text; .gz, .zst, .bz2 or .xz may follow. A record comes out as it went in but for the text; one whose text
    /// cannot be taken is reported and passed through.
    #[arg(long, value_parser = FormatArg::of_inputs(), value_name = "FORMAT", help_heading = "Formats")]
    pub from: Option<FormatArg>,

    /// Encoding of texts and tables, such as gbk or big5; of texts found out if not given
    #[arg(long, value_name = "LABEL", help_heading = "Formats")]
    pub encoding: Option<String>,

    /// Field with the text
    #[arg(long, value_name = "NAME", default_value = "text", help_heading = "Formats")]
    pub text_field: String,

    /// Field with the URL or host; "url", else "host", if not given
    #[arg(long, value_name = "NAME", help_heading = "Formats")]
    pub url_field: Option<String>,

    /// Field that names the record in reports
    #[arg(long, value_name = "NAME", default_value = "id", help_heading = "Formats")]
    pub id_field: String,

    /// Tables have no header: --text-field 2 is the second column
    #[arg(long, help_heading = "Formats")]
    pub no_header: bool,

    /// The longest record or text that is taken, such as 64M or 1G; 32M if not given
    ///
    /// A longer one is reported and counts as failed: a record passes through unchanged (where only texts come
    /// out, it is left out), a file of text has no result. Two threads stay under 1 GB of memory with the
    /// default; twice as much takes twice as much.
    #[arg(long, value_name = "SIZE", value_parser = size, help_heading = "Formats")]
    pub max_record: Option<usize>,

    /// How many bytes a packed file may give for one of its own; 1000 if not given
    ///
    /// A file that gives more, and more than 1 GB, is not read further and counts as failed.
    #[arg(long, value_name = "N", value_parser = counted::<NonZero<u64>>, help_heading = "Formats")]
    pub max_ratio: Option<NonZero<u64>>,
}

impl Default for ReadArgs {
    /// What holds when nothing is given.
    fn default() -> Self {
        Self {
            host: None,
            from: None,
            encoding: None,
            text_field: "text".into(),
            url_field: None,
            id_field: "id".into(),
            no_header: false,
            max_record: None,
            max_ratio: None,
        }
    }
}

/// Which documents of many.
#[derive(Clone, Debug, Default, Args)]
pub struct ShareArgs {
    /// Stop after N documents
    #[arg(long, value_name = "N", value_parser = counted::<NonZero<u64>>, help_heading = "A whole collection")]
    pub limit: Option<NonZero<u64>>,

    /// Only about this share of the documents, always the same ones
    ///
    /// Chosen by id, else by file name and place; the rest is left out of the results. A larger
    /// sample holds the smaller one.
    #[arg(long, value_name = "P%", value_parser = share, help_heading = "A whole collection")]
    pub sample: Option<SampleShare>,
}

/// Files and folders of documents.
#[derive(Clone, Debug, Default, Args)]
pub struct CollectionArgs {
    /// Files and folders of documents; - for standard input
    ///
    /// Texts, JSON Lines, WARC, tables and Parquet, also packed. Records may also say gold (the body), lang and
    /// view.
    #[arg(value_name = "COLLECTION", required = true)]
    pub collection: Vec<PathBuf>,

    #[command(flatten)]
    pub read: ReadArgs,

    #[command(flatten)]
    pub share: ShareArgs,

    /// Only records with one of these views, with commas between
    #[arg(long, value_name = "VIEWS", value_delimiter = ',', help_heading = "A whole collection")]
    pub view: Vec<String>,

    /// Only records in these languages
    #[arg(long, value_name = "LANGUAGES", value_delimiter = ',', help_heading = "A whole collection")]
    pub language: Vec<String>,

    /// How many threads; all cores if not given
    #[arg(short, long, value_name = "N", value_parser = threads, help_heading = "A whole collection")]
    pub jobs: Option<NonZero<usize>>,
}

impl CollectionArgs {
    /// The arguments for all documents of these files and folders.
    pub fn of(paths: &[PathBuf], read: ReadArgs) -> Self {
        Self { collection: paths.to_vec(), read, ..Self::default() }
    }
}

/// Reads a number that is not 0.
pub fn counted<N: FromStr>(text: &str) -> Result<N, String> {
    text.trim().parse().map_err(|_| "write a whole number, 1 or more".into())
}

/// Reads a number of threads. So many that the system refuses one would end the program.
pub fn threads(text: &str) -> Result<NonZero<usize>, String> {
    counted::<NonZero<usize>>(text)
        .ok()
        .filter(|threads| threads.get() <= 1024)
        .ok_or_else(|| "write a whole number from 1 to 1024".into())
}

/// Reads a host or URL. What is neither would only mean that no rule of a site acts, and nobody would see why.
pub fn host(text: &str) -> Result<String, String> {
    let bare = dehusk::bare_host(text);
    // Crawls have odd hosts, and a machine of one's own network may have a name without a point. A word in Chinese is none.
    let is_host = !bare.is_empty() && (bare.is_ascii() || bare.contains('.'));
    match is_host {
        true => Ok(text.to_owned()),
        false => Err("write a host or URL, such as www.example.com".into()),
    }
}

/// Reads a number of bytes with a unit.
pub fn size(text: &str) -> Result<usize, String> {
    parse_size(text).ok_or_else(|| "write a number of bytes, such as 500000, 64M or 1G".into())
}

/// Reads a percentage. The `%` is required, because a number alone used to mean a number of documents in some
/// commands.
fn share(text: &str) -> Result<SampleShare, String> {
    let wrong = "write a share of at most 100%, such as 10% or 0.5%; for the first N documents: --limit N";
    if !text.trim_end().ends_with(['%', '％']) {
        return Err(wrong.into());
    }
    text.parse::<SampleShare>().map_err(|_| wrong.into())
}

/// The options for reading documents, checked.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Names of the fields of records.
    pub fields: Fields,
    /// `--from`.
    pub from: Option<Format>,
    /// `--encoding`.
    pub encoding: Option<String>,
    /// The options for tables.
    pub table: CsvTable,
    /// The limits for one record and one packed file.
    pub limits: ReadLimits,
}

impl ReadArgs {
    /// Checks the options.
    ///
    /// # Errors
    /// When there is no such encoding.
    pub fn reading(&self) -> dehusk::Result<Reading> {
        let encoding = match &self.encoding {
            Some(label) => Encoding::for_label(dehusk::decode(b"", Some(label))?.encoding.as_bytes()),
            None => None,
        };
        let default = Fields::default();
        let fields = Fields {
            text: self.text_field.clone(),
            url: self.url_field.clone().map_or(default.url, |name| vec![name]),
            id: self.id_field.clone(),
        };
        let table = CsvTable { delimiter: None, no_header: self.no_header, encoding };
        Ok(Reading {
            fields,
            from: self.from.map(Format::from),
            encoding: self.encoding.clone(),
            table,
            limits: self.limits(),
        })
    }

    /// The limits for one record and one packed file.
    pub fn limits(&self) -> ReadLimits {
        let default = ReadLimits::default();
        ReadLimits {
            record: self.max_record.unwrap_or(default.record),
            ratio: self.max_ratio.map_or(default.ratio, NonZero::get),
        }
    }

    /// The format of a file, and its packing according to its name.
    pub fn format_of(&self, path: &Path) -> (Format, Packing) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let (by_name, packing) = Format::of_name(&name);
        (self.from.map_or(by_name, Format::from), packing)
    }
}
