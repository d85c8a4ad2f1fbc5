//! A row of an edited sheet, and the record of one that was left out.

use crate::workshop::import::{LeftOut, Place, Reason};
use std::collections::BTreeMap;

/// One row, by column.
pub(super) struct Row {
    pub(super) cells: BTreeMap<&'static str, String>,
    pub(super) place: Place,
}

impl Row {
    pub(super) fn cell(&self, column: &str) -> Option<&str> {
        self.cells.get(column).map(String::as_str)
    }
}

pub(super) fn left(place: &Place, what: &str, reason: Reason, detail: &str) -> LeftOut {
    LeftOut { place: place.clone(), what: what.to_owned(), reason, detail: detail.to_owned() }
}
