//! [`Literals`]: all fixed texts of all rules, looked up where a line may hold them.
//!
//! One automaton over tens of thousands of literals works, and its tables outgrow the cache: with
//! ten times the rules a line took twice as long. But most texts of rules are tied to an end of
//! the line. `is` is one look into a table of whole lines; `starts_with` and `ends_with` are looks
//! at the edges; only `contains` has to be sought everywhere, and there only where a word can
//! begin. A look is cheap: the bytes that stand there are a number, a bit says whether any literal
//! begins so ([`Begins`]), and the literals that do are compared, as numbers too ([`Index`]).
//!
//! ```text
//! line     ……转载请注明出处……          key  E8 BD AC E8 BD BD   (转载)
//! begins   the row of 转, the bit of 载 →    literals: 转载请注明  转载须经授权
//! compare  转载请注明 = 转载请注明      →    a hit
//! ```
//!
//! These tables grow with the number of literals; they stay
//! in the cache, and a line costs the same with ten rules and with ten thousand. Long lines have an
//! index of their own: most texts are those of rules for short lines.

mod begins;
mod index;
mod inside;

use begins::Begins;
use dehusk_text::Anchor;
pub(crate) use index::Filter;
use index::{Index, LiteralEnd, first_bytes, hash, last_bytes};
use inside::Inside;
use serde::{Deserialize, Serialize};

/// All literals of a program.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Literals {
    whole: Index,
    longest_whole: usize,
    /// By a hash of the length and of the bytes at both ends.
    whole_ends: Filter,
    start: Index,
    /// What those of starts begin with, and, read from their end, what those of ends do.
    begins: Begins,
    end: Index,
    ends: Begins,
    inside: Inside,
    /// Those that may stand inside a line longer than [`LONG_LINE`].
    inside_long: Inside,
}

/// A line of more characters is long.
pub(crate) const LONG_LINE: u32 = 300;

/// A literal that was found: its number, and where it stands in the folded line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FoundLiteral {
    pub(crate) literal: u32,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Literals {
    /// The literals with their places; a literal's number is its place in the list. `for_long` says
    /// which can matter on a long line.
    pub(crate) fn new<'t>(literals: impl Iterator<Item = (&'t [u8], Anchor)>, for_long: impl Fn(u32) -> bool) -> Self {
        let [mut whole, mut start, mut end, mut inside] = [const { Vec::<(u32, &[u8])>::new() }; 4];
        for (number, (text, place)) in (0..).zip(literals) {
            let list = match place {
                Anchor::Whole => &mut whole,
                Anchor::Start => &mut start,
                Anchor::End => &mut end,
                Anchor::Inside => &mut inside,
            };
            list.push((number, text));
        }
        let mut whole_ends = Filter::new(whole.len());
        whole.iter().for_each(|(_, text)| whole_ends.insert(both_ends(text)));
        let first = |&(_, text): &(u32, &[u8])| (first_bytes(text, 0), text.len());
        let last = |&(_, text): &(u32, &[u8])| (last_bytes(text, text.len()).swap_bytes(), text.len());
        let long = inside.iter().copied().filter(|&(i, _)| for_long(i)).collect();
        Self {
            longest_whole: whole.iter().map(|(_, text)| text.len()).max().unwrap_or(0),
            whole: Index::new(&whole, LiteralEnd::First),
            whole_ends,
            begins: Begins::new(start.iter().map(first)),
            start: Index::new(&start, LiteralEnd::First),
            ends: Begins::new(end.iter().map(last)),
            end: Index::new(&end, LiteralEnd::Last),
            inside: Inside::new(inside),
            inside_long: Inside::new(long),
        }
    }

    /// Calls `each` for every literal in the line. `core` is the line without the punctuation
    /// around it; `is_long`: of those inside the line, only such as can matter on a long one.
    pub(crate) fn find(&self, line: &str, core: (usize, usize), is_long: bool, mut each: impl FnMut(FoundLiteral)) {
        let bytes = line.as_bytes();
        let mut at_whole = |(start, end): (usize, usize)| {
            if end - start <= self.longest_whole && self.whole_ends.has(both_ends(&bytes[start..end])) {
                self.whole.at(&bytes[..end], start, &mut |found: FoundLiteral| {
                    if found.end == end {
                        each(found);
                    }
                });
            }
        };
        at_whole(core);
        if core != (0, line.len()) {
            at_whole((0, line.len()));
        }
        for start in (0..=core.0).filter(|&at| line.is_char_boundary(at)) {
            if self.begins.may_begin(first_bytes(bytes, start)) {
                self.start.at(bytes, start, &mut each);
            }
        }
        for end in (core.1..=line.len()).filter(|&at| line.is_char_boundary(at)) {
            if self.ends.may_begin(last_bytes(bytes, end).swap_bytes()) {
                self.end.at(bytes, end, &mut each);
            }
        }
        let inside = if is_long { &self.inside_long } else { &self.inside };
        inside.each_in(bytes, &mut each);
    }

    /// Whether one may stand at the start or at the end of the line; a quick no for most lines.
    #[inline]
    pub(crate) fn may_stand_at_edges(&self, line: &str, core: (usize, usize)) -> bool {
        let bytes = line.as_bytes();
        let begins = |at: usize| line.is_char_boundary(at) && self.begins.may_begin(first_bytes(bytes, at));
        let ends = |at: usize| line.is_char_boundary(at) && self.ends.may_begin(last_bytes(bytes, at).swap_bytes());
        (!self.start.is_empty() && (0..=core.0).any(begins))
            || (!self.end.is_empty() && (core.1..=line.len()).any(ends))
    }
}

