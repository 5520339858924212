//! Columns of texts: reads any Arrow type of text, and writes the same type again.
//!
//! Texts are read as bytes and validated one by one: nothing guarantees that a producer (Spark, a cast
//! from binary) puts UTF-8 into a string column, and one bad row must not stop the batch.

use std::collections::HashMap;
use std::io::Write as _;
use std::sync::Arc;

use arrow_array::builder::{BinaryBuilder, BinaryViewBuilder, LargeBinaryBuilder};
use arrow_array::cast::AsArray as _;
use arrow_array::types::{
    ArrowDictionaryKeyType, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{
    Array, ArrayRef, BinaryArray, BinaryViewArray, DictionaryArray, LargeBinaryArray, PrimitiveArray, make_array,
};
use arrow_data::ArrayData;
use arrow_pyarrow::FromPyArrowUnchecked as _;
use arrow_schema::{ArrowError, DataType};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// A column of texts as input.
pub enum Column {
    Small(BinaryArray),
    Large(LargeBinaryArray),
    View(BinaryViewArray),
    /// For each row the index of its value; `None` for null.
    Dictionary {
        keys: Vec<Option<usize>>,
        values: Box<Column>,
    },
    /// A column of the type null with its number of rows.
    Nothing(usize),
}

impl Column {
    /// The column of an object with the Arrow C interface, and its type; `None` instead of a column if the type is not
    /// text.
    ///
    /// # Errors
    /// When the object is not an Arrow array, or the array is broken (offsets outside its buffers).
    pub fn import(array: &Bound<'_, PyAny>) -> PyResult<(Option<Self>, DataType)> {
        // SAFETY: nothing reads the array before `build` has checked it as an array of bytes: offsets, views,
        // keys and lengths. It does not check for UTF-8, so every text is validated before a `str` is made of it.
        let data = unsafe { ArrayData::from_pyarrow_bound_unchecked(array)? };
        let kind = data.data_type().clone();
        let checked = as_bytes(data).transpose().map_err(|e| PyValueError::new_err(e.to_string()))?;
        Ok((checked.map(Self::new), kind))
    }

    fn new(data: ArrayData) -> Self {
        match data.data_type() {
            DataType::Binary => Self::Small(data.into()),
            DataType::LargeBinary => Self::Large(data.into()),
            DataType::BinaryView => Self::View(data.into()),
            DataType::Dictionary(..) => {
                let array = make_array(data);
                let dictionary = array.as_any_dictionary();
                let values = Self::new(dictionary.values().to_data());
                let keys = match values.len() {
                    0 => vec![None; dictionary.len()],
                    _ => {
                        let places = dictionary.normalized_keys();
                        places.into_iter().enumerate().map(|(i, at)| dictionary.is_valid(i).then_some(at)).collect()
                    }
                };
                Self::Dictionary { keys, values: Box::new(values) }
            }
            _ => Self::Nothing(data.len()),
        }
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Small(array) => array.len(),
            Self::Large(array) => array.len(),
            Self::View(array) => array.len(),
            Self::Dictionary { keys, .. } => keys.len(),
            Self::Nothing(len) => *len,
        }
    }

    /// The bytes of a row; `None` for null.
    pub fn get(&self, row: usize) -> Option<&[u8]> {
        match self {
            Self::Small(array) => array.is_valid(row).then(|| array.value(row)),
            Self::Large(array) => array.is_valid(row).then(|| array.value(row)),
            Self::View(array) => array.is_valid(row).then(|| array.value(row)),
            Self::Dictionary { keys, values } => values.get(keys[row]?),
            Self::Nothing(_) => None,
        }
    }

    /// The approximate number of bytes of text.
    fn bytes(&self) -> usize {
        match self {
            Self::Small(array) => {
                array.value_offsets().last().zip(array.value_offsets().first()).map_or(0, |(b, a)| (b - a) as usize)
            }
            Self::Large(array) => {
                array.value_offsets().last().zip(array.value_offsets().first()).map_or(0, |(b, a)| (b - a) as usize)
            }
            Self::View(_) | Self::Dictionary { .. } | Self::Nothing(_) => 0,
        }
    }

    /// A writer of the same type that contains the first `rows` rows already.
    pub fn copy(&self, rows: usize) -> Writer {
        let mut writer = match self {
            Self::Small(array) => Writer::Small(BinaryBuilder::with_capacity(array.len(), self.bytes())),
            Self::Large(array) => Writer::Large(LargeBinaryBuilder::with_capacity(array.len(), self.bytes())),
            Self::View(array) => Writer::View(BinaryViewBuilder::with_capacity(array.len()), Vec::new()),
            Self::Dictionary { keys, values } => Writer::Dictionary {
                keys: Vec::with_capacity(keys.len()),
                values: Box::new(values.copy(0)),
                known: HashMap::new(),
            },
            Self::Nothing(_) => Writer::View(BinaryViewBuilder::new(), Vec::new()),
        };
        for row in 0..rows {
            writer.push(self.get(row).map(std::iter::once));
        }
        writer
    }
}

