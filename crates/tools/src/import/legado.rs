//! Replacement rules of the reading app Legado: a JSON list of patterns and replacements. Those with an empty
//! replacement become rules.

use serde::Deserialize;

use super::{ImportedRule, NotImported};
use dehusk_text::say;

/// A rule as the app exports it. Unknown fields are ignored.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Replacement {
    #[serde(default)]
    name: Option<String>,
    #[serde(alias = "replaceSummary", default)]
    summary: Option<String>,
    #[serde(alias = "regex")]
    pattern: String,
    #[serde(default)]
    replacement: Option<String>,
    #[serde(default = "yes")]
    is_regex: bool,
    #[serde(default = "yes", alias = "enable")]
    is_enabled: bool,
    #[serde(alias = "useTo", default)]
    scope: Option<String>,
}

/// If a rule does not say it, its pattern is a regular expression.
fn yes() -> bool {
    true
}

/// The rules of an exported file, and those that cannot be imported.
///
/// # Errors
/// When the text is no such file.
pub fn legado(text: &str) -> Result<(Vec<ImportedRule>, Vec<NotImported>), serde_json::Error> {
    let all: Vec<Replacement> = serde_json::from_str(text)?;
    let (mut rules, mut refused) = (Vec::new(), Vec::new());
    for one in all {
        match one.imported() {
            Ok(rule) => rules.push(rule),
            Err(why) => refused.push(why),
        }
    }
    Ok((rules, refused))
}

impl Replacement {
    fn imported(self) -> Result<ImportedRule, NotImported> {
        let name = self.name.or(self.summary).filter(|name| !name.trim().is_empty());
        let name = name.unwrap_or_else(|| self.pattern.chars().take(20).collect());
        let name: String = name.trim().chars().filter(|c| !"'\"\n\r".contains(*c)).collect();
        let refuse = |message| Err(NotImported { what: name.clone(), why: message });
        if !self.is_enabled {
            return refuse(say!("在那里是关闭的", "it is switched off there"));
        }
        if self.replacement.is_some_and(|text| !text.is_empty()) {
            return refuse(say!(
                "它换成别的字，而规则只删不换；要换字用 [[repair]]",
                "it puts other words in place, and rules only take away; [[repair]] puts words in place"
            ));
        }
        let Some(texts) = words(&self.pattern, self.is_regex) else {
            return refuse(say!(
                "它的正则表达式不只是几个词；请用 dehusk new 从要删的那一行做一条规则",
                "its regular expression is more than some words; make a rule of a line that should go: dehusk new"
            ));
        };
        // In the example the words stand after a sentence, which must stay.
        let removes = texts.iter().map(|text| format!("{BEFORE}{} => {BEFORE}", plain(text))).collect();
        let scope = self.scope.unwrap_or_default();
        let hosts = scope.split([',', ';', '\n', ' ']).map(|one| one.trim().trim_end_matches('/'));
        let hosts = hosts.map(|one| one.rsplit("://").next().unwrap_or_default());
        let sites = hosts.filter(|host| host.contains('.') && host.is_ascii()).map(str::to_owned).collect();
        Ok(ImportedRule { name, remove: "phrase", field: "contains", texts, removes, sites })
    }
}

/// The sentence before the words in an example.
const BEFORE: &str = "傍晚的时候风停了，孩子们从屋里跑出来。";

/// A text of a rule as it appears in a line.
fn plain(text: &str) -> String {
    text.replace("{{", "{").replace("{*}", "*")
}

/// The words of a pattern as texts of a rule; `None` if it is not simply a list of words.
fn words(pattern: &str, is_regex: bool) -> Option<Vec<String>> {
    let text = |words: &str| words.replace('{', "{{").replace('*', "{*}");
    if !is_regex {
        return Some(vec![text(pattern.trim())]).filter(|texts| !texts[0].is_empty());
    }
    let mut all = vec![String::new()];
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        let last = all.last_mut()?;
        match c {
            '\\' => match chars.next()? {
                // An escaped sign means the sign itself.
                c if c.is_ascii_punctuation() => last.push(c),
                _ => return None,
            },
            '|' => all.push(String::new()),
            '.' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '^' | '$' => return None,
            c => last.push(c),
        }
    }
    let all: Vec<String> = all.iter().map(|words| text(words.trim())).collect();
    all.iter().all(|words| !words.is_empty()).then_some(all)
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn lists_of_words_are_taken_and_other_patterns_are_not() {
        let list = |words: &[&str]| Some(words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
        assert_eq!(words("天才一秒记住|手机阅读", true), list(&["天才一秒记住", "手机阅读"]));
        assert_eq!(words(r"\(未完\)", true), list(&["(未完)"]));
        assert_eq!(words("5*3{a}", false), list(&["5{*}3{{a}"]));
        for more in ["第.*章", "[a-z]+", "(a|b)", r"\d页", "a||b", ""] {
            assert_eq!(words(more, true), None, "{more}");
        }
    }
}
