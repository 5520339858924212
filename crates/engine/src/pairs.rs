//! [`LinePairs`]: which pairs of neighbouring bytes stand in a folded line.
//!
//! Some texts are not in the index of literals: those of `unless_` fields, those that wait for others, the frames of a
//! thread. A line on which they are asked for is asked for many of them, and nearly all stand nowhere in it. To search
//! for one takes some hundred instructions, most of them before the first byte is compared. So the pairs of the line are
//! noted once, when the first text is asked for; a text of which one pair stands nowhere is not searched for.
//!
//! ```text
//! line     read the whole story       pairs  re ea ad "d " " t" th he …
//! text     reacties                   re ea ac → stands nowhere: not searched for
//! ```
//!
//! Where it can be fooled: several pairs share a place, and the pairs of a text may stand apart. Then it is searched for,
//! as it would have been anyhow.

use std::cell::{Cell, Ref, RefCell};
use std::sync::OnceLock;

use dehusk_text::work;
use serde::{Deserialize, Serialize};

/// Which pairs of neighbouring bytes stand in a line.
#[derive(Debug, Default)]
pub(crate) struct LinePairs {
    /// Whether the pairs of this line were noted.
    noted: Cell<bool>,
    /// Counts the lines that were noted, up to 255, and then from 1 again.
    line: Cell<u8>,
    /// By place of a pair, the last line that had it; empty before the first line.
    stand: RefCell<Vec<u8>>,
}

/// Places of pairs.
const PLACES: usize = 1 << 11;
/// In a line of more bytes nearly every place would be taken, and to note them takes longer than a few searches.
const LONGEST: usize = 700;

impl LinePairs {
    /// Another line comes.
    pub(crate) fn forget(&self) {
        self.noted.set(false);
    }

    /// Whether the text may stand in the folded line, which is the same one until [`LinePairs::forget`].
    pub(crate) fn may_have(&self, folded: &str, text: &str) -> bool {
        self.of_line(folded).may_have(text)
    }

    /// The pairs of the folded line, for many texts.
    pub(crate) fn of_line(&self, folded: &str) -> KnownPairs<'_> {
        KnownPairs(self.known(folded))
    }

    /// The pairs of the line; nothing is known of those of a long one.
    fn known(&self, folded: &str) -> Option<(Ref<'_, [u8; PLACES]>, u8)> {
        if folded.len() > LONGEST {
            return None;
        }
        if !self.noted.replace(true) {
            self.note(folded.as_bytes());
        }
        Some((Ref::filter_map(self.stand.borrow(), |stand| stand.first_chunk()).ok()?, self.line.get()))
    }

    fn note(&self, folded: &[u8]) {
        work::count(folded.len());
        let mut stand = self.stand.borrow_mut();
        // So the table is emptied once for 255 lines.
        let line = self.line.get().checked_add(1).unwrap_or(1);
        if line == 1 {
            stand.clear();
            stand.resize(PLACES, 0);
        }
        self.line.set(line);
        let Some(stand) = stand.first_chunk_mut::<PLACES>() else { return };
        folded.windows(2).for_each(|pair| stand[place(pair)] = line);
    }
}

/// The pairs of a line; nothing is known of those of a long one.
pub(crate) struct KnownPairs<'p>(Option<(Ref<'p, [u8; PLACES]>, u8)>);

impl KnownPairs<'_> {
    /// Whether the text may stand in the line.
    pub(crate) fn may_have(&self, text: &str) -> bool {
        let pairs = text.as_bytes().windows(2);
        self.0.as_ref().is_none_or(|(stand, line)| pairs.into_iter().all(|pair| stand[place(pair)] == *line))
    }

    /// Whether the pair of this place stands in the line; yes for a place beyond all.
    fn stands(&self, place: u16) -> bool {
        self.0.as_ref().is_none_or(|(stand, line)| stand.get(usize::from(place)).is_none_or(|stands| stands == line))
    }

    /// Whether `holds` says yes for one of many texts, by its place in the list. Those of which the first pair stands nowhere
    /// in the line are left out.
    pub(crate) fn any_of(&self, texts: &[FirstPair], mut holds: impl FnMut(usize) -> bool) -> bool {
        texts.iter().enumerate().any(|(at, &FirstPair(first))| self.stands(first) && holds(at))
    }
}

/// The place of the first pair of a text; beyond all places for a text of one byte, which has none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FirstPair(u16);

