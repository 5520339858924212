//! [`RuleChoice`]: which of the rules act.

use dehusk_rules::{Action, Profile, Rule, Status, chosen_by};

/// Which rules a run was asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct RuleChoice {
    pub(crate) profile: Profile,
    /// Only these categories, folders, files or rules; all if empty.
    pub(crate) only: Vec<String>,
    /// Not these.
    pub(crate) skip: Vec<String>,
}

impl RuleChoice {
    /// Whether a rule acts.
    pub(crate) fn has(&self, rule: &Rule) -> bool {
        let is_chosen = || {
            (self.only.is_empty() || self.only.iter().any(|name| is_named(rule, name)))
                && !self.skip.iter().any(|name| is_named(rule, name))
        };
        // A keep protects in every profile; a choice of categories does not take protection away.
        rule.status != Status::Off && (rule.action == Action::Keep || (rule.profile <= self.profile && is_chosen()))
    }
}

/// Whether a choice of a run names this rule: also by its name alone.
pub(crate) fn is_named(rule: &Rule, name: &str) -> bool {
    rule.name == name || chosen_by(name)(rule)
}
