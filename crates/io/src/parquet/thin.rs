//! [`copy_rows`]: copies a column without some of its rows.
//!
//! A column of which all rows stay is copied as packed bytes. If some are left out, its values must be read and
//! written again, whatever their type. A row of a nested column has as many places as its lists have items; it begins
//! where the repetition level is 0.

use ::parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use ::parquet::column::writer::{ColumnWriter, ColumnWriterImpl};
use ::parquet::data_type::DataType;
use ::parquet::errors::{ParquetError, Result};
use ::parquet::schema::types::ColumnDescriptor;

/// How many rows are read at a time.
const STEP: usize = 256;

/// Writes the rows for which `stay` is true, in order.
///
/// # Errors
/// When the column cannot be read, has fewer rows, or cannot be written.
pub(super) fn copy_rows(
    reader: &mut ColumnReader,
    writer: &mut ColumnWriter<'_>,
    descr: &ColumnDescriptor,
    stay: &[bool],
) -> Result<()> {
    use ColumnReader as R;
    use ColumnWriter as W;
    match (reader, writer) {
        (R::BoolColumnReader(from), W::BoolColumnWriter(to)) => typed(from, to, descr, stay),
        (R::Int32ColumnReader(from), W::Int32ColumnWriter(to)) => typed(from, to, descr, stay),
        (R::Int64ColumnReader(from), W::Int64ColumnWriter(to)) => typed(from, to, descr, stay),
        (R::Int96ColumnReader(from), W::Int96ColumnWriter(to)) => typed(from, to, descr, stay),
        (R::FloatColumnReader(from), W::FloatColumnWriter(to)) => typed(from, to, descr, stay),
        (R::DoubleColumnReader(from), W::DoubleColumnWriter(to)) => typed(from, to, descr, stay),
        (R::ByteArrayColumnReader(from), W::ByteArrayColumnWriter(to)) => typed(from, to, descr, stay),
        (R::FixedLenByteArrayColumnReader(from), W::FixedLenByteArrayColumnWriter(to)) => typed(from, to, descr, stay),
        _ => Err(ParquetError::General("a column of two types".into())),
    }
}

fn typed<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    writer: &mut ColumnWriterImpl<'_, T>,
    descr: &ColumnDescriptor,
    stay: &[bool],
) -> Result<()> {
    let (top, is_list) = (descr.max_def_level(), descr.max_rep_level() > 0);
    let mut left = stay;
    while let Some(last) = left.iter().rposition(|&stays| stays) {
        let (step, rest) = left.split_at(STEP.min(last + 1));
        left = rest;
        let (mut levels, mut repeated, mut values) = (Vec::new(), Vec::new(), Vec::new());
        let (rows, ..) = reader.read_records(
            step.len(),
            (top > 0).then_some(&mut levels),
            is_list.then_some(&mut repeated),
            &mut values,
        )?;
        if rows != step.len() {
            return Err(ParquetError::EOF("a column has fewer rows than its row group".into()));
        }
        if top == 0 {
            levels.resize(rows, 0);
        }
        // `stays` has one entry for each place; the row of the place decides.
        let mut stays = step.iter();
        let mut here = false;
        let places: Vec<bool> = (0..levels.len())
            .map(|place| {
                if !is_list || repeated[place] == 0 {
                    here = *stays.next().unwrap_or(&false);
                }
                here
            })
            .collect();
        let mut of_value = places.iter().zip(&levels).filter(|&(_, &level)| level == top).map(|(&stays, _)| stays);
        values.retain(|_| of_value.next().unwrap_or(false));
        drop(of_value);
        let chosen = |all: &[i16]| -> Vec<i16> {
            all.iter().zip(&places).filter(|&(_, &stays)| stays).map(|(&level, _)| level).collect()
        };
        let (levels, repeated) = (chosen(&levels), chosen(&repeated));
        if !levels.is_empty() {
            writer.write_batch(&values, (top > 0).then_some(&levels[..]), is_list.then_some(&repeated[..]))?;
        }
    }
    Ok(())
}
