//! Dates and times in folded text, in the forms that news pages of thirteen languages use.
//!
//! Parsed by hand rather than by regex: every line of every page is tested, most tests fail at the
//! first character, and no table has to be compiled at start. What a date looks like
//! after folding: digits are ASCII, `２０２１年０３月` has no spaces, letters are lower-case
//! without accents.

mod months;
#[cfg(test)]
mod tests;

use super::count::is_alphanumeric;
use months::{begins_like_month, is_initial, is_month};

/// Whether a date may begin with this byte of folded UTF-8: a digit, the first byte of a month, the lead byte of 一 or 二
/// (0xE4).
pub fn may_begin_date(byte: u8) -> bool {
    byte.is_ascii_digit() || is_initial(byte) || matches!(byte, 0xC2..=0xD3 | 0xE4)
}

/// The byte at which the longest date that begins at byte `at` of a folded text ends; `None` if no date begins there.
pub fn date_at(text: &str, at: usize) -> Option<usize> {
    let first = text[at..].chars().next()?;
    if first.is_ascii_digit() {
        let rest = &text.as_bytes()[at..];
        let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
        return may_follow_number(&rest[digits..]).then(|| numbered(text, at)).flatten();
    }
    if matches!(first, '一' | '二') {
        return in_han_digits(text, at);
    }
    if first < '\u{0500}' && first.is_alphabetic() {
        return month_first(text, at);
    }
    None
}

/// The bytes at which dates begin in a folded text, sorted. Some may lie inside a word.
pub fn dates_in(text: &str) -> Vec<usize> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    // A date either is written in Han digits, or begins with an ASCII digit, or with a month directly before one.
    let mut from = 0;
    while let Some(behind) = bytes[from..].iter().position(u8::is_ascii_digit) {
        let start = from + behind;
        let digits = bytes[start..].iter().take_while(|b| b.is_ascii_digit()).count();
        from = start + digits;
        if let Some(before) = month_end(&bytes[..start]) {
            let months = (start.saturating_sub(MONTH)..=before).filter(|&at| begins_month(bytes, at));
            found.extend(months.filter(|&at| text.is_char_boundary(at) && date_at(text, at).is_some()));
        }
        // No other number is a year, or a day or a month.
        if may_follow_number(&bytes[from..]) {
            let places = [4, 2, 1].into_iter().filter(|&len| len <= digits).map(|len| from - len);
            found.extend(places.filter(|&at| numbered(text, at).is_some()));
        }
    }
    // 一 and 二
    let may_be_year = |&at: &usize| matches!(bytes[at + 1..], [0xB8, 0x80, ..] | [0xBA, 0x8C, ..]);
    let years = memchr::memchr_iter(0xE4, bytes).filter(may_be_year);
    found.extend(years.filter(|&at| in_han_digits(text, at).is_some()));
    found.sort_unstable();
    found.dedup();
    found
}

/// The last byte of what may be the name of a month, before a number: with at most two points and spaces between. Names of
/// months are Latin or Cyrillic.
fn month_end(before: &[u8]) -> Option<usize> {
    let end = before.iter().rposition(|b| !matches!(b, b' ' | b'.')).filter(|end| before.len() - end <= 3)?;
    let is_letter = match before[end] {
        b'a'..=b'z' => true,
        0x80..=0xBF => end > 0 && matches!(before[end - 1], 0xC3..=0xD3),
        _ => false,
    };
    is_letter.then_some(end)
}

/// Fast path: whether what follows a number of one, two or four digits lets it begin a date.
fn may_follow_number(text: &[u8]) -> bool {
    matches!(text, [b' ' | b'-' | b'.' | b'/' | b'a'..=b'z' | 0xC2..=0xD3 | 0xE5 | 0xE6 | 0xEB, ..])
}

/// Upper limit of the bytes of a month with the point and the space behind it.
const MONTH: usize = 24;

