//! Blanks: `____`, `XX先生`, `X月X日`, `%s`, `Dear ,`.

use super::words::{begins, ends};
use super::{Form, SlotKind, SlotWords, Step, head, tail};
use crate::source::Span;

/// Most bytes of the sentence that are examined on either side of a blank.
const SENTENCE: usize = 200;

/// At `_`: three or more, or two before a unit (`__月__日`) or a word of time (`by __ today`).
pub(super) fn underscores(text: &str, at: usize, words: &SlotWords) -> Step {
    let end = at + text.as_bytes()[at..].iter().take_while(|&&byte| byte == b'_').count();
    let before = text[..at].chars().next_back();
    let after = text[end..].chars().next();
    let open = |side: Option<char>| side.is_none_or(|side| side == '\n' || side == '\r');
    let face = |side: char| matches!(side, '^' | '>' | '<' | '-' | '=' | ';' | '.' | '~' | '\'' | '"' | '@' | '\\');
    // A line of its own is a rule; T____T, ^____^ and >____< are faces.
    let rule = open(before) && open(after);
    let drawn = match (before, after) {
        (Some(before), Some(after)) => face(before) || (before == after && before.is_ascii_alphabetic()),
        _ => false,
    };
    let word = before.is_some_and(|side| side.is_ascii_alphanumeric())
        && after.is_some_and(|side| side.is_ascii_alphanumeric());
    let short = end - at < 3 && !is_short(&text[..at], &text[end..], words);
    if rule || drawn || word || short || !speaks(text, at, end, words) {
        return Step::to(end);
    }
    Step::hit(Span::new(at, end), SlotKind::Blank, None, Form::Underscore)
}

/// Whether two underscores are a blank for a number or time, rather than bold marks or part of an identifier.
fn is_short(before: &str, after: &str, words: &SlotWords) -> bool {
    let counted = begins(after, &words.blank.units).is_some() && begins(after, &words.blank.not_units).is_none();
    // In `__时间__` they open bold text, which closes behind the word.
    let opens = !before.ends_with(char::is_alphanumeric);
    let inside = head(after, 24).split_once("__").map_or(0, |(inside, _)| inside.chars().count());
    let bold = opens && inside > 1;
    counted && !bold || after.strip_prefix(' ').is_some_and(|after| begins(after, &words.blank.times).is_some())
}

/// Whether the sentence around a blank addresses somebody; a line of a quiz does not. Latin text only.
fn speaks(text: &str, at: usize, end: usize, words: &SlotWords) -> bool {
    let ends = ['.', '!', '?', '\n'];
    let (before, after) = (tail(&text[..at], SENTENCE), head(&text[end..], SENTENCE));
    let before = before.rsplit(ends).next().unwrap_or_default();
    let after = after.split(ends).next().unwrap_or_default();
    let mut said =
        before.split(|next: char| !next.is_alphanumeric()).chain(after.split(|next: char| !next.is_alphanumeric()));
    said.any(|word| !word.is_ascii() || words.blank.speaks.iter().any(|known| known == word))
}

/// At `x`, `×` or `*`: a blank only next to words that need something in its place.
pub(super) fn letters(text: &str, at: usize, words: &SlotWords) -> Step {
    let sign = text[at..].chars().next().unwrap_or('x');
    let count = text[at..].chars().take_while(|&next| next == sign).count();
    let end = at + count * sign.len_utf8();
    let (before, after) = (&text[..at], &text[end..]);
    let none = Step::to(end);
    // XXL, iphonex, 138xxxx1234, x×x: part of something longer.
    let joined = |side: Option<char>| {
        side.is_some_and(|side| side.is_ascii_alphanumeric() || matches!(side, '×' | '*' | '-' | '_'))
    };
    let last = before.chars().next_back();
    if joined(last)
        || joined(after.chars().next())
        || (count == 1 && (sign == '*' || !after.starts_with(|next: char| !next.is_ascii())))
    {
        return none;
    }
    let blank = Step::hit(Span::new(at, end), SlotKind::Blank, None, Form::Letters);
    let beside = &words.blank;
    let opens = last.is_none_or(|last| !last.is_alphanumeric()) || ends(before, &beside.openers).is_some();
    if count >= 2
        && opens
        && begins(after, &beside.persons).is_some()
        && !(sign == '*' && is_bold(before, after) && !ends_open(before, beside))
    {
        return blank;
    }
    let counted = begins(after, &beside.units).is_some() && begins(after, &beside.not_units).is_none();
    // “iphone x 天” is a telephone: a single letter counts only next to Han or punctuation.
    let model = before.trim_end_matches(' ').ends_with(|last: char| last.is_ascii_alphanumeric());
    // Asterisks before a unit are a mask or bold text.
    if counted && sign != '*' && ends(before, &beside.not_before).is_none() && (count >= 2 || !model) {
        return blank;
    }
    let link = ends(before, &beside.links).map_or(0, str::len);
    let named = before[..before.len() - link].trim_end_matches(' ');
    let labelled = ends(before, &beside.labels).or_else(|| ends(named, &beside.labels)).is_some();
    let alone = !after.starts_with(char::is_alphanumeric);
    if count >= 2 && sign != '*' && labelled && alone { blank } else { none }
}

