//! [`ParquetFile`]: reads and writes one text column of a Parquet file; all else is copied.
//!
//! ```text
//! file ─┬─ row group 0 ─┬─ column chunk "id"      ── bytes copied ──▶
//!       │               ├─ column chunk "text"    ── rows ─▶ batches ─▶ rows with other texts ──▶
//!       │               └─ column chunk "meta.tz" ── bytes copied ──▶
//!       ├─ row group 1 …
//!       └─ footer: schema, places, statistics     ── written again with the new offsets
//! ```
//!
//! Parquet stores each column separately. So a column whose values stay is copied as packed bytes, whatever its type:
//! nested, dictionary, decimal. Row groups, schema, metadata (those of Arrow, pandas and Hugging Face too),
//! `created_by` and sort order stay. A row group is read and written in batches of rows, so memory does not grow with
//! it. The file is opened twice: once for the rows, once for the copies.
//!
//! The text column keeps its compression (at the default level), its dictionary or delta encoding, its page version
//! and the kinds of statistics it had. Its bloom filter is left out, since it would be wrong for the new texts; those
//! of other columns are copied.
//!
//! If rows are left out ([`ParquetRewriter::some_rows`], for a sample or a limit), all columns of their row groups
//! are written again, row groups without rows are dropped, and there are no page indexes.
//!
//! A file may get a new column of lists (of what was removed): [`ParquetFile::add_lists`].
//!
//! Where it can be fooled: a column of plain binary counts as text if its values are UTF-8; `created_by` still names
//! the program that wrote the copied columns, because readers use it to recognise known faults of that program.

mod added;
mod cells;
mod delta;
mod footer;
mod leaf;
mod lists;
mod pages;
mod read;
mod rewrite;
mod shared_output;
mod spill;
mod table;
mod thin;
mod thrift;

pub use cells::TableReader;
pub use leaf::Cell;
pub use lists::{Holds, ListColumn, Lists};
pub use read::{ParquetBatch, ParquetBatches, ParquetRow};
pub use rewrite::ParquetRewriter;
pub use table::TableWriter;

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ::parquet::basic::{ConvertedType, LogicalType, Type};
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::{
    ColumnChunkMetaData, PageIndexPolicy, ParquetMetaData, ParquetMetaDataOptions, ParquetMetaDataReader,
};
use ::parquet::schema::types::ColumnDescriptor;

use self::added::Added;
use self::footer::FooterFault;
use super::error::FormatError;
use super::jsonl::Fields;
use super::limits::ReadLimits;

/// A Parquet file whose text column was found.
#[derive(Clone, Debug)]
pub struct ParquetFile {
    path: PathBuf,
    metadata: Arc<ParquetMetaData>,
    columns: Columns,
    limits: ReadLimits,
    added: Option<Arc<Added>>,
}

/// The leaf columns that are used.
#[derive(Clone, Debug)]
struct Columns {
    text: usize,
    url: Vec<usize>,
    id: Option<usize>,
    /// Further columns, and the number by which the caller knows each.
    more: Vec<(usize, usize)>,
}

impl ParquetFile {
    /// Opens a file and finds its columns by name; a column inside a struct has a dotted path, `doc.text`.
    ///
    /// # Errors
    /// When the file cannot be read, is not a complete Parquet file, or has no such text column
    /// ([`FormatError::of`]).
    pub fn open(path: &Path, fields: &Fields) -> io::Result<Self> {
        let metadata = metadata(path)?;
        let columns = Columns::find(&metadata, fields)?;
        let limits = ReadLimits::default();
        Ok(Self { path: path.to_owned(), metadata: Arc::new(metadata), columns, limits, added: None })
    }

    /// Sets the limits within which rows are read.
    #[must_use]
    pub fn with_limits(mut self, limits: ReadLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Also reads further columns, if they exist and hold one text or whole number per row ([`ParquetRow::more`]).
    #[must_use]
    pub fn with_more(mut self, names: &[&str]) -> Self {
        let leaves = self.metadata.file_metadata().schema_descr().columns();
        let readable = |leaf: &ColumnDescriptor| leaf.max_rep_level() == 0 && (is_text(leaf) || is_number(leaf));
        let place = |name: &str| leaves.iter().position(|leaf| leaf.path().string() == name && readable(leaf));
        self.columns.more = names.iter().enumerate().filter_map(|(i, name)| Some((i, place(name)?))).collect();
        self
    }

    /// How many rows there are.
    pub fn rows(&self) -> u64 {
        self.metadata.file_metadata().num_rows().try_into().unwrap_or(0)
    }

    /// Reads the rows.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn batches(&self) -> io::Result<ParquetBatches> {
        let file = File::open(&self.path)?;
        let most = file.metadata()?.len().saturating_mul(self.limits.ratio).max(ReadLimits::UNPACKED);
        Ok(ParquetBatches::new(self.metadata.clone(), self.columns.clone(), file, self.limits, most))
    }

