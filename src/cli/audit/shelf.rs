//! Spill files for sorting a large table: unnamed temporary files, gone once they are closed.

use crate::conversation::read::log::{Part, Shelf};
use std::io;

/// The folder for temporary files.
#[derive(Debug)]
pub struct Temporary;

impl Shelf for Temporary {
    fn room(&self) -> io::Result<Box<dyn Part>> {
        Ok(Box::new(tempfile::tempfile()?))
    }
}
