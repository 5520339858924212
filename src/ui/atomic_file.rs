//! [`AtomicFile`]: a file that is written under a temporary name and renamed to its target in one step.
//!
//! If the run is stopped or the disk is full, the old file is unchanged.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

/// The prefix of the temporary names.
const UNFINISHED: &str = ".dehusk-";

/// Whether the path exists and is neither a file nor a folder, but a device or a pipe, say.
pub fn is_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|meta| !meta.is_file() && !meta.is_dir())
}

/// Whether the file has a temporary name, and so was left by a stopped run.
pub fn is_unfinished(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(UNFINISHED.as_bytes()))
}

/// A new file, or the new content of a file, which does not have its final name yet.
pub struct AtomicFile {
    content: BufWriter<Destination>,
    target: PathBuf,
    old: Option<fs::Metadata>,
}

/// Where the content is written.
enum Destination {
    /// To a temporary file in the folder of the target.
    New(NamedTempFile<File>),
    /// Directly to the target, because it is a device or a pipe and must not be replaced by a file.
    Itself(File),
}

impl Write for Destination {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::New(file) => file.write(bytes),
            Self::Itself(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::New(file) => file.flush(),
            Self::Itself(file) => file.flush(),
        }
    }
}

impl AtomicFile {
    /// Starts a file for `target`; missing folders are created. If `target` is a symbolic link, the file that it
    /// points to will be replaced.
    ///
    /// # Errors
    /// When the target is read-only or its folder cannot be written.
    pub fn new(target: &Path) -> io::Result<Self> {
        let target = target.canonicalize().unwrap_or_else(|_| target.to_owned());
        let old = fs::metadata(&target).ok();
        if old.as_ref().is_some_and(|old| old.permissions().readonly()) {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        if is_special(&target) {
            let file = File::options().write(true).open(&target)?;
            return Ok(Self { content: BufWriter::new(Destination::Itself(file)), target, old: None });
        }
        let folder = match target.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        fs::create_dir_all(folder)?;
        // tempfile would create a file that only its owner can read; `create_new` uses the usual permissions.
        let file = Builder::new().prefix(UNFINISHED).make_in(folder, |path| File::create_new(path))?;
        Ok(Self { content: BufWriter::new(Destination::New(file)), target, old })
    }

    /// Renames the file to its target. With a `backup` ending, the old file is copied first.
    pub fn commit(self, backup: Option<&OsStr>) -> io::Result<()> {
        let content = self.content.into_inner().map_err(io::IntoInnerError::into_error)?;
        let Destination::New(file) = content else { return Ok(()) };
        if let Some(old) = self.old {
            file.as_file().set_permissions(old.permissions())?;
            // Sync only if an old file is replaced: to sync every new file would take most of the time of a run.
            file.as_file().sync_all()?;
            if let Some(ending) = backup {
                fs::copy(&self.target, with_ending(&self.target, ending))?;
            }
        }
        file.persist(&self.target)?;
        Ok(())
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.content.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.content.flush()
    }
}

/// Appends the ending to the path: `page.txt` and `.bak` give `page.txt.bak`.
fn with_ending(path: &Path, ending: &OsStr) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    name.into()
}
