//! `check --fix` and `--diff`: fixes applied until nothing of them is left, and files replaced in one step.

use super::check::{Run, masker};
use super::jobs::Source;
use super::{Status, inputs, write};
use crate::conversation::read::{self, Record};
use crate::cue::Scratch;
use crate::judge::{fix, judge};
use crate::report::write_diff;
use crate::source::{Diagnostic, decode, encode};
use std::io::{self, Read, Write};

/// Fixes every source; what cannot be fixed is left to a check without `--fix`.
pub fn run(run: &mut Run, sources: &[Source]) -> io::Result<Status> {
    let mut status = run.status;
    let mut fixed = 0;
    for source in sources {
        match one(run, source, &mut fixed) {
            Ok(found) => status = status.max(found),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Err(error),
            Err(error) => {
                let path = source.input.path().map(|path| path.display().to_string());
                run.failed(path.as_deref(), Diagnostic::error("input/unreadable", error.to_string()))?;
                status = Status::Trouble;
            }
        }
    }
    run.out.flush()?;
    status = status.max(run.status);
    if fixed > 0 {
        let key = if run.check.diff { "fix.would" } else { "fix.done" };
        let _ = writeln!(io::stderr(), "{}", run.terminal.ui.text(key, &[("count", &fixed.to_string())]));
    }
    Ok(status)
}

fn one(run: &mut Run, source: &Source, fixed: &mut usize) -> io::Result<Status> {
    let path = source.input.path();
    let shown = path.map_or_else(|| "<stdin>".to_owned(), |path| path.display().to_string());
    let mut bytes = Vec::new();
    match (path, &run.asked.text) {
        (Some(path), _) => inputs::open(path, run.terminal.ui)?.read_to_end(&mut bytes)?,
        (None, Some(text)) => text.as_bytes().read_to_end(&mut bytes)?,
        (None, None) => io::stdin().read_to_end(&mut bytes)?,
    };
    let decoded = match decode(bytes, run.asked.read.encoding) {
        Ok(decoded) => decoded,
        Err(error) => {
            let message = format!("not {}: byte {} cannot be read", error.encoding, error.offset);
            run.failed(Some(&shown), Diagnostic::error("input/not-text", message).line(error.line))?;
            return Ok(Status::Trouble);
        }
    };
    let extension = path.and_then(|path| path.extension()).and_then(|extension| extension.to_str());
    let mut scratch = Scratch::default();
    let mut left = Vec::new();
    let mut said = decoded.notice.clone().into_iter().map(Record::Notice).collect::<Vec<_>>();
    let mut first = true;
    // The text has been decoded.
    let options = read::Options { encoding: Some(encoding_rs::UTF_8), ..run.asked.read.clone() };
    let done = fix::apply_all(decoded.text.clone(), |text| {
        left.clear();
        let mut changes = Vec::new();
        for record in read::Reader::new(text.as_bytes(), extension, options.clone()) {
            let Record::Conversation(mut conversation) = record else {
                said.extend(Some(record).filter(|_| first));
                continue;
            };
            run.asked.complete(&mut conversation);
            let verdict = judge(&source.context.rulebook, &conversation, Some(&shown), &source.options, &mut scratch);
            changes.extend(fix::changes(&conversation, &verdict.findings, run.check.unsafe_fixes));
            left.extend(verdict.findings);
        }
        first = false;
        changes
    });
    for record in said {
        match record {
            Record::Failed(mistake) => run.failed(Some(&shown), mistake)?,
            Record::Notice(notice) => run.notice(Some(&shown), notice)?,
            Record::Conversation(_) => {}
        }
    }
    *fixed += done.applied;
    let status = if run.check.fail_on.fails(&left) { Status::Findings } else { Status::Clean };
    if run.check.diff {
        let masker = masker(run.check, run.terminal, &source.context);
        write_diff(&mut run.out, &shown, &decoded.text, &done.text, &run.terminal.out, &masker)?;
        // As with formatters: a difference fails the run, so that CI can ask.
        return Ok(if done.applied > 0 { Status::Findings } else { status });
    }
    let Some(path) = path else {
        // A filter: the fixed text is the output.
        run.out.write_all(done.text.as_bytes())?;
        return Ok(status);
    };
    if done.text != decoded.text {
        match encode(&done.text, decoded.encoding, decoded.bom) {
            Ok(bytes) => write::replace(path, &bytes)?,
            Err(character) => {
                let parameters = [("character", &*character.to_string()), ("encoding", decoded.encoding.name())];
                let message = run.terminal.ui.text("fix.unencodable", &parameters);
                run.failed(Some(&shown), Diagnostic::error("fix/unencodable", message))?;
                return Ok(Status::Trouble);
            }
        }
    }
    Ok(status)
}
