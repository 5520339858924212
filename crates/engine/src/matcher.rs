//! One pass over the document: which rule matches which line. Facts, no opinions.
//!
//! Each line is folded into a buffer that is used again for the next one, its cues are
//! counted, the literals in it are found, and the masks say which rules match. Nothing is
//! allocated for a line on which no literal stands. Positions, shares, keeps and everything
//! else that depends on other lines is left to [`super::decide`].

mod search;
mod seen;

use super::compile::{Effect, LazyAutomaton, LazyRegex, Program, rule_id};
use super::frames::{FRAME_LENGTH, FrameTexts, ShortLine};
use super::literals::LONG_LINE;
use super::pairs::LinePairs;
use super::pattern::{Check, bit};
use super::quotes::{are_quoted, quotations};
use super::removal::Evidence;
use super::searched::{Edges, SearchedLine, exact_places};
use super::sites::{Programs, SiteProgram};
use crate::finder::{Finder, Lines};
use dehusk_rules::{Action, RemoveKind, RuleId, TextField};
use dehusk_text::{Cues, Document, FoldedLine, Span, core, dates_in, fold, fold_counting, work};
use search::{Search, may_have_date, may_have_time};
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
    /// Those of some rules; the lines are all there.
    pub(crate) fn of_rules(&self, wanted: impl Fn(RuleId) -> bool) -> Self {
        let pairs = |all: &[(RuleId, u32)]| all.iter().copied().filter(|&(rule, _)| wanted(rule)).collect();
        Self {
            cues: self.cues.clone(),
            by_line: self.by_line.iter().copied().filter(|m| wanted(m.rule)).collect(),
            lines_contain: pairs(&self.lines_contain),
            until: pairs(&self.until),
            frames: pairs(&self.frames),
            forum_lines: pairs(&self.forum_lines),
            lines: Lines::default(),
        }
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
pub(super) struct Hit {
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
}

impl Scratch {
    pub(crate) fn new(program: &Program) -> Self {
        Self {
            folded: String::new(),
            edges: Edges::default(),
            masks: vec![0; program.rules.len()],
            touched: Vec::new(),
            hits: Vec::new(),
            tried: vec![0; program.patterns.len()],
            covered: vec![(0, 0); program.patterns.len()],
            line: 0,
            pairs: LinePairs::default(),
            seen: Seen::default(),
        }
    }
}

pub(crate) struct Matcher<'e> {
    pub(crate) program: &'e Program,
    pub(crate) prefilter: Prefilter,
    pub(crate) finder: Option<&'e Finder>,
}

