//! [`sentence`]: a rule as a sentence in Chinese and English.
//!
//! > 在结尾部分，如果一行以「免责声明」或「声明：」开头，并且含有「用户上传」等 5 个之一，但不含「该公司」，就删掉这一行。
//!
//! Every setting that changes what a rule does is worded here. Of a list of texts only the first
//! one or two are quoted, because the sentence is meant to show the logic of the rule.

use dehusk_rules::{
    Action, Category, Choice, FIELDS, FieldKind, Phrase, Position, Profile, Remove, RemoveKind, Repair, RepairAction,
    RepairAt, Rule, SLOTS, Shape, Status, TableKind, TextField, TextRole,
};
use dehusk_text::{Message, say};

/// A [`Message`] from two format strings and arguments that are messages themselves.
macro_rules! say_of {
    ($zh:literal, $en:literal, $($part:expr),* $(,)?) => {
        Message { zh: format!($zh, $($part.zh),*), en: format!($en, $($part.en),*) }
    };
}

/// What a rule does, in one or two sentences.
pub fn sentence(rule: &Rule) -> Message {
    let lead = lead(rule);
    let place = position(rule.conditions.position);
    let conditions = conditions(rule);
    let mut said = match &rule.action {
        Action::Keep => say_of!(
            "{}{}如果一行{}，就一定保留这一行，任何规则都不能删。",
            "{}{}if a line {}, that line stays, whatever the rules say.",
            lead,
            place,
            conditions,
        ),
        Action::Remove(remove) => {
            let effect = effect(remove);
            match remove.kind {
                RemoveKind::Run => {
                    let n = remove.at_least;
                    Message {
                        zh: format!(
                            "{}{}如果连续 {n} 行以上，每一行都{}，{}。",
                            lead.zh, place.zh, conditions.zh, effect.zh
                        ),
                        en: format!(
                            "{}{}if {n} or more lines in a row each {}, {}.",
                            lead.en,
                            place.en,
                            plural(&conditions.en),
                            effect.en
                        ),
                    }
                }
                _ => Message {
                    zh: format!("{}{}如果一行{}，{}。", lead.zh, place.zh, conditions.zh, effect.zh),
                    en: format!("{}{}if a line {}, {}.", lead.en, place.en, conditions.en, effect.en),
                },
            }
        }
    };
    let tail = tail(rule);
    said.zh.push_str(&tail.zh);
    said.en.push_str(&tail.en);
    said.en = capital(&said.en);
    said
}

/// What a repair does, as [`sentence`].
pub fn repair_sentence(repair: &Repair) -> Message {
    let status = status(repair.status);
    let sites = hosts(&repair.sites, &[]);
    let what = match &repair.action {
        RepairAction::Replace { at, find, replace } => {
            let at = match at {
                RepairAt::LineStart => say!("行首的", " at the start of a line"),
                RepairAt::LineEnd => say!("行尾的", " at the end of a line"),
                RepairAt::Anywhere => say!("", ""),
            };
            let (zh_at, en_at) = (at.zh, at.en);
            match replace.as_str() {
                "" => say!("去掉{zh_at}「{find}」", "“{find}”{en_at} is taken out"),
                _ => say!("把{zh_at}「{find}」换成「{replace}」", "“{find}”{en_at} becomes “{replace}”"),
            }
        }
        builtin => {
            let name = match builtin {
                RepairAction::InsertedPinyin => "inserted_pinyin",
                RepairAction::LostIndent => "lost_indent",
                RepairAction::ShiftedGbk => "shifted_gbk",
                RepairAction::TrimIndent => "trim_indent",
                RepairAction::StrayTags => "stray_tags",
                RepairAction::BlankLines => "blank_lines",
                _ => "full_width_ascii",
            };
            let choice = choice_of(TableKind::Repair, "builtin", name);
            let (zh, en) = (choice.zh, choice.en);
            say!("{zh}", "built-in repair: {en}")
        }
    };
    let zh = format!("{}{}{}。", status.zh, sites.zh, what.zh);
    Message { zh, en: capital(&format!("{}{}{}.", status.en, sites.en, what.en)) }
}

