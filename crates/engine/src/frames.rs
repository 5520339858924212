//! [`LazyFrames`]: which lines of a document are frames of a rule for threads, or lines of a forum.
//!
//! These texts are asked only of documents in which the heading of a thread was found, and of short lines. In the index
//! of all literals they would cost every document: most of them hold a date and a name, and no word that is rare.

use std::collections::HashSet;
use std::sync::OnceLock;

use crate::hash::FixedState;
use crate::pattern::{Check, Exception, Gate, whole_line_text};
use crate::searched::SearchedLine;
use crate::slots::Digits;
use dehusk_rules::{Phrase, Remove};
use dehusk_text::{Cues, core, dates_in};
use serde::{Deserialize, Serialize};

/// A frame is a line of at most so many characters.
pub(crate) const FRAME_LENGTH: u32 = 120;

/// The texts of `frames` and `unless_page_has`, made when the first heading is found.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct LazyFrames {
    exact: bool,
    #[serde(skip)]
    made: OnceLock<FrameTexts>,
}

impl LazyFrames {
    /// `exact`: letters, width and signs of the rule's texts count as they are written.
    pub(crate) fn new(exact: bool) -> Self {
        Self { exact, made: OnceLock::new() }
    }

    pub(crate) fn get(&self, remove: &Remove, site_names: &[String]) -> &FrameTexts {
        self.made.get_or_init(|| FrameTexts {
            frames: LineTexts::new(&remove.frames, self.exact, site_names),
            forum: LineTexts::new(&remove.unless_page_has, self.exact, site_names),
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
    /// Those with a literal of four bytes or more, in the order of the places of its first four.
    begun: Vec<Exception>,
    /// By place: where its texts begin in `begun`; one more for the end. A line has a few dozen such places, and there
    /// are hundreds of texts.
    places: Vec<u32>,
    others: Vec<Exception>,
}

/// The bytes of a literal that say where it may stand in a line.
const GRAM: usize = 4;
/// Places of them, as a power of two.
const PLACES: u32 = 11;

/// The place of four bytes.
#[inline]
fn place(gram: [u8; GRAM]) -> usize {
    (u32::from_le_bytes(gram).wrapping_mul(0x9E37_79B1) >> (u32::BITS - PLACES)) as usize
}

/// A short line, and what several texts ask of it.
pub(crate) struct ShortLine<'l> {
    pub(crate) line: SearchedLine<'l>,
    pub(crate) cues: Cues,
    has_date: OnceLock<bool>,
}

impl<'l> ShortLine<'l> {
    pub(crate) fn new(line: SearchedLine<'l>, cues: Cues) -> Self {
        Self { line, cues, has_date: OnceLock::new() }
    }

    fn has_date(&self, folded: &str) -> bool {
        *self.has_date.get_or_init(|| !dates_in(folded).is_empty())
    }
}

impl LineTexts {
    fn new(phrases: &[Phrase], exact: bool, site_names: &[String]) -> Self {
        let (mut plain, mut begun, mut others) = (HashSet::default(), Vec::new(), Vec::new());
        for phrase in phrases {
            let (pattern, gate) = whole_line_text(exact, phrase, site_names);
            match (&pattern.check, gate) {
                (Check::Anchored, Gate::Literal(literal, _)) => {
                    plain.insert(literal);
                }
                (Check::Slots(_), Gate::Literal(literal, at)) => {
                    let first = literal.as_bytes().first_chunk().map(|gram| place(*gram));
                    let text = Exception::new(pattern, Gate::Literal(literal, at));
                    match first {
                        Some(first) => begun.push((first, text)),
                        None => others.push(text),
                    }
                }
                (_, gate) => others.push(Exception::new(pattern, gate)),
            }
        }
        begun.sort_by_key(|&(first, _)| first);
        let before = |place: usize| begun.partition_point(|&(first, _)| first < place) as u32;
        let places = (0..=1 << PLACES).map(before).collect();
        Self { plain, places, begun: begun.into_iter().map(|(_, text)| text).collect(), others }
    }

    /// Whether the line is one of them.
    pub(crate) fn have(&self, short: &ShortLine<'_>) -> bool {
        let folded = short.line.folded();
        let may_stand = |exception: &Exception| match &exception.pattern.check {
            Check::Slots(slotted) => {
                (slotted.digits() != Digits::Ascii || short.cues.any(Cues::DIGIT))
                    && (!slotted.needs_date() || short.has_date(folded))
            }
            _ => true,
        };
        let have = |exception: &Exception| may_stand(exception) && short.line.has(exception);
        // A text is sought in the whole line, so once is enough.
        let mut tried = [0_u64; (1 << PLACES) / u64::BITS as usize];
        let at_place = |gram: &[u8]| {
            let place = gram.first_chunk().map_or(0, |gram| place(*gram));
            let (first, end) = (self.places[place], self.places[place + 1]);
            if first == end || tried[place / 64] >> (place % 64) & 1 == 1 {
                return false;
            }
            tried[place / 64] |= 1 << (place % 64);
            self.begun[first as usize..end as usize].iter().any(have)
        };
        self.plain.contains(core(folded))
            || short.line.has_any_that(&self.others, may_stand)
            || folded.as_bytes().windows(GRAM).any(at_place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pairs::LinePairs;
    use dehusk_text::fold;
    use proptest::prelude::*;

    const TEXTS: [&str; 9] = [
        "Reply",
        "{name} says:",
        "{name} wrote on {date}",
        "{name}的评论",
        "第{number}楼",
        "{date}",
        "#{number}",
        "posted by {name}",
        "*回复",
    ];

    proptest! {
        /// A text is found as it would be if every text were tried on every line.
        #[test]
        fn no_text_is_missed(pieces in prop::collection::vec(
            prop::sample::select(&["Mia", "林一鸣", " says:", "的评论", "第", "3", "楼", "#", "posted by ", "回复", "reply",
                " wrote on ", "2021-05-03", "says says ", "。", " "][..]), 0..7,
        )) {
            let phrases = TEXTS.map(|text| Phrase { text: text.into(), line: 1 });
            let texts = LineTexts::new(&phrases, false, &[]);
            prop_assert!(texts.begun.len() >= 4 && texts.others.len() >= 2);
            let (line, pairs) = (pieces.concat(), LinePairs::default());
            let folded = fold(&line);
            let short = ShortLine::new(SearchedLine::new(&line, &folded, &pairs), Cues::of(&line, &folded));
            let any = texts.plain.contains(core(&folded))
                || texts.begun.iter().chain(&texts.others).any(|text| short.line.has(text));
            prop_assert_eq!(texts.have(&short), any);
        }
    }
}
