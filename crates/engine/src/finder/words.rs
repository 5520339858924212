//! [`Words`]: the word lists and phrase classes of `rules/finder/words.toml`, ready to be looked up.
//!
//! All phrases of all classes are looked for together with the texts of rules
//! ([`Literals`](crate::literals::Literals)), in one pass over the line. Single words are kept as 64-bit hashes: a collision would cost one wrong point
//! in a text, and is not worth the memory and time of comparing strings.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use toml::de::DeTable;

use super::bytes::{BLOCK, LineBlock};
use super::classes::LineClasses;
use super::data;
use super::layout::CLASSES;
use dehusk_rules::{Report, Rule, RuleSet, Source, chosen_by};
use dehusk_text::{Diagnostic, Fix, fold, say};

/// Beyond this many units a line is text, and no class is looked for.
pub(crate) const LONGEST: u32 = 500;

/// A set of classes: bit `i` for `CLASSES[i]`.
pub(crate) type ClassSet = u32;

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Words {
    /// Every word of a list, with its lists.
    listed: ListedWords,
    function: CharSet,
    korean_closing: CharSet,
    /// Folded.
    phrases: Vec<String>,
    /// By phrase.
    asked: Vec<AskedPhrase>,
    /// By class: the greatest number of units.
    limits: Vec<u32>,
    /// By rule: the classes that its matches give a line.
    rules: Vec<ClassSet>,
    /// The names of rules, files and categories from which that was told, each with its classes.
    named: Vec<(String, ClassSet)>,
}

/// Where a phrase must stand, and what it says.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct AskedPhrase {
    pub(super) class: u8,
    pub(super) marks: Marks,
}

/// What the file says, before it is made fast.
#[derive(Default)]
struct WordsFile {
    /// By language.
    stop_words: BTreeMap<String, String>,
    function_characters: BTreeMap<String, String>,
    second_person: String,
    first_person: String,
    first_person_plural: String,
    class: BTreeMap<String, ClassEntry>,
}

#[derive(Default)]
struct ClassEntry {
    at_most: Option<u32>,
    /// Categories, files and rules whose matches count.
    rules: Vec<String>,
    phrases: Vec<String>,
}

/// The scripts whose function characters are listed.
const SCRIPTS: [&str; 3] = ["han", "kana", "ko_closing"];
/// Labels of such lists that said something else than what the lists hold, and the true ones. The list
/// without one held signs that end sentences; no sign is a function character, so it did nothing.
const OLD_SCRIPTS: [(&str, Option<&str>); 3] = [("zh_hans", Some("han")), ("zh_hant", Some("kana")), ("ja", None)];
const LISTS: [&str; 3] = ["second_person", "first_person", "first_person_plural"];
const SECTIONS: [&str; 6] =
    ["stop_words", "function_characters", "second_person", "first_person", "first_person_plural", "class"];

impl WordsFile {
    fn read(source: &Source, rules: &RuleSet) -> (Option<Self>, Vec<Diagnostic>) {
        data::read(source, |root, report| {
            let mut file = Self::default();
            for section in SECTIONS.iter().filter(|section| !root.contains_key(**section)) {
                data::missing(&format!("[{section}]"), report);
            }
            for (key, value) in root.iter() {
                let name: &str = key.get_ref();
                if !SECTIONS.contains(&name) {
                    data::unknown(name, key.span(), SECTIONS.into_iter(), report);
                    continue;
                }
                let Some(table) = data::table(name, value, report) else { continue };
                match name {
                    "stop_words" => file.stop_words = texts(table, None, report),
                    "function_characters" => file.function_characters = texts(table, Some(&SCRIPTS), report),
                    "class" => file.classes(table, rules, report),
                    list => {
                        let words = texts(table, Some(&["words"]), report).remove("words").unwrap_or_default();
                        match LISTS.iter().position(|known| *known == list) {
                            Some(0) => file.second_person = words,
                            Some(1) => file.first_person = words,
                            _ => file.first_person_plural = words,
                        }
                    }
                }
            }
            file
        })
    }

