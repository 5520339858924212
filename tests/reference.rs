//! A slow and simple implementation of the rule format, with which the engine is compared.
//!
//! It was written from the rule format and docs/design, not from the engine: no automaton, no masks, no
//! prefix sums. Every text of every rule is tried at every position of every line, and lines and characters
//! are counted again for every decision. Folding and the cues of a line are those of the library, which has
//! separate tests for them.

use std::collections::BTreeSet;
use std::ops::Range;

use dehusk::{
    Action, Anchor, Cues, Document, FoldedLine, Phrase, Position, Profile, Remove, RemoveKind, Rule, RuleSet, Shape,
    Status, TextField, TextRole,
};

use crate::reference_texts::{Found, core, places, regex_of};
use crate::reference_words::{are_quoted, is_made_of};

/// The body of a text.
pub fn body(rules: &RuleSet, profile: Profile, document: &Document<'_>) -> String {
    let mut text = Text::new(document.text());
    // If a rule removes words, another rule may match the shorter line; so the result is processed again.
    for _ in 0..200 {
        let decision = Decider::new(rules, profile, document, &text).decide();
        let Some((left, words_went)) = decision else { break };
        text = left;
        if !words_went {
            break;
        }
    }
    text.lines.iter().flat_map(|line| [line.raw.as_str(), line.end.as_str()]).collect()
}

/// The lines on which all conditions of the rule hold, without its position.
pub fn matching_lines(rules: &RuleSet, rule: &Rule, document: &Document<'_>) -> Vec<usize> {
    let text = Text::new(document.text());
    (0..text.lines.len()).filter(|&line| matches(rules, rule, document, &text, line).is_some()).collect()
}

/// A line: its text, terminator, folded text and cues.
#[derive(Clone)]
pub struct Line {
    pub raw: String,
    pub end: String,
    pub folded: String,
    pub cues: Cues,
}

impl Line {
    fn new(raw: &str, end: &str) -> Self {
        let folded = dehusk::fold(raw);
        Self { raw: raw.into(), end: end.into(), cues: Cues::of(raw, &folded), folded }
    }

    fn is_blank(&self) -> bool {
        self.folded.is_empty()
    }

    fn is(&self, shape: u16) -> bool {
        self.cues.shapes & shape != 0
    }
}

pub struct Text {
    pub lines: Vec<Line>,
}

impl Text {
    pub fn new(mut text: &str) -> Self {
        let mut lines = Vec::new();
        while !text.is_empty() {
            let at = text.find(['\n', '\r']).unwrap_or(text.len());
            let end = ["\r\n", "\n", "\r", ""]
                .into_iter()
                .find(|end| text[at..].starts_with(end))
                .expect("the last one always");
            lines.push(Line::new(&text[..at], end));
            text = &text[at + end.len()..];
        }
        Self { lines }
    }
}

fn texts<'r>(
    rules: &RuleSet,
    rule: &Rule,
    phrases: &'r [Phrase],
    anchor: Anchor,
    line: &Line,
) -> Vec<(&'r Phrase, Vec<Found>)> {
    phrases
        .iter()
        .map(|phrase| (phrase, places(&phrase.text, anchor, rule.exact, &rules.settings, &line.raw, &line.folded)))
        .filter(|(_, found)| !found.is_empty())
        .collect()
}

