//! A list of phrases. Each is a line that must go.

use std::collections::HashSet;

use super::{ImportedRule, NotImported, taker};
use dehusk_engine::{Body, Engine};
use dehusk_text::{Lang, Result, say};

/// Words that are the heading of a column of phrases.
const HEADERS: [&str; 8] = ["phrase", "phrases", "text", "line", "词句", "短语", "文字", "要删的行"];

/// One rule with all usable phrases (none if no phrase is), and the phrases that cannot be used: those that harm a known
/// body, and those that a rule of `engine` takes already.
///
/// # Errors
/// When a rule cannot be compiled.
pub fn phrases(
    listed: &[String],
    name: &str,
    site: Option<&str>,
    engine: &Engine,
    bodies: &[Body],
    lang: Lang,
) -> Result<(Vec<ImportedRule>, Vec<NotImported>)> {
    let listed: Vec<&str> = listed.iter().map(|line| line.trim()).filter(|line| !line.is_empty()).collect();
    let has_header = listed.first().is_some_and(|first| HEADERS.contains(&first.to_lowercase().as_str()));
    // A list that grew over the years has some lines twice.
    let mut seen = HashSet::new();
    let listed: Vec<&str> =
        listed[usize::from(has_header)..].iter().copied().filter(|line| seen.insert(text(line))).collect();
    let rule = |texts: Vec<String>| ImportedRule {
        name: name.to_owned(),
        remove: "line",
        field: "is",
        removes: listed.iter().filter(|one| texts.contains(&text(one))).map(|one| (*one).to_owned()).collect(),
        texts,
        sites: site.iter().map(|site| (*site).to_owned()).collect(),
    };
    // Each phrase is tested alone, so that a bad one does not block the others.
    let (mut texts, mut refused): (Vec<String>, Vec<NotImported>) = (Vec::new(), Vec::new());
    for &phrase in &listed {
        let one = text(phrase);
        let mut refuse = |why| refused.push(NotImported { what: phrase.to_owned(), why });
        if let Some(why) = rule(vec![one.clone()]).objection(bodies, lang)? {
            refuse(why);
        } else if let Some(taker) = taker(phrase, site, engine, bodies)? {
            refuse(say!("规则“{taker}”已经会删这一行", "the rule {taker} takes this line already"));
        } else {
            texts.push(one);
        }
    }
    Ok((if texts.is_empty() { Vec::new() } else { vec![rule(texts)] }, refused))
}

/// A phrase as a text of a rule.
fn text(phrase: &str) -> String {
    phrase.replace('{', "{{").replace('*', "{*}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use dehusk_engine::shipped_bodies;
    use dehusk_rules::{RuleSet, Source};

    #[test]
    fn what_is_taken_already_is_said() {
        let known = "[[rule]]\nname = 'offers'\nremove = 'line'\ncontains = 'print offer'\nremoves = 'a print offer'\n";
        let known = RuleSet::from_sources(&[Source::new("own.toml", known)]).expect("it is right");
        let engine = Engine::builder().build(&known).expect("it can be compiled");
        let listed =
            ["phrase", "Riverbend weekend print offer", "Get the Riverbend Morning on paper"].map(String::from);
        let bodies = shipped_bodies();
        let (rules, refused) =
            phrases(&listed, "list", Some("river.example"), &engine, &bodies, Lang::En).expect("it goes");
        assert_eq!(rules[0].texts, ["Get the Riverbend Morning on paper"]);
        assert_eq!(rules[0].sites, ["river.example"]);
        assert!(refused.len() == 1 && refused[0].why.en.contains("own › offers"), "{refused:?}");
    }
}
