//! An audit on a disk that fills up: outputs whole or absent, a message that says why, exit status 2, and `--resume` when
//! there is room again.
#![cfg(unix)]

mod support;

use serde_json::json;
use std::fs;
use std::process::Command;
use support::{Out, Place, finish, is_root};

/// Two hundred conversations, most with findings.
fn log() -> String {
    let record = |number: usize| {
        let record = json!({ "id": format!("c{number}"), "agent": format!("a{}", number % 3), "turns": [
            { "role": "customer", "text": "收到的杯子碎了，包装太差", "time": format!("2026-03-0{} 10:00:00", number % 5 + 1) },
            { "role": "agent", "text": "抱歉，我们会尽快给您回复。", "time": format!("2026-03-0{} 10:01:00", number % 5 + 1) },
        ]});
        format!("{record}\n")
    };
    (0..200).map(record).collect()
}

/// Files that must be complete if there is a summary, and files that are complete or absent.
const RESULTS: [&str; 5] = ["conversations.jsonl", "findings.jsonl", "rejects.jsonl", "review.csv", "summary.json"];
const REPORTS: [&str; 3] = ["report.html", "findings.csv", "agents/0001-a0.html"];

/// Runs an audit, after these words of the shell.
fn audit(place: &Place, before: &str, out: &str) -> Out {
    let program = place.command([""; 0]);
    let line = format!("{before} exec \"$0\" audit log.jsonl -o {out} --threads 1 --checkpoint 0 --quiet");
    let mut command = Command::new("sh");
    command.args(["-c", &line]).arg(program.get_program()).current_dir(place.path("."));
    for (name, value) in program.get_envs() {
        command.env(name, value.unwrap_or_default());
    }
    finish(command, b"")
}

/// Checks that nothing half-written is taken for a result.
#[track_caller]
fn whole_or_absent(place: &Place, out: &str) {
    let same = |name: &str| place.read(&format!("{out}/{name}")) == place.read(&format!("whole/{name}"));
    let exists = |name: &str| place.path(&format!("{out}/{name}")).exists();
    if exists("summary.json") {
        assert!(RESULTS.iter().all(|name| same(name)));
    }
    for name in REPORTS.iter().filter(|name| exists(name)) {
        assert!(same(name), "{name}");
    }
    for name in ["report.xlsx", "review.xlsx"].iter().filter(|name| exists(name)) {
        assert!(place.read(&format!("{out}/{name}")).ends_with(&[0, 0]), "{name} has its end");
    }
}

#[test]
fn a_file_that_may_not_grow_leaves_nothing_half_written() {
    let place = Place::empty();
    place.write("log.jsonl", log());
    assert_eq!(audit(&place, "", "whole").code, 0);
    let mut failed = 0;
    for blocks in [0, 1, 40, 200, 400, 100_000] {
        let limited = audit(&place, &format!("trap '' XFSZ; ulimit -f {blocks};"), "out");
        whole_or_absent(&place, "out");
        if limited.code != 0 {
            failed += 1;
            assert_eq!(limited.code, 2, "{limited:?}");
            assert!(limited.stderr.contains("File too large"), "{limited:?}");
            assert!(limited.stderr.contains("cannot write `out"), "{limited:?}");
        }
        fs::remove_dir_all(place.path("out")).ok();
    }
    assert!((3..6).contains(&failed), "{failed}");
}

#[test]
fn a_full_disk_is_said_and_gone_on_from_when_there_is_room() {
    let place = Place::empty();
    place.write("log.jsonl", log());
    assert_eq!(audit(&place, "", "whole").code, 0);
    let disk = place.path("disk");
    fs::create_dir(&disk).unwrap();
    let mount = |options: &str| {
        Command::new("mount")
            .args(["-t", "tmpfs", "-o", options, "tmpfs"])
            .arg(&disk)
            .output()
            .is_ok_and(|out| out.status.success())
    };
    // Skipped in CI, too: most containers may not mount, and nothing that could be installed would change that.
    if !is_root() || !mount("size=64k") {
        eprintln!("skipped: no file system can be mounted here");
        return;
    }
    let check = || {
        for size in ["128k", "512k", "1m"] {
            let full = audit(&place, "", "disk/out");
            assert_eq!(full.code, 2, "{full:?}");
            assert!(full.stderr.contains("No space left"), "{full:?}");
            // Which file, in the folder that was named, and what to do.
            assert!(full.stderr.contains("cannot write `disk/out") && full.stderr.contains("--resume"), "{full:?}");
            assert!(!full.stderr.contains(".unfinished") && !full.stderr.contains(".replylint-"), "{full:?}");
            whole_or_absent(&place, "disk/out");
            assert!(mount(&format!("remount,size={size}")));
        }
        assert!(mount("remount,size=64m"));
        let mut command = place.command(["audit", "log.jsonl", "-o", "disk/out", "--resume", "--quiet"]);
        command.current_dir(place.path("."));
        assert_eq!(finish(command, b"").code, 0);
        for name in RESULTS.iter().chain(&REPORTS) {
            assert_eq!(place.read(&format!("disk/out/{name}")), place.read(&format!("whole/{name}")), "{name}");
        }
    };
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(check));
    Command::new("umount").arg("-l").arg(&disk).status().unwrap();
    outcome.unwrap();
}