/// To which documents the rule applies: its status, sites and languages.
fn lead(rule: &Rule) -> Message {
    let sites = hosts(&rule.sites, &rule.except_sites);
    let languages = match rule.languages.as_slice() {
        [] => say!("", ""),
        some => {
            let (zh, en) = (some.join("、"), some.join(", "));
            say!("只对语言是 {zh} 的文章，", "only in documents in {en}: ")
        }
    };
    say_of!("{}{}{}", "{}{}{}", status(rule.status), sites, languages)
}

fn status(status: Status) -> Message {
    match status {
        Status::On => say!("", ""),
        Status::Trial => say!("（试用：只统计，不真的删）", "(on trial: counted, not removed) "),
        Status::Off => say!("（停用）", "(switched off) "),
    }
}

fn hosts(sites: &[String], except: &[String]) -> Message {
    let only = match sites {
        [] => say!("", ""),
        some => {
            let (zh, en) = (some.join("、"), some.join(", "));
            say!("只在 {zh} 的文章里，", "only on {en}: ")
        }
    };
    let not = match except {
        [] => say!("", ""),
        some => {
            let (zh, en) = (some.join("、"), some.join(", "));
            say!("除了 {zh} 的文章，", "not on {en}: ")
        }
    };
    say_of!("{}{}", "{}{}", only, not)
}

fn position(position: Position) -> Message {
    match position {
        Position::Anywhere => say!("", ""),
        Position::Head => say!("在文章开头部分，", "in the first part of the text, "),
        Position::Tail => say!("在文章结尾部分，", "in the last part of the text, "),
        Position::FirstLines(1) => say!("在文章第一行，", "on the first line, "),
        Position::LastLines(1) => say!("在文章最后一行，", "on the last line, "),
        Position::FirstLines(n) => say!("在文章前 {n} 行，", "within the first {n} lines, "),
        Position::LastLines(n) => say!("在文章最后 {n} 行，", "within the last {n} lines, "),
        Position::FirstPercent(p) => say!("在文章前 {p}% 的地方，", "within the first {p} % of the text, "),
        Position::LastPercent(p) => say!("在文章最后 {p}% 的地方，", "within the last {p} % of the text, "),
    }
}

/// The conditions and exceptions, to follow 如果一行 / "if a line".
fn conditions(rule: &Rule) -> Message {
    let conditions = &rule.conditions;
    let mut holds: Vec<Message> = Vec::new();
    for role in [TextRole::OneOf, TextRole::Regex, TextRole::AllOf, TextRole::MadeOf] {
        holds.extend(TextField::of_role(role).filter_map(|field| texts_of(field, rule)));
    }
    if !conditions.looks_like.is_empty() {
        holds.push(say_of!("样子像{}", "looks like {}", shapes(&conditions.looks_like)));
    }
    if !conditions.inside.is_empty() {
        let names = one_of(conditions.inside.iter().map(|name| choice_of(TableKind::Rule, "inside", name.name())));
        holds.push(say_of!("在网页的{}里", "stands in {} of the page", names));
    }
    match (conditions.min_length, conditions.max_length) {
        (Some(min), Some(max)) => holds.push(say!("有 {min} 到 {max} 个字", "is {min} to {max} characters long")),
        (Some(min), None) => holds.push(say!("至少有 {min} 个字", "is at least {min} characters long")),
        (None, Some(max)) => holds.push(say!("最多 {max} 个字", "is at most {max} characters long")),
        (None, None) => {}
    }
    let mut not: Vec<Message> =
        TextField::of_role(TextRole::NoneOf).filter_map(|field| texts_of(field, rule)).collect();
    if !conditions.unless_looks_like.is_empty() {
        not.push(say_of!("样子不像{}", "does not look like {}", shapes(&conditions.unless_looks_like)));
    }
    let join = |parts: &[Message], zh: &str, en: &str| {
        let all = |get: fn(&Message) -> &str, sign: &str| parts.iter().map(get).collect::<Vec<_>>().join(sign);
        Message { zh: all(|part| &part.zh, zh), en: all(|part| &part.en, en) }
    };
    let mut said = join(&holds, "，并且", ", and ");
    if !not.is_empty() {
        let not = join(&not, "，也", ", and ");
        said = say_of!("{}，但{}", "{}, but {}", said, not);
    }
    if rule.exact {
        said.zh.push_str("（一字不差地比较）");
        said.en.push_str(" (compared without tolerance)");
    }
    said
}

