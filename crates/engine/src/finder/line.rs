//! [`Lines`]: what the finder reads off each line alone, in one pass over its characters.
//!
//! Lengths are in *units*: two for a word, one for a Han character or kana. So sixteen units
//! are as much text in English as in Chinese, and one set of points serves all languages.

use std::sync::LazyLock;

use dehusk_text::markup::PageMarkup;

use super::reader::LineReader;
use super::words::{ClassSet, LONGEST, Words};
use crate::compile::LazyRegex;

/// How a line ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum End {
    #[default]
    None,
    Sentence,
    Colon,
    Comma,
    Ellipsis,
}

/// A mark that a line has or has not.
pub(crate) mod flag {
    pub(crate) const DATE: u32 = 1;
    pub(crate) const URL: u32 = 1 << 1;
    pub(crate) const PHONE: u32 = 1 << 2;
    pub(crate) const PRICE: u32 = 1 << 3;
    pub(crate) const CODE: u32 = 1 << 4;
    pub(crate) const TABLE: u32 = 1 << 5;
    pub(crate) const UPPER: u32 = 1 << 6;
    pub(crate) const STARTS_LOWER: u32 = 1 << 7;
    /// A sentence of 30 units and more with function words: what bodies are made of.
    pub(crate) const LONG: u32 = 1 << 8;
    pub(crate) const NAME: u32 = 1 << 9;
    pub(crate) const HEAD: u32 = 1 << 10;
    pub(crate) const FLAT: u32 = 1 << 11;
    /// The rules took it.
    pub(crate) const TAKEN: u32 = 1 << 12;
    /// A `[[keep]]` protects it.
    pub(crate) const KEPT: u32 = 1 << 13;
    /// It begins with a quotation mark.
    pub(crate) const QUOTED: u32 = 1 << 14;
    /// An amount of something: `2 cups of flour`, `½ onion`, `面粉200克`.
    pub(crate) const AMOUNT: u32 = 1 << 15;
}

/// One line that is not blank.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line {
    /// Its number in the document.
    pub(crate) number: u32,
    pub(crate) units: u32,
    pub(crate) cjk: u32,
    pub(crate) words: u32,
    /// Units of function words.
    pub(crate) function: u32,
    /// Those of English ones.
    pub(crate) english: u32,
    pub(crate) capitals: u32,
    pub(crate) numbers: u32,
    pub(crate) you: u32,
    pub(crate) me: u32,
    pub(crate) we: u32,
    pub(crate) inner: u32,
    pub(crate) commas: u32,
    pub(crate) separators: u32,
    pub(crate) pieces: u32,
    pub(crate) tabs: u32,
    pub(crate) indent: u32,
    pub(crate) blank_above: u32,
    pub(crate) blank_below: u32,
    pub(crate) flags: u32,
    pub(crate) classes: ClassSet,
    pub(crate) bullet: u8,
    /// Its number in a list; 0 for none.
    pub(crate) item: u16,
    pub(crate) end: End,
    /// The line and its first characters as hashes, to find what stands twice; 0 for none.
    pub(crate) key: u64,
    pub(crate) prefix: u64,
    /// Its content words in [`Lines::content`].
    pub(crate) content: (u32, u32),
}

impl Line {
    pub(crate) fn has(&self, flags: u32) -> bool {
        self.flags & flags != 0
    }

    pub(crate) fn in_class(&self, class: usize) -> bool {
        self.classes >> class & 1 == 1
    }
}

/// The lines of a document that are not blank.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lines {
    pub(crate) lines: Vec<Line>,
    /// Hashes of the content words of all lines.
    pub(crate) content: Vec<u32>,
    /// Blank lines since the last line.
    blanks: u32,
    /// How many lines the document has, blank ones too.
    pub(crate) total: usize,
    /// What the markup says, for a text that was made of HTML.
    pub(crate) markup: Option<PageMarkup>,
}

/// Blank lines at the start and the end of a page.
const EDGE_BLANKS: u32 = 3;

/// So many lines have room before the first one is read.
const MOST_ROOM: usize = 1 << 10;

impl Lines {
    /// Without a line, for a document of so many.
    pub(crate) fn with_room(lines: usize) -> Self {
        Self { lines: Vec::with_capacity(lines.min(MOST_ROOM)), ..Self::default() }
    }

