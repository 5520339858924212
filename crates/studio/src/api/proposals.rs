//! Rules that nobody wrote yet: proposed from what repeats, learnt of a site, or brought from another program.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::extract::{Query, State};
use dehusk_learn::{FEWEST_PAGES, KnownLines, SAMPLED, SiteFile, learn_site, site_of};
use dehusk_rules::edit::{all_tables, first_table};
use dehusk_rules::{RuleSet, Source};
use dehusk_text::{Document, say};
use dehusk_tools::docs::sentence;
use dehusk_tools::import::{NotImported, legado, phrases};
use dehusk_tools::suggest::{Counter, FEWEST, Gathered, scan, suggestions};
use serde::Deserialize;
use serde_json::{Value, json};

use super::rules::OWN;
use super::{ApiRefusal, SharedWorkspace, answer};
use crate::workspace::Workspace;

/// A proposed rule as the page shows it.
fn proposal(file: &str, toml: &str, documents: Option<u32>) -> Value {
    let table = first_table(file, toml);
    let name = table.as_ref().map(|table| table.name.clone());
    let value = |field: &str| {
        let values = table.as_ref().map(|table| table.values.as_slice()).unwrap_or_default();
        values.iter().find(|(name, _)| name == field).and_then(|(_, value)| value.clone()).unwrap_or_default()
    };
    let (set, _) = RuleSet::check(&[Source::new(file, toml)]);
    let said = set.rules.first().map(sentence).map(|said| json!({ "zh": said.zh, "en": said.en }));
    json!({
        "name": name, "toml": toml, "sentence": said, "documents": documents, "site": set.rules.first().map(|rule| rule.sites.join(" ")),
        "examples": value("removes").lines().collect::<Vec<_>>(),
    })
}

fn refused(all: Vec<NotImported>) -> Vec<Value> {
    all.into_iter().map(|one| json!({ "what": one.what, "zh": one.why.zh, "en": one.why.en })).collect()
}

/// Rules for lines that many documents share.
pub(super) async fn suggested(State(workspace): SharedWorkspace) -> Result<Json<Value>, ApiRefusal> {
    answer(workspace, |workspace| {
        let (rules, given) = (workspace.rules(), workspace.documents());
        let documents: Vec<Document<'_>> = given.iter().filter_map(|one| one.document().ok()).collect();
        let mut counter = Counter::default();
        workspace.bodies().iter().for_each(|body| counter.add_body(&body.text));
        for document in &documents {
            counter.add(&scan(document, None));
        }
        let counted = counter.documents();
        if counted < FEWEST {
            return Err(say!(
                "只有 {counted} 篇文章，至少需要 {FEWEST} 篇才看得出重复",
                "there are only {counted} documents, and it takes {FEWEST} to see what repeats"
            )
            .into());
        }
        let wanted = counter.wanted();
        let mut gathered = Gathered::default();
        for document in &documents {
            gathered.add(&wanted, wanted.look(document, &rules.engine));
        }
        let found = suggestions(gathered, &wanted, workspace.bodies(), workspace.lang)?;
        let rows: Vec<Value> = found.rules.iter().map(|one| proposal(OWN, &one.toml, Some(one.documents))).collect();
        let left: Vec<Value> = found
            .refused
            .iter()
            .map(|one| json!({ "what": one.text, "zh": one.why.zh, "en": one.why.en, "documents": one.documents }))
            .collect();
        Ok(json!({ "file": OWN, "proposals": rows, "refused": left, "documents": found.documents, "covered": found.covered }))
    })
    .await
}

/// The pages of each site, as far as they say one.
fn sites(workspace: &Workspace) -> BTreeMap<String, Vec<usize>> {
    let mut sites: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (id, document) in workspace.documents().iter().enumerate() {
        if let Some(site) = document.host.as_deref().and_then(site_of) {
            sites.entry(site).or_default().push(id);
        }
    }
    sites
}

