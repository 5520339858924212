//! [`Content`]: the files of a pack, from a folder or a ZIP file.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use anyhow::{Result, anyhow, bail};
use dehusk::pipeline::disk;
use dehusk::{Diagnostic, Lang, RuleSet, Source};
use sha2::{Digest as _, Sha256};

use crate::ui::messages::{reason, say};

/// Most bytes of a pack, uncompressed.
const LARGEST: u64 = 64 << 20;
/// Most files in a pack. With more it is not a pack of rules.
const FILES: usize = 10_000;
/// How deep folders may be nested.
const DEPTH: usize = 8;

/// The files of a pack by their paths in it, with `/` as separator.
#[derive(Debug, Default)]
pub struct Content {
    files: BTreeMap<String, Vec<u8>>,
}

/// The content of `pack.toml`.
#[derive(Clone, Debug)]
pub struct PackInfo {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The versions of dehusk that it works with; empty for any.
    pub needs: String,
}

impl Content {
    /// Reads a folder or a ZIP file.
    pub fn read(from: &Path, lang: Lang) -> Result<Self> {
        let shown = from.display();
        let failed = |error: io::Error| {
            let why = reason(lang, &error);
            anyhow!(say!(lang, "{shown}：{why}；没有改动任何文件", "{shown}: {why}; no file was changed"))
        };
        let mut content = Self::default();
        if fs::metadata(from).map_err(failed)?.is_dir() {
            content.folder(from, "", DEPTH, &mut { LARGEST }).map_err(failed)?;
        } else {
            content.zip(from).map_err(failed)?;
        }
        content.below_one_folder();
        if content.files.len() > FILES || content.files.values().map(|bytes| bytes.len() as u64).sum::<u64>() > LARGEST
        {
            bail!(say!(lang, "{shown} 太大了，不像规则包", "{shown} is too large for a pack of rules"));
        }
        Ok(content)
    }

    fn folder(&mut self, folder: &Path, prefix: &str, depth: usize, left: &mut u64) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let kind = entry.file_type()?;
            if name.starts_with('.') {
                continue;
            }
            if kind.is_dir() && depth > 0 {
                self.folder(&entry.path(), &format!("{prefix}{name}/"), depth - 1, left)?;
            } else if kind.is_file() && self.files.len() <= FILES {
                *left = left.checked_sub(entry.metadata()?.len()).ok_or(io::ErrorKind::FileTooLarge)?;
                self.files.insert(format!("{prefix}{name}"), fs::read(entry.path())?);
            }
        }
        Ok(())
    }

    fn zip(&mut self, path: &Path) -> io::Result<()> {
        let mut archive = zip::ZipArchive::new(File::open(path)?).map_err(not_zip)?;
        let mut left = LARGEST;
        for i in 0..archive.len() {
            if self.files.len() > FILES {
                break;
            }
            let file = archive.by_index(i).map_err(not_zip)?;
            // Skip names that would lead out of the folder.
            let Some(name) = file.enclosed_name().filter(|_| file.is_file()) else { continue };
            let name = name.to_string_lossy().replace('\\', "/");
            if name.split('/').any(|part| part.starts_with('.') || part == "__MACOSX") {
                continue;
            }
            let mut bytes = Vec::new();
            left -= file.take(left).read_to_end(&mut bytes)? as u64;
            if left == 0 {
                return Err(io::Error::from(io::ErrorKind::FileTooLarge));
            }
            self.files.insert(name, bytes);
        }
        Ok(())
    }

    /// If all files are in one top folder, as in many ZIP files, removes that folder from their paths.
    fn below_one_folder(&mut self) {
        if self.files.contains_key("pack.toml") {
            return;
        }
        let Some(prefix) = self.files.keys().find_map(|name| name.strip_suffix("pack.toml")).map(str::to_owned) else {
            return;
        };
        let inside = prefix.matches('/').count() == 1 && self.files.keys().all(|name| name.starts_with(&prefix));
        if !inside {
            return;
        }
        let files = std::mem::take(&mut self.files);
        self.files = files
            .into_iter()
            .filter_map(|(name, bytes)| Some((name.strip_prefix(&prefix)?.to_owned(), bytes)))
            .collect();
    }

    /// Parses `pack.toml`.
    pub fn about(&self, lang: Lang) -> Result<PackInfo> {
        let Some(bytes) = self.files.get("pack.toml") else {
            bail!(say!(
                lang,
                "里面没有 pack.toml，不是规则包；没有改动任何文件",
                "it has no pack.toml, so it is no pack; no file was changed"
            ));
        };
        let text = String::from_utf8_lossy(bytes);
        let table: toml::Table = toml::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| {
            let (why, at) = (error.message(), error.span().map_or(0, |span| span.start));
            let line = text.trim_start_matches('\u{feff}')[..at].matches('\n').count() + 1;
            anyhow!(say!(
                lang,
                "pack.toml 第 {line} 行读不懂：要写成 name = '名称' 这样；没有改动任何文件",
                "pack.toml:{line}: {why}; no file was changed"
            ))
        })?;
        let get = |key: &str| table.get(key).and_then(toml::Value::as_str).unwrap_or_default().trim().to_owned();
        let about = PackInfo { name: get("name"), version: get("version"), needs: get("needs") };
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
        if about.name.is_empty() || !about.name.chars().all(plain) || about.version.is_empty() {
            bail!(say!(
                lang,
                "pack.toml 里要有 name（只能用文字、数字、- 和 _）和 version；没有改动任何文件",
                "pack.toml needs a name (letters, digits, - and _ only) and a version; no file was changed"
            ));
        }
        Ok(about)
    }

    /// The SHA-256 of all names and contents, as hexadecimal digits.
    pub fn hash(&self) -> String {
        let mut hash = Sha256::new();
        for (name, bytes) in &self.files {
            hash.update((name.len() as u64).to_le_bytes());
            hash.update(name);
            hash.update((bytes.len() as u64).to_le_bytes());
            hash.update(bytes);
        }
        hash.finalize().iter().fold(String::from("sha256:"), |mut out, byte| {
            let _ = write!(out, "{byte:02x}");
            out
        })
    }

    /// Its rules, with the names that they have when the pack is installed as `pack`.
    pub fn rules(&self, pack: &str) -> Result<RuleSet, Vec<Diagnostic>> {
        super::check(&self.sources(pack))
    }

    /// Its rule files, with the names that they have when the pack is installed as `pack`.
    pub fn sources(&self, pack: &str) -> Vec<Source> {
        let is_rules = |name: &str| {
            let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
            let lists = folder == "lists" || folder.ends_with("/lists");
            name != "pack.toml" && file != "settings.toml" && name.ends_with(".toml") || lists && name.ends_with(".txt")
        };
        let files = self.files.iter().filter(|(name, _)| is_rules(name));
        let source = |(name, bytes): (&String, &Vec<u8>)| {
            Source::from_bytes(format!("{pack}/{name}"), format!("packs/{pack}/{name}"), bytes)
        };
        files.map(source).collect()
    }

    /// Copies the files to `RULES/packs/NAME`, read-only, and replaces an older version. If copying
    /// fails, the older version stays.
    pub fn install(&self, rules: &Path, name: &str) -> io::Result<()> {
        let packs = rules.join("packs");
        disk::step()?;
        fs::create_dir_all(&packs)?;
        let new = tempfile::Builder::new().prefix(".new-").tempdir_in(&packs)?;
        // The temporary folder is private; this one inside it has normal permissions, and is moved into place.
        let fresh = new.path().join(name);
        for (path, bytes) in &self.files {
            let target = fresh.join(path);
            fs::create_dir_all(target.parent().unwrap_or(&fresh))?;
            disk::step()?;
            fs::write(&target, bytes)?;
            let mut permissions = fs::metadata(&target)?.permissions();
            permissions.set_readonly(true);
            fs::set_permissions(&target, permissions)?;
        }
        let target = packs.join(name);
        let old = new.path().join("old");
        if target.exists() {
            super::writable(&target)?;
            disk::rename(&target, &old)?;
        }
        if let Err(error) = disk::rename(&fresh, &target) {
            if old.exists() {
                fs::rename(&old, &target)?;
            }
            return Err(error);
        }
        Ok(())
    }
}