/// Whether the name of a month may begin at byte `at`.
fn begins_month(bytes: &[u8], at: usize) -> bool {
    match bytes[at] {
        b'a'..=b'z' => at == 0 || !bytes[at - 1].is_ascii_alphabetic(),
        // Latin letters with marks, Greek and Cyrillic.
        byte => matches!(byte, 0xC3..=0xD3),
    }
}

/// Time zones, after folding.
const ZONES: [&str; 12] = ["gmt", "utc", "est", "edt", "cst", "pst", "pdt", "cet", "cest", "bst", "ist", "msk"];

/// The byte at which the time of day that begins at byte `at` of a folded text ends, with its `am` or time zone:
/// `9:30`, `09:30:15 pm`, `9时30分`.
pub fn time_at(text: &str, at: usize) -> Option<usize> {
    let mut c = Cursor { text, at };
    c.number(1, 2)?;
    c.one_of(&[':', '时', 'h', '点'])?;
    c.number(2, 2)?;
    if c.one_of(&[':', '分']).is_some() && c.number(2, 2).is_some() {
        c.one_of(&['秒']);
    }
    let end = c.at;
    c.space();
    for half in ["am", "pm", "a.m.", "p.m.", "a.m", "p.m", "uhr"] {
        if c.text[c.at..].starts_with(half) {
            return Some(c.at + half.len());
        }
    }
    for zone in ZONES {
        if let Some(rest) = c.text[c.at..].strip_prefix(zone) {
            let offset: usize = rest.chars().take_while(|c| matches!(c, '+' | '-' | '0'..='9')).count();
            return Some(c.at + zone.len() + offset);
        }
    }
    Some(end)
}

/// Words that may stand beside dates in a line that consists of dates
/// ([`Cues::DATE_ONLY`](super::cues::Cues::DATE_ONLY)).
const FILLER: &[&str] = &[
    "星期",
    "周",
    "礼拜",
    "更新",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "mon",
    "tues",
    "tue",
    "wed",
    "thurs",
    "thu",
    "fri",
    "sat",
    "sun",
    "updated",
    "at",
    "t",
    "z",
    "gmt",
];

/// The first two bytes of all fillers: the index is the low five bits of the first byte, the bit number those of the
/// second.
const FILLER_BEGINNINGS: [u32; 32] = {
    let mut beginnings = [0; 32];
    let mut i = 0;
    while i < FILLER.len() {
        let word = FILLER[i].as_bytes();
        beginnings[(word[0] & 31) as usize] |= if word.len() == 1 { u32::MAX } else { 1 << (word[1] & 31) };
        i += 1;
    }
    beginnings
};

/// Fast path: whether the two letters at the start rule out that a month or a filler begins here.
fn is_other_word(text: &[u8]) -> bool {
    match *text {
        [a @ b'a'..=b'z', b, ..] => {
            FILLER_BEGINNINGS[usize::from(a & 31)] >> (b & 31) & 1 == 0 && !begins_like_month(text)
        }
        _ => false,
    }
}

/// The fillers with the same first byte as `rest`: for most words there are none.
fn filler(rest: &str) -> impl Iterator<Item = &'static &'static str> {
    let first = rest.as_bytes().first().copied();
    FILLER.iter().filter(move |word| word.as_bytes().first().copied() == first)
}

/// Two answers about a folded line: whether it has only dates, times and days of the week (`false` if it is
/// `too_long` for that), and whether it begins or ends with a date.
pub(crate) fn is_dated(text: &str, too_long: bool) -> (bool, bool) {
    let start = start_of_date(text);
    let first = date_at(text, start);
    let only = !too_long && is_date_only(text, start, first);
    (only, only || first.is_some() || ends_with_date(text))
}

/// Whether a folded line has only dates, times and days of the week. `first_date` is [`date_at`] of byte `start`,
/// computed already.
fn is_date_only(text: &str, start: usize, first_date: Option<usize>) -> bool {
    let mut found = false;
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let first = rest.chars().next().expect("at is before the end");
        if !is_alphanumeric(first) {
            at += first.len_utf8();
        } else if is_other_word(rest.as_bytes()) {
            return false;
        } else if let Some(end) = if at == start { first_date } else { date_at(text, at) }.or_else(|| time_at(text, at))
        {
            found = true;
            at = end;
        } else if let Some(word) = filler(rest).find(|word| rest.starts_with(**word)) {
            at += word.len();
            if word.len() >= 3
                && !word.is_ascii()
                && rest[word.len()..].starts_with(['一', '二', '三', '四', '五', '六', '日', '天'])
            {
                at += 3;
            }
        } else {
            return false;
        }
    }
    found
}

