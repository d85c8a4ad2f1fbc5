//! Console blocks: their commands are run and the output compared.

use crate::page::{Block, Page};
use std::path::Path;
use std::process::{Command, Stdio};

/// The result of a page's commands.
pub struct Run {
    /// How many commands ran.
    pub commands: usize,
    /// Where the output differed.
    pub differences: Vec<String>,
    /// The page with the actual output.
    pub blessed: String,
}

/// Runs all commands of a page in a copy of the repository.
pub fn run(page: &Page, root: &Path) -> Run {
    let folder = tempfile::tempdir().unwrap();
    copy(root, folder.path());
    let mut lines: Vec<String> = page.text.lines().map(str::to_owned).collect();
    let (mut commands, mut differences) = (0, Vec::new());
    let blocks = page.blocks();
    let mut blessed = Vec::new();
    let mut here = folder.path().to_path_buf();
    for block in blocks.iter().filter(|block| block.info.split_whitespace().next() == Some("console")) {
        let mut shown = Vec::new();
        let whole = block.info.split_whitespace().any(|word| word == "try");
        for said in exchanges(block) {
            shown.push(said.line.to_owned());
            match said.command.as_ref().filter(|_| whole || said.runs()) {
                Some(command) if command.starts_with("cd ") => here.push(&command[3..]),
                None => shown.extend(said.output.iter().map(ToString::to_string)),
                Some(command) => {
                    commands += 1;
                    let printed = printed(command, folder.path(), &here, page.is_chinese());
                    if alike(&said.output, &printed) {
                        shown.extend(said.output.iter().map(ToString::to_string));
                    } else {
                        let place = format!("{}:{}", page.path.display(), block.line);
                        let expected = said.output.join("\n");
                        let found = printed.join("\n");
                        differences
                            .push(format!("{place}: {}\n--- shown\n{expected}\n--- printed\n{found}", said.line));
                        shown.extend(printed);
                    }
                }
            }
        }
        let indented = shown.iter().map(|line| format!("{}{line}", block.indent).trim_end().to_owned());
        blessed.push((block.line, block.lines.len(), indented.collect::<Vec<_>>()));
    }
    // From the last block backwards, so that earlier places stay valid.
    for (line, length, shown) in blessed.into_iter().rev() {
        lines.splice(line..line + length, shown);
    }
    Run { commands, differences, blessed: lines.join("\n") + "\n" }
}

/// A command as shown, and the output shown below it.
#[derive(Debug, PartialEq, Eq)]
struct Exchange<'a> {
    line: &'a str,
    /// What to run; `None` for text before the first command.
    command: Option<String>,
    output: Vec<&'a str>,
}

impl Exchange<'_> {
    /// Whether we run it.
    fn runs(&self) -> bool {
        const FEEDERS: &[&str] = &["echo ", "printf ", "cat "];
        self.command.as_ref().is_some_and(|command| {
            let ours = |part: &str| part == "replylint" || part.starts_with("replylint ");
            let piped = FEEDERS.iter().any(|feeder| command.starts_with(feeder));
            ours(command) || (piped && command.rsplit_once(" | ").is_some_and(|(_, last)| ours(last)))
        })
    }
}

fn exchanges<'a>(block: &Block<'a>) -> Vec<Exchange<'a>> {
    let mut found: Vec<Exchange> = Vec::new();
    for line in &block.lines {
        match (line.strip_prefix("$ "), found.last_mut()) {
            (Some(command), _) => {
                let command = Some(plain(command));
                found.push(Exchange { line, command, output: Vec::new() });
            }
            (None, Some(last)) => last.output.push(line),
            (None, None) => found.push(Exchange { line, command: None, output: Vec::new() }),
        }
    }
    found
}

/// The command without `cargo run … --` before it.
fn plain(command: &str) -> String {
    match (command.find("cargo run "), command.find(" -- ")) {
        (Some(from), Some(to)) if from < to => format!("{}replylint {}", &command[..from], &command[to + 4..]),
        _ => command.to_owned(),
    }
}

