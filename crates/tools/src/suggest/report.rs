//! What `dehusk suggest` writes and says: the rule file of its proposals, and the words about them.

use super::propose::Suggestions;
use dehusk_text::{Lang, say};
use serde_json::{Value, json};

/// Rules that are named one by one; the others are in the file.
const NAMED: usize = 10;

/// Lines that were refused and are named.
const REFUSED: usize = 5;

impl Suggestions {
    /// The text of the rule file; empty if there are no rules.
    pub fn file(&self, lang: Lang) -> String {
        let (rules, documents) = (self.rules.len(), self.documents);
        if rules == 0 {
            return String::new();
        }
        let head_of_one = say!(
            "# 由 dehusk suggest 从 {documents} 篇文章里找出来的一条规则，试用：只统计，不删除。\n\
             # 看过满意，就把 status 改成 'on'；不要就删掉。\n",
            "# A rule that dehusk suggest found in {documents} documents, on trial: it counts and removes nothing.\n\
             # Read it; change its status to 'on', or delete it.\n"
        );
        let head = say!(
            "# 由 dehusk suggest 从 {documents} 篇文章里找出来的 {rules} 条规则，全部试用：只统计，不删除。\n\
             # 逐条看过，满意的把 status 改成 'on'，不要的整条删掉。\n",
            "# {rules} rules that dehusk suggest found in {documents} documents, all on trial: they count and\n\
             # remove nothing. Read each; change its status to 'on', or delete it.\n"
        );
        let head = if rules == 1 { head_of_one } else { head };
        let mut text = head.get(lang).to_string();
        for rule in &self.rules {
            text.push('\n');
            text.push_str(&rule.toml);
        }
        text
    }

    /// What is said about them. `path` is the file that they were written to, if they were; `bodies` is the number of known
    /// bodies that they were tried on.
    pub fn printed(&self, path: Option<&str>, bodies: usize, lang: Lang) -> String {
        let mut out = self.first_line(path, lang);
        let mut add = |message: dehusk_text::Message| out.push_str(message.get(lang));
        for (i, rule) in self.rules.iter().take(NAMED).enumerate() {
            let (n, texts, seen, name) = (i + 1, rule.texts, rule.documents, &rule.name);
            let word = if texts == 1 { "text" } else { "texts" };
            add(say!(
                "  第 {n} 条：{name}，{texts} 个写法，最多的见于 {seen} 篇；{bodies} 篇已知正文中 0 次。\n",
                "  {n}. {name}: {texts} {word}, the most frequent in {seen} documents; in none of {bodies} known bodies.\n"
            ));
        }
        let more = self.rules.len().saturating_sub(NAMED);
        if more > 0 && path.is_some() {
            add(say!("  还有 {more} 条，都在文件里。\n", "  and {more} more, in the file.\n"));
        } else if more > 0 {
            add(say!("  还有 {more} 条。\n", "  and {more} more.\n"));
        }
        for refused in self.refused.iter().take(REFUSED) {
            let (text, seen, why) = (shortened(&refused.text), refused.documents, &refused.why);
            let (zh, en) = (&why.zh, &why.en);
            add(say!(
                "  未采用：“{text}” 见于 {seen} 篇，但{zh}。\n",
                "  Not taken: “{text}” stands in {seen} documents, but {en}.\n"
            ));
        }
        let rest = self.refused.len().saturating_sub(REFUSED);
        if rest > 0 {
            let word = if rest == 1 { "was" } else { "were" };
            add(say!("  还有 {rest} 个写法没有采用。\n", "  {rest} more {word} not taken.\n"));
        }
        let covered = self.covered;
        if covered > 0 {
            add(say!(
                "  另有 {covered} 个重复的写法现有规则已经会删。\n",
                "  Of what repeats, today's rules remove {covered} already.\n"
            ));
        }
        if !self.rules.is_empty() && path.is_some() {
            add(say!(
                "下一步：用记事本打开这个文件逐条看；满意的把 status 改成 'on'。\n",
                "Next: read the file rule by rule, and change status to 'on' where it is right.\n"
            ));
        }
        out
    }

    fn first_line(&self, path: Option<&str>, lang: Lang) -> String {
        let (rules, documents) = (self.rules.len(), self.documents);
        let all_zh = if rules == 1 { "试用" } else { "全部试用" };
        let all_en = if rules == 1 { "on trial" } else { "all on trial" };
        let word = if rules == 1 { "suggestion" } else { "suggestions" };
        let said = match path {
            _ if rules == 0 => say!(
                "没有建议：{documents} 篇文章里没有既重复、又没有规则管、也不像正文的行。\n",
                "No suggestions: nothing in {documents} documents repeats, is not removed yet and is not like a body.\n"
            ),
            Some(path) => say!(
                "{rules} 条建议写入 {path}（{all_zh}），来自 {documents} 篇文章。\n",
                "{rules} {word} written to {path} ({all_en}), from {documents} documents.\n"
            ),
            None => say!(
                "{rules} 条建议（{all_zh}），来自 {documents} 篇文章。\n",
                "{rules} {word} ({all_en}), from {documents} documents.\n"
            ),
        };
        said.get(lang).to_string()
    }

    /// One object a rule.
    pub fn json(&self) -> Vec<Value> {
        let object = |rule: &super::Suggestion| {
            json!({
                "name": rule.name, "category": rule.category.name(), "texts": rule.texts, "documents": rule.documents,
                "site": rule.site, "rule": rule.toml,
            })
        };
        self.rules.iter().map(object).collect()
    }
}

/// What is said if a collection has too few documents.
pub fn too_few(documents: usize) -> dehusk_text::Message {
    let fewest = super::FEWEST;
    say!(
        "没有建议：只有 {documents} 篇文章，至少需要 {fewest} 篇才看得出重复。",
        "No suggestions: it takes {fewest} documents to see what repeats, and the collection has {documents}."
    )
}

fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(40).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