fn not_zip(error: zip::result::ZipError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

impl PackInfo {
    /// Fails if the pack needs another version of dehusk.
    pub fn check_needs(&self, lang: Lang) -> Result<()> {
        let own = env!("CARGO_PKG_VERSION");
        let (name, version, needs) = (&self.name, &self.version, &self.needs);
        match holds(needs, own) {
            Some(true) => Ok(()),
            Some(false) => bail!(say!(
                lang,
                "{name} {version} 需要 dehusk {needs}，现在是 {own}；没有改动任何文件",
                "{name} {version} needs dehusk {needs}, this is {own}; no file was changed"
            )),
            None => bail!(say!(
                lang,
                "pack.toml 里的 needs = '{needs}' 看不懂；请写成 needs = '>=0.1'。没有改动任何文件",
                "needs = '{needs}' in pack.toml cannot be read; write needs = '>=0.1'. No file was changed"
            )),
        }
    }
}

/// Whether version `own` meets conditions such as `>=0.4, <1`; `None` if they cannot be parsed.
fn holds(needs: &str, own: &str) -> Option<bool> {
    let version = |text: &str| -> Option<[u32; 3]> {
        let mut all = [0; 3];
        for (i, part) in text.trim().split('.').enumerate() {
            *all.get_mut(i)? = part.parse().ok()?;
        }
        Some(all)
    };
    let own = version(own)?;
    let mut fits = true;
    for part in needs.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let number = part.trim_start_matches(['>', '<', '=']);
        let wanted = version(number)?;
        fits &= match &part[..part.len() - number.len()] {
            ">=" | "" => own >= wanted,
            ">" => own > wanted,
            "<=" => own <= wanted,
            "<" => own < wanted,
            "=" | "==" => own == wanted,
            _ => return None,
        };
    }
    Some(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_on_versions() {
        assert_eq!(holds(">=0.4", "0.4.1"), Some(true));
        assert_eq!(holds(">=0.6", "0.5.9"), Some(false));
        assert_eq!(holds(">=0.4, <1", "1.0.0"), Some(false));
        assert_eq!(holds("", "0.1.0"), Some(true));
        assert_eq!(holds("new", "0.1.0"), None);
    }
}
