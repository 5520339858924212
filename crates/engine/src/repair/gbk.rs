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

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use encoding_rs::GBK;

use super::LocalEdit;
use dehusk_text::{annotation_len, fold, is_han, work};

/// What stands where the second half of a character and the first half of the next stood,
/// and the byte that the next one lost: `？` is `A3 BF`, `；` is `A3 BB`.
const MARKS: [(&str, u8); 3] = [("??", 0xbf), ("?；", 0xbb), ("?;", 0xbb)];

/// The trail byte of the character before.
const TRAIL: u8 = 0xa3;

pub(super) fn edits(text: &str) -> Vec<LocalEdit> {
    work::count(text.len());
    let damages: Vec<Damage> = memchr::memchr_iter(b'?', text.as_bytes()).filter_map(|at| damage(text, at)).collect();
    if damages.is_empty() {
        return Vec::new();
    }
    let evidence = GbkEvidence::new(text, &damages);
    let edit = |damage: &Damage| {
        let lead = lead(text, damage, &evidence)?;
        Some((damage.start..damage.end, format!("{lead}{}", damage.words)))
    };
    damages.iter().filter_map(edit).collect()
}

/// A place that looks like this damage: `??偼顿Y`.
struct Damage {
    start: usize,
    end: usize,
    /// What comes out of it, without the character before: `總投資`.
    words: String,
}

/// The damage that begins at `start`, if there is one.
fn damage(text: &str, start: usize) -> Option<Damage> {
    let &(mark, byte) = MARKS.iter().find(|(mark, _)| text[start..].starts_with(mark))?;
    let rest = &text[start + mark.len()..];
    let (words, used) = unshift(byte, rest)?;
    let is_damage = words.chars().all(is_common) && !rest[..used].chars().all(|c| c.is_ascii() || is_common(c));
    is_damage.then(|| Damage { start, end: start + mark.len() + used, words })
}

/// Puts `byte` before the Han characters that `rest` begins with and the ASCII letter that ends
/// them. Gives what comes out, if that is Han, and how many bytes of `rest` went in.
pub(super) fn unshift(byte: u8, rest: &str) -> Option<(String, usize)> {
    let end = rest.find(|c| !is_han(c)).unwrap_or(rest.len());
    work::count(end + 1);
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

/// The character that lost its lead byte, where the text tells.
///
/// `。`, behind a closing mark or a digit; or where both sides fit, or one fits and no known word speaks
/// against it: the character before ends a clause elsewhere; what follows begins one elsewhere, or
/// has the same damage behind another character. A Han character, if it makes the only known word and
/// nothing speaks for a sentence end.
fn lead(text: &str, damage: &Damage, evidence: &GbkEvidence<'_>) -> Option<char> {
    let last = last_before(text, damage.start)?;
    if !is_han(last) {
        return (last.is_ascii_digit() || "”’）)》」』%％".contains(last)).then_some('。');
    }
    let (inside, ends) = evidence.places.get(&last).copied().unwrap_or_default();
    let begins = evidence.begins(text, damage);

    let first = simplified(last);
    let mut known = WORDS.iter().filter(|(_, firsts)| firsts.contains(first)).map(|&(second, _)| second);
    match (known.next(), known.next()) {
        (None, _) if ends || begins => Some('。'),
        _ if ends && begins => Some('。'),
        (Some(second), None) if !ends && !begins && inside >= LEAST => Some(second),
        _ => None,
    }
}

/// What the document says of clauses and of the damage, read once for all places.
struct GbkEvidence<'t> {
    /// Of each Han character: in how many places it stands inside a clause, and whether one ends with it.
    places: HashMap<char, (usize, bool)>,
    /// Two Han characters that begin a clause.
    beginnings: HashSet<(char, char)>,
    /// Of each damage: the character before its first place, and whether another stands before a later one.
    befores: HashMap<&'t str, (Option<char>, bool)>,
}

impl<'t> GbkEvidence<'t> {
    fn new(text: &'t str, damages: &[Damage]) -> Self {
        let mut evidence = Self { places: HashMap::new(), beginnings: HashSet::new(), befores: HashMap::new() };
        for (at, c) in text.char_indices().filter(|&(_, c)| is_han(c)) {
            evidence.read(text, at, c);
        }
        for damage in damages {
            let before = last_before(text, damage.start);
            let (first, differs) = evidence.befores.entry(&text[damage.start..damage.end]).or_insert((before, false));
            *differs |= *first != before;
        }
        evidence
    }

