//! [`LineReader`]: counts the words, Han characters and marks of a line: ASCII in blocks, Han characters and kana in runs.

use super::bytes::{BLOCK, LineBlock, cjk_of};
use super::line::{Line, flag, is_cjk};
use super::words::{WordHash, WordLists, Words, lower};

/// Content words that are remembered: enough for any page, and a bound for a file of a gigabyte.
const MAX_CONTENT: usize = 1 << 22;

/// Counts the characters of a line.
pub(super) struct LineReader<'a> {
    words: &'a Words,
    line: &'a mut Line,
    content: &'a mut Vec<u32>,
    /// Which cases of letters were met. Where there are small ones, nobody asks for capitals.
    has_capitals: bool,
    has_small: bool,
    /// No white space stands right before.
    in_piece: bool,
}

impl<'a> LineReader<'a> {
    pub(super) fn new(words: &'a Words, line: &'a mut Line, content: &'a mut Vec<u32>) -> Self {
        Self { words, line, content, has_capitals: false, has_small: false, in_piece: false }
    }

    pub(super) fn read(mut self, text: &str) {
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            at = if byte < 0x80 { self.ascii(text, at) } else { self.beyond_ascii(text, at) };
        }
        self.line.units = self.line.cjk + 2 * self.line.words;
        if self.has_capitals && !self.has_small && self.line.words >= 2 {
            self.line.flags |= flag::UPPER;
        }
    }

    /// A block that begins with ASCII at byte `at`; gives the end of what was read.
    #[inline]
    fn ascii(&mut self, text: &str, at: usize) -> usize {
        let bytes = text.as_bytes();
        let block = LineBlock::at(bytes, at);
        let first = |bits: u64| bits.trailing_zeros() as usize;
        let below = |place: usize| (1_u64 << place) - 1;
        // Its bytes before the first one that is not ASCII.
        let mut length = first(block.beyond).min(bytes.len() - at).min(BLOCK);
        let mut words = block.words & below(length);
        if length == BLOCK && words >> (BLOCK - 1) == 1 {
            // The last word may go on behind the block. It is read with the next one, if it did not begin with this one.
            let start = (!words & below(BLOCK)).checked_ilog2().map_or(0, |last| last as usize + 1);
            if start > 0 {
                length = start;
                words &= below(length);
            }
        }
        let mut end = at + length;
        let mut starts = words & !(words << 1);
        while starts != 0 {
            let start = first(starts);
            starts &= starts - 1;
            let chars = first(!(words >> start));
            // Nearly every word ends here. Only an apostrophe or a letter beyond ASCII may go on with it.
            let behind = at + start + chars;
            if chars == BLOCK || (matches!(bytes.get(behind), Some(b'\'' | 0x80..)) && goes_on(&text[behind..])) {
                end = self.word(text, at + start);
                // The first letter is left, to be counted as the begin of a piece.
                length = start + 1;
                break;
            }
            self.line.numbers += (block.digits >> start & 1) as u32;
            self.line.capitals += (block.capitals >> start & 1) as u32;
            let hash = block.hash(start, chars);
            if !self.is_function_word(hash) && chars >= 4 {
                self.add_word(hash);
            }
        }
        let read = below(length);
        if !self.has_small {
            self.has_capitals |= block.capitals & read != 0;
            self.has_small = block.words & !block.digits & !block.capitals & read != 0;
        }
        let mut marks = !(block.words | block.spaces) & read;
        while marks != 0 {
            let place = at + first(marks);
            self.mark(bytes[place] as char, text, place);
            marks &= marks - 1;
        }
        let pieces = !block.spaces & read;
        self.line.pieces += (pieces & !(pieces << 1 | u64::from(self.in_piece))).count_ones();
        self.in_piece = pieces >> (length - 1) & 1 == 1;
        if block.tabs != 0 {
            self.line.tabs += (block.tabs & read).count_ones();
        }
        end
    }

    /// A Han character, kana, letter, mark or space beyond ASCII at byte `at`, with what goes on with it; gives the end.
    fn beyond_ascii(&mut self, text: &str, at: usize) -> usize {
        let bytes = text.as_bytes();
        let c = text[at..].chars().next().unwrap_or(' ');
        let run = self.han_run(bytes, at);
        if run > at {
            self.begin_piece();
            if matches!(c, '元' | '円') && bytes[..at].last().is_some_and(u8::is_ascii_digit) {
                self.line.flags |= flag::PRICE;
            }
            return run;
        }
        if is_letter(c) {
            self.begin_piece();
            return self.word(text, at);
        }
        if c.is_whitespace() {
            self.in_piece = false;
        } else {
            self.begin_piece();
            self.mark(c, text, at);
        }
        at + c.len_utf8()
    }

    fn begin_piece(&mut self) {
        self.line.pieces += u32::from(!self.in_piece);
        self.in_piece = true;
    }

    /// The word at byte `at`, character by character; gives its end.
    fn word(&mut self, text: &str, at: usize) -> usize {
        let mut hash = WordHash::EMPTY;
        let (mut first, mut last, mut chars) = (None, ' ', 0);
        // Its apostrophe has been read.
        let mut joined = false;
        let mut rest = &text[at..];
        while let Some(c) = rest.chars().next() {
            if is_letter(c) {
                self.has_capitals |= c.is_uppercase();
                self.has_small |= c.is_lowercase();
                hash.add(u32::from(lower(c)));
                if c == '원' && last.is_ascii_digit() {
                    self.line.flags |= flag::PRICE;
                }
            } else if !joined && matches!(c, '\'' | '’') && goes_on(rest) {
                hash.add(u32::from('\''));
                joined = true;
            } else {
                break;
            }
            first = first.or(Some(c));
            (last, chars) = (c, chars + 1);
            rest = &rest[c.len_utf8()..];
        }
        let (hash, first) = (hash.finish(), first.unwrap_or(' '));
        if first.is_numeric() {
            self.line.numbers += 1;
        } else if first.is_uppercase() {
            self.line.capitals += 1;
        }
        if !self.is_function_word(hash) {
            if matches!(first, '\u{ac00}'..='\u{d7a3}') && self.words.closes_korean(last) {
                self.line.function += 1;
            }
            if chars >= 4 {
                self.add_word(hash);
            }
        }
        text.len() - rest.len()
    }

    /// The run of Han characters and kana at byte `at`; gives its end, which is `at` where none stands there.
    #[inline]
    fn han_run(&mut self, bytes: &[u8], at: usize) -> usize {
        let (threes, _) = bytes[at..].as_chunks();
        let (mut count, mut function, mut last) = (0, 0, 0);
        for code in threes.iter().map_while(|&three| cjk_of(three)) {
            function += u32::from(self.words.is_function_character(code));
            if count > 0 && self.content.len() < MAX_CONTENT {
                self.content.push(pair_hash(last, code));
            }
            (count, last) = (count + 1, code);
        }
        self.line.cjk += count;
        self.line.function += function;
        at + 3 * count as usize
    }

    /// A mark at byte `at`, by the character and its neighbours.
    fn mark(&mut self, c: char, text: &str, at: usize) {
        let line = &mut *self.line;
        let before = || text[..at].chars().next_back().unwrap_or(' ');
        let next = || text[at + c.len_utf8()..].chars().next();
        match c {
            '.' | '!' | '?' => line.inner += u32::from(begins_sentence(&text[at + 1..])),
            ',' | '，' | '、' | ';' => line.commas += 1,
            '；' => {
                line.commas += 1;
                line.inner += 1;
            }
            '。' | '！' | '？' => line.inner += 1,
            '|' | '｜' | '•' | '·' | '»' | '›' | '→' | '/' => line.separators += 1,
            ':' if before() == ':' => line.separators += 1,
            '$' | '€' | '£' | '¥' | '￥' => {
                let amount = before().is_ascii_digit() || next().is_some_and(|n| n.is_ascii_digit() || n == ' ');
                line.flags |= if amount { flag::PRICE } else { 0 };
            }
            ')' if before() == '(' => line.flags |= flag::CODE,
            '=' if before() == '=' => line.flags |= flag::CODE,
            '>' => {
                line.separators += 1;
                line.flags |= if before() == '=' { flag::CODE } else { 0 };
            }
            '@' if before().is_alphanumeric() && next().is_some_and(char::is_alphanumeric) => line.flags |= flag::URL,
            _ => {}
        }
    }

    /// Counts a word, by its hash; whether it is a function word.
    #[inline]
    fn is_function_word(&mut self, hash: u64) -> bool {
        let line = &mut *self.line;
        line.words += 1;
        let lists = self.words.lists(hash);
        if lists.any(WordLists::PERSONS) {
            line.me += u32::from(lists.any(WordLists::FIRST_PERSON));
            line.you += u32::from(lists.any(WordLists::SECOND_PERSON));
            line.we += u32::from(lists.any(WordLists::FIRST_PERSON_PLURAL));
        }
        let is_one = lists.any(WordLists::FUNCTION);
        line.function += 2 * u32::from(is_one);
        line.english += 2 * u32::from(lists.any(WordLists::ENGLISH));
        is_one
    }

    #[inline]
    fn add_word(&mut self, hash: u64) {
        if self.content.len() < MAX_CONTENT {
            self.content.push((hash.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as u32);
        }
    }
}

