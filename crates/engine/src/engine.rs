//! [`Engine`]: compiles rules, runs the steps on a document, repeats them where words went.

mod builder;
mod prebuild;
mod tried;

pub(crate) use builder::unknown_name;
pub use builder::{EngineBuilder, Input};
pub use prebuild::prebuild;

use std::sync::{Arc, LazyLock, OnceLock};

use crate::choice::RuleChoice;
use crate::compile::Program;
use crate::decide::{self, Decision};
use crate::finder::{Cue, Finder, HeadlineIs, Lines, PointsView, may_be_page, tune::Sample};
use crate::html::{HtmlReader, HtmlText};
use crate::literals::Literals;
use crate::matcher::{Matcher, Matches, Prefilter, Scratch};
use crate::outcome::{Outcome, Warning};
use crate::removal::{Cause, Removal};
use crate::sites::{Programs, SitePrograms};
use crate::state::Decider;
use crate::tried::TriedRule;
use crate::{metadata, render};
use dehusk_html::MarkupWords;
use dehusk_rules::{Profile, Rule, RuleId, RuleSet, SiteFiles};
use dehusk_text::{Document, Result};
use regex_automata::util::pool::Pool;

/// Rules, compiled and ready. Immutable, and may be shared between threads.
#[derive(Debug)]
pub struct Engine {
    /// Read when somebody asks for them: cleaning needs what is compiled of them, and no more.
    rules: LazyLock<RuleSet, Box<dyn FnOnce() -> RuleSet + Send>>,
    pub(crate) parts: Arc<EngineParts>,
    /// A rule that is tried beside those that were compiled together.
    tried: Option<TriedRule>,
    /// What it was asked to be.
    pub(crate) choices: EngineBuilder,
    pub(crate) prefilter: Prefilter,
    pub(crate) profile: Profile,
    pub(crate) input: Input,
    /// By rule: whether it acts. With a finder all rules are matched, as all tell about a line.
    pub(crate) active: Vec<bool>,
    /// By rule: whether it is one of a single site; empty but for [`Engine::for_site`].
    pub(crate) of_site: Vec<bool>,
    /// All rules, whether they act or not, for questions about them; made when one is asked.
    pub(crate) everything: OnceLock<Program>,
}

/// What takes long to make. Engines whose rules differ by one that is tried have the same.
#[derive(Debug)]
pub(crate) struct EngineParts {
    pub(crate) program: Program,
    /// Finds the body of whole pages.
    pub(crate) finder: Option<Finder>,
    /// The rules of single sites.
    sites: SitePrograms,
    /// The literals of the rules with the phrases of the finder, made when it is first asked.
    literals_and_phrases: OnceLock<Literals>,
    /// Buffers of runs that have ended, for those to come.
    pub(crate) scratch: Pool<Option<Scratch>>,
}

impl Engine {
    /// Starts the choices for an engine.
    pub fn builder() -> EngineBuilder {
        EngineBuilder {
            input: Input::default(),
            chosen: RuleChoice::default(),
            site_files: Arc::default(),
            names_are_known: false,
            prefilter: Prefilter::On,
            rules_only: false,
        }
    }

    /// Makes text of the HTML of a page. [`HtmlText::document`] gives it with what the markup says of each line,
    /// for [`Engine::clean`]; what goes is counted in that text.
    pub fn read_html(&self, html: &str, markdown: bool) -> HtmlText {
        let none = MarkupWords::default();
        let words = self.finder().map_or(&none, |finder| &finder.markup);
        HtmlText { page: dehusk_html::read(html, words, markdown) }
    }

    /// The same for who reads while the engine is elsewhere.
    pub fn html_reader(&self) -> HtmlReader {
        HtmlReader { words: self.finder().map_or_else(MarkupWords::default, |finder| finder.markup.clone()) }
    }

