//! What the markup of a page says about the lines of the text that was made of it.
//!
//! Plain data: who reads HTML fills it in, the body finder asks it. Every line stands in a *container*, an
//! element of the page that holds lines; containers stand in each other, so that what an element
//! says holds for all lines in it.

/// What a container is, by its tag or its ARIA role. A bit each.
pub mod inside {
    /// `nav`, role `navigation`.
    pub const NAV: u32 = 1;
    /// `header`, role `banner`.
    pub const HEADER: u32 = 1 << 1;
    /// `footer`, role `contentinfo`.
    pub const FOOTER: u32 = 1 << 2;
    /// `aside`, role `complementary`.
    pub const ASIDE: u32 = 1 << 3;
    /// `form`, roles `form` and `search`; controls to fill in or press.
    pub const FORM: u32 = 1 << 4;
    /// `article`, role `article`.
    pub const ARTICLE: u32 = 1 << 5;
    /// `main`, role `main`.
    pub const MAIN: u32 = 1 << 6;
    /// `figure`.
    pub const FIGURE: u32 = 1 << 7;
    /// `figcaption`, and `caption` of a table.
    pub const CAPTION: u32 = 1 << 8;
    /// `li`, `dt` and `dd`.
    pub const LIST: u32 = 1 << 9;
    /// `td` and `th`.
    pub const TABLE: u32 = 1 << 10;
    /// `blockquote`.
    pub const QUOTE: u32 = 1 << 11;
    /// `pre`.
    pub const CODE: u32 = 1 << 12;
    /// `p`.
    pub const PARAGRAPH: u32 = 1 << 13;
    /// A heading.
    pub const HEADING: u32 = 1 << 14;
    /// Not shown: `hidden`, `display: none`, a closed dialog, `noscript`.
    pub const HIDDEN: u32 = 1 << 15;
    /// Marked as the text of an article: `itemprop="articleBody"` and the like.
    pub const MARKED_BODY: u32 = 1 << 16;
    /// `section`.
    pub const SECTION: u32 = 1 << 17;
    /// `address`, `time` and `cite`.
    pub const ADDRESS: u32 = 1 << 18;

    /// Their names, in the order of the bits.
    pub const NAMES: [&str; 19] = [
        "nav",
        "header",
        "footer",
        "aside",
        "form",
        "article",
        "main",
        "figure",
        "caption",
        "list",
        "table",
        "quote",
        "code",
        "paragraph",
        "heading",
        "hidden",
        "marked_body",
        "section",
        "address",
    ];
}

/// An element that holds lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Container {
    /// The container around it; that of the page is its own.
    pub parent: u32,
    /// How many containers are around it.
    pub depth: u32,
    /// What it is: bits of [`inside`].
    pub inside: u32,
    /// Classes of words in its `class`, `id`, `role` and `itemprop`, a bit each.
    pub words: u64,
    /// The same for elements of one tag and class.
    pub kin: u64,
    /// Characters in it, and those of link texts.
    pub chars: u32,
    /// Characters of link texts.
    pub linked: u32,
}

/// What a line says of the page as a whole.
pub mod line {
    /// It is the title of the page.
    pub const TITLE: u32 = 1;
    /// It names the author.
    pub const AUTHOR: u32 = 1 << 1;
    /// The page's data (JSON-LD) give it as text of the article.
    pub const IN_DATA: u32 = 1 << 2;
    /// It says what the description of the page says.
    pub const DESCRIPTION: u32 = 1 << 3;
    /// It goes on where the line above was broken off.
    pub const BROKEN: u32 = 1 << 4;
    /// The page's data give a text of the article, whether it is in it or not.
    pub const HAS_DATA: u32 = 1 << 5;
}

/// What the markup says about one line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LineMarkup {
    /// The container around it.
    pub container: u32,
    /// Percent of its characters that are link text.
    pub linked: u8,
    /// Level of the heading that it is, 1 to 6; 0 for none.
    pub heading: u8,
    /// Bits of [`mod@line`].
    pub says: u32,
}

/// What a page says that it is, in JSON-LD or Open Graph; of several the last in this order counts.
pub const PAGE_KINDS: [&str; 8] = ["unknown", "site", "business", "list", "article", "offer", "product", "forum"];

/// What the markup says about each line of a text, blank ones too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageMarkup {
    /// By line.
    pub lines: Vec<LineMarkup>,
    /// By number; the first is the page.
    pub containers: Vec<Container>,
    /// What the page says that it is: a place in [`PAGE_KINDS`].
    pub kind: u8,
}

/// The classes of words in `class`, `id`, `role` and `itemprop` of elements, in the order of the bits of
/// [`Container::words`]; `rules/finder/markup.toml` says which words stand in them.
pub const WORD_CLASSES: [&str; 34] = [
    "content",
    "comment",
    "related",
    "share",
    "sidebar",
    "byline",
    "date",
    "caption",
    "promo",
    "ad",
    "cookie",
    "nav",
    "footer",
    "header",
    "tags",
    "newsletter",
    "login",
    "pager",
    "breadcrumb",
    "bio",
    "title",
    "summary",
    "gallery",
    "widget",
    "popup",
    "meta",
    "product",
    "review",
    "post",
    "source",
    "toc",
    "reference",
    "list",
    "item",
];

/// What stands around a line: a set, of which a rule may ask for any part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LineAround {
    /// Bits of [`inside`], of all elements around.
    pub inside: u32,
    /// Classes of words in their names.
    pub words: u64,
    /// At least half of the line is link text.
    pub is_link: bool,
}

impl LineAround {
    /// The set that a name means: a tag or role, a class of words, or both; `None` for other names.
    pub fn named(name: &str) -> Option<Self> {
        let bit = |place: Option<usize>| place.map_or(0, |at| 1_u64 << at);
        let found = Self {
            inside: bit(inside::NAMES.iter().position(|known| *known == name)) as u32
                | if name == "sidebar" { inside::ASIDE } else { 0 },
            words: bit(WORD_CLASSES.iter().position(|known| *known == name)),
            is_link: name == "link",
        };
        (found != Self::default()).then_some(found)
    }

    /// Both sets.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            inside: self.inside | other.inside,
            words: self.words | other.words,
            is_link: self.is_link || other.is_link,
        }
    }

    /// Whether the sets have something in common.
    pub fn meets(self, other: Self) -> bool {
        self.inside & other.inside != 0 || self.words & other.words != 0 || (self.is_link && other.is_link)
    }
}

/// An element around this much of the page (percent) says nothing by its name (`class="page has-sidebar"`).
const WHOLE_PAGE: u64 = 70;
/// With this much link text, in percent, a line is a link.
pub const LINKED: u8 = 50;

impl PageMarkup {
    /// The classes of words in the name of a container; none for one around nearly the whole page.
    pub fn words(&self, container: u32) -> u64 {
        let of = |at: u32| &self.containers[at as usize];
        let is_page = u64::from(of(container).chars) * 100 >= u64::from(of(0).chars.max(1)) * WHOLE_PAGE;
        if is_page { 0 } else { of(container).words }
    }

    /// What stands around a line.
    pub fn around(&self, line: usize) -> LineAround {
        let Some(facts) = self.lines.get(line) else { return LineAround::default() };
        let mut around = LineAround { is_link: facts.linked >= LINKED, ..LineAround::default() };
        let mut at = facts.container;
        while at != 0 {
            around.inside |= self.containers[at as usize].inside;
            around.words |= self.words(at);
            at = self.containers[at as usize].parent;
        }
        around
    }
}
