//! What a run changes on disk, step by step, so that a test can make each step fail: the first, the second,
//! and so on for all of them.
//!
//! Code that creates, writes, renames or syncs a file says so by [`step`] first. In a build with debug
//! assertions the variable `DEHUSK_FAULT` makes a step fail; in a release build there is no such variable.
//!
//! ```text
//! DEHUSK_FAULT=fail:17    the 17th step fails, those behind it do not
//! DEHUSK_FAULT=full:17    from the 17th on no step has room on the disk
//! DEHUSK_FAULT=kill:17    the process ends at the 17th step as if it were killed
//! ```

use std::fs::{self, File};
use std::io;
use std::path::Path;

/// Whether steps can be made to fail in this build.
pub const FAULTS: bool = cfg!(debug_assertions);

/// Says that something on disk is about to be changed.
///
/// # Errors
/// When a test wants this step to fail.
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
        // The code that the shell gives to a program that was killed.
        "kill" if number >= *at => std::process::exit(137),
        _ => Ok(()),
    }
}

/// Says that something on disk is about to be changed.
///
/// # Errors
/// Never in a release build.
#[cfg(not(debug_assertions))]
#[inline]
pub fn step() -> io::Result<()> {
    Ok(())
}

/// Makes the content of a file survive a loss of power.
///
/// # Errors
/// When the disk says no.
pub fn sync(file: &File) -> io::Result<()> {
    step()?;
    match file.sync_all() {
        // A pipe or a device has nothing to sync.
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
        done => done,
    }
}

/// Makes the names in a folder survive a loss of power. Where folders cannot be opened, the system does it.
///
/// # Errors
/// When the disk says no.
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
