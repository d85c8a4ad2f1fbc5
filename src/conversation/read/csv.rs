//! CSV, TSV and the like, record by record: no record beyond a limit is held, and an unclosed quote costs one line.

use super::batch::broken;
use super::sheet::{Row, Sheet};
use super::tree::Leaf;
use super::{Options, Record, draft, table};
use crate::conversation::{Chunk, Origin};
use crate::source::{Diagnostic, Encoding, unguarded, wording};
use memchr::{memchr, memchr_iter};
use std::collections::VecDeque;
use std::io::{BufRead, Chain, Cursor, Read};

/// Longest field and record, in bytes.
const FIELD: usize = 1 << 20;
const RECORD: usize = 4 << 20;
/// Most columns of a row, as in spreadsheets.
const COLUMNS: usize = 16_384;
/// Unclosed quotes that are tolerated; after that, quotes count only within a line, so that reading stays linear.
const OPEN: usize = 16;
/// Possible delimiters, the likeliest first.
const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];

/// The records of a CSV file, read on demand.
#[derive(Debug)]
pub struct Rows<R> {
    reader: Chain<Cursor<Vec<u8>>, R>,
    /// Bytes to read again after an unclosed quote.
    again: VecDeque<u8>,
    encoding: Encoding,
    delimiter: u8,
    line: usize,
    number: usize,
    left_open: usize,
    sheet: Sheet,
    ready: VecDeque<Record>,
    anything: bool,
    ended: bool,
}

impl<R: BufRead> Rows<R> {
    /// Rows of `head`, then of `reader`.
    pub(super) fn new(
        head: Vec<u8>,
        reader: R,
        encoding: Encoding,
        notice: Option<Diagnostic>,
        tabs: bool,
        options: &Options,
    ) -> Self {
        let delimiter = if tabs { b'\t' } else { delimiter(&head) };
        Self {
            reader: Cursor::new(head).chain(reader),
            again: VecDeque::new(),
            encoding,
            delimiter,
            line: 1,
            number: 0,
            left_open: 0,
            sheet: Sheet::new(None, options),
            ready: notice.into_iter().map(Record::Notice).collect(),
            anything: false,
            ended: false,
        }
    }

    /// The next template, failure or notice.
    pub fn next(&mut self, options: &Options) -> Option<Record> {
        loop {
            if let Some(record) = self.ready.pop_front() {
                return Some(record);
            }
            if self.ended {
                return None;
            }
            let first = self.line;
            match self.record() {
                Ok(None) => self.end(options),
                Ok(Some(bytes)) => self.take(&bytes, first, options),
                Err(Broken::Reading(error)) => {
                    self.ended = true;
                    self.ready.push_back(Record::Failed(broken(&error).line(self.line)));
                }
                Err(Broken::Open(line)) => {
                    let mistake =
                        Diagnostic::error("input/open-quote", wording!("a quotation mark is never closed")).line(line);
                    self.ready.push_back(Record::Failed(mistake.help(wording!("reading goes on with the next line"))));
                }
                Err(Broken::Long) => {
                    let message = wording!("a record is over the limit of {limit} bytes; skipped", limit = RECORD);
                    self.ready.push_back(Record::Failed(Diagnostic::error("input/line-too-long", message).line(first)));
                }
            }
        }
    }

    fn end(&mut self, options: &Options) {
        self.ended = true;
        let last = self.sheet.end(options);
        self.anything |= !last.is_empty();
        self.ready.extend(last);
        if self.number == 0 {
            self.ready.push_back(Record::Notice(draft::empty()));
        } else if !self.anything {
            self.ready.extend(table::nothing(options));
        }
    }

    fn take(&mut self, bytes: &[u8], line: usize, options: &Options) {
        if bytes.trim_ascii().is_empty() {
            return;
        }
        let text = if self.encoding == encoding_rs::UTF_8 {
            std::str::from_utf8(bytes).ok().map(str::to_owned)
        } else {
            self.encoding.decode_without_bom_handling_and_without_replacement(bytes).map(Into::into)
        };
        self.number = self.number.max(1);
        let Some(text) = text else {
            let message = wording!("not {encoding}", encoding = self.encoding.name());
            self.ready.push_back(Record::Failed(Diagnostic::error("input/not-text", message).line(line)));
            self.anything = true;
            return;
        };
        // A line that some spreadsheets write above a file to state the delimiter.
        if line == 1 && text.trim_end().len() == 5 && text.starts_with("sep=") {
            self.delimiter = text.as_bytes()[4];
            return;
        }
        let cells = fields(&text, self.delimiter);
        let row = Row { number: line, cells, chunk: Chunk::new(text, line - 1) };
        let found = self.sheet.take(row, options);
        self.anything |= !found.is_empty();
        self.ready.extend(found);
    }

