//! From `fold.tsv` to the table of the fold. Only `build.rs` uses this file: what it makes is compiled in.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::class::Class;

const BLOCK: usize = 128;
/// Characters from here on stand for themselves; the last that do not are the tags of plane 14.
const LIMIT: usize = 0xe_1000;

/// The code points whose UTF-8 begins with E4 to E9; nearly all are Han characters.
const HAN: std::ops::Range<u32> = 0x4000..0xA000;

/// The parts of the table; `table.rs` says what they mean.
pub(crate) struct Parts {
    blocks: Vec<u16>,
    entries: Vec<u32>,
    compositions: Vec<(char, char, char)>,
    plain_han: Vec<u64>,
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
        compositions.sort_unstable();
        let mut table = Self {
            blocks: Vec::with_capacity(LIMIT / BLOCK),
            entries: vec![0; BLOCK],
            compositions,
            plain_han: vec![0; 1 << 10],
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
            let code = c as usize;
            // In the table, 0 stands for "as itself".
            let to = flat[code] & 0x1f_ffff;
            if flat[code] >> 24 == Class::Han as u32 && (to == 0 || to == c as u32) {
                table.plain_han[code / 64] |= 1 << (code % 64);
            }
        }
        table
    }

    /// The table as an expression of Rust.
    pub(crate) fn to_rust(&self) -> String {
        let Self { blocks, entries, compositions, plain_han } = self;
        let mut out = String::new();
        let written = writeln!(
            out,
            "Table {{ blocks: &{blocks:?}, entries: &{entries:?}, compositions: &{compositions:?}, plain_han: {plain_han:?} }}"
        );
        written.expect("a String takes everything");
        out
    }
}

fn code_point(hex: &str) -> u32 {
    u32::from_str_radix(hex, 16).unwrap_or(0)
}