/// A hash of the length and of the bytes at both ends.
#[inline]
pub(crate) fn both_ends(text: &[u8]) -> u64 {
    hash(first_bytes(text, 0) ^ last_bytes(text, text.len()).wrapping_add(text.len() as u64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn find(literals: &[(&str, Anchor)], line: &str) -> Vec<(u32, usize, usize)> {
        let core = line.trim_matches(|c: char| !c.is_alphanumeric());
        let core = if core.is_empty() { line } else { core };
        let start = core.as_ptr() as usize - line.as_ptr() as usize;
        let mut found = Vec::new();
        Literals::new(literals.iter().map(|&(text, place)| (text.as_bytes(), place)), |_| true).find(
            line,
            (start, start + core.len()),
            false,
            |f| found.push((f.literal, f.start, f.end)),
        );
        found.sort_unstable();
        found
    }

    #[test]
    fn each_place_is_looked_at() {
        let literals = [
            ("转载", Anchor::Whole),
            ("转载", Anchor::Start),
            ("转载", Anchor::End),
            ("转载", Anchor::Inside),
            ("。", Anchor::Inside),
        ];
        assert_eq!(find(&literals, "(转载)"), [(0, 1, 7), (1, 1, 7), (2, 1, 7), (3, 1, 7)]);
        assert_eq!(find(&literals, "请勿转载。"), [(2, 6, 12), (3, 6, 12), (4, 12, 15)]);
        assert_eq!(find(&literals, "转载的"), [(1, 0, 6), (3, 0, 6)]);
    }

    #[test]
    fn words_are_found_where_they_begin() {
        let literals = [("share", Anchor::Inside), ("av", Anchor::Inside), ("a", Anchor::End)];
        assert_eq!(find(&literals, "please share"), [(0, 7, 12)]);
        assert_eq!(find(&literals, "shareshare 3share"), [(0, 0, 5), (0, 12, 17)]);
        assert_eq!(find(&literals, "成av人travel"), [(1, 3, 5)]);
        assert_eq!(find(&literals, "ba"), [(2, 1, 2)]);
    }

    proptest! {
        #[test]
        fn nothing_is_missed(
            texts in prop::collection::vec("[ab版权，.]{1,9}", 1..20),
            line in "[ab版权，. é·]{0,40}|[ab ]{60,150}|[abc. ]{0,70}[版权]{0,3}[ab,]{0,80}",
        ) {
            let literals: Vec<(&str, Anchor)> = texts.iter().map(|t| (t.as_str(), Anchor::Inside)).collect();
            let mut expected = Vec::new();
            for (i, text) in texts.iter().enumerate() {
                for at in 0..line.len() {
                    if line.is_char_boundary(at)
                        && line[at..].starts_with(text.as_str())
                        && Anchor::Inside.holds(&line, (0, 0), at, at + text.len())
                    {
                        expected.push((i as u32, at, at + text.len()));
                    }
                }
            }
            expected.sort_unstable();
            prop_assert_eq!(find(&literals, &line), expected);
        }
    }
}
