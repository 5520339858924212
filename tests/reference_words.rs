//! The reference's bars and quotations: whether a line is made only of some words, and whether words stand in quotation
//! marks. Written from the format, by trying all ways to cut the line.

use std::ops::Range;

use dehusk::{Phrase, fold};

use crate::reference_texts::core;

/// A part of a line between spaces and signs, and whether more than one plain space stands before it.
struct Piece {
    at: Range<usize>,
    apart: bool,
}

fn pieces(line: &str) -> Vec<Piece> {
    let between = |c: char| c.is_whitespace() || "|｜丨/／·•・、,，【】[]［］:：".contains(c);
    let mut pieces = Vec::new();
    let mut gap = String::new();
    let mut from = 0;
    while from < line.len() {
        let rest = &line[from..];
        let length = rest.find(between).unwrap_or(rest.len());
        if length > 0 {
            let single = gap.chars().count() == 1 && gap.chars().all(|c| matches!(c, ' ' | '\u{a0}'));
            pieces.push(Piece { at: from..from + length, apart: !gap.is_empty() && !single });
            gap.clear();
            from += length;
        } else {
            let c = rest.chars().next().expect("the line goes on");
            gap.push(c);
            from += c.len_utf8();
        }
    }
    pieces
}

/// Whether the line can be cut into the words, two or more, and what has no letter.
pub fn is_made_of(words: &[Phrase], exact: bool, line: &str) -> bool {
    let folded: Vec<String> = words.iter().map(|word| fold(&word.text)).collect();
    let is_word = |text: &str| match exact {
        true => words.iter().any(|word| word.text == text),
        false => {
            let count = text.rfind(['(', '（']).filter(|&at| text[at..].ends_with([')', '）']));
            let count = count.filter(|&at| !text[at..].contains(char::is_alphabetic));
            let text = fold(&text[..count.unwrap_or(text.len())]);
            folded.iter().any(|word| *word == text || word == core(&text))
        }
    };
    // How many words a text without spaces is, tried from its start.
    fn chain(text: &str, before: usize, is_listed: &dyn Fn(&str) -> bool) -> Option<usize> {
        let Some(first) = text.chars().next() else { return Some(0) };
        let is_between = !first.is_alphanumeric() || (!first.is_alphabetic() && before > 0);
        let mut best = if is_between { chain(&text[first.len_utf8()..], before, is_listed) } else { None };
        for (at, c) in text.char_indices() {
            let (word, rest) = text.split_at(at + c.len_utf8());
            let inside = c.is_ascii_alphanumeric() && rest.starts_with(|c: char| c.is_ascii_alphanumeric());
            if !inside && is_listed(word) {
                best = best.max(chain(rest, before + 1, is_listed).map(|words| words + 1));
            }
        }
        best
    }
    let is_listed = |text: &str| match exact {
        true => words.iter().any(|word| word.text == text),
        false => folded.iter().any(|word| word == text),
    };
    let in_chain = |text: &str, before: usize| {
        let count = text.rfind(['(', '（']).filter(|&at| text[at..].ends_with([')', '）']) && !exact);
        let count = count.filter(|&at| !text[at..].contains(char::is_alphabetic));
        let text = &text[..count.unwrap_or(text.len())];
        let text = if exact { text.to_string() } else { fold(text) };
        let has_han = text.chars().any(|c| {
            ('\u{3040}'..='\u{30ff}').contains(&c)
                || ('\u{3400}'..='\u{4dbf}').contains(&c)
                || ('\u{4e00}'..='\u{9fff}').contains(&c)
        });
        if has_han { chain(&text, before, &is_listed).filter(|&words| words > 0) } else { None }
    };
    let pieces = pieces(line);
    // The greatest number of words in what is left from this piece on, for each number of words before it.
    fn most(
        line: &str,
        pieces: &[Piece],
        before: usize,
        is_word: &dyn Fn(&str) -> bool,
        in_chain: &dyn Fn(&str, usize) -> Option<usize>,
    ) -> Option<usize> {
        let Some(first) = pieces.first() else { return Some(0) };
        let text = &line[first.at.clone()];
        let mut best = None;
        let sign = !text.contains(char::is_alphanumeric);
        if sign || (before > 0 && !text.contains(char::is_alphabetic)) {
            best = most(line, &pieces[1..], before, is_word, in_chain);
        }
        for length in 1..=pieces.len().min(6) {
            if pieces[1..length].iter().any(|piece| piece.apart) {
                break;
            }
            let text = &line[first.at.start..pieces[length - 1].at.end];
            let chained = if length == 1 { in_chain(text, before) } else { None };
            if let Some(found) = if is_word(text) { Some(1) } else { chained } {
                let rest = most(line, &pieces[length..], before + found, is_word, in_chain).map(|words| words + found);
                best = best.max(rest);
            }
        }
        best
    }
    most(line, &pieces, 0, &is_word, &in_chain).is_some_and(|words| words >= 2)
}

/// Whether all of these stretches stand in quotations of the line, and four letters or digits outside.
pub fn are_quoted(line: &str, words: &[Range<usize>]) -> bool {
    let pairs = [
        ('“', "”"),
        ('"', "\""),
        ('＂', "＂"),
        ('„', "“”"),
        ('‟', "“”"),
        ('‘', "’"),
        ('「', "」"),
        ('『', "』"),
        ('«', "»"),
        ('»', "«"),
        ('‹', "›"),
        ('〝', "〞〟"),
    ];
    let chars: Vec<(usize, char)> = line.char_indices().collect();
    let mut quoted = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let closers = pairs.iter().find(|(open, _)| *open == chars[at].1).map(|(_, closers)| closers);
        let Some(closers) = closers else {
            at += 1;
            continue;
        };
        let closes = |&i: &usize| {
            let apostrophe = chars[i].1 == '’' && chars.get(i + 1).is_some_and(|(_, next)| next.is_alphabetic());
            closers.contains(chars[i].1) && !apostrophe
        };
        let Some(end) = (at + 1..chars.len()).find(closes) else { break };
        quoted.push(chars[at].0..chars[end].0 + chars[end].1.len_utf8());
        at = end + 1;
    }
    let inside = |part: &Range<usize>| quoted.iter().any(|q| q.start <= part.start && part.end <= q.end);
    let outside = chars.iter().filter(|(at, c)| c.is_alphanumeric() && !quoted.iter().any(|q| q.contains(at))).count();
    !words.is_empty() && words.iter().all(inside) && outside >= 4
}
