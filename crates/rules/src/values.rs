//! Checks one value against its field: its kind, and the allowed values.

use std::ops::Range;

use toml::Spanned;
use toml::de::DeValue;

use super::fields::takes_several;
use super::fields::{Choice, Field, FieldKind, POSITIONS, choice, meant_choice, plain_word};
use super::model::Position;
use super::report::Report;
use super::texts::{Text, escapes};
use dehusk_text::{Fix, Message, say};

/// A value that fits its field.
#[derive(Debug)]
pub(super) enum Value {
    Texts(Vec<Text>),
    Number(f64),
    Bool(bool),
    Choices(Vec<&'static str>),
    Position(Position),
    Sites(Vec<(String, Vec<String>)>),
}

/// The value of a field. `None` after a message.
pub(super) fn read(
    field: &'static Field,
    value: &Spanned<DeValue<'_>>,
    offset: usize,
    report: &mut Report,
) -> Option<Value> {
    match field.kind {
        FieldKind::Number { min, max, whole } => number(field, value, offset, (min, max, whole), report),
        FieldKind::Bool => match value.get_ref() {
            DeValue::Boolean(value) => Some(Value::Bool(*value)),
            _ => wrong_type(field, value, offset, report),
        },
        FieldKind::SiteNames => sites(field, value, offset, report),
        _ => {
            let texts = texts(field, value, offset, report)?;
            match field.kind {
                FieldKind::Choice(choices) => {
                    let text = texts.first()?;
                    pick(field, choices, text.text.trim(), &text.span, report).map(|value| Value::Choices(vec![value]))
                }
                FieldKind::Position => {
                    let text = texts.first()?;
                    where_to(field, text, report).map(Value::Position)
                }
                FieldKind::Choices(_) => several(field, &texts, report).map(Value::Choices),
                _ => Some(Value::Texts(texts)),
            }
        }
    }
}

/// The value of a field from a word without quotes, as at the top of a plain list.
pub(super) fn read_bare(field: &'static Field, text: Text, report: &mut Report) -> Option<Value> {
    let word = text.text.trim();
    match field.kind {
        FieldKind::Number { min, max, .. } => {
            let number: Option<f64> = plain_word(word).parse().ok();
            match number.filter(|n| (f64::from(min)..=f64::from(max)).contains(n)) {
                Some(n) => Some(Value::Number(n)),
                None => {
                    report.error("wrong-type", text.span.clone(), wants(field), None);
                    None
                }
            }
        }
        FieldKind::Bool => match truth(word) {
            Some(truth) => Some(Value::Bool(truth == "true")),
            None => {
                report.error("wrong-type", text.span.clone(), wants(field), None);
                None
            }
        },
        FieldKind::Choice(choices) => {
            pick(field, choices, word, &text.span, report).map(|value| Value::Choices(vec![value]))
        }
        FieldKind::Position => where_to(field, &text, report).map(Value::Position),
        FieldKind::Choices(_) => several(field, &[text], report).map(Value::Choices),
        FieldKind::SiteNames => None,
        _ => Some(Value::Texts(vec![text])),
    }
}

fn place(value: &Spanned<DeValue<'_>>, offset: usize) -> Range<usize> {
    let span = value.span();
    span.start + offset..span.end + offset
}

/// The texts of a value: one, or several where the field takes several.
fn texts(field: &'static Field, value: &Spanned<DeValue<'_>>, offset: usize, report: &mut Report) -> Option<Vec<Text>> {
    let span = place(value, offset);
    match value.get_ref() {
        DeValue::String(text) => {
            let text = Text::new(&report.source.text, span, text);
            clean(field, text, report).map(|text| vec![text])
        }
        DeValue::Array(items) if takes_several(field.kind) => {
            let mut all = Vec::new();
            let mut broken = false;
            for item in items.iter() {
                let span = place(item, offset);
                match item.get_ref() {
                    DeValue::String(text) => {
                        let text = Text::new(&report.source.text, span, text);
                        match clean(field, text, report) {
                            Some(text) => all.push(text),
                            None => broken = true,
                        }
                    }
                    _ => {
                        wrong_type::<()>(field, item, offset, report);
                        broken = true;
                    }
                }
            }
            (!broken).then_some(all)
        }
        _ => wrong_type(field, value, offset, report),
    }
}

/// Refuses escapes that are surely a mistake: one that gives a control character, and a `\` at the end of a line.
fn clean(field: &'static Field, text: Text, report: &mut Report) -> Option<Text> {
    if !text.is_escaped() || matches!(field.kind, FieldKind::Text | FieldKind::Literal) {
        return Some(text);
    }
    let raw = &report.source.text[text.span.clone()];
    let triple = raw.starts_with("\"\"\"");
    let inside = if triple { 3 } else { 1 };
    let body = &raw[inside..raw.len() - inside];
    for step in escapes(body) {
        let sign = &body[step.raw.clone()];
        let at = text.span.start + inside + step.raw.start;
        let span = at..at + sign.trim_end().len();
        match step.gives {
            Some(c) if sign.starts_with('\\') && c.is_control() && c != '\n' => {
                let message = say!(
                    "双引号里的 {sign} 会变成看不见的控制字符；请改用单引号",
                    "inside double quotes {sign} turns into an invisible control character; use single quotes"
                );
                let fix = match triple || body.contains('\'') {
                    true => Fix::Advice(say!("把 \"\"\" 换成 '''", "use ''' in place of the double quotes")),
                    false => report.replaced(&text.span, &format!("'{body}'")),
                };
                report.error("control-escape", span, message, Some(fix));
                return None;
            }
            None => {
                let message =
                    say!("行尾的 \\ 会把两行连成一行", "a \\ at the end of a line joins it with the next one");
                let fix = say!("用 ''' 代替 \"\"\"，并删掉行尾的 \\", "use ''' in place of \"\"\" and delete the \\");
                report.error("joined-lines", span, message, Some(Fix::Advice(fix)));
                return None;
            }
            _ => {}
        }
    }
    Some(text)
}

fn number(
    field: &'static Field,
    value: &Spanned<DeValue<'_>>,
    offset: usize,
    (min, max, whole): (u32, u32, bool),
    report: &mut Report,
) -> Option<Value> {
    let parsed: Option<f64> = match value.get_ref() {
        DeValue::Integer(integer) if integer.radix() == 10 => integer.as_str().parse().ok(),
        DeValue::Float(float) => float.as_str().parse().ok(),
        _ => return wrong_type(field, value, offset, report),
    };
    let span = &place(value, offset);
    let name = field.name;
    match parsed {
        Some(n) if n.is_finite() && n >= f64::from(min) && n <= f64::from(max) && (!whole || n.fract() == 0.0) => {
            Some(Value::Number(n))
        }
        Some(n) if n.is_finite() && whole && n.fract() != 0.0 => {
            let message = say!("{name} 要写整数", "{name} takes a whole number");
            let fix = report.replaced(span, &format!("{}", n.round().max(f64::from(min))));
            report.error("wrong-value", span.clone(), message, Some(fix));
            None
        }
        _ => {
            let message = say!("{name} 只能是 {min} 到 {max} 之间的数字", "{name} takes a number from {min} to {max}");
            report.error("wrong-value", span.clone(), message, None);
            None
        }
    }
}

/// What kind of value a field takes, in words.
fn wants(field: &Field) -> Message {
    let name = field.name;
    match field.kind {
        FieldKind::Number { min, max, .. } => {
            say!("{name} 要写数字（{min} 到 {max}）", "{name} takes a number from {min} to {max}")
        }
        FieldKind::Bool => {
            say!("{name} 要写 true（是）或 false（否），不加引号", "{name} takes true or false, without quotes")
        }
        FieldKind::SiteNames => say!(
            "{name} 要写成一节：[sites] 下面每行 '域名' = '网站名'",
            "{name} is a table: below [sites], lines of 'host' = 'name'"
        ),
        kind if takes_several(kind) => say!("{name} 要写文字，放在引号里", "{name} takes a text in quotes"),
        FieldKind::Choice(_) | FieldKind::Position => {
            say!("{name} 要从固定的几个词里选一个，放在引号里", "{name} takes one of a few words, in quotes")
        }
        _ => say!("{name} 要写一段文字，放在引号里", "{name} takes one text in quotes"),
    }
}

fn wrong_type<T>(field: &Field, value: &Spanned<DeValue<'_>>, offset: usize, report: &mut Report) -> Option<T> {
    let span = &place(value, offset);
    let raw = &report.source.text[span.clone()];
    let fix = match (field.kind, value.get_ref()) {
        (FieldKind::Number { .. }, DeValue::String(text)) => {
            let digits: String = plain_word(text).chars().filter(|c| c.is_ascii_digit() || *c == '.').collect();
            (!digits.is_empty()).then(|| report.replaced(span, &digits))
        }
        (FieldKind::Bool, DeValue::String(text)) => truth(text).map(|truth| report.replaced(span, truth)),
        (FieldKind::Bool, DeValue::Integer(n)) => match n.as_str() {
            "0" => Some(report.replaced(span, "false")),
            "1" => Some(report.replaced(span, "true")),
            _ => None,
        },
        (FieldKind::Number { .. } | FieldKind::Bool | FieldKind::SiteNames, _) => None,
        (FieldKind::Choice(choices), DeValue::Boolean(on)) if choice(choices, "on").is_some() => {
            Some(report.replaced(span, if *on { "'on'" } else { "'off'" }))
        }
        (FieldKind::Choice(_) | FieldKind::Position, DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_)) => {
            Some(Fix::Advice(allowed(field.choices())))
        }
        (_, DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_)) => {
            Some(report.replaced(span, &format!("'{raw}'")))
        }
        (_, DeValue::Array(items)) if !takes_several(field.kind) => match (items.len(), items.iter().next()) {
            (1, Some(item)) => Some(report.replaced(span, &report.source.text[place(item, offset)])),
            _ => {
                let name = field.name;
                Some(Fix::Advice(say!("{name} 只能写一个，不用方括号", "{name} takes one value, without brackets")))
            }
        },
        _ => None,
    };
    report.error("wrong-type", span.clone(), wants(field), fix);
    None
}

