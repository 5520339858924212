//! [`Workspace`]: the rules and documents in memory, and what the rules do to each document.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};
use std::thread;

use dehusk_engine::{Body, Engine, EngineBuilder, HtmlText, Outcome, shipped_bodies};
use dehusk_rules::{RuleSet, shipped_sources};
use dehusk_text::{Diagnostic, Document, Lang, Message, all_cores};

use crate::comparison::Comparison;
use crate::folder::{DiskAccess, RuleFolder};
use crate::guarded::guarded;

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
    /// How files are changed.
    pub disk: DiskAccess,
    /// How the phrases of a list or table are read.
    pub phrases: ReadPhrases,
    /// How many inputs of the collection could not be read.
    pub unread: usize,
}

/// Reads the phrases of a file, given its name and bytes.
#[derive(Clone)]
pub struct ReadPhrases(Arc<PhraseReader>);

type PhraseReader = dyn Fn(&str, &[u8]) -> Result<Vec<String>, Message> + Send + Sync;

impl ReadPhrases {
    /// With the reader of the program.
    pub fn new(read: impl Fn(&str, &[u8]) -> Result<Vec<String>, Message> + Send + Sync + 'static) -> Self {
        Self(Arc::new(read))
    }

    pub(crate) fn read(&self, name: &str, bytes: &[u8]) -> Result<Vec<String>, Message> {
        (self.0)(name, bytes)
    }
}

impl std::fmt::Debug for ReadPhrases {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ReadPhrases")
    }
}

/// Everything that the page can ask about.
#[derive(Debug)]
pub(crate) struct Workspace {
    base: RuleSet,
    pub(crate) folder: RuleFolder,
    builder: EngineBuilder,
    pub(crate) lang: Lang,
    pub(crate) phrases: ReadPhrases,
    pub(crate) unread: usize,
    /// Counts how often rules were read; the page sees by it that it shows old ones.
    generation: AtomicU64,
    /// Counts the questions about all documents; an older one that is still worked on stops.
    pub(crate) turn: AtomicU64,
    documents: RwLock<Vec<Arc<StudioDocument>>>,
    rules: RwLock<Arc<Rules>>,
    /// The work in the background that was asked for last.
    pub(crate) job: Mutex<Option<Arc<Comparison>>>,
    bodies: OnceLock<Vec<Body>>,
    /// A copy of the rules, and of which state: see [`Workspace::copy_of_rules`].
    spare: Mutex<Option<(Arc<Rules>, RuleSet)>>,
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
    /// The state of the folder that they were read from.
    stamp: u64,
    /// What the rules do to the documents, as far as they were asked.
    outcomes: Mutex<Vec<Option<Arc<Outcome>>>>,
    /// Documents on which the program failed.
    failures: Mutex<BTreeMap<usize, Message>>,
}

impl Workspace {
    pub(crate) fn new(options: StudioOptions, documents: Vec<StudioDocument>) -> Self {
        let base = options.shipped.merged_with(options.others);
        let folder = RuleFolder::new(options.folder, options.disk);
        let rules = load(&base, &folder, &options.engine);
        Self {
            base,
            folder,
            builder: options.engine,
            lang: options.lang,
            phrases: options.phrases,
            unread: options.unread,
            generation: AtomicU64::new(1),
            turn: AtomicU64::new(0),
            documents: RwLock::new(documents.into_iter().map(Arc::new).collect()),
            rules: RwLock::new(Arc::new(rules)),
            job: Mutex::default(),
            bodies: OnceLock::new(),
            spare: Mutex::default(),
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
        this.generation.fetch_add(1, Ordering::Relaxed);
        Self::clean_all(this);
    }

    /// Reads the folder again if somebody changed it. The number of the state of the rules.
    pub(crate) fn refresh(this: &Arc<Self>) -> u64 {
        if this.folder.stamp() != this.rules().stamp {
            Self::reload(this);
        }
        this.generation.load(Ordering::Relaxed)
    }

    /// A copy of these rules in which something is changed for a trial. Copying them takes most of the time for which an
    /// editor waits, so the copy for the next letter is made while nobody does.
    pub(crate) fn copy_of_rules(&self, now: &Arc<Rules>) -> RuleSet {
        match self.spare.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some((of, rules)) if Arc::ptr_eq(&of, now) => rules,
            _ => now.set().clone(),
        }
    }

    /// Makes the copy for the next trial, beside everything else.
    pub(crate) fn prepare_copy(this: &Arc<Self>) {
        let this = Arc::clone(this);
        // Where the system refuses the thread, the next trial makes its copy itself.
        let _ = thread::Builder::new().spawn(move || {
            let now = this.rules();
            let copy = now.set().clone();
            *this.spare.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, copy));
        });
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

    /// Starts to clean all documents with the rules as they are now, so that none must be waited for. It ends early when the
    /// rules are changed.
    pub(crate) fn clean_all(this: &Arc<Self>) {
        let rules = this.rules();
        let documents = Arc::new(this.documents());
        let next = Arc::new(AtomicUsize::new(0));
        for _ in 0..all_cores().get() {
            let (rules, documents, next) = (Arc::clone(&rules), Arc::clone(&documents), Arc::clone(&next));
            let workspace = Arc::downgrade(this);
            let _ = thread::Builder::new().spawn(move || {
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

    /// What the rules do to a document; nothing if it is too long to be one, or the program fails on it.
    pub(crate) fn outcome(&self, id: usize, document: &StudioDocument) -> Arc<Outcome> {
        if let Some(known) = self.known(id) {
            return known;
        }
        let clean = || document.document().map(|document| self.engine.clean(&document)).unwrap_or_default();
        let outcome = Arc::new(guarded(clean).unwrap_or_else(|failure| {
            self.failures.lock().unwrap_or_else(PoisonError::into_inner).insert(id, failure);
            Outcome::default()
        }));
        let mut all = self.outcomes.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() <= id {
            all.resize(id + 1, None);
        }
        all[id] = Some(Arc::clone(&outcome));
        outcome
    }

    /// What is to be said of a document on which the program failed.
    pub(crate) fn failure(&self, id: usize) -> Option<Message> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
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

/// The rules of the base and of the folder. A rule with a mistake is left out and told; the page goes on working.
fn load(base: &RuleSet, folder: &RuleFolder, builder: &EngineBuilder) -> Rules {
    // What changes while the files are read is seen the next time.
    let stamp = folder.stamp();
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
        stamp,
        outcomes: Mutex::default(),
        failures: Mutex::default(),
    }
}

/// An error in both languages.
pub(crate) fn both(error: &dehusk_text::Error) -> Message {
    Message { zh: error.message(Lang::Zh), en: error.message(Lang::En) }
}
