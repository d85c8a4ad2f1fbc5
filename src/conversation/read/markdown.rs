//! Markdown documents with several templates: a heading, its purpose, and the text in a fence, quotation or table.

use super::format_map::{plain, words};
use super::record::{Around, bare, doubts, templates};
use super::table::is_sentence;
use super::tree::{Leaf, Node};
use super::{Options, Record, RoleLabels, fold};
use crate::conversation::{Chunk, Field, Mode, Origin};
use crate::source::{Diagnostic, Span, wording};
use pulldown_cmark::{CodeBlockKind, Event, Options as Extensions, Parser, Tag, TagEnd};
use std::ops::Range;

/// Deepest nesting of quotations that is read.
const DEEPEST: usize = 32;

/// Whether a text may be such a document: a cheap first check.
pub(super) fn may_be_collection(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim_start);
    let heading = text.lines().any(|line| line.starts_with('#'));
    heading && lines.any(|line| line.starts_with("```") || line.starts_with("~~~") || line.starts_with(['>', '|']))
}

/// The templates of a document that begins at byte `start` of `chunk`; empty for other texts.
pub(super) fn read(chunk: &Chunk, start: usize, shared: &[(String, Leaf)], options: &Options) -> Vec<Record> {
    let text = &chunk.text[start..];
    if text.lines().any(|line| line.chars().filter(|next| *next == '>').take(DEEPEST + 1).count() > DEEPEST) {
        return Vec::new();
    }
    let mut page = Page { text, start, chunk, options, sections: Vec::new(), open: Vec::new() };
    page.sections.push(Section { shared: shared.to_vec(), ..Section::default() });
    let mut events = Parser::new_ext(text, Extensions::ENABLE_TABLES).into_offset_iter();
    while let Some((event, range)) = events.next() {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                let title = page.title(range.clone());
                page.sections.push(Section {
                    title,
                    level: level as usize,
                    shared: shared.to_vec(),
                    ..Section::default()
                });
                skip(&mut events, |end| matches!(end, TagEnd::Heading(_)));
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))) => {
                let language = language.split([' ', ',', '{']).next().unwrap_or_default().to_lowercase();
                if !is_closed(&text[range.clone()]) {
                    page.open.push(start + range.start);
                }
                let leaf = page.fence(&mut events);
                if words().fences.contains(&language) {
                    page.section().fences.push(leaf);
                }
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)) => {
                page.section().prose = true;
                skip(&mut events, |end| matches!(end, TagEnd::CodeBlock));
            }
            Event::Start(Tag::BlockQuote(_)) => {
                let mut depth = 1_usize;
                while depth > 0 {
                    match events.next() {
                        Some((Event::Start(Tag::BlockQuote(_)), _)) => depth += 1,
                        Some((Event::End(TagEnd::BlockQuote(_)), _)) => depth -= 1,
                        Some(_) => {}
                        None => break,
                    }
                }
                let leaf = page.quotation(range);
                page.section().quotations.push(leaf);
            }
            Event::Start(Tag::Table(_)) => {
                let rows = page.rows(&mut events);
                page.section().rows.extend(rows);
            }
            Event::Start(Tag::Paragraph) => page.labels(range),
            // A tight list has no paragraphs.
            Event::Start(Tag::Item) => {
                let first = text[range.clone()].find('\n').map_or(range.end, |end| range.start + end);
                page.labels(range.start..first);
            }
            _ => {}
        }
    }
    page.records()
}

fn skip<'a>(events: &mut impl Iterator<Item = (Event<'a>, Range<usize>)>, ends: impl Fn(TagEnd) -> bool) {
    for (event, _) in events {
        if matches!(event, Event::End(end) if ends(end)) {
            return;
        }
    }
}

/// A heading and the content below it.
#[derive(Default)]
struct Section {
    title: Option<Leaf>,
    /// The heading's level; 1 is the document's title.
    level: usize,
    shared: Vec<(String, Leaf)>,
    fences: Vec<Leaf>,
    quotations: Vec<Leaf>,
    /// Texts after a label.
    labelled: Vec<Leaf>,
    rows: Vec<Node>,
    /// Whether it has prose besides texts and data.
    prose: bool,
}

impl Section {
    fn has_texts(&self) -> bool {
        !self.fences.is_empty() || !self.labelled.is_empty() || !self.rows.is_empty()
    }

