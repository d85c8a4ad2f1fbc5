//! Opens an input: detects encoding and format, and whether it can be streamed.

use super::batch::{Lines, broken};
#[cfg(feature = "parquet")]
use super::columns::Table;
#[cfg(feature = "parquet")]
use super::columns::files::{self, Store};
use super::csv::Rows;
use super::guess::{is_json_lines, is_page, is_sheet, may_be_json};
use super::log::{ColumnWords, Csv, Log, Rows as _, is_of_messages};
use super::{Batches, Format, Options, Record, draft, guess, html, markdown, pasted, table, template};
use crate::conversation::{Chunk, Mode, take_waivers};
use crate::source::{Diagnostic, Encoding, decode, garbled, wording};
use encoding_rs::UTF_8;
use std::collections::VecDeque;
use std::io::{BufRead, Chain, Cursor, ErrorKind, Read};
use std::sync::Arc;

/// Bytes that are examined to detect the format.
const HEAD: usize = 64 << 10;
/// Batch size on a single thread: large enough to amortise, small enough to stay in the cache.
const BATCH: usize = 128 << 10;

/// An opened input.
pub enum Input<R> {
    /// JSONL: batches of lines, for parsing on several threads.
    Lines(Box<Batches<R>>),
    /// Everything else.
    Text(Texts<R>),
}

/// Records that are read on one thread: at once, or row by row.
pub struct Texts<R> {
    form: Form<R>,
    /// The channel of conversations that name none.
    channel: Option<Arc<str>>,
}

enum Form<R> {
    /// Records that are read already.
    Read(VecDeque<Record>),
    /// A sheet of templates, and how to read it.
    Rows(Box<Rows<R>>, Options),
    /// A sheet of conversations.
    Log(Box<Log<Csv<Headed<R>>>>),
    /// A workbook of conversations.
    #[cfg(feature = "xlsx")]
    Workbook(Box<Log<super::workbook::Workbook>>),
    /// Conversations in columns.
    #[cfg(feature = "parquet")]
    Columns(Box<Table<files::File<Headed<R>>>>),
}

/// The bytes read for detection, and the rest.
pub type Headed<R> = Chain<Cursor<Vec<u8>>, R>;

impl<R: BufRead> Texts<R> {
    /// The next record.
    pub fn pop_front(&mut self) -> Option<Record> {
        let record = match &mut self.form {
            Form::Read(records) => records.pop_front(),
            Form::Rows(rows, options) => rows.next(options),
            Form::Log(log) => log.next_record(),
            #[cfg(feature = "xlsx")]
            Form::Workbook(log) => log.next_record(),
            #[cfg(feature = "parquet")]
            Form::Columns(table) => table.next_record(),
        };
        record.map(|record| record.on(self.channel.as_ref()))
    }
}

impl<R> From<Form<R>> for Texts<R> {
    fn from(form: Form<R>) -> Self {
        Self { form, channel: None }
    }
}

impl<R, const N: usize> From<[Record; N]> for Texts<R> {
    fn from(records: [Record; N]) -> Self {
        Form::Read(records.into()).into()
    }
}

impl<R> Input<R> {
    /// The input, with the channel of the options for conversations that name none.
    fn on_channel(mut self, options: &Options) -> Self {
        if let Self::Text(texts) = &mut self {
            texts.channel.clone_from(&options.channel);
        }
        self
    }
}

/// The first bytes of ZIP archives, and of old or encrypted Office files.
const ARCHIVE: &[u8] = b"PK\x03\x04";
const OLD: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// Opens an input. `extension` is that of its file name, if it has one.
pub fn open<R: BufRead>(reader: R, extension: Option<&str>, options: &Options) -> Input<R> {
    told(reader, extension, options).on_channel(options)
}

