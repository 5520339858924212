//! Makes rules on trial from repeated lines.

use std::collections::{BTreeMap, HashSet};

use dehusk_engine::{Body, check_examples};
use dehusk_learn::{BodyHit, Candidate, Gathered, Hosts, RepeatKind, SitePlace, Wanted, body_line_hit, category_of};
use dehusk_rules::edit::{NewSetting, NewTable, NewValue};
use dehusk_rules::{Category, RuleSet, Source, TableKind};
use dehusk_text::{Cues, Lang, Level, Message, Result, fold, say};

/// One suggested rule, on trial.
#[derive(Clone, Debug)]
pub struct Suggestion {
    /// Its name.
    pub name: String,
    /// Its table, as it goes into a rule file.
    pub toml: String,
    /// Its category.
    pub category: Category,
    /// The number of its texts.
    pub texts: usize,
    /// The number of documents with its most frequent text.
    pub documents: u32,
    /// The only site that it applies to; `None` for all.
    pub site: Option<String>,
}

/// A repeated line for which no rule is suggested.
#[derive(Clone, Debug)]
pub struct RefusedLine {
    /// The line.
    pub text: String,
    /// The number of documents that have it.
    pub documents: u32,
    /// Why not.
    pub why: Message,
}

/// The result for a collection.
#[derive(Clone, Debug, Default)]
pub struct Suggestions {
    /// The number of documents; copies of one article count once.
    pub documents: usize,
    /// The rules, most frequent first.
    pub rules: Vec<Suggestion>,
    /// The number of repeated lines that the existing rules remove already.
    pub covered: usize,
    /// Lines that were refused, most frequent first.
    pub refused: Vec<RefusedLine>,
}

/// How many texts one rule has, at most.
const TEXTS: usize = 30;

/// Makes rules of what was gathered. `bodies` are texts in which every line is body; names and comments are in `lang`.
///
/// # Errors
/// When a suggested rule cannot be compiled.
pub fn suggestions(gathered: Gathered, wanted: &Wanted, bodies: &[Body], lang: Lang) -> Result<Suggestions> {
    let mut out = Suggestions { documents: wanted.documents(), ..Suggestions::default() };
    let mut groups: BTreeMap<RuleGroup, Vec<Candidate>> = BTreeMap::new();
    // Lines that a label covers need no rule of their own.
    let labels: Vec<String> = gathered
        .candidates
        .iter()
        .filter(|(key, c)| c.kind == RepeatKind::Label && !wanted.is_body(**key) && is_likely(c, wanted.few()))
        .map(|(_, candidate)| fold(&candidate.text()))
        .collect();
    for (key, candidate) in gathered.candidates {
        let folded = fold(&candidate.text());
        if candidate.kind == RepeatKind::Whole && labels.iter().any(|label| folded.starts_with(label)) {
            continue;
        }
        if candidate.removed().is_some_and(|share| share >= 0.75) {
            out.covered += 1;
        } else if wanted.is_body(key) {
            let documents = candidate.documents;
            let why = say!("已知正文里也有这一行", "a known body has it too");
            out.refused.push(RefusedLine { text: candidate.text(), documents, why });
        } else if is_likely(&candidate, wanted.few()) {
            groups.entry(RuleGroup::of(&candidate)).or_default().push(candidate);
        }
    }
    let judge = Judge::new(bodies);
    for (group, mut candidates) in small_runs_as_lines(groups) {
        candidates.sort_by(|a, b| b.documents.cmp(&a.documents).then_with(|| a.text().cmp(&b.text())));
        if let Some(footer) = group.footer(&mut candidates) {
            judge.add_rule(&footer, &candidates, lang, &mut out)?;
            continue;
        }
        let group = match group.form {
            RuleForm::Footer => RuleGroup { form: RuleForm::Line, ..group },
            _ => group,
        };
        for some in candidates.chunks(TEXTS) {
            judge.add_rule(&group, some, lang, &mut out)?;
        }
    }
    out.rules.sort_by(|a, b| b.documents.cmp(&a.documents).then_with(|| a.name.cmp(&b.name)));
    number(&mut out.rules);
    out.refused.sort_by(|a, b| b.documents.cmp(&a.documents).then_with(|| a.text.cmp(&b.text)));
    Ok(out)
}

