//! A [`RuleSet`] becomes what the matcher runs: literals, masks and a few regexes.
//!
//! Every text of every rule has a *literal*, the longest run of fixed characters in it. Take the
//! rule
//!
//! ```toml
//! starts_with = '来源：{source}'
//! unless_contains = '数据显示'          # looked at only when all else holds
//! ```
//!
//! Its literal is `来源:`, at the start of a line. Where [`Literals`] meets it in a folded line,
//! the matcher sets a bit in the rule's mask: one bit for each
//! field, one for each text of `contains_all`. A rule whose required bits are all set is looked at
//! further (shape, length, exceptions, regex); a rule whose literals do not
//! occur in a line costs nothing there. So the cost of a line does not grow with the number of
//! rules, but with the number of their literals that stand in it.

mod numbers;
mod regexes;

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::frames::LazyFrames;
use super::literals::{LONG_LINE, Literals};
use super::made_of::LineWords;
use super::packed::{FixedEntry, FixedTable, Groups};
use super::slots::{self, PatternPart, Slotted};
use dehusk_rules::{
    Action, Category, ElementName, MAX_CONTAINS_ALL, Phrase, Position, Profile, RemoveKind, Rule, RuleId, RuleSet,
    Shape, Status, TextField, TextRole,
};
use dehusk_text::markup::LineAround;
use dehusk_text::{Anchor, Cues, Document, Error, Result, core, fold};
use numbers::LiteralNumbers;
pub(crate) use numbers::LiteralTexts;
pub use regexes::required_literals;
pub(crate) use regexes::{LazyAutomaton, LazyRegex};
use regexes::{check_regexes, regex_gates, regexes};

/// Bits of a rule's mask that something other than the line itself is asked for.
pub(crate) mod bit {
    use dehusk_rules::TextField;

    pub(crate) const REGEX: u64 = TextField::Regex.mask();
    pub(crate) const LINES_CONTAIN: u64 = TextField::LinesContain.mask();
    pub(crate) const UNTIL: u64 = TextField::Until.mask();
}

/// One text of one rule.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Pattern {
    pub(crate) rule: u32,
    pub(crate) bit: u64,
    pub(crate) field: TextField,
    pub(crate) index: u32,
    pub(crate) anchor: Anchor,
    pub(crate) check: Check,
}

impl Pattern {
    /// Whether it matters only on lines that the rule can match; the further lines of a block may have
    /// any shape.
    pub(crate) fn asks_line(&self) -> bool {
        self.bit & (bit::LINES_CONTAIN | bit::UNTIL) == 0
    }
}

/// Shape and length of the lines that a rule, or one of several, can match.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Limits {
    /// Shapes, one of which must hold; all bits for any.
    shapes: u16,
    /// Shapes, none of which may hold.
    not_shapes: u16,
    min_length: u32,
    max_length: u32,
}

impl Limits {
    const ANY: Self = Self { shapes: u16::MAX, not_shapes: 0, min_length: 0, max_length: u32::MAX };
    /// Of no rule: no line is one of them.
    const NONE: Self = Self { shapes: 0, not_shapes: u16::MAX, min_length: u32::MAX, max_length: 0 };

    /// Whether a line of this shape and length is one of them.
    #[inline]
    pub(crate) fn hold(&self, cues: Cues) -> bool {
        (self.min_length..=self.max_length).contains(&cues.chars)
            && (self.shapes == u16::MAX || cues.any(self.shapes))
            && !cues.any(self.not_shapes)
    }

    /// The lines for which one of the two holds, and perhaps some more.
    fn united(self, other: Self) -> Self {
        Self {
            shapes: self.shapes | other.shapes,
            not_shapes: self.not_shapes & other.not_shapes,
            min_length: self.min_length.min(other.min_length),
            max_length: self.max_length.max(other.max_length),
        }
    }
}