/// If all conditions hold on the line, except the position: the matched words of the first field of texts, as byte
/// ranges of the line.
fn matches(rules: &RuleSet, rule: &Rule, document: &Document<'_>, text: &Text, at: usize) -> Option<Vec<Range<usize>>> {
    let line = &text.lines[at];
    let c = &rule.conditions;
    if line.is_blank() || !applies(rule, document) {
        return None;
    }
    let mut words: Option<Vec<Found>> = None;
    // All that was found, for the question whether it is only quoted.
    let mut asked: Vec<Range<usize>> = Vec::new();
    // Beside other texts those of a bar are only a condition.
    let bar_alone = TextField::asked().all(|field| field == TextField::MadeOf || field.texts(rule).is_empty());
    for field in TextField::asked() {
        let (phrases, all) = (field.texts(rule), field.role() == TextRole::AllOf);
        if phrases.is_empty() || (field == TextField::MadeOf && !bar_alone) {
            continue;
        }
        // A bar begins with one of its words.
        let anchor = if field == TextField::MadeOf { Anchor::Start } else { field.anchor() };
        let found = texts(rules, rule, phrases, anchor, line);
        if found.is_empty() || (all && found.len() < phrases.len()) {
            return None;
        }
        asked.extend(found.iter().flat_map(|(_, places)| places).map(|found| found.raw.clone()));
        words.get_or_insert_with(|| found.into_iter().flat_map(|(_, places)| places).collect());
    }
    if !c.made_of.is_empty() && !is_made_of(&c.made_of, rule.exact, &line.raw) {
        return None;
    }
    let forbidden = |field: TextField| !texts(rules, rule, field.texts(rule), field.anchor(), line).is_empty();
    if TextField::of_role(TextRole::NoneOf).any(forbidden) {
        return None;
    }
    let label_end = words.as_ref().and_then(|found| found.first()).map_or(0, |first| first.folded.end);
    if !c.regex.is_empty() {
        let regexes = c.regex.iter().map(|phrase| regex_of(&phrase.text));
        let found: Vec<Range<usize>> =
            regexes.flat_map(|r| r.find_iter(&line.folded).map(|m| m.range()).collect::<Vec<_>>()).collect();
        if found.is_empty() {
            return None;
        }
        let view = FoldedLine::new(&line.raw);
        words.get_or_insert_with(|| {
            found.into_iter().map(|f| Found { raw: view.to_original(f.clone()), folded: f }).collect()
        });
    }
    // These texts were made of no HTML, so no line stands in an element.
    if !c.inside.is_empty() {
        return None;
    }
    let has = |shape: &Shape| match shape {
        Shape::Quoted => are_quoted(&line.raw, &asked),
        shape => has_shape(*shape, text, at, label_end),
    };
    if (!c.looks_like.is_empty() && !c.looks_like.iter().any(has)) || c.unless_looks_like.iter().any(has) {
        return None;
    }
    let chars = line.cues.chars;
    let fits = c.min_length.is_none_or(|least| chars >= least) && c.max_length.is_none_or(|most| chars <= most);
    fits.then(|| words.unwrap_or_default().into_iter().map(|found| found.raw).collect())
}

fn applies(rule: &Rule, document: &Document<'_>) -> bool {
    let covers = |sites: &[String]| {
        document.host().is_some_and(|host| sites.iter().any(|s| host == s || host.ends_with(&format!(".{s}"))))
    };
    (rule.sites.is_empty() || covers(&rule.sites))
        && !covers(&rule.except_sites)
        && (rule.languages.is_empty() || document.language().is_some_and(|l| rule.languages.iter().any(|r| r == l)))
}

fn shape_bit(shape: Shape) -> u16 {
    match shape {
        Shape::Title => Cues::TITLE,
        Shape::Sentence => Cues::SENTENCE,
        Shape::ListItem => Cues::LIST_ITEM,
        Shape::Dated => Cues::DATED,
        Shape::Separator => Cues::SEPARATOR,
        Shape::Breadcrumb => Cues::BREADCRUMB,
        Shape::Keywords => Cues::KEYWORDS,
        Shape::Parenthesised => Cues::PARENTHESISED,
        Shape::DateOnly => Cues::DATE_ONLY,
        Shape::Address => Cues::ADDRESS,
        Shape::SaidAgain | Shape::Repeated | Shape::Quoted => 0,
    }
}

fn has_shape(shape: Shape, text: &Text, at: usize, label_end: usize) -> bool {
    let line = &text.lines[at];
    match shape {
        Shape::Repeated => {
            text.lines[..at].iter().any(|before| !before.is_blank() && core(&before.folded) == core(&line.folded))
        }
        Shape::SaidAgain => {
            let behind: Vec<char> = line.folded[label_end..].chars().skip_while(|c| !c.is_alphanumeric()).collect();
            let said: String = behind.iter().take(12).collect();
            // The headline of a title tag: up to one of the first six separators, if that is five characters or more.
            let separators = (0..behind.len()).filter(|&i| "-_|".contains(behind[i])).take(6);
            let mut heads = separators.map(|end| behind[..end].iter().collect::<String>());
            let headline = heads.find(|head| core(head).chars().count() >= 5);
            text.lines[at + 1..].iter().filter(|l| !l.raw.is_empty()).take(40).any(|later| {
                (behind.len() >= 12 && later.folded.contains(&said))
                    || headline.as_ref().is_some_and(|headline| core(&later.folded) == core(headline))
            })
        }
        _ => line.is(shape_bit(shape)),
    }
}

