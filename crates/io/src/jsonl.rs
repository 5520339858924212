//! [`Record`]: one line of JSON Lines whose text can be taken out and put back.
//!
//! The line is never parsed into a tree and written again: that would reorder keys and change long numbers. Only the
//! byte range of one value is found and replaced:
//!
//! ```text
//! {"id": 12345678901234567890123, "text": "A\nB", "n": 1.0}
//!                                         ^^^^^^ replaced by "A"
//! ```
//!
//! The new value is escaped in the style of the old one. If the old value writes a character as an escape (`\/`,
//! `\u003c`, or every non-ASCII character as `\uXXXX`), the new one does too.
//!
//! Nearly every line is read in one pass by [`quick`]. A line that it does not understand is read by serde_json,
//! which can also say what is wrong with it.
//!
//! Where it can be fooled: of two fields with the same name some JSON readers take the first and some the last. So a
//! line with the text field twice is refused.

mod escapes;
mod quick;

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde::de::{Deserializer as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use dehusk_text::{Document, Error, Span};
use escapes::Escapes;
use quick::JsonText;

/// The names of the fields that are used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields {
    /// The field with the text.
    pub text: String,
    /// Fields with the URL or host; the first one whose value is a string counts.
    pub url: Vec<String>,
    /// The field with the id of the record, for reports.
    pub id: String,
}

impl Default for Fields {
    /// `text`; `url`, else `host`; `id`.
    fn default() -> Self {
        Self { text: "text".into(), url: vec!["url".into(), "host".into()], id: "id".into() }
    }
}

/// A line whose text was found.
#[derive(Debug)]
pub struct Record<'l> {
    line: &'l str,
    value: Range<usize>,
    text: JsonText<'l>,
    url: Option<String>,
    id: Option<String>,
}

/// Why no text can be taken from a line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RecordError {
    /// Its bytes are not UTF-8.
    NotUtf8 {
        /// The offset of the first wrong byte in the line, from 0.
        at: usize,
    },
    /// It is not JSON.
    NotJson {
        /// The byte at which reading stopped, from 1.
        column: usize,
        /// The message of the parser.
        message: String,
    },
    /// It is JSON, but not an object.
    NotAnObject(JsonKind),
    /// It has no such field.
    Missing,
    /// It has the field more than once.
    Repeated,
    /// The field holds something other than a string.
    NotAString(JsonKind),
    /// The string has half of a surrogate pair, which is not a character.
    LoneSurrogate,
}

/// Kinds of JSON values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum JsonKind {
    Null,
    Bool,
    Number,
    String,
    Array,
    Object,
}

impl<'l> Record<'l> {
    /// Finds the text in one line; the line may end with its terminator.
    ///
    /// # Errors
    /// When the text field is not there exactly once with a string. The caller then passes the line through.
    pub fn parse(line: &'l [u8], fields: &Fields) -> Result<Self, RecordError> {
        let line = simdutf8::basic::from_utf8(line)
            .or_else(|_| std::str::from_utf8(line))
            .map_err(|e| RecordError::NotUtf8 { at: e.valid_up_to() })?;
        // Some writers put a byte order mark at the start of the file.
        let json = line.strip_prefix('\u{feff}').unwrap_or(line);
        // The line end is removed first, so that an incomplete line is reported at its own last byte.
        let json = json.trim_end_matches(['\n', '\r']);
        match quick::read(json, fields) {
            Some((found, text)) => Self::of(line, found, text),
            None => Self::parse_by_reference(line, json, fields),
        }
    }

