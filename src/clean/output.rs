//! [`Output`]: where the results of one file go, in the format that they have.

use std::io::{self, Write as _};

use dehusk::Fields;
use dehusk::io::packed::{self, Packing};
use dehusk::io::parquet::{Cell, ListColumn, ParquetFile, ParquetRewriter, TableWriter};

use super::processed::Processed;
use crate::ui::atomic_file::AtomicFile;

/// A file that is being written beside its place.
// One for each open file: its size matters to nobody.
#[allow(clippy::large_enum_variant)]
pub enum Output {
    /// Bytes as workers made them, packed already.
    Bytes {
        /// The file.
        file: AtomicFile,
        /// How its bytes are packed.
        packing: Packing,
        /// Nothing was written yet.
        empty: bool,
    },
    /// A Parquet file again, with other texts.
    Rewrite(Box<ParquetRewriter<AtomicFile>>),
    /// A new Parquet file.
    Table(Box<TableWriter<AtomicFile>>),
}

impl Output {
    /// A file of bytes.
    pub fn bytes(file: AtomicFile, packing: Packing) -> Self {
        Self::Bytes { file, packing, empty: true }
    }

    /// A Parquet file with the texts of another one changed, and perhaps not all its rows.
    pub fn rewrite(file: AtomicFile, of: &ParquetFile, some_rows: bool) -> io::Result<Self> {
        let rewriter = of.rewrite(file)?;
        Ok(Self::Rewrite(Box::new(if some_rows { rewriter.some_rows() } else { rewriter })))
    }

    /// A Parquet file of id, URL and text, and what went from it.
    pub fn table(file: AtomicFile, fields: &Fields, removed: Option<&ListColumn>) -> io::Result<Self> {
        let url = fields.url.first().map_or("url", String::as_str);
        let columns = [(fields.id.as_str(), false), (url, false), (fields.text.as_str(), false)];
        Ok(Self::Table(Box::new(TableWriter::new(file, &columns, removed)?)))
    }

    /// Writes what became of some records, in the one form that the file takes.
    pub fn write(&mut self, processed: &mut Processed) -> io::Result<()> {
        match self {
            Self::Bytes { file, empty, .. } => {
                *empty &= processed.out.is_empty();
                file.write_all(&processed.out)
            }
            Self::Rewrite(writer) => processed.batch.as_ref().map_or(Ok(()), |batch| writer.write(batch)),
            Self::Table(writer) => {
                for row in &processed.table {
                    let [id, url] = [&row.id, &row.url].map(|text| text.as_deref().map_or(Cell::Null, Cell::Text));
                    writer.row(&[id, url, Cell::Text(&row.text)])?;
                }
                processed.removed.take().map_or(Ok(()), |lists| writer.lists(lists))
            }
        }
    }

    /// Writes what belongs at the end of the file, and gives it back to be put in its place.
    pub fn finish(self) -> io::Result<AtomicFile> {
        match self {
            // A packed file of nothing is a member of nothing.
            Self::Bytes { mut file, packing, empty: true } if packing != Packing::None => {
                file.write_all(&packed::pack(b"", packing, None)?)?;
                Ok(file)
            }
            Self::Bytes { file, .. } => Ok(file),
            Self::Rewrite(writer) => writer.finish(),
            Self::Table(writer) => writer.finish(),
        }
    }
}