/// The direction of a sweep.
#[derive(Clone, Copy, PartialEq)]
enum Sweep {
    FromEnd,
    FromStart,
}

/// What a rule removes at a line: a block of lines (as ranks among the remaining lines), or words of the line.
struct Goes {
    block: Range<usize>,
    words: bool,
}

struct Decider<'a> {
    rules: &'a RuleSet,
    profile: Profile,
    text: &'a Text,
    /// By rule and line: the matched words if all conditions hold, see [`matches`].
    matched: Vec<Vec<Option<Vec<Range<usize>>>>>,
    /// By line: whether the conditions of an active rule hold, without its position (rules that remove words are
    /// ignored).
    claimed: Vec<bool>,
    /// By line: whether it is removed.
    removed: Vec<bool>,
    /// The pairs of rule and line whose words are removed.
    words: BTreeSet<(usize, usize)>,
    /// By rule and line: whether the line contains a text of `lines_contain`.
    containing: Vec<Vec<bool>>,
    /// By rule and line: whether the line is a text of `until`.
    ending: Vec<Vec<bool>>,
    /// By rule and line: is one of `frames`; is one of `unless_page_has`.
    framing: Vec<Vec<bool>>,
    of_forum: Vec<Vec<bool>>,
}

impl<'a> Decider<'a> {
    fn new(rules: &'a RuleSet, profile: Profile, document: &Document<'_>, text: &'a Text) -> Self {
        let lines = text.lines.len();
        let acts = |rule: &Rule| rule.status != Status::Off && (rule.action == Action::Keep || rule.profile <= profile);
        let nothing = || vec![None; lines];
        let matched: Vec<Vec<_>> = rules
            .rules
            .iter()
            .map(|rule| {
                if acts(rule) {
                    (0..lines).map(|at| matches(rules, rule, document, text, at)).collect()
                } else {
                    nothing()
                }
            })
            .collect();
        let mut claimed = vec![false; lines];
        let hits = |rule: &Rule, phrases: &[Phrase], anchor, line: &Line| {
            !line.is_blank() && !texts(rules, rule, phrases, anchor, line).is_empty()
        };
        let mut containing = Vec::new();
        let mut ending = Vec::new();
        let (mut framing, mut of_forum) = (Vec::new(), Vec::new());
        for (rule, matched) in rules.rules.iter().zip(&matched) {
            let Action::Remove(remove) = &rule.action else {
                containing.push(Vec::new());
                ending.push(Vec::new());
                framing.push(Vec::new());
                of_forum.push(Vec::new());
                continue;
            };
            containing.push(text.lines.iter().map(|l| hits(rule, &remove.lines_contain, Anchor::Inside, l)).collect());
            ending.push(text.lines.iter().map(|l| hits(rule, &remove.until, Anchor::Whole, l)).collect());
            // A frame is a short line.
            let short = |rule, phrases: &[Phrase], line: &Line| {
                line.cues.chars <= 120 && hits(rule, phrases, Anchor::Whole, line)
            };
            framing.push(text.lines.iter().map(|l| short(rule, &remove.frames, l)).collect());
            of_forum.push(text.lines.iter().map(|l| short(rule, &remove.unless_page_has, l)).collect());
            if rule.status == Status::On && remove.kind != RemoveKind::Phrase {
                matched.iter().zip(&mut claimed).for_each(|(m, claimed)| *claimed |= m.is_some());
            }
        }
        let (removed, words) = (vec![false; lines], BTreeSet::new());
        Self { rules, profile, text, matched, claimed, removed, words, containing, ending, framing, of_forum }
    }

    /// The remaining text, and whether words were removed; `None` if nothing is removed, or too much.
    fn decide(mut self) -> Option<(Text, bool)> {
        self.sweeps();
        if self.profile != Profile::Archive && self.take_between() {
            self.sweeps();
        }
        self.rest()
    }

