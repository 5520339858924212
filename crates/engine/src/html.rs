//! [`HtmlText`]: the text of a page of HTML, as the engine reads it.

use dehusk_html::{HtmlPage, MarkupWords};
use dehusk_text::{Document, Result};

use crate::outcome::{Metadata, Outcome, Warning};

/// Makes texts of HTML, with the words of an engine's rules.
#[derive(Clone, Debug, Default)]
pub struct HtmlReader {
    pub(crate) words: MarkupWords,
}

impl HtmlReader {
    /// The text of a page. Whatever is given, there is one.
    pub fn read(&self, html: &str, markdown: bool) -> HtmlText {
        HtmlText { page: dehusk_html::read(html, &self.words, markdown) }
    }
}

/// The text that was made of the HTML of a page.
#[derive(Clone, Debug, Default)]
pub struct HtmlText {
    pub(crate) page: HtmlPage,
}

impl HtmlText {
    /// The text of the whole page.
    pub fn text(&self) -> &str {
        &self.page.text
    }

    /// The text with what the markup says of each line. Where there is not one tag, it is a plain text like any other.
    ///
    /// # Errors
    /// When it is too long.
    pub fn document(&self) -> Result<Document<'_>> {
        let document = Document::new(&self.page.text)?;
        if self.page.has_no_tags {
            return Ok(document);
        }
        let document = document.with_markup(&self.page.markup);
        Ok(match &self.page.data.language {
            Some(language) => document.with_language(language),
            None => document,
        })
    }

    /// Puts into the outcome what the page says of itself; it is believed before what rules found in lines.
    pub fn add_to(&self, outcome: &mut Outcome) {
        let data = &self.page.data;
        let Metadata { title, date, author, site, language, .. } = &mut outcome.metadata;
        let found = [
            (title, &data.title),
            (date, &data.date),
            (author, &data.author),
            (site, &data.site),
            (language, &data.language),
        ];
        for (slot, said) in found {
            if said.is_some() {
                slot.clone_from(said);
            }
        }
        if self.page.has_no_tags {
            outcome.warnings.push(Warning::NotHtml);
        }
        if self.page.is_made_of_frames {
            outcome.warnings.push(Warning::MadeOfFrames);
        }
        if self.page.is_made_by_script {
            outcome.warnings.push(Warning::MadeByScript);
        }
    }

    /// The body in Markdown, if [`Engine::read_html`](crate::Engine::read_html) was asked for it: the lines that
    /// stay, with headings, links and emphasis. Of a line that lost words, what is left stands as plain text.
    pub fn markdown(&self, document: &Document<'_>, outcome: &Outcome) -> Option<String> {
        let lines = self.page.markdown.as_ref()?;
        let mut out = String::new();
        let mut removals = outcome.removals.iter().map(|removal| removal.span).peekable();
        for (number, markdown) in lines.iter().enumerate().take(document.len()) {
            let span = document.line(number);
            while removals.peek().is_some_and(|removal| removal.end <= span.start) {
                removals.next();
            }
            let Some(removal) = removals.peek().filter(|removal| removal.start < span.end.max(span.start + 1)) else {
                // A line end of its own is what Markdown joins with the next line.
                out.push_str(markdown);
                out.push('\n');
                continue;
            };
            if removal.start <= span.start && removal.end >= span.end {
                continue;
            }
            let mut at = span.start;
            let mut here = removals.clone();
            while let Some(removal) = here.next_if(|removal| removal.start < span.end) {
                out.push_str(&document.text()[at..removal.start.max(at)]);
                at = removal.end.min(span.end);
            }
            out.push_str(&document.text()[at..span.end]);
            out.push('\n');
        }
        Some(out)
    }
}