impl FixedEntry<12> for Limits {
    fn to_bytes(&self) -> [u8; 12] {
        let mut bytes = [0; 12];
        bytes[..2].copy_from_slice(&self.shapes.to_le_bytes());
        bytes[2..4].copy_from_slice(&self.not_shapes.to_le_bytes());
        bytes[4..8].copy_from_slice(&self.min_length.to_le_bytes());
        bytes[8..].copy_from_slice(&self.max_length.to_le_bytes());
        bytes
    }

    #[inline]
    fn from_bytes(&[a, b, c, d, e, f, g, h, i, j, k, l]: &[u8; 12]) -> Self {
        Self {
            shapes: u16::from_le_bytes([a, b]),
            not_shapes: u16::from_le_bytes([c, d]),
            min_length: u32::from_le_bytes([e, f, g, h]),
            max_length: u32::from_le_bytes([i, j, k, l]),
        }
    }
}

/// A text of an `unless_` field, and the literal in it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Exception {
    pub(crate) pattern: Pattern,
    pub(crate) literal: Option<(String, Anchor)>,
}

/// What is still to be checked where the literal of a pattern occurs.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Check {
    /// Anchor and word boundaries of the literal itself.
    Anchored,
    /// The parts of a text with slots.
    Slots(Box<Slotted>),
    /// The original line, without tolerance.
    Exact(Box<str>),
    /// Nothing: the literal stands in every line on which the rule's `regex` matches.
    Nothing,
}

/// What makes a pattern worth trying on a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Gate {
    Literal(String, Anchor),
    /// The literal stands in every match of a regex, perhaps inside a word.
    Regex(String),
    Digit,
    Nothing,
}

/// What the decision asks of a rule: all that it has but texts.
#[derive(Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) struct Effect {
    pub(crate) action: Action,
    pub(crate) status: Status,
    pub(crate) category: Category,
    pub(crate) position: Position,
    pub(crate) sites: Vec<String>,
    pub(crate) except_sites: Vec<String>,
    pub(crate) languages: Vec<String>,
}

impl Effect {
    fn of(rule: &Rule) -> Self {
        Self {
            action: rule.action.clone(),
            status: rule.status,
            category: rule.category,
            position: rule.conditions.position,
            sites: rule.sites.clone(),
            except_sites: rule.except_sites.clone(),
            languages: rule.languages.clone(),
        }
    }

    /// Whether only words of a line go.
    pub(crate) fn takes_words(&self) -> bool {
        matches!(&self.action, Action::Remove(remove) if remove.kind == RemoveKind::Phrase)
    }
}

/// A rule as the matcher and the decision see it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) struct Compiled {
    pub(crate) effect: Effect,
    /// Which patterns are its own.
    patterns: Range<u32>,
    /// The bits that must all be set.
    pub(crate) required: u64,
    /// Shapes, one of which must hold; 0 for any.
    pub(crate) shapes: u16,
    /// Shapes, none of which may hold.
    pub(crate) not_shapes: u16,
    pub(crate) min_length: u32,
    pub(crate) max_length: u32,
    /// The names of elements, in one of which the line must stand; empty for any.
    pub(crate) inside: Vec<ElementName>,
    /// The shapes that other lines decide, in `looks_like`…
    pub(crate) repeated_below: bool,
    pub(crate) repeated: bool,
    /// …and in `unless_looks_like`.
    pub(crate) not_repeated_below: bool,
    pub(crate) not_repeated: bool,
    /// The shape that depends on what was found, in `looks_like` and in `unless_looks_like`.
    pub(crate) quoted: bool,
    pub(crate) not_quoted: bool,
    /// For lists: the shapes of an item.
    pub(crate) item_shapes: u16,
    /// The `unless_` fields, looked at when all else holds.
    pub(crate) exceptions: Vec<Exception>,
    /// The words of `made_of`.
    pub(crate) words: LineWords,
    /// The texts around the comments of a thread.
    pub(crate) frames: LazyFrames,
    /// The `regex` field, tried last, when all else holds.
    pub(crate) regexes: Vec<LazyRegex>,
    /// The bits that must be set before the patterns that are put off are tried.
    pub(crate) first: u64,
    /// The patterns that are tried only then, each with its literal, or what else it asks for.
    pub(crate) put_off: Vec<(u32, Gate)>,
}

