//! Shared by the black-box suites: a folder with a pack of our own, and the program run in it with a time limit.
#![allow(dead_code, reason = "each suite uses a part")]

use serde_json::Value;
use std::ffi::OsStr;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A pack that is independent of the default rulebook.
pub const HOUSE: &str = include_str!("house.toml");
/// Settings that enable only that pack.
pub const SETTINGS: &str = "[rulebook]\nextends = \"none\"\npacks = [\"house.toml\"]\n";
/// A run that takes longer is taken to hang.
const WATCHDOG: Duration = Duration::from_secs(120);

/// Every format of `--output` that is text.
pub const FORMATS: [&str; 12] = [
    "pretty",
    "concise",
    "json",
    "jsonl",
    "sarif",
    "github",
    "gitlab",
    "rdjson",
    "rdjsonl",
    "junit",
    "checkstyle",
    "markdown",
];

/// A folder to run the program in.
pub struct Place {
    folder: TempDir,
}

impl Place {
    /// A folder that enables only our own pack.
    pub fn new() -> Self {
        let place = Self::empty();
        place.write("replylint.toml", SETTINGS);
        place.write("house.toml", HOUSE);
        place
    }

    /// An empty folder: the default rulebook.
    pub fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        assert!(folder.path().ancestors().skip(1).all(|above| !above.join("replylint.toml").exists()));
        Self { folder }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file, and the folders above it.
    pub fn write(&self, name: &str, contents: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, contents).unwrap();
        path
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    /// All files below the folder, sorted.
    pub fn files(&self) -> Vec<String> {
        let (mut found, mut folders) = (Vec::new(), vec![self.folder.path().to_path_buf()]);
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let entry = entry.unwrap();
                if entry.file_type().unwrap().is_dir() {
                    folders.push(entry.path());
                } else {
                    found.push(entry.path().strip_prefix(self.folder.path()).unwrap().display().to_string());
                }
            }
        }
        found.sort();
        found
    }

    /// The program with these arguments, in this folder and in a pinned environment.
    pub fn command<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_replylint"));
        command.current_dir(self.folder.path()).args(arguments).env_clear();
        command.envs([("LC_ALL", "C.UTF-8"), ("NO_COLOR", "1"), ("COLUMNS", "100"), ("TZ", "Asia/Shanghai")]);
        command
    }

    /// Runs it with empty standard input; checks that the output is safe for a terminal.
    #[track_caller]
    pub fn run<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Out {
        self.pipe(arguments, b"")
    }

    /// Runs it with this on standard input.
    #[track_caller]
    pub fn pipe<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>, input: impl AsRef<[u8]>) -> Out {
        finish(self.command(arguments), input.as_ref()).tame()
    }

    /// `check` of a text, as findings.
    #[track_caller]
    pub fn findings<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Vec<Value> {
        let out = self.json(arguments);
        out["findings"].as_array().unwrap().clone()
    }

    /// `check --format json` as a document that adds up.
    #[track_caller]
    pub fn json<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Value {
        let fixed = ["check", "--format", "json"].map(|argument| OsStr::new(argument).to_owned());
        let given = arguments.into_iter().map(|argument| argument.as_ref().to_owned());
        self.run(fixed.into_iter().chain(given)).document()
    }
}

/// The result of a run.
#[derive(Debug)]
pub struct Out {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// Runs `command` to its end and checks that it did not panic.
#[track_caller]
pub fn finish(mut command: Command, input: &[u8]) -> Out {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let (mut pipe, input) = (child.stdin.take().unwrap(), input.to_vec());
    // The program may close its input unread.
    let feeder = spawn(move || pipe.write_all(&input).is_ok());
    let (stdout, stderr) = (collect(child.stdout.take().unwrap()), collect(child.stderr.take().unwrap()));
    let code = wait(&mut child);
    feeder.join().unwrap();
    let out = Out { code, stdout: stdout.join().unwrap(), stderr: stderr.join().unwrap() };
    assert!(!out.stderr.contains("panicked") && (0..=2).contains(&out.code), "{out:?}");
    out
}

fn collect(mut stream: impl Read + Send + 'static) -> JoinHandle<String> {
    spawn(move || {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        String::from_utf8(bytes).expect("output is UTF-8")
    })
}

/// Waits for the end; a run that hangs is killed and fails the test.
#[track_caller]
pub fn wait(child: &mut Child) -> i32 {
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code().unwrap_or(-1);
        }
        if begun.elapsed() > WATCHDOG {
            child.kill().unwrap();
            panic!("still running after {WATCHDOG:?}");
        }
        sleep(Duration::from_millis(2));
    }
}

