//! Waivers in comments: `<!-- replylint: allow promise/vague-promise -- reason -->`. They are part of the file, not of
//! the reply.

use super::{Chunk, Conversation, Mode, Origin, Turn, WaiverComment};
use crate::source::Span;
use memchr::memmem;

/// The mark of these comments.
const MARK: &str = "replylint:";

/// The lines of a comment that applies to none.
const NOTHING: Span = Span::new(usize::MAX, usize::MAX);
/// Most names in one comment.
const MOST: usize = 50;

/// Removes the comments from the texts of a file, and notes those that apply with each conversation: the ones in its
/// text, and those above it after the previous text. `conversations` must be in the order of the file.
pub(super) fn take<'a>(conversations: impl Iterator<Item = &'a mut Conversation>) {
    // The end of the last text, and of what belongs to it.
    let (mut from, mut floor) = (0, 0);
    let mut last: Option<&mut Conversation> = None;
    for conversation in conversations {
        // What has been sent cannot be waived, least of all by a message itself.
        if conversation.mode == Mode::Transcript {
            return;
        }
        let start = conversation.turns.iter().find_map(|turn| turn.origin.chunk_offset(0));
        let end = conversation.turns.iter().rev().find_map(|turn| turn.origin.chunk_offset(turn.text.len()));
        let (Some(start), Some(end)) = (start, end) else { continue };
        // In a mail, only the agent's own words can hold waivers; the rest is quoted.
        if conversation.turns.iter().any(|turn| turn.context) {
            let own = conversation.turns.iter_mut().filter(|turn| !turn.context);
            conversation.waivers = own.flat_map(strip).collect();
            return;
        }
        // Those in HTML were found by its reader.
        let mut found = std::mem::take(&mut conversation.waivers);
        let text = &conversation.chunk.text;
        for comment in comments(text, Span::new(from.min(start), start), false) {
            let own = conversation.block.is_some_and(|block| block.contains(comment.span));
            let held = last.as_mut().and_then(|last| Some((behind(text, from, last.block, comment.span)?, last)));
            match held {
                Some((Holds::Line(line), last)) => last.waivers.push(WaiverComment { lines: Some(line), ..comment }),
                Some((Holds::Whole, last)) if !own => last.waivers.push(comment),
                _ if found.iter().any(|known| known.span.start == comment.span.start) => {}
                _ => found.push(comment),
            }
        }
        for turn in &mut conversation.turns {
            found.extend(strip(turn));
        }
        conversation.waivers = found;
        let above = floor.max(from).min(start);
        let whole = conversation.block.map_or(Span::new(above, end), |own| {
            Span::new(floor.max(above.min(own.start)).min(start), own.end.max(end))
        });
        conversation.block = Some(whole);
        (from, floor) = (end.max(from), whole.end.max(floor));
        last = Some(conversation);
    }
    // Comments after the last text apply to nothing, which is reported.
    if let Some(conversation) = last {
        let text = &conversation.chunk.text;
        let found = comments(text, Span::new(from.min(text.len()), text.len()), false).into_iter().map(|comment| {
            let lines = match behind(text, from, conversation.block, comment.span) {
                Some(Holds::Line(line)) => Some(line),
                Some(Holds::Whole) => None,
                None => Some(NOTHING),
            };
            WaiverComment { lines, ..comment }
        });
        let found: Vec<_> = found.collect();
        conversation.waivers.extend(found);
    }
}

/// What a comment after a text applies to.
enum Holds {
    /// The line that it shares with the end of the text.
    Line(Span),
    /// The whole template, since it is inside its block.
    Whole,
}

/// What a comment applies to after a text that ends at `end`, if it belongs to that text.
fn behind(text: &str, end: usize, block: Option<Span>, comment: Span) -> Option<Holds> {
    if !text.get(end..comment.start)?.contains('\n') {
        let start = text[..end].rfind('\n').map_or(0, |line_break| line_break + 1);
        return Some(Holds::Line(Span::new(start, comment.end)));
    }
    block.is_some_and(|block| block.contains(comment)).then_some(Holds::Whole)
}

