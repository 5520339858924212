//! [`AtomicFile`]: a file that is written under a temporary name and renamed to its target in one step.
//!
//! If the run is stopped or the disk is full, the old file is unchanged.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use dehusk::pipeline::{Checksum, Stamp, disk};
use dehusk::say;
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
    sum: Checksum,
    target: PathBuf,
    old: Option<fs::Metadata>,
    sync: bool,
}

/// A file whose content is whole and on its way to the disk, not yet in its place.
pub struct ClosedFile {
    /// Nothing, if it was written to a device or a pipe.
    file: Option<NamedTempFile<File>>,
    sum: Checksum,
    target: PathBuf,
    sync: bool,
}

/// What stands in its place.
pub struct WrittenFile {
    pub path: PathBuf,
    pub stamp: Stamp,
    pub checksum: String,
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
        disk::step()?;
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
    /// A symbolic link stays one: the file that it points to is replaced. That is for names that a user
    /// gives; for those that come from elsewhere there is [`AtomicFile::below`].
    pub fn new(target: &Path) -> io::Result<Self> {
        let target = target.canonicalize().unwrap_or_else(|_| target.to_owned());
        let old = fs::metadata(&target).ok();
        if old.as_ref().is_some_and(|old| old.permissions().readonly()) {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        if is_special(&target) {
            let file = File::options().write(true).open(&target)?;
            let content = BufWriter::new(Destination::Itself(file));
            return Ok(Self { content, sum: Checksum::default(), target, old: None, sync: false });
        }
        Self::beside(target, old)
    }

    /// Starts a file below the folder of results. No link leads out of it: one in place of a folder is an
    /// error if it does, one in place of the file is replaced.
    pub fn below(root: &Path, target: &Path) -> io::Result<Self> {
        fs::create_dir_all(root)?;
        let folder = target.parent().unwrap_or(root);
        let there = folder.ancestors().find(|folder| folder.exists()).unwrap_or(root);
        if !there.canonicalize()?.starts_with(root.canonicalize()?) {
            let (there, root) = (there.display(), root.display());
            return Err(say!(
                "{there} 是一个链接，通到 {root} 外面，没有往那里写",
                "{there} is a link that leads out of {root}; nothing was written there"
            )
            .into());
        }
        let old = fs::symlink_metadata(target).ok().filter(|old| !old.is_symlink());
        if old.as_ref().is_some_and(|old| old.permissions().readonly()) {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        if old.as_ref().is_some_and(|old| !old.is_file() && !old.is_dir()) {
            return Err(say!("那里是设备或管道，不是文件", "a device or a pipe stands there, and no file").into());
        }
        Self::beside(target.to_owned(), old)
    }

    fn beside(target: PathBuf, old: Option<fs::Metadata>) -> io::Result<Self> {
        let folder = folder_of(&target);
        disk::step()?;
        fs::create_dir_all(folder)?;
        // tempfile creates a file that only its owner can read. That is right until it takes the place of another and gets
        // the permissions of that; a new one has the usual permissions.
        let file = match old {
            Some(_) => unfinished_in(folder)?,
            None => Builder::new().prefix(UNFINISHED).make_in(folder, |path| File::create_new(path))?,
        };
        let content = BufWriter::new(Destination::New(file));
        Ok(Self { content, sum: Checksum::default(), target, old, sync: false })
    }

    /// Forces the file, and its name, onto the disk.
    #[must_use]
    pub fn synced(self, sync: bool) -> Self {
        Self { sync, ..self }
    }

    /// Whether the file that will be replaced has other names: those keep the old content.
    pub fn has_other_names(&self) -> bool {
        self.old.as_ref().is_some_and(links)
    }

    /// Ends the content. With a `backup` ending, the old file is copied.
    pub fn close(self, backup: Option<&OsStr>) -> io::Result<ClosedFile> {
        let Self { content, sum, target, old, sync } = self;
        let content = content.into_inner().map_err(io::IntoInnerError::into_error)?;
        let Destination::New(file) = content else { return Ok(ClosedFile { file: None, sum, target, sync }) };
        if let Some(old) = &old {
            file.as_file().set_permissions(old.permissions())?;
            if let Some(ending) = backup {
                // It gets its name when it is whole. A link of that name is replaced, and not written through.
                let copy = unfinished_in(folder_of(&target))?;
                disk::step()?;
                fs::copy(&target, copy.path())?;
                copy.persist(with_ending(&target, ending))?;
            }
        }
        // Where something could be lost, and where it is asked for: syncing every new file would take most of a run.
        if old.is_some() || sync {
            disk::sync(file.as_file())?;
        }
        Ok(ClosedFile { file: Some(file), sum, target, sync })
    }

    /// Renames the file to its target. With a `backup` ending, the old file is copied first.
    pub fn commit(self, backup: Option<&OsStr>) -> io::Result<()> {
        self.close(backup)?.put().map(drop)
    }
}

impl ClosedFile {
    /// Puts the file in the place of one that was `read`, if nobody has written there since.
    pub fn replace(self, read: Option<Stamp>) -> io::Result<WrittenFile> {
        if read.is_some_and(|read| Stamp::of(&self.target).ok() != Some(read)) {
            return Err(changed_meanwhile());
        }
        self.put()
    }

    /// Puts the file in its place.
    pub fn put(self) -> io::Result<WrittenFile> {
        let Self { file, sum, target: path, sync } = self;
        if let Some(file) = file {
            disk::step()?;
            file.persist(&path)?;
            if sync {
                disk::sync_folder(folder_of(&path))?;
            }
        }
        Ok(WrittenFile { stamp: Stamp::of(&path)?, checksum: sum.digits(), path })
    }
}

/// The error of a file that changed while it was read.
pub fn changed_meanwhile() -> io::Error {
    say!(
        "读的时候文件变了，结果没有写出；等它写完后再运行一次",
        "the file changed while it was read, so no result was written; run again when it is complete"
    )
    .into()
}

/// A file with a temporary name, which only its owner can read.
fn unfinished_in(folder: &Path) -> io::Result<NamedTempFile> {
    Builder::new().prefix(UNFINISHED).tempfile_in(folder)
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

#[cfg(unix)]
fn links(meta: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    meta.nlink() > 1
}

#[cfg(not(unix))]
fn links(_: &fs::Metadata) -> bool {
    false
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.content.write(bytes)?;
        self.sum.add(&bytes[..written]);
        Ok(written)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_meanwhile_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        fs::write(&path, "one").unwrap();
        let read = Stamp::of(&path).unwrap();
        let mut file = AtomicFile::new(&path).unwrap();
        file.write_all(b"cleaned").unwrap();
        let file = file.close(None).unwrap();
        fs::write(&path, "one and more").unwrap();
        assert!(file.replace(Some(read)).is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "one and more");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left behind");
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_reads_what_takes_the_place_of_a_private_file() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        fs::write(&path, "one").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let file = AtomicFile::new(&path).unwrap();
        for entry in fs::read_dir(folder.path()).unwrap() {
            let entry = entry.unwrap();
            let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, if entry.path() == path { 0o640 } else { 0o600 });
        }
        file.commit(None).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    }
}