    /// Makes [`ParquetFile::rewrite`] add a column of lists after the others. Its pages may wait in unnamed temporary
    /// files in `folder`, best the folder of the output.
    ///
    /// # Errors
    /// When a column of that name exists, or a schema in the metadata cannot get another column.
    pub fn add_lists(&mut self, column: &ListColumn, folder: &Path) -> io::Result<()> {
        let old = self.metadata.file_metadata();
        column.check_new(old.schema().get_fields().iter().map(|field| field.name()))?;
        let added = guarded(|| Ok(Added::new(old, column, folder.to_owned())))?;
        self.added = Some(Arc::new(added?));
        Ok(())
    }

    /// Writes the file again, with other texts.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn rewrite<W: Write + Send + 'static>(&self, out: W) -> io::Result<ParquetRewriter<W>> {
        let (metadata, added) = (self.metadata.clone(), self.added.clone());
        Ok(ParquetRewriter::new(metadata, self.columns.text, added, File::open(&self.path)?, self.limits, out))
    }
}

/// The metadata in the footer.
fn metadata(path: &Path) -> io::Result<ParquetMetaData> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    check_footer(&mut file, length)?;
    let options = ParquetMetaDataOptions::new().with_encoding_stats_as_mask(false);
    let metadata =
        ParquetMetaDataReader::new().with_page_index_policy(PageIndexPolicy::Skip).with_metadata_options(Some(options));
    let metadata = guarded(|| metadata.parse_and_finish(&file))?;
    check_places(&metadata, length)?;
    check_indexes(&metadata, &mut file)?;
    let mut indexes =
        ParquetMetaDataReader::new_with_metadata(metadata).with_page_index_policy(PageIndexPolicy::Optional);
    guarded(|| indexes.read_page_indexes(&file).and_then(|()| indexes.finish()))
}

/// Checks the magic bytes, that the file is not encrypted, and that the footer has what it promises.
fn check_footer(file: &mut File, length: u64) -> io::Result<()> {
    let (mut start, mut end) = ([0; 4], [0; 8]);
    if length >= 12 {
        file.read_exact(&mut start)?;
        file.seek(SeekFrom::End(-8))?;
        file.read_exact(&mut end)?;
    }
    let (size, magic) = end.split_at(4);
    match (&start, magic) {
        (b"PAR1", b"PAR1") => {}
        (b"PARE", b"PARE") => return Err(FormatError::Encrypted.into()),
        _ => return Err(FormatError::NotParquet.into()),
    }
    let size = size.iter().rev().fold(0, |sum, &byte| sum << 8 | u64::from(byte));
    let place = length.checked_sub(8 + size).ok_or(FormatError::NotParquet)?;
    if size > footer::FOOTER {
        return Err(FormatError::FooterTooLarge.into());
    }
    let mut footer = Vec::new();
    file.seek(SeekFrom::Start(place))?;
    file.take(size).read_to_end(&mut footer)?;
    let error = match footer::look_over(&footer) {
        Ok(()) => return Ok(()),
        Err(FooterFault::Encrypted) => FormatError::Encrypted,
        Err(FooterFault::Large) => FormatError::FooterTooLarge,
        Err(FooterFault::Damaged) => FormatError::Parquet { said: "a damaged footer".into() },
    };
    Err(error.into())
}

/// Where the pages of a column begin: at its dictionary, if there is one. `None` if that stands behind the values. A column
/// without values may have a dictionary, and names no place for values.
fn start_of(column: &ColumnChunkMetaData) -> Option<i64> {
    let values = column.data_page_offset();
    // Some writers write 0 for "none".
    match column.dictionary_page_offset().filter(|&at| at > 0) {
        Some(dictionary) => (dictionary <= values || column.num_values() == 0).then_some(dictionary),
        None => Some(values),
    }
}

/// Checks offsets and lengths before they are used: the library would panic at a negative one.
fn check_places(metadata: &ParquetMetaData, length: u64) -> Result<(), FormatError> {
    let wrong = |said: &str| Err(FormatError::Parquet { said: said.into() });
    // The library reads all indexes at once, from the first byte to the last.
    let (mut first, mut last) = (u64::MAX, 0);
    for group in metadata.row_groups() {
        if group.num_rows() < 0 {
            return wrong("a row group has less than no rows");
        }
        for column in group.columns() {
            let Some(start) = start_of(column) else {
                return wrong("the dictionary of a column stands behind its values");
            };
            let (Ok(start), Ok(size)) = (u64::try_from(start), u64::try_from(column.compressed_size())) else {
                return wrong("a column has a negative place");
            };
            if start.checked_add(size).is_none_or(|end| end > length) {
                return wrong("a column ends behind the end of the file");
            }
            if column.file_path().is_some() {
                return wrong("a column is kept in another file");
            }
            for (start, size) in [
                (column.column_index_offset(), column.column_index_length()),
                (column.offset_index_offset(), column.offset_index_length()),
            ] {
                let (Some(start), Some(size)) = (start, size) else { continue };
                let (Ok(start), Ok(size)) = (u64::try_from(start), u64::try_from(size)) else {
                    return wrong("a page index has a negative place");
                };
                (first, last) = (first.min(start), last.max(start.saturating_add(size)));
            }
        }
    }
    if last > length {
        return wrong("a page index ends behind the end of the file");
    }
    if last.saturating_sub(first) > footer::FOOTER {
        return Err(FormatError::FooterTooLarge);
    }
    Ok(())
}

