use super::*;
use crate::finder::shipped_words;
use dehusk_rules::RuleSet;
use proptest::prelude::*;
use std::sync::LazyLock;

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let rules = RuleSet::shipped().expect("the shipped rules have no mistakes");
    Words::parse(&shipped_words(), &rules).0.expect("the shipped words have no mistakes")
});

/// What is counted on a line, and its content.
type Counts = (Vec<u32>, Vec<u32>);

fn counts(line: &Line, content: Vec<u32>) -> Counts {
    let Line { units, cjk, words, function, english, capitals, numbers, you, me, we, inner, .. } = *line;
    let Line { commas, separators, pieces, tabs, flags, .. } = *line;
    let others = [you, me, we, inner, commas, separators, pieces, tabs, flags];
    ([units, cjk, words, function, english, capitals, numbers].into_iter().chain(others).collect(), content)
}

fn read(text: &str) -> Counts {
    let (mut line, mut content) = (Line::default(), Vec::new());
    LineReader::new(&WORDS, &mut line, &mut content).read(text);
    counts(&line, content)
}

/// The same, character by character.
fn read_slowly(text: &str) -> Counts {
    let (mut line, mut content) = (Line::default(), Vec::new());
    let chars: Vec<char> = text.chars().collect();
    let is_letter = |i: usize| chars.get(i).is_some_and(|&c| c.is_alphanumeric() && !is_cjk(c));
    let mut i = 0;
    while i < chars.len() {
        if !is_letter(i) {
            i += 1;
            continue;
        }
        let (start, mut word, mut joined) = (i, String::new(), false);
        loop {
            if is_letter(i) {
                word.push(lower(chars[i]));
            } else if !joined && matches!(chars.get(i), Some('\'' | '’')) && is_letter(i + 1) {
                word.push('\'');
                joined = true;
            } else {
                break;
            }
            i += 1;
        }
        line.words += 1;
        if chars[start].is_numeric() {
            line.numbers += 1;
        } else if chars[start].is_uppercase() {
            line.capitals += 1;
        }
        let hash = WordHash::of(&word);
        let lists = WORDS.lists(hash);
        line.me += u32::from(lists.any(WordLists::FIRST_PERSON));
        line.you += u32::from(lists.any(WordLists::SECOND_PERSON));
        line.we += u32::from(lists.any(WordLists::FIRST_PERSON_PLURAL));
        line.english += 2 * u32::from(lists.any(WordLists::ENGLISH));
        if lists.any(WordLists::ENGLISH) || lists.any(WordLists::STOP) {
            line.function += 2;
        } else {
            let is_korean = matches!(chars[start], '\u{ac00}'..='\u{d7a3}');
            line.function += u32::from(is_korean && WORDS.closes_korean(chars[i - 1]));
            if i - start >= 4 {
                LineReader::new(&WORDS, &mut Line::default(), &mut content).add_word(hash);
            }
        }
    }
    let mut pairs = Vec::new();
    let mut may_end = (false, false);
    for (i, &c) in chars.iter().enumerate() {
        let (before, next) = (if i == 0 { ' ' } else { chars[i - 1] }, chars.get(i + 1).copied());
        line.cjk += u32::from(is_cjk(c));
        line.function += u32::from(is_cjk(c) && WORDS.is_function_character(u32::from(c)));
        if is_cjk(c) && is_cjk(before) {
            pairs.push(pair_hash(u32::from(before), u32::from(c)));
        }
        line.pieces += u32::from(!c.is_whitespace() && before.is_whitespace());
        line.tabs += u32::from(c == '\t');
        line.commas += u32::from(",，、;；".contains(c));
        line.separators += u32::from("|｜•·»›→/>".contains(c) || (c == ':' && before == ':'));
        line.inner += u32::from("。！？；".contains(c));
        let is_digit = |c: char| c.is_ascii_digit();
        let is_price = ("元円원".contains(c) && is_digit(before))
            || ("$€£¥￥".contains(c) && (is_digit(before) || next.is_some_and(|n| is_digit(n) || n == ' ')));
        line.flags |= if is_price { flag::PRICE } else { 0 };
        let is_code = matches!((before, c), ('(', ')') | ('=', '=' | '>'));
        line.flags |= if is_code { flag::CODE } else { 0 };
        let is_address = c == '@' && before.is_alphanumeric() && next.is_some_and(char::is_alphanumeric);
        line.flags |= if is_address { flag::URL } else { 0 };
        // Behind a mark that may end a sentence, and behind a space behind that.
        may_end = match (may_end, c) {
            (_, '.' | '!' | '?') => (true, false),
            ((true, false), '"' | '\'' | '”' | '’' | ')' | ']') => (true, false),
            ((true, _), c) if c.is_whitespace() => (true, true),
            ((true, true), c) => {
                line.inner += u32::from(starts_sentence(c));
                (false, false)
            }
            _ => (false, false),
        };
    }
    line.units = line.cjk + 2 * line.words;
    let (upper, lower) = (chars.iter().any(|c| c.is_uppercase()), chars.iter().any(|c| c.is_lowercase()));
    line.flags |= if upper && !lower && line.words >= 2 { flag::UPPER } else { 0 };
    content.extend(pairs);
    counts(&line, content)
}

/// What stands in an order of its own.
fn in_any_order((counts, mut content): Counts) -> Counts {
    content.sort_unstable();
    (counts, content)
}

const PARTS: [&str; 56] = [
    " ",
    "a",
    "The",
    "I",
    "you",
    "we",
    "don't",
    "l’été",
    "OK",
    "x1",
    "1999",
    "Überraschung",
    "été",
    " ",
    ". ",
    "! ",
    "?",
    "\"",
    "'",
    "’",
    "”",
    "“",
    ")",
    "(",
    "[",
    "=",
    ">",
    ":",
    "::",
    "$",
    "€ 5",
    "@",
    "|",
    "/",
    ";",
    ",",
    "\t",
    "\u{a0}",
    "\u{3000}",
    "\u{b}",
    "。",
    "，",
    "；",
    "元",
    "円",
    "5元",
    "100원",
    "学校",
    "的",
    "カタ",
    "학교는",
    "😀",
    "𠀀",
    "Ⅷ",
    "abcdefghijklmnopqrstuvwxyzab",
    "0123456789012345678901234567890123",
];

proptest! {
    #[test]
    fn blocks_and_runs_count_what_characters_do(parts in prop::collection::vec(0..PARTS.len(), 0..40)) {
        let text: String = parts.into_iter().map(|part| PARTS[part]).collect();
        prop_assert_eq!(in_any_order(read(&text)), in_any_order(read_slowly(&text)), "{:?}", text);
    }
}

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
