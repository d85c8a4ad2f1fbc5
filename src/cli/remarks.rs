//! Remarks about waivers and baselines as findings, in the files that hold them.

use crate::conversation::{Cell, Chunk, Conversation, Mode, Origin, Role, Turn};
use crate::judge::{Finding, Location, Remark, RemarkKind, fingerprint};
use crate::report::Ui;
use crate::source::{LineIndex, Position};

/// Remarks as findings about their file as a whole: a comment is no reply.
pub fn findings(chunk: &Chunk, path: Option<&str>, remarks: &[Remark], ui: Ui) -> (Conversation, Vec<Finding>) {
    placed(chunk, None, path, remarks, ui)
}

/// Like [`findings`], for a cell of a workbook, which is the chunk.
pub fn in_cell(
    chunk: &Chunk,
    cell: &Cell,
    path: Option<&str>,
    remarks: &[Remark],
    ui: Ui,
) -> (Conversation, Vec<Finding>) {
    let (file, mut found) = placed(chunk, Some(cell), path, remarks, ui);
    for finding in &mut found {
        (finding.location, finding.cell) = (None, Some(cell.clone()));
    }
    (file, found)
}

fn placed(
    chunk: &Chunk,
    cell: Option<&Cell>,
    path: Option<&str>,
    remarks: &[Remark],
    ui: Ui,
) -> (Conversation, Vec<Finding>) {
    let origin = if cell.is_some() { Origin::Unmapped } else { Origin::at(0) };
    let cell = cell.cloned().map(Box::new);
    let turn = Turn { origin, cell, ..Turn::new(Role::System, &*chunk.text) };
    let file =
        Conversation { mode: Mode::Template, turns: vec![turn], chunk: chunk.clone(), ..Conversation::default() };
    let lines = LineIndex::new(&chunk.text);
    let found = remarks.iter().map(|remark| finding(remark, chunk, &lines, path, ui)).collect();
    (file, found)
}

fn finding(remark: &Remark, chunk: &Chunk, lines: &LineIndex, path: Option<&str>, ui: Ui) -> Finding {
    let Remark { kind, severity, name, near, span } = remark;
    let (message, help) = match kind {
        RemarkKind::Unused => ("remark.unused", "remark.unused-help"),
        RemarkKind::Expired => ("remark.expired", "remark.expired-help"),
        RemarkKind::NoReason => ("remark.no-reason", "remark.no-reason-help"),
        RemarkKind::UnknownRule => ("settings.unknown-rule", "settings.list-rules"),
        RemarkKind::Unclear => ("remark.unclear", "remark.unclear-help"),
        RemarkKind::Stale => ("remark.stale", "remark.stale-help"),
    };
    let help = match near {
        Some(near) => ui.text("settings.did-you-mean", &[("name", near)]),
        None => ui.text(help, &[]),
    };
    let text = &chunk.text;
    let position = |at| {
        let place = lines.position(text, at);
        Position { line: place.line + chunk.lines_before, ..place }
    };
    Finding {
        rule: kind.id().to_owned(),
        severity: *severity,
        message: ui.text(message, &[("name", name), ("rule", name)]),
        help,
        path: path.map(ToOwned::to_owned),
        conversation: None,
        turn: 0,
        role: Role::System,
        span: *span,
        outside: None,
        cell: None,
        location: Some(Location { start: position(span.start), end: position(span.end) }),
        quote: span.of(text).to_owned(),
        related: Vec::new(),
        fixes: Vec::new(),
        fingerprint: fingerprint(kind.id(), text, *span),
        former_fingerprints: Vec::new(),
        told_elsewhere: Vec::new(),
        suppression: None,
        baseline_state: None,
    }
}
