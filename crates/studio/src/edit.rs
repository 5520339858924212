//! [`RuleEdit`]: a rule that is being edited. It is a text until it is saved; everything that the page shows beside it is
//! read from that text by the same code that reads rule files.

use dehusk_engine::{Expected, check_examples};
use dehusk_rules::edit::{append_text, first_table, read_table, replace_table};
use dehusk_rules::{Action, Rule, RuleId, RuleSet, Source, Status};
use dehusk_text::{Diagnostic, Level, Message, Result, say};
use dehusk_tools::docs::sentence;
use dehusk_tools::suggest::{BodyHit, body_line_hit};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::workspace::{Workspace, both};

/// A rule that is being edited.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct RuleEdit {
    /// The file below the folder of the rules.
    pub(crate) file: String,
    /// The name that the rule has in the file; nothing for a new rule.
    #[serde(default)]
    pub(crate) original: Option<String>,
    /// The text of the table.
    pub(crate) toml: String,
    /// The text of the table in the file when it was opened; nothing for a new rule.
    #[serde(default)]
    pub(crate) base: Option<String>,
}

impl RuleEdit {
    /// The rule, if the text has no mistake, and what was found in it.
    pub(crate) fn read(&self) -> (Option<RuleSet>, Vec<Diagnostic>) {
        let (set, found) = RuleSet::check(&[Source::new(self.file.clone(), self.toml.clone())]);
        let is_wrong = found.iter().any(|one| one.level == Level::Error);
        let is_one = set.rules.len() == 1;
        (Some(set).filter(|_| !is_wrong && is_one), found)
    }

    /// All rules with this one in its place, acting even if it is on trial: the page shows what it would do. And its
    /// number there.
    pub(crate) fn tried_in(&self, mut rules: RuleSet, rule: &Rule) -> (RuleSet, RuleId) {
        let is_old =
            |one: &Rule| one.file == rule.file && (Some(&one.name) == self.original.as_ref() || one.name == rule.name);
        rules.rules.retain(|one| !is_old(one));
        let mut tried = rule.clone();
        if tried.status == Status::Trial {
            tried.status = Status::On;
        }
        let at = rules.rules.partition_point(|one| (&one.file, &one.name) < (&tried.file, &tried.name));
        rules.rules.insert(at, tried);
        (rules, RuleId(at as u32))
    }

    /// What to say if somebody else changed this rule in the file since it was opened.
    pub(crate) fn conflict(&self, text: &str) -> Option<Message> {
        let (name, base) = (self.original.as_ref()?, self.base.as_ref()?);
        match read_table(&self.file, text, name) {
            Ok(now) if now.text.trim_end() == base.trim_end() => None,
            Ok(_) => Some(say!(
                "这条规则在别处也改过了；保存会换掉那边的改动（标着 - 的行）",
                "this rule was changed elsewhere as well; saving replaces that change (the lines with -)"
            )),
            Err(_) => Some(say!("这条规则在别处被删掉了", "this rule was taken out elsewhere")),
        }
    }

    /// The file with this rule in it.
    pub(crate) fn put_into(&self, text: &str) -> Result<String> {
        match &self.original {
            Some(name) => replace_table(&self.file, text, name, &self.toml),
            None => append_text(&self.file, text, &self.toml),
        }
    }

