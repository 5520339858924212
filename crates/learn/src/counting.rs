//! Counting lines: how many documents have each, where it stands there, and whether it goes already.
//!
//! Lines are counted in folded form, with slots for dates and numbers. Four parts are counted: the whole line, the
//! beginning of a long one, a label with something short behind it (`责任编辑：…`), and what follows the last
//! sentence (`…浏览全文`). Between the two passes only hashes are kept, so memory grows with the number of different
//! lines (some 40 bytes each), not with the size of the texts. If there are very many lines, those seen only once so
//! far are dropped, which loses only rare ones.
//!
//! What fools it: the same article under several addresses. Copies of a document count once; two are copies if most
//! of their lines and most of their text are the same ([`copies`](crate::copies)).

mod gathered;

pub use gathered::{Candidate, Gathered, SitePlace};

use std::collections::{HashMap, HashSet};

use crate::copies::{Copies, LongLine, long_lines};
use crate::line::{self, Keyed, RepeatKind, hashes, keys};
use dehusk_engine::{Engine, Outcome};
use dehusk_text::{Cues, Document, fold};
use foldhash::fast::FixedState;

/// How many different lines are kept in memory, at most.
const MOST: usize = 12_000_000;

/// With fewer documents than this, repetition over a whole collection is no evidence.
pub const FEWEST: usize = 20;

/// In a collection of fewer documents than this, two documents with the same line are enough evidence.
const FEW: usize = 200;

/// The lines of one document, as hashes.
#[derive(Clone, Debug, Default)]
pub struct Scan {
    keys: Vec<u64>,
    gold: Vec<u64>,
    host: u64,
    /// What copies of one article have in common.
    long_lines: Vec<LongLine>,
}

/// Hashes the lines of one document; `gold` is its body, if known.
pub fn scan(document: &Document<'_>, gold: Option<&str>) -> Scan {
    let mut scan = Scan { host: document.host().map_or(0, |host| line::hash(0, host)), ..Scan::default() };
    for i in 0..document.len() {
        let text = document.line_text(i);
        hashes(text, |_, key| scan.keys.push(key));
    }
    scan.keys.sort_unstable();
    scan.keys.dedup();
    scan.long_lines = long_lines(document);
    for line in gold.into_iter().flat_map(str::lines) {
        hashes(line, |_, key| scan.gold.push(key));
    }
    scan
}

/// The same where it is known what becomes of the document: copies are told by what stays of it. On many sites most of
/// a page is the same on all.
pub(crate) fn scan_knowing(document: &Document<'_>, outcome: &Outcome) -> Scan {
    let body = outcome.body(document);
    let long_lines = Document::new(&body).map_or_else(|_| Vec::new(), |body| long_lines(&body));
    Scan { long_lines, ..scan(document, None) }
}

/// Whether a line stands on one host or on several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hosts {
    /// All its documents are of one host.
    One,
    /// They are of several.
    Several,
}

/// In how many documents a line occurs, and whether on one host or several.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SeenLine {
    pub(crate) documents: u32,
    host: u64,
    hosts: Hosts,
}

/// Counts in how many documents each line occurs: the first pass.
#[derive(Debug, Default)]
pub struct Counter {
    /// The number of documents; copies of one article count once.
    documents: usize,
    seen: HashMap<u64, SeenLine, FixedState>,
    bodies: HashSet<u64, FixedState>,
    copies: Copies,
}

impl Counter {
    /// Adds a document; whether it counts, being no copy of another.
    pub fn add(&mut self, scan: &Scan) -> bool {
        self.bodies.extend(&scan.gold);
        if self.copies.is_copy(&scan.long_lines) {
            return false;
        }
        self.documents += 1;
        for &key in &scan.keys {
            let seen = self.seen.entry(key).or_insert(SeenLine { documents: 0, host: scan.host, hosts: Hosts::One });
            seen.documents += 1;
            if seen.host != scan.host {
                seen.hosts = Hosts::Several;
            }
        }
        if self.seen.len() > MOST {
            self.seen.retain(|_, seen| seen.documents > 1);
        }
        true
    }

    /// Adds a text in which every line is body.
    pub fn add_body(&mut self, text: &str) {
        self.bodies.extend(keys_of_body(text));
    }

    /// The number of documents so far; copies of one article count once.
    pub fn documents(&self) -> usize {
        self.documents
    }

    /// The lines that repeat.
    pub fn wanted(self) -> Wanted {
        let few = self.documents < FEW;
        self.wanted_from(|hosts| match hosts {
            Hosts::Several if few => 2,
            _ => 3,
        })
    }

    /// The lines in so many documents.
    pub(crate) fn wanted_from(self, fewest: impl Fn(Hosts) -> u32) -> Wanted {
        let keys = self.seen.into_iter().filter(|(_, seen)| seen.documents >= fewest(seen.hosts)).collect();
        Wanted { documents: self.documents, keys, bodies: self.bodies }
    }
}

