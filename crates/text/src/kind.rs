//! [`CharKind`]: what a character of a folded line counts as. `build.rs` uses this file too.

/// What a character of a folded line counts as, see [`CharCounts`](super::count::CharCounts).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum CharKind {
    /// A character, and nothing more.
    Other,
    /// A letter that says as much as half a word.
    Wide,
    /// Any other letter.
    Letter,
    /// A digit of ASCII.
    Digit,
    /// A comma or semicolon.
    Comma,
    /// Not counted.
    Space,
    /// A mark that may join the parts of a breadcrumb or of key words, and some others.
    Link,
    /// One point or several.
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
    /// What a folded character counts as, which may be a Han character.
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

/// Whether a character is of the other scripts of which a letter says as much as half a word.
pub(crate) fn is_kana_or_hangul(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{30FF}' | '\u{31F0}'..='\u{31FF}' | '\u{AC00}'..='\u{D7A3}')
}
