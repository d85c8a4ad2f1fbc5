//! HTML: tags and entities are decoded, `<br>` and `<p>` end lines, and every word keeps its place in the source.

use super::{Record, draft};
use crate::conversation::{Chunk, Conversation, Link, Mode, Origin, Role, Turn};
use crate::source::Span;
use html5gum::{DefaultEmitter, Token, Tokenizer};

/// Elements that begin and end lines.
const LINES: [&[u8]; 24] = [
    b"p",
    b"div",
    b"br",
    b"li",
    b"ul",
    b"ol",
    b"tr",
    b"table",
    b"h1",
    b"h2",
    b"h3",
    b"h4",
    b"h5",
    b"h6",
    b"blockquote",
    b"section",
    b"article",
    b"header",
    b"footer",
    b"pre",
    b"hr",
    b"dl",
    b"dt",
    b"dd",
];
/// Elements whose content is not text.
const UNREAD: [&[u8]; 4] = [b"script", b"style", b"head", b"title"];
/// Signs that a text is HTML; one is enough.
const TELLING: [&str; 22] = [
    "p", "br", "br/", "/p", "div", "/div", "span", "/span", "a", "/a", "b", "/b", "strong", "/strong", "em", "/em",
    "ul", "li", "h1", "table", "img", "html",
];

/// Text without tags. `shifts`: from byte `.0` of it on, the source is at byte `.1`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Plain {
    pub(super) text: String,
    pub(super) shifts: Vec<(usize, usize)>,
    pub(super) links: Vec<Link>,
}

/// Reads an HTML page as one reply.
pub(super) fn read(source: String, mode: Mode) -> Vec<Record> {
    let page = plain(&source);
    if page.text.trim().is_empty() {
        return vec![Record::Notice(draft::empty())];
    }
    let origin = page.origin(&Origin::at(0));
    let turns = vec![Turn { origin, ..Turn::new(Role::Agent, page.text) }];
    vec![Record::conversation(Conversation {
        mode,
        turns,
        links: page.links,
        quoted: true,
        chunk: Chunk::new(source, 0),
        ..Conversation::default()
    })]
}

/// Entities that occur only in HTML.
const ENTITIES: [&str; 6] = ["&nbsp;", "&amp;", "&lt;", "&gt;", "&quot;", "&#39;"];

/// Whether a text is HTML: it has a tag, or an entity and nothing that could be mistaken for a tag.
pub(super) fn looks_like_html(text: &str) -> bool {
    let tag = |after: &str| {
        let end = after.find([' ', '>', '\n']);
        end.is_some_and(|end| TELLING.iter().any(|tag| after[..end].eq_ignore_ascii_case(tag)))
    };
    text.match_indices('<').any(|(at, _)| tag(&text[at + 1..]))
        || text.contains("&nbsp;")
        || (!text.contains('<') && ENTITIES.iter().any(|entity| text.contains(entity)))
}

/// Converts HTML to text.
pub(super) fn plain(source: &str) -> Plain {
    let mut out = Plain::default();
    let (mut unread, mut verbatim) = (0_usize, 0_usize);
    // If tags mark the ends of lines, line breaks of the source are only white space.
    let flowing = ["<p", "<br", "<div", "<li", "<P", "<BR", "<DIV", "<LI"].iter().any(|tag| source.contains(tag));
    let mut link: Option<(usize, String)> = None;
    let emitter: DefaultEmitter<usize> = DefaultEmitter::new_with_span();
    for token in Tokenizer::new_with_emitter(source, emitter).flatten() {
        match token {
            Token::StartTag(tag) => {
                let name: &[u8] = &tag.name;
                unread += usize::from(UNREAD.contains(&name) && !tag.self_closing);
                verbatim += usize::from(name == b"pre");
                if LINES.contains(&name) {
                    out.end_line(name == b"br", tag.span.start);
                }
                if name == b"a" {
                    out.leads(link.take());
                    let to = tag.attributes.get(b"href".as_slice()).map(|to| String::from_utf8_lossy(to));
                    link = to.map(|to| (out.text.len(), to.trim().to_owned()));
                }
            }
            Token::EndTag(tag) => {
                let name: &[u8] = &tag.name;
                unread -= usize::from(unread > 0 && UNREAD.contains(&name));
                verbatim -= usize::from(verbatim > 0 && name == b"pre");
                if name == b"a" {
                    out.leads(link.take());
                }
                if LINES.contains(&name) && name != b"br" {
                    out.end_line(false, tag.span.start);
                }
            }
            Token::String(string) if unread == 0 => {
                let written = source.get(string.span.start..string.span.end).unwrap_or_default();
                let text = String::from_utf8_lossy(&string.value);
                out.words(&text, written, string.span.start, flowing && verbatim == 0);
            }
            _ => {}
        }
    }
    out.leads(link);
    let kept = out.text.trim_end().len();
    out.text.truncate(kept);
    for link in &mut out.links {
        link.words = Span::new(link.words.start.min(kept), link.words.end.min(kept));
    }
    out.shifts.retain(|&(text, _)| text <= kept);
    out
}

