//! Documents: the list, one of them with what happens to its lines, and why.

use axum::Json;
use axum::extract::{Path, Query, State};
use dehusk_engine::explain::{Fate, fates, line_json, reason_name, rule_place};
use dehusk_engine::{Cause, Engine, Outcome, Warning};
use dehusk_rules::RuleSet;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{ApiRefusal, SharedWorkspace, answer, no_document};
use crate::workspace::StudioDocument;

/// How many lines of a document the page gets at once.
const LINES: usize = 2_000;
/// How many characters of a line the page gets: more is no line that anybody reads.
const LINE: usize = 20_000;
/// Bytes of a document after which the page gets no more of its lines at once.
const PART: usize = 1 << 20;
/// How many characters of its first line stand for a document in the list.
const TITLE: usize = 40;
/// How many of the nearest rules are shown.
const NEAREST: usize = 3;

#[derive(Deserialize)]
pub(super) struct DocumentFilter {
    /// Words of the text or name.
    #[serde(default)]
    text: String,
    /// The full name of a rule that takes something.
    #[serde(default)]
    rule: String,
    /// Only documents of which nearly everything goes, or would.
    #[serde(default)]
    emptied: bool,
    /// A category from which something goes; `finder` for what the body finder takes.
    #[serde(default)]
    category: String,
    /// A guard that held a rule back, by its name in `spared`.
    #[serde(default)]
    guard: String,
}

/// The documents with how much each lost, as far as that is known.
pub(super) async fn list(
    State(workspace): SharedWorkspace,
    Query(filter): Query<DocumentFilter>,
) -> Result<Json<Value>, ApiRefusal> {
    answer(workspace, move |workspace| {
        let (rules, documents) = (workspace.rules(), workspace.documents());
        let wanted = filter.text.to_lowercase();
        let asked = rules.set().rules.iter().position(|rule| rule.full_name() == filter.rule);
        let mut rows = Vec::new();
        for (id, document) in documents.iter().enumerate() {
            let says = |text: &str| text.to_lowercase().contains(&wanted);
            if !wanted.is_empty() && !says(&document.name) && !says(&document.text) {
                continue;
            }
            let outcome = rules.known(id);
            let takes = |outcome: &Outcome| {
                outcome
                    .removals
                    .iter()
                    .any(|one| matches!(one.cause, Cause::Rule { rule, .. } if Some(rule.0 as usize) == asked))
            };
            if !filter.rule.is_empty() && !outcome.as_deref().is_some_and(takes) {
                continue;
            }
            let of_category = |outcome: &Outcome| {
                outcome.removals.iter().any(|one| match one.cause {
                    Cause::Rule { rule, .. } => rules.set().rule(rule).category.name() == filter.category,
                    Cause::Finder { .. } => filter.category == "finder",
                    Cause::Seam => false,
                })
            };
            if !filter.category.is_empty() && !outcome.as_deref().is_some_and(of_category) {
                continue;
            }
            let held = |outcome: &Outcome| outcome.spared.iter().any(|one| reason_name(&one.reason) == filter.guard);
            if !filter.guard.is_empty() && !outcome.as_deref().is_some_and(held) {
                continue;
            }
            let (bytes, gone) = (document.text.len(), outcome.as_deref().map(Outcome::removed_bytes));
            let empty = outcome.as_deref().is_some_and(|one| one.warnings.contains(&Warning::WouldBeEmpty));
            let nearly = empty || gone.is_some_and(|gone| gone * 10 > bytes * 9);
            if filter.emptied && !nearly {
                continue;
            }
            let first = document.text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
            let title: String = first.chars().take(TITLE).collect();
            rows.push(json!([id, document.name, bytes, gone, nearly, title]));
        }
        let cleaned = rules.cleaned();
        Ok(json!({ "documents": rows, "all": documents.len(), "cleaned": cleaned }))
    })
    .await
}

#[derive(Deserialize)]
pub(super) struct DocumentPart {
    /// The first line, from 0.
    #[serde(default)]
    from: usize,
}

/// A document with what happens to its lines.
pub(super) async fn one(
    State(workspace): SharedWorkspace,
    Path(id): Path<usize>,
    Query(part): Query<DocumentPart>,
) -> Result<Json<Value>, ApiRefusal> {
    answer(workspace, move |workspace| {
        let given = workspace.document(id).ok_or_else(no_document)?;
        let rules = workspace.rules();
        let outcome = rules.outcome(id, &given);
        let mut value = view(id, &given, &rules.engine, &outcome, part.from)?;
        value["failure"] = json!(rules.failure(id));
        Ok(value)
    })
    .await
}

