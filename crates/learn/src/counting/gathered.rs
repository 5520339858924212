//! [`Gathered`]: what the second pass found about each line that repeats.

use std::collections::BTreeMap;

use super::{Hosts, Sighting, Wanted};
use crate::line::RepeatKind;

/// Everything that the second pass found about one repeated line.
#[derive(Debug)]
pub struct Candidate {
    /// Which part of the line repeats.
    pub kind: RepeatKind,
    /// In how many documents; copies of one article count once.
    pub documents: u32,
    /// Whether on one host or several.
    pub hosts: Hosts,
    /// Examples of real lines.
    pub lines: Vec<String>,
    /// One of its hosts; empty if none is known.
    pub host: String,
    /// The variants of the text for a rule, each with how often it was seen.
    texts: BTreeMap<String, u32>,
    sightings: u32,
    sums: PlaceSums,
    lines_below: u64,
    asked: u32,
    removed: u32,
}

/// In how many sightings each thing holds that [`Standing`] says.
#[derive(Clone, Copy, Debug, Default)]
struct PlaceSums {
    head: u32,
    tail: u32,
    beside: u32,
    joined: u32,
    footer: u32,
    closed: u32,
    in_run: u32,
    heads_list: u32,
    list_goes: u32,
    outside: u32,
}

/// How many real lines, and variants of the text, are kept for each candidate.
const LINES: usize = 6;

impl Candidate {
    /// The most frequent variant of the text.
    pub fn text(&self) -> String {
        let most = self.texts.iter().max_by_key(|(text, count)| (**count, std::cmp::Reverse(text.len())));
        most.map(|(text, _)| text.clone()).unwrap_or_default()
    }

    fn share(&self, count: u32) -> f64 {
        f64::from(count) / f64::from(self.sightings.max(1))
    }

    /// In which share of its sightings the line stands at the start of the text.
    pub fn head(&self) -> f64 {
        self.share(self.sums.head)
    }

    /// … at the end of the text.
    pub fn tail(&self) -> f64 {
        self.share(self.sums.tail)
    }

    /// … beside another line that repeats.
    pub fn beside(&self) -> f64 {
        self.share(self.sums.beside)
    }

    /// … so that every line from it to the start or to the end of the text repeats.
    pub fn joined(&self) -> f64 {
        self.share(self.sums.joined)
    }

    /// … so that every line from it to the end of the text repeats.
    pub fn footer(&self) -> f64 {
        self.share(self.sums.footer)
    }

    /// … above another line that repeats.
    pub fn closed(&self) -> f64 {
        self.share(self.sums.closed)
    }

    /// … in a row of three or more that repeat.
    pub fn in_run(&self) -> f64 {
        self.share(self.sums.in_run)
    }

    /// … above items of a list which are the document's own.
    pub fn heads_list(&self) -> f64 {
        self.share(self.sums.heads_list)
    }

    /// … above such items which all go, as far as that is known.
    pub fn list_goes(&self) -> f64 {
        self.share(self.sums.list_goes)
    }

    /// How many lines stand below it, on average.
    pub fn below(&self) -> f64 {
        self.lines_below as f64 / f64::from(self.sightings.max(1))
    }

    /// … outside of what stays of the document.
    pub fn outside(&self) -> f64 {
        self.share(self.sums.outside)
    }

    /// In which share of the documents that were tested it goes already; `None` if none was.
    pub fn removed(&self) -> Option<f64> {
        (self.asked > 0).then(|| f64::from(self.removed) / f64::from(self.asked))
    }

    /// The part of the document where nearly all sightings are.
    pub fn place(&self) -> SitePlace {
        match (self.tail() >= IN_PLACE, self.head() >= IN_PLACE) {
            (true, _) => SitePlace::Tail,
            (_, true) => SitePlace::Head,
            _ => SitePlace::Anywhere,
        }
    }
}

/// The share of sightings that makes a place.
const IN_PLACE: f64 = 0.95;

/// The part of the text in which a line stands nearly always.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SitePlace {
    /// Its start.
    Head,
    /// Its end.
    Tail,
    /// No part.
    Anywhere,
}

/// What the second pass found.
#[derive(Debug, Default)]
pub struct Gathered {
    /// By key: what was found about the line.
    pub candidates: BTreeMap<u64, Candidate>,
}

impl Gathered {
    /// Adds the sightings in a document.
    pub fn add(&mut self, wanted: &Wanted, sightings: Vec<Sighting>) {
        for sighting in sightings {
            let candidate = self.candidates.entry(sighting.keyed.key).or_insert_with(|| {
                let seen = wanted.keys[&sighting.keyed.key];
                Candidate {
                    kind: sighting.keyed.kind,
                    documents: seen.documents,
                    hosts: seen.hosts,
                    texts: BTreeMap::new(),
                    lines: Vec::new(),
                    host: sighting.host.clone(),
                    sightings: 0,
                    sums: PlaceSums::default(),
                    lines_below: 0,
                    asked: 0,
                    removed: 0,
                }
            });
            candidate.sightings += 1;
            candidate.lines_below += u64::from(sighting.at.below);
            let (sums, at) = (&mut candidate.sums, sighting.at);
            for (sum, holds) in [
                (&mut sums.head, at.head),
                (&mut sums.tail, at.tail),
                (&mut sums.beside, at.beside),
                (&mut sums.joined, at.joined),
                (&mut sums.footer, at.footer),
                (&mut sums.closed, at.closed),
                (&mut sums.in_run, at.in_run),
                (&mut sums.heads_list, at.heads_list),
                (&mut sums.list_goes, at.list_goes),
                (&mut sums.outside, at.outside),
            ] {
                *sum += u32::from(holds);
            }
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
