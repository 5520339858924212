//! [`RuleFolder`]: the folder of rules on the disk. Nothing else of the studio writes.
//!
//! A file belongs to the person who wrote it, and may be open in another program. So the page says which state of the
//! file it has seen (a sum of its bytes); if the file is another one by now, nothing is written. Every file that is
//! replaced leaves a copy beside it, and the last changes can be undone, each as long as nobody changed the file since.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Mutex;

use dehusk_rules::{Source, sources_in};
use dehusk_text::{Error, Lang, Message, io_reason, say};

/// Writes a whole file in one step, with a copy of the old one beside it.
pub type WriteFile = fn(&Path, &[u8]) -> io::Result<()>;

/// How many changes can be undone.
const UNDO: usize = 100;

/// A folder of rules.
pub(crate) struct RuleFolder {
    path: PathBuf,
    write: WriteFile,
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
    pub(crate) fn new(path: PathBuf, write: WriteFile) -> Self {
        Self { path, write, done: Mutex::default() }
    }

    /// The folder, for messages.
    pub(crate) fn shown(&self) -> String {
        self.path.display().to_string()
    }

    /// Its rule files; none if the folder is not there yet.
    pub(crate) fn sources(&self) -> Result<Vec<Source>, Error> {
        if self.path.is_dir() { sources_in(&self.path) } else { Ok(Vec::new()) }
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

    /// Replaces the text of a file that is still as it was `seen`.
    pub(crate) fn save(&self, file: &str, seen: &str, text: &str) -> Result<(), Message> {
        let before = self.read(file)?;
        if before.sum != seen {
            return Err(changed(file));
        }
        self.put(file, text)?;
        let before = (!before.sum.is_empty()).then_some(before.text);
        let mut done = self.done.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if done.len() == UNDO {
            done.remove(0);
        }
        done.push(FileChange { file: file.to_string(), before, after: text.to_string() });
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
                fs::remove_file(path).map_err(|error| cannot(&last.file, &error))?;
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
        (self.write)(&path, text.as_bytes()).map_err(|error| cannot(file, &error))
    }

    /// The path of a file, which must lie below the folder, also after links are followed.
    fn place(&self, file: &str) -> Result<PathBuf, Message> {
        let refused = || say!("{file} 不在规则文件夹里", "{file} does not lie in the folder of the rules");
        let below = Path::new(file);
        let is_plain = below.components().all(|part| matches!(part, Component::Normal(_)));
        let depth = below.components().count();
        let is_toml = below.extension().is_some_and(|ending| ending == "toml");
        if !is_plain || !is_toml || depth == 0 || depth > 4 || file.contains(['\\', ':', '\0']) {
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
        let write: WriteFile = |path, bytes| fs::write(path, bytes);
        let rules = RuleFolder::new(outer.path().join("rules"), write);
        (outer, rules)
    }

    #[test]
    fn no_path_leads_out() {
        let (outer, rules) = folder();
        fs::write(outer.path().join("secret.toml"), "x").expect("written");
        for path in ["../secret.toml", "/etc/hosts.toml", "a/../../secret.toml", "own.txt", "", "C:\\a.toml", "."] {
            assert!(rules.read(path).is_err() && rules.save(path, "", "x").is_err(), "{path}");
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(outer.path(), outer.path().join("rules/out")).expect("a link");
            assert!(rules.read("out/secret.toml").is_err() && rules.save("out/new.toml", "", "x").is_err());
        }
    }

    #[test]
    fn a_file_changed_elsewhere_is_never_overwritten() {
        let (outer, rules) = folder();
        rules.save("own.toml", "", "one").expect("it is new");
        let seen = rules.read("own.toml").expect("it is there").sum;
        fs::write(outer.path().join("rules/own.toml"), "theirs").expect("written");
        assert!(rules.save("own.toml", &seen, "two").is_err() && rules.undo().is_err());
        assert_eq!(rules.read("own.toml").expect("it is there").text, "theirs");
    }

    #[test]
    fn undo_goes_back_to_no_file() {
        let (_outer, rules) = folder();
        rules.save("own.toml", "", "one").expect("it is new");
        let seen = rules.read("own.toml").expect("it is there").sum;
        rules.save("own.toml", &seen, "two").expect("nobody changed it");
        assert_eq!(rules.undo().expect("it goes back"), "own.toml");
        assert_eq!(rules.read("own.toml").expect("it is there").text, "one");
        rules.undo().expect("it goes back");
        assert!(rules.read("own.toml").expect("it can be asked").sum.is_empty() && rules.undo().is_err());
    }
}
