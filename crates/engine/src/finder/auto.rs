//! Whether a document is a whole page or an article's text, told by what pages have and
//! articles have not: many short lines, boilerplate phrases, lines before the first sentence. Where these numbers
//! leave a doubt, a page is what has a frame to lose.

use super::decode::Dropped;
use super::layout::{BOIL_CLASSES, class};
use super::line::{Line, Lines, flag};
use super::model::AutoModel;
use super::page::{FinderPage, Language};

/// The numbers that are weighed, and what they are.
pub(crate) const NAMES: [(&str, &str); 11] = [
    ("short_lines", "share of lines under 14 units"),
    ("frame_phrases", "l(short lines with phrases of copyright, cookie, login, legal_links or nav)"),
    ("five_frame_phrases", "1 if there are five of these or more"),
    ("lines_above", "l(lines before the first long sentence)"),
    ("lines_below", "l(lines behind the last long sentence)"),
    ("lines", "l(lines)"),
    ("taken_phrases", "l(lines with phrases of share, subscribe, related, comments, widget or meta)"),
    ("short_units", "share of the text that stands in lines under 14 units"),
    ("short_run", "l(lines under 14 units that stand in a row, the most)"),
    ("han", "1 if the text is in Han characters"),
    ("one", "always"),
];

/// The numbers of a document.
pub(crate) fn numbers(page: &FinderPage<'_>) -> [f64; NAMES.len()] {
    let n = page.len();
    let all = page.lines;
    let is_short = |line: &Line| line.units < 14;
    let count = |classes: &[usize]| {
        let set = classes.iter().fold(0, |set, class| set | 1u32 << class);
        all.iter().filter(|l| is_short(l) && l.classes & set != 0).count() as f64
    };
    let frame = count(&[class("copyright"), class("cookie"), class("login"), class("legal_links"), class("nav")]);
    let other = count(&[
        class("share"),
        class("subscribe"),
        class("related"),
        class("comments"),
        class("widget"),
        class("meta"),
    ]);
    let short = all.iter().filter(|l| is_short(l)).count() as f64;
    let short_units: u32 = all.iter().filter(|l| is_short(l)).map(|l| l.units).sum();
    let run = all.chunk_by(|a, b| is_short(a) == is_short(b)).filter(|run| is_short(&run[0])).map(<[Line]>::len).max();
    let is_long = |i: &usize| all[*i].has(flag::LONG);
    let above = (0..n).find(is_long).unwrap_or(n) as f64;
    let below = (0..n).rev().find(is_long).map_or(n, |last| n - 1 - last) as f64;
    let l = f64::ln_1p;
    [
        short / n.max(1) as f64,
        l(frame),
        f64::from(u8::from(frame >= 5.0)),
        l(above),
        l(below),
        l(n as f64),
        l(other),
        f64::from(short_units) / f64::from(page.units[n].max(1)),
        l(run.unwrap_or_default() as f64),
        f64::from(u8::from(page.kind.language == Language::Han)),
        1.0,
    ]
}

/// A page has as many short lines at least, and of so many lines one is short.
const LEAST_SHORT: usize = 5;
const ONE_OF: usize = 6;
/// Bytes that a short line has at most.
const SHORT_BYTES: usize = 36;

/// Whether a text may be a page at all. Costs far less than [`numbers`]: most texts of articles need no more.
pub(crate) fn may_be_page(text: &str) -> bool {
    let (mut short, mut all) = (0, 0);
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        all += 1;
        short += usize::from(line.len() < SHORT_BYTES);
    }
    short >= LEAST_SHORT && short * ONE_OF >= all
}

/// What the numbers of a document say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LooksLike {
    Text,
    /// A page, or a text with many short lines: a list, a table, or what was left of a page.
    Either,
    Page,
}

/// From this sum on (hundredths above the limit) it is a page without a further look.
const SURE: f64 = 400.0;

/// What these numbers say.
pub(crate) fn looks_like(numbers: &[f64; NAMES.len()], model: &AutoModel) -> LooksLike {
    match above_limit(numbers, model) {
        above if above <= 0.0 => LooksLike::Text,
        above if above <= SURE => LooksLike::Either,
        _ => LooksLike::Page,
    }
}

