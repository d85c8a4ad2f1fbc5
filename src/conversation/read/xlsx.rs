//! Workbooks: validated as archives first, then read cell by cell. No size that a file claims is trusted.

use super::sheet::{Row, Sheet, letters};
use super::tree::Leaf;
use super::{Options, Record, table};
use crate::conversation::{Chunk, Origin};
use crate::source::{Diagnostic, Wording, wording};
use calamine::{DataRef, Dimensions, Reader, SheetVisible, Xlsx, XlsxError};
use memchr::memmem;
use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::sync::Arc;
use zip::ZipArchive;

/// Most bytes of a workbook when decompressed, in all and in one part.
const UNPACKED: u64 = 64 << 20;
/// Most bytes of the shared texts, all of which are held, with some overhead each.
const SHARED: u64 = 24 << 20;
/// Most parts of the archive.
const PARTS: usize = 2_000;
/// Most shared texts that may be announced: memory is reserved for them before they are read.
const ANNOUNCED: usize = 4_000_000;
/// The XML element of merged cells.
const MERGE: &[u8] = b"mergeCell";
/// Most merged cells: twice the rows of a sheet.
const MOST_MERGED: usize = 1 << 21;
/// Merged cells tracked at a time, and cells listed in a notice.
const MERGED: usize = 1_000;
const NAMED: usize = 5;

/// Limits for decompression: of everything, and of the shared texts.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    pub(super) unpacked: u64,
    pub(super) shared: u64,
    /// Whether merged cells are looked for.
    pub(super) merged: bool,
}

/// For files that people edit, such as templates.
pub(super) const EDITED: Limits = Limits { unpacked: UNPACKED, shared: SHARED, merged: false };

/// Reads the templates of a workbook.
pub(super) fn read(bytes: &[u8], options: &Options) -> Vec<Record> {
    if let Err(mistake) = look_over(bytes, EDITED) {
        return vec![Record::Failed(*mistake)];
    }
    let mut book = match Xlsx::new(Cursor::new(bytes)) {
        Ok(book) => book,
        Err(error) => return vec![Record::Failed(*broken(&error))],
    };
    let mut names = book.sheet_names();
    if let Some(map) = options.map.as_ref().filter(|map| !map.sheets.is_empty()) {
        names.retain(|name| map.sheets.contains(name));
    }
    let mut records = Vec::new();
    let mut texts = 0;
    for name in names {
        let merged = book.merge_cells_by_sheet_name(&name).unwrap_or_default();
        let mut sheet = Sheet::new(Some(Arc::from(name.as_str())), options);
        let found = read_sheet(&mut book, &name, &merged, &mut sheet, options);
        let failed = found.as_ref().err().map(|error| Record::Failed(*broken(error)));
        records.extend(found.unwrap_or_default());
        records.extend(sheet.end(options));
        records.extend(failed);
        texts += sheet.texts;
    }
    if texts == 0 && !records.iter().any(|record| matches!(record, Record::Failed(_))) {
        records.extend(table::nothing(options));
    }
    records
}

/// A cell of a workbook; row and column from 0.
pub(super) struct AnyCell<'a> {
    pub(super) sheet: &'a str,
    /// Whether the sheet is hidden.
    pub(super) hidden: bool,
    /// Merged ranges of the sheet, if looked for.
    pub(super) merged: &'a [Dimensions],
    pub(super) row: usize,
    pub(super) column: usize,
    pub(super) text: String,
    pub(super) formula: bool,
    /// Whether it is a number in a workbook that counts its days from 1904.
    pub(super) since_1904: bool,
}