    /// Adds the next line of the document, given as it is and as it is compared.
    pub(crate) fn push(&mut self, words: &Words, text: &str, folded: &str) {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            self.total += 1;
            self.blanks += 1;
            return;
        }
        let indent = text.chars().take_while(|c| matches!(c, ' ' | '\t' | '\u{3000}' | '\u{a0}')).count();
        let mut line = Line { indent: indent as u32, ..Line::default() };
        let mut rest = cut_bullet(trimmed, &mut line);
        if rest.starts_with('|') {
            line.flags |= flag::TABLE;
            rest = rest.trim_matches(['|', ' ']);
        }
        let first_word = self.content.len() as u32;
        LineReader::new(words, &mut line, &mut self.content).read(rest);
        line.content = (first_word, self.content.len() as u32);
        line.end = end_of(rest);
        finish(&mut line, rest, folded);
        self.place(line);
    }

    /// Adds a line that was read before, with its content words.
    pub(crate) fn push_again(&mut self, line: &Line, content: &[u32]) {
        let start = self.content.len();
        self.content.extend_from_slice(content);
        self.place(Line { content: (start as u32, self.content.len() as u32), ..line.clone() });
    }

    /// Adds a line that was read, as the next one of the document.
    fn place(&mut self, mut line: Line) {
        let above = if self.lines.is_empty() { EDGE_BLANKS } else { self.blanks.min(EDGE_BLANKS) };
        if let Some(last) = self.lines.last_mut() {
            last.blank_below = above;
        }
        (line.number, line.blank_above, line.blank_below) = (self.total as u32, above, EDGE_BLANKS);
        self.total += 1;
        self.blanks = 0;
        self.lines.push(line);
    }

    /// The line that was added last, with its content words.
    pub(crate) fn last(&self) -> Option<(&Line, &[u32])> {
        let line = self.lines.last()?;
        Some((line, &self.content[line.content.0 as usize..line.content.1 as usize]))
    }

    /// The units of the line that was added last, if it is the last one of the document so far that is not blank, and
    /// short enough for classes.
    pub(crate) fn units_of_last(&self) -> Option<u32> {
        let last = self.lines.last().filter(|line| line.number as usize + 1 == self.total)?;
        Some(last.units).filter(|&units| units <= LONGEST)
    }

    /// Says which classes the line that was added last has by its phrases.
    pub(crate) fn classify(&mut self, classes: ClassSet) {
        use super::layout::class;
        let Some(line) = self.lines.last_mut() else { return };
        line.classes = classes;
        if line.in_class(const { class("web") }) {
            line.flags |= flag::URL;
        }
        if line.in_class(const { class("phone") }) {
            line.flags |= flag::PHONE;
        }
    }

    /// Adds the classes that matches of rules give to a line of the document.
    pub(crate) fn add_classes(&mut self, number: u32, classes: ClassSet) {
        if classes != 0
            && let Ok(at) = self.lines.binary_search_by_key(&number, |l| l.number)
        {
            self.lines[at].classes |= classes;
        }
    }
}

/// The line behind its bullet or number, unless nothing would be left.
fn cut_bullet<'t>(text: &'t str, line: &mut Line) -> &'t str {
    let mut chars = text.chars();
    let Some(first) = chars.next() else { return text };
    if matches!(first, '•' | '·' | '●' | '■' | '◆' | '▪' | '◦' | '○' | '‣' | '※' | '*' | '-' | '–' | '—')
    {
        let rest = chars.as_str().trim_start();
        if rest.len() < chars.as_str().len() {
            line.bullet = 1;
            return rest;
        }
        return text;
    }
    if !first.is_ascii_alphabetic() {
        line.item = han_item(text).unwrap_or_default();
    }
    let digits = text.bytes().take(4).take_while(u8::is_ascii_digit).count();
    let label = if digits > 0 { digits } else { usize::from(first.is_ascii_alphabetic()) };
    if label == 0 || label > 3 {
        return text;
    }
    let Some(rest) = text[label..].strip_prefix(['.', ')', '、']).map(str::trim_start) else { return text };
    if rest.is_empty() || rest.starts_with(|c: char| c.is_ascii_digit()) {
        return text;
    }
    line.bullet = 2;
    line.item = text[..digits].parse().unwrap_or_default();
    rest
}

