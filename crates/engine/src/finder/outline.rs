//! The outline of a page: which headings stand over a line, and how far the line stands from the title.
//!
//! A heading speaks for what follows it in the element that it heads, up to the next heading of its rank: all products
//! below "You may also like" are others, whatever each of them says. So what stands over a line is a stack of headings,
//! as in a table of contents.

use dehusk_text::markup::{Container, LINKED, PageMarkup, WORD_CLASSES, inside, line as says};

use super::layout::place_of;
use super::line::{Line, flag};
use super::words::ClassSet;

/// The rank of a short line in an element that is named a title but is no heading.
const NAMED: u8 = 7;
/// A heading with more units is a paragraph.
const MOST_UNITS: u32 = 40;
/// An element with so many percent of the characters of a heading, or fewer, is only its box.
const BOX: u64 = 160;

/// What stands over a line.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Over {
    /// The classes of words of all headings over it.
    pub(super) classes: ClassSet,
    /// The rank of the nearest one; 0 for none.
    pub(super) rank: u8,
    /// Whether the title is one of them.
    pub(super) title: bool,
}

/// The outline.
#[derive(Debug, Default)]
pub(super) struct Outline {
    /// By line.
    pub(super) over: Vec<Over>,
    /// The line of the title among those that are not blank.
    pub(super) title: Option<usize>,
    /// By container: steps out from the title to an element that holds both; empty where there is no title.
    pub(super) from_title: Vec<u8>,
    /// The element of the title and those around it, the innermost first.
    pub(super) around_title: Vec<u32>,
}

/// A heading over the lines that are read.
#[derive(Debug)]
struct OpenHeading {
    rank: u8,
    /// The element that it heads.
    scope: u32,
    classes: ClassSet,
    is_title: bool,
}

impl Outline {
    pub(super) fn new(markup: &PageMarkup, lines: &[Line]) -> Self {
        let facts = |i: usize| markup.lines.get(lines[i].number as usize).copied().unwrap_or_default();
        let is_title = |i: usize| facts(i).says & says::TITLE != 0;
        let is_heading = |i: usize| facts(i).heading > 0;
        let all = || 0..lines.len();
        let title = all()
            .find(|&i| is_heading(i) && is_title(i))
            .or_else(|| all().find(|&i| facts(i).heading == 1))
            .or_else(|| all().find(|&i| is_title(i)));
        let containers = &markup.containers;
        let from_title = title.map(|i| steps_from(containers, facts(i).container)).unwrap_or_default();
        let parent = |&at: &u32| (at != 0).then(|| containers[at as usize].parent);
        let around = std::iter::successors(title.map(|i| facts(i).container), parent);
        Self { over: over(markup, lines, title), title, from_title, around_title: around.collect() }
    }
}

/// By line: the headings over it.
fn over(markup: &PageMarkup, lines: &[Line], title: Option<usize>) -> Vec<Over> {
    let containers = &markup.containers;
    let ends = ends(containers);
    let holds = |outer: u32, inner: u32| outer <= inner && inner < ends[outer as usize];
    let mut open: Vec<OpenHeading> = Vec::new();
    let mut over = Vec::with_capacity(lines.len());
    for (i, line) in lines.iter().enumerate() {
        let facts = markup.lines.get(line.number as usize).copied().unwrap_or_default();
        let at = facts.container;
        open.retain(|heading| holds(heading.scope, at));
        let rank = match facts.heading {
            0 if is_named_title(containers, at) && facts.linked < LINKED => NAMED,
            rank => rank,
        };
        if rank > 0 && line.units <= MOST_UNITS && !line.has(flag::LONG) {
            let scope = scope(containers, at);
            open.retain(|heading| heading.rank < rank || (heading.scope != scope && holds(heading.scope, scope)));
            open.push(OpenHeading { rank, scope, classes: line.classes, is_title: title == Some(i) });
        }
        let classes = open.iter().fold(0, |classes, heading| classes | heading.classes);
        let rank = open.last().map_or(0, |heading| heading.rank);
        over.push(Over { classes, rank, title: open.iter().any(|heading| heading.is_title) });
    }
    over
}

