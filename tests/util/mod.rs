//! What several test modules need.

use std::path::PathBuf;

use dehusk::{Document, Engine, Outcome, Profile, RuleSet};

/// The folder of real pages beside the checkout, if it is there. A test that needs it says so
/// on the way out when it is not.
pub fn shared() -> Option<PathBuf> {
    let dir = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared");
    if dir.join("seeds").is_dir() {
        return Some(dir);
    }
    eprintln!("SKIPPED: the collection of real pages is not beside this checkout");
    None
}

/// An engine of the shipped rules.
pub fn shipped(profile: Profile) -> Engine {
    let rules = RuleSet::shipped().unwrap_or_else(|e| panic!("the shipped rules have mistakes:\n{e}"));
    Engine::builder().profile(profile).build(&rules).expect("the shipped rules compile")
}

/// The body of a text.
pub fn body(engine: &Engine, text: &str) -> String {
    let document = Document::new(text).expect("a test text is short");
    engine.clean(&document).body(&document)
}

/// The lines of a text that are not blank.
pub fn lines(text: &str) -> Vec<&str> {
    text.lines().filter(|line| !line.trim().is_empty()).collect()
}

/// What must hold of every outcome: removals are sorted, do not overlap, lie on character
/// boundaries, and the body and they are the text.
pub fn assert_sound(document: &Document<'_>, outcome: &Outcome) {
    let text = document.text();
    let mut at = 0;
    let mut joined = String::with_capacity(text.len());
    let mut body = String::new();
    for removal in &outcome.removals {
        assert!(removal.span.start >= at && removal.span.end > removal.span.start, "{removal:?} after byte {at}");
        body.push_str(&text[at..removal.span.start]);
        joined.push_str(&text[at..removal.span.start]);
        joined.push_str(&text[removal.span.range()]);
        at = removal.span.end;
    }
    body.push_str(&text[at..]);
    joined.push_str(&text[at..]);
    assert_eq!(joined, text);
    assert_eq!(outcome.body(document), body);
}