impl Compiled {
    /// Whether the line stands in an element that the rule asks for.
    pub(crate) fn is_inside(&self, document: &Document<'_>, line: usize) -> bool {
        let Some(wanted) = self.inside.iter().map(|name| name.around()).reduce(LineAround::and) else { return true };
        document.around(line).is_some_and(|around| around.meets(wanted))
    }

    /// The lines that the rule can match.
    pub(crate) fn limits(&self) -> Limits {
        let any = self.shapes == 0 || self.repeated_below || self.repeated || self.quoted;
        Limits {
            shapes: if any { u16::MAX } else { self.shapes },
            not_shapes: self.not_shapes,
            min_length: self.min_length,
            max_length: self.max_length,
        }
    }
}

/// A pattern that stands only in lines with a digit.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct OnDigit {
    pub(crate) pattern: u32,
    pub(crate) limits: Limits,
    /// Whether it stands only in lines with a time of day, and with a date.
    pub(crate) time: bool,
    pub(crate) date: bool,
}

/// The rules of an engine in the form in which they run.
#[derive(Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) struct Program {
    /// By rule id; inactive rules have no pattern that leads to them.
    pub(crate) rules: Groups<Compiled>,
    pub(crate) patterns: Groups<Pattern>,
    /// Characters (not space) of body that must remain, as the settings say.
    pub(crate) min_left: u32,
    /// What sites are called, for `{site}`.
    pub(crate) site_names: Vec<String>,
    /// All literals of active rules with their places.
    pub(crate) texts: LiteralTexts,
    /// The tables for finding them, which are laid out sooner than read.
    #[serde(skip)]
    pub(crate) literals: Literals,
    /// On which lines a literal can matter, by literal.
    pub(crate) limits: FixedTable<Limits, 12>,
    /// Literal `i` belongs to the patterns `users[offsets[i]..offsets[i + 1]]`.
    users: FixedTable<u32, 4>,
    offsets: FixedTable<u32, 4>,
    /// Literals of regexes, for rules that have no other text, and the pattern of each.
    pub(crate) of_regexes: Option<LazyAutomaton>,
    pub(crate) regex_patterns: Vec<u32>,
    /// The longest line, in characters, that one of these rules can match.
    pub(crate) regex_length: u32,
    /// Patterns to try on every line with a digit.
    pub(crate) on_digit: Vec<OnDigit>,
    /// Patterns to try on every line.
    pub(crate) always: Vec<u32>,
    /// Rules that no literal leads to: shape and length decide, and perhaps a regex.
    pub(crate) shape_only: Vec<(u32, Limits)>,
    /// The longest line, in characters, of which some rule asks whether it stood before.
    pub(crate) repeat_length: u32,
}

impl Program {
    /// The patterns of a rule, which stand together.
    pub(crate) fn patterns_of_rule(&self, rule: RuleId) -> impl Iterator<Item = &Pattern> {
        self.rules[rule.0 as usize].patterns.clone().map(|at| &self.patterns[at as usize])
    }

    /// What the decision asks of a rule.
    pub(crate) fn effect(&self, rule: RuleId) -> &Effect {
        &self.rules[rule.0 as usize].effect
    }

