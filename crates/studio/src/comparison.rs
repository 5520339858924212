//! [`Comparison`]: what an edited rule would do to the whole collection, worked out in the background.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use dehusk_engine::{Engine, Outcome};
use dehusk_text::{Document, all_cores};
use dehusk_tools::preview::{ChangeTally, Moved, Side, compare};
use serde_json::{Value, json};

use crate::guarded::guarded;
use crate::workspace::{Rules, StudioDocument, Workspace};

/// How many samples the page gets of each rule.
const SAMPLES: usize = 30;

/// A comparison of the whole collection before and after an edit.
#[derive(Debug)]
pub(crate) struct Comparison {
    all: usize,
    done: AtomicUsize,
    cancelled: AtomicBool,
    /// By document: its number and the lines that changed.
    changed: Mutex<Vec<(usize, Vec<Moved>)>>,
    documents: Vec<Arc<StudioDocument>>,
    /// Documents on which the program failed.
    failed: Mutex<Vec<usize>>,
}

impl Comparison {
    /// Starts the comparison; the one before it stops.
    pub(crate) fn start(workspace: &Workspace, engine: Engine) {
        let rules = workspace.rules();
        let look = move |id: usize, given: &StudioDocument| match given.document() {
            Ok(document) => moved(&document, &rules, &rules.outcome(id, given), &engine, &engine.clean(&document)),
            Err(_) => Vec::new(),
        };
        let mut current = workspace.job.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(old) = current.take() {
            old.cancel();
        }
        *current = Some(Self::run(workspace.documents(), look));
    }

    /// Looks at all documents, on all cores.
    fn run(
        documents: Vec<Arc<StudioDocument>>,
        look: impl Fn(usize, &StudioDocument) -> Vec<Moved> + Send + Sync + 'static,
    ) -> Arc<Self> {
        let job = Arc::new(Self {
            all: documents.len(),
            done: AtomicUsize::new(0),
            cancelled: AtomicBool::new(false),
            changed: Mutex::default(),
            documents,
            failed: Mutex::default(),
        });
        let (look, next) = (Arc::new(look), Arc::new(AtomicUsize::new(0)));
        let worker = |_| {
            let (job, look, next) = (Arc::clone(&job), Arc::clone(&look), Arc::clone(&next));
            thread::Builder::new().spawn(move || job.work(&*look, &next)).ok()
        };
        // Where the system refuses all threads, whoever asks waits.
        if (0..all_cores().get()).map_while(worker).count() == 0 {
            job.work(&*look, &next);
        }
        job
    }

    fn work(&self, look: &impl Fn(usize, &StudioDocument) -> Vec<Moved>, next: &AtomicUsize) {
        loop {
            let id = next.fetch_add(1, Ordering::Relaxed);
            let Some(given) = self.documents.get(id) else { break };
            if self.cancelled.load(Ordering::Relaxed) {
                break;
            }
            match guarded(|| look(id, given)) {
                Ok(moved) if moved.is_empty() => {}
                Ok(moved) => self.changed.lock().unwrap_or_else(PoisonError::into_inner).push((id, moved)),
                Err(_) => self.failed.lock().unwrap_or_else(PoisonError::into_inner).push(id),
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
            let name = &self.documents[id].name;
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
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner).clone();
        json!({
            "failed": failed, "done": done, "all": self.all, "finished": done == self.all,
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
) -> Vec<Moved> {
    // Most documents do not change at all; whose rule it was does not matter here.
    let spans = |outcome: &Outcome| outcome.removals.iter().map(|removal| removal.span).collect::<Vec<_>>();
    if spans(was) == spans(is) {
        return Vec::new();
    }
    let (old, new) = (Side { rules: before.set(), outcome: was }, Side { rules: after.rules(), outcome: is });
    compare(document, old, new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_document_on_which_the_program_fails_does_not_stop_the_others() {
        let documents = (0..9).map(|_| Arc::new(StudioDocument::default())).collect();
        let job =
            Comparison::run(documents, |id, _| if id % 4 == 3 { panic!("a fault on purpose") } else { Vec::new() });
        while job.json()["finished"] != true {
            thread::sleep(Duration::from_millis(5));
        }
        let mut failed = job.failed.lock().expect("nobody holds it").clone();
        failed.sort_unstable();
        assert_eq!(failed, [3, 7]);
    }
}
