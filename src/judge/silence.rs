//! Why a rule stayed silent at a place, as recorded by its verb.

use super::stretch::Stretch;

/// Values for the placeholders `{name}` of a message.
pub type Values = Vec<(&'static str, String)>;

/// A note.
#[derive(Debug)]
pub(super) struct Silence {
    pub at: Stretch,
    pub reason: &'static str,
    pub values: Values,
    /// The words that decided it.
    pub by: Option<Stretch>,
}

impl Silence {
    pub const fn at(at: Stretch, reason: &'static str) -> Self {
        Self { at, reason, values: Vec::new(), by: None }
    }

    #[expect(clippy::needless_pass_by_value, reason = "callers hand over numbers and names as they have them")]
    pub fn value(mut self, name: &'static str, value: impl ToString) -> Self {
        self.values.push((name, value.to_string()));
        self
    }

    pub fn by(mut self, place: Option<Stretch>) -> Self {
        self.by = place;
        self
    }
}
