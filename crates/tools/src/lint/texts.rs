//! [`RuleTexts`]: searches for all texts of all rules, in lines or in each other.

use std::collections::HashMap;

use dehusk_engine::Probe;
use dehusk_rules::{Phrase, Rule, RuleId, RuleSet, Status, TextField, TextRole};
use dehusk_text::{Document, Result};

/// One text of a rule, with its rule, field and index.
#[derive(Clone, Copy)]
pub(super) struct TextRef<'a> {
    pub(super) id: RuleId,
    pub(super) rule: &'a Rule,
    pub(super) field: TextField,
    /// The index of the text in its field, from 0.
    pub(super) index: usize,
    pub(super) phrase: &'a Phrase,
}

/// All texts of the rules that are not off, in the order of rule, field and text.
pub(super) struct RuleTexts<'a> {
    pub(super) all: Vec<TextRef<'a>>,
    /// Texts that are not searched, each with an earlier one that is the same: one that its rule has twice, and one that
    /// [`MOST_RULES`] rules have.
    pub(super) repeated: Vec<(usize, usize)>,
    /// Those that are searched.
    searched: Vec<usize>,
    probe: Probe,
}

/// The same text of so many rules is searched. Without a limit, the same text ten thousand times would be found a hundred
/// million times.
const MOST_RULES: usize = 64;

impl<'a> RuleTexts<'a> {
    pub(super) fn new(rules: &'a RuleSet) -> Result<Self> {
        let mut all = Vec::new();
        for (id, rule) in rules.rules.iter().enumerate().filter(|(_, rule)| rule.status != Status::Off) {
            // All texts except regexes; they may have slots and stars.
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
        let (mut searched, mut repeated) = (Vec::new(), Vec::new());
        let mut known: HashMap<(TextField, bool, &str), Vec<usize>> = HashMap::new();
        for (at, text) in all.iter().enumerate() {
            let same = known.entry((text.field, text.rule.exact, &*text.phrase.text)).or_default();
            match same.last() {
                Some(&last) if all[last].id == text.id => repeated.push((at, last)),
                Some(_) if same.len() == MOST_RULES => repeated.push((at, same[0])),
                _ => {
                    same.push(at);
                    searched.push(at);
                }
            }
        }
        let texts = searched.iter().map(|&at| &all[at]);
        let texts = texts.map(|text| (text.field, &*text.phrase.text, text.rule.exact));
        let probe = Probe::new(texts, &rules.settings)?;
        Ok(Self { all, repeated, searched, probe })
    }

    /// The texts that are searched, by their index in `all`.
    pub(super) fn searched(&self) -> &[usize] {
        &self.searched
    }

    /// The texts that occur in the lines of `text`, without [`RuleTexts::repeated`] ones: pairs of the line (from 0) and the
    /// index in `all`. Empty if `text` is too long for a document.
    pub(super) fn find(&self, text: &str) -> Vec<(usize, usize)> {
        let document = Document::new(text).map(|document| document.with_language("zh"));
        let mut found = document.map_or_else(|_| Vec::new(), |document| self.probe.find(&document));
        found.iter_mut().for_each(|(_, text)| *text = self.searched[*text]);
        found
    }
}

/// Whether a text has slots or stars.
pub(super) fn has_slots(phrase: &Phrase) -> bool {
    phrase.text.contains(['{', '*'])
}
