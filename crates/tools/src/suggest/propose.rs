//! From what repeats to rules on trial.

use std::collections::{BTreeMap, HashSet};

use super::draft::{BodyHit, body_line_hit};
use super::line::RepeatKind;
use super::{Candidate, Gathered, Hosts, Wanted};
use dehusk_engine::{Body, check_examples};
use dehusk_rules::edit::{NewSetting, NewTable, NewValue};
use dehusk_rules::{Category, RuleSet, Source, TableKind};
use dehusk_text::{Cues, Lang, Level, Message, Result, fold, say};

/// One rule on trial.
#[derive(Clone, Debug)]
pub struct Suggestion {
    /// Its name.
    pub name: String,
    /// Its table, as it goes into a rule file.
    pub toml: String,
    /// What it is about.
    pub category: Category,
    /// Texts in it.
    pub texts: usize,
    /// Documents with the text that is seen most.
    pub documents: u32,
    /// The one site that it is for; `None` for all.
    pub site: Option<String>,
}

/// A repeated line that no rule is made of.
#[derive(Clone, Debug)]
pub struct RefusedLine {
    /// The line.
    pub text: String,
    /// Documents that have it.
    pub documents: u32,
    /// Why not.
    pub why: Message,
}

/// What came of a collection.
#[derive(Clone, Debug, Default)]
pub struct Suggestions {
    /// Documents, copies of one article taken once.
    pub documents: usize,
    /// The rules, most seen first.
    pub rules: Vec<Suggestion>,
    /// Repeated lines that today's rules remove already.
    pub covered: usize,
    /// What was not taken, most seen first.
    pub refused: Vec<RefusedLine>,
}

/// Texts in one rule.
const TEXTS: usize = 30;

impl Gathered {
    /// The rules. `bodies` are texts of which every line is body; names and comments are in `lang`.
    ///
    /// # Errors
    /// When a rule that was made cannot be compiled.
    pub fn propose(self, wanted: &Wanted, bodies: &[Body], lang: Lang) -> Result<Suggestions> {
        let mut out = Suggestions { documents: wanted.documents, ..Suggestions::default() };
        let mut groups: BTreeMap<RuleGroup, Vec<Candidate>> = BTreeMap::new();
        // What a label takes need not be taken line by line.
        let labels: Vec<String> = self
            .candidates
            .iter()
            .filter(|(key, c)| c.kind == RepeatKind::Label && !wanted.bodies.contains(key) && c.is_likely(wanted.few()))
            .map(|(_, candidate)| fold(&candidate.text()))
            .collect();
        for (key, candidate) in self.candidates {
            let folded = fold(&candidate.text());
            if candidate.kind == RepeatKind::Whole && labels.iter().any(|label| folded.starts_with(label)) {
                continue;
            }
            if candidate.asked > 0 && candidate.removed * 4 >= candidate.asked * 3 {
                out.covered += 1;
            } else if wanted.bodies.contains(&key) {
                let documents = candidate.seen.documents;
                let why = say!("已知正文里也有这一行", "a known body has it too");
                out.refused.push(RefusedLine { text: candidate.text(), documents, why });
            } else if candidate.is_likely(wanted.few()) {
                groups.entry(RuleGroup::of(&candidate)).or_default().push(candidate);
            }
        }
        let judge = Judge::new(bodies);
        for (group, mut candidates) in groups {
            candidates.sort_by(|a, b| b.seen.documents.cmp(&a.seen.documents).then_with(|| a.text().cmp(&b.text())));
            // The whole line says more than its label, and a label more than nothing.
            for some in candidates.chunks(TEXTS) {
                judge.take(&group, some, lang, &mut out)?;
            }
        }
        out.rules.sort_by(|a, b| b.documents.cmp(&a.documents).then_with(|| a.name.cmp(&b.name)));
        number(&mut out.rules);
        out.refused.sort_by(|a, b| b.documents.cmp(&a.documents).then_with(|| a.text.cmp(&b.text)));
        Ok(out)
    }
}

/// A name stands once in a file.
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

impl Candidate {
    /// The text as it is written most often.
    fn text(&self) -> String {
        let most = self.texts.iter().max_by_key(|(text, count)| (**count, std::cmp::Reverse(text.len())));
        most.map(|(text, _)| text.clone()).unwrap_or_default()
    }

    fn share(&self, count: u32) -> f64 {
        f64::from(count) / f64::from(self.sightings.max(1))
    }

    /// Where nearly all of it stands.
    fn place(&self) -> SitePlace {
        match (self.share(self.tail) >= 0.95, self.share(self.head) >= 0.95) {
            (true, _) => SitePlace::Tail,
            (_, true) => SitePlace::Head,
            _ => SitePlace::Anywhere,
        }
    }

