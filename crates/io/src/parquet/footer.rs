//! What is checked of the footer before the library reads it, and the order of statistics.
//!
//! The library makes room for what the footer promises: for a schema element with two billion children, sixteen
//! gigabytes. An allocation that fails ends the program, so the promises are compared with what is there.
//!
//! Where it can be fooled: the library takes fields by their number and never looks at their type. Below the metadata
//! of columns the types are not compared with those of the format.

use ::parquet::basic::ColumnOrder;

use super::thrift::{I32, LIST, STRUCTURE, Thrift};

/// The longest footer in bytes. Those of real files have some kilobytes for each row group.
pub(super) const FOOTER: u64 = 32 << 20;
/// How many structures the lists of a footer may have: one for each column of each row group, and some for each of
/// those. In memory each takes some hundred bytes.
const STRUCTURES: usize = 1 << 20;
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
            (4, LIST) => each(thrift, |thrift| structure(thrift, &ROW_GROUP))?,
            (8, _) => {
                is_encrypted = true;
                thrift.skip_field(kind)?;
            }
            _ => check(&METADATA, id, kind).and_then(|()| thrift.skip_field(kind))?,
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

/// The types of the fields of a structure by their numbers from 1, and the structures inside.
struct Kinds {
    kinds: &'static [u8],
    /// The fields that are such a structure, or a list of them.
    inside: &'static [(i16, &'static Kinds)],
}

const METADATA: Kinds = Kinds { kinds: &[5, 9, 6, 9, 9, 8, 9, 12, 8], inside: &[] };
const ELEMENT: Kinds = Kinds { kinds: &[5, 5, 5, 8, 5, 5, 5, 5, 5, 12], inside: &[] };
const ROW_GROUP: Kinds = Kinds { kinds: &[9, 6, 6, 9, 6, 6, 4], inside: &[(1, &CHUNK)] };
const CHUNK: Kinds = Kinds { kinds: &[8, 6, 12, 6, 5, 6, 5, 12, 8], inside: &[(3, &COLUMN)] };
const COLUMN: Kinds =
    Kinds { kinds: &[5, 9, 9, 5, 6, 6, 6, 9, 6, 6, 6, 12, 9, 6, 5, 12, 12], inside: &[(12, &STATISTICS)] };
const STATISTICS: Kinds = Kinds { kinds: &[8, 8, 6, 6, 8, 8], inside: &[] };

/// Checks the type of a field, if its number is known.
fn check(kinds: &Kinds, id: i16, kind: u8) -> Option<()> {
    let known = usize::try_from(id).ok().and_then(|id| kinds.kinds.get(id.checked_sub(1)?));
    known.is_none_or(|&known| known == kind).then_some(())
}

fn structure(thrift: &mut Thrift<'_>, kinds: &Kinds) -> Option<()> {
    thrift.fields(|thrift, id, kind| {
        check(kinds, id, kind)?;
        match (kinds.inside.iter().find(|(inside, _)| *inside == id), kind) {
            (Some((_, inside)), LIST) => each(thrift, |thrift| structure(thrift, inside)),
            (Some((_, inside)), _) => structure(thrift, inside),
            (None, _) => thrift.skip_field(kind),
        }
    })
}

/// Walks over a list of structures.
fn each(thrift: &mut Thrift<'_>, mut one: impl FnMut(&mut Thrift<'_>) -> Option<()>) -> Option<()> {
    let (count, kind) = thrift.list()?;
    if count > 0 && kind != STRUCTURE || thrift.structures() > STRUCTURES {
        return None;
    }
    (0..count).try_for_each(|_| one(thrift))
}

/// How many children each element of the schema says that it has.
fn schema(thrift: &mut Thrift<'_>) -> Option<Vec<i32>> {
    let mut all = Vec::new();
    each(thrift, |thrift| {
        let mut children = None;
        thrift.fields(|thrift, id, kind| match (id, kind) {
            (5, I32) if children.is_none() => {
                children = Some(thrift.number()?);
                Some(())
            }
            (5, _) => None,
            _ => check(&ELEMENT, id, kind).and_then(|()| thrift.skip_field(kind)),
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
