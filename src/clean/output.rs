//! [`Output`]: writes the results of one file in their format.

use std::io::{self, Write as _};

use dehusk::Fields;
use dehusk::io::packed::{self, Packing};
use dehusk::io::parquet::{Cell, ListColumn, ParquetFile, ParquetRewriter, TableWriter};

use super::processed::Processed;
use crate::ui::atomic_file::AtomicFile;

/// A file that is being written.
// There is one for each open file, so its size does not matter.
#[allow(clippy::large_enum_variant)]
pub enum Output {
    /// Bytes, which the workers have compressed already.
    Bytes {
        /// The file.
        file: AtomicFile,
        /// How its bytes are compressed.
        packing: Packing,
        /// Whether nothing was written yet.
        empty: bool,
    },
    /// A copy of a Parquet file with changed texts.
    Rewrite(Box<ParquetRewriter<AtomicFile>>),
    /// A new Parquet file.
    Table {
        writer: Box<TableWriter<AtomicFile>>,
        /// Whether id and URL have a column of their own, and do not share that of the text.
        beside: [bool; 2],
    },
}

impl Output {
    /// For a file of bytes.
    pub fn bytes(file: AtomicFile, packing: Packing) -> Self {
        Self::Bytes { file, packing, empty: true }
    }

    /// For a copy of the Parquet file `of` with changed texts; `some_rows` if not all its rows may be written.
    pub fn rewrite(file: AtomicFile, of: &ParquetFile, some_rows: bool) -> io::Result<Self> {
        let rewriter = of.rewrite(file)?;
        Ok(Self::Rewrite(Box::new(if some_rows { rewriter.some_rows() } else { rewriter })))
    }

    /// For a new Parquet file with the columns id, URL and text, and the list column `removed` if given.
    pub fn table(file: AtomicFile, fields: &Fields, removed: Option<&ListColumn>) -> io::Result<Self> {
        let url = fields.url.first().map_or("url", String::as_str);
        let names = [fields.id.as_str(), url];
        let beside = names.map(|name| name != fields.text);
        let columns = names.into_iter().filter(|name| *name != fields.text).chain([fields.text.as_str()]);
        let columns: Vec<_> = columns.map(|name| (name, false)).collect();
        Ok(Self::Table { writer: Box::new(TableWriter::new(file, &columns, removed)?), beside })
    }

    /// Writes the results of some records; which field of `processed` is used depends on the kind of output.
    pub fn write(&mut self, processed: &mut Processed) -> io::Result<()> {
        match self {
            Self::Bytes { file, empty, .. } => {
                *empty &= processed.out.is_empty();
                file.write_all(&processed.out)
            }
            Self::Rewrite(writer) => processed.batch.as_ref().map_or(Ok(()), |batch| writer.write(batch)),
            Self::Table { writer, beside } => {
                for row in &processed.table {
                    let named = [&row.id, &row.url].into_iter().zip(*beside).filter(|(_, own)| *own);
                    let cells = named.map(|(text, _)| text.as_deref().map_or(Cell::Null, Cell::Text));
                    writer.row(&cells.chain([Cell::Text(&row.text)]).collect::<Vec<_>>())?;
                }
                processed.removed.take().map_or(Ok(()), |lists| writer.lists(lists))
            }
        }
    }

    /// Writes the end of the file, and returns it so that it can be committed.
    pub fn finish(self) -> io::Result<AtomicFile> {
        match self {
            // A compressed file without content still needs one empty member to be valid.
            Self::Bytes { mut file, packing, empty: true } if packing != Packing::None => {
                file.write_all(&packed::pack(b"", packing, None)?)?;
                Ok(file)
            }
            Self::Bytes { file, .. } => Ok(file),
            Self::Rewrite(writer) => writer.finish(),
            Self::Table { writer, .. } => writer.finish(),
        }
    }
}
