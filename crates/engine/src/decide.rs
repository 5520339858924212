//! Matches, keeps and guards become removals. The only place that weighs one rule against another.
//!
//! All rules look at the same text and their removals are united, so the order of rules does
//! not exist. What is left is looked at again, since "the last line" is another one now, until
//! nothing changes. Each round is a sweep, by turns from the end to the start and from the
//! start to the end, that counts only the lines that stay: a hundred buttons in a row at the
//! very end go in one round, not in a hundred. Each round is linear in the lines and matches.
//!
//! Why a removal may not happen, in the order in which it is asked: the position, a `[[keep]]`
//! in the block (a block goes whole or not at all), too few lines, a further line without
//! `lines_contain`, sentences that resume after the cut, the share of the text.

use super::outcome::{Spared, SparedReason};
use super::removal::{Cause, Removal};
use super::round::{Direction, Round};
use super::state::{Decider, RefusedCandidate, RuleTurn, State};
use crate::finder::{Dropped, Lines, flag};
use dehusk_rules::{Action, RemoveKind, Status};

/// Sweeps after which the decision stands as it is. Measured on real pages, four are enough;
/// the limit only bounds the time that a hostile document can take.
const MAX_SWEEPS: usize = 100;

/// What goes and what was spared.
#[derive(Debug, Default)]
pub(crate) struct Decision {
    pub(crate) removals: Vec<Removal>,
    pub(crate) spared: Vec<Spared>,
    pub(crate) would_be_empty: bool,
    /// Characters (not space) of body that are left, or would be.
    pub(crate) left: u64,
    /// The line that the body finder takes for the headline.
    pub(crate) headline: Option<u32>,
    /// The body finder and the rules together left too little, so the rules decided alone.
    pub(crate) rules_alone: bool,
}

/// Who looks on while rounds go by: shown the text before each sweep and its direction, and at
/// the end the text that is left.
pub(crate) type Watcher<'w> = &'w mut dyn FnMut(&State, Option<Direction>);

