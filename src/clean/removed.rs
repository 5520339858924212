//! `--removed FILE`: writes the rows of the record of removals.
//!
//! Each shard writes its own part, so that the record is right after a run was stopped and resumed. At the end the
//! parts are joined in the order of the inputs. A packed part is one or more members, so packed parts can simply be
//! concatenated. On standard output there is only one shard, and its rows go directly to the file or pipe.
//!
//! With `--in-place` the parts are in `FILE.parts/` beside the record, and a file is replaced only after its rows are
//! on disk there. If the run is killed they stay, and `dehusk restore --removed FILE.parts` can read them.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use dehusk::io::Format;
use dehusk::io::packed::{self, Packing};
use dehusk::io::parquet::TableWriter;
use dehusk::pipeline::{Row, Rows, disk};

use super::args::CleanArgs;
use crate::ui::atomic_file::{AtomicFile, is_special};

/// The file of the record.
pub struct Removed {
    path: PathBuf,
    packing: Packing,
    /// Whether rows are written directly to the file.
    streamed: bool,
    /// Whether parts are written under their final names and synced (`--in-place`).
    in_place: bool,
    sync: bool,
    /// Whether the record is a Parquet file, which is made from the parts at the end.
    table: bool,
}

/// The part of the record with the rows of one shard.
pub struct Part {
    file: BufWriter<File>,
    path: PathBuf,
    /// The path that it gets when it is complete; `None` if rows are written directly to the record.
    target: Option<PathBuf>,
    packing: Packing,
    sync: bool,
}

/// A path and the error there.
type Failed = (String, io::Error);

fn at(path: &Path) -> impl Fn(io::Error) -> Failed + '_ {
    |error| (path.display().to_string(), error)
}

impl Removed {
    /// A record at this path; `streamed` if there is only one shard.
    pub fn open(path: &Path, args: &CleanArgs) -> Result<Self, Failed> {
        let streamed = args.out.is_none() && !args.in_place;
        let (format, packing) = Format::of_name(&path.to_string_lossy());
        let table = format == Format::Parquet;
        let packing = if table { Packing::Zstd } else { packing };
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            fs::create_dir_all(folder).map_err(at(path))?;
        }
        // Test before the run, not after it, whether the file can be written.
        if !is_special(path) {
            disk::step().map_err(at(path))?;
            File::options().append(true).create(true).open(path).map_err(at(path))?;
        }
        let (in_place, sync) = (args.in_place, args.sync);
        Ok(Self { path: path.to_owned(), packing, streamed: streamed && !table, in_place, sync, table })
    }

    /// How rows are compressed.
    pub fn packing(&self) -> Packing {
        self.packing
    }

    /// Starts the part that gets this path when it is complete.
    pub fn part(&self, path: PathBuf) -> Result<Part, Failed> {
        let (packing, sync) = (self.packing, self.sync);
        disk::step().map_err(at(&path))?;
        if self.streamed {
            let file = File::create(&self.path).map_err(at(&self.path))?;
            return Ok(Part { file: BufWriter::new(file), path: self.path.clone(), target: None, packing, sync });
        }
        if self.in_place {
            let folder = path.parent().unwrap_or(Path::new("."));
            let file = fs::create_dir_all(folder).and_then(|()| File::create_new(&path));
            let file = file.and_then(|file| disk::sync_folder(folder).map(|()| file)).map_err(at(&path))?;
            return Ok(Part { file: BufWriter::new(file), path, target: None, packing, sync: true });
        }
        // A part of an earlier attempt must not be mistaken for the part of this run.
        let _ = fs::remove_file(&path);
        let new = path.with_extension("new");
        let folder = path.parent().unwrap_or(Path::new("."));
        let file = fs::create_dir_all(folder).and_then(|()| File::create(&new)).map_err(at(&new))?;
        Ok(Part { file: BufWriter::new(file), path: new, target: Some(path), packing, sync })
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
        let mut all = AtomicFile::new(&self.path).map_err(&failed)?.synced(self.in_place || self.sync);
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
        let file = AtomicFile::new(&self.path).map_err(&failed)?.synced(self.in_place || self.sync);
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
        disk::step().map_err(at(&self.path))?;
        match self.packing {
            Packing::None => self.file.write_all(rows),
            packing => packed::pack(rows, packing, None).and_then(|packed| self.file.write_all(&packed)),
        }
        .map_err(at(&self.path))
    }

    /// Writes rows that are compressed already.
    pub fn write_packed(&mut self, rows: &[u8]) -> Result<(), Failed> {
        disk::step().map_err(at(&self.path))?;
        self.file.write_all(rows).map_err(at(&self.path))
    }

    /// Syncs everything that was added so far.
    pub fn sync(&mut self) -> Result<(), Failed> {
        self.file.flush().and_then(|()| disk::sync(self.file.get_ref())).map_err(at(&self.path))
    }

    /// Deletes the part of a file that has no result.
    pub fn discard(self) -> Result<(), Failed> {
        drop(self.file);
        fs::remove_file(&self.path).map_err(at(&self.path))
    }

    /// Puts the part into its final place.
    pub fn finish(mut self) -> Result<(), Failed> {
        self.file.flush().map_err(at(&self.path))?;
        if self.sync {
            self.sync()?;
        }
        match &self.target {
            Some(target) => disk::rename(&self.path, target).map_err(at(target)),
            None => Ok(()),
        }
    }
}