/// What is removed.
fn effect(remove: &Remove) -> Message {
    let further = |zh: &str, en: &str| match remove.lines_contain.is_empty() {
        true => say!("", ""),
        false => {
            let texts = any_of(&remove.lines_contain);
            Message {
                zh: format!("（{zh}每一行都要含有{}，否则一行也不删）", texts.zh),
                en: format!(" ({en} every line must contain {}, else nothing goes)", texts.en),
            }
        }
    };
    match remove.kind {
        RemoveKind::Line => say!("就删掉这一行", "that line goes"),
        RemoveKind::Phrase => say!("就只删掉匹配的这几个字", "only the matched words go"),
        RemoveKind::Paragraph => {
            say_of!("就删掉它所在的整段{}", "its paragraph goes{}", further("段里", "of it"))
        }
        RemoveKind::List => {
            let items = match remove.lines_look_like.is_empty() {
                true => say!("", ""),
                false => say_of!("（每条样子像{}）", " (items that look like {})", shapes(&remove.lines_look_like)),
            };
            let least = match remove.at_least {
                0 => say!("", ""),
                n => say!("，至少要有 {n} 条", ", if there are at least {n}"),
            };
            say_of!("就删掉这一行和它下面的列表{}{}", "that line and the list under it go{}{}", items, least)
        }
        RemoveKind::Section => {
            let texts = any_of(&remove.lines_contain);
            say_of!(
                "就删掉这一行和紧跟着的、含有{}的各行",
                "that line and the following lines that contain {} go",
                texts
            )
        }
        RemoveKind::Run => say!("就把这些行都删掉", "all of them go"),
        RemoveKind::ToEnd => {
            say_of!("就从这一行删到文末{}", "everything from it to the end goes{}", further("后面", "after it"))
        }
        RemoveKind::ToStart => {
            say_of!("就从文章开头删到这一行{}", "everything from the start to it goes{}", further("前面", "before it"))
        }
        RemoveKind::Thread => {
            let frames = any_of(&remove.frames);
            let (least, forum) = (remove.at_least.max(1), &remove.unless_page_has);
            let forum = match forum.is_empty() {
                true => say!("", ""),
                false => say_of!("，但页面里有一行就是{}时不删", ", unless a line of the page is {}", any_of(forum)),
            };
            Message {
                zh: format!("就从这一行删到最后一个{}，下面至少要有 {least} 个{}", frames.zh, forum.zh),
                en: format!(
                    "everything from it to the last line that is {} goes, if at least {least} stand below{}",
                    frames.en, forum.en
                ),
            }
        }
        RemoveKind::Until => {
            let last = any_of(&remove.until);
            let more = further("中间", "in between");
            Message {
                zh: format!("就从这一行删到{}那一行{}", last.zh, more.zh),
                en: format!("everything from it to the line {} goes{}", last.en, more.en),
            }
        }
    }
}

/// The sentences after the first: `max_share`, category and profile, `allow`.
fn tail(rule: &Rule) -> Message {
    let share = match &rule.action {
        Action::Remove(remove) => {
            let share = remove.max_share;
            say!("最多删全文的 {share}%，超过就不动。", " At most {share} % of the text, else nothing.")
        }
        Action::Keep => say!("", ""),
    };
    let category = category_choice(rule.category);
    let profile = match rule.profile {
        Profile::Archive => choice_of(TableKind::Rule, "profile", "archive"),
        Profile::Article => choice_of(TableKind::Rule, "profile", "article"),
        Profile::Body => choice_of(TableKind::Rule, "profile", "body"),
    };
    let (zh, en, zh_from, en_from) = (category.label, category.value, profile.label, profile.value);
    let about = say!("（{zh}类，从“{zh_from}”档起）", " ({en}; from the profile {en_from} on)");
    let allow = match rule.allow.as_slice() {
        [] => say!("", ""),
        some => {
            let (zh, en) = (some.join("、"), some.join(", "));
            say!("已知并忽略的检查：{zh}。", " Allowed: {en}.")
        }
    };
    say_of!("{}{}{}", "{}{}{}", share, about, allow)
}

/// The condition of a field of texts; `None` if the rule has no such text.
fn texts_of(field: TextField, rule: &Rule) -> Option<Message> {
    let phrases = Some(field.texts(rule)).filter(|phrases| !phrases.is_empty())?;
    let texts = if field.role() == TextRole::AllOf { all_of(phrases) } else { any_of(phrases) };
    let (zh, en) = field.words();
    Some(Message { zh: zh.replace('…', &texts.zh), en: format!("{en} {}", texts.en) })
}

