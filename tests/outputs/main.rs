//! `--output`: every format for CI against its own schema or reader, with hostile text, private data and many threads.

#[path = "../support/mod.rs"]
mod support;

mod files;
mod json_formats;
mod line_formats;
mod set;
mod summaries;
mod told;
mod xml_formats;
