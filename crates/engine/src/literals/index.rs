//! [`Index`]: literals by the bytes at one of their ends.
//!
//! Eight bytes are a number. A literal of up to eight bytes is compared with a line as one number, one
//! of up to sixteen as two (its first and its last eight bytes), and only of longer ones the bytes
//! between are compared as bytes. Literals are found by the longest key that they fill, one,
//! two, three, six or eight bytes; a bit says whether a look into a table can find anything.

use dehusk_text::work;
use serde::{Deserialize, Serialize};

use super::FoundLiteral;

/// Whether a literal is known by its first or its last bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum LiteralEnd {
    #[default]
    First,
    Last,
}

impl LiteralEnd {
    /// The `len` bytes of a window that make the key.
    #[inline]
    pub(super) fn cut(self, window: u64, len: usize) -> u64 {
        let shift = 64 - 8 * len as u32;
        match self {
            LiteralEnd::First => window << shift,
            LiteralEnd::Last => window >> shift << shift,
        }
    }
}

/// How long keys are.
const KEYS: [usize; 5] = [1, 2, 3, 6, WINDOW];

/// How many bytes are looked at together.
const WINDOW: usize = 8;

/// By number of bytes: the tables of which so many fill the key.
const FILLED: [u8; WINDOW + 1] = [0, 0b1, 0b11, 0b111, 0b111, 0b111, 0b1111, 0b1111, 0b1_1111];

/// By table: the bits of a window that are not those of its keys.
const BESIDE_KEY: [u32; 8] = {
    let mut beside = [0; 8];
    let mut table = 0;
    while table < KEYS.len() {
        beside[table] = 64 - 8 * KEYS[table] as u32;
        table += 1;
    }
    beside
};

/// The key of a table in a window, as [`LiteralEnd::cut`] gives it.
#[inline]
fn key_of<const LAST: bool>(window: u64, table: u32) -> u64 {
    let beside = BESIDE_KEY[table as usize % BESIDE_KEY.len()];
    if LAST { window >> beside << beside } else { window << beside }
}

/// So many literals with the same key are compared one by one; of more, those of a length are searched. Lists of thousands
/// of phrases with a common beginning do occur, and each line that begins so would be compared with all of them.
const FEW: usize = 32;

/// Literals by the bytes at one of their ends.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Index {
    key: LiteralEnd,
    /// By the first (or last) byte: one bit for each table that has such a literal; empty without literals.
    tables_of: Vec<u8>,
    /// By the hash of a key of any length.
    filter: Filter,
    /// One for each length of key, as [`KEYS`] and the bits of `tables_of`.
    tables: Vec<LiteralTable>,
    /// The literals of more than two windows, one behind the other.
    long: Vec<u8>,
}

/// A literal in a table.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct LiteralEntry {
    /// The bytes at the end by which it is known, and those at the other end.
    near: u64,
    far: u64,
    literal: u32,
    len: u32,
    /// Where the literal begins in [`Index::long`], if it stands there.
    long: u32,
}

#[derive(Debug, Serialize, Deserialize)]
struct LiteralTable {
    /// Slot `i` holds `entries[slots[i]..slots[i + 1]]`. While the table is being made, slot `i + 2` counts the entries
    /// of slot `i`, and then slot `i + 1` says where the next of them goes.
    slots: Vec<u32>,
    slot_shift: u32,
    entries: Vec<LiteralEntry>,
}

