//! What is checked of the footer before the library reads it, and the order of statistics.
//!
//! The library makes room for what the footer promises: for a schema element with two billion children, sixteen
//! gigabytes. An allocation that fails ends the program, so the promises are compared with what is there.

use ::parquet::basic::ColumnOrder;

use super::thrift::{BINARY, BOOL, BYTE, DOUBLE, I16, I32, I64, Kinds, LIST, STRUCTURE, STRUCTURES, Thrift};

/// The longest footer in bytes. Those of real files have some kilobytes for each row group.
pub(super) const FOOTER: u64 = 32 << 20;
/// How deep a schema may be nested; the library calls itself for each level.
const LEVELS: usize = 64;

/// What is wrong with a footer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FooterFault {
    /// It cannot be read, or promises something that is not there.
    Damaged,
    /// Columns are encrypted although the footer is readable. The library ignores this; the bytes of such columns
    /// could be copied but never decrypted.
    Encrypted,
    /// It has more columns and row groups than are read.
    Large,
}

/// Looks over a footer, given without its length and its magic bytes.
pub(super) fn look_over(footer: &[u8]) -> Result<(), FooterFault> {
    let mut thrift = Thrift::new(footer);
    let (mut is_encrypted, mut children) = (false, None);
    let walked = thrift.fields(|thrift, id, kind| {
        match (id, kind) {
            (2, LIST) if children.is_none() => children = Some(schema(thrift)?),
            (4 | 5 | 7, LIST) => {
                let (_, inside) = METADATA.inside.iter().find(|(inside, _)| *inside == id)?;
                thrift.each(|thrift| thrift.structure(inside))?;
            }
            (8, _) => {
                is_encrypted = true;
                thrift.skip_field(kind)?;
            }
            _ => METADATA.check(id, kind).and_then(|()| thrift.skip_field(kind))?,
        }
        (thrift.structures() <= STRUCTURES).then_some(())
    });
    match (walked, children) {
        _ if is_encrypted => Err(FooterFault::Encrypted),
        _ if thrift.structures() > STRUCTURES => Err(FooterFault::Large),
        (Some(()), Some(children)) if is_tree(&children) => Ok(()),
        _ => Err(FooterFault::Damaged),
    }
}

const METADATA: Kinds = Kinds {
    kinds: &[I32, LIST, I64, LIST, LIST, BINARY, LIST, STRUCTURE, BINARY],
    inside: &[(4, &ROW_GROUP), (5, &KEY_VALUE), (7, &VARIANTS)],
};
const KEY_VALUE: Kinds = Kinds::of(&[BINARY, BINARY]);
/// One of several structures, all of which are empty.
const VARIANTS: Kinds =
    Kinds { kinds: &[STRUCTURE, STRUCTURE, STRUCTURE], inside: &[(1, &EMPTY), (2, &EMPTY), (3, &EMPTY)] };
const EMPTY: Kinds = Kinds::of(&[]);
const ELEMENT: Kinds = Kinds { kinds: &[I32, I32, I32, BINARY, I32, I32, I32, I32, I32, STRUCTURE], inside: &[] };
/// What an element means: one of several structures.
const LOGICAL: Kinds = Kinds {
    kinds: &[STRUCTURE; 20],
    inside: &[(5, &DECIMAL), (7, &TIME), (8, &TIME), (10, &INTEGER), (16, &VARIANT), (17, &SHAPES), (18, &SHAPES)],
};
const DECIMAL: Kinds = Kinds::of(&[I32, I32]);
const TIME: Kinds = Kinds { kinds: &[BOOL, STRUCTURE], inside: &[(2, &VARIANTS)] };
const INTEGER: Kinds = Kinds::of(&[BYTE, BOOL]);
const VARIANT: Kinds = Kinds::of(&[BYTE]);
const SHAPES: Kinds = Kinds::of(&[BINARY, I32]);
const ROW_GROUP: Kinds = Kinds { kinds: &[LIST, I64, I64, LIST, I64, I64, I16], inside: &[(1, &CHUNK), (4, &SORTING)] };
const SORTING: Kinds = Kinds::of(&[I32, BOOL, BOOL]);
const CHUNK: Kinds =
    Kinds { kinds: &[BINARY, I64, STRUCTURE, I64, I32, I64, I32, STRUCTURE, BINARY], inside: &[(3, &COLUMN)] };
const COLUMN: Kinds = Kinds {
    kinds: &[I32, LIST, LIST, I32, I64, I64, I64, LIST, I64, I64, I64, STRUCTURE, LIST, I64, I32, STRUCTURE, STRUCTURE],
    inside: &[(8, &KEY_VALUE), (12, &STATISTICS), (13, &ENCODINGS), (16, &SIZES), (17, &PLACES)],
};
const STATISTICS: Kinds = Kinds::of(&[BINARY, BINARY, I64, I64, BINARY, BINARY, BOOL, BOOL]);
const ENCODINGS: Kinds = Kinds::of(&[I32, I32, I32]);
const SIZES: Kinds = Kinds::of(&[I64, LIST, LIST]);
const PLACES: Kinds = Kinds { kinds: &[STRUCTURE, LIST], inside: &[(1, &BOX)] };
const BOX: Kinds = Kinds::of(&[DOUBLE; 8]);

