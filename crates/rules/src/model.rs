//! What a rule file says, validated: [`Rule`], [`Repair`], [`Settings`] and their parts.
//!
//! Plain data. The files beside this one read it; the engine applies it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::fields::ELEMENTS;
use super::site_files::SiteFiles;
use super::source::Source;
use dehusk_text::Diagnostic;
use dehusk_text::markup::LineAround;
use serde::{Deserialize, Serialize};

/// The number of a rule: its index in [`RuleSet::rules`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(pub u32);

/// All rules of a run, validated, in the order of file and name.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct RuleSet {
    /// The rules, keeps among them.
    pub rules: Vec<Rule>,
    /// The repairs.
    pub repairs: Vec<Repair>,
    /// The files that were read: their names without ending (which [`RuleSet::merged_with`] compares), and their
    /// paths as messages show them.
    pub files: BTreeMap<String, String>,
    /// What `settings.toml` says, or the defaults.
    pub settings: Settings,
    /// The files that belong to the body finder, `finder/points.toml` and `finder/words.toml`, as texts.
    #[serde(skip)]
    pub data: Vec<Source>,
    /// The files of sites that `dehusk learn` wrote, which are read when a document of theirs comes.
    #[serde(skip)]
    pub site_files: Arc<SiteFiles>,
    /// Warnings and notes that did not stop the loading.
    #[serde(skip)]
    pub warnings: Vec<Diagnostic>,
}

/// One `[[rule]]` or `[[keep]]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Rule {
    /// The file without its ending, as in `file › name`: `zh/copyright`, `sites/dzwww.com`, `lists/关闭按钮`.
    pub file: String,
    /// The path of that file below the folder of the rules: `zh/copyright.toml`, `lists/关闭按钮.is.txt`,
    /// `packs/cn-news/credit.toml`.
    pub path: String,
    /// The name the editor gave it, unique in its file.
    pub name: String,
    /// Why it exists.
    pub note: Option<String>,
    /// What it is about.
    pub category: Category,
    /// Whether it acts.
    pub status: Status,
    /// The least strict profile in which it acts.
    pub profile: Profile,
    /// What happens to a line on which all conditions hold.
    pub action: Action,
    /// The conditions; all must hold.
    pub conditions: Conditions,
    /// `sites`: only for these hosts and their subdomains; empty for all.
    pub sites: Vec<String>,
    /// `except_sites`: not for these hosts and their subdomains.
    pub except_sites: Vec<String>,
    /// `languages`: only for documents in these languages (ISO 639-1); empty for all.
    pub languages: Vec<String>,
    /// `exact`: compare without tolerance.
    pub exact: bool,
    /// Texts that must go.
    pub removes: Vec<Example>,
    /// Texts that must stay.
    pub keeps: Vec<Example>,
    /// `todo_removes`: texts that should go, but do not yet.
    pub todo_removes: Vec<Example>,
    /// `todo_keeps`: texts that should stay, but do not yet.
    pub todo_keeps: Vec<Example>,
    /// Lints that the author has considered and allows.
    pub allow: Vec<String>,
    /// The line of the source file on which the table starts, from 1.
    pub line: u32,
}

impl Rule {
    /// Its full name, `file › name`: the identity in every report.
    pub fn full_name(&self) -> String {
        format!("{} › {}", self.file, self.name)
    }
}

/// What a rule does to the lines it matches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub enum Action {
    /// Takes text away.
    Remove(Remove),
    /// `[[keep]]`: the line is never removed, by anything.
    Keep,
}

/// How much goes, and the limits that belong to that way of removing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Remove {
    /// `remove`.
    pub kind: RemoveKind,
    /// `at_least`: lines of a run, items of a list.
    pub at_least: u32,
    /// `max_share`: percent of the text (characters that are not space) that it may take, 0 to 100.
    pub max_share: f32,
    /// `lines_contain`: what every further line must contain.
    pub lines_contain: Vec<Phrase>,
    /// `lines_look_like`: what an item of a list looks like.
    pub lines_look_like: Vec<Shape>,
    /// `until`: the last line to go.
    pub until: Vec<Phrase>,
    /// `frames`: what stands around each comment of a thread: who wrote it, when, its buttons.
    pub frames: Vec<Phrase>,
    /// `unless_page_has`: lines that only a forum has.
    pub unless_page_has: Vec<Phrase>,
}

/// `remove`: how much goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RemoveKind {
    /// The line.
    Line,
    /// Only the matched words.
    Phrase,
    /// The line and its neighbours up to the next blank lines.
    Paragraph,
    /// The line and the list items under it.
    List,
    /// The line and the lines below for as long as they contain one of `lines_contain`.
    Section,
    /// `at_least` or more matching lines in a row.
    Run,
    /// From here to the end.
    ToEnd,
    /// From the start to here.
    ToStart,
    /// From here to the first later line that is one of `until`.
    Until,
    /// The heading and the comments under it, to the last of `frames`.
    Thread,
}

