//! Recognisers that no list of phrases can replace. Each is a pure function from a text to places in it.

pub mod number;
pub mod shape;
pub mod slot;
pub mod url;
