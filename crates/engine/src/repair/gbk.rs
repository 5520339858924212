//! Shifted GBK: `景象??偼顿Y4億元` was `景象。總投資4億元`.
//!
//! Somebody replaced `？` by `?` in GBK *bytes*. `？` is `A3 BF`, and these two bytes also stand in
//! the middle of two characters, as in `。總` = `A1 A3 BF 82`:
//!
//! ```text
//! 。     總     投     資              ?  ?  偼     顿     Y
//! A1 A3  BF 82  CD B6  D9 59    →     A1 3F 82 CD  B6 D9  59
//! ```
//!
//! The lead byte before the `?` became a `?` of its own, and all that follows is read one byte
//! late, until an ASCII letter that once was the second byte of a character ends the shift. So what follows
//! comes back when the run is encoded and `BF` put before it. It is accepted where every character that
//! comes out is common and one that goes in is rare; that keeps `真的??连门都没有??` as it is.
//!
//! The character before cannot come back by bytes: its trail byte was `A3`, its lead byte is gone. Of
//! what has that trail byte, `。` is by far the most frequent, so the question is whether a sentence
//! can end there, and the document itself is asked ([`lead`]): 設 stands before a comma elsewhere, 環
//! never does, and 環保 is a word (`lead-words.tsv`). Where the document does not tell, the damage stays,
//! for a guess would hide it.
//!
//! Where it can be fooled: words that the list does not have, above all where the character before is also
//! a frequent last one. Tried on the places of 。 and its kin in undamaged Chinese pages: of 25 that this damage
//! could hit, 15 came out right, 2 wrong and 8 were left; of 1658 with any character behind, 857, 240 and 561.

use std::sync::LazyLock;

use encoding_rs::GBK;

use super::LocalEdit;
use dehusk_text::{annotation_len, fold, is_han};

/// What stands where the second half of a character and the first half of the next stood,
/// and the byte that the next one lost: `？` is `A3 BF`, `；` is `A3 BB`.
const MARKS: [(&str, u8); 3] = [("??", 0xbf), ("?；", 0xbb), ("?;", 0xbb)];

/// The trail byte of the character before.
const TRAIL: u8 = 0xa3;

pub(super) fn edits(text: &str) -> Vec<LocalEdit> {
    let mut edits: Vec<LocalEdit> = Vec::new();
    let mut free = 0;
    for start in memchr::memchr_iter(b'?', text.as_bytes()) {
        let found = MARKS.iter().find(|(mark, _)| text[start..].starts_with(mark));
        let (Some(&(mark, byte)), true) = (found, start >= free) else { continue };
        let rest = &text[start + mark.len()..];
        let Some((words, used)) = unshift(byte, rest) else { continue };
        if !words.chars().all(is_common) || rest[..used].chars().all(|c| c.is_ascii() || is_common(c)) {
            continue;
        }
        let damage = &text[start..start + mark.len() + used];
        let Some(lead) = lead(text, start, damage, &words) else { continue };
        free = start + damage.len();
        edits.push((start..free, format!("{lead}{words}")));
    }
    edits
}

/// Puts `byte` before the Han characters that `rest` begins with and the ASCII letter that ends
/// them. Gives what comes out, if that is Han, and how many bytes of `rest` went in.
pub(super) fn unshift(byte: u8, rest: &str) -> Option<(String, usize)> {
    let end = rest.find(|c| !is_han(c))?;
    // The letter was the second byte of a character: 40 to 7E.
    let letter = rest[end..].bytes().next().filter(|b| (0x40..0x7f).contains(b))?;
    if end == 0 {
        return None;
    }
    let (shifted, _, lacking) = GBK.encode(&rest[..end]);
    if lacking {
        return None;
    }
    let mut bytes = Vec::with_capacity(shifted.len() + 2);
    bytes.push(byte);
    bytes.extend_from_slice(&shifted);
    bytes.push(letter);
    let words = GBK.decode_without_bom_handling_and_without_replacement(&bytes)?;
    words.chars().all(is_han).then(|| (words.into_owned(), end + 1))
}

/// What may stand behind the last character of a sentence or clause, and before the first of the next.
const EDGES: &str = "，。、；：！？,;:!?.…”’\"）)》」』】—\n\r \u{3000}";

/// Fewest other places of a character from which it is told that no clause ends with it.
const LEAST: usize = 3;

