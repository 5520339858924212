//! Reading `points.toml` and `words.toml`: values with their places, and what to say about mistakes.
//!
//! Both files are data that an editor may change, in the folder of the shipped rules or in a folder
//! of his own, so a mistake is answered as one in a rule is: file, line, what is wrong, what to
//! write instead. A file with a mistake is never taken in part.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use dehusk_rules::{Report, Source, parser_words};
use dehusk_text::{Diagnostic, Fix, Level, nearest, say};

/// Names in a list that a message may show whole.
const SHOWN: usize = 40;
/// Edits between a name and the one that is meant.
const TYPOS: usize = 3;

pub(crate) type TomlValue<'i> = Spanned<DeValue<'i>>;

/// What `read` makes of a file, and what was found; nothing if there is a mistake.
pub(crate) fn read<T>(
    source: &Source,
    read: impl FnOnce(&DeTable<'_>, &mut Report<'_>) -> T,
) -> (Option<T>, Vec<Diagnostic>) {
    let mut report = Report::new(source);
    let (root, errors) = DeTable::parse_recoverable(&source.text);
    for error in errors.iter().take(3) {
        report.error("toml-syntax", error.span().unwrap_or(0..0), parser_words(error.message()), None);
    }
    let made = errors.is_empty().then(|| read(root.get_ref(), &mut report));
    let found = report.finish();
    let sound = !found.iter().any(|one| one.level == Level::Error);
    (made.filter(|_| sound), found)
}

/// A number.
pub(crate) fn number(name: &str, value: &TomlValue<'_>, report: &mut Report<'_>) -> Option<f64> {
    let number: Option<f64> = match value.get_ref() {
        DeValue::Integer(integer) if integer.radix() == 10 => integer.as_str().replace('_', "").parse().ok(),
        DeValue::Float(float) => float.as_str().replace('_', "").parse().ok(),
        _ => None,
    };
    let number = number.filter(|number| number.abs() <= 1000.0);
    if number.is_none() {
        let message = say!(
            "{name} 后面要写一个数字（-1000 到 1000），不加引号",
            "{name} takes a number (-1000 to 1000), without quotes"
        );
        let fix = report.replaced(&value.span(), "0.50");
        report.error("not-a-number", value.span(), message, Some(fix));
    }
    number
}

/// A text.
pub(crate) fn text<'v>(name: &str, value: &'v TomlValue<'_>, report: &mut Report<'_>) -> Option<&'v str> {
    let text = value.get_ref().as_str();
    if text.is_none() {
        let message = say!("{name} 后面要写文字，放在引号里", "{name} takes text, in quotes");
        let fix = report.replaced(&value.span(), "'…'");
        report.error("not-a-text", value.span(), message, Some(fix));
    }
    text
}

/// A table.
pub(crate) fn table<'v, 'i>(name: &str, value: &'v TomlValue<'i>, report: &mut Report<'_>) -> Option<&'v DeTable<'i>> {
    let table = value.get_ref().as_table();
    if table.is_none() {
        let message = say!("{name} 要写成单独的一段", "{name} is a section of its own");
        let fix = Fix::Line(format!("[{name}]"));
        report.error("not-a-section", value.span(), message, Some(fix));
    }
    table
}

/// A name that does not exist, with the one that may be meant.
pub(crate) fn unknown<'n>(
    name: &str,
    place: Range<usize>,
    known: impl Iterator<Item = &'n str> + Clone,
    report: &mut Report<'_>,
) {
    let meant = nearest(name, known.clone(), |_| TYPOS.min(name.len() / 3));
    let (message, fix) = match meant {
        Some(meant) => (
            say!("没有 {name} 这个名字。你是不是想写 {meant}？", "there is no {name}; did you mean {meant}?"),
            report.replaced(&place, meant),
        ),
        None => {
            let names: Vec<&str> = known.take(SHOWN + 1).collect();
            let all = names.join(", ");
            let advice = match names.len() > SHOWN {
                true => say!(
                    "可以用的名字见自带规则文件夹里的同名文件",
                    "the names are those in the file of this name among the shipped rules"
                ),
                false => say!("可以写的有：{all}", "there are: {all}"),
            };
            (say!("没有 {name} 这个名字", "there is no {name}"), Fix::Advice(advice))
        }
    };
    report.error("unknown-name", place, message, Some(fix));
}

/// Something that the file must have.
pub(crate) fn missing(name: &str, report: &mut Report<'_>) {
    let message = say!("这个文件里少了 {name}", "{name} is missing from this file");
    let advice =
        say!("从自带规则文件夹里的同名文件抄过来", "copy it from the file of this name among the shipped rules");
    report.error("missing", 0..0, message, Some(Fix::Advice(advice)));
}

/// A list of texts.
pub(crate) fn list<'v>(name: &str, value: &'v TomlValue<'_>, report: &mut Report<'_>) -> Vec<&'v str> {
    let Some(all) = value.get_ref().as_array() else {
        let message = say!("{name} 后面要写一个列表，如 ['a', 'b']", "{name} takes a list such as ['a', 'b']");
        report.error(
            "not-a-list",
            value.span(),
            message,
            Some(Fix::Advice(say!("用方括号括起来", "put it in brackets"))),
        );
        return Vec::new();
    };
    all.iter().filter_map(|one| text(name, one, report)).filter(|text| !text.is_empty()).collect()
}
