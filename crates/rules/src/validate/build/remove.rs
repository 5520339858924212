//! `remove` and the settings that belong to a way of removing.

use super::{has_texts, is_true, number, one, shapes};
use crate::model::{Remove, RemoveKind, Shape};
use crate::phrases;
use crate::report::Report;
use crate::schema::Table;
use crate::text_field::TextField;
use dehusk_text::{Fix, Message, say};

/// `remove` and the settings that belong to a way of removing.
pub(super) fn remove(table: &Table, report: &mut Report) -> Remove {
    use RemoveKind as K;
    let word = one(table, "remove").unwrap_or("line");
    let kind = remove_of(word);
    let known = table.get("remove").is_some() || !table.has("remove");
    let follows = matches!(kind, K::Section | K::ToEnd | K::ToStart | K::Paragraph | K::Until);
    if known {
        belongs(table, "at_least", matches!(kind, K::Run | K::List | K::Thread), word, "run / list / thread", report);
        belongs(table, "lines_look_like", kind == K::List, word, "list", report);
        belongs(table, "until", kind == K::Until, word, "until", report);
        belongs(table, "frames", kind == K::Thread, word, "thread", report);
        belongs(table, "unless_page_has", kind == K::Thread, word, "thread", report);
        belongs(table, "lines_contain", follows, word, "section / to_end / to_start / paragraph / until", report);
        needs(table, "until", kind == K::Until, report);
        needs(table, "lines_contain", kind == K::Section, report);
        needs(table, "frames", kind == K::Thread, report);
    }
    if kind == K::Phrase
        && let Some(entry) = table.get("made_of")
    {
        let message = say!(
            "made_of 说的是整行，remove = 'phrase' 只删词句",
            "made_of is about the whole line, and remove = 'phrase' takes words"
        );
        let fix = say!("改成 remove = 'line'", "write remove = 'line'");
        report.error("made-of", entry.key.clone(), message, Some(Fix::Advice(fix)));
    }
    if kind == K::Phrase && table.has("looks_like") && !has_texts(table) {
        let message = say!(
            "remove = 'phrase' 只删匹配的词句，但这里没有写词句",
            "remove = 'phrase' takes the matched words, and there are none"
        );
        let fix = say!(
            "加上 contains、ends_with 等，或者改成 remove = 'line'",
            "add contains, ends_with …, or write remove = 'line'"
        );
        report.error("no-condition", table.header.clone(), message, Some(Fix::Advice(fix)));
    }
    if let (Some(share), Some(entry)) = (number(table, "max_share"), table.get("max_share"))
        && share > 0.0
        && share < 1.0
    {
        let percent = share * 100.0;
        let message = say!(
            "{share} 的意思是百分之 {share}。是不是想写 {percent}？",
            "{share} means {share} percent; did you mean {percent}?"
        );
        let fix = report.replaced(&entry.span, &format!("{percent}"));
        report.warning("tiny-share", entry.span.clone(), message, Some(fix));
    }
    let exact = is_true(table, "exact");
    let mut texts = |field: TextField| phrases::check(field, table.texts(field.name()), exact, report);
    let (lines_contain, until) = (texts(TextField::LinesContain), texts(TextField::Until));
    let (frames, unless_page_has) = (texts(TextField::Frames), texts(TextField::UnlessPageHas));
    let share = match kind {
        K::Line | K::Phrase => 30.0,
        K::Paragraph | K::Until | K::ToStart => 40.0,
        K::Run | K::List | K::Section => 85.0,
        K::Thread => 95.0,
        K::ToEnd if lines_contain.is_empty() => 50.0,
        K::ToEnd => 90.0,
    };
    let items = match (kind, shapes(table, "lines_look_like")) {
        (K::List, shapes) if shapes.is_empty() => vec![Shape::ListItem, Shape::Dated, Shape::Title],
        (_, shapes) => shapes,
    };
    let least = match kind {
        K::Run => 3,
        K::Thread => 2,
        _ => 0,
    };
    Remove {
        kind,
        at_least: number(table, "at_least").map_or(least, |n| n as u32),
        max_share: number(table, "max_share").map_or(share, |n| n as f32),
        lines_contain,
        lines_look_like: items,
        until,
        frames,
        unless_page_has,
    }
}

/// Reports a setting that has no meaning for this way of removing.
fn belongs(table: &Table, name: &str, right: bool, word: &str, wanted: &str, report: &mut Report) {
    let Some(entry) = table.get(name).filter(|_| !right) else { return };
    let message = say!(
        "{name} 对 remove = '{word}' 没有作用，它只用于 {wanted}",
        "{name} does nothing with remove = '{word}'; it only works with {wanted}"
    );
    let fix: Message = say!("删掉 {name}，或者改 remove", "delete {name}, or change remove");
    report.error("useless-setting", entry.key.clone(), message, Some(Fix::Advice(fix)));
}

/// Reports that a setting is missing which this way of removing needs.
fn needs(table: &Table, name: &str, wanted: bool, report: &mut Report) {
    if !wanted || table.has(name) {
        return;
    }
    let span = table.get("remove").map_or(table.header.clone(), |entry| entry.span.clone());
    let (message, fix) = match name {
        "until" => (
            say!("remove = 'until' 还要说明删到哪一行为止", "remove = 'until' must say which line is the last"),
            say!("加一行 until = '…'", "add until = '…'"),
        ),
        "frames" => (
            say!(
                "remove = 'thread' 还要说明每条评论前后是哪些行",
                "remove = 'thread' must say which lines stand around each comment"
            ),
            say!(
                "加上 frames，一行写一种，例如 {{name}} {{date}} {{time}} 或“回复”",
                "add frames, one a line, such as {{name}} {{date}} {{time}} or Reply"
            ),
        ),
        _ => (
            say!(
                "remove = 'section' 还要说明后面哪些行属于这一节",
                "remove = 'section' must say which lines belong to the section"
            ),
            say!("加上 lines_contain，一行写一个词", "add lines_contain, one word a line"),
        ),
    };
    report.error("missing-setting", span, message, Some(Fix::Advice(fix)));
}

pub(super) fn remove_of(word: &str) -> RemoveKind {
    match word {
        "line" => RemoveKind::Line,
        "phrase" => RemoveKind::Phrase,
        "paragraph" => RemoveKind::Paragraph,
        "list" => RemoveKind::List,
        "section" => RemoveKind::Section,
        "run" => RemoveKind::Run,
        "to_end" => RemoveKind::ToEnd,
        "to_start" => RemoveKind::ToStart,
        "until" => RemoveKind::Until,
        _ => RemoveKind::Thread,
    }
}
