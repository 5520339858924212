//! Whether a rule matches a line on which its texts stand: all that the line itself decides.

use super::{DocumentLine, Hit, Match, Matcher, Matches, Scratch};
use crate::compile::{Effect, LazyRegex, rule_id};
use crate::pattern::Check;
use crate::quotes::{are_quoted, quotations};
use crate::removal::Evidence;
use crate::searched::{SearchedLine, exact_places};
use dehusk_rules::TextField;
use dehusk_text::{Document, FoldedLine, Span, core, fold, is_of_host, work};

impl Matcher<'_> {
    /// Reports the places where a rule matches the line. `false`: the line says by itself that it matches none such.
    pub(super) fn match_rule(
        &self,
        line: &DocumentLine<'_>,
        index: u32,
        mask: u64,
        scratch: &Scratch,
        matches: &mut Matches,
    ) -> bool {
        let &DocumentLine { document, number, text: original, cues, repeated } = line;
        let compiled = &self.program.rules[index as usize];
        if mask & compiled.required != compiled.required || !compiled.limits().hold(cues) {
            return false;
        }
        let own_shape = cues.any(compiled.shapes) || (compiled.repeated && repeated);
        let asks_others = compiled.repeated || compiled.repeated_below || compiled.quoted;
        let may_still = compiled.repeated_below || compiled.quoted;
        if (asks_others && !own_shape && !may_still) || (compiled.not_repeated && repeated) {
            return true;
        }
        if !is_of_site(&compiled.effect, document) || !compiled.is_inside(document, number) {
            return true;
        }
        let text = SearchedLine { original, folded: &scratch.folded, edges: scratch.edges, pairs: &scratch.pairs };
        // What says quickly that no regex matches comes first; to try one takes longer than the exceptions.
        let first_regex = compiled.regexes.iter().position(|regex| may_match(regex, &text));
        if first_regex.is_none() && !compiled.regexes.is_empty() {
            return false;
        }
        if text.has_any(&compiled.exceptions) {
            return false;
        }
        if !compiled.words.is_empty() && !compiled.words.make(original, text.folded()) {
            return false;
        }
        let regex = first_regex.and_then(|first| matching_regex(&compiled.regexes, first, &text));
        if regex.is_none() && first_regex.is_some() {
            return false;
        }
        let best = self.deciding_hit(index, scratch);
        let said = || repeated_below(document, number, &scratch.folded, best.map_or(0, |h| h.end as usize));
        let quoted = || self.is_quoted(index, original, scratch);
        let has_shape = || own_shape || (compiled.repeated_below && said()) || (compiled.quoted && quoted());
        if (may_still && !has_shape()) || (compiled.not_repeated_below && said()) || (compiled.not_quoted && quoted()) {
            return true;
        }
        // Last, as to guess the language of a text takes longer than all else.
        if !compiled.effect.languages.is_empty() && !speaks(&compiled.effect.languages, document) {
            return true;
        }
        let of_hit = |hit: Hit| {
            let pattern = &self.program.patterns[hit.pattern as usize];
            Evidence { field: pattern.field, index: pattern.index }
        };
        let of_regex = || regex.map(|at| Evidence { field: TextField::Regex, index: at as u32 });
        let evidence = best.map(of_hit).or_else(of_regex);
        let whole = document.line(number);
        let id = rule_id(index);
        if !compiled.effect.takes_words() {
            matches.by_line.push(Match { line: number as u32, rule: id, span: whole, evidence });
            return true;
        }
        // Every place of the field that decided; the map back to the original is made only here.
        let Some(evidence) = evidence else { return true };
        let view = FoldedLine::new(original);
        work::count(original.len());
        let mut take = |words: std::ops::Range<usize>, evidence: Evidence| {
            let words = view.to_original(words);
            let span = Span::new(whole.start + words.start, whole.start + words.end);
            matches.by_line.push(Match { line: number as u32, rule: id, span, evidence: Some(evidence) });
        };
        if evidence.field == TextField::Regex {
            for (at, regex) in compiled.regexes.iter().enumerate() {
                let evidence = Evidence { field: TextField::Regex, index: at as u32 };
                let found = regex.get().into_iter().flat_map(|regex| regex.find_iter(&scratch.folded));
                found.for_each(|found| take(found.range(), evidence));
            }
            return true;
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
            for words in exact_places(original, text, anchor) {
                let span = Span::new(whole.start + words.start, whole.start + words.end);
                matches.by_line.push(Match { line: number as u32, rule: id, span, evidence: Some(evidence) });
            }
        }
        true
    }

    /// The hit that decided: of the first field that has one, the first text.
    pub(crate) fn deciding_hit(&self, rule: u32, scratch: &Scratch) -> Option<Hit> {
        let first = self.hits_of(rule, scratch).first().copied();
        first.filter(|hit| self.program.patterns[hit.pattern as usize].field.is_asked())
    }

    /// Whether all that was found of the texts that the rule asks for stands in quotation marks of the line.
    pub(crate) fn is_quoted(&self, rule: u32, line: &str, scratch: &Scratch) -> bool {
        // All marks that open a quotation fold to one of these.
        if memchr::memchr3(b'"', b'<', b'>', scratch.folded.as_bytes()).is_none() {
            return false;
        }
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
    pub(crate) fn hits_of<'s>(&self, rule: u32, scratch: &'s Scratch) -> &'s [Hit] {
        let own = self.program.pattern_numbers(rule_id(rule));
        let start = scratch.hits.partition_point(|hit| hit.pattern < own.start);
        let len = scratch.hits[start..].partition_point(|hit| hit.pattern < own.end);
        &scratch.hits[start..start + len]
    }
}