/// Whether the element right around a line is named a title.
fn is_named_title(containers: &[Container], at: u32) -> bool {
    const TITLE: u64 = 1 << place_of(&WORD_CLASSES, "title");
    containers[at as usize].words & TITLE != 0
}

/// The element that a heading heads: the next one around that holds more than the heading.
fn scope(containers: &[Container], heading: u32) -> u32 {
    let own = u64::from(containers[heading as usize].chars.max(1));
    let mut at = heading;
    while at != 0 {
        let of = &containers[at as usize];
        if of.inside & inside::HEADING == 0 && u64::from(of.chars) * 100 > own * BOX {
            break;
        }
        at = of.parent;
    }
    at
}

/// By container: the number behind the last one in it.
fn ends(containers: &[Container]) -> Vec<u32> {
    let mut ends: Vec<u32> = (1..=containers.len() as u32).collect();
    // Children stand behind their parents.
    for i in (1..containers.len()).rev() {
        let parent = containers[i].parent as usize;
        ends[parent] = ends[parent].max(ends[i]);
    }
    ends
}

/// By container: steps out from one of them to one that holds both; 0 in it.
pub(super) fn steps_from(containers: &[Container], from: u32) -> Vec<u8> {
    let mut steps = vec![u8::MAX; containers.len()];
    let (mut at, mut count) = (from as usize, 0_u8);
    loop {
        steps[at] = count;
        if at == 0 {
            break;
        }
        at = containers[at].parent as usize;
        count = count.saturating_add(1).min(u8::MAX - 1);
    }
    for i in 1..containers.len() {
        if steps[i] == u8::MAX {
            steps[i] = steps[containers[i].parent as usize];
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use dehusk_text::markup::LineMarkup;

    /// Containers by parent, heading (or none) and characters.
    fn containers(of: &[(u32, bool, u32)]) -> Vec<Container> {
        let mut all: Vec<Container> = Vec::new();
        for &(parent, is_heading, chars) in of {
            let depth = all.get(parent as usize).map_or(0, |parent: &Container| parent.depth + 1);
            let inside = if is_heading { inside::HEADING } else { 0 };
            all.push(Container { parent, depth, inside, chars, ..Container::default() });
        }
        all
    }

    #[test]
    fn a_heading_speaks_for_its_element_up_to_the_next_of_its_rank() {
        // page( h1  main( box( h2 )  p  p  h2  p )  p )
        let all = [
            (0, false, 100),
            (0, true, 5),
            (0, false, 60),
            (2, false, 5),
            (3, true, 5),
            (2, false, 20),
            (2, true, 5),
            (0, false, 9),
        ];
        let markup = |container, heading| LineMarkup { container, heading, ..LineMarkup::default() };
        let markup = PageMarkup {
            lines: vec![markup(1, 1), markup(4, 2), markup(5, 0), markup(6, 2), markup(2, 0), markup(7, 0)],
            containers: containers(&all),
            kind: 0,
        };
        let line = |number: u32, classes| Line { number, classes, units: 4, ..Line::default() };
        let lines = [line(0, 1), line(1, 2), line(2, 0), line(3, 4), line(4, 0), line(5, 0)];
        let outline = Outline::new(&markup, &lines);
        let over: Vec<(ClassSet, u8)> = outline.over.iter().map(|over| (over.classes, over.rank)).collect();
        assert_eq!(over, [(1, 1), (3, 2), (3, 2), (5, 2), (5, 2), (1, 1)]);
        assert_eq!(outline.title, Some(0));
        assert!(outline.over.iter().all(|over| over.title));
        assert_eq!(outline.from_title, [1, 0, 1, 1, 1, 1, 1, 1]);
    }
}