    /// The same by serde_json: slower, but it reads all of JSON and says what is wrong.
    fn parse_by_reference(line: &'l str, json: &'l str, fields: &Fields) -> Result<Self, RecordError> {
        if let Some(kind) = JsonKind::of(json).filter(|&kind| kind != JsonKind::Object) {
            // `null` and `[…]` get a message of their own, but only if the line is JSON.
            serde_json::from_str::<&RawValue>(json).map_err(RecordError::not_json)?;
            return Err(RecordError::NotAnObject(kind));
        }
        let mut reader = serde_json::Deserializer::from_str(json);
        let found = reader.deserialize_map(Find { fields }).map_err(RecordError::not_json)?;
        reader.end().map_err(RecordError::not_json)?;

        let value = match found.text {
            [None, _] => return Err(RecordError::Missing),
            [Some(_), Some(_)] => return Err(RecordError::Repeated),
            [Some(value), None] => value,
        };
        match JsonKind::of(value) {
            Some(JsonKind::String) => {}
            kind => return Err(RecordError::NotAString(kind.unwrap_or(JsonKind::Null))),
        }
        // The reader has checked the string; only lone surrogates can still be wrong.
        let text: String = serde_json::from_str(value).map_err(|_| RecordError::LoneSurrogate)?;
        Self::of(line, found, JsonText { decoded: text.into(), escaped: None })
    }

    fn of(line: &'l str, found: FoundFields<'l>, text: JsonText<'l>) -> Result<Self, RecordError> {
        let value = found.text[0].ok_or(RecordError::Missing)?;
        // `value` is a slice of `line`, so the difference of their addresses is its offset.
        let start = value.as_ptr() as usize - line.as_ptr() as usize;
        Ok(Self { line, value: start..start + value.len(), text, url: found.url, id: found.id })
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text.decoded
    }

    /// The text as a document.
    ///
    /// # Errors
    /// When it is too long.
    pub fn document(&self) -> Result<Document<'_>, Error> {
        let text = self.text();
        match &self.text.escaped {
            // Line ends in the text are escapes, so the places of lines are already known.
            Some(escaped) => {
                let ends_line = |&at: &usize| matches!(text.as_bytes()[at], b'\n' | b'\r');
                Document::with_breaks(text, escaped.iter().map(|&at| at as usize).filter(ends_line))
            }
            None => Document::new(text),
        }
    }

    /// The URL or host, if the line has a field with it.
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// The id of the record, if it has one; a number is given as written.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The line with `text` in place of its text; the unchanged line if both are equal.
    pub fn with_text(&self, text: &str) -> Cow<'l, str> {
        if text == self.text() {
            return Cow::Borrowed(self.line);
        }
        let style = Escapes::of(&self.line[self.value.clone()]);
        let mut line = String::with_capacity(self.line.len());
        line.push_str(&self.line[..self.value.start]);
        style.write(text, &mut line);
        line.push_str(&self.line[self.value.end..]);
        Cow::Owned(line)
    }

    /// Appends the line without these spans of its text (bytes, in order, not overlapping). The result is that of
    /// [`Record::with_text`] with the remaining text, but most bytes are just copied.
    pub fn write_without(&self, removed: impl Iterator<Item = Span> + Clone, out: &mut Vec<u8>) {
        let line = self.line.as_bytes();
        let Some(escaped) = &self.text.escaped else {
            out.extend_from_slice(self.with_text(&left_of(self.text(), removed)).as_bytes());
            return;
        };
        // The text starts after the quote. Each escaped character before a place moves it one byte to the right.
        let start = self.value.start + 1;
        let in_line = |at: usize| start + at + escaped.partition_point(|&before| (before as usize) < at);
        let mut copied = 0;
        for span in removed {
            out.extend_from_slice(&line[copied..in_line(span.start)]);
            copied = in_line(span.end);
        }
        out.extend_from_slice(&line[copied..]);
    }
}

/// A text without these spans, which are in order and do not overlap.
pub(super) fn left_of(text: &str, removed: impl Iterator<Item = Span>) -> String {
    let mut left = String::with_capacity(text.len());
    let mut at = 0;
    for span in removed {
        left.push_str(&text[at..span.start]);
        at = span.end;
    }
    left.push_str(&text[at..]);
    left
}

/// `text` as a JSON string with quotes. Only what must be escaped is escaped.
pub fn json_string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    Escapes::default().write(text, &mut out);
    out
}

