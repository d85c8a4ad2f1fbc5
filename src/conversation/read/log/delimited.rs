//! CSV and TSV as a stream of rows: after a limit, a row without an end is given up, and reading continues on the next
//! line.

use super::{Row, Rows};
use crate::source::{Diagnostic, Encoding, decode, wording};
use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use memchr::memchr;
use std::collections::VecDeque;
use std::io::{BufRead, ErrorKind};

/// Bytes that are examined to detect encoding and delimiter.
const HEAD: usize = 64 << 10;
/// Lines that are examined to detect the delimiter; titles may stand above the header.
const LOOKED_AT: usize = 10;
/// Most bytes of one row.
const ROW: usize = 4 << 20;
/// Bounds on reading ahead in vain for the end of a row, so that rows without an end cost no more than others:
/// initially this many times the longest row, then this many bytes more for each byte that is read for good.
const IN_VAIN: usize = 8;

/// Rows of a CSV text.
pub struct Csv<R> {
    reader: R,
    /// Lines read ahead, with numbers and line breaks.
    ahead: VecDeque<(usize, Vec<u8>)>,
    line: usize,
    delimiter: u8,
    /// The end of lines: LF, or CR from old Mac programs.
    end: u8,
    encoding: Encoding,
    limit: usize,
    /// Bytes that may still be read ahead in vain.
    credit: usize,
    /// Splits rows. Making one costs more than reading a row.
    parser: Reader,
    notice: Option<Diagnostic>,
    ended: bool,
    /// Why reading stopped; returned once, as a row.
    broken: Option<Diagnostic>,
    fields: Vec<u8>,
    ends: Vec<usize>,
}

impl<R: BufRead> Csv<R> {
    /// Rows of `reader`; the delimiter and, unless declared, the encoding are detected at its beginning.
    pub fn new(reader: R, declared: Option<Encoding>, limit: usize) -> Self {
        let mut csv = Self {
            reader,
            ahead: VecDeque::new(),
            line: 1,
            delimiter: b',',
            end: b'\n',
            encoding: declared.unwrap_or(encoding_rs::UTF_8),
            limit: limit.min(ROW),
            credit: limit.min(ROW).saturating_mul(IN_VAIN),
            parser: Reader::new(),
            notice: None,
            ended: false,
            broken: None,
            fields: vec![0; 4 << 10],
            ends: vec![0; 64],
        };
        csv.look(declared.is_some());
        csv.parser = ReaderBuilder::new().delimiter(csv.delimiter).build();
        csv
    }

    fn look(&mut self, declared: bool) {
        // An error is reported when it comes up again.
        self.end = self.reader.fill_buf().map_or(b'\n', line_end);
        let mut head = Vec::new();
        while head.len() < HEAD
            && let Some((number, line)) = self.fetch()
        {
            head.extend_from_slice(&line);
            self.ahead.push_back((number, line));
        }
        self.line = 1;
        if let Some((_, first)) = self.ahead.front_mut() {
            if let Some((encoding, length)) = encoding_rs::Encoding::for_bom(first) {
                self.encoding = encoding;
                first.drain(..length);
            } else if !declared && let Ok(decoded) = decode(head, None) {
                self.encoding = decoded.encoding;
                self.notice = decoded.notice;
            }
        }
        let stated = self.ahead.front().and_then(|(_, first)| stated(first));
        if stated.is_some() {
            self.ahead.pop_front();
        }
        self.delimiter = stated.unwrap_or_else(|| {
            let lines = self.ahead.iter().map(|(_, line)| line.as_slice());
            delimiter(lines.filter(|line| !line.trim_ascii().is_empty()).take(LOOKED_AT))
        });
    }

