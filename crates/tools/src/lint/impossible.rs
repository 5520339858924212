//! `never-matches`: conditions that no line can meet, found without running the rules.
//!
//! A rule that can never match is worse than no rule, because its author believes that it works. Phrases
//! that the rule's own exception excludes are found in [`super::phrases`].

use super::finding::{At, Finding, Lint};
use super::texts::has_slots;
use dehusk_engine::shape_bits;
use dehusk_rules::{Action, Phrase, Position, Remove, RemoveKind, Rule, RuleId, Shape, TextField};
use dehusk_text::{Anchor, Cues, Message, fold, is_language, say};

const CODE: &str = "never-matches";

pub(super) fn check(lint: &mut Lint<'_>) {
    for (id, rule) in lint.rules() {
        lengths(lint, id, rule);
        shapes(lint, id, rule);
        applies_nowhere(lint, id, rule);
        if let Action::Remove(remove) = &rule.action {
            cuts(lint, id, rule, remove);
        }
    }
}

fn say_never(lint: &mut Lint<'_>, id: RuleId, at: At<'_>, message: Message, fix: Message) {
    lint.add(id, Finding::error(CODE, at, message).with_fix(fix));
}

/// The fewest characters, without spaces, of a line that contains the text.
fn least_length(phrase: &Phrase) -> usize {
    let mut plain = phrase.text.replace("{{", "\u{1}").replace("{*}", "\u{1}").replace('*', "");
    while let (Some(open), Some(close)) = (plain.find('{'), plain.find('}')) {
        if close < open {
            break;
        }
        // A slot stands for at least one character.
        plain.replace_range(open..=close, "x");
    }
    fold(&plain).chars().filter(|c| !c.is_whitespace()).count()
}

/// How many characters of punctuation are expected, at most, around a text of `is`, which ignores them.
const AROUND: usize = 12;

fn lengths(lint: &mut Lint<'_>, id: RuleId, rule: &Rule) {
    let c = &rule.conditions;
    for field in TextField::asked() {
        for phrase in field.texts(rule) {
            let (name, least) = (field.name(), least_length(phrase));
            if let Some(max) = c.max_length.map(|max| max as usize).filter(|max| least > *max) {
                let message = say!(
                    "{name} 的这个词有 {least} 个字，而 max_length 只许 {max} 个，永远对不上",
                    "this text of {name} has {least} characters and max_length allows {max}: it can never match"
                );
                let fix = say!("把 max_length 改大，或者去掉这个词", "make max_length greater, or take this text out");
                say_never(lint, id, At::Text(phrase), message, fix);
            }
            let whole = field.anchor() == Anchor::Whole && !has_slots(phrase);
            if let Some(min) = c.min_length.map(|min| min as usize).filter(|min| whole && least + AROUND < *min) {
                let message = say!(
                    "整行是这个词，只有 {least} 个字，而 min_length 要求至少 {min} 个，永远对不上",
                    "the line is this text of {least} characters and min_length asks for {min}: it can never match"
                );
                let fix =
                    say!("去掉 min_length，或者把 is 换成 starts_with", "drop min_length, or write starts_with for is");
                say_never(lint, id, At::Text(phrase), message, fix);
            }
        }
    }
}

/// The most characters of a line of this shape (see `text::cues`).
fn longest(shape: Shape) -> Option<u32> {
    match shape {
        Shape::Title => Some(100),
        Shape::DateOnly => Some(60),
        Shape::Address => Some(120),
        Shape::Keywords | Shape::Breadcrumb | Shape::Dated => Some(300),
        _ => None,
    }
}

fn shapes(lint: &mut Lint<'_>, id: RuleId, rule: &Rule) {
    let c = &rule.conditions;
    let asked = &c.looks_like;
    if asked.is_empty() {
        return;
    }
    if asked.iter().all(|shape| c.unless_looks_like.contains(shape)) {
        let message = say!(
            "looks_like 要的样子，unless_looks_like 又全部排除了，永远对不上",
            "unless_looks_like excludes every shape that looks_like asks for: it can never match"
        );
        let fix = say!("从其中一个里去掉", "take it out of one of the two");
        return say_never(lint, id, At::Setting("unless_looks_like"), message, fix);
    }
    if let (Some(min), Some(most)) =
        (c.min_length, asked.iter().map(|s| longest(*s)).max_by_key(|n| n.unwrap_or(u32::MAX)))
        && let Some(most) = most.filter(|most| min > *most)
    {
        let message = say!(
            "这种样子的行最多 {most} 个字，而 min_length 要求至少 {min} 个，永远对不上",
            "a line of this shape has {most} characters at most and min_length asks for {min}: it can never match"
        );
        let fix = say!("去掉 min_length 或 looks_like", "drop min_length or looks_like");
        return say_never(lint, id, At::Setting("min_length"), message, fix);
    }
    // These shapes depend on other lines, not on the phrase.
    if asked.iter().any(|shape| matches!(shape, Shape::SaidAgain | Shape::Repeated)) {
        return;
    }
    let (wanted, unwanted) = (shape_bits(asked), shape_bits(&c.unless_looks_like));
    for phrase in c.is.iter().filter(|phrase| !has_slots(phrase)) {
        if !wrapped(&phrase.text).any(|cues| cues.any(wanted) && !cues.any(unwanted)) {
            let message = say!(
                "整行是这个词的时候，不会有 looks_like 要的样子，永远对不上",
                "a line that is this text does not have the shape that looks_like asks for: it can never match"
            );
            let fix = say!(
                "去掉 looks_like，或者把 is 换成 starts_with 或 contains",
                "drop looks_like, or write starts_with or contains for is"
            );
            say_never(lint, id, At::Text(phrase), message, fix);
        }
    }
    let has_letter = |phrase: &Phrase| phrase.text.chars().any(char::is_alphanumeric);
    if asked[..] == [Shape::Separator] {
        for field in TextField::asked().filter(|field| field.anchor() != Anchor::Whole) {
            if let Some(phrase) = field.texts(rule).first().filter(|_| field.texts(rule).iter().all(has_letter)) {
                let name = field.name();
                let message = say!(
                    "分隔线里没有字，不会含有 {name} 的这个词，永远对不上",
                    "a separator has no letters, so it cannot have this text of {name}: it can never match"
                );
                let fix = say!("去掉 looks_like = 'separator' 或 {name}", "drop looks_like = 'separator' or {name}");
                say_never(lint, id, At::Text(phrase), message, fix);
            }
        }
    }
}

