//! [`Cues`]: what can be told from one line alone, computed once.
//!
//! The shapes of the rule format (`looks_like`) are bits here, so that a rule that asks
//! for one costs a single comparison. All tests run on the *folded* line, where every
//! dash is `-`, every bracket `(`, every bullet `·`; only the breadcrumb looks at the
//! original, because `》` folds to `>` and book titles are no crumbs.
//!
//! Where it can be fooled: hard-wrapped text has lines without a final full stop, and a
//! headline may end in a question mark. A shape is evidence, never proof; rules combine it.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::dates::{begins_with_date, ends_with_date, is_date_only};
use super::fold::is_han;

/// Facts about one line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cues {
    /// Characters of the folded line that are not space; inserted pinyin does not count.
    pub chars: u32,
    /// [`Cues::TITLE`] and the other bits.
    pub shapes: u16,
}

impl Cues {
    /// At most 40 Han or 100 other characters, no sentence end, fewer than two commas and none at the end.
    pub const TITLE: u16 = 1;
    /// Ends like a sentence.
    pub const SENTENCE: u16 = 1 << 1;
    /// Starts with a bullet, or with a number and `.`, `、` or `)`.
    pub const LIST_ITEM: u16 = 1 << 2;
    /// Starts or ends with a date.
    pub const DATED: u16 = 1 << 3;
    /// No letter and no digit.
    pub const SEPARATOR: u16 = 1 << 4;
    /// Two or more of `> › » →` between short parts, no sentence end.
    pub const BREADCRUMB: u16 = 1 << 5;
    /// Three or more short parts joined by `_` or `|`.
    pub const KEYWORDS: u16 = 1 << 6;
    /// One pair of brackets around the whole line.
    pub const PARENTHESISED: u16 = 1 << 7;
    /// Dates and times and nothing else.
    pub const DATE_ONLY: u16 = 1 << 8;
    /// A web or mail address with at most a few words.
    pub const ADDRESS: u16 = 1 << 9;
    /// Has an ASCII digit. Not a shape of the rule format: slots are gated by it.
    pub const DIGIT: u16 = 1 << 10;
    /// A sentence of 30 Han or 75 other characters and more: the stuff that bodies are made of.
    pub const LONG_SENTENCE: u16 = 1 << 11;
    /// No character at all after folding.
    pub const BLANK: u16 = 1 << 12;

    /// The cues of a line, from its text and its folded text.
    pub fn of(line: &str, folded: &str) -> Self {
        let count = Counts::of(folded);
        let chars = count.chars;
        if chars == 0 {
            return Self { chars, shapes: Self::BLANK };
        }
        let mut shapes = 0;
        let mut set = |bit: u16, holds: bool| {
            if holds {
                shapes |= bit;
            }
        };
        // Five twelfths of a Han character is what a Latin letter says; the unit is a fifth of a Han character.
        let weight = 5 * count.han + 2 * (chars - count.han);
        let sentence = ends_like_sentence(folded);
        set(Self::SENTENCE, sentence);
        set(Self::LONG_SENTENCE, sentence && weight >= 150);
        set(Self::TITLE, !sentence && weight <= 200 && count.commas < 2 && !goes_on(folded));
        set(Self::SEPARATOR, count.letters == 0);
        set(Self::DIGIT, count.digits > 0);
        set(Self::LIST_ITEM, count.letters > 0 && starts_like_item(folded));
        set(Self::PARENTHESISED, in_one_bracket(folded));
        if chars <= SHORT {
            set(
                Self::KEYWORDS,
                !sentence && memchr::memchr2(b'_', b'|', folded.as_bytes()).is_some() && is_keywords(folded),
            );
            set(Self::BREADCRUMB, !sentence && folded.contains('>') && is_breadcrumb(line));
            if count.digits > 0 {
                let date_only = chars <= 60 && is_date_only(folded);
                set(Self::DATE_ONLY, date_only);
                set(Self::DATED, date_only || begins_with_date(folded) || ends_with_date(folded));
            }
            set(Self::ADDRESS, chars <= 120 && is_address(folded));
        }
        Self { chars, shapes }
    }

    /// Whether one of `bits` holds.
    pub fn any(&self, bits: u16) -> bool {
        self.shapes & bits != 0
    }
}

/// Beyond this many characters a line is text, and the costlier shapes are not tried.
const SHORT: u32 = 300;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    chars: u32,
    han: u32,
    letters: u32,
    digits: u32,
    commas: u32,
}