/// Menus of fewer lines than a run needs are lines.
fn small_runs_as_lines(groups: BTreeMap<RuleGroup, Vec<Candidate>>) -> BTreeMap<RuleGroup, Vec<Candidate>> {
    let mut out: BTreeMap<RuleGroup, Vec<Candidate>> = BTreeMap::new();
    for (group, mut candidates) in groups {
        let enough = group.form != RuleForm::Run || candidates.len() >= IN_RUN;
        let group = if enough { group } else { RuleGroup { form: RuleForm::Line, ..group } };
        out.entry(group).or_default().append(&mut candidates);
    }
    out
}

/// Appends numbers to equal names, because a name may occur only once in a file.
fn number(rules: &mut [Suggestion]) {
    let mut used: BTreeMap<String, u32> = BTreeMap::new();
    for rule in rules {
        let n = used.entry(rule.name.clone()).or_default();
        *n += 1;
        if *n > 1 {
            let new = format!("{} {n}", rule.name);
            rule.toml = rule.toml.replacen(&rule.name, &new, 1);
            rule.name = new;
        }
    }
}

/// Whether it is likely boilerplate. Sub-headings of a series, set phrases and favourite sentences of
/// writers repeat, too, but are body. "Word" stands for a word of [`WORDS`], "edge" for the head or tail of the
/// document.
///
/// | candidate | accepted if |
/// |---|---|
/// | line of a header or footer | at the edge, and nearly always all lines from it to the start or end of the text repeat; a sentence must also have a word and not be short |
/// | other line without a word | at the edge, on one site, in twenty documents, and not a sentence |
/// | other line with a word | at the edge or on one site, and nearly always above a line that repeats |
/// | sentence with a word | at the edge, nearly always above a line that repeats, and not short |
/// | label | has a word, at the edge, in four documents (two in a small collection) |
/// | any at the head or between | not without a word, if its lines differ in a number: a headline of a series |
/// | end | has a word, in four documents (two in a small collection), on one site or with punctuation at its start or end |
fn is_likely(candidate: &Candidate, few: bool) -> bool {
    let text = candidate.text();
    let folded = fold(&text);
    let cues = Cues::of(&text, &folded);
    let sentence = cues.any(Cues::SENTENCE);
    let long = folded.chars().count() >= 16;
    let known_word = category_of(&folded) != Category::Other;
    let one_site = candidate.hosts == Hosts::One && !candidate.host.is_empty();
    let edge = candidate.place() != SitePlace::Anywhere;
    let often = candidate.documents >= if few { 2 } else { 4 };
    // A line directly above text of the document's own may be the heading of a section.
    let closed = candidate.closed() >= NEARLY;
    if !known_word && candidate.place() != SitePlace::Tail && is_numbered(candidate, &text) {
        return false;
    }
    match candidate.kind {
        RepeatKind::Whole | RepeatKind::Start if edge && candidate.joined() >= NEARLY => {
            !sentence || known_word && long
        }
        // Articles about similar products repeat sentences of a template, and these are body. So outside
        // headers and footers, only lines that one site repeats very often are accepted.
        RepeatKind::Whole | RepeatKind::Start if !known_word => {
            one_site && edge && !sentence && candidate.documents >= OVER_AND_OVER
        }
        RepeatKind::Whole | RepeatKind::Start if sentence => edge && closed && long,
        RepeatKind::Whole | RepeatKind::Start => (edge || one_site) && closed,
        // A label is only safe with a word that tells what follows it.
        RepeatKind::Label => known_word && edge && often && !sentence,
        // Without punctuation, the end may be part of a sentence.
        RepeatKind::End => {
            let marked = !folded.starts_with(char::is_alphanumeric) || !folded.ends_with(char::is_alphanumeric);
            known_word && often && !sentence && (one_site || marked)
        }
    }
}