    fn sweeps(&mut self) {
        loop {
            let from_end = self.sweep(Sweep::FromEnd);
            let from_start = self.sweep(Sweep::FromStart);
            if !from_end && !from_start {
                break;
            }
        }
    }

    /// Below the last long sentence that no rule claims: removes rows of short lines with a removed line right above and
    /// below, or with the end of the text below. There are two such sentences at least, no fewer characters in them than in
    /// what remains below, and two removed lines below.
    fn take_between(&mut self) -> bool {
        let live = self.live();
        let line = |rank: usize| &self.text.lines[live[rank]];
        let is_text = |rank: &usize| line(*rank).is(Cues::LONG_SENTENCE) && !self.claimed[live[*rank]];
        let text: Vec<usize> = (0..live.len()).filter(is_text).collect();
        let [_, .., last] = text.as_slice() else { return false };
        let chars = |ranks: &mut dyn Iterator<Item = usize>| -> u64 {
            ranks.map(|rank| u64::from(line(rank).cues.chars)).sum()
        };
        let is_long = chars(&mut (last + 1..live.len())) > chars(&mut text.iter().copied());
        if is_long || self.removed[live[*last]..].iter().filter(|removed| **removed).count() < 2 {
            return false;
        }
        let removed_between = |a: usize, b: usize| self.removed[a..b].iter().any(|&removed| removed);
        let mut rows: Vec<Vec<usize>> = vec![Vec::new()];
        for rank in last + 1..live.len() {
            if removed_between(live[rank - 1], live[rank]) {
                rows.push(Vec::new());
            }
            rows.last_mut().expect("one at least").push(rank);
        }
        // The first row stands right below the sentence.
        rows.remove(0);
        let is_short =
            |rank: &usize| line(*rank).is(Cues::TITLE) && !self.keep_holds(&live, *rank, Sweep::FromEnd, &|_| true);
        let most = self.rules.settings.lines_between as usize;
        let going: Vec<usize> =
            rows.into_iter().filter(|row| row.len() <= most && row.iter().all(is_short)).flatten().collect();
        going.iter().for_each(|&rank| self.removed[live[rank]] = true);
        !going.is_empty()
    }

    /// The remaining lines, without blank ones. Their indexes in this list are called ranks.
    fn live(&self) -> Vec<usize> {
        (0..self.text.lines.len()).filter(|&line| !self.removed[line] && !self.text.lines[line].is_blank()).collect()
    }

    fn sweep(&mut self, way: Sweep) -> bool {
        let live = self.live();
        let mut going: BTreeSet<usize> = BTreeSet::new();
        // Lines that a keep protects in the text that remains when the sweep reaches them.
        let mut kept_late: BTreeSet<usize> = BTreeSet::new();
        let mut words = Vec::new();
        let mut order: Vec<usize> = (0..live.len()).collect();
        if way == Sweep::FromEnd {
            order.reverse();
        }
        for rank in order {
            if self.keep_holds(&live, rank, way, &|r| !going.contains(&r)) {
                kept_late.insert(rank);
            }
            let mut here = Vec::new();
            for (id, rule) in self.rules.rules.iter().enumerate() {
                let Action::Remove(remove) = &rule.action else { continue };
                let line = live[rank];
                if rule.status != Status::On || self.matched[id][line].is_none() || self.words.contains(&(id, line)) {
                    continue;
                }
                let Some(goes) = self.block(id, remove, &live, rank) else { continue };
                let text_left = |r: usize| !going.contains(&r);
                // The position of a cut to the start is that of its own line, which is the last one of the block.
                let placed = match remove.kind {
                    RemoveKind::ToStart => goes.block.end - 1..goes.block.end,
                    _ => goes.block.clone(),
                };
                let at = Place::new(self, &live, &placed, way, &text_left);
                let kept = |r: usize| kept_late.contains(&r) || self.keep_holds(&live, r, way, &|_| true);
                if !at.holds(rule.conditions.position) || goes.block.clone().any(kept) {
                    continue;
                }
                if self.share(id, remove, &live, &goes) > remove.max_share {
                    continue;
                }
                match goes.words {
                    true => words.push((id, line)),
                    false => here.push(goes.block),
                }
            }
            going.extend(here.into_iter().flatten());
        }
        let changed = !going.is_empty() || !words.is_empty();
        going.into_iter().for_each(|rank| self.removed[live[rank]] = true);
        self.words.extend(words);
        changed
    }

