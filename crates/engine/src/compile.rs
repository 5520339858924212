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

mod limits;
mod line_regex;
mod numbers;
mod patterns;
mod regexes;
mod required;
mod rule;
mod state_table;
mod whole_lines;

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::literals::{LONG_LINE, Literals};
use super::packed::{FixedTable, Groups};
use super::pattern::{Check, Exception, Gate, Pattern, PutOff, bit};
use dehusk_rules::{Rule, RuleId, Settings, TextField, TextRole};
use dehusk_text::{Anchor, Result};
pub(crate) use limits::{Limits, LimitsTable};
use numbers::LiteralNumbers;
pub(crate) use numbers::LiteralTexts;
use patterns::{first_bits, first_field, patterns_of_rule};
pub(crate) use regexes::{LazyAutomaton, LazyRegex};
use regexes::{check_regexes, regex_gates, regexes};
pub use required::required_literals;
use rule::compile_rule;
pub use rule::shape_bits;
pub(crate) use rule::{Compiled, Effect, repeat_length};
pub(crate) use whole_lines::WholeLines;

/// Patterns that stand only in lines with a digit, of rules for the same lines.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct OnDigit {
    pub(crate) patterns: Vec<u32>,
    pub(crate) limits: Limits,
    /// Whether they stand only in lines with a time of day, and with a date.
    pub(crate) time: bool,
    pub(crate) date: bool,
    /// Whether they begin lines, with a number.
    pub(crate) number_first: bool,
}

