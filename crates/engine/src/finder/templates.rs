//! Lines that one template of the site made: the elements around them have the same tags and classes.
//!
//! The paragraphs of an article are made alike, and so are the comments below it and the teasers beside it; the
//! lines of one template mostly share one fate, wherever on the page they stand.

use std::collections::HashMap;

use dehusk_text::markup::{Container, PageMarkup};

use super::line::{Line, flag};

/// Elements around a line that are compared.
const AROUND: usize = 4;

/// What all lines of one template come to.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Template {
    /// Lines of it.
    pub(super) lines: u32,
    /// Those that are long sentences, and their units.
    pub(super) long: u32,
    pub(super) prose: u32,
}

/// The templates of a page.
#[derive(Debug)]
pub(super) struct Templates {
    /// By line.
    numbers: Vec<u32>,
    /// By number.
    all: Vec<Template>,
}

impl Templates {
    pub(super) fn new(markup: &PageMarkup, lines: &[Line]) -> Self {
        let looks = looks(&markup.containers);
        let mut known: HashMap<u64, u32> = HashMap::new();
        let mut templates = Self { numbers: Vec::with_capacity(lines.len()), all: Vec::new() };
        for line in lines {
            let facts = markup.lines.get(line.number as usize).copied().unwrap_or_default();
            let next = templates.all.len() as u32;
            let number = *known.entry(looks[facts.container as usize]).or_insert(next);
            if number == next {
                templates.all.push(Template::default());
            }
            let template = &mut templates.all[number as usize];
            template.lines += 1;
            if line.has(flag::LONG) {
                template.long += 1;
                template.prose += line.units;
            }
            templates.numbers.push(number);
        }
        templates
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// The number of the template of a line.
    pub(super) fn number(&self, line: usize) -> usize {
        self.numbers[line] as usize
    }

    /// The template of a line.
    pub(super) fn of(&self, line: usize) -> Template {
        self.all[self.number(line)]
    }
}

/// By container: a number that is the same where the next elements around are alike.
fn looks(containers: &[Container]) -> Vec<u64> {
    let look = |at: usize| {
        let (mut look, mut at) = (0_u64, at);
        for _ in 0..AROUND {
            look = (look.rotate_left(17) ^ containers[at].kin).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            at = containers[at].parent as usize;
        }
        look
    };
    (0..containers.len()).map(look).collect()
}

/// The depth above which half of the units of long sentences stand.
pub(super) fn usual_depth(markup: &PageMarkup, lines: &[Line]) -> u32 {
    let mut depths: Vec<(u32, u32)> = Vec::new();
    for line in lines.iter().filter(|line| line.has(flag::LONG)) {
        let facts = markup.lines.get(line.number as usize).copied().unwrap_or_default();
        depths.push((markup.containers[facts.container as usize].depth, line.units));
    }
    depths.sort_unstable();
    let half = depths.iter().map(|&(_, units)| u64::from(units)).sum::<u64>() / 2;
    let mut sum = 0;
    let reaches = |&(_, units): &(u32, u32)| {
        sum += u64::from(units);
        sum >= half
    };
    let at = depths.iter().position(reaches);
    at.map_or(0, |at| depths[at].0)
}
