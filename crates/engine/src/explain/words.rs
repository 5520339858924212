//! The sentences.

use crate::{Evidence, Fact, Near, Spared, SparedReason, Verdict};
use dehusk_rules::{
    Action, ElementName, FIELDS, Phrase, Position, Profile, Rule, RuleId, RuleSet, Shape, Status, TextField, TextRole,
};
use dehusk_text::{Anchor, Message, say};

/// Where the rule stands, below the folder of the rules: `copyright.toml:42`.
pub fn rule_place(rule: &Rule) -> String {
    format!("{}:{}", rule.path, rule.line)
}

/// A position as a rule file says it.
pub fn position_in_toml(position: Position) -> String {
    match position {
        Position::Anywhere => "anywhere".to_string(),
        Position::Head => "head".to_string(),
        Position::Tail => "tail".to_string(),
        Position::FirstLines(1) => "first line".to_string(),
        Position::LastLines(1) => "last line".to_string(),
        Position::FirstLines(n) => format!("first {n} lines"),
        Position::LastLines(n) => format!("last {n} lines"),
        Position::FirstPercent(p) => format!("first {p}%"),
        Position::LastPercent(p) => format!("last {p}%"),
    }
}

/// Shapes by the names that rules have for them, with their labels in Chinese.
pub fn shape_names(shapes: &[Shape]) -> Message {
    names_in_field("looks_like", &shapes.iter().map(|shape| shape.name()).collect::<Vec<_>>())
}

/// Values of a field, with their labels in Chinese.
fn names_in_field(field: &str, names: &[&str]) -> Message {
    let choices = FIELDS.iter().find(|known| known.name == field).map_or(&[][..], |field| field.choices());
    let label = |name: &&str| {
        let choice = choices.iter().find(|choice| choice.value == *name);
        choice.map_or(name.to_string(), |choice| format!("{name}（{}）", choice.label))
    };
    if names.is_empty() {
        return say!("没有", "none");
    }
    Message { zh: names.iter().map(label).collect::<Vec<_>>().join("、"), en: names.join(", ") }
}

/// Elements by the names that rules have for them, with their labels in Chinese.
fn element_names(names: &[ElementName]) -> Message {
    names_in_field("inside", &names.iter().map(|name| name.name()).collect::<Vec<_>>())
}

/// A text of a rule and its place there: `'相关新闻' (第 1 个，第 12 行)`.
fn text(phrase: Option<&Phrase>, evidence: Evidence) -> Message {
    let Some(phrase) = phrase else { return say!("", "") };
    let (number, line, phrase) = (evidence.index + 1, phrase.line, &phrase.text);
    say!("'{phrase}' (第 {number} 个，第 {line} 行)", "'{phrase}' (no. {number}, line {line})")
}