    /// Whether it is likely no body: what repeats and is body are sub-headings of a series, set
    /// phrases, and sentences that writers like.
    ///
    /// | the line | is taken if |
    /// |---|---|
    /// | of a header or footer | all lines from it to the edge of the text repeat, nearly every time; a sentence only with a word of boilerplate |
    /// | of one site, without a word of boilerplate | at the edge of the text, in twenty documents |
    /// | with a word of boilerplate | at the edge or of one site, and a line that repeats follows |
    /// | a sentence with such a word | at the edge, followed in the same way, and not short |
    /// | a label or an end | with such a word, in four documents, at the edge; an end also of one site or with a mark |
    fn is_likely(&self, few: bool) -> bool {
        let text = self.text();
        let folded = fold(&text);
        let cues = Cues::of(&text, &folded);
        let sentence = cues.any(Cues::SENTENCE);
        let long = folded.chars().count() >= 16;
        let known_word = category(&folded) != Category::Other;
        let one_site = self.seen.hosts == Hosts::One && !self.host.is_empty();
        let edge = self.place() != SitePlace::Anywhere;
        let often = self.seen.documents >= if few { 2 } else { 4 };
        // What stands right above a line of the document's own may be the heading of a section.
        let closed = self.share(self.closed) >= NEARLY;
        match self.kind {
            RepeatKind::Whole if edge && self.share(self.joined) >= NEARLY => !sentence || known_word && long,
            // What every article about a product says stands in its template and is body all the
            // same. So elsewhere only what a site says over and over is taken.
            RepeatKind::Whole if !known_word => one_site && edge && !sentence && self.seen.documents >= OVER_AND_OVER,
            RepeatKind::Whole if sentence => edge && closed && long,
            RepeatKind::Whole => (edge || one_site) && closed,
            // Of a label only a word that says what stands behind it is sure.
            RepeatKind::Label => known_word && edge && often && !sentence,
            // Words alone may end somebody's sentence.
            RepeatKind::End => {
                let marked = !folded.starts_with(char::is_alphanumeric) || !folded.ends_with(char::is_alphanumeric);
                known_word && often && !sentence && (one_site || marked)
            }
        }
    }
}

/// The share of sightings that makes "nearly every time".
const NEARLY: f64 = 0.9;

/// Documents of one site with a line that has no word of boilerplate in it.
const OVER_AND_OVER: u32 = 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum SitePlace {
    Head,
    Tail,
    Anywhere,
}

/// What goes into one rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct RuleGroup {
    kind: RepeatKind,
    site: Option<String>,
    place: SitePlace,
    category: Category,
    sentence: bool,
}

impl RuleGroup {
    fn of(candidate: &Candidate) -> Self {
        let text = candidate.text();
        let folded = fold(&text);
        let site = candidate.seen.hosts == Hosts::One && !candidate.host.is_empty();
        Self {
            kind: candidate.kind,
            site: site.then(|| candidate.host.clone()),
            place: candidate.place(),
            category: category(&folded),
            sentence: Cues::of(&text, &folded).any(Cues::SENTENCE),
        }
    }

