//! [`Literals`]: all fixed texts of all rules, looked up where a line may hold them.
//!
//! One automaton over tens of thousands of literals works, and its tables outgrow the cache: with
//! ten times the rules a line took twice as long. But most texts of rules are tied to an end of
//! the line. `is` is one look into a table of whole lines; `starts_with` and `ends_with` are looks
//! at the edges; only `contains` has to be sought everywhere, and there only where a word can
//! begin. A look is cheap: the bytes that stand there are a number, a bit says whether any literal
//! begins so, and the literals that do are compared, as numbers too ([`Index`]).
//!
//! ```text
//! line     ……转载请注明出处……          key  E8 BD AC E8 BD BD   (转载)
//! filter   one bit a hash: 1           →    literals: 转载请注明  转载须经授权
//! compare  转载请注明 = 转载请注明      →    a hit
//! ```
//!
//! Filters grow with the number of literals so that about one bit in thirty is set; they stay
//! in the cache, and a line costs the same with ten rules and with ten thousand. Long lines have an
//! index of their own: most texts are those of rules for short lines.

mod index;

use index::{Filter, Index, Key, first_bytes, hash, last_bytes};

/// Where in a line a literal can stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Place {
    /// The line, punctuation around it aside, is the literal.
    Whole,
    /// It stands at the start of the line, punctuation before it aside.
    Start,
    /// It stands at the end of the line, punctuation behind it aside.
    End,
    /// It stands anywhere, at the start of a word if it begins with a letter.
    Inside,
}

impl Place {
    /// Whether `start..end` of the line is such a place.
    pub(crate) fn holds(self, line: &str, core: (usize, usize), start: usize, end: usize) -> bool {
        match self {
            Place::Whole => (start, end) == core || (start, end) == (0, line.len()),
            Place::Start => start <= core.0,
            Place::End => end >= core.1,
            Place::Inside => {
                let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
                !(letter(line[..start].chars().next_back()) && letter(line[start..].chars().next()))
            }
        }
    }
}

/// All literals of a program.
#[derive(Debug, Default)]
pub(crate) struct Literals {
    whole: Index,
    longest_whole: usize,
    /// By a hash of the length and of the bytes at both ends.
    whole_ends: Filter,
    start: Index,
    end: Index,
    inside: Inside,
    /// Those that may stand inside a line longer than [`LONG_LINE`].
    inside_long: Inside,
}

/// A line of more characters is long.
pub(crate) const LONG_LINE: u32 = 300;