/// All texts, quoted: 「a」和「b」.
fn all_of(phrases: &[Phrase]) -> Message {
    let quoted: Vec<_> = phrases.iter().map(|phrase| shown(&phrase.text)).collect();
    let zh: Vec<_> = quoted.iter().map(|text| format!("「{}」", text.zh)).collect();
    let en: Vec<_> = quoted.iter().map(|text| format!("“{}”", text.en)).collect();
    Message { zh: zh.join("和"), en: en.join(" and ") }
}

/// One, two, or the first of several texts, quoted: 「a」, 「a」或「b」, 「a」等 5 个之一.
fn any_of(phrases: &[Phrase]) -> Message {
    let quoted: Vec<_> = phrases.iter().map(|phrase| shown(&phrase.text)).collect();
    match quoted.as_slice() {
        [] => say!("", ""),
        [one] => say_of!("「{}」", "“{}”", one),
        [one, two] => say_of!("「{}」或「{}」", "“{}” or “{}”", one, two),
        [one, rest @ ..] => {
            let (all, others) = (phrases.len(), rest.len());
            Message {
                zh: format!("「{}」等 {all} 个之一", one.zh),
                en: format!("“{}” or one of {others} others", one.en),
            }
        }
    }
}

/// A text of a rule for readers: slots by their names, `*` as `…`.
fn shown(text: &str) -> Message {
    let both = |text: &str| Message { zh: text.to_string(), en: text.to_string() };
    let mut said = both(&text.replace("{*}", "\u{1}").replace("{{", "\u{2}").replace("}}", "\u{3}").replace('*', "…"));
    for &(name, label, _) in SLOTS {
        let slot = format!("{{{name}}}");
        said = Message {
            zh: said.zh.replace(&slot, &format!("〈{label}〉")),
            en: said.en.replace(&slot, &format!("<{name}>")),
        };
    }
    let back = |text: String| text.replace('\u{1}', "*").replace('\u{2}', "{").replace('\u{3}', "}");
    Message { zh: back(said.zh), en: back(said.en) }
}

fn shapes(shapes: &[Shape]) -> Message {
    one_of(shapes.iter().map(|&shape| choice_of(TableKind::Rule, "looks_like", shape.name())))
}

fn one_of(choices: impl Iterator<Item = &'static Choice>) -> Message {
    let all: Vec<_> = choices.collect();
    let zh: Vec<_> = all.iter().map(|choice| format!("“{}”", choice.label)).collect();
    let en: Vec<_> = all.iter().map(|choice| choice.value.replace('_', " ")).collect();
    Message { zh: zh.join("或"), en: en.join(" or ") }
}

/// The row of a value in the table of fields.
fn choice_of(table: TableKind, field: &str, value: &str) -> &'static Choice {
    let field = FIELDS.iter().find(|f| f.name == field && f.tables.contains(&table));
    let choices = field.map_or(&[][..], |field| field.choices());
    choices.iter().find(|choice| choice.value == value).expect("the value is one of the table's")
}

/// The Chinese word for a category.
pub(crate) fn category_label(category: Category) -> &'static str {
    category_choice(category).label
}

pub(super) fn category_choice(category: Category) -> &'static Choice {
    debug_assert!(TableKind::Rule.field("category").is_some_and(|f| matches!(f.kind, FieldKind::Choice(_))));
    choice_of(TableKind::Rule, "category", category.name())
}

/// The English conditions in the plural: "start with" instead of "starts with".
fn plural(conditions: &str) -> String {
    let forms = [
        ("is ", "are "),
        ("starts with", "start with"),
        ("ends with", "end with"),
        ("contains ", "contain "),
        ("matches the", "match the"),
        ("looks like", "look like"),
        ("does not", "do not"),
    ];
    // Only the verb at the start of each part; quoted texts are not changed.
    let mut out = String::new();
    for (i, part) in conditions.split(", ").enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        let bare = part.strip_prefix("and ").or_else(|| part.strip_prefix("but ")).unwrap_or(part);
        out.push_str(&part[..part.len() - bare.len()]);
        match forms.iter().find(|(one, _)| bare.starts_with(one)) {
            Some((one, many)) => out.push_str(&format!("{many}{}", &bare[one.len()..])),
            None => out.push_str(bare),
        }
    }
    out
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