    fn name(&self, lang: Lang) -> String {
        let label = crate::docs::category_label(self.category);
        let kind = match self.kind {
            RepeatKind::Whole => say!("重复行", "repeated lines"),
            RepeatKind::Label => say!("开头相同的行", "lines with one beginning"),
            RepeatKind::End => say!("行末相同的字", "ends of lines"),
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

/// Words of boilerplate, folded, and what a line with them is about. The first one counts.
const WORDS: &[(Category, &[&str])] = &[
    (
        Category::Copyright,
        &[
            "版权",
            "转载",
            "声明",
            "侵权",
            "免责",
            "违法",
            "举报",
            "copyright",
            "rights reserved",
            "disclaimer",
            "©",
            "all rights",
        ],
    ),
    (Category::Comments, &["评论", "留言", "跟帖", "网友", "comment", "reply", "log in to"]),
    (
        Category::Share,
        &[
            "分享",
            "微信",
            "微博",
            "扫码",
            "扫一扫",
            "公众号",
            "客户端",
            "关注",
            "share",
            "follow us",
            "facebook",
            "twitter",
            "tweet",
            "whatsapp",
            "linkedin",
            "pinterest",
            "email this",
        ],
    ),
    (
        Category::Ads,
        &[
            "广告",
            "订阅",
            "下载app",
            "会员",
            "advert",
            "sponsor",
            "subscribe",
            "newsletter",
            "sign up",
            "affiliate",
            "promo",
            "cookie",
        ],
    ),
    (
        Category::Related,
        &[
            "相关",
            "推荐",
            "热门",
            "延伸阅读",
            "更多",
            "猜你喜欢",
            "排行",
            "related",
            "recommended",
            "read more",
            "read next",
            "more from",
            "more stories",
            "see also",
            "you may also",
            "also read",
            "popular",
            "trending",
            "latest",
            "most read",
            "read also",
        ],
    ),
    (
        Category::Credit,
        &[
            "编辑",
            "责编",
            "记者",
            "校对",
            "审核",
            "通讯员",
            "采写",
            "撰文",
            "撰稿",
            "供稿",
            "监制",
            "摄影",
            "作者",
            "edited by",
            "written by",
            "editor",
            "about the author",
            "posted by",
            "published by",
        ],
    ),
    (
        Category::Nav,
        &[
            "首页",
            "上一篇",
            "下一篇",
            "返回",
            "导航",
            "当前位置",
            "home page",
            "previous",
            "next post",
            "back to",
            "skip to",
            "menu",
            "view all",
            "click here",
        ],
    ),
    (
        Category::Widget,
        &[
            "打印",
            "关闭",
            "字号",
            "纠错",
            "收藏",
            "点赞",
            "播放",
            "print this",
            "close",
            "download",
            "listen",
            "loading",
            "search",
        ],
    ),
    (Category::Media, &["资料图", "图片来源", "图源", "photo:", "image:", "getty images", "photo by", "credit:"]),
    (
        Category::Meta,
        &[
            "来源",
            "发布时间",
            "浏览",
            "阅读量",
            "标签",
            "关键词",
            "原标题",
            "published",
            "updated",
            "posted",
            "tags:",
            "filed under",
            "min read",
            "categories",
        ],
    ),
];

/// What a folded line is about.
fn category(folded: &str) -> Category {
    let has = |word: &str| match word.is_ascii() {
        // Whole words only.
        true => folded.match_indices(word).any(|(at, _)| {
            let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            !letter(folded[..at].chars().next_back())
                && (!word.ends_with(char::is_alphanumeric) || !letter(folded[at + word.len()..].chars().next()))
        }),
        false => folded.contains(word),
    };
    WORDS.iter().find(|(_, words)| words.iter().any(|word| has(word))).map_or(Category::Other, |(c, _)| *c)
}

/// Tries rules on known bodies.
struct Judge<'b> {
    bodies: &'b [Body],
    /// Lines of bodies, folded, with what they were.
    lines: Vec<(String, &'b str)>,
}

impl<'b> Judge<'b> {
    fn new(bodies: &'b [Body]) -> Self {
        let lines = bodies.iter().flat_map(|body| body.text.lines()).filter(|line| !line.trim().is_empty());
        Self { bodies, lines: lines.map(|line| (fold(line), line.trim())).collect() }
    }

    /// Makes a rule of some candidates; those that a known body speaks against are left out.
    fn take(&self, group: &RuleGroup, candidates: &[Candidate], lang: Lang, out: &mut Suggestions) -> Result<()> {
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
                        documents: left[0].seen.documents,
                        site: group.site.clone(),
                    });
                    return Ok(());
                }
                (rules, hit) => {
                    // One at a time: the text that a body has, else the one seen least.
                    let index = hit.as_ref().and_then(|hit| left.iter().position(|c| c.text() == hit.text));
                    let removed = left.remove(index.unwrap_or(left.len() - 1));
                    let why = match (rules, hit) {
                        (None, _) => say!("写不成规则", "it cannot be written as a rule"),
                        (_, Some(BodyHit { line, .. })) => {
                            say!("会删掉已知正文里的“{line}”", "it would remove “{line}” of a known body")
                        }
                        _ => say!("它的例子不成立", "its examples do not hold"),
                    };
                    out.refused.push(RefusedLine { text: removed.text(), documents: removed.seen.documents, why });
                }
            }
        }
        Ok(())
    }

    fn read(&self, toml: &str) -> Option<RuleSet> {
        let (rules, found) = RuleSet::check(&[Source::new("suggested.toml", toml)]);
        (!found.iter().any(|one| one.level == Level::Error)).then_some(rules)
    }

    /// The line of a known body that has most in common with a text.
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

/// The table of a rule.
fn table(
    group: &RuleGroup,
    some: &[&Candidate],
    keep: Option<&str>,
    total: usize,
    bodies: usize,
    lang: Lang,
) -> String {
    let plain = |field: &'static str, value: String| NewSetting { field, value: NewValue::Plain(value), comment: "" };
    let (field, remove) = match group.kind {
        RepeatKind::Whole => ("is", "line"),
        RepeatKind::Label => ("starts_with", "line"),
        RepeatKind::End => ("ends_with", "phrase"),
    };
    let mut settings = vec![
        plain("name", group.name(lang)),
        plain("category", group.category.name().into()),
        plain("status", "trial".into()),
        plain("remove", remove.into()),
    ];
    let texts: Vec<String> = some.iter().map(|candidate| candidate.text()).collect();
    settings.push(plain(field, texts.join("\n")));
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
    // `=>` in an example of words says what is left.
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

/// How often each text was seen, and where.
fn comment(some: &[&Candidate], total: usize, bodies: usize) -> Message {
    let mut said = say!(
        "{total} 篇里的次数和位置（已知正文 {bodies} 篇，0 次）：",
        "seen in so many of {total} documents (in none of {bodies} known bodies):"
    );
    for candidate in some.iter().take(8) {
        let documents = candidate.seen.documents;
        let percent = |count: u32| (candidate.share(count) * 100.0).round();
        let (head, tail, beside) = (percent(candidate.head), percent(candidate.tail), percent(candidate.beside));
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