/// `true` or `false` for the words that people write for them.
pub(crate) fn truth(word: &str) -> Option<&'static str> {
    match plain_word(word).as_str() {
        "true" | "yes" | "on" | "1" | "是" | "真" | "开" | "对" | "启用" => Some("true"),
        "false" | "no" | "off" | "0" | "否" | "假" | "关" | "不" | "不是" | "停用" => Some("false"),
        _ => None,
    }
}

/// Reads a value of a closed list.
fn pick(
    field: &Field,
    choices: &'static [Choice],
    word: &str,
    span: &Range<usize>,
    report: &mut Report,
) -> Option<&'static str> {
    if let Some(found) = choice(choices, word) {
        return Some(found.value);
    }
    let list = allowed(choices);
    let name = field.name;
    let (message, fix) = match meant_choice(choices, word) {
        Some(meant) => {
            let (value, label) = (meant.value, meant.label);
            let message = say!(
                "{name} 没有“{word}”这个写法。你是不是想写 {value}（{label}）？",
                "{name} cannot be '{word}'; did you mean '{value}'?"
            );
            let quoted = report.source.text[span.clone()].starts_with(['\'', '"']);
            let new = if quoted { format!("'{value}'") } else { value.to_string() };
            (message, Some(report.replaced(span, &new)))
        }
        None => {
            let message = say!("{name} 没有“{word}”这个写法", "{name} cannot be '{word}'");
            (message, Some(Fix::Advice(list)))
        }
    };
    report.error("wrong-value", span.clone(), message, fix);
    None
}

