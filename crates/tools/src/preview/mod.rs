//! The effect of a change of the rules on a collection: two outcomes of each document are compared.
//!
//! [`compare`] gives the lines that are removed now but were not before, and the other way round, with the
//! rule. [`ChangeTally`] adds that up over documents; its samples start with lines that look like sentences,
//! because these may be body. [`changes`] describes the changes of the rules in words, and [`html`]
//! writes a page that shows documents before and after.

mod changes;
mod html;
mod set;

pub use changes::{RuleChange, changes};
pub use html::{Sheet, html};
pub use set::{Refused, set};

use std::collections::BTreeMap;

use serde::Serialize;

use dehusk_engine::{Cause, Outcome, Removal};
use dehusk_rules::RuleSet;
use dehusk_text::{Cues, Document, fold};

/// The rules and what they did to a document.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// The rules.
    pub rules: &'a RuleSet,
    /// What they did.
    pub outcome: &'a Outcome,
}

/// A line that was kept and is removed now, or the other way round; or of which more or less is removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// Its number, from 1.
    pub line: usize,
    /// Whether more of it is removed now; otherwise less.
    pub goes: bool,
    /// The text that is removed or kept now: the whole line, or some words of it.
    pub text: String,
    /// The rule that removes it now, or removed it before; `None` for the body finder.
    pub rule: Option<String>,
    /// The shape of the text.
    pub looks: Looks,
}

/// The shape of a line, by its [`Cues`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Looks {
    /// Short, and not a sentence.
    pub title: bool,
    /// With a date at its start or end.
    pub dated: bool,
    /// A sentence; each of these should be reviewed.
    pub sentence: bool,
    /// The headline: the first line with text, or the title that was found.
    pub headline: bool,
    /// Characters, spaces not counted.
    pub chars: u32,
}

impl Looks {
    /// Whether one should look at it before it goes: it may be body, or the headline.
    pub fn is_risky(&self) -> bool {
        self.sentence || self.headline
    }
}

/// The lines to which something else happens, in their order.
pub fn compare(document: &Document<'_>, before: Side<'_>, after: Side<'_>) -> Vec<Moved> {
    if before.outcome.removals == after.outcome.removals && std::ptr::eq(before.rules, after.rules) {
        return Vec::new();
    }
    let (mut old, mut new) = (RemovalWalk::new(before), RemovalWalk::new(after));
    let mut moved = Vec::new();
    let first = (0..document.len()).find(|&line| !document.line_text(line).trim().is_empty());
    // Known only where it stays, so the rules before are asked too.
    let titles = [before.outcome, after.outcome].map(|outcome| outcome.metadata.title.as_deref());
    let is_headline = |line: usize| {
        let text = document.line_text(line).trim();
        // What stands behind the first sentence is no headline, even if nothing else looks like one.
        let leads = || (0..line).all(|above| !looks(document.line_text(above)).sentence);
        first == Some(line) || titles.contains(&Some(text)) && leads()
    };
    for line in 0..document.len() {
        let (was, is) = (old.at(document, line), new.at(document, line));
        if was.bytes == is.bytes || document.line_text(line).trim().is_empty() {
            continue;
        }
        let goes = is.bytes > was.bytes;
        let (side, other) = if goes { (&is, &was) } else { (&was, &is) };
        let range = document.line(line).range();
        // If only some words changed, show those words.
        let text = if side.bytes == range.len() || other.bytes > 0 {
            document.line_text(line).to_string()
        } else {
            side.words.concat()
        };
        let looks = Looks { headline: is_headline(line), ..looks(&text) };
        moved.push(Moved { line: line + 1, goes, looks, text, rule: side.rule.clone() });
    }
    moved
}

fn looks(text: &str) -> Looks {
    let cues = Cues::of(text, &fold(text));
    Looks {
        title: cues.any(Cues::TITLE),
        dated: cues.any(Cues::DATED),
        sentence: cues.any(Cues::SENTENCE),
        headline: false,
        chars: cues.chars,
    }
}

/// What is removed from a line.
#[derive(Default)]
struct RemovedOfLine<'d> {
    bytes: usize,
    words: Vec<&'d str>,
    rule: Option<String>,
}

/// Gives the removals of each line; the lines must be asked for in ascending order.
struct RemovalWalk<'a> {
    rules: &'a RuleSet,
    rest: &'a [Removal],
}

impl<'a> RemovalWalk<'a> {
    fn new(side: Side<'a>) -> Self {
        Self { rules: side.rules, rest: &side.outcome.removals }
    }

    fn at<'d>(&mut self, document: &Document<'d>, line: usize) -> RemovedOfLine<'d> {
        let range = document.line(line).range();
        while self.rest.first().is_some_and(|r| r.span.end <= range.start) {
            self.rest = &self.rest[1..];
        }
        let mut removed = RemovedOfLine::default();
        for removal in self.rest.iter().take_while(|r| r.span.start < range.end) {
            let piece = removal.span.start.max(range.start)..removal.span.end.min(range.end);
            removed.bytes += piece.len();
            removed.words.push(&document.text()[piece]);
            if let Cause::Rule { rule, .. } = removal.cause {
                removed.rule.get_or_insert_with(|| self.rules.rule(rule).full_name());
            }
        }
        removed
    }
}

/// A changed line and its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SampleLine {
    /// The place: file and line.
    pub place: String,
    /// The change.
    #[serde(flatten)]
    pub moved: Moved,
}

/// All changes of one rule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ChangesOfRule {
    /// Lines of which more is removed now.
    pub more: usize,
    /// Lines of which less is removed now.
    pub less: usize,
    /// Of the `more` lines, those that look like titles.
    pub titles: usize,
    /// Of the `more` lines, those that start or end with a date.
    pub dated: usize,
    /// Of the `more` lines, those that look like sentences.
    pub sentences: usize,
    /// …and that are headlines.
    pub headlines: usize,
    /// The first lines, those that look like sentences and headlines before the others.
    pub samples: Vec<SampleLine>,
}

