//! For people: each finding drawn under the words it is about, by miette.

use super::concise::{appeal, place, severity, write_line};
use super::drawing::{Drawing, write_note};
use super::source_code::{Cut, Mark, Snippet};
use super::view::View;
use super::{ConversationReport, DiagnosticForm, Masker, Report, Style, Ui, sanitize_line, write_diagnostics};
use crate::conversation::{Mode, Role};
use crate::judge::{Finding, Related};
use crate::rulebook::Severity;
use crate::source::{Diagnostic, LineIndex};
use std::io::{self, Write};

/// Findings shown for a draft: more would keep people from sending it.
const DRAFT: usize = 2;
/// Most findings drawn in full in one run by default; the rest get one line each.
const DRAWN: usize = 1000;

/// Looks up a rule's reason by its id.
type Why = Box<dyn Fn(&str) -> Option<String> + Send>;

/// Findings drawn under their words.
pub struct Pretty {
    style: Style,
    ui: Ui,
    masker: Masker,
    all: bool,
    why: Option<Why>,
    limit: usize,
    drawn: usize,
}

impl Pretty {
    /// A report for a terminal of this style.
    pub fn new(style: Style, ui: Ui, masker: Masker) -> Self {
        Self { style, ui, masker, all: false, why: None, limit: DRAWN, drawn: 0 }
    }

    /// Shows all findings of a draft, not only the two that matter most.
    #[must_use]
    pub fn all(mut self, all: bool) -> Self {
        self.all = all;
        self
    }

    /// Shows the rule's reason, too (`--verbose`).
    #[must_use]
    pub fn why(mut self, why: impl Fn(&str) -> Option<String> + Send + 'static) -> Self {
        self.why = Some(Box::new(why));
        self
    }

    /// Draws at most this many findings in full.
    #[must_use]
    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    fn finding(&mut self, out: &mut dyn Write, view: &mut View<'_>, finding: &Finding) -> io::Result<()> {
        if self.drawn >= self.limit {
            if self.drawn == self.limit {
                let count = self.limit.to_string();
                writeln!(out, "{}\n", self.ui.text("report.capped", &[("count", &count)]))?;
                self.drawn += 1;
            }
            return write_line(out, &self.style, self.ui, view, finding);
        }
        self.drawn += 1;
        let (key, _) = severity(finding.severity);
        let drawing = Drawing {
            title: format!("{}[{}]", self.ui.text(key, &[]), sanitize_line(&finding.rule)),
            link: self.style.links.as_ref().map(|base| sanitize_line(&format!("{base}{}", finding.rule)).into_owned()),
            message: sanitize_line(&view.sentence(&finding.message, finding)).into_owned(),
            severity: match finding.severity {
                Severity::Error => miette::Severity::Error,
                Severity::Warning => miette::Severity::Warning,
                Severity::Advice => miette::Severity::Advice,
            },
            snippet: Some(self.snippet(view, finding)),
        };
        drawing.write(out, &self.style)?;
        let note = |out: &mut dyn Write, key, text: &str| {
            write_note(out, &self.style, &self.ui.text(key, &[]), &sanitize_line(text))
        };
        for related in finding.related.iter().filter(|related| elsewhere(related, finding)) {
            note(out, "report.related", &self.related(view, related))?;
        }
        if !finding.help.is_empty() {
            note(out, "report.help", &view.sentence(&finding.help, finding))?;
        }
        if let Some(appeal) = appeal(self.ui, view, finding) {
            note(out, "report.appeal", &appeal)?;
        }
        if let Some(why) = self.why.as_ref().and_then(|why| why(&finding.rule)) {
            note(out, "report.why", &why)?;
        }
        writeln!(out)
    }