/// Removes the comments from a text in a cell; other cells have no effect on it.
pub(super) fn take_cell(conversation: &mut Conversation) {
    for turn in &mut conversation.turns {
        let mapped = turn.origin.chunk_offset(0).is_some();
        let whole = (!mapped && is_meant(&turn.text)).then(|| turn.text.clone());
        let found = strip(turn);
        if let Some(whole) = whole.filter(|_| !found.is_empty()) {
            // There is no file to point into, so the cell is shown.
            conversation.chunk = Chunk::new(whole, 0);
            conversation.waivers.extend(found.into_iter().map(|comment| WaiverComment { lines: None, ..comment }));
        } else {
            conversation.waivers.extend(found);
        }
    }
}

/// Whether a text has such a comment.
pub(super) fn is_meant(text: &str) -> bool {
    !comments(text, Span::new(0, text.len()), true).is_empty()
}

/// The comments in HTML, before it is converted; they apply to the whole text.
pub(super) fn of_html(text: &str, origin: &Origin) -> Vec<WaiverComment> {
    let mut found = comments(text, Span::new(0, text.len()), true);
    for comment in &mut found {
        comment.names.iter_mut().for_each(|(_, place)| *place = moved(origin, *place));
        comment.span = moved(origin, comment.span);
    }
    found
}

/// The comments in a range of `text`. In a reply, `#` begins a comment only at the start of a line.
fn comments(text: &str, within: Span, reply: bool) -> Vec<WaiverComment> {
    let mut found: Vec<WaiverComment> = Vec::new();
    for at in memmem::find_iter(within.of(text).as_bytes(), MARK).map(|at| within.start + at) {
        let free = found.last().map_or(within.start, |comment| comment.span.end);
        if at >= free
            && let Some(span) = extent(text, Span::new(free, within.end), at, reply)
        {
            let content = Span::new(at + MARK.len(), span.end - if text[..span.end].ends_with("-->") { 3 } else { 0 });
            found.push(understood(text, span, content));
        }
    }
    found
}

/// The comment around the mark at `at`, if there is one.
fn extent(text: &str, within: Span, at: usize, reply: bool) -> Option<Span> {
    let before = text[within.start..at].trim_end_matches([' ', '\t']);
    if let Some(before) = before.strip_suffix("<!--") {
        let close = text[at..within.end].find("-->")?;
        return Some(Span::new(within.start + before.len(), at + close + 3));
    }
    let before = before.strip_suffix('#')?.trim_end_matches('#');
    let line = before.rfind('\n').map_or(before, |line_break| &before[line_break + 1..]);
    let end = text[at..within.end].find(['\n', '\r']).map_or(within.end, |end| at + end);
    (!reply || line.trim().is_empty()).then(|| Span::new(within.start + before.len(), end))
}

/// Parses `allow`, names separated by commas, and a reason after two dashes.
fn understood(text: &str, span: Span, content: Span) -> WaiverComment {
    let said = content.of(text);
    let (list, reason) = match said.find("--").or_else(|| said.find("\u{2014}\u{2014}")) {
        Some(at) => (&said[..at], said[at..].trim_start_matches(['-', '\u{2014}']).trim()),
        None => (said, ""),
    };
    let mut words = list.split([',', '\u{ff0c}', ' ', '\t', '\n', '\r']).filter(|word| !word.is_empty());
    let place = |word: &str| (word.to_owned(), Span::within(text, word));
    let names = if words.next() == Some("allow") { words.map(place).collect() } else { Vec::new() };
    let names = if names.len() > MOST { Vec::new() } else { names };
    WaiverComment { names, reason: Some(reason.to_owned()).filter(|reason| !reason.is_empty()), span, lines: None }
}

