//! [`Comparison`]: what an edited rule would do to the whole collection, worked out in the background.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use dehusk_engine::{Engine, Outcome};
use dehusk_text::Document;
use dehusk_tools::preview::{ChangeTally, Side, compare};
use serde_json::{Value, json};

use crate::workspace::{Rules, StudioDocument, Workspace, threads};

/// How many samples the page gets of each rule.
const SAMPLES: usize = 30;

/// A comparison of the whole collection before and after an edit.
#[derive(Debug)]
pub(crate) struct Comparison {
    all: usize,
    done: AtomicUsize,
    cancelled: AtomicBool,
    /// By document: its number and the lines that changed.
    changed: Mutex<Vec<(usize, Vec<dehusk_tools::preview::Moved>)>>,
    names: Vec<Arc<StudioDocument>>,
}

impl Comparison {
    /// Starts the comparison; the one before it stops.
    pub(crate) fn start(workspace: &Workspace, engine: Engine) {
        let documents = workspace.documents();
        let job = Arc::new(Self {
            all: documents.len(),
            done: AtomicUsize::new(0),
            cancelled: AtomicBool::new(false),
            changed: Mutex::default(),
            names: documents,
        });
        let mut current = workspace.job.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(old) = current.replace(Arc::clone(&job)) {
            old.cancel();
        }
        let (rules, engine, next) = (workspace.rules(), Arc::new(engine), Arc::new(AtomicUsize::new(0)));
        for _ in 0..threads() {
            let (job, rules, engine, next) =
                (Arc::clone(&job), Arc::clone(&rules), Arc::clone(&engine), Arc::clone(&next));
            thread::spawn(move || job.work(&rules, &engine, &next));
        }
    }

    fn work(&self, rules: &Rules, engine: &Engine, next: &AtomicUsize) {
        loop {
            let id = next.fetch_add(1, Ordering::Relaxed);
            let Some(given) = self.names.get(id) else { break };
            if self.cancelled.load(Ordering::Relaxed) {
                break;
            }
            if let Ok(document) = given.document() {
                let moved = moved(&document, rules, &rules.outcome(id, given), engine, &engine.clean(&document));
                if !moved.is_empty() {
                    self.changed.lock().unwrap_or_else(PoisonError::into_inner).push((id, moved));
                }
            }
            self.done.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(crate) fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// How far it is, and what it found; lines that look like sentences come first.
    pub(crate) fn json(&self) -> Value {
        let done = self.done.load(Ordering::Relaxed);
        let mut changed = self.changed.lock().unwrap_or_else(PoisonError::into_inner).clone();
        changed.sort_by_key(|(id, _)| *id);
        let documents: Vec<usize> = changed.iter().map(|(id, _)| *id).collect();
        let mut tally = ChangeTally::new(SAMPLES);
        for (id, moved) in changed {
            // The page finds the document again by its number.
            let name = &self.names[id].name;
            tally.add(name, moved, |line| format!("{id}:{line}"));
        }
        let samples: Vec<Value> = tally
            .rules
            .iter()
            .flat_map(|(rule, changes)| changes.samples.iter().map(move |sample| (rule, sample)))
            .map(|(rule, sample)| {
                let mut value = json!(sample);
                value["of"] = json!(rule);
                value
            })
            .collect();
        json!({
            "done": done, "all": self.all, "finished": done == self.all,
            "cancelled": self.cancelled.load(Ordering::Relaxed), "changed": documents.len(), "documents": documents,
            "more": tally.more(), "less": tally.less(), "sentences": tally.sentences(),
            "headlines": tally.headlines(), "samples": samples,
        })
    }
}

/// The lines of one document that go or stay otherwise than before.
pub(crate) fn moved(
    document: &Document<'_>,
    before: &Rules,
    was: &Outcome,
    after: &Engine,
    is: &Outcome,
) -> Vec<dehusk_tools::preview::Moved> {
    // Most documents do not change at all; whose rule it was does not matter here.
    let spans = |outcome: &Outcome| outcome.removals.iter().map(|removal| removal.span).collect::<Vec<_>>();
    if spans(was) == spans(is) {
        return Vec::new();
    }
    let (old, new) = (Side { rules: before.set(), outcome: was }, Side { rules: after.rules(), outcome: is });
    compare(document, old, new)
}
