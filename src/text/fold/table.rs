//! The table: for every character, what it is compared as and how it behaves.
//!
//! Two stages, as Unicode tables usually are: the upper bits of a code point choose a
//! block of 128, the lower seven an entry in it. Most of the code space shares one block.
//! The data is `fold.tsv`, written by `scripts/fold-table.py`; see there for its sources.

use std::collections::HashMap;
use std::sync::LazyLock;

/// What a character is compared as (the low 21 bits; in the table itself 0 stands for "as
/// itself", so that blocks can be shared) and its [`Class`] (the high 8).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry(u32);

/// How a character behaves in a folded line. The class is that of the character it is
/// compared *as*: `×` folds to `x` and then is a letter like any other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(super) enum Class {
    /// Stands for itself and takes no spaces beside it.
    Other,
    /// A letter or digit of a script that writes spaces between words.
    Word,
    /// Hangul: like `Word` for spaces, but not for word boundaries (particles are glued on).
    Hangul,
    /// A Han character; a pinyin annotation may follow.
    Han,
    /// Several in a row count as one.
    Run,
    /// `.` or `…`: two or more in a row count as `…`.
    Dot,
    /// An opening bracket, with which an annotation may begin.
    Open,
    /// Any white space.
    Space,
    /// Shown as nothing.
    Drop,
    /// Like `Drop`, unless it makes another letter of the one before (か + ゛).
    Mark,
}

const CLASSES: [Class; 10] = [
    Class::Other,
    Class::Word,
    Class::Hangul,
    Class::Han,
    Class::Run,
    Class::Dot,
    Class::Open,
    Class::Space,
    Class::Drop,
    Class::Mark,
];

impl Entry {
    /// Stands for no character: the state before the first one.
    pub(super) const NONE: Self = Self(0);
    /// Stands for any Han character: what follows asks for no more than that.
    pub(super) const HAN: Self = Self((Class::Han as u32) << 24);

    pub(super) fn class(self) -> Class {
        CLASSES[(self.0 >> 24) as usize % CLASSES.len()]
    }

    /// The character that stands for it.
    pub(super) fn to(self) -> char {
        char::from_u32(self.0 & 0x1f_ffff).unwrap_or(char::REPLACEMENT_CHARACTER)
    }

    /// Whether it is the entry of a Han character `c` that stands for itself.
    #[inline]
    pub(super) fn is_plain_han(self, c: char) -> bool {
        self.0 == c as u32 | (Class::Han as u32) << 24
    }

    /// Whether a space beside it is kept if the other neighbour is such a character too.
    pub(super) fn keeps_space(self) -> bool {
        matches!(self.class(), Class::Word | Class::Hangul)
    }
}

const BLOCK: usize = 128;
/// Characters from here on stand for themselves; the last that do not are the tags of plane 14.
const LIMIT: usize = 0xe_1000;

pub(super) struct Table {
    blocks: Vec<u16>,
    entries: Vec<u32>,
    compositions: HashMap<(char, char), char>,
    /// One bit a code point: whether it is a common Han character that stands for itself.
    plain_han: Box<[u64; 1 << 10]>,
}

/// The code points whose UTF-8 begins with E4 to E9; nearly all are Han characters.
const HAN: std::ops::Range<u32> = 0x4000..0xA000;

impl Table {
    pub(super) fn get(&self, c: char) -> Entry {
        let cp = c as usize;
        let block = self.blocks.get(cp / BLOCK).map_or(0, |&b| b as usize);
        let raw = self.entries[block * BLOCK + cp % BLOCK];
        Entry(if raw & 0x1f_ffff == 0 { raw | c as u32 } else { raw })
    }

    /// Where the run of common Han characters that stand for themselves ends that begins at byte `at`.
    #[inline]
    pub(super) fn plain_han_end(&self, bytes: &[u8], mut at: usize) -> usize {
        let rest = bytes.get(at..).unwrap_or_default();
        // The code point is `a & 0x0f`, `b & 0x3f`, `c & 0x3f`; 64 of them share a word.
        let is_plain = |&[a, b, c]: &[u8; 3]| {
            let word = self.plain_han[usize::from(a & 0x0f) << 6 | usize::from(b & 0x3f)];
            a & 0xf0 == 0xe0 && word >> (c & 0x3f) & 1 == 1
        };
        let (chars, _) = rest.as_chunks::<3>();
        at += 3 * chars.iter().take_while(|c| is_plain(c)).count();
        at
    }

