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

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::hash::FixedState;
use dehusk_rules::{Phrase, Rule};
use dehusk_text::{core, fold, work};

/// So many parts has a word at most.
const PARTS: usize = 6;

/// The words of `made_of`, folded when the first line asks.
#[derive(Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) struct LineWords {
    phrases: Vec<Phrase>,
    exact: bool,
    #[serde(skip)]
    folded: OnceLock<FoldedWords>,
}

/// The words as lines are compared.
#[derive(Debug, Default)]
struct FoldedWords {
    words: HashSet<String, FixedState>,
    /// By the first letter of words: how many bytes they have, a bit for each length. The last bit is for all longer ones.
    lengths: HashMap<char, u64, FixedState>,
    /// Bytes of the longest.
    longest: usize,
}

impl FoldedWords {
    fn new(words: HashSet<String, FixedState>) -> Self {
        let mut lengths: HashMap<char, u64, FixedState> = HashMap::default();
        for word in &words {
            if let Some(first) = word.chars().next() {
                *lengths.entry(first).or_default() |= 1 << word.len().min(63);
            }
        }
        Self { longest: words.iter().map(String::len).max().unwrap_or(0), words, lengths }
    }

    /// Whether a word begins with the first letter of the text, or with its first letter or digit; also if it has none.
    fn may_begin(&self, text: &str) -> bool {
        let begins = |c: Option<char>| c.is_none_or(|c| self.lengths.contains_key(&c));
        begins(text.chars().next()) || begins(core(text).chars().next())
    }

    fn has(&self, text: &str) -> bool {
        self.words.contains(text)
    }

    /// How many words a text without spaces is made of, at most. `None` if it is made of something else, too, or has no
    /// letters of Chinese or Japanese. A number may stand before its first word only `after_words` of the line.
    fn in_chain(&self, text: &str, after_words: bool) -> Option<usize> {
        if !text.contains(is_unspaced) {
            return None;
        }
        work::count(text.len() * self.longest.min(text.len()));
        // By byte: how many words there may be before it.
        let mut before: Vec<Option<usize>> = vec![None; text.len() + 1];
        before[0] = Some(0);
        for (start, first) in text.char_indices() {
            let Some(count) = before[start] else { continue };
            let mut reach = |end: usize, words: usize| before[end] = before[end].max(Some(words));
            if !first.is_alphabetic() && (after_words || count > 0 || !first.is_numeric()) {
                reach(start + first.len_utf8(), count);
            }
            let lengths = self.lengths.get(&first).copied().unwrap_or(0);
            for length in 1..=self.longest.min(text.len() - start) {
                let end = start + length;
                if lengths >> length.min(63) & 1 == 0 || !text.is_char_boundary(end) {
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
        before[text.len()]
    }
}

/// Letters between whose words no space stands.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}')
}

impl LineWords {
    pub(crate) fn of(rule: &Rule) -> Self {
        Self { phrases: rule.conditions.made_of.clone(), exact: rule.exact, folded: OnceLock::new() }
    }

    /// Whether the rule asks for none.
    pub(crate) fn is_empty(&self) -> bool {
        self.phrases.is_empty()
    }

    /// Whether the line is made of the words of the rule, at least two; its first part that has a letter or digit must
    /// be one of them.
    pub(crate) fn make(&self, line: &str) -> bool {
        let words = self.folded.get_or_init(|| {
            let texts = self.phrases.iter();
            let words: HashSet<String, FixedState> =
                texts.map(|phrase| if self.exact { phrase.text.to_string() } else { fold(&phrase.text) }).collect();
            FoldedWords::new(words)
        });
        // How many words a text is. One that has spaces may be one word, but not several.
        let words_in = |folded: &str, is_one_part: bool, before: usize| {
            let is_word = words.has(folded) || (!self.exact && words.has(core(folded)));
            let chain = || is_one_part.then(|| words.in_chain(folded, before > 0)).flatten().filter(|&count| count > 0);
            is_word.then_some(1).or_else(chain)
        };
        work::count(line.len());
        let parts = parts(line);
        // By part: how many words there may be before it.
        let mut before: Vec<Option<usize>> = vec![None; parts.len() + 1];
        before[0] = Some(0);
        // Parts that some choice of words reaches; beyond the last one the line is made of something else.
        let mut reached = 0;
        for first in 0..parts.len() {
            if first > reached {
                return false;
            }
            let Some(count) = before[first] else { continue };
            let mut reach = |end: usize, words: usize| {
                before[end] = before[end].max(Some(words));
                reached = reached.max(end);
            };
            let text = |last: usize| &line[parts[first].span.start..parts[last].span.end];
            let has = |of: fn(char) -> bool| text(first).contains(of);
            if !has(char::is_alphanumeric) || (count > 0 && !has(char::is_alphabetic)) {
                reach(first + 1, count);
            }
            for (last, part) in parts.iter().enumerate().skip(first).take(PARTS) {
                if last > first && part.apart {
                    break;
                }
                let text = text(last);
                let folded = if self.exact { text.into() } else { fold(without_count(text)) };
                if let Some(words) = words_in(&folded, last == first, count) {
                    reach(last + 1, count + words);
                }
                // With more parts it begins no other way.
                if last == first && !words.may_begin(&folded) {
                    break;
                }
            }
        }
        before[parts.len()].is_some_and(|words| words >= 2)
    }
}

/// A part without the count in brackets at its end: `赞(12)`.
fn without_count(part: &str) -> &str {
    let bracketed = part.strip_suffix([')', '）']).and_then(|part| part.rsplit_once(['(', '（']));
    bracketed.filter(|(_, count)| !count.contains(char::is_alphabetic)).map_or(part, |(word, _)| word)
}

/// What stands between spaces and signs.
struct LinePart {
    span: Range<usize>,
    /// More than one plain space stands before it.
    apart: bool,
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

fn parts(line: &str) -> Vec<LinePart> {
    let mut parts: Vec<LinePart> = Vec::new();
    let mut open: Option<usize> = None;
    let (mut spaces, mut signs) = (0, 0);
    for (at, c) in line.char_indices() {
        if c.is_whitespace() || is_sign(c) {
            if let Some(part) = parts.last_mut().filter(|_| open.take().is_some()) {
                part.span.end = at;
                (spaces, signs) = (0, 0);
            }
            let plain = matches!(c, ' ' | '\u{a0}');
            spaces += usize::from(plain);
            signs += usize::from(!plain);
        } else if open.is_none() {
            open = Some(at);
            parts.push(LinePart { span: at..line.len(), apart: spaces > 1 || signs > 0 });
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use dehusk_rules::{RuleSet, Source};

    fn made(words: &str, line: &str) -> bool {
        let text = format!("[[rule]]\nname = 'a'\nmade_of = '''\n{words}\n'''\nremoves = 'a'\n");
        let rules = RuleSet::from_sources(&[Source::new("nav.toml", text.as_str())]).expect("the rule is sound");
        LineWords::of(&rules.rules[0]).make(line)
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