    /// The bytes of the next record, with its line break.
    fn record(&mut self) -> Result<Option<Vec<u8>>, Broken> {
        let mut record = Vec::new();
        let mut state = State::default();
        let (first, mut lines) = (self.line, 0);
        loop {
            let before = record.len();
            let ended = self.line_into(&mut record)?;
            lines += usize::from(record.len() > before);
            state.read(&record[before..], before, self.delimiter, self.left_open >= OPEN);
            if !state.quoted {
                if record.is_empty() && ended {
                    return Ok(None);
                }
                self.line = first + lines;
                return if record.len() > RECORD { Err(Broken::Long) } else { Ok(Some(record)) };
            }
            if ended || record.len() - state.opened > FIELD || record.len() > RECORD {
                // The quote was a slip: read everything after its line again.
                let end = memchr(b'\n', &record[state.opened..]).map_or(record.len(), |end| state.opened + end + 1);
                let line = first + memchr_iter(b'\n', &record[..state.opened]).count();
                for &byte in record[end..].iter().rev() {
                    self.again.push_front(byte);
                }
                self.left_open += 1;
                self.line = line + 1;
                return Err(Broken::Open(line));
            }
        }
    }

    /// Adds the next line; returns whether the input ended.
    fn line_into(&mut self, record: &mut Vec<u8>) -> Result<bool, Broken> {
        if !self.again.is_empty() {
            let end = self.again.iter().position(|&byte| byte == b'\n').map(|end| end + 1);
            record.extend(self.again.drain(..end.unwrap_or(self.again.len())));
            if end.is_some() {
                return Ok(false);
            }
        }
        // One byte more than the limit, to notice that it is exceeded.
        let left = (RECORD + 1).saturating_sub(record.len()).max(1) as u64;
        let read = self.reader.by_ref().take(left).read_until(b'\n', record).map_err(Broken::Reading)?;
        if record.len() > RECORD && !record.ends_with(b"\n") {
            self.skip_line().map_err(Broken::Reading)?;
        }
        Ok(read == 0 || !record.ends_with(b"\n"))
    }

    fn skip_line(&mut self) -> std::io::Result<()> {
        loop {
            let block = self.reader.fill_buf()?;
            let end = memchr(b'\n', block);
            let read = end.map_or(block.len(), |end| end + 1);
            let last = block.is_empty() || end.is_some();
            self.reader.consume(read);
            if last {
                return Ok(());
            }
        }
    }
}

enum Broken {
    Reading(std::io::Error),
    /// A quote without an end, and its line.
    Open(usize),
    Long,
}

/// The state within a record.
#[derive(Default)]
struct State {
    quoted: bool,
    /// Offset of the open quote.
    opened: usize,
    /// The last character was a quote inside quotes, which may be the closing one.
    closing: bool,
    /// Whether the field has content already.
    begun: bool,
}

impl State {
    fn read(&mut self, line: &[u8], offset: usize, delimiter: u8, within_line: bool) {
        for (index, &byte) in line.iter().enumerate() {
            if self.quoted {
                match (self.closing, byte) {
                    (true, b'"') => self.closing = false,
                    (true, _) if byte == delimiter || byte == b'\n' || byte == b'\r' => {
                        (self.quoted, self.closing, self.begun) = (false, false, byte == b'\r');
                    }
                    (true, _) => self.closing = false,
                    (false, b'"') => self.closing = true,
                    _ => {}
                }
            } else if byte == b'"' && !self.begun {
                (self.quoted, self.opened, self.begun) = (true, offset + index, true);
            } else {
                self.begun = byte != delimiter && byte != b'\n';
            }
        }
        if self.closing {
            (self.quoted, self.closing) = (false, false);
        }
        if within_line {
            self.quoted = false;
        }
    }
}

/// The fields of a record with their columns and places.
fn fields(record: &str, delimiter: u8) -> Vec<(usize, Leaf)> {
    let record = record.trim_end_matches(['\n', '\r']);
    let bytes = record.as_bytes();
    let (mut cells, mut at) = (Vec::new(), 0);
    loop {
        let quoted = bytes.get(at) == Some(&b'"');
        let (leaf, end) = if quoted { unquoted(record, at, delimiter) } else { (None, 0) };
        let plain = || {
            let end = memchr(delimiter, &bytes[at..]).map_or(bytes.len(), |end| at + end);
            let text = record[at..end].to_owned();
            (Leaf { text, origin: Origin::at(at), string: true, cell: None }, end)
        };
        let (leaf, end) = leaf.map_or_else(plain, |leaf| (leaf, end));
        // An apostrophe before a would-be formula is for the spreadsheet, not part of the text.
        let plain = unguarded(&leaf.text);
        let guarded = (plain.len() < leaf.text.len()).then(|| plain.to_owned());
        let leaf = match (guarded, leaf.origin.chunk_offset(1)) {
            (Some(text), Some(offset)) => {
                let shifts = if let Origin::Mapped { shifts, .. } = leaf.origin { shifts } else { Vec::new() };
                let shifts = shifts.into_iter().map(|(text, chunk)| (text - 1, chunk)).collect();
                Leaf { text, origin: Origin::Mapped { offset, shifts }, string: true, cell: None }
            }
            _ => leaf,
        };
        cells.push((cells.len(), leaf));
        if end >= bytes.len() || cells.len() >= COLUMNS {
            return cells;
        }
        at = end + 1;
    }
}

