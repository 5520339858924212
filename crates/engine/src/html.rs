//! [`HtmlText`]: the text of a page of HTML, as the engine reads it.

use dehusk_html::{HtmlPage, MarkupWords, fence};
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

    /// The body in Markdown, if [`Engine::read_html`](crate::Engine::read_html) was asked for it and there are tags: the
    /// lines that stay, with headings, links and emphasis. Of a line that lost words, what is left stands as plain text.
    /// `document` is the [document](Self::document) of this text.
    pub fn markdown(&self, document: &Document<'_>, outcome: &Outcome) -> Option<String> {
        let lines = self.page.markdown.as_ref()?;
        debug_assert_eq!(lines.len(), document.len(), "each line has its Markdown");
        let mut out = String::new();
        let mut removals = outcome.removals.iter().map(|removal| removal.span).peekable();
        // The `<pre>` of the lines that were written last, and where they begin.
        let (mut code, mut from) = (0, 0);
        for (number, markdown) in lines.iter().enumerate().take(document.len()) {
            let span = document.line(number);
            while removals.peek().is_some_and(|removal| removal.end <= span.start) {
                removals.next();
            }
            let removal = removals.peek().filter(|removal| removal.start < span.end.max(span.start + 1));
            if removal.is_some_and(|removal| removal.start <= span.start && removal.end >= span.end) {
                continue;
            }
            // A fence goes around what stays, since the first and the last line of a `<pre>` may go.
            if code != markdown.code {
                if code > 0 {
                    fence(&mut out, from);
                }
                (code, from) = (markdown.code, out.len());
            }
            if removal.is_none() {
                // A line end of its own is what Markdown joins with the next line.
                out.push_str(&markdown.text);
                out.push('\n');
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
        if code > 0 {
            fence(&mut out, from);
        }
        Some(out)
    }
}

#[cfg(test)]
mod tests {
    use dehusk_text::Span;

    use super::*;
    use crate::removal::{Cause, Removal};

    /// The Markdown of a page from which these texts were taken.
    fn markdown(html: &str, taken: &[&str]) -> String {
        let page = HtmlReader::default().read(html, true);
        let document = page.document().expect("it is short");
        let removal = |text: &&str| {
            let start = page.text().find(text).expect("it stands in the page");
            Removal { span: Span::new(start, start + text.len()), cause: Cause::Seam }
        };
        let outcome = Outcome { removals: taken.iter().map(removal).collect(), ..Outcome::default() };
        page.markdown(&document, &outcome).expect("there are tags")
    }

    #[test]
    fn what_goes_goes_from_its_own_line_of_markdown() {
        let html = "<pre>one&#13;&#13;two&#13;three</pre><p>Editor: A. Oar</p><p>The <b>ferry</b> sails.</p>";
        let markdown = markdown(html, &["Editor: A. Oar\n\n"]);
        assert_eq!(markdown, "```\none\n\ntwo\nthree\n```\n\nThe **ferry** sails.\n");
    }

    #[test]
    fn code_stands_in_fences_whatever_goes_from_it() {
        let html = "<p>one<pre>two\nthree ``` *\nfour</pre><pre>five</pre><p>six*";
        for (taken, left) in [
            (&[][..], "one\n\n````\ntwo\nthree ``` *\nfour\n````\n\n```\nfive\n```\n\nsix\\*\n"),
            (&["two\n", "four\n", "six*\n"], "one\n\n````\nthree ``` *\n````\n\n```\nfive\n```\n\n"),
            (&["two\nthree ``` *\nfour\n\n", "five\n\n"], "one\n\nsix\\*\n"),
            (&[" ```"], "one\n\n```\ntwo\nthree *\nfour\n```\n\n```\nfive\n```\n\nsix\\*\n"),
            (&["five\n\nsix*\n"], "one\n\n````\ntwo\nthree ``` *\nfour\n````\n\n"),
        ] {
            assert_eq!(markdown(html, taken), left, "{taken:?}");
        }
    }
}