    /// Whether it can judge pages of HTML: it has what it takes, or nothing would be judged at all.
    pub fn judges_html(&self) -> bool {
        self.finder().is_some() || self.profile == Profile::Archive
    }

    /// What kind of text it was built for.
    pub fn input(&self) -> Input {
        self.input
    }

    /// The rule files of sites, each read when a document of its site came.
    pub fn site_files(&self) -> &SiteFiles {
        &self.parts.sites.files
    }

    /// An engine for the site of a document, in which the rules of [`Engine::site_files`] for it are rules like all
    /// others: for who asks why, and not only what goes. `None` if there are no such rules.
    ///
    /// # Errors
    /// When a rule of the site cannot be compiled.
    pub fn for_site(&self, document: &Document<'_>) -> Result<Option<Engine>> {
        let Some(of_site) = self.parts.sites.rules_for(document) else { return Ok(None) };
        let is_of_site = |rule: &Rule| of_site.rules.iter().any(|own| own.file == rule.file && own.name == rule.name);
        let all = RuleSet { site_files: Arc::default(), ..self.rules().clone() }.merged_with(of_site.clone());
        let is: Vec<bool> = all.rules.iter().map(is_of_site).collect();
        let choices = EngineBuilder { site_files: Arc::default(), names_are_known: true, ..self.choices.clone() };
        Ok(Some(Engine { of_site: is, ..choices.build_from(all)? }))
    }

    /// The rules it was built from.
    pub fn rules(&self) -> &RuleSet {
        &self.rules
    }

    /// Finds what goes. Linear in the text; the text itself is not touched.
    ///
    /// Where words inside a line go, the rest of the line may be what another rule removes; so
    /// the result is looked at again until no words go. By the rules, cleaning twice is cleaning
    /// once; the body finder (whole pages, and the profile `body`) judges what it left as another text.
    pub fn clean(&self, document: &Document<'_>) -> Outcome {
        let mut outcome = self.clean_once(document, self.finder());
        let mut words_went = takes_words(document, &outcome.removals);
        for _ in 0..MAX_REPEATS {
            if !words_went {
                break;
            }
            let body = outcome.body(document);
            let Ok(left) = Document::new(&body) else { break };
            let left = left.with_origin_of(document);
            let further = self.clean_once(&left, None);
            if further.removals.is_empty() {
                break;
            }
            words_went = takes_words(&left, &further.removals);
            let further = with_anchors_of(document, &outcome.removals, &left, further.removals);
            outcome.removals = render::compose(&outcome.removals, &further);
        }
        outcome
    }

    fn clean_once(&self, document: &Document<'_>, finder: Option<&Finder>) -> Outcome {
        let finder = finder.filter(|_| self.asks_finder(document));
        let (matches, lines) = self.all_matches(document, finder);
        let view = self.view(finder, document, &matches, &lines);
        let decision = match view {
            None if matches.by_line.is_empty() => Decision::default(),
            _ => self.decide(document, &matches, view.map(|view| (view, lines)), &mut |_, _| (), &mut |_| ()),
        };
        let mut metadata = metadata::metadata(document, self.programs(), &matches);
        if let Some(line) = decision.headline {
            metadata.title = Some(document.line_text(line as usize).trim().to_string());
        }
        Outcome {
            removals: decision.removals,
            spared: decision.spared,
            metadata,
            warnings: if decision.would_be_empty { vec![Warning::WouldBeEmpty] } else { Vec::new() },
            input: match document.markup() {
                Some(_) => Input::Html,
                None if self.is_page(view) => Input::Page,
                None => Input::Text,
            },
        }
    }

    /// Whether the body finder has anything to say about the document. Of most texts that is known before it reads
    /// them.
    pub(crate) fn asks_finder(&self, document: &Document<'_>) -> bool {
        self.input != Input::Auto || self.profile == Profile::Body || may_be_page(document.text())
    }

