//! `packs.lock`: the installed packs, where they came from, and the hashes of their content.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Component, Path, PathBuf};

use anyhow::{Result, anyhow};
use dehusk::Lang;
use serde::{Deserialize, Serialize};

use super::content::PackInfo;
use crate::ui::atomic_file::AtomicFile;
use crate::ui::messages::{reason, say};

/// The name of the file, in the folder of the rules.
const FILE: &str = "packs.lock";

/// All installed packs.
#[derive(Debug, Default, Deserialize, Serialize)]
pub struct Lock {
    /// Sorted by name.
    #[serde(default, rename = "pack")]
    pub packs: Vec<Pinned>,
}

/// One installed pack.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Pinned {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The hash of its files.
    pub hash: String,
    /// The path that it was copied from, seen from the folder of rules, with `/`, so that it holds wherever dehusk is
    /// started.
    pub from: String,
}

impl Pinned {
    /// The entry for a pack of this folder of rules.
    pub fn of(about: &PackInfo, rules: &Path, from: &Path, hash: String) -> Self {
        let from = seen_from(rules, from).display().to_string().replace('\\', "/");
        Self { name: about.name.clone(), version: about.version.clone(), hash, from }
    }

    /// The path that it was copied from. Files of earlier versions have it as it was typed.
    pub fn path(&self, rules: &Path) -> PathBuf {
        let path = rules.join(&self.from);
        if path.exists() { path } else { PathBuf::from(&self.from) }
    }
}

/// The path of `to` as it is seen from the folder `base`; from the root if they have nothing in common.
fn seen_from(base: &Path, to: &Path) -> PathBuf {
    let (Ok(base), Ok(to)) = (base.canonicalize(), to.canonicalize()) else { return to.to_owned() };
    let shared = base.components().zip(to.components()).take_while(|(a, b)| a == b).count();
    if shared == 0 {
        return to;
    }
    let up = base.components().skip(shared).map(|_| Component::ParentDir);
    up.chain(to.components().skip(shared)).collect()
}

impl Lock {
    /// Reads the file; without a file there are no packs.
    pub fn read(rules: &Path, lang: Lang) -> Result<Self> {
        let path = rules.join(FILE);
        let shown = path.display();
        match fs::read_to_string(&path) {
            Ok(text) => toml::from_str(&text).map_err(|error| {
                let why = error.message();
                anyhow!(say!(lang, "{shown} 读不懂：{why}", "{shown} cannot be read: {why}"))
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(anyhow!("{shown}: {}", reason(lang, &error))),
        }
    }

    /// Sorts the packs and writes the file.
    pub fn write(&mut self, rules: &Path, lang: Lang) -> Result<()> {
        self.packs.sort_by(|a, b| a.name.cmp(&b.name));
        let path = rules.join(FILE);
        let text = format!(
            "# 由 dehusk pack 写，不要手工修改。 Written by dehusk pack; not to be edited by hand.\n{}",
            toml::to_string(self)?
        );
        let write = || {
            let mut pending = AtomicFile::new(&path)?;
            pending.write_all(text.as_bytes())?;
            pending.commit(None)
        };
        write().map_err(|error| anyhow!("{}: {}", path.display(), reason(lang, &error)))
    }
}
