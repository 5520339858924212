//! What was learnt of a site as a file of rules that people read, and what is kept of it until the next crawl.
//!
//! The file belongs to people as soon as it is written: what is learnt later is added behind, and nothing in it is
//! changed. So that a line which somebody took out does not come back, what was written is remembered in
//! [`LearntState`], one line of `learnt.jsonl` for each site.

use std::collections::{BTreeMap, BTreeSet};

use crate::counting::SitePlace;
use crate::line::RepeatKind;
use crate::site::{LearntForm, LearntLine, SiteFindings};
use dehusk_rules::edit::{NewSetting, NewTable, NewValue, append_table};
use dehusk_rules::{Category, RuleSet, Source, Status, TableKind, file_of_host};
use dehusk_text::{Lang, Level, Message, Result, fold, say};
use serde::{Deserialize, Serialize};

/// Texts of one rule, at most.
const TEXTS: usize = 60;

/// Examples of one rule, at most.
const EXAMPLES: usize = 3;

/// Lines in a row of a rule that takes them only so.
const IN_RUN: usize = 3;

/// Characters of a long line that a rule for its beginning asks for.
const LONG: usize = 150;

/// The share of a text that learnt lines may take: on a page that is nearly all furniture they must.
const MAX_SHARE: u32 = 90;

/// One line that was learnt, as it is remembered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Learnt {
    /// The text of the rule.
    pub text: String,
    /// The number of pages that had it, over all crawls.
    pub pages: u32,
}

/// What is remembered of a site.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LearntState {
    /// The site.
    pub site: String,
    /// The number of pages that were learnt from, over all crawls.
    pub pages: u32,
    /// Hashes of these pages, which do not count again.
    pub page_hashes: BTreeSet<u64>,
    /// What was written into the file.
    pub lines: Vec<Learnt>,
}

/// The first line of `learnt.jsonl`.
pub fn header() -> String {
    "{\"dehusk_learn\":1}".to_string()
}

/// What `learnt.jsonl` holds, by site.
///
/// # Errors
/// With the number of the line that cannot be read, from 1, and why.
pub fn read_state(text: &str) -> std::result::Result<BTreeMap<String, LearntState>, (usize, String)> {
    let mut all = BTreeMap::new();
    for (number, line) in text.lines().enumerate().skip(1).filter(|(_, line)| !line.trim().is_empty()) {
        let state: LearntState = serde_json::from_str(line).map_err(|error| (number + 1, error.to_string()))?;
        all.insert(state.site.clone(), state);
    }
    Ok(all)
}

/// The file of a site.
#[derive(Clone, Debug)]
pub struct SiteFile {
    /// Its name: `HOST.toml`.
    pub name: String,
    /// Its text; nothing if nothing is to be written.
    pub text: Option<String>,
    /// What is to be remembered.
    pub state: LearntState,
    /// What changed.
    pub change: SiteChange,
}

/// What a crawl brought for a site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteChange {
    /// Lines of rules that act, and on trial, which are new.
    pub on: usize,
    /// See `on`.
    pub trial: usize,
    /// Lines that were learnt before and that no page of this crawl has three times.
    pub gone: Vec<String>,
    /// Whether the file is gone, because somebody took it away: it does not come back.
    pub dropped: bool,
}

impl SiteFile {
    /// The file for what was learnt of a site for the first time.
    pub fn new(site: &str, findings: &SiteFindings, page_hashes: BTreeSet<u64>, lang: Lang) -> Self {
        let tables = tables(&findings.lines, findings.pages, lang, &BTreeSet::new());
        let mut text = String::new();
        let name = name_of(site);
        if !tables.is_empty() {
            let pages = findings.pages;
            text = say!(
                "# {site}：dehusk learn 从 {pages} 页里学到的规则。逐条看过，不对的删掉，或把 status 改成 'off'；\n\
                 # status = 'trial' 的只统计，不删。注释里的数字是有这一行的页数。\n",
                "# {site}: rules that dehusk learn found on {pages} pages. Read them; delete what is wrong, or change its\n\
                 # status to 'off'. What is on trial counts and removes nothing. Numbers in comments are pages with the line.\n"
            )
            .get(lang)
            .to_string();
            for table in &tables {
                text.push('\n');
                text.push_str(&table.written().unwrap_or_default());
            }
        }
        let lines = learnt(&findings.lines);
        let change = change(&findings.lines);
        let state = LearntState { site: site.to_string(), pages: findings.pages, page_hashes, lines };
        Self { name, text: (!tables.is_empty()).then_some(text), state, change }
    }

