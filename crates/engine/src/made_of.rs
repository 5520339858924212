//! [`LineWords`]: whether a line is made only of the words of a rule, as a bar of buttons is.
//!
//! ```text
//! 分享到：微信　QQ空间 | 打印(12)      made of 分享到, 微信, QQ空间, 打印
//! 登录后发表评论　共0条               made of 登录, 后, 发表, 评论, 共, 条
//! Copy link · Email · Print            made of Copy link, Email, Print
//! ```
//!
//! The original line is cut at spaces and at the signs that stand between buttons; folding drops spaces between Han
//! characters, so the folded line does not tell buttons apart. Parts without a letter (counts, bullets) may stand
//! beside words. A word may have several parts (`Copy link`), but none goes over a sign or a wide space. Chinese and
//! Japanese have no spaces, so a part in such letters may be several words, with digits and signs between them.
//!
//! Where it can be fooled: a row of a table of which every cell is such a word. Rules ask for a second cue.

mod letters;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::str::CharIndices;
use std::sync::OnceLock;

use hashbrown::hash_table::HashTable;
use serde::{Deserialize, Serialize};

use crate::hash::{FixedState, hash};
use dehusk_rules::{Phrase, Rule};
use dehusk_text::{core, fold, fold_into, work};
use letters::{WordLetters, letters};

/// So many parts has a word at most.
const PARTS: usize = 6;

/// The words of `made_of`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct LineWords {
    /// As they stand in the rule; none once they are folded.
    phrases: Vec<Phrase>,
    exact: bool,
    /// As lines are compared, sorted, with a line feed behind each. The build folds those of the shipped rules, whose
    /// thousands of words would take a tenth of a start; all others are folded when the first line asks.
    #[serde(borrow)]
    folded: Cow<'static, str>,
    /// Their letters, see [`letters`]; made with them.
    #[serde(borrow)]
    letters: Cow<'static, str>,
    #[serde(skip)]
    words: OnceLock<FoldedWords>,
}

/// The words as lines are compared, for looking them up.
#[derive(Debug, Default)]
struct FoldedWords {
    all: Cow<'static, str>,
    /// Where each begins and ends, in their order.
    places: Vec<(u32, u32)>,
    /// By hash: numbers of words.
    table: HashTable<u32>,
    /// By the first letter of words: how many bytes they have, a bit for each length. The last bit is for all longer ones.
    lengths: HashMap<char, u64, FixedState>,
    /// Bytes of the longest.
    longest: usize,
    /// What stands before the first space of those with a space.
    beginnings: HashSet<String, FixedState>,
    letters: WordLetters,
}

/// Of words with so many bytes or more, [`FoldedWords::lengths`] says only that there are some.
const LONG: usize = 63;
/// A text of fewer bytes needs no memory of its own.
const SHORT: usize = 128;

