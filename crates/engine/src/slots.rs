//! Texts with slots (`{date}`, `{name}` …) and `*`, tried on folded lines.
//!
//! A text such as `来源：{source}` is found in two steps. The prefilter looks for its longest
//! literal, `来源:`; where that stands, the parts are matched one after the other, the longest
//! choice first, as a regex would, but with nothing to compile at start. Each part has few
//! choices (a name at most forty characters), and a budget bounds the number of tries, so a
//! line costs time in proportion to the literals in it, whatever it holds.

mod ends;
mod parse;
#[cfg(test)]
mod tests;

use std::ops::Range;

use dehusk_text::{
    Anchor, address_end, at_word_boundaries, date_at, fold, is_alphanumeric, is_sentence_end, may_begin_date,
    overlapping, time_at, work,
};
use ends::{name_ends, number_ends, phone_end, window};
pub(crate) use parse::{parse, plain};
use serde::{Deserialize, Serialize};

/// A part of a text of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum PatternPart {
    /// Folded literal text.
    Literal(String),
    /// `*`: anything on the same line.
    Anything,
    /// `{…}`.
    Slot(Slot),
}

/// The slots of the rule format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Slot {
    Date,
    Time,
    Number,
    Name,
    Site,
    Url,
    Email,
    Phone,
    Source,
    Author,
    Editor,
}

impl Slot {
    /// The names as rules write them, between braces.
    pub(crate) const NAMES: [(&'static str, Slot); 11] = [
        ("date", Slot::Date),
        ("time", Slot::Time),
        ("number", Slot::Number),
        ("name", Slot::Name),
        ("site", Slot::Site),
        ("url", Slot::Url),
        ("email", Slot::Email),
        ("phone", Slot::Phone),
        ("source", Slot::Source),
        ("author", Slot::Author),
        ("editor", Slot::Editor),
    ];

    /// The first place from which this slot can reach to `end`, perhaps with a space between.
    fn reaches_back(self, line: &str, end: usize) -> usize {
        let before = line[..end].strip_suffix(' ').unwrap_or(&line[..end]);
        let (longest, holds): (usize, fn(char) -> bool) = match self {
            Slot::Name => (NAME, |c| is_alphanumeric(c) || c == '·'),
            Slot::Source | Slot::Author | Slot::Editor => (WORDS, |c| is_alphanumeric(c) || c == '·' || c == ' '),
            Slot::Number => (REACH, |c| is_alphanumeric(c) || c == ',' || c == '.'),
            Slot::Time => (TIME, |_| true),
            _ => return end.saturating_sub(REACH),
        };
        let from = before.char_indices().rev().take(longest).take_while(|&(_, c)| holds(c)).last();
        from.map_or(end, |(at, _)| at)
    }

    fn by_name(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|&(_, slot)| slot)
    }

    /// The name under which metadata is reported.
    pub(crate) fn reports(self) -> Option<&'static str> {
        match self {
            Slot::Date => Some("date"),
            Slot::Source => Some("source"),
            Slot::Author => Some("author"),
            Slot::Editor => Some("editor"),
            _ => None,
        }
    }
}

/// A text with slots, ready to be tried on folded lines.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Slotted {
    parts: Vec<PatternPart>,
    anchor: Anchor,
    /// Which part is the literal that the prefilter looks for; `None` also where all are marks that stand everywhere.
    key: Option<usize>,
    /// Folded names of the sites in the settings, for `{site}`.
    sites: Vec<String>,
    /// Which digits stand in every line on which the text does.
    digits: Digits,
    several_literals: bool,
    /// Whether it is tried on lines with a date or time, as all else in it are marks.
    by_date: bool,
}

/// Which digits a text with slots asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Digits {
    /// None.
    None,
    /// Those of a date, which may be Han digits.
    OfDate,
    /// `0` to `9`.
    Ascii,
}

/// What a slotted text covered, in bytes of the folded line: all of it, and its slots.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SlotMatch {
    pub(crate) all: Range<usize>,
    pub(crate) slots: Vec<(Slot, Range<usize>)>,
}

/// How many bytes more a literal in the middle of a text has to have to be looked for instead of one at the
/// start of the line.
const AT_EDGE: usize = 3;
/// In a line of at most so many bytes a text is not tried if one of its literals stands nowhere.
const FEW: usize = 1_000;
/// How many choices are tried around one literal before it is given up.
const BUDGET: u32 = 2_000;
/// How far before the literal a text may begin, in bytes.
const REACH: usize = 160;
/// How much a `*` may cover, in bytes: two hundred Han characters.
const STAR: usize = 640;
/// Longest name, and longest name of a medium, in characters.
const NAME: usize = 20;
const WORDS: usize = 40;
/// Most characters of a time of day with its zone: `09:30:15 pm`, `9:30 gmt+0800`.
const TIME: usize = 24;

