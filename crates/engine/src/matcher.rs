//! One pass over the document: which rule matches which line. Facts, no opinions.
//!
//! Each line is folded into a buffer that is used again for the next one, its cues are
//! counted, the literals in it are found, and the masks say which rules match. Nothing is
//! allocated for a line on which no literal stands. Positions, shares, keeps and everything
//! else that depends on other lines is left to [`super::decide`].

mod memo;
mod rule;
mod search;
mod seen;
mod threads;

use std::cell::OnceCell;

use super::compile::{LazyAutomaton, Program, WholeLines, rule_id};
use super::literals::{LONG_LINE, Literals};
use super::pairs::LinePairs;
use super::pattern::bit;
use super::removal::Evidence;
use super::searched::{Edges, SearchedLine};
use super::sites::{Programs, SiteProgram};
use super::tried::TriedRule;
use crate::finder::{ClassSet, Finder, Lines};
use crate::slots::may_have_time;
use dehusk_rules::RuleId;
use dehusk_text::{Cues, Document, Span, dates_in, fold_counting, work};
use memo::{Memo, MemoPlace};
pub(crate) use rule::{is_of, matching_regex, repeated_below, speaks};
use search::Search;
pub(super) use seen::Seen;

/// A rule whose conditions on the line itself all hold there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Match {
    pub(crate) line: u32,
    pub(crate) rule: RuleId,
    /// The matched words for a rule that removes words, the line for all others.
    pub(crate) span: Span,
    pub(crate) evidence: Option<Evidence>,
}

/// All that the matcher found out about a document.
#[derive(Debug, Default)]
pub(crate) struct Matches {
    /// One entry a line.
    pub(crate) cues: Vec<Cues>,
    /// In the order of lines, and of rules within a line.
    pub(crate) by_line: Vec<Match>,
    /// Lines that contain one of a rule's `lines_contain`; sorted.
    pub(crate) lines_contain: Vec<(RuleId, u32)>,
    /// Lines that are one of a rule's `until`; sorted.
    pub(crate) until: Vec<(RuleId, u32)>,
    /// Lines that are one of a rule's `frames`; sorted.
    pub(crate) frames: Vec<(RuleId, u32)>,
    /// Lines that are one of a rule's `unless_page_has`; sorted.
    pub(crate) forum_lines: Vec<(RuleId, u32)>,
    /// What the body finder reads, if there is one.
    pub(crate) lines: Lines,
}

impl Matches {
    /// Gives all matches other numbers of rules, and drops those of rules that have none.
    fn number(&mut self, number_of: impl Fn(RuleId) -> Option<RuleId>) {
        let number = |rule: &mut RuleId| number_of(*rule).map(|number| *rule = number).is_some();
        self.by_line.retain_mut(|m| number(&mut m.rule));
        self.lines_contain.retain_mut(|(rule, _)| number(rule));
        self.until.retain_mut(|(rule, _)| number(rule));
        self.by_line.sort_unstable();
    }
}

/// Whether the literals are looked up, or every text is tried on every line.
///
/// The plain way is slow and obvious; tests hold the fast one against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Prefilter {
    /// Literals are looked up, and those of rules for lines of another shape are passed over.
    On,
    /// Literals are looked up, whatever the shape of the line: for the question why a rule did not match.
    Literals,
    /// Every text is tried.
    Off,
}

/// A text that was found in a line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hit {
    pub(super) pattern: u32,
    pub(super) start: u32,
    pub(super) end: u32,
}

/// Buffers of a run, used again for the next one.
#[derive(Debug)]
pub(crate) struct Scratch {
    pub(super) folded: String,
    /// The edges of the folded line.
    edges: Edges,
    /// By rule; only the rules in `touched` are not zero.
    masks: Vec<u64>,
    touched: Vec<u32>,
    pub(super) hits: Vec<Hit>,
    /// Of the line, if the finder asks for its classes: its units, and then the classes of the phrases in it.
    units: Option<u32>,
    classes: ClassSet,
    /// By pattern: the last line on which it was tried, for those to be tried once a line.
    tried: Vec<u64>,
    /// By pattern: the last line on which it stood, and where it ended there.
    covered: Vec<(u64, u32)>,
    /// Counts the lines of all documents.
    line: u64,
    /// Those of the folded line.
    pairs: LinePairs,
    /// The lines of the document that have stood before.
    seen: Seen,
    /// Short lines of all documents, with what was found in them; and what was found there of the rules of single sites.
    memo: Memo,
    memo_of_sites: Memo,
}

