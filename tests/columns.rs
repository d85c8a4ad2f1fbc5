//! Columnar inputs as a user meets them: what is refused, and why. Reading files of other programs is tested with those
//! programs, in `bindings/python/tests/columns.py`.
#![cfg(feature = "parquet")]

mod support;

use arrow_array::builder::{ListBuilder, MapBuilder, StringBuilder, StructBuilder};
use arrow_array::{ArrayRef, NullArray, RecordBatch, StringArray};
use arrow_ipc::writer::{FileWriter, StreamWriter};
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::basic::{BrotliLevel, Compression};
use parquet::file::metadata::{ParquetMetaDataReader, ParquetMetaDataWriter};
use parquet::file::properties::WriterProperties;
use replylint::conversation::read::{Options, Reader, Record};
use serde_json::Value;
use std::sync::Arc;
use support::Place;

const VAGUE: &str = "非常抱歉，我们会尽快给您回复。";

fn texts<'a>(texts: impl IntoIterator<Item = Option<&'a str>>) -> ArrayRef {
    Arc::new(texts.into_iter().collect::<StringArray>())
}

/// Messages of so many conversations.
fn messages(conversations: usize) -> RecordBatch {
    let ids: Vec<String> = (0..conversations * 2).map(|row| format!("c{}", row / 2)).collect();
    let each = |customer: &'static str, agent: &'static str| {
        texts((0..conversations * 2).map(move |row| Some(if row % 2 == 0 { customer } else { agent })))
    };
    RecordBatch::try_from_iter([
        ("conversation", texts(ids.iter().map(|id| Some(id.as_str())))),
        ("role", each("customer", "agent")),
        ("text", each("收到的杯子碎了", VAGUE)),
    ])
    .unwrap()
}

/// The messages of one conversation as a list, with these fields.
fn list<const N: usize>(fields: [&str; N], messages: &[[&str; N]]) -> ArrayRef {
    let fields: Vec<Field> = fields.iter().map(|name| Field::new(*name, DataType::Utf8, true)).collect();
    let mut turns = ListBuilder::new(StructBuilder::from_fields(fields, messages.len()));
    for message in messages {
        let turn = turns.values();
        for (place, value) in message.iter().enumerate() {
            turn.field_builder::<StringBuilder>(place).unwrap().append_value(value);
        }
        turn.append(true);
    }
    turns.append(true);
    Arc::new(turns.finish())
}

/// One conversation, its messages in a list.
fn nested() -> RecordBatch {
    let turns = list(["role", "text"], &[["customer", "收到的杯子碎了"], ["agent", VAGUE]]);
    RecordBatch::try_from_iter([("id", texts([Some("c0")])), ("turns", turns)]).unwrap()
}

fn parquet(batch: &RecordBatch) -> Vec<u8> {
    let how = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(how)).unwrap();
    writer.write(batch).unwrap();
    writer.into_inner().unwrap()
}

fn arrow(batch: &RecordBatch) -> Vec<u8> {
    let mut writer = FileWriter::try_new(Vec::new(), &batch.schema()).unwrap();
    writer.write(batch).unwrap();
    writer.into_inner().unwrap()
}

fn stream(batch: &RecordBatch) -> Vec<u8> {
    let mut writer = StreamWriter::try_new(Vec::new(), &batch.schema()).unwrap();
    writer.write(batch).unwrap();
    writer.into_inner().unwrap()
}

type Write = fn(&RecordBatch) -> Vec<u8>;
const FORMS: [(&str, Write); 3] = [("parquet", parquet), ("arrow", arrow), ("arrows", stream)];