    /// What becomes of the headline that the body finder finds.
    pub(crate) fn headline_is(&self) -> HeadlineIs {
        if self.profile == Profile::Body { HeadlineIs::Dropped } else { HeadlineIs::Kept }
    }

    /// Which points of the body finder judge the document, if any do.
    pub(crate) fn view(
        &self,
        finder: Option<&Finder>,
        document: &Document<'_>,
        matches: &Matches,
        lines: &Lines,
    ) -> Option<PointsView> {
        let finder = finder?;
        if lines.markup.is_some() {
            return Some(PointsView::Html);
        }
        let is_page = match self.input {
            Input::Page => true,
            // Without markup, what was given as HTML is a plain text.
            // What was cleaned already has nothing left that the rules take; nearly every page has.
            Input::Auto | Input::Html => {
                may_be_page(document.text()) && self.decider(document, matches).takes_a_line() && finder.is_page(lines)
            }
            Input::Text => false,
        };
        if is_page {
            return Some(PointsView::Page);
        }
        let seeks_body = self.profile == Profile::Body && !finder.is_many_texts(lines, PointsView::Text);
        seeks_body.then_some(PointsView::Text)
    }

    pub(crate) fn is_page(&self, view: Option<PointsView>) -> bool {
        self.input == Input::Page || view == Some(PointsView::Page)
    }

