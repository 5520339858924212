//! [`Leaf`]: values of one leaf column that still have to be written.

use std::io;

use ::parquet::basic::{LogicalType, Repetition, Type as Physical};
use ::parquet::column::writer::ColumnWriter;
use ::parquet::data_type::{ByteArray, ByteArrayType, DataType, Int64Type};
use ::parquet::errors::{ParquetError, Result};
use ::parquet::schema::types::{Type, TypePtr};

/// How many bytes a column writer gets at a time. It checks only between two calls whether a page is full.
pub(super) const SLICE: usize = 64 << 10;

/// The value of one column in one row, or in one item of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell<'a> {
    /// Nothing.
    Null,
    /// Text.
    Text(&'a str),
    /// A number, 0 or greater.
    Count(u64),
}

/// The values of a column with their definition levels (see [`lists`](super::lists)).
#[derive(Clone, Debug)]
pub(super) struct Leaf {
    values: Values,
    levels: Vec<i16>,
}

#[derive(Clone, Debug)]
enum Values {
    Text(Vec<ByteArray>),
    Count(Vec<i64>),
}

/// The type of a column of texts, or of counts with this logical type. Values may be missing.
pub(super) fn optional(name: &str, count: bool, counts: Option<LogicalType>) -> Result<TypePtr> {
    let (physical, logical) =
        if count { (Physical::INT64, counts) } else { (Physical::BYTE_ARRAY, Some(LogicalType::String)) };
    let field = Type::primitive_type_builder(name, physical);
    Ok(field.with_repetition(Repetition::OPTIONAL).with_logical_type(logical).build()?.into())
}

impl Leaf {
    pub(super) fn new(count: bool) -> Self {
        let values = if count { Values::Count(Vec::new()) } else { Values::Text(Vec::new()) };
        Self { values, levels: Vec::new() }
    }

    /// Appends a cell; a value has the definition level `top`. Returns how many bytes it takes.
    pub(super) fn push(&mut self, cell: Cell<'_>, top: i16) -> io::Result<usize> {
        let mut bytes = 16;
        match (&mut self.values, cell) {
            (_, Cell::Null) => {
                self.levels.push(top - 1);
                return Ok(bytes);
            }
            (Values::Text(values), Cell::Text(text)) => {
                bytes += text.len();
                values.push(text.as_bytes().to_vec().into());
            }
            // Parquet stores unsigned numbers as signed ones with the same bits.
            (Values::Count(values), Cell::Count(count)) => values.push(count as i64),
            _ => return Err(io::Error::other("a cell of another kind than its column")),
        }
        self.levels.push(top);
        Ok(bytes)
    }

    /// Appends a place without a value, with this definition level.
    pub(super) fn push_level(&mut self, level: i16) {
        self.levels.push(level);
    }

    /// Removes the last place, which must have no value.
    pub(super) fn pop_level(&mut self) {
        self.levels.pop();
    }

    /// Whether the definition level of the last place is greater than `level`.
    pub(super) fn last_is_deeper_than(&self, level: i16) -> bool {
        self.levels.last().is_some_and(|&last| last > level)
    }

    /// Moves all places of another leaf of the same kind to the end of this one.
    pub(super) fn append(&mut self, other: &mut Self) {
        match (&mut self.values, &mut other.values) {
            (Values::Text(values), Values::Text(more)) => values.append(more),
            (Values::Count(values), Values::Count(more)) => values.append(more),
            _ => debug_assert!(false, "two kinds of leaves"),
        }
        self.levels.append(&mut other.levels);
    }

    pub(super) fn clear(&mut self) {
        match &mut self.values {
            Values::Text(values) => values.clear(),
            Values::Count(values) => values.clear(),
        }
        self.levels.clear();
    }

    /// Writes everything; `top` is the definition level of a value. In lists, `repeated` has the repetition level of
    /// each place.
    pub(super) fn write(&self, writer: &mut ColumnWriter<'_>, top: i16, repeated: Option<&[i16]>) -> Result<()> {
        match (&self.values, writer) {
            (Values::Text(values), ColumnWriter::ByteArrayColumnWriter(writer)) => {
                self.write_slices::<ByteArrayType>(values, ByteArray::len, writer, top, repeated)
            }
            (Values::Count(values), ColumnWriter::Int64ColumnWriter(writer)) => {
                self.write_slices::<Int64Type>(values, |_| 8, writer, top, repeated)
            }
            _ => Err(ParquetError::General("a column of another kind than its values".into())),
        }
    }

    fn write_slices<T: DataType>(
        &self,
        values: &[T::T],
        length: impl Fn(&T::T) -> usize,
        writer: &mut ::parquet::column::writer::ColumnWriterImpl<'_, T>,
        top: i16,
        repeated: Option<&[i16]>,
    ) -> Result<()> {
        // A slice may end only between two rows.
        let goes_on = |at: usize| repeated.is_some_and(|repeated| repeated[at] > 0);
        let (mut value, mut place) = (0, 0);
        while place < self.levels.len() {
            let (first_value, first_place, mut bytes) = (value, place, 0);
            while place < self.levels.len() && (bytes < SLICE || goes_on(place)) {
                if self.levels[place] == top {
                    bytes += length(&values[value]);
                    value += 1;
                }
                bytes += 8;
                place += 1;
            }
            let levels = &self.levels[first_place..place];
            let repeated = repeated.map(|repeated| &repeated[first_place..place]);
            writer.write_batch(&values[first_value..value], Some(levels), repeated)?;
        }
        Ok(())
    }
}