fn told<R: BufRead>(mut reader: R, extension: Option<&str>, options: &Options) -> Input<R> {
    let mut bytes = Vec::new();
    let limit = options.limits.file_bytes;
    let failed = |diagnostic| Input::Text([Record::Failed(diagnostic)].into());
    if let Err(error) = fill_head(&mut reader, &mut bytes) {
        return failed(broken(&error));
    }
    if bytes.starts_with(ARCHIVE) || bytes.starts_with(OLD) {
        return match read_rest(&mut reader, &mut bytes, limit) {
            Ok(()) => Input::Text(workbook(bytes, options)),
            Err(mistake) => failed(*mistake),
        };
    }
    if extension.is_some_and(|name| name.eq_ignore_ascii_case("xlsx")) {
        let mistake = Diagnostic::error("input/bad-xlsx", wording!("not a workbook, whatever the file is called"));
        return failed(mistake.help(wording!("save it anew as .xlsx; a text wants the ending .txt, a table .csv")));
    }
    #[cfg(feature = "parquet")]
    if let Some(kind) = files::kind(&bytes) {
        if kind != files::Kind::ArrowStream {
            // It is read from its end, and here is only a stream: hold all of it. Files go through `open_stored`.
            return match read_rest(&mut reader, &mut bytes, limit) {
                Ok(()) => open_stored(Arc::new(bytes), options),
                Err(mistake) => failed(*mistake),
            };
        }
        return match files::streamed(Cursor::new(bytes).chain(reader), options) {
            Ok(table) => Input::Text(Form::Columns(Box::new(table)).into()),
            Err(mistake) => failed(*mistake),
        };
    }
    let declared = options.encoding.filter(|encoding| !encoding.is_ascii_compatible());
    let bom = encoding_rs::Encoding::for_bom(&bytes);
    let streamed = declared.is_none() && bom.is_none_or(|(encoding, _)| encoding == UTF_8);
    let sheet = is_sheet(extension, options);
    if streamed && (sheet || is_json_lines(extension, &bytes, options.kind)) {
        bytes.drain(..bom.map_or(0, |(_, length)| length));
        let encoding = if bom.is_some() { Some(UTF_8) } else { options.encoding };
        let (encoding, notice) = encoding.map_or_else(|| encoding_of_lines(&bytes), |encoding| (encoding, None));
        let notice = notice.or_else(|| misread(&String::from_utf8_lossy(whole(&bytes))));
        if sheet {
            if holds_chats(&bytes, options) {
                return Input::Text(chats(bytes, reader, bom.map(|_| UTF_8).or(options.encoding), options));
            }
            return rows(bytes, reader, (encoding, notice), extension, options);
        }
        return Input::Lines(Box::new(Batches::new(bytes, reader, encoding, notice, options.limits.record_bytes)));
    }
    // Files that can hold many texts may be larger.
    let many = !streamed || may_be_json(extension, &bytes);
    let limit = if many { limit } else { options.limits.text_bytes };
    if let Err(mistake) = read_rest(&mut reader, &mut bytes, limit) {
        return failed(*mistake);
    }
    let decoded = match decode(bytes, options.encoding) {
        Ok(decoded) => decoded,
        Err(error) => {
            let message = wording!(
                "not {encoding}: byte {byte} cannot be read",
                encoding = error.encoding,
                byte = error.offset + 1
            );
            let diagnostic = Diagnostic::error("input/not-text", message).line(error.line);
            return failed(diagnostic.help(wording!("say the encoding with --encoding")));
        }
    };
    if sheet {
        let bytes = decoded.text.into_bytes();
        if holds_chats(&bytes, options) {
            return Input::Text(chats(bytes, reader, Some(UTF_8), options));
        }
        return rows(bytes, reader, (UTF_8, decoded.notice), extension, options);
    }
    let format = guess(extension, &decoded.text, options.kind, &options.labels);
    if format == Format::Jsonl {
        let (text, limit) = (decoded.text.into_bytes(), options.limits.record_bytes);
        return Input::Lines(Box::new(Batches::new(text, reader, UTF_8, decoded.notice, limit)));
    }
    let notices = decoded.notice.into_iter().chain(nul(&decoded.text)).chain(misread(&decoded.text));
    let notices = notices.map(Record::Notice).collect::<Vec<_>>();
    let read = read_text(decoded.text, format, extension, options);
    // In a folder, a file without texts of ours needs no notice about its encoding.
    let notices = notices.into_iter().filter(|_| !read.is_empty()).collect::<Vec<_>>();
    Input::Text(Form::Read(notices.into_iter().chain(read).collect()).into())
}

