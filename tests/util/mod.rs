//! Functions that several test modules need.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use dehusk::{Document, Engine, Outcome, Profile, RuleSet};

/// The folder of the project, also for tests of a crate below it.
pub fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().find(|folder| folder.join("tests/suite").is_dir()).expect("it has a suite")
}

/// Reports that a test was skipped, and why. Cargo hides what a passing test prints with `eprintln!`, so
/// this writes directly to standard error; `scripts/test` lists these lines again at its end.
pub fn skipped(why: &str) {
    let thread = std::thread::current();
    // The harness names the thread after the test.
    let test = thread.name().unwrap_or("a test");
    let _ = writeln!(std::io::stderr(), "SKIPPED {test}: {why}");
}

/// Whether expected outputs are updated instead of compared.
pub fn blessing() -> bool {
    std::env::var_os("DEHUSK_BLESS").is_some()
}

/// Compares the content of a file with this text; the error describes the difference. With `DEHUSK_BLESS` set
/// (`scripts/bless` sets it), the text is written to the file instead.
pub fn golden(path: &Path, text: &str) -> Result<(), String> {
    if blessing() {
        std::fs::create_dir_all(path.parent().expect("it lies in a folder")).expect("a folder can be made");
        std::fs::write(path, text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    } else if std::fs::read_to_string(path).unwrap_or_default() != text {
        return Err(format!("--- {} (scripts/bless writes it)\n{text}", path.display()));
    }
    Ok(())
}

/// The folder of real pages next to the repository, if it exists. Otherwise the test is skipped, or fails
/// if `DEHUSK_NEED_SHARED` is set (`.ci/run` sets it if there is such a folder).
pub fn shared() -> Option<PathBuf> {
    let dir = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared");
    if dir.join("seeds").is_dir() {
        return Some(dir);
    }
    assert!(std::env::var_os("DEHUSK_NEED_SHARED").is_none(), "{} holds no real pages", dir.display());
    skipped("it needs the collection of real pages, ../shared");
    None
}

/// The records of real pages, one a line, if there is the folder. They are unpacked once for all tests.
pub fn collection() -> Option<impl Iterator<Item = &'static str>> {
    static TEXT: OnceLock<String> = OnceLock::new();
    let file = shared()?.join("eval/dev.jsonl.xz");
    let text = TEXT.get_or_init(|| {
        let file = std::fs::File::open(file).expect("the collection can be read");
        let mut text = String::new();
        let mut reader = lzma_rust2::XzReader::new(std::io::BufReader::new(file), true);
        reader.read_to_string(&mut text).expect("the collection can be read");
        text
    });
    Some(text.lines())
}

/// A sample of the real pages: every `step`-th record.
pub fn pages(step: usize) -> Vec<String> {
    let Some(records) = collection() else { return Vec::new() };
    records
        .step_by(step)
        .map(|line| {
            let record: serde_json::Value = serde_json::from_str(line).expect("a record is JSON");
            record["text"].as_str().expect("a record has a text").to_string()
        })
        .collect()
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

/// Asserts properties of every outcome: removals are sorted, do not overlap and are on character
/// boundaries; together with the body they are the text.
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