/// The number of a line that begins with a Chinese one: `三、`, `（三）`, `第三条`, `第3章`.
fn han_item(text: &str) -> Option<u16> {
    let begun = text.strip_prefix(['第', '(', '（']);
    let rest = begun.unwrap_or(text);
    let is_digit =
        |c: char| matches!(c, '0'..='9' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十' | '百');
    let length = rest.find(|c: char| !is_digit(c))?;
    let (number, behind) =
        (rest.get(..length).filter(|n| !n.is_empty() && n.len() <= 15)?, rest[length..].chars().next()?);
    let closed = match text.chars().next()? {
        '第' => "条條章节節款讲講回".contains(behind),
        '(' | '（' => matches!(behind, ')' | '）'),
        _ => behind == '、',
    };
    closed.then(|| number.parse().ok().or_else(|| han_number(number))).flatten()
}

/// `二十三` is 23.
fn han_number(text: &str) -> Option<u16> {
    let (mut sum, mut digit) = (0, 0);
    for c in text.chars() {
        let power = match c {
            '十' => 10,
            '百' => 100,
            _ => {
                digit = "一二三四五六七八九".chars().position(|d| d == c)? as u16 + 1;
                continue;
            }
        };
        sum += digit.max(1) * power;
        digit = 0;
    }
    Some(sum + digit)
}

fn end_of(text: &str) -> End {
    // Most lines end so.
    if text.ends_with(|c: char| c.is_ascii_alphanumeric()) {
        return End::None;
    }
    let closes = |c: char| {
        matches!(
            c,
            '"' | '\'' | '”' | '’' | '»' | ')' | '）' | ']' | '】' | '」' | '』' | '》' | '〉' | '*' | '_' | ' '
        )
    };
    let inner = text.trim_end_matches(closes);
    let inner = if inner.is_empty() { text } else { inner };
    match inner.chars().next_back() {
        Some('.') if inner.ends_with("...") => End::Ellipsis,
        Some('…') => End::Ellipsis,
        Some('.' | '。' | '！' | '？' | '!' | '?' | '．' | '｡' | '؟' | '।') => End::Sentence,
        Some(':' | '：') => End::Colon,
        Some(',' | '，' | '、' | ';' | '；') => End::Comma,
        _ => End::None,
    }
}

/// Whether `c` is a Han character, kana or a mark that stands for one.
#[inline]
pub(crate) fn is_cjk(c: char) -> bool {
    matches!(c, '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

/// What needs the whole line.
fn finish(line: &mut Line, text: &str, folded: &str) {
    let units = line.units;
    let mut set = |flag: u32, holds: bool| line.flags |= if holds { flag } else { 0 };
    let sentence = line.end == End::Sentence;
    set(flag::LONG, units >= 30 && (sentence || line.inner >= 2) && line.function * 10 >= units);
    set(
        flag::NAME,
        line.cjk == 0
            && (2..=4).contains(&line.words)
            && line.capitals == line.words
            && line.end == End::None
            && line.commas == 0,
    );
    set(flag::FLAT, line.end == End::None && line.inner == 0 && line.commas == 0);
    set(flag::HEAD, (10..40).contains(&units) && matches!(line.end, End::None | End::Ellipsis) && line.inner == 0);
    let first = text.chars().next().unwrap_or(' ');
    set(flag::QUOTED, matches!(first, '"' | '“' | '”' | '„' | '«' | '‘' | '「' | '『'));
    set(flag::STARTS_LOWER, first.is_lowercase());
    set(flag::CODE, is_code(text));
    if line.numbers > 0 {
        set(flag::DATE, units <= 80 && DATE.is_match(folded));
        set(flag::PHONE, units <= 120 && line.numbers >= 2 && may_have_phone(folded) && PHONE.is_match(folded));
    }
    set(flag::AMOUNT, units <= AMOUNT_UNITS && is_amount(text));
    if units > 60 {
        line.flags &= !flag::PRICE;
    }
    if units > 200 {
        line.separators = 0;
    }
    line.key = bytes_hash(folded.as_bytes());
    let prefix = match folded.as_bytes().get(..=PREFIX) {
        Some(begin) if begin.is_ascii() => Some(PREFIX),
        _ => folded.char_indices().nth(PREFIX).map(|(end, _)| end),
    };
    line.prefix = prefix.map_or(0, |end| bytes_hash(&folded.as_bytes()[..end]));
}

/// Whether a line begins or ends as one of a program does.
fn is_code(text: &str) -> bool {
    let begins = |starts: &[&str]| starts.iter().any(|start| text.starts_with(start));
    text.ends_with(['{', '}', ';', '='])
        || match text.as_bytes() {
            [b'$', ..] => begins(&["$ "]),
            [b'>', ..] => begins(&[">>>"]),
            [b'<', ..] => begins(&["</"]),
            [b'#', ..] => begins(&["#include"]),
            [b'c' | b'd' | b'f' | b'i' | b'l' | b'v', ..] => {
                begins(&["import ", "def ", "var ", "const ", "let ", "function"])
            }
            _ => false,
        }
}

/// A line that gives an amount is no longer.
const AMOUNT_UNITS: u32 = 60;

/// Whether a line gives an amount of something, as those of a recipe do: a small number and words behind it, or a Chinese
/// measure at its end.
fn is_amount(text: &str) -> bool {
    let is_number = |c: char| c.is_ascii_digit() || matches!(c, '½' | '¼' | '¾' | '⅓' | '⅔' | '⅛');
    if text.starts_with(is_number) {
        let year = text.bytes().take(4).filter(u8::is_ascii_digit).count() == 4;
        let behind = text.trim_start_matches(|c| is_number(c) || matches!(c, '/' | '.' | '-' | '–' | ' '));
        return !year && behind.starts_with(|c: char| c == '(' || c.is_lowercase());
    }
    if text.ends_with(|c: char| c.is_ascii()) {
        return false;
    }
    let Some(number) = text.strip_suffix(['克', '个', '個', '勺', '匙', '只', '根', '片', '瓣', '颗', '斤', '杯'])
    else {
        return text.ends_with("适量") || text.ends_with("適量") || text.ends_with("少许") || text.ends_with("少許");
    };
    number.trim_end_matches(['千', '毫', '小', '大', '汤', '茶']).ends_with(is_number)
}

/// Characters that lines of a list begin with alike.
const PREFIX: usize = 12;

/// A hash of bytes that is the same everywhere; never 0.
fn bytes_hash(bytes: &[u8]) -> u64 {
    let mut hash = 0x9e37_79b9_7f4a_7c15 ^ bytes.len() as u64;
    let mut chunks = bytes.chunks_exact(8);
    let mut mix = |chunk: [u8; 8]| {
        hash = (hash ^ u64::from_le_bytes(chunk)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        hash ^= hash >> 32;
    };
    for chunk in &mut chunks {
        mix(chunk.try_into().expect("chunks of eight bytes"));
    }
    let mut last = [0; 8];
    last[..chunks.remainder().len()].copy_from_slice(chunks.remainder());
    mix(last);
    hash | 1
}

static DATE: LazyLock<LazyRegex> = LazyLock::new(|| {
    let month = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|ene|abr|ago|dic|janv|fevr|avr|juil|aout|mai|okt|dez|stycz|lut|kwie|maj|czerw|lip|sierp|wrze|pazdz|listop|grud)";
    LazyRegex::new(&format!(
        "(?-u:\\b)(?:19|20)[0-9]{{2}}[-/.年] ?[0-9]{{1,2}}|(?-u:\\b)[0-9]{{1,2}}[-/.] ?[0-9]{{1,2}}[-/.] ?(?:19|20)?[0-9]{{2}}(?-u:\\b)\
         |(?-u:\\b){month}[a-z]*\\.?,? ?[0-9]{{1,2}}(?:st|nd|rd|th)?(?-u:\\b)|(?-u:\\b)[0-9]{{1,2}}(?:st|nd|rd|th)?\\.? ?(?:de )?{month}[a-z]*\\.?,?(?: de)? ?(?:(?:19|20)[0-9]{{2}})?(?-u:\\b)\
         |[0-9]{{1,2}}月[0-9]{{1,2}}日|(?-u:\\b)[0-9]{{1,2}}:[0-9]{{2}}(?-u:\\b)|(?-u:\\b)[0-9]+ ?(?:hours?|days?|weeks?|months?|years?|minutes?|mins?|hrs?) ago|(?-u:\\b)vor [0-9]+|[0-9]+ ?(?:小时|天|分钟)前"
    ))
});

/// Digits that a number of a telephone has at least.
const PHONE_DIGITS: usize = 8;

fn may_have_phone(folded: &str) -> bool {
    folded.bytes().filter(u8::is_ascii_digit).count() >= PHONE_DIGITS
}

static PHONE: LazyLock<LazyRegex> =
    LazyLock::new(|| LazyRegex::new("\\+?\\(?[0-9]{2,4}\\)?[ .-][0-9]{3,4}[ .-][0-9]{3,5}"));
