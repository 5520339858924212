//! Inserted pinyin: `服務(wù)業(yè)`.
//!
//! A family of converters writes the reading behind every character that it changed from
//! simplified to traditional. A text that teaches readings looks the same in one line, so the
//! document as a whole must prove the machine:
//!
//! * it is dense: [`LEAST`] annotations and [`PER_HUNDRED`] for every hundred Han characters;
//! * it is blind: a character is annotated always or never, and always with the same reading
//!   (a teacher writes 重(chóng) and 重(zhòng), and each once);
//! * it is about script: nearly all annotated characters have another, simplified form.
//!
//! The machine also split characters: it worked on GBK bytes and found 驅 (`F2 8C`) inside 打實
//! (`B4 F2 8C 8D`). The `(` it put there was swallowed, and everything after it is shifted by a
//! byte: `打?qū)嵔鉀Q`. Where exactly one byte makes common characters of the rest, and a
//! character with that initial of what was there, [`split`] puts it back.
//!
//! Both can be fooled by a text in traditional script that annotates, consistently, only
//! characters whose simplified form differs.

use std::collections::HashMap;

use super::LocalEdit;
use super::gbk::{is_common, pinyin_initial, unshift};
use dehusk_text::{annotation_len, fold, is_han};

/// Fewest annotations that prove anything.
const LEAST: usize = 8;
/// Fewest annotations for a hundred Han characters.
const PER_HUNDRED: usize = 2;

pub(super) fn edits(text: &str) -> Vec<LocalEdit> {
    let found = annotations(text);
    if !proven(text, &found) {
        return Vec::new();
    }
    let mut edits: Vec<LocalEdit> = found.into_iter().map(|a| (a.start..a.end, String::new())).collect();
    edits.extend(split_characters(text));
    edits.sort_by_key(|(range, _)| range.start);
    edits
}

/// `(wù)` behind a Han character, in ASCII parentheses.
struct Annotation {
    of: char,
    start: usize,
    end: usize,
}

fn annotations(text: &str) -> Vec<Annotation> {
    memchr::memchr_iter(b'(', text.as_bytes())
        .filter_map(|start| {
            let of = text[..start].chars().next_back().filter(|&c| is_han(c))?;
            let end = start + 1 + annotation_len(&text[start + 1..])?;
            text[..end].ends_with(')').then_some(Annotation { of, start, end })
        })
        .collect()
}

fn proven(text: &str, found: &[Annotation]) -> bool {
    if found.len() < LEAST {
        return false;
    }
    let mut readings: HashMap<char, (usize, HashMap<&str, usize>)> = HashMap::new();
    for a in found {
        let (_, count) = readings.entry(a.of).or_default();
        *count.entry(&text[a.start..a.end]).or_default() += 1;
    }
    let mut han = 0;
    for c in text.chars().filter(|&c| is_han(c)) {
        han += 1;
        if let Some((occurrences, _)) = readings.get_mut(&c) {
            *occurrences += 1;
        }
    }
    let occurrences: usize = readings.values().map(|(n, _)| n).sum();
    // How often a character has the reading that it has most often.
    let usual: usize = readings.values().map(|(_, r)| r.values().max().copied().unwrap_or(0)).sum();
    let traditional = readings.keys().filter(|&&c| has_simplified_form(c)).count();
    let all = found.len();
    // A tenth may be out of line: text that was damaged further, or edited since.
    all * 100 >= PER_HUNDRED * han
        && all * 10 >= occurrences * 9
        && usual * 10 >= all * 9
        && traditional * 10 >= readings.len() * 9
}

fn has_simplified_form(c: char) -> bool {
    let mut one = [0; 4];
    let one: &str = c.encode_utf8(&mut one);
    fold(one) != one
}

/// `打?qū)嵔鉀Q` → `打實解決`: from the question mark to where the shift ends.
fn split_characters(text: &str) -> Vec<LocalEdit> {
    memchr::memchr_iter(b'?', text.as_bytes())
        .filter_map(|start| {
            let before = text[..start].chars().next_back().filter(|&c| is_han(c))?;
            let rest = &text[start + 1..];
            let initial = rest.chars().next()?;
            let reading = annotation_len(rest).filter(|&n| rest[..n].ends_with(')'))?;
            let mut pair = [0; 4];
            let pair = before.encode_utf8(&mut pair);
            let (bytes, _, _) = encoding_rs::GBK.encode(pair);
            let &[_, lead] = bytes.as_ref() else { return None };
            // Every byte that makes an annotated character of the one before, and words of the rest.
            let mut fitting = (0x81..=0xfe).filter_map(|byte| {
                let split = encoding_rs::GBK
                    .decode_without_bom_handling_and_without_replacement(&[lead, byte])?
                    .chars()
                    .next()?;
                if !has_simplified_form(split) || pinyin_initial(split)? != base_letter(initial)? {
                    return None;
                }
                unshift(byte, &rest[reading..]).filter(|(words, _)| words.chars().all(is_common))
            });
            let (words, used) = fitting.next()?;
            fitting.next().is_none().then(|| (start..start + 1 + reading + used, words))
        })
        .collect()
}

fn base_letter(c: char) -> Option<char> {
    let mut one = [0; 4];
    fold(c.encode_utf8(&mut one)).chars().next()
}