impl FoldedWords {
    /// `all`: the words, sorted, with a line feed behind each. `letters`: theirs.
    fn new(all: Cow<'static, str>, letters: &str) -> Self {
        let count = memchr::memchr_iter(b'\n', all.as_bytes()).count();
        let mut words =
            Self { places: Vec::with_capacity(count), table: HashTable::with_capacity(count), ..Self::default() };
        // Of words with the same first letter, which stand together.
        let mut of_first = (None, 0);
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', all.as_bytes()) {
            let word = &all[start..end];
            // They are all different, so none is compared.
            words
                .table
                .insert_unique(hash(word.as_bytes()), words.places.len() as u32, |_| unreachable!("it has room"));
            words.places.push((start as u32, end as u32));
            words.longest = words.longest.max(word.len());
            let first = word.chars().next();
            if first != of_first.0 {
                words.lengths.extend(of_first.0.map(|first| (first, of_first.1)));
                of_first = (first, 0);
            }
            of_first.1 |= 1 << word.len().min(LONG);
            start = end + 1;
        }
        words.lengths.extend(of_first.0.map(|first| (first, of_first.1)));
        for space in memchr::memchr_iter(b' ', all.as_bytes()) {
            let start = all[..space].rfind('\n').map_or(0, |at| at + 1);
            if !all[start..space].contains(' ') && !words.beginnings.contains(&all[start..space]) {
                words.beginnings.insert(all[start..space].to_string());
            }
        }
        Self { all, letters: WordLetters::new(letters), ..words }
    }

    fn word(&self, number: u32) -> &str {
        let (start, end) = self.places[number as usize];
        &self.all[start as usize..end as usize]
    }

    /// Whether a word begins with the first letter of the text, or with its first letter or digit; also if it has none.
    fn may_begin(&self, text: &str) -> bool {
        let begins = |c: Option<char>| c.is_none_or(|c| self.lengths.contains_key(&c));
        begins(text.chars().next()) || begins(core(text).chars().next())
    }

    fn has(&self, text: &str) -> bool {
        self.table.find(hash(text.as_bytes()), |&number| self.word(number) == text).is_some()
    }

    /// Whether a word begins with the text, or is the text.
    fn may_go_on(&self, text: &str) -> bool {
        let word = |&(start, end): &(u32, u32)| &self.all[start as usize..end as usize];
        let at = self.places.partition_point(|place| word(place) < text);
        self.places.get(at).is_some_and(|place| word(place).starts_with(text))
    }

    /// How many words a text without spaces is made of, at most. `None` if it is made of something else, too, or has no
    /// letters of Chinese or Japanese. A number may stand before its first word only `after_words` of the line.
    fn in_chain(&self, text: &str, after_words: bool) -> Option<usize> {
        if !text.contains(is_unspaced) {
            return None;
        }
        // By byte: how many words there may be before it, and one more; 0 where none ends.
        let (mut few, mut many) = ([0_u32; SHORT], Vec::new());
        let before = match few.get_mut(..=text.len()) {
            Some(before) => before,
            None => {
                many.resize(text.len() + 1, 0);
                many.as_mut_slice()
            }
        };
        before[0] = 1;
        // Beyond the last place that is reached, the text is made of something else.
        let mut reached = 0;
        for (start, first) in text.char_indices() {
            if start > reached {
                return None;
            }
            let count = before[start];
            if count == 0 {
                continue;
            }
            let mut reach = |end: usize, count: u32| {
                before[end] = before[end].max(count);
                reached = reached.max(end);
            };
            if !is_letter(first) && (after_words || count > 1 || !first.is_numeric()) {
                reach(start + first.len_utf8(), count);
            }
            let rest = text.len() - start;
            let lengths = self.lengths.get(&first).copied().unwrap_or(0);
            let mut short = lengths & !(1 << LONG);
            let short = std::iter::from_fn(move || {
                let length = short.trailing_zeros() as usize;
                short &= short.checked_sub(1)?;
                Some(length)
            });
            let long = if lengths >> LONG == 1 { LONG..self.longest + 1 } else { 0..0 };
            for length in short.chain(long).take_while(|&length| length <= rest) {
                work::count(1);
                let end = start + length;
                if !text.is_char_boundary(end) {
                    continue;
                }
                // No word ends within a word of Latin letters.
                let goes_on = text.as_bytes()[end - 1].is_ascii_alphanumeric()
                    && text[end..].starts_with(|c: char| c.is_ascii_alphanumeric());
                if !goes_on && self.has(&text[start..end]) {
                    reach(end, count + 1);
                }
            }
        }
        before[text.len()].checked_sub(1).map(|count| count as usize)
    }
}

/// Letters between whose words no space stands.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}')
}

/// A letter or digit that stands in the fold of a line as in that of each part of it.
fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '\u{4e00}'..='\u{9fff}')
}

/// [`char::is_alphabetic`], which looks Han characters up.
fn is_letter(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}') || c.is_alphabetic()
}

impl LineWords {
    pub(crate) fn of(rule: &Rule) -> Self {
        let phrases = rule.conditions.made_of.clone();
        let (folded, letters) = (Cow::default(), Cow::default());
        Self { phrases, exact: rule.exact, folded, letters, words: OnceLock::new() }
    }

    /// Folds the words, for who keeps them.
    pub(crate) fn prepare(&mut self) {
        self.folded = Cow::Owned(self.fold());
        self.letters = Cow::Owned(letters(&self.folded));
        self.phrases = Vec::new();
    }

    fn fold(&self) -> String {
        let folded = |phrase: &Phrase| if self.exact { phrase.text.to_string() } else { fold(&phrase.text) };
        let mut words: Vec<String> = self.phrases.iter().map(folded).collect();
        words.sort_unstable();
        words.dedup();
        words.into_iter().flat_map(|word| [word, "\n".to_string()]).collect()
    }

