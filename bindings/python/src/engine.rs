//! A rulebook and its settings, loaded once; judging with it lets Python's other threads run.

use crate::columns;
use crate::command::Command;
use crate::rows::{Refused, Source};
use crate::run::{self, How, Outcome, Stop};
use crate::settled::{Files, Settled, settle};
use crate::table::Table;
use pyo3::create_exception;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use pyo3_arrow::input::AnyArray;
use replylint::audit::Ledger;
use replylint::conversation::{Lang, Mode};
use replylint::judge::rfc3339;
use replylint::pool;
use replylint::report::Ui;
use replylint::settings::Flags;
use replylint::source::{Diagnostic, LineIndex};
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

create_exception!(replylint, ReplylintError, PyValueError, "Settings, packs or input that replylint cannot work with.");

/// See `replylint.Linter`, which is made of this.
#[pyclass(frozen, module = "replylint._native")]
pub struct Engine {
    settled: Settled,
    threads: usize,
    /// Every file that was read, so that a worker elsewhere needs none of them.
    #[pyo3(get)]
    files: BTreeMap<PathBuf, String>,
    /// Doubts about packs and scorecards.
    #[pyo3(get)]
    warnings: Vec<String>,
}

#[pymethods]
impl Engine {
    #[new]
    #[pyo3(signature = (*, config, extends, packs, select, ignore, scorecards, locale, as_of, zone, channel, show_pii, threads, files))]
    #[allow(
        clippy::too_many_arguments,
        clippy::needless_pass_by_value,
        reason = "keywords of Python, each by its name"
    )]
    fn new(
        py: Python<'_>,
        config: Option<PathBuf>,
        extends: Option<Vec<String>>,
        packs: Vec<PathBuf>,
        select: Option<Vec<String>>,
        ignore: Vec<String>,
        scorecards: Vec<PathBuf>,
        locale: &str,
        as_of: Option<String>,
        zone: Option<String>,
        channel: Option<String>,
        show_pii: bool,
        threads: Option<NonZeroUsize>,
        files: Option<BTreeMap<PathBuf, String>>,
    ) -> PyResult<Self> {
        let locale = match locale {
            "zh" => Lang::Zh,
            "en" => Lang::En,
            other => return Err(PyValueError::new_err(format!("locale is 'zh' or 'en', not {other:?}"))),
        };
        let absolute = |path: &PathBuf| std::path::absolute(path).unwrap_or_else(|_| path.clone());
        let packs = packs.iter().map(absolute).collect();
        let flags = Flags { select, ignore, extends, packs, ..Flags::default() };
        let mut given = Files { known: files, read: BTreeMap::new() };
        let config = config.as_ref().map(absolute);
        let settled = py.detach(|| {
            let (as_of, zone) = (as_of.as_deref(), zone.as_deref());
            guarded(|| settle(config.as_deref(), &flags, (locale, show_pii), (as_of, zone), &scorecards, &mut given))
        });
        let (mut settled, warnings) =
            settled?.map_err(|mistakes| ReplylintError::new_err(shown(&mistakes, Ui::new(locale))))?;
        settled.channel = channel.filter(|name| !name.trim().is_empty()).map(Into::into);
        let warnings = warnings.iter().map(|warning| shown(std::slice::from_ref(warning), Ui::new(locale))).collect();
        Ok(Self { settled, threads: pool::threads(threads), files: given.read, warnings })
    }

    /// Names the rulebook: the same rules have the same hash.
    #[getter]
    fn rulebook(&self) -> &str {
        &self.settled.context.rulebook.hash
    }

    /// The moment that deadlines are compared with.
    #[getter]
    fn as_of(&self) -> String {
        rfc3339(&self.settled.clock.as_of)
    }

    /// The zone of times that state none.
    #[getter]
    fn zone(&self) -> Option<&str> {
        self.settled.clock.zone.iana_name()
    }

    /// Runs a command. `form` says what `source` is: `text`, `objects` and
    /// `drafts` (lines of JSON) are bytes, `arrow` an Arrow object. Parts of the
    /// result are columns or lines of JSON.
    #[pyo3(signature = (command, source, form, *, columns=false, rows=true, first=0))]
    #[allow(clippy::too_many_arguments, reason = "keywords of Python, each by its name")]
    fn run<'py>(
        &self,
        py: Python<'py>,
        command: &str,
        source: &Bound<'py, PyAny>,
        form: &str,
        columns: bool,
        rows: bool,
        first: u64,
    ) -> PyResult<Bound<'py, PyDict>> {
        let known = Command::of(command);
        let command = known.ok_or_else(|| PyValueError::new_err(format!("no command {command:?}")))?;
        let mut read = self.settled.read(command);
        if form == "drafts" {
            read.kind = read.kind.or(Some(Mode::Draft));
        }
        let how = How { command, read, rows: rows && command.adds_rows(), threads: self.threads, first };
        let outcome = if form == "arrow" {
            let reader = source.extract::<AnyArray>()?.into_reader()?;
            self.detached(py, &how, || Source::arrow(reader, &how.read))?
        } else {
            let bytes = source.cast::<PyBytes>()?.as_bytes();
            let source = if form == "text" { Source::text } else { Source::objects };
            self.detached(py, &how, || Ok(source(bytes, &how.read)))?
        };
        let result = PyDict::new(py);
        for (part, lines) in outcome.parts {
            if columns {
                let schema = columns::schema(command, part);
                let table = py.detach(|| guarded(|| columns::table(schema, lines, self.threads)))?;
                let table = table.map_err(|error| ReplylintError::new_err(error.to_string()))?;
                result.set_item(part, Bound::new(py, table)?)?;
            } else {
                result.set_item(part, PyBytes::new(py, &lines.concat()))?;
            }
        }
        result.set_item("rest", PyBytes::new(py, &outcome.rest))?;
        result.set_item("notices", outcome.notices.into_iter().collect::<Vec<_>>())?;
        result.set_item("next", outcome.next)?;
        Ok(result)
    }

    /// The promises of conversations whose facts were found elsewhere: `facts` yields lines of JSON, in the order of the
    /// input.
    fn ledger<'py>(&self, py: Python<'py>, facts: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
        let mut ledger = Ledger::default();
        for line in facts.try_iter()? {
            let line = line?;
            let told = serde_json::from_slice(line.cast::<PyBytes>()?.as_bytes());
            ledger.add(told.map_err(|error| ReplylintError::new_err(error.to_string()))?);
        }
        let lines = py.detach(|| guarded(|| run::settle(&ledger, &self.settled, &self.settled.masker())))??;
        Ok(PyBytes::new(py, &lines.concat()))
    }

    /// An empty table with the columns of a part of a command's result.
    #[staticmethod]
    fn schema(command: &str, part: &str) -> PyResult<Table> {
        let known = columns::PARTS.iter().find(|(known, name)| Some(*known) == Command::of(command) && *name == part);
        let (command, part) =
            known.ok_or_else(|| PyValueError::new_err(format!("{command:?} has no part {part:?}")))?;
        Ok(Table { schema: columns::schema(*command, part), batches: Vec::new() })
    }
}

