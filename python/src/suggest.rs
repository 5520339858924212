//! Proposing rules for lines that repeat in texts: what `dehusk suggest` does with a collection.

use std::num::NonZero;

use dehusk::suggest::{Counter, FEWEST, Gathered, Suggestions, scan, suggestions, too_few};
use dehusk::{Body, Document, HtmlText, Lang, shipped_bodies};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};
use serde_json::json;

use crate::engine::{PyEngine, TextInfo, html_of, strings};
use crate::error;

/// Proposes rules for what repeats in these texts and the engine does not take yet. `golds` are the bodies of the texts, where
/// they are known, and `bodies` more texts in which every line is body. Returns what `dehusk suggest` says, in Chinese and in
/// English, and the rules as JSON, with names and comments in `lang`.
#[pyfunction]
#[pyo3(signature = (engine, texts, hosts, golds, bodies, threads, lang))]
#[allow(clippy::too_many_arguments)]
pub fn suggest(
    engine: &PyEngine,
    texts: &Bound<'_, PyList>,
    hosts: Option<&Bound<'_, PyList>>,
    golds: Option<&Bound<'_, PyList>>,
    bodies: Vec<String>,
    threads: usize,
    lang: &str,
) -> PyResult<(String, String, String)> {
    let py = texts.py();
    let given = strings(texts, "text")?;
    let hosts = Beside::of(hosts, "host", given.len())?;
    let golds = Beside::of(golds, "body", given.len())?;
    // What is no Unicode text has no lines to count.
    let pages: Vec<GivenText> = given
        .iter()
        .enumerate()
        .filter_map(|(i, text)| {
            let text = text.as_ref()?.to_str().ok()?.to_owned();
            Some(GivenText { text, host: hosts.at(i), gold: golds.at(i) })
        })
        .collect();
    let lang = if lang == "zh" { Lang::Zh } else { Lang::En };
    let threads = NonZero::new(threads).unwrap_or(NonZero::<usize>::MIN);
    let found = py.detach(|| propose(&engine.engine, &pages, bodies, threads, lang));
    found.map_err(|e| error::library(py, &e))
}

/// A list that has one item for each text, if it was given.
struct Beside<'py>(Option<Vec<Option<Bound<'py, PyString>>>>);

impl<'py> Beside<'py> {
    fn of(list: Option<&Bound<'py, PyList>>, what: &str, texts: usize) -> PyResult<Self> {
        let Some(list) = list else { return Ok(Self(None)) };
        let found = strings(list, what)?;
        if found.len() != texts {
            return Err(error::uneven(list.py(), texts, found.len(), what));
        }
        Ok(Self(Some(found)))
    }

    fn at(&self, i: usize) -> Option<String> {
        self.0.as_ref()?[i].as_ref()?.to_str().ok().map(str::to_owned)
    }
}

/// One text with what is known of it.
struct GivenText {
    text: String,
    host: Option<String>,
    gold: Option<String>,
}

impl GivenText {
    /// Asks something of the page as lines: of the text that is made of it, if it is HTML.
    fn with<T>(&self, engine: &dehusk::Engine, ask: impl FnOnce(&Document<'_>) -> T) -> Option<T> {
        let made: Option<HtmlText> = html_of(engine, &self.text);
        let document = match &made {
            Some(made) => made.document(),
            None => Document::new(&self.text),
        };
        let about = TextInfo { host: self.host.as_deref(), language: None };
        Some(ask(&about.with(document.ok()?)))
    }
}

fn propose(
    engine: &dehusk::Engine,
    pages: &[GivenText],
    bodies: Vec<String>,
    threads: NonZero<usize>,
    lang: Lang,
) -> dehusk::Result<(String, String, String)> {
    let mut known = shipped_bodies();
    let named = |(i, text)| Body { path: format!("bodies[{i}]"), text };
    known.extend(bodies.into_iter().enumerate().map(named));
    let mut counter = Counter::default();
    known.iter().for_each(|body| counter.add_body(&body.text));
    let look = |page: &GivenText| page.with(engine, |document| scan(document, page.gold.as_deref()));
    for scan in dehusk::parallel_map(pages, threads, look).into_iter().flatten() {
        counter.add(&scan);
    }
    let documents = counter.documents();
    if documents < FEWEST {
        let said = too_few(documents);
        return Ok((said.zh, said.en, rules_json(&Suggestions { documents, ..Suggestions::default() }, lang)));
    }
    let wanted = counter.wanted();
    let mut gathered = Gathered::default();
    let look = |page: &GivenText| page.with(engine, |document| wanted.look(document, engine));
    for sightings in dehusk::parallel_map(pages, threads, look).into_iter().flatten() {
        gathered.add(&wanted, sightings);
    }
    let found = suggestions(gathered, &wanted, &known, lang)?;
    let printed = |lang| found.printed(None, known.len(), lang);
    Ok((printed(Lang::Zh), printed(Lang::En), rules_json(&found, lang)))
}

fn rules_json(found: &Suggestions, lang: Lang) -> String {
    json!({ "documents": found.documents, "rules": found.json(), "file": found.file(lang) }).to_string()
}