    fn classes(&mut self, table: &DeTable<'_>, rules: &RuleSet, report: &mut Report<'_>) {
        for (key, value) in table.iter() {
            let name: &str = key.get_ref();
            if !CLASSES.contains(&name) {
                data::unknown(name, key.span(), CLASSES.iter().copied(), report);
                continue;
            }
            let Some(settings) = data::table(&format!("class.{name}"), value, report) else { continue };
            let mut entry = ClassEntry::default();
            for (key, value) in settings.iter() {
                match key.get_ref().as_ref() {
                    "at_most" => {
                        let number = data::number("at_most", value, report);
                        entry.at_most = number.map(|number| number.clamp(0.0, f64::from(LONGEST)) as u32);
                    }
                    "phrases" => entry.phrases = phrases(value, report),
                    "rules" => entry.rules = rule_names(value, rules, report),
                    other => {
                        data::unknown(other, key.span(), ["at_most", "rules", "phrases"].into_iter(), report);
                    }
                }
            }
            self.class.insert(name.to_string(), entry);
        }
    }
}

/// The texts of a table; of `known` names only, if there are such.
fn texts(table: &DeTable<'_>, known: Option<&[&str]>, report: &mut Report<'_>) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for (key, value) in table.iter() {
        let name: &str = key.get_ref();
        match known {
            Some(known) if !known.contains(&name) => {
                match OLD_SCRIPTS.into_iter().find(|(old, _)| *old == name && known == SCRIPTS) {
                    Some((old, today)) => old_label(old, today, key.span(), report),
                    None => data::unknown(name, key.span(), known.iter().copied(), report),
                }
            }
            _ => {
                let text = data::text(name, value, report).unwrap_or_default();
                found.insert(name.to_string(), text.to_string());
            }
        }
    }
    found
}

/// A label that a list had before.
fn old_label(old: &str, today: Option<&str>, place: Range<usize>, report: &mut Report<'_>) {
    let (message, fix) = match today {
        Some(today) => (say!("{old} 现在叫 {today}", "{old} is called {today} now"), report.replaced(&place, today)),
        None => (
            say!("{old} 这个清单不起作用，已经取消", "the list {old} did nothing and is gone"),
            Fix::Advice(say!("删掉这一行", "delete the line")),
        ),
    };
    report.error("unknown-name", place, message, Some(fix));
}

/// One phrase a line; each must have a letter or sign of its own.
fn phrases(value: &data::TomlValue<'_>, report: &mut Report<'_>) -> Vec<String> {
    let text = data::text("phrases", value, report).unwrap_or_default();
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    for line in &lines {
        if fold(Marks::of(line).1).is_empty() {
            // The first line of the block that says no more than that.
            let from = value.span().start;
            let block = &report.source.text[value.span()];
            let at = block.lines().scan(0, |at, l| Some((std::mem::replace(at, *at + l.len() + 1), l.trim())));
            let at = at.filter(|(_, l)| l == line).map(|(at, _)| at).next().unwrap_or_default();
            let message = say!("“{line}”里没有要找的文字", "'{line}' has no text to look for");
            let advice = say!("删掉这一行，或者写上文字", "delete the line, or write a text");
            report.error("empty-phrase", from + at..from + at + line.len(), message, Some(Fix::Advice(advice)));
        }
    }
    lines.into_iter().map(str::to_string).collect()
}

/// The shipped rules, for a run that leaves some of them out.
static SHIPPED: LazyLock<Option<RuleSet>> = LazyLock::new(|| RuleSet::shipped().ok());

/// The names of one text or of a list, all of which exist.
fn rule_names(value: &data::TomlValue<'_>, rules: &RuleSet, report: &mut Report<'_>) -> Vec<String> {
    let items: Vec<&data::TomlValue<'_>> = match value.get_ref().as_array() {
        Some(items) => items.iter().collect(),
        None => vec![value],
    };
    let mut names = Vec::new();
    for item in items {
        let Some(name) = data::text("rules", item, report) else { continue };
        let is_known = |rules: &RuleSet| rules.rules.iter().any(chosen_by(name));
        // A rule that this run leaves out is none that does not exist. A test asks it of the shipped file, as reading all
        // shipped rules takes far longer than the rest of a start.
        let is_own = || report.source.text != super::shipped_words().text;
        if !is_known(rules) && is_own() && !SHIPPED.as_ref().is_some_and(is_known) {
            let message = say!("没有叫“{name}”的规则、文件或类别", "no rule, file or category is called '{name}'");
            let advice = say!("规则写全名：文件 › 名称", "the full name of a rule is: file › name");
            report.error("unknown-rule", item.span(), message, Some(Fix::Advice(advice)));
        }
        names.push(name.to_string());
    }
    names
}

