//! [`LazyFrames`]: which lines of a document are frames of a rule for threads, or lines of a forum.
//!
//! These texts are asked only of documents in which the heading of a thread was found, and of short lines. In the index
//! of all literals they would cost every document: most of them hold a date and a name, and no word that is rare.

use std::cell::OnceCell;
use std::collections::HashSet;
use std::sync::OnceLock;

use crate::hash::FixedState;
use crate::pairs::SoughtText as _;
use crate::pattern::{Check, Exception, Gate, whole_line_text};
use crate::searched::SearchedLine;
use crate::slots::{Digits, may_have_time};
use crate::threes::{THREE, ThreeTable};
use dehusk_rules::{Phrase, Remove};
use dehusk_text::{Anchor, Cues, dates_in};
use serde::{Deserialize, Serialize};

/// A frame is a line of at most so many characters.
pub(crate) const FRAME_LENGTH: u32 = 120;

/// Above the heading must stand sentences of so many characters, or so many sentences.
const TEXT_CHARS: u64 = 300;
const TEXT_LINES: usize = 3;

/// Whether so many long sentences with so many characters may be an article.
pub(crate) fn may_be_article(lines: usize, chars: u64) -> bool {
    lines >= TEXT_LINES || chars >= TEXT_CHARS
}

/// So many frames make a row.
pub(crate) const ROW: usize = 4;

/// The texts of `frames` and `unless_page_has`, made when the first heading is found.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct LazyFrames {
    exact: bool,
    /// Behind a pointer: their tables have a kilobyte, and hardly any rule has such texts.
    #[serde(skip)]
    made: OnceLock<Box<FrameTexts>>,
}

impl LazyFrames {
    /// `exact`: letters, width and signs of the rule's texts count as they are written.
    pub(crate) fn new(exact: bool) -> Self {
        Self { exact, made: OnceLock::new() }
    }

    pub(crate) fn get(&self, remove: &Remove, site_names: &[String]) -> &FrameTexts {
        self.made.get_or_init(|| {
            let frames = LineTexts::new(&remove.frames, self.exact, site_names);
            Box::new(FrameTexts { frames, forum: LineTexts::new(&remove.unless_page_has, self.exact, site_names) })
        })
    }
}

/// The texts of one rule.
#[derive(Debug)]
pub(crate) struct FrameTexts {
    pub(crate) frames: LineTexts,
    pub(crate) forum: LineTexts,
}

/// Texts that are whole lines.
#[derive(Debug)]
pub(crate) struct LineTexts {
    /// Those without slots: the folded line without what is no letter or digit around it.
    plain: HashSet<String, FixedState>,
    others: Vec<Exception>,
    /// Those of the others that have a literal of three bytes at the start of the line; those elsewhere, and of them those
    /// that stand only in lines with a digit, or a date.
    at_start: ThreeTable,
    elsewhere: ThreeTable,
    elsewhere_with_digits: ThreeTable,
    /// The numbers of those that have none.
    without_three: Vec<u32>,
    /// The same of those that ask for a digit.
    with_digits: Vec<u32>,
}

/// A short line, and what several texts ask of it.
pub(crate) struct ShortLine<'l> {
    pub(crate) line: SearchedLine<'l>,
    pub(crate) cues: Cues,
    /// The line without what is no letter or digit around it.
    core: &'l str,
    dates: OnceCell<Vec<usize>>,
    has_time: OnceCell<bool>,
}

impl<'l> ShortLine<'l> {
    pub(crate) fn new(line: SearchedLine<'l>, cues: Cues) -> Self {
        let folded = line.folded();
        let core = &folded[line.edges.core_start..line.edges.core_end];
        Self { core, line, cues, dates: OnceCell::new(), has_time: OnceCell::new() }
    }

    /// Where dates begin in the line.
    fn dates(&self, folded: &str) -> &[usize] {
        if self.cues.any(Cues::NO_DATE) { &[] } else { self.dates.get_or_init(|| dates_in(folded)) }
    }

    fn has_time(&self, folded: &str) -> bool {
        self.cues.any(Cues::DIGIT) && *self.has_time.get_or_init(|| may_have_time(folded))
    }
}

impl LineTexts {
    fn new(phrases: &[Phrase], exact: bool, site_names: &[String]) -> Self {
        let mut plain = HashSet::default();
        let mut others = Vec::new();
        for phrase in phrases {
            let (pattern, gate) = whole_line_text(exact, phrase, site_names);
            match (&pattern.check, gate) {
                (Check::Anchored, Gate::Literal(literal, _)) => {
                    plain.insert(literal);
                }
                (_, gate) => others.push(Exception::new(pattern, gate)),
            }
        }
        let asks_digit = |number: u32| match &others[number as usize].pattern.check {
            Check::Slots(slotted) => slotted.needs_digit(),
            _ => false,
        };
        let place = |number: u32| others[number as usize].literal.as_ref().map(|&(_, place)| place);
        let numbers = || 0..others.len() as u32;
        let is_at_start = |&number: &u32| matches!(place(number), Some(Anchor::Start | Anchor::Whole));
        let table = |numbers: &mut dyn Iterator<Item = u32>| {
            ThreeTable::new(numbers.map(|number| (number, others[number as usize].folded_literal())))
        };
        let (at_start, short_at_start) = table(&mut numbers().filter(is_at_start));
        let is_elsewhere = |number: &u32| !is_at_start(number);
        let (elsewhere, short) = table(&mut numbers().filter(|n| is_elsewhere(n) && !asks_digit(*n)));
        let (elsewhere_with_digits, short_with_digits) =
            table(&mut numbers().filter(|n| is_elsewhere(n) && asks_digit(*n)));
        let short = short_at_start.into_iter().chain(short).chain(short_with_digits);
        let (with_digits, without_three) = short.partition(|&number| asks_digit(number));
        Self { plain, others, at_start, elsewhere, elsewhere_with_digits, without_three, with_digits }
    }

    /// Whether the line is one of them.
    pub(crate) fn have(&self, short: &ShortLine<'_>) -> bool {
        let folded = short.line.folded();
        let may_stand = |exception: &Exception| match &exception.pattern.check {
            Check::Slots(slotted) => {
                (slotted.digits() != Digits::Ascii || short.cues.any(Cues::DIGIT))
                    && (!slotted.needs_time() || short.has_time(folded))
                    && (!slotted.needs_date() || !short.dates(folded).is_empty())
            }
            _ => true,
        };
        let has = |number: u32| {
            let text = &self.others[number as usize];
            may_stand(text) && short.line.has(text, short.dates.get().map(Vec::as_slice))
        };
        // What begins the line does so before its first letter or digit, or with it.
        let start = &folded.as_bytes()[..folded.len().min(short.line.edges.core_start + THREE)];
        let has_digits = !short.cues.any(Cues::NO_DATE);
        self.plain.contains(short.core)
            || self.at_start.any_in(start, has)
            || self.elsewhere.any_in(folded.as_bytes(), has)
            || self.without_three.iter().any(|&number| has(number))
            || (has_digits && self.elsewhere_with_digits.any_in(folded.as_bytes(), has))
            || (has_digits && self.with_digits.iter().any(|&number| has(number)))
    }
}
