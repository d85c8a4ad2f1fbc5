//! The command line: the room that reads files and prints.

pub mod write;
