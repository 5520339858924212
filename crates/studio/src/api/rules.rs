//! Rules: the list, one of them for editing, a proposal from lines, changes of the form, saving, undoing.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use dehusk_engine::Cause;
use dehusk_rules::edit::{NewValue, first_table, read_table, remove_field, set_field};
use dehusk_rules::{Action, Status};
use dehusk_text::say;
use dehusk_tools::docs::sentence;
use dehusk_tools::suggest::{Draft, HowMuch, free_name, name_of_line};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{ApiRefusal, SharedWorkspace, answer, no_document};
use crate::change::diff_lines;
use crate::edit::{RuleEdit, diagnostic_json};
use crate::workspace::Workspace;

/// The file that new rules are added to.
pub(super) const OWN: &str = "own.toml";

/// All rules, with in how many documents each takes something.
pub(super) async fn list(State(workspace): SharedWorkspace) -> Result<Json<Value>, ApiRefusal> {
    answer(workspace, |workspace| {
        let rules = workspace.rules();
        let mut hits: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for id in 0..workspace.documents().len() {
            let Some(outcome) = rules.known(id) else { continue };
            for removal in &outcome.removals {
                let Cause::Rule { rule, .. } = removal.cause else { continue };
                let here = hits.entry(rule.0).or_default();
                if here.last() != Some(&id) {
                    here.push(id);
                }
            }
        }
        let row = |(number, rule): (usize, &dehusk_rules::Rule)| {
            let status = match rule.status {
                Status::On => "on",
                Status::Trial => "trial",
                Status::Off => "off",
            };
            let own = workspace.is_own(&rule.full_name());
            json!({
                "rule": rule.full_name(), "name": rule.name, "file": rule.file, "category": rule.category.name(),
                "status": status, "own": own, "keep": rule.action == Action::Keep,
                "documents": hits.get(&(number as u32)).map_or(0, Vec::len),
            })
        };
        let mistakes: Vec<Value> = rules.mistakes.iter().map(|one| diagnostic_json(one, "")).collect();
        Ok(json!({
            "rules": rules.set().rules.iter().enumerate().map(row).collect::<Vec<_>>(), "mistakes": mistakes,
            "unread": workspace.unread, "trouble": rules.trouble, "folder": workspace.folder.shown(), "undo": workspace.folder.undoable(),
            "lang": if workspace.lang == dehusk_text::Lang::Zh { "zh" } else { "en" },
        }))
    })
    .await
}

#[derive(Deserialize)]
pub(super) struct Named {
    rule: String,
}

/// One rule: for editing if it is in the folder, else to be read only.
pub(super) async fn open(
    State(workspace): SharedWorkspace,
    Query(asked): Query<Named>,
) -> Result<Json<Value>, ApiRefusal> {
    answer(workspace, move |workspace| {
        let rules = workspace.rules();
        let Some(rule) = rules.set().rules.iter().find(|rule| rule.full_name() == asked.rule) else {
            let name = &asked.rule;
            return Err(say!("没有规则“{name}”", "there is no rule '{name}'").into());
        };
        let said = sentence(rule);
        let file = format!("{}.toml", rule.file);
        let own = workspace.is_own(&asked.rule);
        let source = if own { workspace.folder.read(&file)?.text } else { workspace.shipped_text(&rule.file) };
        let table = read_table(&file, &source, &rule.name)?;
        if own {
            let edit = RuleEdit { file, original: Some(rule.name.clone()), base: Some(table.text.clone()), toml: table.text };
            let mut value = edit.json();
            value["own"] = json!(true);
            return Ok(value);
        }
        let status = if rule.status == Status::Off { "off" } else { "on" };
        Ok(json!({
            "own": false, "status": status, "except_sites": rule.except_sites, "rule": rule.full_name(),
            "shipped": !workspace.shipped_text(&rule.file).is_empty(), "toml": table.text, "file": file, "original": rule.name,
            "sentence": { "zh": said.zh, "en": said.en },
        }))
    })
    .await
}

#[derive(Deserialize)]
pub(super) struct SelectedLines {
    document: usize,
    /// The lines (from 1) that were selected: first and last.
    lines: [usize; 2],
    /// The words of one line that were selected, where they are not the whole line.
    #[serde(default)]
    words: String,
    /// `as_pasted`, `line`, `words`, `list`, `run`, `to_end`, `stay`.
    how_much: String,
    /// Whether it is for the site of the document only.
    #[serde(default)]
    site: bool,
}

