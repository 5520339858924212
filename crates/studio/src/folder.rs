//! [`RuleFolder`]: the folder of rules on the disk. Nothing else of the studio writes.
//!
//! A file belongs to the person who wrote it, and may be open in another program. So the page says which state of the
//! file it has seen (a sum of its bytes); if the file is another one by now, nothing is written. Every file that is
//! replaced leaves a copy beside it, and the last changes can be undone, each as long as nobody changed the file since.

use std::fs;
use std::hash::{Hash as _, Hasher as _};
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Mutex;
use std::time::SystemTime;

use dehusk_rules::{Source, sources_in};
use dehusk_text::{Error, Lang, Message, io_reason, say};

/// How files are changed on the disk: the program has one way of it for all its commands.
#[derive(Clone, Copy, Debug)]
pub struct DiskAccess {
    /// Writes a whole file in one step, with a copy of the old one beside it.
    pub write: fn(&Path, &[u8]) -> io::Result<()>,
    /// Takes a file away.
    pub remove: fn(&Path) -> io::Result<()>,
}

/// How many changes can be undone.
const UNDO: usize = 100;
/// How deep below the folder files may lie.
const DEPTH: usize = 3;

/// A folder of rules.
pub(crate) struct RuleFolder {
    path: PathBuf,
    disk: DiskAccess,
    /// Held while a file is changed, so that two pages do not change one at once.
    done: Mutex<Vec<FileChange>>,
}

/// A file as it lies on the disk.
#[derive(Clone, Debug, Default)]
pub(crate) struct FileState {
    pub(crate) text: String,
    /// Empty if there is no such file.
    pub(crate) sum: String,
}

/// A change that can be undone.
#[derive(Debug)]
struct FileChange {
    file: String,
    /// `None` if there was no such file.
    before: Option<String>,
    after: String,
}

impl RuleFolder {
    pub(crate) fn new(path: PathBuf, disk: DiskAccess) -> Self {
        Self { path, disk, done: Mutex::default() }
    }

    /// The folder, for messages.
    pub(crate) fn shown(&self) -> String {
        self.path.display().to_string()
    }

    /// Its rule files; none if the folder is not there yet.
    pub(crate) fn sources(&self) -> Result<Vec<Source>, Error> {
        if self.path.is_dir() { sources_in(&self.path) } else { Ok(Vec::new()) }
    }

    /// A number that is another one when a file of the folder was changed, added or taken away.
    pub(crate) fn stamp(&self) -> u64 {
        let mut found = Vec::new();
        list(&self.path, DEPTH, &mut found);
        found.sort();
        let mut hasher = std::hash::DefaultHasher::new();
        found.hash(&mut hasher);
        hasher.finish()
    }

    /// The file of this name below the folder (`own.toml`, `sites/a.toml`).
    pub(crate) fn read(&self, file: &str) -> Result<FileState, Message> {
        let path = self.place(file)?;
        match fs::read(&path) {
            Ok(bytes) => {
                let sum = sum(&bytes);
                let text = String::from_utf8(bytes)
                    .map_err(|_| say!("{file} 不是 UTF-8，没有动它", "{file} is not UTF-8 and was not touched"))?;
                Ok(FileState { text, sum })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(FileState::default()),
            Err(error) => Err(cannot(file, &error)),
        }
    }

    /// Changes a file that is still as it was `seen`: `change` makes the new text of the old one.
    pub(crate) fn change<E: From<Message>>(
        &self,
        file: &str,
        seen: &str,
        change: impl FnOnce(&str) -> Result<String, E>,
    ) -> Result<(), E> {
        let mut done = self.done.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let before = self.read(file)?;
        // Told before the change is tried: in another text it may fail for a reason that nobody would understand.
        if before.sum != seen {
            return Err(changed(file).into());
        }
        let after = change(&before.text)?;
        self.put(file, &after)?;
        let before = (!before.sum.is_empty()).then_some(before.text);
        if done.len() == UNDO {
            done.remove(0);
        }
        done.push(FileChange { file: file.to_string(), before, after });
        Ok(())
    }

    /// Takes the last change back, if nobody changed its file since: the name of the file.
    pub(crate) fn undo(&self) -> Result<String, Message> {
        let mut done = self.done.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let Some(last) = done.last() else {
            return Err(say!("没有可以撤销的改动", "there is nothing to undo"));
        };
        let now = self.read(&last.file)?;
        if now.text != last.after {
            let file = last.file.clone();
            done.pop();
            return Err(changed(&file));
        }
        match &last.before {
            Some(before) => self.put(&last.file, before)?,
            None => {
                let path = self.place(&last.file)?;
                (self.disk.remove)(&path).map_err(|error| cannot(&last.file, &error))?;
            }
        }
        Ok(done.pop().map(|change| change.file).unwrap_or_default())
    }

    /// How many changes can be undone.
    pub(crate) fn undoable(&self) -> usize {
        self.done.lock().map_or(0, |done| done.len())
    }

    fn put(&self, file: &str, text: &str) -> Result<(), Message> {
        let path = self.place(file)?;
        (self.disk.write)(&path, text.as_bytes()).map_err(|error| cannot(file, &error))
    }

    /// The path of a file, which must lie below the folder, also after links are followed.
    fn place(&self, file: &str) -> Result<PathBuf, Message> {
        let refused = || say!("{file} 不在规则文件夹里", "{file} does not lie in the folder of the rules");
        let below = Path::new(file);
        let is_plain = below.components().all(|part| matches!(part, Component::Normal(_)));
        let depth = below.components().count();
        let is_toml = below.extension().is_some_and(|ending| ending == "toml");
        if !is_plain || !is_toml || depth == 0 || depth > DEPTH + 1 || file.contains(['\\', ':', '\0']) {
            return Err(refused());
        }
        let path = self.path.join(below);
        let there = path.ancestors().find(|part| part.exists());
        if self.path.exists()
            && let Some(there) = there
        {
            let (there, root) = (there.canonicalize(), self.path.canonicalize());
            match (there, root) {
                (Ok(there), Ok(root)) if there.starts_with(&root) => {}
                _ => return Err(refused()),
            }
        }
        Ok(path)
    }
}

/// Name, length and time of all files below a folder.
fn list(folder: &Path, depth: usize, found: &mut Vec<(PathBuf, u64, Option<SystemTime>)>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let Ok(meta) = entry.metadata() else { continue };
        match meta.is_dir() {
            true if depth > 0 => list(&entry.path(), depth - 1, found),
            true => {}
            false => found.push((entry.path(), meta.len(), meta.modified().ok())),
        }
    }
}