    /// Whether a keep protects a line. `stays` tells which lines count for its position: those at the beginning of the
    /// sweep, or those that remain so far.
    fn keep_holds(&self, live: &[usize], rank: usize, way: Sweep, stays: &dyn Fn(usize) -> bool) -> bool {
        self.rules.rules.iter().enumerate().any(|(id, rule)| {
            rule.action == Action::Keep
                && rule.status == Status::On
                && self.matched[id][live[rank]].is_some()
                && Place::new(self, live, &(rank..rank + 1), way, stays).holds(rule.conditions.position)
        })
    }

    /// How much of the remaining text the rule removes, in percent of its characters.
    fn share(&self, id: usize, remove: &Remove, live: &[usize], goes: &Goes) -> f32 {
        let chars = |line: usize| u64::from(self.text.lines[line].cues.chars);
        let all: u64 = live.iter().map(|&line| chars(line)).sum();
        let taken: u64 = match remove.kind {
            // All lines that the rule matches count, not only this one.
            RemoveKind::Line => {
                live.iter().filter(|&&line| self.matched[id][line].is_some()).map(|&line| chars(line)).sum()
            }
            RemoveKind::Phrase => {
                let of_line = |line: usize| {
                    let raw = &self.text.lines[line].raw;
                    let words = self.matched[id][line].iter().flatten();
                    words.map(|w| raw[w.clone()].chars().filter(|c| !c.is_whitespace()).count() as u64).sum::<u64>()
                };
                live.iter().map(|&line| of_line(line)).sum()
            }
            _ => goes.block.clone().map(|rank| chars(live[rank])).sum(),
        };
        if all == 0 { 0.0 } else { (100.0 * taken as f64 / all as f64) as f32 }
    }

    /// What the rule removes at a line; `None` if the guards of its kind prevent that.
    fn block(&self, id: usize, remove: &Remove, live: &[usize], rank: usize) -> Option<Goes> {
        let line = |rank: usize| &self.text.lines[live[rank]];
        let matched = |rank: usize| self.matched[id][live[rank]].is_some();
        let separator = |rank: usize| line(rank).is(Cues::SEPARATOR);
        let contains = |rank: usize| self.containing[id][live[rank]] || separator(rank);
        // If the rule has `lines_contain`, every further line must contain one of its texts.
        let all_contain = |mut ranks: Range<usize>| remove.lines_contain.is_empty() || ranks.all(contains);
        let block = match remove.kind {
            RemoveKind::Line | RemoveKind::Phrase => rank..rank + 1,
            RemoveKind::Run => {
                // A run is only considered at its first line.
                let before = (0..rank).rev().find(|&r| !separator(r) || matched(r));
                if before.is_some_and(matched) {
                    return None;
                }
                let (mut start, mut end, mut lines) = (rank, rank + 1, 1);
                for r in rank + 1..live.len() {
                    if matched(r) {
                        lines += 1;
                        end = r + 1;
                    } else if !separator(r) {
                        break;
                    }
                }
                if lines < remove.at_least {
                    return None;
                }
                while start > 0 && separator(start - 1) {
                    start -= 1;
                }
                while end < live.len() && separator(end) {
                    end += 1;
                }
                start..end
            }
            RemoveKind::Paragraph => {
                let joined = |a: usize, b: usize| (live[a]..live[b]).all(|l| !self.text.lines[l].is_blank());
                let mut block = rank..rank + 1;
                while block.start > 0 && joined(block.start - 1, block.start) {
                    block.start -= 1;
                }
                while block.end < live.len() && joined(block.end - 1, block.end) {
                    block.end += 1;
                }
                if !all_contain(block.start..rank) || !all_contain(rank + 1..block.end) {
                    return None;
                }
                block
            }
            RemoveKind::List => {
                let default = Cues::LIST_ITEM | Cues::DATED | Cues::TITLE;
                let asked = remove.lines_look_like.iter().fold(0, |bits, &shape| bits | shape_bit(shape));
                let block = self.heading_and_items(
                    live,
                    rank,
                    if remove.lines_look_like.is_empty() { default } else { asked },
                )?;
                if ((block.len() - 1) as u32) < remove.at_least {
                    return None;
                }
                block
            }
            RemoveKind::Thread => self.thread(id, remove, live, rank)?,
            RemoveKind::Section => rank..(rank + 1..live.len()).find(|&r| !contains(r)).unwrap_or(live.len()),
            RemoveKind::ToEnd | RemoveKind::ToStart | RemoveKind::Until => {
                let (whole, further) = match remove.kind {
                    RemoveKind::ToEnd => (rank..live.len(), rank + 1..live.len()),
                    RemoveKind::ToStart => (0..rank + 1, 0..rank),
                    _ => {
                        let last = (rank + 1..live.len()).find(|&r| self.ending[id][live[r]])?;
                        (rank..last + 1, rank + 1..last)
                    }
                };
                if !remove.lines_contain.is_empty() {
                    if !all_contain(further) {
                        return None;
                    }
                    whole
                } else if !self.is_text(live, further) {
                    whole
                } else if remove.kind == RemoveKind::ToEnd {
                    // The cut is not safe, but the heading and the short lines below it are.
                    self.heading_and_items(live, rank, Cues::TITLE | Cues::LIST_ITEM | Cues::DATED)?
                } else {
                    return None;
                }
            }
        };
        Some(Goes { block, words: remove.kind == RemoveKind::Phrase })
    }

