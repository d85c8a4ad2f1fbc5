//! Reads conversations of an audit again from their input files, as rows hold no text.

use crate::audit::names::{is_starred, looks_like};
use crate::audit::{ConversationResult, Names};
use crate::cli::open;
use crate::conversation::read::{self, Record};
use crate::conversation::{Conversation, Hide};
use crate::report::{Masker, Ui};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// Rows by place: file and line. Sheets of a workbook have lines of the same numbers.
pub type Places = BTreeMap<(Option<String>, u64), Vec<Arc<ConversationResult>>>;

/// Passes each of these conversations to `seen`; skips those that have moved or changed since.
pub fn read(
    places: &Places,
    options: &read::Options,
    masker: &Masker,
    names: &Names,
    ui: Ui,
    seen: &mut dyn FnMut(&ConversationResult, &Conversation),
) {
    let mut paths: Vec<&String> = places.keys().filter_map(|(path, _)| path.as_ref()).collect();
    paths.dedup();
    for shown in paths {
        let Some(path) = file(names.file(shown), masker) else { continue };
        let Ok(input) = open::file(&path, options, ui, &open::nobody()) else { continue };
        let last = places.range((Some(shown.clone()), 0)..=(Some(shown.clone()), u64::MAX)).next_back();
        let last = last.map_or(0, |((_, line), _)| *line);
        for record in read::Reader::of(input, options.clone()) {
            let Record::Conversation(conversation) = record else { continue };
            let line = conversation.chunk.lines_before as u64 + 1;
            let sheet = conversation.sheet().map(|name| masker.name(name));
            let rows = places.get(&(Some(shown.clone()), line)).into_iter().flatten();
            for row in rows.filter(|row| row.sheet == sheet) {
                let same = match (&conversation.id, &row.conversation) {
                    (Some(id), Some(shown)) => looks_like(shown, &masker.name(id)),
                    (id, shown) => id.is_none() && shown.is_none(),
                };
                if same && conversation.turns.len() as u64 == row.turns {
                    seen(row, &conversation);
                }
            }
            // Line numbers start again with the next sheet.
            if line >= last && sheet.is_none() {
                break;
            }
        }
    }
}

/// The file shown by this name. If part of the name is masked and the original is lost, the file whose masked name is
/// the same, provided there is only one: somebody else's words must not appear under a name.
fn file(shown: &str, masker: &Masker) -> Option<PathBuf> {
    let path = Path::new(shown);
    if !is_starred(shown) || path.exists() {
        return Some(path.to_path_buf());
    }
    let mut real = PathBuf::new();
    for part in path.components() {
        let name = part.as_os_str().to_string_lossy();
        if !matches!(part, Component::Normal(_)) || !is_starred(&name) {
            real.push(part);
            continue;
        }
        let folder = if real.as_os_str().is_empty() { Path::new(".") } else { &real };
        let files = fs::read_dir(folder).ok()?.filter_map(|file| Some(file.ok()?.file_name()));
        let mut alike = files.filter(|file| looks_like(&name, &masker.name(&file.to_string_lossy())));
        let found = alike.next()?;
        if alike.next().is_some() {
            return None;
        }
        real.push(found);
    }
    Some(real)
}
