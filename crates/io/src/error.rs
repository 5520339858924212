//! [`FormatError`]: what is wrong with a file or with one record of it.
//!
//! Positions are bytes from 0; the texts of messages count from 1. A reader can only return a [`std::io::Error`], so
//! the error travels inside one; [`FormatError::of`] takes it out.

use std::fmt;
use std::io;

use super::limits::size_in_words;
use super::packing::Packing;
use dehusk_text::{Lang, Message, io_reason};

/// How many characters of a column's name are shown.
const NAME: usize = 30;

/// Why a file, or a record of it, cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FormatError {
    /// A packed file ends before its data does.
    Truncated {
        /// How it is packed.
        packing: Packing,
        /// Its length in packed bytes.
        at: u64,
    },
    /// A packed file cannot be unpacked further.
    Damaged {
        /// How it is packed.
        packing: Packing,
        /// How many packed bytes were read before the damage.
        at: u64,
    },
    /// Bytes that are not packed data follow the last whole member.
    Trailing {
        /// How it is packed.
        packing: Packing,
        /// Where they begin, in packed bytes.
        at: u64,
    },
    /// A packed file gives more unpacked bytes than the limit allows.
    RatioExceeded {
        /// How it is packed.
        packing: Packing,
        /// Where unpacking was stopped, in packed bytes.
        at: u64,
        /// How many unpacked bytes are allowed for one packed byte.
        ratio: u64,
    },
    /// A page of a Parquet file would take more memory than the limit allows.
    PageTooLarge {
        /// How much it would take, in bytes.
        size: usize,
        /// The limit, in bytes.
        limit: usize,
    },
    /// A Parquet file whose footer has more columns and row groups than are read.
    FooterTooLarge,
    /// The rows of a Parquet file have more bytes than the limit allows.
    TooManyRows {
        /// How many bytes of rows are allowed for one byte of the file.
        ratio: u64,
    },
    /// A record or a text is longer than the limit.
    TooLong {
        /// The limit, in bytes.
        limit: usize,
    },
    /// A text, or the header of a table, is not UTF-8.
    NotUtf8 {
        /// The offset of the first wrong byte.
        at: usize,
    },

    /// Bytes that belong to no WARC record.
    NotWarc,
    /// A WARC record without `Content-Length`, or with one that is no number.
    NoLength,
    /// A WARC record whose `Content-Length` is not the length of its block.
    WrongLength {
        /// The value of `Content-Length`.
        declared: u64,
        /// How many bytes there are up to the next record.
        found: u64,
    },
    /// A digest whose algorithm dehusk does not know: after a change of the text it would be wrong.
    UnknownDigest {
        /// The name before the colon.
        algorithm: String,
    },

    /// A row of a table is not in the given encoding.
    NotInEncoding {
        /// The encoding.
        encoding: &'static str,
    },
    /// An encoding in which a table cannot be cut into rows.
    TableEncoding {
        /// The encoding.
        encoding: &'static str,
    },
    /// A page in a WARC file is packed in an unknown way.
    UnknownPacking {
        /// The name of the packing in the header.
        packing: String,
    },
    /// A page in a WARC file that cannot be unpacked.
    DamagedPage {
        /// How it is packed.
        packing: String,
        /// The message of the unpacker.
        error: String,
    },
    /// A WARC file in which no record has a text.
    NoTexts {
        /// The number of its records.
        records: u64,
    },

    /// A table has no column of that name.
    MissingColumn {
        /// The name that was asked for.
        name: String,
        /// The columns of the table.
        columns: Vec<String>,
    },
    /// A table has several columns of that name.
    RepeatedColumn {
        /// The name that was asked for.
        name: String,
    },
    /// A row with more or fewer fields than the header line.
    FieldCount {
        /// Fields of the header.
        expected: usize,
        /// Fields of the row.
        found: usize,
    },
    /// A quoted field without its closing quote.
    OpenQuote {
        /// The line of the row in which it was opened, from 1.
        line: usize,
    },
    /// A closing quote with something other than a delimiter behind it.
    StrayQuote {
        /// The offset of the wrong character in the row.
        at: usize,
    },

    /// Not a Parquet file: the first or last bytes are wrong.
    NotParquet,
    /// A Parquet file that is encrypted.
    Encrypted,
    /// A column that holds no text.
    NotText {
        /// The column.
        name: String,
        /// What the column holds, in the terms of Parquet.
        kind: String,
    },
    /// A column whose texts stand inside lists or maps.
    InsideList {
        /// The column.
        name: String,
    },
    /// The column to be added already exists.
    ExistingColumn {
        /// The column.
        name: String,
    },
    /// A schema in the metadata of the file to which no column can be added.
    ForeignSchema {
        /// Its key in the metadata.
        key: &'static str,
        /// The reason, in the words of the library.
        said: String,
    },
    /// The Parquet library reports an error.
    Parquet {
        /// Its message.
        said: String,
    },
}

impl FormatError {
    /// The error of this crate inside an [`io::Error`], if there is one.
    pub fn of(error: &io::Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref()
    }

