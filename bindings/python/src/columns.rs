//! From records, one JSON line each as the command line writes them, to columns. The types come from the records' own
//! JSON Schema, so that a new field is a new column and nothing has to be told twice.

use crate::command::Command;
use crate::table::Table;
use arrow_array::RecordBatch;
use arrow_json::ReaderBuilder;
use arrow_schema::{ArrowError, DataType, Field, Fields, Schema, SchemaRef};
use replylint::audit::{ConversationResult, Entry, FindingLine};
use replylint::pool;
use replylint::workshop::Acts;
use serde_json::Value;
use std::sync::Arc;

/// Rows of one batch at most: a stretch of lines holds fewer.
const ROWS: usize = 1 << 20;
/// Kinds of records, by the name that results have in Python.
pub const PARTS: [(Command, &str); 5] = [
    (Command::Check, "findings"),
    (Command::Audit, "conversations"),
    (Command::Audit, "findings"),
    (Command::Acts, "turns"),
    (Command::Promises, "promises"),
];

/// The columns of a part of a command's result; with the number of the row that it is about, where that is not said.
pub fn schema(command: Command, part: &str) -> SchemaRef {
    let whole = match (command, part) {
        (Command::Check, _) => replylint::report::schema(),
        (Command::Audit, "conversations") => schemars::schema_for!(ConversationResult),
        (Command::Audit, _) => schemars::schema_for!(FindingLine<'static>),
        (Command::Acts, _) => schemars::schema_for!(Acts),
        (Command::Promises | Command::Facts, _) => schemars::schema_for!(Entry),
    };
    let whole = whole.to_value();
    let record = if command == Command::Check { &whole["$defs"]["Finding"] } else { &whole };
    let mut fields = fields(record, &whole["$defs"]);
    if command.adds_rows() {
        fields.insert(0, Field::new("row", DataType::Int64, true));
    }
    Arc::new(Schema::new(fields))
}

fn fields(record: &Value, known: &Value) -> Vec<Field> {
    let own = record["properties"].as_object().into_iter().flatten();
    own.map(|(name, value)| Field::new(name, data_type(value, known), true)).collect()
}

fn data_type(value: &Value, known: &Value) -> DataType {
    if let Some(name) = value["$ref"].as_str().and_then(|path| path.strip_prefix("#/$defs/")) {
        return data_type(&known[name], known);
    }
    let is_null = |kind: &Value| kind == "null";
    // A value that may be missing.
    if let Some(either) = value["anyOf"].as_array() {
        let there = either.iter().find(|one| !is_null(&one["type"]));
        return there.map_or(DataType::Utf8, |one| data_type(one, known));
    }
    let kind = match &value["type"] {
        Value::Array(kinds) => kinds.iter().find(|kind| !is_null(kind)).unwrap_or(&Value::Null),
        kind => kind,
    };
    match kind.as_str() {
        Some("integer") => DataType::Int64,
        Some("number") => DataType::Float64,
        Some("boolean") => DataType::Boolean,
        Some("array") => DataType::new_list(data_type(&value["items"], known), true),
        Some("object") => DataType::Struct(Fields::from(fields(value, known))),
        // Words of closed lists are `oneOf` or `enum`: texts, like all others. The version of the record is a number.
        _ if value["const"].is_number() => DataType::Int64,
        _ => DataType::Utf8,
    }
}

/// The records of these stretches of lines as a table; worked at on as many threads.
///
/// # Errors
/// When a record has a field that its schema does not know, which a test would have told.
pub fn table(schema: SchemaRef, lines: Vec<Vec<u8>>, threads: usize) -> Result<Table, ArrowError> {
    let mut batches = Vec::with_capacity(lines.len());
    let decode = |(): &mut (), lines: Vec<u8>| batch(&schema, &lines);
    pool::ordered(
        threads,
        lines.into_iter(),
        || (),
        decode,
        |batch| {
            batches.extend(batch?);
            Ok::<_, ArrowError>(())
        },
    )?;
    Ok(Table { schema, batches })
}

fn batch(schema: &SchemaRef, lines: &[u8]) -> Result<Option<RecordBatch>, ArrowError> {
    let builder = ReaderBuilder::new(schema.clone()).with_batch_size(ROWS).with_strict_mode(true);
    let mut decoder = builder.build_decoder()?;
    let read = decoder.decode(lines)?;
    if read < lines.len() {
        return Err(ArrowError::JsonError(format!("{ROWS} records in one stretch")));
    }
    decoder.flush()
}