/// Why a line (from 1) goes or stays.
pub(super) async fn why(
    State(workspace): SharedWorkspace,
    Path((id, line)): Path<(usize, usize)>,
) -> Result<Json<Value>, ApiRefusal> {
    answer(workspace, move |workspace| {
        let given = workspace.document(id).ok_or_else(no_document)?;
        let document = given.document()?;
        let line = line.checked_sub(1).filter(|line| *line < document.len()).ok_or_else(no_document)?;
        let rules = workspace.rules();
        let inspector = rules.engine.inspect(&document);
        let near = |stays: bool| if stays { inspector.nearest(line, NEAREST) } else { Vec::new() };
        Ok(line_json(&inspector, &document, line, near))
    })
    .await
}

#[derive(Deserialize)]
pub(super) struct Pasted {
    text: String,
    #[serde(default)]
    host: String,
}

/// Takes a text that is in no collection.
pub(super) async fn paste(
    State(workspace): SharedWorkspace,
    Json(pasted): Json<Pasted>,
) -> Result<Json<Value>, ApiRefusal> {
    answer(workspace, move |workspace| {
        let first = pasted.text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("…");
        let name: String = first.chars().take(24).collect();
        let host = Some(pasted.host.trim().to_string()).filter(|host| !host.is_empty());
        let document =
            StudioDocument { name: format!("✎ {name}"), text: pasted.text, host, ..StudioDocument::default() };
        document.document()?;
        let id = workspace.add(document);
        if let Some(document) = workspace.document(id) {
            workspace.rules().outcome(id, &document);
        }
        Ok(json!({ "id": id }))
    })
    .await
}

/// A document as the page shows it.
pub(super) fn view(
    id: usize,
    given: &StudioDocument,
    engine: &Engine,
    outcome: &Outcome,
    from: usize,
) -> Result<Value, ApiRefusal> {
    let document = given.document()?;
    let rules = engine.rules();
    let mut causes: Vec<Cause> = Vec::new();
    let mut number = |cause: &Cause| {
        let known = causes.iter().position(|one| same(one, cause));
        known.unwrap_or_else(|| {
            causes.push(*cause);
            causes.len() - 1
        })
    };
    let all = fates(outcome, &document);
    let (mut rows, mut bytes) = (Vec::new(), 0);
    for (line, (fate, of)) in all.iter().enumerate().skip(from).take(LINES) {
        let text = document.line_text(line);
        let shown = text.char_indices().nth(LINE).map_or(text, |(at, _)| &text[..at]);
        let because = of.iter().find(|cause| !matches!(cause, Cause::Seam)).or(of.first()).map(&mut number);
        let pieces = match fate {
            Fate::InPart(pieces) => {
                let start = document.line(line).start;
                let units = |at: usize| text[..at - start].encode_utf16().count();
                pieces.iter().map(|piece| [units(piece.start), units(piece.end)]).collect()
            }
            _ => Vec::new(),
        };
        rows.push(json!([shown, fate.name(), because, pieces]));
        bytes += shown.len();
        if bytes > PART {
            break;
        }
    }
    let (chars, gone) = (document.text().len(), outcome.removed_bytes());
    let spared: Vec<Value> = outcome
        .spared
        .iter()
        .take(200)
        .map(|one| json!({ "line": document.line_of(one.span.start) + 1, "rule": rules.rule(one.rule).full_name() }))
        .collect();
    Ok(json!({
        "id": id, "name": given.name, "host": document.host(), "language": document.language(), "from": from,
        "lines": rows, "all": document.len(), "bytes": chars, "gone": gone, "spared": spared,
        "causes": causes.iter().map(|cause| cause_json(cause, rules)).collect::<Vec<_>>(),
        "emptied": outcome.warnings.contains(&Warning::WouldBeEmpty), "metadata": outcome.metadata,
    }))
}

/// Whether two causes are shown alike.
fn same(a: &Cause, b: &Cause) -> bool {
    match (a, b) {
        (Cause::Rule { rule: a, evidence: x, .. }, Cause::Rule { rule: b, evidence: y, .. }) => a == b && x == y,
        (Cause::Finder { .. }, Cause::Finder { .. }) | (Cause::Seam, Cause::Seam) => true,
        _ => false,
    }
}

fn cause_json(cause: &Cause, rules: &RuleSet) -> Value {
    match cause {
        Cause::Rule { rule: id, evidence, .. } => {
            let rule = rules.rule(*id);
            let phrase = evidence.and_then(|evidence| evidence.phrase(rules, *id)).map(|phrase| &*phrase.text);
            json!({
                "kind": "rule", "rule": rule.full_name(), "category": rule.category.name(), "phrase": phrase,
                "place": rule_place(rule),
            })
        }
        Cause::Finder { .. } => json!({ "kind": "finder" }),
        Cause::Seam => json!({ "kind": "seam" }),
    }
}
