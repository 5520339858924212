//! What the text says about itself: the title, and what the slots `{date}`, `{source}`,
//! `{author}` and `{editor}` of matching rules cover.

use super::matcher::{Match, Matches};
use super::outcome::Metadata;
use super::pattern::Check;
use super::sites::Programs;
use super::slots::{PatternPart, Slot};
use dehusk_rules::{Category, RuleId};
use dehusk_text::{Cues, Document, FoldedLine, fold};

/// How many lines from the start may hold the title.
const TITLE_LINES: usize = 3;

/// Reads the metadata off the lines that rules about it matched; the first find of each counts.
pub(crate) fn metadata(document: &Document<'_>, programs: Programs<'_>, matches: &Matches) -> Metadata {
    let mut metadata = Metadata::default();
    let mut last = None;
    let mut known: Option<(RuleId, Category)> = None;
    for m in &matches.by_line {
        // The words of one line may match a thousand times; once is enough.
        if last.replace((m.line, m.rule)) == Some((m.line, m.rule)) {
            continue;
        }
        // Lines in a row often match the same rule.
        let category = match known {
            Some((rule, category)) if rule == m.rule => category,
            _ => programs.effect(m.rule).category,
        };
        known = Some((m.rule, category));
        if matches!(category, Category::Meta | Category::Credit) {
            read_slots(document, programs, m, &mut metadata);
        }
    }
    let claimed =
        |line: usize| matches.by_line.iter().take_while(|m| m.line as usize <= line).any(|m| m.line as usize == line);
    metadata.title = (0..document.len())
        .filter(|&line| !matches.cues[line].any(Cues::BLANK))
        .take(TITLE_LINES)
        .find(|&line| matches.cues[line].any(Cues::TITLE) && !claimed(line))
        .map(|line| document.line_text(line).trim().to_string());
    metadata
}

fn read_slots(document: &Document<'_>, programs: Programs<'_>, m: &Match, metadata: &mut Metadata) {
    let Some(evidence) = m.evidence else { return };
    let pattern = programs.pattern_of(m.rule, evidence.field, evidence.index);
    let Some(Check::Slots(slotted)) = pattern.map(|p| &p.check) else { return };
    let is_news = |part: &PatternPart| match part {
        PatternPart::Slot(slot) => field(metadata, *slot).is_some_and(|field| field.is_none()),
        _ => false,
    };
    if !slotted.parts().iter().any(is_news) {
        return;
    }
    let text = document.line_text(m.line as usize);
    let view = FoldedLine::new(text);
    let places: Vec<_> = match slotted.literal() {
        Some(literal) => view.text().match_indices(literal).map(|(at, l)| Some(at..at + l.len())).collect(),
        None => vec![None],
    };
    let Some(found) = places.into_iter().find_map(|place| slotted.find(view.text(), place)) else { return };
    for (slot, range) in found.slots {
        if let Some(field) = field(metadata, slot) {
            field.get_or_insert_with(|| until_next_label(&text[view.to_original(range)]).to_string());
        }
    }
}

/// What may follow a value on its line, as it is compared.
const LABELS: [&str; 22] = [
    "编辑",
    "责编",
    "责任编辑",
    "审核",
    "校对",
    "监制",
    "作者",
    "记者",
    "通讯员",
    "来源",
    "时间",
    "日期",
    "发布",
    "浏览",
    "阅读",
    "点击",
    "评论",
    "字号",
    "字体",
    "打印",
    "分享",
    "收藏",
];

/// A value without what follows it: `临河日报  编辑` is the name of a paper and the next label.
fn until_next_label(value: &str) -> &str {
    let is_label = |rest: &str| {
        let rest = fold(&rest.chars().take(6).collect::<String>());
        LABELS.iter().any(|label| rest.starts_with(label))
    };
    let blanks = value.char_indices().filter(|(_, c)| c.is_whitespace() || matches!(c, '|' | '｜'));
    let end = blanks.map(|(at, c)| (at, at + c.len_utf8())).find(|&(_, behind)| is_label(value[behind..].trim_start()));
    let blank = |c: char| c.is_whitespace() || matches!(c, '|' | '｜');
    value[..end.map_or(value.len(), |(at, _)| at)].trim_matches(blank)
}

/// Where stands what a slot says.
fn field(metadata: &mut Metadata, slot: Slot) -> Option<&mut Option<String>> {
    match slot.reports()? {
        "date" => Some(&mut metadata.date),
        "source" => Some(&mut metadata.source),
        "author" => Some(&mut metadata.author),
        "editor" => Some(&mut metadata.editor),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::until_next_label;

    #[test]
    fn a_value_ends_where_the_next_label_begins() {
        assert_eq!(until_next_label("临河日报  编辑"), "临河日报");
        assert_eq!(until_next_label("周小禾　　审核"), "周小禾");
        assert_eq!(until_next_label("大河网　瀏覽次數"), "大河网");
        assert_eq!(until_next_label("The River Paper"), "The River Paper");
        assert_eq!(until_next_label("编辑部的故事 王一"), "编辑部的故事 王一");
    }
}