    /// The patterns that use a literal.
    pub(crate) fn patterns_of(&self, literal: usize) -> impl Iterator<Item = u32> + '_ {
        self.users.range(self.offsets.get(literal) as usize..self.offsets.get(literal + 1) as usize)
    }

    /// On which lines each literal can matter: on those on which one of its rules can match.
    fn limits_of_literals(&self) -> FixedTable<Limits, 12> {
        let of_rules: Vec<Limits> = (0..self.rules.len()).map(|rule| self.rules[rule].limits()).collect();
        let of_pattern = |at: u32| {
            let pattern = &self.patterns[at as usize];
            if pattern.asks_line() { of_rules[pattern.rule as usize] } else { Limits::ANY }
        };
        let of_literal = |literal| self.patterns_of(literal).map(of_pattern).fold(Limits::NONE, Limits::united);
        (0..self.texts.len()).map(of_literal).collect()
    }

    /// Prepares what takes too long where rules are compiled at each start.
    pub(crate) fn prepare(&mut self) {
        let regexes = self.rules.read_mut().iter_mut().flat_map(|rule| &mut rule.regexes);
        regexes.for_each(LazyRegex::find_needs);
    }

    /// Makes the tables for finding the literals.
    pub(crate) fn lay_out_literals(&mut self) {
        let for_long = |literal: u32| self.limits.get(literal as usize).max_length > LONG_LINE;
        self.literals = Literals::new((0..self.texts.len()).map(|number| self.texts.bytes(number)), for_long);
    }

    /// Compiles the rules for which `active` holds.
    /// With `eager` every text is looked for on every line, also of rules that then do not match.
    ///
    /// # Errors
    /// When a regex is refused, or a rule has more texts than fit.
    pub(crate) fn new(rules: &RuleSet, active: impl Fn(&Rule) -> bool, eager: bool) -> Result<Self> {
        let site_names = site_names(rules);
        let mut program = Self {
            rules: Groups::default(),
            patterns: Groups::default(),
            min_left: rules.settings.min_left,
            site_names: site_names.clone(),
            texts: LiteralTexts::default(),
            literals: Literals::default(),
            limits: FixedTable::default(),
            users: FixedTable::default(),
            offsets: FixedTable::default(),
            of_regexes: None,
            regex_patterns: Vec::new(),
            regex_length: 0,
            on_digit: Vec::new(),
            always: Vec::new(),
            shape_only: Vec::new(),
            repeat_length: 0,
        };
        let phrases = |rule: &Rule| TextField::asked().map(|field| field.texts(rule).len()).sum::<usize>();
        let phrases = rules.rules.iter().map(phrases).sum();
        let mut numbers = LiteralNumbers::with_capacity(phrases);
        let mut compiled_rules = Vec::with_capacity(rules.rules.len());
        let mut all_patterns: Vec<Pattern> = Vec::with_capacity(phrases);
        // Each literal, in the order in which the rules first have it, with its patterns.
        let mut users: Vec<(u32, u32)> = Vec::with_capacity(phrases);
        let mut patterns = Vec::new();
        // Strings for the literals to come: asking for memory takes longer than folding most of them.
        let mut spare: Vec<String> = Vec::new();
        let mut of_regexes = Vec::new();
        for (id, rule) in rules.rules.iter().enumerate() {
            let mut compiled = compile_rule(rule);
            compiled.patterns.start = all_patterns.len() as u32;
            if active(rule) {
                if compiled.repeated || compiled.not_repeated {
                    program.repeat_length = program.repeat_length.max(compiled.max_length);
                }
                patterns_of_rule(id as u32, rule, &site_names, &mut spare, &mut patterns)?;
                compiled.regexes = regexes(rule);
                if compiled.required > 0 {
                    check_regexes(rule)?;
                } else {
                    let gates = regex_gates(id as u32, rule)?;
                    if gates.is_empty() {
                        program.shape_only.push((id as u32, compiled.limits()));
                    } else {
                        compiled.required = bit::REGEX;
                        patterns.extend(gates);
                    }
                }
                let first = first_field(&patterns, compiled.required).filter(|_| !eager);
                let others = first_bits(compiled.required).filter(|&bit| first.is_some_and(|first| bit != first));
                let put_off = others.fold(0, |bits, bit| bits | bit);
                compiled.first = compiled.required & !put_off;
                for (pattern, gate) in patterns.drain(..) {
                    if pattern.bit & put_off != 0 {
                        compiled.put_off.push((all_patterns.len() as u32, gate));
                        all_patterns.push(pattern);
                        continue;
                    }
                    if pattern.field.role() == TextRole::NoneOf {
                        let literal = match gate {
                            Gate::Literal(literal, place) => Some((literal, place)),
                            Gate::Regex(_) | Gate::Digit | Gate::Nothing => None,
                        };
                        compiled.exceptions.push(Exception { pattern, literal });
                        continue;
                    }
                    let at = all_patterns.len() as u32;
                    if let (Gate::Digit, Check::Slots(slotted)) = (&gate, &pattern.check) {
                        let limits = if pattern.asks_line() { compiled.limits() } else { Limits::ANY };
                        let (time, date) = (slotted.needs_time(), slotted.needs_date());
                        program.on_digit.push(OnDigit { pattern: at, limits, time, date });
                    }
                    all_patterns.push(pattern);
                    match gate {
                        Gate::Literal(literal, place) => {
                            users.push((numbers.number(&literal, place), at));
                            spare.push(literal);
                        }
                        Gate::Regex(literal) => {
                            of_regexes.push(literal);
                            program.regex_length = program.regex_length.max(compiled.max_length);
                            program.regex_patterns.push(at);
                        }
                        Gate::Digit => {}
                        Gate::Nothing => program.always.push(at),
                    }
                }
            }
            compiled.patterns.end = all_patterns.len() as u32;
            compiled_rules.push(compiled);
        }
        (program.rules, program.patterns) = (Groups::Read(compiled_rules), Groups::Read(all_patterns));
        program.texts = numbers.into_texts();
        (program.offsets, program.users) = by_literal(&users, program.texts.len());
        program.limits = program.limits_of_literals();
        program.lay_out_literals();
        if !of_regexes.is_empty() {
            program.of_regexes = Some(LazyAutomaton::new(of_regexes)?);
        }
        Ok(program)
    }
}

