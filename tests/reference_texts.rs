//! The part of the reference that finds a text of a rule, with slots and stars, in a line.
//!
//! It uses backtracking from every position of the line, without any limit.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;
use std::sync::LazyLock;

use dehusk::{Anchor, FoldedLine, Settings, fold};
use regex::Regex;

/// Where a text was found, in bytes.
#[derive(Clone, Debug)]
pub struct Found {
    /// The range in the original line.
    pub raw: Range<usize>,
    /// The range in the folded line.
    pub folded: Range<usize>,
}

/// The line without punctuation at its start and end; the whole line if it has no letter or digit.
pub fn core(folded: &str) -> &str {
    let inner = folded.trim_matches(|c: char| !c.is_alphanumeric());
    if inner.is_empty() { folded } else { inner }
}

enum Part {
    Literal(String),
    Star,
    Slot(String),
}

thread_local! {
    /// Parsed texts, because the same texts are searched in every line.
    static PARSED: RefCell<HashMap<String, Rc<[Part]>>> = RefCell::default();
}

/// A compiled regex of a rule.
pub fn regex_of(text: &str) -> Regex {
    thread_local! {
        static COMPILED: RefCell<HashMap<String, Regex>> = RefCell::default();
    }
    let compile = || Regex::new(text).expect("a valid regex");
    COMPILED.with_borrow_mut(|compiled| compiled.entry(text.to_string()).or_insert_with(compile).clone())
}

fn parts_of(text: &str) -> Rc<[Part]> {
    PARSED.with_borrow_mut(|parsed| match parsed.get(text) {
        Some(parts) => parts.clone(),
        None => parsed.entry(text.to_string()).or_insert_with(|| parse(text).into()).clone(),
    })
}

