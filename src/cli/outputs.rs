//! Where findings go: standard output and files, each in a format of its own, all of them at once.

use super::args::{Check, Format};
use super::inputs::Input;
use super::write::{Pending, begin, is_input, unwritable};
use crate::report::{Report, Summary, Ui};
use crate::source::{Diagnostic, did_you_mean};
use clap::ValueEnum;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A format and where it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// How findings are written.
    pub format: Format,
    /// `None`: standard output.
    pub file: Option<PathBuf>,
}

/// The outputs asked for, checked: at most one to standard output, and no two into one file.
pub fn settle(check: &Check, ui: Ui) -> Result<Vec<Output>, Diagnostic> {
    let asked = check.output.iter().map(|asked| read(asked, ui)).collect::<Result<Vec<_>, _>>()?;
    let first = check.format.map(|format| Output { format, file: None });
    let mut outputs: Vec<Output> = first.into_iter().chain(asked).collect();
    let shown: Vec<String> =
        outputs.iter().filter(|output| output.file.is_none()).map(|output| name(output.format)).collect();
    if shown.iter().any(|name| name == "xlsx") {
        let mistake = Diagnostic::error("output/needs-file", ui.text("output.needs-file", &[("name", "xlsx")]));
        return Err(mistake.help(ui.text("output.two-help", &[("second", "xlsx")])));
    }
    match shown.as_slice() {
        [] => outputs.insert(0, Output { format: Format::Pretty, file: None }),
        [_] => {}
        [first, second, ..] => return Err(two(first, second, ui)),
    }
    let files: Vec<&PathBuf> = outputs.iter().filter_map(|output| output.file.as_ref()).collect();
    let same = |path: &Path, other: &Path| std::path::absolute(path).ok() == std::path::absolute(other).ok();
    for (number, path) in files.iter().enumerate() {
        if files[..number].iter().any(|other| same(path, other)) {
            let shown = path.display().to_string();
            let mistake = Diagnostic::error("output/same-file", ui.text("output.same", &[("path", &shown)]));
            return Err(mistake.help(ui.text("output.same-help", &[])));
        }
    }
    Ok(outputs)
}

/// The error for two outputs to standard output.
pub fn two(first: &str, second: &str, ui: Ui) -> Diagnostic {
    let names = [("first", first), ("second", second)];
    Diagnostic::error("output/two", ui.text("output.two", &names)).help(ui.text("output.two-help", &names))
}

/// The name of a format, as it is typed.
pub fn name(format: Format) -> String {
    format.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

/// Drops the files that will be written from those found, as they are no input; one that was named as an input is an
/// error.
pub fn keep_apart<'a>(
    written: impl IntoIterator<Item = &'a Path>,
    inputs: &mut Vec<Input>,
    ui: Ui,
) -> Result<(), Diagnostic> {
    let real = |path: &Path| fs::canonicalize(path).ok();
    let mut named = None;
    for path in written {
        let Some(target) = real(path) else { continue };
        // With many inputs, only those that may be the same file are looked up.
        let like =
            |file: &Path| [path.file_name(), target.file_name()].contains(&file.file_name()) || file.is_symlink();
        inputs.retain(|input| {
            let same = input.path().is_some_and(|file| like(file) && real(file).as_ref() == Some(&target));
            if same && matches!(input, Input::Named(_)) {
                named = Some(path);
            }
            !same
        });
    }
    named.map_or(Ok(()), |path| Err(is_input(path, ui)))
}

fn read(asked: &str, ui: Ui) -> Result<Output, Diagnostic> {
    let (given, file) = asked.split_once('=').map_or((asked, None), |(format, file)| (format, Some(file)));
    let Ok(format) = Format::from_str(given, false) else {
        let known: Vec<String> = Format::value_variants().iter().map(|format| name(*format)).collect();
        let error = Diagnostic::error("output/unknown-format", ui.text("output.unknown", &[("name", given)]));
        let near = did_you_mean(given, known.iter().map(String::as_str));
        return Err(error.help(match near {
            Some(near) => ui.text("settings.did-you-mean", &[("name", near)]),
            None => ui.text("output.known", &[("names", &known.join(", "))]),
        }));
    };
    Ok(Output { format, file: file.filter(|file| !matches!(*file, "" | "-")).map(PathBuf::from) })
}

