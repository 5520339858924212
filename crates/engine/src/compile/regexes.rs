//! Regular expressions of rules: the literals that must stand where one matches, and when it is compiled.

use std::borrow::Cow;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, BuildError, MatchKind};
use regex::Regex;
use regex_syntax::hir::{Class, Hir, HirKind, Look};
use serde::{Deserialize, Serialize};

use super::line_regex::{self, LineRegex};
use super::required::{Required, required_literals};
use crate::pairs::{FirstPair, KnownPairs, LinePairs};
use crate::pattern::{Check, Gate, Pattern, bit};
use dehusk_rules::{Phrase, Rule, TextField};
use dehusk_text::{Anchor, Error, Result, fold, is_alphanumeric};

/// A regular expression that is compiled when the first line asks for it: most runs meet few of them, and
/// compiling all would take longer than cleaning an article.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct LazyRegex {
    text: String,
    /// In the order in which a match needs one of each; none if nobody asked for them.
    needs: Vec<OneOf>,
    /// Every match has a character beyond ASCII; not said before somebody asked for `needs`.
    needs_wide: bool,
    /// Its automaton, where that is kept as bytes; empty if it is not.
    #[serde(borrow)]
    automaton: Cow<'static, [u8]>,
    /// For the question whether it matches.
    #[serde(skip)]
    of_lines: OnceLock<Option<LineRegex>>,
    /// For the question where, and where the other cannot say.
    #[serde(skip)]
    compiled: OnceLock<Option<Regex>>,
}

/// Literals, one of which stands in every match.
#[derive(Debug, Serialize, Deserialize)]
struct OneOf {
    literals: Vec<String>,
    /// What each begins with; made when a line first asks.
    #[serde(skip)]
    beginnings: OnceLock<Vec<FirstPair>>,
}

impl OneOf {
    /// Whether one of them may stand in a line with these pairs.
    fn may_stand_in(&self, pairs: &KnownPairs<'_>) -> bool {
        let literals = || self.literals.iter().map(|literal| FirstPair::of(literal)).collect();
        pairs.any_of(self.beginnings.get_or_init(literals), |at| pairs.may_have(&self.literals[at]))
    }
}

impl LazyRegex {
    /// Takes a regex that can be parsed. One that is too large never matches; a rule file with such a one is refused
    /// when it is read.
    pub(crate) fn new(text: &str) -> Self {
        let (of_lines, compiled) = (OnceLock::new(), OnceLock::new());
        let (text, needs) = (text.to_string(), Vec::new());
        Self { text, needs, needs_wide: false, automaton: Cow::default(), of_lines, compiled }
    }

    /// Whether it may match, by the pairs of bytes of the line; a quick no for most.
    pub(crate) fn may_stand_in(&self, folded: &str, pairs: &LinePairs) -> bool {
        if self.needs_wide && folded.is_ascii() {
            return false;
        }
        if self.needs.is_empty() {
            return true;
        }
        // One that is tied to the start of the line says no after a few bytes, once it is a table.
        if let Some(Some(table)) = self.of_lines.get()
            && table.is_table()
            && self.text.starts_with('^')
        {
            return table.is_match(folded) != Some(false);
        }
        let pairs = pairs.of_line(folded);
        self.needs.iter().all(|one| one.may_stand_in(&pairs))
    }

    /// Finds the literals that a match needs, and makes the automaton. That takes as long as compiling or longer, so it is
    /// done where the regex is kept as bytes.
    pub(crate) fn prepare(&mut self) {
        self.find_needs();
        self.automaton = line_regex::automaton(&self.text).unwrap_or_default().into();
    }

    fn find_needs(&mut self) {
        if let Ok(hir) = regex_syntax::parse(&self.text) {
            add_needs(&hir, &mut self.needs);
            self.needs_wide = needs_wide(&hir);
        }
    }

    /// Whether it matches. A line without the literals that every match needs is no reason to compile it.
    pub(crate) fn is_match(&self, folded: &str) -> bool {
        self.is_match_with(folded, &LinePairs::default())
    }

    /// The same, where the pairs of bytes of the line are noted.
    pub(crate) fn is_match_with(&self, folded: &str, pairs: &LinePairs) -> bool {
        if self.of_lines.get().is_none() && !self.may_match(folded, pairs) {
            return false;
        }
        let of_lines = self.of_lines.get_or_init(|| self.read().or_else(|| LineRegex::new(&self.text)));
        let said = of_lines.as_ref().and_then(|regex| regex.is_match(folded));
        said.unwrap_or_else(|| self.may_match(folded, pairs) && self.get().is_some_and(|regex| regex.is_match(folded)))
    }

    /// What was kept as bytes.
    fn read(&self) -> Option<LineRegex> {
        match &self.automaton {
            Cow::Borrowed(bytes) => LineRegex::read(bytes),
            Cow::Owned(_) => None,
        }
    }

