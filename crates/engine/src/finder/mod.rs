//! The body finder: which lines of a page are its body, by points for cues.
//!
//! Rules name boilerplate; they cannot name every menu and teaser. The finder looks at what
//! lines are made of and where they stand. Each cue that holds on a line has points
//! (`rules/finder/points.toml`): a sentence with many function words gains some, a short line below
//! "Related articles" loses some. A line whose points come to more than a limit is body.
//!
//! The lines pass through in stages: [`line`] reads each line alone ([`reader`] its characters), [`page`] sums over lines,
//! [`cues`] says which cues hold, [`score`] adds up points in two passes, [`decode`] decides, and [`whole`] keeps
//! together what is one thing.
//! [`layout`] numbers and names the cues, [`model`] reads the points, [`tune`] fits them.
//!
//! Where it can be fooled: comments longer than the article, listings whose entries are
//! sentences, and pages whose body is a table.

mod auto;
mod bytes;
mod chosen;
mod classes;
mod cues;
mod data;
mod decode;
mod headline;
mod layout;
mod line;
mod looks;
mod markup;
mod model;
mod outline;
mod page;
mod reader;
mod score;
mod sections;
mod templates;
pub mod tune;
mod whole;
mod words;

pub(crate) use auto::may_be_page;
pub(crate) use decode::{Dropped, FoundBody};
pub(crate) use headline::HeadlineIs;
#[cfg(test)]
pub(crate) use layout::abouts;
pub(crate) use layout::{about, names};
pub(crate) use line::{Line, Lines, flag};
pub(crate) use words::ClassSet;

use auto::LooksLike;
use classes::LineClasses;
use dehusk_html::MarkupWords;
use dehusk_rules::{Rule, RuleSet, Source};
use dehusk_text::{Error, Result};
use model::Points;
use page::FinderPage;
use serde::{Deserialize, Serialize};
use words::Words;

/// The word lists and points that ship with the crate.
pub(crate) fn shipped_words() -> Source {
    Source::new("finder/words.toml", dehusk_rules::FINDER_WORDS)
}

pub(crate) fn shipped_points() -> Source {
    Source::new("finder/points.toml", dehusk_rules::FINDER_POINTS)
}

pub(crate) fn shipped_markup() -> Source {
    Source::new("finder/markup.toml", dehusk_rules::FINDER_MARKUP)
}

/// A cue of the body finder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cue(u32);

impl Cue {
    /// Its name in `points.toml`.
    pub fn name(self) -> String {
        layout::names().swap_remove(self.0 as usize)
    }
}

/// Which points count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PointsView {
    /// Those for whole pages.
    Page,
    /// Those for the text of articles.
    Text,
    /// Those for the text of whole pages with their markup.
    Html,
}

/// Word lists and points, ready.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Finder {
    words: Words,
    points: Points,
    pub(crate) markup: MarkupWords,
}

impl Finder {
    /// The finder with the words and points of a rule set, else the shipped ones; matches of the
    /// rules count for phrase classes.
    ///
    /// # Errors
    /// With every mistake in both files.
    pub(crate) fn new(rules: &RuleSet) -> Result<Self> {
        let file = |shipped: Source| {
            rules.data.iter().find(|data| data.finder_data() == shipped.finder_data()).cloned().unwrap_or(shipped)
        };
        let (words, mut found) = Words::parse(&file(shipped_words()), rules);
        let (points, more) = Points::parse(&file(shipped_points()));
        found.extend(more);
        let (markup, more) = markup::words(&file(shipped_markup()));
        found.extend(more);
        match (words, points, markup) {
            (Some(words), Some(points), Some(markup)) => Ok(Self { words, points, markup }),
            _ => Err(Error::rules(found)),
        }
    }

    /// Adds the next line of a document, as it is and as it is compared.
    pub(crate) fn read(&self, lines: &mut Lines, text: &str, folded: &str) {
        lines.push(&self.words, text, folded);
    }