impl Scratch {
    pub(crate) fn new(program: &Program) -> Self {
        Self {
            folded: String::new(),
            edges: Edges::default(),
            masks: vec![0; program.rules.len()],
            touched: Vec::new(),
            hits: Vec::new(),
            units: None,
            classes: 0,
            tried: vec![0; program.patterns.len()],
            covered: vec![(0, 0); program.patterns.len()],
            line: 0,
            pairs: LinePairs::default(),
            seen: Seen::default(),
            memo: Memo::default(),
            memo_of_sites: Memo::default(),
        }
    }

    /// The next line has none of the rules of this one.
    fn forget_rules(&mut self) {
        for rule in self.touched.drain(..) {
            self.masks[rule as usize] = 0;
        }
    }
}

/// A line of which rules are asked whether they match it.
struct DocumentLine<'d> {
    document: &'d Document<'d>,
    number: usize,
    text: &'d str,
    cues: Cues,
    /// It stood before in the document.
    repeated: bool,
}

pub(crate) struct Matcher<'e> {
    pub(crate) program: &'e Program,
    pub(crate) prefilter: Prefilter,
    pub(crate) finder: Option<&'e Finder>,
    /// The literals of the program, and behind them the phrases of the finder, if there is one.
    pub(crate) literals: &'e Literals,
    /// By rule whether it acts, where nobody asks what the others match.
    pub(crate) acting: Option<&'e [bool]>,
}

