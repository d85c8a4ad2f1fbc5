//! Sorts the rows of a table by conversation where they are mixed, with an external merge sort: memory holds one part,
//! whatever the size of the table.

use super::{Mark, Of, Row, Rows};
use crate::source::{Diagnostic, wording};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fmt::Debug;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::sync::Arc;
use std::vec;

/// Storage for sorted parts; the reader itself opens no files.
pub trait Shelf: Debug + Send + Sync {
    /// Storage for one part.
    ///
    /// # Errors
    /// If there is none.
    fn room(&self) -> io::Result<Box<dyn Part>>;
}

/// Data that is written once and then read from its start.
pub trait Part: Read + Write + Seek + Send {}

impl<T: Read + Write + Seek + Send> Part for T {}

/// Bytes of rows that are sorted at a time, and most parts that are merged at a time.
const PART: usize = 32 << 20;
const PARTS: usize = 64;

/// Conversation, row number, row: within a conversation, rows keep their order.
type Keyed = (String, u64, Row);

/// Rows as they come, or sorted.
pub(super) struct Arranged<R> {
    rows: R,
    sorting: Option<Sorting>,
}

struct Sorting {
    shelf: Arc<dyn Shelf>,
    /// The column with the conversation.
    column: usize,
    /// The sheet being sorted; each sheet of a workbook is sorted by itself.
    of: Of,
    /// The first row of the next sheet.
    next: Option<Row>,
    part: usize,
    held: Vec<Keyed>,
    bytes: usize,
    read: u64,
    aside: Vec<Box<dyn Part>>,
    /// Set once all rows are read.
    sorted: Option<Sorted>,
}

enum Sorted {
    Held(vec::IntoIter<Keyed>),
    Merged(Merge),
}

impl<R: Rows> Arranged<R> {
    pub fn new(rows: R) -> Self {
        Self { rows, sorting: None }
    }

    /// Sorts the following rows of `of` by a column.
    pub fn sort(&mut self, shelf: Arc<dyn Shelf>, column: usize, of: Of) {
        self.sort_in(shelf, column, of, PART);
    }

    fn sort_in(&mut self, shelf: Arc<dyn Shelf>, column: usize, of: Of, part: usize) {
        let (held, aside) = (Vec::new(), Vec::new());
        self.sorting =
            Some(Sorting { shelf, column, of, next: None, part, held, bytes: 0, read: 0, aside, sorted: None });
    }
}

impl<R: Rows> Rows for Arranged<R> {
    fn next_row(&mut self) -> Option<Result<Row, Diagnostic>> {
        let Some(sorting) = &mut self.sorting else { return self.rows.next_row() };
        while sorting.sorted.is_none() {
            let done = match self.rows.next_row() {
                Some(Ok(row)) if row.of != sorting.of => {
                    sorting.next = Some(row);
                    sorting.finish()
                }
                Some(Ok(row)) => sorting.hold(row),
                // An unreadable row belongs to no conversation.
                Some(Err(mistake)) => return Some(Err(mistake)),
                None => sorting.finish(),
            };
            if let Err(error) = done {
                sorting.sorted = Some(Sorted::Held(Vec::new().into_iter()));
                return Some(Err(failed(&error)));
            }
        }
        let sorted = match sorting.sorted.as_mut()? {
            Sorted::Held(rows) => rows.next().map(|(_, _, row)| row),
            Sorted::Merged(merge) => match merge.next_row() {
                Ok(row) => row.map(|(_, _, row)| Row { of: sorting.of.clone(), ..row }),
                Err(error) => {
                    sorting.sorted = Some(Sorted::Held(Vec::new().into_iter()));
                    return Some(Err(failed(&error)));
                }
            },
        };
        if sorted.is_some() {
            return sorted.map(Ok);
        }
        let next = sorting.next.take()?;
        self.sorting = None;
        Some(Ok(next))
    }

    fn notice(&mut self) -> Option<Diagnostic> {
        self.rows.notice()
    }
}

fn failed(error: &io::Error) -> Diagnostic {
    Diagnostic::error("input/sort", wording!("the rows could not be sorted: {error}", error))
        .help(wording!("sorting needs as much room as the table in the folder for temporary files (TMPDIR)"))
}

impl Sorting {
    fn hold(&mut self, row: Row) -> io::Result<()> {
        let key = row.cells.get(self.column).map(|key| key.trim().to_owned()).unwrap_or_default();
        self.bytes += key.len() + 96 + row.cells.iter().map(|cell| cell.len() + 24).sum::<usize>();
        self.held.push((key, self.read, row));
        self.read += 1;
        if self.bytes >= self.part {
            self.put_aside()?;
        }
        Ok(())
    }

    fn put_aside(&mut self) -> io::Result<()> {
        self.held.sort_unstable_by(|one, other| (&one.0, one.1).cmp(&(&other.0, other.1)));
        let mut out = BufWriter::new(self.shelf.room()?);
        for row in self.held.drain(..) {
            write(&mut out, &row)?;
        }
        self.bytes = 0;
        self.aside.push(out.into_inner().map_err(io::IntoInnerError::into_error)?);
        if self.aside.len() == PARTS {
            let mut out = BufWriter::new(self.shelf.room()?);
            let mut merge = Merge::new(std::mem::take(&mut self.aside))?;
            while let Some(row) = merge.next_row()? {
                write(&mut out, &row)?;
            }
            self.aside.push(out.into_inner().map_err(io::IntoInnerError::into_error)?);
        }
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        if self.aside.is_empty() {
            self.held.sort_unstable_by(|one, other| (&one.0, one.1).cmp(&(&other.0, other.1)));
            self.sorted = Some(Sorted::Held(std::mem::take(&mut self.held).into_iter()));
            return Ok(());
        }
        self.put_aside()?;
        self.sorted = Some(Sorted::Merged(Merge::new(std::mem::take(&mut self.aside))?));
        Ok(())
    }
}