/// Whether the file must be read from its end: see [`open_stored`].
#[cfg(feature = "parquet")]
pub fn is_stored(head: &[u8]) -> bool {
    matches!(files::kind(head), Some(files::Kind::Parquet | files::Kind::ArrowFile))
}

/// Opens a file that is read from its end, such as Parquet or Arrow. Columns that are not needed are not read.
#[cfg(feature = "parquet")]
pub fn open_stored<R: BufRead>(store: Arc<dyn Store>, options: &Options) -> Input<R> {
    let input = match files::stored(store, options) {
        Ok(table) => Input::Text(Form::Columns(Box::new(table)).into()),
        Err(mistake) => Input::Text([Record::Failed(*mistake)].into()),
    };
    input.on_channel(options)
}

/// Whether a sheet holds conversations, by its beginning.
fn holds_chats(head: &[u8], options: &Options) -> bool {
    let first = || Csv::new(head, options.encoding, options.limits.record_bytes).next_row();
    match options.kind {
        Some(kind) => kind == Mode::Transcript,
        None if options.map.is_some() => false,
        None => {
            let told = |header: &[String]| is_of_messages(header, &options.columns, &ColumnWords::builtin());
            first().and_then(Result::ok).is_some_and(|row| told(&row.cells))
        }
    }
}

fn chats<R: BufRead>(head: Vec<u8>, reader: R, encoding: Option<Encoding>, options: &Options) -> Texts<R> {
    let rows = Csv::new(Cursor::new(head).chain(reader), encoding, options.limits.record_bytes);
    Form::Log(Box::new(Log::new(rows, &options.columns, &ColumnWords::builtin(), options.clone()))).into()
}

/// Conversations one after another, on one thread. For JSONL, memory does not grow with the input.
pub struct Reader<R> {
    input: Input<R>,
    lines: Option<Lines>,
    options: Options,
}

impl<R: BufRead> Reader<R> {
    /// Opens an input; see [`open`].
    pub fn new(reader: R, extension: Option<&str>, options: Options) -> Self {
        Self::of(open(reader, extension, &options), options)
    }

    /// Reads an input that is open.
    pub fn of(input: Input<R>, options: Options) -> Self {
        Self { input, lines: None, options }
    }
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        let batches = match &mut self.input {
            Input::Text(records) => return records.pop_front(),
            Input::Lines(batches) => batches,
        };
        loop {
            if let Some(record) = self.lines.as_mut().and_then(|lines| lines.next(&self.options)) {
                return Some(record);
            }
            self.lines = Some(Lines::new(batches.next_batch(BATCH)?));
        }
    }
}

fn read_text(text: String, format: Format, extension: Option<&str>, options: &Options) -> Vec<Record> {
    let mut records = match format {
        Format::Template => template::read(text, extension, options),
        Format::Pasted => pasted::read(text, options),
        Format::Json | Format::Yaml | Format::Toml => table::read(text, format, options),
        Format::Markdown => {
            let chunk = Chunk::new(text, 0);
            let found = markdown::read(&chunk, 0, &[], options);
            if found.is_empty() { reply(chunk.text.to_string(), true, options) } else { found }
        }
        Format::Html => html::read(text, options.kind.unwrap_or(Mode::Template)),
        Format::Draft | Format::Jsonl => reply(text, is_page(extension), options),
    };
    take_waivers(records.iter_mut().filter_map(|record| match record {
        Record::Conversation(conversation) => Some(&mut **conversation),
        _ => None,
    }));
    for record in &mut records {
        // A text that consists only of a waiver.
        if matches!(record, Record::Conversation(one) if one.turns.iter().all(|turn| turn.text.trim().is_empty())) {
            *record = Record::Notice(draft::empty());
        }
    }
    records
}

/// A reply, perhaps in a mail. `page`: it is Markdown.
fn reply(text: String, page: bool, options: &Options) -> Vec<Record> {
    let kind = options.kind.unwrap_or(Mode::Draft);
    if kind != Mode::Draft {
        return draft::read(text, kind);
    }
    draft::read_mail(text, page, options)
}

type Encoded = (Encoding, Option<Diagnostic>);

