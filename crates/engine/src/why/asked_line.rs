//! [`AskedLine`]: the conditions of a rule that a line alone decides.

use super::{Fact, Inspector, Pass, Verdict, near, verdict};
use crate::compile::Compiled;
use crate::matcher::{Scratch, is_of, matching_regex, repeated_below, speaks};
use crate::pairs::LinePairs;
use crate::removal::Evidence;
use crate::searched::SearchedLine;
use dehusk_rules::{ElementName, Rule, RuleId, Shape, TextField, TextRole};
use dehusk_text::{Cues, Document, fold};

/// One line, and the texts of all rules that stand on it.
pub(super) struct AskedLine<'a> {
    inspector: &'a Inspector<'a>,
    document: &'a Document<'a>,
    line: usize,
    cues: Cues,
    repeated: bool,
    scratch: Scratch,
}

impl<'a> AskedLine<'a> {
    pub(super) fn new(inspector: &'a Inspector<'a>, pass: &Pass, document: &'a Document<'a>, line: usize) -> Self {
        let mut scratch = Scratch::new(inspector.everything);
        let text = document.line_text(line);
        scratch.folded = fold(text);
        let cues = pass.matches.cues[line];
        if !cues.any(Cues::BLANK) {
            inspector.matcher().hits(text, cues, &mut scratch);
            // As `hits_of` wants them.
            scratch.hits.sort_unstable_by_key(|hit| (hit.pattern, hit.start));
        }
        Self { inspector, document, line, cues, repeated: pass.repeated[line], scratch }
    }

    /// The conditions of a rule that the line alone decides.
    pub(super) fn verdicts(&self, id: RuleId) -> Vec<Verdict> {
        let rule = self.inspector.rules().rule(id);
        let compiled = &self.inspector.everything.rules[id.0 as usize];
        let mut found = Vec::new();
        self.texts(id, rule, compiled, &mut found);
        self.shapes(id, rule, compiled, &mut found);
        self.inside(compiled, &mut found);
        let c = &rule.conditions;
        let chars = self.cues.chars;
        if let Some(limit) = c.min_length {
            found.push(verdict("min_length", chars >= limit, Fact::Length { chars, limit }));
        }
        if let Some(limit) = c.max_length {
            found.push(verdict("max_length", chars <= limit, Fact::Length { chars, limit }));
        }
        self.origin(rule, &mut found);
        if self.cues.any(Cues::BLANK) && found.iter().all(|verdict| verdict.holds) {
            // Blank lines are no rule's business.
            found.push(verdict("min_length", false, Fact::Length { chars, limit: 1 }));
        }
        found
    }

