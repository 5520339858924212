//! [`Literals`]: all fixed texts of all rules, looked up where a line may hold them.
//!
//! One automaton over tens of thousands of literals works, and its tables outgrow the cache: with
//! ten times the rules a line took twice as long. But most texts of rules are tied to an end of
//! the line. `is` is one look into a table of whole lines; `starts_with` and `ends_with` are looks
//! at the edges; only `contains` has to be sought everywhere, and there only where a word can
//! begin. A look is cheap: the first six bytes (two Han characters) are hashed, a bit says whether
//! any literal begins so, and the literals that do are compared.
//!
//! ```text
//! line     ……转载请注明出处……          key  E8 BD AC E8 BD BD   (转载)
//! filter   one bit a hash: 1           →    literals: 转载请注明  转载须经授权
//! compare  转载请注明 = 转载请注明      →    a hit
//! ```
//!
//! The filter grows with the number of literals so that about one bit in sixteen is set; it stays
//! in the cache, and a line costs the same with ten rules and with ten thousand.

use std::collections::HashMap;

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
    whole: HashMap<Box<str>, u32>,
    longest_whole: usize,
    /// One bit a hash of the first and the last eight bytes.
    whole_ends: Vec<u64>,
    start: Index,
    end: Index,
    inside: Inside,
}

/// A literal that was found: its number, and where it stands in the folded line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) literal: u32,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Literals {
    /// The literals with their places; a literal's number is its place in the list.
    pub(crate) fn new(literals: &[(String, Place)]) -> Self {
        let of = |place: Place| {
            let numbered = literals.iter().enumerate().filter(move |(_, (_, p))| *p == place);
            numbered.map(|(i, (text, _))| (i as u32, text.as_str()))
        };
        let whole: HashMap<Box<str>, u32> = of(Place::Whole).map(|(i, text)| (text.into(), i)).collect();
        let mut whole_ends = vec![0; (whole.len() * FILTER_BITS).max(LEAST_FILTER).next_power_of_two() / 64];
        for text in whole.keys() {
            let (word, bit) = place(&whole_ends, ends(text.as_bytes()));
            whole_ends[word] |= bit;
        }
        Self {
            whole_ends,
            longest_whole: whole.keys().map(|text| text.len()).max().unwrap_or(0),
            whole,
            start: Index::new(of(Place::Start).collect(), Key::First),
            end: Index::new(of(Place::End).collect(), Key::Last),
            inside: Inside::new(of(Place::Inside).collect()),
        }
    }

    /// Calls `each` for every literal in the line. `core` is the line without the punctuation
    /// around it.
    pub(crate) fn find(&self, line: &str, core: (usize, usize), mut each: impl FnMut(Found)) {
        for (start, end) in [core, (0, line.len())] {
            if end - start <= self.longest_whole
                && self.may_be_whole(&line.as_bytes()[start..end])
                && let Some(&literal) = self.whole.get(&line[start..end])
            {
                each(Found { literal, start, end });
            }
            if (start, end) == (0, line.len()) {
                break;
            }
        }
        if !self.start.is_empty() {
            for start in boundaries(line, 0, core.0) {
                self.start.at(line, start, &mut each);
            }
        }
        if !self.end.is_empty() {
            for end in boundaries(line, core.1, line.len()) {
                self.end.at(line, end, &mut each);
            }
        }
        self.inside.each_in(line, &mut each);
    }

    fn may_be_whole(&self, text: &[u8]) -> bool {
        let (word, bit) = place(&self.whole_ends, ends(text));
        self.whole_ends[word] & bit != 0
    }
}

/// A hash of the length and of the bytes at both ends.
fn ends(text: &[u8]) -> u64 {
    hash(load_first(text, 0) ^ hash(load_last(text, text.len()).wrapping_add(text.len() as u64)))
}

/// The literals that may stand anywhere, sought wherever a word can begin.
///
/// Nearly every place is done with after two looks: no literal begins with this byte, or none with
/// these six (of shorter literals, these one, two or three).
#[derive(Debug, Default)]
struct Inside {
    index: Index,
    /// By the first byte of a place: what can begin there.
    begins: Vec<u8>,
    /// One bit a hash of the first six bytes.
    six: Vec<u64>,
    /// One bit a hash of the first three bytes, for literals of three to five.
    three: Vec<u64>,
}

/// Bits of [`Inside::begins`]: literals of six bytes and more, of three to five, of one or two.
const LONG: u8 = 1;
const MIDDLE: u8 = 1 << 1;
const TINY: u8 = 1 << 2;

/// Bits of the filters of [`Inside`], for each literal and at least.
const FILTER_BITS: usize = 32;
const LEAST_FILTER: usize = 1 << 12;