/// The first regex that matches, from `first` on, of which it is known that it may.
pub(crate) fn matching_regex(regexes: &[LazyRegex], first: usize, line: &SearchedLine<'_>) -> Option<usize> {
    let folded = line.folded();
    let matches = |regex: &LazyRegex| {
        work::count(folded.len());
        regex.is_match_with(folded, line.pairs)
    };
    let mut from_first = (first..regexes.len()).map(|at| (at, &regexes[at]));
    let found = from_first.find(|&(at, regex)| (at == first || may_match(regex, line)) && matches(regex));
    found.map(|(at, _)| at)
}

/// Whether a regex may match; a quick no for most lines.
fn may_match(regex: &LazyRegex, line: &SearchedLine<'_>) -> bool {
    regex.may_stand_in(line.folded(), line.pairs)
}

/// Whether a rule applies to documents of this host.
fn is_of_site(rule: &Effect, document: &Document<'_>) -> bool {
    (rule.sites.is_empty() || is_of(&rule.sites, document))
        && (rule.except_sites.is_empty() || !is_of(&rule.except_sites, document))
}

/// Whether the document is from one of these hosts or their subdomains.
pub(crate) fn is_of(sites: &[String], document: &Document<'_>) -> bool {
    document.host().is_some_and(|host| sites.iter().any(|site| is_of_host(host, site)))
}

/// Whether the document is in one of these languages.
pub(crate) fn speaks(languages: &[String], document: &Document<'_>) -> bool {
    languages.iter().any(|language| document.speaks(language))
}

/// How many later lines are searched for a text that stands again.
const LOOK_AHEAD: usize = 40;
/// How much of the text must stand again: characters of the folded line.
const SAME: usize = 12;
/// A shorter text must be all that a later line says: the headline of a title tag, in front of `-`, `_` or `|`.
const SAME_LINE: usize = 5;

/// Whether the text behind `label_end` in the folded line begins or stands near the start of a later line, or is one up
/// to the name of a site.
pub(crate) fn repeated_below(document: &Document<'_>, line: usize, folded: &str, label_end: usize) -> bool {
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
pub(crate) fn headline_of_tag(text: &str) -> Option<&str> {
    let heads = text.match_indices(['-', '_', '|']).map(|(at, _)| core(&text[..at]));
    heads.take(SAME_LINE + 1).find(|head| head.chars().count() >= SAME_LINE)
}