    /// Whether one literal of each group stands in the line, those of later groups behind those of earlier ones.
    fn may_match(&self, folded: &str, pairs: &LinePairs) -> bool {
        if self.needs.is_empty() {
            return true;
        }
        // To begin a search takes longer than to look the pairs up.
        let pairs = pairs.of_line(folded);
        let end = self.needs.iter().try_fold(0, |from, one| {
            let may_stand = one.literals.iter().filter(|literal| pairs.may_have(literal));
            let ends = may_stand.filter_map(|literal| Some(folded[from..].find(literal.as_str())? + literal.len()));
            ends.min().map(|end| from + end)
        });
        end.is_some()
    }

    /// Compiled; `None` if it is too large.
    pub(crate) fn get(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| Regex::new(&self.text).ok()).as_ref()
    }
}

/// The literals of regexes, and the automaton that finds them. One that was read from bytes is made when the first
/// line asks for it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct LazyAutomaton {
    literals: Vec<String>,
    #[serde(skip)]
    made: OnceLock<Option<RegexLiterals>>,
}

/// Finds the literals of regexes.
#[derive(Debug)]
pub(crate) struct RegexLiterals {
    /// Says much faster whether one stands in a line than the other says where: hardly a line has one.
    any: AhoCorasick,
    all: AhoCorasick,
}

impl RegexLiterals {
    fn new(literals: &[String]) -> std::result::Result<Self, BuildError> {
        let any = AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(literals)?;
        Ok(Self { any, all: AhoCorasick::new(literals)? })
    }

    /// Every place of every literal: its number, and where it begins and ends.
    pub(crate) fn find(&self, folded: &str) -> impl Iterator<Item = (usize, usize, usize)> {
        let all = self.any.is_match(folded).then(|| self.all.find_overlapping_iter(folded));
        all.into_iter().flatten().map(|found| (found.pattern().as_usize(), found.start(), found.end()))
    }
}

impl LazyAutomaton {
    /// Takes literals that fit into one automaton.
    pub(super) fn new(literals: Vec<String>) -> Result<Self> {
        let made = RegexLiterals::new(&literals).map_err(|e| {
            let zh = format!("正则里的词句太多，放不下：{e}");
            Error::option(zh, format!("the regexes have too many texts for one automaton: {e}"))
        })?;
        Ok(Self { literals, made: OnceLock::from(Some(made)) })
    }

    /// What finds them; `None` if it does not fit, which [`LazyAutomaton::new`] has ruled out.
    pub(crate) fn get(&self) -> Option<&RegexLiterals> {
        self.made.get_or_init(|| RegexLiterals::new(&self.literals).ok()).as_ref()
    }
}

/// Whether a regex can be parsed, without the costly half of parsing. That half refuses flags that take
/// Unicode away, and classes of characters that do not exist.
fn is_sound(text: &str) -> bool {
    let asked = text.replace("(?:", "").replace(r"\p{Han}", "");
    let may_be_refused = ["(?", r"\p", r"\P", "[:"].iter().any(|sign| asked.contains(sign));
    !may_be_refused && regex_syntax::ast::parse::Parser::new().parse(text).is_ok()
}

/// The regexes of a rule, none of which is looked at before a line asks.
pub(super) fn regexes(rule: &Rule) -> Vec<LazyRegex> {
    rule.conditions.regex.iter().map(|phrase| LazyRegex::new(&phrase.text)).collect()
}

/// Refuses a rule with a regex that cannot be parsed.
pub(super) fn check_regexes(rule: &Rule) -> Result<()> {
    let mut doubtful = rule.conditions.regex.iter().filter(|phrase| !is_sound(&phrase.text));
    doubtful.try_for_each(|phrase| parse(rule, phrase).map(|_| ()))
}

fn parse(rule: &Rule, phrase: &Phrase) -> Result<Hir> {
    regex_syntax::parse(&phrase.text).map_err(|e| {
        let name = rule.full_name();
        let zh = format!("规则“{name}”：正则不能用：{e}");
        Error::option(zh, format!("rule '{name}': the regex cannot be compiled: {e}"))
    })
}

/// Literals, one of which stands in every line on which a regex of the rule matches; none if
/// that cannot be said of each of them. Refuses what [`check_regexes`] does.
pub(super) fn regex_gates(id: u32, rule: &Rule) -> Result<Vec<(Pattern, Gate)>> {
    let mut gates = Vec::new();
    let parsed: Vec<Hir> = rule.conditions.regex.iter().map(|phrase| parse(rule, phrase)).collect::<Result<_>>()?;
    for (index, hir) in parsed.iter().enumerate() {
        let Some(literals) = required_literals(hir, false).or_else(|| first_characters(hir)) else {
            return Ok(Vec::new());
        };
        for Required { literal, begins_word, place } in literals {
            // A literal that the fold would change can never stand in a folded line; the linter says so.
            let is_letter = literal.len() < 2 && literal.chars().all(char::is_alphanumeric);
            if literal.is_empty() || is_letter || fold(&literal) != literal {
                return Ok(Vec::new());
            }
            let pattern = Pattern {
                rule: id,
                bit: bit::REGEX,
                field: TextField::Regex,
                index: index as u32,
                anchor: Anchor::Inside,
                check: Check::Nothing,
            };
            // Inside a word only the automaton looks.
            let inside_word =
                place == Anchor::Inside && !begins_word && literal.starts_with(|c: char| c.is_ascii_alphabetic());
            let gate = if inside_word { Gate::Regex(literal) } else { Gate::Literal(literal, place) };
            gates.push((pattern, gate));
        }
    }
    Ok(gates)
}