impl Slotted {
    pub(crate) fn new(parts: Vec<PatternPart>, anchor: Anchor, site_names: &[String]) -> Self {
        let literals = || parts.iter().enumerate().filter_map(|(i, p)| Some((i, p.literal()?.len())));
        // Of a text that is tied to the start, any literal will do: one at an end of the line is rarer there.
        let tied = matches!(anchor, Anchor::Whole | Anchor::Start);
        let at_edge = |i: usize| tied && (i == 0 || (anchor == Anchor::Whole && i + 1 == parts.len()));
        let rarity = |&(i, len): &(usize, usize)| len + if at_edge(i) { AT_EDGE } else { 0 };
        let has =
            |slots: &[Slot]| parts.iter().any(|part| matches!(part, PatternPart::Slot(slot) if slots.contains(slot)));
        let digits = if has(&[Slot::Time, Slot::Number, Slot::Phone]) {
            Digits::Ascii
        } else if has(&[Slot::Date]) {
            Digits::OfDate
        } else {
            Digits::None
        };
        // A comma or a bar stands in many lines. Where nothing but dates and times stands beside it, it is less work to
        // try the text on lines with a date. At the end of a line marks are rarer.
        let is_mark = |i: usize| parts[i].literal().is_some_and(|text| !text.contains(is_alphanumeric));
        let is_short =
            |part: &PatternPart| matches!(part, PatternPart::Literal(_) | PatternPart::Slot(Slot::Date | Slot::Time));
        let by_date = digits != Digits::None
            && parts.iter().all(is_short)
            && (anchor == Anchor::End || literals().all(|(i, _)| is_mark(i)));
        let key = literals().max_by_key(rarity).map(|(i, _)| i);
        let at_end = |i: usize| anchor == Anchor::End && i + 1 == parts.len();
        let key = key.filter(|&i| !(by_date && is_mark(i) && !at_end(i)));
        let by_date = by_date && key.is_none();
        let several_literals = literals().count() > 1;
        let wants_sites = parts.contains(&PatternPart::Slot(Slot::Site));
        let sites = if wants_sites { site_names.iter().map(|n| fold(n)).collect() } else { Vec::new() };
        Self { parts, anchor, key, sites, digits, several_literals, by_date }
    }

    /// The literal that stands in every line on which the text does.
    pub(crate) fn literal(&self) -> Option<&str> {
        self.parts[self.key?].literal()
    }

    /// The literals of which all stand in every line on which the text does.
    pub(crate) fn literals(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(PatternPart::literal)
    }

    /// Whether it has any, or any but one that was found.
    pub(crate) fn has_literals_beside(&self, one_was_found: bool) -> bool {
        self.several_literals || (!one_was_found && self.literals().next().is_some())
    }

    /// Whether the text begins with a date, perhaps in the middle of a line.
    pub(crate) fn seeks_dates(&self) -> bool {
        !self.tied_to_start() && self.parts.first() == Some(&PatternPart::Slot(Slot::Date))
    }

    /// Where in a line that literal can stand.
    pub(crate) fn place(&self) -> Anchor {
        match (self.anchor, self.key) {
            (Anchor::Whole | Anchor::Start, Some(0)) => Anchor::Start,
            (Anchor::Whole | Anchor::End, Some(key)) if key + 1 == self.parts.len() => Anchor::End,
            _ => Anchor::Inside,
        }
    }

    /// Whether the text cannot stand in a line without a digit.
    pub(crate) fn needs_digit(&self) -> bool {
        self.digits != Digits::None
    }

    /// Which digits stand in every line on which the text does.
    pub(crate) fn digits(&self) -> Digits {
        self.digits
    }

    /// Whether the text cannot stand in a line without a time of day.
    pub(crate) fn needs_time(&self) -> bool {
        self.parts.contains(&PatternPart::Slot(Slot::Time))
    }

    /// Whether the text cannot stand in a line without a date.
    pub(crate) fn needs_date(&self) -> bool {
        self.parts.contains(&PatternPart::Slot(Slot::Date))
    }

    /// Whether it stands only in lines whose first letter or digit is a digit.
    pub(crate) fn begins_line_with_number(&self) -> bool {
        self.tied_to_start() && matches!(self.parts.first(), Some(PatternPart::Slot(Slot::Time | Slot::Number)))
    }