/// The sites with enough pages to learn from.
pub(super) async fn learnable(State(workspace): SharedWorkspace) -> Result<Json<Value>, ApiRefusal> {
    answer(workspace, |workspace| {
        let all = sites(workspace);
        let mut large: Vec<(String, usize)> = all.into_iter().map(|(site, pages)| (site, pages.len())).collect();
        large.retain(|(_, pages)| *pages >= FEWEST_PAGES);
        large.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        Ok(json!({ "sites": large, "fewest": FEWEST_PAGES }))
    })
    .await
}

#[derive(Deserialize)]
pub(super) struct AskedSite {
    site: String,
}

/// Rules for what a site repeats.
pub(super) async fn learnt(
    State(workspace): SharedWorkspace,
    Query(asked): Query<AskedSite>,
) -> Result<Json<Value>, ApiRefusal> {
    answer(workspace, move |workspace| {
        let site = asked.site;
        let ids = sites(workspace).remove(&site).unwrap_or_default();
        let given: Vec<_> = ids.iter().filter_map(|id| workspace.document(*id)).collect();
        let pages: Vec<Document<'_>> = given.iter().filter_map(|one| one.document().ok()).take(SAMPLED).collect();
        let known = KnownLines::of(workspace.bodies());
        let findings = learn_site(&pages, &workspace.rules().engine, &known);
        let learnt = SiteFile::new(&site, &findings, BTreeSet::new(), workspace.lang);
        let file = format!("sites/{}", learnt.name);
        let tables = all_tables(&file, learnt.text.as_deref().unwrap_or_default());
        let rows: Vec<Value> = tables.iter().map(|table| proposal(&file, table, None)).collect();
        Ok(json!({ "file": file, "proposals": rows, "refused": [], "documents": findings.pages }))
    })
    .await
}

#[derive(Deserialize)]
pub(super) struct Brought {
    /// `phrases` or `legado`.
    kind: String,
    /// The name of the file; a list that was pasted has none.
    #[serde(default)]
    file: String,
    text: String,
    /// What the rule is called.
    #[serde(default)]
    name: String,
    /// Only for this site.
    #[serde(default)]
    site: String,
}

/// Rules made of a list of phrases, or of rules of another program.
pub(super) async fn imported(
    State(workspace): SharedWorkspace,
    Json(brought): Json<Brought>,
) -> Result<Json<Value>, ApiRefusal> {
    answer(workspace, move |workspace| {
        let (bodies, lang) = (workspace.bodies(), workspace.lang);
        let (rules, mut left) = match brought.kind.as_str() {
            "legado" => legado(&brought.text).map_err(|error| {
                let why = error.to_string();
                say!(
                    "这不是 Legado 导出的替换规则（{why}）",
                    "this is no list of replacement rules as Legado exports it ({why})"
                )
            })?,
            _ => {
                let name = if brought.file.is_empty() { "list.txt" } else { brought.file.as_str() };
                let listed = workspace.phrases.read(name, brought.text.as_bytes())?;
                let stem =
                    std::path::Path::new(&brought.file).file_stem().map(|stem| stem.to_string_lossy().into_owned());
                let called = Some(brought.name.trim().to_string()).filter(|name| !name.is_empty());
                let called = called.or(stem).unwrap_or_else(|| say!("词句", "phrases").get(lang).to_string());
                let site = Some(brought.site.trim()).filter(|site| !site.is_empty());
                phrases(&listed, &called, site, &workspace.rules().engine, bodies, lang)?
            }
        };
        let mut rows = Vec::new();
        for rule in rules {
            match rule.objection(bodies, lang)? {
                Some(why) => left.push(NotImported { what: rule.name, why }),
                None => rows.push(proposal(OWN, &rule.table(&rule.name, lang).written()?, None)),
            }
        }
        if rows.is_empty() && left.is_empty() {
            return Err(say!("里面没有规则，也没有词句", "there are no rules and no phrases in it").into());
        }
        Ok(json!({ "file": OWN, "proposals": rows, "refused": refused(left) }))
    })
    .await
}
