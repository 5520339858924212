//! What the page asks for, as JSON: documents, reasons, rules, trials, files, sums.
//!
//! Every answer is worked out beside the thread that serves, so that a long document keeps nobody waiting. What cannot
//! be done is answered with status 400 and the words, in both languages; the page shows those of its language.

mod changes;
mod documents;
mod health;
mod proposals;
mod rules;
mod trial;

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use dehusk_text::Message;
use serde_json::{Value, json};

use crate::assets;
use crate::guard::{self, RequestGuard};
use crate::workspace::{Workspace, both};

/// The most that a request may send: a text that is pasted into the page.
const LARGEST: usize = 16 << 20;

/// What all answers are made from.
type SharedWorkspace = State<Arc<Workspace>>;

/// Everything that is answered, below the token.
pub(crate) fn router(workspace: Arc<Workspace>, token: &str, port: u16) -> Router {
    let page = Router::new()
        .route("/", get(|| async { assets::page() }))
        .route("/{file}", get(|Path(file): Path<String>| async move { assets::file(&file) }))
        .route("/api/documents", get(documents::list))
        .route("/api/document/{id}", get(documents::one))
        .route("/api/why/{id}/{line}", get(documents::why))
        .route("/api/paste", post(documents::paste))
        .route("/api/rules", get(rules::list))
        .route("/api/rule", get(rules::open))
        .route("/api/draft", post(rules::draft))
        .route("/api/set", post(rules::set))
        .route("/api/diff", post(rules::diff))
        .route("/api/save", post(rules::save))
        .route("/api/undo", post(rules::undo))
        .route("/api/state", get(rules::state))
        .route("/api/change/diff", post(changes::diff))
        .route("/api/change/save", post(changes::save))
        .route("/api/suggest", get(proposals::suggested))
        .route("/api/sites", get(proposals::learnable))
        .route("/api/learn", get(proposals::learnt))
        .route("/api/import", post(proposals::imported))
        .route("/api/funnel", post(trial::funnel))
        .route("/api/read", post(trial::read))
        .route("/api/try", post(trial::on_document))
        .route("/api/job", get(trial::progress).post(trial::start).delete(trial::cancel))
        .route("/api/health", get(health::sums))
        .layer(DefaultBodyLimit::max(LARGEST))
        .with_state(workspace);
    Router::new()
        .nest(&format!("/{token}"), page.clone())
        .route(&format!("/{token}/"), get(|| async { assets::page() }))
        .layer(from_fn_with_state(RequestGuard { port }, guard::check))
}

/// Why something cannot be done.
pub(super) struct ApiRefusal(Message);

impl From<Message> for ApiRefusal {
    fn from(message: Message) -> Self {
        Self(message)
    }
}

impl From<dehusk_text::Error> for ApiRefusal {
    fn from(error: dehusk_text::Error) -> Self {
        let said = error.diagnostics();
        if said.is_empty() {
            return Self(both(&error));
        }
        let all = |pick: fn(&Message) -> &str, comma: &str| {
            said.iter().map(|one| pick(&one.message)).collect::<Vec<_>>().join(comma)
        };
        Self(Message { zh: all(|message| &message.zh, "；"), en: all(|message| &message.en, "; ") })
    }
}

impl IntoResponse for ApiRefusal {
    fn into_response(self) -> Response {
        (StatusCode::BAD_REQUEST, Json(json!({ "zh": self.0.zh, "en": self.0.en }))).into_response()
    }
}

/// Works out an answer beside the thread that serves.
pub(super) async fn answer(
    workspace: Arc<Workspace>,
    work: impl FnOnce(&Arc<Workspace>) -> Result<Value, ApiRefusal> + Send + 'static,
) -> Result<Json<Value>, ApiRefusal> {
    let done = tokio::task::spawn_blocking(move || work(&workspace)).await;
    // A fault in one answer must not end the others.
    let broken =
        || dehusk_text::say!("这一步出错了；请把经过告诉开发者", "this step failed; please report how it came about");
    done.unwrap_or_else(|_| Err(ApiRefusal(broken()))).map(Json)
}

/// What is said of a document that is not there.
pub(super) fn no_document() -> ApiRefusal {
    ApiRefusal(dehusk_text::say!("没有这一篇", "there is no such document"))
}