impl Inside {
    fn new(literals: Vec<(u32, &str)>) -> Self {
        if literals.is_empty() {
            return Self::default();
        }
        let size = |holds: fn(usize) -> bool| {
            let count = literals.iter().filter(|(_, text)| holds(text.len())).count();
            (count * FILTER_BITS).max(LEAST_FILTER).next_power_of_two() / 64
        };
        let (mut six, mut three) = (vec![0; size(|len| len >= KEY)], vec![0; size(|len| (3..KEY).contains(&len))]);
        let mut begins = vec![0; 256];
        for (_, text) in &literals {
            let window = window(text.as_bytes(), Key::First);
            let (kind, filter, len) = match text.len() {
                0 => continue,
                1 | 2 => (TINY, None, 0),
                3..KEY => (MIDDLE, Some(&mut three), 3),
                KEY.. => (LONG, Some(&mut six), KEY),
            };
            begins[text.as_bytes()[0] as usize] |= kind;
            if let Some(filter) = filter {
                let (word, bit) = place(filter, hash(cut(window, len, Key::First)));
                filter[word] |= bit;
            }
        }
        Self { index: Index::new(literals, Key::First), begins, six, three }
    }

    fn each_in(&self, line: &str, each: &mut impl FnMut(Found)) {
        if self.begins.is_empty() {
            return;
        }
        let bytes = line.as_bytes();
        let mut at = 0;
        while let Some(&first) = bytes.get(at) {
            let kinds = self.begins[first as usize];
            if kinds != 0 && self.may_begin(kinds, load_first(bytes, at)) {
                self.index.at(line, at, each);
            }
            at += match first {
                b'a'..=b'z' | b'A'..=b'Z' => letters(&bytes[at..]),
                0..=0x7F => 1,
                0x80..=0xDF => 2,
                0xE0..=0xEF => 3,
                0xF0.. => 4,
            };
        }
    }

    #[inline]
    fn may_begin(&self, kinds: u8, window: u64) -> bool {
        let has = |filter: &[u64], len: usize| {
            let (word, bit) = place(filter, hash(cut(window, len, Key::First)));
            filter[word] & bit != 0
        };
        (kinds & LONG != 0 && has(&self.six, KEY)) || (kinds & MIDDLE != 0 && has(&self.three, 3)) || kinds & TINY != 0
    }
}

/// Which word of a filter a hash stands in, and which bit of it. The length is a power of two.
#[inline]
fn place(filter: &[u64], hash: u64) -> (usize, u64) {
    ((hash >> 32) as usize & (filter.len() - 1), 1 << (hash >> 58))
}

/// How many ASCII letters stand at the start.
#[inline]
fn letters(bytes: &[u8]) -> usize {
    bytes.iter().position(|b| !b.is_ascii_alphabetic()).unwrap_or(bytes.len())
}

/// The character boundaries from `first` to `last`, both included.
fn boundaries(line: &str, first: usize, last: usize) -> impl Iterator<Item = usize> + '_ {
    (first..=last).filter(|&at| line.is_char_boundary(at))
}

/// Whether a literal is known by its first or its last bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Key {
    #[default]
    First,
    Last,
}

/// The most bytes of a key.
const KEY: usize = 6;
/// How long keys are: a literal has the longest that it fills.
const KEYS: [usize; 4] = [1, 2, 3, KEY];

/// Literals by the bytes at one of their ends.
#[derive(Debug, Default)]
struct Index {
    key: Key,
    texts: Vec<(u32, Box<str>)>,
    /// One bit a hash of the first (or last) three bytes, a Han character, of all literals: most
    /// places are done with after one look. Shorter literals have tables of their own.
    first_look: Vec<u64>,
    /// One for each length of key that occurs.
    tables: Vec<Table>,
}

#[derive(Debug)]
struct Table {
    key_len: usize,
    filter: Vec<u64>,
    /// Slot `i` holds `entries[slots[i]..slots[i + 1]]`, indices of `texts`.
    slots: Vec<u32>,
    entries: Vec<u32>,
    filter_shift: u32,
    slot_shift: u32,
}

impl Index {
    fn new(literals: Vec<(u32, &str)>, key: Key) -> Self {
        let texts: Vec<(u32, Box<str>)> = literals.into_iter().map(|(i, text)| (i, text.into())).collect();
        let tables = KEYS.into_iter().filter_map(|key_len| Table::new(&texts, key_len, key)).collect();
        let mut first_look = vec![0u64; 1 << (FIRST_LOOK - 6)];
        for (_, text) in &texts {
            if text.len() >= 3 {
                let bit = look(cut(window(text.as_bytes(), key), 3, key));
                first_look[bit >> 6] |= 1 << (bit & 63);
            }
        }
        Self { key, texts, first_look, tables }
    }

    fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// The literals that begin (or, by their last bytes, end) at `at`.
    #[inline]
    fn at(&self, line: &str, at: usize, each: &mut impl FnMut(Found)) {
        let bytes = line.as_bytes();
        let (rest, window) = match self.key {
            Key::First => (bytes.len() - at, load_first(bytes, at)),
            Key::Last => (at, load_last(bytes, at)),
        };
        let bit = look(cut(window, 3, self.key));
        let long = self.first_look[bit >> 6] >> (bit & 63) & 1 == 1;
        for table in &self.tables {
            if table.key_len > rest || (table.key_len >= 3 && !long) {
                break;
            }
            let hash = hash(cut(window, table.key_len, self.key));
            if table.filter[(hash >> table.filter_shift >> 6) as usize] >> (hash >> table.filter_shift & 63) & 1 == 0 {
                continue;
            }
            let slot = (hash >> table.slot_shift) as usize;
            for &entry in &table.entries[table.slots[slot] as usize..table.slots[slot + 1] as usize] {
                let (literal, text) = &self.texts[entry as usize];
                let (start, end) = match self.key {
                    Key::First => (at, at + text.len()),
                    Key::Last => (at.wrapping_sub(text.len()), at),
                };
                if bytes.get(start..end) == Some(text.as_bytes()) {
                    each(Found { literal: *literal, start, end });
                }
            }
        }
    }
}

impl Table {
    fn new(texts: &[(u32, Box<str>)], key_len: usize, key: Key) -> Option<Self> {
        let mine = |text: &str| KEYS.into_iter().rfind(|&len| len <= text.len()) == Some(key_len);
        let mut members: Vec<(u64, u32)> = texts
            .iter()
            .enumerate()
            .filter(|(_, (_, text))| mine(text))
            .map(|(i, (_, text))| (hash(cut(window(text.as_bytes(), key), key_len, key)), i as u32))
            .collect();
        if members.is_empty() {
            return None;
        }
        members.sort_unstable();
        let bits = (members.len() * 16).next_power_of_two().max(1 << 10).trailing_zeros();
        let slot_bits = members.len().next_power_of_two().max(2).trailing_zeros();
        let (filter_shift, slot_shift) = (64 - bits, 64 - slot_bits);
        let mut filter = vec![0u64; 1 << (bits - 6)];
        let mut slots = vec![0u32; (1 << slot_bits) + 1];
        for &(hash, _) in &members {
            filter[(hash >> filter_shift >> 6) as usize] |= 1 << (hash >> filter_shift & 63);
            slots[(hash >> slot_shift) as usize + 1] += 1;
        }
        for i in 1..slots.len() {
            slots[i] += slots[i - 1];
        }
        let entries = members.into_iter().map(|(_, i)| i).collect();
        Some(Self { key_len, filter, slots, entries, filter_shift, slot_shift })
    }
}

/// Bits of an index of the first look: 32 KiB of filter.
const FIRST_LOOK: u32 = 18;

/// Which bit of the first look a key of three bytes has.
#[inline]
fn look(key: u64) -> usize {
    (hash(key) >> (64 - FIRST_LOOK)) as usize
}

/// The window of a whole literal.
fn window(text: &[u8], key: Key) -> u64 {
    match key {
        Key::First => load_first(text, 0),
        Key::Last => load_last(text, text.len()),
    }
}

/// Up to eight bytes from `at` on, the first in the lowest place.
#[inline]
fn load_first(bytes: &[u8], at: usize) -> u64 {
    match (bytes[at..].first_chunk::<8>(), bytes.last_chunk::<8>()) {
        (Some(chunk), _) => u64::from_le_bytes(*chunk),
        (None, Some(_)) if at == bytes.len() => 0,
        (None, Some(chunk)) => u64::from_le_bytes(*chunk) >> (8 * (8 + at - bytes.len())),
        (None, None) => bytes[at..].iter().rev().fold(0, |n, &b| n << 8 | u64::from(b)),
    }
}

/// Up to eight bytes before `at`, the last in the highest place.
#[inline]
fn load_last(bytes: &[u8], at: usize) -> u64 {
    match (bytes[..at].last_chunk::<8>(), bytes.first_chunk::<8>()) {
        (Some(chunk), _) => u64::from_le_bytes(*chunk),
        (None, Some(_)) if at == 0 => 0,
        (None, Some(chunk)) => u64::from_le_bytes(*chunk) << (8 * (8 - at)),
        (None, None) => bytes[..at].iter().rev().enumerate().fold(0, |n, (i, &b)| n | u64::from(b) << (56 - 8 * i)),
    }
}

/// The `len` bytes of a window that make the key.
#[inline]
fn cut(window: u64, len: usize, key: Key) -> u64 {
    let shift = 64 - 8 * len as u32;
    match key {
        Key::First => window << shift,
        Key::Last => window >> shift << shift,
    }
}

/// Multiplication by an odd constant spreads the key over the high bits (Fibonacci hashing,
/// Knuth, TAOCP 6.4); the fold of the high half first lets every byte reach them.
#[inline]
fn hash(key: u64) -> u64 {
    (key ^ key >> 32).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn find(literals: &[(&str, Place)], line: &str) -> Vec<(u32, usize, usize)> {
        let literals: Vec<(String, Place)> = literals.iter().map(|(t, p)| (t.to_string(), *p)).collect();
        let core = super::super::compile::core(line);
        let start = core.as_ptr() as usize - line.as_ptr() as usize;
        let mut found = Vec::new();
        Literals::new(&literals).find(line, (start, start + core.len()), |f| found.push((f.literal, f.start, f.end)));
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