/// A literal that was found: its number, and where it stands in the folded line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) literal: u32,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Literals {
    /// The literals with their places; a literal's number is its place in the list. `for_long` says
    /// which can matter on a long line.
    pub(crate) fn new<'t>(literals: impl Iterator<Item = (&'t str, Place)>, for_long: impl Fn(u32) -> bool) -> Self {
        let [mut whole, mut start, mut end, mut inside] = [const { Vec::<(u32, &str)>::new() }; 4];
        for (number, (text, place)) in (0..).zip(literals) {
            let list = match place {
                Place::Whole => &mut whole,
                Place::Start => &mut start,
                Place::End => &mut end,
                Place::Inside => &mut inside,
            };
            list.push((number, text));
        }
        let mut whole_ends = Filter::new(whole.len());
        whole.iter().for_each(|(_, text)| whole_ends.insert(ends(text.as_bytes())));
        let long = inside.iter().copied().filter(|&(i, _)| for_long(i)).collect();
        Self {
            whole_ends,
            longest_whole: whole.iter().map(|(_, text)| text.len()).max().unwrap_or(0),
            whole: Index::new(&whole, Key::First),
            start: Index::new(&start, Key::First),
            end: Index::new(&end, Key::Last),
            inside: Inside::new(inside),
            inside_long: Inside::new(long),
        }
    }

    /// Calls `each` for every literal in the line. `core` is the line without the punctuation
    /// around it; `is_long`: of those inside the line, only such as can matter on a long one.
    pub(crate) fn find(&self, line: &str, core: (usize, usize), is_long: bool, mut each: impl FnMut(Found)) {
        let bytes = line.as_bytes();
        let mut at_whole = |(start, end): (usize, usize)| {
            if end - start <= self.longest_whole && self.whole_ends.has(ends(&bytes[start..end])) {
                self.whole.at(&bytes[..end], start, &mut |found: Found| {
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
            self.start.at(bytes, start, &mut each);
        }
        for end in (core.1..=line.len()).filter(|&at| line.is_char_boundary(at)) {
            self.end.at(bytes, end, &mut each);
        }
        let inside = if is_long { &self.inside_long } else { &self.inside };
        inside.each_in(bytes, &mut each);
    }
}

/// A hash of the length and of the bytes at both ends.
fn ends(text: &[u8]) -> u64 {
    hash(first_bytes(text, 0) ^ last_bytes(text, text.len()).wrapping_add(text.len() as u64))
}

/// The literals that may stand anywhere, sought wherever a word can begin.
///
/// Nearly every place is done with after two looks: no literal begins with these six bytes (two Han characters),
/// and none of fewer bytes with this character. One character would not do: with ten thousand rules
/// half of all Han characters begin some literal, and no processor guesses which.
#[derive(Debug, Default)]
struct Inside {
    index: Index,
    begins: Option<Box<Begins>>,
    /// By a hash of the first six bytes.
    six: Filter,
    /// By a hash of the first three bytes, for literals of three to five.
    three: Filter,
}

/// What literals begin with.
#[derive(Debug)]
struct Begins {
    /// By the first byte: what can begin so.
    first: [u8; 256],
    /// One bit for each character of three bytes: whether a literal of fewer than six begins with it.
    wide: [u64; 1 << 10],
    /// One bit for five bits each of three bytes, of which the first is ASCII: whether a literal begins so.
    ascii: [u64; 1 << 9],
}

/// Bits of [`Begins::first`]: literals of six bytes and more, of three to five, of one or two.
const LONG: u8 = 1;
const MIDDLE: u8 = 1 << 1;
const TINY: u8 = 1 << 2;

impl Inside {
    fn new(literals: Vec<(u32, &str)>) -> Self {
        if literals.is_empty() {
            return Self::default();
        }
        let count = |holds: fn(usize) -> bool| literals.iter().filter(|(_, text)| holds(text.len())).count();
        let (mut six, mut three) =
            (Filter::new(count(|len| len >= 6)), Filter::new(count(|len| (3..6).contains(&len))));
        let mut begins = Box::new(Begins { first: [0; 256], wide: [0; 1 << 10], ascii: [0; 1 << 9] });
        for (_, text) in &literals {
            let bytes = text.as_bytes();
            let Some(&first) = bytes.first() else { continue };
            if bytes.len() < 6 {
                let (word, bit) = code_of_wide(first_bytes(bytes, 0));
                begins.wide[word] |= u64::from(is_wide(first)) << bit;
            }
            if first.is_ascii() {
                // What a short literal does not say may be anything.
                let any = |at: usize| bytes.get(at).map_or(0..=31, |&b| b & 31..=b & 31);
                for (second, third) in any(1).flat_map(|second| any(2).map(move |third| (second, third))) {
                    let (word, bit) = code_of_ascii(&[first, second, third]);
                    begins.ascii[word] |= 1 << bit;
                }
            }
            begins.first[first as usize] |= match bytes.len() {
                1 | 2 => TINY,
                3..6 => {
                    three.insert(hash(Key::First.cut(first_bytes(bytes, 0), 3)));
                    MIDDLE
                }
                _ => {
                    six.insert(hash(Key::First.cut(first_bytes(bytes, 0), 6)));
                    LONG
                }
            };
        }
        Self { index: Index::new(&literals, Key::First), begins: Some(begins), six, three }
    }

    fn each_in(&self, bytes: &[u8], each: &mut impl FnMut(Found)) {
        let Some(begins) = self.begins.as_deref() else { return };
        let mut at = 0;
        while let Some(&first) = bytes.get(at) {
            match first {
                0xE0..=0xEF => {
                    // Three bytes are a character of Chinese, and with most no literal begins.
                    let from = at;
                    while let Some(window) = bytes[at..].first_chunk().map(|chunk| u64::from_le_bytes(*chunk))
                        && is_wide(window as u8)
                        && !self.may_begin(begins, window)
                    {
                        at += 3;
                    }
                    if at == from {
                        self.look(begins.first[first as usize], bytes, at, each);
                        at += 3;
                    }
                }
                0..=0x7F => {
                    if begins.first[first as usize] != 0 {
                        let chunk = match bytes[at..].first_chunk::<3>() {
                            Some(chunk) => *chunk,
                            None => [first, bytes.get(at + 1).copied().unwrap_or(0), 0],
                        };
                        let (word, bit) = code_of_ascii(&chunk);
                        if begins.ascii[word] >> bit & 1 == 1 {
                            self.look(begins.first[first as usize], bytes, at, each);
                        }
                    }
                    at += if first.is_ascii_alphabetic() { letters(&bytes[at..]) } else { 1 };
                    // No literal begins with a space, and most words are followed by one.
                    at += usize::from(bytes.get(at) == Some(&b' ') && begins.first[usize::from(b' ')] == 0);
                }
                _ => {
                    self.look(begins.first[first as usize], bytes, at, each);
                    at += if first < 0xE0 { 2 } else { 4 };
                }
            }
        }
    }

    /// Whether a literal may begin with the character of three bytes that this window begins with. Both
    /// are looked up whatever the first says: a branch less.
    #[inline]
    fn may_begin(&self, begins: &Begins, window: u64) -> bool {
        let (word, bit) = code_of_wide(window);
        (begins.wide[word] >> bit & 1 == 1) | self.six.has(hash(Key::First.cut(window, 6)))
    }

    #[inline]
    fn look(&self, kinds: u8, bytes: &[u8], at: usize, each: &mut impl FnMut(Found)) {
        if kinds == 0 {
            return;
        }
        let window = first_bytes(bytes, at);
        let begins = |filter: &Filter, len: usize| filter.has(hash(Key::First.cut(window, len)));
        if (kinds & LONG != 0 && begins(&self.six, 6))
            || (kinds & MIDDLE != 0 && begins(&self.three, 3))
            || kinds & TINY != 0
        {
            self.index.at(bytes, at, each);
        }
    }
}

/// How many ASCII letters stand at the start.
#[inline]
fn letters(bytes: &[u8]) -> usize {
    // Eight at a time: a byte is a letter if, in lower case, adding to it what is missing from `a` to 128 sets
    // the high bit, and adding what is missing from behind `z` does not.
    const HIGH: u64 = 0x8080_8080_8080_8080;
    const fn each(byte: u8) -> u64 {
        u64::from_ne_bytes([byte; 8])
    }
    let (words, rest) = bytes.as_chunks::<8>();
    for (i, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let lower = (word | each(0x20)) & !HIGH;
        let is_letter = (lower + each(0x80 - b'a')) & !(lower + each(0x7F - b'z')) & !word & HIGH;
        if is_letter != HIGH {
            return 8 * i + (!is_letter & HIGH).trailing_zeros() as usize / 8;
        }
    }
    bytes.len() - rest.len() + rest.iter().take_while(|b| b.is_ascii_alphabetic()).count()
}

/// Word and bit for five bits each of three bytes.
#[inline]
fn code_of_ascii(bytes: &[u8; 3]) -> (usize, u32) {
    let [a, b, c] = bytes.map(|b| u32::from(b & 31));
    // Sixty-four of them share a word.
    ((a << 4 | b >> 1) as usize, (b & 1) << 5 | c)
}

/// Whether a character of three bytes begins with this one.
#[inline]
fn is_wide(first: u8) -> bool {
    first & 0xF0 == 0xE0
}

/// Word and bit for the character of three bytes that a window begins with: its code point.
#[inline]
fn code_of_wide(window: u64) -> (usize, u32) {
    ((window as usize & 0x0f) << 6 | (window >> 8) as usize & 0x3f, (window >> 16) as u32 & 0x3f)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn find(literals: &[(&str, Place)], line: &str) -> Vec<(u32, usize, usize)> {
        let core = line.trim_matches(|c: char| !c.is_alphanumeric());
        let core = if core.is_empty() { line } else { core };
        let start = core.as_ptr() as usize - line.as_ptr() as usize;
        let mut found = Vec::new();
        Literals::new(literals.iter().copied(), |_| true)
            .find(line, (start, start + core.len()), false, |f| found.push((f.literal, f.start, f.end)));
        found.sort_unstable();
        found
    }

    #[test]
    fn each_place_is_looked_at() {
        let literals = [
            ("转载", Place::Whole),
            ("转载", Place::Start),
            ("转载", Place::End),
            ("转载", Place::Inside),
            ("。", Place::Inside),
        ];
        assert_eq!(find(&literals, "(转载)"), [(0, 1, 7), (1, 1, 7), (2, 1, 7), (3, 1, 7)]);
        assert_eq!(find(&literals, "请勿转载。"), [(2, 6, 12), (3, 6, 12), (4, 12, 15)]);
        assert_eq!(find(&literals, "转载的"), [(1, 0, 6), (3, 0, 6)]);
    }

    #[test]
    fn words_are_found_where_they_begin() {
        let literals = [("share", Place::Inside), ("av", Place::Inside), ("a", Place::End)];
        assert_eq!(find(&literals, "please share"), [(0, 7, 12)]);
        assert_eq!(find(&literals, "shareshare 3share"), [(0, 0, 5), (0, 12, 17)]);
        assert_eq!(find(&literals, "成av人travel"), [(1, 3, 5)]);
        assert_eq!(find(&literals, "ba"), [(2, 1, 2)]);
    }

    proptest! {
        #[test]
        fn nothing_is_missed(
            texts in prop::collection::vec("[ab版权，.]{1,9}", 1..20),
            line in "[ab版权，. ]{0,40}",
        ) {
            let literals: Vec<(&str, Place)> = texts.iter().map(|t| (t.as_str(), Place::Inside)).collect();
            let mut expected = Vec::new();
            for (i, text) in texts.iter().enumerate() {
                for at in 0..line.len() {
                    if line.is_char_boundary(at)
                        && line[at..].starts_with(text.as_str())
                        && Place::Inside.holds(&line, (0, 0), at, at + text.len())
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