/// What the signs around a phrase ask for.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(super) struct Marks {
    pub(super) at_start: bool,
    pub(super) at_end: bool,
    /// Letters may follow.
    pub(super) open: bool,
}

impl Marks {
    /// The signs of a phrase, and the phrase without them.
    fn of(line: &str) -> (Self, &str) {
        let (at_start, rest) = line.strip_prefix('^').map_or((false, line), |rest| (true, rest));
        let (open, rest) = rest.strip_suffix('*').map_or((false, rest), |rest| (true, rest));
        let (at_end, rest) = rest.strip_suffix('$').map_or((false, rest), |rest| (true, rest));
        (Self { at_start, at_end, open }, rest)
    }
}

impl Words {
    /// Reads the file; `rules` are those whose matches count for classes. Nothing if it has a mistake.
    pub(crate) fn parse(source: &Source, rules: &RuleSet) -> (Option<Self>, Vec<Diagnostic>) {
        let (file, found) = WordsFile::read(source, rules);
        (file.and_then(|file| Self::new(&file, rules)), found)
    }

    fn new(file: &WordsFile, rules: &RuleSet) -> Option<Self> {
        let mut literals = Vec::new();
        let mut asked = Vec::new();
        let mut limits = vec![LONGEST; CLASSES.len()];
        let mut by_rule = vec![0; rules.rules.len()];
        let mut named = Vec::new();
        for (name, entry) in &file.class {
            let class = CLASSES.iter().position(|class| class == name)?;
            limits[class] = entry.at_most.unwrap_or(LONGEST).min(LONGEST);
            for line in &entry.phrases {
                let (marks, phrase) = Marks::of(line);
                literals.push(fold(phrase));
                asked.push(AskedPhrase { class: class as u8, marks });
            }
            for wanted in &entry.rules {
                let is_wanted = chosen_by(wanted);
                for (bits, rule) in by_rule.iter_mut().zip(&rules.rules) {
                    *bits |= u32::from(is_wanted(rule)) << class;
                }
                named.push((wanted.clone(), 1 << class));
            }
        }
        let functions = |script: &str| file.function_characters.get(script).map_or("", String::as_str);
        let stop_words = |wanted: &dyn Fn(&str) -> bool| -> Vec<&str> {
            let lists = file.stop_words.iter().filter(|(language, _)| wanted(language));
            lists.flat_map(|(_, list)| list.split_whitespace()).collect()
        };
        Some(Self {
            listed: ListedWords::new(&[
                (WordLists::ENGLISH, stop_words(&|language| language == "en")),
                (WordLists::STOP, stop_words(&|language| language != "en")),
                (WordLists::FIRST_PERSON_PLURAL, file.first_person_plural.split_whitespace().collect()),
                (WordLists::SECOND_PERSON, file.second_person.split_whitespace().collect()),
                (WordLists::FIRST_PERSON, file.first_person.split_whitespace().collect()),
            ]),
            function: CharSet::new(SCRIPTS[..2].iter().map(|script| functions(script))),
            korean_closing: CharSet::new([functions(SCRIPTS[2])]),
            phrases: literals,
            asked,
            limits,
            rules: by_rule,
            named,
        })
    }

    /// The classes that matches of a rule give which was not among those that were known here.
    pub(crate) fn of_new_rule(&self, rule: &Rule) -> ClassSet {
        let of_rule = self.named.iter().filter(|(name, _)| chosen_by(name)(rule));
        of_rule.fold(0, |classes, (_, class)| classes | class)
    }

    /// The classes that a match of this rule gives.
    pub(crate) fn of_rule(&self, rule: u32) -> ClassSet {
        self.rules[rule as usize]
    }

    /// The lists that have a word.
    #[inline]
    pub(crate) fn lists(&self, hash: u64) -> WordLists {
        self.listed.slot(hash).1
    }

    /// Whether a Han character or kana, by its number, is a function word.
    #[inline]
    pub(crate) fn is_function_character(&self, c: u32) -> bool {
        self.function.has(c)
    }