/// The sum of the changes over a collection.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ChangeTally {
    /// Documents that were compared.
    pub documents: usize,
    /// Documents with a changed line.
    pub changed: usize,
    /// The changes by full name of the rule; `""` for the body finder.
    pub rules: BTreeMap<String, ChangesOfRule>,
    /// The names of the first changed documents.
    pub first: Vec<String>,
    /// How many samples are kept for each rule.
    #[serde(skip)]
    pub most: usize,
}

impl ChangeTally {
    /// An empty tally that keeps at most `most` samples for each rule.
    pub fn new(most: usize) -> Self {
        Self { most, ..Self::default() }
    }

    /// Adds the changes of a document. `place` gives the place of a line (from 1) as text.
    pub fn add(&mut self, name: &str, moved: Vec<Moved>, place: impl Fn(usize) -> String) {
        self.documents += 1;
        if moved.is_empty() {
            return;
        }
        self.changed += 1;
        if self.first.len() < self.most {
            self.first.push(name.to_string());
        }
        for one in moved {
            let of_rule = self.rules.entry(one.rule.clone().unwrap_or_default()).or_default();
            if one.goes {
                of_rule.more += 1;
                of_rule.titles += usize::from(one.looks.title);
                of_rule.dated += usize::from(one.looks.dated);
                of_rule.sentences += usize::from(one.looks.sentence);
                of_rule.headlines += usize::from(one.looks.headline);
            } else {
                of_rule.less += 1;
            }
            let risky = |moved: &Moved| moved.goes && moved.looks.is_risky();
            let samples = &mut of_rule.samples;
            // Sentences first; otherwise in the order of the collection.
            let at = if risky(&one) { samples.partition_point(|s| risky(&s.moved)) } else { samples.len() };
            if at < self.most {
                samples.insert(at, SampleLine { place: place(one.line), moved: one });
                samples.truncate(self.most);
            }
        }
    }

    fn sum(&self, of: impl Fn(&ChangesOfRule) -> usize) -> usize {
        self.rules.values().map(of).sum()
    }

    /// Lines of which more is removed now.
    pub fn more(&self) -> usize {
        self.sum(|rule| rule.more)
    }

    /// Lines of which less is removed now.
    pub fn less(&self) -> usize {
        self.sum(|rule| rule.less)
    }

    /// Of the [`more`](Self::more) lines, those that look like titles.
    pub fn titles(&self) -> usize {
        self.sum(|rule| rule.titles)
    }

    /// Of the [`more`](Self::more) lines, those that start or end with a date.
    pub fn dated(&self) -> usize {
        self.sum(|rule| rule.dated)
    }

    /// Of the [`more`](Self::more) lines, those that look like sentences.
    pub fn sentences(&self) -> usize {
        self.sum(|rule| rule.sentences)
    }

    /// Of the lines that go now, those that are headlines.
    pub fn headlines(&self) -> usize {
        self.sum(|rule| rule.headlines)
    }

    /// Whether nothing that goes now may be body or a headline.
    pub fn looks_safe(&self) -> bool {
        self.sentences() == 0 && self.headlines() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moved(goes: bool, sentence: bool, text: &str) -> Moved {
        let looks = Looks { sentence, ..Looks::default() };
        Moved { line: 1, goes, text: text.into(), rule: Some("a › b".into()), looks }
    }

    #[test]
    fn a_headline_is_never_safe() {
        let engine = |toml: &str| {
            let rules = RuleSet::from_sources(&[dehusk_rules::Source::new("a.toml", toml)]).unwrap();
            dehusk_engine::Engine::builder().build_from(rules).unwrap()
        };
        let nothing = engine("");
        let takes = engine("[[rule]]\nname = 'a'\nis = '渡口的夜'\nremoves = '渡口的夜'\nkeeps = '渡口的夜很长。'\n");
        let text = "\n渡口的夜\n船到对岸的时候，天已经黑了，老人把缆绳系在石柱上。\n他说今年的水比往年大，船要小心地开，人也要小心地走。\n";
        let document = Document::new(text).unwrap();
        let (was, is) = (nothing.clean(&document), takes.clean(&document));
        let side = |engine: &'_ dehusk_engine::Engine, outcome| (engine.rules().clone(), outcome);
        let ((old, was), (new, is)) = (side(&nothing, was), side(&takes, is));
        let moved = compare(&document, Side { rules: &old, outcome: &was }, Side { rules: &new, outcome: &is });
        assert!(moved.len() == 1 && moved[0].looks.headline && !moved[0].looks.sentence, "{moved:?}");
        let mut tally = ChangeTally::new(1);
        tally.add("x", moved, |_| "x:2".into());
        assert!(!tally.looks_safe());
    }

    #[test]
    fn sentences_come_first() {
        let mut tally = ChangeTally::new(2);
        tally
            .add("x", vec![moved(true, false, "1"), moved(true, true, "2"), moved(false, true, "3")], |_| "x:1".into());
        tally.add("y", vec![moved(true, true, "4")], |_| "y:1".into());
        tally.add("z", Vec::new(), |_| "z:1".into());
        let rule = &tally.rules["a › b"];
        let texts: Vec<&str> = rule.samples.iter().map(|s| s.moved.text.as_str()).collect();
        assert_eq!((texts.as_slice(), rule.more, rule.less, rule.sentences), (&["2", "4"][..], 3, 1, 2));
        assert_eq!((tally.documents, tally.changed), (3, 2));
    }
}
