//! `--learn`: the inputs are walked once to learn what their sites repeat, before they are cleaned with that.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use dehusk::LEARNT;
use dehusk::learn::FEWEST_PAGES;
use tempfile::TempDir;

use super::args::CleanArgs;
use crate::learn::Learning;
use crate::read::args::CommonArgs;
use crate::read::documents::Documents;
use crate::read::read_args::CollectionArgs;
use crate::ui::messages::{Console, Notice, Severity, say};

/// What was learnt from the inputs.
pub struct LearntFirst {
    /// The arguments with the learnt rules behind those that were named.
    pub common: CommonArgs,
    /// Where the rules lie, if no folder was named for them.
    _folder: Option<TempDir>,
}

impl CleanArgs {
    /// Learns from the inputs, if that is asked for.
    pub fn learn_first(&self, common: &CommonArgs) -> Result<Option<LearntFirst>> {
        let Some(named) = &self.learn else { return Ok(None) };
        let lang = common.lang();
        if self.files.is_empty() || self.files.iter().any(|file| file.as_os_str() == "-") {
            bail!(say!(lang, "--learn 要把输入读两遍，请写出文件名", "--learn reads its inputs twice; name files"));
        }
        let (out, folder) = match named {
            Some(named) => (named.clone(), None),
            None => {
                let folder = tempfile::tempdir().with_context(|| std::env::temp_dir().display().to_string())?;
                (folder.path().join("sites"), Some(folder))
            }
        };
        let mut console = Console::new(lang, common.quiet);
        let files = self.files.iter().map(PathBuf::as_path);
        let engine = crate::read::rules::engine(common, self.engine.for_files(files).builder())?;
        let mut collection = CollectionArgs::of(&self.files, self.read.clone());
        collection.jobs = self.jobs;
        let collection = Documents::open(&collection, common, &mut console)?.keeping_html();
        let learning = Learning {
            engine: &engine,
            bodies: dehusk::shipped_bodies(),
            update: out.join(LEARNT).is_file(),
            out: &out,
            fewest: FEWEST_PAGES,
            by_folder: false,
            lang,
        };
        let counts = learning.run(&collection, &mut console)?;
        // Nobody wants to know the name of a folder that is gone at the end.
        let shown = folder.is_none().then_some(out.as_path());
        console.tell(&Notice::new(
            Severity::Note,
            "dehusk",
            counts.said(shown, FEWEST_PAGES, lang).trim_end().to_owned(),
        ));
        let mut common = common.clone();
        if out.join(LEARNT).is_file() {
            common.rules.push(out);
        }
        Ok(Some(LearntFirst { common, _folder: folder }))
    }
}
