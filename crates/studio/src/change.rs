//! [`StudioChange`]: a change of a file that is no edit of one rule.
//!
//! Proposals and imports add rules behind those that are there, each on trial; a shipped rule is switched off in the
//! settings. Like an edit it is shown as a diff first, and written only into the file that the diff was made of.

use dehusk_rules::edit::{NewValue, SETTINGS, append_text, first_table, set_field, switch_off};
use dehusk_text::Result;
use dehusk_tools::suggest::free_name;
use serde::Deserialize;
use serde_json::{Value, json};
use similar::TextDiff;

/// What is to be changed.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub(crate) enum StudioChange {
    /// These rules are added to a file, on trial.
    Add {
        /// The file below the folder of the rules.
        file: String,
        /// The texts of their tables, comments above them included.
        tables: Vec<String>,
    },
    /// A shipped rule is switched off.
    Off {
        /// Its full name.
        rule: String,
        /// Only for this host; everywhere if there is none.
        #[serde(default)]
        site: Option<String>,
    },
}

impl StudioChange {
    /// The file that it changes.
    pub(crate) fn file(&self) -> &str {
        match self {
            Self::Add { file, .. } => file,
            Self::Off { .. } => SETTINGS,
        }
    }

    /// The new text of the file.
    pub(crate) fn put_into(&self, text: &str) -> Result<String> {
        match self {
            Self::Off { rule, site } => switch_off(text, rule, site.as_deref()),
            Self::Add { file, tables } => {
                let mut new = text.to_string();
                for table in tables {
                    let Some(named) = first_table(file, table) else { continue };
                    let mut table = set_field(file, table, &named.name, "status", &NewValue::Plain("trial".into()))?;
                    // A name that the file has already gets a number.
                    let name = free_name(file, &new, &named.name);
                    if name != named.name {
                        table = set_field(file, &table, &named.name, "name", &NewValue::Plain(name))?;
                    }
                    new = append_text(file, &new, &table)?;
                }
                Ok(new)
            }
        }
    }
}

/// The lines that differ, with two lines around them: `+`, `-` or a space, and the line.
pub(crate) fn diff_lines(old: &str, new: &str) -> Vec<Value> {
    let diff = TextDiff::from_lines(old, new);
    diff.grouped_ops(2)
        .iter()
        .flatten()
        .flat_map(|op| diff.iter_changes(op))
        .map(|change| json!([change.tag().to_string(), change.value().trim_end_matches(['\n', '\r'])]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use dehusk_rules::edit::all_tables;
    use dehusk_rules::{RuleSet, Source};

    const TWO: &str = "# a site\n\n# seen 9 times\n[[rule]]\nname = 'a'\nstatus = 'on'\nis = '''\none line\n\nanother\n'''\nremoves = 'one line'\n\n[[rule]]\nname = 'b'\nis = 'two'\nremoves = 'two'\n";

    #[test]
    fn tables_keep_their_comments_and_blank_lines() {
        let tables = all_tables("own.toml", TWO);
        assert_eq!(tables.len(), 2, "{tables:?}");
        assert!(tables[0].starts_with("# seen 9 times\n[[rule]]") && tables[0].contains("\n\nanother\n"), "{tables:?}");
    }

    #[test]
    fn what_is_added_is_on_trial_and_changes_nothing_else() {
        let own = "[[rule]]\nname = 'b'\nis = 'x y'\nremoves = 'x y'\n";
        let add = StudioChange::Add { file: "own.toml".into(), tables: all_tables("own.toml", TWO) };
        let new = add.put_into(own).expect("it is right");
        assert!(new.starts_with(own) && new.contains("# seen 9 times"), "{new}");
        let (set, found) = RuleSet::check(&[Source::new("own.toml", new.as_str())]);
        assert_eq!((set.rules.len(), found.len()), (3, 0), "{new}");
        assert_eq!(new.matches("'trial'").count(), 2, "{new}");
    }
}