    /// Whether the text can stand in a line whose first letter or digit begins with this byte; a quick no for most. A text that
    /// is tied to the start of the line begins there, but for marks in front.
    pub(crate) fn may_begin_line(&self, first: Option<u8>) -> bool {
        let (true, Some(first)) = (self.tied_to_start(), first) else { return true };
        match self.parts.first() {
            Some(PatternPart::Literal(text)) if text.starts_with(is_alphanumeric) => text.as_bytes()[0] == first,
            Some(part @ PatternPart::Slot(Slot::Time | Slot::Number | Slot::Date)) => begins_with(part)(first),
            _ => true,
        }
    }

    /// Where the text stands in the line, in whole words; `literal` is where its literal was found.
    pub(crate) fn find(&self, line: &str, literal: Option<Range<usize>>) -> Option<SlotMatch> {
        self.find_from(line, literal, 0, None)
    }

    /// As [`Slotted::find`], beginning at byte `from` or later.
    /// `dates`: where dates begin in the line, if that is known.
    pub(crate) fn find_from(
        &self,
        line: &str,
        literal: Option<Range<usize>>,
        from: usize,
        dates: Option<&[usize]>,
    ) -> Option<SlotMatch> {
        // A text that may begin anywhere is looked for around this one place of its literal: another
        // place has its own turn.
        let key_at = literal.as_ref().map(|found| found.start).filter(|_| !self.tied_to_start());
        if self.needed_byte().is_some_and(|byte| memchr::memchr(byte, &line.as_bytes()[from..]).is_none()) {
            return None;
        }
        if (self.several_literals || self.by_date) && line.len() - from <= FEW && !self.literals_stand(&line[from..]) {
            return None;
        }
        let (budget, slots) = (BUDGET, Vec::new());
        let mut search = SlotSearch { slotted: self, line, start: 0, key_at, dates, budget, slots };
        self.starts(line, literal, from, dates).filter(|&start| self.may_begin(line, start)).find_map(|start| {
            search.slots.clear();
            search.start = start;
            let end = search.from(0, start)?;
            Some(SlotMatch { all: start..end, slots: std::mem::take(&mut search.slots) })
        })
    }

    /// What stands in every address, of a text that has one.
    fn needed_byte(&self) -> Option<u8> {
        self.parts.iter().find_map(|part| match part {
            PatternPart::Slot(Slot::Email) => Some(b'@'),
            PatternPart::Slot(Slot::Url) => Some(b'.'),
            _ => None,
        })
    }

    /// Whether its literals stand in the text one behind the other.
    fn literals_stand(&self, text: &str) -> bool {
        let mut rest = text.as_bytes();
        self.literals().all(|literal| match find(rest, literal) {
            Some(at) => {
                rest = &rest[at + literal.len()..];
                true
            }
            None => false,
        })
    }

    /// Whether the text is tied to the start of the line, so that it does not matter which of
    /// several places of its literal is looked at.
    pub(crate) fn tied_to_start(&self) -> bool {
        matches!(self.anchor, Anchor::Whole | Anchor::Start)
    }

