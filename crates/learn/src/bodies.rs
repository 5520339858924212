//! What rules would do to known bodies, of which every line must stay.

use dehusk_engine::{Body, Cause, Engine};
use dehusk_rules::{Profile, RuleSet, Status};
use dehusk_text::{Document, Result};

/// A line of a known body that the rules would remove.
#[derive(Clone, Debug)]
pub struct BodyHit {
    /// `file:line`.
    pub place: String,
    /// The line.
    pub line: String,
    /// The text of the rule that was found in it; empty if no text decided.
    pub text: String,
}

/// The first line of a known body that these rules remove, whatever their status and sites.
///
/// # Errors
/// When a rule cannot be compiled.
pub fn body_line_hit(rules: &RuleSet, bodies: &[Body]) -> Result<Option<BodyHit>> {
    let mut on = rules.clone();
    on.rules.iter_mut().for_each(|rule| {
        rule.status = Status::On;
        // A body has no host, so a rule for one site is tested as a rule for all.
        rule.sites.clear();
    });
    let engine = Engine::builder().profile(Profile::Body).rules_only().build(&on)?;
    for body in bodies {
        let Ok(document) = Document::new(&body.text) else { continue };
        let outcome = engine.clean(&document);
        for removal in &outcome.removals {
            let Cause::Rule { evidence, rule, .. } = removal.cause else { continue };
            let line = document.line_of(removal.span.range().start);
            let text = evidence.and_then(|evidence| evidence.phrase(&on, rule).map(|phrase| phrase.text.clone()));
            return Ok(Some(BodyHit {
                place: format!("{}:{}", body.path, line + 1),
                line: document.line_text(line).trim().to_string(),
                text: text.unwrap_or_default().into_owned(),
            }));
        }
    }
    Ok(None)
}
