//! The element that an extractor would choose: the one around most paragraphs.
//!
//! Each line that reads like a paragraph speaks for the element that it stands in, and for those around with less. What
//! is made of links or named like a comment loses. What stands beside the chosen one and is nearly as good, or
//! leads into it by its name, belongs to it; what readers say in it does not.

use dehusk_text::markup::{LINKED, PageMarkup, WORD_CLASSES, inside};

use super::layout::place_of;
use super::line::{Line, flag};
use super::outline::steps_from;

/// A line with fewer units is no paragraph.
const LEAST_UNITS: u32 = 12;
/// So many units are worth a point, and how many points length can bring.
const UNITS: f64 = 50.0;
const MOST: f64 = 3.0;
/// What a paragraph is worth for the element that it stands in and for those around.
const SHARES: [f64; 4] = [1.0, 0.5, 0.17, 0.11];
/// What a name is worth.
const NAME: f64 = 25.0;
/// A sibling with this share of the points, and so many at least, belongs to the chosen element.
const SIBLING: f64 = 0.2;
const LEAST_SIBLING: f64 = 10.0;

const GOOD: u64 = words(&["content", "post"]);
const BAD: u64 = words(&[
    "comment",
    "related",
    "share",
    "sidebar",
    "promo",
    "ad",
    "cookie",
    "nav",
    "footer",
    "tags",
    "newsletter",
    "login",
    "pager",
    "popup",
    "bio",
]);

const COMMENT: u64 = words(&["comment"]);
const SUMMARY: u64 = words(&["summary"]);

const fn words(names: &[&str]) -> u64 {
    let (mut bits, mut i) = (0, 0);
    while i < names.len() {
        bits |= 1 << place_of(&WORD_CLASSES, names[i]);
        i += 1;
    }
    bits
}

/// The chosen element.
#[derive(Debug)]
pub(super) struct Chosen {
    /// By container: steps out from the chosen element to one that holds both, for comments in it 1 at least; 0 in it.
    steps: Vec<u8>,
}

impl Chosen {
    pub(super) fn new(markup: &PageMarkup, lines: &[Line]) -> Self {
        let containers = &markup.containers;
        let facts = |line: &Line| markup.lines.get(line.number as usize).copied().unwrap_or_default();
        let mut held = vec![0_u32; containers.len()];
        for line in lines {
            held[facts(line).container as usize] += 1;
        }
        for i in (1..containers.len()).rev() {
            held[containers[i].parent as usize] += held[i];
        }
        let is_line = |at: u32| {
            let inner = inside::PARAGRAPH | inside::HEADING;
            at != 0 && (held[at as usize] == 1 || containers[at as usize].inside & inner != 0)
        };
        let mut points = vec![0.0_f64; containers.len()];
        for line in lines {
            let facts = facts(line);
            if line.has(flag::TAKEN) || facts.linked >= LINKED || line.units < LEAST_UNITS {
                continue;
            }
            let worth = 1.0 + f64::from(line.commas) + (f64::from(line.units) / UNITS).min(MOST);
            let mut at = facts.container;
            while is_line(at) {
                at = containers[at as usize].parent;
            }
            for share in SHARES {
                points[at as usize] += worth * share;
                if at == 0 {
                    break;
                }
                at = containers[at as usize].parent;
            }
        }
        for (i, (points, container)) in points.iter_mut().zip(containers).enumerate() {
            if *points > 0.0 {
                let words = markup.words(i as u32);
                *points += f64::from(u8::from(words & GOOD != 0)) * NAME - f64::from(u8::from(words & BAD != 0)) * NAME;
                *points *= 1.0 - f64::from(container.linked) / f64::from(container.chars.max(1));
            }
        }
        let best = (0..points.len()).max_by(|&a, &b| points[a].total_cmp(&points[b])).unwrap_or(0);
        let mut steps = steps_from(containers, best as u32);
        let (parent, least) = (containers[best].parent, (points[best] * SIBLING).max(LEAST_SIBLING));
        for (i, container) in containers.iter().enumerate().skip(1).filter(|&(i, _)| i != best) {
            let words = markup.words(i as u32);
            let leads = words & SUMMARY != 0
                && u64::from(container.linked) * 100 < u64::from(container.chars) * u64::from(LINKED);
            let worth = points[i] >= least || leads;
            let beside = best != 0 && container.parent == parent && worth;
            if steps[container.parent as usize] > 0 && !beside {
                steps[i] = steps[i].max(1);
            } else {
                steps[i] = u8::from(words & COMMENT != 0);
            }
        }
        Self { steps }
    }

    /// Steps out from the chosen element to one that holds this container too; 0 in it.
    pub(super) fn steps(&self, container: u32) -> u8 {
        self.steps[container as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dehusk_text::markup::{Container, LineMarkup};

    /// Containers by parent, tag bits, characters and link characters.
    fn containers(of: &[(u32, u32, u32, u32)]) -> Vec<Container> {
        let mut all: Vec<Container> = Vec::new();
        for &(parent, inside, chars, linked) in of {
            let depth = all.get(parent as usize).map_or(0, |parent: &Container| parent.depth + 1);
            all.push(Container { parent, depth, inside, chars, linked, ..Container::default() });
        }
        all
    }

    #[test]
    fn most_paragraphs_choose_their_element() {
        // page( menu  main( text( p p p )  notes( p ) )  teasers( div div div ) )
        let all = [
            (0, 0, 700, 90),
            (0, 0, 30, 30),
            (0, 0, 450, 0),
            (2, 0, 400, 0),
            (3, inside::PARAGRAPH, 130, 0),
            (3, inside::PARAGRAPH, 130, 0),
            (3, inside::PARAGRAPH, 140, 0),
            (2, 0, 50, 0),
            (7, inside::PARAGRAPH, 50, 0),
            (0, 0, 220, 60),
            (9, 0, 70, 20),
            (9, 0, 70, 20),
            (9, 0, 80, 20),
        ];
        let at = |container, linked| LineMarkup { container, linked, ..LineMarkup::default() };
        let facts = vec![at(1, 100), at(4, 0), at(5, 0), at(6, 0), at(8, 0), at(10, 0), at(11, 0), at(12, 0)];
        let markup = PageMarkup { lines: facts, containers: containers(&all), kind: 0 };
        let line = |number: u32, units, commas| Line { number, units, commas, ..Line::default() };
        let mut lines = vec![line(0, 10, 0)];
        lines.extend(
            [(130, 4), (130, 5), (140, 3), (10, 0), (70, 1), (70, 1), (80, 1)]
                .iter()
                .zip(1..)
                .map(|(&(units, commas), number)| line(number, units, commas)),
        );
        let chosen = Chosen::new(&markup, &lines);
        let steps: Vec<u8> = (0..all.len() as u32).map(|at| chosen.steps(at)).collect();
        assert_eq!(steps, [2, 2, 1, 0, 0, 0, 0, 1, 1, 2, 2, 2, 2]);
    }
}
