//! Fits points to pages whose bodies are known: what `dehusk tune` runs.
//!
//! The rules decide first; the points are fitted to what they leave. Quality is told by
//! cross-validation: the documents are cut into folds, all pages of a host into the same one, and
//! each fold is scored with points that were fitted to the others.

mod copies;
mod fit;
mod label;
mod report;
mod train;

use std::collections::{BTreeMap, HashMap};

pub use copies::{CopyKind, MadePage};
pub use report::{Figures, TuningReport};

use super::auto;
use super::cues::{self, Anchors};
use super::decode;
use super::headline::HeadlineIs;
use super::line::Lines;
use super::model::{Model, Points};
use super::page::FinderPage;
use super::score;
use dehusk_rules::Source;
use dehusk_text::{Error, Result};

/// A sample and the cues of the first pass on each of its lines.
type Cued<'s> = (&'s Sample, Vec<Vec<u16>>);

/// One document with a known body, as the finder sees it.
#[derive(Debug)]
pub struct Sample {
    lines: Lines,
    texts: Vec<String>,
    known: KnownBody,
    about: About,
}

/// What a sample is, for weights, folds and figures.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// Language (ISO 639-1).
    pub language: String,
    /// `article`, `forum`, `product` …
    pub kind: String,
    /// Samples of one group (a host) are never split between fitting and scoring.
    pub group: String,
    /// Where the text is from: `page` for whole pages, else the name of an extractor.
    pub view: String,
    /// The collection it is from.
    pub source: String,
    /// If it is a copy (see [`Sample::copies`]), of which kind.
    pub copy: Option<CopyKind>,
}

/// What is known about its body.
#[derive(Clone, Debug, Default)]
struct KnownBody {
    has_gold: bool,
    /// Tokens of the body by number.
    gold: Vec<u32>,
    /// By line: its tokens as numbers of the body's, the first number beyond them for others.
    tokens: Vec<Vec<u32>>,
    /// By line: the share of the body.
    shares: Vec<f64>,
    /// By snippet that must stay or go: the lines it stands on.
    with: Vec<Vec<usize>>,
    without: Vec<Vec<usize>>,
}

impl Sample {
    pub(crate) fn new<'t>(lines: Lines, texts: impl Iterator<Item = &'t str>) -> Self {
        let mut numbers = lines.lines.iter().map(|l| l.number as usize).peekable();
        let texts =
            texts.enumerate().filter(|(i, _)| numbers.next_if_eq(i).is_some()).map(|(_, text)| text.to_string());
        Self { texts: texts.collect(), lines, known: KnownBody::default(), about: About::default() }
    }

    /// Whether it is a whole page.
    pub fn is_page(&self) -> bool {
        self.about.view == "page"
    }

    /// Says what is known: the body, or snippets that must stay and must go, or both.
    pub fn with_known(mut self, about: About, gold: Option<&str>, with: &[String], without: &[String]) -> Self {
        let mut numbers: HashMap<String, u32> = HashMap::new();
        let mut known = KnownBody { has_gold: gold.is_some(), ..KnownBody::default() };
        for token in gold.map(label::tokens).unwrap_or_default() {
            let next = numbers.len() as u32;
            known.gold.push(*numbers.entry(token).or_insert(next));
        }
        let unknown = numbers.len() as u32;
        let number = |token: &String| numbers.get(token).copied().unwrap_or(unknown);
        known.tokens = self.texts.iter().map(|t| label::tokens(t).iter().map(number).collect()).collect();
        let lines: Vec<&[u32]> = known.tokens.iter().map(Vec::as_slice).collect();
        known.shares = match known.has_gold {
            true => label::shares(&lines, &known.gold, unknown),
            false => vec![0.0; lines.len()],
        };
        let folded: Vec<String> = self.texts.iter().map(|t| plain(t)).collect();
        let places = |snippets: &[String]| -> Vec<Vec<usize>> {
            let snippets = snippets.iter().map(|s| plain(s)).filter(|s| !s.is_empty());
            snippets.map(|s| (0..folded.len()).filter(|&i| folded[i].contains(&s)).collect()).collect()
        };
        (known.with, known.without) = (places(with), places(without));
        self.known = known;
        self.about = about;
        self.texts = Vec::new();
        self
    }
}

