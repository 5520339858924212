//! What happened to a document, in words: the one place where the engine's reasons become sentences.
//!
//! The engine gives data ([`Verdict`], [`Spared`], [`CuePoints`](crate::CuePoints)); here it becomes Chinese and
//! English for people who know spreadsheets and no programming, and JSON for the web page of rule
//! editors. [`passages`] cuts a document into stretches of one fate, [`verdict`] and [`spared`] say
//! why, [`next_step`] says what to try if it should be otherwise.
//!
//! Lines are counted from 0 in data and from 1 in sentences and JSON.

mod cues;
mod json;
mod passages;
mod step;
mod words;

pub use cues::cues;
pub use json::{line_json, passage_json, reason_json};
pub use passages::{Fate, Passage, Reason, fates, passage_at, passages};
pub use step::{Step, next_step};
pub use words::{position_in_toml, rule_place, shape_names, spared, verdict};

use serde_json::{Value, json};

use crate::{Fact, Spared, SparedReason, Verdict};
use dehusk_rules::{RuleId, RuleSet};

/// A condition as JSON: `condition`, `holds`, the numbers or texts, and `zh` and `en` in words.
pub fn verdict_json(rules: &RuleSet, id: RuleId, given: &Verdict) -> Value {
    let said = verdict(rules, id, given);
    let mut value = json!({ "condition": given.condition, "holds": given.holds });
    let more = match &given.fact {
        Fact::Text(evidence) => match evidence.phrase(rules, id) {
            Some(phrase) => json!({ "text": phrase.text, "number": evidence.index + 1, "rule_line": phrase.line }),
            None => json!({}),
        },
        Fact::NoText { nearest: Some(near) } => {
            let phrase = near.evidence.phrase(rules, id);
            json!({ "nearest": {
                "text": phrase.map(|p| &*p.text), "number": near.evidence.index + 1,
                "rule_line": phrase.map(|p| p.line), "agrees": near.agrees, "chars": near.chars,
            } })
        }
        Fact::Shapes(shapes) => json!({ "shapes": shapes.iter().map(|shape| shape.name()).collect::<Vec<_>>() }),
        Fact::Length { chars, limit } => json!({ "found": chars, "limit": limit }),
        Fact::Place { position, lines, ahead, behind, from, upto } => json!({
            "position": position_in_toml(*position), "lines": [lines[0] + 1, lines[1] + 1],
            "lines_ahead": ahead, "lines_behind": behind, "from_percent": tenths(*from), "to_percent": tenths(*upto),
        }),
        Fact::Count { found, needed } => json!({ "found": found, "limit": needed }),
        Fact::Share { share, limit } => json!({ "found": tenths(*share), "limit": limit }),
        Fact::Line(line) => json!({ "at_line": line + 1 }),
        Fact::Kept { by, line } => json!({ "by": rules.rule(*by).full_name(), "at_line": line + 1 }),
        Fact::Inside(names) => {
            let names = names.as_ref().map(|names| names.iter().map(|name| name.name()).collect::<Vec<_>>());
            json!({ "inside": names })
        }
        Fact::Host(host) => json!({ "host": host }),
        Fact::Language(language) => json!({ "language": language }),
        Fact::Left { left, least } => json!({ "found": left, "limit": least }),
        Fact::NoText { nearest: None } | Fact::Status(_) | Fact::Profile { .. } | Fact::Plain => json!({}),
    };
    extend(&mut value, more);
    extend(&mut value, json!({ "zh": said.zh, "en": said.en }));
    value
}

/// What was spared as JSON: `rule`, `reason` in a word, what there is and the limit, and the words.
pub fn spared_json(rules: &RuleSet, given: &Spared) -> Value {
    let said = spared(rules, given);
    let mut value = json!({ "rule": rules.rule(given.rule).full_name(), "reason": reason_name(&given.reason) });
    extend(
        &mut value,
        match given.reason {
            SparedReason::Kept { by, line } => json!({ "by": rules.rule(by).full_name(), "at_line": line + 1 }),
            SparedReason::LineWithout { line } | SparedReason::TextResumes { line } | SparedReason::Forum { line } => {
                json!({ "at_line": line + 1 })
            }
            SparedReason::TooMuch { share, limit } => json!({ "found": tenths(share), "limit": limit }),
            SparedReason::TooFew { found, needed } => json!({ "found": found, "limit": needed }),
            SparedReason::Trial | SparedReason::LittleAbove | SparedReason::NothingLeft => json!({}),
        },
    );
    extend(&mut value, json!({ "zh": said.zh, "en": said.en }));
    value
}

/// The word that JSON and statistics have for a reason.
pub fn reason_name(reason: &SparedReason) -> &'static str {
    match reason {
        SparedReason::Trial => "trial",
        SparedReason::Kept { .. } => "kept",
        SparedReason::LineWithout { .. } => "line_without",
        SparedReason::TextResumes { .. } => "text_resumes",
        SparedReason::TooMuch { .. } => "too_much",
        SparedReason::TooFew { .. } => "too_few",
        SparedReason::LittleAbove => "little_above",
        SparedReason::Forum { .. } => "forum",
        SparedReason::NothingLeft => "nothing_left",
    }
}

fn extend(value: &mut Value, more: Value) {
    if let (Value::Object(value), Value::Object(more)) = (value, more) {
        value.extend(more);
    }
}

fn tenths(share: f32) -> f64 {
    (f64::from(share) * 10.0).round() / 10.0
}
