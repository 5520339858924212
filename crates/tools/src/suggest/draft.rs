//! [`Draft`]: makes a rule from lines that somebody wants to be removed.
//!
//! Most of the rule follows from the lines: one line becomes `is`, or `starts_with` if it is a label before
//! something that varies; several lines become one rule with several texts; a short line above
//! several others is the heading of a list. The command shows the proposal as a sentence and tries it
//! on known bodies before it writes anything.

use super::proposal::{HowMuch, Proposal, propose};
use dehusk_engine::Body;
use dehusk_rules::edit::{NewSetting, NewTable, NewValue};
use dehusk_rules::{TableKind, bare_host};
use dehusk_text::{Cues, Lang, Message, fold, is_han, say};

/// The input for a new rule: what must be removed, and what must stay.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// The lines to remove, as pasted.
    pub lines: Vec<String>,
    /// How much of the text goes.
    pub how_much: HowMuch,
    /// With [`HowMuch::Words`]: the words.
    pub words: Vec<String>,
    /// Whether it acts at once rather than on trial.
    pub on: bool,
    /// `where`, as a rule says it; empty for anywhere.
    pub place: String,
    /// The only host that the rule applies to; empty for all.
    pub site: String,
    /// Similar lines that must stay.
    pub keeps: Vec<String>,
    /// The name of the rule.
    pub name: String,
}

impl Draft {
    /// The settings that follow from the lines.
    pub fn proposal(&self) -> Proposal {
        propose(self.how_much, &self.pasted(), &self.words)
    }

    /// Whether it protects lines rather than taking some.
    pub fn is_keep(&self) -> bool {
        self.how_much == HowMuch::Stays
    }

    fn pasted(&self) -> Vec<&str> {
        self.lines.iter().map(|line| line.trim()).filter(|line| !line.is_empty()).collect()
    }

    /// Texts of `lines_contain` that are whole sentences: another page has others, and then nothing goes there.
    pub fn sentences_below(&self) -> Vec<String> {
        let is_sentence = |text: &&String| {
            let folded = fold(text);
            Cues::of(text, &folded).any(Cues::SENTENCE) || text.chars().filter(|&c| is_han(c)).count() > 16
        };
        self.proposal().lines_contain.iter().filter(is_sentence).cloned().collect()
    }

