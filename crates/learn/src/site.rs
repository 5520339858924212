//! [`learn_site`]: what the pages of one site repeat, and which of it is no body.
//!
//! A line that stands on three pages of a site and is no sentence of an article is furniture. Which it is, is told by
//! the body finder, which has judged each page by itself: of a line that it takes on most pages it is sure, and the
//! pages on which it is wrong learn from the others. A line that it mostly keeps must do more: stand on half of the
//! pages, and belong to the frame, the lines that the pages begin or end with and that all repeat.
//!
//! A page is never evidence against itself alone: the two other pages with the line are.
//!
//! What fools it: sites where content repeats, such as shops and manuals. They are known by what the finder keeps:
//! where on half of the pages much of it repeats, only what it nearly always takes is learnt, and the frame of nearly all
//! pages.

use std::collections::{BTreeMap, HashSet};

use crate::counting::{Candidate, Counter, Gathered, SitePlace, keys_of_body, nonblank_kept, scan_knowing};
use crate::line::{RepeatKind, hash, whole_key};
use crate::words::category_of;
use dehusk_engine::{Body, Engine, Outcome};
use dehusk_rules::{Category, Status};
use dehusk_text::{Cues, Document, fold, is_han};
use foldhash::fast::FixedState;

/// Pages with a line that is learnt.
const PAGES: u32 = 3;

/// Pages with a line that the finder mostly keeps, and their share of all; also of pages where content repeats.
const PAGES_KEPT: u32 = 4;
const SHARE_KEPT: f64 = 0.5;

/// A line that the finder takes on such a share of its pages is mostly taken, and nearly always.
const MOSTLY: f64 = 0.5;
const NEARLY_ALWAYS: f64 = 0.75;

/// The share of its sightings in which a line stands outside of the text that stays.
const OUTSIDE: f64 = 0.8;

/// The share of its sightings in which every line from it to the start or the end of the page repeats: it belongs to what
/// frames the pages.
const IN_FRAME: f64 = 0.95;

/// The share of the lines kept of a page which repeat, from which on content is what repeats.
const CONTENT: f64 = 0.3;

/// The share of sightings in which lines must stand together to be learnt together.
const TOGETHER: f64 = 0.9;

/// Words of a line that may be the headline of a page that was not sampled, and the share of pages from which on it
/// is none; it is on nearly all pages.
const HEADLINE_WORDS: usize = 3;
const ON_ALL: f64 = 0.8;

/// The share of its sightings in which such a line stands among others.
const MOSTLY_IN_RUN: f64 = 0.8;

/// What a rule does with a line that was learnt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LearntForm {
    /// It takes the line.
    Line,
    /// It takes the line where three of its kind stand in a row.
    Run,
    /// It takes the line and the items below.
    List,
}

/// A line that a site repeats.
#[derive(Clone, Debug, PartialEq)]
pub struct LearntLine {
    /// The text for a rule.
    pub text: String,
    /// Which part of the line it is.
    pub kind: RepeatKind,
    /// What the rule does.
    pub form: LearntForm,
    /// Where it stands.
    pub place: SitePlace,
    /// What it is about.
    pub category: Category,
    /// On, or on trial.
    pub status: Status,
    /// The number of pages that have it.
    pub pages: u32,
    /// A real line.
    pub example: String,
}

/// What was learnt of a site.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SiteFindings {
    /// The number of pages; copies of one article count once.
    pub pages: u32,
    /// What repeats, most frequent first.
    pub lines: Vec<LearntLine>,
}

/// Lines that are body, whatever repeats.
#[derive(Clone, Debug, Default)]
pub struct KnownLines(HashSet<u64, FixedState>);

impl KnownLines {
    /// Those of texts in which every line is body.
    pub fn of(bodies: &[Body]) -> Self {
        Self(bodies.iter().flat_map(|body| keys_of_body(&body.text)).collect())
    }
}

