//! What stands in for a date or a name until somebody knows it: `DD/MM/YYYY`, and `XX` in words.

use super::words::{begins, ends};
use super::{Form, SlotHit, SlotKind, SlotWords, code, head, tail};
use crate::source::Span;

/// The part of a date by which all of it is found.
const YEAR: &str = "yyyy";
/// Longest date on either side of its year, in bytes.
const DATE: usize = 24;
/// Longest stretch on either side that is asked whether a form or an example is told of, in bytes.
const TOLD: usize = 120;
/// Most of them in a text: more are a table.
const MOST: usize = 64;

/// Adds them to the placeholders found so far.
pub(super) fn add(text: &str, words: &SlotWords, found: &mut Vec<SlotHit>) {
    let dates = text.match_indices(YEAR).take(MOST).filter_map(|(at, _)| date(text, at, words));
    let names = words.blank.stand_ins.iter().flat_map(|word| {
        let places = text.match_indices(word.as_str()).take(MOST);
        places.filter_map(|(at, _)| name(text, Span::new(at, at + word.len()), words))
    });
    let mut new: Vec<SlotHit> = dates.chain(names).collect();
    if new.is_empty() {
        return;
    }
    let code = code::spans(text);
    new.retain(|hit| {
        let free = |other: Span| hit.span.end <= other.start || other.end <= hit.span.start;
        code.iter().all(|span| free(*span)) && found.iter().all(|other| free(other.span))
    });
    new.dedup_by_key(|hit| hit.span);
    found.extend(new);
    found.sort_by_key(|hit| hit.span);
}

/// A date in letters around the year at `at`, unless somebody is told how to write one.
fn date(text: &str, at: usize, words: &SlotWords) -> Option<SlotHit> {
    let signs = &words.blank.date_signs;
    let part = |one: char| matches!(one, 'y' | 'm' | 'd' | '/' | '-' | '.') || signs.contains(one);
    let (before, behind) = (tail(&text[..at], DATE), head(&text[at..], DATE));
    let start = at - (before.len() - before.trim_end_matches(part).len());
    let end = at + behind.find(|one| !part(one)).unwrap_or(behind.len());
    let whole = text[start..end].trim_matches(|one| matches!(one, '/' | '-' | '.'));
    let start = start + text[start..end].find(whole)?;
    let end = start + whole.len();
    // Part of a file's name or of a code: report_YYYYMMDD.csv, HT-YYYYMMDD-001.
    let (before, after) = (&text[..start], &text[end..]);
    let joins = |one: char| matches!(one, '_' | '-' | '.' | '/');
    let in_name = |one: Option<char>| one.is_some_and(|one| one.is_ascii_alphanumeric());
    let joined = in_name(before.trim_end_matches(joins).chars().next_back())
        || in_name(after.trim_start_matches(joins).chars().next());
    let blank = whole.contains('m') && !joined && !is_told(text, Span::new(start, end), words, &words.blank.formats);
    blank.then(|| hit(Span::new(start, end), Form::Letters))
}

/// A name that is none, where somebody is spoken to or of by it.
fn name(text: &str, span: Span, words: &SlotWords) -> Option<SlotHit> {
    let beside = &words.blank;
    let (before, after) = (&text[..span.start], &text[span.end..]);
    let opens = before.chars().next_back().is_none_or(|last| !last.is_alphanumeric())
        || ends(before, &beside.openers).is_some();
    let person = opens && begins(after, &beside.persons).is_some();
    let alone = !after.starts_with(char::is_alphanumeric) && ends(before, &beside.labels).is_some();
    ((person || alone) && !is_told(text, span, words, &beside.examples)).then(|| hit(span, Form::StandIn))
}

/// Whether it is shown rather than used: between quotation marks or brackets, or where the clause tells of forms and
/// examples in one of these words.
fn is_told(text: &str, span: Span, words: &SlotWords, told: &[String]) -> bool {
    let (before, after) = (tail(&text[..span.start], TOLD), head(&text[span.end..], TOLD));
    let before = before.rsplit(['\n', '!', '?', '\u{3002}']).next().unwrap_or_default();
    let after = after.split(['\n', '!', '?', '\u{3002}', ',', ';']).next().unwrap_or_default();
    let open = |pair: &&String| {
        let mut signs = pair.chars();
        let (Some(opening), Some(closing)) = (signs.next(), signs.next()) else { return false };
        before.rfind(opening).is_some_and(|at| !before[at + opening.len_utf8()..].contains(closing))
    };
    words.blank.marks.iter().any(|pair| open(&pair))
        || told.iter().any(|word| before.contains(word) || after.contains(word))
}

fn hit(span: Span, form: Form) -> SlotHit {
    SlotHit { span, kind: SlotKind::Blank, name: None, form, fallback: false, greets: false, may_fall_back: false }
}
