//! [`CharKind`]: what a character of a folded line counts as. `build.rs` uses this file too.

/// What a character of a folded line counts as, see [`CharCounts`](super::count::CharCounts).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum CharKind {
    /// None of the following.
    Other,
    /// Han, kana or Hangul.
    Wide,
    /// Any other letter.
    Letter,
    /// A digit of ASCII.
    Digit,
    /// A comma or semicolon.
    Comma,
    /// Not counted.
    Space,
    /// A mark that may join the parts of a breadcrumb or of a list of keywords (`>`, `|`, `_`), or a sign next to them
    /// in ASCII.
    Link,
    /// `.` or `…`.
    Point,
}

/// All kinds, by number.
pub(crate) const KINDS: [CharKind; 8] = [
    CharKind::Other,
    CharKind::Wide,
    CharKind::Letter,
    CharKind::Digit,
    CharKind::Comma,
    CharKind::Space,
    CharKind::Link,
    CharKind::Point,
];

impl CharKind {
    /// The kind of a folded character. `is_han` says whether it is a Han character: the library and `build.rs` know
    /// that from different tables.
    pub(crate) fn of(c: char, is_han: impl Fn(char) -> bool) -> Self {
        match c {
            ' ' => Self::Space,
            '0'..='9' => Self::Digit,
            'a'..='z' | 'A'..='Z' => Self::Letter,
            ',' | ';' | '、' | '،' => Self::Comma,
            '<' | '=' | '>' | '^' | '_' | '|' | '~' => Self::Link,
            '.' | '…' => Self::Point,
            '\0'..='\x7f' | '。' | '·' => Self::Other,
            c if is_kana_or_hangul(c) || is_han(c) => Self::Wide,
            c if c.is_alphanumeric() => Self::Letter,
            _ => Self::Other,
        }
    }
}

/// Whether a character is kana or Hangul.
pub(crate) fn is_kana_or_hangul(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{30FF}' | '\u{31F0}'..='\u{31FF}' | '\u{AC00}'..='\u{D7A3}')
}