/// The lines of a text in which every line is body, as they are counted.
pub(crate) fn keys_of_body(text: &str) -> HashSet<u64, FixedState> {
    let mut found = HashSet::default();
    text.lines().for_each(|line| {
        hashes(line, |_, key| {
            found.insert(key);
        });
    });
    found
}

/// The lines to look for in the second pass.
#[derive(Debug)]
pub struct Wanted {
    documents: usize,
    keys: HashMap<u64, SeenLine, FixedState>,
    bodies: HashSet<u64, FixedState>,
}

/// A wanted line in a document.
#[derive(Clone, Debug)]
pub struct Sighting {
    keyed: Keyed,
    line: String,
    host: String,
    at: Standing,
    /// Whether the existing rules, or the body finder, remove it; `None` if this document was not tested.
    removed: Option<bool>,
}

impl Sighting {
    /// Whether it is a line, and not a part of one, that stays.
    pub(crate) fn is_kept_line(&self) -> bool {
        matches!(self.keyed.kind, RepeatKind::Whole | RepeatKind::Start) && self.removed == Some(false)
    }
}

/// How many lines that are not blank stay of a document.
pub(crate) fn nonblank_kept(document: &Document<'_>, outcome: &Outcome) -> usize {
    let lines: Vec<usize> = (0..document.len()).filter(|&i| !document.line_text(i).trim().is_empty()).collect();
    goes(document, &lines, outcome).iter().filter(|&&goes| !goes).count()
}

/// Which of these lines go, at least in part.
fn goes(document: &Document<'_>, lines: &[usize], outcome: &Outcome) -> Vec<bool> {
    let mut removals = outcome.removals.iter().peekable();
    let goes = |&i: &usize| {
        let span = document.line(i).range();
        while removals.next_if(|removal| removal.span.range().end <= span.start).is_some() {}
        removals.peek().is_some_and(|removal| removal.span.range().start < span.end)
    };
    lines.iter().map(goes).collect()
}

/// How a wanted line stands in a document.
#[derive(Clone, Copy, Debug, Default)]
struct Standing {
    head: bool,
    tail: bool,
    /// Whether the line above or below is wanted, too.
    beside: bool,
    /// Whether every line from it to the start or to the end of the text is wanted.
    joined: bool,
    /// Whether every line from it to the end of the text is wanted.
    footer: bool,
    /// Whether the line below is wanted, too, so that the line is no heading of the document's own text.
    closed: bool,
    /// Whether three or more wanted lines stand in a row here.
    in_run: bool,
    /// Whether lines that look like items of a list stand below which are the document's own.
    heads_list: bool,
    /// Whether these go too.
    list_goes: bool,
    /// Lines below it that are not blank.
    below: u32,
    /// Whether nearly all that stays of the document lies on one side.
    outside: bool,
}

/// In about how many documents the existing rules are tested on a line.
const ASKED: u64 = 6;

/// The share of what stays of a document that may lie on the far side of a line outside the body.
const FAR_SIDE: f64 = 0.2;

/// Lines in a row that are a menu.
const RUN: usize = 3;

/// Items that make a list, and how many of one are looked at.
const ITEMS: usize = 2;
const MOST_ITEMS: usize = 8;

/// Bytes of a line that may be an item.
const LONGEST_ITEM: usize = 400;

impl Wanted {
    /// Whether so few documents were counted that two are evidence.
    pub fn few(&self) -> bool {
        self.documents < FEW
    }

    /// The number of documents; copies of one article count once.
    pub fn documents(&self) -> usize {
        self.documents
    }

    /// Whether a known body has the line.
    pub fn is_body(&self, key: u64) -> bool {
        self.bodies.contains(&key)
    }

    /// The wanted lines of a document; `engine` has the existing rules, which are tried on some of the documents.
    pub fn look(&self, document: &Document<'_>, engine: &Engine) -> Vec<Sighting> {
        let number = line::hash(5, document.text());
        let asked = |key: u64| {
            let documents = u64::from(self.keys[&key].documents);
            number.is_multiple_of((documents / ASKED).max(1))
        };
        self.sightings(document, asked, |any| any.then(|| engine.clean(document)))
    }

    /// The same of a document of which it is known what becomes of it.
    pub(crate) fn look_knowing(&self, document: &Document<'_>, outcome: Option<&Outcome>) -> Vec<Sighting> {
        self.sightings(document, |_| outcome.is_some(), |_| outcome)
    }

