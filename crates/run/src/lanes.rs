//! [`run`]: processes several inputs in parallel with a number of threads; each output is in the order of its input.
//!
//! A *lane* is a source of items and a sink for their results, such as a file that is cut into
//! batches and the file that the results go to. A worker takes the next item of the earliest
//! lane whose source is free, processes it, and passes the result to the lane's sink. The worker with
//! the next result in order writes it, and all finished ones that follow it. A result that is early
//! is stored in the lane, and its worker goes on.
//!
//! ```text
//! lane 0   source ─▶ 5  4  3 ──work──▶ 2 (early, waits)  1 ─▶ sink
//! lane 1   source ─▶ 2  1 ──work──▶ 0 ─▶ sink        opened when the source of lane 0 was busy
//! ```
//!
//! So one large file keeps all threads busy, and many packed files are unpacked in parallel: while all
//! sources of the open lanes are being read, a worker opens the next lane.
//!
//! Memory: at most [`AHEAD`] items per thread are between source and sink, whatever the
//! inputs are. If one item takes very long, the other lanes go on until this limit is reached.
//!
//! One mutex guards the state of the lanes. It is not held while a worker reads, processes or writes.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// Most items between source and sink, per thread. One lane may have half of them.
pub const AHEAD: usize = 4;

/// The source and the sink of a lane; `None` if there is nothing to do in it.
pub type Opened<L> = Option<(<L as Lanes>::Source, <L as Lanes>::Sink)>;

/// The work to be done. Methods are called from any thread, but never two at once on the same
/// source or the same sink. An error of any of them stops the run.
pub trait Lanes: Sync {
    /// Gives items in order.
    type Source: Send;
    /// Receives results in order.
    type Sink: Send;
    /// What a worker processes at a time.
    type Item: Send;
    /// The result of an item.
    type Done: Send;
    /// Why the run stops.
    type Error: Send;

    /// Opens a lane.
    ///
    /// # Errors
    /// Stops the run.
    fn open(&self, lane: usize) -> Result<Opened<Self>, Self::Error>;

    /// The next item of a lane; `None` at its end.
    ///
    /// # Errors
    /// Stops the run. A failure that concerns this lane only is returned as an item instead.
    fn next(&self, source: &mut Self::Source) -> Result<Option<Self::Item>, Self::Error>;

    /// Processes one item; called in parallel for different items.
    fn work(&self, item: Self::Item) -> Self::Done;

    /// Writes a result. Those of a lane arrive in the order of its items.
    ///
    /// # Errors
    /// Stops the run.
    fn put(&self, sink: &mut Self::Sink, done: Self::Done) -> Result<(), Self::Error>;

    /// Finishes a lane, after `put` was called for its last result.
    ///
    /// # Errors
    /// Stops the run.
    fn close(&self, source: Self::Source, sink: Self::Sink) -> Result<(), Self::Error>;
}

/// Runs lanes `0..lanes` with `jobs` threads; at most `open` lanes are open at a time.
///
/// # Errors
/// The first error of a method of `lanes`. Items in progress are finished, but their results
/// are not written.
pub fn run<L: Lanes>(work: &L, lanes: usize, jobs: NonZero<usize>, open: NonZero<usize>) -> Result<(), L::Error> {
    let shared = Shared {
        work,
        lanes,
        jobs: jobs.get(),
        open: open.get(),
        state: Mutex::new(LaneState { open: BTreeMap::new(), opened: 0, between: 0, stopped: false, error: None }),
        changed: Condvar::new(),
    };
    if jobs.get() == 1 {
        shared.worker();
    } else {
        thread::scope(|scope| {
            // This thread works as well, so a run comes to its end also where the system refuses more of them.
            let worker = |_| thread::Builder::new().spawn_scoped(scope, || shared.worker()).ok();
            let workers: Vec<_> = (1..jobs.get()).map_while(worker).collect();
            shared.worker();
            for worker in workers {
                if let Err(panic) = worker.join() {
                    std::panic::resume_unwind(panic);
                }
            }
        });
    }
    let state = shared.state.into_inner().unwrap_or_else(PoisonError::into_inner);
    state.error.map_or(Ok(()), Err)
}

struct Shared<'w, L: Lanes> {
    work: &'w L,
    lanes: usize,
    jobs: usize,
    open: usize,
    state: Mutex<LaneState<L>>,
    changed: Condvar,
}

struct LaneState<L: Lanes> {
    /// The open lanes, by number.
    open: BTreeMap<usize, Lane<L>>,
    /// How many lanes were opened so far, which is the number of the next one.
    opened: usize,
    /// Items between source and sink, in all lanes.
    between: usize,
    stopped: bool,
    error: Option<L::Error>,
}