    /// The next line with its number, cut at the limit.
    fn fetch(&mut self) -> Option<(usize, Vec<u8>)> {
        let mut line = Vec::new();
        while !self.ended {
            match self.reader.fill_buf() {
                Ok([]) => self.ended = true,
                Ok(block) => {
                    let end = memchr(self.end, block).map(|at| at + 1);
                    let read = end.unwrap_or(block.len());
                    // One byte more than the limit is enough to notice.
                    let room = (self.limit + 1).saturating_sub(line.len());
                    line.extend_from_slice(&block[..read.min(room)]);
                    self.reader.consume(read);
                    if end.is_some() {
                        break;
                    }
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    self.ended = true;
                    self.broken = Some(crate::conversation::read::broken(&error).line(self.line));
                }
            }
        }
        if line.is_empty() {
            return None;
        }
        let number = self.line;
        self.line += 1;
        Some((number, line))
    }

    fn take(&mut self) -> Option<(usize, Vec<u8>)> {
        let taken = self.ahead.pop_front().or_else(|| self.fetch());
        if let Some((number, _)) = &taken {
            self.line = self.line.max(number + 1);
        }
        taken
    }

    fn parse(&mut self, record: &[u8], line: usize) -> Result<Row, Diagnostic> {
        self.parser.reset();
        self.fields.resize(self.fields.len().max(record.len()), 0);
        loop {
            let (result, _, _, ends) = self.parser.read_record(record, &mut self.fields, &mut self.ends);
            match result {
                ReadRecordResult::OutputEndsFull => {
                    self.ends.resize(self.ends.len() * 2, 0);
                    self.parser.reset();
                }
                // The last row may end without a line break.
                ReadRecordResult::InputEmpty => {
                    let (result, _, _, more) = self.parser.read_record(&[], &mut [0; 8], &mut self.ends[ends..]);
                    let ends = if result == ReadRecordResult::Record { ends + more } else { ends };
                    return self.cells(ends, line);
                }
                _ => return self.cells(ends, line),
            }
        }
    }

    fn cells(&self, ends: usize, line: usize) -> Result<Row, Diagnostic> {
        let mut start = 0;
        let mut cells = Vec::with_capacity(ends);
        for &end in &self.ends[..ends] {
            let cell = &self.fields[start..end.max(start)];
            start = end.max(start);
            let text = if self.encoding == encoding_rs::UTF_8 {
                simdutf8::basic::from_utf8(cell).ok().map(ToOwned::to_owned)
            } else {
                self.encoding.decode_without_bom_handling_and_without_replacement(cell).map(Into::into)
            };
            let Some(text) = text else {
                let message = wording!("not {encoding}", encoding = self.encoding.name());
                return Err(Diagnostic::error("input/not-text", message).line(line));
            };
            cells.push(text);
        }
        Ok(Row { line, cells, ..Row::default() })
    }
}

impl<R: BufRead> Rows for Csv<R> {
    fn next_row(&mut self) -> Option<Result<Row, Diagnostic>> {
        loop {
            let Some((first, mut record)) = self.take() else { return self.broken.take().map(Err) };
            self.credit = self.credit.saturating_add(record.len().saturating_mul(IN_VAIN));
            // Half of the credit is kept for a row that does end.
            let room = self.limit.min(self.credit / 2);
            let mut open = ends_open(&record, self.delimiter, false);
            // Lines read for this row after its first, to return to if it does not end.
            let mut more: Vec<(usize, Vec<u8>)> = Vec::new();
            while open && record.len() <= room {
                let Some((number, line)) = self.take() else { break };
                // The mark that would close the field opens another: this field was never closed and would swallow
                // rows.
                if opens_field(&line, self.delimiter) {
                    more.push((number, line));
                    break;
                }
                open = ends_open(&line, self.delimiter, true);
                record.extend_from_slice(&line);
                more.push((number, line));
            }
            if open || record.len() > self.limit {
                for line in more.into_iter().rev() {
                    self.credit = self.credit.saturating_sub(line.1.len());
                    self.ahead.push_front(line);
                }
                self.line = first + 1;
                let (code, what) = if open {
                    ("input/unclosed-quote", wording!("a quotation mark that opens here is not closed"))
                } else {
                    ("input/line-too-long", wording!("a row is over the limit of {limit} bytes", limit = self.limit))
                };
                return Some(Err(Diagnostic::error(code, what).line(first)));
            }
            if record.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            return Some(self.parse(&record, first));
        }
    }