    /// Whether the rule asks for none.
    pub(crate) fn is_empty(&self) -> bool {
        self.phrases.is_empty() && self.folded.is_empty()
    }

    /// Whether the line is made of the words of the rule, at least two; its first part that has a letter or digit must
    /// be one of them. `folded`: the folded line.
    pub(crate) fn make(&self, line: &str, folded: &str) -> bool {
        let words = self.words.get_or_init(|| {
            if !self.folded.is_empty() {
                return FoldedWords::new(self.folded.clone(), &self.letters);
            }
            let folded = self.fold();
            let letters = letters(&folded);
            FoldedWords::new(Cow::Owned(folded), &letters)
        });
        if !self.exact && !words.letters.may_make(line, folded) {
            return false;
        }
        // One part that is written with spaces is one word at most.
        if line.is_ascii() && !line.trim_ascii().bytes().any(|b| parts_words(char::from(b))) {
            return false;
        }
        // How many words a text is. One that has spaces may be one word, but not several.
        let words_in = |folded: &str, is_one_part: bool, before: usize| {
            let is_word = words.has(folded) || (!self.exact && words.has(core(folded)));
            let chain = || is_one_part.then(|| words.in_chain(folded, before > 0)).flatten().filter(|&count| count > 0);
            is_word.then_some(1).or_else(chain)
        };
        work::count(line.len());
        let mut parts = LineParts::new(line);
        // By part: how many words there may be before it, of those that are reached.
        let mut before: [Option<usize>; PARTS + 1] = [None; PARTS + 1];
        before[0] = Some(0);
        // Parts that some choice of words reaches; beyond the last one the line is made of something else.
        let (mut first, mut reached) = (0, 0);
        let mut folded = String::with_capacity(line.len().min(SHORT));
        while let Some(part) = parts.get(first) {
            if first > reached {
                return false;
            }
            let count = before[first % (PARTS + 1)].take();
            first += 1;
            let Some(count) = count else { continue };
            let mut reach = |end: usize, words: usize| {
                let before = &mut before[end % (PARTS + 1)];
                *before = (*before).max(Some(words));
                reached = reached.max(end);
            };
            let text = &line[part.span()];
            if !text.contains(is_letter_or_digit) || (count > 0 && !text.contains(is_letter)) {
                reach(first, count);
            }
            for last in first..first + PARTS {
                let Some(end) = parts.get(last - 1).filter(|part| last == first || !part.apart) else { break };
                let text = &line[part.start..end.end];
                folded.clear();
                if self.exact {
                    folded.push_str(text);
                } else {
                    fold_into(without_count(text), &mut folded);
                }
                if let Some(words) = words_in(&folded, last == first, count) {
                    reach(last, count + words);
                }
                if last == first {
                    let Some(next) = parts.get(last).filter(|next| !next.apart) else { break };
                    // With more parts it begins no other way…
                    if !words.may_begin(&folded) {
                        break;
                    }
                    // …nor where no word begins with all of it…
                    if !self.exact && folded.chars().all(is_plain) && !words.may_go_on(&folded) {
                        break;
                    }
                    // …and between two words of ASCII stands the space.
                    let is_word = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric());
                    if !self.exact
                        && is_word(text)
                        && !words.beginnings.contains(folded.as_str())
                        && line.as_bytes()[next.start].is_ascii_alphanumeric()
                    {
                        break;
                    }
                }
            }
        }
        first <= reached && before[first % (PARTS + 1)].is_some_and(|words| words >= 2)
    }
}

/// [`char::is_alphanumeric`], which looks Han characters up.
fn is_letter_or_digit(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}') || c.is_alphanumeric()
}

/// A part without the count in brackets at its end: `赞(12)`.
fn without_count(part: &str) -> &str {
    let bracketed = part.strip_suffix([')', '）']).and_then(|part| part.rsplit_once(['(', '（']));
    bracketed.filter(|(_, count)| !count.contains(char::is_alphabetic)).map_or(part, |(word, _)| word)
}