/// The rules of an engine in the form in which they run.
#[derive(Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) struct Program {
    /// By rule id; inactive rules have no pattern that leads to them. Each is read alone, as its exceptions and words come with it.
    pub(crate) rules: Groups<Compiled, 1>,
    pub(crate) patterns: Groups<Pattern>,
    /// Characters (not space) of body that must remain, as the settings say.
    pub(crate) min_left: u32,
    /// So many short lines in a row go with the lines around them, as the settings say.
    pub(crate) lines_between: u32,
    /// What sites are called, for `{site}`.
    pub(crate) site_names: Vec<String>,
    /// All literals of active rules with their places.
    pub(crate) texts: LiteralTexts,
    /// The tables for finding them, which are laid out sooner than read, and when they are first asked.
    #[serde(skip)]
    literals: OnceLock<Literals>,
    /// On which lines a literal can matter, by literal, and on which a pattern can: a look here is much less than one
    /// at the pattern and its rule.
    pub(crate) limits: LimitsTable,
    pub(crate) pattern_limits: LimitsTable,
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
        self.pattern_numbers(rule).map(|at| &self.patterns[at as usize])
    }

    /// The pattern of a text of a rule, where its rule asks for it.
    pub(crate) fn pattern_of(&self, rule: RuleId, field: TextField, index: u32) -> Option<&Pattern> {
        // They stand in the order of fields and texts, those of regexes last.
        let place = |field: TextField, index| (field == TextField::Regex, field as u8, index);
        let Range { mut start, mut end } = self.pattern_numbers(rule);
        while start < end {
            let middle = start + (end - start) / 2;
            let pattern = &self.patterns[middle as usize];
            match place(pattern.field, pattern.index).cmp(&place(field, index)) {
                Ordering::Less => start = middle + 1,
                Ordering::Equal => return Some(pattern),
                Ordering::Greater => end = middle,
            }
        }
        None
    }

    /// Their numbers.
    pub(crate) fn pattern_numbers(&self, rule: RuleId) -> Range<u32> {
        self.rules[rule.0 as usize].patterns.clone()
    }

    /// What the decision asks of a rule.
    pub(crate) fn effect(&self, rule: RuleId) -> &Effect {
        &self.rules[rule.0 as usize].effect
    }

    /// The patterns that use a literal.
    pub(crate) fn patterns_of(&self, literal: usize) -> impl Iterator<Item = u32> + '_ {
        self.users.range(self.offsets.get(literal) as usize..self.offsets.get(literal + 1) as usize)
    }

    /// On which lines each pattern can matter: on those that its rule can match, if they have the digits it asks for.
    fn limits_of_patterns(&self) -> LimitsTable {
        let of_rules: Vec<Limits> = (0..self.rules.len()).map(|rule| self.rules[rule].limits()).collect();
        let of_pattern = |at: usize| {
            let pattern = &self.patterns[at];
            let of_line = if pattern.asks_line() { of_rules[pattern.rule as usize] } else { Limits::ANY };
            match &pattern.check {
                Check::Slots(slotted) => of_line.with_digits(slotted.digits()),
                _ => of_line,
            }
        };
        (0..self.patterns.len()).map(of_pattern).collect()
    }

    /// On which lines each literal can matter: on those on which one of its patterns can.
    fn limits_of_literals(&self) -> LimitsTable {
        let of_pattern = |at: u32| *self.pattern_limits.get(at as usize);
        let of_literal = |literal| self.patterns_of(literal).map(of_pattern).fold(Limits::NONE, Limits::united);
        (0..self.texts.len()).map(of_literal).collect()
    }

    /// The compiled form of no rule.
    pub(crate) fn none() -> Self {
        Self::new(&[], &Settings::default(), |_| true, false).expect("there is nothing to refuse")
    }

    /// What rules that are compiled later must know of the settings.
    pub(crate) fn site_settings(&self) -> Settings {
        let sites = self.site_names.iter().map(|name| (String::new(), vec![name.clone()])).collect();
        Settings { sites, min_left: self.min_left, ..Settings::default() }
    }

    /// Prepares what takes too long where rules are compiled at each start.
    pub(crate) fn prepare(&mut self) {
        for rule in self.rules.read_mut() {
            rule.regexes.iter_mut().for_each(LazyRegex::prepare);
            rule.words.prepare();
        }
    }

    /// The tables for finding the literals.
    pub(crate) fn literals(&self) -> &Literals {
        self.literals.get_or_init(|| self.literals_and(&[]))
    }

    /// The same with other texts that may stand anywhere in a line, whose numbers come behind those of the literals.
    pub(crate) fn literals_and(&self, others: &[String]) -> Literals {
        let for_long = |literal: u32| {
            literal as usize >= self.texts.len() || self.limits.get(literal as usize).max_length > LONG_LINE
        };
        let own = (0..self.texts.len()).map(|number| self.texts.bytes(number));
        Literals::new(own.chain(others.iter().map(|text| (text.as_bytes(), Anchor::Inside))), for_long)
    }

    /// Compiles the rules for which `active` holds.
    /// With `eager` every text is looked for on every line, also of rules that then do not match.
    ///
    /// # Errors
    /// When a regex is refused, or a rule has more texts than fit.
    pub(crate) fn new(
        rules: &[Rule],
        settings: &Settings,
        active: impl Fn(&Rule) -> bool,
        eager: bool,
    ) -> Result<Self> {
        let site_names = site_names(settings);
        let mut program = Self {
            rules: Groups::default(),
            patterns: Groups::default(),
            min_left: settings.min_left,
            lines_between: settings.lines_between,
            site_names: site_names.clone(),
            texts: LiteralTexts::default(),
            literals: OnceLock::new(),
            limits: LimitsTable::default(),
            pattern_limits: LimitsTable::default(),
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
        let phrases = rules.iter().map(phrases).sum();
        let mut numbers = LiteralNumbers::with_capacity(phrases);
        let mut compiled_rules = Vec::with_capacity(rules.len());
        let mut all_patterns: Vec<Pattern> = Vec::with_capacity(phrases);
        // Each literal, in the order in which the rules first have it, with its patterns.
        let mut users: Vec<(u32, u32)> = Vec::with_capacity(phrases);
        let mut patterns = Vec::new();
        // Strings for the literals to come: asking for memory takes longer than folding most of them.
        let mut spare: Vec<String> = Vec::new();
        let mut of_regexes = Vec::new();
        for (id, rule) in rules.iter().enumerate() {
            let mut compiled = compile_rule(rule);
            compiled.patterns.start = all_patterns.len() as u32;
            if active(rule) {
                program.repeat_length = program.repeat_length.max(repeat_length(rule));
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
                        compiled.put_off.push(PutOff { pattern: all_patterns.len() as u32, gate });
                        all_patterns.push(pattern);
                        continue;
                    }
                    if pattern.field.role() == TextRole::NoneOf {
                        compiled.exceptions.push(Exception::new(pattern, gate));
                        continue;
                    }
                    let at = all_patterns.len() as u32;
                    if let (Gate::Digit, Check::Slots(slotted)) = (&gate, &pattern.check) {
                        let limits = if pattern.asks_line() { compiled.limits() } else { Limits::ANY };
                        let (time, date) = (slotted.needs_time(), slotted.needs_date());
                        let number_first = slotted.begins_line_with_number();
                        let same = |one: &&mut OnDigit| {
                            (one.limits, one.time, one.date, one.number_first) == (limits, time, date, number_first)
                        };
                        match program.on_digit.iter_mut().find(same) {
                            Some(known) => known.patterns.push(at),
                            None => {
                                program.on_digit.push(OnDigit { patterns: vec![at], limits, time, date, number_first });
                            }
                        }
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
        program.pattern_limits = program.limits_of_patterns();
        program.limits = program.limits_of_literals();
        if !of_regexes.is_empty() {
            program.of_regexes = Some(LazyAutomaton::new(of_regexes)?);
        }
        Ok(program)
    }
}

/// What the sites are called, for `{site}`.
fn site_names(settings: &Settings) -> Vec<String> {
    settings.sites.iter().flat_map(|(_, names)| names.clone()).collect()
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

/// The rule behind an index of the program.
pub(crate) fn rule_id(index: u32) -> RuleId {
    RuleId(index)
}
