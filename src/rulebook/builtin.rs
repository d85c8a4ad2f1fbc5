//! The default rulebook: its packs as written, and all of it prepared ahead so that a draft is checked at once.

use super::load::hash;
use super::{PackText, Rulebook};
use crate::cue::Tables;

include!(concat!(env!("OUT_DIR"), "/packs.rs"));

/// The prepared rulebook; made by `cargo xtask bless`, and compared with the packs by a test.
static PREPARED: &[u8] = include_bytes!("../../rules/default.bin");

/// The packs of the default rulebook as written, sorted by path.
pub fn sources() -> Vec<PackText> {
    PACKS.iter().map(|&(path, text)| PackText::new(path, text)).collect()
}

/// Makes the bytes of the prepared rulebook.
///
/// # Errors
/// When the rulebook cannot be stored.
pub fn prepare(rulebook: &Rulebook) -> Result<Vec<u8>, postcard::Error> {
    postcard::to_stdvec(rulebook)
}

/// Whether the prepared rulebook is the one that the packs make.
pub fn is_fresh(bytes: &[u8]) -> bool {
    bytes == PREPARED
}

pub(super) fn prepared() -> Rulebook {
    match postcard::from_bytes::<Rulebook>(PREPARED) {
        Ok(rulebook) if rulebook.hash == hash(&sources()) => rulebook,
        // For the moment between a change and its blessing: what the packs say now counts, only slower.
        _ => match Rulebook::load(&sources()) {
            Ok(loaded) => loaded.rulebook,
            Err(errors) => panic!("the default rulebook does not load: {}", errors[0]),
        },
    }
}

/// Word lists for readers and recognisers.
pub(super) fn tables() -> Tables {
    Tables::default()
}
