//! Which requests are answered: only those that come from the page itself.
//!
//! A page of some other site could make the browser ask this server too. It does not know the token in the address; and
//! should it learn it, `Origin` and `Host` still tell where a request comes from. `Host` also stops a name of another
//! site that was made to point to this machine (DNS rebinding).

use std::io;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

/// What a document may load and do: nothing but the files of the page itself. `style` is what may style it beside them.
fn policy(style: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'{style}; img-src 'self' data:; connect-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}

/// The policy of the page: the editor for the text of a rule makes one element of styles, which bears this number.
pub(crate) fn policy_of_page(nonce: &str) -> String {
    policy(&format!(" 'nonce-{nonce}'"))
}

/// A token that nobody can guess: 128 random bits.
///
/// # Errors
/// When the system gives no random numbers.
pub fn new_token() -> io::Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The port that `Host` and `Origin` must name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestGuard {
    pub(crate) port: u16,
}

impl RequestGuard {
    /// Whether a request with these headers comes from the page.
    fn admits(self, method: &Method, headers: &HeaderMap) -> bool {
        // Of two headers of one name another reader might take the other one.
        let text = |name| {
            let mut all = headers.get_all(name).iter();
            all.next().filter(|_| all.next().is_none()).and_then(|value| value.to_str().ok())
        };
        let ours = ["127.0.0.1", "localhost"].map(|host| format!("{host}:{}", self.port));
        let host = text(header::HOST).is_some_and(|host| ours.iter().any(|one| one == host));
        let is_ours = |origin: &str| ours.iter().any(|one| origin.strip_prefix("http://") == Some(one));
        // A browser names the origin of every request that may change something.
        let origin = match headers.get(header::ORIGIN) {
            Some(_) => text(header::ORIGIN).is_some_and(is_ours),
            None => *method == Method::GET,
        };
        let site = headers.get("sec-fetch-site").is_none_or(|site| site == "same-origin" || site == "none");
        host && origin && site
    }
}

/// Refuses strangers, and adds the headers that keep a document's text inert.
pub(crate) async fn check(State(guard): State<RequestGuard>, request: Request, next: Next) -> Response {
    let mut response = if guard.admits(request.method(), request.headers()) {
        next.run(request).await
    } else {
        (StatusCode::FORBIDDEN, "403").into_response()
    };
    let headers = response.headers_mut();
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy("").parse().expect("it is plain ASCII"));
    }
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cache-control", "no-store"),
    ] {
        headers.insert(name, value.parse().expect("it is plain ASCII"));
    }
    response
}