/// Walks over the index of a column: where its pages are.
pub(super) fn look_over_places(index: &[u8]) -> Option<()> {
    const INDEX: Kinds = Kinds { kinds: &[LIST, LIST], inside: &[(1, &Kinds::of(&[I64, I32, I64]))] };
    Thrift::new(index).structure(&INDEX)
}

/// Walks over the other index of a column: the smallest and the greatest value of each page.
pub(super) fn look_over_values(index: &[u8]) -> Option<()> {
    const INDEX: Kinds = Kinds::of(&[LIST, LIST, LIST, I32, LIST, LIST, LIST]);
    Thrift::new(index).fields(|thrift, id, kind| {
        INDEX.check(id, kind)?;
        match id {
            // Which pages have no value: a byte for each.
            1 => thrift.list().and_then(|(count, _)| thrift.skip_bytes(count as u64)),
            _ => thrift.skip_field(kind),
        }
    })
}

/// How many children each element of the schema says that it has.
fn schema(thrift: &mut Thrift<'_>) -> Option<Vec<i32>> {
    let mut all = Vec::new();
    thrift.each(|thrift| {
        let mut children = None;
        thrift.fields(|thrift, id, kind| match (id, kind) {
            (5, I32) if children.is_none() => {
                children = Some(thrift.number()?);
                Some(())
            }
            (5, _) => None,
            (10, STRUCTURE) => thrift.structure(&LOGICAL),
            _ => ELEMENT.check(id, kind).and_then(|()| thrift.skip_field(kind)),
        })?;
        all.push(children.unwrap_or(0));
        Some(())
    })?;
    Some(all)
}

/// Whether the elements of a schema, each followed by its children, are one tree that is not too deep.
fn is_tree(children: &[i32]) -> bool {
    // For each level, how many children are still to come.
    let mut open = vec![1];
    for &children in children {
        while open.last() == Some(&0) {
            open.pop();
        }
        let Some(left) = open.last_mut() else { return false };
        *left -= 1;
        if !(0..=STRUCTURES as i32).contains(&children) || open.len() > LEVELS {
            return false;
        }
        open.push(children);
    }
    open.iter().all(|&left| left == 0)
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A footer with these elements of a schema, of which each says how many children it has, and these row groups.
    fn footer(children: &[u8], groups: &[u8]) -> Vec<u8> {
        // A structure with a number in its fifth field. A number is written as twice its value; a list of 15 items or more has its length behind its type.
        let elements: Vec<u8> = children.iter().flat_map(|children| [0x55, children * 2, 0]).collect();
        let length = [children.len() as u8 & 0x7f | 0x80, (children.len() >> 7) as u8];
        [&[0x15, 2, 0x19, 0xfc][..], &length, &elements, groups, &[0]].concat()
    }

    #[test]
    fn a_footer_has_what_it_promises() {
        // A column, a group of two, a column.
        let table = [3, 0, 2, 0, 0, 0];
        assert_eq!(look_over(&footer(&table, &[])), Ok(()));
        assert_eq!(look_over(&footer(&table[..5], &[])), Err(FooterFault::Damaged), "a child is missing");
        assert_eq!(look_over(&footer(&[1, 0, 0], &[])), Err(FooterFault::Damaged), "two trees");
        assert_eq!(look_over(&footer(&[&[1; 60][..], &[0]].concat(), &[])), Ok(()));
        assert_eq!(look_over(&footer(&[&[1; 300][..], &[0]].concat(), &[])), Err(FooterFault::Damaged), "too deep");
        // Row groups: a list of structures, of which there are none, and the number of columns with another type.
        assert_eq!(look_over(&footer(&table, &[0x29, 0x0c])), Ok(()));
        assert_eq!(look_over(&footer(&table, &[0x29, 0x2c, 0])), Err(FooterFault::Damaged), "two, but one is there");
        assert_eq!(look_over(&footer(&table, &[0x29, 0x1c, 0x15, 2, 0])), Err(FooterFault::Damaged), "a wrong type");
        // The algorithm of an encryption.
        assert_eq!(look_over(&footer(&table, &[0x6c, 0])), Err(FooterFault::Encrypted));
        // A list of empty structures, as many as there are bytes.
        let many = [&[0x15, 2, 0x19, 0xfc, 0x81, 0x80, 0x40][..], &vec![0; (1 << 20) + 2]].concat();
        assert_eq!(look_over(&many), Err(FooterFault::Large));
    }
}