/// A hash of two Han characters or kana in a row.
#[inline]
fn pair_hash(first: u32, second: u32) -> u32 {
    (first << 16).wrapping_add(second).wrapping_mul(0x9e37_79b1)
}

/// Whether `c` may be part of a word: a letter or digit that is no Han character and no kana.
#[inline]
fn is_letter(c: char) -> bool {
    !is_common_mark(c) && c.is_alphanumeric() && !is_cjk(c)
}

/// Marks beyond ASCII that are met so often that nothing else need be asked of them: quotation marks, dashes and those
/// of Chinese text.
#[inline]
fn is_common_mark(c: char) -> bool {
    matches!(c, '\u{2000}'..='\u{206f}' | '\u{3000}'..='\u{3004}' | '\u{3008}'..='\u{3020}' | '\u{ff01}'..='\u{ff0f}'
        | '\u{ff1a}'..='\u{ff20}')
}

/// Whether a word goes on here, behind letters or digits: with a letter, or an apostrophe and a letter.
fn goes_on(rest: &str) -> bool {
    let mut chars = rest.chars();
    match chars.next() {
        Some('\'' | '’') => chars.next().is_some_and(is_letter),
        Some(c) => is_letter(c),
        None => false,
    }
}

/// Whether a sentence begins in what stands behind a mark that may end one: behind what closes and a space.
fn begins_sentence(behind: &str) -> bool {
    let mut spaces = false;
    for c in behind.chars() {
        if c.is_whitespace() {
            spaces = true;
        } else if spaces || !matches!(c, '"' | '\'' | '”' | '’' | ')' | ']') {
            return spaces && starts_sentence(c);
        }
    }
    false
}

/// What may begin a sentence behind the end of another.
fn starts_sentence(c: char) -> bool {
    matches!(c, '"' | '\'' | '“' | '‘' | '(' | 'A'..='Z' | '0'..='9' | 'À'..='Þ' | 'А'..='Я')
}

#[cfg(test)]
mod tests;
