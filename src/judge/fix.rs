//! Applying fixes to the text that they were found in.

use super::{Edit, Finding, Fix};
use crate::conversation::{Conversation, Mode};
use crate::rulebook::Safety;
use crate::source::Span;

/// Most rounds of fixing: a fix may allow another one, and two that undo each other would never end.
pub const ROUNDS: usize = 10;

/// One fix in the text of a file: all of its replacements, or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Places in the text and what to write there, in order, not overlapping.
    pub edits: Vec<(Span, String)>,
}

/// The result of fixing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fixed {
    /// The fixed text.
    pub text: String,
    /// How many fixes were applied.
    pub applied: usize,
    /// Whether nothing was left to apply at the end.
    pub settled: bool,
}

/// The fixes of a conversation's findings, moved to its chunk: safe ones, and unsafe ones with `unsafe_fixes`; never
/// those that need a person. A transcript has been sent, so nothing in it is fixed.
pub fn changes(conversation: &Conversation, findings: &[Finding], unsafe_fixes: bool) -> Vec<Change> {
    let allowed = |safety| safety == Safety::Safe || (unsafe_fixes && safety == Safety::Unsafe);
    let counting = findings.iter().filter(|finding| finding.counts());
    let fixes = counting.filter_map(|finding| finding.fixes.iter().find(|fix| allowed(fix.safety)));
    fixes.filter_map(|fix| placed(conversation, fix)).collect()
}

/// A fix moved to the conversation's chunk (its file, or a row of it); `None` if the chunk cannot be edited.
pub fn placed(conversation: &Conversation, fix: &Fix) -> Option<Change> {
    // A JSONL line cannot be edited as text; a row of a sheet can, from its own first line on.
    let row = conversation.turns.iter().any(|turn| turn.cell.is_some());
    if conversation.mode == Mode::Transcript || (conversation.chunk.lines_before > 0 && !row) {
        return None;
    }
    let edits: Option<Vec<_>> = fix.edits.iter().map(|edit| moved(conversation, edit)).collect();
    let mut edits = edits.filter(|edits| !edits.is_empty())?;
    edits.sort_by_key(|(span, _)| *span);
    Some(Change { edits })
}

/// An edit in the text of the file; `None` if the file does not hold exactly the words to replace.
fn moved(conversation: &Conversation, edit: &Edit) -> Option<(Span, String)> {
    let turn = conversation.turns.get(edit.turn).filter(|turn| !turn.context)?;
    let words = turn.text.get(edit.span.start..edit.span.end)?;
    let start = turn.origin.chunk_offset(edit.span.start)?;
    let place = Span::new(start, start + words.len());
    let held = conversation.chunk.text.get(place.start..place.end)?;
    let special = ['"', '\'', '\\', '\n', '\r', ':', '#', ',', ';', '|', '\t', '<', '>', '&', '{', '}', '[', ']'];
    if conversation.quoted && edit.text.contains(special) {
        return None;
    }
    (held == words).then(|| (place, edit.text.clone()))
}

/// Moves the changes of a row to the whole `text`, in which it begins at byte `start`; none if it is not found there.
pub fn of_row(conversation: &Conversation, text: &str, start: usize, changes: Vec<Change>) -> Vec<Change> {
    if !text.get(start..).is_some_and(|rest| rest.starts_with(&*conversation.chunk.text)) {
        return Vec::new();
    }
    let moved = |(span, words): (Span, String)| (Span::new(span.start + start, span.end + start), words);
    changes.into_iter().map(|change| Change { edits: change.edits.into_iter().map(moved).collect() }).collect()
}

/// Applies changes to `text` in order of place. Of two that overlap the first wins; the other waits for the next round.
/// Returns the new text and how many were applied.
pub fn apply(text: &str, changes: &[Change]) -> (String, usize) {
    let mut ordered: Vec<&Change> = changes.iter().filter(|change| fits(text, change)).collect();
    ordered.sort_by_key(|change| change.edits[0].0);
    let mut taken: Vec<(Span, &str)> = Vec::new();
    let mut applied = 0;
    for change in ordered {
        if change.edits.iter().all(|(span, _)| is_free(&taken, *span)) {
            for (span, text) in &change.edits {
                let at = taken.partition_point(|(other, _)| other < span);
                taken.insert(at, (*span, text));
            }
            applied += 1;
        }
    }
    let crlf = text.contains("\r\n");
    let (mut fixed, mut done) = (String::with_capacity(text.len() + 64), 0);
    for (span, replacement) in taken {
        fixed.push_str(&text[done..span.start]);
        if crlf {
            fixed.push_str(&replacement.replace("\r\n", "\n").replace('\n', "\r\n"));
        } else {
            fixed.push_str(replacement);
        }
        done = span.end;
    }
    fixed.push_str(&text[done..]);
    (fixed, applied)
}

