//! Random documents and rules from a small set of fragments, so that texts, slots, keeps, blocks, blank
//! lines, positions and near misses often meet. The same seed gives the same case.

use dehusk::{
    Action, Anchor, Category, Conditions, Phrase, Position, Profile, Remove, RemoveKind, Rule, RuleSet, Settings,
    Shape, Status, TextField, TextRole,
};

/// Pseudo-random numbers that are the same on every machine (splitmix64).
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x2545_F491_4F6C_DD1D) ^ 0x9E37_79B9_7F4A_7C15)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    /// True with a probability of `percent` in a hundred.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub fn pick<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }
}

/// Short lines of pages, in different spellings.
const SAID: &[&str] = &[
    "相关新闻",
    "相關新聞",
    "相关(guān)新闻",
    "打印",
    "打 印",
    "X 关闭",
    "X 關閉",
    "关闭",
    "关闭窗口",
    "版权声明",
    "版权所有",
    "版权",
    "来源：河湾日报",
    "来源：河湾日报 编辑：林一鸣",
    "来源",
    "编辑：林一鸣",
    "编辑",
    "记者林一鸣",
    "林一鸣/文 王二/图",
    "阅读全文",
    "浏览全文",
    "声明：转载请注明",
    "声明",
    "本网",
    "转载",
    "分享到",
    "微信 微博",
    "正文",
    "广告开始",
    "广告结束",
    "（广告）",
    "广告",
    "广广告告",
    "摘要：木匠修好了那座小桥，桥面铺的是松木",
    "共 128 条评论",
    "3.2万阅读",
    "第 1 頁 共 3 頁",
    "travel notes",
    "AV store",
    "成av人",
    "Share this page",
    "share",
    "Read more",
    "By Mary Ann",
    "Published 3 March 2024",
    "2022-03-05",
    "2021年3月5日",
    "二〇二一年三月五日",
    "2021-10-29 09:19",
    "电话：0536-8888 888",
    "https://www.example.com/a?b=1",
    "a.b@mail.example.com",
    "首页 > 新闻 > 河湾",
    "河湾_新桥_通车",
    "河湾镇新桥通车",
    "新桥通车2022-03-05",
    "老码头修好了",
    "河湾新闻网",
    "A B",
    "打*分",
    "é",
    "ｘ关闭",
    "“版权所有”四个字",
    "「相关新闻」",
    "他说“转载”，也说“广告”",
];

/// Long and short sentences.
const SENTENCES: &[&str] = &[
    "渡口的雾散了，第一班船靠了岸，挑担的人先上。傍晚的集市很热闹，卖鱼的吆喝声传得很远很远，一直传到对岸。",
    "夜里有人敲着竹梆子走过巷口，声音很轻，像是怕惊醒了睡着的人，一直走到河边才停下来。",
    "木匠修好了那座小桥，桥面铺的是松木，走上去还有一股香味，去年秋天从后山运下来的。",
    "The ferry left before dawn, and the whole village stood on the pier to watch it go, and nobody spoke.",
    "请读者阅读全文。",
    "版权局来了人。",
    "走吧。",
    "本网转载的版权归原作者所有，如有侵权请联系本网删除，我们会在第一时间处理，谢谢您的支持与理解。",
];

const BEFORE: &[&str] = &["", "", "", "", "【", "（", "· ", "■ ", "- ", "1. ", "  ", "\u{3000}\u{3000}", ">> ", "，"];
const BEHIND: &[&str] = &["", "", "", "", "】", "）", "：", "。", ">>", "...", "……", "!", " ", ",", "] >>", "的"];
const JOINED: &[&str] = &["", " ", "  ", "，", "|", "_", " - ", "：", "/"];
const SEPARATORS: &[&str] = &["-", "-----", "***", "— — —", "。", "=", "?"];
const BLANKS: &[&str] = &["", "", " ", "\u{3000}", "\u{200b}"];
const ENDS: &[&str] = &["\n", "\n", "\n", "\n", "\n", "\r\n", "\r"];

/// A random form in which a text of a rule may occur on a page.
fn said(dice: &mut Dice, text: &str) -> String {
    const SLOTS: [(&str, &[&str]); 12] = [
        ("{date}", &["2022-03-05", "2021年3月5日", "二〇二一年三月五日", "3 March 2024"]),
        ("{time}", &["09:19", "9时30分"]),
        ("{number}", &["12", "3.2万", "1,234"]),
        ("{name}", &["林一鸣", "王二", "Mary"]),
        ("{site}", &["河湾新闻网", "德州新聞網"]),
        ("{url}", &["https://www.example.com/a?b=1", "example.com"]),
        ("{email}", &["a.b@mail.example.com"]),
        ("{phone}", &["0536-8888 888", "13800001111"]),
        ("{source}", &["河湾日报", "the River Post"]),
        ("{author}", &["Mary Ann", "林一鸣"]),
        ("{editor}", &["林一鸣"]),
        ("*", &["", "有", "有 128 "]),
    ];
    let mut said = text.replace("{*}", "＊");
    for (slot, values) in SLOTS {
        said = said.replace(slot, dice.pick(values));
    }
    said.replace("＊", "*")
}

