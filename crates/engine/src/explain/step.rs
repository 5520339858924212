//! What to try if a line that stayed should go.

use super::words::profile_name;
use crate::{Fact, Verdict};
use dehusk_rules::{RuleId, RuleSet, Status};
use dehusk_text::{Message, say};

/// Something to try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What to do, in words.
    pub message: Message,
    /// The changes as `dehusk preview --set` takes them: `zh/related › 相关新闻列表.where=anywhere`; empty if
    /// the change is one that no single value makes.
    pub set: Vec<String>,
}

/// What would make the rule take the line: a change for each condition that does not hold, in their
/// order. `None` if all hold.
pub fn next_step(rules: &RuleSet, id: RuleId, verdicts: &[Verdict]) -> Option<Step> {
    let rule = rules.rule(id);
    let (mut zh, mut en, mut set) = (Vec::new(), Vec::new(), Vec::new());
    let mut by_hand = false;
    for verdict in verdicts.iter().filter(|verdict| !verdict.holds) {
        let name = verdict.condition;
        let mut to = |value: String| set.push(format!("{}.{name}={value}", rule.full_name()));
        let said = match &verdict.fact {
            Fact::Place { .. } => {
                to("anywhere".into());
                say!("把 where 改成 'anywhere'", "set where to 'anywhere'")
            }
            Fact::Length { chars, .. } => {
                to(chars.to_string());
                say!("把 {name} 改成 {chars}", "set {name} to {chars}")
            }
            Fact::Count { found, .. } => {
                to(found.to_string());
                say!("把 at_least 改成 {found}", "set at_least to {found}")
            }
            Fact::Share { share, .. } => {
                let share = share.ceil().min(100.0);
                to(share.to_string());
                say!("把 max_share 改成 {share}", "set max_share to {share}")
            }
            Fact::Status(Status::Trial | Status::Off) => {
                to("on".into());
                say!("把 status 改成 'on'", "set status to 'on'")
            }
            Fact::Profile { rule, .. } => {
                let profile = profile_name(*rule);
                by_hand = true;
                say!("加上 --profile {profile}", "run with --profile {profile}")
            }
            other => {
                by_hand = true;
                by_hand_words(rules, name, other)
            }
        };
        zh.push(said.zh);
        en.push(said.en);
    }
    if by_hand {
        // A part of the change alone would show nothing.
        set.clear();
    }
    (!zh.is_empty()).then(|| Step { message: Message { zh: zh.join("，并且"), en: en.join(", and ") }, set })
}

fn by_hand_words(rules: &RuleSet, name: &str, fact: &Fact) -> Message {
    match (name, fact) {
        ("keep", Fact::Kept { by, .. }) => {
            let by = rules.rule(*by).full_name();
            say!("看看保留规则「{by}」是不是管得太宽", "see whether the keep rule {by} protects too much")
        }
        ("lines_contain", Fact::Line(line)) => {
            let line = line + 1;
            say!(
                "在 lines_contain 里加一个第 {line} 行里的词（如果那一行也该删）",
                "add a word of line {line} to lines_contain, if that line should go too"
            )
        }
        ("remove", Fact::Line(line)) => {
            let line = line + 1;
            say!(
                "第 {line} 行如果也该删，就加上 lines_contain，写出这些行里都有的词",
                "if line {line} should go too, add lines_contain with words that all these lines have"
            )
        }
        ("frames", _) => {
            say!("如果这不是论坛，给这个网站另写一条规则", "if this is no forum, write a rule for this site")
        }
        ("until", _) => say!("在 until 里加上最后要删的那一行", "add the last line to go to until"),
        ("sites" | "except_sites", _) => {
            say!("用 --host 说明网站，或修改 {name}", "say the site with --host, or change {name}")
        }
        ("languages", _) => say!("修改 languages", "change languages"),
        ("only", _) => say!("去掉 --only 或 --skip", "leave --only or --skip out"),
        ("min_left", _) => say!("先看看别的规则是不是删得太多", "see first whether other rules take too much"),
        ("looks_like" | "unless_looks_like" | "inside", _) => {
            say!("修改或去掉 {name}", "change {name} or leave it out")
        }
        (unless, _) if unless.starts_with("unless_") => {
            say!("把 {name} 里的这个写法改窄", "make that text of {name} narrower")
        }
        _ => say!("在 {name} 里为这一行加一个写法", "add a text for this line to {name}"),
    }
}