    /// The turn's words with the finding and its related places of the same turn marked.
    fn snippet(&self, view: &mut View<'_>, finding: &Finding) -> Snippet {
        let label = label(finding).map(|label| sanitize_line(&view.sentence(label, finding)).into_owned());
        let mut marks = vec![Mark { span: finding.span, text: label }];
        for related in finding.related.iter().filter(|related| !elsewhere(related, finding)) {
            let text = sanitize_line(&view.plain(&related.message)).into_owned();
            marks.push(Mark { span: related.span, text: Some(text).filter(|text| !text.is_empty()) });
        }
        let name = self.name(view, finding);
        let columns = self.style.width.saturating_sub(12).clamp(40, 120);
        if let Some(outside) = finding.outside {
            let (text, span, hidden) = view.line_beside(outside);
            marks[0].span = span;
            let first_line = finding.location.map_or(0, |location| location.start.line - 1);
            let cut = Cut { text, lines: &LineIndex::new(""), hidden: &hidden, first_line, context: 0, columns };
            return Snippet::new(&cut, &marks[..1], name);
        }
        let text = view.text(finding.turn);
        let turn = view.turn(finding.turn);
        let line = if turn.parallel { turn.lines.line_of(finding.span.start) } else { 0 };
        let first_line = finding.location.map_or(0, |location| location.start.line.saturating_sub(line + 1));
        let cut = Cut { text, lines: &turn.lines, hidden: &turn.hidden, first_line, context: 0, columns };
        Snippet::new(&cut, &marks, name)
    }

    /// The heading above the words: the place and, if several people speak, the speaker.
    fn name(&self, view: &View<'_>, finding: &Finding) -> Option<String> {
        let mut name = place(view, finding);
        if view.conversation.mode == Mode::Transcript {
            if let (Some(id), Some(_)) = (&finding.conversation, finding.location) {
                name = format!("{name} {}", view.plain(id));
            }
            name = format!("{name} {}", self.speaker(finding.turn, finding.role));
        }
        let name = sanitize_line(name.trim()).into_owned();
        Some(name).filter(|name| !name.is_empty())
    }

    fn speaker(&self, turn: usize, role: Role) -> String {
        let role = match role {
            Role::Customer => "role.customer",
            Role::Agent => "role.agent",
            Role::Bot => "role.bot",
            Role::System => "role.system",
        };
        let number = (turn + 1).to_string();
        format!("{} {}", self.ui.text("report.turn", &[("turn", &number)]), self.ui.text(role, &[]))
    }

    fn related(&self, view: &mut View<'_>, related: &Related) -> String {
        if related.path.is_some() || related.quote.is_some() {
            let line = related.location.map(|location| format!(":{}:{}", location.start.line, location.start.column));
            let place = format!("{}{}", related.path.as_deref().unwrap_or("-"), line.unwrap_or_default());
            return format!("{place} “{}” {}", view.related_quote(related), view.plain(&related.message));
        }
        let role = view.conversation.turns.get(related.turn).map(|turn| turn.role).unwrap_or_default();
        let (quote, message) = (view.quote(related.turn, related.span), view.plain(&related.message));
        format!("{} “{quote}” {message}", self.speaker(related.turn, role))
    }
}

impl Report for Pretty {
    fn conversation(&mut self, out: &mut dyn Write, report: &ConversationReport<'_>) -> io::Result<()> {
        let masker = std::mem::take(&mut self.masker);
        let mut view = View::new(report.conversation, &masker);
        let mut findings: Vec<&Finding> = report.findings.iter().filter(|finding| finding.counts()).collect();
        let mut more = 0;
        if report.conversation.mode == Mode::Draft && !self.all {
            // A stable sort keeps findings of the same severity in order of place.
            findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
            more = findings.len().saturating_sub(DRAFT);
            findings.truncate(DRAFT);
        }
        let mut written = findings.into_iter().try_for_each(|finding| self.finding(out, &mut view, finding));
        if more > 0 && written.is_ok() {
            written = writeln!(out, "{}", self.ui.text("report.more", &[("count", &more.to_string())]));
        }
        self.masker = masker;
        written
    }

    fn diagnostic(&mut self, out: &mut dyn Write, diagnostic: &Diagnostic) -> io::Result<()> {
        let one = std::slice::from_ref(diagnostic);
        write_diagnostics(out, one, DiagnosticForm::Graphical, &self.style, self.ui, &self.masker)
    }
}

/// Whether a related place is described in a note instead of marked in the finding's own text.
fn elsewhere(related: &Related, finding: &Finding) -> bool {
    related.turn != finding.turn || related.quote.is_some() || finding.outside.is_some()
}

/// The label under the words: the message without its leading quotation.
fn label(finding: &Finding) -> Option<&str> {
    let quote = Some(&*finding.quote).filter(|quote| !quote.is_empty())?;
    let rest = finding.message.strip_prefix(['“', '"', '「', '‘']).unwrap_or(&finding.message);
    let rest = rest.strip_prefix(quote)?;
    let rest = rest.strip_prefix(['”', '"', '」', '’']).unwrap_or(rest).trim();
    Some(rest).filter(|rest| !rest.is_empty())
}