    /// The same with what earlier crawls brought: `old` was remembered, and `text` is the file as it lies there now. A line that
    /// stands in the file already is remembered and not written again.
    ///
    /// # Errors
    /// With diagnostics, when the file has mistakes, so that nothing can be added to it.
    pub fn updated(
        old: LearntState,
        text: Option<&str>,
        findings: &SiteFindings,
        page_hashes: BTreeSet<u64>,
        lang: Lang,
    ) -> Result<Self> {
        if old.lines.is_empty() && text.is_none() {
            let mut file = Self::new(&old.site, findings, page_hashes, lang);
            file.state.pages += old.pages;
            file.state.page_hashes.extend(old.page_hashes);
            return Ok(file);
        }
        let name = name_of(&old.site);
        let path = format!("sites/{name}");
        let known: BTreeSet<String> = old.lines.iter().map(|line| fold(&line.text)).collect();
        let found: BTreeMap<String, u32> = findings.lines.iter().map(|line| (fold(&line.text), line.pages)).collect();
        let mut state = old;
        let enough = findings.pages > 0;
        let mut gone = Vec::new();
        for line in &mut state.lines {
            match found.get(&fold(&line.text)) {
                Some(pages) => line.pages += pages,
                None if enough => gone.push(line.text.clone()),
                None => {}
            }
        }
        let mut fresh = findings.lines.clone();
        fresh.retain(|line| !known.contains(&fold(&line.text)));
        state.pages += findings.pages;
        state.page_hashes.extend(page_hashes);
        state.lines.extend(learnt(&fresh));
        let Some(text) = text else {
            let change = SiteChange { gone, dropped: true, ..SiteChange::default() };
            return Ok(Self { name, text: None, state, change });
        };
        let (set, diagnostics) = RuleSet::check(&[Source::new(path.as_str(), text)]);
        if diagnostics.iter().any(|one| one.level == Level::Error) {
            return Err(dehusk_text::Error::rules(diagnostics));
        }
        let taken: BTreeSet<String> = set.rules.iter().map(|rule| rule.name.clone()).collect();
        // What stands there and is not remembered: a run that was killed wrote it, or somebody did.
        let texts = set.rules.iter().flat_map(|rule| rule.conditions.is.iter().chain(&rule.conditions.starts_with));
        let written: BTreeSet<String> = texts.map(|phrase| fold(&phrase.text)).collect();
        let mut unwritten = fresh.clone();
        unwritten.retain(|line| !written.contains(&fold(&line.text)));
        let mut new = text.to_string();
        for table in tables(&unwritten, findings.pages, lang, &taken) {
            new = append_table(&path, &new, &table.borrowed())?;
        }
        let change = SiteChange { gone, ..change(&fresh) };
        Ok(Self { name, text: (new != text).then_some(new), state, change })
    }
}

fn name_of(site: &str) -> String {
    format!("{}.toml", file_of_host(site).unwrap_or_default())
}

fn learnt(lines: &[LearntLine]) -> Vec<Learnt> {
    lines.iter().map(|line| Learnt { text: line.text.clone(), pages: line.pages }).collect()
}

fn change(lines: &[LearntLine]) -> SiteChange {
    let on = lines.iter().filter(|line| line.status == Status::On).count();
    SiteChange { on, trial: lines.len() - on, ..SiteChange::default() }
}

/// What the lines of one rule have in common.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct LineGroup {
    on_trial: bool,
    form: LearntForm,
    kind: RepeatKind,
    place: SitePlace,
    category: Category,
}

impl LineGroup {
    fn of(line: &LearntLine) -> Self {
        Self {
            on_trial: line.status == Status::Trial,
            form: line.form,
            kind: line.kind,
            place: line.place,
            // Lines that stand in a row belong together whatever they are about.
            category: if line.form == LearntForm::Run { Category::Other } else { line.category },
        }
    }

    fn name(&self) -> Message {
        let what = match (self.form, self.kind) {
            (LearntForm::Run, _) => say!("成排的行", "lines in a row"),
            (LearntForm::List, _) => say!("列表", "lists"),
            (LearntForm::Line, RepeatKind::Start) => say!("长行", "long lines"),
            (LearntForm::Line, _) => say!("行", "lines"),
        };
        let place = match self.place {
            SitePlace::Head => say!("开头的", " at the start"),
            SitePlace::Tail => say!("结尾的", " at the end"),
            SitePlace::Anywhere => say!("", ""),
        };
        let trial = if self.on_trial { say!("（试用）", ", on trial") } else { say!("", "") };
        let category = match self.category {
            Category::Other => "",
            category => category.name(),
        };
        let (zh, en) = match category {
            "" => (String::new(), String::new()),
            name => (format!("{name}："), format!("{name}: ")),
        };
        Message {
            zh: format!("{zh}{}{}{}", place.zh, what.zh, trial.zh),
            en: format!("{en}{}{}{}", what.en, place.en, trial.en),
        }
    }
}

