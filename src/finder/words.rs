//! [`Words`]: the word lists and phrase classes of `rules/words.toml`, ready to be looked up.
//!
//! All phrases of all classes stand in one Aho-Corasick automaton, which runs once over each
//! folded line. Single words are kept as 64-bit hashes: a collision would cost one wrong point
//! in a text, and is not worth the memory and time of comparing strings.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use serde::Deserialize;

use super::layout::CLASSES;
use crate::error::{Error, Result};
use crate::rule::{Rule, RuleSet};
use crate::text::{fold, is_word};

/// Beyond this many units a line is text, and no class is looked for.
pub(crate) const LONGEST: u32 = 500;

/// A set of classes: bit `i` for `CLASSES[i]`.
pub(crate) type ClassSet = u32;

#[derive(Debug)]
pub(crate) struct Words {
    /// English stop words, and those of other languages.
    english: HashSet64,
    stop: HashSet64,
    first_person_plural: HashSet64,
    second_person: HashSet64,
    first_person: HashSet64,
    function: CharSet,
    korean_closing: CharSet,
    phrases: AhoCorasick,
    places: Vec<Place>,
    /// By class: the greatest number of units.
    limits: Vec<u32>,
    /// By rule: the classes that its matches give a line.
    rules: Vec<ClassSet>,
}

/// Where a phrase must stand, and what it says.
#[derive(Clone, Copy, Debug)]
struct Place {
    class: u8,
    at_start: bool,
    at_end: bool,
    /// Letters may follow.
    open: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    stop_words: BTreeMap<String, String>,
    function_characters: FunctionCharacters,
    second_person: WordList,
    first_person: WordList,
    first_person_plural: WordList,
    class: BTreeMap<String, ClassEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FunctionCharacters {
    zh_hans: String,
    zh_hant: String,
    ja: String,
    ko_closing: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WordList {
    words: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClassEntry {
    at_most: Option<u32>,
    #[serde(default)]
    rules: OneOrMany,
    #[serde(default)]
    phrases: String,
}

#[derive(Default, Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    #[default]
    None,
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    fn iter(&self) -> impl Iterator<Item = &str> {
        let all: &[String] = match self {
            Self::None => &[],
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        };
        all.iter().map(String::as_str)
    }
}

impl Words {
    /// Reads the file; `rules` are those whose matches count for classes.
    pub(crate) fn parse(text: &str, rules: &RuleSet) -> Result<Self> {
        let mistake = |what: String| Error::option(format!("words.toml: {what}"));
        let file: File = toml::from_str(text).map_err(|e| mistake(e.to_string()))?;
        let class_index = |name: &str| CLASSES.iter().position(|c| *c == name);
        let mut literals = Vec::new();
        let mut places = Vec::new();
        let mut limits = vec![LONGEST; CLASSES.len()];
        let mut by_rule = vec![0; rules.rules.len()];
        for (name, entry) in &file.class {
            let class = class_index(name)
                .ok_or_else(|| mistake(format!("there is no class '{name}'; there are {}", CLASSES.join(", "))))?;
            limits[class] = entry.at_most.unwrap_or(LONGEST).min(LONGEST);
            for line in entry.phrases.lines().map(str::trim).filter(|l| !l.is_empty()) {
                let (at_start, rest) = line.strip_prefix('^').map_or((false, line), |rest| (true, rest));
                let (open, rest) = rest.strip_suffix('*').map_or((false, rest), |rest| (true, rest));
                let (at_end, rest) = rest.strip_suffix('$').map_or((false, rest), |rest| (true, rest));
                let literal = fold(rest);
                if literal.is_empty() {
                    return Err(mistake(format!("class '{name}': the phrase '{line}' is empty")));
                }
                literals.push(literal);
                places.push(Place { class: class as u8, at_start, at_end, open });
            }
            for wanted in entry.rules.iter() {
                for (bits, rule) in by_rule.iter_mut().zip(&rules.rules) {
                    if is_named(rule, wanted) {
                        *bits |= 1 << class;
                    }
                }
            }
        }
        let phrases = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::DFA))
            .build(&literals)
            .map_err(|e| mistake(e.to_string()))?;
        let functions = &file.function_characters;
        let stop_words = |wanted: &dyn Fn(&str) -> bool| -> Vec<&str> {
            let lists = file.stop_words.iter().filter(|(language, _)| wanted(language));
            lists.flat_map(|(_, list)| list.split_whitespace()).collect()
        };
        Ok(Self {
            english: HashSet64::new(stop_words(&|language| language == "en")),
            stop: HashSet64::new(stop_words(&|language| language != "en")),
            first_person_plural: HashSet64::new(file.first_person_plural.words.split_whitespace()),
            second_person: HashSet64::new(file.second_person.words.split_whitespace()),
            first_person: HashSet64::new(file.first_person.words.split_whitespace()),
            function: CharSet::new([&functions.zh_hans, &functions.zh_hant, &functions.ja]),
            korean_closing: CharSet::new([&functions.ko_closing]),
            phrases,
            places,
            limits,
            rules: by_rule,
        })
    }