fn parse(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut rest = text;
    let slots = ["date", "time", "number", "name", "site", "url", "email", "phone", "source", "author", "editor"];
    while let Some(c) = rest.chars().next() {
        let slot = slots.iter().find_map(|name| Some((*name, rest.strip_prefix(&format!("{{{name}}}"))?)));
        let special = match slot {
            Some((name, after)) => Some((Part::Slot(name.to_string()), after)),
            None => rest.strip_prefix('*').map(|after| (Part::Star, after)),
        };
        if let Some(after) = rest.strip_prefix("{{") {
            literal.push('{');
            rest = after;
        } else if let Some(after) = rest.strip_prefix("{*}") {
            literal.push('*');
            rest = after;
        } else if let Some((part, after)) = special {
            parts.push(Part::Literal(fold(&std::mem::take(&mut literal))));
            parts.push(part);
            rest = after;
        } else {
            literal.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    parts.push(Part::Literal(fold(&literal)));
    parts.retain(|part| !matches!(part, Part::Literal(text) if text.is_empty()));
    parts
}

/// All occurrences of a text in a line.
pub fn places(text: &str, anchor: Anchor, exact: bool, settings: &Settings, raw: &str, folded: &str) -> Vec<Found> {
    let parts = parts_of(text);
    let plain = matches!(&*parts, [Part::Literal(_)]);
    if exact && plain {
        return exact_places(&text.replace("{{", "{").replace("{*}", "*"), anchor, raw);
    }
    let found: Vec<Range<usize>> = match &*parts {
        [Part::Literal(literal)] => literal_places(literal, anchor, folded),
        _ => slotted_places(&parts, anchor, settings, folded),
    };
    if found.is_empty() {
        return Vec::new();
    }
    let view = FoldedLine::new(raw);
    found.into_iter().map(|range| Found { raw: view.to_original(range.clone()), folded: range }).collect()
}

/// All occurrences with `exact`: without folding; only white space around the line is ignored.
fn exact_places(text: &str, anchor: Anchor, raw: &str) -> Vec<Found> {
    let line = raw.trim();
    let lead = raw.len() - raw.trim_start().len();
    let fits = |range: &Range<usize>| {
        let (start, end) = (range.start == 0, range.end == line.len());
        let placed = match anchor {
            Anchor::Whole => start && end,
            Anchor::Start => start,
            Anchor::End => end,
            Anchor::Inside => true,
        };
        placed && !cuts_word(line, range)
    };
    let all = all_places(line, text).filter(fits);
    all.map(|r| Found { raw: r.start + lead..r.end + lead, folded: 0..0 }).collect()
}

fn all_places<'a>(text: &'a str, literal: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
    // Nearly all lines have no place of nearly all texts, which is quickly seen.
    let upto = if text.contains(literal) { text.len() } else { 0 };
    let starts = (0..upto).filter(|&at| text.is_char_boundary(at));
    starts
        .filter(move |&at| text.as_bytes()[at..].starts_with(literal.as_bytes()))
        .map(move |at| at..at + literal.len())
}

fn literal_places(literal: &str, anchor: Anchor, line: &str) -> Vec<Range<usize>> {
    if anchor == Anchor::Whole {
        let inner = core(line);
        let start = inner.as_ptr() as usize - line.as_ptr() as usize;
        let same = core(literal) == inner;
        let whole = same.then(|| start..start + inner.len());
        return whole.into_iter().collect();
    }
    let letter = |c: char| c.is_alphanumeric();
    let has_letters = line.contains(letter);
    all_places(line, literal)
        .filter(|place| {
            let (before, behind) = (&line[..place.start], &line[place.end..]);
            let placed = match anchor {
                Anchor::Start => before.is_empty() || (has_letters && !before.contains(letter)),
                Anchor::End => behind.is_empty() || (has_letters && may_follow(behind)),
                _ => true,
            };
            placed && !cuts_word(line, place)
        })
        .collect()
}

/// Whether `behind` may follow a text at the end of a line: closing marks, arrows and an ellipsis may, a full stop may
/// not.
fn may_follow(behind: &str) -> bool {
    !behind.contains(|c: char| c.is_alphanumeric() || matches!(c, '。' | '.' | '!' | '?' | '؟' | '۔' | '।'))
}

fn slotted_places(parts: &[Part], anchor: Anchor, settings: &Settings, line: &str) -> Vec<Range<usize>> {
    // Without one of the literal parts, there is no occurrence.
    if parts.iter().any(|part| matches!(part, Part::Literal(text) if !line.contains(text.as_str()))) {
        return Vec::new();
    }
    let lead = line.find(char::is_alphanumeric).unwrap_or(line.len());
    let accepts = |end: usize| match anchor {
        Anchor::Start | Anchor::Inside => true,
        Anchor::Whole => !line[end..].contains(char::is_alphanumeric),
        Anchor::End => may_follow(&line[end..]),
    };
    let to_end = matches!(anchor, Anchor::End | Anchor::Whole);
    let tied = matches!(anchor, Anchor::Whole | Anchor::Start);
    let mut found: Vec<Range<usize>> = Vec::new();
    // A text with one literal that may begin anywhere is looked for around each place of the literal in turn.
    let literals: Vec<&str> = parts
        .iter()
        .filter_map(|part| if let Part::Literal(text) = part { Some(text.as_str()) } else { None })
        .collect();
    if let ([literal], false) = (literals.as_slice(), tied) {
        for key in all_places(line, literal) {
            let from = found.last().map_or(0, |last| last.end);
            let start = (from..=key.start).filter(|&at| line.is_char_boundary(at)).find_map(|at| {
                let accepts = |end: usize| accepts(end) && !cuts_word(line, &(at..end));
                Some(at..end_of(parts, line, at, true, to_end, settings, &accepts, Some(key.start))?)
            });
            found.extend(start);
        }
        return found;
    }
    for at in (0..=line.len()).filter(|&at| line.is_char_boundary(at)) {
        if (tied && at > lead) || found.last().is_some_and(|last| at < last.end) {
            continue;
        }
        // The occurrence must not begin or end inside a word.
        let accepts = |end: usize| accepts(end) && !cuts_word(line, &(at..end));
        if let Some(end) = end_of(parts, line, at, true, to_end, settings, &accepts, None) {
            found.push(at..end);
            if tied {
                break;
            }
        }
    }
    found
}

/// The byte at which the parts end if the first one begins at `at`: slots are tried from their longest match on, stars
/// from their shortest. `key`: where a literal must stand, if that is asked.
#[allow(clippy::too_many_arguments)]
fn end_of(
    parts: &[Part],
    line: &str,
    at: usize,
    first: bool,
    to_end: bool,
    settings: &Settings,
    accepts: &dyn Fn(usize) -> bool,
    key: Option<usize>,
) -> Option<usize> {
    let Some((part, rest)) = parts.split_first() else { return accepts(at).then_some(at) };
    // The fold keeps a space between two Latin words, which the text does not have.
    let at = if !first && line[at..].starts_with(' ') { at + 1 } else { at };
    let mut ends: Vec<usize> = match part {
        Part::Literal(_) if key.is_some_and(|key| key != at) => Vec::new(),
        Part::Literal(text) => line[at..].starts_with(text.as_str()).then_some(at + text.len()).into_iter().collect(),
        Part::Star if rest.is_empty() => vec![if to_end { line.len() } else { at }],
        Part::Star => (at..=line.len()).filter(|&end| line.is_char_boundary(end)).collect(),
        Part::Slot(name) => slot_ends(name, &line[at..], settings).into_iter().map(|len| at + len).collect(),
    };
    if !matches!(part, Part::Star) {
        ends.sort_unstable_by(|a, b| b.cmp(a));
    }
    ends.into_iter().find_map(|end| end_of(rest, line, end, false, to_end, settings, accepts, key))
}

fn slot_ends(name: &str, text: &str, settings: &Settings) -> Vec<usize> {
    let matched = |regex: &Regex| regex.find(text).map(|m| m.end());
    match name {
        "date" => DATES.iter().filter_map(&matched).filter(|&end| whole_number(text, end)).max().into_iter().collect(),
        "time" => {
            let is_digit = |c: char| c.is_ascii_digit();
            let in_digits = |end: usize| text[..end].ends_with(is_digit) && text[end..].starts_with(is_digit);
            let read = [&TIME, &HOUR_AND_MINUTE].into_iter().filter_map(|time| matched(time));
            read.filter(|&end| !in_digits(end)).collect()
        }
        "number" => matched(&NUMBER)
            .into_iter()
            .flat_map(|end| [end, text[..end].trim_end_matches(|c: char| !c.is_ascii_digit()).len()])
            .collect(),
        "phone" => {
            let digits = |end: &usize| (7..=16).contains(&text[..*end].bytes().filter(u8::is_ascii_digit).count());
            matched(&PHONE).filter(digits).into_iter().collect()
        }
        "url" => address(text).into_iter().collect(),
        "email" => address(text).filter(|&end| text[..end].contains('@')).into_iter().collect(),
        "name" => name_ends(text, 20, false),
        "site" => {
            let known = settings
                .sites
                .iter()
                .flat_map(|(_, names)| names)
                .map(|site| fold(site))
                .filter(|site| text.starts_with(site.as_str()))
                .map(|site| site.len());
            name_ends(text, 20, false).into_iter().chain(known).collect()
        }
        _ => name_ends(text, 40, true),
    }
}

/// The possible ends of a name: letters and digits, with points inside, and with spaces if `spaces`.
fn name_ends(text: &str, longest: usize, spaces: bool) -> Vec<usize> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let mut ends = Vec::new();
    for (i, &(at, c)) in chars.iter().enumerate().take(longest) {
        let joins =
            (c == '·' || (spaces && c == ' ')) && i > 0 && chars.get(i + 1).is_some_and(|(_, c)| c.is_alphanumeric());
        match c.is_alphanumeric() {
            true => ends.push(at + c.len_utf8()),
            false if joins && i + 1 < longest => {}
            false => break,
        }
    }
    ends
}