/// At `%`: `%s`, `%1$s`, `%.2f`, `%(name)s`.
pub(super) fn printf(text: &str, at: usize) -> Step {
    let rest = &text[at + 1..];
    let glued = text[..at].ends_with(|last: char| last.is_ascii_alphanumeric() || matches!(last, '%' | '/' | '='));
    let (name, conversion) = match rest.strip_prefix('(').and_then(|inside| head(inside, 40).split_once(')')) {
        Some((name, after)) => (Some(Span::new(at + 2, at + 2 + name.len())), after),
        None => (None, rest.trim_start_matches(|next: char| next.is_ascii_digit() || matches!(next, '$' | '.'))),
    };
    let skipped = if name.is_some() { name.map_or(0, Span::len) + 2 } else { rest.len() - conversion.len() };
    let letter = conversion.starts_with(['s', 'd', 'f', 'i']);
    let ends = !conversion.chars().nth(1).is_some_and(|next| next.is_ascii_alphanumeric() || next == '%');
    let end = at + 1 + skipped + 1;
    if glued || !letter || !ends || skipped > 42 {
        return Step::to(at + 1);
    }
    Step::hit(Span::new(at, end), SlotKind::Closed, name, Form::Printf)
}

/// At a comma or a colon: `Dear ,`, `Dear Mr. ,` and the like at the start of a line, without a name.
pub(super) fn salutation(text: &str, at: usize, words: &SlotWords) -> Step {
    let before = text[..at].trim_end_matches(' ');
    let step = Step::to(at + 1);
    if let Some(start) = unaddressed(before, &text[at..=at], words) {
        return Step::hit(Span::new(start, at + 1), SlotKind::Blank, None, Form::Salutation);
    }
    // “:)” is a face, and a colon behind “Hi” may begin one.
    if text[at..].starts_with(':') || text[at + 1..].starts_with(|next: char| !next.is_ascii()) {
        return step;
    }
    // A missing name leaves the space before it, or the dot of the title.
    let named = untitled(before, &words.blank.titles);
    if before.len() == at && !(named.len() < before.len() && before.ends_with('.')) {
        return step;
    }
    let Some(word) = ends(named, &words.blank.salutations) else { return step };
    let start = named.len() - word.len();
    if !text[..start].is_empty() && !text[..start].ends_with('\n') {
        return step;
    }
    Step::hit(Span::new(start, at + 1), SlotKind::Blank, None, Form::Salutation)
}

/// Where a form of address begins that cannot stand without a name before this sign.
fn unaddressed(before: &str, sign: &str, words: &SlotWords) -> Option<usize> {
    let known = |form: &&String| form.strip_suffix(sign).is_some_and(|word| before.ends_with(word));
    let form = words.blank.unaddressed.iter().find(known)?;
    let start = before.len() - (form.len() - sign.len());
    (!before[..start].ends_with(char::is_alphanumeric)).then_some(start)
}

/// Most titles in a row: “Mr./Ms.”.
const TITLES: usize = 3;

/// `before` without trailing titles and the space before them.
fn untitled<'a>(before: &'a str, titles: &[String]) -> &'a str {
    let mut rest = before;
    for _ in 0..TITLES {
        let dotless = rest.strip_suffix('.').unwrap_or(rest);
        let Some(title) = ends(dotless, titles) else { break };
        let shorter = &dotless[..dotless.len() - title.len()];
        if !shorter.ends_with([' ', '/']) {
            break;
        }
        rest = shorter.trim_end_matches([' ', '/']);
    }
    rest
}

/// Whether `**` opens or closes bold text here and so is no blank.
fn is_bold(before: &str, after: &str) -> bool {
    let (before, after) = (tail(before, 60), head(after, 60));
    let line_before = before.rsplit('\n').next().unwrap_or_default();
    let line_after = after.split('\n').next().unwrap_or_default();
    line_before.contains("**") || line_after.contains("**")
}

fn ends_open(before: &str, beside: &super::words::Blank) -> bool {
    ends(before, &beside.openers).is_some()
}
