//! Rule sets from texts, so that rules that were read on one machine can be compiled on another.

use dehusk::{Input, Profile, Source};
use pyo3::prelude::*;

use crate::engine::PyEngine;
use crate::error;

/// A rule file: its path in messages, its path below the folder of the rules, its bytes.
type RawSource = (String, String, Vec<u8>);

/// The rule files of a folder (or one file), in the order of their names.
#[pyfunction]
pub fn folder_sources(py: Python<'_>, path: std::path::PathBuf) -> PyResult<Vec<(String, String, String)>> {
    let sources = dehusk::sources_in(&path).map_err(|e| error::library(py, &e))?;
    // Errors found while decoding the bytes cannot be found again in the texts, so raise them here.
    if sources.iter().any(|source| source.found.iter().any(|one| one.level == dehusk::Level::Error)) {
        dehusk::RuleSet::from_sources(&sources).map_err(|e| error::library(py, &e))?;
    }
    Ok(sources.into_iter().map(texts).collect())
}

/// The rule files compiled into this package.
#[pyfunction]
pub fn shipped_sources() -> Vec<(String, String, String)> {
    dehusk::shipped_sources().into_iter().map(texts).collect()
}

/// The checksum of the rules in these layers, the same as in the record of removals of the command-line program.
#[pyfunction]
pub fn rules_sum(layers: Vec<Vec<RawSource>>) -> String {
    let source = |(path, name, bytes): &RawSource| Source::from_bytes(path, name, bytes);
    let layers = layers.iter().map(|layer| layer.iter().map(source).collect());
    dehusk::rules_sum(&layers.fold(Vec::new(), dehusk::layered))
}

fn texts(source: Source) -> (String, String, String) {
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
    /// `None` stands for the rules compiled into this package.
    #[new]
    fn new(py: Python<'_>, layers: Vec<Option<Vec<RawSource>>>) -> PyResult<Self> {
        let only_shipped = matches!(layers.as_slice(), [None]);
        let rules = py.detach(|| {
            let mut rules = dehusk::RuleSet::default();
            for layer in layers {
                let more = match layer {
                    None => dehusk::shipped_rules(),
                    Some(raw) => {
                        let source = |(path, name, bytes): &RawSource| Source::from_bytes(path, name, bytes);
                        dehusk::RuleSet::from_sources(&raw.iter().map(source).collect::<Vec<_>>())?
                    }
                };
                rules = rules.merged_with(more);
            }
            Ok(rules)
        });
        rules.map(|rules| Self { rules, only_shipped }).map_err(|e| error::library(py, &e))
    }

    /// The number of rules, including keeps.
    fn __len__(&self) -> usize {
        self.rules.rules.len()
    }

    /// The warnings about the rule files, as JSON.
    fn warnings(&self) -> String {
        serde_json::to_string(&self.rules.warnings).unwrap_or_else(|_| "[]".to_string())
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
        let build = || if self.only_shipped { dehusk::shipped_engine(builder) } else { builder.build(&self.rules) };
        let engine = py.detach(build).map_err(|e| error::library(py, &e))?;
        Ok(PyEngine::new(engine))
    }
}

fn unknown(py: Python<'_>, what: &str, given: &str, known: &str) -> PyErr {
    let en = format!("{what} is '{given}', which does not exist; choose one of {known}");
    let zh = format!("{what} 写成了“{given}”，没有这个值；可以选：{known}");
    error::error(py, &en, &zh)
}