/// What stands between spaces and signs.
#[derive(Clone, Copy, Default)]
struct LinePart {
    start: usize,
    end: usize,
    /// More than one plain space stands before it.
    apart: bool,
}

impl LinePart {
    fn span(self) -> Range<usize> {
        self.start..self.end
    }
}

/// The signs that stand between buttons.
fn is_sign(c: char) -> bool {
    matches!(
        c,
        '|' | '｜'
            | '丨'
            | '/'
            | '／'
            | '·'
            | '•'
            | '・'
            | '、'
            | ','
            | '，'
            | '【'
            | '】'
            | '['
            | ']'
            | '［'
            | '］'
            | ':'
            | '：'
    )
}

/// The parts of a line, each found when it is asked for: most lines are no bar, which their first parts say.
struct LineParts<'l> {
    chars: CharIndices<'l>,
    /// The last parts, by number.
    last: [LinePart; PARTS + 1],
    found: usize,
    spaces: usize,
    signs: usize,
}

impl<'l> LineParts<'l> {
    fn new(line: &'l str) -> Self {
        let chars = line.char_indices();
        Self { chars, last: [LinePart::default(); PARTS + 1], found: 0, spaces: 0, signs: 0 }
    }

    /// The part of this number, which is at most the number of parts that were found, and not more than [`PARTS`] less.
    fn get(&mut self, number: usize) -> Option<LinePart> {
        if number == self.found {
            self.last[number % (PARTS + 1)] = self.next()?;
            self.found += 1;
        }
        Some(self.last[number % (PARTS + 1)])
    }

    fn next(&mut self) -> Option<LinePart> {
        let start = loop {
            let (at, c) = self.chars.next()?;
            if !parts_words(c) {
                break at;
            }
            let plain = matches!(c, ' ' | '\u{a0}');
            self.spaces += usize::from(plain);
            self.signs += usize::from(!plain);
        };
        let apart = self.spaces > 1 || self.signs > 0;
        (self.spaces, self.signs) = (0, 0);
        let end = loop {
            match self.chars.next() {
                None => break self.chars.offset(),
                Some((at, c)) if parts_words(c) => {
                    let plain = matches!(c, ' ' | '\u{a0}');
                    (self.spaces, self.signs) = (usize::from(plain), usize::from(!plain));
                    break at;
                }
                Some(_) => {}
            }
        };
        Some(LinePart { start, end, apart })
    }
}

/// Whether a character stands between parts.
fn parts_words(c: char) -> bool {
    !c.is_ascii_alphanumeric() && !matches!(c, '\u{4e00}'..='\u{9fff}') && (c.is_whitespace() || is_sign(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use dehusk_rules::{RuleSet, Source};

    fn made(words: &str, line: &str) -> bool {
        let text = format!("[[rule]]\nname = 'a'\nmade_of = '''\n{words}\n'''\nremoves = 'a'\n");
        let rules = RuleSet::from_sources(&[Source::new("nav.toml", text.as_str())]).expect("the rule is sound");
        LineWords::of(&rules.rules[0]).make(line, &fold(line))
    }

    #[test]
    fn words_without_spaces_make_a_line() {
        let words = "登录\n登录后\n后\n发表\n评论\n共\n条\n下载\nAPP";
        for line in
            ["登录后发表评论", "登錄後評論", "发表评论（共12条）", "评论>>共0条", "下载APP 登录", "共（12条）评论"]
        {
            assert!(made(words, line), "{line}");
        }
        for line in ["登录", "登录后他发表评论", "登录后发表了评论", "下载APPS", "12", "下载app2条评", "12条评论"]
        {
            assert!(!made(words, line), "{line}");
        }
    }

    #[test]
    fn a_bar_has_two_words_and_nothing_else() {
        let words = "分享到\n微信\nQQ空间\n新浪微博\n打印\nCopy\nCopy link\nlink to\nEmail\nA+\nA";
        for line in ["QQ空间　新浪微博　微信", "分享到：微信 打印(12)", "• Copy link | EMAIL", "【打印】[微信]", "A A+"]
        {
            assert!(made(words, line), "{line}");
        }
        for line in
            ["微信", "微信 支付", "微信好友 打印", "12 微信 打印", "Copy | link | Email", "Email me", "Copy(Email)"]
        {
            assert!(!made(words, line), "{line}");
        }
    }
}