/// The first byte behind the brackets, dashes and bullets at the start of the line.
fn start_of_date(text: &str) -> usize {
    let mut rest = text.as_bytes();
    loop {
        rest = match rest {
            [b'(' | b'-' | b' ', rest @ ..] => rest,
            // `·`
            [0xC2, 0xB7, rest @ ..] => rest,
            _ => return text.len() - rest.len(),
        }
    }
}

/// Whether a folded line ends with a date, with or without a time, with or without brackets.
fn ends_with_date(text: &str) -> bool {
    let end = text.trim_end_matches([')', ' ']);
    let mut from = end.len().saturating_sub(LONGEST);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let tail = &text[from..end.len()];
    if !may_close(tail) || (!tail.bytes().any(|b| b.is_ascii_digit()) && !tail.contains('年')) {
        return false;
    }
    let bytes = text.as_bytes();
    for at in from..end.len() {
        let before = if at > from { bytes[at - 1] } else { 0 };
        // Only the first digit of a number and the first letter of a word can begin a date.
        let may_begin = match bytes[at] {
            b'0'..=b'9' => !before.is_ascii_digit(),
            b'a'..=b'z' => !before.is_ascii_alphabetic() && begins_like_month(&bytes[at..]),
            0xC3..=0xD3 => begins_like_month(&bytes[at..]),
            byte => byte == 0xE4,
        };
        if may_begin {
            let in_bracket = before == b'(';
            let date = date_at(text, at).or_else(|| if in_bracket { month_and_day(text, at) } else { None });
            if date.is_some_and(|date| closes(text, date, end.len())) {
                return true;
            }
        }
    }
    false
}

/// Fast path: whether the last characters allow that the text ends with a date or a time. Most lines fail here.
fn may_close(tail: &str) -> bool {
    match *tail.as_bytes() {
        [.., b'0'..=b'9'] => may_close_with_digits(tail),
        [.., before, b':'] => before.is_ascii_digit(),
        [.., b'+' | b'-'] => true,
        [.., b'.'] => tail.ends_with("a.m.") || tail.ends_with("p.m."),
        [.., b'a'..=b'z'] => {
            let letters = tail.bytes().rev().take_while(u8::is_ascii_lowercase).count();
            let word = &tail[tail.len() - letters..];
            // `m` is the end of `a.m`.
            matches!(word, "am" | "pm" | "m" | "uhr") || ZONES.contains(&word) || is_month(word)
        }
        [.., 0..=0x7F] => false,
        _ => match tail.chars().next_back() {
            Some('日' | '号' | '일' | '月' | '월' | '分' | '秒') => true,
            Some(c) => c < '\u{0500}',
            None => false,
        },
    }
}

/// [`may_close`] for a text that ends with a digit, which may belong to a day, a year, a time or the offset of a time
/// zone.
fn may_close_with_digits(tail: &str) -> bool {
    let digits = tail.bytes().rev().take_while(u8::is_ascii_digit).count();
    let (before, number) = tail.split_at(tail.len() - digits);
    match before.as_bytes() {
        [] => false,
        [.., b'+' | b'-' | b'a'..=b'z' | 0x80..] => true,
        [.., b'/' | b'.' | b':' | b',' | b' '] if digits == 4 => number.starts_with(['1', '2']),
        [.., b'/' | b'.' | b':'] => digits <= 2,
        // A Vietnamese month is `thang` and a number.
        [.., mark, b' '] => digits <= 2 && (matches!(mark, b'-' | b'/' | b'.' | 0x80..) || before.ends_with("thang ")),
        _ => false,
    }
}

