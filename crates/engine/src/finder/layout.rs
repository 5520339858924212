//! The cues by name: families of them, and the number of each.
//!
//! A family is a stem and some sets of labels; its cues are all combinations, in row-major
//! order: family `length_end` with `length` and `stop|open` has `length_u1_2_stop` first. Cues
//! have numbers while pages are scored, and names in `points.toml`. To add a cue, add a family
//! (or a label at the end of a set) and emit it in `cues/`.

use dehusk_text::markup::{PAGE_KINDS, WORD_CLASSES, inside};

/// Its phrases make `phrase_…` cues. Those that do come first in [`TABLE`].
const PHRASE_CUE: u8 = 1;
/// It makes a line look like boilerplate to the lines around.
const BOIL: u8 = 2;
/// Its last line above is remembered: what stands below a "related" heading is judged by it.
const ANCHOR: u8 = 4;

/// The classes of lines and what each is for; `words.toml` says what stands in them. Another class
/// is a line here and a table there.
const TABLE: &[(&str, u8)] = &[
    ("copyright", PHRASE_CUE | BOIL | ANCHOR),
    ("cookie", PHRASE_CUE | BOIL),
    ("subscribe", PHRASE_CUE | BOIL | ANCHOR),
    ("share", PHRASE_CUE | BOIL | ANCHOR),
    ("related", PHRASE_CUE | BOIL | ANCHOR),
    ("comments", PHRASE_CUE | BOIL | ANCHOR),
    ("login", PHRASE_CUE | BOIL | ANCHOR),
    ("legal_links", PHRASE_CUE | BOIL | ANCHOR),
    ("nav", PHRASE_CUE | BOIL),
    ("toc", PHRASE_CUE | ANCHOR),
    ("byline", PHRASE_CUE | ANCHOR),
    ("tags", PHRASE_CUE | BOIL | ANCHOR),
    ("ads", PHRASE_CUE | BOIL | ANCHOR),
    ("readmore", PHRASE_CUE | BOIL | ANCHOR),
    ("cta", PHRASE_CUE),
    ("affiliate", PHRASE_CUE | ANCHOR),
    ("bio", PHRASE_CUE | ANCHOR),
    ("forum_meta", PHRASE_CUE | BOIL),
    ("question", PHRASE_CUE),
    ("meta", PHRASE_CUE | BOIL | ANCHOR),
    ("credit", PHRASE_CUE | BOIL | ANCHOR),
    ("widget", PHRASE_CUE | BOIL | ANCHOR),
    ("media", PHRASE_CUE),
    ("spam", PHRASE_CUE | BOIL),
    ("pitch", PHRASE_CUE | ANCHOR),
    ("ending", ANCHOR),
    ("sources", ANCHOR),
    ("voice", 0),
    ("web", 0),
    ("phone", 0),
];

const fn count(uses: u8) -> usize {
    let (mut n, mut i) = (0, 0);
    while i < TABLE.len() {
        n += (TABLE[i].1 & uses == uses) as usize;
        i += 1;
    }
    n
}

/// The names of the classes with these uses; `N` is how many there are.
const fn named<const N: usize>(uses: u8) -> [&'static str; N] {
    let mut names = [""; N];
    let (mut n, mut i) = (0, 0);
    while i < TABLE.len() {
        if TABLE[i].1 & uses == uses {
            names[n] = TABLE[i].0;
            n += 1;
        }
        i += 1;
    }
    names
}

/// The names of all classes.
pub(crate) const CLASSES: &[&str] = &named::<{ count(0) }>(0);
/// How many of [`CLASSES`] make `phrase_…` cues: the first ones.
pub(crate) const PHRASES: usize = count(PHRASE_CUE);
const PHRASE: &[&str] = &named::<PHRASES>(PHRASE_CUE);
/// The classes whose last line above is remembered.
pub(crate) const ANCHORS: [&str; count(ANCHOR)] = named(ANCHOR);
/// The classes that make a line look like boilerplate, as bits.
pub(crate) const BOIL_CLASSES: u32 = {
    let (mut bits, mut i) = (0, 0);
    while i < TABLE.len() {
        assert!((TABLE[i].1 & PHRASE_CUE != 0) == (i < PHRASES), "classes with phrase cues come first");
        bits |= ((TABLE[i].1 & BOIL != 0) as u32) << i;
        i += 1;
    }
    bits
};

