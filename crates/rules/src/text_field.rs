//! [`TextField`]: the one table of the settings of a rule that are texts.
//!
//! A new condition that is a text takes a row here, a field of [`Conditions`], a row of [`FIELDS`](super::FIELDS)
//! (its names and its meaning) and a case in the suite. Reading, matching, the linter, the reasons, the sentences of
//! the documentation and the slow reference of the tests use this table.

use serde::{Deserialize, Serialize};

use super::model::{Action, Conditions, Phrase, Remove, Rule};
use dehusk_text::Anchor;

/// What the texts of a field decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextRole {
    /// The line must have one of them.
    OneOf,
    /// The line must have every one of them.
    AllOf,
    /// The line must be made of them alone.
    MadeOf,
    /// The line must match one of these regexes.
    Regex,
    /// The line must have none of them. Checked last, when all else holds, which is rare.
    NoneOf,
    /// Every further line that goes must have one of them.
    FurtherLines,
    /// The last line that goes must have one of them.
    LastLine,
    /// The lines around each comment of a thread.
    Frames,
    /// No line of the page may be one of them.
    NotOnPage,
}

/// Makes the enum and everything that the table says about it.
macro_rules! text_fields {
    ($($variant:ident $setting:ident, $kept:ident, $role:ident, $anchor:ident, $mask:expr, $zh:literal, $en:literal;)*) => {
        /// The settings of a rule that are texts, in the order in which a `phrase` rule prefers them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[allow(missing_docs)]
        pub enum TextField {
            $($variant,)*
        }

        impl TextField {
            /// All of them.
            pub const ALL: [TextField; [$(TextField::$variant),*].len()] = [$(TextField::$variant),*];

            /// Its name in rule files.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => stringify!($setting),)* }
            }

            /// What its texts decide.
            pub const fn role(self) -> TextRole {
                match self { $(Self::$variant => TextRole::$role,)* }
            }

            /// Where in the line its texts must stand.
            pub const fn anchor(self) -> Anchor {
                match self { $(Self::$variant => Anchor::$anchor,)* }
            }

            /// The bit in the mask of a line that is set when one of its texts is found. A field of which all texts
            /// must be found has one bit for each text; this is the first. 0 for a field that is not searched this
            /// way.
            pub const fn mask(self) -> u64 {
                match self { $(Self::$variant => $mask,)* }
            }

            /// How the condition reads in a sentence: in Chinese with `…` in place of the texts, in English the words
            /// before them.
            pub const fn words(self) -> (&'static str, &'static str) {
                match self { $(Self::$variant => ($zh, $en),)* }
            }

            /// Its texts in a rule.
            pub fn texts(self, rule: &Rule) -> &[Phrase] {
                match self { $(Self::$variant => text_fields!(@texts $kept rule $setting),)* }
            }

            /// The list of its texts, if it is a condition on the line.
            pub fn in_conditions(self, conditions: &mut Conditions) -> Option<&mut Vec<Phrase>> {
                match self { $(Self::$variant => text_fields!(@conditions $kept conditions $setting),)* }
            }

            /// The list of its texts, if it belongs to a way of removing.
            pub fn in_remove(self, remove: &mut Remove) -> Option<&mut Vec<Phrase>> {
                match self { $(Self::$variant => text_fields!(@remove $kept remove $setting),)* }
            }
        }
    };
    (@texts conditions $rule:ident $setting:ident) => { &$rule.conditions.$setting };
    (@texts remove $rule:ident $setting:ident) => {
        match &$rule.action {
            Action::Remove(remove) => &remove.$setting,
            Action::Keep => &[],
        }
    };
    (@conditions conditions $of:ident $setting:ident) => { Some(&mut $of.$setting) };
    (@conditions remove $of:ident $setting:ident) => { None };
    (@remove remove $of:ident $setting:ident) => { Some(&mut $of.$setting) };
    (@remove conditions $of:ident $setting:ident) => { None };
}

