//! The removals of a text as rows, both for `Removal` tuples and for the Arrow column.

use dehusk::{Cause, Removal};

/// The names in the rows, computed once for each engine.
pub struct Names {
    /// By rule: full name and category.
    rules: Vec<(String, &'static str)>,
}

/// One removed stretch of text.
pub struct RemovalRow<'a> {
    /// In characters (code points) of the text.
    pub chars: [usize; 2],
    /// In UTF-8 bytes of the text.
    pub bytes: [usize; 2],
    pub text: &'a str,
    /// `rule`, `finder` or `seam`.
    pub kind: &'static str,
    pub rule: Option<&'a str>,
    pub category: Option<&'a str>,
    pub phrase: Option<&'a str>,
}

impl Names {
    pub fn new(rules: &dehusk::RuleSet) -> Self {
        Self { rules: rules.rules.iter().map(|rule| (rule.full_name(), rule.category.name())).collect() }
    }

    pub fn rule(&self, id: usize) -> &str {
        &self.rules[id].0
    }

    /// The removals of `text` as rows. They must be in the order of the text, so that characters are counted only once.
    pub fn rows<'a>(
        &'a self,
        rules: &'a dehusk::RuleSet,
        text: &'a str,
        removals: &'a [Removal],
    ) -> impl Iterator<Item = RemovalRow<'a>> {
        let (mut byte, mut chars) = (0, 0);
        removals.iter().map(move |removal| {
            let span = removal.span;
            chars += text[byte..span.start].chars().count();
            let first = chars;
            chars += text[span.range()].chars().count();
            byte = span.end;
            let mut row = RemovalRow {
                chars: [first, chars],
                bytes: [span.start, span.end],
                text: &text[span.range()],
                kind: kind(removal.cause),
                rule: None,
                category: None,
                phrase: None,
            };
            if let Cause::Rule { rule, evidence, .. } = removal.cause {
                let (name, category) = &self.rules[rule.0 as usize];
                row.rule = Some(name);
                row.category = Some(category);
                row.phrase = evidence.and_then(|e| e.phrase(rules, rule)).map(|phrase| &*phrase.text);
            }
            row
        })
    }
}

/// The kinds in Python of removals without a rule.
pub const FINDER: &str = "finder";
pub const SEAM: &str = "seam";

fn kind(cause: Cause) -> &'static str {
    match cause {
        Cause::Rule { .. } => "rule",
        Cause::Finder { .. } => FINDER,
        Cause::Seam => SEAM,
    }
}
