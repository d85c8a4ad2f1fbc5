//! Measures time and memory of other processes.

use std::fs::File;
use std::io;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// How long a program runs, from start to end; its output is discarded.
pub fn wall(program: &str, arguments: &[&str]) -> Duration {
    let started = Instant::now();
    let status = command(program, arguments).stdin(Stdio::null()).status();
    let time = started.elapsed();
    worked(program, status.unwrap_or_else(|error| panic!("{program}: {error}")));
    time
}

/// The peak memory of a program, by GNU time; its standard input is a file, repeated this many times.
pub fn memory(program: &str, arguments: &[&str], input: Option<(&Path, u64)>) -> String {
    let note = std::env::temp_dir().join(format!("replylint-bench-{}", std::process::id()));
    let shown = note.display().to_string();
    let all = [&["--quiet", "--format", "%M", "--output", &*shown, program], arguments].concat();
    let stdin = if input.is_some() { Stdio::piped() } else { Stdio::null() };
    let Ok(mut child) = command("/usr/bin/time", &all).stdin(stdin).spawn() else {
        return "not measured: GNU time is not installed".to_owned();
    };
    if let (Some(mut pipe), Some((file, times))) = (child.stdin.take(), input) {
        for _ in 0..times {
            io::copy(&mut File::open(file).expect("it was written above"), &mut pipe)
                .expect("the program reads it all");
        }
    }
    worked(program, child.wait().expect("a child can be waited for"));
    let kilobytes = std::fs::read_to_string(&note).ok().and_then(|text| text.trim().parse::<u32>().ok());
    // It does not matter if the note stays.
    let _ = std::fs::remove_file(note);
    let megabytes = |kilobytes| format!("{:.1} MB", f64::from(kilobytes) * 1024.0 / 1e6);
    kilobytes.map_or_else(|| "not measured: no answer from GNU time".to_owned(), megabytes)
}

fn command(program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
    // Remove what an earlier run may have left.
    command
        .env("REPLYLINT_CACHE_DIR", std::env::temp_dir().join(format!("replylint-bench-cache-{}", std::process::id())));
    command
}

/// Panics unless the exit status is clean or findings.
fn worked(program: &str, status: ExitStatus) {
    assert!(matches!(status.code(), Some(0 | 1)), "{program}: {status}");
}

/// The shortest of some runs: other work on the machine only ever adds to it.
pub fn best(run: impl Fn() -> Duration) -> Duration {
    (0..super::ROUNDS).map(|_| run()).min().unwrap_or_default()
}

/// The median.
pub fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// A speed in MB/s.
#[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
pub fn rate(bytes: u64, time: Duration) -> String {
    format!("{:.1} MB/s", bytes as f64 / 1e6 / time.as_secs_f64())
}

/// Processors of this machine.
pub fn threads_of() -> usize {
    std::thread::available_parallelism().map_or(1, Into::into)
}