/// Removes the comments from a message. The rest keeps its places in the file.
fn strip(turn: &mut Turn) -> Vec<WaiverComment> {
    let mut found = comments(&turn.text, Span::new(0, turn.text.len()), true);
    if found.is_empty() {
        return found;
    }
    let (text, origin) = (std::mem::take(&mut turn.text), std::mem::take(&mut turn.origin));
    let (mut kept, mut from, mut top) = (Vec::new(), 0, true);
    for comment in &mut found {
        top = top && text[from..comment.span.start].trim().is_empty();
        let (taken, lines) = around(&text, comment.span, top);
        kept.push(Span::new(from, taken.start.max(from)));
        from = taken.end.max(from);
        comment.lines = lines.map(|lines| moved(&origin, lines));
        comment.names.iter_mut().for_each(|(_, place)| *place = moved(&origin, *place));
        comment.span = moved(&origin, comment.span);
    }
    kept.push(Span::new(from, text.len()));
    (turn.text, turn.origin) = joined(&text, &origin, &kept);
    found
}

/// A span of a text, in its chunk.
fn moved(origin: &Origin, span: Span) -> Span {
    match (origin.chunk_offset(span.start), origin.chunk_offset(span.end)) {
        (Some(start), Some(end)) => Span::new(start, end),
        _ => span,
    }
}

/// What is removed with a comment, and the lines that it applies to: all if it is at the top, the next one if it has a
/// line of its own, otherwise its own line.
fn around(text: &str, comment: Span, top: bool) -> (Span, Option<Span>) {
    let line = text[..comment.start].rfind('\n').map_or(0, |line_break| line_break + 1);
    let end = text[comment.end..].find('\n').map_or(text.len(), |line_break| comment.end + line_break);
    let alone = text[line..comment.start].trim().is_empty() && text[comment.end..end].trim().is_empty();
    if !alone {
        let before = text[line..comment.start].trim_end_matches([' ', '\t']);
        let lines = if top { None } else { Some(Span::new(line, end)) };
        // No space is kept before the first word or after the last one.
        let (start, stop) = if before.is_empty() {
            (line, end - text[comment.end..end].trim_start_matches([' ', '\t']).len())
        } else {
            (line + before.len(), comment.end)
        };
        return (Span::new(start, stop), lines);
    }
    let behind = text[end..].trim_start();
    let next = text.len() - behind.len();
    let next = text[..next].rfind('\n').map_or(next, |line_break| line_break + 1);
    let lines = Span::new(next, text[next..].find('\n').map_or(text.len(), |line_break| next + line_break));
    let taken = match (top, behind.is_empty()) {
        (true, _) => Span::new(line, next),
        (false, true) => Span::new(text[..line].trim_end_matches(['\n', '\r']).len(), text.len()),
        (false, false) => Span::new(line, end + 1),
    };
    (taken, (!top).then_some(lines))
}

/// Joins parts of a text, keeping their places.
pub(super) fn joined(text: &str, origin: &Origin, parts: &[Span]) -> (String, Origin) {
    let (mut out, mut places) = (String::with_capacity(text.len()), Vec::new());
    let drifts: &[(usize, usize)] = match origin {
        Origin::Mapped { shifts, .. } => shifts,
        Origin::Unmapped => &[],
    };
    for part in parts.iter().filter(|part| part.start < part.end) {
        let first = origin.chunk_offset(part.start).map(|chunk| (out.len(), chunk));
        let (from, to) =
            (drifts.partition_point(|(at, _)| *at <= part.start), drifts.partition_point(|(at, _)| *at < part.end));
        let inside = drifts[from..to.max(from)].iter();
        places.extend(first.into_iter().chain(inside.map(|(at, chunk)| (out.len() + at - part.start, *chunk))));
        out.push_str(part.of(text));
    }
    let origin = match (origin, places.split_first()) {
        (Origin::Mapped { .. }, Some((first, shifts))) => Origin::Mapped { offset: first.1, shifts: shifts.to_vec() },
        _ => origin.clone(),
    };
    (out, origin)
}

#[cfg(test)]
mod tests {
    use super::super::Role;
    use super::*;