    /// Whether a limit was exceeded. Trying again would give the same result.
    pub fn is_limit(&self) -> bool {
        matches!(
            self,
            Self::RatioExceeded { .. }
                | Self::TooManyRows { .. }
                | Self::PageTooLarge { .. }
                | Self::FooterTooLarge
                | Self::TooLong { .. }
        )
    }

    /// What is wrong, in both languages.
    pub fn message(&self) -> Message {
        let (zh, en) = self.words();
        Message { zh, en }
    }

    fn words(&self) -> (String, String) {
        match self {
            Self::Truncated { packing, at } => (
                format!("{packing} 压缩文件不完整：到第 {at} 个字节就断了，前面完整的部分都已读出；请重新下载或复制"),
                format!("the {packing} file is cut off after byte {at}; all that came before was read; fetch it again"),
            ),
            Self::Damaged { packing, at } => (
                format!("{packing} 压缩文件在第 {at} 个字节附近损坏了，后面读不出来；请重新下载或复制"),
                format!("the {packing} file is damaged near byte {at} and cannot be read further; fetch it again"),
            ),
            Self::Trailing { packing, at } => {
                let at = at + 1;
                (
                    format!("{packing} 压缩数据到头之后，从第 {at} 个字节起还有别的内容；前面的都已读出"),
                    format!("from byte {at} on, other data follow the {packing} data; all that came before was read"),
                )
            }
            Self::RatioExceeded { packing, at, ratio } => (
                format!(
                    "{packing} 压缩文件解开后是原来的 {ratio} 倍以上（读到第 {at} 个字节），没有再读；确实有这么大的话，用 --max-ratio 放宽"
                ),
                format!(
                    "the {packing} file unpacks to more than {ratio} times its size (by byte {at}), so it was not read further; if it is meant to, --max-ratio allows more"
                ),
            ),
            Self::TooManyRows { ratio } => (
                format!("这个 Parquet 文件的各行加起来是文件大小的 {ratio} 倍以上，没有再读；确实有这么大的话，用 --max-ratio 放宽"),
                format!(
                    "the rows of the Parquet file have more than {ratio} times its size, so it was not read further; if it is meant to, --max-ratio allows more"
                ),
            ),
            Self::PageTooLarge { size, limit } => {
                let unit = if *size >> 20 > 0 { 1 << 20 } else { 1 };
                let (size, limit) = (size_in_words(*size / unit * unit), size_in_words(*limit));
                (
                    format!("Parquet 文件里有一页要占内存 {size}，最多只能占 {limit}；没有再读；用 --max-record 放宽（一页最多是它的 8 倍）"),
                    format!(
                        "a page of the Parquet file needs {size} of memory, at most {limit} are allowed, so it was not read further; --max-record allows more (8 times its value for a page)"
                    ),
                )
            }
            Self::FooterTooLarge => (
                "这个 Parquet 文件的列和行组太多（目录超过 32 MiB，或者超过一百万项），没有读；请分成几个文件".into(),
                "the Parquet file has too many columns and row groups (a footer of more than 32 MiB, or of a million parts), so it was not read; split it".into(),
            ),
            Self::TooLong { limit } => {
                let limit = size_in_words(*limit);
                (
                    format!("比 {limit} 长，没有处理；用 --max-record 放宽"),
                    format!("longer than {limit}, so it was not cleaned; --max-record allows more"),
                )
            }
            Self::NotUtf8 { at } => {
                let at = at + 1;
                (
                    format!("从第 {at} 个字节起不是 UTF-8；请先转成 UTF-8"),
                    format!("not UTF-8 from byte {at} on; convert it to UTF-8 first"),
                )
            }
            Self::NotWarc => (
                "这一段不是 WARC 记录（记录以 WARC/1.0 或 WARC/1.1 这一行开头）".into(),
                "this is no WARC record (one begins with a line WARC/1.0 or WARC/1.1)".into(),
            ),
            Self::NoLength => (
                "这条 WARC 记录没有写明长度 (Content-Length)".into(),
                "the WARC record has no Content-Length that is a number".into(),
            ),
            Self::WrongLength { declared, found } if found < declared => (
                format!("这条 WARC 记录不完整：写明 {declared} 字节，只有 {found} 字节"),
                format!("the WARC record is cut off: Content-Length says {declared} bytes, there are {found}"),
            ),
            Self::WrongLength { declared, found } => (
                format!("这条 WARC 记录的长度不对：写明 {declared} 字节，到下一条记录却有 {found} 字节"),
                format!("the WARC record is longer than its Content-Length: {declared} bytes declared, {found} there"),
            ),
            Self::UnknownDigest { algorithm } => (
                format!("这条 WARC 记录带有 {algorithm} 校验值，这里只会算 sha1、sha256 和 sha512；改正文会使它失效"),
                format!(
                    "the WARC record has a {algorithm} digest, which would become wrong; only sha1, sha256 and sha512 can be computed"
                ),
            ),
            Self::NotInEncoding { encoding } => (
                format!("这一行有不是 {encoding} 的字节；另一种编码请用 --encoding 指明"),
                format!("the row has bytes that are not {encoding}; say another encoding with --encoding"),
            ),
            Self::TableEncoding { encoding } => (
                format!("{encoding} 的表格不能逐行读；请先转成 UTF-8"),
                format!("a table in {encoding} cannot be read row by row; convert it to UTF-8 first"),
            ),
            Self::UnknownPacking { packing } => (
                format!("网页用 {packing} 压缩，不会解压"),
                format!("the page is packed as {packing}, which cannot be unpacked here"),
            ),
            Self::DamagedPage { packing, error } => (
                format!("网页（{packing}）解压不了：{error}；这条记录坏了，请重新抓取"),
                format!(
                    "the page ({packing}) cannot be unpacked: {error}; the record is damaged, crawl the page again"
                ),
            ),
            Self::NoTexts { records } => (
                format!("{records} 条 WARC 记录里没有一条是网页或文本（类型 response、resource 或 conversion）"),
                format!(
                    "none of its {records} WARC records holds a page or a text (of type response, resource or conversion)"
                ),
            ),
            Self::MissingColumn { name, columns } => {
                // In a table without a header the first row stands where names should be, and can be very long.
                let short = |name: &String| match name.chars().nth(NAME) {
                    Some(_) => format!("{}…", name.chars().take(NAME).collect::<String>()).replace(['\n', '\r'], " "),
                    None => name.replace(['\n', '\r'], " "),
                };
                let shown: Vec<String> = columns.iter().map(short).collect();
                let (zh, en) = (shown.join("、"), shown.join(", "));
                let bare = columns.iter().any(|name| name.chars().count() > NAME || name.contains('\n'));
                let (zh_bare, en_bare) = match bare {
                    true => ("；没有表头的表格，请加 --no-header", "; if the table has no header, add --no-header"),
                    false => ("", ""),
                };
                (
                    format!(
                        "没有列 \"{name}\"；有这些列：{zh}；用 --text-field（或 --url-field、--id-field）指明列名{zh_bare}"
                    ),
                    format!(
                        "no column \"{name}\"; there are: {en}; name one with --text-field (or --url-field, --id-field){en_bare}"
                    ),
                )
            }
            Self::RepeatedColumn { name } => (
                format!("有不止一列叫 \"{name}\"，不知道该用哪一列"),
                format!("more than one column is called \"{name}\""),
            ),
            Self::FieldCount { expected, found } => (
                format!("这一行有 {found} 格，表头有 {expected} 格"),
                format!("the row has {found} fields, the header has {expected}"),
            ),
            Self::OpenQuote { line } => (
                format!("这条记录第 {line} 行的引号 \" 打开后没有合上"),
                format!("a quote opened in line {line} of this record is never closed"),
            ),
            Self::StrayQuote { at } => {
                let at = at + 1;
                (
                    format!("这条记录第 {at} 个字节：引号 \" 合上之后还有别的字；格内的引号要写成两个 \"\""),
                    format!(
                        "byte {at} of this record: text behind a closing quote; a quote inside a field is written \"\""
                    ),
                )
            }
            Self::NotParquet => (
                "这不是 Parquet 文件，或者文件不完整（开头和结尾没有 PAR1）".into(),
                "this is no Parquet file, or it is cut off (no PAR1 at its start and end)".into(),
            ),
            Self::Encrypted => {
                ("这个 Parquet 文件是加密的，请先解密".into(), "the Parquet file is encrypted; decrypt it first".into())
            }
            Self::NotText { name, kind } => (
                format!("列 \"{name}\" 存的是 {kind}，不是文字"),
                format!("the column \"{name}\" holds {kind}, not text"),
            ),
            Self::InsideList { name } => (
                format!("列 \"{name}\" 在列表或映射里面，每行不止一个值；请用每行只有一个值的列"),
                format!("the column \"{name}\" stands inside a list or map; name one with one value a row"),
            ),
            Self::ExistingColumn { name } => (
                format!("已经有列 \"{name}\"，不能再加一列；请换一个名字"),
                format!("there is a column \"{name}\" already; give the new one another name"),
            ),
            Self::ForeignSchema { key, said } => (
                format!(
                    "文件的元数据里有一份表结构 \"{key}\"，读不出来，没法给它加列（{said}）；请用 --removed 文件，不要用 --removed-column"
                ),
                format!(
                    "the schema \"{key}\" in the file's metadata cannot be read, so no column can be added to it ({said}); use --removed FILE instead"
                ),
            ),
            Self::Parquet { said } => (format!("Parquet 文件读写失败（程序库说：{said}）"), format!("Parquet: {said}")),
        }
    }
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words().1)
    }
}

impl std::error::Error for FormatError {}

impl From<FormatError> for io::Error {
    fn from(error: FormatError) -> Self {
        let kind = match error {
            FormatError::Truncated { .. } => io::ErrorKind::UnexpectedEof,
            _ => io::ErrorKind::InvalidData,
        };
        Self::new(kind, error)
    }
}

/// Why something could not be read or written: the message of the [`FormatError`] inside, or for any other error that
/// of [`dehusk_text::io_reason`].
pub fn format_reason(lang: Lang, error: &io::Error) -> String {
    FormatError::of(error).map_or_else(|| io_reason(lang, error), |found| found.message().get(lang).to_owned())
}