text_fields! {
    // name in Rust   in files            kept in     decides       anchor  bit     Chinese            English
    Is                is,                 conditions, OneOf,        Whole,  1,      "就是…",           "is";
    StartsWith        starts_with,        conditions, OneOf,        Start,  1 << 1, "以…开头",         "starts with";
    EndsWith          ends_with,          conditions, OneOf,        End,    1 << 2, "以…结尾",         "ends with";
    Contains          contains,           conditions, OneOf,        Inside, 1 << 3, "含有…",           "contains";
    AlsoContains      also_contains,      conditions, OneOf,        Inside, 1 << 7, "还含有…",         "also contains";
    MadeOf            made_of,            conditions, MadeOf,       Whole,  1 << 8, "只由…组成",       "is made only of";
    // Its second text has the next bit, and so on: it must be the highest.
    ContainsAll       contains_all,       conditions, AllOf,        Inside, 1 << 9, "同时含有…",       "contains all of";
    Regex             regex,              conditions, Regex,        Inside, 1 << 4, "符合正则表达式…", "matches the regular expression";
    UnlessIs          unless_is,          conditions, NoneOf,       Whole,  0,      "不是…",           "is not";
    UnlessStartsWith  unless_starts_with, conditions, NoneOf,       Start,  0,      "不以…开头",       "does not start with";
    UnlessEndsWith    unless_ends_with,   conditions, NoneOf,       End,    0,      "不以…结尾",       "does not end with";
    UnlessContains    unless_contains,    conditions, NoneOf,       Inside, 0,      "不含…",           "does not contain";
    LinesContain      lines_contain,      remove,     FurtherLines, Inside, 1 << 5, "含有…",           "contains";
    Until             until,              remove,     LastLine,     Whole,  1 << 6, "就是…",           "is";
    Frames            frames,             remove,     Frames,       Whole,  0,      "就是…",           "is";
    UnlessPageHas     unless_page_has,    remove,     NotOnPage,    Whole,  0,       "就是…",          "is";
}

/// The greatest number of texts in `contains_all`: what is left of 64 bits.
pub const MAX_CONTAINS_ALL: usize = 64 - TextField::ContainsAll.mask().trailing_zeros() as usize;

impl TextField {
    /// The field of this name.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }

    /// The fields of this role.
    pub fn of_role(role: TextRole) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |field| field.role() == role)
    }

    /// The fields whose texts a line must have (one or all of them), without `regex`.
    pub fn asked() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|field| field.is_asked())
    }

    /// Whether a line must have one or all of its texts. False for `regex`.
    pub fn is_asked(self) -> bool {
        matches!(self.role(), TextRole::OneOf | TextRole::AllOf | TextRole::MadeOf)
    }
}

impl Conditions {
    /// The texts of all fields.
    pub fn each_phrase(&mut self, mut each: impl FnMut(&mut Phrase)) {
        for field in TextField::ALL {
            field.in_conditions(self).into_iter().flatten().for_each(&mut each);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FIELDS, FieldKind};

    #[test]
    fn each_field_that_holds_texts_has_a_row_and_a_place_of_its_own() {
        let named = |kind: FieldKind| matches!(kind, FieldKind::Phrases | FieldKind::Regex);
        let mut documented: Vec<_> = FIELDS.iter().filter(|field| named(field.kind)).map(|field| field.name).collect();
        let mut here = TextField::ALL.map(TextField::name);
        documented.sort_unstable();
        here.sort_unstable();
        assert_eq!(documented, here);
        let mut conditions = Conditions::default();
        let places: Vec<_> = TextField::ALL
            .into_iter()
            .filter_map(|field| Some(&raw const *field.in_conditions(&mut conditions)?))
            .collect();
        assert!(places.iter().enumerate().all(|(at, place)| !places[..at].contains(place)));
    }

    #[test]
    fn no_two_fields_share_a_bit() {
        let masks = TextField::ALL.map(TextField::mask);
        assert_eq!(masks.iter().sum::<u64>(), masks.iter().fold(0, |all, mask| all | mask));
        for field in TextField::ALL {
            let apart = matches!(field.role(), TextRole::NoneOf | TextRole::Frames | TextRole::NotOnPage);
            assert_eq!(field.mask() == 0, apart, "{field:?}");
            assert!(field.mask() <= TextField::ContainsAll.mask(), "{field:?}");
        }
    }
}
