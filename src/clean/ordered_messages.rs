//! [`OrderedMessages`]: messages in the order of the inputs, whatever order lanes are worked on.

use std::collections::{BTreeMap, BTreeSet};

use crate::ui::messages::{Console, Notice};
use crate::ui::progress::Progress;

/// Messages that wait until those of earlier inputs are said; beyond, they are said at once.
const WAITING: usize = 100_000;

/// Says messages in the order of the inputs.
pub struct OrderedMessages {
    console: Console,
    /// The bar, which messages must not tear.
    pub progress: Progress,
    /// The first lane that is not closed: its messages are said at once.
    front: usize,
    waiting: BTreeMap<usize, Vec<Notice>>,
    /// How many messages wait.
    held: usize,
    closed: BTreeSet<usize>,
}

impl OrderedMessages {
    /// A voice for lanes from 0 on.
    pub fn new(console: Console, progress: Progress) -> Self {
        Self { console, progress, front: 0, waiting: BTreeMap::new(), held: 0, closed: BTreeSet::new() }
    }

    /// Says messages of a lane, or keeps them until it is its turn.
    pub fn tell(&mut self, lane: usize, messages: Vec<Notice>) {
        if lane == self.front || self.held > WAITING {
            self.say(messages);
        } else {
            self.held += messages.len();
            self.waiting.entry(lane).or_default().extend(messages);
        }
    }

    /// Says what waited behind a lane that is done.
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

    /// Says what is left, if the run was stopped.
    pub fn finish(mut self) -> Console {
        for (_, messages) in std::mem::take(&mut self.waiting) {
            self.say(messages);
        }
        self.progress.finish();
        self.console
    }
}
