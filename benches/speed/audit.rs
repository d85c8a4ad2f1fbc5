//! The figures of an audit: speed by form of the input, memory, and the page that a browser has to open.

use super::corpus::{self, Corpus, Size};
use super::measure::{best, memory, rate, wall};
use super::{MB, PROGRAM, ratio, row, threads_of};
use std::path::Path;
use std::process::Command;

/// Conversations of the page.
const PAGE: u64 = 100_000;

/// All rows about audits; `file` and `table` hold the same conversations.
pub fn figures(folder: &Path, file: &Path, table: &Path, corpus: &Corpus) {
    let out = folder.join("audit").display().to_string();
    let run = |input: &Path, threads: &str| {
        let input = input.display().to_string();
        best(|| wall(PROGRAM, &audit(&input, &out, threads)))
    };
    let (one, two, csv) = (run(file, "1"), run(file, "2"), run(table, "1"));
    let megabytes = corpus.bytes / MB;
    row(&format!("audit of the {megabytes} MB, one thread"), &rate(corpus.bytes, one), "≥ 40 MB/s");
    let free = format!("{:.2} times one ({} processors)", ratio(one, two), threads_of());
    row("audit, two threads against one", &free, "≥ 1.7 times");
    row("audit of the same as CSV, time against JSON Lines", &format!("{:.2}", ratio(csv, one)), "≤ 1.5");
    let input = file.display().to_string();
    row("audit, peak memory, two threads", &memory(PROGRAM, &audit(&input, &out, "2"), None), "");
    let twice = folder.join("twice.jsonl");
    corpus::write(&twice, None, Size::Bytes(2 * corpus.bytes));
    let input = twice.display().to_string();
    row("audit of twice as much, peak memory", &memory(PROGRAM, &audit(&input, &out, "2"), None), "as before");
    std::fs::remove_file(&twice).expect("target/ can be written");
    let told = script("bindings/python/tests/speed.py", &[Path::new(PROGRAM), file]);
    row("audit by the wheel, time against the command line's on Arrow", &told, "≤ 1.2");
    page(folder);
}

/// The page of many conversations, and how long a browser takes to show it.
fn page(folder: &Path) {
    let file = folder.join("page.jsonl");
    corpus::write(&file, None, Size::Conversations(PAGE));
    let out = folder.join("page");
    let (input, shown) = (file.display().to_string(), out.display().to_string());
    let all = ["audit", "--no-config", "--quiet", &input, "-o", &shown];
    let time = wall(PROGRAM, &all);
    row(&format!("audit of {PAGE} conversations with all reports"), &format!("{:.1} s", time.as_secs_f64()), "");
    let page = out.join("report.html");
    let bytes = page.metadata().map_or(0, |page| page.len());
    #[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
    row("its page", &format!("{:.1} MB", bytes as f64 / 1e6), "< 20 MB");
    let told = script("tests/browser/opens.py", &[&page]);
    row("its page in a browser, seconds until its conversations are drawn", &told, "< 3");
}

/// What a script of the tests prints last: a figure, or why there is none.
fn script(name: &str, arguments: &[&Path]) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    let done = Command::new("python3").arg(script).args(arguments).output();
    let Ok(done) = done else { return "not measured: no python3".to_owned() };
    let told = String::from_utf8_lossy(&done.stdout);
    let last = told.lines().last().unwrap_or("it said nothing");
    if done.status.success() { last.to_owned() } else { format!("not measured: {last}") }
}

fn audit<'a>(input: &'a str, out: &'a str, threads: &'a str) -> [&'a str; 9] {
    ["audit", "--no-config", "--no-reports", "--quiet", "--threads", threads, input, "-o", out]
}