/// All conditions of a rule. Inside one field any text is enough; different fields must all hold.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Conditions {
    /// The line is one of these.
    pub is: Vec<Phrase>,
    /// The line begins with one of these.
    pub starts_with: Vec<Phrase>,
    /// The line ends with one of these.
    pub ends_with: Vec<Phrase>,
    /// The line has one of these.
    pub contains: Vec<Phrase>,
    /// The line has one of these as well.
    pub also_contains: Vec<Phrase>,
    /// The line has every one of these.
    pub contains_all: Vec<Phrase>,
    /// The line is made of these words alone, at least two.
    pub made_of: Vec<Phrase>,
    /// …but is none of these.
    pub unless_is: Vec<Phrase>,
    /// …but does not begin with one of these.
    pub unless_starts_with: Vec<Phrase>,
    /// …but does not end with one of these.
    pub unless_ends_with: Vec<Phrase>,
    /// …but has none of these.
    pub unless_contains: Vec<Phrase>,
    /// Matched on the folded line.
    pub regex: Vec<Phrase>,
    /// The line has one of these shapes.
    pub looks_like: Vec<Shape>,
    /// …but none of these.
    pub unless_looks_like: Vec<Shape>,
    /// `inside`: an element of the page in which the line stands; never so in a text that was not made of HTML.
    pub inside: Vec<ElementName>,
    /// Least length of the line, in characters that are not space.
    pub min_length: Option<u32>,
    /// Greatest length of the line, in characters that are not space.
    pub max_length: Option<u32>,
    /// Where in the document.
    pub position: Position,
}

/// One text of a field, as written, with its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phrase {
    /// The text between the quotes, or one line of a block, trimmed of spaces.
    #[serde(borrow)]
    pub text: Cow<'static, str>,
    /// The line of the source file on which it stands, from 1.
    pub line: u32,
}

/// `where`: a part of the document, over the text that is still there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Position {
    /// Everywhere.
    #[default]
    Anywhere,
    /// The first 6 non-empty lines, or the first 25 % of the characters.
    Head,
    /// Ends in the last 50 % of the characters (and is not the first line), or is one of the last 5
    /// non-empty lines and not of the first 3.
    Tail,
    /// The first n non-empty lines.
    FirstLines(u32),
    /// The last n non-empty lines.
    LastLines(u32),
    /// The first p % of the characters.
    FirstPercent(f32),
    /// The last p % of the characters.
    LastPercent(f32),
}

/// `inside`: the name of a kind of element: one of the values of that field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ElementName(u8);

impl ElementName {
    /// The one of this name.
    pub fn by_name(name: &str) -> Option<Self> {
        ELEMENTS.iter().position(|choice| choice.value == name).map(|at| Self(at as u8))
    }

    /// Its name in rules.
    pub fn name(self) -> &'static str {
        ELEMENTS[self.0 as usize].value
    }

    /// What a line in such an element has around it.
    pub fn around(self) -> LineAround {
        LineAround::named(self.name()).unwrap_or_default()
    }

    /// Those of a line with this around it.
    pub fn all_around(around: LineAround) -> impl Iterator<Item = Self> {
        (0..ELEMENTS.len() as u8).map(Self).filter(move |name| name.around().meets(around))
    }
}

/// `looks_like`: a closed list of shapes with fixed meanings. See `text::cues` for each definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Shape {
    /// At most 40 characters (Han) or 12 words, does not end like a sentence, fewer than two commas.
    Title,
    /// Ends like a sentence.
    Sentence,
    /// Starts with a bullet or a number and a dot.
    ListItem,
    /// Starts or ends with a date.
    Dated,
    /// Only `-`, `=`, `*` and the like.
    Separator,
    /// Two or more of `> › » →` between short parts.
    Breadcrumb,
    /// Three or more parts joined by `_` or `|`.
    Keywords,
    /// The whole line stands in brackets.
    Parenthesised,
    /// Nothing but a date, a time, or both.
    DateOnly,
    /// A web or mail address, and little else.
    Address,
    /// The text (behind the matched label) stands again in a later line.
    SaidAgain,
    /// The same line has stood before.
    Repeated,
    /// The matched words stand in quotation marks, and other words outside them.
    Quoted,
}