impl JsonKind {
    /// The kind of the value that `json` starts with, if it starts with one.
    fn of(json: &str) -> Option<Self> {
        Some(match json.trim_start().as_bytes().first()? {
            b'{' => Self::Object,
            b'[' => Self::Array,
            b'"' => Self::String,
            b't' | b'f' => Self::Bool,
            b'n' => Self::Null,
            b'-' | b'0'..=b'9' => Self::Number,
            _ => return None,
        })
    }
}

impl RecordError {
    fn not_json(e: serde_json::Error) -> Self {
        let said = e.to_string();
        // The position is reported separately; "line 1" would be wrong for every line but the first.
        let message = said.rsplit_once(" at line ").map_or(said.as_str(), |(what, _)| what);
        Self::NotJson { column: e.column(), message: message.to_owned() }
    }
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUtf8 { at } => write!(f, "not UTF-8 from byte {} on", at + 1),
            Self::NotJson { column, message } => write!(f, "not JSON: {message} (byte {column})"),
            Self::NotAnObject(kind) => write!(f, "{kind} instead of an object"),
            Self::Missing => f.write_str("no text field"),
            Self::Repeated => f.write_str("the text field stands there more than once"),
            Self::NotAString(kind) => write!(f, "the text field is {kind}, not a string"),
            Self::LoneSurrogate => f.write_str("the text has half of a surrogate pair"),
        }
    }
}

impl std::error::Error for RecordError {}

impl fmt::Display for JsonKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "null",
            Self::Bool => "true or false",
            Self::Number => "a number",
            Self::String => "a string",
            Self::Array => "an array",
            Self::Object => "an object",
        })
    }
}

/// Reads the fields of an object and keeps the values that are used.
struct Find<'f> {
    fields: &'f Fields,
}

#[derive(Default)]
struct FoundFields<'l> {
    /// The first two values of the text field: two are enough to see that it is repeated.
    text: [Option<&'l str>; 2],
    url: Option<String>,
    id: Option<String>,
}

impl<'l> FoundFields<'l> {
    /// Keeps the value if its field is used. `url_rank`: the rank of the URL field found so far; only a field of a
    /// better rank replaces it.
    fn take(&mut self, key: &str, value: &'l str, url_rank: &mut usize, fields: &Fields) {
        if key == fields.text {
            let slot = usize::from(self.text[0].is_some());
            self.text[slot] = Some(value);
            return;
        }
        if key == fields.id {
            self.id = match JsonKind::of(value) {
                Some(JsonKind::String) => serde_json::from_str(value).ok(),
                Some(JsonKind::Number) => Some(value.to_owned()),
                _ => None,
            };
        }
        if let Some(rank) = fields.url[..*url_rank].iter().position(|name| name == key)
            && let Ok(url) = serde_json::from_str::<String>(value)
            && !url.trim().is_empty()
        {
            self.url = Some(url);
            *url_rank = rank;
        }
    }
}

