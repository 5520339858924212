//! [`RuleTexts`]: every text of every rule, to be looked for in lines and in one another.

use dehusk_engine::Probe;
use dehusk_rules::{Phrase, Rule, RuleId, RuleSet, Status, TextField, TextRole};
use dehusk_text::{Document, Result};

/// One text: whose it is and where it stands.
#[derive(Clone, Copy)]
pub(super) struct TextRef<'a> {
    pub(super) id: RuleId,
    pub(super) rule: &'a Rule,
    pub(super) field: TextField,
    /// Which text of the field, from 0.
    pub(super) index: usize,
    pub(super) phrase: &'a Phrase,
}

/// All texts of the rules that are not off, in the order of rule, field and text.
pub(super) struct RuleTexts<'a> {
    pub(super) all: Vec<TextRef<'a>>,
    probe: Probe,
}

impl<'a> RuleTexts<'a> {
    pub(super) fn new(rules: &'a RuleSet) -> Result<Self> {
        let mut all = Vec::new();
        for (id, rule) in rules.rules.iter().enumerate().filter(|(_, rule)| rule.status != Status::Off) {
            // Texts that are literal, with slots and stars perhaps.
            for field in TextField::ALL.into_iter().filter(|field| field.role() != TextRole::Regex) {
                let of_field = field.texts(rule).iter().enumerate();
                all.extend(of_field.map(|(index, phrase)| TextRef {
                    id: RuleId(id as u32),
                    rule,
                    field,
                    index,
                    phrase,
                }));
            }
        }
        let texts = all.iter().map(|text| (text.field, &*text.phrase.text, text.rule.exact));
        let probe = Probe::new(texts, &rules.settings)?;
        Ok(Self { all, probe })
    }

    /// Which texts (places in `all`) stand in which lines of a text: pairs of the line and the text.
    pub(super) fn find(&self, text: &str) -> Vec<(usize, usize)> {
        let document = Document::new(text).map(|document| document.with_language("zh"));
        document.map_or_else(|_| Vec::new(), |document| self.probe.find(&document))
    }
}

/// Whether a text has slots or stars.
pub(super) fn has_slots(phrase: &Phrase) -> bool {
    phrase.text.contains(['{', '*'])
}
