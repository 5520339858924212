//! [`Added`]: what changes in the footer when a column of lists is added to a file.
//!
//! The column goes into Parquet's schema, and into the copies of the schema in the key-value metadata by which
//! programs read the file: Arrow's (`ARROW:schema`, a message in base64, used by pyarrow, polars, pandas and Rust's
//! arrow) and Spark's (JSON). Without it there, they would misread the column or not see it. All other metadata
//! stays: pandas and Hugging Face's `datasets` accept a column that their metadata does not name.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use ::parquet::basic::ColumnOrder;
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::{FileMetaData, KeyValue};
use ::parquet::schema::types::{ColumnDescPtr, SchemaDescriptor, Type};
use arrow_ipc::convert::try_schema_from_ipc_buffer;
use arrow_ipc::writer::{DictionaryTracker, IpcDataGenerator, IpcWriteOptions};
use arrow_schema::{DataType, Field, Schema};
use data_encoding::BASE64;
use serde_json::{Value, json};

use super::lists::{Holds, ListColumn};
use super::reason;
use crate::error::FormatError;

/// The key of Arrow's schema.
const ARROW: &str = "ARROW:schema";
/// The key of Spark's schema.
const SPARK: &str = "org.apache.spark.sql.parquet.row.metadata";

/// A column of lists that is added to a file.
#[derive(Debug)]
pub(super) struct Added {
    /// The metadata of the whole file, for the footer.
    pub(super) metadata: FileMetaData,
    /// The new leaf columns, and what they hold.
    pub(super) leaves: Vec<(ColumnDescPtr, Holds)>,
    /// The folder for pages that wait in a temporary file.
    pub(super) folder: PathBuf,
}

impl Added {
    pub(super) fn new(old: &FileMetaData, column: &ListColumn, folder: PathBuf) -> io::Result<Self> {
        let schema = Arc::new(SchemaDescriptor::new(Arc::new(in_parquet(old.schema(), column).map_err(reason)?)));
        let leaves = schema.columns()[old.schema_descr().num_columns()..].iter().cloned();
        let leaves: Vec<_> = leaves.zip(column.fields.iter().map(|&(_, holds)| holds)).collect();
        let orders = old.column_orders().map(|orders| {
            let new = leaves.iter().map(|(leaf, _)| ColumnOrder::TYPE_DEFINED_ORDER(leaf.sort_order()));
            orders.iter().cloned().chain(new).collect()
        });
        let keys = old.key_value_metadata().map(|keys| {
            let keys = keys.iter().map(|key| with_column(key, column));
            keys.collect::<Result<Vec<_>, _>>()
        });
        let metadata = FileMetaData::new(
            old.version(),
            old.num_rows(),
            old.created_by().map(str::to_owned),
            keys.transpose()?,
            schema,
            orders,
        );
        Ok(Self { metadata, leaves, folder })
    }
}

fn in_parquet(root: &Type, column: &ListColumn) -> Result<Type, ParquetError> {
    let mut fields = root.get_fields().to_vec();
    fields.push(column.field()?);
    let info = root.get_basic_info();
    let mut schema =
        Type::group_type_builder(root.name()).with_fields(fields).with_id(info.has_id().then(|| info.id()));
    if info.has_repetition() {
        schema = schema.with_repetition(info.repetition());
    }
    schema.build()
}

/// A key and its value. If the value is a schema, the column is added to it.
fn with_column(pair: &KeyValue, column: &ListColumn) -> Result<KeyValue, FormatError> {
    let value = match (pair.key.as_str(), &pair.value) {
        (ARROW, Some(value)) => Some(in_arrow(value, column)?),
        (SPARK, Some(value)) => Some(in_spark(value, column)?),
        (_, value) => value.clone(),
    };
    Ok(KeyValue { key: pair.key.clone(), value })
}

fn unread(key: &'static str, said: impl std::fmt::Display) -> FormatError {
    FormatError::ForeignSchema { key, said: said.to_string() }
}

