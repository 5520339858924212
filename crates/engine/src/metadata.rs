//! What the text says about itself: the title, and what the slots `{date}`, `{source}`,
//! `{author}` and `{editor}` of matching rules cover.

use super::compile::{Check, Program};
use super::matcher::{Match, Matches};
use super::outcome::Metadata;
use super::slots::{PatternPart, Slot};
use dehusk_rules::Category;
use dehusk_text::{Cues, Document, FoldedLine};

/// How many lines from the start may hold the title.
const TITLE_LINES: usize = 3;

/// Reads the metadata off the lines that rules about it matched; the first find of each counts.
pub(crate) fn metadata(document: &Document<'_>, program: &Program, matches: &Matches) -> Metadata {
    let mut metadata = Metadata::default();
    let mut last = None;
    for m in &matches.by_line {
        // The words of one line may match a thousand times; once is enough.
        if last.replace((m.line, m.rule)) == Some((m.line, m.rule)) {
            continue;
        }
        let category = program.effect(m.rule).category;
        if matches!(category, Category::Meta | Category::Credit) {
            read_slots(document, program, m, &mut metadata);
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

fn read_slots(document: &Document<'_>, program: &Program, m: &Match, metadata: &mut Metadata) {
    let Some(evidence) = m.evidence else { return };
    let pattern = program.patterns_of_rule(m.rule).find(|p| p.field == evidence.field && p.index == evidence.index);
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
            field.get_or_insert_with(|| text[view.to_original(range)].trim().to_string());
        }
    }
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
