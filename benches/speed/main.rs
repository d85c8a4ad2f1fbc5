//! The figures of `cargo xtask bench`: medians, and ratios within one run. Never a test: seconds differ by machine.

mod audit;
mod automaton;
mod corpus;
mod measure;

use measure::{median, memory, rate, threads_of, wall};
use std::path::Path;
use std::time::Duration;

/// The release build of the program, beside this bench.
const PROGRAM: &str = env!("CARGO_BIN_EXE_replylint");
const MB: u64 = 1_000_000;
/// How often a draft, and a file, is checked.
const DRAFTS: usize = 40;
const ROUNDS: usize = 3;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // An empty program, for comparison.
    if arguments.iter().any(|argument| argument == "--empty") {
        return;
    }
    let size = arguments.iter().find_map(|argument| argument.parse::<u64>().ok()).unwrap_or(100) * MB;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench");
    let file = folder.join(format!("conversations-{}.jsonl", size / MB));
    let csv = folder.join(format!("conversations-{}.csv", size / MB));
    let corpus = corpus::write(&file, Some(&csv), corpus::Size::Bytes(size));
    let again = 100 * corpus.again / corpus.said.max(1);
    eprintln!("{} conversations, {} messages, {} bytes", corpus.conversations, corpus.turns, corpus.bytes);
    eprintln!("{again} % of what is said has been said before");
    println!("| what | figure | goal |\n|---|---|---|");
    draft();
    conversations(&file, &corpus);
    stream(&file, &corpus);
    audit::figures(&folder, &file, &csv, &corpus);
    templates(&folder.join("templates"));
}

fn row(what: &str, figure: &str, goal: &str) {
    println!("| {what} | {figure} | {goal} |");
}

/// One draft, including the start of the process.
fn draft() {
    let draft = corpus::draft();
    let checks = ["check", "--no-config", "--text", &draft];
    let own = std::env::current_exe().expect("a running program has a path").display().to_string();
    let (mut program, mut empty) = (Vec::new(), Vec::new());
    for _ in 0..DRAFTS {
        program.push(wall(PROGRAM, &checks));
        empty.push(wall(&own, &["--empty"]));
    }
    let milliseconds = |time: Duration| format!("{:.1} ms", time.as_secs_f64() * 1000.0);
    let what = format!("one draft of {} characters, whole process, median of {DRAFTS}", draft.chars().count());
    row(&what, &milliseconds(median(program)), "≤ 10 ms");
    row("the same, peak memory", &memory(PROGRAM, &checks, None), "≤ 25 MB");
    row("an empty program, median", &milliseconds(median(empty)), "");
}

/// A file of conversations: one thread, two, and the bare automaton over the same texts.
fn conversations(file: &Path, corpus: &corpus::Corpus) {
    let path = file.display().to_string();
    let (mut one, mut two, mut bare) = (Vec::new(), Vec::new(), Vec::new());
    let automaton = automaton::Automaton::new();
    for _ in 0..ROUNDS {
        one.push(wall(PROGRAM, &checks(&path, "1")));
        two.push(wall(PROGRAM, &checks(&path, "2")));
        bare.push(automaton.run(file));
    }
    let (one, two) = (median(one), median(two));
    let megabytes = corpus.bytes / MB;
    row(&format!("{megabytes} MB of conversations, one thread"), &rate(corpus.bytes, one), "≥ 40 MB/s");
    row("the same, bytes of what was said only", &rate(corpus.said, one), "");
    let (hits, bare) = (bare[0].0, median(bare.into_iter().map(|(_, time)| time).collect()));
    let what = format!("the bare automaton over what was said ({} phrases, {hits} hits)", automaton.phrases);
    row(&what, &rate(corpus.said, bare), "");
    row("one thread against the bare automaton", &format!("1 : {:.1}", ratio(one, bare)), "");
    row("two threads", &rate(corpus.bytes, two), "");
    let free = format!("{:.2} times one ({} processors)", ratio(one, two), threads_of());
    row("two threads against one", &free, "≥ 1.7 times");
    row("peak memory, two threads", &memory(PROGRAM, &checks(&path, "2"), None), "");
}

/// More than fits into memory, through standard input.
fn stream(file: &Path, corpus: &corpus::Corpus) {
    let times = (1000 * MB).div_ceil(corpus.bytes);
    let what = format!("peak memory, {} MB through standard input", times * corpus.bytes / MB);
    row(&what, &memory(PROGRAM, &checks("-", "2"), Some((file, times))), "< 100 MB");
}

/// A repository of templates: a run over all of it, and one over a commit's changes.
fn templates(folder: &Path) {
    let (documents, each) = (1000, 10);
    // A fresh repository, so that an earlier run's remains do not count.
    let _ = std::fs::remove_dir_all(folder);
    let bytes = corpus::templates(folder, documents, each);
    let git = |arguments: &[&str]| {
        let mut command = std::process::Command::new("git");
        command.current_dir(folder).args(["-c", "user.name=bench", "-c", "user.email=bench@example.com"]);
        let done = command.args(arguments).output();
        assert!(done.is_ok_and(|done| done.status.success()), "git {arguments:?}");
    };
    git(&["init", "-q"]);
    git(&["add", "-A"]);
    git(&["commit", "-q", "-m", "templates"]);
    let path = folder.display().to_string();
    let all = ["check", "--no-config", "--format", "jsonl", "--threads", "2", &path];
    let anew = ["check", "--no-config", "--format", "jsonl", "--threads", "2", &path, "--no-cache"];
    let times = (0..DRAFTS / 4).map(|_| wall(PROGRAM, &anew)).collect();
    let milliseconds = |time: Duration| format!("{:.0} ms", time.as_secs_f64() * 1000.0);
    let what = format!("{} templates in {documents} files, {bytes} bytes, two threads, median", documents * each);
    row(&what, &milliseconds(median(times)), "≤ 1000 ms");
    wall(PROGRAM, &all);
    let times = (0..DRAFTS / 4).map(|_| wall(PROGRAM, &all)).collect();
    row("the same again, with what is kept", &milliseconds(median(times)), "≤ 150 ms");
    let some = folder.join("group-07/templates-0007.md");
    let text = std::fs::read_to_string(&some).unwrap_or_default();
    std::fs::write(&some, text.replace("### 3.", "### 3. new")).expect("target/ can be written");
    git(&["add", "-A"]);
    let staged = ["check", "--no-config", "--format", "jsonl", "--staged", &path];
    let times = (0..DRAFTS / 4).map(|_| wall(PROGRAM, &staged)).collect();
    row("the same with one file staged, --staged", &milliseconds(median(times)), "≤ 100 ms");
}

fn checks<'a>(input: &'a str, threads: &'a str) -> [&'a str; 7] {
    ["check", "--no-config", input, "--format", "jsonl", "--threads", threads]
}

fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64()
}
