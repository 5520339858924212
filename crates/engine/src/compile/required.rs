//! Literals that stand in every match of a regex: what a line must have before the regex is tried on it.
//!
//! Best are those at an end of the line, as there the line is looked at once. `^[ ·*>-]*(?:点击|点选)?(?:查看|观看)…` begins with one of
//! four words, whatever follows.

use regex_syntax::hir::{Class, Hir, HirKind, Look};

use dehusk_text::{Anchor, fold, is_alphanumeric};

/// A text that stands in every match of a regex, or of one of its alternatives.
#[derive(Debug)]
pub struct Required {
    pub literal: String,
    /// No letter can stand right before it.
    pub(super) begins_word: bool,
    /// Whether it can stand only at an end of the line.
    pub(super) place: Anchor,
}

/// How much rarer, in bytes, a literal is at an end of the line.
const AT_EDGE: usize = 9;

/// How many bytes of a literal are enough, where cutting off its first word lets it begin a word.
const WORDS_ENOUGH: usize = 6;

/// Literals, one of which is in every match of the regex: of parts in a row the part with the
/// longest ones, of alternatives all. `begins_word`: no letter can stand right before a match.
pub fn required_literals(hir: &Hir, begins_word: bool) -> Option<Vec<Required>> {
    literals_between(hir, begins_word, [Between::Anything; 2])
}

/// An end of the line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Edge {
    Start,
    End,
}

/// So many literals at an edge are worth looking for, and so many characters of a class.
const MOST: usize = 200;
const MOST_OF_CLASS: usize = 24;

/// What can stand between a part of a regex and an end of the line.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Between {
    /// Spaces, of which the fold leaves none there.
    Nothing,
    Marks,
    Anything,
}

/// What stands between a place and an end of the line, if it is this and then a part of a regex.
fn and_then(between: Between, part: &Hir) -> Between {
    match part.kind() {
        HirKind::Look(Look::Start | Look::End) => Between::Nothing,
        _ => between.max(made_of(part)),
    }
}

/// What a part of a regex can match.
fn made_of(hir: &Hir) -> Between {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Between::Nothing,
        HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
            Ok(text) if text.trim_matches(' ').is_empty() => Between::Nothing,
            Ok(text) if !text.contains(is_alphanumeric) => Between::Marks,
            _ => Between::Anything,
        },
        // `[ ·*>-]`, and not `[^。]`.
        HirKind::Class(Class::Unicode(class)) => {
            let all = class.iter().flat_map(|range| range.start()..=range.end()).take(MOST_OF_CLASS + 1);
            let (count, is_marks) = all.fold((0, true), |(n, marks), c| (n + 1, marks && !is_alphanumeric(c)));
            if is_marks && count <= MOST_OF_CLASS { Between::Marks } else { Between::Anything }
        }
        HirKind::Class(Class::Bytes(_)) => Between::Anything,
        HirKind::Capture(capture) => made_of(&capture.sub),
        HirKind::Repetition(repetition) => made_of(&repetition.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().map(made_of).max().unwrap_or(Between::Nothing)
        }
    }
}

/// The same for a part of a regex: `edges` says what can stand between it and both ends of the line.
fn literals_between(hir: &Hir, begins_word: bool, edges: [Between; 2]) -> Option<Vec<Required>> {
    let rarity = |one: &Required| one.literal.len() + if one.place == Anchor::Inside { 0 } else { AT_EDGE };
    let least = |found: &Vec<Required>| found.iter().map(rarity).min().unwrap_or(0);
    match hir.kind() {
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).ok()?;
            // What stands in every match does so without the spaces around it, and without the end of a
            // word that it begins with, too.
            let whole = text.find(' ').map(|space| text[space..].trim()).filter(|rest| rest.len() >= WORDS_ENOUGH);
            let place = place_between(text, edges);
            Some(vec![match whole {
                Some(rest) if !begins_word && place != Anchor::Start => {
                    Required { literal: rest.to_string(), begins_word: true, place }
                }
                _ => Required {
                    literal: text.trim().to_string(),
                    begins_word: begins_word || text.starts_with(' '),
                    place,
                },
            }])
        }
        HirKind::Capture(capture) => literals_between(&capture.sub, begins_word, edges),
        HirKind::Repetition(repetition) if repetition.min >= 1 => required_literals(&repetition.sub, false),
        HirKind::Concat(parts) => {
            let mut begins = begins_word;
            let found = parts.iter().enumerate().filter_map(|(i, part)| {
                let (before, behind) = (parts[..i].iter(), parts[i + 1..].iter().rev());
                let edges = [before.fold(edges[0], and_then), behind.fold(edges[1], and_then)];
                let found = literals_between(part, begins, edges);
                begins = word_begins_behind(part, begins);
                found
            });
            let at_start = literals_at_edge(parts.iter(), Edge::Start, edges[0]);
            let at_end = literals_at_edge(parts.iter().rev(), Edge::End, edges[1]);
            at_start.into_iter().chain(at_end).chain(found).max_by_key(least)
        }
        HirKind::Alternation(parts) => {
            let each: Option<Vec<Vec<Required>>> =
                parts.iter().map(|part| literals_between(part, begins_word, edges)).collect();
            Some(each?.into_iter().flatten().collect())
        }
        _ => None,
    }
}