/// Walks over all page indexes, which lie in the file.
fn check_indexes(metadata: &ParquetMetaData, file: &mut File) -> io::Result<()> {
    let mut index = Vec::new();
    for column in metadata.row_groups().iter().flat_map(|group| group.columns()) {
        for (start, size, look_over) in [
            (column.column_index_offset(), column.column_index_length(), footer::look_over_values as fn(&[u8]) -> _),
            (column.offset_index_offset(), column.offset_index_length(), footer::look_over_places),
        ] {
            let (Some(start), Some(size)) = (start, size) else { continue };
            index.clear();
            file.seek(SeekFrom::Start(start.unsigned_abs()))?;
            file.take(size.unsigned_abs().into()).read_to_end(&mut index)?;
            if look_over(&index).is_none() {
                return Err(FormatError::Parquet { said: "a damaged page index".into() }.into());
            }
        }
    }
    Ok(())
}

impl Columns {
    fn find(metadata: &ParquetMetaData, fields: &Fields) -> Result<Self, FormatError> {
        let leaves = metadata.file_metadata().schema_descr().columns();
        let place = |name: &str| leaves.iter().position(|leaf| leaf.path().string() == name);
        let name = &fields.text;
        let Some(text) = place(name) else {
            let inside = format!("{name}.");
            let group: Vec<_> = leaves.iter().filter(|leaf| leaf.path().string().starts_with(&inside)).collect();
            return Err(match group.first() {
                Some(leaf) if leaf.max_rep_level() > 0 => FormatError::InsideList { name: name.clone() },
                _ => FormatError::MissingColumn {
                    name: name.clone(),
                    columns: leaves.iter().map(|leaf| leaf.path().string()).collect(),
                },
            });
        };
        let leaf = &leaves[text];
        if leaf.max_rep_level() > 0 {
            return Err(FormatError::InsideList { name: name.clone() });
        }
        if !is_text(leaf) {
            return Err(FormatError::NotText { name: name.clone(), kind: kind_of(leaf) });
        }
        let single = |&column: &usize| leaves[column].max_rep_level() == 0;
        let named = |name: &String| place(name).filter(single);
        Ok(Self {
            text,
            url: fields.url.iter().filter_map(named).filter(|&column| is_text(&leaves[column])).collect(),
            id: named(&fields.id).filter(|&column| is_text(&leaves[column]) || is_number(&leaves[column])),
            more: Vec::new(),
        })
    }
}

/// What a column holds, in the terms of Parquet.
fn kind_of(leaf: &ColumnDescriptor) -> String {
    match leaf.logical_type_ref() {
        Some(logical) => format!("{} ({logical:?})", leaf.physical_type()),
        None => leaf.physical_type().to_string(),
    }
}

fn is_number(leaf: &ColumnDescriptor) -> bool {
    matches!(leaf.physical_type(), Type::INT32 | Type::INT64)
}

fn is_text(leaf: &ColumnDescriptor) -> bool {
    leaf.physical_type() == Type::BYTE_ARRAY
        && matches!(leaf.logical_type_ref(), None | Some(LogicalType::String | LogicalType::Enum | LogicalType::Json))
        && matches!(
            leaf.converted_type(),
            ConvertedType::NONE | ConvertedType::UTF8 | ConvertedType::ENUM | ConvertedType::JSON
        )
}

thread_local! {
    static GUARDED: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// Whether a panic on this thread is being turned into an error at the moment: the library panics at some damaged
/// pages. The panic hook of a program should then print nothing.
pub fn is_guarded() -> bool {
    GUARDED.get()
}

/// Calls the library. After a panic, the object that was being read must not be used again.
fn guarded<T>(read: impl FnOnce() -> Result<T, ParquetError>) -> io::Result<T> {
    let before = GUARDED.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(read));
    GUARDED.set(before);
    match result {
        Ok(result) => result.map_err(reason),
        Err(_) => Err(FormatError::Parquet { said: "a damaged page".into() }.into()),
    }
}

/// Turns an error of the library into an [`io::Error`]; an error of the disk inside it is taken out.
fn reason(error: ParquetError) -> io::Error {
    let said = match error {
        ParquetError::External(inner) => match inner.downcast::<io::Error>() {
            Ok(error) => return *error,
            Err(other) => other.to_string(),
        },
        ParquetError::General(said) | ParquetError::NYI(said) | ParquetError::EOF(said) => said,
        other => other.to_string(),
    };
    FormatError::Parquet { said }.into()
}