/// A random line, often with a text of the rules.
fn line(dice: &mut Dice, texts: &[String]) -> String {
    if !texts.is_empty() && dice.chance(45) {
        let text = &texts[dice.below(texts.len())];
        let text = said(dice, text);
        return match dice.below(8) {
            0 => format!("{}{}{text}", dice.pick(SAID), dice.pick(JOINED)),
            1 => format!("{text}{}{}", dice.pick(JOINED), dice.pick(SAID)),
            2 => format!("{text}{}", dice.pick(SENTENCES)),
            3 => format!("{text}{}{text}", dice.pick(JOINED)),
            _ => format!("{}{text}{}", dice.pick(BEFORE), dice.pick(BEHIND)),
        };
    }
    match dice.below(20) {
        0..=2 => dice.pick(BLANKS).to_string(),
        3 => dice.pick(SEPARATORS).to_string(),
        4..=6 => dice.pick(SENTENCES).to_string(),
        7 => format!("{}{}", dice.pick(SAID), dice.pick(SENTENCES)),
        8..=9 => format!("{}{}{}{}", dice.pick(BEFORE), dice.pick(SAID), dice.pick(JOINED), dice.pick(SAID)),
        10 => format!("{}{}{}", dice.pick(SENTENCES), dice.pick(JOINED), dice.pick(SAID)),
        _ => format!("{}{}{}", dice.pick(BEFORE), dice.pick(SAID), dice.pick(BEHIND)),
    }
}

/// All texts of the rules that a line may contain.
fn texts(rules: &RuleSet) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    for rule in &rules.rules {
        let c = &rule.conditions;
        if !c.made_of.is_empty() {
            texts.extend(["分享到：微信 微博", "微信|打印 (12)", "打印 关闭 X", "关闭窗口 打印"].map(String::from));
        }
        let fields = [&c.is, &c.starts_with, &c.ends_with, &c.contains, &c.contains_all];
        texts.extend(fields.into_iter().flatten().map(|phrase| phrase.text.to_string()));
        if !c.contains.is_empty() && !c.starts_with.is_empty() {
            texts.push(format!("{}，{}", c.starts_with[0].text, c.contains[0].text));
        }
        if !c.contains_all.is_empty() {
            texts.push(c.contains_all.iter().map(|phrase| &*phrase.text).collect::<Vec<_>>().join("和"));
        }
        if let Action::Remove(remove) = &rule.action {
            texts.extend(
                remove
                    .lines_contain
                    .iter()
                    .chain(&remove.until)
                    .chain(&remove.frames)
                    .map(|phrase| phrase.text.to_string()),
            );
        }
    }
    texts
}

/// A random document of a few lines, of which some are repeated.
pub fn document(dice: &mut Dice, rules: &RuleSet) -> String {
    let texts = texts(rules);
    let mut text = String::new();
    let lines = 1 + dice.below(26);
    let end = dice.pick(ENDS);
    for _ in 0..lines {
        let line = line(dice, &texts);
        let times = if dice.chance(12) { 1 + dice.below(5) } else { 1 };
        for _ in 0..times {
            text.push_str(&line);
            text.push_str(if dice.chance(90) { end } else { dice.pick(ENDS) });
        }
    }
    if dice.chance(30) {
        text.pop();
    }
    text
}