/// Formats a cell's value.
type Write = fn(&DataRef<'_>) -> String;

/// Dates without the time of day, as templates have them.
pub(super) const DAYS: Write = text;
/// Dates with the time of day.
pub(super) const CLOCKS: Write = clock;

/// Passes every cell of all sheets to `take`, in order, until it has enough.
pub(super) fn each_cell(
    bytes: &[u8],
    limits: Limits,
    write: Write,
    take: &mut dyn FnMut(AnyCell<'_>) -> bool,
) -> Result<(), Box<Diagnostic>> {
    let merges = look_over(bytes, limits)? && limits.merged;
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
    let about = |sheet: &calamine::Sheet| (sheet.name.clone(), sheet.visible != SheetVisible::Visible);
    let since_1904 = book.has_1904_epoch();
    let sheets: Vec<(String, bool)> = book.sheets_metadata().iter().map(about).collect();
    for (sheet, hidden) in sheets {
        let merged = if merges { book.merge_cells_by_sheet_name(&sheet).unwrap_or_default() } else { Vec::new() };
        let mut cells = book.worksheet_cells_reader(&sheet).map_err(|error| broken(&error))?;
        while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(|error| broken(&error))? {
            let (row, column) = (cell.pos.0 as usize, cell.pos.1 as usize);
            let (text, formula) = (write(&cell.value), cell.formula.is_some());
            let since_1904 = since_1904 && matches!(cell.value, DataRef::Int(_) | DataRef::Float(_));
            if !take(AnyCell { sheet: &sheet, hidden, merged: &merged, row, column, text, formula, since_1904 }) {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// Decompresses everything once without keeping it, so that its true size is known. Returns whether cells are merged.
fn look_over(bytes: &[u8], limits: Limits) -> Result<bool, Box<Diagnostic>> {
    let refuse = |message: Wording| {
        let mistake = Diagnostic::error("input/too-large", message);
        Box::new(mistake.help(wording!("a workbook that people made is far smaller; was it made to do harm?")))
    };
    let no_archive =
        |_| Box::new(Diagnostic::error("input/bad-xlsx", wording!("not a workbook: the archive is broken")));
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(no_archive)?;
    if archive.len() > PARTS {
        return Err(refuse(wording!(
            "the workbook has {count} parts; the limit is {limit}",
            count = archive.len(),
            limit = PARTS
        )));
    }
    let mut left = limits.unpacked;
    // A match may straddle two blocks.
    let (merge, mut merged) = (memmem::Finder::new(MERGE), 0);
    let edge = MERGE.len() - 1;
    let mut block = vec![0; edge + (64 << 10)];
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(no_archive)?;
        let shared = part.name().is_ok_and(|name| name.to_ascii_lowercase().ends_with("sharedstrings.xml"));
        let limit = if shared { left.min(limits.shared) } else { left };
        let mut size = 0_u64;
        block[..edge].fill(0);
        loop {
            let read = part.read(&mut block[edge..]).map_err(|_| no_archive(zip::result::ZipError::FileNotFound))?;
            if read == 0 {
                break;
            }
            if size == 0 && announced(&block[edge..edge + read]) > ANNOUNCED {
                return Err(refuse(wording!("the workbook announces more texts than it can hold")));
            }
            merged += merge.find_iter(&block[..edge + read]).count();
            if merged > MOST_MERGED {
                return Err(refuse(wording!("the workbook has more than {limit} merged cells", limit = MOST_MERGED)));
            }
            block.copy_within(read..read + edge, 0);
            size += read as u64;
            if size > limit {
                let mebibytes = limit >> 20;
                return Err(refuse(wording!("the workbook unpacks to more than {mebibytes} MiB", mebibytes)));
            }
        }
        left -= size;
    }
    Ok(merged > 0)
}

/// The number of shared texts that the table announces.
fn announced(head: &[u8]) -> usize {
    let head = String::from_utf8_lossy(&head[..head.len().min(4096)]);
    let count = head.split_once("uniqueCount=").map(|(_, rest)| rest.trim_start_matches(['"', '\'']));
    let digits = count.map(|rest| rest.chars().take_while(char::is_ascii_digit).collect::<String>());
    digits.map_or(0, |digits| if digits.is_empty() { 0 } else { digits.parse().unwrap_or(usize::MAX) })
}

fn broken(error: &XlsxError) -> Box<Diagnostic> {
    // The library's own message may quote the file.
    let what = match error {
        XlsxError::Password => wording!("it is protected by a password"),
        XlsxError::Zip(_) | XlsxError::FileNotFound(_) => wording!("a part of it is missing"),
        _ => wording!("a part of it cannot be read"),
    };
    Box::new(Diagnostic::error("input/bad-xlsx", wording!("not a workbook that can be read: {what}", what)))
}

fn read_sheet(
    book: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    merged: &[Dimensions],
    sheet: &mut Sheet,
    options: &Options,
) -> Result<Vec<Record>, XlsxError> {
    let mut cells = book.worksheet_cells_reader(name)?;
    let (mut records, mut row) = (Vec::new(), Cells::default());
    let mut tall = Tall::new(merged);
    let mut formulas: Vec<String> = Vec::new();
    let mut formula_count = 0;
    while let Some(cell) = cells.next_cell_with_formula_metadata()? {
        let (number, column) = (cell.pos.0 as usize, cell.pos.1 as usize);
        if number != row.number && !row.cells.is_empty() {
            let row = tall.complete(std::mem::take(&mut row), sheet);
            records.extend(sheet.take(row, options));
        }
        row.number = number;
        let text = text(&cell.value);
        if cell.formula.is_some() && sheet.is_text(column) {
            formula_count += 1;
            if formulas.len() < NAMED {
                formulas.push(format!("{}{}", letters(column), number + 1));
            }
        }
        let string = matches!(cell.value, DataRef::String(_) | DataRef::SharedString(_));
        row.cells.push((column, Leaf { text, origin: Origin::Unmapped, string, cell: None }));
    }
    if !row.cells.is_empty() {
        let row = tall.complete(row, sheet);
        records.extend(sheet.take(row, options));
    }
    if formula_count > 0 {
        let more = if formula_count > formulas.len() { ", …" } else { "" };
        let message = wording!(
            "sheet {name}: {formula_count} texts are formulas ({names}{more})",
            name,
            formula_count,
            names = formulas.join(", "),
            more
        );
        let notice = Diagnostic::warning("input/formula", message);
        records.push(Record::Notice(notice.help(wording!("what they came to when the file was saved is checked"))));
    }
    Ok(records)
}

#[derive(Default)]
struct Cells {
    number: usize,
    cells: Vec<(usize, Leaf)>,
}

/// Tracks cells merged over several rows: the first one's text applies to all.
struct Tall<'a> {
    /// Sorted by first row.
    merged: Vec<&'a Dimensions>,
    next: usize,
    /// Last row and text, by column.
    open: BTreeMap<usize, (usize, Leaf)>,
}

impl<'a> Tall<'a> {
    fn new(merged: &'a [Dimensions]) -> Self {
        let mut merged = merged.iter().filter(|place| place.end.0 > place.start.0).collect::<Vec<_>>();
        merged.sort_by_key(|place| place.start);
        Self { merged, next: 0, open: BTreeMap::new() }
    }

    fn complete(&mut self, row: Cells, sheet: &Sheet) -> Row {
        let Cells { number, mut cells } = row;
        self.open.retain(|_, (last, _)| *last >= number);
        for (column, (_, leaf)) in &self.open {
            // A template merged over several rows is still one template.
            let empty = cells.iter().all(|(own, cell)| own != column || cell.text.is_empty());
            if empty && !sheet.is_text(*column) {
                cells.push((*column, leaf.clone()));
            }
        }
        while let Some(place) = self.merged.get(self.next).filter(|place| place.start.0 as usize <= number) {
            self.next += 1;
            let column = place.start.1 as usize;
            let words = cells.iter().find(|(own, _)| *own == column && place.start.0 as usize == number);
            if let Some((_, leaf)) = words.filter(|_| self.open.len() < MERGED) {
                self.open.insert(column, (place.end.0 as usize, leaf.clone()));
            }
        }
        Row { number: number + 1, cells, chunk: Chunk::default() }
    }
}

/// A value as shown in the cell.
fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(truth) => truth.to_string(),
        DataRef::DateTime(moment) if moment.is_datetime() => {
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        DataRef::DateTime(moment) => moment.as_f64().to_string(),
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

/// A value with the time of day, if it has one.
fn clock(value: &DataRef<'_>) -> String {
    let DataRef::DateTime(moment) = value else { return text(value) };
    // Less than a day, or a duration: a time without a date.
    let short = (0.0..1.0).contains(&moment.as_f64());
    if !moment.is_datetime() && !short {
        return text(value);
    }
    let (_, _, _, hour, minute, second, milli) = moment.to_ymd_hms_milli();
    if short {
        let part = if milli > 0 { format!(".{milli:03}") } else { String::new() };
        return format!("{hour:02}:{minute:02}:{second:02}{part}");
    }
    let day = text(value);
    match (hour, minute, second, milli) {
        (0, 0, 0, 0) => day,
        (.., 0) => format!("{day} {hour:02}:{minute:02}:{second:02}"),
        _ => format!("{day} {hour:02}:{minute:02}:{second:02}.{milli:03}"),
    }
}