/// Whether the lines differ in their numbers or dates alone, as the headlines of a series do ("Harbour report no. 12").
fn is_numbered(candidate: &Candidate, text: &str) -> bool {
    let has_slot = ["{number}", "{date}", "{time}"].iter().any(|slot| text.contains(slot));
    has_slot && candidate.lines.iter().any(|line| Some(line) != candidate.lines.first())
}

/// The share of sightings that makes "nearly every time".
const NEARLY: f64 = 0.9;

/// The lines of a footer are those of so many of the documents that have one of them.
const TOGETHER: f64 = 0.9;

/// A line without a word of boilerplate must be in this many documents of one site.
const OVER_AND_OVER: u32 = 20;

/// What a rule does with its lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum RuleForm {
    /// It takes them, or the ends of them.
    Line,
    /// It takes them where three or more stand in a row: a menu.
    Run,
    /// It takes them and the items below.
    List,
    /// It takes all from one of them to the end of the text, if only the others stand there.
    Footer,
}

/// Lines that make a menu, and a footer.
const IN_RUN: usize = 3;
const IN_FOOTER: usize = 3;

/// What the texts of one rule have in common.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct RuleGroup {
    kind: RepeatKind,
    form: RuleForm,
    site: Option<String>,
    place: SitePlace,
    category: Category,
    sentence: bool,
}

impl RuleGroup {
    fn of(candidate: &Candidate) -> Self {
        let text = candidate.text();
        let folded = fold(&text);
        let one_site = candidate.hosts == Hosts::One && !candidate.host.is_empty();
        let cues = Cues::of(&text, &folded);
        let (place, category, sentence) = (candidate.place(), category_of(&folded), cues.any(Cues::SENTENCE));
        let form = match candidate.kind {
            RepeatKind::Whole if candidate.footer() >= NEARLY && place == SitePlace::Tail && one_site => {
                RuleForm::Footer
            }
            RepeatKind::Whole if category == Category::Related && candidate.heads_list() >= NEARLY => RuleForm::List,
            RepeatKind::Whole if candidate.in_run() >= NEARLY && cues.any(Cues::TITLE) && !sentence => RuleForm::Run,
            _ => RuleForm::Line,
        };
        let whole = matches!(form, RuleForm::Run | RuleForm::Footer);
        Self {
            kind: candidate.kind,
            form,
            site: one_site.then(|| candidate.host.clone()),
            place: if form == RuleForm::Run { SitePlace::Anywhere } else { place },
            // Lines that stand together are about many things.
            category: if whole { Category::Other } else { category },
            sentence: sentence && !whole,
        }
    }

    /// The group of a footer, with its first line in front: if it is one, and its lines stand in the same documents.
    /// A footer of few lines, or of lines that come and go, is only lines.
    fn footer(&self, candidates: &mut [Candidate]) -> Option<Self> {
        let most = candidates.first().map_or(0, |candidate| candidate.documents);
        let together = candidates.iter().all(|candidate| f64::from(candidate.documents) >= TOGETHER * f64::from(most));
        if self.form != RuleForm::Footer || !together || !(IN_FOOTER..=TEXTS).contains(&candidates.len()) {
            return None;
        }
        candidates.sort_by(|a, b| b.below().total_cmp(&a.below()).then_with(|| a.text().cmp(&b.text())));
        Some(self.clone())
    }

    fn name(&self, lang: Lang) -> String {
        let label = crate::docs::category_label(self.category);
        let kind = match (self.form, self.kind) {
            (RuleForm::Run, _) => say!("菜单", "menu"),
            (RuleForm::List, _) => say!("列表", "list"),
            (RuleForm::Footer, _) => say!("页脚", "footer"),
            (_, RepeatKind::Whole) => say!("重复行", "repeated lines"),
            (_, RepeatKind::Start) => say!("开头重复的长行", "long lines with one beginning"),
            (_, RepeatKind::Label) => say!("开头相同的行", "lines with one beginning"),
            (_, RepeatKind::End) => say!("行末相同的字", "ends of lines"),
        };
        let place = match self.place {
            SitePlace::Head => say!("开头", "start"),
            SitePlace::Tail => say!("结尾", "end"),
            SitePlace::Anywhere => say!("各处", "anywhere"),
        };
        let category = self.category.name();
        match (lang, &self.site) {
            (Lang::Zh, Some(site)) => format!("{label}{}（{site}，{}）", kind.zh, place.zh),
            (Lang::Zh, None) => format!("{label}{}（{}）", kind.zh, place.zh),
            (Lang::En, Some(site)) => format!("{category}: {} ({site}, {})", kind.en, place.en),
            (Lang::En, None) => format!("{category}: {} ({})", kind.en, place.en),
        }
    }
}

