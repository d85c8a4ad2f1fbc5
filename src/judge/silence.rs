//! Why a rule kept silent at a place, as its verb notes it down.

/// A note.
#[derive(Debug)]
pub(super) struct Silence {
    pub turn: usize,
    pub start: u32,
    pub end: u32,
    pub reason: &'static str,
    pub values: Vec<(&'static str, String)>,
    pub by: Option<(usize, u32, u32)>,
}

impl Silence {
    pub fn at((turn, start, end): (usize, u32, u32), reason: &'static str) -> Self {
        Self { turn, start, end, reason, values: Vec::new(), by: None }
    }

    #[expect(clippy::needless_pass_by_value, reason = "callers hand over numbers and names as they have them")]
    pub fn value(mut self, name: &'static str, value: impl ToString) -> Self {
        self.values.push((name, value.to_string()));
        self
    }

    pub fn by(mut self, place: Option<(usize, u32, u32)>) -> Self {
        self.by = place;
        self
    }
}

/// A closed word as packs write it.
pub(super) fn word(value: impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(ToOwned::to_owned)).unwrap_or_default()
}