/// What the sites are called, for `{site}`.
pub(crate) fn site_names(rules: &RuleSet) -> Vec<String> {
    rules.settings.sites.iter().flat_map(|(_, names)| names.clone()).collect()
}

/// The patterns of each of so many literals, from pairs of the two: where in the second list each literal's begin, and
/// the patterns in the order in which they came.
fn by_literal(users: &[(u32, u32)], literals: usize) -> (FixedTable<u32, 4>, FixedTable<u32, 4>) {
    let mut offsets = vec![0; literals + 1];
    users.iter().for_each(|&(literal, _)| offsets[literal as usize + 1] += 1);
    for i in 1..offsets.len() {
        offsets[i] += offsets[i - 1];
    }
    let mut next = offsets.clone();
    let mut patterns = vec![0; users.len()];
    for &(literal, pattern) in users {
        let next = &mut next[literal as usize];
        patterns[*next as usize] = pattern;
        *next += 1;
    }
    (offsets.into_iter().collect(), patterns.into_iter().collect())
}

fn compile_rule(rule: &Rule) -> Compiled {
    let c = &rule.conditions;
    let mut required = 0;
    for field in TextField::ALL {
        let n = field.texts(rule).len();
        match field.role() {
            TextRole::OneOf if n > 0 => required |= field.mask(),
            TextRole::MadeOf if n > 0 && is_bar_alone(rule) => required |= field.mask(),
            TextRole::AllOf => (0..n.min(MAX_CONTAINS_ALL)).for_each(|i| required |= field.mask() << i),
            _ => {}
        }
    }
    let default_items = Cues::LIST_ITEM | Cues::DATED | Cues::TITLE;
    let item_shapes = match &rule.action {
        Action::Remove(remove) if !remove.lines_look_like.is_empty() => shape_bits(&remove.lines_look_like),
        _ => default_items,
    };
    Compiled {
        effect: Effect::of(rule),
        patterns: 0..0,
        required,
        shapes: shape_bits(&c.looks_like),
        not_shapes: shape_bits(&c.unless_looks_like),
        min_length: c.min_length.unwrap_or(0),
        max_length: c.max_length.unwrap_or(u32::MAX),
        inside: c.inside.clone(),
        repeated_below: c.looks_like.contains(&Shape::SaidAgain),
        repeated: c.looks_like.contains(&Shape::Repeated),
        not_repeated_below: c.unless_looks_like.contains(&Shape::SaidAgain),
        not_repeated: c.unless_looks_like.contains(&Shape::Repeated),
        quoted: c.looks_like.contains(&Shape::Quoted),
        not_quoted: c.unless_looks_like.contains(&Shape::Quoted),
        item_shapes,
        exceptions: Vec::new(),
        words: LineWords::of(rule),
        frames: LazyFrames::new(rule.exact),
        regexes: Vec::new(),
        first: required,
        put_off: Vec::new(),
    }
}