fn lines(place: &Place, name: &str) -> Vec<Value> {
    String::from_utf8(place.read(name)).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn columns_are_told_by_content_and_not_by_name() {
    let place = Place::empty();
    for (form, write) in FORMS {
        for batch in [messages(1), nested()] {
            place.write("log", write(&batch));
            place.run(["audit", "log", "-o", "out", "--no-reports"]).code(0);
            let found = lines(&place, "out/findings.jsonl");
            assert!(found.iter().any(|found| found["rule"] == "promise/vague-promise"), "{form}: {found:?}");
            let shown = place.run(["check", "log", "-f", "concise"]).code(1);
            assert!(shown.stdout.contains("log!row:"), "{form}: {}", shown.stdout);
        }
    }
}

#[test]
fn the_ends_of_messages_are_read() {
    let place = Place::empty();
    let times = [["customer", "我的杯子碎了怎么办呢", "0.0", "6.0"], ["agent", "您先听我说", "2.0", "4.0"]];
    let columns = || [("id", texts([Some("c0")])), ("channel", texts([Some("call")]))];
    let nested = [("turns", list(["role", "text", "time", "end"], &times))];
    let nested = RecordBatch::try_from_iter(columns().into_iter().chain(nested)).unwrap();
    let column = |name, at: usize| (name, texts(times.iter().map(|message| Some(message[at]))));
    let twice = |text: &'static str| texts([Some(text), Some(text)]);
    let flat = [("conversation", twice("c0")), ("channel", twice("call")), column("role", 0), column("text", 1)];
    let ends = [column("time", 2), column("utterance end", 3)];
    let flat = RecordBatch::try_from_iter(flat.into_iter().chain(ends)).unwrap();
    for (form, write) in FORMS {
        for batch in [&nested, &flat] {
            place.write("log", write(batch));
            let told = place.run(["check", "log", "-f", "concise", "--select", "pace/talks-over-customer"]);
            assert!(told.stdout.contains("pace/talks-over-customer"), "{form}: {} {}", told.stdout, told.stderr);
        }
    }
}

#[test]
fn a_field_that_holds_no_text_is_told_and_not_left_out() {
    let place = Place::empty();
    let turns = || list(["role", "text"], &[["agent", VAGUE]]);
    let batch = RecordBatch::try_from_iter([("agent", turns()), ("turns", turns())]).unwrap();
    for (_, write) in FORMS {
        place.write("log", write(&batch));
        place.run(["audit", "log", "-o", "out", "--no-reports"]).code(2).warns(&["`agent`", "is no text"]);
    }
}

#[test]
fn what_is_known_of_a_conversation_may_be_a_map() {
    let of = |pairs: &[(&str, &str)]| {
        let mut meta = MapBuilder::new(None, StringBuilder::new(), StringBuilder::new());
        for (name, value) in pairs {
            meta.keys().append_value(name);
            meta.values().append_value(value);
        }
        meta.append(!pairs.is_empty()).unwrap();
        let nested = nested();
        let meta: ArrayRef = Arc::new(meta.finish());
        let columns = [("id", nested.column(0)), ("turns", nested.column(1)), ("meta", &meta)];
        RecordBatch::try_from_iter(columns.map(|(name, column)| (name, column.clone()))).unwrap()
    };
    let (told, silent) = (of(&[("customer", "u7"), ("rating", "2")]), of(&[]));
    let place = Place::empty();
    for (form, write) in FORMS {
        for (batch, customer, rating) in [(&told, "u7".into(), "2".into()), (&silent, Value::Null, Value::Null)] {
            place.write("log", write(batch));
            place.run(["audit", "log", "-o", "out", "--no-reports"]).code(0);
            let row = &lines(&place, "out/conversations.jsonl")[0];
            assert_eq!((&row["customer"], &row["rating"]), (&customer, &rating), "{form}");
        }
    }
}

#[test]
fn what_comes_through_a_pipe_is_read_too() {
    let place = Place::empty();
    for (form, write) in FORMS {
        let told = place.pipe(["acts", "-f", "jsonl"], write(&messages(1))).code(0);
        assert_eq!(told.stdout.lines().count(), 2, "{form}");
    }
}

#[test]
fn other_columns_are_told_with_what_was_looked_for() {
    let place = Place::empty();
    let other = RecordBatch::try_from_iter([("price", texts([Some("1")])), ("item", texts([Some("cup")]))]).unwrap();
    for (form, write) in FORMS {
        place.write("other", write(&other));
        place.run(["audit", "other", "-o", "out"]).code(2).warns(&["price", "item", "text and role", "`turns`"]);
        assert_eq!(lines(&place, "out/rejects.jsonl").len(), 1, "{form}");
        place.write("replylint.toml", "[audit.columns]\ntext = \"Words\"\n");
        place.run(["audit", "other", "-o", "named"]).code(2).warns(&["Words", "price", "item"]);
        place.write("replylint.toml", "");
    }
}

#[test]
fn a_file_that_is_cut_is_told_wherever_it_is_cut() {
    let place = Place::empty();
    for (form, write) in FORMS {
        let whole = write(&messages(40));
        for part in 1..12 {
            place.write("cut", &whole[..whole.len() * part / 12]);
            let told = place.run(["audit", "cut", "-o", "out", "--no-reports"]);
            assert!(told.code == 2, "{form} {part}: {}", told.stderr);
            assert!(!told.stderr.contains("panicked"), "{form} {part}: {}", told.stderr);
        }
    }
}

#[test]
fn sizes_are_not_believed() {
    let place = Place::empty();
    let refused = |name: &str, bytes: Vec<u8>, words: &[&str]| {
        place.write(name, bytes);
        place.run(["audit", name, "-o", "out", "--no-reports"]).code(2).warns(words);
    };
    let end = |footer: &[u8], size: u32| [b"PAR1", footer, &size.to_le_bytes(), b"PAR1"].concat();
    refused("end-before-beginning", end(b"xxxx", 1 << 20), &["damaged"]);
    refused("endless-footer", end(b"xxxx", u32::MAX), &["limit"]);
    // A list of two thousand million groups of rows.
    let groups = [0x49, 0xFC, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0x00];
    refused("endless-list", end(&groups, 8), &["damaged"]);
    refused("encrypted", [b"PARE", &[0; 8][..], b"PARE"].concat(), &["encrypted"]);
    let metadata = [&[0xFF; 4][..], &(15_u32 << 20).to_le_bytes(), &[0; 64]].concat();
    refused("endless-message", metadata, &["too early"]);
    // Sixty-five million letters in a few million bytes.
    let long = "好".repeat(23 << 20);
    let bomb = RecordBatch::try_from_iter([("role", texts([Some("agent")])), ("text", texts([Some(long.as_str())]))]);
    refused("long-page", parquet(&bomb.unwrap()), &["unpacks to more than", "rows 1 to 1"]);
    let schema = Schema::new(vec![Field::new("role", DataType::Null, true), Field::new("text", DataType::Null, true)]);
    let nothing: ArrayRef = Arc::new(NullArray::new(1 << 40));
    let rows = RecordBatch::try_new(Arc::new(schema), vec![nothing.clone(), nothing]).unwrap();
    refused("endless-rows", stream(&rows), &["more rows than there is room for"]);
}

#[test]
fn a_damaged_batch_costs_its_own_rows() {
    let place = Place::empty();
    let batch = messages(2);
    let mut writer = StreamWriter::try_new(Vec::new(), &batch.schema()).unwrap();
    writer.write(&batch).unwrap();
    let first = writer.get_ref().len();
    writer.write(&batch).unwrap();
    let mut bytes = writer.into_inner().unwrap();
    // The words of the first batch are no longer valid UTF-8.
    let at = bytes[..first].windows(9).rposition(|part| part == "尽快给".as_bytes()).unwrap();
    bytes[at] = 0xFF;
    place.write("log.arrows", bytes);
    place.run(["audit", "log.arrows", "-o", "out", "--no-reports"]).code(2).warns(&["rows 1 to 4 are not read"]);
    let rows = lines(&place, "out/conversations.jsonl");
    assert_eq!(rows.iter().map(|row| row["line"].as_u64().unwrap()).collect::<Vec<_>>(), [5, 7]);
}

/// Pseudo-random numbers with a fixed seed.
fn numbers() -> impl FnMut(usize) -> usize {
    let mut state = 7_u64;
    move |below| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    }
}

