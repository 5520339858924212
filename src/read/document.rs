//! [`Doc`]: one document and all that is known of it.

use std::borrow::Cow;

use dehusk::{Document, HtmlReader, HtmlText};
use serde::Deserialize;

/// One document and what is known of it.
#[derive(Clone, Debug, Default)]
pub struct Doc {
    /// The file, as named on the command line or found in a folder.
    pub file: String,
    /// The number of the record in the file, as messages give it; `None` for a file of text.
    pub record: Option<u64>,
    /// What the record calls itself.
    pub id: Option<String>,
    /// The text.
    pub text: String,
    /// The text is HTML, or was made of it.
    pub is_html: bool,
    /// The same with its markup, if it was made of HTML.
    pub page: Option<HtmlText>,
    /// The host or URL that it came from.
    pub host: Option<String>,
    /// What else the record says.
    pub known: Known,
    /// Whether it was asked for: a record of another view or language does not count.
    pub counts: bool,
}

/// What a record may say beside text, URL and id.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Known {
    /// The body.
    pub gold: Option<String>,
    /// Snippets that must stay.
    pub with: Option<Vec<String>>,
    /// Snippets that must go.
    pub without: Option<Vec<String>>,
    /// `page` for all visible text, else the extractor that left this.
    view: Option<String>,
    /// The language.
    lang: Option<String>,
    /// Which collection it is from.
    source: Option<String>,
    /// `article`, or something else.
    page_type: Option<String>,
    /// Which half of its collection.
    split: Option<String>,
}

impl Known {
    /// The columns of a table that say it.
    pub const COLUMNS: [&str; 8] = ["gold", "with", "without", "view", "lang", "source", "page_type", "split"];

    /// What a row says. Lists of snippets are JSON there.
    ///
    /// # Errors
    /// When a list is none; the name of its column.
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

    /// The view; empty if it does not say.
    pub fn view(&self) -> &str {
        self.view.as_deref().unwrap_or_default()
    }

    /// The language; empty if it does not say.
    pub fn lang(&self) -> &str {
        self.lang.as_deref().unwrap_or_default()
    }

    /// The collection; empty if it does not say.
    pub fn source(&self) -> &str {
        self.source.as_deref().unwrap_or_default()
    }

    /// The half of its collection; empty if it does not say.
    pub fn split(&self) -> &str {
        self.split.as_deref().unwrap_or_default()
    }

    /// The kind of page; empty if it does not say.
    pub fn page_type(&self) -> &str {
        self.page_type.as_deref().unwrap_or_default()
    }
}

impl Doc {
    /// A text of a file in a language, of which nothing else is known.
    pub fn of_text(file: String, text: String, lang: &str) -> Self {
        let known = Known { lang: Some(lang.to_owned()), ..Known::default() };
        Self { file, text, known, counts: true, ..Self::default() }
    }

    /// Its name and place alone.
    pub fn without_text(&self) -> Self {
        Self { file: self.file.clone(), record: self.record, id: self.id.clone(), ..Self::default() }
    }

    /// The document whose text is HTML, with the text that is made of it.
    #[must_use]
    pub fn of_html(self, reader: &HtmlReader) -> Self {
        let page = reader.read(&self.text, false);
        Self { text: page.text().to_owned(), page: Some(page), ..self }
    }

    /// What reports call it: `pages/a.txt`, `pages.jsonl:12`, `pages.jsonl:12 (a31f)`.
    pub fn name(&self) -> String {
        match (self.record, &self.id) {
            (Some(record), Some(id)) => format!("{}:{record} ({id})", self.file),
            (Some(record), None) => format!("{}:{record}", self.file),
            (None, _) => self.file.clone(),
        }
    }

    /// What it calls itself, else its name.
    pub fn id(&self) -> String {
        self.id.clone().unwrap_or_else(|| self.name())
    }

    /// A line of it (from 0), as `dehusk why` takes it: `pages/a.txt:3`, `pages.jsonl:12:3`.
    pub fn place(&self, line: usize) -> String {
        let line = line + 1;
        match self.record {
            Some(record) => format!("{}:{record}:{line}", self.file),
            None => format!("{}:{line}", self.file),
        }
    }

    /// The text as lines, with all that is known of where it came from.
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