/// The place of a class in [`CLASSES`].
pub(crate) const fn class(name: &str) -> usize {
    place_of(CLASSES, name)
}

/// The place of a label in a set.
pub(crate) const fn place_of(set: &[&str], name: &str) -> usize {
    let mut i = 0;
    while i < set.len() {
        let (a, b) = (set[i].as_bytes(), name.as_bytes());
        if a.len() == b.len() {
            let mut same = true;
            let mut j = 0;
            while j < a.len() {
                same &= a[j] == b[j];
                j += 1;
            }
            if same {
                return i;
            }
        }
        i += 1;
    }
    panic!("no such label")
}

const LENGTH: &[&str] =
    &["u1_2", "u3_4", "u5_6", "u7_9", "u10_13", "u14_18", "u19_26", "u27_40", "u41_60", "u61_100", "u101"];
const CLOSED: &[&str] = &["stop", "open"];
const END: &[&str] = &["none", "sent", "colon", "comma", "ellipsis"];
/// Short, middling, long; and, where a family has four, `L`: a long sentence.
const SIZE: &[&str] = &["s", "m", "l"];
const SIZE_L: &[&str] = &["s", "m", "l", "L"];
const UP_TO_2: &[&str] = &["0", "1", "2"];
const UP_TO_3: &[&str] = &["0", "1", "2", "3"];
const UP_TO_4: &[&str] = &["0", "1", "2", "3", "4"];
const UP_TO_5: &[&str] = &["0", "1", "2", "3", "4", "5"];
const ZONE: &[&str] = &["none", "head", "tail", "in_0", "in_a", "in_b", "in_c", "in_d", "in_e"];
const ZONE4: &[&str] = &["none", "head", "tail", "in"];
const DISTANCE: &[&str] = &["1", "2", "4", "8", "16", "far"];
const RUN: &[&str] = &["L", "s", "sstop", "sb", "sbstop", "h", "hstop", "hb", "hbstop"];
const SHAPE: &[&str] = &[
    "edge", "s", "sstop", "scolon", "sb", "sbstop", "sbcolon", "m", "mstop", "mcolon", "mb", "mbstop", "mbcolon", "l",
    "lstop", "lcolon", "lb", "lbstop", "lbcolon",
];
const EDGE: &[&str] = &["e", "s", "m", "l"];
const OWN: &[&str] = &["drop3", "drop2", "drop1", "keep1", "keep2", "keep3"];
const OWN3: &[&str] = &["drop", "open", "keep"];
const SIDE: &[&str] = &["above", "inside", "below"];
const UP_TO_6: &[&str] = &["0", "1", "2", "3", "4", "5", "6"];
const UP_TO_7: &[&str] = &["0", "1", "2", "3", "4", "5", "6", "7"];
const UP_TO_8: &[&str] = &["0", "1", "2", "3", "4", "5", "6", "7", "8"];
const UP_TO_10: &[&str] = &["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"];