/// Upper limit of the bytes of a date with its time.
const LONGEST: usize = 56;

/// Whether only a time, or nothing, stands between the byte where a date ends and the byte where the line ends.
fn closes(text: &str, date: usize, end: usize) -> bool {
    if date >= end {
        return date == end;
    }
    let gap = text[date..end].trim_start_matches([' ', ',', 't', '-', '|']);
    let at = end - gap.len();
    at < end && time_at(text, at) == Some(end)
}

/// The end of a month and a day (`07/13`, `12-18`). The caller counts it as a date only behind an opening bracket.
fn month_and_day(text: &str, at: usize) -> Option<usize> {
    let mut c = Cursor { text, at };
    c.number(1, 2).filter(|m| (1..=12).contains(m))?;
    c.one_of(&['-', '/'])?;
    c.number(1, 2).filter(|d| (1..=31).contains(d))?;
    Some(c.at)
}

/// The end of a date that begins with a digit: `2024-03-05`, `3月5日`, `5/3/24`, `5 march 2024`.
fn numbered(text: &str, at: usize) -> Option<usize> {
    let mut c = Cursor { text, at };
    if let Some(year) = c.number(4, 4) {
        if !(1900..=2100).contains(&year) {
            return None;
        }
        c.space();
        let mark = c.one_of(&['-', '/', '.', '年', '년'])?;
        c.space();
        c.number(1, 2).filter(|m| (1..=12).contains(m))?;
        c.space();
        if matches!(mark, '年' | '년') {
            c.one_of(&['月', '월'])?;
        } else {
            c.one_of(&['-', '/', '.'])?;
        }
        let month_end = c.at;
        c.space();
        if c.number(1, 2).is_some_and(|d| (1..=31).contains(&d)) {
            c.space();
            c.one_of(&['日', '号', '일']);
            // A space behind the date is not part of it.
            while c.text[..c.at].ends_with(' ') {
                c.at -= 1;
            }
            return Some(c.at);
        }
        return matches!(mark, '年' | '년').then_some(month_end);
    }
    let first = c.number(1, 2)?;
    let after = c.at;
    match c.one_of(&['月', '-', '/', '.']) {
        Some('月') => {
            (1..=12).contains(&first).then_some(())?;
            c.number(1, 2).filter(|d| (1..=31).contains(d))?;
            c.one_of(&['日', '号'])?;
            return Some(c.at);
        }
        Some(mark) => {
            if let Some(second) = c.number(1, 2)
                && (1..=31).contains(&first)
                && (1..=31).contains(&second)
                && c.one_of(&[mark]).is_some()
                && (c.number(4, 4).is_some_and(|y| (1900..=2100).contains(&y)) || c.number(2, 2).is_some())
            {
                return Some(c.at);
            }
            c.at = after;
        }
        None => {}
    }
    if !(1..=31).contains(&first) || !may_be_month_behind(&text.as_bytes()[c.at..]) {
        return None;
    }
    for suffix in ["st", "nd", "rd", "th", "er"] {
        if c.text[c.at..].starts_with(suffix) {
            c.at += suffix.len();
            break;
        }
    }
    c.one_of(&['º', 'ª', '.']);
    c.space();
    if c.word("de") || c.word("of") {
        c.space();
    }
    if c.word("thang") {
        c.space();
        c.number(1, 2)?;
    } else {
        c.month()?;
    }
    let end = c.at;
    c.one_of(&['.', ',']);
    c.space();
    if c.word("de") || c.word("del") || c.word("nam") {
        c.space();
    }
    let has_year = c.number(4, 4).is_some_and(|y| (1900..=2100).contains(&y));
    Some(if has_year { c.at } else { end })
}

/// Fast path: whether a month may stand behind the number of a day. Most numbers fail here.
fn may_be_month_behind(text: &[u8]) -> bool {
    match text {
        // A suffix, the month itself, `º`.
        [b'a'..=b'z' | 0xC2..=0xD3, ..] | [b'.', b'a'..=b'z' | 0xC2..=0xD3, ..] => true,
        [b'.', b' ', word @ ..] | [b' ', word @ ..] => {
            // `de`, `of`, `thang`
            begins_like_month(word) || matches!(word, [b'd', b'e', ..] | [b'o', b'f', ..] | [b't', b'h', ..])
        }
        _ => false,
    }
}

