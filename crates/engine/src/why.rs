//! Why a rule took a line, or did not: each of its conditions, and what was measured.
//!
//! Every answer comes from what decides: the same matcher finds the texts, the same rounds are
//! gone through ([`Decider`] lets somebody look on), and the same guards are asked, at the moment
//! at which the engine asked them. So this can never say something else than the engine did.
//!
//! A rule is asked about in two steps. What the line alone decides (texts, shape, length) is asked
//! of the line; what depends on the text around it (position, shares, guards) is asked of the text
//! that was left when the rule's turn came, or at the end if it never took anything. A rule whose
//! words do not stand on the line is asked the second question as if they did.
//!
//! Where it can be fooled: "nearest" is a guess about what somebody meant. It counts characters of
//! texts that agree, and knows nothing of meaning.

mod asked_line;
mod moment;
mod near;

use asked_line::AskedLine;
pub use near::Near;

use super::compile::Program;
use super::matcher::{Matcher, Matches, Prefilter, Scratch, Seen};
use super::outcome::Outcome;
use super::removal::{Evidence, Removal};
use crate::engine::{Engine, MAX_REPEATS, takes_words};
use std::sync::OnceLock;

use crate::finder::{self, LineReasons, Lines, PointsView};
use dehusk_rules::{Action, ElementName, Position, Profile, Rule, RuleId, RuleSet, Shape, Status, TextField};
use dehusk_text::markup::PageMarkup;
use dehusk_text::{Cues, Document, Span, core, fold, work};

/// One condition of a rule, on one line of a document.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The field of the rule, as in [`FIELDS`](dehusk_rules::FIELDS); `keep` for a `[[keep]]` that protects,
    /// `only` for a choice of rules that leaves it out, `min_left` for the setting of that name.
    pub condition: &'static str,
    /// Whether it holds.
    pub holds: bool,
    /// What was found or measured.
    pub fact: Fact,
}

/// What was found or measured. Lines are counted from 0, shares are in percent.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Fact {
    /// This text of the field stands on the line.
    Text(Evidence),
    /// None of the texts does (of `contains_all`: this one does not); the text that comes nearest.
    NoText { nearest: Option<Near> },
    /// The shapes that the line has.
    Shapes(Vec<Shape>),
    /// Characters of the line, spaces and inserted pinyin not counted, and the limit.
    Length { chars: u32, limit: u32 },
    /// Where the block stands that would go, in the text that is left: its lines in the document,
    /// how many lines are ahead and behind, and which part of the characters it covers.
    Place { position: Position, lines: [u32; 2], ahead: u32, behind: u32, from: f32, upto: f32 },
    /// How many lines or items there are, and how many there must be.
    Count { found: u32, needed: u32 },
    /// How much of the text it would take, and how much it may.
    Share { share: f32, limit: f32 },
    /// The line that decided: the last one of `until`, the first without `lines_contain`, the first
    /// of the text that goes on.
    Line(u32),
    /// The `[[keep]]` that protects a line of the block.
    Kept { by: RuleId, line: u32 },
    /// The host of the document.
    Host(Option<String>),
    /// The elements around the line; `None` if the text was not made of HTML.
    Inside(Option<Vec<ElementName>>),
    /// The language of the document.
    Language(Option<&'static str>),
    /// Whether the rule acts.
    Status(Status),
    /// From which profile on the rule acts, and which one the engine has.
    Profile { rule: Profile, engine: Profile },
    /// Characters that would be left, and how many must be.
    Left { left: u32, least: u32 },
    /// Nothing more to say.
    Plain,
}

/// A rule that came near to taking a line.
#[derive(Clone, Debug, PartialEq)]
pub struct NearRule {
    /// Which.
    pub rule: RuleId,
    /// Its conditions.
    pub verdicts: Vec<Verdict>,
}

