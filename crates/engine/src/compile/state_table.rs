//! [`StateTable`]: an automaton that says whether a line matches, as one table.
//!
//! Each state has a row with a place for each class of bytes, so that a byte of a line takes a handful of instructions. As bytes,
//! for which there is little room, a row is its runs of places that lead to the same state. That is less than the sparse automata of
//! `regex-automata` need, in which it takes a hundred instructions to find where a byte leads.
//!
//! ```text
//! regex     ^(?:ab|ad)$      classes   up to `a, a, b, c, d, from e on; and the end of the line
//! START     NO, 4, 5 × NO              runs   1 × NO, 1 × 4, 5 × NO
//! 4         2 × NO, 5, NO, 5, 2 × NO
//! 5         6 × NO, YES
//! ```

use std::collections::HashMap;

use regex_automata::Anchored;
use regex_automata::dfa::{Automaton as _, dense};
use regex_automata::util::primitives::StateID;
use regex_automata::util::start;

use crate::hash::FixedState;

/// All states that a line can reach.
pub(super) struct StateTable {
    /// By byte: its class.
    classes: Box<[u8; 256]>,
    /// By state and class: the next state.
    next: Vec<u16>,
    /// How many classes there are; behind them in each row stands what comes at the end of the line.
    end: usize,
    /// Places in a row, as a power of two.
    shift: u32,
}

/// The states in which the answer is known: no match can come any more, there is one, and the automaton cannot say.
const NO: u16 = 0;
const YES: u16 = 1;
const UNKNOWN: u16 = 2;
/// The state before the first byte of a line.
const START: u16 = 3;

impl StateTable {
    /// An empty one, by the last byte of each class.
    fn of_classes(last_bytes: &[u8]) -> Option<Self> {
        let mut classes = Box::new([0; 256]);
        let mut from = 0;
        for (class, &last) in (0..=u8::MAX).zip(last_bytes) {
            classes.get_mut(from..=usize::from(last))?.fill(class);
            from = usize::from(last) + 1;
        }
        let end = last_bytes.len();
        let shift = (end + 1).next_power_of_two().trailing_zeros();
        (from == 256).then(|| Self { classes, next: vec![NO; usize::from(START) << shift], end, shift })
    }

    /// Reads what [`automaton_bytes`] gave; `None` if these are other bytes.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let (&last_class, bytes) = bytes.split_first()?;
        let (last_bytes, bytes) = bytes.split_at_checked(usize::from(last_class) + 1)?;
        let (states, bytes) = bytes.split_first_chunk()?;
        let states = u16::from_le_bytes(*states).checked_add(START)?;
        let mut table = Self::of_classes(last_bytes)?;
        table.next.resize(usize::from(states) << table.shift, NO);
        let (runs, []) = bytes.as_chunks() else { return None };
        let (mut row, mut at) = (usize::from(START), 0);
        for &[count, a, b] in runs {
            let next = u16::from_le_bytes([a, b]);
            let start = row << table.shift | at;
            at += usize::from(count);
            if next >= states || at > table.end + 1 {
                return None;
            }
            table.next.get_mut(start..start + usize::from(count))?.fill(next);
            if at > table.end {
                (row, at) = (row + 1, 0);
            }
        }
        (row == usize::from(states)).then_some(table)
    }

    /// Whether the regex matches a line; `None` where the automaton cannot say.
    pub(super) fn is_match(&self, line: &str) -> Option<bool> {
        let row = |state: u16| usize::from(state) << self.shift;
        let mut state = START;
        for &byte in line.as_bytes() {
            state = self.next[row(state) | usize::from(self.classes[usize::from(byte)])];
            if state < START {
                break;
            }
        }
        if state >= START {
            state = self.next[row(state) | self.end];
        }
        (state != UNKNOWN).then_some(state == YES)
    }
}

/// An automaton as bytes: the number of classes less one, the last byte of each, the number of states, and the rows as runs.
pub(super) fn automaton_bytes(automaton: &dense::DFA<Vec<u32>>) -> Option<Vec<u8>> {
    let classes = automaton.byte_classes();
    let is_last = |&byte: &u8| byte == u8::MAX || classes.get(byte) != classes.get(byte + 1);
    let last_bytes: Vec<u8> = (0..=u8::MAX).filter(is_last).collect();
    let start = automaton.start_state(&start::Config::new().anchored(Anchored::No)).ok()?;
    let mut states = vec![start];
    let mut numbers: HashMap<StateID, u16, FixedState> = HashMap::default();
    numbers.insert(start, START);
    let mut number = |state: StateID, states: &mut Vec<StateID>| {
        // An answer is given as soon as there is one, so nothing leads on from these.
        if automaton.is_match_state(state) {
            return Some(YES);
        }
        if automaton.is_dead_state(state) {
            return Some(NO);
        }
        if automaton.is_quit_state(state) {
            return Some(UNKNOWN);
        }
        let new = START.checked_add(u16::try_from(states.len()).ok()?)?;
        Some(*numbers.entry(state).or_insert_with(|| {
            states.push(state);
            new
        }))
    };
    let mut rows: Vec<u8> = Vec::new();
    let mut at = 0;
    while let Some(&state) = states.get(at) {
        let of_bytes = last_bytes.iter().map(|&byte| automaton.next_state(state, byte));
        let mut run: Option<(u8, u16)> = None;
        let mut write = |run: Option<(u8, u16)>| {
            if let Some((count, next)) = run {
                rows.push(count);
                rows.extend(next.to_le_bytes());
            }
        };
        for next in of_bytes.chain([automaton.next_eoi_state(state)]) {
            let next = number(next, &mut states)?;
            match &mut run {
                Some((count, of_run)) if *of_run == next && *count < u8::MAX => *count += 1,
                _ => write(run.replace((1, next))),
            }
        }
        write(run);
        at += 1;
    }
    let count = u16::try_from(states.len()).ok()?;
    Some([&[(last_bytes.len() - 1) as u8], last_bytes.as_slice(), &count.to_le_bytes(), &rows].concat())
}