/// The allowed values, with their Chinese names.
fn allowed(choices: &[Choice]) -> Message {
    let zh: Vec<_> = choices.iter().map(|c| format!("{} {}", c.value, c.label)).collect();
    let en: Vec<_> = choices.iter().map(|c| c.value).collect();
    Message { zh: format!("从这些里选：{}", zh.join(" / ")), en: format!("one of: {}", en.join(", ")) }
}

fn several(field: &'static Field, texts: &[Text], report: &mut Report) -> Option<Vec<&'static str>> {
    let mut all = Vec::new();
    let mut broken = false;
    for piece in texts.iter().flat_map(|text| text.phrases(report.source)) {
        let quoted = report.source.text[..piece.span.start].ends_with(['\'', '"']);
        let span = if quoted { piece.span.start - 1..piece.span.end + 1 } else { piece.span.clone() };
        match (choice(field.choices(), &piece.text), quoted) {
            (Some(found), _) => all.push(found.value),
            (None, true) => broken |= pick(field, field.choices(), &piece.text, &span, report).is_none(),
            (None, false) => {
                // Inside a block no quotes are needed.
                let meant = meant_choice(field.choices(), &piece.text);
                let (name, word) = (field.name, &piece.text);
                let message = say!("{name} 没有“{word}”这个写法", "{name} cannot be '{word}'");
                let fix = match meant {
                    Some(meant) => report.replaced(&span, meant.value),
                    None => Fix::Advice(allowed(field.choices())),
                };
                report.error("wrong-value", span, message, Some(fix));
                broken = true;
            }
        }
    }
    (!broken).then_some(all)
}

fn where_to(field: &Field, text: &Text, report: &mut Report) -> Option<Position> {
    match position(&text.text) {
        Ok(position) => Some(position),
        Err(PositionError::Range { max }) => {
            let message = say!("这里的数字要在 1 到 {max} 之间", "the number must be from 1 to {max}");
            report.error("wrong-value", text.span.clone(), message, None);
            None
        }
        Err(PositionError::Unknown) => {
            pick(field, POSITIONS, text.text.trim(), &text.span, report).map(|_| Position::Anywhere)?;
            None
        }
    }
}

#[derive(Debug)]
pub(super) enum PositionError {
    Unknown,
    Range { max: u32 },
}

/// Reads `where`, with or without spaces: `first 3 lines`, `前3行`, `last 30%`.
pub(super) fn position(text: &str) -> Result<Position, PositionError> {
    if let Some(fixed) = choice(POSITIONS, text.trim()).filter(|c| !c.value.contains(|d: char| d.is_ascii_digit())) {
        return Ok(match fixed.value {
            "head" => Position::Head,
            "tail" => Position::Tail,
            "first line" => Position::FirstLines(1),
            "last line" => Position::LastLines(1),
            _ => Position::Anywhere,
        });
    }
    let plain: String = plain_word(text).chars().filter(|c| *c != '_' && *c != '的').collect();
    match plain.as_str() {
        "firstline" => return Ok(Position::FirstLines(1)),
        "lastline" => return Ok(Position::LastLines(1)),
        _ => {}
    }
    let starts = [
        ("first", true),
        ("last", false),
        ("前", true),
        ("后", false),
        ("最后", false),
        ("最前", true),
        ("最初", true),
    ];
    let (rest, first) = starts
        .iter()
        .find_map(|(word, first)| plain.strip_prefix(word).map(|rest| (rest, *first)))
        .ok_or(PositionError::Unknown)?;
    let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
    let (number, unit) = rest.split_at(digits);
    let n: f32 = number.parse().map_err(|_| PositionError::Unknown)?;
    match unit {
        "lines" | "line" | "行" => {
            if !(1.0..=1000.0).contains(&n) || n.fract() != 0.0 {
                return Err(PositionError::Range { max: 1000 });
            }
            Ok(if first { Position::FirstLines(n as u32) } else { Position::LastLines(n as u32) })
        }
        "%" | "percent" => {
            if !(n > 0.0 && n <= 100.0) {
                return Err(PositionError::Range { max: 100 });
            }
            Ok(if first { Position::FirstPercent(n) } else { Position::LastPercent(n) })
        }
        _ => Err(PositionError::Unknown),
    }
}

/// Reads `[sites]`: from a host to its names.
fn sites(field: &'static Field, value: &Spanned<DeValue<'_>>, offset: usize, report: &mut Report) -> Option<Value> {
    let Some(table) = value.get_ref().as_table() else {
        return wrong_type(field, value, offset, report);
    };
    let mut all = Vec::new();
    for (host, names) in table {
        let span = place(names, offset);
        let host_name: &str = host.get_ref();
        let mut found = Vec::new();
        match names.get_ref() {
            DeValue::String(text) => found.extend(Text::new(&report.source.text, span, text).phrases(report.source)),
            DeValue::Array(items) => {
                for item in items.iter() {
                    match item.get_ref() {
                        DeValue::String(text) => {
                            found.extend(
                                Text::new(&report.source.text, place(item, offset), text).phrases(report.source),
                            );
                        }
                        _ => report.error("wrong-type", place(item, offset), site_words(), None),
                    }
                }
            }
            // `dzwww.com = …` without quotes is a table inside a table in TOML.
            DeValue::Table(_) => {
                let key = host.span().start + offset..host.span().end + offset;
                let line = report.source.line_range(key.start);
                let text = &report.source.text[line];
                let fix = text.split_once('=').map(|(host, names)| Fix::Line(format!("'{}' ={names}", host.trim())));
                let message = say!("域名里有点，要放在引号里", "a host has dots, so it must stand in quotes");
                report.error("host-quotes", key, message, fix);
            }
            _ => report.error("wrong-type", span, site_words(), None),
        }
        all.push((host_name.to_lowercase(), found.into_iter().map(|piece| piece.text).collect()));
    }
    Some(Value::Sites(all))
}

fn site_words() -> Message {
    say!("网站的名字要写文字，放在引号里：'dzwww.com' = '大众网'", "names of a site are texts: 'dzwww.com' = 'Dazhong'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_in_both_languages() {
        let at = |text| position(text).ok();
        assert_eq!(at("开头"), Some(Position::Head));
        assert_eq!(at("first_line"), Some(Position::FirstLines(1)));
        assert_eq!(at("First 3 Lines"), Some(Position::FirstLines(3)));
        assert_eq!(at("前 3 行"), Some(Position::FirstLines(3)));
        assert_eq!(at("最后3行"), Some(Position::LastLines(3)));
        assert_eq!(at("后３０％"), Some(Position::LastPercent(30.0)));
        assert_eq!(at("last 12.5%"), Some(Position::LastPercent(12.5)));
        for wrong in ["first 0 lines", "last 101%", "中间", "first lines", ""] {
            assert_eq!(at(wrong), None, "{wrong}");
        }
    }
}