#[test]
fn damage_ends_in_words_and_never_in_a_crash() {
    let mut next = numbers();
    for (_, write) in FORMS {
        for batch in [messages(30), nested()] {
            let whole = write(&batch);
            for _ in 0..400 {
                let mut bytes = whole.clone();
                for _ in 0..=next(3) {
                    let at = next(bytes.len());
                    bytes[at] = u8::try_from(next(256)).unwrap();
                }
                let records = Reader::new(&bytes[..], None, Options::default());
                let told = records.filter(|record| !matches!(record, Record::Notice(_))).count();
                assert!(told <= 1_000, "{told} records out of {} rows", batch.num_rows());
            }
        }
    }
}

/// As Spark or Hive may write: the footer names another codec than the pages.
#[test]
fn columns_packed_in_another_way_are_refused_with_what_can_be_read() {
    let place = Place::empty();
    let whole = parquet(&messages(2));
    for (packed, name) in [(Compression::BROTLI(BrotliLevel::default()), "BROTLI"), (Compression::LZ4, "LZ4")] {
        let meta = ParquetMetaDataReader::new().parse_and_finish(&bytes::Bytes::from(whole.clone())).unwrap();
        let mut meta = meta.into_builder();
        let groups = meta.take_row_groups().into_iter().map(|group| {
            let mut group = group.into_builder();
            let columns = group.take_columns().into_iter();
            let columns = columns.map(|one| one.into_builder().set_compression(packed).build().unwrap());
            group.set_column_metadata(columns.collect()).build().unwrap()
        });
        let meta = {
            let groups = groups.collect();
            meta.set_row_groups(groups).build()
        };
        let footer = u32::from_le_bytes(whole[whole.len() - 8..whole.len() - 4].try_into().unwrap()) as usize;
        let mut file = whole[..whole.len() - 8 - footer].to_vec();
        ParquetMetaDataWriter::new(&mut file, &meta).finish().unwrap();
        place.write("log.parquet", file);
        let words = ["packed by", name, "lz4_raw are", "write the file again"];
        place.run(["audit", "log.parquet", "-o", "out", "--force"]).code(2).warns(&words);
        assert_eq!(lines(&place, "out/rejects.jsonl").len(), 1, "{name}");
    }
}
