//! [`Class`]: how a character behaves in the fold. `build.rs` uses this file too.

/// How a character behaves in the fold. The class is that of the character it folds
/// *to*: `×` folds to `x` and so is a letter like any other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum Class {
    /// No special behaviour: spaces beside it are dropped.
    Other,
    /// A letter or digit of a script that writes spaces between words.
    Word,
    /// Hangul: like `Word` for spaces, but not for word boundaries (particles are glued on).
    Hangul,
    /// A Han character; a pinyin annotation may follow.
    Han,
    /// Several of the same in a row are folded to one.
    Run,
    /// `.` or `…`: two or more in a row are folded to `…`.
    Dot,
    /// An opening bracket, which may begin a pinyin annotation.
    Open,
    /// Any white space.
    Space,
    /// Not written.
    Drop,
    /// A combining mark: replaces the letter before it by a composed one (か + ゛) if there is one, else not written.
    Mark,
}

/// All classes, by number.
pub(crate) const CLASSES: [Class; 10] = [
    Class::Other,
    Class::Word,
    Class::Hangul,
    Class::Han,
    Class::Run,
    Class::Dot,
    Class::Open,
    Class::Space,
    Class::Drop,
    Class::Mark,
];
