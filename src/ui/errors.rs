//! The messages of errors that end a run.

use dehusk::{Error, Lang};

use super::messages::{json_reason, reason, say, say_line};

/// Prints every mistake of an error in rule files; returns how many there are.
pub fn tell(lang: Lang, error: &Error) -> usize {
    let styled = styled_stderr();
    for diagnostic in error.diagnostics() {
        say_line(diagnostic.render(lang, styled).trim_end());
    }
    error.diagnostics().len()
}

/// The message of an error: one line, or all its diagnostics.
pub fn message(lang: Lang, error: &anyhow::Error) -> String {
    // An error of reading or writing elsewhere says where, so it has a cause.
    if let Some(io) = error.downcast_ref::<std::io::Error>().filter(|_| error.chain().count() == 1) {
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

/// An error and its causes in the user's language, as one line.
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
        // The message of a library error contains its cause already.
        if cause.is::<Error>() {
            break;
        }
    }
    said.join(": ")
}

/// Whether stderr has colours.
pub fn styled_stderr() -> bool {
    anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never
}
