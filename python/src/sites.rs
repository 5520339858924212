//! `SiteFiles`: the rule files of many sites, which `dehusk learn` wrote. Each is read when a text of its site comes, as the
//! program does; to another process they travel as texts.

use std::sync::Arc;

use dehusk::Source;
use pyo3::prelude::*;

use crate::error;
use crate::rules::{RawSource, TextSource, source, texts};

/// The files of one folder.
#[pyclass(frozen, name = "SiteFiles", module = "dehusk._native")]
pub struct PySiteFiles {
    pub files: Arc<dehusk::SiteFiles>,
}

#[pymethods]
impl PySiteFiles {
    /// Files that came as texts.
    #[new]
    fn new(files: Vec<RawSource>) -> Self {
        let sources: Vec<Source> = files.iter().map(source).collect();
        Self { files: Arc::new(dehusk::SiteFiles::of_sources(sources)) }
    }

    /// How many files there are.
    fn __len__(&self) -> usize {
        self.files.len()
    }

    /// All files as texts: their paths, their names below the folder of the rules, their contents.
    fn texts(&self, py: Python<'_>) -> Vec<TextSource> {
        py.detach(|| self.files.sources().into_iter().map(texts).collect())
    }
}

/// The rule files of a folder (or one file), in the order of their names, and the files of sites in it, which are not read
/// yet; `None` if there are none.
#[pyfunction]
pub fn folder_files(py: Python<'_>, path: std::path::PathBuf) -> PyResult<(Vec<TextSource>, Option<PySiteFiles>)> {
    let (sources, sites) = dehusk::sources_and_sites_in(&path).map_err(|e| error::library(py, &e))?;
    // Errors found while decoding the bytes cannot be found again in the texts, so raise them here.
    if sources.iter().any(|source| source.found.iter().any(|one| one.level == dehusk::Level::Error)) {
        dehusk::RuleSet::from_sources(&sources).map_err(|e| error::library(py, &e))?;
    }
    let sites = (!sites.is_empty()).then(|| PySiteFiles { files: Arc::new(sites) });
    Ok((sources.into_iter().map(texts).collect(), sites))
}