    fn texts(&self, id: RuleId, rule: &Rule, compiled: &Compiled, found: &mut Vec<Verdict>) {
        let matcher = self.inspector.matcher();
        let hits = matcher.hits_of(id.0, &self.scratch);
        let folded = &self.scratch.folded;
        let stands = |field: TextField, index: Option<u32>| {
            let mut evidence = hits.iter().map(|hit| {
                let pattern = &self.inspector.everything.patterns[hit.pattern as usize];
                Evidence { field: pattern.field, index: pattern.index }
            });
            evidence.find(|e| e.field == field && index.is_none_or(|index| e.index == index))
        };
        let nearest = |field, index| near::nearest(self.inspector, rule, field, index, folded);
        let has = |field: &TextField| !field.texts(rule).is_empty();
        for field in TextField::of_role(TextRole::OneOf).filter(has) {
            found.push(match stands(field, None) {
                Some(evidence) => verdict(field.name(), true, Fact::Text(evidence)),
                None => verdict(field.name(), false, Fact::NoText { nearest: nearest(field, None) }),
            });
        }
        for field in TextField::of_role(TextRole::AllOf).filter(has) {
            let texts = field.texts(rule).len() as u32;
            let missing = (0..texts).find(|&index| stands(field, Some(index)).is_none());
            found.push(match missing {
                None => verdict(field.name(), true, Fact::Text(Evidence { field, index: 0 })),
                Some(index) => verdict(field.name(), false, Fact::NoText { nearest: nearest(field, Some(index)) }),
            });
        }
        let (text, pairs) = (self.document.line_text(self.line), LinePairs::default());
        let line = SearchedLine::new(text, folded, &pairs);
        for field in TextField::of_role(TextRole::MadeOf).filter(has) {
            let is_made = compiled.words.make(text, folded);
            let fact = if is_made { Fact::Line(self.line as u32) } else { Fact::NoText { nearest: None } };
            found.push(verdict(field.name(), is_made, fact));
        }
        if !rule.conditions.regex.is_empty() {
            let first = matching_regex(&compiled.regexes, 0, &line).filter(|_| !self.cues.any(Cues::BLANK));
            found.push(match first {
                Some(at) => verdict("regex", true, Fact::Text(Evidence { field: TextField::Regex, index: at as u32 })),
                None => verdict("regex", false, Fact::NoText { nearest: None }),
            });
        }
        for field in TextField::of_role(TextRole::NoneOf).filter(has) {
            let of_field = compiled.exceptions.texts().iter().filter(|exception| exception.pattern.field == field);
            let standing = of_field.into_iter().find(|exception| line.has(exception, None));
            found.push(match standing {
                None => verdict(field.name(), true, Fact::Plain),
                Some(exception) => {
                    let index = exception.pattern.index;
                    verdict(field.name(), false, Fact::Text(Evidence { field, index }))
                }
            });
        }
    }

    fn shapes(&self, id: RuleId, rule: &Rule, compiled: &Compiled, found: &mut Vec<Verdict>) {
        let c = &rule.conditions;
        if c.looks_like.is_empty() && c.unless_looks_like.is_empty() {
            return;
        }
        let asks_again = compiled.repeated_below || compiled.not_repeated_below;
        let again = asks_again && {
            let best = self.inspector.matcher().deciding_hit(id.0, &self.scratch);
            let label_end = best.map_or(0, |hit| hit.end as usize);
            repeated_below(self.document, self.line, &self.scratch.folded, label_end)
        };
        let has = |shape: &Shape| match shape {
            Shape::SaidAgain => again,
            Shape::Repeated => self.repeated,
            Shape::Quoted => {
                self.inspector.matcher().is_quoted(id.0, self.document.line_text(self.line), &self.scratch)
            }
            shape => self.cues.any(crate::compile::shape_bits(&[*shape])),
        };
        let of_line: Vec<Shape> = Shape::ALL.iter().map(|(shape, _)| *shape).filter(has).collect();
        if !c.looks_like.is_empty() {
            let holds = c.looks_like.iter().any(has);
            found.push(verdict("looks_like", holds, Fact::Shapes(of_line.clone())));
        }
        if !c.unless_looks_like.is_empty() {
            let holds = !c.unless_looks_like.iter().any(has);
            found.push(verdict("unless_looks_like", holds, Fact::Shapes(of_line)));
        }
    }

    fn inside(&self, compiled: &Compiled, found: &mut Vec<Verdict>) {
        if !compiled.inside.is_empty() {
            let around = self.document.around(self.line);
            let names = around.map(|around| ElementName::all_around(around).collect());
            let holds = compiled.is_inside(self.document, self.line);
            found.push(verdict("inside", holds, Fact::Inside(names)));
        }
    }

    /// Where the document came from.
    fn origin(&self, rule: &Rule, found: &mut Vec<Verdict>) {
        let host = || Fact::Host(self.document.host().map(str::to_string));
        if !rule.sites.is_empty() {
            found.push(verdict("sites", is_of(&rule.sites, self.document), host()));
        }
        if !rule.except_sites.is_empty() {
            found.push(verdict("except_sites", !is_of(&rule.except_sites, self.document), host()));
        }
        if !rule.languages.is_empty() {
            let fact = Fact::Language(self.document.language());
            found.push(verdict("languages", speaks(&rule.languages, self.document), fact));
        }
    }
}
