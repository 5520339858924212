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

use regex::Regex;

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
    /// At most 40 Han or 100 other characters, no sentence end, fewer than two commas.
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
        let mut count = Counts::default();
        for c in folded.chars() {
            count.add(c);
        }
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
        set(Self::TITLE, !sentence && weight <= 200 && count.commas < 2);
        set(Self::SEPARATOR, count.letters == 0);
        set(Self::DIGIT, count.digits > 0);
        set(Self::LIST_ITEM, count.letters > 0 && starts_like_item(folded));
        set(Self::PARENTHESISED, in_one_bracket(folded));
        if chars <= SHORT {
            set(Self::KEYWORDS, !sentence && is_keywords(folded));
            set(Self::BREADCRUMB, !sentence && folded.contains('>') && is_breadcrumb(line));
            if count.digits > 0 {
                let date_only = chars <= 60 && DATE_ONLY.is_match(folded);
                set(Self::DATE_ONLY, date_only);
                set(Self::DATED, date_only || is_dated(folded));
            }
            let dotted = folded.contains('.') || folded.contains('@');
            set(Self::ADDRESS, dotted && ADDRESS.is_match(folded));
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

#[derive(Default)]
struct Counts {
    chars: u32,
    han: u32,
    letters: u32,
    digits: u32,
    commas: u32,
}

impl Counts {
    fn add(&mut self, c: char) {
        if c == ' ' {
            return;
        }
        self.chars += 1;
        if c.is_ascii() {
            self.digits += u32::from(c.is_ascii_digit());
            self.letters += u32::from(c.is_ascii_alphanumeric());
            self.commas += u32::from(c == ',' || c == ';');
        } else if is_wide(c) {
            self.han += 1;
            self.letters += 1;
        } else {
            self.commas += u32::from(c == '、' || c == '،');
            self.letters += u32::from(c.is_alphanumeric());
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

fn is_dated(folded: &str) -> bool {
    let digit_within = |text: &str| text.bytes().any(|b| b.is_ascii_digit());
    // A date takes at most 40 bytes or so; look no further than that.
    let head_end = floor(folded, 48);
    let tail_start = floor(folded, folded.len().saturating_sub(48));
    (digit_within(&folded[..floor(folded, 24)]) && DATE_START.is_match(&folded[..head_end]))
        || (digit_within(&folded[floor(folded, folded.len().saturating_sub(16))..])
            && DATE_END.is_match(&folded[tail_start..]))
}

/// The greatest character boundary that is not beyond `at`.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Month names after folding (no accents, lower case) in the languages that have rules.
const MONTH: &str = "(?:jan(?:uary|uar|vier|eiro)?|enero|gennaio|feb(?:ruary|ruar|rero|braio)?|fevrier|fevereiro|mar(?:ch|s|z|zo|co)?|apr(?:il|ile)?|avril|abr(?:il)?|may|mai|mayo|maio|maggio|jun(?:e|i|io|ho)?|juin|giugno|jul(?:y|i|io|ho)?|juillet|luglio|aug(?:ust)?|aout|agosto|sep(?:t|tember|tembre|tiembre)?|setembro|settembre|oct(?:ober|obre|ubre)?|okt(?:ober)?|outubro|ottobre|nov(?:ember|embre|iembre|embro)?|dec(?:ember|embre)?|dez(?:ember|embro)?|dic(?:iembre|embre)?|stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|wrzesnia|pazdziernika|listopada|grudnia|января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря|thang)";

/// A date in a folded line.
pub(crate) fn date_pattern() -> String {
    format!(
        "(?:\\d{{4}} ?[-/.年년] ?\\d{{1,2}} ?[-/.月월] ?\\d{{1,2}} ?[日号일]?\
         |\\d{{1,2}}[-/.]\\d{{1,2}}[-/.](?:19|20)?\\d{{2}}\
         |[一二][〇零一二三四五六七八九]{{3}}年[一二三四五六七八九十]{{1,2}}月(?:[一二三四五六七八九十]{{1,3}}日)?\
         |(?:19|20)\\d{{2}}年\\d{{1,2}}月\
         |\\d{{1,2}}月\\d{{1,2}}日\
         |\\d{{1,2}}(?:st|nd|rd|th|er|º|ª)?[ .]*(?:de |of )?{MONTH}[.,]?(?: de)?(?: \\d{{4}})?\
         |{MONTH}[. ]*\\d{{1,2}}(?:st|nd|rd|th)?(?:, ?| )\\d{{4}})"
    )
}

/// A time of day in a folded line.
pub(crate) const TIME: &str =
    "(?:\\d{1,2}[:时h]\\d{2}(?:[:分]\\d{2})?[分秒]?(?: ?[ap]\\.?m\\.?)?(?: ?(?:gmt|utc|est|edt|pst|pdt|cet|uhr)(?:[-+]\\d{1,2})?)?)";

static DATE_START: LazyLock<Regex> = LazyLock::new(|| regex(&format!("^[(·-]*{}", date_pattern())));
static DATE_END: LazyLock<Regex> = LazyLock::new(|| {
    regex(&format!("(?:{}|\\(\\d{{1,2}}[-/]\\d{{1,2}})(?:[ ,t]*{TIME})?[)\\]]*$", date_pattern()))
});
static DATE_ONLY: LazyLock<Regex> = LazyLock::new(|| {
    regex(&format!(
        "^[^\\p{{L}}\\p{{N}}]*(?:(?:星期|周|礼拜)[一二三四五六日天] ?|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,? )?(?:{}|{TIME})(?:[ ,t|·(-]*(?:{}|{TIME}|(?:星期|周|礼拜)[一二三四五六日天]|updated?|更新))*[^\\p{{L}}\\p{{N}}]*$",
        date_pattern(),
        date_pattern()
    ))
});
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    regex("^(?:[^\\s.@]{0,12}[: ]+)?(?:https?:/+|www\\.)?[a-z0-9_.+-]+(?:@[a-z0-9-]+)?(?:\\.[a-z0-9-]+)*\\.[a-z]{2,}(?:[/?#:]\\S*)?$")
});

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a pattern written in this file compiles")
}
