//! Development tasks: `cargo xtask test`, `bless` and `bench`.

mod bench;
mod bless;
mod cargo;
mod gate;
mod step;
mod summary;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask test           the gate: everything that must hold before a change lands
cargo xtask bless          write generated files and expected outputs anew; read the diff
cargo xtask bench [MB]     the figures, as a Markdown table [default: 100 MB of conversations]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["test"] => gate::run(),
        ["bless"] => bless::run(),
        ["bench"] => bench::run(None),
        ["bench", size] => bench::run(Some(size)),
        _ => {
            eprintln!("{USAGE}");
            ExitCode::from(2)
        }
    }
}