    pub(crate) fn closes_korean(&self, c: char) -> bool {
        self.korean_closing.has(u32::from(c))
    }

    /// The phrases, folded; their numbers are their places.
    pub(crate) fn phrases(&self) -> &[String] {
        &self.phrases
    }

    /// Starts the search for the classes of a folded line of so many units.
    pub(crate) fn classes_of<'w>(&'w self, folded: &'w str, units: u32) -> LineClasses<'w> {
        LineClasses::new(&self.asked, &self.limits, folded, units)
    }
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

    /// As words of a line are hashed: short ones of letters and digits of ASCII at once, all others by character.
    pub(super) fn of(word: &str) -> u64 {
        if word.len() < BLOCK && word.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return LineBlock::at(word.as_bytes(), 0).hash(0, word.len());
        }
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

/// Some of the lists of words, one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct WordLists(u8);

impl WordLists {
    /// Stop words: those of English, and those of other languages.
    pub(crate) const ENGLISH: Self = Self(1);
    pub(crate) const STOP: Self = Self(1 << 1);
    pub(crate) const FIRST_PERSON_PLURAL: Self = Self(1 << 2);
    pub(crate) const SECOND_PERSON: Self = Self(1 << 3);
    pub(crate) const FIRST_PERSON: Self = Self(1 << 4);
    /// All stop words, and all words of persons.
    pub(crate) const FUNCTION: Self = Self(Self::ENGLISH.0 | Self::STOP.0);
    pub(crate) const PERSONS: Self = Self(Self::FIRST_PERSON_PLURAL.0 | Self::SECOND_PERSON.0 | Self::FIRST_PERSON.0);

    pub(crate) fn any(self, lists: Self) -> bool {
        self.0 & lists.0 != 0
    }
}

/// Words, as hashes, with the lists that have them, in an open table: one look tells of all lists.
#[derive(Debug, Serialize, Deserialize)]
struct ListedWords {
    slots: Vec<(u64, WordLists)>,
}

impl ListedWords {
    fn new(lists: &[(WordLists, Vec<&str>)]) -> Self {
        let words = lists.iter().map(|(_, words)| words.len()).sum::<usize>();
        let mut listed = Self { slots: vec![(0, WordLists::default()); (words * 2).next_power_of_two().max(2)] };
        for (list, words) in lists {
            for word in words {
                let hash = WordHash::of(word);
                let (slot, known) = listed.slot(hash);
                listed.slots[slot] = (hash, WordLists(known.0 | list.0));
            }
        }
        listed
    }

    /// The slot of a word with its lists, or the free one in which it would stand.
    #[inline]
    fn slot(&self, hash: u64) -> (usize, WordLists) {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let (known, lists) = self.slots[at];
            if known == hash || lists == WordLists::default() {
                return (at, lists);
            }
            at = (at + 1) & mask;
        }
    }
}

/// A set of characters of the basic plane.
#[derive(Debug, Serialize, Deserialize)]
struct CharSet(Vec<u64>);