impl Index {
    pub(super) fn new(literals: &[(u32, &[u8])], key: LiteralEnd) -> Self {
        let mut index = Self { key, ..Self::default() };
        if literals.iter().all(|(_, text)| text.is_empty()) {
            return index;
        }
        index.tables_of = vec![0; 256];
        let table_of = |bytes: &[u8]| Some(FILLED[bytes.len().min(WINDOW)].checked_ilog2()? as usize);
        let mut counts = [0; KEYS.len()];
        literals.iter().filter_map(|(_, text)| table_of(text)).for_each(|table| counts[table] += 1);
        index.filter = Filter::new(literals.len());
        index.tables = counts.map(LiteralTable::with_room).into();
        let mut keys = Vec::with_capacity(literals.len());
        for (literal, text) in literals {
            let Some(table) = table_of(text) else { continue };
            let near = match key {
                LiteralEnd::First => first_bytes(text, 0),
                LiteralEnd::Last => last_bytes(text, text.len()),
            };
            let hash = hash(key.cut(near, KEYS[table]));
            index.filter.insert(hash);
            index.tables[table].count(hash);
            keys.push((*literal, *text, table, near, hash));
        }
        index.tables.iter_mut().for_each(LiteralTable::lay_out);
        for (literal, bytes, table, near, hash) in keys {
            let far = match key {
                LiteralEnd::First => last_bytes(bytes, bytes.len()),
                LiteralEnd::Last => first_bytes(bytes, 0),
            };
            let edge = match key {
                LiteralEnd::First => bytes[0],
                LiteralEnd::Last => bytes[bytes.len() - 1],
            };
            index.tables_of[edge as usize] |= 1 << table;
            let long = index.long.len() as u32;
            if bytes.len() > 2 * WINDOW {
                index.long.extend_from_slice(bytes);
            }
            let entry = LiteralEntry { near, far, literal, len: bytes.len() as u32, long };
            index.tables[table].put(hash, entry);
        }
        let long = &index.long;
        index.tables.iter_mut().for_each(|table| table.sort_many(long));
        index
    }

    /// Whether there is no literal.
    pub(super) fn is_empty(&self) -> bool {
        self.tables_of.is_empty()
    }

    /// Calls `each` for every literal that begins (or, by their last bytes, ends) at `at`.
    #[inline(never)]
    pub(super) fn at(&self, bytes: &[u8], at: usize, each: &mut impl FnMut(FoundLiteral)) {
        // What differs between the two ends is said once, and not at each literal.
        match self.key {
            LiteralEnd::First => self.at_end::<false>(bytes, at, each),
            LiteralEnd::Last => self.at_end::<true>(bytes, at, each),
        }
    }

    #[inline]
    fn at_end<const LAST: bool>(&self, bytes: &[u8], at: usize, each: &mut impl FnMut(FoundLiteral)) {
        let edge = if LAST { at.checked_sub(1).and_then(|before| bytes.get(before)) } else { bytes.get(at) };
        let Some(tables) = edge.and_then(|&edge| self.tables_of.get(edge as usize).copied()) else { return };
        let end = if LAST { LiteralEnd::Last } else { LiteralEnd::First };
        let (rest, window) =
            if LAST { (at, last_bytes(bytes, at)) } else { (bytes.len() - at, first_bytes(bytes, at)) };
        // Nearly all tables are done with here.
        let (mut sought, mut tables) = (0, tables & FILLED[rest.min(WINDOW)]);
        while tables != 0 {
            let table = tables.trailing_zeros();
            tables &= tables - 1;
            sought |= u8::from(self.filter.has(hash(key_of::<LAST>(window, table)))) << table;
        }
        while sought != 0 {
            let table = sought.trailing_zeros();
            sought &= sought - 1;
            let entries = self.tables[table as usize].slot(hash(key_of::<LAST>(window, table)));
            if entries.len() > FEW {
                self.search(entries, bytes, at, window).into_iter().for_each(&mut *each);
                continue;
            }
            for entry in entries {
                if end.cut(window ^ entry.near, (entry.len as usize).min(WINDOW)) == 0
                    && let Some(found) = self.compare::<LAST>(entry, bytes, at)
                {
                    each(found);
                }
            }
        }
    }

    /// The literal of an entry, if it stands at `at`; its near end does.
    #[inline]
    fn compare<const LAST: bool>(&self, entry: &LiteralEntry, bytes: &[u8], at: usize) -> Option<FoundLiteral> {
        let len = entry.len as usize;
        let (start, end) = if LAST { (at.checked_sub(len)?, at) } else { (at, at + len) };
        let text = bytes.get(start..end)?;
        if len > WINDOW {
            let far = if LAST { first_bytes(text, 0) } else { last_bytes(text, len) };
            if far != entry.far || (len > 2 * WINDOW && text != &self.long[entry.long as usize..][..len]) {
                return None;
            }
        }
        Some(FoundLiteral { literal: entry.literal, start, end })
    }

