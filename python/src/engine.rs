//! `Engine`: compiled rules and the calls on single texts and lists of texts.
//!
//! A Python `str` may contain lone surrogates, which are not Unicode text, and a text may be longer than the
//! limit of the engine (4 GiB). Such a text is returned unchanged, with a warning: one bad record must not stop a
//! run over millions.

use std::num::NonZero;

use dehusk::explain::{passage_json, passages};
use dehusk::{Document, HtmlText, Input, Outcome, Warning};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};
use serde_json::json;

use crate::arrow::{self, WantedColumns};
use crate::error::{self, class};
use crate::record::Names;

/// Rules compiled for one profile and one kind of input.
#[pyclass(frozen, name = "Engine", module = "dehusk._native")]
pub struct PyEngine {
    pub engine: dehusk::Engine,
    pub names: Names,
}

/// The names of warnings in Python: why a text was left unchanged.
pub const WOULD_BE_EMPTY: &str = "would_be_empty";
pub const NOT_UNICODE: &str = "not_unicode";
pub const TOO_LONG: &str = "too_long";
pub const NOT_HTML: &str = "not_html";
pub const MADE_BY_SCRIPT: &str = "made_by_script";
pub const MADE_OF_FRAMES: &str = "made_of_frames";

/// The result for one text.
pub enum Cleaning {
    /// The text was cleaned.
    Cleaned(Outcome),
    /// It was HTML: the text that was made of it, and what the engine did with that.
    Made(String, Outcome),
    /// It did not; why.
    Passed(&'static str),
}

impl Cleaning {
    /// The warning, if there is one.
    pub fn warning(&self) -> Option<&'static str> {
        match self {
            Self::Passed(why) => Some(why),
            Self::Cleaned(outcome) | Self::Made(_, outcome) => outcome.warnings.first().map(|warning| match warning {
                Warning::WouldBeEmpty => WOULD_BE_EMPTY,
                Warning::NotHtml => NOT_HTML,
                Warning::MadeByScript => MADE_BY_SCRIPT,
                Warning::MadeOfFrames => MADE_OF_FRAMES,
            }),
        }
    }

    /// The removals.
    pub fn removals(&self) -> &[dehusk::Removal] {
        match self {
            Self::Cleaned(outcome) | Self::Made(_, outcome) => &outcome.removals,
            Self::Passed(_) => &[],
        }
    }

    /// The text in which removals are counted: the one that was given, or made of it.
    pub fn text<'t>(&'t self, given: &'t str) -> &'t str {
        match self {
            Self::Made(text, _) => text,
            _ => given,
        }
    }

    /// Whether the body is not what was given.
    pub fn is_changed(&self) -> bool {
        matches!(self, Self::Made(..)) || !self.removals().is_empty()
    }
}

/// Cleans one text. Uses no Python objects, so it can run without the GIL.
pub fn run(engine: &dehusk::Engine, text: &str, about: TextInfo<'_>) -> Cleaning {
    let cleaned = match html_of(engine, text) {
        Some(page) => of_html(engine, &page, about),
        None => about.document(text).map(|document| Cleaning::Cleaned(engine.clean(&document))),
    };
    cleaned.unwrap_or(Cleaning::Passed(TOO_LONG))
}

/// The same for the HTML of a page.
fn of_html(engine: &dehusk::Engine, page: &HtmlText, about: TextInfo<'_>) -> dehusk::Result<Cleaning> {
    let document = about.with(page.document()?);
    let mut outcome = engine.clean(&document);
    page.add_to(&mut outcome);
    Ok(Cleaning::Made(page.text().to_owned(), outcome))
}

/// What is known about a text besides its content.
#[derive(Clone, Copy, Default)]
pub struct TextInfo<'a> {
    pub host: Option<&'a str>,
    pub language: Option<&'a str>,
}

impl TextInfo<'_> {
    fn document<'t>(&self, text: &'t str) -> dehusk::Result<Document<'t>> {
        Ok(self.with(Document::new(text)?))
    }

    pub fn with<'t>(&self, mut document: Document<'t>) -> Document<'t> {
        if let Some(host) = self.host {
            document = document.with_host(host);
        }
        if let Some(language) = self.language {
            document = document.with_language(language);
        }
        document
    }
}

/// The text without the removals.
pub fn body(text: &str, removals: &[dehusk::Removal]) -> String {
    let mut body = String::with_capacity(text.len());
    for piece in kept(text, removals) {
        body.push_str(piece);
    }
    body
}

/// The pieces of the text that stay.
pub fn kept<'a>(text: &'a str, removals: &'a [dehusk::Removal]) -> impl Iterator<Item = &'a str> {
    let ends = std::iter::once(0).chain(removals.iter().map(|r| r.span.end));
    let starts = removals.iter().map(|r| r.span.start).chain(std::iter::once(text.len()));
    ends.zip(starts).map(|(from, to)| &text[from..to])
}

