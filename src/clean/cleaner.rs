//! [`Cleaner`]: repairs and cleans one text, independent of its format.

use dehusk::pipeline::Decided;
use dehusk::{Document, Engine, Outcome, Repaired, Repairer, Result, RuleSet};

/// The compiled rules of a run. Shared by all threads.
pub struct Cleaner {
    /// Decides what is removed.
    pub engine: Engine,
    /// Repairs damage before that, if `--repair` is given.
    pub repairer: Option<Repairer>,
    /// The value of `--host`, for texts without a host of their own.
    pub host: Option<String>,
}

/// One cleaned text and everything that was decided about it.
pub struct Cleaned<'a> {
    /// The text as it came in.
    pub original: &'a str,
    /// The repaired text, with `--repair`.
    pub repaired: Option<&'a Repaired>,
    /// The text that the engine read: repaired or original.
    pub document: &'a Document<'a>,
    /// What the engine decided.
    pub outcome: &'a Outcome,
    /// The rules of the engine.
    pub rules: &'a RuleSet,
}

impl Cleaner {
    /// Cleans `text` and calls `read` with the result.
    ///
    /// # Errors
    /// When the text is too long, see [`Document::new`].
    pub fn page<R>(&self, text: &str, host: Option<&str>, read: impl FnOnce(&Cleaned<'_>) -> R) -> Result<R> {
        self.document(Document::new(text)?, host, read)
    }

    /// Like [`page`](Self::page), for a text that is split into lines already.
    ///
    /// # Errors
    /// When a text is too long, see [`Document::new`].
    pub fn document<R>(
        &self,
        given: Document<'_>,
        host: Option<&str>,
        read: impl FnOnce(&Cleaned<'_>) -> R,
    ) -> Result<R> {
        let host = host.or(self.host.as_deref());
        // `host` may be a URL; let `Document` extract the host.
        let named = host.map(|host| Document::new("").map(|empty| empty.with_host(host))).transpose()?;
        let host = named.as_ref().and_then(Document::host);
        let text = given.text();
        let repaired = self.repairer.as_ref().map(|repairer| repairer.repair(text, host));
        let mut document = match &repaired {
            Some(repaired) => Document::new(&repaired.text)?,
            None => given,
        };
        if let Some(host) = host {
            document = document.with_host(host);
        }
        let outcome = self.engine.clean(&document);
        Ok(read(&Cleaned {
            original: text,
            repaired: repaired.as_ref(),
            document: &document,
            outcome: &outcome,
            rules: self.engine.rules(),
        }))
    }
}

impl Cleaned<'_> {
    /// The same data for the record of removals and the counts of a run.
    pub fn decided(&self) -> Decided<'_> {
        Decided { original: self.original, repaired: self.repaired, outcome: self.outcome, rules: self.rules }
    }

    /// The body.
    pub fn body(&self) -> String {
        self.outcome.body(self.document)
    }

    /// Whether the body differs from the original text.
    pub fn is_changed(&self) -> bool {
        match self.repaired {
            Some(_) => self.body() != self.original,
            None => self.outcome.removed_bytes() > 0,
        }
    }
}