    /// A template whose text begins after `above`.
    fn template(above: &str, text: &str) -> Conversation {
        let turn = Turn { origin: Origin::at(above.len()), ..Turn::new(Role::Agent, text) };
        let chunk = Chunk::new(format!("{above}{text}\n"), 0);
        let mut made = Conversation { mode: Mode::Template, turns: vec![turn], chunk, ..Conversation::default() };
        take(std::iter::once(&mut made));
        made
    }

    fn names(comment: &WaiverComment) -> Vec<&str> {
        comment.names.iter().map(|(name, _)| name.as_str()).collect()
    }

    #[test]
    fn comments_leave_the_text_and_places_stay() {
        for (text, left, lines) in [
            ("<!-- replylint: allow a/b -- x -->\n\n您好\n再见", "您好\n再见", None),
            ("您好\n<!-- replylint: allow a/b -- x -->\n尽快\n再见", "您好\n尽快\n再见", Some("尽快")),
            ("您好\r\n  # replylint: allow a/b -- x\r\n尽快\r\n再见", "您好\r\n尽快\r\n再见", Some("尽快\r")),
            ("您好\n尽快 <!-- replylint: allow a/b -- x -->\n再见", "您好\n尽快\n再见", Some("尽快 <!-- ")),
            ("您好\n再见\n<!-- replylint: allow a/b -- x -->", "您好\n再见", Some("")),
            ("<!-- replylint: allow a/b -- x --> 您好\n再见", "您好\n再见", None),
        ] {
            let found = template("+++\n+++\n", text);
            let [comment] = &found.waivers[..] else { panic!("{text}") };
            assert_eq!((names(comment), comment.reason.as_deref()), (vec!["a/b"], Some("x")), "{text}");
            assert_eq!(found.turns[0].text, left, "{text}");
            let chunk = &found.chunk.text;
            assert!(comment.names[0].1.of(chunk) == "a/b" && comment.span.of(chunk).contains("replylint"));
            match lines {
                None => assert_eq!(comment.lines, None, "{text}"),
                Some(lines) => assert!(comment.lines.unwrap().of(chunk).starts_with(lines), "{text}"),
            }
            // Every remaining character is the one that the file has at its place.
            for (at, character) in found.turns[0].text.char_indices() {
                let place = found.turns[0].origin.chunk_offset(at).unwrap();
                assert!(chunk[place..].starts_with(character), "{text}: {at}");
            }
        }
    }

    #[test]
    fn what_stands_above_holds_for_the_whole_and_what_stands_below_for_nothing() {
        let above = "+++\nowner = \"x\" # replylint: allow duty, a/b \u{2014}\u{2014} \u{597d}\n+++\n";
        let found = template(above, "您好");
        assert_eq!((names(&found.waivers[0]), found.waivers[0].lines), (vec!["duty", "a/b"], None));
        assert_eq!(found.waivers[0].reason.as_deref(), Some("\u{597d}"));
        let mut below = template("", "您好");
        below.chunk = Chunk::new(format!("{}# replylint: allow a/b -- x\n", below.chunk.text), 0);
        take(std::iter::once(&mut below));
        assert!(below.waivers[0].lines.is_some_and(|lines| lines.start == lines.end));
    }

    #[test]
    fn what_is_no_comment_stays_in_the_text() {
        for text in ["replylint: allow a/b", "订单# replylint: allow a/b", "<!-- replylint: allow a/b", "# replylint"]
        {
            let found = template("", text);
            assert_eq!((found.turns[0].text.as_str(), found.waivers.len()), (text, 0));
        }
        let found = template("", "您好\n<!-- replylint: disable a/b -->\n再见");
        assert_eq!((names(&found.waivers[0]), found.turns[0].text.as_str()), (vec![], "您好\n再见"));
        assert!(template("", "<!--replylint:allow-->").waivers[0].names.is_empty());
    }

    #[test]
    fn nobody_waives_what_has_been_sent() {
        let text = "尽快 <!-- replylint: allow promise -- x -->";
        let mut sent = Conversation { mode: Mode::Transcript, ..Conversation::draft(text) };
        take(std::iter::once(&mut sent));
        assert_eq!((sent.turns[0].text.as_str(), sent.waivers.len()), (text, 0));
    }
}