impl Matcher<'_> {
    /// All matches in the document.
    pub(crate) fn matches(&self, document: &Document<'_>, scratch: &mut Scratch) -> Matches {
        self.matches_with(document, scratch, Programs { all: self.program, sites: None })
    }

    /// The same, with those of the rules for its site.
    pub(crate) fn matches_with(
        &self,
        document: &Document<'_>,
        scratch: &mut Scratch,
        programs: Programs<'_>,
    ) -> Matches {
        let sites = programs.sites.map(|sites| sites.of(document)).unwrap_or_default();
        let mut sites: Vec<SiteMatcher<'_>> = sites.into_iter().map(|site| SiteMatcher::new(site, self)).collect();
        let repeat_length = sites.iter().map(|site| site.matcher.program.repeat_length).max().unwrap_or(0);
        let repeat_length = repeat_length.max(self.program.repeat_length);
        let mut matches = Matches { cues: Vec::with_capacity(document.len()), ..Matches::default() };
        scratch.seen.forget();
        for line in 0..document.len() {
            let text = document.line_text(line);
            work::count(text.len() + 1);
            scratch.folded.clear();
            let counts = fold_counting(text, &mut scratch.folded);
            let cues = Cues::counted(text, &scratch.folded, &counts);
            matches.cues.push(cues);
            if let Some(finder) = self.finder {
                finder.read(&mut matches.lines, text, &scratch.folded);
            }
            if cues.any(Cues::BLANK) {
                continue;
            }
            scratch.edges = Edges::of(&scratch.folded);
            let core = &scratch.folded[scratch.edges.core_start..scratch.edges.core_end];
            let repeated = cues.chars <= repeat_length && !scratch.seen.insert(core);
            self.hits_between(text, cues, scratch);
            self.conclude(document, line, cues, repeated, scratch, &mut matches);
            for site in &mut sites {
                site.line(document, line, cues, repeated, scratch, &mut matches);
            }
        }
        matches.lines_contain.sort_unstable();
        matches.until.sort_unstable();
        self.read_frames(document, scratch, programs, &mut matches);
        matches
    }

    /// Finds the frames of the threads of which a heading was found.
    fn read_frames(
        &self,
        document: &Document<'_>,
        scratch: &mut Scratch,
        programs: Programs<'_>,
        matches: &mut Matches,
    ) {
        let mut found: Vec<(RuleId, &FrameTexts)> = Vec::new();
        for m in &matches.by_line {
            let compiled = programs.compiled(m.rule);
            if let Action::Remove(remove) = &compiled.effect.action
                && remove.kind == RemoveKind::Thread
                && found.iter().all(|(id, _)| *id != m.rule)
            {
                found.push((m.rule, compiled.frames.get(remove, &self.program.site_names)));
            }
        }
        if found.is_empty() {
            return;
        }
        for (line, &cues) in matches.cues.iter().enumerate() {
            if cues.any(Cues::BLANK) || cues.chars > FRAME_LENGTH {
                continue;
            }
            let text = document.line_text(line);
            work::count(text.len());
            scratch.folded.clear();
            fold_counting(text, &mut scratch.folded);
            scratch.pairs.forget();
            let short = ShortLine::new(SearchedLine::new(text, &scratch.folded, &scratch.pairs), cues);
            for &(rule, texts) in &found {
                if texts.frames.have(&short) {
                    matches.frames.push((rule, line as u32));
                }
                if texts.forum.have(&short) {
                    matches.forum_lines.push((rule, line as u32));
                }
            }
        }
        matches.frames.sort_unstable();
        matches.forum_lines.sort_unstable();
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
        match self.prefilter {
            Prefilter::On | Prefilter::Literals => {
                let is_on = self.prefilter == Prefilter::On;
                self.program.literals.find(&folded, core, is_on && cues.chars > LONG_LINE, |found| {
                    if is_on && !self.program.limits.get(found.literal as usize).hold(cues) {
                        return;
                    }
                    for at in self.program.patterns_of(found.literal as usize) {
                        search.try_pattern(at, Some((found.start, found.end)));
                    }
                });
            }
            Prefilter::Off => {
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
        if !self.program.on_digit.is_empty() && may_have_date(cues, &folded) {
            // Times and dates are sought once for all texts that ask for one.
            let mut timed = None;
            for one in &self.program.on_digit {
                if (self.prefilter != Prefilter::On || one.limits.hold(cues))
                    && (!one.time || *timed.get_or_insert_with(|| may_have_time(&folded)))
                    && (!one.date || !search.dates.get_or_insert_with(|| dates_in(&folded)).is_empty())
                {
                    search.try_without_literal(one.pattern);
                }
            }
        }
        self.program.always.iter().for_each(|&at| search.try_without_literal(at));
        search.try_put_off();
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

    /// Looks at the rules whose texts stand in the line and reports those that match it.
    fn conclude(
        &self,
        document: &Document<'_>,
        line: usize,
        cues: Cues,
        repeated: bool,
        scratch: &mut Scratch,
        matches: &mut Matches,
    ) {
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
                matches.lines_contain.push((rule_id(index), line as u32));
            }
            if mask & bit::UNTIL != 0 {
                matches.until.push((rule_id(index), line as u32));
            }
            if self.program.rules[index as usize].required != 0 {
                self.match_rule(document, line, cues, repeated, index, mask, scratch, matches);
            }
        }
        for &(index, limits) in &self.program.shape_only {
            if limits.hold(cues) {
                let mask = scratch.masks[index as usize];
                self.match_rule(document, line, cues, repeated, index, mask, scratch, matches);
            }
        }
        if matches.by_line.len() > first_match + 1 {
            matches.by_line[first_match..].sort_unstable();
        }
        for &index in &scratch.touched {
            scratch.masks[index as usize] = 0;
        }
        scratch.touched.clear();
    }

    #[allow(clippy::too_many_arguments)]
    fn match_rule(
        &self,
        document: &Document<'_>,
        line: usize,
        cues: Cues,
        repeated: bool,
        index: u32,
        mask: u64,
        scratch: &Scratch,
        matches: &mut Matches,
    ) {
        let compiled = &self.program.rules[index as usize];
        if mask & compiled.required != compiled.required || !compiled.limits().hold(cues) {
            return;
        }
        let own_shape = cues.any(compiled.shapes) || (compiled.repeated && repeated);
        let asks_others = compiled.repeated || compiled.repeated_below || compiled.quoted;
        let may_still = compiled.repeated_below || compiled.quoted;
        if (asks_others && !own_shape && !may_still) || (compiled.not_repeated && repeated) {
            return;
        }
        if !is_of_site(&compiled.effect, document) || !compiled.is_inside(document, line) {
            return;
        }
        let text = SearchedLine {
            original: document.line_text(line),
            folded: &scratch.folded,
            edges: scratch.edges,
            pairs: &scratch.pairs,
        };
        // What says quickly that no regex matches comes first; to try one takes longer than the exceptions.
        if !compiled.regexes.is_empty() && !compiled.regexes.iter().any(|regex| may_match(regex, &text)) {
            return;
        }
        if text.has_any(&compiled.exceptions) {
            return;
        }
        if !compiled.words.is_empty() && !compiled.words.make(document.line_text(line)) {
            return;
        }
        let regex = match compiled.regexes.as_slice() {
            [] => None,
            regexes => match first_regex(regexes, &text) {
                None => return,
                found => found,
            },
        };
        let best = self.deciding_hit(index, scratch);
        let said = || repeated_below(document, line, &scratch.folded, best.map_or(0, |h| h.end as usize));
        let quoted = || self.is_quoted(index, document.line_text(line), scratch);
        let has_shape = || own_shape || (compiled.repeated_below && said()) || (compiled.quoted && quoted());
        if (may_still && !has_shape()) || (compiled.not_repeated_below && said()) || (compiled.not_quoted && quoted()) {
            return;
        }
        // Last, as to guess the language of a text takes longer than all else.
        if !compiled.effect.languages.is_empty() && !speaks(&compiled.effect.languages, document) {
            return;
        }
        let of_hit = |hit: Hit| {
            let pattern = &self.program.patterns[hit.pattern as usize];
            Evidence { field: pattern.field, index: pattern.index }
        };
        let of_regex = || regex.map(|at| Evidence { field: TextField::Regex, index: at as u32 });
        let evidence = best.map(of_hit).or_else(of_regex);
        let whole = document.line(line);
        let id = rule_id(index);
        if !compiled.effect.takes_words() {
            matches.by_line.push(Match { line: line as u32, rule: id, span: whole, evidence });
            return;
        }
        // Every place of the field that decided; the map back to the original is made only here.
        let Some(evidence) = evidence else { return };
        let view = FoldedLine::new(document.line_text(line));
        work::count(document.line_text(line).len());
        let mut take = |words: std::ops::Range<usize>, evidence: Evidence| {
            let words = view.to_original(words);
            let span = Span::new(whole.start + words.start, whole.start + words.end);
            matches.by_line.push(Match { line: line as u32, rule: id, span, evidence: Some(evidence) });
        };
        if evidence.field == TextField::Regex {
            for (at, regex) in compiled.regexes.iter().enumerate() {
                let evidence = Evidence { field: TextField::Regex, index: at as u32 };
                let found = regex.get().into_iter().flat_map(|regex| regex.find_iter(&scratch.folded));
                found.for_each(|found| take(found.range(), evidence));
            }
            return;
        }
        let mut exact = Vec::new();
        for hit in self.hits_of(index, scratch) {
            let pattern = &self.program.patterns[hit.pattern as usize];
            match &pattern.check {
                _ if pattern.field != evidence.field => {}
                Check::Exact(text) => exact.push((text, pattern.anchor, of_hit(*hit))),
                _ => take(hit.start as usize..hit.end as usize, of_hit(*hit)),
            }
        }
        // Without tolerance the places are those of the line as it stands.
        for (text, anchor, evidence) in exact {
            for words in exact_places(document.line_text(line), text, anchor) {
                let span = Span::new(whole.start + words.start, whole.start + words.end);
                matches.by_line.push(Match { line: line as u32, rule: id, span, evidence: Some(evidence) });
            }
        }
    }

    /// The hit that decided: of the first field that has one, the first text.
    pub(super) fn deciding_hit(&self, rule: u32, scratch: &Scratch) -> Option<Hit> {
        let first = self.hits_of(rule, scratch).first().copied();
        first.filter(|hit| self.program.patterns[hit.pattern as usize].field.is_asked())
    }

    /// Whether all that was found of the texts that the rule asks for stands in quotation marks of the line.
    pub(super) fn is_quoted(&self, rule: u32, line: &str, scratch: &Scratch) -> bool {
        work::count(line.len());
        let quotations = quotations(line);
        // Few lines have any, and the map back to the original costs much more than looking for them.
        if quotations.is_empty() {
            return false;
        }
        let asked = |hit: &&Hit| self.program.patterns[hit.pattern as usize].field.is_asked();
        let view = FoldedLine::new(line);
        let hits = self.hits_of(rule, scratch).iter().filter(asked);
        are_quoted(line, &quotations, hits.map(|hit| view.to_original(hit.start as usize..hit.end as usize)))
    }

    /// The hits of a rule, in the order of field, text and place.
    pub(super) fn hits_of<'s>(&self, rule: u32, scratch: &'s Scratch) -> &'s [Hit] {
        let rule_of = |hit: &Hit| self.program.patterns[hit.pattern as usize].rule;
        let start = scratch.hits.partition_point(|hit| rule_of(hit) < rule);
        let len = scratch.hits[start..].partition_point(|hit| rule_of(hit) == rule);
        &scratch.hits[start..start + len]
    }
}

