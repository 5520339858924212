//! An error that ends a run, in words.

use dehusk::{Error, Lang};

use super::messages::{json_reason, reason, say, say_line};

/// Says every mistake; how many there are.
pub fn tell(lang: Lang, error: &Error) -> usize {
    let styled = styled_stderr();
    for diagnostic in error.diagnostics() {
        say_line(diagnostic.render(lang, styled).trim_end());
    }
    error.diagnostics().len()
}

/// An error that ends the run, in one line or as the diagnostics it holds.
pub fn message(lang: Lang, error: &anyhow::Error) -> String {
    if let Some(io) = error.downcast_ref::<std::io::Error>() {
        let reason = reason(lang, io);
        return say!(lang, "无法写到标准输出：{reason}", "standard output: {reason}");
    }
    match error.downcast_ref::<Error>() {
        Some(found) if !found.diagnostics().is_empty() => {
            tell(lang, found);
            say!(lang, "规则有误，没有处理任何文件", "the rules have mistakes; nothing was cleaned")
        }
        Some(found) => found.message(lang),
        None => chain(lang, error),
    }
}

/// An error and its causes, each in the reader's language.
fn chain(lang: Lang, error: &anyhow::Error) -> String {
    let one = |cause: &(dyn std::error::Error + 'static)| {
        if let Some(io) = cause.downcast_ref::<std::io::Error>() {
            reason(lang, io)
        } else if let Some(ours) = cause.downcast_ref::<Error>() {
            ours.message(lang)
        } else if let Some(json) = cause.downcast_ref::<serde_json::Error>() {
            json_reason(lang, json)
        } else {
            cause.to_string()
        }
    };
    let mut said: Vec<String> = Vec::new();
    for cause in error.chain() {
        said.push(one(cause));
        // An error of the library says its cause itself.
        if cause.is::<Error>() {
            break;
        }
    }
    said.join(": ")
}

/// Whether what goes to stderr is coloured.
pub fn styled_stderr() -> bool {
    anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never
}
