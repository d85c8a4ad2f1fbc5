//! A template: front matter in TOML between `+++` lines or in YAML between `---` lines, then the text of one reply.

use super::tree::{Document, Leaf, Node};
use super::{Options, Record, draft, markdown, tree_toml, tree_yaml};
use crate::conversation::{Chunk, Conversation, Doubt, Field, Metadata, Mode, Origin, Role, Turn, Value};
use crate::source::{Diagnostic, Span, Wording, wording};

/// The kind of front matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fence {
    Toml,
    Yaml,
}

impl Fence {
    /// The fence at the start of a text. `---` may also be a rule: a key must follow it.
    pub(super) fn of(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        match lines.next().map(str::trim_end) {
            Some("+++") => Some(Self::Toml),
            Some("---") => lines.find(|line| !line.trim().is_empty() && !line.starts_with('#')).and_then(|line| {
                let (key, rest) = line.split_once(':')?;
                let plain = key.chars().all(|next| next.is_alphanumeric() || matches!(next, '-' | '_' | ' ' | '"'));
                (plain && !key.is_empty() && (rest.is_empty() || rest.starts_with(' '))).then_some(Self::Yaml)
            }),
            _ => None,
        }
    }

    const fn mark(self) -> &'static str {
        match self {
            Self::Toml => "+++",
            Self::Yaml => "---",
        }
    }

    /// The spans of front matter and text, or `None` if the front matter is not closed.
    fn split(self, text: &str) -> Option<(Span, Span)> {
        let start = text.find('\n')? + 1;
        let mut at = start;
        for line in text[start..].split_inclusive('\n') {
            let next = at + line.len();
            if line.trim_end() == self.mark() || (self == Self::Yaml && line.trim_end() == "...") {
                let blank = text[next..].len() - text[next..].trim_start_matches(['\n', '\r']).len();
                return Some((Span::new(start, at), Span::new(next + blank, text.len())));
            }
            at = next;
        }
        None
    }

    fn read(self, text: &str, front: Span) -> Document {
        match self {
            Self::Toml => tree_toml::read(front.of(text), front.start),
            Self::Yaml => tree_yaml::read(front.of(text), front.start)
                .unwrap_or_else(|mistake| Document { nodes: Vec::new(), mistakes: vec![*mistake] }),
        }
    }
}

/// Reads a template. A mistake in the front matter is reported, and the text is checked all the same.
pub(super) fn read(text: String, extension: Option<&str>, options: &Options) -> Vec<Record> {
    let Some(fence) = Fence::of(&text) else {
        return draft::read(text, options.kind.unwrap_or(Mode::Template));
    };
    let Some((front, body)) = fence.split(&text) else {
        let diagnostic = Diagnostic::error("template/front-matter", wording!("the front matter is never closed"))
            .help(wording!("put a second line of {mark} below it", mark = fence.mark()))
            .line(1);
        return vec![Record::Failed(diagnostic)];
    };
    let Document { nodes, mut mistakes } = fence.read(&text, front);
    let mut metadata = Metadata::default();
    for (key, node) in nodes.iter().flat_map(Node::entries) {
        field(&mut metadata, key, node, fence, &mut mistakes);
    }
    mistakes.extend(metadata.doubts().into_iter().map(|Doubt { span, message, label, .. }| {
        Diagnostic::error("template/front-matter", message).label(span.unwrap_or(front), label)
    }));
    let chunk = Chunk::new(text, 0);
    for mistake in &mut mistakes {
        mistake.code = "template/front-matter";
        mistake.text = Some(chunk.text.clone());
        for label in &mut mistake.labels {
            // The end of an unfinished line is the label's last place, not the fence below.
            label.span = Span::new(label.span.start.min(front.end), label.span.end.min(front.end));
        }
    }
    mistakes.sort_by_key(|mistake| mistake.labels.first().map(|label| label.span));
    let mut records = mistakes.into_iter().map(Record::Notice).collect::<Vec<_>>();
    let page = extension.is_some_and(|name| name.eq_ignore_ascii_case("md") || name.eq_ignore_ascii_case("markdown"));
    if page && fence == Fence::Yaml && markdown::may_be_collection(body.of(&chunk.text)) {
        let leaves = nodes.iter().flat_map(Node::entries);
        let shared = leaves.filter_map(|(key, node)| Some((key.text.clone(), node.leaf()?.clone())));
        let found = markdown::read(&chunk, body.start, &shared.collect::<Vec<_>>(), options);
        if !found.is_empty() {
            records.extend(found);
            return records;
        }
    }
    let said = body.of(&chunk.text).trim_end_matches(['\n', '\r']);
    if said.trim().is_empty() {
        records.push(Record::Notice(draft::empty().help(wording!("there is no text below the front matter"))));
        return records;
    }
    let mut conversation = Conversation::default();
    conversation.describe(metadata);
    conversation.mode = options.kind.unwrap_or(Mode::Template);
    conversation.turns = vec![Turn { origin: Origin::at(body.start), ..Turn::new(Role::Agent, said) }];
    conversation.chunk = chunk;
    records.push(Record::conversation(conversation));
    records
}