impl Matcher<'_> {
    /// All matches in the document.
    pub(crate) fn matches(&self, document: &Document<'_>, scratch: &mut Scratch) -> Matches {
        self.matches_with(
            document,
            scratch,
            Programs { all: self.program, sites: None, tried: None, of_site: &[], lines_between: 0 },
        )
    }

    /// The same, with those of the rules for its site.
    pub(crate) fn matches_with(
        &self,
        document: &Document<'_>,
        scratch: &mut Scratch,
        programs: Programs<'_>,
    ) -> Matches {
        let sites = programs.sites.map(|sites| sites.of(document)).unwrap_or_default();
        let of_sites = sites.into_iter().map(|site| BesideMatcher::of_site(site, self, document));
        let tried = programs.tried.map(|tried| BesideMatcher::new(tried.compiled(), self));
        let mut others: Vec<_> = of_sites.chain(tried).collect();
        let repeat_length = others.iter().map(|other| other.matcher.program.repeat_length).max().unwrap_or(0);
        let repeat_length =
            repeat_length.max(programs.tried.map_or(self.program.repeat_length, TriedRule::repeat_length));
        let lines = self.finder.map(|_| Lines::with_room(document.len())).unwrap_or_default();
        let (cues, by_line) = (Vec::with_capacity(document.len()), Vec::with_capacity(document.len() / 4));
        let mut matches = Matches { cues, by_line, lines, ..Matches::default() };
        scratch.seen.forget();
        for line in 0..document.len() {
            let text = document.line_text(line);
            work::count(text.len() + 1);
            scratch.folded.clear();
            let place = scratch.memo.place(text).filter(|_| self.prefilter == Prefilter::On);
            let known = place.and_then(|place| scratch.recall(text, place, self.finder.is_some()));
            let cues = match &known {
                Some(known) => known.cues,
                None => {
                    let counts = fold_counting(text, &mut scratch.folded);
                    Cues::counted(text, &scratch.folded, &counts)
                }
            };
            matches.cues.push(cues);
            match (self.finder, &known) {
                (Some(_), Some(known)) => scratch.memo.read(known, &mut matches.lines),
                (Some(finder), None) => finder.read(&mut matches.lines, text, &scratch.folded),
                (None, _) => {}
            }
            if cues.any(Cues::BLANK) {
                continue;
            }
            scratch.units = matches.lines.units_of_last();
            match &known {
                Some(known) => scratch.set(known),
                None => {
                    scratch.edges = Edges::of(&scratch.folded);
                    self.hits_between(text, cues, scratch);
                    if scratch.units.is_some() {
                        matches.lines.classify(scratch.classes);
                    }
                }
            }
            let core = &scratch.folded[scratch.edges.core_start..scratch.edges.core_end];
            let repeated = cues.chars <= repeat_length && !scratch.seen.insert(core);
            let line = DocumentLine { document, number: line, text, cues, repeated };
            self.conclude(&line, scratch, &mut matches);
            if let (None, Some(place)) = (&known, place) {
                let line = matches.lines.last().filter(|_| scratch.units.is_some());
                scratch.remember(text, place, cues, line, |pattern| self.program.patterns[pattern as usize].rule);
            }
            scratch.forget_rules();
            // Of a line that stands for the first time nothing is known, nor may it ever stand again.
            let place = place.filter(|_| known.is_some());
            for other in &mut others {
                other.line(&line, place, scratch, &mut matches);
            }
        }
        if let Some(tried) = programs.tried {
            matches.number(|rule| tried.now(rule));
        }
        matches.lines_contain.sort_unstable();
        matches.until.sort_unstable();
        self.read_frames(document, scratch, programs, &mut matches);
        matches
    }

    /// Finds the texts of rules in a folded line and sets the bits of their rules.
    pub(super) fn hits(&self, text: &str, cues: Cues, scratch: &mut Scratch) {
        scratch.edges = Edges::of(&scratch.folded);
        self.hits_between(text, cues, scratch);
    }

    /// The same, where the edges of the line are known.
    fn hits_between(&self, text: &str, cues: Cues, scratch: &mut Scratch) {
        let edges = scratch.edges;
        scratch.hits.clear();
        scratch.line += 1;
        scratch.pairs.forget();
        let (folded, pairs) = (std::mem::take(&mut scratch.folded), std::mem::take(&mut scratch.pairs));
        let line = SearchedLine { original: text, folded: &folded, edges, pairs: &pairs };
        let mut search = Search { matcher: self, line, cues, scratch, dates: None };
        let core = (edges.core_start, edges.core_end);
        let own = self.program.texts.len() as u32;
        let mut classes =
            self.finder.zip(search.scratch.units).map(|(finder, units)| finder.classes_of(&folded, units));
        match self.prefilter {
            Prefilter::On | Prefilter::Literals => {
                let is_on = self.prefilter == Prefilter::On;
                self.literals.find(&folded, core, is_on && cues.chars > LONG_LINE, |found| {
                    if let Some(phrase) = found.literal.checked_sub(own) {
                        classes.iter_mut().for_each(|classes| classes.add(phrase, found.start, found.end));
                        return;
                    }
                    if is_on && !self.program.limits.get(found.literal as usize).hold(cues) {
                        return;
                    }
                    for at in self.program.patterns_of(found.literal as usize) {
                        search.try_pattern(at, Some((found.start, found.end)));
                    }
                });
            }
            Prefilter::Off => {
                if let Some(classes) = &mut classes {
                    self.literals.find(&folded, core, false, |found| {
                        let phrase = found.literal.checked_sub(own);
                        phrase.into_iter().for_each(|phrase| classes.add(phrase, found.start, found.end));
                    });
                }
                for (i, (text, place)) in self.program.texts.iter().enumerate() {
                    for at in self.program.patterns_of(i) {
                        search.try_everywhere(at, text, place);
                    }
                }
            }
        }
        if let Some(automaton) = self
            .program
            .of_regexes
            .as_ref()
            .filter(|_| self.prefilter != Prefilter::On || cues.chars <= self.program.regex_length)
            .and_then(LazyAutomaton::get)
        {
            for (literal, start, end) in automaton.find(&folded) {
                search.try_pattern(self.program.regex_patterns[literal], Some((start, end)));
            }
        }
        if !self.program.on_digit.is_empty() && !cues.any(Cues::NO_DATE) {
            // Times and dates are sought once for all texts that ask for one.
            let mut timed = None;
            let begins_with_number = folded.as_bytes().get(edges.core_start).is_some_and(u8::is_ascii_digit);
            for one in &self.program.on_digit {
                if (!one.number_first || begins_with_number)
                    && (self.prefilter != Prefilter::On || one.limits.hold(cues))
                    && (!one.time || *timed.get_or_insert_with(|| may_have_time(&folded)))
                    && (!one.date || !search.dates.get_or_insert_with(|| dates_in(&folded)).is_empty())
                {
                    one.patterns.iter().for_each(|&at| search.try_without_literal(at));
                }
            }
        }
        self.program.always.iter().for_each(|&at| search.try_without_literal(at));
        search.try_put_off();
        scratch.classes = classes.map_or(0, |classes| classes.found);
        (scratch.folded, scratch.pairs) = (folded, pairs);
    }

    /// Whether the rule of a pattern can match a line of this shape and length. Most rules are for
    /// short lines; the lines below the one that a rule matches are not asked.
    fn may_matter(&self, at: u32, cues: Cues) -> bool {
        self.prefilter != Prefilter::On || self.program.pattern_limits.get(at as usize).hold(cues)
    }

    /// Whether it matters where else on the line the pattern stands.
    fn takes_every_place(&self, at: u32) -> bool {
        self.program.effect(rule_id(self.program.patterns[at as usize].rule)).takes_words()
    }

    /// Whether anybody asks what the rule matches.
    fn is_asked_for(&self, rule: u32) -> bool {
        self.acting.is_none_or(|acting| acting[rule as usize])
    }

    /// Looks at the rules whose texts stand in the line and reports those that match it. Of those that match no such line,
    /// in whatever document, the mask is emptied.
    fn conclude(&self, line: &DocumentLine<'_>, scratch: &mut Scratch, matches: &mut Matches) {
        if scratch.touched.len() > 1 {
            scratch.touched.sort_unstable();
        }
        if scratch.hits.len() > 1 {
            // Patterns stand in the order of rule, field and text.
            scratch.hits.sort_unstable_by_key(|hit| (hit.pattern, hit.start));
        }
        let first_match = matches.by_line.len();
        for at in 0..scratch.touched.len() {
            let index = scratch.touched[at];
            let mask = scratch.masks[index as usize];
            if mask & bit::LINES_CONTAIN != 0 {
                matches.lines_contain.push((rule_id(index), line.number as u32));
            }
            if mask & bit::UNTIL != 0 {
                matches.until.push((rule_id(index), line.number as u32));
            }
            if self.is_asked_for(index)
                && self.program.rules[index as usize].required != 0
                && !self.match_rule(line, index, mask, scratch, matches)
                && mask & (bit::LINES_CONTAIN | bit::UNTIL) == 0
            {
                scratch.masks[index as usize] = 0;
            }
        }
        for &(index, limits) in &self.program.shape_only {
            if limits.hold(line.cues) && self.is_asked_for(index) {
                let mask = scratch.masks[index as usize];
                self.match_rule(line, index, mask, scratch, matches);
            }
        }
        if matches.by_line.len() > first_match + 1 {
            matches.by_line[first_match..].sort_unstable();
        }
    }
}