    /// Whether its only content is one quotation, with no sign that it is not a reply.
    fn is_lone_quotation(&self, labels: &RoleLabels) -> bool {
        if self.level == 0 || self.quotations.len() != 1 || self.prose || self.has_texts() {
            return false;
        }
        let text = &self.quotations[0].text;
        let first = text.lines().next().unwrap_or_default();
        let label = first.split([':', '\u{ff1a}']).next().filter(|label| label.len() < first.len());
        let label = label.map(|label| label.trim_matches(['*', '_', ' ', '`', '[', ']', '\u{3010}', '\u{3011}']));
        let aside =
            label.is_some_and(|label| words().asides.contains(&plain(label)) || labels.role_of(label).is_some());
        // A heading that is only a number has no words.
        let title = self.title.as_ref().map(|title| fold(&title.text)).unwrap_or_default();
        !aside && !text.starts_with("[!") && !words().not_replies.iter().any(|word| title.contains(word.as_str()))
    }
}

struct Page<'a> {
    text: &'a str,
    start: usize,
    chunk: &'a Chunk,
    options: &'a Options,
    sections: Vec<Section>,
    /// Offsets of unclosed fences, which swallow everything that follows.
    open: Vec<usize>,
}

impl Page<'_> {
    fn section(&mut self) -> &mut Section {
        if self.sections.is_empty() {
            self.sections.push(Section::default());
        }
        let last = self.sections.len() - 1;
        &mut self.sections[last]
    }

    /// A range of the page, as written.
    fn leaf(&self, range: Range<usize>) -> Leaf {
        let written = &self.text[range.clone()];
        let lead = written.len() - written.trim_start().len();
        let origin = Origin::at(self.start + range.start + lead);
        Leaf { text: written.trim().to_owned(), origin, string: true, cell: None }
    }

    /// A heading without its `#` and number.
    fn title(&self, range: Range<usize>) -> Option<Leaf> {
        let written = &self.text[range.clone()];
        let line = written.split('\n').next().unwrap_or_default();
        let numbered = |next: char| next.is_ascii_digit() || matches!(next, '#' | ' ' | '.' | ')' | '\u{3001}' | '*');
        let lead = line.len() - line.trim_start_matches(numbered).len();
        let end = lead + line[lead..].trim_end_matches(['#', ' ', '*', '\r']).len();
        (end > lead).then(|| self.leaf(range.start + lead..range.start + end))
    }

    /// The content of a fence, whose lines may be indented or quoted.
    fn fence<'a>(&self, events: &mut impl Iterator<Item = (Event<'a>, Range<usize>)>) -> Leaf {
        let (mut text, mut shifts) = (String::new(), Vec::new());
        for (event, range) in events {
            match event {
                Event::Text(piece) => {
                    shifts.push((text.len(), self.start + range.start));
                    text.push_str(&piece);
                }
                Event::End(TagEnd::CodeBlock) => break,
                _ => {}
            }
        }
        mapped(text, shifts)
    }

    /// The lines of a quotation without their marks.
    fn quotation(&self, range: Range<usize>) -> Leaf {
        let (mut text, mut shifts) = (String::new(), Vec::new());
        let mut at = range.start;
        for line in self.text[range].split_inclusive('\n') {
            let bare = line.trim_start();
            let said = bare.strip_prefix('>').map_or(bare, |rest| rest.strip_prefix(' ').unwrap_or(rest));
            shifts.push((text.len(), self.start + at + (line.len() - said.len())));
            text.push_str(said);
            at += line.len();
        }
        mapped(text, shifts)
    }

    /// A table's rows as records, with the header as keys.
    fn rows<'a>(&self, events: &mut impl Iterator<Item = (Event<'a>, Range<usize>)>) -> Vec<Node> {
        let (mut heads, mut rows): (Vec<Leaf>, Vec<Node>) = (Vec::new(), Vec::new());
        let mut cells: Vec<Leaf> = Vec::new();
        for (event, range) in events {
            match event {
                Event::Start(Tag::TableCell) => {
                    let written = self.text[range.clone()].trim_matches(['|', ' ']);
                    let start = range.start + self.text[range].find(written).unwrap_or(0);
                    cells.push(self.leaf(start..start + written.len()));
                }
                Event::End(TagEnd::TableHead) => heads = std::mem::take(&mut cells),
                Event::End(TagEnd::TableRow) => {
                    let entries = heads.iter().cloned().zip(cells.drain(..).map(Node::Leaf)).collect();
                    rows.push(Node::Map(entries, Span::new(self.start, self.start)));
                }
                Event::End(TagEnd::Table) => break,
                _ => {}
            }
        }
        rows
    }

    /// `**适用场景：** …`, `话术：…`: data about the section, or its text.
    fn labels(&mut self, range: Range<usize>) {
        let mut at = range.start;
        let lines = self.text[range.clone()].split_inclusive('\n').collect::<Vec<_>>();
        for line in lines {
            let start = at;
            at += line.len();
            let Some((colon, sign)) = line.char_indices().find(|(_, next)| matches!(next, ':' | '\u{ff1a}')) else {
                self.section().prose |= !line.trim().is_empty();
                continue;
            };
            let label = line[..colon].trim_matches(['*', '_', '-', '+', ' ', '`', '[', '\u{3010}']);
            let rest = &line[colon + sign.len_utf8()..];
            let said = rest.trim_start_matches(['*', '_', ' ', '`']);
            let name = plain(label);
            if name.is_empty() || label.chars().count() > 16 {
                self.section().prose = true;
                continue;
            }
            let from = start + line.len() - said.len();
            if words().rank(&name).is_some() {
                // The text may continue to the end of the paragraph.
                let leaf = self.leaf(from..range.end);
                if is_sentence(&leaf.text) {
                    self.section().labelled.push(leaf);
                }
                return;
            }
            let leaf = self.leaf(from..start + line.len());
            if leaf.text.is_empty() {
                continue;
            }
            if words().situation.contains(&name) {
                self.section().shared.push(("scenario".to_owned(), leaf));
            } else if words().group.contains(&name) {
                self.section().shared.push(("group".to_owned(), leaf));
            } else if Field::of(label).is_some() {
                self.section().shared.push((label.to_owned(), leaf));
            } else {
                self.section().prose = true;
            }
        }
    }

    fn records(self) -> Vec<Record> {
        let sure = self.options.kind == Some(Mode::Template);
        let mode = self.options.kind.filter(|kind| *kind != Mode::Transcript).unwrap_or(Mode::Template);
        let quoted = self.sections.iter().filter(|section| section.level > 0 && !section.quotations.is_empty());
        // A single quotation below a single heading is usually the customer's words.
        let quotations = sure || quoted.count() >= 2;
        // Next to other templates, a single quotation counts if it has their form: a heading and only the text.
        let like = |level: usize| self.sections.iter().any(|section| section.level == level && section.has_texts());
        let lone = |section: &Section| section.is_lone_quotation(&self.options.labels) && like(section.level);
        let taken = self.sections.iter().map(|section| quotations || lone(section)).collect::<Vec<_>>();
        let groups = self.groups();
        let map = self.options.map.as_deref();
        let (mut records, mut left) = (Vec::new(), Vec::new());
        for ((section, quotations), group) in self.sections.into_iter().zip(taken).zip(groups) {
            let mut around = Around { key: None, shared: section.shared };
            if !around.shared.iter().any(|(name, _)| name == "group") {
                around.shared.extend(group.map(|group| ("group".to_owned(), group)));
            }
            around.shared.extend(section.title.map(|title| ("title".to_owned(), title)));
            let mut texts = section.fences;
            texts.extend(section.labelled);
            if texts.is_empty() && quotations {
                texts.extend(section.quotations);
            } else {
                left.extend(section.quotations);
            }
            texts.sort_by_key(|leaf| leaf.origin.chunk_offset(0));
            for leaf in texts.iter().filter(|leaf| is_sentence(&leaf.text)) {
                records.push(Record::conversation(bare(leaf, &around, map, mode, self.chunk)));
            }
            for row in &section.rows {
                records.extend(templates(row, map, &around, mode, self.chunk).into_iter().map(Record::conversation));
            }
        }
        let said = records.iter().filter_map(|record| match record {
            Record::Conversation(template) => Some(doubts(template)),
            _ => None,
        });
        let mut doubts = said.flatten().map(Record::Notice).collect::<Vec<_>>();
        // Only in a file of templates could it have been meant as one.
        let left = left.iter().filter(|leaf| self.options.verbose && !records.is_empty() && is_sentence(&leaf.text));
        doubts.extend(left.filter_map(|leaf| Some(self.chunk.position(leaf.origin.chunk_offset(0)?))).map(|place| {
            let note = Diagnostic::note("input/quotation", wording!("a quotation is not read as a template"));
            let help = wording!("put the text into a fence (three backticks) if it is one");
            Record::Notice(note.line(place.line).help(help))
        }));
        let open = self.open.iter().map(|&at| {
            let mistake = Diagnostic::error("input/open-fence", wording!("a fence opens here and is never closed"));
            let mistake = mistake.help(wording!("close it, or the one above that ends here"));
            Record::Failed(mistake.line(self.chunk.position(at).line))
        });
        open.chain(doubts).chain(records).collect()
    }

    /// The heading above each section, if any. A single top heading is the page's title, not a group.
    fn groups(&self) -> Vec<Option<Leaf>> {
        let tops = self.sections.iter().filter(|section| section.level == 1).count();
        let (mut above, mut groups) = (Vec::<&Section>::new(), Vec::new());
        for section in &self.sections {
            above.retain(|other| other.level < section.level);
            let group = above.last().filter(|last| last.level > 1 || tops > 1);
            groups.push(group.and_then(|last| last.title.clone()));
            above.extend((section.level > 0).then_some(section));
        }
        groups
    }
}

