//! [`Attempt`]: tests a draft before anything is written: its words, its examples, known bodies, its name.

use anyhow::Result;
use dehusk::suggest::{BodyHit, Draft, HowMuch, body_line_hit};
use dehusk::{Body, Expected, Lang, RuleSet, Source, check_examples};

use crate::read::rule_file::RuleFile;
use crate::ui::messages::say;

/// The questions. Each part of a draft is the answer to one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WizardQuestion {
    /// Which lines should go.
    Lines,
    /// How much of them should go.
    HowMuch,
    /// Where the lines stand.
    Place,
    /// On which site the lines are.
    Site,
    /// Which similar lines must stay.
    Keep,
    /// The name of the rule.
    Name,
}

impl WizardQuestion {
    /// The order in which they are asked.
    pub const ALL: [Self; 6] = [Self::Lines, Self::HowMuch, Self::Place, Self::Site, Self::Keep, Self::Name];
}

/// Why a draft is not a rule yet, and which answer is the reason.
#[derive(Debug)]
pub struct Refusal {
    /// The question that needs another answer.
    pub question: WizardQuestion,
    /// The reason.
    pub why: String,
}

/// A draft that passed the tests.
#[derive(Debug)]
pub struct Tried {
    /// The rule as it is written into the file.
    pub toml: String,
    /// A rule set with only this rule.
    pub rules: RuleSet,
    /// The text of the file with the rule added.
    pub changed: String,
}

/// What a draft is tested with.
#[derive(Debug)]
pub struct Attempt<'a> {
    /// Texts of which every line is body.
    pub bodies: &'a [Body],
    /// The file to which it would be added.
    pub file: &'a RuleFile,
    /// The language of messages.
    pub lang: Lang,
}

impl Attempt<'_> {
    /// The first mistake that is visible when all questions up to `answered` are answered.
    ///
    /// # Errors
    /// When rules cannot be compiled.
    pub fn refusal(&self, draft: &Draft, answered: WizardQuestion) -> Result<Option<Refusal>> {
        let refuse = |question, why: String| Ok(Some(Refusal { question, why }));
        let pasted = draft.lines.iter().any(|line| !line.trim().is_empty());
        if !pasted {
            return refuse(WizardQuestion::Lines, say!(self.lang, "没有粘贴任何文字", "nothing was pasted"));
        }
        if answered < WizardQuestion::HowMuch {
            return Ok(None);
        }
        if let Some(why) = draft.objection(self.bodies) {
            let missing_words = draft.how_much == HowMuch::Words && !draft.words.iter().all(|w| stands(draft, w));
            let is_answer = missing_words || draft.words.is_empty() && draft.how_much == HowMuch::Words;
            let question = if is_answer { WizardQuestion::HowMuch } else { WizardQuestion::Lines };
            return refuse(question, why.get(self.lang).to_owned());
        }
        // A draft without a name is tested with a name that no rule has.
        let named = Draft { name: "\u{1f33e}".into(), ..draft.clone() };
        let table = named.table(self.lang);
        if let Err(why) = self.file.with(&table, self.lang) {
            return refuse(answered.min(WizardQuestion::Site), why);
        }
        if answered < WizardQuestion::Keep {
            return Ok(None);
        }
        let alone = RuleSet::from_sources(&[Source::new(self.file.name.clone(), table.written()?)])?;
        if let Some(failure) = check_examples(&alone)?.first() {
            let line = &failure.text;
            return match failure.expected {
                Expected::Kept => refuse(
                    WizardQuestion::Keep,
                    say!(
                        self.lang,
                        "要留下的这一行也会被删掉：{line}\n请多复制几个字，让它们分得开",
                        "a line that must stay would go too: {line}\ncopy some more words, so that the two differ"
                    ),
                ),
                _ => refuse(
                    WizardQuestion::Lines,
                    say!(
                        self.lang,
                        "要删的这一行删不掉：{line}\n请只粘贴一种行，一次做一条规则",
                        "a line that should go would stay: {line}\npaste one kind of line at a time"
                    ),
                ),
            };
        }
        if let Some(BodyHit { place, line, .. }) = body_line_hit(&alone, self.bodies)? {
            return refuse(
                WizardQuestion::Lines,
                say!(
                    self.lang,
                    "它会删掉已知正文里的一行：\n    {place}  {line}\n请多复制几个字，或者整行",
                    "it would remove a line of a known body:\n    {place}  {line}\ncopy some more words, or the whole line"
                ),
            );
        }
        if answered < WizardQuestion::Name {
            return Ok(None);
        }
        match self.file.with(&draft.table(self.lang), self.lang) {
            Ok(_) => Ok(None),
            Err(why) => refuse(WizardQuestion::Name, why),
        }
    }

    /// The rule of a draft for which there is no refusal.
    ///
    /// # Errors
    /// When the draft is not a valid rule.
    pub fn tried(&self, draft: &Draft) -> Result<Tried> {
        let table = draft.table(self.lang);
        let changed = self.file.with(&table, self.lang).map_err(|why| anyhow::anyhow!(why))?;
        let toml = table.written()?;
        let rules = RuleSet::from_sources(&[Source::new(self.file.name.clone(), toml.clone())])?;
        Ok(Tried { toml, rules, changed })
    }
}

fn stands(draft: &Draft, words: &str) -> bool {
    draft.lines.iter().any(|line| line.contains(words.trim()))
}