/// Tests suggested rules on known bodies.
struct Judge<'b> {
    bodies: &'b [Body],
    /// The lines of the bodies: folded, and original.
    lines: Vec<(String, &'b str)>,
}

impl<'b> Judge<'b> {
    fn new(bodies: &'b [Body]) -> Self {
        let lines = bodies.iter().flat_map(|body| body.text.lines()).filter(|line| !line.trim().is_empty());
        Self { bodies, lines: lines.map(|line| (fold(line), line.trim())).collect() }
    }

    /// Adds a rule for some candidates to `out`. Candidates with which the rule cannot be read, fails its examples or
    /// removes a line of a known body are refused.
    fn add_rule(&self, group: &RuleGroup, candidates: &[Candidate], lang: Lang, out: &mut Suggestions) -> Result<()> {
        let mut left: Vec<&Candidate> = candidates.iter().collect();
        while !left.is_empty() {
            let keep = self.nearest(left[0]);
            let mut toml = table(group, &left, keep, out.documents, self.bodies.len(), lang);
            let mut rules = self.read(&toml);
            let fails = |rules: &RuleSet| -> Result<bool> { Ok(!check_examples(rules)?.is_empty()) };
            if keep.is_some() && rules.as_ref().map_or(Ok(true), fails)? {
                toml = table(group, &left, None, out.documents, self.bodies.len(), lang);
                rules = self.read(&toml);
            }
            let hit = match &rules {
                Some(rules) => body_line_hit(rules, self.bodies)?,
                None => None,
            };
            match (rules, hit) {
                (Some(rules), None) if !fails(&rules)? => {
                    out.rules.push(Suggestion {
                        name: group.name(lang),
                        toml,
                        category: group.category,
                        texts: left.len(),
                        documents: left.iter().map(|candidate| candidate.documents).max().unwrap_or(0),
                        site: group.site.clone(),
                    });
                    return Ok(());
                }
                (rules, hit) => {
                    // Refuse one candidate at a time: the one found in a body, or else the rarest one.
                    let index = hit.as_ref().and_then(|hit| left.iter().position(|c| c.text() == hit.text));
                    let removed = left.remove(index.unwrap_or(left.len() - 1));
                    let why = match (rules, hit) {
                        (None, _) => say!("写不成规则", "it cannot be written as a rule"),
                        (_, Some(BodyHit { line, .. })) => {
                            say!("会删掉已知正文里的“{line}”", "it would remove “{line}” of a known body")
                        }
                        _ => say!("它的例子不成立", "its examples do not hold"),
                    };
                    out.refused.push(RefusedLine { text: removed.text(), documents: removed.documents, why });
                }
            }
        }
        Ok(())
    }

    /// Parses the table of a rule; `None` if it has errors.
    fn read(&self, toml: &str) -> Option<RuleSet> {
        let (rules, found) = RuleSet::check(&[Source::new("suggested.toml", toml)]);
        (!found.iter().any(|one| one.level == Level::Error)).then_some(rules)
    }

    /// The line of a known body that shares the most pairs of characters with the candidate, if at least two.
    fn nearest(&self, candidate: &Candidate) -> Option<&'b str> {
        let pairs = |text: &str| -> HashSet<(char, char)> { text.chars().zip(text.chars().skip(1)).collect() };
        let own = pairs(&fold(&candidate.text()));
        let near = |(folded, line): &(String, &'b str)| {
            let common = own.intersection(&pairs(folded)).count();
            (common, std::cmp::Reverse(folded.len()), *line)
        };
        let best = self.lines.iter().filter(|(folded, _)| folded.chars().count() <= 120).map(near).max();
        best.filter(|(common, ..)| *common >= 2).map(|(_, _, line)| line)
    }
}