/// Whether a block that begins with a fence ends with one.
fn is_closed(block: &str) -> bool {
    let mut lines = block.lines().map(|line| line.trim_matches([' ', '>', '\t', '\r'])).filter(|line| !line.is_empty());
    let (Some(first), Some(last)) = (lines.next(), lines.next_back()) else { return false };
    last.len() >= 3 && last.chars().all(|letter| first.starts_with(letter))
}

fn mapped(text: String, shifts: Vec<(usize, usize)>) -> Leaf {
    let kept = text.trim_end().len();
    let mut text = text;
    text.truncate(kept);
    let offset = shifts.first().map_or(0, |&(_, chunk)| chunk);
    Leaf { text, origin: Origin::Mapped { offset, shifts }, string: true, cell: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::Conversation;

    fn page(text: &str) -> Vec<Conversation> {
        let chunk = Chunk::new(text, 0);
        let records = read(&chunk, 0, &[], &Options::default()).into_iter();
        let read = records.filter_map(|record| if let Record::Conversation(one) = record { Some(*one) } else { None });
        read.collect()
    }

    fn said(text: &str) -> Vec<String> {
        page(text).into_iter().map(|template| template.turns[0].text.clone()).collect()
    }

    #[test]
    fn fences_below_headings_are_templates_with_titles_and_places() {
        let text = "# 话术手册\n\n本手册共两条。\n\n### 3. 退款\n\n**适用场景：** 客户催退款\n**负责人：** 小王\n\n```\n您好，\n退款已受理。\n```\n\n\
            ### 4. 改址\n\n- 场景：改地址\n\n  ```text\n  您好，地址已改。\n  ```\n\n```sh\nls -l a b c\n```\n";
        let found = page(text);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].turns[0].text, "您好，\n退款已受理。");
        let say = |at: usize, field| found[at].metadata.text(field).map(ToOwned::to_owned);
        assert_eq!(say(0, Field::Title).as_deref(), Some("退款"));
        assert_eq!(say(0, Field::Scenario).as_deref(), Some("客户催退款"));
        assert_eq!(say(0, Field::Owner).as_deref(), Some("小王"));
        assert_eq!(say(1, Field::Scenario).as_deref(), Some("改地址"));
        let place = found[1].position(0, found[1].turns[0].text.find('地').unwrap()).unwrap();
        assert_eq!(text.lines().nth(place.line - 1).unwrap().chars().nth(place.column - 1), Some('地'));
    }

    #[test]
    fn quotations_labels_and_tables_are_templates() {
        let quotes = "## 一\n\n> 您好，请稍等。\n> 马上回来。\n\n## 二\n\n> 您好，已查到。\n";
        assert_eq!(said(quotes), ["您好，请稍等。\n马上回来。", "您好，已查到。"]);
        assert_eq!(said("## 一\n\n> 客户：你们怎么还不发货\n\n您好，马上查。\n"), [""; 0]);
        assert_eq!(said("## 一\n\n**话术：** 您好，请稍等。\n\n**备注：** 不外发的说明文字\n"), ["您好，请稍等。"]);
        let table = "# 表\n\n| 场景 | 话术 |\n|---|---|\n| 催发货 | 您好，今天发出。 |\n| 退款 | 您好，已退。 |\n";
        assert_eq!(said(table), ["您好，今天发出。", "您好，已退。"]);
        assert_eq!(page(table)[1].position(0, 0).unwrap().line, 6);
    }

    #[test]
    fn hostile_pages_keep_their_templates() {
        for unit in ["- ", "#", "```\n", "| a ", "*", "[", "\n> # > "] {
            assert_eq!(said(&format!("# a\n\n```\n您好\n```\n{}", unit.repeat(30_000))), ["您好"], "{unit:?}");
        }
        assert_eq!(said(&format!("# a\n\n```\n您好\n```\n{}", ">".repeat(60_000))), [""; 0], "too deep for a document");
    }
}