fn in_arrow(value: &str, column: &ListColumn) -> Result<String, FormatError> {
    let message = BASE64.decode(value.trim().as_bytes()).map_err(|error| unread(ARROW, error))?;
    let schema = try_schema_from_ipc_buffer(&message).map_err(|error| unread(ARROW, error))?;
    let kind = |holds: Holds| if holds == Holds::Count { DataType::Int64 } else { DataType::Utf8 };
    let items = column.fields.iter().map(|&(name, holds)| Field::new(name, kind(holds), true)).collect();
    let item = Field::new("element", DataType::Struct(items), true);
    let new = Arc::new(Field::new(&column.name, DataType::List(item.into()), true));
    let fields = schema.fields.iter().cloned().chain([new]).collect::<Vec<_>>();
    let schema = Schema::new_with_metadata(fields, schema.metadata);
    let (mut tracker, options) = (DictionaryTracker::new(true), IpcWriteOptions::default());
    let encoded = IpcDataGenerator::default().schema_to_bytes_with_dictionary_tracker(&schema, &mut tracker, &options);
    let length = u32::try_from(encoded.ipc_message.len()).map_err(|error| unread(ARROW, error))?;
    Ok(BASE64.encode(&[&[0xff; 4], &length.to_le_bytes()[..], &encoded.ipc_message].concat()))
}

fn in_spark(value: &str, column: &ListColumn) -> Result<String, FormatError> {
    let mut schema: Value = serde_json::from_str(value).map_err(|error| unread(SPARK, error))?;
    let field = |name: &str, kind: Value| json!({ "name": name, "type": kind, "nullable": true, "metadata": {} });
    let items: Vec<Value> = column
        .fields
        .iter()
        .map(|&(name, holds)| field(name, if holds == Holds::Count { "long" } else { "string" }.into()))
        .collect();
    let item = json!({ "type": "struct", "fields": items });
    let list = json!({ "type": "array", "elementType": item, "containsNull": true });
    let fields = schema.get_mut("fields").and_then(Value::as_array_mut);
    fields.ok_or_else(|| unread(SPARK, "no fields"))?.push(field(&column.name, list));
    Ok(schema.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column() -> ListColumn {
        ListColumn { name: "gone".into(), fields: vec![("start", Holds::Count), ("text", Holds::Text)] }
    }

    #[test]
    fn arrows_schema_keeps_what_it_said_and_names_the_column() {
        let zoned = DataType::Timestamp(arrow_schema::TimeUnit::Nanosecond, Some("Asia/Shanghai".into()));
        let words = DataType::Dictionary(Box::new(DataType::Int8), Box::new(DataType::LargeUtf8));
        let fields =
            vec![Field::new("when", zoned, false).with_metadata([("k", "v")]), Field::new("word", words, true)];
        let old = Schema::new_with_metadata(fields, [("pandas", "{}")]);
        let (mut tracker, options) = (DictionaryTracker::new(true), IpcWriteOptions::default());
        let encoded = IpcDataGenerator::default().schema_to_bytes_with_dictionary_tracker(&old, &mut tracker, &options);
        // In the form of older writers: only the length before the message.
        let length = (encoded.ipc_message.len() as u32).to_le_bytes();
        let value = BASE64.encode(&[&length[..], &encoded.ipc_message].concat());

        let value = in_arrow(&value, &column()).unwrap();
        let new = try_schema_from_ipc_buffer(&BASE64.decode(value.as_bytes()).unwrap()).unwrap();
        assert_eq!(new.metadata, old.metadata);
        assert_eq!(new.fields[..2], old.fields[..]);
        assert_eq!(new.fields[2].name(), "gone");
        assert!(matches!(new.fields[2].data_type(), DataType::List(item) if item.name() == "element"));
        assert!(in_arrow("AAAA", &column()).unwrap_err().to_string().contains(ARROW));
    }

    #[test]
    fn sparks_schema_names_the_column() {
        let old = r#"{"type":"struct","fields":[{"name":"a","type":"long","nullable":true,"metadata":{}}]}"#;
        let new: Value = serde_json::from_str(&in_spark(old, &column()).unwrap()).unwrap();
        assert_eq!(new["fields"][0], serde_json::from_str::<Value>(old).unwrap()["fields"][0]);
        assert_eq!(new["fields"][1]["type"]["elementType"]["fields"][1]["type"], "string");
        assert!(in_spark("{}", &column()).is_err());
    }
}
