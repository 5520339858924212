//! Copies of pages that points are fitted to beside the pages themselves.
//!
//! * *Shortened*: the page without most of its body. On most pages that points are fitted to, the body is most of the
//!   text. Of such pages alone one learns that the greatest mass of sentences is the body, which is wrong on a page with a
//!   short report and a hundred comments. There are few of those with a known body.
//! * *Bare*: the body without its page, whole or cut after some sentences, at times with a line or two of what stands
//!   above and below it. Every page that points are fitted to has a frame, and of such pages alone one learns that the last
//!   lines of a text are always the frame. A clean article that is given as a page would lose its end.

use dehusk_text::Document;

use super::{Sample, hash};
use crate::finder::line::flag;

/// What kind of copy a sample is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyKind {
    /// The page without most of its body.
    Shortened,
    /// The body without its page.
    Bare,
}

/// What is left of the body in a shortened copy, in percent: one of these.
const LEFT: [u64; 4] = [8, 15, 25, 40];
/// Long sentences that a body must have to be worth a shortened copy, and those that are left at least.
const LONG_BODY: usize = 8;
const LEFT_SENTENCES: usize = 2;
/// Lines of the body that a bare copy has, one of these, if the body has them; else all lines.
const BARE_LINES: [usize; 8] = [3, 5, 7, 10, 15, 25, usize::MAX, usize::MAX];
/// Lines above the body, and below it, that a bare copy has: one of these.
const BARE_ABOVE: [usize; 4] = [0, 0, 1, 2];
const BARE_BELOW: [usize; 8] = [0, 0, 0, 0, 0, 1, 2, 3];
/// A line with less than this share of its words in the body is no line of the body.
const OF_BODY: f64 = 0.5;

/// A copy of a page, and its body.
#[derive(Clone, Debug)]
pub struct MadePage {
    /// What it is.
    pub kind: CopyKind,
    /// The text.
    pub text: String,
    /// The body in it.
    pub gold: String,
}

impl Sample {
    /// The share of the body in the words of the page.
    pub(super) fn body_share(&self) -> f64 {
        let all: usize = self.known.tokens.iter().map(Vec::len).sum();
        self.known.gold.len() as f64 / all.max(1) as f64
    }

    /// The copies of the document that this sample was made of.
    pub fn copies(&self, document: &Document<'_>) -> Vec<MadePage> {
        let is_body = |&i: &usize| self.known.has_gold && self.known.shares[i] >= OF_BODY;
        let body: Vec<usize> = (0..self.lines.lines.len()).filter(is_body).collect();
        self.shortened(document, &body).into_iter().chain(self.bare(document, &body)).collect()
    }

    /// The page without most of its body: the first sentences are left and sometimes the last one. `None` where the body
    /// has no length to spare.
    fn shortened(&self, document: &Document<'_>, body: &[usize]) -> Option<MadePage> {
        let lines = &self.lines.lines;
        let is_long = |&i: &usize| lines[i].has(flag::LONG);
        if body.iter().filter(|i| is_long(i)).count() < LONG_BODY {
            return None;
        }
        let chance = hash(&format!("{} {}", self.about.group, lines.len()));
        let units = |lines_of: &[usize]| lines_of.iter().map(|&i| u64::from(lines[i].units)).sum::<u64>();
        let budget = units(body) * LEFT[(chance % LEFT.len() as u64) as usize] / 100;
        let enough = |&end: &usize| {
            units(&body[..end]) >= budget && body[..end].iter().filter(|i| is_long(i)).count() >= LEFT_SENTENCES
        };
        let end = (1..body.len()).find(enough)?;
        // Where the body ends stands a last line of its own, in half of the copies.
        let last = if chance & 8 == 0 { body.len() } else { body.len() - 1 };
        let cut = self.numbers(body.get(end..last)?);
        let left = (0..document.len()).filter(|line| cut.binary_search(line).is_err());
        Some(copy(CopyKind::Shortened, document, left, &self.numbers(body)))
    }

    /// The body without its page. `None` where it has only a line or two.
    fn bare(&self, document: &Document<'_>, body: &[usize]) -> Option<MadePage> {
        let (lines, body) = (&self.lines.lines, self.numbers(body));
        let chance = hash(&format!("{} {} bare", self.about.group, lines.len())) as usize;
        let body = &body[..BARE_LINES[chance % BARE_LINES.len()].min(body.len())];
        let (&first, &last) = (body.first()?, body.last()?);
        if body.len() < BARE_LINES[0] {
            return None;
        }
        let beside = |range: std::ops::Range<usize>| range.filter(|&line| !document.line_text(line).trim().is_empty());
        let above = beside(0..first).rev().take(BARE_ABOVE[chance / 8 % BARE_ABOVE.len()]).collect::<Vec<_>>();
        // What stands below a body that was cut is its next sentence.
        let frame = self.numbers(&(0..lines.len()).filter(|&i| self.known.shares[i] < OF_BODY).collect::<Vec<_>>());
        let below = beside(last + 1..document.len()).filter(|line| frame.binary_search(line).is_ok());
        let below = below.take(BARE_BELOW[chance / 32 % BARE_BELOW.len()]);
        let left = above.into_iter().rev().chain(body.iter().copied()).chain(below);
        Some(copy(CopyKind::Bare, document, left, body))
    }

    /// The numbers of these lines in the document.
    fn numbers(&self, lines: &[usize]) -> Vec<usize> {
        lines.iter().map(|&i| self.lines.lines[i].number as usize).collect()
    }
}

fn copy(kind: CopyKind, document: &Document<'_>, left: impl Iterator<Item = usize>, body: &[usize]) -> MadePage {
    let mut page = MadePage { kind, text: String::new(), gold: String::new() };
    for line in left {
        let text = document.line_text(line);
        page.text.push_str(text);
        page.text.push('\n');
        if body.binary_search(&line).is_ok() {
            page.gold.push_str(text);
            page.gold.push('\n');
        }
    }
    page
}
