//! Counts the steps by which a run changes the disk, so that tests can make each single step fail.
//!
//! Code that creates, writes, renames or syncs a file calls [`step`] first. In a build with debug assertions the
//! variable `DEHUSK_FAULT` makes a step fail; a release build ignores it.
//!
//! ```text
//! DEHUSK_FAULT=fail:17    the 17th step fails, later steps do not
//! DEHUSK_FAULT=full:17    from the 17th step on the disk is full
//! DEHUSK_FAULT=kill:17    the process ends at the 17th step as if it were killed
//! ```

use std::fs::{self, File};
use std::io;
use std::path::Path;

/// Whether steps can be made to fail in this build.
pub const FAULTS: bool = cfg!(debug_assertions);

/// Must be called before something on the disk is changed.
///
/// # Errors
/// When a test asks for this step to fail.
#[cfg(debug_assertions)]
pub fn step() -> io::Result<()> {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

    static WANTED: OnceLock<Option<(String, u64)>> = OnceLock::new();
    static STEPS: AtomicU64 = AtomicU64::new(0);
    let wanted = WANTED.get_or_init(|| {
        let said = std::env::var("DEHUSK_FAULT").ok()?;
        let (what, number) = said.split_once(':')?;
        Some((what.to_owned(), number.parse().ok()?))
    });
    let Some((what, at)) = wanted else { return Ok(()) };
    let number = STEPS.fetch_add(1, SeqCst) + 1;
    match what.as_str() {
        "fail" if number == *at => Err(io::Error::other("a fault that a test asked for")),
        "full" if number >= *at => Err(io::ErrorKind::StorageFull.into()),
        // The exit code that a shell reports for a killed program.
        "kill" if number >= *at => std::process::exit(137),
        _ => Ok(()),
    }
}

/// Must be called before something on the disk is changed.
///
/// # Errors
/// Never in a release build.
#[cfg(not(debug_assertions))]
#[inline]
pub fn step() -> io::Result<()> {
    Ok(())
}

/// Writes the content of a file to the disk (fsync), so that it survives a loss of power.
///
/// # Errors
/// When the disk reports an error.
pub fn sync(file: &File) -> io::Result<()> {
    step()?;
    match file.sync_all() {
        // A pipe or a device cannot be synced.
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
        done => done,
    }
}

/// Writes the names in a folder to the disk (fsync). Where folders cannot be opened, the system does this itself.
///
/// # Errors
/// When the disk reports an error.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    step()?;
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    match File::open(folder).and_then(|folder| folder.sync_all()) {
        Err(error) if matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::InvalidInput) => Ok(()),
        done => done,
    }
}

/// Renames a file.
///
/// # Errors
/// When it cannot be renamed.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    step()?;
    fs::rename(from, to)
}
