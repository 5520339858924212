//! [`ListColumn`] and [`Lists`]: a new column with a list of small records in each row.
//!
//! ```text
//! optional group removed (LIST) {           0  no list (the row has no text)
//!   repeated group list {                   1  an empty list
//!     optional group element {              2  (an item that is null: never written)
//!       optional int64 start;               3  an item without this field
//!       optional binary text (STRING); …    4  a value
//! ```
//!
//! Parquet stores a nested column as one leaf column for each field. Each place of a leaf has a definition level (the
//! numbers above: how much of the path exists) and a repetition level (1 if the place belongs to the same list as the
//! one before). Names and order are those that the Parquet format requires for lists, so every reader understands
//! them.

use std::io;

use ::parquet::basic::{LogicalType, Repetition};
use ::parquet::column::writer::ColumnWriter;
use ::parquet::errors::ParquetError;
use ::parquet::schema::types::{Type, TypePtr};

use super::leaf::{Cell, Leaf, optional};
use crate::error::FormatError;

/// The definition level of an empty list.
const EMPTY: i16 = 1;
/// The definition level of a value inside an item.
const TOP: i16 = 4;

/// Name and fields of a column of lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListColumn {
    /// Its name.
    pub name: String,
    /// The fields of an item.
    pub fields: Vec<(&'static str, Holds)>,
}

/// What a field of a list's items holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Numbers, 0 or greater.
    Count,
    /// Texts.
    Text,
    /// Texts of which there are few different ones: they get a dictionary.
    Name,
}

impl ListColumn {
    /// Checks that no column has its name. Spark and SQL ignore case.
    pub(super) fn check_new<'n>(&self, mut names: impl Iterator<Item = &'n str>) -> Result<(), FormatError> {
        match names.find(|name| name.eq_ignore_ascii_case(&self.name)) {
            Some(name) => Err(FormatError::ExistingColumn { name: name.to_owned() }),
            None => Ok(()),
        }
    }

    pub(super) fn field(&self) -> Result<TypePtr, ParquetError> {
        let fields = self
            .fields
            .iter()
            .map(|&(name, holds)| optional(name, holds == Holds::Count, None))
            .collect::<Result<_, _>>()?;
        let item = Type::group_type_builder("element").with_repetition(Repetition::OPTIONAL).with_fields(fields);
        let list = Type::group_type_builder("list")
            .with_repetition(Repetition::REPEATED)
            .with_fields(vec![item.build()?.into()]);
        let column = Type::group_type_builder(&self.name)
            .with_repetition(Repetition::OPTIONAL)
            .with_logical_type(Some(LogicalType::List))
            .with_fields(vec![list.build()?.into()]);
        Ok(column.build()?.into())
    }
}

/// The lists of some rows, in order.
#[derive(Clone, Debug)]
pub struct Lists {
    leaves: Vec<Leaf>,
    repeated: Vec<i16>,
    rows: usize,
    bytes: usize,
    /// Whether the last list is still empty.
    empty: bool,
}

impl Lists {
    /// A column without rows.
    pub fn new(column: &ListColumn) -> Self {
        let leaves = column.fields.iter().map(|&(_, holds)| Leaf::new(holds == Holds::Count)).collect();
        Self { leaves, repeated: Vec::new(), rows: 0, bytes: 0, empty: false }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// How many fields an item has.
    pub fn fields(&self) -> usize {
        self.leaves.len()
    }

    /// About how many bytes it takes in memory.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Begins the next row: with an empty list, or (`false`) without a list.
    pub fn row(&mut self, is_list: bool) {
        self.leaves.iter_mut().for_each(|leaf| leaf.push_level(if is_list { EMPTY } else { 0 }));
        self.repeated.push(0);
        self.rows += 1;
        self.bytes += 16;
        self.empty = is_list;
    }

    /// Adds an item to the list of the last row.
    ///
    /// # Errors
    /// When the row has no list, or the cells do not fit the column.
    pub fn item(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        let goes_on = !self.empty && self.leaves.first().is_some_and(|leaf| leaf.last_is_deeper_than(EMPTY));
        if cells.len() != self.leaves.len() || !(self.empty || goes_on) {
            return Err(io::Error::other("an item without a list, or with other fields than its column"));
        }
        if std::mem::take(&mut self.empty) {
            self.leaves.iter_mut().for_each(Leaf::pop_level);
        } else {
            self.repeated.push(1);
        }
        for (leaf, &cell) in self.leaves.iter_mut().zip(cells) {
            self.bytes += leaf.push(cell, TOP)?;
        }
        Ok(())
    }

    /// Moves all rows of `other`, of the same column, to the end.
    pub fn append(&mut self, mut other: Self) {
        for (leaf, more) in self.leaves.iter_mut().zip(&mut other.leaves) {
            leaf.append(more);
        }
        self.repeated.append(&mut other.repeated);
        self.rows += other.rows;
        self.bytes += other.bytes;
        self.empty = other.empty;
    }

    pub(super) fn clear(&mut self) {
        self.leaves.iter_mut().for_each(Leaf::clear);
        self.repeated.clear();
        (self.rows, self.bytes, self.empty) = (0, 0, false);
    }

    /// Writes one leaf column.
    pub(super) fn write_leaf(&self, leaf: usize, writer: &mut ColumnWriter<'_>) -> Result<(), ParquetError> {
        self.leaves[leaf].write(writer, TOP, Some(&self.repeated))
    }
}