fn field(metadata: &mut Metadata, key: &Leaf, node: &Node, fence: Fence, mistakes: &mut Vec<Diagnostic>) {
    let name = key.text.as_str();
    let mut mistake = |message: Wording, leaf: &Leaf| {
        let place = leaf.span().unwrap_or(Span::new(0, 0));
        mistakes.push(Diagnostic::error("template/front-matter", message).label(place, wording!("here")));
    };
    // In YAML a name may look like a number; in TOML a number is meant as one.
    let is_text = |leaf: &Leaf| leaf.string || fence == Fence::Yaml;
    let value = |leaf: &Leaf| Value::new(leaf.text.trim(), leaf.span());
    match node {
        Node::Leaf(leaf) if is_text(leaf) && Field::of(name) == Some(Field::Slots) => {
            mistake(wording!("`slots` is a list of names"), leaf);
        }
        Node::Leaf(leaf) if is_text(leaf) || Field::of(name).is_none_or(Field::is_date) => {
            metadata.put(name, [value(leaf)]);
        }
        Node::Leaf(leaf) => mistake(wording!("`{name}` is a string", name), leaf),
        Node::List(items) => {
            let mut values = Vec::new();
            for item in items {
                match item.leaf() {
                    Some(leaf) if is_text(leaf) => values.push(value(leaf)),
                    _ => mistake(wording!("`{name}` is a list of strings", name), item.leaf().unwrap_or(key)),
                }
            }
            metadata.put(name, values);
        }
        Node::Map(..) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::Lang;

    #[test]
    fn front_matter_is_read_and_the_text_keeps_its_place() {
        let text = "+++\r\nscenario = \"cancel\"\r\nlanguage = \"zh-Hant\"\r\nslots = [\"name\"]\r\nreview-by = 2027-05-31\r\n\
                    owner = \"orders\"\r\n+++\r\n\r\n您好，{{name}}。\r\n";
        let records = read(text.to_owned(), None, &Options::default());
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
        let records = read(text.to_owned(), None, &Options::default());
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
        assert!(matches!(
            &read("+++\nscenario = \"x\"\n您好".to_owned(), None, &Options::default())[..],
            [Record::Failed(_)]
        ));
        let bomb = format!("+++\nx = {}\n+++\n您好", "[".repeat(100_000));
        assert!(matches!(read(bomb, None, &Options::default()).last(), Some(Record::Conversation(_))));
    }

    #[test]
    fn front_matter_may_be_yaml() {
        let text = "---\nscenario: cancel\nslots: [name]\nreview-by: 2027-05-31\nid: 7\n---\n您好，{{name}}。\n";
        let records = read(text.to_owned(), Some("md"), &Options::default());
        let [Record::Conversation(template)] = &records[..] else { panic!("{records:?}") };
        assert_eq!((template.scenario.as_deref(), template.id.as_deref()), (Some("cancel"), Some("7")));
        assert_eq!(template.slots.as_deref(), Some(&["name".to_owned()][..]));
        assert_eq!(template.position(0, 0).unwrap().line, 7);
        let review = template.metadata.get(Field::Review).unwrap();
        assert_eq!(review.span.unwrap().of(text), "2027-05-31");
        assert_eq!(Fence::of("---\n您好，请稍等：马上查\n"), None);
        assert_eq!(Fence::of("---\n\n---\n"), None);
        assert!(matches!(&read("---\nowner: a\n您好".to_owned(), None, &Options::default())[..], [Record::Failed(_)]));
        let broken = read("---\nowner: a\nowner: b\nx: [1\n---\n您好".to_owned(), None, &Options::default());
        assert!(matches!(&broken[..], [Record::Notice(mistake), Record::Conversation(_)] if mistake.labels.len() == 1));
    }
}