/// A merge of sorted parts.
struct Merge {
    parts: Vec<BufReader<Box<dyn Part>>>,
    next: BinaryHeap<Reverse<(String, u64, usize, Row)>>,
}

impl Merge {
    fn new(parts: Vec<Box<dyn Part>>) -> io::Result<Self> {
        let mut merge = Self { parts: Vec::new(), next: BinaryHeap::new() };
        for mut part in parts {
            part.seek(SeekFrom::Start(0))?;
            merge.parts.push(BufReader::new(part));
            merge.fill(merge.parts.len() - 1)?;
        }
        Ok(merge)
    }

    fn fill(&mut self, part: usize) -> io::Result<()> {
        if let Some((key, place, row)) = read(&mut self.parts[part])? {
            self.next.push(Reverse((key, place, part, row)));
        }
        Ok(())
    }

    fn next_row(&mut self) -> io::Result<Option<Keyed>> {
        let Some(Reverse((key, place, part, row))) = self.next.pop() else { return Ok(None) };
        self.fill(part)?;
        Ok(Some((key, place, row)))
    }
}

fn write(out: &mut impl Write, (key, place, row): &Keyed) -> io::Result<()> {
    out.write_all(&place.to_le_bytes())?;
    out.write_all(&(row.line as u64).to_le_bytes())?;
    out.write_all(&(row.marks.len() as u64).to_le_bytes())?;
    for (column, mark) in &row.marks {
        let kind = Mark::ALL.iter().position(|known| known == mark).unwrap_or_default();
        out.write_all(&(*column as u64 * Mark::ALL.len() as u64 + kind as u64).to_le_bytes())?;
    }
    out.write_all(&(row.cells.len() as u64 + 1).to_le_bytes())?;
    for text in [key].into_iter().chain(&row.cells) {
        out.write_all(&(text.len() as u64).to_le_bytes())?;
        out.write_all(text.as_bytes())?;
    }
    Ok(())
}

fn read(from: &mut impl Read) -> io::Result<Option<Keyed>> {
    let mut place = [0; 8];
    match from.read_exact(&mut place) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        outcome => outcome?,
    }
    let line = number(from)?;
    let kinds = Mark::ALL.len();
    let mark = |number: usize| (number / kinds, Mark::ALL[number % kinds]);
    let marks = (0..number(from)?).map(|_| number(from).map(mark)).collect::<io::Result<Vec<_>>>()?;
    let count = number(from)?;
    let mut texts = (0..count).map(|_| text(from));
    let key = texts.next().transpose()?.unwrap_or_default();
    let cells = texts.collect::<io::Result<Vec<String>>>()?;
    Ok(Some((key, u64::from_le_bytes(place), Row { line, cells, of: Of::default(), marks })))
}

fn number(from: &mut impl Read) -> io::Result<usize> {
    let mut bytes = [0; 8];
    from.read_exact(&mut bytes)?;
    usize::try_from(u64::from_le_bytes(bytes)).map_err(io::Error::other)
}

fn text(from: &mut impl Read) -> io::Result<String> {
    let length = number(from)? as u64;
    let mut bytes = Vec::new();
    from.take(length).read_to_end(&mut bytes)?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::super::Csv;
    use super::*;
    use std::io::Cursor;

    #[derive(Debug)]
    struct Memory;

    impl Shelf for Memory {
        fn room(&self) -> io::Result<Box<dyn Part>> {
            Ok(Box::new(Cursor::new(Vec::new())))
        }
    }

    /// Rows with marks, as in workbooks.
    struct Marked<R>(R);

    impl<R: Rows> Rows for Marked<R> {
        fn next_row(&mut self) -> Option<Result<Row, Diagnostic>> {
            let marked = |row: Row| Row {
                marks: vec![
                    (row.line % 3, Mark::Above),
                    (row.line % 5, Mark::Unvalued),
                    (row.line % 7, Mark::Since1904),
                ],
                ..row
            };
            self.0.next_row().map(|row| row.map(marked))
        }
    }

    #[test]
    fn rows_of_a_conversation_meet_in_their_order_however_small_the_parts() {
        let row = |number: usize| format!("{},\"a,{number}\"\n", number * 7 % 31);
        let text: String = (0..2_000).map(row).collect();
        let sorted = |part: Option<usize>| {
            let mut rows = Arranged::new(Marked(Csv::new(text.as_bytes(), None, 1 << 20)));
            if let Some(part) = part {
                rows.sort_in(Arc::new(Memory), 0, Of::Lines, part);
            }
            std::iter::from_fn(|| rows.next_row()).map(Result::unwrap).collect::<Vec<_>>()
        };
        let mut wanted = sorted(None);
        wanted.sort_by(|one, other| one.cells[0].cmp(&other.cells[0]));
        // All in memory; in a few parts; in so many that merging takes several passes.
        for part in [usize::MAX, 50_000, 400] {
            assert_eq!(sorted(Some(part)), wanted, "{part}");
        }
    }
}