/// Learns from the pages of one site, in whatever order they come. `engine` judges each.
pub fn learn_site(pages: &[Document<'_>], engine: &Engine, known: &KnownLines) -> SiteFindings {
    let mut ordered: Vec<&Document<'_>> = pages.iter().collect();
    ordered.sort_by_cached_key(|page| (hash(12, page.text()), page.text().len()));
    let mut counter = Counter::default();
    let judged = ordered.into_iter().map(|page| (page, engine.clean(page)));
    let ordered: Vec<(&Document<'_>, Outcome)> =
        judged.filter(|(page, outcome)| counter.add(&scan_knowing(page, outcome))).collect();
    let count = u32::try_from(ordered.len()).unwrap_or(u32::MAX);
    let wanted = counter.wanted_from(|_| PAGES);
    let mut gathered = Gathered::default();
    let mut repeated = Vec::new();
    let mut titles: BTreeMap<u64, u32> = BTreeMap::new();
    for (page, outcome) in &ordered {
        if let Some(title) = title_key(outcome) {
            *titles.entry(title).or_default() += 1;
        }
        let sightings = wanted.look_knowing(page, Some(outcome));
        let kept = sightings.iter().filter(|sighting| sighting.is_kept_line()).count();
        repeated.push(kept as f64 / nonblank_kept(page, outcome).max(1) as f64);
        gathered.add(&wanted, sightings);
    }
    repeated.sort_by(f64::total_cmp);
    let median = repeated.get(repeated.len().saturating_sub(1) / 2).copied().unwrap_or(0.0);
    let site = SiteKind { pages: count, content_repeats: median >= CONTENT };
    // What is the title of many pages is the name of the site.
    let is_headline = |key: &u64| titles.get(key).is_some_and(|&pages| pages < PAGES);
    let learnt = gathered
        .candidates
        .iter()
        .filter(|(key, _)| !known.0.contains(key) && !is_headline(key))
        .filter_map(|(_, candidate)| site.line(candidate));
    let mut lines: Vec<LearntLine> = learnt.collect();
    lines.sort_by(|a, b| b.pages.cmp(&a.pages).then_with(|| a.text.cmp(&b.text)));
    SiteFindings { pages: count, lines }
}

/// Words of a line; two Han characters are one.
fn words(folded: &str) -> usize {
    let han = folded.chars().filter(|&c| is_han(c)).count();
    let others =
        folded.split_whitespace().filter(|word| !word.chars().any(is_han) && word.chars().any(char::is_alphabetic));
    han / 2 + others.count()
}

/// The headline of a page, as a line is counted.
fn title_key(outcome: &Outcome) -> Option<u64> {
    whole_key(outcome.metadata.title.as_deref()?)
}

/// What a line is weighed against.
struct SiteKind {
    pages: u32,
    content_repeats: bool,
}

impl SiteKind {
    /// What is learnt of a line that repeats, if anything.
    fn line(&self, candidate: &Candidate) -> Option<LearntLine> {
        if !matches!(candidate.kind, RepeatKind::Whole | RepeatKind::Start) {
            return None;
        }
        let mut status = self.status(candidate)?;
        let text = candidate.text();
        let folded = fold(&text);
        let cues = Cues::of(&text, &folded);
        let is_list = candidate.kind == RepeatKind::Whole && candidate.list_goes() >= TOGETHER;
        let place = candidate.place();
        let may_be_headline = category_of(&folded) == Category::Other
            && cues.any(Cues::TITLE)
            && words(&folded) >= HEADLINE_WORDS
            && f64::from(candidate.documents) < ON_ALL * f64::from(self.pages);
        let form = match may_be_headline {
            _ if is_list => LearntForm::List,
            // On its own page a headline stands alone, and not at the end.
            true if candidate.in_run() >= MOSTLY_IN_RUN => LearntForm::Run,
            _ => LearntForm::Line,
        };
        if may_be_headline && form == LearntForm::Line && place != SitePlace::Tail {
            status = Status::Trial;
        }
        Some(LearntLine {
            kind: candidate.kind,
            form,
            place: if form == LearntForm::Run { SitePlace::Anywhere } else { place },
            category: category_of(&folded),
            status,
            pages: candidate.documents,
            example: candidate.lines.first().cloned().unwrap_or_default(),
            text,
        })
    }

    fn status(&self, candidate: &Candidate) -> Option<Status> {
        let taken = candidate.removed().unwrap_or(0.0);
        let share = f64::from(candidate.documents) / f64::from(self.pages.max(1));
        let (on_half, on_all) = (share >= SHARE_KEPT, share >= ON_ALL);
        let is_sentence = Cues::of(&candidate.text(), &fold(&candidate.text())).any(Cues::SENTENCE);
        if candidate.outside() < OUTSIDE {
            return (taken >= MOSTLY && !self.content_repeats).then_some(Status::Trial);
        }
        let is_frame = candidate.documents >= PAGES_KEPT && candidate.joined() >= IN_FRAME;
        let least = if self.content_repeats || (is_sentence && !on_all) { NEARLY_ALWAYS } else { MOSTLY };
        let is_taken = taken >= least && (on_half || !self.content_repeats);
        let is_known = is_frame && on_half && !is_sentence && !self.content_repeats;
        if is_taken || is_known || (is_frame && on_all) {
            return Some(Status::On);
        }
        // Perhaps: a person decides.
        (!self.content_repeats && (taken >= MOSTLY || !is_sentence)).then_some(Status::Trial)
    }
}