/// The output of a command, and its exit status unless that is 0.
fn printed(command: &str, folder: &Path, here: &Path, chinese: bool) -> Vec<String> {
    let program = Path::new(env!("CARGO_BIN_EXE_replylint")).parent().unwrap();
    let path = std::env::var("PATH").unwrap_or_default();
    let output = Command::new("sh")
        .args(["-c", &format!("exec 2>&1; {command}")])
        .current_dir(here)
        .env_clear()
        .env("PATH", format!("{}:{path}", program.display()))
        .env("LC_ALL", if chinese { "zh_CN.UTF-8" } else { "en_US.UTF-8" })
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        .env("TZ", "Asia/Shanghai")
        .envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")])
        .envs([("GIT_AUTHOR_NAME", "You"), ("GIT_AUTHOR_EMAIL", "you@example.com")])
        .envs([("GIT_COMMITTER_NAME", "You"), ("GIT_COMMITTER_EMAIL", "you@example.com")])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    // The path of the copy differs every time.
    let text = String::from_utf8_lossy(&output.stdout).replace(&folder.display().to_string(), "/home/you/replylint");
    let mut lines: Vec<String> = text.trim_end().lines().map(|line| line.trim_end().to_owned()).collect();
    match output.status.code() {
        Some(0) => {}
        Some(code) => lines.push(format!("# exit status: {code}")),
        None => lines.push("# killed".to_owned()),
    }
    lines
}

/// Whether the output matches the page; `...` stands for any lines.
fn alike(shown: &[&str], printed: &[String]) -> bool {
    match shown.split_first() {
        None => printed.is_empty(),
        Some((&"...", rest)) => (0..=printed.len()).any(|skipped| alike(rest, &printed[skipped..])),
        Some((line, rest)) => {
            printed.split_first().is_some_and(|(first, after)| first == line.trim_end() && alike(rest, after))
        }
    }
}

/// Copies what a clone would have: no build output, no hidden folders.
fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let (name, path) = (entry.file_name(), entry.path());
        if name == "target" || name.to_string_lossy().starts_with('.') {
            continue;
        }
        if path.is_dir() {
            std::fs::create_dir(to.join(&name)).unwrap();
            copy(&path, &to.join(&name));
        } else if path.is_file() {
            std::fs::copy(&path, to.join(&name)).unwrap();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> Page {
        Page { path: "a.md".into(), text: text.to_owned() }
    }

    #[test]
    fn only_our_commands_run() {
        let text = "```console\n$ replylint man\nA\n$ cargo install x\nB\n$ echo \"a\" | replylint check\n\
            $ cargo run -r -- rules list\n$ rm -rf | replylint\n$ replylints\n```\n";
        let page = page(text);
        let blocks = page.blocks();
        let runs: Vec<bool> = exchanges(&blocks[0]).iter().map(Exchange::runs).collect();
        assert_eq!(runs, [true, false, true, true, false, false]);
        assert_eq!(exchanges(&blocks[0])[3].command.as_deref(), Some("replylint rules list"));
        assert_eq!(exchanges(&blocks[0])[1].output, ["B"]);
    }

    #[test]
    fn another_output_is_seen_and_blessed() {
        let text =
            "a\n```console\n$ replylint --version\nno\n$ ls\nx\n```\nb\n  ```console\n  $ replylint nonsense\n  ```\n";
        let folder = tempfile::tempdir().unwrap();
        let first = run(&page(text), folder.path());
        assert_eq!((first.commands, first.differences.len()), (2, 2));
        assert!(first.blessed.contains(&format!("\nreplylint {}\n$ ls\nx\n```\nb\n", env!("CARGO_PKG_VERSION"))));
        assert!(first.blessed.ends_with("  # exit status: 2\n  ```\n"), "{}", first.blessed);
        let again = run(&page(&first.blessed), folder.path());
        assert_eq!(again.differences, Vec::<String>::new());
        assert_eq!(again.blessed, first.blessed);
    }

    #[test]
    fn a_block_to_try_runs_whole_and_keeps_its_folder() {
        let text = "```console try\n$ mkdir a\n$ cd a\n$ printf x > b\n```\n```console try\n$ ls\nb\n```\n\
            ```console\n$ ls\nno\n```\n";
        let folder = tempfile::tempdir().unwrap();
        let run = run(&page(text), folder.path());
        assert_eq!((run.commands, run.differences), (3, Vec::new()));
    }

    #[test]
    fn dots_stand_for_any_lines() {
        let printed = ["a", "b", "c"].map(str::to_owned);
        assert!(alike(&["a", "...", "c"], &printed) && alike(&["..."], &printed));
        assert!(!alike(&["...", "b"], &printed) && !alike(&["a", "b"], &printed));
    }
}
