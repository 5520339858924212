//! [`LineThatGoes`]: suggests what an editor can paste into a rule file so that a line stays.

use std::fmt::Write as _;
use std::path::PathBuf;

use dehusk::explain::{Fate, Reason, passage_at, rule_place};
use dehusk::suggest::{Draft, HowMuch};
use dehusk::{Document, Lang, Phrase, RuleId, RuleSet, Status};

use crate::read::args::EngineArgs;
use crate::read::place::LinePlace;
use crate::ui::lines::visible;
use crate::ui::messages::say;

/// Rules that are looked for behind those that take a line.
const MOST: usize = 4;

/// A line that goes, and what takes it.
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
    /// How the text is cleaned.
    pub choices: &'a EngineArgs,
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
        let takers = self.takers();
        if let Some(texts) = self.unless_texts(&takers) {
            for (at, ((rule, anchor), text)) in takers.iter().zip(&texts).enumerate() {
                // One way, however many rules take the line: it stays only if all of them are told.
                let start = match (lang, at) {
                    (Lang::Zh, 0) => "  2. 改",
                    (Lang::Zh, _) => "     同时改",
                    (Lang::En, 0) => "  2. In",
                    (Lang::En, _) => "     and in",
                };
                self.unless(*rule, *anchor, text, start, lang, &mut out);
            }
        }
        let names: Vec<String> = takers.iter().map(|(rule, _)| self.rules.rule(*rule).full_name()).collect();
        let off = match names.as_slice() {
            [] => return out,
            [name] => format!("off = '{name}'"),
            several => format!("off = '''\n       {}\n       '''", several.join("\n       ")),
        };
        if self.stays_with(&self.without(&takers)) {
            let text = say!(
                lang,
                "  3. 停用整条规则，写进 {folder}/settings.toml：\n       {off}",
                "  3. Switch the whole rule off, in {folder}/settings.toml:\n       {off}"
            );
            let _ = writeln!(out, "{text}");
            // A rule of one's own is told of sites in the rule itself.
            let host = self.document.host().filter(|host| host.contains('.'));
            if let Some(host) = host.filter(|_| !takers.iter().any(|(rule, _)| self.is_own(self.rules.rule(*rule)))) {
                let text = say!(
                    lang,
                    "     只在 {host} 停用，就在名字后面写 @ {host}",
                    "     For {host} alone, write @ {host} behind the name"
                );
                let _ = writeln!(out, "{text}");
            }
        }
        out
    }

    /// Whether a rule stands in one of the folders of `--rules`.
    fn is_own(&self, rule: &dehusk::Rule) -> bool {
        self.own.iter().any(|folder| folder.join(&rule.path).exists())
    }

    /// The rules without these.
    fn without(&self, takers: &[(RuleId, usize)]) -> RuleSet {
        let mut rules = self.rules.clone();
        for (rule, _) in takers {
            rules.rules[rule.0 as usize].status = Status::Off;
        }
        rules
    }

    /// What takes the line by these rules; nothing if it stays.
    fn reasons_with(&self, rules: &RuleSet) -> Option<Vec<Reason>> {
        let engine = self.choices.builder().build(rules).ok()?;
        let passage = passage_at(&engine.inspect(self.document), self.document, self.line)?;
        (passage.fate != Fate::Stays).then_some(passage.reasons)
    }

    fn stays_with(&self, rules: &RuleSet) -> bool {
        self.reasons_with(rules).is_none()
    }

    /// The `unless_is` of each rule with which the line stays: the line itself, or else the one that the rule found.
    fn unless_texts(&self, takers: &[(RuleId, usize)]) -> Option<Vec<String>> {
        if takers.is_empty() {
            return None;
        }
        let slotted = |line: usize| dehusk::suggest::slotted(&visible(self.document.line_text(line).trim()));
        let own = takers.iter().map(|_| slotted(self.line)).collect();
        let found = takers.iter().map(|&(_, anchor)| slotted(anchor)).collect();
        [own, found].into_iter().find(|texts: &Vec<String>| {
            let mut rules = self.rules.clone();
            for ((rule, _), text) in takers.iter().zip(texts) {
                let phrase = Phrase { text: text.clone().into(), line: 0 };
                rules.rules[rule.0 as usize].conditions.unless_is.push(phrase);
            }
            self.stays_with(&rules)
        })
    }

    /// The rules that take it, each with the line that it matched: those that take it now, and those that would if
    /// these did not.
    fn takers(&self) -> Vec<(RuleId, usize)> {
        let taker = |reason: &Reason| match reason {
            Reason::Rule { rule, anchor, .. } => Some((*rule, *anchor)),
            _ => None,
        };
        let mut takers: Vec<_> = self.reasons.iter().filter_map(taker).collect();
        for _ in 0..MOST {
            if takers.is_empty() {
                break;
            }
            let Some(reasons) = self.reasons_with(&self.without(&takers)) else { break };
            let more: Vec<_> = reasons
                .iter()
                .filter_map(taker)
                .filter(|(rule, _)| takers.iter().all(|(known, _)| known != rule))
                .collect();
            if more.is_empty() {
                break;
            }
            takers.extend(more);
        }
        takers
    }

    /// How the rule itself is told of the line.
    fn unless(&self, id: RuleId, anchor: usize, text: &str, start: &str, lang: Lang, out: &mut String) {
        let rule = self.rules.rule(id);
        let (name, place) = (rule.full_name(), rule_place(rule));
        let is_own = self.is_own(rule);
        let what = if is_own {
            say!(lang, "{start}规则 {name}（{place}），给它加一行", "{start} the rule {name} ({place}), add the line")
        } else {
            let folder =
                self.own.first().map_or_else(|| say!(lang, "我的规则", "MYRULES"), |own| own.display().to_string());
            let (path, file) = (&rule.path, rule.path.trim_end_matches(".toml"));
            say!(
                lang,
                "{start}自带的规则 {name}：先复制一份，dehusk docs --source {file} --out {folder}/{path}，在里面给它加一行",
                "{start} the shipped rule {name}: copy its file, dehusk docs --source {file} --out {folder}/{path}, and add to the rule in the copy the line"
            )
        };
        let has_field = !rule.conditions.unless_is.is_empty();
        let again = say!(lang, "（已有 unless_is 就加在它里面）", " (to the texts that stand in unless_is already)");
        let _ = writeln!(out, "{what}{}", if has_field { again } else { String::new() });
        let _ = writeln!(out, "       unless_is = '{text}'");
        if anchor != self.line && text != dehusk::suggest::slotted(&visible(self.document.line_text(self.line).trim()))
        {
            let line = anchor + 1;
            let text = say!(
                lang,
                "       （规则认出的是第 {line} 行；这样写，跟着它一起删的各行都会留下）",
                "       (the rule found line {line}; all that goes with that line will stay)"
            );
            let _ = writeln!(out, "{text}");
        }
    }
}