/// Lower case, blanks folded.
fn plain(text: &str) -> String {
    text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How to tune.
#[derive(Clone, Debug)]
pub struct Tuning {
    /// Cues of the first and of the second pass that are kept.
    pub cues: (usize, usize),
    /// How many folds.
    pub folds: usize,
    /// How much a Chinese document weighs.
    pub chinese: f64,
    /// A line with more points stays: in Han characters, in English, in other languages; found by
    /// cross-validation if not given.
    pub keep_above: Option<[f64; 3]>,
    /// How much a document weighs of which only snippets are known, and how much more what must go.
    pub snippets: (f64, f64),
    /// Above 1, what is lost weighs more than what stays too much: on articles, on pages of other kinds.
    pub beta: (f64, f64),
    /// How much a document weighs that is no article.
    pub others: f64,
    /// How much a copy without most of its body weighs, and a body without its page.
    pub copies: (f64, f64),
    /// The points of the cues that are not fitted (`whole_…`).
    pub whole: [f64; 8],
    /// How strongly points are drawn to zero.
    pub decay: f64,
    /// How many fits, each without a part of the hosts, are averaged.
    pub bags: usize,
    /// Groups of cues that get no points, to see what they are worth.
    pub without: Vec<String>,
}

impl Tuning {
    /// Cues of both passes for HTML: there are more of them, and each says less.
    pub const CUES_OF_HTML: (usize, usize) = (800, 500);

    /// With HTML the markup says what belongs together; only what stands outside loses by hand.
    pub const WHOLE_OF_HTML: [f64; 8] = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -9.0];

    /// What the shipped points were fitted with.
    pub fn new(page: bool) -> Self {
        // Texts of pages that are no articles are mostly body already, and odd: there losing a line is
        // worse than leaving one.
        let (cues, beta) = if page { ((600, 300), (1.0, 1.5)) } else { ((500, 250), (1.0, 2.0)) };
        Self {
            cues,
            folds: 5,
            chinese: 4.0,
            snippets: (1.2, 1.0),
            keep_above: None,
            beta,
            others: if page { 1.7 } else { 0.6 },
            copies: (0.5, 0.0),
            // Behind an extractor a headline above the body is as often counted to it as not.
            whole: [3.0, 6.0, 8.0, if page { -8.0 } else { 0.0 }, 4.0, 8.0, 7.0, 0.0],
            bags: if page { 5 } else { 1 },
            decay: if page { 1e-4 } else { 5e-5 },
            without: Vec::new(),
        }
    }
}

/// The groups of cues, as `points.toml` names them.
pub fn cue_groups() -> impl Iterator<Item = &'static str> {
    super::layout::GROUPS.iter().map(|&(_, name, _)| name)
}

/// Points fitted to samples of one kind, and how good they are.
#[derive(Debug)]
pub struct Tuned {
    model: Model,
    /// Cross-validated.
    pub report: TuningReport,
    /// The same for each limit that was tried, from the lowest to the highest; the last is that of
    /// an oracle, which knows the body and keeps every line that is half of it.
    pub curve: Vec<TuningReport>,
}

/// Candidates for the limits above which a line stays.
const LIMITS: [i32; 14] = [-240, -200, -160, -140, -120, -100, -80, -60, -40, -20, 0, 20, 40, 80];

/// Fits points to samples and tells how good they are on samples they were not fitted to.
pub fn tune(samples: &[Sample], tuning: &Tuning) -> Tuned {
    let fold_of = |sample: &Sample| (hash(&sample.about.group) % tuning.folds.max(1) as u64) as usize;
    let samples: Vec<Cued<'_>> = samples.iter().map(|s| (s, first_cues(&s.lines))).collect();
    let all: Vec<&Cued<'_>> = samples.iter().collect();
    let mut model = train::model(&all, tuning);
    // The wanted limits are tried too, wherever they lie.
    let mut tried = LIMITS.to_vec();
    tried.extend(tuning.keep_above.iter().flatten().map(|limit| (limit * 100.0).round() as i32));
    tried.sort_unstable();
    tried.dedup();
    // By sample and limit: the lines that stay.
    let mut stays: Vec<Vec<Vec<bool>>> = vec![Vec::new(); samples.len()];
    for fold in 0..tuning.folds.max(1) {
        let (test, train): (Vec<usize>, Vec<usize>) = (0..samples.len()).partition(|&i| fold_of(samples[i].0) == fold);
        let chosen: Vec<&Cued<'_>> = train.iter().map(|&i| &samples[i]).collect();
        let fitted = if tuning.folds > 1 { train::model(&chosen, tuning) } else { model.clone() };
        for &i in &test {
            let page = FinderPage::new(&samples[i].0.lines);
            let points = score::points(&page, &fitted);
            let stays_at = |&limit: &i32| {
                let mut points = points.clone();
                decode::finish(&page, &fitted, limit, HeadlineIs::Dropped, &mut points, &mut |_, _| ()).0
            };
            stays[i] = tried.iter().map(stays_at).collect();
        }
    }
    let known: Vec<&Sample> = samples.iter().map(|(s, _)| *s).collect();
    let languages: Vec<usize> = known.iter().map(|s| FinderPage::new(&s.lines).kind.language as usize).collect();
    let at = |limits: [usize; 3]| -> TuningReport {
        let stays: Vec<&[bool]> = stays.iter().zip(&languages).map(|(s, &l)| s[limits[l]].as_slice()).collect();
        TuningReport::new(&known, &stays, limits.map(|at| tried[at]))
    };
    let best = |language: usize| -> usize {
        let worth = |at: &usize| -> f64 {
            let mine = (0..known.len()).filter(|&i| languages[i] == language && known[i].about.copy.is_none());
            mine.map(|i| report::worth(known[i], &stays[i][*at])).sum()
        };
        (0..tried.len()).max_by(|a, b| worth(a).total_cmp(&worth(b))).unwrap_or_default()
    };
    let place = |limit: f64| tried.partition_point(|&tried| tried < (limit * 100.0).round() as i32);
    let limits = tuning.keep_above.map_or_else(|| [0, 1, 2].map(best), |limits| limits.map(place));
    let report = at(limits);
    model.keep_above = limits.map(|at| tried[at]);
    let oracle: Vec<Vec<bool>> =
        known.iter().map(|s| s.known.shares.iter().map(|&share| share >= 0.5).collect()).collect();
    let oracle: Vec<&[bool]> = oracle.iter().map(Vec::as_slice).collect();
    let curve = (0..tried.len()).map(|limit| at([limit; 3])).chain([TuningReport::new(&known, &oracle, [i32::MAX; 3])]);
    Tuned { model, report, curve: curve.collect() }
}

