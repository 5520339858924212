//! [`Cleaner`]: what happens to one text, whatever it came in.

use dehusk::pipeline::Decided;
use dehusk::{Document, Engine, Outcome, Repaired, Repairer, Result, RuleSet};

/// The compiled rules of a run. Shared by all threads.
pub struct Cleaner {
    /// Decides what goes.
    pub engine: Engine,
    /// Mends damage first, if `--repair` is given.
    pub repairer: Option<Repairer>,
    /// `--host`, for texts that do not say theirs.
    pub host: Option<String>,
}

/// One text and all that happened to it.
pub struct Cleaned<'a> {
    /// The text as it came in.
    pub original: &'a str,
    /// What the repairs made of it, if there are any.
    pub repaired: Option<&'a Repaired>,
    /// What the engine read: the repaired text or the original.
    pub document: &'a Document<'a>,
    /// What it decided.
    pub outcome: &'a Outcome,
    /// The rules that decided.
    pub rules: &'a RuleSet,
}

impl Cleaner {
    /// Cleans `text` and hands all there is to know to `read`.
    ///
    /// # Errors
    /// When the text cannot be taken (it is too long).
    pub fn page<R>(&self, text: &str, host: Option<&str>, read: impl FnOnce(&Cleaned<'_>) -> R) -> Result<R> {
        self.document(Document::new(text)?, host, read)
    }

    /// The same for a text of which the lines are known.
    ///
    /// # Errors
    /// When the text cannot be taken (it is too long).
    pub fn document<R>(
        &self,
        given: Document<'_>,
        host: Option<&str>,
        read: impl FnOnce(&Cleaned<'_>) -> R,
    ) -> Result<R> {
        let host = host.or(self.host.as_deref());
        // A URL is taken too; what it comes to is the document's business.
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
    /// What was decided, for the record of removals and the sums of a run.
    pub fn decided(&self) -> Decided<'_> {
        Decided { original: self.original, repaired: self.repaired, outcome: self.outcome, rules: self.rules }
    }

    /// The body.
    pub fn body(&self) -> String {
        self.outcome.body(self.document)
    }

    /// Whether the body is not the text that came in.
    pub fn is_changed(&self) -> bool {
        match self.repaired {
            Some(_) => self.body() != self.original,
            None => self.outcome.removed_bytes() > 0,
        }
    }
}