/// The field whose quote opens at `at`, and where it ends; no field if the quote is never closed.
fn unquoted(record: &str, at: usize, delimiter: u8) -> (Option<Leaf>, usize) {
    let bytes = record.as_bytes();
    let (mut text, mut shifts) = (String::new(), Vec::new());
    let mut from = at + 1;
    loop {
        let Some(quote) = memchr(b'"', &bytes[from..]).map(|step| from + step) else { return (None, 0) };
        text.push_str(&record[from..quote]);
        match bytes.get(quote + 1) {
            Some(b'"') => {
                text.push('"');
                from = quote + 2;
                shifts.push((text.len(), from));
            }
            next if next.is_none_or(|&next| next == delimiter) => {
                let origin = Origin::Mapped { offset: at + 1, shifts };
                return (Some(Leaf { text, origin, string: true, cell: None }), quote + 1);
            }
            _ => {
                text.push('"');
                from = quote + 1;
            }
        }
    }
}

/// The delimiter that is most frequent in the first lines.
fn delimiter(head: &[u8]) -> u8 {
    let mut lines = head.split(|&byte| byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
    let first = lines.next().unwrap_or_default();
    let count = |sign: u8| memchr_iter(sign, first).count();
    DELIMITERS.into_iter().rev().max_by_key(|&sign| count(sign)).filter(|&sign| count(sign) > 0).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Vec<Record> {
        let options = Options::default();
        let mut rows = Rows::new(text.to_vec(), &b""[..], encoding_rs::UTF_8, None, false, &options);
        std::iter::from_fn(|| rows.next(&options)).collect()
    }

    fn said(text: &str) -> Vec<String> {
        let one = |record: Record| match record {
            Record::Conversation(one) => format!("{}:{}", one.chunk.lines_before + 1, one.turns[0].text),
            Record::Failed(failed) => format!("-{}:{}", failed.line.unwrap_or(0), failed.code),
            Record::Notice(notice) => format!("!{}", notice.code),
        };
        read(text.as_bytes()).into_iter().map(one).collect()
    }

    #[test]
    fn records_fields_and_places() {
        let text = "编码,话术\r\n1,\"您好，\"\"小王\"\"\n在的\"\r\n\r\n2,请稍等\n";
        assert_eq!(said(text), ["2:您好，\"小王\"\n在的", "5:请稍等"]);
        let records = read(text.as_bytes());
        let Record::Conversation(first) = &records[0] else { panic!() };
        let place = first.position(0, first.turns[0].text.find('王').unwrap()).unwrap();
        assert_eq!((place.line, place.column), (2, 10));
        assert_eq!(first.turns[0].cell.as_ref().unwrap().name, "B2");
        assert_eq!(said("a;话术\n1;好的，马上\n"), ["2:好的，马上"]);
        assert_eq!(said("sep=|\na|话术\n1|好的,马上\n"), ["3:好的,马上"]);
    }

    #[test]
    fn an_open_quote_costs_one_line() {
        let text = "id,text\n1,您好在的\n2,\"请稍等\n3,马上就来\n4,好的好的\n";
        assert_eq!(said(text), ["2:您好在的", "-3:input/open-quote", "4:马上就来", "5:好的好的"]);
        let hostile = ["id,text\n", &"1,\"x\n".repeat(60_000)].concat();
        assert!(said(&hostile).len() > 15);
        let endless = ["id,text\n1,\"", &"好".repeat(2_000_000), "\n2,您好在的\n"].concat();
        assert_eq!(said(&endless)[..], ["-2:input/open-quote", "3:您好在的"]);
    }

    #[test]
    fn sheets_without_names_and_groups_without_repeats() {
        assert_eq!(
            said("a1,您好，请问有什么可以帮您\na2,请您稍等，马上查询\n"),
            ["1:您好，请问有什么可以帮您", "2:请您稍等，马上查询"]
        );
        let records = read("分组,快捷短语\n售后,您好在的\n,请稍等哦\n".as_bytes());
        let Record::Conversation(second) = &records[1] else { panic!() };
        assert_eq!(second.metadata.others()["group"][0].text, "售后");
        assert_eq!(said("a,b\n1,2\n"), ["-0:input/no-templates"]);
        assert_eq!(said(""), ["!input/empty"]);
    }
}