fn rows<R: BufRead>(
    head: Vec<u8>,
    reader: R,
    read_as: Encoded,
    extension: Option<&str>,
    options: &Options,
) -> Input<R> {
    let (encoding, notice) = read_as;
    let tabs = extension.is_some_and(|name| !name.eq_ignore_ascii_case("csv"));
    let rows = Rows::new(head, reader, encoding, notice, tabs, options);
    Input::Text(Form::Rows(Box::new(rows), options.clone()).into())
}

fn read_rest(reader: &mut impl BufRead, bytes: &mut Vec<u8>, limit: usize) -> Result<(), Box<Diagnostic>> {
    let rest = (limit as u64).saturating_add(1).saturating_sub(bytes.len() as u64);
    reader.by_ref().take(rest).read_to_end(bytes).map_err(|error| Box::new(broken(&error)))?;
    if bytes.len() > limit {
        let message = wording!("the text is over the limit of {limit} bytes", limit);
        let help = wording!("split it, or raise `limits.text-bytes` in the settings; so long a text takes much memory");
        return Err(Box::new(Diagnostic::error("input/too-large", message).help(help)));
    }
    Ok(())
}

fn workbook<R>(bytes: Vec<u8>, options: &Options) -> Texts<R> {
    let failed = |mistake| Texts::from([Record::Failed(mistake)]);
    if bytes.starts_with(OLD) {
        let mistake =
            Diagnostic::error("input/bad-xlsx", wording!("an Excel file of the old kind, or one with a password"));
        return failed(mistake.help(wording!("save it as .xlsx, without a password")));
    }
    #[cfg(feature = "xlsx")]
    {
        use super::workbook::{Workbook, holds_chats};
        if !holds_chats(&bytes, options) {
            return Form::Read(super::xlsx::read(&bytes, options).into()).into();
        }
        let log = Log::new(Workbook::new(bytes), &options.columns, &ColumnWords::builtin(), options.clone());
        Form::Workbook(Box::new(log)).into()
    }
    #[cfg(not(feature = "xlsx"))]
    {
        let _ = options;
        failed(Diagnostic::error("input/bad-xlsx", wording!("this program was built without workbooks")))
    }
}

/// Reads until the format is clear. One line of JSON is enough, so that a growing log is read as it grows.
fn fill_head(reader: &mut impl BufRead, head: &mut Vec<u8>) -> std::io::Result<()> {
    while head.len() < HEAD && !(head.contains(&b'\n') && is_json_lines(None, head, None)) {
        match reader.fill_buf() {
            Ok([]) => break,
            Ok(block) => {
                head.extend_from_slice(block);
                let read = block.len();
                reader.consume(read);
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// The encoding of lines: GB18030 only if no line has valid UTF-8 beyond ASCII, since one broken line must not change
/// the file's encoding.
fn encoding_of_lines(head: &[u8]) -> (Encoding, Option<Diagnostic>) {
    let whole = whole(head);
    let lines = head.iter().rposition(|&byte| byte == b'\n').map_or(whole, |end| &head[..end]);
    if lines.split(|&byte| byte == b'\n').any(|line| !line.is_ascii() && std::str::from_utf8(line).is_ok()) {
        return (UTF_8, None);
    }
    decode(lines.to_vec(), None).map_or((UTF_8, None), |decoded| (decoded.encoding, decoded.notice))
}

/// The head without its last character, if it ends in the middle of one.
fn whole(head: &[u8]) -> &[u8] {
    match std::str::from_utf8(head) {
        Err(error) if error.error_len().is_none() => &head[..error.valid_up_to()],
        _ => head,
    }
}

/// A warning for a text that was decoded wrongly before it came here: nothing in it can be found.
fn misread(text: &str) -> Option<Diagnostic> {
    let found = garbled(text)?;
    let line = memchr::memchr_iter(b'\n', &text.as_bytes()[..found.start]).count() + 1;
    let message = wording!("“{text}” looks like text that was once read in a wrong encoding", text = &text[found]);
    Some(Diagnostic::warning("input/garbled", message).line(line).help(wording!("export it again, as UTF-8")))
}

fn nul(text: &str) -> Option<Diagnostic> {
    let at = memchr::memchr(0, text.as_bytes())?;
    let line = text[..at].matches('\n').count() + 1;
    Some(Diagnostic::warning("input/control-characters", wording!("the text holds NUL characters")).line(line))
}