    /// The same for more than [`FEW`] entries, which are sorted.
    #[cold]
    fn search(&self, entries: &[LiteralEntry], bytes: &[u8], at: usize, window: u64) -> Vec<FoundLiteral> {
        let mut found = Vec::new();
        let mut rest = entries;
        while let Some(first) = rest.first() {
            let same = rest.partition_point(|entry| (entry.near, entry.len) == (first.near, first.len));
            let (group, behind) = rest.split_at(same);
            rest = behind;
            work::count(1);
            let len = first.len as usize;
            if self.key.cut(window ^ first.near, len.min(WINDOW)) != 0 {
                continue;
            }
            let (start, end) = match self.key {
                LiteralEnd::First => (at, at + len),
                LiteralEnd::Last => (at.wrapping_sub(len), at),
            };
            let Some(text) = bytes.get(start..end) else { continue };
            let far = match self.key {
                LiteralEnd::First => last_bytes(text, len),
                LiteralEnd::Last => first_bytes(text, 0),
            };
            let wanted = (far, if len > 2 * WINDOW { text } else { &[] });
            let before = group.partition_point(|entry| (entry.far, entry.long_text(&self.long)) < wanted);
            let equal = group[before..].iter().take_while(|entry| (entry.far, entry.long_text(&self.long)) == wanted);
            found.extend(equal.map(|entry| FoundLiteral { literal: entry.literal, start, end }));
        }
        found.sort_unstable_by_key(|found| found.literal);
        found
    }
}

impl LiteralEntry {
    /// The literal, if it is longer than two windows; otherwise nothing.
    fn long_text<'l>(&self, long: &'l [u8]) -> &'l [u8] {
        if self.len as usize > 2 * WINDOW { &long[self.long as usize..][..self.len as usize] } else { &[] }
    }
}

impl LiteralTable {
    /// A table for so many entries: each is counted first, then put in.
    fn with_room(entries: usize) -> Self {
        if entries == 0 {
            // No bit leads to it.
            return Self { slots: Vec::new(), slot_shift: 0, entries: Vec::new() };
        }
        let slot_bits = entries.next_power_of_two().max(2).trailing_zeros();
        Self {
            slots: vec![0; (1 << slot_bits) + 2],
            slot_shift: 64 - slot_bits,
            entries: vec![LiteralEntry::default(); entries],
        }
    }

    /// Counts an entry of this hash.
    fn count(&mut self, hash: u64) {
        self.slots[(hash >> self.slot_shift) as usize + 2] += 1;
    }

    /// All entries are counted.
    fn lay_out(&mut self) {
        for i in 1..self.slots.len() {
            self.slots[i] += self.slots[i - 1];
        }
    }

    /// Puts an entry into the next free place of its slot.
    fn put(&mut self, hash: u64, entry: LiteralEntry) {
        let next = &mut self.slots[(hash >> self.slot_shift) as usize + 1];
        self.entries[*next as usize] = entry;
        *next += 1;
    }

    /// All entries are in their places: sorts slots with more than [`FEW`] for [`Index::search`].
    fn sort_many(&mut self, long: &[u8]) {
        for slot in self.slots.windows(2) {
            let entries = &mut self.entries[slot[0] as usize..slot[1] as usize];
            if entries.len() > FEW {
                entries.sort_by_key(|entry| (entry.near, entry.len, entry.far, entry.long_text(long)));
            }
        }
    }

    #[inline]
    fn slot(&self, hash: u64) -> &[LiteralEntry] {
        let slot = (hash >> self.slot_shift) as usize;
        &self.entries[self.slots[slot] as usize..self.slots[slot + 1] as usize]
    }
}

/// Which hashes may be there: one bit for each.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Filter(Vec<u64>);

/// Bits of a filter for each hash that is in it, and at least.
const FILTER_BITS: usize = 32;
const LEAST_FILTER: usize = 1 << 10;

impl Filter {
    /// An empty filter for as many hashes.
    pub(crate) fn new(hashes: usize) -> Self {
        Self(vec![0; (hashes * FILTER_BITS).max(LEAST_FILTER).next_power_of_two() / 64])
    }

    pub(crate) fn insert(&mut self, hash: u64) {
        let (word, bit) = self.place(hash);
        self.0[word] |= bit;
    }

    /// Whether the hash was inserted; sometimes also of one that was not.
    #[inline]
    pub(crate) fn has(&self, hash: u64) -> bool {
        let (word, bit) = self.place(hash);
        self.0.get(word).copied().unwrap_or(0) & bit != 0
    }

