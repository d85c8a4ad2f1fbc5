//! `check --fix` and `--diff`: applies fixes until none is left, and replaces files in one step.

use super::args::{Check, Global};
use super::asked::{Asked, Source, masker};
use super::inputs::unreadable;
use super::suppressions::Accepted;
use super::terminal::Terminal;
use super::{Status, inputs, say, say_masked, write};
use crate::conversation::Mode;
use crate::conversation::read::{self, Record};
use crate::cue::Scratch;
use crate::judge::fix::{self, Fixed};
use crate::judge::{Finding, judge};
use crate::report::{Ui, write_diff};
use crate::source::{Decoded, Diagnostic, decode, encode};
use std::io::{self, Read, Write};

/// A file that could not be fixed, and why.
type Unfixed = (Option<String>, Diagnostic);

/// Fixes every source; standard input is written, fixed, to standard output. Findings that remain, and inputs that
/// cannot be read, are left to the check that follows.
pub fn run(
    check: &Check,
    global: &Global,
    terminal: &Terminal,
    sources: &[Source],
    asked: &mut Asked,
) -> io::Result<Vec<Unfixed>> {
    let (mut unfixed, mut count) = (Vec::new(), 0);
    for source in sources {
        let bytes = match bytes(source, asked, terminal) {
            Ok(bytes) => bytes,
            Err(_) if source.input.path().is_some() => continue,
            Err(error) => return Err(error),
        };
        let Some((old, new)) = fixed(check, source, asked, &bytes, &mut Found::default()) else {
            asked.given = source.input.path().is_none().then_some(bytes).or(asked.given.take());
            continue;
        };
        if !new.settled {
            let shown = source.input.path().map_or_else(|| "<stdin>".to_owned(), |path| path.display().to_string());
            say(terminal, &[unsettled(terminal.ui).path(shown)]);
        }
        let Some(path) = source.input.path() else {
            // As a filter, write the fixed text to standard output, and check that.
            let mut out = io::stdout().lock();
            out.write_all(new.text.as_bytes())?;
            out.flush()?;
            count += new.applied;
            asked.given = Some(encode(&new.text, old.encoding, old.bom).unwrap_or(bytes));
            continue;
        };
        if new.text == old.text {
            continue;
        }
        let replaced = encode(&new.text, old.encoding, old.bom).map_err(|character| {
            let parameters = [("character", &*character.to_string()), ("encoding", old.encoding.name())];
            Diagnostic::error("fix/unencodable", terminal.ui.text("fix.unencodable", &parameters))
        });
        let shown = path.display().to_string();
        let written = replaced.and_then(|bytes| {
            let failed = |error: io::Error| {
                let parameters = [("path", &*shown), ("reason", &*terminal.ui.wording(&error.into()))];
                Diagnostic::error("output/failed", terminal.ui.text("output.unwritable", &parameters))
            };
            write::replace(path, &bytes).map_err(failed)
        });
        match written {
            Ok(()) => count += new.applied,
            Err(mistake) => unfixed.push((Some(shown), mistake)),
        }
    }
    if !global.quiet {
        tell(terminal, "fix.done", count);
    }
    Ok(unfixed)
}

/// Shows what would be changed. As with formatters, a difference fails the run, for use in CI.
pub fn diff(
    check: &Check,
    terminal: &Terminal,
    sources: &[Source],
    asked: &Asked,
    accepted: &mut Accepted,
) -> io::Result<Status> {
    let (mut status, mut count, mut left) = (Status::Clean, 0, 0);
    let mut out = io::BufWriter::new(io::stdout().lock());
    for source in sources {
        let shown = source.input.path().map_or_else(|| "<stdin>".to_owned(), |path| path.display().to_string());
        let masker = || masker(&check.given, check.show_pii, terminal, &source.context);
        let mut trouble = |mistake: Diagnostic, out: &mut dyn Write| {
            out.flush()?;
            let mistake = if mistake.path.is_some() { mistake } else { mistake.path(&*shown) };
            status = status.max(say_masked(terminal, &[mistake], &masker()));
            io::Result::Ok(())
        };
        let bytes = match bytes(source, asked, terminal) {
            Ok(bytes) => bytes,
            Err(error) => {
                trouble(unreadable(&shown, &error, terminal.ui), &mut out)?;
                continue;
            }
        };
        let mut found = Found::default();
        let fixed = fixed(check, source, asked, &bytes, &mut found);
        if fixed.is_none() {
            let unread = read::Reader::new(&bytes[..], extension(source), (*source.read).clone());
            found.said.extend(unread.filter_map(mistake));
        }
        found.said.into_iter().try_for_each(|mistake| trouble(mistake, &mut out))?;
        let Some((old, new)) = fixed else { continue };
        if !new.settled {
            trouble(unsettled(terminal.ui), &mut out)?;
        }
        accepted.take(&source.context, source.input.path().map(|_| &*shown), &mut found.left, &masker());
        left += found.left.iter().filter(|finding| finding.suppression.is_none()).count();
        if check.fail_on.fails(&found.left) {
            status = status.max(Status::Findings);
        }
        write_diff(&mut out, &shown, &old.text, &new.text, &terminal.out, &masker())?;
        // Rules that undo each other may end where they began.
        count += if new.text == old.text { 0 } else { new.applied };
    }
    out.flush()?;
    tell(terminal, "fix.would", count);
    // An empty difference that fails must say why.
    tell(terminal, "fix.left", if count == 0 { left } else { 0 });
    Ok(if count > 0 { status.max(Status::Findings) } else { status })
}