/// A table that owns what it says.
struct OwnTable {
    comment: String,
    settings: Vec<NewSetting<'static>>,
}

impl OwnTable {
    fn borrowed(&self) -> NewTable<'_> {
        NewTable { kind: TableKind::Rule, comment: &self.comment, settings: self.settings.clone() }
    }

    fn written(&self) -> Result<String> {
        self.borrowed().written()
    }

    /// Whether it can be read as it is written.
    fn is_right(&self) -> bool {
        let Ok(text) = self.written() else { return false };
        let (set, found) = RuleSet::check(&[Source::new("sites/learnt.example.toml", text)]);
        set.rules.len() == 1 && !found.iter().any(|one| one.level == Level::Error)
    }
}

/// The rules for some lines.
fn tables(lines: &[LearntLine], pages: u32, lang: Lang, taken: &BTreeSet<String>) -> Vec<OwnTable> {
    let mut groups: BTreeMap<LineGroup, Vec<&LearntLine>> = BTreeMap::new();
    for line in lines {
        groups.entry(LineGroup::of(line)).or_default().push(line);
    }
    let mut names = taken.clone();
    let mut tables = Vec::new();
    for (group, some) in &groups {
        let group = match group.form {
            // Fewer than a run needs are lines.
            LearntForm::Run if some.len() < IN_RUN => &LineGroup { form: LearntForm::Line, ..group.clone() },
            _ => group,
        };
        // Lines of a run must stand in one rule to be seen in a row.
        let most = if group.form == LearntForm::Run { TEXTS * 8 } else { TEXTS };
        for some in some.chunks(most) {
            let name = free_name(group.name().get(lang), &mut names);
            let made = table(group, &name, some, pages, lang);
            if made.is_right() {
                tables.push(made);
                continue;
            }
            // One of the texts cannot be written; the others can.
            let right: Vec<&LearntLine> =
                some.iter().copied().filter(|line| table(group, &name, &[line], pages, lang).is_right()).collect();
            let made = table(group, &name, &right, pages, lang);
            if !right.is_empty() && made.is_right() {
                tables.push(made);
            }
        }
    }
    tables
}

/// A name that is not taken yet.
fn free_name(wanted: &str, names: &mut BTreeSet<String>) -> String {
    let numbered = (1..).map(|n| if n == 1 { wanted.to_string() } else { format!("{wanted} {n}") });
    let name = numbered.into_iter().find(|name| !names.contains(name)).unwrap_or_default();
    names.insert(name.clone());
    name
}

