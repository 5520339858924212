//! [`passages`]: a document in stretches of one fate.

use std::ops::Range;

use crate::{Cause, CuePoints, Inspector, Outcome, Removal, Spared, Verdict};
use dehusk_rules::RuleId;
use dehusk_text::Document;

/// Lines in a row to which the same happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Passage {
    /// The lines, from 0.
    pub lines: Range<usize>,
    /// What happened.
    pub fate: Fate,
    /// Who did it; for lines that stay, what the body finder saw there, if it judged the document.
    pub reasons: Vec<Reason>,
    /// What would have taken lines of it.
    pub spared: Vec<Spared>,
}

/// What happens to a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It stays.
    Stays,
    /// It goes.
    Goes,
    /// These bytes of the document, of one line, go; the rest stays.
    InPart(Vec<Range<usize>>),
}

impl Fate {
    /// Its name in JSON.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Stays => "stays",
            Self::Goes => "goes",
            Self::InPart(_) => "part",
        }
    }
}

/// Why lines go or stay.
#[derive(Clone, Debug, PartialEq)]
pub enum Reason {
    /// A rule matched.
    Rule {
        /// Which.
        rule: RuleId,
        /// The line (from 0) that it matched.
        anchor: usize,
        /// Its conditions on that line.
        verdicts: Vec<Verdict>,
    },
    /// The body finder: the line is no body, or is.
    Finder(CuePoints),
    /// Blank lines beside a removal.
    Seam,
}

/// For so many removals all conditions are asked; for more only what the line alone decides, which
/// takes far less time.
const ASKED: usize = 200;

/// All conditions of one removal are asked of the whole text. So of a long text fewer are: this many lines
/// are looked at for it in all.
const LINES_ASKED: usize = 400_000;

/// What happened to the lines of a document, in order.
pub fn passages(inspector: &Inspector<'_>, document: &Document<'_>) -> Vec<Passage> {
    let most = ASKED.min(LINES_ASKED / document.len().max(1)).max(1);
    let mut asked = 0;
    let ask = |(passage, causes): (Passage, Vec<Cause>)| {
        let full = |_: &Cause| {
            asked += 1;
            asked <= most
        };
        with_reasons(inspector, document, passage, &causes, full)
    };
    stretches(inspector.outcome(), document).into_iter().map(ask).collect()
}

/// What happened to one line (from 0), and to those beside it with the same fate.
pub fn passage_at(inspector: &Inspector<'_>, document: &Document<'_>, line: usize) -> Option<Passage> {
    let all = stretches(inspector.outcome(), document);
    let (passage, causes) = all.into_iter().find(|(passage, _)| passage.lines.contains(&line))?;
    Some(with_reasons(inspector, document, passage, &causes, |_| true))
}

/// The stretch with why it goes or stays; all conditions are asked of those causes for which `full` says so.
fn with_reasons(
    inspector: &Inspector<'_>,
    document: &Document<'_>,
    mut passage: Passage,
    causes: &[Cause],
    mut full: impl FnMut(&Cause) -> bool,
) -> Passage {
    let start = passage.lines.start;
    passage.reasons =
        causes.iter().filter_map(|cause| reason(inspector, document, *cause, start, full(cause))).collect();
    // What the finder judged and left has its points too: nobody else says why it was kept.
    if passage.fate == Fate::Stays {
        passage.reasons.extend(inspector.cues(start).map(Reason::Finder));
    }
    passage
}

