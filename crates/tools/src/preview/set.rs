//! Applies a change given on the command line (`zh/related › 相关新闻.where=anywhere`) in memory, without writing files.

use dehusk_rules::edit::{NewValue, set_field};
use dehusk_rules::{FIELDS, RuleSet, Source};
use dehusk_text::{Error, Message, say};

/// Why a change cannot be tried.
#[derive(Debug)]
pub enum Refused {
    /// It cannot be parsed, or there is no such rule.
    Words(Message),
    /// The rule would have a mistake.
    Mistakes(Error),
}

/// Applies the change to the text of the rule's file, in memory. `rules` are those of `sources`;
/// `given` is the rule (with its file, where the name alone is not enough), a dot, the field, `=` and
/// the value, in TOML or as plain words.
///
/// # Errors
/// See [`Refused`].
pub fn set(sources: &mut [Source], rules: &RuleSet, given: &str) -> Result<(), Refused> {
    // A name may contain `=` and dots: split at the `=` behind the name of a field.
    let cuts = || {
        given.match_indices('=').filter_map(|(at, _)| {
            let (rule, field) = given[..at].rsplit_once('.')?;
            Some((rule.trim(), field.trim(), &given[at + 1..]))
        })
    };
    // If no field is known, the edit reports the unknown one and suggests another.
    let known = |(_, field, _): &(&str, &str, &str)| FIELDS.iter().any(|known| known.name == *field);
    let cut = cuts().find(known).or_else(|| cuts().next());
    let Some((name, field, value)) = cut else {
        return Err(Refused::Words(say!(
            "看不懂 --set “{given}”；要写成 '文件 > 规则名.设置=值'，例如 'zh/related > 相关新闻.where=anywhere'",
            "--set '{given}' cannot be read; write 'file > rule.field=value', such as 'en/related > more news.where=anywhere'"
        )));
    };
    let rule = rules.rule(rules.named(name).map_err(Refused::Words)?);
    let source = sources.iter_mut().find(|source| source.file() == rule.file);
    let Some(source) = source else {
        let file = &rule.file;
        return Err(Refused::Words(say!("找不到规则文件 {file}", "the rule file {file} is not there")));
    };
    let text =
        set_field(&source.name, &source.text, &rule.name, field, &NewValue::read(value)).map_err(Refused::Mistakes)?;
    let path = std::mem::take(&mut source.path);
    *source = Source::new(source.name.clone(), text);
    source.path = path;
    Ok(())
}