/// The search for the rules of one site, beside those for all.
struct SiteMatcher<'e> {
    file: u32,
    matcher: Matcher<'e>,
    scratch: Scratch,
}

impl<'e> SiteMatcher<'e> {
    fn new(site: &'e SiteProgram, beside: &Matcher<'e>) -> Self {
        let matcher = Matcher { program: &site.program, prefilter: beside.prefilter, finder: None };
        Self { file: site.file, matcher, scratch: Scratch::new(&site.program) }
    }

    /// Adds the matches of a line, which `common` has folded.
    fn line(
        &mut self,
        document: &Document<'_>,
        line: usize,
        cues: Cues,
        repeated: bool,
        common: &mut Scratch,
        matches: &mut Matches,
    ) {
        let (found, contain, until) = (matches.by_line.len(), matches.lines_contain.len(), matches.until.len());
        std::mem::swap(&mut self.scratch.folded, &mut common.folded);
        self.scratch.edges = common.edges;
        self.matcher.hits_between(document.line_text(line), cues, &mut self.scratch);
        self.matcher.conclude(document, line, cues, repeated, &mut self.scratch, matches);
        std::mem::swap(&mut self.scratch.folded, &mut common.folded);
        let of_site = |rule: &mut RuleId| *rule = RuleId::of_site(self.file, rule.0);
        matches.by_line[found..].iter_mut().for_each(|m| of_site(&mut m.rule));
        matches.lines_contain[contain..]
            .iter_mut()
            .chain(&mut matches.until[until..])
            .for_each(|(rule, _)| of_site(rule));
    }
}

