//! [`AtomicFile`]: a file that is written beside its place and put there in one step.
//!
//! A run that is stopped, or a full disk, leaves the old file as it was.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

/// How the names of files begin that are not yet in their places.
const UNFINISHED: &str = ".dehusk-";

/// Whether something other than a file stands there, such as a device or a pipe.
pub fn is_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|meta| !meta.is_file() && !meta.is_dir())
}

/// Whether a run that was stopped left this file.
pub fn is_unfinished(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(UNFINISHED.as_bytes()))
}

/// A new file, or a file's new content, not yet in its place.
pub struct AtomicFile {
    content: BufWriter<Destination>,
    target: PathBuf,
    old: Option<fs::Metadata>,
}

/// Where the content stands until then.
enum Destination {
    /// Beside the target.
    New(NamedTempFile<File>),
    /// In the target itself, which is a device or a pipe: a file must not take its place.
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
    /// Starts a file that will stand at `target`; folders are made as needed.
    ///
    /// A symbolic link stays one: the file that it points to is replaced.
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
        // Not tempfile's own way of making files: it would let nobody else read them.
        let file = Builder::new().prefix(UNFINISHED).make_in(folder, |path| File::create_new(path))?;
        Ok(Self { content: BufWriter::new(Destination::New(file)), target, old })
    }

    /// Puts the file in its place. With a `backup` ending, the old file is copied first.
    pub fn commit(self, backup: Option<&OsStr>) -> io::Result<()> {
        let content = self.content.into_inner().map_err(io::IntoInnerError::into_error)?;
        let Destination::New(file) = content else { return Ok(()) };
        if let Some(old) = self.old {
            file.as_file().set_permissions(old.permissions())?;
            // Only where something could be lost: syncing every new file would take most of a run.
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

/// `page.txt` and `.bak` make `page.txt.bak`.
fn with_ending(path: &Path, ending: &OsStr) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    name.into()
}
