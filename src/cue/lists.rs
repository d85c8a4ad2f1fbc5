//! Lists of the settings that guards and rules can name.

use std::collections::BTreeMap;
use xxhash_rust::xxh3::xxh3_64;

/// Lists of the settings, by name (`brand.channels`), folded.
#[derive(Clone, Debug, Default)]
pub struct Lists {
    lists: BTreeMap<String, Vec<String>>,
    print: u64,
}

impl Lists {
    /// An empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// The list of this name.
    pub fn get(&self, name: &str) -> Option<&[String]> {
        self.lists.get(name).map(Vec::as_slice)
    }

    /// A hash of the lists: a cached scan holds for one set of lists only.
    pub(super) fn print(&self) -> u64 {
        self.print
    }
}

impl FromIterator<(String, Vec<String>)> for Lists {
    fn from_iter<I: IntoIterator<Item = (String, Vec<String>)>>(lists: I) -> Self {
        let lists: BTreeMap<_, _> = lists.into_iter().filter(|(_, entries)| !entries.is_empty()).collect();
        let print = if lists.is_empty() { 0 } else { xxh3_64(format!("{lists:?}").as_bytes()) };
        Self { lists, print }
    }
}
