//! [`Probe`]: which of many texts stand in a line, each by itself.
//!
//! The linter asks of thousands of phrases in which lines of known bodies they stand, and whether
//! one phrase stands in another. Each text becomes a rule with that one condition, so that it is found
//! as the engine finds it: folded, in whole words, where its field ties it.

use super::compile::Program;
use super::matcher::{Matcher, Prefilter, Scratch};
use dehusk_rules::{
    Action, Category, Conditions, Phrase, Profile, Remove, RemoveKind, Rule, Settings, Status, TextField, TextRole,
};
use dehusk_text::{Anchor, Document, Result};

/// Texts, ready to be looked for.
pub struct Probe {
    program: Program,
}

impl Probe {
    /// Takes the texts, each with its field and whether it is `exact`; a text is known by its place here.
    /// The fields that forbid a text (`unless_…`) are looked for like those that ask for it.
    ///
    /// # Errors
    /// When the texts cannot be compiled.
    pub fn new<'t>(texts: impl Iterator<Item = (TextField, &'t str, bool)>, settings: &Settings) -> Result<Self> {
        let rules: Vec<Rule> = texts.map(|(field, text, exact)| rule_of(field, text, exact)).collect();
        let program = Program::new(&rules, settings, |_| true, false)?;
        Ok(Self { program })
    }

    /// Which text stands in which line: pairs of the line (from 0) and the text, in this order.
    pub fn find(&self, document: &Document<'_>) -> Vec<(usize, usize)> {
        let matcher = Matcher {
            program: &self.program,
            prefilter: Prefilter::On,
            finder: None,
            literals: self.program.literals(),
            acting: None,
        };
        let matches = matcher.matches(document, &mut Scratch::new(&self.program));
        matches.by_line.iter().map(|m| (m.line as usize, m.rule.0 as usize)).collect()
    }
}

/// A rule that asks for one text and nothing else.
fn rule_of(field: TextField, text: &str, exact: bool) -> Rule {
    let texts = vec![Phrase { text: text.to_string().into(), line: 1 }];
    let mut conditions = Conditions::default();
    // Asked for, not forbidden, and of the line itself.
    let asked = match (field.role(), field.anchor()) {
        (TextRole::Regex, _) => TextField::Regex,
        (_, Anchor::Whole) => TextField::Is,
        (_, Anchor::Start) => TextField::StartsWith,
        (_, Anchor::End) => TextField::EndsWith,
        (_, Anchor::Inside) => TextField::Contains,
    };
    if let Some(kept) = asked.in_conditions(&mut conditions) {
        *kept = texts;
    }
    Rule {
        file: String::new(),
        path: String::new(),
        name: String::new(),
        note: None,
        category: Category::Other,
        status: Status::On,
        profile: Profile::Archive,
        action: Action::Remove(Remove {
            kind: RemoveKind::Line,
            at_least: 0,
            max_share: 100.0,
            lines_contain: Vec::new(),
            lines_look_like: Vec::new(),
            until: Vec::new(),
            frames: Vec::new(),
            unless_page_has: Vec::new(),
        }),
        conditions,
        sites: Vec::new(),
        except_sites: Vec::new(),
        languages: Vec::new(),
        exact,
        removes: Vec::new(),
        keeps: Vec::new(),
        todo_removes: Vec::new(),
        todo_keeps: Vec::new(),
        allow: Vec::new(),
        line: 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_is_found_by_itself_where_its_field_ties_it() {
        let texts = [
            (TextField::Is, "关闭"),
            (TextField::UnlessContains, "关闭"),
            (TextField::StartsWith, "关"),
            (TextField::Contains, "av"),
        ];
        let probe = Probe::new(texts.into_iter().map(|(f, t)| (f, t, false)), &Settings::default()).unwrap();
        let document = Document::new("【關閉】\n请关闭窗口\ntravel").unwrap();
        assert_eq!(probe.find(&document), [(0, 0), (0, 1), (0, 2), (1, 1)]);
    }
}