/// What the body finder saw on a line.
#[derive(Clone, Debug, PartialEq)]
pub struct CuePoints {
    /// The cues with points, those that weigh most first: their names in `points.toml`, what their
    /// family is about (in English), and their points in hundredths.
    pub cues: Vec<(String, &'static str, i32)>,
    /// The sum, in hundredths.
    pub points: i32,
    /// The line stays if the sum is more than this.
    pub keep_above: i32,
}

/// A document that was cleaned, and can be asked about.
#[derive(Debug)]
pub struct Inspector<'e> {
    engine: &'e Engine,
    /// All rules, those that do not act too.
    everything: &'e Program,
    /// The text, and what was left of it when it was looked at again because words had gone.
    passes: Vec<Pass>,
    outcome: Outcome,
    host: Option<String>,
    language: Option<&'static str>,
    /// What the body finder saw on all lines, read when it is first asked for.
    reasons: OnceLock<Option<(LineReasons, Vec<String>)>>,
}

/// One look at the whole text.
#[derive(Debug)]
struct Pass {
    text: String,
    /// What the markup of the page says of its lines, if it is the text of a page.
    markup: Option<PageMarkup>,
    /// What the engine matched.
    matches: Matches,
    /// What all rules match.
    all: Matches,
    /// By line: whether it stood before.
    repeated: Vec<bool>,
    /// What the finder read, if it judged this text.
    finder: Option<(PointsView, Lines)>,
    removals: Vec<Removal>,
    would_be_empty: bool,
    left: u64,
}

impl Engine {
    /// Why a rule took a line (from 0), or did not: its conditions in the order of the rule format.
    /// For several questions about one document, [`Engine::inspect`] it once.
    pub fn why(&self, document: &Document<'_>, line: usize, rule: RuleId) -> Vec<Verdict> {
        self.inspect(document).why(line, rule)
    }

    /// Cleans a document and remembers what questions about it need. Costs a few times as much as
    /// [`Engine::clean`].
    pub fn inspect(&self, document: &Document<'_>) -> Inspector<'_> {
        let everything = self.everything.get_or_init(|| {
            let RuleSet { rules, settings, .. } = self.rules();
            // A rule that does not act may be one that cannot be compiled; then only the others are known.
            let all = Program::new(rules, settings, |_| true, true);
            let all = all.or_else(|_| Program::new(rules, settings, |rule| self.choices.compiles(rule), true));
            all.expect("the engine was built of them")
        });
        let mut inspector = Inspector {
            engine: self,
            everything,
            passes: Vec::new(),
            outcome: self.clean(document),
            host: document.host().map(str::to_string),
            language: document.language(),
            reasons: OnceLock::new(),
        };
        // As in `clean`.
        let mut text = document.text().to_string();
        for number in 0..=MAX_REPEATS {
            let Ok(left) = Document::new(&text) else { break };
            let left = left.with_origin_of(document);
            // Behind the first look the lines are others than those of the page.
            let left = match document.markup().filter(|_| number == 0) {
                Some(markup) => left.with_markup(markup),
                None => left,
            };
            let (pass, words_went) = inspector.pass(&left, number == 0);
            let body = super::render::body(&text, &pass.removals);
            inspector.passes.push(pass);
            if !words_went {
                break;
            }
            text = body;
        }
        inspector
    }
}

impl Inspector<'_> {
    fn pass(&self, document: &Document<'_>, first: bool) -> (Pass, bool) {
        let engine = self.engine;
        let finder = engine.finder().filter(|_| first && engine.asks_finder(document));
        let (matches, lines) = engine.all_matches(document, finder);
        let judge = engine.view(finder, document, &matches, &lines);
        let mut marked = None;
        let given = judge.map(|view| (view, lines));
        let decision = engine.decide(document, &matches, given, &mut |_, _| (), &mut |lines| {
            marked = Some(lines.clone());
        });
        let (matcher, mut scratch) = (self.matcher(), Scratch::new(self.everything));
        let all = matcher.matches(document, &mut scratch);
        let mut seen = Seen::default();
        let repeated = (0..document.len()).map(|line| {
            let blank = matches.cues[line].any(Cues::BLANK);
            !blank && !seen.insert(core(&fold(document.line_text(line))))
        });
        let words_went = takes_words(document, &decision.removals);
        let pass = Pass {
            text: document.text().to_string(),
            markup: document.markup().cloned(),
            repeated: repeated.collect(),
            matches,
            all,
            finder: judge.filter(|_| !decision.rules_alone).zip(marked),
            removals: decision.removals,
            would_be_empty: decision.would_be_empty,
            left: decision.left,
        };
        (pass, words_went)
    }

