//! [`Class`]: how a character behaves in a folded line. `build.rs` uses this file too.

/// How a character behaves in a folded line. The class is that of the character it is
/// compared *as*: `×` folds to `x` and then is a letter like any other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum Class {
    /// Stands for itself and takes no spaces beside it.
    Other,
    /// A letter or digit of a script that writes spaces between words.
    Word,
    /// Hangul: like `Word` for spaces, but not for word boundaries (particles are glued on).
    Hangul,
    /// A Han character; a pinyin annotation may follow.
    Han,
    /// Several in a row count as one.
    Run,
    /// `.` or `…`: two or more in a row count as `…`.
    Dot,
    /// An opening bracket, with which an annotation may begin.
    Open,
    /// Any white space.
    Space,
    /// Shown as nothing.
    Drop,
    /// Like `Drop`, unless it makes another letter of the one before (か + ゛).
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
