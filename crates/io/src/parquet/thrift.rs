//! [`Thrift`]: walks over a structure in Thrift's compact encoding without building it.
//!
//! A structure is a sequence of fields, ended by a zero byte. Each field begins with a byte for its type and for the
//! distance of its number to the one before. To skip a field it is enough to know how long each type is. So counts
//! and sizes are seen before the library makes room for what they promise.

/// How many structures the lists of a footer may have: one for each column of each row group, and some for each of
/// those. In memory each takes some hundred bytes.
pub(super) const STRUCTURES: usize = 1 << 20;
/// Types of fields. True and false are two types; tables have the first.
pub(super) const BOOL: u8 = 1;
pub(super) const BYTE: u8 = 3;
pub(super) const I16: u8 = 4;
pub(super) const I32: u8 = 5;
pub(super) const I64: u8 = 6;
pub(super) const DOUBLE: u8 = 7;
pub(super) const BINARY: u8 = 8;
pub(super) const LIST: u8 = 9;
pub(super) const STRUCTURE: u8 = 12;

/// How deep structures may be nested; a footer needs about eight.
const DEPTH: usize = 32;

/// The types of the fields of a structure by their numbers from 1, and the structures inside. The library takes fields by
/// their number and never looks at their type, so a wrong type would make it read something else than what is walked over.
pub(super) struct Kinds {
    pub(super) kinds: &'static [u8],
    /// The fields that are such a structure, or a list of them.
    pub(super) inside: &'static [(i16, &'static Kinds)],
}

impl Kinds {
    pub(super) const fn of(kinds: &'static [u8]) -> Self {
        Self { kinds, inside: &[] }
    }

    /// Checks the type of a field, if its number is known.
    pub(super) fn check(&self, id: i16, kind: u8) -> Option<()> {
        let known = usize::try_from(id).ok().and_then(|id| self.kinds.get(id.checked_sub(1)?));
        known.is_none_or(|&known| known == kind || known == BOOL && kind == 2).then_some(())
    }
}

/// Bytes that are still to be walked over. Each step gives `None` where they are damaged.
pub(super) struct Thrift<'b> {
    bytes: &'b [u8],
    /// How many structures stood in lists so far.
    structures: usize,
}

impl<'b> Thrift<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        Self { bytes, structures: 0 }
    }

    /// How many bytes are left.
    pub(super) fn left(&self) -> usize {
        self.bytes.len()
    }

    /// Walks over a structure in which known fields have the types of the format.
    pub(super) fn structure(&mut self, kinds: &Kinds) -> Option<()> {
        self.fields(|thrift, id, kind| {
            kinds.check(id, kind)?;
            match (kinds.inside.iter().find(|(inside, _)| *inside == id), kind) {
                (Some((_, inside)), LIST) => thrift.each(|thrift| thrift.structure(inside)),
                (Some((_, inside)), _) => thrift.structure(inside),
                (None, _) => thrift.skip_field(kind),
            }
        })
    }

    /// Walks over a list of structures.
    pub(super) fn each(&mut self, mut one: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        let (count, kind) = self.list()?;
        if count > 0 && kind != STRUCTURE || self.structures > STRUCTURES {
            return None;
        }
        (0..count).try_for_each(|_| one(self))
    }

    /// How many structures stood in the lists that were walked over.
    pub(super) fn structures(&self) -> usize {
        self.structures
    }

    /// Calls `each` with the number and the type of each field of a structure; it must take or skip the value.
    pub(super) fn fields(&mut self, mut each: impl FnMut(&mut Self, i16, u8) -> Option<()>) -> Option<()> {
        let mut id = 0;
        loop {
            let header = self.byte()?;
            if header & 15 == 0 {
                return Some(());
            }
            id = match header >> 4 {
                0 => i16::try_from(self.zigzag()?).ok()?,
                step => i16::checked_add(id, step.into())?,
            };
            each(self, id, header & 15)?;
        }
    }

    /// The number and the type of the items of a list. Each takes a byte or more, so the list cannot have more items
    /// than there are bytes.
    pub(super) fn list(&mut self) -> Option<(usize, u8)> {
        let header = self.byte()?;
        let count = if header >> 4 == 15 { self.varint()? } else { u64::from(header >> 4) };
        let count = usize::try_from(count).ok().filter(|&count| count <= self.bytes.len())?;
        if header & 15 == STRUCTURE {
            self.structures += count;
        }
        Some((count, header & 15))
    }

    /// A number that fits into 32 bits.
    pub(super) fn number(&mut self) -> Option<i32> {
        i32::try_from(self.zigzag()?).ok()
    }

    /// Skips the value of a field of this type.
    pub(super) fn skip_field(&mut self, kind: u8) -> Option<()> {
        self.skip(kind, DEPTH)
    }

    fn byte(&mut self) -> Option<u8> {
        let (&first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(first)
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn zigzag(&mut self) -> Option<i64> {
        let value = self.varint()?;
        Some((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    pub(super) fn skip_bytes(&mut self, count: u64) -> Option<()> {
        self.bytes = self.bytes.get(usize::try_from(count).ok()?..)?;
        Some(())
    }

    /// Skips a value of this type. A field that is true or false has its value in the type and no further bytes.
    fn skip(&mut self, kind: u8, depth: usize) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        match kind {
            1 | 2 => Some(()),
            3 => self.skip_bytes(1),
            4..=6 => self.varint().map(|_| ()),
            7 => self.skip_bytes(8),
            8 => {
                let length = self.varint()?;
                self.skip_bytes(length)
            }
            9 | 10 => {
                let (count, kind) = self.list()?;
                // The library takes no byte for a true or false that it skips, and would count to billions.
                if count > 0 && kind <= 2 {
                    return None;
                }
                (0..count).try_for_each(|_| self.skip(kind, depth))
            }
            STRUCTURE => self.fields(|thrift, _, kind| thrift.skip(kind, depth)),
            _ => None,
        }
    }
}