/// The literals with one of which the line begins or ends, and marks beside it: those of the first parts of a row up to one
/// that cannot be left out. In `^[ ·]*(?:请|敬请)?(?:点击|点选)` they are 请, 敬请, 点击 and 点选. From the end, the parts come the
/// other way round.
fn literals_at_edge<'h>(
    parts: impl Iterator<Item = &'h Hir>,
    edge: Edge,
    mut beside: Between,
) -> Option<Vec<Required>> {
    let mut found = Vec::new();
    for part in parts {
        if made_of(part) <= Between::Marks {
            beside = and_then(beside, part);
            continue;
        }
        let (sub, can_be_left_out) = match part.kind() {
            HirKind::Repetition(repetition) => (&*repetition.sub, repetition.min == 0),
            _ => (part, false),
        };
        found.extend(edge_of_part(sub, edge, beside)?);
        if found.len() > MOST {
            return None;
        }
        if !can_be_left_out {
            return Some(found);
        }
    }
    None
}

/// The same for a part that stands beside such an edge.
fn edge_of_part(hir: &Hir, edge: Edge, beside: Between) -> Option<Vec<Required>> {
    let at_edge = |text: &str| {
        let (place, edges) = match edge {
            Edge::Start => (Anchor::Start, [beside, Between::Anything]),
            Edge::End => (Anchor::End, [Between::Anything, beside]),
        };
        // A single letter stands beside too many lines, and the fold leaves what it changes in none.
        let is_sought = text.len() > 1 || !text.contains(is_alphanumeric);
        let is_there = !text.is_empty() && is_sought && fold(text) == text && place_between(text, edges) == place;
        is_there.then(|| Required { literal: text.to_string(), begins_word: place == Anchor::Start, place })
    };
    match hir.kind() {
        HirKind::Literal(literal) => Some(vec![at_edge(std::str::from_utf8(&literal.0).ok()?.trim())?]),
        HirKind::Class(Class::Unicode(class)) => {
            let all = class.iter().flat_map(|range| range.start()..=range.end()).take(MOST_OF_CLASS + 1);
            let all: Vec<char> = all.collect();
            let is_wide = all.len() <= MOST_OF_CLASS && all.iter().all(|c| !c.is_ascii());
            is_wide.then(|| all.into_iter().map(|c| at_edge(c.encode_utf8(&mut [0; 4]))).collect()).flatten()
        }
        HirKind::Capture(capture) => edge_of_part(&capture.sub, edge, beside),
        HirKind::Repetition(repetition) if repetition.min >= 1 => edge_of_part(&repetition.sub, edge, beside),
        HirKind::Concat(parts) => match edge {
            Edge::Start => literals_at_edge(parts.iter(), edge, beside),
            Edge::End => literals_at_edge(parts.iter().rev(), edge, beside),
        },
        HirKind::Alternation(parts) => {
            let each: Option<Vec<_>> = parts.iter().map(|part| edge_of_part(part, edge, beside)).collect();
            Some(each?.into_iter().flatten().collect())
        }
        _ => None,
    }
}

/// Where a literal can stand.
fn place_between(text: &str, [before, behind]: [Between; 2]) -> Anchor {
    // Beside marks a literal that is itself only marks may lie further inside than the line's first letter does.
    let most = if text.contains(is_alphanumeric) { Between::Marks } else { Between::Nothing };
    if before <= most {
        Anchor::Start
    } else if behind <= most {
        Anchor::End
    } else {
        Anchor::Inside
    }
}

