//! Checks `allow`, with which the author of a rule silences a finding: the rule needs a `note` with the reason, and
//! each name must be a check that reports something about this rule.

use std::collections::BTreeSet;

use super::finding::{At, Finding, Lint};
use super::slugs::{SLUGS, slug};
use dehusk_text::{nearest, say};

pub(super) fn check(lint: &mut Lint<'_>) {
    for (id, rule) in lint.rules() {
        if rule.allow.is_empty() {
            continue;
        }
        let at = At::Setting("allow");
        if rule.note.as_ref().is_none_or(|note| note.trim().is_empty()) {
            let message = say!("用了 allow，却没有在 note 里说明原因", "allow is there, and no note says why");
            let fix = say!("加一行 note = '…'，写清楚为什么可以", "add note = '…' and say why it is right here");
            lint.add(id, Finding::warning("allow-needs-note", at, message).with_fix(fix));
        }
        for word in &rule.allow {
            match slug(word) {
                None => {
                    let names: BTreeSet<&str> = SLUGS.iter().map(|slug| slug.name).collect();
                    let message = say!("没有“{word}”这个检查项", "there is no check '{word}'");
                    let fix = match nearest(word, names, |_| 3) {
                        Some(meant) => say!("你是不是想写 {meant}？", "did you mean {meant}?"),
                        None => say!(
                            "写警告最后方括号里的词；全部：dehusk help",
                            "write the word in brackets at the end of the warning; all of them: dehusk help"
                        ),
                    };
                    lint.add(id, Finding::warning("allow-unknown", at, message).with_fix(fix));
                }
                Some(known) if !lint.silenced.contains(&(id, known.name)) => {
                    let message = if lint.refused.contains(&(id, known.name)) {
                        say!(
                            "“{word}”在这里是错误，不能用 allow 放过",
                            "'{word}' is an error here, which allow cannot silence"
                        )
                    } else {
                        say!(
                            "这条规则没有“{word}”的问题，allow 可以去掉",
                            "the rule has no finding '{word}'; allow can go"
                        )
                    };
                    let fix = say!("去掉 allow 里的 {word}", "take {word} out of allow");
                    lint.add(id, Finding::info("allow-unused", at, message).with_fix(fix));
                }
                Some(_) => {}
            }
        }
    }
}
