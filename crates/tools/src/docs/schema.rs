//! [`json_schema`]: the rule files as JSON Schema, for editors that complete and check TOML.
//!
//! It uses only features of draft 4, because taplo documents no others. It has the names of the settings
//! and their values; only `dehusk check` finds settings that contradict one another.

use serde_json::{Map, Value, json};

use dehusk_rules::{Choice, Field, FieldKind, TableKind, takes_several};

/// The settings that an editor inserts when it completes `[[rule]]` or another table.
const SKELETON: &[(TableKind, &[&str])] = &[
    (TableKind::Rule, &["name", "remove", "is", "removes", "keeps"]),
    (TableKind::Keep, &["name", "contains", "note"]),
    (TableKind::Repair, &["name", "find", "replace", "before", "after"]),
    (TableKind::File, &["category"]),
];

/// The JSON Schema of rule files, as text that ends with a newline. It does not cover `settings.toml`.
pub fn json_schema() -> String {
    let mut properties = Map::new();
    for &(kind, skeleton) in SKELETON {
        let one = table(kind, skeleton);
        let value = match kind {
            TableKind::File => one,
            _ => json!({ "type": "array", "items": one }),
        };
        properties.insert(kind.word().into(), value);
    }
    let schema = json!({
        "$schema": "http://json-schema.org/draft-04/schema#",
        "title": "dehusk",
        "description": "dehusk 的规则文件。\nA rule file of dehusk.",
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
    });
    format!("{schema:#}\n")
}

fn table(kind: TableKind, skeleton: &[&str]) -> Value {
    let properties: Map<String, Value> = kind.fields().map(|field| (field.name.into(), property(field))).collect();
    let required: Vec<_> = match kind {
        TableKind::File => Vec::new(),
        _ => kind.fields().filter(|field| field.required).map(|field| field.name).collect(),
    };
    let (zh, en) = match kind {
        TableKind::Rule => ("一条规则：删什么，在什么条件下", "What goes, and on which conditions"),
        TableKind::Keep => ("一定保留的行，任何规则都不能删", "Lines that no rule may take"),
        TableKind::Repair => ("修复损坏的文字", "Damaged text that is mended first"),
        _ => ("这个文件里所有规则的默认值", "Defaults for the rules of the file"),
    };
    let mut table = json!({
        "type": "object",
        "description": format!("{zh}\n{en}"),
        "additionalProperties": false,
        "properties": properties,
        "x-taplo": { "initKeys": skeleton },
    });
    // Draft 4 forbids an empty list.
    if !required.is_empty() {
        table["required"] = json!(required);
    }
    table
}

fn property(field: &Field) -> Value {
    let mut property = match field.kind {
        FieldKind::Choice(choices) => one_of(choices),
        FieldKind::Choices(_) => {
            let one = one_of(field.choices());
            // A multi-line string with one per line.
            json!({ "anyOf": [one, { "type": "array", "items": one }, { "type": "string", "pattern": "\n" }] })
        }
        FieldKind::Position => {
            let numbered = "^ *([Ff]irst|[Ll]ast|前|后|最前|最后|最初) *[0-9０-９.]+ *(lines?|行|%|％|percent) *$";
            json!({ "anyOf": [one_of(field.choices()), { "type": "string", "pattern": numbered }] })
        }
        FieldKind::Number { min, max, whole } => {
            json!({ "type": if whole { "integer" } else { "number" }, "minimum": min, "maximum": max })
        }
        FieldKind::Bool => json!({ "type": "boolean" }),
        kind if takes_several(kind) => {
            json!({ "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }] })
        }
        _ => json!({ "type": "string" }),
    };
    let mut said = format!("{}\n{}", field.zh, field.en);
    if !field.default.is_empty() {
        said.push_str(&format!("\n不写时 / default: {}", field.default));
    }
    property["description"] = json!(said);
    property
}

/// The schema of a setting with a fixed list of values: the values, then their Chinese names.
fn one_of(choices: &[Choice]) -> Value {
    let values = choices.iter().map(|choice| (choice.value, choice));
    let labels = choices.iter().map(|choice| (choice.label, choice));
    let others = choices.iter().flat_map(|choice| choice.also.iter().map(move |&word| (word, choice)));
    let mut words: Vec<&str> = Vec::new();
    let mut said = Vec::new();
    for (word, choice) in values.chain(labels).chain(others) {
        // Draft 4 forbids duplicate values.
        if !words.contains(&word) {
            words.push(word);
            said.push(format!("{} {}：{}\n{}", choice.value, choice.label, choice.zh, choice.en));
        }
    }
    json!({ "enum": words, "x-taplo": { "docs": { "enumValues": said } } })
}
