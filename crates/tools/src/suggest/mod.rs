//! Suggests rules for repeated lines: those that many documents share and no known body has.
//!
//! ```text
//! documents ─ scan ─▶ Counter      how many documents and sites have each line, as hashes
//! documents ─ look ─▶ Gathered     for each repeated line: examples, positions, whether a rule removes it
//!                     Gathered ─ propose ─▶ Suggestions: rules on trial, with real examples
//! ```
//!
//! Lines are counted in folded form, with slots for dates and numbers ([`line`]). Three parts are counted:
//! the whole line, a label with something short behind it (`责任编辑：…`), and what follows the last
//! sentence (`…浏览全文`). Between the two passes only hashes are kept, so memory grows with the number
//! of different lines (some 40 bytes each), not with the size of the texts. If there are very many lines,
//! those seen only once so far are dropped, which loses only rare ones.
//!
//! What fools it: the same article on several sites. Copies of a document count once; two are copies
//! if most of their lines and most of their text are the same (`copies`). Sub-headings of a series ("Ingredients") repeat and are body: a line without a word of
//! boilerplate in it is taken only from a header or footer, a stretch at the edge of the text in
//! which every line repeats. `propose` has the conditions.

mod copies;
mod draft;
mod line;
mod name;
mod proposal;
mod propose;

use std::collections::{BTreeMap, HashMap, HashSet};

use copies::{Copies, LongLine, long_lines};
use dehusk_engine::Engine;
use dehusk_text::Document;
pub use draft::{BodyHit, Draft, body_line_hit};
pub use line::slotted;
use line::{Keyed, RepeatKind, keys};
pub use name::{free_name, name_of_line};
pub use proposal::{HowMuch, Proposal};
pub use propose::{RefusedLine, Suggestion, Suggestions};

/// How many different lines are kept in memory, at most.
const MOST: usize = 12_000_000;

/// With fewer documents than this, repetition is no evidence.
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
        scan.keys.extend(keys(text).into_iter().map(|keyed| keyed.key));
    }
    scan.keys.sort_unstable();
    scan.keys.dedup();
    scan.long_lines = long_lines(document);
    scan.gold = gold.into_iter().flat_map(str::lines).flat_map(keys).map(|keyed| keyed.key).collect();
    scan
}

/// In how many documents a line occurs, and whether on one host or several.
#[derive(Clone, Copy, Debug)]
struct SeenLine {
    documents: u32,
    host: u64,
    hosts: Hosts,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hosts {
    One,
    Several,
}

/// Counts in how many documents each line occurs: the first pass.
#[derive(Debug, Default)]
pub struct Counter {
    /// The number of documents; copies of one article count once.
    documents: usize,
    seen: HashMap<u64, SeenLine>,
    bodies: HashSet<u64>,
    copies: Copies,
}

impl Counter {
    /// Adds a document.
    pub fn add(&mut self, scan: &Scan) {
        self.bodies.extend(&scan.gold);
        if self.copies.is_copy(&scan.long_lines) {
            return;
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
    }

    /// Adds a text in which every line is body.
    pub fn add_body(&mut self, text: &str) {
        self.bodies.extend(text.lines().flat_map(keys).map(|keyed| keyed.key));
    }

    /// The number of documents so far; copies of one article count once.
    pub fn documents(&self) -> usize {
        self.documents
    }

    /// The lines that repeat.
    pub fn wanted(self) -> Wanted {
        let few = self.documents < FEW;
        let repeats = |seen: &SeenLine| match seen.hosts {
            Hosts::Several => seen.documents >= if few { 2 } else { 3 },
            Hosts::One => seen.documents >= 3,
        };
        let keys = self.seen.into_iter().filter(|(_, seen)| repeats(seen)).collect();
        Wanted { documents: self.documents, keys, bodies: self.bodies }
    }
}

/// The lines to look for in the second pass.
#[derive(Debug)]
pub struct Wanted {
    documents: usize,
    keys: HashMap<u64, SeenLine>,
    bodies: HashSet<u64>,
}

/// A wanted line in a document.
#[derive(Clone, Debug)]
pub struct Sighting {
    keyed: Keyed,
    line: String,
    host: String,
    head: bool,
    tail: bool,
    /// Whether the line above or below is wanted, too.
    beside: bool,
    /// Whether every line from it to the start or to the end of the text is wanted.
    joined: bool,
    /// Whether the line below is wanted, too, so that the line is no heading of the document's own text.
    closed: bool,
    /// Whether the existing rules remove it; `None` if this document was not tested.
    removed: Option<bool>,
}

/// In about how many documents the existing rules are tested on a line.
const ASKED: u64 = 6;

impl Wanted {
    fn few(&self) -> bool {
        self.documents < FEW
    }

