//! Where the parts of a table that is sorted are put aside: nameless files, gone when nobody reads them any more.

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