    fn matcher(&self) -> Matcher<'_> {
        Matcher {
            program: self.everything,
            prefilter: Prefilter::Literals,
            finder: None,
            literals: self.everything.literals(),
            acting: None,
        }
    }

    /// The rules.
    pub fn rules(&self) -> &RuleSet {
        self.engine.rules()
    }

    /// What happened to the document.
    pub fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    /// A line (from 0) as it is compared with the texts of rules.
    pub fn seen(&self, line: usize) -> String {
        self.passes.first().map_or_else(String::new, |pass| fold(self.document(pass).line_text(line)))
    }

    /// Why a rule took a line (from 0), or did not.
    pub fn why(&self, line: usize, rule: RuleId) -> Vec<Verdict> {
        let mut verdicts = Vec::new();
        let mut at = None;
        for (number, pass) in self.passes.iter().enumerate() {
            let document = self.document(pass);
            let line = match at {
                None if number == 0 => line,
                None => break,
                Some(at) => document.line_of(at),
            };
            verdicts = self.verdicts_on_line(pass, &document, line, rule);
            let matches = verdicts.iter().all(|verdict| verdict.holds);
            let around = moment::verdicts(self, pass, &document, line, rule, matches);
            verdicts.extend(around);
            if verdicts.iter().all(|verdict| verdict.holds) {
                break;
            }
            at = left_of(&document, &pass.removals, line);
        }
        verdicts
    }

    /// The conditions of a rule that a line (from 0) alone decides. Costs far less than
    /// [`Inspector::why`].
    pub fn why_line(&self, line: usize, rule: RuleId) -> Vec<Verdict> {
        let Some(pass) = self.passes.first() else { return Vec::new() };
        self.verdicts_on_line(pass, &self.document(pass), line, rule)
    }

    /// The same for every line.
    pub fn why_lines(&self, rule: RuleId) -> Vec<Vec<Verdict>> {
        let Some(pass) = self.passes.first() else { return Vec::new() };
        let document = self.document(pass);
        (0..document.len()).map(|line| self.verdicts_on_line(pass, &document, line, rule)).collect()
    }

    /// The same of the document that was asked about: of many lines, it need not be made again for each.
    pub(crate) fn why_line_of(&self, document: &Document<'_>, line: usize, rule: RuleId) -> Vec<Verdict> {
        self.passes.first().map_or_else(Vec::new, |pass| self.verdicts_on_line(pass, document, line, rule))
    }

    /// The rules of which all that a line (from 0) alone decides holds there, whether they act or not.
    pub fn matching(&self, line: usize) -> Vec<RuleId> {
        let Some(pass) = self.passes.first() else { return Vec::new() };
        let here = pass.all.by_line.iter().filter(|m| m.line as usize == line);
        let mut rules: Vec<RuleId> = here.map(|m| m.rule).collect();
        rules.dedup();
        rules
    }

    /// The rules that came nearest to taking a line (from 0): those with the fewest conditions that
    /// do not hold, of which at least one text stands on the line or nearly does.
    pub fn nearest(&self, line: usize, most: usize) -> Vec<NearRule> {
        let Some(pass) = self.passes.first() else { return Vec::new() };
        let document = self.document(pass);
        let asked = AskedLine::new(self, pass, &document, line);
        let mut near: Vec<(usize, std::cmp::Reverse<u32>, RuleId)> = Vec::new();
        for (index, rule) in self.rules().rules.iter().enumerate() {
            if rule.action == Action::Keep {
                continue;
            }
            let id = RuleId(index as u32);
            let verdicts = asked.verdicts(id);
            let agreeing = verdicts.iter().map(|verdict| agreement(verdict, rule)).max().unwrap_or(0);
            if is_near(agreeing, &verdicts) {
                near.push((failed(&verdicts), std::cmp::Reverse(agreeing), id));
            }
        }
        near.sort_unstable();
        // What the text around decides is asked only of those that have a chance.
        near.truncate(most * 4);
        let mut rules: Vec<(usize, std::cmp::Reverse<u32>, NearRule)> = near
            .into_iter()
            .map(|(_, agreeing, rule)| {
                let verdicts = self.why(line, rule);
                (failed(&verdicts), agreeing, NearRule { rule, verdicts })
            })
            .collect();
        rules.retain(|(_, agreeing, near)| is_near(agreeing.0, &near.verdicts));
        rules.sort_by_key(|(failed, agreeing, near)| (*failed, *agreeing, near.rule));
        rules.truncate(most);
        rules.into_iter().map(|(.., near)| near).collect()
    }

    /// What the body finder saw on a line (from 0), if it judged the document and the rules had not
    /// taken the line before.
    pub fn cues(&self, line: usize) -> Option<CuePoints> {
        let (all, names) = self.reasons.get_or_init(|| self.all_reasons()).as_ref()?;
        let at = all.by_line.binary_search_by_key(&(line as u32), |(number, _)| *number).ok()?;
        let reasons = &all.by_line[at].1;
        let points = reasons.iter().map(|(_, points)| points).sum();
        let named = |&(cue, points): &(u32, i32)| (names[cue as usize].clone(), finder::about(cue as usize), points);
        Some(CuePoints { cues: reasons.iter().map(named).collect(), points, keep_above: all.keep_above })
    }

    /// What the body finder saw on all lines, and the names of the cues.
    fn all_reasons(&self) -> Option<(LineReasons, Vec<String>)> {
        let finder = self.engine.finder()?;
        let (view, lines) = self.passes.first()?.finder.as_ref()?;
        Some((finder.reasons(lines, *view, self.engine.headline_is()), finder::names()))
    }

    fn document<'p>(&self, pass: &'p Pass) -> Document<'p> {
        work::count(pass.text.len());
        let document = Document::new(&pass.text).expect("it was one before");
        let document = match &pass.markup {
            Some(markup) => document.with_markup(markup),
            None => document,
        };
        let document = match &self.host {
            Some(host) => document.with_host(host),
            None => document,
        };
        document.with_language(self.language.unwrap_or_default())
    }

    fn verdicts_on_line(&self, pass: &Pass, document: &Document<'_>, line: usize, rule: RuleId) -> Vec<Verdict> {
        AskedLine::new(self, pass, document, line).verdicts(rule)
    }
}

