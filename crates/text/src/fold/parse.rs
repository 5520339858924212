//! Makes the lookup tables of the fold from `fold.tsv`. Only `build.rs` uses this file.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::bmp;
use super::class::{CLASSES, Class};
use super::kind::CharKind;

const BLOCK: usize = 128;
/// Code points from here on fold to themselves; the last ones that do not are the tags of plane 14.
const LIMIT: usize = 0xe_1000;

/// The tables: `table.rs` explains the first three fields, `bmp.rs` the last.
pub(crate) struct Parts {
    blocks: Vec<u16>,
    entries: Vec<u32>,
    compositions: Vec<(char, char, char)>,
    bmp: Vec<u32>,
}

impl Parts {
    /// Reads the rows of `fold.tsv`.
    pub(crate) fn parse(tsv: &str) -> Self {
        let mut classes: HashMap<u32, Class> = HashMap::new();
        let mut to: HashMap<u32, char> = HashMap::new();
        let mut compositions = Vec::new();
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
                        compositions.push((letter, mark, made));
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
        // inside a range (`.` is in no range, U+3099 is in `drop`), then the mappings.
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
        compositions.sort_unstable();
        let mut table = Self {
            blocks: Vec::with_capacity(LIMIT / BLOCK),
            entries: vec![0; BLOCK],
            compositions,
            bmp: bmp_entries(&flat),
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
        table
    }

    /// The full table as a Rust expression.
    pub(crate) fn to_rust(&self) -> String {
        let Self { blocks, entries, compositions, .. } = self;
        let mut out = String::new();
        let written = writeln!(
            out,
            "FoldTable {{ blocks: &{blocks:?}, entries: &{entries:?}, compositions: &{compositions:?} }}"
        );
        written.expect("a String takes everything");
        out
    }

    /// The table of the characters of up to three bytes: four bytes each, little-endian.
    pub(crate) fn bmp_bytes(&self) -> Vec<u8> {
        self.bmp.iter().flat_map(|entry| entry.to_le_bytes()).collect()
    }
}

/// The entries of `bmp.rs` for all code points up to U+FFFF. `flat` has the class and the target of every character.
fn bmp_entries(flat: &[u32]) -> Vec<u32> {
    let class_of = |c: char| flat.get(c as usize).map_or(Class::Other, |entry| CLASSES[(entry >> 24) as usize]);
    let entry = |code: u32| {
        let Some(c) = char::from_u32(code) else { return bmp::pack(Class::Drop, CharKind::Space, None) };
        // In `flat`, 0 means that the character folds to itself.
        let to = char::from_u32(flat[code as usize] & 0x1f_ffff).filter(|&to| to != '\0').unwrap_or(c);
        bmp::pack(class_of(c), CharKind::of(to, |c| class_of(c) == Class::Han), Some(to))
    };
    (0..=0xffff).map(entry).collect()
}

fn code_point(hex: &str) -> u32 {
    u32::from_str_radix(hex, 16).unwrap_or(0)
}
