//! Texts with slots (`{date}`, `{name}` …) and `*`, as regexes on the folded line.
//!
//! A text such as `来源：{source}` becomes a literal part, which the prefilter looks for, and
//! a regex that is compiled the first time the literal is met: most of a rule set's slots are
//! never needed on a document, and start-up stays short. The regex crate runs in linear time,
//! whatever the text.

use std::sync::OnceLock;

use regex::Regex;

use crate::text::{date_pattern, fold, TIME};

/// A part of a text of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Folded literal text.
    Literal(String),
    /// `*`: anything on the same line.
    Anything,
    /// `{…}`.
    Slot(Slot),
}

/// The slots of the rule format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slot {
    Date,
    Time,
    Number,
    Name,
    Site,
    Url,
    Email,
    Phone,
    Source,
    Author,
    Editor,
}

impl Slot {
    /// The names as rules write them, between braces.
    pub(crate) const NAMES: [(&'static str, Slot); 11] = [
        ("date", Slot::Date),
        ("time", Slot::Time),
        ("number", Slot::Number),
        ("name", Slot::Name),
        ("site", Slot::Site),
        ("url", Slot::Url),
        ("email", Slot::Email),
        ("phone", Slot::Phone),
        ("source", Slot::Source),
        ("author", Slot::Author),
        ("editor", Slot::Editor),
    ];

    fn by_name(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|&(_, slot)| slot)
    }

    /// What the slot stands for, on the folded line.
    fn pattern(self, site_names: &[String]) -> String {
        // A name has neither space nor punctuation; people and media may have a few words.
        let words = |longest: u32| format!("[^\\p{{P}}\\p{{S}}\\s]{{1,{longest}}}(?: [^\\p{{P}}\\p{{S}}\\s]{{1,20}}){{0,4}}");
        match self {
            Slot::Date => format!("(?P<date>{})", date_pattern()),
            Slot::Time => TIME.to_string(),
            Slot::Number => "\\d[\\d,.]*(?:[十百千万亿]|k|m)*".to_string(),
            Slot::Name => "[^\\p{P}\\p{S}\\s]{1,20}".to_string(),
            Slot::Site => {
                let mut known: Vec<String> = site_names.iter().map(|n| regex::escape(&fold(n))).collect();
                known.push("[^\\p{P}\\p{S}\\s]{1,20}".to_string());
                format!("(?:{})", known.join("|"))
            }
            Slot::Url => "(?:https?:/+|www\\.)?[a-z0-9-]+(?:\\.[a-z0-9-]+)+(?:[/?#:][^\\s\\p{Han}]*)?".to_string(),
            Slot::Email => "[a-z0-9._%+-]+[@#][a-z0-9-]+(?:\\.[a-z0-9-]+)+".to_string(),
            Slot::Phone => "\\+?\\(?\\d[\\d() -]{5,20}\\d".to_string(),
            Slot::Source => format!("(?P<source>{})", words(30)),
            Slot::Author => format!("(?P<author>{})", words(20)),
            Slot::Editor => format!("(?P<editor>{})", words(20)),
        }
    }
}

/// Which end of the line a text is tied to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    /// The whole line, punctuation around it aside.
    Whole,
    /// Its start.
    Start,
    /// Its end.
    End,
    /// Anywhere.
    Inside,
}