impl FirstPair {
    pub(crate) fn of(text: &str) -> Self {
        Self(text.as_bytes().first_chunk::<2>().map_or(u16::MAX, |pair| place(pair) as u16))
    }
}

/// A text outside the index.
pub(crate) trait SoughtText {
    /// What stands in every folded line on which the text does.
    fn folded_literal(&self) -> Option<&str>;
}

/// Texts that are searched for only where the pairs at the ends of their literals stand.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct TextsByEnds<T> {
    texts: Vec<T>,
    /// The places of these pairs, beyond all places where none is known. They stand together, so that most texts are passed
    /// over quickly; made when a line first asks.
    #[serde(skip)]
    ends: OnceLock<Vec<[u16; 2]>>,
}

impl<T> Default for TextsByEnds<T> {
    fn default() -> Self {
        Self { texts: Vec::new(), ends: OnceLock::new() }
    }
}

impl<T: SoughtText> TextsByEnds<T> {
    /// Adds a text, before a line asks.
    pub(crate) fn push(&mut self, text: T) {
        self.texts.push(text);
    }

    pub(crate) fn texts(&self) -> &[T] {
        &self.texts
    }

    /// Whether `holds` says yes for one of them. Those of which a pair at an end stands nowhere in the line are left out.
    pub(crate) fn any(&self, pairs: &LinePairs, folded: &str, mut holds: impl FnMut(&T) -> bool) -> bool {
        if self.texts.is_empty() {
            return false;
        }
        let pairs = pairs.of_line(folded);
        let ends = self.ends.get_or_init(|| self.texts.iter().map(|text| end_pairs(text.folded_literal())).collect());
        let mut all = ends.iter().zip(&self.texts);
        all.any(|(&[first, last], text)| pairs.stands(first) && pairs.stands(last) && holds(text))
    }

    /// Calls `each` with every text that may stand in the line.
    pub(crate) fn each(&self, pairs: &LinePairs, folded: &str, mut each: impl FnMut(&T)) {
        self.any(pairs, folded, |text| {
            each(text);
            false
        });
    }
}

/// The places of the first and the last pair of a literal.
fn end_pairs(literal: Option<&str>) -> [u16; 2] {
    let bytes = literal.unwrap_or_default().as_bytes();
    let ends = [bytes.first_chunk(), bytes.last_chunk()];
    ends.map(|pair: Option<&[u8; 2]>| pair.map_or(u16::MAX, |pair| place(pair) as u16))
}

#[inline]
fn place(pair: &[u8]) -> usize {
    (usize::from(pair[0]) ^ usize::from(pair[1]) << 3) % PLACES
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    struct Sought(String);

    impl SoughtText for Sought {
        fn folded_literal(&self) -> Option<&str> {
            Some(&self.0)
        }
    }

    proptest! {
        #[test]
        fn what_stands_in_a_line_may_stand_there(before in "\\PC{0,40}", text in "\\PC{0,12}", after in "[a-z版权。]{0,300}") {
            let pairs = LinePairs::default();
            let line = [before, text.clone(), after].concat();
            prop_assert!(pairs.may_have(&line, &text));
            let mut texts = TextsByEnds::default();
            texts.push(Sought(text.clone()));
            prop_assert!(texts.any(&pairs, &line, |_| true));
            prop_assert!(pairs.of_line(&line).any_of(&[FirstPair::of(&text)], |_| true));
            // The next line has nothing of the one before.
            pairs.forget();
            prop_assert!(!pairs.may_have("", "版权"));
            prop_assert!(pairs.may_have("", "a") && pairs.may_have("", ""));
        }
    }

    #[test]
    fn no_line_has_the_pairs_of_an_earlier_one() {
        let pairs = LinePairs::default();
        for line in 0..600 {
            pairs.forget();
            let (has, had) = if line % 2 == 0 { ("story", "whole") } else { ("whole", "story") };
            assert!(pairs.may_have(has, has) && !pairs.may_have(has, had), "{line}");
        }
    }

    #[test]
    fn a_text_without_its_pairs_is_not_searched_for() {
        let pairs = LinePairs::default();
        assert!(!pairs.may_have("read the whole story", "reacties"));
        assert!(pairs.may_have("read the whole story", "whole"));
        let mut texts = TextsByEnds::default();
        ["reacties", "story", "x"].into_iter().for_each(|text| texts.push(Sought(text.to_string())));
        let mut asked = Vec::new();
        texts.each(&pairs, "read the whole story", |text| asked.push(text.0.clone()));
        assert_eq!(asked, ["story", "x"]);
    }
}
