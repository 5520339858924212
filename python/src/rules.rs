//! Rule sets from texts, so that rules that were read on one machine can be compiled on another.

use std::sync::Arc;
use std::time::Instant;

use dehusk::{Input, Lang, Profile, SiteFiles, Source};
use pyo3::prelude::*;

use crate::engine::PyEngine;
use crate::error;
use crate::sites::PySiteFiles;

/// A rule file: its path in messages, its path below the folder of the rules, its bytes.
pub type RawSource = (String, String, Vec<u8>);

/// The same as text.
pub type TextSource = (String, String, String);

/// The rule files compiled into this package.
#[pyfunction]
pub fn shipped_sources() -> Vec<TextSource> {
    dehusk::shipped_sources().into_iter().map(texts).collect()
}

/// The checksum of the rules in these layers, the same as in the record of removals of the command-line program.
#[pyfunction]
pub fn rules_sum(layers: Vec<Vec<RawSource>>) -> String {
    dehusk::rules_sum(&layered(&layers))
}

/// What `dehusk check` prints about the rules of these layers, in Chinese and in English, and its findings as JSON.
#[pyfunction]
pub fn check(py: Python<'_>, layers: Vec<Vec<RawSource>>) -> (String, String, String) {
    let checked = py.detach(|| dehusk::check(&layered(&layers), &dehusk::shipped_bodies()));
    let printed = |lang| checked.printed(lang, false, false);
    (printed(Lang::Zh), printed(Lang::En), serde_json::to_string(&checked.found).unwrap_or_else(|_| "[]".to_string()))
}

/// Runs the examples of the rules in these layers, of all or of those named. Returns what `dehusk test` prints, in
/// Chinese and in English, and its JSON.
#[pyfunction]
pub fn test(py: Python<'_>, layers: Vec<Vec<RawSource>>, named: Vec<String>) -> PyResult<(String, String, String)> {
    let done = py.detach(|| {
        let begin = Instant::now();
        let sources = layered(&layers);
        let rules = dehusk::RuleSet::from_sources(&sources)?;
        let run = dehusk::run_examples(&rules, &named)?;
        let took = begin.elapsed().as_secs_f64();
        let report = |lang| dehusk::TestReport {
            rules: &rules,
            sources: &sources,
            run: &run,
            cases: &[],
            case_failures: &[],
            lang,
        };
        let printed = |lang| report(lang).printed(took, false);
        Ok((printed(Lang::Zh), printed(Lang::En), report(Lang::En).json().to_string()))
    });
    done.map_err(|e| error::library(py, &e))
}

/// The files of the layers, in which a file replaces that of the same name in earlier layers.
fn layered(layers: &[Vec<RawSource>]) -> Vec<Source> {
    let layers = layers.iter().map(|layer| layer.iter().map(source).collect());
    layers.fold(Vec::new(), dehusk::layered)
}

/// A rule file that came as bytes.
pub fn source((path, name, bytes): &RawSource) -> Source {
    Source::from_bytes(path, name, bytes)
}

/// A rule file as text.
pub fn texts(source: Source) -> TextSource {
    (source.path, source.name, source.text)
}

/// Validated rules, from which engines are compiled.
#[pyclass(frozen, name = "RuleSet", module = "dehusk._native")]
pub struct PyRuleSet {
    rules: dehusk::RuleSet,
    /// Whether they are those compiled into this package, and no others.
    only_shipped: bool,
}

#[pymethods]
impl PyRuleSet {
    /// Parses rules in layers: a file of a later layer replaces the file of the same name in earlier layers.
    /// `None` stands for the rules compiled into this package. `sites` are the files of single sites, likewise in layers.
    #[new]
    fn new(py: Python<'_>, layers: Vec<Option<Vec<RawSource>>>, sites: Vec<PyRef<'_, PySiteFiles>>) -> PyResult<Self> {
        let site_files = sites.iter().fold(Arc::default(), |all: Arc<SiteFiles>, more| match all.is_empty() {
            true => more.files.clone(),
            false => Arc::new(all.merged_with(&more.files)),
        });
        // A folder that holds nothing but files of sites adds no rules for others.
        let is_for_all = |layer: &&Option<Vec<RawSource>>| !matches!(layer, Some(files) if files.is_empty());
        let only_shipped = matches!(layers.iter().filter(is_for_all).collect::<Vec<_>>().as_slice(), [None]);
        let rules = py.detach(|| {
            let mut rules = dehusk::RuleSet::default();
            for layer in layers {
                let more = match layer {
                    None => dehusk::shipped_rules(),
                    Some(raw) => dehusk::RuleSet::from_sources(&raw.iter().map(source).collect::<Vec<_>>())?,
                };
                rules = rules.merged_with(more);
            }
            rules.site_files = site_files;
            Ok(rules)
        });
        rules.map(|rules| Self { rules, only_shipped }).map_err(|e| error::library(py, &e))
    }

    /// The number of rules, including keeps, without those of single sites.
    fn __len__(&self) -> usize {
        self.rules.rules.len()
    }

    /// The warnings about the rule files, and what was found in the files of sites that have been read, as JSON.
    fn warnings(&self) -> String {
        let found: Vec<_> = self.rules.warnings.iter().cloned().chain(self.rules.site_files.found()).collect();
        serde_json::to_string(&found).unwrap_or_else(|_| "[]".to_string())
    }

    /// Compiles the rules for one profile and one kind of input.
    fn engine(
        &self,
        py: Python<'_>,
        profile: &str,
        input: &str,
        only: Vec<String>,
        skip: Vec<String>,
    ) -> PyResult<PyEngine> {
        let profile = match profile {
            "archive" => Profile::Archive,
            "article" => Profile::Article,
            "body" => Profile::Body,
            other => return Err(unknown(py, "profile", other, "archive, article, body")),
        };
        let input = match input {
            "text" => Input::Text,
            "page" => Input::Page,
            "auto" => Input::Auto,
            "html" => Input::Html,
            other => return Err(unknown(py, "input", other, "text, page, auto, html")),
        };
        let builder = dehusk::Engine::builder().profile(profile).input(input).only(&only).skip(&skip);
        let build = || match self.only_shipped {
            true => dehusk::shipped_engine(builder.site_files(self.rules.site_files.clone())),
            false => builder.build(&self.rules),
        };
        let engine = py.detach(build).map_err(|e| error::library(py, &e))?;
        Ok(PyEngine::new(engine))
    }
}

fn unknown(py: Python<'_>, what: &str, given: &str, known: &str) -> PyErr {
    let en = format!("{what} is '{given}', which does not exist; choose one of {known}");
    let zh = format!("{what} 写成了“{given}”，没有这个值；可以选：{known}");
    error::error(py, &en, &zh)
}
