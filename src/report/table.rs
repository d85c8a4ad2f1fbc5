//! Tables: typed cells in columns, for spreadsheets and CSV. Text of a transcript can never become a formula.

use super::sanitize;
use crate::source::guarded;
use std::borrow::Cow;
use std::io::{self, Write};

/// One cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Text, shown as it is, whatever it begins with.
    Text(String),
    /// A whole number.
    Count(i64),
    /// A number.
    Number(f64),
    /// A share of 1.
    Share(f64),
    /// A moment, RFC 3339; a spreadsheet shows its local time.
    Moment(String),
    /// Yes or no.
    Truth(bool),
}

/// The type of a column's cells, for formats that need one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// Words.
    Text,
    /// Whole numbers.
    Count,
    /// Numbers.
    Number,
    /// Moments.
    Moment,
    /// Yes or no.
    Truth,
}

impl Cell {
    /// A text, or empty.
    pub fn text(text: Option<&str>) -> Self {
        text.filter(|text| !text.is_empty()).map_or(Self::Empty, |text| Self::Text(text.to_owned()))
    }

    /// A moment, or empty.
    pub fn moment(moment: Option<&str>) -> Self {
        moment.map_or(Self::Empty, |moment| Self::Moment(moment.to_owned()))
    }

    /// The cell as a CSV field, guarded against formulas.
    pub fn field(&self) -> Cow<'_, str> {
        match self {
            Self::Empty => Cow::Borrowed(""),
            Self::Text(text) => match sanitize(text) {
                Cow::Borrowed(text) => guarded(text),
                Cow::Owned(text) => Cow::Owned(guarded(&text).into_owned()),
            },
            Self::Count(number) => Cow::Owned(number.to_string()),
            Self::Number(number) | Self::Share(number) => Cow::Owned(number.to_string()),
            Self::Moment(moment) => Cow::Borrowed(moment),
            Self::Truth(truth) => Cow::Borrowed(if *truth { "true" } else { "false" }),
        }
    }
}

/// Marks a file as UTF-8: otherwise Excel garbles Chinese.
const BOM: &str = "\u{feff}";

/// Writes a table as CSV. `rows` is consumed lazily; nothing is kept.
pub fn csv(out: &mut dyn Write, columns: &[String], rows: impl IntoIterator<Item = Vec<Cell>>) -> io::Result<()> {
    out.write_all(BOM.as_bytes())?;
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    writer.write_record(columns).map_err(io::Error::other)?;
    for row in rows {
        writer.write_record(row.iter().map(|cell| cell.field().into_owned())).map_err(io::Error::other)?;
    }
    writer.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_opens_in_excel_and_keeps_types() {
        let mut out = Vec::new();
        let row = vec![Cell::Text("=1,\"x\"\ny".into()), Cell::Count(-3), Cell::Empty, Cell::Truth(true)];
        csv(&mut out, &["a".into(), "b".into(), "c".into(), "d".into()], [row]).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "\u{feff}a,b,c,d\r\n\"'=1,\"\"x\"\"\ny\",-3,,true\r\n");
    }
}
