//! The `replylint` program.

/// Conversations come and go between threads by the million, which the system's own allocator is slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    replylint::cli::main()
}