impl Engine {
    #[allow(clippy::redundant_closure_for_method_calls, reason = "the method alone is not general enough")]
    /// A run without the interpreter's lock; after every piece it is taken for a moment, to see whether to stop.
    fn detached<'a>(
        &self,
        py: Python<'_>,
        how: &How,
        source: impl FnOnce() -> Result<Source<'a>, Refused> + Send,
    ) -> PyResult<Outcome> {
        let outcome = py.detach(|| {
            guarded(|| {
                let source = source().map_err(|refused| match refused {
                    Refused::Kind(message) => PyTypeError::new_err(message),
                    Refused::Columns(mistake) => ReplylintError::new_err(shown(&[*mistake], self.settled.ui)),
                })?;
                let go_on = &mut || Python::attach(|py| py.check_signals());
                run::run(&self.settled, how, source, go_on).map_err(|stop| match stop {
                    Stop::Broken(message) => ReplylintError::new_err(message),
                    Stop::Io(error) => error.into(),
                    Stop::Asked(error) => error,
                })
            })
        });
        outcome?
    }
}

/// A mistake of ours must not end the notebook it happens in.
fn guarded<T>(work: impl FnOnce() -> T) -> PyResult<T> {
    catch_unwind(AssertUnwindSafe(work))
        .map_err(|_| ReplylintError::new_err("a mistake in replylint itself; please report it"))
}

/// What is wrong, a line each, and what to do.
fn shown(mistakes: &[Diagnostic], ui: Ui) -> String {
    let one = |mistake: &Diagnostic| {
        let mut mistake = mistake.clone();
        if let (None, Some(text), Some(label)) = (mistake.line, &mistake.text, mistake.labels.first()) {
            mistake.line = Some(LineIndex::new(text).position(text, label.span.start).line);
        }
        mistake.message = ui.wording(&mistake.message).into();
        let help = mistake.help.as_ref().map(|help| format!(" ({})", ui.wording(help))).unwrap_or_default();
        format!("{mistake}{help}")
    };
    mistakes.iter().map(one).collect::<Vec<_>>().join("\n")
}
