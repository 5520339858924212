//! [`NearChar`]: all that the fold asks of a character of up to three bytes, in one word. `build.rs` uses this file too.
//!
//! The low three bytes are what is written for the character, in UTF-8. The fourth says how long that is, what it
//! counts as and how it behaves. Its highest bit is set if that is not all: if what stands beside
//! the character matters, be it for what is written or for what may be left out.

use super::class::{CLASSES, Class};
use super::kind::{CharKind, KINDS};

/// What is written for a character, and how it behaves.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct NearChar(u32);

/// The number of classes of which no neighbour is asked; they come first.
const PLAIN: u32 = 4;
const ASKS: u32 = 1 << 31;
/// Of those that ask: whether it counts as more than a mark.
const TELLS: u32 = 1 << 29;

/// The word of a character: its class, what it counts as, and what is written for it.
// The table is made when the crate is built.
#[allow(dead_code)]
pub(crate) fn pack(class: Class, kind: CharKind, to: Option<char>) -> u32 {
    let mut written = [0; 4];
    let len = match to.filter(|to| to.len_utf8() <= 3) {
        Some(to) => to.encode_utf8(&mut written).len() as u32,
        // Four bytes have no room here: left to the table of all characters.
        None => return ASKS | (Class::Drop as u32 - PLAIN) << 26,
    };
    let class = class as u32;
    let tells = if matches!(kind, CharKind::Link | CharKind::Point) { TELLS } else { 0 };
    let how = if class < PLAIN { class << 29 | (kind as u32) << 26 } else { ASKS | tells | (class - PLAIN) << 26 };
    how | len << 24 | u32::from_le_bytes(written)
}

impl NearChar {
    pub(crate) const fn new(word: u32) -> Self {
        Self(word)
    }

    /// Stands for characters of four bytes, of which only the class is known.
    pub(crate) const fn far(class: Class) -> Self {
        let class = class as u32;
        Self(if class < PLAIN { class << 29 } else { ASKS | (class - PLAIN) << 26 })
    }

    /// Whether neighbours of the character may matter.
    #[inline]
    pub(crate) fn asks(self) -> bool {
        self.0 & ASKS != 0
    }

    #[inline]
    pub(crate) fn class(self) -> Class {
        CLASSES[if self.asks() { PLAIN + (self.0 >> 26 & 7) } else { self.0 >> 29 } as usize % CLASSES.len()]
    }

    /// Whether a space beside it is kept if the other neighbour is such a character, too.
    #[inline]
    pub(crate) fn keeps_space(self) -> bool {
        matches!(self.0 >> 29, 1 | 2)
    }

    /// Whether several such marks in a row may count as one.
    #[inline]
    pub(crate) fn makes_rows(self) -> bool {
        self.asks() && self.0 >> 26 & 7 < 2
    }

    /// What is written, in the first bytes.
    #[inline]
    pub(crate) fn written(self) -> [u8; 4] {
        self.0.to_le_bytes()
    }

    /// The length of what is written, in bytes.
    #[inline]
    pub(crate) fn len(self) -> usize {
        (self.0 >> 24 & 3) as usize
    }

    /// The character that is written.
    pub(crate) fn to(self) -> char {
        let [a, b, c, _] = self.written().map(u32::from);
        let code = match self.len() {
            1 => a,
            2 => (a & 0x1f) << 6 | b & 0x3f,
            _ => (a & 0x0f) << 12 | (b & 0x3f) << 6 | c & 0x3f,
        };
        char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
    }

    /// The length of what is written together with what it counts as, see [`length_and_kind`].
    #[inline]
    pub(crate) fn sort(self) -> u8 {
        (self.0 >> 24) as u8
    }
}

/// What a [`NearChar::sort`] stands for.
pub(crate) const fn length_and_kind(sort: usize) -> (u64, CharKind) {
    let (asks, tells) = (sort & 0x80 != 0, sort & 0x20 != 0);
    let kind = match sort >> 2 & 7 {
        kind if !asks => KINDS[kind],
        RUN if tells => CharKind::Link,
        DOT if tells => CharKind::Point,
        _ => CharKind::Other,
    };
    ((sort & 3) as u64, kind)
}

/// [`Class`]es that ask, by number.
const RUN: usize = Class::Run as usize - PLAIN as usize;
const DOT: usize = Class::Dot as usize - PLAIN as usize;