impl Plain {
    /// Ends a link: its words are those since its beginning, without surrounding space.
    fn leads(&mut self, link: Option<(usize, String)>) {
        let Some((from, to)) = link else { return };
        let nowhere = to.is_empty() || to.starts_with('#') || to.to_ascii_lowercase().starts_with("javascript:");
        if !nowhere {
            let from = from.min(self.text.len());
            // Look only at the link's content: the same white space may precede a thousand links.
            let said = &self.text[from..];
            let (start, end) = (self.text.len() - said.trim_start().len(), from + said.trim_end().len());
            self.links.push(Link { words: Span::new(start.min(end), end), to });
        }
    }

    fn end_line(&mut self, always: bool, at: usize) {
        let kept = self.text.trim_end_matches(' ').len();
        self.text.truncate(kept);
        self.shifts.retain(|&(text, _)| text <= kept);
        if !self.text.is_empty() && (always || !self.text.ends_with('\n')) {
            self.stands(at);
            self.text.push('\n');
        }
    }

    /// Adds decoded `text`, written as `written` at byte `start` of the source.
    fn words(&mut self, text: &str, written: &str, start: usize, flowing: bool) {
        let mut at = 0;
        for character in text.chars() {
            let length = written_length(&written[at..], character);
            let entity = written[at..].starts_with('&');
            let blank = character == '\u{a0}';
            if flowing && character.is_ascii_whitespace() && !entity {
                if !self.text.is_empty() && !self.text.ends_with([' ', '\n']) {
                    self.stands(start + at);
                    self.text.push(' ');
                }
            } else {
                self.stands(start + at);
                self.text.push(if blank { ' ' } else { character });
            }
            at += length;
        }
    }

    /// Records the place of the next character, unless it follows from the last record.
    fn stands(&mut self, at: usize) {
        let here = self.text.len();
        let follows = self.shifts.last().is_some_and(|&(text, source)| source + (here - text) == at);
        if !follows {
            self.shifts.push((here, at));
        }
    }

    /// Its place in the chunk, if the place of its source is `origin`.
    pub(super) fn origin(&self, origin: &Origin) -> Origin {
        let Origin::Mapped { shifts: inner, .. } = origin else { return Origin::Unmapped };
        let Some(&(_, first)) = self.shifts.first() else { return origin.clone() };
        let mut shifts = Vec::new();
        for (index, &(text, source)) in self.shifts.iter().enumerate() {
            shifts.extend(origin.chunk_offset(source).map(|chunk| (text, chunk)));
            let end = self.shifts.get(index + 1).map_or(self.text.len(), |next| next.0);
            let from = inner.partition_point(|&(place, _)| place <= source);
            let within = inner[from..].iter().take_while(|&&(place, _)| place - source < end - text);
            shifts.extend(within.map(|&(place, chunk)| (text + place - source, chunk)));
        }
        Origin::Mapped { offset: origin.chunk_offset(first).unwrap_or(0), shifts }
    }
}

/// The written length of a character: its own, or that of an entity.
fn written_length(written: &str, character: char) -> usize {
    if written.starts_with('&') {
        let window = written.get(..written.len().min(40)).unwrap_or(written);
        let entity = window.find(';').map(|end| end + 1);
        let decoded = character != '&' || window.starts_with("&amp") || window.starts_with("&#");
        if let Some(length) = entity.filter(|_| decoded) {
            return length;
        }
    }
    if character == '\n' && written.starts_with("\r\n") {
        return 2;
    }
    match written.chars().next() {
        Some(next) => next.len_utf8(),
        None => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn read(source: &str, expected: &str) {
        let found = plain(source);
        assert_eq!(found.text, expected);
        let origin = found.origin(&Origin::at(0));
        for (at, character) in found.text.char_indices().filter(|(_, c)| !c.is_whitespace() && !"<&>\"".contains(*c)) {
            let place = origin.chunk_offset(at).unwrap();
            assert!(source[place..].starts_with(character), "{character} at {place} of {source}");
        }
    }

    #[test]
    fn tags_and_entities_are_not_text() {
        read("<p>您好，</p><p>请稍<b>等</b>。</p>", "您好，\n请稍等。");
        read("Hi&nbsp;there,<br><br>we &amp; you &lt;3", "Hi there,\n\nwe & you <3");
        read("<div>one\n  two</div>\n<ul><li>a</li><li>b</li></ul>", "one two\na\nb");
        read("plain\ntext & more", "plain\ntext & more");
        read("<script>alert(1)</script>x<style>p{}</style>", "x");
        read("a<!-- c -->b", "ab");
        read("", "");
        read("< 3 > 2 <", "< 3 > 2 <");
    }

    #[test]
    fn html_is_told_from_text() {
        for html in ["<p>a", "a<br/>b", "a<br />b", "<A HREF=x>y</a>", "a&nbsp;b"] {
            assert!(looks_like_html(html), "{html}");
        }
        for text in ["1 < 2", "<3", "<<name>>", "a > b", "<先生>", "{{name}}"] {
            assert!(!looks_like_html(text), "{text}");
        }
    }

    #[test]
    fn hostile_html_is_all_text_or_none() {
        for unit in ["<", "&", "&#"] {
            let source = unit.repeat(200_000 / unit.len());
            assert!(plain(&source).text == source, "{unit}");
        }
        for unit in ["<p>", "<script>", "<a b=", "</", "<!--", "&nbsp;", "<br>"] {
            assert_eq!(plain(&unit.repeat(200_000 / unit.len())).text, "", "{unit}");
        }
    }
}
