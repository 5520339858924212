//! `--json`: everything that is known about a document, one object per line.

use dehusk::{Cause, Document, Fields, Input, Metadata, Span, SparedReason, TextField, Warning};
use serde::Serialize;

use super::cleaner::Cleaned;
use super::context::Context;

/// Where a document came from.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Origin<'a> {
    /// The file, as named on the command line.
    pub file: &'a str,
    /// Its line, for one record of many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// The id that the record has itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<&'a str>,
    /// The encoding of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<&'a str>,
}

impl<'a> Origin<'a> {
    /// The origin of a document of which only the file is known.
    pub fn file(file: &'a str) -> Self {
        Self { file, line: None, id: None, encoding: None }
    }
}

#[derive(Serialize)]
struct JsonReport<'a> {
    // Not `flatten`: the keys of `Origin` come first, in this order.
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    encoding: Option<&'a str>,
    profile: &'a str,
    input: &'a str,
    body: String,
    metadata: &'a Metadata,
    removed: Vec<RemovedJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    repaired: Option<Vec<RepairedJson<'a>>>,
    spared: Vec<SparedJson>,
    warnings: &'a [Warning],
}

/// A range of the original text, in bytes, characters and lines.
#[derive(Serialize)]
struct JsonPlace {
    /// UTF-8 bytes, from 0, end exclusive.
    bytes: [usize; 2],
    /// Code points, from 0, end exclusive.
    chars: [usize; 2],
    /// First and last line, from 1.
    lines: [usize; 2],
}

#[derive(Serialize)]
struct RemovedJson<'a> {
    /// The points of the line, if the body finder removed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    points: Option<f64>,
    /// `null` for lines that the body finder removed, and for blank lines that were removed with their neighbours.
    rule: Option<String>,
    category: Option<String>,
    /// The field of the rule whose text matched, and that text.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<TextField>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phrase: Option<&'a str>,
    #[serde(flatten)]
    place: JsonPlace,
    text: &'a str,
}

#[derive(Serialize)]
struct RepairedJson<'a> {
    rule: String,
    #[serde(flatten)]
    place: JsonPlace,
    before: &'a str,
    after: &'a str,
}

#[derive(Serialize)]
struct SparedJson {
    rule: String,
    reason: &'static str,
    /// The `[[keep]]` that protects the line.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    /// The line (from 1) at which a guard stopped.
    #[serde(skip_serializing_if = "Option::is_none")]
    at_line: Option<usize>,
    /// The value that was found; the next field is the limit of the rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    found: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<f32>,
    #[serde(flatten)]
    place: JsonPlace,
}

impl SparedJson {
    fn new(spared: &dehusk::Spared, page: &Cleaned<'_>, place: JsonPlace) -> Self {
        let rules = page.engine.rules();
        let mut said = Self {
            rule: rules.rule(spared.rule).full_name(),
            reason: "",
            by: None,
            at_line: None,
            found: None,
            limit: None,
            place,
        };
        said.reason = dehusk::explain::reason_name(&spared.reason);
        match spared.reason {
            SparedReason::Kept { by, line } => {
                said.by = Some(rules.rule(by).full_name());
                said.at_line = Some(line as usize + 1);
            }
            SparedReason::LineWithout { line } | SparedReason::TextResumes { line } | SparedReason::Forum { line } => {
                said.at_line = Some(line as usize + 1);
            }
            SparedReason::TooMuch { share, limit } => {
                (said.found, said.limit) = (Some(share), Some(limit));
            }
            SparedReason::TooFew { found, needed } => {
                (said.found, said.limit) = (Some(found as f32), Some(needed as f32));
            }
            SparedReason::Trial | SparedReason::LittleAbove | SparedReason::NothingLeft => {}
        }
        said
    }
}

/// The name of the kind of input in JSON.
pub fn input_name(input: Input) -> &'static str {
    match input {
        Input::Text => "text",
        Input::Page => "page",
        Input::Auto => "auto",
        Input::Html => "html",
    }
}