impl Out {
    /// Fails if the output has a character that a terminal would obey or that changes the reading order.
    #[track_caller]
    pub fn tame(self) -> Self {
        for text in [&self.stdout, &self.stderr] {
            let acts = |c: char| {
                c.is_control() && c != '\n'
                    || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
            };
            let wild = text.chars().find(|&c| acts(c));
            assert_eq!(wild, None, "{:?}", text.chars().take(2000).collect::<String>());
        }
        self
    }

    #[track_caller]
    pub fn code(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        self
    }

    /// Fails unless standard output contains all of these, in this order.
    #[track_caller]
    pub fn says(self, words: &[&str]) -> Self {
        in_order(&self.stdout, words);
        self
    }

    /// Fails unless standard error contains all of these, in this order.
    #[track_caller]
    pub fn warns(self, words: &[&str]) -> Self {
        in_order(&self.stderr, words);
        self
    }

    #[track_caller]
    pub fn silent(self) -> Self {
        assert_eq!((self.stdout.as_str(), self.stderr.as_str()), ("", ""));
        self
    }

    /// The document of `--format json`; checks that its totals add up.
    #[track_caller]
    pub fn document(&self) -> Value {
        let document: Value = serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"));
        let list = |name: &str| document[name].as_array().unwrap().as_slice();
        adds_up(list("findings"), list("skipped"), list("failed"), list("notEvaluated"), &document["summary"]);
        document
    }

    /// The records of `--format jsonl`; checks that the totals come last and add up.
    #[track_caller]
    pub fn records(&self) -> Vec<Value> {
        let records: Vec<Value> = self.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let of = |kind: &str| records.iter().filter(|record| record["type"] == kind).cloned().collect::<Vec<_>>();
        let (summary, kinds) = (records.last().unwrap(), ["finding", "skipped", "failed", "notEvaluated"].map(of));
        assert_eq!(summary["type"], "summary");
        assert_eq!(kinds.iter().map(Vec::len).sum::<usize>() + 1, records.len(), "a record of no known kind");
        adds_up(&kinds[0], &kinds[1], &kinds[2], &kinds[3], summary);
        records
    }
}

#[track_caller]
fn adds_up(findings: &[Value], skipped: &[Value], failed: &[Value], not_evaluated: &[Value], summary: &Value) {
    let number = |name: &str| summary[name].as_u64().unwrap();
    let counted = |records: &[Value]| records.iter().map(|record| record["count"].as_u64().unwrap()).sum::<u64>();
    assert_eq!(number("input"), number("conversations") + number("skipped") + number("failed"), "{summary}");
    assert_eq!(counted(skipped), number("skipped"));
    assert_eq!(counted(failed), number("failed"));
    assert_eq!(counted(not_evaluated), number("notEvaluated"));
    for severity in ["error", "warning", "advice"] {
        let found = findings.iter().filter(|finding| counts(finding) && finding["severity"] == severity).count();
        assert_eq!(summary["findings"][severity], found, "{severity}");
    }
    assert_eq!(findings.iter().filter(|finding| !counts(finding)).count() as u64, number("suppressed"));
    assert!(findings.iter().chain(skipped).chain(failed).chain([summary]).all(|record| record["schema"] == 1));
}

/// Whether a finding is neither waived nor in the baseline.
pub fn counts(finding: &Value) -> bool {
    finding["suppression"]["status"] != "accepted"
}

#[track_caller]
fn in_order(text: &str, words: &[&str]) {
    let mut at = 0;
    for word in words {
        let found = text[at..].find(word);
        at += found.unwrap_or_else(|| panic!("{word:?} is not (or not there) in:\n{text}")) + word.len();
    }
}

/// One field of each record, as text.
pub fn each(records: &[Value], field: &str) -> Vec<String> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
    records.iter().map(|record| text(&record[field])).collect()
}

/// A finding's place: line and column of both ends.
#[track_caller]
pub fn location(finding: &Value) -> [u64; 4] {
    let at = |end: &str, field: &str| finding["location"][end][field].as_u64().unwrap();
    [at("start", "line"), at("start", "column"), at("end", "line"), at("end", "column")]
}

/// A conversation as a line of JSONL.
pub fn line(id: &str, turns: &[(&str, &str)]) -> String {
    let turns: Vec<Value> =
        turns.iter().map(|(role, text)| serde_json::json!({ "role": role, "text": text })).collect();
    format!("{}\n", serde_json::json!({ "id": id, "turns": turns }))
}

/// Whether we can write despite file permissions, as root can.
#[cfg(unix)]
pub fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
}

/// A path as an argument.
pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