impl PyEngine {
    pub fn new(engine: dehusk::Engine) -> Self {
        let names = Names::new(engine.rules());
        Self { engine, names }
    }

    /// The Python object `Cleaned(body, removed, warnings, metadata)`. If nothing was removed, `body` is the object
    /// `given`.
    fn cleaned<'py>(&self, given: &Bound<'py, PyString>, done: &Cleaning) -> PyResult<Bound<'py, PyAny>> {
        static CLEANED: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        static REMOVAL: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        let py = given.py();
        let removals = done.removals();
        let (body, removed) = match done.is_changed() {
            false => (given.clone(), PyTuple::empty(py)),
            true => {
                let text = done.text(given.to_str()?);
                let removal = class(py, &REMOVAL, "Removal")?;
                let rows = self.names.rows(self.engine.rules(), text, removals).map(|row| {
                    let ([start, end], [byte_start, byte_end]) = (row.chars, row.bytes);
                    removal.call1((
                        start,
                        end,
                        byte_start,
                        byte_end,
                        row.text,
                        row.kind,
                        row.rule,
                        row.category,
                        row.phrase,
                    ))
                });
                let rows = rows.collect::<PyResult<Vec<_>>>()?;
                (PyString::new(py, &body(text, removals)), PyTuple::new(py, rows)?)
            }
        };
        let metadata = PyDict::new(py);
        if let Cleaning::Cleaned(Outcome { metadata: found, .. }) | Cleaning::Made(_, Outcome { metadata: found, .. }) =
            done
        {
            let fields = [
                (pyo3::intern!(py, "title"), &found.title),
                (pyo3::intern!(py, "date"), &found.date),
                (pyo3::intern!(py, "source"), &found.source),
                (pyo3::intern!(py, "author"), &found.author),
                (pyo3::intern!(py, "editor"), &found.editor),
                (pyo3::intern!(py, "site"), &found.site),
                (pyo3::intern!(py, "language"), &found.language),
            ];
            for (name, value) in fields {
                if let Some(value) = value {
                    metadata.set_item(name, value)?;
                }
            }
        }
        let warnings = PyTuple::new(py, done.warning())?;
        class(py, &CLEANED, "Cleaned")?.call1((body, removed, warnings, metadata))
    }
}

