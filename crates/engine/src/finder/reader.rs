//! [`LineReader`]: counts the words, Han characters and marks of a line, a run of one kind at a time.

use super::bytes::{AsciiRun, Cases, cjk_at};
use super::line::{Line, flag, is_cjk};
use super::words::{WordHash, WordLists, Words, lower};

/// Content words that are remembered: enough for any page, and a bound for a file of a gigabyte.
const MAX_CONTENT: usize = 1 << 22;

/// What a byte begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Begins {
    /// A run of letters and digits of ASCII.
    Word,
    Space,
    /// A sign that says nothing.
    Sign,
    /// A sign that may say something: see [`LineReader::mark`].
    Mark,
    /// A character of three bytes, which may be a Han character or kana.
    Three,
    /// Any other character beyond ASCII.
    Other,
}

static BEGINS: [Begins; 256] = {
    let mut begins = [Begins::Other; 256];
    let mut byte = 0;
    while byte < 256 {
        begins[byte] = match byte as u8 {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => Begins::Word,
            b' ' | b'\n' | b'\r' | b'\x0b' | b'\x0c' => Begins::Space,
            b',' | b';' | b'|' | b'/' | b':' | b'\t' | b'$' | b')' | b'=' | b'>' | b'@' | b'.' | b'!' | b'?' => {
                Begins::Mark
            }
            0..=0x7f => Begins::Sign,
            0xe3..=0xef => Begins::Three,
            _ => Begins::Other,
        };
        byte += 1;
    }
    begins
};

/// Counts the characters of a line.
pub(super) struct LineReader<'a> {
    words: &'a Words,
    line: &'a mut Line,
    content: &'a mut Vec<u32>,
    cases: Cases,
}

impl<'a> LineReader<'a> {
    pub(super) fn new(words: &'a Words, line: &'a mut Line, content: &'a mut Vec<u32>) -> Self {
        Self { words, line, content, cases: Cases::default() }
    }

    pub(super) fn read(mut self, text: &str) {
        let bytes = text.as_bytes();
        let mut in_piece = false;
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            let begins = BEGINS[usize::from(byte)];
            if begins == Begins::Space {
                (at, in_piece) = (at + 1, false);
                continue;
            }
            if begins == Begins::Word {
                at = self.ascii_word(text, at);
                self.line.pieces += u32::from(!in_piece);
                // Mostly one space stands behind.
                in_piece = bytes.get(at) != Some(&b' ');
                at += usize::from(!in_piece);
                continue;
            }
            let mut is_space = false;
            at = match begins {
                Begins::Word | Begins::Space | Begins::Sign => at + 1,
                Begins::Mark => {
                    self.mark(byte as char, text, at);
                    is_space = byte == b'\t';
                    at + 1
                }
                Begins::Three | Begins::Other => match cjk_at(bytes, at) {
                    Some(first) => self.han_run(bytes, at, first),
                    None => {
                        let c = text[at..].chars().next().unwrap_or(' ');
                        is_space = c.is_whitespace();
                        if is_letter(c) {
                            self.word(text, at)
                        } else {
                            self.mark(c, text, at);
                            at + c.len_utf8()
                        }
                    }
                },
            };
            self.line.pieces += u32::from(!is_space && !in_piece);
            in_piece = !is_space;
        }
        self.line.units = self.line.cjk + 2 * self.line.words;
        if self.cases.upper && !self.cases.lower && self.line.words >= 2 {
            self.line.flags |= flag::UPPER;
        }
    }

    /// The word at byte `at`, which begins with a letter or digit of ASCII; gives its end.
    #[inline]
    fn ascii_word(&mut self, text: &str, at: usize) -> usize {
        let bytes = text.as_bytes();
        let run = AsciiRun::at(bytes, at, &mut self.cases);
        let end = at + run.bytes;
        // Nearly every word ends here. Only an apostrophe or a letter beyond ASCII may go on with it.
        if matches!(bytes.get(end), Some(b'\'' | 0x80..)) && goes_on(&text[end..]) {
            return self.word(text, at);
        }
        self.line.numbers += u32::from(bytes[at].is_ascii_digit());
        self.line.capitals += u32::from(bytes[at].is_ascii_uppercase());
        if !self.is_function_word(run.hash) && run.bytes >= 4 {
            self.add_word(run.hash);
        }
        end
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
                self.cases.upper |= c.is_uppercase();
                self.cases.lower |= c.is_lowercase();
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

    /// A run of Han characters and kana that begins at byte `at`; gives its end.
    #[inline]
    fn han_run(&mut self, bytes: &[u8], at: usize, first: u32) -> usize {
        let is_amount = first == '元' as u32 || first == '円' as u32;
        if is_amount && bytes[..at].last().is_some_and(u8::is_ascii_digit) {
            self.line.flags |= flag::PRICE;
        }
        let (mut end, mut function, mut last) = (at, 0, None);
        let mut next = Some(first);
        while let Some(code) = next {
            function += u32::from(self.words.is_function_character(code));
            if let Some(last) = last
                && self.content.len() < MAX_CONTENT
            {
                self.content.push(pair_hash(last, code));
            }
            last = next;
            end += 3;
            next = cjk_at(bytes, end);
        }
        self.line.cjk += ((end - at) / 3) as u32;
        self.line.function += function;
        end
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
            '\t' => line.tabs += 1,
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
mod tests {
    use super::*;

    #[test]
    fn common_marks_are_no_letters() {
        let wrong: Vec<char> = ('\0'..=char::MAX).filter(|&c| is_common_mark(c) && c.is_alphanumeric()).collect();
        assert_eq!(wrong, []);
    }

    #[test]
    fn sentences_begin_behind_a_mark_and_a_space() {
        for behind in [" The", "\" The", ") “Oh", "  4 men", "”\u{a0}Été", " 'tis"] {
            assert!(begins_sentence(behind), "{behind}");
        }
        for behind in ["", "The", " the", "com The", ") the", ", The", " …", ". The", " — The"] {
            assert!(!begins_sentence(behind), "{behind}");
        }
    }
}
