//! `--removed FILE`: writes the rows of the record of removals.
//!
//! The rows of each shard are written to a part of their own, so that the record is correct after a run was
//! stopped and resumed. At the end, the parts are joined in the order of the inputs. Compressed parts are
//! gzip members or zstd frames, which can simply be concatenated. If the results go to standard output,
//! there is only one shard, and its rows are written directly to the file or pipe.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use dehusk::io::Format;
use dehusk::io::packed::{self, Packing};
use dehusk::io::parquet::TableWriter;
use dehusk::pipeline::{Row, Rows};

use crate::ui::atomic_file::{AtomicFile, is_special};

/// The file of the record.
pub struct Removed {
    path: PathBuf,
    packing: Packing,
    /// Whether rows are written directly to the file.
    streamed: bool,
    /// Whether the record is a Parquet file, which is made of the parts at the end.
    table: bool,
}

/// The part of the record with the rows of one shard.
pub struct Part {
    file: BufWriter<File>,
    path: PathBuf,
    /// The path that it gets when it is complete; `None` if rows are written directly to the record.
    target: Option<PathBuf>,
    packing: Packing,
}

/// A path and what went wrong there.
type Failed = (String, io::Error);

fn at(path: &Path) -> impl Fn(io::Error) -> Failed + '_ {
    |error| (path.display().to_string(), error)
}

impl Removed {
    /// Starts a record at this path; `streamed` if there is only one shard.
    pub fn open(path: &Path, streamed: bool) -> Result<Self, Failed> {
        let (format, packing) = Format::of_name(&path.to_string_lossy());
        let table = format == Format::Parquet;
        let packing = if table { Packing::Zstd } else { packing };
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            fs::create_dir_all(folder).map_err(at(path))?;
        }
        // Test before the run, not after it, whether the file can be written.
        if !is_special(path) {
            File::options().append(true).create(true).open(path).map_err(at(path))?;
        }
        Ok(Self { path: path.to_owned(), packing, streamed: streamed && !table, table })
    }

    /// How rows are compressed.
    pub fn packing(&self) -> Packing {
        self.packing
    }

    /// Starts the part that gets this path when it is complete.
    pub fn part(&self, path: PathBuf) -> Result<Part, Failed> {
        let packing = self.packing;
        if self.streamed {
            let file = File::create(&self.path).map_err(at(&self.path))?;
            return Ok(Part { file: BufWriter::new(file), path: self.path.clone(), target: None, packing });
        }
        // A part of an earlier attempt must not be mistaken for the part of this run.
        let _ = fs::remove_file(&path);
        let new = path.with_extension("new");
        let folder = path.parent().unwrap_or(Path::new("."));
        let file = fs::create_dir_all(folder).and_then(|()| File::create(&new)).map_err(at(&new))?;
        Ok(Part { file: BufWriter::new(file), path: new, target: Some(path), packing })
    }

    /// Joins the parts to the record. Missing parts are skipped.
    pub fn join(&self, parts: impl Iterator<Item = PathBuf>) -> Result<(), Failed> {
        if self.streamed {
            return Ok(());
        }
        let failed = at(&self.path);
        if self.table {
            return self.join_table(parts);
        }
        let mut all = AtomicFile::new(&self.path).map_err(&failed)?;
        for part in parts {
            match File::open(&part) {
                Ok(mut file) => io::copy(&mut file, &mut all).map(drop).map_err(&failed)?,
                // A shard that failed has no part.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(at(&part)(error)),
            }
        }
        all.commit(None).map_err(&failed)
    }

    /// Joins the parts to a Parquet file, row by row, because Parquet files cannot be concatenated.
    fn join_table(&self, parts: impl Iterator<Item = PathBuf>) -> Result<(), Failed> {
        let failed = at(&self.path);
        let file = AtomicFile::new(&self.path).map_err(&failed)?;
        let mut table = TableWriter::new(file, &Row::COLUMNS, None).map_err(&failed)?;
        for part in parts {
            let file = match File::open(&part) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                file => file.map_err(at(&part))?,
            };
            let mut rows = Rows::new(packed::open(file, self.packing));
            while let Some(row) = rows.next_row().map_err(at(&part))? {
                table.row(&row.cells()).map_err(&failed)?;
            }
        }
        table.finish().and_then(|file| file.commit(None)).map_err(&failed)
    }
}

impl Part {
    /// Writes rows, compressed if needed.
    pub fn write(&mut self, rows: &[u8]) -> Result<(), Failed> {
        match self.packing {
            Packing::None => self.file.write_all(rows),
            packing => packed::pack(rows, packing, None).and_then(|packed| self.file.write_all(&packed)),
        }
        .map_err(at(&self.path))
    }

    /// Writes rows that are compressed already.
    pub fn write_packed(&mut self, rows: &[u8]) -> Result<(), Failed> {
        self.file.write_all(rows).map_err(at(&self.path))
    }

    /// Completes the part: gives it its path.
    pub fn finish(mut self) -> Result<(), Failed> {
        self.file.flush().map_err(at(&self.path))?;
        match &self.target {
            Some(target) => fs::rename(&self.path, target).map_err(at(target)),
            None => Ok(()),
        }
    }
}