impl<'l> Visitor<'l> for Find<'_> {
    type Value = FoundFields<'l>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'l>>(self, mut map: A) -> Result<FoundFields<'l>, A::Error> {
        let mut found = FoundFields::default();
        let mut url_rank = self.fields.url.len();
        // Keys are read raw too: a key with a lone surrogate must not make the record unreadable.
        while let Some((key, value)) = map.next_entry::<&RawValue, &RawValue>()? {
            let Ok(key) = serde_json::from_str::<Cow<'_, str>>(key.get()) else { continue };
            found.take(&key, value.get(), &mut url_rank, self.fields);
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Record<'_>, RecordError> {
        Record::parse(line.as_bytes(), &Fields::default())
    }

    fn spliced(line: &str, text: &str) -> String {
        parse(line).unwrap().with_text(text).into_owned()
    }

    #[test]
    fn only_the_value_changes() {
        let line = "\u{feff} { \"id\" : 12345678901234567890123 ,\"te\\u0078t\"\t: \"a\\nb\" , \"x\":[1.0,{\"text\":2}] } \r\n";
        assert_eq!(parse(line).unwrap().text(), "a\nb");
        assert_eq!(parse(line).unwrap().id(), Some("12345678901234567890123"));
        assert_eq!(spliced(line, "a"), line.replace("\"a\\nb\"", "\"a\""));
        assert!(matches!(parse(line).unwrap().with_text("a\nb"), Cow::Borrowed(l) if l == line));
    }

    #[test]
    fn escapes_keep_their_style() {
        for (raw, text, expected) in [
            (r#""新\n闻""#, "新/", r#""新/""#),
            (r#""\u65b0\n\u95fb""#, "新é😀", r#""\u65b0\u00e9\ud83d\ude00""#),
            (r#""\u65B0\u95FB""#, "闻", r#""\u95FB""#),
            (r#""http:\/\/a新 b""#, "a/新", r#""a\/新""#),
            (r#""\u003cb> x""#, "<b>", r#""\u003cb>""#),
            (r#""新\u2028""#, "新", r#""新""#),
            (r#""a\\u65b0 b""#, "新", r#""新""#),
            (r#""a b""#, "\u{1}\u{8}\u{c}\r\t\"\\", r#""\u0001\b\f\r\t\"\\""#),
        ] {
            assert_eq!(spliced(&format!("{{\"text\":{raw}}}"), text), format!("{{\"text\":{expected}}}"));
        }
    }

    #[test]
    fn every_character_is_escaped_wherever_it_stands() {
        for c in ('\0'..='\u{ff}').chain(['…', '新', '😀']) {
            for before in 0..20 {
                let text = format!("{}{c}b{c}{c}é\u{1f}!", "a ".repeat(before));
                assert_eq!(json_string(&text), serde_json::to_string(&text).unwrap());
            }
        }
    }

    #[test]
    fn each_bad_line_has_its_reason() {
        use RecordError::*;
        for (line, expected) in [
            ("{}", Missing),
            (r#"{"JsonText": "a"}"#, Missing),
            (r#"{"text": "a", "text": "b"}"#, Repeated),
            (r#"{"text": null}"#, NotAString(JsonKind::Null)),
            (r#"{"text": ["a"]}"#, NotAString(JsonKind::Array)),
            (r#"{"text": "\ud83d"}"#, LoneSurrogate),
            ("[1]", NotAnObject(JsonKind::Array)),
            ("null", NotAnObject(JsonKind::Null)),
        ] {
            assert_eq!(parse(line).unwrap_err(), expected, "{line}");
        }
        for broken in
            [r#"{"text": "a"} x"#, r#"{"text": "a""#, r#"{"text": NaN}"#, "", "[1", "plain", "{\"text\": \"a\u{1}\"}"]
        {
            assert!(matches!(parse(broken), Err(NotJson { .. })), "{broken}");
        }
        // An incomplete line is reported at its last byte.
        for (broken, at) in [("{\"text\": \"a\n", 11), ("{\"text\": \"a\"\r\n", 12)] {
            assert!(matches!(parse(broken), Err(NotJson { column, .. }) if column == at), "{:?}", parse(broken));
        }
        assert_eq!(Record::parse(b"{\"text\": \"\xff\"}", &Fields::default()).unwrap_err(), NotUtf8 { at: 10 });
    }

    #[test]
    fn other_fields_cannot_spoil_a_record() {
        let line = r#"{"\ud800": "\udc00", "id": "\ud800", "host": "b.example", "url": null, "text": "a", "x": 1e999}"#;
        let record = parse(line).unwrap();
        assert_eq!((record.text(), record.id(), record.url()), ("a", None, Some("b.example")));
        let both = r#"{"host": "h", "text": "", "url": "u"}"#;
        assert_eq!(parse(both).unwrap().url(), Some("u"), "url goes before host");
    }
}