const IS: &[&str] = &[
    "相关新闻",
    "打印",
    "X 关闭",
    "关闭",
    "版权声明",
    "{site}版权声明",
    "来源",
    "分享到",
    "正文",
    "广告开始",
    "共*条评论",
    "{date}",
    "【广告】",
    "编辑",
    "{number}阅读",
    "By {author}",
    "share",
    "A B",
    "打{*}分",
    "阅读*",
    "{name}",
    "河湾镇新桥通车",
    "{url}",
    "{date} {time}",
];
const STARTS: &[&str] = &[
    "来源：{source}",
    "来源",
    "编辑",
    "版权",
    "声明",
    "摘要：",
    "{date}",
    "第{number}页",
    "相关",
    "分享",
    "share",
    "By {author}",
    "A",
    "打印",
    "电话：{phone}",
    "【",
    "{name}/文",
    "广告",
    "Published {date}",
    "{date} {time}",
    "X*闭",
];
const ENDS_WITH: &[&str] = &[
    "浏览全文",
    "阅读全文",
    "{date}",
    "关闭",
    "新闻",
    "编辑：{editor}",
    "(广告)",
    "more",
    "page",
    "{name}/图",
    "*通车",
    "2022-03-05",
    "闻",
];
const CONTAINS: &[&str] = &[
    "版权",
    "转载",
    "广告",
    "（广告）",
    "av",
    "share",
    "记者{name}",
    "{name}/文",
    "新桥*通车",
    "来源",
    "本网",
    "打{*}分",
    "关闭",
    "page",
    "桥",
    "{date}",
    "{email}",
    "AV",
    "{number}条",
    "{source} 编辑",
    "，",
    "告",
    "a",
    "3.2",
    "é",
];
const REGEXES: &[&str] =
    &["^第\\d+页共\\d+页$", "广告|版权", "(?i)share", "^.{1,4}$", "\\d{4}", "新(?:闻|桥)+", "关闭$"];
const SHAPES: &[Shape] = &[
    Shape::Title,
    Shape::Sentence,
    Shape::ListItem,
    Shape::Dated,
    Shape::Separator,
    Shape::Breadcrumb,
    Shape::Keywords,
    Shape::Parenthesised,
    Shape::DateOnly,
    Shape::Address,
    Shape::SaidAgain,
    Shape::Repeated,
    Shape::Quoted,
];

/// Words of bars.
const WORDS: &[&str] = &["分享到", "微信", "微博", "打印", "关闭", "关闭窗口", "X", "Share", "share this page"];

fn phrases(dice: &mut Dice, of: &[&str], most: usize) -> Vec<Phrase> {
    let count = 1 + dice.below(most);
    let mut texts: Vec<&str> = (0..count).map(|_| dice.pick(of)).collect();
    texts.dedup();
    texts.into_iter().map(phrase).collect()
}

fn phrase(text: &str) -> Phrase {
    Phrase { text: text.to_string().into(), line: 1 }
}

fn shapes(dice: &mut Dice) -> Vec<Shape> {
    (0..1 + dice.below(2)).map(|_| SHAPES[dice.below(SHAPES.len())]).collect()
}

fn position(dice: &mut Dice) -> Position {
    match dice.below(14) {
        0 => Position::Head,
        1 | 2 => Position::Tail,
        3 => Position::FirstLines(1 + dice.below(3) as u32),
        4 | 5 => Position::LastLines(1 + dice.below(3) as u32),
        6 => Position::FirstPercent(10.0 + 10.0 * dice.below(4) as f32),
        7 => Position::LastPercent(10.0 + 10.0 * dice.below(4) as f32),
        _ => Position::Anywhere,
    }
}

fn conditions(dice: &mut Dice, words: bool) -> Conditions {
    let mut c = Conditions { position: position(dice), ..Conditions::default() };
    match dice.below(if words { 8 } else { 10 }) {
        0..=2 => c.is = phrases(dice, IS, 3),
        3 => c.starts_with = phrases(dice, STARTS, 3),
        4 => c.ends_with = phrases(dice, ENDS_WITH, 3),
        5 | 6 => c.contains = phrases(dice, CONTAINS, 3),
        7 => c.regex = phrases(dice, REGEXES, 1),
        8 => c.contains_all = phrases(dice, CONTAINS, 2),
        9 if dice.chance(40) => c.made_of = WORDS.iter().map(|text| phrase(text)).collect(),
        _ => c.looks_like = shapes(dice),
    }
    if dice.chance(15) && c.contains.is_empty() {
        c.contains = phrases(dice, CONTAINS, 4);
    }
    if dice.chance(8) && c.starts_with.is_empty() {
        c.starts_with = phrases(dice, STARTS, 4);
    }
    for field in TextField::ALL {
        let chance = match field.role() {
            TextRole::OneOf => 2,
            TextRole::NoneOf => 6,
            _ => continue,
        };
        let texts = match field.anchor() {
            Anchor::Whole => IS,
            Anchor::Start => STARTS,
            Anchor::End => ENDS_WITH,
            Anchor::Inside => CONTAINS,
        };
        if let Some(kept) = field.in_conditions(&mut c)
            && kept.is_empty()
            && dice.chance(chance)
        {
            *kept = phrases(dice, texts, 2);
        }
    }
    if dice.chance(12) && c.looks_like.is_empty() {
        c.looks_like = shapes(dice);
    }
    if dice.chance(8) {
        c.unless_looks_like = shapes(dice);
    }
    if dice.chance(8) {
        c.max_length = Some(4 + dice.below(20) as u32);
    }
    if dice.chance(5) {
        c.min_length = Some(dice.below(8) as u32);
    }
    c
}

