//! Why the text of a record cannot be read, in words, and how often this is reported.

use std::collections::BTreeMap;

use dehusk::io::{EntryError, FormatError};
use dehusk::{Fields, Lang, RecordError};
use serde::de::IgnoredAny;

use crate::ui::messages::{Limit, record_reason, say};

/// A reason in words.
pub struct ReasonText {
    /// The words.
    pub text: String,
    /// Set for a mistake of the command line, which makes every record of a file fail: it is reported once.
    pub limit: Option<Limit>,
}

impl ReasonText {
    /// A reason that is always reported.
    pub fn of(text: &str) -> Self {
        Self { text: text.to_owned(), limit: None }
    }
}

/// Why the text of a record cannot be read. `raw` is the record, `file` the name of its file.
pub fn entry_reason(lang: Lang, error: &EntryError, raw: &[u8], fields: &Fields, file: &str) -> ReasonText {
    let once = |kind: &'static str| Some(Limit::OnceAFile(kind, file.to_owned()));
    match error {
        EntryError::Jsonl(RecordError::Missing) => {
            let (field, names) = (&fields.text, names(raw));
            let (zh, en) = (names.join("、"), names.join(", "));
            let text = say!(
                lang,
                "没有字段 \"{field}\"；有这些：{zh}；用 --text-field 指明一个",
                "no field \"{field}\"; there are: {en}; name one with --text-field"
            );
            ReasonText { text, limit: once("missing") }
        }
        EntryError::Jsonl(error @ RecordError::NotUtf8 { .. }) => {
            ReasonText { text: record_reason(lang, error, &fields.text), limit: once("encoding") }
        }
        EntryError::Jsonl(error) => ReasonText { text: record_reason(lang, error, &fields.text), limit: None },
        EntryError::Format(FormatError::NotUtf8 { at }) => {
            let at = at + 1;
            // A short row says little about its encoding.
            let guess = (raw.len() >= 400).then(|| dehusk::decode(raw, None).ok()).flatten();
            let guess = guess.map(|decoded| decoded.encoding.to_lowercase());
            let (zh, en) = match guess {
                Some(guess) => (format!("看起来像 {guess}"), format!("it looks like {guess}")),
                None => ("中文 Excel 存的 CSV 是 gb18030".into(), "a Chinese Excel saves CSV in gb18030".into()),
            };
            let text = say!(
                lang,
                "从第 {at} 个字节起不是 UTF-8；表格如果是别的编码，请用 --encoding 指明（{zh}）",
                "not UTF-8 from byte {at} on; if it is in another encoding, say which with --encoding ({en})"
            );
            ReasonText { text, limit: once("encoding") }
        }
        EntryError::Format(error @ FormatError::NotInEncoding { .. }) => {
            ReasonText { text: error.message().get(lang).to_owned(), limit: once("encoding") }
        }
        EntryError::Format(error) => ReasonText { text: error.message().get(lang).to_owned(), limit: None },
    }
}

/// The names of the fields in a line of JSON.
fn names(line: &[u8]) -> Vec<String> {
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    let fields: BTreeMap<String, IgnoredAny> = serde_json::from_slice(line).unwrap_or_default();
    fields.into_keys().collect()
}
