//! Copies of articles from which most of the body was cut.
//!
//! On most pages that points are fitted to, the body is most of the text. Of such pages alone one learns that the
//! greatest mass of sentences is the body, which is wrong on a page with a short report and a hundred comments. There
//! are few of those with a known body, so they are made: the page stays as it is, but for most of its body.

use dehusk_text::Document;

use super::{Sample, hash};
use crate::finder::line::flag;

/// What is left of the body in a copy, in percent: one of these.
const LEFT: [u64; 4] = [8, 15, 25, 40];
/// Long sentences that a body must have to be worth a copy, and those that are left at least.
const LONG_BODY: usize = 8;
const LEFT_SENTENCES: usize = 2;
/// A line with less than this share of its words in the body is no line of the body.
const OF_BODY: f64 = 0.5;

/// A page and its body.
#[derive(Clone, Debug)]
pub struct ShortenedPage {
    /// The text of the page.
    pub text: String,
    /// Its body.
    pub gold: String,
}

impl Sample {
    /// The share of the body in the words of the page.
    pub(super) fn body_share(&self) -> f64 {
        let all: usize = self.known.tokens.iter().map(Vec::len).sum();
        self.known.gold.len() as f64 / all.max(1) as f64
    }

    /// A copy of the document, which this sample was made of, without most of its body: the first sentences are left
    /// and sometimes the last one. `None` where the body is not known or has no length to spare.
    pub fn shortened(&self, document: &Document<'_>) -> Option<ShortenedPage> {
        let lines = &self.lines.lines;
        let is_body = |&i: &usize| self.known.has_gold && self.known.shares[i] >= OF_BODY;
        let is_long = |&i: &usize| lines[i].has(flag::LONG);
        let body: Vec<usize> = (0..lines.len()).filter(is_body).collect();
        if body.iter().filter(|i| is_long(i)).count() < LONG_BODY {
            return None;
        }
        let chance = hash(&format!("{} {}", self.about.group, lines.len()));
        let units = |lines_of: &[usize]| lines_of.iter().map(|&i| u64::from(lines[i].units)).sum::<u64>();
        let budget = units(&body) * LEFT[(chance % LEFT.len() as u64) as usize] / 100;
        let enough = |&end: &usize| {
            units(&body[..end]) >= budget && body[..end].iter().filter(|i| is_long(i)).count() >= LEFT_SENTENCES
        };
        let end = (1..body.len()).find(enough)?;
        // Where the body ends stands a last line of its own, in half of the copies.
        let last = if chance & 8 == 0 { body.len() } else { body.len() - 1 };
        let cut = body.get(end..last)?;
        let numbers = |lines_of: &[usize]| lines_of.iter().map(|&i| lines[i].number as usize).collect::<Vec<_>>();
        let (cut, body) = (numbers(cut), numbers(&body));
        let mut page = ShortenedPage { text: String::new(), gold: String::new() };
        for line in (0..document.len()).filter(|line| cut.binary_search(line).is_err()) {
            let text = document.line_text(line);
            page.text.push_str(text);
            page.text.push('\n');
            if body.binary_search(&line).is_ok() {
                page.gold.push_str(text);
                page.gold.push('\n');
            }
        }
        Some(page)
    }
}
