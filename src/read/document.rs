//! [`Doc`]: one document with everything that is known about it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use dehusk::{Document, HtmlReader, HtmlText};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

/// One document with everything that is known about it.
#[derive(Clone, Debug, Default)]
pub struct Doc {
    /// The file, as named on the command line or found in a folder.
    pub file: String,
    /// The number of the record in the file, as messages give it; `None` for a file of text.
    pub record: Option<u64>,
    /// The id of the record, if it has one.
    pub id: Option<String>,
    /// The text.
    pub text: String,
    /// Whether the text is HTML, or was made from HTML.
    pub is_html: bool,
    /// The text with its markup, if it was made from HTML.
    pub page: Option<HtmlText>,
    /// The host or URL of the document.
    pub host: Option<String>,
    /// The other fields of the record.
    pub known: Known,
    /// Whether it was asked for. False for records of another view or language.
    pub counts: bool,
}

/// The fields of a record besides text, URL and id.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Known {
    /// The body.
    pub gold: Option<String>,
    /// Snippets that must stay.
    pub with: Option<Vec<String>>,
    /// Snippets that must go.
    pub without: Option<Vec<String>>,
    /// `page` for all visible text, otherwise the name of the extractor whose result the text is.
    view: Option<String>,
    /// The language.
    lang: Option<String>,
    /// The name of the collection.
    source: Option<String>,
    /// The kind of page: `article`, or something else.
    page_type: Option<String>,
    /// Which half of the collection it belongs to.
    split: Option<String>,
}

impl Known {
    /// Whether the record says anything about the body.
    pub fn has_body(&self) -> bool {
        self.gold.is_some() || self.with.is_some() || self.without.is_some()
    }

    /// The columns of a table for these fields.
    pub const COLUMNS: [&str; 8] = ["gold", "with", "without", "view", "lang", "source", "page_type", "split"];

    /// Reads the fields from a line of JSON. A field that holds something else than it should is unknown.
    pub fn of_line(line: &[u8]) -> Self {
        type Fields<'l> = BTreeMap<String, &'l RawValue>;
        fn value<T: DeserializeOwned>(fields: &Fields<'_>, column: usize) -> Option<T> {
            serde_json::from_str(fields.get(Known::COLUMNS[column])?.get()).ok()
        }
        let fields: Fields<'_> = serde_json::from_slice(line).unwrap_or_default();
        Self {
            gold: value(&fields, 0),
            with: value(&fields, 1),
            without: value(&fields, 2),
            view: value(&fields, 3),
            lang: value(&fields, 4),
            source: value(&fields, 5),
            page_type: value(&fields, 6),
            split: value(&fields, 7),
        }
    }

    /// Reads the fields from a row, without lists of snippets.
    pub fn of_row_without_lists<'r>(value: impl Fn(usize) -> Option<Cow<'r, str>>) -> Self {
        let is_list = |column: usize| matches!(Self::COLUMNS[column], "with" | "without");
        Self::of_row(|column| value(column).filter(|_| !is_list(column))).unwrap_or_default()
    }

    /// Reads the fields from a row. Lists of snippets are in JSON.
    ///
    /// # Errors
    /// When a list is not valid JSON: the name of its column.
    pub fn of_row<'r>(value: impl Fn(usize) -> Option<Cow<'r, str>>) -> Result<Self, &'static str> {
        let text = |column: usize| value(column).filter(|text| !text.is_empty()).map(Cow::into_owned);
        let list = |column: usize| {
            let list = text(column).map(|list| serde_json::from_str(&list)).transpose();
            list.map_err(|_| Self::COLUMNS[column])
        };
        Ok(Self {
            gold: text(0),
            with: list(1)?,
            without: list(2)?,
            view: text(3),
            lang: text(4),
            source: text(5),
            page_type: text(6),
            split: text(7),
        })
    }

    /// The view; empty if unknown.
    pub fn view(&self) -> &str {
        self.view.as_deref().unwrap_or_default()
    }

    /// The language; empty if unknown.
    pub fn lang(&self) -> &str {
        self.lang.as_deref().unwrap_or_default()
    }

    /// The name of the collection; empty if unknown.
    pub fn source(&self) -> &str {
        self.source.as_deref().unwrap_or_default()
    }

    /// The half of the collection; empty if unknown.
    pub fn split(&self) -> &str {
        self.split.as_deref().unwrap_or_default()
    }

    /// The kind of page; empty if unknown.
    pub fn page_type(&self) -> &str {
        self.page_type.as_deref().unwrap_or_default()
    }
}

impl Doc {
    /// The text of a file in this language, without other data.
    pub fn of_text(file: String, text: String, lang: &str) -> Self {
        let known = Known { lang: Some(lang.to_owned()), ..Known::default() };
        Self { file, text, known, counts: true, ..Self::default() }
    }

    /// A copy with only the name and the place.
    pub fn without_text(&self) -> Self {
        Self { file: self.file.clone(), record: self.record, id: self.id.clone(), ..Self::default() }
    }

    /// For a document whose text is HTML: the document with the text made from it.
    #[must_use]
    pub fn of_html(self, reader: &HtmlReader) -> Self {
        let page = reader.read(&self.text, false);
        Self { text: page.text().to_owned(), page: Some(page), ..self }
    }

    /// Its name in reports: `pages/a.txt`, `pages.jsonl:12`, `pages.jsonl:12 (a31f)`.
    pub fn name(&self) -> String {
        match (self.record, &self.id) {
            (Some(record), Some(id)) => format!("{}:{record} ({id})", self.file),
            (Some(record), None) => format!("{}:{record}", self.file),
            (None, _) => self.file.clone(),
        }
    }

    /// Its id; without one its name.
    pub fn id(&self) -> String {
        self.id.clone().unwrap_or_else(|| self.name())
    }

    /// A line of it (from 0) in the form that `dehusk why` reads: `pages/a.txt:3`, `pages.jsonl:12:3`.
    pub fn place(&self, line: usize) -> String {
        let line = line + 1;
        match self.record {
            Some(record) => format!("{}:{record}:{line}", self.file),
            None => format!("{}:{line}", self.file),
        }
    }

    /// The text as lines, with everything that is known of its origin.
    ///
    /// # Errors
    /// When it is too long.
    pub fn document(&self) -> dehusk::Result<Document<'_>> {
        let document = match &self.page {
            Some(page) => page.document()?,
            None => Document::new(&self.text)?,
        };
        let document = match &self.host {
            Some(host) => document.with_host(host),
            None => document,
        };
        let lang = self.known.lang();
        Ok(if lang.is_empty() { document } else { document.with_language(lang) })
    }
}
