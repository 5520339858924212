//! `--rules-report`: what each rule removes, and how much of it was body.

use std::collections::BTreeMap;

use dehusk::score::{LineVerdict, Reference, folded, verdicts};
use dehusk::{Cause, Cue, Engine, Lang, Removal, RuleId, RuleSet};
use serde::Serialize;

use crate::clean::cleaner::Cleaned;
use crate::ui::messages::say;

/// A page counts as hurt if its F1 would rise by more than this.
const MARGIN: f64 = 0.01;

/// What can remove text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RemovedBy {
    /// The body finder, as a whole.
    Finder,
    /// The body finder, by the cue with the most points against the line.
    Cue(Cue),
    /// A rule.
    Rule(RuleId),
}

impl RemovedBy {
    /// What made a removal; `None` for blank lines that were removed with their neighbours.
    pub fn of(removal: &Removal) -> Option<Self> {
        match removal.cause {
            Cause::Rule { rule, .. } => Some(Self::Rule(rule)),
            Cause::Finder { .. } => Some(Self::Finder),
            Cause::Seam => None,
        }
    }

    /// Its name in reports.
    pub fn name(self, rules: &RuleSet, lang: Lang) -> String {
        match self {
            Self::Finder => say!(lang, "正文查找", "body finder"),
            Self::Cue(cue) => {
                let cue = cue.name();
                say!(lang, "正文查找 › {cue}", "body finder › {cue}")
            }
            Self::Rule(rule) => rules.rule(rule).full_name(),
        }
    }
}

/// The sums for one taker, over one page or many.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Sum {
    /// The number of pages from which it removed something.
    pub docs: u64,
    /// The number of removed spans.
    pub hits: u64,
    /// The number of lines, removed as a whole or in part.
    pub lines: u64,
    /// Of these, the lines on pages with a known body.
    pub judged: u64,
    /// Of the judged lines, those that are not body.
    pub right: u64,
    /// The body words that come back if its removals are put back.
    pub body_tokens: u64,
    /// The number of pages whose F1 then rises by more than 0.01.
    pub hurt: u64,
    /// The number of removed snippets that must stay.
    pub with_lost: u64,
    /// The number of removed snippets that must go.
    pub without_gone: u64,
}

/// What one taker removed from one page.
#[derive(Debug)]
pub struct Taken {
    taker: RemovedBy,
    sum: Sum,
}

/// The sums for all takers.
#[derive(Debug, Default)]
pub struct Takings {
    sums: BTreeMap<RemovedBy, Sum>,
}

impl Takings {
    /// Adds what one taker removed from a page.
    pub fn add(&mut self, taken: &Taken) {
        let (sum, more) = (self.sums.entry(taken.taker).or_default(), &taken.sum);
        sum.docs += 1;
        sum.hits += more.hits;
        sum.lines += more.lines;
        sum.judged += more.judged;
        sum.right += more.right;
        sum.body_tokens += more.body_tokens;
        sum.hurt += more.hurt;
        sum.with_lost += more.with_lost;
        sum.without_gone += more.without_gone;
    }

    /// All sums, those with the most wrong lines first.
    pub fn sorted(&self) -> Vec<(RemovedBy, Sum)> {
        let mut sums: Vec<_> = self.sums.iter().map(|(&taker, &sum)| (taker, sum)).collect();
        sums.sort_by_key(|(_, sum)| std::cmp::Reverse((sum.judged - sum.right, sum.body_tokens, sum.lines)));
        sums
    }
}

/// What each taker removed from a page. A removal of the finder counts for the finder, and again for a cue.
pub fn taken(
    engine: &Engine,
    page: &Cleaned<'_>,
    reference: &Reference,
    gold: Option<&str>,
    output: &str,
) -> Vec<Taken> {
    let mut removals: BTreeMap<RemovedBy, Vec<&Removal>> = BTreeMap::new();
    for removal in &page.outcome.removals {
        if let Some(taker) = RemovedBy::of(removal) {
            removals.entry(taker).or_default().push(removal);
        }
    }
    if let Some(found) = removals.get(&RemovedBy::Finder).cloned() {
        let cues = engine.cues_against(page.document, page.outcome.input);
        for removal in found {
            let line = page.document.line_of(removal.span.start) as u32;
            if let Ok(at) = cues.binary_search_by_key(&line, |&(line, _)| line) {
                removals.entry(RemovedBy::Cue(cues[at].1)).or_default().push(removal);
            }
        }
    }
    if removals.is_empty() {
        return Vec::new();
    }
    let document = page.document;
    let lines: Vec<&str> = (0..document.len()).map(|line| document.line_text(line)).collect();
    let verdicts = gold.map(|gold| verdicts(&lines, gold));
    let missing = reference.missing(output);
    let out = reference.bag(output);
    let back = |text: &str| {
        let mut with_it = out.clone();
        with_it.add(&reference.bag(text));
        Some((reference.body(&out)?, reference.body(&with_it)?))
    };
    let sum = |removals: &[&Removal]| {
        let mut sum = Sum { hits: removals.len() as u64, ..Sum::default() };
        let mut text = String::new();
        for removal in removals {
            let span = removal.span;
            text.push_str(&document.text()[span.range()]);
            text.push('\n');
            let (first, last) = (document.line_of(span.start), document.line_of(span.end - 1));
            for (i, line) in lines.iter().enumerate().take(last + 1).skip(first) {
                if line.trim().is_empty() {
                    continue;
                }
                sum.lines += 1;
                let Some(verdicts) = &verdicts else { continue };
                sum.judged += 1;
                let whole = document.line(i);
                let right = if span.start <= whole.start && whole.end <= span.end {
                    verdicts[i] != LineVerdict::Body
                } else {
                    // If only words of a line were removed: right if the body does not miss them.
                    let words = &document.text()[span.start.max(whole.start)..span.end.min(whole.end)];
                    back(words).is_none_or(|(before, after)| before.body_out == after.body_out)
                };
                sum.right += u64::from(right);
            }
        }
        if let Some((before, after)) = back(&text) {
            sum.body_tokens = after.body_out - before.body_out;
            sum.hurt = u64::from(after.out.f1 > before.out.f1 + MARGIN);
        }
        let whole = folded(&text);
        let [with, without] = [0, 1].map(|i: usize| missing[i].iter().filter(|s| whole.contains(**s)).count() as u64);
        Sum { with_lost: with, without_gone: without, ..sum }
    };
    removals.into_iter().map(|(taker, removals)| Taken { taker, sum: sum(&removals) }).collect()
}
