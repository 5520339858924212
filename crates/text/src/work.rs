//! Counts steps of work, so that tests can check that the work grows linearly with the text. Time would not
//! do: it depends on what else the machine does.
//!
//! A step is something small that is done again and again: a byte read, a literal tried, a line
//! counted, a candidate judged. A loop over lines, matches or positions adds its length here.
//! Steps are counted for each thread, and only in builds with debug assertions; in a release build
//! [`count`] does nothing.

use std::cell::Cell;

thread_local! {
    static STEPS: Cell<u64> = const { Cell::new(0) };
}

/// Adds to the steps of this thread.
#[inline(always)]
pub fn count(steps: usize) {
    if cfg!(debug_assertions) {
        STEPS.set(STEPS.get() + steps as u64);
    }
}

/// The steps that this thread has taken so far; 0 in a release build. For tests.
#[doc(hidden)]
pub fn steps_taken() -> u64 {
    STEPS.get()
}