/// The cues of a text, alone and with different punctuation around it, which `is` ignores.
fn wrapped(text: &str) -> impl Iterator<Item = Cues> + '_ {
    ["", "(|)", "|。", "|:", "- |", "1. |", "> |", "| >", "|?", "\"|\"", "_|_", "> | >"].into_iter().map(move |wrap| {
        let (before, after) = wrap.split_once('|').unwrap_or_default();
        let line = format!("{before}{text}{after}");
        Cues::of(&line, &fold(&line))
    })
}

fn applies_nowhere(lint: &mut Lint<'_>, id: RuleId, rule: &Rule) {
    let covers = |wide: &str, host: &str| host == wide || host.ends_with(&format!(".{wide}"));
    let excluded = |host: &String| rule.except_sites.iter().any(|wide| covers(wide, host));
    if !rule.sites.is_empty() && rule.sites.iter().all(excluded) {
        let message = say!(
            "sites 里的网站全在 except_sites 里，这条规则哪里都不会用",
            "except_sites takes away every host of sites: the rule applies nowhere"
        );
        let fix = say!("从其中一个里去掉", "take the host out of one of the two");
        say_never(lint, id, At::Setting("except_sites"), message, fix);
    }
    if !rule.languages.is_empty() && !rule.languages.iter().any(|code| is_language(code)) {
        let codes = rule.languages.join(" ");
        let message = say!(
            "dehusk 认不出 {codes} 这种语言的文章，这条规则永远不会用",
            "dehusk does not recognise the language {codes}, so the rule never applies"
        );
        let fix = say!(
            "认得的有：zh en ja ko de fr es pt it ru ar vi pl；或者去掉 languages",
            "it knows zh en ja ko de fr es pt it ru ar vi pl; or drop languages"
        );
        say_never(lint, id, At::Setting("languages"), message, fix);
    }
}

/// Reports blocks and positions that exclude each other, and shares that are too small for what must be removed.
fn cuts(lint: &mut Lint<'_>, id: RuleId, rule: &Rule, remove: &Remove) {
    if remove.max_share <= 0.0 {
        let message = say!(
            "max_share = 0 表示一个字也不许删，这条规则永远不起作用",
            "max_share = 0 allows nothing to go: the rule can never act"
        );
        let fix = say!("写允许删掉的百分比，例如 30", "write the percentage that may go, such as 30");
        say_never(lint, id, At::Setting("max_share"), message, fix);
    }
    let unseen = |shape: &Shape| matches!(shape, Shape::SaidAgain | Shape::Repeated | Shape::Quoted);
    if remove.kind == RemoveKind::List && remove.lines_look_like.iter().all(unseen) {
        let message = say!(
            "said_again、repeated 和 quoted 不能用来认列表的条目：没有一条会对上",
            "said_again, repeated and quoted do not tell the items of a list: no item can match"
        );
        let fix =
            say!("写条目的样子：list_item、dated 或 title", "say what an item looks like: list_item, dated or title");
        say_never(lint, id, At::Setting("lines_look_like"), message, fix);
    }
    // A cut from this position to the start or end of the text removes at least this many percent of it.
    let proven = !remove.lines_contain.is_empty();
    let least = match (remove.kind, rule.conditions.position) {
        (RemoveKind::ToEnd, Position::FirstLines(1)) if proven => 100.0,
        (RemoveKind::ToEnd, Position::FirstPercent(percent)) if proven => 100.0 - percent,
        (RemoveKind::ToStart, Position::LastLines(1)) => 100.0,
        (RemoveKind::ToStart, Position::LastPercent(percent)) => 100.0 - percent,
        _ => return,
    };
    if least >= remove.max_share {
        let (word, max) = (if remove.kind == RemoveKind::ToEnd { "to_end" } else { "to_start" }, remove.max_share);
        let message = say!(
            "从 where 说的地方 {word}，至少要删 {least}%，而最多只许删 {max}%（max_share），永远不会删",
            "from where it stands, {word} takes {least} % of the text at least and max_share allows {max} %: it can never act"
        );
        let fix = say!(
            "是不是 where 写反了？或者只想删这一行：remove = 'line'",
            "is where the wrong way round? Or is only the line meant: remove = 'line'"
        );
        say_never(lint, id, At::Setting("where"), message, fix);
    }
}
