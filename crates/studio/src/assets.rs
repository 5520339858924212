//! The files of the page. They are made from `page/` by `scripts/studio-page` and are part of the program.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use crate::guard::{new_token, policy_of_page};

/// Name, kind and content of each file.
const FILES: [(&str, &str, &[u8]); 3] = [
    ("", "text/html; charset=utf-8", include_bytes!("assets/index.html")),
    ("app.js", "text/javascript; charset=utf-8", include_bytes!("assets/app.js")),
    ("app.css", "text/css; charset=utf-8", include_bytes!("assets/app.css")),
];

/// Where the page has the number that its styles bear.
const NONCE: &str = "{nonce}";

/// The page itself.
pub(crate) fn page() -> Response {
    let Ok(nonce) = new_token() else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let [(_, kind, content), ..] = FILES;
    let text = String::from_utf8_lossy(content).replace(NONCE, &nonce);
    let policy = policy_of_page(&nonce);
    ([(header::CONTENT_TYPE, kind), (header::CONTENT_SECURITY_POLICY, policy.as_str())], text).into_response()
}

/// The file of this name.
pub(crate) fn file(name: &str) -> Response {
    match FILES[1..].iter().find(|(known, ..)| *known == name) {
        Some((_, kind, content)) => ([(header::CONTENT_TYPE, *kind)], *content).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::FILES;

    #[test]
    fn the_page_loads_nothing_from_elsewhere() {
        let page = std::str::from_utf8(FILES[0].2).expect("it is text");
        assert_eq!(page.matches(super::NONCE).count(), 1);
        assert!(page.contains("src=\"app.js\"") && page.contains("href=\"app.css\""));
        assert!(!page.contains("http:") && !page.contains("https:") && !page.contains("onclick"));
    }
}