/// The type with bytes instead of text; `None` if it is not a type of text.
fn bytes_type(kind: &DataType) -> Option<DataType> {
    Some(match kind {
        DataType::Utf8 => DataType::Binary,
        DataType::LargeUtf8 => DataType::LargeBinary,
        DataType::Utf8View => DataType::BinaryView,
        DataType::Null => DataType::Null,
        DataType::Dictionary(key, value) if !matches!(**value, DataType::Dictionary(..)) => {
            DataType::Dictionary(key.clone(), Box::new(bytes_type(value)?))
        }
        _ => return None,
    })
}

/// The array as an array of bytes, validated; `None` if its type is not text.
fn as_bytes(data: ArrayData) -> Option<Result<ArrayData, ArrowError>> {
    let kind = bytes_type(data.data_type())?;
    let children = data.child_data().iter().map(|child| as_bytes(child.clone()));
    let children = match children.collect::<Option<Result<Vec<_>, _>>>()? {
        Ok(children) => children,
        Err(error) => return Some(Err(error)),
    };
    Some(data.into_builder().data_type(kind).child_data(children).align_buffers(true).build())
}

/// Writes a column.
pub enum Writer {
    Small(BinaryBuilder),
    Large(LargeBinaryBuilder),
    /// With a buffer in which the pieces of a text are joined.
    View(BinaryViewBuilder, Vec<u8>),
    Dictionary {
        keys: Vec<Option<usize>>,
        values: Box<Writer>,
        known: HashMap<Vec<u8>, usize>,
    },
}

impl Writer {
    /// Appends a row, given as pieces to be joined; `None` for null.
    pub fn push<'a>(&mut self, pieces: Option<impl Iterator<Item = &'a [u8]>>) {
        // Writing into memory cannot fail.
        match (self, pieces) {
            (Self::Small(builder), Some(pieces)) => {
                pieces.for_each(|piece| drop(builder.write_all(piece)));
                builder.append_value(b"");
            }
            (Self::Large(builder), Some(pieces)) => {
                pieces.for_each(|piece| drop(builder.write_all(piece)));
                builder.append_value(b"");
            }
            (Self::View(builder, buffer), Some(pieces)) => {
                buffer.clear();
                pieces.for_each(|piece| buffer.extend_from_slice(piece));
                builder.append_value(buffer);
            }
            (Self::Dictionary { keys, values, known }, Some(pieces)) => {
                let text: Vec<u8> = pieces.flatten().copied().collect();
                let next = known.len();
                let key = known.get(&text).copied().unwrap_or_else(|| {
                    values.push(Some(std::iter::once(text.as_slice())));
                    known.insert(text, next);
                    next
                });
                keys.push(Some(key));
            }
            (Self::Small(builder), None) => builder.append_null(),
            (Self::Large(builder), None) => builder.append_null(),
            (Self::View(builder, _), None) => builder.append_null(),
            (Self::Dictionary { keys, .. }, None) => keys.push(None),
        }
    }

    /// The finished column of the type `kind`, but with bytes instead of text; `None` if a dictionary has more values
    /// than its keys can number.
    pub fn finish(self, kind: &DataType) -> Option<ArrayData> {
        Some(match self {
            Self::Small(mut builder) => builder.finish().to_data(),
            Self::Large(mut builder) => builder.finish().to_data(),
            Self::View(mut builder, _) => builder.finish().to_data(),
            Self::Dictionary { keys, values, .. } => {
                let DataType::Dictionary(key, value) = kind else { return None };
                let values = make_array(values.finish(value)?);
                match **key {
                    DataType::Int8 => dictionary::<Int8Type>(&keys, values)?,
                    DataType::Int16 => dictionary::<Int16Type>(&keys, values)?,
                    DataType::Int32 => dictionary::<Int32Type>(&keys, values)?,
                    DataType::Int64 => dictionary::<Int64Type>(&keys, values)?,
                    DataType::UInt8 => dictionary::<UInt8Type>(&keys, values)?,
                    DataType::UInt16 => dictionary::<UInt16Type>(&keys, values)?,
                    DataType::UInt32 => dictionary::<UInt32Type>(&keys, values)?,
                    DataType::UInt64 => dictionary::<UInt64Type>(&keys, values)?,
                    _ => return None,
                }
            }
        })
    }
}

fn dictionary<K: ArrowDictionaryKeyType>(keys: &[Option<usize>], values: ArrayRef) -> Option<ArrayData>
where
    K::Native: TryFrom<usize>,
{
    let key = |key: &Option<usize>| match key {
        None => Some(None),
        Some(key) => K::Native::try_from(*key).ok().map(Some),
    };
    let keys: PrimitiveArray<K> = keys.iter().map(key).collect::<Option<Vec<_>>>()?.into_iter().collect();
    Some(DictionaryArray::try_new(keys, Arc::clone(&values)).ok()?.to_data())
}