impl CharSet {
    fn new<'t>(texts: impl IntoIterator<Item = &'t str>) -> Self {
        let mut bits = vec![0; 0x1_0000 / 64];
        for c in texts.into_iter().flat_map(|t| t.chars()) {
            if let Some(word) = bits.get_mut(c as usize / 64) {
                *word |= 1 << (c as usize % 64);
            }
        }
        Self(bits)
    }

    #[inline]
    fn has(&self, c: u32) -> bool {
        self.0.get(c as usize / 64).is_some_and(|word| word >> (c % 64) & 1 == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finder::Lines;
    use crate::finder::line::Line;
    use dehusk_text::{Anchor, overlapping};

    /// The classes whose phrases stand in a line.
    fn classes(words: &Words, folded: &str, units: u32) -> ClassSet {
        let mut classes = words.classes_of(folded, units);
        for (number, phrase) in (0..).zip(words.phrases()) {
            let places = overlapping(folded.as_bytes(), phrase).map(|at| (at, at + phrase.len()));
            let mut places = places.filter(|&(start, end)| Anchor::Inside.holds(folded, (0, 0), start, end));
            places.by_ref().for_each(|(start, end)| classes.add(number, start, end));
        }
        classes.found
    }

    fn words() -> Words {
        let rules = RuleSet::shipped().expect("the shipped rules have no mistakes");
        let (words, found) = Words::parse(&crate::finder::shipped_words(), &rules);
        words.unwrap_or_else(|| panic!("{found:?}"))
    }

    #[test]
    fn phrases_stand_where_they_must() {
        let words = words();
        let has =
            |class: &str, line: &str| classes(&words, &fold(line), 10) >> super::super::layout::class(class) & 1 == 1;
        assert!(has("share", "Share on Facebook"));
        assert!(!has("share", "Shareholders meet"), "a longer word");
        assert!(has("related", "相关阅读"));
        assert!(has("related", "» Related posts"));
        assert!(!has("related", "A more from here"), "not at the start");
        assert!(has("question", "Who comes?"));
        assert!(!has("question", "Who? Nobody"), "not at the end");
        assert!(!has("share", &"x ".repeat(400)));
        assert_eq!(classes(&words, &fold("Share"), LONGEST + 1), 0);
    }

    /// What is counted on a line of this text.
    fn line(words: &Words, text: &str) -> Line {
        let mut lines = Lines::default();
        lines.push(words, text, &fold(text));
        lines.lines.pop().unwrap_or_else(|| panic!("{text} is blank"))
    }

    /// A list that the shipped file holds and nothing looks into says something that is not so.
    #[test]
    fn every_entry_of_every_list_counts() {
        let rules = RuleSet::shipped().expect("the shipped rules have no mistakes");
        let (file, found) = WordsFile::read(&crate::finder::shipped_words(), &rules);
        let file = file.unwrap_or_else(|| panic!("{found:?}"));
        let words = words();
        let mut unused = Vec::new();
        let mut hold = |list: &str, entry: &str, counts: bool| {
            if !counts {
                unused.push(format!("{list}: {entry}"));
            }
        };
        for (language, list) in &file.stop_words {
            for word in list.split_whitespace() {
                let line = line(&words, word);
                hold(language, word, line.function > 0 && (language != "en" || line.english > 0));
            }
        }
        for (script, list) in &file.function_characters {
            for c in list.chars() {
                // A Korean one is the last of a word.
                let text = if script == "ko_closing" { format!("학교{c}") } else { c.to_string() };
                hold(script, &text, line(&words, &text).function > 0);
            }
        }
        type CountOf = fn(&Line) -> u32;
        let of_persons: [(&str, &str, CountOf); 3] = [
            ("second_person", &file.second_person, |line| line.you),
            ("first_person", &file.first_person, |line| line.me),
            ("first_person_plural", &file.first_person_plural, |line| line.we),
        ];
        for (name, list, count) in of_persons {
            list.split_whitespace().for_each(|word| hold(name, word, count(&line(&words, word)) > 0));
        }
        for (name, entry) in &file.class {
            let bit = 1 << super::super::layout::class(name);
            for phrase in &entry.phrases {
                let (marks, text) = Marks::of(phrase);
                // An open phrase may be the beginning of a word.
                let text = if marks.open { format!("{text}a") } else { text.to_string() };
                hold(name, phrase, classes(&words, &fold(&text), 1) & bit != 0);
            }
            for rule in &entry.rules {
                let is_given = |id: u32| words.of_rule(id) & bit != 0;
                let mut chosen = rules.rules.iter().zip(0..).filter(|(one, _)| chosen_by(rule)(one));
                hold(name, rule, chosen.any(|(_, id)| is_given(id)));
            }
            hold(name, "the whole class", !entry.phrases.is_empty() || !entry.rules.is_empty());
        }
        assert!(unused.is_empty(), "nothing looks for these:\n{}", unused.join("\n"));
    }

    #[test]
    fn words_are_found_in_any_case() {
        let words = words();
        let has = |word: &str, lists: WordLists| words.lists(WordHash::of(word)).any(lists);
        assert!(has("The", WordLists::ENGLISH) && !has("für", WordLists::ENGLISH) && has("für", WordLists::STOP));
        assert_eq!(words.lists(WordHash::of("ferry")), WordLists::default());
        assert!(has("you're", WordLists::SECOND_PERSON) && !has("you're", WordLists::FIRST_PERSON));
        assert!(words.is_function_character('的' as u32) && !words.is_function_character('河' as u32));
    }
}