    /// Which word a hash stands in, and which bit of it. The length is a power of two.
    #[inline]
    fn place(&self, hash: u64) -> (usize, u64) {
        ((hash >> 32) as usize & self.0.len().wrapping_sub(1), 1 << (hash >> 58))
    }
}

/// Up to eight bytes from `at` on, the first in the lowest place.
#[inline]
pub(super) fn first_bytes(bytes: &[u8], at: usize) -> u64 {
    match (bytes[at..].first_chunk::<8>(), bytes.last_chunk::<8>()) {
        (Some(chunk), _) => u64::from_le_bytes(*chunk),
        (None, Some(_)) if at == bytes.len() => 0,
        (None, Some(chunk)) => u64::from_le_bytes(*chunk) >> (8 * (8 + at - bytes.len())),
        (None, None) => bytes[at..].iter().rev().fold(0, |n, &b| n << 8 | u64::from(b)),
    }
}

/// Up to eight bytes before `at`, the last in the highest place.
#[inline]
pub(super) fn last_bytes(bytes: &[u8], at: usize) -> u64 {
    match (bytes[..at].last_chunk::<8>(), bytes.first_chunk::<8>()) {
        (Some(chunk), _) => u64::from_le_bytes(*chunk),
        (None, Some(_)) if at == 0 => 0,
        (None, Some(chunk)) => u64::from_le_bytes(*chunk) << (8 * (8 - at)),
        (None, None) => bytes[..at].iter().rev().enumerate().fold(0, |n, (i, &b)| n | u64::from(b) << (56 - 8 * i)),
    }
}

/// Multiplication by an odd constant spreads the key over the high bits (Fibonacci hashing,
/// Knuth, TAOCP 6.4); the fold of the high half first lets every byte reach them.
#[inline]
pub(super) fn hash(key: u64) -> u64 {
    (key ^ key >> 32).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts that begin, or end, with the same bytes; some are short, some longer than two windows, some there twice.
    fn alike(key: LiteralEnd, count: u32) -> Vec<String> {
        let numbers = (0..count).map(|i| match i % 4 {
            0 => format!("{i}"),
            1 => format!(" number {i}, and more"),
            2 => format!("{}", i / 8),
            _ => "z".repeat(i as usize % 50),
        });
        let text = |number| match key {
            LiteralEnd::First => format!("begins so{number}"),
            LiteralEnd::Last => format!("{number}ends so."),
        };
        numbers.map(text).collect()
    }

    #[test]
    fn many_with_the_same_key_are_found_like_few() {
        for key in [LiteralEnd::First, LiteralEnd::Last] {
            let texts = alike(key, 400);
            let numbered: Vec<(u32, &[u8])> = (0..).zip(&texts).map(|(i, text)| (i, text.as_bytes())).collect();
            let index = Index::new(&numbered, key);
            for line in texts.iter().map(|text| format!("a {text} b")) {
                for at in 0..=line.len() {
                    let mut found = Vec::new();
                    index.at(line.as_bytes(), at, &mut |one: FoundLiteral| found.push(one));
                    let expected: Vec<FoundLiteral> = (0..)
                        .zip(&texts)
                        .filter_map(|(literal, text)| match key {
                            LiteralEnd::First if line[at..].starts_with(text) => {
                                Some(FoundLiteral { literal, start: at, end: at + text.len() })
                            }
                            LiteralEnd::Last if line[..at].ends_with(text) => {
                                Some(FoundLiteral { literal, start: at - text.len(), end: at })
                            }
                            _ => None,
                        })
                        .collect();
                    assert_eq!(found, expected, "{line:?} at {at}");
                }
            }
        }
    }

    #[test]
    fn a_look_among_thousands_with_the_same_beginning_takes_a_few_steps() {
        let texts = alike(LiteralEnd::First, 4000);
        let numbered: Vec<(u32, &[u8])> = (0..).zip(&texts).map(|(i, text)| (i, text.as_bytes())).collect();
        let index = Index::new(&numbered, LiteralEnd::First);
        let before = work::steps_taken();
        let mut found = 0;
        index.at(b"begins so number 2001, and more", 0, &mut |_| found += 1);
        assert_eq!(found, 1);
        let steps = work::steps_taken() - before;
        assert!(!cfg!(debug_assertions) || (1..100).contains(&steps), "{steps}");
    }
}
