//! Changes that are no edit of one rule: shown as a diff, then written.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{ApiRefusal, SharedWorkspace, answer};
use crate::change::{StudioChange, diff_lines};
use crate::workspace::Workspace;

/// What a change would do to its file.
pub(super) async fn diff(
    State(workspace): SharedWorkspace,
    Json(change): Json<StudioChange>,
) -> Result<Json<Value>, ApiRefusal> {
    answer(workspace, move |workspace| {
        let old = workspace.folder.read(change.file())?;
        let new = change.put_into(&old.text)?;
        Ok(json!({ "seen": old.sum, "lines": diff_lines(&old.text, &new), "file": change.file() }))
    })
    .await
}

#[derive(Deserialize)]
pub(super) struct SaveChange {
    #[serde(flatten)]
    change: StudioChange,
    /// The state of the file that the page has seen.
    seen: String,
}

/// Writes it.
pub(super) async fn save(
    State(workspace): SharedWorkspace,
    Json(asked): Json<SaveChange>,
) -> Result<Json<Value>, ApiRefusal> {
    answer(workspace, move |workspace| {
        let SaveChange { change, seen } = asked;
        workspace.folder.change(change.file(), &seen, |text| change.put_into(text).map_err(ApiRefusal::from))?;
        Workspace::reload(workspace);
        Ok(json!({ "file": change.file(), "undo": workspace.folder.undoable() }))
    })
    .await
}