    /// The phrases that are looked for in lines, folded.
    pub(crate) fn phrases(&self) -> &[String] {
        self.words.phrases()
    }

    /// Starts the search for the classes of a folded line of so many units.
    pub(crate) fn classes_of<'w>(&'w self, folded: &'w str, units: u32) -> LineClasses<'w> {
        self.words.classes_of(folded, units)
    }

    /// The classes that matches of a rule give a line, by its number among the rules that the finder was made with.
    pub(crate) fn classes_of_rule(&self, rule: u32) -> ClassSet {
        self.words.of_rule(rule)
    }

    /// The same of a rule that was not among them.
    pub(crate) fn classes_of_new_rule(&self, rule: &Rule) -> ClassSet {
        self.words.of_new_rule(rule)
    }

    /// Says that a rule matches a line of the document, wherever it may act.
    pub(crate) fn matched(&self, lines: &mut Lines, line: u32, rule: u32) {
        lines.add_classes(line, self.words.of_rule(rule));
    }

    /// Whether the document is a whole page rather than the text of an article; to be asked where
    /// [`may_be_page`] holds.
    pub(crate) fn is_page(&self, lines: &Lines) -> bool {
        let page = FinderPage::new(lines);
        let is_page = match auto::looks_like(&auto::numbers(&page), &self.points.auto) {
            LooksLike::Text => false,
            LooksLike::Page => true,
            LooksLike::Either => {
                let found = decode::found(&page, self.model(PointsView::Page), HeadlineIs::Kept);
                auto::has_frame(lines, &found.dropped)
            }
        };
        is_page && !self.is_many_texts(lines, PointsView::Page)
    }

    /// Whether the document is many texts, one behind the other, of which a look for one body would take most.
    pub(crate) fn is_many_texts(&self, lines: &Lines, view: PointsView) -> bool {
        auto::is_long(lines) && auto::would_lose_sentences(lines, &self.found(lines, view, HeadlineIs::Kept).dropped)
    }

    fn model(&self, view: PointsView) -> &model::Model {
        match view {
            PointsView::Page => &self.points.page,
            PointsView::Text => &self.points.text,
            PointsView::Html => &self.points.html,
        }
    }

    /// By number of a line: the cue that speaks most against it. Lines without one are left out.
    pub(crate) fn against(&self, lines: &Lines, view: PointsView) -> Vec<(u32, Cue)> {
        let worst = score::against(&FinderPage::new(lines), self.model(view));
        let named = lines.lines.iter().zip(worst).filter_map(|(line, cue)| Some((line.number, Cue(cue?))));
        named.collect()
    }

    /// What is body, and what is not.
    pub(crate) fn found(&self, lines: &Lines, view: PointsView, headline: HeadlineIs) -> FoundBody {
        decode::found(&FinderPage::new(lines), self.model(view), headline)
    }

    /// What decided about the lines that the rules have not taken: by number of the line its cues with points, those
    /// that weigh most first; and the limit that their sum must be above to stay.
    pub(crate) fn reasons(&self, lines: &Lines, view: PointsView, is: HeadlineIs) -> LineReasons {
        let (model, page) = (self.model(view), FinderPage::new(lines));
        let mut by_line: Vec<(u32, Vec<(u32, i32)>)> = lines
            .lines
            .iter()
            .zip(score::reasons(&page, model, is))
            .filter(|(line, _)| !line.has(flag::TAKEN))
            .map(|(line, reasons)| (line.number, reasons))
            .collect();
        for (_, reasons) in &mut by_line {
            reasons.sort_by_key(|&(cue, points)| (std::cmp::Reverse(points.abs()), cue));
        }
        LineReasons { by_line, keep_above: model.limit(page.kind.language) }
    }
}

/// See [`Finder::reasons`].
#[derive(Debug)]
pub(crate) struct LineReasons {
    pub(crate) by_line: Vec<(u32, Vec<(u32, i32)>)>,
    pub(crate) keep_above: i32,
}