/// The stretches, and who took each; nobody is asked for reasons yet.
fn stretches(outcome: &Outcome, document: &Document<'_>) -> Vec<(Passage, Vec<Cause>)> {
    let mut found: Vec<(Passage, Vec<Cause>)> = Vec::new();
    let mut spared = outcome.spared.iter().peekable();
    for (line, (fate, causes)) in fates(outcome, document).into_iter().enumerate() {
        let mut held: Vec<Spared> = Vec::new();
        while let Some(one) = spared.next_if(|s| document.line_of(s.span.start) <= line) {
            held.push(one.clone());
        }
        match found.last_mut() {
            Some((last, same)) if fate == Fate::Goes && last.fate == Fate::Goes && joins(same, &causes) => {
                last.lines.end = line + 1;
                last.spared.extend(held);
                for cause in causes {
                    if !same.contains(&cause) {
                        same.push(cause);
                    }
                }
            }
            _ => {
                let passage = Passage { lines: line..line + 1, fate, reasons: Vec::new(), spared: held };
                found.push((passage, causes));
            }
        }
    }
    for (_, causes) in &mut found {
        let without_seams = causes.iter().any(|cause| *cause != Cause::Seam);
        causes.retain(|cause| !without_seams || *cause != Cause::Seam);
    }
    found
}

/// Whether a line with these causes belongs to the stretch above: the same match took both, or it is
/// a blank line beside it.
fn joins(above: &[Cause], causes: &[Cause]) -> bool {
    let same = |a: &Cause, b: &Cause| match (a, b) {
        (Cause::Rule { rule: a, anchor: x, .. }, Cause::Rule { rule: b, anchor: y, .. }) => (a, x) == (b, y),
        _ => false,
    };
    causes.iter().all(|cause| *cause == Cause::Seam || above.iter().any(|other| same(other, cause)))
        && !above.iter().any(|cause| matches!(cause, Cause::Finder { .. }))
}

fn reason(
    inspector: &Inspector<'_>,
    document: &Document<'_>,
    cause: Cause,
    line: usize,
    thoroughly: bool,
) -> Option<Reason> {
    Some(match cause {
        Cause::Rule { rule, anchor, .. } => {
            let anchor = anchor as usize;
            let verdicts =
                if thoroughly { inspector.why(anchor, rule) } else { inspector.why_line_of(document, anchor, rule) };
            Reason::Rule { rule, anchor, verdicts }
        }
        Cause::Finder { points } => {
            let cues = inspector.cues(line);
            Reason::Finder(cues.unwrap_or(CuePoints { cues: Vec::new(), points, keep_above: 0 }))
        }
        Cause::Seam => Reason::Seam,
    })
}

/// What happens to each line, and why. Costs one walk over the removals: nobody is asked for reasons.
pub fn fates(outcome: &Outcome, document: &Document<'_>) -> Vec<(Fate, Vec<Cause>)> {
    let mut rest = outcome.removals.as_slice();
    let of_line = |i: usize| {
        let (line, whole) = (document.line(i), document.line_with_terminator(i));
        while rest.first().is_some_and(|r| r.span.end <= whole.start) {
            rest = &rest[1..];
        }
        let here: Vec<&Removal> = rest.iter().take_while(|r| r.span.start < whole.end).collect();
        let stays_before = here.first().is_none_or(|r| r.span.start > line.start);
        let stays_after = here.last().is_none_or(|r| r.span.end < line.end);
        let gap = here.windows(2).any(|pair| pair[0].span.end < pair[1].span.start);
        // A removal of an earlier line may reach over its terminator only.
        let touches = here.iter().any(|r| !clip(r, &line.range()).is_empty()) || line.is_empty() && !here.is_empty();
        let mut causes: Vec<Cause> = Vec::new();
        for removal in &here {
            if !causes.contains(&removal.cause) {
                causes.push(removal.cause);
            }
        }
        match (touches, stays_before || stays_after || gap) {
            (false, _) => (Fate::Stays, Vec::new()),
            (true, true) => (Fate::InPart(here.iter().map(|r| clip(r, &line.range())).collect()), causes),
            (true, false) => (Fate::Goes, causes),
        }
    };
    (0..document.len()).map(of_line).collect()
}

/// The part of a removal inside a line.
fn clip(removal: &Removal, line: &Range<usize>) -> Range<usize> {
    let start = removal.span.start.clamp(line.start, line.end);
    start..removal.span.end.clamp(start, line.end)
}
