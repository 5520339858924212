//! Trials: what an edited rule would do to the open document at once, and to the collection in the background.

use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use axum::Json;
use axum::extract::State;
use dehusk_engine::Engine;
use dehusk_rules::{Action, RuleId, RuleSet};
use dehusk_text::{all_cores, parallel_map, say};
use dehusk_tools::funnel::Funnel;
use serde::Deserialize;
use serde_json::{Value, json};

use super::documents::view;
use super::{ApiRefusal, SharedWorkspace, answer, no_document};
use crate::comparison::{Comparison, moved};
use crate::edit::RuleEdit;
use crate::guarded::guarded;
use crate::workspace::{StudioDocument, Workspace};

/// The edited rule as a form: its settings, its sentence, its mistakes, its examples.
pub(super) async fn read(
    State(workspace): SharedWorkspace,
    Json(edit): Json<RuleEdit>,
) -> Result<Json<Value>, ApiRefusal> {
    answer(workspace, move |_| Ok(edit.json())).await
}

#[derive(Deserialize)]
pub(super) struct OnDocument {
    document: usize,
    #[serde(flatten)]
    edit: RuleEdit,
}

/// An engine with the edited rule, and the rule's number there; none if it has a mistake.
fn engine(workspace: &Workspace, edit: &RuleEdit) -> Result<Option<(Engine, RuleId)>, ApiRefusal> {
    let (alone, _) = edit.read();
    let Some(rule) = alone.as_ref().and_then(|alone| alone.rules.first()) else { return Ok(None) };
    let now = workspace.rules();
    let (rules, number) = edit.tried_in(workspace.copy_of_rules(&now), rule);
    Ok(Some((now.engine.with_tried(rules, number)?, number)))
}

/// Bytes of a document that is cleaned anew with each keystroke. Longer ones take part in the comparison of all documents.
const AT_ONCE: usize = 2 << 20;

/// What the edited rule does to one document.
pub(super) async fn on_document(
    State(workspace): SharedWorkspace,
    Json(asked): Json<OnDocument>,
) -> Result<Json<Value>, ApiRefusal> {
    answer(workspace, move |workspace| {
        let given = workspace.document(asked.document).ok_or_else(no_document)?;
        if given.text.len() > AT_ONCE {
            let late = say!(
                "这一篇太长，不能边写边试；看“所有文章”里的结果",
                "this document is too long to be tried with each keystroke; see the result for all documents"
            );
            return Ok(json!({ "view": null, "late": late }));
        }
        let Some((engine, _)) = engine(workspace, &asked.edit)? else { return Ok(json!({ "view": null })) };
        let (document, rules) = (given.document()?, workspace.rules());
        let (was, is) = (rules.outcome(asked.document, &given), engine.clean(&document));
        let moved = moved(&document, &rules, &was, &engine, &is);
        let view = view(asked.document, &given, &engine, &is, 0)?;
        Workspace::prepare_copy(workspace);
        Ok(json!({ "view": view, "moved": moved }))
    })
    .await
}

#[derive(Deserialize)]
pub(super) struct AskedFunnel {
    /// Nothing for all documents.
    document: Option<usize>,
    #[serde(flatten)]
    edit: RuleEdit,
}

/// How many lines pass the conditions of the edited rule, in one document or in all.
pub(super) async fn funnel(
    State(workspace): SharedWorkspace,
    Json(asked): Json<AskedFunnel>,
) -> Result<Json<Value>, ApiRefusal> {
    answer(workspace, move |workspace| {
        let Some((whole, rule)) = engine(workspace, &asked.edit)? else { return Ok(Value::Null) };
        let tried = whole.rules().rule(rule);
        if tried.action == Action::Keep {
            return Ok(Value::Null);
        }
        let (only, _) = asked.edit.tried_in(RuleSet::default(), tried);
        let alone = workspace.engine(only)?;
        let count = |given: &StudioDocument| {
            let document = given.document().ok().filter(|_| given.text.len() <= AT_ONCE)?;
            guarded(|| Funnel::of(&document, &alone, &whole, rule)).ok()
        };
        if let Some(id) = asked.document {
            return Ok(json!(count(&*workspace.document(id).ok_or_else(no_document)?)));
        }
        // A newer question ends this one.
        let turn = workspace.turn.fetch_add(1, Ordering::Relaxed) + 1;
        let is_asked = || workspace.turn.load(Ordering::Relaxed) == turn;
        let counted = parallel_map(&workspace.documents(), all_cores(), |given| is_asked().then(|| count(given)));
        if !is_asked() {
            return Ok(Value::Null);
        }
        let mut sum = Funnel::default();
        counted.iter().flatten().flatten().for_each(|one| sum.add(one));
        Ok(json!(sum))
    })
    .await
}

/// Starts to compare the whole collection.
pub(super) async fn start(
    State(workspace): SharedWorkspace,
    Json(edit): Json<RuleEdit>,
) -> Result<Json<Value>, ApiRefusal> {
    answer(workspace, move |workspace| {
        let Some((engine, _)) = engine(workspace, &edit)? else { return Ok(json!({ "started": false })) };
        Comparison::start(workspace, engine);
        Ok(json!({ "started": true }))
    })
    .await
}

/// How far the comparison is.
pub(super) async fn progress(State(workspace): SharedWorkspace) -> Result<Json<Value>, ApiRefusal> {
    answer(workspace, |workspace| {
        let job = workspace.job.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Ok(job.map_or(Value::Null, |job| job.json()))
    })
    .await
}

/// Ends the comparison.
pub(super) async fn cancel(State(workspace): SharedWorkspace) -> Result<Json<Value>, ApiRefusal> {
    answer(workspace, |workspace| {
        if let Some(job) = workspace.job.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            job.cancel();
        }
        Ok(Value::Null)
    })
    .await
}