#[pymethods]
impl PyEngine {
    /// Cleans one text.
    #[pyo3(signature = (text, host=None, language=None))]
    fn clean<'py>(
        &self,
        text: &Bound<'py, PyString>,
        host: Option<&str>,
        language: Option<&str>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let done = match text.to_str() {
            Ok(given) => text.py().detach(|| run(&self.engine, given, TextInfo { host, language })),
            Err(_) => Cleaning::Passed(NOT_UNICODE),
        };
        self.cleaned(text, &done)
    }

    /// Returns only the body of one text.
    #[pyo3(signature = (text, host=None, language=None))]
    fn body<'py>(
        &self,
        text: &Bound<'py, PyString>,
        host: Option<&str>,
        language: Option<&str>,
    ) -> Bound<'py, PyString> {
        let Ok(given) = text.to_str() else { return text.clone() };
        let body = text.py().detach(|| {
            let done = run(&self.engine, given, TextInfo { host, language });
            done.is_changed().then(|| body(done.text(given), done.removals()))
        });
        body.map_or_else(|| text.clone(), |body| PyString::new(text.py(), &body))
    }

    /// Cleans a list of `str` and `None`; `hosts` is a list of the same length.
    #[pyo3(signature = (texts, hosts=None, threads=1))]
    fn clean_list<'py>(
        &self,
        texts: &Bound<'py, PyList>,
        hosts: Option<&Bound<'py, PyList>>,
        threads: usize,
    ) -> PyResult<Bound<'py, PyList>> {
        let py = texts.py();
        // Another thread may change the list while the GIL is released; these references keep the texts alive.
        let given = strings(texts, "text")?;
        let hosts = hosts.map(|hosts| strings(hosts, "host")).transpose()?;
        if let Some(hosts) = &hosts
            && hosts.len() != given.len()
        {
            return Err(error::uneven(py, given.len(), hosts.len(), "host"));
        }
        let jobs: Vec<TextJob<'_>> = given
            .iter()
            .enumerate()
            .map(|(i, text)| TextJob {
                text: text.as_ref().map(|text| text.to_str().ok()),
                host: hosts.as_ref().and_then(|hosts| hosts[i].as_ref()?.to_str().ok()),
            })
            .collect();
        let done = py.detach(|| run_all(&self.engine, &jobs, threads));
        let cleaned = given.iter().zip(&done).map(|(text, done)| match (text, done) {
            (Some(text), Some(done)) => self.cleaned(text, done),
            _ => Ok(py.None().into_bound(py)),
        });
        PyList::new(py, cleaned.collect::<PyResult<Vec<_>>>()?)
    }

    /// Cleans one Arrow array of texts: `(bodies, removed, warnings, counts)`. `bodies` is `None` if
    /// nothing changed; `removed` and `warnings` are `None` unless wanted.
    #[pyo3(signature = (array, hosts=None, host=None, removed=false, warnings=false))]
    fn clean_array<'py>(
        &self,
        array: &Bound<'py, PyAny>,
        hosts: Option<&Bound<'py, PyAny>>,
        host: Option<&str>,
        removed: bool,
        warnings: bool,
    ) -> PyResult<Bound<'py, PyTuple>> {
        arrow::clean(self, array, hosts, host, WantedColumns { removed, warnings })
    }

    /// Cleans texts without creating results, to measure the engine alone in benchmarks. Returns the number of removed
    /// bytes.
    fn clean_and_forget(&self, texts: &Bound<'_, PyList>) -> PyResult<usize> {
        let given = strings(texts, "text")?;
        let given: Vec<&str> = given.iter().flatten().flat_map(|text| text.to_str()).collect();
        Ok(texts.py().detach(|| {
            let done = given.iter().map(|text| run(&self.engine, text, TextInfo::default()));
            done.map(|done| done.removals().iter().map(|removal| removal.span.len()).sum::<usize>()).sum()
        }))
    }

    /// Every line with what happened to it and why: the JSON of `dehusk explain --json`.
    #[pyo3(signature = (text, host=None, language=None))]
    fn explain(
        &self,
        py: Python<'_>,
        text: &Bound<'_, PyString>,
        host: Option<&str>,
        language: Option<&str>,
    ) -> PyResult<String> {
        let Ok(given) = text.to_str() else {
            return Err(error::error(
                py,
                "this text holds lone surrogates and is no Unicode text; replace them first: \
                 text.encode('utf-16', 'surrogatepass').decode('utf-16', 'replace')",
                "这段文字里有单独的代理项，不是合法的 Unicode 文字；请先替换掉：\
                 text.encode('utf-16', 'surrogatepass').decode('utf-16', 'replace')",
            ));
        };
        let said = py.detach(|| {
            let about = TextInfo { host, language };
            let page = (self.engine.input() == Input::Html).then(|| self.engine.read_html(given, false));
            let document = match &page {
                Some(page) => about.with(page.document()?),
                None => about.document(given)?,
            };
            let inspector = self.engine.inspect(&document);
            let rules = self.engine.rules();
            let all: Vec<_> =
                passages(&inspector, &document).iter().map(|one| passage_json(rules, &document, one)).collect();
            Ok(json!({ "lines": document.len(), "passages": all }).to_string())
        });
        said.map_err(|e| error::library(py, &e))
    }
}

/// One text of a list.
struct TextJob<'a> {
    /// `None` for a Python `None`, `Some(None)` for a text that is not Unicode.
    text: Option<Option<&'a str>>,
    host: Option<&'a str>,
}

impl TextJob<'_> {
    fn run(&self, engine: &dehusk::Engine) -> Option<Cleaning> {
        Some(match self.text? {
            Some(text) => run(engine, text, TextInfo { host: self.host, ..TextInfo::default() }),
            None => Cleaning::Passed(NOT_UNICODE),
        })
    }
}

/// Runs all jobs with `threads` threads; the results are in the order of the jobs.
fn run_all(engine: &dehusk::Engine, jobs: &[TextJob<'_>], threads: usize) -> Vec<Option<Cleaning>> {
    let threads = NonZero::new(threads).unwrap_or(NonZero::<usize>::MIN);
    dehusk::parallel_map(jobs, threads, |job| job.run(engine))
}

/// The text that is made of a text, if that is taken for HTML.
pub fn html_of(engine: &dehusk::Engine, text: &str) -> Option<HtmlText> {
    let is_html = match engine.input() {
        Input::Html => true,
        Input::Auto => dehusk::is_html(text),
        Input::Text | Input::Page => false,
    };
    is_html.then(|| engine.read_html(text, false))
}

/// The items of a list of `str` and `None`.
pub fn strings<'py>(list: &Bound<'py, PyList>, what: &str) -> PyResult<Vec<Option<Bound<'py, PyString>>>> {
    let item = |(i, item): (usize, Bound<'py, PyAny>)| {
        if item.is_none() {
            return Ok(None);
        }
        item.cast_into::<PyString>().map(Some).map_err(|error| {
            let given = error.into_inner();
            let kind = given.get_type().name().map_or_else(|_| "?".to_string(), |name| name.to_string());
            let message = format!("item {i}: a {what} is a str or None, not {kind}");
            pyo3::exceptions::PyTypeError::new_err(message)
        })
    };
    list.iter().enumerate().map(item).collect()
}