/// Whether these numbers are those of a page.
pub(crate) fn is_page(numbers: &[f64; NAMES.len()], model: &AutoModel) -> bool {
    above_limit(numbers, model) > 0.0
}

fn above_limit(numbers: &[f64; NAMES.len()], model: &AutoModel) -> f64 {
    // Rounded, so that a last bit of a logarithm never decides.
    let sum: f64 = numbers.iter().zip(&model.weights).map(|(n, &w)| (n * 1000.0).round() * f64::from(w)).sum();
    (sum / 1000.0).round() - f64::from(model.page_above)
}

/// So many lines of a frame has a page at least.
const LEAST_FRAME: usize = 9;

/// Whether what would go as no body has the phrases of a frame: menus, bars, copyright lines. A page that was cleaned
/// already has none of them left, whatever else it is; cleaning it again would only take from its body.
pub(crate) fn has_frame(lines: &Lines, dropped: &[Dropped]) -> bool {
    let mut dropped = dropped.iter().map(|dropped| dropped.line).peekable();
    let framed = lines.lines.iter().filter(|line| {
        let goes = dropped.next_if_eq(&line.number).is_some();
        goes && line.classes & BOIL_CLASSES != 0
    });
    framed.take(LEAST_FRAME).count() == LEAST_FRAME
}

/// So many long sentences hardly any page has: of the development pages one in forty.
const MANY_LONG: usize = 100;
/// The units of those that may go, in percent.
const MOST_LONG_GONE: u64 = 10;

/// Whether a document has more long sentences than pages have.
pub(crate) fn is_long(lines: &Lines) -> bool {
    lines.lines.iter().filter(|line| line.has(flag::LONG)).nth(MANY_LONG - 1).is_some()
}

/// Whether too many long sentences would go with what is no body.
pub(crate) fn would_lose_sentences(lines: &Lines, dropped: &[Dropped]) -> bool {
    let mut dropped = dropped.iter().map(|dropped| dropped.line).peekable();
    let (mut all, mut gone) = (0, 0);
    for line in &lines.lines {
        let goes = dropped.next_if_eq(&line.number).is_some();
        if line.has(flag::LONG) {
            all += u64::from(line.units);
            gone += if goes { u64::from(line.units) } else { 0 };
        }
    }
    gone * 100 > all * MOST_LONG_GONE
}

/// The numbers of one document.
pub(crate) type Numbers = [f64; NAMES.len()];
/// What the numbers weigh.
pub(crate) type Weights = AutoModel;

/// Weights by which these documents (true: a page) are told apart best: logistic regression.
pub(crate) fn fit(documents: &[(Numbers, bool)]) -> AutoModel {
    let mut weights = [0.0; NAMES.len()];
    let (mut mean, mut square) = ([0.0; NAMES.len()], [0.0; NAMES.len()]);
    let pages = documents.iter().filter(|d| d.1).count().max(1) as f64;
    let texts = (documents.len() as f64 - pages).max(1.0);
    for step in 1..=2000 {
        let mut slope = [0.0; NAMES.len()];
        for (numbers, page) in documents {
            let sum: f64 = numbers.iter().zip(&weights).map(|(n, w)| n * w).sum();
            let wrong = 1.0 / (1.0 + (-sum).exp()) - f64::from(u8::from(*page));
            // Both kinds weigh the same, however many there are.
            let weight = if *page { 0.5 / pages } else { 0.5 / texts };
            for (s, n) in slope.iter_mut().zip(numbers) {
                *s += wrong * n * weight;
            }
        }
        for i in 0..weights.len() {
            mean[i] = 0.9 * mean[i] + 0.1 * slope[i];
            square[i] = 0.99 * square[i] + 0.01 * slope[i] * slope[i];
            weights[i] -=
                0.02 * mean[i] / (1.0 - 0.9_f64.powi(step)) / ((square[i] / (1.0 - 0.99_f64.powi(step))).sqrt() + 1e-8);
        }
    }
    AutoModel { weights: weights.iter().map(|w| (w * 100.0).round() as i32).collect(), page_above: 0 }
}