    /// The classes that a match of this rule gives.
    pub(crate) fn of_rule(&self, rule: u32) -> ClassSet {
        self.rules[rule as usize]
    }

    /// Whether a word is one without a meaning of its own, and if so, whether it is English.
    pub(crate) fn stop_word(&self, hash: u64) -> Option<bool> {
        if self.english.has(hash) {
            return Some(true);
        }
        self.stop.has(hash).then_some(false)
    }

    pub(crate) fn is_first_person_plural(&self, hash: u64) -> bool {
        self.first_person_plural.has(hash)
    }

    pub(crate) fn is_second_person(&self, hash: u64) -> bool {
        self.second_person.has(hash)
    }

    pub(crate) fn is_first_person(&self, hash: u64) -> bool {
        self.first_person.has(hash)
    }

    pub(crate) fn is_function_character(&self, c: char) -> bool {
        self.function.has(c)
    }

    pub(crate) fn closes_korean(&self, c: char) -> bool {
        self.korean_closing.has(c)
    }

    /// The classes whose phrases stand in a folded line of so many units.
    pub(crate) fn classes(&self, folded: &str, units: u32) -> ClassSet {
        if units > LONGEST {
            return 0;
        }
        let core_start = folded.find(char::is_alphanumeric).unwrap_or(0);
        let core_end = folded.rfind(char::is_alphanumeric).unwrap_or(0);
        let mut found = 0;
        for hit in self.phrases.find_overlapping_iter(folded) {
            let place = self.places[hit.pattern().as_usize()];
            let bit = 1 << place.class;
            if found & bit != 0 || units > self.limits[usize::from(place.class)] {
                continue;
            }
            let in_place = (!place.at_start || hit.start() <= core_start) && (!place.at_end || hit.end() > core_end);
            if in_place && stands_alone(folded, hit.start(), hit.end(), place.open) {
                found |= bit;
            }
        }
        found
    }
}

/// Whether a stretch of a folded line does not cut a word in two; `open` lets the word go on.
fn stands_alone(folded: &str, start: usize, end: usize, open: bool) -> bool {
    let inside = &folded[start..end];
    let joins = |left: Option<char>, right: Option<char>| matches!((left, right), (Some(l), Some(r)) if is_word(l) && is_word(r));
    !joins(folded[..start].chars().next_back(), inside.chars().next())
        && (open || !joins(inside.chars().next_back(), folded[end..].chars().next()))
}

/// Whether the table names this rule: by category, file (also a folder of files) or full name.
fn is_named(rule: &Rule, name: &str) -> bool {
    rule.category.name() == name || rule.file == name || rule.full_name() == name
}

/// The hash of a word, character by character in lower case.
#[derive(Clone, Copy)]
pub(crate) struct WordHash(u64);

impl WordHash {
    pub(crate) const EMPTY: Self = Self(0xcbf2_9ce4_8422_2325);

    #[inline]
    pub(crate) fn add(&mut self, c: u32) {
        self.0 = (self.0 ^ u64::from(c)).wrapping_mul(0x0000_0100_0000_01b3);
    }

