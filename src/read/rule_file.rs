//! [`RuleFile`]: the rule file to which a command adds a table. What it already contains is never changed.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};
use dehusk::edit::{NewTable, append_table};
use dehusk::{Fix, Lang, RuleSet, Source};

use crate::read::args::CommonArgs;
use crate::ui::atomic_file::AtomicFile;
use crate::ui::messages::{reason, say};

/// A rule file as it lies on the disk; empty if it does not exist yet.
#[derive(Debug)]
pub struct RuleFile {
    /// The path of the file.
    pub path: PathBuf,
    /// The path below the folder of the rules, as far as the folders have a meaning.
    pub name: String,
    text: String,
}

impl RuleFile {
    /// Reads the named file, or `own.toml` in the first folder of `--rules`.
    ///
    /// # Errors
    /// When neither is named, or it cannot be read, or is not UTF-8.
    pub fn open(named: Option<&Path>, common: &CommonArgs) -> Result<Self> {
        let lang = common.lang();
        // A rule beside the pages would act nowhere, and a folder of pages is no folder of rules.
        if named.is_none() && common.rules.is_empty() {
            return Err(anyhow!(say!(
                lang,
                "没有说写到哪里：加上 --rules 文件夹（写进里面的 own.toml；文件夹还没有就新建），或 --file 文件.toml",
                "nobody said where the rule goes: add --rules FOLDER (it goes to own.toml there; a new folder is made), or --file FILE.toml"
            )));
        }
        let own = || common.rules.first().cloned().unwrap_or_default().join("own.toml");
        let path = named.map_or_else(own, Path::to_owned);
        if path.extension().is_none_or(|ending| ending != "toml") {
            let meant = path.with_extension("toml");
            let meant = meant.display();
            return Err(anyhow!(say!(
                lang,
                "规则文件要以 .toml 结尾，别的不会读；写 --file {meant}",
                "a rule file ends in .toml, others are not read; write --file {meant}"
            )));
        }
        // The first rule that one writes goes into a folder that is not there yet.
        if let Some(folder) = common.rules.first().filter(|folder| named.is_none() && !folder.exists()) {
            fs::create_dir_all(folder).map_err(|error| cannot(lang, folder, &error))?;
        }
        let text = text_of(&path, lang)?.unwrap_or_default();
        Ok(Self { name: source_name(&path), path, text })
    }

    /// Whether the folder of the rules is not there yet, or has nothing in it: that it has no rules is no news to somebody who
    /// writes the first one.
    pub fn is_first(common: &CommonArgs) -> bool {
        let is_empty = |folder: &PathBuf| fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none());
        common.rules.first().is_some_and(is_empty)
    }

    /// The text of the file with another table at its end.
    ///
    /// # Errors
    /// The reason in words, when the table has a mistake or its name is taken.
    pub fn with(&self, table: &NewTable<'_>, lang: Lang) -> Result<String, String> {
        append_table(&self.name, &self.text, table).map_err(|error| {
            let between = if lang == Lang::Zh { "；" } else { "; " };
            let said = |one: &dehusk::Diagnostic| {
                let message = one.message.get(lang).to_owned();
                match &one.fix {
                    Some(Fix::Advice(advice)) => format!("{message}{between}{}", advice.get(lang)),
                    _ => message,
                }
            };
            error.diagnostics().iter().map(said).collect::<Vec<_>>().join(between)
        })
    }

    /// Whether one of its rules is called so.
    pub fn has(&self, name: &str) -> bool {
        let (rules, _) = RuleSet::check(&[Source::new(self.name.clone(), self.text.clone())]);
        rules.rules.iter().any(|rule| rule.name == name) || rules.repairs.iter().any(|repair| repair.name == name)
    }

    /// The folder of the rules that it belongs to.
    pub fn folder_path(&self) -> PathBuf {
        let parent = self.path.parent();
        let folder = if self.name.starts_with("sites/") { parent.and_then(Path::parent) } else { parent };
        folder.filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()
    }

    /// Whether the rules of its folder count in this run.
    pub fn counts(&self, common: &CommonArgs) -> bool {
        let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let folder = real(&self.folder_path());
        common.rules.iter().any(|given| folder.starts_with(real(given)))
    }

    /// What is said when something that acts was added to it: from when on it acts.
    pub fn acts(&self, common: &CommonArgs) -> String {
        let (lang, shown, folder) = (common.lang(), self.shown(), self.folder());
        if self.counts(common) {
            return say!(lang, "已加到 {shown} 的末尾，马上起作用", "Added to the end of {shown}; it acts from now on");
        }
        say!(
            lang,
            "已加到 {shown} 的末尾；以后清理时要加 --rules {folder} 才起作用",
            "Added to the end of {shown}; it acts where --rules {folder} is given"
        )
    }

    /// Takes a new text for its own, not yet written.
    pub fn replace(&mut self, text: String) {
        self.text = text;
    }

    /// Writes the text in memory to the file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn save(&self, lang: Lang) -> Result<()> {
        self.write(&self.text, lang)
    }

    /// Writes a new text to the file, in one step.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, text: &str, lang: Lang) -> Result<()> {
        let write = || {
            let mut pending = AtomicFile::new(&self.path)?;
            pending.write_all(text.as_bytes())?;
            pending.commit(None)
        };
        write().map_err(|error| cannot(lang, &self.path, &error))
    }

    /// A name that no rule of the file has: `wanted`, if needed with a number added.
    pub fn free_name(&self, wanted: &str) -> String {
        dehusk::suggest::free_name(&self.name, &self.text, wanted)
    }

    /// The path in messages.
    pub fn shown(&self) -> String {
        shown(&self.path)
    }

    /// The folder of the rules, for messages.
    pub fn folder(&self) -> String {
        shown(&self.folder_path())
    }
}

/// The text of a rule file to which something is added; `None` if there is no such file.
///
/// # Errors
/// When it cannot be read, or is not UTF-8; the message names it.
pub fn text_of(path: &Path, lang: Lang) -> Result<Option<String>> {
    match fs::read(path) {
        Ok(bytes) => String::from_utf8(bytes).map(Some).map_err(|_| {
            let shown = path.display();
            anyhow!(say!(lang, "{shown} 不是 UTF-8，没有动它", "{shown} is not UTF-8 and was not touched"))
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(cannot(lang, path, &error)),
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string().replace('\\', "/")
}

fn source_name(file: &Path) -> String {
    let part = |path: Option<&std::ffi::OsStr>| path.map(|p| p.to_string_lossy().into_owned()).unwrap_or_default();
    let name = part(file.file_name());
    match part(file.parent().and_then(Path::file_name)).as_str() {
        "sites" => format!("sites/{name}"),
        _ => name,
    }
}

fn cannot(lang: Lang, file: &Path, error: &io::Error) -> anyhow::Error {
    let (shown, why) = (file.display(), reason(lang, error));
    anyhow!(say!(lang, "{shown}：{why}", "{shown}: {why}"))
}
