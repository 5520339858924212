//! [`LineRegex`]: whether a regex matches a line, and not where.
//!
//! A run over one article asks for a dozen regexes, and to compile them was most of its time: a [`regex::Regex`] is
//! compiled forwards and backwards, so that it can say where a match begins, and with searchers for its literals. Here it is
//! compiled forwards alone. The automaton of a small one is made when the rules are kept as bytes, and is read from them
//! ([`automaton`]); that of all others is made state by state, while lines are read.

use std::fmt;
use std::sync::{LazyLock, Mutex, PoisonError};

use regex_automata::Input;
use regex_automata::dfa::{StartKind, dense};
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson::{Compiler, NFA, WhichCaptures};
use regex_automata::util::pool::Pool;

use super::state_table::{StateTable, automaton_bytes};

/// It has tables for classes of characters, which take as long to lay out as a regex of middle length takes to compile.
static COMPILER: LazyLock<Mutex<Compiler>> = LazyLock::new(|| {
    let mut compiler = NFA::compiler();
    compiler.configure(NFA::config().which_captures(WhichCaptures::None).nfa_size_limit(Some(SIZE)));
    Mutex::new(compiler)
});

/// The most bytes of a compiled regex, as in the crate `regex`.
const SIZE: usize = 10 << 20;
/// The most bytes of an automaton that is kept, and of it while it is being made.
const KEPT: usize = 36 << 10;
const MADE: usize = 512 << 10;
/// An automaton whose states did not fit so often is given up…
const CLEARED: usize = 3;
/// …if a state served fewer bytes than this.
const BYTES_A_STATE: usize = 10;

/// Says whether a regex matches a line.
pub(super) enum LineRegex {
    /// All states are there.
    Read(StateTable),
    /// States are made when a line needs them, and kept, by thread.
    Lazy(Box<LazyStates>),
}

/// States that are made when a line needs them.
pub(super) struct LazyStates {
    dfa: DFA,
    caches: Pool<Cache, Box<dyn Fn() -> Cache + Send + Sync>>,
}

impl LineRegex {
    /// Compiles a regex; `None` if it cannot be parsed or is too large.
    pub(super) fn new(text: &str) -> Option<Self> {
        let config = DFA::config()
            .unicode_word_boundary(true)
            .minimum_cache_clear_count(Some(CLEARED))
            .minimum_bytes_per_state(Some(BYTES_A_STATE));
        let dfa = DFA::builder().configure(config).build_from_nfa(nfa(text)?).ok()?;
        let of_thread = dfa.clone();
        Some(Self::Lazy(Box::new(LazyStates { dfa, caches: Pool::new(Box::new(move || of_thread.create_cache())) })))
    }

    /// Reads what [`automaton`] gave; `None` if these are other bytes.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        StateTable::read(bytes).map(Self::Read)
    }

    /// Whether all its states are there.
    pub(super) fn is_table(&self) -> bool {
        matches!(self, Self::Read(_))
    }

    /// Whether it matches; `None` where that cannot be said: at the border of a word beyond ASCII, and where a line needs
    /// too many states.
    pub(super) fn is_match(&self, line: &str) -> Option<bool> {
        match self {
            Self::Read(table) => table.is_match(line),
            Self::Lazy(states) => {
                let found = states.dfa.try_search_fwd(&mut states.caches.get(), &Input::new(line).earliest(true));
                found.ok().map(|found| found.is_some())
            }
        }
    }
}

/// The automaton of a regex as bytes, if it is small.
pub(super) fn automaton(text: &str) -> Option<Vec<u8>> {
    let config = dense::DFA::config()
        .unicode_word_boundary(true)
        .start_kind(StartKind::Unanchored)
        .accelerate(false)
        .minimize(true)
        .dfa_size_limit(Some(MADE))
        .determinize_size_limit(Some(4 * MADE));
    let dfa = dense::DFA::builder().configure(config).build_from_nfa(&nfa(text)?).ok()?;
    automaton_bytes(&dfa).filter(|bytes| bytes.len() <= KEPT)
}

fn nfa(text: &str) -> Option<NFA> {
    let hir = regex_syntax::parse(text).ok()?;
    COMPILER.lock().unwrap_or_else(PoisonError::into_inner).build_from_hir(&hir).ok()
}

impl fmt::Debug for LineRegex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LineRegex").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use regex::Regex;

    proptest! {
        #[test]
        fn it_says_what_the_whole_regex_says(
            parts in prop::collection::vec(prop::sample::select(vec![
                "^", "$", " ?", "-", "版权", "a", "[a-z版]", "[^。]", ".", ".*", "(?:版权|转载)", "(?:网|-a)?", "[^-]{0,3}", r"\b", r"\p{Han}", r"\d",
            ]), 0..8),
            lines in prop::collection::vec("[-a1é版权转载网。 \u{1F600}]{0,12}", 1..6),
        ) {
            let text = parts.concat();
            let (whole, lazy) = (Regex::new(&text).unwrap(), LineRegex::new(&text).unwrap());
            let kept = automaton(&text).map(|bytes| LineRegex::read(&bytes).unwrap());
            for line in &lines {
                let quick = [Some(&lazy), kept.as_ref()].into_iter().flatten();
                for said in quick.map(|regex| regex.is_match(line)) {
                    if let Some(said) = said {
                        prop_assert_eq!(said, whole.is_match(line), "{} in {}", text, line);
                    } else {
                        prop_assert!(text.contains(r"\b"), "{} in {}", text, line);
                    }
                }
            }
        }
    }

    #[test]
    fn what_cannot_be_compiled_is_refused() {
        assert!(LineRegex::new("(").is_none());
        assert!(LineRegex::new(r"(?:\p{Han}{500}){500}").is_none());
        assert!(LineRegex::read(b"no automaton").is_none());
    }

    #[test]
    fn small_automata_are_kept() {
        let bytes = automaton("^ *·+ ?[㐀-鿿]{2,10} ?·+ *$").unwrap();
        assert_eq!(LineRegex::read(&bytes).unwrap().is_match("·版权所有·"), Some(true));
        // Each character may begin one more match.
        assert!(automaton("(?:无码|人妻).{0,300}(?:无码|人妻)").is_none());
    }
}
