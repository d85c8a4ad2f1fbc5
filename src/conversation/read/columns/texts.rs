//! Any column as texts: strings, numbers, times, dictionaries.

use crate::source::{Wording, wording};
use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type,
    UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, BinaryArray, BinaryViewArray, LargeBinaryArray};
use arrow_schema::{ArrowError, DataType, TimeUnit};
use jiff::Timestamp;
use jiff::fmt::temporal::DateTimeParser;
use jiff::tz::TimeZone;

/// Seconds of a day.
const SECONDS_A_DAY: i64 = 86_400;

/// The texts of a column.
pub(super) enum Texts {
    Short(BinaryArray),
    Long(LargeBinaryArray),
    Views(BinaryViewArray),
    /// Dictionary indices by row, and the dictionary.
    Words(Vec<Option<usize>>, Box<Texts>),
    /// Values converted to text.
    Written(Vec<Option<String>>),
    /// A column of nulls.
    None,
}

/// The bytes are no valid UTF-8.
#[derive(Debug)]
pub(super) struct NoText;

/// Whether a column of this type can be read as texts.
pub(super) fn is_plain(kind: &DataType) -> bool {
    use DataType as D;
    match kind {
        D::Dictionary(_, values) => is_plain(values),
        D::Null | D::Boolean | D::Date32 | D::Date64 | D::Timestamp(..) | D::Decimal128(..) | D::Decimal256(..) => true,
        other => other.is_integer() || matches!(other, D::Float32 | D::Float64) || is_text(other),
    }
}

/// Whether a column of this type holds texts.
pub(super) fn is_text(kind: &DataType) -> bool {
    use DataType as D;
    match kind {
        D::Dictionary(_, values) => is_text(values),
        D::Utf8 | D::LargeUtf8 | D::Utf8View | D::Binary | D::LargeBinary | D::BinaryView => true,
        _ => false,
    }
}

impl Texts {
    /// Reads a column.
    ///
    /// # Errors
    /// If its type cannot be text.
    pub fn of(array: &ArrayRef) -> Result<Self, Wording> {
        let retyped = |kind: DataType| {
            let built = array.to_data().into_builder().data_type(kind).build();
            built.map_err(|error: ArrowError| error.to_string())
        };
        Ok(match array.data_type() {
            DataType::Null => Self::None,
            // The same bytes as binary; UTF-8 is validated row by row.
            DataType::Utf8 | DataType::Binary => Self::Short(retyped(DataType::Binary)?.into()),
            DataType::LargeUtf8 | DataType::LargeBinary => Self::Long(retyped(DataType::LargeBinary)?.into()),
            DataType::Utf8View | DataType::BinaryView => Self::Views(retyped(DataType::BinaryView)?.into()),
            DataType::Dictionary(..) => {
                let words = array.as_any_dictionary();
                if words.values().is_empty() {
                    return Ok(Self::None);
                }
                let keys = words.normalized_keys().into_iter().enumerate();
                let keys = keys.map(|(row, key)| array.is_valid(row).then_some(key)).collect();
                Self::Words(keys, Box::new(Self::of(words.values())?))
            }
            _ => Self::Written(
                written(array).ok_or_else(|| wording!("{kind} is no text", kind = array.data_type().to_string()))?,
            ),
        })
    }

    /// The bytes of a row, if there are any.
    pub fn bytes(&self, row: usize) -> Option<&[u8]> {
        match self {
            Self::Short(array) => array.is_valid(row).then(|| array.value(row)),
            Self::Long(array) => array.is_valid(row).then(|| array.value(row)),
            Self::Views(array) => array.is_valid(row).then(|| array.value(row)),
            Self::Words(keys, words) => words.bytes((*keys.get(row)?)?),
            Self::Written(texts) => texts.get(row)?.as_deref().map(str::as_bytes),
            Self::None => None,
        }
    }

    /// The text of a row, if there is one.
    pub fn text(&self, row: usize) -> Result<Option<&str>, NoText> {
        let bytes = self.bytes(row);
        bytes.map(|bytes| simdutf8::basic::from_utf8(bytes).map_err(|_| NoText)).transpose()
    }
}

/// The line that a column has for a row, from 1.
pub(super) fn line(lines: &Texts, row: usize) -> Option<usize> {
    lines.text(row).ok().flatten()?.parse().ok().filter(|&line| line > 0)
}

