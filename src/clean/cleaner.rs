//! [`Cleaner`]: repairs and cleans one text, independent of its format.

use std::sync::OnceLock;

use dehusk::pipeline::Decided;
use dehusk::{Document, Engine, HtmlText, Input, Outcome, Repaired, Repairer, Result};

/// The compiled rules of a run. Shared by all threads.
pub struct Cleaner {
    /// Decides what is removed.
    pub engine: Engine,
    /// Repairs damage before that, if `--repair` is given.
    pub repairer: Option<Repairer>,
    /// The engine for pages of HTML, if `engine` was built for other texts.
    pub html: HtmlEngine,
    /// `--host`, for texts without a host of their own.
    pub host: Option<String>,
    /// Whether bodies of HTML are written as Markdown.
    pub markdown: bool,
    /// Why each line goes is asked too.
    pub explains: bool,
}

/// One cleaned text and everything that was decided about it.
pub struct Cleaned<'a> {
    /// The original text, or the text made from HTML.
    pub original: &'a str,
    /// The page from which the text was made.
    pub page: Option<&'a HtmlText>,
    /// The repaired text, if there were repairs.
    pub repaired: Option<&'a Repaired>,
    /// The text that the engine read: repaired or original.
    pub document: &'a Document<'a>,
    /// What the engine decided.
    pub outcome: &'a Outcome,
    /// The engine that decided.
    pub engine: &'a Engine,
}

/// An engine for pages of HTML. It is made for the first such page, because most runs have none.
pub struct HtmlEngine {
    made: OnceLock<Engine>,
    make: Box<dyn Fn() -> Result<Engine> + Send + Sync>,
}

impl HtmlEngine {
    /// `make` builds the engine.
    pub fn new(make: impl Fn() -> Result<Engine> + Send + Sync + 'static) -> Self {
        Self { made: OnceLock::new(), make: Box::new(make) }
    }

    fn get(&self) -> Result<&Engine> {
        if self.made.get().is_none() {
            // Two threads may make it at the same time; both engines are equal.
            let _ = self.made.set((self.make)()?);
        }
        Ok(self.made.get().expect("it was set"))
    }
}

impl Cleaner {
    /// Cleans `text` and calls `read` with the result.
    ///
    /// # Errors
    /// When the text is too long, see [`Document::new`].
    pub fn page<R>(&self, text: &str, host: Option<&str>, read: impl FnOnce(&Cleaned<'_>) -> R) -> Result<R> {
        self.document(Document::new(text)?, host, read)
    }

    /// The same for the HTML of a page.
    ///
    /// # Errors
    /// When the text is too long.
    pub fn html<R>(&self, html: &str, host: Option<&str>, read: impl FnOnce(&Cleaned<'_>) -> R) -> Result<R> {
        let engine = if self.engine.judges_html() { &self.engine } else { self.html.get()? };
        let page = engine.read_html(html, self.markdown);
        self.any(engine, page.document()?, Some(&page), host, read)
    }

    /// The same for a document that is already divided into lines.
    ///
    /// # Errors
    /// When a text is too long, see [`Document::new`].
    pub fn document<R>(
        &self,
        given: Document<'_>,
        host: Option<&str>,
        read: impl FnOnce(&Cleaned<'_>) -> R,
    ) -> Result<R> {
        let is_html = match self.engine.input() {
            Input::Html => true,
            Input::Auto => dehusk::is_html(given.text()),
            Input::Text | Input::Page => false,
        };
        if is_html && given.markup().is_none() {
            return self.html(given.text(), host, read);
        }
        self.any(&self.engine, given, None, host, read)
    }

    fn any<R>(
        &self,
        engine: &Engine,
        given: Document<'_>,
        page: Option<&HtmlText>,
        host: Option<&str>,
        read: impl FnOnce(&Cleaned<'_>) -> R,
    ) -> Result<R> {
        let host = host.or(self.host.as_deref());
        // `host` may be a URL; let `Document` extract the host.
        let named = host.map(|host| Document::new("").map(|empty| empty.with_host(host))).transpose()?;
        let host = named.as_ref().and_then(Document::host);
        let text = given.text();
        // Markup belongs to the lines before repairs, and HTML does not have the damage that repairs are for.
        let repairer = self.repairer.as_ref().filter(|_| given.markup().is_none());
        let repaired = repairer.map(|repairer| repairer.repair(text, host));
        let mut document = match &repaired {
            Some(repaired) => Document::new(&repaired.text)?,
            None => given,
        };
        if let Some(host) = host {
            document = document.with_host(host);
        }
        let of_site = if self.explains { engine.for_site(&document)? } else { None };
        let engine = of_site.as_ref().unwrap_or(engine);
        let mut outcome = engine.clean(&document);
        if let Some(page) = page {
            page.add_to(&mut outcome);
        }
        Ok(read(&Cleaned {
            original: text,
            page,
            repaired: repaired.as_ref(),
            document: &document,
            outcome: &outcome,
            engine,
        }))
    }
}

impl Cleaned<'_> {
    /// The same data for the record of removals and the counts of a run.
    pub fn decided(&self) -> Decided<'_> {
        Decided { original: self.original, repaired: self.repaired, outcome: self.outcome, engine: self.engine }
    }

    /// The body.
    pub fn body(&self) -> String {
        let markdown = self.page.and_then(|page| page.markdown(self.document, self.outcome));
        markdown.unwrap_or_else(|| self.outcome.body(self.document))
    }

    /// Whether the body differs from the original text.
    pub fn is_changed(&self) -> bool {
        if self.page.is_some() {
            return true;
        }
        match self.repaired {
            Some(_) => self.body() != self.original,
            None => self.outcome.removed_bytes() > 0,
        }
    }
}