    /// A heading and its comments: the first frame at most nine lines below, each next one at most twenty-six lines
    /// below the one before. Above stand three long sentences or three hundred characters of such; no line of the
    /// page is one of a forum, and of frames above there is one, and one more for every four below.
    fn thread(&self, id: usize, remove: &Remove, live: &[usize], rank: usize) -> Option<Range<usize>> {
        let is_frame = |r: &usize| self.framing[id][live[*r]];
        let mut below = Vec::new();
        for frame in (rank + 1..live.len()).filter(is_frame) {
            let (last, most) = below.last().map_or((rank, 9), |&last| (last, 26));
            if frame - last > most {
                break;
            }
            below.push(frame);
        }
        let above = (0..rank).filter(is_frame).count();
        let text: Vec<u64> = live[..rank]
            .iter()
            .filter(|&&l| self.text.lines[l].is(Cues::LONG_SENTENCE) && !self.claimed[l])
            .map(|&l| u64::from(self.text.lines[l].cues.chars))
            .collect();
        let article = text.len() >= 3 || text.iter().sum::<u64>() >= 300;
        let forum = live.iter().any(|&l| self.of_forum[id][l]) || above > 1 + below.len() / 4;
        let enough = !below.is_empty() && below.len() as u32 >= remove.at_least;
        (enough && article && !forum).then(|| rank..below[below.len() - 1] + 1)
    }

    /// Two long sentences that no rule claims, or more than 15 % of the characters of all such.
    fn is_text(&self, live: &[usize], ranks: Range<usize>) -> bool {
        let long = |ranks: Range<usize>| -> Vec<u64> {
            let lines =
                ranks.map(|r| live[r]).filter(|&l| self.text.lines[l].is(Cues::LONG_SENTENCE) && !self.claimed[l]);
            lines.map(|l| u64::from(self.text.lines[l].cues.chars)).collect()
        };
        let here = long(ranks);
        here.len() >= 2 || here.iter().sum::<u64>() as f64 > 0.15 * long(0..live.len()).iter().sum::<u64>() as f64
    }

    /// A heading and its items. If a sentence follows that no rule claims, the last item without bullet and date is
    /// the heading of that sentence, and not an item. Then a heading without items removes nothing.
    fn heading_and_items(&self, live: &[usize], rank: usize, items: u16) -> Option<Range<usize>> {
        let line = |rank: usize| &self.text.lines[live[rank]];
        let is_item = |r: &usize| line(*r).is(items) && !line(*r).is(Cues::LONG_SENTENCE);
        let mut end = rank + 1 + (rank + 1..live.len()).take_while(is_item).count();
        let sentence_follows = end < live.len() && line(end).is(Cues::SENTENCE) && !self.claimed[live[end]];
        if sentence_follows {
            if end - 1 > rank && !line(end - 1).is(Cues::LIST_ITEM | Cues::DATED) {
                end -= 1;
            }
            if end == rank + 1 {
                return None;
            }
        }
        Some(rank..end)
    }