fn table(group: &LineGroup, name: &str, some: &[&LearntLine], pages: u32, lang: Lang) -> OwnTable {
    let plain = |field: &'static str, value: String| NewSetting { field, value: NewValue::Plain(value), comment: "" };
    let texts: Vec<&str> = some.iter().map(|line| line.text.as_str()).collect();
    let (most, least) = (some.first().map_or(0, |line| line.pages), some.last().map_or(0, |line| line.pages));
    let range = if most == least { most.to_string() } else { format!("{least}–{most}") };
    let note = say!(
        "学自 {pages} 页，每一行见于其中 {range} 页",
        "learnt from {pages} pages; each line stands on {range} of them"
    );
    let (field, remove) = match (group.form, group.kind) {
        (LearntForm::Run, _) => ("is", "run"),
        (LearntForm::List, _) => ("is", "list"),
        (LearntForm::Line, RepeatKind::Start) => ("starts_with", "line"),
        (LearntForm::Line, _) => ("is", "line"),
    };
    let mut settings = vec![
        plain("name", name.to_string()),
        plain("note", note.get(lang).to_string()),
        plain("category", group.category.name().to_string()),
        plain("status", if group.on_trial { "trial" } else { "on" }.to_string()),
        plain("remove", remove.to_string()),
        plain(field, texts.join("\n")),
    ];
    if group.kind == RepeatKind::Start {
        settings.push(plain("min_length", LONG.to_string()));
    }
    match group.place {
        SitePlace::Head => settings.push(plain("where", "head".to_string())),
        SitePlace::Tail => settings.push(plain("where", "tail".to_string())),
        SitePlace::Anywhere => {}
    }
    if group.form == LearntForm::Run {
        settings.push(plain("at_least", IN_RUN.to_string()));
    }
    settings.push(plain("max_share", MAX_SHARE.to_string()));
    let mut examples: Vec<&str> = some.iter().map(|line| line.example.as_str()).collect();
    examples.dedup();
    examples.truncate(EXAMPLES);
    settings.push(plain("removes", examples.join("\n")));
    let mut comment = String::new();
    for line in some {
        let text: String = line.text.chars().take(60).collect();
        comment.push_str(&format!("{:>4}  {text}\n", line.pages));
    }
    OwnTable { comment, settings }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str, pages: u32) -> LearntLine {
        LearntLine {
            text: text.into(),
            kind: RepeatKind::Whole,
            form: LearntForm::Line,
            place: SitePlace::Tail,
            category: Category::Other,
            status: Status::On,
            pages,
            example: text.into(),
        }
    }

    fn findings(texts: &[&str]) -> SiteFindings {
        SiteFindings { pages: 9, lines: texts.iter().map(|text| line(text, 5)).collect() }
    }

    #[test]
    fn a_file_can_be_read_and_says_its_counts() {
        let file =
            SiteFile::new("a.com", &findings(&["河湾网 版权所有", "'''", "it's here"]), BTreeSet::new(), Lang::En);
        let text = file.text.expect("something was learnt");
        let set = RuleSet::from_sources(&[Source::new("sites/a.com.toml", text.as_str())]).expect("it is right");
        assert_eq!(set.rules[0].sites, ["a.com"]);
        assert!(text.contains("#    5  河湾网 版权所有") && text.contains("5 of them"), "{text}");
    }

    #[test]
    fn a_second_crawl_adds_and_keeps_what_people_changed() {
        let first = SiteFile::new("a.com", &findings(&["河湾网", "返回首页", "旧广告"]), BTreeSet::new(), Lang::En);
        // Somebody took a line out and switched the rule to trial.
        let edited = first.text.unwrap().replace("返回首页\n", "").replace("'on'", "'trial' # ours");
        let second = findings(&["河湾网", "返回首页", "新广告"]);
        let file = SiteFile::updated(first.state, Some(&edited), &second, BTreeSet::new(), Lang::En).unwrap();
        let text = file.text.expect("a line is new");
        assert!(text.starts_with(edited.trim_end()), "{text}");
        assert!(text.contains("新广告") && !text[edited.trim_end().len()..].contains("返回首页"));
        assert_eq!(file.change.gone, ["旧广告"]);
        assert_eq!((file.state.pages, file.state.lines[0].pages), (18, 10));
        let set = RuleSet::from_sources(&[Source::new("sites/a.com.toml", text)]).expect("it is right");
        assert_eq!(set.rules.len(), 2);
    }

    #[test]
    fn what_was_written_and_not_remembered_is_not_written_again() {
        let first = SiteFile::new("a.com", &findings(&["河湾网", "返回首页"]), BTreeSet::new(), Lang::En);
        let forgotten = LearntState { site: "a.com".into(), ..LearntState::default() };
        let again = |old: &LearntState, text: &str, lines: &[&str]| {
            SiteFile::updated(old.clone(), Some(text), &findings(lines), BTreeSet::new(), Lang::En).unwrap()
        };
        let text = first.text.unwrap();
        let file = again(&forgotten, &text, &["河湾网", "返回首页"]);
        assert_eq!((file.text, file.state, file.change), (None, first.state.clone(), first.change));
        let second = again(&first.state, &text, &["河湾网", "it's here", "C:\\new"]);
        let file = again(&first.state, &second.text.unwrap(), &["河湾网", "it's here", "C:\\new"]);
        assert_eq!((file.text, file.state, file.change), (None, second.state, second.change));
    }

    #[test]
    fn what_is_remembered_comes_back() {
        let file = SiteFile::new("a.com", &findings(&["河湾网"]), [7, u64::MAX].into(), Lang::En);
        let text = format!("{}\n{}\n", header(), serde_json::to_string(&file.state).unwrap());
        assert_eq!(read_state(&text).unwrap()["a.com"], file.state);
        assert_eq!(read_state(&format!("{text}{{\n")).unwrap_err().0, 3);
    }

    #[test]
    fn a_file_that_was_taken_away_stays_away() {
        let first = SiteFile::new("a.com", &findings(&["河湾网"]), BTreeSet::new(), Lang::En);
        let file = SiteFile::updated(first.state, None, &findings(&["新广告"]), BTreeSet::new(), Lang::En).unwrap();
        assert!(file.text.is_none() && file.change.dropped);
    }
}
