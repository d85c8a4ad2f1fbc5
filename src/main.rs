//! The `replylint` program.

fn main() -> std::process::ExitCode {
    replylint::cli::main()
}