/// The character that lost its lead byte at `start`, where the text tells. `words` come behind it.
///
/// `。`, behind a closing mark or a digit; or where both sides fit, or one fits and no known word speaks
/// against it: the character before ends a clause elsewhere; what follows begins one elsewhere, or
/// has the same damage behind another character. A Han character, if it makes the only known word and
/// nothing speaks for a sentence end.
fn lead(text: &str, start: usize, damage: &str, words: &str) -> Option<char> {
    let line = without_annotation(text[..start].rsplit(['\n', '\r']).next()?);
    let last = line.chars().next_back()?;
    if !is_han(last) {
        return (last.is_ascii_digit() || "”’）)》」』%％".contains(last)).then_some('。');
    }
    let (inside, ends) = places(text, last);
    let first_two = words.char_indices().nth(2).map_or(words, |(i, _)| &words[..i]);
    let before = |at: usize| without_annotation(&text[..at]).chars().next_back();
    let begins = text.match_indices(first_two).any(|(at, _)| before(at).is_none_or(|c| EDGES.contains(c)))
        || text.match_indices(damage).any(|(at, _)| before(at) != Some(last));

    let first = simplified(last);
    let mut known = WORDS.iter().filter(|(_, firsts)| firsts.contains(first)).map(|&(second, _)| second);
    match (known.next(), known.next()) {
        (None, _) if ends || begins => Some('。'),
        _ if ends && begins => Some('。'),
        (Some(second), None) if !ends && !begins && inside >= LEAST => Some(second),
        _ => None,
    }
}

/// In how many places `c` stands inside a clause, and whether one ends with it.
fn places(text: &str, c: char) -> (usize, bool) {
    let (mut inside, mut ends) = (0, false);
    for (at, _) in text.match_indices(c) {
        let rest = &text[at + c.len_utf8()..];
        let annotation = rest.strip_prefix('(').and_then(annotation_len).map_or(0, |n| n + 1);
        match rest[annotation..].chars().next() {
            // More damage tells nothing.
            Some('?') => {}
            Some(next) if !EDGES.contains(next) => inside += 1,
            _ => ends = true,
        }
    }
    (inside, ends)
}

/// `環(huán)` → `環`.
fn without_annotation(line: &str) -> &str {
    line.rfind('(')
        .filter(|&at| annotation_len(&line[at + 1..]) == Some(line.len() - at - 1))
        .map_or(line, |at| &line[..at])
}

/// Second characters that the list has words for, with the first characters of those words.
static WORDS: LazyLock<Vec<(char, &str)>> = LazyLock::new(|| {
    include_str!("lead-words.tsv")
        .lines()
        .filter_map(|row| row.split_once('\t'))
        .filter_map(|(second, firsts)| Some((second.chars().next()?, firsts)))
        .filter(|&(second, _)| GBK.encode(second.encode_utf8(&mut [0; 4])).0.last() == Some(&TRAIL))
        .collect()
});

fn simplified(c: char) -> char {
    fold(c.encode_utf8(&mut [0; 4])).chars().next().unwrap_or(c)
}

/// Whether the simplified form of `c` is one of the 3755 characters of GB2312's first level:
/// the common ones, in the order of their pinyin.
pub(super) fn is_common(c: char) -> bool {
    first_level(c).is_some()
}

fn first_level(c: char) -> Option<u16> {
    let mut one = [0; 4];
    let (bytes, _, lacking) = GBK.encode(simplified(c).encode_utf8(&mut one));
    match bytes.as_ref() {
        &[a, b] if !lacking && (0xb0..=0xd7).contains(&a) && b >= 0xa1 => Some(u16::from_be_bytes([a, b])),
        _ => None,
    }
}

/// The first letter of the pinyin of a common character.
pub(super) fn pinyin_initial(c: char) -> Option<char> {
    /// Where in the first level each letter begins.
    const STARTS: [(u16, char); 23] = [
        (0xb0a1, 'a'),
        (0xb0c5, 'b'),
        (0xb2c1, 'c'),
        (0xb4ee, 'd'),
        (0xb6ea, 'e'),
        (0xb7a2, 'f'),
        (0xb8c1, 'g'),
        (0xb9fe, 'h'),
        (0xbbf7, 'j'),
        (0xbfa6, 'k'),
        (0xc0ac, 'l'),
        (0xc2e8, 'm'),
        (0xc4c3, 'n'),
        (0xc5b6, 'o'),
        (0xc5be, 'p'),
        (0xc6da, 'q'),
        (0xc8bb, 'r'),
        (0xc8f6, 's'),
        (0xcbfa, 't'),
        (0xcdda, 'w'),
        (0xcef4, 'x'),
        (0xd1b9, 'y'),
        (0xd4d1, 'z'),
    ];
    let code = first_level(c)?;
    STARTS.iter().rev().find(|&&(start, _)| start <= code).map(|&(_, letter)| letter)
}
