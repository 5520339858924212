//! Passages and reasons as JSON: what `dehusk explain --json`, the Python package and a web page
//! for rule editors show. Lines are counted from 1.

use serde_json::{Value, json};

use super::{Fate, Passage, Reason, cues, next_step, passage_at, rule_place, spared_json, verdict_json};
use crate::{Inspector, NearRule, Spared};
use dehusk_rules::RuleSet;
use dehusk_text::Document;

/// A passage: `lines` (first and last, from 1), `fate` (`stays`, `goes`, `part`), `text`, `reasons`,
/// `spared`; where words of a line go, those words as `gone`.
pub fn passage_json(rules: &RuleSet, document: &Document<'_>, passage: &Passage) -> Value {
    let (first, last) = (passage.lines.start, passage.lines.end - 1);
    let text = &document.text()[document.line(first).start..document.line(last).end];
    let reasons: Vec<Value> = passage.reasons.iter().map(|reason| reason_json(rules, reason)).collect();
    let spared: Vec<Value> = passage.spared.iter().map(|one| held_back(rules, document, one)).collect();
    let fate = passage.fate.name();
    let mut value =
        json!({ "lines": [first + 1, last + 1], "fate": fate, "text": text, "reasons": reasons, "spared": spared });
    if let Fate::InPart(pieces) = &passage.fate {
        let words: Vec<&str> = pieces.iter().map(|piece| &document.text()[piece.clone()]).collect();
        value["gone"] = json!(words);
    }
    value
}

/// What happened to one line (from 0) and why: `text`, `seen` (what it is compared as), `fate`, `reasons`, `spared`,
/// and `nearest` with the conditions of the rules that `near` gives. It is told whether the line stays.
pub fn line_json(
    inspector: &Inspector<'_>,
    document: &Document<'_>,
    line: usize,
    near: impl FnOnce(bool) -> Vec<NearRule>,
) -> Value {
    let rules = inspector.rules();
    let passage = passage_at(inspector, document, line);
    let (fate, reasons, spared) = match &passage {
        None => ("stays", Vec::new(), Vec::new()),
        Some(passage) => {
            let reasons: Vec<Value> = passage.reasons.iter().map(|one| reason_json(rules, one)).collect();
            let spared: Vec<Value> = passage.spared.iter().map(|one| spared_json(rules, one)).collect();
            (passage.fate.name(), reasons, spared)
        }
    };
    let nearest: Vec<Value> = near(fate == "stays").iter().map(|near| near_json(rules, near)).collect();
    json!({
        "line": line + 1, "text": document.line_text(line), "seen": inspector.seen(line), "fate": fate,
        "reasons": reasons, "spared": spared, "nearest": nearest,
    })
}

/// A rule that came near, its conditions, and what to try so that it takes the line.
fn near_json(rules: &RuleSet, near: &NearRule) -> Value {
    let rule = rules.rule(near.rule);
    let conditions: Vec<Value> = near.verdicts.iter().map(|v| verdict_json(rules, near.rule, v)).collect();
    let step = next_step(rules, near.rule, &near.verdicts);
    let step = step.map(|step| json!({ "zh": step.message.zh, "en": step.message.en, "set": step.set }));
    json!({ "rule": rule.full_name(), "place": rule_place(rule), "conditions": conditions, "next_step": step })
}

/// What was spared, with the place of the rule and the text that it would have taken.
fn held_back(rules: &RuleSet, document: &Document<'_>, spared: &Spared) -> Value {
    let mut value = spared_json(rules, spared);
    value["place"] = json!(rule_place(rules.rule(spared.rule)));
    value["text"] = json!(&document.text()[spared.span.range()]);
    value
}

/// Why lines went: `rule`, `place`, `line`, `conditions`; or `finder` with its points and cues; or `blank_line`.
pub fn reason_json(rules: &RuleSet, reason: &Reason) -> Value {
    match reason {
        Reason::Rule { rule, anchor, verdicts } => {
            let found = rules.rule(*rule);
            let conditions: Vec<Value> = verdicts.iter().map(|v| verdict_json(rules, *rule, v)).collect();
            json!({
                "rule": found.full_name(), "place": rule_place(found), "line": anchor + 1,
                "conditions": conditions,
            })
        }
        Reason::Finder(given) => {
            let list: Vec<Value> = given
                .cues
                .iter()
                .map(|(cue, about, points)| json!({ "cue": cue, "about": about, "points": f64::from(*points) / 100.0 }))
                .collect();
            let (points, limit) = (f64::from(given.points) / 100.0, f64::from(given.keep_above) / 100.0);
            let said = cues(given);
            json!({ "finder": {
                "points": points, "keep_above": limit, "cues": list, "zh": said.zh, "en": said.en,
            } })
        }
        Reason::Seam => json!({ "blank_line": true }),
    }
}
