//! [`Workspace`]: the rules and documents in memory, and what the rules do to each document.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};
use std::thread;

use dehusk_engine::{Body, Engine, EngineBuilder, HtmlText, Outcome, shipped_bodies};
use dehusk_rules::{RuleSet, shipped_sources};
use dehusk_text::{Diagnostic, Document, Lang, Message};

use crate::comparison::Comparison;
use crate::folder::{RuleFolder, WriteFile};

/// One document of the collection.
#[derive(Clone, Debug, Default)]
pub struct StudioDocument {
    /// Its name in lists.
    pub name: String,
    /// The text.
    pub text: String,
    /// The text with its markup, if it was made from HTML.
    pub page: Option<HtmlText>,
    /// The host or URL, if it is known.
    pub host: Option<String>,
    /// The language, if it is known.
    pub language: Option<String>,
}

impl StudioDocument {
    /// The text as lines, with everything that is known of its origin.
    ///
    /// # Errors
    /// When it is too long.
    pub fn document(&self) -> dehusk_text::Result<Document<'_>> {
        let document = match &self.page {
            Some(page) => page.document()?,
            None => Document::new(&self.text)?,
        };
        let document = match &self.host {
            Some(host) => document.with_host(host),
            None => document,
        };
        Ok(match &self.language {
            Some(language) => document.with_language(language),
            None => document,
        })
    }
}

/// What a studio is opened with.
#[derive(Debug)]
pub struct StudioOptions {
    /// The rules beside those of the folder: the shipped ones, or none.
    pub shipped: RuleSet,
    /// The folder of rules that the page may change.
    pub folder: PathBuf,
    /// Further folders of rules, which are only read.
    pub others: RuleSet,
    /// How documents are cleaned.
    pub engine: EngineBuilder,
    /// The language in which the page opens.
    pub lang: Lang,
    /// How a file is written.
    pub write: WriteFile,
}

/// Everything that the page can ask about.
#[derive(Debug)]
pub(crate) struct Workspace {
    base: RuleSet,
    pub(crate) folder: RuleFolder,
    builder: EngineBuilder,
    pub(crate) lang: Lang,
    documents: RwLock<Vec<Arc<StudioDocument>>>,
    rules: RwLock<Arc<Rules>>,
    /// The work in the background that was asked for last.
    pub(crate) job: Mutex<Option<Arc<Comparison>>>,
    bodies: OnceLock<Vec<Body>>,
}

/// One state of the rules.
#[derive(Debug)]
pub(crate) struct Rules {
    pub(crate) engine: Engine,
    /// The files of the folder, as full names of rules say them.
    pub(crate) own: BTreeSet<String>,
    /// Mistakes in files of the folder: the rules that have one are left out.
    pub(crate) mistakes: Vec<Diagnostic>,
    /// What cannot be read at all.
    pub(crate) trouble: Option<Message>,
    /// What the rules do to the documents, as far as they were asked.
    outcomes: Mutex<Vec<Option<Arc<Outcome>>>>,
}

impl Workspace {
    pub(crate) fn new(options: StudioOptions, documents: Vec<StudioDocument>) -> Self {
        let base = options.shipped.merged_with(options.others);
        let folder = RuleFolder::new(options.folder, options.write);
        let rules = load(&base, &folder, &options.engine);
        Self {
            base,
            folder,
            builder: options.engine,
            lang: options.lang,
            documents: RwLock::new(documents.into_iter().map(Arc::new).collect()),
            rules: RwLock::new(Arc::new(rules)),
            job: Mutex::default(),
            bodies: OnceLock::new(),
        }
    }