/// Whether no further digit follows at `end`.
fn whole_number(text: &str, end: usize) -> bool {
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    !(digit(text[..end].chars().next_back()) && digit(text[end..].chars().next()))
}

const MONTHS: &str = "(?:jan|january|feb|february|mar|march|apr|april|may|jun|june|jul|july|aug|august|sep|sept|september|oct|october|nov|november|dec|december)";

static DATES: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let (year, month, day) = ("(?:19\\d\\d|20\\d\\d|2100)", "(?:1[0-2]|0?[1-9])", "(?:3[01]|[12]\\d|0?[1-9])");
    [
        format!("^{year} ?[-/.] ?{month} ?[-/.] ?{day}(?: ?[日号])?"),
        format!("^{year} ?年 ?{month} ?月(?: ?{day}(?: ?[日号])?)?"),
        format!("^{month}月{day}[日号]"),
        format!("^{day}(?:st|nd|rd|th)?\\.? ?{MONTHS}\\b(?:[.,]? ?{year})?"),
        // Digits behind a day and a month that are not a year do not matter.
        format!("^{day}(?:st|nd|rd|th)?\\.? ?{MONTHS}\\b"),
        format!("^{MONTHS}\\.? ?{day}(?:st|nd|rd|th)?,? ?{year}"),
        "^[〇零一二三四五六七八九十·]{4}年[〇零一二三四五六七八九十·]{1,2}月(?:[〇零一二三四五六七八九十·]{1,3}日)?"
            .to_string(),
    ]
    .iter()
    .map(|text| Regex::new(text).expect("a valid regex"))
    .collect()
});