/// The first regex that matches.
pub(super) fn first_regex(regexes: &[LazyRegex], line: &SearchedLine<'_>) -> Option<usize> {
    let folded = line.folded();
    let matches = |regex: &LazyRegex| {
        work::count(folded.len());
        regex.is_match(folded)
    };
    regexes.iter().position(|regex| may_match(regex, line) && matches(regex))
}

/// Whether a regex may match; a quick no for most lines.
fn may_match(regex: &LazyRegex, line: &SearchedLine<'_>) -> bool {
    regex.may_stand_in(line.folded(), |literal| line.may_have(literal))
}

/// Whether a rule applies to documents of this host.
fn is_of_site(rule: &Effect, document: &Document<'_>) -> bool {
    (rule.sites.is_empty() || is_of(&rule.sites, document)) && !is_of(&rule.except_sites, document)
}

/// Whether the document is from one of these hosts or their subdomains.
pub(super) fn is_of(sites: &[String], document: &Document<'_>) -> bool {
    document.host().is_some_and(|host| {
        sites
            .iter()
            .any(|site| host.strip_suffix(site.as_str()).is_some_and(|sub| sub.is_empty() || sub.ends_with('.')))
    })
}

/// Whether the document is in one of these languages.
pub(super) fn speaks(languages: &[String], document: &Document<'_>) -> bool {
    document.language().is_some_and(|language| languages.iter().any(|l| l == language))
}

/// How many later lines are searched for a text that stands again.
const LOOK_AHEAD: usize = 40;
/// How much of the text must stand again: characters of the folded line.
const SAME: usize = 12;
/// A shorter text must be all that a later line says: the headline of a title tag, in front of `-`, `_` or `|`.
const SAME_LINE: usize = 5;

/// Whether the text behind `label_end` in the folded line begins or stands near the start of a later line, or is one up
/// to the name of a site.
pub(super) fn repeated_below(document: &Document<'_>, line: usize, folded: &str, label_end: usize) -> bool {
    let text = folded[label_end..].trim_start_matches(|c: char| !c.is_alphanumeric());
    let said: String = text.chars().take(SAME).collect();
    let headline = headline_of_tag(text);
    let is_long = said.chars().count() == SAME;
    if !is_long && headline.is_none() {
        return false;
    }
    (line + 1..document.len()).filter(|&i| !document.line(i).is_empty()).take(LOOK_AHEAD).any(|i| {
        let text = document.line_text(i);
        let mut end = text.len().min(400);
        work::count(end);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let later = fold(&text[..end]);
        (is_long && later.contains(&said)) || headline.is_some_and(|headline| core(&later) == headline)
    })
}

/// What stands in front of the first separator that leaves enough.
pub(super) fn headline_of_tag(text: &str) -> Option<&str> {
    let heads = text.match_indices(['-', '_', '|']).map(|(at, _)| core(&text[..at]));
    heads.take(SAME_LINE + 1).find(|head| head.chars().count() >= SAME_LINE)
}