struct Info {
    stem: &'static str,
    says: &'static str,
    labels: &'static [&'static [&'static str]],
}

macro_rules! families {
    ($($id:ident $stem:literal [$($labels:expr),* $(,)?], $says:literal;)*) => {
        /// A family of cues.
        #[derive(Clone, Copy, Debug)]
        #[repr(usize)]
        pub(crate) enum Family { $($id),* }
        const INFO: &[Info] = &[$(Info { stem: $stem, says: $says, labels: &[$($labels),*] }),*];
    };
}

families! {
    // What the line itself is made of.
    Length "length" [LENGTH], "the length of the line";
    LengthEnd "length" [LENGTH, CLOSED], "its length and whether a sentence ends there";
    End "end" [END], "how the line ends";
    FunctionWords "function_words" [&["none", "low", "some", "much", "most"]], "the share of function words";
    FunctionWordsAt "function_words" [&["few", "enough"], &["len0", "len1", "len2", "len3", "len4"]], "function words at a length";
    Inner "inner" [UP_TO_3], "sentences that end inside the line";
    Comma "comma" [UP_TO_3], "commas";
    Flag "" [FLAGS], "single marks of the line";
    Mark "" [&["date", "url", "phone", "price", "code"], &["s", "l"]], "marks on a short (s) or long (l) line";
    Bullet "bullet" [UP_TO_2, &["short", "mid", "long"]], "bullets (1) and numbers (2) before the line";
    Indent "indent" [&["some", "deep"], &["plain", "bul"]], "its indent";
    Blank "blank_above_below" [UP_TO_2, UP_TO_2], "blank lines above and below";
    Cjk "cjk" [SIZE_H, CLOSED, &["c", "n"]], "lines of Han characters or kana: length, end, commas (c) or none (n)";
    Flat "flat" [LENGTH], "long lines without any punctuation";
    Voice "voice" [SIZE], "the voice of comments";
    // Phrases.
    Phrase "phrase" [PHRASE, SIZE], "phrases of a class (words.toml) on a line of that size";
    NoPhrase "phrase_none" [SIZE], "no phrase of any class";
    Phrases "phrases" [UP_TO_3, SIZE], "how many classes have a phrase on the line";
    // What stands elsewhere on the page too.
    Duplicate "duplicate" [&["first", "again", "thrice", "prefix"], SIZE], "the same line, or the same first words, elsewhere on the page";
    WordsShared "words_shared" [UP_TO_4, SIZE], "the share of its words that stand in other long sentences";
    WordsAbove "words_above" [UP_TO_4, SIZE_L], "the share of its words that stand in long sentences above";
    TopicAbove "topic_above" [UP_TO_4, SIZE_L], "the same share over the lines around it: low where another topic begins";
    FirstPerson "first_person" [&["some", "much"], SIZE], "words like I and my, of comments and posts";
    // What stands beside it.
    Run "run_of" [RUN, UP_TO_4], "the length of the run of lines of one shape";
    RunBoil "run_of" [RUN, &["b0", "b1", "b2", "b3"]], "the share of boilerplate phrases in that run";
    Nearby "nearby" [NEARBY, UP_TO_3], "how many such lines stand within six lines";
    NearbyAt "nearby" [NEARBY_AT, SIZE_L], "two or more such lines within six, by the size of this one";
    Above "line_above" [SHAPE], "the shape of the line above";
    Below "line_below" [SHAPE], "the shape of the line below";
    Triple "shape_triple" [EDGE, &["s", "sb", "sstop", "scolon", "m", "mb", "mstop", "mcolon", "l", "lb", "lstop", "lcolon"], EDGE], "the shapes of the line above, this one, the line below";
    AbovePhrase "line_above_phrase" [PHRASE], "phrases on the line above";
    BelowPhrase "line_below_phrase" [PHRASE], "phrases on the line below";
    AboveMark "line_above" [&["date", "price", "dup", "taken"]], "marks of the line above";
    BelowMark "line_below" [&["date", "price", "dup", "taken"]], "marks of the line below";
    MeanAbove "mean_length_above" [&["2", "6"], UP_TO_5], "the mean length of the two or six lines above";
    MeanBelow "mean_length_below" [&["2", "6"], UP_TO_5], "the mean length of the two or six lines below";
    // Where it stands, seen from the long sentences.
    Zone "zone" [ZONE], "the place among the long sentences";
    ZoneSize "zone" [ZONE, SIZE], "that place and the size";
    ZoneEnd "zone" [ZONE4, SIZE, END], "that place, the size and the end";
    HanZone "han_zone" [ZONE4, SIZE, CLOSED], "that place, for lines of Han characters";
    FromStart "lines_from_start" [UP_TO_5, SIZE_L], "lines from the start: 1 2 4 8 16";
    FromEnd "lines_from_end" [UP_TO_5, SIZE_L], "lines from the end: 1 2 4 8 16";
    IndentOther "indent_other" [&["less", "more"], SIZE_L], "an indent that is not that of most of the text";
    Tenth "page_tenth" [&["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]], "the tenth of the page";
    SentenceAbove "sentence_above" [DISTANCE], "lines to the long sentence above";
    SentenceBelow "sentence_below" [DISTANCE], "lines to the long sentence below";
    SentenceBoth "sentence_above_below" [&["1", "4", "16", "far"], &["1", "4", "16", "far"]], "lines to both";
    SentenceBothSize "sentence_above_below" [&["n", "m", "f"], &["n", "m", "f"], SIZE], "lines to both (near, middling, far) and the size";
    Within "sentences_within" [&["3", "10", "25"], UP_TO_5], "long sentences within 3, 10, 25 lines";
    Cluster "cluster" [&["none", "before", "biggest", "after"], UP_TO_4, SIZE_L], "the cluster of long sentences around the line, against the biggest on the page";
    After "after" [&ANCHORS, UP_TO_3, &["early", "late"], &["n", "m", "f"]], "a phrase of a class above: after how many long sentences, in which half, how near";
    Passed "anchors_passed" [UP_TO_5, SIZE_L], "how many kinds of boilerplate headings stand above";
    Section "section" [&["above", "opening", "next", "further"], UP_TO_4, SIZE_L], "its place among the sections that end marks cut, and how big the first one is beside the biggest";
    FirstCluster "first_cluster" [&["before", "in", "after"], UP_TO_4, SIZE_L], "its place to the first cluster of long sentences, and how big that one is beside the biggest";
    BoilBelow "boil_below" [UP_TO_4, SIZE_L], "the share of boilerplate phrases below";
    BoilAbove "boil_above" [UP_TO_4, SIZE_L], "the share of boilerplate phrases above";
    Under "under_heading" [PHRASE, &["L", "other"]], "phrases of the nearest short line above";
    // What the page is.
    PageKind "page" [PAGE_KIND, SIZE_L], "what the page is";
    PageZone "page" [&["sparse", "mixed", "prose"], &["zone"], ZONE4], "what the page is, and the place";
    // What the markup says, for texts that were made of HTML.
    Linked "linked" [UP_TO_4, SIZE_L], "how much of the line is link text";
    Inside "inside" [&inside::NAMES, SIZE_L], "an element around the line, by tag or role";
    Own "element" [&inside::NAMES, SIZE_L], "what the element right around the line is";
    HeadingLevel "heading" [UP_TO_6, SIZE], "the level of the heading";
    NearWord "near_word" [&WORD_CLASSES, SIZE_L], "a word (markup.toml) of the names of the three elements next around";
    FarWord "far_word" [&WORD_CLASSES, SIZE_L], "a word of the names of elements farther around";
    Says "says" [&["title", "author", "in_data", "not_in_data", "description", "broken", "in_data_of_other", "not_in_data_of_other"], SIZE_L], "what the data of the page say of the line";
    BoxLinked "box_linked" [&["1", "2", "3"], UP_TO_4, SIZE_L], "the share of link text in the first, second, third element around";
    BoxShare "box_share" [&["1", "2", "3"], UP_TO_4, SIZE_L], "the share of the prose of the page in the first, second, third element around";
    FromMain "from_main" [&["half", "most"], UP_TO_5, SIZE_L], "how far outside the element that holds half, or most, of the prose";
    BeforeMain "from_main" [&["before", "behind"], UP_TO_3, SIZE], "the same, before and behind that element";
    Kin "kin" [UP_TO_4, UP_TO_3, SIZE_L], "how many elements like one around the line stand beside it, and the prose in each";
    DataKind "data_kind" [&PAGE_KINDS, &["in", "out"], SIZE_L], "what the page says that it is, in the element that holds most of the prose and out of it";
    Articles "articles" [UP_TO_3, &["in", "out"], SIZE_L], "how many article elements with prose there are, in them and out";
    AfterTitle "title" [&["none", "above", "near", "below"], SIZE_L], "the line of the title";
    TemplateShare "template_share" [UP_TO_4, SIZE_L], "the share of the prose of the page in lines that are made like this one";
    Template "template" [UP_TO_4, UP_TO_3, SIZE_L], "how many lines are made like this one, and how many of them are long sentences";
    Deeper "deeper" [UP_TO_6, SIZE_L], "how much deeper it stands than most of the prose; 2 is as deep";
    PageWord "page_word" [&WORD_CLASSES, &["in", "out"]], "a word of the names of the page as a whole, in the element that holds most of the prose and out of it";
    FromTitle "from_title" [UP_TO_5, &["above", "below"], SIZE_L], "how far out from the title the element is that holds the line too";
    FromTitleShare "from_title_share" [UP_TO_3, SIZE_L], "the share of the prose of the page in that element";
    Over "over" [PHRASE, SIZE_L], "phrases of the headings over the line";
    OverRank "over_rank" [UP_TO_7, &["title", "other"], SIZE_L], "the rank of the heading over the line, and whether the title is over it too";
    Chosen "chosen" [&["han", "other"], UP_TO_4, SIZE_L], "how far outside the element around most paragraphs, on pages in Han characters and on others";
    // The second pass: the scores of the lines around.
    ScoreAbove "score_above" [NEAR, UP_TO_8], "the points of the lines above";
    ScoreBelow "score_below" [NEAR, UP_TO_8], "the points of the lines below";
    ScoreAboveOwn "score_above" [NEAR, &["coarse"], UP_TO_4, OWN], "the points above and its own";
    ScoreBelowOwn "score_below" [NEAR, &["coarse"], UP_TO_4, OWN], "the points below and its own";
    WeightedAbove "weighted_above" [NEAR, UP_TO_7], "the points above, by length";
    WeightedBelow "weighted_below" [NEAR, UP_TO_7], "the points below, by length";
    BothWide "both_sides_wide" [UP_TO_2, UP_TO_2, OWN], "the points above and below and its own";
    BothNear "both_sides_near" [UP_TO_2, UP_TO_2, OWN3, SIZE], "the nearest points above and below, its own and its size";
    BodyAbove "body_above" [UP_TO_5, OWN], "the share of the likely body above";
    BodyBelow "body_below" [UP_TO_5, OWN], "the share of the likely body below";
    BodyAboveSize "body_above" [UP_TO_5, SIZE], "the share of the likely body above, and the size";
    BodyBelowSize "body_below" [UP_TO_5, SIZE], "the share of the likely body below, and the size";
    Core "distance_to_core" [UP_TO_10], "lines to the core of the body";
    CoreOwn "distance_to_core" [UP_TO_10, OWN3], "lines to the core and its own points";
    Path "path_to_core" [&["0", "1", "2", "3", "4", "5", "6"]], "what lies between the line and the core";
    PathOwn "path_to_core" [&["0", "1", "2", "3", "4", "5", "6"], OWN], "what lies between, and its own points";
    PathSide "path_to_core" [&["0", "1", "2", "3", "4", "5", "6"], SIDE], "what lies between, and the side";
    Neighbours "neighbours" [UP_TO_3, UP_TO_3, OWN], "the points of both neighbours and its own";
    BodyShare "body_share" [UP_TO_4, OWN], "the share of the page that is likely body";
    CoreShare "core_share" [UP_TO_3, OWN], "the share of the likely body in the core";
    Gap "gap_above_below" [UP_TO_4, UP_TO_4], "lines to the likely body above and below";
    NearerGap "nearer_gap" [UP_TO_4, OWN], "lines to the likely body on the nearer side";
    FartherGap "farther_gap" [UP_TO_4, OWN], "lines to the likely body on the farther side";
    // The scores in the elements around.
    BoxScore "box_score" [&["1", "2", "3"], UP_TO_6, OWN], "the points of the other lines in the first, second, third element around, and its own";
    BoxBody "box_body" [&["1", "2", "3"], UP_TO_4, OWN], "the share of the likely body in these elements, and its own points";
    TemplateScore "template_score" [UP_TO_6, OWN], "the points of the other lines that are made like this one, and its own";
    TemplateScoreSize "template_score" [UP_TO_6, SIZE], "the points of these lines, and the size";
    KinScore "kin_score" [UP_TO_6, OWN], "the points in elements like one around the line that stand beside it, and its own";
    BestBox "best_box" [UP_TO_4, OWN], "how far outside the element with the greatest sum of points, and its own";
    BestBoxSide "best_box" [&["above", "below"], UP_TO_4, SIZE], "the same, above and below that element";
    ChosenOwn "chosen_own" [&["han", "other"], UP_TO_4, OWN], "how far outside the element around most paragraphs, and its own points";
    // Lines that belong to what stays.
    Whole "whole" [&["item", "paragraph", "headline", "above_body", "between", "ending", "amount", "outside"]], "what belongs to lines that stay: an item of a list, a paragraph of a short text, the headline of an article, a line in the middle of running text, the sentences that a text ends with, an amount of a recipe; the headline above a body; and on pages in Han characters what stands outside the element around most paragraphs";
}

pub(crate) const FLAGS: &[&str] = &[
    "all_caps_words",
    "many_caps_words",
    "starts_lower",
    "upper",
    "digits_half",
    "digits_some",
    "no_word",
    "table",
    "tabs",
    "date",
    "url",
    "phone",
    "price",
    "code",
    "sep1",
    "sep3",
    "you",
    "you_much",
    "name_like",
    "cjk_pieces",
    "we",
    "we_much",
    "quoted",
];
const SIZE_H: &[&str] = &["s", "m", "h", "l"];
const NEAR: &[&str] = &["near", "wide"];
pub(crate) const NEARBY: &[&str] =
    &["date", "boil", "forum", "head", "name", "dup", "voice", "bul", "sent", "price", "rm", "taken", "meta", "login"];
/// How many of [`NEARBY`] are also told by the size of the line: the first ones, and `taken`.
const NEARBY_AT: &[&str] = &["date", "boil", "forum", "head", "name", "taken"];
const PAGE_KIND: &[&str] =
    &["sparse", "mixed", "prose", "few_sentences", "many_sentences", "forumlike", "pricelike", "han", "english"];

const FAMILIES: usize = INFO.len();

/// Where the numbers of a family begin; one more for the end.
const BASES: [u32; FAMILIES + 1] = {
    let mut bases = [0; FAMILIES + 1];
    let mut i = 0;
    while i < FAMILIES {
        let mut size = 1;
        let mut d = 0;
        while d < INFO[i].labels.len() {
            size *= INFO[i].labels[d].len() as u32;
            d += 1;
        }
        bases[i + 1] = bases[i] + size;
        i += 1;
    }
    bases
};

/// By family and place, counted from the end: how many labels.
const DIMS: [[u32; 4]; FAMILIES] = {
    let mut dims = [[1; 4]; FAMILIES];
    let mut i = 0;
    while i < FAMILIES {
        let labels = INFO[i].labels;
        let mut d = 0;
        while d < labels.len() {
            dims[i][4 - labels.len() + d] = labels[d].len() as u32;
            d += 1;
        }
        i += 1;
    }
    dims
};

/// How many cues there are.
pub(crate) const CUES: usize = BASES[FAMILIES] as usize;
/// The first cue of the second pass.
pub(crate) const SECOND: usize = BASES[Family::ScoreAbove as usize] as usize;
/// The first cue that is not fitted.
pub(crate) const WHOLE: usize = BASES[Family::Whole as usize] as usize;

impl Family {
    #[inline]
    pub(crate) fn one(self, a: usize) -> u32 {
        debug_assert!((a as u32) < BASES[self as usize + 1] - BASES[self as usize], "{self:?} {a}");
        BASES[self as usize] + a as u32
    }

    #[inline]
    pub(crate) fn two(self, a: usize, b: usize) -> u32 {
        let dims = &DIMS[self as usize];
        debug_assert!((a as u32) < dims[2] && (b as u32) < dims[3], "{self:?} {a} {b}");
        BASES[self as usize] + a as u32 * dims[3] + b as u32
    }

    #[inline]
    pub(crate) fn three(self, a: usize, b: usize, c: usize) -> u32 {
        let dims = &DIMS[self as usize];
        debug_assert!((a as u32) < dims[1] && (b as u32) < dims[2] && (c as u32) < dims[3], "{self:?} {a} {b} {c}");
        BASES[self as usize] + (a as u32 * dims[2] + b as u32) * dims[3] + c as u32
    }

    #[inline]
    pub(crate) fn four(self, a: usize, b: usize, c: usize, d: usize) -> u32 {
        let dims = &DIMS[self as usize];
        debug_assert!((b as u32) < dims[1] && (c as u32) < dims[2] && (d as u32) < dims[3], "{self:?} {a} {b} {c} {d}");
        BASES[self as usize] + ((a as u32 * dims[1] + b as u32) * dims[2] + c as u32) * dims[3] + d as u32
    }
}

/// Where each group of families begins, its name, and what its cues look at.
pub(crate) const GROUPS: [(Family, &str, &str); 10] = [
    (Family::Length, "own", "what the line itself is made of"),
    (Family::Phrase, "phrases", "which phrases stand on it, by words.toml and by the rules"),
    (Family::Duplicate, "elsewhere", "what stands elsewhere on the page too"),
    (Family::Run, "beside", "what stands beside it"),
    (Family::Zone, "place", "where it stands among the long sentences"),
    (Family::PageKind, "page", "what the page is"),
    (Family::Linked, "markup", "what the markup says"),
    (Family::ScoreAbove, "second", "what the first pass made of the lines around"),
    (Family::BoxScore, "blocks", "what the first pass made of the elements around"),
    (Family::Whole, "whole", "what belongs to lines that stay; these points are not fitted"),
];

/// The group of a cue: its name and what it looks at.
pub(crate) fn group(cue: usize) -> (&'static str, &'static str) {
    let at = GROUPS.partition_point(|(first, ..)| BASES[*first as usize] as usize <= cue);
    let (_, name, says) = GROUPS[at - 1];
    (name, says)
}

/// What a cue's family is about.
pub(crate) fn about(cue: usize) -> &'static str {
    let family = BASES.partition_point(|&base| base as usize <= cue) - 1;
    INFO[family].says
}

/// What each family is about.
#[cfg(test)]
pub(crate) fn abouts() -> impl Iterator<Item = &'static str> {
    INFO.iter().map(|info| info.says)
}

/// The name of every cue, in the order of their numbers.
pub(crate) fn names() -> Vec<String> {
    let mut names = Vec::with_capacity(CUES);
    each_name(&mut |name| names.push(name.to_string()));
    names
}

/// Calls `visit` with the name of every cue, in the order of their numbers.
pub(crate) fn each_name(visit: &mut dyn FnMut(&str)) {
    let mut name = String::new();
    for info in INFO {
        name.clear();
        name.push_str(info.stem);
        each_with(&mut name, info.labels, visit);
    }
}

/// The names that begin with `stem` and go on with one of each of the labels.
fn each_with(stem: &mut String, labels: &[&[&str]], visit: &mut dyn FnMut(&str)) {
    let Some((first, rest)) = labels.split_first() else { return visit(stem) };
    let length = stem.len();
    for label in *first {
        if length > 0 {
            stem.push('_');
        }
        stem.push_str(label);
        each_with(stem, rest, visit);
        stem.truncate(length);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cue_has_a_name_of_its_own() {
        let mut names = names();
        assert_eq!(names.len(), CUES);
        assert_eq!(names[Family::LengthEnd.two(0, 1) as usize], "length_u1_2_open");
        assert_eq!(names[Family::After.four(1, 2, 1, 0) as usize], "after_subscribe_2_late_n");
        names.sort();
        let before = names.len();
        names.dedup();
        assert_eq!(names.len(), before);
    }
}
