//! Cuts a stream into batches of whole lines, for parsing on other threads; no line beyond the limit is ever held.

use super::{Options, Record, draft, jsonl};
use crate::source::{Diagnostic, Encoding, wording};
use memchr::{memchr, memchr_iter, memrchr};
use std::collections::VecDeque;
use std::io::{BufRead, Chain, Cursor, ErrorKind, Read};

/// Whole lines of a JSONL file.
#[derive(Debug)]
pub struct Batch {
    /// The lines, each with its line break (the file's last may lack it).
    pub bytes: Vec<u8>,
    /// Number of the first line, from 1.
    pub first_line: usize,
    encoding: Encoding,
    before: Option<Diagnostic>,
    after: Option<Record>,
}

impl Batch {
    /// Number of the line after the last one, from 1; a line that was too long to keep counts, too.
    pub fn next_line(&self) -> usize {
        self.first_line + memchr_iter(b'\n', &self.bytes).count() + usize::from(self.is_open())
    }

    /// Whether the last line has no line break: at the end of a file, or because it was too long to keep.
    fn is_open(&self) -> bool {
        self.bytes.last() != Some(&b'\n')
    }

    /// Parses the lines. This is the part worth doing on many threads.
    pub fn conversations(self, options: &Options) -> Records<'_> {
        Records { lines: Lines::new(self), options }
    }
}

/// The records of one batch, in the order of its lines.
#[derive(Debug)]
pub struct Records<'a> {
    lines: Lines,
    options: &'a Options,
}

impl Iterator for Records<'_> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        self.lines.next(self.options)
    }
}

/// The position in a batch.
#[derive(Debug)]
pub(super) struct Lines {
    batch: Batch,
    at: usize,
    line: usize,
    /// Records of the current line that are still to be returned.
    ready: VecDeque<Record>,
}

impl Lines {
    pub(super) fn new(batch: Batch) -> Self {
        Self { at: 0, line: batch.first_line, batch, ready: VecDeque::new() }
    }

    pub(super) fn next(&mut self, options: &Options) -> Option<Record> {
        self.read(options).map(|record| record.on(options.channel.as_ref()))
    }

    fn read(&mut self, options: &Options) -> Option<Record> {
        if let Some(notice) = self.batch.before.take() {
            return Some(Record::Notice(notice));
        }
        if let Some(record) = self.ready.pop_front() {
            return Some(record);
        }
        while let Some(rest) = self.batch.bytes.get(self.at..).filter(|rest| !rest.is_empty()) {
            let line = &rest[..memchr(b'\n', rest).unwrap_or(rest.len())];
            let number = self.line;
            self.at += line.len() + 1;
            self.line += 1;
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if line.len() > options.limits.record_bytes {
                return Some(too_long(number, line.len(), options.limits.record_bytes));
            }
            if !line.trim_ascii().is_empty() {
                match jsonl::read(line, number, self.batch.encoding, options) {
                    jsonl::Read::One(record) => return Some(record),
                    jsonl::Read::Templates(records) => self.ready.extend(records),
                }
                return self.ready.pop_front();
            }
        }
        self.batch.after.take()
    }
}

/// Reads the input and hands out batches until it ends.
#[derive(Debug)]
pub struct Batches<R> {
    reader: Chain<Cursor<Vec<u8>>, R>,
    carry: Vec<u8>,
    line: usize,
    limit: usize,
    encoding: Encoding,
    notice: Option<Diagnostic>,
    anything: bool,
    ended: bool,
}

impl<R: BufRead> Batches<R> {
    /// Lines of `head`, then of `reader`. LF must be one byte in the encoding.
    pub(super) fn new(head: Vec<u8>, reader: R, encoding: Encoding, notice: Option<Diagnostic>, limit: usize) -> Self {
        let reader = Cursor::new(head).chain(reader);
        Self { reader, carry: Vec::new(), line: 1, limit, encoding, notice, anything: false, ended: false }
    }

    /// The next lines, about `target` bytes of them; `None` at the end of the input.
    pub fn next_batch(&mut self, target: usize) -> Option<Batch> {
        if self.ended {
            return None;
        }
        let mut bytes = Vec::with_capacity(target.saturating_add(target / 4));
        bytes.append(&mut self.carry);
        let mut cut = memrchr(b'\n', &bytes).map_or(0, |at| at + 1);
        let mut after = None;
        loop {
            let open = bytes.len() - cut;
            if cut > 0 && (bytes.len() >= target || open > self.limit) {
                self.carry.extend_from_slice(&bytes[cut..]);
                bytes.truncate(cut);
                break;
            }
            // A CR may still belong to the line break, hence one more.
            if open > self.limit.saturating_add(1) {
                after = Some(too_long(self.line, self.skip_line(open), self.limit));
                bytes.clear();
                break;
            }
            match self.reader.fill_buf() {
                Ok([]) => {
                    self.ended = true;
                    break;
                }
                Ok(block) => {
                    cut = memrchr(b'\n', block).map_or(cut, |at| bytes.len() + at + 1);
                    bytes.extend_from_slice(block);
                    let read = block.len();
                    self.reader.consume(read);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    self.ended = true;
                    bytes.truncate(cut);
                    let line = self.line + memchr_iter(b'\n', &bytes).count();
                    after = Some(Record::Failed(broken(&error).line(line)));
                    break;
                }
            }
        }
        let first_line = self.line;
        self.line += memchr_iter(b'\n', &bytes).count() + usize::from(bytes.is_empty());
        self.anything = self.anything || after.is_some() || !bytes.trim_ascii().is_empty();
        if self.ended && !self.anything {
            after = Some(Record::Notice(draft::empty()));
        }
        let before = self.notice.take();
        let nothing = bytes.is_empty() && before.is_none() && after.is_none();
        (!nothing).then_some(Batch { bytes, first_line, encoding: self.encoding, before, after })
    }

    /// Reads to the end of a line without keeping it. Returns its length, of which `size` was read before.
    fn skip_line(&mut self, mut size: usize) -> usize {
        loop {
            match self.reader.fill_buf() {
                Ok([]) => return size,
                Ok(block) => {
                    let end = memchr(b'\n', block);
                    let read = end.map_or(block.len(), |at| at + 1);
                    size += end.unwrap_or(read);
                    self.reader.consume(read);
                    if end.is_some() {
                        return size;
                    }
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                // The next read fails in the same way and reports it.
                Err(_) => return size,
            }
        }
    }
}

/// The input broke off.
pub(super) fn broken(error: &std::io::Error) -> Diagnostic {
    Diagnostic::error("input/unreadable", wording!("reading stopped: {error}", error))
}

fn too_long(line: usize, size: usize, limit: usize) -> Record {
    let message = wording!("a line of {size} bytes is over the limit of {limit}; skipped", size, limit);
    let diagnostic = Diagnostic::error("input/line-too-long", message).line(line);
    let help = wording!("is this one conversation a line? else raise `limits.text-bytes` in the settings");
    Record::Failed(diagnostic.help(help))
}