/// Reports and the places that they are written to.
pub struct Sinks {
    open: Vec<Sink>,
    ui: Ui,
    mistakes: Vec<Diagnostic>,
}

struct Sink {
    report: Box<dyn Report>,
    to: To,
}

enum To {
    Shown(io::BufWriter<Box<dyn Write>>),
    File(PathBuf, Pending),
}

impl Sinks {
    /// Opens every output before anything is read. `report` makes the report of an output; what is not for a file goes
    /// to `shown`.
    ///
    /// # Errors
    /// Every file that cannot be written.
    pub fn open(
        outputs: &[Output],
        mut shown: impl FnMut() -> Box<dyn Write>,
        mut report: impl FnMut(&Output) -> Box<dyn Report>,
        ui: Ui,
    ) -> Result<Self, Vec<Diagnostic>> {
        let (mut sinks, mut mistakes) = (Vec::new(), Vec::new());
        for output in outputs {
            let to = match &output.file {
                None => To::Shown(io::BufWriter::with_capacity(1 << 16, shown())),
                Some(path) => match begin(path, ui) {
                    Ok(pending) => To::File(path.clone(), pending),
                    Err(mistake) => {
                        mistakes.push(*mistake);
                        continue;
                    }
                },
            };
            sinks.push(Sink { report: report(output), to });
        }
        if mistakes.is_empty() { Ok(Self { open: sinks, ui, mistakes }) } else { Err(mistakes) }
    }

    /// Calls `write` for every report. A file that fails is given up and reported at the end; the others go on.
    ///
    /// # Errors
    /// When standard output fails, unless it was closed and there is something else to write for.
    pub fn each(&mut self, mut write: impl FnMut(&mut dyn Report, &mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        let mut closed = None;
        let (ui, mistakes) = (self.ui, &mut self.mistakes);
        self.open.retain_mut(|sink| {
            let report = &mut *sink.report;
            let result = match &mut sink.to {
                To::Shown(out) => write(report, out),
                To::File(_, pending) => write(report, pending),
            };
            match (result, &sink.to) {
                (Ok(()), _) => return true,
                (Err(error), To::Shown(_)) => closed = Some(error),
                (Err(error), To::File(path, _)) => mistakes.push(unwritable(path, &error, ui)),
            }
            false
        });
        // The reader of standard output may have closed it; the files are still wanted.
        match closed {
            Some(error) if self.open.is_empty() || error.kind() != io::ErrorKind::BrokenPipe => Err(error),
            _ => Ok(()),
        }
    }

    /// Flushes, so that a reader sees what has been written so far.
    pub fn flush(&mut self) -> io::Result<()> {
        self.each(|_, out| out.flush())
    }

    /// Finishes all reports and moves the files to their places. Returns diagnostics about files that failed.
    ///
    /// # Errors
    /// As in [`each`](Self::each).
    pub fn finish(mut self, summary: &Summary) -> io::Result<Vec<Diagnostic>> {
        self.each(|report, out| report.finish(out, summary))?;
        self.flush()?;
        let mut said = self.mistakes;
        for sink in self.open {
            if let Some((format, count, limit)) = sink.report.left_out() {
                let (count, limit) = (count.to_string(), limit.to_string());
                let parameters = [("format", format), ("count", &*count), ("limit", &*limit)];
                said.push(Diagnostic::warning("output/left-out", self.ui.text("ci.left-out", &parameters)));
            }
            if let To::File(path, pending) = sink.to
                && let Err(error) = pending.finish()
            {
                said.push(unwritable(&path, &error, self.ui));
            }
        }
        Ok(said)
    }
}