    /// The character of three bytes that stands at byte `at`, if one does.
    #[inline]
    pub(super) fn wide_at(&self, bytes: &[u8], at: usize) -> Option<(char, Entry)> {
        let &[a @ 0xE0..=0xEF, b, c] = bytes.get(at..).and_then(|rest| rest.first_chunk())? else { return None };
        let c = char::from_u32(u32::from(a & 0x0f) << 12 | u32::from(b & 0x3f) << 6 | u32::from(c & 0x3f))?;
        Some((c, self.get(c)))
    }

    /// The letter that `mark` makes of `letter`, if it makes another one.
    pub(super) fn compose(&self, letter: char, mark: char) -> Option<char> {
        self.compositions.get(&(letter, mark)).copied()
    }

    fn parse(tsv: &str) -> Self {
        let mut classes: HashMap<u32, Class> = HashMap::new();
        let mut to: HashMap<u32, char> = HashMap::new();
        let mut compositions = HashMap::new();
        for (chars, class) in [(".…", Class::Dot), ("-<>·_=~", Class::Run), ("(", Class::Open)] {
            classes.extend(chars.chars().map(|c| (c as u32, class)));
        }
        let mut whole: Vec<(u32, u32, Class)> = Vec::new();
        for row in tsv.lines().filter(|row| !row.starts_with('#')) {
            let mut columns = row.splitn(3, '\t');
            let (name, first, second) = (columns.next().unwrap_or(""), columns.next().unwrap_or(""), columns.next());
            let class = match name {
                "space" => Class::Space,
                "drop" => Class::Drop,
                "han" => Class::Han,
                "hangul" => Class::Hangul,
                "word" => Class::Word,
                "map" => {
                    if let Some(target) = first.chars().next() {
                        to.extend(second.unwrap_or("").chars().map(|c| (c as u32, target)));
                    }
                    continue;
                }
                "compose" => {
                    let mut parts = second.unwrap_or("").split(' ').map(code_point);
                    let (letter, mark) = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
                    classes.insert(mark, Class::Mark);
                    let made = (char::from_u32(letter), char::from_u32(mark), first.chars().next());
                    if let (Some(letter), Some(mark), Some(made)) = made {
                        compositions.insert((letter, mark), made);
                    }
                    continue;
                }
                _ => continue,
            };
            for range in first.split(' ') {
                let (low, high) = range.split_once("..").unwrap_or((range, range));
                whole.push((code_point(low), code_point(high), class));
            }
        }
        // Ranges first, then the classes of single characters, which belong to a character
        // inside a range (`.` stands in no range, U+3099 is in `drop`), then what maps to what.
        let mut flat = vec![0u32; LIMIT];
        for (low, high, class) in whole {
            if let Some(part) = flat.get_mut(low as usize..=high as usize) {
                part.fill((class as u32) << 24);
            }
        }
        for (c, class) in classes {
            flat[c as usize] = (class as u32) << 24;
        }
        for (c, target) in to {
            flat[c as usize] = flat[target as usize] & 0xff00_0000 | target as u32;
        }
        let mut table = Self {
            blocks: Vec::with_capacity(LIMIT / BLOCK),
            entries: vec![0; BLOCK],
            compositions,
            plain_han: Box::new([0; 1 << 10]),
        };
        for block in flat.chunks_exact(BLOCK) {
            let last = table.entries.len() - BLOCK;
            if block.iter().all(|&e| e == 0) {
                table.blocks.push(0);
                continue;
            }
            if table.entries[last..] != *block {
                table.entries.extend_from_slice(block);
            }
            table.blocks.push((table.entries.len() / BLOCK - 1) as u16);
        }
        for c in HAN.filter_map(char::from_u32) {
            if table.get(c).is_plain_han(c) {
                let code = c as usize;
                table.plain_han[code / 64] |= 1 << (code % 64);
            }
        }
        table
    }
}

fn code_point(hex: &str) -> u32 {
    u32::from_str_radix(hex, 16).unwrap_or(0)
}

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::parse(include_str!("../fold.tsv")));

pub(super) fn table() -> &'static Table {
    &TABLE
}