    /// Where the text may begin.
    fn starts<'l, 's: 'l>(
        &'s self,
        line: &'l str,
        literal: Option<Range<usize>>,
        from: usize,
        dates: Option<&'l [usize]>,
    ) -> impl Iterator<Item = usize> + use<'l, 's> {
        let (low, high) = if self.tied_to_start() {
            let lead = line.find(is_alphanumeric).unwrap_or(line.len());
            (0, lead.min(REACH))
        } else if let (Some(found), Some(key)) = (literal, self.key) {
            let star = self.parts[..key].contains(&PatternPart::Anything);
            let reach = match self.parts[0] {
                _ if key == 0 => 0,
                // Before the literal stands nothing but a name, or a number.
                PatternPart::Slot(slot) if key == 1 => found.start - slot.reaches_back(line, found.start),
                _ => REACH + if star { STAR } else { 0 },
            };
            (found.start.saturating_sub(reach), found.start)
        } else if self.anchor == Anchor::End {
            (line.len().saturating_sub(REACH), line.len())
        } else if self.by_date {
            (from, line.len())
        } else {
            (from, line.len().min(from + STAR))
        };
        // Most places of a line are none where a number or a date begins.
        let may_begin = self.parts.first().map_or(begins_with(&PatternPart::Anything), begins_with);
        let bytes = line.as_bytes();
        let low = low.max(from);
        // A literal is sought, all else tried where it is not known.
        let dates = dates.filter(|_| self.parts.first() == Some(&PatternPart::Slot(Slot::Date)));
        let known = dates.unwrap_or_default().iter().copied().filter(move |at| (low..=high).contains(at));
        let literal = self.parts.first().and_then(PatternPart::literal);
        let sought = literal.map(|literal| {
            let end = line.len().min(high.saturating_add(literal.len()));
            overlapping(bytes.get(low..end).unwrap_or_default(), literal).map(move |at| low + at)
        });
        let tried = (literal.is_none() && dates.is_none())
            .then(|| (low..=high).filter(move |&at| bytes.get(at).is_none_or(|&b| may_begin(b))));
        sought.into_iter().flatten().chain(known).chain(tried.into_iter().flatten())
    }

    /// Its parts.
    pub(crate) fn parts(&self) -> &[PatternPart] {
        &self.parts
    }

    /// Where a slot of this text that begins at byte `at` of the line may end, the longest choice first.
    pub(crate) fn slot_ends(&self, slot: Slot, line: &str, at: usize) -> Vec<usize> {
        let (budget, slots) = (0, Vec::new());
        let search = SlotSearch { slotted: self, line, start: 0, key_at: None, dates: None, budget, slots };
        search.choices(slot, at)
    }

    /// Whether the first part may stand at `at`; a quick no for most places.
    fn may_begin(&self, line: &str, at: usize) -> bool {
        let bytes = line.as_bytes();
        let Some(first) = bytes.get(at) else { return true };
        // A word that begins in the middle of another is no whole word.
        if at > 0 && first.is_ascii_alphabetic() && bytes[at - 1].is_ascii_alphanumeric() {
            return false;
        }
        match self.parts.first() {
            Some(PatternPart::Slot(Slot::Time | Slot::Number)) => first.is_ascii_digit(),
            Some(PatternPart::Slot(Slot::Date)) => may_begin_date(*first),
            Some(PatternPart::Slot(Slot::Name | Slot::Source | Slot::Author | Slot::Editor)) => {
                first.is_ascii_alphanumeric() || !first.is_ascii()
            }
            _ => true,
        }
    }

    /// Whether what is left of the line behind the text is as the anchor wants it.
    fn may_end(&self, line: &str, end: usize) -> bool {
        let rest = &line[end..];
        match self.anchor {
            Anchor::Start | Anchor::Inside => true,
            Anchor::Whole => !rest.contains(is_alphanumeric),
            Anchor::End => !rest.contains(|c: char| is_alphanumeric(c) || (c != '…' && is_sentence_end(c))),
        }
    }
}

impl PatternPart {
    fn literal(&self) -> Option<&str> {
        match self {
            PatternPart::Literal(text) => Some(text),
            _ => None,
        }
    }
}

/// One try from one place.
struct SlotSearch<'s> {
    slotted: &'s Slotted,
    line: &'s str,
    start: usize,
    /// Where the literal of the prefilter must stand.
    key_at: Option<usize>,
    /// Where dates begin in the line, if that is known.
    dates: Option<&'s [usize]>,
    budget: u32,
    slots: Vec<(Slot, Range<usize>)>,
}

