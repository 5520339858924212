//! [`WholeLines`]: rules nearly all of whose texts are whole lines, as those of sites are.
//!
//! Such a line is found by one look into a table, and its rule asks for nothing else. So neither need other texts be looked
//! for, where the shape of the line and its edges say that none can stand there, nor need the rule be asked.

use hashbrown::hash_table::HashTable;

use super::limits::Limits;
use super::{Compiled, Program};
use crate::literals::both_ends;
use dehusk_rules::TextField;
use dehusk_text::{Anchor, Cues, core};

/// What is quickly known of a line.
#[derive(Debug)]
pub(crate) struct WholeLines {
    /// Literals that are whole lines, with their hash, and whether all rules of each are plain: they ask for nothing but
    /// one of their whole lines, on documents of these hosts.
    lines: HashTable<WholeLine>,
    hosts: Vec<String>,
    /// The lines on which a text can matter that may stand anywhere in a line, or of which no literal is known; and those
    /// on which one can that stands at an edge. Texts with dates and numbers need a line with a digit.
    inside: Limits,
    at_edges: Limits,
}

#[derive(Clone, Copy, Debug)]
struct WholeLine {
    hash: u64,
    literal: u32,
    is_plain: bool,
}

impl WholeLines {
    /// `None` where shape alone or a regex decides, so that a line may matter on which no text stands.
    pub(crate) fn of(program: &Program) -> Option<Self> {
        let Program { always, shape_only, of_regexes, on_digit, texts, limits, rules, .. } = program;
        if !always.is_empty() || !shape_only.is_empty() || of_regexes.is_some() {
            return None;
        }
        let hosts = if rules.len() == 0 { Vec::new() } else { rules[0].effect.sites.clone() };
        let (mut inside, mut at_edges, mut lines) = (Limits::NONE, Limits::NONE, HashTable::new());
        for (literal, (text, place)) in (0..).zip(texts.iter()) {
            let limits = *limits.get(literal as usize);
            match place {
                Anchor::Inside => inside = inside.united(limits),
                Anchor::Start | Anchor::End => at_edges = at_edges.united(limits),
                // It stands nowhere.
                Anchor::Whole if text.is_empty() => {}
                // It would also be the whole line with its punctuation.
                Anchor::Whole if core(text) != text => return None,
                Anchor::Whole => {
                    let mut patterns = program.patterns_of(literal as usize).map(|at| &program.patterns[at as usize]);
                    let is_plain = patterns.all(|pattern| {
                        pattern.field == TextField::Is && is_plain(&rules[pattern.rule as usize], &hosts)
                    });
                    let line = WholeLine { hash: both_ends(text.as_bytes()), literal, is_plain };
                    lines.insert_unique(line.hash, line, |line| line.hash);
                }
            }
        }
        for one in on_digit {
            inside = inside.united(Limits { not_shapes: one.limits.not_shapes | Cues::NO_DATE, ..one.limits });
        }
        lines.shrink_to_fit(|line| line.hash);
        Some(Self { lines, hosts, inside, at_edges })
    }

    /// Whether other texts can matter on a line of this shape and length; `may_stand`: whether one may stand at its edges.
    #[inline]
    pub(crate) fn may_be_others(&self, cues: Cues, may_stand: impl FnOnce() -> bool) -> bool {
        self.inside.hold(cues) || (self.at_edges.hold(cues) && may_stand())
    }

    /// The literal that is the line without the punctuation around it, and whether its rules ask for nothing else.
    #[inline]
    pub(crate) fn find(&self, program: &Program, core: &str) -> Option<(u32, bool)> {
        let hash = both_ends(core.as_bytes());
        let is =
            |line: &WholeLine| line.hash == hash && program.texts.bytes(line.literal as usize).0 == core.as_bytes();
        self.lines.find(hash, is).map(|line| (line.literal, line.is_plain))
    }

    /// The hosts for which those rules are; empty for all.
    pub(crate) fn hosts(&self) -> &[String] {
        &self.hosts
    }
}

/// Whether a rule asks for nothing but one of its whole lines.
fn is_plain(rule: &Compiled, hosts: &[String]) -> bool {
    let Compiled { effect, exceptions, words, regexes, put_off, inside, .. } = rule;
    let by_others = rule.repeated_below || rule.repeated || rule.not_repeated_below || rule.not_repeated;
    rule.required == TextField::Is.mask()
        && rule.limits() == Limits::ANY
        && !(by_others || rule.quoted || rule.not_quoted || effect.takes_words())
        && effect.sites == hosts
        && effect.except_sites.is_empty()
        && effect.languages.is_empty()
        && exceptions.texts().is_empty()
        && words.is_empty()
        && regexes.is_empty()
        && put_off.texts().is_empty()
        && inside.is_empty()
}
