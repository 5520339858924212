//! The files of the page. They are made from `page/` by `scripts/studio-page` and are part of the program.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};

/// Name, kind and content of each file.
const FILES: [(&str, &str, &[u8]); 3] = [
    ("", "text/html; charset=utf-8", include_bytes!("assets/index.html")),
    ("app.js", "text/javascript; charset=utf-8", include_bytes!("assets/app.js")),
    ("app.css", "text/css; charset=utf-8", include_bytes!("assets/app.css")),
];

/// The file of this name.
pub(crate) fn file(name: &str) -> Response {
    match FILES.iter().find(|(known, ..)| *known == name) {
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
        assert!(page.contains("src=\"app.js\"") && page.contains("href=\"app.css\""));
        assert!(!page.contains("http:") && !page.contains("https:") && !page.contains("onclick"));
    }
}