    /// The table of the rule, on trial, with a comment for each setting.
    pub fn table(&self, lang: Lang) -> NewTable<'static> {
        let proposal = self.proposal();
        let say = |zh: &'static str, en: &'static str| if lang == Lang::Zh { zh } else { en };
        let setting = |field, value: String, comment| NewSetting { field, value: NewValue::Plain(value), comment };
        let mut settings =
            vec![setting("name", self.name.trim().into(), say("名称：随便起，不能重复", "any name that is not taken"))];
        if self.is_keep() {
            settings.push(setting(
                proposal.field,
                proposal.texts.join("\n"),
                say("这样的行谁也不能删", "no rule takes such a line"),
            ));
        } else {
            let (status, about) = match self.on {
                true => ("on", say("起作用", "it acts")),
                false => ("trial", say("先试用；满意后改成 'on'", "on trial; change to 'on' when it is right")),
            };
            settings.push(setting("status", status.into(), about));
            settings.push(setting(
                "remove",
                proposal.remove.into(),
                say(
                    "删多少：line 整行 / phrase 只删这几个字 / list 小标题和列表 / to_end 到文末 …",
                    "how much goes: line, phrase, list, to_end …",
                ),
            ));
            settings.push(setting(
                proposal.field,
                proposal.texts.join("\n"),
                say(
                    "一行写一个；简繁体、全角半角、空格、括号都不用管",
                    "one a line; case, width, spaces and brackets do not matter",
                ),
            ));
        }
        if let Some(max) = proposal.max_length {
            settings.push(setting(
                "max_length",
                max.to_string(),
                say("这一行最多多少个字", "longest line, in characters"),
            ));
        }
        if !self.place.trim().is_empty() {
            settings.push(setting("where", self.place.trim().into(), say("在文章的什么位置", "where in the text")));
        }
        if let Some(least) = proposal.at_least {
            let about = say("连着几行以上才删", "so many in a row, or none goes");
            settings.push(setting("at_least", least.to_string(), about));
        }
        if !proposal.lines_contain.is_empty() {
            settings.push(setting(
                "lines_contain",
                proposal.lines_contain.join("\n"),
                say("后面各行，每行都要有其中一个才一起删", "every further line that goes has one of these"),
            ));
        }
        if !self.site.trim().is_empty() {
            settings.push(setting("sites", bare_host(&self.site), say("只用于这个网站", "only for this site")));
        }
        let lines = self.pasted().join("\n");
        if self.is_keep() {
            settings.push(setting("keeps", lines, say("必须留下的例子", "must stay")));
        } else {
            settings.push(setting("removes", lines, say("必须删掉的例子", "must go")));
            if !self.keeps.is_empty() {
                settings.push(setting("keeps", self.keeps.join("\n"), say("必须留下的例子", "must stay")));
            }
        }
        NewTable {
            kind: if self.is_keep() { TableKind::Keep } else { TableKind::Rule },
            comment: say(
                "由 dehusk new 生成。改完后运行  dehusk test --rules 这个文件夹",
                "made by dehusk new; after a change run  dehusk test --rules THIS-FOLDER",
            ),
            settings,
        }
    }

    /// Why no rule can be made of these texts, if so: there is none, or one is too short or too common in known bodies.
    pub fn objection(&self, bodies: &[Body]) -> Option<Message> {
        let proposal = self.proposal();
        if proposal.texts.is_empty() {
            return Some(say!("没有要删的文字", "there is no text to remove"));
        }
        if self.is_keep() {
            return None;
        }
        if let Some(words) = self.words.iter().find(|words| !self.lines.iter().any(|line| line.contains(words.trim())))
        {
            return Some(say!(
                "粘贴的行里没有“{words}”；请从那一行里复制",
                "“{words}” does not stand in the lines; copy it from there"
            ));
        }
        if self.how_much == HowMuch::Words && self.words.is_empty() {
            return Some(say!("没有说删哪几个字", "which words should go?"));
        }
        if self.how_much == HowMuch::ToEnd && proposal.lines_contain.is_empty() {
            return Some(say!(
                "删到文末的规则要知道后面会有什么：请把这一行和下面的各行一起粘贴",
                "a rule that takes everything to the end must know what may follow: paste the line with those below it"
            ));
        }
        let total = bodies.len();
        proposal.texts.iter().find_map(|text| {
            let folded = fold(text);
            let han = folded.chars().filter(|&c| is_han(c)).count();
            let other = folded.chars().filter(|c| c.is_alphabetic() && !is_han(*c)).count();
            let size = han + other / 2;
            let (mut times, mut in_bodies) = (0, 0);
            for body in bodies {
                let n = fold(&body.text).matches(folded.as_str()).count();
                times += n;
                in_bodies += usize::from(n > 0);
            }
            let whole = proposal.field == "is";
            let common = times >= 5 && (size < 4 || !whole);
            match (size < 2, common) {
                (true, false) => Some(say!(
                    "“{text}” 太短。请多复制几个字，或者整行。",
                    "“{text}” is too short; copy some more words, or the whole line"
                )),
                (_, true) => {
                    let short = if size < 4 { ("太短也太常见", "too short and too common") } else { ("太常见", "too common") };
                    let (zh, en) = short;
                    Some(say!(
                        "“{text}” {zh}：在 {total} 篇正文里出现 {times} 次（{in_bodies} 篇）。请多复制几个字，或者整行。",
                        "“{text}” is {en}: it stands {times} times in {in_bodies} of {total} known bodies; copy some more words, or the whole line"
                    ))
                }
                _ => None,
            }
        })
    }
}
