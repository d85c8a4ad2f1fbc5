//! A template: TOML front matter between two lines of `+++`, then the text of one reply.

use super::{Record, draft, guess::has_front_matter};
use crate::conversation::{Chunk, Conversation, Doubt, Field, Lang, Metadata, Mode, Origin, Role, Turn, Value};
use crate::source::{Diagnostic, Span};
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Reads a template. A mistake in the front matter is said and the text is checked all the same.
pub(super) fn read(text: String) -> Vec<Record> {
    if !has_front_matter(&text) {
        return draft::read(text, Mode::Template);
    }
    let Some((front, body)) = split(&text) else {
        let diagnostic = Diagnostic::error("template/front-matter", "the front matter is never closed")
            .help("put a second line of +++ below it")
            .line(1);
        return vec![Record::Failed(diagnostic)];
    };
    let mut reading = Reading { metadata: Metadata::default(), front, mistakes: Vec::new() };
    let (table, errors) = DeTable::parse_recoverable(front.of(&text));
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        reading.mistakes.push(reading.mistake(error.message(), span));
    }
    for (key, value) in table.get_ref() {
        reading.field(key.get_ref(), value, &text);
    }
    let Reading { metadata, mut mistakes, .. } = reading;
    mistakes.extend(metadata.doubts().into_iter().map(|Doubt { span, message, label }| {
        Diagnostic::error("template/front-matter", message).label(span.unwrap_or(front), label)
    }));
    // The parser gives its errors unsorted.
    mistakes.sort_by_key(|mistake| mistake.labels.first().map(|label| label.span));
    if !mistakes.is_empty() {
        let shared: Arc<str> = text.as_str().into();
        mistakes = mistakes.into_iter().map(|mistake| mistake.text(Arc::clone(&shared))).collect();
    }
    let mut records = mistakes.into_iter().map(Record::Notice).collect::<Vec<_>>();
    let said = body.of(&text).trim_end_matches(['\n', '\r']);
    if said.trim().is_empty() {
        records.push(Record::Notice(draft::empty().help("there is no text below the front matter")));
        return records;
    }
    let mut conversation = Conversation::default();
    conversation.describe(metadata);
    conversation.turns = vec![Turn { origin: Origin::at(body.start), ..Turn::new(Role::Agent, said) }];
    conversation.chunk = Chunk { text, lines_before: 0 };
    records.push(Record::conversation(conversation));
    records
}

/// `zh`, `zh-Hant`, `zh_CN`, `en-US`, …: the language without its script or country.
pub(in crate::conversation) fn lang_of(tag: &str) -> Option<Lang> {
    let tag = tag.split(['-', '_']).next().unwrap_or_default();
    [("zh", Lang::Zh), ("en", Lang::En)]
        .into_iter()
        .find(|(name, _)| tag.eq_ignore_ascii_case(name))
        .map(|found| found.1)
}

/// The stretches of the front matter and of the text, or `None` where the front matter is not closed.
fn split(text: &str) -> Option<(Span, Span)> {
    let start = text.find('\n')? + 1;
    let mut at = start;
    for line in text[start..].split_inclusive('\n') {
        let next = at + line.len();
        if line.trim_end() == "+++" {
            let blank = text[next..].len() - text[next..].trim_start_matches(['\n', '\r']).len();
            return Some((Span::new(start, at), Span::new(next + blank, text.len())));
        }
        at = next;
    }
    None
}

struct Reading {
    metadata: Metadata,
    front: Span,
    mistakes: Vec<Diagnostic>,
}

impl Reading {
    fn mistake(&self, message: &str, span: std::ops::Range<usize>) -> Diagnostic {
        // The last place of an unfinished line is its end, not the line of +++ below.
        let end = self.front.end;
        let place = Span::new((self.front.start + span.start).min(end), (self.front.start + span.end).min(end));
        Diagnostic::error("template/front-matter", message).label(place, "here")
    }

