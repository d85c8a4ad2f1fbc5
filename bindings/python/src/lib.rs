//! replylint in Python, the part in Rust: an engine that judges what it is given and hands back records.
//!
//! The package around it (`replylint/`) says what the functions are called and what they take.

mod columns;
mod command;
mod engine;
mod rows;
mod run;
mod settled;
mod table;

use pyo3::prelude::*;

/// As the program's: tables are judged by many threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The native half of the package.
#[pymodule(gil_used = false)]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("ReplylintError", module.py().get_type::<engine::ReplylintError>())?;
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<engine::Engine>()?;
    module.add_class::<table::Table>()
}