/// Splits a text of a rule into its parts: `{{` is a brace, `{*}` a star.
pub(crate) fn parse(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut rest = text;
    let flush = |literal: &mut String, parts: &mut Vec<Part>| {
        let folded = fold(literal);
        literal.clear();
        if !folded.is_empty() {
            parts.push(Part::Literal(folded));
        }
    };
    while let Some(c) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("{{") {
            literal.push('{');
            rest = after;
        } else if let Some(after) = rest.strip_prefix("{*}") {
            literal.push('*');
            rest = after;
        } else if let Some((slot, after)) = slot_at(rest) {
            flush(&mut literal, &mut parts);
            parts.push(Part::Slot(slot));
            rest = after;
        } else if c == '*' {
            flush(&mut literal, &mut parts);
            parts.push(Part::Anything);
            rest = &rest[1..];
        } else {
            literal.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    flush(&mut literal, &mut parts);
    parts
}

fn slot_at(text: &str) -> Option<(Slot, &str)> {
    let (name, after) = text.strip_prefix('{')?.split_once('}')?;
    Some((Slot::by_name(name)?, after))
}

/// A text with slots, ready to be tried on folded lines.
#[derive(Debug)]
pub(crate) struct Slotted {
    pattern: String,
    compiled: OnceLock<Regex>,
}

/// What a slotted text covered: bytes of the folded line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SlotMatch {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Slotted {
    pub(crate) fn new(parts: &[Part], anchor: Anchor, site_names: &[String]) -> Self {
        const AROUND: &str = "[^\\p{L}\\p{N}]*?";
        let mut pattern = String::new();
        if matches!(anchor, Anchor::Whole | Anchor::Start) {
            pattern.push('^');
            pattern.push_str(AROUND);
        }
        pattern.push_str("(?P<all>");
        for (i, part) in parts.iter().enumerate() {
            if i > 0 {
                // The fold keeps a space between two Latin words, and drops it elsewhere.
                pattern.push_str(" ?");
            }
            match part {
                Part::Literal(text) => pattern.push_str(&regex::escape(text)),
                Part::Anything => pattern.push_str(".*?"),
                Part::Slot(slot) => pattern.push_str(&unique_groups(&slot.pattern(site_names), i)),
            }
        }
        pattern.push(')');
        match anchor {
            Anchor::Whole => pattern.push_str("[^\\p{L}\\p{N}]*$"),
            Anchor::End => pattern.push_str("[^\\p{L}\\p{N}。.!?]*$"),
            Anchor::Start | Anchor::Inside => {}
        }
        Self { pattern, compiled: OnceLock::new() }
    }

    fn regex(&self) -> &Regex {
        self.compiled.get_or_init(|| {
            Regex::new(&self.pattern).expect("escaped literals and the slots of this file make a valid pattern")
        })
    }

    /// The first place where the text covers whole words.
    pub(crate) fn find(&self, folded: &str) -> Option<SlotMatch> {
        self.regex().captures_iter(folded).find_map(|found| {
            let all = found.name("all")?;
            super::matcher::at_word_boundaries(folded, all.start(), all.end())
                .then(|| SlotMatch { start: all.start(), end: all.end() })
        })
    }

    /// The named slots (`date`, `source`, `author`, `editor`) and what they cover.
    pub(crate) fn named(&self, folded: &str) -> Vec<(&str, std::ops::Range<usize>)> {
        let regex = self.regex();
        let Some(found) = regex.captures(folded) else { return Vec::new() };
        regex
            .capture_names()
            .flatten()
            .filter(|name| *name != "all")
            .filter_map(|name| Some((name.split('_').next()?, found.name(name)?.range())))
            .collect()
    }
}

/// The same slot may stand twice in a text; regex group names may not.
fn unique_groups(pattern: &str, part: usize) -> String {
    pattern.replace("(?P<date>", &format!("(?P<date_{part}>"))
        .replace("(?P<source>", &format!("(?P<source_{part}>"))
        .replace("(?P<author>", &format!("(?P<author_{part}>"))
        .replace("(?P<editor>", &format!("(?P<editor_{part}>"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, anchor: Anchor, line: &str) -> Option<String> {
        let folded = fold(line);
        let slotted = Slotted::new(&parse(text), anchor, &[]);
        slotted.find(&folded).map(|m| folded[m.start..m.end].to_string())
    }

    #[test]
    fn braces_and_stars_can_be_written() {
        assert_eq!(parse("a{{b{*}"), [Part::Literal("a{b*".replace('{', &fold("{")))]);
        assert_eq!(parse("x*y").len(), 3);
    }

    #[test]
    fn slots_stand_for_what_they_say() {
        let line = "2021-10-29 09:19   来源: 绵阳日报";
        assert_eq!(found("{date} {time} 来源", Anchor::Start, line).as_deref(), Some("2021-10-29 09:19来源"));
        assert_eq!(found("{date}", Anchor::End, "启动仪式举行2022-03-05").as_deref(), Some("2022-03-05"));
        assert_eq!(found("来源：{source}", Anchor::Start, "（来源：河湾日报）").as_deref(), Some("来源:河湾日报"));
        assert_eq!(found("Published {date}", Anchor::Whole, "Published 3 March 2024").as_deref(), Some("published 3 march 2024"));
        assert_eq!(found("{name}/文", Anchor::Whole, "他说/文/字"), None);
    }

    #[test]
    fn named_slots_are_reported() {
        let folded = fold("来源：河湾日报 编辑：林一鸣");
        let slotted = Slotted::new(&parse("来源：{source} 编辑：{editor}"), Anchor::Start, &[]);
        let named: Vec<_> = slotted.named(&folded).into_iter().map(|(n, r)| (n, &folded[r])).collect();
        assert_eq!(named, [("source", "河湾日报"), ("editor", "林一鸣")]);
    }
}
