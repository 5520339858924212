//! The sums of the collection: what was removed by which rule, what guards held back, which rules never hit.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use dehusk_tools::stats::{OfDocument, StatsTally};
use serde_json::{Value, json};

use super::{ApiRefusal, SharedWorkspace, answer};

/// How many places of held-back rules are shown.
const BLOCKED: usize = 200;

/// The sums over all documents.
pub(super) async fn sums(State(workspace): SharedWorkspace) -> Result<Json<Value>, ApiRefusal> {
    answer(workspace, |workspace| {
        let rules = workspace.rules();
        let mut tally = StatsTally::new(rules.set());
        for (id, given) in workspace.documents().iter().enumerate() {
            let Ok(document) = given.document() else { continue };
            let outcome = rules.outcome(id, given);
            let place = |line: usize| format!("{id}:{}", line + 1);
            tally.add(OfDocument::new(&given.name, &document, rules.set(), &outcome, None, place), BLOCKED);
        }
        let categories: BTreeMap<String, &str> =
            rules.set().rules.iter().map(|rule| (rule.full_name(), rule.category.name())).collect();
        let mut by_category: BTreeMap<&str, u64> = BTreeMap::new();
        for (name, row) in &tally.rules {
            *by_category.entry(categories.get(name).copied().unwrap_or_default()).or_default() += row.chars;
        }
        let never: Vec<&str> = tally.never_hit().collect();
        let mut guards: BTreeMap<&str, usize> = BTreeMap::new();
        for row in tally.rules.values() {
            for (reason, count) in &row.blocked {
                *guards.entry(reason).or_default() += count;
            }
        }
        Ok(json!({
            "documents": tally.documents, "chars": tally.chars, "removed": tally.removed, "finder": tally.finder,
            "emptied": tally.emptied_documents, "categories": by_category, "guards": guards,
            "rules": tally.rules.iter().filter(|(_, row)| row.lines > 0)
                .map(|(name, row)| json!({ "rule": name, "lines": row.lines, "documents": row.documents, "chars": row.chars }))
                .collect::<Vec<_>>(),
            "never": never.len(), "never_own": never.iter().filter(|name| workspace.is_own(name)).collect::<Vec<_>>(),
            "blocked": tally.blocked,
        }))
    })
    .await
}
