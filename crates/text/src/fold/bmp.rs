//! [`BmpEntry`]: what the fold knows about a character of the Basic Multilingual Plane (up to three bytes of UTF-8),
//! in one 32-bit word. `build.rs` uses this file too.
//!
//! The low three bytes are what is written for the character, in UTF-8. The high byte has the length of that in bytes,
//! its [`CharKind`] and its [`Class`]. The highest bit is set if the neighbours of the character decide whether or how
//! it is written.

use super::class::{CLASSES, Class};
use super::kind::{CharKind, KINDS};

/// What is written for a character, and how it behaves.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct BmpEntry(u32);

/// The number of classes whose neighbours do not matter; they come first in [`CLASSES`].
const PLAIN: u32 = 4;
const NEEDS_CONTEXT: u32 = 1 << 31;
/// Of an entry with `NEEDS_CONTEXT`: whether its kind is `Link` or `Point`, depending on its class, instead of `Other`.
const LINK_OR_POINT: u32 = 1 << 29;

/// The word of a character, from its class, its kind and the character that is written for it.
// Only `build.rs` calls it.
#[allow(dead_code)]
pub(crate) fn pack(class: Class, kind: CharKind, to: Option<char>) -> u32 {
    let mut written = [0; 4];
    let len = match to.filter(|to| to.len_utf8() <= 3) {
        Some(to) => to.encode_utf8(&mut written).len() as u32,
        // A character of four bytes does not fit: `LineFolder::reference` looks it up in the full table.
        None => return NEEDS_CONTEXT | (Class::Drop as u32 - PLAIN) << 26,
    };
    let class = class as u32;
    let mark = if matches!(kind, CharKind::Link | CharKind::Point) { LINK_OR_POINT } else { 0 };
    let upper =
        if class < PLAIN { class << 29 | (kind as u32) << 26 } else { NEEDS_CONTEXT | mark | (class - PLAIN) << 26 };
    upper | len << 24 | u32::from_le_bytes(written)
}

impl BmpEntry {
    pub(crate) const fn new(word: u32) -> Self {
        Self(word)
    }

    /// The entry of a character outside the plane, for which only the class is needed.
    pub(crate) const fn beyond_bmp(class: Class) -> Self {
        let class = class as u32;
        Self(if class < PLAIN { class << 29 } else { NEEDS_CONTEXT | (class - PLAIN) << 26 })
    }

    /// Whether the neighbours of the character may matter.
    #[inline]
    pub(crate) fn needs_context(self) -> bool {
        self.0 & NEEDS_CONTEXT != 0
    }

    #[inline]
    pub(crate) fn class(self) -> Class {
        CLASSES[if self.needs_context() { PLAIN + (self.0 >> 26 & 7) } else { self.0 >> 29 } as usize % CLASSES.len()]
    }

    /// Whether a space between two such characters is kept: `Word` and `Hangul`.
    #[inline]
    pub(crate) fn keeps_space(self) -> bool {
        matches!(self.0 >> 29, 1 | 2)
    }

    /// Whether several such marks in a row are folded to one: `Run` and `Dot`.
    #[inline]
    pub(crate) fn makes_rows(self) -> bool {
        self.needs_context() && self.0 >> 26 & 7 < 2
    }

    /// What is written, in UTF-8: the first [`len`](Self::len) bytes.
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

    /// The high byte, from which [`length_and_kind`] reads the length and the kind.
    #[inline]
    pub(crate) fn key(self) -> u8 {
        (self.0 >> 24) as u8
    }
}

/// The length in bytes and the kind that a [`BmpEntry::key`] stands for.
pub(crate) const fn length_and_kind(key: usize) -> (u64, CharKind) {
    let (needs_context, link_or_point) = (key & 0x80 != 0, key & 0x20 != 0);
    let kind = match key >> 2 & 7 {
        kind if !needs_context => KINDS[kind],
        RUN if link_or_point => CharKind::Link,
        DOT if link_or_point => CharKind::Point,
        _ => CharKind::Other,
    };
    ((key & 3) as u64, kind)
}

/// The classes `Run` and `Dot`, by their numbers among those that need context.
const RUN: usize = Class::Run as usize - PLAIN as usize;
const DOT: usize = Class::Dot as usize - PLAIN as usize;
