//! Spill files for sorting a large table: unnamed temporary files, gone once they are closed.

use super::choices::Group;
use crate::conversation::read::log::{Part, Shelf};
use std::io;
use std::sync::Arc;

/// The folder for temporary files.
#[derive(Debug)]
struct Temporary;

impl Shelf for Temporary {
    fn room(&self) -> io::Result<Box<dyn Part>> {
        Ok(Box::new(tempfile::tempfile()?))
    }
}

/// What the reader of tables needs for rows that stand so: nothing where they stand together.
pub fn of(group: Group) -> Option<Arc<dyn Shelf>> {
    (group == Group::Sort).then(|| Arc::new(Temporary) as Arc<dyn Shelf>)
}