    fn sightings<O: std::borrow::Borrow<Outcome>>(
        &self,
        document: &Document<'_>,
        asked: impl Fn(u64) -> bool,
        outcome: impl FnOnce(bool) -> Option<O>,
    ) -> Vec<Sighting> {
        let lines: Vec<usize> = (0..document.len()).filter(|&i| !document.line_text(i).trim().is_empty()).collect();
        let mut any = false;
        let mut found: Vec<Vec<(RepeatKind, u64)>> = Vec::with_capacity(lines.len());
        for &i in &lines {
            let mut some = Vec::new();
            hashes(document.line_text(i), |kind, key| {
                if self.keys.contains_key(&key) {
                    some.push((kind, key));
                }
            });
            any |= some.iter().any(|&(_, key)| asked(key));
            found.push(some);
        }
        if found.iter().all(Vec::is_empty) {
            return Vec::new();
        }
        let outcome = outcome(any);
        let places = LinePlaces::new(document, &lines, &found, outcome.as_ref().map(std::borrow::Borrow::borrow));
        let mut sightings = Vec::new();
        for (n, (&i, some)) in lines.iter().zip(&found).enumerate() {
            if some.is_empty() {
                continue;
            }
            let text = document.line_text(i);
            let mut keyed = keys(text);
            keyed.retain(|keyed| some.iter().any(|&(_, key)| key == keyed.key));
            let at = places.standing(n);
            for keyed in keyed {
                let removed = places.removed.as_ref().filter(|_| asked(keyed.key)).map(|removed| removed[n]);
                sightings.push(Sighting {
                    keyed,
                    line: text.trim().to_string(),
                    host: document.host().unwrap_or_default().to_string(),
                    at,
                    removed,
                });
            }
        }
        sightings
    }
}

/// Where the lines of a document stand, for all that is asked of a wanted one.
struct LinePlaces<'d> {
    document: &'d Document<'d>,
    /// Lines that are not blank.
    lines: &'d [usize],
    /// Which of them are wanted in any part, and as a whole.
    wanted: Vec<bool>,
    repeats: Vec<bool>,
    /// The header ends, and the footer begins, at a line that does not repeat.
    header: usize,
    footer: usize,
    /// Which of them go, if that is known.
    removed: Option<Vec<bool>>,
    /// Bytes of what stays before each.
    before: Vec<usize>,
}

impl<'d> LinePlaces<'d> {
    fn new(
        document: &'d Document<'d>,
        lines: &'d [usize],
        found: &[Vec<(RepeatKind, u64)>],
        outcome: Option<&Outcome>,
    ) -> Self {
        let whole = |&(kind, _): &(RepeatKind, u64)| matches!(kind, RepeatKind::Whole | RepeatKind::Start);
        let repeats: Vec<bool> = found.iter().map(|some| some.iter().any(whole)).collect();
        let removed = outcome.map(|outcome| goes(document, lines, outcome));
        let mut sum = 0;
        let mut before = Vec::with_capacity(lines.len() + 1);
        for (n, &i) in lines.iter().enumerate() {
            before.push(sum);
            let stays = removed.as_ref().is_none_or(|removed| !removed[n]);
            sum += if stays { document.line(i).range().len() } else { 0 };
        }
        before.push(sum);
        let header = repeats.iter().take_while(|&&repeats| repeats).count();
        let footer = repeats.len() - repeats.iter().rev().take_while(|&&repeats| repeats).count();
        let wanted = found.iter().map(|some| !some.is_empty()).collect();
        Self { document, lines, wanted, repeats, header, footer, removed, before }
    }

    /// Whether a line looks like an item of a list.
    fn is_item(&self, n: usize) -> bool {
        let text = self.document.line_text(self.lines[n]);
        text.len() <= LONGEST_ITEM && Cues::of(text, &fold(text)).any(Cues::LIST_ITEM | Cues::DATED | Cues::TITLE)
    }

    fn standing(&self, n: usize) -> Standing {
        let total = self.document.text().len().max(1);
        let span = self.document.line(self.lines[n]).range();
        let near = |m: Option<usize>| m.and_then(|m| self.wanted.get(m)).is_some_and(|&wanted| wanted);
        let row = |step: &dyn Fn(usize) -> Option<usize>| {
            let mut at = n;
            let mut length = 0;
            while let Some(next) = step(at).filter(|&next| self.repeats.get(next) == Some(&true) && length < RUN) {
                at = next;
                length += 1;
            }
            length
        };
        let (above, below) = (row(&|at| at.checked_sub(1)), row(&|at| Some(at + 1)));
        let items = (n + 1..self.lines.len()).take_while(|&m| !self.repeats[m] && self.is_item(m));
        let items = n + 1..n + 1 + items.take(MOST_ITEMS).count();
        let stays = *self.before.last().expect("there is one more than lines") as f64;
        let share = |bytes: usize| bytes as f64 <= FAR_SIDE * stays;
        Standing {
            head: n < 6 || span.start * 4 < total,
            tail: n >= 3 && (n + 5 >= self.lines.len() || span.end * 2 > total),
            beside: near(n.checked_sub(1)) || near(Some(n + 1)),
            joined: n < self.header || n >= self.footer,
            footer: n >= self.footer && self.footer > 0,
            closed: near(Some(n + 1)),
            in_run: above + 1 + below >= RUN,
            heads_list: items.len() >= ITEMS,
            list_goes: items.len() >= ITEMS
                && self.removed.as_ref().is_some_and(|removed| items.clone().all(|m| removed[m])),
            below: u32::try_from(self.lines.len() - n - 1).unwrap_or(u32::MAX),
            outside: share(self.before[n]) || share(stays as usize - self.before[n + 1]),
        }
    }
}
