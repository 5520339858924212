//! Learning what sites repeat: the parts that a cluster calls, one for each page and one for each site.

use dehusk::learn::{KnownLines, LearntState, PageId, SiteFile, header, learn_site as learn, site_of, summary};
use dehusk::{Document, HtmlText, Lang};
use pyo3::prelude::*;
use std::collections::BTreeMap;

use crate::engine::{PyEngine, html_of};
use crate::error;

/// Whether a page of so many bytes is learnt from, its site, and the hash by which pages are chosen, in an order
/// that texts keep; `None` for a page without a site.
#[pyfunction]
pub fn page_id(url: &str, text: &str) -> Option<(String, String)> {
    let site = site_of(url).filter(|_| text.len() <= dehusk::learn::LONGEST_PAGE)?;
    let hash = PageId::new(&site, text).page();
    Some((site, format!("{hash:016x}")))
}

/// Learns from the chosen pages of one site, each with its language, if that is known: the name of its file, the text
/// of the file, if there is one, and what is remembered, as JSON.
#[pyfunction]
pub fn learn_site(
    py: Python<'_>,
    engine: &PyEngine,
    site: &str,
    pages: Vec<(String, Option<String>)>,
    lang: &str,
) -> PyResult<(String, Option<String>, String)> {
    let lang = language(lang);
    py.detach(|| {
        let engine = &engine.engine;
        let made: Vec<Option<HtmlText>> = pages.iter().map(|(text, _)| html_of(engine, text)).collect();
        let documents: Vec<Document<'_>> = pages
            .iter()
            .zip(&made)
            .filter_map(|((text, language), made)| {
                let document = match made {
                    Some(made) => made.document(),
                    None => Document::new(text),
                };
                let document = document.ok()?.with_host(site);
                Some(match language.as_deref().filter(|language| !language.is_empty()) {
                    Some(language) => document.with_language(language),
                    None => document,
                })
            })
            .collect();
        let findings = learn(&documents, engine, &KnownLines::of(&dehusk::shipped_bodies()));
        let hashes = pages.iter().map(|(text, _)| PageId::new(site, text).page()).collect();
        let file = SiteFile::new(site, &findings, hashes, lang);
        let state = serde_json::to_string(&file.state).unwrap_or_default();
        Ok((file.name, file.text, state))
    })
}

/// What belongs beside the files of sites, of what is remembered of each: `learnt.jsonl`, and the summary.
#[pyfunction]
pub fn learnt_files(py: Python<'_>, states: Vec<String>, lang: &str) -> PyResult<(String, String)> {
    let mut all: BTreeMap<String, LearntState> = BTreeMap::new();
    for state in &states {
        let state: LearntState = serde_json::from_str(state).map_err(|e| {
            error::error(py, &format!("this is not what learn gives: {e}"), &format!("这不是 learn 给出的：{e}"))
        })?;
        all.insert(state.site.clone(), state);
    }
    let mut remembered = header();
    for state in all.values() {
        remembered.push('\n');
        remembered.push_str(&serde_json::to_string(state).unwrap_or_default());
    }
    remembered.push('\n');
    Ok((remembered, summary(&all, &[], language(lang))))
}

fn language(lang: &str) -> Lang {
    if lang == "zh" { Lang::Zh } else { Lang::En }
}
