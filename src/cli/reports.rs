//! The report of each format, for this user and this run.

use super::args::{Check, Format, Global};
use super::asked::{self, Source};
use super::context::Context;
use super::outputs::Output;
use super::terminal::Terminal;
use crate::report::{
    Checkstyle, Ci, Concise, Github, Gitlab, Json, JsonLines, Junit, Markdown, Masker, Pretty, Rdjson, RdjsonLines,
    Report, Root, Sarif,
};
use std::env;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

/// What reports depend on.
pub struct View<'a> {
    pub check: &'a Check,
    pub global: &'a Global,
    pub terminal: &'a Terminal,
    /// Of the first input.
    pub context: &'a Arc<Context>,
    pub sources: &'a [Source],
    /// Whether standard output is taken by the fixed text.
    pub filter: bool,
}

/// Where people look: standard output, or standard error where that is taken.
pub fn shown(filter: bool) -> Box<dyn Write> {
    if filter { Box::new(io::stderr()) } else { Box::new(io::stdout().lock()) }
}

/// The report of an output.
pub fn make(view: &View<'_>, output: &Output) -> Box<dyn Report> {
    let View { check, terminal, context, .. } = *view;
    let masker = || masker(view, output);
    let ci = || Ci { masker: masker(), ui: terminal.ui, root: root() };
    let hash = || context.rulebook.hash.clone();
    match output.format {
        Format::Pretty => pretty(view, output),
        Format::Concise => Box::new(Concise::new(style(view, output), terminal.ui, masker())),
        Format::Json => Box::new(Json::new(masker(), hash())),
        Format::Jsonl => Box::new(JsonLines::new(masker(), hash())),
        Format::Sarif => {
            let others = view.sources.iter().map(|source| &*source.context.rulebook);
            Box::new(Sarif::new(ci(), std::iter::once(&*context.rulebook).chain(others)))
        }
        Format::Github => Box::new(Github::new(ci())),
        Format::Gitlab => Box::new(Gitlab::new(ci())),
        Format::Rdjson => Box::new(Rdjson::new(ci())),
        Format::Rdjsonl => Box::new(RdjsonLines::new(ci())),
        Format::Junit => Box::new(Junit::new(ci(), check.fail_on.least())),
        Format::Checkstyle => Box::new(Checkstyle::new(ci())),
        Format::Markdown => Box::new(Markdown::new(ci())),
        #[cfg(feature = "xlsx")]
        Format::Xlsx => Box::new(crate::report::Xlsx::new(ci())),
    }
}

/// A file may be read by others than the person at the terminal.
fn masker(view: &View<'_>, output: &Output) -> Masker {
    let View { check, terminal, context, .. } = *view;
    if output.file.is_some() {
        context.masker(check.show_pii)
    } else {
        asked::masker(&check.given, check.show_pii, terminal, context)
    }
}

fn pretty(view: &View<'_>, output: &Output) -> Box<dyn Report> {
    let View { check, terminal, context, .. } = *view;
    let limit = usize::try_from(context.settings.findings.value).unwrap_or(usize::MAX);
    let pretty = Pretty::new(style(view, output), terminal.ui, masker(view, output)).all(check.all).limit(limit);
    if !view.global.verbose {
        return Box::new(pretty);
    }
    let (context, locale) = (context.clone(), terminal.locale());
    Box::new(pretty.why(move |id| context.rulebook.rule(id).map(|rule| rule.why.text(locale).to_owned())))
}

fn style(view: &View<'_>, output: &Output) -> crate::report::Style {
    match (&output.file, view.filter) {
        (Some(_), _) => crate::report::Style::default(),
        (None, true) => view.terminal.err.clone(),
        (None, false) => view.terminal.out.clone(),
    }
}

/// The top of the repository that we stand in; without one, the folder that we stand in.
fn root() -> Root {
    let here = env::current_dir().unwrap_or_default();
    let top = here.ancestors().find(|folder| folder.join(".git").exists()).map(Path::to_path_buf);
    Root::new(here.clone(), top.unwrap_or(here))
}