    /// What the form shows: the settings with their values, the sentence, the mistakes, the examples.
    pub(crate) fn json(&self) -> Value {
        let (alone, found) = self.read();
        let rule = alone.as_ref().and_then(|set| set.rules.first());
        let said = rule.map(sentence).map(|said| json!({ "zh": said.zh, "en": said.en }));
        let examples = alone.as_ref().map(|set| self.examples(set));
        let table = first_table(&self.file, &self.toml);
        let fields = table.as_ref().map(|table| {
            let value = |name: &str| table.values.iter().find(|(one, _)| one == name).map(|(_, value)| value.clone());
            let field = |field: &dehusk_rules::Field| {
                let choices: Vec<Value> = field
                    .choices()
                    .iter()
                    .map(|one| json!({ "value": one.value, "label": one.label, "zh": one.zh, "en": one.en }))
                    .collect();
                let given = value(field.name);
                json!({
                    "name": field.name, "label": field.label(), "zh": field.zh, "en": field.en, "basic": field.basic,
                    "kind": kind(field), "choices": choices, "set": given.is_some(),
                    "shown": given.as_ref().is_none_or(Option::is_some), "value": given.flatten(),
                    "default": field.default,
                })
            };
            table.kind.fields().map(field).collect::<Vec<_>>()
        });
        json!({
            "toml": self.toml, "file": self.file, "original": self.original, "base": self.base, "sentence": said,
            "mistakes": found.iter().map(|one| diagnostic_json(one, &self.toml)).collect::<Vec<_>>(),
            "fields": fields, "kind": table.map(|table| table.kind.word()), "examples": examples,
            "status": rule.map(|rule| match rule.status { Status::On => "on", Status::Trial => "trial", Status::Off => "off" }),
            "is_keep": rule.is_some_and(|rule| rule.action == Action::Keep),
        })
    }

    /// Each example with whether it holds.
    fn examples(&self, alone: &RuleSet) -> Value {
        let Some(rule) = alone.rules.first() else { return json!([]) };
        let failures = match check_examples(alone) {
            Ok(failures) => failures,
            Err(error) => return json!([{ "holds": false, "error": both(&error) }]),
        };
        let example = |field: &str, one: &dehusk_rules::Example| {
            let wrong = failures.iter().find(|failure| {
                let of_field = matches!(failure.expected, Expected::Kept) == (field == "keeps");
                of_field && one.text.lines().any(|line| line.trim() == failure.text.trim())
            });
            json!({ "field": field, "text": one.text, "holds": wrong.is_none() })
        };
        let gone = rule.removes.iter().map(|one| example("removes", one));
        json!(gone.chain(rule.keeps.iter().map(|one| example("keeps", one))).collect::<Vec<_>>())
    }

    /// Why this rule may only be saved on trial: an example does not hold, or a known body would lose a line.
    pub(crate) fn danger(&self, alone: &RuleSet, workspace: &Workspace) -> Result<Option<Message>> {
        let acts = alone.rules.iter().any(|rule| rule.status == Status::On && rule.action != Action::Keep);
        if !acts {
            return Ok(None);
        }
        if let Some(failure) = check_examples(alone)?.first() {
            let line = &failure.text;
            return Ok(Some(say!("它自己的例子不成立：{line}", "an example of its own does not hold: {line}")));
        }
        Ok(harmed_body(alone, workspace)?.map(|BodyHit { place, line, .. }| {
            say!("它会删掉已知正文里的一行：{place}  {line}", "it would remove a line of a known body: {place}  {line}")
        }))
    }
}

/// The first line of a known body that the rule would remove.
fn harmed_body(alone: &RuleSet, workspace: &Workspace) -> Result<Option<BodyHit>> {
    body_line_hit(alone, workspace.bodies())
}

/// How a form shows a field: `text`, `lines`, `number`, `yes`, `choice`, `choices`.
fn kind(field: &dehusk_rules::Field) -> &'static str {
    use dehusk_rules::FieldKind;
    match field.kind {
        FieldKind::Number { .. } => "number",
        FieldKind::Bool => "yes",
        FieldKind::Choice(_) => "choice",
        FieldKind::Position => "place",
        kind if dehusk_rules::takes_several(kind) => "lines",
        _ => "text",
    }
}

/// A mistake with its place in the text, in UTF-16 units as the editor of the page counts.
pub(crate) fn diagnostic_json(one: &Diagnostic, text: &str) -> Value {
    let units = |at: usize| text.get(..at.min(text.len())).map_or(0, |before| before.encode_utf16().count());
    json!({
        "level": if one.level == Level::Error { "error" } else { "warning" },
        "source": one.source, "line": one.line,
        "zh": one.message.zh, "en": one.message.en, "from": units(one.span.start), "to": units(one.span.end),
    })
}
