//! Trials: what an edited rule would do to the open document at once, and to the collection in the background.

use std::sync::PoisonError;

use axum::Json;
use axum::extract::State;
use dehusk_engine::Engine;
use serde::Deserialize;
use serde_json::{Value, json};

use super::documents::view;
use super::{ApiRefusal, SharedWorkspace, answer, no_document};
use crate::comparison::{Comparison, moved};
use crate::edit::RuleEdit;
use crate::workspace::Workspace;

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

/// An engine with the edited rule; none if it has a mistake.
fn engine(workspace: &Workspace, edit: &RuleEdit) -> Result<Option<Engine>, ApiRefusal> {
    let (Some(alone), _) = edit.read() else { return Ok(None) };
    let rules = edit.tried_in(workspace.rules().set(), &alone);
    Ok(Some(workspace.engine(rules)?))
}

/// What the edited rule does to one document.
pub(super) async fn on_document(
    State(workspace): SharedWorkspace,
    Json(asked): Json<OnDocument>,
) -> Result<Json<Value>, ApiRefusal> {
    answer(workspace, move |workspace| {
        let given = workspace.document(asked.document).ok_or_else(no_document)?;
        let Some(engine) = engine(workspace, &asked.edit)? else { return Ok(json!({ "view": null })) };
        let (document, rules) = (given.document()?, workspace.rules());
        let (was, is) = (rules.outcome(asked.document, &given), engine.clean(&document));
        let moved = moved(&document, &rules, &was, &engine, &is);
        let view = view(asked.document, &given, &engine, &is, 0)?;
        Ok(json!({ "view": view, "moved": moved }))
    })
    .await
}

/// Starts to compare the whole collection.
pub(super) async fn start(
    State(workspace): SharedWorkspace,
    Json(edit): Json<RuleEdit>,
) -> Result<Json<Value>, ApiRefusal> {
    answer(workspace, move |workspace| {
        let Some(engine) = engine(workspace, &edit)? else { return Ok(json!({ "started": false })) };
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