/// How rare a literal must be for other texts to wait for it, in bytes of it, and at an end of the line where it
/// is rarer than inside; more than enough is as good as enough.
const RARE: usize = 4;
const AT_EDGE: usize = 4;
const ENOUGH: usize = 8;

/// Of the fields that a rule asks for, the one whose texts are looked for first, if the others can wait for it: a
/// rule that asks for `。` and for one of twenty words need not be told of every full stop. `None`: all
/// are looked for.
fn first_field(patterns: &[(Pattern, Gate)], required: u64) -> Option<u64> {
    let rarity_of = |gate: &Gate| match gate {
        Gate::Literal(literal, Anchor::Inside) => literal.len(),
        // A mark alone ends many lines.
        Gate::Literal(literal, _) if literal.len() < 3 => literal.len(),
        Gate::Literal(literal, _) => literal.len() + AT_EDGE,
        Gate::Regex(_) | Gate::Digit | Gate::Nothing => 0,
    };
    let rarity = |bit: u64| {
        let gates = patterns.iter().filter(|(pattern, _)| pattern.bit == bit).map(|(_, gate)| gate);
        gates.map(rarity_of).min().unwrap_or(0)
    };
    // Of several as rare the first: the ends of a line are looked at anyhow.
    let best =
        first_bits(required).map(|bit| (rarity(bit).min(ENOUGH), bit)).rev().max_by_key(|&(rarity, _)| rarity)?;
    (first_bits(required).count() > 1 && best.0 >= RARE).then_some(best.1)
}

/// The bits of texts that may be looked for first, or wait for another.
fn first_bits(required: u64) -> impl DoubleEndedIterator<Item = u64> {
    let not_waiting = bit::REGEX | bit::LINES_CONTAIN | bit::UNTIL;
    (0..u64::BITS).map(|at| 1 << at).filter(move |bit| required & !not_waiting & bit != 0)
}

