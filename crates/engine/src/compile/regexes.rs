//! Regular expressions of rules: the literals that must stand where one matches, and when it is compiled.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, BuildError, MatchKind};
use regex::Regex;
use regex_syntax::hir::{Class, Hir, HirKind, Look};
use serde::{Deserialize, Serialize};

use crate::pattern::{Check, Gate, Pattern, bit};
use dehusk_rules::{Phrase, Rule, TextField};
use dehusk_text::{Anchor, Error, Result, fold, is_alphanumeric};

/// A regular expression that is compiled when the first line asks for it: most runs meet few of them, and
/// compiling all would take longer than cleaning an article.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct LazyRegex {
    text: String,
    /// Groups of literals, in the order in which a match needs one of each; none if nobody asked for them.
    needs: Vec<Vec<String>>,
    /// Every match has a character beyond ASCII; not said before somebody asked for `needs`.
    needs_wide: bool,
    #[serde(skip)]
    compiled: OnceLock<Option<Regex>>,
}

impl LazyRegex {
    /// Takes a regex that can be parsed. One that is too large never matches; a rule file with such a one is refused
    /// when it is read.
    fn new(text: &str) -> Self {
        Self { text: text.to_string(), needs: Vec::new(), needs_wide: false, compiled: OnceLock::new() }
    }

    /// Whether it may match, where `may_have` says whether a literal may stand in the line; a quick no for most.
    pub(crate) fn may_stand_in(&self, folded: &str, may_have: impl Fn(&str) -> bool) -> bool {
        !(self.needs_wide && folded.is_ascii())
            && self.needs.iter().all(|group| group.iter().any(|literal| may_have(literal)))
    }

    /// Finds the literals that a match needs. That takes a good part of the time of compiling, so it is done where the
    /// regex is kept as bytes.
    pub(crate) fn find_needs(&mut self) {
        if let Ok(hir) = regex_syntax::parse(&self.text) {
            add_needs(&hir, &mut self.needs);
            self.needs_wide = needs_wide(&hir);
        }
    }

    /// Whether it matches. A line without the literals that every match needs is no reason to compile it.
    pub(crate) fn is_match(&self, folded: &str) -> bool {
        (self.compiled.get().is_some() || self.may_match(folded))
            && self.get().is_some_and(|regex| regex.is_match(folded))
    }