    /// The text without the removals. Of the blank lines next to a removed line, one stays between two texts, and none
    /// at the start and end.
    fn rest(self) -> Option<(Text, bool)> {
        let goes_by_words = |line: usize| -> Vec<Range<usize>> {
            let of_line = self.words.iter().filter(|&&(_, at)| at == line);
            of_line.flat_map(|&(id, at)| self.matched[id][at].clone().unwrap_or_default()).collect()
        };
        let blank = |line: usize| self.text.lines[line].is_blank();
        let mut left = Vec::new();
        let mut words_went = false;
        let mut visible = 0;
        let count = self.text.lines.len();
        let mut at = 0;
        while at < count {
            if !self.removed[at] && !blank(at) {
                let line = &self.text.lines[at];
                let words = goes_by_words(at);
                let (mut raw, mut taken) = (String::new(), 0);
                for (i, c) in line.raw.char_indices() {
                    match words.iter().any(|w| w.contains(&i)) {
                        true => taken += u64::from(!c.is_whitespace()),
                        false => raw.push(c),
                    }
                }
                words_went |= raw != line.raw;
                visible += u64::from(line.cues.chars).saturating_sub(taken);
                left.push(Line::new(&raw, &line.end));
                at += 1;
                continue;
            }
            let gap: Vec<usize> = (at..count).take_while(|&l| self.removed[l] || blank(l)).collect();
            let stays = |line: &&usize| !self.removed[**line];
            let beside = gap.iter().any(|&l| self.removed[l]);
            let ends_text = at == 0 || at + gap.len() == count;
            let keep = match (beside, ends_text) {
                (false, _) => gap.len(),
                (true, false) => 1,
                (true, true) => 0,
            };
            left.extend(gap.iter().filter(stays).take(keep).map(|&l| self.text.lines[l].clone()));
            at += gap.len();
        }
        let changed = words_went || left.len() < count;
        (changed && visible >= u64::from(self.rules.settings.min_left)).then_some((Text { lines: left }, words_went))
    }
}

/// How many lines and characters there are before, in and behind a block.
struct Place {
    lines_before: usize,
    chars_before: u64,
    chars: u64,
    lines_behind: usize,
    chars_behind: u64,
    last: usize,
}

impl Place {
    /// On the side from which the sweep comes, only lines that stay are counted.
    fn new(
        decider: &Decider<'_>,
        live: &[usize],
        block: &Range<usize>,
        way: Sweep,
        stays: &dyn Fn(usize) -> bool,
    ) -> Self {
        let chars = |ranks: &[usize]| ranks.iter().map(|&r| u64::from(decider.text.lines[live[r]].cues.chars)).sum();
        let before: Vec<usize> = (0..block.start).filter(|&r| way == Sweep::FromEnd || stays(r)).collect();
        let behind: Vec<usize> = (block.end..live.len()).filter(|&r| way == Sweep::FromStart || stays(r)).collect();
        Self {
            lines_before: before.len(),
            chars_before: chars(&before),
            chars: chars(&block.clone().collect::<Vec<_>>()),
            lines_behind: behind.len(),
            chars_behind: chars(&behind),
            last: block.end - 1,
        }
    }

    fn holds(&self, position: Position) -> bool {
        let start = self.chars_before as f64;
        let end = (self.chars_before + self.chars) as f64;
        let total = end + self.chars_behind as f64;
        match position {
            Position::Anywhere => true,
            Position::Head => self.lines_before < 6 || start < 0.25 * total,
            // The first line is never in the tail; the next two only by their share of the text.
            Position::Tail => (self.last > 0 && end > 0.5 * total) || (self.last >= 3 && self.lines_behind < 5),
            Position::FirstLines(n) => self.lines_before < n as usize,
            Position::LastLines(n) => self.lines_behind < n as usize,
            Position::FirstPercent(p) => start < f64::from(p) / 100.0 * total,
            Position::LastPercent(p) => end > (1.0 - f64::from(p) / 100.0) * total,
        }
    }
}
