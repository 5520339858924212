//! [`Cues`]: the shape of one line, computed from that line alone, once.
//!
//! The shapes of the rule format (`looks_like`) are bits here, so that a rule that requires
//! one costs a single comparison. All tests run on the *folded* line, where every
//! dash is `-`, every bracket `(`, every bullet `·`; only the breadcrumb looks at the
//! original, because `》` folds to `>` and book titles are no crumbs.
//!
//! Where it can be fooled: hard-wrapped text has lines without a final full stop, and a
//! headline may end in a question mark. A shape is evidence, never proof; rules combine it.

use super::count::CharCounts;
use super::dates::is_dated;

/// The shape of one line.
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
    /// Starts with a bullet, with a number and `.`, `、` or `)`, or with a number in a circle.
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
    /// Only dates, times and days of the week.
    pub const DATE_ONLY: u16 = 1 << 8;
    /// A web or mail address, with at most a short label before it.
    pub const ADDRESS: u16 = 1 << 9;
    /// Has an ASCII digit. Not a shape of the rule format: patterns with a number slot are only tried on such lines.
    pub const DIGIT: u16 = 1 << 10;
    /// A sentence of 30 Han or 75 other characters or more, as paragraphs of an article have.
    pub const LONG_SENTENCE: u16 = 1 << 11;
    /// No character at all after folding.
    pub const BLANK: u16 = 1 << 12;
    /// Has no ASCII digit, as opposed to [`Cues::DIGIT`]. Not a shape of the rule format.
    pub const NO_DIGIT: u16 = 1 << 13;
    /// Has nothing of what every date has: a digit, or `年` behind Han digits. Not a shape of the rule format.
    pub const NO_DATE: u16 = 1 << 14;

    /// The cues of a line: `line` is its text without the terminator, `folded` the same text folded.
    pub fn of(line: &str, folded: &str) -> Self {
        Self::counted(line, folded, &CharCounts::of(folded))
    }

    /// Like [`Cues::of`], for a folded text whose characters are counted already.
    pub fn counted(line: &str, folded: &str, count: &CharCounts) -> Self {
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
        // A Han character weighs 5, any other character 2: 40 Han or 100 other characters make 200.
        let weight = 5 * count.han + 2 * (chars - count.han);
        let sentence = ends_like_sentence(folded);
        set(Self::SENTENCE, sentence);
        set(Self::LONG_SENTENCE, sentence && weight >= 150);
        set(Self::TITLE, !sentence && weight <= 200 && count.commas < 2 && !goes_on(folded));
        set(Self::SEPARATOR, !count.letters);
        set(Self::DIGIT, count.digits);
        set(Self::NO_DIGIT, !count.digits);
        set(Self::NO_DATE, !count.digits && (count.han == 0 || !has_year(folded)));
        set(Self::LIST_ITEM, count.letters && starts_like_item(folded));
        set(Self::PARENTHESISED, in_one_bracket(folded));
        if chars <= SHORT {
            if !sentence && count.links {
                set(Self::KEYWORDS, is_keywords(folded));
                set(Self::BREADCRUMB, folded.contains('>') && is_breadcrumb(line));
            }
            if count.digits {
                let (date_only, dated) = is_dated(folded, chars > 60);
                set(Self::DATE_ONLY, date_only);
                set(Self::DATED, dated);
            }
            set(Self::ADDRESS, chars <= 120 && count.points && is_address(folded));
        }
        Self { chars, shapes }
    }

    /// Whether one of `bits` holds.
    pub fn any(&self, bits: u16) -> bool {
        self.shapes & bits != 0
    }
}

/// The more expensive shapes are only tried on lines of at most this many characters; longer lines are running text.
const SHORT: u32 = 300;

/// Whether a folded line ends like a sentence: with a sentence mark, which closing quotes and brackets may follow.
pub(crate) fn ends_like_sentence(folded: &str) -> bool {
    let bytes = folded.as_bytes();
    let closing = bytes.iter().rev().take_while(|b| matches!(b, b'"' | b')' | b'>' | b' ')).count();
    match bytes[..bytes.len() - closing].last() {
        Some(last @ 0..=0x7F) => is_sentence_end(char::from(*last)),
        Some(_) => folded[..folded.len() - closing].ends_with(is_sentence_end),
        None => false,
    }
}

/// Whether `年` stands in the line.
fn has_year(folded: &str) -> bool {
    // Its last byte is rarer than the first.
    let bytes = folded.as_bytes();
    memchr::memchr_iter(0xB4, bytes).any(|at| bytes[..=at].ends_with("年".as_bytes()))
}

/// Whether the line ends with a comma or semicolon, as lines of verse and of hard-wrapped text do.
fn goes_on(folded: &str) -> bool {
    match folded.as_bytes() {
        [.., b',' | b';'] => true,
        [.., 0..=0x7F] => false,
        _ => folded.ends_with('、'),
    }
}

/// Whether a folded character is a mark that ends a sentence.
pub fn is_sentence_end(c: char) -> bool {
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

/// Whether the text begins with one to three digits and a mark of numbering: `1.` `2、` `3)`; `3.5` is no item.
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

/// Most characters of one part of a breadcrumb or of a list of keywords.
const PART: usize = 60;

fn is_short(part: &str) -> bool {
    part.len() <= PART || part.chars().count() <= PART
}

fn is_keywords(folded: &str) -> bool {
    let parts = |mark: char| {
        let marks = memchr::memchr_iter(mark as u8, folded.as_bytes()).count();
        marks >= 2 && folded.split(mark).all(|part| !part.trim().is_empty() && is_short(part))
    };
    parts('_') || parts('|')
}

fn is_breadcrumb(line: &str) -> bool {
    let is_arrow = |c: char| matches!(c, '>' | '＞' | '›' | '»' | '→' | '▸' | '►' | '▶');
    let mut parts = 0;
    let short = line.split(is_arrow).map(str::trim).filter(|part| !part.is_empty()).all(|part| {
        parts += 1;
        is_short(part)
    });
    short && parts >= 3
}

/// Whether the line is only a web or mail address, with or without a short label before it: `link: example.com/a`.
fn is_address(folded: &str) -> bool {
    // An address has no space. A label before the colon may have some.
    let last_word = memchr::memrchr(b' ', folded.as_bytes()).map_or(folded, |space| &folded[space..]);
    if last_word.len() < folded.len() && !last_word.contains(':') {
        return false;
    }
    let text = match folded.split_once(':') {
        Some((label, rest)) if !rest.starts_with('/') && label.chars().count() <= 12 => rest.trim_start(),
        _ => folded,
    };
    address_end(text) == Some(text.len())
}

/// The byte at which the web or mail address at the start of a folded text ends; `None` if none stands there.
pub fn address_end(text: &str) -> Option<usize> {
    let scheme = ["https:", "http:"].iter().find_map(|s| text.strip_prefix(s)).map(|rest| rest.trim_start_matches('/'));
    let host = scheme.unwrap_or(text);
    let is_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '@' | '+');
    let name = &host[..host.find(|c| !is_host(c)).unwrap_or(host.len())];
    let name = name.trim_end_matches(['.', '-']);
    let (before, top) = name.rsplit_once('.')?;
    let is_top = top.len() >= 2 && top.bytes().all(|b| b.is_ascii_lowercase());
    // `e.g` and `3.5` are no hosts. A file name such as `readme.md` cannot be distinguished from a host.
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