impl Decider<'_> {
    /// What the rules decide.
    pub(crate) fn decide(&self) -> Decision {
        self.decide_watched(&mut |_, _| ())
    }

    /// The same, looked on.
    pub(crate) fn decide_watched(&self, watch: Watcher<'_>) -> Decision {
        let mut state = self.start(RuleTurn::OfAny);
        let mut round = self.rounds(&mut state, watch);
        if self.take_between(&round, &mut state) {
            round = self.rounds_from(round.next(&state), &mut state, watch);
        }
        self.finish(state, None, round, watch)
    }

    /// What the rules and the body finder decide together. The finder is shown what the rules for all
    /// have taken; then the rules look at what it leaves, whose last line is another one now. The rules of a site look at
    /// both texts after those for all: so what they take changes nothing about what else goes.
    pub(crate) fn decide_with(
        &self,
        mut lines: Lines,
        dropped: impl FnOnce(&Lines) -> Vec<Dropped>,
        watch: Watcher<'_>,
    ) -> Decision {
        let mut state = self.start(self.first_turn());
        let round = self.rounds(&mut state, watch);
        mark(&state, &round, &mut lines);
        // What the rules of the site take of the same text. Where the finder takes it too, they are named.
        let of_site = (state.turn == RuleTurn::ForAll).then(|| {
            let mut state = self.turn_of_site(&state);
            drop(self.rounds(&mut state, watch));
            state
        });
        for line in dropped(&lines) {
            if state.is_removed(line.line as usize) {
                continue;
            }
            state.taken[line.line as usize] = state.mark_of(Cause::Finder { points: line.points });
        }
        let round = self.rounds_from(round.next(&state), &mut state, watch);
        let decision = self.finish(state, of_site, round, watch);
        // Where both together leave too little, the finder was wrong about the page.
        if decision.would_be_empty { Decision { rules_alone: true, ..self.decide() } } else { decision }
    }

    /// The lines as the finder is shown them.
    pub(crate) fn marked(&self, mut lines: Lines) -> Lines {
        let mut state = self.start(self.first_turn());
        let round = self.rounds(&mut state, &mut |_, _| ());
        mark(&state, &round, &mut lines);
        lines
    }

    /// Whether the rules alone take a line.
    pub(crate) fn takes_a_line(&self) -> bool {
        let mut state = self.start(RuleTurn::OfAny);
        drop(self.rounds(&mut state, &mut |_, _| ()));
        (0..self.document.len()).any(|line| state.is_removed(line))
    }

    /// Sweeps until one takes no line; gives the round of the text that is left, in which nothing is judged yet.
    ///
    /// In such a sweep every candidate was judged on the text that is left, with nothing gone before it.
    /// So would it be in a sweep the other way, and in all that could come: nothing changes any more. Words
    /// that go change no line, nor what is asked of it.
    fn rounds<'s>(&'s self, state: &mut State, watch: Watcher<'_>) -> Round<'s, 's> {
        self.rounds_from(Round::new(self, state), state, watch)
    }

    /// The same from a round that is made for the text that is left.
    fn rounds_from<'s>(&'s self, mut round: Round<'s, 's>, state: &mut State, watch: Watcher<'_>) -> Round<'s, 's> {
        for direction in [Direction::FromEnd, Direction::FromStart].into_iter().cycle().take(MAX_SWEEPS) {
            watch(state, Some(direction));
            round.sweep(direction, state);
            if !round.apply(state) {
                round.is_last = true;
                break;
            }
            round = round.next(state);
        }
        round
    }

    /// Whose turn comes first where the finder judges, too.
    fn first_turn(&self) -> RuleTurn {
        if self.has_site { RuleTurn::ForAll } else { RuleTurn::OfAny }
    }

    fn start(&self, turn: RuleTurn) -> State {
        let (taken, words) = (vec![0; self.matches.cues.len()], vec![false; self.matches.by_line.len()]);
        State { taken, causes: Vec::new(), words, claimed: self.claimed(turn), turn }
    }

    /// By line: whether a rule whose turn it is would take it.
    fn claimed(&self, turn: RuleTurn) -> Vec<bool> {
        let mut claimed = vec![false; self.matches.cues.len()];
        for (index, m) in self.matches.by_line.iter().enumerate() {
            let rule = self.rule(index);
            let Action::Remove(remove) = &rule.action else { continue };
            claimed[m.line as usize] |=
                rule.status == Status::On && remove.kind != RemoveKind::Phrase && turn.is_of(|| self.is_of_site(index));
        }
        claimed
    }

    /// The turn of the rules of the site, which see what the others would take as such.
    fn turn_of_site(&self, state: &State) -> State {
        State { turn: RuleTurn::OfSite, claimed: self.claimed(RuleTurn::OfAny), ..state.clone() }
    }

    /// `of_site`: what the rules of the site took of the text that the finder saw. `round`: of the text that the others left.
    fn finish<'s>(
        &'s self,
        mut state: State,
        of_site: Option<State>,
        mut round: Round<'s, 's>,
        watch: Watcher<'_>,
    ) -> Decision {
        let mut held = round.take_held();
        if state.turn == RuleTurn::ForAll {
            watch(&state, None);
            of_site.iter().for_each(|of_site| state.unite(of_site));
            state = self.turn_of_site(&state);
            round = self.rounds(&mut state, watch);
            held = held.zip(round.take_held()).map(|(mut held, of_site)| {
                held.extend(of_site);
                held.retain(|&(index, _)| round.remaining.rank(self.matches.by_line[index].line).is_some());
                held.sort_unstable_by_key(|&(index, _)| index);
                held
            });
        }
        watch(&state, None);
        let state = &state;
        // Blank lines have no characters.
        let left = round.remaining.all_chars();
        let spared = self.spared(state, round, held);
        let words = self.word_removals(state);
        let in_words: u64 = words.iter().map(|w| self.visible_chars(w.span)).sum();
        let removals = super::seams::removals(self.document, self.matches, state, &words);
        let left = left.saturating_sub(in_words);
        let mut decision = Decision { removals, spared, left, ..Decision::default() };
        if left < u64::from(self.programs.all.min_left) {
            decision.would_be_empty = !decision.removals.is_empty();
            for removal in std::mem::take(&mut decision.removals) {
                if let Cause::Rule { rule, .. } = removal.cause {
                    decision.spared.push(Spared { span: removal.span, rule, reason: SparedReason::NothingLeft });
                }
            }
        }
        decision
    }

    /// The words that go, on lines that stay.
    fn word_removals(&self, state: &State) -> Vec<Removal> {
        let mut words: Vec<Removal> = Vec::new();
        for (m, &goes) in self.matches.by_line.iter().zip(&state.words) {
            if !goes || state.is_removed(m.line as usize) {
                continue;
            }
            let cause = Cause::Rule { rule: m.rule, evidence: m.evidence, anchor: m.line };
            words.push(Removal { span: m.span, cause });
        }
        words.sort_by_key(|r| (r.span.start, std::cmp::Reverse(r.span.end)));
        let mut united: Vec<Removal> = Vec::with_capacity(words.len());
        for word in words {
            match united.last_mut() {
                Some(last) if word.span.start < last.span.end => {
                    last.span.end = last.span.end.max(word.span.end);
                }
                _ => united.push(word),
            }
        }
        united
    }

    /// What would have gone in the text as it now is, and why it did not.
    /// What acts was judged in a last sweep: `held` are the matches that a guard held back in it.
    fn spared(&self, state: &State, mut round: Round<'_, '_>, held: Option<Vec<(usize, SparedReason)>>) -> Vec<Spared> {
        let mut spared = Vec::new();
        let mut held = held.map(|held| held.into_iter().peekable());
        for (index, m) in self.matches.by_line.iter().enumerate() {
            let rule = self.rule(index);
            let (Some(rank), Action::Remove(remove)) = (round.remaining.rank(m.line), &rule.action) else { continue };
            if state.words[index] {
                continue;
            }
            if let (Some(held), Status::On) = (&mut held, rule.status) {
                if let Some((_, reason)) = held.next_if(|&(at, _)| at == index) {
                    spared.push(Spared { span: m.span, rule: m.rule, reason });
                }
                continue;
            }
            let reason = match round.judge(index, m, remove, rank, state) {
                Ok(_) if rule.status == Status::Trial => SparedReason::Trial,
                Err(RefusedCandidate::Guard(reason)) => reason,
                // A round limit is all that can leave an accepted candidate behind.
                Ok(_) | Err(RefusedCandidate::Silent) => continue,
            };
            spared.push(Spared { span: m.span, rule: m.rule, reason });
        }
        spared
    }
}