impl Shape {
    /// Every shape with its name in rules.
    pub const ALL: [(Shape, &'static str); 13] = [
        (Shape::Title, "title"),
        (Shape::Sentence, "sentence"),
        (Shape::ListItem, "list_item"),
        (Shape::Dated, "dated"),
        (Shape::Separator, "separator"),
        (Shape::Breadcrumb, "breadcrumb"),
        (Shape::Keywords, "keywords"),
        (Shape::Parenthesised, "parenthesised"),
        (Shape::DateOnly, "date_only"),
        (Shape::Address, "address"),
        (Shape::SaidAgain, "said_again"),
        (Shape::Repeated, "repeated"),
        (Shape::Quoted, "quoted"),
    ];

    /// Its name in rules.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(shape, _)| *shape == self).map_or("", |(_, name)| name)
    }
}

/// What a rule is about; reports and `--only`/`--skip` use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Category {
    Copyright,
    Related,
    Teaser,
    Spam,
    Nav,
    Meta,
    Credit,
    Widget,
    Share,
    Comments,
    Ads,
    Media,
    Other,
}

impl Category {
    /// Every category with its name in rules and options.
    pub const ALL: [(Category, &'static str); 13] = [
        (Category::Copyright, "copyright"),
        (Category::Related, "related"),
        (Category::Teaser, "teaser"),
        (Category::Spam, "spam"),
        (Category::Nav, "nav"),
        (Category::Meta, "meta"),
        (Category::Credit, "credit"),
        (Category::Widget, "widget"),
        (Category::Share, "share"),
        (Category::Comments, "comments"),
        (Category::Ads, "ads"),
        (Category::Media, "media"),
        (Category::Other, "other"),
    ];

    /// Its name in rules and options.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(category, _)| *category == self).map_or("other", |(_, name)| name)
    }
}

/// Whether a rule acts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// It removes.
    #[default]
    On,
    /// It reports and counts, and removes nothing.
    Trial,
    /// It does nothing.
    Off,
}

/// What "body" means, from the least to the most that goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Profile {
    /// Spam, legal notices and damage only.
    Archive,
    /// Headline, dateline, captions and editor's notes stay; the rest of the boilerplate goes.
    #[default]
    Article,
    /// Headline, deck and bylines go too: what the gold standards call the body.
    Body,
}

/// An example inside a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Example {
    /// The text; several lines for the kinds that take several.
    pub text: String,
    /// What is left of it, where the example says so (`before => after`).
    pub result: Option<String>,
    /// The line of the source file on which it stands, from 1.
    pub line: u32,
}

/// One `[[repair]]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Repair {
    /// The file without its ending.
    pub file: String,
    /// Its name, unique in its file.
    pub name: String,
    /// Why it exists.
    pub note: Option<String>,
    /// Whether it acts.
    pub status: Status,
    /// What it does.
    pub action: RepairAction,
    /// Only for these hosts and their subdomains; empty for all.
    pub sites: Vec<String>,
    /// A damaged text…
    pub before: Vec<Example>,
    /// …and what it must become.
    pub after: Vec<Example>,
    /// The line of the source file on which the table starts, from 1.
    pub line: u32,
}

impl Repair {
    /// Its full name, `file › name`: the identity in every report.
    pub fn full_name(&self) -> String {
        format!("{} › {}", self.file, self.name)
    }
}

/// What a repair does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RepairAction {
    /// Puts `replace` for `find`, byte for byte.
    Replace {
        /// Where in a line.
        at: RepairAt,
        /// The damaged text.
        find: String,
        /// What it should be.
        replace: String,
    },
    /// Pinyin in parentheses behind Han characters, where its density proves damage.
    InsertedPinyin,
    /// `???` or `?` at line starts that were indents.
    LostIndent,
    /// Bytes of GBK text in which `？` became `?` across a character boundary.
    ShiftedGbk,
    /// White space at line starts.
    TrimIndent,
    /// Tags of HTML at line ends, where nothing opens them.
    StrayTags,
    /// Several blank lines in a row become one.
    BlankLines,
    /// Full-width letters and digits become half-width.
    FullWidthAscii,
}

/// Where in a line a replacement applies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum RepairAt {
    /// Only at the start of a line.
    LineStart,
    /// Only at the end of a line.
    LineEnd,
    /// Everywhere.
    #[default]
    Anywhere,
}

/// What `settings.toml` says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// Characters (not space) of body that must remain, else the document passes unchanged.
    pub min_left: u32,
    /// So many short lines in a row that stand below the text between lines that go, go with them.
    pub lines_between: u32,
    /// Full names of rules that are switched off.
    pub off: Vec<String>,
    /// Names of sites, for the slot `{site}`: host and its names.
    pub sites: Vec<(String, Vec<String>)>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { min_left: 30, lines_between: 2, off: Vec::new(), sites: Vec::new() }
    }
}
