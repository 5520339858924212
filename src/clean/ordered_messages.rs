//! [`OrderedMessages`]: prints messages in the order of the inputs, although lanes are processed in parallel.

use std::collections::{BTreeMap, BTreeSet};

use crate::ui::messages::{Console, Notice};
use crate::ui::progress::Progress;

/// How many messages may wait for those of earlier inputs; if more wait, new ones are printed at once.
const WAITING: usize = 100_000;

/// Prints messages in the order of the inputs.
pub struct OrderedMessages {
    console: Console,
    /// The progress bar, which is hidden while messages are printed.
    pub progress: Progress,
    /// The first lane that is not closed; its messages are printed at once.
    front: usize,
    /// The messages that wait, by lane.
    waiting: BTreeMap<usize, Vec<Notice>>,
    /// How many messages wait.
    held: usize,
    /// Closed lanes behind `front`.
    closed: BTreeSet<usize>,
}

impl OrderedMessages {
    /// For lanes from 0 on.
    pub fn new(console: Console, progress: Progress) -> Self {
        Self { console, progress, front: 0, waiting: BTreeMap::new(), held: 0, closed: BTreeSet::new() }
    }

    /// Prints the messages of a lane, or stores them until all earlier lanes are closed.
    pub fn tell(&mut self, lane: usize, messages: Vec<Notice>) {
        if lane == self.front || self.held > WAITING {
            self.say(messages);
        } else {
            self.held += messages.len();
            self.waiting.entry(lane).or_default().extend(messages);
        }
    }

    /// Closes a lane, and prints the messages that waited for it.
    pub fn close(&mut self, lane: usize) {
        self.closed.insert(lane);
        while self.closed.remove(&self.front) {
            self.front += 1;
            let waiting = self.waiting.remove(&self.front).unwrap_or_default();
            self.held -= waiting.len();
            self.say(waiting);
        }
    }

    fn say(&mut self, messages: Vec<Notice>) {
        let Self { console, progress, .. } = self;
        if !messages.is_empty() {
            progress.aside(|| messages.iter().for_each(|message| console.tell(message)));
        }
    }

    /// Prints the messages that still wait because the run was stopped.
    pub fn finish(mut self) -> Console {
        for (_, messages) in std::mem::take(&mut self.waiting) {
            self.say(messages);
        }
        self.progress.finish();
        self.console
    }
}