/// An open lane. Source and sink are `None` while a worker has them.
struct Lane<L: Lanes> {
    source: Option<L::Source>,
    sink: Option<L::Sink>,
    /// The source has no more items.
    ended: bool,
    /// Items read from the source so far.
    taken: usize,
    /// Results written to the sink so far.
    put: usize,
    /// Results that cannot be written yet, by the number of their item.
    early: BTreeMap<usize, L::Done>,
}

/// What a worker may do next.
enum Turn<L: Lanes> {
    Take(usize, L::Source),
    Open(usize),
    Stop,
}

impl<L: Lanes> Shared<'_, L> {
    fn worker(&self) {
        let guard = StopOnPanic(self);
        loop {
            let result = match self.next_turn() {
                Turn::Stop => break,
                Turn::Open(lane) => self.open_lane(lane),
                Turn::Take(lane, source) => self.take(lane, source),
            };
            if let Err(error) = result {
                let mut state = self.lock();
                state.stopped = true;
                state.error.get_or_insert(error);
                self.changed.notify_all();
            }
        }
        std::mem::forget(guard);
    }

    fn lock(&self) -> MutexGuard<'_, LaneState<L>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until there is something to do.
    fn next_turn(&self) -> Turn<L> {
        let mut state = self.lock();
        loop {
            if state.stopped || state.open.is_empty() && state.opened == self.lanes {
                return Turn::Stop;
            }
            if state.between < AHEAD * self.jobs {
                let room = |lane: &Lane<L>| !lane.ended && lane.taken - lane.put < (AHEAD * self.jobs).div_ceil(2);
                let free = state.open.iter_mut().find(|(_, lane)| lane.source.is_some() && room(lane));
                if let Some((&number, lane)) = free {
                    return Turn::Take(number, lane.source.take().expect("it was just seen"));
                }
                if state.opened < self.lanes && state.open.len() < self.open.min(self.jobs) {
                    let number = state.opened;
                    state.opened += 1;
                    // Without source and sink, no worker can use the lane until it is open.
                    let lane =
                        Lane { source: None, sink: None, ended: false, taken: 0, put: 0, early: BTreeMap::new() };
                    state.open.insert(number, lane);
                    return Turn::Open(number);
                }
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn open_lane(&self, number: usize) -> Result<(), L::Error> {
        let opened = self.work.open(number)?;
        let mut state = self.lock();
        match opened {
            None => drop(state.open.remove(&number)),
            Some((source, sink)) => {
                let lane = lane(&mut state, number);
                (lane.source, lane.sink) = (Some(source), Some(sink));
            }
        }
        self.changed.notify_all();
        Ok(())
    }

    /// Reads the next item of a lane, processes it, and writes all results that are next in order.
    fn take(&self, number: usize, mut source: L::Source) -> Result<(), L::Error> {
        let item = self.work.next(&mut source)?;
        let mut state = self.lock();
        let index = {
            let lane = lane(&mut state, number);
            lane.source = Some(source);
            lane.ended = item.is_none();
            lane.taken += usize::from(item.is_some());
            lane.taken - usize::from(item.is_some())
        };
        state.between += usize::from(item.is_some());
        self.changed.notify_all();
        if let Some(item) = item {
            drop(state);
            let done = self.work.work(item);
            state = self.lock();
            lane(&mut state, number).early.insert(index, done);
        }
        self.drain(number, state)
    }

    /// Writes the results of a lane that are next, and closes it after the last.
    fn drain<'s>(&'s self, number: usize, mut state: MutexGuard<'s, LaneState<L>>) -> Result<(), L::Error> {
        // Without the sink, another worker is writing; it will also write the results that were stored here.
        while let Some(lane) = state.open.get_mut(&number)
            && lane.sink.is_some()
        {
            let Some(done) = lane.early.remove(&lane.put) else {
                if !(lane.ended && lane.taken == lane.put) {
                    break;
                }
                // Only one worker gets the sink, and no worker reads a source that has ended.
                let (source, sink) = (lane.source.take(), lane.sink.take());
                drop(state);
                if let (Some(source), Some(sink)) = (source, sink) {
                    self.work.close(source, sink)?;
                }
                state = self.lock();
                state.open.remove(&number);
                self.changed.notify_all();
                break;
            };
            let mut sink = lane.sink.take().expect("it was just seen");
            drop(state);
            self.work.put(&mut sink, done)?;
            state = self.lock();
            let lane = self::lane(&mut state, number);
            lane.sink = Some(sink);
            lane.put += 1;
            state.between -= 1;
            self.changed.notify_all();
        }
        Ok(())
    }
}

fn lane<L: Lanes>(state: &mut LaneState<L>, number: usize) -> &mut Lane<L> {
    state.open.get_mut(&number).expect("a lane stays open while an item of it is under way")
}

/// Stops the other workers when one panics; [`run`] then panics, too.
struct StopOnPanic<'s, 'w, L: Lanes>(&'s Shared<'w, L>);

impl<L: Lanes> Drop for StopOnPanic<'_, '_, L> {
    fn drop(&mut self) {
        self.0.lock().stopped = true;
        self.0.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// Lanes with the given numbers of items (`usize::MAX`: the lane is not opened). `closed` has what was written, by
    /// lane.
    struct Numbers {
        lengths: Vec<usize>,
        /// Varies the pauses from run to run.
        seed: usize,
        panics_at: Option<(usize, usize)>,
        fails_at: Option<(usize, usize)>,
        between: AtomicUsize,
        most: AtomicUsize,
        closed: Mutex<BTreeMap<usize, Vec<usize>>>,
    }

    impl Numbers {
        fn new(lengths: &[usize], seed: usize) -> Self {
            Self {
                lengths: lengths.to_vec(),
                seed,
                panics_at: None,
                fails_at: None,
                between: AtomicUsize::new(0),
                most: AtomicUsize::new(0),
                closed: Mutex::default(),
            }
        }

        fn pause(&self, a: usize, b: usize) {
            let n = (a * 31 + b * 17 + self.seed * 7) % 11;
            if n == 0 {
                thread::sleep(std::time::Duration::from_micros(300));
            } else {
                (0..n).for_each(|_| thread::yield_now());
            }
        }
    }

    impl Lanes for Numbers {
        type Source = (usize, usize);
        type Sink = (usize, Vec<usize>);
        type Item = (usize, usize);
        type Done = (usize, usize);
        type Error = String;

        fn open(&self, lane: usize) -> Result<Opened<Self>, String> {
            self.pause(lane, 1);
            Ok((self.lengths[lane] != usize::MAX).then(|| ((lane, 0), (lane, Vec::new()))))
        }

        fn next(&self, source: &mut Self::Source) -> Result<Option<Self::Item>, String> {
            self.pause(source.0, source.1);
            if source.1 == self.lengths[source.0] {
                return Ok(None);
            }
            source.1 += 1;
            let now = self.between.fetch_add(1, Ordering::SeqCst) + 1;
            self.most.fetch_max(now, Ordering::SeqCst);
            Ok(Some((source.0, source.1 - 1)))
        }

        fn work(&self, item: Self::Item) -> Self::Done {
            assert!(self.panics_at != Some(item), "the work on {item:?} panics");
            self.pause(item.1, item.0);
            item
        }

        fn put(&self, sink: &mut Self::Sink, done: Self::Done) -> Result<(), String> {
            self.between.fetch_sub(1, Ordering::SeqCst);
            if self.fails_at == Some(done) {
                return Err(format!("{done:?} cannot be written"));
            }
            sink.1.push(done.1);
            Ok(())
        }

        fn close(&self, source: Self::Source, sink: Self::Sink) -> Result<(), String> {
            assert_eq!(source.1, self.lengths[source.0]);
            assert!(self.closed.lock().unwrap().insert(sink.0, sink.1).is_none(), "closed twice");
            Ok(())
        }
    }

    fn count(n: usize) -> NonZero<usize> {
        NonZero::new(n).unwrap()
    }

    #[test]
    fn every_result_comes_once_and_in_order_however_threads_run() {
        for seed in 0..60 {
            let lengths = [seed % 40, 0, usize::MAX, 3, 50, 1, 7 + seed % 5];
            for (jobs, open) in [(1, 1), (2, 1), (2, 2), (3, 8), (8, 8), (16, 3)] {
                let numbers = Numbers::new(&lengths, seed);
                run(&numbers, lengths.len(), count(jobs), count(open)).unwrap();
                let expected: BTreeMap<usize, Vec<usize>> =
                    (0..).zip(lengths).filter(|l| l.1 != usize::MAX).map(|(i, n)| (i, (0..n).collect())).collect();
                assert_eq!(*numbers.closed.lock().unwrap(), expected, "{jobs} jobs, {open} open, seed {seed}");
                // A worker may hold one item more while it waits for the mutex.
                assert!(numbers.most.load(Ordering::SeqCst) <= AHEAD * jobs + jobs, "{jobs} jobs");
            }
        }
    }

    #[test]
    fn an_error_stops_all_and_closes_nothing_behind_it() {
        for seed in 0..40 {
            let mut numbers = Numbers::new(&[30, 30, 30], seed);
            numbers.fails_at = Some((1, seed % 30));
            let error = run(&numbers, 3, count(1 + seed % 4), count(3)).unwrap_err();
            assert_eq!(error, format!("(1, {}) cannot be written", seed % 30));
            assert!(!numbers.closed.lock().unwrap().contains_key(&1));
        }
    }

    #[test]
    fn a_panic_of_a_worker_is_handed_on() {
        for jobs in [1, 2, 5] {
            let mut numbers = Numbers::new(&[40, 40], jobs);
            numbers.panics_at = Some((0, 20));
            let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                let _ = run(&numbers, 2, count(jobs), count(2));
            }));
            let said = *caught.unwrap_err().downcast::<String>().unwrap();
            assert_eq!(said, "the work on (0, 20) panics");
        }
    }
}