/// What a byte adds to the counts, eight bits each, so that a stretch of 255 bytes is counted in one
/// register: characters, wide letters, letters, digits, commas; then characters that must be
/// looked at one by one: those that begin with E2 or E3 (`…`, `。`, kana), and others.
const ADDS: [u64; 256] = {
    const CHAR: u64 = 1;
    const HAN: u64 = 1 << 8;
    const LETTER: u64 = 1 << 16;
    const DIGIT: u64 = 1 << 24;
    const COMMA: u64 = 1 << 32;
    let mut adds = [0; 256];
    let mut b = 0;
    while b < 256 {
        adds[b] = match b as u8 {
            b' ' | 0x80..=0xBF => 0,
            b'0'..=b'9' => CHAR | LETTER | DIGIT,
            b'a'..=b'z' | b'A'..=b'Z' => CHAR | LETTER,
            b',' | b';' => CHAR | COMMA,
            0..=0x7F => CHAR,
            // U+4000 to U+9FFF: Han characters, but for the hexagrams.
            0xE4..=0xE9 => CHAR | HAN | LETTER,
            0xE2 | 0xE3 => CHAR | 1 << 40,
            _ => CHAR | 1 << 48,
        };
        b += 1;
    }
    adds
};

/// How the hexagrams of the Book of Changes begin: U+4DC0 to U+4DFF, and nothing else.
static HEXAGRAM: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"\xE4\xB7"));

impl Counts {
    fn of(folded: &str) -> Self {
        let mut count = Self::default();
        let (mut marks, mut others) = (0, 0);
        for stretch in folded.as_bytes().chunks(255) {
            let sum = stretch.iter().fold(0, |sum, &b| sum + ADDS[b as usize]);
            let part = |at: u32| (sum >> at & 0xff) as u32;
            count.chars += part(0);
            count.han += part(8);
            count.letters += part(16);
            count.digits += part(24);
            count.commas += part(32);
            marks += part(40);
            others += part(48);
        }
        let hexagrams = HEXAGRAM.find_iter(folded.as_bytes()).count() as u32;
        count.han -= hexagrams;
        count.letters -= hexagrams;
        if marks > 0 {
            for at in memchr::memchr2_iter(0xE2, 0xE3, folded.as_bytes()) {
                folded[at..].chars().next().into_iter().for_each(|c| count.look_at(c));
            }
        }
        if others > 0 {
            let is_other = |c: &char| !matches!(c, '\0'..='\x7f' | '\u{2000}'..='\u{9fff}');
            folded.chars().filter(is_other).for_each(|c| count.look_at(c));
        }
        count
    }

    /// Counts what a character beyond ASCII is, itself aside.
    fn look_at(&mut self, c: char) {
        match c {
            '。' | '…' => {}
            '、' | '،' => self.commas += 1,
            c if is_wide(c) => {
                self.han += 1;
                self.letters += 1;
            }
            c => self.letters += u32::from(c.is_alphanumeric()),
        }
    }
}

/// Characters that say as much as half a word: Han, kana and Hangul.
pub(crate) fn is_wide(c: char) -> bool {
    is_han(c) || matches!(c, '\u{3041}'..='\u{30FF}' | '\u{31F0}'..='\u{31FF}' | '\u{AC00}'..='\u{D7A3}')
}

/// Whether a folded line ends like a sentence: a final mark, perhaps behind closing quotes and brackets.
pub(crate) fn ends_like_sentence(folded: &str) -> bool {
    let end = folded.trim_end_matches(['"', ')', '>', ' ']);
    end.ends_with(is_sentence_end)
}

/// Whether the line breaks off in a sentence, as lines of verse and of hard-wrapped text do.
fn goes_on(folded: &str) -> bool {
    folded.trim_end().ends_with([',', ';', '、'])
}

/// The marks that end a sentence, after folding.
pub(crate) fn is_sentence_end(c: char) -> bool {
    matches!(c, '。' | '.' | '!' | '?' | '…' | '؟' | '۔' | '।')
}

fn starts_like_item(folded: &str) -> bool {
    let mut chars = folded.chars();
    match chars.next() {
        Some('·' | '-' | '*' | '>') => true,
        Some('(') => numbered(chars.as_str()),
        Some(c) if c.is_ascii_digit() => numbered(folded),
        Some('①'..='⑳') => true,
        _ => false,
    }
}