/// A document as one line of JSON.
pub fn report(page: &Cleaned<'_>, origin: &Origin<'_>, context: &Context) -> String {
    let rules = page.engine.rules();
    let mut ruler = Ruler::new(page);
    let removed = page.outcome.removals.iter().map(|removal| {
        let span = ruler.original(removal.span);
        let (id, evidence) = match removal.cause {
            Cause::Rule { rule, evidence, .. } => (Some(rule), evidence),
            Cause::Finder { .. } | Cause::Seam => (None, None),
        };
        let points = match removal.cause {
            Cause::Finder { points } => Some(f64::from(points) / 100.0),
            _ => None,
        };
        RemovedJson {
            points,
            rule: id.map(|id| rules.rule(id).full_name()),
            category: id.map(|id| rules.rule(id).category.name().to_owned()),
            field: evidence.map(|e| e.field),
            phrase: evidence.zip(id).and_then(|(e, id)| e.phrase(rules, id)).map(|p| &*p.text),
            place: ruler.place(span),
            text: &page.original[span.range()],
        }
    });
    let removed = removed.collect();
    let repaired = page.repaired.map(|repaired| {
        let edits = repaired.edits.iter().map(|edit| RepairedJson {
            rule: rules.repairs[edit.repair].full_name(),
            place: ruler.place(edit.span),
            before: &page.original[edit.span.range()],
            after: &edit.replacement,
        });
        edits.collect()
    });
    let spared = page.outcome.spared.iter().map(|spared| {
        let span = ruler.original(spared.span);
        SparedJson::new(spared, page, ruler.place(span))
    });
    let spared = spared.collect();
    line(&JsonReport {
        file: origin.file,
        line: origin.line,
        id: origin.id,
        encoding: origin.encoding,
        profile: &context.profile,
        input: input_name(page.outcome.input),
        body: page.body(),
        metadata: &page.outcome.metadata,
        removed,
        repaired,
        spared,
        warnings: &page.outcome.warnings,
    })
}

/// A line for a record that could not be read or cleaned, so that every record has a line.
pub fn failure(origin: &Origin<'_>, error: &str) -> String {
    #[derive(Serialize)]
    struct FailureLine<'a> {
        #[serde(flatten)]
        origin: &'a Origin<'a>,
        error: &'a str,
    }
    line(&FailureLine { origin, error })
}

/// A document as a line of JSON Lines: id and URL, if known, and text.
pub fn document(fields: &Fields, id: Option<&str>, url: Option<&str>, text: &str) -> String {
    let url_field = fields.url.first().map_or("url", String::as_str);
    // The text counts where it shares its field with another.
    let beside = [(fields.id.as_str(), id), (url_field, url)].into_iter().filter(|(name, _)| *name != fields.text);
    let pairs = beside
        .chain([(fields.text.as_str(), Some(text))])
        .filter_map(|(name, value)| Some(format!("{}: {}", dehusk::json_string(name), dehusk::json_string(value?))));
    format!("{{{}}}\n", pairs.collect::<Vec<_>>().join(", "))
}

fn line(value: &impl Serialize) -> String {
    let mut line = serde_json::to_string(value).expect("strings, numbers and string keys are always JSON");
    line.push('\n');
    line
}

/// Converts spans of the original text to [`JsonPlace`].
struct Ruler<'a> {
    page: &'a Cleaned<'a>,
    /// The lines of the original text, if the engine read a repaired one.
    lines: Option<Document<'a>>,
    /// The offset of the last conversion and the number of characters before it. Spans come in order, so
    /// counting goes on from there instead of from the start.
    byte: usize,
    chars: usize,
}

impl<'a> Ruler<'a> {
    fn new(page: &'a Cleaned<'a>) -> Self {
        let lines = page.repaired.and_then(|_| Document::new(page.original).ok());
        Self { page, lines, byte: 0, chars: 0 }
    }

    /// Converts a span of the text that the engine read to a span of the original text.
    fn original(&self, span: Span) -> Span {
        self.page.repaired.map_or(span, |repaired| repaired.to_original(span))
    }

    fn place(&mut self, span: Span) -> JsonPlace {
        let document = self.lines.as_ref().unwrap_or(self.page.document);
        let last = span.end.saturating_sub(1).max(span.start);
        let lines = [document.line_of(span.start) + 1, document.line_of(last) + 1];
        JsonPlace { bytes: [span.start, span.end], chars: [self.chars(span.start), self.chars(span.end)], lines }
    }

    fn chars(&mut self, byte: usize) -> usize {
        if byte < self.byte {
            (self.byte, self.chars) = (0, 0);
        }
        self.chars += self.page.original[self.byte..byte].chars().count();
        self.byte = byte;
        self.chars
    }
}