/// One condition, and what was found: `where = 'tail'：这一块结束在全文 39% 处；tail 要求…`.
pub fn verdict(rules: &RuleSet, id: RuleId, given: &Verdict) -> Message {
    let rule = rules.rule(id);
    let (name, holds) = (given.condition, given.holds);
    match &given.fact {
        Fact::Text(evidence) => {
            let Message { zh, en } = text(evidence.phrase(rules, id), *evidence);
            if evidence.field.role() == TextRole::AllOf {
                let count = evidence.field.texts(rule).len();
                return say!("{name}：{count} 个写法都在", "{name}: all {count} texts are there");
            }
            match holds {
                true => say!("{name} {zh}", "{name} {en}"),
                false => say!("{name} {zh} 就在这一行", "{name} {en} is on the line"),
            }
        }
        Fact::NoText { nearest } => no_text(rules, id, name, nearest.as_ref()),
        Fact::Shapes(shapes) => shapes_say(rule, name, holds, shapes),
        Fact::Length { chars, limit } => match holds {
            true => say!("{name} = {limit}：这一行 {chars} 字", "{name} = {limit}: the line has {chars} characters"),
            false if chars > limit => {
                let over = chars - limit;
                say!(
                    "{name} = {limit}：这一行 {chars} 字，多了 {over} 字",
                    "{name} = {limit}: the line has {chars} characters, {over} too many"
                )
            }
            false => say!(
                "{name} = {limit}：这一行只有 {chars} 字",
                "{name} = {limit}: the line has only {chars} characters"
            ),
        },
        Fact::Place { position, ahead, behind, from, upto, .. } => place(*position, *ahead, *behind, *from, *upto),
        Fact::Count { found, needed } if kind_in_toml(rule) == "thread" => match holds {
            true => say!("下面有 {found} 个 frames ≥ {needed}", "{found} frames below ≥ {needed}"),
            false => say!(
                "at_least = {needed}：下面只有 {found} 个 frames",
                "at_least = {needed}: only {found} frames stand below"
            ),
        },
        Fact::Count { found, needed } => match (rule_takes_list(rule), holds) {
            (true, true) => say!("下面有 {found} 项 ≥ {needed}", "{found} items below ≥ {needed}"),
            (true, false) => {
                say!("at_least = {needed}：下面只有 {found} 项", "at_least = {needed}: only {found} items stand below")
            }
            (false, true) => say!("{found} 行连续 ≥ {needed}", "{found} lines in a row ≥ {needed}"),
            (false, false) => {
                say!("at_least = {needed}：连续的只有 {found} 行", "at_least = {needed}: only {found} in a row")
            }
        },
        Fact::Share { share, limit } => say!(
            "max_share = {limit}：会删掉全文的 {share:.0}%",
            "max_share = {limit}: it would take {share:.0} % of the text"
        ),
        Fact::Line(line) => {
            let line = line + 1;
            let kind = kind_in_toml(rule);
            match (name, holds) {
                ("lines_contain", true) => say!(
                    "lines_contain：到第 {line} 行，每一行都含有其中一个",
                    "lines_contain: every line down to line {line} has one of them"
                ),
                ("lines_contain", false) => {
                    say!("lines_contain：第 {line} 行一个也不含", "lines_contain: line {line} has none of them")
                }
                ("until", _) => say!("until：到第 {line} 行为止", "until: down to line {line}"),
                ("made_of", _) => {
                    say!("made_of：这一行只由这些词组成", "made_of: the line is made of these words alone")
                }
                ("frames", true) => say!("frames：到第 {line} 行为止", "frames: down to line {line}"),
                ("frames", false) => say!(
                    "frames：第 {line} 行说明这是论坛，回帖就是正文",
                    "frames: line {line} says that this is a forum, whose posts are its body"
                ),
                _ => say!(
                    "remove = '{kind}'：第 {line} 行起又是正文的句子",
                    "remove = '{kind}': sentences of the body go on at line {line}"
                ),
            }
        }
        Fact::Kept { by, line } => {
            let (by, line) = (rules.rule(*by).full_name(), line + 1);
            say!("第 {line} 行由保留规则「{by}」保护", "line {line} is protected by the keep rule {by}")
        }
        Fact::Host(host) => match host {
            Some(host) => say!("{name}：这篇来自 {host}", "{name}: this text is from {host}"),
            None => say!(
                "{name}：不知道这篇来自哪个网站（可以用 --host 说明）",
                "{name}: nobody said which site this text is from (--host says it)"
            ),
        },
        Fact::Inside(None) => say!(
            "inside：这不是网页（HTML），不知道这一行在什么里面",
            "inside: this text was not made of HTML, so nobody knows what the line stands in"
        ),
        Fact::Inside(Some(names)) => {
            let wanted = element_names(&rule.conditions.inside);
            let has = element_names(names);
            let (zh, en, has_zh, has_en) = (wanted.zh, wanted.en, has.zh, has.en);
            match given.holds {
                true => say!("inside：要 {zh}；这一行在：{has_zh}", "inside {en}: the line stands in {has_en}"),
                false => {
                    say!("inside：要 {zh}；这一行在：{has_zh}", "inside asks for {en}; the line stands in {has_en}")
                }
            }
        }
        Fact::Language(language) => match language {
            Some(language) => say!("{name}：这篇是 {language}", "{name}: this text is {language}"),
            None => say!("{name}：这篇看不出是什么语言", "{name}: the language of this text is not clear"),
        },
        Fact::Status(Status::Trial) => {
            say!("status = 'trial'：试用中，只报告，不删", "status = 'trial': it reports and removes nothing")
        }
        Fact::Status(_) => say!("status = 'off'：这条规则关着", "status = 'off': the rule is switched off"),
        Fact::Profile { rule, engine } => {
            let (rule, engine) = (profile_name(*rule), profile_name(*engine));
            say!(
                "profile = '{rule}'：只在 --profile {rule} 时才删，现在是 {engine}",
                "profile = '{rule}': it acts with --profile {rule}; this is {engine}"
            )
        }
        Fact::Left { left, least } => say!(
            "min_left：全部删下来只剩 {left} 字，少于 {least} 字，所以整篇原样通过",
            "min_left: all rules together would leave {left} characters, fewer than {least}, so the text passes unchanged"
        ),
        Fact::Plain if name == "only" => {
            say!("这次没有选中这条规则（--only 或 --skip）", "the rule was not chosen (--only or --skip)")
        }
        Fact::Plain if name == "frames" => say!(
            "frames：这个小标题上面的文字太少，不像文章",
            "frames: too little text stands above this heading for an article"
        ),
        Fact::Plain => say!("{name}：一个也不在这一行", "{name}: none of them is on the line"),
    }
}