    pub(crate) fn programs(&self) -> Programs<'_> {
        let EngineParts { program, sites, .. } = &*self.parts;
        // The archive loses what is known to be spam or a notice, and nothing besides.
        let lines_between = if self.profile == Profile::Archive { 0 } else { program.lines_between };
        Programs { all: program, sites: Some(sites), tried: self.tried.as_ref(), of_site: &self.of_site, lines_between }
    }

    /// Finds the body of whole pages, if the engine was asked to.
    pub(crate) fn finder(&self) -> Option<&Finder> {
        self.parts.finder.as_ref()
    }

    /// Whether a rule acts.
    pub(crate) fn acts(&self, rule: RuleId) -> bool {
        self.programs().site_rule_acts(rule).unwrap_or_else(|| self.active[rule.0 as usize])
    }

    pub(crate) fn decider<'a>(&'a self, document: &'a Document<'_>, matches: &'a Matches) -> Decider<'a> {
        Decider::new(document, self.programs(), matches)
    }

    /// What the rules decide, with the body finder where it judges the document too. `shown` gets
    /// the lines as the finder is shown them.
    pub(crate) fn decide(
        &self,
        document: &Document<'_>,
        matches: &Matches,
        finder: Option<(PointsView, Lines)>,
        watch: decide::Watcher<'_>,
        shown: &mut dyn FnMut(&Lines),
    ) -> Decision {
        let decider = self.decider(document, matches);
        match (finder, self.finder()) {
            (Some((view, lines)), Some(finder)) => {
                let is = self.headline_is();
                let mut headline = None;
                let dropped = |lines: &Lines| {
                    shown(lines);
                    let found = finder.found(lines, view, is);
                    headline = found.headline;
                    found.dropped
                };
                let decision = decider.decide_with(lines, dropped, watch);
                Decision { headline, ..decision }
            }
            _ => decider.decide_watched(watch),
        }
    }

    /// What matches where, and what the finder reads. Rules that do not act tell the finder
    /// about lines, and then are forgotten.
    pub(crate) fn all_matches(&self, document: &Document<'_>, finder: Option<&Finder>) -> (Matches, Lines) {
        let EngineParts { program, literals_and_phrases, scratch: pool, .. } = &*self.parts;
        let mut pooled = pool.get();
        // Taken out: a run that panics leaves nothing half done behind.
        let mut scratch = pooled.take().unwrap_or_else(|| Scratch::new(program));
        // What rules that do not act match is told to the finder alone.
        let acting = match &self.tried {
            Some(tried) => Some(tried.asked(finder)),
            None => finder.is_none().then_some(self.active.as_slice()),
        };
        let literals = match finder {
            Some(finder) => literals_and_phrases.get_or_init(|| program.literals_and(finder.phrases())),
            None => program.literals(),
        };
        let matcher = Matcher { program, prefilter: self.prefilter, finder, literals, acting };
        let mut matches = matcher.matches_with(document, &mut scratch, self.programs());
        *pooled = Some(scratch);
        drop(pooled);
        let mut lines = std::mem::take(&mut matches.lines);
        if let Some(finder) = finder {
            lines.markup = document.markup().cloned();
            let programs = self.programs();
            for m in matches.by_line.iter().filter(|m| !programs.is_of_site(m.rule)) {
                match &self.tried {
                    Some(tried) => lines.add_classes(m.line, tried.classes_of(finder, m.rule)),
                    None => finder.matched(&mut lines, m.line, m.rule.0),
                }
            }
        }
        // Those of sites were asked for only if they act.
        matches.by_line.retain(|m| m.rule.in_site().is_some() || self.active[m.rule.0 as usize]);
        (matches, lines)
    }

    /// A document whose body is known, as `dehusk tune` fits points to; `None` where the engine
    /// has no body finder (see [`EngineBuilder::input`]).
    pub fn sample(&self, document: &Document<'_>) -> Option<Sample> {
        let finder = self.finder()?;
        let (matches, lines) = self.all_matches(document, Some(finder));
        let decider = self.decider(document, &matches);
        let texts = (0..document.len()).map(|line| document.line_text(line));
        Some(Sample::new(decider.marked(lines), texts))
    }

    /// Which rules match which line (from 0), by what the line alone says: positions, guards and keeps
    /// are not asked. In the order of lines.
    pub fn matches(&self, document: &Document<'_>) -> Vec<(usize, RuleId)> {
        let (matches, _) = self.all_matches(document, None);
        matches.by_line.iter().map(|m| (m.line as usize, m.rule)).collect()
    }

    /// By number of a line: the cue of the body finder that speaks most against it, for reports on
    /// what the finder takes. `input` is what the outcome says. Empty without a finder.
    pub fn cues_against(&self, document: &Document<'_>, input: Input) -> Vec<(u32, Cue)> {
        let Some(finder) = self.finder() else { return Vec::new() };
        let (matches, lines) = self.all_matches(document, Some(finder));
        let decider = self.decider(document, &matches);
        let view = match input {
            Input::Html => PointsView::Html,
            Input::Page => PointsView::Page,
            Input::Text | Input::Auto => PointsView::Text,
        };
        finder.against(&decider.marked(lines), view)
    }
}

/// How often a text from which words went is looked at again. Each time costs a full pass, and
/// a rule that takes words seldom uncovers another line; the limit bounds hostile texts.
pub(crate) const MAX_REPEATS: usize = 8;

/// Whether one of the removals is one of words, after which the rest of a line stays.
pub(crate) fn takes_words(document: &Document<'_>, removals: &[Removal]) -> bool {
    removals.iter().any(|removal| !starts_line(document, removal))
}

/// Whether a removal begins where a line begins, as every removal but one of words does.
fn starts_line(document: &Document<'_>, removal: &Removal) -> bool {
    let line = document.line_of(removal.span.start);
    let whole = document.line_with_terminator(line);
    removal.span.start == whole.start && removal.span.end >= whole.end
}

/// Removals of a later pass, with their anchors counted in the lines of the first text.
fn with_anchors_of(
    document: &Document<'_>,
    earlier: &[Removal],
    left: &Document<'_>,
    mut later: Vec<Removal>,
) -> Vec<Removal> {
    for removal in &mut later {
        if let Cause::Rule { anchor, .. } = &mut removal.cause {
            let at = render::before_removals(earlier, left.line(*anchor as usize).start);
            *anchor = document.line_of(at) as u32;
        }
    }
    later
}
