//! [`Draft`]: makes a rule from lines that somebody wants to be removed.
//!
//! Most of the rule follows from the lines: one line becomes `is`, or `starts_with` if it is a label before
//! something that varies; several lines become one rule with several texts; a short line above
//! several others is the heading of a list. The command shows the proposal as a sentence and tries it
//! on known bodies before it writes anything.

use super::line::slotted;
use dehusk_engine::{Body, Cause, Engine};
use dehusk_rules::edit::{NewSetting, NewTable, NewValue};
use dehusk_rules::{Profile, RuleSet, Status, TableKind};
use dehusk_text::{Document, Lang, Message, Result, fold, is_han, say};

/// The input for a new rule: what must be removed, and what must stay.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// The lines to remove, as pasted.
    pub lines: Vec<String>,
    /// The value of `where`; empty for anywhere.
    pub place: String,
    /// The only host that the rule applies to; empty for all.
    pub site: String,
    /// Similar lines that must stay.
    pub keeps: Vec<String>,
    /// The name of the rule.
    pub name: String,
}

/// The main settings of the rule, derived from the lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The value of `remove`.
    pub remove: &'static str,
    /// The field that the texts are written to.
    pub field: &'static str,
    /// The texts.
    pub texts: Vec<String>,
    /// The value of `max_length`, if a label without a limit would match too much.
    pub max_length: Option<usize>,
}

/// The number of characters, without white space.
fn length(line: &str) -> usize {
    line.chars().filter(|c| !c.is_whitespace()).count()
}