fn rule_takes_list(rule: &Rule) -> bool {
    kind_in_toml(rule) == "list"
}

/// `remove` as a rule file says it.
pub(super) fn kind_in_toml(rule: &Rule) -> &'static str {
    use dehusk_rules::RemoveKind as K;
    match &rule.action {
        Action::Keep => "keep",
        Action::Remove(remove) => match remove.kind {
            K::Line => "line",
            K::Phrase => "phrase",
            K::Paragraph => "paragraph",
            K::List => "list",
            K::Section => "section",
            K::Run => "run",
            K::ToEnd => "to_end",
            K::ToStart => "to_start",
            K::Until => "until",
            K::Thread => "thread",
        },
    }
}

pub(super) fn profile_name(profile: Profile) -> &'static str {
    match profile {
        Profile::Archive => "archive",
        Profile::Article => "article",
        Profile::Body => "body",
    }
}

fn no_text(rules: &RuleSet, id: RuleId, name: &str, nearest: Option<&Near>) -> Message {
    let rule = rules.rule(id);
    if name == "until" {
        return say!("until：后面没有一行是 until 里写的", "until: no later line is one of them");
    }
    if name == "made_of" {
        return say!(
            "made_of：这一行不是只由这些词组成，或者不到两个",
            "made_of: the line is not made of these words alone, or has fewer than two"
        );
    }
    if name == "regex" {
        return say!("regex 不匹配这一行", "the regex does not match the line");
    }
    let field = TextField::by_name(name).filter(|field| field.is_asked());
    let (texts, anchor) = field.map_or((&[][..], Anchor::Inside), |field| (field.texts(rule), field.anchor()));
    let Some(near) = nearest.filter(|near| near.says_something()) else {
        if let [only] = texts {
            let only = &*only.text;
            return match anchor {
                Anchor::Whole => say!("{name} '{only}'：这一行不是它", "{name} '{only}' is not this line"),
                Anchor::Start => {
                    say!("{name} '{only}'：这一行不以它开头", "{name} '{only}': the line does not start with it")
                }
                Anchor::End => {
                    say!("{name} '{only}'：这一行不以它结尾", "{name} '{only}': the line does not end with it")
                }
                Anchor::Inside => say!("{name} '{only}'：不在这一行", "{name} '{only}' is not on the line"),
            };
        }
        let all = field.is_some_and(|field| field.role() == TextRole::AllOf);
        let texts = texts.len();
        return match anchor {
            _ if all => say!(
                "{name}：{texts} 个写法要全在，这一行缺了",
                "{name}: all {texts} texts must be on the line, and not all are"
            ),
            Anchor::Whole => {
                say!("{name}：这一行不是这 {texts} 个写法之一", "{name}: the line is none of its {texts} texts")
            }
            Anchor::Start => say!(
                "{name}：有 {texts} 个写法，这一行不以其中任何一个开头",
                "{name}: the line starts with none of its {texts} texts"
            ),
            Anchor::End => say!(
                "{name}：有 {texts} 个写法，这一行不以其中任何一个结尾",
                "{name}: the line ends with none of its {texts} texts"
            ),
            Anchor::Inside => {
                say!("{name}：{texts} 个写法都不在这一行", "{name}: none of its {texts} texts is on the line")
            }
        };
    };
    let Message { zh, en } = text(near.evidence.phrase(rules, id), near.evidence);
    let Near { agrees, chars, elsewhere, .. } = near;
    let agrees = &shortened(agrees);
    let of = near.evidence.field;
    match (elsewhere, of.anchor()) {
        (true, Anchor::Whole) => say!(
            "{name}：{zh} 在这一行里，但这一行还有别的字",
            "{name}: {en} is on the line, but the line has more than that"
        ),
        (true, Anchor::Start) => {
            say!("{name}：{zh} 在这一行里，但不在开头", "{name}: {en} is on the line, but not at its start")
        }
        (true, Anchor::End) => {
            say!("{name}：{zh} 在这一行里，但不在结尾", "{name}: {en} is on the line, but not at its end")
        }
        (true, _) => say!(
            "{name}：{zh} 在这一行里，但只是更长的词的一部分",
            "{name}: {en} is on the line, but inside a longer word"
        ),
        (false, _) if of.role() == TextRole::AllOf => {
            say!("{name}：缺 {zh}，到“{agrees}”为止对得上", "{name}: {en} is missing; it agrees as far as “{agrees}”")
        }
        (false, Anchor::End) => say!(
            "{name}：最接近的写法是 {zh}，结尾的“{agrees}”对得上（{chars} 字）",
            "{name}: the nearest is {en}; “{agrees}” at the end agrees ({chars} characters)"
        ),
        (false, _) => say!(
            "{name}：最接近的写法是 {zh}，到“{agrees}”为止都对得上（{chars} 字）",
            "{name}: the nearest is {en}; it agrees up to “{agrees}” ({chars} characters)"
        ),
    }
}