static TIME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("^\\d{1,2}[:时h点]\\d\\d(?:[:分](?:\\d\\d秒?)?)?(?: ?(?:am|pm))?").expect("a valid regex")
});
/// A time without seconds.
static HOUR_AND_MINUTE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("^\\d{1,2}[:时h点]\\d\\d分?(?: ?(?:am|pm))?").expect("a valid regex"));
static NUMBER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("^\\d(?:[\\d,.]*\\d)?[十百千万亿km]*").expect("a valid regex"));
static PHONE: LazyLock<Regex> = LazyLock::new(|| Regex::new("^[-0-9 ()+]*[0-9]").expect("a valid regex"));
static SCHEME: LazyLock<Regex> = LazyLock::new(|| Regex::new("^https?:/*").expect("a valid regex"));
static PATH: LazyLock<Regex> = LazyLock::new(|| Regex::new("^[/?#:][!-~]*").expect("a valid regex"));

/// The end of a web or mail address at the start of a text: its host must end in a name of letters.
fn address(text: &str) -> Option<usize> {
    let from = SCHEME.find(text).map_or(0, |m| m.end());
    let host: String = text[from..].chars().take_while(|c| c.is_ascii_alphanumeric() || ".-_@+".contains(*c)).collect();
    let host = host.trim_end_matches(['.', '-']);
    let (before, top) = host.rsplit_once('.')?;
    let letters = |s: &str| s.chars().any(|c| c.is_ascii_lowercase());
    let valid =
        top.len() >= 2 && top.chars().all(|c| c.is_ascii_lowercase()) && before.len() >= 2 && !before.ends_with('.');
    let end = from + host.len();
    (valid && letters(before)).then(|| end + PATH.find(&text[end..]).map_or(0, |m| m.end()))
}

/// Whether a range of a line begins or ends inside a word of a script with spaces; only letters at its own
/// edges count.
fn cuts_word(line: &str, place: &Range<usize>) -> bool {
    let inside = &line[place.clone()];
    let cut = |own: Option<char>, next: Option<char>| matches!((own, next), (Some(own), Some(next)) if is_word(own) && is_word(next) && own.is_alphabetic());
    cut(inside.chars().next(), line[..place.start].chars().next_back())
        || cut(inside.chars().next_back(), line[place.end..].chars().next())
}

/// Whether it is a letter or digit of a script with spaces between words.
fn is_word(c: char) -> bool {
    let unspaced = matches!(c, '\u{2E80}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}' | '\u{0E00}'..='\u{0EFF}');
    c.is_alphanumeric() && !unspaced
}
