//! Rules of other programs, and phrases of a list, as rules on trial.
//!
//! Every rule is tried on its own example and on known bodies before somebody sees it; what cannot be taken is named
//! with the reason. Whoever asks writes the tables.

mod legado;
mod phrases;

pub use legado::legado;
pub use phrases::phrases;

use dehusk_engine::{Body, Cause, Engine, check_examples};
use dehusk_learn::body_line_hit;
use dehusk_rules::edit::{NewSetting, NewTable, NewValue};
use dehusk_rules::{RuleSet, Source, TableKind};
use dehusk_text::{Document, Lang, Message, Result, say};

/// A rule that is not tested yet.
#[derive(Clone, Debug, Default)]
pub struct ImportedRule {
    /// Its name in the source.
    pub name: String,
    /// The value of `remove`.
    pub remove: &'static str,
    /// The name of the field for its texts.
    pub field: &'static str,
    /// Its texts.
    pub texts: Vec<String>,
    /// Its examples, in the form of rule files.
    pub removes: Vec<String>,
    /// The hosts for which it is.
    pub sites: Vec<String>,
}

/// Something that cannot be imported, and the reason.
#[derive(Clone, Debug)]
pub struct NotImported {
    /// Its name in the source.
    pub what: String,
    /// The reason.
    pub why: Message,
}

impl ImportedRule {
    /// Its table, on trial, called `name`.
    pub fn table(&self, name: &str, lang: Lang) -> NewTable<'static> {
        let mut settings = Vec::new();
        let mut set = |field, value: String| {
            settings.push(NewSetting { field, value: NewValue::Plain(value), comment: "" });
        };
        set("name", name.to_owned());
        set("status", "trial".to_owned());
        set("remove", self.remove.to_owned());
        set(self.field, self.texts.join("\n"));
        if !self.sites.is_empty() {
            set("sites", self.sites.join("\n"));
        }
        set("removes", self.removes.join("\n"));
        let comment = if lang == Lang::Zh {
            "由 dehusk import 生成，试用；满意后改成 'on'"
        } else {
            "made by dehusk import, on trial; change to 'on' when it is right"
        };
        NewTable { kind: TableKind::Rule, comment, settings }
    }

    /// The reason why it cannot be imported, if there is one.
    ///
    /// # Errors
    /// When the rule cannot be compiled.
    pub fn objection(&self, bodies: &[Body], lang: Lang) -> Result<Option<Message>> {
        let written = self.table(&self.name, lang).written()?;
        let alone = match RuleSet::from_sources(&[Source::new("import.toml", written)]) {
            Ok(alone) => alone,
            Err(error) => {
                let first = error.diagnostics().first().map(|one| one.message.clone());
                return Ok(Some(first.unwrap_or_else(|| say!("不成规则", "it makes no rule"))));
            }
        };
        if let Some(hit) = body_line_hit(&alone, bodies)? {
            let (place, line) = (hit.place, hit.line);
            let message = say!(
                "会删掉已知正文里的一行（{place}：{line}）",
                "it would remove a line of a known body ({place}: {line})"
            );
            return Ok(Some(message));
        }
        let fails = !check_examples(&alone)?.is_empty();
        Ok(fails.then(|| say!("它自己的例子不成立", "its own example does not hold")))
    }
}

/// The rule that takes this line already where it stands at the end of an article, if there is one.
///
/// # Errors
/// When the text is too long.
fn taker(line: &str, site: Option<&str>, engine: &Engine, bodies: &[Body]) -> Result<Option<String>> {
    let article = bodies.iter().find(|body| body.text.lines().count() > 5).map_or("", |body| body.text.trim_end());
    let text = format!("{article}\n{line}\n");
    let document = Document::new(&text)?;
    let document = match site {
        Some(site) => document.with_host(site),
        None => document,
    };
    let last = document.line(document.len() - 1);
    let outcome = engine.clean(&document);
    let whole = outcome.removals.iter().find(|one| one.span.start <= last.start && one.span.end + 1 >= last.end);
    Ok(whole.and_then(|one| match one.cause {
        Cause::Rule { rule, .. } => Some(engine.rules().rule(rule).full_name()),
        _ => None,
    }))
}