/// The end of a long text.
fn shortened(text: &str) -> String {
    const SHOWN: usize = 20;
    let count = text.chars().count();
    if count <= SHOWN {
        return text.to_string();
    }
    let end: String = text.chars().skip(count - SHOWN).collect();
    format!("…{end}")
}

fn shapes_say(rule: &Rule, name: &str, holds: bool, shapes: &[Shape]) -> Message {
    let c = &rule.conditions;
    let asked = if name == "looks_like" { &c.looks_like } else { &c.unless_looks_like };
    let both: Vec<Shape> = asked.iter().copied().filter(|shape| shapes.contains(shape)).collect();
    let (asked, both, has) = (shape_names(asked), shape_names(&both), shape_names(shapes));
    let (zh, en) = (asked.zh, asked.en);
    let (both_zh, both_en, has_zh, has_en) = (both.zh, both.en, has.zh, has.en);
    match (name, holds) {
        ("looks_like", true) => say!("looks_like {both_zh}", "looks_like {both_en}"),
        ("looks_like", false) => say!(
            "looks_like：要 {zh}；这一行的样子：{has_zh}",
            "looks_like asks for {en}; the shapes of the line: {has_en}"
        ),
        (_, true) => say!("{name}：不是 {zh}", "{name}: it does not look like {en}"),
        (_, false) => say!("{name}：这一行正是 {both_zh}", "{name}: the line is just that: {both_en}"),
    }
}