/// The warning that fixes were still found after the last round.
fn unsettled(ui: Ui) -> Diagnostic {
    let rounds = fix::ROUNDS.to_string();
    Diagnostic::warning("fix/unsettled", ui.text("fix.unsettled", &[("rounds", &rounds)]))
}

fn tell(terminal: &Terminal, key: &str, count: usize) {
    if count > 0 {
        let _ = writeln!(io::stderr(), "{}", terminal.ui.text(key, &[("count", &count.to_string())]));
    }
}

fn extension(source: &Source) -> Option<&str> {
    source.input.path().and_then(|path| path.extension()).and_then(|extension| extension.to_str())
}

/// All of a source, but no more than its reader will refuse.
fn bytes(source: &Source, asked: &Asked, terminal: &Terminal) -> io::Result<Vec<u8>> {
    let most = (asked.read.limits.file_bytes as u64).saturating_add(1);
    let mut bytes = Vec::new();
    match (source.input.path(), &asked.given) {
        (Some(path), _) => inputs::open(path, terminal.ui)?.take(most).read_to_end(&mut bytes)?,
        (None, Some(given)) => given.as_slice().take(most).read_to_end(&mut bytes)?,
        (None, None) => io::stdin().take(most).read_to_end(&mut bytes)?,
    };
    Ok(bytes)
}

/// Diagnostics and findings from fixing a source.
#[derive(Default)]
struct Found {
    /// Mistakes and notices of the input.
    said: Vec<Diagnostic>,
    /// Findings that are left.
    left: Vec<Finding>,
}

fn mistake(record: Record) -> Option<Diagnostic> {
    match record {
        Record::Failed(mistake) | Record::Notice(mistake) => Some(mistake),
        Record::Conversation(_) => None,
    }
}

/// The text of a source before and after fixing; `None` if it is not a text that can be fixed.
fn fixed(check: &Check, source: &Source, asked: &Asked, bytes: &[u8], found: &mut Found) -> Option<(Decoded, Fixed)> {
    if bytes.len() > asked.read.limits.file_bytes {
        return None;
    }
    // A workbook is an archive: its findings are fixed by hand.
    if bytes.starts_with(b"PK\x03\x04") {
        return None;
    }
    let old = decode(bytes.to_vec(), asked.read.encoding).ok()?;
    found.said.extend(old.notice.clone());
    let mut scratch = Scratch::default();
    // The text has been decoded.
    let options = read::Options { encoding: Some(encoding_rs::UTF_8), ..(*source.read).clone() };
    let mut first = true;
    let new = fix::apply_all(old.text.clone(), |text| {
        let mut changes = Vec::new();
        let starts: Vec<usize> = memchr::memchr_iter(b'\n', text.as_bytes()).collect();
        found.left.clear();
        for record in read::Reader::new(text.as_bytes(), extension(source), options.clone()) {
            let Record::Conversation(mut conversation) = record else {
                found.said.extend(mistake(record).filter(|_| first));
                continue;
            };
            // Transcripts have been sent, so they are not fixed; the check that follows judges them.
            if conversation.mode == Mode::Transcript && !check.diff {
                continue;
            }
            asked.complete(&mut conversation);
            let verdict = judge(&source.context.rulebook, &conversation, None, &source.options, &mut scratch);
            let found_here = fix::changes(&conversation, &verdict.findings, check.unsafe_fixes);
            changes.extend(match conversation.chunk.lines_before {
                0 => found_here,
                line => fix::of_row(&conversation, text, starts.get(line - 1).map_or(0, |at| at + 1), found_here),
            });
            found.left.extend(verdict.findings);
        }
        first = false;
        changes
    });
    Some((old, new))
}