    /// Reads what stands around the Han character at `at`.
    fn read(&mut self, text: &str, at: usize, c: char) {
        work::count(c.len_utf8());
        let rest = &text[at + c.len_utf8()..];
        let next = rest.chars().next();
        if let Some(next) = next.filter(|&next| is_han(next))
            && last_before(text, at).is_none_or(|before| EDGES.contains(before))
        {
            self.beginnings.insert((c, next));
        }
        let annotation = rest.strip_prefix('(').and_then(annotation_len).map_or(0, |n| n + 1);
        let (inside, ends) = self.places.entry(c).or_default();
        match rest[annotation..].chars().next() {
            // More damage tells nothing.
            Some('?') => {}
            Some(next) if !EDGES.contains(next) => *inside += 1,
            _ => *ends = true,
        }
    }

    /// Whether what comes out of the damage begins a clause elsewhere, or the same damage stands behind another
    /// character.
    fn begins(&self, text: &str, damage: &Damage) -> bool {
        let mut words = damage.words.chars();
        let begins = words.next().zip(words.next()).is_some_and(|two| self.beginnings.contains(&two));
        begins || self.befores.get(&text[damage.start..damage.end]).is_some_and(|&(_, differs)| differs)
    }
}

/// The character before `at`; of `環(huán)` that is `環`.
fn last_before(text: &str, at: usize) -> Option<char> {
    without_annotation(&text[..at]).chars().next_back()
}

/// `環(huán)` → `環`.
fn without_annotation(text: &str) -> &str {
    let Some(inner) = text.strip_suffix([')', '）']) else { return text };
    // What stands before a parenthesis that closes is not looked through again behind the next one.
    let from = inner.rfind(['(', ')', '）']).unwrap_or(0);
    work::count(text.len() - from);
    inner[from..]
        .strip_prefix('(')
        .and_then(|_| annotation_len(&text[from + 1..]))
        .filter(|&length| from + 1 + length == text.len())
        .map_or(text, |_| &text[..from])
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The slow reference: for each damage the whole text is searched.
    fn searched(text: &str) -> Vec<LocalEdit> {
        let damages = text.match_indices('?').filter_map(|(at, _)| damage(text, at));
        damages
            .filter_map(|damage| {
                let lead = searched_lead(text, damage.start, &text[damage.start..damage.end], &damage.words)?;
                Some((damage.start..damage.end, format!("{lead}{}", damage.words)))
            })
            .collect()
    }

    fn searched_lead(text: &str, start: usize, damage: &str, words: &str) -> Option<char> {
        let unread = |line: &str| {
            let at = line.rfind('(').filter(|&at| annotation_len(&line[at + 1..]) == Some(line.len() - at - 1));
            line[..at.unwrap_or(line.len())].chars().next_back()
        };
        let last = unread(text[..start].rsplit(['\n', '\r']).next()?)?;
        if !is_han(last) {
            return (last.is_ascii_digit() || "”’）)》」』%％".contains(last)).then_some('。');
        }
        let (mut inside, mut ends) = (0, false);
        for (at, _) in text.match_indices(last) {
            let rest = &text[at + last.len_utf8()..];
            let annotation = rest.strip_prefix('(').and_then(annotation_len).map_or(0, |n| n + 1);
            match rest[annotation..].chars().next() {
                Some('?') => {}
                Some(next) if !EDGES.contains(next) => inside += 1,
                _ => ends = true,
            }
        }
        let two = words.char_indices().nth(2).map_or(words, |(i, _)| &words[..i]);
        let begins = text.match_indices(two).any(|(at, _)| unread(&text[..at]).is_none_or(|c| EDGES.contains(c)))
            || text.match_indices(damage).any(|(at, _)| unread(&text[..at]) != Some(last));
        let known: Vec<char> =
            WORDS.iter().filter(|(_, firsts)| firsts.contains(simplified(last))).map(|&(second, _)| second).collect();
        match known[..] {
            [] if ends || begins => Some('。'),
            _ if ends && begins => Some('。'),
            [second] if !ends && !begins && inside >= LEAST => Some(second),
            _ => None,
        }
    }

    fn any_damage() -> impl Strategy<Value = String> {
        let pieces = [
            "??偼顿Y",
            "?；偼顿Y",
            "??茖W",
            "景象",
            "聯合環",
            "建設",
            "環境",
            "總投",
            "科學",
            "總總投",
            "4億元",
            "(huán)",
            "(ha\u{308}\u{308}n)",
            "(ha\u{308}án)",
            "（zǒng）",
            "(zǒng）",
            "(",
            ")",
            "）",
            "，",
            "。",
            "?",
            "a",
            " ",
            "\n",
            "\r\n",
        ];
        prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..40).prop_map(|parts| parts.concat())
    }

    proptest! {
        #[test]
        fn what_is_read_once_is_what_a_search_finds(text in any_damage()) {
            prop_assert_eq!(edits(&text), searched(&text));
        }
    }
}