impl std::fmt::Debug for RuleFolder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RuleFolder").field("path", &self.path).finish_non_exhaustive()
    }
}

fn changed(file: &str) -> Message {
    say!(
        "{file} 在别处被改过了，没有写入；重新打开这条规则，再改一次",
        "{file} was changed elsewhere, so nothing was written; open the rule again and repeat the change"
    )
}

fn cannot(file: &str, error: &io::Error) -> Message {
    let (zh, en) = (io_reason(Lang::Zh, error), io_reason(Lang::En, error));
    say!("{file}：{zh}", "{file}: {en}")
}

/// A sum by which two states of a file are told apart (FNV-1a, 64 bits, and the length). Nobody has to be kept from
/// making a second file with the same sum: whoever can do that can write the file.
fn sum(bytes: &[u8]) -> String {
    let hash = bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{hash:016x}-{}", bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> (tempfile::TempDir, RuleFolder) {
        let outer = tempfile::tempdir().expect("a folder");
        fs::create_dir(outer.path().join("rules")).expect("a folder");
        let disk = DiskAccess { write: |path, bytes| fs::write(path, bytes), remove: |path| fs::remove_file(path) };
        let rules = RuleFolder::new(outer.path().join("rules"), disk);
        (outer, rules)
    }

    fn save(rules: &RuleFolder, file: &str, seen: &str, text: &str) -> Result<(), Message> {
        rules.change(file, seen, |_| Ok(text.to_string()))
    }

    #[test]
    fn a_change_on_the_disk_is_seen() {
        let (outer, rules) = folder();
        let empty = rules.stamp();
        fs::write(outer.path().join("rules/own.toml"), "one").expect("written");
        let one = rules.stamp();
        fs::write(outer.path().join("rules/own.toml"), "longer").expect("written");
        assert!(empty != one && one != rules.stamp() && rules.stamp() == rules.stamp());
    }

    #[test]
    fn a_change_is_not_even_tried_in_another_text() {
        let (_outer, rules) = folder();
        save(&rules, "own.toml", "", "one").expect("it is new");
        let refused =
            rules.change("own.toml", "another", |_| -> Result<String, Message> { panic!("it must not be asked") });
        assert!(refused.is_err());
    }

    #[test]
    fn no_path_leads_out() {
        let (outer, rules) = folder();
        fs::write(outer.path().join("secret.toml"), "x").expect("written");
        for path in ["../secret.toml", "/etc/hosts.toml", "a/../../secret.toml", "own.txt", "", "C:\\a.toml", "."] {
            assert!(rules.read(path).is_err() && save(&rules, path, "", "x").is_err(), "{path}");
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(outer.path(), outer.path().join("rules/out")).expect("a link");
            assert!(rules.read("out/secret.toml").is_err() && save(&rules, "out/new.toml", "", "x").is_err());
        }
    }

    #[test]
    fn a_file_changed_elsewhere_is_never_overwritten() {
        let (outer, rules) = folder();
        save(&rules, "own.toml", "", "one").expect("it is new");
        let seen = rules.read("own.toml").expect("it is there").sum;
        fs::write(outer.path().join("rules/own.toml"), "theirs").expect("written");
        assert!(save(&rules, "own.toml", &seen, "two").is_err() && rules.undo().is_err());
        assert_eq!(rules.read("own.toml").expect("it is there").text, "theirs");
    }

    #[test]
    fn undo_goes_back_to_no_file() {
        let (_outer, rules) = folder();
        save(&rules, "own.toml", "", "one").expect("it is new");
        let seen = rules.read("own.toml").expect("it is there").sum;
        save(&rules, "own.toml", &seen, "two").expect("nobody changed it");
        assert_eq!(rules.undo().expect("it goes back"), "own.toml");
        assert_eq!(rules.read("own.toml").expect("it is there").text, "one");
        rules.undo().expect("it goes back");
        assert!(rules.read("own.toml").expect("it can be asked").sum.is_empty() && rules.undo().is_err());
    }
}
