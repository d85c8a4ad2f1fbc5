//! What holds for every run: settings, rules and scorecards, read once.

use crate::command::Command;
use replylint::audit::{RuleInfo, Scorecard};
use replylint::conversation::read::{self, Limits, RoleLabels};
use replylint::conversation::{Lang, Mode};
use replylint::judge::{Clock, Options};
use replylint::report::{Masker, Ui};
use replylint::settings::{Context, Flags, clock, read_text, scorecards};
use replylint::source::Diagnostic;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What holds for every run.
pub struct Settled {
    pub context: Arc<Context>,
    /// How to check.
    pub options: Options,
    /// How to audit: findings are not compared with the clock.
    pub audit_options: Options,
    pub clock: Arc<Clock>,
    pub rules: Vec<RuleInfo>,
    pub cards: Vec<Scorecard>,
    pub ui: Ui,
    show_pii: bool,
    labels: Arc<RoleLabels>,
    /// The channel of conversations that name none.
    pub channel: Option<Arc<str>>,
}

impl Settled {
    /// Private data is hidden unless it was asked for.
    pub fn masker(&self) -> Masker {
        if self.show_pii {
            return Masker::off();
        }
        let (context, calls) = (self.context.clone(), self.context.clone());
        Masker::new(move |text| context.rulebook.program.private(text))
            .across(move |conversation| calls.rulebook.program.read_out(conversation))
    }

    /// How input is read.
    pub fn read(&self, command: Command) -> read::Options {
        read::Options {
            kind: (command == Command::Audit).then_some(Mode::Transcript),
            limits: Limits::of_texts(self.context.settings.text_bytes.value),
            labels: self.labels.clone(),
            channel: self.channel.clone(),
            columns: self.context.columns(),
            ..read::Options::default()
        }
    }
}

pub type Warnings = Vec<Diagnostic>;

/// Reads settings, packs and scorecards; with what is doubtful about them.
///
/// # Errors
/// Every mistake in them.
pub fn settle(
    config: Option<&Path>,
    flags: &Flags,
    (locale, show_pii): (Lang, bool),
    (as_of, zone): (Option<&str>, Option<&str>),
    named: &[PathBuf],
    files: &mut Files,
) -> Result<(Settled, Warnings), Vec<Diagnostic>> {
    let ui = Ui::new(locale);
    let (context, mut warnings) = Context::load(config, flags, ui, &mut |path| files.read(path), None)?;
    let clock = clock(as_of, zone, &context.settings, ui).map_err(|mistake| vec![*mistake])?;
    let audit_options = context.options(None, locale, None);
    let mut options = audit_options.clone();
    options.waivers = context.waivers(None, clock.as_of.date());
    options.clock = Some(clock.clone());
    let rules = RuleInfo::all(&context.rulebook, &audit_options);
    let (cards, doubts) = scorecards(named, &context.settings, &rules, ui, &mut |path| files.read(path))?;
    warnings.extend(doubts);
    let context = Arc::new(context);
    let labels = context.labels();
    let channel = None;
    Ok((Settled { context, options, audit_options, clock, rules, cards, ui, show_pii, labels, channel }, warnings))
}

/// Files of settings and rules: those of this machine, or those that came along.
pub struct Files {
    /// Those that came along; `None`: the machine's own.
    pub known: Option<BTreeMap<PathBuf, String>>,
    /// Every file that was read.
    pub read: BTreeMap<PathBuf, String>,
}

impl Files {
    fn read(&mut self, path: &Path) -> io::Result<String> {
        let text = if let Some(known) = &self.known {
            known.get(path).cloned().ok_or(io::ErrorKind::NotFound)?
        } else {
            // Reading a device or a pipe may never end.
            if !path.metadata()?.is_file() {
                return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a file"));
            }
            read_text(std::fs::File::open(path)?)?
        };
        self.read.insert(path.to_owned(), text.clone());
        Ok(text)
    }
}