/// The TOML table of a rule.
fn table(
    group: &RuleGroup,
    some: &[&Candidate],
    keep: Option<&str>,
    total: usize,
    bodies: usize,
    lang: Lang,
) -> String {
    let plain = |field: &'static str, value: String| NewSetting { field, value: NewValue::Plain(value), comment: "" };
    let (field, remove) = match (group.form, group.kind) {
        (RuleForm::Run, _) => ("is", "run"),
        (RuleForm::List, _) => ("is", "list"),
        (RuleForm::Footer, _) => ("is", "to_end"),
        (RuleForm::Line, RepeatKind::Whole) => ("is", "line"),
        (RuleForm::Line, RepeatKind::Start | RepeatKind::Label) => ("starts_with", "line"),
        (RuleForm::Line, RepeatKind::End) => ("ends_with", "phrase"),
    };
    let mut settings = vec![
        plain("name", group.name(lang)),
        plain("category", group.category.name().into()),
        plain("status", "trial".into()),
        plain("remove", remove.into()),
    ];
    let texts: Vec<String> = some.iter().map(|candidate| candidate.text()).collect();
    match (group.form, texts.split_first()) {
        (RuleForm::Footer, Some((first, below))) => {
            settings.push(plain(field, first.clone()));
            if !below.is_empty() {
                settings.push(plain("lines_contain", below.join("\n")));
            }
        }
        _ => settings.push(plain(field, texts.join("\n"))),
    }
    if group.form == RuleForm::Run {
        settings.push(plain("at_least", IN_RUN.to_string()));
    }
    if group.kind == RepeatKind::Start {
        settings.push(plain("min_length", "80".into()));
    }
    if group.kind == RepeatKind::Label {
        settings.push(plain("max_length", "50".into()));
        settings.push(plain("unless_looks_like", "sentence".into()));
    }
    match group.place {
        SitePlace::Head => settings.push(plain("where", "head".into())),
        SitePlace::Tail => settings.push(plain("where", "tail".into())),
        SitePlace::Anywhere => {}
    }
    if let Some(site) = &group.site {
        settings.push(plain("sites", site.clone()));
    }
    let mut lines: Vec<&str> =
        some.iter().filter_map(|candidate| candidate.lines.first()).map(String::as_str).collect();
    let more = some.iter().flat_map(|candidate| candidate.lines.iter().skip(1)).map(String::as_str);
    lines.extend(more);
    // In an example of words, `=>` separates the line from what is left of it, so a line must not contain it.
    lines.retain(|line| group.kind != RepeatKind::End || !line.contains("=>"));
    lines.dedup();
    lines.truncate(3);
    settings.push(plain("removes", lines.join("\n")));
    if let Some(keep) = keep {
        settings.push(plain("keeps", keep.into()));
    }
    let comment = comment(some, total, bodies);
    let table = NewTable { kind: TableKind::Rule, comment: comment.get(lang), settings };
    table.written().unwrap_or_default()
}

/// A comment for the table: how often each text was seen, and where.
fn comment(some: &[&Candidate], total: usize, bodies: usize) -> Message {
    let mut said = say!(
        "{total} 篇里的次数和位置（已知正文 {bodies} 篇，0 次）：",
        "seen in so many of {total} documents (in none of {bodies} known bodies):"
    );
    for candidate in some.iter().take(8) {
        let documents = candidate.documents;
        let percent = |share: f64| (share * 100.0).round();
        let (head, tail, beside) = (percent(candidate.head()), percent(candidate.tail()), percent(candidate.beside()));
        let text: String = candidate.text().chars().take(30).collect();
        let more = say!(
            "\n  {text}  {documents} 篇，开头 {head}%，结尾 {tail}%，挨着别的重复行 {beside}%",
            "\n  {text}  {documents} documents, start {head} %, end {tail} %, beside another one {beside} %"
        );
        said.zh.push_str(&more.zh);
        said.en.push_str(&more.en);
    }
    said
}
