//! The `replylint` program.

/// Conversations are passed between threads by the million, for which the system's allocator is slow.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    replylint::cli::main()
}