    fn notice(&mut self) -> Option<Diagnostic> {
        self.notice.take()
    }
}

/// The end of the first line that is not quoted: a lone CR, or otherwise LF.
fn line_end(head: &[u8]) -> u8 {
    let mut quoted = false;
    for (at, &byte) in head.iter().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => return b'\n',
            b'\r' if !quoted => return if head.get(at + 1).is_none_or(|&next| next == b'\n') { b'\n' } else { b'\r' },
            _ => {}
        }
    }
    b'\n'
}

/// The delimiter stated by a first line `sep=;`, which spreadsheets write.
fn stated(line: &[u8]) -> Option<u8> {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let plain = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(line);
    match plain {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', sign] if !sign.is_ascii_alphanumeric() => Some(*sign),
        _ => None,
    }
}

/// The most frequent delimiter of the first line that has any; but if that line looks like a title (most lines below
/// lack this delimiter and all have another), the other one.
fn delimiter<'a>(lines: impl Iterator<Item = &'a [u8]>) -> u8 {
    let lines: Vec<&[u8]> = lines.collect();
    let signs = || [b',', b'\t', b';', b'|'].into_iter().rev();
    let count = |line: &[u8], wanted: u8| memchr::memchr_iter(wanted, line).count();
    let most = |line: &[u8]| signs().max_by_key(|&sign| count(line, sign)).filter(|&sign| count(line, sign) > 0);
    let Some((first, sign)) = lines.iter().enumerate().find_map(|(at, line)| Some((at, most(line)?))) else {
        return b',';
    };
    let below = &lines[first + 1..];
    let with = |sign: u8| below.iter().filter(|line| count(line, sign) > 0).count();
    let other =
        || signs().filter(|&other| other != sign && with(other) == below.len()).max_by_key(|&other| with(other));
    if below.len() > 1 && with(sign) * 2 < below.len() { other().unwrap_or(sign) } else { sign }
}

/// Whether the first quotation mark of a line that begins inside quotes opens a field: it stands where a field begins,
/// and text follows.
fn opens_field(line: &[u8], delimiter: u8) -> bool {
    let mut at = 0;
    while let Some(mark) = memchr(b'"', &line[at..]).map(|next| at + next) {
        // A doubled mark is a literal one.
        if line.get(mark + 1) == Some(&b'"') {
            at = mark + 2;
            continue;
        }
        let begins = mark == 0 || line[mark - 1] == delimiter;
        let ends = line.get(mark + 1).is_none_or(|&next| matches!(next, b'\r' | b'\n') || next == delimiter);
        return begins && !ends;
    }
    false
}