/// The bits of shapes that one line alone decides; the two that need other lines have none, nor has the one that
/// depends on what was found.
pub fn shape_bits(shapes: &[Shape]) -> u16 {
    shapes.iter().fold(0, |bits, shape| {
        bits | match shape {
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
    })
}

/// Adds the patterns of a rule to `found`.
fn patterns_of_rule(
    id: u32,
    rule: &Rule,
    site_names: &[String],
    spare: &mut Vec<String>,
    found: &mut Vec<(Pattern, Gate)>,
) -> Result<()> {
    let all = rule.conditions.contains_all.len();
    if all > MAX_CONTAINS_ALL {
        let name = rule.full_name();
        return Err(Error::option(
            format!("规则“{name}”：contains_all 有 {all} 个词句，最多 {MAX_CONTAINS_ALL} 个"),
            format!("rule '{name}': contains_all has {all} texts; {MAX_CONTAINS_ALL} is the most"),
        ));
    }
    // Those of a thread are read when its heading is found.
    let later = [TextRole::Regex, TextRole::Frames, TextRole::NotOnPage];
    for field in TextField::ALL.into_iter().filter(|field| !later.contains(&field.role())) {
        let anchor = field.anchor();
        for (index, phrase) in field.texts(rule).iter().enumerate() {
            let bit = if field.role() == TextRole::AllOf { field.mask() << index } else { field.mask() };
            if field.role() == TextRole::MadeOf {
                if !is_bar_alone(rule) {
                    break;
                }
                found.push(word_pattern(id, field, index, phrase));
                continue;
            }
            let (check, gate) = text_pattern(rule.exact, phrase, anchor, site_names, spare);
            found.push((Pattern { rule: id, bit, field, index: index as u32, anchor, check }, gate));
        }
    }
    Ok(())
}

/// Whether nothing but `made_of` asks for texts. Beside other texts its words need not be in the index: the bar is
/// looked at where those stand.
fn is_bar_alone(rule: &Rule) -> bool {
    TextField::asked().filter(|field| !field.texts(rule).is_empty()).all(|field| field.role() == TextRole::MadeOf)
}

/// A word of `made_of`: one of them begins the line. What follows is looked at when all else holds.
fn word_pattern(rule: u32, field: TextField, index: usize, phrase: &Phrase) -> (Pattern, Gate) {
    let folded = fold(&phrase.text);
    let gate = Gate::Literal(core(&folded).to_string(), Anchor::Start);
    let (bit, index, anchor) = (field.mask(), index as u32, Anchor::Start);
    (Pattern { rule, bit, field, index, anchor, check: Check::Anchored }, gate)
}

/// A text that is a whole line, outside the index of literals.
pub(crate) fn whole_line_text(exact: bool, phrase: &Phrase, site_names: &[String]) -> (Pattern, Gate) {
    let anchor = Anchor::Whole;
    let (check, gate) = text_pattern(exact, phrase, anchor, site_names, &mut Vec::new());
    (Pattern { rule: 0, bit: 0, field: TextField::Frames, index: 0, anchor, check }, gate)
}

fn text_pattern(
    exact: bool,
    phrase: &Phrase,
    anchor: Anchor,
    site_names: &[String],
    spare: &mut Vec<String>,
) -> (Check, Gate) {
    let mut parts = Vec::new();
    let literal = slots::plain(&phrase.text, spare).or_else(|| {
        parts = slots::parse(&phrase.text);
        match parts.as_mut_slice() {
            [PatternPart::Literal(literal)] => Some(std::mem::take(literal)),
            _ => None,
        }
    });
    if let Some(literal) = literal {
        if exact {
            let raw = phrase.text.replace("{{", "{").replace("{*}", "*");
            return (Check::Exact(raw.into()), Gate::Literal(literal, Anchor::Inside));
        }
        let (literal, place) = match anchor {
            Anchor::Whole if core(&literal).len() < literal.len() => (core(&literal).to_string(), Anchor::Whole),
            Anchor::Whole => (literal, Anchor::Whole),
            Anchor::Start => (literal, Anchor::Start),
            Anchor::End => (literal, Anchor::End),
            Anchor::Inside => (literal, Anchor::Inside),
        };
        return (Check::Anchored, Gate::Literal(literal, place));
    }
    let slotted = Slotted::new(parts, anchor, site_names);
    let gate = match slotted.literal() {
        Some(literal) => Gate::Literal(literal.to_string(), slotted.place()),
        None if slotted.needs_digit() => Gate::Digit,
        None => Gate::Nothing,
    };
    (Check::Slots(Box::new(slotted)), gate)
}

/// Whether a rule acts under these choices.
pub(crate) fn is_active(rule: &Rule, profile: Profile, chosen: impl Fn(&Rule) -> bool) -> bool {
    if rule.status == Status::Off {
        return false;
    }
    // A keep protects in every profile; a choice of categories does not take protection away.
    rule.action == Action::Keep || (rule.profile <= profile && chosen(rule))
}

/// The rule behind an index of the program.
pub(crate) fn rule_id(index: u32) -> RuleId {
    RuleId(index)
}