    /// The rules as they are now.
    pub(crate) fn rules(&self) -> Arc<Rules> {
        Arc::clone(&self.rules.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads the folder again, and cleans all documents anew in the background.
    pub(crate) fn reload(this: &Arc<Self>) {
        let rules = load(&this.base, &this.folder, &this.builder);
        *this.rules.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(rules);
        Self::clean_all(this);
    }

    /// An engine for changed rules, with the choices of this studio.
    pub(crate) fn engine(&self, rules: RuleSet) -> dehusk_text::Result<Engine> {
        self.builder.clone().build_from(rules)
    }

    pub(crate) fn documents(&self) -> Vec<Arc<StudioDocument>> {
        self.documents.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn document(&self, id: usize) -> Option<Arc<StudioDocument>> {
        self.documents.read().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    /// Adds a text that was pasted into the page: its number.
    pub(crate) fn add(&self, document: StudioDocument) -> usize {
        let mut documents = self.documents.write().unwrap_or_else(PoisonError::into_inner);
        documents.push(Arc::new(document));
        documents.len() - 1
    }

    /// Whether a rule (by its full name) stands in a file that the page may change.
    pub(crate) fn is_own(&self, rule: &str) -> bool {
        rule.split_once(" › ").is_some_and(|(file, _)| self.rules().own.contains(file))
    }

    /// The text of a shipped rule file.
    pub(crate) fn shipped_text(&self, file: &str) -> String {
        let source = shipped_sources().into_iter().find(|source| source.file() == file);
        source.map(|source| source.text).unwrap_or_default()
    }

    /// Texts of which every line is body.
    pub(crate) fn bodies(&self) -> &[Body] {
        self.bodies.get_or_init(shipped_bodies)
    }

    /// Starts to clean all documents with the rules as they are now. It ends early when the rules are changed.
    pub(crate) fn clean_all(this: &Arc<Self>) {
        let rules = this.rules();
        let documents = Arc::new(this.documents());
        let next = Arc::new(AtomicUsize::new(0));
        for _ in 0..threads() {
            let (rules, documents, next) = (Arc::clone(&rules), Arc::clone(&documents), Arc::clone(&next));
            let workspace = Arc::downgrade(this);
            thread::spawn(move || {
                loop {
                    let id = next.fetch_add(1, Ordering::Relaxed);
                    let Some(document) = documents.get(id) else { break };
                    let is_current = workspace.upgrade().is_some_and(|all| Arc::ptr_eq(&all.rules(), &rules));
                    if !is_current {
                        break;
                    }
                    rules.outcome(id, document);
                }
            });
        }
    }
}

impl Rules {
    pub(crate) fn set(&self) -> &RuleSet {
        self.engine.rules()
    }

    /// What the rules do to a document; nothing if it is too long to be one.
    pub(crate) fn outcome(&self, id: usize, document: &StudioDocument) -> Arc<Outcome> {
        if let Some(known) = self.known(id) {
            return known;
        }
        let outcome = Arc::new(document.document().map(|document| self.engine.clean(&document)).unwrap_or_default());
        let mut all = self.outcomes.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() <= id {
            all.resize(id + 1, None);
        }
        all[id] = Some(Arc::clone(&outcome));
        outcome
    }

    /// Of how many documents that is known.
    pub(crate) fn cleaned(&self) -> usize {
        self.outcomes.lock().unwrap_or_else(PoisonError::into_inner).iter().flatten().count()
    }

    /// The same, if it was asked before.
    pub(crate) fn known(&self, id: usize) -> Option<Arc<Outcome>> {
        self.outcomes.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned().flatten()
    }
}

/// As many threads as there are cores.
pub(crate) fn threads() -> usize {
    thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// The rules of the base and of the folder. A rule with a mistake is left out and told; the page goes on working.
fn load(base: &RuleSet, folder: &RuleFolder, builder: &EngineBuilder) -> Rules {
    let (own, mistakes, mut trouble) = match folder.sources() {
        Ok(sources) => {
            let (own, mistakes) = RuleSet::check(&sources);
            (own, mistakes, None)
        }
        Err(error) => (RuleSet::default(), Vec::new(), Some(both(&error))),
    };
    let files = own.rules.iter().map(|rule| rule.file.clone()).collect();
    let engine = builder.clone().build_from(base.clone().merged_with(own)).or_else(|error| {
        trouble = Some(both(&error));
        builder.clone().build_from(base.clone())
    });
    let engine = engine.or_else(|_| builder.clone().build_from(RuleSet::default()));
    Rules {
        own: files,
        engine: engine.expect("an engine without rules can be built"),
        mistakes,
        trouble,
        outcomes: Mutex::default(),
    }
}

/// An error in both languages.
pub(crate) fn both(error: &dehusk_text::Error) -> Message {
    Message { zh: error.message(Lang::Zh), en: error.message(Lang::En) }
}
