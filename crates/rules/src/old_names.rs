//! Names that shipped rule files had before they lay in a folder for each language.
//!
//! `zh/copyright.toml` was `copyright.toml`, the files in `de/` were one file `de.toml`, and the data of the
//! body finder lay beside the rules. Folders of users, their settings, options of scripts and records of
//! removals still have the old names. This file is the only place that knows them.
//!
//! Nobody has to rename anything: a file with an old name still replaces the same file as before, and an old full
//! name still means the same rule. Where a file uses such a name, a warning says the new one.

use std::ops::Range;

use super::report::Report;
use dehusk_text::{Diagnostic, Fix, Level, Message, say};

/// The folder of the Chinese rules: its files lay beside the folders of the others.
const CHINESE: &str = "zh";
const CHINESE_FILES: [&str; 14] = [
    "ads",
    "comments",
    "copyright",
    "credit",
    "keep",
    "media",
    "meta",
    "nav",
    "related",
    "share",
    "spam",
    "teaser",
    "title",
    "widget",
];
/// Languages that had one file each. Their rules are now divided into topics.
const ONE_FILE: [&str; 11] = ["ar", "de", "es", "fr", "it", "ja", "ko", "pl", "pt", "ru", "vi"];
/// `threads` and `keep` came later: a file that replaced all rules of its language replaces these too.
const TOPICS: [&str; 13] = [
    "ads",
    "comments",
    "copyright",
    "credit",
    "keep",
    "media",
    "meta",
    "nav",
    "related",
    "share",
    "teaser",
    "threads",
    "widget",
];
/// The folder of the data of the body finder.
const FINDER: &str = "finder/";

/// The name that a file had before, without ending: `copyright` for `zh/copyright`, `de` for `de/nav`.
pub(super) fn old_file(file: &str) -> Option<&str> {
    let (folder, topic) = file.split_once('/')?;
    if folder == CHINESE && CHINESE_FILES.contains(&topic) {
        return Some(topic);
    }
    (ONE_FILE.contains(&folder) && TOPICS.contains(&topic)).then_some(folder)
}

/// Whether some shipped file had this name before.
pub(super) fn is_old_file(file: &str) -> bool {
    CHINESE_FILES.contains(&file) || ONE_FILE.contains(&file)
}

/// The name that a file of the body finder had before: `words.toml` for `finder/words.toml`.
pub(super) fn old_finder_file(name: &str) -> Option<&str> {
    name.strip_prefix(FINDER)
}

/// Whether `old` is the full name that the rule `name` of `file` had before: `de › Imprint` of the rule
/// `Imprint` of `de/copyright`.
pub(super) fn is_old_full_name(old: &str, file: &str, name: &str) -> bool {
    old.split_once(" › ").is_some_and(|(old, old_name)| old_name == name && old_file(file) == Some(old))
}

/// Whether the file `theirs` replaces the file `ours`: it has its name, or the one that it had before.
pub(super) fn replaces(theirs: &str, ours: &str) -> bool {
    theirs == ours || old_file(ours) == Some(theirs)
}

/// The warning that a file has the old name of one of `ours`, and replaces it. All names are without ending; `path`
/// is the file as messages show it.
pub(super) fn file_warning<'f>(path: &str, theirs: &str, ours: impl Iterator<Item = &'f str>) -> Option<Diagnostic> {
    let today = ours.filter(|ours| old_file(ours) == Some(theirs)).min()?;
    let own = format!("own-{theirs}");
    let (message, fix) = match ONE_FILE.contains(&theirs) {
        true => (
            say!(
                "{theirs}.toml 是旧文件名：它代替了 {theirs}/ 文件夹里自带的规则，那些规则以前都在这一个文件里",
                "{theirs}.toml is an old name: it replaces the shipped rules in the folder {theirs}/, which were one file before"
            ),
            say!(
                "只想加规则就改名，例如 {own}.toml；想改自带的规则，就只复制要改的文件，例如 {today}.toml",
                "if it only adds rules, rename it, for example to {own}.toml; to change shipped rules, copy only the file to change, for example {today}.toml"
            ),
        ),
        false => (
            say!(
                "{theirs}.toml 是旧文件名：它代替了自带的 {today}.toml",
                "{theirs}.toml is an old name: it replaces the shipped {today}.toml"
            ),
            say!(
                "只想加规则就改名，例如 {own}.toml；想代替自带的规则，就移到 {today}.toml",
                "if it only adds rules, rename it, for example to {own}.toml; to replace the shipped rules, move it to {today}.toml"
            ),
        ),
    };
    Some(about_file(path, message, fix))
}

/// Warns of data of the body finder that lies in its old place. `today` is its place now.
pub(super) fn warn_of_finder_file(report: &mut Report<'_>, today: &str) {
    let name = &report.source.name;
    let message = say!("{name} 现在的位置是 {today}", "the place of {name} is {today} now");
    let fix = say!("把它移到 {today}", "move it to {today}");
    report.warning("old-file-name", 0..0, message, Some(Fix::Advice(fix)));
}

/// Warns of the name that a rule had before; `today` is its full name now.
pub(super) fn warn_of_rule(report: &mut Report<'_>, span: Range<usize>, today: &str) {
    let message = say!("这条规则现在的全名是 {today}", "the full name of this rule is {today} now");
    let fix = report.replaced(&span, today);
    report.warning("old-rule-name", span, message, Some(fix));
}

/// A warning about a file as a whole, when its text is no longer in memory.
fn about_file(path: &str, message: Message, fix: Message) -> Diagnostic {
    Diagnostic {
        level: Level::Warning,
        code: "old-file-name",
        message,
        source: path.to_string(),
        span: 0..0,
        line: 1,
        column: 1,
        line_text: String::new(),
        mark: 0..0,
        notes: Vec::new(),
        fix: Some(Fix::Advice(fix)),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::shipped_sources;

    /// Every old name leads to a file that ships, so no name stays here when its file is gone.
    #[test]
    fn old_names_lead_to_shipped_files() {
        let sources = shipped_sources();
        let old: BTreeSet<&str> = sources.iter().filter_map(|source| old_file(source.file())).collect();
        let known: BTreeSet<&str> = CHINESE_FILES.into_iter().chain(ONE_FILE).collect();
        assert_eq!(old, known);
    }

    #[test]
    fn a_file_of_an_old_name_takes_the_place_of_what_it_was() {
        assert!(replaces("copyright", "zh/copyright") && replaces("zh/copyright", "zh/copyright"));
        assert!(replaces("de", "de/nav") && replaces("de/nav", "de/nav"));
        assert!(!replaces("copyright", "en/copyright") && !replaces("nav", "de/nav"));
        assert!(!replaces("zh/copyright", "copyright"), "only the shipped files have moved");
    }

    #[test]
    fn old_full_names_are_known() {
        assert!(is_old_full_name("copyright › 段末署名", "zh/copyright", "段末署名"));
        assert!(is_old_full_name("de › Imprint", "de/copyright", "Imprint"));
        assert!(!is_old_full_name("copyright › a", "en/copyright", "a"));
        assert!(!is_old_full_name("de › a", "de/copyright", "b"));
        assert!(!is_old_full_name("no name", "de/copyright", "no name"));
    }
}
