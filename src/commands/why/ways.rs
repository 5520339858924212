//! [`LineThatGoes`]: suggests what an editor can paste into a rule file so that a line stays.

use std::fmt::Write as _;
use std::path::PathBuf;

use dehusk::explain::{Reason, rule_place};
use dehusk::suggest::{Draft, HowMuch};
use dehusk::{Document, Lang, RuleId, RuleSet};

use crate::read::place::LinePlace;
use crate::ui::lines::visible;
use crate::ui::messages::say;

/// A line that is removed, and the reasons.
pub struct LineThatGoes<'a> {
    /// The document of the line.
    pub document: &'a Document<'a>,
    /// Its number there, from 0.
    pub line: usize,
    /// The place as the user typed it.
    pub place: &'a LinePlace,
    /// Why it is removed.
    pub reasons: &'a [Reason],
    /// All rules.
    pub rules: &'a RuleSet,
    /// The folders of `--rules`.
    pub own: &'a [PathBuf],
}

impl LineThatGoes<'_> {
    /// The ways to make it stay, the safest first.
    pub fn ways(&self, lang: Lang) -> String {
        let line = self.document.line_text(self.line).trim();
        let mut out = String::new();
        // An empty line has no text that a rule could name.
        if line.is_empty() {
            return out;
        }
        let mut folder =
            self.own.first().map_or_else(|| say!(lang, "我的规则", "MYRULES"), |own| own.display().to_string());
        if folder.contains(' ') {
            folder = format!("\"{folder}\"");
        }
        let place = self.place;
        let _ = writeln!(out, "{}", say!(lang, "如果它该留下：", "If it should stay:"));
        let _ = writeln!(
            out,
            "{}",
            say!(
                lang,
                "  1. 只留这样的行：dehusk keep {place} --rules {folder}，写进规则文件的是",
                "  1. Such lines alone: dehusk keep {place} --rules {folder}, which adds to a rule file"
            )
        );
        let draft = Draft {
            lines: vec![line.to_owned()],
            how_much: HowMuch::Stays,
            name: dehusk::suggest::name_of_line(line),
            ..Draft::default()
        };
        for line in draft.table(lang).written().unwrap_or_default().lines().filter(|line| !line.starts_with('#')) {
            // The comment behind a value is useful in a file, but too long here.
            let line = line.split_once("  # ").map_or(line, |(line, _)| line);
            let _ = writeln!(out, "       {}", visible(line));
        }
        for (rule, anchor) in self.takers().into_iter().take(1) {
            self.unless(rule, anchor, lang, &mut out);
        }
        for (rule, _) in self.takers() {
            let name = self.rules.rule(rule).full_name();
            let text = say!(
                lang,
                "  3. 停用整条规则，写进 {folder}/settings.toml：\n       off = '{name}'",
                "  3. Switch the whole rule off, in {folder}/settings.toml:\n       off = '{name}'"
            );
            let _ = writeln!(out, "{text}");
        }
        out
    }

    /// The rules that remove the line, each with the number of the line that it matched.
    fn takers(&self) -> Vec<(RuleId, usize)> {
        let taker = |reason: &Reason| match reason {
            Reason::Rule { rule, anchor, .. } => Some((*rule, *anchor)),
            _ => None,
        };
        self.reasons.iter().filter_map(taker).collect()
    }

    /// How to change the rule itself so that the line stays.
    fn unless(&self, id: RuleId, anchor: usize, lang: Lang, out: &mut String) {
        let rule = self.rules.rule(id);
        let anchor = visible(self.document.line_text(anchor).trim());
        let text = dehusk::suggest::slotted(&anchor);
        let (name, place) = (rule.full_name(), rule_place(rule));
        let is_own = self.own.iter().any(|folder| folder.join(&rule.path).exists());
        let what = if is_own {
            say!(lang, "  2. 改规则 {name}（{place}），给它加一行", "  2. In the rule {name} ({place}), a line more")
        } else {
            let path = &rule.path;
            say!(
                lang,
                "  2. 改自带的规则 {name}：把 rules/{path} 复制到自己的规则文件夹（同一个路径），给它加一行",
                "  2. In the shipped rule {name}: copy rules/{path} to the same path in your folder, and there a line more"
            )
        };
        let has_field = !rule.conditions.unless_is.is_empty();
        let again = say!(lang, "（已有 unless_is 就加在它里面）", " (to the texts that stand in unless_is already)");
        let _ = writeln!(out, "{what}{}", if has_field { again } else { String::new() });
        let _ = writeln!(out, "       unless_is = '{text}'");
    }
}
