//! Conversations of an audit, read once more from where they stand: a row holds no text.

use crate::audit::ConversationResult;
use crate::cli::open;
use crate::conversation::Conversation;
use crate::conversation::read::{self, Record};
use crate::report::{Masker, Ui};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Rows by place: file and line. Sheets of a workbook have lines of the same numbers.
pub type Places = BTreeMap<(Option<String>, u64), Vec<Arc<ConversationResult>>>;

/// Gives each of these conversations to `seen`. What has moved or changed since is passed over.
pub fn read(
    places: &Places,
    options: &read::Options,
    (masker, ui): (&Masker, Ui),
    seen: &mut dyn FnMut(&ConversationResult, &Conversation),
) {
    let mut paths: Vec<&String> = places.keys().filter_map(|(path, _)| path.as_ref()).collect();
    paths.dedup();
    for shown in paths {
        let path = Path::new(shown);
        let Ok(input) = open::file(path, options, ui, &open::nobody()) else { continue };
        let last = places.range((Some(shown.clone()), 0)..=(Some(shown.clone()), u64::MAX)).next_back();
        let last = last.map_or(0, |((_, line), _)| *line);
        for record in read::Reader::of(input, options.clone()) {
            let Record::Conversation(conversation) = record else { continue };
            let line = conversation.chunk.lines_before as u64 + 1;
            let sheet = conversation.sheet().map(|name| masker.mask(name));
            let rows = places.get(&(Some(shown.clone()), line)).into_iter().flatten();
            for row in rows.filter(|row| row.sheet == sheet) {
                let id = conversation.id.as_ref().map(|id| masker.mask(id));
                if id == row.conversation && conversation.turns.len() as u64 == row.turns {
                    seen(row, &conversation);
                }
            }
            // The next sheet begins anew.
            if line >= last && sheet.is_none() {
                break;
            }
        }
    }
}
