//! What a change of the rules does to a collection: two outcomes of one document, held side by side.
//!
//! [`compare`] says which lines go now and did not before, and the other way round, and by which
//! rule. [`ChangeTally`] adds that up over documents, those that look like sentences first, for these are
//! the ones that may be body. [`changes`] says in words what was changed in the rules, and [`html`]
//! writes a page with before and after.

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

/// A line to which something else happens now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// Its number, from 1.
    pub line: usize,
    /// It goes now and stayed before; else the other way round.
    pub goes: bool,
    /// What goes or comes back: the line, or the words of it.
    pub text: String,
    /// The rule that takes it now, or took it before; the body finder has no name.
    pub rule: Option<String>,
    /// What it looks like.
    pub looks: Looks,
}

/// What a line looks like at a glance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Looks {
    /// Short, and no sentence.
    pub title: bool,
    /// With a date at an end.
    pub dated: bool,
    /// A sentence; of these one should look at each.
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
        // Of words that go, those words.
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

/// What goes of a line.
#[derive(Default)]
struct RemovedOfLine<'d> {
    bytes: usize,
    words: Vec<&'d str>,
    rule: Option<String>,
}

/// Walks removals along the lines.
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

/// A line and the document it stands in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SampleLine {
    /// The place: file and line.
    pub place: String,
    /// What happens there.
    #[serde(flatten)]
    pub moved: Moved,
}

/// All changes of one rule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ChangesOfRule {
    /// Lines that go now.
    pub more: usize,
    /// Lines that stay now.
    pub less: usize,
    /// Of the lines that go now: those that look like titles…
    pub titles: usize,
    /// …that have a date…
    pub dated: usize,
    /// …and that look like sentences.
    pub sentences: usize,
    /// …and that are headlines.
    pub headlines: usize,
    /// The first lines, those that look like sentences and headlines before the others.
    pub samples: Vec<SampleLine>,
}

/// Changes over a collection.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ChangeTally {
    /// Documents that were compared.
    pub documents: usize,
    /// Documents to which something else happens.
    pub changed: usize,
    /// By rule; `""` for the body finder.
    pub rules: BTreeMap<String, ChangesOfRule>,
    /// The first documents that changed.
    pub first: Vec<String>,
    /// How many samples are kept for each rule.
    #[serde(skip)]
    pub most: usize,
}

impl ChangeTally {
    /// Keeps so many samples for each rule.
    pub fn new(most: usize) -> Self {
        Self { most, ..Self::default() }
    }

    /// Adds a document. `place` says where a line (from 1) of it stands.
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
            // Sentences stand first, each kind in the order of the collection.
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

    /// Lines that go now.
    pub fn more(&self) -> usize {
        self.sum(|rule| rule.more)
    }

    /// Lines that stay now.
    pub fn less(&self) -> usize {
        self.sum(|rule| rule.less)
    }

    /// Of the lines that go now, those that look like titles.
    pub fn titles(&self) -> usize {
        self.sum(|rule| rule.titles)
    }

    /// Of the lines that go now, those with a date.
    pub fn dated(&self) -> usize {
        self.sum(|rule| rule.dated)
    }

    /// Of the lines that go now, those that look like sentences.
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
