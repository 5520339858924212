//! [`Funnel`]: how many lines pass the conditions of a rule, one after the other.
//!
//! A rule that takes too little has a condition at which most lines are lost; a rule that takes too much has none. The
//! conditions stand in the order of the rule format. Each number counts the lines for which this condition and all
//! before it hold; the last number counts lines that really go.

use dehusk_engine::{Engine, Verdict};
use dehusk_rules::RuleId;
use dehusk_text::Document;
use serde::Serialize;

/// The lines of one document or of many.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Funnel {
    /// Lines that are not blank.
    pub lines: u64,
    /// By condition: its name, and the lines that are left.
    pub steps: Vec<(String, u64)>,
    /// Lines for which everything holds.
    pub goes: u64,
}

impl Funnel {
    /// Counts the lines of a document. `alone` has the rule and no other: most lines are decided by it, and fast.
    /// `whole` has all rules, and is asked about the others; `rule` is its number there.
    pub fn of(document: &Document<'_>, alone: &Engine, whole: &Engine, rule: RuleId) -> Self {
        let mut funnel = Self::default();
        let near = alone.inspect(document).why_lines(RuleId(0));
        let mut around = None;
        for (line, verdicts) in near.iter().enumerate() {
            if document.line_text(line).trim().is_empty() {
                continue;
            }
            funnel.lines += 1;
            if verdicts.iter().any(|verdict| !verdict.holds) {
                funnel.count(verdicts);
                continue;
            }
            let inspector = around.get_or_insert_with(|| whole.inspect(document));
            funnel.count(&inspector.why(line, rule));
        }
        funnel
    }

    fn count(&mut self, verdicts: &[Verdict]) {
        let mut holds = true;
        for (number, verdict) in verdicts.iter().enumerate() {
            holds &= verdict.holds;
            // A condition with several verdicts (`contains_all`) counts once, when all of them are known.
            if !verdicts[number + 1..].iter().any(|later| later.condition == verdict.condition) {
                self.step(verdict.condition, u64::from(holds));
            }
        }
        self.goes += u64::from(holds);
    }

    fn step(&mut self, condition: &str, left: u64) {
        match self.steps.iter_mut().find(|(name, _)| name == condition) {
            Some((_, count)) => *count += left,
            None => self.steps.push((condition.to_string(), left)),
        }
    }

    /// Adds the lines of another document.
    pub fn add(&mut self, other: &Self) {
        self.lines += other.lines;
        self.goes += other.goes;
        other.steps.iter().for_each(|(condition, left)| self.step(condition, *left));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dehusk_rules::{RuleSet, Source};

    #[test]
    fn each_condition_counts_the_lines_that_are_left() {
        let rule = "[[rule]]\nname = 'offers'\nremove = 'line'\ncontains = 'offer'\nmax_length = 20\nwhere = 'tail'\nremoves = 'an offer'\n";
        let rules = RuleSet::from_sources(&[Source::new("own.toml", rule)]).expect("it is right");
        let engine = Engine::builder().build(&rules).expect("it can be compiled");
        let body = "The ferry left the old quay at six in the morning with forty passengers on board.\n";
        let text = format!("an offer\n{}an offer that is longer than twenty characters\n\nan offer\n", body.repeat(9));
        let document = Document::new(&text).expect("it is short");
        let mut funnel = Funnel::of(&document, &engine, &engine, RuleId(0));
        assert_eq!((funnel.lines, funnel.goes), (12, 1));
        let left = |name: &str| funnel.steps.iter().find(|(step, _)| step == name).map(|(_, left)| *left);
        assert_eq!((left("contains"), left("max_length"), left("where")), (Some(3), Some(2), Some(1)), "{funnel:?}");
        let once = funnel.clone();
        funnel.add(&once);
        assert_eq!((funnel.lines, funnel.goes), (24, 2));
    }
}