const KINDS: &[RemoveKind] = &[
    RemoveKind::Line,
    RemoveKind::Line,
    RemoveKind::Phrase,
    RemoveKind::Paragraph,
    RemoveKind::List,
    RemoveKind::Section,
    RemoveKind::Run,
    RemoveKind::ToEnd,
    RemoveKind::ToStart,
    RemoveKind::Until,
    RemoveKind::Thread,
];

fn rule(dice: &mut Dice, number: usize) -> Rule {
    let keep = dice.chance(18);
    let kind = KINDS[dice.below(KINDS.len())];
    let conditions = conditions(dice, !keep && kind == RemoveKind::Phrase);
    let may_contain = matches!(
        kind,
        RemoveKind::Paragraph | RemoveKind::Section | RemoveKind::ToEnd | RemoveKind::ToStart | RemoveKind::Until
    );
    let contain = kind == RemoveKind::Section || (may_contain && dice.chance(30));
    let action = match keep {
        true => Action::Keep,
        false => Action::Remove(Remove {
            kind,
            at_least: match kind {
                RemoveKind::Run => 1 + dice.below(3) as u32,
                RemoveKind::Thread => dice.below(3) as u32,
                RemoveKind::List if dice.chance(30) => 1 + dice.below(2) as u32,
                _ => 0,
            },
            max_share: [100.0, 100.0, 85.0, 50.0, 30.0][dice.below(5)],
            lines_contain: if contain { phrases(dice, CONTAINS, 5) } else { Vec::new() },
            lines_look_like: if kind == RemoveKind::List && dice.chance(30) {
                vec![[Shape::ListItem, Shape::Dated, Shape::Title][dice.below(3)]]
            } else {
                Vec::new()
            },
            until: if kind == RemoveKind::Until {
                phrases(dice, &["广告结束", "正文", "{date}", "关闭", "打印"], 3)
            } else {
                Vec::new()
            },
            frames: if kind == RemoveKind::Thread {
                phrases(dice, &["{date}", "{date} {time}", "打印", "关闭", "{author}", "编辑*", "微信 微博"], 6)
            } else {
                Vec::new()
            },
            unless_page_has: if kind == RemoveKind::Thread && dice.chance(30) {
                phrases(dice, &["正文", "版权", "A B"], 1)
            } else {
                Vec::new()
            },
        }),
    };
    Rule {
        file: "abcd"[dice.below(4)..].to_string(),
        path: String::new(),
        name: format!("rule {number}"),
        note: None,
        category: [Category::Meta, Category::Credit, Category::Related, Category::Widget][dice.below(4)],
        status: match dice.below(20) {
            0 => Status::Trial,
            1 => Status::Off,
            _ => Status::On,
        },
        profile: [Profile::Archive, Profile::Article, Profile::Article, Profile::Body][dice.below(4)],
        action,
        exact: dice.chance(6)
            && conditions.made_of.is_empty()
            && !conditions
                .looks_like
                .iter()
                .chain(&conditions.unless_looks_like)
                .any(|shape| matches!(shape, Shape::SaidAgain | Shape::Quoted)),
        conditions,
        sites: if dice.chance(4) { vec!["hewan.example".into()] } else { Vec::new() },
        except_sites: if dice.chance(4) { vec!["news.hewan.example".into()] } else { Vec::new() },
        languages: if dice.chance(3) { vec!["zh".into()] } else { Vec::new() },
        removes: Vec::new(),
        keeps: Vec::new(),
        todo_removes: Vec::new(),
        todo_keeps: Vec::new(),
        allow: Vec::new(),
        line: number as u32,
    }
}

/// One to six random rules, sorted by file and name.
pub fn rules(dice: &mut Dice) -> RuleSet {
    let count = 1 + dice.below(6);
    let mut rules: Vec<Rule> = (0..count).map(|number| rule(dice, number)).collect();
    rules.sort_by(|a, b| (&a.file, &a.name).cmp(&(&b.file, &b.name)));
    let sites = vec![("hewan.example".to_string(), vec!["河湾·新闻网".to_string()])];
    let min_left = [0, 0, 30][dice.below(3)];
    let lines_between = dice.below(4) as u32;
    RuleSet {
        rules,
        settings: Settings { min_left, lines_between, sites, ..Settings::default() },
        ..RuleSet::default()
    }
}