impl Draft {
    /// The settings that follow from the lines.
    pub fn proposal(&self) -> Proposal {
        let lines: Vec<&str> = self.lines.iter().map(|line| line.trim()).filter(|line| !line.is_empty()).collect();
        let longest = lines.iter().map(|line| length(line)).max().unwrap_or(0);
        let one = |remove, field, texts: Vec<String>, max_length| Proposal { remove, field, texts, max_length };
        if let [heading, items @ ..] = lines.as_slice()
            && items.len() >= 2
            && is_heading(heading, items)
        {
            return one("list", "is", vec![slotted(heading)], None);
        }
        let labels: Vec<Option<&str>> = lines.iter().map(|line| label(line)).collect();
        if let Some(Some(first)) = labels.first()
            && labels.iter().all(|label| label.is_some())
        {
            let mut texts: Vec<String> = Vec::new();
            for label in labels.iter().flatten() {
                if !texts.contains(&slotted(label)) {
                    texts.push(slotted(label));
                }
            }
            // Either one label with different texts behind it, or a label with something short behind it.
            // A text in Latin letters has more than twice as many characters as the same text in Chinese.
            let (short, more) = if lines.iter().any(|line| line.chars().any(is_han)) { (40, 10) } else { (100, 25) };
            if texts.len() < lines.len() || length(first) * 2 >= longest || longest <= short {
                return one("line", "starts_with", texts, Some((longest + more).max(20)));
            }
        }
        let mut texts: Vec<String> = Vec::new();
        for line in &lines {
            let text = slotted(line);
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        one("line", "is", texts, None)
    }

    /// The table of the rule, on trial, with a comment for each setting.
    pub fn table(&self, lang: Lang) -> NewTable<'static> {
        let proposal = self.proposal();
        let say = |zh: &'static str, en: &'static str| if lang == Lang::Zh { zh } else { en };
        let setting = |field, value: String, comment| NewSetting { field, value: NewValue::Plain(value), comment };
        let mut settings = vec![
            setting("name", self.name.trim().into(), say("名称：随便起，不能重复", "any name that is not taken")),
            setting(
                "status",
                "trial".into(),
                say("先试用；满意后改成 'on'", "on trial; change to 'on' when it is right"),
            ),
            setting(
                "remove",
                proposal.remove.into(),
                say(
                    "删多少：line 整行 / phrase 只删这几个字 / list 小标题和列表 / to_end 到文末 …",
                    "how much goes: line, phrase, list, to_end …",
                ),
            ),
            setting(
                proposal.field,
                proposal.texts.join("\n"),
                say(
                    "一行写一个；简繁体、全角半角、空格、括号都不用管",
                    "one a line; case, width, spaces and brackets do not matter",
                ),
            ),
        ];
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
        if !self.site.trim().is_empty() {
            settings.push(setting("sites", self.site.trim().into(), say("只用于这个网站", "only for this site")));
        }
        let lines: Vec<&str> = self.lines.iter().map(|line| line.trim()).filter(|line| !line.is_empty()).collect();
        settings.push(setting("removes", lines.join("\n"), say("必须删掉的例子", "must go")));
        if !self.keeps.is_empty() {
            settings.push(setting("keeps", self.keeps.join("\n"), say("必须留下的例子", "must stay")));
        }
        NewTable {
            kind: TableKind::Rule,
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

/// A line of a known body that the rules would remove.
#[derive(Clone, Debug)]
pub struct BodyHit {
    /// `file:line`.
    pub place: String,
    /// The line.
    pub line: String,
    /// The text of the rule that was found in it; empty if no text decided.
    pub text: String,
}

/// The first line of a known body that these rules remove, whatever their status and sites.
///
/// # Errors
/// When a rule cannot be compiled.
pub fn body_line_hit(rules: &RuleSet, bodies: &[Body]) -> Result<Option<BodyHit>> {
    let mut on = rules.clone();
    on.rules.iter_mut().for_each(|rule| {
        rule.status = Status::On;
        // A body has no host, so a rule for one site is tested as a rule for all.
        rule.sites.clear();
    });
    let engine = Engine::builder().profile(Profile::Body).rules_only().build(&on)?;
    for body in bodies {
        let Ok(document) = Document::new(&body.text) else { continue };
        let outcome = engine.clean(&document);
        for removal in &outcome.removals {
            let Cause::Rule { evidence, rule, .. } = removal.cause else { continue };
            let line = document.line_of(removal.span.range().start);
            let text = evidence.and_then(|evidence| evidence.phrase(&on, rule).map(|phrase| phrase.text.clone()));
            return Ok(Some(BodyHit {
                place: format!("{}:{}", body.path, line + 1),
                line: document.line_text(line).trim().to_string(),
                text: text.unwrap_or_default().into_owned(),
            }));
        }
    }
    Ok(None)
}

/// Whether `heading` is a short line above longer ones, or above lines with bullets or dates.
fn is_heading(heading: &str, items: &[&str]) -> bool {
    let marked = |line: &str| line.starts_with(['·', '•', '-', '■', '●', '*', '▪', '◆']);
    let ends_open = heading.ends_with([':', '：']);
    let longer = items.iter().filter(|item| length(item) >= length(heading) * 2).count();
    !marked(heading)
        && length(heading) <= 20
        && (items.iter().all(|item| marked(item)) || longer == items.len() && (ends_open || length(heading) <= 6))
}

/// The text up to and including the first colon, if it is short and something follows.
fn label(line: &str) -> Option<&str> {
    let (at, colon) = line.char_indices().find(|&(_, c)| c == ':' || c == '：')?;
    let label = &line[..at];
    let rest = &line[at + colon.len_utf8()..];
    let short = length(label) <= if label.chars().any(is_han) { 8 } else { 20 };
    let fits = short && length(label) >= 2 && !rest.trim().is_empty() && !label.contains(|c: char| c.is_ascii_digit());
    fits.then(|| &line[..at + colon.len_utf8()])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proposal(lines: &[&str]) -> (&'static str, &'static str, Vec<String>) {
        let draft = Draft { lines: lines.iter().map(|line| (*line).to_string()).collect(), ..Draft::default() };
        let proposal = draft.proposal();
        (proposal.remove, proposal.field, proposal.texts)
    }

    #[test]
    fn the_paste_says_what_to_remove() {
        assert_eq!(proposal(&["【X 關閉】"]), ("line", "is", vec!["【X 關閉】".into()]));
        assert_eq!(proposal(&["责任编辑：王小满"]), ("line", "starts_with", vec!["责任编辑：".into()]));
        let list = ["相关新闻", "· 县图书馆周末开放到晚上九点", "· 老渡口的新船下月试航"];
        assert_eq!(proposal(&list), ("list", "is", vec!["相关新闻".into()]));
        let alike = ["返回顶部", "返回首页", "关闭窗口"];
        assert_eq!(proposal(&alike).0, "line");
        assert_eq!(proposal(&alike).2.len(), 3);
    }
}