/// As many characters may a class at the start of a line have.
const FEW: usize = 4;

/// The characters with which every line begins on which a regex matches, of one that begins with a class of a few:
/// `^[(\[]`. The fold leaves only some of them in a line. None where letters are among them.
fn first_characters(hir: &Hir) -> Option<Vec<Required>> {
    let HirKind::Concat(parts) = hir.kind() else { return None };
    let [start, class, ..] = parts.as_slice() else { return None };
    let (HirKind::Look(Look::Start), HirKind::Class(Class::Unicode(class))) = (start.kind(), class.kind()) else {
        return None;
    };
    let all = class.iter().flat_map(|range| range.start()..=range.end()).take(FEW + 1);
    let all: Vec<String> = all.map(String::from).collect();
    let may_stand = all.iter().filter(|one| fold(one) == **one);
    let found = may_stand.map(|one| Required { literal: one.clone(), begins_word: true, place: Anchor::Start });
    let found: Vec<Required> = found.collect();
    let is_mark = |one: &String| !one.contains(is_alphanumeric) && *one != " ";
    (all.len() <= FEW && all.iter().all(is_mark) && !found.is_empty()).then_some(found)
}

/// Adds the groups of literals of which every match has one each, in this order: `(来源|作者) ?[:].*(点击|浏览)` needs
/// a label, a colon behind it, and another label behind that.
fn add_needs(hir: &Hir, needs: &mut Vec<OneOf>) {
    match hir.kind() {
        HirKind::Concat(parts) => parts.iter().for_each(|part| add_needs(part, needs)),
        HirKind::Capture(capture) => add_needs(&capture.sub, needs),
        HirKind::Repetition(repetition) => {
            (0..repetition.min.min(2)).for_each(|_| add_needs(&repetition.sub, needs));
        }
        _ => {
            let found = required_literals(hir, false).filter(|found| found.iter().all(|one| !one.literal.is_empty()));
            needs.extend(found.map(|found| {
                let literals = found.into_iter().map(|one| one.literal).collect();
                OneOf { literals, beginnings: OnceLock::new() }
            }));
        }
    }
}

/// Whether every match of a regex has a character beyond ASCII.
fn needs_wide(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Literal(literal) => !literal.0.is_ascii(),
        HirKind::Class(class) => class.minimum_len() > Some(1),
        HirKind::Capture(capture) => needs_wide(&capture.sub),
        HirKind::Repetition(repetition) => repetition.min >= 1 && needs_wide(&repetition.sub),
        HirKind::Concat(parts) => parts.iter().any(needs_wide),
        HirKind::Alternation(parts) => parts.iter().all(needs_wide),
        HirKind::Empty | HirKind::Look(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_sound_can_be_parsed(parts in prop::collection::vec(
            prop::sample::select(vec!["a", "版", "[", "]", "^", "-", "(?:", "(", ")", "|", "*", "{2,3}", r"\p{Han}", r"\b", r"\w",
                r"\pL", r"\x{1}", "(?i)", "(?-u:", "&&", "[:alpha:]", "~~", r"\xFF", "(?P<n>", "."]), 0..8,
        )) {
            let text = parts.concat();
            prop_assert!(!is_sound(&text) || regex_syntax::parse(&text).is_ok(), "{}", text);
        }
    }

    #[test]
    fn a_regex_is_compiled_where_its_words_stand_in_its_order() {
        let mut regex = LazyRegex::new("(来源|作者|编辑) ?[:].*(点击|编辑) ?[:]$|^.{2}《[^》]+》");
        regex.find_needs();
        assert!(
            regex.needs.is_empty() || regex.may_match("我的《书》", &LinePairs::default()),
            "one of two ways is enough"
        );
        let mut regex = LazyRegex::new("(来源|作者|编辑) ?[:].*(点击|编辑) ?[:]$");
        regex.find_needs();
        for (line, expected) in
            [("来源:云顶网 编辑:王", true), ("编辑 来源:", false), ("编辑:王", false), ("编辑:编辑:", true)]
        {
            let pairs = LinePairs::default();
            assert_eq!(regex.may_match(line, &pairs), expected, "{line}");
            assert!(expected || !regex.is_match(line), "{line}");
            assert!(regex.of_lines.get().is_none(), "{line}");
        }
        assert!(regex.is_match("编辑:编辑:"));
    }

    #[test]
    fn a_regex_that_needs_han_is_not_tried_on_ascii() {
        for (regex, expected) in [
            ("[㐀-鿿]{4}", true),
            ("^ *-[^-]*(?:网|[㐀-鿿])", true),
            ("[㐀-鿿]*a", false),
            ("版|a", false),
            ("[a-z㐀-鿿]", false),
        ] {
            let mut lazy = LazyRegex::new(regex);
            lazy.find_needs();
            assert_eq!(lazy.needs_wide, expected, "{regex}");
        }
    }
}