    /// Whether one literal of each group stands in the line, those of later groups behind those of earlier ones.
    fn may_match(&self, folded: &str) -> bool {
        let end = self.needs.iter().try_fold(0, |from, group| {
            let ends = group.iter().filter_map(|literal| Some(folded[from..].find(literal.as_str())? + literal.len()));
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
fn add_needs(hir: &Hir, needs: &mut Vec<Vec<String>>) {
    match hir.kind() {
        HirKind::Concat(parts) => parts.iter().for_each(|part| add_needs(part, needs)),
        HirKind::Capture(capture) => add_needs(&capture.sub, needs),
        HirKind::Repetition(repetition) => {
            (0..repetition.min.min(2)).for_each(|_| add_needs(&repetition.sub, needs));
        }
        _ => {
            let found = required_literals(hir, false).filter(|found| found.iter().all(|one| !one.literal.is_empty()));
            needs.extend(found.map(|found| found.into_iter().map(|one| one.literal).collect()));
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

/// A text that stands in every match of a regex, or of one of its alternatives.
#[derive(Debug)]
pub struct Required {
    pub literal: String,
    /// No letter can stand right before it.
    begins_word: bool,
    /// Whether it can stand only at an end of the line.
    place: Anchor,
}

/// How much rarer, in bytes, a literal is at an end of the line.
const AT_EDGE: usize = 9;

/// How many bytes of a literal are enough, where cutting off its first word lets it begin a word.
const WORDS_ENOUGH: usize = 6;

/// Literals, one of which is in every match of the regex: of parts in a row the part with the
/// longest ones, of alternatives all. `begins_word`: no letter can stand right before a match.
pub fn required_literals(hir: &Hir, begins_word: bool) -> Option<Vec<Required>> {
    literals_between(hir, begins_word, [Between::Anything; 2])
}

/// What can stand between a part of a regex and an end of the line.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Between {
    /// Spaces, of which the fold leaves none there.
    Nothing,
    Marks,
    Anything,
}

/// What stands between a place and an end of the line, if it is this and then a part of a regex.
fn and_then(between: Between, part: &Hir) -> Between {
    match part.kind() {
        HirKind::Look(Look::Start | Look::End) => Between::Nothing,
        _ => between.max(made_of(part)),
    }
}

/// What a part of a regex can match.
fn made_of(hir: &Hir) -> Between {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Between::Nothing,
        HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
            Ok(text) if text.trim_matches(' ').is_empty() => Between::Nothing,
            Ok(text) if !text.contains(is_alphanumeric) => Between::Marks,
            _ => Between::Anything,
        },
        HirKind::Class(_) => Between::Anything,
        HirKind::Capture(capture) => made_of(&capture.sub),
        HirKind::Repetition(repetition) => made_of(&repetition.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().map(made_of).max().unwrap_or(Between::Nothing)
        }
    }
}

/// The same for a part of a regex: `edges` says what can stand between it and both ends of the line.
fn literals_between(hir: &Hir, begins_word: bool, edges: [Between; 2]) -> Option<Vec<Required>> {
    let rarity = |one: &Required| one.literal.len() + if one.place == Anchor::Inside { 0 } else { AT_EDGE };
    let least = |found: &Vec<Required>| found.iter().map(rarity).min().unwrap_or(0);
    match hir.kind() {
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).ok()?;
            // What stands in every match does so without the spaces around it, and without the end of a
            // word that it begins with, too.
            let whole = text.find(' ').map(|space| text[space..].trim()).filter(|rest| rest.len() >= WORDS_ENOUGH);
            let place = place_between(text, edges);
            Some(vec![match whole {
                Some(rest) if !begins_word && place != Anchor::Start => {
                    Required { literal: rest.to_string(), begins_word: true, place }
                }
                _ => Required {
                    literal: text.trim().to_string(),
                    begins_word: begins_word || text.starts_with(' '),
                    place,
                },
            }])
        }
        HirKind::Capture(capture) => literals_between(&capture.sub, begins_word, edges),
        HirKind::Repetition(repetition) if repetition.min >= 1 => required_literals(&repetition.sub, false),
        HirKind::Concat(parts) => {
            let mut begins = begins_word;
            let found = parts.iter().enumerate().filter_map(|(i, part)| {
                let (before, behind) = (parts[..i].iter(), parts[i + 1..].iter().rev());
                let edges = [before.fold(edges[0], and_then), behind.fold(edges[1], and_then)];
                let found = literals_between(part, begins, edges);
                begins = word_begins_behind(part, begins);
                found
            });
            found.max_by_key(least)
        }
        HirKind::Alternation(parts) => {
            let each: Option<Vec<Vec<Required>>> =
                parts.iter().map(|part| literals_between(part, begins_word, edges)).collect();
            Some(each?.into_iter().flatten().collect())
        }
        _ => None,
    }
}

/// Where a literal can stand.
fn place_between(text: &str, [before, behind]: [Between; 2]) -> Anchor {
    // Beside marks a literal that is itself only marks may lie further inside than the line's first letter does.
    let most = if text.contains(is_alphanumeric) { Between::Marks } else { Between::Nothing };
    if before <= most {
        Anchor::Start
    } else if behind <= most {
        Anchor::End
    } else {
        Anchor::Inside
    }
}

/// Whether a letter right behind what this part matches begins a word; `before`: whether one right
/// before it would.
fn word_begins_behind(hir: &Hir, before: bool) -> bool {
    match hir.kind() {
        HirKind::Look(look) => {
            before
                || matches!(
                    look,
                    Look::WordUnicode | Look::WordAscii | Look::WordStartUnicode | Look::WordStartAscii | Look::Start
                )
        }
        HirKind::Literal(literal) => literal.0.last().is_some_and(|last| !last.is_ascii_alphabetic()),
        HirKind::Capture(capture) => word_begins_behind(&capture.sub, before),
        HirKind::Repetition(repetition) => {
            word_begins_behind(&repetition.sub, before) && (before || repetition.min > 0)
        }
        HirKind::Concat(parts) => parts.iter().fold(before, |before, part| word_begins_behind(part, before)),
        HirKind::Alternation(parts) => parts.iter().all(|part| word_begins_behind(part, before)),
        HirKind::Empty => before,
        HirKind::Class(_) => false,
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
        assert!(regex.needs.is_empty() || regex.may_match("我的《书》"), "one of two ways is enough");
        let mut regex = LazyRegex::new("(来源|作者|编辑) ?[:].*(点击|编辑) ?[:]$");
        regex.find_needs();
        for (line, expected) in
            [("来源:云顶网 编辑:王", true), ("编辑 来源:", false), ("编辑:王", false), ("编辑:编辑:", true)]
        {
            assert_eq!(regex.may_match(line), expected, "{line}");
            assert!(expected || !regex.is_match(line), "{line}");
            assert!(regex.compiled.get().is_none(), "{line}");
        }
        assert!(regex.is_match("编辑:编辑:"));
    }

    #[test]
    fn literals_at_an_end_of_the_line_are_known() {
        use Anchor::{End, Inside, Start};
        for (regex, expected) in [
            ("[_|-] ?[^_|-]{1,14}(网|日报)$", vec![("日报", End), ("网", End)]),
            ("^ *\"[^\"]{2,30}\"", vec![("\"", Start)]),
            (r"^\((取材|文)[^。]{0,40}\)$", vec![("取材", Start), ("文", Start)]),
            ("^(?:a|版)?转载.*请注明$", vec![("请注明", End)]),
            ("^.?转载", vec![("转载", Inside)]),
            ("^(?:(?:版权|著作权)所有|x)$", vec![("x", Start), ("所有", End)]),
            ("^(转载|版权.*所有)", vec![("版权", Start), ("转载", Start)]),
            ("(?:转载|版权)+$", vec![("版权", Inside), ("转载", Inside)]),
            (r"^\(\(\)$", vec![("(()", Start)]),
        ] {
            let mut found = required_literals(&regex_syntax::parse(regex).unwrap(), false).unwrap_or_default();
            found.sort_by(|a, b| a.literal.cmp(&b.literal));
            let found: Vec<_> = found.iter().map(|one| (one.literal.as_str(), one.place)).collect();
            assert_eq!(found, expected, "{regex}");
        }
    }

    proptest! {
        /// Where a regex matches a folded line, one of its literals stands at the place that is said of it.
        #[test]
        fn what_a_regex_needs_stands_where_it_is_sought(
            parts in prop::collection::vec(prop::sample::select(vec![
                "^", "$", " ?", " *", "-", "\"", "版权", "网", "a", "[a-z版]", ".", ".*", "(?:版权|转载)", "(?:-|网)", "(?:网|-a)?", "(?:a|版){1,2}",
            ]), 1..7),
            line in "[-\" a版权网转载]{0,9}",
        ) {
            let (regex, line) = (parts.concat(), fold(&line));
            let hir = regex_syntax::parse(&regex).unwrap();
            let Some(found) = required_literals(&hir, false) else { return Ok(()) };
            if found.iter().any(|one| one.literal.is_empty()) || !Regex::new(&regex).unwrap().is_match(&line) {
                return Ok(());
            }
            let core = dehusk_text::core(&line);
            let start = core.as_ptr() as usize - line.as_ptr() as usize;
            let stands = |one: &Required| {
                let mut places = dehusk_text::overlapping(line.as_bytes(), &one.literal);
                places.any(|at| match one.place {
                    Anchor::Inside => true,
                    place => place.holds(&line, (start, start + core.len()), at, at + one.literal.len()),
                })
            };
            prop_assert!(found.iter().any(stands), "{} in {}", regex, line);
        }
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

    #[test]
    fn a_regex_is_tried_where_its_words_stand() {
        for (regex, expected) in [
            (r"\b(online casino|free spins)\b.*cheap", Some(vec![("free spins", true), ("online casino", true)])),
            (r"(best|top) online casino", Some(vec![("online casino", true)])),
            (r"^.{0,40}s editorial process$", Some(vec![("editorial process", true)])),
            (r"^(view )?article sources:?$", Some(vec![("article sources", true)])),
            (r"(re)?print", Some(vec![("print", false)])),
            (r"\wprint", Some(vec![("print", false)])),
            (r"(版权|转载)所有", Some(vec![("所有", true)])),
            (r"\d+|print", None),
        ] {
            let found = required_literals(&regex_syntax::parse(regex).unwrap(), false).map(|mut found| {
                found.sort_by(|a, b| a.literal.cmp(&b.literal));
                found.iter().map(|one| (one.literal.clone(), one.begins_word)).collect::<Vec<_>>()
            });
            let expected = expected.map(|e| e.into_iter().map(|(text, begins)| (text.to_string(), begins)).collect());
            assert_eq!(found, expected, "{regex}");
        }
    }
}
