//! Makes sure, before anything is opened, that no output is also an input or another output, even under another name.
//!
//! Existing files are compared by device and number, so links and hard links are recognised. A file that does not
//! exist yet is compared by its folder and name. Devices and pipes may be named several times.
//!
//! Files that are rewritten in place have no other original than the record, so an earlier record is not written over.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use dehusk::Lang;
use dehusk::pipeline::FOLDER;

use super::args::CleanArgs;
use super::job::{Job, Target};
use crate::ui::messages::say;

/// The identity of a file.
#[derive(PartialEq, Eq, Hash)]
enum FileId {
    /// An existing file.
    #[cfg(unix)]
    Node(u64, u64),
    /// A file that does not exist yet; on other systems than Unix, any file.
    Path(PathBuf),
}

/// What the run uses a file for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Input,
    Result,
    Backup,
    Removed,
    Report,
    Stdout,
}

impl Role {
    fn words(self, lang: Lang) -> &'static str {
        let (zh, en) = match self {
            Self::Input => ("输入", "an input"),
            Self::Result => ("结果", "a result"),
            Self::Backup => ("备份（--backup）", "a backup (--backup)"),
            Self::Removed => ("删除记录（--removed）", "the record (--removed)"),
            Self::Report => ("小结（--report）", "the report (--report)"),
            Self::Stdout => ("标准输出", "standard output"),
        };
        if lang == Lang::Zh { zh } else { en }
    }
}

/// The files of the run and their uses.
#[derive(Default)]
struct Files<'p> {
    known: HashMap<FileId, (Role, Cow<'p, Path>)>,
    /// Folders, and their paths without links.
    folders: HashMap<PathBuf, PathBuf>,
}

impl<'p> Files<'p> {
    /// The identity of a file; `None` for devices and pipes.
    fn id(&mut self, path: &Path) -> Option<FileId> {
        match fs::metadata(path) {
            Ok(meta) if !meta.is_file() && !meta.is_dir() => None,
            #[cfg(unix)]
            Ok(meta) => {
                use std::os::unix::fs::MetadataExt as _;
                Some(FileId::Node(meta.dev(), meta.ino()))
            }
            #[cfg(not(unix))]
            Ok(_) => Some(FileId::Path(path.canonicalize().unwrap_or_else(|_| path.to_owned()))),
            Err(_) => {
                let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
                let real = self.folders.entry(folder.to_owned()).or_insert_with(|| real_folder(folder));
                Some(FileId::Path(real.join(path.file_name()?)))
            }
        }
    }

    /// Adds an output. An error if the file already has another use.
    fn take(&mut self, path: impl Into<Cow<'p, Path>>, role: Role, lang: Lang) -> Result<()> {
        let path = path.into();
        let Some(id) = self.id(&path) else { return Ok(()) };
        let Some((other, named)) = self.known.insert(id, (role, path.clone())) else { return Ok(()) };
        let (path, named) = (path.display(), named.display());
        let (role, other) = (role.words(lang), other.words(lang));
        bail!(say!(
            lang,
            "{path} 既是{role}又是{other}（{named}）；写进去会毁掉它，请换一个名字",
            "{path} is {role} and also {other} ({named}); one would destroy the other, so give another name"
        ))
    }
}

/// The path of a folder without links, also if the folder does not exist yet.
fn real_folder(folder: &Path) -> PathBuf {
    for there in folder.ancestors() {
        let place = if there.as_os_str().is_empty() { Path::new(".") } else { there };
        if let Ok(real) = place.canonicalize() {
            return real.join(folder.strip_prefix(there).unwrap_or(Path::new("")));
        }
    }
    folder.to_owned()
}

/// Refuses a run in which one file would destroy another.
pub fn check(args: &CleanArgs, jobs: &[Job], lang: Lang) -> Result<()> {
    let mut files = Files::default();
    let named = [(&args.removed, "--removed"), (&args.report, "--report")];
    for (path, option) in named {
        let Some(path) = path else { continue };
        let shown = path.display();
        if path.is_dir() {
            bail!(say!(lang, "{option} 要一个文件，{shown} 是文件夹", "{option} needs a file; {shown} is a folder"));
        }
        let own = args.out.as_ref().map(|out| real_folder(&out.join(FOLDER)));
        let folder = path.parent().unwrap_or(Path::new(""));
        if own.is_some_and(|own| real_folder(folder).starts_with(own)) {
            bail!(say!(
                lang,
                "{shown} 在 {FOLDER} 里，那里是运行自己的文件；请换一个地方",
                "{shown} lies in {FOLDER}, which holds the files of the run itself; choose another place"
            ));
        }
    }
    for path in jobs.iter().filter_map(|job| job.input.path.as_ref()) {
        let Some(id) = files.id(path) else { continue };
        let Some((_, other)) = files.known.insert(id, (Role::Input, Cow::Borrowed(path.as_path()))) else { continue };
        // Hard links to one file are allowed, and rewritten one after the other; the same path twice is a mistake.
        if args.in_place && other.canonicalize().ok() == path.canonicalize().ok() {
            let (path, other) = (path.display(), other.display());
            bail!(say!(
                lang,
                "{other} 和 {path} 是同一个文件，会被改写两次；只留一个",
                "{other} and {path} are one file, which would be rewritten twice; name it once"
            ));
        }
    }
    // `< FILE >> FILE` would read what it writes.
    let stdin = Path::new("/dev/stdin");
    if jobs.iter().any(|job| job.input.path.is_none())
        && let Some(id) = files.id(stdin)
    {
        files.known.insert(id, (Role::Input, Cow::Borrowed(stdin)));
    }
    if let (true, Ok(meta)) = (args.out.is_none() && !args.in_place, fs::metadata("/dev/stdout"))
        && meta.is_file()
        && meta.len() > 0
    {
        files.take(Path::new("/dev/stdout"), Role::Stdout, lang)?;
    }
    for job in jobs {
        if let Target::File(path) = &job.target {
            files.take(path.as_path(), Role::Result, lang)?;
        }
    }
    if let Some(ending) = &args.backup {
        for path in jobs.iter().filter_map(|job| job.input.path.as_ref()) {
            let mut name = OsString::from(path);
            name.push(ending);
            files.take(PathBuf::from(name), Role::Backup, lang)?;
        }
    }
    for (path, role) in [(&args.removed, Role::Removed), (&args.report, Role::Report)] {
        if let Some(path) = path {
            files.take(path.as_path(), role, lang)?;
        }
    }
    // Otherwise the inputs are still there, and the record of the same run comes out again.
    if args.in_place
        && let Some(path) = &args.removed
        && fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.len() > 0)
    {
        let path = path.display();
        bail!(say!(
            lang,
            "{path} 里是以前的删除记录，那时改写过的文件只有它能还原；请换一个名字（不再需要它，就先删去）",
            "{path} holds an earlier record, and nothing else can restore the files that were rewritten then; give another name (or delete it, if you need it no more)"
        ));
    }
    Ok(())
}
