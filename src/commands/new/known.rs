//! What the present rules do with the pasted lines. It is printed before the first question.

use std::fmt::Write as _;

use anyhow::Result;
use dehusk::explain::{Fate, Reason, passages, rule_place};
use dehusk::{Document, Engine, Lang, RuleSet, shipped_bodies};

use crate::ui::lines::visible;
use crate::ui::messages::say;

/// How many nearly matching rules are named for a line.
const NEAR: usize = 2;

/// How many lines are tested. Of a long list, the first ones are enough.
const LINES: usize = 6;

/// Which rules already remove the lines, and which nearly match them; empty if there are none. The lines are tested
/// at the end of an article, because most rules that depend on the position look there.
///
/// # Errors
/// When the rules cannot be compiled.
pub fn said(lines: &[String], host: Option<&str>, rules: &RuleSet, lang: Lang) -> Result<String> {
    let lines: Vec<&str> = lines.iter().map(|line| line.trim()).filter(|line| !line.is_empty()).take(LINES).collect();
    let han = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    let wanted = lines.iter().any(|line| han(line));
    let article = shipped_bodies().into_iter().find(|body| han(&body.text) == wanted && body.text.lines().count() > 5);
    let article = article.map(|body| body.text).unwrap_or_default();
    let text = format!("{}\n{}\n", article.trim_end(), lines.join("\n"));
    let document = Document::new(&text)?;
    let document = match host {
        Some(host) => document.with_host(host),
        None => document,
    };
    let engine = Engine::builder().build(rules)?;
    let inspector = engine.inspect(&document);
    let passages = passages(&inspector, &document);
    let mut out = String::new();
    let first = document.len() - lines.len();
    for (line, shown) in (first..).zip(lines.iter().map(|line| visible(line))) {
        let Some(passage) = passages.iter().find(|passage| passage.lines.contains(&line)) else { continue };
        let rule_of = |reason: &Reason| match reason {
            Reason::Rule { rule, .. } => Some(*rule),
            _ => None,
        };
        let named = |rule| {
            let rule = rules.rule(rule);
            format!("{}   {}", rule.full_name(), rule_place(rule))
        };
        if passage.fate != Fate::Stays {
            let _ = writeln!(out, "{}", say!(lang, "已经会删：{shown}", "Goes already: {shown}"));
            for rule in passage.reasons.iter().filter_map(rule_of) {
                let _ = writeln!(out, "    {}", named(rule));
            }
            continue;
        }
        let near = inspector.nearest(line, NEAR);
        if !near.is_empty() {
            let _ = writeln!(
                out,
                "{}",
                say!(lang, "现在不删：{shown}\n  最接近的规则是：", "Stays today: {shown}\n  The nearest rules are:")
            );
            for near in near {
                let _ = writeln!(out, "    {}", named(near.rule));
            }
        }
    }
    Ok(out)
}