    #[inline]
    pub(crate) fn finish(self) -> u64 {
        // The high bits of FNV are the good ones; tables use the low ones.
        self.0 ^ (self.0 >> 29)
    }

    fn of(word: &str) -> u64 {
        let mut hash = Self::EMPTY;
        for c in word.chars() {
            hash.add(u32::from(lower(c)));
        }
        hash.finish()
    }
}

/// The character in lower case, one for one.
#[inline]
pub(crate) fn lower(c: char) -> char {
    if c.is_ascii() { c.to_ascii_lowercase() } else { c.to_lowercase().next().unwrap_or(c) }
}

/// A set of hashes in an open table.
#[derive(Debug)]
struct HashSet64 {
    slots: Vec<u64>,
}

impl HashSet64 {
    fn new<'w>(words: impl IntoIterator<Item = &'w str>) -> Self {
        let hashes: Vec<u64> = words.into_iter().map(WordHash::of).collect();
        let mut slots = vec![0; (hashes.len() * 4).next_power_of_two().max(2)];
        for hash in hashes {
            let mut at = hash as usize & (slots.len() - 1);
            while slots[at] != 0 && slots[at] != hash {
                at = (at + 1) & (slots.len() - 1);
            }
            slots[at] = hash;
        }
        Self { slots }
    }

    #[inline]
    fn has(&self, hash: u64) -> bool {
        let mut at = hash as usize & (self.slots.len() - 1);
        while self.slots[at] != 0 {
            if self.slots[at] == hash {
                return true;
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
        false
    }
}

/// A set of characters of the basic plane.
#[derive(Debug)]
struct CharSet(Vec<u64>);

impl CharSet {
    fn new<'t>(texts: impl IntoIterator<Item = &'t String>) -> Self {
        let mut bits = vec![0; 0x1_0000 / 64];
        for c in texts.into_iter().flat_map(|t| t.chars()) {
            if let Some(word) = bits.get_mut(c as usize / 64) {
                *word |= 1 << (c as usize % 64);
            }
        }
        Self(bits)
    }

    #[inline]
    fn has(&self, c: char) -> bool {
        self.0.get(c as usize / 64).is_some_and(|word| word >> (c as usize % 64) & 1 == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> Words {
        Words::parse(crate::finder::WORDS, &RuleSet::shipped().expect("the shipped rules have no mistakes")).unwrap()
    }

    #[test]
    fn every_rule_that_the_file_names_exists() {
        let rules = RuleSet::shipped().expect("the shipped rules have no mistakes");
        let file: File = toml::from_str(crate::finder::WORDS).unwrap();
        for (class, entry) in &file.class {
            for name in entry.rules.iter() {
                assert!(rules.rules.iter().any(|rule| is_named(rule, name)), "class {class}: no rule '{name}'");
            }
        }
    }

    #[test]
    fn phrases_stand_where_they_must() {
        let words = words();
        let has =
            |class: &str, line: &str| words.classes(&fold(line), 10) >> super::super::layout::class(class) & 1 == 1;
        assert!(has("share", "Share on Facebook"));
        assert!(!has("share", "Shareholders meet"), "a longer word");
        assert!(has("related", "相关阅读"));
        assert!(has("related", "» Related posts"));
        assert!(!has("related", "A more from here"), "not at the start");
        assert!(has("question", "Who comes?"));
        assert!(!has("question", "Who? Nobody"), "not at the end");
        assert!(!has("share", &"x ".repeat(400)));
        assert_eq!(words.classes(&fold("Share"), LONGEST + 1), 0);
    }

    #[test]
    fn words_are_found_in_any_case() {
        let words = words();
        assert_eq!(words.stop_word(WordHash::of("The")), Some(true));
        assert_eq!(words.stop_word(WordHash::of("für")), Some(false));
        assert_eq!(words.stop_word(WordHash::of("ferry")), None);
        assert!(words.is_second_person(WordHash::of("you're")));
        assert!(words.is_function_character('的') && !words.is_function_character('河'));
    }
}