/// Fixes `text` round by round: `judge` returns the changes for the current text.
pub fn apply_all(text: String, mut judge: impl FnMut(&str) -> Vec<Change>) -> Fixed {
    let mut fixed = Fixed { text, applied: 0, settled: false };
    for _ in 0..ROUNDS {
        let (text, applied) = apply(&fixed.text, &judge(&fixed.text));
        if applied == 0 || text == fixed.text {
            fixed.settled = true;
            break;
        }
        fixed.text = text;
        fixed.applied += applied;
    }
    if !fixed.settled {
        fixed.settled = judge(&fixed.text).is_empty();
    }
    fixed
}

/// Whether a place is clear of the edits taken so far (sorted, not overlapping): only neighbours can conflict. Two
/// insertions at one place conflict, as their order would be arbitrary.
fn is_free(taken: &[(Span, &str)], span: Span) -> bool {
    let at = taken.partition_point(|(other, _)| *other < span);
    let neighbours = &taken[at.saturating_sub(2)..(at + 2).min(taken.len())];
    neighbours.iter().all(|(other, _)| !span.overlaps(*other) && span != *other)
}

fn fits(text: &str, change: &Change) -> bool {
    let inside = change.edits.iter().all(|(span, _)| text.get(span.start..span.end).is_some());
    let apart = change.edits.windows(2).all(|pair| pair[0].0.end <= pair[1].0.start);
    inside && apart && !change.edits.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::{Origin, Role, Turn};
    use crate::rulebook::Severity;

    fn change(edits: &[(usize, usize, &str)]) -> Change {
        Change { edits: edits.iter().map(|&(start, end, text)| (Span::new(start, end), text.into())).collect() }
    }

    #[test]
    fn of_two_that_overlap_the_first_wins() {
        let text = "abcdef";
        let overlapping = [change(&[(2, 4, "Y")]), change(&[(1, 3, "X")]), change(&[(4, 4, "+")])];
        assert_eq!(apply(text, &overlapping), ("aXd+ef".into(), 2));
        let same = [change(&[(3, 3, "1")]), change(&[(3, 3, "2")])];
        assert_eq!(apply(text, &same), ("abc1def".into(), 1));
        // A fix is applied as a whole or not at all.
        let half = [change(&[(0, 1, "A")]), change(&[(0, 1, "B"), (5, 6, "F")])];
        assert_eq!(apply(text, &half), ("Abcdef".into(), 1));
        assert_eq!(apply("好", &[change(&[(1, 2, "x")]), change(&[(0, 9, "x")])]), ("好".into(), 0));
    }

    #[test]
    fn rounds_end_when_nothing_changes_or_when_it_would_go_on_for_ever() {
        let shorten = |text: &str| text.find("！！").map(|at| change(&[(at, at + 6, "！")])).into_iter().collect();
        let fixed = apply_all("好！！！！".into(), shorten);
        assert_eq!(fixed, Fixed { text: "好！".into(), applied: 3, settled: true });
        let swap = |text: &str| vec![change(&[(0, 1, if text == "a" { "b" } else { "a" })])];
        let fixed = apply_all("a".into(), swap);
        assert_eq!((fixed.applied, fixed.settled), (ROUNDS, false));
    }

    #[test]
    fn line_ends_of_the_file_are_kept() {
        assert_eq!(apply("a\r\nb\r\n", &[change(&[(3, 4, "x\ny")])]).0, "a\r\nx\r\ny\r\n");
    }

    #[test]
    fn only_what_may_be_fixed_is_moved_to_the_file() {
        let mut draft = Conversation::draft("---\n你好");
        draft.turns = vec![Turn { origin: Origin::at(4), ..Turn::new(Role::Agent, "你好") }];
        let fix = |safety, text: &str| Fix {
            edits: vec![Edit { turn: 0, span: Span::new(0, 3), text: text.into() }],
            safety,
        };
        let finding = |fixes| Finding {
            rule: "wording/mixed-address".into(),
            severity: Severity::Advice,
            message: String::new(),
            help: String::new(),
            path: None,
            conversation: None,
            turn: 0,
            role: Role::Agent,
            span: Span::new(0, 3),
            outside: None,
            location: None,
            quote: "你".into(),
            cell: None,
            related: Vec::new(),
            fixes,
            fingerprint: String::new(),
            former_fingerprints: Vec::new(),
            told_elsewhere: Vec::new(),
            suppression: None,
            baseline_state: None,
        };
        let findings = [finding(vec![fix(Safety::Ask, "?"), fix(Safety::Unsafe, "您")])];
        assert_eq!(changes(&draft, &findings, false), []);
        assert_eq!(changes(&draft, &findings, true), [change(&[(4, 7, "您")])]);
        let sent = Conversation { mode: Mode::Transcript, ..draft.clone() };
        assert_eq!(changes(&sent, &findings, true), []);
        draft.chunk.text = "---\n妳好".into();
        assert_eq!(changes(&draft, &findings, true), []);
    }
}