fn place(position: Position, ahead: u32, behind: u32, from: f32, upto: f32) -> Message {
    let asked = position_in_toml(position);
    match position {
        Position::Anywhere => say!("", ""),
        Position::Tail => say!(
            "where = '{asked}'：这一块结束在全文 {upto:.0}% 处，后面还有 {behind} 行；tail 要求最后 50% 或最后 5 行",
            "where = '{asked}': the block ends at {upto:.0} % of the text, {behind} lines before the end; tail asks for the last 50 % or the last 5 lines"
        ),
        Position::Head => say!(
            "where = '{asked}'：从全文 {from:.0}% 处开始，前面有 {ahead} 行；head 要求前 25% 或前 6 行",
            "where = '{asked}': it begins at {from:.0} % of the text, behind {ahead} lines; head asks for the first 25 % or the first 6 lines"
        ),
        Position::FirstLines(_) => {
            let lines = if ahead == 1 { "1 line stands".to_owned() } else { format!("{ahead} lines stand") };
            say!("where = '{asked}'：前面有 {ahead} 行", "where = '{asked}': {lines} before it")
        }
        Position::LastLines(_) => {
            let lines = if behind == 1 { "1 line stands".to_owned() } else { format!("{behind} lines stand") };
            say!("where = '{asked}'：后面还有 {behind} 行", "where = '{asked}': {lines} behind it")
        }
        Position::FirstPercent(_) => {
            say!(
                "where = '{asked}'：从全文 {from:.0}% 处开始",
                "where = '{asked}': it begins at {from:.0} % of the text"
            )
        }
        Position::LastPercent(_) => {
            say!("where = '{asked}'：结束在全文 {upto:.0}% 处", "where = '{asked}': it ends at {upto:.0} % of the text")
        }
    }
}

/// What held a rule back.
pub fn spared(rules: &RuleSet, given: &Spared) -> Message {
    match given.reason {
        SparedReason::Trial => say!("试用中（status = 'trial'）", "on trial (status = 'trial')"),
        SparedReason::Kept { by, line } => {
            let (by, line) = (rules.rule(by).full_name(), line + 1);
            say!("第 {line} 行由「{by}」保护", "line {line} is protected by {by}")
        }
        SparedReason::LineWithout { line } => {
            let line = line + 1;
            say!("第 {line} 行不含 lines_contain 里的任何一个", "line {line} has none of lines_contain")
        }
        SparedReason::TextResumes { line } => {
            let line = line + 1;
            say!("第 {line} 行起又是正文", "the text goes on at line {line}")
        }
        SparedReason::TooMuch { share, limit } => say!(
            "要删掉全文的 {share:.0}%，max_share 只许 {limit:.0}%",
            "that is {share:.0} % of the text, max_share allows {limit:.0} %"
        ),
        SparedReason::TooFew { found, needed } => {
            say!("只有 {found} 行，at_least 要 {needed} 行", "{found} lines, at_least asks for {needed}")
        }
        SparedReason::LittleAbove => say!(
            "这个小标题上面的文字太少，不像文章，评论不删",
            "too little text stands above this heading for an article, so the comments stay"
        ),
        SparedReason::Forum { line } => {
            let line = line + 1;
            say!(
                "第 {line} 行说明这是论坛，回帖就是正文",
                "line {line} says that this is a forum, whose posts are its body"
            )
        }
        SparedReason::NothingLeft => say!("删了就几乎不剩正文", "almost nothing would be left"),
    }
}