/// Tells the finder what the rules for all take, as of now, and what the rules keep.
///
/// What the rules of a site take, it is not told. The points were fitted to pages without such rules, and what is gone
/// changes what stands beside what: lines would go that were judged rightly before.
fn mark(state: &State, round: &Round<'_, '_>, lines: &mut Lines) {
    for line in &mut lines.lines {
        if state.is_removed(line.number as usize) {
            line.flags |= flag::TAKEN;
        } else if round.remaining.rank(line.number).is_some_and(|rank| round.keeper(rank).is_some()) {
            line.flags |= flag::KEPT;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Engine;
    use dehusk_rules::{RuleSet, SiteFiles, Source};
    use dehusk_text::Document;

    const ARTICLE: &str = "\
The ferry left before dawn, and the whole village stood on the pier to watch it go into the fog.
Nobody had told them how long the crossing would take, or who would meet them on the other side.
By noon the fog had lifted, and the first boats came back with their nets half full of silver fish.
";

    /// Long sentences below a heading.
    const MORE: &str = "\
Whoever came too late for the boat had to wait at the inn until the tide turned again in the evening.
Whoever came too early for it sat on the wall of the harbour and looked at the water for an hour or two.
";

    /// A cut at a heading.
    const CUT: &str = "[[rule]]\nname = 'cut'\nis = 'Related'\nremove = 'to_end'\nremoves = 'Related'\n";

    /// A rule that matches [`MORE`] where it does not act.
    const CLAIMS: &str = "[[rule]]\nname = 'claims'\nstarts_with = 'Whoever came'\nwhere = 'first line'\nremoves = 'Whoever came, went.'\n";

    /// What is left where a finder judges the text, too, and takes none of its lines.
    fn left(for_all: &str, of_site: &str) -> String {
        let rules = RuleSet::from_sources(&[Source::new("own.toml", for_all)]).unwrap_or_else(|e| panic!("{e}"));
        let files = SiteFiles::of_sources(vec![Source::new("sites/a.example.toml", of_site)]);
        let engine = Engine::builder().rules_only().site_files(files.into()).build(&rules).expect("the rules compile");
        let text = format!("{ARTICLE}Related\n- Boats of the day\n{MORE}");
        let document = Document::new(&text).expect("it is short").with_host("a.example");
        let (matches, lines) = engine.all_matches(&document, None);
        let decision = engine.decider(&document, &matches).decide_with(lines, |_| Vec::new(), &mut |_, _| ());
        crate::render::body(&text, &decision.removals)
    }

    #[test]
    fn what_rules_of_a_site_would_take_is_text_for_the_others() {
        let without = left(CUT, "");
        assert_eq!(without, format!("{ARTICLE}{MORE}"));
        assert_eq!(left(CUT, CLAIMS), without);
        assert_eq!(left(&format!("{CUT}{CLAIMS}"), ""), ARTICLE);
    }

    #[test]
    fn what_any_rule_would_take_is_no_text_for_those_of_a_site() {
        assert_eq!(left("", CUT), format!("{ARTICLE}{MORE}"));
        assert_eq!(left(CLAIMS, CUT), ARTICLE);
        assert_eq!(left("", &format!("{CUT}{CLAIMS}")), ARTICLE);
    }

    #[test]
    fn the_finder_is_shown_what_rules_take_and_keep() {
        let rules = "[[rule]]\nname = 'r'\nstarts_with = 'Boats'\nremoves = 'Boats'\n\
                     [[keep]]\nname = 'k'\nends_with = 'night'\n";
        let rules = RuleSet::from_sources(&[Source::new("own.toml", rules)]).unwrap_or_else(|e| panic!("{e}"));
        let engine = Engine::builder().input(crate::Input::Page).build(&rules).expect("the rules compile");
        let text = format!("{ARTICLE}Boats\n\nBoats of the night\nBridges\n");
        let document = Document::new(&text).expect("it is short");
        let (matches, lines) = engine.all_matches(&document, engine.finder());
        let decider = engine.decider(&document, &matches);
        let flags = |lines: &Lines| -> Vec<(u32, bool, bool)> {
            let below = lines.lines.iter().filter(|line| line.number > 2);
            below.map(|line| (line.number, line.has(flag::TAKEN), line.has(flag::KEPT))).collect()
        };
        let expected = [(3, true, false), (5, false, true), (6, false, false)];
        assert_eq!(flags(&decider.marked(lines.clone())), expected);
        let mut shown = Vec::new();
        let dropped = |lines: &Lines| {
            shown = flags(lines);
            Vec::new()
        };
        drop(decider.decide_with(lines, dropped, &mut |_, _| ()));
        assert_eq!(shown, expected);
    }
}
