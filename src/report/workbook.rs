//! Workbooks for Excel: typed cells, a fixed header row, filters; written row by row in constant memory.

use super::table::Cell;
use rust_xlsxwriter::{
    DataValidation, DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError,
};
use std::io;

/// Most characters of a cell and most rows of a sheet, by the format's own limits.
const LONGEST: usize = 32_767;
const ROWS: u32 = 1_048_576;

/// A column: its heading and its width in characters.
#[derive(Clone, Debug)]
pub struct Column {
    /// The heading.
    pub heading: String,
    /// How wide it is.
    pub width: f64,
    /// Whether long texts wrap.
    pub wrap: bool,
    /// The values that people may choose; empty for a read-only column.
    pub choices: Vec<String>,
}

impl Column {
    /// A column of this width.
    pub fn new(heading: impl Into<String>, width: f64) -> Self {
        Self { heading: heading.into(), width, wrap: false, choices: Vec::new() }
    }

    /// A column of texts that may be long.
    pub fn wide(heading: impl Into<String>, width: f64) -> Self {
        Self { heading: heading.into(), width, wrap: true, choices: Vec::new() }
    }

    /// The column, with a list of words to choose from in its cells.
    #[must_use]
    pub fn choosing(self, choices: Vec<String>) -> Self {
        Self { choices, ..self }
    }
}

/// A workbook under construction.
pub struct Book {
    book: Workbook,
    formats: Formats,
}

struct Formats {
    heading: Format,
    plain: Format,
    wrapped: Format,
    count: Format,
    number: Format,
    share: Format,
    moment: Format,
}

impl Default for Book {
    fn default() -> Self {
        let plain = Format::new().set_align(FormatAlign::Top);
        let formats = Formats {
            heading: Format::new().set_bold().set_background_color(0x00E8_EEF4).set_align(FormatAlign::VerticalCenter),
            wrapped: plain.clone().set_text_wrap(),
            count: plain.clone().set_num_format("#,##0"),
            number: plain.clone().set_num_format("0.00"),
            share: plain.clone().set_num_format("0.0%"),
            moment: plain.clone().set_num_format("yyyy-mm-dd hh:mm:ss"),
            plain,
        };
        let mut book = Workbook::new();
        // A fixed date, so that the same figures give the same bytes.
        if let Ok(day) = ExcelDateTime::from_ymd(2000, 1, 1) {
            book.set_properties(&DocProperties::new().set_creation_datetime(&day));
        }
        Self { book, formats }
    }
}

impl Book {
    /// Adds a table as a sheet, and further sheets if the rows do not fit. `finish` may add to the last one.
    pub fn sheet(
        &mut self,
        name: &str,
        columns: &[Column],
        rows: impl IntoIterator<Item = Vec<Cell>>,
    ) -> io::Result<()> {
        let mut rows = rows.into_iter().peekable();
        let mut part = 1;
        loop {
            let sheet = self.book.add_worksheet_with_constant_memory().map_err(io::Error::other)?;
            let title = if part == 1 { name.to_owned() } else { format!("{name} {part}") };
            let last = fill(sheet, &self.formats, &title, columns, &mut rows).map_err(io::Error::other)?;
            let width = u16::try_from(columns.len()).unwrap_or(1).max(1) - 1;
            sheet.autofilter(0, 0, last, width).map_err(io::Error::other)?;
            if rows.peek().is_none() {
                return Ok(());
            }
            part += 1;
        }
    }

    /// A sheet with a free layout and charts; small, so it is held in memory.
    pub fn free(&mut self, name: &str) -> io::Result<&mut Worksheet> {
        self.book.add_worksheet().set_name(name).map_err(io::Error::other)
    }

    /// The file.
    pub fn bytes(mut self) -> io::Result<Vec<u8>> {
        self.book.save_to_buffer().map_err(io::Error::other)
    }
}

fn fill(
    sheet: &mut Worksheet,
    formats: &Formats,
    title: &str,
    columns: &[Column],
    rows: &mut impl Iterator<Item = Vec<Cell>>,
) -> Result<u32, XlsxError> {
    sheet.set_name(title)?;
    for (column, number) in columns.iter().zip(0..) {
        sheet.set_column_width(number, column.width)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_row_height(0, 20)?;
    for (column, number) in columns.iter().zip(0..) {
        sheet.write_string_with_format(0, number, &column.heading, &formats.heading)?;
    }
    let mut last = 0;
    while last + 1 < ROWS {
        let Some(row) = rows.next() else { break };
        last += 1;
        for ((cell, column), number) in row.iter().zip(columns).zip(0..) {
            write(sheet, formats, (last, number), cell, column.wrap)?;
        }
    }
    for (column, number) in columns.iter().zip(0..).filter(|(column, _)| last > 0 && !column.choices.is_empty()) {
        sheet.add_data_validation(
            1,
            number,
            last,
            number,
            &DataValidation::new().allow_list_strings(&column.choices)?,
        )?;
    }
    Ok(last)
}

fn write(
    sheet: &mut Worksheet,
    formats: &Formats,
    (row, column): (u32, u16),
    cell: &Cell,
    wrap: bool,
) -> Result<(), XlsxError> {
    let words = if wrap { &formats.wrapped } else { &formats.plain };
    match cell {
        Cell::Empty => return Ok(()),
        // Written as a string, so that it is never taken for a formula.
        Cell::Text(text) => sheet.write_string_with_format(row, column, fitting(text), words)?,
        #[allow(clippy::cast_precision_loss, reason = "a spreadsheet knows no other numbers")]
        Cell::Count(number) => sheet.write_number_with_format(row, column, *number as f64, &formats.count)?,
        Cell::Number(number) => sheet.write_number_with_format(row, column, *number, &formats.number)?,
        Cell::Share(number) => sheet.write_number_with_format(row, column, *number, &formats.share)?,
        Cell::Truth(truth) => sheet.write_boolean_with_format(row, column, *truth, &formats.plain)?,
        Cell::Moment(moment) => match moment.get(..19).map(ExcelDateTime::parse_from_str) {
            Some(Ok(clock)) => sheet.write_datetime_with_format(row, column, &clock, &formats.moment)?,
            _ => sheet.write_string_with_format(row, column, fitting(moment), words)?,
        },
    };
    Ok(())
}

/// A text cut to fit a cell, marked if it was cut. Excel counts UTF-16 units.
fn fitting(text: &str) -> String {
    if text.encode_utf16().count() <= LONGEST {
        return text.to_owned();
    }
    let mut units = 1;
    let kept = text.chars().take_while(|letter| {
        units += letter.len_utf16();
        units <= LONGEST
    });
    let mut kept: String = kept.collect();
    kept.push('…');
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_shortened_and_marked() {
        assert_eq!(fitting("您好"), "您好");
        let long = "😀".repeat(20_000);
        let cut = fitting(&long);
        assert!(cut.ends_with('…') && cut.encode_utf16().count() <= LONGEST);
    }
}
