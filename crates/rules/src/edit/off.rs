//! [`switch_off`]: adds a rule to `off` in `settings.toml`.

use super::raw::RawFile;
use super::table::plain_value;
use super::value::NewValue;
use crate::{FIELDS, RuleSet, Settings, Source, TableKind, places};
use dehusk_text::{Error, Level, Result};

/// The file of the settings, below a folder of rules.
pub const SETTINGS: &str = "settings.toml";

/// The text of `settings.toml` with one more shipped rule (by its full name) switched off, everywhere or for one site.
/// What is written there already stays, comments included.
///
/// # Errors
/// With diagnostics, when there is no such rule, or the file has a mistake in `off`.
pub fn switch_off(text: &str, rule: &str, site: Option<&str>) -> Result<String> {
    let new = site.map_or_else(|| rule.to_string(), |site| format!("{rule} @ {site}"));
    let field = FIELDS.iter().find(|field| field.name == "off").expect("it is a setting");
    let raw = RawFile::new(SETTINGS, text);
    let tables = places(&raw.source);
    let old = tables.iter().find(|table| table.kind == TableKind::Settings).and_then(|table| table.setting("off"));
    let edit = match old {
        None => (0..0, format!("off = {}\n", NewValue::Plain(new).written(field))),
        Some(old) => {
            let written = &raw.source.text[old.value.clone()];
            let at = old.value.start;
            if let Some(items) = written.strip_prefix('[') {
                let gap = if items.trim_start().starts_with(']') { "" } else { ", " };
                (at + 1..at + 1, format!("{}{gap}", NewValue::Plain(new).written(field)))
            } else if written.starts_with("'''\n") {
                (at + 4..at + 4, format!("{new}\n"))
            } else {
                let known = plain_value(written).unwrap_or_default();
                (old.value.clone(), NewValue::lines(known.lines().chain([new.as_str()])).written(field))
            }
        }
    };
    let changed = raw.with(&[edit]);
    let read = |text: &str| RuleSet::check(&[Source::from_bytes(SETTINGS, SETTINGS, text.as_bytes())]);
    let ((before, _), (after, found)) = (read(text), read(&changed));
    let wrong: Vec<_> = found.into_iter().filter(|one| one.level == Level::Error).collect();
    let others = |set: RuleSet| Settings { off: Vec::new(), ..set.settings };
    let is_right = wrong.is_empty() && after.settings.off.len() > before.settings.off.len();
    if is_right && others(before) == others(after) { Ok(changed) } else { Err(Error::rules(wrong)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{RuleSet, shipped_sources};

    #[test]
    fn what_stands_there_stays() {
        let (shipped, _) = RuleSet::check(&shipped_sources());
        let names: Vec<String> = shipped.rules.iter().take(3).map(crate::Rule::full_name).collect();
        let [a, b, c] = names.as_slice() else { panic!("there are rules") };
        let alone = switch_off("", a, Some("www.a.example")).expect("it is right");
        assert_eq!(alone, format!("off = '{a} @ www.a.example'\n"));
        let two = switch_off(&alone, b, None).expect("it is right");
        assert_eq!(two, format!("off = '''\n{a} @ www.a.example\n{b}\n'''\n"));
        let three = switch_off(&two, c, None).expect("it is right");
        assert!(three.contains(&format!("'''\n{c}\n{a} @")), "{three}");
        let list = format!("# ours\r\nmin_left = 7\r\noff = [ # because\r\n  '{a}',\r\n]\r\n");
        let longer = switch_off(&list, b, None).expect("it is right");
        assert_eq!(longer, list.replace("off = [", &format!("off = ['{b}', ")));
        let sites = "# names\n[sites]\n'www.a.example' = 'Riverbend'\n";
        assert_eq!(switch_off(sites, a, None).expect("it is right"), format!("off = '{a}'\n{sites}"));
        assert!(switch_off("", "zh/none › none", None).is_err() && switch_off("off = 3\n", a, None).is_err());
        assert!(switch_off(&alone, a, Some("www.a.example")).is_err(), "it is off already");
    }
}