fn first_cues(lines: &Lines) -> Vec<Vec<u16>> {
    let page = FinderPage::new(lines);
    let mut anchors = Anchors::new();
    (0..page.len())
        .map(|i| {
            let mut found = Vec::with_capacity(96);
            cues::first(&page, i, &mut anchors, &mut |cue| found.push(cue as u16));
            found
        })
        .collect()
}

/// The same everywhere.
fn hash(text: &str) -> u64 {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd) >> 20
}

/// How to tell pages from texts, fitted to samples of both; and how many are told right (cross-validated).
#[derive(Debug)]
pub struct TunedAuto {
    model: auto::Weights,
    /// By view and language: the share that is told right.
    pub right: BTreeMap<String, f64>,
}

/// Fits the test of `--input auto`.
pub fn tune_auto(pages: &[Sample], texts: &[Sample], folds: usize) -> TunedAuto {
    let all: Vec<(&Sample, auto::Numbers, bool)> = pages
        .iter()
        .map(|s| (s, true))
        .chain(texts.iter().map(|s| (s, false)))
        .filter(|(s, _)| s.about.copy.is_none())
        .map(|(s, page)| (s, auto::numbers(&FinderPage::new(&s.lines)), page))
        .collect();
    let fold_of = |sample: &Sample| (hash(&sample.about.group) % folds.max(1) as u64) as usize;
    let fit = |chosen: &dyn Fn(usize) -> bool| {
        let numbers: Vec<_> = all.iter().filter(|(s, ..)| chosen(fold_of(s))).map(|&(_, n, page)| (n, page)).collect();
        auto::fit(&numbers)
    };
    let mut right: BTreeMap<String, (f64, f64)> = BTreeMap::new();
    for fold in 0..folds {
        let model = fit(&|f| f != fold);
        for (sample, numbers, page) in all.iter().filter(|(s, ..)| fold_of(s) == fold) {
            let language = match sample.about.language.as_str() {
                language @ ("zh" | "en") => language,
                _ => "other",
            };
            let count = right.entry(format!("{} {language}", sample.about.view)).or_default();
            count.0 += f64::from(u8::from(auto::is_page(numbers, &model) == *page));
            count.1 += 1.0;
        }
    }
    let right = right.into_iter().map(|(group, (right, all))| (group, right / all));
    TunedAuto { model: fit(&|_| true), right: right.collect() }
}

/// The text of `points.toml` with these points; what is not given stays as in `old`.
///
/// # Errors
/// When `old` is not such a text.
pub fn points_file(
    old: Option<&Source>,
    page: Option<&Tuned>,
    text: Option<&Tuned>,
    html: Option<&Tuned>,
    auto: Option<&TunedAuto>,
) -> Result<String> {
    let (points, found) = Points::parse(&old.cloned().unwrap_or_else(super::shipped_points));
    let mut points = points.ok_or_else(|| Error::rules(found))?;
    if let Some(tuned) = page {
        points.page = tuned.model.clone();
    }
    if let Some(tuned) = text {
        points.text = tuned.model.clone();
    }
    if let Some(tuned) = html {
        points.html = tuned.model.clone();
    }
    if let Some(tuned) = auto {
        points.auto = tuned.model.clone();
    }
    Ok(points.write())
}