/// Up to three digits, then a mark that numbers: `1.` `2、` `3)`; `3.5` is no item.
fn numbered(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let mut rest = text[digits..].chars();
    let mark = rest.next();
    (1..=3).contains(&digits)
        && matches!(mark, Some('.' | '、' | ')'))
        && !matches!(rest.next(), Some(c) if c.is_ascii_digit() && mark == Some('.'))
}

fn in_one_bracket(folded: &str) -> bool {
    let Some(inner) = folded.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) else {
        return false;
    };
    let mut depth = 0i32;
    for c in inner.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return false;
        }
    }
    depth == 0
}

fn is_keywords(folded: &str) -> bool {
    let parts = |mark: char| {
        let mut n = 0;
        folded.split(mark).all(|part| {
            n += 1;
            !part.trim().is_empty() && part.chars().count() <= 60
        }) && n >= 3
    };
    parts('_') || parts('|')
}

fn is_breadcrumb(line: &str) -> bool {
    let is_arrow = |c: char| matches!(c, '>' | '＞' | '›' | '»' | '→' | '▸' | '►' | '▶');
    let parts: Vec<&str> = line.split(is_arrow).map(str::trim).filter(|p| !p.is_empty()).collect();
    parts.len() >= 3 && parts.iter().all(|p| p.chars().count() <= 60)
}

/// Nothing but a web or mail address, perhaps behind a short label: `link: example.com/a`.
fn is_address(folded: &str) -> bool {
    let text = match folded.split_once(':') {
        Some((label, rest)) if !rest.starts_with('/') && label.chars().count() <= 12 => rest.trim_start(),
        _ => folded,
    };
    address_end(text) == Some(text.len())
}

/// Where the web or mail address at the start of a folded text ends.
pub(crate) fn address_end(text: &str) -> Option<usize> {
    let scheme = ["https:", "http:"].iter().find_map(|s| text.strip_prefix(s)).map(|rest| rest.trim_start_matches('/'));
    let host = scheme.unwrap_or(text);
    let is_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '@' | '+');
    let name = &host[..host.find(|c| !is_host(c)).unwrap_or(host.len())];
    let name = name.trim_end_matches(['.', '-']);
    let (before, top) = name.rsplit_once('.')?;
    let is_top = top.len() >= 2 && top.bytes().all(|b| b.is_ascii_lowercase());
    // `e.g` and `3.5` are no hosts; a bare `readme.md` cannot be told from one.
    if !is_top || before.len() < 2 || before.ends_with('.') || !before.bytes().any(|b| b.is_ascii_lowercase()) {
        return None;
    }
    let start = text.len() - host.len() + name.len();
    let rest = &text[start..];
    let path = match rest.chars().next() {
        Some('/' | '?' | '#' | ':') => rest.find(|c: char| c.is_whitespace() || !c.is_ascii()).unwrap_or(rest.len()),
        _ => 0,
    };
    Some(start + path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::fold;
    use proptest::prelude::*;

    /// The counts, character by character.
    fn plainly(folded: &str) -> Counts {
        let mut count = Counts::default();
        for c in folded.chars().filter(|&c| c != ' ') {
            count.chars += 1;
            count.han += u32::from(is_wide(c));
            count.letters += u32::from(is_wide(c) || c.is_alphanumeric());
            count.digits += u32::from(c.is_ascii_digit());
            count.commas += u32::from(matches!(c, ',' | ';' | '、' | '،'));
        }
        count
    }

    #[test]
    fn every_character_is_counted_as_what_it_is() {
        // Cues are those of folded lines: 丨 stands for a bar there.
        let all: String = ('\0'..=char::MAX).filter(|c| fold(c.encode_utf8(&mut [0; 4])) == c.to_string()).collect();
        for c in all.chars() {
            assert_eq!(Counts::of(c.encode_utf8(&mut [0; 4])), plainly(c.encode_utf8(&mut [0; 4])), "{c:?}");
        }
        assert_eq!(Counts::of(&all), plainly(&all));
    }

    proptest! {
        #[test]
        fn stretches_are_counted_as_characters(line in "([a-z]{0,90}|[ ,;0-9。、…版权·é]{0,40}|\\PC{0,9}){0,9}") {
            prop_assert_eq!(Counts::of(&line), plainly(&line));
        }
    }
}