    /// The wanted lines of a document; `engine` has the existing rules.
    pub fn look(&self, document: &Document<'_>, engine: &Engine) -> Vec<Sighting> {
        let lines: Vec<usize> = (0..document.len()).filter(|&i| !document.line_text(i).trim().is_empty()).collect();
        let found: Vec<Vec<Keyed>> = lines
            .iter()
            .map(|&i| keys(document.line_text(i)).into_iter().filter(|k| self.keys.contains_key(&k.key)).collect())
            .collect();
        if found.iter().all(Vec::is_empty) {
            return Vec::new();
        }
        let number = line::hash(5, document.text());
        let asked = |keyed: &Keyed| {
            let documents = u64::from(self.keys[&keyed.key].documents);
            number.is_multiple_of((documents / ASKED).max(1))
        };
        let outcome = found.iter().flatten().any(asked).then(|| engine.clean(document));
        let total = document.text().len().max(1);
        let repeats = |keys: &Vec<Keyed>| keys.iter().any(|keyed| keyed.kind == RepeatKind::Whole);
        // The header ends, and the footer begins, at a line that does not repeat.
        let header = found.iter().take_while(|keys| repeats(keys)).count();
        let footer = found.len() - found.iter().rev().take_while(|keys| repeats(keys)).count();
        let mut sightings = Vec::new();
        for (n, (&i, some)) in lines.iter().zip(&found).enumerate() {
            let span = document.line(i).range();
            let near = |m: Option<usize>| m.and_then(|m| found.get(m)).is_some_and(|keys| !keys.is_empty());
            for keyed in some {
                let removed = outcome.as_ref().filter(|_| asked(keyed)).map(|outcome| {
                    outcome.removals.iter().any(|r| r.span.range().start < span.end && r.span.range().end > span.start)
                });
                sightings.push(Sighting {
                    keyed: keyed.clone(),
                    line: document.line_text(i).trim().to_string(),
                    host: document.host().unwrap_or_default().to_string(),
                    head: n < 6 || span.start * 4 < total,
                    tail: n >= 3 && (n + 5 >= lines.len() || span.end * 2 > total),
                    beside: near(n.checked_sub(1)) || near(Some(n + 1)),
                    joined: n < header || n >= footer,
                    closed: near(Some(n + 1)),
                    removed,
                });
            }
        }
        sightings
    }
}

/// Everything that the second pass found about one repeated line; the counters are numbers of sightings.
#[derive(Debug)]
struct Candidate {
    kind: RepeatKind,
    seen: SeenLine,
    /// The variants of the text for a rule, each with how often it was seen.
    texts: BTreeMap<String, u32>,
    /// Examples of real lines.
    lines: Vec<String>,
    host: String,
    sightings: u32,
    head: u32,
    tail: u32,
    beside: u32,
    joined: u32,
    closed: u32,
    asked: u32,
    removed: u32,
}

/// How many real lines, and variants of the text, are kept for each candidate.
const LINES: usize = 6;

/// What the second pass found.
#[derive(Debug, Default)]
pub struct Gathered {
    candidates: BTreeMap<u64, Candidate>,
}

impl Gathered {
    /// Adds the sightings in a document.
    pub fn add(&mut self, wanted: &Wanted, sightings: Vec<Sighting>) {
        for sighting in sightings {
            let candidate = self.candidates.entry(sighting.keyed.key).or_insert_with(|| Candidate {
                kind: sighting.keyed.kind,
                seen: wanted.keys[&sighting.keyed.key],
                texts: BTreeMap::new(),
                lines: Vec::new(),
                host: sighting.host.clone(),
                sightings: 0,
                head: 0,
                tail: 0,
                beside: 0,
                joined: 0,
                closed: 0,
                asked: 0,
                removed: 0,
            });
            candidate.sightings += 1;
            candidate.head += u32::from(sighting.head);
            candidate.tail += u32::from(sighting.tail);
            candidate.beside += u32::from(sighting.beside);
            candidate.joined += u32::from(sighting.joined);
            candidate.closed += u32::from(sighting.closed);
            if let Some(removed) = sighting.removed {
                candidate.asked += 1;
                candidate.removed += u32::from(removed);
            }
            if candidate.texts.len() < LINES || candidate.texts.contains_key(&sighting.keyed.text) {
                *candidate.texts.entry(sighting.keyed.text).or_default() += 1;
            }
            if candidate.lines.len() < LINES && !candidate.lines.contains(&sighting.line) {
                candidate.lines.push(sighting.line);
            }
        }
    }
}