    fn field(&mut self, key: &str, value: &Spanned<DeValue>, text: &str) {
        let span = value.span();
        let place =
            |span: std::ops::Range<usize>| inside(text, self.front.start + span.start, self.front.start + span.end);
        match value.get_ref() {
            DeValue::String(_) if Field::of(key) == Some(Field::Slots) => {
                self.mistakes.push(self.mistake("`slots` is a list of names", span));
            }
            DeValue::String(string) => self.metadata.put(key, [Value::new(string.trim(), place(span))]),
            DeValue::Array(list) => {
                let mut values = Vec::new();
                for item in list {
                    match item.get_ref() {
                        DeValue::String(string) => values.push(Value::new(string.trim(), place(item.span()))),
                        _ => self.mistakes.push(self.mistake(&format!("`{key}` is a list of strings"), item.span())),
                    }
                }
                self.metadata.put(key, values);
            }
            DeValue::Datetime(_) if Field::of(key).is_none_or(Field::is_date) => self.as_written(key, span, text),
            _ if Field::of(key).is_none() => self.as_written(key, span, text),
            _ => self.mistakes.push(self.mistake(&format!("`{key}` is a string"), span)),
        }
    }

    fn as_written(&mut self, key: &str, span: std::ops::Range<usize>, text: &str) {
        let place = Span::new(self.front.start + span.start, self.front.start + span.end);
        self.metadata.put(key, [Value::new(place.of(text).trim(), place)]);
    }
}

/// A value's place without its quotation marks.
fn inside(text: &str, start: usize, end: usize) -> Span {
    let written = &text[start..end];
    let quotes = written.len() - written.trim_start_matches(['"', '\'']).len();
    if quotes > 0 && 2 * quotes < written.len() {
        Span::new(start + quotes, end - quotes)
    } else {
        Span::new(start, end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn front_matter_is_read_and_the_text_keeps_its_place() {
        let text = "+++\r\nscenario = \"cancel\"\r\nlanguage = \"zh-Hant\"\r\nslots = [\"name\"]\r\nreview-by = 2027-05-31\r\n\
                    owner = \"orders\"\r\n+++\r\n\r\n您好，{{name}}。\r\n";
        let records = read(text.to_owned());
        let [Record::Conversation(template)] = &records[..] else { panic!("{records:?}") };
        assert_eq!(template.scenario.as_deref(), Some("cancel"));
        assert_eq!((template.lang, template.mode), (Some(Lang::Zh), Mode::Template));
        assert_eq!(template.slots.as_deref(), Some(&["name".to_owned()][..]));
        let said = |field| template.metadata.text(field);
        assert_eq!((said(Field::Review), said(Field::Owner)), (Some("2027-05-31"), Some("orders")));
        let written = template.metadata.get(Field::Owner).and_then(|owner| owner.span).unwrap();
        assert_eq!(written.of(&template.chunk.text), "orders");
        assert_eq!(template.turns[0].text, "您好，{{name}}。");
        assert_eq!(template.position(0, 0).unwrap().line, 9);
    }

    #[test]
    fn a_mistake_is_marked_and_the_text_is_read() {
        let text = "+++\nscenario = 7\nslots = [\"a\", 1]\nlanguage = \"zh-Hnas\"\nowner \n+++\n您好";
        let records = read(text.to_owned());
        assert!(matches!(records.last(), Some(Record::Conversation(template)) if template.turns[0].text == "您好"));
        let marked = records.iter().filter_map(|record| match record {
            Record::Notice(notice) => Some(notice.labels[0].span.of(notice.text.as_deref().unwrap()).trim()),
            _ => None,
        });
        assert_eq!(marked.collect::<Vec<_>>()[..3], ["7", "1", "zh-Hnas"]);
        assert_eq!(records.len(), 5);
    }

    #[test]
    fn unclosed_front_matter_and_nesting_bombs_are_refused() {
        assert!(matches!(&read("+++\nscenario = \"x\"\n您好".to_owned())[..], [Record::Failed(_)]));
        let bomb = format!("+++\nx = {}\n+++\n您好", "[".repeat(100_000));
        assert!(matches!(read(bomb).last(), Some(Record::Conversation(_))));
    }
}