/// Each value as people would write it.
fn written(array: &ArrayRef) -> Option<Vec<Option<String>>> {
    use DataType as D;
    Some(match array.data_type() {
        D::Int8 => numbers::<Int8Type>(array),
        D::Int16 => numbers::<Int16Type>(array),
        D::Int32 => numbers::<Int32Type>(array),
        D::Int64 => numbers::<Int64Type>(array),
        D::UInt8 => numbers::<UInt8Type>(array),
        D::UInt16 => numbers::<UInt16Type>(array),
        D::UInt32 => numbers::<UInt32Type>(array),
        D::UInt64 => numbers::<UInt64Type>(array),
        // Ids in a column with nulls often became such numbers: 1001, not 1001.0.
        D::Float32 => each::<Float32Type>(array, |number| number.is_finite().then(|| number.to_string())),
        D::Float64 => each::<Float64Type>(array, |number| number.is_finite().then(|| number.to_string())),
        D::Boolean => array.as_boolean().iter().map(|truth| truth.map(|truth| truth.to_string())).collect(),
        D::Decimal128(..) => {
            let numbers = array.as_primitive::<arrow_array::types::Decimal128Type>();
            (0..array.len()).map(|row| array.is_valid(row).then(|| numbers.value_as_string(row))).collect()
        }
        D::Decimal256(..) => {
            let numbers = array.as_primitive::<arrow_array::types::Decimal256Type>();
            (0..array.len()).map(|row| array.is_valid(row).then(|| numbers.value_as_string(row))).collect()
        }
        D::Date32 => each::<Date32Type>(array, |days| {
            let day = Timestamp::from_second(i64::from(days) * SECONDS_A_DAY).ok()?;
            Some(day.to_zoned(TimeZone::UTC).date().to_string())
        }),
        D::Date64 => clocks::<Date64Type>(array, None, Timestamp::from_millisecond),
        D::Timestamp(unit, zone) => {
            // With an unknown zone, local time is lost, but not the moment.
            let zone =
                zone.as_ref().map(|zone| DateTimeParser::new().parse_time_zone(&**zone).unwrap_or(TimeZone::UTC));
            let zone = zone.as_ref();
            match unit {
                TimeUnit::Second => clocks::<TimestampSecondType>(array, zone, Timestamp::from_second),
                TimeUnit::Millisecond => clocks::<TimestampMillisecondType>(array, zone, Timestamp::from_millisecond),
                TimeUnit::Microsecond => clocks::<TimestampMicrosecondType>(array, zone, Timestamp::from_microsecond),
                TimeUnit::Nanosecond => {
                    clocks::<TimestampNanosecondType>(array, zone, |at| Timestamp::from_nanosecond(i128::from(at)))
                }
            }
        }
        _ => return None,
    })
}

fn each<T: ArrowPrimitiveType>(array: &ArrayRef, write: impl Fn(T::Native) -> Option<String>) -> Vec<Option<String>> {
    array.as_primitive::<T>().iter().map(|value| value.and_then(&write)).collect()
}

fn numbers<T: ArrowPrimitiveType>(array: &ArrayRef) -> Vec<Option<String>>
where
    T::Native: ToString,
{
    each::<T>(array, |number| Some(number.to_string()))
}

/// Local times of a column's zone; without a zone, as stored.
fn clocks<T: ArrowPrimitiveType>(
    array: &ArrayRef,
    zone: Option<&TimeZone>,
    read: impl Fn(T::Native) -> Result<Timestamp, jiff::Error>,
) -> Vec<Option<String>> {
    let form = match zone {
        // Most programs store times in UTC wherever they come from, so UTC is nobody's local time.
        Some(zone) if zone.to_fixed_offset().is_ok_and(jiff::tz::Offset::is_zero) => "%Y-%m-%dT%H:%M:%S%.fZ",
        Some(_) => "%Y-%m-%dT%H:%M:%S%.f%:z",
        None => "%Y-%m-%d %H:%M:%S%.f",
    };
    let wall = zone.cloned().unwrap_or(TimeZone::UTC);
    each::<T>(array, |at| Some(read(at).ok()?.to_zoned(wall.clone()).strftime(form).to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::{
        BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Float64Array, Int64Array, LargeStringArray,
        StringViewArray, TimestampMillisecondArray, TimestampNanosecondArray,
    };
    use std::sync::Arc;

    #[track_caller]
    fn reads(array: impl Array + 'static, expected: &[Option<&str>]) {
        assert!(is_plain(array.data_type()));
        let array: ArrayRef = Arc::new(array);
        let texts = Texts::of(&array).unwrap();
        let read: Vec<Option<&str>> = (0..array.len()).map(|row| texts.text(row).unwrap()).collect();
        assert_eq!(read, expected);
    }

    #[test]
    fn every_kind_of_column_is_read_as_people_write_it() {
        reads(LargeStringArray::from(vec![Some("您好"), None]), &[Some("您好"), None]);
        reads(
            StringViewArray::from(vec![Some("a text that is kept elsewhere"), Some("")]),
            &[Some("a text that is kept elsewhere"), Some("")],
        );
        reads(Int64Array::from(vec![Some(-7), None]), &[Some("-7"), None]);
        reads(Float64Array::from(vec![1001.0, 0.5, f64::NAN]), &[Some("1001"), Some("0.5"), None]);
        reads(BooleanArray::from(vec![true, false]), &[Some("true"), Some("false")]);
        reads(Date32Array::from(vec![20_574]), &[Some("2026-05-01")]);
        let money = Decimal128Array::from(vec![1_234]).with_precision_and_scale(20, 2).unwrap();
        reads(money, &[Some("12.34")]);
        let words: DictionaryArray<arrow_array::types::Int8Type> =
            vec![Some("客户"), None, Some("客户")].into_iter().collect();
        reads(words, &[Some("客户"), None, Some("客户")]);
    }

    #[test]
    fn moments_keep_their_zone_and_their_fraction() {
        let at = 1_777_600_800_000;
        reads(TimestampMillisecondArray::from(vec![Some(at), None]), &[Some("2026-05-01 02:00:00"), None]);
        for zone in ["Asia/Shanghai", "+08:00"] {
            let moment = TimestampNanosecondArray::from(vec![at * 1_000_000 + 500_000_000]).with_timezone(zone);
            reads(moment, &[Some("2026-05-01T10:00:00.5+08:00")]);
        }
        let nowhere = TimestampMillisecondArray::from(vec![at]).with_timezone("Nowhere/Atall");
        reads(nowhere, &[Some("2026-05-01T02:00:00Z")]);
        reads(TimestampMillisecondArray::from(vec![i64::MAX]), &[None]);
    }

    #[test]
    fn bytes_that_are_no_text_are_seen() {
        let array: ArrayRef = Arc::new(BinaryArray::from(vec![&b"\xff"[..]]));
        assert!(Texts::of(&array).unwrap().text(0).is_err());
    }
}
