//! Two things about the footer for which the library is not enough: whether columns are encrypted, and the order of
//! statistics.
//!
//! The footer is a structure in Thrift's compact encoding: a sequence of fields, ended by a zero byte. Each field
//! begins with a byte for its type and for the distance of its number to the one before. To skip a field it is enough
//! to know how long each type is.

use ::parquet::basic::ColumnOrder;

/// The number of the field `encryption_algorithm` in the metadata of the file.
const ENCRYPTION: i64 = 8;
/// How deep structures may be nested; a footer needs about eight.
const DEPTH: usize = 32;

/// Whether columns of the file are encrypted although the footer is readable. The library ignores this; the bytes of
/// such columns could be copied but never decrypted. Takes the footer without length and magic bytes; `None` if it is
/// damaged.
pub(super) fn is_encrypted(footer: &[u8]) -> Option<bool> {
    let mut thrift = Thrift { bytes: footer };
    let mut id = 0;
    loop {
        let header = thrift.byte()?;
        if header == 0 {
            return Some(false);
        }
        id = match header >> 4 {
            0 => thrift.zigzag()?,
            step => id + i64::from(step),
        };
        if id == ENCRYPTION {
            return Some(true);
        }
        thrift.skip(header & 15, DEPTH)?;
    }
}

/// Puts back into the footer in which order the statistics of columns compare their values. The library writes its
/// own order, which differs for floating point numbers: readers would then misinterpret the copied statistics.
///
/// The orders are the last field of the metadata. Each column has a union with an empty structure: three bytes, of
/// which the first names the order. After them come the end of the metadata, its length and the magic bytes.
pub(super) fn keep_column_orders(footer: &mut [u8], orders: &[ColumnOrder]) {
    let Some(start) = footer.len().checked_sub(9 + 3 * orders.len()) else { return };
    let end = footer.len() - 9;
    let places = &mut footer[start..end];
    if !places.chunks(3).all(|union| matches!(union, [0x1c | 0x2c | 0x3c, 0, 0])) {
        return;
    }
    for (place, order) in places.chunks_mut(3).zip(orders) {
        place[0] = match order {
            ColumnOrder::TYPE_DEFINED_ORDER(_) => 0x1c,
            ColumnOrder::IEEE_754_TOTAL_ORDER => 0x2c,
            ColumnOrder::INT96_TIMESTAMP_ORDER => 0x3c,
            _ => place[0],
        };
    }
}

struct Thrift<'b> {
    bytes: &'b [u8],
}

impl Thrift<'_> {
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

    fn skip_bytes(&mut self, count: u64) -> Option<()> {
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
                let header = self.byte()?;
                let count = if header >> 4 == 15 { self.varint()? } else { u64::from(header >> 4) };
                for _ in 0..count {
                    self.skip_element(header & 15, depth)?;
                }
                Some(())
            }
            11 => {
                let count = self.varint()?;
                let kinds = if count > 0 { self.byte()? } else { 0 };
                for _ in 0..count {
                    self.skip_element(kinds >> 4, depth)?;
                    self.skip_element(kinds & 15, depth)?;
                }
                Some(())
            }
            12 => loop {
                let header = self.byte()?;
                if header == 0 {
                    return Some(());
                }
                if header >> 4 == 0 {
                    self.varint()?;
                }
                self.skip(header & 15, depth)?;
            },
            _ => None,
        }
    }

    /// Inside lists, true and false take one byte.
    fn skip_element(&mut self, kind: u8, depth: usize) -> Option<()> {
        if matches!(kind, 1 | 2) { self.skip_bytes(1) } else { self.skip(kind, depth) }
    }
}
