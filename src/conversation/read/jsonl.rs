//! JSON Lines: one conversation, or some templates, in each line.

use super::json_chat::{RawConversation, build, explain};
use super::{Options, Record, table};
use crate::conversation::{Chunk, Mode};
use crate::source::{Diagnostic, Encoding, Wording, wording};

/// A conversation as JSON in a column; `number` is its row, from 1. Places refer to that text.
#[cfg(feature = "arrow")]
pub fn json(text: &[u8], number: usize, options: &Options) -> Vec<Record> {
    match read(text, number, encoding_rs::UTF_8, options) {
        Read::One(record) => vec![record],
        Read::Templates(records) => records,
    }
}

/// Reads one line; `number` is its line number, from 1.
pub(super) fn read(bytes: &[u8], number: usize, encoding: Encoding, options: &Options) -> Read {
    let failed = |code, message: Wording| Read::One(Record::Failed(Diagnostic::error(code, message).line(number)));
    let line = if encoding == encoding_rs::UTF_8 {
        // The standard library's check would cost more than parsing Chinese text.
        simdutf8::compat::from_utf8(bytes).map(str::to_owned).map_err(|error| error.valid_up_to())
    } else {
        encoding.decode_without_bom_handling_and_without_replacement(bytes).map(Into::into).ok_or(0)
    };
    let line: String = match line {
        Ok(line) => line,
        Err(at) => {
            return failed(
                "input/not-text",
                wording!("not {encoding}: byte {at} of the line", encoding = encoding.name(), at = at + 1),
            );
        }
    };
    let raw = match serde_json::from_str::<RawConversation>(line.trim_start_matches('\u{feff}')) {
        Ok(raw) => raw,
        Err(error) => return failed("input/bad-json", explain(&error, &line)),
    };
    if raw.turns.is_none() {
        let chunk = Chunk::new(line.as_str(), number - 1);
        let templates = table::line(&line, &chunk, options);
        if !templates.is_empty() {
            return Read::Templates(templates);
        }
    }
    let mut conversation = match build(&raw, &line, &options.labels) {
        Ok(conversation) => conversation,
        Err(message) => return failed("input/bad-conversation", message),
    };
    conversation.mode = options.kind.unwrap_or(Mode::Transcript);
    conversation.chunk = Chunk::new(line, number - 1);
    Read::One(Record::conversation(conversation))
}

/// The content of a line.
pub(super) enum Read {
    One(Record),
    /// Templates, on a line without turns.
    Templates(Vec<Record>),
}