/// The search for rules that were compiled by themselves, beside those for all: those of one site, or one that is tried.
struct BesideMatcher<'e> {
    /// The number of the first of them.
    first: RuleId,
    matcher: Matcher<'e>,
    /// Made for the first line that is searched.
    scratch: OnceCell<Scratch>,
    /// What they have of whole lines, and whether those count in this document.
    whole_lines: Option<(&'e WholeLines, bool)>,
}

impl<'e> BesideMatcher<'e> {
    fn new((first, program): (RuleId, &'e Program), beside: &Matcher<'e>) -> Self {
        let (prefilter, literals) = (beside.prefilter, program.literals());
        let matcher = Matcher { program, prefilter, finder: None, literals, acting: None };
        Self { first, matcher, scratch: OnceCell::new(), whole_lines: None }
    }

    fn of_site(site: &'e SiteProgram, beside: &Matcher<'e>, document: &Document<'_>) -> Self {
        let mut this = Self::new((RuleId::of_site(site.file, 0), &site.program), beside);
        this.matcher.acting = Some(&site.active);
        let whole_lines = site.whole_lines.as_ref().filter(|_| beside.prefilter == Prefilter::On);
        let count = |hosts: &[String]| hosts.is_empty() || is_of(hosts, document);
        this.whole_lines = whole_lines.map(|whole_lines| (whole_lines, count(whole_lines.hosts())));
        this
    }

    /// Adds the matches of a line, which `common` has folded; with its place in a memo if it stood before.
    fn line(&mut self, line: &DocumentLine<'_>, place: Option<MemoPlace>, common: &mut Scratch, matches: &mut Matches) {
        if !self.whole_line(line, common, matches) {
            self.any_line(line, place, common, matches);
        }
    }

    /// Adds the matches of a line on which no texts can stand but whole lines; `false` if others may.
    fn whole_line(&self, line: &DocumentLine<'_>, common: &Scratch, matches: &mut Matches) -> bool {
        let Some((whole_lines, count)) = self.whole_lines else { return false };
        let (folded, Edges { core_start, core_end, .. }) = (common.folded.as_str(), common.edges);
        let Matcher { program, literals, .. } = self.matcher;
        let core = (core_start, core_end);
        if whole_lines.may_be_others(line.cues, || literals.may_stand_at_edges(folded, core)) {
            return false;
        }
        let Some((literal, is_plain)) = whole_lines.find(program, &folded[core_start..core_end]) else { return true };
        if !is_plain {
            return false;
        }
        let mut last = None;
        for at in program.patterns_of(literal as usize).filter(|_| count) {
            let pattern = &program.patterns[at as usize];
            // Of a rule the first text is named.
            if last.replace(pattern.rule) == Some(pattern.rule) || !self.matcher.is_asked_for(pattern.rule) {
                continue;
            }
            matches.by_line.push(Match {
                line: line.number as u32,
                rule: RuleId(self.first.0 + pattern.rule),
                span: line.document.line(line.number),
                evidence: Some(Evidence { field: pattern.field, index: pattern.index }),
            });
        }
        true
    }

    /// Adds the matches of any line.
    fn any_line(
        &mut self,
        line: &DocumentLine<'_>,
        place: Option<MemoPlace>,
        common: &mut Scratch,
        matches: &mut Matches,
    ) {
        let (found, contain, until) = (matches.by_line.len(), matches.lines_contain.len(), matches.until.len());
        self.scratch.get_or_init(|| Scratch::new(self.matcher.program));
        let Some(scratch) = self.scratch.get_mut() else { return };
        std::mem::swap(&mut scratch.folded, &mut common.folded);
        scratch.edges = common.edges;
        // A rule that is tried is another one the next time.
        let place = place.filter(|_| self.first.in_site().is_some());
        let (memo, owner) = (&mut common.memo_of_sites, self.first.0);
        let is_known = place.is_some_and(|place| scratch.set_of_site(memo, owner, line.text, place));
        if !is_known {
            self.matcher.hits_between(line.text, line.cues, scratch);
        }
        self.matcher.conclude(line, scratch, matches);
        if let (false, Some(place)) = (is_known, place) {
            let rule_of = |pattern: u32| self.matcher.program.patterns[pattern as usize].rule;
            scratch.remember_of_site(memo, owner, line.text, place, rule_of);
        }
        scratch.forget_rules();
        std::mem::swap(&mut scratch.folded, &mut common.folded);
        let number = |rule: &mut RuleId| rule.0 += self.first.0;
        matches.by_line[found..].iter_mut().for_each(|m| number(&mut m.rule));
        matches.lines_contain[contain..]
            .iter_mut()
            .chain(&mut matches.until[until..])
            .for_each(|(rule, _)| number(rule));
    }
}