impl SlotSearch<'_> {
    /// Where the parts from `part` on end, if they stand at `at`.
    fn from(&mut self, part: usize, at: usize) -> Option<usize> {
        self.budget = self.budget.checked_sub(1)?;
        work::count(1);
        let slotted = self.slotted;
        let Some(this) = slotted.parts.get(part) else {
            let whole_words = at_word_boundaries(self.line, self.start, at);
            return (whole_words && slotted.may_end(self.line, at)).then_some(at);
        };
        // The fold keeps a space between two Latin words, and drops it elsewhere.
        let at = if part > 0 && self.line[at..].starts_with(' ') { at + 1 } else { at };
        match this {
            PatternPart::Literal(text) => {
                if slotted.key == Some(part) && self.key_at.is_some_and(|key_at| key_at != at) {
                    return None;
                }
                let end = self.line[at..].starts_with(text.as_str()).then_some(at + text.len())?;
                self.from(part + 1, end)
            }
            PatternPart::Anything => self.anything(part, at),
            PatternPart::Slot(slot @ (Slot::Date | Slot::Time)) => {
                let end = if *slot == Slot::Date { date_at(self.line, at) } else { time_at(self.line, at) };
                self.behind(*slot, part, at, end?)
            }
            PatternPart::Slot(slot) => {
                self.choices(*slot, at).into_iter().find_map(|end| self.behind(*slot, part, at, end))
            }
        }
    }

    /// Where the parts behind the slot `part` end, if it covers `at..end`.
    fn behind(&mut self, slot: Slot, part: usize, at: usize, end: usize) -> Option<usize> {
        self.slots.push((slot, at..end));
        let all = self.from(part + 1, end);
        if all.is_none() {
            self.slots.pop();
        }
        all
    }

    /// `*`: the shortest stretch after which the rest stands.
    fn anything(&mut self, part: usize, at: usize) -> Option<usize> {
        match self.slotted.parts.get(part + 1) {
            None if matches!(self.slotted.anchor, Anchor::End | Anchor::Whole) => Some(self.line.len()),
            None => Some(at),
            Some(next) => {
                let line = self.line;
                if let Some(literal) = next.literal() {
                    let end = line.len().min(at + STAR + literal.len());
                    let mut places = overlapping(&line.as_bytes()[at..end], literal).map(|place| at + place);
                    return places.find_map(|place| self.from(part + 1, place));
                }
                let is_date = *next == PatternPart::Slot(Slot::Date);
                if let (true, Some(dates)) = (is_date, self.dates) {
                    let mut places = dates.iter().copied().filter(|&place| (at..=at + STAR).contains(&place));
                    return places.find_map(|place| self.from(part + 1, place));
                }
                let may_begin = begins_with(next);
                let reach = line[at..].char_indices().map(|(i, _)| at + i).take_while(|place| place - at <= STAR);
                // A space may stand before what follows.
                let holds = |byte: u8| byte == b' ' || may_begin(byte);
                // Nearly all places where a date may begin are looked at in vain.
                let is_in_word = |place: usize| {
                    let bytes = line.as_bytes();
                    place > 0 && bytes[place].is_ascii_alphabetic() && bytes[place - 1].is_ascii_alphabetic()
                };
                let may_stand = |place: usize| {
                    let first = line.as_bytes()[place];
                    let is_date_at = || date_at(line, place + usize::from(first == b' ')).is_some();
                    holds(first) && (!is_date || (!is_in_word(place) && is_date_at()))
                };
                let mut places = reach.filter(|&place| may_stand(place));
                places.find_map(|place| self.from(part + 1, place))
            }
        }
    }

    /// Where a slot that begins at `at` may end, the longest choice first.
    fn choices(&self, slot: Slot, at: usize) -> Vec<usize> {
        let rest = window(&self.line[at..]);
        let one = |end: Option<usize>| end.into_iter().collect();
        match slot {
            Slot::Date => one(date_at(self.line, at)),
            Slot::Time => one(time_at(self.line, at)),
            Slot::Number => number_ends(rest).into_iter().map(|end| at + end).collect(),
            Slot::Phone => one(phone_end(rest).map(|end| at + end)),
            Slot::Url => one(address_end(rest).map(|end| at + end)),
            Slot::Email => one(address_end(rest).filter(|&end| rest[..end].contains('@')).map(|end| at + end)),
            Slot::Name => name_ends(rest, NAME, false).into_iter().map(|end| at + end).collect(),
            Slot::Source | Slot::Author | Slot::Editor => {
                name_ends(rest, WORDS, true).into_iter().map(|end| at + end).collect()
            }
            Slot::Site => {
                let mut ends: Vec<usize> = name_ends(rest, NAME, false);
                ends.extend(self.slotted.sites.iter().filter(|name| rest.starts_with(name.as_str())).map(String::len));
                ends.sort_unstable_by(|a, b| b.cmp(a));
                ends.dedup();
                ends.into_iter().map(|end| at + end).collect()
            }
        }
    }
}

/// With which bytes a part that is no literal may begin.
fn begins_with(part: &PatternPart) -> fn(u8) -> bool {
    match part {
        PatternPart::Slot(Slot::Time | Slot::Number) => |byte| byte.is_ascii_digit(),
        PatternPart::Slot(Slot::Date) => may_begin_date,
        _ => |byte| !(0x80..0xC0).contains(&byte),
    }
}

/// Whether a time of day may stand in a folded line: its hour is a digit, and behind it is `:`, `h`, `时` or `点`.
pub(crate) fn may_have_time(folded: &str) -> bool {
    let bytes = folded.as_bytes();
    // Without a way out, so that many bytes are looked at together.
    let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
    pairs.fold(false, |has, (hour, mark)| {
        has | (hour.is_ascii_digit() & ((*mark == b':') | (*mark == b'h') | (mark & 0xFE == 0xE6)))
    })
}

/// The first place of a literal.
fn find(text: &[u8], literal: &str) -> Option<usize> {
    match literal.as_bytes() {
        [byte] => memchr::memchr(*byte, text),
        bytes => memchr::memmem::find(text, bytes),
    }
}