/// Whether a line ends inside quotation marks, which open only at the beginning of a field.
fn ends_open(line: &[u8], delimiter: u8, mut open: bool) -> bool {
    if !open && memchr(b'"', line).is_none() {
        return false;
    }
    let mut begins = !open;
    let mut at = 0;
    while let Some(&byte) = line.get(at) {
        if open {
            let Some(next) = memchr(b'"', &line[at..]) else { return true };
            at += next + 1;
            // A doubled mark is a literal one.
            if line.get(at) == Some(&b'"') {
                at += 1;
                continue;
            }
            open = false;
            begins = false;
            continue;
        }
        match byte {
            b'"' if begins => open = true,
            _ => begins = byte == delimiter,
        }
        at += 1;
    }
    open
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &[u8], limit: usize) -> Vec<Result<Vec<String>, (&'static str, usize)>> {
        let mut csv = Csv::new(text, None, limit);
        let row = |row: Result<Row, Diagnostic>| {
            row.map(|row| row.cells).map_err(|mistake| (mistake.code, mistake.line.unwrap()))
        };
        std::iter::from_fn(|| csv.next_row()).map(row).collect()
    }

    #[expect(clippy::unnecessary_wraps, reason = "as rows come")]
    fn cells(cells: &[&str]) -> Result<Vec<String>, (&'static str, usize)> {
        Ok(cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn rows_are_read_with_breaks_and_marks_in_them() {
        let text = "a,b\r\n1,\"x, \"\"y\"\"\nz\"\n\n2,5\" screen\n3,\"end\"";
        let expected =
            [cells(&["a", "b"]), cells(&["1", "x, \"y\"\nz"]), cells(&["2", "5\" screen"]), cells(&["3", "end"])];
        assert_eq!(rows(text.as_bytes(), 1 << 20), expected);
        assert_eq!(rows("甲\t乙\n1\t二".as_bytes(), 100), [cells(&["甲", "乙"]), cells(&["1", "二"])]);
        assert_eq!(rows(b"", 100), []);
    }

    #[test]
    fn what_ends_a_line_and_parts_its_cells_is_told() {
        let expected = [cells(&["a", "b"]), cells(&["1", "x\ny"]), cells(&["2", "z"])];
        assert_eq!(rows(b"a,b\r1,\"x\ny\"\r2,z\r", 100), expected);
        assert_eq!(rows(b"a,b\r\n1,\"x\ny\"\r\n2,z", 100), expected);
        for head in ["sep=;\r\n", "\"sep=;\"\n", "", "March, all chats\n"] {
            let read = rows(format!("{head}a;b\n1;x, y\n2;z\n3;z\n4;u\n").as_bytes(), 100);
            let rows = &read[read.len() - 5..];
            assert_eq!(rows[..2], [cells(&["a", "b"]), cells(&["1", "x, y"])], "{head}");
        }
        assert_eq!(rows(b"role,text\na,x;y\nb,z;u\nc,z\n", 100)[1], cells(&["a", "x;y"]));
    }

    #[test]
    fn a_mark_that_is_not_closed_costs_its_own_line_only() {
        let text = "a,b\n1,\"open\n2,fine\n3,fine\n";
        let expected =
            [cells(&["a", "b"]), Err(("input/unclosed-quote", 2)), cells(&["2", "fine"]), cells(&["3", "fine"])];
        assert_eq!(rows(text.as_bytes(), 1 << 20), expected);
        // A field does not end at the mark that opens another one, either.
        let text = "a,b\n1,\"open\n2,fine\n3,\"quoted\"\n4,\"also\"\n";
        let expected = [
            cells(&["a", "b"]),
            Err(("input/unclosed-quote", 2)),
            cells(&["2", "fine"]),
            cells(&["3", "quoted"]),
            cells(&["4", "also"]),
        ];
        assert_eq!(rows(text.as_bytes(), 1 << 20), expected);
        let closed = "a,b\n1,\"x,\"\"y\"\"\nz,\"\n2,\"\n\"\n";
        let expected = [cells(&["a", "b"]), cells(&["1", "x,\"y\"\nz,"]), cells(&["2", "\n"])];
        assert_eq!(rows(closed.as_bytes(), 1 << 20), expected);
        // Nor do rows after many of these.
        let slips = "a\"b,\"c\n".repeat(60_000);
        let text = format!("a,b\n{slips}1,\"x\ny\"\n");
        let read = rows(text.as_bytes(), 1 << 20);
        assert_eq!(read.iter().filter(|row| row.is_err()).count(), 60_000);
        assert_eq!(read.last(), Some(&cells(&["1", "x\ny"])));
        let long = format!("a,b\n1,{}\n2,fine\n", "x".repeat(200));
        assert_eq!(
            rows(long.as_bytes(), 100),
            [cells(&["a", "b"]), Err(("input/line-too-long", 2)), cells(&["2", "fine"])]
        );
    }

    #[test]
    fn other_encodings_are_told_and_broken_rows_are_said() {
        let (bytes, _, _) = encoding_rs::GB18030.encode("角色,内容\n客户,收到就是坏的，怎么办\n");
        assert_eq!(rows(&bytes, 1000)[1], cells(&["客户", "收到就是坏的，怎么办"]));
        let mut mixed = "角色,内容\n客户,您好\n".as_bytes().to_vec();
        mixed.extend_from_slice(b"a,\xff\xff\n");
        mixed.extend_from_slice("客服,在的\n".as_bytes());
        let read = rows(&mixed, 1000);
        assert_eq!(read.len(), 4);
        assert_eq!(read[3], cells(&["客服", "在的"]));
    }
}