/// Whether a letter right behind what this part matches begins a word; `before`: whether one right
/// before it would.
fn word_begins_behind(hir: &Hir, before: bool) -> bool {
    match hir.kind() {
        HirKind::Look(look) => {
            before
                || matches!(
                    look,
                    Look::WordUnicode | Look::WordAscii | Look::WordStartUnicode | Look::WordStartAscii | Look::Start
                )
        }
        HirKind::Literal(literal) => literal.0.last().is_some_and(|last| !last.is_ascii_alphabetic()),
        HirKind::Capture(capture) => word_begins_behind(&capture.sub, before),
        HirKind::Repetition(repetition) => {
            word_begins_behind(&repetition.sub, before) && (before || repetition.min > 0)
        }
        HirKind::Concat(parts) => parts.iter().fold(before, |before, part| word_begins_behind(part, before)),
        HirKind::Alternation(parts) => parts.iter().all(|part| word_begins_behind(part, before)),
        HirKind::Empty => before,
        HirKind::Class(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use regex::Regex;

    #[test]
    fn literals_at_an_end_of_the_line_are_known() {
        use Anchor::{End, Inside, Start};
        for (regex, expected) in [
            ("[_|-] ?[^_|-]{1,14}(网|日报)$", vec![("日报", End), ("网", End)]),
            ("^ *\"[^\"]{2,30}\"", vec![("\"", Start)]),
            (r"^\((取材|文)[^。]{0,40}\)$", vec![("取材", Start), ("文", Start)]),
            ("^(?:a|版)?转载.*请注明$", vec![("请注明", End)]),
            ("^.?转载", vec![("转载", Inside)]),
            ("^(?:(?:版权|著作权)所有|x)$", vec![("x", Start), ("所有", End)]),
            ("^(转载|版权.*所有)", vec![("版权", Start), ("转载", Start)]),
            ("(?:转载|版权)+$", vec![("版权", End), ("转载", End)]),
            (r"^\(\(\)$", vec![("(()", Start)]),
            (
                "^[ ·*>(-]*(?:请|敬请)?(?:点击|点选)[^。]*$",
                vec![("敬请", Start), ("点击", Start), ("点选", Start), ("请", Start)],
            ),
            ("^[^。]{2,9}(?:继续|往下)(?:阅读)?[ )-]*$", vec![("往下", End), ("继续", End), ("阅读", End)]),
            ("^[ ·]*(?:上|前)一?(?:篇|条).*$", vec![("上", Start), ("前", Start)]),
            ("^(?:请)?[ ·]*$", vec![]),
        ] {
            let mut found = required_literals(&regex_syntax::parse(regex).unwrap(), false).unwrap_or_default();
            found.sort_by(|a, b| a.literal.cmp(&b.literal));
            let found: Vec<_> = found.iter().map(|one| (one.literal.as_str(), one.place)).collect();
            assert_eq!(found, expected, "{regex}");
        }
    }

    proptest! {
        /// Where a regex matches a folded line, one of its literals stands at the place that is said of it.
        #[test]
        fn what_a_regex_needs_stands_where_it_is_sought(
            parts in prop::collection::vec(prop::sample::select(vec![
                "^", "$", " ?", " *", "-", "\"", "版权", "网", "a", "[a-z版]", ".", ".*", "(?:版权|转载)", "(?:-|网)", "(?:网|-a)?", "(?:a|版){1,2}", "[ \"-]*", "(?:版权|网)?", "[版网]", "(?:a|转载)?",
            ]), 1..7),
            line in "[-\" a版权网转载]{0,9}",
        ) {
            let (regex, line) = (parts.concat(), fold(&line));
            let hir = regex_syntax::parse(&regex).unwrap();
            let Some(found) = required_literals(&hir, false) else { return Ok(()) };
            if found.iter().any(|one| one.literal.is_empty()) || !Regex::new(&regex).unwrap().is_match(&line) {
                return Ok(());
            }
            let core = dehusk_text::core(&line);
            let start = core.as_ptr() as usize - line.as_ptr() as usize;
            let stands = |one: &Required| {
                let mut places = dehusk_text::overlapping(line.as_bytes(), &one.literal);
                places.any(|at| match one.place {
                    Anchor::Inside => true,
                    place => place.holds(&line, (start, start + core.len()), at, at + one.literal.len()),
                })
            };
            prop_assert!(found.iter().any(stands), "{} in {}", regex, line);
        }
    }

    #[test]
    fn a_regex_is_tried_where_its_words_stand() {
        for (regex, expected) in [
            (r"\b(online casino|free spins)\b.*cheap", Some(vec![("free spins", true), ("online casino", true)])),
            (r"(best|top) online casino", Some(vec![("online casino", true)])),
            (r"^.{0,40}s editorial process$", Some(vec![("s editorial process", false)])),
            (r"^.{0,40}s editorial process.*", Some(vec![("editorial process", true)])),
            (r"^(view )?article sources:?$", Some(vec![("article sources", true)])),
            (r"(re)?print", Some(vec![("print", false)])),
            (r"\wprint", Some(vec![("print", false)])),
            (r"(版权|转载)所有", Some(vec![("所有", true)])),
            (r"\d+|print", None),
        ] {
            let found = required_literals(&regex_syntax::parse(regex).unwrap(), false).map(|mut found| {
                found.sort_by(|a, b| a.literal.cmp(&b.literal));
                found.iter().map(|one| (one.literal.clone(), one.begins_word)).collect::<Vec<_>>()
            });
            let expected = expected.map(|e| e.into_iter().map(|(text, begins)| (text.to_string(), begins)).collect());
            assert_eq!(found, expected, "{regex}");
        }
    }
}