/// Proposes a rule for lines of a document.
pub(super) async fn draft(
    State(workspace): SharedWorkspace,
    Json(wanted): Json<SelectedLines>,
) -> Result<Json<Value>, ApiRefusal> {
    answer(workspace, move |workspace| {
        let given = workspace.document(wanted.document).ok_or_else(no_document)?;
        let document = given.document()?;
        let [first, last] = wanted.lines.map(|line| line.saturating_sub(1).min(document.len().saturating_sub(1)));
        let lines = (first..=last).map(|line| document.line_text(line).trim().to_string());
        let lines: Vec<String> = lines.filter(|line| !line.is_empty()).collect();
        let Some(top) = lines.first() else {
            return Err(say!("选中的行是空的", "the selected lines are empty").into());
        };
        let words = wanted.words.trim();
        let how_much = match wanted.how_much.as_str() {
            "line" => HowMuch::Line,
            "words" => HowMuch::Words,
            "list" => HowMuch::List,
            "run" => HowMuch::Run,
            "to_end" => HowMuch::ToEnd,
            "stay" => HowMuch::Stays,
            _ => HowMuch::AsPasted,
        };
        let words = if how_much == HowMuch::Words { vec![words.to_string()] } else { Vec::new() };
        let site = document.host().filter(|_| wanted.site).unwrap_or_default().to_string();
        let text = workspace.folder.read(OWN)?.text;
        let name = free_name(OWN, &text, &name_of_line(top));
        let draft = Draft { lines, how_much, words, site, name, ..Draft::default() };
        if let Some(why) = draft.objection(workspace.bodies()) {
            return Err(why.into());
        }
        let mut table = draft.table(workspace.lang);
        // What the comments say stands beside the form.
        table.comment = "";
        table.settings.iter_mut().for_each(|setting| setting.comment = "");
        let edit = RuleEdit { file: OWN.to_string(), original: None, base: None, toml: table.written()? };
        let mut value = edit.json();
        value["own"] = json!(true);
        value["host"] = json!(document.host());
        Ok(value)
    })
    .await
}

#[derive(Deserialize)]
pub(super) struct Setting {
    #[serde(flatten)]
    edit: RuleEdit,
    field: String,
    /// As typed; empty to take the setting out.
    value: String,
}

/// Changes one setting in the text of the edited rule.
pub(super) async fn set(
    State(workspace): SharedWorkspace,
    Json(asked): Json<Setting>,
) -> Result<Json<Value>, ApiRefusal> {
    answer(workspace, move |_| {
        let Setting { mut edit, field, value } = asked;
        let name = first_table(&edit.file, &edit.toml).map(|table| table.name).unwrap_or_default();
        edit.toml = match value.trim() {
            "" => remove_field(&edit.file, &edit.toml, &name, &field)?,
            _ => set_field(&edit.file, &edit.toml, &name, &field, &NewValue::Plain(value))?,
        };
        let mut value = edit.json();
        value["own"] = json!(true);
        Ok(value)
    })
    .await
}

/// What saving would change in the file, and the state of the file that this was held against.
pub(super) async fn diff(
    State(workspace): SharedWorkspace,
    Json(edit): Json<RuleEdit>,
) -> Result<Json<Value>, ApiRefusal> {
    answer(workspace, move |workspace| {
        let old = workspace.folder.read(&edit.file)?;
        let new = edit.put_into(&old.text)?;
        let (Some(alone), _) = edit.read() else {
            return Err(say!("规则还有错误", "the rule still has a mistake").into());
        };
        let danger = edit.danger(&alone, workspace)?;
        let (lines, conflict) = (diff_lines(&old.text, &new), edit.conflict(&old.text));
        Ok(json!({ "seen": old.sum, "lines": lines, "danger": danger, "conflict": conflict, "file": edit.file }))
    })
    .await
}

#[derive(Deserialize)]
pub(super) struct Save {
    #[serde(flatten)]
    edit: RuleEdit,
    /// The state of the file that the page has seen.
    seen: String,
}

/// Writes the edited rule into its file.
pub(super) async fn save(
    State(workspace): SharedWorkspace,
    Json(asked): Json<Save>,
) -> Result<Json<Value>, ApiRefusal> {
    answer(workspace, move |workspace| {
        let Save { edit, seen } = asked;
        let (Some(alone), _) = edit.read() else {
            return Err(say!("规则还有错误", "the rule still has a mistake").into());
        };
        if let Some(why) = edit.danger(&alone, workspace)? {
            let (zh, en) = (why.zh, why.en);
            return Err(say!("{zh}；只能先试用", "{en}; it can only be saved on trial").into());
        }
        workspace.folder.change(&edit.file, &seen, |text| edit.put_into(text).map_err(ApiRefusal::from))?;
        Workspace::reload(workspace);
        let rule = alone.rules.first().map(|rule| rule.full_name());
        Ok(json!({ "rule": rule, "file": edit.file, "undo": workspace.folder.undoable() }))
    })
    .await
}

/// The number of the state of the rules: another one if somebody changed a file of the folder.
pub(super) async fn state(State(workspace): SharedWorkspace) -> Result<Json<Value>, ApiRefusal> {
    answer(workspace, |workspace| Ok(json!({ "generation": Workspace::refresh(workspace) }))).await
}

/// Takes the last change of a file back.
pub(super) async fn undo(State(workspace): SharedWorkspace) -> Result<Json<Value>, ApiRefusal> {
    answer(workspace, |workspace: &Arc<Workspace>| {
        let file = workspace.folder.undo()?;
        Workspace::reload(workspace);
        Ok(json!({ "file": file, "undo": workspace.folder.undoable() }))
    })
    .await
}
