//! [`SLUGS`]: every kind of finding, what it means, and a bad and a good example.
//!
//! `dehusk help SLUG` shows an entry. The entries are in `slugs/*.txt`, where people who do not program can
//! read and change them. A test runs every example: the bad one must give exactly its finding, the good one
//! none. The entries in `elsewhere.txt` are reported about something else than a rule file, and have no examples.

use std::sync::LazyLock;

use dehusk_rules::Source;
use dehusk_text::{Level, Message};

/// One kind of finding.
#[derive(Clone, Debug)]
pub struct Slug {
    /// Its name, as in `allow` and at the end of a finding.
    pub name: &'static str,
    /// Its highest level.
    pub level: Level,
    /// What it means, in one sentence.
    pub meaning: Message,
    /// Rules with this mistake.
    pub bad: SlugExample,
    /// Rules without it.
    pub good: SlugExample,
}

/// A rule file as an example.
#[derive(Clone, Debug)]
pub struct SlugExample {
    /// The name of the file, for the few mistakes that depend on it.
    pub file: &'static str,
    /// The encoding, if it is not UTF-8.
    pub encoding: Option<&'static str>,
    /// The content of the file.
    pub text: String,
}

/// What `lint` says of a rule, and the rule may `allow`.
const ALLOWED: [&str; 19] = [
    "example-not-alone",
    "no-keeps",
    "too-broad",
    "removes-known-body",
    "duplicate-phrase",
    "redundant",
    "shadowed",
    "keep-conflict",
    "weak-guard",
    "useless-where",
    "html-only",
    "regex-not-needed",
    "regex-slow",
    "latin-boundary",
    "site-unknown",
    "encoding-mixed",
    "phrase-whole-line",
    "regex-elsewhere",
    "covered-by-shipped",
];

impl Slug {
    /// Whether `allow` in a rule can silence it. If its level is error, that applies to its warnings only.
    pub fn can_be_allowed(&self) -> bool {
        ALLOWED.contains(&self.name)
    }

    /// Whether there is a bad and a good example. Findings about a requested change, or about the files of the
    /// body finder, have none.
    pub fn has_examples(&self) -> bool {
        !self.bad.text.trim().is_empty()
    }
}

impl SlugExample {
    /// The example as a source, decoded from its encoding as a file would be.
    pub fn source(&self) -> Source {
        let encoded = self.encoding.map(|label| dehusk_text::encode(&self.text, label, label.starts_with("utf-16")));
        let bytes = match encoded {
            Some(Ok(bytes)) => bytes,
            _ => self.text.clone().into_bytes(),
        };
        Source::from_bytes(self.file, self.file, &bytes)
    }
}

/// The entry of this name.
pub fn slug(name: &str) -> Option<&'static Slug> {
    SLUGS.iter().find(|slug| slug.name == name)
}

/// Every kind of finding, in the order of the files.
pub static SLUGS: LazyLock<Vec<Slug>> = LazyLock::new(|| {
    let files = [
        include_str!("slugs/writing.txt"),
        include_str!("slugs/settings.txt"),
        include_str!("slugs/rules.txt"),
        include_str!("slugs/elsewhere.txt"),
    ];
    files.into_iter().flat_map(entries).collect()
});

/// Parses a file of entries, which look like this:
///
/// ```text
/// == smart-quote error
/// zh 值两边用了中文引号。
/// en Chinese quotes stand around a value.
/// bad
///     name = “版权”
/// good sites/example.com.toml
///     name = '版权'
/// ```
///
/// The name of the file and its encoding may follow `bad` and `good`.
fn entries(text: &'static str) -> Vec<Slug> {
    let mut all: Vec<Slug> = Vec::new();
    let mut good = false;
    for line in text.lines() {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        if word == "==" {
            let (name, level) = rest.split_once(' ').unwrap_or((rest, ""));
            let level = match level {
                "error" => Level::Error,
                "warning" => Level::Warning,
                _ => Level::Info,
            };
            let meaning = Message { zh: String::new(), en: String::new() };
            let empty = SlugExample { file: "rules.toml", encoding: None, text: String::new() };
            all.push(Slug { name, level, meaning, bad: empty.clone(), good: empty });
        }
        let Some(slug) = all.last_mut() else { continue };
        let example = if good { &mut slug.good } else { &mut slug.bad };
        match word {
            "zh" => slug.meaning.zh = rest.to_string(),
            "en" => slug.meaning.en = rest.to_string(),
            "bad" | "good" => {
                good = word == "good";
                let example = if good { &mut slug.good } else { &mut slug.bad };
                let mut about = rest.split_whitespace();
                example.file = about.next().unwrap_or("rules.toml");
                example.encoding = about.next();
            }
            _ => {
                if let Some(code) = line.strip_prefix("    ") {
                    example.text.push_str(code);
                    example.text.push('\n');
                } else if line.is_empty() && !example.text.is_empty() {
                    example.text.push('\n');
                }
            }
        }
    }
    for slug in &mut all {
        for example in [&mut slug.bad, &mut slug.good] {
            example.text.truncate(example.text.trim_end_matches('\n').len());
            example.text.push('\n');
        }
    }
    all
}