/// Where the first byte of a line (from 0) that is left stands in the text without the removals;
/// `None` if all of it has gone.
fn left_of(document: &Document<'_>, removals: &[Removal], line: usize) -> Option<usize> {
    let Span { mut start, end } = document.line(line);
    let mut removed = 0;
    for removal in removals.iter().take_while(|r| r.span.start <= document.line(line).end) {
        if removal.span.start > start {
            break;
        }
        start = start.max(removal.span.end);
        removed += removal.span.len();
    }
    (start < end).then(|| start - removed)
}

fn failed(verdicts: &[Verdict]) -> usize {
    verdicts.iter().filter(|verdict| !verdict.holds).count()
}

/// Whether a rule of which so much agrees comes near. What stands on many lines (a regex, a short
/// word) says so only where at most one other condition is missing, and that is no text: else a line
/// that no rule knows would be shown rules that have nothing to do with it.
fn is_near(agreeing: u32, verdicts: &[Verdict]) -> bool {
    const WEAK: u32 = 4;
    let no_text = |verdict: &Verdict| matches!(verdict.fact, Fact::NoText { .. });
    let mut missing = verdicts.iter().filter(|verdict| !verdict.holds);
    agreeing > WEAK || agreeing > 0 && missing.clone().count() <= 1 && !missing.any(no_text)
}

/// The weight of the text of the rule that agrees with the line, if that says something.
fn agreement(verdict: &Verdict, rule: &Rule) -> u32 {
    if verdict.condition.starts_with("unless") {
        return 0;
    }
    match &verdict.fact {
        Fact::Text(evidence) if verdict.holds => match evidence.field {
            TextField::Regex => 2,
            field => {
                let phrase = field.texts(rule).get(evidence.index as usize);
                phrase.map_or(0, |phrase| near::meaning(&phrase.text))
            }
        },
        Fact::NoText { nearest: Some(near) } if near.says_something() => near.weight,
        _ => 0,
    }
}

fn verdict(condition: &'static str, holds: bool, fact: Fact) -> Verdict {
    Verdict { condition, holds, fact }
}