/// The end of a date that begins with a month: `march 3, 2024`. Without a year it is not a date.
fn month_first(text: &str, at: usize) -> Option<usize> {
    // Called for many words at the end of a line; few of them have a digit behind them.
    let rest = &text[at..];
    if !begins_like_month(rest.as_bytes()) {
        return None;
    }
    let behind = &rest[letters_end(rest)..];
    if !behind.trim_start_matches(['.', ' ']).starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let mut c = Cursor { text, at };
    c.month()?;
    c.one_of(&['.']);
    c.space();
    c.number(1, 2).filter(|d| (1..=31).contains(d))?;
    for suffix in ["st", "nd", "rd", "th"] {
        if c.text[c.at..].starts_with(suffix) {
            c.at += suffix.len();
            break;
        }
    }
    c.one_of(&[',']);
    c.space();
    c.number(4, 4).filter(|y| (1900..=2100).contains(y))?;
    Some(c.at)
}

/// The length in bytes of the letters at the start of a text.
fn letters_end(text: &str) -> usize {
    let ascii = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    match text.as_bytes().get(ascii) {
        None | Some(0..=0x7F) => ascii,
        Some(_) => text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len()),
    }
}

/// The end of a date in Han digits: `二〇二一年三月五日`. The fold turns `○` into `·`, so that counts as a digit.
fn in_han_digits(text: &str, at: usize) -> Option<usize> {
    let is_digit = |c: char| "〇零一二三四五六七八九十·".contains(c);
    let mut c = Cursor { text, at };
    if c.run(is_digit) != 4 {
        return None;
    }
    c.one_of(&['年'])?;
    if !(1..=2).contains(&c.run(is_digit)) {
        return None;
    }
    c.one_of(&['月'])?;
    let month_end = c.at;
    if (1..=3).contains(&c.run(is_digit)) && c.one_of(&['日']).is_some() {
        return Some(c.at);
    }
    Some(month_end)
}

/// A position in a folded text. Each method reads one part of a date and moves on, or leaves the position as it is.
struct Cursor<'t> {
    text: &'t str,
    at: usize,
}

impl Cursor<'_> {
    /// A number of `least` to `most` digits with no further digit behind it.
    fn number(&mut self, least: usize, most: usize) -> Option<u32> {
        let rest = &self.text.as_bytes()[self.at..];
        let digits = rest.iter().take(most + 1).take_while(|b| b.is_ascii_digit()).count();
        if !(least..=most).contains(&digits) {
            return None;
        }
        let value = rest[..digits].iter().fold(0, |n, b| 10 * n + u32::from(b - b'0'));
        self.at += digits;
        Some(value)
    }

    fn one_of(&mut self, chars: &[char]) -> Option<char> {
        let next = self.text[self.at..].chars().next().filter(|c| chars.contains(c))?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn space(&mut self) {
        self.one_of(&[' ']);
    }

    /// How many characters in a row hold, five at most.
    fn run(&mut self, holds: impl Fn(char) -> bool) -> usize {
        let run = self.text[self.at..].chars().take(5).take_while(|&c| holds(c));
        let (count, bytes) = run.fold((0, 0), |(count, bytes), c| (count + 1, bytes + c.len_utf8()));
        self.at += bytes;
        count
    }

    /// The given word, if no further letter follows it.
    fn word(&mut self, word: &str) -> bool {
        let holds = self.text[self.at..].strip_prefix(word).is_some_and(|rest| !rest.starts_with(char::is_alphabetic));
        if holds {
            self.at += word.len();
        }
        holds
    }

    fn month(&mut self) -> Option<()> {
        let rest = &self.text[self.at..];
        let end = letters_end(rest);
        is_month(&rest[..end]).then_some(())?;
        self.at += end;
        Some(())
    }
}
